"""Bob, who signs in; and a clock that tests move."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from conftest import PASSWORD, make_organization

from koprogo_app.auth import accounts, api_tokens, sessions, sweep, tokens
from koprogo_app.auth.models import UserAccount
from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.db import everywhere
from koprogo_app.core.ids import uuid7


@pytest.fixture
def address() -> str:
    """An address that no other test fails from."""
    return f"192.0.2.{uuid7().hex}"


@pytest.fixture
def bob() -> UserAccount:
    """An accountant of one office, with a password."""
    office = make_organization()
    with everywhere() as s:
        user = accounts.create_user(s, f"bob-{uuid7().hex}@example.be", PASSWORD, "Bob", "Peeters", "nl")
        accounts.grant(s, user.id, Role.ACCOUNTANT, office)
    return user


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[..., datetime]:
    """later(minutes=15): from now on it is so much later, for everything that signs people in."""
    ahead = timedelta()

    def moved() -> datetime:
        return clock.now() + ahead

    for module in (accounts, api_tokens, sessions, sweep, tokens):
        monkeypatch.setattr(module, "now", moved)

    def move(**delta: int) -> datetime:
        nonlocal ahead
        ahead += timedelta(**delta)
        return moved()

    return move
