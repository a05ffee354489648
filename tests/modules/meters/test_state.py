from datetime import date
from types import SimpleNamespace
from uuid import UUID

import pytest
from conftest import send

from koprogo_app.core.errors import Invalid
from koprogo_app.core.service import call
from koprogo_app.modules.meters import filing, periods, readings, service
from koprogo_app.modules.meters.file_state import ReadingsFileState
from koprogo_app.modules.meters.grid_state import ReadingsGridState
from koprogo_app.modules.meters.period_state import MeterPeriodFormState, MeterPeriodsState, MeterPeriodState
from koprogo_app.modules.meters.state import MeterFormState, MetersState, MeterState, MyMetersState, typed_value


@pytest.fixture
def address(monkeypatch):
    """address(MetersState, kind="gas"): the query of the page."""

    def make(state, **query):
        monkeypatch.setattr(
            type(state), "router", SimpleNamespace(url=SimpleNamespace(query_parameters=query)), raising=False
        )
        return state

    return make


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12,5", 12_500),
        ("12.5", 12_500),
        ("1 234", 1_234_000),
        ("123,456", 123_456),
        ("1.234,5", 1_234_500),
        ("", None),
    ],
)
def test_a_reading_is_typed_as_people_write_it(text, value):
    assert typed_value(text, "x") == value


def test_a_reading_that_can_be_read_in_two_ways_is_not_guessed():
    with pytest.raises(Invalid) as refused:
        typed_value("1.234", "value-1")
    assert refused.value.field == "value-1"


def test_the_list_words_its_meters(opened, address, house, water, meter):
    meter("", "MAIN", main=True)
    state = address(opened(MetersState, building_id=house.id))
    send(state, MetersState.load)
    assert [(r.lot, r.serial, r.last_on, r.last) for r in state.rows] == [
        ("A1", "W1", "31/12/2026", "110 m³"), ("A2", "W2", "31/12/2026", "230 m³"), ("A3", "W3", "31/12/2026", "360 m³"),
        ("Whole building", "MAIN", "", ""),
    ]  # fmt: skip


def test_a_meter_shows_what_passed_between_its_readings(opened, house, water, read):
    read("2026-06-30", {water.a1: "104.5"}, note="Sale")
    state = opened(MeterState, building_id=house.id, meter_id=water.a1)
    send(state, MeterState.load)
    assert [(r.on, r.value, r.used, r.note) for r in state.rows] == [
        ("31/12/2026", "110 m³", "5,5 m³", ""), ("30/06/2026", "104,5 m³", "4,5 m³", "Sale"), ("31/12/2025", "100 m³", "", ""),
    ]  # fmt: skip
    send(state, MeterState.delete_reading, state.rows[1].id)
    send(state, MeterState.load)
    assert len(state.rows) == 2
    state = opened(MeterState, building_id=house.id, meter_id="nothing")
    send(state, MeterState.load)
    assert state.missing


def test_a_meter_is_replaced_from_its_page(opened, alice, house, water):
    state = opened(MeterState, building_id=house.id, meter_id=water.a1)
    send(state, MeterState.replace, {"on": "2027-01-05", "serial": "W1b", "last_value": "x", "first_value": "0"})
    assert state.errors == {"last_value": "“x” is not a number."}
    send(state, MeterState.replace, {"on": "2027-01-05", "serial": "W1b", "last_value": "110.5", "first_value": "0"})
    assert str(call(alice, service.get_meter, water.a1).removed_on) == "2027-01-05"


def test_the_form_adds_a_meter_and_corrects_it(opened, address, alice, house, water):
    state = address(opened(MeterFormState, building_id=house.id, meter_id=water.a1), lot=str(house.lots["A2"]))
    send(state, MeterFormState.start)
    assert (state.values["lot_id"], len(state.lots)) == (str(house.lots["A2"]), 4)
    given = {"kind": "heating", "unit": "units", "serial": "H1", "factor": "1,25", "lot_id": str(house.lots["A2"])}
    send(state, MeterFormState.create, given | {"first_value": "7"})
    assert state.errors == {"installed_on": "Enter a date."}
    send(state, MeterFormState.create, given | {"first_value": "7", "installed_on": "2026-01-01"})
    assert {str(d.counter.factor) for d in call(alice, readings.grid, house.id, "heating", date(2026, 1, 1))} == {
        "1.250000"
    }
    send(state, MeterFormState.edit)
    assert (state.values["serial"], state.values["factor"], state.values["dial_digits"]) == ("W1", "1", "")
    send(state, MeterFormState.save, state.values | {"place": "Hall", "main": ""})
    assert call(alice, service.get_meter, water.a1).place == "Hall"


def test_the_grid_looks_at_each_reading_as_it_is_typed(opened, address, alice, house, water):
    state = address(opened(ReadingsGridState, building_id=house.id))
    send(state, ReadingsGridState.load)
    assert (state.on, state.total) == ("2027-02-01", 3)
    send(state, ReadingsGridState.edit, str(water.a1), "109")
    send(state, ReadingsGridState.edit, str(water.a2), "233.5")
    send(state, ReadingsGridState.edit, str(water.a3), "many")
    assert [(r.lot, r.last, r.text, r.used, r.tone) for r in state.rows] == [
        ("A1", "110 m³", "109", "", "bad"), ("A2", "230 m³", "233.5", "3,5 m³", ""), ("A3", "360 m³", "many", "", "bad"),
    ]  # fmt: skip
    assert (state.rows[0].found, state.waiting) == ("Below the reading of 31/12/2026: 110.", 3)
    send(state, ReadingsGridState.save, {})
    assert list(state.errors) == [f"value-{water.a3}"]
    send(state, ReadingsGridState.edit, str(water.a3), "")
    send(state, ReadingsGridState.edit, str(water.a1), "111")
    send(state, ReadingsGridState.save, {"note": "Sale"})
    assert (state.waiting, [r.text for r in state.rows]) == (0, ["111", "233,5", ""])
    send(state, ReadingsGridState.choose_day, "2026-12-31")
    assert [r.text for r in state.rows] == ["110", "230", "360"]
    send(state, ReadingsGridState.choose_kind, "gas")
    assert state.rows == []


def test_three_times_the_consumption_of_before_is_a_warning_in_the_grid(opened, address, house, water):
    state = address(opened(ReadingsGridState, building_id=house.id))
    send(state, ReadingsGridState.load)
    send(state, ReadingsGridState.edit, str(water.a1), "113")
    # 10 m³ in 365 days, then 3 in 32: 3,42 times
    assert (state.rows[0].tone, state.rows[0].found) == ("warn", "3 times the consumption of before.")
    send(state, ReadingsGridState.drop)
    assert (state.waiting, state.rows[0].text) == (0, "")


def test_a_period_is_begun_looked_at_and_closed(opened, alice, house, water, meter, read):
    main = meter("", "MAIN", main=True).id
    read("2025-12-31", {main: "0"})
    read("2026-12-31", {main: "103.5"})
    form = opened(MeterPeriodFormState, building_id=house.id)
    send(form, MeterPeriodFormState.start)
    send(form, MeterPeriodFormState.create, form.values | {"first_on": "2026-01-01", "last_on": "2026-12-31"})
    listed = opened(MeterPeriodsState, building_id=house.id)
    send(listed, MeterPeriodsState.load)
    (row,) = listed.rows
    assert (row.name, row.part, row.status) == ("Cold water 01/01/2026 – 31/12/2026", "–", "open")
    state = opened(MeterPeriodState, building_id=house.id, meter_period_id=row.id)
    send(state, MeterPeriodState.load)
    assert [(r.lot, r.begin, r.end, r.sum, r.found) for r in state.rows] == [
        ("A1", "100 (31/12/2025)", "110 (31/12/2026)", "10 m³", ""), ("A2", "200 (31/12/2025)", "230 (31/12/2026)", "30 m³", ""),
        ("A3", "300 (31/12/2025)", "360 (31/12/2026)", "60 m³", ""),
    ]  # fmt: skip
    assert (state.total, state.main, state.difference, list(state.stops)) == ("100 m³", "103,5 m³", "3,5 m³", [])
    send(state, MeterPeriodState.close)
    send(state, MeterPeriodState.load)
    assert (state.period.status, bool(state.period.key_id)) == ("closed", True)
    send(state, MeterPeriodState.delete)
    assert len(call(alice, periods.list_periods, house.id)) == 1
    send(state, MeterPeriodState.reopen)
    form = opened(MeterPeriodFormState, building_id=house.id, meter_period_id=row.id)
    send(form, MeterPeriodFormState.edit)
    send(form, MeterPeriodFormState.save, form.values | {"fixed_percent": "30", "fixed_metered": "on"})
    kept = call(alice, periods.get_period, UUID(row.id))
    assert (kept.fixed_percent, kept.fixed_metered) == (30, True)
    send(state, MeterPeriodState.delete)
    assert call(alice, periods.list_periods, house.id) == []


def test_missing_readings_are_estimated_from_the_page(opened, house, meter, read, period):
    dial = meter("A1", "W1").id
    read("2024-12-31", {dial: "0"})
    read("2025-12-31", {dial: "36.5"})
    state = opened(MeterPeriodState, building_id=house.id, meter_period_id=period().id)
    send(state, MeterPeriodState.load)
    assert (state.fillable, len(state.stops)) == (True, 1)
    send(state, MeterPeriodState.estimate)
    send(state, MeterPeriodState.load)
    assert (state.fillable, state.rows[0].sum, state.rows[0].tone) == (False, "36,5 m³", "warn")
    assert [(r.lot, r.found) for r in state.rows[1:]] == [
        ("A2", "This lot has no meter."),
        ("A3", "This lot has no meter."),
    ]


def test_a_file_is_read_row_by_row(opened, alice, house, water):
    state = opened(ReadingsFileState, building_id=house.id)
    send(state, ReadingsFileState.load)
    assert state.filename == ""
    call(
        alice,
        filing.add_file,
        house.id,
        "w.csv",
        b"Compteur;Quand;Index\nW1;31/01/2027;111\nW1;31/12/2026;110\nW2;31/01/2027;5\n",
    )
    send(state, ReadingsFileState.sent, "")
    assert (state.complete, state.needed != "") == (False, True)
    assert [(c.heading, c.sample, c.meaning) for c in state.columns][1] == (
        "Quand",
        "31/01/2027 · 31/12/2026 · 31/01/2027",
        "ignore",
    )
    send(state, ReadingsFileState.remap, 1, "day")
    assert [(r.row, r.serial, r.lot, r.value, r.action) for r in state.rows] == [
        ("2", "W1", "A1", "111", "New"), ("3", "W1", "A1", "110", "There already"), ("4", "W2", "A2", "5", "Left out"),
    ]  # fmt: skip
    assert (state.wanted, state.same, state.stopped) == (1, 1, 1)
    send(state, ReadingsFileState.choose_kind, "cold_water")
    send(state, ReadingsFileState.move_header, "1")
    send(state, ReadingsFileState.enter)
    assert state.filename == ""
    send(state, ReadingsFileState.forget)


def test_a_co_owner_sees_his_meters(opened, bob, house, water):
    state = opened(MyMetersState, bob)
    send(state, MyMetersState.load)
    (own,) = state.rows
    assert (own.title, [(r.on, r.used) for r in own.readings]) == (
        "A1 · Cold water · W1", [("31/12/2026", "10 m³"), ("31/12/2025", "")],
    )  # fmt: skip
