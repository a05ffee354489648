"""REST of invoices in our own conventions: integer cents, lines with account and key. The contract's routes are in expenses."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Query, Response
from pydantic import BaseModel, Field

from koprogo_app.api import AskedPage, CurrentActor, acting_in, envelope, example, json
from koprogo_app.core.actor import Actor
from koprogo_app.core.i18n import translate
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.buildings.api import for_building

from . import service, workflow
from .models import Invoice, InvoiceIn, SettingIn
from .rules import Fund
from .service import Lined, Whole

router = APIRouter(tags=["invoices"])
_LINE = {
    "account": "610100", "description": "Maintenance, March", "quantity": "1", "unit_price": "100.00", "vat_percent": "21",
    "tenant_percent": 100,
}  # fmt: skip
_INVOICE = {
    "number": "F26-40871", "issued_on": "2026-03-01", "description": "Lift, March", "category": "maintenance",
    "stated_cents": 12100, "lines": [_LINE],
}  # fmt: skip
InvoiceBody = Annotated[InvoiceIn, Body(examples=[_INVOICE])]
Distinct = Annotated[bool, Query(description="It is another paper, although the supplier has used its number already.")]


class ReasonBody(BaseModel):
    reason: Annotated[str, Field(min_length=1, max_length=500)]

    model_config = example(reason="Wrong key")


class PayBody(BaseModel):
    """`paid_on`: today when it is absent."""

    fund: Fund = Fund.WORKING
    paid_on: date | None = None

    model_config = example(fund="working", paid_on="2026-03-20")


def _line(x: Lined) -> dict[str, Any]:
    names = ("account", "description", "quantity", "unit_price", "vat_percent", "net_cents", "vat_cents", "gross_cents", "key_id",
             "owner_id", "period_from", "period_until", "ordinary", "tenant_percent")  # fmt: skip
    return {name: getattr(x.line, name) for name in names} | {"excluded": x.excluded}


def wire(whole: Whole) -> dict[str, Any]:
    """An invoice with lines and history. Quantities, prices and rates are exact decimals in text."""
    i = whole.invoice
    names = ("id", "building_id", "supplier_id", "kind", "number", "issued_on", "due_on", "received_on", "booked_on", "description",
             "category", "source", "approval", "payment", "net_cents", "vat_cents", "gross_cents", "stated_cents",
             "payment_reference", "payment_iban", "document_id", "refusal_reason", "submitted_by", "submitted_at", "approved_by",
             "approved_at", "entry_id", "paid_on", "paid_from", "payment_entry_id", "created_at", "updated_at")  # fmt: skip
    steps = [
        {"action": x.action, "at": x.created_at, "by": x.done_by, "reason": x.reason, "entry_id": x.entry_id}
        for x in whole.steps
    ]
    shown = {name: getattr(i, name) for name in names}
    return shown | {"supplier": whole.supplier, "lines": [_line(x) for x in whole.lines], "steps": steps}


def _inside(actor: Actor, invoice_id: UUID) -> Actor:
    """The actor in the office of the invoice: the platform administrator is in none."""
    if actor.organization_id:
        return actor
    return acting_in(actor, call(actor, service.get_row, invoice_id).organization_id)


def _act(actor: Actor, fn: Callable[..., Invoice], invoice_id: UUID, *args: Any) -> Response:
    inside = _inside(actor, invoice_id)
    return json(wire(call(inside, service.get_invoice, call(inside, fn, invoice_id, *args).id)))


@router.get("/buildings/{building_id}/invoices")
def list_invoices(
    actor: CurrentActor, building_id: UUID, page: AskedPage, search: str = "", status: str = "", supplier_id: UUID | None = None
) -> Response:  # fmt: skip
    """`status`: draft, submitted, refused, to_pay, late, paid, cancelled, unpaid (to_pay and late) or waiting (to decide or pay)."""
    filters = {"status": status, "supplier": str(supplier_id or "")}
    asked = Asked(page.page, page.per_page, page.sort_by or "", page.order == "desc", search, filters)
    found = call(actor, service.list_invoices, building_id, asked)
    return json(envelope([row._asdict() for row in found.rows], found.total, page))


@router.post("/buildings/{building_id}/invoices", status_code=201)
def create_invoice(actor: CurrentActor, building_id: UUID, body: InvoiceBody, distinct: Distinct = False) -> Response:
    """Enters a draft. With `key`, an invoice sent twice is kept once."""
    inside = for_building(actor, building_id)
    made = call(inside, service.create_invoice, building_id, body, distinct=distinct)
    return json(wire(call(inside, service.get_invoice, made.id)), 201)


@router.get("/invoices/{invoice_id}/details")
def get_details(actor: CurrentActor, invoice_id: UUID) -> Response:
    """The invoice with its lines and what befell it."""
    return json(wire(call(actor, service.get_invoice, invoice_id)))


@router.put("/invoices/{invoice_id}/details")
def update_invoice(actor: CurrentActor, invoice_id: UUID, body: InvoiceBody, distinct: Distinct = False) -> Response:
    """All of a draft or a refused invoice: its lines are replaced."""
    inside = _inside(actor, invoice_id)
    call(inside, service.update_invoice, invoice_id, body, distinct=distinct)
    return json(wire(call(inside, service.get_invoice, invoice_id)))


@router.get("/invoices/{invoice_id}/preview")
def preview(actor: CurrentActor, invoice_id: UUID) -> Response:
    """What each owner pays, line by line and in all."""
    found = call(actor, service.preview, invoice_id)
    costs = [
        [
            {"lot_id": x.part.lot_id, "lot": x.lot, "owner_id": x.part.owner_id, "owner": x.owner, "cents": x.part.cents,
             "vat_cents": x.part.vat_cents, "tenant_cents": x.part.tenant_cents, "days": x.part.days}
            for x in cost
        ]
        for cost in found.costs
    ]  # fmt: skip
    totals = [{"owner_id": x.owner_id, "owner": x.owner, "cents": x.owed.cents} for x in found.totals]
    return json({"costs": costs, "totals": totals})


@router.get("/invoices/{invoice_id}/remarks")
def list_remarks(actor: CurrentActor, invoice_id: UUID) -> Response:
    """What to look at before approving; `invoice_id` is another invoice that may be the same one."""
    found = call(actor, service.remarks, invoice_id)
    return json([
        {"text": translate(actor.locale, x.message, **x.params), "invoice_id": x.invoice_id or None} for x in found
    ])  # fmt: skip


@router.put("/invoices/{invoice_id}/undo-posting")
def undo_posting(actor: CurrentActor, invoice_id: UUID, body: ReasonBody) -> Response:
    """Reverses the entry; the invoice is a draft again."""
    return _act(actor, workflow.undo_posting, invoice_id, body.reason)


@router.put("/invoices/{invoice_id}/pay")
def pay(actor: CurrentActor, invoice_id: UUID, body: PayBody) -> Response:
    """Enters the payment, from the account of a fund, on a day."""
    return _act(actor, workflow.pay_invoice, invoice_id, body.fund, body.paid_on)


@router.put("/invoices/{invoice_id}/unpay")
def unpay(actor: CurrentActor, invoice_id: UUID, body: ReasonBody) -> Response:
    """Reverses the entry of the payment."""
    return _act(actor, workflow.unpay_invoice, invoice_id, body.reason)


@router.get("/buildings/{building_id}/suppliers/{supplier_id}/suggestion")
def suggest(actor: CurrentActor, building_id: UUID, supplier_id: UUID) -> Response:
    """What the next invoice of this supplier probably is: as the last approved one."""
    found = call(actor, service.suggest, building_id, supplier_id)
    names = ("account", "vat_percent", "key_id", "category", "ordinary", "tenant_percent", "due_days")
    return json({name: getattr(found, name) for name in names})


@router.get("/buildings/{building_id}/invoice-settings")
def get_setting(actor: CurrentActor, building_id: UUID) -> Response:
    return json(call(actor, service.get_setting, building_id).model_dump())


@router.put("/buildings/{building_id}/invoice-settings")
def set_setting(
    actor: CurrentActor, building_id: UUID, body: Annotated[SettingIn, Body(examples=[{"four_eyes_cents": 250000}])]
) -> Response:
    return json(call(for_building(actor, building_id), service.set_setting, building_id, body).model_dump())
