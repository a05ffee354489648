"""States, amounts, the minimum of the reserve and the follow-up: figures worked out by hand."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.errors import Invalid
from koprogo_app.core.money import Cents
from koprogo_app.modules.budgets import rules
from koprogo_app.modules.budgets.rules import Action, Actual, Kind, Line, Look, Nature, Reserve, Status

LIFT, HEAT = UUID(int=1), UUID(int=2)
ORD, EXT, RES = Nature.ORDINARY, Nature.EXTRAORDINARY, Nature.RESERVE


def line(cents, account="", key=None, nature=ORD, words=""):
    return Line(nature, account, key, Cents(cents), words)


def cost(cents, account, key=None, nature=ORD, kind=Kind.COMMON):
    return Actual(kind, nature, account, key, Cents(cents))


# --- States


@pytest.mark.parametrize(
    ("action", "from_", "to"),
    [
        (Action.EDIT, {"draft", "rejected"}, None), (Action.DELETE, {"draft", "rejected"}, None),
        (Action.SUBMIT, {"draft", "rejected"}, "submitted"), (Action.APPROVE, {"submitted"}, "approved"),
        (Action.REJECT, {"submitted"}, "rejected"), (Action.ARCHIVE, {"approved"}, "archived"),
    ],
)  # fmt: skip
def test_each_step_leaves_from_its_states_only(action, from_, to):
    assert {s.value for s in Status if rules.may(action, s)} == from_
    assert {s.value for s in Status if rules.done(action, s)} == ({to} if to else set())
    for status in Status:
        if status not in from_:
            with pytest.raises(Invalid):
                rules.check(action, status)


@pytest.mark.parametrize(("number", "fits"), [(1999, False), (2000, True), (2100, True), (2101, False)])
def test_a_budget_is_for_a_year_from_2000_to_2100(number, fits):
    if fits:
        rules.check_fiscal_year(number)
        return
    with pytest.raises(Invalid) as error:
        rules.check_fiscal_year(number)
    assert error.value.field == "fiscal_year"


# --- Amounts


@pytest.mark.parametrize(
    ("cents", "percent", "whole", "expected"),
    [
        (100_00, "0", False, 100_00),
        (100_00, "2.5", False, 102_50),
        (333_33, "3", False, 343_33),  # 343.3299
        (333_33, "3", True, 343_00),
        (1_00, "49.99", True, 1_00),  # 1.4999: rounded once, never 1.50 and then 2
        (1_00, "50", True, 2_00),
        (10_01, "50", False, 15_02),  # 15.015: half a cent goes up
        (100_00, "-100", False, 0),
        (0, "10", True, 0),
    ],
)
def test_an_index_is_rounded_once(cents, percent, whole, expected):
    assert rules.indexed(Cents(cents), Decimal(percent), whole) == expected


def test_the_totals_are_kept_apart():
    found = rules.totals([line(100), line(50), line(30, nature=EXT), line(7, nature=RES)])
    assert (found.ordinary, found.extraordinary, found.reserve, found.whole) == (150, 30, 7, 187)


@pytest.mark.parametrize(
    ("cents", "month"), [(1200, 100), (1206, 101), (1205, 100), (0, 0)]
)  # 100.5 goes up, 100.41 does not
def test_a_month_is_a_twelfth(cents, month):
    assert rules.monthly(Cents(cents)) == month


def test_only_running_costs_are_provisions_by_key():
    lines = [line(100, "1"), line(40, "2", LIFT), line(60, "3"), line(9, "4", nature=EXT), line(9, "160", nature=RES)]
    assert rules.by_key(lines) == {None: 160, LIFT: 40}


# --- The reserve (art. 3.86 §3)


@pytest.mark.parametrize(
    ("acceptance", "ends_on", "base", "contribution", "state", "minimum"),
    [
        (date(2010, 6, 1), date(2026, 12, 31), 40_000_00, 2_000_00, Reserve.MET, 2_000_00),  # exactly 5 %
        (date(2010, 6, 1), date(2026, 12, 31), 40_000_00, 1_999_99, Reserve.SHORT, 2_000_00),
        (date(2010, 6, 1), date(2026, 12, 31), 40_000_01, 2_000_00, Reserve.SHORT, 2_000_01),  # 2 000.0005: rounded up
        (date(2010, 6, 1), date(2026, 12, 31), 1, 0, Reserve.SHORT, 1),
        (date(2010, 6, 1), date(2026, 12, 31), 0, 9_00, Reserve.UNKNOWN_BASE, None),
        (date(2010, 6, 1), date(2026, 12, 31), -5_00, 0, Reserve.UNKNOWN_BASE, None),  # credit notes alone
        (date(2010, 6, 1), date(2026, 12, 31), None, 9_00, Reserve.UNKNOWN_BASE, None),
        (None, date(2026, 12, 31), 40_000_00, 0, Reserve.UNKNOWN_DAY, 2_000_00),
        (date(2021, 12, 31), date(2026, 12, 31), 100_00, 0, Reserve.SHORT, 5_00),  # five years end on the last day
        (date(2022, 1, 1), date(2026, 12, 31), 100_00, 0, Reserve.NOT_YET, 5_00),
        (date(2000, 1, 1), date(2018, 12, 31), 100_00, 0, Reserve.NOT_YET, 5_00),  # the law is of 2019
        (date(2000, 1, 1), date(2019, 12, 31), 100_00, 0, Reserve.SHORT, 5_00),
    ],
)
def test_the_contribution_is_five_percent_of_last_years_ordinary_charges(
    acceptance, ends_on, base, contribution, state, minimum
):
    found = rules.check_reserve(acceptance, ends_on, base, Cents(contribution))
    assert (found.state, found.minimum) == (state, minimum)
    assert found.missing == max((minimum or 0) - contribution, 0)


def test_five_years_after_a_29th_of_february():
    assert rules.check_reserve(date(2024, 2, 29), date(2029, 12, 31), None, Cents(0)).due_on == date(2029, 3, 1)


# --- Follow-up


def test_what_was_spent_is_set_beside_the_lines():
    lines = [
        line(1000, "610100", LIFT, words="Contract"), line(200, "610100", LIFT, words="Repairs"), line(500, "612"),
        line(3000, "611000", nature=EXT), line(400, nature=RES), line(100, key=LIFT, nature=RES),
    ]  # fmt: skip
    actuals = [
        cost(1100, "610100", LIFT), cost(70, "610100"),  # the same account by another key: no line
        cost(300, "612000"), cost(150, "612100"), cost(900, "611000"),  # ordinary on an account budgeted as extraordinary
        cost(2500, "611000", nature=EXT), cost(66, "643", kind=Kind.PRIVATE), cost(-2500, "681", kind=Kind.WITHDRAWAL),
        cost(5, "680", kind=Kind.ALLOTMENT), cost(250, "160", nature=RES, kind=Kind.CONTRIBUTION),
    ]  # fmt: skip
    before = [cost(1050, "610100", LIFT), cost(20, "613")]
    found = rules.follow(lines, actuals, before, "160")
    assert [(x.place.account, x.place.key_id, x.before, x.budget, x.actual, x.difference) for x in found.rows] == [
        ("610100", LIFT, 1050, 1200, 1100, 100), ("612", None, 0, 500, 450, 50), ("611000", None, 0, 3000, 2500, 500),
        ("160", None, 0, 500, 250, 250),
    ]  # fmt: skip
    assert found.rows[0].words == ["Contract", "Repairs"]
    assert [(x.place.nature, x.place.account, x.before, x.actual) for x in found.unbudgeted] == [
        (ORD, "610100", 0, 70), (ORD, "611000", 0, 900), (ORD, "613", 20, 0)
    ]  # fmt: skip
    assert (found.private.actual, found.funds.actual) == (66, -2495)
    assert found.cost == 1100 + 70 + 300 + 150 + 900 + 2500 + 66 - 2500 + 5


def test_the_nearest_account_above_takes_the_cost():
    found = rules.follow([line(10, "61"), line(10, "6101")], [cost(3, "610100"), cost(4, "612000")], [], "160")
    assert [(x.place.account, x.actual) for x in found.rows] == [("61", 4), ("6101", 3)]


def test_a_line_without_account_takes_what_no_other_names():
    lines = [line(10, "610100"), line(10), line(10, key=LIFT), line(10, nature=EXT)]
    actuals = [cost(1, "610100"), cost(2, "610100", LIFT), cost(4, "612", HEAT), cost(8, "612", nature=EXT)]
    found = rules.follow(lines, actuals, [], "160")
    assert [x.actual for x in found.rows] == [1, 4, 2, 8]
    assert found.unbudgeted == []


def test_what_was_called_for_a_fund_without_a_line_is_outside_the_budget_and_no_cost():
    found = rules.follow([line(10)], [cost(7, "161", nature=RES, kind=Kind.CONTRIBUTION)], [], "160")
    assert [(x.place.nature, x.place.account, x.actual) for x in found.unbudgeted] == [(RES, "161", 7)]
    assert found.cost == 0


@pytest.mark.parametrize(
    ("budget", "actual", "percent", "look", "difference"),
    [
        (1000, 899, Fraction(899, 10), Look.OK, 101),
        (1000, 900, Fraction(90), Look.NEAR, 100),
        (1000, 1000, Fraction(100), Look.NEAR, 0),
        (1000, 1001, Fraction(1001, 10), Look.OVER, -1),
        (3, 1, Fraction(100, 3), Look.OK, 2),
        (0, 0, None, Look.OK, 0),
        (0, 1, None, Look.OVER, -1),
        (1000, -5, Fraction(-1, 2), Look.OK, 1005),
    ],
)
def test_a_line_is_near_from_the_threshold_on_and_over_above_it(budget, actual, percent, look, difference):
    found = rules.Followed(rules.Place(ORD, "612", None), budget, actual)
    assert (found.percent, found.look(90), found.difference) == (percent, look, difference)


@pytest.mark.parametrize(
    ("actual", "until", "expected"),
    [
        (100, date(2026, 12, 31), 100),
        (100, date(2027, 5, 1), 100),
        (181, date(2026, 6, 30), 365),  # 181 of 365 days
        (1, date(2026, 1, 1), 365),
        (0, date(2026, 3, 1), 0),
        (0, date(2025, 12, 31), 0),
    ],
)
def test_the_projection_goes_on_day_by_day(actual, until, expected):
    assert rules.projected(Cents(actual), date(2026, 1, 1), date(2026, 12, 31), until) == expected


def test_last_years_actuals_become_lines_without_private_costs_and_withdrawals():
    actuals = [
        cost(100_10, "612000"), cost(50_00, "610100", LIFT), cost(900_00, "611000", nature=EXT), cost(-3_00, "613"),
        cost(9_00, "643", kind=Kind.PRIVATE), cost(-9_00, "681", kind=Kind.WITHDRAWAL),
        cost(200_00, "160", nature=RES, kind=Kind.CONTRIBUTION),
    ]  # fmt: skip
    found = rules.proposed(actuals, Decimal(10), True)
    assert [(x.nature, x.account, x.key_id, x.cents) for x in found] == [
        (ORD, "610100", LIFT, 55_00), (ORD, "612000", None, 110_00), (EXT, "611000", None, 990_00), (RES, "160", None, 220_00)
    ]  # fmt: skip


# --- Properties

KEYS = st.sampled_from([None, LIFT, HEAT])
CODES = st.sampled_from(["61", "610", "610100", "612", "612000", "643", "66"])
LINES = st.lists(
    st.builds(line, st.integers(0, 10**9), st.one_of(st.just(""), CODES), KEYS, st.sampled_from([ORD, EXT])),
    max_size=12,
)
ACTUALS = st.lists(
    st.builds(
        cost, st.integers(-(10**9), 10**9), CODES, KEYS, st.sampled_from([ORD, EXT]),
        st.sampled_from([Kind.COMMON, Kind.PRIVATE, Kind.ALLOTMENT, Kind.WITHDRAWAL]),
    ),
    max_size=20,
)  # fmt: skip


@given(LINES, ACTUALS, ACTUALS)
def test_nothing_is_lost_between_the_books_and_the_follow_up(lines, actuals, before):
    found = rules.follow(lines, actuals, before, "160")
    everything = [*found.rows, *found.unbudgeted, found.private, found.funds]
    assert sum(x.actual for x in everything) == found.cost == sum(x.cents for x in actuals)
    assert sum(x.before for x in everything) == sum(x.cents for x in before)
    assert sum(x.budget for x in everything) == rules.totals(lines).whole == sum(x.cents for x in lines)


@given(LINES)
def test_the_provisions_by_key_are_the_running_costs(lines):
    assert sum(rules.by_key(lines).values()) == rules.totals(lines).ordinary


@given(st.integers(-(10**9), 10**9), st.decimals(-100, 1000, places=2), st.booleans())
def test_an_index_is_off_by_half_a_unit_at_most(cents, percent, whole):
    unit = 100 if whole else 1
    found = rules.indexed(Cents(cents), percent, whole)
    assert found % unit == 0
    assert abs(found - Decimal(cents) * (100 + percent) / 100) <= Decimal(unit) / 2


@given(st.integers(1, 10**12), st.integers(0, 10**12))
def test_the_reserve_is_met_exactly_from_five_percent_on(base, contribution):
    found = rules.check_reserve(date(2000, 1, 1), date(2026, 12, 31), Cents(base), Cents(contribution))
    assert (found.state == Reserve.MET) == (contribution * 100 >= base * 5)
