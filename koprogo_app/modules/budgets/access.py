"""Which budgets someone sees, their lines, and the lock under which they are written."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import NotFound
from koprogo_app.core.listing import selected
from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts.models import FiscalYear
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building

from .models import Budget, BudgetLine
from .rules import Line, Nature


def visible(actor: Actor, *columns: Any) -> Any:
    """Every read starts here: the organisation's budgets (row-level security), those of the role's buildings."""
    rows: Any = selected(*columns) if columns else select(Budget)
    return rows if actor.building_ids is None else rows.where(col(Budget.building_id).in_(actor.building_ids))


def locked(s: Session, actor: Actor, budget_id: UUID) -> Budget:
    """The budget, one writer at a time until the end of the transaction. NotFound when it cannot be seen."""
    wanted = visible(actor).where(Budget.id == budget_id).with_for_update()
    found: Budget | None = s.exec(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("This budget does not exist.")
    return found


def locked_building(s: Session, actor: Actor, building_id: UUID) -> None:
    """One budget of a building is entered at a time. NotFound when the building cannot be seen."""
    buildings.get_building(s, actor, building_id)
    s.exec(select(Building.id).where(Building.id == building_id).with_for_update())


def lines_of(s: Session, budget_ids: Iterable[UUID]) -> dict[UUID, list[Line]]:
    """The lines of several budgets, in their order, in one read."""
    rows = select(BudgetLine).where(col(BudgetLine.budget_id).in_(list(budget_ids)))
    found: dict[UUID, list[Line]] = {}
    for x in s.exec(rows.order_by(col(BudgetLine.budget_id), col(BudgetLine.position))):
        line = Line(Nature(x.nature), x.account, x.key_id, Cents(x.cents), x.description)
        found.setdefault(x.budget_id, []).append(line)
    return found


def years_of(s: Session, building_id: UUID) -> list[FiscalYear]:
    """The financial years in the books of a building, oldest first; none while they are not open."""
    years = select(FiscalYear).where(FiscalYear.building_id == building_id)
    return list(s.exec(years.order_by(col(FiscalYear.starts_on))))


def year_of(years: Iterable[FiscalYear], budget: Budget) -> FiscalYear | None:
    """The financial year of a budget: the one it names or, for one entered before the books, the first of its number."""
    if budget.year_id:
        return next((y for y in years if y.id == budget.year_id), None)
    return next((y for y in years if y.starts_on.year == budget.fiscal_year), None)


def days_of(budget: Budget, year: FiscalYear | None) -> tuple[date, date]:
    """First and last day of a budget's year; those of the calendar while it is not in the books."""
    if year:
        return year.starts_on, year.ends_on
    return date(budget.fiscal_year, 1, 1), date(budget.fiscal_year, 12, 31)
