"""Articles, the faces by which they are found, their vectors. Public law: no organisation, written by the system role only."""

from datetime import date
from typing import Any
from uuid import UUID

from pgvector.sqlalchemy import VECTOR
from sqlalchemy import Column, ForeignKey, Index, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlmodel import Field, SQLModel

from koprogo_app.core.audit import SECRET
from koprogo_app.core.db import Entity


class OfficialText(Entity, table=True):
    """A text that the platform's administrator added: an act, a decree, a circular. Its articles go with it."""

    title: str = Field(min_length=3, max_length=200)
    locale: str
    region: str = "BE"
    source: str = Field(default="", max_length=300)
    url: str = Field(default="", max_length=500)
    valid_from: date | None = None
    filename: str = ""
    pages: int | None = None


class Article(Entity, table=True):
    """One paragraph of law, step of a guide or question. `uid` is the same in all languages."""

    __table_args__ = (Index("ix_article_text", "text_id"),)

    uid: str = Field(unique=True)
    kind: str
    region: str = "BE"
    confidence: str = "HIGH"
    valid_from: date | None = None
    valid_to: date | None = None
    reviewed_on: date | None = None
    source: str = ""
    old: str = ""
    citation: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)
    caveat: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)
    url: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)
    see: list[str] = Field(default_factory=list, sa_type=JSONB)
    rests_on: list[str] = Field(default_factory=list, sa_type=JSONB)
    text_id: UUID | None = Field(
        default=None, sa_column=Column(Uuid, ForeignKey("official_text.id", ondelete="CASCADE"), nullable=True)
    )


class Face(Entity, table=True):
    """One text by which an article is found in one language: its body, or its heading with its keywords."""

    __table_args__ = (
        Index("ix_face_article", "article_id", "lang", "kind", unique=True),
        Index("ix_face_lang", "lang", "kind"),
        Index("ix_face_tsv", "tsv", postgresql_using="gin"),
    )

    article_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("article.id", ondelete="CASCADE"), nullable=False))
    kind: str  # "text" | "heading"
    lang: str
    title: str  # the heading alone
    content: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str  # of what is embedded
    tsv: Any = Field(default=None, sa_column=Column(TSVECTOR, info=SECRET))


class FaceVector(SQLModel, table=True):
    """VECTOR() without a dimension: a new model is filled beside the old one, then switched to."""

    __tablename__ = "face_vector"  # type: ignore[assignment]

    face_id: UUID = Field(
        sa_column=Column(Uuid, ForeignKey("face.id", ondelete="CASCADE"), primary_key=True, nullable=False)
    )
    embed_model: str = Field(primary_key=True)
    embedding: Any = Field(sa_column=Column(VECTOR(), nullable=False))


class KnowledgeState(SQLModel, table=True):
    """One row: which corpus is loaded, and with which models it is searched until others are filled."""

    __tablename__ = "knowledge_state"  # type: ignore[assignment]

    id: int = Field(default=1, primary_key=True)
    digest: str = ""
    models: list[str] = Field(default_factory=list, sa_type=JSONB)
