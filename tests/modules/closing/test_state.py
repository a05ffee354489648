"""Handlers on a plain state, as their reader, in English."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from conftest import a_building, send
from sqlmodel import col, select

from koprogo_app.core.actor import Actor
from koprogo_app.core.db import transaction
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.closing.models import Accrual
from koprogo_app.modules.closing.state import AccrualState, ClosingState
from koprogo_app.modules.invoices.models import CostAllocation
from koprogo_app.modules.ledger.models import JournalLine

DECIDED = {"decided_on": "2026-03-20", "decision": "Item 4: the accounts are approved"}
FORM = {
    "kind": "to_receive", "account": "612100", "cents": "300,00", "words": "Electricity, December", "period_from": "2025-12-01",
    "period_until": "2025-12-31", "key_id": "", "tenant_percent": "0",
}  # fmt: skip


@pytest.mark.parametrize(("chosen", "ordinary"), [("", True), ("true", True), ("false", False)])
def test_an_accrual_is_entered_as_it_recurs(
    opened: Callable[..., Any], alice: Actor, books: Any, chosen: str, ordinary: bool
) -> None:
    state = opened(AccrualState, building_id=books.id)
    state.year = str(books.years[2025])
    send(state, AccrualState.save, FORM | {"ordinary": chosen})
    assert state.errors == {}
    assert alice.organization_id
    with transaction(alice.organization_id) as s:
        made = s.exec(select(Accrual)).one()
        lines = select(JournalLine.id).where(col(JournalLine.entry_id).in_((made.entry_id, made.back_entry_id)))
        kept = s.exec(select(CostAllocation).where(col(CostAllocation.journal_line_id).in_(lines))).all()
    assert (made.cents, [a.ordinary for a in kept]) == (30_000, [ordinary, ordinary])


def test_the_dialog_says_what_becomes_open(opened: Callable[..., Any], alice: Actor, books: Any) -> None:
    call(alice, accounts.lock_books, books.id, date(2025, 9, 30))
    state = opened(ClosingState, building_id=books.id)
    state.year = str(books.years[2025])
    send(state, ClosingState.close, DECIDED)
    assert (state.errors, state.closed, state.opens) == ({}, True, "01/10/2025")
    send(state, ClosingState.ask, "year")
    send(state, ClosingState.reopen, {"reason": "An invoice turned up"})
    assert (state.errors, state.closed, state.reopened, state.opens) == ({}, False, True, "")


def test_nobody_is_told_that_there_are_no_books_before_it_is_known(
    opened: Callable[..., Any], alice: Actor, books: Any
) -> None:
    state = opened(ClosingState, building_id=books.id)
    assert state.books
    send(state, ClosingState.load)
    assert (state.books, len(state.years)) == (True, len(books.years))
    bare = opened(ClosingState, building_id=call(alice, buildings.create_building, a_building(name="Bare")).id)
    send(bare, ClosingState.load)
    assert not bare.books
