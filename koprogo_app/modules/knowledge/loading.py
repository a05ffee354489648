"""Bringing the knowledge base of this release into the database, and its vectors beside it.

A start must not wait for what is there already: nothing here loads a model, LangChain or the queue before there is work.
"""

import hashlib
from collections.abc import Iterator

from sqlalchemy import text, update
from sqlmodel import Session, select

from koprogo_app.core.actor import Actor, Permission, system_actor
from koprogo_app.core.config import settings
from koprogo_app.core.i18n import LOCALES, N_
from koprogo_app.core.service import call, requires

from . import files, rules
from .models import KnowledgeState

FILL = "fill_knowledge"
WRITING = text("SELECT pg_advisory_xact_lock(7083)")  # one writer of articles at a time
_WRITING_NOW = text("SELECT pg_try_advisory_xact_lock(7083)")


@requires(Permission.PLATFORM_ADMIN, everywhere=True)
def state(s: Session, actor: Actor) -> tuple[str, tuple[str, ...]]:
    """The digest of what is loaded, and the models it is searched with."""
    found = s.exec(select(KnowledgeState)).one()
    return found.digest, tuple(found.models)


def digest() -> str:
    """Changes when a file of the knowledge base or of the guide does. Of their bytes: reading 500 entries takes a second."""
    found = [*files.paths(), *sorted(files.FOLDER.glob("*.yml")), *sorted(files.GUIDE.glob("*/*.md"))]
    sha = hashlib.sha256()
    for path in found:
        sha.update(f"{path.parent.name}/{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return sha.hexdigest()


def bring() -> int:
    """Loads the entries of this release unless they are there; returns how many were loaded.

    Vectors that are missing, of new entries or after another model was chosen, are left to the job. Raises rules.Malformed.
    """
    loaded, models = call(system_actor(), state)
    count = call(system_actor(), ingest) if loaded != digest() else 0
    if count or set(models) != _configured():
        from koprogo_app.core import jobs

        jobs.kick(FILL)
    return count


@requires(Permission.PLATFORM_ADMIN, everywhere=True, audit=N_("knowledge loaded"))
def ingest(s: Session, actor: Actor) -> int:
    """Replaces the shipped entries by those of the files, at once, and notes which files they are; returns how many."""
    from . import service

    s.execute(WRITING)
    made_of = digest()
    count = service.replace_entries(s)
    s.execute(update(KnowledgeState).values(digest=made_of))
    return count


def _configured() -> set[str]:
    """The models the configuration names; one that cannot run here costs the job a look."""
    config = settings()
    return {config.embed_model} if config.embed_base_url else set(filter(None, config.embed_local.split(",")))


@requires(Permission.PLATFORM_ADMIN, everywhere=True)
def fill_batch(s: Session, actor: Actor, *, wait: bool = False) -> int:
    """Computes the next batch of missing vectors; 0 when none is missing, and searches use them from then on.

    Also 0 while another process writes, which goes on by itself, unless we `wait` for our turn. Vectors are derived from
    texts: the trail stays silent.
    """
    if wait:
        s.execute(WRITING)
    elif not s.execute(_WRITING_NOW).scalar_one():
        return 0
    from . import service

    return service.fill(s)


def filled(*, wait: bool = False) -> Iterator[int]:
    """How many vectors were computed, batch by batch, until none is missing. Each batch is kept: a stop loses one."""
    while count := call(system_actor(), fill_batch, wait=wait):
        yield count


def write_vectors() -> Iterator[tuple[str, int]]:
    """(model, how many were computed): brings the shipped vectors of each model that runs here to the entries."""
    from . import embedders, vectors

    contents = [content for entry in files.entries() for locale in LOCALES for content in rules.embedded(entry, locale)]
    for model in embedders.LOCAL:
        if model != embedders.E5 or embedders.e5_runs_here():
            yield model, vectors.write(model, contents)
