"""Consumption meters, their readings, the periods that make a distribution key, and how the files of readings are read."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Numeric,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from koprogo_app.core.audit import SECRET
from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref
from koprogo_app.core.i18n import N_

from .columns import Meaning
from .rules import Kind, PeriodStatus, Source, Unit

Value = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=3)]


class MeterIn(SQLModel):
    """A meter of a lot, or of the common parts; a main one counts what the whole building takes. `factor`: what one unit of
    the dial stands for; `dial_digits`: before the decimals, after which it begins anew at zero."""

    lot_id: UUID | None = None
    kind: Kind
    serial: str = Field(min_length=1, max_length=50)
    unit: Unit
    factor: Decimal = Field(default=Decimal(1), gt=0, max_digits=12, decimal_places=6)
    dial_digits: int | None = Field(default=None, ge=3, le=9)
    installed_on: date | None = None
    removed_on: date | None = None
    main: bool = False
    place: str = Field(default="", max_length=100)


class FirstIn(SQLModel):
    """What a meter showed on the day it was placed."""

    first_value: Value | None = None


class NewMeterIn(MeterIn, FirstIn):
    pass


class ReplaceIn(SQLModel):
    """A meter that another takes the place of: what the old one showed at the end, and the new one at the start."""

    on: date
    last_value: Value
    serial: str = Field(min_length=1, max_length=50)
    first_value: Value = Decimal(0)
    dial_digits: int | None = Field(default=None, ge=3, le=9)
    factor: Decimal | None = Field(default=None, gt=0, max_digits=12, decimal_places=6)


class ReadingIn(SQLModel):
    meter_id: UUID
    value: Value
    estimated: bool = False
    note: str = Field(default="", max_length=300)


class PeriodIn(SQLModel):
    """The days of a period, both counted, and the part of a cost that goes by shares: over all lots, or those with a meter."""

    kind: Kind
    name: str = Field(min_length=1, max_length=100)
    first_on: date
    last_on: date
    fixed_percent: int = Field(default=0, ge=0, le=100)
    fixed_metered: bool = False


class Meter(MeterIn, TenantEntity, table=True):
    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("lot_id", "lot"),
        UniqueConstraint("organization_id", "building_id", "serial"),
        CheckConstraint("factor > 0", name="factor"),
        CheckConstraint("dial_digits BETWEEN 3 AND 9", name="digits"),
        CheckConstraint("removed_on >= installed_on", name="days"),
        CheckConstraint("NOT (main AND lot_id IS NOT NULL)", name="main"),
        Index("ix_meter_building", "organization_id", "building_id", "kind"),
        Index("ix_meter_lot", "organization_id", "lot_id"),
    )

    building_id: UUID
    kind: str
    unit: str
    factor: Decimal = Field(default=Decimal(1), sa_type=Numeric(12, 6))  # type: ignore[call-overload]


class MeterReading(TenantEntity, table=True):
    """What a meter showed on a day. `source`: typed or from a file."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("meter_id", "meter"),
        UniqueConstraint("organization_id", "meter_id", "read_on"),
        CheckConstraint("value >= 0", name="value"),
        Index("ix_meter_reading_building", "organization_id", "building_id", "read_on"),
    )

    building_id: UUID
    meter_id: UUID
    read_on: date
    value: Decimal = Field(sa_type=Numeric(14, 3))  # type: ignore[call-overload]
    estimated: bool = False
    source: str = Source.TYPED
    note: str = ""


class MeterPeriod(PeriodIn, TenantEntity, table=True):
    """A closed period has made the weights of its key from its uses."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("key_id", "distribution_key"),
        UniqueConstraint("organization_id", "building_id", "kind", "first_on"),
        CheckConstraint("last_on > first_on", name="days"),
        CheckConstraint("fixed_percent BETWEEN 0 AND 100", name="fixed"),
        CheckConstraint("status IN ('open', 'closed')", name="status"),
        CheckConstraint("status = 'open' OR key_id IS NOT NULL", name="key"),
        Index("ix_meter_period_key", "organization_id", "key_id"),
    )

    building_id: UUID
    kind: str
    status: str = PeriodStatus.OPEN
    key_id: UUID | None = None


class MeterUse(TenantEntity, table=True):
    """What a meter counted in a closed period, factor applied, in thousandths; and the readings it comes from."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "period_id"], ["meter_period.organization_id", "meter_period.id"],
            deferrable=True, initially="IMMEDIATE", ondelete="CASCADE",
        ),
        tenant_ref("building_id", "building"),
        tenant_ref("meter_id", "meter"),
        tenant_ref("lot_id", "lot"),
        UniqueConstraint("organization_id", "period_id", "meter_id"),
        Index("ix_meter_use_building", "organization_id", "building_id"),
        Index("ix_meter_use_meter", "organization_id", "meter_id"),
        Index("ix_meter_use_lot", "organization_id", "lot_id"),
    )  # fmt: skip

    building_id: UUID
    period_id: UUID
    meter_id: UUID
    lot_id: UUID | None = None
    begin_on: date
    begin_value: Decimal = Field(sa_type=Numeric(14, 3))  # type: ignore[call-overload]
    end_on: date
    end_value: Decimal = Field(sa_type=Numeric(14, 3))  # type: ignore[call-overload]
    used: int = Field(sa_type=BigInteger)
    estimated: bool = False


class MeterMapping(TenantEntity, table=True):
    """How the files of a building are read: what each heading means, remembered; and the file that waits, until it is entered."""

    __table_args__ = (
        tenant_ref("building_id", "building"),
        UniqueConstraint("organization_id", "building_id"),
    )

    building_id: UUID
    kind: str = ""  # of the meters that a file names by their lot alone
    headings: dict[str, str] = Field(
        default_factory=dict[str, str], sa_column=Column(JSONB, nullable=False, info=SECRET)
    )
    filename: str = ""
    rows: list[list[str]] = Field(default_factory=list[list[str]], sa_column=Column(JSONB, nullable=False, info=SECRET))
    columns: dict[str, Any] = Field(
        default_factory=dict[str, Any], sa_column=Column(JSONB, nullable=False, info=SECRET)
    )


MEANINGS: dict[Meaning, str] = {
    Meaning.SERIAL: N_("Number of the meter"), Meaning.LOT: N_("Lot number"), Meaning.DAY: N_("Date"), Meaning.VALUE: N_("Reading"),
    Meaning.NOTE: N_("Remark"), Meaning.IGNORE: N_("Leave out"),
}  # fmt: skip
