"""REST of imports: the file goes in here; the wizard's pages and other clients read and decide by the same service."""

from dataclasses import asdict
from typing import Any, BinaryIO
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from koprogo_app.api import AskedPage, CurrentActor, envelope, example, file_of, json, multipart, uploaded
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Invalid
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.sheets.rules import MAX_BYTES

from . import service

router = APIRouter(prefix="/imports", tags=["imports"])


class ChoiceBody(BaseModel):
    fixes: dict[str, str] = {}
    drop: str = ""
    restore: str = ""
    add: dict[str, str] | None = None
    building: dict[str, str] | None = None

    model_config = example(drop="lots:12", building={"name": "Résidence Les Tilleuls", "city": "Uccle"})


@router.get("")
def list_runs(actor: CurrentActor, page: AskedPage) -> Response:
    found = call(actor, service.list_runs, Asked(page.page, page.per_page, page.sort_by or "", page.order == "desc"))
    return json(envelope([row._asdict() for row in found.rows], found.total, page))


@router.post("", status_code=201, openapi_extra=multipart())
async def start_import(request: Request, actor: CurrentActor) -> dict[str, Any]:
    """A spreadsheet of lots and owners (XLSX, XLS, ODS, CSV)."""
    async with uploaded(request, actor, Permission.IMPORTS_RUN) as form:
        return await run_in_threadpool(_start, actor, *file_of(form))


def _start(actor: Actor, filename: str, file: BinaryIO) -> dict[str, Any]:
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Invalid("This file is larger than {size} MB.", field="file", size=MAX_BYTES // 1024 // 1024)
    run = call(actor, service.start_import, filename, data)
    return {"id": str(run.id), "filename": run.filename, "status": run.status}


@router.get("/{run_id}")
def get_run(actor: CurrentActor, run_id: UUID) -> dict[str, Any]:
    """The register the file makes as things stand, with every finding and gate."""
    return _shown(call(actor, service.open_run, run_id))


@router.put("/{run_id}")
def choose(actor: CurrentActor, run_id: UUID, body: ChoiceBody) -> dict[str, Any]:
    done = call(
        actor,
        service.choose,
        run_id,
        fixes=body.fixes,
        drop=body.drop,
        restore=body.restore,
        add=body.add,
        building=body.building,
    )
    return _shown(done)


@router.get("/{run_id}/dry-run")
def dry_run(actor: CurrentActor, run_id: UUID) -> list[dict[str, Any]]:
    return [asdict(line) for line in call(actor, service.dry_run, run_id)]


@router.post("/{run_id}/commit")
def commit_import(actor: CurrentActor, run_id: UUID) -> dict[str, Any]:
    return asdict(call(actor, service.commit_import, run_id))


@router.post("/{run_id}/undo", status_code=204)
def undo_import(actor: CurrentActor, run_id: UUID) -> Response:
    call(actor, service.undo_import, run_id)
    return Response(status_code=204)


@router.delete("/{run_id}", status_code=204)
def delete_draft(actor: CurrentActor, run_id: UUID) -> Response:
    call(actor, service.delete_draft, run_id)
    return Response(status_code=204)


def _shown(found: service.Wizard) -> dict[str, Any]:
    return {
        "id": str(found.run.id),
        "filename": found.run.filename,
        "status": found.run.status,
        "choices": found.run.choices,
        "draft": found.draft.to_dict(),
    }
