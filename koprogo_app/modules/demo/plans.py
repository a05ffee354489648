"""What the books of a demonstration building tell: two years that are over and the one that runs, whatever day it is. Pure.

Years are counted from the one that runs: 0, the two before it 1 and 2. Amounts are integer cents.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

QUARTERS = (1, 4, 7, 10)
QUARTER_ENDS = (3, 6, 9, 12)
YEARS = (2, 1, 0)  # how long ago each began


@dataclass(frozen=True, slots=True)
class Supplied:
    """Somebody the building pays, by the names of SupplierIn. `key` names him inside the plan."""

    key: str
    name: str
    kbo: str | None = None
    postal_code: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice that comes back. `cents`: without VAT, 5 % more or less. `covers`: the months it is for, its own
    the last, or below zero the first.

    `key`: the name of a key, none for the shares. `person`: who bears it alone. `metered`: by the meters of its year.
    `years`: those in which it comes. `reserve`: the reserve fund pays it, by a decision.
    """

    supplier: str
    account: str
    words: str
    cents: int
    months: Sequence[int]
    category: str
    vat: int = 21
    covers: int = 1
    key: str | None = None
    person: str | None = None
    tenant: int = 0
    day: int = 0  # of the month; 0: any of its first twenty-five
    years: Sequence[int] = YEARS
    credit: bool = False
    metered: bool = False
    reserve: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """An invoice of the last days. `step`: how far it is: draft, submitted, posted. `ago`: days, never before the year."""

    bill: Bill
    number: str
    step: str
    ago: int


@dataclass(frozen=True, slots=True)
class Planned:
    """A line of each year's budget, called in four quarters. `nature`: of budgets.rules; the last year's amount in cents."""

    nature: str
    account: str
    words: str
    cents: int
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Payers:
    """Who does not pay by the day, by the names of the register. The debtor pays nothing since the middle of the last year.

    `typed`: whose receipts are entered one by one, none: everybody's; those of the others are an entry for each bank statement,
    until the last quarter.
    """

    debtor: str
    late: str
    generous: str
    extra: int  # cents that the generous one pays too much, once
    typed: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Metered:
    """Cold water: the meters of every home, and how many litres a day one takes."""

    prefix: str
    litres: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Plan:
    """The money of a building. `decided`: month and day of the meeting; `waived`: votes for and cast by which the last year
    asked nothing for the reserve. `remarks`: the auditor's, the first answered and the last not."""

    seed: str
    regime: str
    suppliers: Sequence[Supplied]
    bills: Sequence[Bill]
    waiting: Sequence[Waiting]
    budget: Sequence[Planned]
    working: int  # at the bank when the books begin
    reserve: int
    payers: Payers
    meters: Metered
    accrued: Bill  # of December, its invoice still to come
    interest: int
    bank_charges: int
    special: int  # called today
    decided: tuple[int, int]
    words: Mapping[str, str]
    waived: tuple[int, int] | None = None
    auditor: str = ""
    remarks: Sequence[str] = ()
    answer: str = ""


def first_of(today: date, ago: int) -> date:
    """The first day of a year, `ago` years before the one that runs."""
    return date(today.year - ago, 1, 1)


def last_of(today: date, ago: int) -> date:
    return date(today.year - ago, 12, 31)


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(1)


def covered(bill: Bill, year: int, month: int) -> tuple[date, date]:
    """The first and last day that an invoice of a month is for."""
    if bill.covers < 0:
        end = year * 12 + month - bill.covers - 2
        return date(year, month, 1), month_end(end // 12, end % 12 + 1)
    place = year * 12 + month - bill.covers
    return date(place // 12, place % 12 + 1, 1), month_end(year, month)


def decision_of(plan: Plan, today: date, ago: int) -> date:
    """The day on which the meeting approves the accounts of a year: of the year after it, at the latest today."""
    return min(today, date(today.year - ago + 1, *plan.decided))


def after_new_year(today: date, on: date) -> date:
    """A day of the running year: `on`, or the first of January."""
    return max(first_of(today, 0), on)


def quarter_ends(today: date) -> Iterator[date]:
    """The last days of the quarters of the three years, as far as they are over."""
    for ago in YEARS:
        for month in QUARTER_ENDS:
            if (on := month_end(today.year - ago, month)) <= today:
                yield on
