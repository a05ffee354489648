"""REST of take-overs. Amounts are integer cents; the file goes in here, from the wizard too."""

from typing import Any, BinaryIO
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import ConfigDict

from koprogo_app.api import CurrentActor, example, file_of, json, multipart, uploaded
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import translate
from koprogo_app.core.service import call
from koprogo_app.modules.buildings.api import for_building

from . import service
from .drafts import lines_of
from .models import BalancesIn, StartIn
from .reading import MOST_BYTES
from .rules import Gate
from .service import Opening
from .words import detail_of

router = APIRouter(tags=["opening"])
_LINE = {
    "account": "4101", "label": "Jean Dupont", "debit_cents": 75_000, "credit_cents": 0, "reference": "2025/4", "due_on": "2025-12-31",
    "owner_id": "0199e6a4-8f3c-7c31-9d0a-3f5f3b1f7c10",
}  # fmt: skip


class StartBody(StartIn):
    model_config: ConfigDict = example(on="2026-01-01")  # type: ignore[assignment]


class BalancesBody(BalancesIn):
    model_config: ConfigDict = example(lines=[_LINE, {"account": "551", "credit_cents": 75_000}])  # type: ignore[assignment]


def _gate(gate: Gate, locale: str) -> dict[str, Any]:
    return {
        "key": gate.key, "label": translate(locale, gate.label), "passed": gate.passed, "blocking": gate.blocking,
        "detail": detail_of(gate, locale), "difference_cents": gate.figure, "article": gate.article or None,
    }  # fmt: skip


def wire(found: Opening, locale: str) -> dict[str, Any]:
    """A take-over: the balances of its entry, and of a draft every check and every line that is not clear."""
    run = found.run
    doubts = [
        {
            "line": line.raw.key, "row": line.raw.row, "field": doubt.field, "code": doubt.code, "blocking": doubt.blocking,
            "message": translate(locale, doubt.message, **doubt.params), "proposal": doubt.proposal or None,
        }
        for line in found.lines for doubt in line.doubts
    ]  # fmt: skip
    return {
        "id": run.id, "building_id": run.building_id, "status": run.status, "opens_on": run.opens_on, "filename": run.filename,
        "debit_cents": found.totals.debit, "credit_cents": found.totals.credit, "lines": [line.model_dump(mode="json") for line in lines_of(run)],
        "entry_id": run.entry_id, "undone_entry_id": run.undone_entry_id,
        "doubts": doubts, "gates": [_gate(gate, locale) for gate in found.gates],
    }  # fmt: skip


def _for_run(actor: Actor, opening_id: UUID) -> Actor:
    """The platform administrator, who is in no office, acts in the one of the building."""
    if actor.organization_id:
        return actor
    return actor.within(call(actor, service.get_opening, opening_id).run.organization_id)


def _shown(actor: Actor, opening_id: UUID, status: int = 200) -> Response:
    return json(wire(call(actor, service.get_opening, opening_id), actor.locale), status)


@router.get("/buildings/{building_id}/opening")
def find_opening(actor: CurrentActor, building_id: UUID) -> Response:
    """The draft, else what is entered, else what was undone last; null when there is nothing."""
    found = call(actor, service.find_opening, building_id)
    return json(wire(found, actor.locale) if found else None)


@router.post("/buildings/{building_id}/opening", status_code=201)
def start_opening(actor: CurrentActor, building_id: UUID, body: StartBody) -> Response:
    """Begins the draft, or moves the day of the one there is."""
    acting = for_building(actor, building_id)
    return _shown(acting, call(acting, service.start_opening, building_id, body).id, 201)


@router.post("/opening/{opening_id}/file", openapi_extra=multipart())
async def add_file(request: Request, actor: CurrentActor, opening_id: UUID) -> dict[str, Any]:
    """A trial balance or a list of balances (XLSX, XLS, ODS, CSV). The answer carries the id of the take-over."""
    async with uploaded(request, actor, Permission.LEDGER_SETUP) as form:
        return await run_in_threadpool(_add_file, actor, opening_id, *file_of(form))


def _add_file(actor: Actor, opening_id: UUID, filename: str, file: BinaryIO) -> dict[str, Any]:
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Invalid("This file is larger than {size} MB.", field="file", size=MOST_BYTES >> 20)
    found = call(_for_run(actor, opening_id), service.add_file, opening_id, filename, data)
    return {"id": str(opening_id), "filename": found.run.filename, "lines": found.totals.lines}


@router.put("/opening/{opening_id}/lines")
def set_lines(actor: CurrentActor, opening_id: UUID, body: BalancesBody) -> Response:
    """Puts these balances in the place of everything there is, files included."""
    return json(wire(call(_for_run(actor, opening_id), service.set_lines, opening_id, body.lines), actor.locale))


@router.post("/opening/{opening_id}/post")
def post_opening(actor: CurrentActor, opening_id: UUID) -> Response:
    """Enters the balances; once entered, the same again."""
    call(_for_run(actor, opening_id), service.post_opening, opening_id)
    return _shown(actor, opening_id)


@router.post("/opening/{opening_id}/undo")
def undo_opening(actor: CurrentActor, opening_id: UUID) -> Response:
    """Takes the entry back by its mirror."""
    call(_for_run(actor, opening_id), service.undo_opening, opening_id)
    return _shown(actor, opening_id)


@router.delete("/opening/{opening_id}", status_code=204)
def delete_draft(actor: CurrentActor, opening_id: UUID) -> Response:
    call(_for_run(actor, opening_id), service.delete_draft, opening_id)
    return Response(status_code=204)
