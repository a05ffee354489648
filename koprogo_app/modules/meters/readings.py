"""What one can do with the readings of meters: one function, one action, one permission."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Conflict, DomainError, Invalid, NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.core.listing import Asked, Listed, contains, page_of
from koprogo_app.core.service import requires
from koprogo_app.core.validation import chosen_id
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import Lot
from koprogo_app.modules.ownership.models import Ownership

from . import rules
from .models import Meter, MeterPeriod, MeterReading, MeterUse, ReadingIn
from .rules import Counter, Finding, Kept, Kind, Reading, Source, Unit

READING_COLUMNS = (
    MeterReading.id, MeterReading.meter_id, Meter.serial, Meter.kind, Meter.unit, Lot.number.label("lot"), MeterReading.read_on,  # type: ignore[attr-defined]
    MeterReading.value, MeterReading.estimated, MeterReading.source, MeterReading.note,
)  # fmt: skip
READING_SORTABLE = {"read_on": col(MeterReading.read_on), "value": col(MeterReading.value)}


@dataclass(frozen=True, slots=True)
class Dial:
    """A meter with what is known of it; `lot`: the number of its lot, empty for the common parts."""

    meter: Meter
    lot: str
    counter: Counter


@dataclass(frozen=True, slots=True)
class OwnMeter:
    """A meter of the reader's own lot, its readings since he holds something of it, the last first."""

    meter: Meter
    lot: str
    readings: list[MeterReading]


def visible(actor: Actor, *wanted: Any) -> SelectOfScalar[Any]:
    """Every read starts here: the organisation's meters (row-level security), those of the role's buildings."""
    rows = cast(SelectOfScalar[Any], select(*(wanted or (Meter,))))
    return rows if actor.building_ids is None else rows.where(col(Meter.building_id).in_(actor.building_ids))


# --- Actions ---------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_READ)
def list_readings(s: Session, actor: Actor, building_id: UUID, asked: Asked) -> Listed:
    """One page of READING_COLUMNS. Filters: meter_id, kind; search: number of the meter, lot."""
    buildings.get_building(s, actor, building_id)
    wanted = visible(actor, *READING_COLUMNS).join(MeterReading, col(MeterReading.meter_id) == Meter.id)
    wanted = wanted.outerjoin(Lot, col(Lot.id) == Meter.lot_id).where(MeterReading.building_id == building_id)
    if asked.search.strip():
        wanted = wanted.where(contains(Meter.serial + " " + func.coalesce(Lot.number, ""), asked.search))
    if kind := asked.filters.get("kind"):
        wanted = wanted.where(Meter.kind == kind)
    if meter_id := asked.filters.get("meter_id"):
        wanted = wanted.where(Meter.id == chosen_id(meter_id, "meter_id"))
    return page_of(s, wanted, asked, READING_SORTABLE, "read_on")


@requires(Permission.LEDGER_READ)
def grid(s: Session, actor: Actor, building_id: UUID, kind: Kind, on: date) -> list[Dial]:
    """The meters of a kind that are in their place on a day, by lot, with their readings."""
    buildings.get_building(s, actor, building_id)
    found = dials(s, building_id, kind)
    return [
        d for d in found
        if (d.meter.installed_on or on) <= on <= (d.meter.removed_on or on)
    ]  # fmt: skip


@requires(Permission.METERS_WRITE, audit=N_("readings entered"))
def record_readings(
    s: Session, actor: Actor, building_id: UUID, on: date, readings: Sequence[ReadingIn], source: Source = Source.TYPED
) -> int:
    """Enters what several meters showed on a day; returns how many readings are new or other than before.

    Invalid beside `value-<meter id>`, for all wrong readings at once; beside `meter_id` for a meter of another building.
    """
    buildings.get_building(s, actor, building_id)
    check_day(on)
    given = {one.meter_id: one for one in readings}
    found = locked_dials(s, building_id, given)
    if len(found) != len(given):
        raise Invalid("This meter does not exist.", field="meter_id")
    return enter(s, found, on, given, "value-{id}", source)


@requires(Permission.LEDGER_READ)
def get_dial(s: Session, actor: Actor, meter_id: UUID) -> Dial:
    """A meter with its readings. NotFound when the reader cannot see it."""
    meter = s.exec(visible(actor).where(Meter.id == meter_id)).one_or_none()
    if meter is None:
        raise NotFound("This meter does not exist.")
    return dials(s, meter.building_id, meter_ids=[meter.id])[0]


@requires(Permission.LEDGER_READ)
def get_reading(s: Session, actor: Actor, reading_id: UUID) -> MeterReading:
    """The reading; NotFound when the reader cannot see it."""
    wanted = visible(actor, MeterReading).select_from(Meter).join(MeterReading, col(MeterReading.meter_id) == Meter.id)
    found = s.exec(wanted.where(MeterReading.id == reading_id)).one_or_none()
    if found is None:
        raise NotFound("This reading does not exist.")
    return found


@requires(Permission.METERS_WRITE, audit=N_("reading deleted"))
def delete_reading(s: Session, actor: Actor, reading_id: UUID) -> None:
    """Removes a reading entered by mistake. Conflict when a closed period rests on it."""
    reading = get_reading(s, actor, reading_id)
    (dial,) = locked_dials(s, reading.building_id, [reading.meter_id])
    if dial.counter.rests(reading.read_on):
        raise Conflict(rules.CLOSED)
    s.delete(reading)
    s.flush()


@requires(Permission.OWN_READ)
def my_readings(s: Session, actor: Actor) -> list[OwnMeter]:
    """The meters of the reader's own lots, with the readings since he holds something of each without a break. NotFound for who
    is nobody in the register."""
    if actor.owner_id is None:
        raise NotFound("You are not entered as a co-owner.")
    since = _held_since(s, actor.owner_id)
    mine = visible(actor, Meter, Lot.number).join(Lot, col(Lot.id) == Meter.lot_id)
    mine = mine.where(col(Lot.id).in_(lots.visible(actor, Lot.id)), col(Lot.id).in_(since))
    rows: Any = s.execute(mine.order_by(lots.natural(Lot.number), col(Meter.kind), lots.natural(Meter.serial))).all()
    readings: dict[UUID, list[MeterReading]] = {row[0].id: [] for row in rows}
    begun = {row[0].id: since[row[0].lot_id] for row in rows}
    wanted = (
        select(MeterReading).where(col(MeterReading.meter_id).in_(readings)).order_by(col(MeterReading.read_on).desc())
    )
    for reading in s.exec(wanted):
        if reading.read_on >= begun[reading.meter_id]:
            readings[reading.meter_id].append(reading)
    return [OwnMeter(row[0], row[1], readings[row[0].id]) for row in rows if not _gone(row[0], begun[row[0].id])]


# --- Parts -----------------------------------------------------------------------------------------------------------


def own_dial(own: OwnMeter) -> Dial:
    """A meter with the readings that its co-owner may see."""
    known = [Reading(r.read_on, rules.thousandths(r.value), r.estimated) for r in reversed(own.readings)]
    return Dial(own.meter, own.lot, counter_of(own.meter, known))


def dials(
    s: Session, building_id: UUID, kind: Kind | None = None, meter_ids: Collection[UUID] | None = None
) -> list[Dial]:
    """Meters with their readings and the days closed periods rest on, by lot; those of the common parts last. Three reads."""
    wanted = (
        select(Meter, Lot.number).outerjoin(Lot, col(Lot.id) == Meter.lot_id).where(Meter.building_id == building_id)
    )
    wanted = wanted if kind is None else wanted.where(Meter.kind == kind)
    wanted = wanted if meter_ids is None else wanted.where(col(Meter.id).in_(meter_ids))
    order = (lots.natural(Lot.number).nulls_last(), lots.natural(Meter.serial))
    rows = [(row[0], row[1] or "") for row in s.execute(wanted.order_by(*order))]
    ids = [meter.id for meter, _ in rows]
    readings: dict[UUID, list[Reading]] = {meter_id: [] for meter_id in ids}
    seen = select(MeterReading).where(col(MeterReading.meter_id).in_(ids)).order_by(col(MeterReading.read_on))
    for r in s.exec(seen):
        readings[r.meter_id].append(Reading(r.read_on, rules.thousandths(r.value), r.estimated))
    closed: dict[UUID, list[Kept]] = {}
    columns: Any = (MeterUse.meter_id, MeterPeriod.first_on, MeterPeriod.last_on, MeterUse.begin_on, MeterUse.end_on)
    uses = select(*columns).join(MeterPeriod, col(MeterPeriod.id) == MeterUse.period_id)
    for meter_id, *days in s.exec(uses.where(col(MeterUse.meter_id).in_(ids))):
        closed.setdefault(meter_id, []).append(Kept(*days))
    return [Dial(m, lot, counter_of(m, readings[m.id], closed.get(m.id, ()))) for m, lot in rows]


def locked_dials(s: Session, building_id: UUID, meter_ids: Collection[UUID]) -> list[Dial]:
    """The same, held until the end of the transaction: one writer at a time for the readings of a meter."""
    held = (
        select(Meter.id).where(Meter.building_id == building_id, col(Meter.id).in_(meter_ids)).order_by(col(Meter.id))
    )
    return dials(s, building_id, meter_ids=list(s.exec(held.with_for_update(key_share=True))))


def store(
    s: Session,
    dial: Dial,
    on: date,
    value: int,
    *,
    estimated: bool = False,
    source: Source = Source.TYPED,
    note: str = "",
) -> bool:
    """Puts a checked reading in the place of the one of its day; false when it says the same."""
    wanted = select(MeterReading).where(MeterReading.meter_id == dial.meter.id, MeterReading.read_on == on)
    kept = s.exec(wanted).one_or_none() if dial.counter.said(on) else None  # a day that is new asks nothing
    exact = Decimal(value) / rules.THOUSAND
    if kept is None:
        s.add(
            MeterReading(
                building_id=dial.meter.building_id, meter_id=dial.meter.id, read_on=on, value=exact, estimated=estimated, source=source,
                note=note,
            )
        )  # fmt: skip
        return True
    if (kept.value, kept.estimated, kept.note) == (exact, estimated, note or kept.note):
        return False
    kept.value, kept.estimated, kept.source, kept.note = exact, estimated, source, note or kept.note
    return True


def findings_of(counter: Counter, new: Reading) -> list[Finding]:
    """What is odd about a reading; nothing when it is there already."""
    return [] if counter.said(new.on) == new else rules.check(counter, new)


def check_day(on: date, field: str = "on") -> None:
    if on > clock.today():
        raise Invalid("A reading cannot be of a day to come.", field=field)


def enter(
    s: Session,
    found: Iterable[Dial],
    on: date,
    given: Mapping[UUID, ReadingIn],
    field: str,
    source: Source = Source.TYPED,
) -> int:
    check_day(on, "installed_on" if field == "first_value" else "on")
    errors, written = dict[str, DomainError](), 0
    for dial in found:
        one = given[dial.meter.id]
        new = Reading(on, rules.thousandths(one.value), one.estimated)
        stop = next((f for f in findings_of(dial.counter, new) if f.blocking), None)
        if stop is not None:
            name = field.format(id=dial.meter.id)
            errors[name] = Invalid(stop.message, field=name, **dict[str, Any](stop.params))
            continue
        written += store(
            s, dial, on, new.value, estimated=one.estimated, source=source, note=" ".join(one.note.split())
        )
    if errors:
        raise Invalid.together(errors)
    s.flush()
    return written


def counter_of(meter: Meter, readings: Sequence[Reading] = (), closed: Sequence[Kept] = ()) -> Counter:
    return Counter(
        meter.id, meter.lot_id, Unit(meter.unit), meter.factor, meter.dial_digits, meter.installed_on, meter.removed_on, meter.main, readings, closed
    )  # fmt: skip


def _held_since(s: Session, owner_id: UUID) -> dict[UUID, date]:
    """Since when a person holds something of each of his lots, without a break; nothing of a lot that is no longer his."""
    spans: dict[UUID, list[tuple[date, date | None]]] = {}
    columns: Any = (Ownership.lot_id, Ownership.started_on, Ownership.ended_on)
    for lot_id, first, until in s.exec(select(*columns).where(Ownership.owner_id == owner_id)):
        spans.setdefault(lot_id, []).append((first, until))
    found = {lot_id: rules.unbroken(held, clock.today()) for lot_id, held in spans.items()}
    return {lot_id: since for lot_id, since in found.items() if since is not None}


def _gone(meter: Meter, since: date) -> bool:
    return meter.removed_on is not None and meter.removed_on < since
