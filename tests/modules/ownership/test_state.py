"""Handlers on a plain state, as their reader, in English; what they hand back is what a toast or a redirect carries."""

from datetime import date
from types import SimpleNamespace

import pytest
from conftest import make_actor, send

from koprogo_app.core.actor import Role
from koprogo_app.core.service import call
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.ownership import access, service
from koprogo_app.modules.ownership.people.state import DuplicatesState, MergeState, PersonState
from koprogo_app.modules.ownership.state import HoldersState, LotsHeldState, TransferState

from .conftest import a_lot, a_person, held, hold

# --- The tab of lots -------------------------------------------------------------------------------------------------


def test_the_tab_words_holders_rights_and_standing(opened, alice, building, lot):
    ann, bea = a_person(alice, "Ann"), a_person(alice, "Bea")
    hold(alice, lot, ann, right="usufruct")
    hold(alice, lot, bea, right="bare")
    a_lot(alice, building, "9.9", shares=1000, type="parking")
    state = opened(LotsHeldState, building_id=building.id)
    send(state, LotsHeldState.load)
    assert [(r.number, r.type, r.holders, r.rights, r.shares, r.state) for r in state.rows] == [
        ("5.1", "Apartment", "Ann – Bea", "Usufruct – Bare ownership", "100", "suspended"),
        ("9.9", "Garage or parking space", "", "", "1.000", "empty"),
    ]
    assert state.alerts[0].label == "With an alert: 2"
    send(state, LotsHeldState.filter_by, "type", "parking")
    assert [r.number for r in state.rows] == ["9.9"]
    send(state, LotsHeldState.filter_by, "", "")
    send(state, LotsHeldState.search_for, "bea")
    assert [r.number for r in state.rows] == ["5.1"]


def test_a_link_from_the_to_do_list_opens_the_lots_with_an_alert_alone(monkeypatch, opened, alice, building, lot):
    hold(alice, lot, a_person(alice, "Ann"))
    a_lot(alice, building, "9.9", shares=1000, type="parking")
    link = SimpleNamespace(url=SimpleNamespace(query_parameters={"alert": "yes"}))
    monkeypatch.setattr(LotsHeldState, "router", link)
    state = opened(LotsHeldState, building_id=building.id)
    send(state, LotsHeldState.load)
    assert ([r.number for r in state.rows], state.filters) == (["9.9"], {"alert": "yes"})


def test_a_building_that_is_not_there_has_no_lots(opened):
    state = opened(LotsHeldState, building_id="00000000-0000-0000-0000-000000000001")
    send(state, LotsHeldState.load)
    assert (state.rows, state.total) == ([], 0)


# --- The holders of a lot --------------------------------------------------------------------------------------------


def test_a_part_is_added_changed_corrected_and_ended(opened, alice, lot):
    ann = a_person(alice, "Ann")
    state = opened(HoldersState, lot_id=lot.id)
    send(state, HoldersState.ask, "add", "")
    assert [(c.value, c.label) for c in state.people] == [(str(ann.id), "Ann · Uccle")]
    form = {"owner_id": str(ann.id), "share": "50 %", "right": "full", "started_on": "2020-01-01", "act": "Deed"}
    send(state, HoldersState.add, form)
    send(state, HoldersState.load)
    (part,) = state.today
    assert (part.name, part.part, part.percent, part.right, part.since, part.act, state.standing) == (
        "Ann", "1/2", "50\u00a0%", "Full ownership", "01/01/2020", "Deed", "incomplete",
    )  # fmt: skip
    send(state, HoldersState.ask, "correct", part.id)
    assert (state.asking, state.name, state.values["share"]) == ("correct", "Ann", "1/2")
    send(state, HoldersState.correct, {"share": "1", "right": "full", "started_on": "2020-02-01", "reason": "Typo"})
    send(state, HoldersState.load)
    (part,) = state.today
    assert (part.part, part.since, part.act, state.standing) == ("Whole lot", "01/02/2020", "Deed", "complete")
    send(state, HoldersState.ask, "change", part.id)
    send(state, HoldersState.change, {"share": "1/2", "right": "bare", "on": "2021-01-01", "act": ""})
    send(state, HoldersState.load)
    (part,), (before,) = state.today, state.past
    assert (part.right, before.until) == ("Bare ownership", "01/01/2021")
    send(state, HoldersState.ask, "end", part.id)
    send(state, HoldersState.end, {"on": "2022-01-01", "why": "Gift"})
    assert state.asking == ""
    send(state, HoldersState.load)
    assert (state.today, [p.until for p in state.past]) == ([], ["01/01/2022", "01/01/2021"])


@pytest.mark.parametrize(
    ("handler", "form", "field"),
    [
        ("add", {"share": "half"}, "share"),
        ("add", {"share": "1/2"}, "owner_id"),
        ("end", {"on": ""}, "on"),
        ("change", {"share": "1/2", "right": "full", "on": "x"}, "on"),
        ("correct", {"share": "1/2", "started_on": "2020-01-01", "reason": ""}, "reason"),
    ],
)
def test_a_refusal_stays_beside_its_field_and_the_dialog_stays_open(opened, alice, lot, handler, form, field):
    part = hold(alice, lot, a_person(alice, "Ann"))
    state = opened(HoldersState, lot_id=lot.id)
    send(state, HoldersState.ask, handler, "" if handler == "add" else str(part.id))
    send(state, getattr(HoldersState, handler), form)
    assert field in state.errors
    assert state.asking == handler
    assert len(held(alice, lot)) == 1


def test_contact_and_representative_are_named_from_the_menu(opened, alice, lot):
    first, second = (hold(alice, lot, a_person(alice, name), "1/2") for name in ("Ann", "Bea"))
    state = opened(HoldersState, lot_id=lot.id)
    send(state, HoldersState.load)
    assert state.standing == "suspended"
    send(state, HoldersState.name_contact, str(first.id))
    send(state, HoldersState.name_representative, str(second.id), True)
    send(state, HoldersState.load)
    assert [(p.name, p.contact, p.representative) for p in state.today] == [("Ann", True, False), ("Bea", False, True)]
    assert state.standing == "complete"


def test_the_card_of_an_unknown_lot_is_empty(opened):
    state = opened(HoldersState, lot_id="x")
    send(state, HoldersState.load)
    assert (state.today, state.standing) == ([], "")


def test_a_co_owner_sees_the_standing_of_the_whole_lot(opened, alice, building, lot):
    ann = a_person(alice, "Ann")
    hold(alice, lot, ann, "1/2")
    hold(alice, lot, a_person(alice, "Bea"), "1/2")
    bob = make_actor(alice.organization_id, Role.OWNER, "Bob", building.id, ann.id)
    state = opened(HoldersState, bob, lot_id=lot.id)
    send(state, HoldersState.load)
    assert ([p.name for p in state.today], state.standing) == (["Ann"], "suspended")


# --- A transfer ------------------------------------------------------------------------------------------------------


def test_a_transfer_is_shown_before_it_is_written(opened, alice, lot):
    ann, bea, cas = (a_person(alice, name) for name in ("Ann", "Bea", "Cas"))
    hold(alice, lot, ann)
    state = opened(TransferState, lot_id=lot.id)
    send(state, TransferState.load)
    assert (state.title, [s.label for s in state.sellers]) == ("Transfer of lot 5.1", ["Ann"])
    send(state, TransferState.one_more)
    form = {
        f"seller-{ann.id}": "on", "buyer-1": str(bea.id), "share-1": "1/2", "buyer-2": str(cas.id), "share-2": "50%",
        "on": "2024-05-02", "act": "Deed", "sold": "",
    }  # fmt: skip
    send(state, TransferState.preview, form)
    assert state.errors == {}
    assert [(c.name, c.part, c.begins) for c in state.changes] == [
        ("Ann", "Whole lot", False), ("Bea", "1/2", True), ("Cas", "1/2", True),
    ]  # fmt: skip
    assert (state.step, state.on, len(state.todo)) == (2, "02/05/2024", 4)
    assert held(alice, lot) == [("Ann", 1, "full")]
    send(state, TransferState.enter)
    assert state.step == 3
    assert [name for name, *_ in held(alice, lot)] == ["Bea", "Cas"]
    send(state, TransferState.enter)  # a second click writes nothing
    assert len(call(alice, service.lot_history, lot.id)) == 3


def test_a_transfer_names_every_missing_field(opened, alice, lot):
    ann = a_person(alice, "Ann")
    hold(alice, lot, ann)
    state = opened(TransferState, lot_id=lot.id)
    send(state, TransferState.load)
    send(state, TransferState.preview, {})
    assert set(state.errors) == {"seller", "buyer-1"}
    send(state, TransferState.preview, {f"seller-{ann.id}": "on", "buyer-1": str(ann.id), "share-1": "2"})
    assert set(state.errors) == {"share-1"}
    assert state.step == 1


# --- People ----------------------------------------------------------------------------------------------------------


def test_the_page_of_a_person_shows_what_he_holds_and_held(opened, alice, building, lot):
    ann = a_person(alice, "Ann", email="ann@example.be", iban="BE68539007547034", country="BE")
    old = hold(alice, lot, ann, "1/2", since=date(2015, 1, 1))
    call(alice, service.end_part, old.id, date(2020, 1, 1))
    hold(alice, lot, ann)
    state = opened(PersonState, owner_id=ann.id)
    send(state, PersonState.load)
    p = state.person
    assert (p.name, p.address, p.iban, p.channel, p.access_words) == (
        "Ann", "Rue 1\n1180 Uccle\nBE", "BE68 5390 0754 7034", "registered", "Not invited",
    )  # fmt: skip
    assert [(h.lot, h.building, h.part, h.until) for h in (*state.today, *state.past)] == [
        ("5.1", "Résidence Molière", "Whole lot", ""), ("5.1", "Résidence Molière", "1/2", "01/01/2020"),
    ]  # fmt: skip


def test_consent_invitation_and_access_are_handled_from_the_page(opened, alice):
    ann = a_person(alice, "Ann", email="ann@example.be")
    state = opened(PersonState, owner_id=ann.id)
    send(state, PersonState.record_consent, {"email_consent_on": "2025-01-02", "email_consent_proof": ""})
    assert set(state.errors) == {"email_consent_proof"}
    send(state, PersonState.record_consent, {"email_consent_on": "2025-01-02", "email_consent_proof": "Form"})
    send(state, PersonState.load)
    assert (state.person.channel, state.person.consent) == ("email", "Consent of 02/01/2025: Form")
    send(state, PersonState.withdraw_consent)
    send(state, PersonState.invite, {"email": "ann@example.be"})
    send(state, PersonState.load)
    assert (state.person.channel, state.person.access) == ("registered", "invited")
    user = make_actor(alice.organization_id, Role.ACCOUNTANT, "Ann").user_id
    call(alice, access.link_user, ann.id, user)
    send(state, PersonState.load)
    assert state.person.access == "has"
    send(state, PersonState.end_access)
    assert call(alice, owners.get_owner, ann.id).user_id is None


def test_the_council_sees_the_person_without_contacts_or_channel(opened, alice, building, lot):
    ann = a_person(alice, "Ann", email="ann@example.be", phone="02 1")
    hold(alice, lot, ann)
    dora = make_actor(alice.organization_id, Role.BOARD_MEMBER, "Dora", building.id)
    state = opened(PersonState, dora, owner_id=ann.id)
    send(state, PersonState.load)
    p = state.person
    assert (p.name, p.email, p.phone, p.channel) == ("Ann", "", "", "")


def test_someone_entered_by_mistake_is_deleted_from_the_page(opened, alice):
    ann = a_person(alice, "Ann")
    state = opened(PersonState, owner_id=ann.id)
    assert "/people" in str(send(state, PersonState.delete))
    send(state, PersonState.load)
    assert state.missing


def test_duplicates_are_listed_compared_and_merged(opened, alice, building, lot):
    keep, drop = (
        a_person(alice, "Dupont", first_name="Jean"),
        a_person(alice, "Dupond", first_name="Jean", phone="02 1"),
    )
    hold(alice, lot, drop)
    listed = opened(DuplicatesState)
    send(listed, DuplicatesState.load)
    assert [(r.first_name, r.second_name, r.why) for r in listed.rows] == [
        ("Dupont Jean", "Dupond Jean", "Names almost the same")
    ]
    person = opened(PersonState, owner_id=keep.id)
    send(person, PersonState.ask, "merge")
    assert [c.value for c in person.people] == [str(drop.id)]
    went = send(person, PersonState.compare, {"other": str(drop.id)})
    assert f"/people/{keep.id}/merge/{drop.id}" in str(went)
    merge = opened(MergeState, owner_id=keep.id, other_id=drop.id)
    send(merge, MergeState.load)
    assert (merge.moves_left, merge.right.lots) == (["Parts of lots · 1"], "Résidence Molière 5.1")
    assert merge.moves_right == ["Nothing belongs to this entry."]
    send(merge, MergeState.keep_left)
    assert held(alice, lot) == [("Dupont Jean", 1, "full")]
    assert call(alice, owners.get_owner, keep.id).phone == "02 1"


def test_two_linked_entries_show_why_they_cannot_be_merged(opened, alice):
    people = [a_person(alice, "Dupont"), a_person(alice, "Dupond")]
    for person in people:
        user = make_actor(alice.organization_id, Role.ACCOUNTANT, "User").user_id
        call(alice, access.link_user, person.id, user)
    merge = opened(MergeState, owner_id=people[0].id, other_id=people[1].id)
    send(merge, MergeState.load)
    assert merge.conflict.startswith("Both people have access")
