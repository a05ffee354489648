from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.errors import Invalid
from koprogo_app.core.trade import LotType
from koprogo_app.modules.lots import rules
from koprogo_app.modules.lots.rules import Group

TODAY = date(2026, 11, 24)


def homes(count: int) -> Group:
    return Group(LotType.APARTMENT, count, count * 10)


@pytest.mark.parametrize(("lots", "compulsory"), [(19, False), (20, True), (21, True)])
def test_twenty_lots_included_make_the_council_and_double_entry_compulsory(lots, compulsory):
    found = rules.gate(1000, [homes(lots)])
    assert (found.counted, found.council, found.double_entry) == (lots, compulsory, compulsory)


def test_cellars_and_parking_spaces_do_not_count_for_the_threshold():
    others = [Group(LotType.CELLAR, 30, 30), Group(LotType.PARKING, 12, 24)]
    found = rules.gate(1000, [homes(19), *others])
    assert (found.lots, found.counted, found.council) == (61, 19, False)


def test_shops_and_other_lots_count_for_the_threshold():
    found = rules.gate(1000, [homes(17), Group(LotType.COMMERCIAL, 2, 20), Group(LotType.OTHER, 1, 5)])
    assert (found.counted, found.council) == (20, True)


def test_the_gate_passes_only_when_the_lots_add_up_to_the_deed():
    exact = rules.gate(10_000, [Group(LotType.APARTMENT, 25, 9_200), Group(LotType.PARKING, 3, 800)])
    assert (exact.total, exact.missing, exact.passed) == (10_000, 0, True)
    short = rules.gate(10_000, [Group(LotType.APARTMENT, 25, 9_960)])
    assert (short.missing, short.passed) == (40, False)
    over = rules.gate(10_000, [Group(LotType.APARTMENT, 25, 10_001)])
    assert (over.missing, over.passed) == (-1, False)


def test_the_gate_adds_up_by_type_in_the_order_of_the_bar():
    groups = [Group(LotType.CELLAR, 1, 5, 1), Group(LotType.APARTMENT, 2, 90)]
    found = rules.gate(100, groups)
    assert list(found.by_type.items()) == [(LotType.APARTMENT, 90), (LotType.CELLAR, 5)]
    assert found.blank == 1


def test_a_building_without_lots_misses_every_share():
    found = rules.gate(1000, [])
    assert (found.total, found.missing, found.lots, found.council) == (0, 1000, 0, False)


@given(st.lists(st.integers(0, 10_000), max_size=8), st.integers(1, 100_000))
def test_what_is_missing_and_what_is_there_make_the_deed(shares, deed):
    groups = [Group(kind, 1, held) for kind, held in zip(LotType, shares, strict=False)]
    found = rules.gate(deed, groups)
    assert found.total + found.missing == deed
    assert sum(found.by_type.values()) == found.total


@pytest.mark.parametrize(("lots", "allowed"), [(19, False), (20, True)])
def test_partial_associations_need_twenty_lots_counted_with_their_cellars(lots, allowed):
    assert rules.partial_allowed(lots, counted=3) is allowed


def test_a_change_of_shares_needs_a_decision_that_holds_already():
    rules.check_change(TODAY, None, TODAY)
    with pytest.raises(Invalid, match="future"):
        rules.check_change(date(2026, 11, 25), None, TODAY)


def test_an_entry_that_no_decision_touched_may_be_corrected():
    assert rules.check_change(None, None, TODAY) is None


def test_what_a_decision_fixed_is_not_corrected_like_a_typing_error():
    with pytest.raises(Invalid) as refused:
        rules.check_change(None, date(2020, 6, 1), TODAY)
    assert (refused.value.field, refused.value.params["day"]) == ("from_on", "01/06/2020")


def test_a_decision_comes_after_the_last_one():
    rules.check_change(date(2020, 6, 2), date(2020, 6, 1), TODAY)
    with pytest.raises(Invalid, match="later"):
        rules.check_change(date(2020, 6, 1), date(2020, 6, 1), TODAY)


def test_a_lot_has_at_most_the_shares_of_the_deed():
    rules.check_shares(1000, 1000)
    with pytest.raises(Invalid) as refused:
        rules.check_shares(1001, 1000, "shares-x")
    assert refused.value.field == "shares-x"


@pytest.mark.parametrize(
    ("first", "count", "numbers"),
    [
        ("P1", 3, ["P1", "P2", "P3"]),
        ("P09", 3, ["P09", "P10", "P11"]),
        ("2.9", 2, ["2.9", "2.10"]),
        ("Box 7 bis", 2, ["Box 7 bis", "Box 8 bis"]),
        ("3", 1, ["3"]),
    ],
)
def test_a_series_counts_on_from_its_first_number(first, count, numbers):
    assert rules.series(first, count) == numbers


def test_a_series_needs_a_figure_and_a_sensible_length():
    with pytest.raises(Invalid) as letters:
        rules.series("Penthouse", 2)
    assert letters.value.field == "first"
    for count in (0, 201):
        with pytest.raises(Invalid) as length:
            rules.series("P1", count)
        assert length.value.field == "count"


@given(st.from_regex(r"[A-Z]{0,2}[0-9]{1,4}", fullmatch=True), st.integers(1, 200))
def test_a_series_has_as_many_different_numbers_as_asked_each_one_more_than_the_last(first, count):
    numbers = rules.series(first, count)
    assert len(set(numbers)) == count
    figures = [int(number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for number in numbers]
    assert numbers[0] == first
    assert all(after == before + 1 for before, after in pairwise(figures))


def test_the_number_of_a_lot_has_single_spaces_and_is_never_empty():
    assert rules.number_of("  Box \u00a0 7 ") == "Box 7"
    with pytest.raises(Invalid) as refused:
        rules.number_of(" \t ")
    assert refused.value.field == "number"
