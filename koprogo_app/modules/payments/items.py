"""Which lines of the co-owners' accounts are open, and for how much: the lines of the books less what settlements took."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, case, cast, literal
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from koprogo_app.modules.accounts.models import Account
from koprogo_app.modules.accounts.rules import Party
from koprogo_app.modules.ledger.models import JournalEntry, JournalLine

from .models import Settlement

NOTHING = cast(literal(0), BigInteger)


@dataclass(frozen=True, slots=True)
class Item:
    """An open line. `open_cents`: above zero, what is left of its one side; `due_on`: the day of the entry when none was set."""

    line_id: UUID
    entry_id: UUID
    building_id: UUID
    owner_id: UUID
    account_code: str
    entry_on: date
    due_on: date
    words: str
    debit_cents: int
    credit_cents: int
    open_cents: int
    source: str
    source_id: UUID | None

    @property
    def owed_cents(self) -> int:
        """What it adds to the balance: below zero it is owed back."""
        return self.open_cents if self.debit_cents else -self.open_cents

    def less(self, cents: int) -> "Item":
        """The same with so much less open."""
        return replace(self, open_cents=self.open_cents - cents) if cents else self


def lines_of_owners(building_ids: Collection[UUID], owner_ids: Collection[UUID] | None = None) -> tuple[Any, ...]:
    """Lines on accounts of co-owners, of these buildings and people."""
    accounts = select(Account.id).where(Account.party == Party.OWNER, col(Account.building_id).in_(building_ids))
    return (*_of(building_ids, owner_ids), col(JournalLine.account_id).in_(accounts))


def _of(building_ids: Collection[UUID], owner_ids: Collection[UUID] | None) -> tuple[Any, ...]:
    named = col(JournalLine.owner_id)
    who = named.is_not(None) if owner_ids is None else named.in_(owner_ids)
    return (col(JournalLine.building_id).in_(building_ids), who)


def open_query(
    building_ids: Collection[UUID], owner_ids: Collection[UUID] | None = None, until: date | None = None
) -> tuple[Any, Any]:
    """(select of the columns of Item, the open amount): of the lines up to a day, less what lines up to that day settled."""
    amount = col(JournalLine.debit_cents) + JournalLine.credit_cents - _taken(until)
    left: Any = cast(amount, BigInteger).label("open_cents")
    words: Any = func.coalesce(func.nullif(JournalLine.description, ""), JournalEntry.description).label("words")
    due: Any = func.coalesce(JournalLine.due_on, JournalLine.entry_on).label("due_on")
    wanted: Any = select(
        col(JournalLine.id).label("line_id"), JournalLine.entry_id, JournalLine.building_id, JournalLine.owner_id,
        col(Account.code).label("account_code"), JournalLine.entry_on, due, words, JournalLine.debit_cents, JournalLine.credit_cents,
        left, JournalEntry.source, JournalEntry.source_id,
    )  # type: ignore[call-overload]  # fmt: skip
    wanted = wanted.join(Account, col(Account.id) == JournalLine.account_id)
    wanted = wanted.join(JournalEntry, col(JournalEntry.id) == JournalLine.entry_id)
    wanted = wanted.where(
        Account.party == Party.OWNER,
        col(Account.building_id).in_(building_ids),
        *_of(building_ids, owner_ids),
        amount > 0,
    )
    return (wanted if until is None else wanted.where(JournalLine.entry_on <= until)), left


def read(
    s: Session,
    building_ids: Collection[UUID],
    owner_ids: Collection[UUID] | None = None,
    until: date | None = None,
) -> list[Item]:
    """The open items, the oldest due first. No permission: for the services of this module."""
    wanted, _ = open_query(building_ids, owner_ids, until)
    due: Any = func.coalesce(JournalLine.due_on, JournalLine.entry_on)
    return [Item(*row) for row in s.execute(wanted.order_by(due, col(JournalLine.entry_on), col(JournalLine.id)))]


def open_by_entry(s: Session, entry_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], int]:
    """(entry, co-owner) -> what is open: above zero still to pay, below zero still owed back, zero when all is settled.

    No permission: for services above, which have read the entries by their own.
    """
    if not entry_ids:
        return {}
    ids = select(JournalLine.id).where(col(JournalLine.entry_id).in_(entry_ids), col(JournalLine.owner_id).is_not(None))
    moved = col(JournalLine.debit_cents) - JournalLine.credit_cents
    wanted: Any = select(JournalLine.entry_id, JournalLine.owner_id, func.sum(moved - func.sign(moved) * _taken()))
    wanted = wanted.join(Account, col(Account.id) == JournalLine.account_id)
    wanted = wanted.where(col(JournalLine.id).in_(ids), Account.party == Party.OWNER)
    grouped = wanted.group_by(col(JournalLine.entry_id), col(JournalLine.owner_id))
    return {(entry_id, owner_id): int(cents) for entry_id, owner_id, cents in s.execute(grouped)}


def mirrors(s: Session, building_id: UUID, owner_ids: Collection[UUID] | None = None) -> dict[UUID, UUID]:
    """Line of a reversal -> the line that it reverses."""
    entry = JournalEntry.__table__.alias("reversal")  # type: ignore[attr-defined]
    line = JournalLine.__table__.alias("reversing")  # type: ignore[attr-defined]
    wanted: Any = select(line.c.id, JournalLine.id).join(entry, entry.c.id == line.c.entry_id)
    there = (entry.c.reverses_id == JournalLine.entry_id) & (line.c.position == JournalLine.position)
    wanted = wanted.join(JournalLine, there).where(
        entry.c.building_id == building_id, entry.c.reverses_id.is_not(None), *lines_of_owners([building_id], owner_ids)
    )
    return {reversal: reversed_ for reversal, reversed_ in s.execute(wanted)}


def _taken(until: date | None = None) -> Any:
    """What settlements took of a line, those with lines up to a day: looked up line by line, by the index of its side.

    A sum of all settlements to join would be made anew for each line where the planner expects few, as after a large import.
    """
    other: Any = aliased(JournalLine)

    def of(mine: Any, others: Any) -> Any:
        wanted: Any = select(func.coalesce(func.sum(Settlement.cents), NOTHING)).where(mine == JournalLine.id)
        if until is not None:
            wanted = wanted.join(other, other.id == others).where(other.entry_on <= until)
        return wanted.correlate(JournalLine).scalar_subquery()

    debit, credit = col(Settlement.debit_line_id), col(Settlement.credit_line_id)
    return case((col(JournalLine.debit_cents) > 0, of(debit, credit)), else_=of(credit, debit))
