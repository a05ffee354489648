import io
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
import reflex as rx
from conftest import send

from koprogo_app.core import clock
from koprogo_app.core.service import call
from koprogo_app.modules.invoices import service as invoices
from koprogo_app.modules.receiving import pages, rules, service
from koprogo_app.modules.receiving.state import FileState, RecurringState, UploadState
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.modules.suppliers.models import SupplierIn

DATA = Path(__file__).parents[2] / "data" / "invoices"


@pytest.fixture
def draft(alice, house):
    return call(alice, service.receive, house.id, "a.xml", io.BytesIO((DATA / "lift-maintenance.xml").read_bytes()))


def test_after_the_upload_an_electronic_invoice_is_read_first_and_another_typed(opened, alice, house, draft, entered):
    state = opened(UploadState, building_id=house.id)
    send(state, UploadState.load)
    send(state, UploadState.choose_distinct, True)
    assert state.distinct
    assert "/file" in str(send(state, UploadState.received, str(draft.id)))
    assert "/edit" in str(send(state, UploadState.received, str(entered().id)))


def test_a_supplier_who_is_not_known_is_entered_from_the_page(opened, alice, house, draft):
    state = opened(FileState, building_id=house.id, invoice_id=draft.id)
    send(state, FileState.load)
    assert (state.proposed, state.name, state.numbers) == (True, "Ascenseurs Meunier SRL", "0473.188.269")
    assert state.address == "Chaussée de Haecht 1180, Bâtiment C, 1140 Evere"
    call(alice, suppliers.create_supplier, SupplierIn(name="Other", iban="BE68539007547034"))
    again = call(alice, suppliers.resolve, kbo="0473188269", iban="BE68539007547034")
    assert again  # the account is the other's: the draft takes that one
    send(state, FileState.enter_supplier, {})
    assert not state.proposed
    assert call(alice, invoices.get_row, draft.id).supplier_id == again.id


def test_a_supplier_with_nearly_that_name_is_asked_about(opened, alice, house, draft):
    call(alice, suppliers.create_supplier, SupplierIn(name="Ascenseurs Meuniers", kbo="0721559046"))
    state = opened(FileState, building_id=house.id, invoice_id=draft.id)
    send(state, FileState.load)
    send(state, FileState.enter_supplier, {})
    assert state.resembling
    send(state, FileState.enter_supplier, {"distinct": "on"})
    assert (state.proposed, state.errors) == (False, {})


def test_a_file_of_an_invoice_that_is_not_there(opened, house):
    for wrong in (uuid4(), "nonsense"):
        state = opened(FileState, building_id=house.id, invoice_id=wrong)
        send(state, FileState.load)
        assert state.missing


def test_an_invoice_comes_back_from_the_page(opened, monkeypatch, house, entered):
    invoice = entered()
    url = SimpleNamespace(query_parameters={"invoice": str(invoice.id)})
    state = opened(RecurringState, building_id=house.id)
    monkeypatch.setattr(RecurringState, "router", SimpleNamespace(url=url), raising=False)
    send(state, RecurringState.load)
    assert (state.template_id, state.template) == (str(invoice.id), "Lift SA · Lift, March")
    send(state, RecurringState.create, {"rhythm": "sometimes", "next_on": ""})
    assert set(state.errors) == {"rhythm", "next_on"}
    first = rules.months_on(clock.today().replace(day=1), -1)
    send(state, RecurringState.create, {"rhythm": "monthly", "next_on": first.isoformat(), "until": ""})
    assert state.template_id == ""
    (row,) = state.rows
    assert (row.supplier, row.rhythm, row.total, row.active) == ("Lift SA", "Every month", "121,00\u00a0€", True)
    send(state, RecurringState.make_due)
    assert state.made == "Drafts made: 2."
    send(state, RecurringState.stop, row.id)
    assert not state.rows[0].active


@pytest.fixture
def address(monkeypatch):
    """The parts of the address that Reflex declares when it compiles the routes."""
    for name in ("building_id", "invoice_id"):
        monkeypatch.setattr(rx.State, name, rx.Var(name, _var_type=str), raising=False)


@pytest.mark.parametrize("drawn", [pages.upload_invoice, pages.file, pages.recurring])
def test_each_page_is_drawn(address, drawn):
    assert len(str(drawn().render())) > 1000
