"""REST of the outbox."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from koprogo_app.api import AskedPage, CurrentActor, envelope, json
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call

from . import service

router = APIRouter(prefix="/outbox", tags=["outbox"])


@router.get("")
def list_mails(actor: CurrentActor, page: AskedPage, status: str = "", search: str = "") -> Response:
    asked = Asked(page.page, page.per_page, page.sort_by or "", page.order == "desc", search, {"status": status})
    found = call(actor, service.list_mails, asked)
    return json(envelope([row._asdict() for row in found.rows], found.total, page))


@router.get("/{mail_id}")
def read_mail(actor: CurrentActor, mail_id: UUID) -> dict[str, Any]:
    m = call(actor, service.read_mail, mail_id)
    return {
        "id": str(m.id),
        "recipient": m.recipient,
        "subject": m.subject,
        "body": m.body,
        "status": m.status,
        "error": m.error,
    }


@router.post("/{mail_id}/retry", status_code=204)
def retry_mail(actor: CurrentActor, mail_id: UUID) -> Response:
    call(actor, service.retry_mail, mail_id)
    return Response(status_code=204)
