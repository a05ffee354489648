"""The year 2026 of the reports' books: nine entries, 3 013,00 euros, none with a voucher.

VEN 1 500,00 · ACH 1 250,50 · ACH 2 340,00 · FIN 1 300,00 · FIN 2 450,00 · FIN 3 12,50 · ODS 1 1 000,00 · ODS 2 100,00 · FIN 4 60,00;
those of 2025 are of another year.
"""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from conftest import make_actor
from modules.ledger.conftest import books as books
from modules.ledger.conftest import line as line
from modules.ledger.conftest import posted as posted
from modules.reports.conftest import identified as identified
from modules.reports.conftest import year as year

from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.verification import service
from koprogo_app.modules.verification.models import Verification


@pytest.fixture
def ursula(alice: Actor, books: SimpleNamespace) -> Actor:
    """The auditor of the accounts of Alice's building."""
    return make_actor(alice.organization_id, Role.AUDITOR, "Ursula", books.id)


@pytest.fixture
def bert(alice: Actor, books: SimpleNamespace) -> Actor:
    """A member of its council."""
    return make_actor(alice.organization_id, Role.BOARD_MEMBER, "Bert", books.id)


@pytest.fixture
def begun(ursula: Actor, year: SimpleNamespace) -> Verification:
    """Ursula's verification of 2026."""
    return call(ursula, service.open_verification, year.id, year.years[2026])


def listed(actor: Actor, verification: Verification, **filters: str) -> list[str]:
    """The names of the entries on the first page."""
    found = call(actor, service.list_entries, verification.id, Asked(size=100, filters=filters))
    return [f"{e.journal} {e.number}" for e in found.rows]


def ids_of(actor: Actor, verification: Verification, *names: str) -> list[UUID]:
    """The entries of these names: ACH 1."""
    found: Any = call(actor, service.list_entries, verification.id, Asked(size=100))
    known = {f"{e.journal} {e.number}": e.id for e in found.rows}
    return [known[name] for name in names]
