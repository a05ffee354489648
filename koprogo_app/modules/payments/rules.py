"""What a payment settles: the oldest due first or what was chosen, exactly; what is left over. Pure; amounts in cents."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID

from koprogo_app.core import belgium
from koprogo_app.core.errors import DomainError, Invalid
from koprogo_app.core.i18n import N_, Money, translate
from koprogo_app.core.money import Cents
from koprogo_app.modules.owner_accounts import rules as accounts


class Kind(StrEnum):
    RECEIPT = "receipt"
    REFUND = "refund"


class Fund(StrEnum):
    """Where the money moved: the account of a fund (Civil Code, art. 3.86 §3 al. 6: one account each) or the cash box."""

    WORKING = "working"
    RESERVE = "reserve"
    CASH = "cash"


class State(StrEnum):
    BOOKED = "booked"
    REVERSED = "reversed"


class Due(StrEnum):
    """Of an open item, for its reader."""

    TO_PAY = "to_pay"
    LATE = "late"
    CREDIT = "credit"


KINDS = {Kind.RECEIPT: N_("Payment received"), Kind.REFUND: N_("Refund")}
FUNDS = {
    Fund.WORKING: N_("Account of the working fund"),
    Fund.RESERVE: N_("Account of the reserve fund"),
    Fund.CASH: N_("Cash"),
}
STATES = {State.BOOKED: N_("In the books"), State.REVERSED: N_("Reversed")}
DUES = {Due.TO_PAY: N_("To pay"), Due.LATE: N_("Late"), Due.CREDIT: N_("In credit")}
_MARKED = re.compile(r"[+*]{3}.*|\d{3}/\d{4}/\d{5}")
_TWELVE = re.compile(r"\d{12}")


class OpenLike(Protocol):
    """A line of a co-owner's account and what is still open of it: on one side only, above zero."""

    @property
    def line_id(self) -> UUID: ...
    @property
    def owner_id(self) -> UUID: ...
    @property
    def account_code(self) -> str: ...
    @property
    def entry_on(self) -> date: ...
    @property
    def due_on(self) -> date: ...
    @property
    def debit_cents(self) -> int: ...
    @property
    def open_cents(self) -> int: ...


Open = TypeVar("Open", bound=OpenLike)


@dataclass(frozen=True, slots=True)
class Part:
    """What a payment takes of one open item."""

    line_id: UUID
    account_code: str
    cents: Cents


@dataclass(frozen=True, slots=True)
class Allocation:
    """The parts of a payment, and what is left of it: credit of the co-owner."""

    parts: tuple[Part, ...]
    left: Cents


@dataclass(frozen=True, slots=True)
class Match:
    """A debit and a credit line that settle each other for an amount."""

    debit_line_id: UUID
    credit_line_id: UUID
    cents: Cents


@dataclass(frozen=True, slots=True)
class Dues:
    """What a co-owner has to pay, how much of it is late, when the first of it is due, and what stands in his favour.

    `to_pay` less `in_favour` is his balance: what stands in favour on the account of one fund does not pay what is owed on that of
    another (art. 3.86 §3 al. 6), so both may be there at once.
    """

    to_pay: Cents
    late: Cents
    first_due: date | None
    in_favour: Cents


@dataclass(frozen=True, slots=True)
class Told:
    """Dues in the words of the co-owner: the sum, how much of it is late or until when, what is in his favour elsewhere or nothing."""

    standing: accounts.Standing
    sentence: str
    by: str
    favour: str


def digits_of(text: str) -> str | None:
    """The twelve digits of a structured communication; none for free text.

    Invalid, beside `communication`, for one that is marked as structured (by signs or slashes) and is none.
    """
    plain = "".join(text.split())
    if _MARKED.fullmatch(plain):
        return belgium.read_communication(plain.replace("*", "+"))
    if not _TWELVE.fullmatch(plain):
        return None
    try:
        return belgium.read_communication(plain)
    except Invalid:
        return None  # any other number


def shown(communication: str) -> str:
    """A communication as it is read: +++123/4567/89012+++, or the free text."""
    digits = digits_of(communication)
    return belgium.show_communication(digits) if digits else communication


def order(item: OpenLike) -> tuple[date, date, UUID]:
    """The oldest due first; of one day, the oldest entry, then the first line."""
    return (item.due_on, item.entry_on, item.line_id)


def on_accounts(items: Iterable[Open]) -> dict[str, list[Open]]:
    """The open items of a co-owner, by the account that they stand on."""
    found: dict[str, list[Open]] = {}
    for i in items:
        found.setdefault(i.account_code, []).append(i)
    return found


def owed(items: Iterable[OpenLike]) -> int:
    """Their sum in cents: below zero it stands in favour."""
    return sum(i.open_cents if i.debit_cents else -i.open_cents for i in items)


def dues_of(items: Iterable[OpenLike], today: date) -> Dues:
    """What the open items of a co-owner in one building ask of him, account by account."""
    to_pay = late = in_favour = 0
    due = list[date]()
    for some in on_accounts(items).values():
        total = owed(some)
        to_pay, in_favour = to_pay + max(0, total), in_favour + max(0, -total)
        if total > 0:
            asked = [i for i in some if i.debit_cents]
            late += min(total, sum(i.open_cents for i in asked if i.due_on < today))
            due += [i.due_on for i in asked]
    return Dues(Cents(to_pay), Cents(late), min(due, default=None), Cents(in_favour))


def told(dues: Dues, locale: str) -> Told:
    """What is to be paid, said to who pays it."""
    standing = accounts.standing(dues.to_pay or -dues.in_favour)
    sentence = translate(locale, accounts.TO_ONESELF[standing], amount=Money(dues.to_pay or dues.in_favour))
    by = favour = ""
    if dues.late:
        by = translate(locale, N_("{amount} of it is late."), amount=Money(dues.late))
    elif dues.first_due:
        by = translate(locale, N_("To pay by {day}."), day=dues.first_due)
    if dues.to_pay and dues.in_favour:
        said = N_(
            "{amount} is in your favour on the account of another fund, and pays what is called for that one next."
        )
        favour = translate(locale, said, amount=Money(dues.in_favour))
    return Told(standing, sentence, by, favour)


def settled_by(kind: Kind, items: Sequence[OpenLike]) -> list[OpenLike]:
    """What this kind of payment settles: a receipt what is owed, a refund what is owed back; the oldest due first."""
    return sorted((i for i in items if bool(i.debit_cents) == (kind == Kind.RECEIPT)), key=order)


def allocate(
    kind: Kind, amount: Cents, items: Sequence[OpenLike], chosen: Sequence[tuple[UUID, int]] | None = None
) -> Allocation:
    """Gives an amount to open items: the oldest due first, or as chosen (line, cents).

    The parts and what is left sum to the amount. Invalid, beside `cents` or `items.0`: an amount that is not above zero, a
    line that is not open or chosen twice, more than its open amount, more than the payment; a refund of more than is owed back.
    """
    if amount <= 0:
        raise Invalid("Enter an amount above zero.", field="cents")
    mine = settled_by(kind, items)
    if kind == Kind.REFUND and (most := sum(i.open_cents for i in mine)) < amount:
        raise Invalid("Only {amount} can be given back: that is the open credit.", field="cents", amount=Money(most))
    parts = _chosen(amount, mine, chosen) if chosen else _oldest(amount, mine)
    left = Cents(amount - sum(part.cents for part in parts))
    if left and kind == Kind.REFUND:
        raise Invalid("The chosen items are {amount} less than the refund.", field="cents", amount=Money(left))
    return Allocation(tuple(parts), left)


def _oldest(amount: int, items: Sequence[OpenLike]) -> list[Part]:
    parts: list[Part] = []
    for item in items:
        take = min(amount, item.open_cents)
        if take > 0:
            parts.append(Part(item.line_id, item.account_code, Cents(take)))
            amount -= take
    return parts


def _chosen(amount: int, items: Sequence[OpenLike], chosen: Sequence[tuple[UUID, int]]) -> list[Part]:
    known, parts, wrong = {i.line_id: i for i in items}, list[Part](), dict[str, DomainError]()
    for n, (line_id, take) in enumerate(chosen):
        at, item = f"items.{n}", known.pop(line_id, None)
        if item is None:
            wrong[at] = Invalid("This item is not open.", field=at)
        elif take <= 0:
            wrong[at] = Invalid("Enter an amount above zero.", field=at)
        elif take > item.open_cents:
            wrong[at] = Invalid("Only {amount} of it is open.", field=at, amount=Money(item.open_cents))
        else:
            parts.append(Part(line_id, item.account_code, Cents(take)))
    if wrong:
        raise Invalid.together(wrong)
    if (over := sum(part.cents for part in parts) - amount) > 0:
        raise Invalid("The chosen items are {amount} more than the payment.", field="cents", amount=Money(over))
    return parts


def by_account(made: Allocation, working: str) -> dict[str, Cents]:
    """What goes to each account, by its code: its parts; what is left to the account of the working fund."""
    sums: dict[str, int] = {}
    for part in made.parts:
        sums[part.account_code] = sums.get(part.account_code, 0) + part.cents
    if made.left:
        sums[working] = sums.get(working, 0) + made.left
    return {code: Cents(sums[code]) for code in sorted(sums)}


def match(items: Sequence[OpenLike], mirrors: Mapping[UUID, UUID], *, only_mirrors: bool = False) -> list[Match]:
    """What settles each other: an entry and its reversal first, then the oldest due of each co-owner and account.

    `mirrors`: line -> the line that it reverses. Nothing is settled beyond what is open of it.
    """
    sides = {i.line_id: bool(i.debit_cents) for i in items}
    left, made = {i.line_id: i.open_cents for i in items}, dict[tuple[UUID, UUID], int]()

    def take(debit: UUID, credit: UUID) -> None:
        cents = min(left[debit], left[credit])
        if cents > 0:
            made[debit, credit] = made.get((debit, credit), 0) + cents
            left[debit], left[credit] = left[debit] - cents, left[credit] - cents

    for line, other in mirrors.items():
        if line in sides and other in sides:
            take(*((line, other) if sides[line] else (other, line)))
    if not only_mirrors:
        groups: dict[tuple[UUID, str], tuple[list[UUID], list[UUID]]] = {}
        for item in sorted(items, key=order):
            debits, credits_ = groups.setdefault((item.owner_id, item.account_code), ([], []))
            (debits if sides[item.line_id] else credits_).append(item.line_id)
        for debits, credits_ in groups.values():
            d = c = 0
            while d < len(debits) and c < len(credits_):
                take(debits[d], credits_[c])
                d, c = d + (left[debits[d]] == 0), c + (left[credits_[c]] == 0)
    return [Match(debit, credit, Cents(cents)) for (debit, credit), cents in made.items()]


def check_reason(reason: str) -> str:
    """Why a payment is reversed: it stays with the entry. Invalid when nothing is said."""
    if not reason.strip():
        raise Invalid("Say why the payment is reversed.", field="reason")
    return reason.strip()[:300]


def days_late(due_on: date, today: date) -> int:
    """Days after the due day; none until the day after it."""
    return max((today - due_on).days, 0)
