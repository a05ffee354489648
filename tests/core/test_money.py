from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.errors import Invalid
from koprogo_app.core.money import Cents, Shares, cents, percent_of, split

shares = st.dictionaries(st.integers(), st.integers(0, 10_000).map(Shares), min_size=1, max_size=60).filter(
    lambda d: sum(d.values()) > 0
)


@given(st.integers(-(10**11), 10**11).map(Cents), shares)
def test_split_loses_no_cent_and_is_within_one_of_exact(total, by_lot):
    parts = split(total, by_lot)
    assert sum(parts.values()) == total
    whole = sum(by_lot.values())
    assert all(abs(parts[k] * whole - total * s) < whole for k, s in by_lot.items())
    assert all(parts[k] == 0 for k, s in by_lot.items() if s == 0)


def test_the_left_over_cent_goes_to_the_largest_remainder_then_to_the_first():
    assert split(Cents(100), {"a": Shares(1), "b": Shares(1), "c": Shares(1)}) == {"a": 34, "b": 33, "c": 33}
    assert split(Cents(10), {"a": Shares(1), "b": Shares(2)}) == {"a": 3, "b": 7}  # 3.33 and 6.67


def test_a_credit_is_shared_out_like_a_debit():
    assert split(Cents(-100), {"a": Shares(1), "b": Shares(1), "c": Shares(1)}) == {"a": -34, "b": -33, "c": -33}


@pytest.mark.parametrize("bad", [{}, {"a": 0}, {"a": -1, "b": 2}])
def test_shares_that_cannot_carry_an_amount_are_refused(bad):
    with pytest.raises(ValueError, match=r"positive|empty"):
        split(Cents(1), bad)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12,5", 1250),
        ("1 234,50", 123450),
        ("1.234,50", 123450),
        ("1234.5", 123450),
        ("1\u202f234,56 €", 123456),
        ("-3", -300),
        ("0", 0),
    ],
)
def test_amounts_are_read_as_belgians_write_them(text, expected):
    assert cents(text) == expected


@pytest.mark.parametrize("text", ["", "abc", "1,234", "1.2.3", "NaN", "Infinity", "1e999"])
def test_what_is_not_an_amount_is_refused(text):
    with pytest.raises(Invalid):
        cents(text)


@pytest.mark.parametrize(
    ("amount", "rate", "expected"), [(1000, "21", 210), (150, "5", 8), (-150, "5", -8), (10, "0", 0), (333, "6", 20)]
)
def test_half_a_cent_goes_away_from_zero(amount, rate, expected):
    assert percent_of(Cents(amount), Decimal(rate)) == expected
