from dataclasses import replace
from uuid import uuid4

import pytest

from koprogo_app.core.actor import Role
from koprogo_app.core.service import call
from koprogo_app.modules.funds import api, service

from .conftest import line_of


@pytest.fixture
def client(client_of, alice):
    return client_of(api.router, alice)


@pytest.fixture
def base(house):
    return f"/api/v1/buildings/{house.id}"


def test_a_withdrawal_in_and_out(client, base, alice, house, borne, called):
    called("2026-02-01", 1_000_00)
    cost = borne("2026-02-10", 300_00, "Roof")
    (offered,) = client.get(f"{base}/funds/costs", params={"search": "roof"}).json()
    assert (offered["id"], offered["left"]) == (str(line_of(alice, cost.id, "611")), 300_00)
    body = {
        "cents": 300_00, "moved_on": "2026-03-01", "words": "Roof", "cost_line_id": offered["id"], "decision": "Point 6", "key": str(uuid4()),
    }  # fmt: skip
    made = client.post(f"{base}/fund-movements/withdrawals", json=body)
    again = client.post(f"{base}/fund-movements/withdrawals", json=body)
    assert (made.status_code, again.status_code) == (201, 201)
    assert made.json() == again.json()
    movement = made.json()
    assert (movement["kind"], movement["fund"], movement["cents"], movement["number"]) == (
        "withdrawal",
        "reserve",
        300_00,
        2,
    )
    year = {"year_id": str(house.years[2026])}
    found = client.get(f"{base}/funds", params=year).json()
    assert found["funds"][1] == {
        "fund": "reserve", "opening_cents": 0, "contributed_cents": 1_000_00, "allocated_cents": 0, "interest_cents": 0,
        "withdrawn_cents": -300_00, "other_cents": 0, "balance_cents": 700_00,
    }  # fmt: skip
    assert found["reserve"] == {
        "fund_cents": 700_00, "money_cents": 1_000_00, "owed_cents": 0, "difference_cents": -300_00, "elsewhere_cents": -300_00,
    }  # fmt: skip
    assert (found["duty"]["verdict"], found["duty"]["due_from"]) == ("no_base", "2020-06-01")
    lines = client.get(f"{base}/funds/lines", params=year | {"order": "desc"}).json()
    assert [(x["cents"], x["movement_id"]) for x in lines["data"]] == [(-300_00, movement["id"]), (1_000_00, None)]
    undone = client.post(f"/api/v1/fund-movements/{movement['id']}/reverse", json={"reason": "Mistake"})
    assert (undone.status_code, undone.json()["reversal_reason"]) == (200, "Mistake")
    listed = client.get(f"{base}/fund-movements", params={"state": "reversed"}).json()
    assert listed["pagination"]["total_items"] == 1
    assert client.get(f"/api/v1/fund-movements/{movement['id']}").json() == undone.json()
    years = client.get(f"{base}/funds/years").json()
    assert years[1]["balances"] == {"working": 0, "reserve": 1_000_00, "special": 0}


def test_a_transfer_and_an_allocation(client, base):
    moved = client.post(
        f"{base}/fund-movements/transfers", json={"from_code": "551", "to_code": "57", "cents": 5_00, "moved_on": "2026-03-01"}
    )  # fmt: skip
    assert (moved.status_code, moved.json()["words"], moved.json()["journal"]) == (201, "551 → 57", "FIN")
    added = client.post(
        f"{base}/fund-movements/allocations",
        json={"cents": 5_00, "moved_on": "2026-03-01", "words": "Surplus", "decision": "Point 4", "fund": "working"},
    )
    assert (added.status_code, added.json()["fund"]) == (201, "working")


def test_a_waiver_is_kept_and_withdrawn(client, base, house):
    body = {"year_id": str(house.years[2026]), "decided_on": "2026-02-12", "votes_for": 800, "votes_cast": 1000}
    made = client.post(f"{base}/fund-waivers", json=body)
    assert made.status_code == 201
    assert client.post(f"{base}/fund-waivers", json=body).status_code == 400
    undone = client.post(f"/api/v1/fund-waivers/{made.json()['id']}/withdraw", json={"reason": "Wrong year"})
    assert undone.json()["withdrawn_reason"] == "Wrong year"
    assert [x["id"] for x in client.get(f"{base}/fund-waivers").json()] == [made.json()["id"]]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("fund-movements/withdrawals", {"cents": 0, "moved_on": "2026-03-01", "words": "x"}, "cents"),
        ("fund-movements/withdrawals", {"cents": "1.5", "moved_on": "2026-03-01", "words": "x"}, "cents"),
        ("fund-movements/withdrawals", {"cents": 10**14, "moved_on": "2026-03-01", "words": "x"}, "cents"),
        ("fund-movements/withdrawals", {"cents": 1, "moved_on": "soon", "words": "x"}, "moved_on"),
        ("fund-movements/withdrawals", {"cents": 1, "moved_on": "2026-03-01", "words": "x", "fund": "none"}, "fund"),
        ("fund-movements/withdrawals", {"cents": 1, "moved_on": "2026-03-01", "words": "x"}, "cents"),
        ("fund-movements/transfers", {"cents": 1, "moved_on": "2026-03-01", "from_code": "1", "to_code": "550"}, "from_code"),
        ("fund-movements/allocations", {"cents": 1, "moved_on": "2026-03-01", "words": "x"}, "decision"),
        ("fund-waivers", {"year_id": "x", "decided_on": "2026-03-01"}, "year_id"),
        ("fund-waivers", {"decided_on": "2026-03-01", "votes_for": 3, "votes_cast": 4}, "votes_for"),
    ],
)  # fmt: skip
def test_bad_input_is_named(client, base, house, path, body, field):
    if path == "fund-waivers" and "year_id" not in body:
        body = body | {"year_id": str(house.years[2026])}
    answer = client.post(f"{base}/{path}", json=body)
    assert answer.status_code == 400
    assert field in answer.json()["details"]


def test_a_reader_writes_nothing(client_of, alice, house, base):
    council = client_of(api.router, replace(alice, role=Role.BOARD_MEMBER, building_ids=frozenset({house.id})))
    assert council.get(f"{base}/fund-movements").status_code == 200
    body = {"from_code": "551", "to_code": "57", "cents": 5_00, "moved_on": "2026-03-01"}
    assert council.post(f"{base}/fund-movements/transfers", json=body).status_code == 403
    assert call(alice, service.list_ended, house.id)[0].held["reserve"] == 0
