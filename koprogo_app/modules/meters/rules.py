"""What a meter counted between two days, and the whole numbers by which a cost is shared out. Pure.

Readings and consumption are integer thousandths of the meter's unit: 12,345 m³ is 12 345. Nothing is rounded but the product
with a meter's factor, once a meter, half a thousandth going up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import pairwise
from math import gcd
from uuid import UUID

from koprogo_app.core.errors import DomainError, Invalid
from koprogo_app.core.i18n import N_
from koprogo_app.core.money import Shares

THOUSAND = 1000
WINDOW = 10  # days before or after the first or last day of a period in which a reading counts as taken on it
SHORTEST = 28  # days of a period, and of the stretch that an estimate or a comparison rests on
YEAR = 365
HIGH = 3  # times the consumption of before: worth a second look
LARGEST = 2**63 - 1  # of a weight, as the database keeps it


class Kind(StrEnum):
    COLD_WATER = "cold_water"
    HOT_WATER = "hot_water"
    HEATING = "heating"
    COOLING = "cooling"
    ELECTRICITY = "electricity"
    GAS = "gas"


class Unit(StrEnum):
    M3 = "m3"
    KWH = "kWh"
    UNITS = "units"


class Source(StrEnum):
    TYPED = "typed"
    FILE = "file"


class PeriodStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


KINDS = {
    Kind.COLD_WATER: N_("Cold water"), Kind.HOT_WATER: N_("Hot water"), Kind.HEATING: N_("Heating"), Kind.COOLING: N_("Cooling"),
    Kind.ELECTRICITY: N_("Electricity"), Kind.GAS: N_("Gas"),
}  # fmt: skip
UNITS = {Unit.M3: N_("m³"), Unit.KWH: N_("kWh"), Unit.UNITS: N_("units")}

BELOW = N_("Below the reading of {on}: {value}.")
ABOVE = N_("Above the reading of {on}: {value}.")
TOO_LONG = N_("The meter shows {digits} digits: {value} has more.")
EARLY = N_("The meter was placed on {on}.")
LATE = N_("The meter was removed on {on}.")
MUCH = N_("{times} times the consumption of before.")
NO_BEGIN = N_("No reading around {on}, where the period begins.")
NO_END = N_("No reading around {on}, where the period ends.")
CLOSED = N_("A closed period rests on this day: reopen it first.")
NO_METER = N_("This lot has no meter.")
ESTIMATED = N_("Rests on an estimated reading.")
UNITS_DIFFER = N_("The meters of the lots do not count in the same unit.")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a meter shows on a day, in thousandths of its unit."""

    on: date
    value: int
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What is odd: a msgid with its params, and whether it stops the reading or the closing."""

    code: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict[str, object])
    blocking: bool = True


@dataclass(frozen=True, slots=True)
class Kept:
    """A closed period of a meter, from its first day to its last, and the days of the two readings that it rests on."""

    first: date
    last: date
    begin_on: date
    end_on: date


@dataclass(frozen=True, slots=True)
class Counter:
    """A meter and its readings, the oldest first. `lot_id` none: of the common parts. `digits`: before it begins anew."""

    id: UUID
    lot_id: UUID | None
    unit: Unit
    factor: Decimal
    digits: int | None
    installed_on: date | None
    removed_on: date | None
    main: bool = False  # counts what the whole building takes
    readings: Sequence[Reading] = ()
    closed: Sequence[Kept] = ()

    def rests(self, on: date) -> bool:
        """A closed period rests on the readings of this day."""
        return any(kept.begin_on <= on <= kept.end_on for kept in self.closed)

    def said(self, day: date | None) -> Reading | None:
        """The reading of a day, when there is one."""
        return next((r for r in self.readings if r.on == day), None)


@dataclass(frozen=True, slots=True)
class Counted:
    """A meter in a period: the readings that bound it, what it counted, or why that is unknown."""

    meter: Counter
    begin: Reading | None
    end: Reading | None
    used: int | None
    findings: tuple[Finding, ...] = ()

    @property
    def estimated(self) -> bool:
        return any(one is not None and one.estimated for one in (self.begin, self.end))


@dataclass(frozen=True, slots=True)
class LotUse:
    """The consumption of a lot, all its meters together; none while one of them is unknown."""

    lot_id: UUID
    meters: tuple[Counted, ...]
    used: int | None
    findings: tuple[Finding, ...] = ()


def thousandths(value: Decimal) -> int:
    """12.345 -> 12345. ValueError beyond three decimals: nothing is lost unseen."""
    scaled = value * THOUSAND
    if scaled != scaled.to_integral_value():
        raise ValueError("more than three decimals")
    return int(scaled)


def plain(value: int) -> Decimal:
    """12345 -> 12.345, without trailing zeros."""
    return Decimal(value // THOUSAND) if value % THOUSAND == 0 else (Decimal(value) / THOUSAND).normalize()


def capacity(digits: int) -> int:
    """How many thousandths a meter of so many digits counts before it begins anew at zero."""
    return 10**digits * THOUSAND


def advance(before: int, after: int, digits: int | None) -> int | None:
    """What passed between two readings; none when the second is below the first and the meter has not begun anew.

    A meter has begun anew when that makes it count a quarter of its range at most: more is a slip of the pen.
    """
    if after >= before:
        return after - before
    if digits is None:
        return None
    moved = after + capacity(digits) - before
    return moved if 0 < moved <= capacity(digits) // 4 else None


def total(readings: Iterable[Reading], digits: int | None) -> int | None:
    """What passed from the first to the last of some readings; none when one of them cannot be."""
    steps = [advance(a.value, b.value, digits) for a, b in pairwise(readings)]
    return None if None in steps else sum(step for step in steps if step is not None)


def times(amount: int, factor: Decimal) -> int:
    """Thousandths times a factor, half a thousandth going up."""
    return int((amount * factor).quantize(Decimal(1), ROUND_HALF_UP))


def bounds(meter: Counter, first: date, last: date) -> tuple[date, date] | None:
    """The two days between which a meter counts for a period: the evening before it, its last day, or those on which the
    meter was placed and removed. None when it was not there."""
    begin = first - timedelta(days=1)
    begin = max(begin, meter.installed_on) if meter.installed_on else begin
    end = min(last, meter.removed_on) if meter.removed_on else last
    return (begin, end) if begin < end else None


def check_days(first: date, last: date) -> dict[str, DomainError]:
    """What is wrong with the days of a period, by field."""
    wrong: dict[str, DomainError] = {
        name: Invalid("Check the year of this date.", field=name)
        for name, day in (("first_on", first), ("last_on", last))
        if not 1990 <= day.year <= 2100
    }
    if (last - first).days + 1 < SHORTEST:
        wrong.setdefault("last_on", Invalid("A period has at least {days} days.", field="last_on", days=SHORTEST))
    return wrong


def unbroken(spans: Iterable[tuple[date, date | None]], on: date) -> date | None:
    """Since when something is held without a break up to a day, the last one of a span left out; None when it is not then."""
    since = None
    for first, until in sorted(spans, key=lambda span: span[0], reverse=True):
        if first <= on and (until is None or until >= (since or on + timedelta(days=1))):
            since = first
    return since


def nearest(readings: Iterable[Reading], day: date) -> Reading | None:
    """The reading on a day, or the one nearest to it within WINDOW days, the earlier of two."""
    near = [r for r in readings if abs((r.on - day).days) <= WINDOW]
    return min(near, key=lambda r: (abs((r.on - day).days), r.on), default=None)


def count(meter: Counter, first: date, last: date) -> Counted | None:
    """What a meter counted in a period, its factor applied; None when it was not there.

    The period begins with the reading that a closed one before it ended with, and ends with the one that a closed one after it
    began with, whatever was read nearer to the day since: nothing falls between two periods, and nothing counts in both.
    """
    days = bounds(meter, first, last)
    if days is None:
        return None
    before = meter.said(next((kept.end_on for kept in meter.closed if kept.last == first - timedelta(1)), None))
    after = meter.said(next((kept.begin_on for kept in meter.closed if kept.first == last + timedelta(1)), None))
    if (before and before.on >= days[1]) or (after and after.on <= days[0]):
        return None  # all that it counted is in the closed period
    until = min(days[1], after.on) if after else days[1]
    begin = before or nearest((r for r in meter.readings if r.on < until), days[0])
    end = after or nearest((r for r in meter.readings if r.on > (begin.on if begin else days[0])), days[1])
    missing = [
        Finding(code, message, {"on": day})
        for code, message, day, found in (("no_begin", NO_BEGIN, days[0], begin), ("no_end", NO_END, days[1], end))
        if found is None
    ]
    if begin is None or end is None:
        return Counted(meter, begin, end, None, tuple(missing))
    series = [r for r in meter.readings if begin.on <= r.on <= end.on]
    moved = total(series, meter.digits)
    if moved is None:
        return Counted(meter, begin, end, None, tuple(_falls(series, meter.digits)))
    hint = Finding("estimated", ESTIMATED, blocking=False)
    found = (hint,) if begin.estimated or end.estimated else ()
    return Counted(meter, begin, end, times(moved, meter.factor), found)


def _falls(series: Sequence[Reading], digits: int | None) -> list[Finding]:
    return [
        Finding("below", BELOW, {"on": a.on, "value": plain(a.value)})
        for a, b in pairwise(series)
        if advance(a.value, b.value, digits) is None
    ]


def by_lot(
    lots: Mapping[UUID, bool], counted: Iterable[Counted], before: Mapping[UUID, int], days: tuple[int, int]
) -> list[LotUse]:
    """Each lot with what its meters counted, in the given order; the value says whether a lot is expected to have a meter.

    `before`: the consumption of each lot in the period before; `days`: of this period and of that one.
    """
    mine: dict[UUID, list[Counted]] = {lot_id: [] for lot_id in lots}
    for one in counted:
        if (lot_id := one.meter.lot_id) is not None and lot_id in mine:
            mine[lot_id].append(one)
    return [_lot_use(lot_id, mine[lot_id], before.get(lot_id), days, lots[lot_id]) for lot_id in lots]


def _lot_use(
    lot_id: UUID, meters: Sequence[Counted], before: int | None, days: tuple[int, int], expected: bool
) -> LotUse:
    findings: list[Finding] = []
    for one in meters:
        findings += [finding for finding in one.findings if finding not in findings]
    if not meters:
        return LotUse(lot_id, (), None, (Finding("no_meter", NO_METER, blocking=False),) if expected else ())
    parts = [one.used for one in meters]
    used = None if None in parts else sum(part for part in parts if part is not None)
    if used is not None and before is not None and is_high(used, days[0], before, days[1]):
        findings.append(Finding("high", MUCH, {"times": _ratio(used, days[0], before, days[1])}, blocking=False))
    return LotUse(lot_id, tuple(meters), used, tuple(findings))


def is_high(used: int, days: int, before: int, days_before: int) -> bool:
    """True when the consumption of a day is more than HIGH times what it was before; days of nothing compare with nothing."""
    return before > 0 and days > 0 and used * days_before > HIGH * before * days


def _ratio(used: int, days: int, before: int, days_before: int) -> int:
    return used * days_before // (before * days)


# --- Readings --------------------------------------------------------------------------------------------------------


def check(meter: Counter, new: Reading) -> list[Finding]:
    """What is odd about a reading beside the others of its meter; the one of the same day, which it replaces, does not count."""
    found: list[Finding] = []
    if meter.digits is not None and new.value >= capacity(meter.digits):
        found.append(Finding("digits", TOO_LONG, {"digits": meter.digits, "value": plain(new.value)}))
    if meter.installed_on and new.on < meter.installed_on:
        found.append(Finding("early", EARLY, {"on": meter.installed_on}))
    if meter.removed_on and new.on > meter.removed_on:
        found.append(Finding("late", LATE, {"on": meter.removed_on}))
    if meter.rests(new.on):
        found.append(Finding("closed", CLOSED))
    before = [r for r in meter.readings if r.on < new.on]
    after = [r for r in meter.readings if r.on > new.on]
    if before and advance(before[-1].value, new.value, meter.digits) is None:
        found.append(Finding("below", BELOW, {"on": before[-1].on, "value": plain(before[-1].value)}))
    elif after and advance(new.value, after[0].value, meter.digits) is None:
        found.append(Finding("above", ABOVE, {"on": after[0].on, "value": plain(after[0].value)}))
    elif before:
        found += _much(meter, before, new)
    return found


def _much(meter: Counter, before: Sequence[Reading], new: Reading) -> list[Finding]:
    moved, days = advance(before[-1].value, new.value, meter.digits), (new.on - before[-1].on).days
    pace = rate(before, meter.digits)
    if moved is None or pace is None or days < SHORTEST or not is_high(moved, days, *pace):
        return []
    return [Finding("high", MUCH, {"times": _ratio(moved, days, *pace)}, blocking=False)]


def rate(readings: Sequence[Reading], digits: int | None) -> tuple[int, int] | None:
    """How much was counted in how many days up to the last of some readings, over a year if they allow, and over SHORTEST
    days at least; None when they do not tell."""
    far = [r for r in readings[:-1] if (readings[-1].on - r.on).days >= SHORTEST]
    if not far:
        return None
    start = min(far, key=lambda r: (abs((readings[-1].on - r.on).days - YEAR), r.on))
    moved = total([r for r in readings if r.on >= start.on], digits)
    return None if moved is None else (moved, (readings[-1].on - start.on).days)


def estimate(readings: Sequence[Reading], on: date, digits: int | None) -> int | None:
    """What a meter would show on a day: between two readings in a straight line, after the last one at the daily
    consumption of before. None when the readings do not tell."""
    before, after = [r for r in readings if r.on <= on], [r for r in readings if r.on > on]
    if not before:
        return None
    last = before[-1]
    if after:
        moved = advance(last.value, after[0].value, digits)
        pace = None if moved is None else (moved, (after[0].on - last.on).days)
    else:
        pace = rate(before, digits)
    if pace is None:
        return None
    value = last.value + _share(pace[0] * (on - last.on).days, pace[1])
    return value % capacity(digits) if digits is not None else value


def _share(amount: int, days: int) -> int:
    """A whole number over days, half a thousandth going up."""
    return (2 * amount + days) // (2 * days)


# --- Weights ---------------------------------------------------------------------------------------------------------


def weights(used: Mapping[UUID, int], shares: Mapping[UUID, Shares], fixed: int) -> dict[UUID, Shares]:
    """The weight of each lot when `fixed` % of a cost goes by shares and the rest by consumption, exact.

    A lot pays fixed/100 x s/S + (100-fixed)/100 x u/U. Over the common denominator 100 x S x U that is the whole number
    fixed x s x U + (100-fixed) x u x S, made as small as it can be. By consumption alone it is the consumption itself.
    Invalid beside `fixed_percent` when nothing was consumed, no lot has shares, or the numbers outgrow what can be kept.
    """
    consumed, whole = sum(used.values()), sum(shares.values())
    if fixed < 100 and not consumed:
        raise Invalid("Nothing was consumed: there is nothing to share out by.", field="fixed_percent")
    if fixed and not whole:
        raise Invalid("No lot that takes part has shares yet.", field="fixed_percent")
    made, divisor = used, 1
    if fixed:
        made = {
            lot_id: fixed * shares.get(lot_id, 0) * (consumed if fixed < 100 else 1)
            + (100 - fixed) * used.get(lot_id, 0) * whole
            for lot_id in dict.fromkeys([*shares, *used])
        }
        divisor = gcd(*made.values())
    found = {lot_id: Shares(weight // divisor) for lot_id, weight in made.items() if weight}
    if sum(found.values()) > LARGEST:
        raise Invalid("These figures are too large to be shared out exactly.", field="fixed_percent")
    return found
