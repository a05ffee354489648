"""REST of the contract's budgets, in euros, and of ours with lines, in cents."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Query, Response
from pydantic import BaseModel, Field

from koprogo_app.api import AskedPage, CurrentActor, envelope, euros, example, json
from koprogo_app.core import clock
from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import DomainError, Invalid, NotFound, Unauthorized
from koprogo_app.core.listing import Asked
from koprogo_app.core.money import Cents
from koprogo_app.core.service import call
from koprogo_app.modules.buildings.api import for_building

from . import following, rules, service
from .models import LARGEST, Budget, BudgetIn, DecisionIn, ProposalIn, SettingIn
from .rules import Status
from .wire import details_wire, line_wire, row_wire, variance_wire, wire

router = APIRouter(tags=["budgets"])
SORTS = {"fiscal_year": "fiscal_year", "status": "status", "total_budget": "total", "created_at": "created_at"}
Notes = Annotated[str, Field(max_length=4000)]
FiscalYearNumber = Annotated[int, Field(ge=rules.FIRST_YEAR, le=rules.LAST_YEAR)]
_BUILDING = "0199e6a4-8f3c-7c31-9d0a-3f5f3b1f7c10"


class CreateBody(BaseModel):
    """CreateBudgetRequest."""

    organization_id: str | None = None
    building_id: UUID
    fiscal_year: FiscalYearNumber
    ordinary_budget: Decimal
    extraordinary_budget: Decimal
    notes: Notes | None = None

    model_config = example(
        building_id=_BUILDING, fiscal_year=2027, ordinary_budget=48000.0, extraordinary_budget=12000.0, notes="As in 2026, +3 %"
    )  # fmt: skip


class UpdateBody(BaseModel):
    """UpdateBudgetRequest: what is absent stays."""

    ordinary_budget: Decimal | None = None
    extraordinary_budget: Decimal | None = None
    notes: Notes | None = None

    model_config = example(ordinary_budget=49000.0)


class ApproveBody(BaseModel):
    meeting_id: UUID

    model_config = example(meeting_id=_BUILDING)


_LINES = {
    "year_id": "0199e6a4-8f3c-7c31-9d0a-3f5f3b1f7c10",
    "lines": [{"nature": "ordinary", "account": "610100", "cents": 320000, "description": "Lift"}],
}  # fmt: skip
_DECISION = {"decided_on": "2026-03-20", "decision": "Item 5: the budget is approved"}
LinesBody = Annotated[BudgetIn, Body(examples=[_LINES])]
SettingBody = Annotated[SettingIn, Body(examples=[{"warn_percent": 90}])]
DecisionBody = Annotated[DecisionIn, Body(examples=[_DECISION])]
_REASON = {"reason": "The meeting wants another offer for the cleaning."}


class RejectBody(BaseModel):
    reason: Notes | None = None


def amount_of(euro: Decimal | None, field: str) -> Cents | None:
    """Euros of the contract in cents. Invalid below zero, above any budget, or with a third decimal."""
    if euro is None:
        return None
    if not euro.is_finite() or abs(euro) > LARGEST // 100:
        raise Invalid("Enter a number.", field=field)
    if euro < 0:
        raise Invalid("Enter {ge} or more.", field=field, ge=0)
    if euro * 100 != (euro * 100).to_integral_value():
        raise Invalid("“{amount}” has more than two decimals.", field=field, amount=euro)
    return Cents(int(euro * 100))


def _both(ordinary: Decimal | None, extraordinary: Decimal | None) -> tuple[Cents | None, Cents | None]:
    """Both amounts of a body, or both refusals at once."""
    found, errors = list[Cents | None](), dict[str, DomainError]()
    for name, euro in (("ordinary_budget", ordinary), ("extraordinary_budget", extraordinary)):
        try:
            found.append(amount_of(euro, name))
        except Invalid as error:
            errors |= error.fields
    if errors:
        raise Invalid.together(errors)
    return found[0], found[1]


def _in_office(actor: Actor) -> Actor:
    """The contract: 401 for the platform administrator, who is in no office."""
    if actor.organization_id is None:
        raise Unauthorized("Choose an organisation first.")
    return actor


def _inside(actor: Actor, budget_id: UUID) -> Actor:
    """The actor in the budget's office: the platform administrator is in none."""
    if actor.organization_id:
        return actor
    return actor.within(call(actor, service.get_budget, budget_id).budget.organization_id)


def _act(actor: Actor, fn: Callable[..., Budget], budget_id: UUID, *args: Any, **more: Any) -> Response:
    """One action on a budget. The contract's habit: what is not found by an action is 400."""
    try:
        inside = _inside(actor, budget_id)
        call(inside, fn, budget_id, *args, **more)
        return json(wire(call(inside, service.get_budget, budget_id).budget))
    except NotFound as error:
        raise Invalid(error.message, **dict[str, Any](error.params)) from None


# --- The contract ----------------------------------------------------------------------------------------------------


@router.post("/budgets", status_code=201)
def create_budget(actor: CurrentActor, body: CreateBody) -> Response:
    """Two lines without account: all ordinary and all extraordinary costs of the year."""
    acting = _in_office(actor)
    ordinary, extraordinary = _both(body.ordinary_budget, body.extraordinary_budget)
    try:
        made = call(
            acting, service.create_totals, body.building_id, body.fiscal_year, ordinary or Cents(0), extraordinary or Cents(0),
            body.notes or "",
        )  # fmt: skip
    except NotFound as error:
        raise Invalid(error.message, field="building_id") from None
    return json(wire(made), 201)


@router.get("/budgets")
def list_budgets(
    actor: CurrentActor, page: AskedPage, status: str | None = None, building_id: UUID | None = None
) -> Response:
    sort = page.sort_by or "fiscal_year"
    if sort not in SORTS:
        raise Invalid("Cannot sort by “{column}”.", field="sort_by", column=sort)
    filters = {"status": rules.status_of(status)} if status else {}
    asked = Asked(page.page, page.per_page, SORTS[sort], page.order == "desc", filters=filters)
    found = call(actor, service.list_budgets, building_id, asked)
    return json(envelope([wire(row) for row in found.rows], found.total, page))


@router.get("/budgets/stats")
def stats(actor: CurrentActor) -> Response:
    """BudgetStatsResponse."""
    found = call(_in_office(actor), service.stats)
    counts = {f"{status}_count": found.counts[status] for status in Status}
    return json(
        {
            "total_budgets": found.total, **counts, "average_total_budget": euros(found.average),
            "average_monthly_provision": euros(rules.monthly(found.average)),
        }
    )  # fmt: skip


@router.get("/budgets/fiscal-year/{fiscal_year}")
def list_of_year(actor: CurrentActor, fiscal_year: int) -> Response:
    found = call(_in_office(actor), service.all_budgets, fiscal_year=fiscal_year)
    return json([wire(b) for b in found])


@router.get("/budgets/status/{status}")
def list_of_status(actor: CurrentActor, status: str) -> Response:
    found = call(_in_office(actor), service.all_budgets, status=status)
    return json([wire(b) for b in found])


@router.get("/buildings/{building_id}/budgets")
def list_of_building(actor: CurrentActor, building_id: UUID) -> Response:
    return json([wire(b) for b in call(actor, service.all_budgets, building_id)])


@router.get("/buildings/{building_id}/budgets/active")
def get_active(actor: CurrentActor, building_id: UUID) -> Response:
    """The approved budget of the year of today, or else the last approved one."""
    found = call(actor, service.active_budget, building_id, clock.today())
    if found:
        return json(wire(found[0]))
    approved = call(actor, service.all_budgets, building_id, status=Status.APPROVED)
    if not approved:
        raise NotFound("This budget does not exist.")
    return json(wire(approved[0]))


@router.get("/buildings/{building_id}/budgets/fiscal-year/{fiscal_year}")
def get_of_year(actor: CurrentActor, building_id: UUID, fiscal_year: int) -> Response:
    found = call(actor, service.all_budgets, building_id, fiscal_year)
    if not found:
        raise NotFound("This budget does not exist.")
    return json(wire(found[0]))


@router.get("/budgets/{budget_id}")
def get_budget(actor: CurrentActor, budget_id: UUID) -> Response:
    return json(wire(call(actor, service.get_budget, budget_id).budget))


@router.put("/budgets/{budget_id}")
def update_budget(actor: CurrentActor, budget_id: UUID, body: UpdateBody) -> Response:
    """The sums of a budget that was made by sums."""
    ordinary, extraordinary = _both(body.ordinary_budget, body.extraordinary_budget)
    return _act(actor, service.update_totals, budget_id, ordinary, extraordinary, body.notes)


@router.put("/budgets/{budget_id}/submit")
def submit(actor: CurrentActor, budget_id: UUID) -> Response:
    return _act(actor, service.submit_budget, budget_id)


@router.put("/budgets/{budget_id}/approve")
def approve(actor: CurrentActor, budget_id: UUID, body: ApproveBody) -> Response:
    """By a meeting, today."""
    decision = DecisionIn(decided_on=clock.today(), meeting_id=body.meeting_id)
    return _act(actor, service.approve_budget, budget_id, decision)


@router.put("/budgets/{budget_id}/reject")
def reject(
    actor: CurrentActor, budget_id: UUID, body: Annotated[RejectBody | None, Body(examples=[_REASON])] = None
) -> Response:
    return _act(actor, service.reject_budget, budget_id, (body and body.reason) or "", needed=False)


@router.put("/budgets/{budget_id}/archive")
def archive(actor: CurrentActor, budget_id: UUID) -> Response:
    return _act(actor, service.archive_budget, budget_id)


@router.get("/budgets/{budget_id}/variance")
def variance(actor: CurrentActor, budget_id: UUID) -> Response:
    return json(variance_wire(call(actor, following.follow_up, budget_id), clock.today()))


@router.delete("/budgets/{budget_id}", status_code=204)
def delete_budget(actor: CurrentActor, budget_id: UUID) -> Response:
    call(_inside(actor, budget_id), service.delete_budget, budget_id)
    return Response(status_code=204)


# --- Ours, with lines ------------------------------------------------------------------------------------------------


@router.post("/buildings/{building_id}/budgets", status_code=201)
def create_with_lines(actor: CurrentActor, building_id: UUID, body: LinesBody) -> Response:
    acting = for_building(actor, building_id)
    made = call(acting, service.create_budget, building_id, body)
    return json(details_wire(call(acting, service.get_budget, made.id)), 201)


@router.get("/buildings/{building_id}/budget-proposal")
def propose(
    actor: CurrentActor, building_id: UUID, year_id: UUID, source: Literal["actuals", "budget"] = "actuals",
    percent: Annotated[Decimal, Query(ge=-100, le=1000, max_digits=6, decimal_places=2)] = Decimal(0), whole_euros: bool = False,
) -> Response:  # fmt: skip
    """Lines from what the year before cost, or from its budget, with an index in %."""
    fn = following.propose_from_budget if source == "budget" else following.propose_from_actuals
    data = ProposalIn(percent=percent, whole_euros=whole_euros)
    return json([line_wire(x) for x in call(actor, fn, building_id, year_id, data)])


@router.get("/buildings/{building_id}/budget-settings")
def get_setting(actor: CurrentActor, building_id: UUID) -> Response:
    return json(call(actor, service.get_setting, building_id).model_dump())


@router.put("/buildings/{building_id}/budget-settings")
def set_setting(actor: CurrentActor, building_id: UUID, body: SettingBody) -> Response:
    return json(call(for_building(actor, building_id), service.set_setting, building_id, body).model_dump())


@router.get("/budgets/{budget_id}/details")
def get_details(actor: CurrentActor, budget_id: UUID) -> Response:
    return json(details_wire(call(actor, service.get_budget, budget_id)))


@router.put("/budgets/{budget_id}/details")
def update_details(actor: CurrentActor, budget_id: UUID, body: LinesBody) -> Response:
    inside = _inside(actor, budget_id)
    call(inside, service.update_budget, budget_id, body)
    return json(details_wire(call(inside, service.get_budget, budget_id)))


@router.put("/budgets/{budget_id}/decision")
def decide(actor: CurrentActor, budget_id: UUID, body: DecisionBody) -> Response:
    """Approves it: the day, the words and the paper of the meeting's decision."""
    inside = _inside(actor, budget_id)
    call(inside, service.approve_budget, budget_id, body)
    return json(details_wire(call(inside, service.get_budget, budget_id)))


@router.get("/budgets/{budget_id}/follow-up")
def follow_up(actor: CurrentActor, budget_id: UUID, until: date | None = None) -> Response:
    """Line by line up to a day, in cents; outside the budget: what no line names, private costs, movements of the funds."""
    x = call(actor, following.follow_up, budget_id, until)
    warn = call(actor, service.get_setting, x.whole.budget.building_id).warn_percent
    found = x.found
    return json(
        {
            "budget_id": budget_id, "until": x.until, "warn_percent": warn, "rows": [row_wire(row, warn) for row in found.rows],
            "unbudgeted": [row_wire(row, warn) for row in found.unbudgeted], "private_cents": found.private.actual,
            "funds_cents": found.funds.actual, "cost_cents": found.cost,
        }
    )  # fmt: skip


@router.get("/budgets/{budget_id}/reserve-check")
def reserve_check(actor: CurrentActor, budget_id: UUID) -> Response:
    """The contribution beside the minimum of art. 3.86 §3, in cents."""
    x = call(actor, following.reserve_check, budget_id)
    return json(
        {
            "state": x.state, "due_on": x.due_on, "base_cents": x.base, "minimum_cents": x.minimum,
            "contribution_cents": x.contribution, "missing_cents": x.missing,
        }
    )  # fmt: skip


@router.get("/budgets/{budget_id}/provisions")
def provisions(actor: CurrentActor, budget_id: UUID) -> Response:
    """What each lot pays of the running costs in the year, in cents."""
    found = call(actor, following.provision_per_lot, budget_id)
    return json([{"lot_id": x.lot_id, "number": x.number, "cents": x.cents} for x in found])
