"""The reads of the ledger behind the reports: sums where sums do, lines where they must. Building and rights: the service."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, case, or_
from sqlmodel import Session, col, func, select

from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts.models import Account, FiscalYear
from koprogo_app.modules.accounts.rules import RESULT
from koprogo_app.modules.invoices.models import InvoiceStep
from koprogo_app.modules.ledger.models import AccountDay, JournalEntry, JournalLine
from koprogo_app.modules.ledger.rules import Journal
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.payments import items as payments
from koprogo_app.modules.suppliers.models import Supplier

from .items import Balanced, Item
from .lines import Line

_columns: Any = sa.select  # of any number of columns and expressions
CHUNK = 2_000  # lines that are in memory at a time


class MovedAccount(NamedTuple):
    account_id: UUID
    debit: int
    credit: int
    lines: int


def earlier_result(s: Session, building_id: UUID, before: date) -> Cents:
    """Income less costs of all the years that begin before this day."""
    moved = select(func.coalesce(func.sum(AccountDay.credit_cents - AccountDay.debit_cents), 0))
    moved = moved.join(Account, col(Account.id) == AccountDay.account_id).join(
        FiscalYear, col(FiscalYear.id) == AccountDay.year_id
    )
    moved = moved.where(
        AccountDay.building_id == building_id, col(Account.kind).in_(RESULT), FiscalYear.starts_on < before
    )
    return Cents(int(s.exec(moved).one()))


def moved(s: Session, building_id: UUID, from_on: date, until: date) -> list[MovedAccount]:
    """What each account moved from one day to another, both included, whatever the years."""
    sums = select(
        AccountDay.account_id,
        func.sum(AccountDay.debit_cents),
        func.sum(AccountDay.credit_cents),
        func.sum(AccountDay.lines),
    ).where(AccountDay.building_id == building_id, AccountDay.day >= from_on, AccountDay.day <= until)
    found = s.exec(sums.group_by(col(AccountDay.account_id)))
    return [MovedAccount(one, int(debit), int(credit), int(lines)) for one, debit, credit, lines in found]


def _opening(*conditions: Any) -> Any:
    """The opening entries: what they hold is what a year began with, never received or spent."""
    return select(JournalEntry.id).where(JournalEntry.journal == Journal.OPN, *conditions)


def apart(
    s: Session, building_id: UUID, starts_on: date, until: date, at: datetime | None
) -> dict[UUID, tuple[int, int, int]]:
    """account -> what to take off its (debit less credit before a year, debit, credit in it up to a day), so that the opening
    entries of the year stand before it and, after a moment `at`, nothing was posted."""
    late: Any = col(JournalEntry.created_at) > at if at else sa.false()
    earlier = col(JournalLine.entry_on) < starts_on
    opening = and_(col(JournalEntry.journal) == Journal.OPN, ~earlier, ~late)
    debit, credit = col(JournalLine.debit_cents), col(JournalLine.credit_cents)
    before = case((opening, credit - debit), (earlier, debit - credit), else_=0)
    during = [func.sum(case((earlier, 0), else_=side)) for side in (debit, credit)]
    sums = _columns(JournalLine.account_id, func.sum(before), *during)
    sums = sums.join(JournalEntry, col(JournalEntry.id) == JournalLine.entry_id).where(
        JournalLine.building_id == building_id, JournalLine.entry_on <= until, or_(late, opening)
    )
    found = s.execute(sums.group_by(JournalLine.account_id))
    return {one: (int(before), int(debit), int(credit)) for one, before, debit, credit in found}


def cash(s: Session, year_id: UUID, until: date, money: Collection[UUID]) -> list[tuple[UUID, Cents, Cents]]:
    """(account, received, spent): what stood opposite the cash and bank accounts `money` in a year up to a day, its opening
    left out."""
    own = col(JournalLine.account_id).in_(money)
    # one pass over the year: a join of its lines with themselves takes minutes while the planner does not know young books
    touched = func.bool_or(own).over(partition_by=col(JournalLine.entry_id)).label("touched")
    lines: Any = _columns(
        JournalLine.account_id, JournalLine.credit_cents, JournalLine.debit_cents, own.label("own"), touched
    ).where(
        JournalLine.year_id == year_id, JournalLine.entry_on <= until,
        col(JournalLine.entry_id).not_in(_opening(JournalEntry.year_id == year_id)),
    )  # fmt: skip
    year = lines.subquery().c
    sums = _columns(year.account_id, func.sum(year.credit_cents), func.sum(year.debit_cents))
    found = s.execute(sums.where(year.touched, ~year.own).group_by(year.account_id))
    return [(account, Cents(int(received)), Cents(int(spent))) for account, received, spent in found]


# --- Parties ---------------------------------------------------------------------------------------------------------


def owner_balances(s: Session, building_id: UUID, starts_on: date, until: date) -> list[Balanced]:
    """The co-owners who stood, were charged or paid, by name: before the year or at its opening, in it up to a day."""
    opening = _opening(JournalEntry.building_id == building_id)
    earlier = or_(col(JournalLine.entry_on) < starts_on, col(JournalLine.entry_id).in_(opening))
    debit, credit = col(JournalLine.debit_cents), col(JournalLine.credit_cents)
    sums = select(
        JournalLine.owner_id.label("owner_id"),  # type: ignore[union-attr]
        func.sum(case((earlier, debit - credit), else_=0)).label("before"),
        func.sum(case((earlier, 0), else_=debit)).label("owed"),
        func.sum(case((earlier, 0), else_=credit)).label("paid"),
    ).where(
        JournalLine.building_id == building_id, col(JournalLine.owner_id).is_not(None), JournalLine.entry_on <= until
    )
    summed: Any = sums.group_by(col(JournalLine.owner_id)).subquery()
    wanted = _columns(Owner.id, Owner.last_name, Owner.first_name, summed.c.before, summed.c.owed, summed.c.paid)
    wanted = wanted.join(summed, summed.c.owner_id == Owner.id).where(
        or_(summed.c.before != 0, summed.c.owed != 0, summed.c.paid != 0)
    )
    found = [
        Balanced(owner_id, f"{last} {first}".strip(), Cents(int(before)), Cents(int(owed)), Cents(int(paid)))
        for owner_id, last, first, before, owed, paid in s.execute(wanted)
    ]
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


def owner_items(s: Session, building_id: UUID, until: date) -> list[tuple[str, list[Item]]]:
    """What settlements left of the lines of the co-owners up to a day, by name, oldest first."""
    wanted, _ = payments.open_query([building_id], until=until)
    name = func.trim(func.concat(Owner.last_name, " ", Owner.first_name)).label("name")
    wanted = wanted.add_columns(name, JournalEntry.reverses_id).join(Owner, col(Owner.id) == JournalLine.owner_id)
    rows = s.execute(wanted.order_by(col(JournalLine.entry_on), col(JournalLine.id)))
    return _by_party(
        (x.owner_id, x.name, Item(x.due_on, Cents(x.open_cents if x.debit_cents else -x.open_cents), x.entry_id, x.reverses_id))
        for x in rows
    )  # fmt: skip


def supplier_items(s: Session, building_id: UUID, until: date) -> list[tuple[str, list[Item]]]:
    """The lines of the suppliers whose balance is not nothing, by name, oldest first."""
    party, owed = col(JournalLine.supplier_id), col(JournalLine.credit_cents) - col(JournalLine.debit_cents)
    here = and_(col(JournalLine.building_id) == building_id, party.is_not(None), col(JournalLine.entry_on) <= until)
    # asked first: as part of the statement below, the planner may sum it up anew for each line of young books
    open_ = s.scalars(select(party).where(here).group_by(party).having(func.sum(owed) != 0)).all()
    invoice = select(InvoiceStep.invoice_id).where(InvoiceStep.entry_id == JournalLine.entry_id).limit(1)
    wanted = _columns(
        Supplier.id, Supplier.name, func.coalesce(JournalLine.due_on, JournalLine.entry_on), owed, JournalLine.entry_id,
        JournalEntry.reverses_id, _words(), func.coalesce(JournalEntry.document_ref, ""), invoice.scalar_subquery(),
    )  # fmt: skip
    wanted = wanted.join(JournalLine, party == Supplier.id).join(
        JournalEntry, col(JournalEntry.id) == JournalLine.entry_id
    )
    rows = s.execute(wanted.where(here, party.in_(open_)).order_by(col(JournalLine.entry_on), col(JournalLine.id)))
    return _by_party((party_id, name, Item(*item)) for party_id, name, *item in rows)


def _by_party(found: Iterable[tuple[UUID, str, Item]]) -> list[tuple[str, list[Item]]]:
    parties: dict[UUID, tuple[str, list[Item]]] = {}
    for party_id, name, item in found:
        parties.setdefault(party_id, (name, []))[1].append(item)
    return sorted(parties.values(), key=lambda one: one[0].casefold())


# --- Lines -----------------------------------------------------------------------------------------------------------


def _words() -> Any:
    return func.coalesce(func.nullif(JournalLine.description, ""), JournalEntry.description)


def _lines(locale: str) -> Any:
    label = getattr(Account, f"label_{locale}")
    wanted = _columns(
        JournalLine.entry_id, JournalLine.entry_on, JournalEntry.journal, JournalEntry.number,
        func.coalesce(JournalEntry.document_ref, ""), JournalLine.account_id, Account.code, label, _words(),
        func.trim(func.concat(Owner.last_name, " ", Owner.first_name, Supplier.name)), JournalLine.debit_cents, JournalLine.credit_cents,
    )  # fmt: skip
    wanted = wanted.join(JournalEntry, col(JournalEntry.id) == JournalLine.entry_id)
    wanted = wanted.join(Account, col(Account.id) == JournalLine.account_id)
    return wanted.outerjoin(Owner, col(Owner.id) == JournalLine.owner_id).outerjoin(
        Supplier, col(Supplier.id) == JournalLine.supplier_id
    )


def _flow(s: Session, wanted: Any) -> Iterator[Line]:
    """The lines as they come from the database, a chunk at a time: one statement, hence one state of the books."""
    s.execute(sa.text("SET LOCAL cursor_tuple_fraction = 1"))  # every row is read: plan for the last one, not the first
    for row in s.execute(wanted, execution_options={"yield_per": CHUNK}):
        yield Line(*row)


def ledger_lines(s: Session, year_id: UUID, until: date, account_ids: Collection[UUID], locale: str) -> Iterator[Line]:
    """The lines of these accounts in a year up to a day: by code, then by day."""
    wanted = _lines(locale).where(
        JournalLine.year_id == year_id, JournalLine.entry_on <= until, col(JournalLine.account_id).in_(account_ids)
    )
    order = (col(Account.code).collate("C"), col(JournalLine.entry_on), col(JournalLine.id))
    return _flow(s, wanted.order_by(*order))


@dataclass(frozen=True, slots=True)
class JournalLines:
    """Which lines: of a building, between two days, of one journal or of all."""

    building_id: UUID
    from_on: date
    until: date
    journal: Journal | None

    @property
    def condition(self) -> ColumnElement[bool]:
        entry = JournalEntry
        wanted = and_(
            col(entry.building_id) == self.building_id,
            col(entry.entry_on) >= self.from_on,
            col(entry.entry_on) <= self.until,
        )
        return and_(wanted, col(entry.journal) == self.journal) if self.journal else wanted


def journal_sums(s: Session, which: JournalLines) -> list[tuple[str, int, int, int]]:
    """(journal, lines, debit, credit), by journal."""
    sums = select(
        JournalEntry.journal, func.count(), func.sum(JournalLine.debit_cents), func.sum(JournalLine.credit_cents)
    ).join(JournalLine, col(JournalLine.entry_id) == JournalEntry.id)
    found = s.exec(sums.where(which.condition).group_by(col(JournalEntry.journal)).order_by(JournalEntry.journal))
    return [(journal, number, int(debit), int(credit)) for journal, number, debit, credit in found]


def journal_lines(s: Session, which: JournalLines, locale: str, window: tuple[int, int] | None) -> Iterator[Line]:
    """The lines by day, journal, number and place in their entry; `window`: how many to pass over and to take."""
    order = (col(JournalEntry.entry_on), col(JournalEntry.journal), col(JournalEntry.number), col(JournalLine.position))
    wanted = _lines(locale).where(which.condition).order_by(*order)
    return _flow(s, wanted.offset(window[0]).limit(window[1]) if window else wanted)
