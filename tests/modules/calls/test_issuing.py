"""Issuing and undoing: who pays what, entries by hand, credit that settles, two people at once, refusals beside the field."""

import threading
from datetime import date

import pytest
from conftest import a_building, as_role
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.core.trade import Right
from koprogo_app.modules.accounts import access as books
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.calls import access, contributions, issuing, service
from koprogo_app.modules.calls.models import CallPart
from koprogo_app.modules.calls.rules import State
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.keys.models import KeyIn
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.ledger.models import JournalLine
from koprogo_app.modules.letters.models import Letter, LetterRun
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import LotIn
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import OwnershipIn, TransferIn
from koprogo_app.modules.payments import service as payments
from koprogo_app.modules.payments.models import Payment, PaymentIn
from koprogo_app.modules.references.models import PaymentReference

from .conftest import IBAN_RESERVE, IBAN_WORKING, a_call, a_line, a_person, rows, sides


def refused(actor, fn, *args) -> dict[str, str]:
    """field -> sentence of what an action is refused for."""
    with pytest.raises(Invalid) as error:
        call(actor, fn, *args)
    return {name: one.message.format(**one.params) for name, one in error.value.fields.items()}


def owed(actor, made) -> dict[str, int]:
    return {due.name: due.cents for due in call(actor, service.get_call, made.id).owners}


# --- Entries by hand


def test_each_destination_has_its_own_accounts(alice, house, issued):
    # 600 and 400 of 1000: of 100.00, 60.00 and 40.00; of 50.00, 30.00 and 20.00; of 25.00, 15.00 and 10.00
    made = issued(
        a_line(10_000), a_line(5_000, "works"), a_line(5_000, "reserve"), a_line(2_500, "special_reserve"),
        a_line(2_500, "working_fund"),
    )  # fmt: skip
    assert sides(alice, made.entry_id) == [
        ("4100", 4_500, 0, "Bob"), ("4101", 10_500, 0, "Bob"), ("4100", 3_000, 0, "Dora"), ("4101", 7_000, 0, "Dora"),
        ("701", 0, 10_000, ""), ("702", 0, 5_000, ""), ("160", 0, 5_000, ""), ("161", 0, 2_500, ""), ("100", 0, 2_500, ""),
    ]  # fmt: skip
    entry = call(alice, ledger.get_entry, made.entry_id).entry
    assert (entry.journal, entry.number, entry.entry_on, entry.source) == ("VEN", 1, date(2026, 3, 1), "call")
    lines = [x for x in rows(alice, JournalLine, entry_id=made.entry_id) if x.owner_id]
    assert {(x.due_on, x.description) for x in lines} == {(date(2026, 3, 31), "First quarter")}


def test_a_key_leaves_out_who_is_not_in_it(alice, house, issued):
    made = issued(a_line(10_000, key_id=house.lift))
    assert owed(alice, made) == {"Dora": 10_000}
    part = rows(alice, CallPart, call_id=made.id)
    assert [(p.lot_id, p.owner_id, p.cents, p.weight, p.whole) for p in part] == [(house.a2, house.dora, 10_000, 1, 1)]


def test_the_weights_that_are_kept_are_those_it_was_shared_out_by(alice, house, drafted, monkeypatch):
    made, share_out = drafted(a_line(10_000, key_id=house.lift)), access.share_out

    def then_changed(*args):
        shared = share_out(*args)
        call(alice, keys.set_weights, house.lift, {house.a1: 3, house.a2: 2})
        return shared

    monkeypatch.setattr(access, "share_out", then_changed)
    call(alice, issuing.issue_call, made.id)
    assert [(p.lot_id, p.cents, p.weight, p.whole) for p in rows(alice, CallPart)] == [(house.a2, 10_000, 1, 1)]


def test_a_private_call_asks_one_owner_alone(alice, house, issued):
    made = issued(a_line(3_500), owner_id=house.bob, lot_id=house.a1)
    assert owed(alice, made) == {"Bob": 3_500}
    part = rows(alice, CallPart, call_id=made.id)
    assert [(p.lot_id, p.owner_id, p.weight, p.whole) for p in part] == [(house.a1, house.bob, None, None)]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=4), st.integers(1, 999))
def test_the_parts_of_each_line_sum_to_it_and_the_entry_to_the_parts(alice, house, drafted, amounts, weight):
    key = call(alice, keys.create_key, house.id, KeyIn(name=f"Key {drafted.__hash__()} {amounts} {weight}"[:90]))
    call(alice, keys.set_weights, key.id, {house.a1: weight, house.a2: 1000 - weight})
    lines = [a_line(cents, "reserve" if n % 2 else "provisions", key_id=key.id) for n, cents in enumerate(amounts)]
    made = call(alice, issuing.issue_call, drafted(*lines).id)
    by_line: dict = {}
    for part in rows(alice, CallPart, call_id=made.id):
        by_line[part.call_line_id] = by_line.get(part.call_line_id, 0) + part.cents
    whole = call(alice, service.get_call, made.id)
    assert by_line == {line.id: line.cents for line in whole.lines}
    posted = {}
    for x in rows(alice, JournalLine, entry_id=made.entry_id):
        if x.owner_id:
            posted[x.owner_id] = posted.get(x.owner_id, 0) + x.debit_cents
    assert posted == {due.owner_id: due.cents for due in whole.owners}
    assert sum(posted.values()) == made.total_cents == sum(amounts)


# --- Who owns on the due date pays


@pytest.mark.parametrize(
    ("sold_on", "who"), [(date(2026, 3, 30), "Emma"), (date(2026, 3, 31), "Emma"), (date(2026, 4, 1), "Bob")]
)
def test_who_owns_on_the_due_date_pays_all(alice, house, issued, monkeypatch, sold_on, who):
    monkeypatch.setattr(clock, "today", lambda: date(2026, 5, 1))  # a deed is entered once it is signed
    emma = a_person(alice, "Emma")
    sold = TransferIn.model_validate({"sellers": [house.bob], "buyers": [{"owner_id": emma}], "on": sold_on})
    call(alice, ownership.transfer, house.a1, sold)
    assert owed(alice, issued()) == {who: 6_000, "Dora": 4_000}


def _lot(alice, house, *parts):
    """A lot A3 of 1000 shares more, so that the deed counts 2000; each part: (person, numerator, denominator, right)."""
    data = a_building(total_shares=2000, kbo=house.building.kbo, iban_working=IBAN_WORKING, iban_reserve=IBAN_RESERVE)
    call(alice, buildings.update_building, house.id, data)
    lot = call(alice, lots.create_lot, house.id, LotIn(number="A3", type="apartment", shares=1000))
    for owner_id, numerator, denominator, right in parts:
        call(alice, ownership.add_part, OwnershipIn(
            lot_id=lot.id, owner_id=owner_id, numerator=numerator, denominator=denominator, right=right,
            started_on=date(2020, 1, 1),
        ))  # fmt: skip
    return lot.id


def test_the_usufructuary_pays_what_recurs_and_the_bare_owner_the_rest(alice, house, issued):
    ursula, nora = a_person(alice, "Ursula"), a_person(alice, "Nora")
    _lot(alice, house, (ursula, 1, 1, Right.USUFRUCT), (nora, 1, 1, Right.BARE))
    made = issued(a_line(20_000), a_line(8_000, "reserve"), a_line(4_000, "works"), a_line(2_000, "working_fund"))
    # half of the shares are those of A3: 100.00 and 10.00 recur, 40.00 and 20.00 do not
    assert {name: cents for name, cents in owed(alice, made).items() if name in ("Ursula", "Nora")} == {
        "Ursula": 11_000, "Nora": 6_000
    }  # fmt: skip


def test_co_owners_of_a_lot_each_pay_their_fraction_to_the_cent(alice, house, issued):
    three = [a_person(alice, name) for name in ("Iris", "Jan", "Kim")]
    _lot(alice, house, *((person, 1, 3, Right.UNDIVIDED) for person in three))
    found = owed(alice, issued(a_line(20_000)))  # 100.00 of the lot by three
    assert found == {"Bob": 6_000, "Dora": 4_000, "Iris": 3_334, "Jan": 3_333, "Kim": 3_333}


# --- Once


def test_issuing_again_changes_nothing(alice, house, issued):
    made = issued()
    again = call(alice, issuing.issue_call, made.id)
    assert (again.entry_id, again.issued_at) == (made.entry_id, made.issued_at)
    assert call(alice, ledger.list_entries, house.id, Asked()).total == 1
    assert len(rows(alice, CallPart)) == 2


def test_two_people_issuing_at_once_post_one_entry(alice, house, drafted):
    made = drafted()
    start, found, failed = threading.Barrier(4), [], []

    def issue():
        start.wait()
        try:
            found.append(call(alice, issuing.issue_call, made.id).entry_id)
        except Exception as error:  # what any of them meets is the failure of the test
            failed.append(error)

    threads = [threading.Thread(target=issue) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(set(found)) == 1
    assert call(alice, ledger.list_entries, house.id, Asked()).total == 1
    assert (len(rows(alice, CallPart)), len(rows(alice, LetterRun))) == (2, 1)


def seen(actor, made) -> str:
    whole, shared = call(actor, service.get_call, made.id), call(actor, service.preview, made.id)
    return service.seen(whole.call, whole.lines, shared)


@pytest.mark.parametrize(
    "change",
    [
        a_call(a_line(20_000)), a_call(a_line(destination="reserve")), a_call(a_line(description="Roof")), a_call(title="Second quarter"),
        a_call(description="As voted."), a_call(called_on=date(2026, 3, 2)), a_call(due_on=date(2026, 4, 1)),
    ],
)  # fmt: skip
def test_a_draft_that_was_changed_since_it_was_seen_is_not_issued(alice, house, drafted, change):
    made = drafted()
    before = seen(alice, made)
    call(alice, service.update_call, made.id, change)
    with pytest.raises(Conflict, match="changed meanwhile"):
        call(alice, issuing.issue_call, made.id, before)
    assert (rows(alice, CallPart), rows(alice, LetterRun)) == ([], [])
    assert call(alice, issuing.issue_call, made.id, seen(alice, made)).status == "issued"


def test_a_draft_that_others_pay_since_it_was_seen_is_not_issued(alice, house, drafted, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2026, 5, 1))
    made = drafted()
    before = seen(alice, made)
    assert seen(alice, made) == before
    sold = {"sellers": [house.bob], "buyers": [{"owner_id": a_person(alice, "Emma")}], "on": date(2026, 3, 30)}
    call(alice, ownership.transfer, house.a1, TransferIn.model_validate(sold))
    with pytest.raises(Conflict, match="changed meanwhile"):
        call(alice, issuing.issue_call, made.id, before)


def test_a_letter_waits_for_each_owner_and_each_has_his_digits(alice, house, issued):
    made = issued()
    (run,) = rows(alice, LetterRun)
    assert (run.kind, run.source_id, run.title, run.total) == ("call", made.id, "First quarter", 2)
    assert {x.owner_id for x in rows(alice, Letter)} == {house.bob, house.dora}
    assert {x.owner_id for x in rows(alice, PaymentReference)} == {house.bob, house.dora}


def test_what_stands_in_credit_settles_a_new_call_at_once(alice, house, issued):
    paid = PaymentIn(owner_id=house.bob, paid_on=date(2026, 2, 1), cents=2_500)
    call(alice, payments.record_payment, house.id, paid)
    made = issued()
    whole = call(alice, service.get_call, made.id)
    assert {due.name: (due.open_cents, due.state) for due in whole.owners} == {
        "Bob": (3_500, State.PARTLY), "Dora": (4_000, State.ISSUED)
    }  # fmt: skip
    assert (whole.state, whole.open_cents) == (State.PARTLY, 7_500)


# --- Undone


def test_reversing_gives_every_account_back_and_keeps_what_was_paid_as_credit(alice, house, issued):
    made = issued()
    call(
        alice, payments.record_payment, house.id, PaymentIn(owner_id=house.bob, paid_on=date(2026, 3, 10), cents=6_000)
    )
    assert set(refused(alice, issuing.reverse_call, made.id, " ")) == {"reason"}
    undone = call(alice, issuing.reverse_call, made.id, "Wrong key")
    assert (undone.status, undone.reversal_reason) == ("reversed", "Wrong key")
    assert sides(alice, undone.reversal_entry_id) == [
        ("4101", 0, 6_000, "Bob"), ("4101", 0, 4_000, "Dora"), ("701", 10_000, 0, "")
    ]  # fmt: skip
    left = call(alice, payments.open_items, house.id)
    assert [(i.owner_id, i.credit_cents, i.open_cents) for i in left] == [(house.bob, 6_000, 6_000)]
    again = call(alice, issuing.reverse_call, made.id, "Twice")
    assert again.reversal_entry_id == undone.reversal_entry_id
    assert call(alice, service.get_call, made.id).state is State.REVERSED
    with pytest.raises(Invalid):
        call(alice, issuing.issue_call, made.id)


def test_a_call_of_a_month_now_locked_is_undone_on_the_first_open_day(alice, house, issued):
    made = issued()
    call(alice, accounts.lock_books, house.id, date(2026, 4, 30))
    undone = call(alice, issuing.reverse_call, made.id, "Wrong")
    assert call(alice, ledger.get_entry, undone.reversal_entry_id).entry.entry_on == date(2026, 5, 1)


def test_a_draft_is_not_reversed_and_cancelling_refuses_what_is_paid(alice, house, drafted, issued):
    with pytest.raises(Invalid):
        call(alice, issuing.reverse_call, drafted().id, "Why not")
    assert call(alice, issuing.cancel_call, drafted().id).status == "reversed"
    made = issued()
    call(alice, payments.record_payment, house.id, PaymentIn(owner_id=house.bob, paid_on=date(2026, 3, 10), cents=1))
    with pytest.raises(Invalid, match="is paid"):
        call(alice, issuing.cancel_call, made.id)


@pytest.fixture
def meanwhile(monkeypatch):
    """meanwhile(act): what a colleague does just before the next lock of the books is taken."""

    def arm(act):
        lock, waiting = books.locked_book, [act]

        def locked_book(*args):
            if waiting:
                waiting.pop()()
            return lock(*args)

        monkeypatch.setattr(books, "locked_book", locked_book)

    return arm


def test_a_payment_that_arrives_as_a_call_is_cancelled_keeps_it(alice, house, issued, meanwhile):
    made = issued()
    paid = PaymentIn(owner_id=house.bob, paid_on=date(2026, 3, 10), cents=1)
    meanwhile(lambda: call(alice, payments.record_payment, house.id, paid))
    with pytest.raises(Invalid, match="is paid"):
        call(alice, issuing.cancel_call, made.id)
    assert call(alice, service.get_row, made.id).status == "issued"


def test_a_call_that_was_reversed_as_it_is_cancelled_is_cancelled(alice, house, issued, meanwhile):
    made = issued()
    meanwhile(lambda: call(alice, issuing.reverse_call, made.id, "Wrong key"))
    undone = call(alice, issuing.cancel_call, made.id)
    assert (undone.status, undone.reversal_reason) == ("reversed", "Wrong key")


def test_a_contribution_paid_twice_at_once_is_paid_once(alice, house, issued, meanwhile):
    issued()
    [one] = call(alice, contributions.list_contributions, house.bob)
    pay = (contributions.pay_contribution, one.id, date(2026, 3, 10), "bank_transfer", "first")
    meanwhile(lambda: call(alice, *pay))
    found = call(alice, *pay[:-1], "second")
    assert (found.open_cents, found.paid and found.paid.reference) == (0, "first")
    assert [x.cents for x in rows(alice, Payment)] == [6_000]


def test_a_draft_that_was_put_aside_is_neither_changed_nor_deleted(alice, house, drafted):
    made = call(alice, issuing.cancel_call, drafted().id)
    for fn, args in ((service.update_call, (a_call(),)), (service.delete_call, ())):
        with pytest.raises(Invalid, match="was reversed"):
            call(alice, fn, made.id, *args)


# --- Refusals: nothing is written


def test_a_lot_that_nobody_holds_on_the_due_date_is_named_beside_the_line(alice, house, drafted):
    empty = _lot(alice, house)
    made = drafted(a_line(), a_line(1_000, key_id=house.lift))
    found = refused(alice, issuing.issue_call, made.id)
    assert set(found) == {"lines.0.key_id"}
    assert "A3 (31/03/2026)" in found["lines.0.key_id"]
    assert (empty, rows(alice, CallPart), rows(alice, LetterRun)) == (empty, [], [])


@pytest.mark.parametrize("on", [date(2025, 6, 30), date(2024, 5, 1), date(2028, 1, 1)])
def test_a_locked_day_or_one_of_no_year_is_refused_beside_the_day_of_the_call(alice, house, drafted, on):
    call(alice, accounts.lock_books, house.id, date(2025, 6, 30))
    made = drafted(called_on=on, due_on=date(2028, 2, 1))
    assert set(refused(alice, issuing.issue_call, made.id)) == {"called_on"}
    assert call(alice, service.get_row, made.id).status == "draft"
    assert (rows(alice, CallPart), rows(alice, LetterRun)) == ([], [])


def test_a_key_without_weights_is_refused(alice, house):
    blank = call(alice, keys.create_key, house.id, KeyIn(name="Heating"))
    assert set(refused(alice, service.create_call, house.id, a_call(a_line(key_id=blank.id)))) == {"lines.0.key_id"}


def test_books_that_are_not_open_take_no_call(alice):
    building = call(alice, buildings.create_building, a_building())
    made = call(alice, service.create_call, building.id, a_call())
    with pytest.raises(Invalid):
        call(alice, issuing.issue_call, made.id)


def test_the_accountant_drafts_and_the_syndic_issues(alice, anna, charlie, house):
    made = call(anna, service.create_call, house.id, a_call())
    with pytest.raises(Forbidden):
        call(anna, issuing.issue_call, made.id)
    for fn, args in ((issuing.issue_call, ()), (issuing.reverse_call, ("x",)), (issuing.cancel_call, ())):
        with pytest.raises(NotFound):
            call(charlie, fn, made.id, *args)
        for role in (Role.BOARD_MEMBER, Role.AUDITOR, Role.OWNER):
            with pytest.raises(Forbidden):
                call(as_role(alice, role, house.id), fn, made.id, *args)
    assert call(alice, issuing.issue_call, made.id).status == "issued"
