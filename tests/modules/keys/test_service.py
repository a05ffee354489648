from datetime import date
from uuid import uuid4

import orjson
import pytest
from conftest import a_building, as_role, make_actor
from sqlmodel import select

from koprogo_app.core.actor import Role
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Forbidden, Invalid, NotFound
from koprogo_app.core.money import split
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.keys import service
from koprogo_app.modules.keys.models import KeyIn, KeyKind
from koprogo_app.modules.keys.rules import Start
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import LotIn, SharesReason
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership.models import Ownership

LIFT = KeyIn(name="Lift", clause="Deed, art. 12", total=700)


@pytest.fixture
def shop(alice, building):
    return call(alice, lots.create_lot, building.id, LotIn(number="0.1", type="commercial", floor=0, shares=300))


@pytest.fixture
def home(alice, building):
    return call(alice, lots.create_lot, building.id, LotIn(number="1.1", type="apartment", floor=1, shares=680))


@pytest.fixture
def box(alice, building):
    return call(alice, lots.create_lot, building.id, LotIn(number="P1", type="parking", floor=-1, shares=20))


@pytest.fixture
def lift(alice, building, shop, home, box):
    return call(alice, service.create_key, building.id, LIFT, Start.UPPER)


def bob_of(alice, lot):
    with transaction(alice.organization_id) as s:
        owner = Owner(last_name="Bob")
        s.add(owner)
        s.flush()
        s.add(
            Ownership(
                building_id=lot.building_id, lot_id=lot.id, owner_id=owner.id, numerator=1, denominator=1,
                started_on=date(2020, 1, 1),
            )
        )  # fmt: skip
    return make_actor(alice.organization_id, Role.OWNER, "Bob", lot.building_id, owner.id)


def test_every_building_has_the_key_of_its_shares(alice, building, shop, home, box):
    (key,) = call(alice, service.list_keys, building.id)
    assert (key.id, key.own, key.sum, key.expected, key.lots, key.passed) == (building.id, False, 1000, 1000, 3, True)
    assert call(alice, service.weights, building.id) == {shop.id: 300, home.id: 680, box.id: 20}


def test_the_key_of_the_shares_follows_the_lots(alice, building, shop, home):
    why = SharesReason(decision="General meeting of 14/03/2024", from_on=date(2024, 3, 14))
    call(alice, lots.change_shares, home.id, 700, why)
    assert call(alice, service.weights, building.id) == {shop.id: 300, home.id: 700}
    assert call(alice, service.weights, building.id, date(2024, 3, 13)) == {shop.id: 300, home.id: 680}
    call(alice, lots.create_lot, building.id, LotIn(number="9", type="other", shares=0))
    key = call(alice, service.get_key, building.id)
    assert (key.sum, key.lots) == (1000, 2)


def test_the_key_of_the_shares_is_neither_edited_nor_deleted(alice, building, home):
    for action in (
        lambda: call(alice, service.update_key, building.id, LIFT),
        lambda: call(alice, service.set_weights, building.id, {home.id: 1}),
        lambda: call(alice, service.delete_key, building.id),
        lambda: call(alice, service.create_key, building.id, KeyIn(name="Again", kind=KeyKind.SHARES)),
    ):
        with pytest.raises(Invalid):
            action()


def test_the_lift_is_paid_by_shares_without_the_ground_floor(alice, lift, home, box):
    assert call(alice, service.weights, lift.id) == {home.id: 680, box.id: 20}
    key = call(alice, service.get_key, lift.id)
    assert (key.sum, key.expected, key.lots, key.passed, key.clause) == (700, 700, 2, True, "Deed, art. 12")


def test_a_cost_is_shared_out_exactly_by_the_weights_of_a_key(alice, lift, home, box):
    # 100,00 € over 680 and 20 of 700: 97,142… and 2,857…; the cent left goes to the larger remainder
    assert split(10_000, call(alice, service.weights, lift.id)) == {home.id: 9_714, box.id: 286}


def test_the_weights_are_listed_in_the_order_of_the_lots(alice, building):
    made = [
        call(alice, lots.create_lot, building.id, LotIn(number=number, type="cellar", shares=1))
        for number in ("2.10", "2.9")
    ]
    key = call(alice, service.create_key, building.id, KeyIn(name="Cellars"), Start.EACH)
    assert list(call(alice, service.weights, key.id)) == [made[1].id, made[0].id]
    assert list(call(alice, service.weights, building.id)) == [made[1].id, made[0].id]


def test_only_lots_of_the_building_are_chosen_for_a_key(alice, building, shop, home):
    key = call(alice, service.create_key, building.id, KeyIn(name="Shops"), Start.CHOSEN, [shop.id])
    assert call(alice, service.weights, key.id) == {shop.id: 300}
    other = call(alice, buildings.create_building, a_building(name="Deux"))
    with pytest.raises(Invalid) as refused:
        call(alice, service.create_key, other.id, KeyIn(name="Shops"), Start.CHOSEN, [shop.id])
    assert refused.value.field == "lots"


def test_weights_that_miss_the_deeds_total_close_the_gate(alice, lift, shop, home, box):
    key = call(alice, service.set_weights, lift.id, {shop.id: 0, home.id: 650, box.id: 20})
    assert (key.sum, key.missing, key.passed) == (670, 30, False)
    key = call(alice, service.set_weights, lift.id, {shop.id: 30, home.id: 650, box.id: 20})
    assert (key.sum, key.missing, key.passed, key.lots) == (700, 0, True, 3)


def test_a_lot_that_is_left_out_takes_no_part_any_more(alice, lift, home, box):
    call(alice, service.set_weights, lift.id, {home.id: 700})
    assert call(alice, service.weights, lift.id) == {home.id: 700}
    call(alice, service.set_weights, lift.id, {home.id: 0, box.id: 700})
    assert call(alice, service.weights, lift.id) == {box.id: 700}


def test_lots_of_another_building_have_no_weight(alice, lift):
    with pytest.raises(NotFound):
        call(alice, service.set_weights, lift.id, {uuid4(): 5})


def test_a_key_by_which_nobody_pays_is_refused(alice, lift, home):
    with pytest.raises(Invalid):
        call(alice, service.set_weights, lift.id, {home.id: 0})
    assert call(alice, service.get_key, lift.id).sum == 700


def test_two_keys_of_a_building_have_two_names(alice, building, lift):
    with pytest.raises(Invalid) as refused:
        call(alice, service.create_key, building.id, KeyIn(name="  Lift "))
    assert refused.value.field == "name"
    heating = call(alice, service.create_key, building.id, KeyIn(name="Heating"))
    with pytest.raises(Invalid):
        call(alice, service.update_key, heating.id, KeyIn(name="Lift"))
    with pytest.raises(Invalid):
        call(alice, service.update_key, heating.id, KeyIn(name="   "))


def test_a_key_is_corrected_and_its_weights_stay(alice, lift, home, box):
    call(alice, service.update_key, lift.id, KeyIn(name="Lift A", total=None))
    key = call(alice, service.get_key, lift.id)
    assert (key.name, key.clause, key.expected, key.sum) == ("Lift A", "", None, 700)


def test_some_weights_are_changed_and_the_others_stay(alice, lift, shop, home, box):
    key = call(alice, service.change_weights, lift.id, {shop.id: 5, box.id: 0})
    assert (key.sum, key.lots) == (685, 2)
    assert call(alice, service.weights, lift.id) == {shop.id: 5, home.id: 680}
    with pytest.raises(Invalid):
        call(alice, service.change_weights, lift.id, {shop.id: 0, home.id: 0})
    with pytest.raises(NotFound):
        call(alice, service.change_weights, lift.id, {uuid4(): 1})
    assert call(alice, service.weights, lift.id) == {shop.id: 5, home.id: 680}


def test_a_deleted_key_leaves_its_weights_in_the_trail(alice, lift, home, box):
    call(alice, service.delete_key, lift.id)
    with pytest.raises(NotFound):
        call(alice, service.get_key, lift.id)
    with transaction(alice.organization_id) as s:
        entry = orjson.loads(s.exec(select(AuditEntry.payload).order_by(AuditEntry.seq.desc())).first())
    assert {"weights": {str(home.id): 680, str(box.id): 20}} in [change["after"] for change in entry["changes"]]


def test_a_lot_shows_its_weight_in_every_key(alice, building, lift, shop, home):
    shown = [(key.own, weight) for key, weight in call(alice, service.weights_of_lot, home.id)]
    assert shown == [(False, 680), (True, 680)]
    assert [weight for _, weight in call(alice, service.weights_of_lot, shop.id)] == [300, 0]


def test_another_office_neither_sees_nor_changes_the_keys(charlie, building, lift, home):
    for action in (
        lambda: call(charlie, service.list_keys, building.id),
        lambda: call(charlie, service.get_key, building.id),
        lambda: call(charlie, service.get_key, lift.id),
        lambda: call(charlie, service.weights, lift.id),
        lambda: call(charlie, service.create_key, building.id, LIFT),
        lambda: call(charlie, service.update_key, lift.id, LIFT),
        lambda: call(charlie, service.set_weights, lift.id, {home.id: 1}),
        lambda: call(charlie, service.change_weights, lift.id, {home.id: 1}),
        lambda: call(charlie, service.delete_key, lift.id),
    ):
        with pytest.raises(NotFound):
            action()


def test_a_council_member_of_another_building_does_not_see_the_key(alice, lift):
    other = call(alice, buildings.create_building, a_building(name="Deux"))
    with pytest.raises(NotFound):
        call(as_role(alice, Role.BOARD_MEMBER, other.id), service.get_key, lift.id)


def test_the_accountant_reads_but_does_not_write(alice, lift, home):
    accountant = as_role(alice, Role.ACCOUNTANT)
    assert call(accountant, service.weights, lift.id)
    with pytest.raises(Forbidden):
        call(accountant, service.set_weights, lift.id, {home.id: 1})
    with pytest.raises(Forbidden):
        call(accountant, service.change_weights, lift.id, {home.id: 1})


def test_an_owner_sees_the_whole_of_a_key_and_the_weight_of_own_lots(alice, building, lift, home, box):
    bob = bob_of(alice, home)
    assert call(bob, service.weights, lift.id) == {home.id: 680}
    assert call(bob, service.weights, building.id) == {home.id: 680}
    assert call(bob, service.get_key, lift.id).sum == 700
    with pytest.raises(NotFound):
        call(bob, service.weights_of_lot, box.id)
