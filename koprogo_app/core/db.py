"""Engines, transactions and the base of every table. Only the gate and auth open transactions."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from select import POLLIN, poll
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection
from sqlalchemy import Connection as SqlConnection
from sqlalchemy import DateTime, Engine, ForeignKeyConstraint, UniqueConstraint, create_engine, event, text
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, Session, SQLModel

from .clock import now
from .config import settings
from .ids import uuid7

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
CURRENT_ORGANIZATION = "nullif(current_setting('koprogo.organization', true), '')::uuid"


def snake(name: str) -> str:
    """FundsCall -> funds_call."""
    return "".join("_" + c.lower() if c.isupper() and i else c.lower() for i, c in enumerate(name))


class Entity(SQLModel):
    """A row with a key that sorts by age."""

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805
        return snake(cls.__name__)

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    created_at: datetime = Field(default_factory=now, sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
    updated_at: datetime = Field(
        default_factory=now, sa_type=DateTime(timezone=True), sa_column_kwargs={"onupdate": now}
    )  # type: ignore[call-overload]


class TenantEntity(Entity):
    """A row of one organisation. PostgreSQL fills the column and hides everyone else's rows."""

    organization_id: UUID = Field(
        default=None,
        nullable=False,
        foreign_key="organization.id",
        sa_column_kwargs={"server_default": text(CURRENT_ORGANIZATION)},
    )


def tenant_key() -> UniqueConstraint:
    """Lets other tables of the same organisation, and only those, point at this one."""
    return UniqueConstraint("organization_id", "id")


def tenant_ref(column: str, table: str) -> ForeignKeyConstraint:
    """A foreign key that cannot reach another organisation (foreign keys are checked past row-level security).

    Deferrable: transfer_building() re-stamps many tables in one transaction.
    """
    return ForeignKeyConstraint(
        ["organization_id", column], [f"{table}.organization_id", f"{table}.id"], deferrable=True, initially="IMMEDIATE"
    )


class Urls(NamedTuple):
    app: str
    owner: str
    system: str


@cache
def urls() -> Urls:
    """Where the database is: the one of the environment, else the embedded server, started if need be."""
    config = settings()
    if not config.database_url:
        from .embedded_pg import EmbeddedPg

        pg = EmbeddedPg(config.data_dir / "postgres").ensure()
        return Urls(pg.url("app"), pg.url("owner"), pg.url("system"))
    if not (config.owner_database_url and config.system_database_url):
        raise RuntimeError(
            "With DATABASE_URL, set OWNER_DATABASE_URL and SYSTEM_DATABASE_URL too (docs/dev/operations.md)."
        )
    return Urls(*(_psycopg(u) for u in (config.database_url, config.owner_database_url, config.system_database_url)))


def _psycopg(url: str) -> str:
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


@cache
def engine() -> Engine:
    """The app role: bound by row-level security. Made lazily, after any fork."""
    return _pooled(create_engine(urls().app, pool_size=settings().pool_size, max_overflow=0))


@cache
def system_engine() -> Engine:
    """The system role: sign-in, jobs, administration across organisations. Its policies are its own."""
    return _pooled(create_engine(urls().system, pool_size=8, max_overflow=2))


@cache
def _single_statements() -> Engine:
    """One for each request: few connections, kept, as making one costs more than ten questions."""
    return _pooled(create_engine(urls().system, pool_size=6, max_overflow=0, isolation_level="AUTOCOMMIT"))


def _pooled(made: Engine) -> Engine:
    event.listen(made, "checkout", _refuse_closed)
    return made


def _refuse_closed(connection: Connection[Any], *_: object) -> None:
    """A server that ended or restarted has closed the socket, which is then readable: no question is sent to find out.

    The pool forgets its connections and makes a new one.
    """
    watch = poll()
    watch.register(connection.fileno(), POLLIN)
    if watch.poll(0):
        raise InvalidatePoolError


def _enter(s: Session, organization_id: UUID) -> None:
    """Until the end of the transaction; without compiling, as it opens every request."""
    s.connection().exec_driver_sql("SELECT set_config('koprogo.organization', %s, true)", (str(organization_id),))


@contextmanager
def transaction(organization_id: UUID) -> Iterator[Session]:
    """One transaction in one organisation: commit on success, rollback on any exception."""
    with Session(engine(), expire_on_commit=False) as s, s.begin():
        _enter(s, organization_id)
        yield s


@contextmanager
def everywhere(organization_id: UUID | None = None) -> Iterator[Session]:
    """One transaction across organisations, on the system role; new rows belong to `organization_id` when it is given."""
    with Session(system_engine(), expire_on_commit=False) as s, s.begin():
        if organization_id:
            _enter(s, organization_id)
        yield s


@contextmanager
def at_once() -> Iterator[SqlConnection]:
    """Single statements on the system role, each its own transaction: who is behind a token or a cookie."""
    with _single_statements().connect() as c:
        yield c
