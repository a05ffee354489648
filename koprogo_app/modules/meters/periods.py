"""What one can do with a period of consumption, up to the distribution key that it makes: one function, one action."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import column, table
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.core.money import Shares
from koprogo_app.core.service import requires
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.keys.models import DistributionKey, KeyPart
from koprogo_app.modules.keys.rules import ANNEXES
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import Lot

from . import rules
from .models import Meter, MeterPeriod, MeterUse, PeriodIn
from .readings import Dial, dials, findings_of, locked_dials, store
from .rules import Counted, Finding, Kind, LotUse, PeriodStatus, Reading, Unit

# How a line of the books is shared out belongs to the module `invoices`, above this one: its table is named here, never imported.
_COST = table("cost_allocation", column("key_id"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a period comes to. `lots`: in the order of their numbers, those with a meter and those that should have one.

    `common` and `mains`: meters of the common parts, and of the whole building. `stops`: why it cannot be closed, none when
    it can; `unit`: of the meters of the lots, none while they differ. Consumption in thousandths of it.
    """

    period: MeterPeriod
    lots: tuple[LotUse, ...]
    common: tuple[Counted, ...]
    mains: tuple[Counted, ...]
    numbers: Mapping[UUID, str]
    serials: Mapping[UUID, str]
    unit: Unit | None
    stops: tuple[Finding, ...]
    used: bool  # a posted cost is shared out by its key

    @property
    def total(self) -> int:
        """What the lots and the common parts took together, as far as it is known."""
        return sum(u.used or 0 for u in self.lots) + sum(c.used or 0 for c in self.common)

    @property
    def main(self) -> int | None:
        """What the main meters counted, none without one that counts in the unit of the lots or while one is unknown."""
        parts = [c.used for c in self.mains if c.meter.unit == self.unit]
        return None if not parts or None in parts else sum(part for part in parts if part is not None)

    @property
    def difference(self) -> int | None:
        """What the main meters counted beyond the others: losses, a meter that fails, a wrong reading."""
        return None if self.main is None else self.main - self.total


def visible(actor: Actor, *wanted: Any) -> SelectOfScalar[Any]:
    """Every read starts here: the organisation's periods (row-level security), those of the role's buildings."""
    rows = cast(SelectOfScalar[Any], select(*(wanted or (MeterPeriod,))))
    return rows if actor.building_ids is None else rows.where(col(MeterPeriod.building_id).in_(actor.building_ids))


# --- Periods ---------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_READ)
def list_periods(s: Session, actor: Actor, building_id: UUID) -> list[MeterPeriod]:
    """The periods of a building, the last ones first; few for each kind and year."""
    buildings.get_building(s, actor, building_id)
    wanted = visible(actor).where(MeterPeriod.building_id == building_id)
    return list(s.exec(wanted.order_by(col(MeterPeriod.last_on).desc(), col(MeterPeriod.kind), col(MeterPeriod.id))))


@requires(Permission.LEDGER_READ)
def get_period(s: Session, actor: Actor, period_id: UUID) -> MeterPeriod:
    """The period; NotFound when the reader cannot see it."""
    return _seen(s.exec(visible(actor).where(MeterPeriod.id == period_id)).one_or_none())


@requires(Permission.METERS_WRITE, audit=N_("meter period added"))
def create_period(s: Session, actor: Actor, building_id: UUID, data: PeriodIn) -> MeterPeriod:
    """Begins a period. Invalid for days that another period of the kind has, or fewer than rules.SHORTEST."""
    _hold(s, actor, building_id)
    period = MeterPeriod(**_entered(s, building_id, data, None), building_id=building_id)
    s.add(period)
    s.flush()
    return period


@requires(Permission.METERS_WRITE, audit=N_("meter period changed"))
def update_period(s: Session, actor: Actor, period_id: UUID, data: PeriodIn) -> MeterPeriod:
    """Corrects a period that is open."""
    period = _open(s, actor, period_id)
    for name, value in _entered(s, period.building_id, data, period.id).items():
        setattr(period, name, value)
    s.flush()
    return period


@requires(Permission.METERS_WRITE, audit=N_("meter period deleted"))
def delete_period(s: Session, actor: Actor, period_id: UUID) -> None:
    """Removes a period that is open, and the key it made once. Conflict while anything is shared out by that key."""
    period = _open(s, actor, period_id)
    key = s.get(DistributionKey, period.key_id) if period.key_id else None
    s.delete(period)
    s.flush()
    if key is not None:
        s.delete(key)
        try:
            s.flush()
        except IntegrityError:
            raise Conflict("Costs are shared out by this key: it stays.") from None


@requires(Permission.LEDGER_READ)
def outcome(s: Session, actor: Actor, period_id: UUID) -> Outcome:
    """What a period comes to: as the readings stand while it is open, as it was closed afterwards."""
    return _outcome(s, actor, get_period(s, actor, period_id))


@requires(Permission.METERS_WRITE, audit=N_("readings estimated"))
def estimate_missing(s: Session, actor: Actor, period_id: UUID) -> int:
    """Fills in the readings that bound the period and are missing, where the others tell; returns how many.

    They are marked as estimated; a reading entered on the same day takes their place.
    """
    period = _open(s, actor, period_id)
    found = locked_dials(s, period.building_id, _meters(s, period))
    return sum(_estimate(s, period, dial) for dial in found)


@requires(Permission.METERS_WRITE, audit=N_("meter period closed"))
def close_period(s: Session, actor: Actor, period_id: UUID) -> MeterPeriod:
    """Keeps the consumption as it stands and makes the key, or gives it its weights anew. A closed period stays as it is.

    Invalid while something stops it (Outcome.stops), for a name another key has, or when there is nothing to share out by;
    Conflict when the key has other weights, by which a posted cost is shared out.
    """
    period = _locked(s, actor, period_id)
    if period.status == PeriodStatus.CLOSED:
        return period
    locked_dials(s, period.building_id, _meters(s, period))
    found = _outcome(s, actor, period)
    if found.stops:
        raise Invalid(found.stops[0].message, **dict[str, Any](found.stops[0].params))
    weights = _weights(s, actor, found)
    period.key_id = _key(s, period, weights)
    for one in [*(c for use in found.lots for c in use.meters), *found.common, *found.mains]:
        if one.used is not None and one.begin is not None and one.end is not None:
            s.add(_use(period, one, one.begin, one.end, one.used))
    period.status = PeriodStatus.CLOSED
    s.flush()
    return period


@requires(Permission.METERS_WRITE, audit=N_("meter period reopened"))
def reopen_period(s: Session, actor: Actor, period_id: UUID) -> MeterPeriod:
    """Lets readings be corrected again; the key has no weights until the period is closed anew, so that no cost is shared out
    by what is about to change. An open one stays as it is.

    Conflict once a posted cost is shared out by the key.
    """
    period = _locked(s, actor, period_id)
    if period.status == PeriodStatus.OPEN:
        return period
    _held_key(s, period)
    if _is_used(s, period.key_id):
        raise Conflict("A posted cost is shared out by the key of this period: it stays closed.")
    for row in [
        *s.exec(select(MeterUse).where(MeterUse.period_id == period.id)),
        *s.exec(select(KeyPart).where(KeyPart.key_id == period.key_id)),
    ]:
        s.delete(row)
    period.status = PeriodStatus.OPEN
    s.flush()
    return period


# --- The outcome -----------------------------------------------------------------------------------------------------


def _outcome(s: Session, actor: Actor, period: MeterPeriod) -> Outcome:
    found = dials(s, period.building_id, Kind(period.kind))
    counted = _counted(s, period, found)
    listed = s.exec(
        lots.visible(actor, Lot.id, Lot.number, Lot.type)
        .where(Lot.building_id == period.building_id)
        .order_by(lots.natural(Lot.number))
    ).all()
    before, days_before = _before(s, period, found)
    expected = {lot_id: kind not in ANNEXES for lot_id, _, kind in listed}
    by_lot = rules.by_lot(expected, counted, before, (_days(period), days_before))
    shown = tuple(use for use in by_lot if use.meters or use.findings)
    common = tuple(c for c in counted if c.meter.lot_id is None and not c.meter.main)
    mains = tuple(c for c in counted if c.meter.main)
    units = {c.meter.unit for use in shown for c in use.meters}
    unit = units.pop() if len(units) == 1 else None
    return Outcome(
        period, shown, common, mains, {row[0]: row[1] for row in listed}, {d.meter.id: d.meter.serial for d in found}, unit,
        tuple(_stops(period, shown, len(units))), period.status == PeriodStatus.CLOSED and _is_used(s, period.key_id),
    )  # fmt: skip


def _stops(period: MeterPeriod, shown: Sequence[LotUse], other_units: int) -> list[Finding]:
    """Why a period cannot be closed."""
    if period.status == PeriodStatus.CLOSED:
        return []
    if period.last_on > clock.today():
        return [Finding("running", N_("The period ends on {on}: it is not over."), {"on": period.last_on})]
    if not any(use.meters for use in shown):
        return [Finding("no_meters", N_("No lot has a meter of this kind in the period."))]
    if other_units:
        return [Finding("units", rules.UNITS_DIFFER)]
    lacking = sum(use.used is None for use in shown if use.meters)
    if lacking:
        return [Finding("lacking", N_("Lots whose consumption is not known yet: {count}."), {"count": lacking})]
    return []


def _counted(s: Session, period: MeterPeriod, found: Iterable[Dial]) -> list[Counted]:
    if period.status == PeriodStatus.OPEN:
        return _live(found, period.first_on, period.last_on)
    uses = {use.meter_id: use for use in s.exec(select(MeterUse).where(MeterUse.period_id == period.id))}
    return [_frozen(dial, uses[dial.meter.id]) for dial in found if dial.meter.id in uses]


def _live(found: Iterable[Dial], first: date, last: date) -> list[Counted]:
    return [one for dial in found if (one := rules.count(dial.counter, first, last)) is not None]


def _frozen(dial: Dial, use: MeterUse) -> Counted:
    begin = Reading(use.begin_on, rules.thousandths(use.begin_value))
    end = Reading(use.end_on, rules.thousandths(use.end_value), use.estimated)
    hint = (Finding("estimated", rules.ESTIMATED, blocking=False),) if use.estimated else ()
    return Counted(dial.counter, begin, end, use.used, hint)


def _before(s: Session, period: MeterPeriod, found: Sequence[Dial]) -> tuple[dict[UUID, int], int]:
    """The consumption of each lot in the period before this one, and its days; nothing without one."""
    wanted = select(MeterPeriod).where(
        MeterPeriod.building_id == period.building_id, MeterPeriod.kind == period.kind, MeterPeriod.last_on < period.first_on
    )  # fmt: skip
    last = s.exec(wanted.order_by(col(MeterPeriod.last_on).desc()).limit(1)).first()
    if last is None:
        return {}, 0
    by: dict[UUID, list[int | None]] = {}
    for one in _counted(s, last, found):
        if one.meter.lot_id is not None:
            by.setdefault(one.meter.lot_id, []).append(one.used)
    return {lot_id: sum(p for p in parts if p is not None) for lot_id, parts in by.items() if None not in parts}, _days(
        last
    )


def _days(period: MeterPeriod) -> int:
    return (period.last_on - period.first_on).days + 1


# --- Closing ---------------------------------------------------------------------------------------------------------


def _weights(s: Session, actor: Actor, found: Outcome) -> dict[UUID, Shares]:
    used = {use.lot_id: use.used for use in found.lots if use.used is not None}
    shares = lots.shares_by_lot(s, actor, found.period.building_id, found.period.last_on)
    if found.period.fixed_metered:
        shares = {lot_id: held for lot_id, held in shares.items() if lot_id in used}
    return rules.weights(used, shares, found.period.fixed_percent)


def _key(s: Session, period: MeterPeriod, weights: Mapping[UUID, Shares]) -> UUID:
    """The key of a period with these weights, under its name. Invalid when another key has that name, Conflict when a posted
    cost is shared out by other weights of it."""
    name, key = period.name, _held_key(s, period)
    if key is None:
        key = DistributionKey(building_id=period.building_id, name=name)
        s.add(key)
    key.name = name
    try:
        s.flush()
    except IntegrityError as error:
        if "name" in str(getattr(getattr(error.orig, "diag", None), "constraint_name", "")):
            raise Invalid("This building has a key named {name} already.", field="name", name=name) from None
        raise
    kept = {part.lot_id: part for part in s.exec(select(KeyPart).where(KeyPart.key_id == key.id))}
    if kept and {i: part.weight for i, part in kept.items()} != weights and _is_used(s, key.id):
        raise Conflict("A posted cost is shared out by the weights of this period’s key: they stay as they are.")
    for lot_id, part in kept.items():
        if lot_id not in weights:
            s.delete(part)
    for lot_id, weight in weights.items():
        if lot_id in kept:
            kept[lot_id].weight = weight
        else:
            s.add(KeyPart(building_id=period.building_id, key_id=key.id, lot_id=lot_id, weight=weight))
    s.flush()
    return key.id


def _use(period: MeterPeriod, one: Counted, begin: Reading, end: Reading, used: int) -> MeterUse:
    return MeterUse(
        building_id=period.building_id, period_id=period.id, meter_id=one.meter.id, lot_id=one.meter.lot_id, used=used,
        begin_on=begin.on, begin_value=rules.plain(begin.value), end_on=end.on, end_value=rules.plain(end.value), estimated=one.estimated,
    )  # fmt: skip


def _estimate(s: Session, period: MeterPeriod, dial: Dial) -> int:
    """Writes the readings of a meter that are missing at the ends of a period; of a day to come, none."""
    counted = rules.count(dial.counter, period.first_on, period.last_on)
    days = rules.bounds(dial.counter, period.first_on, period.last_on)
    if counted is None or days is None:
        return 0
    written = 0
    for on, kept in zip(days, (counted.begin, counted.end), strict=True):
        value = rules.estimate(dial.counter.readings, on, dial.counter.digits) if kept is None else None
        if value is None or on > clock.today():
            continue
        if any(f.blocking for f in findings_of(dial.counter, Reading(on, value, True))):
            continue
        written += store(s, dial, on, value, estimated=True)
    s.flush()
    return written


# --- Parts -----------------------------------------------------------------------------------------------------------


def _held_key(s: Session, period: MeterPeriod) -> DistributionKey | None:
    """The key that a period made; no cost begins to be shared out by it until the end of the transaction."""
    return s.exec(select(DistributionKey).where(DistributionKey.id == period.key_id).with_for_update()).one_or_none()


def _is_used(s: Session, key_id: UUID | None) -> bool:
    return s.execute(select(_COST.c.key_id).where(_COST.c.key_id == key_id).limit(1)).first() is not None


def _seen(found: Any) -> Any:
    if found is None:
        raise NotFound("This period does not exist.")
    return found


def _hold(s: Session, actor: Actor, building_id: UUID) -> None:
    """One writer at a time for the periods of a building, so that no two of them overlap."""
    buildings.get_building(s, actor, building_id)
    s.exec(select(Building.id).where(Building.id == building_id).with_for_update(key_share=True)).one()


def _locked(s: Session, actor: Actor, period_id: UUID) -> MeterPeriod:
    _hold(s, actor, get_period(s, actor, period_id).building_id)
    wanted = visible(actor).where(MeterPeriod.id == period_id).with_for_update()
    return _seen(s.exec(wanted.execution_options(populate_existing=True)).one_or_none())


def _open(s: Session, actor: Actor, period_id: UUID) -> MeterPeriod:
    period = _locked(s, actor, period_id)
    if period.status != PeriodStatus.OPEN:
        raise Conflict("This period is closed: reopen it first.")
    return period


def _entered(s: Session, building_id: UUID, data: PeriodIn, own: UUID | None) -> dict[str, Any]:
    errors = rules.check_days(data.first_on, data.last_on)
    name = " ".join(data.name.split())
    if not name:
        errors["name"] = Invalid("This field is required.", field="name")
    others = select(MeterPeriod).where(
        MeterPeriod.building_id == building_id, MeterPeriod.kind == data.kind,
        MeterPeriod.first_on <= data.last_on, MeterPeriod.last_on >= data.first_on,
    )  # fmt: skip
    other = next((period for period in s.exec(others) if period.id != own), None)
    if other is not None:
        errors["first_on"] = Invalid("The period {name} has these days already.", field="first_on", name=other.name)
    if errors:
        raise Invalid.together(errors)
    return data.model_dump() | {"name": name}


def _meters(s: Session, period: MeterPeriod) -> list[UUID]:
    """The meters of the kind of a period."""
    return list(s.exec(select(Meter.id).where(Meter.building_id == period.building_id, Meter.kind == period.kind)))
