"""The reports that ask who bears a cost, or what was foreseen: the result by key, and the budget beside what was spent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select

from koprogo_app.core.actor import Actor
from koprogo_app.core.i18n import N_, Money
from koprogo_app.modules.accounts.models import Account
from koprogo_app.modules.accounts.rules import RESULT, Purpose
from koprogo_app.modules.budgets import following
from koprogo_app.modules.budgets import service as budgets
from koprogo_app.modules.budgets.rules import NATURES, Followed, Nature
from koprogo_app.modules.invoices.models import CostAllocation
from koprogo_app.modules.keys.models import DistributionKey
from koprogo_app.modules.ledger.models import JournalEntry, JournalLine

from .rules import Cell, Rank, Remark, Row, Words, words

CALLED = (
    Purpose.CALLS_WORKING,
    Purpose.CALLS_SPECIAL,
    Purpose.CALLS_RESERVE,
)  # asked of the co-owners: no cost, no income
_columns: Any = select  # of any number of columns and expressions
SETTLES = ("closing", "closing:reversal")


@dataclass(frozen=True, slots=True)
class Keyed:
    """What an account cost by one key: `key` its id, none for the shares of the deed; `shared`: false when nobody bears it yet."""

    key: UUID | None
    name: str
    private: bool
    shared: bool
    account: Account
    cents: int


def costs_by_key(s: Session, building_id: UUID, from_on: date, until: date) -> list[Keyed]:
    """Costs less income of a period by key and account; what is called from the co-owners is left out."""
    private, shared = col(CostAllocation.owner_id).is_not(None), col(CostAllocation.id).is_not(None)
    name = func.coalesce(DistributionKey.name, "")
    columns: Any = (CostAllocation.key_id, name, private, shared, Account)
    wanted: Any = (
        _columns(*columns, func.sum(JournalLine.debit_cents - JournalLine.credit_cents))
        .select_from(JournalLine)
        .join(Account, col(Account.id) == JournalLine.account_id)
        .join(JournalEntry, col(JournalEntry.id) == JournalLine.entry_id)
        .outerjoin(CostAllocation, col(CostAllocation.journal_line_id) == JournalLine.id)
        .outerjoin(DistributionKey, col(DistributionKey.id) == CostAllocation.key_id)
        .where(
            JournalLine.building_id == building_id, JournalLine.entry_on >= from_on, JournalLine.entry_on <= until,
            col(Account.kind).in_(RESULT), func.coalesce(Account.purpose, "").not_in(CALLED), col(JournalEntry.source).not_in(SETTLES),
        )
        .group_by(CostAllocation.key_id, name, private, shared, col(Account.id))
    )  # fmt: skip
    found = [
        Keyed(key, said, alone, known, account, int(cents))
        for key, said, alone, known, account, cents in s.execute(wanted)
    ]
    return sorted(
        (one for one in found if one.cents), key=lambda k: (not k.shared, k.private, k.name.casefold(), k.account.code)
    )


def key_rows(now: Sequence[Keyed], before: Sequence[Keyed] | None, locale: str) -> tuple[list[Row], list[Remark]]:
    """Each key with its accounts, this period beside the one before; the sum of all keys is all that is shared out."""
    earlier = {_place(one): one.cents for one in before or ()}
    known = {_place(one): one for one in (*(before or ()), *now)}
    amounts = {place: (0, earlier.get(place, 0)) for place in known}
    amounts |= {_place(one): (one.cents, earlier.get(_place(one), 0)) for one in now}
    rows: list[Row] = []
    heads = sorted(
        {place[:3] for place in known},
        key=lambda h: (not h[2], h[1], next(_name(known[p]) for p in known if p[:3] == h)),
    )
    for head in heads:
        held = sorted((p for p in known if p[:3] == head), key=lambda p: known[p].account.code)
        rows.append(
            Row(Rank.GROUP, ("", _head(known[held[0]]), *_figures([amounts[p] for p in held], before is not None)))
        )
        for place in held:
            one = known[place]
            figures = _figures([amounts[place]], before is not None)
            rows.append(Row(Rank.LINE, (one.account.code, one.account.label(locale), *figures), 1, one.account.id))
    rows.append(
        Row(Rank.TOTAL, ("", words(N_("All keys together")), *_figures(list(amounts.values()), before is not None)))
    )
    waiting = sum(one.cents for one in now if not one.shared)
    count = sum(not one.shared for one in now)
    said = words(N_("Nobody bears {amount} yet."), amount=Money(waiting))
    return rows, [Remark("warn", said)] if count else [Remark("ok", words(N_("Everything has its bearers.")))]


def _place(one: Keyed) -> tuple[UUID | None, bool, bool, UUID]:
    return (one.key, one.private, one.shared, one.account.id)


def _name(one: Keyed) -> str:
    return one.name.casefold()


def _head(one: Keyed) -> Cell:
    if not one.shared:
        return words(N_("Nobody yet"))
    if one.private:
        return words(N_("Private costs"))
    return one.name or words(N_("Shares of the deed"))


def _figures(amounts: Iterable[tuple[int, int]], compared: bool) -> tuple[int | None, int | None, int | None]:
    now, before = (sum(column) for column in zip(*amounts, strict=True))
    return (now, before, now - before) if compared else (now, None, None)


# --- Budget ----------------------------------------------------------------------------------------------------------


def budget_rows(
    s: Session, actor: Actor, building_id: UUID, until: date, labels: Mapping[str, str], keys: Mapping[UUID, str]
) -> tuple[list[Row], list[Remark]]:
    """The approved budget of the year that holds a day, line by line: the year before, foreseen, spent, what is left."""
    active = budgets.active_budget(s, actor, building_id, until)
    if active is None:
        return [], [Remark("info", words(N_("No budget of this year is approved.")))]
    found = following.follow_up(s, actor, active[0].id, until).found
    rows: list[Row] = []
    for nature in Nature:
        lines = [x for x in found.rows if x.place.nature == nature]
        if lines:
            rows.append(Row(Rank.GROUP, ("", words(NATURES[nature]), *_sums(lines))))
            rows += [Row(Rank.LINE, (x.place.account, _words(x, labels, keys), *_sums([x])), 1) for x in lines]
    outside: list[tuple[Followed, Cell]] = [(x, _words(x, labels, keys)) for x in found.unbudgeted]
    outside += [(found.private, words(N_("Private costs"))), (found.funds, words(N_("To and from the funds")))]
    outside = [(x, said) for x, said in outside if x.actual or x.before]
    spent = [x for x, _ in outside]
    if spent:
        rows.append(Row(Rank.GROUP, ("", words(N_("Outside the budget")), *_sums(spent))))
        rows += [Row(Rank.LINE, (x.place.account, said, *_sums([x])), 1) for x, said in outside]
    rows.append(Row(Rank.TOTAL, ("", words(N_("Total")), *_sums([*found.rows, *spent]))))
    over = [x for x in found.rows if x.actual > x.budget]
    passed = words(N_("{count} lines are passed."), count=len(over))
    return rows, [Remark("warn", passed)] if over else [Remark("ok", words(N_("No line is passed.")))]


def _sums(lines: Sequence[Followed]) -> tuple[int, int, int, int]:
    budget, actual = sum(x.budget for x in lines), sum(x.actual for x in lines)
    return sum(x.before for x in lines), budget, actual, budget - actual


def _words(x: Followed, labels: Mapping[str, str], keys: Mapping[UUID, str]) -> str | Words:
    said = [labels.get(x.place.account, ""), *x.words, keys.get(x.place.key_id, "") if x.place.key_id else ""]
    return " · ".join(part for part in dict.fromkeys(said) if part) or words(NATURES[x.place.nature])
