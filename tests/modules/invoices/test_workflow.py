"""From draft to paid and back: states, entries by hand, two people at once, a stop half-way."""

import threading
from datetime import date, timedelta
from uuid import uuid4

import pytest
from conftest import as_role, make_actor

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.errors import Forbidden, Invalid, NotFound
from koprogo_app.core.i18n import Money, translate
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.invoices import service, workflow
from koprogo_app.modules.invoices.models import CostAllocation, CostExclusion, InvoiceIn, SettingIn
from koprogo_app.modules.invoices.rules import Fund
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.keys.models import KeyIn
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.ledger.models import JournalLine
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.modules.suppliers.models import SupplierIn

from .conftest import a_line, rows, sides


def state(actor, invoice):
    found = call(actor, service.get_row, invoice.id)
    return found.approval, found.payment


def entries(actor, house):
    return call(actor, ledger.list_entries, house.id, Asked()).total


def refused(actor, fn, *args) -> set[str]:
    """The fields beside which an action is refused."""
    with pytest.raises(Invalid) as error:
        call(actor, fn, *args)
    return set(error.value.fields)


# --- Entries by hand


def test_two_rates_are_two_costs_with_their_vat_against_the_supplier(alice, entered):
    # 1000.00 + 21 % = 1210.00; 5000.00 + 6 % = 5300.00; together 6510.00
    invoice = entered(a_line("1000", "21", "610100"), a_line("5000", "6", "611710"), until="posted")
    assert sides(alice, invoice.entry_id) == [
        ("610100", 121_000, 0, ""), ("611710", 530_000, 0, ""), ("440", 0, 651_000, "Lift SA")
    ]  # fmt: skip
    entry = call(alice, ledger.get_entry, invoice.entry_id).entry
    assert (entry.journal, entry.number, entry.entry_on, entry.document_ref) == ("ACH", 1, date(2026, 3, 1), "F26-1")
    assert entry.description == "Lift SA: Lift, March"


def test_a_credit_note_is_the_other_way_round_and_so_is_its_payment(alice, entered):
    note = entered(a_line("200", "21"), kind="credit_note", until="paid")
    assert sides(alice, note.entry_id) == [("610100", 0, 24_200, ""), ("440", 24_200, 0, "Lift SA")]
    assert sides(alice, note.payment_entry_id) == [("440", 0, 24_200, "Lift SA"), ("551", 24_200, 0, "")]


def test_a_discount_stands_on_the_other_side_of_its_account(alice, entered):
    invoice = entered(a_line("1000", "21"), a_line("-100", "21", "612600"), a_line("0", "21"), until="posted")
    assert sides(alice, invoice.entry_id) == [
        ("610100", 121_000, 0, ""), ("612600", 0, 12_100, ""), ("440", 0, 108_900, "Lift SA")
    ]  # fmt: skip


def test_an_invoice_that_leaves_the_vat_to_its_customer_costs_what_it_asks(alice, entered):
    invoice = entered(a_line("1000", "0", "611700"), until="posted")
    assert sides(alice, invoice.entry_id) == [("611700", 100_000, 0, ""), ("440", 0, 100_000, "Lift SA")]
    assert any("without VAT" in r.message for r in call(alice, service.remarks, invoice.id))


def test_a_private_cost_names_its_owner_beside_the_entry(alice, house, entered):
    invoice = entered(a_line("40", "21", "643", owner_id=house.bob), until="posted")
    assert sides(alice, invoice.entry_id) == [("643", 4_840, 0, ""), ("440", 0, 4_840, "Lift SA")]
    (kept,) = rows(alice, CostAllocation, building_id=house.id)
    assert (kept.owner_id, kept.key_id, kept.vat_cents) == (house.bob, None, 840)


def test_paying_debits_the_supplier_and_credits_the_bank_of_the_fund(alice, anna, entered):
    first, second = entered(until="posted"), entered(number="F26-2", until="posted")
    paid = call(anna, workflow.pay_invoice, first.id, Fund.WORKING, date(2026, 3, 20))
    assert sides(alice, paid.payment_entry_id) == [("440", 12_100, 0, "Lift SA"), ("551", 0, 12_100, "")]
    assert (paid.paid_on, paid.paid_from) == (date(2026, 3, 20), "working")
    entry = call(alice, ledger.get_entry, paid.payment_entry_id).entry
    assert (entry.journal, entry.entry_on) == ("FIN", date(2026, 3, 20))
    other = call(anna, workflow.pay_invoice, second.id, Fund.RESERVE, date(2026, 3, 21))
    assert sides(alice, other.payment_entry_id) == [("440", 12_100, 0, "Lift SA"), ("550", 0, 12_100, "")]


def test_each_cost_keeps_how_it_is_shared_out_with_its_line_of_the_books(alice, house, entered):
    year = {"period_from": date(2026, 1, 1), "period_until": date(2026, 12, 31)}
    invoice = entered(
        a_line("100", "21", key_id=house.lift, **year),
        a_line("0", "21"),
        a_line("50", "6", "612100", excluded=[house.a1], tenant_percent=80, ordinary=False),
        until="posted",
    )
    lines = {x.id: x for x in rows(alice, JournalLine, entry_id=invoice.entry_id)}
    first, second = rows(alice, CostAllocation, building_id=house.id)
    assert (lines[first.journal_line_id].debit_cents, lines[second.journal_line_id].debit_cents) == (12_100, 5_300)
    assert (first.key_id, first.period_from, first.period_until) == (house.lift, date(2026, 1, 1), date(2026, 12, 31))
    assert (second.key_id, second.period_from, second.period_until) == (None, date(2026, 3, 1), date(2026, 3, 1))
    assert (second.tenant_percent, second.ordinary, second.vat_cents) == (80, False, 300)
    assert [(x.allocation_id, x.lot_id) for x in rows(alice, CostExclusion)] == [(second.id, house.a1)]


# --- Refusals


def test_what_an_invoice_lacks_is_said_beside_its_fields_before_it_is_sent(alice, house, entered):
    bare = entered(a_line(account=""), a_line(account=" "), supplier_id=None, stated_cents=5)
    assert refused(alice, workflow.submit_invoice, bare.id) == {
        "supplier_id", "stated_cents", "lines.0.account", "lines.1.account"
    }  # fmt: skip
    empty = entered(number="F2", lines=[])
    call(alice, service.update_invoice, empty.id, _without_lines(house))
    assert refused(alice, workflow.submit_invoice, empty.id) == {"lines"}


def _without_lines(house):
    return InvoiceIn(supplier_id=house.supplier, number="F2", issued_on=date(2026, 3, 1), description="Nothing")


@pytest.mark.parametrize(
    ("line", "change", "field"),
    [
        ({"account": "999"}, {}, "lines.1.account"),
        ({"account": "61"}, {}, "lines.1.account"),  # groups others
        ({"account": "4101"}, {}, "lines.1.account"),  # asks for a co-owner
        ({}, {"booked_on": date(2025, 6, 30)}, "booked_on"),  # locked below
        ({}, {"booked_on": date(2027, 1, 1)}, "booked_on"),  # in no year
        ({"period_from": date(2019, 1, 1), "period_until": date(2019, 6, 30)}, {}, "lines.1.key_id"),  # nobody's then
        ({"excluded": "all"}, {}, "lines.1.key_id"),
    ],
)
def test_what_cannot_be_posted_is_refused_beside_the_field_and_nothing_is_written(
    alice, house, entered, line, change, field
):
    call(alice, accounts.lock_books, house.id, date(2025, 6, 30))
    if line.get("excluded"):
        line = line | {"excluded": [house.a1, house.a2]}
    invoice = entered(a_line("0"), a_line(**line), until="submitted", **change)
    assert refused(alice, workflow.approve_invoice, invoice.id) == {field}
    assert state(alice, invoice) == ("submitted", "pending")
    assert (entries(alice, house), rows(alice, CostAllocation)) == (0, [])


def test_a_key_without_weights_stops_the_approval(alice, house, entered):
    blank = call(alice, keys.create_key, house.id, KeyIn(name="Heating"))
    invoice = entered(a_line(key_id=blank.id), until="submitted")
    assert refused(alice, workflow.approve_invoice, invoice.id) == {"lines.0.key_id"}


def test_books_that_are_not_open_take_no_invoice(alice, building):
    who = call(alice, suppliers.create_supplier, SupplierIn(name="Lift SA")).id
    data = InvoiceIn(supplier_id=who, issued_on=date(2026, 3, 1), description="x", lines=[a_line()])
    invoice = call(alice, service.create_invoice, building.id, data)
    call(alice, workflow.submit_invoice, invoice.id)
    with pytest.raises(Invalid):
        call(alice, workflow.approve_invoice, invoice.id)
    assert state(alice, invoice) == ("submitted", "pending")


def test_above_the_limit_somebody_else_approves(alice, anna, house, entered, an_invoice):
    call(alice, service.set_setting, house.id, SettingIn(four_eyes_cents=12_099))
    own = entered(until="submitted")  # 121.00
    with pytest.raises(Invalid) as refused:
        call(alice, workflow.approve_invoice, own.id)
    said = translate("nl", refused.value.message, **refused.value.params)
    assert said == "Boven €\u00a0120,99 keurt iemand anders goed: niet wie ze verstuurde."
    hers = call(anna, service.create_invoice, house.id, an_invoice(number="F26-2"))
    call(anna, workflow.submit_invoice, hers.id)
    assert call(alice, workflow.approve_invoice, hers.id).approval == "posted"
    at_the_limit = entered(a_line("99.99"), number="F26-3", until="submitted")  # 120.99
    assert call(alice, workflow.approve_invoice, at_the_limit.id).approval == "posted"


@pytest.mark.parametrize("raised", [12_100, None])
def test_who_lifts_the_limit_does_not_approve_what_he_had_sent(alice, house, entered, raised):
    call(alice, service.set_setting, house.id, SettingIn(four_eyes_cents=12_099))
    own = entered(until="submitted")  # 121.00
    call(alice, service.set_setting, house.id, SettingIn(four_eyes_cents=raised))
    assert call(alice, service.get_setting, house.id).four_eyes_cents == raised
    later = entered(number="F26-2", until="submitted")
    assert call(alice, workflow.approve_invoice, later.id).approval == "posted"
    for again in (False, True):
        if again:  # sent back to oneself and sent once more, it is still what was sent under the limit
            call(alice, workflow.refuse_invoice, own.id, "Sent too early")
            call(alice, workflow.submit_invoice, own.id)
        with pytest.raises(Invalid) as refused:
            call(alice, workflow.approve_invoice, own.id)
        assert (refused.value.message, refused.value.params) == (
            "The limit was {amount} when this was sent or since: somebody else approves it.",
            {"amount": Money(12_099)},
        )
    bert = make_actor(alice.organization_id, Role.SYNDIC, "Bert")
    assert call(bert, workflow.approve_invoice, own.id).approval == "posted"


def test_a_limit_that_others_set_meanwhile_counts_too(alice, house, entered):
    bert = make_actor(alice.organization_id, Role.SYNDIC, "Bert")
    own = entered(until="submitted")
    for actor, limit in ((alice, 50_000), (bert, 12_099), (alice, None)):
        call(actor, service.set_setting, house.id, SettingIn(four_eyes_cents=limit))
    with pytest.raises(Invalid):
        call(alice, workflow.approve_invoice, own.id)


def test_refusing_needs_a_reason_and_the_invoice_comes_back_corrected(alice, entered, an_invoice):
    invoice = entered(until="submitted")
    assert refused(alice, workflow.refuse_invoice, invoice.id, " ") == {"reason"}
    assert call(alice, workflow.refuse_invoice, invoice.id, "Wrong building").refusal_reason == "Wrong building"
    call(alice, service.update_invoice, invoice.id, an_invoice(a_line("90")))
    again = call(alice, workflow.submit_invoice, invoice.id)
    assert (again.approval, again.refusal_reason, again.gross_cents) == ("submitted", None, 10_890)
    with pytest.raises(Invalid):
        call(alice, service.update_invoice, invoice.id, an_invoice())


def test_a_payment_is_not_of_tomorrow_nor_of_a_locked_month(alice, house, entered):
    invoice = entered(until="posted")
    call(alice, accounts.lock_books, house.id, date(2026, 3, 31))
    tomorrow = clock.today() + timedelta(1)
    assert refused(alice, workflow.pay_invoice, invoice.id, Fund.WORKING, tomorrow) == {"paid_on"}
    assert refused(alice, workflow.pay_invoice, invoice.id, Fund.WORKING, date(2026, 3, 31)) == {"paid_on"}
    assert state(alice, invoice) == ("posted", "pending")


# --- Back again


def test_unpaying_and_undoing_bring_every_account_back(alice, house, entered):
    invoice = entered(
        a_line("100", "21", key_id=house.lift, excluded=[house.a1]), a_line("10", "6", owner_id=house.bob, account="643"),
        until="posted",
    )  # fmt: skip
    call(alice, workflow.pay_invoice, invoice.id, Fund.WORKING, date(2026, 3, 20))
    with pytest.raises(Invalid):
        call(alice, workflow.undo_posting, invoice.id, "Wrong")  # it is paid
    assert refused(alice, workflow.unpay_invoice, invoice.id, "") == {"reason"}
    unpaid = call(alice, workflow.unpay_invoice, invoice.id, "Bounced")
    assert (unpaid.payment, unpaid.paid_on, unpaid.payment_entry_id) == ("pending", None, None)
    back = call(alice, workflow.undo_posting, invoice.id, "Wrong key")
    assert (back.approval, back.entry_id, back.approved_by) == ("draft", None, None)
    year = next(y.id for y in call(alice, accounts.list_years, house.id) if y.starts_on.year == 2026)
    found = {b.account.code: b.moved for b in call(alice, ledger.balances, house.id, year)}
    assert {code: moved.after for code, moved in found.items()} == {"440": 0, "551": 0, "610100": 0, "643": 0}
    kept = rows(alice, CostAllocation)
    lines = {x.id: x for x in rows(alice, JournalLine)}
    by_bearer = {}
    for a in kept:
        x = lines[a.journal_line_id]
        by_bearer.setdefault((a.key_id, a.owner_id), []).append((x.debit_cents - x.credit_cents, a.vat_cents))
    assert by_bearer == {
        (house.lift, None): [(12_100, 2_100), (-12_100, -2_100)], (None, house.bob): [(1_060, 60), (-1_060, -60)]
    }  # fmt: skip
    assert [x.lot_id for x in rows(alice, CostExclusion)] == [house.a1] * 2
    call(alice, workflow.submit_invoice, invoice.id)
    again = call(alice, workflow.approve_invoice, invoice.id)
    assert call(alice, ledger.get_entry, again.entry_id).entry.number == 3  # after the entry and its mirror
    steps = [x.action for x in call(alice, service.get_invoice, invoice.id).steps]
    assert steps == ["create", "submit", "approve", "pay", "unpay", "undo", "submit", "approve"]


def test_what_was_posted_in_a_month_now_locked_is_undone_on_the_first_open_day(alice, house, entered):
    invoice = entered(until="posted")
    call(alice, accounts.lock_books, house.id, date(2026, 4, 30))
    call(alice, workflow.undo_posting, invoice.id, "Twice")
    first, mirror = sorted(
        call(alice, ledger.list_entries, house.id, Asked()).rows, key=lambda e: e.number
    )  # fmt: skip
    assert (first.entry_on, mirror.entry_on, mirror.reverses_id) == (date(2026, 3, 1), date(2026, 5, 1), first.id)


def test_cancelling_is_for_what_is_not_in_the_books(alice, entered):
    draft, posted = entered(), entered(number="F26-2", until="posted")
    assert call(alice, workflow.cancel_invoice, draft.id).payment == "cancelled"
    with pytest.raises(Invalid):
        call(alice, workflow.submit_invoice, draft.id)
    assert call(alice, workflow.reactivate_invoice, draft.id).payment == "pending"
    with pytest.raises(Invalid):
        call(alice, workflow.cancel_invoice, posted.id)


def test_an_invoice_can_be_called_overdue_and_is_paid_all_the_same(alice, entered):
    invoice = entered(until="posted")
    assert call(alice, workflow.mark_overdue, invoice.id).payment == "overdue"
    assert call(alice, workflow.pay_invoice, invoice.id).payment == "paid"


# --- Twice, at once, half-way


def test_every_step_done_twice_is_done_once(alice, house, entered):
    invoice = entered()
    for step, args in (
        (workflow.submit_invoice, ()), (workflow.approve_invoice, ()), (workflow.mark_overdue, ()), (workflow.pay_invoice, ()),
        (workflow.unpay_invoice, ("Slip",)), (workflow.undo_posting, ("Slip",)), (workflow.cancel_invoice, ()),
        (workflow.reactivate_invoice, ()),
    ):  # fmt: skip
        once, twice = call(alice, step, invoice.id, *args), call(alice, step, invoice.id, *args)
        assert (once.approval, once.payment, once.entry_id) == (twice.approval, twice.payment, twice.entry_id)
    assert entries(alice, house) == 4  # cost, payment and a mirror of each
    steps = [x.action for x in call(alice, service.get_invoice, invoice.id).steps]
    assert len(steps) == len(set(steps)) == 9


def test_two_people_approving_at_once_post_one_entry(alice, house, entered):
    invoice = entered(until="submitted")
    start, found, failed = threading.Barrier(4), [], []

    def approve():
        start.wait()
        try:
            found.append(call(alice, workflow.approve_invoice, invoice.id).entry_id)
        except Exception as error:  # what any of them meets is the failure of the test
            failed.append(error)

    people = [threading.Thread(target=approve) for _ in range(4)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert (failed, len(found), len(set(found)), entries(alice, house)) == ([], 4, 1, 1)


def test_a_stop_between_the_entry_and_the_invoice_leaves_neither(alice, house, entered, monkeypatch):
    invoice = entered(until="submitted")

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as m:
        m.setattr(workflow, "_move", killed)
        with pytest.raises(KeyboardInterrupt):
            call(alice, workflow.approve_invoice, invoice.id)
    assert (state(alice, invoice), entries(alice, house)) == (("submitted", "pending"), 0)
    assert call(alice, workflow.approve_invoice, invoice.id).approval == "posted"
    assert entries(alice, house) == 1


def test_an_entry_of_an_invoice_is_undone_with_the_invoice_only(alice, entered):
    invoice = entered(until="posted")
    with pytest.raises(Invalid):
        call(alice, ledger.reverse_entry, invoice.entry_id, date(2026, 3, 2), "By hand")


# --- Who


STEPS = [
    (workflow.submit_invoice, (), "draft", "SA"), (workflow.approve_invoice, (), "submitted", "S"),
    (workflow.refuse_invoice, ("Why",), "submitted", "S"), (workflow.pay_invoice, (), "posted", "SA"),
    (workflow.unpay_invoice, ("Why",), "paid", "SA"), (workflow.undo_posting, ("Why",), "posted", "S"),
    (workflow.cancel_invoice, (), "draft", "SA"), (workflow.mark_overdue, (), "posted", "SA"),
]  # fmt: skip
ROLES = {
    "S": Role.SYNDIC, "A": Role.ACCOUNTANT, "B": Role.BOARD_MEMBER, "U": Role.AUDITOR, "O": Role.OWNER, "C": Role.OCCUPANT,
    "K": Role.CONTRACTOR,
}  # fmt: skip


@pytest.mark.parametrize(("step", "args", "until", "who"), STEPS, ids=[s[0].__name__ for s in STEPS])
def test_who_may_decide(alice, charlie, entered, step, args, until, who):
    invoice = entered(until=until)
    for letter, role in ROLES.items():
        if letter not in who:
            with pytest.raises(Forbidden):
                call(as_role(alice, role), step, invoice.id, *args)
    with pytest.raises(NotFound):
        call(charlie, step, invoice.id, *args)
    with pytest.raises(NotFound):
        call(as_role(alice, Role.SYNDIC, uuid4()), step, invoice.id, *args)
    for letter in who:
        assert call(as_role(alice, ROLES[letter]), step, invoice.id, *args).id == invoice.id
