"""Migrations: one linear history (Alembic), run as the owner of the schema."""

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from .config import ROOT
from .db import urls

LOCK = 4_150_701  # any number, the same in every process


@cache
def config() -> Config:
    """Alembic's configuration; the address is the owner's, never written to a file."""
    made = Config()
    made.set_main_option("script_location", str(ROOT / "koprogo_app" / "migrations"))
    made.set_main_option("sqlalchemy.url", urls().owner.replace("%", "%%"))
    return made


def head() -> str | None:
    """The newest revision this code knows."""
    return ScriptDirectory.from_config(config()).get_current_head()


def current() -> str | None:
    """The revision the database is at; None when it is empty."""
    engine = create_engine(urls().owner)
    try:
        with engine.connect() as c:
            return MigrationContext.configure(c).get_current_revision()
    finally:
        engine.dispose()


def analyze() -> None:
    """Has the planner count the rows anew, after much was loaded at once: autovacuum comes a minute later."""
    engine = create_engine(urls().owner, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as c:
            c.execute(text("ANALYZE"))
    finally:
        engine.dispose()


def upgrade() -> bool:
    """Brings the database to head, one process at a time; True when something was to do."""
    engine = create_engine(urls().owner, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as c:
            c.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})  # released with the connection
            if current() == head():
                return False
            command.upgrade(config(), "head")
            return True
    finally:
        engine.dispose()
