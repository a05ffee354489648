"""Files: one interface over a folder or an S3 bucket (obstore). Content is addressed by its SHA-256: writing twice is harmless."""

import hashlib
from collections.abc import Iterator
from functools import cache
from typing import BinaryIO
from uuid import UUID

import obstore
from obstore.store import LocalStore, ObjectStore, from_url

from .config import settings

CHUNK = 1024 * 1024


@cache
def store() -> ObjectStore:
    """The store of the configuration; a folder is made if need be."""
    config = settings()
    if config.storage_url:
        return from_url(config.storage_url)
    folder = config.data_dir / "files"
    folder.mkdir(parents=True, exist_ok=True)
    return LocalStore(folder)


def key_of(building_id: UUID, sha256: str) -> str:
    """Files belong to a building, which may move to another organisation without moving its files."""
    return f"buildings/{building_id}/{sha256[:2]}/{sha256}"


def digest(file: BinaryIO) -> str:
    """SHA-256 of a file, read in pieces; the file is left at its start."""
    sha = hashlib.sha256()
    while piece := file.read(CHUNK):
        sha.update(piece)
    file.seek(0)
    return sha.hexdigest()


def put(key: str, file: BinaryIO) -> None:
    """Stores a file under its key; the same key twice is one file."""
    obstore.put(store(), key, file)


def read(key: str) -> bytes:
    """The whole file; raises FileNotFoundError."""
    return bytes(obstore.get(store(), key).bytes())


def stream(key: str) -> Iterator[bytes]:
    """The file in pieces; raises FileNotFoundError before the first."""
    for piece in obstore.get(store(), key).stream(min_chunk_size=CHUNK):
        yield bytes(piece)


def remove(key: str) -> None:
    """Forgets a file; silent when it is gone already."""
    try:
        obstore.delete(store(), key)
    except FileNotFoundError:
        return
