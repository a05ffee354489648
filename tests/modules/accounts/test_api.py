from datetime import date
from uuid import uuid4

import pytest
from conftest import a_building, as_role

from koprogo_app.core.actor import Role
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import api, service
from koprogo_app.modules.accounts.models import BookIn
from koprogo_app.modules.buildings import service as buildings

YEAR = BookIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))


@pytest.fixture
def client(client_of, alice):
    return client_of(api.router, alice)


def test_the_contracts_chart_is_loaded_once(client, alice):
    body = {"organization_id": str(alice.organization_id)}
    assert client.get("/api/v1/accounts/count").json() == {"count": 0, "organization_id": str(alice.organization_id)}
    made = client.post("/api/v1/accounts/seed/belgian-pcmn", json=body)
    assert made.status_code == 200
    assert made.json()["accounts_created"] == len(service.standard_chart()) >= 80
    assert client.post("/api/v1/accounts/seed/belgian-pcmn", json=body).status_code == 400
    assert client.get("/api/v1/accounts/count").json()["count"] == made.json()["accounts_created"]
    for code in ("550", "612"):  # clients post on them
        assert client.get(f"/api/v1/accounts/code/{code}").json()["direct_use"] is True


def test_accounts_are_filtered_by_the_first_filter_given(client, alice, building):
    call(alice, service.open_books, building.id, YEAR)

    def codes(**query):
        return [
            a["code"] for a in client.get("/api/v1/accounts", params={"building_id": str(building.id)} | query).json()
        ]

    everything = codes()
    assert codes(code_pattern="410") == ["410", "4100", "4101"]
    assert set(codes(account_type="revenue")) == {c for c in everything if c.startswith("7")}
    assert set(codes(parent_code="410")) == {"4100", "4101"}
    assert "61" not in codes(direct_use_only="true")
    assert codes(code_pattern="410", account_type="revenue") == codes(code_pattern="410")
    assert client.get("/api/v1/accounts", params={"account_type": "nope"}).status_code == 400


def test_an_account_lives_by_the_contract(client, alice, building):
    call(alice, service.open_books, building.id, YEAR)
    body = {"code": "610199", "label": "Lift B", "account_type": "EXPENSE", "parent_code": "610", "direct_use": True,
            "organization_id": str(alice.organization_id), "building_id": str(building.id)}  # fmt: skip
    made = client.post("/api/v1/accounts", json=body)
    assert made.status_code == 201
    account = made.json()
    assert (account["code"], account["label"], account["account_type"], account["direct_use"]) == (
        "610199",
        "Lift B",
        "EXPENSE",
        True,
    )
    assert client.post("/api/v1/accounts", json=body).status_code == 400
    assert client.post("/api/v1/accounts", json=body | {"code": "610198", "parent_code": "999"}).status_code == 400
    path = f"/api/v1/accounts/{account['id']}"
    assert client.put(path, json={"direct_use": False}).json()["direct_use"] is False
    assert client.put(path, json={"label": "Ascenseur B"}).json()["labels"]["nl"] == "Ascenseur B"
    assert client.get(path).json()["label"] == "Ascenseur B"
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


def test_a_syndic_and_an_accountant_write_the_chart_others_do_not(client_of, alice):
    for role, status in ((Role.ACCOUNTANT, 200), (Role.AUDITOR, 403), (Role.OWNER, 403)):
        answer = client_of(api.router, as_role(alice, role)).post("/api/v1/accounts/seed/belgian-pcmn", json={})
        assert answer.status_code == status


def test_the_model_belongs_to_the_whole_office(client_of, alice, building):
    limited = as_role(alice, Role.ACCOUNTANT, building.id)
    assert client_of(api.router, limited).post("/api/v1/accounts/seed/belgian-pcmn", json={}).status_code == 403


def test_the_platform_administrator_needs_an_office(client_of, superadmin, alice):
    client = client_of(api.router, superadmin)
    assert client.get("/api/v1/accounts").status_code == 401
    assert client.get("/api/v1/accounts/count").status_code == 401
    body = {"organization_id": str(alice.organization_id)}
    assert client.post("/api/v1/accounts/seed/belgian-pcmn", json=body).status_code == 200


def test_books_years_and_lock(client, alice, building):
    path = f"/api/v1/buildings/{building.id}"
    assert client.get(f"{path}/books").status_code == 404
    body = {"regime": "double", "starts_on": "2026-01-01", "ends_on": "2026-12-31"}
    assert client.post(f"{path}/books", json=body).json() == {
        "building_id": str(building.id), "regime": "double", "locked_until": None
    }  # fmt: skip
    assert client.post(f"{path}/books", json=body).status_code == 400
    assert client.post(f"{path}/years", json={"starts_on": "2027-01-01", "ends_on": "2027-12-31"}).status_code == 201
    assert client.post(f"{path}/years", json={"starts_on": "2027-01-01", "ends_on": "2027-12-31"}).status_code == 400
    assert client.put(f"{path}/books/lock", json={"locked_until": "2026-06-30"}).json()["locked_until"] == "2026-06-30"
    assert client.put(f"{path}/books/lock", json={}).status_code == 400
    assert client.put(f"{path}/books/lock", json={"reason": "Wrong"}).json()["locked_until"] is None
    assert client.put(f"{path}/books/regime", json={"regime": "simplified"}).json()["regime"] == "simplified"
    assert [y["starts_on"] for y in client.get(f"{path}/books").json()["years"]] == ["2027-01-01", "2026-01-01"]


def test_every_co_ownership_and_how_its_books_stand(client, alice, building):
    call(alice, buildings.create_building, a_building(name="Autre"))
    call(alice, service.open_books, building.id, YEAR)
    rows = client.get("/api/v1/books").json()["data"]
    assert [(r["name"], r["regime"]) for r in rows] == [("Autre", None), ("Résidence Molière", "double")]
    assert client.get("/api/v1/books", params={"state": "open"}).json()["pagination"]["total_items"] == 1
    assert (
        client.get("/api/v1/books", params={"state": "closed", "search": "autre"}).json()["pagination"]["total_items"]
        == 1
    )


def test_another_offices_account_is_not_found(client_of, alice, charlie, building):
    call(alice, service.open_books, building.id, YEAR)
    account = call(alice, service.list_accounts, building.id)[0]
    client = client_of(api.router, charlie)
    for answer in (
        client.get(f"/api/v1/accounts/{account.id}"), client.put(f"/api/v1/accounts/{account.id}", json={"label": "x"}),
        client.delete(f"/api/v1/accounts/{account.id}"), client.get("/api/v1/accounts", params={"building_id": str(building.id)}),
        client.get(f"/api/v1/accounts/{uuid4()}"),
    ):  # fmt: skip
        assert answer.status_code == 404
