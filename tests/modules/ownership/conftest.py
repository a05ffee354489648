"""A lot of Alice's building, and short words to put people on it."""

from datetime import date
from fractions import Fraction

import pytest

from koprogo_app.core.service import call
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import LotIn
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import OwnerIn
from koprogo_app.modules.ownership import service
from koprogo_app.modules.ownership.models import OwnershipIn

SINCE = date(2020, 1, 1)


def a_lot(actor, building, number: str = "5.1", shares: int = 100, type: str = "apartment"):
    return call(actor, lots.create_lot, building.id, LotIn(number=number, type=type, shares=shares))


def a_person(actor, last_name: str, **change):
    given = {"last_name": last_name, "address": "Rue 1", "postal_code": "1180", "city": "Uccle"} | change
    return call(actor, owners.create_owner, OwnerIn.model_validate(given))


def hold(actor, lot, owner, share: str = "1", right: str = "full", since: date = SINCE, **change):
    numerator, denominator = Fraction(share).as_integer_ratio()
    data = OwnershipIn(lot_id=lot.id, owner_id=owner.id, numerator=numerator, denominator=denominator, right=right,
                       started_on=since, **change)  # fmt: skip
    return call(actor, service.add_part, data)


def held(actor, lot, on: date | None = None) -> list[tuple[str, Fraction, str]]:
    return [(h.name, h.part.share, h.part.right) for h in call(actor, service.holders_on, lot.id, on)]


@pytest.fixture
def lot(alice, building):
    return a_lot(alice, building)
