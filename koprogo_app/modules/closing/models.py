"""What closes a year: its accruals, and the decision that approves the accounts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref
from koprogo_app.modules.funds.rules import Fund

from .rules import Kind, Status

CENTS: dict[str, Any] = {"sa_type": BigInteger}


class AccrualIn(SQLModel):
    """`account`: the code of a cost or income. `period_from`, `period_until`: the days it is for. Neither key nor owner: the
    shares of the deed. `ordinary`: whether it recurs; none: as the group of the account says. `key`: made by the form or the client,
    so that one sent twice is entered once."""

    kind: Kind
    account: str = Field(min_length=1, max_length=40)
    cents: int = Field(le=10**13)
    words: str = Field(min_length=1, max_length=300)
    period_from: date
    period_until: date
    key_id: UUID | None = None
    ordinary: bool | None = None
    tenant_percent: int = Field(default=0, ge=0, le=100)
    key: UUID | None = None


class ClosingIn(SQLModel):
    """`fund`: where what is left of the result goes, when something is left."""

    decided_on: date | None = None
    decision: str = Field(default="", max_length=1000)
    document_id: UUID | None = None
    fund: Fund | None = None


class Accrual(TenantEntity, table=True):
    """A cost or income of another year: entered on the last day of one, taken back on the first day of the next."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("year_id", "fiscal_year"),
        tenant_ref("key_id", "distribution_key"),
        tenant_ref("entry_id", "journal_entry"),
        tenant_ref("back_entry_id", "journal_entry"),
        UniqueConstraint("organization_id", "source_id"),
        Index("ix_accrual_building", "organization_id", "building_id"),
        Index("ix_accrual_year", "organization_id", "year_id"),
        Index("ix_accrual_key", "organization_id", "key_id"),
        Index("ix_accrual_entry", "organization_id", "entry_id"),
        Index("ix_accrual_back", "organization_id", "back_entry_id"),
        CheckConstraint("cents > 0", name="cents"),
        CheckConstraint("kind IN ('prepaid', 'to_receive', 'income_to_come', 'income_ahead')", name="kind"),
    )

    building_id: UUID
    year_id: UUID
    kind: str
    account: str
    cents: int = Field(**CENTS)
    words: str
    period_from: date
    period_until: date
    key_id: UUID | None = None
    tenant_percent: int = 0
    entry_id: UUID
    back_entry_id: UUID
    reason: str | None = None  # why it was undone; none while it stands
    posted_by: UUID | None = None
    source_id: UUID | None = None  # AccrualIn.key; of this installation only


class YearClosing(TenantEntity, table=True):
    """A year closed by a decision. `result_cents`: what was left of it, and went to a fund."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("year_id", "fiscal_year"),
        tenant_ref("document_id", "document"),
        tenant_ref("entry_id", "journal_entry"),
        tenant_ref("reversal_entry_id", "journal_entry"),
        Index("uq_year_closing_year", "organization_id", "year_id", unique=True, postgresql_where=text("status = 'closed'")),
        Index("ix_year_closing_building", "organization_id", "building_id"),
        Index("ix_year_closing_year", "organization_id", "year_id"),
        Index("ix_year_closing_document", "organization_id", "document_id"),
        Index("ix_year_closing_entry", "organization_id", "entry_id"),
        Index("ix_year_closing_reversal", "organization_id", "reversal_entry_id"),
        CheckConstraint("status IN ('closed', 'reopened')", name="status"),
    )  # fmt: skip

    building_id: UUID
    year_id: UUID
    status: str = Status.CLOSED
    decided_on: date
    decision: str
    document_id: UUID | None = None
    result_cents: int = Field(default=0, **CENTS)
    fund: str | None = None
    entry_id: UUID | None = None
    reversal_entry_id: UUID | None = None
    locked_before: date | None = None  # the lock as it was, for reopening
    closed_at: datetime = Field(sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
    posted_by: UUID | None = None
    reason: str | None = None  # why it was opened again
