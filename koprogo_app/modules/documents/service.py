"""What one can do with papers: one function, one action, one permission. Reading starts at visible()."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, Text, and_, case, false, literal, or_
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from koprogo_app.core import audit, clock, jobs, storage
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.config import settings
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.core.listing import Asked, Hit, Listed, contains, page_of, unaccented
from koprogo_app.core.service import after_commit, requires
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.ownership.models import Ownership

from . import files, rules, upkeep
from .models import Document, DocumentEdit, DocumentIn, DocumentVersion
from .rules import Piece, TextState

Version = DocumentVersion
COLUMNS = (
    Document.id, Document.organization_id, Document.building_id, Document.category, Document.title,
    Document.description, Document.visibility, Document.retention, Document.dated_on, Document.owner_id,
    Document.uploaded_by, Document.version, Document.created_at, Document.updated_at, Version.filename, Version.mime,
    Version.size, Version.text_state, Version.pages, col(Building.name).label("building"), Building.fiscal_month,
    Building.fiscal_day,
)  # fmt: skip
VERSION_COLUMNS = (
    Version.id, Version.document_id, Version.building_id, Version.number, Version.filename, Version.mime, Version.size,
    Version.sha256, Version.uploaded_by, Version.text_state, Version.pages, Version.created_at,
)  # fmt: skip
SORTABLE = {
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
MANY = 200  # documents of one bulk action; passages shown of one search


@dataclass(frozen=True, slots=True)
class Found(Listed):
    """One page of COLUMNS; of a search, the passage where each paper's text holds the words."""

    passages: Mapping[UUID, Sequence[Piece]]


@dataclass(frozen=True, slots=True)
class Download:
    """A file on its way out: storage.stream(key) gives its bytes."""

    filename: str
    mime: str
    size: int
    key: str


def visible(actor: Actor, *columns: Any) -> SelectOfScalar[Any]:
    """Every read starts here: papers of the organisation (row-level security) that a role may know of.

    Outside the office: of the role's buildings, at its level or wider, and those for this one person.
    """
    rows = cast(SelectOfScalar[Any], select(*(columns or (Document,))))
    if actor.building_ids is not None:
        rows = rows.where(col(Document.building_id).in_(actor.building_ids))
    if rules.is_office(actor.role):
        return rows
    if actor.building_ids is None:  # never from a session: such a role belongs to buildings
        return rows.where(false())
    shared = and_(col(Document.owner_id).is_(None), col(Document.visibility).in_(rules.levels_of(actor.role)))
    own = Document.owner_id == actor.owner_id if actor.owner_id else false()
    return rows.where(or_(shared, own))


def _current(actor: Actor, *columns: Any) -> Select[Any]:
    """Visible papers with their current version and their building."""
    same = and_(Version.document_id == Document.id, Version.number == Document.version)
    rows: Any = visible(actor, *(columns or COLUMNS))
    return rows.join(Version, same).join(Building, Building.id == Document.building_id)


# --- Reading ---


@requires(Permission.DOCUMENTS_READ)
def list_documents(s: Session, actor: Actor, asked: Asked) -> Found:
    """One page. Filters: building_id, category, visibility, text_state. A search ranks by relevance unless sorted."""
    wanted = _current(actor)
    if building_id := asked.filters.get("building_id"):
        wanted = wanted.where(Document.building_id == _uuid(building_id, "building_id"))
    for name in ("category", "visibility"):
        if given := asked.filters.get(name):
            wanted = wanted.where(getattr(Document, name) == given)
    if given := asked.filters.get("text_state"):
        wanted = wanted.where(Version.text_state == given)
    if not asked.search.strip():
        return Found(*_page(s, wanted, asked, SORTABLE, "created_at"), passages={})
    matches, relevance = _matching(s, asked.search)
    sortable = SORTABLE | {"relevance": relevance}
    rows, total = _page(s, wanted.where(matches), asked, sortable, "relevance")
    return Found(rows, total, _passages(s, actor, [row.id for row in rows[:MANY]], rules.words_of(asked.search)))


def _page(
    s: Session, wanted: Select[Any], asked: Asked, sortable: Mapping[str, Any], default: str
) -> tuple[list[Any], int]:
    page = page_of(s, wanted, asked, sortable, default)
    return page.rows, page.total


def _matching(s: Session, asked: str) -> tuple[ColumnElement[bool], ColumnElement[Any]]:
    """Papers whose title, file name or text holds the words, and their order: titles first, then by the text's rank."""
    in_title = contains(Document.title + " " + func.coalesce(Document.description, "") + " " + Version.filename, asked)
    bonus = case((in_title, 1.0), else_=0.0)
    # PostgreSQL cuts the search into words as it cut the text (2026/0123, a.b@c.be); each may be the beginning of one
    parsed = s.execute(select(sql_cast(func.plainto_tsquery("simple", func.f_unaccent(asked)), Text))).scalar_one()
    if not parsed:
        return in_title, -bonus
    query = sql_cast(literal(parsed.replace("' & '", "':* & '") + ":*"), TSQUERY)
    in_text = col(Version.tsv).op("@@", is_comparison=True)(query)
    return or_(in_title, in_text), -(bonus + func.ts_rank(Version.tsv, query))


def _passages(s: Session, actor: Actor, ids: Collection[UUID], words: Sequence[str]) -> dict[UUID, Sequence[Piece]]:
    """The passage of each paper where its text first holds one of the words. Only a window of the text is read."""
    if not ids or not words:
        return {}
    folded = func.lower(func.f_unaccent(func.left(Version.text, 500_000)))
    at = func.regexp_instr(folded, rf"\m({'|'.join(words)})")
    window = func.substring(Version.text, func.greatest(at - 400, 1), 1200)
    rows = s.execute(_current(actor, Document.id, window).where(col(Document.id).in_(ids), at > 0))
    return {document_id: found for document_id, text in rows if (found := rules.passage(text, words))}


@requires(Permission.DOCUMENTS_READ)
def list_of_building(s: Session, actor: Actor, building_id: UUID) -> list[Any]:
    """Every paper of a building that the reader may see, newest first (COLUMNS). NotFound for the building."""
    buildings.get_building(s, actor, building_id)
    wanted = _current(actor).where(Document.building_id == building_id)
    return list(s.execute(wanted.order_by(col(Document.created_at).desc(), col(Document.id))))


@requires(Permission.DOCUMENTS_READ)
def get_row(s: Session, actor: Actor, document_id: UUID) -> Any:
    """One paper (COLUMNS); NotFound when the reader may not know of it."""
    found = s.execute(_current(actor).where(Document.id == document_id)).one_or_none()
    if found is None:
        raise NotFound("This document does not exist.")
    return found


@requires(Permission.DOCUMENTS_READ)
def list_versions(s: Session, actor: Actor, document_id: UUID) -> list[Any]:
    """The versions of a paper, newest first (VERSION_COLUMNS); outside the office the current one only."""
    document = _get(s, actor, document_id)
    wanted: Any = select(*VERSION_COLUMNS).where(Version.document_id == document_id)
    if not rules.is_office(actor.role):
        wanted = wanted.where(Version.number == document.version)
    return list(s.execute(wanted.order_by(col(Version.number).desc())))


@requires(Permission.DOCUMENTS_READ)
def find(s: Session, actor: Actor, words: str) -> list[Hit]:
    """At most five papers for the command palette, by title and text."""
    if not words.strip():
        return []
    matches, relevance = _matching(s, words)
    wanted = _current(actor, Document.id, Document.building_id, Document.title, Building.name)
    rows = s.execute(wanted.where(matches).order_by(relevance, col(Document.created_at).desc()).limit(5))
    return [
        Hit(N_("Documents"), title, name, f"/buildings/{building_id}/documents?document={document_id}")
        for document_id, building_id, title, name in rows
    ]


def deletable_from(row: Any) -> date | None:
    """The earliest day a paper (a row of COLUMNS) may be deleted without a reason; None for never."""
    dated_on = row.dated_on or row.created_at.astimezone(clock.BELGIUM).date()
    return rules.deletable_from(row.retention, dated_on, row.fiscal_month, row.fiscal_day)


def reason_needed(row: Any) -> bool:
    """True when deleting a paper (a row of COLUMNS) today asks for a reason."""
    return rules.reason_needed(deletable_from(row), clock.today(), clock.now() - row.created_at)


# --- Files out ---


@requires(Permission.DOCUMENTS_READ, audit="document downloaded")
def download(s: Session, actor: Actor, document_id: UUID, number: int | None = None) -> Download:
    """The file of a paper: the current version, or for the office an older one. NotFound otherwise."""
    return _out(s, actor, _get(s, actor, document_id), number)


@requires(Permission.DOCUMENTS_READ, audit="document previewed")
def preview(s: Session, actor: Actor, document_id: UUID) -> Download:
    """The file of a paper that a browser shows by itself: a PDF or a picture. NotFound for any other."""
    found = _out(s, actor, _get(s, actor, document_id), None)
    if found.mime not in files.PREVIEWS:
        raise NotFound("This document has no preview. Download it.")
    return found


@requires(Permission.DOCUMENTS_READ, audit="documents downloaded")
def download_many(s: Session, actor: Actor, document_ids: Sequence[UUID]) -> list[Download]:
    """The current files of several papers; NotFound when one of them is not the reader's to see."""
    return [_out(s, actor, document, None) for document in _several(s, actor, document_ids)]


def _out(s: Session, actor: Actor, document: Document, number: int | None) -> Download:
    if number not in (None, document.version) and not rules.is_office(actor.role):
        raise NotFound("This version does not exist.")
    wanted: Any = select(*VERSION_COLUMNS).where(
        Version.document_id == document.id, Version.number == (number or document.version)
    )
    found = s.execute(wanted).one_or_none()
    if found is None:
        raise NotFound("This version does not exist.")
    audit.note(s, "document", document.id, document.building_id, file=found.filename, version=found.number)
    return Download(found.filename, found.mime, found.size, storage.key_of(found.building_id, found.sha256))


# --- Files in ---


@requires(Permission.DOCUMENTS_UPLOAD, audit="document uploaded")
def create_document(
    s: Session, actor: Actor, data: DocumentIn, filename: str, file: BinaryIO, *, keep_both: bool = False
) -> Document:
    """Stores a paper of a building. Invalid for a file that may not enter (files.received), a wrong person or date;

    Conflict when the building has this very file already, unless both are to be kept. NotFound for the building.
    """
    buildings.get_building(s, actor, data.building_id)
    received = files.received(filename, file, settings().max_upload_mb)
    document = Document(**_checked(s, data.building_id, data), building_id=data.building_id, uploaded_by=actor.user_id)
    version = _stored(s, actor, document, received, file, keep_both)
    s.add(document)
    s.flush()
    s.add(version)
    s.flush()
    return document


@requires(Permission.DOCUMENTS_UPLOAD, audit="document version added")
def add_version(
    s: Session, actor: Actor, document_id: UUID, filename: str, file: BinaryIO, *, keep_both: bool = False
) -> Document:
    """A new current version of the same paper; the old ones stay with the office. Refusals as for create_document."""
    document = _get(s, actor, document_id, locked=True)
    received = files.received(filename, file, settings().max_upload_mb)
    version = _stored(s, actor, document, received, file, keep_both)
    version.number = document.version = document.version + 1
    s.add(version)
    s.flush()
    return document


def _stored(
    s: Session, actor: Actor, document: Document, received: files.Received, file: BinaryIO, keep_both: bool
) -> DocumentVersion:
    """Puts the file in its place before any row names it: a failure leaves at most a file, which the sweep removes."""
    sha256 = storage.digest(file)
    upkeep.hold(s, document.building_id, sha256)
    _refuse_twice(s, document, sha256, keep_both)
    storage.put(storage.key_of(document.building_id, sha256), file)
    waits = received.mime in files.READABLE
    if waits:
        after_commit(s, lambda: jobs.kick("extract_text"))
    return DocumentVersion(
        building_id=document.building_id, document_id=document.id, number=document.version, filename=received.filename,
        mime=received.mime, size=received.size, sha256=sha256, uploaded_by=actor.user_id,
        text_state=TextState.WAITING if waits else TextState.EMPTY,
    )  # fmt: skip


def _refuse_twice(s: Session, document: Document, sha256: str, keep_both: bool) -> None:
    same = (
        select(Document.id, Document.title, Document.created_at, Document.version, Version.number)
        .join(Version, and_(Version.document_id == Document.id, Version.sha256 == sha256))
        .where(Version.building_id == document.building_id)
        .order_by(col(Document.created_at))
    )
    for document_id, title, created_at, current, number in s.execute(same):
        if document_id == document.id:
            if number == current:
                raise Invalid("This file is already the current version of this document.", field="file")
        elif not keep_both:
            day = created_at.astimezone(clock.BELGIUM).strftime("%d/%m/%Y")
            raise Conflict(
                "This file is already among the documents of this building: “{title}”, entered on {day}. "
                "Add it there as a new version, or choose to keep both.",
                field="file", title=title, day=day,
            )  # fmt: skip


# --- Changing ---


@requires(Permission.DOCUMENTS_MANAGE, audit="document changed")
def update_document(s: Session, actor: Actor, document_id: UUID, data: DocumentEdit) -> Document:
    """Corrects what is said of a paper. Invalid for a wrong person or date."""
    document = _get(s, actor, document_id)
    for name, value in _checked(s, document.building_id, data).items():
        setattr(document, name, value)
    s.flush()
    return document


@requires(Permission.DOCUMENTS_MANAGE, audit="documents changed")
def change_documents(
    s: Session,
    actor: Actor,
    document_ids: Sequence[UUID],
    *,
    category: str | None = None,
    visibility: str | None = None,
) -> int:
    """Gives several papers a category or a visibility; returns how many. NotFound when one does not exist."""
    if category is not None and category not in rules.CATEGORIES:
        raise Invalid("Choose one from the list.", field="category")
    if visibility is not None and visibility not in rules.VISIBILITIES:
        raise Invalid("Choose one from the list.", field="visibility")
    documents = _several(s, actor, document_ids)
    for document in documents:
        document.category = category or document.category
        document.visibility = visibility or document.visibility
    s.flush()
    return len(documents)


@requires(Permission.DOCUMENTS_MANAGE, audit="document deleted")
def delete_document(s: Session, actor: Actor, document_id: UUID, reason: str = "") -> None:
    """Removes a paper with its versions and their files. Invalid, without a reason, before its time has come."""
    document, reason = _get(s, actor, document_id, locked=True), reason.strip()
    row = get_row(s, actor, document_id)
    if not reason and reason_needed(row):
        raise Invalid(
            "This document must still be kept. Give the reason for deleting it: it is logged.", field="reason"
        )
    if len(reason) > 500:
        raise Invalid("Use at most {max_length} characters.", field="reason", max_length=500)
    held = s.exec(select(Version.sha256).where(Version.document_id == document_id)).all()
    audit.note(
        s,
        "document",
        document_id,
        document.building_id,
        reason=reason,
        keep_until=deletable_from(row),
        sha256=list(held),
    )
    building_id, hashes = document.building_id, set(held)
    s.delete(document)  # its versions go with it
    s.flush()
    after_commit(s, lambda: upkeep.drop_files(building_id, hashes))


def _checked(s: Session, building_id: UUID, data: DocumentEdit) -> dict[str, Any]:
    values = data.model_dump(exclude={"building_id"})
    values["title"] = " ".join(data.title.split())
    if not values["title"]:
        raise Invalid("This field is required.", field="title")
    values["retention"] = data.retention or rules.retention_of(data.category)
    if data.dated_on and not 1800 <= data.dated_on.year <= clock.today().year + 1:
        raise Invalid("Check the year of this date.", field="dated_on")
    if data.owner_id and not _ever_held(s, data.owner_id, building_id):
        raise Invalid("This person never held a lot of this building.", field="owner_id")
    return values


def _ever_held(s: Session, owner_id: UUID, building_id: UUID) -> bool:
    held = select(Ownership.id).where(Ownership.owner_id == owner_id, Ownership.building_id == building_id)
    return s.exec(held.limit(1)).first() is not None


def _get(s: Session, actor: Actor, document_id: UUID, *, locked: bool = False) -> Document:
    wanted = visible(actor).where(Document.id == document_id)
    found = s.exec(wanted.with_for_update(of=Document) if locked else wanted).one_or_none()
    if found is None:
        raise NotFound("This document does not exist.")
    return found


def _several(s: Session, actor: Actor, document_ids: Sequence[UUID]) -> list[Document]:
    wanted = set(document_ids)
    if not 0 < len(wanted) <= MANY:
        raise Invalid("Choose between 1 and {count} documents.", count=MANY)
    found: Iterable[Document] = s.exec(visible(actor).where(col(Document.id).in_(wanted)))
    listed = {document.id: document for document in found}
    if len(listed) != len(wanted):
        raise NotFound("This document does not exist.")
    return [listed[key] for key in dict.fromkeys(document_ids)]


def _uuid(value: str, field: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise Invalid("Choose one from the list.", field=field) from None
