"""What the office does with statements: look at what they would be, publish, undo, list. One co-owner's: reading.py."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session, SQLModel, and_, col, func, or_, select, update

from koprogo_app.core import audit, clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.bulk import insert_rows
from koprogo_app.core.errors import Conflict, Invalid
from koprogo_app.core.i18n import N_, folded, translate
from koprogo_app.core.listing import Asked, Listed, contains, page_of, unaccented
from koprogo_app.core.service import requires
from koprogo_app.modules.accounts import access as books
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import Account, FiscalYear
from koprogo_app.modules.accounts.rules import Party, Purpose
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.invoices.models import Invoice
from koprogo_app.modules.invoices.rules import Approval
from koprogo_app.modules.ledger import posting
from koprogo_app.modules.ledger.models import JournalEntry, JournalLine
from koprogo_app.modules.ledger.posting import Posting
from koprogo_app.modules.ledger.rules import Journal
from koprogo_app.modules.letters import service as letters
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.payments import service as payments
from koprogo_app.modules.references import access as references

from . import access, material, rules, vouchers
from .access import named
from .material import Line, Material
from .models import Statement, StatementIn, StatementLine, StatementOwner
from .rules import Settled, Sort, Status

SORTABLE = {
    "until_on": col(Statement.until_on),
    "building": unaccented(Building.name),
    "costs_cents": col(Statement.costs_cents),
    "published_at": col(Statement.published_at),
}
WORDS = N_("Statement of charges up to {day}")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a statement would be today. `unposted`: invoices of the period that are not in the books yet."""

    building: Building
    year: FiscalYear
    from_on: date
    until: date
    material: Material
    settled: Mapping[UUID, Settled]  # by name
    names: Mapping[UUID, str]
    unposted: int

    @property
    def ready(self) -> bool:
        """True when everything has its bearer."""
        return bool(self.material.lines) and not self.material.problems


@dataclass(frozen=True, slots=True)
class OwnerRow:
    """One co-owner of a published statement. `open_cents`: of its balance, not settled yet."""

    owner_id: UUID
    name: str
    costs_cents: int
    provisions_cents: int
    tenant_cents: int
    open_cents: int

    @property
    def balance_cents(self) -> int:
        return self.costs_cents - self.provisions_cents


# --- Before ----------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_READ)
def prepare(s: Session, actor: Actor, building_id: UUID, year_id: UUID, until: date) -> Draft:
    """What a statement up to a day would be; nothing is written. Invalid for a day outside the year or settled already."""
    building = buildings.get_building(s, actor, building_id)
    year = _year(s, actor, building_id, year_id)
    from_on = _first_day(s, year)
    rules.check_until(until, from_on, year.starts_on, year.ends_on, clock.today())
    found = material.gather(s, actor, year, until)
    settled = found.settled()
    names = _names(s, settled)
    ordered = {i: settled[i] for i in sorted(settled, key=lambda i: (folded(names[i]), i))}
    return Draft(building, year, from_on, until, found, ordered, names, _unposted(s, building_id, until))


@requires(Permission.LEDGER_READ)
def next_period(s: Session, actor: Actor, building_id: UUID, year_id: UUID) -> tuple[date, date]:
    """The first day of the next statement of a year, and the last that it can have: that of the year, or today."""
    year = _year(s, actor, building_id, year_id)
    return _first_day(s, year), min(year.ends_on, clock.today())


# --- Publish ---------------------------------------------------------------------------------------------------------


@requires(Permission.STATEMENTS_PUBLISH, audit=N_("statement published"))
def publish(s: Session, actor: Actor, building_id: UUID, data: StatementIn) -> Statement:
    """Settles the period with every co-owner: one entry, what falls on whom, and the letters. All of it or nothing.

    With the same key again, the statement there is. Invalid when something has no bearer yet, a day is wrong, or the period is
    locked; the day of the entry is the last of the period.
    """
    books.locked_book(s, actor, building_id)
    if data.key and (there := _published(s, actor, building_id, data.key)):
        return there
    rules.check_due(data.due_on, clock.today())
    draft = prepare(s, actor, building_id, data.year_id, data.until)
    _check(draft)
    statement = Statement(
        building_id=building_id, year_id=data.year_id, from_on=draft.from_on, until_on=data.until, due_on=data.due_on,
        costs_cents=draft.material.sum(Sort.COST), provisions_cents=draft.material.sum(Sort.PROVISION), owners=len(draft.settled),
        published_at=clock.now(), posted_by=actor.user_id, source_id=data.key,
    )  # fmt: skip
    s.add(statement)
    s.flush()
    before = _balances(s, building_id, draft.settled)
    statement.entry_id = _post(s, actor, statement, draft)
    _write(s, statement, draft, before)
    vouchers.keep(s, statement, {x.document_id for x in draft.material.lines if x.document_id})
    payments.settle_oldest(s, actor, building_id, list(draft.settled))
    _start_letters(s, actor, statement, draft.building, list(draft.settled))
    return statement


def _check(draft: Draft) -> None:
    if draft.material.problems:
        raise Invalid(
            "Say first who bears each cost: {count} wait for it.", field="until", count=len(draft.material.problems)
        )
    if not draft.material.lines:
        raise Invalid("There is nothing to settle up to this day.", field="until")
    rules.check_whole(draft.material.sum(Sort.COST), draft.material.sum(Sort.PROVISION), draft.settled)


def _published(s: Session, actor: Actor, building_id: UUID, key: UUID) -> Statement | None:
    found = s.exec(access.visible(actor).where(Statement.source_id == key)).one_or_none()
    if found is not None and found.building_id != building_id:
        raise Invalid("This key belongs to a statement of another building.", field="key")
    return found


def _post(s: Session, actor: Actor, statement: Statement, draft: Draft) -> UUID | None:
    words = _title(draft.building, statement.until_on)
    codes = books.codes_of(s, statement.building_id, Purpose.OWNERS_WORKING, Purpose.CALLS_WORKING)
    sides = rules.sides(
        draft.settled, codes[Purpose.OWNERS_WORKING], codes[Purpose.CALLS_WORKING], words, statement.due_on,
    )  # fmt: skip
    if not sides:
        return None
    new = Posting(Journal.VEN, statement.until_on, words, sides, source=rules.SOURCE, source_id=statement.id)
    try:
        return posting.post(s, actor, statement.building_id, new).id
    except Invalid as error:
        raise Invalid(error.message, field="until", **error.params) from None


def _write(s: Session, statement: Statement, draft: Draft, before: Mapping[UUID, int]) -> None:
    """Tens of thousands of rows: sent as columns, and told to the trail as a number."""
    lines = [_line(x, n, statement) for n, x in enumerate(draft.material.lines)]
    s.add_all(lines)
    s.flush()
    made = {line.journal_line_id: line.id for line in lines}
    parts = [
        {
            "line_id": made[line_id], "lot_id": p.lot_id, "owner_id": p.owner_id, "cents": p.cents, "vat_cents": p.vat_cents,
            "tenant_cents": p.tenant_cents, "days": p.days, "weight": p.weight, "whole": p.whole,
        }
        for line_id, fallen in draft.material.parts.items()
        for p in fallen
    ]  # fmt: skip
    owners = [
        {
            "owner_id": owner_id, "costs_cents": x.costs, "provisions_cents": x.provisions, "vat_cents": x.vat,
            "tenant_cents": x.tenant, "before_cents": before.get(owner_id, 0),
        }
        for owner_id, x in draft.settled.items()
    ]  # fmt: skip
    tables = SQLModel.metadata.tables
    insert_rows(s, tables["statement_part"], parts, building_id=statement.building_id)
    insert_rows(s, tables["statement_owner"], owners, building_id=statement.building_id, statement_id=statement.id)
    audit.note(s, "statement", statement.id, statement.building_id, parts=len(parts), owners=len(owners))


def _line(x: Line, position: int, statement: Statement) -> StatementLine:
    key_id, owner_id = (x.sharing.key_id, x.sharing.owner_id) if x.sharing else (None, None)
    return StatementLine(
        building_id=statement.building_id, statement_id=statement.id, journal_line_id=x.id, position=position, sort=x.sort,
        cents=x.cents, key_id=key_id, owner_id=owner_id,
    )  # fmt: skip


def _start_letters(
    s: Session, actor: Actor, statement: Statement, building: Building, owner_ids: Sequence[UUID]
) -> None:
    """A letter to each co-owner, in his language, by a communication that he has from here on: letters wait for no lock.

    Nobody gets one when all that is settled undoes itself.
    """
    if not owner_ids:
        return
    references.references_of(s, actor, building.id, owner_ids)
    title = _title(building, statement.until_on)
    letters.start_run(s, actor, building.id, rules.SOURCE, statement.id, title, owner_ids)


def _title(building: Building, until: date) -> str:
    """What entries and letters of a statement are called in the books: in the language of the building."""
    return translate(building.language, WORDS, day=until)


# --- Undo ------------------------------------------------------------------------------------------------------------


@requires(Permission.STATEMENTS_PUBLISH, audit=N_("statement reversed"))
def reverse(s: Session, actor: Actor, statement_id: UUID, reason: str) -> Statement:
    """Undoes a statement by the mirror of its entry: its period can be settled anew. What was paid on it stays as credit.

    Safe to repeat. Invalid without a reason; Conflict while a later statement of the year stands, or the year is locked.
    """
    if not reason.strip():
        raise Invalid("Say why the statement is reversed.", field="reason")
    statement = access.get(s, actor, statement_id)
    book = books.locked_book(s, actor, statement.building_id)
    statement = access.locked(s, actor, statement_id)
    if statement.status == Status.REVERSED:
        return statement
    later = select(Statement.id).where(
        Statement.year_id == statement.year_id,
        Statement.status == Status.PUBLISHED,
        or_(
            col(Statement.until_on) > statement.until_on,
            and_(col(Statement.until_on) == statement.until_on, col(Statement.published_at) > statement.published_at),
        ),
    )
    if s.exec(later).first():
        raise Conflict("A later statement of this year stands: reverse that one first.")
    year = accounts.get_year(s, actor, statement.year_id)
    rules.check_reversible(statement.until_on, year.ends_on, book.locked_until)
    if statement.entry_id:
        statement.reversal_entry_id = posting.mirror(s, actor, statement.entry_id, reason.strip()).id
        payments.release(s, statement.entry_id)  # the entry and its mirror settle each other
    statement.status, statement.reason = Status.REVERSED, reason.strip()[:1000]
    settled = col(StatementLine.statement_id) == statement.id
    s.exec(update(StatementLine).where(settled).values(live=False))
    return statement


# --- Read ------------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_READ)
def list_statements(s: Session, actor: Actor, building_id: UUID | None, asked: Asked) -> Listed:
    """One page of access.COLUMNS, of a building or of all. Filter: status. NotFound for the building."""
    wanted = named(actor)
    if building_id is not None:
        buildings.get_building(s, actor, building_id)
        wanted = wanted.where(Statement.building_id == building_id)
    if status := asked.filters.get("status"):
        if status not in list(Status):
            raise Invalid("Choose one from the list.", field="status")
        wanted = wanted.where(Statement.status == status)
    if asked.search.strip():
        wanted = wanted.where(contains(col(Building.name), asked.search))
    return page_of(s, wanted, asked, SORTABLE, "until_on")


@requires(Permission.LEDGER_READ)
def get_statement(s: Session, actor: Actor, statement_id: UUID) -> Statement:
    """NotFound when the reader cannot see it."""
    return access.get(s, actor, statement_id)


@requires(Permission.LEDGER_READ)
def list_owners(s: Session, actor: Actor, statement_id: UUID, asked: Asked) -> Listed:
    """One page of OwnerRow, by name. Search in the name."""
    statement = access.get(s, actor, statement_id)
    balance = (col(StatementOwner.costs_cents) - col(StatementOwner.provisions_cents)).label("balance_cents")
    columns: tuple[Any, ...] = (
        StatementOwner.id, StatementOwner.owner_id, Owner.last_name, Owner.first_name, StatementOwner.costs_cents,
        StatementOwner.provisions_cents, StatementOwner.tenant_cents, balance,
    )  # fmt: skip
    wanted: Any = select(*columns).join(Owner, col(Owner.id) == StatementOwner.owner_id)
    wanted = wanted.where(StatementOwner.statement_id == statement.id)
    name = col(Owner.last_name) + " " + col(Owner.first_name)
    if asked.search.strip():
        wanted = wanted.where(contains(name, asked.search))
    sortable = {"name": unaccented(name), "balance_cents": balance, "costs_cents": col(StatementOwner.costs_cents)}
    page = page_of(s, wanted, asked, sortable, "name")
    open_ = payments.open_by_entry(s, [statement.entry_id]) if statement.entry_id and page.rows else {}
    rows = [
        OwnerRow(
            r.owner_id, f"{r.last_name} {r.first_name}".strip(), r.costs_cents, r.provisions_cents, r.tenant_cents,
            open_.get((statement.entry_id, r.owner_id), 0) if statement.entry_id else 0,
        )
        for r in page.rows
    ]  # fmt: skip
    return Listed(rows, page.total)


@requires(Permission.LEDGER_READ)
def list_lines(s: Session, actor: Actor, statement_id: UUID, asked: Asked) -> Listed:
    """One page of what a statement settled: the line with its account, entry and voucher. Filter: sort (rules.Sort)."""
    statement = access.get(s, actor, statement_id)
    words = func.coalesce(func.nullif(JournalLine.description, ""), JournalEntry.description).label("words")
    columns: tuple[Any, ...] = (
        StatementLine.id, StatementLine.sort, StatementLine.key_id, StatementLine.owner_id, StatementLine.cents,
        StatementLine.withheld, JournalLine.entry_id, JournalLine.entry_on, words, JournalEntry.journal, JournalEntry.number,
        JournalEntry.document_id, Account.code, Account.label_fr, Account.label_nl, Account.label_de, Account.label_en,
    )  # fmt: skip
    wanted: Any = select(*columns).join(JournalLine, col(JournalLine.id) == StatementLine.journal_line_id)
    wanted = wanted.join(JournalEntry, col(JournalEntry.id) == JournalLine.entry_id)
    wanted = wanted.join(Account, col(Account.id) == JournalLine.account_id)
    wanted = wanted.where(StatementLine.statement_id == statement.id)
    if sort := asked.filters.get("sort"):
        wanted = wanted.where(StatementLine.sort == sort)
    sortable = {"position": col(StatementLine.position), "cents": col(StatementLine.cents), "code": col(Account.code)}
    return page_of(s, wanted, asked, sortable, "position")


# --- Parts -----------------------------------------------------------------------------------------------------------


def _year(s: Session, actor: Actor, building_id: UUID, year_id: UUID) -> FiscalYear:
    year = accounts.get_year(s, actor, year_id)
    if year.building_id != building_id:
        raise Invalid("Choose a year of this building.", field="year_id")
    return year


def _first_day(s: Session, year: FiscalYear) -> date:
    last = select(col(Statement.until_on)).where(Statement.year_id == year.id, Statement.status == Status.PUBLISHED)
    return rules.first_day(year.starts_on, year.ends_on, list(s.exec(last)))


def _names(s: Session, owner_ids: Iterable[UUID]) -> dict[UUID, str]:
    found = select(Owner).where(col(Owner.id).in_(list(owner_ids)))
    return {owner.id: owner.name for owner in s.exec(found)}


def _unposted(s: Session, building_id: UUID, until: date) -> int:
    waiting = (Approval.DRAFT, Approval.SUBMITTED, Approval.REFUSED)
    dated = func.coalesce(Invoice.booked_on, Invoice.issued_on) <= until
    wanted = select(func.count()).where(
        Invoice.building_id == building_id, col(Invoice.approval).in_(waiting), Invoice.payment != "cancelled", dated
    )
    return s.exec(wanted).one()


def _balances(s: Session, building_id: UUID, owner_ids: Iterable[UUID]) -> dict[UUID, int]:
    """What stands on the account of each co-owner now: debit less credit."""
    held = select(Account.id).where(Account.building_id == building_id, Account.party == Party.OWNER)
    moved = func.sum(JournalLine.debit_cents - JournalLine.credit_cents)
    wanted = select(JournalLine.owner_id, moved).where(
        JournalLine.building_id == building_id,
        col(JournalLine.owner_id).in_(list(owner_ids)),
        col(JournalLine.account_id).in_(held),
    )
    rows = s.exec(wanted.group_by(col(JournalLine.owner_id)))
    return {owner_id: int(balance) for owner_id, balance in rows if owner_id}
