"""What the pages show and do, as their events arrive."""

from datetime import date
from uuid import uuid4

import pytest
import reflex as rx
from conftest import send

from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.calls import detail_pages, form_pages, pages, series_pages, service
from koprogo_app.modules.calls.detail_state import CallState
from koprogo_app.modules.calls.form_state import CallFormState
from koprogo_app.modules.calls.series_state import CallSeriesState
from koprogo_app.modules.calls.state import AllCallsState, CallsState
from koprogo_app.modules.payments import service as payments
from koprogo_app.modules.payments.models import PaymentIn
from koprogo_app.ui.page import NAV

from .conftest import a_call, a_line

NBSP = "\u00a0"


@pytest.fixture
def shown(opened, monkeypatch):
    """opened(), with an address that names nothing to narrow."""

    def make(kind, **address):
        if hasattr(kind, "_narrow"):
            monkeypatch.setattr(kind, "_narrow", lambda _self, *_names: None)
        return opened(kind, **address)

    return make


def euros(text: str) -> str:
    return f"{text}{NBSP}€"


# --- Lists


def test_the_lists_are_worded_with_their_sums(shown, alice, house, drafted, issued):
    drafted(title="Draft")
    issued(title="Issued")
    for kind, address in ((CallsState, {"building_id": house.id}), (AllCallsState, {})):
        state = shown(kind, **address)
        send(state, kind.load)
        assert sorted((r.title, r.kind, r.due, r.total, r.open, r.state) for r in state.rows) == [
            ("Draft", "Regular", "31/03/2026", euros("100,00"), "", "draft"),
            ("Issued", "Regular", "31/03/2026", euros("100,00"), euros("100,00"), "issued"),
        ]
        assert (state.sums.called, state.sums.open, state.sums.overdue) == (
            euros("100,00"),
            euros("100,00"),
            euros("0,00"),
        )
        assert state.sums.drafts.endswith(": 1.")
    assert state.rows[0].href.startswith(f"/buildings/{house.id}/calls/")
    missing = shown(CallsState, building_id=uuid4())
    send(missing, CallsState.load)
    assert (missing.rows, missing.total) == ([], 0)


# --- Form


def a_form(**change):
    given = {
        "title": "First quarter", "kind": "regular", "called_on": "2026-03-01", "due_on": "2026-03-31", "owner_id": "",
        "description": "", "description-0": "Costs", "destination-0": "provisions", "key_id-0": "", "amount-0": "1.000,00",
    }  # fmt: skip
    return given | change


def test_the_form_shows_what_each_pays_as_it_is_typed_and_keeps_the_draft(shown, alice, house):
    state = shown(CallFormState, building_id=house.id)
    send(state, CallFormState.start)
    assert [c.label for c in state.keys] == ["Shares of the deed", "Lift"]
    assert [c.label for c in state.people] == ["Bob", "Dora"]
    assert (state.shares, state.stopped) == ([], [])
    send(state, CallFormState.typed, "amount-0", "1.000,00")
    assert [(x.owner, x.amount) for x in state.shares] == [("Bob", euros("600,00")), ("Dora", euros("400,00"))]
    send(state, CallFormState.typed, "key_id-0", str(house.lift))
    assert [(x.owner, x.amount) for x in state.shares] == [("Dora", euros("1.000,00"))]
    send(state, CallFormState.typed, "due_on", "2020-01-01")
    assert state.shares == []
    assert state.stopped == ["The due date is after the day of the call."]
    send(state, CallFormState.typed, "something-else", "x")
    send(state, CallFormState.more)
    assert state.count == 2
    send(
        state, CallFormState.save, a_form(**{"amount-1": "5", "destination-1": "reserve", "key_id-1": str(house.lift)})
    )
    (row,) = call(alice, service.list_calls, house.id, Asked()).rows
    assert (row.title, row.total_cents, row.reserve_cents) == ("First quarter", 100_500, 500)
    send(state, CallFormState.save, a_form())  # sent twice
    assert call(alice, service.list_calls, house.id, Asked()).total == 1


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"amount-0": "-5"}, {"amount-0"}), ({"amount-0": "x"}, {"amount-0"}), ({"amount-0": ""}, {"amount-0"}),
        ({"title": "", "amount-0": "x"}, {"title", "amount-0"}), ({"due_on": "2026-03-01"}, {"due_on"}), ({"called_on": ""}, {"called_on"}),
        ({"amount-0": "", "description-0": ""}, {"amount-0"}), ({"key_id-0": str(uuid4())}, {"key_id-0"}),
        ({"owner_id": str(uuid4())}, {"owner_id"}),
    ],
)  # fmt: skip
def test_the_form_refuses_beside_its_fields(shown, alice, house, change, fields):
    state = shown(CallFormState, building_id=house.id)
    send(state, CallFormState.start)
    with_errors(state, CallFormState.save, a_form(**change), fields)
    assert call(alice, service.list_calls, house.id, Asked()).total == 0


def with_errors(state, handler, form, fields):
    """The refusals of a form stand beside these fields."""
    send(state, handler, form)
    assert set(state.errors) == fields


def test_a_draft_opens_as_it_is_and_is_changed(shown, alice, house, drafted, issued):
    draft = drafted(a_line(12_345, description="Costs"), a_line(10, "reserve", key_id=house.lift), owner_id=None)
    state = shown(CallFormState, building_id=house.id, call_id=draft.id)
    send(state, CallFormState.edit)
    assert (state.count, state.title, state.fixed) == (2, "First quarter", False)
    assert (state.values["amount-0"], state.values["destination-1"], state.values["key_id-1"]) == (
        "123,45",
        "reserve",
        str(house.lift),
    )
    send(state, CallFormState.save, a_form(title="Changed"))
    assert call(alice, service.get_row, draft.id).title == "Changed"
    made = shown(CallFormState, building_id=house.id, call_id=issued().id)
    send(made, CallFormState.edit)
    assert made.fixed
    gone = shown(CallFormState, building_id=house.id, call_id="x")
    send(gone, CallFormState.edit)
    assert gone.missing


def test_a_draft_named_new_is_changed_and_none_is_added(shown, alice, house, drafted):
    draft = drafted(title="new")
    state = shown(CallFormState, building_id=house.id, call_id=draft.id)
    send(state, CallFormState.edit)
    send(state, CallFormState.save, a_form(title="Second quarter"))
    assert [x.title for x in call(alice, service.list_calls, house.id, Asked()).rows] == ["Second quarter"]


# --- Series


def test_a_series_shows_its_calls_and_drafts_them(shown, alice, house):
    state = shown(CallSeriesState, building_id=house.id)
    send(state, CallSeriesState.load)
    assert state.stopped == ["No budget is approved for this day: choose another one, or enter the amounts."]
    send(state, CallSeriesState.choose, "amounts")
    send(state, CallSeriesState.typed, "amount-0", "250")
    assert [(x.title, x.called, x.due, x.amount) for x in state.planned][:2] == [
        ("Provisions 2026 1/4", "01/01/2026", "31/01/2026", euros("250,00")),
        ("Provisions 2026 2/4", "01/04/2026", "01/05/2026", euros("250,00")),
    ]
    assert state.total == euros("1.000,00")
    form = {
        "title": "2026",
        "kind": "regular",
        "rhythm": "monthly",
        "first_on": "2026-01-01",
        "days_to_pay": "15",
        "amount-0": "100",
    }
    with_errors(state, CallSeriesState.save, form | {"amount-0": "0"}, {"amount-0"})
    with_errors(state, CallSeriesState.save, form | {"amount-0": ""}, {"amount-0"})
    with_errors(state, CallSeriesState.save, form | {"days_to_pay": "0"}, {"days_to_pay"})
    for slip in ("9999-12-31", "0026-01-01", "2100-02-01"):  # the last of twelve is in 2101
        with_errors(state, CallSeriesState.save, form | {"first_on": slip}, {"first_on"})
    send(state, CallSeriesState.save, form)
    assert call(alice, service.list_calls, house.id, Asked()).total == 12


# --- Detail


def test_the_page_of_a_call_from_draft_to_reversed(shown, alice, house, drafted):
    draft = drafted(a_line(10_000), a_line(2_000, "reserve"), due_on=date(2026, 3, 14))
    state = shown(CallState, building_id=house.id, call_id=draft.id)
    send(state, CallState.load)
    assert (state.call.state, state.can, state.call.reserve) == (
        "draft", ["issue", "edit", "delete"], f"{euros('20,00')} of it goes to the reserve fund."
    )  # fmt: skip
    assert [(x.destination, x.key, x.amount) for x in state.lines] == [
        ("Provisions for running costs", "Shares of the deed", euros("100,00")),
        ("Reserve fund", "Shares of the deed", euros("20,00")),
    ]
    assert [(x.owner, x.amount) for x in state.shares] == [("Bob", euros("72,00")), ("Dora", euros("48,00"))]
    send(state, CallState.issue)
    assert (state.call.state, state.can, state.shares) == ("overdue", ["reverse"], [])
    assert state.call.run_id
    call(
        alice, payments.record_payment, house.id, PaymentIn(owner_id=house.bob, paid_on=date(2026, 3, 10), cents=7_200)
    )
    send(state, CallState.load)
    assert [(x.owner, x.lots, x.reserve, x.asked, x.paid, x.open, x.state) for x in state.dues] == [
        ("Bob", "A1", euros("12,00"), euros("72,00"), euros("72,00"), euros("0,00"), "paid"),
        ("Dora", "A2", euros("8,00"), euros("48,00"), euros("0,00"), euros("48,00"), "overdue"),
    ]
    assert [(x.label, x.value, x.percent, x.part) for x in state.bar] == [
        ("received", euros("72,00"), "60.00", "ok"), ("overdue", euros("48,00"), "40.00", "bad")
    ]  # fmt: skip
    send(state, CallState.show_reversing, True)
    with_errors(state, CallState.reverse, {"reason": ""}, {"reason"})
    assert state.reversing
    send(state, CallState.reverse, {"reason": "Wrong key"})
    assert (state.call.state, state.call.reason, state.reversing, state.can) == ("reversed", "Wrong key", False, [])
    # 72.00 and 48.00 were asked, and nothing of a reversed call is received: what Bob paid stands in his favour
    assert [(x.owner, x.asked, x.paid, x.open, x.state) for x in state.dues] == [
        ("Bob", euros("72,00"), euros("0,00"), euros("0,00"), "reversed"),
        ("Dora", euros("48,00"), euros("0,00"), euros("0,00"), "reversed"),
    ]
    assert (state.call.received, state.call.open, state.bar) == (euros("0,00"), euros("0,00"), [])


def test_a_draft_that_a_colleague_changes_is_shown_anew_before_it_is_issued(shown, alice, house, drafted):
    draft = drafted()
    state = shown(CallState, building_id=house.id, call_id=draft.id)
    send(state, CallState.load)
    call(alice, service.update_call, draft.id, a_call(a_line(20_000)))
    assert send(state, CallState.issue) is not None  # a toast
    assert (state.call.state, state.call.total) == ("draft", euros("200,00"))
    assert [(x.owner, x.amount) for x in state.shares] == [("Bob", euros("120,00")), ("Dora", euros("80,00"))]
    send(state, CallState.issue)
    assert (state.call.state, state.call.total) == ("issued", euros("200,00"))


def test_what_stops_a_draft_is_said_on_its_page(shown, alice, house, drafted):
    draft = drafted(called_on=date(2019, 1, 1), due_on=date(2019, 6, 1))  # nobody held a lot then
    state = shown(CallState, building_id=house.id, call_id=draft.id)
    send(state, CallState.load)
    assert len(state.stopped) == 1
    assert "A1 (01/06/2019)" in state.stopped[0]
    assert send(state, CallState.issue) is not None  # a toast
    assert state.call.state == "draft"
    send(state, CallState.delete)
    assert call(alice, service.list_calls, house.id, Asked()).total == 0
    send(state, CallState.load)
    assert state.missing


@pytest.fixture
def address(monkeypatch):
    """The parts of the address that Reflex declares when it compiles the routes."""
    for name in ("building_id", "call_id"):
        monkeypatch.setattr(rx.State, name, rx.Var(name, _var_type=str), raising=False)


@pytest.mark.parametrize(
    "drawn",
    [
        pages.calls, pages.all_calls, form_pages.new_call, form_pages.edit_call, series_pages.call_series,
        detail_pages.call_for_funds,
    ],
)  # fmt: skip
def test_each_page_is_drawn(address, drawn):
    assert len(str(drawn().render())) > 1000


def test_every_field_has_its_place_and_the_place_of_its_error(address):
    shown = str(form_pages.new_call().render())
    names = (
        "title",
        "kind",
        "called_on",
        "due_on",
        "owner_id",
        "amount-0",
        "key_id-14",
        "destination-3",
        "description-0",
    )
    assert [name for name in names if f"f-{name}" not in shown] == []


def test_the_calls_stand_in_the_menu_of_money():
    (entry,) = [e for e in NAV if e.route == "/calls"]
    assert (entry.nav.section, entry.nav.icon, entry.nav.order) == ("money", "hand-coins", 30)
