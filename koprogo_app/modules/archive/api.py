"""REST of archives: a co-ownership's whole file, out as one zip and in again."""

import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from io import SEEK_END
from typing import IO, Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from starlette.datastructures import FormData

from koprogo_app.api import CurrentActor, acting_in, file_of, multipart, text_of, uploaded
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.config import settings
from koprogo_app.core.errors import Invalid
from koprogo_app.core.service import call
from koprogo_app.core.storage import CHUNK
from koprogo_app.modules.buildings import service as buildings

from . import service

router = APIRouter(tags=["archives"])


@router.get("/buildings/{building_id}/archive", responses={200: {"content": {"application/zip": {}}}})
def export_building(actor: CurrentActor, building_id: UUID) -> StreamingResponse:
    """Rows, documents and checksums of a co-ownership (art. 3.89 §5 7°), as POST /archives takes them."""
    organization_id = actor.organization_id or call(actor, buildings.get_building, building_id).organization_id
    file = tempfile.TemporaryFile()  # noqa: SIM115  (_pieces closes it)
    try:
        name = call(actor.within(organization_id), service.export_building, building_id, file)
        size = file.tell()
    except BaseException:
        file.close()
        raise
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(size)}
    return StreamingResponse(_pieces(file), media_type="application/zip", headers=headers)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The file from its start; it goes when it has been read, or when the reader leaves."""
    with file:
        file.seek(0)
        while piece := file.read(CHUNK):
            yield piece


@router.post("/archives", status_code=201, openapi_extra=multipart(organization_id="uuid: for the administrator."))
async def import_building(request: Request, actor: CurrentActor) -> dict[str, Any]:
    """Brings a co-ownership in, whole or not at all; the platform administrator names the organisation."""
    async with uploaded(request, actor, Permission.ARCHIVE_IMPORT) as form:
        return await run_in_threadpool(_import, actor, form)


def _import(actor: Actor, form: FormData) -> dict[str, Any]:
    _, file = file_of(form)
    most = settings().max_upload_mb
    if file.seek(0, SEEK_END) > most * 1024 * 1024:
        raise Invalid("This file is larger than {size} MB.", field="file", size=most)
    done = call(acting_in(actor, text_of(form, "organization_id")), service.import_building, file)
    return {"id": done.building_id} | asdict(done)
