"""Budgets in the database: entering, deciding, and what the books say of them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from conftest import a_building, as_role
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from modules.invoices.conftest import limited, rows

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.ids import uuid7
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import BookIn
from koprogo_app.modules.budgets import following, rules, service
from koprogo_app.modules.budgets.models import BudgetIn, BudgetLine, DecisionIn, ProposalIn, SettingIn
from koprogo_app.modules.budgets.rules import Nature, Reserve, Status
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.keys.models import KeyIn
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.ledger.models import EntryIn
from koprogo_app.modules.ledger.models import LineIn as Side

from .conftest import DECISION, a_budget_line

RES, EXT = Nature.RESERVE, Nature.EXTRAORDINARY
DONE = DecisionIn(decided_on=date(2026, 3, 20), decision="Yes.")


def fields(actor, fn, *args, **more) -> set[str]:
    with pytest.raises(Invalid) as error:
        call(actor, fn, *args, **more)
    return set(error.value.fields)


# --- Entering


def test_a_budget_keeps_its_lines_and_their_sums(alice, house, years, budgeted):
    made = budgeted(
        a_budget_line(100_00, " 612000 ", description=" Water   of all "), a_budget_line(40_00, "610100", key_id=house.lift),
        a_budget_line(900_00, "611000", nature=EXT, key_id=house.id), a_budget_line(50_00, "160", nature=RES), a_budget_line(1_00, nature=RES),
        notes=" As before ",
    )  # fmt: skip
    whole = call(alice, service.get_budget, made.id)
    b = whole.budget
    assert (b.fiscal_year, b.year_id, b.status, b.notes) == (2026, years[2026], "draft", "As before")
    assert (b.ordinary_cents, b.extraordinary_cents, b.reserve_cents) == (140_00, 900_00, 51_00)
    assert [(x.nature, x.account, x.key_id, x.cents, x.description) for x in whole.lines] == [
        ("ordinary", "612000", None, 100_00, "Water of all"), ("ordinary", "610100", house.lift, 40_00, ""),
        ("extraordinary", "611000", None, 900_00, ""), ("reserve", "160", None, 50_00, ""), ("reserve", "", None, 1_00, ""),
    ]  # fmt: skip
    assert whole.days == (date(2026, 1, 1), date(2026, 12, 31))


def test_every_wrong_field_of_the_lines_is_named_at_once(alice, house, years):
    other = call(alice, buildings.create_building, a_building(name="Other"))
    foreign = call(alice, keys.create_key, other.id, KeyIn(name="Foreign"))
    wrong = [
        a_budget_line(1, "999999"),  # unknown
        a_budget_line(1, "550"),  # not a cost
        a_budget_line(1, "643"),  # private: no common cost
        a_budget_line(1, "681"),  # a movement of the funds
        a_budget_line(1, "612000", nature=RES),  # a contribution goes to a fund
        a_budget_line(1, "160"),  # and a cost not on one
        a_budget_line(1, key_id=foreign.id),
        a_budget_line(1, key_id=uuid4()),
        a_budget_line(1, "612000"),
    ]
    given_ = BudgetIn(year_id=years[2026], lines=wrong)
    expected = {f"lines.{n}.account" for n in range(6)} | {"lines.6.key_id", "lines.7.key_id"}
    assert fields(alice, service.create_budget, house.id, given_) == expected
    assert call(alice, service.all_budgets, house.id) == []


@pytest.mark.parametrize("lines", [[], [a_budget_line(0, "612000")]])
def test_a_budget_is_above_zero(alice, house, years, lines):
    assert fields(alice, service.create_budget, house.id, BudgetIn(year_id=years[2026], lines=lines)) == {"lines"}


def test_a_year_is_one_of_the_building_and_has_one_budget(alice, house, years, budgeted):
    other = call(alice, buildings.create_building, a_building(name="Other"))
    call(alice, accounts.open_books, other.id, BookIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)))
    foreign = call(alice, accounts.list_years, other.id)[0].id
    for wrong in (None, uuid4(), foreign):
        data = BudgetIn(year_id=wrong, lines=[a_budget_line(1)])
        assert fields(alice, service.create_budget, house.id, data) == {"year_id"}
    budgeted()
    data = BudgetIn(year_id=years[2026], lines=[a_budget_line(1)])
    assert fields(alice, service.create_budget, house.id, data) == {"year_id"}
    assert fields(alice, service.create_totals, house.id, 2026, 1, 0) == {"fiscal_year"}
    assert budgeted(year=2025).fiscal_year == 2025


def test_a_budget_sent_twice_is_kept_once(alice, house, budgeted):
    key = uuid7()
    first = budgeted(key=key)
    assert budgeted(key=key).id == first.id
    other = call(alice, buildings.create_building, a_building(name="Other"))
    with pytest.raises(Conflict):
        call(alice, service.create_budget, other.id, BudgetIn(key=key, lines=[a_budget_line(1)]))


def test_a_budget_by_sums_needs_no_books(alice, building):
    made = call(alice, service.create_totals, building.id, 2030, 100_00, 20_00, "x")
    whole = call(alice, service.get_budget, made.id)
    assert (whole.year, whole.days) == (None, (date(2030, 1, 1), date(2030, 12, 31)))
    assert [(x.nature, x.account, x.cents) for x in whole.lines] == [
        ("ordinary", "", 100_00),
        ("extraordinary", "", 20_00),
    ]
    found = call(alice, following.follow_up, made.id).found
    assert [(x.budget, x.actual) for x in found.rows] == [(100_00, 0), (20_00, 0)]
    assert call(alice, following.reserve_check, made.id).state == Reserve.UNKNOWN_DAY
    call(alice, accounts.open_books, building.id, BookIn(starts_on=date(2030, 7, 1), ends_on=date(2031, 6, 30)))
    assert call(alice, service.get_budget, made.id).days == (date(2030, 7, 1), date(2031, 6, 30))


@pytest.mark.parametrize(
    ("ordinary", "extraordinary", "wrong"),
    [(-1, 5, "ordinary_budget"), (5, -1, "extraordinary_budget"), (0, 0, "ordinary_budget")],
)
def test_sums_are_never_below_zero_and_not_both_nothing(alice, building, ordinary, extraordinary, wrong):
    assert fields(alice, service.create_totals, building.id, 2030, ordinary, extraordinary) == {wrong}


def test_sums_change_where_there_are_no_other_lines(alice, building, house, budgeted):
    detailed = budgeted(a_budget_line(100_00, "612000"), a_budget_line(30_00, nature=RES))
    with pytest.raises(Invalid):
        call(alice, service.update_totals, detailed.id, 200_00, None, None)
    same = call(alice, service.update_totals, detailed.id, 100_00, 30_00, "Only words")
    assert (same.notes, len(call(alice, service.get_budget, detailed.id).lines)) == ("Only words", 2)
    made = call(alice, service.create_totals, building.id, 2030, 100, 50)
    changed = call(alice, service.update_totals, made.id, None, 70, None)
    assert (changed.ordinary_cents, changed.extraordinary_cents) == (100, 70)


# --- States


def test_from_the_draft_to_the_archive(alice, house, budgeted):
    made = budgeted()
    assert call(alice, service.submit_budget, made.id).submitted_at is not None
    assert call(alice, service.submit_budget, made.id).status == "submitted"  # again: nothing happens
    for fn, args in ((service.update_budget, (BudgetIn(lines=[a_budget_line(1)]),)), (service.delete_budget, ())):
        with pytest.raises(Invalid):
            call(alice, fn, made.id, *args)
    assert fields(alice, service.reject_budget, made.id, " ") == {"reason"}
    rejected = call(alice, service.reject_budget, made.id, "Too dear")
    assert (rejected.status, rejected.rejection_reason, rejected.decided_on) == ("rejected", "Too dear", None)
    call(alice, service.update_budget, made.id, BudgetIn(lines=[a_budget_line(90_00, "612000")]))
    call(alice, service.submit_budget, made.id)
    approved = call(alice, service.approve_budget, made.id, DECISION)
    assert (approved.status, approved.decided_on, approved.decision, approved.rejection_reason) == (
        "approved", date(2026, 3, 20), "Approved by all who voted.", "",
    )  # fmt: skip
    again = call(alice, service.approve_budget, made.id, DecisionIn(decided_on=date(2026, 4, 1), decision="Else"))
    assert again.decision == "Approved by all who voted."
    for fn, args in (
        (service.submit_budget, ()), (service.reject_budget, ("x",)), (service.delete_budget, ()),
        (service.update_totals, (1, None, None)),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            call(alice, fn, made.id, *args)
    assert call(alice, service.archive_budget, made.id).status == "archived"
    revised = budgeted(a_budget_line(95_00, "612000"))  # its year may have another
    assert [b.id for b in call(alice, service.all_budgets, house.id, 2026)] == [revised.id, made.id]


def test_a_decision_has_its_day_its_words_and_a_paper_of_the_building(alice, house, budgeted):
    made = budgeted(until="submitted")
    tomorrow = clock.today() + timedelta(1)
    for data, wrong in (
        (DecisionIn(decided_on=tomorrow, decision="x"), "decided_on"),
        (DecisionIn(decided_on=date(1926, 3, 1), decision="x"), "decided_on"),
        (DecisionIn(decided_on=date(2026, 3, 1), decision="  "), "decision"),
        (DecisionIn(decided_on=date(2026, 3, 1), decision="x", document_id=uuid4()), "document_id"),
    ):
        assert fields(alice, service.approve_budget, made.id, data) == {wrong}
    meeting = uuid4()
    approved = call(alice, service.approve_budget, made.id, DecisionIn(decided_on=date(2026, 3, 1), meeting_id=meeting))
    assert (approved.meeting_id, approved.decision) == (meeting, "")


def test_a_draft_goes_with_its_lines(alice, house, budgeted):
    made = budgeted()
    call(alice, service.delete_budget, made.id)
    assert rows(alice, BudgetLine, budget_id=made.id) == []
    with pytest.raises(NotFound):
        call(alice, service.delete_budget, made.id)


def test_the_active_budget_is_the_approved_one_of_the_year(alice, house, budgeted):
    assert call(alice, service.active_budget, house.id, date(2026, 5, 1)) is None
    made = budgeted(until="submitted")
    assert call(alice, service.active_budget, house.id, date(2026, 5, 1)) is None
    call(alice, service.approve_budget, made.id, DONE)
    found = call(alice, service.active_budget, house.id, date(2026, 12, 31))
    assert found is not None
    assert (found[0].id, [x.cents for x in found[1]]) == (made.id, [120_00])
    assert call(alice, service.active_budget, house.id, date(2025, 12, 31)) is None
    call(alice, service.archive_budget, made.id)
    assert call(alice, service.active_budget, house.id, date(2026, 12, 31)) is None


# --- Lists


def test_a_page_of_budgets_by_state_and_year(alice, house, budgeted):
    old, new = budgeted(year=2025, until="approved"), budgeted(a_budget_line(5_00))
    found = call(alice, service.list_budgets, house.id, Asked(sort="fiscal_year", descending=True))
    assert ([b.id for b in found.rows], found.total) == ([new.id, old.id], 2)
    assert found.rows[0].starts_on == date(2026, 1, 1)
    by_sum = call(alice, service.list_budgets, None, Asked(sort="total"))
    assert [b.id for b in by_sum.rows] == [new.id, old.id]
    for filters, ids in (
        ({"status": "approved"}, [old.id]),
        ({"fiscal_year": "2026"}, [new.id]),
        ({"status": "x"}, []),
    ):
        assert [b.id for b in call(alice, service.list_budgets, house.id, Asked(filters=filters)).rows] == ids


def test_the_stats_average_over_all(alice, house, budgeted):
    nothing = call(alice, service.stats)
    assert (nothing.total, nothing.average) == (0, 0)
    budgeted(a_budget_line(1_00), year=2025, until="approved")
    budgeted(a_budget_line(1_01), a_budget_line(50, nature=RES))
    found = call(alice, service.stats)
    assert (found.total, found.counts[Status.APPROVED], found.counts[Status.DRAFT], found.counts[Status.ARCHIVED]) == (
        2,
        1,
        1,
        0,
    )
    assert found.average == 1_26  # 251 / 2, half a cent up


def test_the_threshold_is_ninety_percent_until_it_is_set(alice, house):
    assert call(alice, service.get_setting, house.id).warn_percent == 90
    for percent in (75, 80):
        call(alice, service.set_setting, house.id, SettingIn(warn_percent=percent))
    assert call(alice, service.get_setting, house.id).warn_percent == 80


# --- The books


def test_actuals_stand_beside_the_lines_and_close_with_the_books(alice, house, years, budgeted, spent, called):
    spent("2025-05-01", 100_00, "610100", key_id=house.lift)
    spent("2026-02-01", 60_00, "610100", key_id=house.lift)
    spent("2026-03-01", 5_00, "610100")  # by the shares: no line
    spent("2026-03-02", 200_00, "612000")
    spent("2026-03-03", 30_00, "612100", owner_id=house.bob)  # private
    spent("2026-04-01", 500_00, "611000", ordinary=False)
    spent("2026-09-01", 7_00, "612000")  # after the day
    called("2026-01-10", 40_00)
    called("2026-01-11", 9_00, "161")
    made = budgeted(
        a_budget_line(80_00, "610100", key_id=house.lift), a_budget_line(150_00, "612"), a_budget_line(600_00, "611000", nature=EXT),
        a_budget_line(100_00, nature=RES),
    )  # fmt: skip
    found = call(alice, following.follow_up, made.id, date(2026, 6, 30))
    assert (found.until, found.before.starts_on.year) == (date(2026, 6, 30), 2025)
    assert [(x.place.account, x.before, x.budget, x.actual, x.difference, x.look(90).value) for x in found.found.rows] == [
        ("610100", 100_00, 80_00, 60_00, 20_00, "ok"), ("612", 0, 150_00, 200_00, -50_00, "over"),
        ("611000", 0, 600_00, 500_00, 100_00, "ok"), ("160", 0, 100_00, 40_00, 60_00, "ok"),
    ]  # fmt: skip
    assert [(x.place.nature.value, x.place.account, x.actual) for x in found.found.unbudgeted] == [
        ("ordinary", "610100", 5_00), ("reserve", "161", 9_00)
    ]  # fmt: skip
    assert (found.found.private.actual, found.found.funds.actual) == (30_00, 0)
    assert found.found.cost == _cost_in_the_books(alice, house, years[2026], date(2026, 6, 30)) == 795_00


def _cost_in_the_books(actor, house, year_id, until):
    found = call(actor, ledger.balances, house.id, year_id, until)
    return sum(x.moved.debit - x.moved.credit for x in found if x.account.kind == "expense")


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["610100", "611000", "612000", "643", "681", "680"]), st.integers(-(10**6), 10**6).filter(bool),
            st.sampled_from(["2026-01-01", "2026-06-30", "2026-07-01"]),
        ),
        min_size=1, max_size=5,
    )
)  # fmt: skip
def test_the_follow_up_closes_with_whatever_stands_in_the_books(alice, house, years, costs):
    for code, cents, on in costs:
        sides = [Side(account=code, **_sided(cents)), Side(account="551", **_sided(-cents))]
        entry = EntryIn(entry_on=date.fromisoformat(on), description="x", lines=sides)
        call(alice, ledger.post_entry, house.id, entry)
    known = call(alice, service.all_budgets, house.id)
    data = BudgetIn(year_id=years[2026], lines=[a_budget_line(1, "612"), a_budget_line(1, "610", key_id=house.lift)])
    made = known[0] if known else call(alice, service.create_budget, house.id, data)
    found = call(alice, following.follow_up, made.id, date(2026, 6, 30)).found
    assert found.cost == _cost_in_the_books(alice, house, years[2026], date(2026, 6, 30))


def _sided(cents):
    return {"debit_cents": cents} if cents > 0 else {"credit_cents": -cents}


def test_a_day_of_another_year_is_refused(alice, budgeted):
    made = budgeted()
    for wrong in (date(2025, 12, 31), date(2027, 1, 1)):
        assert fields(alice, following.follow_up, made.id, wrong) == {"until"}


def test_the_reserve_is_checked_on_last_years_ordinary_costs(alice, house, budgeted, spent):
    made = budgeted(a_budget_line(100_00, "612000"), a_budget_line(49_99, nature=RES))
    assert call(alice, following.reserve_check, made.id).state == Reserve.UNKNOWN_DAY
    with transaction(alice.organization_id) as s:
        s.get(Building, house.id).provisional_acceptance_on = date(1975, 5, 1)
    spent("2025-05-01", 600_00, "610100", key_id=house.lift)
    spent("2025-05-02", 400_00, "612000")
    spent("2025-05-03", 9_000_00, "611000", ordinary=False)  # left out of the base
    spent("2025-05-04", 70_00, "612100", owner_id=house.bob)  # not common
    found = call(alice, following.reserve_check, made.id)
    assert (found.state, found.base, found.minimum, found.contribution, found.missing) == (
        Reserve.SHORT, 1_000_00, 50_00, 49_99, 1
    )  # fmt: skip
    call(alice, service.update_budget, made.id, BudgetIn(lines=[a_budget_line(50_00, nature=RES)]))
    assert call(alice, following.reserve_check, made.id).state == Reserve.MET
    assert call(alice, following.reserve_check, budgeted(year=2025).id).state == Reserve.UNKNOWN_BASE


def test_a_special_reserve_is_no_contribution_to_the_reserve_fund(alice, house, budgeted, spent):
    spent("2025-05-01", 40_000_00, "612000")
    with transaction(alice.organization_id) as s:
        s.get(Building, house.id).provisional_acceptance_on = date(1975, 5, 1)
    made = budgeted(a_budget_line(2_000_00, "161", nature=RES))
    found = call(alice, following.reserve_check, made.id)
    assert (found.state, found.contribution, found.missing) == (Reserve.SHORT, 0, 2_000_00)
    lines = [
        a_budget_line(2_000_00, "161", nature=RES),
        a_budget_line(1_999_99, "160", nature=RES),
        a_budget_line(1, nature=RES),
    ]
    call(alice, service.update_budget, made.id, BudgetIn(lines=lines))
    found = call(alice, following.reserve_check, made.id)
    assert (found.state, found.contribution, found.missing) == (Reserve.MET, 2_000_00, 0)


def test_each_lot_pays_by_the_keys_of_the_lines(alice, house, budgeted):
    # 100.01 by 600/400: 60.006 and 40.004 -> 60.01 and 40.00; 40.00 of the lift: A2 alone
    made = budgeted(
        a_budget_line(100_01, "612000"), a_budget_line(40_00, "610100", key_id=house.lift), a_budget_line(900_00, nature=EXT),
        a_budget_line(50_00, nature=RES),
    )  # fmt: skip
    found = call(alice, following.provision_per_lot, made.id)
    assert [(x.number, x.cents) for x in found] == [("A1", 60_01), ("A2", 80_00)]
    assert sum(x.cents for x in found) == made.ordinary_cents


def test_provisions_that_cannot_be_shared_out_say_why(alice, house, budgeted):
    empty = call(alice, keys.create_key, house.id, KeyIn(name="Empty"))
    made = budgeted(a_budget_line(100_00, "612000", key_id=empty.id))
    with pytest.raises(Invalid):
        call(alice, following.provision_per_lot, made.id)
    only = budgeted(a_budget_line(100_00, nature=EXT), year=2025)
    assert call(alice, following.provision_per_lot, only.id) == []


def test_last_years_actuals_are_proposed_by_account_and_key(alice, house, years, spent, called):
    spent("2025-05-01", 100_00, "610100", key_id=house.lift)
    spent("2025-06-01", 33_33, "612000")
    spent("2025-06-02", 10_00, "612000", owner_id=house.bob)
    spent("2025-06-03", 70_00, "611000", ordinary=False)
    called("2025-01-10", 40_00)
    data = ProposalIn(percent=Decimal("2.5"), whole_euros=True)
    found = call(alice, following.propose_from_actuals, house.id, years[2026], data)
    assert [(x.nature.value, x.account, x.key_id, x.cents) for x in found] == [
        ("ordinary", "610100", house.lift, 103_00), ("ordinary", "612000", None, 34_00), ("extraordinary", "611000", None, 72_00),
        ("reserve", "160", None, 41_00),
    ]  # fmt: skip
    assert fields(alice, following.propose_from_actuals, house.id, years[2025], data) == {"source"}
    other = call(alice, buildings.create_building, a_building(name="Other"))
    assert fields(alice, following.propose_from_actuals, other.id, years[2026], data) == {"year_id"}


def test_last_years_budget_is_proposed_line_by_line(alice, house, years, budgeted):
    data = ProposalIn(percent=Decimal(10))
    assert fields(alice, following.propose_from_budget, house.id, years[2026], data) == {"source"}
    budgeted(a_budget_line(9_00, "612000"), year=2025, until="archived")
    budgeted(
        a_budget_line(10_05, "610100", key_id=house.lift, description="Contract"),
        a_budget_line(0),
        year=2025,
        until="approved",
    )
    found = call(alice, following.propose_from_budget, house.id, years[2026], data)
    assert [(x.account, x.key_id, x.cents, x.description) for x in found] == [
        ("610100", house.lift, 11_06, "Contract"), ("", None, 0, "")
    ]  # fmt: skip


# --- Who may, and who sees

READ, WRITE, DECIDE = {"syndic", "accountant", "board_member", "auditor", "superadmin"}, {"syndic", "accountant", "superadmin"}, {
    "syndic", "superadmin",
}  # fmt: skip


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.SYSTEM])
def test_each_role_may_what_the_table_says(alice, house, budgeted, role):
    made = budgeted(until="submitted")
    actor = as_role(alice, role, None if role in (Role.SYNDIC, Role.ACCOUNTANT, Role.SUPERADMIN) else house.id)
    for allowed, fn, args in (
        (READ, service.get_budget, (made.id,)), (READ, service.all_budgets, (house.id,)), (READ, service.stats, ()),
        (READ, service.active_budget, (house.id, date(2026, 1, 1))), (READ, service.get_setting, (house.id,)),
        (READ, following.follow_up, (made.id,)), (READ, following.reserve_check, (made.id,)),
        (READ, following.provision_per_lot, (made.id,)), (WRITE, service.set_setting, (house.id, SettingIn())),
        (WRITE, service.submit_budget, (made.id,)), (DECIDE, service.reject_budget, (made.id, "x")),
        (WRITE, service.update_totals, (made.id, None, None, "x")), (WRITE, service.create_totals, (house.id, 2040, 1, 0)),
        (WRITE, service.delete_budget, (made.id,)),
    ):  # fmt: skip
        if role.value in allowed:
            if fn in (service.update_totals, service.delete_budget):
                continue  # the state decides; the gate has let others pass
            call(actor, fn, *args)
        else:
            with pytest.raises(Forbidden):
                call(actor, fn, *args)
    for fn, args in ((service.approve_budget, (made.id, DONE)), (service.archive_budget, (made.id,))):
        if role.value not in DECIDE:
            with pytest.raises(Forbidden):
                call(actor, fn, *args)


def test_another_office_and_another_building_know_nothing(alice, charlie, house, years, budgeted):
    made = budgeted(until="approved")
    other = call(alice, buildings.create_building, a_building(name="Other"))
    elsewhere = limited(replace(alice, role=Role.ACCOUNTANT), other.id)
    for stranger in (charlie, elsewhere):
        assert call(stranger, service.all_budgets) == []
        assert call(stranger, service.list_budgets, None, Asked()).total == 0
        assert call(stranger, service.stats).total == 0
        for fn, args in (
            (service.get_budget, (made.id,)), (service.all_budgets, (house.id,)), (service.active_budget, (house.id, date(2026, 1, 1))),
            (service.update_budget, (made.id, BudgetIn())), (service.submit_budget, (made.id,)), (service.delete_budget, (made.id,)),
            (service.create_totals, (house.id, 2040, 1, 0)), (service.get_setting, (house.id,)),
            (service.set_setting, (house.id, SettingIn())), (following.follow_up, (made.id,)), (following.reserve_check, (made.id,)),
            (following.provision_per_lot, (made.id,)), (following.propose_from_actuals, (house.id, years[2026], ProposalIn())),
            (following.propose_from_budget, (house.id, years[2026], ProposalIn())),
        ):  # fmt: skip
            with pytest.raises(NotFound):
                call(stranger, fn, *args)
    with pytest.raises(NotFound):
        call(charlie, service.approve_budget, made.id, DONE)


def test_the_form_holds_as_many_lines_as_it_says(alice, house, years):
    assert rules.FORM_LINES <= rules.MANY_LINES
    with pytest.raises(ValueError, match="at most 200"):
        BudgetIn(lines=[a_budget_line(1)] * (rules.MANY_LINES + 1))
