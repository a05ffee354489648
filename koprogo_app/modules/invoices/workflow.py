"""What is decided of an invoice: sent, approved and posted, refused, undone, paid, unpaid, cancelled. Each step is safe to repeat."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import DomainError, Invalid
from koprogo_app.core.i18n import N_, Money
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.modules.accounts import access as books
from koprogo_app.modules.accounts.rules import Purpose
from koprogo_app.modules.ledger import posting
from koprogo_app.modules.ledger.models import JournalEntry, JournalLine
from koprogo_app.modules.ledger.posting import Posting
from koprogo_app.modules.ledger.rules import Journal, Side
from koprogo_app.modules.suppliers import service as suppliers

from . import access, amounts, entering, rules, service, sharing
from .models import CostAllocation, CostExclusion, Invoice, InvoiceIn
from .rules import Action, Fund
from .service import Lined

SOURCE, PAYMENT = "invoice", "invoice_payment"  # of the entries made here
_BANKS = {Fund.WORKING: Purpose.BANK_WORKING, Fund.RESERVE: Purpose.BANK_RESERVE}


@requires(Permission.INVOICES_WRITE, audit=N_("invoice sent for approval"))
def submit_invoice(s: Session, actor: Actor, invoice_id: UUID) -> Invoice:
    """Sends a draft or a refused invoice for approval. Invalid beside the fields that it still lacks."""
    invoice = service.locked(s, actor, invoice_id)
    if rules.done(Action.SUBMIT, invoice):
        return invoice
    rules.check(Action.SUBMIT, invoice)
    _check_complete(invoice, _lines(s, invoice))
    _move(invoice, Action.SUBMIT)
    invoice.submitted_by, invoice.submitted_at, invoice.refusal_reason = actor.user_id, clock.now(), None
    service.note_step(s, actor, invoice, Action.SUBMIT)
    return invoice


@requires(Permission.INVOICES_WRITE, audit=N_("invoice entered and sent for approval"))
def create_and_submit(
    s: Session, actor: Actor, building_id: UUID, data: InvoiceIn, *, distinct: bool = False
) -> Invoice:  # fmt: skip
    """Enters an invoice and sends it in one: what either refuses leaves nothing. With the same key again, the one there is."""
    return submit_invoice(s, actor, service.create_invoice(s, actor, building_id, data, distinct=distinct).id)


@requires(Permission.INVOICES_WRITE, audit=N_("invoice changed and sent for approval"))
def update_and_submit(
    s: Session, actor: Actor, invoice_id: UUID, data: InvoiceIn, *, distinct: bool = False
) -> Invoice:  # fmt: skip
    """Changes a draft or a refused invoice and sends it in one: what either refuses leaves it as it was."""
    return submit_invoice(s, actor, service.update_invoice(s, actor, invoice_id, data, distinct=distinct).id)


@requires(Permission.INVOICES_APPROVE, audit=N_("invoice approved"))
def approve_invoice(s: Session, actor: Actor, invoice_id: UUID, *, shared: bool = True) -> Invoice:
    """Approves an invoice and posts it in the purchase journal, in one: the cost with its VAT against the supplier.

    Invalid, beside the field: when somebody else must approve it, an account or an owner is missing, a key does not add up,
    or the day is in a locked period or in no year (booked_on). `shared`: false where lots and owners may come later.
    """
    invoice = service.locked(s, actor, invoice_id)
    if rules.done(Action.APPROVE, invoice):
        return invoice
    rules.check(Action.APPROVE, invoice)
    if actor.user_id == invoice.submitted_by:
        _check_other(Cents(invoice.gross_cents), access.limits_since_sent(s, invoice))
    lines = _lines(s, invoice)
    _check_complete(invoice, lines)
    if shared:
        service.share_out(s, actor, invoice, lines)
    entry = _post_cost(s, actor, invoice, lines)
    _move(invoice, Action.APPROVE)
    invoice.entry_id, invoice.approved_by, invoice.approved_at = entry.id, actor.user_id, clock.now()
    service.note_step(s, actor, invoice, Action.APPROVE, entry_id=entry.id)
    return invoice


@requires(Permission.INVOICES_APPROVE, audit=N_("invoice refused"))
def refuse_invoice(s: Session, actor: Actor, invoice_id: UUID, reason: str) -> Invoice:
    """Sends an invoice back with a reason; it can be corrected and sent again."""
    reason = rules.check_reason(reason)
    invoice = service.locked(s, actor, invoice_id)
    if rules.done(Action.REFUSE, invoice):
        return invoice
    rules.check(Action.REFUSE, invoice)
    _move(invoice, Action.REFUSE)
    invoice.refusal_reason = reason
    service.note_step(s, actor, invoice, Action.REFUSE, reason)
    return invoice


@requires(Permission.INVOICES_APPROVE, audit=N_("invoice taken out of the books"))
def undo_posting(s: Session, actor: Actor, invoice_id: UUID, reason: str) -> Invoice:
    """Reverses the entry of an invoice that is not paid and makes it a draft again.

    The reversal has the day of the entry, or the first one after it that is not locked.
    """
    reason = rules.check_reason(reason)
    invoice = service.locked(s, actor, invoice_id)
    if rules.done(Action.UNDO, invoice):
        return invoice
    rules.check(Action.UNDO, invoice)
    mirror = _reverse(s, actor, invoice.entry_id, reason)
    _move(invoice, Action.UNDO)
    invoice.entry_id = invoice.approved_by = invoice.approved_at = None
    invoice.submitted_by = invoice.submitted_at = None
    service.note_step(s, actor, invoice, Action.UNDO, reason, mirror.id)
    return invoice


@requires(Permission.INVOICES_WRITE, audit=N_("invoice paid"))
def pay_invoice(
    s: Session, actor: Actor, invoice_id: UUID, fund: Fund = Fund.WORKING, on: date | None = None
) -> Invoice:
    """Enters the payment of an approved invoice from the bank account of a fund, on a day (today, if none is given)."""
    invoice = service.locked(s, actor, invoice_id)
    if rules.done(Action.PAY, invoice):
        return invoice
    rules.check(Action.PAY, invoice)
    day = on or clock.today()
    if day > clock.today():
        raise Invalid("This date is in the future.", field="paid_on")
    cents = amounts.signed(invoice.kind, invoice.gross_cents)
    accounts = _accounts(s, invoice.building_id)
    sides = [
        _side(accounts[Purpose.SUPPLIERS], cents, supplier_id=invoice.supplier_id),
        _side(accounts[_BANKS[fund]], -cents),
    ]
    try:
        entry = _post(s, actor, invoice, Journal.FIN, day, sides, PAYMENT)
    except Invalid as error:
        raise _beside(error, "paid_on") from None
    _move(invoice, Action.PAY)
    invoice.paid_on, invoice.paid_from, invoice.payment_entry_id = day, fund, entry.id
    service.note_step(s, actor, invoice, Action.PAY, entry_id=entry.id)
    return invoice


@requires(Permission.INVOICES_WRITE, audit=N_("payment of an invoice undone"))
def unpay_invoice(s: Session, actor: Actor, invoice_id: UUID, reason: str) -> Invoice:
    """Reverses the entry of a payment: the invoice is to be paid again. The day is as in undo_posting."""
    reason = rules.check_reason(reason)
    invoice = service.locked(s, actor, invoice_id)
    if rules.done(Action.UNPAY, invoice):
        return invoice
    rules.check(Action.UNPAY, invoice)
    mirror = _reverse(s, actor, invoice.payment_entry_id, reason)
    _move(invoice, Action.UNPAY)
    invoice.paid_on = invoice.paid_from = invoice.payment_entry_id = None
    service.note_step(s, actor, invoice, Action.UNPAY, reason, mirror.id)
    return invoice


@requires(Permission.INVOICES_WRITE, audit=N_("invoice cancelled"))
def cancel_invoice(s: Session, actor: Actor, invoice_id: UUID) -> Invoice:
    """Puts aside an invoice that is not in the books; its number is free again."""
    return _plain_step(s, actor, invoice_id, Action.CANCEL)


@requires(Permission.INVOICES_WRITE, audit=N_("cancelled invoice taken up again"))
def reactivate_invoice(s: Session, actor: Actor, invoice_id: UUID, *, distinct: bool = False) -> Invoice:
    """Takes up a cancelled invoice where it was. Twice when its number was used meanwhile, unless it is `distinct`."""
    invoice = service.locked(s, actor, invoice_id)
    if not distinct and rules.may(Action.REACTIVATE, invoice):
        entering.refuse_twice(s, invoice.model_dump(), invoice_id)
    return _plain_step(s, actor, invoice_id, Action.REACTIVATE)


@requires(Permission.INVOICES_WRITE, audit=N_("invoice marked overdue"))
def mark_overdue(s: Session, actor: Actor, invoice_id: UUID) -> Invoice:
    """Says that an invoice is overdue, whatever its due date."""
    return _plain_step(s, actor, invoice_id, Action.OVERDUE)


def _plain_step(s: Session, actor: Actor, invoice_id: UUID, action: Action) -> Invoice:
    invoice = service.locked(s, actor, invoice_id)
    if rules.done(action, invoice):
        return invoice
    rules.check(action, invoice)
    _move(invoice, action)
    service.note_step(s, actor, invoice, action)
    return invoice


def _move(invoice: Invoice, action: Action) -> None:
    invoice.approval, invoice.payment = rules.after(action, invoice)


def _check_other(gross: Cents, limits: Sequence[int | None]) -> None:
    """Refuses who sent an invoice above a limit of four eyes: that of today, which is the first, or one lifted since."""
    today, strictest = rules.strictest(limits[:1]), rules.strictest(limits)
    if rules.needs_other(gross, today):
        raise Invalid("Above {amount} somebody else approves: not the person who sent it.", amount=Money(today or 0))
    if rules.needs_other(gross, strictest):
        raise Invalid(
            "The limit was {amount} when this was sent or since: somebody else approves it.",
            amount=Money(strictest or 0),
        )


def _lines(s: Session, invoice: Invoice) -> list[Lined]:
    return service.lines_of(s, [invoice.id]).get(invoice.id, [])


def _check_complete(invoice: Invoice, lines: Sequence[Lined]) -> None:
    stated = None if invoice.stated_cents is None else Cents(invoice.stated_cents)
    wrong: dict[str, DomainError] = dict(
        rules.check_complete(len(lines), Cents(invoice.gross_cents), stated, invoice.supplier_id)
    )
    for n, x in enumerate(lines):
        if not x.line.account:
            wrong[f"lines.{n}.account"] = Invalid("Choose the account.", field=f"lines.{n}.account")
    if wrong:
        raise Invalid.together(wrong)


# --- Entries ---------------------------------------------------------------------------------------------------------


def _post_cost(s: Session, actor: Actor, invoice: Invoice, lines: Sequence[Lined]) -> JournalEntry:
    """ACH: each line on its account, VAT included, against the supplier; a credit note the other way round."""
    costs = [x for x in lines if x.line.gross_cents]
    places = [n for n, x in enumerate(lines) if x.line.gross_cents]
    sides = [_side(x.line.account, amounts.signed(invoice.kind, x.line.gross_cents), x.line.description) for x in costs]
    owed = -amounts.signed(invoice.kind, invoice.gross_cents)
    sides.append(_side(_accounts(s, invoice.building_id)[Purpose.SUPPLIERS], owed, supplier_id=invoice.supplier_id))
    day = invoice.booked_on or invoice.issued_on
    try:
        entry = _post(s, actor, invoice, Journal.ACH, day, sides, SOURCE)
    except Invalid as error:
        raise _beside(error, "booked_on", places) from None
    _allocate(s, invoice, entry, costs, day)
    return entry


def _allocate(s: Session, invoice: Invoice, entry: JournalEntry, costs: Sequence[Lined], day: date) -> None:
    """Keeps with each cost of the entry how it is shared out: statements read it there."""
    posted = s.exec(select(JournalLine).where(JournalLine.entry_id == entry.id).order_by(col(JournalLine.position)))
    made: list[tuple[CostAllocation, Lined]] = []
    for line, x in zip(posted, costs, strict=False):  # the supplier's own line is the last, and no cost
        first = x.line.period_from or day
        made.append((
            CostAllocation(
                building_id=invoice.building_id, journal_line_id=line.id, key_id=x.line.key_id, owner_id=x.line.owner_id,
                period_from=first, period_until=x.line.period_until or first, ordinary=x.line.ordinary,
                tenant_percent=x.line.tenant_percent, vat_cents=amounts.signed(invoice.kind, x.line.vat_cents),
            ), x,
        ))  # fmt: skip
    s.add_all(allocation for allocation, _ in made)
    s.flush()
    s.add_all(
        CostExclusion(building_id=invoice.building_id, allocation_id=allocation.id, lot_id=lot_id)
        for allocation, x in made
        for lot_id in x.excluded
    )
    s.flush()


def _reverse(s: Session, actor: Actor, entry_id: UUID | None, reason: str) -> JournalEntry:
    """The mirror of an entry made here; costs are taken back by the same keys."""
    assert entry_id is not None  # noqa: S101  (the rules let only what is posted be undone)
    undone = posting.mirror(s, actor, entry_id, reason)
    sharing.take_back(s, entry_id, undone.id)
    return undone


def _post(
    s: Session, actor: Actor, invoice: Invoice, journal: Journal, day: date, sides: Sequence[Side], source: str
) -> JournalEntry:
    supplier = suppliers.get_supplier(s, actor, invoice.supplier_id) if invoice.supplier_id else None
    words = f"{supplier.name}: {invoice.description}" if supplier else invoice.description
    new = Posting(journal, day, words[:300], sides, source=source, document_ref=invoice.number or None,
                  document_id=invoice.document_id)  # fmt: skip
    return posting.post(s, actor, invoice.building_id, new)


def _accounts(s: Session, building_id: UUID) -> dict[Purpose, str]:
    return books.codes_of(s, building_id, Purpose.SUPPLIERS, *_BANKS.values())


def _side(account: str, cents: int, words: str = "", supplier_id: UUID | None = None) -> Side:
    """A debit for an amount above zero, else a credit."""
    return Side(account, Cents(max(cents, 0)), Cents(max(-cents, 0)), words, supplier_id=supplier_id)


def _beside(error: Invalid, day: str, places: Sequence[int] = ()) -> Invalid:
    """What posting refuses, beside the fields of the invoice: `day` is that of the entry, `places` the lines of its sides."""
    moved: dict[str, DomainError] = {}
    for name, one in error.fields.items():
        if name == "entry_on":
            name = day
        elif name.startswith("lines.") and int(name[6:]) < len(places):
            name = f"lines.{places[int(name[6:])]}.account"
        moved[name] = one
    return Invalid.together(moved) if moved else error
