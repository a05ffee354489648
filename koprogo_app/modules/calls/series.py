"""A year of calls at once: from the approved budget, spread exactly over the periods, or with the same amounts each time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from sqlalchemy import BigInteger, cast
from sqlmodel import Session, col, func, select

from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import DomainError, Invalid
from koprogo_app.core.i18n import N_, translate
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.modules.accounts.models import Account, FiscalYear
from koprogo_app.modules.budgets import service as budgets
from koprogo_app.modules.budgets.models import Budget
from koprogo_app.modules.budgets.rules import Line
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building

from . import drafting, rules
from .access import visible
from .models import Call, CallIn, LineIn, SeriesIn
from .rules import NOTHING, Destination, Status


@dataclass(frozen=True, slots=True)
class Plan:
    """The calls of a year, before they are made. `budget_id`: of the budget they come from, if any; `called_cents`: what
    other calls, drafts among them, have taken from it already."""

    calls: Sequence[CallIn]
    total: Cents
    budget_id: UUID | None = None
    called_cents: Cents = NOTHING


@requires(Permission.CALLS_WRITE)
def preview_series(s: Session, actor: Actor, building_id: UUID, data: SeriesIn) -> Plan:
    """What create_series() would make. Invalid beside the fields; beside `first_on` when no budget is approved for that day."""
    return _plan(s, actor, buildings.get_building(s, actor, building_id), data)


@requires(Permission.CALLS_WRITE, audit=N_("series of calls drafted"))
def create_series(s: Session, actor: Actor, building_id: UUID, data: SeriesIn) -> list[Call]:
    """Drafts the calls of a year, to be issued one by one; with the same key again, those there are. As preview_series()."""
    building = buildings.get_building(s, actor, building_id)
    if data.key:
        drafting.keyed(s, building_id, _key(data.key, 0))
        keys = [_key(data.key, n) for n in range(rules.PERIODS[data.rhythm])]
        rows = visible(actor).where(Call.building_id == building_id, col(Call.source_id).in_(keys))
        if there := list(s.exec(rows.order_by(col(Call.called_on)))):
            return there
    plan = _plan(s, actor, building, data)
    return [
        drafting.put(s, actor, building_id, call, drafting.checked(s, building_id, call), plan.budget_id)
        for call in plan.calls
    ]


def _plan(s: Session, actor: Actor, building: Building, data: SeriesIn) -> Plan:
    title = " ".join(data.title.split())
    errors: dict[str, DomainError] = {}
    if not title:
        errors["title"] = Invalid("This field is required.", field="title")
    days = rules.series_days(data.first_on, data.rhythm, data.days_to_pay) if rules.in_reach(data.first_on) else []
    if not days or rules.check_days(*days[-1]):
        errors["first_on"] = Invalid("Check the year of this date.", field="first_on")
    budget_id, called, each = None, NOTHING, list[list[LineIn]]()
    if data.lines:
        errors |= drafting.check_lines(s, building.id, data.lines)
        each = [list(data.lines)] * len(days)
    elif not errors:
        budget, lines = _budget(s, actor, building.id, data.first_on, days[-1][0])
        budget_id, called = budget.id, _called(s, actor, budget.id)
        each = _spread(s, building, lines, data)
    if errors:
        raise Invalid.together(errors)
    calls = [
        CallIn(
            title=f"{title} {n + 1}/{len(days)}" if len(days) > 1 else title, kind=data.kind, called_on=called_on, due_on=due_on,
            lines=each[n], key=_key(data.key, n) if data.key else None,
        )
        for n, (called_on, due_on) in enumerate(days)
        if each[n]
    ]  # fmt: skip
    return Plan(calls, Cents(sum(line.cents for call in calls for line in call.lines)), budget_id, called)


def _key(key: UUID, n: int) -> UUID:
    return uuid5(key, str(n))


def _budget(s: Session, actor: Actor, building_id: UUID, first: date, last: date) -> tuple[Budget, Sequence[Line]]:
    found = budgets.active_budget(s, actor, building_id, first)
    if found is None:
        raise Invalid("No budget is approved for this day: choose another one, or enter the amounts.", field="first_on")
    budget, lines = found
    if not any(line.cents for line in lines):
        raise Invalid("This budget asks for nothing.", field="first_on")
    year = s.get(FiscalYear, budget.year_id) if budget.year_id else None
    if year and last > year.ends_on:
        raise Invalid(
            "The last of these calls, on {day}, is after the end of the budget’s year, {end}.", field="first_on", day=last,
            end=year.ends_on,
        )  # fmt: skip
    return budget, lines


def _called(s: Session, actor: Actor, budget_id: UUID) -> Cents:
    total = cast(func.coalesce(func.sum(Call.total_cents), 0), BigInteger)
    rows = visible(actor, total).where(Call.budget_id == budget_id, Call.status != Status.REVERSED)
    return Cents(s.execute(rows).scalar_one())


def _spread(s: Session, building: Building, lines: Sequence[Line], data: SeriesIn) -> list[list[LineIn]]:
    """The lines of each call: every line of the budget over the periods, so that they add up to it."""
    accounts = select(Account).where(
        Account.building_id == building.id, col(Account.code).in_({line.account for line in lines})
    )
    labels = {account.code: account.label(building.language) for account in s.exec(accounts)}
    each: list[list[LineIn]] = [[] for _ in range(rules.PERIODS[data.rhythm])]
    for line in lines:
        if not line.cents:
            continue
        to: Destination = rules.DESTINATION_OF_NATURE[line.nature]
        words = line.description or labels.get(line.account) or translate(building.language, rules.DESTINATIONS[to])
        for n, cents in enumerate(rules.spread(Cents(line.cents), data.rhythm)):
            if cents:
                each[n].append(LineIn(description=words, destination=to, key_id=line.key_id, cents=cents))
    return each
