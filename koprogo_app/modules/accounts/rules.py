"""The chart of accounts and the financial years of a co-ownership: what the law asks of its books. Pure."""

import re
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from enum import StrEnum

from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import N_
from koprogo_app.core.trade import LotType

FULL_BOOKS_FROM = 20  # lots
LONGEST_YEAR = 24  # months: ours, the law fixes none for an association
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-]{0,39}")


class Kind(StrEnum):
    ASSET = "asset"
    LIABILITY = "liability"
    EXPENSE = "expense"
    REVENUE = "revenue"
    OFF_BALANCE = "off_balance"


KINDS = {
    Kind.ASSET: N_("Asset"),
    Kind.LIABILITY: N_("Liability"),
    Kind.EXPENSE: N_("Cost"),
    Kind.REVENUE: N_("Income"),
    Kind.OFF_BALANCE: N_("Off the balance sheet"),
}
DEBIT_SIDE = frozenset({Kind.ASSET, Kind.EXPENSE, Kind.OFF_BALANCE})  # their balance is debit less credit
RESULT = frozenset({Kind.EXPENSE, Kind.REVENUE})  # begin each year at nothing


# Groups of extraordinary costs in the chart: asked only where a cost does not say itself what it is.
EXTRAORDINARY_COSTS = ("611", "66")


class Party(StrEnum):
    """Whose account a control account sums up: each of its lines names one."""

    OWNER = "owner"
    SUPPLIER = "supplier"


class Regime(StrEnum):
    DOUBLE = "double"
    SIMPLIFIED = "simplified"


REGIMES = {
    Regime.DOUBLE: N_("Double entry, on the chart of accounts of co-ownerships"),
    Regime.SIMPLIFIED: N_("Simplified: receipts and expenses, cash, both funds, balances of the co-owners"),
}


class Purpose(StrEnum):
    """What an account is for, to the entries that the application makes. Codes are data: only these words are code."""

    WORKING_FUND = "working_fund"
    RESERVE_FUND = "reserve_fund"
    SPECIAL_RESERVE = "special_reserve"
    OWNERS_WORKING = "owners_working"
    OWNERS_RESERVE = "owners_reserve"
    FORMER_OWNERS = "former_owners"
    DOUBTFUL_OWNERS = "doubtful_owners"
    SUPPLIERS = "suppliers"
    INVOICES_TO_RECEIVE = "invoices_to_receive"
    CREDIT_NOTES_TO_RECEIVE = "credit_notes_to_receive"
    BANK_WORKING = "bank_working"
    BANK_RESERVE = "bank_reserve"
    TERM_DEPOSIT = "term_deposit"
    CASH = "cash"
    TRANSFERS = "transfers"
    SUSPENSE = "suspense"
    PREPAID = "prepaid"
    ACCRUED_INCOME = "accrued_income"
    ACCRUED_COSTS = "accrued_costs"
    DEFERRED_INCOME = "deferred_income"
    BANK_COSTS = "bank_costs"
    BANK_INTEREST = "bank_interest"
    PRIVATE_COSTS = "private_costs"
    SYNDIC_FEE = "syndic_fee"
    CALLS_RESERVE = "calls_reserve"
    CALLS_WORKING = "calls_working"
    CALLS_SPECIAL = "calls_special"
    FUND_MOVEMENTS = "fund_movements"
    FUND_WITHDRAWALS = "fund_withdrawals"
    ROUNDING = "rounding"


MONEY = frozenset({Purpose.BANK_WORKING, Purpose.BANK_RESERVE, Purpose.TERM_DEPOSIT, Purpose.CASH, Purpose.TRANSFERS})
FUNDS = frozenset({Purpose.WORKING_FUND, Purpose.RESERVE_FUND, Purpose.SPECIAL_RESERVE})


def counted_lots(types: Iterable[LotType]) -> int:
    """The lots that the law counts: cellars, garages and parking spaces left out (Civil Code, art. 3.89 §5 15°)."""
    return sum(kind not in (LotType.CELLAR, LotType.PARKING) for kind in types)


def simplified_allowed(lots: int) -> bool:
    """True under twenty counted lots (Civil Code, art. 3.89 §5 15°)."""
    return lots < FULL_BOOKS_FROM


def check_regime(regime: Regime, lots: int) -> None:
    """Refuses simplified books where the law wants double entry (Civil Code, art. 3.89 §5 15°)."""
    if regime == Regime.SIMPLIFIED and not simplified_allowed(lots):
        raise Invalid(
            "From twenty lots on, without cellars, garages and parking spaces, the law wants double entry; here there are {count}.",
            field="regime", count=lots,
        )  # fmt: skip


def check_code(code: str) -> None:
    """Letters, digits, dots and hyphens, forty at most."""
    if not _CODE.fullmatch(code):
        raise Invalid("Use digits, letters, dots or hyphens only.", field="code")


def check_redefinable(purpose: str | None, used: bool, field: str) -> None:
    """What an account is stays (its kind, or that it takes entries): every later entry and reversal counts on it.

    For one that the application enters amounts on by itself, and one that entries stand on. `field`: what was to change.
    """
    if purpose:
        raise Invalid("The application enters amounts on this account by itself: only its names change.", field=field)
    if used:
        raise Invalid("Entries stand on this account: only its names change.", field=field)


def kind_of(code: str) -> Kind | None:
    """The kind that the class of a code implies; none for class 4, which holds both sides, and for a code of no class.

    Classes of the chart of the Royal Decree of 12 July 2012; 8 and 9 do not exist there but occur in taken-over books.
    """
    return {
        "1": Kind.LIABILITY, "2": Kind.ASSET, "3": Kind.ASSET, "5": Kind.ASSET, "6": Kind.EXPENSE, "7": Kind.REVENUE,
        "8": Kind.EXPENSE, "9": Kind.OFF_BALANCE,
    }.get(code[:1])  # fmt: skip


def parent_of(code: str, codes: Collection[str]) -> str | None:
    """The longest other code that begins this one."""
    return next((code[:n] for n in range(len(code) - 1, 0, -1) if code[:n] in codes), None)


def months_between(starts_on: date, ends_on: date) -> int:
    """Whole or begun months from the first day to the last, both counted."""
    after = ends_on + timedelta(1)
    whole = (after.year - starts_on.year) * 12 + after.month - starts_on.month
    return whole + (after.day > starts_on.day)


def check_year(starts_on: date, ends_on: date, last_end: date | None) -> None:
    """A financial year ends after it begins, lasts 24 months at most, and follows the one before without a gap."""
    if ends_on <= starts_on:
        raise Invalid("The year ends after its first day.", field="ends_on")
    if months_between(starts_on, ends_on) > LONGEST_YEAR:
        raise Invalid("A financial year lasts {months} months at most.", field="ends_on", months=LONGEST_YEAR)
    if last_end is not None and starts_on != last_end + timedelta(1):
        raise Invalid(
            "This year begins on the day after the one before: {day}.", field="starts_on", day=last_end + timedelta(1)
        )


def check_holds(starts_on: date, ends_on: date, first: date | None, last: date | None) -> None:
    """Every entry of a year stays inside it: `first` and `last` are the days of its entries, if any."""
    if first is not None and first < starts_on:
        raise Invalid("An entry of {day} would fall outside the year.", field="starts_on", day=first)
    if last is not None and last > ends_on:
        raise Invalid("An entry of {day} would fall outside the year.", field="ends_on", day=last)


def check_year_open(ends_on: date, locked_until: date | None) -> None:
    """A year that is locked up to its end keeps its days: made longer, it would take entries again with nobody opening it."""
    if locked_until is not None and ends_on <= locked_until:
        raise Invalid("The books are locked up to and including {day}: this year stays as it is.", day=locked_until)


def check_year_removable(before_ends_on: date, locked_until: date | None) -> None:
    """The year before would be the last one, whose days may be changed: it must be open (see check_year_open)."""
    if locked_until is not None and before_ends_on <= locked_until:
        raise Invalid("The year before this one is locked: change the days of this one instead.")


def _on(year: int, month: int, day: int) -> date:
    """The day of a year, the last of the month when the month is shorter."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(day - 1), following - timedelta(1))


def year_around(on: date, month: int, day: int) -> tuple[date, date]:
    """First and last day of the year of twelve months that begins on this day of the calendar and holds `on`."""
    begins = _on(on.year, month, day)
    first = begins if begins <= on else _on(on.year - 1, month, day)
    return first, _on(first.year + 1, month, day) - timedelta(1)


def check_lock(until: date | None, before: date | None, reason: str, starts_on: date, ends_on: date) -> None:
    """The books are locked up to a day of theirs; going back, or unlocking, needs a reason, which the trail keeps."""
    if until is not None and not starts_on <= until <= ends_on:
        raise Invalid("Choose a day of the financial years.", field="locked_until")
    if before is not None and (until is None or until < before) and not reason.strip():
        raise Invalid("Say why the books are opened again.", field="reason")
