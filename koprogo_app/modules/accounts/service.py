"""What one can do with the books themselves: open them, add years and accounts, lock a period."""

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from koprogo_app.core import audit, clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.i18n import LOCALES, N_
from koprogo_app.core.listing import Asked, Listed, contains, page_of, selected, unaccented
from koprogo_app.core.service import requires
from koprogo_app.core.trade import LotType
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.lots.models import Lot

from . import rules
from .access import locked_book, visible
from .models import LABELS, Account, AccountIn, Book, BookIn, FiscalYear, YearIn
from .rules import Kind, Regime


@cache
def standard_chart() -> tuple[dict[str, str], ...]:
    """The chart of co-ownerships (Royal Decree of 12 July 2012), as shipped: a row a code, by the columns of the file."""
    chart = files("koprogo_app.modules.accounts").joinpath("chart.csv").read_text("utf-8")
    return tuple(csv.DictReader(chart.splitlines()))


# --- Books -----------------------------------------------------------------------------------------------------------


BOOK_COLUMNS = (
    Building.id, Building.name, Building.city, Book.regime, Book.locked_until,
    select(func.max(FiscalYear.ends_on)).where(FiscalYear.building_id == Building.id).correlate(Building).scalar_subquery().label("ends_on"),
)  # fmt: skip
BOOK_ORDER = {"name": unaccented(Building.name), "locked_until": col(Book.locked_until)}


@requires(Permission.LEDGER_READ)
def list_books(s: Session, actor: Actor, asked: Asked) -> Listed:
    """One page of BOOK_COLUMNS: every co-ownership the reader sees, and how its books stand."""
    wanted = buildings.visible(actor, *BOOK_COLUMNS).outerjoin(Book, col(Book.building_id) == Building.id)
    if asked.search:
        wanted = wanted.where(contains(Building.name + " " + Building.city, asked.search))
    if (state := asked.filters.get("state")) in ("open", "closed"):
        wanted = wanted.where(col(Book.id).is_(None) if state == "closed" else col(Book.id).is_not(None))
    return page_of(s, wanted, asked, BOOK_ORDER, "name")


@requires(Permission.LEDGER_READ)
def find_book(s: Session, actor: Actor, building_id: UUID) -> Book | None:
    """The books of a building; none while they are not open. NotFound when the reader cannot see the building."""
    buildings.get_building(s, actor, building_id)
    return s.exec(visible(actor, Book).where(Book.building_id == building_id)).one_or_none()


@requires(Permission.LEDGER_READ)
def count_lots(s: Session, actor: Actor, building_id: UUID) -> int:
    """The lots that decide the regime (art. 3.89 §5 15°)."""
    types = s.exec(select(Lot.type).where(Lot.building_id == buildings.get_building(s, actor, building_id).id))
    return rules.counted_lots(LotType(kind) for kind in types)


@requires(Permission.LEDGER_READ)
def proposed_year(s: Session, actor: Actor, building_id: UUID) -> tuple[date, date]:
    """The next year of the building: after its last one, or the one of its statutes that holds today."""
    building = buildings.get_building(s, actor, building_id)
    last = s.exec(select(func.max(FiscalYear.ends_on)).where(FiscalYear.building_id == building_id)).one()
    if last is None:
        return rules.year_around(clock.today(), building.fiscal_month, building.fiscal_day)
    first = last + timedelta(1)
    return first, rules.year_around(first, building.fiscal_month, building.fiscal_day)[1]


@requires(Permission.LEDGER_SETUP, audit=N_("books opened"))
def open_books(s: Session, actor: Actor, building_id: UUID, data: BookIn) -> Book:
    """Begins the books: first year and chart of accounts, the office's model or the standard one.

    Conflict when they are open already. Invalid for simplified books from twenty lots on (art. 3.89 §5 15°).
    """
    building = buildings.get_building(s, actor, building_id)
    if find_book(s, actor, building_id) is not None:
        raise Conflict("The books of this building are open already.")
    rules.check_regime(data.regime, count_lots(s, actor, building_id))
    rules.check_year(data.starts_on, data.ends_on, None)
    book = Book(building_id=building_id, regime=data.regime)
    s.add_all([book, FiscalYear(building_id=building_id, starts_on=data.starts_on, ends_on=data.ends_on)])
    _flush(s, N_("The books of this building are open already."))
    model = s.exec(_model(building.organization_id)).all()
    s.add_all(_copies(model, building_id) if model else _standard(building_id))
    s.flush()
    return book


@requires(Permission.LEDGER_SETUP, audit=N_("regime of the books changed"))
def set_regime(s: Session, actor: Actor, building_id: UUID, regime: Regime) -> Book:
    """Shows the books in full or in the simplified form; the entries are the same. Invalid from twenty lots on."""
    book = locked_book(s, actor, building_id)
    rules.check_regime(regime, count_lots(s, actor, building_id))
    book.regime = regime
    return book


@requires(Permission.LEDGER_CLOSE, audit=N_("lock of the books changed"))
def lock_books(s: Session, actor: Actor, building_id: UUID, until: date | None, reason: str = "") -> Book:
    """Nothing is entered any more up to that day. Going back needs a reason, which the trail keeps."""
    book = locked_book(s, actor, building_id)
    years = list_years(s, actor, building_id)
    rules.check_lock(until, book.locked_until, reason, years[-1].starts_on, years[0].ends_on)
    if until != book.locked_until:
        book.locked_until = until
        if reason.strip():
            audit.note(s, "book", book.id, building_id, reason=reason.strip())
    return book


# --- Years -----------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_READ)
def list_years(s: Session, actor: Actor, building_id: UUID) -> list[FiscalYear]:
    """The financial years of a building, the last one first."""
    wanted = visible(actor, FiscalYear).where(FiscalYear.building_id == building_id)
    return list(s.exec(wanted.order_by(col(FiscalYear.starts_on).desc())))


@requires(Permission.LEDGER_READ)
def get_year(s: Session, actor: Actor, year_id: UUID) -> FiscalYear:
    """NotFound when the reader cannot see it."""
    found = s.exec(visible(actor, FiscalYear).where(FiscalYear.id == year_id)).one_or_none()
    if found is None:
        raise NotFound("This financial year does not exist.")
    return found


@requires(Permission.LEDGER_SETUP, audit=N_("financial year added"))
def add_year(s: Session, actor: Actor, building_id: UUID, data: YearIn) -> FiscalYear:
    """The next year, shorter or longer when the meeting changes the closing day. Invalid when it leaves a gap."""
    locked_book(s, actor, building_id)
    last = list_years(s, actor, building_id)[0]
    rules.check_year(data.starts_on, data.ends_on, last.ends_on)
    year = FiscalYear(building_id=building_id, **data.model_dump())
    s.add(year)
    s.flush()
    return year


@requires(Permission.LEDGER_SETUP, audit=N_("financial year changed"))
def change_year(s: Session, actor: Actor, year_id: UUID, data: YearIn) -> FiscalYear:
    """Corrects the days of the last year. Invalid when it is locked as a whole, leaves a gap, or an entry outside it."""
    book, year, before = _last_year(s, actor, year_id)
    rules.check_year_open(year.ends_on, book.locked_until)
    rules.check_year(data.starts_on, data.ends_on, before and before.ends_on)
    entry = FiscalYear.metadata.tables["journal_entry"]
    first, last = s.execute(
        select(func.min(entry.c.entry_on), func.max(entry.c.entry_on)).where(entry.c.year_id == year.id)
    ).one()
    rules.check_holds(data.starts_on, data.ends_on, first, last)
    year.starts_on, year.ends_on = data.starts_on, data.ends_on
    s.flush()
    return year


@requires(Permission.LEDGER_SETUP, audit=N_("financial year removed"))
def remove_year(s: Session, actor: Actor, year_id: UUID) -> None:
    """Takes the last year away while nothing is entered in it. Invalid for the only one, and when it or the one before is locked."""
    book, year, before = _last_year(s, actor, year_id)
    if before is None:
        raise Invalid("The only year stays: change its days instead.")
    rules.check_year_open(year.ends_on, book.locked_until)
    rules.check_year_removable(before.ends_on, book.locked_until)
    s.delete(year)
    _flush(s, N_("Entries stand in this year: it stays."), Conflict)


def _last_year(s: Session, actor: Actor, year_id: UUID) -> tuple[Book, FiscalYear, FiscalYear | None]:
    """The books, now ours, with their last year and the one before it. Invalid for an earlier one, whose days others lean on."""
    year = get_year(s, actor, year_id)
    book = locked_book(s, actor, year.building_id)
    years = list_years(s, actor, year.building_id)
    if years[0].id != year.id:
        raise Invalid("Only the last year can be changed.")
    return book, year, years[1] if len(years) > 1 else None


# --- Accounts --------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_READ)
def list_accounts(s: Session, actor: Actor, building_id: UUID | None) -> list[Account]:
    """The accounts of a building by code; without a building, the office's model."""
    if building_id is None:
        return list(s.exec(_model(actor.organization_id).order_by(Account.code)))
    buildings.get_building(s, actor, building_id)
    return list(s.exec(visible(actor, Account).where(Account.building_id == building_id).order_by(Account.code)))


CHART_COLUMNS = (
    Account.id, Account.code, Account.label_fr, Account.label_nl, Account.label_de, Account.label_en, Account.kind, Account.postable,
    Account.party, Account.purpose,
)  # fmt: skip


@requires(Permission.LEDGER_READ)
def list_chart(s: Session, actor: Actor, building_id: UUID, asked: Asked) -> Listed:
    """One page of CHART_COLUMNS. Filters: kind, class (first digit), postable; search in the code and in every language."""
    buildings.get_building(s, actor, building_id)
    wanted = selected(*CHART_COLUMNS).where(Account.building_id == building_id)
    if asked.search:
        words = (
            Account.code
            + " "
            + Account.label_fr
            + " "
            + Account.label_nl
            + " "
            + Account.label_de
            + " "
            + Account.label_en
        )
        wanted = wanted.where(contains(words, asked.search))
    if kind := asked.filters.get("kind"):
        wanted = wanted.where(Account.kind == kind)
    if (begins := asked.filters.get("class", "")).isdigit():
        wanted = wanted.where(col(Account.code).startswith(begins))
    if asked.filters.get("postable"):
        wanted = wanted.where(col(Account.postable))
    return page_of(s, wanted, asked, {"code": col(Account.code)}, "code")


@requires(Permission.LEDGER_READ)
def get_account(s: Session, actor: Actor, account_id: UUID) -> Account:
    """NotFound when the reader cannot see it."""
    found = s.get(Account, account_id)
    unseen = (
        found and found.building_id and actor.building_ids is not None and found.building_id not in actor.building_ids
    )
    if found is None or unseen:
        raise NotFound("This account does not exist.")
    return found


@requires(Permission.LEDGER_SETUP, audit=N_("chart of accounts loaded"))
def load_model(s: Session, actor: Actor) -> int:
    """Makes the office's model from the standard chart; returns its number of accounts. Invalid when there is one."""
    buildings.refuse_limited(actor)
    if s.exec(_model(actor.organization_id).limit(1)).first():
        raise Invalid("The chart of accounts is loaded already.")
    made = list(_standard(None))
    s.add_all(made)
    s.flush()
    return len(made)


@requires(Permission.LEDGER_SETUP, audit=N_("account added"))
def create_account(s: Session, actor: Actor, building_id: UUID | None, data: AccountIn) -> Account:
    """Adds an account or a sub-account, to a building's chart or to the office's model. Invalid for a code in use.

    Of a code inside a control account (co-owners, suppliers) the lines name a party too.
    """
    if building_id is None:
        buildings.refuse_limited(actor)
    else:
        locked_book(s, actor, building_id)
    rules.check_code(data.code)
    known = {a.code: a for a in list_accounts(s, actor, building_id)}
    if data.code in known:
        raise _taken(data.code)
    above = known.get(rules.parent_of(data.code, known) or "")
    kind = data.kind or rules.kind_of(data.code) or (above and Kind(above.kind))
    if kind is None:
        raise Invalid("Choose what kind of account it is.", field="kind")
    party = above.party if above else None
    values = {"code": data.code, "kind": kind, "postable": data.postable, "party": party, "building_id": building_id}
    account = Account.model_validate(values | _labels(data))
    s.add(account)
    _flush(s, _taken(data.code).message, code=data.code)
    return account


@requires(Permission.LEDGER_SETUP, audit=N_("account changed"))
def update_account(s: Session, actor: Actor, account_id: UUID, data: AccountIn) -> Account:
    """Corrects the words of an account, and what it is while nothing is entered on it. Its code never changes.

    Nor does what it is, when the application enters amounts on it by itself. Invalid beside the field.
    """
    account = _changeable(s, actor, account_id)
    if data.code != account.code:
        raise Invalid("The code of an account does not change: add another account.", field="code")
    labels, kind = _labels(data), data.kind or Kind(account.kind)
    if kind != account.kind or (account.postable and not data.postable):
        rules.check_redefinable(account.purpose, _used(s, account), "kind" if kind != account.kind else "postable")
    account.kind, account.postable = kind, data.postable
    for name, value in labels.items():
        setattr(account, name, value)
    s.flush()
    return account


@requires(Permission.LEDGER_SETUP, audit=N_("account deleted"))
def delete_account(s: Session, actor: Actor, account_id: UUID) -> None:
    """Removes an account that nothing is entered on. Conflict when it is used, holds others or serves automatic entries."""
    account = _changeable(s, actor, account_id)
    if account.purpose:
        raise Conflict("The application enters amounts on this account by itself: it stays.")
    if any(rules.parent_of(a.code, {account.code}) for a in list_accounts(s, actor, account.building_id)):
        raise Conflict("This account holds others: delete those first.")
    s.delete(account)
    _flush(s, N_("Entries stand on this account: it stays."), Conflict)


def _model(organization_id: UUID | None) -> SelectOfScalar[Account]:
    """An office's model; named, as the platform's administration sees those of every office."""
    wanted = select(Account).where(col(Account.building_id).is_(None))
    return wanted.where(Account.organization_id == organization_id)


def _changeable(s: Session, actor: Actor, account_id: UUID) -> Account:
    """An account of the office's model, or of books that are now ours: no entry comes in between."""
    account = get_account(s, actor, account_id)
    if account.building_id is None:
        buildings.refuse_limited(actor)
    else:
        locked_book(s, actor, account.building_id)
    return account


def _used(s: Session, account: Account) -> bool:
    """True once an entry stands on it; asked of the database, as entries are a module above."""
    line = Account.metadata.tables["journal_line"]
    return s.execute(select(line.c.id).where(line.c.account_id == account.id).limit(1)).first() is not None


def _labels(data: AccountIn) -> dict[str, str]:
    """The name in every language: that of the reader's where another is blank. Invalid when it is blank itself."""
    label = " ".join(data.label.split())
    if not label:
        raise Invalid("This field is required.", field="label")
    return {name: " ".join((getattr(data, name) or "").split()) or label for name in LABELS}


def _standard(building_id: UUID | None) -> Iterable[Account]:
    for row in standard_chart():
        labels = {f"label_{locale}": row[locale] for locale in LOCALES}
        values = {"code": row["code"], "kind": row["kind"], "postable": row["postable"] == "1", **labels}
        values |= {"party": row["party"] or None, "purpose": row["purpose"] or None, "building_id": building_id}
        yield Account.model_validate(values)


def _copies(model: Iterable[Account], building_id: UUID) -> Iterable[Account]:
    own = {"id", "created_at", "updated_at", "building_id"}
    return (Account.model_validate(a.model_dump(exclude=own) | {"building_id": building_id}) for a in model)


def _taken(code: str) -> Invalid:
    return Invalid("There is an account {code} already.", field="code", code=code)


def _flush(s: Session, message: str, refusal: type[Conflict] | type[Invalid] = Invalid, **params: object) -> None:
    try:
        s.flush()
    except IntegrityError:
        raise refusal(message, **dict[str, Any](params)) from None
