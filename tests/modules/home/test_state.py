"""The first page on a plain state, in English: one view for each role."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from conftest import a_building, as_role, make_actor, send
from modules.ownership.conftest import a_lot, a_person, hold

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.i18n import long_day
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.home.state import HereState, HomeState, MyDataState, MyMailState
from koprogo_app.modules.owners import service as owners

TODAY = long_day(clock.today(), "en")


def home(opened, actor=None):
    state = opened(HomeState, actor)
    send(state, HomeState.load)
    return state


def test_the_syndic_reads_what_waits_grouped_by_its_day(opened, alice):
    late = clock.today() - timedelta(days=30)
    building = call(alice, buildings.create_building, a_building(syndic_since=late))
    state = home(opened)
    assert (state.view, state.first_name, state.total, state.buildings) == ("office", "Alice", 5, 1)
    assert state.lead == f"{TODAY}. 1 late, 4 this week."
    assert [(due.title, due.when, due.article) for due in state.late] == [
        ("The noticeboard of the syndic is not filled in", "late", "3.89 §2")
    ]
    assert {due.hint.split(" · ")[0] for due in state.week} == {"Résidence Molière"}
    assert [(place.id, place.waiting) for place in state.places] == [(str(building.id), 5)]


def test_a_building_shows_what_waits_there_and_not_elsewhere(opened, alice):
    here = call(alice, buildings.create_building, a_building(syndic_name="Cabinet", syndic_phone="+32 2 555 12 34"))
    call(alice, buildings.create_building, a_building(name="Elsewhere"))
    state = opened(HereState, building_id=here.id)
    send(state, HereState.load)
    assert [(due.title, due.hint) for due in state.dues] == [
        ("No share is entered yet", "Lots by hand, or from a spreadsheet"),
        ("The enterprise number is missing", "Each paper of the association shows it"),
        ("The deed is not among the documents", ""),
        ("The date of the statutes is missing", ""),
    ]


def test_a_building_beyond_a_role_and_the_platforms_administrator_are_shown_nothing(opened, alice, superadmin):
    here = call(alice, buildings.create_building, a_building())
    elsewhere = call(alice, buildings.create_building, a_building(name="Elsewhere"))
    for reader in (replace(alice, building_ids=frozenset({elsewhere.id})), superadmin):
        state = opened(HereState, reader, building_id=here.id)
        assert send(state, HereState.load) is None  # and no refusal to read
        assert state.dues == []


def test_an_office_without_building_is_shown_how_to_begin(opened):
    state = home(opened)
    assert (state.view, state.buildings, state.total) == ("office", 0, 0)
    assert state.lead == f"{TODAY}. Nothing waits this week."


def test_the_list_is_turned_page_by_page(opened, alice, building):
    state = home(opened)
    send(state, HomeState.resize, 2)
    send(state, HomeState.go, 3)
    assert (len(state.week) + len(state.late) + len(state.later), state.total) == (1, 5)


@pytest.fixture
def bob(alice):
    building = call(alice, buildings.create_building, a_building(kbo="0403170701", syndic_name="Cabinet Alice"))
    person = a_person(alice, "Dubois", first_name="Bob", phone="0475 12 34 56")
    hold(alice, a_lot(alice, building, "5.1", 400), person, "1/3", "undivided", date(2021, 3, 1))
    actor = make_actor(alice.organization_id, Role.OWNER, "Bob", building.id, person.id)
    return replace(actor, owner_id=person.id)


def test_a_co_owner_reads_what_he_holds_and_whom_to_call(opened, bob):
    state = home(opened, bob)
    [lot] = state.lots
    assert (state.view, state.first_name, lot.title, lot.shares) == (
        "mine",
        "Bob",
        "5.1 · Apartment",
        "400 of 1.000 shares",
    )
    assert lot.held == "1/3 · Undivided ownership · since 01/03/2021"
    [building_id] = bob.building_ids
    assert [c.href for c in state.certificates] == [
        f"/api/v1/owners/{bob.owner_id}/certificate.pdf?disposition=attachment&building_id={building_id}"
    ]
    assert [(one.building, one.name) for one in state.syndics] == [("Résidence Molière", "Cabinet Alice")]
    assert (state.contact["lines"], state.contact["phone"]) == ("Rue 1\n1180 Uccle", "0475 12 34 56")


def test_a_co_owner_linked_to_nobody_is_told_so(opened, bob):
    assert home(opened, replace(bob, owner_id=None)).unknown is True


def test_an_occupant_reads_his_building_and_its_papers(opened, alice, bob):
    [building_id] = bob.building_ids
    occupant = make_actor(alice.organization_id, Role.OCCUPANT, "Omar", building_id)
    state = home(opened, occupant)
    assert (state.view, [place.id for place in state.places]) == ("reader", [str(building_id)])
    assert [one.name for one in state.syndics] == ["Cabinet Alice"]
    assert (state.total, state.lots) == (0, [])


def test_the_platform_administrator_reads_counters(opened, superadmin, building):
    state = home(opened, superadmin)
    assert state.view == "platform"
    assert set(state.counts) == {"organizations", "users", "buildings", "failed_mails"}
    assert state.counts["buildings"] > 0


def test_a_co_owner_corrects_where_his_letters_go(opened, alice, bob):
    state = opened(MyDataState, bob)
    send(state, MyDataState.load)
    assert (state.values["address"], state.values["language"]) == ("Rue 1", "fr")
    given = {"address": "Rue 2", "postal_code": "", "city": "Namur", "country": "BE", "language": "nl"}
    send(state, MyDataState.save, given)
    assert state.errors == {"postal_code": "This field is required."}
    send(state, MyDataState.save, given | {"postal_code": "5000"})
    kept = call(alice, owners.get_owner, bob.owner_id)
    assert (state.errors, kept.address, kept.postal_code, kept.language) == ({}, "Rue 2", "5000", "nl")
    assert kept.last_name == "Dubois"


def test_a_co_owner_asks_for_another_e_mail_address_that_the_office_changes(opened, alice, bob):
    state = opened(MyMailState, bob)
    send(state, MyMailState.load)
    send(state, MyMailState.propose, {"email": "no address"})
    assert set(state.errors) == {"email"}
    send(state, MyMailState.propose, {"email": "new@example.be"})
    assert state.errors == {}
    assert call(alice, owners.get_owner, bob.owner_id).email is None


def test_an_office_page_is_no_page_of_the_others(opened, alice, building):
    assert home(opened, as_role(alice, Role.ACCOUNTANT, building.id)).view == "office"
    state = home(opened, as_role(alice, Role.AUDITOR, building.id))
    assert state.view == "reader"
