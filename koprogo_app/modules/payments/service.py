"""What co-owners paid and were given back, what it settled, and what is still open."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from koprogo_app.core import belgium, clock, ids
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import DomainError, Invalid, NotFound
from koprogo_app.core.i18n import N_, translate
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.modules.accounts import access as books
from koprogo_app.modules.accounts.models import Account
from koprogo_app.modules.accounts.rules import Purpose
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.ledger import posting
from koprogo_app.modules.ledger.models import JournalEntry, JournalLine
from koprogo_app.modules.ledger.posting import Posting
from koprogo_app.modules.ledger.rules import Journal, Side
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership.models import Ownership
from koprogo_app.modules.references import service as references

from . import items, matching, rules
from .items import Item, open_by_entry
from .lists import list_open_items, list_payments, visible
from .matching import Settled, release, settle, settle_oldest, unsettle
from .models import Payment, PaymentIn
from .rules import Allocation, Fund, Kind, Match

__all__ = [
    "Item", "Settled", "list_open_items", "list_payments", "my_open_items", "open_by_entry", "open_items", "record_payment",
    "release", "reverse_payment", "settle", "settle_oldest", "unsettle",
]  # fmt: skip
SOURCE = "payment"  # of the entries made here
_BANKS = {Fund.WORKING: Purpose.BANK_WORKING, Fund.RESERVE: Purpose.BANK_RESERVE, Fund.CASH: Purpose.CASH}


@dataclass(frozen=True, slots=True)
class Whole:
    """A payment with whose it is, what it settled, what of it is still open (credit, or owed after a refund), and the
    reason of its reversal."""

    payment: Payment
    name: str
    settled: list[Settled]
    open_cents: int
    reason: str


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a payment would do: the open items of that side, what it takes of each, and the co-owner's balance after it."""

    owner_id: UUID
    name: str
    items: list[Item]
    made: Allocation
    balance_cents: int


# --- Write -----------------------------------------------------------------------------------------------------------


@requires(Permission.PAYMENTS_WRITE, audit=N_("payment entered"))
def record_payment(s: Session, actor: Actor, building_id: UUID, data: PaymentIn) -> Payment:
    """Enters what a co-owner paid or was given back, posts it, and settles what he chose or the oldest due first.

    What is left of a receipt is his credit on the account of the working fund. With the same key again, the payment there is.
    Invalid beside the field: nobody named, a day to come or locked, more given back than is owed back.
    """
    books.locked_book(s, actor, building_id)
    if data.key and (there := s.exec(select(Payment).where(Payment.source_id == data.key)).one_or_none()):
        if there.building_id != building_id:
            raise Invalid("This key belongs to a payment of another building.", field="key")
        return there
    owner_id, communication = _payer(s, actor, building_id, data)
    if data.paid_on > clock.today():
        raise Invalid("This date is in the future.", field="paid_on")
    found = matching.pair_reversals(s, building_id, [owner_id])
    made = rules.allocate(data.kind, Cents(data.cents), found, [(i.line_id, i.cents) for i in data.items])
    payment_id = ids.uuid7()
    entry = _post(s, actor, building_id, data, owner_id, communication, made, payment_id)
    payment = Payment(
        id=payment_id, building_id=building_id, owner_id=owner_id, kind=data.kind, paid_on=data.paid_on, cents=data.cents,
        fund=data.fund, communication=communication, note=data.note.strip(), entry_id=entry.id, source_id=data.key,
    )  # fmt: skip
    s.add(payment)
    s.flush()
    _settle(s, building_id, data.kind, entry.id, made)
    return payment


@requires(Permission.PAYMENTS_WRITE, audit=N_("payment reversed"))
def reverse_payment(s: Session, actor: Actor, payment_id: UUID, reason: str) -> Payment:
    """Undoes a payment by the mirror of its entry: what it settled is open again. Reversed already: nothing changes.

    The mirror has the day of the payment, or the first one after it that is not locked.
    """
    reason = rules.check_reason(reason)
    payment = _get(s, actor, payment_id)
    books.locked_book(s, actor, payment.building_id)
    s.refresh(payment)
    if payment.reversal_entry_id is not None:
        return payment
    try:
        mirror = posting.mirror(s, actor, payment.entry_id, reason)
    except Invalid as error:
        raise _beside(error, {"entry_on": "reason"}) from None
    release(s, payment.entry_id)
    payment.reversal_entry_id = mirror.id
    s.add(payment)
    s.flush()
    return payment


# --- Payments --------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_READ)
def get_payment(s: Session, actor: Actor, payment_id: UUID) -> Whole:
    """A payment with what it settled. NotFound when the reader cannot see it."""
    payment = _get(s, actor, payment_id)
    owner = s.exec(select(Owner).where(Owner.id == payment.owner_id)).one()
    lines = select(JournalLine.id).where(
        JournalLine.entry_id == payment.entry_id, col(JournalLine.owner_id).is_not(None)
    )
    settled = matching.settled_of(s, s.exec(lines).all())
    left = open_by_entry(s, [payment.entry_id]).get((payment.entry_id, payment.owner_id), 0)
    reason = ""
    if payment.reversal_entry_id is not None:
        reason = s.exec(select(JournalEntry.description).where(JournalEntry.id == payment.reversal_entry_id)).one()
    return Whole(payment, owner.name, settled, abs(left), reason)


@requires(Permission.LEDGER_READ)
def preview(s: Session, actor: Actor, building_id: UUID, data: PaymentIn) -> Consequence:
    """What record_payment would do, without writing. Invalid as it, beside the same fields."""
    buildings.get_building(s, actor, building_id)
    owner_id, _ = _payer(s, actor, building_id, data)
    found = items.read(s, [building_id], [owner_id])
    found = _less(found, rules.match(found, items.mirrors(s, building_id, [owner_id]), only_mirrors=True))
    made = rules.allocate(data.kind, Cents(data.cents), found, [(i.line_id, i.cents) for i in data.items])
    paid = data.cents if data.kind == Kind.RECEIPT else -data.cents
    owner = s.exec(select(Owner).where(Owner.id == owner_id)).one()
    mine: list[Any] = rules.settled_by(data.kind, found)
    return Consequence(owner_id, owner.name, mine, made, sum(i.owed_cents for i in found) - paid)


@requires(Permission.LEDGER_READ)
def find_payer(s: Session, actor: Actor, building_id: UUID, data: PaymentIn) -> Owner:
    """Whom a payment is of: who is named, else whose structured communication it has. Invalid beside either."""
    buildings.get_building(s, actor, building_id)
    owner_id, _ = _payer(s, actor, building_id, data)
    return s.exec(select(Owner).where(Owner.id == owner_id)).one()


# --- Open items ------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_READ)
def open_items(
    s: Session, actor: Actor, building_id: UUID, owner_id: UUID | None = None, until: date | None = None
) -> list[Item]:
    """What is open of the co-owners' accounts, of one or of all, as of a day or now; the oldest due first.

    What they add to the balance sums to the balance of the account in the books.
    """
    buildings.get_building(s, actor, building_id)
    return items.read(s, [building_id], None if owner_id is None else [owner_id], until)


@requires(Permission.OWN_READ)
def my_open_items(s: Session, actor: Actor, building_id: UUID | None = None) -> list[Item]:
    """The reader's own open items with one association, or with every one where he holds or held something.

    NotFound for any other building, and for who is nobody in the register.
    """
    if actor.owner_id is None:
        raise NotFound("You are not entered as a co-owner.")
    held = select(Ownership.building_id).where(Ownership.owner_id == actor.owner_id).distinct()
    here = [b for b in s.exec(held) if actor.building_ids is None or b in actor.building_ids]
    if building_id is not None:
        here = [b for b in here if b == building_id]
        if not here:
            raise NotFound("This building does not exist.")
    return items.read(s, here, [actor.owner_id])


# --- Parts -----------------------------------------------------------------------------------------------------------


def _get(s: Session, actor: Actor, payment_id: UUID) -> Payment:
    found: Payment | None = s.exec(visible(actor).where(Payment.id == payment_id)).one_or_none()
    if found is None:
        raise NotFound("This payment does not exist.")
    return found


def _payer(s: Session, actor: Actor, building_id: UUID, data: PaymentIn) -> tuple[UUID, str]:
    """Who pays, and the communication as it is kept. Invalid beside the person or the communication."""
    text = data.communication.strip()
    digits = rules.digits_of(text)
    if data.owner_id is None:
        if digits is None:
            raise Invalid("Choose the co-owner, or enter his structured communication.", field="owner_id")
        return _by_reference(s, actor, building_id, digits), digits
    held = (
        select(Ownership.id).where(Ownership.building_id == building_id, Ownership.owner_id == data.owner_id).limit(1)
    )
    if s.exec(held).one_or_none() is None:
        raise Invalid("This person holds no part of a lot here.", field="owner_id")
    return data.owner_id, digits or text


def _by_reference(s: Session, actor: Actor, building_id: UUID, digits: str) -> UUID:
    try:
        found = references.find_reference(s, actor, digits)
    except NotFound as error:
        raise Invalid(error.message, field="communication") from None
    if found.building_id != building_id:
        raise Invalid("This communication is of another building.", field="communication")
    return found.owner_id


def _post(
    s: Session, actor: Actor, building_id: UUID, data: PaymentIn, owner_id: UUID, communication: str, made: Allocation, payment_id: UUID
) -> JournalEntry:  # fmt: skip
    """FIN: the bank or the cash box against the co-owner's accounts, by what is settled. It names nobody in its words."""
    bank = _BANKS[data.fund]
    codes = books.codes_of(s, building_id, bank, Purpose.OWNERS_WORKING)
    paid = Side(codes[bank], Cents(data.cents), Cents(0))
    sums = rules.by_account(made, codes[Purpose.OWNERS_WORKING])
    sides = [paid, *(Side(code, Cents(0), cents, owner_id=owner_id) for code, cents in sums.items())]
    if data.kind == Kind.REFUND:
        sides = [side.turned() for side in sides]
    words = translate(buildings.get_building(s, actor, building_id).language, rules.KINDS[data.kind])
    digits = rules.digits_of(communication)
    new = Posting(
        Journal.FIN,
        data.paid_on,
        words,
        sides,
        source=SOURCE,
        source_id=payment_id,
        document_ref=belgium.show_communication(digits) or None,
    )
    try:
        return posting.post(s, actor, building_id, new)
    except Invalid as error:
        raise _beside(error, {"entry_on": "paid_on"}) from None


def _settle(s: Session, building_id: UUID, kind: Kind, entry_id: UUID, made: Allocation) -> None:
    """Each part by the payment's own line on the account of its item."""
    lines = select(Account.code, JournalLine.id).join(Account, col(Account.id) == JournalLine.account_id)
    own = dict[str, UUID](
        s.exec(lines.where(JournalLine.entry_id == entry_id, col(JournalLine.owner_id).is_not(None))).all()
    )  # type: ignore[arg-type]
    pairs = [(part.line_id, own[part.account_code], part.cents) for part in made.parts]
    matching.write(
        s,
        building_id,
        [Match(item, line, c) if kind == Kind.RECEIPT else Match(line, item, c) for item, line, c in pairs],
    )


def _less(found: list[Item], taken: list[Match]) -> list[Item]:
    """The items less what is matched of them."""
    gone: dict[UUID, int] = {}
    for m in taken:
        for line_id in (m.debit_line_id, m.credit_line_id):
            gone[line_id] = gone.get(line_id, 0) + m.cents
    left = [i.less(gone.get(i.line_id, 0)) for i in found]
    return [i for i in left if i.open_cents]


def _beside(error: Invalid, names: dict[str, str]) -> Invalid:
    """What posting refuses, beside the fields of the payment."""
    moved: dict[str, DomainError] = {names.get(name, name): one for name, one in error.fields.items()}
    return Invalid.together(moved) if moved else error
