from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.errors import Invalid
from koprogo_app.core.trade import LotType
from koprogo_app.modules.accounts import rules
from koprogo_app.modules.accounts.rules import Kind, Regime

A, P, C, S = LotType.APARTMENT, LotType.PARKING, LotType.CELLAR, LotType.COMMERCIAL


@pytest.mark.parametrize(
    ("types", "counted", "simplified"),
    [
        ([A] * 19, 19, True),
        ([A] * 20, 20, False),
        ([A] * 19 + [P] * 19 + [C] * 19, 19, True),  # garages and cellars are not counted
        ([A] * 19 + [S], 20, False),  # a shop is
        ([], 0, True),
    ],
)
def test_the_law_counts_lots_without_garages_and_cellars(types, counted, simplified):
    assert rules.counted_lots(types) == counted
    assert rules.simplified_allowed(counted) is simplified


def test_simplified_books_are_refused_from_twenty_lots_on():
    rules.check_regime(Regime.SIMPLIFIED, 19)
    rules.check_regime(Regime.DOUBLE, 182)
    with pytest.raises(Invalid) as refused:
        rules.check_regime(Regime.SIMPLIFIED, 20)
    assert (refused.value.field, refused.value.params) == ("regime", {"count": 20})


@pytest.mark.parametrize(
    ("on", "month", "day", "first", "last"),
    [
        (date(2026, 11, 28), 1, 1, date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 11, 28), 7, 1, date(2026, 7, 1), date(2027, 6, 30)),
        (date(2026, 6, 30), 7, 1, date(2025, 7, 1), date(2026, 6, 30)),
        (date(2026, 7, 1), 7, 1, date(2026, 7, 1), date(2027, 6, 30)),
        (date(2027, 2, 27), 2, 29, date(2026, 2, 28), date(2027, 2, 27)),  # no leap day: the last of February
        (date(2028, 2, 29), 2, 29, date(2028, 2, 29), date(2029, 2, 27)),
    ],
)
def test_the_year_that_holds_a_day(on, month, day, first, last):
    assert rules.year_around(on, month, day) == (first, last)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 12), st.integers(1, 31))
def test_years_follow_each_other_without_a_gap(on, month, day):
    first, last = rules.year_around(on, month, day)
    assert first <= on <= last
    following = last + timedelta(1)
    assert rules.year_around(following, month, day)[0] == following
    rules.check_year(first, last, first - timedelta(1))


@pytest.mark.parametrize(
    ("first", "last", "before", "field"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), None, None),
        (date(2026, 1, 1), date(2026, 12, 31), date(2025, 12, 31), None),
        (date(2026, 1, 1), date(2027, 12, 31), None, None),  # 24 months
        (date(2026, 1, 1), date(2028, 1, 1), None, "ends_on"),
        (date(2026, 1, 1), date(2026, 6, 30), date(2025, 12, 31), None),  # broken
        (date(2026, 1, 1), date(2026, 1, 1), None, "ends_on"),
        (date(2026, 1, 2), date(2026, 12, 31), date(2025, 12, 31), "starts_on"),
        (date(2025, 12, 31), date(2026, 12, 31), date(2025, 12, 31), "starts_on"),
    ],
)
def test_a_year_follows_the_one_before_and_lasts_24_months_at_most(first, last, before, field):
    if field is None:
        rules.check_year(first, last, before)
    else:
        with pytest.raises(Invalid) as refused:
            rules.check_year(first, last, before)
        assert refused.value.field == field


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), 12),
        (date(2026, 1, 31), date(2026, 2, 27), 1),
        (date(2026, 1, 15), date(2026, 2, 14), 1),
        (date(2026, 1, 15), date(2026, 2, 15), 2),
        (date(2024, 7, 1), date(2026, 6, 30), 24),
    ],
)
def test_months_of_a_period(first, last, months):
    assert rules.months_between(first, last) == months


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("100", Kind.LIABILITY), ("241", Kind.ASSET), ("300", Kind.ASSET), ("440", None), ("550", Kind.ASSET),
        ("612", Kind.EXPENSE), ("700", Kind.REVENUE), ("099", None), ("900", Kind.OFF_BALANCE),
    ],
)  # fmt: skip
def test_the_class_of_a_code_says_its_kind_but_for_class_four(code, kind):
    assert rules.kind_of(code) is kind


def test_the_parent_is_the_longest_code_that_begins_it():
    codes = {"6", "61", "610", "6101"}
    assert rules.parent_of("610100", codes) == "6101"
    assert rules.parent_of("610", codes) == "61"
    assert rules.parent_of("6", codes) is None
    assert rules.parent_of("440", codes) is None


@pytest.mark.parametrize("code", ["", " 610", "610 100", "é", "6" * 41, "-61"])
def test_a_code_of_other_signs_is_refused(code):
    with pytest.raises(Invalid) as refused:
        rules.check_code(code)
    assert refused.value.field == "code"


FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("until", "before", "reason", "field"),
    [
        (date(2025, 12, 31), None, "", None),
        (date(2026, 3, 31), date(2025, 12, 31), "", None),
        (date(2025, 6, 30), date(2025, 12, 31), "", "reason"),
        (date(2025, 6, 30), date(2025, 12, 31), "  ", "reason"),
        (date(2025, 6, 30), date(2025, 12, 31), "An invoice came late", None),
        (None, date(2025, 12, 31), "", "reason"),
        (None, date(2025, 12, 31), "Wrong year", None),
        (None, None, "", None),
        (date(2024, 12, 31), None, "", "locked_until"),
        (date(2027, 1, 1), None, "", "locked_until"),
    ],
)
def test_a_lock_goes_forward_freely_and_back_with_a_reason(until, before, reason, field):
    if field is None:
        rules.check_lock(until, before, reason, FIRST, LAST)
    else:
        with pytest.raises(Invalid) as refused:
            rules.check_lock(until, before, reason, FIRST, LAST)
        assert refused.value.field == field


YEAR_END = date(2025, 12, 31)


@pytest.mark.parametrize(
    ("locked_until", "refused"),
    [(None, False), (date(2025, 12, 30), False), (YEAR_END, True), (date(2026, 3, 31), True)],
)
def test_a_year_that_is_locked_up_to_its_end_keeps_its_days(locked_until, refused):
    for check in (rules.check_year_open, rules.check_year_removable):
        if refused:
            with pytest.raises(Invalid, match="locked"):
                check(YEAR_END, locked_until)
        else:
            check(YEAR_END, locked_until)


@pytest.mark.parametrize(
    ("purpose", "used", "words"),
    [
        (None, False, None),
        ("suppliers", False, "by itself"),
        ("suppliers", True, "by itself"),
        (None, True, "Entries stand"),
    ],
)
def test_what_an_account_is_stays_once_something_counts_on_it(purpose, used, words):
    if words is None:
        rules.check_redefinable(purpose, used, "kind")
    else:
        with pytest.raises(Invalid, match=words) as refused:
            rules.check_redefinable(purpose, used, "kind")
        assert refused.value.field == "kind"
