"""A building of three flats and a garage, whose cold water is metered; a period of 2026."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from conftest import make_actor

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.service import call
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import LotIn
from koprogo_app.modules.meters import periods, readings, service
from koprogo_app.modules.meters.models import Meter, MeterPeriod, NewMeterIn, PeriodIn, ReadingIn
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import OwnerIn
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import OwnershipIn

TODAY = date(2027, 2, 1)
BEGIN, END = date(2025, 12, 31), date(2026, 12, 31)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def house(alice: Actor, building: Any) -> SimpleNamespace:
    """A1 500 shares, A2 300, A3 190, the garage G1 10; Bob has A1 since 2020."""
    shares = {"A1": 500, "A2": 300, "A3": 190, "G1": 10}
    found = {
        number: call(
            alice, lots.create_lot, building.id, LotIn(number=number, type="parking" if number == "G1" else "apartment", shares=n)
        ).id
        for number, n in shares.items()
    }  # fmt: skip
    bob = call(alice, owners.create_owner, OwnerIn(last_name="Bob"))
    call(alice, ownership.add_part, OwnershipIn(lot_id=found["A1"], owner_id=bob.id, started_on=date(2020, 1, 1)))
    return SimpleNamespace(id=building.id, building=building, lots=found, bob=bob.id)


@pytest.fixture
def bob(alice: Actor, house: SimpleNamespace) -> Actor:
    return make_actor(alice.organization_id, Role.OWNER, "Bob", house.id, house.bob)


@pytest.fixture
def meter(alice: Actor, house: SimpleNamespace) -> Callable[..., Meter]:
    """meter("A1", "W1"): a meter of cold water in a lot; "" is the common parts."""

    def make(lot: str, serial: str, **more: Any) -> Meter:
        given = {"lot_id": house.lots[lot] if lot else None, "kind": "cold_water", "serial": serial, "unit": "m3"}
        return call(alice, service.create_meter, house.id, NewMeterIn.model_validate(given | more))

    return make


@pytest.fixture
def read(alice: Actor, house: SimpleNamespace) -> Callable[..., int]:
    """read("2026-12-31", {meter: "12.5"}): readings of a day."""

    def enter(on: str, values: dict[UUID, str], **more: Any) -> int:
        given = [ReadingIn(meter_id=meter_id, value=Decimal(value), **more) for meter_id, value in values.items()]
        return call(alice, readings.record_readings, house.id, date.fromisoformat(on), given)

    return enter


@pytest.fixture
def water(meter: Callable[..., Meter], read: Callable[..., int]) -> SimpleNamespace:
    """One meter for each flat, read at both ends of 2026: 10, 30 and 60 m³."""
    found = SimpleNamespace(a1=meter("A1", "W1").id, a2=meter("A2", "W2").id, a3=meter("A3", "W3").id)
    read("2025-12-31", {found.a1: "100", found.a2: "200", found.a3: "300"})
    read("2026-12-31", {found.a1: "110", found.a2: "230", found.a3: "360"})
    return found


@pytest.fixture
def period(alice: Actor, house: SimpleNamespace) -> Callable[..., MeterPeriod]:
    """period(fixed_percent=30): the cold water of 2026."""

    def make(**change: Any) -> MeterPeriod:
        given = {"kind": "cold_water", "name": "Water 2026", "first_on": "2026-01-01", "last_on": "2026-12-31"}
        return call(alice, periods.create_period, house.id, PeriodIn.model_validate(given | change))

    return make
