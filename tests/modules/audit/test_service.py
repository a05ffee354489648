from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from conftest import a_building, make_actor
from sqlalchemy import text

from koprogo_app.core.actor import Role
from koprogo_app.core.errors import Forbidden, Invalid, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.audit import service
from koprogo_app.modules.audit.api import router
from koprogo_app.modules.buildings import service as buildings


def test_the_trail_is_searched_by_word_action_row_and_day(alice, building):
    call(alice, buildings.update_building, building.id, a_building(name="Corneille"))
    actions = [row.action for row in call(alice, service.list_entries, Asked()).rows]
    assert actions == ["building changed", "building created"]
    assert call(alice, service.list_entries, Asked(search="corneille")).total == 1
    assert call(alice, service.list_entries, Asked(filters={"action": "building created"})).total == 1
    assert call(alice, service.list_entries, Asked(filters={"row_id": str(building.id)})).total == 2
    assert call(alice, service.list_entries, Asked(filters={"row_id": str(uuid4())})).total == 0
    assert call(alice, service.list_entries, Asked(filters={"end": "2020-01-01"})).total == 0
    for wrong in ({"start": "yesterday"}, {"end": "9999-12-31"}):
        with pytest.raises(Invalid):
            call(alice, service.list_entries, Asked(filters=wrong))


def test_another_office_sees_none_of_it(alice, building, charlie):
    assert call(charlie, service.list_entries, Asked()).total == 0
    entry = call(alice, service.list_entries, Asked()).rows[0].id
    with pytest.raises(NotFound):
        call(charlie, service.get_entry, entry)


def test_an_auditor_sees_the_trail_of_the_audited_building_only(alice, building):
    call(alice, buildings.create_building, a_building(name="Ailleurs"))
    auditor = make_actor(alice.organization_id, Role.AUDITOR, "Dora", building.id)
    rows = call(auditor, service.list_entries, Asked()).rows
    assert {row.building_id for row in rows} == {building.id}


def test_an_owner_sees_no_trail(alice, building):
    with pytest.raises(Forbidden):
        call(replace(alice, role=Role.OWNER), service.list_entries, Asked())


def test_the_check_says_whole_or_names_the_entry(alice, building, owner_engine):
    call(alice, buildings.update_building, building.id, a_building(name="Corneille"))
    assert call(alice, service.check_chain) == service.Checked(2, None)
    with owner_engine.begin() as c:
        c.execute(
            text("UPDATE audit_entry SET payload = payload || ' ' WHERE organization_id = :o AND seq = 2"),
            {"o": alice.organization_id},
        )
    assert call(alice, service.check_chain).broken_at == 2


def test_the_platform_administrator_reads_the_chain_he_names(superadmin, alice, building):
    named = Asked(filters={"organization_id": str(alice.organization_id)})
    assert call(superadmin, service.list_entries, named).total == 1
    assert call(superadmin, service.check_chain, str(alice.organization_id)).entries == 1


def test_rest_has_the_contracts_envelope(client_of, alice, building):
    page = client_of(router, alice).get("/api/v1/audit?per_page=1").json()
    assert (page["total"], page["page"], page["per_page"], page["total_pages"]) == (1, 1, 1, 1)
    assert page["logs"][0]["changes"][0]["after"]["name"] == "Résidence Molière"
    assert client_of(router, alice).get("/api/v1/audit/check").json() == {
        "entries": 1,
        "whole": True,
        "broken_at": None,
    }
    detail = client_of(router, alice).get(f"/api/v1/audit/{UUID(page['logs'][0]['id'])}").json()
    assert detail["action"] == "building created"
