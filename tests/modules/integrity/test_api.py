import pytest
from conftest import as_role

from koprogo_app.core.actor import Role
from koprogo_app.modules.integrity.api import router

from .conftest import E, line


@pytest.fixture
def path(books, posted):
    posted("2026-03-01", line("160", debit=100), line("551", credit=100))
    return f"/api/v1/buildings/{books.id}/checks"


def test_what_is_found_in_words_and_figures(client_of, alice, books, path):
    client = client_of(router, alice)
    assert client.get(path).json() == {
        "building_id": str(books.id), "ran_at": None, "ran_by": "", "errors": 0, "warnings": 0, "findings": [], "accepted": [], "cut": [],
    }  # fmt: skip
    body = client.post(path).json()
    assert (body["errors"], body["ran_by"]) == (1, "Alice Test")
    first = body["findings"][0]
    assert (first["check"], first["severity"], first["theme"], first["since"]) == (
        "fund_below",
        "error",
        "money",
        "2026-06-30",
    )
    assert first["params"] == {"account": "160", "amount": {"cents": -100}}
    assert client.get(path).json() == body


def test_accepting_and_taking_back(client_of, alice, path):
    client = client_of(router, alice)
    fingerprint = client.post(path).json()["findings"][0]["fingerprint"]
    body = client.post(f"{path}/accept", json={"fingerprint": fingerprint, "reason": "Known."}).json()
    [accepted] = body["accepted"]
    assert (accepted["fingerprint"], accepted["reason"], accepted["accepted_by"], body["errors"]) == (
        fingerprint,
        "Known.",
        "Alice Test",
        0,
    )
    assert client.delete(f"{path}/accept/{fingerprint}").status_code == 204
    assert client.delete(f"{path}/accept/{fingerprint}").status_code == 204
    assert client.get(path).json()["errors"] == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "fingerprint"),
        ({"fingerprint": "0" * 63, "reason": "x"}, "fingerprint"),
        ({"fingerprint": "0" * 64, "reason": "x"}, "fingerprint"),
    ],
)
def test_bad_input_is_said_beside_its_field(client_of, alice, path, body, field):
    client = client_of(router, alice)
    client.post(path)
    answer = client.post(f"{path}/accept", json=body)
    assert answer.status_code == 400
    assert answer.json()["details"].startswith(f"{field}: ")


def test_who_is_refused(client_of, alice, charlie, superadmin, books, path):
    council, owner = (as_role(alice, role, books.id) for role in (Role.BOARD_MEMBER, Role.OWNER))
    assert [client_of(router, one).get(path).status_code for one in (charlie, owner, None, council, superadmin)] == [
        404,
        403,
        401,
        200,
        200,
    ]
    assert [client_of(router, one).post(path).status_code for one in (charlie, owner, None, council, superadmin)] == [
        404,
        403,
        401,
        403,
        200,
    ]


def test_the_sentence_is_in_the_callers_figures(client_of, alice, path):
    body = client_of(router, alice).post(path).json()
    assert f"-1,00{E}" in body["findings"][0]["sentence"].replace("\u2212", "-").replace("€-", "-")
