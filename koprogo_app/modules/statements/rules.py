"""The statement of charges: what each co-owner bears of the costs of a period, less what was called from him. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from koprogo_app.core.errors import Conflict, Invalid
from koprogo_app.core.i18n import N_
from koprogo_app.core.money import Cents
from koprogo_app.modules.ledger.rules import Side, reversal_day
from koprogo_app.modules.splits.rules import Part

SOURCE = "statement"  # of the entries made here


class Status(StrEnum):
    PUBLISHED = "published"
    REVERSED = "reversed"


STATUSES = {Status.PUBLISHED: N_("Published"), Status.REVERSED: N_("Reversed")}


class Sort(StrEnum):
    """What a line of the books is to a statement: a cost (or income) to share out, or what was called on account of it."""

    COST = "cost"
    PROVISION = "provision"


@dataclass(slots=True)
class Settled:
    """What one co-owner bears and what was called from him, in cents."""

    costs: int = 0
    provisions: int = 0
    vat: int = 0
    tenant: int = 0

    @property
    def balance(self) -> Cents:
        """Above zero he pays, below zero he is owed."""
        return Cents(self.costs - self.provisions)


def settle(costs: Iterable[Part], provisions: Iterable[Part]) -> dict[UUID, Settled]:
    """What each co-owner bears less what was called from him; the sum of the balances is that of costs less provisions."""
    found: dict[UUID, Settled] = {}
    for part in costs:
        one = found.setdefault(part.owner_id, Settled())
        one.costs += part.cents
        one.vat += part.vat_cents
        one.tenant += part.tenant_cents
    for part in provisions:
        found.setdefault(part.owner_id, Settled()).provisions += part.cents
    return found


def sides(settled: Mapping[UUID, Settled], owners: str, income: str, words: str, due_on: date) -> list[Side]:
    """The entry of a statement: each balance on the account `owners`, against the provisions on the account `income`.

    What was called on account becomes what is due: afterwards the income of the period is its costs, and nothing is left.
    No side at all when nobody owes or is owed anything.
    """
    made = [
        Side(owners, Cents(max(one.balance, 0)), Cents(max(-one.balance, 0)), words, owner_id=owner_id, due_on=due_on)
        for owner_id, one in settled.items()
        if one.balance
    ]
    left = sum(one.balance for one in settled.values())
    if left:
        made.append(Side(income, Cents(max(-left, 0)), Cents(max(left, 0)), words))
    return made


def first_day(starts_on: date, ends_on: date, published: Sequence[date]) -> date:
    """The first day of the next statement of a year: after the last one published (`published`: their last days).

    Once the year is settled, its last day again: what comes late is still settled.
    """
    return min(max((last + timedelta(1) for last in published), default=starts_on), ends_on)


def check_until(until: date, first: date, starts_on: date, ends_on: date, today: date) -> None:
    """The last day of a statement is in its year, not before its first day, and not still to come."""
    if until < starts_on:
        raise Invalid("The year begins on {day}: a statement stays inside one year.", field="until", day=starts_on)
    if until < first:
        raise Invalid("The charges up to {day} are settled already.", field="until", day=first - timedelta(1))
    if until > ends_on:
        raise Invalid("The year ends on {day}: a statement stays inside one year.", field="until", day=ends_on)
    if until > today:
        raise Invalid("This date is in the future.", field="until")


def waits(last: date, until: date, ends_on: date) -> bool:
    """True for a cost whose days, up to `last`, go on after a statement within the year: who owns the lots then is not known.

    The last statement of the year waits for nothing.
    """
    return until < min(last, ends_on)


def goes_on(last: date, until: date, ends_on: date) -> bool:
    """True for a cost of which some days are of the next year, once the year is settled: an accrual takes that part there."""
    return until == ends_on < last


def due_later(due_on: date, until: date) -> bool:
    """True for a call due after a period in which it is booked: it counts as a provision of that period all the same."""
    return due_on > until


def check_reversible(until: date, ends_on: date, locked_until: date | None) -> None:
    """The mirror of a statement stays in its year: beyond it, it would undo the provisions of a year that never had them."""
    if reversal_day(until, locked_until) > ends_on:
        raise Conflict("The books are locked up to and including {day}: open the year again first.", day=locked_until)


def check_due(due_on: date, today: date) -> None:
    """A co-owner is given some time to pay."""
    if due_on < today:
        raise Invalid("The day of payment is not in the past.", field="due_on")


def check_whole(costs: int, provisions: int, settled: Mapping[UUID, Settled]) -> None:
    """All statements together are all costs and all provisions of the books, to the cent: a proof, never expected to fail."""
    if (costs, provisions) != (sum(x.costs for x in settled.values()), sum(x.provisions for x in settled.values())):
        raise Invalid("The statements do not add up to the books.")
