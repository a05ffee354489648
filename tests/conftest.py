"""One database for the run; a new organisation per test is the isolation. People: Alice the syndic, Bob the owner, Charlie the stranger."""

import asyncio
import contextlib
import gc
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

os.environ.setdefault("KOPROGO_DATA_DIR", os.path.join(tempfile.gettempdir(), "koprogo-tests"))
os.environ["KOPROGO_WORKER"] = "false"

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient
from hypothesis import settings
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError
from xdist.scheduler import LoadScopeScheduling

import koprogo_app.tables  # noqa: F401
from koprogo_app.api import build, current_actor
from koprogo_app.auth.models import LIMITS, Membership, Organization, Plan, UserAccount
from koprogo_app.core import migrate
from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.db import everywhere, urls
from koprogo_app.core.ids import uuid7
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building, BuildingIn

PASSWORD = "une-phrase-longue"
settings.register_profile("house", deadline=None)  # a busy machine is not a fault of the code
settings.load_profile("house")


# What takes longest comes first, or a worker ends long after the other. Of the last two, each folder shares what is dear to
# make: a demonstration, the whole knowledge base.
LONG = ("test_permissions.py", "stories", "letters", "assistant", "demo", "evaluation")
WHOLE = LONG[-2:]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not {item.path.name, item.path.parent.name} & set(LONG))


class ByFile(LoadScopeScheduling):
    """Gives each worker whole files, and the whole of some folders: nothing is made twice."""

    def _split_scope(self, nodeid: str) -> str:
        file = Path(nodeid.split("::", 1)[0])
        return str(file.parent if file.parent.name in WHOLE else file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


@pytest.fixture(scope="session", autouse=True)
def schema() -> None:
    migrate.upgrade()
    _hurry()
    gc.collect()
    gc.freeze()  # what the collection of tests and pages made stays to the end: it is not walked through again and again


def _hurry() -> None:
    """Nothing of a test run outlives a power cut: no commit waits for the disk. A database of one's own may not allow it."""
    with create_engine(urls().owner, isolation_level="AUTOCOMMIT").connect() as c, contextlib.suppress(DBAPIError):
        name = c.exec_driver_sql("SELECT current_database()").scalar_one()
        c.exec_driver_sql(f'ALTER DATABASE "{name}" SET synchronous_commit = off')


@pytest.fixture(scope="session")
def owner_engine() -> Engine:
    """The role that owns the tables; the application connects as another one, which row-level security binds."""
    return create_engine(urls().owner)


def make_organization(name: str = "Cabinet Alice", plan: Plan = Plan.ENTERPRISE) -> UUID:
    buildings_limit, users_limit = LIMITS[plan]
    with everywhere() as s:
        organization = Organization(
            name=name,
            slug=f"office-{uuid7().hex}",
            contact_email="office@example.be",
            plan=plan,
            max_buildings=buildings_limit,
            max_users=users_limit,
        )
        s.add(organization)
        s.flush()
        return organization.id


def make_actor(
    organization_id: UUID | None,
    role: Role,
    first_name: str,
    building_id: UUID | None = None,
    owner_id: UUID | None = None,
) -> Actor:
    """A person with an account and one membership."""
    with everywhere() as s:
        user = UserAccount(
            email=f"{first_name.lower()}-{uuid7().hex}@example.be",
            password_hash="!",
            first_name=first_name,
            last_name="Test",
        )
        s.add(user)
        s.flush()
        membership = Membership(
            user_id=user.id,
            organization_id=organization_id,
            role=role,
            building_id=building_id,
            owner_id=owner_id,
            is_primary=True,
        )
        s.add(membership)
        s.flush()
        ids = frozenset({building_id}) if building_id else None
        return Actor(user.id, organization_id, role, membership.id, owner_id, ids, user.name)


@pytest.fixture
def alice() -> Actor:
    """The syndic of a new office."""
    return make_actor(make_organization(), Role.SYNDIC, "Alice")


@pytest.fixture
def charlie() -> Actor:
    """The syndic of another office: should have no access to Alice's."""
    return make_actor(make_organization("Cabinet Charlie"), Role.SYNDIC, "Charlie")


@pytest.fixture
def superadmin() -> Actor:
    return make_actor(None, Role.SUPERADMIN, "Sacha")


def a_building(**change: object) -> BuildingIn:
    given: dict[str, object] = {
        "name": "Résidence Molière", "address": "Rue Molière 12", "postal_code": "1180", "city": "Uccle", "total_units": 3, "total_shares": 1000,
    }  # fmt: skip
    return BuildingIn.model_validate(given | change)


@pytest.fixture
def building(alice: Actor) -> Building:
    return call(alice, buildings.create_building, a_building())


def as_role(actor: Actor, role: Role, building_id: UUID | None = None) -> Actor:
    """The same person with another hat: for permission tests that need no membership row."""
    return replace(actor, role=role, building_ids=frozenset({building_id}) if building_id else None)


@pytest.fixture
def client_of():
    """client_of(router, actor): REST as that person; actor None is nobody."""

    def make(router: APIRouter, actor: Actor | None) -> TestClient:
        app = build([router])
        if actor:
            app.dependency_overrides[current_actor] = lambda: actor
        return TestClient(app, raise_server_exceptions=False)

    return make


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, alice: Actor) -> Callable[..., Any]:
    """opened(LotState, lot_id=…): the state of a page as Alice, or `actor`, has it; words in English."""

    def make(kind: Any, actor: Actor | None = None, **address: object) -> Any:
        async def _actor(_self: Any) -> Actor:
            return actor or alice

        async def get_state(_self: Any, _kind: Any) -> SimpleNamespace:
            return SimpleNamespace(locale="en")

        monkeypatch.setattr(kind, "_actor", _actor)
        monkeypatch.setattr(kind, "get_state", get_state)
        for name, value in address.items():
            monkeypatch.setattr(kind, name, str(value), raising=False)
        return kind(_reflex_internal_init=True)

    return make


def send(state: Any, handler: Any, *args: object) -> Any:
    """What happens when the page sends an event."""
    return asyncio.run(handler.fn(state, *args))
