"""What the assistant shows of accounts: to readers of the books what the association has."""

from datetime import date

import pytest
from conftest import a_building, as_role
from modules.ledger.conftest import line

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.errors import Forbidden, NotFound
from koprogo_app.core.service import call
from koprogo_app.core.tools import Subject
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.owner_accounts.tools import fund_balances

E = "\u00a0€"


@pytest.fixture(autouse=True)
def in_june(monkeypatch):
    """Today is within the books of these tests."""
    monkeypatch.setattr(clock, "today", lambda: date(2026, 6, 30))


def funds(actor, question="", building_id=None):
    return call(actor, fund_balances, Subject("en", building_id, question))


def test_what_the_association_has_at_the_bank_and_in_its_funds(alice, books, posted):
    posted("2025-03-01", line("551", debit=100_000), line("100", credit=100_000))
    posted("2026-02-01", line("550", debit=40_000), line("160", credit=40_000))
    posted("2026-03-01", line("612", debit=25_000), line("551", credit=25_000))
    posted("2026-07-01", line("612", debit=10_000), line("551", credit=10_000))  # to come
    sheet = funds(alice)
    assert sheet.sentence == "At the bank, in cash and in the funds of Résidence Molière on 30/06/2026."
    assert sheet.rows == [
        ("100 Working capital fund", "1.000,00" + E), ("160 Reserve fund", "400,00" + E),
        ("550 Reserve fund bank account", "400,00" + E), ("551 Working capital bank account", "750,00" + E),
    ]  # fmt: skip
    assert [link.href for link in sheet.links] == [f"/buildings/{books.id}/balances"]


def test_of_several_associations_one_is_asked_for(alice, books, posted):
    other = call(alice, buildings.create_building, a_building(name="Autre"))
    assert funds(alice).rows == ()
    assert [link.href for link in funds(alice).links] == [f"/buildings/{b}/balances" for b in (other.id, books.id)]
    assert funds(alice, "How much is in the reserve fund of Autre?").sentence == (
        "The books of this building are not open yet."
    )
    assert funds(alice, building_id=books.id).sentence == (
        "Nothing stands on the bank accounts and funds of this building."
    )


def test_the_funds_are_for_readers_of_the_books_of_their_own_office(alice, charlie, books, bob, posted):
    posted("2026-02-01", line("550", debit=40_000), line("160", credit=40_000))
    assert funds(charlie).rows == ()
    with pytest.raises(NotFound):
        funds(charlie, building_id=books.id)
    with pytest.raises(Forbidden):
        funds(bob)
    assert len(funds(as_role(alice, Role.AUDITOR, books.id)).rows) == 2


def test_after_the_last_year_its_end_is_told(alice, books, posted, monkeypatch):
    posted("2026-02-01", line("550", debit=40_000), line("160", credit=40_000))
    monkeypatch.setattr(clock, "today", lambda: date(2031, 1, 1))
    assert funds(alice).sentence.endswith("on 31/12/2026.")
