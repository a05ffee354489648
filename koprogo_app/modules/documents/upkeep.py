"""The upkeep of the vault: texts for the search, and files that no row names any more.

Nobody acts here: texts are derived from files, and a file without a row is nothing of anybody. The trail stays silent.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select, update

from koprogo_app.core import storage
from koprogo_app.core.actor import Actor, Permission, system_actor
from koprogo_app.core.service import call, requires

from .models import DocumentVersion as Version
from .reading import Reading
from .rules import TextState

BATCH = 20
SHORTER = 100_000  # letters of a text whose index would be larger than PostgreSQL allows


@dataclass(frozen=True, slots=True)
class Waiting:
    """A version whose text is still to be read."""

    id: UUID
    key: str
    mime: str


def hold(s: Session, building_id: UUID, sha256: str) -> None:
    """One writer for one content until the transaction ends: nobody stores a file while another removes it."""
    key = storage.key_of(building_id, sha256)
    s.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


@requires(Permission.PLATFORM_ADMIN)
def waiting(s: Session, actor: Actor) -> list[Waiting]:
    """The oldest versions whose text is to be read, of every organisation."""
    wanted = select(Version.id, Version.building_id, Version.sha256, Version.mime).where(
        Version.text_state == TextState.WAITING
    )
    rows = s.exec(wanted.order_by(col(Version.id)).limit(BATCH))
    return [Waiting(key, storage.key_of(building_id, sha256), mime) for key, building_id, sha256, mime in rows]


@requires(Permission.PLATFORM_ADMIN)
def keep_text(s: Session, actor: Actor, version_id: UUID, reading: Reading) -> None:
    """Writes what was read of a version, which makes it searchable."""
    state = TextState.READ if any(c.isalnum() for c in reading.text) else TextState.EMPTY
    values = {"pages": reading.pages, "text_state": TextState.FAILED if reading.failed else state}
    try:
        with s.begin_nested():
            s.execute(update(Version).where(col(Version.id) == version_id).values(text=reading.text, **values))
    except DBAPIError:
        s.execute(update(Version).where(col(Version.id) == version_id).values(text=reading.text[:SHORTER], **values))


@requires(Permission.PLATFORM_ADMIN)
def unused(s: Session, actor: Actor, keys: Collection[str]) -> set[str]:
    """Those of the keys that no version names."""
    hashes = {key.rpartition("/")[2] for key in keys}
    rows = s.exec(select(Version.building_id, Version.sha256).where(col(Version.sha256).in_(hashes)))
    return set(keys) - {storage.key_of(building_id, sha256) for building_id, sha256 in rows}


@requires(Permission.PLATFORM_ADMIN)
def drop_file(s: Session, actor: Actor, building_id: UUID, sha256: str) -> bool:
    """Removes a file unless a version names it; True when it went. It asks over all organisations: buildings move."""
    hold(s, building_id, sha256)
    if s.exec(select(Version.id).where(Version.building_id == building_id, Version.sha256 == sha256)).first():
        return False
    storage.remove(storage.key_of(building_id, sha256))
    return True


def drop_files(building_id: UUID, hashes: Collection[str]) -> int:
    """Removes the files of a deleted document that no other one holds; returns how many. After the commit."""
    return sum(call(system_actor(), drop_file, building_id, sha256) for sha256 in hashes)
