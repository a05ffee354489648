"""The books of a building, with two co-owners and a supplier."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from koprogo_app.core.actor import Actor
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import BookIn, YearIn
from koprogo_app.modules.ledger import service
from koprogo_app.modules.ledger.models import EntryIn, JournalEntry, LineIn
from koprogo_app.modules.ledger.rules import Journal
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import LotIn
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import OwnerIn
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import OwnershipIn
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.modules.suppliers.models import SupplierIn


def line(account: str, debit: int = 0, credit: int = 0, **more: Any) -> LineIn:
    return LineIn(account=account, debit_cents=debit, credit_cents=credit, **more)


@pytest.fixture
def books(alice: Actor, building: Any) -> SimpleNamespace:
    """2025 and 2026 of a building whose lots are Bob's and Dora's; `Lift` is a supplier."""
    call(alice, accounts.open_books, building.id, BookIn(starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31)))
    call(alice, accounts.add_year, building.id, YearIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)))
    people = {}
    for name, number in (("Bob", "A1"), ("Dora", "A2")):
        lot = call(alice, lots.create_lot, building.id, LotIn(number=number, type="apartment", shares=500))
        person = call(alice, owners.create_owner, OwnerIn(last_name=name))
        call(alice, ownership.add_part, OwnershipIn(lot_id=lot.id, owner_id=person.id, started_on=date(2020, 1, 1)))
        people[name.lower()] = person.id
    lift = call(alice, suppliers.create_supplier, SupplierIn(name="Lift SA"))
    years = {y.starts_on.year: y.id for y in call(alice, accounts.list_years, building.id)}
    return SimpleNamespace(building=building, id=building.id, lift=lift.id, years=years, **people)


@pytest.fixture
def posted(alice: Actor, books: SimpleNamespace) -> Callable[..., JournalEntry]:
    """posted("2026-03-01", line("612", debit=100), …): an entry of Alice's in her books."""

    def make(
        on: str, *lines: LineIn, journal: Journal = Journal.ODS, words: str = "Words", **more: Any
    ) -> JournalEntry:
        entry = EntryIn(journal=journal, entry_on=date.fromisoformat(on), description=words, lines=list(lines), **more)
        return call(alice, service.post_entry, books.id, entry)

    return make


def account_id(actor: Actor, building_id: UUID, code: str) -> UUID:
    return next(a.id for a in call(actor, accounts.list_accounts, building_id) if a.code == code)
