"""REST of the closing of a year: ours, in cents."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, Field

from koprogo_app.api import CurrentActor, example, json
from koprogo_app.core.i18n import translate
from koprogo_app.core.service import call
from koprogo_app.modules.buildings.api import for_building

from . import service
from .models import Accrual, AccrualIn, ClosingIn, YearClosing
from .service import State

router = APIRouter(tags=["closing"])
_ACCRUAL = {
    "kind": "to_receive", "account": "612100", "cents": 31250, "words": "Electricity, December", "period_from": "2025-12-01",
    "period_until": "2025-12-31",
}  # fmt: skip
_CLOSING = {"decided_on": "2026-03-20", "decision": "Item 4: the accounts of 2025 are approved", "fund": "reserve"}
AccrualBody = Annotated[AccrualIn, Body(examples=[_ACCRUAL])]
ClosingBody = Annotated[ClosingIn, Body(examples=[_CLOSING])]


class ReasonBody(BaseModel):
    reason: Annotated[str, Field(min_length=1, max_length=1000)]

    model_config = example(reason="An invoice of this year turned up")


def _accrual(x: Accrual) -> dict[str, Any]:
    names = ("id", "year_id", "kind", "account", "cents", "words", "period_from", "period_until", "key_id", "tenant_percent", "entry_id",
             "back_entry_id", "reason")  # fmt: skip
    return {name: getattr(x, name) for name in names}


def _closing(x: YearClosing) -> dict[str, Any]:
    names = ("id", "building_id", "year_id", "status", "decided_on", "decision", "document_id", "result_cents", "fund", "entry_id",
             "reversal_entry_id", "closed_at", "reason")  # fmt: skip
    return {name: getattr(x, name) for name in names}


def _state(x: State, locale: str) -> dict[str, Any]:
    checks = [
        {"key": c.key, "words": translate(locale, c.words), "passed": c.passed, "blocking": c.blocking}
        for c in x.checks
    ]
    carried = [
        {"account": b.account.code, "label": b.account.label(locale), "balance_cents": b.moved.after} for b in x.carried
    ]
    return {
        "year_id": x.year.id, "closed": x.closed, "result_cents": x.result, "checks": checks, "carried": carried,
        "accruals": [_accrual(a) for a in x.accruals], "closing": _closing(x.closing) if x.closing else None,
    }  # fmt: skip


@router.get("/buildings/{building_id}/years/{year_id}/closing")
def get_closing(actor: CurrentActor, building_id: UUID, year_id: UUID) -> Response:
    """What closing the year takes. Amounts of `carried` are debit less credit."""
    return json(_state(call(for_building(actor, building_id), service.get_state, building_id, year_id), actor.locale))


@router.post("/buildings/{building_id}/years/{year_id}/closing", status_code=201)
def close_year(actor: CurrentActor, building_id: UUID, year_id: UUID, body: ClosingBody) -> Response:
    """Closes the year by the meeting's decision; a closed year stays as it is."""
    return json(_closing(call(for_building(actor, building_id), service.close, building_id, year_id, body)), 201)


@router.post("/buildings/{building_id}/years/{year_id}/reopen")
def reopen_year(actor: CurrentActor, building_id: UUID, year_id: UUID, body: ReasonBody) -> Response:
    return json(_closing(call(for_building(actor, building_id), service.reopen, building_id, year_id, body.reason)))


@router.post("/buildings/{building_id}/years/{year_id}/accruals", status_code=201)
def add_accrual(actor: CurrentActor, building_id: UUID, year_id: UUID, body: AccrualBody) -> Response:
    """On the last day of the year, and back on the first day of the next. With the same `key` again, the one there is.

    `ordinary` says whether it recurs; without it, as the group of the account does.
    """
    return json(_accrual(call(for_building(actor, building_id), service.add_accrual, building_id, year_id, body)), 201)


@router.post("/buildings/{building_id}/accruals/{accrual_id}/undo")
def undo_accrual(actor: CurrentActor, building_id: UUID, accrual_id: UUID, body: ReasonBody) -> Response:
    return json(_accrual(call(for_building(actor, building_id), service.undo_accrual, accrual_id, body.reason)))
