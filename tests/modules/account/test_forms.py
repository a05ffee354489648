import re
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import PASSWORD
from sqlalchemy import text
from starlette.requests import Request

from koprogo_app.api import address_of
from koprogo_app.auth import accounts
from koprogo_app.auth.models import OneTimeLink
from koprogo_app.core.actor import Role
from koprogo_app.core.config import settings
from koprogo_app.core.db import everywhere
from koprogo_app.core.ids import uuid7

NEW = "une-autre-phrase"


def sign_in(browser, user, **more):
    return browser.post("/auth/login", data={"email": user.email, "password": PASSWORD} | more)


def cookie(answer):
    return next((c for c in answer.headers.get_list("set-cookie") if c.startswith("koprogo_session=")), "")


def where(answer):
    parts = urlsplit(answer.headers["location"])
    return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}


def invite(actor, email="", role=Role.ACCOUNTANT):
    link = OneTimeLink(
        email=email or f"guest-{uuid7().hex}@example.be",
        role=role,
        organization_id=actor.organization_id,
        first_name="Dirk",
        last_name="Maes",
    )
    with everywhere() as s:
        return link, accounts.send_invitation(s, actor, link)


def test_signing_in_sets_a_cookie_that_scripts_and_other_sites_cannot_use(browser, bob):
    answer = sign_in(browser, bob)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    flags = {part.strip().lower() for part in cookie(answer).split(";")[1:]}
    assert flags == {"httponly", "path=/", "samesite=lax"}, "a session cookie: it ends with the browser"


def test_behind_https_the_cookie_is_secure(browser, bob, monkeypatch):
    monkeypatch.setattr(settings(), "deploy_url", "https://koprogo.example")
    assert "; Secure" in cookie(sign_in(browser, bob))


def test_staying_signed_in_lasts_thirty_days(browser, bob):
    assert f"Max-Age={30 * 24 * 3600}" in cookie(sign_in(browser, bob, remember="on"))


@pytest.mark.parametrize(
    ("next", "onward"),
    [
        ("/buildings?sort=name", "/buildings?sort=name"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("", "/"),
    ],
)
def test_signing_in_goes_on_to_a_page_of_this_site_only(browser, bob, next, onward):
    assert sign_in(browser, bob, next=next).headers["location"] == onward


def test_a_line_that_the_caller_adds_to_the_proxys_is_not_his_address(monkeypatch):
    monkeypatch.setattr(settings(), "trust_proxy", True)
    lines = [(b"x-forwarded-for", b"192.0.2.66"), (b"x-forwarded-for", b"203.0.113.9")]  # his own, the proxy's
    assert address_of(Request({"type": "http", "headers": lines, "client": ("127.0.0.1", 1)})) == "203.0.113.9"


def test_a_wrong_password_comes_back_with_a_code_and_the_address(browser, bob):
    answer = browser.post("/auth/login", data={"email": bob.email, "password": "not-it", "next": "/buildings"})
    assert answer.status_code == 303
    assert where(answer) == ("/login", {"error": "wrong", "n": "4", "email": bob.email, "next": "/buildings"})
    assert cookie(answer) == ""


def test_a_lock_out_says_how_many_minutes(browser, bob):
    for _ in range(5):
        browser.post("/auth/login", data={"email": bob.email, "password": "not-it"})
    assert where(sign_in(browser, bob)) == ("/login", {"error": "locked", "n": "15", "email": bob.email})


def test_a_deactivated_account_is_named(browser, bob):
    with everywhere() as s:
        s.execute(text("UPDATE user_account SET is_active = false WHERE id = :i"), {"i": bob.id})
    assert where(sign_in(browser, bob))[1]["error"] == "deactivated"


def test_a_person_without_role_is_told_so(browser, bob):
    with everywhere() as s:
        s.execute(text("DELETE FROM membership WHERE user_id = :u"), {"u": bob.id})
    assert where(sign_in(browser, bob))[1]["error"] == "closed"


def test_signing_in_again_ends_the_session_this_browser_had(browser, bob):
    sign_in(browser, bob)
    sign_in(browser, bob)
    assert len(browser.get("/api/v1/account/sessions").json()) == 1


def test_signing_out_ends_the_session_and_the_cookie(browser, bob):
    token = re.match("koprogo_session=([^;]+)", cookie(sign_in(browser, bob)))[1]
    answer = browser.post("/auth/logout")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert "Max-Age=0" in cookie(answer)
    browser.cookies.set("koprogo_session", token)
    assert browser.get("/api/v1/auth/me").status_code == 401


def test_another_role_is_one_form_away(browser, bob, alice):
    sign_in(browser, bob)
    with everywhere() as s:
        other = accounts.grant(s, bob.id, Role.SYNDIC, alice.organization_id)
    assert browser.post("/auth/switch", data={"membership_id": str(other.id)}).headers["location"] == "/"
    assert browser.get("/api/v1/auth/me").json()["role"] == "syndic"
    assert (
        browser.post("/auth/switch", data={"membership_id": str(alice.membership_id)}).headers["location"] == "/login"
    )
    assert browser.get("/api/v1/auth/me").json()["role"] == "syndic"


def test_asking_for_a_reset_answers_the_same_to_everybody(browser, bob):
    answers = [
        browser.post("/auth/forgot", data={"email": e}) for e in (bob.email, "nobody@example.be", "no address", "")
    ]
    assert {(a.status_code, a.headers["location"]) for a in answers} == {(303, "/forgot?sent=yes")}
    with everywhere() as s:
        sent = s.execute(text("SELECT count(*) FROM mail_message WHERE recipient = :e"), {"e": bob.email}).scalar_one()
    assert sent == 1


def test_a_new_password_leads_back_to_the_door(browser, bob):
    browser.post("/auth/forgot", data={"email": bob.email})
    with everywhere() as s:
        body = s.execute(text("SELECT body FROM mail_message WHERE recipient = :e"), {"e": bob.email}).scalar_one()
    token = re.search(r"/reset\?token=([\w-]+)", body)[1]
    assert where(browser.post("/auth/reset", data={"token": token, "password": "court"})) == (
        "/reset", {"error": "short", "n": "10", "token": token},
    )  # fmt: skip
    assert where(browser.post("/auth/reset", data={"token": token, "password": NEW})) == ("/login", {"done": "reset"})
    assert where(browser.post("/auth/reset", data={"token": token, "password": NEW}))[1]["error"] == "expired"
    assert browser.post("/auth/login", data={"email": bob.email, "password": NEW}).headers["location"] == "/"


def test_a_guest_accepts_and_is_inside(browser, alice):
    link, token = invite(alice)
    names = {"first_name": "Dirk", "last_name": "Maes"}
    assert where(browser.post("/auth/accept", data={"token": token, "password": "court", **names})) == (
        "/invitation", {"error": "short", "n": "10", "token": token, **names},
    )  # fmt: skip
    assert browser.post("/auth/accept", data={"token": token, "password": NEW, **names}).headers["location"] == "/"
    me = browser.get("/api/v1/auth/me").json()
    assert (me["email"], me["role"], me["organization_id"]) == (link.email, "accountant", str(alice.organization_id))


def test_a_guest_with_an_account_enters_the_office_that_invited_him(browser, alice, bob):
    _, token = invite(alice, bob.email, Role.SYNDIC)
    assert where(browser.post("/auth/accept", data={"token": token, "password": "not-it"}))[1]["error"] == "wrong"
    assert browser.post("/auth/accept", data={"token": token, "password": PASSWORD}).headers["location"] == "/"
    assert browser.get("/api/v1/auth/me").json()["organization_id"] == str(alice.organization_id)


def test_an_invitation_that_is_over_or_invented_says_so(browser, alice):
    _, token = invite(alice)
    data = {"password": NEW, "first_name": "Dirk", "last_name": "Maes"}
    browser.post("/auth/accept", data=data | {"token": token})
    for dead in (token, "invented", ""):
        assert where(browser.post("/auth/accept", data=data | {"token": dead}))[1]["error"] == "expired"


def test_behind_a_proxy_the_address_of_the_session_is_the_callers(browser, bob, monkeypatch):
    monkeypatch.setattr(settings(), "trust_proxy", True)
    browser.post(
        "/auth/login",
        data={"email": bob.email, "password": PASSWORD},
        headers={"x-forwarded-for": "6.6.6.6, 203.0.113.7"},
    )
    assert [row["address"] for row in browser.get("/api/v1/account/sessions").json()] == ["203.0.113.7"]
