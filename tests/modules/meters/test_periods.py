from datetime import date
from decimal import Decimal

import pytest
from conftest import a_building, as_role
from sqlmodel import select

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Conflict, Invalid
from koprogo_app.core.money import Cents, split
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import BookIn
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.invoices.models import CostAllocation
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.keys.models import KeyIn
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.ledger.models import EntryIn, JournalLine, LineIn
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import SharesReason
from koprogo_app.modules.meters import periods, readings, service
from koprogo_app.modules.meters.models import MeterUse, PeriodIn, ReplaceIn
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import OwnershipIn
from koprogo_app.modules.splits import service as splits
from koprogo_app.modules.splits.models import Wanted


def used(found, house):
    names = {lot_id: number for number, lot_id in house.lots.items()}
    return {names[use.lot_id]: use.used for use in found.lots}


def weights(actor, house, made):
    names = {lot_id: number for number, lot_id in house.lots.items()}
    return {names[lot_id]: weight for lot_id, weight in call(actor, keys.weights, made.key_id).items()}


def codes(found, house):
    names = {lot_id: number for number, lot_id in house.lots.items()}
    return {names[use.lot_id]: [f.code for f in use.findings] for use in found.lots if use.findings}


def test_the_consumption_of_each_lot_and_what_the_main_meter_counted_beyond(alice, house, water, meter, read, period):
    main, garden = meter("", "MAIN", main=True).id, meter("", "GARDEN").id
    read("2025-12-31", {main: "1000", garden: "50"})
    read("2026-12-31", {main: "1108.5", garden: "55"})
    found = call(alice, periods.outcome, period().id)
    assert used(found, house) == {"A1": 10_000, "A2": 30_000, "A3": 60_000}
    # 100 in the flats and 5 in the garden; the main meter counted 108,5
    assert (found.total, found.main, found.difference, found.stops) == (105_000, 108_500, 3_500, ())


def test_a_closed_period_makes_a_key_of_the_consumption(alice, house, water, period):
    made = call(alice, periods.close_period, period().id)
    assert made.status == "closed"
    assert weights(alice, house, made) == {"A1": 10_000, "A2": 30_000, "A3": 60_000}
    key = call(alice, keys.get_key, made.key_id)
    assert (key.name, key.expected, key.passed, key.lots) == ("Water 2026", None, True, 3)
    assert call(alice, periods.close_period, made.id).key_id == made.key_id  # once more: the same
    assert len(call(alice, keys.list_keys, house.id)) == 2


def test_thirty_percent_of_a_bill_goes_by_the_shares_of_the_deed(alice, house, water, period):
    made = call(alice, periods.close_period, period(fixed_percent=30).id)
    # 10 000,00 €: 3 000,00 over 500/300/190/10 = 1 500, 900, 570, 30; 7 000,00 over 10/30/60 = 700, 2 100, 4 200
    parts = split(Cents(1_000_000), call(alice, keys.weights, made.key_id))
    assert {number: parts[lot_id] for number, lot_id in house.lots.items()} == {
        "A1": 220_000, "A2": 300_000, "A3": 477_000, "G1": 3_000,
    }  # fmt: skip


def test_the_fixed_part_can_be_left_to_the_lots_with_a_meter(alice, house, water, period):
    made = call(alice, periods.close_period, period(fixed_percent=30, fixed_metered=True).id)
    # 9 900,00 €: 2 970,00 over 500/300/190 of 990 = 1 500, 900, 570; 6 930,00 over 10/30/60 = 693, 2 079, 4 158
    parts = split(Cents(990_000), call(alice, keys.weights, made.key_id))
    assert {number: parts.get(lot_id) for number, lot_id in house.lots.items()} == {
        "A1": 219_300, "A2": 297_900, "A3": 472_800, "G1": None,
    }  # fmt: skip


def test_the_shares_are_those_of_the_last_day(alice, house, water, period):
    why = SharesReason(decision="General meeting", from_on=date(2027, 1, 10))
    call(alice, lots.change_shares, house.lots["A1"], 400, why)
    made = call(alice, periods.close_period, period(fixed_percent=100).id)
    assert weights(alice, house, made) == {"A1": 50, "A2": 30, "A3": 19, "G1": 1}


def test_a_weight_may_outgrow_an_integer_and_stays_exact(alice, house, meter, read, period):
    ids = {number: meter(number, f"H{number}", kind="heating", unit="kWh").id for number in ("A1", "A2", "A3")}
    read("2025-12-31", dict.fromkeys(ids.values(), "0"))
    read("2026-12-31", dict(zip(ids.values(), ("98765.433", "12345.679", "4321.117"), strict=True)))
    made = call(alice, periods.close_period, period(kind="heating", name="Heating", fixed_percent=37).id)
    found = weights(alice, house, made)
    whole, consumed = sum(found.values()), 98_765_433 + 12_345_679 + 4_321_117
    assert max(found.values()) > 2**31
    assert found["A1"] * 100 * 1000 * consumed == whole * (37 * 500 * consumed + 63 * 98_765_433 * 1000)
    assert found["G1"] * 100 * 1000 == whole * 37 * 10


def test_an_accountant_closes_though_he_may_not_write_keys(alice, house, water, period):
    accountant = as_role(alice, Role.ACCOUNTANT)
    assert call(accountant, periods.close_period, period().id).status == "closed"


def test_a_replaced_meter_and_a_factor_count_in_the_period(alice, house, meter, read, period):
    old = meter("A1", "old").id
    allocator = meter("A2", "alloc", factor="1.25").id
    read("2025-12-31", {old: "500", allocator: "10"})
    new = call(
        alice, service.replace_meter, old, ReplaceIn(on=date(2026, 5, 4), last_value=Decimal("512.345"), serial="new")
    )
    read("2026-12-31", {new.id: "20.655", allocator: "18"})
    found = call(alice, periods.outcome, period().id)
    assert used(found, house) == {"A1": 33_000, "A2": 10_000, "A3": None}
    assert codes(found, house) == {"A3": ["no_meter"]}
    made = call(alice, periods.close_period, found.period.id)
    assert weights(alice, house, made) == {"A1": 33_000, "A2": 10_000}


def test_a_meter_that_began_anew_counts_in_the_period(alice, house, meter, read, period):
    dial = meter("A1", "old", dial_digits=5).id
    read("2025-12-31", {dial: "99998"})
    read("2026-12-31", {dial: "3"})
    assert used(call(alice, periods.outcome, period().id), house)["A1"] == 5_000


def test_a_missing_reading_stops_the_closing_until_it_is_estimated(alice, house, meter, read, period):
    dial, other = meter("A1", "W1").id, meter("A2", "W2").id
    read("2024-12-31", {dial: "63.5"})
    read("2025-12-31", {dial: "100", other: "5"})
    made = period()
    found = call(alice, periods.outcome, made.id)
    assert codes(found, house) == {"A1": ["no_end"], "A2": ["no_end"], "A3": ["no_meter"]}
    with pytest.raises(Invalid):
        call(alice, periods.close_period, made.id)
    # W1 took 36,5 m³ in the 365 days of 2025: as much in 2026; of W2 nothing is known
    assert call(alice, periods.estimate_missing, made.id) == 1
    assert call(alice, periods.estimate_missing, made.id) == 0
    found = call(alice, periods.outcome, made.id)
    assert used(found, house)["A1"] == 36_500
    assert codes(found, house)["A1"] == ["estimated"]
    assert [f.params for f in found.stops] == [{"count": 1}]
    read("2026-12-31", {other: "9", dial: "140"})  # both were read after all
    found = call(alice, periods.outcome, made.id)
    assert used(found, house) == {"A1": 40_000, "A2": 4_000, "A3": None}
    assert codes(found, house) == {"A3": ["no_meter"]}
    assert call(alice, periods.close_period, made.id).status == "closed"


def test_a_first_reading_that_is_missing_is_not_invented(alice, house, meter, read, period):
    dial = meter("A1", "W1").id
    read("2026-02-01", {dial: "5"})
    read("2026-12-31", {dial: "9"})
    made = period()
    assert call(alice, periods.estimate_missing, made.id) == 0
    assert codes(call(alice, periods.outcome, made.id), house)["A1"] == ["no_begin"]


def test_three_times_the_period_before_is_a_warning_that_stops_nothing(alice, house, water, read, period):
    read("2024-12-31", {water.a1: "96.7", water.a2: "190", water.a3: "280"})
    period(name="Water 2025", first_on="2025-01-01", last_on="2025-12-31")
    found = call(alice, periods.outcome, period().id)
    # A1 3,3 then 10: 3,03 times; A2 10 then 30: three times, not more; A3 20 then 60
    assert codes(found, house) == {"A1": ["high"]}
    assert found.stops == ()


def test_meters_that_count_in_other_units_stop_the_closing(alice, house, water, meter, read, period):
    other = meter("A1", "K", unit="kWh").id
    read("2025-12-31", {other: "0"})
    read("2026-12-31", {other: "1"})
    found = call(alice, periods.outcome, period().id)
    assert ([f.code for f in found.stops], found.unit) == (["units"], None)


def test_a_period_that_is_not_over_or_has_no_meter_is_not_closed(alice, house, meter, period):
    running = period(first_on="2027-01-01", last_on="2027-12-31")
    assert [f.code for f in call(alice, periods.outcome, running.id).stops] == ["running"]
    bare = period(kind="gas", name="Gas")
    assert [f.code for f in call(alice, periods.outcome, bare.id).stops] == ["no_meters"]
    with pytest.raises(Invalid):
        call(alice, periods.close_period, bare.id)


def test_nothing_consumed_is_nothing_to_share_out_by(alice, house, meter, read, period):
    dial = meter("A1", "W1").id
    read("2025-12-31", {dial: "5"})
    read("2026-12-31", {dial: "5"})
    with pytest.raises(Invalid) as refused:
        call(alice, periods.close_period, period().id)
    assert refused.value.field == "fixed_percent"


def test_a_reopened_period_is_corrected_and_gives_the_same_key_its_weights_anew(alice, house, water, read, period):
    made = call(alice, periods.close_period, period().id)
    key_id = made.key_id
    with pytest.raises(Conflict):
        call(alice, periods.update_period, made.id, PeriodIn(**made.model_dump()))
    with pytest.raises(Conflict):
        call(alice, periods.delete_period, made.id)
    assert call(alice, periods.reopen_period, made.id).status == "open"
    assert call(alice, periods.reopen_period, made.id).status == "open"
    read("2026-12-31", {water.a1: "120"})
    given = {"name": "Cold water 2026", "fixed_percent": 0} | {
        name: getattr(made, name) for name in ("kind", "first_on", "last_on")
    }
    call(alice, periods.update_period, made.id, PeriodIn(**given))
    made = call(alice, periods.close_period, made.id)
    assert made.key_id == key_id
    assert weights(alice, house, made) == {"A1": 20_000, "A2": 30_000, "A3": 60_000}
    assert call(alice, keys.get_key, key_id).name == "Cold water 2026"


def test_a_closed_period_stays_as_it_was_closed(alice, house, water, read, period):
    made = call(alice, periods.close_period, period().id)
    read("2027-01-05", {water.a1: "118"})
    found = call(alice, periods.outcome, made.id)
    assert used(found, house) == {"A1": 10_000, "A2": 30_000, "A3": 60_000}
    with transaction(alice.organization_id) as s:
        rows = s.exec(select(MeterUse).where(MeterUse.period_id == made.id)).all()
    assert {(u.begin_on, u.end_on, u.used) for u in rows} == {
        (date(2025, 12, 31), date(2026, 12, 31), n) for n in (10_000, 30_000, 60_000)
    }


def test_a_period_begins_with_the_reading_that_the_closed_one_ended_with(alice, house, meter, read, period):
    dial = meter("A1", "W1").id
    read("2024-12-31", {dial: "0"})
    read("2025-12-24", {dial: "100"})
    before = period(name="Water 2025", first_on="2025-01-01", last_on="2025-12-31")
    assert weights(alice, house, call(alice, periods.close_period, before.id)) == {"A1": 100_000}
    read("2026-01-03", {dial: "112"})  # nearer to the first day
    read("2026-12-31", {dial: "200"})
    made = call(alice, periods.close_period, period().id)
    assert weights(alice, house, made) == {"A1": 100_000}


def test_a_period_whose_key_shares_out_a_posted_cost_stays_closed(alice, house, water, period):
    made = call(alice, periods.close_period, period().id)
    assert not call(alice, periods.outcome, made.id).used
    a_cost(alice, house, made.key_id)
    assert call(alice, periods.outcome, made.id).used
    with pytest.raises(Conflict):
        call(alice, periods.reopen_period, made.id)


def test_by_the_key_of_a_reopened_period_no_cost_is_shared_out(alice, house, water, read, period):
    key_id = call(alice, periods.close_period, period().id).key_id
    call(alice, periods.reopen_period, period_of(alice, house))
    assert call(alice, keys.weights, key_id) == {}
    assert not call(alice, keys.get_key, key_id).passed
    call(
        alice, ownership.add_part, OwnershipIn(lot_id=house.lots["A2"], owner_id=house.bob, started_on=date(2020, 1, 1))
    )
    call(
        alice, ownership.add_part, OwnershipIn(lot_id=house.lots["A3"], owner_id=house.bob, started_on=date(2020, 1, 1))
    )
    bill = Wanted(cents=Cents(11_000), first=date(2026, 1, 1), last=date(2026, 12, 31), key_id=key_id)
    with pytest.raises(Invalid, match="No lot pays"):
        call(alice, splits.preview, house.id, [bill])
    read("2026-12-31", {water.a1: "120"})
    made = call(alice, periods.close_period, period_of(alice, house))
    assert weights(alice, house, made) == {"A1": 20_000, "A2": 30_000, "A3": 60_000}
    (parts,) = call(alice, splits.preview, house.id, [bill]).costs
    assert [(one.lot, one.part.cents) for one in parts] == [("A1", 2_000), ("A2", 3_000), ("A3", 6_000)]


def test_weights_by_which_a_posted_cost_is_shared_out_stay(alice, house, water, period):
    """Entered by hand while the period was open, or there since before a period lost them on reopening."""
    made = call(alice, periods.close_period, period().id)
    call(alice, periods.reopen_period, made.id)
    by_hand = {house.lots["A1"]: 1, house.lots["A2"]: 1}
    call(alice, keys.set_weights, made.key_id, by_hand)
    a_cost(alice, house, made.key_id)
    with pytest.raises(Conflict, match="stay as they are"):
        call(alice, periods.close_period, made.id)
    assert call(alice, keys.weights, made.key_id) == by_hand
    call(alice, keys.set_weights, made.key_id, dict(zip(house.lots.values(), (10_000, 30_000, 60_000), strict=False)))
    assert call(alice, periods.close_period, made.id).status == "closed"  # they are what the readings say


def test_a_key_that_lost_its_weights_gets_them_though_a_cost_waits_for_them(alice, house, water, period):
    made = call(alice, periods.close_period, period().id)
    call(alice, periods.reopen_period, made.id)
    a_cost(alice, house, made.key_id)
    made = call(alice, periods.close_period, made.id)
    assert weights(alice, house, made) == {"A1": 10_000, "A2": 30_000, "A3": 60_000}


def period_of(alice, house):
    (found,) = call(alice, periods.list_periods, house.id)
    return found.id


def a_cost(alice, house, key_id):
    """A posted cost that is shared out by a key."""
    call(alice, accounts.open_books, house.id, BookIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)))
    lines = [LineIn(account="612", debit_cents=100), LineIn(account="551", credit_cents=100)]
    entry = EntryIn(journal="FIN", entry_on=date(2026, 12, 31), description="Water", lines=lines)
    posted = call(alice, ledger.post_entry, house.id, entry)
    with transaction(alice.organization_id) as s:
        line = s.exec(select(JournalLine).where(JournalLine.entry_id == posted.id, JournalLine.debit_cents > 0)).one()
        s.add(
            CostAllocation(
                building_id=house.id, journal_line_id=line.id, key_id=key_id, period_from=date(2026, 1, 1), period_until=date(2026, 12, 31)
            )
        )  # fmt: skip


def test_the_key_of_a_period_goes_with_it_only(alice, house, water, period):
    made = call(alice, periods.close_period, period().id)
    for change in (lambda: made, lambda: call(alice, periods.reopen_period, made.id)):
        change()
        with pytest.raises(Conflict, match="delete the period instead"):
            call(alice, keys.delete_key, made.key_id)


def test_an_open_period_goes_with_the_key_it_made(alice, house, water, period):
    made = call(alice, periods.close_period, period().id)
    call(alice, periods.reopen_period, made.id)
    call(alice, periods.delete_period, made.id)
    assert call(alice, periods.list_periods, house.id) == []
    assert len(call(alice, keys.list_keys, house.id)) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"last_on": "2027-01-27"}, "last_on"),  # twenty-seven days
        ({"first_on": "0001-01-01", "last_on": "1999-12-31"}, "first_on"),
        ({"first_on": "2026-12-31"}, "first_on"),  # the last day of the other period
        ({"first_on": "2025-01-01", "last_on": "2026-01-01"}, "first_on"),
    ],
)
def test_a_wrong_period_is_refused_beside_its_field(alice, house, period, change, field):
    period()
    with pytest.raises(Invalid) as refused:
        period(**({"first_on": "2027-01-01", "last_on": "2027-12-31"} | change))
    assert list(refused.value.fields) == [field]


def test_periods_of_two_kinds_may_have_the_same_days(alice, house, period):
    period()
    assert period(kind="hot_water").kind == "hot_water"
    assert period(first_on="2027-01-01", last_on="2027-01-28").last_on == date(2027, 1, 28)


def test_a_key_of_that_name_stops_the_closing_beside_the_name(alice, house, water, period):
    call(alice, keys.create_key, house.id, KeyIn(name="Water 2026"))
    made = period()
    with pytest.raises(Invalid) as refused:
        call(alice, periods.close_period, made.id)
    assert refused.value.field == "name"
    assert call(alice, periods.get_period, made.id).status == "open"


def test_the_periods_of_a_building_are_its_own(alice, house, period):
    made = period()
    other = call(alice, buildings.create_building, a_building(name="Deux"))
    assert call(alice, periods.list_periods, other.id) == []
    assert [p.id for p in call(alice, periods.list_periods, house.id)] == [made.id]


def test_nothing_is_estimated_for_a_day_to_come(alice, house, water, monkeypatch, period):
    made = period(first_on="2027-01-01", last_on="2027-12-31")
    assert call(alice, periods.estimate_missing, made.id) == 0
    monkeypatch.setattr(clock, "today", lambda: date(2028, 1, 1))
    assert call(alice, periods.estimate_missing, made.id) == 3
    found = call(alice, readings.grid, house.id, "cold_water", date(2027, 12, 31))
    # 2026 had 365 days, so 2027 takes as much
    assert [d.counter.readings[-1].value for d in found] == [120_000, 260_000, 420_000]
