import asyncio
from datetime import date

import pytest
from conftest import send

from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.rules import Regime
from koprogo_app.modules.accounts.state import AccountFormState, BooksState, BookState, ChartState
from koprogo_app.modules.ledger import service
from koprogo_app.modules.ledger.form_state import EntryFormState
from koprogo_app.modules.ledger.rules import Journal
from koprogo_app.modules.ledger.state import AccountLinesState, BalancesState, EntriesState, EntryState

from .conftest import account_id, line


@pytest.fixture
def shown(opened, monkeypatch):
    """opened(), with an address that names nothing to narrow."""

    def make(kind, **address):
        state = opened(kind, **address)
        if hasattr(kind, "_narrow"):
            monkeypatch.setattr(kind, "_narrow", lambda _self, *_names: None)
        return state

    return make


def test_entries_are_worded_last_first(shown, books, posted):
    posted(
        "2026-01-31", line("612", debit=123_456), line("551", credit=123_456), journal=Journal.FIN, words="Electricity"
    )
    posted("2026-02-28", line("612", debit=100), line("551", credit=100), document_ref="F-2")
    state = shown(EntriesState, building_id=books.id)
    send(state, EntriesState.load)
    assert [(r.number, r.on, r.words, r.reference, r.total) for r in state.rows] == [
        ("ODS 1", "28/02/2026", "Words", "F-2", "1,00\u00a0€"), ("FIN 1", "31/01/2026", "Electricity", "", "1.234,56\u00a0€")
    ]  # fmt: skip
    assert [y.label for y in state.years] == ["2026", "2025"]


def test_an_entry_with_its_lines_and_its_reversal(shown, alice, books, posted):
    entry = posted(
        "2026-01-31", line("4101", debit=5_000, owner_id=books.bob, description="Call"), line("701", credit=5_000)
    )
    state = shown(EntryState, entry_id=entry.id, building_id=books.id)
    send(state, EntryState.load)
    assert (state.number, state.on, state.total, state.reversible) == ("ODS 1", "31/01/2026", "50,00\u00a0€", True)
    assert [(r.party, r.words, r.debit, r.credit) for r in state.rows] == [
        ("Bob", "Call", "50,00\u00a0€", ""),
        ("", "", "", "50,00\u00a0€"),
    ]
    send(state, EntryState.reverse, {"entry_on": "soon", "reason": ""})
    assert set(state.errors) == {"entry_on"}
    send(state, EntryState.reverse, {"entry_on": "2026-02-01", "reason": " "})
    assert set(state.errors) == {"reason"}
    send(state, EntryState.reverse, {"entry_on": "2026-02-01", "reason": "Wrong lot"})
    send(state, EntryState.load)
    assert (state.reversible, bool(state.reversed_by)) == (False, True)


def test_an_entry_that_is_not_there_is_said_on_its_page(shown, books):
    state = shown(EntryState, entry_id="nonsense", building_id=books.id)
    send(state, EntryState.load)
    assert state.missing


FORM = {
    "journal": "FIN", "entry_on": "2026-03-01", "description": "Electricity",
    "account-0": "612", "debit-0": "1 234,56", "account-1": "551", "credit-1": "1.234,56",
}  # fmt: skip


def test_an_entry_is_typed_and_posted_once(shown, alice, books):
    state = shown(EntryFormState, building_id=books.id)
    send(state, EntryFormState.load)
    assert {c.label for c in state.owners} == {"Bob", "Dora"}
    assert [c.label for c in state.suppliers] == ["Lift SA"]
    send(state, EntryFormState.post, FORM)
    send(state, EntryFormState.post, FORM)  # pressed twice
    assert state.errors == {}
    found = call(alice, service.balances, books.id, books.years[2026])
    assert [(b.account.code, b.moved.after) for b in found] == [("551", -123_456), ("612", 123_456)]


def test_the_sums_follow_what_is_typed(shown, books):
    state = shown(EntryFormState, building_id=books.id)
    send(state, EntryFormState.load)
    send(state, EntryFormState.typed, "debit-0", "100,10")
    send(state, EntryFormState.typed, "credit-1", "40")
    assert (state.debit, state.credit, state.missing) == ("100,10\u00a0€", "40,00\u00a0€", "60,10\u00a0€")
    send(state, EntryFormState.typed, "credit-2", "60,10")
    send(state, EntryFormState.typed, "elsewhere", "5")
    send(state, EntryFormState.typed, "debit-3", "letters")
    assert state.missing == ""


def test_a_control_account_asks_for_its_party(shown, books):
    state = shown(EntryFormState, building_id=books.id)
    send(state, EntryFormState.load)
    send(state, EntryFormState.choose, 0, "4101")
    send(state, EntryFormState.choose, 1, "440")
    send(state, EntryFormState.choose, 99, "440")
    assert state.parties[:3] == ["owner", "supplier", ""]


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"debit-0": "12,345"}, {"debit-0"}),
        ({"debit-0": "twelve"}, {"debit-0"}),
        ({"debit-0": "-5"}, {"debit-0"}),
        ({"account-0": ""}, {"account-0"}),
        ({"account-0": "999"}, {"account-0"}),
        ({"account-1": "440"}, {"account-1"}),
        ({"credit-1": "1"}, {"description"}),
        ({"description": " "}, {"description"}),
        ({"entry_on": ""}, {"entry_on"}),
        ({"entry_on": "2031-01-01"}, {"entry_on"}),
        ({"journal": "XXX"}, {"journal"}),
        ({"owner-0": "nobody", "account-0": "4101"}, {"owner_id"}),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_posted(shown, alice, books, change, fields):
    state = shown(EntryFormState, building_id=books.id)
    send(state, EntryFormState.load)
    send(state, EntryFormState.post, FORM | change)
    assert set(state.errors) == fields
    assert call(alice, service.balances, books.id, books.years[2026]) == []


def test_lines_are_added_to_sixteen(shown, books):
    state = shown(EntryFormState, building_id=books.id)
    send(state, EntryFormState.load)
    for _ in range(20):
        send(state, EntryFormState.more)
    assert state.count == 16


def test_balances_of_the_year_and_their_sums(shown, books, posted):
    posted("2025-06-01", line("551", debit=10_000), line("100", credit=10_000))
    posted("2026-01-31", line("612", debit=400), line("551", credit=400))
    state = shown(BalancesState, building_id=books.id)
    send(state, BalancesState.load)
    assert state.filters["year"] == str(books.years[2026])
    assert [(r.code, r.before, r.debit, r.credit, r.after) for r in state.rows] == [
        ("100", "-100,00\u00a0€", "", "", "-100,00\u00a0€"), ("551", "100,00\u00a0€", "", "4,00\u00a0€", "96,00\u00a0€"), ("612", "", "4,00\u00a0€", "", "4,00\u00a0€")
    ]  # fmt: skip
    assert (state.debit, state.credit) == ("4,00\u00a0€", "4,00\u00a0€")
    send(state, BalancesState.search_for, "electricity")
    send(state, BalancesState.filter_by, "year", "not-a-year")
    assert state.filters["year"] == str(books.years[2026])


def test_an_account_line_by_line(shown, alice, books, posted):
    posted("2025-06-01", line("551", debit=10_000), line("100", credit=10_000))
    posted("2026-01-31", line("440", debit=400, supplier_id=books.lift), line("551", credit=400), words="Paid")
    state = shown(AccountLinesState, building_id=books.id, account_id=account_id(alice, books.id, "551"))
    send(state, AccountLinesState.load)
    assert (state.before, state.after) == ("100,00\u00a0€", "96,00\u00a0€")
    assert [(r.number, r.words, r.credit, r.balance) for r in state.rows] == [
        ("ODS 1", "Paid", "4,00\u00a0€", "96,00\u00a0€")
    ]
    state = shown(AccountLinesState, building_id=books.id, account_id="nonsense")
    send(state, AccountLinesState.load)
    assert state.missing


# --- The pages of the books themselves


def test_books_are_opened_from_the_page(shown, alice, building):
    state = shown(BookState, building_id=building.id)
    send(state, BookState.load)
    assert (state.ready, state.open, state.may_simplify) == (True, False, True)
    send(state, BookState.begin, {"regime": "double", "starts_on": "2026-01-01", "ends_on": "2025-12-31"})
    assert set(state.errors) == {"ends_on"}
    send(state, BookState.begin, {"regime": "double", "starts_on": "2026-01-01", "ends_on": "2026-12-31"})
    assert (state.open, [y.words for y in state.years], state.errors) == (True, ["2026"], {})
    send(state, BookState.add_year, {"starts_on": "2027-01-01", "ends_on": "2027-06-30"})
    assert [y.words for y in state.years] == ["01/01/2027 – 30/06/2027", "2026"]
    send(state, BookState.change_regime, {"regime": "nonsense"})
    assert set(state.errors) == {"regime"}
    send(state, BookState.change_regime, {"regime": Regime.SIMPLIFIED.value})
    assert state.regime == "simplified"
    send(state, BookState.lock, {"locked_until": "2026-03-31", "reason": ""})
    assert (state.locked, state.errors) == ("31/03/2026", {})
    send(state, BookState.lock, {"locked_until": "", "reason": ""})
    assert set(state.errors) == {"reason"}
    assert call(alice, accounts.find_book, building.id).locked_until == date(2026, 3, 31)


def test_the_list_of_all_books(shown, building):
    state = shown(BooksState)
    send(state, BooksState.load)
    assert [(r.name, r.open, r.regime) for r in state.rows] == [("Résidence Molière", False, "")]


def test_an_account_is_added_and_changed_from_its_page(shown, alice, books):
    form = shown(AccountFormState, building_id=books.id)
    send(form, AccountFormState.start)
    send(form, AccountFormState.create, {"code": "440", "label": "Twice", "postable": "on"})
    assert set(form.errors) == {"code"}
    send(
        form,
        AccountFormState.create,
        {"code": "610199", "label": "Lift B", "label_fr": "Ascenseur B", "postable": "on"},
    )
    assert form.errors == {}
    chart = shown(ChartState, building_id=books.id)
    asyncio.run(ChartState.search_for.fn(chart, "610199"))
    assert [(r.code, r.label, r.kind, r.postable) for r in chart.rows] == [("610199", "Lift B", "Cost", True)]
    edit = shown(AccountFormState, building_id=books.id, account_id=chart.rows[0].id)
    send(edit, AccountFormState.edit)
    assert edit.values["label_fr"] == "Ascenseur B"
    send(edit, AccountFormState.save, {"label": "Lift C", "label_fr": "Ascenseur C"})
    asyncio.run(ChartState.search_for.fn(chart, "610199"))
    assert [(r.label, r.postable) for r in chart.rows] == [("Lift C", False)]
    send(edit, AccountFormState.delete)
    asyncio.run(ChartState.search_for.fn(chart, "610199"))
    assert chart.total == 0
