"""Statements of charges as they were published: which lines of the books they settle, and what falls on whom."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref

from .rules import Status

CENTS: dict[str, Any] = {"sa_type": BigInteger}


class StatementIn(SQLModel):
    """`key`: made by the form or the client, so that a statement sent twice is published once."""

    year_id: UUID
    until: date
    due_on: date
    key: UUID | None = None


class Statement(TenantEntity, table=True):
    """The settlement of a period of one association, with every co-owner."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("year_id", "fiscal_year"),
        tenant_ref("entry_id", "journal_entry"),
        tenant_ref("reversal_entry_id", "journal_entry"),
        UniqueConstraint("organization_id", "source_id"),
        Index("ix_statement_building", "organization_id", "building_id", "until_on"),
        Index("ix_statement_year", "organization_id", "year_id"),
        Index("ix_statement_entry", "organization_id", "entry_id"),
        Index("ix_statement_reversal", "organization_id", "reversal_entry_id"),
        CheckConstraint("status IN ('published', 'reversed')", name="status"),
        CheckConstraint("until_on >= from_on", name="period"),
    )

    building_id: UUID
    year_id: UUID
    from_on: date
    until_on: date
    due_on: date
    status: str = Status.PUBLISHED
    costs_cents: int = Field(default=0, **CENTS)
    provisions_cents: int = Field(default=0, **CENTS)
    owners: int = 0
    entry_id: UUID | None = None  # none: nobody owed or was owed anything
    reversal_entry_id: UUID | None = None
    reason: str | None = None
    published_at: datetime = Field(sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
    posted_by: UUID | None = None
    source_id: UUID | None = None  # StatementIn.key; of this installation only


class StatementLine(TenantEntity, table=True):
    """A line of the books that a statement settles. `live`: until the statement is reversed; settled once at a time."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("statement_id", "statement"),
        tenant_ref("journal_line_id", "journal_line"),
        tenant_ref("key_id", "distribution_key"),
        tenant_ref("owner_id", "owner"),
        Index(
            "uq_statement_line_live", "organization_id", "journal_line_id", unique=True, postgresql_where=text("live"),
        ),
        Index("ix_statement_line_journal_line", "organization_id", "journal_line_id"),
        Index("ix_statement_line_building", "organization_id", "building_id"),
        Index("ix_statement_line_statement", "organization_id", "statement_id", "position"),
        Index("ix_statement_line_key", "organization_id", "key_id"),
        Index("ix_statement_line_owner", "organization_id", "owner_id"),
        CheckConstraint("sort IN ('cost', 'provision')", name="sort"),
    )  # fmt: skip

    building_id: UUID
    statement_id: UUID
    journal_line_id: UUID
    position: int
    sort: str
    key_id: UUID | None = None  # neither key nor owner: the shares of the deed
    owner_id: UUID | None = None
    cents: int = Field(**CENTS)
    withheld: bool = False  # its voucher is not shown to co-owners: it holds another person's data
    live: bool = True


class StatementPart(TenantEntity, table=True):
    """What falls of a line on one co-owner for one lot. `weight` of `whole`: of the lot in the key; none for a private cost."""

    __table_args__ = (
        tenant_ref("line_id", "statement_line"),
        tenant_ref("lot_id", "lot"),
        tenant_ref("owner_id", "owner"),
        Index("ix_statement_part_building", "organization_id", "building_id"),
        Index("ix_statement_part_owner", "organization_id", "owner_id"),
        Index("ix_statement_part_line", "organization_id", "line_id"),
        Index("ix_statement_part_lot", "organization_id", "lot_id"),
    )

    building_id: UUID  # that of its line: no key of its own, as tens of thousands are written at once
    line_id: UUID
    lot_id: UUID | None = None
    owner_id: UUID
    cents: int = Field(**CENTS)
    vat_cents: int = Field(default=0, **CENTS)
    tenant_cents: int = Field(default=0, **CENTS)
    days: int = 0
    weight: int = Field(default=0, **CENTS)
    whole: int = Field(default=0, **CENTS)


class StatementOwner(TenantEntity, table=True):
    """What one co-owner bears of the whole, less what was called from him. `before_cents`: his account before it."""

    __table_args__ = (
        tenant_ref("building_id", "building"),
        tenant_ref("statement_id", "statement"),
        tenant_ref("owner_id", "owner"),
        Index("ix_statement_owner_building", "organization_id", "building_id"),
        Index("ix_statement_owner_statement", "organization_id", "statement_id"),
        Index("ix_statement_owner_owner", "organization_id", "owner_id"),
    )

    building_id: UUID
    statement_id: UUID
    owner_id: UUID
    costs_cents: int = Field(**CENTS)
    provisions_cents: int = Field(**CENTS)
    vat_cents: int = Field(default=0, **CENTS)
    tenant_cents: int = Field(default=0, **CENTS)
    before_cents: int = Field(default=0, **CENTS)
