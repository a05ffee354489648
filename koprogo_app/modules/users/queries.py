"""The selects behind the service: accounts with their roles, and one office's roles with its open invitations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, String, Uuid, any_, case, column, table, union_all
from sqlmodel import Session, col, literal, select

from koprogo_app.auth.models import Membership, OneTimeLink, Organization, Purpose, UserAccount
from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.listing import unaccented

# Tables of modules above this one, by name.
BUILDING = table("building", column("id", Uuid()), column("organization_id", Uuid()), column("name", String()))
OWNER = table("owner", column("user_id", Uuid()))
NAME = UserAccount.first_name + " " + UserAccount.last_name
COLUMNS = (
    UserAccount.id, UserAccount.email, UserAccount.first_name, UserAccount.last_name, UserAccount.is_active,
    UserAccount.created_at,
)  # fmt: skip
SORTABLE = {
    "name": unaccented(UserAccount.last_name + " " + UserAccount.first_name),
    "email": col(UserAccount.email),
    "created_at": col(UserAccount.created_at),
}
OPEN = (OneTimeLink.purpose == Purpose.INVITATION, col(OneTimeLink.used_at).is_(None))


@dataclass(frozen=True, slots=True)
class Held:
    """One role of one person."""

    id: UUID
    role: Role
    organization_id: UUID | None
    organization: str
    is_primary: bool


@dataclass(frozen=True, slots=True)
class Person:
    """An account with its roles, the main one first."""

    user: Any  # COLUMNS
    roles: Sequence[Held]


def roles_of(s: Session, user_ids: Sequence[UUID]) -> dict[UUID, list[Held]]:
    """The roles of these people. Several buildings of one office make one role."""
    rows = s.exec(
        select(Membership, Organization.name)
        .outerjoin(Organization, col(Organization.id) == Membership.organization_id)
        .where(col(Membership.user_id) == any_(literal(list(user_ids), ARRAY(Uuid))))  # one value, however many people
        .order_by(col(Membership.is_primary).desc(), col(Membership.created_at))
    )
    found: dict[UUID, dict[tuple[str, UUID | None], Held]] = {}
    for m, name in rows:
        held = Held(m.id, Role(m.role), m.organization_id, name or "", m.is_primary)
        found.setdefault(m.user_id, {}).setdefault((m.role, m.organization_id), held)
    return {user_id: list(roles.values()) for user_id, roles in found.items()}


def members_of(office: UUID) -> Any:
    """id, kind, name, email, role, building_id, state, since: the roles held and the invitations nobody accepted."""
    member: Any = select(
        Membership.id, literal("member").label("kind"), NAME.label("name"), UserAccount.email, Membership.role,  # type: ignore[attr-defined]
        Membership.building_id, case((col(UserAccount.is_active), "active"), else_="inactive").label("state"),
        Membership.created_at.label("since"),  # type: ignore[attr-defined]
    ).join(UserAccount, col(UserAccount.id) == Membership.user_id)  # type: ignore[call-overload]  # fmt: skip
    alive = col(OneTimeLink.expires_at) > clock.now()
    guest: Any = select(
        OneTimeLink.id, literal("invitation"), OneTimeLink.first_name + " " + OneTimeLink.last_name, OneTimeLink.email,
        OneTimeLink.role, OneTimeLink.building_id, case((alive, "invited"), else_="expired"), OneTimeLink.created_at,
    )  # type: ignore[call-overload]  # fmt: skip
    return union_all(
        member.where(Membership.organization_id == office),
        guest.where(OneTimeLink.organization_id == office, *OPEN),
    ).subquery()
