"""Books with two co-owners, calls for funds on either of their accounts, and short words for what is paid."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from conftest import make_actor
from modules.ledger.conftest import books as books
from modules.ledger.conftest import line
from modules.ledger.conftest import posted as posted

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.service import call
from koprogo_app.modules.ledger import posting
from koprogo_app.modules.ledger.models import JournalEntry
from koprogo_app.modules.ledger.posting import Posting
from koprogo_app.modules.ledger.rules import Journal, Side
from koprogo_app.modules.payments import service
from koprogo_app.modules.payments.models import Payment, PaymentIn

TODAY = date(2026, 6, 15)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> date:
    """A day in the financial years of the books, whatever the calendar says."""
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    return TODAY


@pytest.fixture
def bob(alice: Actor, books: SimpleNamespace) -> Actor:
    return make_actor(alice.organization_id, Role.OWNER, "Bob", books.id, books.bob)


@pytest.fixture
def called(alice: Actor, books: SimpleNamespace) -> Callable[..., JournalEntry]:
    """called(books.bob, 12_000, "2026-01-01", due="2026-01-31", account="4101"): asked of one co-owner; below zero: given back."""

    def make(
        owner_id: UUID, cents: int, on: str = "2026-01-01", due: str = "", account: str = "4101", words: str = "Call"
    ) -> JournalEntry:
        due_on = date.fromisoformat(due) if due else None
        debit, credit = max(cents, 0), max(-cents, 0)
        sides = [
            Side(account, debit, credit, owner_id=owner_id, due_on=due_on),  # type: ignore[arg-type]
            Side("701", credit, debit),  # type: ignore[arg-type]
        ]
        new = Posting(Journal.VEN, date.fromisoformat(on), words, sides, source="call")
        return call(alice, _post, books.id, new)

    return make


def _post(s: Any, actor: Actor, building_id: UUID, new: Posting) -> JournalEntry:
    return posting.post(s, actor, building_id, new)


_post.gate = service.record_payment.gate  # type: ignore[attr-defined]


@pytest.fixture
def paid(alice: Actor, books: SimpleNamespace) -> Callable[..., Payment]:
    """paid(books.bob, 5_000, kind="refund", …): entered by Alice on 2026-03-01."""

    def make(owner_id: UUID | None, cents: int, on: str = "2026-03-01", **more: Any) -> Payment:
        data = PaymentIn(owner_id=owner_id, cents=cents, paid_on=date.fromisoformat(on), **more)
        return call(alice, service.record_payment, books.id, data)

    return make


@pytest.fixture
def opened_items(alice: Actor, books: SimpleNamespace) -> Callable[..., list[tuple[str, int]]]:
    """(account, what it adds to the balance) of each open item, the oldest due first."""

    def read(owner_id: UUID | None = None, until: date | None = None) -> list[tuple[str, int]]:
        found = call(alice, service.open_items, books.id, owner_id, until)
        return [(i.account_code, i.owed_cents) for i in found]

    return read


def line_of(actor: Actor, building_id: UUID, entry_id: UUID) -> UUID:
    """The co-owner's line of an entry, while it is open."""
    return next(i.line_id for i in call(actor, service.open_items, building_id) if i.entry_id == entry_id)


__all__ = ["line"]
