from uuid import uuid4

import pytest
from conftest import make_actor
from sqlalchemy import event

from koprogo_app.core.actor import Role
from koprogo_app.core.db import engine
from koprogo_app.core.service import call
from koprogo_app.modules.owners import service
from koprogo_app.modules.owners.api import router
from koprogo_app.modules.owners.models import OwnerIn

BOB = {
    "first_name": "Bob", "last_name": "Maes", "email": "bob@example.be", "phone": "02 111 11 11", "address": "Rue 1",
    "city": "Uccle", "postal_code": "1180", "country": "Belgium",
}  # fmt: skip
KEYS = {
    "id", "organization_id", "user_id", "first_name", "last_name", "email", "phone", "address", "city", "postal_code",
    "country",
}  # fmt: skip


@pytest.fixture
def rest(client_of, alice):
    return client_of(router, alice)


def test_a_created_owner_has_the_shape_of_the_contract(rest, alice):
    answer = rest.post("/api/v1/owners", json=BOB | {"organization_id": str(uuid4())})
    assert answer.status_code == 201
    made = answer.json()
    assert set(made) == KEYS
    assert made["organization_id"] == str(alice.organization_id)  # the token wins
    assert made["user_id"] is None
    assert rest.get(f"/api/v1/owners/{made['id']}").json() == made


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "x"}, "email"),
        ({"last_name": ""}, "last_name"),
        ({"city": None}, "city"),
        ({"last_name": "x" * 201}, "last_name"),
        ({"first_name": "  "}, "first_name"),
        ({"city": " "}, "city"),
    ],
)
def test_a_bad_body_is_400_with_the_field(rest, change, field):
    answer = rest.post("/api/v1/owners", json=BOB | change)
    assert answer.status_code == 400
    assert field in answer.json()["details"]


def test_a_known_address_is_400(rest):
    rest.post("/api/v1/owners", json=BOB)
    assert rest.post("/api/v1/owners", json=BOB | {"email": "BOB@example.be"}).status_code == 400


def test_the_list_is_a_page_in_the_envelope(rest):
    for n in range(3):
        rest.post("/api/v1/owners", json=BOB | {"last_name": f"Maes {n}", "email": f"bob{n}@example.be"})
    page = rest.get("/api/v1/owners?per_page=2&sort_by=email&order=desc").json()
    assert [o["email"] for o in page["data"]] == ["bob2@example.be", "bob1@example.be"]
    assert page["pagination"] == {
        "current_page": 1, "per_page": 2, "total_items": 3, "total_pages": 2, "has_next": True, "has_previous": False,
    }  # fmt: skip
    assert rest.get("/api/v1/owners?sort_by=iban").status_code == 400
    assert rest.get("/api/v1/owners?page=abc").status_code == 400


def test_an_update_changes_what_the_body_names_and_nothing_else(rest):
    made = rest.post("/api/v1/owners", json=BOB).json()
    body = {"first_name": "Robert", "last_name": "Maes", "email": "robert@example.be"}
    answer = rest.put(f"/api/v1/owners/{made['id']}", json=body)
    assert answer.status_code == 200
    assert answer.json() == made | body
    assert rest.put(f"/api/v1/owners/{made['id']}", json=body | {"phone": None}).json()["phone"] is None


def test_unknown_owners_and_bad_ids_are_404(rest, client_of, charlie):
    made = rest.post("/api/v1/owners", json=BOB).json()
    assert rest.get(f"/api/v1/owners/{uuid4()}").status_code == 404
    assert rest.get("/api/v1/owners/abc").status_code == 404
    assert client_of(router, charlie).get(f"/api/v1/owners/{made['id']}").status_code == 404
    assert client_of(router, charlie).put(f"/api/v1/owners/{made['id']}", json=BOB).status_code == 404


def test_me_is_the_linked_person_and_404_without_one(rest, client_of, alice, building):
    assert rest.get("/api/v1/owners/me").status_code == 404
    person = call(alice, service.create_owner, OwnerIn.model_validate(BOB))
    bob = make_actor(alice.organization_id, Role.OWNER, "Bob", building.id, person.id)
    assert client_of(router, bob).get("/api/v1/owners/me").json()["id"] == str(person.id)


def test_me_is_there_also_before_owning_anything(client_of, alice):
    bob = make_actor(alice.organization_id, Role.OWNER, "Bob")
    person = call(alice, service.create_owner, OwnerIn.model_validate(BOB), user_id=bob.user_id)
    theirs = client_of(router, bob)
    assert theirs.get("/api/v1/owners/me").json()["id"] == str(person.id)
    assert theirs.get("/api/v1/owners").json()["data"] == []


def test_a_changed_name_is_not_blank(rest):
    made = rest.post("/api/v1/owners", json=BOB).json()
    blank = {"first_name": "  ", "last_name": "Maes", "email": BOB["email"]}
    assert rest.put(f"/api/v1/owners/{made['id']}", json=blank).status_code == 400


@pytest.mark.parametrize("role", [Role.ACCOUNTANT, Role.OWNER, Role.BOARD_MEMBER])
def test_only_syndics_create(client_of, alice, building, role):
    limited = role in (Role.OWNER, Role.BOARD_MEMBER)
    person = call(alice, service.create_owner, OwnerIn.model_validate(BOB))
    reader = make_actor(alice.organization_id, role, "Reader", building.id if limited else None, person.id)
    assert client_of(router, reader).post("/api/v1/owners", json=BOB | {"email": "new@example.be"}).status_code == 403


def test_nobody_is_401(client_of):
    assert client_of(router, None).get("/api/v1/owners").status_code == 401


def test_the_platform_administrator_names_the_office(client_of, superadmin, alice):
    rest = client_of(router, superadmin)
    assert rest.post("/api/v1/owners", json=BOB).status_code == 400
    assert rest.post("/api/v1/owners", json=BOB | {"organization_id": str(uuid4())}).status_code == 400
    made = rest.post("/api/v1/owners", json=BOB | {"organization_id": str(alice.organization_id)})
    assert made.status_code == 201
    changed = rest.put(f"/api/v1/owners/{made.json()['id']}", json=BOB | {"first_name": "Robert"})
    assert changed.json()["first_name"] == "Robert"


def test_a_given_account_is_linked_once(rest, alice, client_of):
    user = make_actor(alice.organization_id, Role.ACCOUNTANT, "Ann").user_id
    made = rest.post("/api/v1/owners", json=BOB | {"user_id": str(user)})
    assert made.json()["user_id"] == str(user)
    again = rest.post("/api/v1/owners", json=BOB | {"email": "new@example.be", "user_id": str(user)})
    assert again.status_code == 400
    stranger = rest.post("/api/v1/owners", json=BOB | {"email": "new@example.be", "user_id": str(uuid4())})
    assert stranger.status_code == 400
    assert "user_id" in stranger.json()["details"]


def test_everything_entered_comes_back_with_the_channel(rest):
    made = rest.post("/api/v1/owners", json=BOB).json()
    address = f"/api/v1/owners/{made['id']}"
    assert rest.get(f"{address}/identity").json()["channel"] == "registered"
    consent = rest.put(f"{address}/email-consent", json={"on": "2025-01-02", "proof": "Form"})
    assert (consent.json()["channel"], consent.json()["email_consent_on"]) == ("email", "2025-01-02")
    assert rest.delete(f"{address}/email-consent").json()["channel"] == "registered"
    changed = rest.put(f"{address}/identity", json={"last_name": "Maes", "language": "nl", "iban": "BE68539007547034"})
    assert (changed.json()["language"], changed.json()["iban"]) == ("nl", "BE68539007547034")


def test_invitation_duplicates_and_deletion(rest):
    made = rest.post("/api/v1/owners", json=BOB).json()
    twin = rest.post("/api/v1/owners", json=BOB | {"email": "b@example.be"}).json()
    assert rest.post(f"/api/v1/owners/{made['id']}/invitation", json={}).status_code == 202
    (pair,) = rest.get("/api/v1/owners/duplicates").json()
    assert pair == {"first": made["id"], "second": twin["id"], "likeness": "name"}
    assert rest.delete(f"/api/v1/owners/{twin['id']}").status_code == 204
    assert rest.get(f"/api/v1/owners/{twin['id']}").status_code == 404


def test_own_data_are_corrected_by_their_owner(client_of, alice, building):
    person = call(alice, service.create_owner, OwnerIn.model_validate(BOB))
    rest = client_of(router, make_actor(alice.organization_id, Role.OWNER, "Bob", building.id, person.id))
    body = {"phone": "02 2", "address": "Rue 2", "postal_code": "4000", "city": "Liège", "language": "fr"}
    assert rest.put("/api/v1/owners/me", json=body).json()["city"] == "Liège"
    assert rest.post("/api/v1/owners/me/email", json={"email": "bob@new.be"}).status_code == 202
    assert rest.get("/api/v1/owners/me").json()["email"] == "bob@example.be"


def statements(rest, method, *args, **kwargs) -> list[str]:
    seen: list[str] = []

    def note(_c, _cursor, statement, *_):
        seen.append(statement)

    event.listen(engine(), "before_cursor_execute", note)
    try:
        getattr(rest, method)(*args, **kwargs)
    finally:
        event.remove(engine(), "before_cursor_execute", note)
    return seen


def test_the_hot_routes_need_few_statements(rest):
    made = statements(rest, "post", "/api/v1/owners", json=BOB)
    assert len(made) == 4  # organisation, known address?, insert, trail
    assert len(statements(rest, "get", "/api/v1/owners")) == 2  # organisation, the page with its count
