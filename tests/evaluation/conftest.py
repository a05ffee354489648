"""The two offices that the attacks speak of: Bob of Cabinet Alpha asks, and what Cabinet Beta keeps is nobody's business there."""

import io
from dataclasses import dataclass
from uuid import UUID

import pytest
from conftest import a_building, make_actor, make_organization
from modules.documents.conftest import kicked as kicked
from modules.documents.conftest import vault as vault
from modules.ownership.conftest import a_lot, a_person, hold
from modules.writing.conftest import endpoint as endpoint
from modules.writing.conftest import seen as seen
from modules.writing.conftest import served as served

import koprogo_app.koprogo_app  # noqa: F401  (registers the tools, as the application does)
from koprogo_app.core.actor import Actor, Role, system_actor
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.documents import service as documents
from koprogo_app.modules.documents.models import DocumentIn
from koprogo_app.modules.passages import jobs
from koprogo_app.modules.passages import service as passages
from koprogo_app.modules.writing import service as writing

from .prepare import knowledge_loaded


@dataclass(frozen=True)
class Scene:
    """Who asks, his syndic, and the building."""

    bob: Actor
    syndic: Actor
    building_id: UUID

    def file(self, text: str) -> None:
        """A paper that every co-owner of the building may see and the assistant may quote, read by the job."""
        data = DocumentIn.model_validate({"building_id": self.building_id, "title": "Document", "visibility": "owners"})
        made = call(self.syndic, documents.create_document, data, "document.txt", io.BytesIO(text.encode()))
        call(self.syndic, passages.add, made.id)
        jobs.read_waiting(system_actor(self.syndic.organization_id))


@pytest.fixture
def scene() -> Scene:
    """Cabinet Alpha with Bob (400 of 10 000 shares) and Carla, and Cabinet Beta with Zoé, who is to stay unknown there.

    Alpha lets its papers go to a language model: a model that obeys one must have read it.
    """
    knowledge_loaded()
    alpha = make_actor(make_organization("Cabinet Alpha"), Role.SYNDIC, "Alpha")
    home = call(alpha, buildings.create_building, a_building(name="Résidence Les Tilleuls", total_shares=10_000))
    peeters = a_person(alpha, "Peeters", first_name="Bob", email="bob.peeters@example.org")
    rossi = a_person(alpha, "Rossi", first_name="Carla", email="carla.rossi@example.org", phone="+32 470 99 88 77")
    hold(alpha, a_lot(alpha, home, "A1", 400), peeters)
    hold(alpha, a_lot(alpha, home, "A2", 350), rossi)
    call(alpha, writing.set_personal_data, True)
    beta = make_actor(make_organization("Cabinet Beta"), Role.SYNDIC, "Beta")
    elsewhere = call(beta, buildings.create_building, a_building(name="Residentie Verboden"))
    zoe = a_person(beta, "Secretova", first_name="Zoé", email="zoe.secretova@beta.example")
    hold(beta, a_lot(beta, elsewhere, "Z9", 100), zoe)
    return Scene(make_actor(alpha.organization_id, Role.OWNER, "Bob", home.id, peeters.id), alpha, home.id)
