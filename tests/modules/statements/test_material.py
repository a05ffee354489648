"""Which lines of the books a statement takes, and on whom what takes a cost back falls."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from koprogo_app.core.actor import Actor
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Invalid
from koprogo_app.core.service import call
from koprogo_app.modules.accounts.models import FiscalYear
from koprogo_app.modules.calls import issuing
from koprogo_app.modules.calls import service as calls
from koprogo_app.modules.calls.models import CallIn
from koprogo_app.modules.calls.models import LineIn as CalledIn
from koprogo_app.modules.calls.rules import Destination
from koprogo_app.modules.closing import service as closing
from koprogo_app.modules.closing.models import AccrualIn
from koprogo_app.modules.closing.rules import Kind as AccrualKind
from koprogo_app.modules.invoices.models import SharingIn
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.keys.models import KeyIn
from koprogo_app.modules.ledger import posting
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.ledger.models import JournalLine
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import OwnerIn
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import Buyer, TransferIn
from koprogo_app.modules.statements import material, reading, service, sharing

from .test_service import DEED, YEAR, balance, prepared

YEAR_END = date(2025, 12, 31)


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


# --- Days beyond the period ------------------------------------------------------------------------------------------


def test_a_cost_whose_days_go_on_waits_for_who_owns_the_lots_then(
    alice: Actor, books: Any, spent: Any, published: Any
) -> None:
    insurance = spent("2025-01-15", "612100", 24_000, YEAR)
    spent("2025-02-01", "612100", 1_000, DEED)
    spent("2025-02-02", "643", 500, YEAR.model_copy(update={"owner_id": books.bob}))  # his alone, whoever owns the lots
    draft = prepared(alice, books, "2025-03-31")
    assert [(x.id, x.cents) for x in draft.material.waiting] == [(insurance, 24_000)]
    assert published("2025-03-31").costs_cents == 1_500
    eva = call(alice, owners.create_owner, OwnerIn(last_name="Eva"))
    lot_id = call(alice, ownership.owner_parts, books.bob)[0].part.lot_id
    sold = TransferIn(sellers=[books.bob], buyers=[Buyer(owner_id=eva.id)], on=date(2025, 7, 1))
    call(alice, ownership.transfer, lot_id, sold)
    with pytest.raises(Invalid, match="nothing to settle"):
        published("2025-06-30")
    draft = prepared(alice, books)
    assert (draft.material.waiting, draft.material.going_on(YEAR_END, YEAR_END)) == ([], [])
    # 120,00 of the lot: 181 of 365 days are 59,507, 184 days 60,493
    assert [draft.settled[who].costs for who in (books.bob, eva.id, books.dora)] == [5_951, 6_049, 12_000]
    assert published("2025-12-31").costs_cents == 24_000
    assert balance(alice, books, "612100") + balance(alice, books, "643") == 1_500 + 24_000


def test_what_undoes_a_cost_that_waits_waits_with_it(alice: Actor, books: Any, spent: Any, taken_back: Any) -> None:
    taken_back(spent("2025-01-15", "612100", 24_000, YEAR), DEED)
    draft = prepared(alice, books, "2025-03-31")
    assert ([x.cents for x in draft.material.waiting], draft.material.lines) == ([24_000, -24_000], [])
    assert borne(alice, books) == (0, 0)


def test_days_of_the_next_year_ask_for_an_accrual_every_year(alice: Actor, books: Any, spent: Any) -> None:
    half = SharingIn(period_from=date(2025, 7, 1), period_until=date(2026, 6, 30))
    insurance = spent("2025-07-01", "612100", 120_000, half)
    draft = prepared(alice, books)
    assert draft.ready  # it is said, and refuses nothing
    assert [x.id for x in draft.material.going_on(YEAR_END, YEAR_END)] == [insurance]
    assert draft.material.going_on(date(2025, 12, 30), YEAR_END) == []
    accrual = AccrualIn(
        kind=AccrualKind.PREPAID, account="612100", cents=59_507, words="Insurance", period_from=date(2026, 1, 1), period_until=date(2026, 6, 30),
    )  # fmt: skip
    wrong = call(alice, closing.add_accrual, books.id, books.years[2025], accrual)
    assert prepared(alice, books).material.going_on(YEAR_END, YEAR_END) == []
    call(alice, closing.undo_accrual, wrong.id, "Another amount")
    assert [x.id for x in prepared(alice, books).material.going_on(YEAR_END, YEAR_END)] == [insurance]
    call(alice, closing.add_accrual, books.id, books.years[2025], accrual)
    again = spent("2026-07-01", "612100", 120_000, half.model_copy(update={"period_until": date(2027, 6, 30)}))
    assert alice.organization_id
    with transaction(alice.organization_id) as s:  # what comes back on the first day is no accrual of this year
        year = s.get_one(FiscalYear, books.years[2026])
        found = material.gather(s, alice, year, year.ends_on).going_on(year.ends_on, year.ends_on)
    assert [x.id for x in found] == [again]


def test_calls_due_after_the_period_are_named_and_counted(alice: Actor, books: Any, spent: Any) -> None:
    made = []
    for title in ("First quarter of 2026", "Wrong"):
        lines = [
            CalledIn(description=title, destination=to, cents=10_000)
            for to in (Destination.PROVISIONS, Destination.WORKS)
        ]
        new = CallIn(title=title, called_on=date(2025, 12, 15), due_on=date(2026, 1, 15), lines=lines)
        made.append(call(alice, issuing.issue_call, call(alice, calls.create_call, books.id, new).id))
    call(alice, issuing.reverse_call, made[1].id, "Wrong")
    draft = prepared(alice, books)
    assert [(x.words, x.due_on) for x in draft.material.due_later(YEAR_END)] == [
        ("First quarter of 2026", date(2026, 1, 15))
    ]
    assert draft.material.due_later(date(2026, 1, 15)) == []
    assert {x.provisions for x in draft.settled.values()} == {10_000}
