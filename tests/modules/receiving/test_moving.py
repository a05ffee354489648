"""An invoice goes with its co-ownership: into an archive and out of it, and to another office."""

import io
from datetime import date, timedelta

import pytest
from conftest import a_building, make_actor
from modules.invoices.conftest import a_line, rows

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.errors import Conflict
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.archive import service as archive
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.invoices import service as invoices
from koprogo_app.modules.invoices import workflow
from koprogo_app.modules.invoices.models import CostAllocation, CostExclusion
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import LotIn
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import OwnershipIn
from koprogo_app.modules.receiving import service
from koprogo_app.modules.receiving.models import RecurringIn
from koprogo_app.modules.transfers import service as transfers


@pytest.fixture
def kept(alice, house, entered):
    """A paid invoice with every way of sharing, one in preparation, and one that comes back."""
    paid = entered(
        a_line("12.345", "21", quantity="3", key_id=house.lift, excluded=[house.a1], tenant_percent=80),
        a_line("10", "6", "643", owner_id=house.bob),
        until="paid",
    )
    draft = entered(a_line("5"), number="F2")
    call(alice, service.create_recurring, draft.id, RecurringIn(rhythm="monthly", next_on=clock.today()))
    call(alice, service.make_due, house.id)
    return paid


def counted(actor, building_id):
    found = call(actor, invoices.list_invoices, building_id, Asked(sort="number")).rows
    return [(r.supplier, r.number, r.approval, r.payment, r.gross_cents) for r in found]


def test_an_archive_holds_every_invoice_and_how_each_cost_is_shared_out(alice, charlie, house, kept):
    out = io.BytesIO()
    call(alice, archive.export_building, house.id, out)
    done = call(charlie, archive.import_building, io.BytesIO(out.getvalue()))
    assert {n: done.rows[n] for n in ("invoice", "invoice_line", "invoice_exclusion", "cost_allocation", "cost_exclusion")} == {
        "invoice": 3, "invoice_line": 4, "invoice_exclusion": 1, "cost_allocation": 2, "cost_exclusion": 1
    }  # fmt: skip
    assert counted(charlie, done.building_id) == counted(alice, house.id)
    (there,) = [r for r in call(charlie, invoices.list_invoices, done.building_id, Asked()).rows if r.payment == "paid"]
    whole = call(charlie, invoices.get_invoice, there.id)
    assert [(x.line.unit_price, x.line.quantity, len(x.excluded)) for x in whole.lines] == [
        (x.line.unit_price, x.line.quantity, len(x.excluded)) for x in call(alice, invoices.get_invoice, kept.id).lines
    ]
    assert whole.invoice.submitted_by is None  # people stay where they are; their names stay readable
    assert [(x.action, x.done_by) for x in whole.steps][-1] == ("pay", "Alice Test")
    call(charlie, workflow.unpay_invoice, there.id, "Bounced")
    call(charlie, workflow.undo_posting, there.id, "Wrong")
    assert call(charlie, invoices.get_row, there.id).approval == "draft"


def test_a_co_ownership_takes_its_invoices_to_another_office(alice, superadmin, charlie, house, kept):
    other = call(alice, buildings.create_building, a_building(name="Other"))  # Bob is known there too: he is copied
    lot = call(alice, lots.create_lot, other.id, LotIn(number="1", type="apartment", shares=1))
    call(alice, ownership.add_part, OwnershipIn(lot_id=lot.id, owner_id=house.bob, started_on=date(2020, 1, 1)))
    before = counted(alice, house.id)
    call(
        superadmin, transfers.transfer_building, house.id, charlie.organization_id, decision="AG, point 4",
        decided_on=clock.today() - timedelta(1), reason="x",
    )  # fmt: skip
    assert counted(charlie, house.id) == before
    assert call(alice, invoices.list_invoices, None, Asked()).total == 0
    whole = call(charlie, invoices.get_invoice, kept.id)
    copy = whole.lines[1].line.owner_id
    assert copy != house.bob
    assert {x.owner_id for x in rows(charlie, CostAllocation)} == {None, copy}
    assert [x.lot_id for x in rows(charlie, CostExclusion)] == [house.a1]
    call(charlie, workflow.unpay_invoice, kept.id, "Bounced")


def test_what_a_cost_rests_on_is_not_deleted(alice, house, kept):
    with pytest.raises(Conflict):
        call(alice, keys.delete_key, house.lift)


def test_an_accountant_limited_to_one_building_stays_there(alice, house, kept):
    other = call(alice, buildings.create_building, a_building(name="Other"))
    anna = make_actor(alice.organization_id, Role.ACCOUNTANT, "Anna", other.id)
    assert call(anna, invoices.list_invoices, None, Asked()).total == 0
    assert call(anna, invoices.sums) == {}
