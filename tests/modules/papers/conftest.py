"""Les Tilleuls, three lots of 1 000 shares: Bob holds two of them, Dora and Emil share one without a voice."""

from datetime import date
from types import SimpleNamespace

import pytest
from conftest import a_building
from modules.ownership.conftest import a_lot, a_person, hold

from koprogo_app.core.actor import Actor
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings

SINCE = date(2020, 1, 1)


@pytest.fixture
def tilleuls(alice: Actor) -> SimpleNamespace:
    building = call(
        alice, buildings.create_building,
        a_building(
            name="Les Tilleuls", kbo="0403.170.701", deed_on=date(1974, 3, 12), deed_reference="Notaire Lemaire",
            syndic_name="Cabinet Sonnet", syndic_address="rue du Sonnet 7, 1000 Bruxelles", syndic_phone="02 555 01 23",
        ),
    )  # fmt: skip
    flat = a_lot(alice, building, "1.1", 600)
    split = a_lot(alice, building, "2.1", 380)
    parking = a_lot(alice, building, "P1", 20, "parking")
    bob = a_person(alice, "Dubois", first_name="Bob", address="Rue Molière 12")
    dora = a_person(alice, "De Smet", first_name="Dora", language="nl")
    emil = a_person(alice, "Maes", first_name="Emil")
    parts = [
        hold(alice, flat, bob, since=SINCE), hold(alice, split, dora, "1/3", "undivided", SINCE),
        hold(alice, split, emil, "2/3", "undivided", SINCE), hold(alice, parking, bob, since=SINCE),
    ]  # fmt: skip
    return SimpleNamespace(
        building=building, flat=flat, split=split, parking=parking, bob=bob, dora=dora, emil=emil, parts=parts
    )
