"""Bob's and Dora's building with a call for funds and the costs of 2025; what an entry costs is shared out as an invoice would."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from conftest import make_actor
from modules.documents.conftest import enter as enter
from modules.documents.conftest import kicked as kicked
from modules.documents.conftest import vault as vault
from modules.ledger.conftest import books as books
from modules.ledger.conftest import line
from modules.ledger.conftest import posted as posted

from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import BuildingIn
from koprogo_app.modules.calls import issuing
from koprogo_app.modules.calls import letter as call_letter
from koprogo_app.modules.calls import service as calls
from koprogo_app.modules.calls.models import Call, CallIn
from koprogo_app.modules.calls.models import LineIn as CalledIn
from koprogo_app.modules.calls.rules import Destination
from koprogo_app.modules.invoices.models import SharingIn
from koprogo_app.modules.ledger.models import JournalEntry
from koprogo_app.modules.ledger.service import get_entry as ledger_entry
from koprogo_app.modules.letters.making import COMPOSERS, SOURCES
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import OwnerIn
from koprogo_app.modules.statements import letter, service, sharing
from koprogo_app.modules.statements.models import Statement, StatementIn

FAR = date(2099, 1, 31)  # by when a statement of the tests is paid


@pytest.fixture(autouse=True)
def composed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the assembled application does."""
    monkeypatch.setitem(COMPOSERS, "call", call_letter.compose)
    monkeypatch.setitem(COMPOSERS, "statement", letter.compose)
    monkeypatch.setitem(SOURCES, "statement", Statement)


@pytest.fixture(autouse=True)
def entered(alice: Actor, books: SimpleNamespace) -> None:
    """The enterprise number and the accounts that letters show, and the addresses of the co-owners."""
    known = BuildingIn.model_validate(books.building.model_dump())
    whole = known.model_copy(update={"kbo": "0403170701", "iban_working": "BE68539007547034"})
    call(alice, buildings.update_building, books.id, whole)
    for name in ("bob", "dora"):
        owner = call(alice, owners.get_owner, getattr(books, name))
        found = OwnerIn.model_validate(owner.model_dump())
        reached = {"address": "Rue 1", "postal_code": "1000", "city": "Bruxelles"}
        call(alice, owners.update_owner, owner.id, found.model_copy(update=reached))


@pytest.fixture
def called(alice: Actor, books: Any) -> Callable[..., Call]:
    """called("2025-01-31", 100_000, 20_000): issued, so much on account of running costs and so much for the reserve fund."""

    def make(due: str, provisions: int, reserve: int = 0, works: int = 0, key_id: UUID | None = None) -> Call:
        lines = [
            CalledIn(description=to.value, destination=to, cents=cents, key_id=key_id)
            for to, cents in (
                (Destination.PROVISIONS, provisions),
                (Destination.RESERVE, reserve),
                (Destination.WORKS, works),
            )
            if cents
        ]
        day = date.fromisoformat(due)
        asked = CallIn(title=f"Call of {due}", called_on=day.replace(day=1), due_on=day, lines=lines)
        return call(alice, issuing.issue_call, call(alice, calls.create_call, books.id, asked).id)

    return make


@pytest.fixture
def spent(alice: Actor, books: Any, posted: Callable[..., JournalEntry]) -> Callable[..., UUID]:
    """spent("2025-03-01", "612100", 30_101): a cost of the books; with `by`, also who bears it. Below zero: an income."""

    def make(on: str, account: str, cents: int, by: SharingIn | None = None, words: str = "") -> UUID:
        sides = (
            (line(account, debit=cents), line("551", credit=cents))
            if cents > 0
            else (line(account, credit=-cents), line("551", debit=-cents))
        )
        entry = posted(on, *sides, words=words or account)
        line_id = next(x.line.id for x in call(alice, ledger_entry, entry.id).lines if x.account.code == account)
        if by is not None:
            call(alice, sharing.share, books.id, [line_id], by)
        return line_id

    return make


@pytest.fixture
def published(alice: Actor, books: Any) -> Callable[..., Statement]:
    """published("2025-12-31"): the statement of 2025 up to a day."""

    def make(until: str, key: UUID | None = None) -> Statement:
        data = StatementIn(year_id=books.years[2025], until=date.fromisoformat(until), due_on=FAR, key=key)
        return call(alice, service.publish, books.id, data)

    return make


@pytest.fixture
def bob(alice: Actor, books: Any) -> Actor:
    return make_actor(alice.organization_id, Role.OWNER, "Bob", books.id, books.bob)


@pytest.fixture
def dora(alice: Actor, books: Any) -> Actor:
    return make_actor(alice.organization_id, Role.OWNER, "Dora", books.id, books.dora)
