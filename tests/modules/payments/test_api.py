from uuid import uuid4

import pytest
from conftest import as_role

from koprogo_app.core.actor import Role
from koprogo_app.core.service import call
from koprogo_app.modules.payments import service
from koprogo_app.modules.payments.api import router

from .conftest import line_of


@pytest.fixture
def client(client_of, alice):
    return client_of(router, alice)


def test_a_payment_is_entered_once_read_and_reversed(client, books, called):
    entry = called(books.bob, 12_000, due="2026-01-31")
    path = f"/api/v1/buildings/{books.id}/owner-payments"
    body = {
        "owner_id": str(books.bob),
        "paid_on": "2026-02-01",
        "cents": 12_500,
        "communication": "January",
        "key": str(uuid4()),
    }
    first = client.post(path, json=body)
    assert first.status_code == 201
    found = first.json()
    assert client.post(path, json=body).json()["id"] == found["id"]
    assert (found["owner"], found["kind"], found["fund"], found["open_cents"], found["reversal_entry_id"]) == (
        "Bob",
        "receipt",
        "working",
        500,
        None,
    )
    assert [{k: x[k] for k in ("cents", "entry_id", "account", "due_on", "description")} for x in found["settled"]] == [
        {"cents": 12_000, "entry_id": str(entry.id), "account": "4101", "due_on": "2026-01-31", "description": "Call"}
    ]
    listed = client.get(path, params={"kind": "receipt", "search": "january"}).json()
    assert [(x["id"], x["cents"], x["last_name"]) for x in listed["data"]] == [(found["id"], 12_500, "Bob")]
    one = f"/api/v1/owner-payments/{found['id']}"
    assert client.get(one).json() == found
    undone = client.post(f"{one}/reverse", json={"reason": "Another's"}).json()
    assert (undone["reversal_reason"], undone["open_cents"]) == ("Another's", 0)
    assert (
        client.post(f"{one}/reverse", json={"reason": "Twice"}).json()["reversal_entry_id"]
        == undone["reversal_entry_id"]
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cents": 0}, "cents"), ({"cents": 1.5}, "cents"), ({"cents": "twelve"}, "cents"), ({"paid_on": "2026-06-16"}, "paid_on"),
        ({"kind": "gift"}, "kind"), ({"owner_id": None}, "owner_id"), ({"kind": "refund"}, "cents"),
        ({"items": [{"line_id": str(uuid4()), "cents": 5}]}, "items.0"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(client, books, change, said):
    body = {"owner_id": str(books.bob), "paid_on": "2026-02-01", "cents": 100} | change
    answer = client.post(f"/api/v1/buildings/{books.id}/owner-payments", json=body)
    assert answer.status_code in (400, 422)
    assert said in answer.text


def test_open_items_and_what_settles_them(client, alice, books, called, paid):
    paid(books.bob, 300)
    debit = line_of(alice, books.id, called(books.bob, 1_000, due="2026-06-10").id)
    path = f"/api/v1/buildings/{books.id}/open-items"
    body = client.get(path).json()
    assert [(x["open_cents"], x["debit_cents"], x["days_late"]) for x in body["data"]] == [
        (300, 0, 0),
        (1_000, 1_000, 5),
    ]
    assert (body["owed_cents"], body["owed_back_cents"], body["pagination"]["total_items"]) == (1_000, 300, 2)
    assert [x["line_id"] for x in client.get(path, params={"due": "late"}).json()["data"]] == [str(debit)]
    assert client.get(path, params={"due": "soon"}).status_code == 400
    credit = body["data"][0]["line_id"]
    settlements = f"/api/v1/buildings/{books.id}/settlements"
    made = client.post(settlements, json={"debit_line_id": str(debit), "credit_line_id": credit, "cents": 200})
    assert (made.status_code, made.json()["cents"]) == (201, 200)
    assert client.delete(f"/api/v1/settlements/{made.json()['id']}").status_code == 204
    assert client.delete(f"/api/v1/settlements/{made.json()['id']}").status_code == 404
    oldest = f"/api/v1/buildings/{books.id}/settle-oldest"
    assert [x["cents"] for x in client.post(oldest, json={"owner_ids": [str(books.bob)]}).json()] == [300]
    assert client.post(oldest, json={}).json() == []


def test_one_s_own_open_items(client_of, books, bob, called, paid):
    called(books.bob, 1_000)
    called(books.dora, 7)
    body = client_of(router, bob).get("/api/v1/my-account/items").json()
    assert ([x["open_cents"] for x in body["data"]], body["owed_cents"], body["owed_back_cents"]) == ([1_000], 1_000, 0)
    assert (
        client_of(router, bob).get("/api/v1/my-account/items", params={"building_id": str(uuid4())}).status_code == 404
    )


def test_the_platform_administrator_acts_in_the_office_of_the_payment(
    client_of, alice, superadmin, books, called, paid
):
    called(books.bob, 100)
    payment = paid(books.bob, 100)
    client = client_of(router, superadmin)
    [one] = client.get(f"/api/v1/owner-payments/{payment.id}").json()["settled"]
    assert client.delete(f"/api/v1/settlements/{one['id']}").status_code == 204
    assert client.post(f"/api/v1/owner-payments/{payment.id}/reverse", json={"reason": "Slip"}).status_code == 200
    assert call(alice, service.get_payment, payment.id).reason == "Slip"


def test_who_is_refused_and_what_is_not_found(client_of, alice, charlie, books, bob, paid):
    payment = paid(books.bob, 100)
    reads = (
        f"/api/v1/buildings/{books.id}/owner-payments",
        f"/api/v1/buildings/{books.id}/open-items",
        f"/api/v1/owner-payments/{payment.id}",
    )
    for path in reads:
        assert client_of(router, charlie).get(path).status_code == 404
        assert client_of(router, bob).get(path).status_code == 403
        assert client_of(router, None).get(path).status_code == 401
        assert client_of(router, as_role(alice, Role.AUDITOR, books.id)).get(path).status_code == 200
    reverse = f"/api/v1/owner-payments/{payment.id}/reverse"
    assert (
        client_of(router, as_role(alice, Role.AUDITOR, books.id)).post(reverse, json={"reason": "x"}).status_code == 403
    )
    assert client_of(router, charlie).post(reverse, json={"reason": "x"}).status_code == 404
