"""What hangs on the lines of an entry goes back with it: who bears a cost, what settles a debt; and a module above may refuse."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from modules.payments.conftest import opened_items as opened_items
from modules.payments.conftest import paid as paid
from modules.payments.conftest import today as today
from sqlmodel import Session, col, select

import koprogo_app.koprogo_app  # noqa: F401  (registers what a reversal takes back)
from koprogo_app.core.actor import Actor
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Conflict
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.invoices.models import CostAllocation, SharingIn
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.keys.models import KeyIn
from koprogo_app.modules.ledger import posting, service
from koprogo_app.modules.ledger.models import JournalEntry
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.payments import service as payments
from koprogo_app.modules.statements import service as statements
from koprogo_app.modules.statements import sharing

from .conftest import line


def test_who_bore_a_cost_gets_it_back_by_the_same_key(
    alice: Actor, books: SimpleNamespace, posted: Callable[..., JournalEntry]
) -> None:
    lift = call(alice, keys.create_key, books.id, KeyIn(name="Lift")).id
    numbered = {lot.number: lot.id for lot in call(alice, lots.list_lots, Asked()).rows}
    call(alice, keys.set_weights, lift, {numbered["A1"]: 3, numbered["A2"]: 1})
    entry = posted("2025-03-01", line("612100", debit=100_000), line("551", credit=100_000))
    cost = call(alice, service.get_entry, entry.id).lines[0].line.id
    call(alice, sharing.share, books.id, [cost], SharingIn(key_id=lift, tenant_percent=80))

    def borne(until: str) -> dict[str, int]:
        draft = call(alice, statements.prepare, books.id, books.years[2025], date.fromisoformat(until))
        assert draft.ready
        return {draft.names[owner_id]: settled.costs for owner_id, settled in draft.settled.items()}

    assert borne("2025-03-31") == {"Bob": 75_000, "Dora": 25_000}
    mirror = call(alice, service.reverse_entry, entry.id, date(2025, 4, 15), "Entered twice")
    assert borne("2025-03-31") == {"Bob": 75_000, "Dora": 25_000}
    assert not any(borne("2025-12-31").values())
    back = call(alice, service.get_entry, mirror.id).lines[0].line
    with transaction(alice.organization_id) as s:
        kept = s.exec(select(CostAllocation).where(CostAllocation.journal_line_id == back.id)).one()
    assert (back.credit_cents, kept.key_id, kept.tenant_percent, kept.period_from) == (
        100_000, lift, 80, date(2025, 3, 1),
    )  # fmt: skip


def test_a_payment_of_a_debt_that_is_reversed_is_open_again(
    alice: Actor, books: SimpleNamespace, posted: Any, paid: Any, opened_items: Any
) -> None:
    sides = line("4101", debit=75_000, owner_id=books.bob), line("701", credit=75_000)
    wrong = posted("2026-01-15", *sides)
    payment = paid(books.bob, 75_000)
    assert opened_items() == []
    call(alice, service.reverse_entry, wrong.id, date(2026, 3, 2), "Wrong day")
    assert [i.entry_id for i in call(alice, payments.open_items, books.id)] == [
        payment.entry_id
    ]  # the other two settle each other
    right = posted("2026-01-20", *sides)
    assert [i.entry_id for i in call(alice, payments.open_items, books.id)] == [right.id, payment.entry_id]
    call(alice, payments.settle_oldest, books.id)
    assert opened_items() == []


def test_a_module_above_refuses_a_reversal_and_nothing_is_written(
    alice: Actor, books: SimpleNamespace, posted: Any, paid: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_s: Session, actor: Actor, entry: JournalEntry) -> None:
        raise Conflict(f"{actor.name} {entry.description}")

    entry = posted("2026-03-01", line("612", debit=300), line("551", credit=300), words="Lamp")
    payment = paid(books.bob, 5_000)
    monkeypatch.setattr(posting, "BEFORE_REVERSAL", [refuse])
    with pytest.raises(Conflict, match="Alice Test Lamp"):
        call(alice, service.reverse_entry, entry.id, date(2026, 3, 15), "Entered twice")
    with pytest.raises(Conflict):
        call(alice, payments.reverse_payment, payment.id, "Of another building")
    with transaction(alice.organization_id) as s:
        assert s.exec(select(JournalEntry).where(col(JournalEntry.reverses_id).is_not(None))).all() == []
