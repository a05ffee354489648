import threading
from datetime import date, timedelta
from uuid import uuid4

import pytest
from conftest import a_building, as_role
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from modules.ledger.conftest import line
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from koprogo_app.core.actor import Role
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import DomainError, Forbidden, Invalid, NotFound
from koprogo_app.core.i18n import translate
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import BookIn
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.ledger import posting
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.owner_accounts import service as owner_accounts
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import OwnerIn
from koprogo_app.modules.payments import service
from koprogo_app.modules.payments.models import PaymentIn
from koprogo_app.modules.references import service as references

from .conftest import TODAY, line_of


def sides(actor, entry_id):
    whole = call(actor, ledger.get_entry, entry_id)
    return [(x.account.code, x.line.debit_cents, x.line.credit_cents, x.party) for x in whole.lines]


def give_reference(actor, building_id, owner_id):
    def create(s, actor_):
        return references.references_of(s, actor_, building_id, [owner_id])[owner_id]

    create.gate = service.record_payment.gate
    return call(actor, create)


# --- Receipts


def test_a_receipt_settles_the_oldest_due_and_splits_its_entry_by_account(alice, books, called, paid, opened_items):
    called(books.bob, 5_000, "2026-01-01", due="2026-02-28")
    called(books.bob, 2_000, "2026-01-01", due="2026-01-31", account="4100")
    called(books.bob, 9_000, "2026-02-01", due="2026-03-31")
    called(books.dora, 700)
    payment = paid(books.bob, 8_500, fund="reserve")
    assert sides(alice, payment.entry_id) == [
        ("550", 8_500, 0, ""), ("4100", 0, 2_000, "Bob"), ("4101", 0, 6_500, "Bob")
    ]  # fmt: skip
    assert opened_items(books.bob) == [("4101", 7_500)]  # 9 000 less the 1 500 that were left
    assert opened_items() == [("4101", 700), ("4101", 7_500)]
    whole = call(alice, service.get_payment, payment.id)
    assert [(x.account_code, x.cents) for x in whole.settled] == [("4100", 2_000), ("4101", 5_000), ("4101", 1_500)]
    assert (whole.name, whole.open_cents) == ("Bob", 0)


@pytest.mark.parametrize(("fund", "account"), [("working", "551"), ("reserve", "550"), ("cash", "57")])
def test_the_money_is_where_it_came_in(alice, books, called, paid, fund, account):
    called(books.bob, 100)
    entry = call(alice, ledger.get_entry, paid(books.bob, 100, fund=fund).entry_id)
    words = translate("fr", "Payment received")  # the language of the building; it names nobody
    assert (entry.entry.journal, entry.entry.source, entry.entry.description) == ("FIN", "payment", words)
    assert sides(alice, entry.entry.id)[0] == (account, 100, 0, "")


def test_what_is_left_stays_as_credit_of_the_working_account(alice, books, called, paid, opened_items):
    called(books.bob, 1_000, account="4100")
    payment = paid(books.bob, 1_500)
    assert sides(alice, payment.entry_id) == [("551", 1_500, 0, ""), ("4100", 0, 1_000, "Bob"), ("4101", 0, 500, "Bob")]
    assert opened_items(books.bob) == [("4101", -500)]
    assert call(alice, service.get_payment, payment.id).open_cents == 500


def test_one_who_pays_before_anything_is_asked_is_in_credit(books, paid, opened_items):
    paid(books.bob, 1_500)
    assert opened_items(books.bob) == [("4101", -1_500)]


def test_chosen_items_are_settled_for_chosen_amounts(alice, books, called, paid, opened_items):
    called(books.bob, 1_000, "2026-01-01")
    later = called(books.bob, 3_000, "2026-02-01")
    paid(books.bob, 2_500, items=[{"line_id": line_of(alice, books.id, later.id), "cents": 2_000}])
    assert opened_items(books.bob) == [("4101", 1_000), ("4101", 1_000), ("4101", -500)]


def test_another_s_items_are_not_there_to_choose(alice, books, called, paid, opened_items):
    hers = called(books.dora, 1_000)
    with pytest.raises(Invalid) as refused:
        paid(books.bob, 500, items=[{"line_id": line_of(alice, books.id, hers.id), "cents": 500}])
    assert set(refused.value.fields) == {"items.0"}
    assert opened_items() == [("4101", 1_000)]


def test_a_payment_sent_twice_is_entered_once(alice, books, called, paid, opened_items):
    called(books.bob, 1_000)
    key = uuid4()
    assert paid(books.bob, 400, key=key).id == paid(books.bob, 400, key=key).id
    assert opened_items(books.bob) == [("4101", 600)]
    other = call(alice, buildings.create_building, a_building(name="Elsewhere"))
    call(alice, accounts.open_books, other.id, BookIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)))
    with pytest.raises(Invalid) as refused:
        call(alice, service.record_payment, other.id, PaymentIn(owner_id=books.bob, cents=1, paid_on=TODAY, key=key))
    assert refused.value.field == "key"


@pytest.mark.parametrize(
    ("on", "more", "field"),
    [
        ("2026-06-16", {}, "paid_on"),  # tomorrow
        ("2024-12-31", {}, "paid_on"),  # before the books
        ("2026-03-31", {}, "paid_on"),  # locked
        ("2026-04-01", {"communication": "+++123/4567/89000+++"}, "communication"),
    ],
)
def test_what_is_wrong_is_refused_beside_it_and_nothing_is_written(alice, books, paid, opened_items, on, more, field):
    call(alice, accounts.lock_books, books.id, date(2026, 3, 31))
    with pytest.raises(Invalid) as refused:
        paid(books.bob, 100, on, **more)
    assert set(refused.value.fields) == {field}
    assert opened_items() == []
    assert call(alice, service.list_payments, books.id, Asked()).total == 0


def test_the_day_itself_and_the_first_open_day_are_taken(alice, books, paid):
    call(alice, accounts.lock_books, books.id, date(2026, 3, 31))
    assert paid(books.bob, 1, "2026-06-15").paid_on == TODAY
    assert paid(books.bob, 1, "2026-04-01").cents == 1


def test_who_holds_nothing_here_pays_nothing(alice, books, paid):
    stranger = call(alice, owners.create_owner, OwnerIn(last_name="Elsewhere"))
    with pytest.raises(Invalid) as refused:
        paid(stranger.id, 100)
    assert refused.value.field == "owner_id"


# --- By structured communication


def test_a_structured_communication_says_who_paid(alice, books, called, paid, opened_items):
    called(books.dora, 1_000)
    digits = give_reference(alice, books.id, books.dora)
    for text_ in (digits, f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"):
        payment = paid(None, 500, communication=text_)
        assert (payment.owner_id, payment.communication) == (books.dora, digits)
    assert opened_items() == []
    entry = call(alice, ledger.get_entry, payment.entry_id).entry
    assert entry.document_ref == f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"


@pytest.mark.parametrize(
    ("communication", "field"),
    [
        ("", "owner_id"),
        ("March", "owner_id"),
        ("+++090/9337/55493+++", "communication"),
        ("+++090/9337/55494+++", "communication"),
    ],
)
def test_one_that_names_nobody_is_refused(paid, communication, field):
    with pytest.raises(Invalid) as refused:
        paid(None, 500, communication=communication)
    assert set(refused.value.fields) == {field}


def test_a_communication_of_another_building_is_refused(alice, books, paid):
    other = call(alice, buildings.create_building, a_building(name="Elsewhere"))
    call(alice, accounts.open_books, other.id, BookIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)))
    digits = give_reference(alice, other.id, books.bob)
    with pytest.raises(Invalid) as refused:
        paid(None, 500, communication=digits)
    assert refused.value.field == "communication"


def test_another_may_pay_with_a_communication_that_is_not_his(alice, books, called, paid, opened_items):
    called(books.bob, 500)
    digits = give_reference(alice, books.id, books.dora)
    assert paid(books.bob, 500, communication=digits).owner_id == books.bob
    assert opened_items() == []


# --- Refunds


def test_a_refund_takes_the_oldest_credit(alice, books, paid, opened_items):
    paid(books.bob, 1_000, "2026-01-01")
    paid(books.bob, 500, "2026-02-01")
    refund = paid(books.bob, 1_200, kind="refund")
    assert sides(alice, refund.entry_id) == [("551", 0, 1_200, ""), ("4101", 1_200, 0, "Bob")]
    assert opened_items(books.bob) == [("4101", -300)]


def test_no_more_is_given_back_than_is_owed_back(books, called, paid, opened_items):
    called(books.bob, 900)
    paid(books.dora, 5_000)
    for open_credit in (0, 400):
        if open_credit:
            called(books.bob, -open_credit)
        with pytest.raises(Invalid) as refused:
            paid(books.bob, open_credit + 1, kind="refund")
        assert set(refused.value.fields) == {"cents"}
    paid(books.bob, 400, kind="refund")
    assert opened_items(books.bob) == [("4101", 900)]


# --- Reversal


def test_a_reversal_opens_again_what_was_settled(alice, books, called, paid, opened_items):
    called(books.bob, 1_000)
    payment = paid(books.bob, 1_500)
    undone = call(alice, service.reverse_payment, payment.id, "Another's money")
    assert opened_items() == [("4101", 1_000)]
    mirror = call(alice, ledger.get_entry, undone.reversal_entry_id).entry
    assert (mirror.reverses_id, mirror.description, mirror.entry_on) == (
        payment.entry_id,
        "Another's money",
        date(2026, 3, 1),
    )
    again = call(alice, service.reverse_payment, payment.id, "Twice")
    assert again.reversal_entry_id == undone.reversal_entry_id
    whole = call(alice, service.get_payment, payment.id)
    assert (whole.reason, whole.open_cents) == ("Another's money", 0)
    paid(books.bob, 1_000)
    assert opened_items() == []


def test_the_credit_of_a_reversed_payment_that_was_given_back_is_owed(alice, books, paid, opened_items):
    payment = paid(books.bob, 1_000)
    paid(books.bob, 400, kind="refund")
    call(alice, service.reverse_payment, payment.id, "Bounced")
    assert opened_items() == [("4101", 400)]


def test_a_reversal_says_why_and_falls_on_an_open_day(alice, books, paid):
    payment = paid(books.bob, 100)
    with pytest.raises(Invalid) as refused:
        call(alice, service.reverse_payment, payment.id, " ")
    assert refused.value.field == "reason"
    call(alice, accounts.lock_books, books.id, date(2026, 3, 31))
    undone = call(alice, service.reverse_payment, payment.id, "Slip")
    assert call(alice, ledger.get_entry, undone.reversal_entry_id).entry.entry_on == date(2026, 4, 1)
    late = paid(books.bob, 100, "2026-06-01")
    call(alice, accounts.lock_books, books.id, date(2026, 12, 31))
    with pytest.raises(Invalid) as refused:
        call(alice, service.reverse_payment, late.id, "Slip")
    assert set(refused.value.fields) == {"reason"}


def test_the_journal_does_not_undo_a_payment_by_itself(alice, books, paid):
    with pytest.raises(Invalid):
        call(alice, ledger.reverse_entry, paid(books.bob, 100).entry_id, TODAY, "Slip")


@pytest.mark.parametrize(
    "after", [[], [lambda s, entry_id, _: service.release(s, entry_id)]], ids=["before", "assembled"]
)
def test_an_entry_typed_and_reversed_leaves_nothing_to_pay(
    alice, books, posted, paid, opened_items, monkeypatch, after
):
    monkeypatch.setattr(posting, "AFTER_REVERSAL", after)  # books may hold reversals of before it was so
    entry = posted("2026-01-01", line("4101", debit=1_000, owner_id=books.bob), line("701", credit=1_000))
    call(alice, ledger.reverse_entry, entry.id, date(2026, 1, 2), "Slip")
    assert opened_items() == ([] if after else [("4101", 1_000), ("4101", -1_000)])
    seen = call(alice, service.preview, books.id, PaymentIn(owner_id=books.bob, cents=300, paid_on=TODAY))
    assert ([i for i in seen.items], seen.made.left, seen.balance_cents) == ([], 300, -300)
    paid(books.bob, 300)
    assert opened_items() == [("4101", -300)]


# --- By hand


def test_two_lines_are_settled_by_hand_and_opened_again(alice, books, called, paid, opened_items):
    paid(books.bob, 700)
    entry = called(books.bob, 1_000)
    credit = next(i.line_id for i in call(alice, service.open_items, books.id) if i.credit_cents)
    debit = line_of(alice, books.id, entry.id)
    made = call(alice, service.settle, books.id, debit, credit)
    assert (made.cents, opened_items()) == (700, [("4101", 300)])
    for cents in (None, 700):
        assert call(alice, service.settle, books.id, debit, credit, cents).id == made.id
    with pytest.raises(Invalid):
        call(alice, service.settle, books.id, debit, credit, 600)
    call(alice, service.unsettle, made.id)
    assert opened_items() == [("4101", 1_000), ("4101", -700)]
    with pytest.raises(NotFound):
        call(alice, service.unsettle, made.id)
    assert call(alice, service.settle, books.id, debit, credit, 250).cents == 250
    assert opened_items() == [("4101", 750), ("4101", -450)]


def test_what_cannot_settle_each_other_is_refused_beside_it(alice, books, called, paid):
    mine, hers = called(books.bob, 1_000), called(books.dora, 1_000)
    reserve, mine2 = called(books.bob, 50, account="4100"), called(books.bob, -300)
    debit, other, code, credit = (line_of(alice, books.id, e.id) for e in (mine, hers, reserve, mine2))
    for d, c, cents, field in (
        (other, credit, None, "credit_line_id"), (code, credit, None, "credit_line_id"), (debit, debit, None, "credit_line_id"),
        (credit, credit, None, "debit_line_id"), (debit, credit, 301, "cents"), (debit, credit, 0, "cents"), (uuid4(), credit, None, "debit_line_id"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            call(alice, service.settle, books.id, d, c, cents)
        assert set(refused.value.fields) == {field}


def test_a_reversal_and_its_entry_stay_settled(alice, books, paid):
    payment = paid(books.bob, 100)
    call(alice, service.reverse_payment, payment.id, "Slip")
    [pair] = call(alice, service.get_payment, payment.id).settled
    assert pair.fixed
    with pytest.raises(Invalid):
        call(alice, service.unsettle, pair.id)


def test_the_oldest_are_settled_of_one_or_of_all_and_again_changes_nothing(alice, books, called, paid, opened_items):
    paid(books.bob, 600)
    paid(books.dora, 100)
    called(books.bob, 500, "2026-02-01", due="2026-03-31")
    called(books.bob, 500, "2026-02-01", due="2026-02-28")
    called(books.bob, 500, "2026-01-01", account="4100")
    called(books.dora, 300, "2026-02-01")
    assert [x.cents for x in call(alice, service.settle_oldest, books.id, [books.bob])] == [500, 100]
    assert opened_items(books.bob) == [("4100", 500), ("4101", 400)]
    assert opened_items(books.dora) == [("4101", 300), ("4101", -100)]
    assert [x.cents for x in call(alice, service.settle_oldest, books.id)] == [100]
    assert call(alice, service.settle_oldest, books.id) == []
    assert opened_items() == [("4100", 500), ("4101", 200), ("4101", 400)]


def test_a_pair_that_was_settled_in_part_settles_the_rest_too(alice, books, called, paid, opened_items):
    paid(books.bob, 600)
    debit = line_of(alice, books.id, called(books.bob, 500).id)
    credit = next(i.line_id for i in call(alice, service.open_items, books.id) if i.credit_cents)
    first = call(alice, service.settle, books.id, debit, credit, 200)
    [second] = call(alice, service.settle_oldest, books.id)
    assert (second.id, second.cents) == (first.id, 500)
    assert opened_items() == [("4101", -100)]


def test_a_pair_that_was_settled_in_part_is_settled_by_hand_for_what_is_open(alice, books, called, paid, opened_items):
    paid(books.bob, 500)
    debit = line_of(alice, books.id, called(books.bob, 500).id)
    credit = next(i.line_id for i in call(alice, service.open_items, books.id) if i.credit_cents)
    first = call(alice, service.settle, books.id, debit, credit, 200)
    for _ in range(2):  # again changes nothing
        whole = call(alice, service.settle, books.id, debit, credit)
        assert (whole.id, whole.cents) == (first.id, 500)
    assert opened_items() == []


def test_what_several_open_again_at_once_is_opened_by_one_and_gone_for_the_others(alice, books, called, paid):
    paid(books.bob, 700)
    debit = line_of(alice, books.id, called(books.bob, 700).id)
    credit = next(i.line_id for i in call(alice, service.open_items, books.id) if i.credit_cents)
    made, ended = call(alice, service.settle, books.id, debit, credit), []

    def work():
        try:
            ended.append(call(alice, service.unsettle, made.id))
        except Exception as error:
            ended.append(type(error))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended, key=bool) == [None, *[NotFound] * 7]


# --- For the services above


def test_an_entry_above_knows_what_is_paid_of_it(alice, books, called, paid):
    first, second, back = called(books.bob, 1_000), called(books.bob, 400), called(books.dora, -250)
    paid(books.bob, 1_100)

    def read(s, _actor):
        return service.open_by_entry(s, [first.id, second.id, back.id])

    read.gate = service.open_items.gate
    assert call(alice, read) == {(first.id, books.bob): 0, (second.id, books.bob): 300, (back.id, books.dora): -250}


def test_an_entry_above_that_is_reversed_gives_back_what_was_paid(alice, books, called, paid, opened_items):
    entry = called(books.bob, 1_000)
    paid(books.bob, 1_000)

    def undo(s, actor):
        posting.mirror(s, actor, entry.id, "Wrong key")
        service.release(s, entry.id)

    undo.gate = service.reverse_payment.gate
    call(alice, undo)
    assert opened_items() == [("4101", -1_000)]


def test_open_items_as_of_a_day_are_those_of_that_day(books, called, paid, opened_items):
    called(books.bob, 1_000, "2026-01-01")
    called(books.bob, 500, "2026-02-01")
    paid(books.bob, 1_200, "2026-03-01")
    assert opened_items(until=date(2025, 12, 31)) == []
    assert opened_items(until=date(2026, 1, 31)) == [("4101", 1_000)]
    assert opened_items(until=date(2026, 2, 28)) == [("4101", 1_000), ("4101", 500)]
    assert opened_items(until=date(2026, 3, 1)) == [("4101", 300)]


# --- Lists


def test_payments_are_filtered_searched_and_sorted(alice, books, paid):
    paid(books.bob, 300, "2026-01-10", communication="Été", fund="cash")
    undone = paid(books.dora, 200, "2026-02-10", communication="+++090/9337/55493+++", note="Second transfer")
    paid(books.bob, 100, "2026-03-10", kind="refund")
    call(alice, service.reverse_payment, undone.id, "Slip")

    def found(search="", sort="", descending=False, **filters):
        rows = call(alice, service.list_payments, books.id, Asked(1, 25, sort, descending, search, filters)).rows
        return [row.cents for row in rows]

    assert found() == [300, 200, 100]
    assert found(sort="cents") == [100, 200, 300]
    assert found(sort="last_name", descending=True)[0] == 200
    assert (found(kind="refund"), found(fund="cash"), found(state="reversed")) == ([100], [300], [200])
    assert (found(owner=str(books.dora)), found(**{"from": "2026-03-01"}), found(until="2026-01-31")) == (
        [200],
        [100],
        [300],
    )
    assert (found("ete"), found("dora second"), found("+++090/9337/55493+++"), found("nobody")) == (
        [300],
        [200],
        [200],
        [],
    )
    for wrong in ({"state": "x"}, {"owner": "x"}, {"from": "soon"}):
        with pytest.raises(Invalid):
            found(**wrong)
    with pytest.raises(Invalid):
        found(sort="iban")


def test_open_items_are_listed_with_their_sums(alice, books, called, paid):
    called(books.bob, 1_000, "2026-01-01", due="2026-06-14", words="Winter")  # a day late
    called(books.bob, 500, "2026-01-01", due="2026-06-15", account="4100")
    called(books.dora, 250, "2026-06-01", due="2026-07-31")
    paid(books.dora, 400)

    def found(search="", sort="", descending=False, **filters):
        page = call(alice, service.list_open_items, books.id, Asked(1, 25, sort, descending, search, filters))
        return [(row.last_name, row.open_cents) for row in page.rows], page.total, page.owed, page.owed_back

    everything = [("Dora", 150), ("Bob", 1_000), ("Bob", 500)]
    assert found() == (everything, 3, 1_500, 150)
    assert found(due="to_pay") == (everything[1:], 2, 1_500, 0)
    assert found(due="late") == ([("Bob", 1_000)], 1, 1_000, 0)
    assert found(due="credit") == ([("Dora", 150)], 1, 0, 150)
    assert found(account="4100") == ([("Bob", 500)], 1, 500, 0)
    assert found(owner=str(books.dora)) == ([("Dora", 150)], 1, 0, 150)
    assert found("winter bob")[0] == [("Bob", 1_000)]
    assert found(sort="open_cents", descending=True)[0] == [("Bob", 1_000), ("Bob", 500), ("Dora", 150)]
    for wrong in ({"due": "soon"}, {"owner": "x"}):
        with pytest.raises(Invalid):
            found(**wrong)


# --- Preview


def test_what_a_payment_would_do_is_told_and_not_done(alice, books, called, opened_items):
    called(books.bob, 1_000)
    called(books.bob, 500, account="4100")
    data = PaymentIn(owner_id=books.bob, cents=1_700, paid_on=TODAY)
    seen = call(alice, service.preview, books.id, data)
    assert ([p.cents for p in seen.made.parts], seen.made.left, seen.balance_cents, seen.name) == (
        [1_000, 500],
        200,
        -200,
        "Bob",
    )
    assert opened_items() == [("4101", 1_000), ("4100", 500)]
    with pytest.raises(Invalid):
        call(alice, service.preview, books.id, PaymentIn(owner_id=books.bob, cents=1, paid_on=TODAY, kind="refund"))


# --- Two clerks at once


def test_two_clerks_do_not_settle_one_item_twice(alice, books, called, opened_items):
    called(books.bob, 10_000)
    failures = []

    def work():
        try:
            call(alice, service.record_payment, books.id, PaymentIn(owner_id=books.bob, cents=1_500, paid_on=TODAY))
        except Exception as error:  # a thread's failure would be lost
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(opened_items()) == [
        ("4101", -1_500),
        ("4101", -500),
    ]  # six settle 9 000, one 1 000 of 1 500, the last nothing


def test_one_payment_sent_at_once_by_two_is_entered_once(alice, books, called, opened_items):
    called(books.bob, 10_000)
    data = PaymentIn(owner_id=books.bob, cents=1_500, paid_on=TODAY, key=uuid4())
    found, failures = set(), []

    def work():
        try:
            found.add(call(alice, service.record_payment, books.id, data).id)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (failures, len(found)) == ([], 1)
    assert opened_items() == [("4101", 8_500)]


# --- The database itself refuses


INSERT = "INSERT INTO settlement (id, created_at, updated_at, building_id, debit_line_id, credit_line_id, cents) VALUES (gen_random_uuid(), now(), now(), :b, :d, :c, :n)"


@pytest.mark.parametrize(
    ("debit", "credit", "cents", "constraint"),
    [
        ("bob", "paid", 500, None),
        ("bob", "paid", 501, "settlement_within"),  # beyond the credit
        ("small", "paid", 101, "settlement_within"),  # beyond the debit
        ("dora", "paid", 1, "settlement_pair"),
        ("reserve", "paid", 1, "settlement_pair"),
        ("paid", "bob", 1, "settlement_pair"),
        ("bob", "paid", 0, "ck_settlement_cents"),
    ],
)
def test_the_database_keeps_lines_within_their_amounts(alice, books, called, paid, debit, credit, cents, constraint):
    paid(books.bob, 500)
    lines = {
        "bob": called(books.bob, 1_000), "small": called(books.bob, 100), "dora": called(books.dora, 1_000),
        "reserve": called(books.bob, 1_000, account="4100"),
    }  # fmt: skip
    ids = {name: line_of(alice, books.id, entry.id) for name, entry in lines.items()}
    ids["paid"] = next(i.line_id for i in call(alice, service.open_items, books.id) if i.credit_cents)
    given_ = {"b": books.id, "d": ids[debit], "c": ids[credit], "n": cents}

    def write():
        with transaction(alice.organization_id) as s:
            s.execute(text(INSERT), given_)

    if constraint is None:
        return write()
    with pytest.raises(DBAPIError) as refused:
        write()
    assert refused.value.orig.diag.constraint_name == constraint
    return None


def test_two_that_do_not_see_each_other_do_not_settle_beyond_it_either(alice, books, called, paid):
    """Past the application: each alone is within the line, both together are not."""
    paid(books.bob, 500)
    paid(books.bob, 500, "2026-03-02")
    debit = line_of(alice, books.id, called(books.bob, 600).id)
    credits_ = [i.line_id for i in call(alice, service.open_items, books.id) if i.credit_cents]
    ready, refused = threading.Barrier(2), []

    def write(credit):
        try:
            with transaction(alice.organization_id) as s:
                s.execute(text(INSERT), {"b": books.id, "d": debit, "c": credit, "n": 400})
                ready.wait(20)
        except DBAPIError as error:
            refused.append(error.orig.diag.constraint_name)

    threads = [threading.Thread(target=write, args=(c,)) for c in credits_]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["settlement_within"]


# --- Property: whatever happens, no line is settled beyond its amount and open items sum to the balance


STEPS = st.lists(
    st.tuples(st.sampled_from(["call", "reserve", "credit", "receipt", "refund", "oldest", "reverse", "unsettle"]), st.integers(1, 900), st.booleans()),
    min_size=1, max_size=10,
)  # fmt: skip
WITHIN = """
SELECT count(*) FROM journal_line l WHERE l.debit_cents + l.credit_cents <
  (SELECT coalesce(sum(cents), 0) FROM settlement WHERE l.id IN (debit_line_id, credit_line_id))
"""


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_happens_open_items_are_the_balance(alice, books, called, paid, steps):
    payments = []
    for n, (kind, cents, hers) in enumerate(steps):
        owner, day = (books.dora if hers else books.bob), str(date(2026, 1, 1) + timedelta(n))
        try:
            match kind:
                case "call" | "reserve":
                    called(owner, cents, day, account="4100" if kind == "reserve" else "4101")
                case "credit":
                    called(owner, -cents, day)
                case "receipt" | "refund":
                    payments.append(paid(owner, cents, day, kind=kind))
                case "oldest":
                    call(alice, service.settle_oldest, books.id)
                case "reverse" if payments:
                    call(alice, service.reverse_payment, payments[cents % len(payments)].id, "Slip")
                case "unsettle" if payments:
                    for one in call(alice, service.get_payment, payments[cents % len(payments)].id).settled[:1]:
                        call(alice, service.unsettle, one.id)
        except DomainError:
            pass  # a refund of more than is owed back, a reversal that stays
    with transaction(alice.organization_id) as s:
        assert s.execute(text(WITHIN)).scalar_one() == 0
    for owner in (books.bob, books.dora):
        open_ = sum(i.owed_cents for i in call(alice, service.open_items, books.id, owner))
        assert open_ == call(alice, owner_accounts.owner_lines, owner, books.id, Asked()).balance


# --- Who


def test_a_co_owner_reads_his_own_open_items(alice, books, bob, called):
    called(books.bob, 1_000)
    called(books.dora, 300)
    assert [i.open_cents for i in call(bob, service.my_open_items)] == [1_000]
    assert [i.open_cents for i in call(bob, service.my_open_items, books.id)] == [1_000]
    with pytest.raises(NotFound):
        call(bob, service.my_open_items, uuid4())
    with pytest.raises(NotFound):
        call(as_role(alice, Role.OWNER, books.id), service.my_open_items)


def test_another_office_sees_and_does_nothing(alice, charlie, books, called, paid):
    entry = called(books.bob, 1_000)
    payment = paid(books.bob, 100)
    debit = line_of(alice, books.id, entry.id)
    [one] = call(alice, service.get_payment, payment.id).settled
    data = PaymentIn(owner_id=books.bob, cents=1, paid_on=TODAY)
    for action, *given_ in (
        (service.open_items, books.id), (service.list_open_items, books.id, Asked()), (service.list_payments, books.id, Asked()),
        (service.get_payment, payment.id), (service.preview, books.id, data), (service.record_payment, books.id, data),
        (service.reverse_payment, payment.id, "Mine"), (service.settle, books.id, debit, debit), (service.settle_oldest, books.id),
        (service.unsettle, one.id),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            call(charlie, action, *given_)


def test_a_role_of_another_building_sees_no_payment(alice, books, paid):
    payment = paid(books.bob, 100)
    elsewhere = call(alice, buildings.create_building, a_building(name="Elsewhere"))
    with pytest.raises(NotFound):
        call(as_role(alice, Role.BOARD_MEMBER, elsewhere.id), service.get_payment, payment.id)
    assert call(as_role(alice, Role.BOARD_MEMBER, books.id), service.get_payment, payment.id).payment.id == payment.id


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        (Role.ACCOUNTANT, True, True), (Role.BOARD_MEMBER, True, False), (Role.AUDITOR, True, False), (Role.OWNER, False, False),
        (Role.OCCUPANT, False, False), (Role.CONTRACTOR, False, False),
    ],
)  # fmt: skip
def test_who_reads_and_who_enters(alice, books, role, reads, writes):
    actor, data = as_role(alice, role), PaymentIn(owner_id=books.bob, cents=1, paid_on=TODAY)
    for allowed, action, *given_ in (
        (reads, service.list_payments, books.id, Asked()), (reads, service.open_items, books.id),
        (writes, service.record_payment, books.id, data), (writes, service.settle_oldest, books.id),
    ):  # fmt: skip
        if allowed:
            assert call(actor, action, *given_) is not None
        else:
            with pytest.raises(Forbidden):
                call(actor, action, *given_)
