"""REST of calls for funds in our own conventions: integer cents, lines and parts. The contract's routes are in contract.py."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, Field

from koprogo_app.api import AskedPage, CurrentActor, acting_in, envelope, example, json
from koprogo_app.core.actor import Actor
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call as run
from koprogo_app.modules.buildings.api import for_building
from koprogo_app.modules.splits.models import Preview

from . import issuing, series, service
from .models import Call, CallIn, SeriesIn
from .service import OwnCall, Whole

router = APIRouter(tags=["calls for funds"])
_LINE = {"description": "Running costs", "destination": "provisions", "cents": 1800000}
_CALL = {
    "title": "4th quarter 2026", "kind": "regular", "called_on": "2026-09-30", "due_on": "2026-10-31", "lines": [_LINE],
}  # fmt: skip
_SERIES = {"title": "Provisions 2026", "rhythm": "quarterly", "first_on": "2026-01-01", "lines": [_LINE]}
CallBody = Annotated[CallIn, Body(examples=[_CALL])]
SeriesBody = Annotated[SeriesIn, Body(examples=[_SERIES])]


class ReasonBody(BaseModel):
    reason: Annotated[str, Field(min_length=1, max_length=500)]

    model_config = example(reason="Wrong key")


class IssueBody(BaseModel):
    """`seen`: that of the preview; left out, the call is issued as it is."""

    seen: Annotated[str, Field(max_length=64)] | None = None


_SEEN = {"seen": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}


def inside(actor: Actor, call_id: UUID) -> Actor:
    """The actor in the office of the call: the platform administrator is in none."""
    if actor.organization_id:
        return actor
    return acting_in(actor, run(actor, service.get_row, call_id).organization_id)


def wire(x: Whole) -> dict[str, Any]:
    """A call with its lines and, once issued, what each owner owes. `state`: rules.State."""
    c: Call = x.call
    names = ("id", "building_id", "title", "description", "kind", "status", "called_on", "due_on", "owner_id", "lot_id", "budget_id",
             "total_cents", "created_by", "issued_by", "issued_at", "entry_id", "reversal_entry_id", "reversal_reason",
             "created_at", "updated_at")  # fmt: skip
    lines = [
        {"id": line.id, "description": line.description, "destination": line.destination, "key_id": line.key_id, "cents": line.cents}
        for line in x.lines
    ]  # fmt: skip
    due = [
        {"owner_id": one.owner_id, "owner": one.name, "lots": one.lots, "cents": one.cents, "reserve_cents": one.reserve_cents,
         "open_cents": one.open_cents, "state": one.state}
        for one in x.owners
    ]  # fmt: skip
    sums = {"state": x.state, "open_cents": x.open_cents, "reserve_cents": x.reserve_cents}
    return {name: getattr(c, name) for name in names} | sums | {"lines": lines, "owners": due}


def _shared(found: Preview, **more: str) -> Response:
    lines = [
        [
            {
                "lot_id": x.part.lot_id,
                "lot": x.lot,
                "owner_id": x.part.owner_id,
                "owner": x.owner,
                "cents": x.part.cents,
            }
            for x in parts
        ]
        for parts in found.costs
    ]
    owners = [{"owner_id": x.owner_id, "owner": x.owner, "cents": x.owed.cents} for x in found.totals]
    return json({"lines": lines, "owners": owners} | more)


@router.get("/buildings/{building_id}/calls")
def list_calls(
    actor: CurrentActor, building_id: UUID, page: AskedPage, search: str = "", state: str = "", kind: str = ""
) -> Response:
    """`state`: draft, issued, partly_paid, paid, overdue, reversed, or open for all that is not paid."""
    asked = Asked(
        page.page, page.per_page, page.sort_by or "", page.order == "desc", search, {"state": state, "kind": kind}
    )
    here = for_building(actor, building_id)
    found = run(here, service.list_calls, building_id, asked)
    sums = run(here, service.sums, building_id)
    rows = [row._asdict() for row in found.rows]
    said = {
        "drafts": sums.drafts, "called_cents": sums.called, "open_cents": sums.open, "overdue_cents": sums.overdue
    }  # fmt: skip
    return json(envelope(rows, found.total, page) | said)


@router.post("/buildings/{building_id}/calls", status_code=201)
def create_call(actor: CurrentActor, building_id: UUID, body: CallBody) -> Response:
    """Enters a draft. With `key`, a call sent twice is kept once."""
    here = for_building(actor, building_id)
    return json(wire(run(here, service.get_call, run(here, service.create_call, building_id, body).id)), 201)


@router.post("/buildings/{building_id}/calls/preview")
def preview_new(actor: CurrentActor, building_id: UUID, body: CallBody) -> Response:
    """What each owner would pay, line by line and in all; nothing is kept."""
    return _shared(run(for_building(actor, building_id), service.preview_new, building_id, body))


@router.post("/buildings/{building_id}/calls/series", status_code=201)
def create_series(actor: CurrentActor, building_id: UUID, body: SeriesBody) -> Response:
    """Drafts the calls of a year; without lines, from the approved budget."""
    here = for_building(actor, building_id)
    made = run(here, series.create_series, building_id, body)
    return json([wire(run(here, service.get_call, one.id)) for one in made], 201)


@router.post("/buildings/{building_id}/calls/series/preview")
def preview_series(actor: CurrentActor, building_id: UUID, body: SeriesBody) -> Response:
    """The calls that would be made. `called_cents`: what other calls have taken from the budget already."""
    plan = run(for_building(actor, building_id), series.preview_series, building_id, body)
    calls = [one.model_dump(include={"title", "called_on", "due_on", "lines"}) for one in plan.calls]
    sums = {"total_cents": plan.total, "budget_id": plan.budget_id, "called_cents": plan.called_cents}
    return json(sums | {"calls": calls})


@router.get("/calls/{call_id}")
def get_call(actor: CurrentActor, call_id: UUID) -> Response:
    return json(wire(run(actor, service.get_call, call_id)))


@router.put("/calls/{call_id}")
def update_call(actor: CurrentActor, call_id: UUID, body: CallBody) -> Response:
    """All of a draft: its lines are replaced."""
    here = inside(actor, call_id)
    return json(wire(run(here, service.get_call, run(here, service.update_call, call_id, body).id)))


@router.get("/calls/{call_id}/preview")
def preview(actor: CurrentActor, call_id: UUID) -> Response:
    """What each owner pays, line by line and in all, as things stand now. `seen`: says so when the call is issued."""
    whole, found = run(actor, service.get_call, call_id), run(actor, service.preview, call_id)
    return _shared(found, seen=service.seen(whole.call, whole.lines, found))


@router.put("/calls/{call_id}/issue")
def issue(
    actor: CurrentActor, call_id: UUID, body: Annotated[IssueBody | None, Body(examples=[_SEEN])] = None
) -> Response:  # fmt: skip
    """Issues the draft, once. With the `seen` of its preview, 400 when the call or what anybody pays has changed since."""
    here, seen = inside(actor, call_id), body.seen if body else None
    return json(wire(run(here, service.get_call, run(here, issuing.issue_call, call_id, seen).id)))


@router.put("/calls/{call_id}/reverse")
def reverse(actor: CurrentActor, call_id: UUID, body: ReasonBody) -> Response:
    """Undoes an issued call by the mirror of its entry; what was paid stays in the owners' favour."""
    here = inside(actor, call_id)
    return json(wire(run(here, service.get_call, run(here, issuing.reverse_call, call_id, body.reason).id)))


def _own(x: OwnCall) -> dict[str, Any]:
    names = ("call_id", "building_id", "building", "title", "description", "called_on", "due_on", "state", "cents", "reserve_cents",
             "open_cents", "digits", "iban")  # fmt: skip
    parts = ("description", "destination", "lot", "cents", "weight", "whole")
    why = [{name: getattr(part, name) for name in parts} for part in x.parts]
    return {name: getattr(x, name) for name in names} | {"parts": why}


@router.get("/my-calls")
def my_calls(actor: CurrentActor) -> Response:
    """What is asked of the reader himself: by when, why, how much is open, and how it is paid."""
    return json([_own(x) for x in run(actor, service.my_calls)])
