"""REST: the contract's shapes field by field and its statuses; then ours."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from conftest import make_actor

from koprogo_app.core.actor import Role
from koprogo_app.core.service import call
from koprogo_app.modules.calls import api, contract, service

from .conftest import a_call, a_line


@pytest.fixture
def alice_s(client_of, alice):
    return client_of(contract.router, alice)


@pytest.fixture
def ours(client_of, alice):
    return client_of(api.router, alice)


def a_body(house, **change):
    return {
        "building_id": str(house.id), "title": "First quarter", "description": "Running costs", "total_amount": 150.5,
        "contribution_type": "regular", "call_date": "2026-03-01T00:00:00Z", "due_date": "2026-03-31T00:00:00Z",
    } | change  # fmt: skip


def contribution(house, **change):
    return {
        "owner_id": str(house.bob), "description": "Lost badge", "amount": "35.00", "contribution_type": "adjustment",
        "contribution_date": "2026-03-01T00:00:00Z",
    } | change  # fmt: skip


# --- The contract: calls


def test_a_call_has_every_field_of_the_contract(alice, alice_s, house):
    found = alice_s.post("/api/v1/call-for-funds", json=a_body(house))
    assert found.status_code == 201, found.text
    made = found.json()
    moments = {made.pop("created_at"), made.pop("updated_at")}
    assert all(datetime.fromisoformat(at).tzinfo == UTC and at.endswith("Z") for at in moments)
    assert made == {
        "id": made["id"], "organization_id": str(alice.organization_id), "building_id": str(house.id), "title": "First quarter",
        "description": "Running costs", "total_amount": 150.5, "contribution_type": "regular", "call_date": "2026-03-01T00:00:00Z",
        "due_date": "2026-03-31T00:00:00Z", "sent_date": None, "status": "draft", "account_code": "701", "notes": None,
        "is_overdue": False, "created_by": str(alice.user_id),
    }  # fmt: skip
    there = alice_s.get(f"/api/v1/call-for-funds/{made['id']}").json()
    assert set(there) == set(made) | {"created_at", "updated_at"}
    assert [x["id"] for x in alice_s.get("/api/v1/call-for-funds").json()] == [made["id"]]
    assert (
        alice_s.get("/api/v1/call-for-funds", params={"building_id": str(house.id)}).json()[0]["total_amount"] == 150.5
    )


def test_an_amount_may_be_a_number_or_a_text_and_is_exact(alice_s, house):
    for amount, shown in ((0.29, 0.29), ("1234.10", 1234.1), (99999999.99, 99999999.99)):
        assert (
            alice_s.post("/api/v1/call-for-funds", json=a_body(house, total_amount=amount)).json()["total_amount"]
            == shown
        )
    for amount in (0, -5, "1.005", "x", "NaN", "9e999999", "1e-999999"):
        found = alice_s.post("/api/v1/call-for-funds", json=a_body(house, total_amount=amount))
        assert found.status_code == 400, amount


def test_sending_shares_it_out_once_and_payments_move_its_status(alice, alice_s, house, today, monkeypatch):
    made = alice_s.post("/api/v1/call-for-funds", json=a_body(house, total_amount=100)).json()
    url = f"/api/v1/call-for-funds/{made['id']}"
    sent = alice_s.post(f"{url}/send")
    assert sent.status_code == 200, sent.text
    assert set(sent.json()) == {"call_for_funds", "contributions_generated"}
    assert sent.json()["contributions_generated"] == 2
    first = sent.json()["call_for_funds"]
    assert (first["status"], first["is_overdue"]) == ("sent", False)
    assert first["sent_date"].endswith("Z")
    assert alice_s.post(f"{url}/send").json()["call_for_funds"]["sent_date"] == first["sent_date"]
    for owner, status in ((house.bob, "partial"), (house.dora, "completed")):
        (one,) = alice_s.get("/api/v1/owner-contributions", params={"owner_id": str(owner)}).json()
        body = {"payment_date": "2026-03-10T00:00:00Z", "payment_method": "bank_transfer"}
        assert alice_s.put(f"/api/v1/owner-contributions/{one['id']}/mark-paid", json=body).status_code == 200
        assert alice_s.get(url).json()["status"] == status
    assert alice_s.put(f"{url}/cancel").status_code == 400
    assert alice_s.delete(url).status_code == 400


def test_overdue_is_past_the_due_date_and_not_paid(alice_s, house):
    late = alice_s.post("/api/v1/call-for-funds", json=a_body(
        house, call_date="2026-02-01T00:00:00Z", due_date="2026-03-01T00:00:00Z"
    )).json()  # fmt: skip
    assert alice_s.get("/api/v1/call-for-funds/overdue").json() == []
    alice_s.post(f"/api/v1/call-for-funds/{late['id']}/send")
    (found,) = alice_s.get("/api/v1/call-for-funds/overdue").json()
    assert (found["id"], found["is_overdue"], found["status"]) == (late["id"], True, "sent")
    cancelled = alice_s.put(f"/api/v1/call-for-funds/{late['id']}/cancel").json()
    assert (cancelled["status"], cancelled["is_overdue"]) == ("cancelled", False)
    assert alice_s.get("/api/v1/call-for-funds/overdue").json() == []


def test_a_draft_is_cancelled_or_deleted(alice_s, house):
    made = [alice_s.post("/api/v1/call-for-funds", json=a_body(house)).json()["id"] for _ in range(2)]
    assert alice_s.put(f"/api/v1/call-for-funds/{made[0]}/cancel").json()["status"] == "cancelled"
    assert alice_s.delete(f"/api/v1/call-for-funds/{made[1]}").status_code == 204
    assert alice_s.get(f"/api/v1/call-for-funds/{made[1]}").status_code == 404
    assert alice_s.delete(f"/api/v1/call-for-funds/{made[1]}").status_code == 404
    assert alice_s.post(f"/api/v1/call-for-funds/{made[1]}/send").status_code == 400


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"due_date": "2026-03-01T00:00:00Z"}, "due_date"),
        ({"total_amount": -1}, "total_amount"),
        ({"account_code": "610100"}, "account_code"),
        ({"account_code": "999"}, "account_code"),
        ({"contribution_type": "other"}, "contribution_type"),
        ({"title": ""}, "title"),
    ],
)
def test_what_is_wrong_with_a_call_is_400_with_its_field(alice_s, house, change, field):
    found = alice_s.post("/api/v1/call-for-funds", json=a_body(house, **change))
    assert found.status_code == 400
    assert f"{field}: " in found.json()["details"]


@pytest.mark.parametrize(
    ("kind", "code", "account"),
    [
        ("regular", None, "701"), ("extraordinary", None, "702"), ("advance", None, "100"), ("adjustment", None, "701"),
        ("regular", "160", "160"), ("regular", "700", "160"), ("regular", "161", "161"), ("advance", "702", "702"),
    ],
)  # fmt: skip
def test_the_account_says_what_the_money_is_for(alice_s, house, kind, code, account):
    body = a_body(house, contribution_type=kind, account_code=code)
    assert alice_s.post("/api/v1/call-for-funds", json=body).json()["account_code"] == account


# --- The contract: contributions


def test_a_contribution_has_every_field_of_the_contract(alice, alice_s, house):
    found = alice_s.post("/api/v1/owner-contributions", json=contribution(house, unit_id=str(house.a1)))
    assert found.status_code == 201, found.text
    made = found.json()
    assert {made.pop("created_at")[-1], made.pop("updated_at")[-1]} == {"Z"}
    assert made == {
        "id": made["id"], "organization_id": str(alice.organization_id), "owner_id": str(house.bob), "unit_id": str(house.a1),
        "description": "Lost badge", "amount": 35.0, "account_code": "701", "contribution_type": "adjustment",
        "contribution_date": "2026-03-01T00:00:00Z", "payment_date": None, "payment_method": None, "payment_reference": None,
        "payment_status": "pending", "notes": None,
    }  # fmt: skip
    assert alice_s.get(f"/api/v1/owner-contributions/{made['id']}").json()["id"] == made["id"]


@pytest.mark.parametrize("method", ["bank_transfer", "cash", "check", "domiciliation"])
def test_a_payment_is_told_as_it_was_given(alice_s, house, method):
    made = alice_s.post("/api/v1/owner-contributions", json=contribution(house)).json()
    who = {"owner_id": str(house.bob)}
    assert [x["id"] for x in alice_s.get("/api/v1/owner-contributions/outstanding", params=who).json()] == [made["id"]]
    body = {"payment_date": "2026-03-10T00:00:00Z", "payment_method": method, "payment_reference": "Desk 12"}
    url = f"/api/v1/owner-contributions/{made['id']}/mark-paid"
    paid = alice_s.put(url, json=body).json()
    assert (paid["payment_status"], paid["payment_method"]) == ("paid", method)
    assert (paid["payment_date"], paid["payment_reference"]) == ("2026-03-10T00:00:00Z", "Desk 12")
    assert alice_s.put(url, json=body).json() == paid
    assert alice_s.get("/api/v1/owner-contributions/outstanding", params=who).json() == []
    assert [x["id"] for x in alice_s.get("/api/v1/owner-contributions", params=who).json()] == [made["id"]]


def test_what_a_contribution_refuses_is_400_and_what_is_not_there_404(alice_s, house):
    for change, field in (
        ({"amount": 0}, "amount"), ({"unit_id": str(house.a2)}, "unit_id"), ({"account_code": "1"}, "account_code"),
        ({"contribution_date": "2024-01-01T00:00:00Z"}, "contribution_date"), ({"owner_id": "x"}, "owner_id"),
        ({"contribution_date": "9999-12-31T00:00:00Z"}, "contribution_date"), ({"amount": "9e999999"}, "amount"),
    ):  # fmt: skip
        found = alice_s.post("/api/v1/owner-contributions", json=contribution(house, **change))
        assert found.status_code == 400, change
        assert f"{field}: " in found.json()["details"]
    assert alice_s.get("/api/v1/owner-contributions").status_code == 400
    assert alice_s.get(f"/api/v1/owner-contributions/{uuid4()}").status_code == 404
    body = {"payment_date": "2026-04-10T00:00:00Z", "payment_method": "cash"}
    assert alice_s.put(f"/api/v1/owner-contributions/{uuid4()}/mark-paid", json=body).status_code == 400
    made = alice_s.post("/api/v1/owner-contributions", json=contribution(house)).json()
    assert alice_s.put(f"/api/v1/owner-contributions/{made['id']}/mark-paid", json=body).status_code == 400  # to come


# --- Ours


def test_a_call_goes_its_way_in_cents(ours, house):
    body = {
        "title": "First quarter", "called_on": "2026-03-01", "due_on": "2026-03-31",
        "lines": [{"cents": 10_000}, {"cents": 5_000, "destination": "reserve", "key_id": str(house.lift)}],
    }  # fmt: skip
    shared = ours.post(f"/api/v1/buildings/{house.id}/calls/preview", json=body).json()
    assert [(x["owner"], x["cents"]) for x in shared["owners"]] == [("Bob", 6_000), ("Dora", 9_000)]
    found = ours.post(f"/api/v1/buildings/{house.id}/calls", json=body)
    assert found.status_code == 201, found.text
    made = found.json()
    url = f"/api/v1/calls/{made['id']}"
    assert (made["state"], made["total_cents"], made["reserve_cents"], made["owners"]) == ("draft", 15_000, 5_000, [])
    changed = ours.put(url, json=body | {"lines": [{"cents": 1_000}]}).json()
    assert [x["cents"] for x in changed["lines"]] == [1_000]
    assert ours.get(f"{url}/preview").json()["lines"][0][0]["cents"] == 600
    seen = ours.get(f"{url}/preview").json()["seen"]
    assert ours.put(f"{url}/issue", json={"seen": "another"}).status_code == 400
    issued = ours.put(f"{url}/issue", json={"seen": seen}).json()
    assert ours.put(f"{url}/issue").json() == issued
    assert (issued["state"], [(x["owner"], x["lots"], x["cents"], x["open_cents"]) for x in issued["owners"]]) == (
        "issued", [("Bob", ["A1"], 600, 600), ("Dora", ["A2"], 400, 400)]
    )  # fmt: skip
    listed = ours.get(f"/api/v1/buildings/{house.id}/calls", params={"state": "open"}).json()
    assert (listed["data"][0]["open_cents"], listed["called_cents"], listed["open_cents"]) == (1_000, 1_000, 1_000)
    assert ours.put(f"{url}/reverse", json={"reason": ""}).status_code == 400
    assert ours.put(f"{url}/reverse", json={"reason": "Wrong"}).json()["state"] == "reversed"
    assert ours.get(url).json()["reversal_reason"] == "Wrong"


def test_a_series_is_shown_before_it_is_made(ours, house):
    body = {
        "title": "2026",
        "rhythm": "half_yearly",
        "first_on": "2026-01-01",
        "lines": [{"cents": 10_000}],
        "key": str(uuid4()),
    }
    plan = ours.post(f"/api/v1/buildings/{house.id}/calls/series/preview", json=body).json()
    assert [(c["title"], c["called_on"], c["due_on"]) for c in plan["calls"]] == [
        ("2026 1/2", "2026-01-01", "2026-01-31"), ("2026 2/2", "2026-07-01", "2026-07-31")
    ]  # fmt: skip
    assert (plan["total_cents"], plan["budget_id"]) == (20_000, None)
    for _ in range(2):
        made = ours.post(f"/api/v1/buildings/{house.id}/calls/series", json=body)
        assert made.status_code == 201
    assert ours.get(f"/api/v1/buildings/{house.id}/calls").json()["pagination"]["total_items"] == 2


def test_an_owner_reads_what_is_asked_of_him(client_of, alice, house, issued):
    issued(a_line(10_000))
    bob = make_actor(alice.organization_id, Role.OWNER, "Bob", house.id, house.bob)
    (mine,) = client_of(api.router, bob).get("/api/v1/my-calls").json()
    assert (mine["cents"], mine["open_cents"], mine["state"], mine["parts"][0]["weight"]) == (
        6_000,
        6_000,
        "issued",
        600,
    )
    assert client_of(api.router, bob).get(f"/api/v1/buildings/{house.id}/calls").status_code == 403


def test_another_office_finds_nothing(client_of, alice, charlie, house):
    made = call(alice, service.create_call, house.id, a_call())
    for router, urls in (
        (contract.router, (f"/api/v1/call-for-funds/{made.id}", f"/api/v1/owner-contributions?owner_id={house.bob}")),
        (
            api.router,
            (f"/api/v1/calls/{made.id}", f"/api/v1/buildings/{house.id}/calls", f"/api/v1/calls/{made.id}/preview"),
        ),
    ):
        for url in urls:
            assert client_of(router, charlie).get(url).status_code == 404, url
    assert client_of(contract.router, charlie).get("/api/v1/call-for-funds").json() == []
