import csv
from contextlib import contextmanager
from datetime import date
from io import BytesIO, StringIO
from uuid import uuid4

import pytest
from conftest import a_building, as_role
from python_calamine import CalamineWorkbook
from sqlalchemy import event

from koprogo_app.core.actor import Role
from koprogo_app.core.db import engine, transaction
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.lots import service
from koprogo_app.modules.lots.api import router
from koprogo_app.modules.lots.models import LotIn
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership.models import Ownership

KEYS = {"id", "building_id", "unit_number", "unit_type", "floor", "surface_area", "quota", "owner_id"}


@contextmanager
def statements():
    """The statements sent to the database meanwhile, one word each."""
    seen: list[str] = []

    def note(_conn, _cursor, statement, *_):
        seen.append(statement.split()[0].upper())

    event.listen(engine(), "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine(), "before_cursor_execute", note)


@pytest.fixture
def alices(client_of, alice):
    return client_of(router, alice)


@pytest.fixture
def body(building):
    return {
        "building_id": str(building.id), "unit_number": "5.1", "unit_type": "Apartment", "floor": 5,
        "surface_area": 92.5, "quota": 455,
    }  # fmt: skip


def changed(body, **change):
    return {k: v for k, v in body.items() if k != "building_id"} | change


def test_the_contracts_shape_is_returned_on_creation(alices, body):
    made = alices.post("/api/v1/units", json=body)
    assert made.status_code == 201
    unit = made.json()
    assert set(unit) == KEYS
    assert {k: unit[k] for k in body} == body
    assert unit["owner_id"] is None
    assert alices.get(f"/api/v1/units/{unit['id']}").json() == unit


def test_numbers_are_numbers_and_are_read_from_texts_too(alices, body):
    unit = alices.post("/api/v1/units", json=body | {"quota": "455", "surface_area": "92.50"}).json()
    assert (unit["quota"], unit["surface_area"]) == (455, 92.5)
    assert isinstance(unit["quota"], int)


def test_an_area_is_kept_to_two_decimals(alices, body):
    unit = alices.post("/api/v1/units", json=body | {"surface_area": 92.125}).json()
    assert unit["surface_area"] == 92.13


@pytest.mark.parametrize(
    "change",
    [
        {"unit_type": "apartment"}, {"unit_type": "Attic"}, {"unit_number": ""}, {"unit_number": "  "}, {"quota": 0},
        {"quota": -1}, {"quota": 1001}, {"quota": 12.5}, {"quota": None}, {"quota": "NaN"}, {"surface_area": 0},
        {"surface_area": 0.09}, {"surface_area": "much"}, {"floor": "first"}, {"floor": 500}, {"building_id": "x"},
        {"building_id": str(uuid4())},
    ],
)  # fmt: skip
def test_a_bad_unit_is_400(alices, body, change):
    refused = alices.post("/api/v1/units", json=body | change)
    assert refused.status_code == 400
    assert refused.json()["error"]


def test_the_largest_quota_is_the_deeds_total(alices, body):
    assert alices.post("/api/v1/units", json=body | {"quota": 1000}).status_code == 201


def test_a_number_in_use_is_400(alices, body):
    alices.post("/api/v1/units", json=body)
    assert alices.post("/api/v1/units", json=body).status_code == 400


def test_the_list_has_the_envelope_and_the_contracts_columns(alices, body):
    for number, floor in (("A3", 0), ("A1", 2), ("A2", 1)):
        alices.post("/api/v1/units", json=body | {"unit_number": number, "floor": floor})
    page = alices.get("/api/v1/units?per_page=2").json()
    assert [u["unit_number"] for u in page["data"]] == ["A1", "A2"]
    assert page["pagination"] == {
        "current_page": 1, "per_page": 2, "total_items": 3, "total_pages": 2, "has_next": True, "has_previous": False,
    }  # fmt: skip
    for column, order in (("floor", ["A3", "A2", "A1"]), ("created_at", ["A3", "A1", "A2"])):
        rows = alices.get(f"/api/v1/units?sort_by={column}").json()["data"]
        assert [u["unit_number"] for u in rows] == order
    assert alices.get("/api/v1/units?sort_by=surface_area&order=desc").status_code == 200
    assert alices.get("/api/v1/units?sort_by=quota").status_code == 400


def test_the_lots_of_a_building_are_a_bare_array_in_the_order_of_people(alices, body, building):
    for number in ("2.10", "2.9"):
        alices.post("/api/v1/units", json=body | {"unit_number": number})
    rows = alices.get(f"/api/v1/buildings/{building.id}/units").json()
    assert [u["unit_number"] for u in rows] == ["2.9", "2.10"]
    assert set(rows[0]) == KEYS


def test_a_building_without_lots_is_an_empty_array_and_an_unknown_one_404(alices, building):
    assert alices.get(f"/api/v1/buildings/{building.id}/units").json() == []
    assert alices.get(f"/api/v1/buildings/{uuid4()}/units").status_code == 404


def test_a_unit_is_changed(alices, body):
    unit = alices.post("/api/v1/units", json=body).json()
    put = alices.put(
        f"/api/v1/units/{unit['id']}", json=changed(body, unit_number="5.2", unit_type="Commercial", floor=0)
    )
    assert put.status_code == 200
    assert (put.json()["unit_number"], put.json()["unit_type"], put.json()["floor"]) == ("5.2", "Commercial", 0)


def test_a_client_of_the_contract_may_correct_a_quota_until_a_decision_fixes_it(alices, body):
    address = f"/api/v1/units/{alices.post('/api/v1/units', json=body).json()['id']}"
    assert alices.put(address, json=changed(body, quota=465)).json()["quota"] == 465
    decision = {"decision": "General meeting of 14/03/2024", "decision_on": "2024-03-14"}
    assert alices.put(address, json=changed(body, quota=470, **decision)).json()["quota"] == 470
    assert alices.put(address, json=changed(body, quota=455)).status_code == 400
    assert alices.get(address).json()["quota"] == 470


def test_what_the_contract_does_not_know_survives_a_change(alice, alices, body, building):
    data = LotIn(number="5.1", type="apartment", shares=455, cadastre="21614A0123", remark="Faces south")
    lot = call(alice, service.create_lot, building.id, data)
    alices.put(f"/api/v1/units/{lot.id}", json=changed(body))
    kept = call(alice, service.get_lot, lot.id)
    assert (kept.cadastre, kept.remark) == ("21614A0123", "Faces south")


def test_an_area_nobody_entered_is_zero_on_the_wire(alice, alices, building):
    lot = call(alice, service.create_lot, building.id, LotIn(number="P1", type="parking", shares=1))
    assert alices.get(f"/api/v1/units/{lot.id}").json()["surface_area"] == 0


def test_a_deleted_unit_is_gone_with_a_message(alices, body):
    address = f"/api/v1/units/{alices.post('/api/v1/units', json=body).json()['id']}"
    gone = alices.delete(address)
    assert (gone.status_code, set(gone.json())) == (200, {"message"})
    assert alices.get(address).status_code == 404
    assert alices.delete(address).status_code == 404


def test_a_unit_that_is_held_is_not_deleted_and_shows_its_contact(alice, alices, body, building):
    unit = alices.post("/api/v1/units", json=body).json()
    with transaction(alice.organization_id) as s:
        owner = Owner(last_name="Bob")
        s.add(owner)
        s.flush()
        s.add(Ownership(building_id=building.id, lot_id=unit["id"], owner_id=owner.id, numerator=1, denominator=1,
                        started_on=date(2020, 1, 1), is_contact=True))  # fmt: skip
    assert alices.delete(f"/api/v1/units/{unit['id']}").status_code == 400
    assert alices.get("/api/v1/units").json()["data"][0]["owner_id"] == str(owner.id)


def test_another_offices_units_are_not_found(alices, client_of, charlie, body, building):
    address = f"/api/v1/units/{alices.post('/api/v1/units', json=body).json()['id']}"
    charlies = client_of(router, charlie)
    for found in (
        charlies.get(address), charlies.put(address, json=changed(body)), charlies.delete(address),
        charlies.get(address + "/shares"),
        charlies.get(f"/api/v1/buildings/{building.id}/units"), charlies.get(f"/api/v1/buildings/{building.id}/shares"),
        charlies.get(f"/api/v1/buildings/{building.id}/units/export"),
    ):  # fmt: skip
        assert found.status_code == 404
    assert charlies.post("/api/v1/units", json=body).status_code == 400


def test_a_bad_id_in_a_path_is_404(alices):
    for path in ("units/x", "buildings/x/units", "buildings/x/shares", "units/x/shares"):
        assert alices.get(f"/api/v1/{path}").status_code == 404


def test_nobody_is_401_and_a_reader_403(client_of, alice, body):
    assert client_of(router, None).get("/api/v1/units").status_code == 401
    reader = client_of(router, as_role(alice, Role.ACCOUNTANT))
    assert reader.post("/api/v1/units", json=body).status_code == 403
    assert reader.get("/api/v1/units").status_code == 200


def test_the_platform_administrator_names_the_organisation_of_a_new_unit(client_of, superadmin, alice, body):
    client = client_of(router, superadmin)
    assert client.post("/api/v1/units", json=body).status_code == 400
    made = client.post("/api/v1/units", json=body | {"organization_id": str(alice.organization_id)})
    address = f"/api/v1/units/{made.json()['id']}"
    assert client.put(address, json=changed(body, quota=460)).json()["quota"] == 460
    assert call(alice, service.get_lot, made.json()["id"]).shares == 460
    assert client.delete(address).status_code == 200


# --- What the contract leaves to us ----------------------------------------------------------------------------------


def test_the_gate_tells_what_is_missing_and_what_the_number_of_lots_entails(alices, body, building):
    alices.post("/api/v1/units", json=body)
    assert alices.get(f"/api/v1/buildings/{building.id}/shares").json() == {
        "total": 455, "expected": 1000, "missing": 545, "passed": False, "by_type": {"apartment": 455}, "lots": 1,
        "lots_without_shares": 0, "lots_counted": 1, "council_required": False, "double_entry_required": False,
    }  # fmt: skip


def test_the_versions_of_the_shares_are_told_and_the_last_can_be_withdrawn(alices, body):
    address = f"/api/v1/units/{alices.post('/api/v1/units', json=body).json()['id']}/shares"
    assert alices.get(address).json() == [{"shares": 455, "from_on": None, "decision": ""}]
    change = {"shares": 465, "decision": "Division of the corridor", "from_on": "2024-03-14"}
    assert alices.put(address, json=change).json()["quota"] == 465
    assert alices.get(address).json() == [
        {"shares": 455, "from_on": None, "decision": ""},
        {"shares": 465, "from_on": "2024-03-14", "decision": "Division of the corridor"},
    ]
    assert alices.put(address, json={"shares": 470}).status_code == 400
    assert alices.post(address + "/withdraw", json={"reason": "Annulled"}).json()["quota"] == 455


def test_ten_parking_spaces_are_added_at_once(alices, building):
    series = {"first": "P1", "count": 10, "type": "parking", "floor": -1, "shares": 2}
    made = alices.post(f"/api/v1/buildings/{building.id}/units/series", json=series)
    assert made.status_code == 201
    assert [u["unit_number"] for u in made.json()] == [f"P{n}" for n in range(1, 11)]
    assert alices.post(f"/api/v1/buildings/{building.id}/units/series", json=series).status_code == 400


def test_partial_associations_are_entered_changed_and_deleted(alices, building):
    base = f"/api/v1/buildings/{building.id}/partial-associations"
    assert alices.post(base, json={"name": "Tour A"}).status_code == 400
    made = alices.post(base, json={"name": "Tour A", "reason": "Statutes of 1968"})
    assert made.status_code == 201
    one = f"{base}/{made.json()['id']}"
    assert alices.put(one, json={"name": "Tour B", "kbo": "0403.170.701"}).json()["kbo"] == "0403170701"
    assert [(p["name"], p["lots"]) for p in alices.get(base).json()] == [("Tour B", 0)]
    assert alices.delete(one).status_code == 204
    assert alices.get(base).json() == []


def test_the_lots_leave_as_csv_that_excel_reads_and_no_cell_becomes_a_formula(alice, alices, building):
    lot = LotIn(number="=1+1", type="apartment", floor=2, area_m2="92.50", shares=455, remark="Clé; double")
    call(alice, service.create_lot, building.id, lot)
    answer = alices.get(f"/api/v1/buildings/{building.id}/units/export?format=csv", headers={"cookie": "locale=en"})
    assert answer.headers["content-disposition"] == 'attachment; filename="lots.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert lines == [
        ["Lot", "Type", "Floor", "Area (m²)", "Shares", "Partial association", "Cadastre", "Remark"],
        ["'=1+1", "Apartment", "2", "92,50", "455", "", "", "Clé; double"],
    ]


def test_the_lots_leave_as_a_workbook(alice, alices, building):
    lot = LotIn(number="=1+1", type="apartment", area_m2="92.50", shares=455)
    call(alice, service.create_lot, building.id, lot)
    answer = alices.get(f"/api/v1/buildings/{building.id}/units/export?format=xlsx", headers={"cookie": "locale=en"})
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[1][:5] == ["=1+1", "Apartment", "", 92.5, 455]
    assert alices.get(f"/api/v1/buildings/{building.id}/units/export?format=pdf").status_code == 400


# --- Speed -----------------------------------------------------------------------------------------------------------


def test_a_new_unit_costs_one_look_at_the_building_and_one_insert(alices, body):
    alices.post("/api/v1/units", json=body)
    with statements() as seen:
        assert alices.post("/api/v1/units", json=body | {"unit_number": "5.2"}).status_code == 201
    assert seen == ["SELECT", "SELECT", "INSERT", "SELECT"]  # set_config, building, lot, audit_append


def test_a_page_of_units_costs_one_select_whatever_their_number(alice, alices, body, building):
    for n in range(8):
        alices.post("/api/v1/units", json=body | {"unit_number": f"A{n}"})
    with statements() as seen:
        assert len(alices.get("/api/v1/units").json()["data"]) == 8
    assert seen == ["SELECT"] * 2  # set_config, the page with its count
    with statements() as seen:
        assert len(alices.get(f"/api/v1/buildings/{building.id}/units").json()) == 8
    assert seen == ["SELECT"] * 2  # set_config, lots


def test_a_member_of_one_building_lists_its_units_only(alice, client_of, alices, body, building):
    other = call(alice, buildings.create_building, a_building(name="Deux"))
    alices.post("/api/v1/units", json=body)
    alices.post("/api/v1/units", json=body | {"building_id": str(other.id)})
    member = client_of(router, as_role(alice, Role.BOARD_MEMBER, building.id))
    assert member.get("/api/v1/units").json()["pagination"]["total_items"] == 1
    assert alices.get(f"/api/v1/units?building_id={other.id}").json()["pagination"]["total_items"] == 1
