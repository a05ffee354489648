"""Letters to many co-owners at once: the run, and one letter for each of them. Files themselves are in core.storage."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from koprogo_app.core.audit import SECRET
from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref

from .rules import Status


class LetterRun(TenantEntity, table=True):
    """What is sent to many: `kind` names who composes it, `source_id` what it is about. `round`: 1, as nothing is sent anew."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        UniqueConstraint("organization_id", "kind", "source_id", "round"),
        Index("ix_letter_run_building", "organization_id", "building_id", "created_at"),
        CheckConstraint("round > 0", name="round"),
    )

    building_id: UUID
    kind: str
    source_id: UUID
    round: int = 1
    title: str
    dated_on: date  # what every letter says, on whichever day it is made
    total: int


class Letter(TenantEntity, table=True):
    """One letter. `locale`, `country`, `postal_code` and `recipient` are those it was made with; `sheet` is what it says."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("run_id", "letter_run"),
        tenant_ref("owner_id", "owner"),
        UniqueConstraint("organization_id", "run_id", "position"),
        Index("ix_letter_building", "organization_id", "building_id"),
        Index("ix_letter_owner", "organization_id", "owner_id"),
        Index("ix_letter_waiting", "run_id", "position", postgresql_where=text("status = 'waiting'")),
        CheckConstraint("channel IN ('email', 'post')", name="channel"),
        CheckConstraint("status IN ('waiting', 'made', 'sent', 'failed')", name="status"),
        CheckConstraint("(status IN ('made', 'sent')) = (made_at IS NOT NULL)", name="made_at"),
        CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sent_at"),
        CheckConstraint("(status = 'failed') = (error IS NOT NULL)", name="error"),
    )

    building_id: UUID
    run_id: UUID
    owner_id: UUID
    position: int
    channel: str
    status: str = Status.WAITING
    locale: str
    recipient: str
    country: str
    postal_code: str
    size: int | None = None
    sha256: str | None = None
    pages: int | None = None
    error: str | None = None
    error_params: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True), info=SECRET))
    mail_id: UUID | None = None  # in the outbox of the office that sent it, where it stays when the building moves
    sheet: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True), info=SECRET))
    made_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
    sent_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
