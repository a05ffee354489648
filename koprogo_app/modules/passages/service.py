"""What one can do with the papers that the assistant may quote: let it, stop it, see how far it is, and search them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from koprogo_app.core import jobs
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Invalid, NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.core.listing import Asked, Listed, contains, page_of
from koprogo_app.core.service import after_commit, requires
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.documents import files
from koprogo_app.modules.documents.models import Document
from koprogo_app.modules.documents.queries import visible
from koprogo_app.modules.documents.rules import CATEGORIES
from koprogo_app.modules.knowledge import embedders, language, retrieval

from . import queries, relevance
from .models import PaperReading
from .rules import State

READABLE = files.READABLE  # types of files that can be quoted: PDF and text


@dataclass(frozen=True, slots=True)
class Quoted:
    """A passage that answers a question. It is a paper's text: whoever shows it escapes it, no model obeys it.

    `visibility`: the level of the paper, or "person" for one that only this reader and the office see. `score` orders.
    """

    document_id: UUID
    title: str
    category: str
    visibility: str
    page: int | None
    clause: str
    text: str
    score: float
    building: str
    building_id: UUID


# --- What the assistant may quote ---


@requires(Permission.DOCUMENTS_MANAGE)
def list_papers(s: Session, actor: Actor, building_id: UUID, asked: Asked) -> Listed:
    """One page of a building's papers (queries.COLUMNS), those that the assistant may quote first. Filter: category."""
    buildings.get_building(s, actor, building_id)
    wanted = queries.papers(actor, col(Document.building_id) == building_id)
    if asked.search.strip():
        wanted = wanted.where(contains(Document.title, asked.search))
    if (category := asked.filters.get("category")) in CATEGORIES:
        wanted = wanted.where(col(Document.category) == category)
    return page_of(s, wanted, asked, queries.SORTABLE, "given")


@requires(Permission.DOCUMENTS_MANAGE)
def readings(s: Session, actor: Actor, building_id: UUID) -> list[Any]:
    """The papers of a building that the assistant may quote, and how far each is (queries.COLUMNS). NotFound."""
    buildings.get_building(s, actor, building_id)
    given = queries.papers(actor, col(Document.building_id) == building_id, col(PaperReading.id).is_not(None))
    return list(s.exec(given.order_by(queries.SORTABLE["title"], col(Document.id))))


@requires(Permission.DOCUMENTS_MANAGE)
def state_of(s: Session, actor: Actor, document_id: UUID) -> Any:
    """One paper (queries.COLUMNS); its `state` is empty when the assistant may not quote it. NotFound."""
    found = s.exec(queries.papers(actor, col(Document.id) == document_id)).one_or_none()
    if found is None:
        raise NotFound("This document does not exist.")
    return found


@requires(Permission.DOCUMENTS_MANAGE, audit=N_("document given to the assistant"))
def add(s: Session, actor: Actor, document_id: UUID) -> PaperReading:
    """Lets the assistant quote a paper, to those who may see it, once it is read. What it may quote already stays as it is.

    Invalid for a file that is neither a PDF nor a text; NotFound.
    """
    document = _get(s, actor, document_id)
    found = _reading(s, document_id)
    if found is not None:
        return found
    if state_of(s, actor, document_id).mime not in READABLE:
        raise Invalid("The assistant quotes PDF and text files only.", field="document_id")
    made = PaperReading(
        organization_id=document.organization_id, building_id=document.building_id, document_id=document.id,
        version=document.version, added_by=actor.user_id,
    )  # fmt: skip
    s.add(made)
    _wake(s)
    return made


@requires(Permission.DOCUMENTS_MANAGE, audit=N_("document read again for the assistant"))
def retry(s: Session, actor: Actor, document_id: UUID) -> PaperReading:
    """Reads a paper anew, from its start; until then it is not quoted. NotFound when the assistant may not quote it."""
    _get(s, actor, document_id)
    found = _reading(s, document_id)
    if found is None:
        raise NotFound("The assistant does not quote this document.")
    found.state, found.reason = State.WAITING, ""
    _wake(s)
    return found


@requires(Permission.DOCUMENTS_MANAGE, audit=N_("document taken from the assistant"))
def remove(s: Session, actor: Actor, document_id: UUID) -> None:
    """Stops quoting a paper: its passages and their vectors go at once. Harmless when it is not quoted; NotFound."""
    _get(s, actor, document_id)
    if found := _reading(s, document_id):
        s.delete(found)  # what was read goes with it


def _wake(s: Session) -> None:
    after_commit(s, lambda: jobs.kick("read_papers"))


def _get(s: Session, actor: Actor, document_id: UUID) -> Document:
    """The paper, locked: of two who let the assistant quote it at once, the second finds it done."""
    found = s.exec(visible(actor).where(col(Document.id) == document_id).with_for_update(of=Document)).one_or_none()
    if found is None:
        raise NotFound("This document does not exist.")
    return found


def _reading(s: Session, document_id: UUID) -> PaperReading | None:
    return s.exec(select(PaperReading).where(PaperReading.document_id == document_id)).one_or_none()


# --- Search ---


@requires(Permission.DOCUMENTS_READ)
def search(
    s: Session, actor: Actor, question: str, locale: str, building_ids: Collection[UUID] | None = None
) -> list[Quoted]:
    """The passages that answer a question, best first, at most relevance.QUOTA; nothing when none does.

    Only of papers that the reader may see, of their current version, and of these buildings if any are named. `locale`: the
    reader's language, unless the question shows another.
    """
    spoken = language.detect(question, locale)
    asked = language.expanded(question[: language.LONGEST], spoken)
    found = {model: retrieval.vector(model, asked) for model in embedders.wanted()}
    vectors = {model: vector for model, vector in found.items() if vector is not None}
    sought = queries.Sought(spoken, relevance.words_of(asked, spoken), vectors)
    rows = s.execute(queries.nearest(actor, sought, relevance.measure(tuple(vectors)), building_ids))
    return [_quoted(row) for row in rows]


def _quoted(row: Any) -> Quoted:
    return Quoted(
        document_id=row.document_id, title=row.title, category=row.category,
        visibility="person" if row.owner_id else row.visibility, page=row.page, clause=row.clause,
        text=row.content, score=float(row.score), building=row.building, building_id=row.building_id,
    )  # fmt: skip
