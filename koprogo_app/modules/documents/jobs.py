"""What runs by itself: reading texts, and removing files that a failure left behind."""

import itertools
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import structlog

from koprogo_app.core import clock, storage
from koprogo_app.core.actor import Actor, system_actor
from koprogo_app.core.jobs import job
from koprogo_app.core.service import call

from . import reading, upkeep

log = structlog.get_logger()
SETTLED = timedelta(days=1)  # a younger file may belong to a transaction that is not committed yet
_KEY = re.compile(rf"{storage.BUILDINGS}/([0-9a-f-]{{36}})/([0-9a-f]{{2}})/(\2[0-9a-f]{{62}})")


@job("extract_text", cron="*/10 * * * *")
def extract_text() -> int:
    """Reads the papers of every organisation that wait; returns how many."""
    return read_waiting(system_actor())


def read_waiting(actor: Actor) -> int:
    """Reads the papers that wait in the actor's reach, one after the other: each is kept at once, a crash loses one."""
    count = 0
    while found := call(actor, upkeep.waiting):
        for one in found:
            call(actor, upkeep.keep_text, one.id, _read(one))
            count += 1
    return count


def _read(one: upkeep.Waiting) -> reading.Reading:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "paper"
        try:
            with path.open("wb") as file:
                file.writelines(storage.stream(one.key))
        except FileNotFoundError:
            log.error("document_file_missing", version=str(one.id))
            return reading.Reading(None, "", True)
        return reading.read(path, one.mime)


@job("sweep_files", cron="40 2 * * *")
def sweep_files() -> int:
    """Removes files that no document names, a day after they were written; returns how many."""
    before, count = clock.now() - SETTLED, 0
    old = (key for key, written in storage.listed(storage.BUILDINGS) if written < before and _KEY.fullmatch(key))
    for batch in _batches(old):
        for key in call(system_actor(), upkeep.unused, batch):
            _, building_id, _, sha256 = key.split("/")
            count += call(system_actor(), upkeep.drop_file, UUID(building_id), sha256)
    if count:
        log.warning("files_without_document_removed", count=count)
    return count


def _batches(keys: Iterator[str], size: int = 500) -> Iterator[list[str]]:
    while batch := list(itertools.islice(keys, size)):
        yield batch
