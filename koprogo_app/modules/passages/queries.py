"""What is asked of the tables of readings and passages: always by way of the papers that the reader may see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Select, Text, and_, case, func, literal, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlmodel import col

from koprogo_app.core.actor import Actor
from koprogo_app.core.listing import unaccented
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.documents.models import Document
from koprogo_app.modules.documents.models import DocumentVersion as Version
from koprogo_app.modules.documents.queries import current
from koprogo_app.modules.knowledge.embedders import Vector

from .models import PaperReading, Passage, PassageVector
from .relevance import QUOTA, Measure
from .rules import State

_SIMPLE = literal_column("'simple'::regconfig")  # as the column is computed: papers of one building mix languages
_OUTDATED = and_(
    col(PaperReading.state).in_((State.READY, State.FAILED)), col(PaperReading.version) != Document.version
)
_STATE = case((col(PaperReading.id).is_(None), ""), (_OUTDATED, State.WAITING), else_=col(PaperReading.state))
_FILED = (  # vectors made so far; asked of what is being read only
    select(func.count())
    .select_from(PassageVector)
    .join(Passage, col(Passage.id) == PassageVector.passage_id)
    .where(col(Passage.reading_id) == PaperReading.id, col(PaperReading.state) == State.READING)
    .correlate(PaperReading)
    .scalar_subquery()
)
COLUMNS: tuple[Any, ...] = (
    Document.id, Document.organization_id, Document.building_id, Document.title, Document.category, Document.visibility,
    Document.owner_id, Document.version, Version.mime, _STATE.label("state"), PaperReading.reason, PaperReading.pages,
    PaperReading.pages_read, PaperReading.passages, _FILED.label("filed"), col(PaperReading.created_at).label("added_at"),
)  # fmt: skip
SORTABLE: Mapping[str, Any] = {
    "title": unaccented(Document.title),
    "category": col(Document.category),
    "state": _STATE,
    "added_at": col(PaperReading.created_at),
    "given": func.concat(case((col(PaperReading.id).is_(None), "1"), else_="0"), unaccented(Document.title)),
}


def papers(actor: Actor, *wanted: ColumnElement[bool]) -> Any:
    """COLUMNS of papers that the reader may see, with their reading if there is one."""
    rows = current(actor, *COLUMNS).outerjoin(PaperReading, col(PaperReading.document_id) == Document.id)
    return rows.where(*wanted)


# --- Search ---


@dataclass(frozen=True, slots=True)
class Sought:
    """A question: the language it is in, how its words begin, its vector by each model."""

    lang: str
    words: Sequence[str]
    vectors: Mapping[str, Vector]


def nearest(actor: Actor, sought: Sought, measure: Measure, buildings: Collection[UUID] | None) -> Select[Any]:
    """The passages that answer a question, best first; one statement over those of readable papers alone.

    Each step is kept once: PostgreSQL takes the passages of a query for a handful and would otherwise count the words of all
    of them again for each.
    """
    pieces = _pieces(actor, buildings)
    abroad = case((pieces.c.lang != sought.lang, measure.abroad), else_=0.0)
    score: ColumnElement[float] = measure.words * _share(pieces, sought.words) + abroad
    found = select(pieces)
    for model, vector in sought.vectors.items():
        weight, centre = measure.near[model]
        filed = aliased(PassageVector)
        mine = and_(col(filed.passage_id) == pieces.c.passage_id, col(filed.embed_model) == model)
        found = found.outerjoin(filed, mine)
        score = score + weight * (func.coalesce(1 - filed.embedding.cosine_distance(vector), centre) - centre)
    scored = _once(found.add_columns(score.label("score")), "scored")
    best = select(*(column for column in scored.c if column.key != "tsv")).where(scored.c.score >= measure.least)
    return best.order_by(scored.c.score.desc(), scored.c.passage_id).limit(QUOTA)


def _once(wanted: Any, name: str) -> CTE:
    return wanted.cte(name).prefix_with("MATERIALIZED")


def _pieces(actor: Actor, buildings: Collection[UUID] | None) -> CTE:
    """The passages of the current versions of the papers that the reader may see."""
    ready = and_(
        col(PaperReading.document_id) == Document.id, col(PaperReading.version) == Document.version,
        col(PaperReading.state) == State.READY,
    )  # fmt: skip
    wanted: tuple[Any, ...] = (
        col(Passage.id).label("passage_id"), Passage.page, Passage.clause, Passage.lang, Passage.content, Passage.tsv,
        col(Document.id).label("document_id"), Document.title, Document.category, Document.visibility, Document.owner_id,
        col(Building.id).label("building_id"), col(Building.name).label("building"),
    )  # fmt: skip
    rows = current(actor, *wanted).join(PaperReading, ready).join(Passage, col(Passage.reading_id) == PaperReading.id)
    if buildings is not None:
        rows = rows.where(col(Document.building_id).in_(buildings))
    return _once(rows, "pieces")


def _share(pieces: CTE, words: Sequence[str]) -> ColumnElement[float]:
    """The part of the question's words that a passage holds, 0 to 1: a word that few passages hold weighs more (BM25's idf)."""
    beginnings = select(func.unnest(literal(list(words), ARRAY(Text))).label("word")).cte("beginnings")
    query = func.to_tsquery(_SIMPLE, beginnings.c.word + ":*").label("query")
    asked = _once(select(beginnings.c.word, query), "asked")
    total = select(func.count()).select_from(pieces).scalar_subquery()
    held = func.count(pieces.c.passage_id)
    weight = func.ln(1 + (total - held + 0.5) / (held + 0.5)).label("weight")
    holding = asked.outerjoin(pieces, _matches(pieces, asked.c.query))
    weights = _once(select(asked.c.query, weight).select_from(holding).group_by(asked.c.word, asked.c.query), "weights")
    mine = func.sum(weights.c.weight).filter(_matches(pieces, weights.c.query))
    part = select(mine / func.sum(weights.c.weight)).correlate(pieces).scalar_subquery()
    return func.coalesce(part, 0.0)


def _matches(pieces: CTE, query: ColumnElement[Any]) -> ColumnElement[bool]:
    return pieces.c.tsv.op("@@", is_comparison=True)(query)
