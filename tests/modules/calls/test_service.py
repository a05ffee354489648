"""Drafts, lists, previews, series, one's own calls: allowed, refused beside the field, another office, another building."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from conftest import a_building, as_role, make_actor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.budgets import service as budgets
from koprogo_app.modules.budgets.models import BudgetIn, DecisionIn
from koprogo_app.modules.budgets.models import LineIn as BudgetLineIn
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.calls import series, service
from koprogo_app.modules.calls.models import CallLine, SeriesIn
from koprogo_app.modules.calls.rules import Rhythm, State
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.keys.models import KeyIn
from koprogo_app.modules.payments import service as payments
from koprogo_app.modules.payments.models import PaymentIn

from .conftest import IBAN_RESERVE, IBAN_WORKING, a_call, a_line, a_person, rows


def refused(actor, fn, *args) -> set[str]:
    with pytest.raises(Invalid) as error:
        call(actor, fn, *args)
    return set(error.value.fields)


# --- Drafts


def test_a_draft_keeps_its_lines_in_order_and_the_shares_are_no_key(alice, house):
    made = call(alice, service.create_call, house.id, a_call(
        a_line(10_000, description="  Running   costs "), a_line(500, "reserve", key_id=house.id), a_line(7, "works", key_id=house.lift),
    ))  # fmt: skip
    assert (made.status, made.total_cents, made.created_by) == ("draft", 10_507, alice.user_id)
    whole = call(alice, service.get_call, made.id)
    assert [(x.description, x.destination, x.key_id, x.cents) for x in whole.lines] == [
        ("Running costs", "provisions", None, 10_000), ("", "reserve", None, 500), ("", "works", house.lift, 7)
    ]  # fmt: skip
    assert (whole.state, whole.open_cents, whole.reserve_cents, whole.owners) == (State.DRAFT, 0, 500, [])


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"title": " "}, {"title"}),
        ({"due_on": date(2026, 3, 1)}, {"due_on"}),
        ({"lines": []}, {"lines"}),
        ({"lines": [a_line(), a_line(0), a_line(-5)]}, {"lines.1.cents", "lines.2.cents"}),
        ({"lines": [a_line(key_id=uuid4())]}, {"lines.0.key_id"}),
        ({"owner_id": uuid4()}, {"owner_id"}),
        ({"lot_id": uuid4()}, {"lot_id"}),
        ({"title": " ", "due_on": date(2026, 2, 1), "lines": [a_line(0)]}, {"title", "due_on", "lines.0.cents"}),
    ],
)
def test_what_is_wrong_with_a_draft_is_said_beside_each_field_and_nothing_is_kept(alice, house, change, fields):
    data = a_call().model_copy(update=change)
    assert refused(alice, service.create_call, house.id, data) == fields
    assert refused(alice, service.preview_new, house.id, data) == fields
    assert call(alice, service.list_calls, house.id, Asked()).total == 0


def test_the_key_of_another_building_is_refused(alice, house):
    other = call(alice, buildings.create_building, a_building(name="Other"))
    foreign = call(alice, keys.create_key, other.id, KeyIn(name="Foreign"))
    assert refused(alice, service.create_call, house.id, a_call(a_line(key_id=foreign.id))) == {"lines.0.key_id"}
    assert refused(alice, service.create_call, house.id, a_call(a_line(key_id=other.id))) == {"lines.0.key_id"}


def test_a_private_lot_is_one_of_the_persons(alice, house):
    assert refused(alice, service.create_call, house.id, a_call(owner_id=house.bob, lot_id=house.a2)) == {"lot_id"}
    assert call(alice, service.create_call, house.id, a_call(owner_id=house.bob, lot_id=house.a1)).lot_id == house.a1


def test_a_draft_sent_twice_is_kept_once(alice, house):
    key = uuid4()
    first = call(alice, service.create_call, house.id, a_call(key=key))
    again = call(alice, service.create_call, house.id, a_call(key=key, title="Other"))
    assert (again.id, again.title) == (first.id, "First quarter")
    other = call(alice, buildings.create_building, a_building(name="Other"))
    with pytest.raises(Conflict):
        call(alice, service.create_call, other.id, a_call(key=key))


def test_a_draft_is_changed_and_deleted_an_issued_call_is_not(alice, house, drafted, issued):
    draft = drafted()
    changed = call(alice, service.update_call, draft.id, a_call(a_line(1), a_line(2), title="New", owner_id=house.bob))
    assert (changed.title, changed.total_cents, changed.owner_id) == ("New", 3, house.bob)
    call(alice, service.delete_call, draft.id)
    assert rows(alice, CallLine) == []
    with pytest.raises(NotFound):
        call(alice, service.delete_call, draft.id)
    made = issued()
    for fn, args in ((service.update_call, (a_call(),)), (service.delete_call, ())):
        with pytest.raises(Invalid, match="is issued"):
            call(alice, fn, made.id, *args)


def test_the_preview_is_what_will_be_issued(alice, house, drafted):
    found = call(alice, service.preview, drafted(a_line(10_001), a_line(10, key_id=house.lift)).id)
    # 6000.6 and 4000.4: the cent goes to the larger remainder
    assert [(x.owner, x.owed.cents) for x in found.totals] == [("Bob", 6_001), ("Dora", 4_010)]
    assert [[(x.lot, x.part.cents) for x in parts] for parts in found.costs] == [
        [("A1", 6_001), ("A2", 4_000)],
        [("A2", 10)],
    ]


# --- Lists


def test_the_list_says_what_is_open_and_filters_by_state(alice, house, drafted, issued, monkeypatch):
    draft, paid, part = drafted(title="Draft"), issued(title="Paid"), issued(title="Part", due_on=date(2026, 4, 15))
    late = issued(title="Late", called_on=date(2026, 1, 1), due_on=date(2026, 3, 14))
    fresh = issued(a_line(100, "reserve"), title="Fresh", due_on=date(2026, 6, 1))

    def pay(owner_id, made, cents):
        mine = [i for i in call(alice, payments.open_items, house.id, owner_id) if i.entry_id == made.entry_id]
        chosen = [{"line_id": mine[0].line_id, "cents": cents}]
        data = {"owner_id": owner_id, "paid_on": date(2026, 3, 10), "cents": cents, "items": chosen}
        call(alice, payments.record_payment, house.id, PaymentIn.model_validate(data))

    pay(house.bob, paid, 6_000)
    pay(house.dora, paid, 4_000)
    pay(house.bob, part, 10)
    listed = call(alice, service.list_calls, house.id, Asked(sort="title"))
    assert [(x.title, x.open_cents, x.reserve_cents) for x in listed.rows] == [
        ("Draft", 0, 0), ("Fresh", 100, 100), ("Late", 10_000, 0), ("Paid", 0, 0), ("Part", 9_990, 0)
    ]  # fmt: skip
    wanted = {
        "draft": {draft.id}, "paid": {paid.id}, "partly_paid": {part.id}, "overdue": {late.id}, "issued": {fresh.id},
        "reversed": set(), "open": {part.id, late.id, fresh.id},
    }  # fmt: skip
    for state, ids in wanted.items():
        found = call(alice, service.list_calls, None, Asked(filters={"state": state})).rows
        assert {x.id for x in found} == ids, state
        if state != "open":
            assert {call(alice, service.get_call, i).state.value for i in ids} <= {state}
    assert call(alice, service.list_calls, house.id, Asked(search="fre")).total == 1
    assert call(alice, service.list_calls, house.id, Asked(filters={"kind": "advance"})).total == 0
    for filters in ({"state": "x"}, {"kind": "x"}):
        assert refused(alice, service.list_calls, house.id, Asked(filters=filters)) == set(filters)
    sums = call(alice, service.sums, house.id)
    assert (sums.drafts, sums.called, sums.open, sums.overdue) == (1, 30_100, 20_090, 10_000)
    assert call(alice, service.sums) == sums


# --- Series


@pytest.fixture
def approved(alice, house):
    """approved(line, …): the budget of 2026, as the meeting approved it."""

    def make(*lines):
        year = next(y.id for y in call(alice, accounts.list_years, house.id) if y.starts_on.year == 2026)
        budget = call(alice, budgets.create_budget, house.id, BudgetIn(year_id=year, lines=list(lines)))
        call(alice, budgets.submit_budget, budget.id)
        decision = DecisionIn(decided_on=date(2025, 12, 18), decision="Approved by the meeting.")
        call(alice, budgets.approve_budget, budget.id, decision)
        return budget

    return make


def _lines(house):
    return (
        BudgetLineIn(nature="ordinary", account="610100", cents=1_000_01, description="Lift", key_id=house.lift),
        BudgetLineIn(nature="ordinary", account="", cents=7),
        BudgetLineIn(nature="extraordinary", account="", cents=500_00, description="Roof"),
        BudgetLineIn(nature="reserve", account="", cents=100_00, description="Reserve"),
    )


@pytest.mark.parametrize("rhythm", list(Rhythm))
def test_a_series_asks_what_the_budget_votes_to_the_cent(alice, house, approved, rhythm):
    budget = approved(*_lines(house))
    data = SeriesIn(title="Provisions 2026", rhythm=rhythm, first_on=date(2026, 1, 1), key=uuid4())
    plan = call(alice, series.preview_series, house.id, data)
    made = call(alice, series.create_series, house.id, data)
    assert [(c.title, c.called_on, c.due_on, c.total_cents) for c in made] == [
        (c.title, c.called_on, c.due_on, sum(x.cents for x in c.lines)) for c in plan.calls
    ]
    assert sum(c.total_cents for c in made) == plan.total == 160_008
    assert {c.budget_id for c in made} == {budget.id}
    sums: dict = {}
    for line in rows(alice, CallLine):
        sums[line.destination, line.key_id] = sums.get((line.destination, line.key_id), 0) + line.cents
    assert sums == {
        ("provisions", house.lift): 100_001, ("provisions", None): 7, ("works", None): 50_000, ("reserve", None): 10_000
    }  # fmt: skip
    assert [c.id for c in call(alice, series.create_series, house.id, data)] == [c.id for c in made]
    again = call(alice, series.preview_series, house.id, data.model_copy(update={"key": uuid4()}))
    assert again.called_cents == 160_008


def test_a_quarter_is_called_on_its_first_day_and_due_thirty_days_later(alice, house, approved):
    approved(*_lines(house))
    made = call(alice, series.create_series, house.id, SeriesIn(title="2026", first_on=date(2026, 1, 1)))
    assert [(c.title, c.called_on, c.due_on) for c in made] == [
        ("2026 1/4", date(2026, 1, 1), date(2026, 1, 31)), ("2026 2/4", date(2026, 4, 1), date(2026, 5, 1)),
        ("2026 3/4", date(2026, 7, 1), date(2026, 7, 31)), ("2026 4/4", date(2026, 10, 1), date(2026, 10, 31)),
    ]  # fmt: skip


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 10**8), min_size=1, max_size=5), st.sampled_from(list(Rhythm)))
def test_a_series_without_budget_has_the_same_amounts_each_time(alice, house, amounts, rhythm):
    data = SeriesIn(title="Plain", rhythm=rhythm, first_on=date(2026, 1, 1), lines=[a_line(cents) for cents in amounts])
    plan = call(alice, series.preview_series, house.id, data)
    assert {sum(x.cents for x in c.lines) for c in plan.calls} == {sum(amounts)}
    assert plan.total == sum(amounts) * len(plan.calls)
    assert plan.budget_id is None


def test_a_series_is_refused_beside_the_field(alice, house, approved):
    data = SeriesIn(title=" ", first_on=date(2026, 1, 1))
    assert refused(alice, series.create_series, house.id, data) == {"title"}
    data = SeriesIn(title="2026", first_on=date(2026, 1, 1))
    assert refused(alice, series.create_series, house.id, data) == {"first_on"}  # no budget yet
    approved(*_lines(house))
    beyond = data.model_copy(update={"first_on": date(2026, 4, 1)})
    assert refused(alice, series.create_series, house.id, beyond) == {"first_on"}  # its last call is in 2027
    bad = data.model_copy(update={"lines": [a_line(0), a_line(key_id=uuid4())]})
    assert refused(alice, series.create_series, house.id, bad) == {"lines.0.cents", "lines.1.key_id"}


# --- Who may, and who sees


def test_another_office_and_another_building_see_nothing(alice, charlie, house, drafted):
    made = drafted()
    other = call(alice, buildings.create_building, a_building(name="Other"))
    elsewhere = replace(alice, building_ids=frozenset({other.id}))
    for actor in (charlie, elsewhere):
        for fn, args in (
            (service.get_call, ()), (service.get_row, ()), (service.preview, ()), (service.update_call, (a_call(),)), (service.delete_call, ()),
        ):  # fmt: skip
            with pytest.raises(NotFound):
                call(actor, fn, made.id, *args)
        for fn, args in (
            (service.create_call, (a_call(),)), (service.preview_new, (a_call(),)), (service.list_calls, (Asked(),)), (service.sums, ()),
            (series.create_series, (SeriesIn(title="x", first_on=date(2026, 1, 1)),)),
        ):  # fmt: skip
            with pytest.raises(NotFound):
                call(actor, fn, house.id, *args)
        assert call(actor, service.list_calls, None, Asked()).total == 0
        assert call(actor, service.sums).drafts == 0


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        (Role.SYNDIC, True, True), (Role.ACCOUNTANT, True, True), (Role.BOARD_MEMBER, True, False), (Role.AUDITOR, True, False),
        (Role.OWNER, False, False), (Role.OCCUPANT, False, False), (Role.CONTRACTOR, False, False),
    ],
)  # fmt: skip
def test_who_may_read_and_draft(alice, house, drafted, role, reads, writes):
    made, actor = drafted(), as_role(alice, role, house.id)
    acts = [
        (reads, service.get_call, (made.id,)), (reads, service.list_calls, (house.id, Asked())), (reads, service.preview, (made.id,)),
        (reads, service.sums, ()), (writes, service.create_call, (house.id, a_call())), (writes, service.update_call, (made.id, a_call())),
        (writes, service.delete_call, (made.id,)),
    ]  # fmt: skip
    for allowed, fn, args in acts:
        if allowed:
            call(actor, fn, *args)
        else:
            with pytest.raises(Forbidden):
                call(actor, fn, *args)


# --- One's own


def test_an_owner_sees_his_own_part_why_and_how_it_is_paid(alice, house, issued, drafted):
    bob = make_actor(alice.organization_id, Role.OWNER, "Bob", house.id, house.bob)
    drafted(title="Draft")
    issued(a_line(5_000, key_id=house.lift), title="Dora's lift")
    issued(a_line(10_000), a_line(5_000, "reserve"), title="Both", description="As voted")
    issued(a_line(1_000, "reserve"), title="Reserve", due_on=date(2026, 5, 1))
    call(
        alice, payments.record_payment, house.id, PaymentIn(owner_id=house.bob, paid_on=date(2026, 3, 10), cents=1_000)
    )
    reserve, both = call(bob, service.my_calls)
    assert (both.title, both.cents, both.reserve_cents, both.iban) == ("Both", 9_000, 3_000, IBAN_WORKING)
    assert (both.description, both.due_on, both.building) == ("As voted", date(2026, 3, 31), "Résidence Molière")
    assert [(p.lot, p.destination, p.cents, p.weight, p.whole) for p in both.parts] == [
        ("A1", "provisions", 6_000, 600, 1_000), ("A1", "reserve", 3_000, 600, 1_000)
    ]  # fmt: skip
    assert (both.open_cents, both.state) == (8_000, State.PARTLY)
    assert (reserve.cents, reserve.open_cents, reserve.iban) == (600, 600, IBAN_RESERVE)
    assert len(both.digits) == 12
    assert both.digits == reserve.digits
    with pytest.raises(Forbidden):
        call(alice, service.my_calls)
    nobody = as_role(alice, Role.OWNER, house.id)
    with pytest.raises(NotFound):
        call(nobody, service.my_calls)
    emma = make_actor(alice.organization_id, Role.OWNER, "Emma", house.id, a_person(alice, "Emma"))
    assert call(emma, service.my_calls) == []


def test_statements_read_the_parts_as_they_were_issued(alice, house, issued):
    made = issued(a_line(10_000), a_line(1_000, "reserve"))
    assert alice.organization_id
    with transaction(alice.organization_id) as s:
        found = [tuple(part) for part in service.parts_of(s, [made.id])]
    assert found == [
        (made.id, "provisions", house.a1, house.bob, 6_000), (made.id, "provisions", house.a2, house.dora, 4_000),
        (made.id, "reserve", house.a1, house.bob, 600), (made.id, "reserve", house.a2, house.dora, 400),
    ]  # fmt: skip
    assert clock.today() < made.due_on
