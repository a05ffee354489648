"""REST of the funds: ours, in cents."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, Field

from koprogo_app.api import AskedPage, CurrentActor, acting_in, envelope, example, json
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.buildings.api import for_building

from . import moving, service
from .models import AllocationIn, FundMovement, FundWaiver, TransferIn, WaiverIn, WithdrawalIn
from .reading import Overview
from .rules import Cover

router = APIRouter(tags=["funds"])
_WITHDRAWAL = {
    "fund": "reserve", "cents": 250000, "moved_on": "2026-03-01", "words": "Roof, first part", "decision": "Meeting of 12 February, point 6",
}  # fmt: skip
_TRANSFER = {"from_code": "551", "to_code": "550", "cents": 50000, "moved_on": "2026-03-01"}
_ALLOCATION = {
    "fund": "reserve", "cents": 80000, "moved_on": "2026-03-01", "words": "Surplus of 2025", "decision": "Meeting of 12 February, point 4",
}  # fmt: skip
_WAIVER = {
    "year_id": "0199e6a4-8f3c-7c31-9d0a-3f5f3b1f7c10",
    "decided_on": "2026-02-12",
    "votes_for": 850,
    "votes_cast": 1000,
}


class ReasonBody(BaseModel):
    reason: Annotated[str, Field(max_length=300)]

    model_config = example(reason="Entered twice")


def _cover(x: Cover) -> dict[str, Any]:
    return {
        "fund_cents": x.fund, "money_cents": x.money, "owed_cents": x.owed, "difference_cents": x.difference, "elsewhere_cents": x.elsewhere,
    }  # fmt: skip


def _waiver(x: FundWaiver) -> dict[str, Any]:
    return x.model_dump(exclude={"source_id", "updated_at"})


def _overview(x: Overview) -> dict[str, Any]:
    d, b = x.duty, x.duty.base
    duty = {
        "article": "3.86 §3", "verdict": d.verdict.value, "due_from": d.due_from, "base_cents": b and b.cents,
        "base_told_cents": b and b.told, "base_assumed_cents": b and b.assumed, "left_out_cents": b and b.left_out,
        "minimum_cents": d.minimum, "contributed_cents": d.contributed, "planned_cents": d.planned,
        "waiver": d.waiver and _waiver(d.waiver),
    }  # fmt: skip
    funds = [
        {"fund": one.fund.value, "opening_cents": one.opening, "contributed_cents": one.contributed, "allocated_cents": one.allocated,
         "interest_cents": one.interest, "withdrawn_cents": one.withdrawn, "other_cents": one.other, "balance_cents": one.balance}
        for one in x.standings
    ]  # fmt: skip
    year = {"year_id": x.year.id, "starts_on": x.year.starts_on, "ends_on": x.year.ends_on}
    return year | {"funds": funds, "working": _cover(x.working), "reserve": _cover(x.reserve), "duty": duty}


def _movement(x: Any) -> dict[str, Any]:
    return {name: getattr(x, name) for name in x._fields}


def _made(actor: Any, movement: FundMovement) -> Response:
    return json(_movement(call(actor, service.get_movement, movement.id)), 201)


@router.get("/buildings/{building_id}/funds")
def get_funds(actor: CurrentActor, building_id: UUID, year_id: UUID) -> Response:
    """A financial year of the funds: what they hold, the money behind them, the duty to contribute (art. 3.86 §3)."""
    return json(_overview(call(for_building(actor, building_id), service.get_overview, building_id, year_id)))


@router.get("/buildings/{building_id}/funds/years")
def list_fund_years(actor: CurrentActor, building_id: UUID) -> Response:
    """What each fund held at the end of each year, oldest first."""
    found = call(for_building(actor, building_id), service.list_ended, building_id)
    return json([
        {"year_id": x.year.id, "starts_on": x.year.starts_on, "ends_on": x.year.ends_on,
         "balances": {fund.value: cents for fund, cents in x.held.items()}}
        for x in found
    ])  # fmt: skip


@router.get("/buildings/{building_id}/funds/lines")
def list_fund_lines(
    actor: CurrentActor, building_id: UUID, page: AskedPage, year_id: str = "", fund: str = "", search: str = ""
) -> Response:
    """What the books say of the funds: `cents` above zero was added, below zero taken out."""
    asked = Asked(
        page.page, page.per_page, page.sort_by or "", page.order == "desc", search, {"year": year_id, "fund": fund}
    )
    found = call(for_building(actor, building_id), service.list_lines, building_id, asked)
    return json(envelope([_movement(x) for x in found.rows], found.total, page))


@router.get("/buildings/{building_id}/funds/costs")
def list_fund_costs(actor: CurrentActor, building_id: UUID, search: str = "") -> Response:
    """The last costs of the books that a fund may pay, fifty at most; `left`: cents of it not yet paid from a fund."""
    found = call(for_building(actor, building_id), service.list_costs, building_id, search)
    return json([_movement(x) for x in found])


@router.get("/buildings/{building_id}/fund-movements")
def list_fund_movements(
    actor: CurrentActor, building_id: UUID, page: AskedPage, kind: str = "", fund: str = "", state: str = "", search: str = ""
) -> Response:  # fmt: skip
    """`state`: standing or reversed."""
    filters = {"kind": kind, "fund": fund, "state": state}
    asked = Asked(page.page, page.per_page, page.sort_by or "", page.order == "desc", search, filters)
    found = call(for_building(actor, building_id), service.list_movements, building_id, asked)
    return json(envelope([_movement(x) for x in found.rows], found.total, page))


@router.get("/fund-movements/{movement_id}")
def get_fund_movement(actor: CurrentActor, movement_id: UUID) -> Response:
    return json(_movement(call(actor, service.get_movement, movement_id)))


@router.post("/buildings/{building_id}/fund-movements/withdrawals", status_code=201)
def withdraw(
    actor: CurrentActor, building_id: UUID, body: Annotated[WithdrawalIn, Body(examples=[_WITHDRAWAL])]
) -> Response:
    """With a `key` of the client's making, what is sent twice is written once."""
    inside = for_building(actor, building_id)
    return _made(inside, call(inside, moving.withdraw, building_id, body))


@router.post("/buildings/{building_id}/fund-movements/transfers", status_code=201)
def transfer(
    actor: CurrentActor, building_id: UUID, body: Annotated[TransferIn, Body(examples=[_TRANSFER])]
) -> Response:
    """Between two accounts of the association; `key` as for a withdrawal."""
    inside = for_building(actor, building_id)
    return _made(inside, call(inside, moving.transfer, building_id, body))


@router.post("/buildings/{building_id}/fund-movements/allocations", status_code=201)
def allocate(
    actor: CurrentActor, building_id: UUID, body: Annotated[AllocationIn, Body(examples=[_ALLOCATION])]
) -> Response:
    """By a decision, or `interest`; `key` as for a withdrawal."""
    inside = for_building(actor, building_id)
    return _made(inside, call(inside, moving.allocate, building_id, body))


@router.post("/fund-movements/{movement_id}/reverse")
def reverse_movement(actor: CurrentActor, movement_id: UUID, body: ReasonBody) -> Response:
    building_id = call(actor, service.get_movement, movement_id).building_id
    inside = for_building(actor, building_id)
    call(inside, moving.reverse_movement, movement_id, body.reason)
    return json(_movement(call(inside, service.get_movement, movement_id)))


@router.get("/buildings/{building_id}/fund-waivers")
def list_fund_waivers(actor: CurrentActor, building_id: UUID) -> Response:
    """Withdrawn ones too, the last decided first."""
    found = call(for_building(actor, building_id), service.list_waivers, building_id)
    return json([_waiver(x) for x in found])


@router.post("/buildings/{building_id}/fund-waivers", status_code=201)
def record_waiver(
    actor: CurrentActor, building_id: UUID, body: Annotated[WaiverIn, Body(examples=[_WAIVER])]
) -> Response:
    """Votes are shares: four fifths of those cast at least (art. 3.86 §3 al. 4)."""
    return json(_waiver(call(for_building(actor, building_id), service.record_waiver, building_id, body)), 201)


@router.post("/fund-waivers/{waiver_id}/withdraw")
def withdraw_waiver(actor: CurrentActor, waiver_id: UUID, body: ReasonBody) -> Response:
    waiver = call(actor, service.get_waiver, waiver_id)
    return json(
        _waiver(call(acting_in(actor, waiver.organization_id), service.withdraw_waiver, waiver_id, body.reason))
    )
