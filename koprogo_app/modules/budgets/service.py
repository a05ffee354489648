"""What one can do with budgets: enter, change, submit, decide, list. What was spent of them: following.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.core.listing import Asked, Listed, page_of
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.modules.accounts.models import FiscalYear
from koprogo_app.modules.buildings import service as buildings

from . import entering, rules
from .access import days_of, lines_of, locked, locked_building, visible, year_of, years_of
from .models import Budget, BudgetIn, BudgetLine, BudgetSetting, DecisionIn, SettingIn
from .rules import Action, Line, Nature, Status

_WHOLE = col(Budget.ordinary_cents) + col(Budget.extraordinary_cents) + col(Budget.reserve_cents)
SORTABLE = {
    "fiscal_year": col(Budget.fiscal_year),
    "status": col(Budget.status),
    "total": _WHOLE,
    "created_at": col(Budget.created_at),
}
COLUMNS = (
    Budget.id, Budget.organization_id, Budget.building_id, Budget.year_id, Budget.fiscal_year, Budget.status, Budget.ordinary_cents,
    Budget.extraordinary_cents, Budget.reserve_cents, Budget.notes, Budget.rejection_reason, Budget.submitted_at, Budget.decided_on,
    Budget.meeting_id, Budget.created_at, Budget.updated_at, FiscalYear.starts_on, FiscalYear.ends_on,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Whole:
    """A budget with its lines and its financial year, none while that is not in the books."""

    budget: Budget
    year: FiscalYear | None
    lines: Sequence[Line]

    @property
    def days(self) -> tuple[date, date]:
        return days_of(self.budget, self.year)


@dataclass(frozen=True, slots=True)
class Stats:
    """How many budgets stand in each state, and their average."""

    counts: dict[Status, int]
    average: Cents

    @property
    def total(self) -> int:
        return sum(self.counts.values())


# --- Read ------------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_READ)
def list_budgets(s: Session, actor: Actor, building_id: UUID | None, asked: Asked) -> Listed:
    """One page of COLUMNS, of a building or of all. Filters: status, fiscal_year (its number), building (id)."""
    wanted = visible(actor, *COLUMNS).outerjoin(FiscalYear, col(FiscalYear.id) == Budget.year_id)
    if building_id is not None:
        buildings.get_building(s, actor, building_id)
        wanted = wanted.where(Budget.building_id == building_id)
    if status := asked.filters.get("status"):
        wanted = wanted.where(Budget.status == status)
    if (number := asked.filters.get("fiscal_year", "")).isdigit():
        wanted = wanted.where(Budget.fiscal_year == int(number))
    return page_of(s, wanted, asked, SORTABLE, "fiscal_year")


@requires(Permission.LEDGER_READ)
def all_budgets(
    s: Session,
    actor: Actor,
    building_id: UUID | None = None,
    fiscal_year: int | None = None,
    status: str | None = None,
) -> list[Budget]:
    """Every budget of a building, a year or a state, the last year first.

    NotFound for a building the reader cannot see, Invalid for an unknown state.
    """
    wanted = visible(actor)
    if building_id is not None:
        buildings.get_building(s, actor, building_id)
        wanted = wanted.where(Budget.building_id == building_id)
    if fiscal_year is not None:
        wanted = wanted.where(Budget.fiscal_year == fiscal_year)
    if status is not None:
        wanted = wanted.where(Budget.status == rules.status_of(status))
    archived_last = col(Budget.status) == Status.ARCHIVED
    return list(s.exec(wanted.order_by(col(Budget.fiscal_year).desc(), archived_last, col(Budget.id).desc())))


@requires(Permission.LEDGER_READ)
def get_budget(s: Session, actor: Actor, budget_id: UUID) -> Whole:
    """A budget with its lines and its year. NotFound when the reader cannot see it."""
    found: Budget | None = s.exec(visible(actor).where(Budget.id == budget_id)).one_or_none()
    if found is None:
        raise NotFound("This budget does not exist.")
    year = year_of(years_of(s, found.building_id), found)
    return Whole(found, year, lines_of(s, [found.id]).get(found.id, []))


@requires(Permission.LEDGER_READ)
def active_budget(s: Session, actor: Actor, building_id: UUID, on: date) -> tuple[Budget, Sequence[Line]] | None:
    """The approved budget of the year that holds a day, with its lines; none when there is none."""
    years = years_of(s, building_id)
    for budget in all_budgets(s, actor, building_id, status=Status.APPROVED):
        first, last = days_of(budget, year_of(years, budget))
        if first <= on <= last:
            return budget, lines_of(s, [budget.id]).get(budget.id, [])
    return None


@requires(Permission.LEDGER_READ)
def stats(s: Session, actor: Actor) -> Stats:
    """Counts and the average total of all the budgets that the reader sees; the average is rounded to the cent."""
    counted = visible(actor, Budget.status, func.count(), func.sum(_WHOLE)).group_by(Budget.status)
    counts, whole = dict.fromkeys(Status, 0), 0
    for status, count, cents in s.execute(counted):
        counts[Status(status)], whole = count, whole + int(cents)
    many = sum(counts.values())
    return Stats(counts, Cents((2 * whole + many) // (2 * many)) if many else Cents(0))


@requires(Permission.LEDGER_READ)
def get_setting(s: Session, actor: Actor, building_id: UUID) -> SettingIn:
    """From which part of a line on the building is warned."""
    buildings.get_building(s, actor, building_id)
    found = s.exec(select(BudgetSetting).where(BudgetSetting.building_id == building_id)).one_or_none()
    return SettingIn(warn_percent=found.warn_percent) if found else SettingIn()


# --- Write -----------------------------------------------------------------------------------------------------------


@requires(Permission.BUDGETS_WRITE, audit=N_("threshold of budgets changed"))
def set_setting(s: Session, actor: Actor, building_id: UUID, data: SettingIn) -> SettingIn:
    """Sets the part of a line from which the building is warned."""
    locked_building(s, actor, building_id)
    found = s.exec(select(BudgetSetting).where(BudgetSetting.building_id == building_id)).one_or_none()
    if found is None:
        found = BudgetSetting(building_id=building_id)
        s.add(found)
    found.warn_percent = data.warn_percent
    s.flush()
    return data


@requires(Permission.BUDGETS_WRITE, audit=N_("budget entered"))
def create_budget(s: Session, actor: Actor, building_id: UUID, data: BudgetIn) -> Budget:
    """Enters the draft of a financial year; with the same key again, the one there is.

    Invalid beside year_id, when it is not a year of the building or has a budget already, or beside lines.<n>.<field>.
    """
    locked_building(s, actor, building_id)
    if data.key and (there := entering.keyed(s, building_id, data.key)):
        return there
    year = next((y for y in years_of(s, building_id) if y.id == data.year_id), None)
    if year is None:
        raise Invalid("Choose one from the list.", field="year_id")
    number = year.starts_on.year
    rules.check_fiscal_year(number)
    entering.refuse_second(s, building_id, year.id, number, "year_id")
    lines = entering.checked(s, building_id, data.lines)
    budget = Budget(
        building_id=building_id, year_id=year.id, fiscal_year=number, notes=data.notes.strip(), source_id=data.key
    )
    s.add(budget)
    entering.flush_once(s)
    entering.put_lines(s, budget, lines)
    return budget


@requires(Permission.BUDGETS_WRITE, audit=N_("budget changed"))
def update_budget(s: Session, actor: Actor, budget_id: UUID, data: BudgetIn) -> Budget:
    """Changes a draft or a rejected budget, its lines with it; its year stays. Invalid beside lines.<n>.<field>."""
    budget = locked(s, actor, budget_id)
    rules.check(Action.EDIT, budget.status)
    lines = entering.checked(s, budget.building_id, data.lines)
    budget.notes = data.notes.strip()
    entering.put_lines(s, budget, lines)
    return budget


@requires(Permission.BUDGETS_WRITE, audit=N_("budget entered"))
def create_totals(
    s: Session,
    actor: Actor,
    building_id: UUID,
    fiscal_year: int,
    ordinary: Cents,
    extraordinary: Cents,
    notes: str = "",
) -> Budget:
    """The draft of a year by two sums alone, which need no books. Invalid for no amount or a second budget of the year."""
    locked_building(s, actor, building_id)
    rules.check_fiscal_year(fiscal_year)
    year = next((y for y in years_of(s, building_id) if y.starts_on.year == fiscal_year), None)
    entering.refuse_second(s, building_id, year and year.id, fiscal_year, "fiscal_year")
    lines = _sums(ordinary, extraordinary)
    budget = Budget(building_id=building_id, year_id=year and year.id, fiscal_year=fiscal_year, notes=notes.strip())
    s.add(budget)
    entering.flush_once(s)
    entering.put_lines(s, budget, lines)
    return budget


@requires(Permission.BUDGETS_WRITE, audit=N_("budget changed"))
def update_totals(
    s: Session, actor: Actor, budget_id: UUID, ordinary: Cents | None, extraordinary: Cents | None, notes: str | None
) -> Budget:
    """Changes the two sums of a budget that has no others; what is none stays. Invalid when it has lines of accounts."""
    budget = locked(s, actor, budget_id)
    rules.check(Action.EDIT, budget.status)
    had = (budget.ordinary_cents, budget.extraordinary_cents + budget.reserve_cents)
    new = (had[0] if ordinary is None else ordinary, had[1] if extraordinary is None else extraordinary)
    if new != had:
        lines = lines_of(s, [budget_id]).get(budget_id, [])
        if any(x.account or x.key_id or x.nature == Nature.RESERVE for x in lines):
            raise Invalid("This budget has lines: change those.")
        entering.put_lines(s, budget, _sums(Cents(new[0]), Cents(new[1])))
    if notes is not None:
        budget.notes = notes.strip()
    s.flush()
    return budget


@requires(Permission.BUDGETS_WRITE, audit=N_("budget submitted"))
def submit_budget(s: Session, actor: Actor, budget_id: UUID) -> Budget:
    """Closes the draft for the meeting; sent twice it is submitted once."""
    budget = locked(s, actor, budget_id)
    if rules.done(Action.SUBMIT, budget.status):
        return budget
    rules.check(Action.SUBMIT, budget.status)
    budget.status, budget.submitted_at, budget.rejection_reason = Status.SUBMITTED, clock.now(), ""
    s.flush()
    return budget


@requires(Permission.BUDGETS_DECIDE, audit=N_("budget approved"))
def approve_budget(s: Session, actor: Actor, budget_id: UUID, data: DecisionIn) -> Budget:
    """Notes the decision of the general meeting (art. 3.87 §8: absolute majority); the budget is then the year's own."""
    budget = locked(s, actor, budget_id)
    if rules.done(Action.APPROVE, budget.status):
        return budget
    rules.check(Action.APPROVE, budget.status)
    if data.decided_on > clock.today():
        raise Invalid("This date is in the future.", field="decided_on")
    if data.decided_on.year < rules.FIRST_YEAR:
        raise Invalid("Check the year of this date.", field="decided_on")
    words = data.decision.strip()
    if not words and data.meeting_id is None:
        raise Invalid("This field is required.", field="decision")
    if data.document_id:
        entering.check_document(s, actor, budget.building_id, data.document_id)
    budget.status, budget.decided_on, budget.decision = Status.APPROVED, data.decided_on, words
    budget.document_id, budget.meeting_id = data.document_id, data.meeting_id
    s.flush()
    return budget


@requires(Permission.BUDGETS_DECIDE, audit=N_("budget rejected"))
def reject_budget(s: Session, actor: Actor, budget_id: UUID, reason: str, *, needed: bool = True) -> Budget:
    """Sends it back to be changed; `needed`: whether a reason must be given."""
    budget = locked(s, actor, budget_id)
    if rules.done(Action.REJECT, budget.status):
        return budget
    rules.check(Action.REJECT, budget.status)
    if needed and not reason.strip():
        raise Invalid("This field is required.", field="reason")
    budget.status, budget.rejection_reason = Status.REJECTED, reason.strip()[:4000]
    s.flush()
    return budget


@requires(Permission.BUDGETS_DECIDE, audit=N_("budget archived"))
def archive_budget(s: Session, actor: Actor, budget_id: UUID) -> Budget:
    """Sets an approved budget aside: its year may have another, when a meeting revises it."""
    budget = locked(s, actor, budget_id)
    if rules.done(Action.ARCHIVE, budget.status):
        return budget
    rules.check(Action.ARCHIVE, budget.status)
    budget.status = Status.ARCHIVED
    s.flush()
    return budget


@requires(Permission.BUDGETS_WRITE, audit=N_("budget deleted"))
def delete_budget(s: Session, actor: Actor, budget_id: UUID) -> None:
    """Removes a draft or a rejected budget with its lines. Conflict when something is made of it."""
    budget = locked(s, actor, budget_id)
    rules.check(Action.DELETE, budget.status)
    for line in s.exec(select(BudgetLine).where(BudgetLine.budget_id == budget_id)):
        s.delete(line)
    s.flush()
    s.delete(budget)
    try:
        s.flush()
    except IntegrityError:
        raise Conflict("Calls for funds are made from this budget: it stays.") from None


def _sums(ordinary: Cents, extraordinary: Cents) -> list[Line]:
    """The two lines of a budget of the contract. Invalid beside the amounts."""
    for name, cents in (("ordinary_budget", ordinary), ("extraordinary_budget", extraordinary)):
        if cents < 0:
            raise Invalid("Enter {ge} or more.", field=name, ge=0)
    if not ordinary + extraordinary:
        raise Invalid("A budget is above zero: enter at least one amount.", field="ordinary_budget")
    return [Line(Nature.ORDINARY, "", None, ordinary), Line(Nature.EXTRAORDINARY, "", None, extraordinary)]
