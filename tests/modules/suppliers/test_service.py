from datetime import date, timedelta

import pytest
from conftest import as_role
from modules.ledger.conftest import books as books
from modules.ledger.conftest import line
from modules.ledger.conftest import posted as posted
from sqlmodel import select

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.suppliers import service
from koprogo_app.modules.suppliers.models import Resembling, Supplier, SupplierIn, WithholdingCheck

KBO, IBAN = "0403170701", "BE68539007547034"


def a_supplier(name: str = "Ascenseurs Lambert", **change: object) -> SupplierIn:
    return SupplierIn.model_validate({"name": name} | change)


def enter(alice, name: str = "Ascenseurs Lambert", **change: object) -> Supplier:
    return call(alice, service.create_supplier, a_supplier(name, **change))


def names(actor, **asked: object) -> list[str]:
    return [row.name for row in call(actor, service.list_suppliers, Asked(**asked)).rows]


def actions(actor) -> list[str]:
    with transaction(actor.organization_id) as s:
        return list(s.exec(select(AuditEntry.action).order_by(AuditEntry.seq)))


# --- Entering and changing -------------------------------------------------------------------------------------------


def test_a_supplier_is_kept_with_its_numbers_normalised(alice):
    made = enter(alice, " Lambert SRL ", kbo="BE 0403.170.701", iban="be68 5390 0754 7034", email="Info@Lambert.be",
                 account_holder=" Lambert ", phone=" ", default_vat_rate=21, default_account_code="6103")  # fmt: skip
    found = call(alice, service.get_supplier, made.id)
    assert (found.name, found.kbo, found.vat, found.iban, found.email, found.account_holder, found.phone) == (
        "Lambert SRL", KBO, "BE0403170701", IBAN, "info@lambert.be", "Lambert", None,
    )  # fmt: skip
    assert (found.payment_days, found.country, found.language, found.is_active) == (30, "BE", "fr", True)
    assert (found.withholding_checked_on, found.withholding_due) == (None, None)
    assert actions(alice) == ["supplier created"]


def test_a_belgian_vat_number_fills_the_enterprise_number_and_is_not_kept_twice(alice):
    made = enter(alice, vat_number="BE0403170701")
    assert (made.kbo, made.vat_number, made.vat) == (KBO, None, "BE0403170701")


def test_a_foreign_supplier_has_the_vat_number_of_its_country(alice):
    made = enter(alice, "Élagage Müller", vat_number="de 136695976", country="DE", language="de")
    assert (made.kbo, made.vat_number, made.vat) == (None, "DE136695976", "DE136695976")


@pytest.mark.parametrize(
    ("typed", "kept"), [("Belgique", "BE"), ("be", "BE"), (" ", "BE"), ("Duitsland", "DE"), ("FR", "FR")]
)  # fmt: skip
def test_the_country_is_kept_as_its_code(alice, typed, kept):
    assert enter(alice, country=typed).country == kept


def test_who_uses_no_vat_number_has_none(alice):
    assert enter(alice, kbo=KBO, vat_liable=False).vat is None
    with pytest.raises(Invalid) as refused:
        enter(alice, "Other", vat_liable=False, vat_number="FR40303265045")
    assert set(refused.value.fields) == {"vat_number"}


def test_every_wrong_field_is_named_at_once(alice):
    with pytest.raises(Invalid) as refused:
        enter(alice, " ", kbo="0403170702", iban="BE00", email="nobody", language="xx", default_vat_rate=19)
    assert set(refused.value.fields) == {"name", "kbo", "iban", "email", "language", "default_vat_rate"}
    with pytest.raises(Invalid) as refused:
        enter(alice, country="Atlantis")
    assert set(refused.value.fields) == {"country"}
    with pytest.raises(Invalid) as refused:
        enter(alice, kbo=KBO, vat_number="BE0202239951")
    assert set(refused.value.fields) == {"vat_number"}
    assert names(alice) == []


@pytest.mark.parametrize("days", [0, 120])
def test_the_ends_of_the_days_to_pay_are_allowed(alice, days):
    assert enter(alice, payment_days=days).payment_days == days


def test_an_enterprise_number_is_in_the_directory_once(alice):
    enter(alice, kbo=KBO)
    with pytest.raises(Invalid) as refused:
        call(alice, service.create_supplier, a_supplier("Quite another", kbo="0403.170.701"), distinct=True)
    assert (refused.value.field, refused.value.params) == ("kbo", {"name": "Ascenseurs Lambert"})
    other = enter(alice, "Quite another")
    with pytest.raises(Invalid):
        call(alice, service.update_supplier, other.id, a_supplier("Quite another", kbo=KBO))
    assert enter(alice, "No number").kbo is None  # as many as there are


def test_two_at_the_same_moment_get_the_same_sentence(alice, monkeypatch):
    enter(alice, kbo=KBO)
    monkeypatch.setattr(service, "_refuse_known", lambda *_: None)
    with pytest.raises(Invalid) as refused:
        enter(alice, "Quite another", kbo=KBO)
    assert refused.value.field == "kbo"


def test_what_resembles_is_refused_unless_the_office_says_it_is_another(alice):
    enter(alice, iban=IBAN)
    with pytest.raises(Resembling) as refused:
        enter(alice, "Lambert Ascenseurs SA")
    assert set(refused.value.fields) == {"name"}
    with pytest.raises(Resembling) as refused:
        enter(alice, "Factoring", iban=IBAN)
    assert set(refused.value.fields) == {"iban"}
    other = call(alice, service.create_supplier, a_supplier("Factoring", iban=IBAN), distinct=True)
    call(alice, service.update_supplier, other.id, a_supplier("Factoring", iban=IBAN, phone="02 1"))  # not asked again
    with pytest.raises(Resembling):
        call(alice, service.update_supplier, other.id, a_supplier("Ascenseurs Lambert", iban=IBAN))
    call(alice, service.update_supplier, other.id, a_supplier("Ascenseurs Lambert", iban=IBAN), distinct=True)
    assert names(alice) == ["Ascenseurs Lambert", "Ascenseurs Lambert"]


def test_a_check_of_the_withholding_obligation_is_recorded(alice):
    made, today = enter(alice), clock.today()
    tomorrow = today + timedelta(days=1)
    found = call(alice, service.record_check, made.id, WithholdingCheck(checked_on=today, due=True))
    assert (found.withholding_checked_on, found.withholding_due) == (today, True)
    with pytest.raises(Invalid) as refused:
        call(alice, service.record_check, made.id, WithholdingCheck(checked_on=tomorrow, due=False))
    assert refused.value.field == "checked_on"
    call(alice, service.update_supplier, made.id, a_supplier(phone="02 1"))
    assert call(alice, service.get_supplier, made.id).withholding_due is True
    assert actions(alice)[1:] == ["withholding obligation looked up", "supplier changed"]


def test_an_inactive_supplier_stays_in_the_list_and_is_not_proposed(alice):
    made = enter(alice)
    assert [hit.label for hit in call(alice, service.find_suppliers, "lamb")] == ["Ascenseurs Lambert"]
    call(alice, service.deactivate_supplier, made.id)
    assert call(alice, service.find_suppliers, "lamb") == []
    assert names(alice) == names(alice, filters={"state": "inactive"}) == ["Ascenseurs Lambert"]
    assert names(alice, filters={"state": "active"}) == []
    call(alice, service.reactivate_supplier, made.id)
    assert names(alice, filters={"state": "active"}) == ["Ascenseurs Lambert"]
    assert actions(alice)[1:] == ["supplier deactivated", "supplier reactivated"]


def test_a_mistake_is_deleted(alice):
    made = enter(alice)
    call(alice, service.delete_supplier, made.id)
    assert names(alice) == []
    with pytest.raises(NotFound):
        call(alice, service.get_supplier, made.id)


def test_a_supplier_that_an_entry_names_is_not_deleted(alice, books, posted):
    posted("2026-01-02", line("612", debit=700), line("440", credit=700, supplier_id=books.lift))
    with pytest.raises(Conflict) as refused:
        call(alice, service.delete_supplier, books.lift)
    assert refused.value.params == {"name": "Lift SA"}
    assert names(alice) == ["Lift SA"]


# --- Who may ---------------------------------------------------------------------------------------------------------


def test_another_office_sees_and_changes_nothing(alice, charlie):
    made = enter(alice, kbo=KBO, iban=IBAN)
    for action in (service.get_supplier, service.delete_supplier, service.deactivate_supplier):
        with pytest.raises(NotFound):
            call(charlie, action, made.id)
    with pytest.raises(NotFound):
        call(charlie, service.update_supplier, made.id, a_supplier("Mine"))
    assert names(charlie) == call(charlie, service.export_suppliers, Asked()) == []
    assert call(charlie, service.find_suppliers, "lambert") == []
    assert call(charlie, service.resolve, kbo=KBO, iban=IBAN, name="Ascenseurs Lambert") is None
    assert enter(charlie, kbo=KBO, iban=IBAN).kbo == KBO  # its own entry of the same business


@pytest.mark.parametrize("role", [Role.SYNDIC, Role.ACCOUNTANT])
def test_the_office_writes(alice, role):
    made = enter(as_role(alice, role))
    call(as_role(alice, role), service.update_supplier, made.id, a_supplier("Lambert"))
    call(as_role(alice, role), service.record_check, made.id, WithholdingCheck(checked_on=date(2026, 1, 2), due=False))
    call(as_role(alice, role), service.deactivate_supplier, made.id)
    call(as_role(alice, role), service.delete_supplier, made.id)


@pytest.mark.parametrize("role", [Role.BOARD_MEMBER, Role.AUDITOR])
def test_the_council_and_the_auditor_read(alice, building, role):
    made, reader = enter(alice), as_role(alice, role, building.id)
    assert names(reader) == ["Ascenseurs Lambert"]
    assert call(reader, service.get_supplier, made.id).name == "Ascenseurs Lambert"
    for action in (service.deactivate_supplier, service.reactivate_supplier, service.delete_supplier):
        with pytest.raises(Forbidden):
            call(reader, action, made.id)
    with pytest.raises(Forbidden):
        call(reader, service.create_supplier, a_supplier("Mine"))


@pytest.mark.parametrize("role", [Role.OWNER, Role.OCCUPANT, Role.CONTRACTOR])
def test_the_others_see_nothing(alice, building, role):
    made, reader = enter(alice), as_role(alice, role, building.id)
    with pytest.raises(Forbidden):
        names(reader)
    with pytest.raises(Forbidden):
        call(reader, service.get_supplier, made.id)
    with pytest.raises(Forbidden):
        call(reader, service.export_suppliers, Asked())


def test_the_platform_administrator_writes_in_an_office_only(alice, superadmin):
    with pytest.raises(Invalid) as refused:
        call(superadmin, service.create_supplier, a_supplier())
    assert refused.value.field == "organization_id"
    inside = superadmin.within(alice.organization_id)
    assert call(inside, service.create_supplier, a_supplier()).organization_id == alice.organization_id


# --- Lists -----------------------------------------------------------------------------------------------------------


def test_the_list_is_in_the_order_of_names_without_accents(alice):
    for name, city in (("Zinguerie", "Aalst"), ("Électricité", "Gent"), ("Ascenseurs", "Zele")):
        enter(alice, name, city=city)
    assert names(alice) == ["Ascenseurs", "Électricité", "Zinguerie"]
    assert names(alice, sort="city", descending=True) == ["Ascenseurs", "Électricité", "Zinguerie"]
    assert (names(alice, size=2, page=2), call(alice, service.list_suppliers, Asked(size=2)).total) == (
        ["Zinguerie"],
        3,
    )
    with pytest.raises(Invalid):
        names(alice, sort="remark")


@pytest.mark.parametrize(
    "words",
    ["elec", "ÉLECTRICITÉ midi", "liege", "info@midi", "0403.170", "BE0403170701", "be68 5390", "5390 0754 7034"],
)
def test_suppliers_are_found_by_name_city_mail_and_numbers(alice, words):
    enter(alice, "Électricité du Midi", city="Liège", email="info@midi.be", kbo=KBO, iban=IBAN)
    enter(alice, "Other", city="Gent", email="other@example.be", kbo="0202239951")
    assert names(alice, search=words) == ["Électricité du Midi"]


def test_the_filters_pick_what_is_missing(alice):
    enter(alice, "Whole", kbo=KBO, iban=IBAN)
    enter(alice, "No account", kbo="0202239951")
    enter(alice, "No number", iban="BE71096123456769")
    assert names(alice, filters={"iban": "missing"}) == ["No account"]
    assert names(alice, filters={"kbo": "missing"}) == ["No number"]
    assert names(alice, filters={"kbo": "missing", "iban": "missing"}) == []
    with pytest.raises(Invalid):
        names(alice, filters={"colour": "red"})


def test_an_export_has_what_was_asked_and_leaves_its_trace(alice):
    for name in ("Zinguerie", "Ascenseurs"):
        enter(alice, name)
    assert [row.name for row in call(alice, service.export_suppliers, Asked())] == ["Ascenseurs", "Zinguerie"]
    assert [row.name for row in call(alice, service.export_suppliers, Asked(search="zing"))] == ["Zinguerie"]
    assert actions(alice)[-1] == "suppliers exported"


# --- Which one an invoice means --------------------------------------------------------------------------------------


@pytest.fixture
def directory(alice):
    enter(alice, "Ascenseurs Lambert SRL", kbo=KBO, iban=IBAN)
    enter(alice, "Élagage Müller", vat_number="DE136695976")
    enter(alice, "Nettoyage Clair", iban="BE71096123456769")
    call(alice, service.create_supplier, a_supplier("Factoring", iban=IBAN), distinct=True)
    call(alice, service.create_supplier, a_supplier("Nettoyage Clair SA", kbo="0202239951"), distinct=True)


@pytest.mark.parametrize(
    ("known", "found"),
    [
        ({}, None),
        ({"kbo": "0403.170.701"}, "Ascenseurs Lambert SRL"),
        ({"vat": "BE 0403.170.701"}, "Ascenseurs Lambert SRL"),
        ({"vat": "DE136695976"}, "Élagage Müller"),
        ({"iban": "BE71 0961 2345 6769"}, "Nettoyage Clair"),
        ({"name": "elagage muller gmbh"}, "Élagage Müller"),
        ({"name": "Élagage"}, None),
        ({"iban": IBAN}, None),  # two have it
        ({"iban": IBAN, "name": "Factoring"}, "Factoring"),
        ({"name": "Nettoyage Clair"}, None),  # two have it
        ({"kbo": "0202239951", "name": "Nettoyage Clair"}, "Nettoyage Clair SA"),
        ({"kbo": "0403170702", "name": "Factoring"}, "Factoring"),  # a wrong number says nothing
        ({"vat": "XX1", "iban": "BE00", "name": "Factoring"}, "Factoring"),
        ({"kbo": "0400378485", "name": "Ascenseurs Lambert"}, None),  # another business of the same name
        ({"kbo": "0400378485", "iban": "BE71096123456769"}, "Nettoyage Clair"),  # whose number was not entered
    ],
)
def test_an_invoice_means_at_most_one_supplier(alice, directory, known, found):
    supplier = call(alice, service.resolve, **known)
    assert (supplier and supplier.name) == found
