"""The contract's owner contributions: what one call asks of one owner, known by the first of his parts; and who paid it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Invalid, NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.core.listing import selected
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.modules.accounts import access as books
from koprogo_app.modules.accounts.models import Account
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.ledger.models import JournalLine
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.ownership.models import Ownership
from koprogo_app.modules.payments import service as payments
from koprogo_app.modules.payments.models import ChosenIn, Payment, PaymentIn, Settlement
from koprogo_app.modules.payments.rules import Fund

from . import issuing, rules, service
from .access import visible
from .models import Call, CallIn, CallPart, LineIn
from .rules import Destination, Kind

_CALL_FIELDS = {"lines.0.cents": "total_amount", "called_on": "call_date", "due_on": "due_date"}
_CONTRIBUTION_FIELDS = {
    "lines.0.cents": "amount", "title": "description", "called_on": "contribution_date", "lot_id": "unit_id"
}  # fmt: skip
GONE = N_("This contribution does not exist.")
METHODS = ("bank_transfer", "cash", "check", "domiciliation")
CODES = {**{purpose: to for to, purpose in rules.CREDITED.items()}, rules.Purpose.CALLS_RESERVE: Destination.RESERVE}


@dataclass(frozen=True, slots=True)
class Paid:
    """The last payment that settled some of it."""

    on: date
    method: str
    reference: str


@dataclass(frozen=True, slots=True)
class Contribution:
    id: UUID
    call: Call
    owner_id: UUID
    lot_id: UUID | None  # when it is for one alone
    cents: Cents
    open_cents: Cents
    account_code: str | None
    paid: Paid | None


@requires(Permission.LEDGER_READ)
def list_contributions(s: Session, actor: Actor, owner_id: UUID, *, outstanding: bool = False) -> list[Contribution]:
    """What calls ask of an owner, the last first; only what is still open of calls in force, when asked. NotFound for the person."""
    owners.get_owner(s, actor, owner_id)
    found = _contributions(s, actor, CallPart.owner_id == owner_id)
    return [one for one in found if one.open_cents > 0] if outstanding else found


@requires(Permission.LEDGER_READ)
def get_contribution(s: Session, actor: Actor, contribution_id: UUID) -> Contribution:
    """One, by any of its parts. NotFound when the reader cannot see it."""
    part = s.exec(select(CallPart).where(CallPart.id == contribution_id)).one_or_none()
    if part is None:
        raise NotFound(GONE)
    found = _contributions(s, actor, (CallPart.call_id == part.call_id) & (CallPart.owner_id == part.owner_id))
    if not found:
        raise NotFound(GONE)
    return found[0]


@requires(Permission.CALLS_ISSUE, audit=N_("contribution called from one owner"))
def create_contribution(
    s: Session, actor: Actor, owner_id: UUID, lot_id: UUID | None, kind: Kind, description: str, cents: int, on: date,
    account_code: str | None = None,
) -> Contribution:  # fmt: skip
    """Calls an amount from one owner alone, due a month later, and issues it. Invalid beside the fields of the contract."""
    owners.get_owner(s, actor, owner_id)
    building_id = _building(s, owner_id, lot_id)
    to = destination_of(s, building_id, kind, account_code)
    if not rules.in_reach(on):
        raise Invalid("Check the year of this date.", field="contribution_date")
    data = CallIn(
        title=description[:200], kind=kind, called_on=on, due_on=on + timedelta(rules.DAYS_TO_PAY), owner_id=owner_id, lot_id=lot_id,
        lines=[LineIn(description=description, destination=to, cents=cents)],
    )  # fmt: skip
    try:
        call = issuing.issue_call(s, actor, service.create_call(s, actor, building_id, data).id)
    except Invalid as error:
        raise _beside(error, _CONTRIBUTION_FIELDS) from None
    return _contributions(s, actor, CallPart.call_id == call.id)[0]


@requires(Permission.PAYMENTS_WRITE, audit=N_("contribution paid"))
def pay_contribution(
    s: Session, actor: Actor, contribution_id: UUID, on: date, method: str, reference: str = ""
) -> Contribution:
    """Enters the receipt of all that is open of it; paid already: nothing changes. Refusals of payments, beside their fields."""
    found = visible(actor, Call.building_id).join(CallPart, col(CallPart.call_id) == Call.id)
    building_id = s.execute(found.where(CallPart.id == contribution_id)).scalar_one_or_none()
    if building_id is None:
        raise NotFound(GONE)
    books.locked_book(s, actor, building_id)  # first: a second payment at the same moment then finds it paid
    one = get_contribution(s, actor, contribution_id)
    call = one.call
    if call.status != rules.Status.ISSUED:
        raise Invalid("This call was reversed: make a new one.")
    if one.open_cents <= 0:
        return one
    mine = payments.open_items(s, actor, call.building_id, one.owner_id)
    items = [ChosenIn(line_id=i.line_id, cents=i.open_cents) for i in mine if i.entry_id == call.entry_id]
    reserve = rules.for_reserve_only(service.lines_of(s, [call.id])[call.id])
    bank = Fund.RESERVE if reserve else Fund.WORKING
    payments.record_payment(s, actor, call.building_id, PaymentIn(
        owner_id=one.owner_id, paid_on=on, cents=sum(item.cents for item in items), items=items,
        fund=Fund.CASH if method == "cash" else bank, communication=reference[:140],
        note=method if method in ("check", "domiciliation") else "",
    ))  # fmt: skip
    return get_contribution(s, actor, contribution_id)


def destination_of(s: Session, building_id: UUID, kind: Kind, account_code: str | None) -> Destination:
    """Where an account of the contract sends the money; without one, what the kind says. Invalid for any other account."""
    if not account_code:
        return rules.OF_KIND[kind]
    wanted = select(Account.purpose).where(Account.building_id == building_id, Account.code == account_code)
    purpose = s.exec(wanted).one_or_none()
    to = CODES.get(rules.Purpose(purpose)) if purpose else None
    if to is None:
        raise Invalid("Nothing is called on account {code}.", field="account_code", code=account_code)
    return to


@requires(Permission.LEDGER_READ)
def account_codes(s: Session, actor: Actor, calls: Sequence[Any]) -> dict[UUID, str]:
    """codes_of() calls that were read before: rows with id and building_id."""
    return codes_of(s, calls)


@requires(Permission.CALLS_WRITE, audit=N_("call for funds drafted"))
def create_simple(
    s: Session, actor: Actor, building_id: UUID, title: str, description: str, kind: Kind, cents: int, on: date, due_on: date,
    account_code: str | None = None,
) -> Call:  # fmt: skip
    """The contract's call: one line by the shares of the deed. Invalid beside the fields of the contract."""
    buildings.get_building(s, actor, building_id)
    to = destination_of(s, building_id, kind, account_code)
    line = LineIn(description=title, destination=to, cents=cents)
    data = CallIn(title=title, description=description, kind=kind, called_on=on, due_on=due_on, lines=[line])
    try:
        return service.create_call(s, actor, building_id, data)
    except Invalid as error:
        raise _beside(error, _CALL_FIELDS) from None


def codes_of(s: Session, calls: Sequence[Any]) -> dict[UUID, str]:
    """The account that the first line of each call is credited to, in two reads."""
    if not calls:
        return {}
    lines = service.lines_of(s, [call.id for call in calls])
    rows = select(Account.building_id, Account.purpose, Account.code).where(
        col(Account.building_id).in_({call.building_id for call in calls}), col(Account.purpose).in_(list(CODES))
    )
    known = {(building_id, purpose): code for building_id, purpose, code in s.exec(rows)}
    found: dict[UUID, str] = {}
    for call in calls:
        purpose = rules.CREDITED[Destination(lines[call.id][0].destination)]
        if code := known.get((call.building_id, purpose)):
            found[call.id] = code
    return found


def _building(s: Session, owner_id: UUID, lot_id: UUID | None) -> UUID:
    """The association that asks: of the lot, else the only one where the person holds or held something."""
    held = select(Ownership.building_id).where(Ownership.owner_id == owner_id)
    if lot_id is not None:
        held = held.where(Ownership.lot_id == lot_id)
    found = set(s.exec(held))
    if len(found) == 1:
        return found.pop()
    if found:
        raise Invalid("This person holds lots in several buildings: name the lot.", field="unit_id")
    if lot_id is not None:
        raise Invalid("This person has never held a part of this lot.", field="unit_id")
    raise Invalid("This person holds no part of a lot here.", field="owner_id")


def _contributions(s: Session, actor: Actor, where: Any) -> list[Contribution]:
    rows = visible(actor, Call, CallPart).join(CallPart, col(CallPart.call_id) == Call.id).where(where)
    parts: dict[tuple[UUID, UUID], list[CallPart]] = {}
    calls: dict[UUID, Call] = {}
    for call, part in s.execute(rows.order_by(col(Call.called_on).desc(), col(Call.id).desc(), col(CallPart.id))):
        calls[call.id] = call
        parts.setdefault((call.id, part.owner_id), []).append(part)
    issued = [call.entry_id for call in calls.values() if call.entry_id and call.status == rules.Status.ISSUED]
    open_, codes, paid = payments.open_by_entry(s, issued), codes_of(s, list(calls.values())), _paid(s, issued)
    return [
        Contribution(
            some[0].id, calls[call_id], owner_id, _only_lot(some), Cents(sum(part.cents for part in some)),
            Cents(open_.get((calls[call_id].entry_id or call_id, owner_id), 0)), codes.get(call_id),
            paid.get((calls[call_id].entry_id, owner_id)),
        )
        for (call_id, owner_id), some in parts.items()
    ]  # fmt: skip


def _beside(error: Invalid, fields: Mapping[str, str]) -> Invalid:
    """Refusals of a call beside the contract's names of its fields."""
    if not error.fields:
        return error
    return Invalid.together({fields.get(name, name): one for name, one in error.fields.items()})


def _only_lot(parts: Sequence[CallPart]) -> UUID | None:
    lots = {part.lot_id for part in parts}
    return lots.pop() if len(lots) == 1 else None


def _paid(s: Session, entry_ids: Sequence[UUID]) -> dict[tuple[UUID | None, UUID], Paid]:
    """The last payment that settled some of each entry, by owner."""
    credit = select(JournalLine.id, JournalLine.entry_id).subquery()
    wanted = (
        selected(JournalLine.entry_id, JournalLine.owner_id, Payment.paid_on, Payment.fund, Payment.note, Payment.communication)
        .join(Settlement, col(Settlement.debit_line_id) == JournalLine.id)
        .join(credit, credit.c.id == Settlement.credit_line_id)
        .join(Payment, col(Payment.entry_id) == credit.c.entry_id)
        .where(col(JournalLine.entry_id).in_(entry_ids))
        .order_by(col(Payment.paid_on), col(Payment.id))
    )  # fmt: skip
    found: dict[tuple[UUID | None, UUID], Paid] = {}
    for entry_id, owner_id, on, fund, note, reference in s.execute(wanted):
        method = note if note in METHODS else "cash" if fund == Fund.CASH else "bank_transfer"
        found[entry_id, owner_id] = Paid(on, method, reference)
    return found
