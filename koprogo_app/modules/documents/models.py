"""The vault: documents of a building, their versions and their text. Files themselves are in core.storage."""

# pyright: reportIncompatibleVariableOverride=false
# (a table keeps a choice of a list as text: what is not in the list any more must still be readable)

from datetime import date
from uuid import UUID

from sqlalchemy import Column, Computed, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import BigInteger, Field, SQLModel

from koprogo_app.core.audit import SECRET
from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref

from .rules import Category, Retention, TextState, Visibility


class DocumentEdit(SQLModel):
    """What the office says of a paper."""

    category: Category = Category.OTHER
    title: str = Field(min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=2000)
    visibility: Visibility = Visibility.OFFICE
    retention: Retention | None = None  # none: what its category asks for
    dated_on: date | None = None  # the paper's own date
    owner_id: UUID | None = None  # a paper for one person: only the office and that person see it


class DocumentIn(DocumentEdit):
    building_id: UUID


class Document(DocumentIn, TenantEntity, table=True):
    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("owner_id", "owner"),
        Index("ix_document_building", "organization_id", "building_id", "category", "created_at"),
        Index("ix_document_list", "organization_id", "created_at"),
        Index("ix_document_owner", "organization_id", "owner_id"),
    )

    category: str = Category.OTHER
    visibility: str = Visibility.OFFICE
    retention: str = Retention.SEVEN_YEARS
    uploaded_by: UUID | None = None
    version: int = 1  # the current one


class DocumentVersion(TenantEntity, table=True):
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "document_id"], ["document.organization_id", "document.id"],
            deferrable=True, initially="IMMEDIATE", ondelete="CASCADE",
        ),
        UniqueConstraint("organization_id", "document_id", "number"),
        Index("ix_document_version_building", "organization_id", "building_id"),
        Index("ix_document_version_text", "tsv", postgresql_using="gin"),
        Index("ix_document_version_waiting", "text_state", postgresql_where=text("text_state = 'waiting'")),
    )  # fmt: skip

    building_id: UUID
    document_id: UUID
    number: int
    filename: str
    mime: str
    size: int = Field(sa_type=BigInteger)
    sha256: str
    uploaded_by: UUID | None = None
    pages: int | None = None
    text_state: str = TextState.WAITING
    text: str = Field(default="", sa_column=Column(Text, nullable=False, info=SECRET))
    # 'simple' folds accents and case alike in the four languages; papers of one building mix them
    tsv: str | None = Field(
        default=None,
        sa_column=Column(
            TSVECTOR, Computed("to_tsvector('simple', f_unaccent(left(text, 500000)))", persisted=True), info=SECRET
        ),
    )
