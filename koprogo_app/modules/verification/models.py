"""The verification of a year's accounts: who signed what, which entries were seen, the remarks and their answers."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, UniqueConstraint
from sqlmodel import Field

from koprogo_app.core.clock import now
from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref

from .rules import RemarkStatus, Status


class Verification(TenantEntity, table=True):
    """One of a year. `user_id`: whoever signed; people are also kept by name, which outlives their access."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("year_id", "fiscal_year"),
        UniqueConstraint("organization_id", "year_id"),
        Index("ix_verification_building", "organization_id", "building_id"),
        CheckConstraint("status IN ('open', 'signed')", name="status"),
        CheckConstraint("conclusion IN ('approved', 'approved_with_remarks', 'not_approved')", name="conclusion"),
        CheckConstraint(
            "(status = 'signed') = (conclusion IS NOT NULL AND signed_at IS NOT NULL AND signed_by IS NOT NULL)",
            name="signature",
        ),
    )

    building_id: UUID
    year_id: UUID
    opened_by: str
    opened_on: date
    status: str = Status.OPEN
    conclusion: str | None = None
    conclusion_words: str = ""
    signed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
    signed_by: str | None = None
    user_id: UUID | None = None
    withdrawn_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
    withdrawn_by: str | None = None
    withdrawal_reason: str | None = None


class VerificationTick(TenantEntity, table=True):
    """This entry was seen with its voucher."""

    __table_args__ = (
        tenant_ref("building_id", "building"),
        tenant_ref("verification_id", "verification"),
        tenant_ref("entry_id", "journal_entry"),
        UniqueConstraint("organization_id", "verification_id", "entry_id"),
        Index("ix_verification_tick_building", "organization_id", "building_id"),
        Index("ix_verification_tick_entry", "organization_id", "entry_id"),
    )

    building_id: UUID
    verification_id: UUID
    entry_id: UUID
    ticked_by: str
    user_id: UUID | None = None
    ticked_at: datetime = Field(default_factory=now, sa_type=DateTime(timezone=True))  # type: ignore[call-overload]


class VerificationRemark(TenantEntity, table=True):
    """A remark on an entry, or without one on the accounts as a whole."""

    __table_args__ = (
        tenant_ref("building_id", "building"),
        tenant_ref("verification_id", "verification"),
        tenant_ref("entry_id", "journal_entry"),
        Index("ix_verification_remark_building", "organization_id", "building_id", "status"),
        Index("ix_verification_remark_verification", "organization_id", "verification_id", "entry_id"),
        Index("ix_verification_remark_entry", "organization_id", "entry_id"),
        CheckConstraint("status IN ('open', 'answered', 'closed')", name="status"),
        CheckConstraint("(closed_at IS NOT NULL) = (status = 'closed')", name="closing"),
    )

    building_id: UUID
    verification_id: UUID
    entry_id: UUID | None = None
    text: str
    written_by: str
    status: str = RemarkStatus.OPEN
    answer: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
    closed_by: str | None = None
    closed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
