"""Books that begin in 2026, with two co-owners and a supplier, and the previous syndic's files."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from koprogo_app.core.actor import Actor
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import BookIn, YearIn
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import LotIn
from koprogo_app.modules.opening import service
from koprogo_app.modules.opening.models import BalanceIn, StartIn
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import OwnerIn
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import OwnershipIn
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.modules.suppliers.models import SupplierIn

DATA = Path(__file__).parents[2] / "data" / "opening"
DAY = date(2026, 1, 1)


@pytest.fixture
def books(alice: Actor, building: Any) -> SimpleNamespace:
    """2026 and 2027; lot A1 is Jean Dupont's, A2 Anna Peeters's; `Ascenseurs Nord` is a supplier."""
    call(alice, accounts.open_books, building.id, BookIn(starts_on=DAY, ends_on=date(2026, 12, 31)))
    call(alice, accounts.add_year, building.id, YearIn(starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31)))
    people = {}
    for last, first, number in (("Dupont", "Jean", "A1"), ("Peeters", "Anna", "A2")):
        lot = call(alice, lots.create_lot, building.id, LotIn(number=number, type="apartment", shares=500))
        person = call(alice, owners.create_owner, OwnerIn(last_name=last, first_name=first))
        call(alice, ownership.add_part, OwnershipIn(lot_id=lot.id, owner_id=person.id, started_on=date(2020, 1, 1)))
        people[last.lower()] = person.id
    lift = call(alice, suppliers.create_supplier, SupplierIn(name="Ascenseurs Nord"))
    years = {y.starts_on.year: y.id for y in call(alice, accounts.list_years, building.id)}
    return SimpleNamespace(building=building, id=building.id, lift=lift.id, years=years, **people)


@pytest.fixture
def draft(alice: Actor, books: SimpleNamespace) -> UUID:
    """An empty draft on 1 January 2026."""
    return call(alice, service.start_opening, books.id, StartIn(on=DAY)).id


@pytest.fixture
def sent(alice: Actor, draft: UUID) -> Callable[[str], service.Opening]:
    """sent("balance.csv"): the draft with this file of tests/data/opening."""
    return lambda name: call(alice, service.add_file, draft, name, (DATA / name).read_bytes())


def balance(account: str, debit: int = 0, credit: int = 0, **more: Any) -> BalanceIn:
    return BalanceIn(account=account, debit_cents=debit, credit_cents=credit, **more)


def whole(books: SimpleNamespace) -> list[BalanceIn]:
    """Balances that pass every check: 13 750,00 on each side; both funds stand on their accounts."""
    return [
        balance("100", credit=300_000), balance("160", credit=1_000_000), balance("440", credit=50_000, supplier_id=books.lift),
        balance("550", 1_000_000), balance("551", 300_000), balance("4101", 75_000, owner_id=books.dupont),
        balance("4101", credit=25_000, owner_id=books.peeters),
    ]  # fmt: skip


def trial_balance(actor: Actor, books: SimpleNamespace, year: int = 2026) -> dict[str, int]:
    """code -> debit less credit, of accounts that are not at zero."""
    found = call(actor, ledger.balances, books.id, books.years[year])
    return {b.account.code: b.moved.after for b in found if b.moved.after}
