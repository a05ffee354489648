"""Handlers on a plain state, as their reader, in English."""

from datetime import timedelta

import pytest
from conftest import as_role, send

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.i18n import day
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.suppliers import service
from koprogo_app.modules.suppliers.models import SupplierIn, WithholdingCheck
from koprogo_app.modules.suppliers.state import SupplierFormState, SuppliersState, SupplierState

FORM = {"name": "Ascenseurs Lambert", "vat_liable": "on", "language": "nl", "country": "BE", "payment_days": "15"}


def enter(alice, name="Ascenseurs Lambert", **change):
    return call(alice, service.create_supplier, SupplierIn.model_validate({"name": name} | change))


def names(alice):
    return [o.name for o in call(alice, service.list_suppliers, Asked()).rows]


def test_the_list_shows_numbers_as_people_read_them(opened, alice):
    enter(alice, kbo="0403170701", iban="BE68539007547034", city="Uccle", phone="02 1")
    gone = enter(alice, "Élagage Müller", vat_number="DE136695976")
    call(alice, service.deactivate_supplier, gone.id)
    state = opened(SuppliersState)
    send(state, SuppliersState.load)
    assert [(r.name, r.kbo, r.iban, r.city, r.phone, r.active) for r in state.rows] == [
        ("Ascenseurs Lambert", "0403.170.701", "BE68 5390 0754 7034", "Uccle", "02 1", True),
        ("Élagage Müller", "DE136695976", "", "", "", False),
    ]


def test_the_list_is_searched_filtered_sorted_and_paged(opened, alice):
    for name in ("Ascenseurs", "Nettoyage", "Toitures"):
        enter(alice, name)
    state = opened(SuppliersState)
    send(state, SuppliersState.resort, "name")
    assert [r.name for r in state.rows] == ["Toitures", "Nettoyage", "Ascenseurs"]
    send(state, SuppliersState.resize, 2)
    send(state, SuppliersState.go, 2)
    assert ([r.name for r in state.rows], state.total) == (["Ascenseurs"], 3)
    send(state, SuppliersState.search_for, "toit")
    assert ([r.name for r in state.rows], state.page) == (["Toitures"], 1)
    send(state, SuppliersState.filter_by, "state", "inactive")
    assert state.rows == []
    send(state, SuppliersState.filter_by, "", "")
    assert state.total == 3


def test_another_office_lists_nothing(opened, alice, charlie):
    made = enter(alice)
    state = opened(SuppliersState, charlie)
    send(state, SuppliersState.load)
    assert (state.rows, state.total) == ([], 0)
    page = opened(SupplierState, charlie, supplier_id=made.id)
    send(page, SupplierState.load)
    assert (page.missing, page.supplier.name) == (True, "")


def test_the_page_words_what_was_entered(opened, alice):
    made = enter(
        alice, kbo="0403170701", iban="BE71096123456769", address="Rue du Marais 8", postal_code="1000",
        city="Bruxelles", default_vat_rate=0, payment_days=60,
    )  # fmt: skip
    state = opened(SupplierState, supplier_id=made.id)
    send(state, SupplierState.load)
    o = state.supplier
    assert (o.kbo, o.vat, o.iban, o.bic) == ("0403.170.701", "BE0403170701", "BE71 0961 2345 6769", "GKCCBEBB")
    assert (o.address, o.days, o.rate) == (
        "Rue du Marais 8\n1000 Bruxelles\nBE", "60 days after the date of the invoice", "0 %",
    )  # fmt: skip
    assert (o.check, o.checked, o.old, o.holder, o.remark) == ("", "", False, "", "")


@pytest.mark.parametrize(("days", "old"), [(0, False), (30, False), (31, True)])
def test_a_check_grows_old(opened, alice, days, old):
    made, on = enter(alice), clock.today() - timedelta(days=days)
    call(alice, service.record_check, made.id, WithholdingCheck(checked_on=on, due=False))
    state = opened(SupplierState, supplier_id=made.id)
    send(state, SupplierState.load)
    o = state.supplier
    assert (o.check, o.checked, o.old) == ("clear", f"Looked up on {day(on, 'en')}.", old)


def test_a_check_is_recorded_in_its_dialog(opened, alice):
    made = enter(alice)
    state = opened(SupplierState, supplier_id=made.id)
    send(state, SupplierState.show_checking, True)
    send(state, SupplierState.record_check, {"checked_on": ""})
    assert (set(state.errors), state.checking) == ({"checked_on", "due"}, True)
    send(state, SupplierState.record_check, {"checked_on": "2126-01-01", "due": "true"})
    assert set(state.errors) == {"checked_on"}
    said = send(state, SupplierState.record_check, {"checked_on": clock.today().isoformat(), "due": "true"})
    assert "The check is recorded." in str(said)
    assert (state.errors, state.checking) == ({}, False)
    send(state, SupplierState.load)
    assert state.supplier.check == "due"


def test_a_supplier_is_deactivated_reactivated_and_deleted(opened, alice):
    made = enter(alice)
    state = opened(SupplierState, supplier_id=made.id)
    assert "not proposed any more" in str(send(state, SupplierState.deactivate))
    send(state, SupplierState.load)
    assert not state.supplier.active
    assert "proposed again" in str(send(state, SupplierState.reactivate))
    assert "/suppliers" in str(send(state, SupplierState.delete))
    assert names(alice) == []


def test_a_refusal_is_a_sentence(opened, alice, building):
    made = enter(alice)
    state = opened(SupplierState, as_role(alice, Role.AUDITOR, building.id), supplier_id=made.id)
    send(state, SupplierState.load)
    assert state.supplier.name == "Ascenseurs Lambert"
    assert "You may not do this." in str(send(state, SupplierState.delete))
    assert names(alice) == ["Ascenseurs Lambert"]


def test_a_supplier_is_added_and_its_page_opens(opened, alice):
    state = opened(SupplierFormState)
    send(state, SupplierFormState.start)
    assert (state.values, state.liable) == ({"language": "en", "country": "BE", "payment_days": "30"}, True)
    went = send(state, SupplierFormState.create, FORM | {"kbo": "0403.170.701", "default_vat_rate": "21", "iban": ""})
    (made,) = call(alice, service.list_suppliers, Asked()).rows
    assert f"/suppliers/{made.id}" in str(went)
    assert (made.kbo, made.language, made.payment_days, made.default_vat_rate, made.vat_liable) == (
        "0403170701", "nl", 15, 21, True,
    )  # fmt: skip


def test_wrong_fields_are_named_and_nothing_is_added(opened, alice):
    state = opened(SupplierFormState)
    send(state, SupplierFormState.start)
    typed = dict(state.values)
    assert send(state, SupplierFormState.create, FORM | {"name": " ", "payment_days": "soon"}) is None
    assert set(state.errors) == {"name", "payment_days"}
    wrong = {"kbo": "123", "iban": "BE1", "email": "x", "vat_number": "XX1"}
    send(state, SupplierFormState.create, FORM | wrong)
    assert set(state.errors) == {"kbo", "iban", "email"}
    send(state, SupplierFormState.create, FORM | {"vat_number": "XX1"})
    assert set(state.errors) == {"vat_number"}
    assert (state.values, names(alice)) == (typed, [])  # the fields keep what is typed: they are not filled anew


def test_another_of_nearly_the_same_name_is_added_when_the_office_says_so(opened, alice):
    enter(alice)
    state = opened(SupplierFormState)
    send(state, SupplierFormState.create, FORM)
    assert (set(state.errors), state.resembling) == ({"name"}, True)
    assert "Ascenseurs Lambert" in state.errors["name"]
    send(state, SupplierFormState.create, FORM | {"distinct": "on"})
    assert names(alice) == ["Ascenseurs Lambert", "Ascenseurs Lambert"]


def test_saving_empties_what_was_emptied_and_keeps_the_check(opened, alice):
    made = enter(alice, kbo="0403170701", phone="02 1", default_vat_rate=6)
    call(alice, service.record_check, made.id, WithholdingCheck(checked_on=clock.today(), due=True))
    state = opened(SupplierFormState, supplier_id=made.id)
    send(state, SupplierFormState.edit)
    assert (state.title, state.values["default_vat_rate"], state.liable) == ("Ascenseurs Lambert", "6", True)
    form = {k: v for k, v in FORM.items() if k != "vat_liable"} | {"kbo": "0403170701", "phone": ""}
    assert "The data are saved." in str(send(state, SupplierFormState.save, form))
    found = call(alice, service.get_supplier, made.id)
    assert (found.phone, found.default_vat_rate, found.vat, found.withholding_due) == (None, None, None, True)


@pytest.mark.parametrize("address", ["x", "00000000-0000-0000-0000-000000000001"])
def test_an_unknown_supplier_is_missing(opened, address):
    form = opened(SupplierFormState, supplier_id=address)
    send(form, SupplierFormState.edit)
    page = opened(SupplierState, supplier_id=address)
    send(page, SupplierState.load)
    assert form.missing
    assert page.missing
