"""Taking over running books (Civil Code, art. 3.89 §5 7°): what the balances must satisfy before they are entered. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from datetime import date
from enum import StrEnum
from uuid import UUID

from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import N_
from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts.rules import RESULT, Purpose
from koprogo_app.modules.ledger.rules import Side

from .columns import Field
from .lines import OWNER, SUPPLIER, ChartAccount, Known, Line, Role

SOURCE = "opening"
MOST_LINES = 5_000
DESCRIPTION = N_("Opening balances")
UNDONE = N_("Opening balances undone")


class Status(StrEnum):
    DRAFT = "draft"
    POSTED = "posted"
    UNDONE = "undone"


class Step(StrEnum):
    DAY = "day"
    FILE = "file"
    BALANCES = "balances"
    CHECKS = "checks"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True)
class Gate:
    """A check and its verdict. Texts are msgids; of `params`, "count" is a number, a day a day, every other integer an amount."""

    key: str
    label: str
    passed: bool
    detail: str
    params: Mapping[str, "int | str | date"] = default(default_factory=dict[str, "int | str | date"])
    figure: Cents | None = None
    article: str = ""
    blocking: bool = True


@dataclass(frozen=True, slots=True)
class Totals:
    debit: Cents
    credit: Cents
    lines: int


@dataclass(frozen=True, slots=True)
class Books:
    """What of the books themselves counts here. `earlier`: entries before the day of the opening."""

    locked_until: date | None
    earlier: int


def posted(lines: Iterable[Line]) -> list[Line]:
    """The lines that make the entry: balances, not what sums them up."""
    return [line for line in lines if line.role == Role.POST]


def totals(lines: Sequence[Line]) -> Totals:
    """Both sides of the entry, in cents."""
    kept = posted(lines)
    return Totals(Cents(sum(line.debit for line in kept)), Cents(sum(line.credit for line in kept)), len(kept))


def sides(lines: Iterable[Line]) -> list[Side]:
    """The entry itself; each line keeps its words and its reference, a person's the day by which it is paid."""
    return [
        Side(
            line.account, line.debit, line.credit, " · ".join(word for word in (line.label, line.raw.text(Field.REFERENCE)) if word),
            _id(line, OWNER), _id(line, SUPPLIER), line.due_on if line.party else None,
        )
        for line in posted(lines)
    ]  # fmt: skip


def _id(line: Line, party: str) -> UUID | None:
    return UUID(line.party_id) if line.party == party and line.party_id else None


def check_day(on: date, first_days: Iterable[date]) -> None:
    """Opening balances stand on the first day of a financial year, before anything is entered in it."""
    if on not in set(first_days):
        raise Invalid("Choose the first day of a financial year.", field="on")


# --- Gates -----------------------------------------------------------------------------------------------------------


def gates(
    lines: Sequence[Line], known: Known, on: date, books: Books, stated: tuple[Cents, Cents] | None
) -> list[Gate]:
    """Every check, those that block first."""
    found = [
        _balance(lines), *_read(lines), *_controls(lines), _period(on, books), *_subtotals(lines), *_funds(lines, known.chart),
        _result(lines, known.chart), *_previous(lines, stated), _earlier(on, books),
    ]  # fmt: skip
    return sorted(found, key=lambda gate: not gate.blocking)


def failed(found: Sequence[Gate]) -> Gate | None:
    """The first check that stops the opening."""
    return next((gate for gate in found if gate.blocking and not gate.passed), None)


def _balance(lines: Sequence[Line]) -> Gate:
    sums, label = totals(lines), N_("Debit equals credit")
    gap = sums.debit - sums.credit
    if sums.lines < 2:
        return Gate("balance", label, False, N_("Enter two balances at least."))
    if gap:
        detail = N_("Debit is {debit}, credit {credit}: {gap} too much in debit.") if gap > 0 else N_(
            "Debit is {debit}, credit {credit}: {gap} too much in credit."
        )  # fmt: skip
        return Gate(
            "balance", label, False, detail, {"debit": sums.debit, "credit": sums.credit, "gap": abs(gap)}, Cents(gap)
        )
    return Gate("balance", label, True, N_("Both sides are {debit}."), {"debit": sums.debit}, Cents(0))


def _read(lines: Sequence[Line]) -> list[Gate]:
    """Nothing unclear is left: amounts, accounts, persons."""
    asked = (
        ("amounts", N_("Every amount is read"), (Field.DEBIT, Field.CREDIT, Field.DUE)),
        ("accounts", N_("Every account is in the chart"), (Field.ACCOUNT,)),
        ("people", N_("Every co-owner and supplier is known"), (Field.PERSON, Field.LOT)),
    )
    found: list[Gate] = []
    for key, label, fields in asked:
        count = sum(any(d.blocking and d.field in fields for d in line.doubts) for line in lines)
        detail = N_("Lines to settle: {count}.") if count else N_("Nothing is unclear.")
        found.append(Gate(key, label, not count, detail, {"count": count} if count else {}))
    return found


def _beneath(line: Line, lines: Sequence[Line], *, itself: bool) -> int:
    """Debit less credit of the balances under an account."""
    code = line.account
    return sum(o.net for o in posted(lines) if o.account.startswith(code) and (itself or o.account != code))


def _controls(lines: Sequence[Line]) -> list[Gate]:
    """The balances of the co-owners, or of the suppliers, are those of their account, where the file gives both."""
    label, found = N_("The balances of the persons add up to that of their account"), list[Gate]()
    for line in (one for one in lines if one.role == Role.CONTROL):
        persons = _beneath(line, lines, itself=True)
        gap = persons - line.net
        detail = (
            N_("Account {code}: both are {account}.")
            if not gap
            else N_("Account {code}: the persons come to {persons}, the file says {account}: {gap} apart.")
        )
        params: dict[str, int | str | date] = {
            "code": line.account,
            "persons": persons,
            "account": line.net,
            "gap": abs(gap),
        }
        found.append(Gate(f"control:{line.account}", label, not gap, detail, params, Cents(gap)))
    return found


def _subtotals(lines: Sequence[Line]) -> list[Gate]:
    """The totals by group that the file gives are those of the lines under them."""
    groups = [line for line in lines if line.role == Role.SUBTOTAL]
    wrong = [line for line in groups if _beneath(line, lines, itself=False) != line.net]
    if not groups:
        return []
    label = N_("The subtotals of the file are those of their lines")
    detail = N_("Accounts to look at: {codes}.") if wrong else N_("Nothing is unclear.")
    params: dict[str, int | str | date] = {"codes": ", ".join(line.account for line in wrong)}
    return [Gate("subtotals", label, not wrong, detail, params, blocking=False)]


def _period(on: date, books: Books) -> Gate:
    label = N_("The period is open")
    if books.locked_until is not None and books.locked_until >= on:
        return Gate("period", label, False, N_("The books are locked up to {day}."), {"day": books.locked_until})
    return Gate("period", label, True, N_("The entry is dated {day}."), {"day": on})


def _earlier(on: date, books: Books) -> Gate:
    label = N_("Nothing is entered before that day")
    if not books.earlier:
        return Gate("earlier", label, True, N_("There is no entry before {day}."), {"day": on}, blocking=False)
    detail = N_("Earlier entries: {count}. What they leave is carried over and these balances come on top of it.")
    return Gate("earlier", label, False, detail, {"count": books.earlier}, blocking=False)


def _of(lines: Sequence[Line], chart: Mapping[str, ChartAccount], *purposes: Purpose) -> int:
    """Debit less credit of what stands on the accounts with these purposes, and under them."""
    codes = tuple(account.code for account in chart.values() if account.purpose in purposes)
    return sum(line.net for line in posted(lines) if codes and line.account.startswith(codes))


def _funds(lines: Sequence[Line], chart: Mapping[str, ChartAccount]) -> list[Gate]:
    """Each fund stands on an account of its own (art. 3.86 §3): a difference is told in words and stops nothing.

    What the co-owners still owe to a fund is in the fund and not at the bank.
    """
    reserve = -_of(lines, chart, Purpose.RESERVE_FUND, Purpose.SPECIAL_RESERVE)
    working = -_of(lines, chart, Purpose.WORKING_FUND)
    return [
        _fund(
            "reserve", N_("The reserve fund is on its account"), reserve,
            _of(lines, chart, Purpose.BANK_RESERVE, Purpose.TERM_DEPOSIT), _of(lines, chart, Purpose.OWNERS_RESERVE),
        ),
        _fund(
            "working", N_("The working fund is on its account"), working,
            _of(lines, chart, Purpose.BANK_WORKING, Purpose.CASH, Purpose.TRANSFERS), _of(lines, chart, Purpose.OWNERS_WORKING),
        ),
    ]  # fmt: skip


def _fund(key: str, label: str, fund: int, money: int, owed: int) -> Gate:
    gap = fund - money
    params: dict[str, int | str | date] = {"fund": fund, "money": money, "gap": abs(gap), "owed": owed}
    if gap == 0:
        detail = N_("The fund and its account are {fund}.")
    elif gap < 0:
        detail = N_("The fund is {fund}, its account {money}: {gap} more than the fund.")
    elif owed >= gap:
        detail = N_("The fund is {fund}, its account {money}: {gap} are missing, and co-owners still owe {owed}.")
    else:
        detail = N_("The fund is {fund}, its account {money}: {gap} are missing there. Ask the previous syndic why.")
    return Gate(key, label, gap <= 0, detail, params, Cents(gap), "3.86 §3", blocking=False)


def _result(lines: Sequence[Line], chart: Mapping[str, ChartAccount]) -> Gate:
    label = N_("No costs and no income")
    count = sum(line.account in chart and chart[line.account].kind in RESULT for line in posted(lines))
    if not count:
        return Gate("result", label, True, N_("A year begins without costs and income."), blocking=False)
    detail = N_("Lines on accounts of costs or income: {count}. At the first day of a year these are usually settled.")
    return Gate("result", label, False, detail, {"count": count}, blocking=False)


def _previous(lines: Sequence[Line], stated: tuple[Cents, Cents] | None) -> list[Gate]:
    """Both totals of the previous syndic's trial balance, from the file or typed, when they are known."""
    if stated is None:
        return []
    sums = totals(lines)
    label, passed = N_("The totals are those of the previous syndic"), (sums.debit, sums.credit) == stated
    params: dict[str, int | str | date] = {
        "debit": stated[0],
        "credit": stated[1],
        "found": sums.debit,
        "other": sums.credit,
    }
    detail = N_("The previous trial balance says {debit} and {credit}.") if passed else N_(
        "The previous trial balance says {debit} and {credit}; here it is {found} and {other}."
    )  # fmt: skip
    return [Gate("previous", label, passed, detail, params, Cents(sums.debit - stated[0]), blocking=False)]
