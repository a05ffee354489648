from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.errors import Invalid
from koprogo_app.core.money import Cents
from koprogo_app.modules.funds import rules
from koprogo_app.modules.funds.rules import Cost, Cover, Verdict

TODAY = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("accepted", "on", "due"),
    [
        (date(2018, 5, 14), date(2023, 5, 13), False),
        (date(2018, 5, 14), date(2023, 5, 14), True),  # the day exactly five years later
        (date(2016, 2, 29), date(2021, 2, 28), False),
        (date(2016, 2, 29), date(2021, 3, 1), True),  # there is no 29 February 2021
        (date(1970, 1, 1), date(2018, 12, 31), False),  # the duty is in force since 1 January 2019
        (date(1970, 1, 1), date(2019, 1, 1), True),
        (None, date(2026, 12, 31), None),
    ],
)
def test_the_duty_begins_five_years_after_the_acceptance_and_not_before_2019(accepted, on, due):
    assert rules.is_due(accepted, on) is due


@pytest.mark.parametrize(
    ("base", "least"),
    [
        (1_234_567, 61_729),  # 5 % of 12 345,67 = 617,2835
        (0, 0),
        (-5_000, 0),
        (1, 1),
        (20, 1),
        (21, 2),
        (2_000_000, 100_000),
    ],
)
def test_the_minimum_is_five_percent_up_to_the_next_cent(base, least):
    assert rules.minimum(Cents(base)) == least


@given(st.integers(0, 10**13))
def test_the_minimum_is_never_under_five_percent_nor_a_cent_above(base):
    least = rules.minimum(Cents(base))
    assert least - 1 < Fraction(base * 5, 100) <= least


NEVER = ("680", "681", "643")


@pytest.mark.parametrize(
    ("cost", "told", "assumed", "left_out"),
    [
        (Cost("612", 100, True), 100, 0, 0),
        (Cost("612", 100, None), 0, 100, 0),
        (Cost("612", 100, False), 0, 0, 100),
        (Cost("611", 100, None), 0, 0, 100),
        (Cost("66", 100, None), 0, 0, 100),
        (Cost("660", 100, None), 0, 0, 100),
        (Cost("611", 100, True), 100, 0, 0),  # what the sharing says comes first
        (Cost("6110", -40, None), 0, 0, -40),
        (Cost("612", -40, True), -40, 0, 0),  # a credit note
        (Cost("643", 100, True), 0, 0, 0),
        (Cost("612", 100, True, private=True), 0, 0, 0),
        (Cost("681", -100, True), 0, 0, 0),
        (Cost("680", 100, None), 0, 0, 0),
    ],
)
def test_which_costs_count(cost, told, assumed, left_out):
    base = rules.base_of([cost], NEVER)
    assert (base.told, base.assumed, base.left_out, base.cents) == (told, assumed, left_out, told + assumed)


def judged(**change):
    known = {"due": True, "base": 100_00, "contributed": 0, "planned": 0, "waived": False, "over": False}
    return rules.verdict(**(known | change))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"due": None}, Verdict.UNKNOWN),
        ({"due": False, "contributed": 500}, Verdict.NOT_DUE),
        ({"contributed": 500}, Verdict.MET),
        ({"contributed": 499}, Verdict.SHORT),
        ({"contributed": 499, "planned": 500}, Verdict.PLANNED),
        ({"contributed": 499, "planned": 500, "over": True}, Verdict.SHORT),  # a plan helps no more
        ({"planned": 499}, Verdict.SHORT),
        ({"waived": True}, Verdict.WAIVED),
        ({"waived": True, "over": True, "base": None}, Verdict.WAIVED),
        ({"waived": True, "contributed": 500}, Verdict.MET),
        ({"base": None, "contributed": 500}, Verdict.NO_BASE),
        ({"base": 0}, Verdict.NO_BASE),
        ({"base": -1}, Verdict.NO_BASE),
    ],
)
def test_how_a_year_stands(facts, said):
    assert judged(**facts) == said


@pytest.mark.parametrize(
    ("votes_for", "votes_cast", "words", "fields"),
    [
        (800, 1000, "", None),  # four fifths exactly
        (799, 1000, "", {"votes_for"}),  # one share less
        (4, 5, "", None),
        (3, 4, "", {"votes_for"}),
        (801, 1001, "", None),  # 800,8
        (800, 1001, "", {"votes_for"}),
        (1000, 1000, "", None),
        (1001, 1000, "", {"votes_for"}),
        (-1, 1000, "", {"votes_for"}),
        (0, 0, "", {"votes_cast"}),
        (800, None, "", {"votes_cast"}),
        (None, 1000, "", {"votes_for"}),
        (None, None, "  ", {"words"}),
        (None, None, "Point 7: waived unanimously", None),
    ],
)
def test_a_waiver_takes_four_fifths_of_the_votes_cast(votes_for, votes_cast, words, fields):
    if fields is None:
        rules.check_waiver(votes_for, votes_cast, words, TODAY, TODAY)
        return
    with pytest.raises(Invalid) as refused:
        rules.check_waiver(votes_for, votes_cast, words, TODAY, TODAY)
    assert set(refused.value.fields) == fields


def test_a_waiver_is_not_decided_tomorrow():
    with pytest.raises(Invalid) as refused:
        rules.check_waiver(800, 1000, "", TODAY + timedelta(1), TODAY)
    assert set(refused.value.fields) == {"decided_on"}


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_four_fifths_is_exact(votes_for, votes_cast):
    enough = Fraction(votes_for, votes_cast) >= Fraction(4, 5) and votes_for <= votes_cast
    try:
        rules.check_waiver(votes_for, votes_cast, "", TODAY, TODAY)
    except Invalid:
        assert not enough
    else:
        assert enough


DAY = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("days", "on", "least"),
    [
        ([], DAY, 0),
        ([(DAY, 100)], DAY, 100),
        ([(DAY, 100)], DAY - timedelta(1), 0),
        ([(DAY, 100), (DAY + timedelta(5), -70)], DAY, 30),  # spent later: no longer there
        ([(DAY, 100), (DAY + timedelta(5), 50)], DAY, 100),  # comes later: not there yet
        ([(DAY + timedelta(9), 500), (DAY + timedelta(5), -70), (DAY, 100)], DAY + timedelta(1), 30),
    ],
)
def test_what_a_fund_holds_from_a_day_on(days, on, least):
    assert rules.least_from(days, on) == least


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(-1000, 1000)), max_size=20), st.integers(0, 30), st.integers(0, 2000)
)  # fmt: skip
def test_a_withdrawal_within_it_leaves_no_day_below_nothing_that_was_not(moves, at, wanted):
    days, on = [(DAY + timedelta(n), cents) for n, cents in moves], DAY + timedelta(at)
    least = rules.least_from(days, on)
    after = rules.least_from([*days, (on, -wanted)], on)
    assert after == least - wanted
    if wanted <= least:
        rules.check_room(Cents(wanted), least, "cents")
        assert after >= 0
    else:
        with pytest.raises(Invalid) as refused:
            rules.check_room(Cents(wanted), least, "cents")
        assert set(refused.value.fields) == {"cents"}


def test_what_stands_behind_a_fund():
    cover = Cover(Cents(1_000_00), Cents(700_00), Cents(200_00))
    assert (cover.difference, cover.elsewhere) == (300_00, 100_00)
    assert Cover(Cents(500), Cents(800), Cents(0)).elsewhere == -300
