"""Loading the knowledge base into the database, and reading it: articles are public, loading is the platform's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import delete, insert, text, update
from sqlmodel import Session, col, func, select

from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import LOCALES
from koprogo_app.core.ids import uuid7
from koprogo_app.core.service import requires

from . import embedders, files, rules, vectors
from .models import Article, Face, FaceVector, KnowledgeState
from .rules import Entry

CONFIG = {"fr": "french", "nl": "dutch", "de": "german", "en": "english"}
BATCH = 64  # faces whose vectors are computed and kept at once
_TSV = text(
    "UPDATE face SET tsv = to_tsvector(CAST(:config AS regconfig), f_unaccent(content)) WHERE lang = :lang AND tsv IS NULL"
)

# An endpoint's vectors are not shipped: those of a text that did not change are paid for once.
_KEEP = text(
    "CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT DISTINCT ON (f.sha256, v.embed_model) f.sha256, v.embed_model, v.embedding "
    "FROM face f JOIN face_vector v ON v.face_id = f.id"
)
_TAKE_BACK = text(
    "INSERT INTO face_vector (face_id, embed_model, embedding) SELECT f.id, k.embed_model, k.embedding "
    "FROM kept k JOIN face f ON f.sha256 = k.sha256 ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """An article as a reader sees it, in one language."""

    uid: str
    kind: str
    lang: str  # of the text: the reader's when there is one
    citation: str
    title: str
    text: str
    caveat: str
    region: str
    confidence: str
    source: str
    old: str
    url: str
    valid_from: Any
    reviewed_on: Any
    see: Sequence[str]
    rests_on: Sequence[str]


# --- Loading ---


def replace_entries(s: Session) -> int:
    """Replaces the shipped entries by those of the files, with their shipped vectors; returns how many. Raises Malformed.

    Texts that the administrator added stay. What has no vector yet is left to fill(); until then it is found by its words.
    """
    entries = files.entries()
    s.execute(_KEEP)
    s.execute(delete(Article).where(col(Article.text_id).is_(None)))
    add(s, entries)
    s.execute(_TAKE_BACK)
    settle(s)
    return len(entries)


def add(s: Session, entries: Sequence[Entry], **of_article: Any) -> None:
    """Writes entries with their faces and the vectors that are known beforehand."""
    articles, faces, embedded = [], [], {}
    for entry in entries:
        article_id = uuid7()
        cited = {locale: entry.cited(locale) for locale in entry.texts}
        articles.append(
            {
                "id": article_id, "uid": entry.uid, "kind": entry.kind, "region": entry.region, "source": entry.source,
                "confidence": entry.confidence, "valid_from": entry.valid_from, "valid_to": entry.valid_to,
                "reviewed_on": entry.reviewed_on, "old": entry.old, "citation": cited, "caveat": entry.caveat,
                "url": entry.url, "see": list(entry.see), "rests_on": list(entry.rests_on),
            } | of_article
        )  # fmt: skip
        for locale in entry.texts:
            for kind, content in zip(("heading", "text"), rules.embedded(entry, locale), strict=True):
                face_id = uuid7()
                embedded[face_id] = content
                faces.append(
                    {
                        "id": face_id, "article_id": article_id, "kind": kind, "lang": locale,
                        "sha256": embedders.key("", content), "title": entry.headings[locale],
                        "content": content if kind == "heading" else entry.texts[locale],
                    }
                )  # fmt: skip
    if not articles:
        return
    s.execute(insert(Article), articles)
    s.execute(insert(Face), faces)
    for locale in LOCALES:
        s.execute(_TSV, {"config": CONFIG[locale], "lang": locale})
    for model in embedders.wanted():
        known = vectors.shipped(model)
        rows = [
            {"face_id": face_id, "embed_model": model, "embedding": known[key]}
            for face_id, content in embedded.items()
            if (key := embedders.key(model, content)) in known
        ]
        if rows:
            s.execute(insert(FaceVector), rows)


def settle(s: Session) -> None:
    """Searches from now on with the wanted models whose vectors are all there: one switch, in this transaction.

    While none of them is whole, the models of before stay as far as they are.
    """
    before = s.exec(select(KnowledgeState.models)).one()
    whole = [model for model in embedders.wanted() if not missing(s, model)]
    s.execute(update(KnowledgeState).values(models=whole or [model for model in before if not missing(s, model)]))


def missing(s: Session, model: str) -> int:
    """How many faces have no vector of a model."""
    return s.exec(select(func.count()).select_from(Face).where(_without(model))).one()


def _without(model: str) -> Any:
    """True of a face that has no vector of a model."""
    return ~select(FaceVector.face_id).where(FaceVector.face_id == Face.id, FaceVector.embed_model == model).exists()


def fill(s: Session) -> int:
    """Computes the next batch of missing vectors of the wanted models; returns how many, 0 when all are there."""
    for model in embedders.wanted():
        columns: tuple[Any, ...] = (Face.id, Face.kind, Face.lang, Face.title, Face.content, Article.citation)
        wanted = cast(Any, select(*columns)).join(Article, col(Article.id) == Face.article_id)
        rows = s.exec(wanted.where(_without(model)).order_by(col(Face.id)).limit(BATCH)).all()
        if rows:
            made = embedders.model(model).passages([_embedded(row) for row in rows])
            values = [
                {"face_id": row.id, "embed_model": model, "embedding": vector}
                for row, vector in zip(rows, made, strict=True)
            ]
            s.execute(insert(FaceVector), values)
            return len(rows)
    settle(s)
    return 0


def _embedded(row: Any) -> str:
    """One of the two texts of rules.embedded, of a row."""
    return (
        row.content if row.kind == "heading" else rules.placed(row.citation.get(row.lang, ""), row.title, row.content)
    )


# --- Reading ---


@requires(Permission.PROFILE)
def get_article(s: Session, actor: Actor, uid: str, locale: str) -> Shown:
    """An article by its uid, or the first one below it, in the reader's language if it has it. NotFound."""
    found = _shown(s, [uid], locale)
    if not found:
        below = s.exec(
            select(Article.uid).where(col(Article.uid).startswith(f"{uid}.", autoescape=True)).order_by(Article.uid)
        )
        found = _shown(s, below.all()[:1], locale)
    if not found:
        raise NotFound("This article does not exist.")
    return next(iter(found.values()))


@requires(Permission.PROFILE)
def get_articles(s: Session, actor: Actor, uids: Sequence[str], locale: str) -> Mapping[str, Shown]:
    """Articles by uid; what is not there is left out."""
    return _shown(s, uids, locale)


def _shown(s: Session, uids: Sequence[str], locale: str) -> dict[str, Shown]:
    rows = s.exec(
        select(Article, Face)
        .join(Face, col(Face.article_id) == Article.id)
        .where(col(Article.uid).in_(uids), Face.kind == "text")
        .order_by(col(Face.lang) == locale)
    )
    return {article.uid: shown(article, face) for article, face in rows}  # the reader's language comes last and stays


def shown(article: Article, face: Face) -> Shown:
    """An article with one of its texts."""
    return Shown(
        uid=article.uid, kind=article.kind, lang=face.lang, citation=article.citation.get(face.lang, ""), title=face.title,
        text=face.content, caveat=article.caveat.get(face.lang, ""), region=article.region, confidence=article.confidence,
        source=article.source, old=article.old, url=article.url.get(face.lang) or article.url.get("fr", ""),
        valid_from=article.valid_from, reviewed_on=article.reviewed_on, see=article.see, rests_on=article.rests_on,
    )  # fmt: skip
