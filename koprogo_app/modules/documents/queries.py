"""What is asked of the vault's tables: who sees which paper, what a search finds, and where in the text."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Text, and_, case, false, literal_column, or_
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from koprogo_app.core.actor import Actor
from koprogo_app.core.listing import Listed, contains, unaccented
from koprogo_app.modules.buildings.models import Building

from . import rules
from .models import Document
from .models import DocumentVersion as Version
from .rules import Piece

Wanted: TypeAlias = SelectOfScalar[Any]
COLUMNS: tuple[Any, ...] = (
    Document.id, Document.organization_id, Document.building_id, Document.category, Document.title,
    Document.description, Document.visibility, Document.retention, Document.dated_on, Document.owner_id,
    Document.uploaded_by, Document.version, Document.created_at, Document.updated_at, Version.filename, Version.mime,
    Version.size, Version.text_state, Version.pages, col(Building.name).label("building"), Building.fiscal_month,
    Building.fiscal_day,
)  # fmt: skip
VERSION_COLUMNS: tuple[Any, ...] = (  # never the text, which may be long
    Version.id, Version.document_id, Version.building_id, Version.number, Version.filename, Version.mime, Version.size,
    Version.sha256, Version.uploaded_by, Version.text_state, Version.pages, Version.created_at,
)  # fmt: skip
SORTABLE: Mapping[str, Any] = {
    "created_at": col(Document.created_at),
    "updated_at": col(Document.updated_at),
    "title": unaccented(Document.title),
    "category": col(Document.category),
    "document_type": col(Document.category),
    "visibility": col(Document.visibility),
    "dated_on": func.coalesce(Document.dated_on, sql_cast(col(Document.created_at), Date)),
    "building": unaccented(Building.name),
    "size": col(Version.size),
    "file_size": col(Version.size),
}
_SIMPLE = literal_column("'simple'::regconfig")  # as the column is computed


@dataclass(frozen=True, slots=True)
class Found(Listed):
    """One page of COLUMNS; of a search, the passage where each paper's text holds the words."""

    passages: Mapping[UUID, Sequence[Piece]]


def visible(actor: Actor, *columns: Any) -> Wanted:
    """Every read starts here: papers of the organisation (row-level security) that a role may know of.

    Outside the office: of the role's buildings, at its level or wider, and those for this one person.
    """
    rows = cast(Wanted, select(*(columns or (Document,))))
    if actor.building_ids is not None:
        rows = rows.where(col(Document.building_id).in_(actor.building_ids))
    if rules.is_office(actor.role):
        return rows
    if actor.building_ids is None:  # never from a session: such a role belongs to buildings
        return rows.where(false())
    shared = and_(col(Document.owner_id).is_(None), col(Document.visibility).in_(rules.levels_of(actor.role)))
    own = col(Document.owner_id) == actor.owner_id if actor.owner_id else false()
    return rows.where(or_(shared, own))


def current(actor: Actor, *columns: Any) -> Wanted:
    """Visible papers with their current version and their building; COLUMNS unless others are named."""
    same = and_(col(Version.document_id) == Document.id, col(Version.number) == Document.version)
    rows = visible(actor, *(columns or COLUMNS))
    return rows.join(Version, same).join(Building, col(Building.id) == Document.building_id)


def versions(document_id: UUID) -> Wanted:
    """VERSION_COLUMNS of a paper's versions, once the paper itself was found visible."""
    return cast(Wanted, select(*VERSION_COLUMNS)).where(col(Version.document_id) == document_id)


def holding(building_id: UUID, sha256: str) -> Wanted:
    """Papers of a building that hold a content: id, title, entry, current version, and the version that holds it."""
    wanted: tuple[Any, ...] = (Document.id, Document.title, Document.created_at, Document.version, Version.number)
    same = and_(col(Version.document_id) == Document.id, col(Version.sha256) == sha256)
    rows = cast(Wanted, select(*wanted)).join(Version, same).where(col(Document.building_id) == building_id)
    return rows.order_by(col(Document.created_at), col(Version.number))


def matching(asked: str) -> tuple[ColumnElement[bool], ColumnElement[Any]]:
    """Papers that hold every word in title, description, file name or text, and their order: by title, then by text."""
    named = Document.title + " " + func.coalesce(Document.description, "") + " " + Version.filename
    words = asked.split()[:6]
    held = [
        or_(contains(named, word), col(Version.tsv).op("@@", is_comparison=True)(_beginning(word))) for word in words
    ]
    rank = func.coalesce(func.ts_rank(Version.tsv, _beginning(" ".join(words))), 0.0)
    return and_(*held), -(case((contains(named, asked), 1.0), else_=0.0) + rank)


def _beginning(words: str) -> ColumnElement[Any]:
    """Words of a text that begin so; null when there is no letter in them.

    PostgreSQL cuts what is looked for as it cut the text (2026/0123, name@example.be).
    """
    parsed = sql_cast(func.plainto_tsquery(_SIMPLE, func.f_unaccent(words)), Text)
    return sql_cast(func.nullif(func.replace(parsed, "' & '", "':* & '"), "") + ":*", TSQUERY)


def passages(s: Session, actor: Actor, ids: Collection[UUID], words: Sequence[str]) -> dict[UUID, Sequence[Piece]]:
    """The passage of each paper where its text first holds one of the words. Only a window of the text is read."""
    if not ids or not words:
        return {}
    folded = func.lower(func.f_unaccent(func.left(Version.text, 500_000)))
    at = func.regexp_instr(folded, rf"\m({'|'.join(words)})")
    window = func.substring(Version.text, func.greatest(at - 400, 1), 1200)
    rows = s.exec(current(actor, Document.id, window).where(col(Document.id).in_(ids), at > 0))
    return {document_id: found for document_id, text in rows if (found := rules.passage(text, words))}
