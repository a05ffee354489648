"""Organisations, people who sign in, their memberships, sessions and one-time links."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from koprogo_app.core.actor import Role
from koprogo_app.core.audit import SECRET
from koprogo_app.core.db import Entity


class Plan(StrEnum):
    FREE = "free"
    STARTER = "starter"
    PROFESSIONAL = "professional"
    ENTERPRISE = "enterprise"


UNLIMITED = 2_147_483_647
LIMITS = {
    Plan.FREE: (1, 3),
    Plan.STARTER: (5, 10),
    Plan.PROFESSIONAL: (20, 50),
    Plan.ENTERPRISE: (UNLIMITED, UNLIMITED),
}


class Organization(Entity, table=True):
    """A syndic's office or a self-managed co-ownership: the tenant. Its own id is its tenant key."""

    name: str
    slug: str = Field(unique=True)
    contact_email: str
    contact_phone: str | None = None
    plan: str = Plan.PROFESSIONAL
    max_buildings: int
    max_users: int
    is_active: bool = True
    is_demo: bool = False


class UserAccount(Entity, table=True):
    email: str = Field(unique=True)  # lower-case
    password_hash: str = Field(sa_column_kwargs={"info": SECRET})
    first_name: str
    last_name: str
    locale: str = "fr"
    is_active: bool = True
    mail_notifications: bool = True
    single_keys: bool = True  # one-letter shortcuts (WCAG 2.1.4)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class Membership(Entity, table=True):
    """One role of one person in one organisation, for one building or all of them."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["building.organization_id", "building.id"],
            deferrable=True,
            initially="IMMEDIATE",
        ),
        ForeignKeyConstraint(
            ["organization_id", "owner_id"],
            ["owner.organization_id", "owner.id"],
            deferrable=True,
            initially="IMMEDIATE",
        ),
        UniqueConstraint("user_id", "organization_id", "role", "building_id", postgresql_nulls_not_distinct=True),
        CheckConstraint(f"role = '{Role.SUPERADMIN}' OR organization_id IS NOT NULL", name="has_organization"),
        CheckConstraint(
            f"role <> '{Role.OWNER}' OR (building_id IS NULL) = (owner_id IS NULL)", name="owner_is_limited"
        ),
        Index("ix_membership_organization", "organization_id", "building_id"),
        Index("ix_membership_owner", "organization_id", "owner_id"),
    )

    user_id: UUID = Field(foreign_key="user_account.id")
    organization_id: UUID | None = Field(default=None, foreign_key="organization.id")
    role: str
    building_id: UUID | None = None
    owner_id: UUID | None = None
    is_primary: bool = False


class AuthSession(Entity, table=True):
    """A signed-in browser. The token is random; only its SHA-256 is kept."""

    token_hash: bytes = Field(unique=True, sa_column_kwargs={"info": SECRET})
    user_id: UUID = Field(foreign_key="user_account.id", index=True)
    membership_id: UUID | None = Field(default=None, foreign_key="membership.id", index=True, ondelete="SET NULL")
    expires_at: datetime = Field(sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
    last_seen_at: datetime = Field(sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
    address: str = ""
    agent: str = ""


class RefreshToken(Entity, table=True):
    """REST clients' seven-day token, replaced at each use; a replaced one that comes back ends its whole family."""

    token_hash: bytes = Field(unique=True, sa_column_kwargs={"info": SECRET})
    user_id: UUID = Field(foreign_key="user_account.id", index=True)
    membership_id: UUID | None = Field(default=None, foreign_key="membership.id", index=True, ondelete="CASCADE")
    family: UUID = Field(index=True)
    expires_at: datetime = Field(sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
    used_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # type: ignore[call-overload]


class ApiToken(Entity, table=True):
    """What a person's own AI client shows at /api/v1/mcp, in one of his roles. It opens nothing else.

    The token is random; only its SHA-256 is kept, and its first letters, by which the person tells it from his others.
    """

    token_hash: bytes = Field(unique=True, sa_column_kwargs={"info": SECRET})
    user_id: UUID = Field(foreign_key="user_account.id", index=True)
    membership_id: UUID = Field(foreign_key="membership.id", index=True, ondelete="CASCADE")
    name: str
    prefix: str
    expires_at: datetime = Field(sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
    last_used_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # type: ignore[call-overload]


class SignInFailure(Entity, table=True):
    """One failed attempt: counted by e-mail and by address over the lock-out window, then swept."""

    __table_args__ = (
        Index("ix_sign_in_failure_email", "email", "created_at"),
        Index("ix_sign_in_failure_address", "address", "created_at"),
    )

    email: str
    address: str


class Purpose(StrEnum):
    INVITATION = "invitation"
    RESET = "reset"


class OneTimeLink(Entity, table=True):
    """An invitation or a password reset sent by mail. Works once, until it expires."""

    token_hash: bytes = Field(unique=True, sa_column_kwargs={"info": SECRET})
    purpose: str
    email: str = Field(index=True)
    expires_at: datetime = Field(sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
    used_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
    organization_id: UUID | None = Field(default=None, foreign_key="organization.id", index=True)
    role: str | None = None
    building_id: UUID | None = None
    owner_id: UUID | None = Field(default=None, index=True)
    first_name: str = ""
    last_name: str = ""
    locale: str = "fr"
