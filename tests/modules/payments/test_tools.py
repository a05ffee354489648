"""What the assistant shows of what is owed to readers of the books: who owes what."""

from datetime import date
from typing import Any

import pytest
from conftest import a_building, as_role
from modules.owner_accounts.conftest import bob, books, called, enter, kicked, paid, posted, vault

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.errors import Forbidden, NotFound
from koprogo_app.core.service import call
from koprogo_app.core.tools import Subject
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.payments import service as payments
from koprogo_app.modules.payments.models import PaymentIn
from koprogo_app.modules.payments.tools import open_debts

__all__ = ["bob", "books", "called", "enter", "kicked", "paid", "posted", "vault"]
E = "\u00a0€"


@pytest.fixture(autouse=True)
def in_june(monkeypatch: pytest.MonkeyPatch) -> None:
    """Today is within the books of these tests."""
    monkeypatch.setattr(clock, "today", lambda: date(2026, 6, 30))


def debts(actor: Any, question: str = "", building_id: Any = None) -> Any:
    return call(actor, open_debts, Subject("en", building_id, question))


def test_who_owes_what_the_oldest_first(alice, books, called):
    assert debts(alice).sentence == "No co-owner of Résidence Molière owes anything."
    called(books.bob, 12_000, "2026-03-01")
    called(books.dora, 5_000, "2026-02-01")
    called(books.dora, 7_001, "2026-06-30")
    sheet = debts(alice)
    assert sheet.sentence == f"Owed to Résidence Molière: 240,01{E}, by 2 co-owners, of whom late: 2."
    assert sheet.rows == [("Dora", "120,01" + E, "01/02/2026"), ("Bob", "120,00" + E, "01/03/2026")]
    paid = PaymentIn(owner_id=books.dora, paid_on=date(2026, 6, 1), cents=5_000)
    call(alice, payments.record_payment, books.id, paid)
    sheet = debts(alice)  # what is left of Dora's is due today: not late
    assert sheet.sentence == f"Owed to Résidence Molière: 190,01{E}, by 2 co-owners, of whom late: 1."
    assert sheet.rows == [("Bob", "120,00" + E, "01/03/2026"), ("Dora", "70,01" + E, "30/06/2026")]
    assert [link.href for link in sheet.links] == [f"/buildings/{books.id}/open-items"]


def test_who_is_owed_back_owes_nothing(alice, books, called, paid):
    called(books.bob, 1_000)
    paid(books.bob, 5_000)
    assert debts(alice).rows == ()


def test_debts_are_for_readers_of_the_books_of_their_own_office(alice, charlie, books, bob, called):
    called(books.bob, 12_000)
    with pytest.raises(Forbidden):
        debts(bob)
    assert debts(charlie).rows == ()
    with pytest.raises(NotFound):
        debts(charlie, building_id=books.id)
    assert len(debts(as_role(alice, Role.AUDITOR, books.id)).rows) == 1
    other = call(alice, buildings.create_building, a_building(name="Autre"))
    links = [link.href for link in debts(alice).links]
    assert links == [f"/buildings/{b}/open-items" for b in (other.id, books.id)]
