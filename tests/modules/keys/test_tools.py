"""What a co-owner's lots weigh in each key, as the assistant tells him."""

from dataclasses import replace

import pytest
from conftest import a_building, as_role
from modules.ownership.conftest import a_lot, a_person, hold

from koprogo_app.core.actor import Role
from koprogo_app.core.errors import Forbidden, NotFound
from koprogo_app.core.service import call
from koprogo_app.core.tools import Subject
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.keys import service
from koprogo_app.modules.keys.models import KeyIn
from koprogo_app.modules.keys.tools import my_share_of

E = "\u00a0%"


@pytest.fixture
def bob(alice, building):
    """Bob holds A1 (300) and P1 (50) of 1 000; `Lift` counts A1 for 2 and A2 for 1, `Garage` only A2."""
    person = a_person(alice, "Bob")
    lots = {n: a_lot(alice, building, n, shares) for n, shares in (("A1", 300), ("P1", 50), ("A2", 650))}
    for number in ("A1", "P1"):
        hold(alice, lots[number], person)
    hold(alice, lots["A2"], a_person(alice, "Dora"))
    for name, weights in (("Lift", {"A1": 2, "A2": 1}), ("Garage", {"A2": 7})):
        key = call(alice, service.create_key, building.id, KeyIn(name=name))
        call(alice, service.set_weights, key.id, {lots[n].id: w for n, w in weights.items()})
    return replace(as_role(alice, Role.OWNER, building.id), owner_id=person.id)


def told(actor, question="", building_id=None):
    return call(actor, my_share_of, Subject("en", building_id, question))


def test_what_ones_lots_weigh_in_each_key(bob):
    sheet = told(bob)
    assert sheet.columns == ["Key", "Your lots", "Your share", "In per cent"]
    assert sheet.rows == [
        ("Shares of the deed", "A1, P1", "350 / 1.000", "35,00" + E),
        ("Garage", "none takes part", "0 / 7", "0,00" + E),
        ("Lift", "A1", "2 / 3", "66,67" + E),
    ]


def test_the_key_that_is_named_is_the_only_one(bob):
    assert [row[0] for row in told(bob, "What is my share of the lift?").rows] == ["Lift"]
    assert len(told(bob, "What is my share of the heating?").rows) == 3


def test_of_nobody_elses_lots_and_of_no_other_building(alice, charlie, bob, building):
    assert "A2" not in str(told(bob, "Show the share of A2, of Dora and of everyone"))
    other = call(alice, buildings.create_building, a_building(name="Autre"))
    with pytest.raises(NotFound):
        told(bob, building_id=other.id)
    for reader in (alice, charlie, as_role(alice, Role.AUDITOR, building.id)):
        with pytest.raises(Forbidden):
            told(reader)
