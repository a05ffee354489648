from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier

import pytest
from conftest import as_role, make_actor
from sqlalchemy import func
from sqlmodel import select

from koprogo_app.core.actor import Role
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.ledger.models import EntryIn
from koprogo_app.modules.verification import service
from koprogo_app.modules.verification.models import Verification, VerificationRemark, VerificationTick
from koprogo_app.modules.verification.rules import Conclusion, RemarkStatus, Status

from .conftest import ids_of, line, listed

ALL = {"VEN 1", "ACH 1", "ACH 2", "FIN 1", "FIN 2", "FIN 3", "ODS 1", "ODS 2", "FIN 4"}


def ticks(actor, verification):
    with transaction(actor.organization_id) as s:
        wanted = select(func.count()).where(VerificationTick.verification_id == verification.id)
        return s.exec(wanted).one()


def progress(actor, verification):
    p = call(actor, service.get_verification, verification.id).reach.progress
    return p.entries, p.seen, p.cents, p.seen_cents


# --- Beginning


def test_a_year_is_verified_once(ursula, bert, year, begun):
    assert (begun.opened_by, begun.status) == ("Ursula Test", Status.OPEN)
    assert call(bert, service.open_verification, year.id, year.years[2026]).id == begun.id
    found = call(ursula, service.list_years, year.id)
    assert [(y.year.starts_on.year, y.verification and y.verification.id) for y in found] == [
        (2026, begun.id),
        (2025, None),
    ]
    assert (found[0].reach.progress.entries, found[1].reach.progress.entries) == (9, 0)


def test_two_people_beginning_at_once_begin_one(ursula, bert, year):
    start = Barrier(2)

    def begin(actor):
        start.wait(10)
        return call(actor, service.open_verification, year.id, year.years[2026]).id

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(begin, [ursula, bert]))) == 1


def test_a_year_of_another_building_is_no_year_of_this_one(superadmin, alice, ursula, year, charlie):
    with pytest.raises(NotFound):
        call(ursula, service.open_verification, year.id, year.building.id)
    with pytest.raises(NotFound):
        call(
            replace(ursula, organization_id=charlie.organization_id),
            service.open_verification,
            year.id,
            year.years[2026],
        )


# --- The work list


def test_the_work_list_is_the_year(ursula, begun):
    assert set(listed(ursula, begun)) == ALL
    found = call(ursula, service.list_entries, begun.id, Asked(page=2, size=4, sort="total_cents", descending=True))
    assert (found.total, [e.total_cents for e in found.rows]) == (9, [30_000, 25_050, 10_000, 6_000])


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"journal": "ACH"}, {"ACH 1", "ACH 2"}),
        ({"above": "34000"}, {"VEN 1", "FIN 2", "ODS 1"}),
        ({"class": "6"}, {"ACH 1", "ACH 2", "FIN 3", "ODS 2"}),
        ({"class": "61"}, {"ACH 1", "ACH 2"}),
        ({"class": "%"}, set()),
        ({"voucher": "missing"}, ALL),
        ({"voucher": "there"}, set()),
        ({"sample": "largest-3"}, {"ODS 1", "VEN 1", "FIN 2"}),
        ({"sample": "largest-3", "journal": "FIN"}, {"FIN 2"}),
        ({"seen": "no"}, ALL - {"ACH 1"}),
        ({"seen": "yes"}, {"ACH 1"}),
        ({"remark": "any"}, {"FIN 1"}),
        ({"remark": "open"}, {"FIN 1"}),
    ],
)
def test_the_filters(ursula, begun, filters, found):
    call(ursula, service.tick, begun.id, ids_of(ursula, begun, "ACH 1"))
    call(ursula, service.write_remark, begun.id, "Which invoice?", ids_of(ursula, begun, "FIN 1")[0])
    assert set(listed(ursula, begun, **filters)) == found


def test_a_random_sample_is_the_same_for_everybody(ursula, bert, begun):
    first = listed(ursula, begun, sample="random-4-77")
    assert len(first) == 4
    assert listed(bert, begun, sample="random-4-77") == first
    assert any(listed(ursula, begun, sample=f"random-4-{seed}") != first for seed in range(5))


@pytest.mark.parametrize(
    ("filters", "field"),
    [({"journal": "XXX"}, "journal"), ({"above": "-1"}, "above"), ({"sample": "random-4"}, "seed")],
)
def test_a_filter_that_is_none_is_said(ursula, begun, filters, field):
    with pytest.raises(Invalid) as refused:
        listed(ursula, begun, **filters)
    assert set(refused.value.fields) == {field}


def test_an_entry_leads_to_the_next_one_that_nobody_saw(ursula, begun):
    a, b, last = ids_of(ursula, begun, "VEN 1", "ACH 2", "FIN 4")
    call(ursula, service.tick, begun.id, ids_of(ursula, begun, "ACH 1"))
    found = call(ursula, service.get_entry, begun.id, a)
    assert (found.following, len(found.whole.lines), found.row.ticked_by) == (b, 2, None)
    assert call(ursula, service.get_entry, begun.id, last).following == a
    assert call(ursula, service.get_entry, begun.id, ids_of(ursula, begun, "ACH 1")[0]).row.ticked_by == "Ursula Test"
    call(ursula, service.tick, begun.id, ids_of(ursula, begun, *ALL))
    assert call(ursula, service.get_entry, begun.id, a).following is None


# --- Ticks


def test_progress_in_number_and_amount(ursula, begun):
    assert progress(ursula, begun) == (9, 0, 301_300, 0)
    assert call(ursula, service.tick, begun.id, ids_of(ursula, begun, "ACH 1", "ODS 1")) == 2
    assert progress(ursula, begun) == (9, 2, 301_300, 125_050)
    found = {j.journal: j.progress for j in call(ursula, service.get_verification, begun.id).reach.journals}
    assert {name: (p.entries, p.seen) for name, p in found.items()} == {
        "VEN": (1, 0),
        "ACH": (2, 1),
        "FIN": (4, 0),
        "ODS": (2, 1),
    }


def test_ticking_twice_ticks_once_and_unticking_twice_too(ursula, bert, begun):
    ids = ids_of(ursula, begun, "ACH 1", "ACH 2")
    assert call(ursula, service.tick, begun.id, ids) == 2
    assert call(bert, service.tick, begun.id, [*ids, ids[0]]) == 0
    assert call(ursula, service.get_entry, begun.id, ids[0]).row.ticked_by == "Ursula Test"
    assert call(bert, service.untick, begun.id, ids[:1]) == 1
    assert call(bert, service.untick, begun.id, ids[:1]) == 0
    assert ticks(ursula, begun) == 1
    assert call(ursula, service.tick, begun.id, []) == 0


def test_two_people_ticking_at_once_tick_each_entry_once(ursula, bert, begun):
    ids, start = ids_of(ursula, begun, *sorted(ALL)), Barrier(2)

    def tick(actor, wanted):
        start.wait(10)
        return call(actor, service.tick, begun.id, wanted)

    with ThreadPoolExecutor(2) as pool:
        made = [pool.submit(tick, ursula, ids), pool.submit(tick, bert, ids[::-1])]
        assert sum(one.result(30) for one in made) == 9
    assert ticks(ursula, begun) == 9


def test_nobody_verifies_what_he_entered(alice, begun, year):
    hat = as_role(alice, Role.AUDITOR, year.id)
    with pytest.raises(Invalid, match="You entered this yourself"):
        call(hat, service.tick, begun.id, ids_of(hat, begun, "ACH 1"))
    assert ticks(alice, begun) == 0


def test_of_several_those_that_the_reader_entered_are_left_out(alice, ursula, begun, year, posted):
    accountant = make_actor(alice.organization_id, Role.ACCOUNTANT, "Anna")
    mine = EntryIn(entry_on=date(2026, 5, 1), description="Mine", lines=[line("657", 700), line("551", 0, 700)])
    entry = call(accountant, ledger.post_entry, year.id, mine)
    hat = as_role(accountant, Role.AUDITOR, year.id)
    assert call(hat, service.tick, begun.id, [entry.id, *ids_of(ursula, begun, "ACH 1")]) == 1
    assert call(ursula, service.get_entry, begun.id, entry.id).row.ticked_by is None


def test_entries_of_another_year_are_not_of_this_verification(ursula, begun, year):
    other = call(ursula, service.open_verification, year.id, year.years[2025])
    foreign = ids_of(ursula, other, "ACH 1")
    for refused in (service.tick, service.untick):
        with pytest.raises(NotFound):
            call(ursula, refused, begun.id, foreign)
    with pytest.raises(NotFound):
        call(ursula, service.get_entry, begun.id, foreign[0])
    with pytest.raises(NotFound):
        call(ursula, service.write_remark, begun.id, "Why?", foreign[0])
    assert listed(ursula, begun, seen="yes") == []


def test_the_trail_names_the_entries_that_were_ticked(ursula, begun):
    call(ursula, service.tick, begun.id, ids_of(ursula, begun, "FIN 2", "ACH 1"))
    with transaction(ursula.organization_id) as s:
        said = s.exec(select(AuditEntry.payload).where(AuditEntry.action == "entries ticked")).one()
    assert "ACH 1, FIN 2" in said


# --- Remarks


def test_a_remark_is_answered_and_settled(alice, ursula, begun, year):
    entry_id = ids_of(ursula, begun, "ACH 1")[0]
    remark = call(ursula, service.write_remark, begun.id, " Where is the voucher? ", entry_id)
    assert (remark.text, remark.written_by, remark.status) == (
        "Where is the voucher?",
        "Ursula Test",
        RemarkStatus.OPEN,
    )
    assert [(w.building_id, w.remarks) for w in call(alice, service.waiting)] == [(year.id, 1)]
    call(alice, service.answer_remark, remark.id, "In the file")
    call(alice, service.answer_remark, remark.id, "In the file of March")
    assert call(alice, service.waiting) == []
    (found,) = call(alice, service.list_remarks, begun.id)
    assert (found.about, found.words, found.remark.answer, found.remark.answered_by, found.remark.status) == (
        "ACH 1", "Lift", "In the file of March", "Alice Test", RemarkStatus.ANSWERED,
    )  # fmt: skip
    closed = call(ursula, service.close_remark, remark.id)
    assert call(ursula, service.close_remark, remark.id).closed_at == closed.closed_at
    with pytest.raises(Invalid):
        call(alice, service.answer_remark, remark.id, "Too late")
    assert listed(ursula, begun, remark="open") == []
    assert listed(ursula, begun, remark="any") == ["ACH 1"]


def test_a_remark_sent_twice_is_written_once(ursula, bert, begun):
    first = call(ursula, service.write_remark, begun.id, "The lift contract is missing")
    assert call(ursula, service.write_remark, begun.id, "The lift contract is missing ").id == first.id
    entry_id = ids_of(ursula, begun, "ACH 1")[0]
    assert call(bert, service.write_remark, begun.id, "The lift contract is missing", entry_id).id != first.id
    assert [r.about for r in call(bert, service.list_remarks, begun.id)] == ["", "ACH 1"]
    assert [r.about for r in call(bert, service.list_remarks, begun.id, entry_id)] == ["ACH 1"]


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001])
def test_a_remark_without_words_is_refused_beside_its_field(alice, ursula, begun, text):
    with pytest.raises(Invalid) as refused:
        call(ursula, service.write_remark, begun.id, text)
    assert set(refused.value.fields) == {"text"}
    remark = call(ursula, service.write_remark, begun.id, "Why?")
    with pytest.raises(Invalid) as refused:
        call(alice, service.answer_remark, remark.id, text)
    assert set(refused.value.fields) == {"answer"}


# --- The signature


def test_after_signing_nothing_changes(alice, ursula, bert, begun, year, posted):
    ids = ids_of(ursula, begun, *sorted(ALL))
    call(ursula, service.tick, begun.id, ids[1:])
    remark = call(ursula, service.write_remark, begun.id, "Which invoice?", ids[0])
    signed = call(ursula, service.sign, begun.id, Conclusion.WITH_REMARKS, "One voucher is missing.")
    assert (signed.signed_by, signed.user_id, signed.conclusion) == (
        "Ursula Test",
        ursula.user_id,
        Conclusion.WITH_REMARKS,
    )
    for actor, act, *given in (
        (ursula, service.tick, begun.id, ids[:1]),
        (bert, service.untick, begun.id, ids[1:2]),
        (ursula, service.write_remark, begun.id, "Another"),
        (alice, service.answer_remark, remark.id, "In the file"),
        (ursula, service.close_remark, remark.id),
        (bert, service.sign, begun.id, Conclusion.APPROVED),
        (bert, service.sign, begun.id, Conclusion.WITH_REMARKS, "One voucher is missing."),
    ):
        with pytest.raises(Invalid, match="signed"):
            call(actor, act, *given)
    with pytest.raises(Conflict):
        call(bert, service.open_verification, year.id, year.years[2026])
    assert (
        call(ursula, service.sign, begun.id, Conclusion.WITH_REMARKS, "One voucher is missing.").signed_at
        == signed.signed_at
    )
    assert ticks(ursula, begun) == 8
    assert call(alice, service.waiting) == []

    posted("2026-06-01", line("657", 900), line("551", 0, 900), words="Late")
    found = call(ursula, service.get_verification, begun.id).reach
    assert (found.progress.entries, found.progress.seen, found.later) == (9, 8, 1)
    assert set(listed(ursula, begun, seen="no")) == {"ACH 1", "ODS 3"}


def test_a_signature_is_withdrawn_with_a_reason(ursula, bert, begun):
    call(ursula, service.tick, begun.id, ids_of(ursula, begun, "ACH 1"))
    with pytest.raises(Invalid):
        call(ursula, service.withdraw_signature, begun.id, "A mistake")
    call(bert, service.sign, begun.id, Conclusion.APPROVED)
    with pytest.raises(Invalid) as refused:
        call(ursula, service.withdraw_signature, begun.id, "")
    assert set(refused.value.fields) == {"reason"}
    open_again = call(ursula, service.withdraw_signature, begun.id, "An invoice was entered late")
    assert (open_again.status, open_again.signed_by, open_again.conclusion) == (Status.OPEN, None, None)
    assert (open_again.withdrawn_by, open_again.withdrawal_reason) == ("Ursula Test", "An invoice was entered late")
    assert ticks(ursula, begun) == 1
    call(ursula, service.sign, begun.id, Conclusion.NOT_APPROVED, "Vouchers are missing.")
    with pytest.raises(Forbidden):
        call(bert, service.withdraw_signature, begun.id, "No")


@pytest.mark.parametrize(
    ("conclusion", "words", "field"),
    [(Conclusion.APPROVED, "", "conclusion"), (Conclusion.NOT_APPROVED, " ", "conclusion_words"), (Conclusion.NOT_APPROVED, "x" * 2001, "conclusion_words")],
)  # fmt: skip
def test_a_conclusion_that_does_not_fit_is_said_beside_its_field(ursula, begun, conclusion, words, field):
    call(ursula, service.write_remark, begun.id, "Why?")
    with pytest.raises(Invalid) as refused:
        call(ursula, service.sign, begun.id, conclusion, words)
    assert set(refused.value.fields) == {field}
    assert call(ursula, service.get_verification, begun.id).verification.status == Status.OPEN


def test_a_tick_and_a_signature_at_once_leave_no_tick_after_the_signature(ursula, bert, begun):
    ids, start = ids_of(ursula, begun, *sorted(ALL)), Barrier(2)

    def sign():
        start.wait(10)
        return call(ursula, service.sign, begun.id, Conclusion.APPROVED)

    def tick():
        start.wait(10)
        try:
            return call(bert, service.tick, begun.id, ids)
        except Invalid:
            return 0

    with ThreadPoolExecutor(2) as pool:
        signed, ticked = pool.submit(sign), pool.submit(tick)
        signed.result(30)
        assert ticks(ursula, begun) == ticked.result(30)
    assert progress(ursula, begun)[0] == 9


# --- Who


def allows(act, actor):
    try:
        act(actor)
    except Forbidden:
        return False
    return True


def test_who_may_do_what(alice, ursula, bert, begun, year, charlie):
    ids = ids_of(ursula, begun, "ACH 1")
    remark = call(ursula, service.write_remark, begun.id, "Why?")
    roles = {role: as_role(make_actor(alice.organization_id, role, "X"), role, year.id) for role in (
        Role.SYNDIC, Role.ACCOUNTANT, Role.BOARD_MEMBER, Role.AUDITOR, Role.OWNER, Role.OCCUPANT, Role.CONTRACTOR
    )}  # fmt: skip
    watchers, office = {Role.BOARD_MEMBER, Role.AUDITOR}, {Role.SYNDIC, Role.ACCOUNTANT}
    acts = {
        "read": (watchers | office, lambda a: call(a, service.get_verification, begun.id)),
        "list": (watchers | office, lambda a: call(a, service.list_entries, begun.id, Asked())),
        "tick": (watchers, lambda a: call(a, service.tick, begun.id, ids)),
        "untick": (watchers, lambda a: call(a, service.untick, begun.id, ids)),
        "remark": (watchers, lambda a: call(a, service.write_remark, begun.id, "And this?")),
        "answer": (office, lambda a: call(a, service.answer_remark, remark.id, "Because")),
        "waiting": (office, lambda a: call(a, service.waiting)),
        "open": (watchers, lambda a: call(a, service.open_verification, year.id, year.years[2025])),
    }
    for name, (allowed, act) in acts.items():
        for role, actor in roles.items():
            assert allows(act, actor) is (role in allowed), f"{role}: {name}"


def test_another_office_and_another_building_see_nothing(charlie, ursula, begun, year):
    ids = ids_of(ursula, begun, "ACH 1")
    remark = call(ursula, service.write_remark, begun.id, "Why?")
    elsewhere = replace(ursula, building_ids=frozenset())
    stranger = replace(ursula, organization_id=charlie.organization_id)
    for other in (elsewhere, stranger):
        for act, *given in (
            (service.get_verification, begun.id), (service.list_entries, begun.id, Asked()), (service.get_entry, begun.id, ids[0]),
            (service.list_remarks, begun.id), (service.report_paper, begun.id, "fr"), (service.tick, begun.id, ids),
            (service.untick, begun.id, ids), (service.write_remark, begun.id, "x"), (service.close_remark, remark.id),
            (service.get_remark, remark.id), (service.sign, begun.id, Conclusion.APPROVED), (service.list_years, year.id),
            (service.withdraw_signature, begun.id, "x"), (service.open_verification, year.id, year.years[2026]),
        ):  # fmt: skip
            with pytest.raises(NotFound):
                call(other, act, *given)
    with pytest.raises(NotFound):
        call(charlie, service.answer_remark, remark.id, "x")
    assert call(charlie, service.waiting) == []


def test_a_tick_cannot_be_moved_to_another_office_by_hand(charlie, ursula, begun):
    call(ursula, service.tick, begun.id, ids_of(ursula, begun, "ACH 1"))
    with transaction(charlie.organization_id) as s:
        counted = [
            s.exec(select(func.count()).select_from(t)).one()
            for t in (Verification, VerificationTick, VerificationRemark)
        ]
    assert counted == [0, 0, 0]


# --- The paper


def test_the_paper_holds_what_was_verified(alice, ursula, begun, identified):
    call(ursula, service.tick, begun.id, ids_of(ursula, begun, "ACH 1", "ODS 1"))
    remark = call(ursula, service.write_remark, begun.id, "Which pump?", ids_of(ursula, begun, "ODS 1")[0])
    call(alice, service.answer_remark, remark.id, "The heating's")
    call(ursula, service.sign, begun.id, Conclusion.WITH_REMARKS, "See the remark.")
    paper = call(ursula, service.report_paper, begun.id, "en")
    assert (paper.progress.entries, paper.progress.seen, paper.progress.cents, paper.progress.seen_cents) == (
        9,
        2,
        301_300,
        125_050,
    )
    assert (paper.missing_count, paper.missing_cents, len(paper.missing), paper.later) == (9, 301_300, 9, 0)
    assert (paper.missing[0].name, paper.missing[0].cents) == ("VEN 1", 50_000)
    assert [(r.about, r.text, r.answer, r.answered_by) for r in paper.remarks] == [
        ("ODS 1, Pump", "Which pump?", "The heating's", "Alice Test")
    ]
    assert (paper.seen_by, paper.signature.by, paper.signature.words) == (
        ("Ursula Test",),
        "Ursula Test",
        "See the remark.",
    )
    assert paper.sender.syndic == "Cabinet Sonnet"
    assert [r.tone for r in paper.funds.remarks] == ["warn"]  # the reserve: 200 for a fund, 160 at the bank


def test_the_signed_paper_stays_what_was_signed(alice, ursula, begun, identified, posted):
    def funds(paper):
        return {row.cells[0]: row.cells[1:] for row in paper.funds.rows if isinstance(row.cells[0], str)}

    call(ursula, service.sign, begun.id, Conclusion.WITH_REMARKS, "See the remark.")
    posted("2026-06-01", line("657", 900), line("551", 0, 900), words="Late")
    posted("2026-06-02", line("4100", 7_000, owner_id=identified.bob), line("161", 0, 7_000), words="Late call")
    posted("2025-12-01", line("550", 4_000), line("551", 0, 4_000), words="Late, the year before")
    paper = call(ursula, service.report_paper, begun.id, "en")
    assert (paper.missing_count, paper.missing_cents, paper.later) == (9, 301_300, 2)
    assert not [one for one in paper.missing if one.words.startswith("Late")]
    assert funds(paper) == {
        "551 Working capital bank account": (30_000, 45_000, 37_250, 37_750), "160 Reserve fund": (20_000, 0, 0, 20_000),
        "550 Reserve fund bank account": (10_000, 6_000, 0, 16_000),
    }  # fmt: skip
    assert [r.tone for r in paper.funds.remarks] == ["warn"]
    call(ursula, service.withdraw_signature, begun.id, "To look at the late ones")
    again = call(ursula, service.report_paper, begun.id, "en")
    assert (again.missing_count, again.missing_cents) == (11, 309_200)
    assert funds(again) == {
        "551 Working capital bank account": (26_000, 45_000, 38_150, 32_850), "160 Reserve fund": (20_000, 0, 0, 20_000),
        "161 Special reserve fund": (0, 7_000, 0, 7_000), "550 Reserve fund bank account": (14_000, 6_000, 0, 20_000),
    }  # fmt: skip


def test_an_association_without_a_number_issues_no_paper(ursula, begun):
    with pytest.raises(Invalid):
        call(ursula, service.report_paper, begun.id, "en")
    with pytest.raises(Invalid):
        call(ursula, service.report_paper, begun.id, "xx")
