"""The outer wall: which events of a tab reach their handler, and that nothing of one person stays for the next."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import reflex as rx
from conftest import make_actor, make_organization
from reflex.state import State
from reflex.utils.format import format_event_handler
from reflex_base.event import Event

import koprogo_app.koprogo_app as assembled
from koprogo_app.auth.models import UserAccount
from koprogo_app.auth.sessions import COOKIE, open_session
from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.db import everywhere
from koprogo_app.modules.account.state import DoorState, PasswordState
from koprogo_app.modules.outbox.state import OutboxState
from koprogo_app.ui.authorize import FRAMEWORK, ROOT, Authorize
from koprogo_app.ui.session import AuthState
from koprogo_app.ui.text import LocaleState

RETRY, LOAD, FILL, CHANGE = (
    format_event_handler(handler)
    for handler in (OutboxState.retry, OutboxState.load, DoorState.fill, PasswordState.change)
)


class Tab:
    """What the server keeps of an open tab, on the page /outbox."""

    def __init__(self) -> None:
        self.root: Any = State(_reflex_internal_init=True)  # type: ignore[call-arg]
        self.is_of(None)

    def is_of(self, person: Actor | None) -> None:
        """The socket opens again with the cookie of this person, who has just signed in."""
        cookie = "locale=nl"
        if person:
            with everywhere() as s:
                user = s.get_one(UserAccount, person.user_id)
            cookie += f"; {COOKIE}={open_session(user, remember=False, address='', agent='').token}"
        given = {"headers": {"cookie": cookie}, "pathname": "/outbox", "asPath": "/outbox"}
        self.root._update_router_vars(given, {})
        self.root.router_data = given

    def send(self, name: str) -> Any:
        """None when the event reaches its handler, else what the tab is told."""
        return asyncio.run(Authorize().preprocess(assembled.app, self.root, Event(name=name, payload={})))

    def of(self, kind: type[rx.State]) -> Any:
        return asyncio.run(self.root.get_state(kind))


@pytest.fixture
def tab() -> Tab:
    return Tab()


def told(update: Any) -> list[str]:
    """The events that an answer brings, with what they say."""
    return [f"{event.name} {event.payload}" for event in update.events]


def test_nobody_is_sent_to_the_door(tab: Tab) -> None:
    for name in (RETRY, LOAD, CHANGE):
        (event,) = told(tab.send(name))
        assert "_redirect" in event
        assert "/login" in event
    assert tab.send(FILL) is None, "what is public is for everybody"
    for name in FRAMEWORK:
        assert tab.send(name) is None


def test_who_may_not_is_told_so_or_finds_the_page_closed(tab: Tab) -> None:
    tab.is_of(make_actor(make_organization(), Role.ACCOUNTANT, "Bob"))
    (event,) = told(tab.send(RETRY))
    assert "avez pas le droit de faire cela" in event
    assert told(tab.send(LOAD)) == [], "the page says it"
    assert tab.send(CHANGE) is None, "his own account"


def test_who_may_passes(tab: Tab, alice: Actor) -> None:
    tab.is_of(alice)
    assert [tab.send(name) for name in (RETRY, LOAD, CHANGE, FILL)] == [None] * 4


@pytest.mark.parametrize(
    "name",
    [
        f"{OutboxState.get_full_name()}.setvar",
        f"{ROOT}.setvar",
        f"{OutboxState.get_full_name()}.set_subject",
        f"{OutboxState.get_full_name()}._read",
        f"{ROOT}.nothing",
        "",
    ],
)
def test_what_has_no_mark_is_refused_without_a_word(tab: Tab, alice: Actor, name: str) -> None:
    tab.is_of(alice)
    update = tab.send(name)
    assert update is not None
    assert told(update) == []


@pytest.mark.parametrize(
    "next_one", [lambda _: None, lambda alice: make_actor(alice.organization_id, Role.SYNDIC, "Zoé")]
)
def test_nothing_of_a_person_stays_for_the_next(
    tab: Tab, alice: Actor, next_one: Callable[[Actor], Actor | None]
) -> None:
    tab.is_of(alice)
    assert tab.send(LOAD) is None
    tab.of(OutboxState).subject = "Alice only"
    tab.of(LocaleState).locale = "nl"
    assert tab.of(AuthState).name == "Alice Test"
    assert tab.send(LOAD) is None
    assert tab.of(OutboxState).subject == "Alice only", "the same person keeps what is open"
    someone = next_one(alice)
    tab.is_of(someone)
    tab.send(FILL)
    assert tab.of(OutboxState).subject == ""
    assert tab.of(AuthState).name == (someone.name if someone else "")
    assert tab.of(AuthState).signed_in == bool(someone)
    assert tab.of(LocaleState).locale == "nl"
