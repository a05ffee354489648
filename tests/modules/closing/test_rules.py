"""What closes a year, by hand: sides of accruals and of a result, which checks stop it, the year that follows."""

from dataclasses import replace
from datetime import date

import pytest

from koprogo_app.core.errors import Conflict, Invalid
from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts.rules import Kind as AccountKind
from koprogo_app.modules.closing import rules
from koprogo_app.modules.closing.rules import Facts, Kind

TODAY = date(2026, 3, 20)
GOOD = Facts(
    ends_on=date(2025, 12, 31), earlier_open=False, unposted=0, unborne=0, unsettled=0, result=0, suspense=0, transfers=0, reserve=500,
    reserve_bank=500, remarks=0, verified=True, refused=False,
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "sides"),
    [
        (Kind.PREPAID, [("614", 0, 900), ("490", 900, 0)]),  # the cost leaves this year
        (Kind.TO_RECEIVE, [("614", 900, 0), ("490", 0, 900)]),  # the cost is this year's
        (Kind.INCOME_TO_COME, [("614", 0, 900), ("490", 900, 0)]),
        (Kind.INCOME_AHEAD, [("614", 900, 0), ("490", 0, 900)]),
    ],
)
def test_sides_of_an_accrual(kind: Kind, sides: list[tuple[str, int, int]]) -> None:
    made = rules.accrual_sides(kind, "614", "490", Cents(900), "Words")
    assert [(s.account, s.debit, s.credit) for s in made] == sides


def test_a_surplus_goes_to_the_fund_and_a_loss_comes_from_it() -> None:
    surplus = rules.result_sides(700, "160", "680", "681", "")
    assert [(s.account, s.debit, s.credit) for s in surplus] == [("680", 700, 0), ("160", 0, 700)]
    loss = rules.result_sides(-700, "160", "680", "681", "")
    assert [(s.account, s.debit, s.credit) for s in loss] == [("160", 700, 0), ("681", 0, 700)]


@pytest.mark.parametrize(
    ("result", "held", "passes"), [(700, 0, True), (-700, 700, True), (-701, 700, False), (0, 0, True)]
)
def test_a_fund_does_not_go_below_nothing(result: int, held: int, passes: bool) -> None:
    if passes:
        rules.check_fund(result, held)
    else:
        with pytest.raises(Invalid) as refused:
            rules.check_fund(result, held)
        assert refused.value.field == "fund"


@pytest.mark.parametrize(
    ("result", "least", "passes"),
    [(700, 700, True), (701, 700, False), (700, -1, False), (-700, 0, True), (-700, -900, True), (0, -1, True)],
)
def test_a_surplus_that_is_spent_is_not_taken_back(result: int, least: int, passes: bool) -> None:
    if passes:
        rules.check_given_back(result, least)
    else:
        with pytest.raises(Invalid) as refused:
            rules.check_given_back(result, least)
        assert refused.value.field == "reason"


def test_all_in_order() -> None:
    found = rules.checks(GOOD, TODAY)
    assert all(one.passed for one in found)
    rules.refuse(found)


@pytest.mark.parametrize(
    ("change", "key", "stops"),
    [
        ({"ends_on": TODAY}, "ended", True),  # its last day is not over
        ({"earlier_open": True}, "earlier", True),
        ({"unposted": 1}, "invoices", True),
        ({"unborne": 1}, "bearers", True),
        ({"unsettled": 1}, "settled", False),
        ({"suspense": -1}, "suspense", True),
        ({"transfers": 1}, "transfers", True),
        ({"reserve_bank": 499}, "reserve", False),
        ({"remarks": 1}, "remarks", True),
        ({"verified": False}, "verified", False),
        ({"refused": True}, "verified", False),
    ],
)
def test_what_is_not_in_order(change: dict[str, object], key: str, stops: bool) -> None:
    found = rules.checks(replace(GOOD, **change), TODAY)  # type: ignore[arg-type]
    assert [one.key for one in found if not one.passed] == [key]
    if stops:
        with pytest.raises(Invalid, match="cannot be closed yet"):
            rules.refuse(found)
    else:
        rules.refuse(found)


@pytest.mark.parametrize(
    ("year", "after"),
    [
        ((date(2025, 1, 1), date(2025, 12, 31)), (date(2026, 1, 1), date(2026, 12, 31))),
        ((date(2024, 10, 1), date(2025, 9, 30)), (date(2025, 10, 1), date(2026, 9, 30))),
        ((date(2023, 3, 1), date(2024, 2, 28)), (date(2024, 2, 29), date(2025, 2, 28))),  # a leap day begins it
    ],
)
def test_the_year_after(year: tuple[date, date], after: tuple[date, date]) -> None:
    assert rules.next_year(*year) == after


@pytest.mark.parametrize(
    ("on", "decision", "field"),
    [
        (None, "Item 4", "decided_on"),
        (date(2026, 3, 21), "Item 4", "decided_on"),  # tomorrow
        (date(2025, 12, 31), "Item 4", "decided_on"),  # the year is not over
        (date(2024, 5, 1), "Item 4", "decided_on"),
        (TODAY, " ", "decision"),
    ],
)
def test_the_meeting_decides(on: date | None, decision: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_decision(on, decision, END_2025, TODAY)
    assert refused.value.field == field


@pytest.mark.parametrize("on", [date(2026, 1, 1), TODAY])
def test_it_decides_once_the_year_is_over(on: date) -> None:
    assert rules.check_decision(on, "Item 4", END_2025, TODAY) == on


END_2024, SEPTEMBER, END_2025, MARCH = date(2024, 12, 31), date(2025, 9, 30), date(2025, 12, 31), date(2026, 3, 31)


@pytest.mark.parametrize(
    ("locked_until", "before", "opens"),
    [
        (END_2025, END_2024, date(2025, 1, 1)),
        (END_2025, SEPTEMBER, date(2025, 10, 1)),  # part of the year was locked before: it still is
        (END_2025, END_2025, date(2025, 1, 1)),  # all of it was: a year that is open takes entries
        (END_2025, MARCH, date(2025, 1, 1)),
        (END_2025, None, date(2024, 1, 1)),  # nothing was locked: from the beginning of the books
        (SEPTEMBER, END_2024, date(2025, 10, 1)),  # taken back since, by hand: it stays where it is
        (None, END_2024, date(2024, 1, 1)),
    ],
)
def test_the_lock_of_a_year_that_is_opened_again(locked_until: date | None, before: date | None, opens: date) -> None:
    assert rules.open_from(locked_until, before, date(2025, 1, 1), END_2025, date(2024, 1, 1)) == opens


def test_a_lock_beyond_the_year_is_taken_back_first() -> None:
    for locked_until in (None, SEPTEMBER, END_2025):
        rules.check_reopening(locked_until, END_2025)
    with pytest.raises(Conflict, match="take that lock back first") as refused:
        rules.check_reopening(date(2026, 1, 1), END_2025)
    assert refused.value.params == {"day": date(2026, 1, 1)}


@pytest.mark.parametrize(
    ("said", "account", "ordinary"),
    [
        (None, "612100", True),
        (None, "610100", True),
        (None, "611100", False),  # works
        (None, "664", False),  # exceptional
        (None, "743", True),  # an income
        (True, "611100", True),
        (False, "612100", False),
    ],
)
def test_an_accrual_recurs_as_it_is_said_or_as_its_account_says(
    said: bool | None, account: str, ordinary: bool
) -> None:
    assert rules.is_ordinary(said, account) is ordinary


def test_an_accrual_has_an_amount_and_days_in_order() -> None:
    rules.check_accrual("Words", 1, TODAY, TODAY)
    for words, cents, last, field in (
        ("Words", 0, TODAY, "cents"), ("Words", -5, TODAY, "cents"), ("Words", 1, date(2026, 3, 19), "period_until"), ("  ", 1, TODAY, "words"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            rules.check_accrual(words, cents, TODAY, last)
        assert refused.value.field == field


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("account", AccountKind)
def test_a_cost_is_of_an_account_of_costs_and_an_income_of_one_of_income(kind: Kind, account: AccountKind) -> None:
    cost = kind in (Kind.PREPAID, Kind.TO_RECEIVE)
    if (cost and account == AccountKind.EXPENSE) or (not cost and account == AccountKind.REVENUE):
        rules.check_account(kind, account)
    else:
        with pytest.raises(Invalid) as refused:
            rules.check_account(kind, account)
        assert refused.value.field == "account"
