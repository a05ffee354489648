"""Which meter each row of a file means, and what is odd about its reading. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from koprogo_app.core.i18n import N_
from koprogo_app.modules.parsing.rules import Parsed, fold

from .columns import FileRow
from .rules import Counter, Finding, Reading, check, plain

UNKNOWN_METER = N_("No meter here has the number {serial}.")
UNKNOWN_LOT = N_("No lot here has the number {lot}.")
NO_METER = N_("Lot {lot} has no meter of this kind on that day.")
SEVERAL = N_("Lot {lot} has several meters of this kind: give the number of the meter.")
OTHER_LOT = N_("This meter belongs to lot {lot}.")
NO_DAY = N_("The date is missing.")
NO_VALUE = N_("The reading is missing.")
FUTURE = N_("A reading cannot be of a day to come.")
TWICE = N_("Another row gives this meter another reading on the same day.")
OTHER = N_("Takes the place of {value}.")


class Action(StrEnum):
    NEW = "new"
    OTHER = "other"  # takes the place of the reading of that day
    SAME = "same"  # there already
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Known:
    """A meter as files may name it. `lot`: the number of its lot, empty for the common parts."""

    counter: Counter
    serial: str
    lot: str
    kind: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row, the meter it means, and what entering it would do."""

    row: FileRow
    meter: Known | None
    action: Action
    findings: tuple[Finding, ...] = ()


def same_serial(text: str) -> str:
    """Numbers of meters compare without blanks, punctuation and leading zeros, which spreadsheets lose."""
    return fold(text).replace(" ", "").lstrip("0")


def settle(rows: Sequence[FileRow], meters: Iterable[Known], lots: Iterable[str], kind: str, today: date) -> list[Line]:
    """Each row in the order of the file. `kind`: of the meters that a row names by its lot alone, any when empty.

    The readings of a meter are looked at in the order of their days, each beside those before it in the file.
    """
    by_serial: dict[str, list[Known]] = defaultdict(list)
    by_lot: dict[str, list[Known]] = {fold(lot): [] for lot in lots}
    for meter in meters:
        by_serial[same_serial(meter.serial)].append(meter)
        if meter.lot and (not kind or meter.kind == kind):
            by_lot.setdefault(fold(meter.lot), []).append(meter)
    found = [_match(row, by_serial, by_lot, today) for row in rows]
    order = sorted(range(len(found)), key=lambda n: (found[n].row.day.value or date.max, n))
    counters: dict[UUID, Counter] = {}
    entered: dict[tuple[UUID, date], int] = {}
    for n in order:
        found[n] = _look(found[n], counters, entered)
    return found


def _match(row: FileRow, by_serial: Mapping[str, list[Known]], by_lot: Mapping[str, list[Known]], today: date) -> Line:
    problems = [Finding(p.code, p.message, p.params) for p in (row.day.problem, row.value.problem) if p]
    problems += [Finding("no_day", NO_DAY)] if _blank(row.day) else []
    problems += [Finding("no_value", NO_VALUE)] if _blank(row.value) else []
    problems += [Finding("future", FUTURE)] if row.day.value and row.day.value > today else []
    meter, remark = _meter(row, by_serial, by_lot)
    findings = (*((remark,) if remark else ()), *problems)
    stop = meter is None or any(f.blocking for f in findings)
    return Line(row, meter, Action.STOP if stop else Action.NEW, findings)


def _blank(parsed: Parsed[date] | Parsed[int]) -> bool:
    return parsed.value is None and parsed.problem is None


def _meter(
    row: FileRow, by_serial: Mapping[str, list[Known]], by_lot: Mapping[str, list[Known]]
) -> tuple[Known | None, Finding | None]:
    if row.serial:
        named = by_serial.get(same_serial(row.serial), [])
        if len(named) != 1:
            return None, Finding("serial", UNKNOWN_METER, {"serial": row.serial})
        other = bool(row.lot) and fold(row.lot) != fold(named[0].lot)
        return named[0], Finding("lot", OTHER_LOT, {"lot": named[0].lot or "–"}, blocking=False) if other else None
    if fold(row.lot) not in by_lot:
        return None, Finding("lot", UNKNOWN_LOT, {"lot": row.lot})
    there = [m for m in by_lot[fold(row.lot)] if _in_place(m.counter, row.day.value)]
    if len(there) == 1:
        return there[0], None
    return None, Finding("lot", SEVERAL if there else NO_METER, {"lot": row.lot})


def _in_place(counter: Counter, on: date | None) -> bool:
    day = on or counter.installed_on or date.min
    return (counter.installed_on or day) <= day and (counter.removed_on is None or day < counter.removed_on)


def _look(line: Line, counters: dict[UUID, Counter], entered: dict[tuple[UUID, date], int]) -> Line:
    """A row beside the readings of its meter that are known and those before it in the file."""
    if line.action == Action.STOP or line.meter is None or line.row.day.value is None or line.row.value.value is None:
        return line
    meter = line.meter.counter
    new = Reading(line.row.day.value, line.row.value.value)
    if (meter.id, new.on) in entered:
        if entered[meter.id, new.on] == new.value:
            return replace(line, action=Action.SAME)
        return replace(line, action=Action.STOP, findings=(*line.findings, Finding("twice", TWICE)))
    counter = counters.get(meter.id, meter)
    kept = next((r for r in counter.readings if r.on == new.on), None)
    entered[meter.id, new.on] = new.value
    if kept == new:
        return replace(line, action=Action.SAME)
    findings = [*line.findings, *check(counter, new)]
    if any(f.blocking for f in findings):
        return replace(line, action=Action.STOP, findings=tuple(findings))
    readings = sorted([*(r for r in counter.readings if r.on != new.on), new], key=lambda r: r.on)
    counters[meter.id] = replace(counter, readings=readings)
    if kept is None:
        return replace(line, findings=tuple(findings))
    findings.append(Finding("other", OTHER, {"value": plain(kept.value)}, blocking=False))
    return replace(line, action=Action.OTHER, findings=tuple(findings))
