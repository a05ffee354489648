"""Handlers on a plain state, as their reader, in English; what they hand back is what a toast or a redirect carries."""

from datetime import date

import pytest
from conftest import make_actor, send

from koprogo_app.core.actor import Role
from koprogo_app.core.service import call
from koprogo_app.modules.owners import service
from koprogo_app.modules.owners.models import OwnerIn
from koprogo_app.modules.owners.state import PeopleState, PersonFormState


def enter(alice, last_name, **change):
    return call(alice, service.create_owner, OwnerIn(last_name=last_name, **change))


def test_the_list_words_the_channel_and_the_access(opened, alice):
    consent = {"email_consent_on": date(2025, 1, 2), "email_consent_proof": "Form"}
    enter(alice, "Adam", email="adam@example.be", postal_code="1180", city="Uccle", language="nl", **consent)
    bea = enter(alice, "Bea", email="bea@example.be")
    call(alice, service.invite_owner, bea.id)
    state = opened(PeopleState)
    send(state, PeopleState.load)
    assert [(r.name, r.place, r.language, r.lots, r.channel, r.access) for r in state.rows] == [
        ("Adam", "1180 Uccle", "Nederlands", "0", "email", "none"),
        ("Bea", "", "Français", "0", "registered", "invited"),
    ]
    assert state.rows[1].access_words.startswith("Invited on ")


def test_the_council_lists_nobody_outside_its_building(opened, alice, building):
    state = opened(PeopleState, make_actor(alice.organization_id, Role.BOARD_MEMBER, "Dora", building.id))
    enter(alice, "Adam", email="adam@example.be")
    send(state, PeopleState.load)
    assert (state.rows, state.total) == ([], 0)


def test_the_list_is_searched_filtered_sorted_and_paged(opened, alice):
    for name in ("Adam", "Bea", "Cas"):
        enter(alice, name)
    state = opened(PeopleState)
    send(state, PeopleState.resort, "last_name")
    assert [r.name for r in state.rows] == ["Cas", "Bea", "Adam"]
    send(state, PeopleState.resize, 2)
    send(state, PeopleState.go, 2)
    assert ([r.name for r in state.rows], state.total) == (["Adam"], 3)
    send(state, PeopleState.search_for, "be")
    assert ([r.name for r in state.rows], state.page) == (["Bea"], 1)
    send(state, PeopleState.filter_by, "kind", "company")
    assert state.rows == []
    send(state, PeopleState.filter_by, "", "")
    assert (state.total, state.search, state.filters) == (3, "", {})


def test_chosen_people_are_counted_and_invited(opened, alice):
    chosen = [enter(alice, "Adam", email="adam@example.be"), enter(alice, "Bea")]
    state = opened(PeopleState)
    send(state, PeopleState.load)
    send(state, PeopleState.pick_all)
    assert (state.chosen, state.chosen_ids) == ("People chosen: 2", ",".join(str(o.id) for o in chosen))
    send(state, PeopleState.pick, str(chosen[0].id))
    assert state.selected == [str(chosen[1].id)]
    send(state, PeopleState.pick, str(chosen[0].id))
    said = send(state, PeopleState.invite)
    assert "Invitations sent: 1. Left out" in str(said)
    assert (state.selected, state.rows[0].access) == ([], "invited")


def test_a_person_is_added_and_the_page_opens(opened, alice):
    state = opened(PersonFormState)
    send(state, PersonFormState.start)
    went = send(state, PersonFormState.create, {"kind": "person", "last_name": " Maes ", "language": "nl"})
    (made,) = call(alice, service.search_owners, "maes")
    assert f"/people/{made.id}" in str(went)
    assert (made.last_name, made.language) == ("Maes", "nl")


def test_wrong_fields_are_named_and_nothing_is_added(opened, alice):
    state = opened(PersonFormState)
    form = {"kind": "company", "last_name": "", "kbo": "123", "language": "fr"}
    assert send(state, PersonFormState.create, form) is None
    assert set(state.errors) == {"last_name"}
    send(state, PersonFormState.create, form | {"last_name": "Immo SA", "iban": "BE1"})
    assert set(state.errors) == {"kbo", "iban"}
    assert call(alice, service.search_owners, "") == []


def test_a_known_address_may_be_shared_when_the_office_says_so(opened, alice):
    enter(alice, "Adam", email="home@example.be")
    state = opened(PersonFormState)
    form = {"last_name": "Eva", "email": "home@example.be", "language": "fr"}
    send(state, PersonFormState.create, form)
    assert (set(state.errors), state.sharing) == ({"email"}, True)
    send(state, PersonFormState.create, form | {"shared_email": "on"})
    assert [o.last_name for o in call(alice, service.search_owners, "eva")] == ["Eva"]


def test_saving_keeps_the_consent_unless_the_address_changes(opened, alice):
    consent = {"email_consent_on": date(2025, 1, 2), "email_consent_proof": "Form"}
    adam = enter(alice, "Adam", email="adam@example.be", **consent)
    state = opened(PersonFormState, owner_id=adam.id)
    send(state, PersonFormState.edit)
    assert (state.title, state.values["email"]) == ("Adam", "adam@example.be")
    form = {"kind": "person", "last_name": "Adam", "email": "adam@example.be", "phone": "02 1", "language": "fr"}
    said = send(state, PersonFormState.save, form)
    assert "The data are saved." in str(said)
    assert call(alice, service.get_owner, adam.id).email_consent_on == date(2025, 1, 2)
    said = send(state, PersonFormState.save, form | {"email": "new@example.be"})
    assert "The consent to e-mail ended" in str(said)
    assert call(alice, service.get_owner, adam.id).email_consent_on is None


@pytest.mark.parametrize("address", ["x", "00000000-0000-0000-0000-000000000001"])
def test_an_unknown_person_is_missing(opened, address):
    state = opened(PersonFormState, owner_id=address)
    send(state, PersonFormState.edit)
    assert state.missing
