from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from conftest import a_building, make_actor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import koprogo_app.koprogo_app  # noqa: F401  (registers what keeps an entry from being reversed)
from koprogo_app.core import clock
from koprogo_app.core.actor import GRANTS, Permission, Role
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import BookIn
from koprogo_app.modules.budgets import service as budgets
from koprogo_app.modules.budgets.models import BudgetIn, DecisionIn
from koprogo_app.modules.budgets.models import LineIn as BudgetLineIn
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.funds import moving, service
from koprogo_app.modules.funds.models import AllocationIn, FundMovement, TransferIn, WaiverIn, WithdrawalIn
from koprogo_app.modules.funds.rules import Verdict
from koprogo_app.modules.invoices import service as invoices
from koprogo_app.modules.invoices import workflow
from koprogo_app.modules.invoices.models import CostAllocation, CostExclusion, InvoiceIn, SharingIn
from koprogo_app.modules.invoices.models import LineIn as InvoiceLineIn
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.keys.models import KeyIn
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.ledger.rules import Journal
from koprogo_app.modules.statements import sharing
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.modules.suppliers.models import SupplierIn

from .conftest import held, line, line_of, rows, sides

ON = date(2026, 3, 1)


def taking(cents=50_00, **change):
    return WithdrawalIn.model_validate({"cents": cents, "moved_on": ON, "words": "Roof"} | change)


def adding(cents=50_00, **change):
    given_ = {"cents": cents, "moved_on": ON, "words": "Surplus of 2025", "decision": "Meeting of 12 February"}
    return AllocationIn.model_validate(given_ | change)


def shifting(cents=50_00, **change):
    return TransferIn.model_validate({"from_code": "551", "to_code": "550", "cents": cents, "moved_on": ON} | change)


def refused(actor, function, *given_):
    with pytest.raises(Invalid) as error:
        call(actor, function, *given_)
    return set(error.value.fields)


# --- Withdrawals -----------------------------------------------------------------------------------------------------


def test_a_withdrawal_takes_from_the_fund_and_is_shared_out_as_its_cost(alice, house, borne, called):
    called("2026-02-01", 1_000_00)
    cost = borne("2026-02-10", 300_00)
    cost_line = line_of(alice, cost.id, "611")
    made = call(alice, moving.withdraw, house.id, taking(300_00, cost_line_id=cost_line, key_id=house.lift))
    assert sides(alice, made.entry_id) == [("160", 300_00, 0), ("681", 0, 300_00)]
    assert held(alice, house) == {"working": 0, "reserve": 700_00, "special": 0}
    (kept,) = rows(alice, CostAllocation, journal_line_id=line_of(alice, made.entry_id, "681"))
    # as the cost: the shares of the deed, on its day, not the key that came with it
    assert (kept.key_id, kept.period_from, kept.ordinary) == (None, date(2026, 2, 10), True)


def test_the_result_shows_nothing_of_a_cost_that_a_fund_pays(alice, house, borne, called):
    called("2026-02-01", 1_000_00)
    cost = borne("2026-02-10", 300_00)
    call(alice, moving.withdraw, house.id, taking(300_00, cost_line_id=line_of(alice, cost.id, "611")))
    found = call(alice, ledger.balances, house.id, house.years[2026])
    assert sum(b.moved.after for b in found if b.account.code[0] in "67") == 0


def test_a_withdrawal_takes_the_key_and_the_lots_left_out_of_its_cost(alice, house, borne, called):
    called("2026-02-01", 1_000_00)
    days = {"period_from": date(2026, 1, 1), "period_until": date(2026, 6, 30)}
    cost = borne("2026-02-10", 300_00, ordinary=False, tenant_percent=40, excluded=[house.a2], **days)
    cost_line = line_of(alice, cost.id, "611")
    made = call(alice, moving.withdraw, house.id, taking(100_00, cost_line_id=cost_line))
    (kept,) = rows(alice, CostAllocation, journal_line_id=line_of(alice, made.entry_id, "681"))
    assert (kept.period_from, kept.period_until, kept.ordinary, kept.tenant_percent) == (
        date(2026, 1, 1), date(2026, 6, 30), False, 40,
    )  # fmt: skip
    assert [x.lot_id for x in rows(alice, CostExclusion, allocation_id=kept.id)] == [house.a2]
    undone = call(alice, moving.reverse_movement, made.id, "Another cost")
    (back,) = rows(alice, CostAllocation, journal_line_id=line_of(alice, undone.reversal_entry_id, "681"))
    assert (back.key_id, back.ordinary) == (None, False)
    assert [x.lot_id for x in rows(alice, CostExclusion, allocation_id=back.id)] == [house.a2]


def test_without_a_cost_the_key_is_said(alice, house, called):
    called("2026-02-01", 1_000_00)
    made = call(alice, moving.withdraw, house.id, taking(100_00, key_id=house.lift, ordinary=True))
    (kept,) = rows(alice, CostAllocation, journal_line_id=line_of(alice, made.entry_id, "681"))
    assert (kept.key_id, kept.ordinary, kept.period_from, kept.period_until) == (house.lift, True, ON, ON)
    deed = call(alice, moving.withdraw, house.id, taking(100_00, key_id=house.id))  # the deed by the building's id
    assert deed.key_id is None


@pytest.mark.parametrize(("fund", "code"), [("working", "100"), ("reserve", "160"), ("special", "161")])
def test_each_fund_has_its_account(alice, house, called, fund, code):
    called("2026-02-01", 1_000_00, code)
    made = call(alice, moving.withdraw, house.id, taking(1_000_00, fund=fund))
    assert sides(alice, made.entry_id)[0] == (code, 1_000_00, 0)
    assert held(alice, house)[fund] == 0


def test_a_fund_never_falls_below_nothing(alice, house, called):
    called("2026-02-01", 100_00)
    assert refused(alice, moving.withdraw, house.id, taking(100_01)) == {"cents"}
    assert refused(alice, moving.withdraw, house.id, taking(1, fund="special")) == {"cents"}
    assert refused(alice, moving.withdraw, house.id, taking(1, moved_on=date(2026, 1, 31))) == {
        "cents"
    }  # not there yet
    call(alice, moving.withdraw, house.id, taking(100_00, moved_on=date(2026, 6, 1)))
    assert refused(alice, moving.withdraw, house.id, taking(1)) == {"cents"}  # it is spent in June
    assert held(alice, house)["reserve"] == 0


def test_a_cost_is_paid_once(alice, house, borne, called):
    called("2026-02-01", 1_000_00)
    cost = borne("2026-02-10", 300_00)
    cost_line = line_of(alice, cost.id, "611")
    assert refused(alice, moving.withdraw, house.id, taking(300_01, cost_line_id=cost_line)) == {"cents"}
    first = call(alice, moving.withdraw, house.id, taking(200_00, cost_line_id=cost_line))
    assert refused(alice, moving.withdraw, house.id, taking(100_01, cost_line_id=cost_line)) == {"cents"}
    assert [(x.cents, x.left) for x in call(alice, service.list_costs, house.id)] == [(300_00, 100_00)]
    call(alice, moving.withdraw, house.id, taking(100_00, cost_line_id=cost_line))
    assert call(alice, service.list_costs, house.id) == []
    call(alice, moving.reverse_movement, first.id, "Wrong fund")
    assert [x.left for x in call(alice, service.list_costs, house.id, "Words")] == [200_00]
    assert call(alice, service.list_costs, house.id, "other words") == []


def test_a_cost_that_nobody_bears_yet_is_not_paid(alice, house, posted, called):
    called("2026-02-01", 1_000_00)
    cost = line_of(alice, posted("2026-02-10", line("611", debit=300_00), line("551", credit=300_00)).id, "611")
    assert refused(alice, moving.withdraw, house.id, taking(300_00, cost_line_id=cost)) == {"cost_line_id"}
    call(alice, sharing.share, house.id, [cost], SharingIn(key_id=house.lift))
    made = call(alice, moving.withdraw, house.id, taking(300_00, cost_line_id=cost))
    (kept,) = rows(alice, CostAllocation, journal_line_id=line_of(alice, made.entry_id, "681"))
    assert kept.key_id == house.lift


def test_a_cost_that_a_fund_paid_stays_until_the_withdrawal_is_reversed(alice, house, borne, called):
    called("2026-02-01", 20_000_00)
    roofer = call(alice, suppliers.create_supplier, SupplierIn(name="Roof SA")).id

    def roof(cents):
        paper = {"supplier_id": roofer, "issued_on": date(2026, 2, 10), "description": "Roof"}
        return InvoiceIn(**paper, lines=[InvoiceLineIn(account="611", unit_price=cents / 100)])

    invoice = call(alice, workflow.create_and_submit, house.id, roof(12_000_00))
    cost = line_of(alice, call(alice, workflow.approve_invoice, invoice.id).entry_id, "611")
    paid = call(alice, moving.withdraw, house.id, taking(12_000_00, cost_line_id=cost))
    typed = borne("2026-02-11", 300_00)
    other = call(alice, moving.withdraw, house.id, taking(300_00, cost_line_id=line_of(alice, typed.id, "611")))
    for function, given_ in (
        (workflow.undo_posting, (invoice.id, "Wrong amount")),
        (ledger.reverse_entry, (typed.id, ON, "Wrong amount")),
    ):
        with pytest.raises(Invalid, match="A fund has paid this cost"):
            call(alice, function, *given_)
    assert call(alice, invoices.get_row, invoice.id).approval == "posted"
    call(alice, moving.reverse_movement, paid.id, "Wrong amount")
    call(alice, moving.reverse_movement, other.id, "Wrong amount")
    call(alice, ledger.reverse_entry, typed.id, ON, "Wrong amount")
    call(alice, workflow.undo_posting, invoice.id, "Wrong amount")
    call(alice, workflow.update_and_submit, invoice.id, roof(11_000_00))
    anew = line_of(alice, call(alice, workflow.approve_invoice, invoice.id).entry_id, "611")
    call(alice, moving.withdraw, house.id, taking(11_000_00, cost_line_id=anew))
    assert held(alice, house)["reserve"] == 9_000_00


def test_only_a_common_cost_that_stands_is_paid(alice, house, posted, called):
    called("2026-02-01", 1_000_00)
    entry = posted("2026-02-10", line("643", debit=300_00), line("551", credit=300_00))
    wrong = [line_of(alice, entry.id, "643"), line_of(alice, entry.id, "551"), uuid4()]
    undone = posted("2026-02-11", line("611", debit=300_00), line("551", credit=300_00))
    mirror = call(alice, ledger.reverse_entry, undone.id, ON, "Twice")
    wrong += [line_of(alice, undone.id, "611"), line_of(alice, mirror.id, "611")]
    for line_id in wrong:
        assert refused(alice, moving.withdraw, house.id, taking(cost_line_id=line_id)) == {"cost_line_id"}
    assert call(alice, service.list_costs, house.id) == []


def test_what_is_wrong_stands_beside_its_field(alice, house, called):
    called("2026-02-01", 1_000_00)
    tomorrow = clock.today() + timedelta(1)
    for change, fields in [
        ({"words": "  "}, {"words"}),
        ({"moved_on": tomorrow}, {"moved_on"}),
        ({"document_id": uuid4()}, {"document_id"}),
        ({"key_id": uuid4()}, {"key_id"}),
    ]:
        assert refused(alice, moving.withdraw, house.id, taking(**change)) == fields
    call(alice, accounts.lock_books, house.id, date(2026, 3, 31))
    assert refused(alice, moving.withdraw, house.id, taking()) == {"moved_on"}
    assert rows(alice, FundMovement) == []


def test_a_key_of_two_weights_that_do_not_add_up_is_refused_beside_it(alice, house, called):
    called("2026-02-01", 1_000_00)
    key = call(alice, keys.create_key, house.id, KeyIn(name="Heating", total=100))
    call(alice, keys.set_weights, key.id, {house.a1: 60})
    assert refused(alice, moving.withdraw, house.id, taking(key_id=key.id)) == {"key_id"}


# --- Money and allocations -------------------------------------------------------------------------------------------


def test_a_transfer_moves_money_in_one_step_and_leaves_the_funds(alice, house, called):
    called("2026-02-01", 1_000_00)
    made = call(alice, moving.transfer, house.id, shifting(400_00, from_code="550", to_code="551"))
    assert sides(alice, made.entry_id) == [("551", 400_00, 0), ("550", 0, 400_00)]
    entry = call(alice, ledger.get_entry, made.entry_id).entry
    assert (entry.journal, entry.description) == (Journal.FIN, "550 → 551")
    found = call(alice, service.get_overview, house.id, house.years[2026])
    assert held(alice, house)["reserve"] == 1_000_00
    assert (found.reserve.money, found.reserve.difference, found.reserve.elsewhere) == (600_00, 400_00, 400_00)
    call(alice, moving.reverse_movement, made.id, "Not needed")
    assert call(alice, service.get_overview, house.id, house.years[2026]).reserve.difference == 0


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"from_code": "160"}, {"from_code"}),
        ({"to_code": "999"}, {"to_code"}),
        ({"from_code": "x", "to_code": "440"}, {"from_code", "to_code"}),
        ({"to_code": "551"}, {"to_code"}),
        ({"moved_on": date(2024, 12, 31)}, {"moved_on"}),
    ],
)
def test_money_moves_between_two_accounts_of_money(alice, house, change, fields):
    assert refused(alice, moving.transfer, house.id, shifting(**change)) == fields


def test_every_place_of_money_is_offered(alice, house):
    codes = {a.code for a in call(alice, service.list_places, house.id)}
    assert {"550", "551", "57"} <= codes
    assert not codes & {"58", "499", "160"}


def test_a_surplus_is_added_by_a_decision_and_shared_by_the_deed(alice, house):
    made = call(alice, moving.allocate, house.id, adding(80_00, fund="special"))
    assert (made.kind, sides(alice, made.entry_id)) == ("allocation", [("680", 80_00, 0), ("161", 0, 80_00)])
    (kept,) = rows(alice, CostAllocation, journal_line_id=line_of(alice, made.entry_id, "680"))
    assert (kept.key_id, kept.owner_id, kept.period_from) == (None, None, ON)
    assert refused(alice, moving.allocate, house.id, adding(decision=" ")) == {"decision"}


def test_interest_is_added_once_and_only_what_was_received(alice, house, posted):
    assert refused(alice, moving.allocate, house.id, adding(interest=True, decision="")) == {"cents"}
    posted("2026-01-31", line("550", debit=12_34), line("751", credit=12_34))
    assert refused(alice, moving.allocate, house.id, adding(12_35, interest=True)) == {"cents"}
    made = call(alice, moving.allocate, house.id, adding(12_34, interest=True, decision=""))
    assert (made.kind, sides(alice, made.entry_id)) == ("interest", [("680", 12_34, 0), ("160", 0, 12_34)])
    assert refused(alice, moving.allocate, house.id, adding(1, interest=True)) == {"cents"}
    found = call(alice, ledger.balances, house.id, house.years[2026])
    assert sum(b.moved.after for b in found if b.account.code[0] in "67") == 0
    call(alice, moving.reverse_movement, made.id, "Wrong fund")
    call(alice, moving.allocate, house.id, adding(12_34, interest=True, fund="special"))
    assert held(alice, house) == {"working": 0, "reserve": 0, "special": 12_34}


def test_what_a_fund_has_spent_is_not_taken_back(alice, house):
    made = call(alice, moving.allocate, house.id, adding(80_00))
    taken = call(alice, moving.withdraw, house.id, taking(50_00))
    assert refused(alice, moving.reverse_movement, made.id, "Mistake") == {"reason"}
    call(alice, moving.reverse_movement, taken.id, "Mistake")
    call(alice, moving.reverse_movement, made.id, "Mistake")
    assert held(alice, house)["reserve"] == 0


def test_a_reversal_has_a_reason_and_happens_once(alice, house, called):
    called("2026-02-01", 1_000_00)
    made = call(alice, moving.withdraw, house.id, taking())
    assert refused(alice, moving.reverse_movement, made.id, " ") == {"reason"}
    first = call(alice, moving.reverse_movement, made.id, "Mistake")
    again = call(alice, moving.reverse_movement, made.id, "Mistake again")
    assert (again.reversal_entry_id, again.reversal_reason) == (first.reversal_entry_id, "Mistake")
    assert sides(alice, first.reversal_entry_id) == [("160", 0, 50_00), ("681", 50_00, 0)]
    assert held(alice, house)["reserve"] == 1_000_00


def test_a_reversal_after_a_lock_has_the_first_open_day(alice, house, called):
    called("2026-02-01", 1_000_00)
    made = call(alice, moving.withdraw, house.id, taking())
    call(alice, accounts.lock_books, house.id, date(2026, 3, 31))
    undone = call(alice, moving.reverse_movement, made.id, "Mistake")
    assert call(alice, ledger.get_entry, undone.reversal_entry_id).entry.entry_on == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("function", "data"), [(moving.withdraw, taking), (moving.transfer, shifting), (moving.allocate, adding)]
)
def test_sent_twice_is_written_once(alice, house, called, function, data):
    called("2026-02-01", 1_000_00)
    sent = data(key=uuid4())
    first, again = call(alice, function, house.id, sent), call(alice, function, house.id, sent)
    assert first.id == again.id
    assert len(rows(alice, FundMovement)) == 1
    other = call(alice, buildings.create_building, a_building(name="Other"))
    call(alice, accounts.open_books, other.id, BookIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)))
    with pytest.raises(Conflict):
        call(alice, function, other.id, sent)


# --- How the funds stand ---------------------------------------------------------------------------------------------


def test_a_year_of_a_fund_is_the_sum_of_what_befell_it(alice, house, posted, called):
    posted("2025-01-01", line("550", debit=500_00), line("160", credit=500_00), journal=Journal.OPN)
    called("2025-05-01", 100_00)
    called("2026-02-01", 200_00, paid=False)
    posted("2026-02-03", line("551", debit=7_00), line("160", credit=7_00))
    posted("2026-02-04", line("550", debit=3_00), line("751", credit=3_00))
    call(alice, moving.allocate, house.id, adding(40_00))
    call(alice, moving.allocate, house.id, adding(3_00, interest=True))
    call(alice, moving.withdraw, house.id, taking(60_00))
    found = call(alice, service.get_overview, house.id, house.years[2026])
    reserve = found.standings[1]
    assert (reserve.opening, reserve.contributed, reserve.allocated, reserve.interest, reserve.withdrawn, reserve.other) == (
        600_00, 200_00, 40_00, 3_00, -60_00, 7_00,
    )  # fmt: skip
    assert reserve.balance == 790_00
    assert (found.reserve.fund, found.reserve.money, found.reserve.owed) == (790_00, 603_00, 200_00)
    assert (found.reserve.difference, found.reserve.elsewhere) == (187_00, -13_00)
    first = call(alice, service.get_overview, house.id, house.years[2025]).standings[1]
    assert (first.opening, first.contributed, first.balance) == (500_00, 100_00, 600_00)
    ended = call(alice, service.list_ended, house.id)
    assert [(x.year.starts_on.year, x.held["reserve"]) for x in ended][:2] == [(2025, 600_00), (2026, 790_00)]


def test_the_books_are_listed_with_what_was_done_here(alice, house, called):
    called("2026-02-01", 200_00)
    made = call(alice, moving.withdraw, house.id, taking(60_00))
    called("2025-05-01", 100_00, "161")
    asked = Asked(filters={"year": str(house.years[2026])}, descending=True)
    found = call(alice, service.list_lines, house.id, asked)
    assert [(x.code, x.cents, x.movement_id) for x in found.rows] == [("160", -60_00, made.id), ("160", 200_00, None)]
    assert call(alice, service.list_lines, house.id, Asked(filters={"fund": "special"})).total == 1
    assert call(alice, service.list_lines, house.id, Asked(search="roof")).total == 1
    assert call(alice, service.list_lines, house.id, Asked(filters={"fund": "nonsense"})).total == 0
    assert refused(alice, service.list_lines, house.id, Asked(filters={"year": "x"})) == {"year"}
    for filters, total in [
        ({"kind": "withdrawal"}, 1),
        ({"kind": "transfer"}, 0),
        ({"fund": "reserve"}, 1),
        ({"state": "reversed"}, 0),
    ]:
        assert call(alice, service.list_movements, house.id, Asked(filters=filters)).total == total
    call(alice, moving.reverse_movement, made.id, "Mistake")
    assert call(alice, service.list_movements, house.id, Asked(filters={"state": "reversed"})).total == 1


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["add", "take", "undo"]), st.sampled_from(["reserve", "special", "working"]), st.integers(1, 9_99)),
        max_size=6,
    )
)  # fmt: skip
def test_a_fund_is_the_sum_of_its_movements_that_stand(alice, house, steps):
    before, done = held(alice, house), []
    sums = dict(before)
    for what, fund, cents in steps:
        if what == "add":
            done.append(call(alice, moving.allocate, house.id, adding(cents, fund=fund)))
            sums[fund] += cents
        elif what == "take" and cents <= sums[fund]:
            done.append(call(alice, moving.withdraw, house.id, taking(cents, fund=fund)))
            sums[fund] -= cents
        elif what == "undo" and done:
            last = done.pop()
            try:
                call(alice, moving.reverse_movement, last.id, "Mistake")
            except Invalid:
                continue
            sums[last.fund] += last.cents if last.kind == "withdrawal" else -last.cents
    assert held(alice, house) == sums
    assert all(cents >= 0 for cents in sums.values())


# --- The duty --------------------------------------------------------------------------------------------------------


def duty(actor, house, year=2026):
    return call(actor, service.get_overview, house.id, house.years[year]).duty


def test_the_minimum_comes_from_the_ordinary_costs_of_the_year_before(alice, house, posted, called):
    posted("2025-03-01", line("612", debit=12_345_67), line("551", credit=12_345_67))
    posted("2025-03-02", line("611", debit=9_000_00), line("551", credit=9_000_00))
    posted("2025-03-03", line("643", debit=500_00), line("551", credit=500_00))
    called("2026-02-01", 617_28)
    found = duty(alice, house)
    assert (found.due_from, found.base.cents, found.base.left_out) == (date(2020, 6, 1), 12_345_67, 9_000_00)
    assert (found.minimum, found.contributed, found.planned) == (617_29, 617_28, None)
    assert found.verdict == Verdict.SHORT
    called("2026-02-02", 1)
    assert duty(alice, house).verdict == Verdict.MET
    assert duty(alice, house, 2025).verdict == Verdict.NO_BASE


def test_interest_is_no_contribution_and_an_allocation_is_one(alice, house, posted):
    posted("2025-03-01", line("612", debit=1_000_00), line("551", credit=1_000_00))
    posted("2026-01-31", line("550", debit=50_00), line("751", credit=50_00))
    call(alice, moving.allocate, house.id, adding(50_00, interest=True))
    assert duty(alice, house).verdict == Verdict.SHORT
    call(alice, moving.allocate, house.id, adding(50_00))
    assert (duty(alice, house).contributed, duty(alice, house).verdict) == (50_00, Verdict.MET)


def test_what_the_special_fund_is_given_does_not_count(alice, house, posted, called):
    posted("2025-03-01", line("612", debit=1_000_00), line("551", credit=1_000_00))
    called("2026-02-01", 50_00, "161")
    assert duty(alice, house).verdict == Verdict.SHORT


def test_the_plan_comes_from_the_approved_budget(alice, house, posted):
    posted("2025-03-01", line("612", debit=1_000_00), line("551", credit=1_000_00))
    lines = [
        BudgetLineIn(nature="reserve", cents=30_00, description="Reserve"),
        BudgetLineIn(nature="reserve", account="160", cents=20_00, description="Roof"),
        BudgetLineIn(nature="reserve", account="161", cents=500_00, description="Special"),
        BudgetLineIn(nature="ordinary", account="612", cents=1_000_00, description="Electricity"),
    ]
    made = call(alice, budgets.create_budget, house.id, BudgetIn(year_id=house.years[2026], lines=lines))
    assert duty(alice, house).planned is None
    call(alice, budgets.submit_budget, made.id)
    call(alice, budgets.approve_budget, made.id, DecisionIn(decided_on=date(2026, 1, 15), decision="Approved"))
    assert duty(alice, house).planned == 50_00
    over = clock.today() > date(2026, 12, 31)
    assert duty(alice, house).verdict == (Verdict.SHORT if over else Verdict.PLANNED)


# --- Waivers ---------------------------------------------------------------------------------------------------------


def waiving(house, **change):
    given_ = {"year_id": house.years[2026], "decided_on": date(2026, 2, 12), "votes_for": 800, "votes_cast": 1000}
    return WaiverIn.model_validate(given_ | change)


def test_a_waiver_by_four_fifths_stands_until_it_is_withdrawn(alice, house, posted):
    posted("2025-03-01", line("612", debit=1_000_00), line("551", credit=1_000_00))
    made = call(alice, service.record_waiver, house.id, waiving(house))
    assert (duty(alice, house).verdict, duty(alice, house).waiver.id) == (Verdict.WAIVED, made.id)
    with pytest.raises(Conflict):
        call(alice, service.record_waiver, house.id, waiving(house))
    assert refused(alice, service.withdraw_waiver, made.id, " ") == {"reason"}
    call(alice, service.withdraw_waiver, made.id, "The minutes say otherwise")
    again = call(alice, service.withdraw_waiver, made.id, "Once more")
    assert again.withdrawn_reason == "The minutes say otherwise"
    assert duty(alice, house).verdict == Verdict.SHORT
    second = call(
        alice, service.record_waiver, house.id, waiving(house, votes_for=None, votes_cast=None, words="Point 7")
    )
    assert [x.id for x in call(alice, service.list_waivers, house.id)] == [second.id, made.id]


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"votes_for": 799}, {"votes_for"}),
        ({"votes_cast": None}, {"votes_cast"}),
        ({"votes_for": None, "votes_cast": None}, {"words"}),
        ({"year_id": uuid4()}, {"year_id"}),
        ({"document_id": uuid4()}, {"document_id"}),
    ],
)
def test_a_waiver_that_does_not_pass_is_refused_beside_its_field(alice, house, change, fields):
    assert refused(alice, service.record_waiver, house.id, waiving(house, **change)) == fields
    assert call(alice, service.list_waivers, house.id) == []


def test_a_waiver_of_a_closed_year_has_served(alice, house):
    made = call(
        alice, service.record_waiver, house.id, waiving(house, year_id=house.years[2025], decided_on=date(2025, 2, 1))
    )
    call(alice, accounts.lock_books, house.id, date(2025, 12, 31))
    with pytest.raises(Invalid):
        call(alice, service.withdraw_waiver, made.id, "Late")


def test_a_waiver_sent_twice_is_kept_once(alice, house):
    sent = waiving(house, key=uuid4())
    assert (
        call(alice, service.record_waiver, house.id, sent).id == call(alice, service.record_waiver, house.id, sent).id
    )


# --- Who -------------------------------------------------------------------------------------------------------------

WRITES = (moving.withdraw, moving.transfer, moving.allocate, service.record_waiver)
READS = (service.list_ended, service.list_costs, service.list_places, service.list_waivers)


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.SYSTEM])
def test_the_syndic_writes_and_the_books_readers_read(alice, house, role):
    who = replace(alice, role=role)
    assert (Permission.FUNDS_WRITE in GRANTS[role]) == (role in (Role.SYNDIC, Role.SUPERADMIN))
    if Permission.FUNDS_WRITE not in GRANTS[role]:
        for function, data in zip(WRITES, (taking(), shifting(), adding(), waiving(house)), strict=True):
            with pytest.raises(Forbidden):
                call(who, function, house.id, data)
        with pytest.raises(Forbidden):
            call(who, moving.reverse_movement, uuid4(), "x")
        with pytest.raises(Forbidden):
            call(who, service.withdraw_waiver, uuid4(), "x")
    for function in READS:
        if Permission.LEDGER_READ in GRANTS[role]:
            call(who, function, house.id)
        else:
            with pytest.raises(Forbidden):
                call(who, function, house.id)


def test_another_office_and_another_building_see_nothing(alice, charlie, house, called):
    called("2026-02-01", 1_000_00)
    made = call(alice, moving.withdraw, house.id, taking())
    waiver = call(alice, service.record_waiver, house.id, waiving(house))
    other = call(alice, buildings.create_building, a_building(name="Other"))
    elsewhere = replace(alice, building_ids=frozenset({other.id}))
    assert alice.organization_id
    council = make_actor(alice.organization_id, Role.BOARD_MEMBER, "Carl", other.id)
    for who in (charlie, elsewhere):
        for function, data in zip(WRITES, (taking(), shifting(), adding(), waiving(house)), strict=True):
            with pytest.raises(NotFound):
                call(who, function, house.id, data)
        for function, row in ((moving.reverse_movement, made.id), (service.withdraw_waiver, waiver.id)):
            with pytest.raises(NotFound):
                call(who, function, row, "x")
    for who in (charlie, elsewhere, council):
        for function in READS:
            with pytest.raises(NotFound):
                call(who, function, house.id)
        for function, given_ in [
            (service.get_overview, (house.id, house.years[2026])), (service.list_lines, (house.id, Asked())),
            (service.list_movements, (house.id, Asked())), (service.get_movement, (made.id,)), (service.get_waiver, (waiver.id,)),
        ]:  # fmt: skip
            with pytest.raises(NotFound):
                call(who, function, *given_)


def test_a_year_of_another_building_is_not_found(alice, house):
    other = call(alice, buildings.create_building, a_building(name="Other"))
    with pytest.raises(NotFound):
        call(alice, service.get_overview, other.id, house.years[2026])


def test_nothing_is_done_before_the_books_are_open(alice):
    shut = call(alice, buildings.create_building, a_building(name="Shut"))
    for function, data in ((moving.withdraw, taking()), (moving.transfer, shifting()), (moving.allocate, adding())):
        assert refused(alice, function, shut.id, data) == set()
    assert call(alice, service.list_ended, shut.id) == []
    assert call(alice, service.list_costs, shut.id) == []
    assert call(alice, service.list_places, shut.id) == []
    assert call(alice, service.list_lines, shut.id, Asked()).total == 0
