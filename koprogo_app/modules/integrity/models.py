"""The last run of the checks of a building, and what was accepted of its findings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from koprogo_app.core.audit import SECRET
from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref


class AcceptIn(SQLModel):
    """`fingerprint`: of the finding, as the last run shows it."""

    fingerprint: str = Field(min_length=64, max_length=64)
    reason: str = Field(default="", max_length=2000)


class IntegrityRun(TenantEntity, table=True):
    """One of a building: the next run takes its place. `errors`, `warnings`: those that nobody accepted. `findings`: see
    rules.stored(). `cut`: the kinds of which there are more than are kept."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        UniqueConstraint("organization_id", "building_id"),
        CheckConstraint("errors >= 0 AND warnings >= 0", name="counts"),
    )

    building_id: UUID
    ran_at: datetime = Field(sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
    ran_by: str = ""  # nobody: at night
    errors: int = 0
    warnings: int = 0
    findings: list[dict[str, Any]] = Field(
        default_factory=list[dict[str, Any]], sa_column=Column(JSONB, nullable=False, info=SECRET)
    )
    cut: list[str] = Field(default_factory=list[str], sa_column=Column(JSONB, nullable=False, info=SECRET))


class IntegrityAcceptance(TenantEntity, table=True):
    """A finding that may stay, with these figures: who said so (the name stays when the person is gone), and why."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        UniqueConstraint("organization_id", "building_id", "fingerprint"),
    )

    building_id: UUID
    kind: str
    fingerprint: str = Field(sa_column_kwargs={"info": SECRET})
    reason: str
    done_by: str = ""
    user_id: UUID | None = None
