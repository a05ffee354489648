"""Which lines of the books a statement takes, and on whom what takes a cost back falls."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from koprogo_app.core.actor import Actor
from koprogo_app.core.db import transaction
from koprogo_app.core.service import call
from koprogo_app.modules.invoices.models import SharingIn
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.keys.models import KeyIn
from koprogo_app.modules.ledger import posting
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.ledger.models import JournalLine
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.statements import reading, service, sharing

from .test_service import DEED, prepared


@pytest.fixture
def garden(alice: Actor, books: Any) -> SimpleNamespace:
    """A key by which Bob's lot and Dora's bear as much; `garden.weigh(bob, dora)` changes that."""
    lots = [call(alice, ownership.owner_parts, who)[0].part.lot_id for who in (books.bob, books.dora)]
    key = call(alice, keys.create_key, books.id, KeyIn(name="Garden"))

    def weigh(*weights: int) -> None:
        call(alice, keys.set_weights, key.id, dict(zip(lots, weights, strict=True)))

    weigh(1, 1)
    return SimpleNamespace(by=SharingIn(key_id=key.id, tenant_percent=50), weigh=weigh)


@pytest.fixture
def taken_back(alice: Actor, books: Any) -> Callable[..., UUID]:
    """taken_back(line, by): the line that undoes one of the books, on the same day, and who bears it."""

    def make(line_id: UUID, by: SharingIn) -> UUID:
        assert alice.organization_id
        with transaction(alice.organization_id) as s:
            undone = s.get_one(JournalLine, line_id)
            mirror_id, position = posting.mirror(s, alice, undone.entry_id, "Twice").id, undone.position
        back = call(alice, ledger.get_entry, mirror_id).lines[position].line.id
        call(alice, sharing.share, books.id, [back], by)
        return back

    return make


def borne(actor: Actor, books: Any, until: str = "2025-12-31") -> tuple[int, int]:
    """What Bob and Dora bear of the costs that are not settled yet."""
    settled = prepared(actor, books, until).settled
    return tuple(settled[who].costs if who in settled else 0 for who in (books.bob, books.dora))  # type: ignore[return-value]


# --- Taken back ------------------------------------------------------------------------------------------------------


def test_what_is_taken_back_goes_to_who_bore_it_whatever_the_key_is_now(
    alice: Actor, books: Any, garden: Any, spent: Any, taken_back: Any, published: Any
) -> None:
    cost = spent("2025-02-01", "612100", 30_001, garden.by)
    first = published("2025-03-31")
    garden.weigh(0, 1)
    taken_back(cost, garden.by)
    assert borne(alice, books) == (-15_001, -15_000)  # not 0 and -30 001
    spent("2025-04-01", "612100", 10_000, garden.by)
    second = published("2025-12-31")
    assert second.costs_cents == -20_001
    for statement, bob, dora in ((first, 15_001, 15_000), (second, -15_001, -5_000)):
        for who, cents in ((books.bob, bob), (books.dora, dora)):
            assert call(alice, reading.owner_statement, statement.id, who).sums.costs_cents == cents
    of_bob = call(alice, reading.owner_statement, second.id, books.bob)
    assert of_bob.sums.tenant_cents == -call(alice, reading.owner_statement, first.id, books.bob).sums.tenant_cents
    assert [(g.weight, g.whole, g.cents) for g in of_bob.groups] == [(1, 2, -15_001)]


def test_what_is_taken_back_before_it_is_settled_is_shared_as_its_cost_is(
    alice: Actor, books: Any, garden: Any, spent: Any, taken_back: Any, published: Any
) -> None:
    cost = spent("2025-02-01", "612100", 30_001, garden.by)
    call(alice, service.reverse, published("2025-03-31").id, "Twice")
    garden.weigh(0, 1)
    taken_back(cost, garden.by)
    assert borne(alice, books) == (0, 0)


def test_what_is_taken_back_for_others_is_theirs(
    alice: Actor, books: Any, garden: Any, spent: Any, taken_back: Any, published: Any
) -> None:
    cost = spent("2025-02-01", "612100", 30_001, DEED)
    published("2025-03-31")
    garden.weigh(0, 1)
    taken_back(cost, garden.by)
    assert borne(alice, books) == (0, -30_001)
