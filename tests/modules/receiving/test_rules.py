from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.errors import Invalid
from koprogo_app.core.money import percent_of
from koprogo_app.modules.invoices.amounts import VAT_SLACK, line_amounts
from koprogo_app.modules.receiving import rules
from koprogo_app.modules.receiving.rules import MOST_DRAFTS, Rhythm

D = Decimal


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("anchor", "months", "found"),
    [
        ("2026-01-31", 1, "2026-02-28"), ("2028-01-31", 1, "2028-02-29"), ("2026-01-31", 3, "2026-04-30"),
        ("2026-11-15", 2, "2027-01-15"), ("2026-12-01", 12, "2027-12-01"), ("2026-03-10", -12, "2025-03-10"), ("2026-05-05", 0, "2026-05-05"),
    ],
)  # fmt: skip
def test_months_end_with_their_last_day(anchor, months, found):
    assert rules.months_on(day(anchor), months) == day(found)


@pytest.mark.parametrize(
    ("anchor", "rhythm", "since", "found"),
    [
        ("2026-01-31", "monthly", "2026-02-28", "2026-03-31"),  # the anchor's day is not lost in February
        ("2026-01-31", "monthly", "2026-01-30", "2026-01-31"),
        ("2026-01-01", "quarterly", "2026-01-01", "2026-04-01"),
        ("2024-02-29", "yearly", "2026-02-28", "2027-02-28"),
        ("2024-02-29", "yearly", "2027-12-31", "2028-02-29"),
        ("2026-06-01", "monthly", "2020-01-01", "2026-06-01"),
    ],
)
def test_the_next_day_of_a_rhythm(anchor, rhythm, since, found):
    assert rules.after(day(anchor), rhythm, day(since)) == day(found)


@given(
    st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.sampled_from(list(Rhythm)), st.integers(0, 4000)
)  # fmt: skip
def test_the_days_of_a_rhythm_follow_each_other_without_a_hole_or_a_repeat(anchor, rhythm, later):
    since = anchor + timedelta(later)
    first = rules.after(anchor, rhythm, since)
    second = rules.after(anchor, rhythm, first)
    assert since < first < second
    assert rules.after(anchor, rhythm, second - timedelta(1)) == second
    months = (second.year - first.year) * 12 + second.month - first.month
    assert months == {"monthly": 1, "quarterly": 3, "yearly": 12}[rhythm]


def test_what_is_due_today():
    def due(next_on, until, today):
        return [
            d.isoformat()
            for d in rules.due_days(day("2026-01-31"), "monthly", day(next_on), until and day(until), day(today))
        ]

    assert due("2026-01-31", None, "2026-01-30") == []
    assert due("2026-01-31", None, "2026-03-31") == ["2026-01-31", "2026-02-28", "2026-03-31"]
    assert due("2026-02-28", "2026-03-30", "2026-12-31") == ["2026-02-28"]
    assert len(due("2026-01-31", None, "2036-01-01")) == MOST_DRAFTS


@pytest.mark.parametrize(
    ("anchor", "rhythm", "on", "last"),
    [
        ("2026-01-01", "quarterly", "2026-01-01", "2026-03-31"),
        ("2026-01-31", "monthly", "2026-01-31", "2026-02-27"), ("2026-01-31", "monthly", "2026-02-28", "2026-03-30"),
        ("2026-01-31", "monthly", "2026-03-31", "2026-04-29"), ("2026-01-31", "monthly", "2026-04-30", "2026-05-30"),
        ("2026-01-29", "monthly", "2026-02-28", "2026-03-28"), ("2025-11-30", "quarterly", "2026-02-28", "2026-05-29"),
        ("2024-02-29", "yearly", "2027-02-28", "2028-02-28"), ("2024-02-29", "yearly", "2028-02-29", "2029-02-27"),
    ],
)  # fmt: skip
def test_a_draft_is_for_the_days_up_to_the_next(anchor, rhythm, on, last):
    assert rules.period_of(day(anchor), rhythm, day(on)) == (day(on), day(last))


@pytest.mark.parametrize(
    ("next_on", "until", "field"),
    [
        ("2026-05-02", "2026-05-01", "until"),
        ("2025-02-28", None, "next_on"),
        ("2026-05-01", None, None),
        ("2025-03-01", "2025-03-01", None),
    ],
)
def test_a_rhythm_begins_not_long_ago_and_ends_after(next_on, until, field):
    if field is None:
        rules.check_days(day(next_on), until and day(until), day("2026-03-01"))
    else:
        with pytest.raises(Invalid) as refused:
            rules.check_days(day(next_on), until and day(until), day("2026-03-01"))
        assert refused.value.field == field


@pytest.mark.parametrize(
    ("quantity", "price", "base", "net", "kept"),
    [
        ("3", "14.90", "1", 4_470, ("3", "14.90")),
        ("12.5", "43.60", "10", 5_450, ("12.5", "4.36")),
        ("12", "95.00", "1", 110_000, ("1", "1100")),  # 1140.00 less a discount of the line
        ("7", "1", "3", 233, ("1", "2.33")),  # a third of a euro is no decimal
        ("-1", "22", "1", -2_200, ("-1", "22")),
        ("1000000", "1", "1", 100_000_000, ("1", "1000000")),
    ],
)
def test_a_line_keeps_its_own_price_when_it_gives_the_amount(quantity, price, base, net, kept):
    assert rules.priced(D(quantity), D(price), D(base), net) == (D(kept[0]), D(kept[1]))


@pytest.mark.parametrize(
    ("lines", "stated", "vat"),
    [
        # three times 0.35 of VAT at 21 % of 1.65 is 1.05; on 4.95 together it is 1.04
        ([(165, 21), (165, 21), (165, 21)], {21: 104}, [34, 35, 35]),
        ([(165, 21), (1_000, 21), (165, 6)], {21: 245, 6: 10}, [35, 210, 10]),
        ([(165, 21), (1_000, 21)], {21: 244}, [35, 209]),
        ([(10_000, 21)], {21: 2_200}, [2_100]),  # no rounding: the reader is to see it
        ([(10_000, 21)], {}, [2_100]),
        ([], {21: 5}, []),
    ],
)
def test_the_cents_that_rounding_leaves_go_to_the_largest_line(lines, stated, vat):
    assert rules.vat_of_lines([(n, D(r)) for n, r in lines], {D(r): v for r, v in stated.items()}) == vat


@given(st.lists(st.integers(-(10**7), 10**7), min_size=1, max_size=10), st.sampled_from([D(6), D(21)]))
def test_the_lines_add_up_to_what_the_invoice_states(nets, rate):
    stated = percent_of(sum(nets), rate)
    vat = rules.vat_of_lines([(n, rate) for n in nets], {rate: stated})
    if abs(stated - sum(percent_of(n, rate) for n in nets)) <= VAT_SLACK:
        assert sum(vat) == stated
    for net, due in zip(nets, vat, strict=True):
        line_amounts(D(net) / 100, D(1), rate, due)  # our own lines take it


@pytest.mark.parametrize(
    ("theirs", "ours", "differs"),
    [
        ("0834027180", "0834027180", False),
        ("0834027180", "0501883641", True),
        (None, "0501883641", False),
        ("0834027180", None, False),
    ],
)
def test_another_customer(theirs, ours, differs):
    assert rules.buyer_differs(theirs, ours) is differs
