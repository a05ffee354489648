"""What each owner would pay, before anything is posted. Reads only, and the same few times however many costs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlmodel import Session, col, or_

from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import DomainError, Invalid, NotFound
from koprogo_app.core.i18n import folded
from koprogo_app.core.money import Shares
from koprogo_app.core.service import requires
from koprogo_app.core.trade import Right
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.keys.models import DistributionKey, KeyPart
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import Lot, LotShares
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import Ownership

from . import rules
from .models import Charged, Preview, Total, Wanted
from .rules import Cost, Held, Private


@dataclass(slots=True)
class _Lot:
    number: str
    shares: Shares
    versions: list[tuple[date, Shares]] = field(default_factory=list)


@dataclass(slots=True)
class _Key:
    total: int | None  # that the deed names
    weights: dict[UUID, Shares] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Register:
    """What the register says of a building, as far as some costs need it."""

    building: Building
    lots: Mapping[UUID, _Lot]  # in the order of their numbers
    keys: Mapping[UUID, _Key]
    held: Sequence[Held]
    names: Mapping[UUID, str]


@requires(Permission.LEDGER_READ)
def preview(s: Session, actor: Actor, building_id: UUID, costs: Sequence[Wanted]) -> Preview:
    """The part of each owner in each cost and his total. Weights by shares are those of the last day of the period.

    NotFound for a building, key or person that the reader cannot see. Invalid beside `costs.<n>.<field>`, for all wrong
    costs at once: field key_id, lots, owner_id, lot_id, last, tenant_percent or vat_cents.
    """
    known = _read(s, actor, buildings.get_building(s, actor, building_id), costs)
    split, errors = list[list[rules.Part]](), dict[str, DomainError]()
    for n, wanted in enumerate(costs):
        try:
            parts = rules.share_out(_cost(s, actor, known, wanted), known.held)
            split.append(rules.vat_parts(parts, wanted.vat_cents))
        except rules.Unheld as error:
            error.params["lots"] = ", ".join(f"{known.lots[i].number} ({on:%d/%m/%Y})" for i, on in error.gaps.items())
            errors[f"costs.{n}.{error.field}"] = error
        except Invalid as error:
            errors[f"costs.{n}.{error.field}"] = error
    if errors:
        raise Invalid.together(errors)
    owed = rules.by_owner(part for parts in split for part in parts)
    totals = [Total(owner_id, known.names[owner_id], each) for owner_id, each in owed.items()]
    totals.sort(key=lambda total: (folded(total.owner), total.owner_id))
    return Preview([[_charged(known, part) for part in parts] for parts in split], totals)


def _read(s: Session, actor: Actor, building: Building, costs: Sequence[Wanted]) -> _Register:
    held, names = _held(s, actor, building.id, costs)
    wanted = {cost.key_id for cost in costs if cost.key_id and cost.key_id != building.id}
    found = _lots(s, actor, building.id)
    return _Register(building, found, _keys(s, actor, building.id, wanted, found), held, names)


def _lots(s: Session, actor: Actor, building_id: UUID) -> dict[UUID, _Lot]:
    columns = (Lot.id, Lot.number, Lot.shares, LotShares.from_on, LotShares.shares)
    rows = lots.visible(actor, *columns).outerjoin(LotShares, col(LotShares.lot_id) == Lot.id)
    rows = rows.where(Lot.building_id == building_id).order_by(lots.natural(Lot.number), col(LotShares.from_on))
    found = dict[UUID, _Lot]()
    for lot_id, number, shares, since, then in s.exec(rows):
        lot = found.setdefault(lot_id, _Lot(number, Shares(shares)))
        if since is not None:
            lot.versions.append((since, Shares(then)))
    return found


def _keys(
    s: Session, actor: Actor, building_id: UUID, wanted: Collection[UUID], order: Collection[UUID]
) -> dict[UUID, _Key]:
    """The keys with their weights, in the order of the lots."""
    columns = (DistributionKey.id, DistributionKey.total, KeyPart.lot_id, KeyPart.weight)
    rows = keys.visible(actor, *columns).outerjoin(KeyPart, col(KeyPart.key_id) == DistributionKey.id)
    rows = rows.where(DistributionKey.building_id == building_id, col(DistributionKey.id).in_(wanted))
    found = dict[UUID, _Key]()
    for key_id, total, lot_id, weight in s.exec(rows) if wanted else ():
        key = found.setdefault(key_id, _Key(total))
        if lot_id is not None:
            key.weights[lot_id] = Shares(weight)
    for key in found.values():
        key.weights = {lot_id: key.weights[lot_id] for lot_id in order if lot_id in key.weights}
    return found


def _held(s: Session, actor: Actor, building_id: UUID, costs: Sequence[Wanted]) -> tuple[list[Held], dict[UUID, str]]:
    """What was held in any of the periods, and all that the owners of private costs ever held; with the names."""
    if not costs:
        return [], {}
    first, last = min(cost.first for cost in costs), max(cost.last or cost.first for cost in costs)
    then = (col(Ownership.started_on) <= last) & or_(col(Ownership.ended_on).is_(None), col(Ownership.ended_on) > first)
    private = {cost.owner_id for cost in costs if cost.owner_id}
    wanted = ownership.visible(actor, Ownership, Owner.last_name, Owner.first_name)
    rows = s.execute(
        wanted.join(Owner, col(Owner.id) == Ownership.owner_id)
        .where(Ownership.building_id == building_id, or_(then, col(Ownership.owner_id).in_(private)))
        .order_by(Ownership.started_on, Ownership.id)
    )  # fmt: skip
    held, names = list[Held](), dict[UUID, str]()
    for row in rows:
        part = cast(Ownership, row[0])
        names[part.owner_id] = f"{row[1]} {row[2]}".strip()
        held.append(Held(part.lot_id, part.owner_id, part.share, Right(part.right), part.started_on, part.ended_on))
    return held, names


def _cost(s: Session, actor: Actor, known: _Register, wanted: Wanted) -> Cost:
    last = wanted.last or wanted.first
    if (wanted.key_id is None) == (wanted.owner_id is None):
        raise Invalid("Choose a key, or the one owner who pays.", field="key_id")
    if not wanted.excluded <= set(known.lots):
        raise Invalid("Choose one from the list.", field="lots")
    by: Any = _weights(known, wanted.key_id, last) if wanted.key_id else _private(s, actor, known, wanted)
    return Cost(wanted.cents, by, wanted.first, last, wanted.excluded, wanted.ordinary, wanted.tenant_percent)


def _weights(known: _Register, key_id: UUID, on: date) -> Mapping[UUID, Shares]:
    """The weights of a key that a cost can be shared out by (keys.rules.Key.passed); the shares as they were on a day."""
    if key_id == known.building.id:
        complete = sum(lot.shares for lot in known.lots.values()) == known.building.total_shares
        weights = {lot_id: rules.shares_on(lot.versions, on, lot.shares) for lot_id, lot in known.lots.items()}
    elif key_id in known.keys:
        key = known.keys[key_id]
        complete, weights = key.total in (None, sum(key.weights.values())), key.weights
    else:
        raise NotFound("This distribution key does not exist.")
    if not complete:
        raise Invalid(
            "The weights of this key do not add up to the total of the deed: correct them first.", field="key_id"
        )
    return weights


def _private(s: Session, actor: Actor, known: _Register, wanted: Wanted) -> Private:
    """The owner of a private cost: of today or of before, but of this building, and of the lot when one is named."""
    owner_id = cast(UUID, wanted.owner_id)
    theirs = {held.lot_id for held in known.held if held.owner_id == owner_id}
    if not theirs:
        owners.get_owner(s, actor, owner_id)
        raise Invalid("This person holds no part of a lot here.", field="owner_id")
    if wanted.lot_id and wanted.lot_id not in theirs:
        raise Invalid("This person has never held a part of this lot.", field="lot_id")
    return Private(owner_id, wanted.lot_id)


def _charged(known: _Register, part: rules.Part) -> Charged:
    return Charged(part, known.names[part.owner_id], known.lots[part.lot_id].number if part.lot_id else "")
