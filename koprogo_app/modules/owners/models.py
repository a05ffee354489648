"""People and companies of the register: who they are, how they may be reached, what they consented to."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from koprogo_app.core.db import TenantEntity, tenant_key
from koprogo_app.core.errors import Invalid


class OwnerKind(StrEnum):
    PERSON = "person"
    COMPANY = "company"


class OwnerIn(SQLModel):
    kind: OwnerKind = OwnerKind.PERSON
    first_name: str = Field(default="", max_length=100)
    last_name: str = Field(min_length=1, max_length=200)  # the company's name when it is one
    kbo: str | None = Field(default=None, max_length=20)
    representative: str | None = Field(default=None, max_length=200)  # of a company
    email: str | None = Field(default=None, max_length=200)
    phone: str | None = Field(default=None, max_length=50)
    address: str = Field(default="", max_length=200)
    postal_code: str = Field(default="", max_length=20)
    city: str = Field(default="", max_length=100)
    country: str = Field(default="BE", max_length=100)
    language: str = Field(default="fr", max_length=2)
    iban: str | None = Field(default=None, max_length=42)
    email_consent_on: date | None = None  # individual, explicit, written (art. 3.87 §3)
    email_consent_proof: str | None = Field(default=None, max_length=300)
    remark: str | None = Field(default=None, max_length=1000)


@dataclass(frozen=True, slots=True)
class Invited:
    """How many invitations left, and how many people were left out (no e-mail address, or access already)."""

    sent: int
    skipped: int


class KnownAddress(Invalid):
    """Someone else of the register has the e-mail address; the office may say that they share it."""


class OwnContact(SQLModel):
    """What a co-owner corrects himself; by the same names as OwnerIn."""

    phone: str | None = Field(default=None, max_length=50)
    address: str = Field(min_length=1, max_length=200)
    postal_code: str = Field(min_length=1, max_length=20)
    city: str = Field(min_length=1, max_length=100)
    country: str = Field(default="BE", min_length=1, max_length=100)
    language: str = Field(default="fr", max_length=2)


class Owner(OwnerIn, TenantEntity, table=True):
    __table_args__ = (
        tenant_key(),
        CheckConstraint("email_consent_on IS NULL OR email IS NOT NULL", name="consent_needs_email"),
        Index(
            "ix_owner_name", "organization_id", text("lower(f_unaccent(last_name))"),
            text("lower(f_unaccent(first_name))"),
        ),
        Index("ix_owner_list", "organization_id", "last_name"),
        Index("ix_owner_email", "organization_id", text("lower(email)")),
        Index("ix_owner_created", "organization_id", "created_at"),
        Index("ix_owner_user", "user_id"),
        Index(
            "ix_owner_search", text("f_unaccent(first_name || ' ' || last_name) gin_trgm_ops"), postgresql_using="gin",
        ),
    )  # fmt: skip

    kind: str = OwnerKind.PERSON
    user_id: UUID | None = Field(default=None, foreign_key="user_account.id")
    is_anonymized: bool = False

    @property
    def name(self) -> str:
        """As written in lists: Dupont Jean; a company's name alone."""
        return f"{self.last_name} {self.first_name}".strip()
