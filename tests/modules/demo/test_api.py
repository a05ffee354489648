"""REST of the demonstration and of the counters: shapes and statuses of the contract, and who may."""

import pytest

from koprogo_app.auth.entrance import sign_in
from koprogo_app.auth.tokens import actor_of_access
from koprogo_app.modules.demo.api import router
from koprogo_app.modules.demo.data.offices import offices
from koprogo_app.modules.demo.service import PASSWORD

SENNE = str(offices()[0].house_id(0))
SEED = [
    ("POST", "/seed/demo"),
    ("POST", "/seed/clear"),
    ("POST", "/seed/scenario/world"),
    ("DELETE", "/seed/scenario/world"),
]
PLATFORM = [("GET", "/stats/dashboard"), ("GET", "/stats/seed-data")]
OFFICE = [("GET", "/stats/syndic"), ("GET", "/stats/syndic/urgent-tasks")]


@pytest.fixture
def as_demo(told, client_of):
    """as_demo("owner"): REST as that account of the demonstration."""

    def make(name):
        return client_of(router, actor_of_access(sign_in(f"{name}@demo.koprogo.be", PASSWORD, "127.0.0.1").access))

    return make


@pytest.mark.parametrize(("method", "path"), SEED + PLATFORM + OFFICE)
def test_nobody_gets_in_without_a_token(told, client_of, method, path):
    assert client_of(router, None).request(method, f"/api/v1{path}").status_code == 401


@pytest.mark.parametrize(("method", "path"), SEED + PLATFORM)
@pytest.mark.parametrize("who", ["syndic", "owner"])
def test_seeding_and_the_platform_are_for_its_administrator(as_demo, who, method, path):
    assert as_demo(who).request(method, f"/api/v1{path}").status_code == 403


@pytest.mark.parametrize(("method", "path"), OFFICE)
@pytest.mark.parametrize("who", ["owner", "tenant", "contractor", "council"])
def test_the_office_counters_are_for_the_office(as_demo, who, method, path):
    assert as_demo(who).request(method, f"/api/v1{path}").status_code == 403


@pytest.mark.parametrize(("method", "path"), SEED)
def test_production_refuses_seeding(as_demo, mode, method, path):
    admin = as_demo("admin")
    mode("production")
    assert admin.request(method, f"/api/v1{path}").status_code == 403


def test_a_loaded_demonstration_is_not_loaded_again(as_demo):
    answer = as_demo("admin").post("/api/v1/seed/demo", headers={"accept-language": "en"})
    assert (answer.status_code, answer.json()) == (400, {"error": "The demonstration is loaded already."})


def test_the_scenario_is_removed_and_made_again(as_demo):
    admin = as_demo("admin")
    assert admin.delete("/api/v1/seed/scenario/world").json()["success"] is True
    assert admin.get("/api/v1/stats/seed-data").json()["seed_organizations"] == 7
    made = admin.post("/api/v1/seed/scenario/world")
    assert made.status_code == 200
    assert made.json()["data"]["building_id"] == SENNE
    assert {
        "name": "Claire Sonnet",
        "email": "syndic@demo.koprogo.be",
        "password": PASSWORD,
        "role": "syndic",
    } in made.json()["data"]["personas"]
    assert admin.post("/api/v1/seed/scenario/world").status_code == 400


def test_the_counters_of_the_demonstration(as_demo):
    found = as_demo("admin").get("/api/v1/stats/seed-data").json()
    parts, invoices = found.pop("seed_unit_owners"), found.pop("seed_expenses")
    assert found == {
        "seed_organizations": 8, "production_organizations": 0, "seed_users": 18,
        "seed_meetings": 0,
        "seed_buildings": 2 + 1 + 1 + 1 + 5 + 8 + 10 + 1,
        "seed_units": 182 + 14 + 12 + 24 + 15 + 30 + 60 + 100 + 10,
        "seed_owners": 74 + 11 + 13 + 9 + 20 + 40 + 66 + 8,
    }  # fmt: skip
    assert parts > found["seed_units"]  # couples, heirs, a usufruct
    assert invoices > 80  # of two years at least, and those of the last days


def test_the_counters_of_the_platform(as_demo):
    found = as_demo("admin").get("/api/v1/stats/dashboard").json()
    users, invoices = found.pop("total_users"), found.pop("total_expenses")
    assert found == {
        "total_organizations": 8, "active_subscriptions": 8, "total_buildings": 29, "total_units": 447,
        "total_owners": 241, "total_meetings": 0,
    }  # fmt: skip
    assert invoices > 80
    assert users >= 20  # 18 members, two administrators


def test_the_counters_of_a_syndic(as_demo):
    found = as_demo("syndic").get("/api/v1/stats/syndic").json()
    assert found.pop("pending_expenses_count") >= 4  # those of the last days
    assert found.pop("pending_expenses_amount") > 2_000
    assert found == {"total_buildings": 2, "total_units": 196, "total_owners": 74, "next_meeting": None}


def test_the_urgent_tasks_of_a_syndic_are_the_gates_of_the_register(as_demo):
    found = as_demo("syndic").get("/api/v1/stats/syndic/urgent-tasks").json()
    seen = [(t["task_type"], t["building_name"], t["priority"]) for t in found]
    assert seen == [
        ("shares", "Résidence Bellevue", "urgent"), ("owner", "Résidence Bellevue", "high"),
        ("suspended", "Résidence de la Senne", "medium"), ("address", "Résidence de la Senne", "medium"),
    ]  # fmt: skip
    assert ("960" in found[0]["description"], "1000" in found[0]["description"]) == (True, True)
    assert found[2]["entity_id"] == SENNE
    assert set(found[0]) == {
        "task_type", "title", "description", "priority", "building_name", "entity_id", "due_date",
    }  # fmt: skip


def test_an_office_in_order_has_nothing_urgent(as_demo):
    assert as_demo("syndikus").get("/api/v1/stats/syndic/urgent-tasks").json() == []


def test_the_administrator_must_name_an_office(as_demo):
    for _, path in OFFICE:
        assert as_demo("admin").get(f"/api/v1{path}").status_code == 400
