"""The co-ownership as a legal person (art. 3.86), its deed, its accounts and its noticeboard."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from koprogo_app.core.db import TenantEntity, tenant_key


class BuildingIn(SQLModel):
    """What a syndic enters. Amounts of shares are integers over the deed's total."""

    name: str = Field(min_length=1, max_length=200)
    address: str = Field(min_length=1, max_length=200)
    postal_code: str = Field(min_length=1, max_length=20)
    city: str = Field(min_length=1, max_length=100)
    country: str = Field(default="BE", min_length=1, max_length=100)
    total_units: int = Field(default=1, ge=1, le=100_000)
    total_shares: int = Field(default=1000, ge=1, le=100_000_000)
    kbo: str | None = Field(default=None, max_length=20)
    deed_on: date | None = None
    deed_reference: str | None = Field(default=None, max_length=200)
    meeting_month: int | None = Field(default=None, ge=1, le=12)
    meeting_day: int | None = Field(default=None, ge=1, le=31)
    fiscal_month: int = Field(default=1, ge=1, le=12)
    fiscal_day: int = Field(default=1, ge=1, le=31)
    iban_working: str | None = Field(default=None, max_length=42)
    iban_reserve: str | None = Field(default=None, max_length=42)
    construction_year: int | None = Field(default=None, ge=1000, le=2200)
    provisional_acceptance_on: date | None = None
    region: str | None = Field(default=None, max_length=3)
    language: str = Field(default="fr", max_length=2)
    syndic_name: str | None = Field(default=None, max_length=200)
    syndic_kbo: str | None = Field(default=None, max_length=20)
    syndic_since: date | None = None
    syndic_address: str | None = Field(default=None, max_length=300)
    syndic_email: str | None = Field(default=None, max_length=200)
    syndic_phone: str | None = Field(default=None, max_length=50)
    syndic_office_hours: str | None = Field(default=None, max_length=300)
    syndic_emergency: str | None = Field(default=None, max_length=200)
    noticeboard_public: bool = False


class Building(BuildingIn, TenantEntity, table=True):
    __table_args__ = (
        tenant_key(),
        CheckConstraint("total_shares > 0 AND total_units > 0", name="positive"),
        Index("ix_building_list", "organization_id", "created_at"),
        Index("ix_building_name", "organization_id", "name"),
        Index("ix_building_kbo", "organization_id", "kbo"),
    )

    slug: str | None = Field(default=None, unique=True)  # public address of the noticeboard; never changes once given


class BuildingOut(BuildingIn):
    id: UUID
    slug: str | None
