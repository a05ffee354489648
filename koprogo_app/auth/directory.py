"""Reads about people who sign in, across organisations: their roles, their names."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from koprogo_app.core.actor import Role
from koprogo_app.core.db import everywhere

from .models import Membership, Organization, UserAccount


@dataclass(frozen=True, slots=True)
class Hat:
    """One hat of a person: a role in an organisation, whatever the number of buildings."""

    membership_id: UUID
    organization_id: UUID | None
    organization: str
    role: Role
    is_primary: bool


def roles_of(user_id: UUID) -> list[Hat]:
    """A person's hats, the primary first. Several buildings of one office make one hat."""
    with everywhere() as s:
        rows = s.exec(
            select(Membership, Organization)
            .outerjoin(Organization, col(Organization.id) == Membership.organization_id)
            .where(Membership.user_id == user_id, col(Organization.is_active).is_not(False))
            .order_by(col(Membership.is_primary).desc(), col(Membership.created_at))
        ).all()
    hats: dict[tuple[UUID | None, str], Hat] = {}
    for m, organization in rows:
        name = organization.name if organization else ""
        hat = Hat(m.id, m.organization_id, name, Role(m.role), m.is_primary)
        hats.setdefault((m.organization_id, m.role), hat)
    return list(hats.values())


def person(user_id: UUID) -> UserAccount:
    """The account of somebody who is signed in: language, shortcuts, notifications."""
    with everywhere() as s:
        return s.get_one(UserAccount, user_id)
