"""Which invoices someone sees, their lines, the lock under which they are written, who must approve, how lines are shared out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlmodel import Session, col, func, select

from koprogo_app.core.actor import Actor
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.errors import Invalid, NotFound
from koprogo_app.core.listing import selected
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.splits import service as splits
from koprogo_app.modules.splits.models import Preview, Wanted
from koprogo_app.modules.suppliers.models import Supplier

from . import amounts, entering
from .models import Invoice, InvoiceExclusion, InvoiceLine, InvoiceSetting, InvoiceStep
from .rules import Action

COLUMNS = (
    Invoice.id, Invoice.organization_id, Invoice.building_id, col(Building.name).label("building"), Invoice.supplier_id,
    col(Supplier.name).label("supplier"), Invoice.kind, Invoice.number, Invoice.issued_on, Invoice.due_on, Invoice.description,
    Invoice.category, Invoice.approval, Invoice.payment, Invoice.net_cents, Invoice.vat_cents, Invoice.gross_cents,
    Invoice.document_id, Invoice.paid_on, Invoice.created_at,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lined:
    """A line with the lots that it leaves out."""

    line: InvoiceLine
    excluded: tuple[UUID, ...]


def visible(actor: Actor, *columns: Any) -> Any:
    """Every read starts here: the organisation's invoices (row-level security), those of the role's buildings."""
    rows: Any = selected(*columns) if columns else select(Invoice)
    return rows if actor.building_ids is None else rows.where(col(Invoice.building_id).in_(actor.building_ids))


def named(actor: Actor) -> Any:
    """COLUMNS: invoices with the names of building and supplier."""
    rows = visible(actor, *COLUMNS).join(Building, col(Building.id) == Invoice.building_id)
    return rows.outerjoin(Supplier, col(Supplier.id) == Invoice.supplier_id)


def locked(s: Session, actor: Actor, invoice_id: UUID) -> Invoice:
    """The invoice, one writer at a time until the end of the transaction. NotFound when it cannot be seen."""
    wanted = visible(actor).where(Invoice.id == invoice_id).with_for_update()
    found: Invoice | None = s.exec(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("This invoice does not exist.")
    return found


def lines_of(s: Session, invoice_ids: Iterable[UUID]) -> dict[UUID, list[Lined]]:
    """The lines of several invoices, in their order, in two reads."""
    ids = list(invoice_ids)
    lines = s.exec(
        select(InvoiceLine)
        .where(col(InvoiceLine.invoice_id).in_(ids))
        .order_by(col(InvoiceLine.invoice_id), col(InvoiceLine.position))
    ).all()
    left_out: dict[UUID, list[UUID]] = {}
    out = select(InvoiceExclusion.line_id, InvoiceExclusion.lot_id).join(
        InvoiceLine, col(InvoiceLine.id) == InvoiceExclusion.line_id
    )
    for line_id, lot_id in s.exec(out.where(col(InvoiceLine.invoice_id).in_(ids)).order_by(col(InvoiceExclusion.id))):
        left_out.setdefault(line_id, []).append(lot_id)
    found: dict[UUID, list[Lined]] = {}
    for line in lines:
        found.setdefault(line.invoice_id, []).append(Lined(line, tuple(left_out.get(line.id, ()))))
    return found


def share_out(s: Session, actor: Actor, invoice: Invoice, lines: Sequence[Lined]) -> Preview:
    """preview() of an invoice that is read already."""
    day = invoice.booked_on or invoice.issued_on
    costs = [
        Wanted(
            cents=amounts.signed(invoice.kind, x.line.gross_cents), vat_cents=amounts.signed(invoice.kind, x.line.vat_cents),
            first=x.line.period_from or day, last=x.line.period_until, owner_id=x.line.owner_id,
            key_id=None if x.line.owner_id else x.line.key_id or invoice.building_id, excluded=frozenset(x.excluded),
            ordinary=x.line.ordinary, tenant_percent=x.line.tenant_percent,
        )
        for x in lines
    ]  # fmt: skip
    try:
        return splits.preview(s, actor, invoice.building_id, costs)
    except Invalid as error:
        raise entering.beside_lines(error) from None


def limits_since_sent(s: Session, invoice: Invoice) -> list[int | None]:
    """The limits of four eyes, in cents, of the building since an invoice was sent for the first time; those before the last
    one are read from the trail. Who lifts the limit frees nothing that he has sent, nor by sending it again."""
    setting = s.exec(select(InvoiceSetting).where(InvoiceSetting.building_id == invoice.building_id)).one_or_none()
    if setting is None:
        return []
    sent = select(func.min(InvoiceStep.created_at)).where(
        InvoiceStep.invoice_id == invoice.id, InvoiceStep.action == Action.SUBMIT
    )
    changed = select(AuditEntry.payload).where(
        col(AuditEntry.row_ids).contains([setting.id]), col(AuditEntry.at) > sent.scalar_subquery()
    )
    changes = [one for payload in s.exec(changed) for one in orjson.loads(payload)["changes"]]
    before = [one["before"] or {} for one in changes if one["id"] == str(setting.id)]
    return [setting.four_eyes_cents, *(one.get("four_eyes_cents") for one in before)]


def note_step(
    s: Session, actor: Actor, invoice: Invoice, action: str, reason: str | None = None, entry_id: UUID | None = None
) -> None:
    """Adds to the history of the invoice."""
    s.add(
        InvoiceStep(
            building_id=invoice.building_id, invoice_id=invoice.id, action=action, done_by=actor.name, user_id=actor.user_id,
            reason=reason, entry_id=entry_id,
        )
    )  # fmt: skip
    s.flush()
