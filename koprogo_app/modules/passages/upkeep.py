"""The reading of papers, step by step, for the job. Nobody acts here: passages are derived from files, the trail is silent.

A reading is taken (`reading`), tells how far it is, is kept whole in one transaction, gets its vectors, and is `ready`. Only what
is ready is quoted. One that was taken and has not been heard of for LEASE was lost in a crash: it is taken again from the
start, and what it had kept goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, insert, or_, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session, col, select

from koprogo_app.core import clock, storage
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.i18n import DEFAULT
from koprogo_app.core.ids import uuid7
from koprogo_app.core.service import requires
from koprogo_app.modules.documents.models import Document
from koprogo_app.modules.documents.models import DocumentVersion as Version
from koprogo_app.modules.knowledge import embedders, language

from .models import PaperReading, Passage, PassageVector
from .rules import REASONS, Piece, Reason, State

LEASE = timedelta(minutes=10)  # without a word from the job; a page takes at most a minute and a half
BATCH = 32  # passages whose vectors are computed and kept at once: some three seconds
_TSV = text(
    "UPDATE passage SET tsv = to_tsvector('simple', f_unaccent(clause || ' ' || content)) WHERE reading_id = :reading"
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A reading that this job has taken on."""

    id: UUID
    version: int
    key: str  # of the file
    mime: str


@requires(Permission.PLATFORM_ADMIN)
def take(s: Session, actor: Actor) -> Taken | None:
    """The oldest reading that waits, was lost, or is of another version than the current one; None when there is none."""
    state, changed = col(PaperReading.state), col(PaperReading.updated_at)
    lost = and_(state == State.READING, changed < clock.now() - LEASE)
    outdated = and_(state.in_((State.READY, State.FAILED)), col(PaperReading.version) != Document.version)
    current = and_(col(Version.document_id) == Document.id, col(Version.number) == Document.version)
    columns: tuple[Any, ...] = (PaperReading.id, Version.number, Version.building_id, Version.sha256, Version.mime)
    due = (
        select(*columns)
        .join(Document, col(Document.id) == PaperReading.document_id)
        .join(Version, current)
        .where(or_(state == State.WAITING, lost, outdated))
        .order_by(col(PaperReading.id))
    )
    row = s.execute(due.limit(1).with_for_update(of=PaperReading, skip_locked=True)).first()
    if row is None:
        return None
    s.execute(delete(Passage).where(col(Passage.reading_id) == row.id))
    begun = {"state": State.READING, "version": row.number, "reason": "", "pages": 0, "pages_read": 0, "passages": 0}
    s.execute(update(PaperReading).where(col(PaperReading.id) == row.id).values(begun))
    return Taken(row.id, row.number, storage.key_of(row.building_id, row.sha256), row.mime)


@requires(Permission.PLATFORM_ADMIN)
def report(s: Session, actor: Actor, taken: Taken, pages_read: int, pages: int) -> bool:
    """Says how far a reading is; False when it is not this job's any more: it was withdrawn, or asked for anew."""
    return _put(s, taken, pages_read=pages_read, pages=pages)


@requires(Permission.PLATFORM_ADMIN)
def fail(s: Session, actor: Actor, taken: Taken, reason: Reason) -> bool:
    """Ends a reading with the reason why the paper cannot be quoted."""
    return _put(s, taken, state=State.FAILED, reason=REASONS[reason])


@requires(Permission.PLATFORM_ADMIN)
def finish(s: Session, actor: Actor, taken: Taken) -> bool:
    """From now on the paper is quoted."""
    return _put(s, taken, state=State.READY)


def _put(s: Session, taken: Taken, **values: object) -> bool:
    mine = (
        col(PaperReading.id) == taken.id,
        PaperReading.state == State.READING,
        PaperReading.version == taken.version,
    )
    return s.execute(update(PaperReading).where(*mine).values(**values)).rowcount > 0  # type: ignore[attr-defined]


@requires(Permission.PLATFORM_ADMIN)
def keep(s: Session, actor: Actor, taken: Taken, pieces: Sequence[Piece]) -> bool:
    """Writes the passages of a reading, all or none; False when it is not this job's any more."""
    if not _put(s, taken, passages=len(pieces)):  # the row is ours until the end of the transaction
        return False
    reading = s.exec(select(PaperReading).where(PaperReading.id == taken.id)).one()
    spoken = language.detect(" ".join(piece.text for piece in pieces)[:20_000], DEFAULT)
    s.execute(delete(Passage).where(col(Passage.reading_id) == taken.id))
    rows = [
        {
            "id": uuid7(), "organization_id": reading.organization_id, "building_id": reading.building_id,
            "reading_id": reading.id, "number": number, "page": piece.page, "clause": piece.clause,
            "lang": language.detect(piece.text, spoken), "content": piece.text,
        }
        for number, piece in enumerate(pieces, 1)
    ]  # fmt: skip
    s.execute(insert(Passage), rows)
    s.execute(_TSV, {"reading": reading.id})
    return True


# --- Vectors ---


@dataclass(frozen=True, slots=True)
class Unfiled:
    """A passage that lacks the vector of a model, and the text of which it is made."""

    id: UUID
    text: str


@requires(Permission.PLATFORM_ADMIN)
def unfiled(s: Session, actor: Actor, model: str, taken: Taken | None) -> list[Unfiled]:
    """The next passages without a vector of this model: those of one reading, or of all that are ready."""
    has = select(PassageVector.id).where(PassageVector.passage_id == Passage.id, PassageVector.embed_model == model)
    wanted = (
        select(Passage.id, Document.title, Passage.clause, Passage.content)
        .join(PaperReading, col(PaperReading.id) == Passage.reading_id)
        .join(Document, col(Document.id) == PaperReading.document_id)
    )
    which = col(PaperReading.id) == taken.id if taken else col(PaperReading.state) == State.READY
    rows = s.exec(wanted.where(which, ~has.exists()).order_by(col(Passage.id)).limit(BATCH))
    return [
        Unfiled(key, f"{', '.join(filter(None, (title, clause)))}. {content}") for key, title, clause, content in rows
    ]


@requires(Permission.PLATFORM_ADMIN)
def file_vectors(
    s: Session, actor: Actor, model: str, passages: Sequence[Unfiled], vectors: embedders.Vector, taken: Taken | None
) -> None:
    """Keeps the vectors of these passages; those of a passage that is gone meanwhile are dropped."""
    if taken:
        _put(s, taken, state=State.READING)  # a sign of life
    made = {passage.id: vector for passage, vector in zip(passages, vectors, strict=True)}
    still = select(Passage.id, Passage.organization_id, Passage.building_id).where(col(Passage.id).in_(made))
    rows = [
        {
            "id": uuid7(), "organization_id": organization_id, "building_id": building_id, "passage_id": key,
            "embed_model": model, "embedding": made[key],
        }
        for key, organization_id, building_id in s.exec(still.with_for_update(read=True, key_share=True)).all()
    ]  # fmt: skip
    if rows:
        s.execute(upsert(PassageVector).on_conflict_do_nothing(), rows)
