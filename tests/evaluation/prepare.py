"""What an evaluation needs: the knowledge base in the test database, and an office of its own."""

from uuid import UUID

from koprogo_app.auth.models import Organization
from koprogo_app.core.actor import system_actor
from koprogo_app.core.db import everywhere
from koprogo_app.core.ids import uuid7
from koprogo_app.core.service import call
from koprogo_app.modules.knowledge import embedders, loading


def knowledge_loaded() -> None:
    """Loads the knowledge base unless it is there and searched by every model that runs here; two test processes wait for each other."""
    digest, models = call(system_actor(), loading.state)
    if digest != loading.digest() or set(models) != set(embedders.wanted()):
        call(system_actor(), loading.ingest)


def office() -> UUID:
    """An office without buildings."""
    with everywhere() as s:
        made = Organization(
            name="Evaluation", slug=f"office-{uuid7().hex}", contact_email="office@example.be", max_buildings=1, max_users=1
        )  # fmt: skip
        s.add(made)
        s.flush()
        return made.id
