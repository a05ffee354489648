"""REST of the contract's expenses and invoices (one thing, one id), in euros, and of their distribution."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, Field

from koprogo_app.api import AskedPage, CurrentActor, acting_in, envelope, euros, example, json
from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import Invalid, NotFound, Unauthorized
from koprogo_app.core.listing import Asked
from koprogo_app.core.money import Cents
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.invoices.amounts import signed
from koprogo_app.modules.invoices.models import Invoice

from . import pdf, rules, service
from .service import ExpenseIn, Shown

router = APIRouter(tags=["expenses"])
SORTS = {
    "expense_date": "issued_on",
    "amount": "gross_cents",
    "created_at": "created_at",
    "payment_status": "payment",
}
CategoryName = Literal[
    "Maintenance", "Repairs", "Insurance", "Utilities", "Cleaning", "Administration", "Works", "Other"
]  # fmt: skip
Text = Annotated[str, Field(min_length=1, max_length=300)]
_BUILDING = "0199e6a4-8f3c-7c31-9d0a-3f5f3b1f7c10"


class ExpenseBody(BaseModel):
    """CreateExpenseDto: `amount` is what it costs with VAT."""

    organization_id: str | None = None
    building_id: UUID
    category: CategoryName
    description: Text
    amount: Decimal
    expense_date: AwareDatetime
    supplier: Annotated[str, Field(max_length=200)] | None = None
    invoice_number: Annotated[str, Field(max_length=60)] | None = None
    account_code: Annotated[str, Field(max_length=40)] | None = None

    model_config = example(
        building_id=_BUILDING, category="Maintenance", description="Lift, March", amount=121.0,
        expense_date="2026-03-01T00:00:00Z", supplier="Ascenseurs Meunier", invoice_number="F26-40871",
    )  # fmt: skip


class DraftBody(BaseModel):
    """CreateInvoiceDraftDto."""

    organization_id: str | None = None
    building_id: UUID
    category: CategoryName
    description: Text
    amount_excl_vat: Decimal
    vat_rate: Decimal
    invoice_date: AwareDatetime
    due_date: AwareDatetime | None = None
    supplier: Annotated[str, Field(max_length=200)] | None = None
    invoice_number: Annotated[str, Field(max_length=60)] | None = None

    model_config = example(
        building_id=_BUILDING, category="Maintenance", description="Lift, March", amount_excl_vat=1000.0, vat_rate=21.0,
        invoice_date="2026-03-01T00:00:00Z", due_date="2026-03-31T00:00:00Z", supplier="Ascenseurs Meunier",
    )  # fmt: skip


class DraftChange(BaseModel):
    """UpdateInvoiceDraftDto: what is absent stays."""

    description: Text | None = None
    category: CategoryName | None = None
    amount_excl_vat: Decimal | None = None
    vat_rate: Decimal | None = None
    invoice_date: AwareDatetime | None = None
    due_date: AwareDatetime | None = None
    supplier: Annotated[str, Field(max_length=200)] | None = None
    invoice_number: Annotated[str, Field(max_length=60)] | None = None

    model_config = example(description="Lift, March", amount_excl_vat=900.0)


class RejectBody(BaseModel):
    """RejectInvoiceDto. Who refuses is the person of the token, whatever the body names."""

    rejected_by_user_id: str
    rejection_reason: Annotated[str, Field(min_length=1, max_length=500)]

    model_config = example(rejected_by_user_id="me", rejection_reason="Wrong building")


def _moment(day: date | None) -> str | None:
    return f"{day}T00:00:00+00:00" if day else None


def expense_wire(x: Shown) -> dict[str, Any]:
    """ExpenseResponseDto."""
    i = x.invoice
    account = x.lines[0].line.account if x.lines else ""
    return {
        "id": i.id, "building_id": i.building_id, "category": rules.shown(i.category), "description": i.description,
        "amount": euros(signed(i.kind, i.gross_cents)), "expense_date": _moment(i.issued_on), "payment_status": i.payment,
        "approval_status": rules.approval_of(i), "supplier": x.supplier or None, "invoice_number": i.number or None,
        "account_code": account or None, "contractor_report_id": None,
    }  # fmt: skip


def invoice_wire(x: Shown) -> dict[str, Any]:
    """InvoiceResponseDto; the amounts of VAT are null when the rate is not known. Ours beside: number of the entry, voucher."""
    i: Invoice = x.invoice
    rates = {line.line.vat_percent for line in x.lines}
    known = None not in rates and bool(rates)
    return {
        "id": i.id, "organization_id": i.organization_id, "building_id": i.building_id, "category": rules.shown(i.category),
        "description": i.description, "amount": euros(signed(i.kind, i.gross_cents)),
        "amount_excl_vat": euros(signed(i.kind, i.net_cents)) if known else None,
        "vat_rate": float(next(iter(rates)) or 0) if known and len(rates) == 1 else None,
        "vat_amount": euros(signed(i.kind, i.vat_cents)) if known else None,
        "amount_incl_vat": euros(signed(i.kind, i.gross_cents)) if known else None,
        "expense_date": _moment(i.issued_on), "invoice_date": _moment(i.issued_on), "due_date": _moment(i.due_on),
        "paid_date": _moment(i.paid_on), "approval_status": rules.approval_of(i), "submitted_at": i.submitted_at,
        "approved_by": i.approved_by, "approved_at": i.approved_at, "rejection_reason": i.refusal_reason,
        "payment_status": i.payment, "supplier": x.supplier or None, "invoice_number": i.number or None,
        "contractor_report_id": None, "created_at": i.created_at, "updated_at": i.updated_at, "kind": i.kind,
        "entry_id": i.entry_id, "payment_entry_id": i.payment_entry_id, "document_id": i.document_id,
    }  # fmt: skip


def _in_office(actor: Actor) -> Actor:
    """The contract: 401 for the platform administrator, who is in no office."""
    if actor.organization_id is None:
        raise Unauthorized("Choose an organisation first.")
    return actor


def _act(actor: Actor, fn: Callable[..., Invoice], invoice_id: UUID, *args: Any, **more: Any) -> Shown:
    """One action on an invoice. The contract's habit: what is not found by an action is 400."""
    try:
        inside = actor
        if actor.organization_id is None:
            inside = acting_in(actor, call(actor, service.get_expense, invoice_id).invoice.organization_id)
        call(inside, fn, invoice_id, *args, **more)
        return call(inside, service.get_expense, invoice_id)
    except NotFound as error:
        raise Invalid(error.message, **dict[str, Any](error.params)) from None


def _create(actor: Actor, building_id: UUID, data: ExpenseIn) -> Shown:
    try:
        return call(actor, service.get_expense, call(actor, service.create_expense, building_id, data).id)
    except NotFound as error:
        raise Invalid(error.message, field="building_id") from None


# --- Expenses --------------------------------------------------------------------------------------------------------


@router.post("/expenses", status_code=201)
def create_expense(actor: CurrentActor, body: ExpenseBody) -> Response:
    data = ExpenseIn(
        category=rules.category_of(body.category), description=body.description, net=rules.amount_of(body.amount, "amount"),
        rate=None, on=body.expense_date.date(), supplier=body.supplier or "",
        number=body.invoice_number or "", account=body.account_code or "",
    )  # fmt: skip
    return json(expense_wire(_create(_in_office(actor), body.building_id, data)), 201)


@router.get("/expenses")
def list_expenses(actor: CurrentActor, page: AskedPage) -> Response:
    sort = page.sort_by or "expense_date"
    if sort not in SORTS:
        raise Invalid("Cannot sort by “{column}”.", field="sort_by", column=sort)
    asked = Asked(page.page, page.per_page, SORTS[sort], page.order == "desc")
    found = call(_in_office(actor), service.list_expenses, asked)
    return json(envelope([expense_wire(x) for x in found.rows], found.total, page))


@router.get("/expenses/{invoice_id}")
def get_expense(actor: CurrentActor, invoice_id: UUID) -> Response:
    return json(expense_wire(call(actor, service.get_expense, invoice_id)))


@router.get("/buildings/{building_id}/expenses")
def list_of_building(actor: CurrentActor, building_id: UUID) -> Response:
    return json([expense_wire(x) for x in call(actor, service.list_of_building, building_id)])


@router.put("/expenses/{invoice_id}/mark-paid")
def mark_paid(actor: CurrentActor, invoice_id: UUID) -> Response:
    """Enters the payment of today, from the account of the working capital."""
    return json(expense_wire(_act(actor, service.pay_expense, invoice_id)))


@router.post("/expenses/{invoice_id}/mark-overdue")
def mark_overdue(actor: CurrentActor, invoice_id: UUID) -> Response:
    return json(expense_wire(_act(actor, service.mark_overdue, invoice_id)))


@router.post("/expenses/{invoice_id}/cancel")
def cancel(actor: CurrentActor, invoice_id: UUID) -> Response:
    return json(expense_wire(_act(actor, service.cancel_expense, invoice_id)))


@router.post("/expenses/{invoice_id}/reactivate")
def reactivate(actor: CurrentActor, invoice_id: UUID) -> Response:
    return json(expense_wire(_act(actor, service.reactivate_expense, invoice_id)))


@router.post("/expenses/{invoice_id}/unpay")
def unpay(actor: CurrentActor, invoice_id: UUID) -> Response:
    """Reverses the entry of the payment."""
    return json(expense_wire(_act(actor, service.unpay_expense, invoice_id)))


@router.get("/expenses/{invoice_id}/export-quote-pdf", responses={200: {"content": {"application/pdf": {}}}})
def export_quote(
    actor: CurrentActor, invoice_id: UUID, contractor_name: Annotated[str, Query(min_length=1, max_length=200)],
    contractor_contact: Annotated[str, Query(min_length=1, max_length=200)],
    timeline: Annotated[str, Query(min_length=1, max_length=300)],
) -> Response:  # fmt: skip
    """The works of this expense as a quote to sign, in the language of the co-ownership."""
    found = call(actor, service.get_expense, invoice_id)
    building = call(actor, buildings.get_building, found.invoice.building_id)
    paper = pdf.quote_pdf(found, building, contractor_name, contractor_contact, timeline)
    headers = {"Content-Disposition": f'attachment; filename="quote-{invoice_id}.pdf"'}
    return Response(paper, media_type="application/pdf", headers=headers)


# --- Invoices --------------------------------------------------------------------------------------------------------


@router.post("/invoices/draft", status_code=201)
def create_draft(actor: CurrentActor, body: DraftBody) -> Response:
    data = ExpenseIn(
        category=rules.category_of(body.category), description=body.description, rate=rules.rate_of(body.vat_rate),
        net=rules.amount_of(body.amount_excl_vat, "amount_excl_vat"), on=body.invoice_date.date(),
        due_on=body.due_date.date() if body.due_date else None, supplier=body.supplier or "",
        number=body.invoice_number or "",
    )  # fmt: skip
    return json(invoice_wire(_create(_in_office(actor), body.building_id, data)), 201)


@router.get("/invoices/pending")
def list_pending(actor: CurrentActor) -> Response:
    found = call(_in_office(actor), service.list_pending)
    return json({"invoices": [invoice_wire(x) for x in found], "count": len(found)})


@router.get("/invoices/{invoice_id}")
def get_invoice(actor: CurrentActor, invoice_id: UUID) -> Response:
    return json(invoice_wire(call(actor, service.get_expense, invoice_id)))


@router.put("/invoices/{invoice_id}")
def update_draft(actor: CurrentActor, invoice_id: UUID, body: DraftChange) -> Response:
    change: dict[str, Any] = {}
    if body.description is not None:
        change["description"] = body.description
    if body.category is not None:
        change["category"] = rules.category_of(body.category)
    if body.amount_excl_vat is not None:
        change["net"] = rules.amount_of(body.amount_excl_vat, "amount_excl_vat")
    if body.vat_rate is not None:
        change["rate"] = rules.rate_of(body.vat_rate)
    if body.invoice_date is not None:
        change["issued_on"] = body.invoice_date.date()
    if body.due_date is not None:
        change["due_on"] = body.due_date.date()
    if body.supplier is not None:
        change["supplier"] = body.supplier
    if body.invoice_number is not None:
        change["number"] = body.invoice_number
    return json(invoice_wire(_act(actor, service.update_expense, invoice_id, **change)))


@router.put("/invoices/{invoice_id}/submit")
def submit(actor: CurrentActor, invoice_id: UUID) -> Response:
    return json(invoice_wire(_act(actor, service.submit_expense, invoice_id)))


@router.put("/invoices/{invoice_id}/approve")
def approve(actor: CurrentActor, invoice_id: UUID) -> Response:
    """Approves and posts, in one. Whoever the body names, it is the person of the token who approves."""
    return json(invoice_wire(_act(actor, service.approve_expense, invoice_id)))


@router.put("/invoices/{invoice_id}/reject")
def reject(actor: CurrentActor, invoice_id: UUID, body: RejectBody) -> Response:
    return json(invoice_wire(_act(actor, service.reject_expense, invoice_id, body.rejection_reason)))


# --- Distribution ----------------------------------------------------------------------------------------------------


def _distribution(rows: list[Any]) -> Response:
    """ChargeDistributionResponseDto."""
    return json(
        [
            {
                "id": x.id, "expense_id": x.invoice_id, "unit_id": x.lot_id, "owner_id": x.owner_id,
                "quota_percentage": float(x.portion), "amount_due": euros(Cents(x.amount_cents)), "created_at": x.created_at,
            }
            for x in rows
        ]
    )  # fmt: skip


@router.post("/invoices/{invoice_id}/calculate-distribution")
def calculate(actor: CurrentActor, invoice_id: UUID) -> Response:
    try:
        inside = actor
        if actor.organization_id is None:
            inside = acting_in(actor, call(actor, service.get_expense, invoice_id).invoice.organization_id)
        return _distribution(call(inside, service.calculate_distribution, invoice_id))
    except NotFound as error:
        raise Invalid(error.message) from None


@router.get("/invoices/{invoice_id}/distribution")
def get_distribution(actor: CurrentActor, invoice_id: UUID) -> Response:
    return _distribution(call(actor, service.get_distribution, invoice_id))


@router.get("/owners/{owner_id}/distributions")
def list_distributions(actor: CurrentActor, owner_id: UUID) -> Response:
    return _distribution(call(actor, service.list_distributions, owner_id))


@router.get("/owners/{owner_id}/total-due")
def get_total_due(actor: CurrentActor, owner_id: UUID) -> Response:
    return json({"owner_id": owner_id, "total_due": euros(call(actor, service.total_due, owner_id))})
