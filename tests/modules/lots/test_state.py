"""Handlers on a plain state, as their reader, in English; what they hand back is what a toast or a redirect carries."""

from datetime import date

import pytest
from conftest import send

from koprogo_app.core.errors import Invalid
from koprogo_app.core.service import call
from koprogo_app.core.trade import LotType
from koprogo_app.modules.lots import rules, service
from koprogo_app.modules.lots.models import LotIn, SharesReason
from koprogo_app.modules.lots.rules import Group
from koprogo_app.modules.lots.state import (
    GridState,
    LotFormState,
    LotState,
    PartialsState,
    SeriesState,
    SharesState,
)
from koprogo_app.modules.lots.words import Strip, bar_of, entered, floor_words


@pytest.fixture
def lot(alice, building):
    data = LotIn(number="5.1", type="apartment", floor=5, area_m2="92.50", shares=415)
    return call(alice, service.create_lot, building.id, data)


# --- Words -----------------------------------------------------------------------------------------------------------


def test_the_strip_says_what_is_missing_or_too_much():
    def said(total: int) -> Strip:
        return Strip.of(rules.gate(10_000, [Group(LotType.APARTMENT, 25, total)]), "en")

    short, exact, over = said(9_960), said(10_000), said(10_040)
    assert (short.tone, short.figure) == ("bad", "9.960 / 10.000")
    assert short.verdict == "Shares missing to reach the total of the deed: 40."
    assert (exact.tone, exact.verdict) == ("ok", "The lots add up to the total of the deed.")
    assert over.verdict == "Shares above the total of the deed: 40."
    assert said(10_000).compulsory


def test_the_bar_is_as_wide_as_the_deed_and_hatches_what_is_missing():
    groups = [Group(LotType.APARTMENT, 9, 920), Group(LotType.PARKING, 3, 40)]
    parts = bar_of(rules.gate(1000, groups), "en")
    assert [(p.label, p.value, p.percent, p.part) for p in parts] == [
        ("Apartments", "920", "92.00", "k1"),
        ("Garages and parking spaces", "40", "4.00", "k2"),
        ("Missing", "40", "4.00", "missing"),
    ]


def test_five_types_are_drawn_in_four_colours_and_nothing_is_lost():
    parts = bar_of(rules.gate(15, [Group(kind, 1, n) for n, kind in enumerate(LotType, 1)]), "en")
    assert [p.part for p in parts] == ["k1", "k2", "k4", "k3"]
    assert sum(int(p.value) for p in parts) == 15


def test_more_shares_than_the_deed_never_overflow_the_bar():
    parts = bar_of(rules.gate(1000, [Group(LotType.APARTMENT, 1, 1500)]), "en")
    assert [p.percent for p in parts] == ["100.00"]


@pytest.mark.parametrize(("floor", "words"), [(None, ""), (0, "Ground floor"), (3, "3"), (-1, "−1")])
def test_a_floor_reads_as_people_say_it(floor, words):
    assert floor_words(floor, "en") == words


def test_figures_are_read_as_belgians_write_them():
    typed = {"floor": "rez-de-chaussée", "area_m2": "92,5 m²", "shares": "1 250"}
    found = entered(typed)
    assert (found["floor"], str(found["area_m2"]), found["shares"]) == (0, "92.5", 1250)
    assert entered({})["shares"] == 0


def test_every_figure_that_cannot_be_read_has_its_own_sentence():
    with pytest.raises(Invalid) as refused:
        entered({"floor": "up", "area_m2": "big", "shares": "12,5"})
    assert set(refused.value.fields) == {"floor", "area_m2", "shares"}
    with pytest.raises(Invalid):
        entered({"shares": "455/10000"})


# --- Parts of the tab ------------------------------------------------------------------------------------------------


def test_the_strip_is_loaded_for_the_building_of_the_address(opened, building, lot):
    state = opened(SharesState, building_id=building.id)
    send(state, SharesState.load)
    assert state.strip.figure == "415 / 1.000"
    assert [part.label for part in state.parts] == ["Apartments", "Missing"]


def test_a_lot_is_added_and_the_dialog_closes(opened, alice, building):
    state = opened(LotFormState, building_id=building.id)
    send(state, LotFormState.show_adding, True)
    form = {"number": "1.1", "type": "apartment", "floor": "1", "area_m2": "85,5", "shares": "120"}
    reload, _toast = send(state, LotFormState.add, form)
    assert reload.fn.__name__ == "on_load_internal"
    assert (state.adding, state.errors) == (False, {})
    (row,) = call(alice, service.list_building_lots, building.id)
    assert (row.number, row.floor, str(row.area_m2), row.shares) == ("1.1", 1, "85.50", 120)


def test_a_refused_lot_keeps_the_dialog_open_with_its_errors(opened, building, lot):
    state = opened(LotFormState, building_id=building.id)
    send(state, LotFormState.show_adding, True)
    send(state, LotFormState.add, {"number": "5.1", "type": "apartment"})
    assert (state.adding, state.errors) == (True, {"number": "Lot 5.1 exists already in this building."})
    send(state, LotFormState.add, {"number": "", "type": "attic"})
    assert state.errors == {"number": "This field is required.", "type": "Choose one from the list."}


def test_parking_spaces_are_added_by_their_series(opened, alice, building):
    state = opened(SeriesState, building_id=building.id)
    send(state, SeriesState.add, {"first": "P1", "count": "10", "type": "parking", "floor": "-1", "shares": "2"})
    assert [row.number for row in call(alice, service.list_building_lots, building.id)] == [
        f"P{n}" for n in range(1, 11)
    ]
    send(state, SeriesState.add, {"first": "P1", "count": "many", "type": "parking"})
    assert state.errors == {"count": "Enter a whole number."}


# --- One lot ---------------------------------------------------------------------------------------------------------


def test_a_lots_page_is_worded_for_its_reader(opened, building, lot):
    state = opened(LotState, lot_id=lot.id)
    send(state, LotState.load)
    assert (state.title, state.lot.shares, state.lot.area) == ("Lot 5.1", "415 / 1.000", "92,5 m²")
    assert [(m.title, m.when) for m in state.versions] == [("Shares: 415", "since the deed")]
    assert state.values["area_m2"] == "92,50"


@pytest.mark.parametrize("lot_id", ["x", "01a20b96-44d2-7810-a8e6-c81578e6c3e1"])
def test_an_address_without_a_lot_says_so(opened, lot_id):
    state = opened(LotState, lot_id=lot_id)
    send(state, LotState.load)
    assert state.missing


def test_the_form_of_a_lot_leaves_its_shares_alone(opened, alice, lot):
    state = opened(LotState, lot_id=lot.id)
    send(state, LotState.save, {"number": "5.9", "type": "commercial", "floor": "0", "area_m2": "", "shares": "999"})
    kept = call(alice, service.get_lot, lot.id)
    assert (kept.number, kept.type, kept.floor, kept.area_m2, kept.shares) == ("5.9", "commercial", 0, None, 415)


def test_a_decision_needs_its_date_and_a_correction_none(opened, alice, lot):
    state = opened(LotState, lot_id=lot.id)
    form = {"shares": "455", "kind": "decision", "decision": "General meeting of 14/03/2024"}
    send(state, LotState.change, form)
    assert state.errors == {"from_on": "Enter a date."}
    send(state, LotState.change, form | {"kind": "entry"})
    assert call(alice, service.get_lot, lot.id).shares == 455
    assert call(alice, service.shares_history, lot.id) == []
    send(state, LotState.change, form | {"shares": "465", "from_on": "2024-03-14"})
    assert [v.shares for v in call(alice, service.shares_history, lot.id)] == [455, 465]


def test_the_first_shares_of_a_lot_need_no_reason(opened, alice, building):
    blank = call(alice, service.create_lot, building.id, LotIn(number="9", type="cellar", shares=0))
    state = opened(LotState, lot_id=blank.id)
    send(state, LotState.load)
    assert state.lot.shares == ""
    send(state, LotState.change, {"shares": "5"})
    assert call(alice, service.get_lot, blank.id).shares == 5


def test_the_last_change_is_taken_back_with_its_reason(opened, alice, lot):
    why = SharesReason(decision="General meeting", from_on=date(2024, 3, 14))
    call(alice, service.change_shares, lot.id, 455, why)
    state = opened(LotState, lot_id=lot.id)
    send(state, LotState.withdraw, {"reason": ""})
    assert state.errors == {"reason": "This field is required."}
    send(state, LotState.withdraw, {"reason": "Annulled"})
    assert call(alice, service.get_lot, lot.id).shares == 415


# --- Many lots -------------------------------------------------------------------------------------------------------


def test_what_is_typed_in_the_grid_waits_until_it_is_saved(opened, alice, building, lot):
    state = opened(GridState, building_id=building.id)
    send(state, GridState.load)
    send(state, GridState.edit, str(lot.id), "floor", "6")
    send(state, GridState.load)
    assert (state.rows[0].floor, state.waiting, state.asks_why) == ("6", 1, False)
    assert call(alice, service.get_lot, lot.id).floor == 5
    send(state, GridState.save, {})
    assert call(alice, service.get_lot, lot.id).floor == 6
    assert state._drafts == {}


def test_a_text_typed_back_is_no_change(opened, building, lot):
    state = opened(GridState, building_id=building.id)
    send(state, GridState.load)
    send(state, GridState.edit, str(lot.id), "shares", "455")
    assert (state.waiting, state.asks_why) == (1, True)
    send(state, GridState.edit, str(lot.id), "shares", "415")
    assert (state.waiting, state.asks_why) == (0, False)


def test_shares_that_stood_are_saved_with_their_reason_only(opened, alice, building, lot):
    state = opened(GridState, building_id=building.id)
    send(state, GridState.load)
    send(state, GridState.edit, str(lot.id), "shares", "455")
    send(state, GridState.save, {"kind": "entry", "decision": ""})
    assert set(state.errors) == {"decision"}
    assert call(alice, service.get_lot, lot.id).shares == 415
    send(state, GridState.save, {"kind": "entry", "decision": "Read wrong"})
    assert call(alice, service.get_lot, lot.id).shares == 455


def test_what_others_changed_meanwhile_stays(opened, alice, building, lot):
    state = opened(GridState, building_id=building.id)
    send(state, GridState.load)
    send(state, GridState.edit, str(lot.id), "floor", "6")
    call(alice, service.change_shares, lot.id, 400, SharesReason(decision="Read wrong"))
    send(state, GridState.save, {})
    kept = call(alice, service.get_lot, lot.id)
    assert (kept.floor, kept.shares) == (6, 400)
    gone = call(alice, service.create_lot, building.id, LotIn(number="X1", type="cellar", shares=1))
    send(state, GridState.load)
    send(state, GridState.edit, str(gone.id), "floor", "1")
    call(alice, service.delete_lot, gone.id)
    send(state, GridState.save, {})
    assert (state.errors, state.waiting) == ({}, 0)


def test_a_cell_that_cannot_be_read_is_marked_and_nothing_is_saved(opened, alice, building, lot):
    state = opened(GridState, building_id=building.id)
    send(state, GridState.load)
    send(state, GridState.edit, str(lot.id), "area_m2", "large")
    send(state, GridState.edit, str(lot.id), "type", "cellar")
    assert state.rows[0].area_tone == "bad"
    send(state, GridState.save, {})
    assert list(state.errors) == [f"area_m2-{lot.id}"]
    assert call(alice, service.get_lot, lot.id).type == "apartment"
    send(state, GridState.drop)
    assert (state.waiting, state.rows[0].type) == (0, "apartment")


def test_an_unknown_lot_or_column_is_not_edited(opened, building, lot):
    state = opened(GridState, building_id=building.id)
    send(state, GridState.load)
    send(state, GridState.edit, "somebody else's", "shares", "1")
    send(state, GridState.edit, str(lot.id), "building_id", "x")
    assert state.waiting == 0


def test_the_grid_pages_and_filters_and_keeps_what_was_typed(opened, alice, building):
    for n in range(1, 31):
        kind = "parking" if n > 28 else "apartment"
        call(alice, service.create_lot, building.id, LotIn(number=f"A{n}", type=kind, shares=1))
    state = opened(GridState, building_id=building.id)
    send(state, GridState.load)
    send(state, GridState.resize, 25)
    send(state, GridState.edit, state.rows[0].id, "floor", "2")
    send(state, GridState.go, 2)
    assert [row.number for row in state.rows] == ["A26", "A27", "A28", "A29", "A30"]
    send(state, GridState.filter_by, "type", "parking")
    assert ([row.number for row in state.rows], state.total, state.waiting) == (["A29", "A30"], 2, 1)
    send(state, GridState.filter_by, "", "")
    assert (state.total, state.rows[0].floor) == (30, "2")


# --- Partial associations --------------------------------------------------------------------------------------------


def test_a_partial_association_below_twenty_lots_asks_why(opened, building, lot):
    state = opened(PartialsState, building_id=building.id)
    send(state, PartialsState.load)
    assert state.below == "1"
    send(state, PartialsState.save, {"name": "Tour A"})
    assert set(state.errors) == {"reason"}
    send(state, PartialsState.save, {"name": "Tour A", "reason": "Statutes of 1968"})
    send(state, PartialsState.load)
    assert [(row.name, row.lots) for row in state.rows] == [("Tour A", "0")]
    send(state, PartialsState.edit, state.rows[0].id)
    assert (state.open, state.values["name"]) == (True, "Tour A")
    send(state, PartialsState.save, {"name": "Tour B", "kbo": "0403.170.701"})
    send(state, PartialsState.load)
    assert [(row.name, row.kbo) for row in state.rows] == [("Tour B", "0403.170.701")]
    send(state, PartialsState.delete, state.rows[0].id)
    send(state, PartialsState.load)
    assert state.rows == []
