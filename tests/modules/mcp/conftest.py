"""KoproGo as an AI client meets it: the edge, the API, a token; and tools of every kind."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from conftest import a_building, make_actor, make_organization
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from sqlalchemy import text
from sqlmodel import Session, select

from koprogo_app.api import build
from koprogo_app.auth import sessions, tokens
from koprogo_app.auth.models import Membership, UserAccount
from koprogo_app.core import tools
from koprogo_app.core.actor import Actor, Permission, Role
from koprogo_app.core.config import settings
from koprogo_app.core.db import everywhere
from koprogo_app.core.edge import edge
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.core.tools import Link, Sheet, Subject, Tool
from koprogo_app.modules.account import service as account
from koprogo_app.modules.account.models import TokenIn
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.api import router as buildings_router
from koprogo_app.modules.knowledge import embedders, files, rules
from koprogo_app.modules.knowledge import service as knowledge
from koprogo_app.modules.knowledge.models import Article
from koprogo_app.modules.mcp.api import router

MINUTES = "be.cc.3.87.p10"
ADDRESS = f"{settings().deploy_url}/api/v1/mcp"


@pytest.fixture(autouse=True)
def without_models(monkeypatch: pytest.MonkeyPatch):
    """A configuration that finds by words: the models are the business of the search's own tests."""
    monkeypatch.setattr(settings(), "embed_local", "")
    monkeypatch.setattr(settings(), "embed_base_url", "")
    embedders.wanted.cache_clear()
    yield
    embedders.wanted.cache_clear()


@pytest.fixture
def law() -> rules.Entry:
    """The paragraph on the minutes of a meeting, in the database."""
    path = files.FOLDER / "law" / f"{MINUTES}.md"
    entry = rules.parse(path.read_text(encoding="utf-8"))
    with everywhere() as s:
        s.execute(text("SELECT pg_advisory_xact_lock(7083)"))  # as a loading of the whole does
        if s.exec(select(Article.id).where(Article.uid == MINUTES)).one_or_none() is None:
            knowledge.add(s, [entry])
    return entry


def _my_buildings(s: Session, actor: Actor, subject: Subject) -> Sheet:
    found = buildings.list_buildings(s, actor, Asked(size=tools.ROWS)).rows
    shown = [b for b in found if subject.building_id in (None, b.id)]
    return Sheet(
        f"{len(shown)} [{subject.locale}]", ("Building", "Lots"), [(b.name, str(b.total_units)) for b in shown], (1,),
        (Link("Buildings", "/buildings"),),
    )  # fmt: skip


def _the_trail(s: Session, actor: Actor, subject: Subject) -> Sheet:
    return Sheet(f"The trail: {subject.question}.")


def _broken(s: Session, actor: Actor, subject: Subject) -> Sheet:
    raise RuntimeError("secret detail")


@pytest.fixture(autouse=True)
def own_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """One tool for everybody, one for those who read the trail, one that fails."""
    made = [
        Tool("my_buildings", "Buildings", "The buildings the person sees.", Permission.BUILDINGS_READ, _my_buildings),
        Tool("the_trail", "Audit trail", "Who did what.", Permission.AUDIT_READ, _the_trail),
        Tool("broken", "Broken", "Fails.", Permission.AUDIT_READ, _broken),
    ]
    monkeypatch.setattr(tools, "TOOLS", made)


@pytest.fixture
def app() -> Any:
    return edge(build([router, buildings_router]))


@pytest.fixture
def token_of() -> Callable[[Actor], str]:
    def make(actor: Actor) -> str:
        return call(actor, account.create_token, TokenIn(name="Laptop")).secret

    return make


@pytest.fixture
def owner(alice: Actor, building: Any) -> Actor:
    """Bob, an occupant of Alice's building: he may not read the trail."""
    return make_actor(alice.organization_id, Role.OCCUPANT, "Bob", building.id)


@pytest.fixture
def elsewhere() -> tuple[Actor, Any]:
    """Charlie and a building of his own office."""
    charlie = make_actor(make_organization("Cabinet Charlie"), Role.SYNDIC, "Charlie")
    return charlie, call(charlie, buildings.create_building, a_building(name="Résidence Autre"))


@pytest.fixture
def http(app: Any) -> Callable[..., httpx2.AsyncClient]:
    """http(token): requests to the application in this process; no token, no header."""

    def make(token: str | None = None, **headers: str) -> httpx2.AsyncClient:
        given = {"Authorization": f"Bearer {token}"} if token is not None else {}
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), headers=given | headers, timeout=30)

    return make


@pytest.fixture
def connected(http: Any) -> Callable[..., Any]:
    """connected(token): the SDK's own client, in the newest protocol or, with mode="legacy", by `initialize`."""

    @asynccontextmanager
    async def make(token: str, mode: str = "auto") -> AsyncIterator[Client]:
        async with (
            http(token) as client,
            Client(streamable_http_client(ADDRESS, http_client=client), mode=mode) as session,
        ):
            yield session

    return make


@pytest.fixture
def others(alice: Actor) -> SimpleNamespace:
    """What else opens KoproGo to Alice: a session and a token of REST."""
    with everywhere() as s:
        user = s.get_one(UserAccount, alice.user_id)
        granted = tokens.issue(s, user, s.get_one(Membership, alice.membership_id))
    session = sessions.open_session(user, remember=False, address="192.0.2.1", agent="")
    return SimpleNamespace(rest=granted.access, session=session.token)
