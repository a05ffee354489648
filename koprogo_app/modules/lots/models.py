"""Lots, their versioned shares, and partial associations (art. 3.84 al. 4)."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Numeric, UniqueConstraint
from sqlmodel import Field, SQLModel

from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref
from koprogo_app.core.trade import LotType

from .rules import MAX_SERIES


class LotIn(SQLModel):
    number: str = Field(min_length=1, max_length=30)
    type: LotType
    floor: int | None = Field(default=None, ge=-20, le=200)
    area_m2: Decimal | None = Field(default=None, gt=0, max_digits=10, decimal_places=2)
    shares: int = Field(ge=0, le=100_000_000)  # over the deed's total; 0: not entered yet, the gate shows it
    partial_id: UUID | None = None
    cadastre: str | None = Field(default=None, max_length=50)
    remark: str | None = Field(default=None, max_length=1000)


class LotEdit(SQLModel):
    """One line of the form that edits many lots at once."""

    type: LotType
    floor: int | None = Field(default=None, ge=-20, le=200)
    area_m2: Decimal | None = Field(default=None, gt=0, max_digits=10, decimal_places=2)
    shares: int = Field(ge=0, le=100_000_000)


class SeriesIn(LotEdit):
    """Lots alike whose numbers follow each other: P1 to P10."""

    first: str = Field(min_length=1, max_length=26)
    count: int = Field(ge=1, le=MAX_SERIES)


class SharesReason(SQLModel):
    """Why shares change: a decision that holds from a date on, or, without a date, the correction of a wrong entry."""

    decision: str = Field(min_length=1, max_length=300)
    from_on: date | None = None


class PartialAssociationIn(SQLModel):
    name: str = Field(min_length=1, max_length=200)
    kbo: str | None = Field(default=None, max_length=20)


class PartialAssociation(PartialAssociationIn, TenantEntity, table=True):
    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        Index("ix_partial_association_building", "organization_id", "building_id"),
    )

    building_id: UUID


class Lot(LotIn, TenantEntity, table=True):
    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("partial_id", "partial_association"),
        UniqueConstraint("organization_id", "building_id", "number"),
        CheckConstraint("shares >= 0", name="shares"),
        Index("ix_lot_list", "organization_id", "number"),
        Index("ix_lot_created", "organization_id", "created_at"),
        Index("ix_lot_partial", "organization_id", "partial_id"),
    )

    building_id: UUID
    type: str
    area_m2: Decimal | None = Field(default=None, sa_type=Numeric(10, 2))  # type: ignore[call-overload]


class LotShares(TenantEntity, table=True):
    """The shares of a lot from a date on, and the deed or decision that fixed them. The last one equals lot.shares."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "lot_id"],
            ["lot.organization_id", "lot.id"],
            deferrable=True,
            initially="IMMEDIATE",
            ondelete="CASCADE",
        ),
        UniqueConstraint("organization_id", "lot_id", "from_on"),
        Index("ix_lot_shares_building", "organization_id", "building_id"),
    )

    building_id: UUID
    lot_id: UUID
    shares: int
    from_on: date
    decision: str
