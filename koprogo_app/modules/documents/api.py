"""REST of documents. `document_type` is the contract's category, PascalCase on the way out, either way in."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.datastructures import FormData

from koprogo_app.api import AskedPage, CurrentActor, envelope, example, file_of, json, multipart, text_of, uploaded
from koprogo_app.core import clock, storage
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Invalid, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.core.validation import parse
from koprogo_app.modules.buildings import service as buildings

from . import files, service
from .models import DocumentEdit, DocumentIn
from .rules import Category, Retention, Visibility

router = APIRouter(tags=["documents"])
_PASCAL = {category.value: category.value.title().replace("_", "") for category in Category}
_TYPES = {pascal: value for value, pascal in _PASCAL.items()} | {value: value for value in _PASCAL}
_TEXT = ("building_id", "title", "description", "visibility", "retention", "dated_on", "owner_id")
_NOTHING_ELSE = "default-src 'none'; "  # neither scripts nor requests
# A browser's own PDF viewer does not start in a sandbox; it needs its plug-in and its styles, from here only.
_GUARDED = {
    "pdf": _NOTHING_ELSE + "object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    "image": _NOTHING_ELSE + "img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
}


_KEEP_BOTH = "true: store the file although the building has it already."
_UPLOAD = multipart(
    "building_id", building_id="uuid", title="The file's name by default.", description="",
    document_type=", ".join(_PASCAL.values()), visibility=", ".join(Visibility), retention=", ".join(Retention),
    dated_on="ISO day of the paper itself.", owner_id="uuid: a paper for one person.", keep_both=_KEEP_BOTH,
)  # fmt: skip
_VERSION = multipart(keep_both=_KEEP_BOTH)


class EditBody(BaseModel):
    """What may be corrected of a document; what is absent stays."""

    document_type: str | None = None
    title: str | None = None
    description: str | None = None
    visibility: str | None = None
    retention: str | None = None
    dated_on: date | None = None
    owner_id: UUID | None = None

    model_config = example(title="PV de l'AG du 12 mars 2026", visibility="owners")


class BulkBody(BaseModel):
    ids: list[UUID]
    document_type: str | None = None
    visibility: str | None = None

    model_config = example(ids=["0199e6a4-8f3c-7c31-9d0a-3f5f3b1f7c10"], visibility="owners")


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def wire(row: Any) -> dict[str, Any]:
    """DocumentResponse of the contract, from a row of queries.COLUMNS. `file_path` names the file, it is no path."""
    return {
        "id": str(row.id), "building_id": str(row.building_id), "document_type": _PASCAL.get(row.category, "Other"),
        "title": row.title, "description": row.description,
        "file_path": f"documents/{row.id}/{row.version}/{row.filename}", "file_size": row.size,
        "file_size_mb": row.size / (1024 * 1024), "mime_type": row.mime,
        "uploaded_by": str(row.uploaded_by) if row.uploaded_by else None, "related_meeting_id": None,
        "related_expense_id": None, "created_at": _stamp(row.created_at), "updated_at": _stamp(row.updated_at),
    }  # fmt: skip


def details(row: Any) -> dict[str, Any]:
    """The contract's shape and what we know beyond it. `deletable_from` null: never without a reason."""
    deletable = service.deletable_from(row)
    return wire(row) | {
        "visibility": row.visibility, "retention": row.retention, "dated_on": row.dated_on, "owner_id": row.owner_id,
        "deletable_from": deletable, "version": row.version, "filename": row.filename, "text_state": row.text_state,
        "pages": row.pages, "building_name": row.building,
    }  # fmt: skip


def _type(given: str | None) -> str:
    if given and given not in _TYPES:
        raise Invalid("Choose one from the list.", field="document_type")
    return _TYPES[given] if given else ""


def _asked(page: AskedPage, search: str, **filters: str) -> Asked:
    return Asked(page.page, page.per_page, page.sort_by or "", page.order == "desc", search, filters)


def _within(actor: Actor, building_id: UUID) -> Actor:
    """The platform administrator acts in the organisation of the building."""
    if actor.organization_id:
        return actor
    return actor.within(call(actor, buildings.get_building, building_id).organization_id)


def _for(actor: Actor, document_id: UUID) -> Actor:
    return actor if actor.organization_id else actor.within(call(actor, service.get_row, document_id).organization_id)


def _keep_both(form: FormData) -> bool:
    return text_of(form, "keep_both").lower() in ("true", "on", "1")


# --- The contract's routes ---


@router.post("/documents", status_code=201, openapi_extra=_UPLOAD)
async def upload_document(request: Request, actor: CurrentActor) -> Response:
    """A paper of a building. 413 above the limit; 400 when the building has the same file already."""
    async with uploaded(request, actor, Permission.DOCUMENTS_UPLOAD) as form:
        return await run_in_threadpool(_create, actor, form)


def _create(actor: Actor, form: FormData) -> Response:
    filename, file = file_of(form)
    given = {name: text_of(form, name) for name in _TEXT} | {"category": _type(text_of(form, "document_type"))}
    given["title"] = given["title"].strip() or files.title_of(filename)
    data = parse(DocumentIn, given)
    try:
        actor = _within(actor, data.building_id)
        made = call(actor, service.create_document, data, filename, file, keep_both=_keep_both(form))
    except NotFound as error:  # the contract answers 400 for what a body names
        raise Invalid(error.message, field="building_id") from None
    return json(wire(call(actor, service.get_row, made.id)), 201)


@router.get("/documents")
def list_documents(
    actor: CurrentActor,
    page: AskedPage,
    building_id: str = "",
    document_type: str = "",
    visibility: str = "",
    search: str = "",
) -> Response:
    asked = _asked(page, search, building_id=building_id, category=_type(document_type), visibility=visibility)
    found = call(actor, service.list_documents, asked)
    return json(envelope([wire(row) for row in found.rows], found.total, page))


@router.get("/documents/search")
def search_documents(
    actor: CurrentActor, page: AskedPage, q: str, building_id: str = "", document_type: str = ""
) -> Response:
    """Words in titles, file names and texts, best first. `passage`: where the text holds them, cut in plain pieces."""
    found = call(actor, service.list_documents, _asked(page, q, building_id=building_id, category=_type(document_type)))
    rows = [
        details(row) | {"passage": [{"text": p.text, "hit": p.hit} for p in found.passages.get(row.id, ())]}
        for row in found.rows
    ]
    return json(envelope(rows, found.total, page))


@router.get("/documents/zip")
def download_many(actor: CurrentActor, ids: str) -> Response:
    """Several documents in one zip. `ids`: their ids, separated by commas."""
    try:
        wanted = [UUID(one) for one in ids.split(",") if one]
    except ValueError:
        raise NotFound("This document does not exist.") from None
    found = call(actor, service.download_many, wanted)
    headers = {"Content-Disposition": files.disposition(f"documents-{clock.today()}.zip")}
    entries = ((one.filename, storage.stream(one.key)) for one in found)
    return StreamingResponse(files.zipped(entries), media_type="application/zip", headers=headers)


@router.get("/documents/{document_id}")
def get_document(actor: CurrentActor, document_id: UUID) -> Response:
    return json(wire(call(actor, service.get_row, document_id)))


@router.get("/documents/{document_id}/download")
def download(actor: CurrentActor, document_id: UUID) -> Response:
    return _sent(call(actor, service.download, document_id))


@router.get("/buildings/{building_id}/documents")
def list_of_building(actor: CurrentActor, building_id: UUID) -> Response:
    return json([wire(row) for row in call(actor, service.list_of_building, building_id)])


@router.delete("/documents/{document_id}", status_code=204)
def delete_document(actor: CurrentActor, document_id: UUID, reason: str = "") -> Response:
    """`reason` is asked as long as the document must be kept, except on the day it was entered."""
    call(_for(actor, document_id), service.delete_document, document_id, reason)
    return Response(status_code=204)


# --- Ours ---


@router.get("/documents/{document_id}/details")
def get_details(actor: CurrentActor, document_id: UUID) -> Response:
    return json(details(call(actor, service.get_row, document_id)))


@router.put("/documents/{document_id}")
def update_document(actor: CurrentActor, document_id: UUID, body: EditBody) -> Response:
    row, actor = call(actor, service.get_row, document_id), _for(actor, document_id)
    kept = {name: getattr(row, name) for name in DocumentEdit.model_fields}
    given = body.model_dump(exclude_unset=True, exclude={"document_type"})
    given |= {"category": _type(body.document_type)} if body.document_type else {}
    call(actor, service.update_document, document_id, parse(DocumentEdit, kept | given))
    return json(details(call(actor, service.get_row, document_id)))


@router.put("/documents")
def change_documents(actor: CurrentActor, body: BulkBody) -> dict[str, int]:
    """The same category or visibility for several documents."""
    actor = _for(actor, body.ids[0]) if body.ids else actor
    changes = {"category": _type(body.document_type), "visibility": body.visibility or ""}
    return {"changed": call(actor, service.change_documents, body.ids, **changes)}


@router.get("/documents/{document_id}/preview")
def preview(actor: CurrentActor, document_id: UUID) -> Response:
    """The document shown by the browser: PDF and pictures only."""
    found = call(actor, service.preview, document_id)
    return _sent(found, guard=_GUARDED[files.PREVIEWS[found.mime]])


@router.get("/documents/{document_id}/versions")
def list_versions(actor: CurrentActor, document_id: UUID) -> Response:
    """Newest first. Outside the office: the current one."""
    return json([_version(row) for row in call(actor, service.list_versions, document_id)])


def _version(row: Any) -> dict[str, Any]:
    return {
        "number": row.number, "filename": row.filename, "file_size": row.size, "mime_type": row.mime,
        "sha256": row.sha256, "pages": row.pages, "text_state": row.text_state,
        "uploaded_by": str(row.uploaded_by) if row.uploaded_by else None, "created_at": _stamp(row.created_at),
    }  # fmt: skip


@router.post("/documents/{document_id}/versions", status_code=201, openapi_extra=_VERSION)
async def add_version(request: Request, actor: CurrentActor, document_id: UUID) -> Response:
    """A new version of the same document; the old ones stay with the office."""
    async with uploaded(request, actor, Permission.DOCUMENTS_UPLOAD) as form:
        return await run_in_threadpool(_add, actor, document_id, form)


def _add(actor: Actor, document_id: UUID, form: FormData) -> Response:
    filename, file = file_of(form)
    actor = _for(actor, document_id)
    call(actor, service.add_version, document_id, filename, file, keep_both=_keep_both(form))
    return json(details(call(actor, service.get_row, document_id)), 201)


@router.get("/documents/{document_id}/versions/{number}/download")
def download_version(actor: CurrentActor, document_id: UUID, number: int) -> Response:
    return _sent(call(actor, service.download, document_id, number))


def _sent(found: service.Download, *, guard: str = "") -> Response:
    """The file in pieces; `guard` is the Content-Security-Policy of a file shown in a page."""
    try:
        pieces: Iterator[bytes] = storage.stream(found.key)
    except FileNotFoundError:
        raise NotFound("The file of this document is missing from the storage. Tell the syndic.") from None
    disposition = files.disposition(found.filename, inline=bool(guard))
    headers = {"Content-Disposition": disposition, "Content-Length": str(found.size)}
    if guard:
        headers["Content-Security-Policy"] = guard
    return StreamingResponse(pieces, media_type=found.mime, headers=headers)
