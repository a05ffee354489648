from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from conftest import a_building, as_role
from sqlmodel import select

from koprogo_app.core.actor import Role
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import LotIn
from koprogo_app.modules.meters import periods, readings, service
from koprogo_app.modules.meters.models import MeterIn, MeterReading, NewMeterIn, ReadingIn, ReplaceIn
from koprogo_app.modules.meters.rules import Kind
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import OwnershipIn, PartEdit

ASKED = Asked(size=100)


def serials(actor, house, **filters):
    search = filters.pop("search", "")
    found = call(actor, service.list_meters, house.id, Asked(size=100, filters=filters, search=search))
    return [row.serial for row in found.rows]


def values(actor, house, meter_id):
    found = call(actor, readings.list_readings, house.id, Asked(size=100, filters={"meter_id": str(meter_id)}))
    return {row.read_on: row.value for row in found.rows}


# --- Meters ----------------------------------------------------------------------------------------------------------


def test_a_meter_starts_with_what_it_showed_when_it_was_placed(alice, house, meter):
    placed = meter("A1", " W1 ", installed_on="2025-03-01", first_value="12.5", dial_digits=5)
    row = call(alice, service.list_meters, house.id, ASKED).rows[0]
    assert (row.serial, row.lot, row.last_on, row.last_value) == ("W1", "A1", date(2025, 3, 1), Decimal("12.5"))
    assert values(alice, house, placed.id) == {date(2025, 3, 1): Decimal("12.5")}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"serial": "w0"}, "serial"),
        ({"lot_id": uuid4()}, "lot_id"),
        ({"main": True}, "main"),
        ({"first_value": "1"}, "installed_on"),
        ({"installed_on": "2026-02-01", "removed_on": "2026-01-01"}, "removed_on"),
        ({"installed_on": "2027-02-02", "first_value": "1"}, "installed_on"),
        ({"installed_on": "2026-02-01", "first_value": "1000", "dial_digits": 3}, "first_value"),
    ],
)
def test_a_wrong_meter_is_refused_beside_its_field(alice, house, meter, change, field):
    meter("A1", "w0")
    with pytest.raises(Invalid) as refused:
        meter("A1", **({"serial": "w1"} | change))
    assert list(refused.value.fields) == [field]
    assert serials(alice, house) == ["w0"]


def test_a_lot_of_another_building_gets_no_meter(alice, house, meter):
    other = call(alice, buildings.create_building, a_building(name="Deux"))
    away = call(alice, lots.create_lot, other.id, LotIn(number="X", type="apartment", shares=1))
    with pytest.raises(Invalid) as refused:
        meter("", "w1", lot_id=away.id)
    assert refused.value.field == "lot_id"


def test_meters_are_listed_by_lot_then_number_and_narrowed(alice, house, meter):
    for lot, serial, more in (
        ("A2", "20", {}), ("A1", "10", {"place": "Cave"}), ("A1", "9", {"kind": "gas"}), ("", "M1", {"main": True}),
        ("A3", "30", {"removed_on": "2026-06-01"}),
    ):  # fmt: skip
        meter(lot, serial, **more)
    assert serials(alice, house, kind="gas") == ["9"]
    assert serials(alice, house, lot="common") == ["M1"]
    assert serials(alice, house, state="removed") == ["30"]
    assert set(serials(alice, house, state="active")) == {"20", "10", "9", "M1"}
    assert serials(alice, house, search="cave") == ["10"]
    assert serials(alice, house, lot=str(house.lots["A2"])) == ["20"]


def test_a_replaced_meter_ends_and_the_next_one_begins_on_the_same_day(alice, house, meter, read):
    old = meter("A1", "old", factor="1.25", dial_digits=6)
    read("2025-12-31", {old.id: "500"})
    data = ReplaceIn(on=date(2026, 5, 4), last_value=Decimal("512.345"), serial="new")
    new = call(alice, service.replace_meter, old.id, data)
    assert (new.lot_id, new.kind, new.factor, new.dial_digits, new.installed_on) == (
        house.lots["A1"], "cold_water", Decimal("1.25"), 6, date(2026, 5, 4),
    )  # fmt: skip
    assert values(alice, house, old.id)[date(2026, 5, 4)] == Decimal("512.345")
    assert values(alice, house, new.id) == {date(2026, 5, 4): Decimal(0)}
    with pytest.raises(Conflict):
        call(alice, service.replace_meter, old.id, data)
    with pytest.raises(Invalid):
        read("2026-05-05", {old.id: "513"})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"last_value": Decimal(99)}, "last_value"),
        ({"serial": "old"}, "serial"),
        ({"on": date(2025, 11, 1)}, "on"),
        ({"on": date(2027, 3, 1)}, "on"),
    ],
)
def test_a_wrong_replacement_writes_nothing(alice, house, meter, read, change, field):
    old = meter("A1", "old")
    read("2025-12-31", {old.id: "100"})
    given = {"on": date(2026, 5, 4), "last_value": Decimal(120), "serial": "new"} | change
    with pytest.raises(Invalid) as refused:
        call(alice, service.replace_meter, old.id, ReplaceIn(**given))
    assert list(refused.value.fields) == [field]
    assert serials(alice, house) == ["old"]
    assert call(alice, service.get_meter, old.id).removed_on is None


def test_a_meter_is_corrected_and_deleted_until_a_closed_period_rests_on_it(alice, house, water, period):
    data = MeterIn(lot_id=house.lots["A1"], kind="cold_water", serial="W1b", unit="m3", place="Hall")
    assert call(alice, service.update_meter, water.a1, data).serial == "W1b"
    closed = call(alice, periods.close_period, period().id)
    with pytest.raises(Conflict):
        call(alice, service.update_meter, water.a1, data.model_copy(update={"factor": Decimal(2)}))
    assert call(alice, service.update_meter, water.a1, data.model_copy(update={"place": "Cave"})).place == "Cave"
    with pytest.raises(Conflict):
        call(alice, service.delete_meter, water.a1)
    call(alice, periods.reopen_period, closed.id)
    call(alice, service.delete_meter, water.a1)
    assert serials(alice, house) == ["W2", "W3"]


def test_the_days_of_a_meter_do_not_contradict_its_readings(alice, house, water):
    data = MeterIn(lot_id=house.lots["A1"], kind="cold_water", serial="W1", unit="m3")
    for change, field in (
        ({"installed_on": date(2026, 1, 1)}, "installed_on"),
        ({"removed_on": date(2026, 12, 30)}, "removed_on"),
    ):
        with pytest.raises(Invalid) as refused:
            call(alice, service.update_meter, water.a1, data.model_copy(update=change))
        assert refused.value.field == field


# --- Readings --------------------------------------------------------------------------------------------------------


def test_readings_of_a_day_are_entered_once(alice, house, water, read):
    assert read("2027-01-31", {water.a1: "111", water.a2: "233.125"}) == 2
    assert read("2027-01-31", {water.a1: "111", water.a2: "233.125"}) == 0
    assert read("2027-01-31", {water.a1: "112", water.a2: "233.125"}) == 1
    assert values(alice, house, water.a1)[date(2027, 1, 31)] == Decimal(112)
    with transaction(alice.organization_id) as s:
        assert len(s.exec(select(MeterReading)).all()) == 8


def test_every_wrong_reading_is_refused_beside_its_field_and_nothing_is_written(alice, house, water, read):
    with pytest.raises(Invalid) as refused:
        read("2027-01-31", {water.a1: "109.999", water.a2: "231", water.a3: "1"})
    assert set(refused.value.fields) == {f"value-{water.a1}", f"value-{water.a3}"}
    assert date(2027, 1, 31) not in values(alice, house, water.a2)


def test_no_reading_of_a_day_to_come(water, read):
    with pytest.raises(Invalid) as refused:
        read("2027-02-02", {water.a1: "111"})
    assert refused.value.field == "on"


def test_a_reading_on_the_day_of_a_sale_keeps_its_note(alice, house, water, read):
    read("2026-06-15", {water.a1: "105"}, note="  Sale of A1: seller and buyer agree. ")
    (row,) = [
        r
        for r in call(alice, readings.list_readings, house.id, Asked(size=100, search="W1")).rows
        if r.read_on == date(2026, 6, 15)
    ]
    assert (row.note, row.lot, row.source, row.estimated) == (
        "Sale of A1: seller and buyer agree.",
        "A1",
        "typed",
        False,
    )


def test_a_meter_of_another_building_is_not_read_here(alice, house, water):
    other = call(alice, buildings.create_building, a_building(name="Deux"))
    with pytest.raises(Invalid) as refused:
        call(
            alice,
            readings.record_readings,
            other.id,
            date(2027, 1, 1),
            [ReadingIn(meter_id=water.a1, value=Decimal(999))],
        )
    assert refused.value.field == "meter_id"


def test_a_reading_is_deleted_until_a_closed_period_rests_on_it(alice, house, water, read, period):
    read("2026-06-15", {water.a1: "105"})
    ids = {r.read_on: r.id for r in call(alice, readings.list_readings, house.id, Asked(size=100, search="W1")).rows}
    call(alice, periods.close_period, period().id)
    for on in (date(2025, 12, 31), date(2026, 6, 15), date(2026, 12, 31)):
        with pytest.raises(Conflict):
            call(alice, readings.delete_reading, ids[on])
    with pytest.raises(Invalid):
        read("2026-06-16", {water.a1: "106"})
    assert read("2026-06-15", {water.a1: "105"}) == 0  # the same again is no change
    assert read("2027-01-31", {water.a1: "111"}) == 1
    (new,) = [
        r.id for r in call(alice, readings.list_readings, house.id, Asked(size=1, search="W1", descending=True)).rows
    ]
    call(alice, readings.delete_reading, new)
    assert date(2027, 1, 31) not in values(alice, house, water.a1)


def test_the_grid_has_the_meters_that_are_there_on_a_day(alice, house, water, meter):
    meter("A1", "W9", kind="hot_water")
    meter("A2", "W8", removed_on="2026-01-01")
    meter("A2", "W7", installed_on="2027-01-01")
    found = call(alice, readings.grid, house.id, Kind.COLD_WATER, date(2026, 12, 31))
    assert [(d.lot, d.meter.serial, len(d.counter.readings)) for d in found] == [
        ("A1", "W1", 2), ("A2", "W2", 2), ("A3", "W3", 2),
    ]  # fmt: skip


# --- Who sees what ---------------------------------------------------------------------------------------------------


def test_a_co_owner_sees_the_meters_of_his_own_lots(alice, house, water, bob):
    (own,) = call(bob, readings.my_readings)
    assert (own.lot, own.meter.id) == ("A1", water.a1)
    assert [(r.read_on, r.value) for r in own.readings] == [
        (date(2026, 12, 31), Decimal(110)), (date(2025, 12, 31), Decimal(100)),
    ]  # fmt: skip
    for refused in (
        lambda: call(bob, service.list_meters, house.id, ASKED),
        lambda: call(bob, service.get_meter, water.a1),
        lambda: call(bob, readings.list_readings, house.id, ASKED),
    ):
        with pytest.raises(Forbidden):
            refused()


def test_who_buys_a_lot_sees_the_readings_from_then_on(alice, house, water, bob):
    part = call(
        alice, ownership.add_part, OwnershipIn(lot_id=house.lots["A2"], owner_id=house.bob, started_on=date(2026, 7, 1))
    )
    assert part.lot_id == house.lots["A2"]
    found = {own.lot: [r.read_on for r in own.readings] for own in call(bob, readings.my_readings)}
    assert found == {"A1": [date(2026, 12, 31), date(2025, 12, 31)], "A2": [date(2026, 12, 31)]}


def test_who_buys_his_lot_back_does_not_see_what_another_used_in_between(alice, house, water, read, bob):
    read("2026-06-30", {water.a1: "105"})
    (sold,) = call(alice, ownership.lot_history, house.lots["A1"])
    edit = PartEdit(numerator=1, denominator=1, started_on=date(2020, 1, 1), ended_on=date(2026, 2, 1))
    call(alice, ownership.correct_part, sold.part.id, edit, "Sold in February")
    call(
        alice, ownership.add_part, OwnershipIn(lot_id=house.lots["A1"], owner_id=house.bob, started_on=date(2026, 9, 1))
    )
    (own,) = call(bob, readings.my_readings)
    assert [r.read_on for r in own.readings] == [date(2026, 12, 31)]


def test_who_is_nobody_in_the_register_has_no_readings(alice):
    with pytest.raises(NotFound):
        call(as_role(alice, Role.OWNER), readings.my_readings)


def test_another_office_sees_nothing(charlie, house, water, period):
    made = period()
    for hidden in (
        lambda: call(charlie, service.list_meters, house.id, ASKED),
        lambda: call(charlie, service.get_meter, water.a1),
        lambda: call(charlie, service.delete_meter, water.a1),
        lambda: call(charlie, readings.list_readings, house.id, ASKED),
        lambda: call(charlie, readings.record_readings, house.id, date(2027, 1, 1), []),
        lambda: call(charlie, periods.list_periods, house.id),
        lambda: call(charlie, periods.outcome, made.id),
        lambda: call(charlie, periods.close_period, made.id),
    ):
        with pytest.raises(NotFound):
            hidden()


@pytest.mark.parametrize("role", list(Role))
def test_who_reads_and_who_writes(alice, house, water, role):
    actor = as_role(alice, role, house.id if role not in (Role.SYNDIC, Role.SYSTEM, Role.SUPERADMIN) else None)
    new = NewMeterIn(lot_id=house.lots["A1"], kind="gas", serial="G", unit="m3")
    reads = role in {Role.SUPERADMIN, Role.SYNDIC, Role.ACCOUNTANT, Role.BOARD_MEMBER, Role.AUDITOR, Role.SYSTEM}
    writes = role in {Role.SUPERADMIN, Role.SYNDIC, Role.ACCOUNTANT, Role.SYSTEM}
    for action, allowed in (
        (lambda: call(actor, service.list_meters, house.id, ASKED), reads),
        (lambda: call(actor, service.create_meter, house.id, new), writes),
    ):
        if allowed:
            action()
        else:
            with pytest.raises(Forbidden):
                action()


def test_a_role_limited_to_another_building_sees_no_meter(alice, house, water):
    other = call(alice, buildings.create_building, a_building(name="Deux"))
    council = as_role(alice, Role.BOARD_MEMBER, other.id)
    with pytest.raises(NotFound):
        call(council, service.get_meter, water.a1)


def test_the_trail_names_what_was_done(alice, house, water):
    with transaction(alice.organization_id) as s:
        actions = set(s.exec(select(AuditEntry.action).where(AuditEntry.building_id == house.id)))
    assert {"meter added", "readings entered"} <= actions
