"""Bob and Dora of Alice's books, each as he signs in, and short words for what moves their accounts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from conftest import make_actor
from modules.documents.conftest import enter as enter
from modules.documents.conftest import kicked as kicked
from modules.documents.conftest import vault as vault
from modules.ledger.conftest import books as books
from modules.ledger.conftest import line
from modules.ledger.conftest import posted as posted
from sqlalchemy import event

from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.db import engine
from koprogo_app.modules.ledger.models import JournalEntry
from koprogo_app.modules.ledger.rules import Journal


@pytest.fixture
def bob(alice: Actor, books: Any) -> Actor:
    return make_actor(alice.organization_id, Role.OWNER, "Bob", books.id, books.bob)


@pytest.fixture
def dora(alice: Actor, books: Any) -> Actor:
    return make_actor(alice.organization_id, Role.OWNER, "Dora", books.id, books.dora)


@pytest.fixture
def called(posted: Callable[..., JournalEntry]) -> Callable[..., JournalEntry]:
    """called(books.bob, 12_000, "2026-01-01"): a call for funds of 120,00 € to one co-owner."""

    def make(owner_id: UUID, cents: int, on: str = "2026-01-01", words: str = "", **more: Any) -> JournalEntry:
        sides = line("4101", debit=cents, owner_id=owner_id, description=words), line("701", credit=cents)
        return posted(on, *sides, journal=Journal.VEN, **({"words": "Call for funds"} | more))

    return make


@pytest.fixture
def paid(posted: Callable[..., JournalEntry]) -> Callable[..., JournalEntry]:
    """paid(books.bob, 5_000, "2026-02-01"): 50,00 € received from a co-owner."""

    def make(owner_id: UUID, cents: int, on: str = "2026-02-01") -> JournalEntry:
        sides = line("551", debit=cents), line("4101", credit=cents, owner_id=owner_id)
        return posted(on, *sides, journal=Journal.FIN, words="Payment")

    return make


@contextmanager
def asked_of_the_database() -> Iterator[list[str]]:
    """The reads of what runs inside."""
    said: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            said.append(statement)

    event.listen(engine(), "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine(), "before_cursor_execute", note)
