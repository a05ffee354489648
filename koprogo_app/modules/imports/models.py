"""Runs of the import wizard: the file as read, the choices made, and what the commit wrote (so that it can be undone)."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from koprogo_app.core.audit import SECRET
from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref


class RunStatus(StrEnum):
    DRAFT = "draft"
    COMMITTED = "committed"
    UNDONE = "undone"


class ImportRun(TenantEntity, table=True):
    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        Index("ix_import_run_list", "organization_id", "created_at"),
        Index("ix_import_run_building", "organization_id", "building_id"),
    )

    building_id: UUID | None = None  # none until the commit makes the building
    user_id: UUID | None = None
    filename: str
    status: str = RunStatus.DRAFT
    book: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False, info=SECRET))  # the sheets, as text
    choices: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False, info=SECRET))  # mapping, fixes, decisions
    report: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False, info=SECRET))  # what was written
    committed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
    undone_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
