"""What is owed, since when, and where the money is: parties and open items, funds, simplified books. Pure; integer cents."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from koprogo_app.core.i18n import N_, Money
from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts.rules import FUNDS, MONEY, Purpose

from .balances import Posted
from .rules import Rank, Remark, Row, added, words

AGES = (-1, 30, 60, 90)  # days since it was due; the first column holds what is not due yet, the last one what is older


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a party's account: above zero what became owed, below zero what was paid or credited. `paper`: the invoice that
    its entry is of."""

    on: date
    amount: Cents
    entry_id: UUID
    reverses_id: UUID | None = None
    words: str = ""
    reference: str = ""
    paper: UUID | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """What is left of an item; above zero."""

    item: Item
    left: Cents


def open_items(items: Sequence[Item]) -> tuple[list[Open], Cents]:
    """What stays open, the oldest first, and what was paid beyond all of it.

    An entry and its reversal settle each other, then the entries of one invoice; what is left of payments is taken off the oldest
    items.
    """
    ordered = sorted(items, key=lambda item: item.on)
    undone = {item.reverses_id for item in items}
    left = [int(item.amount) for item in ordered]
    _settle(left, [item.reverses_id or (item.entry_id if item.entry_id in undone else None) for item in ordered])
    _settle(left, [item.paper for item in ordered])
    _settle(left, ["all"] * len(left))
    found = [Open(item, Cents(cents)) for item, cents in zip(ordered, left, strict=True) if cents > 0]
    return found, Cents(-sum(cents for cents in left if cents < 0))


def _settle(left: list[int], keys: Sequence[object]) -> None:
    """Takes payments off amounts of the same key, both in their order; no key settles nothing."""
    groups: dict[object, list[int]] = {}
    for n, key in enumerate(keys):
        if key is not None:
            groups.setdefault(key, []).append(n)
    for group in groups.values():
        most = min(sum(max(left[n], 0) for n in group), sum(max(-left[n], 0) for n in group))
        rest = {1: most, -1: most}  # still to be taken, by side
        for n in group:
            side = 1 if left[n] > 0 else -1
            part = min(abs(left[n]), rest[side])
            rest[side] -= part
            left[n] -= side * part


def aged(items: Iterable[Open], on: date) -> tuple[Cents, ...]:
    """Open amounts by age: not due yet, due for up to 30 days, 31 to 60, 61 to 90, longer."""
    sums = Counter[int]()
    for one in items:
        sums[sum((on - one.item.on).days > limit for limit in AGES)] += one.left
    return tuple(Cents(sums[n]) for n in range(len(AGES) + 1))


@dataclass(frozen=True, slots=True)
class Balanced:
    """A party and its account: before the year, became owed, paid; above zero: the co-owner owes, or the supplier is owed."""

    id: UUID
    name: str
    before: Cents
    owed: Cents
    paid: Cents

    @property
    def after(self) -> Cents:
        return Cents(self.before + self.owed - self.paid)

    @property
    def figures(self) -> tuple[Cents, Cents, Cents, Cents]:
        return self.before, self.owed, self.paid, self.after


def owner_rows(owners: Sequence[Balanced]) -> list[Row]:
    """Each co-owner; then what they owe together, what they are owed together, and both."""
    rows = [Row(Rank.LINE, (one.name, *one.figures)) for one in owners]
    owed = sum(one.after for one in owners if one.after > 0)
    due = sum(one.after for one in owners if one.after < 0)
    return [
        *rows,
        Row(Rank.SUM, (words(N_("Owed by co-owners")), None, None, None, owed)),
        Row(Rank.SUM, (words(N_("Owed to co-owners")), None, None, None, due)),
        Row(Rank.TOTAL, (words(N_("All co-owners")), *added([one.figures for one in owners], 4))),
    ]


def debtor_rows(owners: Sequence[tuple[str, Sequence[Item]]], on: date) -> list[Row]:
    """The co-owners who owe something, by age; then what others are owed, so that the total is that of the books."""
    rows: list[Row] = []
    ages: list[tuple[Cents, ...]] = []
    due = 0
    for name, items in owners:
        found, ahead = open_items(items)
        balance = sum(one.left for one in found) - ahead
        if balance > 0:
            ages.append(aged(found, on))
            rows.append(Row(Rank.LINE, (name, *ages[-1], balance)))
        due += min(balance, 0)
    sums, no_age = added(ages, len(AGES) + 1), (None,) * (len(AGES) + 1)
    owed = sum(amount or 0 for amount in sums)
    rows.append(Row(Rank.SUM, (words(N_("Owed by co-owners")), *sums, owed)))
    if due:
        rows.append(Row(Rank.LINE, (words(N_("Owed to other co-owners")), *no_age, due)))
    rows.append(Row(Rank.TOTAL, (words(N_("All co-owners")), *no_age, owed + due)))
    return rows


def supplier_rows(suppliers: Sequence[tuple[str, Sequence[Item]]]) -> list[Row]:
    """Each supplier with its balance and what is open of which document, oldest first."""
    rows: list[Row] = []
    total = 0
    for name, items in suppliers:
        found, ahead = open_items(items)
        balance = sum(one.left for one in found) - ahead
        total += balance
        rows.append(Row(Rank.GROUP, (name, None, "", None, balance)))
        rows += [
            Row(
                Rank.LINE,
                (o.item.words, o.item.on, o.item.reference, o.item.amount, o.left),
                1,
                entry_id=o.item.entry_id,
            )
            for o in found
        ]
        if ahead:
            rows.append(Row(Rank.LINE, (words(N_("Paid in advance or too much")), None, "", None, -ahead), 1))
    rows.append(Row(Rank.TOTAL, (words(N_("All suppliers")), None, "", None, total)))
    return rows


# --- Where the money is ----------------------------------------------------------------------------------------------

FUND_BANKS = (  # each fund has a bank account of its own (Civil Code, art. 3.86 §3)
    (N_("Working fund"), {Purpose.WORKING_FUND}, {Purpose.BANK_WORKING, Purpose.CASH}),
    (
        N_("Reserve funds"),
        {Purpose.RESERVE_FUND, Purpose.SPECIAL_RESERVE},
        {Purpose.BANK_RESERVE, Purpose.TERM_DEPOSIT},
    ),
)


def _named(account: Posted) -> str:
    return f"{account.code} {account.label}"


def _flow(account: Posted) -> tuple[int, int, int, int]:
    """Opening, in, out, closing as people read them: money comes in on the debit side, a fund grows on the credit side."""
    if account.purpose in FUNDS:
        return -account.before, account.credit, account.debit, -account.after
    return account.figures


def _flow_rows(accounts: Iterable[Posted]) -> list[Row]:
    return [Row(Rank.LINE, (_named(a), *_flow(a)), 1, a.id) for a in accounts]


def fund_rows(accounts: Sequence[Posted]) -> tuple[list[Row], list[Remark]]:
    """Each fund and the accounts its money lies on: opening, in, out, closing; and whether the bank holds the fund."""
    rows: list[Row] = []
    remarks: list[Remark] = []
    for title, funds, banks in FUND_BANKS:
        held = [a for a in accounts if a.purpose in funds]
        money = [a for a in accounts if a.purpose in banks]
        fund, bank = (added([_flow(a) for a in side], 4) for side in (held, money))
        rows.append(Row(Rank.HEAD, (words(title), None, None, None, None)))
        rows += _flow_rows(held)
        rows.append(Row(Rank.SUM, (words(N_("The fund")), *fund)))
        rows += _flow_rows(money)
        rows.append(Row(Rank.SUM, (words(N_("At the bank and in cash")), *bank)))
        opening, closing = ((bank[n] or 0) - (fund[n] or 0) for n in (0, 3))
        rows.append(Row(Rank.SUM, (words(N_("Bank less fund")), opening, None, None, closing)))
        if closing < 0:
            said = words(N_("{fund}: the bank holds {bank}, that is {missing} less than the fund."), fund=words(title), bank=Money(bank[3] or 0), missing=Money(-closing))  # fmt: skip
            remarks.append(Remark("warn", said))
        elif fund[3]:
            said = words(N_("{fund}: the bank holds it ({bank} for {amount})."), fund=words(title), bank=Money(bank[3] or 0), amount=Money(fund[3]))  # fmt: skip
            remarks.append(Remark("ok", said))
    return rows, remarks


def is_money(account: Posted) -> bool:
    """Cash and bank accounts: those the application knows by their purpose, and the rest of the chart's class 5."""
    return account.purpose in MONEY or account.code.startswith("5")


@dataclass(frozen=True, slots=True)
class Cash:
    """What was received and spent for an account."""

    id: UUID
    code: str
    label: str
    received: Cents
    spent: Cents


def simplified_rows(
    cash: Sequence[Cash], accounts: Sequence[Posted], owners: Sequence[Balanced]
) -> tuple[list[Row], list[Remark]]:
    """What the law asks of simplified books (Civil Code, art. 3.89 §5 15°), in its order: receipts and expenses, cash and
    its movements, both funds, receivables and debts of the co-owners. Receipts less expenses must be the change in cash."""
    money = [a for a in accounts if is_money(a)]
    funds = [a for a in accounts if a.purpose in FUNDS]
    received, spent = sum(c.received for c in cash), sum(c.spent for c in cash)
    position = added([_flow(a) for a in money], 4)
    rows = [
        _head(N_("Receipts and expenses")),
        *(Row(Rank.LINE, (f"{c.code} {c.label}", None, c.received, c.spent, None), 1, c.id) for c in cash),
        Row(Rank.SUM, (words(N_("Receipts and expenses in all")), None, received, spent, None)),
        _head(N_("Cash position")), *_flow_rows(money),
        Row(Rank.SUM, (words(N_("At the bank and in cash")), *position)),
        _head(N_("Funds")), *_flow_rows(funds),
        Row(Rank.SUM, (words(N_("Both funds")), *added([_flow(a) for a in funds], 4))),
        _head(N_("Receivables from and debts to the co-owners")), *owner_rows(owners),
    ]  # fmt: skip
    change = (position[3] or 0) - (position[0] or 0)
    if received - spent == change:
        return rows, [
            Remark("ok", words(N_("Receipts less expenses are the change in cash: {amount}."), amount=Money(change)))
        ]
    said = words(N_("Receipts less expenses are {amount}, cash changed by {change}."), amount=Money(received - spent), change=Money(change))  # fmt: skip
    return rows, [Remark("bad", said)]


def _head(title: str) -> Row:
    return Row(Rank.HEAD, (words(title), None, None, None, None))
