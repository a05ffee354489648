"""What an office does with the money of a building, each by the service that people use. Called inside one transaction."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from sqlmodel import Session, col, delete, func, select

from koprogo_app.core.actor import Actor
from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts.models import Account, FiscalYear
from koprogo_app.modules.accounts.rules import Purpose
from koprogo_app.modules.calls import issuing
from koprogo_app.modules.calls.models import Call
from koprogo_app.modules.funds import moving
from koprogo_app.modules.funds.models import AllocationIn, TransferIn, WithdrawalIn
from koprogo_app.modules.invoices import service as invoices
from koprogo_app.modules.invoices import workflow
from koprogo_app.modules.invoices.models import Invoice, InvoiceIn, LineIn, SharingIn
from koprogo_app.modules.invoices.rules import Category, Fund, Kind
from koprogo_app.modules.ledger.models import JournalEntry, JournalLine
from koprogo_app.modules.ledger.posting import Posting, post
from koprogo_app.modules.ledger.rules import Journal, Side
from koprogo_app.modules.letters.models import Letter, LetterRun
from koprogo_app.modules.meters import periods, readings
from koprogo_app.modules.meters import service as meters
from koprogo_app.modules.meters.models import NewMeterIn, PeriodIn, ReadingIn
from koprogo_app.modules.meters.rules import Kind as Counts
from koprogo_app.modules.meters.rules import Unit
from koprogo_app.modules.payments import service as payments
from koprogo_app.modules.payments.models import PaymentIn
from koprogo_app.modules.references import service as references
from koprogo_app.modules.statements import sharing

from .plans import Bill, Plan, Waiting, covered

NOTHING = Cents(0)
RESERVES = (Purpose.RESERVE_FUND, Purpose.SPECIAL_RESERVE, Purpose.OWNERS_RESERVE, Purpose.BANK_RESERVE)


@dataclass(frozen=True, slots=True)
class Office:
    """A building whose books are told, and who is named in them, by the names of the plan."""

    s: Session
    actor: Actor
    building_id: UUID
    plan: Plan
    today: date
    dice: Random
    years: Mapping[int, FiscalYear]  # by how long ago they began
    keys: dict[str, UUID]
    owners: Mapping[str, UUID]
    suppliers: Mapping[str, UUID]
    homes: Mapping[str, UUID]  # lots that are lived in, by number
    binders: dict[int, UUID]  # the vouchers of a year
    dials: dict[UUID, int]  # what each meter shows, in litres

    def said(self, name: str, **params: object) -> str:
        """A sentence of the plan."""
        return self.plan.words[name].format(**params)


# --- Suppliers -------------------------------------------------------------------------------------------------------


def enter_bill(
    o: Office, bill: Bill, number: str, on: date, ago: int, step: str = "posted", *, voucher: bool = True
) -> Invoice:
    """An invoice up to a step, with who bears it."""
    first, last = covered(bill, on.year, on.month)
    net = bill.cents + o.dice.randrange(-bill.cents // 20, bill.cents // 20 + 1)
    key = o.said("water key", year=on.year) if bill.metered else bill.key
    line = LineIn(
        account=bill.account, description=bill.words, unit_price=Decimal(net) / 100, vat_percent=Decimal(bill.vat),
        key_id=o.keys[key] if key else None, owner_id=o.owners[bill.person] if bill.person else None, period_from=first,
        period_until=last, ordinary=not bill.reserve, tenant_percent=bill.tenant,
    )  # fmt: skip
    data = InvoiceIn(
        supplier_id=o.suppliers[bill.supplier], kind=Kind.CREDIT_NOTE if bill.credit else Kind.INVOICE, number=number,
        issued_on=on, description=bill.words, category=Category(bill.category),
        document_id=o.binders[ago] if voucher else None, lines=[line],
    )  # fmt: skip
    made = invoices.create_invoice(o.s, o.actor, o.building_id, data)
    if step != "draft":
        workflow.submit_invoice(o.s, o.actor, made.id)
    if step == "posted":
        workflow.approve_invoice(o.s, o.actor, made.id)
    return made


def pay_bill(o: Office, made: Invoice, on: date, *, reserve: bool) -> None:
    """From the account of the fund that bears it."""
    workflow.pay_invoice(o.s, o.actor, made.id, Fund.RESERVE if reserve else Fund.WORKING, on)


def enter_waiting(o: Office, waiting: Waiting, on: date) -> None:
    """An invoice that still moves, without its paper."""
    enter_bill(o, waiting.bill, waiting.number, on, 0, waiting.step, voucher=False)


def take_from_reserve(o: Office, made: Invoice, on: date) -> None:
    """What the meeting decided: the reserve fund bears this cost."""
    cost = select(JournalLine.id).where(JournalLine.entry_id == made.entry_id, col(JournalLine.supplier_id).is_(None))
    data = WithdrawalIn(
        cents=made.gross_cents, moved_on=on, words=made.description, decision=o.said("withdrawal", year=on.year),
        document_id=made.document_id, cost_line_id=o.s.exec(cost).one(),
    )  # fmt: skip
    moving.withdraw(o.s, o.actor, o.building_id, data)


# --- Bank ------------------------------------------------------------------------------------------------------------


def enter_bank_charges(o: Office, on: date, *, borne: bool = True) -> None:
    """What the bank took; `borne`: whether somebody said who bears it."""
    cents = Cents(o.plan.bank_charges)
    sides = [Side("657", cents, NOTHING), Side("551", NOTHING, cents)]
    _entered(o, Journal.FIN, on, o.said("charges"), sides, "657" if borne else None)


def enter_interest(o: Office, on: date) -> None:
    """What the reserve's account earned in a year, added to the reserve."""
    cents = Cents(o.plan.interest)
    words = o.said("interest", year=on.year)
    _entered(o, Journal.FIN, on, words, [Side("550", cents, NOTHING), Side("751", NOTHING, cents)], "751")
    moving.allocate(o.s, o.actor, o.building_id, AllocationIn(cents=cents, moved_on=on, words=words, interest=True))


def _entered(
    o: Office, journal: Journal, on: date, words: str, sides: Sequence[Side], cost: str | None
) -> JournalEntry:
    entry = post(o.s, o.actor, o.building_id, Posting(journal, on, words, sides))
    if cost:
        account = select(Account.id).where(Account.building_id == o.building_id, Account.code == cost)
        line = select(JournalLine.id).where(JournalLine.entry_id == entry.id, col(JournalLine.account_id).in_(account))
        sharing.share(o.s, o.actor, o.building_id, [o.s.exec(line).one()], SharingIn())
    return entry


def open_with(o: Office, on: date) -> None:
    """What the association had when its books began here."""
    working, reserve = Cents(o.plan.working), Cents(o.plan.reserve)
    sides = [
        Side("551", working, NOTHING), Side("550", reserve, NOTHING), Side("100", NOTHING, working), Side("160", NOTHING, reserve),
    ]  # fmt: skip
    _entered(o, Journal.OPN, on, o.said("opening", day=f"{on - timedelta(1):%d/%m/%Y}"), sides, None)


def move_reserve(o: Office, on: date) -> None:
    """Everything is paid to the working account: what is the reserve's goes to its own (art. 3.86 §3)."""
    mine = select(Account.id).where(Account.building_id == o.building_id, col(Account.purpose).in_(RESERVES))
    moved = select(func.sum(JournalLine.credit_cents - JournalLine.debit_cents)).where(
        JournalLine.building_id == o.building_id, JournalLine.entry_on <= on, col(JournalLine.account_id).in_(mine)
    )
    if (cents := int(o.s.exec(moved).one() or 0)) > 0:
        data = TransferIn(cents=cents, moved_on=on, from_code="551", to_code="550", words=o.said("transfer"))
        moving.transfer(o.s, o.actor, o.building_id, data)


# --- Co-owners -------------------------------------------------------------------------------------------------------


def issue(o: Office, call: Call, *, letters: Collection[str] = ()) -> None:
    """Issues a call. `letters`: to whom they are still to be written; by mail they reach invented addresses only."""
    issuing.issue_call(o.s, o.actor, call.id)
    settle_letters(o, call.id, letters)


def settle_letters(o: Office, source_id: UUID, kept: Collection[str] = ()) -> None:
    """The letters of a call or statement: sent long ago, or to these co-owners and still to be written."""
    run = o.s.exec(select(LetterRun).where(LetterRun.source_id == source_id)).one()
    people = [o.owners[name] for name in kept]
    o.s.exec(delete(Letter).where(col(Letter.run_id) == run.id, col(Letter.owner_id).not_in(people)))
    if not kept:
        o.s.exec(delete(LetterRun).where(col(LetterRun.id) == run.id))
        return
    run.total = o.s.exec(select(func.count()).where(col(Letter.run_id) == run.id)).one()


def receive(o: Office, on: date, *, late: bool) -> None:
    """The receipts of the three weeks before a day: everything that is open, from those who pay by then."""
    open_: dict[UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))  # by person and account
    for item in payments.open_items(o.s, o.actor, o.building_id):
        open_[item.owner_id][item.account_code] += item.open_cents if item.debit_cents else -item.open_cents
    names = {owner_id: name for name, owner_id in o.owners.items()}
    paying = {i: by for i, by in open_.items() if sum(by.values()) > 0 and _pays(o, names[i], on, late=late)}
    typed = {i for i in paying if _is_typed(o, names[i], on)}
    digits = references.known_of(o.s, o.actor, o.building_id, list(typed))
    receipts = [(on - timedelta(o.dice.randrange(18)), names[i], i) for i in paying if i in typed]
    for paid_on, name, owner_id in sorted(receipts):
        extra = o.plan.payers.extra if name == o.plan.payers.generous and _is_generous(o, on) else 0
        cents = sum(paying[owner_id].values()) + extra
        data = PaymentIn(owner_id=owner_id, paid_on=paid_on, cents=cents, communication=digits.get(owner_id, ""))
        payments.record_payment(o.s, o.actor, o.building_id, data)
    _receive_together(o, on, {i: by for i, by in paying.items() if i not in typed})


def _receive_together(o: Office, on: date, paying: Mapping[UUID, Mapping[str, int]]) -> None:
    """One entry for the statement of the bank, and what it settles."""
    sides = [
        Side(code, NOTHING, Cents(cents), owner_id=owner_id)
        for owner_id, by in paying.items()
        for code, cents in by.items()
        if cents > 0
    ]
    if sides:
        total = Cents(sum(side.credit for side in sides))
        _entered(o, Journal.FIN, on, o.said("receipts"), [Side("551", total, NOTHING), *sides], None)
        payments.settle_oldest(o.s, o.actor, o.building_id, list(paying))


def _is_typed(o: Office, name: str, on: date) -> bool:
    return not o.plan.payers.typed or name in o.plan.payers.typed or on > o.today - timedelta(92)


def _is_generous(o: Office, on: date) -> bool:
    return (on.year, on.month) == (o.today.year - 1, 4)


def _pays(o: Office, name: str, on: date, *, late: bool) -> bool:
    payers = o.plan.payers
    if name == payers.debtor and on >= date(o.today.year - 1, 7, 1):
        return False
    return (name == payers.late) == late


# --- Meters ----------------------------------------------------------------------------------------------------------


def place_meters(o: Office, on: date) -> None:
    for number, lot_id in o.homes.items():
        start = o.dice.randrange(20_000, 400_000)
        data = NewMeterIn(
            lot_id=lot_id, kind=Counts.COLD_WATER, serial=f"{o.plan.meters.prefix}-{number}", unit=Unit.M3, installed_on=on,
            dial_digits=5, first_value=_m3(start),
        )  # fmt: skip
        o.dials[meters.create_meter(o.s, o.actor, o.building_id, data).id] = start


def begin_period(o: Office, ago: int) -> UUID:
    year = o.years[ago]
    data = PeriodIn(
        kind=Counts.COLD_WATER,
        name=o.said("water key", year=year.starts_on.year),
        first_on=year.starts_on,
        last_on=year.ends_on,
    )
    return periods.create_period(o.s, o.actor, o.building_id, data).id


def read_meters(o: Office, ago: int) -> None:
    """The readings of the last day of a year, and the key that they make."""
    on, (low, high) = o.years[ago].ends_on, o.plan.meters.litres
    for meter_id in o.dials:
        o.dials[meter_id] += 365 * o.dice.randrange(low, high)
    found = [ReadingIn(meter_id=meter_id, value=_m3(litres)) for meter_id, litres in o.dials.items()]
    readings.record_readings(o.s, o.actor, o.building_id, on, found)
    period = periods.close_period(o.s, o.actor, begin_period(o, ago))
    if period.key_id:
        o.keys[period.name] = period.key_id


def _m3(litres: int) -> Decimal:
    return Decimal(litres) / 1000
