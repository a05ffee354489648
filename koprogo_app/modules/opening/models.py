"""A take-over of running books: its files and decisions while it is a draft, and the entry that it made."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from koprogo_app.core.audit import SECRET
from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref
from koprogo_app.core.i18n import N_

from .columns import Field as Meaning
from .rules import MOST_LINES, Status

MOST_CENTS = 10**15


class StartIn(SQLModel):
    """`again`: begins with the balances of the opening that was undone last."""

    on: date
    again: bool = False


class BalanceIn(SQLModel):
    """A balance entered by hand; one of the amounts is zero. `due_on`: by when a person pays it or is paid."""

    account: str = Field(max_length=40)
    label: str = Field(default="", max_length=200)
    debit_cents: int = Field(default=0, ge=0, le=MOST_CENTS)
    credit_cents: int = Field(default=0, ge=0, le=MOST_CENTS)
    owner_id: UUID | None = None
    supplier_id: UUID | None = None
    reference: str = Field(default="", max_length=100)
    due_on: date | None = None


class BalancesIn(SQLModel):
    lines: list[BalanceIn] = Field(max_length=MOST_LINES)


class KeptLine(BalanceIn):
    """A balance as it is kept: of a draft, the account may be any text of the file. `row`: of the file."""

    account: str = Field(max_length=200)
    reference: str = Field(default="", max_length=200)
    row: int | None = None


class OpeningRun(TenantEntity, table=True):
    """`lines`: the balances as they would be, or were, entered; `work`: files, their columns and every decision."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("entry_id", "journal_entry"),
        tenant_ref("undone_entry_id", "journal_entry"),
        Index("ix_opening_run_building", "organization_id", "building_id", "created_at"),
        Index("ix_opening_run_entry", "organization_id", "entry_id"),
        Index("ix_opening_run_undone", "organization_id", "undone_entry_id"),
        Index("uq_opening_run_draft", "building_id", unique=True, postgresql_where=text("status = 'draft'")),
        Index("uq_opening_run_posted", "building_id", unique=True, postgresql_where=text("status = 'posted'")),
    )

    building_id: UUID
    status: str = Status.DRAFT
    opens_on: date
    filename: str = ""
    lines: list[dict[str, Any]] = Field(
        default_factory=list[dict[str, Any]], sa_column=Column(JSONB, nullable=False, info=SECRET)
    )
    work: dict[str, Any] = Field(default_factory=dict[str, Any], sa_column=Column(JSONB, nullable=False, info=SECRET))
    entry_id: UUID | None = None
    undone_entry_id: UUID | None = None


MEANINGS: dict[Meaning, str] = {
    Meaning.ACCOUNT: N_("Account"), Meaning.LABEL: N_("Words"), Meaning.DEBIT: N_("Debit"), Meaning.CREDIT: N_("Credit"),
    Meaning.BALANCE: N_("Balance, debit above zero"), Meaning.SIDE: N_("Side of the balance (D or C)"),
    Meaning.PERSON: N_("Co-owner or supplier"), Meaning.LOT: N_("Lot number"), Meaning.REFERENCE: N_("Reference"),
    Meaning.DUE: N_("Due on"), Meaning.IGNORE: N_("Leave out"),
}  # fmt: skip
