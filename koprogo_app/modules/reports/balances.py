"""The reports that are made of balances: trial balance, balance sheet, result, costs by group. Pure; integer cents."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from uuid import UUID

from koprogo_app.core.i18n import N_, Money
from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts.rules import RESULT, Kind
from koprogo_app.modules.ledger.rules import signed

from .rules import Bar, Leaf, Rank, Remark, Row, added, group_of, tree, words


@dataclass(frozen=True, slots=True)
class Posted:
    """An account and what it moved in a period; balances are debit less credit. `purpose`: its own or inherited."""

    id: UUID
    code: str
    label: str
    kind: str
    purpose: str | None
    before: Cents
    debit: Cents
    credit: Cents

    @property
    def after(self) -> Cents:
        return Cents(self.before + self.debit - self.credit)

    @property
    def figures(self) -> tuple[Cents, Cents, Cents, Cents]:
        return self.before, self.debit, self.credit, self.after

    def less(self, before: int, debit: int, credit: int) -> "Posted":
        """The same with so much less before the period and in it."""
        return replace(
            self,
            before=Cents(self.before - before),
            debit=Cents(self.debit - debit),
            credit=Cents(self.credit - credit),
        )


def account_rows(accounts: Iterable[Posted]) -> list[Row]:
    """Before, debit, credit, after: an account a row, by code."""
    return [Row(Rank.LINE, (a.code, a.label, *a.figures), 0, a.id) for a in sorted(accounts, key=lambda a: a.code)]


def trial_balance(accounts: Sequence[Posted], chart: Mapping[str, str]) -> tuple[list[Row], list[Remark]]:
    """The accounts with the sums of each class and of all; debit and credit must be equal."""
    rows: list[Row] = []
    for digit, held in groupby(sorted(accounts, key=lambda a: a.code), key=lambda a: a.code[:1]):
        members = list(held)
        sums = added([a.figures for a in members], 4)
        rows += account_rows(members)
        rows.append(
            Row(Rank.SUM, ("", words(N_("Class {code}: {label}"), code=digit, label=chart.get(digit, "–")), *sums))
        )
    before, debit, credit, after = added([a.figures for a in accounts], 4)
    rows.append(Row(Rank.TOTAL, ("", words(N_("All accounts")), before, debit, credit, after)))
    if debit == credit:
        remarks = [Remark("ok", words(N_("Debit and credit are equal: {amount}."), amount=Money(debit or 0)))]
    else:
        said = words(N_("Debit is {debit}, credit is {credit}: they should be equal."), debit=Money(debit or 0), credit=Money(credit or 0))  # fmt: skip
        remarks = [Remark("bad", said)]
    if before:
        unsettled = words(
            N_("The balances before the year differ from zero by the result of earlier years that is not settled yet: {amount}."),
            amount=Money(before),
        )  # fmt: skip
        remarks.append(Remark("info", unsettled))
    return rows, remarks


# --- Balance sheet ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """An account on a day and on the day it is compared with (none: nothing to compare); debit less credit."""

    id: UUID
    code: str
    label: str
    kind: str
    now: Cents
    before: Cents | None


@dataclass(frozen=True, slots=True)
class Results:
    """Income less costs: of the year up to a day, and of all the years before it as far as no entry has settled it."""

    year: Cents
    earlier: Cents


@dataclass(frozen=True, slots=True)
class Sheet:
    """Both sides as they are shown: a balance on the wrong side of its account keeps its minus sign."""

    assets: list[Leaf]
    liabilities: list[Leaf]
    now: Results
    before: Results | None
    off_balance: Cents

    @property
    def totals(self) -> tuple[Cents, Cents]:
        """Assets; liabilities and funds."""
        sides = [added([leaf.amounts for leaf in side], 2)[0] or 0 for side in (self.assets, self.liabilities)]
        return Cents(sides[0]), Cents(sides[1])

    @property
    def difference(self) -> Cents:
        """What keeps the sheet from closing: nothing, unless an account off the balance sheet faces one of it."""
        assets, liabilities = self.totals
        return Cents(assets - liabilities - self.now.year - self.now.earlier)


def balance_sheet(standings: Iterable[Standing], now: Results, before: Results | None) -> Sheet:
    """Assets are debit less credit, liabilities and funds credit less debit; a contra account lessens its side."""
    sides: dict[str, list[Leaf]] = {Kind.ASSET: [], Kind.LIABILITY: []}
    off = 0
    for one in standings:
        if one.kind in sides:
            earlier = None if one.before is None else signed(one.kind, one.before, 0)
            sides[one.kind].append(Leaf(one.id, one.code, one.label, (signed(one.kind, one.now, 0), earlier)))
        elif one.kind not in RESULT:
            off += one.now
    return Sheet(sides[Kind.ASSET], sides[Kind.LIABILITY], now, before, Cents(off))


def _compared(amounts: tuple[int | None, ...]) -> tuple[int | None, ...]:
    """This period, the one before, and the difference."""
    now, before = amounts
    return now, before, None if now is None or before is None else now - before


def _with_difference(leaves: Sequence[Leaf]) -> list[Leaf]:
    return [Leaf(leaf.id, leaf.code, leaf.label, _compared(leaf.amounts)) for leaf in leaves]


def sheet_rows(sheet: Sheet, chart: Mapping[str, str]) -> tuple[list[Row], list[Remark]]:
    """Assets; liabilities and funds; the result as a line of its own; both sides must be equal."""
    rows: list[Row] = []
    sums: list[tuple[int | None, ...]] = []
    sections = ((N_("Assets"), N_("Total of the assets"), sheet.assets),
                (N_("Liabilities and funds"), N_("Total of the liabilities and funds"), sheet.liabilities))  # fmt: skip
    for head, total, side in sections:
        amounts = added([leaf.amounts for leaf in side], 2)
        amounts = (amounts[0], None if sheet.before is None else amounts[1] or 0)
        sums.append(amounts)
        rows.append(Row(Rank.HEAD, ("", words(head), None, None, None)))
        rows += tree(_with_difference(side), chart, 1, 3)
        rows.append(Row(Rank.SUM, ("", words(total), *_compared(amounts))))
    year = (sheet.now.year, sheet.before and sheet.before.year)
    earlier = (sheet.now.earlier, sheet.before and sheet.before.earlier)
    rows.append(Row(Rank.LINE, ("", words(N_("Result of the year")), *_compared(year))))
    if any(earlier):
        rows.append(Row(Rank.LINE, ("", words(N_("Result of earlier years, not settled yet")), *_compared(earlier))))
    whole = added([sums[1], year, earlier], 2)
    rows.append(Row(Rank.TOTAL, ("", words(N_("Liabilities, funds and result")), *_compared(whole))))
    if not sheet.difference:
        said = words(N_("The balance sheet closes: assets are liabilities, funds and result, {amount}."), amount=Money(sheet.totals[0]))  # fmt: skip
        return rows, [Remark("ok", said)]
    why = words(
        N_("The balance sheet does not close: {amount} stands on accounts off the balance sheet against accounts of it."),
        amount=Money(sheet.difference),
    )  # fmt: skip
    return rows, [Remark("bad", why)]


# --- Result ----------------------------------------------------------------------------------------------------------


def result_sides(standings: Iterable[Standing]) -> tuple[list[Leaf], list[Leaf]]:
    """Costs (debit less credit) and income (credit less debit) of a period, beside those of the period before."""
    sides: dict[str, list[Leaf]] = {Kind.EXPENSE: [], Kind.REVENUE: []}
    for one in standings:
        if one.kind in sides:
            before = None if one.before is None else signed(one.kind, one.before, 0)
            sides[one.kind].append(Leaf(one.id, one.code, one.label, (signed(one.kind, one.now, 0), before)))
    return sides[Kind.EXPENSE], sides[Kind.REVENUE]


def result_rows(costs: Sequence[Leaf], income: Sequence[Leaf], chart: Mapping[str, str], compared: bool) -> list[Row]:
    """Costs and income by the groups of the chart, and what is left: income less costs."""
    rows: list[Row] = []
    sums: list[tuple[int | None, ...]] = []
    for head, total, side in (
        (N_("Costs"), N_("Total of the costs"), costs),
        (N_("Income"), N_("Total of the income"), income),
    ):
        amounts = added([leaf.amounts for leaf in side], 2)
        amounts = (amounts[0], amounts[1] or 0 if compared else None)
        sums.append(amounts)
        rows.append(Row(Rank.HEAD, ("", words(head), None, None, None)))
        rows += tree(_with_difference(side), chart, 2, 3)
        rows.append(Row(Rank.SUM, ("", words(total), *_compared(amounts))))
    (spent, spent_before), (earned, earned_before) = sums
    left = ((earned or 0) - (spent or 0), None if spent_before is None or earned_before is None else earned_before - spent_before)  # fmt: skip
    rows.append(Row(Rank.TOTAL, ("", words(N_("Result: income less costs")), *_compared(left))))
    return rows


def cost_bars(costs: Sequence[Leaf], chart: Mapping[str, str]) -> tuple[Bar, ...]:
    """Costs by group of the chart, this period and the one before, by code."""
    sums: dict[str, tuple[int, int]] = {}
    for leaf in costs:
        group, (now, before) = group_of(leaf.code, chart), leaf.amounts
        had = sums.get(group, (0, 0))
        sums[group] = (had[0] + (now or 0), had[1] + (before or 0))
    return tuple(
        Bar(f"{code} {chart.get(code, '')}".strip(), Cents(now), Cents(before))
        for code, (now, before) in sorted(sums.items())
    )


def by_group(costs: Iterable[tuple[str, int, int]], codes: Collection[str]) -> dict[str, tuple[Cents, int]]:
    """(code, debit less credit, number of lines) of cost accounts, summed by group of the chart, by code."""
    sums: dict[str, tuple[Cents, int]] = {}
    for code, amount, lines in costs:
        group = group_of(code, codes)
        had = sums.get(group, (Cents(0), 0))
        sums[group] = (Cents(had[0] + amount), had[1] + lines)
    return dict(sorted(sums.items()))
