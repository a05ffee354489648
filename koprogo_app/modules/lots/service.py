"""What one can do with lots, their shares and partial associations: one function, one action, one permission."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Date, Text, bindparam, column, literal, table
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from koprogo_app.core import audit, belgium, clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.core.listing import Asked, Listed, contains, page_of, selected
from koprogo_app.core.money import Shares
from koprogo_app.core.service import requires
from koprogo_app.core.trade import LotType
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building

from . import rules
from .models import Lot, LotEdit, LotIn, LotShares, SeriesIn, SharesReason
from .models import PartialAssociation as Partial
from .models import PartialAssociationIn as PartialIn

# Who holds what belongs to the module `ownership`, above this one: its table is named here, never imported, for the two
# things a lot must know of it: what an owner may see, and whom to write to about the lot.
_HELD = table(
    "ownership", *map(column, ("organization_id", "lot_id", "owner_id", "started_on", "ended_on", "is_contact"))
)
_TODAY = bindparam("today", callable_=lambda: clock.today(), type_=Date())  # asked for when a statement runs


def natural(number: Any) -> Any:
    """The order of people: 2.9 before 2.10. Runs of digits are padded to 30, the longest number there is."""
    plain = func.lower(func.f_unaccent(number))
    zeros = func.regexp_replace(plain, r"(\d+)", literal("0" * 30 + r"\1", Text), "g")
    return func.regexp_replace(zeros, r"0*(\d{30})", r"\1", "g").collate("C")


def _still_held() -> Any:
    return or_(_HELD.c.ended_on.is_(None), _HELD.c.ended_on > _TODAY)


def contact() -> Any:
    """The owner to write to about a lot: the contact, else the first active holder, else null. For a select of lots."""
    of_lot = (_HELD.c.organization_id == Lot.organization_id) & (_HELD.c.lot_id == Lot.id)
    order = (_HELD.c.is_contact.desc(), _HELD.c.started_on, _HELD.c.owner_id)
    held = select(_HELD.c.owner_id).where(of_lot, _still_held()).order_by(*order).limit(1)
    return held.correlate(Lot).scalar_subquery()


COLUMNS = (  # what a list of lots shows; `owner_id` is contact()
    Lot.id, Lot.organization_id, Lot.building_id, Lot.number, Lot.type, Lot.floor, Lot.area_m2, Lot.shares,
    Lot.partial_id, contact().label("owner_id"),
)  # fmt: skip
SORTABLE = {
    "number": natural(Lot.number),
    "unit_number": col(Lot.number),  # the contract's list over all buildings, in the order of its index
    "type": col(Lot.type),
    "floor": col(Lot.floor),
    "surface_area": col(Lot.area_m2),
    "shares": col(Lot.shares),
    "created_at": col(Lot.created_at),
}


def visible(actor: Actor, *wanted: Any) -> SelectOfScalar[Any]:
    """Every read starts here: lots of the organisation (row-level security), of a role's buildings, an owner's own."""
    rows = cast(SelectOfScalar[Any], selected(*wanted) if wanted else select(Lot))
    if actor.building_ids is not None:
        rows = rows.where(col(Lot.building_id).in_(actor.building_ids))
    if actor.personal:
        own = select(_HELD.c.lot_id).where(_HELD.c.owner_id == actor.owner_id, _still_held())
        rows = rows.where(col(Lot.id).in_(own))
    return rows


def matching(actor: Actor, asked: Asked, *wanted: Any) -> SelectOfScalar[Any]:
    """The lots asked for. Filters: building_id, partial_id, type, blank (no shares yet); search: the number."""
    rows = visible(actor, *wanted)
    if asked.search:
        rows = rows.where(contains(Lot.number, asked.search))
    for name in ("building_id", "partial_id"):
        if given := asked.filters.get(name):
            rows = rows.where(getattr(Lot, name) == _id(given))
    if kind := asked.filters.get("type"):
        rows = rows.where(Lot.type == kind)
    if asked.filters.get("blank"):
        rows = rows.where(Lot.shares == 0)
    return rows


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@requires(Permission.LOTS_READ)
def list_lots(s: Session, actor: Actor, asked: Asked) -> Listed:
    """One page of COLUMNS, by number unless asked otherwise."""
    return page_of(s, matching(actor, asked, *COLUMNS), asked, SORTABLE, "number")


@requires(Permission.LOTS_READ)
def list_building_lots(s: Session, actor: Actor, building_id: UUID) -> list[Any]:
    """All the lots of a building that the reader may see, as COLUMNS, by number. NotFound for an unknown building."""
    wanted = visible(actor, *COLUMNS).where(Lot.building_id == building_id).order_by(natural(Lot.number))
    rows = list(s.exec(wanted).all())
    if not rows:
        buildings.get_building(s, actor, building_id)
    return rows


@requires(Permission.LOTS_READ)
def export_lots(s: Session, actor: Actor, building_id: UUID) -> list[Any]:
    """The lots of a building by number, each with the name of its partial association or none."""
    buildings.get_building(s, actor, building_id)
    wanted = visible(actor, Lot, Partial.name).outerjoin(Partial, col(Partial.id) == Lot.partial_id)
    return list(s.exec(wanted.where(Lot.building_id == building_id).order_by(natural(Lot.number))))


@requires(Permission.LOTS_READ)
def get_lot(s: Session, actor: Actor, lot_id: UUID) -> Lot:
    """The lot; NotFound when the reader cannot see it."""
    return _seen(s.exec(visible(actor).where(Lot.id == lot_id)).one_or_none())


@requires(Permission.LOTS_READ)
def get_lot_row(s: Session, actor: Actor, lot_id: UUID) -> Any:
    """The lot as COLUMNS; NotFound when the reader cannot see it."""
    return _seen(s.exec(visible(actor, *COLUMNS).where(Lot.id == lot_id)).one_or_none())


@requires(Permission.LOTS_READ)
def locked(s: Session, actor: Actor, lot_id: UUID) -> Lot:
    """The lot, held until the end of the transaction: its shares and its parts change one writer at a time."""
    wanted = visible(actor).where(Lot.id == lot_id).with_for_update(key_share=True)
    return _seen(s.exec(wanted.execution_options(populate_existing=True)).one_or_none())


def _seen(found: Any) -> Any:
    if found is None:
        raise NotFound("This lot does not exist.")
    return found


@requires(Permission.LOTS_READ)
def shares_gate(s: Session, actor: Actor, building_id: UUID) -> rules.Gate:
    """Do all the lots of the building add up to the deed? Sums by type, also for a reader who sees few of the lots."""
    building = buildings.get_building(s, actor, building_id)
    figures = (func.count(), func.sum(Lot.shares), func.count().filter(col(Lot.shares) == 0))
    sums = s.exec(select(Lot.type, *figures).where(Lot.building_id == building_id).group_by(Lot.type))
    groups = [rules.Group(LotType(kind), lots, Shares(int(shares)), blank) for kind, lots, shares, blank in sums]
    return rules.gate(Shares(building.total_shares), groups)


@requires(Permission.LOTS_WRITE, audit=N_("lot created"))
def create_lot(s: Session, actor: Actor, building_id: UUID, data: LotIn) -> Lot:
    """Enters a lot with the shares of the deed. Invalid for a number in use or more shares than the deed has."""
    rules.check_shares(data.shares, _deed_total(s, actor, building_id))
    _check_partial(s, building_id, data.partial_id)
    values: dict[str, Any] = data.model_dump() | {"number": rules.number_of(data.number)}
    s.add(lot := Lot(**values, building_id=building_id))
    _flush(s, lot.number)
    return lot


@requires(Permission.LOTS_WRITE, audit=N_("lots added"))
def create_series(s: Session, actor: Actor, building_id: UUID, data: SeriesIn) -> list[Lot]:
    """Enters lots alike whose numbers follow each other: P1 to P10."""
    rules.check_shares(data.shares, _deed_total(s, actor, building_id))
    numbers = rules.series(rules.number_of(data.first), data.count)
    taken = s.exec(select(Lot.number).where(Lot.building_id == building_id, col(Lot.number).in_(numbers))).all()
    if taken:
        shown = ", ".join(number for number in numbers if number in taken)
        raise Invalid("These numbers exist already: {numbers}.", field="first", numbers=shown)
    alike = data.model_dump(exclude={"first", "count"})
    lots = [Lot(**alike, number=number, building_id=building_id) for number in numbers]
    s.add_all(lots)
    _flush(s, numbers[0])
    return lots


@requires(Permission.LOTS_WRITE, audit=N_("lot changed"))
def update_lot(s: Session, actor: Actor, lot_id: UUID, data: LotIn, why: SharesReason | None = None) -> Lot:
    """Corrects a lot; other shares need `why`, unless they are entered for the first time."""
    lot = locked(s, actor, lot_id)
    if data.partial_id != lot.partial_id:
        _check_partial(s, lot.building_id, data.partial_id)
    if data.shares != lot.shares:
        rules.check_shares(data.shares, _deed_total(s, actor, lot.building_id))
        _change_shares(s, lot, Shares(data.shares), why, _decided(s, [lot.id]).get(lot.id))
    for name, value in data.model_dump(exclude={"shares"}).items():
        setattr(lot, name, value)
    lot.number = rules.number_of(data.number)
    _flush(s, lot.number)
    return lot


@requires(Permission.LOTS_WRITE, audit=N_("lots changed"))
def save_lots(
    s: Session, actor: Actor, building_id: UUID, edits: Mapping[UUID, LotEdit], why: SharesReason | None = None
) -> int:
    """Changes many lots of a building at once; returns how many. Other shares need `why`, the same for all of them."""
    wanted = visible(actor).where(Lot.building_id == building_id, col(Lot.id).in_(edits)).order_by(col(Lot.id))
    lots = s.exec(wanted.with_for_update(key_share=True)).all()
    if len(lots) != len(edits):
        raise NotFound("This lot does not exist.")
    total, decided, changed = _deed_total(s, actor, building_id), _decided(s, edits), 0
    for lot in lots:
        before, edit = lot.model_dump(), edits[lot.id]
        rules.check_shares(edit.shares, total, f"shares-{lot.id}")
        if edit.shares != lot.shares:
            _change_shares(s, lot, Shares(edit.shares), why, decided.get(lot.id))
        lot.type, lot.floor, lot.area_m2 = edit.type, edit.floor, edit.area_m2
        changed += before != lot.model_dump()
    s.flush()
    return changed


@requires(Permission.LOTS_WRITE, audit=N_("lot deleted"))
def delete_lot(s: Session, actor: Actor, lot_id: UUID) -> None:
    """Removes a lot entered by mistake. Conflict once somebody has held it or a decision has changed its shares."""
    lot = locked(s, actor, lot_id)
    number = lot.number
    if _decided(s, [lot.id]):
        raise Conflict("A decision changed the shares of lot {number}: it stays in the register.", number=number)
    s.delete(lot)
    try:
        s.flush()
    except IntegrityError:
        raise Conflict("Lot {number} has or had an owner: it stays in the register.", number=number) from None


@requires(Permission.LOTS_WRITE, audit=N_("shares changed"))
def change_shares(s: Session, actor: Actor, lot_id: UUID, shares: int, why: SharesReason) -> Lot:
    """Records the decision that gives a lot other shares (art. 3.88 §3), or corrects an entry never decided upon."""
    lot = locked(s, actor, lot_id)
    rules.check_shares(shares, _deed_total(s, actor, lot.building_id))
    if shares == lot.shares:
        raise Invalid("The lot has {shares} shares already.", field="shares", shares=shares)
    _change_shares(s, lot, Shares(shares), why, _decided(s, [lot.id]).get(lot.id))
    s.flush()
    return lot


@requires(Permission.LOTS_WRITE, audit=N_("change of shares withdrawn"))
def withdraw_shares(s: Session, actor: Actor, lot_id: UUID, reason: str) -> Lot:
    """Takes back the last recorded change (annulled, or recorded by mistake): the lot has its earlier shares again."""
    lot = locked(s, actor, lot_id)
    if not (versions := _versions(s, lot.id)):
        raise Invalid("No decision changed the shares of this lot.")
    if not reason.strip():
        raise Invalid("This field is required.", field="reason")
    lot.shares = versions[-2].shares
    for version in versions if len(versions) == 2 else versions[-1:]:  # the deed's own version alone says nothing
        s.delete(version)
    audit.note(s, "lot", lot.id, lot.building_id, reason=reason.strip())
    s.flush()
    return lot


@requires(Permission.LOTS_READ)
def shares_history(s: Session, actor: Actor, lot_id: UUID) -> list[LotShares]:
    """Every version of the lot's shares, oldest first, the deed's own first; empty when no decision changed them."""
    return _versions(s, get_lot(s, actor, lot_id).id)


@requires(Permission.LOTS_READ)
def shares_on(s: Session, actor: Actor, lot_id: UUID, on: date) -> Shares:
    """The shares that the lot had on a day."""
    return Shares(_seen(s.exec(visible(actor, _shares_at(on)).where(Lot.id == lot_id)).one_or_none()))


@requires(Permission.LOTS_READ)
def shares_by_lot(s: Session, actor: Actor, building_id: UUID, on: date | None = None) -> dict[UUID, Shares]:
    """The shares of each lot of a building that the reader may see, by number: today's, or those of a day."""
    shares = Lot.shares if on is None else _shares_at(on)
    rows = visible(actor, Lot.id, shares).where(Lot.building_id == building_id).order_by(natural(Lot.number))
    return {lot_id: Shares(held) for lot_id, held in s.exec(rows)}


def _shares_at(on: date) -> Any:
    version = select(LotShares.shares).where(
        LotShares.organization_id == Lot.organization_id, LotShares.lot_id == Lot.id, LotShares.from_on <= on
    )
    last = version.order_by(col(LotShares.from_on).desc()).limit(1).correlate(Lot).scalar_subquery()
    return func.coalesce(last, Lot.shares)


def _versions(s: Session, lot_id: UUID) -> list[LotShares]:
    return list(s.exec(select(LotShares).where(LotShares.lot_id == lot_id).order_by(col(LotShares.from_on))))


def _decided(s: Session, lot_ids: Collection[UUID]) -> dict[UUID, date]:
    """Since when the last recorded decision holds, for the lots that have one."""
    last = select(LotShares.lot_id, func.max(LotShares.from_on)).where(col(LotShares.lot_id).in_(lot_ids))
    return {lot_id: on for lot_id, on in s.exec(last.group_by(col(LotShares.lot_id)))}


def _change_shares(s: Session, lot: Lot, shares: Shares, why: SharesReason | None, last_on: date | None) -> None:
    if lot.shares == 0 and last_on is None:  # the first entry changes nothing
        lot.shares = shares
        return
    if why is None:
        raise Invalid(
            "Shares change by a decision only (art. 3.88 §3): name it, or say why the entry was wrong.",
            field="decision",
        )
    rules.check_change(why.from_on, last_on, clock.today())
    if why.from_on is None:
        audit.note(s, "lot", lot.id, lot.building_id, correction=why.decision)
    else:
        of_deed = [(lot.shares, rules.SINCE_THE_DEED, "")] if last_on is None else []
        for held, on, text in [*of_deed, (shares, why.from_on, why.decision)]:
            s.add(LotShares(building_id=lot.building_id, lot_id=lot.id, shares=held, from_on=on, decision=text))
    lot.shares = shares


@requires(Permission.LOTS_READ)
def list_partials(s: Session, actor: Actor, building_id: UUID) -> list[tuple[Partial, int]]:
    """The partial associations of a building, by name, each with its number of lots."""
    buildings.get_building(s, actor, building_id)
    wanted = select(Partial, func.count(col(Lot.id))).outerjoin(Lot, col(Lot.partial_id) == Partial.id)
    found = s.exec(wanted.where(Partial.building_id == building_id).group_by(col(Partial.id)).order_by(Partial.name))
    return [(partial, lots) for partial, lots in found]


@requires(Permission.LOTS_WRITE, audit=N_("partial association created"))
def create_partial(s: Session, actor: Actor, building_id: UUID, data: PartialIn, reason: str = "") -> Partial:
    """Enters a partial association; below twenty lots `reason` must say why (art. 3.84 al. 4) and is kept."""
    size = shares_gate(s, actor, building_id)
    allowed = rules.partial_allowed(size.lots, size.counted)
    if not allowed and not reason.strip():
        raise Invalid(
            "A partial association needs twenty lots (art. 3.84 al. 4), this building has {lots}: say why it exists.",
            field="reason", lots=size.lots,
        )  # fmt: skip
    s.add(partial := Partial(name=data.name, kbo=belgium.kbo(data.kbo), building_id=building_id))
    s.flush()
    if not allowed:
        audit.note(s, "partial_association", partial.id, building_id, below_twenty_lots=reason.strip())
    return partial


@requires(Permission.LOTS_WRITE, audit=N_("partial association changed"))
def update_partial(s: Session, actor: Actor, partial_id: UUID, data: PartialIn) -> Partial:
    """Corrects the name or the enterprise number."""
    partial = _get_partial(s, actor, partial_id)
    partial.name, partial.kbo = data.name, belgium.kbo(data.kbo)
    s.flush()
    return partial


@requires(Permission.LOTS_WRITE, audit=N_("partial association deleted"))
def delete_partial(s: Session, actor: Actor, partial_id: UUID) -> None:
    """Removes a partial association that has no lot left; Conflict otherwise."""
    partial = _get_partial(s, actor, partial_id)
    name = partial.name
    s.delete(partial)
    try:
        s.flush()
    except IntegrityError:
        raise Conflict("Lots belong to {name}: take them out first.", name=name) from None


def _get_partial(s: Session, actor: Actor, partial_id: UUID) -> Partial:
    found = s.exec(select(Partial).where(Partial.id == partial_id)).one_or_none()
    if found is None or (actor.building_ids is not None and found.building_id not in actor.building_ids):
        raise NotFound("This partial association does not exist.")
    return found


def _check_partial(s: Session, building_id: UUID, partial_id: UUID | None) -> None:
    same = select(Partial.id).where(Partial.id == partial_id, Partial.building_id == building_id)
    if partial_id is not None and s.exec(same).first() is None:
        raise Invalid("Choose one from the list.", field="partial_id")


def _deed_total(s: Session, actor: Actor, building_id: UUID) -> int:
    """The total of the deed, and whether the building may be seen at all: one column, for the hot route."""
    wanted: SelectOfScalar[int] = buildings.visible(actor, Building.total_shares).where(Building.id == building_id)
    if (total := s.exec(wanted).one_or_none()) is None:
        raise NotFound("This building does not exist.")
    return total


def _flush(s: Session, number: str) -> None:
    try:
        s.flush()
    except IntegrityError as error:
        if "number" in str(getattr(getattr(error.orig, "diag", None), "constraint_name", "")):
            raise Invalid("Lot {number} exists already in this building.", field="number", number=number) from None
        raise
