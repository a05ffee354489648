"""Handing a building over, on a plain state, in English."""

import io

import pytest
from conftest import a_building, make_organization, send
from modules.ownership.conftest import a_lot

from koprogo_app.core.errors import NotFound
from koprogo_app.core.service import call
from koprogo_app.modules.archive.state import ArchivesState, HandoverState, OfficesState
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.documents import service as documents
from koprogo_app.modules.documents.models import DocumentIn

DECISION = {"decision": "General meeting of 3 June, point 7", "decided_on": "2026-06-03", "reason": ""}


@pytest.fixture
def ready(alice):
    """A building that meets every condition of a transfer."""
    building = call(alice, buildings.create_building, a_building(total_units=1))
    a_lot(alice, building, shares=1000)
    for category in ("deed", "regulation"):
        data = DocumentIn(building_id=building.id, category=category, title=category)
        call(alice, documents.create_document, data, f"{category}.txt", io.BytesIO(category.encode()))
    return building


def page(opened, actor, building):
    state = opened(HandoverState, actor, building_id=building.id)
    send(state, HandoverState.load)
    return state


def test_a_syndic_takes_the_archive_and_transfers_nothing(opened, alice, ready):
    state = page(opened, alice, ready)
    assert (state.admin, state.checks) == (False, [])


def test_the_administrator_sees_each_condition_and_what_stops(opened, alice, superadmin, building):
    state = page(opened, superadmin, building)
    assert [check.tone for check in state.checks] == ["warn", "bad", "warn", "warn"]
    assert state.stopped is True


def test_a_transfer_asks_for_the_office_the_decision_and_its_day(opened, superadmin, ready):
    state = page(opened, superadmin, ready)
    send(state, HandoverState.ask, {"to_organization": "", "decision": " ", "decided_on": "2999-01-01"})
    assert (set(state.errors), state.asks) == ({"to_organization", "decision", "decided_on"}, False)


def test_the_building_moves_once_its_name_is_typed(opened, alice, charlie, superadmin, ready):
    state = page(opened, superadmin, ready)
    assert (state.stopped, {check.tone for check in state.checks}) == (False, {"ok"})
    send(state, HandoverState.ask, DECISION | {"to_organization": str(charlie.organization_id)})
    assert (state.asks, state.target) == (True, "Cabinet Charlie")
    send(state, HandoverState.transfer, {"confirmation": "Residence Moliere"})
    assert state.errors == {"confirmation": "Type the name exactly as written."}
    assert call(alice, buildings.get_building, ready.id).id == ready.id
    send(state, HandoverState.transfer, {"confirmation": "Résidence Molière"})
    assert call(charlie, buildings.get_building, ready.id).id == ready.id
    with pytest.raises(NotFound):
        call(alice, buildings.get_building, ready.id)


def test_only_the_administrator_names_who_receives_an_archive(opened, alice, superadmin):
    state = opened(ArchivesState, alice)
    assert (send(state, ArchivesState.load), state.admin) == (None, False)
    state = opened(ArchivesState, superadmin)
    assert send(state, ArchivesState.load) is not None  # the organisations are read
    assert state.admin is True
    made = make_organization("Cabinet Zénobie")
    offices = opened(OfficesState, superadmin)
    send(offices, OfficesState.search, "zenobie")
    assert str(made) in {row.value for row in offices.rows}
    assert {row.label for row in offices.rows} == {"Cabinet Zénobie"}


def test_an_archive_that_came_in_opens_its_building(opened, alice, ready):
    done = send(opened(ArchivesState, alice), ArchivesState.opened, str(ready.id))
    assert f"/buildings/{ready.id}" in str([step.args for step in done])
