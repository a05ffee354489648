"""What was done with the funds of a co-ownership, and the decisions by which a contribution to the reserve was waived."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref

from .rules import Fund

CENTS: dict[str, Any] = {"sa_type": BigInteger}
MOST = 10**13  # cents


class _MovementIn(SQLModel):
    """`key`: made by the form or the client, so that what is sent twice is written once."""

    cents: int = Field(gt=0, le=MOST)
    moved_on: date
    words: str = Field(default="", max_length=300)
    document_id: UUID | None = None
    key: UUID | None = None


class WithdrawalIn(_MovementIn):
    """A cost that a fund pays. `cost_line_id`: the cost in the books, whose sharing it takes; without one, `key_id` says by
    which key (none: the shares of the deed) and `ordinary` what kind of cost it is."""

    fund: Fund = Fund.RESERVE
    decision: str = Field(default="", max_length=300)
    cost_line_id: UUID | None = None
    key_id: UUID | None = None
    ordinary: bool = False


class TransferIn(_MovementIn):
    """Codes of two accounts of the association: bank, deposit or cash."""

    from_code: str = Field(max_length=40)
    to_code: str = Field(max_length=40)


class AllocationIn(_MovementIn):
    """An amount set aside in a fund: by a decision, or interest that was received."""

    fund: Fund = Fund.RESERVE
    interest: bool = False
    decision: str = Field(default="", max_length=300)


class WaiverIn(SQLModel):
    """Votes are shares (quotités): for, and cast, abstentions left out; both empty when only the words are known."""

    year_id: UUID
    decided_on: date
    votes_for: int | None = Field(default=None, ge=0, le=10**9)
    votes_cast: int | None = Field(default=None, ge=0, le=10**9)
    words: str = Field(default="", max_length=2000)
    document_id: UUID | None = None
    key: UUID | None = None


class FundMovement(TenantEntity, table=True):
    """`fund`: none for a transfer, which has two accounts instead. Undone by the mirror of its entry, never deleted."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("document_id", "document"),
        tenant_ref("entry_id", "journal_entry"),
        tenant_ref("reversal_entry_id", "journal_entry"),
        tenant_ref("cost_line_id", "journal_line"),
        tenant_ref("key_id", "distribution_key"),
        UniqueConstraint("organization_id", "source_id"),
        Index("ix_fund_movement_building", "organization_id", "building_id", "moved_on", "id"),
        Index("ix_fund_movement_document", "organization_id", "document_id"),
        Index("ix_fund_movement_entry", "organization_id", "entry_id"),
        Index("ix_fund_movement_reversal", "organization_id", "reversal_entry_id"),
        Index("ix_fund_movement_cost", "organization_id", "cost_line_id"),
        Index("ix_fund_movement_key", "organization_id", "key_id"),
        CheckConstraint("kind IN ('withdrawal', 'transfer', 'allocation', 'interest')", name="kind"),
        CheckConstraint("fund IN ('working', 'reserve', 'special')", name="fund"),
        CheckConstraint("cents > 0", name="cents"),
        CheckConstraint(
            "(kind = 'transfer') = (fund IS NULL) AND (kind = 'transfer') = (from_code IS NOT NULL AND to_code IS NOT NULL)",
            name="accounts",
        ),
        CheckConstraint("(reversal_entry_id IS NULL) = (reversal_reason IS NULL)", name="reversal"),
    )  # fmt: skip

    building_id: UUID
    kind: str
    fund: str | None = None
    from_code: str | None = None
    to_code: str | None = None
    cents: int = Field(**CENTS)
    moved_on: date
    words: str
    decision: str = ""
    document_id: UUID | None = None
    cost_line_id: UUID | None = None
    key_id: UUID | None = None
    entry_id: UUID
    reversal_entry_id: UUID | None = None
    reversal_reason: str | None = None
    source_id: UUID | None = None  # the key of what was sent; of this installation only


class FundWaiver(TenantEntity, table=True):
    """The meeting's decision not to contribute to the reserve fund in a year (art. 3.86 §3 al. 4)."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("year_id", "fiscal_year"),
        tenant_ref("document_id", "document"),
        UniqueConstraint("organization_id", "source_id"),
        Index("ix_fund_waiver_building", "organization_id", "building_id"),
        Index("ix_fund_waiver_year", "organization_id", "year_id"),
        Index("ix_fund_waiver_document", "organization_id", "document_id"),
        Index(
            "uq_fund_waiver_standing", "organization_id", "year_id", unique=True, postgresql_where=text("withdrawn_on IS NULL")
        ),
        CheckConstraint("(votes_for IS NULL) = (votes_cast IS NULL)", name="votes"),
        CheckConstraint(
            "votes_cast > 0 AND votes_for <= votes_cast AND votes_for::bigint * 5 >= votes_cast::bigint * 4", name="four_fifths"
        ),
        CheckConstraint("(withdrawn_on IS NULL) = (withdrawn_reason IS NULL)", name="withdrawn"),
    )  # fmt: skip

    building_id: UUID
    year_id: UUID
    decided_on: date
    votes_for: int | None = None
    votes_cast: int | None = None
    words: str = ""
    document_id: UUID | None = None
    withdrawn_on: date | None = None
    withdrawn_reason: str | None = None
    source_id: UUID | None = None  # the key of what was sent; of this installation only
