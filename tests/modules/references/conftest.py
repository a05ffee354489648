"""Books with two co-owners, and the structured communications that they pay with."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from modules.ledger.conftest import books as books

from koprogo_app.core.actor import Actor
from koprogo_app.core.service import Gate, call
from koprogo_app.modules.ledger.service import post_entry
from koprogo_app.modules.references import service

GATE: Gate = post_entry.gate  # type: ignore[attr-defined]  # a call for funds or a letter writes them, under its own permission


def references_of(s: Any, actor: Actor, building_id: UUID, owner_ids: list[UUID]) -> dict[UUID, str]:
    return service.references_of(s, actor, building_id, owner_ids)


def known_of(s: Any, actor: Actor, building_id: UUID, owner_ids: list[UUID]) -> dict[UUID, str]:
    return service.known_of(s, actor, building_id, owner_ids)


references_of.gate = known_of.gate = GATE  # type: ignore[attr-defined]


@pytest.fixture
def given(alice: Actor, books: Any) -> Callable[..., dict[UUID, str]]:
    """given(books.bob, …): the digits that these have, made when they have none."""

    def make(*owner_ids: UUID, building_id: UUID | None = None) -> dict[UUID, str]:
        return call(alice, references_of, building_id or books.id, list(owner_ids))

    return make
