"""REST of what comes in: the files of invoices, and recurring invoices."""

from typing import Annotated, Any, BinaryIO
from uuid import UUID

from fastapi import APIRouter, Body, Request, Response
from fastapi.concurrency import run_in_threadpool

from koprogo_app.api import CurrentActor, acting_in, file_of, json, multipart, text_of, uploaded
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.service import call
from koprogo_app.core.validation import chosen_id
from koprogo_app.modules.buildings.api import for_building
from koprogo_app.modules.invoices import service as invoices

from . import service
from .models import RecurringIn, RecurringInvoice

router = APIRouter(tags=["receiving"])
_UPLOAD = multipart(
    "building_id",
    building_id="uuid",
    distinct="true: another paper, although the supplier has used its number already.",
)
_RECURRING = {"rhythm": "monthly", "next_on": "2026-04-01", "until": None}


@router.post("/invoice-files", status_code=201, openapi_extra=_UPLOAD)
async def receive(request: Request, actor: CurrentActor) -> dict[str, Any]:
    """A PDF or a picture, kept as the voucher of a new draft; or an electronic invoice (UBL), which is read into it."""
    async with uploaded(request, actor, Permission.INVOICES_WRITE) as form:
        building, distinct = text_of(form, "building_id"), text_of(form, "distinct") == "true"
        return await run_in_threadpool(_receive, actor, building, distinct, *file_of(form))


def _receive(actor: Actor, building: str, distinct: bool, filename: str, file: BinaryIO) -> dict[str, Any]:
    building_id = chosen_id(building, "building_id")
    inside = for_building(actor, building_id)
    made = call(inside, service.receive, building_id, filename, file, distinct=distinct)
    return {"id": str(made.id), "source": made.source, "supplier_id": made.supplier_id, "gross_cents": made.gross_cents}


@router.get("/invoices/{invoice_id}/file-remarks")
def file_remarks(actor: CurrentActor, invoice_id: UUID) -> Response:
    """What the electronic invoice of a draft says beside its fields, and the supplier it proposes to enter."""
    found = call(actor, service.from_file, invoice_id)
    proposed = found.proposed.model_dump(mode="json") if found.proposed else None
    return json({"remarks": [x.worded(actor.locale) for x in found.remarks], "proposed_supplier": proposed})


@router.post("/invoices/{invoice_id}/supplier", status_code=201)
def enter_supplier(actor: CurrentActor, invoice_id: UUID, distinct: bool = False) -> Response:
    """Enters the supplier that the file names and gives it to the draft."""
    inside = actor
    if actor.organization_id is None:
        inside = acting_in(actor, call(actor, invoices.get_row, invoice_id).organization_id)
    found = call(inside, service.enter_supplier, invoice_id, distinct=distinct)
    return json({"id": found.id, "name": found.name}, 201)


def _recurring(x: RecurringInvoice) -> dict[str, Any]:
    names = ("id", "building_id", "template_id", "rhythm", "next_on", "until", "is_active")
    return {name: getattr(x, name) for name in names}


@router.get("/buildings/{building_id}/recurring-invoices")
def list_recurring(actor: CurrentActor, building_id: UUID) -> Response:
    found = call(actor, service.list_recurring, building_id)
    return json([
        _recurring(x.row) | {"supplier": x.supplier, "description": x.template.description, "gross_cents": x.template.gross_cents}
        for x in found
    ])  # fmt: skip


@router.post("/invoices/{invoice_id}/recurring", status_code=201)
def create_recurring(
    actor: CurrentActor, invoice_id: UUID, body: Annotated[RecurringIn, Body(examples=[_RECURRING])]
) -> Response:
    """Has a draft like this invoice made every month, quarter or year."""
    inside = actor
    if actor.organization_id is None:
        inside = acting_in(actor, call(actor, invoices.get_row, invoice_id).organization_id)
    return json(_recurring(call(inside, service.create_recurring, invoice_id, body)), 201)


@router.put("/recurring-invoices/{recurring_id}/stop")
def stop_recurring(actor: CurrentActor, recurring_id: UUID) -> Response:
    return json(_recurring(call(actor, service.stop_recurring, recurring_id)))


@router.post("/buildings/{building_id}/recurring-invoices/due")
def make_due(actor: CurrentActor, building_id: UUID) -> Response:
    """Makes the drafts that are due, which the night does too; each day's is made once."""
    made = call(for_building(actor, building_id), service.make_due, building_id)
    return json({"made": [str(x.id) for x in made]})
