"""Statements through the gate: looked at, published, undone, against figures worked out by hand."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from conftest import make_actor
from modules.ledger.conftest import line

from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.calls import issuing
from koprogo_app.modules.calls import service as calls
from koprogo_app.modules.calls.models import CallIn
from koprogo_app.modules.calls.models import LineIn as CalledIn
from koprogo_app.modules.calls.rules import Destination
from koprogo_app.modules.invoices.models import SharingIn
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.letters import making
from koprogo_app.modules.letters import service as letters
from koprogo_app.modules.owner_accounts import service as owner_accounts
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import OwnerIn
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import Buyer, TransferIn
from koprogo_app.modules.payments import service as payments
from koprogo_app.modules.references import access as references
from koprogo_app.modules.statements import reading, service, sharing
from koprogo_app.modules.statements.models import StatementIn
from koprogo_app.modules.statements.rules import Sort

DEED = SharingIn()
YEAR = SharingIn(period_from=date(2025, 1, 1), period_until=date(2025, 12, 31))


def prepared(actor: Actor, books: Any, until: str = "2025-12-31") -> Any:
    return call(actor, service.prepare, books.id, books.years[2025], date.fromisoformat(until))


def balance(actor: Actor, books: Any, code: str, year: int = 2025) -> int:
    found = call(actor, ledger.balances, books.id, books.years[year])
    return next((b.moved.after for b in found if b.account.code == code), 0)


def standing(actor: Actor, books: Any, owner_id: UUID) -> int:
    return call(actor, owner_accounts.owner_lines, owner_id, books.id, Asked()).balance


def scene(books: Any, called: Any, spent: Any) -> None:
    """1 000,00 on account and 200,00 for the reserve; 301,01 of electricity, 48,40 private to Dora, 10,01 of interest."""
    called("2025-01-31", 100_000, 20_000)
    spent("2025-03-01", "612100", 30_101, DEED)
    spent("2025-04-01", "643", 4_840, SharingIn(owner_id=books.dora))
    spent("2025-12-31", "751", -1_001, DEED)


def test_what_it_would_be(alice: Actor, books: Any, called: Any, spent: Any) -> None:
    scene(books, called, spent)
    draft = prepared(alice, books)
    # Electricity 150,505 each: the odd cent to the first lot. Interest 5,005 each: likewise.
    bob, dora = draft.settled[books.bob], draft.settled[books.dora]
    assert (bob.costs, bob.provisions, bob.balance) == (15_051 - 501, 50_000, -35_450)
    assert (dora.costs, dora.provisions, dora.balance) == (15_050 + 4_840 - 500, 50_000, -30_610)
    assert draft.material.sum(Sort.COST) == 33_940 == bob.costs + dora.costs
    assert draft.material.sum(Sort.PROVISION) == 100_000
    assert draft.ready
    assert call(alice, service.list_statements, books.id, Asked()).total == 0  # nothing is written


def test_published_the_result_is_nothing_and_each_owes_his_balance(
    alice: Actor, books: Any, called: Any, spent: Any, published: Any
) -> None:
    scene(books, called, spent)
    statement = published("2025-12-31")
    assert (statement.costs_cents, statement.provisions_cents, statement.owners) == (33_940, 100_000, 2)
    assert balance(alice, books, "701") == -33_940  # income is what it cost
    results = sum(
        b.moved.after
        for b in call(alice, ledger.balances, books.id, books.years[2025])
        if b.account.kind in ("expense", "revenue")
    )
    assert results == 0
    assert balance(alice, books, "160") == -20_000  # the fund keeps what was called for it
    assert standing(alice, books, books.bob) == 50_000 + 10_000 - 35_450
    assert standing(alice, books, books.dora) == 50_000 + 10_000 - 30_610
    page = call(alice, service.list_owners, statement.id, Asked())
    assert [(r.name, r.balance_cents) for r in page.rows] == [("Bob", -35_450), ("Dora", -30_610)]
    assert [r.open_cents for r in page.rows] == [0, 0]  # what is owed back has settled part of the call that is unpaid
    open_ = call(alice, payments.open_items, books.id)
    assert sum(i.owed_cents for i in open_) == 2 * 60_000 - 35_450 - 30_610


def test_a_sale_in_the_year_is_shared_by_days(alice: Actor, books: Any, spent: Any) -> None:
    eva = call(alice, owners.create_owner, OwnerIn(last_name="Eva"))
    held = call(alice, ownership.owner_parts, books.bob)
    sold = TransferIn(sellers=[books.bob], buyers=[Buyer(owner_id=eva.id)], on=date(2025, 7, 1))
    call(alice, ownership.transfer, held[0].part.lot_id, sold)
    spent("2025-03-01", "612100", 30_101, YEAR)
    draft = prepared(alice, books)
    # Lot A1 bears 150,51 of 150,505; 181 of 365 days are 74,634, 184 days 75,871: the cent goes to the larger remainder.
    assert draft.settled[books.bob].costs == 7_464
    assert draft.settled[eva.id].costs == 7_587
    assert draft.settled[books.dora].costs == 15_050


def test_a_quarter_then_the_rest_with_what_came_late(
    alice: Actor, books: Any, called: Any, spent: Any, published: Any
) -> None:
    called("2025-01-31", 40_000)
    spent("2025-02-01", "612100", 10_000, DEED)
    first = published("2025-03-31")
    assert (first.from_on, first.costs_cents, first.provisions_cents) == (date(2025, 1, 1), 10_000, 40_000)
    spent("2025-02-15", "612100", 2_000, DEED)  # entered after the statement, for a day before its end
    spent("2025-05-01", "612100", 6_000, DEED)
    second = published("2025-12-31")
    assert (second.from_on, second.costs_cents, second.provisions_cents) == (date(2025, 4, 1), 8_000, 0)
    assert balance(alice, books, "701") == -18_000
    with pytest.raises(Invalid, match="nothing to settle"):
        published("2025-12-31")


def test_what_nobody_bears_yet_stops_it_and_is_mended_beside_the_line(
    alice: Actor, books: Any, spent: Any, published: Any
) -> None:
    line_id = spent("2025-03-01", "657", 1_250)
    draft = prepared(alice, books)
    assert [(p.line.id, p.error.field) for p in draft.material.problems] == [(line_id, "key_id")]
    assert not draft.ready
    with pytest.raises(Invalid, match="wait for it") as refused:
        published("2025-12-31")
    assert refused.value.field == "until"
    call(alice, sharing.share, books.id, [line_id], DEED)
    assert call(alice, sharing.share, books.id, [line_id], DEED)[0].journal_line_id == line_id  # again: nothing more
    assert prepared(alice, books).ready
    with pytest.raises(Conflict):
        call(alice, sharing.share, books.id, [line_id], SharingIn(owner_id=books.dora))
    published("2025-12-31")


def test_bearers_are_the_same_only_when_all_that_was_said_is(alice: Actor, books: Any, spent: Any) -> None:
    out = call(alice, ownership.owner_parts, books.bob)[0].part.lot_id
    said = SharingIn(excluded=[out], tenant_percent=20)
    line_id = spent("2025-03-01", "657", 1_250, said)
    assert call(alice, sharing.share, books.id, [line_id], said)[0].journal_line_id == line_id
    for change in ({"excluded": []}, {"tenant_percent": 0}, {"ordinary": False}):
        with pytest.raises(Conflict, match="said meanwhile"):
            call(alice, sharing.share, books.id, [line_id], said.model_copy(update=change))


def test_what_was_undone_before_anybody_bore_it_asks_for_nothing(
    alice: Actor, books: Any, posted: Any, spent: Any, published: Any
) -> None:
    wrong = posted("2025-02-01", line("657", debit=1_250), line("551", credit=1_250))
    spent("2025-03-01", "612100", 2_000, DEED)
    assert len(prepared(alice, books).material.problems) == 1
    call(alice, ledger.reverse_entry, wrong.id, date(2025, 2, 2), "Typed twice")
    draft = prepared(alice, books)
    assert (draft.ready, draft.material.sum(Sort.COST)) == (True, 2_000)
    assert published("2025-12-31").costs_cents == 2_000
    with pytest.raises(Invalid, match="nothing to settle"):
        published("2025-12-31")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (dict(key_id=UUID(int=7)), None),  # a key of nobody's: not found
        (dict(period_from=date(2025, 5, 1), period_until=date(2025, 4, 1)), "period_until"),
        (dict(period_from=date(2019, 1, 1), period_until=date(2019, 1, 31)), "key_id"),  # nobody held the lots then
    ],
)
def test_bearers_that_cannot_be_are_refused_beside_their_field(
    alice: Actor, books: Any, spent: Any, wrong: dict[str, Any], field: str | None
) -> None:
    line_id = spent("2025-03-01", "657", 1_250)
    with pytest.raises(DomainError) as refused:
        call(alice, sharing.share, books.id, [line_id], SharingIn(**wrong))
    assert list(refused.value.fields) == ([field] if field else [])
    assert not prepared(alice, books).ready


def test_only_a_cost_of_this_building_has_bearers(alice: Actor, books: Any, posted: Any) -> None:
    entry = posted("2025-02-01", line("551", debit=100), line("57", credit=100))
    bank = call(alice, ledger.get_entry, entry.id).lines[0].line.id
    with pytest.raises(NotFound):
        call(alice, sharing.share, books.id, [bank], DEED)
    with pytest.raises(NotFound):
        call(alice, sharing.share, books.id, [uuid4()], DEED)


def test_published_twice_with_one_key_is_one_statement(alice: Actor, books: Any, spent: Any, published: Any) -> None:
    spent("2025-03-01", "612100", 30_101, DEED)
    key = uuid4()
    assert published("2025-12-31", key).id == published("2025-12-31", key).id
    assert call(alice, service.list_statements, books.id, Asked()).total == 1


def test_reversed_everything_is_as_before_and_can_be_settled_anew(
    alice: Actor, books: Any, called: Any, spent: Any, published: Any
) -> None:
    scene(books, called, spent)
    before = {b.account.code: b.moved.after for b in call(alice, ledger.balances, books.id, books.years[2025])}
    statement = published("2025-12-31")
    with pytest.raises(Invalid) as refused:
        call(alice, service.reverse, statement.id, " ")
    assert refused.value.field == "reason"
    undone = call(alice, service.reverse, statement.id, "A key was wrong")
    assert undone.status == "reversed"
    assert undone.reversal_entry_id is not None
    assert call(alice, service.reverse, statement.id, "Again").reversal_entry_id == undone.reversal_entry_id
    after = {b.account.code: b.moved.after for b in call(alice, ledger.balances, books.id, books.years[2025])}
    assert after == before
    again = published("2025-12-31")
    assert (again.id != statement.id, again.costs_cents) == (True, 33_940)


def test_what_comes_after_the_year_is_settled_is_in_one_more_statement(
    alice: Actor, bob: Actor, books: Any, called: Any, spent: Any, published: Any
) -> None:
    called("2025-01-31", 40_000)
    spent("2025-02-01", "612100", 10_000, DEED)
    first = published("2025-12-31")
    spent("2025-11-15", "612100", 2_000, DEED)
    with pytest.raises(Invalid, match="settled already"):
        prepared(alice, books, "2025-11-30")
    late = published("2025-12-31")
    assert (late.from_on, late.until_on, late.costs_cents) == (date(2025, 12, 31), date(2025, 12, 31), 2_000)
    assert [call(alice, reading.owner_statement, late.id, who).sums.costs_cents for who in (books.bob, books.dora)] == [
        1_000
    ] * 2
    assert [x.id for x in call(bob, reading.my_statements)] == [late.id, first.id]
    assert balance(alice, books, "701") == -12_000
    with pytest.raises(Conflict, match="later statement"):
        call(alice, service.reverse, first.id, "Wrong")
    for each in (late, first):
        call(alice, service.reverse, each.id, "Wrong")
    assert (balance(alice, books, "701"), published("2025-12-31").costs_cents) == (-40_000, 12_000)


def test_a_call_for_the_funds_of_the_last_day_is_told_once(
    alice: Actor, books: Any, spent: Any, published: Any
) -> None:
    last = date(2025, 12, 31)
    lines = [CalledIn(description="Reserve", destination=Destination.RESERVE, cents=20_000)]
    asked = CallIn(title="Reserve", called_on=last, due_on=date(2026, 1, 31), lines=lines)
    call(alice, issuing.issue_call, call(alice, calls.create_call, books.id, asked).id)
    spent("2025-02-01", "612100", 10_000, DEED)
    first = published("2025-12-31")
    spent("2025-11-15", "612100", 2_000, DEED)
    told = [call(alice, reading.owner_statement, x.id, books.bob).funds for x in (first, published("2025-12-31"))]
    assert [[c.cents for c in each] for each in told] == [[10_000], []]


def test_a_cost_that_undoes_itself_is_settled_without_a_letter(
    alice: Actor, books: Any, posted: Any, spent: Any, published: Any
) -> None:
    spent("2025-02-01", "612100", 10_000, DEED)
    published("2025-12-31")
    entry = posted("2025-11-15", line("612100", debit=2_000), line("551", credit=2_000))
    call(alice, ledger.reverse_entry, entry.id, date(2025, 11, 16), "Slip")
    late = published("2025-12-31")
    assert (late.owners, late.costs_cents, late.entry_id) == (0, 0, None)
    assert call(alice, letters.find_run, "statement", late.id) is None


def test_only_the_last_statement_of_a_year_is_reversed(alice: Actor, books: Any, spent: Any, published: Any) -> None:
    spent("2025-02-01", "612100", 1_000, DEED)
    first = published("2025-03-31")
    spent("2025-05-01", "612100", 1_000, DEED)
    published("2025-06-30")
    with pytest.raises(Conflict, match="later statement"):
        call(alice, service.reverse, first.id, "Wrong")


def test_of_a_locked_year_it_is_undone_once_the_year_is_open_again(
    alice: Actor, books: Any, called: Any, spent: Any, published: Any
) -> None:
    scene(books, called, spent)
    statement = published("2025-12-31")
    call(alice, accounts.lock_books, books.id, date(2025, 12, 31))
    with pytest.raises(Conflict, match="open the year again"):
        call(alice, service.reverse, statement.id, "A key was wrong")
    assert call(alice, service.get_statement, statement.id).status == "published"
    assert (balance(alice, books, "701"), balance(alice, books, "701", 2026)) == (-33_940, 0)
    assert standing(alice, books, books.bob) == 50_000 + 10_000 - 35_450
    call(alice, accounts.lock_books, books.id, None, "A key was wrong")
    call(alice, service.reverse, statement.id, "A key was wrong")
    assert (balance(alice, books, "701"), balance(alice, books, "701", 2026)) == (-100_000, 0)
    assert (published("2025-12-31").costs_cents, balance(alice, books, "701")) == (33_940, -33_940)


def test_a_call_that_was_reversed_counts_for_nothing(alice: Actor, books: Any, called: Any, spent: Any) -> None:
    wrong = called("2025-01-31", 100_000)
    call(alice, issuing.reverse_call, wrong.id, "Wrong amount")
    called("2025-02-28", 80_000)
    spent("2025-03-01", "612100", 30_000, DEED)
    draft = prepared(alice, books)
    assert draft.material.sum(Sort.PROVISION) == 80_000
    assert {x.provisions for x in draft.settled.values()} == {40_000}


def test_a_locked_period_is_said_beside_the_day(alice: Actor, books: Any, spent: Any, published: Any) -> None:
    spent("2025-03-01", "612100", 30_101, DEED)
    call(alice, accounts.lock_books, books.id, date(2025, 12, 31))
    with pytest.raises(Invalid, match="locked") as refused:
        published("2025-12-31")
    assert refused.value.field == "until"
    assert call(alice, service.list_statements, books.id, Asked()).total == 0


def test_there_must_be_something_to_settle(books: Any, published: Any) -> None:
    with pytest.raises(Invalid, match="nothing to settle"):
        published("2025-12-31")


def test_a_letter_waits_for_each_co_owner(alice: Actor, books: Any, spent: Any, published: Any) -> None:
    spent("2025-03-01", "612100", 30_101, DEED)
    statement = published("2025-12-31")
    run = call(alice, letters.find_run, "statement", statement.id)
    with transaction(
        alice.organization_id
    ) as session:  # a letter reads the communication: it waits for no lock of the books
        assert set(references.known_of(session, alice, books.id, [books.bob, books.dora])) == {books.bob, books.dora}
    assert run is not None
    assert run.total == 2


def test_no_letter_of_a_reversed_statement_is_made(alice: Actor, books: Any, spent: Any, published: Any) -> None:
    spent("2025-03-01", "612100", 30_101, DEED)
    statement = published("2025-12-31")
    run = call(alice, letters.find_run, "statement", statement.id)
    assert run is not None
    first, second = (x.id for x in call(alice, letters.list_letters, run.id, Asked()).rows)
    assert call(alice, making.make_letter, first)
    call(alice, service.reverse, statement.id, "A key was wrong")
    assert not call(alice, making.make_letter, second)
    rows = call(alice, letters.list_letters, run.id, Asked()).rows
    assert {x.id: (x.status, x.error) for x in rows} == {first: ("made", None), second: ("failed", making.UNDONE)}


# --- One co-owner ----------------------------------------------------------------------------------------------------


def test_one_co_owner_sees_his_part_and_why(
    alice: Actor, bob: Actor, dora: Actor, books: Any, called: Any, spent: Any, published: Any
) -> None:
    scene(books, called, spent)
    statement = published("2025-12-31")
    mine = call(dora, reading.my_statement, statement.id)
    assert [(g.account.code, g.total_cents, g.weight, g.whole, g.cents) for g in mine.groups] == [
        ("612100", 30_101, 500, 1_000, 15_050),
        ("751", -1_001, 500, 1_000, -500),
        ("643", 4_840, 0, 0, 4_840),
    ]
    assert [(c.destination, c.cents) for c in mine.provisions] == [("provisions", 50_000)]
    assert [(c.destination, c.cents) for c in mine.funds] == [("reserve", 10_000)]
    assert mine.sums.before_cents == 60_000
    his = call(bob, reading.my_statement, statement.id)
    assert "643" not in {g.account.code for g in his.groups}  # nobody sees what is private to another
    assert [x.id for x in call(bob, reading.my_statements)] == [statement.id]
    office = call(alice, reading.owner_statement, statement.id, books.bob)
    assert office.sums.costs_cents == his.sums.costs_cents == 14_550


def test_a_reversed_statement_is_no_longer_his(
    alice: Actor, bob: Actor, books: Any, spent: Any, published: Any
) -> None:
    spent("2025-03-01", "612100", 30_101, DEED)
    statement = published("2025-12-31")
    call(alice, service.reverse, statement.id, "Wrong")
    assert call(bob, reading.my_statements) == []
    with pytest.raises(NotFound):
        call(bob, reading.my_statement, statement.id)


# --- Who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "looks", "publishes"),
    [
        (Role.SYNDIC, True, True),
        (Role.ACCOUNTANT, True, False),
        (Role.BOARD_MEMBER, True, False),
        (Role.AUDITOR, True, False),
        (Role.OWNER, False, False),
        (Role.OCCUPANT, False, False),
        (Role.CONTRACTOR, False, False),
    ],
)
def test_who_looks_and_who_publishes(
    alice: Actor, books: Any, spent: Any, role: Role, looks: bool, publishes: bool
) -> None:
    spent("2025-03-01", "612100", 30_101, DEED)
    own = books.bob if role == Role.OWNER else None
    actor = make_actor(
        alice.organization_id,
        role,
        "Somebody",
        building_id=None if role in (Role.SYNDIC, Role.ACCOUNTANT) else books.id,
        owner_id=own,
    )
    if looks:
        assert prepared(actor, books).ready
    else:
        with pytest.raises(Forbidden):
            prepared(actor, books)
    data = StatementIn(year_id=books.years[2025], until=date(2025, 12, 31), due_on=date(2099, 1, 1))
    if publishes:
        assert call(actor, service.publish, books.id, data).owners == 2
    else:
        with pytest.raises(Forbidden):
            call(actor, service.publish, books.id, data)


def test_another_office_sees_nothing(charlie: Actor, books: Any, spent: Any, published: Callable[..., Any]) -> None:
    spent("2025-03-01", "612100", 30_101, DEED)
    statement = published("2025-12-31")
    for read in (
        lambda: call(charlie, service.get_statement, statement.id),
        lambda: call(charlie, service.list_owners, statement.id, Asked()),
        lambda: call(charlie, service.list_lines, statement.id, Asked()),
        lambda: call(charlie, service.list_statements, books.id, Asked()),
        lambda: call(charlie, reading.owner_statement, statement.id, books.bob),
        lambda: call(charlie, service.reverse, statement.id, "Mine now"),
    ):
        with pytest.raises(NotFound):
            read()
