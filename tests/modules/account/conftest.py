import pytest
from conftest import PASSWORD, make_organization
from fastapi.testclient import TestClient

from koprogo_app.api import build
from koprogo_app.auth import accounts
from koprogo_app.auth.models import UserAccount
from koprogo_app.core.actor import Role
from koprogo_app.core.db import everywhere
from koprogo_app.core.ids import uuid7
from koprogo_app.modules.account.api import router
from koprogo_app.modules.account.forms import forms


@pytest.fixture
def bob() -> UserAccount:
    """An accountant of one office, with a password."""
    office = make_organization()
    with everywhere() as s:
        user = accounts.create_user(s, f"bob-{uuid7().hex}@example.be", PASSWORD, "Bob", "Peeters", "nl")
        accounts.grant(s, user.id, Role.ACCOUNTANT, office)
    return user


@pytest.fixture
def browser() -> TestClient:
    """REST and the native forms, as a browser that follows no redirection and has an address of its own."""
    app = build([router])
    app.include_router(forms)
    return TestClient(
        app, raise_server_exceptions=False, follow_redirects=False, client=(f"192.0.2.{uuid7().hex}", 50000)
    )


@pytest.fixture
def tokens_of(browser):
    """tokens_of(user): what POST /auth/login answers."""

    def sign_in(user: UserAccount, password: str = PASSWORD) -> dict:
        return browser.post("/api/v1/auth/login", json={"email": user.email, "password": password}).json()

    return sign_in
