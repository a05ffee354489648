"""What waits in the money of a building: each thing made by hand, seen, and gone once it is done."""

from collections import Counter
from datetime import date

import pytest
from conftest import a_building, as_role
from modules.ledger.conftest import line
from modules.statements.conftest import books, called, composed, enter, entered, kicked, posted, published, spent, vault
from sqlmodel import select

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.db import transaction
from koprogo_app.core.i18n import Money
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import BookIn, YearIn
from koprogo_app.modules.budgets import service as budgets
from koprogo_app.modules.budgets.models import BudgetIn, DecisionIn
from koprogo_app.modules.budgets.models import LineIn as Planned
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import BuildingIn
from koprogo_app.modules.calls import issuing
from koprogo_app.modules.calls import service as calls
from koprogo_app.modules.calls.models import Call, CallIn, LineIn
from koprogo_app.modules.home.rules import Kind
from koprogo_app.modules.integrity.models import IntegrityRun
from koprogo_app.modules.invoices.models import SharingIn
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.ledger.models import EntryIn
from koprogo_app.modules.letters.making import SOURCES
from koprogo_app.modules.letters.models import Letter
from koprogo_app.modules.payments import service as payments
from koprogo_app.modules.payments.models import PaymentIn
from koprogo_app.modules.statements import sharing
from koprogo_app.modules.verification import service as verification

from .test_service import add, statements, todo

__all__ = ["books", "called", "composed", "enter", "entered", "kicked", "posted", "published", "spent", "vault"]
TODAY = date(2026, 6, 15)
DEED = SharingIn()
MONEY = {
    Kind.CHECKS, Kind.OVERDUE, Kind.CALL, Kind.UNSENT, Kind.POST, Kind.BEARERS, Kind.STATEMENT, Kind.REMARKS, Kind.BUDGET,
    Kind.CONTRIBUTION,
}  # fmt: skip


@pytest.fixture(autouse=True)
def in_june(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def planned(alice, books):
    """The budget of 2026 is before the meeting, with nothing for the reserve."""
    given = BudgetIn(year_id=books.years[2026], lines=[Planned(cents=100_00, account="612000")])
    call(alice, budgets.submit_budget, call(alice, budgets.create_budget, books.id, given).id)


def waits(actor):
    """kind -> (due, figures, address) of what the money asks for."""
    return {t.kind: (t.due, dict(t.figures), t.href) for t in todo(actor).tasks if t.kind in MONEY}


def drafted(actor, books, on):
    lines = [LineIn(description="x", cents=10_000)]
    given = CallIn(title="Call", called_on=on, due_on=date(2026, 12, 31), lines=lines)
    return call(actor, calls.create_call, books.id, given)


def test_books_in_which_nothing_waits(alice, books, planned):
    assert waits(alice) == {}


def test_drafts_of_calls_whose_day_has_come(alice, books, planned):
    drafted(alice, books, date(2026, 6, 16))
    assert waits(alice) == {}
    for day in (15, 10):
        drafted(alice, books, date(2026, 6, day))
    where = f"/buildings/{books.id}/calls?state=draft"
    assert waits(alice) == {Kind.CALL: (date(2026, 6, 10), {"count": 2}, where)}


def test_co_owners_who_are_late_in_paying(alice, books, planned, called):
    called("2026-06-15", 80_000)  # due today: not late
    assert waits(alice) == {}
    called("2026-05-31", 40_000)
    called("2026-04-30", 20_001)
    late = {"since": date(2026, 4, 30), "amount": Money(60_001)}
    where = f"/buildings/{books.id}/open-items?due=late"
    assert waits(alice) == {Kind.OVERDUE: (date(2026, 4, 30), {"count": 2} | late, where)}
    # Bob pays his half with the odd cent: 100,01 and 200,00.
    call(
        alice, payments.record_payment, books.id, PaymentIn(owner_id=books.bob, paid_on=date(2026, 6, 1), cents=30_001)
    )
    due, figures, _ = waits(alice)[Kind.OVERDUE]
    assert (due, figures) == (date(2026, 4, 30), {"count": 1, "since": date(2026, 4, 30), "amount": Money(30_000)})


def test_an_accountant_is_asked_for_what_he_can_do(alice, books, called):
    called("2026-05-31", 40_000)
    drafted(alice, books, date(2026, 6, 10))
    everything = {t.kind for t in todo(alice).tasks}
    assert {Kind.OVERDUE, Kind.CALL, Kind.BUDGET, Kind.DEED} <= everything
    accountant = todo(as_role(alice, Role.ACCOUNTANT, books.id))
    assert {t.kind for t in accountant.tasks} == {Kind.OVERDUE, Kind.BUDGET}
    assert [place.waiting for place in accountant.places] == [accountant.total]


def test_letters_that_did_not_leave_or_wait_for_the_post(alice, books, planned, called):
    called("2026-06-30", 80_000)
    assert waits(alice) == {}  # they are being made
    with transaction(alice.organization_id) as s:
        first, second = s.exec(select(Letter).order_by(Letter.position)).all()
        first.status, first.made_at, run, first.channel = "made", clock.now(), first.run_id, "post"
        second.status, second.error = "failed", "Without an address."
    found = waits(alice)
    assert found == {
        Kind.POST: (date(2026, 6, 18), {"count": 1, "name": "Call of 2026-06-30"}, f"/buildings/{books.id}/letters/{run}"),
        Kind.UNSENT: (TODAY, {"count": 1, "name": "Call of 2026-06-30"}, f"/buildings/{books.id}/letters/{run}"),
    }  # fmt: skip


def test_letters_of_a_call_that_was_reversed_wait_for_nothing(alice, books, planned, called, monkeypatch):
    monkeypatch.setitem(SOURCES, "call", Call)  # as the assembled application does
    asked = called("2026-06-30", 80_000)
    with transaction(alice.organization_id) as s:
        for letter in s.exec(select(Letter)).all():
            letter.status, letter.error = "failed", "Without an address."
    assert set(waits(alice)) == {Kind.UNSENT}
    call(alice, issuing.reverse_call, asked.id, "Wrong key")
    assert waits(alice) == {}


def test_costs_of_which_nobody_said_who_bears_them(alice, books, planned, spent):
    line_id = spent("2026-03-01", "612100", 30_101)
    spent("2026-04-01", "612100", 100, DEED)
    assert waits(alice) == {Kind.BEARERS: (TODAY, {"count": 1}, f"/buildings/{books.id}/statements/new")}
    call(alice, sharing.share, books.id, [line_id], DEED)
    assert waits(alice) == {}


def test_a_year_that_ended_long_ago_and_is_not_settled(alice, books, planned, spent, published):
    spent("2025-03-01", "612100", 30_101, DEED)
    wanted = (date(2026, 4, 30), {"last": date(2025, 12, 31)}, f"/buildings/{books.id}/statements/new")
    assert waits(alice) == {Kind.STATEMENT: wanted}
    published("2025-06-30")
    assert waits(alice)[Kind.STATEMENT] == wanted  # half of it is
    spent("2025-10-01", "612100", 100, DEED)
    published("2025-12-31")
    assert Kind.STATEMENT not in waits(alice)


def test_what_the_checks_and_the_auditor_said(alice, books, planned):
    run = {"building_id": books.id, "ran_at": clock.now(), "warnings": 9, "findings": [], "cut": []}
    add(alice, IntegrityRun(**run, errors=2))
    ursula = as_role(alice, Role.AUDITOR, books.id)
    begun = call(ursula, verification.open_verification, books.id, books.years[2025])
    remark = call(ursula, verification.write_remark, begun.id, "Why?")
    assert waits(alice) == {
        Kind.CHECKS: (TODAY, {"count": 2}, f"/buildings/{books.id}/checks"),
        Kind.REMARKS: (TODAY, {"count": 1}, f"/buildings/{books.id}/verification"),
    }
    call(alice, verification.answer_remark, remark.id, "So.")
    assert set(waits(alice)) == {Kind.CHECKS}


def test_a_year_without_a_budget(alice, books, monkeypatch):
    asked = (date(2026, 1, 1), {"first": date(2026, 1, 1)}, f"/buildings/{books.id}/budgets")
    assert waits(alice) == {Kind.BUDGET: asked}
    given = BudgetIn(year_id=books.years[2026], lines=[Planned(cents=100_00, account="612000")])
    made = call(alice, budgets.create_budget, books.id, given)
    assert waits(alice) == {Kind.BUDGET: asked}  # a draft is none yet
    call(alice, budgets.submit_budget, made.id)
    assert waits(alice) == {}
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 1))
    assert waits(alice)[Kind.BUDGET][0] == date(2027, 1, 1)


def accepted(actor, building_id, on=date(2015, 1, 1)):
    known = BuildingIn.model_validate(call(actor, buildings.get_building, building_id).model_dump())
    call(actor, buildings.update_building, building_id, known.model_copy(update={"provisional_acceptance_on": on}))


def test_the_contribution_to_the_reserve_fund_that_the_law_asks_for(alice, books, planned, spent, called, published):
    spent("2025-03-01", "612100", 100_000, DEED)
    published("2025-12-31")
    assert waits(alice).keys() <= {Kind.OVERDUE}  # when the building was accepted is not known
    accepted(alice, books.id)
    where = f"/buildings/{books.id}/funds"
    # 5 % of 1 000,00 are 50,00.
    assert waits(alice)[Kind.CONTRIBUTION] == (date(2026, 12, 31), {"amount": Money(5_000)}, where)
    called("2026-07-31", 0, reserve=2_000)
    assert waits(alice)[Kind.CONTRIBUTION][1] == {"amount": Money(3_000)}
    called("2026-08-31", 0, reserve=3_000)
    assert Kind.CONTRIBUTION not in waits(alice)


@pytest.mark.parametrize(("on", "asked"), [(date(2021, 12, 31), True), (date(2022, 1, 1), False)])
def test_the_contribution_is_owed_from_the_year_in_which_five_years_end(alice, books, planned, spent, on, asked):
    spent("2025-03-01", "612100", 100_000, DEED)
    accepted(alice, books.id, on)
    assert (Kind.CONTRIBUTION in waits(alice)) is asked


def test_what_the_budget_plans_for_the_reserve_counts_once_it_is_approved(alice, books, spent):
    spent("2025-03-01", "612100", 100_000, DEED)
    accepted(alice, books.id)
    lines = [Planned(cents=4_000, nature="reserve"), Planned(cents=99_00, account="612000")]
    made = call(alice, budgets.create_budget, books.id, BudgetIn(year_id=books.years[2026], lines=lines))
    call(alice, budgets.submit_budget, made.id)
    assert waits(alice)[Kind.CONTRIBUTION][1] == {"amount": Money(5_000)}
    decided = {"decided_on": date(2026, 3, 1), "decision": "Approved."}
    call(alice, budgets.approve_budget, made.id, DecisionIn(**decided))
    assert waits(alice)[Kind.CONTRIBUTION][1] == {"amount": Money(1_000)}


def keep_books(actor, name):
    """A building with money in which something waits."""
    here = call(actor, buildings.create_building, a_building(name=name, provisional_acceptance_on=date(2015, 1, 1)))
    call(actor, accounts.open_books, here.id, BookIn(starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31)))
    call(actor, accounts.add_year, here.id, YearIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)))
    sides = [line("612100", debit=1_000), line("551", credit=1_000)]
    entry = EntryIn(journal="ODS", entry_on=date(2025, 3, 1), description="x", lines=sides)
    call(actor, ledger.post_entry, here.id, entry)
    return here


def test_the_number_of_questions_does_not_grow_with_the_books(alice):
    keep_books(alice, "One")
    with statements() as for_one:
        seen = set(waits(alice))
    assert seen == {Kind.BEARERS, Kind.STATEMENT, Kind.BUDGET, Kind.CONTRIBUTION}
    for n in range(3):
        keep_books(alice, f"More {n}")
    with statements() as for_four:
        counted = Counter(t.kind for t in todo(alice).tasks if t.kind in MONEY)
    assert counted == dict.fromkeys(seen, 4) | {Kind.BUDGET: 5}  # the books of the fixtures have none either
    assert len(for_four) == len(for_one)


def test_another_office_and_a_syndic_of_one_building_find_their_own_only(alice, charlie):
    one, other = keep_books(alice, "One"), keep_books(alice, "Other")
    assert waits(charlie) == {}
    found = [t for t in todo(as_role(alice, Role.SYNDIC, one.id)).tasks if t.kind in MONEY]
    assert {t.building_id for t in found} == {one.id} != {other.id}
    assert len(found) == 4
