"""REST of the letters: runs and their progress in JSON, letters as PDF."""

import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO, cast
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from koprogo_app.api import AskedPage, CurrentActor, Page, envelope, example, json
from koprogo_app.core import storage
from koprogo_app.core.actor import Actor
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.buildings.api import for_building
from koprogo_app.modules.documents.files import disposition

from . import service
from .models import LetterRun
from .pdf.batch import merged
from .rules import Reason

router = APIRouter(tags=["letters"])
PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}}}
IN_MEMORY = 16 * 1024 * 1024


class PostedBody(BaseModel):
    """How many letters the reader was shown to be waiting for the post."""

    count: int = Field(ge=0)

    model_config = example(count=312)


def _asked(page: Page, search: str = "", **filters: str) -> Asked:
    return Asked(page.page, page.per_page, page.sort_by or "", page.order == "desc", search, filters)


def _run(run: LetterRun) -> dict[str, Any]:
    names = ("id", "building_id", "kind", "source_id", "round", "title", "dated_on", "total", "created_at")
    return {name: getattr(run, name) for name in names}


def _letter(row: Any, locale: str) -> dict[str, Any]:
    found = row._asdict()
    error, params = found.pop("error"), found.pop("error_params")
    return found | {"error": Reason(error, params or {}).worded(locale) if error else None}


def _pdf(file: tuple[str, bytes]) -> Response:
    name, content = file
    return Response(
        content, media_type="application/pdf", headers={"Content-Disposition": disposition(name, inline=True)}
    )


def _of_run(actor: Actor, run_id: UUID) -> Actor:
    """The actor in the office of the run, whose trail keeps what is done: the administrator is in none."""
    return actor if actor.organization_id else for_building(actor, call(actor, service.get_run, run_id).row.building_id)


@router.get("/buildings/{building_id}/letter-runs")
def list_runs(actor: CurrentActor, building_id: UUID) -> Response:
    """The latest first."""
    return json([_run(run) for run in call(actor, service.list_runs, building_id)])


@router.get("/letter-runs/{letter_run_id}")
def get_run(actor: CurrentActor, letter_run_id: UUID) -> Response:
    """`counts.done` of `total` are no longer waiting; `refused`: mails that the other server did not take.

    `undone`: what the letters are about was reversed; none leaves any more.
    """
    found = call(actor, service.get_run, letter_run_id)
    c = found.counts
    counts = {
        "waiting": c.waiting, "made": c.made, "sent": c.sent, "failed": c.failed, "email": c.email, "post": c.post,
        "to_post": c.to_post, "refused": c.refused, "done": c.done,
    }  # fmt: skip
    return json(_run(found.row) | {"undone": found.undone, "counts": counts})


@router.get("/letter-runs/{letter_run_id}/letters")
def list_letters(
    actor: CurrentActor, letter_run_id: UUID, page: AskedPage, status: str = "", channel: str = "", search: str = ""
) -> Response:
    """`status`: waiting, made, sent, failed or refused; `channel`: email or post. `error`: why a letter failed, in words."""
    asked = _asked(page, search, status=status, channel=channel)
    found = call(actor, service.list_letters, letter_run_id, asked)
    return json(envelope([_letter(row, actor.locale) for row in found.rows], found.total, page))


@router.post("/letter-runs/{letter_run_id}/retry")
def retry_failed(actor: CurrentActor, letter_run_id: UUID) -> dict[str, int]:
    """Has the letters that failed made again."""
    return {"count": call(_of_run(actor, letter_run_id), service.retry_failed, letter_run_id)}


@router.get("/letter-runs/{letter_run_id}/print", responses=PDF)
def print_batch(actor: CurrentActor, letter_run_id: UUID, duplex: bool = False) -> Response:
    """The letters that wait for the post as one file, by country, postcode and name. `duplex`: for both sides of the paper."""
    batch = call(_of_run(actor, letter_run_id), service.print_batch, letter_run_id)
    out = cast("BinaryIO", tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115  (closed by _pieces)
    letters = [(letter.key, letter.recipient) for letter in batch.letters]
    merged(letters, service.file_of, out, duplex=duplex)
    headers = {"Content-Disposition": disposition(batch.filename), "Content-Length": str(out.tell())}
    return StreamingResponse(_pieces(out), media_type="application/pdf", headers=headers)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(storage.CHUNK):
            yield piece


@router.post("/letter-runs/{letter_run_id}/posted")
def mark_posted(actor: CurrentActor, letter_run_id: UUID, body: PostedBody) -> dict[str, int]:
    """Says that the printed letters were posted; 400 when others wait than `count`."""
    return {"count": call(_of_run(actor, letter_run_id), service.mark_posted, letter_run_id, body.count)}


@router.get("/letters/{letter_id}/pdf", responses=PDF)
def get_letter(actor: CurrentActor, letter_id: UUID) -> Response:
    """A letter, for the office; marked as a duplicate once it has left."""
    return _pdf(call(actor, service.letter_file, letter_id))


@router.get("/my-letters")
def my_letters(actor: CurrentActor, page: AskedPage) -> Response:
    """What the association wrote to oneself, the latest first."""
    found = call(actor, service.my_letters, _asked(page))
    return json(envelope([row._asdict() for row in found.rows], found.total, page))


@router.get("/my-letters/{letter_id}/pdf", responses=PDF)
def my_letter(actor: CurrentActor, letter_id: UUID) -> Response:
    """One's own letter."""
    return _pdf(call(actor, service.my_letter_file, letter_id))
