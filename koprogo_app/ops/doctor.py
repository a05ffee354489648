"""`koprogo doctor`: looks at everything the product needs, and says how to mend what is wrong. Changes nothing."""

import importlib.metadata
import io
import os
import re
import shutil
import smtplib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from koprogo_app.core import db, migrate
from koprogo_app.core.config import ROOT, settings
from koprogo_app.core.embedded_pg import EmbeddedPg
from koprogo_app.core.mail import connect
from koprogo_app.ops import frontend

POSTGRES = 16
VECTOR = (0, 8)
EXTENSIONS = ("vector", "pg_trgm", "unaccent", "btree_gist")
FREE_DISK = 1024**3  # bytes
CLOCK_DRIFT = 60  # seconds
LIBRARIES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `mend` says what to do when it is not `ok`."""

    name: str
    ok: bool
    seen: str
    mend: str = ""


Check = Callable[[], Iterator[Finding]]


def examine() -> Iterator[Finding]:
    """Every finding, in the order in which one would mend them; a check that breaks is a finding too."""
    for check in CHECKS:
        try:
            yield from check()
        except Exception as error:  # the doctor reports what it meets, whatever it is
            yield Finding(
                check.__name__.replace("_", " "), False, str(error).strip() or type(error).__name__, "See above."
            )


def python() -> Iterator[Finding]:
    found = sys.version.split()[0]
    yield Finding("Python 3.11 or newer", sys.version_info >= (3, 11), found, "Install Python 3.11 or newer.")


def packages() -> Iterator[Finding]:
    lock = ROOT / "requirements" / "run.lock"
    if not lock.exists():
        yield Finding("Packages", False, f"no {lock.name}", "Take the whole source again: requirements/ is missing.")
        return
    wrong = [f"{name} {found or 'missing'}, locked {version}" for name, version, found in differences(lock.read_text())]
    yield Finding("Packages as locked", not wrong, "; ".join(wrong) or "all", "Run `make run`, which installs them.")


def differences(lock: str) -> Iterator[tuple[str, str, str]]:
    """(name, locked version, installed version or "") where they differ; lines for other systems are left out."""
    from packaging.requirements import Requirement

    for line in re.findall(r"^[A-Za-z0-9].*?==.*?(?= \\$|$)", lock, re.MULTILINE):
        requirement = Requirement(line)
        if requirement.marker and not requirement.marker.evaluate():
            continue
        version = next(iter(requirement.specifier)).version
        try:
            found = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            found = ""
        if found != version:
            yield requirement.name, version, found


def data_folder() -> Iterator[Finding]:
    folder = settings().data_dir
    yield Finding(f"Data folder {folder}", *writable(folder), "Give this account the right to write there.")
    free = shutil.disk_usage(_existing(folder)).free
    yield Finding(
        "Free disk", free >= FREE_DISK, f"{free / 1024**3:.1f} GB", "Free 1 GB at least: uploads and backups."
    )


def file_store() -> Iterator[Finding]:
    from koprogo_app.core import storage

    if not settings().storage_url:
        yield Finding(
            "File store", *writable(settings().data_dir / "files"), "Give this account the right to write there."
        )
        return
    key, text = "doctor/probe", b"probe"
    storage.put(key, io.BytesIO(text))
    same = storage.read(key) == text
    storage.remove(key)
    yield Finding("File store", same, settings().storage_url, "Check KOPROGO_STORAGE_URL and the AWS variables.")


def writable(folder: Path) -> tuple[bool, str]:
    """Whether a file can be made there, or in the folder that would hold it."""
    place = _existing(folder)
    try:
        with tempfile.NamedTemporaryFile(dir=place):
            return True, "writable"
    except OSError as error:
        return False, str(error)


def _existing(folder: Path) -> Path:
    return next(place for place in (folder, *folder.resolve().parents) if place.exists())


def database() -> Iterator[Finding]:
    """Reachable, new enough, with its extensions, roles that row-level security binds, and this release's schema."""
    mend = "Start the server; check DATABASE_URL, OWNER_DATABASE_URL and SYSTEM_DATABASE_URL."
    try:
        urls = db.urls()._asdict()
        connections = {
            who: psycopg.connect(url.replace("+psycopg", ""), connect_timeout=5) for who, url in urls.items()
        }
    except (psycopg.OperationalError, RuntimeError) as error:
        yield Finding("Database", False, str(error).strip(), mend)
        return
    app = connections["app"]
    version = app.info.server_version // 10000
    yield Finding("Database", True, app.info.host if settings().database_url else f"embedded, in {embedded().home}")
    yield Finding("PostgreSQL 16 or newer", version >= POSTGRES, str(version), "Upgrade the server.")
    yield from extensions(app)
    yield from clock(app)
    for who, connection in connections.items():
        yield from role(who, connection)
        connection.close()
    yield from schema()


def embedded() -> EmbeddedPg:
    return EmbeddedPg(settings().data_dir / "postgres")


def extensions(c: psycopg.Connection) -> Iterator[Finding]:
    have = dict(c.execute("SELECT extname, extversion FROM pg_extension").fetchall())
    for name in EXTENSIONS:
        mend = f"As administrator of the database: CREATE EXTENSION {name};"
        yield Finding(f"Extension {name}", name in have, have.get(name, "missing"), mend)
    if found := have.get("vector"):
        new = tuple(int(part) for part in found.split(".")[:2]) >= VECTOR
        yield Finding("pgvector 0.8 or newer", new, found, "Upgrade pgvector on the server.")


def role(who: str, c: psycopg.Connection) -> Iterator[Finding]:
    row = c.execute("SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user").fetchone()
    name, above = row or ("?", True)
    mend = f"ALTER ROLE {name} NOSUPERUSER NOBYPASSRLS; (deploy/init.sql): this role would see every organisation."
    yield Finding(f"Role {name} ({who})", not above, "above row-level security" if above else "bound by policies", mend)


def clock(c: psycopg.Connection) -> Iterator[Finding]:
    row = c.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
    drift = abs(time.time() - row[0]) if row else 0.0
    mend = "Set the clock (timedatectl set-ntp true): sessions, deadlines and the audit trail depend on it."
    year = time.gmtime().tm_year
    yield Finding("Clock", drift < CLOCK_DRIFT and year >= 2026, f"{drift:.0f} s from the database, year {year}", mend)


def schema() -> Iterator[Finding]:
    current, head = migrate.current(), migrate.head()
    yield Finding("Database schema", current == head, f"at {current}, code at {head}", "Run `koprogo migrate`.")


def papers() -> Iterator[Finding]:
    mend = f"sudo apt-get install {' '.join(LIBRARIES)} (elsewhere: Pango 1.44 or newer)."
    try:
        import weasyprint  # pyright: ignore[reportMissingTypeStubs]
    except OSError as error:
        yield Finding("PDF libraries", False, str(error).splitlines()[0], mend)
        return
    yield Finding("PDF libraries", True, f"WeasyPrint {weasyprint.__version__}")
    fonts = [path.name for path in (ROOT / "assets" / "fonts").glob("*.woff2") if path.name.lower().startswith("inter")]
    yield Finding("Font Inter", bool(fonts), f"{len(fonts)} files", "Take assets/fonts of the source again.")


def mail() -> Iterator[Finding]:
    address = settings().smtp_url
    if not address:
        yield Finding("Mail", True, "not set: messages stay in the outbox page")
        return
    host = urlsplit(address).hostname or "localhost"
    try:
        with connect(address, timeout=5) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        mend = "Check KOPROGO_SMTP_URL, that its port is open, and its certificate (a list of your own: SSL_CERT_FILE)."
        yield Finding("Mail", False, f"{host}: {error}", mend)
    else:
        yield Finding("Mail", True, host)


def pages() -> Iterator[Finding]:
    missing = frontend.missing()
    seen = "missing" if missing else "built" if frontend.is_current() else "older than the sources"
    yield Finding("Frontend", seen == "built", seen, "Run `koprogo build`, or `make run`.")


def address() -> Iterator[Finding]:
    config = settings()
    yield Finding("Mode", True, f"{config.mode}, {config.deploy_url}")
    if os.geteuid() == 0 and not config.demo:
        yield Finding("Account", False, "root", "Run KoproGo as an account of its own.")


CHECKS: tuple[Check, ...] = (python, packages, address, data_folder, file_store, database, papers, mail, pages)
