"""A co-ownership outlives its syndic: it moves to another organisation, with all its rows, in one audited transaction."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, or_, text, union
from sqlmodel import Session, SQLModel, col, delete, func, select

from koprogo_app.auth import rules as roles
from koprogo_app.auth.models import Membership, OneTimeLink, Organization
from koprogo_app.core import audit
from koprogo_app.core.actor import OFFICE_ROLES, Actor, Permission, Role
from koprogo_app.core.errors import Invalid, NotFound
from koprogo_app.core.i18n import N_, Msgid
from koprogo_app.core.ids import uuid7
from koprogo_app.core.naming import columns_naming
from koprogo_app.core.service import requires
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.documents.models import Category, Document
from koprogo_app.modules.lots.models import Lot
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.suppliers.models import Supplier

from . import rules

STAY = {  # tables of an organisation that no building takes along
    "owner": "copied or moved by name, below",
    "membership": "ended, or moved with the building, below",
    "mail_message": "the office's own correspondence",
    "one_time_link": "invitations of the office: they end",
    "audit_entry": "the office's own trail; both sides get an entry of the transfer",
    "audit_head": "the office's own trail",
    "assistant_setting": "the office's decision",
    "model_use": "the office's daily budget",
    "conversation": "a person's own questions to the assistant",
    "turn": "a person's own questions to the assistant",
    "supplier": "copied, below: the old office still pays them for others",
}


@dataclass(frozen=True)
class Transfer:
    """What moved: rows per table."""

    building_id: UUID
    from_organization: UUID
    to_organization: UUID
    moved: dict[str, int]


def moving_tables() -> list[Table]:
    """Every table whose rows name their building."""
    tables = SQLModel.metadata.tables.values()
    return [t for t in tables if "building_id" in t.c and "organization_id" in t.c and t.name not in STAY]


@requires(Permission.BUILDINGS_TRANSFER, everywhere=True)
def list_checks(s: Session, actor: Actor, building_id: UUID) -> list[rules.Check]:
    """The conditions of a hand-over, passed or not."""
    return rules.checks(_facts(s, _building(s, building_id)))


@requires(Permission.BUILDINGS_TRANSFER, audit=N_("building transferred"), everywhere=True)
def transfer_building(
    s: Session,
    actor: Actor,
    building_id: UUID,
    to_organization: UUID,
    *,
    decision: str,
    decided_on: date,
    reason: str = "",
) -> Transfer:
    """Moves a co-ownership to another organisation and ends the old one's access.

    `decision`: the meeting's decision that appointed the new syndic. Invalid when a condition fails, NotFound for an unknown
    building or organisation. Both organisations' trails get an entry with the number of rows moved per table.
    """
    if not decision.strip():
        raise Invalid("Name the decision that appoints the new syndic.", field="decision")
    building = _building(s, building_id)
    target = s.get(Organization, to_organization)
    if target is None or not target.is_active:
        raise NotFound("This organisation does not exist or is suspended.")
    source = building.organization_id
    if source == target.id:
        raise Invalid("The building belongs to this organisation already.", field="to_organization")
    if failed := rules.refused(rules.checks(_facts(s, building)), reason):
        raise Invalid("The building cannot be handed over yet: {condition}.", condition=Msgid(failed.label))
    _check_room(s, building, target)
    s.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    s.expire(building)
    moved = _move_people(s, building_id, source, target.id) | _copy_suppliers(s, building_id, source, target.id)
    moved |= _move_rows(s, building_id, target.id)
    moved["building"] = _restamp(s, SQLModel.metadata.tables["building"], "id", building_id, target.id)
    s.expire_all()
    for side in (source, target.id):
        audit.note(s, "building", building_id, building_id, from_organization=source, to_organization=target.id,
                   decision=decision, decided_on=decided_on, reason=reason, **{f"rows_{k}": n for k, n in moved.items()})  # fmt: skip
        audit.append(s, actor, "building transferred", side)
    audit.note(s, "building", building_id, building_id, from_organization=source, to_organization=target.id)
    return Transfer(building_id, source, target.id, moved)


def _building(s: Session, building_id: UUID) -> Building:
    found = s.get(Building, building_id)
    if found is None:
        raise NotFound("This building does not exist.")
    return found


def _facts(s: Session, building: Building) -> rules.Facts:
    entered, shares = s.exec(
        select(func.count(col(Lot.id)), func.coalesce(func.sum(Lot.shares), 0)).where(Lot.building_id == building.id)
    ).one()
    categories = set(s.exec(select(Document.category).where(Document.building_id == building.id).distinct()))
    return rules.Facts(
        building.total_units,
        entered,
        building.total_shares,
        int(shares),
        Category.DEED in categories,
        Category.REGULATION in categories,
    )


def _check_room(s: Session, building: Building, target: Organization) -> None:
    count = s.exec(select(func.count(col(Building.id))).where(Building.organization_id == target.id)).one()
    if count >= target.max_buildings:
        raise Invalid("The plan of this organisation allows {count} buildings.", count=target.max_buildings)
    same = select(Building.id).where(Building.organization_id == target.id, Building.kbo == building.kbo)
    if building.kbo and s.exec(same).first():
        raise Invalid("Another building of this organisation has this enterprise number.")


def _restamp(s: Session, table: Table, column: str, value: UUID, organization: UUID) -> int:
    return s.execute(table.update().where(table.c[column] == value).values(organization_id=organization)).rowcount  # type: ignore[attr-defined]


def _move_rows(s: Session, building_id: UUID, organization: UUID) -> dict[str, int]:
    return {t.name: _restamp(s, t, "building_id", building_id, organization) for t in moving_tables()}


def _move_people(s: Session, building_id: UUID, source: UUID, target: UUID) -> dict[str, int]:
    """Owners of this building alone move; those the old office still needs elsewhere are copied."""
    owners = s.exec(select(Owner).where(col(Owner.id).in_(_named("owner", building_id)))).all()
    elsewhere = set(s.scalars(_named("owner", building_id, source)))
    _end_invitations(s, building_id, source, [owner.id for owner in owners if owner.id not in elsewhere])
    copies: dict[UUID, UUID] = {}
    table = SQLModel.metadata.tables["owner"]
    for owner in owners:
        if owner.id in elsewhere:
            copies[owner.id] = uuid7()
            s.execute(table.insert().values(**owner.model_dump() | {"id": copies[owner.id], "organization_id": target}))
            _rename(s, "owner", building_id, owner.id, copies[owner.id])
        else:
            _restamp(s, table, "id", owner.id, target)
    _move_memberships(s, building_id, target, copies)
    return {"owner": len(owners) - len(copies), "owner_copied": len(copies)}


def _copy_suppliers(s: Session, building_id: UUID, source: UUID, target: UUID) -> dict[str, int]:
    """The suppliers that entries and invoices name: the new office's own by enterprise number, else a copy."""
    there = select(Supplier.kbo, Supplier.id).where(Supplier.organization_id == target)
    known = {kbo: supplier_id for kbo, supplier_id in s.exec(there) if kbo}
    named = col(Supplier.id).in_(_named("supplier", building_id))
    copied = 0
    for supplier in s.exec(select(Supplier).where(named, Supplier.organization_id == source)).all():
        new = known.get(supplier.kbo or "")
        if new is None:
            new, copied = uuid7(), copied + 1
            values = supplier.model_dump() | {"id": new, "organization_id": target}
            s.execute(SQLModel.metadata.tables["supplier"].insert().values(**values))
        _rename(s, "supplier", building_id, supplier.id, new)
    return {"supplier_copied": copied}


def _columns(table: str) -> list[Column[Any]]:
    """The columns that name a person or supplier in rows that a building takes along."""
    moving = {one.name for one in moving_tables()}
    return [column for column in columns_naming(table) if column.table.name in moving]


def _named(table: str, building_id: UUID, elsewhere: UUID | None = None) -> Any:
    """Whom the rows of a building name or, of an organisation, those of its other buildings."""
    found = [
        select(column).where(column.is_not(None), *_where(column.table, building_id, elsewhere))
        for column in _columns(table)
    ]
    return union(*found)


def _where(table: Any, building_id: UUID, elsewhere: UUID | None) -> list[Any]:
    if elsewhere is None:
        return [table.c.building_id == building_id]
    other = or_(table.c.building_id != building_id, table.c.building_id.is_(None))
    return [table.c.organization_id == elsewhere, other]


def _rename(s: Session, table: str, building_id: UUID, old: UUID, new: UUID) -> None:
    """The rows of a building that name one person or supplier name the other."""
    for column in _columns(table):
        rows = column.table.update().where(column.table.c.building_id == building_id, column == old)
        s.execute(rows.values({column.name: new}))


def _end_invitations(s: Session, building_id: UUID, source: UUID, moving: list[UUID]) -> None:
    """What the old office offered opens nothing in the new one."""
    theirs = (col(OneTimeLink.building_id) == building_id) | col(OneTimeLink.owner_id).in_(moving)
    open_links = (col(OneTimeLink.organization_id) == source, col(OneTimeLink.used_at).is_(None))
    if ended := s.exec(delete(OneTimeLink).where(*open_links, theirs)).rowcount:
        audit.note(s, "one_time_link", None, building_id, ended=ended)


def _move_memberships(s: Session, building_id: UUID, target: UUID, copies: dict[UUID, UUID]) -> None:
    """Roles tied to this building go along; the old office's own end. A person the law keeps apart in the new office is refused."""
    table = SQLModel.metadata.tables["membership"]
    for m in s.exec(select(Membership).where(Membership.building_id == building_id)).all():
        if m.role in OFFICE_ROLES:
            s.execute(table.delete().where(table.c.id == m.id))
            continue
        there = s.exec(
            select(Membership).where(Membership.user_id == m.user_id, Membership.organization_id == target)
        ).all()
        roles.check_compatible([(Role(x.role), x.building_id) for x in there], Role(m.role), building_id)
        owner = copies.get(m.owner_id, m.owner_id) if m.owner_id else None
        s.execute(table.update().where(table.c.id == m.id).values(organization_id=target, owner_id=owner))
