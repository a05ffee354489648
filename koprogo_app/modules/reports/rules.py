"""What the reports of the books are made of: periods, rows, the tree of the chart. Pure; amounts are integer cents."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import N_
from koprogo_app.core.money import Cents
from koprogo_app.modules.ledger.rules import Journal


class Name(StrEnum):
    """A report, as its address names it."""

    TRIAL = "trial-balance"
    SHEET = "sheet"
    RESULT = "result"
    KEYS = "keys"
    BUDGET = "budget"
    LEDGER = "general-ledger"
    JOURNALS = "journals"
    OWNERS = "owners"
    DEBTORS = "debtors"
    SUPPLIERS = "suppliers"
    FUNDS = "funds"
    SIMPLIFIED = "simplified"


@dataclass(frozen=True, slots=True)
class About:
    """`asks`: what a reader may choose beside the year and the last day: from, journal, range (of accounts)."""

    title: str
    answers: str
    asks: str = ""


REPORTS = {
    Name.TRIAL: About(N_("Trial balance"), N_("Does everything add up? Each account before the year, its movements, and its balance.")),
    Name.SHEET: About(N_("Balance sheet"), N_("What does the co-ownership own and owe on a day, and what did the year bring?")),
    Name.RESULT: About(N_("Result"), N_("What did the period cost and bring in, beside the same period a year earlier?"), "from"),
    Name.KEYS: About(N_("Result by key"), N_("Who bears what: each key with its costs, beside the same period a year earlier?"), "from"),
    Name.BUDGET: About(N_("Budget and actual"), N_("What was foreseen, what was spent, and what is left?")),
    Name.LEDGER: About(N_("General ledger"), N_("Which entries made the balance of each account?"), "range"),
    Name.JOURNALS: About(N_("Journals"), N_("What was entered in a period, in the order of the days?"), "from journal"),
    Name.OWNERS: About(N_("Balances of the co-owners"), N_("What does each co-owner owe, or what is owed to each?")),
    Name.DEBTORS: About(N_("Aged debts of the co-owners"), N_("Since when do the co-owners owe it?")),
    Name.SUPPLIERS: About(N_("Suppliers and open invoices"), N_("What is still to be paid, and to whom?")),
    Name.FUNDS: About(N_("Movements of the funds"), N_("What went into and out of each fund, and does the bank hold as much?")),
    Name.SIMPLIFIED: About(
        N_("Simplified books"),
        N_("The whole year on one page: receipts and expenses, cash, both funds, balances of the co-owners."),
    ),
}  # fmt: skip


def offered(simplified: bool) -> list[Name]:
    """The reports in the order in which they are proposed: simplified books first where the books are simplified."""
    return sorted(Name, key=lambda name: (name is Name.SIMPLIFIED) != simplified)


def report_named(text: str) -> Name:
    """Invalid when there is no such report."""
    try:
        return Name(text)
    except ValueError:
        raise Invalid("There is no such report.", field="report") from None


# --- Rows ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence that is worded for its reader: params are texts, whole numbers, days, Money or Words."""

    msgid: str
    params: Mapping[str, object] = field(default_factory=dict[str, object])


def words(msgid: str, **params: object) -> Words:
    return Words(msgid, params)


class Shown(StrEnum):
    """What a column holds; CODE: a short text; PAPER: the number of a paper, or a communication; MONEY: integer cents."""

    TEXT = "text"
    CODE = "code"
    PAPER = "paper"
    DAY = "day"
    WHOLE = "whole"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Column:
    label: Words
    shown: Shown = Shown.MONEY


def column(msgid: str, shown: Shown = Shown.MONEY, **params: object) -> Column:
    return Column(Words(msgid, params), shown)


class Rank(StrEnum):
    LINE = "line"
    HEAD = "head"  # names what follows
    GROUP = "group"  # names what follows and sums it up
    SUM = "sum"
    TOTAL = "total"


Cell = str | int | date | Words | None


@dataclass(frozen=True, slots=True)
class Row:
    """One cell per column. `account_id`, `entry_id`: where the figure comes from."""

    rank: Rank
    cells: tuple[Cell, ...]
    level: int = 0
    account_id: UUID | None = None
    entry_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """What the report proves or warns of. tone: ok, info, warn, bad."""

    tone: str
    words: Words


@dataclass(frozen=True, slots=True)
class Bar:
    """Costs of a group of the chart; `before`: a year earlier."""

    label: str
    now: Cents
    before: Cents


@dataclass(frozen=True, slots=True)
class Report:
    """A report for the page, the paper and the spreadsheet alike. `rows` may be read once only: the long ones flow."""

    name: str
    title: Words
    period: Words
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    remarks: tuple[Remark, ...] = ()
    bars: tuple[Bar, ...] = ()


def at_most(rows: Iterable[Row], limit: int) -> Iterator[Row]:
    """The rows; Invalid after the limit."""
    for n, row in enumerate(rows):
        if n == limit:
            raise Invalid(
                "This report has more than {count} rows: choose a shorter period or fewer accounts, or take the Excel file.",
                count=limit,
            )
        yield row


# --- Periods ---------------------------------------------------------------------------------------------------------


class YearLike(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report asked for; what is not given is found from the financial years. `first`, `last`: codes of accounts.
    `posted_until`: the movements of the funds without what was posted after that moment."""

    name: Name
    year_id: UUID | None = None
    from_on: date | None = None
    until: date | None = None
    journal: Journal | None = None
    first: str = ""
    last: str = ""
    posted_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The period of a report, both days included; `before`: the same a year earlier, if the books reach so far."""

    year: YearLike
    from_on: date
    until: date
    before: tuple[date, date] | None
    posted_until: datetime | None = None


def a_year_earlier(on: date) -> date:
    """The same day of the calendar; 28 February for the 29th."""
    return on.replace(year=on.year - 1, day=28 if (on.month, on.day) == (2, 29) else on.day)


def year_at(years: Sequence[YearLike], on: date) -> YearLike | None:
    return next((year for year in years if year.starts_on <= on <= year.ends_on), None)


def period_before(years: Sequence[YearLike], from_on: date, until: date) -> tuple[date, date] | None:
    """The whole year before a whole year, whose length may differ, else the same days a year earlier; none before the first year.

    A part of a year that ends with it on 28 February is compared up to the 29th when the year before ended then.
    """
    here = year_at(years, until)
    last = here and year_at(years, here.starts_on - timedelta(1))
    start, end = a_year_earlier(from_on), a_year_earlier(until)
    if here and last and here.ends_on == until:
        if from_on == here.starts_on:
            start, end = last.starts_on, last.ends_on
        elif last.ends_on == end + timedelta(1):
            end = last.ends_on
    return (start, end) if any(year.starts_on <= end <= year.ends_on for year in years) else None


def scope_of(years: Sequence[YearLike], wanted: Wanted, today: date) -> Scope:
    """The period meant: by default from the first day of the year of today (or of the last one) up to today or its end.

    `years`: the last one first, at least one. Invalid beside year, from or until.
    """
    if wanted.year_id is not None:
        year = next((y for y in years if y.id == wanted.year_id), None)
        if year is None:
            raise Invalid("Choose one from the list.", field="year")
    else:
        year = year_at(years, wanted.until or today)
        if year is None and wanted.until is None:
            year = years[0] if today > years[0].ends_on else years[-1]
        if year is None:
            raise Invalid("No financial year holds this day.", field="until")
    until = wanted.until or (today if year.starts_on <= today <= year.ends_on else year.ends_on)
    if not year.starts_on <= until <= year.ends_on:
        raise Invalid("Choose a day of the financial year.", field="until")
    from_on = wanted.from_on or year.starts_on
    if from_on < years[-1].starts_on:
        raise Invalid("Choose a day of the financial years.", field="from")
    if from_on > until:
        raise Invalid("The period ends before it begins.", field="from")
    if wanted.first and wanted.last and wanted.first > wanted.last:
        raise Invalid("The last account comes after the first one.", field="last")
    return Scope(year, from_on, until, period_before(years, from_on, until), wanted.posted_until)


def in_range(code: str, first: str, last: str) -> bool:
    """True from the first code to the last, with all that begins by it; an empty end is open."""
    return code >= first and (not last or code[: len(last)] <= last)


# --- The chart -------------------------------------------------------------------------------------------------------


def groups_above(code: str, codes: Collection[str]) -> list[str]:
    """The accounts of the chart that hold this one, below its class: 61 and 610 of 610100."""
    return [code[:n] for n in range(2, len(code)) if code[:n] in codes]


def group_of(code: str, codes: Collection[str]) -> str:
    """The group of three digits or so that a cost belongs to, as the loaded chart has it: 610 of 610100, 620 of 620."""
    return [*groups_above(code, codes), code][:2][-1]


def purpose_of(code: str, purposes: Mapping[str, str]) -> str | None:
    """What an account is for: its own purpose, or that of the nearest account which holds it."""
    return next((purposes[code[:n]] for n in range(len(code), 0, -1) if code[:n] in purposes), None)


@dataclass(frozen=True, slots=True)
class Leaf:
    """An account with its amounts, one per column; none where there is nothing to compare with."""

    id: UUID
    code: str
    label: str
    amounts: tuple[int | None, ...]


def added(amounts: Iterable[tuple[int | None, ...]], width: int) -> tuple[int | None, ...]:
    """Sums column by column; a column without figures stays without."""
    columns = list(zip(*amounts, strict=True)) or [(0,)] * width
    return tuple(None if None in c else sum(v for v in c if v is not None) for c in columns)


def tree(leaves: Sequence[Leaf], chart: Mapping[str, str], deepest: int, width: int) -> list[Row]:
    """Accounts under the groups of the chart, each group with its sum: 61, then 610, then 610100.

    `chart`: labels by code; `deepest`: how many levels of groups are shown. An account that holds others and has an amount
    of its own stands under itself.
    """
    ordered = sorted(leaves, key=lambda leaf: leaf.code)
    above = {leaf.code: groups_above(leaf.code, chart)[:deepest] for leaf in ordered}
    heads = {code for codes in above.values() for code in codes}
    chains = [[*above[leaf.code], leaf.code] if leaf.code in heads else above[leaf.code] for leaf in ordered]
    rows: list[Row] = []
    seen: set[str] = set()
    for leaf, chain in zip(ordered, chains, strict=True):
        for level, code in enumerate(chain):
            if code not in seen:
                seen.add(code)
                held = [one.amounts for one, codes in zip(ordered, chains, strict=True) if code in codes]
                rows.append(Row(Rank.GROUP, (code, chart[code], *added(held, width)), level))
        rows.append(Row(Rank.LINE, (leaf.code, leaf.label, *leaf.amounts), len(chain), leaf.id))
    return rows
