"""A building whose books are open, with two co-owners, a lift that only one of them pays, and both its accounts."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from conftest import a_building, make_actor
from sqlmodel import select

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.db import transaction
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import BookIn, YearIn
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.calls import issuing, letter, service
from koprogo_app.modules.calls.models import Call, CallIn, LineIn
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.keys.models import KeyIn
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.letters import service as letters
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import LotIn
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import OwnerIn
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import OwnershipIn

TODAY = date(2026, 3, 15)
IBAN_WORKING, IBAN_RESERVE = "BE68539007547034", "BE71096123456769"


@pytest.fixture(autouse=True)
def composed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the assembled application does."""
    monkeypatch.setitem(letters.COMPOSERS, "call", letter.compose)
    monkeypatch.setitem(letters.SOURCES, "call", Call)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> date:
    """Between the day of the calls and their due date, whatever the calendar says."""
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    return TODAY


@pytest.fixture
def house(alice: Actor) -> SimpleNamespace:
    """2025 to 2027; lot A1 (600 shares) is Bob's, A2 (400) Dora's, who reads Dutch; the key `lift` is A2's alone."""
    building = call(alice, buildings.create_building, a_building(
        kbo="0403170701", iban_working=IBAN_WORKING, iban_reserve=IBAN_RESERVE,
    ))  # fmt: skip
    call(alice, accounts.open_books, building.id, BookIn(starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31)))
    for year in (2026, 2027):
        call(alice, accounts.add_year, building.id, YearIn(starts_on=date(year, 1, 1), ends_on=date(year, 12, 31)))
    found = SimpleNamespace(id=building.id, building=building)
    for name, number, shares, language in (("Bob", "A1", 600, "fr"), ("Dora", "A2", 400, "nl")):
        lot = call(alice, lots.create_lot, building.id, LotIn(number=number, type="apartment", shares=shares))
        person = a_person(alice, name, language)
        call(alice, ownership.add_part, OwnershipIn(lot_id=lot.id, owner_id=person, started_on=date(2020, 1, 1)))
        setattr(found, name.lower(), person)
        setattr(found, number.lower(), lot.id)
    key = call(alice, keys.create_key, building.id, KeyIn(name="Lift"))
    call(alice, keys.set_weights, key.id, {found.a2: 1})
    found.lift = key.id
    return found


def a_person(actor: Actor, name: str, language: str = "fr") -> UUID:
    person = OwnerIn(last_name=name, address="Rue 1", postal_code="1000", city="Bruxelles", language=language)
    return call(actor, owners.create_owner, person).id


@pytest.fixture
def anna(alice: Actor) -> Actor:
    """The accountant of Alice's office."""
    assert alice.organization_id
    return make_actor(alice.organization_id, Role.ACCOUNTANT, "Anna")


def a_line(cents: int = 10_000, destination: str = "provisions", **more: Any) -> LineIn:
    return LineIn.model_validate({"cents": cents, "destination": destination} | more)


def a_call(*lines: LineIn, **change: Any) -> CallIn:
    """Of 100.00 € in provisions, called on 1 March 2026, due on the 31st."""
    given: dict[str, Any] = {
        "title": "First quarter", "called_on": date(2026, 3, 1), "due_on": date(2026, 3, 31), "lines": list(lines) or [a_line()],
    }  # fmt: skip
    return CallIn.model_validate(given | change)


@pytest.fixture
def drafted(alice: Actor, house: SimpleNamespace) -> Callable[..., Call]:
    def make(*lines: LineIn, **change: Any) -> Call:
        return call(alice, service.create_call, house.id, a_call(*lines, **change))

    return make


@pytest.fixture
def issued(alice: Actor, drafted: Callable[..., Call]) -> Callable[..., Call]:
    def make(*lines: LineIn, **change: Any) -> Call:
        return call(alice, issuing.issue_call, drafted(*lines, **change).id)

    return make


def sides(actor: Actor, entry_id: UUID | None) -> list[tuple[str, int, int, str]]:
    """(code, debit, credit, party) of each line of an entry."""
    assert entry_id
    whole = call(actor, ledger.get_entry, entry_id)
    return [(x.account.code, x.line.debit_cents, x.line.credit_cents, x.party) for x in whole.lines]


def rows(actor: Actor, table: Any, **where: Any) -> list[Any]:
    """Rows of a table, oldest first."""
    assert actor.organization_id
    with transaction(actor.organization_id) as s:
        found = list(s.exec(select(table).filter_by(**where).order_by(table.id)))
        s.expunge_all()
        return found
