"""What one can read of the books: every report of a building, from the sums of the ledger or, for the long ones, its lines."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import Session, col, select

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import LOCALES, N_
from koprogo_app.core.listing import Asked
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import Account, Book
from koprogo_app.modules.accounts.rules import RESULT, Regime
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.papers import service as papers
from koprogo_app.modules.papers.rules import Sender

from . import balances, items, keyed, lines, queries, rules
from .balances import Posted, Results, Sheet, Standing
from .rules import Column, Leaf, Name, Remark, Report, Row, Scope, Shown, Wanted, column, words

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading:
    """The books of a building, ready to be reported on. `chart`: the accounts by code."""

    s: Session
    actor: Actor
    building_id: UUID
    years: list[Any]
    chart: dict[str, Account]
    locale: str

    @property
    def labels(self) -> dict[str, str]:
        return {code: account.label(self.locale) for code, account in self.chart.items()}


@requires(Permission.LEDGER_READ)
def list_reports(s: Session, actor: Actor, building_id: UUID) -> list[Name]:
    """The reports, the one that fits the regime first; none while the books are not open."""
    book = accounts.find_book(s, actor, building_id)
    return rules.offered(book.regime == Regime.SIMPLIFIED) if book else []


@requires(Permission.LEDGER_READ)
def find_sender(s: Session, actor: Actor, building_id: UUID) -> Sender:
    """The association as its papers name it. Invalid without an enterprise number (Civil Code, art. 3.86 §1)."""
    return papers.sender_of(buildings.get_building(s, actor, building_id))


@requires(Permission.LEDGER_READ)
def read_report(
    s: Session, actor: Actor, building_id: UUID, wanted: Wanted, locale: str, use: Callable[[Report], T]
) -> T:
    """Hands the report to `use` while the books are read: long ones flow through it, line by line.

    Invalid while the books are not open, or beside what was asked wrongly.
    """
    return use(_report(_reading(s, actor, building_id, locale), wanted, None)[0])


@requires(Permission.LEDGER_READ)
def show_report(
    s: Session, actor: Actor, building_id: UUID, wanted: Wanted, locale: str, asked: Asked
) -> tuple[Report, int, Scope]:
    """One page of the rows, how many there are, and the period. The general ledger: its accounts, whose pages have the lines."""
    reading = _reading(s, actor, building_id, locale)
    scope = rules.scope_of(reading.years, wanted, clock.today())
    report, total = _report(reading, wanted, asked)
    if total is None:
        rows = list(report.rows)
        report, total = replace(report, rows=rows[asked.offset : asked.offset + asked.size]), len(rows)
    return report, total, scope


def _reading(s: Session, actor: Actor, building_id: UUID, locale: str) -> Reading:
    if locale not in LOCALES:
        raise Invalid("Choose one from the list.", field="language")
    buildings.get_building(s, actor, building_id)
    years = accounts.list_years(s, actor, building_id)
    if not years:
        raise Invalid("The books of this building are not open yet.")
    chart = {account.code: account for account in accounts.list_accounts(s, actor, building_id)}
    return Reading(s, actor, building_id, years, chart, locale)


def _report(r: Reading, wanted: Wanted, asked: Asked | None) -> tuple[Report, int | None]:
    """The report; a page of it with the number of its rows when it can be read page by page."""
    scope = rules.scope_of(r.years, wanted, clock.today())
    if wanted.name is Name.JOURNALS:
        return _journals(r, wanted, scope, asked)
    if wanted.name is Name.LEDGER:
        return _general_ledger(r, wanted, scope, asked is None), None
    return _MADE[wanted.name](r, scope), None


# --- From balances ---------------------------------------------------------------------------------------------------


def _posted(r: Reading, scope: Scope) -> list[Posted]:
    """The accounts that stand or moved in the year up to the last day, by code."""
    purposes = {code: account.purpose for code, account in r.chart.items() if account.purpose}
    return [
        Posted(b.account.id, b.account.code, b.account.label(r.locale), b.account.kind,
               rules.purpose_of(b.account.code, purposes), b.moved.before, b.moved.debit, b.moved.credit)
        for b in ledger.balances(r.s, r.actor, r.building_id, scope.year.id, scope.until)
    ]  # fmt: skip


def _opened(r: Reading, scope: Scope, at: datetime | None = None) -> list[Posted]:
    """The same as funds and cash are read: an opening entry is what the year began with. `at`: without what was posted later."""
    apart = queries.apart(r.s, r.building_id, scope.year.starts_on, scope.until, at)
    found = [a.less(*apart.get(a.id, (0, 0, 0))) for a in _posted(r, scope)]
    return [a for a in found if any(a.figures)]


def _account_columns(*figures: Column) -> tuple[Column, ...]:
    return (column(N_("Code"), Shown.CODE), column(N_("Account"), Shown.TEXT), *figures)


_TRIAL = _account_columns(
    column(N_("Before (€)")), column(N_("Debit (€)")), column(N_("Credit (€)")), column(N_("After (€)"))
)
_COMPARED = _account_columns(
    column(N_("This period (€)")), column(N_("A year earlier (€)")), column(N_("Difference (€)"))
)
_FLOWS = (column(N_("Opening (€)")), column(N_("In (€)")), column(N_("Out (€)")), column(N_("Closing (€)")))


def _made(
    name: Name, scope: Scope, columns: tuple[Column, ...], rows: Iterable[Row], remarks: Iterable[Remark] = (),
    from_on: date | None = None,
) -> Report:  # fmt: skip
    period = words(N_("From {start} to {end}"), start=from_on or scope.year.starts_on, end=scope.until)
    return Report(name, words(rules.REPORTS[name].title), period, columns, rows, tuple(remarks))


def _on_day(report: Report, scope: Scope) -> Report:
    return replace(report, period=words(N_("On {day}"), day=scope.until))


def _trial_balance(r: Reading, scope: Scope) -> Report:
    rows, remarks = balances.trial_balance(_posted(r, scope), r.labels)
    return _made(Name.TRIAL, scope, _TRIAL, rows, remarks)


def _sheet(r: Reading, scope: Scope) -> Report:
    sheet = _sheet_of(r, scope)
    rows, remarks = balances.sheet_rows(sheet, r.labels)
    return _on_day(
        _made(Name.SHEET, scope, _compared(scope.until, scope.before and scope.before[1]), rows, remarks), scope
    )


def _compared(now: date, before: date | None) -> tuple[Column, ...]:
    """The columns of a comparison."""
    earlier = column(N_("On {day} (€)"), day=before) if before else column(N_("A year earlier (€)"))
    return _account_columns(column(N_("On {day} (€)"), day=now), earlier, column(N_("Difference (€)")))


def _sheet_of(r: Reading, scope: Scope) -> Sheet:
    now, result = _standing(r, scope.year, scope.until)
    before: dict[UUID, int] | None = None
    earlier: Results | None = None
    if scope.before:
        before, earlier = _standing(r, rules.year_at(r.years, scope.before[1]), scope.before[1])
    return balances.balance_sheet(_standings(r, now, before), result, earlier)


def _standing(r: Reading, year: Any, on: date) -> tuple[dict[UUID, int], Results]:
    """What each account stands at on a day, and the results up to it: of its year, and of the years before."""
    found = ledger.balances(r.s, r.actor, r.building_id, year.id, on)
    result = sum(b.moved.credit - b.moved.debit for b in found if b.account.kind in RESULT)
    standing = {b.account.id: int(b.moved.after) for b in found}
    return standing, Results(Cents(result), queries.earlier_result(r.s, r.building_id, year.starts_on))


def _standings(r: Reading, now: dict[UUID, int], before: dict[UUID, int] | None) -> list[Standing]:
    """Every account that has a figure in one of the columns; a year without it counts as nothing."""
    return [
        Standing(account.id, code, account.label(r.locale), account.kind, Cents(now.get(account.id, 0)),
                 None if before is None else Cents(before.get(account.id, 0)))
        for code, account in r.chart.items()
        if now.get(account.id) or (before or {}).get(account.id)
    ]  # fmt: skip


def _sides(r: Reading, from_on: date, until: date, before: tuple[date, date] | None) -> tuple[list[Leaf], list[Leaf]]:
    def moved(start: date, end: date) -> dict[UUID, int]:
        return {one.account_id: one.debit - one.credit for one in queries.moved(r.s, r.building_id, start, end)}

    return balances.result_sides(_standings(r, moved(from_on, until), moved(*before) if before else None))


def _result(r: Reading, scope: Scope) -> Report:
    costs, income = _sides(r, scope.from_on, scope.until, scope.before)
    before = (
        words(N_("Compared with {start} to {end}"), start=scope.before[0], end=scope.before[1])
        if scope.before
        else None
    )
    rows = balances.result_rows(costs, income, r.labels, scope.before is not None)
    remarks = [Remark("info", before)] if before else []
    made = _made(Name.RESULT, scope, _COMPARED, rows, remarks, scope.from_on)
    return replace(made, bars=balances.cost_bars(costs, r.labels))


def _by_key(r: Reading, scope: Scope) -> Report:
    now = keyed.costs_by_key(r.s, r.building_id, scope.from_on, scope.until)
    before = keyed.costs_by_key(r.s, r.building_id, *scope.before) if scope.before else None
    rows, remarks = keyed.key_rows(now, before, r.locale)
    return _made(Name.KEYS, scope, _COMPARED, rows, remarks, scope.from_on)


def _budget(r: Reading, scope: Scope) -> Report:
    names = {key.id: key.name for key in keys.list_keys(r.s, r.actor, r.building_id)}
    rows, remarks = keyed.budget_rows(r.s, r.actor, r.building_id, scope.until, r.labels, names)
    columns = _account_columns(
        column(N_("Year before (€)")), column(N_("Budget (€)")), column(N_("Spent (€)")), column(N_("Left (€)"))
    )
    return _made(Name.BUDGET, scope, columns, rows, remarks)


def _funds(r: Reading, scope: Scope) -> Report:
    rows, remarks = items.fund_rows(_opened(r, scope, scope.posted_until))
    return _made(Name.FUNDS, scope, (column(N_("Fund and account"), Shown.TEXT), *_FLOWS), rows, remarks)


def _simplified(r: Reading, scope: Scope) -> Report:
    posted = _opened(r, scope)
    money = {a.id for a in posted if items.is_money(a)}
    by_id = {account.id: account for account in r.chart.values()}
    cash = [
        items.Cash(account_id, by_id[account_id].code, by_id[account_id].label(r.locale), received, spent)
        for account_id, received, spent in queries.cash(r.s, scope.year.id, scope.until, money)
    ]
    owners = queries.owner_balances(r.s, r.building_id, scope.year.starts_on, scope.until)
    rows, remarks = items.simplified_rows(sorted(cash, key=lambda c: c.code), posted, owners)
    return _made(Name.SIMPLIFIED, scope, (column(N_("Item"), Shown.TEXT), *_FLOWS), rows, remarks)


# --- Of parties ------------------------------------------------------------------------------------------------------


def _owners(r: Reading, scope: Scope) -> Report:
    columns = (column(N_("Co-owner"), Shown.TEXT), column(N_("Before (€)")), column(N_("Charged (€)")), column(N_("Paid (€)")), column(N_("Balance (€)")))  # fmt: skip
    found = queries.owner_balances(r.s, r.building_id, scope.year.starts_on, scope.until)
    return _made(Name.OWNERS, scope, columns, items.owner_rows(found))


def _debtors(r: Reading, scope: Scope) -> Report:
    columns = (
        column(N_("Co-owner"), Shown.TEXT), column(N_("Not due yet (€)")), column(N_("Up to 30 days (€)")), column(N_("31 to 60 days (€)")),
        column(N_("61 to 90 days (€)")), column(N_("Over 90 days (€)")), column(N_("Owed (€)")),
    )  # fmt: skip
    rows = items.debtor_rows(queries.owner_items(r.s, r.building_id, scope.until), scope.until)
    how = words(
        N_("Counted from the day it was due. A payment counts for what it settles, else for the oldest amounts.")
    )
    return _on_day(_made(Name.DEBTORS, scope, columns, rows, [Remark("info", how)]), scope)


def _suppliers(r: Reading, scope: Scope) -> Report:
    columns = (
        column(N_("Supplier and entry"), Shown.TEXT), column(N_("Date"), Shown.DAY), column(N_("Document"), Shown.PAPER), column(N_("Amount (€)")),
        column(N_("Open (€)")),
    )  # fmt: skip
    rows = items.supplier_rows(queries.supplier_items(r.s, r.building_id, scope.until))
    how = words(N_("A payment counts for the invoice that it was entered for, else for the oldest ones."))
    return _on_day(_made(Name.SUPPLIERS, scope, columns, rows, [Remark("info", how)]), scope)


_MADE: dict[Name, Callable[[Reading, Scope], Report]] = {
    Name.TRIAL: _trial_balance, Name.SHEET: _sheet, Name.RESULT: _result, Name.OWNERS: _owners, Name.DEBTORS: _debtors,
    Name.KEYS: _by_key, Name.BUDGET: _budget, Name.SUPPLIERS: _suppliers, Name.FUNDS: _funds, Name.SIMPLIFIED: _simplified,
}  # fmt: skip


# --- Line by line ----------------------------------------------------------------------------------------------------


def _general_ledger(r: Reading, wanted: Wanted, scope: Scope, whole: bool) -> Report:
    """All the lines of the year, account by account; else the accounts alone."""
    posted = [a for a in _posted(r, scope) if rules.in_range(a.code, wanted.first, wanted.last)]
    if not whole:
        where = words(N_("Each account opens its lines; the files hold them all."))
        return _made(Name.LEDGER, scope, _TRIAL, balances.account_rows(posted), [Remark("info", where)])
    columns = (
        column(N_("Date"), Shown.DAY), column(N_("Journal and number"), Shown.CODE), column(N_("Document"), Shown.PAPER), column(N_("Description"), Shown.TEXT),
        column(N_("Debit (€)")), column(N_("Credit (€)")), column(N_("Balance (€)")),
    )  # fmt: skip
    flow = queries.ledger_lines(r.s, scope.year.id, scope.until, [a.id for a in posted], r.locale)
    return _made(Name.LEDGER, scope, columns, lines.ledger_rows(posted, flow))


def _journals(r: Reading, wanted: Wanted, scope: Scope, asked: Asked | None) -> tuple[Report, int | None]:
    columns = (
        column(N_("Date"), Shown.DAY), column(N_("Journal and number"), Shown.CODE), column(N_("Document"), Shown.PAPER), column(N_("Account"), Shown.TEXT),
        column(N_("Description"), Shown.TEXT), column(N_("Debit (€)")), column(N_("Credit (€)")),
    )  # fmt: skip
    found = queries.JournalLines(r.building_id, scope.from_on, scope.until, wanted.journal)
    summed = queries.journal_sums(r.s, found)
    sums = lines.journal_sums([(journal, debit, credit) for journal, _, debit, credit in summed])
    count = sum(number for _, number, _, _ in summed)
    window = (asked.offset, asked.size) if asked else None

    def rows() -> Iterator[Row]:
        yield from lines.journal_rows(queries.journal_lines(r.s, found, r.locale, window))
        if asked is None or asked.offset + asked.size >= count:
            yield from sums

    made = _made(Name.JOURNALS, scope, columns, rows(), (), scope.from_on)
    return (replace(made, rows=list(made.rows)), count) if asked else (made, None)


# --- The contract's own shapes ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GroupCost:
    """What a group of cost accounts cost in a period; `labels` by language; `lines`: how many lines were entered."""

    code: str
    labels: dict[str, str]
    amount: Cents
    lines: int


@requires(Permission.LEDGER_READ)
def sheet_today(s: Session, actor: Actor, building_id: UUID) -> Sheet | None:
    """The balance sheet of today or, after the last year, of its end; none while the books are not open."""
    buildings.get_building(s, actor, building_id)
    if accounts.find_book(s, actor, building_id) is None:
        return None
    reading = _reading(s, actor, building_id, actor.locale)
    scope = rules.scope_of(reading.years, Wanted(Name.SHEET), clock.today())
    return _sheet_of(reading, replace(scope, before=None))


@requires(Permission.LEDGER_READ)
def result_between(
    s: Session, actor: Actor, building_id: UUID, from_on: date, until: date
) -> tuple[list[Leaf], list[Leaf]]:
    """Costs and income of a period, whatever the years. Invalid when it ends before it begins."""
    buildings.get_building(s, actor, building_id)
    if from_on > until:
        raise Invalid("The period ends before it begins.", field="period_end")
    if accounts.find_book(s, actor, building_id) is None:
        return [], []
    return _sides(_reading(s, actor, building_id, actor.locale), from_on, until, None)


@requires(Permission.LEDGER_READ)
def costs_by_group(
    s: Session, actor: Actor, building_id: UUID, from_on: date | None, until: date | None
) -> list[GroupCost]:
    """Costs by group of the loaded chart; an open end of the period is that of the books. Amounts: debit less credit."""
    buildings.get_building(s, actor, building_id)
    if accounts.find_book(s, actor, building_id) is None:
        return []
    r = _reading(s, actor, building_id, actor.locale)
    by_id = {account.id: account for account in r.chart.values() if account.kind == "expense"}
    moved = queries.moved(s, building_id, from_on or r.years[-1].starts_on, until or r.years[0].ends_on)
    costs = [
        (by_id[one.account_id].code, one.debit - one.credit, one.lines) for one in moved if one.account_id in by_id
    ]
    found = balances.by_group(costs, r.chart)
    return [
        GroupCost(code, {locale: r.chart[code].label(locale) for locale in LOCALES}, amount, count)
        for code, (amount, count) in found.items()
    ]


@requires(Permission.LEDGER_READ)
def list_open_books(s: Session, actor: Actor) -> list[tuple[UUID, str]]:
    """The co-ownerships whose books are open, by name: each is a legal person with a balance sheet of its own."""
    opened = col(Building.id).in_(select(Book.building_id))
    found = s.execute(buildings.visible(actor, Building.id, Building.name).where(opened).order_by(col(Building.name)))
    return [(building_id, name) for building_id, name in found]


def totals_of(leaves: Iterable[Leaf]) -> int:
    """The sum of this period's column."""
    return sum(leaf.amounts[0] or 0 for leaf in leaves)
