"""Which papers co-owners open: what holds private data of one stays his, and the paper is withheld whole."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from modules.ledger.conftest import line

from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.invoices.models import SharingIn
from koprogo_app.modules.invoices.sharing import take_back
from koprogo_app.modules.ledger import posting
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.statements import reading, service, sharing, vouchers

from .test_service import DEED, YEAR


@pytest.fixture
def invoiced(alice: Actor, books: Any, enter: Any, posted: Any) -> Callable[..., UUID]:
    """invoiced("2025-02-01", DEED, his): an entry of so many costs of 10,00 with its paper, and who bears each; gives the paper."""

    def make(on: str, *by: SharingIn, paper: UUID | None = None) -> UUID:
        document_id = paper or enter(title=f"Invoice of {on}", visibility="office").id
        costs = [line("612100", debit=1_000) for _ in by]
        entry = posted(on, *costs, line("551", credit=1_000 * len(by)), document_id=document_id)
        for x, each in zip(call(alice, ledger.get_entry, entry.id).lines, by, strict=False):
            call(alice, sharing.share, books.id, [x.line.id], each)
        return document_id

    return make


def settled(actor: Actor, statement: Any) -> list[Any]:
    """The lines of a statement as the office lists them."""
    return call(actor, service.list_lines, statement.id, Asked(size=100)).rows


def opens(actor: Actor, statement: Any) -> list[bool]:
    """Of each line of his statement, whether its paper opens; what is shown is what opens."""
    items = [x for g in call(actor, reading.my_statement, statement.id).groups for x in g.items.values()]
    found = []
    for x in items:
        try:
            call(actor, vouchers.my_voucher, x.line_id)
            found.append(True)
        except NotFound:
            found.append(False)
    assert found == [x.document_id is not None for x in items]
    return found


def test_a_paper_of_one_beside_others_waits_for_the_syndic(
    alice: Actor, bob: Actor, dora: Actor, books: Any, invoiced: Any, published: Any
) -> None:
    invoiced("2025-02-01", DEED, SharingIn(owner_id=books.dora))
    statement = published("2025-12-31")
    assert (opens(bob, statement), opens(dora, statement)) == ([False], [False, False])
    lines = settled(alice, statement)
    assert [x.withheld for x in lines] == [True, True]
    call(alice, vouchers.withhold, lines[0].id, False)
    assert [x.withheld for x in settled(alice, statement)] == [False, False]
    assert (opens(bob, statement), opens(dora, statement)) == ([True], [True, True])


def test_a_paper_of_all_or_of_one_alone_opens(
    bob: Actor, dora: Actor, books: Any, invoiced: Any, published: Any
) -> None:
    hers = SharingIn(owner_id=books.dora)
    invoiced("2025-02-01", DEED, DEED)
    invoiced("2025-03-01", hers, hers)
    statement = published("2025-12-31")
    assert (opens(bob, statement), opens(dora, statement)) == ([True, True], [True] * 4)


def test_a_paper_of_two_who_each_bear_alone_opens_to_neither(
    bob: Actor, dora: Actor, books: Any, invoiced: Any, published: Any
) -> None:
    invoiced("2025-02-01", SharingIn(owner_id=books.bob), SharingIn(owner_id=books.dora))
    statement = published("2025-12-31")
    assert (opens(bob, statement), opens(dora, statement)) == ([False], [False])


def test_a_private_cost_settled_before_the_others_of_its_paper(
    bob: Actor, dora: Actor, books: Any, invoiced: Any, published: Any
) -> None:
    invoiced("2025-02-01", YEAR, SharingIn(owner_id=books.dora))  # what all bear waits for the end of the year
    first = published("2025-03-31")
    assert opens(dora, first) == [False]
    assert opens(bob, published("2025-12-31")) == [False]


def test_withheld_once_it_is_withheld_wherever_it_stands(
    alice: Actor, bob: Actor, books: Any, invoiced: Any, published: Any
) -> None:
    paper = invoiced("2025-02-01", DEED, DEED)
    first = published("2025-03-31")
    invoiced("2025-04-01", DEED, paper=paper)
    invoiced("2025-05-01", DEED)  # another paper
    second = published("2025-06-30")
    assert (opens(bob, first), opens(bob, second)) == ([True, True], [True, True])
    call(alice, vouchers.withhold, settled(alice, second)[0].id, True)
    assert (opens(bob, first), opens(bob, second)) == ([False, False], [False, True])
    invoiced("2025-07-01", DEED, paper=paper)
    assert opens(bob, published("2025-12-31")) == [False]


def test_published_anew_it_is_withheld_or_shown_as_it_was(
    alice: Actor, bob: Actor, books: Any, invoiced: Any, published: Any
) -> None:
    invoiced("2025-02-01", DEED)
    first = published("2025-12-31")
    call(alice, vouchers.withhold, settled(alice, first)[0].id, True)
    call(alice, service.reverse, first.id, "Wrong day")
    second = published("2025-12-31")
    assert opens(bob, second) == [False]
    call(alice, vouchers.withhold, settled(alice, second)[0].id, False)
    call(alice, service.reverse, second.id, "Wrong day")
    assert opens(bob, published("2025-12-31")) == [True]


def test_who_withholds(alice: Actor, charlie: Actor, books: Any, invoiced: Any, published: Any) -> None:
    invoiced("2025-02-01", DEED)
    (one,) = settled(alice, published("2025-12-31"))
    for actor, line_id in ((charlie, one.id), (alice, UUID(int=7))):
        with pytest.raises(NotFound):
            call(actor, vouchers.withhold, line_id, True)


def test_what_the_syndic_has_shown_is_not_withheld_again(
    alice: Actor, bob: Actor, books: Any, invoiced: Any, published: Any
) -> None:
    invoiced("2025-02-01", YEAR, SharingIn(owner_id=books.dora))
    first = published("2025-03-31")  # hers alone: what all bear waits
    call(alice, vouchers.withhold, settled(alice, first)[0].id, False)
    last = published("2025-12-31")
    assert opens(bob, last) == [True]
    call(alice, service.reverse, last.id, "Wrong day")
    assert opens(bob, published("2025-12-31")) == [True]


def test_a_paper_that_becomes_mixed_after_it_was_settled_waits_for_the_syndic(
    bob: Actor, books: Any, invoiced: Any, published: Any
) -> None:
    paper = invoiced("2025-02-01", DEED)
    assert opens(bob, published("2025-03-31")) == [True]
    invoiced("2025-04-01", SharingIn(owner_id=books.dora), paper=paper)
    invoiced("2025-04-01", DEED, paper=paper)
    assert opens(bob, published("2025-06-30")) == [False]


def test_a_mistake_that_was_undone_makes_no_paper_private(
    alice: Actor, bob: Actor, dora: Actor, books: Any, invoiced: Any, published: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "AFTER_REVERSAL", [take_back])  # as the assembled application does
    paper = invoiced("2025-02-01", SharingIn(owner_id=books.dora))
    (wrong,) = (x.id for x in call(alice, ledger.list_entries, books.id, Asked()).rows if x.journal == "ODS")
    call(alice, ledger.reverse_entry, wrong, date(2025, 2, 2), "Everybody bears it")
    invoiced("2025-02-03", DEED, paper=paper)
    statement = published("2025-12-31")
    assert opens(bob, statement) == [True]
    assert False not in opens(dora, statement)
