"""The books of a building, what a run finds in them, and lines as PostgreSQL would never take them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from modules.ledger.conftest import books as books
from modules.ledger.conftest import line as line
from modules.ledger.conftest import posted as posted
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor
from koprogo_app.core.service import call
from koprogo_app.modules.accounts.models import Book
from koprogo_app.modules.integrity import service
from koprogo_app.modules.integrity.checks import scope_of
from koprogo_app.modules.integrity.words import Kind

TODAY = date(2026, 6, 30)
E = "\u00a0€"


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> date:
    """A day in the financial years of the books, whatever the calendar says."""
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    return TODAY


@pytest.fixture
def said(alice: Actor) -> Callable[..., list[str]]:
    """said(books.id, Kind.SUSPENSE): what a run of Alice's says of these kinds, in English."""

    def run(building_id: UUID, *kinds: Kind) -> list[str]:
        checked = call(alice, service.run_checks, building_id)
        return [one.worded("en") for one in checked.open if one.kind in kinds]

    return run


@pytest.fixture
def broken(alice: Actor, owner_engine: Engine, books: SimpleNamespace) -> Callable[..., Any]:
    """broken(check, "UPDATE …"): what a check finds once its statement has bent the books, with the triggers off; undone after."""

    @contextmanager
    def bent(*statements: str) -> Iterator[Session]:
        with owner_engine.connect() as c:
            c.execute(text("SET LOCAL lock_timeout = '20s'"))
            for table in ("journal_entry", "journal_line"):
                c.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            for statement in statements:
                c.execute(text(statement), {"building": books.id})
            with Session(c) as s:
                yield s
            c.rollback()

    def run(check: Any, *statements: str) -> list[str]:
        with bent(*statements) as s:
            book = s.exec(select(Book).where(Book.building_id == books.id)).one()
            return [one.worded("en") for one in check(s, scope_of(s, alice, book, TODAY))]

    return run
