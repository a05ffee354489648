"""Access tokens for one's own AI client, by REST and on the profile page."""

from datetime import datetime, timedelta

import pytest
from conftest import send
from sqlalchemy import text
from sqlmodel import select

from koprogo_app.auth.models import ApiToken
from koprogo_app.core import clock
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.config import settings
from koprogo_app.core.db import everywhere, transaction
from koprogo_app.core.service import call
from koprogo_app.modules.account import service
from koprogo_app.modules.account.api import router
from koprogo_app.modules.account.models import TokenIn
from koprogo_app.modules.account.state import TokensState

TOKENS = "/api/v1/account/tokens"


@pytest.fixture
def headers(bob, tokens_of):
    return {"Authorization": f"Bearer {tokens_of(bob)['token']}"}


def test_a_token_is_made_shown_once_listed_and_revoked(browser, headers):
    made = browser.post(TOKENS, json={"name": " Laptop ", "days": 30}, headers=headers)
    assert made.status_code == 201
    body = made.json()
    assert set(body) == {"id", "name", "prefix", "expires_at", "token"}
    assert (body["name"], body["token"][:12]) == ("Laptop", body["prefix"])
    life = datetime.fromisoformat(body["expires_at"]) - clock.now()
    assert timedelta(days=29, hours=23) < life <= timedelta(days=30)
    (row,) = browser.get(TOKENS, headers=headers).json()
    assert set(row) == {"id", "name", "prefix", "role", "office", "created_at", "expires_at", "last_used_at"}
    assert (row["id"], row["role"], row["office"], row["last_used_at"]) == (
        body["id"],
        "accountant",
        "Cabinet Alice",
        None,
    )
    assert browser.delete(f"{TOKENS}/{body['id']}", headers=headers).status_code == 204
    assert browser.get(TOKENS, headers=headers).json() == []
    again = browser.delete(f"{TOKENS}/{body['id']}", headers=headers)
    assert (again.status_code, again.json()) == (404, {"error": "This access token has been revoked already."})


def test_without_a_figure_it_lives_ninety_days(browser, headers):
    until = browser.post(TOKENS, json={"name": "Laptop"}, headers=headers).json()["expires_at"]
    assert (datetime.fromisoformat(until) - clock.now()).days == 89


@pytest.mark.parametrize(
    ("body", "details"),
    [
        ({"name": "  "}, "name: This field is required."),
        ({"name": "x" * 61}, "name: Use at most 60 characters."),
        ({"name": "Laptop", "days": 29}, "days: Enter 30 or more."),
        ({"name": "Laptop", "days": 366}, "days: Enter 365 or less."),
        ({"name": "Laptop", "days": "soon"}, "days: Enter a whole number."),
        ({}, "name: This field is required."),
    ],
)
def test_a_wrong_request_names_its_field(browser, headers, body, details):
    refused = browser.post(TOKENS, json=body, headers=headers)
    assert (refused.status_code, refused.json()["details"]) == (400, details)


def test_nobody_sees_or_ends_a_strangers_token(browser, headers, alice):
    made = call(alice, service.create_token, TokenIn(name="Alice's"))
    assert browser.get(TOKENS, headers=headers).json() == []
    assert browser.delete(f"{TOKENS}/{made.token.id}", headers=headers).status_code == 404
    assert [row.name for row in call(alice, service.list_tokens)] == ["Alice's"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/auth/me"),
        ("GET", "/account/profile"),
        ("GET", "/account/tokens"),
        ("POST", "/account/tokens"),
        ("POST", "/auth/logout"),
        ("DELETE", "/account/sessions"),
    ],
)
def test_a_token_opens_no_rest(browser, headers, method, path):
    secret = browser.post(TOKENS, json={"name": "Laptop"}, headers=headers).json()["token"]
    body = {"json": {"name": "More"}} if method == "POST" else {}
    bare = browser.request(method, f"/api/v1{path}", headers={"Authorization": f"Bearer {secret}"}, **body)
    assert bare.status_code == 401
    assert (
        browser.request(method, f"/api/v1{path}", headers={"Cookie": f"koprogo_session={secret}"}, **body).status_code
        == 401
    )
    assert len(browser.get(TOKENS, headers=headers).json()) == 1


def test_signing_out_the_other_devices_ends_tokens(browser, bob, headers, tokens_of):
    browser.post(TOKENS, json={"name": "Laptop"}, headers=headers)
    assert browser.delete("/api/v1/account/sessions", headers=headers).status_code == 204
    headers = {"Authorization": f"Bearer {tokens_of(bob)['token']}"}
    assert browser.get(TOKENS, headers=headers).json() == []


def test_the_trail_of_the_office_names_who_made_and_revoked_it_but_not_the_token(alice):
    made = call(alice, service.create_token, TokenIn(name="Laptop"))
    call(alice, service.revoke_token, made.token.id)
    with transaction(alice.organization_id) as s:
        entries = s.exec(select(AuditEntry).order_by(AuditEntry.seq)).all()
    assert [(e.action, e.user_id) for e in entries] == [
        ("access token created", alice.user_id),
        ("access token revoked", alice.user_id),
    ]
    assert all(made.token.prefix in e.payload and made.secret not in e.payload for e in entries)
    assert all("token_hash" not in e.payload for e in entries)


def test_the_platforms_administrator_is_refused(superadmin, client_of):
    refused = client_of(router, superadmin).post(TOKENS, json={"name": "Laptop"})
    assert (refused.status_code, refused.json()) == (403, {"error": "An access token belongs to a role in an office."})
    assert call(superadmin, service.list_tokens) == []


# --- The profile page -------------------------------------------------------------------------------------------------


def test_the_page_shows_a_new_token_until_it_is_copied(opened):
    page = opened(TokensState)
    send(page, TokensState.load)
    assert (page.rows, page.address) == ([], f"{settings().deploy_url}/api/v1/mcp")
    send(page, TokensState.show_adding, True)
    send(page, TokensState.create, {"name": "Laptop", "days": "90"})
    assert (page.adding, page.secret[:8]) == (False, "koprogo_")
    (row,) = page.rows
    assert (row.name, row.prefix, row.role, row.used, row.expired) == (
        "Laptop", f"{page.secret[:12]}…", "Syndic · Cabinet Alice", "Never used", False,
    )  # fmt: skip
    assert row.until == (clock.today() + timedelta(days=90)).strftime("%d/%m/%Y")
    send(page, TokensState.forget)
    assert page.secret == ""


def test_opening_the_page_again_shows_no_token(opened):
    page = opened(TokensState)
    send(page, TokensState.create, {"name": "Laptop", "days": "365"})
    send(page, TokensState.load)
    assert (page.secret, len(page.rows)) == ("", 1)


def test_a_token_without_a_name_is_refused_beside_its_field(opened):
    page = opened(TokensState)
    send(page, TokensState.show_adding, True)
    send(page, TokensState.create, {"name": " ", "days": "90"})
    assert (page.errors, page.adding, page.secret) == ({"name": "This field is required."}, True, "")


def test_the_page_revokes_and_marks_what_expired(opened, alice):
    page = opened(TokensState)
    for name in ("Old", "New"):
        send(page, TokensState.create, {"name": name, "days": "30"})
    with everywhere() as s:
        old = s.exec(select(ApiToken).where(ApiToken.user_id == alice.user_id, ApiToken.name == "Old")).one()
        s.execute(text("UPDATE api_token SET expires_at = now() WHERE id = :i"), {"i": old.id})
    send(page, TokensState.load)
    assert [(r.name, r.expired) for r in page.rows] == [("New", False), ("Old", True)]
    send(page, TokensState.revoke, page.rows[0].id)
    assert [r.name for r in page.rows] == ["Old"]
