"""Days, states, destinations, and a year spread over its periods: by hand and by property."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.errors import Invalid
from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts.rules import Purpose
from koprogo_app.modules.calls import rules
from koprogo_app.modules.calls.rules import Destination, Due, Rhythm, State

BOB, DORA = UUID(int=1), UUID(int=2)
DUE = date(2026, 3, 31)


@dataclass
class Line:
    destination: str
    cents: int


@pytest.mark.parametrize(
    ("status", "open_cents", "today", "state"),
    [
        ("draft", 0, date(2026, 5, 1), State.DRAFT),
        ("reversed", 0, date(2026, 5, 1), State.REVERSED),
        ("issued", 1000, DUE, State.ISSUED),
        ("issued", 1000, DUE + timedelta(1), State.OVERDUE),
        ("issued", 999, DUE, State.PARTLY),
        ("issued", 1, DUE + timedelta(1), State.OVERDUE),
        ("issued", 0, DUE + timedelta(1), State.PAID),
    ],
)
def test_where_a_call_of_ten_euros_stands(status, open_cents, today, state):
    assert rules.state_of(status, 1000, open_cents, DUE, today) is state


@pytest.mark.parametrize(
    ("called", "due", "wrong"),
    [
        (date(2026, 3, 1), date(2026, 3, 2), set()),
        (date(2026, 3, 1), date(2026, 3, 1), {"due_on"}),
        (date(2026, 3, 2), date(2026, 3, 1), {"due_on"}),
        (date(1989, 3, 2), date(2026, 3, 1), {"called_on"}),
        (date(2026, 3, 2), date(2101, 3, 1), {"due_on"}),
    ],
)
def test_a_call_is_due_after_its_day(called, due, wrong):
    assert set(rules.check_days(called, due)) == wrong


def test_a_reversal_says_why():
    assert rules.check_reason("  Wrong   key ") == "Wrong key"
    with pytest.raises(Invalid) as error:
        rules.check_reason(" \n ")
    assert set(error.value.fields) == {"reason"}


def test_the_reserve_part_is_that_of_both_reserve_funds():
    lines = [
        Line("provisions", 70),
        Line("reserve", 20),
        Line("special_reserve", 5),
        Line("works", 3),
        Line("working_fund", 2),
    ]
    assert rules.reserve_part(lines) == 25
    assert not rules.for_reserve_only(lines)
    assert rules.for_reserve_only(lines[1:3])
    assert not rules.for_reserve_only([])


def test_owners_owe_on_two_accounts_and_funds_are_credited_apart():
    dues = [
        Due(BOB, "provisions", Cents(10)), Due(BOB, "reserve", Cents(4)), Due(DORA, "works", Cents(7)), Due(BOB, "works", Cents(1)),
    ]  # fmt: skip
    assert rules.by_owner(dues) == {
        (BOB, Purpose.OWNERS_WORKING): 11, (BOB, Purpose.OWNERS_RESERVE): 4, (DORA, Purpose.OWNERS_WORKING): 7
    }  # fmt: skip
    assert rules.by_destination(dues) == {Destination.PROVISIONS: 10, Destination.RESERVE: 4, Destination.WORKS: 8}


@pytest.mark.parametrize(
    ("first", "rhythm", "days"),
    [
        (date(2026, 1, 31), Rhythm.MONTHLY, [(2026, 1, 31), (2026, 2, 28), (2026, 3, 31), (2026, 4, 30)]),
        (date(2027, 11, 30), Rhythm.QUARTERLY, [(2027, 11, 30), (2028, 2, 29), (2028, 5, 30), (2028, 8, 30)]),
        (date(2026, 7, 1), Rhythm.HALF_YEARLY, [(2026, 7, 1), (2027, 1, 1)]),
        (date(2026, 7, 1), Rhythm.YEARLY, [(2026, 7, 1)]),
    ],
)
def test_the_days_of_a_year_of_calls(first, rhythm, days):
    found = rules.series_days(first, rhythm, 30)
    assert [on for on, _ in found[:4]] == [date(*day) for day in days]
    assert {due - on for on, due in found} == {timedelta(30)}
    assert len(found) == rules.PERIODS[rhythm]


@given(st.integers(1, 10**12), st.sampled_from(list(Rhythm)))
def test_a_year_spread_over_its_periods_adds_up_and_no_two_differ_by_more_than_a_cent(yearly, rhythm):
    parts = rules.spread(Cents(yearly), rhythm)
    assert sum(parts) == yearly
    assert max(parts) - min(parts) <= 1
    assert parts == sorted(parts, reverse=True)


def test_ten_euros_a_year_by_quarters_and_months():
    assert rules.spread(Cents(1000), Rhythm.QUARTERLY) == [250] * 4
    assert rules.spread(Cents(1000), Rhythm.MONTHLY) == [84] * 4 + [83] * 8
