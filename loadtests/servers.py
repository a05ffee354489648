"""The two servers that are measured. Each has a fresh folder and a PostgreSQL of its own; leaving it stops both."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import bare
import psycopg

from koprogo_app.core.embedded_pg import EmbeddedPg
from koprogo_app.ops import frontend, serve

ROOT = Path(__file__).parents[1]
PATIENCE = 120  # seconds for a first answer
GRACE = 30  # seconds given to a server that stops
OURS = {  # whatever this shell or a file .env says: never another database, mail server or store
    "DATABASE_URL": "", "OWNER_DATABASE_URL": "", "SYSTEM_DATABASE_URL": "", "KOPROGO_SMTP_URL": "",
    "KOPROGO_STORAGE_URL": "", "KOPROGO_MODE": "demo", "ENABLE_RATE_LIMITING": "false", "LOGIN_RATE_LIMIT_MAX": "1000",
}  # fmt: skip


@dataclass
class Server:
    """A server that answers, with its database. `tables` are those whose rows are told."""

    url: str
    process: subprocess.Popen[bytes]
    database: EmbeddedPg
    log: Path
    tables: Sequence[str]

    def tidy(self) -> None:
        """Statistics for the planner: autovacuum would come in the middle of the run."""
        self._ask("VACUUM ANALYZE")

    def rows(self) -> dict[str, int]:
        """A faster server works on longer lists: the counts belong to the figures."""
        return {name: int(self._ask(f"SELECT count(*) FROM {name}")) for name in self.tables}

    def version(self) -> str:
        return self._ask("SHOW server_version").split()[0]

    def postmaster(self) -> int:
        return int((self.database.cluster / "postmaster.pid").read_text().split("\n", 1)[0])

    def check(self) -> None:
        """RuntimeError when it is no longer there: nothing that was measured then counts."""
        if (code := self.process.poll()) is not None:
            raise RuntimeError(f"The server ended in the middle, with code {code}.\n{tail(self.log)}")

    def _ask(self, query: str) -> str:
        with psycopg.connect(self.database.url("admin", "postgresql"), autocommit=True) as c:
            done = c.execute(query.encode())
            return str(done.fetchone()[0]) if done.description else ""  # type: ignore[index]


@contextlib.contextmanager
def product(port: int) -> Iterator[Server]:
    """KoproGo as `koprogo up` starts it on an empty folder: first the demonstration, then the serving process.

    Its middle step is left out, the pages: they are made for one port, and those in place may be in use by another server.
    """
    if frontend.missing():
        run([sys.executable, "-m", "koprogo_app.cli", "build"], os.environ, None)
    url = f"http://localhost:{port}"
    with _folder(port) as folder, _database(folder / "postgres", "koprogo") as database:
        env = os.environ | OURS | {"KOPROGO_DATA_DIR": str(folder), "PORT": str(port), "DEPLOY_URL": url}
        log = folder / "server.log"
        run([sys.executable, "-m", "koprogo_app.cli", "demo"], env, log)
        plan = serve.Plan("127.0.0.1", port, str(folder / "postgres"), "")
        env |= {serve.PLAN: json.dumps(asdict(plan))}
        with process([sys.executable, "-m", "koprogo_app.ops.serve"], env, log) as started:
            _wait(f"{url}/api/v1/health", started, log)
            yield Server(url, started, database, log, ("building", "lot", "owner", "audit_entry"))


@contextlib.contextmanager
def ceiling(port: int) -> Iterator[Server]:
    """bare.py under the same web server, on a database with the same settings and as many rows."""
    url = f"http://localhost:{port}"
    with _folder(port) as folder, _database(folder / "postgres", "bare") as database:
        address = database.ensure().url("owner", "postgresql")
        with psycopg.connect(address) as c:
            c.execute(bare.SCHEMA.encode())
        command = [sys.executable, "-m", "granian", "--interface", "asgi", "--workers", "1", "--log-level", "warning"]
        command += ["--host", "127.0.0.1", "--port", str(port), "bare:asgi"]
        log = folder / "server.log"
        env = os.environ | {"BARE_DATABASE_URL": address, "PYTHONPATH": str(Path(__file__).parent)}
        with process(command, env, log) as started:
            _wait(f"{url}/api/v1/health", started, log)
            yield Server(url, started, database, log, tuple(bare.TABLES))


# ---------------------------------------------------------------- processes


@contextlib.contextmanager
def process(command: Sequence[str], env: Mapping[str, str], log: Path | None) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own: Ctrl-C reaches run.py alone, which ends everything in order."""
    with log.open("ab") if log else contextlib.nullcontext() as out:
        started = subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out and subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
    try:
        yield started
    finally:
        started.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            started.wait(GRACE)
        with contextlib.suppress(ProcessLookupError):  # what would not stop, or was left by it
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()


def run(command: Sequence[str], env: Mapping[str, str], log: Path | None) -> None:
    """Runs a command to its end; RuntimeError with its last words when it fails."""
    with process(command, env, log) as started:
        if started.wait():
            raise RuntimeError(f"{' '.join(command[1:])} failed.\n{tail(log)}")


def tail(log: Path | None, lines: int = 20) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log and log.exists() else ""


def _wait(url: str, started: subprocess.Popen[bytes], log: Path) -> None:
    """Returns at the first answer."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and started.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310  (our own address)
            return
        time.sleep(0.2)
    ended = "" if started.poll() is None else f" The server ended with code {started.poll()}."
    raise RuntimeError(f"Nothing answers at {url}.{ended}\n{tail(log)}")


# ---------------------------------------------------------------- folders and databases


@contextlib.contextmanager
def _folder(port: int) -> Iterator[Path]:
    """A fresh folder, once the port is known to be free: another server there would be measured instead."""
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            raise RuntimeError(f"Port {port} is taken: choose another one with --port.") from None
    folder = Path(tempfile.mkdtemp(prefix="koprogo-load-"))
    folder.chmod(0o711)  # under root the database has an account of its own, which must pass
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _database(folder: Path, name: str) -> Iterator[EmbeddedPg]:
    """Stopped at the end, even when the server that used it was killed."""
    database = EmbeddedPg(folder, name)
    try:
        yield database
    finally:
        database.release()
        shutil.rmtree(database.home, ignore_errors=True)  # may be elsewhere: see EmbeddedPg.home
