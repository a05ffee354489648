from uuid import uuid4

import pytest
from conftest import as_role

from koprogo_app.core.actor import Role
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import BuildingIn
from koprogo_app.modules.owner_accounts.api import router


@pytest.fixture
def client(client_of, alice):
    return client_of(router, alice)


def test_the_balances_of_a_building_in_cents(client, books, called, paid):
    called(books.bob, 12_000)
    paid(books.dora, 500)
    path = f"/api/v1/buildings/{books.id}/owner-balances"
    body = client.get(path, params={"per_page": 1}).json()
    assert body["data"] == [
        {"owner_id": str(books.bob), "last_name": "Bob", "first_name": "", "balance_cents": 12_000, "standing": "owes"}
    ]
    assert (body["owed_cents"], body["owed_back_cents"], body["pagination"]["total_items"]) == (12_000, 500, 2)
    assert [o["last_name"] for o in client.get(path, params={"standing": "credit"}).json()["data"]] == ["Dora"]
    assert client.get(path, params={"standing": "rich"}).json()["details"].startswith("standing: ")
    assert client.get(path, params={"sort_by": "iban"}).status_code == 400


def test_an_account_with_its_running_balance(client, books, called, paid):
    entry = called(books.bob, 12_000)
    paid(books.bob, 2_000)
    path = f"/api/v1/owners/{books.bob}/account"
    body = client.get(path, params={"building_id": str(books.id)}).json()
    assert [x["balance_cents"] for x in body["data"]] == [12_000, 10_000]
    assert {k: v for k, v in body["data"][0].items() if k not in ("id", "entry_id")} == {
        "building_id": str(books.id), "entry_on": "2026-01-01", "journal": "VEN", "number": 1, "description": "Call for funds",
        "debit_cents": 12_000, "credit_cents": 0, "balance_cents": 12_000, "document_id": None,
    }  # fmt: skip
    assert body["data"][0]["entry_id"] == str(entry.id)
    assert (body["before_cents"], body["balance_cents"], body["standing"]) == (0, 10_000, "owes")
    last = client.get(path, params={"per_page": 1, "order": "desc"}).json()
    assert ([x["balance_cents"] for x in last["data"]], last["before_cents"]) == ([10_000], 12_000)
    assert last["pagination"]["has_next"] is True


def test_one_s_own_account_and_where_it_is_paid(client_of, alice, building, books, bob, called):
    given = {name: getattr(building, name) for name in BuildingIn.model_fields} | {"iban_working": "BE68539007547034"}
    call(alice, buildings.update_building, building.id, BuildingIn.model_validate(given))
    called(books.bob, 12_000)
    called(books.dora, 99_999)
    client = client_of(router, bob)
    body = client.get("/api/v1/my-account").json()
    assert body["accounts"] == [
        {"building_id": str(books.id), "name": "Résidence Molière", "balance_cents": 12_000, "standing": "owes", "iban": "BE68539007547034"}
    ]  # fmt: skip
    assert ([x["debit_cents"] for x in body["data"]], body["balance_cents"]) == ([12_000], 12_000)
    assert client.get("/api/v1/my-account", params={"building_id": str(uuid4())}).status_code == 404


def test_who_is_refused_and_what_is_not_found(client_of, alice, charlie, superadmin, books, bob, called):
    called(books.bob, 100)
    theirs = (f"/api/v1/buildings/{books.id}/owner-balances", f"/api/v1/owners/{books.bob}/account")
    for path in theirs:
        assert client_of(router, charlie).get(path).status_code == 404
        assert client_of(router, bob).get(path).status_code == 403
        assert client_of(router, None).get(path).status_code == 401
        assert client_of(router, superadmin).get(path).status_code == 200
        assert client_of(router, as_role(alice, Role.BOARD_MEMBER, books.id)).get(path).status_code == 200
    for actor, status in ((alice, 403), (charlie, 403), (superadmin, 403), (None, 401)):
        assert client_of(router, actor).get("/api/v1/my-account").status_code == status
