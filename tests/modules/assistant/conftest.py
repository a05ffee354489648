"""Conversations on the real knowledge base; a language model's endpoint where a test asks for it."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from conftest import make_actor
from modules.answers.conftest import knowledge as knowledge
from modules.answers.conftest import known as known
from modules.documents.conftest import enter as enter
from modules.documents.conftest import kicked as kicked
from modules.documents.conftest import vault as vault
from modules.ownership.conftest import a_lot, a_person, hold
from modules.passages.conftest import quotable as quotable
from modules.passages.conftest import read_all as read_all
from modules.writing.conftest import endpoint as endpoint
from modules.writing.conftest import seen as seen
from modules.writing.conftest import served as served
from sqlmodel import select

from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.config import settings
from koprogo_app.core.db import everywhere
from koprogo_app.core.service import call
from koprogo_app.modules.answers import service as answers
from koprogo_app.modules.assistant import service, state
from koprogo_app.modules.assistant.api import router
from koprogo_app.modules.assistant.models import Turn
from koprogo_app.modules.assistant.service import Exchange
from koprogo_app.modules.assistant.state import AssistantState
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.writing.models import ModelUse

PROXIES = "Combien de procurations une personne peut-elle détenir ?"
NOTICE = "Combien de jours avant l'assemblée la convocation est-elle envoyée ?"
LEASE = "Puis-je augmenter le loyer de mon locataire de 10 % ?"
BASE = "/api/v1/assistant"
KEYS = {
    "id", "conversation_id", "question", "asked_at", "opinion", "band", "locale", "sentences", "citations", "own_papers", "notes",
    "see_also", "table", "whom_to_ask", "follow_ups", "written_by",
}  # fmt: skip
FIRST = "Une même personne peut recevoir au maximum 3 procurations pour l'assemblée générale."


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many questions a minute as a test likes, and no endpoint until a test asks for one."""
    monkeypatch.setattr(settings(), "questions_per_minute", 1_000)
    monkeypatch.setattr(settings(), "llm_base_url", "")


@pytest.fixture
def bob(alice: Actor, building: Building) -> Actor:
    """A co-owner of Alice's building: A1, 400 of 1 000 shares."""
    owner = a_person(alice, "Peeters", first_name="Bob", email="bob.peeters@example.org")
    hold(alice, a_lot(alice, building, "A1", 400), owner)
    return make_actor(alice.organization_id, Role.OWNER, "Bob", building.id, owner.id)


@pytest.fixture
def talk() -> Callable[..., Exchange]:
    """talk(actor, question, conversation_id, building_id): one question asked and kept."""

    def asked(
        actor: Actor, question: str = PROXIES, conversation_id: UUID | None = None, building_id: UUID | None = None
    ) -> Exchange:
        ready = answers.asked(question, "fr", building_id)
        return call(service.acting(actor), service.ask, ready, conversation_id).exchange

    return asked


def turns_of(conversation_id: UUID) -> list[Turn]:
    """The rows of a conversation, whoever's it is."""
    with everywhere() as s:
        wanted = select(Turn).where(Turn.conversation_id == conversation_id)
        return list(s.exec(wanted.order_by(Turn.number)))  # type: ignore[arg-type]


def trail_of(actor: Actor) -> list[AuditEntry]:
    with everywhere() as s:
        wanted = select(AuditEntry).where(AuditEntry.organization_id == actor.organization_id)
        return list(s.exec(wanted.order_by(AuditEntry.seq)))  # type: ignore[arg-type]


def use_of(actor: Actor) -> list[ModelUse]:
    with everywhere() as s:
        return list(s.exec(select(ModelUse).where(ModelUse.organization_id == actor.organization_id)))


@pytest.fixture
def page(opened: Any, monkeypatch: pytest.MonkeyPatch, alice: Actor) -> Callable[..., AssistantState]:
    """page(actor, came_from=…, kind=…, **query): the chat as its reader has opened it, in English; its tab is open."""

    def made(actor: Actor | None = None, came_from: str = "", kind: Any = AssistantState, **query: object) -> Any:
        async def get_state(_self: Any, _kind: Any) -> SimpleNamespace:
            return SimpleNamespace(locale="en", _before=came_from)

        address = SimpleNamespace(query_parameters={name: str(value) for name, value in query.items()})
        found = opened(kind, actor or alice)
        monkeypatch.setattr(kind, "get_state", get_state)
        monkeypatch.setattr(kind, "router", SimpleNamespace(url=address, session=SimpleNamespace(client_token="tab")))
        monkeypatch.setattr(state, "connected", lambda _: True)
        return found

    return made


# --- REST ---


@pytest.fixture
def bobs(client_of, bob):
    return client_of(router, bob)


@pytest.fixture
def ask(bobs) -> Callable[..., Any]:
    """ask(question, client=…, **body): the answer to a question, in French unless told otherwise."""

    def asked(
        question: str = PROXIES, client: Any = None, headers: dict[str, str] | None = None, **body: object
    ) -> Any:
        given = {"question": question, "language": "fr"} | body
        return (client or bobs).post(f"{BASE}/questions", json=given, headers=headers or {})

    return asked


@pytest.fixture
def streamed(ask) -> Callable[..., list[tuple[str, dict[str, Any]]]]:
    """streamed(question): the events of an answer, in order."""

    def read(question: str = PROXIES, **body: object) -> list[tuple[str, dict[str, Any]]]:
        answer = ask(question, headers={"Accept": "text/event-stream"}, **body)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        assert answer.headers["cache-control"] == "no-cache"
        return events_in(answer.content)

    return read


def events_in(body: bytes) -> list[tuple[str, dict[str, Any]]]:
    blocks = body.decode().split("\n\n")
    assert blocks.pop() == ""
    lines = [block.split("\n") for block in blocks]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in lines]


def names(events) -> list[str]:
    return [name for name, _ in events]
