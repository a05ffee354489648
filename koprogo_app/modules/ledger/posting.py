"""The one way into the books, for every module: checked, numbered, written once. Called inside the caller's transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, func, select

from koprogo_app.core import ids
from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import DomainError, Invalid
from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts import access as books
from koprogo_app.modules.accounts.models import Account, FiscalYear
from koprogo_app.modules.ownership.models import Ownership
from koprogo_app.modules.suppliers.models import Supplier

from . import rules
from .models import JournalEntry, JournalLine
from .rules import MANUAL, Journal, Side

# What a reversal touches in the modules above, which koprogo_app.py names here. Each of the first may refuse it by raising
# (session, who, the entry); each of the others takes back what hung on the lines (session, the entry's id, its mirror's).
BEFORE_REVERSAL: list[Callable[[Session, Actor, JournalEntry], None]] = []
AFTER_REVERSAL: list[Callable[[Session, UUID, UUID], None]] = []


@dataclass(frozen=True, slots=True)
class Posting:
    """An entry to be. `source` and `source_id` name what it is made from; posting the same again gives the entry there is."""

    journal: Journal
    on: date
    description: str
    sides: Sequence[Side]
    source: str = MANUAL
    source_id: UUID | None = None
    document_ref: str | None = None
    document_id: UUID | None = None
    reverses_id: UUID | None = None


def post(s: Session, actor: Actor, building_id: UUID, new: Posting) -> JournalEntry:
    """Writes an entry with the next number of its journal and year.

    The books stay locked for others until the end of the transaction. Invalid, beside the line or field, when it does not
    balance, an account does not take it, or its day is in no year or a closed one.
    """
    book = books.locked_book(s, actor, building_id)
    if new.source_id and (there := _posted(s, new.source, new.source_id)):
        if there.building_id != building_id:
            raise Invalid("This key belongs to an entry of another building.", field="key")
        return there
    rules.check_open(new.on, book.locked_until)
    year = s.exec(select(FiscalYear).where(FiscalYear.building_id == building_id, FiscalYear.starts_on <= new.on,
                                           FiscalYear.ends_on >= new.on)).one_or_none()  # fmt: skip
    if year is None:
        raise Invalid("No financial year holds {day}: add the year first.", field="entry_on", day=new.on)
    total = rules.check_sides(new.sides)
    known = _accounts(s, building_id, new.sides)
    _check_parties(s, building_id, new.sides)
    entry = JournalEntry(
        building_id=building_id, year_id=year.id, journal=new.journal, number=_next(s, year.id, new.journal), entry_on=new.on,
        description=new.description, document_ref=new.document_ref, document_id=new.document_id, source=new.source,
        source_id=new.source_id or ids.uuid7(), reverses_id=new.reverses_id, total_cents=total, posted_by=actor.user_id,
    )  # fmt: skip
    s.add(entry)
    s.flush()
    s.add_all(
        JournalLine(
            building_id=building_id, entry_id=entry.id, year_id=year.id, entry_on=new.on, position=n, account_id=known[side.account].id,
            debit_cents=side.debit, credit_cents=side.credit, description=side.description, owner_id=side.owner_id,
            supplier_id=side.supplier_id, due_on=side.due_on,
        )
        for n, side in enumerate(new.sides)
    )  # fmt: skip
    s.flush()
    return entry


def mirror(s: Session, actor: Actor, entry_id: UUID, reason: str) -> JournalEntry:
    """Undoes an entry that a module made, by its mirror, once: on its day, or the first one after it that is not locked.

    For the module that made it, which takes back itself what hangs on the lines. Invalid as post(), or when a module above
    refuses.
    """
    entry = s.exec(select(JournalEntry).where(JournalEntry.id == entry_id)).one()
    book = books.locked_book(s, actor, entry.building_id)
    return _turn(s, actor, entry, rules.reversal_day(entry.entry_on, book.locked_until), reason[:300])


def reverse(s: Session, actor: Actor, entry_id: UUID, on: date, reason: str) -> JournalEntry:
    """Undoes an entry by its mirror on `on`, with what hangs on its lines: who bears its costs, what settles them.

    The caller holds the books. Invalid as post(), or when a module above refuses.
    """
    entry = s.exec(select(JournalEntry).where(JournalEntry.id == entry_id)).one()
    undone = _turn(s, actor, entry, on, reason)
    for take_back in AFTER_REVERSAL:
        take_back(s, entry.id, undone.id)
    return undone


def _turn(s: Session, actor: Actor, entry: JournalEntry, on: date, reason: str) -> JournalEntry:
    for check in BEFORE_REVERSAL:
        check(s, actor, entry)
    turned = [side.turned() for side in sides_of(s, entry.id)]
    undone = Posting(Journal(entry.journal), on, reason, turned, source=f"{entry.source}:reversal", source_id=entry.id,
                     document_ref=entry.document_ref, document_id=entry.document_id, reverses_id=entry.id)  # fmt: skip
    return post(s, actor, entry.building_id, undone)


def sides_of(s: Session, entry_id: UUID) -> list[Side]:
    """The lines of a posted entry, as they were entered."""
    lines = select(JournalLine, Account.code).join(Account, col(Account.id) == JournalLine.account_id)
    return [
        Side(
            code,
            Cents(line.debit_cents),
            Cents(line.credit_cents),
            line.description,
            line.owner_id,
            line.supplier_id,
            line.due_on,
        )
        for line, code in s.exec(lines.where(JournalLine.entry_id == entry_id).order_by(col(JournalLine.position)))
    ]


def _posted(s: Session, source: str, source_id: UUID) -> JournalEntry | None:
    return s.exec(
        select(JournalEntry).where(JournalEntry.source == source, JournalEntry.source_id == source_id)
    ).one_or_none()


def _next(s: Session, year_id: UUID, journal: Journal) -> int:
    last = select(func.max(JournalEntry.number)).where(JournalEntry.year_id == year_id, JournalEntry.journal == journal)
    return (s.exec(last).one() or 0) + 1


def _accounts(s: Session, building_id: UUID, sides: Sequence[Side]) -> dict[str, Account]:
    codes = {side.account for side in sides}
    found = s.exec(select(Account).where(Account.building_id == building_id, col(Account.code).in_(codes))).all()
    known = {account.code: account for account in found}
    wrong: dict[str, DomainError] = {}
    for n, side in enumerate(sides):
        try:
            rules.check_account(n, side, known.get(side.account))
        except Invalid as error:
            wrong[f"lines.{n}"] = error
    if wrong:
        raise Invalid.together(wrong)
    return known


def _check_parties(s: Session, building_id: UUID, sides: Sequence[Side]) -> None:
    """A co-owner of this building, now or earlier, or a supplier of the office: a line on anybody else is a slip."""
    owners = {side.owner_id for side in sides if side.owner_id}
    served = {side.supplier_id for side in sides if side.supplier_id}
    held = select(Ownership.owner_id).where(Ownership.building_id == building_id, col(Ownership.owner_id).in_(owners))
    holders = set(s.exec(held.distinct())) if owners else set[UUID]()
    suppliers = set(s.exec(select(Supplier.id).where(col(Supplier.id).in_(served)))) if served else set[UUID]()
    for n, side in enumerate(sides):
        if side.owner_id and side.owner_id not in holders:
            raise Invalid("This person holds no part of a lot here.", field=f"lines.{n}")
        if side.supplier_id and side.supplier_id not in suppliers:
            raise Invalid("This supplier does not exist.", field=f"lines.{n}")
