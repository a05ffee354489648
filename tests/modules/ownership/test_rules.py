from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from koprogo_app.core.errors import Invalid
from koprogo_app.core.trade import Right
from koprogo_app.modules.ownership import rules
from koprogo_app.modules.ownership.rules import LotState, Todo, VoteState

ANN, BOB, CHARLIE, DORA = (UUID(int=n) for n in range(1, 5))
DAY = date(2020, 1, 1)
HALF = Fraction(1, 2)


@dataclass
class Part:
    owner_id: UUID
    share: Fraction = Fraction(1)
    right: str = Right.FULL
    started_on: date = DAY
    ended_on: date | None = None
    is_representative: bool = False


# --- The whole -------------------------------------------------------------------------------------------------------


def test_a_part_is_held_from_its_first_day_until_the_day_before_it_ends():
    part = Part(ANN, started_on=date(2020, 1, 1), ended_on=date(2021, 1, 1))
    held = {
        on: bool(rules.held_on([part], on)) for on in (date(2019, 12, 31), DAY, date(2020, 12, 31), date(2021, 1, 1))
    }
    assert list(held.values()) == [False, True, True, False]


def test_usufruct_and_bare_ownership_are_two_halves_of_one_whole():
    parts = [Part(ANN, right=Right.USUFRUCT), Part(BOB, HALF, Right.BARE), Part(CHARLIE, HALF, Right.BARE)]
    assert rules.sums_on(parts, DAY) == (1, 1)
    rules.check_whole([], parts)


def test_a_widow_with_half_in_full_and_the_usufruct_of_the_other_half():
    parts = [Part(ANN, HALF), Part(ANN, HALF, Right.USUFRUCT), Part(BOB, HALF, Right.BARE)]
    assert rules.sums_on(parts, DAY) == (1, 1)


@pytest.mark.parametrize(
    "right", [Right.FULL, Right.BARE, Right.USUFRUCT, Right.UNDIVIDED, Right.EMPHYTEUSIS, Right.USE]
)
def test_nothing_can_be_added_to_a_lot_held_in_full(right):
    with pytest.raises(Invalid):
        rules.check_whole([Part(ANN)], [Part(BOB, Fraction(1, 1000), right)])


def test_the_refusal_gives_current_added_and_resulting_share():
    with pytest.raises(Invalid) as refused:
        rules.check_whole([Part(ANN, Fraction(2, 3))], [Part(BOB, Fraction(2, 3))])
    assert refused.value.message.format(**refused.value.params) == (
        "The parts of this lot would exceed 100%: 66.666667% now, 66.666667% added, 133.333333% in all."
    )


def test_a_billionth_above_the_whole_is_above_the_whole():
    almost = Fraction(999_999_999, 1_000_000_000)
    rules.check_whole([Part(ANN, almost)], [Part(BOB, Fraction(1, 1_000_000_000))])
    with pytest.raises(Invalid):
        rules.check_whole([Part(ANN, almost)], [Part(BOB, Fraction(2, 1_000_000_000))])


def test_parts_that_follow_each_other_are_not_added_up():
    first = Part(ANN, started_on=DAY, ended_on=date(2021, 1, 1))
    rules.check_whole([first], [Part(BOB, started_on=date(2021, 1, 1))])
    with pytest.raises(Invalid):
        rules.check_whole([first], [Part(BOB, started_on=date(2020, 12, 31))])


def test_a_part_begun_in_the_past_is_checked_on_every_later_day():
    later = Part(ANN, started_on=date(2022, 1, 1))
    with pytest.raises(Invalid):
        rules.check_whole([later], [Part(BOB, started_on=DAY)])
    rules.check_whole([later], [Part(BOB, started_on=DAY, ended_on=date(2022, 1, 1))])


# --- The vote --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([Part(ANN)], VoteState.OK),
        ([Part(ANN, HALF), Part(ANN, HALF)], VoteState.OK),
        ([Part(ANN, right=Right.BARE), Part(ANN, right=Right.USUFRUCT)], VoteState.OK),  # both in one hand is full
        ([Part(ANN, right=Right.UNDIVIDED)], VoteState.SUSPENDED),  # an estate entered as one person
        (
            [Part(ANN, HALF, Right.UNDIVIDED), Part(ANN, HALF, Right.UNDIVIDED)],
            VoteState.OK,
        ),  # two entries that were merged
        ([Part(ANN, HALF, Right.UNDIVIDED)], VoteState.SUSPENDED),
        ([Part(ANN, HALF), Part(BOB, HALF)], VoteState.SUSPENDED),  # a couple
        ([Part(ANN, HALF, is_representative=True), Part(BOB, HALF)], VoteState.OK),
        ([Part(ANN, right=Right.USUFRUCT), Part(BOB, right=Right.BARE)], VoteState.SUSPENDED),
        ([Part(ANN, right=Right.USUFRUCT), Part(BOB, right=Right.BARE, is_representative=True)], VoteState.OK),
        ([Part(ANN, right=Right.EMPHYTEUSIS), Part(BOB, right=Right.BARE)], VoteState.SUSPENDED),
        ([Part(ANN, HALF)], VoteState.SUSPENDED),  # the other half is somebody's
        ([], VoteState.SUSPENDED),
    ],
)
def test_only_the_holder_of_everything_or_a_representative_votes(parts, expected):
    assert rules.vote_state(parts) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], LotState.EMPTY),
        ([Part(ANN, ended_on=DAY)], LotState.EMPTY),
        ([Part(ANN, HALF)], LotState.INCOMPLETE),
        ([Part(ANN, right=Right.BARE)], LotState.INCOMPLETE),
        ([Part(ANN, HALF), Part(BOB, HALF)], LotState.SUSPENDED),
        ([Part(ANN)], LotState.COMPLETE),
    ],
)
def test_how_a_lot_stands(parts, expected):
    assert rules.lot_state(parts, date(2026, 11, 24)) == expected


# --- A transfer ------------------------------------------------------------------------------------------------------


def test_a_sale_gives_the_buyer_the_same_fractions_right_by_right():
    parts = [Part(ANN, HALF), Part(ANN, HALF, Right.USUFRUCT), Part(BOB, HALF, Right.BARE)]
    plan = rules.moved(parts, [ANN], {CHARLIE: Fraction(1)})
    assert plan.ended == parts[:2]
    assert plan.begun == {(CHARLIE, Right.FULL): HALF, (CHARLIE, Right.USUFRUCT): HALF}


def test_a_couple_buys_from_three_heirs():
    heirs = [Part(owner, Fraction(1, 3), Right.UNDIVIDED) for owner in (ANN, BOB, CHARLIE)]
    eve = UUID(int=5)
    plan = rules.moved(heirs, [ANN, BOB, CHARLIE], {DORA: Fraction(2, 3), eve: Fraction(1, 3)})
    assert plan.begun == {(DORA, Right.UNDIVIDED): Fraction(2, 3), (eve, Right.UNDIVIDED): Fraction(1, 3)}
    assert rules.moved(heirs, [ANN, BOB, CHARLIE], {DORA: Fraction(1)}).begun == {(DORA, Right.FULL): Fraction(1)}


def test_a_partial_sale_leaves_the_rest_to_the_seller():
    plan = rules.moved(
        [Part(ANN, Fraction(3, 4)), Part(BOB, Fraction(1, 4))], [ANN], {CHARLIE: Fraction(1)}, Fraction(1, 3)
    )
    assert plan.begun == {(ANN, Right.FULL): HALF, (CHARLIE, Right.FULL): Fraction(1, 4)}


def test_a_co_owner_who_buys_the_rest_holds_one_part():
    parts = [Part(ANN, HALF), Part(BOB, HALF)]
    plan = rules.moved(parts, [ANN], {BOB: Fraction(1)})
    assert (plan.ended, plan.begun) == (parts, {(BOB, Right.FULL): Fraction(1)})


@pytest.mark.parametrize(
    ("sellers", "buyers", "sold", "field"),
    [
        ([DORA], {BOB: Fraction(1)}, Fraction(1), "seller"),
        ([ANN], {ANN: Fraction(1)}, Fraction(1), "buyer"),
        ([ANN], {BOB: HALF}, Fraction(1), "buyer"),
        ([ANN], {BOB: Fraction(3, 2), CHARLIE: Fraction(-1, 2)}, Fraction(1), "buyer"),
        ([ANN], {}, Fraction(1), "buyer"),
        ([ANN], {BOB: Fraction(1)}, Fraction(0), "sold"),
        ([ANN], {BOB: Fraction(1)}, Fraction(3, 2), "sold"),
    ],
)
def test_a_transfer_that_does_not_add_up_is_refused(sellers, buyers, sold, field):
    with pytest.raises(Invalid) as refused:
        rules.moved([Part(ANN)], sellers, buyers, sold)
    assert refused.value.field == field


shares = st.fractions(Fraction(1, 1000), 1, max_denominator=1000)
rights = st.sampled_from(list(Right))


@given(
    st.lists(st.tuples(st.sampled_from([ANN, BOB, CHARLIE]), shares, rights), min_size=1, max_size=6),
    st.sets(st.sampled_from([ANN, BOB, CHARLIE]), min_size=1),
    st.lists(st.integers(1, 9), min_size=1, max_size=3),
    shares,
)
def test_a_transfer_neither_makes_nor_loses_anything(held, sellers, weights, sold):
    parts = [Part(owner, share, right) for owner, share, right in held]
    assume(any(p.owner_id in sellers for p in parts))
    others = [o for o in (ANN, BOB, CHARLIE, DORA, UUID(int=6), UUID(int=7)) if o not in sellers]
    chosen = dict(zip(others, weights, strict=False))
    buyers = {owner: Fraction(weight, sum(chosen.values())) for owner, weight in chosen.items()}
    plan = rules.moved(parts, sellers, buyers, sold)
    whole = {Right.FULL, Right.UNDIVIDED}  # an undivided part becomes full in one hand
    for group in (whole, *({right} for right in set(Right) - whole)):
        before = sum(p.share for p in plan.ended if p.right in group)
        assert sum(share for (_, r), share in plan.begun.items() if r in group) == before
    given_up = sum(p.share for p in parts if p.owner_id in sellers) * sold
    for owner, fraction in buyers.items():
        had = sum(p.share for p in plan.ended if p.owner_id == owner)
        assert sum(share for (o, _), share in plan.begun.items() if o == owner) == had + given_up * fraction


days = st.integers(0, 30).map(lambda n: DAY + timedelta(days=n))
deeds = st.one_of(
    st.tuples(st.just("add"), st.sampled_from([ANN, BOB, CHARLIE]), shares, rights, days),
    st.tuples(st.just("end"), st.integers(0, 9), days),
    st.tuples(st.just("transfer"), st.sampled_from([ANN, BOB]), st.sampled_from([CHARLIE, DORA]), shares, days),
)


@given(st.lists(deeds, max_size=12))
def test_no_sequence_of_deeds_ever_goes_above_the_whole(sequence):
    parts: list[Part] = []
    for deed in sequence:
        before = [Part(**vars(p)) for p in parts]
        try:
            _do(parts, deed)
        except Invalid:
            parts = before
        for n in range(40):
            on = DAY + timedelta(days=n)
            held = [p for p in parts if p.started_on <= on and (p.ended_on is None or on < p.ended_on)]
            full = sum(p.share for p in held if p.right in (Right.FULL, Right.UNDIVIDED))
            assert full + sum(p.share for p in held if p.right == Right.BARE) <= 1
            assert full + sum(p.share for p in held if p.right not in (Right.FULL, Right.UNDIVIDED, Right.BARE)) <= 1


def _do(parts: list[Part], deed: tuple) -> None:
    still = [p for p in parts if p.ended_on is None]
    match deed:
        case ("add", owner, share, right, on):
            new = [Part(owner, share, right, on)]
            rules.check_whole(parts, new)
        case ("end", place, on):
            new = []
            for part in still[place : place + 1]:
                part.ended_on = max(on, part.started_on)
        case (_, seller, buyer, sold, on):
            plan = rules.moved(still, [seller], {buyer: Fraction(1)}, sold)
            for part in plan.ended:
                part.ended_on = max(on, part.started_on)
            first = max(p.ended_on for p in plan.ended)
            new = [Part(owner, share, right, first) for (owner, right), share in plan.begun.items()]
            rules.check_whole(parts, new)
    parts += new


def test_what_remains_after_a_sale():
    everything = rules.after_transfer(LotState.SUSPENDED, address_known=False, consents=False)
    assert everything == [Todo.ADDRESS, Todo.REPRESENTATIVE, Todo.WORKING_FUND, Todo.CHARGES, Todo.CONSENT]
    least = rules.after_transfer(LotState.COMPLETE, address_known=True, consents=True)
    assert least == [Todo.WORKING_FUND, Todo.CHARGES]
    assert set(rules.TODO) == set(Todo)


# --- Fractions and their words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("1/3", Fraction(1, 3)), (" 2 / 4 ", HALF), ("50 %", HALF), ("33,33%", Fraction(3333, 10000)), ("0.5", HALF),
        ("1", Fraction(1)), ("100%", Fraction(1)), ("3333/10000", Fraction(3333, 10000)),
    ],
)  # fmt: skip
def test_a_part_is_read_as_people_write_it(text, share):
    assert rules.share_of(text) == share


@pytest.mark.parametrize(
    "text", ["", "0", "50", "1/0", "3/2", "-1/2", "half", "1/2/3", "101 %", "1e-1", "0,0000000001"]
)
def test_what_is_no_part_is_refused_beside_its_field(text):
    with pytest.raises(Invalid) as refused:
        rules.share_of(text, "sold")
    assert refused.value.field == "sold"


@pytest.mark.parametrize(
    ("share", "text", "shown"),
    [
        (HALF, "0.5", "50%"),
        (Fraction(1), "1", "100%"),
        (Fraction(0), "0", "0%"),
        (Fraction(3333, 10000), "0.3333", "33.33%"),
        (Fraction(1, 3), "0.333333", "33.333333%"),
        (Fraction(2, 3), "0.666667", "66.666667%"),
        (Fraction(1, 16), "0.0625", "6.25%"),
        (Fraction(1, 512), "0.001953125", "0.195313%"),
    ],
)
def test_a_part_on_the_wire_is_exact_when_its_decimals_end(share, text, shown):
    assert (rules.decimal_text(share), rules.percent(share)) == (text, shown)


def test_the_contract_shows_two_decimals():
    shown = [rules.percent_display(share) for share in (HALF, Fraction(1, 3), Fraction(2, 3), Fraction(1), Fraction(0))]
    assert shown == ["50.00%", "33.33%", "66.67%", "100.00%", "0.00%"]


@given(st.integers(1, 10**9), st.integers(0, 9))
def test_a_decimal_survives_the_wire_unchanged(digits, places):
    share = Fraction(digits, 10**places)
    assume(share <= 1)
    assert Fraction(rules.decimal_text(share)) == share
