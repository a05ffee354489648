"""What the pages show and do, as their events arrive."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import reflex as rx
from conftest import send

from koprogo_app.core import clock
from koprogo_app.core.db import transaction
from koprogo_app.core.service import call
from koprogo_app.modules.budgets import detail_pages, form_pages, pages, service
from koprogo_app.modules.budgets.detail_state import BudgetState
from koprogo_app.modules.budgets.form_state import BudgetFormState
from koprogo_app.modules.budgets.rules import FORM_LINES
from koprogo_app.modules.budgets.state import BudgetsState
from koprogo_app.modules.buildings.models import Building

from .conftest import a_budget_line

EURO = "\u00a0€"


@pytest.fixture
def shown(opened, monkeypatch):
    """opened(), with an address that names nothing to narrow."""

    def make(kind, **address):
        if hasattr(kind, "_narrow"):
            monkeypatch.setattr(kind, "_narrow", lambda _self, *_names: None)
        return opened(kind, **address)

    return make


# --- List


def test_the_budgets_of_a_building_the_last_year_first(shown, house, budgeted):
    budgeted(year=2025, until="approved")
    budgeted(a_budget_line(80_00), a_budget_line(15_00, nature="extraordinary"), a_budget_line(5_00, nature="reserve"))
    state = shown(BudgetsState, building_id=house.id)
    send(state, BudgetsState.load)
    assert [(r.year, r.ordinary, r.extraordinary, r.reserve, r.total, r.decided, r.status) for r in state.rows] == [
        ("2026", f"80,00{EURO}", f"15,00{EURO}", f"5,00{EURO}", f"100,00{EURO}", "", "draft"),
        ("2025", f"120,00{EURO}", f"0,00{EURO}", f"0,00{EURO}", f"120,00{EURO}", "20/03/2026", "approved"),
    ]
    assert (state.open, state.percent) == (True, "90")
    send(state, BudgetsState.filter_by, "status", "approved")
    assert [r.year for r in state.rows] == ["2025"]


def test_the_threshold_is_set_beside_the_list(shown, alice, house):
    state = shown(BudgetsState, building_id=house.id)
    send(state, BudgetsState.load)
    for wrong in ("", "much", "0", "101", "7.5"):
        send(state, BudgetsState.show_setting, True)
        send(state, BudgetsState.save_setting, {"warn_percent": wrong})
        assert (set(state.errors), state.setting) == ({"warn_percent"}, True), wrong
    send(state, BudgetsState.save_setting, {"warn_percent": " 75 "})
    assert (state.setting, state.percent) == (False, "75")
    assert call(alice, service.get_setting, house.id).warn_percent == 75


def test_without_books_or_building_the_list_is_empty(shown, building):
    state = shown(BudgetsState, building_id=building.id)
    send(state, BudgetsState.load)
    assert (state.rows, state.open) == ([], False)
    state = shown(BudgetsState, building_id=uuid4())
    send(state, BudgetsState.load)
    assert state.rows == []


# --- Form


def filled(**change):
    return {
        "nature-0": "ordinary", "account-0": "612000", "key_id-0": "shares", "cents-0": "1.200,50", "description-0": "Water",
        "nature-1": "reserve", "account-1": "", "key_id-1": "shares", "cents-1": "60", "description-1": "", "notes": "As before",
    } | change  # fmt: skip


def begun(shown, house, years, **form):
    state = shown(BudgetFormState, building_id=house.id)
    send(state, BudgetFormState.start)
    send(state, BudgetFormState.prepare, {"year_id": str(years[2026]), "source": "hand", "percent": "0"} | form)
    return state


def test_a_budget_is_made_line_by_line(shown, alice, house, years):
    state = begun(shown, house, years)
    assert (state.begun, state.count, state.errors) == (True, 1, {})
    assert [k.label for k in state.keys] == ["Shares of the deed", "Lift"]
    codes = [a.value for a in state.accounts]
    assert "612000" in codes
    assert codes[-2:] == ["160", "161"]
    assert not {"643", "680", "681", "550"} & set(codes)
    send(state, BudgetFormState.more)
    for name, text in (
        ("cents-0", "1.200,50"),
        ("cents-1", "60"),
        ("nature-1", "reserve"),
        ("nonsense", "1"),
        ("cents-0x", "1"),
    ):
        send(state, BudgetFormState.typed, name, text)
    assert (state.ordinary, state.reserve, state.total) == (f"1.200,50{EURO}", f"60,00{EURO}", f"1.260,50{EURO}")
    send(state, BudgetFormState.save, filled(send="on"))
    assert state.errors == {}
    (made,) = call(alice, service.all_budgets, house.id)
    assert (made.status, made.ordinary_cents, made.reserve_cents, made.notes) == (
        "submitted",
        1_200_50,
        60_00,
        "As before",
    )
    send(state, BudgetFormState.save, filled())  # the button was pressed twice
    assert len(call(alice, service.all_budgets, house.id)) == 1


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"cents-0": "12,345"}, {"cents-0"}), ({"cents-0": "much"}, {"cents-0"}), ({"cents-0": "-5"}, {"cents-0"}),
        ({"cents-0": ""}, {"cents-0"}), ({"account-0": "550"}, {"account-0"}), ({"account-0": "999999"}, {"account-0"}),
        ({"key_id-1": str(uuid4())}, {"key_id-1"}), ({"key_id-1": "nonsense"}, {"key_id-1"}), ({"nature-0": "other"}, {"nature-0"}),
        ({"cents-0": "x", "cents-1": "y"}, {"cents-0", "cents-1"}), ({"cents-0": "0", "cents-1": "0"}, {"cents-0"}),
        ({"account-0": "", "cents-0": "", "description-0": "", "account-1": "612000"}, {"account-1"}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(shown, alice, house, years, change, wrong):
    state = begun(shown, house, years)
    send(state, BudgetFormState.more)
    send(state, BudgetFormState.save, filled(**change))
    assert set(state.errors) == wrong
    assert call(alice, service.all_budgets, house.id) == []


def test_the_lines_begin_from_last_year(shown, house, years, spent, budgeted):
    spent("2025-03-01", 100_00, "612000")
    spent("2025-03-02", 33_33, "610100", key_id=house.lift)
    state = begun(shown, house, years, source="actuals", percent="2,5 %", whole="on")
    assert (state.count, state.year) == (2, "2026 (01/01/2026 – 31/12/2026)")
    got = [[state.values[f"{name}-{n}"] for name in ("nature", "account", "key_id", "cents")] for n in range(2)]
    assert got == [["ordinary", "610100", str(house.lift), "34,00"], ["ordinary", "612000", "shares", "103,00"]]
    assert state.total == f"137,00{EURO}"
    budgeted(a_budget_line(10_00, "613", description="Telephone"), year=2025, until="approved")
    state = begun(shown, house, years, source="budget", percent="10")
    assert (state.values["cents-0"], state.values["description-0"]) == ("11,00", "Telephone")


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({"year_id": ""}, "year_id"), ({"year_id": "nonsense"}, "year_id"), ({"source": "budget"}, "source"),
        ({"source": "actuals", "percent": "a lot"}, "percent"), ({"source": "actuals", "percent": "1001"}, "percent"),
        ({"source": "actuals", "percent": "NaN"}, "percent"),
    ],
)  # fmt: skip
def test_a_wrong_beginning_is_said(shown, house, years, form, wrong):
    state = begun(shown, house, years, **form)
    assert (set(state.errors), state.begun) == ({wrong}, False)


def test_a_year_with_a_budget_is_not_offered(shown, house, years, budgeted):
    budgeted()
    state = begun(shown, house, years)
    assert str(years[2026]) not in [y.value for y in state.years]
    assert set(state.errors) == {"year_id"}


def test_without_books_the_form_says_so(shown, building):
    state = shown(BudgetFormState, building_id=building.id)
    send(state, BudgetFormState.start)
    assert state.no_books


def test_a_draft_is_opened_as_it_stands(shown, alice, house, budgeted):
    made = budgeted(
        a_budget_line(1_200_50, "612000", description="Water"), a_budget_line(40_00, "610100", key_id=house.lift),
        a_budget_line(5_00, nature="extraordinary"), notes="As before",
    )  # fmt: skip
    before = call(alice, service.get_budget, made.id)
    state = shown(BudgetFormState, building_id=house.id, budget_id=made.id)
    send(state, BudgetFormState.edit)
    assert (state.title, state.count, state.fixed) == ("2026", 3, False)
    send(state, BudgetFormState.save, dict(state.values))
    assert state.errors == {}
    after = call(alice, service.get_budget, made.id)
    assert (after.lines, after.budget.notes) == (before.lines, "As before")


def test_what_is_submitted_or_too_long_is_not_changed_in_the_form(shown, house, budgeted):
    made = budgeted(until="submitted")
    state = shown(BudgetFormState, building_id=house.id, budget_id=made.id)
    send(state, BudgetFormState.edit)
    assert state.fixed
    long = budgeted(*[a_budget_line(1)] * (FORM_LINES + 1), year=2025)
    state = shown(BudgetFormState, building_id=house.id, budget_id=long.id)
    send(state, BudgetFormState.edit)
    assert state.fixed
    for wrong in (uuid4(), "nonsense"):
        state = shown(BudgetFormState, building_id=house.id, budget_id=wrong)
        send(state, BudgetFormState.edit)
        assert state.missing


# --- One budget


def test_a_budget_beside_the_books(shown, house, alice, budgeted, spent, called):
    with transaction(alice.organization_id) as s:
        s.get(Building, house.id).provisional_acceptance_on = date(1975, 5, 1)
    spent("2025-02-01", 200_00, "612000")
    spent("2026-02-01", 110_00, "612000")
    spent("2026-02-02", 46_00, "610100", key_id=house.lift)
    spent("2026-02-03", 4_00, "613")
    spent("2026-02-04", 9_00, "612100", owner_id=house.bob)
    called("2026-01-10", 30_00)
    made = budgeted(
        a_budget_line(100_00, "612000", description="Water"), a_budget_line(50_00, "610100", key_id=house.lift), a_budget_line(9_99, nature="reserve"),
    )  # fmt: skip
    state = shown(BudgetState, building_id=house.id, budget_id=made.id)
    send(state, BudgetState.load)
    send(state, BudgetState.show_until, {"until": "2026-06-30"})
    assert state.errors == {}
    assert (state.budget.title, state.budget.total, state.budget.monthly, state.until_said) == (
        "Budget 2026", f"159,99{EURO}", f"13,33{EURO}", "30/06/2026",
    )  # fmt: skip
    assert [(x.label, x.key, x.before, x.budget, x.actual, x.difference, x.percent, x.state) for x in state.rows] == [
        ("612000 Water · Water", "Shares of the deed", f"200,00{EURO}", f"100,00{EURO}", f"110,00{EURO}", f"-10,00{EURO}", "110 %", "over"),
        ("610100 Lift maintenance", "Lift", f"0,00{EURO}", f"50,00{EURO}", f"46,00{EURO}", f"4,00{EURO}", "92 %", "near"),
        ("160 Reserve fund", "", f"0,00{EURO}", f"9,99{EURO}", f"30,00{EURO}", f"-20,01{EURO}", "300,3 %", "ok"),
    ]  # fmt: skip
    assert [(x.label.split()[0], x.actual) for x in state.outside] == [
        ("613", f"4,00{EURO}"),
        ("Private", f"9,00{EURO}"),
    ]
    assert (state.sums.budget, state.sums.actual, state.cost) == (f"159,99{EURO}", f"186,00{EURO}", f"169,00{EURO}")
    assert [(b.bar.percent, b.bar.part, b.planned.percent) for b in state.bars] == [
        ("100.0", "bad", "90.9"), ("41.8", "warn", "45.5"), ("27.3", "k1", "9.1"),
    ]  # fmt: skip
    assert len(state.warnings) == 2
    assert (state.reserve.state, state.reserve.minimum, state.reserve.base) == ("warn", f"10,00{EURO}", f"200,00{EURO}")
    assert f"0,01{EURO}" in state.reserve.said
    assert [(x.number, x.year, x.month) for x in state.lots] == [
        ("A1", f"60,00{EURO}", f"5,00{EURO}"), ("A2", f"90,00{EURO}", f"7,50{EURO}")
    ]  # fmt: skip
    assert (state.lots_sum, state.stopped) == (f"150,00{EURO}", "")
    for wrong in ("2025-12-31", "soon"):
        send(state, BudgetState.show_until, {"until": wrong})
        assert (set(state.errors), state.until) == ({"until"}, "2026-06-30")


def test_from_the_page_a_budget_is_decided(shown, alice, house, budgeted):
    made = budgeted()
    state = shown(BudgetState, building_id=house.id, budget_id=made.id)
    send(state, BudgetState.load)
    assert set(state.can) == {"edit", "submit", "delete"}
    send(state, BudgetState.submit)
    assert set(state.can) == {"approve", "reject"}
    send(state, BudgetState.ask, "reject")
    send(state, BudgetState.reject, {"reason": " "})
    assert (set(state.errors), state.asking) == ({"reason"}, "reject")
    send(state, BudgetState.reject, {"reason": "Too dear"})
    assert (state.budget.status, state.budget.refusal, state.asking) == ("rejected", "Too dear", "")
    send(state, BudgetState.submit)
    send(state, BudgetState.ask, "approve")
    for form, wrong in (
        ({}, {"decided_on"}), ({"decided_on": "soon", "decision": "x"}, {"decided_on"}), ({"decided_on": "2026-03-20"}, {"decision"}),
        ({"decided_on": str(clock.today() + timedelta(1)), "decision": "x"}, {"decided_on"}),
        ({"decided_on": "2026-03-20", "decision": "x", "document_id": str(uuid4())}, {"document_id"}),
    ):  # fmt: skip
        send(state, BudgetState.approve, form)
        assert (set(state.errors), state.asking) == (wrong, "approve"), form
    send(state, BudgetState.approve, {"decided_on": "2026-03-20", "decision": "Yes.", "document_id": ""})
    assert (state.budget.status, state.budget.decided, state.budget.decision, state.asking) == (
        "approved",
        "20/03/2026",
        "Yes.",
        "",
    )
    assert state.can == ["archive"]
    send(state, BudgetState.archive)
    assert (state.budget.status, state.can) == ("archived", [])


def test_a_draft_is_deleted_from_its_page(shown, alice, house, budgeted):
    state = shown(BudgetState, building_id=house.id, budget_id=budgeted().id)
    send(state, BudgetState.load)
    send(state, BudgetState.delete)
    assert call(alice, service.all_budgets, house.id) == []


def test_a_budget_that_is_not_there(shown, house):
    for wrong in (uuid4(), "nonsense"):
        state = shown(BudgetState, building_id=house.id, budget_id=wrong)
        send(state, BudgetState.load)
        assert state.missing


# --- Pages


@pytest.fixture
def address(monkeypatch):
    """The parts of the address that Reflex declares when it compiles the routes."""
    for name in ("building_id", "budget_id"):
        monkeypatch.setattr(rx.State, name, rx.Var(name, _var_type=str), raising=False)


@pytest.mark.parametrize("drawn", [pages.budgets, detail_pages.budget, form_pages.new_budget, form_pages.edit_budget])
def test_each_page_is_drawn(address, drawn):
    assert len(str(drawn().render())) > 1000


def test_every_field_has_its_place_and_the_place_of_its_error(address):
    shown = str(form_pages.new_budget().render())
    for name in (
        "year_id",
        "source",
        "percent",
        "notes",
        "nature-0",
        f"cents-{FORM_LINES - 1}",
        "key_id-3",
        "account-7",
    ):
        assert f"f-{name}" in shown, name
