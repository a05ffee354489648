"""Calls for funds with their lines and, once issued, who pays which part of them: that part is written once."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref

from .rules import DAYS_TO_PAY, MANY_LINES, Destination, Kind, Rhythm

CENTS: dict[str, Any] = {"sa_type": BigInteger}
MOMENT: dict[str, Any] = {"sa_type": DateTime(timezone=True)}


class LineIn(SQLModel):
    """What is asked in all, in cents. `key_id`: none for the shares of the deed."""

    description: str = Field(default="", max_length=300)
    destination: Destination = Destination.PROVISIONS
    key_id: UUID | None = None
    cents: int = Field(le=10**13)


class CallIn(SQLModel):
    """`owner_id`: who alone is asked, for `lot_id` when it is for one; none: all who hold a lot on the due date.

    `key`: made by the form or the client, so that a call sent twice is kept once.
    """

    title: str = Field(min_length=1, max_length=200)
    description: str = Field(default="", max_length=2000)
    kind: Kind = Kind.REGULAR
    called_on: date
    due_on: date
    owner_id: UUID | None = None
    lot_id: UUID | None = None
    lines: list[LineIn] = Field(default_factory=list[LineIn], max_length=MANY_LINES)
    key: UUID | None = None


class SeriesIn(SQLModel):
    """A year of calls. Without lines, those of the approved budget on `first_on`; else the amounts are those of one call."""

    title: str = Field(min_length=1, max_length=180)
    kind: Kind = Kind.REGULAR
    rhythm: Rhythm = Rhythm.QUARTERLY
    first_on: date
    days_to_pay: int = Field(default=DAYS_TO_PAY, ge=1, le=365)
    lines: list[LineIn] = Field(default_factory=list[LineIn], max_length=MANY_LINES)
    key: UUID | None = None


class Call(TenantEntity, table=True):
    """Reversed without an entry: a draft that was put aside."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("owner_id", "owner"),
        tenant_ref("lot_id", "lot"),
        tenant_ref("budget_id", "budget"),
        tenant_ref("entry_id", "journal_entry"),
        tenant_ref("reversal_entry_id", "journal_entry"),
        UniqueConstraint("organization_id", "source_id"),
        Index("ix_call_building", "organization_id", "building_id", "called_on", "id"),
        Index("ix_call_list", "organization_id", "called_on", "id"),
        Index("ix_call_owner", "organization_id", "owner_id"),
        Index("ix_call_lot", "organization_id", "lot_id"),
        Index("ix_call_budget", "organization_id", "budget_id"),
        Index("ix_call_entry", "organization_id", "entry_id"),
        Index("ix_call_reversal_entry", "organization_id", "reversal_entry_id"),
        CheckConstraint("kind IN ('regular', 'extraordinary', 'advance', 'adjustment')", name="kind"),
        CheckConstraint("status IN ('draft', 'issued', 'reversed')", name="status"),
        CheckConstraint("due_on > called_on", name="days"),
        CheckConstraint("total_cents > 0", name="total"),
        CheckConstraint("lot_id IS NULL OR owner_id IS NOT NULL", name="lot"),
        CheckConstraint("status = 'reversed' OR (status = 'issued') = (entry_id IS NOT NULL)", name="posted"),
        CheckConstraint(
            "(status = 'reversed' AND entry_id IS NOT NULL) = (reversal_entry_id IS NOT NULL)", name="undone"
        ),
    )

    building_id: UUID
    title: str
    description: str = ""
    kind: str = Kind.REGULAR
    status: str = "draft"
    called_on: date
    due_on: date
    owner_id: UUID | None = None
    lot_id: UUID | None = None
    budget_id: UUID | None = None
    total_cents: int = Field(**CENTS)
    source_id: UUID | None = None  # CallIn.key; of this installation only
    created_by: UUID | None = None
    issued_by: UUID | None = None
    issued_at: datetime | None = Field(default=None, **MOMENT)
    entry_id: UUID | None = None
    reversal_entry_id: UUID | None = None
    reversal_reason: str | None = None


class CallLine(TenantEntity, table=True):
    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("call_id", "call"),
        tenant_ref("key_id", "distribution_key"),
        Index("ix_call_line_building", "organization_id", "building_id"),
        Index("ix_call_line_call", "organization_id", "call_id", "position"),
        Index("ix_call_line_key", "organization_id", "key_id"),
        CheckConstraint("cents > 0", name="cents"),
        CheckConstraint(
            "destination IN ('provisions', 'works', 'reserve', 'special_reserve', 'working_fund')", name="destination"
        ),
    )

    building_id: UUID
    call_id: UUID
    position: int
    description: str = ""
    destination: str
    key_id: UUID | None = None
    cents: int = Field(**CENTS)


class CallPart(TenantEntity, table=True):
    """What an owner pays of a line for a lot, written once when the call is issued. `weight` of `whole`: of the lot in the key
    on the due date; none for who is asked alone."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("call_id", "call"),
        tenant_ref("call_line_id", "call_line"),
        tenant_ref("lot_id", "lot"),
        tenant_ref("owner_id", "owner"),
        Index("ix_call_part_building", "organization_id", "building_id"),
        Index("ix_call_part_call", "organization_id", "call_id", "id"),
        Index("ix_call_part_line", "organization_id", "call_line_id"),
        Index("ix_call_part_lot", "organization_id", "lot_id"),
        Index("ix_call_part_owner", "organization_id", "owner_id", "call_id"),
        CheckConstraint("cents > 0", name="cents"),
        CheckConstraint("(weight IS NULL) = (whole IS NULL) AND weight <= whole", name="weight"),
        {"info": {"posted": True}},
    )

    building_id: UUID
    call_id: UUID
    call_line_id: UUID
    lot_id: UUID | None = None
    owner_id: UUID
    cents: int = Field(**CENTS)
    weight: int | None = Field(default=None, **CENTS)
    whole: int | None = Field(default=None, **CENTS)
