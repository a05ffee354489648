"""One co-owner's statement: what he bears and why, line by line, for the office and for himself."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import NotFound
from koprogo_app.core.service import requires
from koprogo_app.modules.accounts.models import Account
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.calls.models import Call, CallLine, CallPart
from koprogo_app.modules.calls.rules import Destination
from koprogo_app.modules.keys.models import DistributionKey
from koprogo_app.modules.ledger.models import JournalEntry, JournalLine
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import Lot
from koprogo_app.modules.owners.models import Owner

from . import access, vouchers
from .models import Statement, StatementLine, StatementOwner, StatementPart
from .rules import Sort, Status

FUNDS = (Destination.RESERVE, Destination.SPECIAL, Destination.WORKING_FUND)


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the books as far as it falls on the co-owner. `document_id`: none when there is no voucher he may open."""

    line_id: UUID
    entry_on: date
    words: str
    journal: str
    number: int
    total_cents: int
    cents: int
    document_id: UUID | None


@dataclass(slots=True)
class Group:
    """The lines of one account and one key. `weight` of `whole`: of his lots in the key; nothing for a private cost."""

    account: Account
    key: str | None  # the name of the key; none for the shares of the deed
    private: bool
    total_cents: int = 0
    cents: int = 0
    tenant_cents: int = 0
    weights: dict[UUID, int] = field(default_factory=dict[UUID, int])
    whole: int = 0
    items: dict[UUID, Item] = field(default_factory=dict[UUID, Item])

    @property
    def weight(self) -> int:
        return sum(self.weights.values())


@dataclass(frozen=True, slots=True)
class Called:
    """What was called from the co-owner within the period. `destination`: of calls.rules."""

    title: str
    called_on: date
    destination: str
    cents: int


@dataclass(frozen=True, slots=True)
class OwnStatement:
    """A statement as one co-owner gets it: `groups` sum to his costs, `provisions` to what was called on account."""

    statement: Statement
    building: Building
    owner: Owner
    sums: StatementOwner
    lots: Sequence[str]
    shares: int
    groups: Sequence[Group]
    provisions: Sequence[Called]
    funds: Sequence[Called]


@requires(Permission.LEDGER_READ)
def owner_statement(s: Session, actor: Actor, statement_id: UUID, owner_id: UUID) -> OwnStatement:
    """NotFound when the reader cannot see the statement, or the co-owner has no part in it."""
    return compose(s, access.get(s, actor, statement_id), owner_id, own=False)


@requires(Permission.OWN_READ)
def my_statement(s: Session, actor: Actor, statement_id: UUID) -> OwnStatement:
    """The reader's own. NotFound for any other, and for one that was reversed."""
    mine = s.exec(access.own(actor).where(StatementOwner.statement_id == statement_id)).first()
    statement = s.get(Statement, statement_id) if mine else None
    if statement is None or actor.owner_id is None or statement.status == Status.REVERSED:
        raise NotFound("This statement does not exist.")
    return compose(s, statement, actor.owner_id, own=True)


@requires(Permission.OWN_READ)
def my_statements(s: Session, actor: Actor) -> list[Any]:
    """The reader's own statements that stand, the last first: (statement id, building, from, until, due, costs, provisions, building id, entry)."""
    columns = (
        Statement.id, col(Building.name).label("building"), Statement.from_on, Statement.until_on, Statement.due_on,
        StatementOwner.costs_cents, StatementOwner.provisions_cents, Statement.building_id, Statement.entry_id,
    )  # fmt: skip
    wanted = access.own(actor, *columns).join(Statement, col(Statement.id) == StatementOwner.statement_id)
    wanted = wanted.join(Building, col(Building.id) == Statement.building_id).where(
        Statement.status == Status.PUBLISHED
    )
    return list(s.execute(wanted.order_by(col(Statement.until_on).desc(), col(Statement.published_at).desc())).all())


# --- Parts -----------------------------------------------------------------------------------------------------------


def compose(s: Session, statement: Statement, owner_id: UUID, *, own: bool) -> OwnStatement:
    """All of one co-owner's statement, in seven reads. `own`: he reads it himself, without the vouchers that are withheld."""
    sums = s.exec(
        select(StatementOwner).where(StatementOwner.statement_id == statement.id, StatementOwner.owner_id == owner_id)
    ).first()
    owner, building = s.get(Owner, owner_id), s.get(Building, statement.building_id)
    if sums is None or owner is None or building is None:
        raise NotFound("This person has no part in this statement.")
    rows = s.execute(_parts(statement.id, owner_id)).all()
    papers = {row.JournalEntry.document_id for row in rows if own and row.JournalEntry.document_id}
    groups = _groups(rows, vouchers.withheld_papers(s, building.id, papers))
    _totals(s, statement.id, groups)
    held = _held(s, {row.StatementPart.lot_id for row in rows if row.StatementPart.lot_id})
    return OwnStatement(
        statement, building, owner, sums, [lot.number for lot in held], sum(lot.shares for lot in held), _ordered(groups),
        _called(rows), _to_funds(s, statement, owner_id),
    )  # fmt: skip


def _parts(statement_id: UUID, owner_id: UUID) -> Any:
    words = func.coalesce(func.nullif(JournalLine.description, ""), JournalEntry.description).label("words")
    wanted: Any = select(
        StatementPart, StatementLine, JournalLine.entry_on, words, JournalEntry, Account, DistributionKey.name
    )  # type: ignore[call-overload]
    wanted = wanted.join(StatementLine, col(StatementLine.id) == StatementPart.line_id)
    wanted = wanted.join(JournalLine, col(JournalLine.id) == StatementLine.journal_line_id)
    wanted = wanted.join(JournalEntry, col(JournalEntry.id) == JournalLine.entry_id)
    wanted = wanted.join(Account, col(Account.id) == JournalLine.account_id)
    wanted = wanted.outerjoin(DistributionKey, col(DistributionKey.id) == StatementLine.key_id)
    wanted = wanted.where(StatementLine.statement_id == statement_id, StatementPart.owner_id == owner_id)
    return wanted.order_by(col(Account.code), col(JournalLine.entry_on), col(StatementLine.position))


def _groups(rows: Iterable[Any], withheld: Collection[UUID]) -> dict[tuple[UUID, UUID | None, bool], Group]:
    found: dict[tuple[UUID, UUID | None, bool], Group] = {}
    for part, line, entry_on, words, entry, account, key in rows:
        if line.sort != Sort.COST:
            continue
        private = line.owner_id is not None
        group = found.setdefault((account.id, line.key_id, private), Group(account, key, private))
        group.cents += part.cents
        group.tenant_cents += part.tenant_cents
        if part.lot_id and part.whole:
            group.weights[part.lot_id], group.whole = part.weight, part.whole
        there = group.items.get(line.id)
        voucher = None if entry.document_id in withheld else entry.document_id
        group.items[line.id] = Item(
            line.id,
            entry_on,
            words,
            entry.journal,
            entry.number,
            line.cents,
            part.cents + (there.cents if there else 0),
            voucher,
        )
    return found


def _totals(s: Session, statement_id: UUID, groups: dict[tuple[UUID, UUID | None, bool], Group]) -> None:
    """What the building bears of each account and key; of a private cost only what is the co-owner's."""
    summed = func.sum(StatementLine.cents)
    wanted: Any = select(JournalLine.account_id, StatementLine.key_id, summed)
    wanted = wanted.join(JournalLine, col(JournalLine.id) == StatementLine.journal_line_id)
    wanted = wanted.where(
        StatementLine.statement_id == statement_id,
        StatementLine.sort == Sort.COST,
        col(StatementLine.owner_id).is_(None),
    )
    of_all = {(account_id, key_id): int(cents) for account_id, key_id, cents in s.execute(
        wanted.group_by(col(JournalLine.account_id), col(StatementLine.key_id))
    )}  # fmt: skip
    for (account_id, key_id, private), group in groups.items():
        group.total_cents = group.cents if private else of_all.get((account_id, key_id), 0)


def _ordered(groups: dict[tuple[UUID, UUID | None, bool], Group]) -> list[Group]:
    return sorted(groups.values(), key=lambda g: (g.private, g.account.code, g.key or ""))


def _called(rows: Iterable[Any]) -> list[Called]:
    """What was called on account, one line for each line of the books that a call made."""
    found: dict[UUID, Called] = {}
    for part, line, entry_on, words, _entry, account, _key in rows:
        if line.sort == Sort.PROVISION:
            there = found.get(line.id)
            works = account.purpose == "calls_special"
            to = Destination.WORKS if works else Destination.PROVISIONS
            found[line.id] = Called(words, entry_on, to, part.cents + (there.cents if there else 0))
    return sorted(found.values(), key=lambda x: x.called_on)


def _to_funds(s: Session, statement: Statement, owner_id: UUID) -> list[Called]:
    """What was called for the funds within the period: it stays the association's and is not settled (art. 3.86 §3).

    Nothing in a second statement up to the last day of a year: the one before it told it.
    """
    before = aliased(Statement)
    told = exists().where(
        col(before.year_id) == statement.year_id, col(before.status) == Status.PUBLISHED,
        col(before.until_on) == statement.until_on, col(before.published_at) < statement.published_at,
    )  # fmt: skip
    wanted: Any = (
        select(Call.title, col(JournalEntry.entry_on), CallLine.destination, func.sum(CallPart.cents))
        .join(CallPart, col(CallPart.call_id) == Call.id)
        .join(CallLine, col(CallLine.id) == CallPart.call_line_id)
        .join(JournalEntry, col(JournalEntry.id) == Call.entry_id)
        .where(
            Call.building_id == statement.building_id, CallPart.owner_id == owner_id, col(CallLine.destination).in_(FUNDS),
            Call.status == "issued", JournalEntry.year_id == statement.year_id, JournalEntry.entry_on >= statement.from_on,
            JournalEntry.entry_on <= statement.until_on, ~told,
        )
        .group_by(col(Call.id), col(Call.title), col(JournalEntry.entry_on), col(CallLine.destination))
    )  # fmt: skip
    rows = s.execute(wanted.order_by(col(JournalEntry.entry_on), col(CallLine.destination)))
    return [Called(title, on, destination, int(cents)) for title, on, destination, cents in rows]


def _held(s: Session, lot_ids: set[UUID]) -> list[Lot]:
    wanted = select(Lot).where(col(Lot.id).in_(lot_ids)).order_by(lots.natural(Lot.number))
    return list(s.exec(wanted))
