from datetime import date
from uuid import uuid4

import pytest
from conftest import a_building, as_role, make_actor, make_organization

from koprogo_app.auth.models import Plan
from koprogo_app.core.actor import Role, system_actor
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service
from koprogo_app.modules.lots.models import Lot


def test_a_building_is_found_again_with_its_numbers_normalised(alice):
    made = call(alice, service.create_building, a_building(kbo="BE 0403.170.701", iban_working="BE68 5390 0754 7034"))
    found = call(alice, service.get_building, made.id)
    assert (found.kbo, found.iban_working, found.region) == ("0403170701", "BE68539007547034", "BXL")


def test_another_office_sees_nothing(building, charlie):
    with pytest.raises(NotFound):
        call(charlie, service.get_building, building.id)
    assert call(charlie, service.list_buildings, Asked()).total == 0


def test_a_wrong_check_digit_is_refused_beside_its_field(alice):
    with pytest.raises(Invalid) as refused:
        call(alice, service.create_building, a_building(kbo="0403170702"))
    assert refused.value.field == "kbo"


def test_the_two_funds_need_separate_accounts(alice):
    with pytest.raises(Invalid) as refused:
        call(
            alice,
            service.create_building,
            a_building(iban_working="BE68539007547034", iban_reserve="BE68 5390 0754 7034"),
        )
    assert refused.value.field == "iban_reserve"


def test_the_same_enterprise_number_twice_is_refused(alice):
    call(alice, service.create_building, a_building(kbo="0403170701"))
    with pytest.raises(Invalid, match="enterprise number"):
        call(alice, service.create_building, a_building(kbo="0403.170.701"))


def test_the_accountant_reads_but_does_not_write(alice, building):
    accountant = as_role(alice, Role.ACCOUNTANT)
    assert call(accountant, service.get_building, building.id).id == building.id
    with pytest.raises(Forbidden):
        call(accountant, service.create_building, a_building())


def test_a_council_member_sees_the_building_of_the_mandate_only(alice, building):
    other = call(alice, service.create_building, a_building(name="Résidence Racine"))
    member = make_actor(alice.organization_id, Role.BOARD_MEMBER, "Dora", building.id)
    assert [row.id for row in call(member, service.list_buildings, Asked()).rows] == [building.id]
    with pytest.raises(NotFound):
        call(member, service.get_building, other.id)


def test_a_free_plan_has_room_for_one_building():
    alice = make_actor(make_organization(plan=Plan.FREE), Role.SYNDIC, "Alice")
    call(alice, service.create_building, a_building())
    with pytest.raises(Invalid, match="allows"):
        call(alice, service.create_building, a_building(name="Deux"))


def test_a_building_with_lots_cannot_be_deleted_and_nothing_is_lost(alice, building):
    with transaction(alice.organization_id) as s:
        s.add(Lot(building_id=building.id, number="A1", type="apartment", shares=10))
    with pytest.raises(Conflict):
        call(alice, service.delete_building, building.id)
    assert call(alice, service.get_building, building.id).id == building.id


def test_an_empty_building_can_be_deleted(alice, building):
    call(alice, service.delete_building, building.id)
    with pytest.raises(NotFound):
        call(alice, service.get_building, building.id)


def test_the_public_address_stays_when_the_name_changes(alice):
    made = call(alice, service.create_building, a_building(name=f"Tour {uuid4().hex}", noticeboard_public=True))
    slug = made.slug
    changed = call(alice, service.update_building, made.id, a_building(name="Autre nom", noticeboard_public=True))
    assert slug is not None
    assert changed.slug == slug
    assert call(system_actor(), service.get_noticeboard, slug).name == "Autre nom"


def test_two_buildings_of_one_name_have_two_public_addresses(alice, charlie):
    name = f"Tour {uuid4().hex}"
    slugs = [
        call(actor, service.create_building, a_building(name=name, noticeboard_public=True)).slug
        for actor in (alice, charlie)
    ]
    assert slugs[0] != slugs[1]
    assert all(slug.startswith(name.lower().replace(" ", "-")) for slug in slugs)


def test_a_hidden_noticeboard_is_not_public(alice):
    made = call(alice, service.create_building, a_building(name=f"Tour {uuid4().hex}", noticeboard_public=True))
    call(alice, service.update_building, made.id, a_building(noticeboard_public=False))
    with pytest.raises(NotFound):
        call(system_actor(), service.get_noticeboard, made.slug)


def test_the_list_is_sorted_and_searched_without_accents(alice):
    for name in ("Zénith", "élan", "Arbre"):
        call(alice, service.create_building, a_building(name=name))
    listed = call(alice, service.list_buildings, Asked(sort="name"))
    assert [row.name for row in listed.rows] == ["Arbre", "élan", "Zénith"]
    assert [row.name for row in call(alice, service.list_buildings, Asked(search="ELAN")).rows] == ["élan"]
    with pytest.raises(Invalid):
        call(alice, service.list_buildings, Asked(sort="password"))


def test_a_deed_of_tomorrow_is_refused(alice):
    with pytest.raises(Invalid) as refused:
        call(alice, service.create_building, a_building(deed_on=date(2199, 1, 1)))
    assert refused.value.field == "deed_on"
