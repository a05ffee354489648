"""Files: one interface over a folder or an S3 bucket (obstore).

Content is addressed by its SHA-256: writing twice is harmless.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import BinaryIO
from uuid import UUID

import obstore
from obstore.store import LocalStore, ObjectStore, from_url

from .config import settings
from .metrics import STORAGE, STORAGE_LATENCY

CHUNK = 1024 * 1024
BUILDINGS = "buildings"


@cache
def store() -> ObjectStore:
    """The store of the configuration; a folder is made if need be."""
    config = settings()
    if config.storage_url:
        return from_url(config.storage_url)
    folder = config.data_dir / "files"
    folder.mkdir(parents=True, exist_ok=True)
    return LocalStore(folder)


@contextmanager
def _measured(operation: str) -> Iterator[None]:
    provider = settings().storage_url.partition(":")[0] or "folder"
    began, result = time.perf_counter(), "error"
    try:
        yield
        result = "ok"
    finally:
        STORAGE.labels(provider, operation, result).inc()
        STORAGE_LATENCY.labels(provider, operation).observe(time.perf_counter() - began)


def key_of(building_id: UUID, sha256: str) -> str:
    """Files belong to a building, which may move to another organisation without moving its files."""
    return f"{BUILDINGS}/{building_id}/{sha256[:2]}/{sha256}"


def digest(file: BinaryIO) -> str:
    """SHA-256 of a file, read in pieces; the file is left at its start."""
    sha = hashlib.sha256()
    while piece := file.read(CHUNK):
        sha.update(piece)
    file.seek(0)
    return sha.hexdigest()


def put(key: str, file: BinaryIO) -> None:
    """Stores a file under its key, whole or not at all; the same key twice is one file."""
    with _measured("put"):
        obstore.put(store(), key, file, max_concurrency=2)  # two pieces of 5 MB in memory, not twelve


def read(key: str) -> bytes:
    """The whole file; raises FileNotFoundError."""
    with _measured("get"):
        return bytes(obstore.get(store(), key).bytes())


def stream(key: str) -> Iterator[bytes]:
    """The file in pieces; raises FileNotFoundError at the call, before any piece."""
    with _measured("get"):
        found = obstore.get(store(), key)
    return (bytes(piece) for piece in found.stream(min_chunk_size=CHUNK))


def remove(key: str) -> None:
    """Forgets a file; silent when it is gone already."""
    with _measured("delete"):
        try:
            obstore.delete(store(), key)
        except FileNotFoundError:
            return


def listed(prefix: str) -> Iterator[tuple[str, datetime]]:
    """Every file below a prefix: its key, and when it was last written."""
    for page in obstore.list(store(), prefix=prefix):
        for found in page:
            yield found["path"], found["last_modified"]
