"""What one can do with papers: one function, one action, one permission. Reading starts at visible()."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from koprogo_app.core import audit, clock, jobs, storage
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.config import settings
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.core.listing import Asked, Hit, page_of, unaccented
from koprogo_app.core.service import after_commit, requires, unhurried
from koprogo_app.core.validation import chosen_id
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership.models import Ownership

from . import files, rules, upkeep
from .models import Document, DocumentEdit, DocumentIn
from .models import DocumentVersion as Version
from .queries import SORTABLE, Found, Wanted, current, holding, matching, passages, versions, visible
from .rules import TextState

MANY = 200  # documents of one bulk action; passages shown of one search


@dataclass(frozen=True, slots=True)
class Download:
    """A file on its way out: storage.stream(key) gives its bytes."""

    filename: str
    mime: str
    size: int
    key: str


# --- Reading ---


@requires(Permission.DOCUMENTS_READ)
def list_documents(s: Session, actor: Actor, asked: Asked) -> Found:
    """One page. Filters: building_id, category, visibility, text_state. A search ranks by relevance unless sorted."""
    wanted, sortable, default, words = _narrowed(current(actor), asked.filters), SORTABLE, "created_at", []
    if asked.search.strip():
        matches, relevance = matching(asked.search)
        wanted, sortable, default = wanted.where(matches), {**SORTABLE, "relevance": relevance}, "relevance"
        words = rules.words_of(asked.search)
    page = page_of(s, wanted, asked, sortable, default)
    return Found(page.rows, page.total, passages(s, actor, [row.id for row in page.rows[:MANY]], words))


def _narrowed(wanted: Wanted, filters: Mapping[str, str]) -> Wanted:
    if building_id := filters.get("building_id"):
        wanted = wanted.where(col(Document.building_id) == chosen_id(building_id, "building_id"))
    columns = {"category": Document.category, "visibility": Document.visibility, "text_state": Version.text_state}
    for name, column in columns.items():
        if given := filters.get(name):
            wanted = wanted.where(col(column) == given)
    return wanted


@requires(Permission.DOCUMENTS_READ)
def list_of_building(s: Session, actor: Actor, building_id: UUID) -> list[Any]:
    """Every paper of a building that the reader may see, newest first (COLUMNS). NotFound for the building."""
    buildings.get_building(s, actor, building_id)
    wanted = current(actor).where(col(Document.building_id) == building_id)
    return list(s.exec(wanted.order_by(col(Document.created_at).desc(), col(Document.id))))


@requires(Permission.DOCUMENTS_READ)
def get_row(s: Session, actor: Actor, document_id: UUID) -> Any:
    """One paper (COLUMNS); NotFound when the reader may not know of it."""
    found = s.exec(current(actor).where(col(Document.id) == document_id)).one_or_none()
    if found is None:
        raise NotFound("This document does not exist.")
    return found


@requires(Permission.DOCUMENTS_READ)
def list_versions(s: Session, actor: Actor, document_id: UUID) -> list[Any]:
    """The versions of a paper, newest first (VERSION_COLUMNS); outside the office the current one only."""
    document = _get(s, actor, document_id)
    wanted = versions(document_id)
    if not rules.is_office(actor.role):
        wanted = wanted.where(col(Version.number) == document.version)
    return list(s.exec(wanted.order_by(col(Version.number).desc())))


@requires(Permission.DOCUMENTS_READ)
def find(s: Session, actor: Actor, words: str) -> list[Hit]:
    """At most five papers for the command palette, by title and text."""
    if not words.strip():
        return []
    matches, relevance = matching(words)
    wanted = current(actor, Document.id, Document.building_id, Document.title, Building.name)
    rows = s.exec(wanted.where(matches).order_by(relevance, col(Document.created_at).desc()).limit(5))
    return [
        Hit(N_("Documents"), title, name, f"/buildings/{building_id}/documents?document={document_id}")
        for document_id, building_id, title, name in rows
    ]


@requires(Permission.DOCUMENTS_UPLOAD)
def list_people(s: Session, actor: Actor, building_id: UUID) -> list[Any]:
    """Those a paper of this building may be for (id, last name, first name): who holds or held a lot."""
    buildings.get_building(s, actor, building_id)
    held = select(Ownership.owner_id).where(Ownership.building_id == building_id)
    wanted = select(Owner.id, Owner.last_name, Owner.first_name).where(col(Owner.id).in_(held))
    return list(s.exec(wanted.order_by(unaccented(Owner.last_name), unaccented(Owner.first_name))))


def deletable_from(row: Any) -> date | None:
    """The earliest day a paper (a row of COLUMNS) may be deleted without a reason; None for never."""
    dated_on = row.dated_on or row.created_at.astimezone(clock.BELGIUM).date()
    return rules.deletable_from(row.retention, dated_on, row.fiscal_month, row.fiscal_day)


def reason_needed(row: Any) -> bool:
    """True when deleting a paper (a row of COLUMNS) today asks for a reason."""
    return rules.reason_needed(deletable_from(row), clock.today(), clock.now() - row.created_at)


# --- Files out ---


@requires(Permission.DOCUMENTS_READ, audit=N_("document downloaded"))
def download(s: Session, actor: Actor, document_id: UUID, number: int | None = None) -> Download:
    """The file of a paper: the current version, or for the office an older one. NotFound otherwise."""
    return _out(s, actor, _get(s, actor, document_id), number)


@requires(Permission.DOCUMENTS_READ, audit=N_("document previewed"))
def preview(s: Session, actor: Actor, document_id: UUID) -> Download:
    """The file of a paper that a browser shows by itself: a PDF or a picture. NotFound for any other."""
    found = _out(s, actor, _get(s, actor, document_id), None)
    if found.mime not in files.PREVIEWS:
        raise NotFound("This document has no preview. Download it.")
    return found


@requires(Permission.DOCUMENTS_READ, audit=N_("documents downloaded"))
def download_many(s: Session, actor: Actor, document_ids: Sequence[UUID]) -> list[Download]:
    """The current files of several papers; NotFound when one of them is not the reader's to see."""
    return [_out(s, actor, document, None) for document in _several(s, actor, document_ids)]


def _out(s: Session, actor: Actor, document: Document, number: int | None) -> Download:
    if number not in (None, document.version) and not rules.is_office(actor.role):
        raise NotFound("This version does not exist.")
    found = s.exec(versions(document.id).where(col(Version.number) == (number or document.version))).one_or_none()
    if found is None:
        raise NotFound("This version does not exist.")
    audit.note(s, "document", document.id, document.building_id, file=found.filename, version=found.number)
    return Download(found.filename, found.mime, found.size, storage.key_of(found.building_id, found.sha256))


# --- Files in ---


@requires(Permission.DOCUMENTS_UPLOAD, audit=N_("document uploaded"))
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


@requires(Permission.DOCUMENTS_UPLOAD, audit=N_("document version added"))
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
) -> Version:
    """Puts the file in its place before any row names it: a failure leaves at most a file, which the sweep removes."""
    sha256 = storage.digest(file)
    upkeep.hold(s, document.building_id, sha256)
    _refuse_twice(s, document, sha256, keep_both)
    unhurried(s)  # a large file to a distant store
    storage.put(storage.key_of(document.building_id, sha256), file)
    waits = received.mime in files.READABLE
    if waits:
        after_commit(s, lambda: jobs.kick("extract_text"))
    return Version(
        building_id=document.building_id, document_id=document.id, number=document.version, filename=received.filename,
        mime=received.mime, size=received.size, sha256=sha256, uploaded_by=actor.user_id,
        text_state=TextState.WAITING if waits else TextState.EMPTY,
    )  # fmt: skip


def _refuse_twice(s: Session, document: Document, sha256: str, keep_both: bool) -> None:
    for document_id, title, created_at, current_number, number in s.exec(holding(document.building_id, sha256)):
        if document_id == document.id:
            if number == current_number:
                raise Invalid("This file is already the current version of this document.", field="file")
        elif not keep_both:
            day = created_at.astimezone(clock.BELGIUM).strftime("%d/%m/%Y")
            raise Conflict(
                "This file is already among the documents of this building: “{title}”, entered on {day}. "
                "Add it there as a new version, or choose to keep both.",
                field="file", title=title, day=day,
            )  # fmt: skip


# --- Changing ---


@requires(Permission.DOCUMENTS_MANAGE, audit=N_("document changed"))
def update_document(s: Session, actor: Actor, document_id: UUID, data: DocumentEdit) -> Document:
    """Corrects what is said of a paper. Invalid for a wrong person or date."""
    document = _get(s, actor, document_id)
    for name, value in _checked(s, document.building_id, data).items():
        setattr(document, name, value)
    s.flush()
    return document


@requires(Permission.DOCUMENTS_MANAGE, audit=N_("documents changed"))
def change_documents(
    s: Session,
    actor: Actor,
    document_ids: Sequence[UUID],
    *,
    category: str | None = None,
    visibility: str | None = None,
) -> int:
    """Gives several papers a category or a visibility; returns how many. NotFound when one does not exist."""
    if category and category not in rules.CATEGORIES:
        raise Invalid("Choose one from the list.", field="category")
    if visibility and visibility not in rules.VISIBILITIES:
        raise Invalid("Choose one from the list.", field="visibility")
    documents = _several(s, actor, document_ids)
    for document in documents:
        document.category = category or document.category
        document.visibility = visibility or document.visibility
    s.flush()
    return len(documents)


@requires(Permission.DOCUMENTS_MANAGE, audit=N_("document deleted"))
def delete_document(s: Session, actor: Actor, document_id: UUID, reason: str = "") -> None:
    """Removes a paper with its versions and their files. Invalid, without a reason, before its time has come."""
    document, reason = _get(s, actor, document_id, locked=True), reason.strip()
    row = get_row(s, actor, document_id)
    if not reason and reason_needed(row):
        raise Invalid(
            "This document must still be kept. Give the reason why you delete it: it is logged.", field="reason"
        )
    if len(reason) > 500:
        raise Invalid("Use at most {max_length} characters.", field="reason", max_length=500)
    held = [version.sha256 for version in s.exec(versions(document_id))]
    kept_until = deletable_from(row)
    audit.note(s, "document", document_id, document.building_id, reason=reason, kept_until=kept_until, sha256=held)
    building_id, hashes = document.building_id, set(held)
    s.delete(document)  # its versions go with it
    try:
        s.flush()
    except IntegrityError:
        raise Conflict("An entry of the books rests on this document: it stays.") from None
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
    wanted = visible(actor).where(col(Document.id) == document_id)
    found = s.exec(wanted.with_for_update(of=Document) if locked else wanted).one_or_none()
    if found is None:
        raise NotFound("This document does not exist.")
    return found


def _several(s: Session, actor: Actor, document_ids: Sequence[UUID]) -> list[Document]:
    wanted = set(document_ids)
    if not 0 < len(wanted) <= MANY:
        raise Invalid("Choose between 1 and {count} documents.", count=MANY)
    found = s.exec(visible(actor).where(col(Document.id).in_(wanted)))
    listed: dict[UUID, Document] = {document.id: document for document in found}
    if len(listed) != len(wanted):
        raise NotFound("This document does not exist.")
    return [listed[key] for key in dict.fromkeys(document_ids)]
