"""What one can do with the entries: post, reverse, read a journal, an account, the balances."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast
from sqlmodel import Session, col, func, select

from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Invalid, NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.core.listing import Asked, Listed, contains, page_of, selected
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.core.validation import chosen_id, day_of
from koprogo_app.modules.accounts import access as books
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import Account, FiscalYear
from koprogo_app.modules.accounts.rules import RESULT
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.documents import service as documents
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.suppliers.models import Supplier

from . import posting, rules
from .models import AccountDay, EntryIn, JournalEntry, JournalLine
from .posting import Posting
from .rules import Moved, Side

COLUMNS = (
    JournalEntry.id, JournalEntry.organization_id, JournalEntry.building_id, JournalEntry.journal, JournalEntry.number,
    JournalEntry.entry_on, JournalEntry.description, JournalEntry.document_ref, JournalEntry.total_cents, JournalEntry.source,
    JournalEntry.source_id, JournalEntry.reverses_id, JournalEntry.created_at, JournalEntry.updated_at,
)  # fmt: skip
SORTABLE = {
    "entry_on": col(JournalEntry.entry_on),
    "number": col(JournalEntry.number),
    "total_cents": col(JournalEntry.total_cents),
    "description": col(JournalEntry.description),
}


def visible(actor: Actor, *columns: Any) -> Any:
    """Every read starts here: the organisation's entries (row-level security), those of the role's buildings."""
    rows: Any = selected(*columns) if columns else select(JournalEntry)
    return rows if actor.building_ids is None else rows.where(col(JournalEntry.building_id).in_(actor.building_ids))


@dataclass(frozen=True, slots=True)
class Line:
    """A line with the words of its account and its party."""

    line: JournalLine
    account: Account
    party: str


@dataclass(frozen=True, slots=True)
class Whole:
    """An entry with its lines and the entry that undoes it, if any."""

    entry: JournalEntry
    lines: list[Line]
    reversed_by: UUID | None


@dataclass(frozen=True, slots=True)
class Balance:
    """An account of a building and what it moved in a period."""

    account: Account
    moved: Moved


@dataclass(frozen=True, slots=True)
class AccountPage:
    """A page of an account's lines, oldest first. `before`: its balance (debit less credit) above the page's first line."""

    rows: list[Any]  # of ACCOUNT_COLUMNS
    total: int
    before: Cents


# --- Write -----------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_POST, audit=N_("entry posted"))
def post_entry(s: Session, actor: Actor, building_id: UUID, data: EntryIn) -> JournalEntry:
    """Posts what a person typed; with the same key again, the entry there is. Invalid beside the line or field."""
    if not data.description.strip():
        raise Invalid("This field is required.", field="description")
    if data.document_id:
        _check_document(s, actor, building_id, data.document_id)
    sides = [
        Side(line.account.strip(), Cents(line.debit_cents), Cents(line.credit_cents), line.description.strip(), line.owner_id,
             line.supplier_id)
        for line in data.lines
    ]  # fmt: skip
    return posting.post(
        s, actor, building_id,
        Posting(data.journal, data.entry_on, data.description.strip(), sides, source_id=data.key,
                document_ref=data.document_ref, document_id=data.document_id),
    )  # fmt: skip


@requires(Permission.LEDGER_POST, audit=N_("entry reversed"))
def reverse_entry(s: Session, actor: Actor, entry_id: UUID, on: date, reason: str) -> JournalEntry:
    """Undoes a posted entry by its mirror on `on`, with who bears its costs and what settles it; nothing posted is ever changed.

    Invalid when it is reversed already.
    """
    if not reason.strip():
        raise Invalid("Say why the entry is reversed.", field="reason")
    entry = _get(s, actor, entry_id)
    books.locked_book(s, actor, entry.building_id)
    rules.check_reversible(entry.source, entry.reverses_id, _reversal(s, entry_id))
    if on < entry.entry_on:
        raise Invalid("The reversal is not before the entry itself.", field="entry_on")
    return posting.reverse(s, actor, entry_id, on, reason.strip())


_WORDS = func.concat_ws(
    " ",
    col(JournalEntry.journal),
    cast(JournalEntry.number, String),
    JournalEntry.description,
    JournalEntry.document_ref,
)
_FILTERS: dict[str, Callable[[str], Any]] = {
    "journal": lambda value: col(JournalEntry.journal).in_(value.split(",")),
    "year": lambda value: col(JournalEntry.year_id) == chosen_id(value, "year"),
    "from": lambda value: col(JournalEntry.entry_on) >= day_of(value[:10], "entry_on"),
    "until": lambda value: col(JournalEntry.entry_on) <= day_of(value[:10], "entry_on"),
}


# --- Read ------------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_READ)
def list_entries(s: Session, actor: Actor, building_id: UUID | None, asked: Asked) -> Listed:
    """One page of COLUMNS. Filters: journal (several: ACH,VEN), year (id), from, until (days); search in number, words and reference."""
    wanted = visible(actor, *COLUMNS)
    if building_id is not None:
        buildings.get_building(s, actor, building_id)
        wanted = wanted.where(JournalEntry.building_id == building_id)
    if asked.search:
        wanted = wanted.where(contains(_WORDS, asked.search))
    for name, condition in _FILTERS.items():
        if value := asked.filters.get(name):
            wanted = wanted.where(condition(value))
    return page_of(s, wanted, asked, SORTABLE, "entry_on")


@requires(Permission.LEDGER_READ)
def get_entry(s: Session, actor: Actor, entry_id: UUID) -> Whole:
    """An entry with its lines. NotFound when the reader cannot see it."""
    entry = _get(s, actor, entry_id)
    named = select(JournalLine, Account, Owner, Supplier.name).join(Account, col(Account.id) == JournalLine.account_id)
    named = named.outerjoin(Owner, col(Owner.id) == JournalLine.owner_id).outerjoin(
        Supplier, col(Supplier.id) == JournalLine.supplier_id
    )
    rows = s.exec(named.where(JournalLine.entry_id == entry_id).order_by(col(JournalLine.position)))
    lines = [Line(line, account, owner.name if owner else supplier or "") for line, account, owner, supplier in rows]
    return Whole(entry, lines, _reversal(s, entry_id))


@requires(Permission.LEDGER_READ)
def balances(s: Session, actor: Actor, building_id: UUID, year_id: UUID, until: date | None = None) -> list[Balance]:
    """What each account stood at when a year began, moved in it up to a day (its end, if none is given), and stands at.

    Result accounts begin each year at nothing. Accounts that never moved are left out. Sums, not lines, are read. NotFound for a
    year of another building.
    """
    year = accounts.get_year(s, actor, year_id)
    if buildings.get_building(s, actor, building_id).id != year.building_id:
        raise NotFound("This financial year does not exist.")
    before = dict[UUID, int](s.exec(_before(building_id, year)).all())  # type: ignore[arg-type]
    during = {
        i: (int(debit), int(credit)) for i, debit, credit in s.exec(_during(building_id, year, until or year.ends_on))
    }
    found = []
    for account in accounts.list_accounts(s, actor, building_id):
        opening = 0 if account.kind in RESULT else int(before.get(account.id, 0))
        debit, credit = during.get(account.id, (0, 0))
        if opening or debit or credit:
            found.append(Balance(account, Moved(Cents(opening), Cents(debit), Cents(credit))))
    return found


ACCOUNT_COLUMNS = (
    JournalLine.id, JournalLine.entry_id, JournalLine.entry_on, JournalLine.debit_cents, JournalLine.credit_cents,
    func.coalesce(func.nullif(JournalLine.description, ""), JournalEntry.description).label("words"), JournalEntry.journal,
    JournalEntry.number, JournalEntry.document_ref, JournalEntry.document_id, Owner.last_name, Owner.first_name,
    col(Supplier.name).label("supplier"),
)  # fmt: skip


@requires(Permission.LEDGER_READ)
def account_lines(s: Session, actor: Actor, account_id: UUID, year_id: UUID, asked: Asked) -> AccountPage:
    """A page of an account in a year, oldest first, with the balance above it.

    The days before it are taken by their sums, so that a page of an account of 100 000 lines costs what one of 1 000 does.
    """
    account, year = accounts.get_account(s, actor, account_id), accounts.get_year(s, actor, year_id)
    if account.building_id != year.building_id:
        raise NotFound("This account does not exist.")
    days = s.exec(
        select(AccountDay)
        .where(AccountDay.account_id == account_id, AccountDay.year_id == year_id)
        .order_by(col(AccountDay.day))
    ).all()
    place = rules.place_of([(one.day, one.lines, one.debit_cents - one.credit_cents) for one in days], asked.offset)
    before = place.moved + (0 if account.kind in RESULT else _balance_before(s, year, account_id))
    lines = (
        JournalLine.organization_id == year.organization_id, JournalLine.account_id == account_id,
        JournalLine.year_id == year_id, JournalLine.entry_on >= (place.first or year.ends_on),
    )  # fmt: skip
    order = (col(JournalLine.entry_on), col(JournalLine.id))
    if place.skip:
        moved = (col(JournalLine.debit_cents) - JournalLine.credit_cents).label("moved")
        above = select(moved).where(*lines).order_by(*order).limit(place.skip).subquery()
        before += int(s.exec(select(func.coalesce(func.sum(above.c.moved), 0))).one())
    page = select(JournalLine.id).where(*lines).order_by(*order).offset(place.skip).limit(asked.size).subquery()
    wanted = selected(*ACCOUNT_COLUMNS).join(page, page.c.id == JournalLine.id)  # what is skipped joins nothing
    wanted = wanted.join(JournalEntry, col(JournalEntry.id) == JournalLine.entry_id)
    wanted = wanted.outerjoin(Owner, col(Owner.id) == JournalLine.owner_id)
    wanted = wanted.outerjoin(Supplier, col(Supplier.id) == JournalLine.supplier_id)
    rows = s.execute(wanted.order_by(*order)).all() if place.first else []
    return AccountPage(list(rows), sum(one.lines for one in days), Cents(before))


def _check_document(s: Session, actor: Actor, building_id: UUID, document_id: UUID) -> None:
    if documents.get_row(s, actor, document_id).building_id != building_id:
        raise Invalid("Choose a document of this building.", field="document_id")


def _get(s: Session, actor: Actor, entry_id: UUID) -> JournalEntry:
    found = s.exec(visible(actor).where(JournalEntry.id == entry_id)).one_or_none()
    if found is None:
        raise NotFound("This journal entry does not exist.")
    return found


def _reversal(s: Session, entry_id: UUID) -> UUID | None:
    return s.exec(select(JournalEntry.id).where(JournalEntry.reverses_id == entry_id)).one_or_none()


def _before(building_id: UUID, year: FiscalYear, account_id: UUID | None = None) -> Any:
    """account, balance: of all the years before this one."""
    moved = func.sum(AccountDay.debit_cents - AccountDay.credit_cents)
    wanted = select(AccountDay.account_id, moved).join(FiscalYear, col(FiscalYear.id) == AccountDay.year_id)
    wanted = wanted.where(AccountDay.building_id == building_id, FiscalYear.starts_on < year.starts_on)
    if account_id is not None:
        wanted = wanted.where(AccountDay.account_id == account_id)
    return wanted.group_by(col(AccountDay.account_id))


def _during(building_id: UUID, year: FiscalYear, until: date) -> Any:
    """account, debit, credit: of a year up to a day."""
    sums = (func.sum(AccountDay.debit_cents), func.sum(AccountDay.credit_cents))
    wanted = select(AccountDay.account_id, *sums).where(
        AccountDay.building_id == building_id, AccountDay.year_id == year.id
    )
    return wanted.where(AccountDay.day <= until).group_by(col(AccountDay.account_id))


def _balance_before(s: Session, year: FiscalYear, account_id: UUID) -> int:
    """What an account stood at when a year began: debit less credit."""
    return int(dict[UUID, int](s.exec(_before(year.building_id, year, account_id)).all()).get(account_id, 0))
