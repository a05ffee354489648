import pytest
from conftest import as_role

from koprogo_app.core.actor import Role
from koprogo_app.modules.opening.api import router

from .conftest import DATA


@pytest.fixture
def client(client_of, alice):
    return client_of(router, alice)


@pytest.fixture
def begun(client, books):
    answer = client.post(f"/api/v1/buildings/{books.id}/opening", json={"on": "2026-01-01"})
    assert answer.status_code == 201
    return answer.json()["id"]


def sent(client, opening, name):
    return client.post(f"/api/v1/opening/{opening}/file", files={"file": (name, (DATA / name).read_bytes())})


def test_from_the_file_to_the_entry_and_back(client, books, begun):
    assert client.get(f"/api/v1/buildings/{books.id}/opening").json()["status"] == "draft"
    assert sent(client, begun, "balance.csv").json() == {"id": begun, "filename": "balance.csv", "lines": 7}
    shown = client.get(f"/api/v1/buildings/{books.id}/opening").json()
    assert (shown["debit_cents"], shown["credit_cents"], shown["doubts"]) == (1_448_456, 1_448_456, [])
    assert shown["lines"][2] == {
        "account": "4101", "label": "Provisions appelées", "debit_cents": 75_000, "credit_cents": 0, "owner_id": str(books.dupont),
        "supplier_id": None, "reference": "2025/4", "due_on": None, "row": 9,
    }  # fmt: skip
    assert {gate["key"]: gate["passed"] for gate in shown["gates"]}["control:410"]
    posted = client.post(f"/api/v1/opening/{begun}/post").json()
    assert (posted["status"], posted["lines"]) == ("posted", shown["lines"])
    assert client.post(f"/api/v1/opening/{begun}/post").json()["entry_id"] == posted["entry_id"]
    undone = client.post(f"/api/v1/opening/{begun}/undo").json()
    assert (undone["status"], undone["entry_id"]) == ("undone", posted["entry_id"])
    assert undone["undone_entry_id"]


def test_balances_by_hand_in_cents(client, books, begun):
    lines = [
        {"account": "551", "debit_cents": 100, "due_on": "2025-12-31", "reference": "R1"}, {"account": "100", "credit_cents": 99},
        {"account": "4101", "credit_cents": 1},
    ]  # fmt: skip
    shown = client.put(f"/api/v1/opening/{begun}/lines", json={"lines": lines}).json()
    assert [(line["account"], line["debit_cents"], line["credit_cents"]) for line in shown["lines"]] == [
        ("551", 100, 0),
        ("100", 0, 99),
        ("4101", 0, 1),
    ]
    assert (shown["lines"][0]["due_on"], shown["lines"][0]["reference"]) == ("2025-12-31", "R1")
    assert [(d["line"], d["field"], d["code"], d["blocking"]) for d in shown["doubts"]] == [
        ("h3", "person", "party", True)
    ]
    refused = client.post(f"/api/v1/opening/{begun}/post", headers={"accept-language": "en"})
    assert (refused.status_code, refused.json()["error"]) == (
        400,
        "The opening is blocked: Every co-owner and supplier is known.",
    )


@pytest.mark.parametrize(
    "body", [{"lines": [{"account": "551", "debit_cents": -1}]}, {"lines": [{"account": "551", "debit_cents": 1.5}]}, {"lines": [{"account": "551", "owner_id": "x"}]}, {}]
)  # fmt: skip
def test_what_is_no_balance_is_refused_beside_it(client, begun, body):
    answer = client.put(f"/api/v1/opening/{begun}/lines", json=body)
    assert (answer.status_code, "details" in answer.json()) == (400, True)


def test_a_file_too_large_or_no_file_is_refused(client, begun):
    large = client.post(f"/api/v1/opening/{begun}/file", files={"file": ("x.csv", b"x" * (5 * 1024 * 1024 + 1))})
    none = client.post(f"/api/v1/opening/{begun}/file", data={"x": "y"})
    assert (large.status_code, none.status_code) == (400, 400)


def test_a_day_in_the_middle_of_a_year_is_refused(client, books):
    answer = client.post(f"/api/v1/buildings/{books.id}/opening", json={"on": "2026-03-01"})
    assert (answer.status_code, answer.json()["details"][:3]) == (400, "on:")


def test_a_draft_is_deleted(client, books, begun):
    assert client.delete(f"/api/v1/opening/{begun}").status_code == 204
    assert client.get(f"/api/v1/buildings/{books.id}/opening").json() is None
    assert client.delete(f"/api/v1/opening/{begun}").status_code == 404


def test_the_platform_administrator_acts_in_the_office_of_the_building(client_of, superadmin, books):
    client = client_of(router, superadmin)
    begun = client.post(f"/api/v1/buildings/{books.id}/opening", json={"on": "2026-01-01"}).json()["id"]
    assert sent(client, begun, "balance.csv").json()["lines"] == 7
    assert client.post(f"/api/v1/opening/{begun}/post").json()["status"] == "posted"


def test_another_office_finds_nothing(client_of, charlie, begun, books):
    client = client_of(router, charlie)
    assert client.get(f"/api/v1/buildings/{books.id}/opening").status_code == 404
    assert sent(client, begun, "balance.csv").status_code == 404
    assert client.post(f"/api/v1/opening/{begun}/post").status_code == 404


def test_who_only_looks_sends_nothing(client_of, alice, books, begun):
    client = client_of(router, as_role(alice, Role.BOARD_MEMBER, books.id))
    assert client.get(f"/api/v1/buildings/{books.id}/opening").status_code == 200
    assert sent(client, begun, "balance.csv").status_code == 403
    assert (
        client_of(router, as_role(alice, Role.OWNER, books.id)).get(f"/api/v1/buildings/{books.id}/opening").status_code
        == 403
    )
