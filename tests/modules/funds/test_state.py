from datetime import date

import pytest
import reflex as rx
from conftest import a_building, send

from koprogo_app.core import clock
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.funds import form_pages, moving, pages, service
from koprogo_app.modules.funds.form_state import AllocationState, TransferState, WaiverState, WithdrawalState
from koprogo_app.modules.funds.models import WithdrawalIn
from koprogo_app.modules.funds.rules import Verdict
from koprogo_app.modules.funds.state import FundsState, MovementsState, MovementState
from koprogo_app.ui.help import TOPICS

from .conftest import line, line_of


@pytest.fixture
def shown(opened, monkeypatch):
    """opened(), with an address that names nothing to narrow."""

    def make(kind, **address):
        state = opened(kind, **address)
        if hasattr(kind, "_narrow"):
            monkeypatch.setattr(kind, "_narrow", lambda _self, *_names: None)
        return state

    return make


def withdrawn(alice, house, cents=50_00, on=date(2026, 3, 1)):
    return call(
        alice, moving.withdraw, house.id, WithdrawalIn(cents=cents, moved_on=on, words="Roof", decision="Point 6")
    )


def test_the_funds_are_worded(shown, alice, house, posted, called):
    posted("2025-03-01", line("612", debit=12_345_67), line("551", credit=12_345_67))
    called("2026-02-01", 500_00)
    made = withdrawn(alice, house)
    state = shown(FundsState, building_id=house.id)
    state.filters = {"year": str(house.years[2026])}
    send(state, FundsState.load)
    reserve = state.standings[1]
    assert (reserve.label, reserve.contributed, reserve.withdrawn, reserve.balance, reserve.interest) == (
        "Reserve fund", "500,00\u00a0€", "-50,00\u00a0€", "450,00\u00a0€", "",
    )  # fmt: skip
    assert [(r.added, r.taken, r.fund, r.movement_id) for r in state.rows] == [
        ("", "50,00\u00a0€", "Reserve fund", str(made.id)), ("500,00\u00a0€", "", "Reserve fund", ""),
    ]  # fmt: skip
    assert (state.reserve.difference, state.reserve.elsewhere, state.reserve.right) == (
        "-50,00\u00a0€",
        "-50,00\u00a0€",
        False,
    )
    assert "50,00\u00a0€ more than the reserve" in state.reserve.sentence
    assert (state.duty.verdict, state.duty.minimum, state.duty.base) == ("short", "617,29\u00a0€", "12.345,67\u00a0€")
    assert "117,29\u00a0€ is missing" in state.duty.sentence
    last = next(b for b in state.bars if b.words == "2026")
    assert (last.reserve.percent, last.reserve.value) == ("100.0", "450,00\u00a0€")


def test_a_waiver_is_withdrawn_from_the_overview(shown, alice, house):
    form = shown(WaiverState, building_id=house.id)
    send(form, WaiverState.load)
    given = {
        "year_id": str(house.years[2026]), "decided_on": "2026-02-12", "votes_for": "799", "votes_cast": "1000", "words": "", "document_id": "",
    }  # fmt: skip
    send(form, WaiverState.save, given)
    assert set(form.errors) == {"votes_for"}
    send(form, WaiverState.save, given | {"votes_for": "800"})
    send(form, WaiverState.save, given | {"votes_for": "800"})  # pressed twice
    assert form.errors == {}
    send(form, WaiverState.load)
    assert [(r.year, r.words, r.withdrawn) for r in form.rows] == [
        ("2026", "Decided on 12/02/2026 by 800 of 1.000 shares cast.", "")
    ]
    state = shown(FundsState, building_id=house.id)
    state.filters = {"year": str(house.years[2026])}
    send(state, FundsState.load)
    assert (state.duty.verdict, state.duty.waiver) == ("waived", "Decided on 12/02/2026 by 800 of 1.000 shares cast.")
    send(state, FundsState.show_withdrawing, True)
    send(state, FundsState.withdraw_waiver, {"reason": " "})
    assert set(state.errors) == {"reason"}
    send(state, FundsState.withdraw_waiver, {"reason": "Wrong minutes"})
    assert (state.duty.waiver, state.withdrawing) == ("", False)
    assert [x.withdrawn_on for x in call(alice, service.list_waivers, house.id)] == [clock.today()]


def test_books_that_are_not_open_and_a_building_that_is_not_there(shown, alice):
    shut = call(alice, buildings.create_building, a_building(name="Shut"))
    for address in (shut.id, "nonsense"):
        for kind in (FundsState, WithdrawalState, TransferState, AllocationState, WaiverState):
            state = shown(kind, building_id=address)
            send(state, kind.load)
            assert not state.books
        listed = shown(MovementsState, building_id=address)
        send(listed, MovementsState.load)
        assert listed.rows == []


def test_a_cost_is_chosen_and_paid_from_a_fund_once(shown, alice, house, borne, called):
    called("2026-02-01", 500_00)
    cost = borne("2026-02-10", 123_45, "Roof of the garage")
    line_id = str(line_of(alice, cost.id, "611"))
    state = shown(WithdrawalState, building_id=house.id)
    send(state, WithdrawalState.load)
    assert [(c.value, c.label) for c in state.costs] == [
        (line_id, "10/02/2026 · ODS 1 · 611 Roof of the garage · 123,45\u00a0€")
    ]
    assert "Reserve fund: 500,00\u00a0€" in [h.label for h in state.held]
    send(state, WithdrawalState.choose_cost, line_id)
    assert (state.cost, state.amount) == (line_id, "123,45")
    send(state, WithdrawalState.search_costs, "nothing like it")
    assert [c.value for c in state.costs] == [line_id]  # what is chosen stays
    form = {
        "fund": "reserve",
        "cost_line_id": line_id,
        "cents": "123,46",
        "moved_on": "2026-03-01",
        "words": "Roof",
        "decision": "",
        "document_id": "",
    }
    send(state, WithdrawalState.save, form)
    assert set(state.errors) == {"cents"}
    for _ in range(2):
        send(state, WithdrawalState.save, form | {"cents": "123,45"})
    assert state.errors == {}
    assert call(alice, service.list_movements, house.id, Asked()).total == 1


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"cents": "12,345"}, {"cents"}),
        ({"cents": ""}, {"cents"}),
        ({"cents": "-5"}, {"cents"}),
        ({"cents": "twelve"}, {"cents"}),
        ({"moved_on": ""}, {"moved_on"}),
        ({"words": " "}, {"words"}),
        ({"key_id": "x"}, {"key_id"}),
        ({"cost_line_id": "x"}, {"cost_line_id"}),
        ({"fund": "x"}, {"fund"}),
    ],
)
def test_a_slip_stands_beside_its_field(shown, house, called, change, fields):
    called("2026-02-01", 500_00)
    state = shown(WithdrawalState, building_id=house.id)
    send(state, WithdrawalState.load)
    form = {
        "fund": "reserve",
        "cents": "10",
        "moved_on": "2026-03-01",
        "words": "Roof",
        "key_id": str(house.lift),
    } | change
    send(state, WithdrawalState.save, form)
    assert set(state.errors) == fields


def test_money_is_moved_and_added_by_the_forms(shown, alice, house, posted):
    posted("2026-01-31", line("550", debit=12_34), line("751", credit=12_34))
    state = shown(TransferState, building_id=house.id)
    send(state, TransferState.load)
    assert {"550", "551", "57"} <= {p.value for p in state.places}
    send(
        state,
        TransferState.save,
        {"from_code": "551", "to_code": "550", "cents": "10", "moved_on": "2026-03-01", "words": ""},
    )
    assert state.errors == {}
    adding = shown(AllocationState, building_id=house.id)
    send(adding, AllocationState.load)
    given = {"fund": "reserve", "cents": "12,34", "moved_on": "2026-01-31", "words": "Interest", "kind": "interest"}
    send(adding, AllocationState.choose_kind, "interest")
    assert adding.interest
    send(adding, AllocationState.save, given | {"kind": "decision"})
    assert set(adding.errors) == {"decision"}
    send(adding, AllocationState.save, given)
    assert adding.errors == {}
    listed = shown(MovementsState, building_id=house.id)
    send(listed, MovementsState.load)
    assert [(r.kind, r.place, r.amount) for r in listed.rows] == [
        ("Transfer between accounts", "551 → 550", "10,00\u00a0€"), ("Interest", "Reserve fund", "12,34\u00a0€"),
    ]  # fmt: skip


def test_a_movement_is_shown_and_reversed(shown, alice, house, called):
    called("2026-02-01", 500_00)
    made = withdrawn(alice, house)
    state = shown(MovementState, building_id=house.id, movement_id=made.id)
    send(state, MovementState.load)
    assert (state.kind, state.words, state.decision, state.amount, state.number) == (
        "Withdrawal", "Roof", "Point 6", "50,00\u00a0€", "ODS 1",
    )  # fmt: skip
    send(state, MovementState.show_reversing, True)
    send(state, MovementState.reverse, {"reason": ""})
    assert (set(state.errors), state.reversing) == ({"reason"}, True)
    send(state, MovementState.reverse, {"reason": "Mistake"})
    assert (state.reason, bool(state.reversal_id), state.reversing) == ("Mistake", True, False)
    gone = shown(MovementState, building_id=house.id, movement_id="nonsense")
    send(gone, MovementState.load)
    assert gone.missing


# --- Pages -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def address(monkeypatch):
    """The parts of the address that Reflex declares when it compiles the routes."""
    for name in ("building_id", "movement_id"):
        monkeypatch.setattr(rx.State, name, rx.Var(name, _var_type=str), raising=False)


@pytest.mark.parametrize(
    "draw",
    [
        pages.funds, pages.movements, pages.movement, form_pages.withdrawal, form_pages.transfer, form_pages.allocation,
        form_pages.waiver,
    ],
)  # fmt: skip
def test_each_page_is_drawn(address, draw):
    assert len(str(draw().render())) > 1000


def test_every_verdict_has_its_badge():
    badge = str(pages.verdict_badge(rx.Var("verdict", _var_type=str)).render())
    for verdict in Verdict:
        assert f'"{verdict.value}"' in badge


def test_help_names_the_article():
    assert {TOPICS[name].article for name in ("funds", "reserve_contribution", "fund_withdrawal")} == {"3.86 §3"}
