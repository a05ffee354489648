"""The books of a co-ownership: its regime and lock, its financial years, its chart of accounts."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref

from .rules import Kind, Regime

LABELS = ("label_fr", "label_nl", "label_de", "label_en")


class BookIn(SQLModel):
    """How the books begin."""

    regime: Regime = Regime.DOUBLE
    starts_on: date
    ends_on: date


class YearIn(SQLModel):
    starts_on: date
    ends_on: date


class AccountIn(SQLModel):
    """`label` is in the language of whoever enters it; the four labels are those that differ from it."""

    code: str = Field(min_length=1, max_length=40)
    label: str = Field(min_length=1, max_length=255)
    kind: Kind | None = None  # none: what the class of the code implies
    postable: bool = True
    label_fr: str | None = Field(default=None, max_length=255)
    label_nl: str | None = Field(default=None, max_length=255)
    label_de: str | None = Field(default=None, max_length=255)
    label_en: str | None = Field(default=None, max_length=255)


class Book(TenantEntity, table=True):
    """One of a building, from the day its accounts are kept here. Entries up to `locked_until` are closed."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        UniqueConstraint("organization_id", "building_id"),
    )

    building_id: UUID
    regime: str = Regime.DOUBLE
    locked_until: date | None = None


class FiscalYear(TenantEntity, table=True):
    """From its first day to its last, both included; the next one begins on the day after."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        UniqueConstraint("organization_id", "building_id", "starts_on"),
        CheckConstraint("ends_on > starts_on", name="dates"),
    )

    building_id: UUID
    starts_on: date
    ends_on: date


class Account(TenantEntity, table=True):
    """An account of a building; without a building, of the model that the office's new books are copied from."""

    __table_args__ = (
        tenant_key(),
        UniqueConstraint("organization_id", "building_id", "id"),
        UniqueConstraint("organization_id", "building_id", "code", postgresql_nulls_not_distinct=True),
        tenant_ref("building_id", "building"),
        Index(
            "uq_account_purpose", "organization_id", "building_id", "purpose", unique=True, postgresql_nulls_not_distinct=True,
            postgresql_where=text("purpose IS NOT NULL"),
        ),
        CheckConstraint("kind IN ('asset', 'liability', 'expense', 'revenue', 'off_balance')", name="kind"),
    )  # fmt: skip

    building_id: UUID | None = None
    code: str
    kind: str
    postable: bool = True
    party: str | None = None
    purpose: str | None = None
    label_fr: str
    label_nl: str
    label_de: str
    label_en: str

    def label(self, locale: str) -> str:
        """In the reader's language."""
        return getattr(self, f"label_{locale}")
