"""Conversations with the assistant: each belongs to one person, who may delete and export it."""

from typing import Any
from uuid import UUID

from sqlalchemy import Column, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from koprogo_app.core.audit import SECRET
from koprogo_app.core.db import TenantEntity, tenant_key


class Conversation(TenantEntity, table=True):
    """`building_id` is no reference: a conversation stays when the building leaves."""

    __table_args__ = (tenant_key(), Index("ix_conversation_person", "organization_id", "user_id", "updated_at"))

    user_id: UUID
    building_id: UUID | None = None
    title: str = Field(default="", sa_column=Column(Text, nullable=False, info=SECRET))


class Turn(TenantEntity, table=True):
    """One question and its answer, as it was shown (rules.Answer as JSON)."""

    __table_args__ = (
        tenant_key(),
        ForeignKeyConstraint(
            ["organization_id", "conversation_id"], ["conversation.organization_id", "conversation.id"],
            deferrable=True, initially="IMMEDIATE", ondelete="CASCADE",
        ),
        UniqueConstraint("organization_id", "conversation_id", "number"),
        Index("ix_turn_person", "organization_id", "user_id", "created_at"),
        Index("ix_turn_band", "band", "created_at"),
    )  # fmt: skip

    conversation_id: UUID
    user_id: UUID
    number: int
    locale: str
    question: str = Field(sa_column=Column(Text, nullable=False, info=SECRET))
    band: str  # answer, unsure, refuse, data, file
    written_by: str = ""  # the model's name; empty when quoted
    answer: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False, info=SECRET))
    milliseconds: int = 0
    tokens: int = 0
    opinion: str = ""  # up, down
    opinion_reason: str = ""  # a key of rules.REASONS
    opinion_text: str = Field(default="", sa_column=Column(Text, nullable=False, default="", info=SECRET))
