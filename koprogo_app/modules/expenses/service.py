"""Invoices for clients of the contract, who know neither accounts nor keys nor books: what they leave open is filled in.

The supplier is found by name or entered; the account follows the category; the shares of the deed are the key; books that
are not open yet are opened, and years added, for the day on which something is to be posted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import N_, translate
from koprogo_app.core.listing import Asked, Listed
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.modules.accounts import rules as years
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import BookIn, YearIn
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.invoices import service as invoices
from koprogo_app.modules.invoices import workflow
from koprogo_app.modules.invoices.models import Invoice, InvoiceIn, InvoiceLine, LineIn
from koprogo_app.modules.invoices.rules import Action, Approval, Category, Fund, Payment, check
from koprogo_app.modules.invoices.service import Lined
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.modules.suppliers.models import Supplier, SupplierIn

from . import rules
from .models import ChargeDistribution

LONGEST_GAP = 10  # financial years that are added for a day to come


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpenseIn:
    """Of the contract. `net` in cents without VAT at `rate` percent; without a rate, what it costs in all."""

    category: Category
    description: str
    net: Cents
    rate: Decimal | None
    on: date
    due_on: date | None = None
    supplier: str = ""
    number: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """An invoice with what the contract says of it beside its row."""

    invoice: Any  # an Invoice, or a row of invoices.COLUMNS
    supplier: str
    lines: Sequence[Lined]


# --- Read ------------------------------------------------------------------------------------------------------------


@requires(Permission.INVOICES_READ)
def get_expense(s: Session, actor: Actor, invoice_id: UUID) -> Shown:
    """NotFound when the reader cannot see it."""
    whole = invoices.get_invoice(s, actor, invoice_id)
    return Shown(whole.invoice, whole.supplier, whole.lines)


@requires(Permission.INVOICES_READ)
def list_expenses(s: Session, actor: Actor, asked: Asked) -> Listed:
    """One page of Shown, of every building."""
    found = invoices.list_invoices(s, actor, None, asked)
    return Listed(_shown(s, found.rows), found.total)


@requires(Permission.INVOICES_READ)
def list_of_building(s: Session, actor: Actor, building_id: UUID) -> list[Shown]:
    """Every invoice of a building as Shown, by date. NotFound for the building."""
    buildings.get_building(s, actor, building_id)
    wanted = invoices.named(actor).where(Invoice.building_id == building_id)
    return _shown(s, s.execute(wanted.order_by(col(Invoice.issued_on), col(Invoice.id))).all())


@requires(Permission.INVOICES_APPROVE)
def list_pending(s: Session, actor: Actor) -> list[Shown]:
    """What waits for approval, the oldest first."""
    wanted = invoices.visible(actor).where(
        Invoice.approval == Approval.SUBMITTED, col(Invoice.payment).in_(invoices.OPEN)
    )
    found = list(s.exec(wanted.order_by(col(Invoice.submitted_at), col(Invoice.id))))
    names = {i: name for i, name in s.exec(_names(found))} if found else {}
    lines = invoices.lines_of(s, [x.id for x in found])
    return [Shown(x, names.get(x.supplier_id, ""), lines.get(x.id, [])) for x in found]


def _names(found: Sequence[Invoice]) -> Any:
    return select(Supplier.id, Supplier.name).where(col(Supplier.id).in_({x.supplier_id for x in found}))


def _shown(s: Session, rows: Sequence[Any]) -> list[Shown]:
    lines = invoices.lines_of(s, [row.id for row in rows])
    return [Shown(row, row.supplier or "", lines.get(row.id, [])) for row in rows]


# --- Enter -----------------------------------------------------------------------------------------------------------


@requires(Permission.INVOICES_WRITE, audit=N_("invoice entered"))
def create_expense(s: Session, actor: Actor, building_id: UUID, data: ExpenseIn) -> Invoice:
    """Enters a draft of one line. NotFound for the building."""
    building = buildings.get_building(s, actor, building_id)
    supplier_id = _supplier(s, actor, building, data.supplier) if data.supplier.strip() else None
    given = InvoiceIn(
        supplier_id=supplier_id, number=data.number.strip(), issued_on=data.on, due_on=data.due_on, description=data.description,
        category=data.category, lines=[_line(data.net, data.rate, data.account, data.description)],
    )  # fmt: skip
    return invoices.create_invoice(s, actor, building_id, given, distinct=True, any_rate=True)


@requires(Permission.INVOICES_WRITE, audit=N_("invoice changed"))
def update_expense(
    s: Session, actor: Actor, invoice_id: UUID, *, net: Cents | None = None, rate: Decimal | None = None, **change: Any
) -> Invoice:  # fmt: skip
    """Changes what is given of a draft or a refused invoice: fields of ExpenseIn. A new amount or rate makes it one line."""
    shown = get_expense(s, actor, invoice_id)
    invoice, lines = shown.invoice, [_copied(x) for x in shown.lines]
    if net is not None or rate is not None:
        kept = shown.lines[0].line if shown.lines else None
        total = Cents(invoice.net_cents) if net is None else net
        percent = rate if rate is not None or kept is None else kept.vat_percent
        lines = [_line(total, percent, kept.account if kept else "", invoice.description)]
    supplier_id = invoice.supplier_id
    if (name := change.pop("supplier", None)) is not None:
        building = buildings.get_building(s, actor, invoice.building_id)
        supplier_id = _supplier(s, actor, building, name) if name.strip() else None
    kept_fields = ("kind", "number", "issued_on", "due_on", "received_on", "booked_on", "description", "category", "stated_cents",
                   "payment_reference", "payment_iban", "document_id")  # fmt: skip
    values = {name: getattr(invoice, name) for name in kept_fields} | change
    if "due_on" not in change and values["due_on"] and values["due_on"] < values["issued_on"]:
        values["due_on"] = None  # anew, from the supplier's days to pay
    given = InvoiceIn(**values, supplier_id=supplier_id, lines=lines)
    return invoices.update_invoice(s, actor, invoice_id, given, distinct=True, any_rate=True)


def _line(net: Cents, rate: Decimal | None, account: str, words: str) -> LineIn:
    return LineIn(account=account.strip(), description=words[:300], unit_price=Decimal(net) / 100, vat_percent=rate)


def _copied(x: Lined) -> LineIn:
    names = ("account", "description", "quantity", "unit_price", "vat_percent", "vat_cents", "key_id", "owner_id", "period_from",
             "period_until", "ordinary", "tenant_percent")  # fmt: skip
    return LineIn(**{name: getattr(x.line, name) for name in names}, excluded=list(x.excluded))


def _supplier(s: Session, actor: Actor, building: Building, name: str) -> UUID:
    """The supplier of this name, entered when the directory has none."""
    found = suppliers.resolve(s, actor, name=name)
    if found is None:
        new = SupplierIn(name=name.strip()[:200], language=building.language)
        found = suppliers.create_supplier(s, actor, new, distinct=True)
    return found.id


# --- Decide ----------------------------------------------------------------------------------------------------------


@requires(Permission.INVOICES_WRITE, audit=N_("invoice sent for approval"))
def submit_expense(s: Session, actor: Actor, invoice_id: UUID) -> Invoice:
    """Fills in supplier and accounts, then sends it. Invalid when it has been sent already."""
    invoice = invoices.locked(s, actor, invoice_id)
    check(Action.SUBMIT, invoice)
    if invoice.supplier_id is None:
        building = buildings.get_building(s, actor, invoice.building_id)
        invoice.supplier_id = _supplier(s, actor, building, translate(building.language, rules.SUNDRY))
    for line in s.exec(select(InvoiceLine).where(InvoiceLine.invoice_id == invoice_id, InvoiceLine.account == "")):
        line.account = rules.ACCOUNTS[Category(invoice.category)]
    s.flush()
    return workflow.submit_invoice(s, actor, invoice_id)


@requires(Permission.INVOICES_APPROVE, audit=N_("invoice approved"))
def approve_expense(s: Session, actor: Actor, invoice_id: UUID) -> Invoice:
    """Approves and posts it, whether or not there are lots and owners yet; the books are opened for its day when they are not.

    Invalid unless it waits for approval.
    """
    invoice = invoices.locked(s, actor, invoice_id)
    check(Action.APPROVE, invoice)
    rules.check_report(invoice.category)
    _open_until(s, actor, invoice.building_id, invoice.booked_on or invoice.issued_on)
    return workflow.approve_invoice(s, actor, invoice_id, shared=False)


@requires(Permission.INVOICES_APPROVE, audit=N_("invoice refused"))
def reject_expense(s: Session, actor: Actor, invoice_id: UUID, reason: str) -> Invoice:
    """Invalid unless it waits for approval, and for a blank reason."""
    check(Action.REFUSE, invoices.locked(s, actor, invoice_id))
    return workflow.refuse_invoice(s, actor, invoice_id, reason)


@requires(Permission.INVOICES_WRITE, audit=N_("invoice paid"))
def pay_expense(s: Session, actor: Actor, invoice_id: UUID) -> Invoice:
    """Enters its payment of today from the working capital's account. Invalid unless it is approved, and the second time."""
    invoice = invoices.locked(s, actor, invoice_id)
    check(Action.PAY, invoice)
    _open_until(s, actor, invoice.building_id, clock.today())
    return workflow.pay_invoice(s, actor, invoice_id, Fund.WORKING)


@requires(Permission.INVOICES_WRITE, audit=N_("payment of an invoice undone"))
def unpay_expense(s: Session, actor: Actor, invoice_id: UUID) -> Invoice:
    """Invalid unless it is paid."""
    check(Action.UNPAY, invoices.locked(s, actor, invoice_id))
    return workflow.unpay_invoice(s, actor, invoice_id, translate(actor.locale, rules.UNPAID))


@requires(Permission.INVOICES_WRITE, audit=N_("invoice marked overdue"))
def mark_overdue(s: Session, actor: Actor, invoice_id: UUID) -> Invoice:
    """Invalid unless its payment is waited for."""
    check(Action.OVERDUE, invoices.locked(s, actor, invoice_id))
    return workflow.mark_overdue(s, actor, invoice_id)


@requires(Permission.INVOICES_WRITE, audit=N_("invoice cancelled"))
def cancel_expense(s: Session, actor: Actor, invoice_id: UUID) -> Invoice:
    """Puts it aside, out of the books when it is there (for who may approve). Invalid when it is paid or cancelled."""
    invoice = invoices.locked(s, actor, invoice_id)
    if invoice.approval == Approval.POSTED and invoice.payment != Payment.PAID:
        workflow.undo_posting(s, actor, invoice_id, translate(actor.locale, rules.CANCELLED))
    check(Action.CANCEL, invoice)
    return workflow.cancel_invoice(s, actor, invoice_id)


@requires(Permission.INVOICES_WRITE, audit=N_("cancelled invoice taken up again"))
def reactivate_expense(s: Session, actor: Actor, invoice_id: UUID) -> Invoice:
    """Invalid unless it is cancelled."""
    check(Action.REACTIVATE, invoices.locked(s, actor, invoice_id))
    return workflow.reactivate_invoice(s, actor, invoice_id, distinct=True)


def _open_until(s: Session, actor: Actor, building_id: UUID, day: date) -> None:
    """Books that hold a day: opened with the year around it, or with the years that are missing up to it."""
    building = buildings.get_building(s, actor, building_id)
    found = accounts.list_years(s, actor, building_id)
    if not found:
        first, last = years.year_around(day, building.fiscal_month, building.fiscal_day)
        accounts.open_books(s, actor, building_id, BookIn(starts_on=first, ends_on=last))
        return
    ends = found[0].ends_on
    for _ in range(LONGEST_GAP):
        if day <= ends:
            return
        first, ends = accounts.proposed_year(s, actor, building_id)
        accounts.add_year(s, actor, building_id, YearIn(starts_on=first, ends_on=ends))


# --- Distribution ----------------------------------------------------------------------------------------------------


@requires(Permission.INVOICES_WRITE, audit=N_("distribution of an invoice worked out"))
def calculate_distribution(s: Session, actor: Actor, invoice_id: UUID) -> list[ChargeDistribution]:
    """Works out who pays what of an approved invoice, with VAT, and keeps it in place of what was kept. It adds up exactly."""
    invoice = invoices.locked(s, actor, invoice_id)
    if invoice.approval != Approval.POSTED:
        raise Invalid("Only an approved invoice is shared out.")
    shares = invoices.preview(s, actor, invoice_id)
    due: dict[tuple[UUID | None, UUID], int] = {}
    for charged in (one for cost in shares.costs for one in cost):
        who = (charged.part.lot_id, charged.part.owner_id)
        due[who] = due.get(who, 0) + charged.part.cents
    for old in s.exec(select(ChargeDistribution).where(ChargeDistribution.invoice_id == invoice_id)):
        s.delete(old)
    s.flush()
    whole = sum(due.values())
    made = [
        ChargeDistribution(
            building_id=invoice.building_id, invoice_id=invoice_id, lot_id=lot_id, owner_id=owner_id, amount_cents=cents,
            portion=rules.portion(Cents(cents), whole),
        )
        for (lot_id, owner_id), cents in due.items()
    ]  # fmt: skip
    s.add_all(made)
    s.flush()
    return made


@requires(Permission.INVOICES_READ)
def get_distribution(s: Session, actor: Actor, invoice_id: UUID) -> list[ChargeDistribution]:
    """What was worked out last; nothing while nobody asked, or once the invoice has left the books."""
    invoices.get_row(s, actor, invoice_id)
    return list(s.exec(_kept(actor).where(ChargeDistribution.invoice_id == invoice_id)))


@requires(Permission.INVOICES_READ)
def list_distributions(s: Session, actor: Actor, owner_id: UUID) -> list[ChargeDistribution]:
    """What was worked out for an owner, of every approved invoice. NotFound for the owner."""
    owners.get_owner(s, actor, owner_id)
    return list(s.exec(_kept(actor).where(ChargeDistribution.owner_id == owner_id)))


@requires(Permission.INVOICES_READ)
def total_due(s: Session, actor: Actor, owner_id: UUID) -> Cents:
    """The sum of what list_distributions() has."""
    owners.get_owner(s, actor, owner_id)
    kept = _kept(actor).where(ChargeDistribution.owner_id == owner_id).order_by(None).subquery()
    return Cents(int(s.exec(select(func.coalesce(func.sum(kept.c.amount_cents), 0))).one()))


def _kept(actor: Actor) -> Any:
    wanted = invoices.visible(actor, ChargeDistribution).where(
        ChargeDistribution.invoice_id == Invoice.id, Invoice.approval == Approval.POSTED
    )
    return wanted.order_by(ChargeDistribution.id)
