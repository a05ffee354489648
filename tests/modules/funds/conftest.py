"""A building with money: its lots are Bob's (600 shares) and Dora's (400), the key `lift` is Dora's alone."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from conftest import a_building
from sqlmodel import select

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor
from koprogo_app.core.db import transaction
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import BookIn, YearIn
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.funds import service
from koprogo_app.modules.invoices.models import SharingIn
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.keys.models import KeyIn
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.ledger.models import EntryIn, JournalEntry, LineIn
from koprogo_app.modules.ledger.rules import Journal
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import LotIn
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import OwnerIn
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import OwnershipIn
from koprogo_app.modules.statements import sharing

ACCEPTED = date(2015, 6, 1)


def opened_house(alice: Actor, name: str = "Résidence Molière", accepted: date | None = ACCEPTED) -> SimpleNamespace:
    building = call(alice, buildings.create_building, a_building(name=name, provisional_acceptance_on=accepted))
    call(alice, accounts.open_books, building.id, BookIn(starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31)))
    for year in range(2026, max(2026, clock.today().year) + 1):
        call(alice, accounts.add_year, building.id, YearIn(starts_on=date(year, 1, 1), ends_on=date(year, 12, 31)))
    found = SimpleNamespace(id=building.id, building=building)
    for person, number, shares in (("Bob", "A1", 600), ("Dora", "A2", 400)):
        lot = call(alice, lots.create_lot, building.id, LotIn(number=number, type="apartment", shares=shares))
        owner = call(alice, owners.create_owner, OwnerIn(last_name=person))
        call(alice, ownership.add_part, OwnershipIn(lot_id=lot.id, owner_id=owner.id, started_on=date(2020, 1, 1)))
        setattr(found, person.lower(), owner.id)
        setattr(found, number.lower(), lot.id)
    key = call(alice, keys.create_key, building.id, KeyIn(name="Lift"))
    call(alice, keys.set_weights, key.id, {found.a2: 1})
    found.lift = key.id
    found.years = {y.starts_on.year: y.id for y in call(alice, accounts.list_years, building.id)}
    return found


@pytest.fixture
def house(alice: Actor) -> SimpleNamespace:
    """The years from 2025 to today, accepted on 1 June 2015."""
    return opened_house(alice)


def line(account: str, debit: int = 0, credit: int = 0, **more: Any) -> LineIn:
    return LineIn(account=account, debit_cents=debit, credit_cents=credit, **more)


@pytest.fixture
def posted(alice: Actor, house: SimpleNamespace) -> Callable[..., JournalEntry]:
    """posted("2026-03-01", line("612", debit=100), …): an entry of Alice's in her books."""

    def make(on: str, *lines: LineIn, journal: Journal = Journal.ODS, words: str = "Words") -> JournalEntry:
        entry = EntryIn(journal=journal, entry_on=date.fromisoformat(on), description=words, lines=list(lines))
        return call(alice, ledger.post_entry, house.id, entry)

    return make


@pytest.fixture
def called(house: SimpleNamespace, posted: Callable[..., JournalEntry]) -> Callable[..., JournalEntry]:
    """called("2026-02-01", 1_000_00): a contribution to the reserve fund asked of Bob and paid by him the same day."""

    def make(on: str, cents: int, code: str = "160", paid: bool = True) -> JournalEntry:
        entry = posted(on, line("4100", debit=cents, owner_id=house.bob), line(code, credit=cents), journal=Journal.VEN)
        if paid:
            posted(on, line("550", debit=cents), line("4100", credit=cents, owner_id=house.bob), journal=Journal.FIN)
        return entry

    return make


@pytest.fixture
def borne(alice: Actor, house: SimpleNamespace, posted: Callable[..., JournalEntry]) -> Callable[..., JournalEntry]:
    """borne("2026-02-10", 300_00): works paid from the working capital, which fall on all by the shares of the deed."""

    def make(on: str, cents: int, words: str = "Words", **more: Any) -> JournalEntry:
        entry = posted(on, line("611", debit=cents), line("551", credit=cents), words=words)
        call(alice, sharing.share, house.id, [line_of(alice, entry.id, "611")], SharingIn(**more))
        return entry

    return make


def sides(actor: Actor, entry_id: UUID) -> list[tuple[str, int, int]]:
    """(code, debit, credit) of each line of an entry."""
    whole = call(actor, ledger.get_entry, entry_id)
    return [(x.account.code, x.line.debit_cents, x.line.credit_cents) for x in whole.lines]


def line_of(actor: Actor, entry_id: UUID, code: str) -> UUID:
    whole = call(actor, ledger.get_entry, entry_id)
    return next(x.line.id for x in whole.lines if x.account.code == code)


def rows(actor: Actor, table: Any, **where: Any) -> list[Any]:
    """Rows of a table, oldest first."""
    assert actor.organization_id
    with transaction(actor.organization_id) as s:
        found = list(s.exec(select(table).filter_by(**where).order_by(table.id)))
        s.expunge_all()
        return found


def held(actor: Actor, house: SimpleNamespace, year: int = 2026) -> dict[str, int]:
    """What each fund holds at the end of a year."""
    found = call(actor, service.get_overview, house.id, house.years[year])
    return {x.fund.value: x.balance for x in found.standings}
