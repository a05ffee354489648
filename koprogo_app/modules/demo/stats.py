"""Counters of the platform, of the demonstration and of a syndic's office, and what presses there. Sums are SQL's."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, or_, select

from koprogo_app.auth.models import Membership, Organization, UserAccount
from koprogo_app.core import clock
from koprogo_app.core.actor import PLATFORM, Actor, Permission
from koprogo_app.core.errors import Invalid
from koprogo_app.core.service import requires
from koprogo_app.core.trade import Right
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.invoices import service as invoices
from koprogo_app.modules.invoices.models import Invoice
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import Lot
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership import rules
from koprogo_app.modules.ownership.models import Ownership

Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Task:
    """Something of the register that presses: `kind` of the api's TASKS, where, and the figures of its sentence."""

    kind: str
    building_id: UUID
    building: str
    figures: Counts


@requires(Permission.PLATFORM_ADMIN, everywhere=True)
def platform_counts(s: Session, actor: Actor) -> Counts:
    """AdminDashboardStats of the contract, without meetings. The platform's own row is no organisation."""
    offices = select(func.count()).select_from(Organization).where(Organization.id != PLATFORM)
    return _counted(
        s,
        total_organizations=offices,
        active_subscriptions=offices.where(Organization.is_active),
        total_users=select(func.count()).select_from(UserAccount),
        total_buildings=select(func.count()).select_from(Building),
        total_units=select(func.count()).select_from(Lot),
        total_owners=select(func.count()).select_from(Owner),
        total_expenses=select(func.count()).select_from(Invoice),
    )


@requires(Permission.PLATFORM_ADMIN, everywhere=True)
def seed_counts(s: Session, actor: Actor) -> Counts:
    """SeedDataStats of the contract, without meetings."""
    demo = select(Organization.id).where(col(Organization.is_demo))
    people = select(func.count(func.distinct(Membership.user_id)))
    ours = (~col(Organization.is_demo), Organization.id != PLATFORM)
    return _counted(
        s,
        seed_organizations=select(func.count()).select_from(demo.subquery()),
        production_organizations=select(func.count()).select_from(Organization).where(*ours),
        seed_users=people.where(col(Membership.organization_id).in_(demo)),
        **{
            f"seed_{name}": select(func.count()).select_from(model).where(col(model.organization_id).in_(demo))
            for name, model in (
                ("buildings", Building),
                ("units", Lot),
                ("owners", Owner),
                ("unit_owners", Ownership),
                ("expenses", Invoice),
            )
        },
    )


@requires(Permission.STATS_READ)
def office_counts(s: Session, actor: Actor) -> Counts:
    """Buildings, units, owners and unpaid invoices (their sum in cents) of SyndicDashboardStats, as the reader sees them."""
    _in_office(actor)
    return _counted(
        s,
        total_buildings=buildings.visible(actor, func.count(col(Building.id))),
        total_units=lots.visible(actor, func.count(col(Lot.id))),
        total_owners=owners.visible(actor, func.count(col(Owner.id))),
        pending_expenses_count=_unpaid(actor, func.count(col(Invoice.id))),
        pending_expenses_cents=_unpaid(actor, func.coalesce(func.sum(invoices.SIGNED), 0)),
    )


def _unpaid(actor: Actor, figure: Any) -> Any:
    return invoices.visible(actor, figure).where(col(Invoice.payment).in_(invoices.OPEN))


@requires(Permission.STATS_READ)
def urgent_tasks(s: Session, actor: Actor) -> list[Task]:
    """What keeps calls for funds and meetings from being right: the gates of the register, building by building."""
    _in_office(actor)
    names = dict(s.execute(buildings.visible(actor, Building.id, Building.name).order_by(Building.name)).all())
    found = [*_shares(s, actor), *_lots(s, actor), *_addresses(s, actor)]
    return [Task(kind, place, names[place], figures) for kind, place, figures in found if place in names]


def _in_office(actor: Actor) -> None:
    if actor.organization_id is None:
        raise Invalid("Choose an organisation first.")


def _counted(s: Session, **counts: Any) -> Counts:
    row = s.execute(select(*(query.scalar_subquery().label(name) for name, query in counts.items()))).one()
    return {name: int(value) for name, value in row._mapping.items()}


Found = Iterator[tuple[str, UUID, Counts]]


def _shares(s: Session, actor: Actor) -> Found:
    summed = func.coalesce(func.sum(Lot.shares), 0)
    rows = buildings.visible(actor, Building.id, Building.total_shares, summed)
    rows = rows.outerjoin(Lot, col(Lot.building_id) == Building.id).group_by(Building.id)
    for building_id, total, held in s.execute(rows.having(summed != Building.total_shares)):
        yield "shares", building_id, {"sum": held, "total": total}


def _held_today() -> tuple[Any, Any]:
    today = clock.today()
    return col(Ownership.started_on) <= today, or_(col(Ownership.ended_on).is_(None), col(Ownership.ended_on) > today)


def _lots(s: Session, actor: Actor) -> Found:
    """Lots of nobody are counted; of the others only those not held whole by one full owner are looked at."""
    held = select(Ownership.lot_id).where(*_held_today())
    empty = lots.visible(actor, Lot.building_id, func.count()).where(col(Lot.id).not_in(held))
    for building_id, count in s.execute(empty.group_by(col(Lot.building_id))):
        yield "owner", building_id, {"count": count}
    shared = held.where(or_(Ownership.numerator != Ownership.denominator, Ownership.right != Right.FULL))
    rows = select(Ownership).where(col(Ownership.lot_id).in_(shared), *_held_today()).order_by(col(Ownership.lot_id))
    states: Counter[tuple[str, UUID]] = Counter()
    for _, parts in groupby(s.exec(rows), key=lambda part: part.lot_id):
        of_lot = list(parts)
        states[rules.lot_state(of_lot, clock.today()), of_lot[0].building_id] += 1
    for state in (rules.LotState.INCOMPLETE, rules.LotState.SUSPENDED):
        yield from ((state, place, {"count": n}) for (found, place), n in states.items() if found == state)


def _addresses(s: Session, actor: Actor) -> Found:
    nowhere = or_(col(Owner.address) == "", col(Owner.postal_code) == "", col(Owner.city) == "")
    rows = select(Ownership.building_id, func.count(func.distinct(Ownership.owner_id))).join(
        Owner, col(Owner.id) == Ownership.owner_id
    )
    for building_id, count in s.execute(rows.where(nowhere, *_held_today()).group_by(col(Ownership.building_id))):
        yield "address", building_id, {"count": count}
