"""The working fund and the reserve fund: what the law asks of them, what they hold, what may be taken out. Pure; integer cents."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from koprogo_app.core.errors import DomainError, Invalid
from koprogo_app.core.i18n import N_, Money
from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts.rules import EXTRAORDINARY_COSTS, Purpose
from koprogo_app.modules.budgets.rules import RESERVE_LAW_SINCE, RESERVE_PART
from koprogo_app.modules.buildings.rules import reserve_due_on

NOTHING = Cents(0)
WAIVED_BY = Fraction(4, 5)  # of the votes cast (the same)


class Fund(StrEnum):
    WORKING = "working"
    RESERVE = "reserve"
    SPECIAL = "special"


FUNDS = {
    Fund.WORKING: N_("Working capital fund"),
    Fund.RESERVE: N_("Reserve fund"),
    Fund.SPECIAL: N_("Special reserve fund"),
}
ACCOUNTS = {
    Fund.WORKING: Purpose.WORKING_FUND,
    Fund.RESERVE: Purpose.RESERVE_FUND,
    Fund.SPECIAL: Purpose.SPECIAL_RESERVE,
}
PLACES = (Purpose.BANK_WORKING, Purpose.BANK_RESERVE, Purpose.TERM_DEPOSIT, Purpose.CASH)  # where the money lies


class Kind(StrEnum):
    """What was done with a fund. Interest is an allocation that needs no decision."""

    WITHDRAWAL = "withdrawal"
    TRANSFER = "transfer"
    ALLOCATION = "allocation"
    INTEREST = "interest"


KINDS = {
    Kind.WITHDRAWAL: N_("Withdrawal"),
    Kind.TRANSFER: N_("Transfer between accounts"),
    Kind.ALLOCATION: N_("Allocation"),
    Kind.INTEREST: N_("Interest"),
}


def source_of(kind: Kind) -> str:
    """The source of the entries that a kind of movement makes."""
    return f"fund_{kind}"


# --- The duty to contribute ------------------------------------------------------------------------------------------


class Verdict(StrEnum):
    UNKNOWN = "unknown"  # the provisional acceptance is not entered
    NOT_DUE = "not_due"
    NO_BASE = "no_base"  # the books hold no ordinary cost of the year before
    WAIVED = "waived"
    MET = "met"
    PLANNED = "planned"  # what is left of it stands in the budget
    SHORT = "short"


VERDICTS = {
    Verdict.UNKNOWN: N_("Acceptance date missing"),
    Verdict.NOT_DUE: N_("Not due yet"),
    Verdict.NO_BASE: N_("Cannot be computed"),
    Verdict.WAIVED: N_("Waived by the meeting"),
    Verdict.MET: N_("Reached"),
    Verdict.PLANNED: N_("Planned in the budget"),
    Verdict.SHORT: N_("Not reached"),
}


def due_from(acceptance_on: date) -> date:
    """The day from which the contribution is owed: five years after the provisional acceptance, never before 2019."""
    return max(reserve_due_on(acceptance_on), RESERVE_LAW_SINCE)


def is_due(acceptance_on: date | None, on: date) -> bool | None:
    """Whether a reserve fund is compulsory on a day (art. 3.86 §3 al. 4); none while the acceptance is not known.

    A financial year is asked by its last day: one in the course of which the five years end is counted.
    """
    return None if acceptance_on is None else on >= due_from(acceptance_on)


@dataclass(frozen=True, slots=True)
class Cost:
    """What an account of costs moved in a year: debit less credit. `ordinary`: as its sharing says, none without a sharing."""

    code: str
    cents: int
    ordinary: bool | None
    private: bool = False


@dataclass(frozen=True, slots=True)
class Base:
    """The ordinary common charges of a year. `told`: of costs that say that they are ordinary; `assumed`: of costs without a
    sharing, whose account is none of extraordinary costs; `left_out`: extraordinary ones."""

    told: Cents
    assumed: Cents
    left_out: Cents

    @property
    def cents(self) -> Cents:
        return Cents(self.told + self.assumed)


def base_of(costs: Iterable[Cost], never: Sequence[str]) -> Base:
    """The ordinary common charges (art. 3.86 §3 al. 4: extraordinary ones are left out).

    A cost is ordinary when its sharing says so; without a sharing, when its account is none of EXTRAORDINARY_COSTS. What one owner
    bears alone is no common charge, nor are accounts that begin with one of `never`: movements of the funds, private costs.
    """
    told = assumed = left_out = 0
    for cost in costs:
        if cost.private or cost.code.startswith(tuple(never)):
            continue
        if cost.ordinary is None and not cost.code.startswith(EXTRAORDINARY_COSTS):
            assumed += cost.cents
        elif cost.ordinary:
            told += cost.cents
        else:
            left_out += cost.cents
    return Base(Cents(told), Cents(assumed), Cents(left_out))


def minimum(base: Cents) -> Cents:
    """The least yearly contribution: 5 % of the base, up to the next cent (art. 3.86 §3 al. 4). 12 345,67 -> 617,29."""
    return Cents(max(0, math.ceil(RESERVE_PART * base)))


def verdict(
    *, due: bool | None, base: Cents | None, contributed: Cents, planned: Cents, waived: bool, over: bool
) -> Verdict:
    """How a year stands. `over`: the year has ended, so that a plan helps no more."""
    if due is None:
        return Verdict.UNKNOWN
    if not due:
        return Verdict.NOT_DUE
    if base is not None and base > 0 and contributed >= minimum(base):
        return Verdict.MET
    if waived:
        return Verdict.WAIVED
    if base is None or base <= 0:
        return Verdict.NO_BASE
    return Verdict.PLANNED if not over and max(contributed, planned) >= minimum(base) else Verdict.SHORT


def check_waiver(votes_for: int | None, votes_cast: int | None, words: str, decided_on: date, today: date) -> None:
    """A waiver is decided by four fifths of the votes cast (art. 3.86 §3 al. 4). Votes are shares; abstentions are not cast.

    Without votes the words of the minutes are wanted. Invalid beside the fields.
    """
    wrong: dict[str, DomainError] = {}
    if decided_on > today:
        wrong["decided_on"] = Invalid("This date is in the future.", field="decided_on")
    if (votes_for is None) != (votes_cast is None):
        empty = "votes_for" if votes_for is None else "votes_cast"
        wrong[empty] = Invalid("Enter both the votes for and the votes cast, or neither.", field=empty)
    elif votes_for is None or votes_cast is None:
        if not words.strip():
            wrong["words"] = Invalid("Without the votes, enter the words of the minutes.", field="words")
    elif votes_cast <= 0:
        wrong["votes_cast"] = Invalid("Enter a figure above {gt}.", field="votes_cast", gt=0)
    elif not 0 <= votes_for <= votes_cast:
        wrong["votes_for"] = Invalid("There are not more votes for than votes cast.", field="votes_for")
    elif votes_for * WAIVED_BY.denominator < votes_cast * WAIVED_BY.numerator:
        needed = math.ceil(WAIVED_BY * votes_cast)
        wrong["votes_for"] = Invalid(
            "A waiver needs four fifths of the votes cast: {needed} at least.", field="votes_for", needed=needed
        )
    if wrong:
        raise Invalid.together(wrong)


# --- What the funds hold ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """A fund in a year. Its balance is the sum of the rest; withdrawals are below zero.

    `contributed`: asked of the co-owners; `allocated`: by a decision; `other`: entered in the books in another way.
    """

    fund: Fund
    opening: Cents = NOTHING
    contributed: Cents = NOTHING
    allocated: Cents = NOTHING
    interest: Cents = NOTHING
    withdrawn: Cents = NOTHING
    other: Cents = NOTHING

    @property
    def balance(self) -> Cents:
        return Cents(self.opening + self.contributed + self.allocated + self.interest + self.withdrawn + self.other)


@dataclass(frozen=True, slots=True)
class Cover:
    """A fund beside the money that stands for it (art. 3.86 §3 al. 6: separate accounts, in the association's name).

    `owed`: what the co-owners still owe on it, below zero when they paid too much.
    """

    fund: Cents
    money: Cents
    owed: Cents

    @property
    def difference(self) -> Cents:
        """What the fund holds more than its bank account."""
        return Cents(self.fund - self.money)

    @property
    def elsewhere(self) -> Cents:
        """The part of the difference that the co-owners do not owe: above zero it is to be brought to the fund's account."""
        return Cents(self.difference - self.owed)


def least_from(days: Iterable[tuple[date, int]], on: date) -> Cents:
    """The least that a fund holds from a day to the end of the books, in what it gained (above zero) or lost each day."""
    held, later = 0, list[tuple[date, int]]()
    for day, change in sorted(days):
        if day <= on:
            held += change
        else:
            later.append((day, change))
    least = held
    for _, change in later:
        held += change
        least = min(least, held)
    return Cents(least)


def check_room(wanted: Cents, least: Cents, field: str) -> None:
    """A fund never falls below nothing, neither on the day nor later."""
    if wanted > least:
        raise Invalid("The fund holds {held} only.", field=field, held=Money(max(0, least)))


def check_left(wanted: Cents, left: Cents, field: str) -> None:
    """Nothing is paid twice: of a cost, no more than what is not yet taken from a fund."""
    if wanted > left:
        raise Invalid("Of this cost {left} is left to be paid from a fund.", field=field, left=Money(max(0, left)))


def check_interest(wanted: Cents, left: Cents, field: str) -> None:
    """Interest is added to a fund once, and only when the books have received it."""
    if wanted > left:
        raise Invalid(
            "In this year the books hold {left} of interest that is not added to a fund yet.", field=field, left=Money(max(0, left))
        )  # fmt: skip


def check_words(values: dict[str, str], *needed: str) -> None:
    """Refuses blank words, each beside its field."""
    wrong: dict[str, DomainError] = {
        name: Invalid("This field is required.", field=name) for name in needed if not values[name].strip()
    }
    if wrong:
        raise Invalid.together(wrong)
