"""Double entry: what an entry must be, how it is undone, how accounts add up. Pure; amounts are integer cents."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from koprogo_app.core.errors import DomainError, Invalid
from koprogo_app.core.i18n import N_, Money
from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts.rules import DEBIT_SIDE

MANUAL = "manual"  # the source of what a person typed


class Journal(StrEnum):
    """Numbered without a gap, each in each year (Civil Code, art. 3.89 §5 15°; Royal Decree of 12 July 2012)."""

    ACH = "ACH"
    VEN = "VEN"
    FIN = "FIN"
    ODS = "ODS"
    OPN = "OPN"


JOURNALS = {
    Journal.ACH: N_("Purchases"),
    Journal.VEN: N_("Calls and statements"),
    Journal.FIN: N_("Bank and cash"),
    Journal.ODS: N_("Miscellaneous"),
    Journal.OPN: N_("Opening"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """A line of an entry before it is posted: `account` is a code, `party` what its account asks for.

    `due_on`: by when the party pays it or is paid; none: on the day of the entry.
    """

    account: str
    debit: Cents
    credit: Cents
    description: str = ""
    owner_id: UUID | None = None
    supplier_id: UUID | None = None
    due_on: date | None = None

    def turned(self) -> "Side":
        """The same on the other side."""
        return replace(self, debit=self.credit, credit=self.debit)


class AccountLike(Protocol):
    """What posting must know of an account."""

    @property
    def postable(self) -> bool: ...
    @property
    def party(self) -> str | None: ...


def check_sides(sides: Sequence[Side]) -> Cents:
    """The total of an entry: at least two lines, each on one side, both sides equal to the cent. Invalid, line by line."""
    wrong: dict[str, DomainError] = {}
    for n, side in enumerate(sides):
        if side.debit and side.credit:
            wrong[f"lines.{n}"] = Invalid("A line is a debit or a credit, not both.", field=f"lines.{n}")
        elif side.debit <= 0 and side.credit <= 0:
            wrong[f"lines.{n}"] = Invalid("Enter an amount above zero.", field=f"lines.{n}")
    if wrong:
        raise Invalid.together(wrong)
    if len(sides) < 2:
        raise Invalid("An entry has two lines at least.", field="lines")
    debit, credit = sum(side.debit for side in sides), sum(side.credit for side in sides)
    if debit != credit:
        raise Invalid(
            "This entry is unbalanced: debit {debit}, credit {credit}.",
            field="lines",
            debit=Money(debit),
            credit=Money(credit),
        )
    return Cents(debit)


def check_account(n: int, side: Side, account: AccountLike | None) -> None:
    """Refuses a line on an account that is not there, that only groups others, or that lacks its co-owner or supplier."""
    at = f"lines.{n}"
    if account is None:
        raise Invalid("There is no account {code}.", field=at, code=side.account)
    if not account.postable:
        raise Invalid("Account {code} groups others: choose one of those.", field=at, code=side.account)
    if account.party == "owner" and side.owner_id is None:
        raise Invalid("Account {code} needs a co-owner.", field=at, code=side.account)
    if account.party == "supplier" and side.supplier_id is None:
        raise Invalid("Account {code} needs a supplier.", field=at, code=side.account)
    others = {"owner": side.supplier_id, "supplier": side.owner_id}.get(
        account.party or "", side.owner_id or side.supplier_id
    )
    if others:
        raise Invalid("Account {code} is not this person's: leave the person out.", field=at, code=side.account)


def check_open(on: date, locked_until: date | None) -> None:
    """Refuses a day of a period that is closed."""
    if locked_until is not None and on <= locked_until:
        raise Invalid("The books are locked up to and including {day}.", field="entry_on", day=locked_until)


def reversal_day(on: date, locked_until: date | None) -> date:
    """The day of an entry, or the first one after it that is not locked."""
    return on if locked_until is None else max(on, locked_until + timedelta(1))


def check_reversible(source: str, reverses_id: UUID | None, reversed_by: UUID | None) -> None:
    """An entry is undone once, by its mirror; what the application made is undone where it was made."""
    if reverses_id is not None:
        raise Invalid("This entry reverses another: enter that one anew instead.")
    if reversed_by is not None:
        raise Invalid("This entry is reversed already.")
    if source != MANUAL:
        raise Invalid("The application made this entry: undo it where it comes from.")


def signed(kind: str, debit: int, credit: int) -> Cents:
    """A balance on the normal side of its account: debit less credit for assets and costs, the other way for the rest."""
    return Cents(debit - credit if kind in DEBIT_SIDE else credit - debit)


@dataclass(frozen=True, slots=True)
class Moved:
    """What an account stood at before a period, moved in it, and stands at after it: debit less credit, in cents."""

    before: Cents
    debit: Cents
    credit: Cents

    @property
    def after(self) -> Cents:
        return Cents(self.before + self.debit - self.credit)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of an account begins: the day of its first line (none: past the end), the lines of that day above it,
    and what the days before it moved (debit less credit)."""

    first: date | None
    skip: int
    moved: Cents


def place_of(days: Sequence[tuple[date, int, int]], offset: int) -> Place:
    """`days`: day, number of lines, debit less credit, in order; `offset`: the lines above the page."""
    moved = 0
    for day, lines, change in days:
        if offset < lines:
            return Place(day, offset, Cents(moved))
        moved, offset = moved + change, offset - lines
    return Place(None, 0, Cents(moved))
