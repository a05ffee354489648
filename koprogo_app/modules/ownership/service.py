"""Who holds which part of a lot: entered, ended, transferred; and the access that follows from it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, cast
from uuid import UUID

from sqlmodel import Session, col, func, or_, select

from koprogo_app.core import audit, clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Invalid, NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.core.listing import Asked, contains, page_of
from koprogo_app.core.service import requires
from koprogo_app.core.trade import Right
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import Lot
from koprogo_app.modules.owners import rules as people
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import Owner

from . import rules
from .access import sync_access
from .models import Gate, Holding, LotHeld, LotsHeld, Ownership, OwnershipIn, PartEdit, TransferIn, Transferred
from .rules import LotState


def visible(actor: Actor, *columns: Any) -> Any:
    """Every read starts here: the organisation's parts, those of a role's buildings, a co-owner's own."""
    rows = cast(Any, select(*columns) if columns else select(Ownership))
    if actor.personal:
        rows = rows.where(Ownership.owner_id == actor.owner_id)
    return rows if actor.building_ids is None else rows.where(col(Ownership.building_id).in_(actor.building_ids))


def _held(on: date) -> tuple[Any, Any]:
    """The parts held on a day."""
    return col(Ownership.started_on) <= on, or_(col(Ownership.ended_on).is_(None), col(Ownership.ended_on) > on)


def _holdings(s: Session, rows: Any) -> list[Holding]:
    """`rows`: a select of parts, owners, lot numbers and building names."""
    found = s.execute(
        rows.join(Owner, col(Owner.id) == Ownership.owner_id).join(Lot, col(Lot.id) == Ownership.lot_id)
        .join(Building, col(Building.id) == Ownership.building_id)
        .order_by(Building.name, lots.natural(Lot.number), Ownership.started_on, Ownership.id)
    )  # fmt: skip
    return [Holding(part, owner.name, lot, building) for part, owner, lot, building in found]


_HOLDING = (Ownership, Owner, Lot.number, Building.name)
FLAGS = {"is_contact", "is_representative"}  # one open part of a lot has each


@requires(Permission.OWNERSHIP_READ)
def get_part(s: Session, actor: Actor, part_id: UUID) -> Ownership:
    """The part; NotFound when the reader cannot see it."""
    found: Ownership | None = s.exec(visible(actor).where(Ownership.id == part_id)).one_or_none()
    if found is None:
        raise NotFound("This part does not exist.")
    return found


@requires(Permission.OWNERSHIP_READ)
def holders_on(s: Session, actor: Actor, lot_id: UUID, on: date | None = None) -> list[Holding]:
    """Who holds the lot on a day (today). NotFound for an unknown lot."""
    lots.get_lot(s, actor, lot_id)
    return _holdings(s, visible(actor, *_HOLDING).where(Ownership.lot_id == lot_id, *_held(on or clock.today())))


@requires(Permission.OWNERSHIP_READ)
def lot_history(s: Session, actor: Actor, lot_id: UUID) -> list[Holding]:
    """Every part of the lot there ever was, oldest first."""
    lots.get_lot(s, actor, lot_id)
    return _holdings(s, visible(actor, *_HOLDING).where(Ownership.lot_id == lot_id))


@requires(Permission.OWNERSHIP_READ)
def who_owned(s: Session, actor: Actor, building_id: UUID, on: date) -> list[Holding]:
    """Who held what in the building on a day, by lot."""
    buildings.get_building(s, actor, building_id)
    return _holdings(s, visible(actor, *_HOLDING).where(Ownership.building_id == building_id, *_held(on)))


@requires(Permission.OWNERSHIP_READ, audit=N_("holders exported"))
def export_holders(s: Session, actor: Actor, building_id: UUID, on: date) -> list[Holding]:
    """who_owned(), to take away: the trail keeps who did and how many parts there were."""
    held = who_owned(s, actor, building_id, on)
    audit.note(s, "ownership", None, building_id, rows=len(held))
    return held


@requires(Permission.OWNERSHIP_READ)
def owner_parts(s: Session, actor: Actor, owner_id: UUID, *, ended: bool = False) -> list[Holding]:
    """What a person holds today or, with `ended`, ever held, by building and lot. NotFound for an unknown person."""
    owners.get_owner(s, actor, owner_id)
    rows = visible(actor, *_HOLDING).where(Ownership.owner_id == owner_id)
    return _holdings(s, rows if ended else rows.where(*_held(clock.today())))


@requires(Permission.OWNERSHIP_READ)
def lot_total(s: Session, actor: Actor, lot_id: UUID) -> Fraction:
    """How much of the property of the lot is held today: 1 when it is complete. Also what the reader cannot see."""
    lots.get_lot(s, actor, lot_id)
    return rules.sums_on(_parts(s, lot_id), clock.today())[0]


@requires(Permission.OWNERSHIP_READ)
def lot_standing(s: Session, actor: Actor, lot_id: UUID) -> LotState:
    """How the lot stands today, whoever asks."""
    lots.get_lot(s, actor, lot_id)
    return rules.lot_state(_parts(s, lot_id), clock.today())


@requires(Permission.OWNERSHIP_READ)
def ownership_gate(s: Session, actor: Actor, building_id: UUID) -> Gate:
    """The lots without owner, below the whole, or whose vote is suspended (art. 3.87 §1)."""
    buildings.get_building(s, actor, building_id)
    today, parts = clock.today(), defaultdict[UUID, list[Ownership]](list)
    for part in s.exec(select(Ownership).where(Ownership.building_id == building_id, *_held(today))):
        parts[part.lot_id].append(part)
    found = s.execute(
        lots.visible(actor, Lot.id, Lot.number).where(Lot.building_id == building_id).order_by(lots.natural(Lot.number))
    )
    return Gate([(lot_id, number, rules.lot_state(parts[lot_id], today)) for lot_id, number in found])


@requires(Permission.OWNERSHIP_READ)
def list_lots_held(s: Session, actor: Actor, building_id: UUID, asked: Asked) -> LotsHeld:
    """One page of the lots of a building with their holders. Search: number or holder; filters: type, alert."""
    gate = ownership_gate(s, actor, building_id)
    alerts = [lot_id for lot_id, _, state in gate.lots if state != LotState.COMPLETE]
    rows = lots.visible(actor, *lots.COLUMNS).where(Lot.building_id == building_id)
    if asked.search.strip():
        name = func.concat_ws(" ", Owner.first_name, Owner.last_name)
        held = visible(actor, Ownership.id).join(Owner, col(Owner.id) == Ownership.owner_id)
        held = held.where(Ownership.lot_id == Lot.id, *_held(clock.today()), contains(name, asked.search))
        rows = rows.where(or_(contains(Lot.number, asked.search), held.exists()))
    if kind := asked.filters.get("type"):
        rows = rows.where(Lot.type == kind)
    if asked.filters.get("alert"):
        rows = rows.where(col(Lot.id).in_(alerts))
    page = page_of(s, rows, asked, lots.SORTABLE, "number")
    return LotsHeld([*_with_holders(s, actor, page.rows, gate)], page.total, len(alerts))


def _with_holders(s: Session, actor: Actor, rows: Sequence[Any], gate: Gate) -> Iterable[LotHeld]:
    held: dict[UUID, list[Holding]] = defaultdict(list)
    here = col(Ownership.lot_id).in_([lot.id for lot in rows])
    for holding in _holdings(s, visible(actor, *_HOLDING).where(here, *_held(clock.today()))):
        held[holding.part.lot_id].append(holding)
    states = {lot_id: state for lot_id, _, state in gate.lots}
    for lot in rows:
        yield LotHeld(lot, held[lot.id], states.get(lot.id, LotState.EMPTY))


@requires(Permission.OWNERSHIP_WRITE, audit=N_("part added"))
def add_part(s: Session, actor: Actor, data: OwnershipIn) -> Ownership:
    """Enters a part of a lot. Invalid above the whole, from a day to come, or for a right the person holds already."""
    lot, owner = lots.locked(s, actor, data.lot_id), owners.get_owner(s, actor, data.owner_id)
    rules.check_share(Fraction(data.numerator, data.denominator))
    rules.check_dates(data.started_on, None, clock.today())
    parts = _parts(s, lot.id)
    later = [p for p in parts if p.ended_on is None or p.ended_on > data.started_on]
    if any((p.owner_id, p.right) == (owner.id, data.right) for p in later):
        raise Invalid("{name} holds this right on the lot already.", field="owner_id", name=owner.name)
    part = Ownership(**data.model_dump(exclude=FLAGS), building_id=lot.building_id)
    rules.check_whole(parts, [part])
    for flag in FLAGS:
        if getattr(data, flag):
            _only(s, parts, part, flag)
    s.add(part)
    s.flush()
    sync_access(s, [owner.id])
    return part


@requires(Permission.OWNERSHIP_WRITE, audit=N_("part ended"))
def end_part(s: Session, actor: Actor, part_id: UUID, on: date, why: str = "") -> Ownership:
    """The part ends: `on` is the first day it is no longer held. `why`: the paper it rests on, kept in the trail."""
    part, _ = _open_part(s, actor, part_id)
    _end(part, on)
    if why.strip():
        audit.note(s, "ownership", part.id, part.building_id, why=why.strip())
    s.flush()
    sync_access(s, [part.owner_id])
    return part


@requires(Permission.OWNERSHIP_WRITE, audit=N_("parts ended"))
def end_parts(s: Session, actor: Actor, lot_id: UUID, owner_id: UUID, on: date) -> list[Ownership]:
    """Ends all that a person holds of a lot. Invalid when it is nothing."""
    lot = lots.locked(s, actor, lot_id)
    ended = [p for p in _parts(s, lot.id) if p.owner_id == owner_id and p.ended_on is None]
    if not ended:
        raise Invalid("This person holds no part of this lot.", field="owner_id")
    for part in ended:
        _end(part, on)
    s.flush()
    sync_access(s, [owner_id])
    return ended


@requires(Permission.OWNERSHIP_WRITE, audit=N_("part changed"))
def change_part(
    s: Session, actor: Actor, part_id: UUID, share: Fraction, right: Right, on: date, act: str | None = None
) -> Ownership:
    """From a day on the person holds another fraction or by another right: the old part ends and a new one begins."""
    part, parts = _open_part(s, actor, part_id)
    new = _new(part, part.owner_id, share, right, on, act)
    new.is_contact, new.is_representative = part.is_contact, part.is_representative
    _end(part, on)
    s.flush()
    rules.check_whole(parts, [new])
    s.add(new)
    s.flush()
    return new


@requires(Permission.OWNERSHIP_WRITE, audit=N_("part corrected"))
def correct_part(s: Session, actor: Actor, part_id: UUID, data: PartEdit, reason: str) -> Ownership:
    """Puts right what was entered wrong, as if it had always been so; the reason stays in the trail."""
    if not reason.strip():
        raise Invalid("Say why the entry was wrong.", field="reason")
    part = get_part(s, actor, part_id)
    lots.locked(s, actor, part.lot_id)
    parts = _parts(s, part.lot_id)
    rules.check_share(Fraction(data.numerator, data.denominator))
    rules.check_dates(data.started_on, data.ended_on, clock.today())
    others = [p for p in parts if p.id != part.id]
    for flag in FLAGS:  # who has taken over since stays contact or representative
        setattr(part, flag, getattr(part, flag) and not any(getattr(p, flag) and p.ended_on is None for p in others))
    for name, value in data.model_dump().items():
        setattr(part, name, value)
    rules.check_whole(others, [part])
    audit.note(s, "ownership", part.id, part.building_id, reason=reason.strip())
    s.flush()
    sync_access(s, [part.owner_id])
    return part


@requires(Permission.OWNERSHIP_WRITE, audit=N_("part adjusted"))
def adjust_part(s: Session, actor: Actor, part_id: UUID, share: Fraction | None, is_contact: bool | None) -> Ownership:
    """The contract's change of a part: its fraction, its contact. Invalid for a part that has ended."""
    part, parts = _open_part(s, actor, part_id)
    if share is not None:
        part.numerator, part.denominator = rules.check_share(share).as_integer_ratio()
        rules.check_whole([p for p in parts if p.id != part.id], [part])
    if is_contact is not None:
        part.is_contact = False
        if is_contact:
            _only(s, parts, part, "is_contact")
    s.flush()
    return part


@requires(Permission.OWNERSHIP_WRITE, audit=N_("representative of the lot named"))
def name_representative(s: Session, actor: Actor, part_id: UUID, named: bool = True) -> Ownership:
    """The holder whom all holders named, in writing, to vote for the lot; or nobody any more (art. 3.87 §1)."""
    part, parts = _open_part(s, actor, part_id)
    part.is_representative = False
    if named:
        _only(s, parts, part, "is_representative")
    s.flush()
    return part


@requires(Permission.OWNERSHIP_WRITE)
def preview_transfer(s: Session, actor: Actor, lot_id: UUID, data: TransferIn) -> Transferred:
    """What transfer() would do; nothing is written."""
    return _plan(s, actor, lots.get_lot(s, actor, lot_id), data)


@requires(Permission.OWNERSHIP_WRITE, audit=N_("lot transferred"))
def transfer(s: Session, actor: Actor, lot_id: UUID, data: TransferIn, *, new_buyers: bool = False) -> Transferred:
    """Ends the sellers' parts on the day of the deed and begins the buyers'. Invalid unless it all adds up.

    `new_buyers`: refuses a buyer who holds a part already (the contract); otherwise his parts become one.
    """
    done = _plan(s, actor, lots.locked(s, actor, lot_id), data, new_buyers=new_buyers)
    for part in done.ended:
        part.ended_on = data.on
    s.flush()
    s.add_all(done.begun)
    s.flush()
    sync_access(s, {p.owner_id for p in (*done.ended, *done.begun)})
    return done


def _plan(s: Session, actor: Actor, lot: Lot, data: TransferIn, *, new_buyers: bool = False) -> Transferred:
    buyers = defaultdict[UUID, Fraction](Fraction)
    for b in data.buyers:
        buyers[b.owner_id] += Fraction(b.numerator, b.denominator)
    known = [owners.get_owner(s, actor, owner_id) for owner_id in buyers]
    parts = _parts(s, lot.id)
    still = [p for p in parts if p.ended_on is None]
    if new_buyers and any(p.owner_id in buyers for p in still):
        raise Invalid("The buyer holds a part of this lot already.", field="buyer")
    rules.check_repeated(parts, data.sellers, buyers, data.on)
    plan = rules.moved(still, data.sellers, buyers, Fraction(data.sold_numerator, data.sold_denominator))
    ended = cast(Sequence[Ownership], plan.ended)
    for part in ended:
        rules.check_dates(part.started_on, data.on, clock.today(), "on")
    new = [_new(ended[0], owner_id, share, right, data.on, data.act) for (owner_id, right), share in plan.begun.items()]
    _pass_on(ended, new, buyers)
    past = [_until(part, data.on) for part in ended]
    kept = [p for p in parts if p not in ended] + past
    rules.check_whole(kept, new)
    todo = rules.after_transfer(
        rules.lot_state([*kept, *new], clock.today()),
        address_known=all(o.address and o.city for o in known),
        consents=all(people.channel_of(o.email, o.email_consent_on) == people.Channel.EMAIL for o in known),
    )
    return Transferred(ended, new, todo)


@requires(Permission.OWNERSHIP_WRITE, audit=N_("lot assigned"))
def assign_lot(s: Session, actor: Actor, lot_id: UUID, owner_id: UUID) -> Lot:
    """The contract's single owner of a lot: from today the whole of it, in full ownership. Twice is once."""
    lot, owner = lots.locked(s, actor, lot_id), owners.get_owner(s, actor, owner_id)
    parts = _parts(s, lot.id)
    still, today = [p for p in parts if p.ended_on is None], clock.today()
    if [(p.owner_id, p.share, p.right) for p in still] == [(owner.id, rules.WHOLE, Right.FULL)]:
        return lot
    for part in still:
        _end(part, today)
    s.flush()
    whole = Ownership(lot_id=lot.id, building_id=lot.building_id, owner_id=owner.id, started_on=today, is_contact=True)
    rules.check_whole(parts, [whole])
    s.add(whole)
    s.flush()
    sync_access(s, {owner.id, *(p.owner_id for p in still)})
    return lot


def _parts(s: Session, lot_id: UUID) -> list[Ownership]:
    """Every part of the lot, past ones too, as they are now."""
    wanted = select(Ownership).where(Ownership.lot_id == lot_id).order_by(col(Ownership.started_on), col(Ownership.id))
    return list(s.exec(wanted.execution_options(populate_existing=True)))


def _open_part(s: Session, actor: Actor, part_id: UUID) -> tuple[Ownership, list[Ownership]]:
    """A part that has not ended, and all parts of its lot, locked."""
    part = get_part(s, actor, part_id)
    lots.locked(s, actor, part.lot_id)
    parts = _parts(s, part.lot_id)
    if part.ended_on is not None:
        raise Invalid("This part has ended: it no longer changes.")
    return part, parts


def _end(part: Ownership, on: date) -> None:
    rules.check_dates(part.started_on, on, clock.today(), "on")
    part.ended_on = on


def _new(like: Ownership, owner_id: UUID, share: Fraction, right: str, on: date, act: str | None) -> Ownership:
    numerator, denominator = rules.check_share(share).as_integer_ratio()
    return Ownership(
        lot_id=like.lot_id, building_id=like.building_id, owner_id=owner_id, numerator=numerator,
        denominator=denominator, right=right, started_on=on, act=act,
    )  # fmt: skip


def _only(s: Session, parts: Iterable[Ownership], part: Ownership, flag: str) -> None:
    """One contact and one representative a lot: the others step back first."""
    for other in parts:
        if other is not part and other.ended_on is None:
            setattr(other, flag, False)
    s.flush()
    setattr(part, flag, True)


def _until(part: Ownership, on: date) -> Ownership:
    """A part as it will be once ended; the row itself stays as it is."""
    copy = _new(part, part.owner_id, part.share, part.right, part.started_on, part.act)
    copy.ended_on = on
    return copy


def _pass_on(ended: Iterable[Ownership], new: Sequence[Ownership], buyers: Collection[UUID]) -> None:
    """Who stays, stays contact or representative; a contact who leaves hands over to the first buyer."""
    for old in ended:
        staying = next((p for p in new if p.owner_id == old.owner_id), None)
        heir = staying or next(p for p in new if p.owner_id in buyers)
        heir.is_contact |= old.is_contact
        if staying:
            staying.is_representative |= old.is_representative
