"""The door and one's own pages, as a browser's events drive them, in English."""

import asyncio
from types import SimpleNamespace

import pytest
from conftest import PASSWORD

from koprogo_app.auth import accounts, sessions
from koprogo_app.auth.demo_accounts import DEMO_ACCOUNTS
from koprogo_app.auth.models import OneTimeLink
from koprogo_app.core.actor import Role
from koprogo_app.core.config import settings
from koprogo_app.core.db import everywhere
from koprogo_app.core.ids import uuid7
from koprogo_app.modules.account import state as states
from koprogo_app.modules.account.state import DoorState, LinkState, PasswordState, ProfileState, SessionsState


@pytest.fixture
def opened(monkeypatch):
    """opened(DoorState, "/login", error="wrong"): a page of the door, or of `actor`, with its query."""

    def make(kind, path="/", actor=None, locale="en", **query):
        kept = SimpleNamespace(locale=locale, single_keys=True)

        async def get_state(_self, _kind):
            return kept

        async def _actor(_self):
            return actor

        async def reader(_state):
            return actor

        monkeypatch.setattr(kind, "get_state", get_state)
        monkeypatch.setattr(kind, "_actor", _actor, raising=False)
        monkeypatch.setattr(states, "reader", reader)
        url = SimpleNamespace(path=path, query_parameters={name: str(value) for name, value in query.items()})
        monkeypatch.setattr(kind, "router", SimpleNamespace(url=url), raising=False)
        page = kind(_reflex_internal_init=True)
        return page

    return make


def send(page, handler, *arguments):
    return asyncio.run(handler.fn(page, *arguments))


def signed_in(user):
    return sessions.actor_of(
        sessions.open_session(user, remember=False, address="192.0.2.1", agent="Firefox/140 (Windows NT 10.0)").token
    )


# --- The door ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "problem", "errors"),
    [
        ({}, "", {}),
        ({"error": "wrong", "n": 4}, "", {"password": "Wrong e-mail address or password. 4 attempts left."}),
        ({"error": "wrong", "n": 1}, "", {"password": "Wrong e-mail address or password. One attempt left."}),
        (
            {"error": "locked", "n": 15},
            "Too many failed attempts. Try again in 15 minutes, or reset your password.",
            {},
        ),
        ({"error": "deactivated"}, "This account is deactivated. Ask your syndic.", {}),
        ({"error": "<b>", "n": "x"}, "This could not be done. Ask the person who invited you.", {}),
    ],
)
def test_a_refusal_is_worded_beside_its_field_or_above_the_form(opened, query, problem, errors):
    page = opened(DoorState, "/login", **query)
    send(page, DoorState.arrive)
    assert (page.problem, page.errors) == (problem, errors)


def test_the_address_and_the_way_on_are_kept_but_never_another_site(opened):
    page = opened(DoorState, "/login", email="bob@example.be", next="/buildings")
    send(page, DoorState.arrive)
    assert (page.email, page.next) == ("bob@example.be", "/buildings")
    page = opened(DoorState, "/login", next="//evil.example")
    send(page, DoorState.arrive)
    assert page.next == "/"


def test_somebody_signed_in_is_not_asked_again(opened, bob):
    moved = send(opened(DoorState, "/login", actor=signed_in(bob), next="/buildings"), DoorState.arrive)
    assert "/buildings" in str(moved)


def test_a_page_in_one_language_sets_it_and_another_choice_leads_to_its_page(opened):
    page = opened(DoorState, "/nl", locale="fr")
    assert "__setLocale('nl')" in str(send(page, DoorState.arrive))
    kept = asyncio.run(page.get_state(None))
    assert kept.locale == "nl"
    kept.locale = "de"
    assert "/de" in str(send(page, DoorState.arrive))


def test_the_demonstration_accounts_are_shown_and_fill_the_form_in_demo_mode_only(opened, monkeypatch):
    page = opened(DoorState, "/login")
    send(page, DoorState.arrive)
    assert [choice.value for choice in page.accounts] == [account.email for account in DEMO_ACCOUNTS]
    send(page, DoorState.fill, DEMO_ACCOUNTS[0].email)
    assert (page.email, page.password) == (DEMO_ACCOUNTS[0].email, DEMO_ACCOUNTS[0].password)
    monkeypatch.setattr(settings(), "mode", "production")
    page = opened(DoorState, "/login")
    send(page, DoorState.arrive)
    send(page, DoorState.fill, DEMO_ACCOUNTS[0].email)
    assert (page.accounts, page.email, page.password) == ([], "", "")


# --- Links ------------------------------------------------------------------------------------------------------------


def invite(actor, email):
    link = OneTimeLink(
        email=email, role=Role.ACCOUNTANT, organization_id=actor.organization_id, first_name="Dirk", last_name="Maes"
    )
    with everywhere() as s:
        return accounts.send_invitation(s, actor, link)


def test_an_invitation_says_who_invites_to_what(opened, alice):
    email = f"dirk-{uuid7().hex}@example.be"
    page = opened(LinkState, "/invitation", token=invite(alice, email))
    send(page, LinkState.invitation_arrive)
    shown = (page.works, page.office, page.role, page.email, page.first_name, page.last_name, page.known)
    assert shown == (True, "Cabinet Alice", "Accountant", email, "Dirk", "Maes", False)


def test_a_guest_with_an_account_is_asked_for_its_password(opened, alice, bob):
    page = opened(LinkState, "/invitation", token=invite(alice, bob.email), error="wrong", n=3)
    send(page, LinkState.invitation_arrive)
    assert page.known is True
    assert list(page.errors) == ["password"]


@pytest.mark.parametrize("handler", [LinkState.invitation_arrive, LinkState.reset_arrive])
def test_a_dead_link_says_no_more_than_that(opened, handler):
    page = opened(LinkState, "/invitation", token="invented")
    send(page, handler)
    assert (page.works, page.email, page.office) == (False, "", "")


# --- One's own account ------------------------------------------------------------------------------------------------


def test_a_profile_is_shown_saved_and_followed_by_the_page(opened, bob):
    page = opened(ProfileState, actor=signed_in(bob))
    send(page, ProfileState.load)
    assert (page.email, page.values["first_name"], page.single_keys) == (bob.email, "Bob", True)
    form = {"first_name": "Robert", "last_name": "Peeters", "locale": "de", "mail_notifications": "on"}
    assert "__setLocale" in str(send(page, ProfileState.save, form))
    assert asyncio.run(page.get_state(None)).single_keys is False
    send(page, ProfileState.load)
    assert (page.values, page.single_keys) == ({"first_name": "Robert", "last_name": "Peeters", "locale": "de"}, False)


def test_an_empty_name_is_refused_beside_its_field(opened, bob):
    page = opened(ProfileState, actor=signed_in(bob))
    send(page, ProfileState.save, {"first_name": " ", "last_name": "Peeters", "locale": "nl"})
    assert page.errors == {"first_name": "This field is required."}


def test_a_password_changes_only_with_the_present_one(opened, bob):
    page = opened(PasswordState, actor=signed_in(bob))
    send(page, PasswordState.change, {"current": "not-it", "password": "une-autre-phrase"})
    assert (page.errors, page.changes) == ({"current": "This is not your present password."}, 0)
    send(page, PasswordState.change, {"current": PASSWORD, "password": "une-autre-phrase"})
    assert (page.errors, page.changes) == ({}, 1)


def test_devices_are_named_and_signed_out(opened, bob):
    sessions.open_session(bob, remember=False, address="203.0.113.7", agent="curl/8")
    page = opened(SessionsState, actor=signed_in(bob))
    send(page, SessionsState.load)
    assert [(r.device, r.current) for r in page.rows] == [("Firefox on Windows", True), ("Unknown device", False)]
    send(page, SessionsState.end, page.rows[1].id)
    send(page, SessionsState.load)
    assert [r.current for r in page.rows] == [True]
    sessions.open_session(bob, remember=False, address="203.0.113.7", agent="curl/8")
    send(page, SessionsState.end_others)
    send(page, SessionsState.load)
    assert [r.current for r in page.rows] == [True]
