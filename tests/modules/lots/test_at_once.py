"""Two people at one lot: the second sees what the first has written."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from time import sleep

import pytest
from sqlmodel import select

from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Invalid
from koprogo_app.core.service import call
from koprogo_app.modules.lots import service
from koprogo_app.modules.lots.models import Lot, LotEdit, LotIn, LotShares, SharesReason

FIRST, EARLIER, LATER = date(2020, 1, 1), date(2021, 1, 1), date(2022, 1, 1)


def decided(on: date) -> SharesReason:
    return SharesReason(decision=f"General meeting of {on:%d/%m/%Y}", from_on=on)


@pytest.fixture
def lot(alice, building):
    made = call(alice, service.create_lot, building.id, LotIn(number="5.1", type="apartment", shares=100))
    return call(alice, service.change_shares, made.id, 110, decided(FIRST))


def edited(actor, lot):
    edit = LotEdit(type=lot.type, shares=120)
    return call(actor, service.save_lots, lot.building_id, {lot.id: edit}, decided(EARLIER))


@pytest.mark.parametrize(
    "action",
    [
        lambda actor, lot: call(actor, service.change_shares, lot.id, 120, decided(EARLIER)),
        lambda actor, lot: call(
            actor, service.update_lot, lot.id, LotIn(number="5.1", type="apartment", shares=120), decided(EARLIER)
        ),
        edited,
    ],
)
def test_a_decision_recorded_meanwhile_is_seen_by_the_second_writer(alice, lot, action):
    """130 shares since 2022 stand already: a decision of 2021 may not be slipped in before it (last_on < from_on)."""
    with ThreadPoolExecutor(1) as pool:
        with transaction(alice.organization_id) as s:
            kept = s.exec(select(Lot).where(Lot.id == lot.id).with_for_update(key_share=True)).one()
            second = pool.submit(action, alice, lot)
            sleep(0.5)  # the other one is inside, and waits
            kept.shares = 130
            s.add(LotShares(building_id=lot.building_id, lot_id=lot.id, shares=130, from_on=LATER, decision="point 3"))
        with pytest.raises(Invalid) as refused:
            second.result(10)
    assert refused.value.field == "from_on"
    assert call(alice, service.get_lot, lot.id).shares == 130
    assert [v.shares for v in call(alice, service.shares_history, lot.id)] == [100, 110, 130]


def test_a_decision_is_not_taken_back_twice_by_two_clicks(alice, lot):
    """100 of the deed, 110 since 2020, 130 since 2022: two withdrawals at once take back one decision each."""
    call(alice, service.change_shares, lot.id, 130, decided(LATER))
    with ThreadPoolExecutor(1) as pool:
        with transaction(alice.organization_id) as s:
            kept = s.exec(select(Lot).where(Lot.id == lot.id).with_for_update(key_share=True)).one()
            second = pool.submit(call, alice, service.withdraw_shares, lot.id, "annulled")
            sleep(0.5)
            s.delete(s.exec(select(LotShares).where(LotShares.lot_id == lot.id, LotShares.from_on == LATER)).one())
            kept.shares = 110
        assert second.result(10).shares == 100
    assert call(alice, service.shares_history, lot.id) == []
