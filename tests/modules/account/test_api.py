from uuid import uuid4

import pytest
from conftest import PASSWORD, make_organization
from sqlalchemy import text

from koprogo_app.auth import accounts
from koprogo_app.core.actor import Role
from koprogo_app.core.config import settings
from koprogo_app.core.db import everywhere
from koprogo_app.core.ids import uuid7

LOGIN, ME = "/api/v1/auth/login", "/api/v1/auth/me"
USER = {"id", "email", "first_name", "last_name", "role", "organization_id", "is_active", "roles", "active_role"}


def bearer(granted):
    return {"Authorization": f"Bearer {granted['token']}"}


def test_health_answers_anybody(browser):
    said = browser.get("/api/v1/health").json()
    assert (said["status"], said["service"]) == ("ok", "koprogo-api")


def test_signing_in_gives_two_tokens_and_the_person(browser, bob):
    answer = browser.post(LOGIN, json={"email": bob.email, "password": PASSWORD})
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"token", "refresh_token", "user"}
    assert set(body["user"]) == USER
    assert (body["user"]["role"], body["user"]["is_active"], len(body["user"]["roles"])) == ("accountant", True, 1)
    assert body["user"]["active_role"] == body["user"]["roles"][0]
    assert set(body["user"]["active_role"]) == {"id", "role", "organization_id", "is_primary"}
    assert "set-cookie" not in answer.headers


def test_me_is_the_person_of_the_token_not_wrapped(browser, bob, tokens_of):
    granted = tokens_of(bob)
    assert browser.get(ME, headers=bearer(granted)).json() == granted["user"]


def test_me_without_a_token_is_401(browser):
    refused = browser.get(ME)
    assert (refused.status_code, refused.json()["kind"]) == (401, "unauthorized")


def test_an_unknown_person_and_a_wrong_password_get_the_same_body(browser, bob):
    wrong = [browser.post(LOGIN, json={"email": bob.email, "password": "not-it"}) for _ in range(2)][1]
    unknown = browser.post(LOGIN, json={"email": "nobody@example.be", "password": "not-it"})
    assert (wrong.status_code, wrong.json()["kind"]) == (401, "invalid_credentials")
    assert unknown.json() == wrong.json()


@pytest.mark.parametrize(
    "body", [{"email": "bob", "password": "secret"}, {"email": "bob@example.be", "password": "short"}, {}]
)
def test_an_ill_formed_sign_in_is_400(browser, body):
    refused = browser.post(LOGIN, json=body)
    assert (refused.status_code, refused.json()["kind"]) == (400, "validation")


def test_a_deactivated_account_is_403(browser, bob):
    with everywhere() as s:
        s.execute(text("UPDATE user_account SET is_active = false WHERE id = :i"), {"i": bob.id})
    refused = browser.post(LOGIN, json={"email": bob.email, "password": PASSWORD})
    assert (refused.status_code, refused.json()["kind"]) == (403, "account_deactivated")


def test_a_locked_address_is_told_when_to_come_back(browser, bob):
    for _ in range(5):
        browser.post(LOGIN, json={"email": bob.email, "password": "not-it"})
    refused = browser.post(LOGIN, json={"email": bob.email, "password": PASSWORD})
    assert (refused.status_code, refused.json()["kind"]) == (429, "rate_limited")
    assert refused.headers["retry-after"] == str(refused.json()["retry_after"])
    assert 840 < refused.json()["retry_after"] <= 900


def test_a_refresh_token_serves_once(browser, bob, tokens_of):
    granted = tokens_of(bob)
    second = browser.post("/api/v1/auth/refresh", json={"refresh_token": granted["refresh_token"]})
    assert (second.status_code, set(second.json())) == (200, {"token", "refresh_token", "user"})
    again = browser.post("/api/v1/auth/refresh", json={"refresh_token": granted["refresh_token"]})
    assert (again.status_code, again.json()["kind"]) == (401, "token_error")


def test_changing_role_gives_the_claims_of_the_other_role(browser, bob, tokens_of):
    with everywhere() as s:
        other = accounts.grant(s, bob.id, Role.SYNDIC, make_organization())
    headers = bearer(tokens_of(bob))
    switched = browser.post("/api/v1/auth/switch-role", json={"role_id": str(other.id)}, headers=headers).json()
    assert (switched["user"]["role"], switched["user"]["organization_id"]) == ("syndic", str(other.organization_id))
    assert browser.get(ME, headers=bearer(switched)).json()["role"] == "syndic"
    refused = browser.post("/api/v1/auth/switch-role", json={"role_id": str(uuid4())}, headers=headers)
    assert refused.status_code == 400


def test_a_cookie_gives_no_tokens_that_would_outlive_its_session(browser, bob):
    browser.post("/auth/login", data={"email": bob.email, "password": PASSWORD})
    mine = browser.get(ME).json()["active_role"]["id"]
    refused = browser.post("/api/v1/auth/switch-role", json={"role_id": mine})
    assert (refused.status_code, "token" in refused.json()) == (401, False)


def test_signing_out_ends_the_token(browser, bob, tokens_of):
    headers = bearer(tokens_of(bob))
    assert browser.post("/api/v1/auth/logout", headers=headers).status_code == 204
    assert browser.get(ME, headers=headers).status_code == 401


# --- Registration, for trials and load runs ---------------------------------------------------------------------------


def newcomer(office, role="syndic", **change):
    email = f"new-{uuid7().hex}@example.be"
    return {
        "email": email,
        "password": "secret",
        "first_name": "Eve",
        "last_name": "Janssens",
        "role": role,
        "organization_id": str(office),
    } | change


@pytest.mark.parametrize("role", ["syndic", "owner", "accountant", "board_member", "contractor"])
def test_a_registered_person_may_act_at_once(browser, alice, role):
    made = browser.post("/api/v1/auth/register", json=newcomer(alice.organization_id, role))
    assert made.status_code == 201
    me = browser.get(ME, headers=bearer(made.json())).json()
    assert (me["role"], me["organization_id"]) == (role, str(alice.organization_id))


@pytest.mark.parametrize(
    "change",
    [
        {"role": "superadmin"},
        {"role": "system"},
        {"role": "king"},
        {"organization_id": "00000000-0000-7000-8000-000000000001"},
        {"organization_id": None},
        {"email": "eve"},
        {"password": "12345"},
        {"first_name": "E"},
        {"last_name": "J"},
        {"first_name": "   "},
    ],
    ids=str,
)
def test_a_wrong_registration_is_400(browser, alice, change):
    refused = browser.post("/api/v1/auth/register", json=newcomer(alice.organization_id) | change)
    assert (refused.status_code, refused.json()["kind"]) == (400, "validation")


def test_a_known_address_is_400(browser, alice, bob):
    assert (
        browser.post("/api/v1/auth/register", json=newcomer(alice.organization_id, email=bob.email)).status_code == 400
    )


def test_in_production_people_come_by_invitation(browser, alice, monkeypatch):
    monkeypatch.setattr(settings(), "open_registration", False)
    refused = browser.post("/api/v1/auth/register", json=newcomer(alice.organization_id))
    assert (refused.status_code, refused.json()["kind"]) == (403, "forbidden")
    assert "invitation" in refused.json()["error"]


# --- One's own account ------------------------------------------------------------------------------------------------


def test_a_profile_is_read_and_changed(browser, bob, tokens_of):
    headers = bearer(tokens_of(bob))
    assert browser.get("/api/v1/account/profile", headers=headers).json() == {
        "email": bob.email,
        "first_name": "Bob",
        "last_name": "Peeters",
        "locale": "nl",
        "single_keys": True,
        "mail_notifications": True,
    }
    change = {
        "first_name": "Robert",
        "last_name": "Peeters",
        "locale": "de",
        "single_keys": False,
        "mail_notifications": False,
    }
    assert browser.put("/api/v1/account/profile", json=change, headers=headers).json() == {"email": bob.email} | change


@pytest.mark.parametrize("change", [{"locale": "es"}, {"first_name": ""}, {"last_name": None}])
def test_a_wrong_profile_names_its_field(browser, bob, tokens_of, change):
    body = {"first_name": "Bob", "last_name": "Peeters", "locale": "nl"} | change
    refused = browser.put("/api/v1/account/profile", json=body, headers=bearer(tokens_of(bob)))
    assert refused.status_code == 400
    assert refused.json()["details"].startswith(next(iter(change)))


def test_a_new_password_asks_for_the_present_one_and_ends_the_tokens(browser, bob, tokens_of):
    headers = bearer(tokens_of(bob))
    wrong = browser.put(
        "/api/v1/account/password", json={"current": "not-it", "password": "une-autre-phrase"}, headers=headers
    )
    weak = browser.put("/api/v1/account/password", json={"current": PASSWORD, "password": "court"}, headers=headers)
    assert (wrong.status_code, weak.status_code) == (400, 400)
    changed = browser.put(
        "/api/v1/account/password", json={"current": PASSWORD, "password": "une-autre-phrase"}, headers=headers
    )
    assert changed.status_code == 204
    assert browser.get(ME, headers=headers).status_code == 401
    assert "token" in tokens_of(bob, "une-autre-phrase")


def test_guesses_at_the_present_password_are_counted_as_failed_sign_ins(browser, bob, tokens_of):
    headers, new = bearer(tokens_of(bob)), "une-autre-phrase"

    def change(current):
        body = {"current": current, "password": new}
        return browser.put("/api/v1/account/password", json=body, headers=headers)

    assert [change(f"guess-{n}").status_code for n in range(5)] == [400] * 5
    assert change(PASSWORD).status_code == 429
    assert browser.post(LOGIN, json={"email": bob.email, "password": new}).status_code == 429


def test_sessions_are_ones_own(browser, bob, alice):
    for agent in ("Firefox/140.0 (Windows NT 10.0)", "Safari/605 (iPhone)"):
        browser.cookies.clear()
        browser.post("/auth/login", data={"email": bob.email, "password": PASSWORD}, headers={"user-agent": agent})
    mine = browser.get("/api/v1/account/sessions").json()
    assert [(row["agent"], row["current"]) for row in mine] == [
        ("Safari/605 (iPhone)", True),
        ("Firefox/140.0 (Windows NT 10.0)", False),
    ]
    assert browser.delete(f"/api/v1/account/sessions/{uuid4()}").status_code == 404
    assert browser.delete(f"/api/v1/account/sessions/{mine[1]['id']}").status_code == 204
    assert len(browser.get("/api/v1/account/sessions").json()) == 1


def test_nobody_ends_the_session_of_somebody_else(browser, bob, client_of, alice):
    from koprogo_app.modules.account.api import router

    browser.post("/auth/login", data={"email": bob.email, "password": PASSWORD})
    (his,) = browser.get("/api/v1/account/sessions").json()
    stranger = client_of(router, alice)
    assert stranger.get("/api/v1/account/sessions").json() == []
    assert stranger.delete(f"/api/v1/account/sessions/{his['id']}").status_code == 404
    assert len(browser.get("/api/v1/account/sessions").json()) == 1


def test_a_session_whose_role_ended_is_not_listed_any_more(browser, bob, alice):
    browser.post("/auth/login", data={"email": bob.email, "password": PASSWORD})
    browser.cookies.clear()
    with everywhere() as s:
        s.execute(text("DELETE FROM membership WHERE user_id = :u"), {"u": bob.id})
        accounts.grant(s, bob.id, Role.SYNDIC, alice.organization_id)
    browser.post("/auth/login", data={"email": bob.email, "password": PASSWORD})
    assert [row["current"] for row in browser.get("/api/v1/account/sessions").json()] == [True]


def test_all_other_devices_are_signed_out_at_once(browser, bob, tokens_of):
    tokens = tokens_of(bob)
    for _ in range(3):
        browser.cookies.clear()
        browser.post("/auth/login", data={"email": bob.email, "password": PASSWORD})
    assert browser.delete("/api/v1/account/sessions").status_code == 204
    assert [row["current"] for row in browser.get("/api/v1/account/sessions").json()] == [True]
    assert browser.get(ME, headers=bearer(tokens)).status_code == 401
