"""Handlers on a plain state, as their reader, in English."""

import pytest
from conftest import send
from sqlmodel import select

from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Invalid
from koprogo_app.core.service import call
from koprogo_app.modules.keys import service
from koprogo_app.modules.keys.models import KeyIn, KeyPart
from koprogo_app.modules.keys.rules import Start
from koprogo_app.modules.keys.state import KeysState, KeyState, LotKeysState, NewKeyState, weight_of
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import LotIn


@pytest.fixture
def shop(alice, building):
    return call(alice, lots.create_lot, building.id, LotIn(number="0.1", type="commercial", floor=0, shares=300))


@pytest.fixture
def home(alice, building):
    return call(alice, lots.create_lot, building.id, LotIn(number="1.1", type="apartment", floor=1, shares=700))


@pytest.fixture
def lift(alice, building, shop, home):
    return call(alice, service.create_key, building.id, KeyIn(name="Lift", total=700), Start.UPPER)


@pytest.mark.parametrize(("text", "weight"), [("", 0), ("0", 0), ("–", 0), ("12", 12), ("1 250", 1250), (" 7 ", 7)])
def test_a_weight_is_read_as_people_write_it(text, weight):
    assert weight_of(text) == weight


def test_a_weight_is_no_larger_than_rest_takes():
    assert weight_of("100 000 000") == 10**8
    for text in ("100 000 001", "9" * 20):
        with pytest.raises(Invalid, match="or less"):
            weight_of(text)


@pytest.mark.parametrize("text", ["12,5", "12 %", "12%", "-3", "half", "71/654", "1.250"])
def test_a_percentage_or_a_doubtful_figure_is_no_weight(text):
    with pytest.raises(Invalid):
        weight_of(text)


def test_a_percentage_is_refused_by_its_name():
    with pytest.raises(Invalid, match="never a percentage"):
        weight_of("12 %")


def test_the_list_says_of_each_key_whether_it_adds_up(opened, alice, building, lift):
    call(alice, service.create_key, building.id, KeyIn(name="Heating", total=100))
    call(alice, service.create_key, building.id, KeyIn(name="Door"), Start.EACH)
    state = opened(KeysState, building_id=building.id)
    send(state, KeysState.load)
    assert [(row.name, row.figure, row.tone, row.verdict) for row in state.rows] == [
        ("Shares of the deed", "1.000 / 1.000", "ok", "The weights add up to the total of the deed."),
        ("Door", "2", "open", "The deed names no total to check."),
        ("Heating", "0 / 100", "bad", "No lot has a weight yet."),
        ("Lift", "700 / 700", "ok", "The weights add up to the total of the deed."),
    ]


def test_a_new_key_starts_from_its_chosen_lots(opened, alice, building, shop, home):
    state = opened(NewKeyState, building_id=building.id)
    send(state, NewKeyState.load)
    assert [choice.label for choice in state.lots] == ["0.1 · Commercial space", "1.1 · Apartment"]
    form = {"name": "Shops", "clause": "Deed, art. 9", "total": "300", "start": "chosen", f"lot-{shop.id}": "on"}
    send(state, NewKeyState.create, form)
    key = call(alice, service.list_keys, building.id)[1]
    assert (key.name, key.clause, key.sum, key.passed) == ("Shops", "Deed, art. 9", 300, True)


def test_a_refused_key_says_why_beside_its_field(opened, building, lift):
    state = opened(NewKeyState, building_id=building.id)
    for form, fields in (
        ({"name": "Lift", "start": "each"}, {"name"}),
        ({"name": "", "start": "each"}, {"name"}),
        ({"name": "Door", "start": "chosen"}, {"lots"}),
        ({"name": "Door", "total": "100 %", "start": "each"}, {"total"}),
    ):
        send(state, NewKeyState.create, form)
        assert set(state.errors) == fields


def test_the_check_follows_what_is_typed_before_it_is_saved(opened, alice, lift, home, shop):
    state = opened(KeyState, key_id=lift.id)
    send(state, KeyState.load)
    assert [(row.number, row.weight) for row in state.rows] == [("0.1", ""), ("1.1", "700")]
    send(state, KeyState.edit, str(home.id), "650")
    assert (state.key.figure, state.key.tone, state.waiting) == ("650 / 700", "bad", 1)
    assert state.key.verdict == "Missing to reach the total of the deed: 50."
    send(state, KeyState.edit, str(shop.id), "60")
    assert state.key.verdict == "Above the total of the deed: 10."
    assert call(alice, service.get_key, lift.id).sum == 700
    send(state, KeyState.edit, str(shop.id), "50")
    send(state, KeyState.save, {})
    assert call(alice, service.weights, lift.id) == {shop.id: 50, home.id: 650}


def test_a_weight_that_cannot_be_read_is_marked_and_nothing_is_saved(opened, alice, lift, home, shop):
    state = opened(KeyState, key_id=lift.id)
    send(state, KeyState.load)
    send(state, KeyState.edit, str(home.id), "12,5 %")
    send(state, KeyState.edit, str(shop.id), "5")
    assert [row.tone for row in state.rows] == ["", "bad"]
    send(state, KeyState.save, {})
    assert state.errors == {f"weight-{home.id}": "Lot 1.1: “12,5 %” is not a whole number up to 100.000.000."}
    assert call(alice, service.weights, lift.id) == {home.id: 700}
    send(state, KeyState.edit, str(home.id), "9" * 20)
    assert [row.tone for row in state.rows] == ["", "bad"]
    send(state, KeyState.save, {})
    assert list(state.errors) == [f"weight-{home.id}"]
    send(state, KeyState.drop)
    assert (state.waiting, state.key.figure) == (0, "700 / 700")


def test_what_a_colleague_changes_meanwhile_stays(opened, alice, lift, home, shop, monkeypatch):
    state, run = opened(KeyState, key_id=lift.id), KeyState._run
    send(state, KeyState.load)
    send(state, KeyState.edit, str(shop.id), "50")

    async def after_hers(self, fn, *args):
        """She saves just before the first thing that writes."""
        if fn.gate.audit:
            call(alice, service.set_weights, lift.id, {home.id: 650})
        return await run(self, fn, *args)

    monkeypatch.setattr(KeyState, "_run", after_hers)
    send(state, KeyState.save, {})
    assert call(alice, service.weights, lift.id) == {shop.id: 50, home.id: 650}


def test_the_weights_that_a_period_made_are_shown_as_they_are(opened, alice, building, lift, home, shop):
    with transaction(alice.organization_id) as s:
        s.exec(select(KeyPart).where(KeyPart.key_id == lift.id)).one().weight = 10**9
    state = opened(KeyState, key_id=lift.id)
    send(state, KeyState.load)
    assert [(row.weight, row.tone) for row in state.rows] == [("", ""), ("1000000000", "")]
    send(state, KeyState.edit, str(shop.id), "5")
    send(state, KeyState.save, {})
    assert call(alice, service.weights, lift.id) == {shop.id: 5, home.id: 10**9}


def test_a_weight_typed_back_or_for_an_unknown_lot_is_no_change(opened, lift, home):
    state = opened(KeyState, key_id=lift.id)
    send(state, KeyState.load)
    send(state, KeyState.edit, str(home.id), "1")
    send(state, KeyState.edit, str(home.id), "700")
    send(state, KeyState.edit, "somebody else's", "5")
    assert state.waiting == 0


def test_the_key_of_the_shares_is_shown_but_not_editable(opened, building, lift):
    state = opened(KeyState, key_id=building.id)
    send(state, KeyState.load)
    assert (state.own, state.key.name, [row.weight for row in state.rows]) == (
        False,
        "Shares of the deed",
        ["300", "700"],
    )


@pytest.mark.parametrize("key_id", ["x", "01a20b96-44d2-7810-a8e6-c81578e6c3e1"])
def test_an_address_without_a_key_says_so(opened, key_id):
    state = opened(KeyState, key_id=key_id)
    send(state, KeyState.load)
    assert state.missing


def test_a_key_is_corrected_and_deleted(opened, alice, building, lift):
    state = opened(KeyState, key_id=lift.id)
    send(state, KeyState.load)
    assert state.values == {"name": "Lift", "clause": "", "total": "700"}
    send(state, KeyState.correct, {"name": "Lift A", "total": ""})
    assert (state.errors, call(alice, service.get_key, lift.id).expected) == ({}, None)
    send(state, KeyState.delete)
    assert [key.own for key in call(alice, service.list_keys, building.id)] == [False]


def test_the_page_of_a_lot_shows_its_weight_in_every_key(opened, lift, shop):
    state = opened(LotKeysState, lot_id=shop.id)
    send(state, LotKeysState.load)
    assert [(row.name, row.weight) for row in state.rows] == [
        ("Shares of the deed", "300 / 1.000"),
        ("Lift", "0 / 700"),
    ]
    stray = opened(LotKeysState, lot_id="x")
    send(stray, LotKeysState.load)
    assert stray.rows == []
