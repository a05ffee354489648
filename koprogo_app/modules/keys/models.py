"""Distribution keys: by shares (the deed), or by lot for a lift, heating, a unit each…"""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref

from .rules import LARGEST


class KeyKind(StrEnum):
    SHARES = "shares"  # follows the lots' shares; has no parts of its own
    WEIGHTS = "weights"  # a whole number for each lot concerned


class KeyIn(SQLModel):
    name: str = Field(min_length=1, max_length=100)
    kind: KeyKind = KeyKind.WEIGHTS
    clause: str | None = Field(default=None, max_length=300)  # the deed's clause it rests on (art. 3.81, 3.85)
    total: int | None = Field(default=None, ge=1, le=LARGEST)  # what the deed says the parts add up to


class DistributionKey(KeyIn, TenantEntity, table=True):
    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        UniqueConstraint("organization_id", "building_id", "name"),
    )

    building_id: UUID
    kind: str = KeyKind.WEIGHTS


class KeyPart(TenantEntity, table=True):
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "key_id"], ["distribution_key.organization_id", "distribution_key.id"],
            deferrable=True, initially="IMMEDIATE", ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["organization_id", "lot_id"], ["lot.organization_id", "lot.id"], deferrable=True, initially="IMMEDIATE",
            ondelete="CASCADE"
        ),
        UniqueConstraint("organization_id", "key_id", "lot_id"),
        CheckConstraint("weight >= 0", name="weight"),
        Index("ix_key_part_lot", "organization_id", "lot_id"),
        Index("ix_key_part_building", "organization_id", "building_id"),
    )  # fmt: skip

    building_id: UUID
    key_id: UUID
    lot_id: UUID
    weight: int = Field(sa_type=BigInteger)  # consumption and shares over one denominator outgrow an integer
