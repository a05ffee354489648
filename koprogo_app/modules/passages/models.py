"""A building's own papers as the assistant reads them: which ones, and their passages with page and clause."""

from typing import Any
from uuid import UUID

from pgvector.sqlalchemy import VECTOR
from sqlalchemy import Column, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import Field

from koprogo_app.core.audit import SECRET
from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref


def _goes_with(column: str, table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["organization_id", column], [f"{table}.organization_id", f"{table}.id"],
        deferrable=True, initially="IMMEDIATE", ondelete="CASCADE",
    )  # fmt: skip


class PaperReading(TenantEntity, table=True):
    """A document that the office lets the assistant quote, and how far its reading is."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        _goes_with("document_id", "document"),
        UniqueConstraint("organization_id", "document_id"),
        Index("ix_paper_reading_building", "organization_id", "building_id"),
        Index("ix_paper_reading_waiting", "state", postgresql_where=text("state IN ('waiting', 'reading')")),
    )

    building_id: UUID
    document_id: UUID
    version: int  # of the document; another one is read anew
    state: str = "waiting"  # waiting, reading, ready, failed
    reason: str = ""  # msgid: why it failed
    pages: int = 0
    pages_read: int = 0
    passages: int = 0
    added_by: UUID | None = None


class Passage(TenantEntity, table=True):
    """A piece of a paper: at most some 200 words of one page, under one clause."""

    __table_args__ = (
        tenant_key(),
        _goes_with("reading_id", "paper_reading"),
        tenant_ref("building_id", "building"),
        Index("ix_passage_reading", "organization_id", "reading_id", "number"),
        Index("ix_passage_building", "organization_id", "building_id"),
        Index("ix_passage_tsv", "tsv", postgresql_using="gin"),
    )

    building_id: UUID
    reading_id: UUID
    number: int
    page: int | None = None
    clause: str = ""  # "Art. 12", as the paper numbers it
    lang: str = ""
    content: str = Field(sa_column=Column(Text, nullable=False, info=SECRET))
    tsv: Any = Field(default=None, sa_column=Column(TSVECTOR, info=SECRET))


class PassageVector(TenantEntity, table=True):
    __table_args__ = (
        _goes_with("passage_id", "passage"),
        tenant_ref("building_id", "building"),
        UniqueConstraint("organization_id", "passage_id", "embed_model"),
        Index("ix_passage_vector_building", "organization_id", "building_id"),
    )

    building_id: UUID
    passage_id: UUID
    embed_model: str
    embedding: Any = Field(sa_column=Column(VECTOR(), nullable=False, info=SECRET))
