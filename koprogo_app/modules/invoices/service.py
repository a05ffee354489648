"""What one can do with invoices before they are decided on: enter, change, list, compare, preview. Decisions: workflow.py."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, or_
from sqlmodel import Session, col, func, select

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.core.listing import Asked, Listed, contains, page_of, unaccented
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.core.validation import chosen_id
from koprogo_app.modules.accounts.models import Account
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.splits.models import Preview
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.modules.suppliers.models import Supplier

from . import entering, rules
from .access import Lined, lines_of, locked, named, note_step, share_out, visible
from .models import Invoice, InvoiceIn, InvoiceLine, InvoiceSetting, InvoiceStep, SettingIn
from .rules import Action, Approval, Payment, Source, Status
from .vat import Remark, vat_remarks

SORTABLE = {
    "issued_on": col(Invoice.issued_on),
    "due_on": col(Invoice.due_on),
    "gross_cents": col(Invoice.gross_cents),
    "number": col(Invoice.number),
    "supplier": unaccented(Supplier.name),
    "building": unaccented(Building.name),
    "created_at": col(Invoice.created_at),
    "payment": col(Invoice.payment),
}
NOTHING = Cents(0)
STATED = (Source.UBL, Source.RECURRING)  # a file states their rates of VAT, or the invoice that they are copied from
OPEN = (Payment.PENDING, Payment.OVERDUE)
SIGNED = case((col(Invoice.kind) == rules.Kind.CREDIT_NOTE, -col(Invoice.gross_cents)), else_=col(Invoice.gross_cents))


@dataclass(frozen=True, slots=True)
class Whole:
    """An invoice with its lines and what befell it, the oldest first."""

    invoice: Invoice
    building: str
    supplier: str
    lines: Sequence[Lined]
    steps: Sequence[InvoiceStep]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a new line of a supplier probably is; `due_days` after the date of the invoice."""

    account: str = ""
    vat_percent: str = ""
    key_id: UUID | None = None
    category: str = ""
    ordinary: bool = True
    tenant_percent: int = 0
    due_days: int = 30


@dataclass(frozen=True, slots=True)
class Sum:
    """How many invoices, and what they cost together: credit notes are taken off."""

    count: int = 0
    cents: Cents = NOTHING


# --- Read ------------------------------------------------------------------------------------------------------------


@requires(Permission.INVOICES_READ)
def list_invoices(s: Session, actor: Actor, building_id: UUID | None, asked: Asked) -> Listed:
    """One page of COLUMNS, of a building or of all. Filters: status (rules.Status, `unpaid` or `waiting`), supplier (id).

    Search in supplier, number, words and payment reference.
    """
    wanted = named(actor)
    if building_id is not None:
        buildings.get_building(s, actor, building_id)
        wanted = wanted.where(Invoice.building_id == building_id)
    if asked.search.strip():
        words = func.concat_ws(" ", Supplier.name, Invoice.number, Invoice.description, Invoice.payment_reference)
        wanted = wanted.where(contains(words, asked.search))
    if status := asked.filters.get("status"):
        wanted = wanted.where(_in_status(status, clock.today()))
    if supplier := asked.filters.get("supplier"):
        wanted = wanted.where(Invoice.supplier_id == chosen_id(supplier, "supplier"))
    return page_of(s, wanted, asked, SORTABLE, "issued_on")


@requires(Permission.INVOICES_READ)
def sums(s: Session, actor: Actor, building_id: UUID | None = None) -> dict[Status, Sum]:
    """Number and total of the invoices in each status, of a building or of all; credit notes are taken off."""
    late = and_(col(Invoice.due_on).is_not(None), col(Invoice.due_on) < clock.today())
    wanted = visible(actor, Invoice.approval, Invoice.payment, late, func.count(), func.sum(SIGNED))
    if building_id is not None:
        buildings.get_building(s, actor, building_id)
        wanted = wanted.where(Invoice.building_id == building_id)
    found: dict[Status, Sum] = {}
    for approval, payment, past, count, cents in s.execute(wanted.group_by(Invoice.approval, Invoice.payment, late)):
        status = rules.status_of(_State(approval, payment), date.min if past else None, clock.today())
        had = found.get(status, Sum())
        found[status] = Sum(had.count + count, Cents(had.cents + int(cents)))
    return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in a building: invoices to approve, invoices past their day, and the first of those days."""

    building_id: UUID
    to_approve: int
    late: int
    late_since: date | None


@requires(Permission.INVOICES_READ)
def waiting(s: Session, actor: Actor) -> list[Waiting]:
    """The buildings of the reader where an invoice waits for approval or is past its day; one question for all."""
    today = clock.today()
    sent, late = _in_status(Status.SUBMITTED, today), _in_status(Status.LATE, today)
    columns = (func.count().filter(sent), func.count().filter(late), func.min(Invoice.due_on).filter(late))
    wanted = visible(actor, Invoice.building_id, *columns).where(or_(sent, late)).group_by(col(Invoice.building_id))
    return [Waiting(*row) for row in s.execute(wanted)]


@requires(Permission.INVOICES_READ)
def get_invoice(s: Session, actor: Actor, invoice_id: UUID) -> Whole:
    """The invoice with lines and history; NotFound when the reader cannot see it."""
    row = s.execute(
        visible(actor, Invoice, Building.name, Supplier.name)
        .join(Building, col(Building.id) == Invoice.building_id)
        .outerjoin(Supplier, col(Supplier.id) == Invoice.supplier_id)
        .where(Invoice.id == invoice_id)
    ).one_or_none()
    if row is None:
        raise NotFound("This invoice does not exist.")
    steps = s.exec(select(InvoiceStep).where(InvoiceStep.invoice_id == invoice_id).order_by(col(InvoiceStep.id)))
    return Whole(row[0], row[1], row[2] or "", lines_of(s, [invoice_id]).get(invoice_id, []), list(steps))


@requires(Permission.INVOICES_READ)
def get_row(s: Session, actor: Actor, invoice_id: UUID) -> Invoice:
    """The invoice alone. NotFound when the reader cannot see it."""
    found: Invoice | None = s.exec(visible(actor).where(Invoice.id == invoice_id)).one_or_none()
    if found is None:
        raise NotFound("This invoice does not exist.")
    return found


@requires(Permission.INVOICES_READ)
def preview(s: Session, actor: Actor, invoice_id: UUID) -> Preview:
    """What each owner would pay of an invoice, line by line. Invalid beside lines.<n>.<field>: what stops it."""
    invoice = get_row(s, actor, invoice_id)
    return share_out(s, actor, invoice, lines_of(s, [invoice_id]).get(invoice_id, []))


@requires(Permission.INVOICES_READ)
def remarks(s: Session, actor: Actor, invoice_id: UUID) -> list[Remark]:
    """What to look at before approving: VAT rates, and invoices of the supplier that may be the same one."""
    whole = get_invoice(s, actor, invoice_id)
    invoice, building = whole.invoice, buildings.get_building(s, actor, whole.invoice.building_id)
    rates = [x.line.vat_percent for x in whole.lines]
    found = list(vat_remarks(rates, invoice.category, building.construction_year, invoice.issued_on))
    others = entering.alike(
        s, invoice.supplier_id, invoice.number_key, invoice.gross_cents, invoice.issued_on, invoice.id
    )
    same = rules.same_number(others, invoice.kind, invoice.number_key)
    if same:
        text = N_("The supplier’s invoice {number} is here already: make sure that it is not entered twice.")
        found.append(Remark(text, {"number": same.number}, str(same.id), str(same.building_id)))
    near = rules.same_amount(others, invoice.kind, invoice.gross_cents, invoice.issued_on)
    if near and near is not same:
        text = N_("Another invoice of this supplier has the same amount and nearly the same date: compare them.")
        found.append(Remark(text, {}, str(near.id), str(near.building_id)))
    return found


@requires(Permission.INVOICES_READ)
def suggest(s: Session, actor: Actor, building_id: UUID, supplier_id: UUID) -> Suggestion:
    """What the supplier's last approved invoice was: here, else in another building of the office, else its directory entry.

    A key is proposed within its own building only.
    """
    supplier = suppliers.get_supplier(s, actor, supplier_id)
    buildings.get_building(s, actor, building_id)
    last = (
        visible(actor, Invoice, InvoiceLine)
        .join(InvoiceLine, and_(col(InvoiceLine.invoice_id) == Invoice.id, col(InvoiceLine.position) == 0))
        .where(Invoice.supplier_id == supplier_id, Invoice.approval == Approval.POSTED)
        .order_by(col(Invoice.building_id) != building_id, col(Invoice.issued_on).desc(), col(Invoice.id).desc())
    )
    row = s.execute(last.limit(1)).first()
    if row is None:
        rate = "" if supplier.default_vat_rate is None else str(supplier.default_vat_rate)
        return Suggestion(supplier.default_account_code or "", rate, due_days=supplier.payment_days)
    invoice, line = cast(tuple[Invoice, InvoiceLine], tuple(row))
    here = invoice.building_id == building_id
    percent = "" if line.vat_percent is None else f"{line.vat_percent.normalize():f}"
    key_id = line.key_id if here else None
    return Suggestion(
        line.account, percent, key_id, invoice.category, line.ordinary, line.tenant_percent, supplier.payment_days
    )


@requires(Permission.INVOICES_READ)
def get_setting(s: Session, actor: Actor, building_id: UUID) -> SettingIn:
    """The building's rules of approval; four eyes are off until they are set."""
    buildings.get_building(s, actor, building_id)
    found = s.exec(select(InvoiceSetting).where(InvoiceSetting.building_id == building_id)).one_or_none()
    return SettingIn(four_eyes_cents=found.four_eyes_cents if found else None)


# --- Write -----------------------------------------------------------------------------------------------------------


@requires(Permission.INVOICES_APPROVE, audit=N_("rules of approval changed"))
def set_setting(s: Session, actor: Actor, building_id: UUID, data: SettingIn) -> SettingIn:
    """Sets the building's rules of approval."""
    building = buildings.get_building(s, actor, building_id)
    s.exec(select(Building.id).where(Building.id == building.id).with_for_update())
    found = s.exec(select(InvoiceSetting).where(InvoiceSetting.building_id == building_id)).one_or_none()
    if found is None:
        found = InvoiceSetting(building_id=building_id)
        s.add(found)
    found.four_eyes_cents = data.four_eyes_cents
    s.flush()
    return data


@requires(Permission.INVOICES_WRITE, audit=N_("invoice entered"))
def create_invoice(
    s: Session, actor: Actor, building_id: UUID, data: InvoiceIn, *, source: Source = Source.MANUAL, distinct: bool = False,
    any_rate: bool = False,
) -> Invoice:  # fmt: skip
    """Enters a draft; with the same key again, the one there is. Invalid beside the fields, lines.<n>.<field> among them;

    Twice for a number that the supplier has used already, unless `distinct` says that it is another paper. `any_rate`: for
    the contract, whose clients may state any rate of VAT, as an electronic invoice may.
    """
    buildings.get_building(s, actor, building_id)
    if data.key and (there := entering.keyed(s, actor, building_id, data.key)):
        return there
    checked = entering.checked(s, actor, building_id, data, None if any_rate or source in STATED else ())
    if not distinct:
        entering.refuse_twice(s, checked.values, None)
    invoice = Invoice(building_id=building_id, source=source, source_id=data.key, **checked.values)
    s.add(invoice)
    entering.flush_once(s)
    entering.put_lines(s, invoice, checked.lines)
    note_step(s, actor, invoice, "create")
    return invoice


@requires(Permission.INVOICES_WRITE, audit=N_("invoice changed"))
def update_invoice(
    s: Session, actor: Actor, invoice_id: UUID, data: InvoiceIn, *, distinct: bool = False, any_rate: bool = False
) -> Invoice:  # fmt: skip
    """Changes a draft or a refused invoice, its lines with it. Refusals as for create_invoice; the rates of VAT that a file
    stated may stay."""
    invoice = locked(s, actor, invoice_id)
    rules.check(Action.EDIT, invoice)
    lines = s.exec(select(InvoiceLine).where(InvoiceLine.invoice_id == invoice_id)).all()
    stated = {x.vat_percent for x in lines if x.vat_percent is not None} if invoice.source in STATED else set[Decimal]()
    checked = entering.checked(s, actor, invoice.building_id, data, None if any_rate else stated)
    number_stays = (invoice.supplier_id, invoice.number_key, invoice.kind) == tuple(
        checked.values[name] for name in ("supplier_id", "number_key", "kind")
    )
    if not distinct and not number_stays:
        entering.refuse_twice(s, checked.values, invoice.id)
    for name, value in checked.values.items():
        setattr(invoice, name, value)
    for line in lines:
        s.delete(line)
    s.flush()
    entering.put_lines(s, invoice, checked.lines)
    return invoice


@dataclass(frozen=True, slots=True)
class _State:
    approval: str
    payment: str


def _in_status(status: str, today: date) -> ColumnElement[bool]:
    approval, payment, due = col(Invoice.approval), col(Invoice.payment), col(Invoice.due_on)
    unpaid = and_(approval == Approval.POSTED, payment.in_(OPEN))
    late = or_(payment == Payment.OVERDUE, and_(due.is_not(None), due < today))
    meant: Mapping[str, Callable[[], Any]] = {
        Status.PAID: lambda: payment == Payment.PAID,
        Status.CANCELLED: lambda: payment == Payment.CANCELLED,
        Status.LATE: lambda: and_(unpaid, late),
        Status.TO_PAY: lambda: and_(unpaid, ~late),
        "unpaid": lambda: unpaid,
        "waiting": lambda: and_(payment.in_(OPEN), approval.in_((Approval.SUBMITTED, Approval.POSTED))),
    }
    if status in (Status.DRAFT, Status.SUBMITTED, Status.REFUSED):
        return and_(approval == status, payment.in_(OPEN))
    return meant[status]() if status in meant else false()


@requires(Permission.INVOICES_READ)
def cost_accounts(s: Session, actor: Actor, building_id: UUID) -> list[Account]:
    """The accounts that a line may stand on: those that take entries and name nobody, costs first."""
    buildings.get_building(s, actor, building_id)
    wanted = select(Account).where(
        Account.building_id == building_id, col(Account.postable), col(Account.party).is_(None)
    )
    return list(s.exec(wanted.order_by(col(Account.kind) != "expense", col(Account.code))))
