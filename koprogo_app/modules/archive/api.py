"""REST of archives: a co-ownership's whole file, out as one zip and in again."""

import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from typing import IO, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import StreamingResponse

from koprogo_app.api import CurrentActor, acting_in
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


@router.post("/archives", status_code=201)
def import_building(
    actor: CurrentActor, file: Annotated[UploadFile, File()], organization_id: Annotated[str, Form()] = ""
) -> dict[str, Any]:
    """Brings a co-ownership in, whole or not at all; the platform administrator names the organisation."""
    most = settings().max_upload_mb
    if (file.size or 0) > most * 1024 * 1024:
        raise Invalid("This file is larger than {size} MB.", field="file", size=most)
    done = call(acting_in(actor, organization_id), service.import_building, file.file)
    return {"id": done.building_id} | asdict(done)
