import pytest
import reflex as rx

from koprogo_app.core.actor import Permission
from koprogo_app.modules.suppliers import pages
from koprogo_app.modules.suppliers.models import SupplierIn
from koprogo_app.ui.help import TOPICS
from koprogo_app.ui.page import NAV


@pytest.fixture(autouse=True)
def address(monkeypatch):
    """The part of the address that Reflex declares when it compiles the routes."""
    monkeypatch.setattr(rx.State, "supplier_id", rx.Var("supplier_id", _var_type=str), raising=False)


def drawn(page) -> str:
    return str(page().render())


def test_the_list_stands_in_the_menu_under_money():
    (entry,) = [e for e in NAV if e.route == "/suppliers"]
    assert (entry.permission, entry.nav.section, entry.nav.icon, entry.nav.order) == (
        Permission.SUPPLIERS_READ, "money", "truck", 40,
    )  # fmt: skip


def test_a_telephone_shows_two_lines_of_each_supplier():
    assert {c.key: c.mobile for c in pages._columns() if c.mobile} == {
        "name": "name", "state": "amount", "city": "state", "phone": "date",
    }  # fmt: skip


@pytest.mark.parametrize("page", [pages.suppliers, pages.supplier, pages.new_supplier, pages.edit_supplier])
def test_each_page_is_drawn(page):
    assert len(drawn(page)) > 1000


@pytest.mark.parametrize("page", [pages.new_supplier, pages.edit_supplier])
def test_every_field_has_its_place_and_the_place_of_its_error(page):
    found = drawn(page)
    for name in SupplierIn.model_fields:
        assert f"f-{name}" in found, name
        assert f"f-{name}-error" in found, name
    assert "f-distinct" in found


def test_help_names_the_law_and_how_sure_it_is():
    assert (TOPICS["withholding"].article, TOPICS["withholding"].confidence) == ("402-403 CIR/WIB 92", "medium")
    assert (TOPICS["payee"].article, TOPICS["payee"].confidence) == ("5c (EU) 260/2012", "medium")
    assert "checkinhoudingsplicht.be" in drawn(pages.supplier)
