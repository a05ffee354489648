"""Calls for funds: what they are for, where they stand, how a year is spread over its periods. Pure; amounts in cents."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from koprogo_app.core.errors import DomainError, Invalid
from koprogo_app.core.i18n import N_
from koprogo_app.core.money import Cents, Shares, split
from koprogo_app.modules.accounts.rules import Purpose

MANY_LINES = 200
FORM_LINES = 15  # of the form; more of them come with a series or through the REST interface
DAYS_TO_PAY = 30
NOTHING = Cents(0)


class Kind(StrEnum):
    REGULAR = "regular"
    EXTRAORDINARY = "extraordinary"
    ADVANCE = "advance"
    ADJUSTMENT = "adjustment"


KINDS = {
    Kind.REGULAR: N_("Regular"),
    Kind.EXTRAORDINARY: N_("Extraordinary"),
    Kind.ADVANCE: N_("Advance"),
    Kind.ADJUSTMENT: N_("Adjustment"),
}


class Status(StrEnum):
    """What is kept of a call; how far it is paid is read from the books (State)."""

    DRAFT = "draft"
    ISSUED = "issued"
    REVERSED = "reversed"


class State(StrEnum):
    DRAFT = "draft"
    ISSUED = "issued"
    PARTLY = "partly_paid"
    PAID = "paid"
    OVERDUE = "overdue"
    REVERSED = "reversed"


STATES = {
    State.DRAFT: N_("Draft"),
    State.ISSUED: N_("Issued"),
    State.PARTLY: N_("Partly paid"),
    State.PAID: N_("Paid"),
    State.OVERDUE: N_("Overdue"),
    State.REVERSED: N_("Reversed"),
}


class Destination(StrEnum):
    """What the money is for. The working capital meets what recurs; the reserve fund what does not (art. 3.86 §3)."""

    PROVISIONS = "provisions"
    WORKS = "works"
    RESERVE = "reserve"
    SPECIAL = "special_reserve"
    WORKING_FUND = "working_fund"


DESTINATIONS = {
    Destination.PROVISIONS: N_("Provisions for running costs"),
    Destination.WORKS: N_("Provisions for works"),
    Destination.RESERVE: N_("Reserve fund"),
    Destination.SPECIAL: N_("Special reserve fund"),
    Destination.WORKING_FUND: N_("Working capital"),
}
RESERVES = frozenset({Destination.RESERVE, Destination.SPECIAL})
ORDINARY = frozenset(
    {Destination.PROVISIONS, Destination.WORKING_FUND}
)  # the usufructuary pays; the rest, the bare owner
CREDITED = {
    Destination.PROVISIONS: Purpose.CALLS_WORKING,
    Destination.WORKS: Purpose.CALLS_SPECIAL,
    Destination.RESERVE: Purpose.RESERVE_FUND,
    Destination.SPECIAL: Purpose.SPECIAL_RESERVE,
    Destination.WORKING_FUND: Purpose.WORKING_FUND,
}
OF_KIND = {  # where a call goes that names no destination
    Kind.REGULAR: Destination.PROVISIONS,
    Kind.EXTRAORDINARY: Destination.WORKS,
    Kind.ADVANCE: Destination.WORKING_FUND,
    Kind.ADJUSTMENT: Destination.PROVISIONS,
}


def debited(destination: str) -> Purpose:
    """The account of the co-owners that a destination is asked on: the reserve's for the reserve funds."""
    return Purpose.OWNERS_RESERVE if destination in RESERVES else Purpose.OWNERS_WORKING


class LineLike(Protocol):
    @property
    def destination(self) -> str: ...
    @property
    def cents(self) -> int: ...


def reserve_part(lines: Iterable[LineLike]) -> Cents:
    """What goes to the reserve funds: every call states it (art. 3.86 §3)."""
    return Cents(sum(line.cents for line in lines if line.destination in RESERVES))


def for_reserve_only(lines: Sequence[LineLike]) -> bool:
    """True when the whole goes to the reserve funds: it is then paid to their own account (art. 3.86 §3)."""
    return bool(lines) and all(line.destination in RESERVES for line in lines)


def state_of(status: str, called: int, open_cents: int, due_on: date, today: date) -> State:
    """Where a call stands, for all or for one co-owner. Overdue from the day after its due date, paid in part or not."""
    if status != Status.ISSUED:
        return State(status)
    if open_cents <= 0:
        return State.PAID
    if due_on < today:
        return State.OVERDUE
    return State.PARTLY if open_cents < called else State.ISSUED


def in_reach(day: date) -> bool:
    """False for a year that is a slip of the pen."""
    return 1990 <= day.year <= 2100


def check_days(called_on: date, due_on: date) -> dict[str, DomainError]:
    """What is wrong with the days of a call, by field."""
    wrong: dict[str, DomainError] = {}
    for name, day in (("called_on", called_on), ("due_on", due_on)):
        if not in_reach(day):
            wrong[name] = Invalid("Check the year of this date.", field=name)
    if due_on <= called_on:
        wrong.setdefault("due_on", Invalid("The due date is after the day of the call.", field="due_on"))
    return wrong


def check_reason(reason: str) -> str:
    """A reversal says why. Invalid beside `reason`."""
    said = " ".join(reason.split())
    if not said:
        raise Invalid("Say why.", field="reason")
    return said[:500]


@dataclass(frozen=True, slots=True)
class Due:
    """A part of a line that somebody owes."""

    owner_id: UUID
    destination: str
    cents: Cents


def by_owner(parts: Iterable[Due]) -> dict[tuple[UUID, Purpose], Cents]:
    """What each co-owner owes on each of his two accounts, in the order of the parts."""
    owed: dict[tuple[UUID, Purpose], Cents] = {}
    for part in parts:
        at = (part.owner_id, debited(part.destination))
        owed[at] = Cents(owed.get(at, 0) + part.cents)
    return owed


def by_destination(parts: Iterable[Due]) -> dict[Destination, Cents]:
    """What is credited for each destination."""
    sums: dict[Destination, Cents] = {}
    for part in parts:
        to = Destination(part.destination)
        sums[to] = Cents(sums.get(to, 0) + part.cents)
    return sums


# --- Series ----------------------------------------------------------------------------------------------------------


class Rhythm(StrEnum):
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"


RHYTHMS = {
    Rhythm.MONTHLY: N_("Every month"),
    Rhythm.QUARTERLY: N_("Every quarter"),
    Rhythm.HALF_YEARLY: N_("Every half-year"),
    Rhythm.YEARLY: N_("Once a year"),
}
PERIODS = {Rhythm.MONTHLY: 12, Rhythm.QUARTERLY: 4, Rhythm.HALF_YEARLY: 2, Rhythm.YEARLY: 1}  # in a year
DESTINATION_OF_NATURE: Mapping[str, Destination] = {  # of a line of the budget
    "ordinary": Destination.PROVISIONS,
    "extraordinary": Destination.WORKS,
    "reserve": Destination.RESERVE,
}


def later(day: date, months: int) -> date:
    """The same day some months later; the last of its month when it has fewer days."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def series_days(first: date, rhythm: Rhythm, days_to_pay: int) -> list[tuple[date, date]]:
    """The day of each call of a year and the day it is due. `first` is in_reach()."""
    step = 12 // PERIODS[rhythm]
    days = [later(first, step * n) for n in range(PERIODS[rhythm])]
    return [(day, day + timedelta(days_to_pay)) for day in days]


def spread(yearly: Cents, rhythm: Rhythm) -> list[Cents]:
    """A yearly amount over the periods of a year: they add up to it, cents that are left over come first."""
    parts = split(yearly, {n: Shares(1) for n in range(PERIODS[rhythm])})
    return [parts[n] for n in range(PERIODS[rhythm])]
