from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.errors import Invalid
from koprogo_app.core.money import Cents, split
from koprogo_app.modules.meters import rules
from koprogo_app.modules.meters.rules import Counter, Reading, Unit, advance, count, estimate, weights

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
EVENING = date(2025, 12, 31)


def a_meter(*readings: tuple[str, int], **change: object) -> Counter:
    known = tuple(Reading(date.fromisoformat(on), value) for on, value in readings)
    given: dict = {
        "id": uuid4(), "lot_id": uuid4(), "unit": Unit.M3, "factor": Decimal(1), "digits": None, "installed_on": None,
        "removed_on": None, "readings": known,
    }  # fmt: skip
    return Counter(**(given | change))


@pytest.mark.parametrize(
    ("before", "after", "digits", "moved"),
    [
        (100_000, 145_500, None, 45_500),
        (100_000, 100_000, None, 0),
        (99_998_000, 3_000, 5, 5_000),  # 99 998 to 3 on five digits: 5
        (99_999_500, 250, 5, 750),  # half a unit to the end, a quarter after it
        (99_998_000, 3_000, None, None),  # nobody said how many digits
        (50_000_000, 3_000, 5, None),  # would be half the range: a slip of the pen
        (75_000_000, 0, 5, 25_000_000),  # a quarter of the range is the most
        (75_000_000, 1, 5, None),
        (145_500, 100_000, 5, None),
    ],
)
def test_what_passed_between_two_readings(before, after, digits, moved):
    assert advance(before, after, digits) == moved


def test_a_meter_counts_from_the_evening_before_to_the_last_day():
    counted = count(a_meter(("2025-12-31", 100_000), ("2026-12-31", 145_500)), FIRST, LAST)
    assert (counted.used, counted.findings) == (45_500, ())


def test_a_meter_that_began_anew_counts_five():
    counted = count(a_meter(("2025-12-31", 99_998_000), ("2026-12-31", 3_000), digits=5), FIRST, LAST)
    assert counted.used == 5_000


@pytest.mark.parametrize(
    ("moved", "factor", "used"),
    [
        (8_000, "1.25", 10_000),
        (8_001, "1.25", 10_001),  # 10 001,25 goes down
        (2, "1.25", 3),  # 2,5 goes up
        (1_000, "0.333333", 333),
        (0, "1.25", 0),
    ],
)
def test_the_factor_of_a_meter(moved, factor, used):
    meter = a_meter(("2025-12-31", 0), ("2026-12-31", moved), factor=Decimal(factor))
    assert count(meter, FIRST, LAST).used == used


def test_readings_between_count_with_the_meter_that_began_anew():
    meter = a_meter(("2025-12-31", 99_990_000), ("2026-06-30", 4_000), ("2026-12-31", 20_000), digits=5)
    assert count(meter, FIRST, LAST).used == 30_000  # 14 to the end of June, 16 after


def test_a_replaced_meter_adds_both():
    old = a_meter(("2025-12-31", 500_000), ("2026-05-04", 512_345), removed_on=date(2026, 5, 4))
    new = a_meter(("2026-05-04", 0), ("2026-12-31", 20_655), installed_on=date(2026, 5, 4), lot_id=old.lot_id)
    counted = [count(m, FIRST, LAST) for m in (old, new)]
    assert [c.used for c in counted] == [12_345, 20_655]
    (use,) = rules.by_lot({old.lot_id: True}, counted, {}, (365, 0))
    assert (use.used, use.findings) == (33_000, ())


@pytest.mark.parametrize(
    ("readings", "begin", "end"),
    [
        ([("2025-12-21", 1), ("2026-12-31", 9)], "2025-12-21", "2026-12-31"),  # ten days before
        ([("2025-12-20", 1), ("2026-12-31", 9)], None, "2026-12-31"),  # eleven
        ([("2025-12-29", 1), ("2026-01-02", 2), ("2026-12-31", 9)], "2025-12-29", "2026-12-31"),  # as near: the earlier
        ([("2025-12-28", 1), ("2026-01-02", 2), ("2026-12-31", 9)], "2026-01-02", "2026-12-31"),
        ([("2025-12-31", 1), ("2027-01-10", 9)], "2025-12-31", "2027-01-10"),
        ([("2025-12-31", 1), ("2027-01-11", 9)], "2025-12-31", None),
        ([], None, None),
    ],
)
def test_a_reading_counts_up_to_ten_days_from_the_day(readings, begin, end):
    counted = count(a_meter(*readings), FIRST, LAST)
    assert (counted.begin and counted.begin.on.isoformat()) == begin
    assert (counted.end and counted.end.on.isoformat()) == end
    assert {f.code for f in counted.findings} == {
        code for code, found in (("no_begin", begin), ("no_end", end)) if found is None
    }
    assert (counted.used is None) == (begin is None or end is None)


@given(st.lists(st.dates(date(2025, 6, 1), date(2027, 6, 1)), min_size=3, max_size=30, unique=True))
def test_two_periods_that_follow_each_other_share_the_reading_between_them(days):
    meter = a_meter(*((on.isoformat(), n) for n, on in enumerate(sorted(days))))
    one, two = count(meter, FIRST, LAST), count(meter, date(2027, 1, 1), date(2027, 12, 31))
    if one.end and two.begin and one.begin:
        assert one.end == two.begin


Y20, Y22, Y24 = (date(year, 1, 1) for year in (2020, 2022, 2024))


@pytest.mark.parametrize(
    ("spans", "since"),
    [
        ([], None),
        ([(Y20, None)], Y20),
        ([(Y20, Y22)], None),  # sold
        ([(Y20, Y22), (Y24, None)], Y24),  # bought back: not what another used in between
        ([(Y20, Y24), (Y24, None)], Y20),  # the day one ends, the other begins
        ([(Y20, Y24), (Y22, None)], Y20),
        ([(Y24, None), (Y20, None), (Y22, Y24)], Y20),  # two parts of one lot
        ([(Y20, date(2023, 12, 31)), (Y24, None)], Y24),  # a day in between
        ([(Y20, LAST)], None),  # its last day was the one before
        ([(Y20, LAST + timedelta(1))], Y20),
        ([(LAST, None)], LAST),
        ([(Y20, Y22), (LAST + timedelta(1), None)], None),  # not yet
    ],
)
def test_since_when_a_lot_is_held_without_a_break(spans, since):
    assert rules.unbroken(spans, LAST) == since


@pytest.mark.parametrize(
    ("first", "last", "fields"),
    [
        (date(1990, 1, 1), date(1990, 12, 31), []),
        (date(2100, 1, 1), date(2100, 12, 31), []),
        (date(2026, 1, 1), date(2026, 1, 28), []),
        (date(2026, 1, 1), date(2026, 1, 27), ["last_on"]),  # twenty-seven days
        (date.min, date(2026, 12, 31), ["first_on"]),
        (date(1989, 12, 31), date(1990, 12, 31), ["first_on"]),
        (date(2100, 1, 1), date(2101, 1, 1), ["last_on"]),
        (date(2026, 1, 1), date.min, ["last_on"]),
        (date.min, date.max, ["first_on", "last_on"]),
    ],
)
def test_the_days_of_a_period(first, last, fields):
    assert list(rules.check_days(first, last)) == fields


def test_by_consumption_alone_the_largest_weights_are_kept():
    assert weights({A: rules.LARGEST - 1, B: 1}, {}, 0) == {A: rules.LARGEST - 1, B: 1}


YEAR_2025 = (date(2025, 1, 1), date(2025, 12, 31))
YEARS = st.sampled_from(
    [(YEAR_2025, (FIRST, LAST)), ((FIRST, LAST), YEAR_2025)]
)  # closed in order, or the later one first


@given(
    st.dictionaries(st.dates(date(2024, 12, 20), date(2027, 1, 12)), st.tuples(st.integers(0, 50), st.booleans()), min_size=3, max_size=40),
    YEARS,
)  # fmt: skip
def test_nothing_falls_between_two_periods_whatever_is_read_after_one_is_closed(entered, years):
    """Of each day: by how much the dial moved, and whether it was read before the first of the two was closed."""
    entered |= {on: (0, True) for on in (date(2024, 12, 31), date(2026, 12, 31))}
    if years[0] == YEAR_2025:
        entered[date(2025, 12, 24)] = (7, True)
    else:
        entered[date(2026, 1, 8)] = (7, True)
    value, series = 0, []
    for on, (moved, _) in sorted(entered.items()):
        value += moved
        series.append(Reading(on, value))
    closed = count(a_meter(readings=[r for r in series if entered[r.on][1]]), *years[0])
    kept = rules.Kept(*years[0], closed.begin.on, closed.end.on)
    known = a_meter(closed=[kept])
    later = [r for r in series if entered[r.on][1] or not known.rests(r.on)]
    other = count(a_meter(readings=later, closed=[kept]), *years[1])
    first, second = (closed, other) if years[0] == YEAR_2025 else (other, closed)
    assert first.end == second.begin
    assert first.used + second.used == second.end.value - first.begin.value


def test_a_period_begins_with_what_the_closed_one_ended_with():
    readings = [("2024-12-31", 0), ("2025-12-24", 100_000), ("2026-01-03", 112_000), ("2026-12-31", 200_000)]
    kept = rules.Kept(*YEAR_2025, date(2024, 12, 31), date(2025, 12, 24))
    assert count(a_meter(*readings), FIRST, LAST).used == 88_000  # the 3rd is nearer
    assert count(a_meter(*readings, closed=[kept]), FIRST, LAST).used == 100_000
    of_2024 = rules.Kept(date(2024, 1, 1), date(2024, 12, 31), date(2023, 12, 31), date(2024, 12, 31))
    assert count(a_meter(*readings, closed=[of_2024]), FIRST, LAST).used == 88_000  # not the one before


def test_a_period_ends_with_what_the_closed_one_after_it_began_with():
    readings = [("2024-12-31", 0), ("2025-12-30", 110_000), ("2026-01-08", 112_000), ("2026-12-31", 200_000)]
    kept = rules.Kept(FIRST, LAST, date(2026, 1, 8), date(2026, 12, 31))
    assert count(a_meter(*readings, closed=[kept]), *YEAR_2025).used == 112_000


def test_a_meter_whose_last_reading_a_closed_period_has_counted_counts_no_more():
    """Removed on the 3rd of January: with no reading nearer, the year before ended with its last one."""
    kept = rules.Kept(*YEAR_2025, date(2024, 12, 31), date(2026, 1, 3))
    gone = a_meter(("2024-12-31", 0), ("2026-01-03", 9_000), removed_on=date(2026, 1, 3), closed=[kept])
    assert count(gone, FIRST, LAST) is None
    placed = a_meter(("2025-12-30", 0), ("2026-12-31", 9_000), installed_on=date(2025, 12, 30),
                     closed=[rules.Kept(FIRST, LAST, date(2025, 12, 30), date(2026, 12, 31))])  # fmt: skip
    assert count(placed, *YEAR_2025) is None


def test_a_meter_counts_only_while_it_is_there():
    gone = a_meter(("2025-06-30", 5), removed_on=date(2025, 6, 30))
    coming = a_meter(("2027-01-05", 5), installed_on=date(2027, 1, 5))
    assert count(gone, FIRST, LAST) is None
    assert count(coming, FIRST, LAST) is None
    assert rules.bounds(a_meter(installed_on=date(2026, 3, 1), removed_on=date(2026, 9, 1)), FIRST, LAST) == (
        date(2026, 3, 1), date(2026, 9, 1),
    )  # fmt: skip


def test_a_reading_below_the_last_one_leaves_the_consumption_unknown():
    counted = count(a_meter(("2025-12-31", 9_000), ("2026-06-01", 8_000), ("2026-12-31", 12_000)), FIRST, LAST)
    assert counted.used is None
    assert [(f.code, f.params["on"], f.blocking) for f in counted.findings] == [("below", EVENING, True)]


# --- Findings --------------------------------------------------------------------------------------------------------


def test_a_lot_without_meter_is_named_unless_none_is_expected():
    flat, garage = uuid4(), uuid4()
    uses = rules.by_lot({flat: True, garage: False}, [], {}, (365, 365))
    assert [[f.code for f in u.findings] for u in uses] == [["no_meter"], []]
    assert not uses[0].findings[0].blocking


@pytest.mark.parametrize(
    ("used", "days", "before", "days_before", "high"),
    [
        (300, 365, 100, 365, False),  # three times is not more than three times
        (301, 365, 100, 365, True),
        (301, 730, 100, 365, False),  # in twice the days
        (301, 365, 0, 365, False),
        (301, 365, 100, 0, False),
    ],
)
def test_more_than_three_times_the_consumption_of_a_day_is_worth_a_look(used, days, before, days_before, high):
    assert rules.is_high(used, days, before, days_before) is high


def test_a_period_is_compared_with_the_one_before():
    meter = a_meter(("2025-12-31", 0), ("2026-12-31", 40_000))
    (use,) = rules.by_lot({meter.lot_id: True}, [count(meter, FIRST, LAST)], {meter.lot_id: 10_000}, (365, 365))
    assert [(f.code, f.params["times"], f.blocking) for f in use.findings] == [("high", 4, False)]


@pytest.mark.parametrize(
    ("on", "value", "codes"),
    [
        ("2026-12-31", 30_000, []),
        ("2026-12-31", 19_999, ["below"]),
        ("2025-06-30", 25_000, ["above"]),
        ("2025-06-30", 15_000, []),
        ("2026-12-31", 51_000, ["high"]),  # 10 in the year before, 31 in this one
        ("2026-01-10", 51_000, []),  # ten days tell nothing
        ("2024-12-30", 9_000, ["early"]),
        ("2027-06-02", 31_000, ["late"]),
        ("2026-12-31", 100_000_000, ["digits", "high"]),
    ],
)
def test_a_reading_is_looked_at_beside_the_others(on, value, codes):
    meter = a_meter(
        ("2024-12-31", 10_000), ("2025-12-31", 20_000), digits=5, installed_on=date(2024, 12, 31), removed_on=date(2027, 6, 1)
    )  # fmt: skip
    found = rules.check(meter, Reading(date.fromisoformat(on), value))
    assert [f.code for f in found] == codes


def test_the_reading_of_the_same_day_does_not_count_against_its_correction():
    meter = a_meter(("2024-12-31", 10_000), ("2025-12-31", 20_000))
    assert rules.check(meter, Reading(date(2025, 12, 31), 15_000)) == []


# --- Estimates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("readings", "on", "digits", "value"),
    [
        # 36,5 in 365 days is 0,1 a day: after 100 days 10 more
        ([("2024-12-31", 0), ("2025-12-31", 36_500)], "2026-04-10", None, 46_500),
        # between two readings in a straight line: 10 of 40 days
        ([("2025-12-01", 0), ("2026-01-10", 4_000)], "2025-12-11", None, 1_000),
        # rounded to the nearest thousandth: 100 x 20 / 40 = 50; 101 x 20 / 40 = 50,5
        ([("2025-12-01", 0), ("2026-01-10", 101)], "2025-12-21", None, 51),
        # begins anew: 0,1 a day from 99 998
        ([("2024-12-31", 99_961_500), ("2025-12-31", 99_998_000)], "2026-02-19", 5, 3_000),
        ([("2025-12-31", 5_000)], "2026-12-31", None, None),  # one reading tells no consumption
        ([("2025-12-20", 0), ("2025-12-31", 5_000)], "2026-12-31", None, None),  # nor do eleven days
        ([("2026-02-01", 5_000), ("2026-12-31", 9_000)], "2025-12-31", None, None),  # nothing before
        ([], "2025-12-31", None, None),
    ],
)
def test_a_missing_reading_is_estimated_by_the_consumption_of_a_day(readings, on, digits, value):
    known = a_meter(*readings).readings
    assert estimate(known, date.fromisoformat(on), digits) == value


@given(st.integers(0, 10**8), st.integers(0, 10**6), st.integers(1, 700), st.data())
def test_an_estimate_between_two_readings_lies_between_them(value, moved, days, data):
    since = date(2025, 1, 1)
    known = [Reading(since, value), Reading(since + timedelta(days), value + moved)]
    on = since + timedelta(data.draw(st.integers(0, days - 1)))
    assert value <= estimate(known, on, None) <= value + moved


# --- Weights ---------------------------------------------------------------------------------------------------------

A, B, C = (UUID(int=n) for n in (1, 2, 3))


def test_thirty_percent_by_shares_and_seventy_by_consumption():
    # 1 000,00 €: 300,00 over 500/300/200 = 150, 90, 60; 700,00 over 10/30/60 m³ of 100 = 70, 210, 420
    found = weights({A: 10_000, B: 30_000, C: 60_000}, {A: 500, B: 300, C: 200}, 30)
    assert split(Cents(100_000), found) == {A: 22_000, B: 30_000, C: 48_000}
    assert found == {A: 11, B: 15, C: 24}  # 22 %, 30 %, 48 %: over fifty


def test_a_lot_without_consumption_still_pays_the_fixed_part():
    # 100,00 €: 30,00 over 500/500 = 15 each; 70,00 on the only one who consumed
    found = weights({A: 0, B: 5_000}, {A: 500, B: 500}, 30)
    assert split(Cents(10_000), found) == {A: 1_500, B: 8_500}


def test_by_consumption_alone_the_weights_are_the_consumption():
    assert weights({A: 12_345, B: 0, C: 655}, {A: 1, B: 1, C: 1}, 0) == {A: 12_345, C: 655}


def test_by_shares_alone_the_consumption_may_be_nothing():
    assert weights({A: 0, B: 0}, {A: 600, B: 400}, 100) == {A: 3, B: 2}


@pytest.mark.parametrize(
    ("used", "shares", "fixed"),
    [
        ({A: 0}, {A: 1}, 30),
        ({}, {A: 1}, 0),
        ({A: 1}, {A: 0}, 30),
        ({A: 10**14 - 1, B: 1}, {A: 10**8, B: 1}, 37),
        ({A: rules.LARGEST, B: 1}, {A: 1, B: 1}, 0),  # a factor makes it large
    ],
)
def test_what_cannot_be_shared_out_is_said_beside_the_percentage(used, shares, fixed):
    with pytest.raises(Invalid) as refused:
        weights(used, shares, fixed)
    assert refused.value.field == "fixed_percent"


LOTS = st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**4)), min_size=1, max_size=12)


@given(LOTS, st.integers(0, 100), st.integers(-(10**9), 10**9))
def test_a_cost_is_shared_out_to_the_cent_of_the_exact_part(given_lots, fixed, cents):
    used = {UUID(int=n): u for n, (u, _) in enumerate(given_lots)}
    shares = {UUID(int=n): s for n, (_, s) in enumerate(given_lots)}
    consumed, whole = sum(used.values()), sum(shares.values())
    if (fixed < 100 and not consumed) or (fixed and not whole):
        return
    found = weights(used, shares, fixed)
    assert all(isinstance(weight, int) and 0 < weight <= rules.LARGEST for weight in found.values())
    parts = split(Cents(cents), found)
    assert sum(parts.values()) == cents
    for lot_id in used:
        by_shares = Fraction(fixed * shares[lot_id], 100 * whole) if fixed else Fraction(0)
        by_use = Fraction((100 - fixed) * used[lot_id], 100 * consumed) if fixed < 100 else Fraction(0)
        exact = by_shares + by_use
        assert abs(parts.get(lot_id, 0) - cents * exact) < 1
        assert Fraction(found.get(lot_id, 0), sum(found.values())) == exact


@given(st.integers(1, 9), st.lists(st.integers(0, 10**5), min_size=2, max_size=20))
def test_a_dial_that_begins_anew_counts_as_one_that_does_not(digits, steps):
    """However often it passes zero, as long as no step is more than a quarter of its range."""
    if max(steps) > rules.capacity(digits) // 4:
        return
    true, shown = 0, [0]
    for step in steps:
        true += step
        shown.append(true % rules.capacity(digits))
    since = date(2026, 1, 1)
    series = [Reading(since + timedelta(n), value) for n, value in enumerate(shown)]
    assert rules.total(series, digits) == true


@given(st.integers(0, 10**14 - 1))
def test_thousandths_are_exact(value):
    assert rules.thousandths(rules.plain(value)) == value


def test_a_fourth_decimal_is_not_lost_unseen():
    with pytest.raises(ValueError, match="three decimals"):
        rules.thousandths(Decimal("1.2345"))
