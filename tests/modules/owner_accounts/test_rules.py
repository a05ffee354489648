import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.money import Cents
from koprogo_app.modules.owner_accounts import rules
from koprogo_app.modules.owner_accounts.rules import Standing

AMOUNTS = st.lists(st.integers(-(10**12), 10**12), max_size=40)


@pytest.mark.parametrize(
    ("balance", "standing"),
    [(1, Standing.OWES), (12_345, Standing.OWES), (0, Standing.SETTLED), (-1, Standing.IN_CREDIT), (-(10**15), Standing.IN_CREDIT)],
)  # fmt: skip
def test_a_balance_in_words(balance, standing):
    assert rules.standing(balance) is standing


def test_every_standing_has_its_words():
    for words in (rules.STANDINGS, rules.TO_ONESELF, rules.TO_THE_OFFICE):
        assert set(words) == set(Standing)


@pytest.mark.parametrize(
    ("total", "above", "page", "newest_first", "before", "after"),
    [
        # called 100, 100; paid 150; called 100: the balance runs 100, 200, 50, 150
        (150, 0, [100, 100, -150, 100], False, 0, [100, 200, 50, 150]),
        (150, 0, [100, -150, 100, 100], True, 0, [150, 50, 200, 100]),
        (150, 200, [-150, 100], False, 200, [50, 150]),  # the second page of two
        (150, -50, [100, 100], True, 0, [200, 100]),
        (150, 0, [100, -150], True, 200, [150, 50]),
        (0, 0, [], False, 0, []),
        (150, 150, [], True, 0, []),  # past the end
    ],
)
def test_the_balance_runs_from_line_to_line(total, above, page, newest_first, before, after):
    assert rules.balance_below(total, above, page, newest_first) == before
    assert rules.running(before, page, newest_first) == after


@given(moved=AMOUNTS, size=st.integers(1, 7), newest_first=st.booleans())
def test_pages_join_whatever_their_size_and_order(moved, size, newest_first):
    whole = [Cents(sum(moved[: n + 1])) for n in range(len(moved))]
    shown, expected = (moved[::-1], whole[::-1]) if newest_first else (moved, whole)
    found = []
    for start in range(0, len(shown), size):
        page = shown[start : start + size]
        before = rules.balance_below(sum(moved), sum(shown[:start]), page, newest_first)
        found += rules.running(before, page, newest_first)
    assert found == expected
