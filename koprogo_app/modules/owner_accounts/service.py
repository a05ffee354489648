"""The individual account of each co-owner, to be consulted at any time: by the office, and by himself his own.

What stands on an account are the lines of the books that name the co-owner on an account of co-owners.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, cast
from sqlmodel import Session, col, func, select

from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Invalid, NotFound
from koprogo_app.core.listing import Asked, Listed, contains, page_of, selected, unaccented
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.modules.accounts.models import Account, Book
from koprogo_app.modules.accounts.rules import Party
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.documents.models import Document
from koprogo_app.modules.documents.queries import visible as documents_visible
from koprogo_app.modules.ledger.models import JournalEntry, JournalLine
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import Ownership

from . import rules
from .rules import Standing

MOVED = col(JournalLine.debit_cents) - col(JournalLine.credit_cents)
COLUMNS = (
    JournalLine.id, JournalLine.entry_id, JournalLine.building_id, JournalLine.entry_on, JournalEntry.journal, JournalEntry.number,
    func.coalesce(func.nullif(JournalLine.description, ""), JournalEntry.description).label("words"), JournalLine.debit_cents,
    JournalLine.credit_cents, JournalEntry.document_id,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Balances(Listed):
    """A page of (id, last_name, first_name, balance_cents). Of the whole list: what is owed, and what is owed back."""

    owed: Cents
    owed_back: Cents


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an account with the balance after it. `document_id`: only of a voucher that the reader may open."""

    id: UUID
    entry_id: UUID
    building_id: UUID
    entry_on: date
    journal: str
    number: int
    words: str
    debit_cents: int
    credit_cents: int
    balance_cents: Cents
    document_id: UUID | None


@dataclass(frozen=True, slots=True)
class Statement:
    """A page of an account. `before`: the balance before the oldest line of the page; `balance`: of the whole account."""

    rows: list[Line]
    total: int
    before: Cents
    balance: Cents


@dataclass(frozen=True, slots=True)
class OwnBalance:
    """What the reader owes one association (below zero: is owed back), the account it is paid to, and the building's language."""

    building_id: UUID
    name: str
    balance_cents: int
    iban: str | None
    language: str


# --- The office ------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_READ)
def list_owner_balances(s: Session, actor: Actor, building_id: UUID, asked: Asked) -> Balances:
    """What each co-owner on whose account something stands owes; below zero what is owed back.

    Search in the name; filter `standing` (rules.Standing), Invalid for another word. NotFound for the building.
    """
    organization_id = buildings.get_building(s, actor, building_id).organization_id
    lines = (JournalLine.organization_id == organization_id, *_of_owners([building_id]))
    summed = select(JournalLine.owner_id, _sum(MOVED).label("balance_cents")).where(*lines)
    sums = summed.group_by(col(JournalLine.owner_id)).subquery()
    balance: Any = sums.c.balance_cents
    wanted: Any = select(Owner.id, Owner.last_name, Owner.first_name, balance).join(sums, sums.c.owner_id == Owner.id)
    if asked.search.strip():
        wanted = wanted.where(contains(Owner.first_name + " " + Owner.last_name, asked.search))
    if standing := asked.filters.get("standing"):
        wanted = wanted.where(_standing(balance, standing))
    listed = wanted.subquery().c.balance_cents
    both = select(_sum(func.greatest(listed, 0)), _sum(func.greatest(-listed, 0)))
    sortable = {"last_name": unaccented(col(Owner.last_name) + " " + Owner.first_name), "balance_cents": balance}
    found = page_of(s, wanted, asked, sortable, "last_name")
    owed, owed_back = s.exec(both).one()
    return Balances(found.rows, found.total, Cents(owed), Cents(owed_back))


@requires(Permission.LEDGER_READ)
def get_owner(s: Session, actor: Actor, owner_id: UUID) -> Owner:
    """Whose account it is. NotFound when the reader cannot see the person."""
    return owners.get_owner(s, actor, owner_id)


@requires(Permission.LEDGER_READ)
def owner_lines(s: Session, actor: Actor, owner_id: UUID, building_id: UUID | None, asked: Asked) -> Statement:
    """A page of a co-owner's account with one association, or with every one that the reader sees.

    Oldest first unless asked otherwise. NotFound for a person or a building beyond the reader's reach.
    """
    owner = owners.get_owner(s, actor, owner_id)
    here: Collection[UUID] | None = actor.building_ids
    if building_id is not None:
        here = [buildings.get_building(s, actor, building_id).id]
    return _statement(s, actor, owner.organization_id, owner.id, here, asked)


# --- One's own -------------------------------------------------------------------------------------------------------


@requires(Permission.OWN_READ)
def my_lines(s: Session, actor: Actor, building_id: UUID | None, asked: Asked) -> Statement:
    """A page of the reader's own account with one association, or with every one where he holds or held something.

    Oldest first unless asked otherwise. NotFound for any other building, and for who is nobody in the register.
    """
    mine = _mine(actor)
    if building_id is not None:
        mine = mine.where(Ownership.building_id == building_id)
    here = list(s.exec(mine.distinct()))
    if building_id is not None and not here:
        raise NotFound("This building does not exist.")
    return _statement(s, actor, actor.organization_id, actor.owner_id, here, asked)


@requires(Permission.OWN_READ)
def my_balances(s: Session, actor: Actor) -> list[OwnBalance]:
    """What the reader owes each association whose books are kept here and where he holds or held something, by name.

    NotFound for who is nobody in the register.
    """
    mine = _mine(actor)
    lines = (JournalLine.owner_id == actor.owner_id, JournalLine.organization_id == actor.organization_id)
    summed = select(JournalLine.building_id, _sum(MOVED).label("balance_cents")).where(*lines, *_of_owners(None))
    sums = summed.group_by(col(JournalLine.building_id)).subquery()
    columns = (
        Building.id,
        Building.name,
        func.coalesce(sums.c.balance_cents, 0),
        Building.iban_working,
        Building.language,
    )
    wanted = buildings.visible(actor, *columns).join(Book, col(Book.building_id) == Building.id)
    wanted = wanted.outerjoin(sums, sums.c.building_id == Building.id).where(col(Building.id).in_(mine))
    return [OwnBalance(*row) for row in s.execute(wanted.order_by(unaccented(Building.name), col(Building.id)))]


# --- Parts -----------------------------------------------------------------------------------------------------------


def _sum(column: Any) -> Any:
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def _standing(balance: Any, wanted: str) -> Any:
    match wanted:
        case Standing.OWES:
            return balance > 0
        case Standing.IN_CREDIT:
            return balance < 0
        case Standing.SETTLED:
            return balance == 0
        case _:
            raise Invalid("Choose one from the list.", field="standing")


def _mine(actor: Actor) -> Any:
    """The buildings where the reader himself holds or held something, as far as his role reaches."""
    if actor.owner_id is None:
        raise NotFound("You are not entered as a co-owner.")
    return ownership.visible(actor, Ownership.building_id).where(Ownership.owner_id == actor.owner_id)


def _of_owners(here: Collection[UUID] | None) -> tuple[Any, ...]:
    """Lines on accounts of co-owners, of these buildings or of any."""
    accounts = select(Account.id).where(Account.party == Party.OWNER)
    if here is None:
        return (col(JournalLine.owner_id).is_not(None), col(JournalLine.account_id).in_(accounts))
    held = accounts.where(col(Account.building_id).in_(here))
    return (
        col(JournalLine.owner_id).is_not(None),
        col(JournalLine.building_id).in_(here),
        col(JournalLine.account_id).in_(held),
    )


def _statement(
    s: Session, actor: Actor, organization_id: UUID | None, owner_id: UUID | None, here: Collection[UUID] | None, asked: Asked
) -> Statement:  # fmt: skip
    """The page of one person's account: one read of sums, one of the lines, one of the vouchers that may be opened."""
    if asked.sort not in ("", "entry_on"):
        raise Invalid("Cannot sort by “{column}”.", field="sort_by", column=asked.sort)
    lines = (JournalLine.organization_id == organization_id, JournalLine.owner_id == owner_id, *_of_owners(here))
    columns = (col(JournalLine.entry_on), col(JournalLine.id))
    order = [column.desc() if asked.descending else column.asc() for column in columns]
    shown_before = select(MOVED.label("moved")).where(*lines).order_by(*order).limit(asked.offset).subquery()
    above = select(_sum(shown_before.c.moved)).scalar_subquery()
    count, total, passed = s.exec(select(func.count(), _sum(MOVED), above).where(*lines)).one()
    page = select(JournalLine.id).where(*lines).order_by(*order).offset(asked.offset).limit(asked.size).subquery()
    wanted = selected(*COLUMNS).join(page, page.c.id == JournalLine.id)
    wanted = wanted.join(JournalEntry, col(JournalEntry.id) == JournalLine.entry_id).order_by(*order)
    rows: Sequence[Any] = s.execute(wanted).all()
    moved = [row.debit_cents - row.credit_cents for row in rows]
    before = rules.balance_below(total, passed, moved, asked.descending)
    balances = rules.running(before, moved, asked.descending)
    open_ = _openable(s, actor, {row.document_id for row in rows if row.document_id})
    found = [
        Line(
            row.id, row.entry_id, row.building_id, row.entry_on, row.journal, row.number, row.words, row.debit_cents, row.credit_cents,
            balance, row.document_id if row.document_id in open_ else None,
        )
        for row, balance in zip(rows, balances, strict=True)
    ]  # fmt: skip
    return Statement(found, count, before, Cents(total))


def _openable(s: Session, actor: Actor, ids: Collection[UUID]) -> set[UUID]:
    """Those of these papers that the reader may open."""
    if not ids:
        return set()
    return set(s.exec(documents_visible(actor, Document.id).where(col(Document.id).in_(ids))))
