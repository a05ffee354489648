"""What one can do with distribution keys: one function, one action, one permission.

Every building has the key of its shares, which follows the lots and is not stored: its id is the building's own.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from koprogo_app.core import audit
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.core.money import Shares
from koprogo_app.core.service import requires
from koprogo_app.core.trade import LotType
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import Lot

from . import rules
from .models import DistributionKey, KeyIn, KeyKind, KeyPart
from .rules import Key, KeyLot, Start


def visible(actor: Actor, *wanted: Any) -> SelectOfScalar[Any]:
    """Every read starts here: the organisation's keys (row-level security), those of the role's buildings."""
    rows = cast(SelectOfScalar[Any], select(*(wanted or (DistributionKey,))))
    return rows if actor.building_ids is None else rows.where(col(DistributionKey.building_id).in_(actor.building_ids))


@requires(Permission.KEYS_READ)
def list_keys(s: Session, actor: Actor, building_id: UUID) -> list[Key]:
    """The keys of a building: the shares of the deed first, then the others by name."""
    summed = _summed(actor).where(DistributionKey.building_id == building_id).order_by(DistributionKey.name)
    return [_shares_key(s, actor, building_id), *[_key(*row) for row in s.exec(summed)]]


@requires(Permission.KEYS_READ)
def get_key(s: Session, actor: Actor, key_id: UUID) -> Key:
    """A key with its sums, or the shares of the deed by the building's id. NotFound when the reader cannot see it."""
    row = s.exec(_summed(actor).where(DistributionKey.id == key_id)).one_or_none()
    if row is not None:
        return _key(*row)
    try:
        return _shares_key(s, actor, key_id)
    except NotFound:
        raise NotFound("This distribution key does not exist.") from None


@requires(Permission.KEYS_READ)
def weights(s: Session, actor: Actor, key_id: UUID, on: date | None = None) -> dict[UUID, Shares]:
    """The weight of each lot that takes part, in the order of the lots; those of the shares on a day, if one is given.

    An owner gets own lots only; the whole is Key.sum.
    """
    key = get_key(s, actor, key_id)
    if not key.own:
        return {lot_id: held for lot_id, held in lots.shares_by_lot(s, actor, key.building_id, on).items() if held}
    wanted = lots.visible(actor, Lot.id, KeyPart.weight).join(KeyPart, col(KeyPart.lot_id) == Lot.id)
    rows = s.exec(wanted.where(KeyPart.key_id == key_id).order_by(lots.natural(Lot.number)))
    return {lot_id: Shares(weight) for lot_id, weight in rows if weight}


@requires(Permission.KEYS_READ)
def weights_of_lot(s: Session, actor: Actor, lot_id: UUID) -> list[tuple[Key, Shares]]:
    """Every key of the lot's building with the lot's weight in it, zero when it takes no part."""
    lot = lots.get_lot(s, actor, lot_id)
    held = {
        key_id: weight
        for key_id, weight in s.exec(select(KeyPart.key_id, KeyPart.weight).where(KeyPart.lot_id == lot_id))
    }
    keys = list_keys(s, actor, lot.building_id)
    return [(key, Shares(held.get(key.id, 0) if key.own else lot.shares)) for key in keys]


@requires(Permission.KEYS_WRITE, audit=N_("distribution key created"))
def create_key(
    s: Session, actor: Actor, building_id: UUID, data: KeyIn, how: Start = Start.BLANK, chosen: Collection[UUID] = ()
) -> DistributionKey:
    """Enters a key of the deed, its weights filled in by `how`. Invalid for a name in use."""
    buildings.get_building(s, actor, building_id)
    found = _lots(s, building_id)
    if not set(chosen) <= {lot.id for lot in found}:
        raise Invalid("Choose one from the list.", field="lots")
    key = DistributionKey(**_entered(data), building_id=building_id)
    s.add(key)
    _flush(s, key.name)
    for lot_id, weight in rules.start(how, found, chosen).items():
        s.add(KeyPart(building_id=building_id, key_id=key.id, lot_id=lot_id, weight=weight))
    s.flush()
    return key


@requires(Permission.KEYS_WRITE, audit=N_("distribution key changed"))
def update_key(s: Session, actor: Actor, key_id: UUID, data: KeyIn) -> DistributionKey:
    """Corrects the name, the clause of the deed or the total it names."""
    key = _own(s, actor, key_id)
    for name, value in _entered(data).items():
        setattr(key, name, value)
    _flush(s, key.name)
    return key


@requires(Permission.KEYS_WRITE, audit=N_("weights of a key changed"))
def set_weights(s: Session, actor: Actor, key_id: UUID, weights: Mapping[UUID, int]) -> Key:
    """Gives every lot its weight; a lot absent or at zero takes no part. The sum may still be wrong: see Key."""
    key = _own(s, actor, key_id)
    rules.check_weights(weights)
    if not set(weights) <= {lot.id for lot in _lots(s, key.building_id)}:
        raise NotFound("This lot does not exist.")
    kept = {part.lot_id: part for part in s.exec(select(KeyPart).where(KeyPart.key_id == key_id))}
    for lot_id, part in kept.items():
        if not weights.get(lot_id):
            s.delete(part)
    for lot_id, weight in weights.items():
        if weight and lot_id in kept:
            kept[lot_id].weight = weight
        elif weight:
            s.add(KeyPart(building_id=key.building_id, key_id=key.id, lot_id=lot_id, weight=weight))
    s.flush()
    return get_key(s, actor, key_id)


@requires(Permission.KEYS_WRITE, audit=N_("weights of a key changed"))
def change_weights(s: Session, actor: Actor, key_id: UUID, changed: Mapping[UUID, int]) -> Key:
    """Gives some lots their weight; the others keep what they have, though it changed since somebody looked."""
    _own(s, actor, key_id)  # before the weights are read
    return set_weights(s, actor, key_id, {**weights(s, actor, key_id), **changed})


@requires(Permission.KEYS_WRITE, audit=N_("distribution key deleted"))
def delete_key(s: Session, actor: Actor, key_id: UUID) -> None:
    """Removes a key and its weights, which the trail keeps. Conflict once a cost is shared out by it, and for that of a period."""
    key = _own(s, actor, key_id)
    gone = {str(lot_id): weight for lot_id, weight in weights(s, actor, key_id).items()}
    audit.note(s, "key_part", key.id, key.building_id, weights=gone)  # the database deletes them with the key
    s.delete(key)
    try:
        s.flush()
    except IntegrityError as error:
        if getattr(getattr(error.orig, "diag", None), "table_name", "") == "meter_period":
            raise Conflict("A period of meters made this key: delete the period instead.") from None
        raise Conflict("Costs are shared out by this key: it stays.") from None


def _summed(actor: Actor) -> SelectOfScalar[Any]:
    sums = (func.coalesce(func.sum(KeyPart.weight), 0), func.count(col(KeyPart.id)).filter(col(KeyPart.weight) > 0))
    rows = visible(actor, DistributionKey, *sums).outerjoin(KeyPart, col(KeyPart.key_id) == DistributionKey.id)
    return rows.group_by(col(DistributionKey.id))


def _key(key: DistributionKey, total: int, lots: int) -> Key:
    expected = None if key.total is None else Shares(key.total)
    return Key(key.id, key.building_id, key.name, key.clause or "", True, Shares(int(total)), lots, expected)


def _shares_key(s: Session, actor: Actor, building_id: UUID) -> Key:
    gate = lots.shares_gate(s, actor, building_id)
    concerned = gate.lots - gate.blank
    return Key(building_id, building_id, rules.SHARES_KEY, "", False, gate.total, concerned, gate.expected)


def _lots(s: Session, building_id: UUID) -> list[KeyLot]:
    rows = s.exec(select(Lot.id, Lot.type, Lot.floor, Lot.shares).where(Lot.building_id == building_id))
    return [KeyLot(lot_id, LotType(kind), floor, Shares(shares)) for lot_id, kind, floor, shares in rows]


def _own(s: Session, actor: Actor, key_id: UUID) -> DistributionKey:
    """The stored key, locked until the end of the transaction: two people may not edit its weights at once."""
    found = s.exec(visible(actor).where(DistributionKey.id == key_id).with_for_update()).one_or_none()
    if found is None:
        get_key(s, actor, key_id)
        raise Invalid("This key follows the shares of the lots: change those.")
    return found


def _entered(data: KeyIn) -> dict[str, Any]:
    if data.kind != KeyKind.WEIGHTS:
        raise Invalid("The key by shares is always there: enter the other keys only.", field="kind")
    name = " ".join(data.name.split())
    if not name:
        raise Invalid("This field is required.", field="name")
    return data.model_dump() | {"name": name}


def _flush(s: Session, name: str) -> None:
    try:
        s.flush()
    except IntegrityError as error:
        if "name" in str(getattr(getattr(error.orig, "diag", None), "constraint_name", "")):
            raise Invalid("This building has a key named {name} already.", field="name", name=name) from None
        raise
