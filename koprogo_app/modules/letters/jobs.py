"""What runs by itself: making the letters that wait, and removing the files of those that are gone."""

import itertools
import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import structlog

from koprogo_app.core import clock, storage
from koprogo_app.core.actor import Actor, system_actor
from koprogo_app.core.errors import Conflict
from koprogo_app.core.jobs import job
from koprogo_app.core.service import call

from . import making

log = structlog.get_logger()
SETTLED = timedelta(days=1)  # a younger file may belong to a transaction that is not committed yet
AT_ONCE = 500
_KEY = re.compile(rf"{storage.BUILDINGS}/[0-9a-f-]{{36}}/letters/([0-9a-f-]{{36}})\.pdf")


@job("make_letters", cron="*/5 * * * *")
def make_letters() -> int:
    """Makes the letters that wait in every office; returns how many. What a crash left is taken up."""
    return make_waiting(system_actor())


def make_waiting(actor: Actor) -> int:
    """Makes the letters that wait in the actor's reach, each in its own transaction: a crash loses none and doubles none."""
    total = 0
    while made := sum(_made(office, letter_id) for office, letter_id in call(actor, making.waiting)):
        total += made
    return total


def _made(organization_id: UUID, letter_id: UUID) -> int:
    """1 for a letter that was made or refused, 0 for one that somebody else is at."""
    try:
        call(system_actor(organization_id), making.make_letter, letter_id)
    except Conflict:
        return 0
    return 1


@job("sweep_letters", cron="50 2 * * *")
def sweep_letters() -> int:
    """Removes the files of letters that no row names any more, a day after they were written; returns how many."""
    before, count = clock.now() - SETTLED, 0
    found = (
        (UUID(match[1]), key)
        for key, written in storage.listed(storage.BUILDINGS)
        if written < before and (match := _KEY.fullmatch(key))
    )
    for batch in _batches(found):
        for letter_id in call(system_actor(), making.unused, set(batch)):
            storage.remove(batch[letter_id])
            count += 1
    if count:
        log.warning("files_without_letter_removed", count=count)
    return count


def _batches(found: Iterator[tuple[UUID, str]]) -> Iterator[dict[UUID, str]]:
    while batch := dict(itertools.islice(found, AT_ONCE)):
        yield batch
