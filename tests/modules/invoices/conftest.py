"""A building whose books are open, with two co-owners, a lift that only one of them pays, and a supplier."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from conftest import make_actor
from sqlmodel import select

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.db import transaction
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import BookIn, YearIn
from koprogo_app.modules.invoices import service, workflow
from koprogo_app.modules.invoices.models import Invoice, InvoiceIn, LineIn
from koprogo_app.modules.invoices.rules import Source
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.keys.models import KeyIn
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import LotIn
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import OwnerIn
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import OwnershipIn
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.modules.suppliers.models import SupplierIn


@pytest.fixture
def house(alice: Actor, building: Any) -> SimpleNamespace:
    """The years from 2025 to today; lot A1 (600 shares) is Bob's, A2 (400) Dora's; the key `lift` is A2's alone; supplier Lift SA."""
    call(alice, accounts.open_books, building.id, BookIn(starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31)))
    for year in range(2026, max(2026, clock.today().year) + 1):
        call(alice, accounts.add_year, building.id, YearIn(starts_on=date(year, 1, 1), ends_on=date(year, 12, 31)))
    found = SimpleNamespace(id=building.id, building=building)
    for name, number, shares in (("Bob", "A1", 600), ("Dora", "A2", 400)):
        lot = call(alice, lots.create_lot, building.id, LotIn(number=number, type="apartment", shares=shares))
        person = call(alice, owners.create_owner, OwnerIn(last_name=name))
        call(alice, ownership.add_part, OwnershipIn(lot_id=lot.id, owner_id=person.id, started_on=date(2020, 1, 1)))
        setattr(found, name.lower(), person.id)
        setattr(found, number.lower(), lot.id)
    key = call(alice, keys.create_key, building.id, KeyIn(name="Lift"))
    call(alice, keys.set_weights, key.id, {found.a2: 1})
    found.lift = key.id
    found.supplier = call(alice, suppliers.create_supplier, SupplierIn(name="Lift SA", payment_days=14)).id
    return found


@pytest.fixture
def anna(alice: Actor) -> Actor:
    """The accountant of Alice's office."""
    assert alice.organization_id
    return make_actor(alice.organization_id, Role.ACCOUNTANT, "Anna")


def a_line(unit_price: str = "100", vat: str | None = "21", account: str = "610100", **more: Any) -> LineIn:
    percent = None if vat is None else Decimal(vat)
    return LineIn(account=account, unit_price=Decimal(unit_price), vat_percent=percent, **more)


@pytest.fixture
def an_invoice(house: SimpleNamespace) -> Callable[..., InvoiceIn]:
    """an_invoice(a_line(), number="F-1", …): of Lift SA, of 1 March 2026."""

    def make(*lines: LineIn, **change: Any) -> InvoiceIn:
        given: dict[str, Any] = {
            "supplier_id": house.supplier, "number": "F26-1", "issued_on": date(2026, 3, 1), "description": "Lift, March",
            "lines": list(lines) or [a_line()],
        }  # fmt: skip
        return InvoiceIn.model_validate(given | change)

    return make


@pytest.fixture
def entered(alice: Actor, house: SimpleNamespace, an_invoice: Callable[..., InvoiceIn]) -> Callable[..., Invoice]:
    """entered(a_line(), until="submitted" | "posted" | "paid"): an invoice that has come so far, by Alice."""

    def make(*lines: LineIn, until: str = "draft", source: Source = Source.MANUAL, **change: Any) -> Invoice:
        given = an_invoice(*lines, **change)
        invoice = call(alice, service.create_invoice, house.id, given, source=source, distinct=True)
        steps = [workflow.submit_invoice, workflow.approve_invoice, workflow.pay_invoice]
        for step in steps[: ("draft", "submitted", "posted", "paid").index(until)]:
            invoice = call(alice, step, invoice.id)
        return invoice

    return make


def sides(actor: Actor, entry_id: UUID | None) -> list[tuple[str, int, int, str]]:
    """(code, debit, credit, party) of each line of an entry."""
    assert entry_id
    whole = call(actor, ledger.get_entry, entry_id)
    return [(x.account.code, x.line.debit_cents, x.line.credit_cents, x.party) for x in whole.lines]


def limited(actor: Actor, building_id: UUID) -> Actor:
    return replace(actor, building_ids=frozenset({building_id}))


def rows(actor: Actor, table: Any, **where: Any) -> list[Any]:
    """Rows of a table, oldest first."""
    assert actor.organization_id
    with transaction(actor.organization_id) as s:
        found = list(s.exec(select(table).filter_by(**where).order_by(table.id)))
        s.expunge_all()
        return found
