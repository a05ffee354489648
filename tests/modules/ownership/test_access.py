from datetime import date

import pytest
from conftest import a_building, make_actor
from sqlmodel import select

from koprogo_app.auth import sessions
from koprogo_app.auth.models import Membership, OneTimeLink, UserAccount
from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.db import everywhere, transaction, uuid7
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.documents.models import Document
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership import access, service
from koprogo_app.modules.ownership.models import Buyer, TransferIn

from .conftest import a_lot, a_person, held, hold

DEED = date(2024, 5, 2)


def a_user(first_name: str = "Bob"):
    with everywhere() as s:
        user = UserAccount(
            email=f"{uuid7().hex}@example.be", password_hash="!", first_name=first_name, last_name="Test"
        )
        s.add(user)
        s.flush()
        return user


def hats(user_id) -> list[Membership]:
    with everywhere() as s:
        wanted = select(Membership).where(Membership.user_id == user_id)
        return list(s.exec(wanted.order_by(Membership.created_at)))


def sign_in(user) -> str:
    return sessions.open_session(user, remember=False, address="127.0.0.1", agent="test").token


def reader_of(user) -> Actor:
    """The person as the gate finds him after signing in."""
    return sessions.actor_of(sign_in(user))


@pytest.fixture
def other(alice):
    return call(alice, buildings.create_building, a_building(name="Résidence Racine"))


@pytest.fixture
def bob(alice, lot):
    """A co-owner of Alice's building, linked to an account."""
    person, user = a_person(alice, "Maes"), a_user()
    hold(alice, lot, person)
    call(alice, access.link_user, person.id, user.id)
    return person, user


# --- Access follows ownership ----------------------------------------------------------------------------------------


def test_a_linked_owner_has_one_role_for_each_building_he_owns_in(alice, building, other, lot, bob):
    person, user = bob
    hold(alice, a_lot(alice, building, "5.2"), person)
    hold(alice, a_lot(alice, other), person)
    assert {(h.role, h.building_id, h.owner_id) for h in hats(user.id)} == {
        ("owner", building.id, person.id), ("owner", other.id, person.id),
    }  # fmt: skip
    assert reader_of(user).building_ids == {building.id, other.id}


def test_who_sells_sees_nothing_the_next_second(alice, building, lot, bob):
    person, user = bob
    token = sign_in(user)
    assert call(sessions.actor_of(token), buildings.get_building, building.id).id == building.id
    buyer = a_person(alice, "Buyer")
    sale = TransferIn(sellers=[person.id], buyers=[Buyer(owner_id=buyer.id)], on=DEED)
    call(alice, service.transfer, lot.id, sale)
    assert sessions.actor_of(token) is None
    assert hats(user.id) == []


def test_the_buyer_sees_the_lot_as_soon_as_the_deed_is_entered(alice, building, lot, bob):
    seller, _ = bob
    buyer, user = a_person(alice, "Buyer"), a_user("Dora")
    call(alice, access.link_user, buyer.id, user.id)
    assert hats(user.id) == []
    sale = TransferIn(sellers=[seller.id], buyers=[Buyer(owner_id=buyer.id)], on=DEED)
    call(alice, service.transfer, lot.id, sale)
    assert held(reader_of(user), lot) == [("Buyer", 1, "full")]


def test_selling_in_one_building_keeps_the_session_going_in_the_other(alice, building, other, lot, bob):
    person, user = bob
    hold(alice, a_lot(alice, other), person)
    token = sign_in(user)  # on the oldest membership: that of the first building
    (part,) = call(alice, service.holders_on, lot.id)
    call(alice, service.end_part, part.part.id, DEED)
    after = sessions.actor_of(token)
    assert after.building_ids == {other.id}
    with pytest.raises(NotFound):
        call(after, buildings.get_building, building.id)


def test_one_of_two_lots_sold_changes_nothing(alice, building, lot, bob):
    person, user = bob
    hold(alice, a_lot(alice, building, "5.2"), person)
    (part, _) = call(alice, service.owner_parts, person.id)
    call(alice, service.end_part, part.part.id, DEED)
    assert reader_of(user).building_ids == {building.id}


def test_correcting_the_end_of_a_part_gives_access_back(alice, building, lot, bob):
    _, user = bob
    (holding,) = call(alice, service.holders_on, lot.id)
    part = call(alice, service.end_part, holding.part.id, DEED)
    assert hats(user.id) == []
    edit = service.PartEdit(numerator=1, denominator=1, started_on=part.started_on)
    call(alice, service.correct_part, part.id, edit, "Not sold after all")
    assert reader_of(user).building_ids == {building.id}


def test_other_roles_of_the_same_person_stay(alice, building, lot):
    dora = make_actor(alice.organization_id, Role.BOARD_MEMBER, "Dora", building.id)
    person = a_person(alice, "Dora")
    part = hold(alice, lot, person)
    call(alice, access.link_user, person.id, dora.user_id)
    call(alice, service.end_part, part.id, DEED)
    assert [h.role for h in hats(dora.user_id)] == ["board_member"]


# --- Links and invitations -------------------------------------------------------------------------------------------


def test_an_account_is_one_person_of_a_register(alice, bob):
    _, user = bob
    twin = a_person(alice, "Twin")
    with pytest.raises(Conflict):
        call(alice, access.link_user, twin.id, user.id)
    with pytest.raises(NotFound):
        call(alice, access.link_user, twin.id, uuid7())


def test_unlinking_ends_access_and_linking_another_moves_it(alice, building, bob):
    person, user = bob
    heir = a_user("Heir")
    call(alice, access.link_user, person.id, heir.id)
    assert (hats(user.id), reader_of(heir).building_ids) == ([], {building.id})
    call(alice, access.link_user, person.id, None)
    assert hats(heir.id) == []


def invitation(person) -> OneTimeLink:
    with everywhere() as s:
        return s.exec(select(OneTimeLink).where(OneTimeLink.owner_id == person.id)).one()


def accept(person, user) -> None:
    with everywhere() as s:
        access.give_owner_role(s, s.get_one(UserAccount, user.id), invitation(person))


def test_accepting_an_invitation_links_the_person_and_opens_the_buildings(alice, building, lot):
    person, user = a_person(alice, "Maes", email="bob@example.be"), a_user()
    hold(alice, lot, person)
    call(alice, owners.invite_owner, person.id)
    accept(person, user)
    assert call(alice, owners.get_owner, person.id).user_id == user.id
    reader = reader_of(user)
    assert (reader.role, reader.owner_id, reader.building_ids) == (Role.OWNER, person.id, {building.id})
    assert [row.id for row in call(reader, owners.list_owners, Asked()).rows] == [person.id]


def test_an_invitation_cannot_take_over_a_linked_person_or_a_second_one(alice, lot, bob):
    _person, user = bob
    twin = a_person(alice, "Twin", email="twin@example.be")
    call(alice, owners.invite_owner, twin.id)
    with pytest.raises(Conflict):
        accept(twin, user)
    call(alice, access.link_user, twin.id, a_user("First").id)
    with pytest.raises(Conflict):
        accept(twin, a_user("Second"))


def test_an_invitation_of_a_deleted_person_no_longer_works(alice):
    link = OneTimeLink(token_hash=b"x", purpose="invitation", email="x@example.be", expires_at=DEED, owner_id=uuid7())
    user = a_user()
    with everywhere() as s, pytest.raises(NotFound):
        access.give_owner_role(s, user, link)


# --- Merging two entries of one person -------------------------------------------------------------------------------


@pytest.fixture
def twins(alice, building, lot):
    """Two entries of one person: the second holds a lot and a document, and has the telephone number."""
    keep, drop = a_person(alice, "Dupont", first_name="Jean"), a_person(alice, "Dupond", phone="02 111 11 11")
    hold(alice, lot, drop)
    with transaction(alice.organization_id) as s:
        s.add(Document(building_id=building.id, title="Contract", owner_id=drop.id))
    return keep, drop


def test_a_merge_is_announced_before_it_is_done(alice, lot, twins):
    keep, drop = twins
    plan = call(alice, access.merge_preview, keep.id, drop.id)
    assert (plan.moved, plan.filled) == ({"ownership": 1, "document": 1}, {"phone": "02 111 11 11"})
    assert held(alice, lot) == [("Dupond", 1, "full")]


def test_a_merge_moves_everything_in_one_entry_of_the_trail(alice, building, lot, twins):
    keep, drop = twins
    user = a_user()
    call(alice, access.link_user, drop.id, user.id)
    done = call(alice, access.merge_owners, keep.id, drop.id)
    assert done.moved == {"ownership": 1, "document": 1, "membership": 1}
    assert held(alice, lot) == [("Dupont Jean", 1, "full")]
    kept = call(alice, owners.get_owner, keep.id)
    assert (kept.phone, kept.user_id) == ("02 111 11 11", user.id)
    reader = reader_of(user)
    assert (reader.owner_id, reader.building_ids) == (keep.id, {building.id})
    with transaction(alice.organization_id) as s:
        assert s.get(Owner, drop.id) is None
        assert s.exec(select(Document.owner_id)).all() == [keep.id]


def test_a_merge_gives_the_linked_person_the_buildings_of_the_other(alice, other, bob):
    person, user = bob
    drop = a_person(alice, "Mae")
    hold(alice, a_lot(alice, other), drop)
    call(alice, access.merge_owners, person.id, drop.id)
    assert other.id in reader_of(user).building_ids


def test_a_waiting_invitation_follows_the_person(alice, twins):
    keep, drop = twins
    call(alice, owners.invite_owner, drop.id, "jean@example.be")
    call(alice, access.merge_owners, keep.id, drop.id)
    assert invitation(keep).email == "jean@example.be"


def test_two_people_with_accounts_of_their_own_are_not_merged(alice, twins):
    keep, drop = twins
    for person in twins:
        call(alice, access.link_user, person.id, a_user().id)
    for action in (access.merge_preview, access.merge_owners):
        with pytest.raises(Conflict):
            call(alice, action, keep.id, drop.id)
    with pytest.raises(Invalid):
        call(alice, access.merge_owners, keep.id, keep.id)


def test_a_person_of_another_office_cannot_be_merged(alice, charlie, twins):
    keep, _ = twins
    with pytest.raises(NotFound):
        call(alice, access.merge_owners, keep.id, a_person(charlie, "Stranger").id)
