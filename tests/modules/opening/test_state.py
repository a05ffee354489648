"""The wizard on a plain state, as its reader, in English; and its page, drawn."""

from datetime import date

import pytest
import reflex as rx
from conftest import as_role, send

from koprogo_app.core.actor import Role
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.opening import pages, service
from koprogo_app.modules.opening.models import StartIn
from koprogo_app.modules.opening.state import OpeningState as S
from koprogo_app.ui.help import TOPICS

from .conftest import DAY, trial_balance, whole


@pytest.fixture
def wizard(opened, books):
    """The page of the building, loaded."""
    state = opened(S, building_id=books.id)
    send(state, S.load)
    return state


@pytest.fixture
def dutch(wizard, alice, sent):
    """With the Dutch workbook, at its balances."""
    sent("proefbalans.xlsx")
    send(wizard, S.load)
    send(wizard, S.go_to, "balances")
    return wizard


def test_it_begins_with_a_day_and_a_source(wizard, alice, books):
    assert (wizard.step, wizard.status, [c.value for c in wizard.days]) == (1, "", ["2027-01-01", "2026-01-01"])
    assert wizard.opens_on == "2026-01-01"
    send(wizard, S.begin, {"on": "2026-02-01", "source": "file"})
    assert wizard.errors == {"on": "Choose the first day of a financial year."}
    send(wizard, S.begin, {"on": "2026-01-01", "source": "file"})
    assert (wizard.errors, wizard.step, wizard.status) == ({}, 2, "draft")
    send(wizard, S.begin, {"on": "2027-01-01", "source": "hand"})
    assert (wizard.step, wizard.opens_on) == (3, "2027-01-01")


def test_books_that_are_not_open_say_so(opened, alice, building):
    state = opened(S, building_id=building.id)
    send(state, S.load)
    assert (state.open, state.step, state.loaded) == (False, 1, str(building.id))


def test_the_columns_are_shown_and_changed(dutch):
    send(dutch, S.go_to, "file")
    first, second = dutch.sheets
    assert (first.title, first.header, first.account, second.account) == (
        "proefbalans.xlsx · Proefbalans",
        "2",
        "",
        "4101",
    )
    assert [(c.heading, c.field) for c in first.columns] == [
        ("Rekening", "account"),
        ("Omschrijving", "label"),
        ("Saldo (EUR)", "balance"),
    ]
    send(dutch, S.remap, first.id, 1, "reference")
    assert dutch.sheets[0].columns[1].field == "reference"
    send(dutch, S.set_account, second.id, "4100")
    assert dutch.sheets[1].account == "4100"
    send(dutch, S.use, second.id, False)
    assert not dutch.sheets[1].used
    send(dutch, S.move_header, first.id, "1")
    assert dutch.sheets[0].header == "1"
    send(dutch, S.drop_file, "proefbalans.xlsx")
    assert (dutch.files, dutch.sheets) == ([], [])


def test_doubts_are_shown_with_what_settles_them(dutch):
    row = next(r for r in dutch.rows if r.account == "550000")
    assert (row.place, row.found, row.tone, row.code, row.proposal) == (
        "proefbalans.xlsx · Proefbalans, 6",
        "There is no account 550000.",
        "bad",
        "550000",
        "550",
    )
    assert row.proposed.startswith("550 ")
    send(dutch, S.accept, row.key)
    assert next(r for r in dutch.rows if r.account == "550000").account_words.startswith("550 ")
    likely = next(r for r in dutch.rows if r.party == "owner" and r.proposal)
    assert likely.found == "“Peters Anna” looks like Peeters Anna."
    before = dutch.to_settle
    send(dutch, S.accept_accounts)
    assert (before, dutch.to_settle, dutch.gap) == (5, 1, "")
    assert dutch.reason == "To settle first: Every co-owner and supplier is known"
    send(dutch, S.accept, likely.key)
    assert (dutch.to_settle, dutch.reason) == (0, "")
    control = next(r for r in dutch.rows if r.sums_up)
    assert (control.account, control.tone) == ("410100", "warn")


def test_a_code_is_read_as_another_account_or_added(dutch, alice, books):
    send(dutch, S.ask, "account", "551000")
    assert (dutch.dialog, dutch.asked) == ("account", "551000")
    send(dutch, S.map_account, {"account": "nowhere"})
    assert (dutch.errors["account"], dutch.dialog) == ("There is no account nowhere.", "account")
    send(dutch, S.map_account, {"account": "551"})
    assert (dutch.errors, dutch.dialog) == ({}, "")
    send(dutch, S.ask, "create", "100000")
    assert dutch.asked_words == "Werkkapitaal"
    send(dutch, S.create_account, {"code": "1000", "label": "Werkkapitaal", "kind": ""})
    assert dutch.dialog == ""
    assert next(r for r in dutch.rows if r.account == "100000").account_words == "1000 Werkkapitaal"
    assert any(a.code == "1000" for a in call(alice, accounts.list_accounts, books.id))


def test_a_person_is_chosen(dutch, books):
    likely = next(r for r in dutch.rows if r.party == "owner" and r.proposal)
    send(dutch, S.ask, "person", likely.key)
    assert [c.label for c in dutch.people] == ["Dupont Jean", "Peeters Anna"]
    send(dutch, S.name_party, {"party": "x"})
    assert dutch.errors["party"] == "Choose one from the list."
    send(dutch, S.name_party, {"party": str(books.peeters)})
    assert (dutch.dialog, next(r for r in dutch.rows if r.key == likely.key).person) == ("", "Peeters Anna")


def test_a_wrong_amount_stays_as_typed_with_its_remark(wizard, alice, draft):
    send(wizard, S.load)
    send(wizard, S.go_to, "balances")
    send(wizard, S.ask, "line", "")
    send(wizard, S.add_line, {})
    assert wizard.errors == {"account": "This field is required."}
    send(wizard, S.add_line, {"account": "551", "debit": "12,345678"})
    assert (wizard.dialog, wizard.rows[0].debit, wizard.rows[0].tone) == ("", "12,345678", "bad")
    assert wizard.rows[0].found == "“12,345678” has more than two decimals."
    send(wizard, S.edit, "h1", "debit", "1.234,50")
    assert (wizard.rows[0].debit, wizard.rows[0].found) == ("1.234,50", "")
    send(wizard, S.edit, "h1", "debit", "1 234,50")
    send(wizard, S.edit, "nobody", "debit", "1")
    assert call(alice, service.get_opening, draft).lines[0].debit == 123_450
    send(wizard, S.edit, "h1", "due", "31/02/2025")
    assert (wizard.rows[0].due, wizard.rows[0].found) == ("31/02/2025", "“31/02/2025” is not a date.")
    send(wizard, S.drop, "h1")
    assert wizard.rows == []


def test_the_grid_is_paged_searched_and_narrowed(dutch):
    send(dutch, S.resize, 2)
    assert (len(dutch.rows), dutch.total) == (2, 7)
    send(dutch, S.go, 4)
    assert len(dutch.rows) == 1
    send(dutch, S.search_for, "zicht")
    assert [r.label for r in dutch.rows] == ["Zichtrekening"]
    send(dutch, S.search_for, "")
    send(dutch, S.resize, 50)
    send(dutch, S.show, "doubts")
    assert dutch.total == 6
    send(dutch, S.show, "aside")
    assert [(a.place, a.reason, a.dropped) for a in dutch.asides] == [
        ("proefbalans.xlsx · Proefbalans, 8", "total", False), ("proefbalans.xlsx · Mede-eigenaars, 4", "total", False)
    ]  # fmt: skip
    send(dutch, S.show, "all")
    key = dutch.rows[0].key
    send(dutch, S.drop, key)
    send(dutch, S.show, "aside")
    send(dutch, S.restore, next(a.key for a in dutch.asides if a.dropped))
    assert len(dutch.asides) == 2


def test_a_line_for_each_co_owner(wizard, draft, books):
    send(wizard, S.load)
    send(wizard, S.add_owners, {"owner_account": "551"})
    assert wizard.errors == {"owner_account": "Choose an account of the co-owners."}
    send(wizard, S.add_owners, {"owner_account": "4101"})
    assert [(r.person, r.account) for r in wizard.rows] == [("Dupont Jean", "4101"), ("Peeters Anna", "4101")]


def test_checks_entry_and_undo(wizard, alice, books, draft):
    call(alice, service.set_lines, draft, whole(books))
    send(wizard, S.load)
    send(wizard, S.go_to, "checks")
    assert (wizard.step, wizard.passed, wizard.reason) == (4, "9 of 9 passed", "")
    send(wizard, S.state_totals, {"stated_debit": "13.750,00", "stated_credit": "x"})
    assert "stated_credit" in wizard.errors
    send(wizard, S.state_totals, {"stated_debit": "13.750,00", "stated_credit": "13.750,00"})
    assert wizard.passed == "10 of 10 passed"
    send(wizard, S.go_to, "entry")
    assert [(r.account[:4], r.person, r.debit, r.credit) for r in wizard.sides][5:] == [
        ("4101", "Dupont Jean", "750,00\xa0€", ""),
        ("4101", "Peeters Anna", "", "250,00\xa0€"),
    ]
    assert (wizard.debit, wizard.total) == ("13.750,00\xa0€", 7)
    send(wizard, S.post)
    assert (wizard.status, wizard.step, len(wizard.sides)) == ("posted", 6, 7)
    assert trial_balance(alice, books)["551"] == 300_000
    send(wizard, S.undo)
    assert (wizard.status, wizard.step) == ("undone", 6)
    send(wizard, S.restart, True)
    assert (wizard.status, wizard.step, len(wizard.rows)) == ("draft", 3, 7)
    send(wizard, S.forget)
    assert (wizard.status, wizard.step) == ("undone", 6)
    send(wizard, S.restart, False)
    assert (wizard.status, wizard.step, wizard.rows) == ("draft", 2, [])


def test_a_locked_period_refuses_the_undoing_in_words(wizard, alice, books, draft):
    call(alice, service.set_lines, draft, whole(books))
    call(alice, service.post_opening, draft)
    call(alice, accounts.lock_books, books.id, date(2026, 1, 31))
    send(wizard, S.load)
    said = send(wizard, S.undo)
    assert "The books are locked up to" in str(said)
    assert wizard.status == "posted"


def test_who_only_looks_sees_the_checks(opened, alice, books, draft):
    call(alice, service.set_lines, draft, whole(books))
    state = opened(S, actor=as_role(alice, Role.AUDITOR, books.id), building_id=books.id)
    send(state, S.load)
    assert len(state.gates) == 9
    send(state, S.post)
    assert call(alice, service.get_opening, draft).run.status == "draft"


def test_another_office_sees_no_building(opened, charlie, books, draft):
    state = opened(S, actor=charlie, building_id=books.id)
    send(state, S.load)
    assert (state.missing, state.draft_id) == (True, "")


def test_the_page_is_drawn_with_every_step(monkeypatch):
    monkeypatch.setattr(rx.State, "building_id", rx.Var("building_id", _var_type=str), raising=False)
    found = str(pages.opening().render())
    for name in (
        "f-on",
        "f-source-file",
        "f-owner_account",
        "f-stated_debit",
        "f-stated_credit",
        "f-code",
        "f-party",
        "f-debit",
    ):
        assert name in found, name


def test_help_names_the_law():
    assert TOPICS["takeover"].article == "3.89 §5 7°"
    assert TOPICS["fund_on_account"].article == "3.86 §3"


def test_a_day_may_be_moved_while_it_is_a_draft(alice, books, draft):
    assert call(alice, service.start_opening, books.id, StartIn(on=DAY)).id == draft
