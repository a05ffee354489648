"""Where the yearly contribution to the reserve fund is not reached: all the buildings of a list, in a fixed number of reads.

No permission: for services above, which read the years by their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, func, select

from koprogo_app.core.listing import selected
from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts.models import Account
from koprogo_app.modules.accounts.rules import Purpose
from koprogo_app.modules.budgets.models import Budget, BudgetLine
from koprogo_app.modules.budgets.rules import Nature
from koprogo_app.modules.budgets.rules import Status as BudgetStatus

from . import reading, rules
from .models import FundWaiver
from .rules import Verdict

NEVER = (Purpose.FUND_MOVEMENTS, Purpose.FUND_WITHDRAWALS, Purpose.PRIVATE_COSTS)  # as reading.never()


@dataclass(frozen=True, slots=True)
class Watched:
    """A year under way of a building, the one before it (`before_id`), and the day of the provisional acceptance."""

    building_id: UUID
    year_id: UUID
    starts_on: date
    ends_on: date
    before_id: UUID
    acceptance_on: date


def short_of(s: Session, watched: Sequence[Watched], today: date) -> dict[UUID, Cents]:
    """building -> what its year still lacks of 5 % of the ordinary charges of the year before (art. 3.86 §3 al. 4).

    What the approved budget plans for the reserve fund counts; a building with a waiver, or without duty, is left out.
    """
    due = [x for x in watched if rules.is_due(x.acceptance_on, x.ends_on)]
    if not due:
        return {}
    years = [x.year_id for x in due]
    codes = _codes(s, [x.building_id for x in due])
    costs = reading.costs_by_year(s, [x.before_id for x in due])
    contributed, planned, waived = _contributed(s, years, codes), _planned(s, due, codes), _waived(s, years)
    found: dict[UUID, Cents] = {}
    for x in due:
        here = x.building_id
        never = [code for purpose, (_, code) in codes.get(here, {}).items() if purpose in NEVER]
        base = rules.base_of(costs.get(x.before_id, []), never).cents
        got, plan = Cents(contributed.get(here, 0)), Cents(planned.get(here, 0))
        verdict = rules.verdict(
            due=True, base=base, contributed=got, planned=plan, waived=x.year_id in waived, over=today > x.ends_on
        )
        if verdict == Verdict.SHORT:
            found[here] = Cents(rules.minimum(base) - max(got, plan))
    return found


def _codes(s: Session, building_ids: Sequence[UUID]) -> dict[UUID, dict[Purpose, tuple[UUID, str]]]:
    """Of each building, the account and its code for the purposes that count here."""
    wanted = select(Account.building_id, Account.purpose, Account.id, Account.code).where(
        col(Account.building_id).in_(building_ids), col(Account.purpose).in_((*NEVER, Purpose.RESERVE_FUND))
    )
    found: dict[UUID, dict[Purpose, tuple[UUID, str]]] = {}
    for building_id, purpose, account_id, code in s.exec(wanted):
        if building_id:
            found.setdefault(building_id, {})[Purpose(str(purpose))] = (account_id, code)
    return found


def _contributed(
    s: Session, year_ids: Sequence[UUID], codes: dict[UUID, dict[Purpose, tuple[UUID, str]]]
) -> dict[UUID, int]:
    """As reading.Duty.contributed: asked of the co-owners for the reserve fund, and allocated to it by a decision."""
    reserve = {of[Purpose.RESERVE_FUND][0]: b for b, of in codes.items() if Purpose.RESERVE_FUND in of}
    found: dict[UUID, int] = {}
    for account_id, what, cents in s.execute(reading.gained(year_ids, list(reserve))):
        if what in ("contributed", "allocated"):
            found[reserve[account_id]] = found.get(reserve[account_id], 0) + int(cents)
    return found


def _planned(s: Session, due: Sequence[Watched], codes: dict[UUID, dict[Purpose, tuple[UUID, str]]]) -> dict[UUID, int]:
    """As reading.planned_of(): what the approved budget of the year asks for the reserve fund."""
    years = {x.building_id: x for x in due}
    wanted = (
        selected(Budget.building_id, Budget.year_id, Budget.fiscal_year, BudgetLine.account, func.sum(BudgetLine.cents))
        .join(BudgetLine, col(BudgetLine.budget_id) == Budget.id)
        .where(
            col(Budget.building_id).in_(list(years)), Budget.status == BudgetStatus.APPROVED, BudgetLine.nature == Nature.RESERVE
        )
        .group_by(Budget.building_id, Budget.year_id, Budget.fiscal_year, BudgetLine.account)
    )  # fmt: skip
    found: dict[UUID, int] = {}
    for building_id, year_id, number, account, cents in s.execute(wanted):
        year = years[building_id]
        here = year_id == year.year_id if year_id else number == year.starts_on.year
        reserve = codes.get(building_id, {}).get(Purpose.RESERVE_FUND)
        if here and account in ("", reserve[1] if reserve else ""):
            found[building_id] = found.get(building_id, 0) + int(cents)
    return found


def _waived(s: Session, year_ids: Sequence[UUID]) -> set[UUID]:
    wanted = select(FundWaiver.year_id).where(
        col(FundWaiver.year_id).in_(year_ids), col(FundWaiver.withdrawn_on).is_(None)
    )
    return set(s.exec(wanted))
