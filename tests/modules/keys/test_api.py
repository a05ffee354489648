from uuid import uuid4

import pytest
from conftest import as_role

from koprogo_app.core.actor import Role
from koprogo_app.core.service import call
from koprogo_app.modules.keys.api import router
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import LotIn

KEY = {"name": "Lift", "clause": "Deed, art. 12", "total": 700, "start": "upper"}


@pytest.fixture
def alices(client_of, alice):
    return client_of(router, alice)


@pytest.fixture
def home(alice, building):
    call(alice, lots.create_lot, building.id, LotIn(number="0.1", type="commercial", floor=0, shares=300))
    return call(alice, lots.create_lot, building.id, LotIn(number="1.1", type="apartment", floor=1, shares=700))


@pytest.fixture
def lift(alices, building, home):
    made = alices.post(f"/api/v1/buildings/{building.id}/keys", json=KEY)
    assert made.status_code == 201
    return made.json()


def test_a_key_is_returned_with_its_sums(lift, building):
    assert {k: v for k, v in lift.items() if k != "id"} == {
        "building_id": str(building.id), "name": "Lift", "kind": "weights", "clause": "Deed, art. 12",
        "total": 700, "sum": 700, "missing": 0, "passed": True, "lots": 1,
    }  # fmt: skip


def test_the_keys_of_a_building_begin_with_its_shares(alices, lift, building):
    shares, own = alices.get(f"/api/v1/buildings/{building.id}/keys").json()
    assert (shares["id"], shares["kind"], shares["sum"], shares["total"]) == (str(building.id), "shares", 1000, 1000)
    assert own == lift
    assert alices.get(f"/api/v1/keys/{building.id}").json() == shares


def test_the_weights_are_read_and_replaced(alices, lift, home):
    address = f"/api/v1/keys/{lift['id']}/parts"
    assert alices.get(address).json() == [{"lot_id": str(home.id), "weight": 700}]
    put = alices.put(address, json={"parts": [{"lot_id": str(home.id), "weight": 690}]})
    assert (put.status_code, put.json()["sum"], put.json()["missing"], put.json()["passed"]) == (200, 690, 10, False)


@pytest.mark.parametrize("weight", [12.5, "12,5 %", "12.5", -1, None])
def test_a_weight_is_a_whole_number_never_a_percentage(alices, lift, home, weight):
    parts = {"parts": [{"lot_id": str(home.id), "weight": weight}]}
    assert alices.put(f"/api/v1/keys/{lift['id']}/parts", json=parts).status_code == 400


def test_a_key_is_changed_and_deleted(alices, lift):
    address = f"/api/v1/keys/{lift['id']}"
    assert alices.put(address, json={"name": "Lift A", "total": 710}).json()["missing"] == 10
    assert alices.delete(address).status_code == 204
    assert alices.get(address).status_code == 404


def test_the_key_of_the_shares_cannot_be_changed_by_rest(alices, building, home):
    address = f"/api/v1/keys/{building.id}"
    assert alices.delete(address).status_code == 400
    assert alices.put(address, json={"name": "Mine"}).status_code == 400


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"total": 0}, {"start": "percent"}, {"kind": "shares"}, {"start": "chosen"}]
)
def test_a_bad_key_is_400(alices, building, home, change):
    assert alices.post(f"/api/v1/buildings/{building.id}/keys", json=KEY | change).status_code == 400


def test_another_offices_keys_are_not_found(client_of, charlie, lift, building):
    charlies = client_of(router, charlie)
    for found in (
        charlies.get(f"/api/v1/keys/{lift['id']}"), charlies.get(f"/api/v1/keys/{lift['id']}/parts"),
        charlies.get(f"/api/v1/buildings/{building.id}/keys"), charlies.delete(f"/api/v1/keys/{lift['id']}"),
        charlies.post(f"/api/v1/buildings/{building.id}/keys", json=KEY),
    ):  # fmt: skip
        assert found.status_code == 404


def test_nobody_is_401_a_reader_403_and_a_bad_path_404(client_of, alice, alices, lift):
    assert client_of(router, None).get(f"/api/v1/keys/{lift['id']}").status_code == 401
    assert client_of(router, as_role(alice, Role.ACCOUNTANT)).delete(f"/api/v1/keys/{lift['id']}").status_code == 403
    assert alices.get("/api/v1/keys/x").status_code == 404
    assert alices.get(f"/api/v1/keys/{uuid4()}").status_code == 404


def test_the_platform_administrator_acts_in_the_buildings_organisation(client_of, superadmin, lift, building, alice):
    client = client_of(router, superadmin)
    assert client.put(f"/api/v1/keys/{lift['id']}", json={"name": "Renamed"}).json()["name"] == "Renamed"
    made = client.post(f"/api/v1/buildings/{building.id}/keys", json=KEY | {"name": "Heating"})
    assert made.status_code == 201
    assert client_of(router, alice).get(f"/api/v1/keys/{made.json()['id']}").status_code == 200
