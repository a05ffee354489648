"""What may be wrong in the books of a co-ownership, and how it is said. Pure; amounts are integer cents, debit less credit.

A finding has a subject, what it is about, by which it is known again on the next day; and a fingerprint, its subject with its
figures: who accepts a finding accepts these figures, and it counts again when they change.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import Money, translate
from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts.rules import FUNDS, MONEY, Purpose
from koprogo_app.modules.funds.rules import Cover

from .words import ABOUT, Kind, Severity

MOST = 100  # findings of one kind that a run keeps: who has mended these sees the next ones
NEAR = 7  # days between two invoices or payments alike that may be one
UNDER_WAY = 10  # days after which money between two accounts should have arrived
LOCK_AFTER = 12  # months after its end that a year may stay open
LONGEST_REASON = 500
CALLED = (
    Purpose.CALLS_RESERVE,
    Purpose.CALLS_WORKING,
    Purpose.CALLS_SPECIAL,
)  # what a statement sets against the costs
SHARED_ELSEWHERE = ("call", "statement", "closing")  # entries that name the share of each co-owner themselves
Param = str | int | date  # an amount is Money


@dataclass(frozen=True, slots=True)
class Finding:
    """`params`: what its sentence names. `href`: where it is mended. `since`: the first day that a run found its subject."""

    kind: Kind
    subject: str
    params: Mapping[str, Param]
    href: str
    severity: Severity
    since: date | None = None

    @classmethod
    def of(
        cls, kind: Kind, subject: object, href: str, *, severity: Severity | None = None, **params: Param
    ) -> "Finding":
        """A finding as severe as its kind, unless it is said otherwise."""
        return cls(kind, str(subject), params, href, severity or ABOUT[kind].severity)

    @property
    def fingerprint(self) -> str:
        """Of its subject and figures; names, which may be corrected, are no part of it."""
        figures = sorted(f"{name}={value}" for name, value in self.params.items() if not isinstance(value, str))
        return sha256("|".join((self.kind, self.subject, *figures)).encode()).hexdigest()

    def worded(self, locale: str) -> str:
        """The sentence for its reader."""
        return translate(locale, ABOUT[self.kind].sentence, **self.params)


def stored(finding: Finding) -> dict[str, Any]:
    """A finding as it is kept: amounts and days stay what they are."""
    params = {name: _plain(value) for name, value in finding.params.items()}
    since = finding.since.isoformat() if finding.since else None
    return {"check": finding.kind.value, "subject": finding.subject, "severity": finding.severity.value, "params": params,
            "href": finding.href, "since": since}  # fmt: skip


def _plain(value: Param) -> Any:
    if isinstance(value, Money):
        return {"cents": int(value)}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def restored(kept: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """Findings as they were; those of a kind that is checked no more are left out."""
    return [
        Finding(
            Kind(one["check"]), one["subject"], {name: _param(value) for name, value in one["params"].items()}, one["href"],
            Severity(one["severity"]), date.fromisoformat(one["since"]) if one["since"] else None,
        )
        for one in kept
        if one["check"] in set(Kind)
    ]  # fmt: skip


def _param(value: Any) -> Param:
    if isinstance(value, dict):
        return Money(value["cents"]) if "cents" in value else date.fromisoformat(value["day"])
    return value


def with_since(found: Iterable[Finding], before: Iterable[Finding], today: date) -> list[Finding]:
    """The findings of a run, each with the day since when its subject is found without a break."""
    known = {(one.kind, one.subject): one.since for one in before}
    return [replace(one, since=known.get((one.kind, one.subject)) or today) for one in found]


_GRAVEST = list(Severity)
_ORDER = list(Kind)


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """The gravest first, then as the checks are listed."""
    return sorted(found, key=lambda one: (_GRAVEST.index(one.severity), _ORDER.index(one.kind)))


class Counted(NamedTuple):
    errors: int
    warnings: int


def count(found: Iterable[Finding], accepted: Collection[str]) -> Counted:
    """What counts: errors and warnings that nobody accepted."""
    open_ = [one.severity for one in found if one.fingerprint not in accepted]
    return Counted(open_.count(Severity.ERROR), open_.count(Severity.WARNING))


def check_reason(reason: str) -> str:
    """Why a finding may stay; Invalid when it is not said, or too long."""
    if not reason.strip():
        raise Invalid("Say why this may stay as it is.", field="reason")
    if len(reason.strip()) > LONGEST_REASON:
        raise Invalid("Use at most {max_length} characters.", field="reason", max_length=LONGEST_REASON)
    return reason.strip()


# --- Balances --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stood:
    """An account that takes entries, what it stands at (debit less credit, of all years), and the day it last moved."""

    id: UUID
    code: str
    purpose: str | None
    balance: Cents
    last_on: date | None


def under(accounts: Sequence[Stood], purposes: Iterable[Purpose]) -> list[Stood]:
    """The accounts for these purposes with their sub-accounts, which begin with their code."""
    wanted = set(purposes)
    heads = tuple(one.code for one in accounts if one.purpose in wanted)
    return [one for one in accounts if heads and one.code.startswith(heads)]


def standing(accounts: Sequence[Stood], today: date, address: str) -> Iterator[Finding]:
    """Funds, bank and cash below nothing, and what should stand at nothing. `address`: of the building's pages."""
    for one in under(accounts, FUNDS):
        if one.balance > 0:
            yield Finding.of(
                Kind.FUND_BELOW, one.id, f"{address}/accounts/{one.id}", account=one.code, amount=Money(-one.balance)
            )
    for one in under(accounts, MONEY - {Purpose.TRANSFERS}):
        if one.balance < 0:
            kind = Kind.CASH_BELOW if one in under(accounts, [Purpose.CASH]) else Kind.BANK_BELOW
            yield Finding.of(kind, one.id, f"{address}/accounts/{one.id}", account=one.code, amount=Money(one.balance))
    for one in under(accounts, [Purpose.SUSPENSE]):
        if one.balance:
            yield Finding.of(
                Kind.SUSPENSE, one.id, f"{address}/accounts/{one.id}", account=one.code, amount=Money(one.balance)
            )
    for one in under(accounts, [Purpose.TRANSFERS]):
        if one.balance and one.last_on and one.last_on < today - timedelta(UNDER_WAY):
            yield Finding.of(Kind.UNDER_WAY, one.id, f"{address}/accounts/{one.id}", account=one.code, amount=Money(one.balance),
                             day=one.last_on)  # fmt: skip


def reserve(accounts: Sequence[Stood], address: str) -> Iterator[Finding]:
    """The bank accounts of the reserve hold what is in its funds and already paid (Civil Code, art. 3.86 §3).

    What the co-owners still owe the reserve is in the funds and cannot be at the bank yet; what they paid too much is at the
    bank and in no fund.
    """

    def sum_of(*purposes: Purpose) -> Cents:
        return Cents(sum(one.balance for one in under(accounts, purposes)))

    held = Cents(-sum_of(Purpose.RESERVE_FUND, Purpose.SPECIAL_RESERVE))
    cover = Cover(held, sum_of(Purpose.BANK_RESERVE, Purpose.TERM_DEPOSIT), sum_of(Purpose.OWNERS_RESERVE))
    if cover.elsewhere:
        kind = Kind.RESERVE_SHORT if cover.elsewhere > 0 else Kind.RESERVE_OVER
        yield Finding.of(
            kind, "reserve", f"{address}/funds", fund=Money(cover.fund), owed=Money(cover.owed), bank=Money(cover.money),
            amount=Money(abs(cover.elsewhere)),
        )  # fmt: skip


# --- Years -----------------------------------------------------------------------------------------------------------


class Year(NamedTuple):
    id: UUID
    starts_on: date
    ends_on: date


def recent(years: Sequence[Year], today: date) -> list[Year]:
    """The current year, or the last one, and the one before it: what is older was closed or is past mending. In order."""
    return ([year for year in years if year.starts_on <= today] or list(years))[-2:]


def _months_before(on: date, months: int) -> date:
    months_since = on.year * 12 + on.month - 1 - months
    year, month = divmod(months_since, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(on.day - 1), following - timedelta(1))


def of_years(years: Sequence[Year], locked_until: date | None, today: date, address: str) -> Iterator[Finding]:
    """A last year that is over, and the last of those that are over for twelve months and still open."""
    if years and years[-1].ends_on < today:
        yield Finding.of(Kind.NO_YEAR, "year", f"{address}/books", day=years[-1].ends_on)
    late = [y.ends_on for y in years if y.ends_on < _months_before(today, LOCK_AFTER)]
    if late and (locked_until is None or locked_until < late[-1]):
        yield Finding.of(Kind.UNLOCKED, "lock", f"{address}/books", day=late[-1])
