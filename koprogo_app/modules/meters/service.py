"""What one can do with meters: one function, one action, one permission. Their readings: see readings.py."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, or_, select

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.core.listing import Asked, Listed, contains, page_of
from koprogo_app.core.service import requires
from koprogo_app.core.validation import chosen_id
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import Lot

from .models import Meter, MeterIn, MeterReading, MeterUse, NewMeterIn, ReadingIn, ReplaceIn
from .readings import Dial, counter_of, dials, enter, visible

FIXED = ("kind", "lot_id", "unit", "factor", "dial_digits", "main")  # of a meter that a closed period rests on
_LAST = (
    select(func.max(MeterReading.read_on))
    .where(MeterReading.organization_id == Meter.organization_id, MeterReading.meter_id == Meter.id)
    .correlate(Meter)
    .scalar_subquery()
)
_LAST_VALUE = (
    select(col(MeterReading.value))
    .where(MeterReading.organization_id == Meter.organization_id, MeterReading.meter_id == Meter.id)
    .order_by(col(MeterReading.read_on).desc())
    .limit(1)
    .correlate(Meter)
    .scalar_subquery()
)
COLUMNS = (
    Meter.id, Meter.building_id, Meter.lot_id, Lot.number.label("lot"), Meter.kind, Meter.serial, Meter.unit, Meter.factor, Meter.dial_digits,  # type: ignore[attr-defined]
    Meter.installed_on, Meter.removed_on, Meter.main, Meter.place, _LAST.label("last_on"), _LAST_VALUE.label("last_value"),
)  # fmt: skip
SORTABLE = {
    "lot": lots.natural(Lot.number), "serial": lots.natural(Meter.serial), "kind": col(Meter.kind), "installed_on": col(Meter.installed_on),
    "last_on": _LAST,
}  # fmt: skip


# --- Meters ----------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_READ)
def list_meters(s: Session, actor: Actor, building_id: UUID, asked: Asked) -> Listed:
    """One page of COLUMNS, by lot. Filters: kind, state (active, removed), lot (common, or an id); search: number, place, lot."""
    buildings.get_building(s, actor, building_id)
    wanted = (
        visible(actor, *COLUMNS).outerjoin(Lot, col(Lot.id) == Meter.lot_id).where(Meter.building_id == building_id)
    )
    if asked.search.strip():
        wanted = wanted.where(
            contains(Meter.serial + " " + Meter.place + " " + func.coalesce(Lot.number, ""), asked.search)
        )
    if kind := asked.filters.get("kind"):
        wanted = wanted.where(Meter.kind == kind)
    gone = col(Meter.removed_on) <= clock.today()
    match asked.filters.get("state"):
        case "active":
            wanted = wanted.where(or_(col(Meter.removed_on).is_(None), ~gone))
        case "removed":
            wanted = wanted.where(gone)
        case _:
            pass
    if lot := asked.filters.get("lot"):
        wanted = wanted.where(
            col(Meter.lot_id).is_(None) if lot == "common" else Meter.lot_id == chosen_id(lot, "lot_id")
        )
    return page_of(s, wanted, asked, SORTABLE, "lot")


@requires(Permission.LEDGER_READ)
def get_meter(s: Session, actor: Actor, meter_id: UUID) -> Meter:
    """The meter; NotFound when the reader cannot see it."""
    return _seen(s.exec(visible(actor).where(Meter.id == meter_id)).one_or_none())


@requires(Permission.METERS_WRITE, audit=N_("meter added"))
def create_meter(s: Session, actor: Actor, building_id: UUID, data: NewMeterIn) -> Meter:
    """Enters a meter, with what it showed when it was placed. Invalid for a number in use, a lot elsewhere or a wrong unit."""
    buildings.get_building(s, actor, building_id)
    if data.first_value is not None and data.installed_on is None:
        raise Invalid("Enter a date.", field="installed_on")
    meter = Meter(**_entered(s, building_id, data), building_id=building_id)
    s.add(meter)
    _flush(s, meter.serial)
    if data.first_value is not None and data.installed_on is not None:
        enter(
            s,
            [Dial(meter, "", counter_of(meter))],
            data.installed_on,
            {meter.id: ReadingIn(meter_id=meter.id, value=data.first_value)},
            "first_value",
        )
    return meter


@requires(Permission.METERS_WRITE, audit=N_("meter changed"))
def update_meter(s: Session, actor: Actor, meter_id: UUID, data: MeterIn) -> Meter:
    """Corrects a meter. Conflict for what a closed period rests on; Invalid for days that its readings contradict."""
    meter = _locked(s, actor, meter_id)
    entered = _entered(s, meter.building_id, data)
    dial = dials(s, meter.building_id, meter_ids=[meter.id])[0]
    if dial.counter.closed and any(entered[name] != getattr(meter, name) for name in FIXED):
        raise Conflict("A closed period rests on this meter: reopen it first.")
    days = [r.on for r in dial.counter.readings]
    if days and data.installed_on and data.installed_on > days[0]:
        raise Invalid("There is a reading of {on} already.", field="installed_on", on=days[0])
    if days and data.removed_on and data.removed_on < days[-1]:
        raise Invalid("There is a reading of {on} already.", field="removed_on", on=days[-1])
    for name, value in entered.items():
        setattr(meter, name, value)
    _flush(s, meter.serial)
    return meter


@requires(Permission.METERS_WRITE, audit=N_("meter replaced"))
def replace_meter(s: Session, actor: Actor, meter_id: UUID, data: ReplaceIn) -> Meter:
    """Ends a meter on a day with its last reading and begins another with its first; both count for that day's period."""
    old = _locked(s, actor, meter_id)
    if old.removed_on is not None:
        raise Conflict("This meter was removed on {on} already.", on=old.removed_on)
    dial = dials(s, old.building_id, meter_ids=[old.id])[0]
    later = [r.on for r in dial.counter.readings if r.on > data.on]
    if later:
        raise Invalid("There is a reading of {on} already.", field="on", on=later[0])
    enter(s, [dial], data.on, {old.id: ReadingIn(meter_id=old.id, value=data.last_value)}, "last_value")
    old.removed_on = data.on
    kept = old.model_dump(include={"lot_id", "kind", "unit", "main", "place"})
    new = Meter(
        **kept, building_id=old.building_id, serial=_serial(data.serial), installed_on=data.on,
        dial_digits=data.dial_digits or old.dial_digits, factor=data.factor or old.factor,
    )  # fmt: skip
    s.add(new)
    _flush(s, new.serial)
    enter(
        s,
        [Dial(new, dial.lot, counter_of(new))],
        data.on,
        {new.id: ReadingIn(meter_id=new.id, value=data.first_value)},
        "first_value",
    )
    return new


@requires(Permission.METERS_WRITE, audit=N_("meter deleted"))
def delete_meter(s: Session, actor: Actor, meter_id: UUID) -> None:
    """Removes a meter entered by mistake, with its readings. Conflict once a closed period rests on it."""
    meter = _locked(s, actor, meter_id)
    if s.exec(select(MeterUse.id).where(MeterUse.meter_id == meter.id).limit(1)).first():
        raise Conflict("A closed period rests on this meter: reopen it first.")
    for reading in s.exec(select(MeterReading).where(MeterReading.meter_id == meter.id)):
        s.delete(reading)
    s.flush()
    s.delete(meter)
    s.flush()


# --- Parts ---------------------------------------------------------------------------------------------------------


def _seen(found: Any) -> Any:
    if found is None:
        raise NotFound("This meter does not exist.")
    return found


def _locked(s: Session, actor: Actor, meter_id: UUID) -> Meter:
    return _seen(s.exec(visible(actor).where(Meter.id == meter_id).with_for_update(key_share=True)).one_or_none())


def _serial(text: str) -> str:
    serial = " ".join(text.split())
    if not serial:
        raise Invalid("This field is required.", field="serial")
    return serial


def _entered(s: Session, building_id: UUID, data: MeterIn) -> dict[str, Any]:
    if data.lot_id is not None:
        if data.main:
            raise Invalid("A main meter belongs to no lot.", field="main")
        if s.exec(select(Lot.id).where(Lot.id == data.lot_id, Lot.building_id == building_id)).first() is None:
            raise Invalid("Choose one from the list.", field="lot_id")
    if data.removed_on and data.installed_on and data.removed_on < data.installed_on:
        raise Invalid("The meter was placed on {on}.", field="removed_on", on=data.installed_on)
    kept = data.model_dump(include=set(MeterIn.model_fields))
    return kept | {"serial": _serial(data.serial), "place": " ".join(data.place.split())}


def _flush(s: Session, serial: str) -> None:
    try:
        s.flush()
    except IntegrityError as error:
        if "serial" in str(getattr(getattr(error.orig, "diag", None), "constraint_name", "")):
            raise Invalid("There is a meter with number {serial} already.", field="serial", serial=serial) from None
        raise
