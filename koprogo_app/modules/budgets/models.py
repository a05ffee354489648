"""Yearly budgets with their lines, and the building's threshold of warning."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref

from .rules import MANY_LINES, WARN_PERCENT, Nature, Status

CENTS: dict[str, Any] = {"sa_type": BigInteger}
MOMENT: dict[str, Any] = {"sa_type": DateTime(timezone=True)}
LARGEST = 10**13


class LineIn(SQLModel):
    """`account`: its code; none: all that no other line of the nature names. `key_id`: none or the building's own id for the
    shares of the deed."""

    nature: Nature = Nature.ORDINARY
    account: str = Field(default="", max_length=40)
    key_id: UUID | None = None
    cents: int = Field(ge=0, le=LARGEST)
    description: str = Field(default="", max_length=300)


class BudgetIn(SQLModel):
    """Of a financial year in the books. `key`: made by the form or the client, so that a budget sent twice is kept once."""

    year_id: UUID | None = None
    notes: str = Field(default="", max_length=4000)
    lines: list[LineIn] = Field(default_factory=list[LineIn], max_length=MANY_LINES)
    key: UUID | None = None


class DecisionIn(SQLModel):
    """What the general meeting decided: when, in its words, and where they stand. The words, or the meeting, are needed."""

    decided_on: date
    decision: str = Field(default="", max_length=4000)
    document_id: UUID | None = None
    meeting_id: UUID | None = None


class ProposalIn(SQLModel):
    """`percent`: added to each amount, or taken off below zero."""

    percent: Decimal = Field(default=Decimal(0), ge=-100, le=1000, max_digits=6, decimal_places=2)
    whole_euros: bool = False


class SettingIn(SQLModel):
    """`warn_percent`: from which part of a line on one is warned."""

    warn_percent: int = Field(default=WARN_PERCENT, ge=1, le=100)


class Budget(TenantEntity, table=True):
    """`fiscal_year`: the calendar year in which its financial year begins; `year_id` is empty while that is not in the books."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("year_id", "fiscal_year"),
        tenant_ref("document_id", "document"),
        UniqueConstraint("organization_id", "source_id"),
        Index(
            "uq_budget_year", "organization_id", "building_id", "fiscal_year", "year_id", unique=True,
            postgresql_nulls_not_distinct=True, postgresql_where=text("status <> 'archived'"),
        ),
        Index("ix_budget_building", "organization_id", "building_id", "fiscal_year"),
        Index("ix_budget_year", "organization_id", "year_id"),
        Index("ix_budget_document", "organization_id", "document_id"),
        CheckConstraint("fiscal_year BETWEEN 2000 AND 2100", name="fiscal_year"),
        CheckConstraint("status IN ('draft', 'submitted', 'approved', 'rejected', 'archived')", name="status"),
        CheckConstraint("ordinary_cents >= 0 AND extraordinary_cents >= 0 AND reserve_cents >= 0", name="amounts"),
        CheckConstraint("(status IN ('approved', 'archived')) = (decided_on IS NOT NULL)", name="decided"),
    )  # fmt: skip

    building_id: UUID
    year_id: UUID | None = None
    fiscal_year: int
    status: str = Status.DRAFT
    ordinary_cents: int = Field(default=0, **CENTS)
    extraordinary_cents: int = Field(default=0, **CENTS)
    reserve_cents: int = Field(default=0, **CENTS)
    notes: str = ""
    submitted_at: datetime | None = Field(default=None, **MOMENT)
    decided_on: date | None = None
    decision: str = ""
    document_id: UUID | None = None
    meeting_id: UUID | None = None
    rejection_reason: str = ""
    source_id: UUID | None = None  # BudgetIn.key; of this installation only


class BudgetLine(TenantEntity, table=True):
    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        ForeignKeyConstraint(
            ["organization_id", "budget_id"], ["budget.organization_id", "budget.id"], deferrable=True, initially="IMMEDIATE",
            ondelete="CASCADE",
        ),
        tenant_ref("key_id", "distribution_key"),
        Index("ix_budget_line_building", "organization_id", "building_id"),
        Index("ix_budget_line_budget", "organization_id", "budget_id", "position"),
        Index("ix_budget_line_key", "organization_id", "key_id"),
        CheckConstraint("nature IN ('ordinary', 'extraordinary', 'reserve')", name="nature"),
        CheckConstraint("cents >= 0", name="cents"),
    )  # fmt: skip

    building_id: UUID
    budget_id: UUID
    position: int
    nature: str
    account: str = ""
    key_id: UUID | None = None
    cents: int = Field(**CENTS)
    description: str = ""


class BudgetSetting(TenantEntity, table=True):
    __table_args__ = (
        tenant_ref("building_id", "building"),
        UniqueConstraint("organization_id", "building_id"),
        CheckConstraint("warn_percent BETWEEN 1 AND 100", name="warn_percent"),
    )

    building_id: UUID
    warn_percent: int = WARN_PERCENT
