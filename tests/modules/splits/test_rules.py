"""Expected cents are worked out by hand, in the comment beside them when the sum is not plain."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from time import perf_counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.errors import Invalid
from koprogo_app.core.money import Cents, Shares
from koprogo_app.core.trade import Right
from koprogo_app.modules.splits import rules
from koprogo_app.modules.splits.rules import Bearing, Cost, Held, Part, Private, Unheld, share_out

A1, A2, A3 = UUID(int=1), UUID(int=2), UUID(int=3)
ANN, BOB, CLEO, DORA, EMMA = (UUID(int=n) for n in range(11, 16))
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
LONG_AGO = date(2000, 1, 1)


def key(**weights: int) -> dict[UUID, Shares]:
    return {globals()[lot]: Shares(weight) for lot, weight in weights.items()}


def cost(cents: int, by, first: date = FIRST, last: date = LAST, **more) -> Cost:
    return Cost(Cents(cents), by, first, last, **more)


def has(lot: UUID, owner: UUID, share: str = "1", right: Right = Right.FULL, since=LONG_AGO, until=None) -> Held:
    return Held(lot, owner, Fraction(share), right, since, until)


def due(parts: list[Part]) -> list[tuple]:
    return [(part.lot_id, part.owner_id, part.cents) for part in parts]


THREE = [has(A1, ANN), has(A2, BOB), has(A3, CLEO)]
DEED = key(A1=500, A2=300, A3=200)


# --- Over the lots ----------------------------------------------------------------------------------------------------


def test_a_cost_goes_by_the_shares_of_the_deed():
    # 1 234,57 € of 1000: 617,285 · 370,371 · 246,914: the cent left goes to the largest remainder, .5
    assert due(share_out(cost(123_457, DEED), THREE)) == [(A1, ANN, 61_729), (A2, BOB, 37_037), (A3, CLEO, 24_691)]


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        (key(A1=1, A2=1, A3=1), [3_334, 3_333, 3_333]),
        (key(A2=300, A3=200), [6_000, 4_000]),  # a lift that the ground floor does not pay
        (key(A1=0, A2=0, A3=7), [10_000]),
    ],
)
def test_each_line_goes_by_its_own_key(weights, expected):
    assert [part.cents for part in share_out(cost(10_000, weights), THREE)] == expected


def test_the_parts_follow_the_order_of_the_key():
    turned = {A3: Shares(200), A1: Shares(500), A2: Shares(300)}
    assert [part.lot_id for part in share_out(cost(10_000, turned), THREE)] == [A3, A1, A2]


def test_a_lot_left_out_pays_nothing_and_the_others_pay_its_part():
    parts = share_out(cost(10_000, DEED, excluded=frozenset({A1})), THREE)
    assert due(parts) == [(A2, BOB, 6_000), (A3, CLEO, 4_000)]


def test_a_lot_left_out_or_without_weight_may_be_without_owner():
    assert due(share_out(cost(900, DEED, excluded=frozenset({A1, A2})), THREE[2:])) == [(A3, CLEO, 900)]
    assert due(share_out(cost(900, key(A1=0, A3=1)), THREE[2:])) == [(A3, CLEO, 900)]


@pytest.mark.parametrize(
    ("weights", "excluded"), [({}, set()), (key(A1=0), set()), (DEED, {A1, A2, A3}), (key(A2=1), {A2})]
)
def test_a_cost_that_nobody_pays_is_refused(weights, excluded):
    with pytest.raises(Invalid, match="No lot pays") as refused:
        share_out(cost(100, weights, excluded=frozenset(excluded)), THREE)
    assert refused.value.field == "key_id"


def test_one_cent_among_seven_lots_goes_to_the_first():
    lots = [UUID(int=100 + n) for n in range(7)]
    parts = share_out(cost(1, dict.fromkeys(lots, Shares(1))), [has(lot, ANN) for lot in lots])
    assert [part.cents for part in parts] == [1, 0, 0, 0, 0, 0, 0]


def test_a_credit_note_gives_back_what_the_invoice_took():
    held = [has(A1, ANN, until=date(2026, 3, 15)), has(A1, BOB, since=date(2026, 3, 15)), *THREE[1:]]
    taken = share_out(cost(123_457, DEED), held)
    given_back = share_out(cost(-123_457, DEED), held)
    assert [part.cents for part in given_back] == [-part.cents for part in taken]


def test_nothing_to_share_out_is_nothing_for_each():
    assert [part.cents for part in share_out(cost(0, DEED), THREE)] == [0, 0, 0]


# --- Over time --------------------------------------------------------------------------------------------------------


def sold(on: date) -> list[Held]:
    return [has(A1, ANN, until=on), has(A1, BOB, since=on)]


def test_seller_and_buyer_share_the_year_by_days():
    # 1 January to 14 March is 73 days, the rest 292: 365,00 € is one euro a day
    parts = share_out(cost(36_500, key(A1=1)), sold(date(2026, 3, 15)))
    assert [(p.owner_id, p.cents, p.days) for p in parts] == [(ANN, 7_300, 73), (BOB, 29_200, 292)]


def test_a_sale_leaves_the_parts_of_the_other_lots_alone():
    before, after = share_out(cost(99_999, DEED), THREE), share_out(cost(99_999, DEED), [*sold(LAST), *THREE[1:]])
    assert due(before)[1:] == due(after)[2:]
    assert sum(part.cents for part in after[:2]) == before[0].cents


@pytest.mark.parametrize(
    ("first", "last", "on", "days"),
    [
        (date(2024, 1, 1), date(2024, 12, 31), date(2024, 3, 1), [60, 306]),  # 31 + 29: a leap year
        (date(2024, 2, 1), date(2024, 2, 29), date(2024, 2, 29), [28, 1]),
        (date(2025, 12, 1), date(2026, 1, 31), date(2026, 1, 1), [31, 31]),
    ],
)
def test_each_day_counts_once_whatever_the_calendar(first, last, on, days):
    parts = share_out(cost(100 * sum(days), key(A1=1), first, last), sold(on))
    assert [part.days for part in parts] == days
    assert [part.cents for part in parts] == [100 * n for n in days]


@pytest.mark.parametrize(("day", "owner"), [(date(2026, 3, 14), ANN), (date(2026, 3, 15), BOB)])
def test_a_cost_of_one_day_falls_on_who_holds_the_lot_that_day(day, owner):
    assert due(share_out(cost(5_000, key(A1=1), day, day), sold(date(2026, 3, 15)))) == [(A1, owner, 5_000)]


def test_a_lot_sold_twice_has_three_parts():
    # 100 days: 10, 20 and 70
    first = date(2026, 1, 1)
    b, c = first + timedelta(10), first + timedelta(30)
    held = [has(A1, ANN, until=b), has(A1, BOB, since=b, until=c), has(A1, CLEO, since=c)]
    parts = share_out(cost(999, key(A1=1), first, first + timedelta(99)), held)
    assert [(p.cents, p.days) for p in parts] == [(100, 10), (200, 20), (699, 70)]  # 99,9 · 199,8 · 699,3


def test_the_cent_left_in_a_lot_goes_to_the_largest_remainder():
    # 3 days of 10 and 7: 30,3 and 70,7 cents
    parts = share_out(cost(101, key(A1=1), date(2026, 3, 1), date(2026, 3, 10)), sold(date(2026, 3, 4)))
    assert [part.cents for part in parts] == [30, 71]


def test_who_buys_back_has_one_part_with_all_days():
    held = [*sold(date(2026, 1, 11)), has(A1, ANN, since=date(2026, 1, 21))]
    held[1] = has(A1, BOB, since=date(2026, 1, 11), until=date(2026, 1, 21))
    parts = share_out(cost(3_000, key(A1=1), date(2026, 1, 1), date(2026, 1, 30)), held)
    assert [(p.owner_id, p.cents, p.days) for p in parts] == [(ANN, 2_000, 20), (BOB, 1_000, 10)]


def test_a_part_that_ends_the_day_it_began_was_never_held():
    held = [has(A1, ANN), has(A1, BOB, since=date(2026, 5, 1), until=date(2026, 5, 1))]
    assert due(share_out(cost(100, key(A1=1)), held)) == [(A1, ANN, 100)]


def test_the_last_day_there_is_can_be_shared_out():
    assert share_out(cost(100, key(A1=1), date.max, date.max), THREE)[0].days == 1


@pytest.mark.parametrize(
    ("held", "gap"),
    [
        ([], FIRST),
        ([has(A1, ANN, until=date(2026, 12, 31))], LAST),
        ([has(A1, ANN, since=date(2026, 1, 2))], FIRST),
        ([has(A1, ANN, until=date(2026, 3, 1)), has(A1, BOB, since=date(2026, 3, 2))], date(2026, 3, 1)),
        ([has(A1, ANN, "1/2", Right.UNDIVIDED)], FIRST),  # half of the lot is nobody's: the other half does not pay it
        ([has(A1, ANN, right=Right.USUFRUCT)], FIRST),
        ([has(A1, ANN, right=Right.BARE)], FIRST),
    ],
)
def test_a_lot_that_is_not_whole_on_some_day_is_named_and_nothing_is_shared_out(held, gap):
    with pytest.raises(Unheld) as refused:
        share_out(cost(100, key(A1=1, A2=1)), [*held, THREE[1]])
    assert (refused.value.field, refused.value.gaps) == ("lots", {A1: gap})
    assert str(A1) in str(refused.value.params["lots"])


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(Invalid) as refused:
        share_out(cost(100, DEED, LAST, FIRST), THREE)
    assert refused.value.field == "last"


# --- Rights -----------------------------------------------------------------------------------------------------------


def test_undivided_owners_pay_their_fractions():
    # 100,01 € in thirds: 33,3366…: two cents are left, for the first two
    held = [has(A1, owner, "1/3", Right.UNDIVIDED) for owner in (ANN, BOB, CLEO)]
    assert [part.cents for part in share_out(cost(10_001, key(A1=1)), held)] == [3_334, 3_334, 3_333]
    halves = [has(A1, ANN, "1/2", Right.UNDIVIDED), has(A1, BOB, "1/2", Right.UNDIVIDED)]
    assert [part.cents for part in share_out(cost(101, key(A1=1)), halves)] == [51, 50]


def test_lots_of_one_weight_pay_the_same_however_many_heirs_hold_them():
    # 8,04 € over eight lots is 100,5 cents each: four of them pay 101. Eighths of those are 12,5625
    heirs = [UUID(int=200 + n) for n in range(8)]
    lots = [UUID(int=100 + n) for n in range(8)]
    held = [has(lots[0], heir, "1/8", Right.UNDIVIDED) for heir in heirs] + [has(lot, ANN) for lot in lots[1:]]
    parts = share_out(cost(804, dict.fromkeys(lots, Shares(1))), held)
    of_lot = [sum(part.cents for part in parts if part.lot_id == lot) for lot in lots]
    assert of_lot == [101, 101, 101, 101, 100, 100, 100, 100]
    assert [part.cents for part in parts[:8]] == [13, 13, 13, 13, 13, 12, 12, 12]


SPLIT = {
    Right.USUFRUCT: (BOB, ANN),
    Right.USE: (BOB, ANN),
    Right.HABITATION: (BOB, ANN),
    Right.EMPHYTEUSIS: (BOB, BOB),
    Right.SUPERFICIES: (BOB, BOB),
}


@pytest.mark.parametrize("right", SPLIT)
@pytest.mark.parametrize("last", [date(2015, 12, 31), LAST])  # rights from before Book 3 and since
def test_each_right_has_its_payer_of_ordinary_and_of_extraordinary_costs(right, last):
    """Ann is the bare owner, Bob has the other right."""
    held = [has(A1, ANN, right=Right.BARE), has(A1, BOB, right=right)]
    for ordinary, payer in zip((True, False), SPLIT[right], strict=True):
        assert due(share_out(cost(100, key(A1=1), last, last, ordinary=ordinary), held)) == [(A1, payer, 100)]


def test_no_right_is_forgotten():
    assert set(SPLIT) | {Right.FULL, Right.UNDIVIDED, Right.BARE} == set(Right)


def test_a_usufruct_that_ends_leaves_all_costs_to_the_owner():
    # the usufructuary dies on 1 July: 181 days of 365
    on = date(2026, 7, 1)
    held = [
        has(A1, ANN, right=Right.USUFRUCT, until=on), has(A1, BOB, right=Right.BARE, until=on), has(A1, BOB, since=on),
    ]  # fmt: skip
    parts = share_out(cost(36_500, key(A1=1)), held)
    assert [(p.owner_id, p.cents, p.days) for p in parts] == [(ANN, 18_100, 181), (BOB, 18_400, 184)]
    assert due(share_out(cost(36_500, key(A1=1), ordinary=False), held)) == [(A1, BOB, 36_500)]


def test_a_parent_with_half_in_property_and_half_in_usufruct():
    held = [has(A1, ANN, "1/2", Right.UNDIVIDED), has(A1, ANN, "1/2", Right.USUFRUCT), has(A1, BOB, "1/2", Right.BARE)]
    assert due(share_out(cost(1_000, key(A1=1)), held)) == [(A1, ANN, 1_000)]
    assert due(share_out(cost(1_000, key(A1=1), ordinary=False), held)) == [(A1, ANN, 500), (A1, BOB, 500)]


def test_bare_owners_share_what_an_emphyteuta_of_one_half_does_not_bear():
    # enjoyment: Cleo half by emphyteusis, Dora half by usufruct; the bare owners Ann 3/4 and Bob 1/4 bear Dora's half
    held = [
        has(A1, ANN, "3/4", Right.BARE), has(A1, BOB, "1/4", Right.BARE), has(A1, CLEO, "1/2", Right.EMPHYTEUSIS),
        has(A1, DORA, "1/2", Right.USUFRUCT),
    ]  # fmt: skip
    assert due(share_out(cost(800, key(A1=1)), held)) == [(A1, CLEO, 400), (A1, DORA, 400)]
    extraordinary = share_out(cost(800, key(A1=1), ordinary=False), held)
    assert due(extraordinary) == [(A1, ANN, 300), (A1, BOB, 100), (A1, CLEO, 400)]


def test_a_deed_may_say_who_bears_what():
    held = [has(A1, ANN, right=Right.BARE), has(A1, BOB, right=Right.USUFRUCT)]
    all_on_the_usufructuary = Bearing(date.min, rules.LIMITED, rules.LIMITED)
    all_on_the_bare_owner = Bearing(date.min, frozenset(), frozenset())
    for bearing, payer in ((all_on_the_usufructuary, BOB), (all_on_the_bare_owner, ANN)):
        for ordinary in (True, False):
            assert due(share_out(cost(9, key(A1=1), ordinary=ordinary), held, bearing)) == [(A1, payer, 9)]


def test_the_default_is_the_one_of_the_day():
    assert rules.bearing_on(date(2021, 8, 31)) is rules.BEARING[0]
    assert rules.bearing_on(date(2021, 9, 1)) is rules.BEARING[1]
    assert rules.bearing_on(date.min) is rules.BEARING[0]


# --- One owner, tenants, VAT ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lot", [A2, None])
def test_a_private_cost_is_one_owners_alone(lot):
    (part,) = share_out(cost(12_345, Private(DORA, lot), date(2026, 4, 1), date(2026, 4, 30)), THREE)
    assert part == Part(lot, DORA, Cents(12_345), Cents(0), 30)


@pytest.mark.parametrize(
    ("cents", "percent", "tenant"),
    [(10_001, 0, 0), (10_001, 100, 10_001), (101, 50, 51), (-101, 50, -51), (999, 33, 330)],
)  # half a cent goes up; 329,67
def test_the_tenants_part_is_of_the_owners_part(cents, percent, tenant):
    (part,) = share_out(cost(cents, key(A1=1), tenant_percent=percent), THREE)
    assert (part.cents, part.tenant_cents) == (cents, tenant)


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_percentage_is_between_nothing_and_all(percent):
    with pytest.raises(Invalid) as refused:
        share_out(cost(100, DEED, tenant_percent=percent), THREE)
    assert refused.value.field == "tenant_percent"


def test_the_vat_follows_the_parts_to_the_cent():
    # 121,00 € of which 21,00 € VAT, in thirds: 40,34 · 40,33 · 40,33, VAT 7,0012 · 6,9994 · 6,9994
    parts = rules.vat_parts(share_out(cost(12_100, key(A1=1, A2=1, A3=1)), THREE), Cents(2_100))
    assert [(part.cents, part.vat_cents) for part in parts] == [(4_034, 700), (4_033, 700), (4_033, 700)]
    parts = rules.vat_parts(share_out(cost(-12_100, key(A1=3, A2=1)), THREE), Cents(-2_101))
    assert [(part.cents, part.vat_cents) for part in parts] == [(-9_075, -1_576), (-3_025, -525)]  # 1575,75 · 525,25


def test_no_vat_on_nothing():
    parts = share_out(cost(0, DEED), THREE)
    assert rules.vat_parts(parts, Cents(0)) == parts


@pytest.mark.parametrize(("cents", "vat"), [(100, 101), (100, -1), (-100, 1), (-100, -101), (0, 1)])
def test_vat_outside_the_amount_is_refused(cents, vat):
    with pytest.raises(Invalid) as refused:
        rules.vat_parts(share_out(cost(cents, DEED), THREE), Cents(vat))
    assert refused.value.field == "vat_cents"


def test_the_totals_add_up_all_costs_of_an_owner():
    held = [has(A1, ANN), has(A2, BOB), has(A3, ANN)]
    heat = rules.vat_parts(share_out(cost(10_000, DEED, tenant_percent=80), held), Cents(1_000))
    lift = share_out(cost(-600, key(A2=1, A3=1)), held)
    owed = rules.by_owner([*heat, *lift, *share_out(cost(50, Private(CLEO)), held)])
    assert owed == {
        ANN: rules.Owed(Cents(6_700), Cents(700), Cents(5_600)),
        BOB: rules.Owed(Cents(2_700), Cents(300), Cents(2_400)),
        CLEO: rules.Owed(Cents(50)),
    }
    assert list(owed) == [ANN, BOB, CLEO]


@pytest.mark.parametrize(("on", "shares"), [("2019-12-31", 90), ("2020-01-01", 100), ("2023-05-01", 120)])
def test_shares_are_those_of_the_day(on, shares):
    versions = [(date(1, 1, 1), Shares(90)), (date(2020, 1, 1), Shares(100)), (date(2023, 5, 1), Shares(120))]
    assert rules.shares_on(versions, date.fromisoformat(on), Shares(120)) == shares


def test_shares_never_changed_are_the_latest():
    assert rules.shares_on([], date(1990, 1, 1), Shares(75)) == 75


# --- Whatever comes ---------------------------------------------------------------------------------------------------

PEOPLE = [UUID(int=300 + n) for n in range(6)]
DAYS = st.integers(0, 364).map(lambda n: FIRST + timedelta(n))


@st.composite
def owners_of(draw: st.DrawFn, lot: UUID) -> list[Held]:
    """A lot held whole all year: stretches of sole owners, of undivided ones, or of bare ones below another right."""
    cuts = [LONG_AGO, *sorted(draw(st.sets(DAYS.filter(lambda d: d > FIRST), max_size=3))), None]
    held: list[Held] = []
    for since, until in pairwise(cuts):
        wholes = draw(st.lists(st.integers(1, 9), min_size=1, max_size=4))
        shares = [Fraction(n, sum(wholes)) for n in wholes]
        limited = draw(st.sampled_from([None, *rules.LIMITED]))
        right = Right.BARE if limited else Right.UNDIVIDED if len(shares) > 1 else Right.FULL
        held += [Held(lot, draw(st.sampled_from(PEOPLE)), share, right, since, until) for share in shares]
        if limited:
            held.append(Held(lot, draw(st.sampled_from(PEOPLE)), Fraction(1), limited, since, until))
    return held


@st.composite
def buildings(draw: st.DrawFn) -> tuple[Cost, list[Held]]:
    weights = draw(st.lists(st.integers(0, 400), min_size=1, max_size=8).filter(any))
    lots = [UUID(int=100 + n) for n in range(len(weights))]
    held = [one for lot in lots for one in draw(owners_of(lot))]
    first, last = sorted((draw(DAYS), draw(DAYS)))
    by = {lot: Shares(weight) for lot, weight in zip(lots, weights, strict=True)}
    return cost(draw(st.integers(-(10**9), 10**9)), by, first, last, ordinary=draw(st.booleans())), held


def exact_parts(asked: Cost, held: list[Held]) -> dict[tuple[UUID, UUID], Fraction]:
    """The same, the long way: day by day, without rounding. Each lot of owners_of has at most one limited right."""
    whole, days = sum(asked.by.values()), (asked.last - asked.first).days + 1
    found: dict[tuple[UUID, UUID], Fraction] = {}
    for n in range(days):
        day = asked.first + timedelta(n)
        now = [h for h in held if h.from_on <= day and (h.until_on is None or h.until_on > day)]
        for h in now:
            above = next((o.right for o in now if o.lot_id == h.lot_id and o.right in rules.LIMITED), None)
            instead = above in (Right.EMPHYTEUSIS, Right.SUPERFICIES) or (above is not None and asked.ordinary)
            pays = above is None or (h.right == above if instead else h.right == Right.BARE)
            if pays and asked.by[h.lot_id]:
                at = (h.lot_id, h.owner_id)
                daily = Fraction(asked.cents * asked.by[h.lot_id], whole * days)
                found[at] = found.get(at, Fraction()) + daily * h.share
    return found


@given(buildings())
def test_parts_add_up_and_are_within_one_cent_of_exact_and_so_is_each_lot(building):
    asked, held = building
    parts, exact = share_out(asked, held), exact_parts(asked, held)
    assert sum(part.cents for part in parts) == asked.cents
    assert {(part.lot_id, part.owner_id) for part in parts} == set(exact)
    assert len(parts) == len(exact)
    assert all(abs(part.cents - exact[part.lot_id, part.owner_id]) < 1 for part in parts)
    for lot in asked.by:
        paid = sum(part.cents for part in parts if part.lot_id == lot)
        assert abs(paid - sum(due for at, due in exact.items() if at[0] == lot)) < 1
    assert all(1 <= part.days <= (asked.last - asked.first).days + 1 for part in parts)


@given(buildings(), st.data())
def test_a_sale_elsewhere_changes_no_part_of_a_lot(building, data):
    asked, held = building
    lot = data.draw(st.sampled_from(list(asked.by)))
    sold_since = [h for h in held if h.lot_id != lot] + data.draw(owners_of(lot))
    before, after = share_out(asked, held), share_out(asked, sold_since)
    assert [part for part in before if part.lot_id != lot] == [part for part in after if part.lot_id != lot]


@given(buildings(), st.data())
def test_lots_come_in_the_order_of_the_key_and_a_credit_is_the_mirror(building, data):
    asked, held = building
    parts = share_out(asked, held)
    order = list(dict.fromkeys(part.lot_id for part in parts))
    assert order == [lot for lot, weight in asked.by.items() if weight]
    back = share_out(cost(-asked.cents, asked.by, asked.first, asked.last, ordinary=asked.ordinary), held)
    assert [(p.lot_id, p.owner_id, -p.cents) for p in back] == due(parts)


@given(buildings(), st.integers(0, 100))
def test_the_vat_adds_up_and_is_never_above_its_part(building, percent):
    asked, held = building
    vat = Cents(asked.cents * percent // 100 if asked.cents > 0 else -(-asked.cents * percent // 100))
    parts = rules.vat_parts(share_out(asked, held), vat)
    assert sum(part.vat_cents for part in parts) == vat
    assert all(abs(part.vat_cents) <= abs(part.cents) for part in parts)


def test_a_building_of_182_lots_is_shared_out_at_once():
    lots = [UUID(int=1000 + n) for n in range(182)]
    held = [h for n, lot in enumerate(lots) for h in (
        has(lot, UUID(int=2000 + n), until=date(2026, 1, 1) + timedelta(n)),
        has(lot, UUID(int=3000 + n), "1/2", Right.UNDIVIDED, since=date(2026, 1, 1) + timedelta(n)),
        has(lot, UUID(int=4000 + n), "1/2", Right.UNDIVIDED, since=date(2026, 1, 1) + timedelta(n)),
    )]  # fmt: skip
    by = {lot: Shares(50 + n) for n, lot in enumerate(lots)}
    began = perf_counter()
    parts = share_out(cost(1_234_567, by), held)
    assert perf_counter() - began < 1  # a few hundredths; a busy machine is given room
    assert len(parts) == 181 * 3 + 2  # the first lot was sold on the first day
    assert sum(part.cents for part in parts) == 1_234_567
