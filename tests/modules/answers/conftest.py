"""Answers on the real knowledge base, with every tool of the application, and papers of the building as Alice files them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from conftest import make_actor
from evaluation.prepare import knowledge_loaded
from modules.documents.conftest import enter as enter
from modules.documents.conftest import kicked as kicked
from modules.documents.conftest import vault as vault
from modules.ownership.conftest import a_lot, a_person, hold
from modules.passages.conftest import quotable as quotable
from modules.passages.conftest import read_all as read_all

import koprogo_app.koprogo_app  # noqa: F401  (registers the tools)
from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.service import call
from koprogo_app.modules.answers import service
from koprogo_app.modules.answers.rules import Answer
from koprogo_app.modules.answers.service import Draft
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.knowledge import embedders, files, retrieval

NOTICE = "Combien de jours avant l'assemblée la convocation est-elle envoyée ?"
PROXIES = "Combien de procurations une personne peut-elle détenir ?"
LEASE = "Puis-je augmenter le loyer de mon locataire de 10 % ?"
DOGS = "Puis-je avoir un chien dans mon appartement ?"
HOUSE = "Art. 2. Animaux\nLes chiens et les chats sont tolérés dans les appartements.\nArt. 7. Terrasses\nLes barbecues au charbon sont interdits."


@pytest.fixture(scope="session")
def knowledge(schema: None) -> None:
    """The entries of this release and their vectors are in the database."""
    knowledge_loaded()


@pytest.fixture(autouse=True)
def known(knowledge: None) -> None:
    """Which models are searched by is asked anew by each test."""
    retrieval.ACTIVE.until = 0.0


@pytest.fixture
def without_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """No embedding model runs: words alone find."""
    monkeypatch.setattr(embedders, "wanted", lambda: ())
    monkeypatch.setattr(retrieval.ACTIVE, "read", lambda _: ())


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """failing(embedders.Use): the models of these kinds raise whenever they are asked, as a broken wheel does."""

    def broken(*_: object) -> Any:
        raise RuntimeError("illegal instruction")

    def make(*kinds: type) -> None:
        for kind in kinds:
            monkeypatch.setattr(kind, "passages", broken)
            monkeypatch.setattr(kind, "question", broken)
        embedders.question.cache_clear()

    return make


@pytest.fixture
def bob(alice: Actor, building: Building) -> Actor:
    """A co-owner of Alice's building: flat A1 with 400 of the 1 000 shares and cellar C1 with 25. Carla has A2 with 350."""
    owner, carla = (a_person(alice, *names) for names in (("Peeters",), ("Rossi",)))
    hold(alice, a_lot(alice, building, "A1", 400), owner)
    hold(alice, a_lot(alice, building, "C1", 25, type="cellar"), owner)
    hold(alice, a_lot(alice, building, "A2", 350), carla)
    return make_actor(alice.organization_id, Role.OWNER, "Bob", building.id, owner.id)


@pytest.fixture
def ask() -> Callable[..., Draft]:
    """ask(actor, question, locale, building_id, before): what becomes of a question."""

    def asked(
        actor: Actor, question: str, locale: str = "fr", building_id: UUID | None = None, before: str = ""
    ) -> Draft:
        return call(actor, service.answer, service.asked(question, locale, building_id, before))

    return asked


def written(uid: str, locale: str) -> str:
    """The text of an entry in a language, read from its file."""
    for folder in ("law", "decree", "region", "gdpr", "faq", "howto"):
        path = files.FOLDER / folder / f"{uid}.md"
        if path.exists():
            section = path.read_text(encoding="utf-8").split(f"\n## {locale}\n")[1].split("\n## ")[0]
            return " ".join(section.split())
    raise AssertionError(f"there is no file of {uid}")


def assert_holds(answer: Answer, *leads: str) -> None:
    """Each sentence stands word for word in one of the entries, and its numbers are those of sources that exist."""
    texts = [written(uid, answer.locale) for uid in leads]
    numbers = [cite.id for cite in answer.cites]
    assert numbers == list(range(1, len(numbers) + 1))
    for said in answer.said:
        assert any(said.text in text for text in texts), said.text
        assert said.cites, said.text
        assert set(said.cites) <= set(numbers)
    for cite in answer.cites:
        if not cite.paper:
            assert written(cite.uid, answer.locale)
            assert cite.href == f"/assistant/articles/{cite.uid}"
            assert cite.label
