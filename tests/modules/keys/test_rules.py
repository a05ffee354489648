from uuid import UUID, uuid4

import pytest

from koprogo_app.core.errors import Invalid
from koprogo_app.core.trade import LotType
from koprogo_app.modules.keys import rules
from koprogo_app.modules.keys.rules import Key, KeyLot, Start

SHOP, HOME, ATTIC, BOX = (UUID(int=n) for n in range(1, 5))
LOTS = (
    KeyLot(SHOP, LotType.COMMERCIAL, 0, 300),
    KeyLot(HOME, LotType.APARTMENT, 1, 500),
    KeyLot(ATTIC, LotType.OTHER, None, 180),
    KeyLot(BOX, LotType.PARKING, -1, 20),
)


def a_key(total: int, expected: int | None) -> Key:
    return Key(uuid4(), uuid4(), "Lift", "", True, total, 3, expected)


@pytest.mark.parametrize(
    ("how", "weights"),
    [
        (Start.EACH, {SHOP: 1, HOME: 1, ATTIC: 1, BOX: 1}),
        (Start.HOMES, {SHOP: 1, HOME: 1, ATTIC: 1}),
        (Start.UPPER, {HOME: 500, ATTIC: 180, BOX: 20}),
        (Start.BLANK, {}),
    ],
)
def test_a_key_starts_from_what_is_known_of_the_lots(how, weights):
    assert rules.start(how, LOTS) == weights


def test_a_key_starts_from_the_shares_of_the_chosen_lots():
    assert rules.start(Start.CHOSEN, LOTS, {HOME, BOX}) == {HOME: 500, BOX: 20}


def test_choosing_no_lot_is_refused():
    with pytest.raises(Invalid) as refused:
        rules.start(Start.CHOSEN, LOTS)
    assert refused.value.field == "lots"


def test_a_lot_without_shares_takes_no_part_in_a_key_by_shares():
    assert rules.start(Start.UPPER, [KeyLot(HOME, LotType.APARTMENT, 2, 0)]) == {}


@pytest.mark.parametrize(
    ("total", "expected", "missing", "passed"),
    [(654, 654, 0, True), (650, 654, 4, False), (655, 654, -1, False), (12, None, 0, True), (0, None, 0, False)],
)
def test_a_key_serves_once_its_weights_add_up_to_the_deeds_total(total, expected, missing, passed):
    key = a_key(total, expected)
    assert (key.missing, key.passed) == (missing, passed)


def test_a_key_by_which_nobody_pays_is_refused():
    rules.check_weights({HOME: 0, SHOP: 1})
    for nobody in ({}, {HOME: 0}):
        with pytest.raises(Invalid):
            rules.check_weights(nobody)


def test_every_start_has_its_words():
    assert set(rules.STARTS) == set(Start)
