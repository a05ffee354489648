"""A database of its own: the demonstration has fixed ids, and is refused where other organisations are."""

import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from koprogo_app.core import db, migrate, storage
from koprogo_app.core.config import settings
from koprogo_app.core.embedded_pg import EmbeddedPg
from koprogo_app.modules.demo import service

ENGINES = (db.engine, db.system_engine, db._single_statements)
CACHES = (settings, db.urls, *ENGINES, migrate.config, storage.store)

KILLED = """
import os, signal
import koprogo_app.tables
from koprogo_app.modules.demo import service
names = []
def told(name):
    names.append(name)
    if len(names) == 3:
        service._add_key = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
service.ensure_demo(told)
"""


def _forget_connections() -> None:
    for made in ENGINES:
        if made.cache_info().currsize:
            made().dispose()
    for cache in CACHES:
        cache.cache_clear()


@pytest.fixture(scope="package")
def empty_database() -> Iterator[None]:
    """A new server in a folder of its own, migrated and without any organisation but the platform's."""
    folder = Path(tempfile.mkdtemp(prefix="koprogo-demo-"))
    folder.chmod(0o755)  # the server's account passes through
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "OWNER_DATABASE_URL", "SYSTEM_DATABASE_URL"):
            patch.delenv(name, raising=False)
        patch.setenv("KOPROGO_DATA_DIR", str(folder))
        _forget_connections()
        migrate.upgrade()
        yield
        _forget_connections()
    _forget_connections()
    EmbeddedPg(folder / "postgres").release()
    shutil.rmtree(folder)


@pytest.fixture(scope="package")
def told(empty_database: None) -> list[str]:
    """The demonstration, loaded: a first load is killed while the third organisation is half written, the second goes
    on. The names that the second told."""
    killed = subprocess.run([sys.executable, "-c", KILLED], cwd=Path(__file__).parents[3], check=False)
    assert killed.returncode == -signal.SIGKILL
    names: list[str] = []
    assert service.ensure_demo(names.append)
    migrate.analyze()
    return names


@pytest.fixture
def mode() -> Iterator[Callable[[str], None]]:
    """mode("production"): the process as if it had been started so."""
    config = settings()
    before = config.mode

    def switch(to: str) -> None:
        object.__setattr__(config, "mode", to)

    yield switch
    switch(before)
