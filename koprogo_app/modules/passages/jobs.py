"""What runs by itself: the reading of the papers that the assistant may quote."""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from koprogo_app.core import storage
from koprogo_app.core.actor import Actor, system_actor
from koprogo_app.core.jobs import job
from koprogo_app.core.service import call
from koprogo_app.modules.knowledge import embedders

from . import reading, upkeep
from .rules import Piece, Reason, Refused

log = structlog.get_logger()


class Withdrawn(Exception):
    """The reading is not asked for any more."""


@job("read_papers", cron="*/10 * * * *")
def read_papers() -> int:
    """Reads the papers of every organisation that wait; returns how many."""
    return read_waiting(system_actor())


def read_waiting(actor: Actor) -> int:
    """Reads the papers that wait in the actor's reach, one after the other, and files what lacks a vector since the models changed."""
    count = 0
    while taken := call(actor, upkeep.take):
        _read(actor, taken)
        count += 1
    _file(actor, None)
    return count


def _read(actor: Actor, taken: upkeep.Taken) -> None:
    try:
        pieces = _pieces(actor, taken)
    except Refused as refused:
        call(actor, upkeep.fail, taken, refused.reason)
        return
    except Withdrawn:
        return
    if call(actor, upkeep.keep, taken, pieces):
        _file(actor, taken)
        call(actor, upkeep.finish, taken)


def _pieces(actor: Actor, taken: upkeep.Taken) -> list[Piece]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "paper"
        try:
            with path.open("wb") as file:
                file.writelines(storage.stream(taken.key))
        except FileNotFoundError:
            log.error("document_file_missing", reading=str(taken.id))
            raise Refused(Reason.MISSING) from None
        return reading.read(path, taken.mime, partial(_report, actor, taken))


def _report(actor: Actor, taken: upkeep.Taken, pages_read: int, pages: int) -> None:
    if not call(actor, upkeep.report, taken, pages_read, pages):
        raise Withdrawn


def _file(actor: Actor, taken: upkeep.Taken | None) -> None:
    """Computes missing vectors. A model that fails is left for the next time: the words of a passage find it meanwhile."""
    for model in embedders.wanted():
        while found := call(actor, upkeep.unfiled, model, taken):
            try:
                vectors = embedders.model(model).passages([passage.text for passage in found])
            except Exception:  # whatever a wheel or an endpoint raises
                log.warning("embedding_failed", model=model, exc_info=True)
                break
            call(actor, upkeep.file_vectors, model, found, vectors, taken)
