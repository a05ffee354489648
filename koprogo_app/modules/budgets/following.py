"""What was spent of a budget, what it leans on and who pays for it. Reads only; the books are summed, never listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import and_, not_, or_
from sqlmodel import Session, col, func, select

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import N_
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import Account, FiscalYear
from koprogo_app.modules.accounts.rules import EXTRAORDINARY_COSTS, Purpose
from koprogo_app.modules.accounts.rules import Kind as AccountKind
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.invoices.models import CostAllocation
from koprogo_app.modules.ledger.models import JournalEntry, JournalLine
from koprogo_app.modules.ledger.rules import Journal
from koprogo_app.modules.splits import service as splits
from koprogo_app.modules.splits.models import Wanted

from . import rules, service
from .access import lines_of, years_of
from .models import ProposalIn
from .rules import Actual, FollowUp, Kind, Line, Nature, ReserveCheck, Status
from .service import Whole

_KINDS = {
    Purpose.FUND_MOVEMENTS: Kind.ALLOTMENT,
    Purpose.FUND_WITHDRAWALS: Kind.WITHDRAWAL,
    Purpose.PRIVATE_COSTS: Kind.PRIVATE,
}
_RESERVES = (Purpose.RESERVE_FUND, Purpose.SPECIAL_RESERVE)


@dataclass(frozen=True, slots=True)
class Followed:
    """A budget with what was spent of it up to a day, and what the year before cost in all; `before`: none, it is not in the books."""

    whole: Whole
    until: date
    before: FiscalYear | None
    found: FollowUp
    actuals: Sequence[Actual]


@dataclass(frozen=True, slots=True)
class LotProvision:
    """What a lot pays of the running costs of a budget in its year."""

    lot_id: UUID
    number: str
    cents: Cents


# --- The books -------------------------------------------------------------------------------------------------------


def _codes(s: Session, building_id: UUID) -> dict[Purpose, str]:
    wanted = (*_KINDS, *_RESERVES)
    rows = select(Account.purpose, Account.code).where(
        Account.building_id == building_id, col(Account.purpose).in_(wanted)
    )
    return {Purpose(str(purpose)): code for purpose, code in s.exec(rows)}


def _actuals(s: Session, year: FiscalYear | None, until: date, codes: dict[Purpose, str]) -> list[Actual]:
    """The costs of a year up to a day by account, key and nature, and what was called for the reserve funds.

    What no allocation says is shared by the deed, and of the nature of its account (accounts.rules.EXTRAORDINARY_COSTS).
    """
    if year is None:
        return []
    private = col(CostAllocation.owner_id).is_not(None)
    works = or_(*(col(Account.code).startswith(code) for code in EXTRAORDINARY_COSTS))
    ordinary = func.coalesce(CostAllocation.ordinary, not_(works))
    columns: Any = (Account.code, CostAllocation.key_id, private, ordinary)
    cost = func.sum(col(JournalLine.debit_cents) - col(JournalLine.credit_cents))
    rows: Any = (
        cast(Any, select)(*columns, cost)
        .select_from(JournalLine)
        .join(Account, col(Account.id) == JournalLine.account_id)
    )
    rows = rows.outerjoin(
        CostAllocation,
        and_(
            col(CostAllocation.organization_id) == JournalLine.organization_id,
            col(CostAllocation.journal_line_id) == JournalLine.id,
        ),
    )
    rows = rows.where(*_in(year, until), Account.kind == AccountKind.EXPENSE).group_by(*columns)
    found: list[Actual] = []
    for code, key_id, alone, recurring, cents in s.execute(rows.order_by(Account.code)):
        nature = Nature.ORDINARY if recurring else Nature.EXTRAORDINARY
        found.append(Actual(_kind(code, alone, codes), nature, code, key_id, Cents(int(cents))))
    return found + _contributions(s, year, until, codes)


def _contributions(s: Session, year: FiscalYear, until: date, codes: dict[Purpose, str]) -> list[Actual]:
    """What the calls of a year credited to the reserve funds, less what was taken back."""
    called = func.sum(col(JournalLine.credit_cents) - col(JournalLine.debit_cents))
    rows: Any = select(Account.purpose, called).select_from(JournalLine)
    rows = rows.join(Account, col(Account.id) == JournalLine.account_id)
    rows = rows.join(JournalEntry, col(JournalEntry.id) == JournalLine.entry_id)
    rows = rows.where(*_in(year, until), col(Account.purpose).in_(_RESERVES), JournalEntry.journal == Journal.VEN)
    return [
        Actual(Kind.CONTRIBUTION, Nature.RESERVE, codes[Purpose(purpose)], None, Cents(int(cents)))
        for purpose, cents in s.execute(rows.group_by(Account.purpose).order_by(Account.purpose))
    ]


def _in(year: FiscalYear, until: date) -> tuple[Any, ...]:
    return (
        JournalLine.organization_id == year.organization_id, JournalLine.building_id == year.building_id,
        JournalLine.year_id == year.id, JournalLine.entry_on <= until,
    )  # fmt: skip


def _kind(code: str, alone: bool, codes: dict[Purpose, str]) -> Kind:
    """What a cost on an account, or below it, is; `alone`: one owner bears it."""
    for purpose, kind in _KINDS.items():
        if purpose in codes and code.startswith(codes[purpose]):
            return kind
    return Kind.PRIVATE if alone else Kind.COMMON


def _before(years: Sequence[FiscalYear], starts_on: date) -> FiscalYear | None:
    return next((y for y in years if y.ends_on == starts_on - timedelta(1)), None)


# --- Read ------------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_READ)
def follow_up(s: Session, actor: Actor, budget_id: UUID, until: date | None = None) -> Followed:
    """What was spent of each line up to a day: today, within the budget's year, when none is given.

    Invalid beside `until` for a day outside the year.
    """
    whole = service.get_budget(s, actor, budget_id)
    first, last = whole.days
    if until is not None and not first <= until <= last:
        raise Invalid("Choose a day of the budget’s year.", field="until")
    on = until or min(clock.today(), last)
    before = _before(years_of(s, whole.budget.building_id), first)
    codes = _codes(s, whole.budget.building_id)
    actuals = _actuals(s, whole.year, on, codes)
    earlier = _actuals(s, before, before.ends_on, codes) if before else []
    found = rules.follow(whole.lines, actuals, earlier, codes.get(Purpose.RESERVE_FUND, ""))
    return Followed(whole, on, before, found, actuals)


@requires(Permission.LEDGER_READ)
def reserve_check(s: Session, actor: Actor, budget_id: UUID) -> ReserveCheck:
    """The contribution of a budget beside the minimum of the law (art. 3.86 §3); whether it was waived, the funds know."""
    whole = service.get_budget(s, actor, budget_id)
    building = buildings.get_building(s, actor, whole.budget.building_id)
    first, last = whole.days
    before = _before(years_of(s, building.id), first)
    base, codes = None, _codes(s, building.id)
    if before:
        costs = _actuals(s, before, before.ends_on, codes)
        base = Cents(sum(x.cents for x in costs if (x.kind, x.nature) == (Kind.COMMON, Nature.ORDINARY)))
    fund = {"", codes.get(Purpose.RESERVE_FUND, "")}  # a special reserve is another fund
    asked = Cents(sum(x.cents for x in whole.lines if x.nature == Nature.RESERVE and x.account in fund))
    return rules.check_reserve(building.provisional_acceptance_on, last, base, asked)


@requires(Permission.LEDGER_READ)
def provision_per_lot(s: Session, actor: Actor, budget_id: UUID) -> list[LotProvision]:
    """What each lot pays of the running costs in the year, by the keys of the lines; adds up exactly.

    Invalid when a key does not add up, or a lot had no owner on the first day of the year.
    """
    whole = service.get_budget(s, actor, budget_id)
    building_id, first = whole.budget.building_id, whole.days[0]
    costs = [
        Wanted(cents=cents, first=first, key_id=key_id or building_id)
        for key_id, cents in rules.by_key(whole.lines).items()
    ]
    try:
        shared = splits.preview(s, actor, building_id, costs)
    except Invalid as error:
        one = next(iter(error.fields.values()), error)
        raise Invalid(one.message, **dict[str, Any](one.params)) from None
    sums, numbers = dict[UUID, int](), dict[UUID, str]()
    for charged in (x for cost in shared.costs for x in cost):
        if charged.part.lot_id:
            sums[charged.part.lot_id] = sums.get(charged.part.lot_id, 0) + charged.part.cents
            numbers[charged.part.lot_id] = charged.lot
    return [LotProvision(i, numbers[i], Cents(cents)) for i, cents in sums.items()]


@requires(Permission.LEDGER_READ)
def propose_from_actuals(s: Session, actor: Actor, building_id: UUID, year_id: UUID, data: ProposalIn) -> list[Line]:
    """Lines from what the year before cost, by account and key, with an index. Invalid when that year is not in the books."""
    year = _year(s, actor, building_id, year_id)
    before = _before(years_of(s, building_id), year.starts_on)
    if before is None:
        raise Invalid(N_("The year before is not in the books."), field="source")
    found = _actuals(s, before, before.ends_on, _codes(s, building_id))
    return rules.proposed(found, data.percent, data.whole_euros)


@requires(Permission.LEDGER_READ)
def propose_from_budget(s: Session, actor: Actor, building_id: UUID, year_id: UUID, data: ProposalIn) -> list[Line]:
    """The lines of the budget of the year before, the approved one if there is one, with an index. Invalid without one."""
    year = _year(s, actor, building_id, year_id)
    before = _before(years_of(s, building_id), year.starts_on)
    number = before.starts_on.year if before else year.starts_on.year - 1
    had = [b for b in service.all_budgets(s, actor, building_id, number) if b.year_id in (None, before and before.id)]
    if not had:
        raise Invalid(N_("There is no budget for the year before."), field="source")
    chosen = next((b for b in had if b.status == Status.APPROVED), had[0])
    return [
        Line(x.nature, x.account, x.key_id, rules.indexed(x.cents, data.percent, data.whole_euros), x.description)
        for x in lines_of(s, [chosen.id]).get(chosen.id, [])
    ]


def _year(s: Session, actor: Actor, building_id: UUID, year_id: UUID) -> FiscalYear:
    buildings.get_building(s, actor, building_id)
    year = accounts.get_year(s, actor, year_id)
    if year.building_id != building_id:
        raise Invalid("Choose one from the list.", field="year_id")
    return year
