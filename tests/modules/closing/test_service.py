"""A year is closed, goes over to the next to the cent, and is opened again."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from conftest import make_actor
from modules.funds.conftest import opened_house
from modules.ledger.conftest import line

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import AccountIn, FiscalYear
from koprogo_app.modules.closing import service
from koprogo_app.modules.closing.models import AccrualIn, ClosingIn, YearClosing
from koprogo_app.modules.closing.rules import Kind
from koprogo_app.modules.funds.reading import costs_of
from koprogo_app.modules.funds.rules import Fund, base_of
from koprogo_app.modules.invoices.models import SharingIn
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.statements import service as statements
from koprogo_app.modules.statements import sharing

DECIDED = ClosingIn(decided_on=date(2026, 3, 20), decision="Item 4: accounts approved")


def balances(actor: Actor, books: Any, year: int) -> dict[str, int]:
    found = call(actor, ledger.balances, books.id, books.years[year])
    return {b.account.code: b.moved.after for b in found if b.moved.after}


def close(actor: Actor, books: Any, data: ClosingIn = DECIDED, year: int = 2025) -> YearClosing:
    return call(actor, service.close, books.id, books.years[year], data)


def accrual(**change: Any) -> AccrualIn:
    given = {
        "kind": Kind.TO_RECEIVE, "account": "612100", "cents": 30_000, "words": "Electricity, December",
        "period_from": date(2025, 12, 1), "period_until": date(2025, 12, 31),
    }  # fmt: skip
    return AccrualIn(**(given | change))


def test_after_the_statement_the_year_closes_and_goes_over(
    alice: Actor, books: Any, called: Any, spent: Any, published: Any
) -> None:
    called("2025-01-31", 100_000, 20_000)
    spent("2025-03-01", "612100", 30_101, SharingIn())
    published("2025-12-31")
    closing = close(alice, books)
    assert (closing.status, closing.result_cents, closing.entry_id, closing.fund) == ("closed", 0, None, None)
    before, after = balances(alice, books, 2025), balances(alice, books, 2026)
    # Owners: 600 each called, less 349,49 and 349,50 owed back on account; bank −301,01; reserve −200,00.
    assert {code: before[code] for code in ("160", "551")} == {"160": -20_000, "551": -30_101}
    assert before["4101"] == 100_000 - (50_000 - 15_051) - (50_000 - 15_050)
    assert before["4100"] == 20_000
    assert after == {code: cents for code, cents in before.items() if code[0] not in "67"}
    assert sum(after.values()) == 0
    with pytest.raises(Invalid, match="locked"):
        spent("2025-12-31", "612100", 100)
    assert close(alice, books).id == closing.id  # again: nothing more


def test_what_is_left_goes_to_a_fund_by_decision(alice: Actor, books: Any, posted: Any) -> None:
    posted("2025-06-30", line("551", debit=7_550), line("751", credit=7_550))
    state = call(alice, service.get_state, books.id, books.years[2025])
    assert state.result == 7_550
    with pytest.raises(Invalid) as stopped:  # by statement or by decision, somebody must have said who bears it
        close(alice, books)
    assert stopped.value.params["check"] == "Every cost has its bearers"
    year = call(alice, accounts.get_year, books.years[2025])
    lines = [
        p.line.id for p in call(alice, statements.prepare, books.id, year.id, date(2025, 12, 31)).material.problems
    ]
    call(alice, sharing.share, books.id, lines, SharingIn())
    with pytest.raises(Invalid) as refused:
        close(alice, books)
    assert refused.value.field == "fund"
    closing = close(alice, books, DECIDED.model_copy(update={"fund": Fund.RESERVE}))
    assert (closing.result_cents, closing.fund) == (7_550, "reserve")
    found = balances(alice, books, 2025)
    assert (found["160"], found["680"], found["751"]) == (-7_550, 7_550, -7_550)
    assert balances(alice, books, 2026) == {"551": 7_550, "160": -7_550}


def test_a_loss_that_the_fund_cannot_bear(alice: Actor, books: Any, spent: Any) -> None:
    spent("2025-06-30", "612100", 5_000, SharingIn())
    with pytest.raises(Invalid, match="cannot bear") as refused:
        close(alice, books, DECIDED.model_copy(update={"fund": Fund.WORKING}))
    assert refused.value.field == "fund"


def test_a_loss_that_the_fund_cannot_bear_any_more(alice: Actor, books: Any, posted: Any, spent: Any) -> None:
    """6 000,00 of reserve on 31 December, of which 4 000,00 are withdrawn in February: 2 000,00 are left for the loss."""
    posted("2025-01-10", line("551", debit=600_000), line("160", credit=600_000))
    spent("2025-06-30", "612100", 500_000, SharingIn())
    february = posted("2026-02-10", line("160", debit=400_000), line("551", credit=400_000))
    data = DECIDED.model_copy(update={"fund": Fund.RESERVE})
    with pytest.raises(Invalid, match="at its lowest") as refused:
        close(alice, books, data)
    assert (refused.value.field, int(refused.value.params["held"])) == ("fund", 200_000)
    call(alice, ledger.reverse_entry, february.id, date(2026, 2, 10), "Wrong account")
    assert close(alice, books, data).result_cents == -500_000
    assert balances(alice, books, 2026)["160"] == -100_000


def test_a_surplus_that_the_fund_has_spent_keeps_the_year_closed(
    alice: Actor, books: Any, spent: Any, posted: Any
) -> None:
    spent("2025-06-30", "751", -7_550, SharingIn())
    close(alice, books, DECIDED.model_copy(update={"fund": Fund.RESERVE}))
    posted("2026-02-10", line("160", debit=7_000), line("551", credit=7_000))
    with pytest.raises(Invalid, match="has spent the surplus") as refused:
        call(alice, service.reopen, books.id, books.years[2025], "An invoice turned up")
    assert refused.value.field == "reason"
    assert (lock(alice, books), balances(alice, books, 2026)["160"]) == (date(2025, 12, 31), -550)
    posted("2026-02-10", line("551", debit=7_000), line("160", credit=7_000))
    assert call(alice, service.reopen, books.id, books.years[2025], "An invoice turned up").status == "reopened"


def test_what_stops_it(alice: Actor, books: Any, posted: Any, spent: Any) -> None:
    with pytest.raises(Invalid) as refused:
        close(alice, books, ClosingIn(decided_on=date(2026, 3, 20)))
    assert refused.value.field == "decision"
    with pytest.raises(Invalid, match="after its last day") as refused:
        close(alice, books, DECIDED.model_copy(update={"decided_on": date(2024, 5, 1)}))
    assert refused.value.field == "decided_on"
    posted("2025-06-30", line("499", debit=100), line("551", credit=100))
    with pytest.raises(Invalid, match="cannot be closed yet"):
        close(alice, books)
    with pytest.raises(Invalid, match="cannot be closed yet"):  # 2026 is not over, and 2025 is open
        close(alice, books, year=2026)


def test_the_next_year_is_added(alice: Actor, books: Any) -> None:
    call(alice, accounts.remove_year, books.years[2026])
    close(alice, books)
    years = call(alice, accounts.list_years, books.id)
    assert (years[0].starts_on, years[0].ends_on) == (date(2026, 1, 1), date(2026, 12, 31))


def test_opened_again_all_is_as_before(alice: Actor, books: Any, posted: Any) -> None:
    entry = posted("2025-06-30", line("551", debit=7_550), line("751", credit=7_550))
    income = call(alice, ledger.get_entry, entry.id).lines[1].line.id
    call(alice, sharing.share, books.id, [income], SharingIn())
    before = balances(alice, books, 2025)
    call(alice, accounts.lock_books, books.id, date(2025, 9, 30))
    close(alice, books, DECIDED.model_copy(update={"fund": Fund.WORKING}))
    with pytest.raises(Invalid) as refused:
        call(alice, service.reopen, books.id, books.years[2025], "  ")
    assert refused.value.field == "reason"
    again = call(alice, service.reopen, books.id, books.years[2025], "An invoice turned up")
    assert again.status == "reopened"
    assert (
        call(alice, service.reopen, books.id, books.years[2025], "Twice").reversal_entry_id == again.reversal_entry_id
    )
    assert balances(alice, books, 2025) == before
    book = call(alice, accounts.find_book, books.id)
    assert book is not None
    assert book.locked_until == date(2025, 9, 30)
    assert close(alice, books, DECIDED.model_copy(update={"fund": Fund.WORKING})).id != again.id


def test_a_year_is_not_opened_under_a_closed_one(alice: Actor, books: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2027, 3, 1))
    close(alice, books)
    close(alice, books, DECIDED.model_copy(update={"decided_on": date(2027, 2, 15)}), year=2026)
    with pytest.raises(Conflict, match="later year"):
        call(alice, service.reopen, books.id, books.years[2025], "Wrong")
    with pytest.raises(NotFound):
        call(alice, service.reopen, books.id, uuid4(), "Wrong")


def lock(alice: Actor, books: Any) -> date | None:
    book = call(alice, accounts.find_book, books.id)
    assert book is not None
    return book.locked_until


def test_a_quarter_locked_since_the_closing_stays_locked(alice: Actor, books: Any) -> None:
    close(alice, books)
    call(alice, accounts.lock_books, books.id, date(2026, 3, 31))
    with pytest.raises(Conflict, match="beyond this year"):
        call(alice, service.reopen, books.id, books.years[2025], "An invoice turned up")
    assert lock(alice, books) == date(2026, 3, 31)
    call(alice, accounts.lock_books, books.id, date(2025, 12, 31), "An invoice of 2025 turned up")
    assert call(alice, service.reopen, books.id, books.years[2025], "An invoice turned up").status == "reopened"
    assert lock(alice, books) is None


def test_a_year_locked_before_its_closing_takes_entries_once_it_is_open(alice: Actor, books: Any, posted: Any) -> None:
    call(alice, accounts.lock_books, books.id, date(2025, 12, 31))
    close(alice, books)
    assert call(alice, service.get_state, books.id, books.years[2025]).open_from == date(2025, 1, 1)
    call(alice, service.reopen, books.id, books.years[2025], "An invoice turned up")
    assert lock(alice, books) is None
    assert posted("2025-01-01", line("612", debit=100), line("551", credit=100)).id


# --- Accruals --------------------------------------------------------------------------------------------------------


def test_an_invoice_to_come_is_a_cost_of_its_year(alice: Actor, books: Any, spent: Any) -> None:
    made = call(alice, service.add_accrual, books.id, books.years[2025], accrual())
    assert (balances(alice, books, 2025)["612100"], balances(alice, books, 2025)["444"]) == (30_000, -30_000)
    assert balances(alice, books, 2026)["612100"] == -30_000  # the invoice of 2026 makes it nothing
    assert "444" not in balances(alice, books, 2026)
    draft = call(alice, statements.prepare, books.id, books.years[2025], date(2025, 12, 31))
    assert draft.ready
    assert {x.costs for x in draft.settled.values()} == {15_000}
    assert made.entry_id != made.back_entry_id


def test_a_cost_paid_ahead_leaves_its_year(alice: Actor, books: Any, spent: Any) -> None:
    spent("2025-11-15", "614000", 120_000, SharingIn(period_from=date(2025, 11, 15), period_until=date(2025, 12, 31)))
    ahead = accrual(
        kind=Kind.PREPAID,
        account="614000",
        cents=105_000,
        period_from=date(2026, 1, 1),
        period_until=date(2026, 11, 14),
    )
    call(alice, service.add_accrual, books.id, books.years[2025], ahead)
    assert (balances(alice, books, 2025)["614000"], balances(alice, books, 2025)["490"]) == (15_000, 105_000)
    assert balances(alice, books, 2026)["614000"] == 105_000


@pytest.mark.parametrize(("said", "base"), [(None, (0, 0)), (False, (0, 0)), (True, (-900_000, 900_000))])
def test_works_paid_ahead_are_not_of_the_ordinary_charges(
    alice: Actor, books: Any, spent: Any, said: bool | None, base: tuple[int, int]
) -> None:
    """12 000,00 of lift works, decided once, of which 9 000,00 are for 2026."""
    spent("2025-11-15", "611100", 1_200_000, SharingIn(ordinary=False))
    ahead = accrual(
        kind=Kind.PREPAID, account="611100", cents=900_000, ordinary=said, period_from=date(2026, 1, 1),
        period_until=date(2026, 3, 31),
    )  # fmt: skip
    call(alice, service.add_accrual, books.id, books.years[2025], ahead)
    assert alice.organization_id
    with transaction(alice.organization_id) as s:
        found = [base_of(costs_of(s, s.get_one(FiscalYear, books.years[year])), ()) for year in (2025, 2026)]
    assert (found[0].cents, found[1].cents) == base
    assert sum(one.told + one.left_out for one in found) == 1_200_000


def test_an_accrual_sent_twice_is_entered_once_and_undone_whole(alice: Actor, books: Any) -> None:
    data = accrual(key=uuid4())
    made = call(alice, service.add_accrual, books.id, books.years[2025], data)
    assert call(alice, service.add_accrual, books.id, books.years[2025], data).id == made.id
    call(alice, service.undo_accrual, made.id, "Entered twice on paper")
    call(alice, service.undo_accrual, made.id, "Again")
    assert balances(alice, books, 2025) == {}
    assert balances(alice, books, 2026) == {}


def test_an_income_to_come_is_of_its_year(alice: Actor, books: Any) -> None:
    interest = accrual(kind=Kind.INCOME_TO_COME, account="751", cents=4_200, words="Interest of December")
    call(alice, service.add_accrual, books.id, books.years[2025], interest)
    assert (balances(alice, books, 2025)["751"], balances(alice, books, 2025)["491"]) == (-4_200, 4_200)
    assert balances(alice, books, 2026) == {"751": 4_200}


def test_an_accrual_is_not_of_an_account_of_calls_or_of_the_funds(alice: Actor, books: Any) -> None:
    """Nor of one below it: 7011 is for what 701 is for."""
    call(alice, accounts.create_account, books.id, AccountIn(code="7011", label="Heating advances"))
    codes = [a.code for a in call(alice, service.list_accounts, books.id)]
    assert {"611100", "612100", "751"} <= set(codes)
    assert not {"551", "61", "680", "681", "700", "701", "7011", "702"} & set(codes)
    with pytest.raises(Invalid, match="by itself") as refused:
        call(alice, service.add_accrual, books.id, books.years[2025], accrual(account="7011", kind=Kind.INCOME_AHEAD))
    assert refused.value.field == "account"


def test_a_key_of_another_building_is_refused(alice: Actor, books: Any) -> None:
    data = accrual(key=uuid4())
    call(alice, service.add_accrual, books.id, books.years[2025], data)
    other = opened_house(alice, name="Deux")
    with pytest.raises(Conflict, match="another building"):
        call(alice, service.add_accrual, other.id, other.years[2025], data)
    assert call(alice, ledger.balances, other.id, other.years[2025]) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cents": 0}, "cents"),
        ({"account": "551"}, "account"),
        ({"account": "999999"}, "account"),
        ({"account": "751"}, "account"),  # an invoice to come is no income
        ({"account": "612100", "kind": Kind.INCOME_TO_COME}, "account"),
        ({"account": "680"}, "account"),  # the funds
        ({"account": "681", "kind": Kind.PREPAID}, "account"),
        ({"account": "701", "kind": Kind.INCOME_AHEAD}, "account"),  # calls and statements
        ({"account": "702", "kind": Kind.INCOME_TO_COME}, "account"),
        ({"words": "   "}, "words"),
        ({"period_until": date(2025, 11, 30)}, "period_until"),
        ({"period_from": date(2019, 1, 1), "period_until": date(2019, 2, 1)}, "key_id"),
    ],
)
def test_an_accrual_that_cannot_be_is_refused_beside_its_field(
    alice: Actor, books: Any, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        call(alice, service.add_accrual, books.id, books.years[2025], accrual(**change))
    assert list(refused.value.fields) == [field]
    assert balances(alice, books, 2025) == {}


def test_an_accrual_needs_the_next_year(alice: Actor, books: Any) -> None:
    with pytest.raises(Invalid) as refused:
        call(alice, service.add_accrual, books.id, books.years[2026], accrual())
    assert refused.value.field == "year_id"


# --- Who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "reads", "closes"),
    [
        (Role.ACCOUNTANT, True, False),
        (Role.BOARD_MEMBER, True, False),
        (Role.AUDITOR, True, False),
        (Role.OWNER, False, False),
    ],
)
def test_only_the_syndic_closes(alice: Actor, books: Any, role: Role, reads: bool, closes: bool) -> None:
    own = books.bob if role == Role.OWNER else None
    actor = make_actor(alice.organization_id, role, "Somebody", None if role == Role.ACCOUNTANT else books.id, own)
    if reads:
        assert not call(actor, service.get_state, books.id, books.years[2025]).closed
    else:
        with pytest.raises(Forbidden):
            call(actor, service.get_state, books.id, books.years[2025])
    with pytest.raises(Forbidden):
        close(actor, books)


def test_another_office_sees_nothing(alice: Actor, charlie: Actor, books: Any) -> None:
    made = call(alice, service.add_accrual, books.id, books.years[2025], accrual())
    for act in (
        lambda: call(charlie, service.get_state, books.id, books.years[2025]),
        lambda: close(charlie, books),
        lambda: call(charlie, service.undo_accrual, made.id, "Mine"),
    ):
        with pytest.raises((NotFound, Invalid)):
            act()
