"""A statement settles costs against what was called, to the cent: figures worked out by hand."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.errors import Conflict, Invalid
from koprogo_app.core.money import Cents
from koprogo_app.modules.splits.rules import NOTHING, Part
from koprogo_app.modules.statements import rules
from koprogo_app.modules.statements.rules import Settled

BOB, DORA = UUID(int=1), UUID(int=2)
DUE = date(2026, 8, 15)


def part(owner: UUID, cents: int) -> Part:
    return Part(None, owner, Cents(cents), NOTHING, 0)


def test_a_balance_is_what_one_bears_less_what_was_called() -> None:
    found = rules.settle([part(BOB, 15051), part(DORA, 15050), part(DORA, 4840)], [part(BOB, 10000), part(DORA, 30000)])
    assert (found[BOB].costs, found[BOB].provisions, found[BOB].balance) == (15051, 10000, 5051)
    assert (found[DORA].costs, found[DORA].provisions, found[DORA].balance) == (19890, 30000, -10110)


def test_the_entry_turns_what_was_called_into_what_is_due() -> None:
    settled = {BOB: Settled(15051, 10000), DORA: Settled(19890, 30000)}
    bob, dora, income = rules.sides(settled, "4101", "701", "Words", DUE)
    assert (bob.account, bob.owner_id, bob.debit, bob.credit, bob.due_on) == ("4101", BOB, 5051, 0, DUE)
    assert (dora.account, dora.owner_id, dora.debit, dora.credit) == ("4101", DORA, 0, 10110)
    assert (income.account, income.debit, income.credit, income.owner_id) == ("701", 5059, 0, None)


def test_who_owes_nothing_has_no_line() -> None:
    assert rules.sides({BOB: Settled(100, 100)}, "4101", "701", "", DUE) == []
    even = rules.sides({BOB: Settled(300, 100), DORA: Settled(0, 200)}, "4101", "701", "", DUE)
    assert [(s.account, s.debit, s.credit) for s in even] == [("4101", 200, 0), ("4101", 0, 200)]  # no income is left


amounts = st.integers(-(10**9), 10**9)


@given(st.lists(st.tuples(st.sampled_from([BOB, DORA, UUID(int=3)]), amounts, amounts), max_size=20))
def test_every_entry_balances_and_no_result_is_left(rows: list[tuple[UUID, int, int]]) -> None:
    settled = rules.settle([part(o, c) for o, c, _ in rows], [part(o, p) for o, _, p in rows])
    sides = rules.sides(settled, "4101", "701", "", DUE)
    assert sum(s.debit for s in sides) == sum(s.credit for s in sides)
    moved = sum(s.debit - s.credit for s in sides if s.account == "701")
    assert moved == sum(p - c for _, c, p in rows)  # what was called too much comes off the income, what lacks is added
    rules.check_whole(sum(c for _, c, _ in rows), sum(p for _, _, p in rows), settled)


def test_a_cent_that_is_lost_is_seen() -> None:
    with pytest.raises(Invalid, match="do not add up"):
        rules.check_whole(101, 0, {BOB: Settled(100, 0)})


@pytest.mark.parametrize(
    ("published", "first"),
    [
        ([], date(2025, 1, 1)),
        ([date(2025, 3, 31)], date(2025, 4, 1)),
        ([date(2025, 6, 30), date(2025, 3, 31)], date(2025, 7, 1)),
        ([date(2025, 12, 30)], date(2025, 12, 31)),
        ([date(2025, 12, 31)], date(2025, 12, 31)),  # what comes late
    ],
)
def test_a_period_begins_where_the_last_one_ended(published: list[date], first: date) -> None:
    assert rules.first_day(date(2025, 1, 1), date(2025, 12, 31), published) == first


START, FIRST, END, TODAY = date(2025, 1, 1), date(2025, 4, 1), date(2025, 12, 31), date(2025, 11, 28)


@pytest.mark.parametrize("until", [FIRST, date(2025, 6, 30), TODAY])
def test_a_last_day_within_the_year_and_not_to_come(until: date) -> None:
    rules.check_until(until, FIRST, START, END, TODAY)


@pytest.mark.parametrize(
    ("until", "today", "said"),
    [
        (date(2025, 3, 31), TODAY, "settled already"),
        (START, TODAY, "settled already"),
        (date(2024, 12, 31), TODAY, "The year begins"),
        (date(2026, 1, 1), date(2026, 5, 1), "stays inside one year"),
        (date(2025, 11, 29), TODAY, "in the future"),
    ],
)
def test_a_wrong_last_day_is_said_beside_it(until: date, today: date, said: str) -> None:
    with pytest.raises(Invalid, match=said) as refused:
        rules.check_until(until, FIRST, START, END, today)
    assert refused.value.field == "until"


def test_nobody_is_asked_to_have_paid_yesterday() -> None:
    rules.check_due(TODAY, TODAY)
    with pytest.raises(Invalid) as refused:
        rules.check_due(date(2025, 11, 27), TODAY)
    assert refused.value.field == "due_on"


@pytest.mark.parametrize(
    ("until", "locked", "stays"),
    [
        (END, None, True),
        (END, date(2025, 12, 30), True),
        (END, END, False),
        (date(2025, 3, 31), date(2025, 12, 30), True),  # its mirror has the last day of the year
        (date(2025, 3, 31), END, False),
        (END, date(2026, 3, 31), False),
    ],
)
def test_a_statement_is_undone_within_its_year(until: date, locked: date | None, stays: bool) -> None:
    if stays:
        rules.check_reversible(until, END, locked)
    else:
        with pytest.raises(Conflict, match="open the year again"):
            rules.check_reversible(until, END, locked)


@pytest.mark.parametrize(
    ("last", "until", "waits", "goes_on"),
    [
        (date(2025, 3, 31), date(2025, 3, 31), False, False),
        (date(2025, 4, 1), date(2025, 3, 31), True, False),
        (END, date(2025, 3, 31), True, False),
        (date(2026, 6, 30), date(2025, 12, 30), True, False),
        (END, END, False, False),
        (date(2026, 1, 1), END, False, True),
    ],
)
def test_what_is_not_all_of_the_period(last: date, until: date, waits: bool, goes_on: bool) -> None:
    assert (rules.waits(last, until, END), rules.goes_on(last, until, END)) == (waits, goes_on)


def test_a_call_is_due_later_from_the_day_after_the_period() -> None:
    assert [rules.due_later(on, END) for on in (END, date(2026, 1, 1))] == [False, True]
