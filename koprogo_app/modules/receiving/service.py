"""How invoices come in: files that are uploaded, and those that come back by themselves."""

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO
from uuid import UUID, uuid5

from sqlmodel import Session, col, select

from koprogo_app.core import clock, storage
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.config import settings
from koprogo_app.core.errors import Invalid, NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.core.service import requires
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.documents import files
from koprogo_app.modules.documents import rules as papers
from koprogo_app.modules.documents import service as documents
from koprogo_app.modules.documents.models import DocumentIn, DocumentVersion
from koprogo_app.modules.invoices import entering
from koprogo_app.modules.invoices import service as invoices
from koprogo_app.modules.invoices.models import Invoice, InvoiceIn, LineIn
from koprogo_app.modules.invoices.rules import Action, Category, Kind, Payment, Source, check
from koprogo_app.modules.invoices.service import Lined
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.modules.suppliers.models import Supplier, SupplierIn
from koprogo_app.modules.ubl import rules as ubl
from koprogo_app.modules.ubl.invoice import Attachment, ReadInvoice, Remark

from . import reading, rules
from .models import RecurringDraft, RecurringIn, RecurringInvoice

AT_ONCE = 50  # recurring invoices of one transaction


@dataclass(frozen=True, slots=True)
class FromFile:
    """What the file of a draft says beside its fields; `proposed` when its supplier is not in the directory."""

    remarks: list[Remark]
    proposed: SupplierIn | None


def visible(actor: Actor, *columns: Any) -> Any:
    """Every read starts here: the organisation's recurring invoices, those of the role's buildings."""
    rows: Any = select(*(columns or (RecurringInvoice,)))
    return rows if actor.building_ids is None else rows.where(col(RecurringInvoice.building_id).in_(actor.building_ids))


# --- Files -----------------------------------------------------------------------------------------------------------


@requires(Permission.INVOICES_WRITE, audit=N_("invoice received"))
def receive(
    s: Session, actor: Actor, building_id: UUID, filename: str, file: BinaryIO, *, distinct: bool = False
) -> Invoice:  # fmt: skip
    """A draft from a file, which becomes its voucher: an electronic invoice is read, of a PDF or picture the fields are typed.

    Invalid for a file that cannot be read, Conflict for one that the building has already, invoices.Twice for a number that the
    supplier has used already unless it is `distinct`; NotFound for the building.
    """
    building = buildings.get_building(s, actor, building_id)
    content = file.read(settings().max_upload_mb * 1024 * 1024 + 1)
    file.seek(0)
    if ubl.is_ubl(content):
        read = ubl.read(content)
        data = reading.draft_of(s, actor, building, read)
        data.document_id = _keep(s, actor, building_id, _xml(filename), file, data, read.attachments)
        return invoices.create_invoice(s, actor, building_id, data, source=Source.UBL, distinct=distinct)
    given = files.received(filename, file, settings().max_upload_mb)
    if given.mime not in files.PREVIEWS:
        raise Invalid("Choose a PDF, a picture or an electronic invoice (UBL).", field="file")
    title = files.title_of(given.filename)
    data = InvoiceIn(issued_on=clock.today(), received_on=clock.today(), description=title[:300])
    data.document_id = _keep(s, actor, building_id, filename, file, data, ())
    return invoices.create_invoice(s, actor, building_id, data, source=Source.PDF)


def _xml(filename: str) -> str:
    return filename if filename.lower().endswith(".xml") else f"{filename}.xml"


def _keep(
    s: Session, actor: Actor, building_id: UUID, filename: str, file: BinaryIO, data: InvoiceIn, inside: tuple[Attachment, ...]
) -> UUID:  # fmt: skip
    """Puts the voucher into the vault; the PDF inside an electronic invoice is what people see, the file itself stays below it."""
    title = " ".join(part for part in (data.number, data.description) if part)[:200]
    paper = DocumentIn(
        building_id=building_id, category=papers.Category.INVOICE, title=title, dated_on=data.issued_on if data.number else None,
        visibility=papers.Visibility.COUNCIL,
    )  # fmt: skip
    kept = documents.create_document(s, actor, paper, filename, file)
    shown = next((one for one in inside if one.mime in files.PREVIEWS), None)
    if shown:
        documents.add_version(s, actor, kept.id, shown.filename, io.BytesIO(shown.content), keep_both=True)
    return kept.id


@requires(Permission.INVOICES_READ)
def from_file(s: Session, actor: Actor, invoice_id: UUID) -> FromFile:
    """What the electronic invoice of a draft says beside its fields; nothing for any other invoice."""
    invoice = invoices.get_row(s, actor, invoice_id)
    read = _read(s, invoice)
    if read is None:
        return FromFile([], None)
    building = buildings.get_building(s, actor, invoice.building_id)
    if invoice.supplier_id is None:
        return FromFile(reading.remarks_of(read, building, None), reading.proposed_supplier(read, building.language))
    supplier = suppliers.get_supplier(s, actor, invoice.supplier_id)
    return FromFile(reading.remarks_of(read, building, supplier), None)


@requires(Permission.INVOICES_WRITE, audit=N_("supplier entered from an invoice"))
def enter_supplier(s: Session, actor: Actor, invoice_id: UUID, *, distinct: bool = False) -> Supplier:
    """Enters the supplier that the file names and gives it to the draft; the one there is, when it has been entered meanwhile.

    Invalid when the draft has one, or no file that names one; suppliers.Resembling unless it is `distinct`; invoices.Twice when
    the supplier’s number is here already: the fields of the draft take another paper of that number.
    """
    invoice = invoices.locked(s, actor, invoice_id)
    check(Action.EDIT, invoice)
    read = _read(s, invoice)
    if read is None or invoice.supplier_id is not None:
        raise Invalid("Choose the supplier.", field="supplier_id")
    found = reading.supplier_of(s, actor, read)
    if found is None:
        building = buildings.get_building(s, actor, invoice.building_id)
        found = suppliers.create_supplier(
            s, actor, reading.proposed_supplier(read, building.language), distinct=distinct
        )
    else:
        entering.refuse_twice(s, invoice.model_dump() | {"supplier_id": found.id}, invoice_id)
    invoice.supplier_id = found.id
    if read.due_on is None:
        invoice.due_on = invoice.issued_on + timedelta(found.payment_days)
    s.flush()
    return found


def _read(s: Session, invoice: Invoice) -> ReadInvoice | None:
    """The electronic invoice that a draft was made from: the first version of its voucher."""
    if invoice.source != Source.UBL or invoice.document_id is None:
        return None
    first = select(DocumentVersion.sha256).where(
        DocumentVersion.document_id == invoice.document_id, DocumentVersion.mime == files.XML
    )
    sha256 = s.exec(first.order_by(col(DocumentVersion.number)).limit(1)).first()
    try:
        return ubl.read(storage.read(storage.key_of(invoice.building_id, sha256))) if sha256 else None
    except FileNotFoundError:
        return None


# --- Recurring -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recurring:
    """A recurring invoice with the words of what it is copied from."""

    row: RecurringInvoice
    template: Invoice
    supplier: str


@requires(Permission.INVOICES_READ)
def list_recurring(s: Session, actor: Actor, building_id: UUID) -> list[Recurring]:
    """Those of a building, the active ones first, by their next day."""
    buildings.get_building(s, actor, building_id)
    wanted = visible(actor, RecurringInvoice, Invoice, Supplier.name)
    wanted = wanted.join(Invoice, col(Invoice.id) == RecurringInvoice.template_id)
    wanted = wanted.outerjoin(Supplier, col(Supplier.id) == Invoice.supplier_id)
    rows = s.execute(
        wanted.where(RecurringInvoice.building_id == building_id).order_by(
            col(RecurringInvoice.is_active).desc(), col(RecurringInvoice.next_on), col(RecurringInvoice.id)
        )
    )
    return [Recurring(row, template, name or "") for row, template, name in rows]


@requires(Permission.INVOICES_WRITE, audit=N_("recurring invoice entered"))
def create_recurring(s: Session, actor: Actor, invoice_id: UUID, data: RecurringIn) -> RecurringInvoice:
    """Has drafts made like an invoice from a day on; asked again for the same invoice while it runs, the one there is."""
    template = invoices.locked(s, actor, invoice_id)
    rules.check_days(data.next_on, data.until, clock.today())
    if template.payment == Payment.CANCELLED or not template.gross_cents:
        raise Invalid("Choose an invoice with lines that is not cancelled.")
    runs = select(RecurringInvoice).where(RecurringInvoice.template_id == invoice_id, col(RecurringInvoice.is_active))
    if there := s.exec(runs).first():
        return there
    made = RecurringInvoice(
        building_id=template.building_id, template_id=invoice_id, rhythm=data.rhythm, anchor_on=data.next_on, next_on=data.next_on,
        until=data.until,
    )  # fmt: skip
    s.add(made)
    s.flush()
    return made


@requires(Permission.INVOICES_WRITE, audit=N_("recurring invoice ended"))
def stop_recurring(s: Session, actor: Actor, recurring_id: UUID) -> RecurringInvoice:
    """Makes no more drafts; those that are made stay."""
    found = s.exec(visible(actor).where(RecurringInvoice.id == recurring_id).with_for_update()).one_or_none()
    if found is None:
        raise NotFound("This recurring invoice does not exist.")
    found.is_active = False
    s.flush()
    return found


@requires(Permission.INVOICES_WRITE, audit=N_("recurring invoices made"))
def make_due(s: Session, actor: Actor, building_id: UUID) -> list[Invoice]:
    """The drafts of a building that are due by today; each day's is made once, however often this runs."""
    buildings.get_building(s, actor, building_id)
    today = clock.today()
    due = visible(actor).where(
        RecurringInvoice.building_id == building_id, col(RecurringInvoice.is_active), RecurringInvoice.next_on <= today
    )
    made: list[Invoice] = []
    for one in s.exec(due.order_by(RecurringInvoice.id).limit(AT_ONCE).with_for_update()).all():
        template, lines = invoices.get_row(s, actor, one.template_id), invoices.lines_of(s, [one.template_id])
        for day in rules.due_days(one.anchor_on, one.rhythm, one.next_on, one.until, today):
            data = _copy(template, lines.get(template.id, []), one, day)
            draft = invoices.create_invoice(s, actor, building_id, data, source=Source.RECURRING)
            s.add(RecurringDraft(building_id=building_id, recurring_id=one.id, due_on=day, invoice_id=draft.id))
            one.next_on = rules.after(one.anchor_on, one.rhythm, day)
            made.append(draft)
        one.is_active = one.until is None or one.next_on <= one.until
        s.flush()
    return made


@requires(Permission.INVOICES_WRITE)
def due_buildings(s: Session, actor: Actor) -> list[tuple[UUID, UUID]]:
    """(organisation, building) of whatever is due: what the nightly job goes through."""
    wanted = visible(actor, RecurringInvoice.organization_id, RecurringInvoice.building_id)
    rows = s.execute(
        wanted.where(col(RecurringInvoice.is_active), RecurringInvoice.next_on <= clock.today()).distinct()
    )
    return [(organization_id, building_id) for organization_id, building_id in rows]


def _copy(template: Invoice, lines: list[Lined], one: RecurringInvoice, day: Any) -> InvoiceIn:
    """The draft of a day: the words and lines of the template, its periods moved to those of the day."""
    first, last = rules.period_of(one.anchor_on, one.rhythm, day)
    names = ("account", "description", "quantity", "unit_price", "vat_percent", "key_id", "owner_id", "ordinary",
             "tenant_percent")  # fmt: skip
    copied = [
        LineIn(
            **{name: getattr(x.line, name) for name in names}, vat_cents=x.line.vat_cents, excluded=list(x.excluded),
            period_from=first if x.line.period_from else None, period_until=last if x.line.period_from else None,
        )
        for x in lines
    ]  # fmt: skip
    return InvoiceIn(
        supplier_id=template.supplier_id, kind=Kind(template.kind), issued_on=day, description=template.description,
        category=Category(template.category), payment_reference=template.payment_reference, payment_iban=template.payment_iban, lines=copied,
        key=uuid5(one.id, day.isoformat()),
    )  # fmt: skip
