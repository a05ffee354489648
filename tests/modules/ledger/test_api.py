from uuid import uuid4

import pytest

from koprogo_app.core.errors import Invalid
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.ledger import api, service
from koprogo_app.modules.ledger.rules import Journal

from .conftest import account_id, line


@pytest.fixture
def client(client_of, alice):
    return client_of(api.router, alice)


def an_entry(books, **change):
    lines = [
        {"account_code": "612", "debit": 121.55, "credit": 0, "description": "Electricity"},
        {"account_code": "551", "debit": "0", "credit": "121.55", "description": ""},
    ]
    given = {
        "building_id": str(books.id),
        "journal_type": "FIN",
        "entry_date": "2026-03-01T00:00:00Z",
        "description": "Paid",
        "lines": lines,
    }
    return given | change


def test_an_entry_in_the_contracts_shape(client, books):
    made = client.post("/api/v1/journal-entries", json=an_entry(books, document_ref="F-1"))
    assert made.status_code == 201
    body = made.json()
    assert {k: body[k] for k in ("journal_type", "entry_date", "description", "document_ref", "expense_id", "contribution_id")} == {
        "journal_type": "FIN", "entry_date": "2026-03-01T00:00:00+00:00", "description": "Paid", "document_ref": "F-1",
        "expense_id": None, "contribution_id": None,
    }  # fmt: skip
    assert "lines" not in body
    whole = client.get(f"/api/v1/journal-entries/{body['id']}").json()
    assert [(x["account_code"], x["debit"], x["credit"]) for x in whole["lines"]] == [
        ("612", 121.55, 0.0),
        ("551", 0.0, 121.55),
    ]
    assert whole["entry"]["number"] == 1
    listed = client.get("/api/v1/journal-entries", params={"building_id": str(books.id), "per_page": 5}).json()
    assert set(listed) == {"data", "page", "per_page"}
    assert [e["id"] for e in listed["data"]] == [body["id"]]


def test_the_contracts_journal_of_miscellaneous_entries_holds_the_opening_balances(client, books, posted):
    opening = posted("2026-01-01", line("551", debit=100), line("100", credit=100), journal=Journal.OPN)
    other = posted("2026-03-01", line("612", debit=1), line("551", credit=1), journal=Journal.ODS)
    paid = posted("2026-03-02", line("612", debit=1), line("551", credit=1), journal=Journal.FIN)

    def listed(journal_type):
        asked = {"building_id": str(books.id), "journal_type": journal_type}
        found = client.get("/api/v1/journal-entries", params=asked).json()["data"]
        return [(e["id"], e["journal_type"], e["journal"]) for e in found]

    ods = [(str(other.id), "ODS", "ODS"), (str(opening.id), "ODS", "OPN")]
    assert listed("ODS") == ods
    assert listed("") == [(str(paid.id), "FIN", "FIN"), *ods]
    assert listed("OPN") == ods[1:]
    ours = client.get(f"/api/v1/buildings/{books.id}/entries", params={"journal": "ODS"}).json()["data"]
    assert [e["id"] for e in ours] == [str(other.id)]


def test_what_does_not_balance_says_so_in_the_contracts_word(client, books):
    wrong = an_entry(books)
    wrong["lines"][0]["debit"] = 121.54
    answer = client.post("/api/v1/journal-entries", json=wrong)
    assert answer.status_code == 400
    assert "unbalanced" in answer.json()["error"]


@pytest.mark.parametrize(
    "change",
    [
        {"lines": []},
        {"lines": [{"account_code": "612", "debit": 1, "credit": 0}]},
        {
            "lines": [
                {"account_code": "nope", "debit": 1, "credit": 0},
                {"account_code": "551", "debit": 0, "credit": 1},
            ]
        },
        {
            "lines": [
                {"account_code": "612", "debit": 1.005, "credit": 0},
                {"account_code": "551", "debit": 0, "credit": 1.005},
            ]
        },
        {
            "lines": [
                {"account_code": "612", "debit": -1, "credit": 0},
                {"account_code": "551", "debit": 0, "credit": -1},
            ]
        },
        {
            "lines": [
                {"account_code": "610100", "debit": 1, "credit": 0},
                {"account_code": "440", "debit": 0, "credit": 1, "supplier_id": str(uuid4())},
            ]
        },
        {"journal_type": "XXX"},
        {"entry_date": "tomorrow"},
        {"entry_date": "2031-01-01T00:00:00Z"},
        {"description": ""},
    ],
)
def test_bad_input_is_400_and_writes_nothing(client, alice, books, change):
    assert client.post("/api/v1/journal-entries", json=an_entry(books, **change)).status_code == 400
    assert call(alice, service.list_entries, books.id, Asked()).total == 0


def test_without_a_building_the_only_books_are_meant(client, alice, books):
    assert client.post("/api/v1/journal-entries", json=an_entry(books, building_id=None)).status_code == 201


def test_deleting_posts_the_mirror_once(client, alice, books, posted):
    entry = posted("2026-03-01", line("612", debit=100), line("551", credit=100))
    assert client.delete(f"/api/v1/journal-entries/{entry.id}").status_code == 204
    assert client.delete(f"/api/v1/journal-entries/{entry.id}").status_code == 400
    mirror = call(alice, service.get_entry, call(alice, service.get_entry, entry.id).reversed_by)
    assert (mirror.entry.reverses_id, mirror.entry.entry_on) == (entry.id, entry.entry_on)
    assert client.delete(f"/api/v1/journal-entries/{uuid4()}").status_code == 404


def test_a_repeated_request_is_written_once(client, alice, books):
    body = {"entry_on": "2026-03-01", "description": "x", "key": str(uuid4()),
            "lines": [{"account": "612", "debit_cents": 5}, {"account": "551", "credit_cents": 5}]}  # fmt: skip
    first = client.post(f"/api/v1/buildings/{books.id}/entries", json=body).json()
    assert client.post(f"/api/v1/buildings/{books.id}/entries", json=body).json()["id"] == first["id"]
    page = client.get(f"/api/v1/buildings/{books.id}/entries", params={"search": "ODS 1"}).json()
    assert page["pagination"]["total_items"] == 1


def test_reversal_balances_and_account_in_our_shape(client, alice, books, posted):
    entry = posted("2026-03-01", line("612", debit=700), line("551", credit=700))
    account = account_id(alice, books.id, "612")
    year = str(books.years[2026])
    found = client.get(f"/api/v1/buildings/{books.id}/balances", params={"year_id": year}).json()
    assert [(b["code"], b["before_cents"], b["debit_cents"], b["credit_cents"], b["after_cents"]) for b in found] == [
        ("551", 0, 0, 700, -700), ("612", 0, 700, 0, 700)
    ]  # fmt: skip
    lines = client.get(f"/api/v1/accounts/{account}/lines", params={"year_id": year}).json()
    assert (lines["before_cents"], lines["data"][0]["debit_cents"], lines["pagination"]["total_items"]) == (0, 700, 1)
    made = client.post(f"/api/v1/entries/{entry.id}/reverse", json={"entry_on": "2026-03-02", "reason": "Slip"})
    assert (made.status_code, made.json()["reverses_id"]) == (201, str(entry.id))


def test_the_platform_administrator_names_the_building(client_of, superadmin, alice, books):
    client = client_of(api.router, superadmin)
    assert client.get("/api/v1/journal-entries").status_code == 401
    assert client.post("/api/v1/journal-entries", json=an_entry(books, building_id=None)).status_code == 401
    assert client.post("/api/v1/journal-entries", json=an_entry(books)).status_code == 201
    assert len(client.get("/api/v1/journal-entries", params={"building_id": str(books.id)}).json()["data"]) == 1


def test_two_books_and_no_building_named_is_a_question(client, alice, books):
    from conftest import a_building

    from koprogo_app.modules.accounts.models import BookIn
    from koprogo_app.modules.buildings import service as buildings

    other = call(alice, buildings.create_building, a_building(name="Autre"))
    call(alice, accounts.open_books, other.id, BookIn(starts_on="2026-01-01", ends_on="2026-12-31"))
    assert client.post("/api/v1/journal-entries", json=an_entry(books, building_id=None)).status_code == 400


def test_a_locked_day_of_a_deletion_moves_to_the_first_open_one(client, alice, books, posted):
    from datetime import date

    entry = posted("2026-03-01", line("612", debit=100), line("551", credit=100))
    call(alice, accounts.lock_books, books.id, date(2026, 3, 31))
    assert client.delete(f"/api/v1/journal-entries/{entry.id}").status_code == 204
    mirror = call(alice, service.get_entry, call(alice, service.get_entry, entry.id).reversed_by)
    assert mirror.entry.entry_on == date(2026, 4, 1)
    with pytest.raises(Invalid):
        posted("2026-03-31", line("612", debit=100), line("551", credit=100))
