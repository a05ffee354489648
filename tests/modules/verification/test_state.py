from datetime import date

import pytest
from conftest import send

from koprogo_app.core import clock
from koprogo_app.core.service import call
from koprogo_app.modules.verification import service
from koprogo_app.modules.verification.detail_state import VerificationEntryState, VerificationRemarksState
from koprogo_app.modules.verification.rules import Conclusion, RemarkStatus
from koprogo_app.modules.verification.state import VerificationState, VerificationYearsState

from .conftest import ids_of

SPACE = "\u00a0"


@pytest.fixture
def shown(opened, monkeypatch):
    """opened(), with an address that names nothing to narrow."""

    def make(kind, actor, **address):
        state = opened(kind, actor, **address)
        if hasattr(kind, "_narrow"):
            monkeypatch.setattr(kind, "_narrow", lambda _self, *_names: None)
        send(state, kind.load)
        return state

    return make


@pytest.fixture
def on_work(shown, ursula, begun):
    return shown(VerificationState, ursula, building_id=begun.building_id, verification_id=begun.id)


def test_the_years_and_how_far_each_is(shown, ursula, begun, year):
    call(ursula, service.tick, begun.id, ids_of(ursula, begun, "ACH 1", "ODS 1"))
    state = shown(VerificationYearsState, ursula, building_id=year.id)
    assert [(h.year, h.status) for h in state.rows] == [("2026", "open"), ("2025", "")]
    assert state.rows[0].seen == "2 of 9 (22,2%)"
    assert state.rows[0].amount == f"1.250,50{SPACE}€ of 3.013,00{SPACE}€ (41,5%)"
    assert (state.rows[0].done, state.rows[0].every) == (2, 9)


def test_a_year_is_begun_from_its_row(shown, ursula, year):
    state = shown(VerificationYearsState, ursula, building_id=year.id)
    send(state, VerificationYearsState.begin, str(year.years[2025]))
    send(state, VerificationYearsState.begin, "nonsense")
    send(state, VerificationYearsState.load)
    assert [h.status for h in state.rows] == ["", "open"]


def test_books_that_are_not_open_have_no_year(shown, alice, building):
    state = shown(VerificationYearsState, alice, building_id=building.id)
    assert (state.rows, state.ready) == ([], True)


def test_the_work_list_is_ticked_and_unticked_by_choice(on_work):
    s = on_work
    assert (s.total, s.rows[0].number, s.rows[0].amount, s.rows[0].voucher) == (
        9,
        "VEN 1",
        f"500,00{SPACE}€",
        "missing",
    )
    send(s, VerificationState.pick, s.rows[0].id)
    send(s, VerificationState.pick, s.rows[1].id)
    send(s, VerificationState.pick, s.rows[1].id)
    assert (s.selected, s.chosen) == ([s.rows[0].id], "Entries chosen: 1")
    send(s, VerificationState.tick)
    assert (s.rows[0].seen, s.rows[1].seen, s.selected, s.head.done) == ("Ursula Test", "", [], 1)
    send(s, VerificationState.pick_all)
    send(s, VerificationState.untick)
    assert s.head.done == 0
    send(s, VerificationState.pick_all)
    send(s, VerificationState.pick_all)
    assert s.selected == []
    send(s, VerificationState.pick, s.rows[0].id)
    send(s, VerificationState.pick_none)
    assert s.selected == []


def test_a_page_is_ticked_at_once(on_work):
    send(on_work, VerificationState.resize, 4)
    send(on_work, VerificationState.tick_page)
    assert (len(on_work.rows), on_work.head.done) == (4, 4)


def test_a_sample_is_drawn_said_and_forgotten(on_work):
    s = on_work
    send(s, VerificationState.show_drawing, True)
    assert s.drawing
    assert s.seed.isdigit()
    send(s, VerificationState.draw, {"draw": "random", "size": "0", "seed": "7"})
    assert set(s.errors) == {"size"}
    send(s, VerificationState.draw, {"draw": "random", "size": "4", "seed": "x"})
    assert set(s.errors) == {"seed"}
    send(s, VerificationState.draw, {"draw": "random", "size": "4", "seed": "4711"})
    assert (s.errors, s.drawing, s.total, s.filters) == ({}, False, 4, {"sample": "random-4-4711"})
    assert "4711" in s.sampled
    send(s, VerificationState.draw, {"draw": "largest", "size": "3"})
    assert (s.total, s.sampled) == (3, "Sample: the 3 largest entries of the year.")
    send(s, VerificationState.forget_sample)
    assert (s.total, s.sampled, s.filters) == (9, "", {})


def test_an_address_that_somebody_typed_shows_the_whole_year(on_work):
    send(on_work, VerificationState.filter_by, "sample", "best-of-all")
    assert (on_work.total, on_work.filters) == (9, {})


def test_a_verification_that_is_not_there_is_said_on_its_page(shown, ursula, charlie, begun):
    for kind, more in (
        (VerificationState, {}),
        (VerificationRemarksState, {}),
        (VerificationEntryState, {"entry_id": ids_of(ursula, begun, "ACH 1")[0]}),
    ):
        for actor, verification_id in ((ursula, "nonsense"), (charlie, begun.id)):
            assert shown(kind, actor, building_id=begun.building_id, verification_id=verification_id, **more).missing


def test_remarks_are_written_answered_and_settled_on_their_page(shown, alice, ursula, begun):
    here = {"building_id": begun.building_id, "verification_id": begun.id}
    s = shown(VerificationRemarksState, ursula, **here)
    send(s, VerificationRemarksState.write, {"text": " "})
    assert set(s.errors) == {"text"}
    send(s, VerificationRemarksState.write, {"text": "Where is the contract?"})
    assert (s.errors, [(r.about, r.status, r.state) for r in s.rows]) == (
        {}, [("The accounts as a whole", "open", "Waits for an answer")],
    )  # fmt: skip
    office = shown(VerificationRemarksState, alice, **here)
    send(office, VerificationRemarksState.show_answering, office.rows[0].id)
    send(office, VerificationRemarksState.reply, {"answer": ""})
    assert set(office.errors) == {"answer"}
    send(office, VerificationRemarksState.reply, {"answer": "In the file"})
    assert (office.answering, office.rows[0].answer, office.rows[0].status) == ("", "In the file", "answered")
    send(office, VerificationRemarksState.show_answering, office.rows[0].id)
    assert office.given == "In the file"
    send(office, VerificationRemarksState.hide_answering, False)
    assert office.answering == ""
    auditor = shown(VerificationRemarksState, ursula, **here)
    send(auditor, VerificationRemarksState.settle, auditor.rows[0].id)
    assert auditor.rows[0].status == RemarkStatus.CLOSED


def test_the_syndic_s_page_refuses_to_tick_and_to_sign(shown, alice, ursula, begun):
    s = shown(VerificationState, alice, building_id=begun.building_id, verification_id=begun.id)
    send(s, VerificationState.tick_page)
    remarks = shown(VerificationRemarksState, alice, building_id=begun.building_id, verification_id=begun.id)
    send(remarks, VerificationRemarksState.sign, {"conclusion": "approved"})
    found = call(ursula, service.get_verification, begun.id)
    assert (found.verification.status, found.reach.progress.seen) == ("open", 0)


def test_the_report_is_signed_and_the_signature_withdrawn(shown, ursula, begun):
    s = shown(VerificationRemarksState, ursula, building_id=begun.building_id, verification_id=begun.id)
    send(s, VerificationRemarksState.sign, {})
    assert set(s.errors) == {"conclusion"}
    send(s, VerificationRemarksState.sign, {"conclusion": "not_approved", "conclusion_words": ""})
    assert set(s.errors) == {"conclusion_words"}
    send(s, VerificationRemarksState.sign, {"conclusion": "approved", "conclusion_words": "In order."})
    assert (s.head.status, s.head.conclusion, s.head.words) == ("signed", "The accounts may be approved", "In order.")
    assert s.head.signed.startswith("Ursula Test, ")
    send(s, VerificationRemarksState.show_withdrawing, True)
    send(s, VerificationRemarksState.withdraw, {"reason": ""})
    assert (set(s.errors), s.withdrawing) == ({"reason"}, True)
    send(s, VerificationRemarksState.withdraw, {"reason": "Too early"})
    assert (s.head.status, s.head.reason, s.withdrawing) == ("open", "Too early", False)


def test_an_entry_stands_beside_its_voucher(shown, ursula, begun, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2026, 12, 1))
    first, following = ids_of(ursula, begun, "VEN 1", "ACH 1")
    s = shown(VerificationEntryState, ursula, building_id=begun.building_id, verification_id=begun.id, entry_id=first)
    assert (s.row.number, s.kind, s.following, [x.party for x in s.lines]) == ("VEN 1", "", str(following), ["Bob", ""])
    gone_on = send(s, VerificationEntryState.tick)
    assert f"/entries/{following}" in str(gone_on)
    send(s, VerificationEntryState.load)
    assert (s.row.seen, bool(s.seen_on)) == ("Ursula Test", True)
    send(s, VerificationEntryState.untick)
    assert s.row.seen == ""
    send(s, VerificationEntryState.write, {"text": ""})
    assert set(s.errors) == {"text"}
    send(s, VerificationEntryState.write, {"text": "Which call?"})
    assert [(r.about, r.text) for r in s.remarks] == [("VEN 1 · Call", "Which call?")]


def test_the_last_entry_leads_nowhere(shown, ursula, begun):
    ids = ids_of(ursula, begun, "VEN 1", "ACH 1", "ACH 2", "FIN 1", "FIN 2", "FIN 3", "FIN 4", "ODS 1", "ODS 2")
    call(ursula, service.tick, begun.id, ids[1:])
    s = shown(VerificationEntryState, ursula, building_id=begun.building_id, verification_id=begun.id, entry_id=ids[0])
    assert s.following == ""
    send(s, VerificationEntryState.tick)
    assert s.head.done == 9


def test_what_is_posted_after_the_signature_is_said(shown, ursula, begun, posted):
    from .conftest import line

    call(ursula, service.sign, begun.id, Conclusion.APPROVED)
    posted("2026-06-01", line("657", 900), line("551", 0, 900), words="Late")
    s = shown(VerificationState, ursula, building_id=begun.building_id, verification_id=begun.id)
    assert (s.head.later, s.head.every, s.total) == ("1", 9, 10)
