"""REST of the papers that the assistant may quote: for those who keep the documents."""

from datetime import UTC
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from koprogo_app.api import CurrentActor, acting_in, example, json
from koprogo_app.core.actor import Actor
from koprogo_app.core.service import call

from . import service

router = APIRouter(tags=["documents"])


class QuoteBody(BaseModel):
    """`again`: read it anew, though it was read or failed before."""

    again: bool = False

    model_config = example(again=False)


def _wire(row: Any) -> dict[str, Any]:
    """`state`: waiting, reading, ready or failed; `reason` (English) says why it failed. Counts are those of the last reading."""
    return {
        "document_id": str(row.id), "building_id": str(row.building_id), "title": row.title, "category": row.category,
        "version": row.version, "state": row.state, "reason": row.reason or None, "pages": row.pages or None,
        "pages_read": row.pages_read, "passages": row.passages,
        "added_at": row.added_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }  # fmt: skip


def _for(actor: Actor, document_id: UUID) -> Actor:
    """The platform administrator acts in the organisation of the document."""
    return acting_in(actor, call(actor, service.state_of, document_id).organization_id)


@router.get("/buildings/{building_id}/assistant-papers")
def list_papers(actor: CurrentActor, building_id: UUID) -> Response:
    """The papers of a building that the assistant may quote, by title, and how far their reading is."""
    return json([_wire(row) for row in call(actor, service.readings, building_id)])


@router.post("/documents/{document_id}/assistant", status_code=201)
def allow(actor: CurrentActor, document_id: UUID, body: QuoteBody) -> Response:
    """Lets the assistant quote a document to those who may open it, once it is read. Given twice, it is read once.

    400 for a file that is neither a PDF nor a text.
    """
    actor = _for(actor, document_id)
    call(actor, service.add, document_id)
    if body.again:
        call(actor, service.retry, document_id)
    return json(_wire(call(actor, service.state_of, document_id)), 201)


@router.delete("/documents/{document_id}/assistant", status_code=204)
def stop(actor: CurrentActor, document_id: UUID) -> Response:
    """Quotes a document no more; what was read of it is removed at once."""
    call(_for(actor, document_id), service.remove, document_id)
    return Response(status_code=204)
