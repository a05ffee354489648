"""Closing a financial year: what must be in order, what goes over to the next year, what becomes of the result. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from koprogo_app.core.errors import Conflict, Invalid
from koprogo_app.core.i18n import N_, Money, Msgid
from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts.rules import EXTRAORDINARY_COSTS, Purpose
from koprogo_app.modules.accounts.rules import Kind as AccountKind
from koprogo_app.modules.ledger.rules import Side

SOURCE, ACCRUAL = "closing", "accrual"  # of the entries made here


class Status(StrEnum):
    CLOSED = "closed"
    REOPENED = "reopened"


class Kind(StrEnum):
    """What a year pays or is owed for another one (Royal Decree of 12 July 2012, chart: 490 to 493, 444)."""

    PREPAID = "prepaid"
    TO_RECEIVE = "to_receive"
    INCOME_TO_COME = "income_to_come"
    INCOME_AHEAD = "income_ahead"


KINDS = {
    Kind.PREPAID: N_("Cost of the next year, paid already"),
    Kind.TO_RECEIVE: N_("Invoice of this year, still to come"),
    Kind.INCOME_TO_COME: N_("Income of this year, still to come"),
    Kind.INCOME_AHEAD: N_("Income of the next year, received already"),
}
BALANCE = {
    Kind.PREPAID: Purpose.PREPAID,
    Kind.TO_RECEIVE: Purpose.INVOICES_TO_RECEIVE,
    Kind.INCOME_TO_COME: Purpose.ACCRUED_INCOME,
    Kind.INCOME_AHEAD: Purpose.DEFERRED_INCOME,
}
RESULTS = {
    Kind.PREPAID: AccountKind.EXPENSE,
    Kind.TO_RECEIVE: AccountKind.EXPENSE,
    Kind.INCOME_TO_COME: AccountKind.REVENUE,
    Kind.INCOME_AHEAD: AccountKind.REVENUE,
}
# Calls, statements and movements of the funds alone enter amounts there.
OWN = (
    Purpose.CALLS_RESERVE, Purpose.CALLS_WORKING, Purpose.CALLS_SPECIAL, Purpose.FUND_MOVEMENTS, Purpose.FUND_WITHDRAWALS,
)  # fmt: skip
_DEBITED = frozenset({Kind.PREPAID, Kind.INCOME_TO_COME})  # the side of the balance account at the end of the year


def accrual_sides(kind: Kind, result: str, balance: str, cents: Cents, words: str) -> list[Side]:
    """The entry of the last day of the year, the result account first; its mirror is that of the first day of the next."""
    nothing = Cents(0)
    if kind in _DEBITED:
        return [Side(result, nothing, cents, words), Side(balance, cents, nothing, words)]
    return [Side(result, cents, nothing, words), Side(balance, nothing, cents, words)]


def result_sides(result: int, fund: str, allocation: str, withdrawal: str, words: str) -> list[Side]:
    """What is left of a year, to a fund: a surplus (income less cost, in cents) is added to it, a loss taken from it."""
    if result > 0:
        return [Side(allocation, Cents(result), Cents(0), words), Side(fund, Cents(0), Cents(result), words)]
    return [Side(fund, Cents(-result), Cents(0), words), Side(withdrawal, Cents(0), Cents(-result), words)]


def check_fund(result: int, least: int) -> None:
    """A fund does not go below nothing: what it cannot bear is asked of the co-owners by a statement or a call.

    `least`: the least that it holds from the last day of the year on; what was spent since is no longer there.
    """
    if result < 0 and -result > least:
        raise Invalid(
            "From the last day of the year on the fund holds {held} at its lowest: it cannot bear a loss of {loss}.", field="fund",
            held=Money(max(0, least)), loss=Money(-result),
        )  # fmt: skip


def check_given_back(result: int, least: int) -> None:
    """Nor is a surplus taken back from a fund that has spent it since; `least` as above."""
    if result > max(0, least):
        raise Invalid(
            "The fund has spent the surplus of {amount}: it holds {held} at its lowest.", field="reason", amount=Money(result),
            held=Money(max(0, least)),
        )  # fmt: skip


def is_ordinary(said: bool | None, account: str) -> bool:
    """Whether an accrual is of the ordinary charges (art. 3.86 §3): as it is said, else as the group of its account is."""
    return not account.startswith(EXTRAORDINARY_COSTS) if said is None else said


def check_account(kind: Kind, account: AccountKind) -> None:
    """A cost goes by an account of costs, an income by one of income."""
    if account == RESULTS[kind]:
        return
    if RESULTS[kind] == AccountKind.EXPENSE:
        raise Invalid("Choose an account of costs.", field="account")
    raise Invalid("Choose an account of income.", field="account")


def check_accrual(words: str, cents: int, first: date, last: date) -> None:
    """Words, an amount above zero, and days in order."""
    if not words.strip():
        raise Invalid("This field is required.", field="words")
    if cents <= 0:
        raise Invalid("Enter an amount above zero.", field="cents")
    if last < first:
        raise Invalid("The period ends before it begins.", field="period_until")


def next_year(starts_on: date, ends_on: date) -> tuple[date, date]:
    """The twelve months after a year."""
    first = ends_on + timedelta(1)
    try:
        after = first.replace(year=first.year + 1)
    except ValueError:  # 29 February
        after = date(first.year + 1, 3, 1)
    return first, after - timedelta(1)


def check_reopening(locked_until: date | None, ends_on: date) -> None:
    """A lock beyond the year stays: whoever set it takes it back first, knowing what becomes open."""
    if locked_until is not None and locked_until > ends_on:
        raise Conflict(
            "The books are locked up to {day}, beyond this year: take that lock back first.", day=locked_until
        )


def open_from(locked_until: date | None, before: date | None, starts_on: date, ends_on: date, begin: date) -> date:
    """The first day that is open once a year is opened again; `begin`: that of the books. `before`: the lock before the closing.

    The lock goes back to what it was, yet below the year where it covered it all: a year that is open takes entries.
    """
    until = before if locked_until is not None and locked_until >= ends_on else locked_until
    if until is None:
        return begin
    return starts_on if until >= ends_on else until + timedelta(1)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must or should be in order. `place`: what the address of its mending ends with, in the building."""

    key: str
    words: str
    passed: bool
    blocking: bool
    place: str
    figures: dict[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the books say of a year, in cents. `result`: income less cost; `unsettled`: lines that no statement settled."""

    ends_on: date
    earlier_open: bool
    unposted: int
    unborne: int
    unsettled: int
    result: int
    suspense: int
    transfers: int
    reserve: int
    reserve_bank: int
    remarks: int
    verified: bool
    refused: bool


def checks(f: Facts, today: date) -> list[Check]:
    """What is looked at before a year is closed; the blocking ones must pass."""
    return [
        Check("ended", N_("The year has ended"), f.ends_on < today, True, "/books", {"day": f.ends_on}),
        Check("earlier", N_("The year before is closed"), not f.earlier_open, True, "/closing"),
        Check("invoices", N_("Every invoice of the year is in the books"), not f.unposted, True, "/invoices?status=waiting", {"count": f.unposted}),
        Check("bearers", N_("Every cost has its bearers"), not f.unborne, True, "/statements/new", {"count": f.unborne}),
        Check("settled", N_("Everything is settled with the co-owners"), not f.unsettled, False, "/statements/new", {"count": f.unsettled}),
        Check("suspense", N_("Nothing waits on the suspense account"), not f.suspense, True, "/balances", {"amount": Money(f.suspense)}),
        Check("transfers", N_("No internal transfer is under way"), not f.transfers, True, "/balances", {"amount": Money(f.transfers)}),
        Check(
            "reserve", N_("The bank account of the reserve holds the reserve fund"), f.reserve_bank >= f.reserve, False, "/funds",
            {"amount": Money(f.reserve_bank - f.reserve)},
        ),
        Check("remarks", N_("The remarks of the auditor are answered"), not f.remarks, True, "/verification", {"count": f.remarks}),
        Check("verified", N_("The auditor has signed"), f.verified and not f.refused, False, "/verification"),
    ]  # fmt: skip


def refuse(found: Iterable[Check]) -> None:
    """Stops at the first blocking check that does not pass."""
    for one in found:
        if one.blocking and not one.passed:
            raise Invalid("The year cannot be closed yet: {check}.", check=Msgid(one.words))


def check_decision(decided_on: date | None, decision: str, ends_on: date, today: date) -> date:
    """The day of the decision: the meeting approves the accounts, by absolute majority (art. 3.87 §8); who closes names it.

    It approves the accounts of a year that is over.
    """
    if not decision.strip():
        raise Invalid("Name the decision that approves the accounts.", field="decision")
    if decided_on is None:
        raise Invalid("This field is required.", field="decided_on")
    if decided_on > today:
        raise Invalid("This date is in the future.", field="decided_on")
    if decided_on <= ends_on:
        raise Invalid("The accounts of a year are approved after its last day, {day}.", field="decided_on", day=ends_on)
    return decided_on
