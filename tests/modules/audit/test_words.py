"""The trail in its reader's words, and what an auditor does not read in it."""

import inspect
import pkgutil
import re
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import a_building, make_actor
from test_translations import texts

import koprogo_app.modules as modules
from koprogo_app.auth import accounts
from koprogo_app.auth.models import OneTimeLink
from koprogo_app.core import audit
from koprogo_app.core.actor import PLATFORM, Role
from koprogo_app.core.db import everywhere, transaction
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.audit import rules, service
from koprogo_app.modules.audit.api import router
from koprogo_app.modules.audit.state import _fields
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.owners.models import Owner
from koprogo_app.tables import metadata

ROOT = Path(__file__).parents[3] / "koprogo_app"
UNSEEN = {
    "audit_entry", "audit_head",  # the trail itself
    "article", "face", "face_vector", "knowledge_state", "passage", "passage_vector",  # made from files and papers
    "conversation", "turn",  # nobody's business but the asker's
}  # fmt: skip


def actions():
    """Every name of the gate, and those that sign-in and transfers note themselves."""
    for found in pkgutil.walk_packages(modules.__path__, f"{modules.__name__}."):
        if found.name.endswith(
            (".service", ".access", ".people", ".shares", ".merge", ".loading", ".texts_service")
        ) and find_spec(found.name):
            for _, fn in inspect.getmembers(import_module(found.name), inspect.isfunction):
                if hasattr(fn, "gate") and fn.gate.audit:
                    yield fn.gate.audit
    for path in (ROOT / "auth").glob("*.py"):
        yield from re.findall(r"trail\(s, .*?N_\(\"([^\"]+)\"\)", path.read_text())


def test_every_action_has_its_translations():
    named = set(actions())
    assert {"building created", "member invited", "signed in", "password reset"} <= named
    assert named - texts() == set(), "mark the name with N_()"


def test_sign_in_names_no_action_without_marking_it():
    unmarked = [
        line
        for path in (ROOT / "auth").glob("*.py")
        for line in path.read_text().splitlines()
        if re.search(r"trail\(s,", line) and "N_(" not in line
    ]
    assert unmarked == []


def test_every_table_and_column_that_enters_the_trail_has_words():
    tables = {t.name: t for t in metadata.sorted_tables if t.name not in UNSEEN}
    assert set(tables) - set(rules.TABLES) == set()
    secret = {c.name for t in tables.values() for c in t.columns if c.info.get("audit") == "secret"}
    columns = (
        {c.name for t in tables.values() for c in t.columns} - secret - rules.HIDDEN - {"created_at", "updated_at"}
    )
    assert columns - set(rules.COLUMNS) == set()


def test_no_words_are_kept_for_what_is_gone():
    columns = {c.name for t in metadata.sorted_tables for c in t.columns}
    assert set(rules.TABLES) - {t.name for t in metadata.sorted_tables} == set()
    assert set(rules.COLUMNS) - columns == {"password", "model"}, "noted by hand when an administrator replaces one"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "Yes"),
        (False, "No"),
        (None, ""),
        (0, "0"),
        ("2026-11-24", "24/11/2026"),
        ("2026-11-24 09:30:00+00:00", "24/11/2026 10:30"),
        ("2026-07-01T09:30:00+00:00", "01/07/2026 11:30"),
        ("Rue Molière 12", "Rue Molière 12"),
        ("2026-11", "2026-11"),
    ],
)
def test_values_are_shown_in_the_readers_way(value, shown):
    assert rules.value_in("en", value) == shown


def test_a_name_of_an_older_release_stays_as_it_is():
    assert rules.table_in("fr", "ticket") == "ticket"
    assert rules.column_in("fr", "colour") == "colour"
    assert rules.action_in("en", "lot painted") == "Lot painted"


def test_an_entry_shows_before_and_after_by_name(alice, building):
    link = OneTimeLink(
        email="dirk@example.be", role=Role.AUDITOR, organization_id=alice.organization_id, building_id=building.id
    )
    with everywhere(alice.organization_id) as s:
        user = accounts.create_user(s, f"dirk-{link.id}@example.be", "une-phrase-longue", "Dirk", "Maes")
        accounts.send_invitation(s, alice, link)
        accounts.give_role(s, user, link)
        accounts._trail(s, user, "invitation accepted", alice.organization_id)
    entry = call(alice, service.get_entry, call(alice, service.list_entries, Asked()).rows[0].id)
    said = service.payload_of(alice, entry)
    names = call(alice, service.name_references, said)
    rows = [row for change in said["changes"] for row in _fields(change, names, "en")]
    assert ("Role", "Building", "", "Résidence Molière") in [(r.table, r.name, r.before, r.after) for r in rows]
    assert not any(r.name in ("Id", "organization_id", "user_id", "password_hash") for r in rows)


def test_the_filters_offer_what_occurs(alice, charlie, building, superadmin):
    offered = call(alice, service.list_choices)
    assert offered.actions == ["building created"]
    assert offered.people == [(alice.user_id, "Alice Test")]
    assert offered.buildings == [(building.id, "Résidence Molière")]
    assert offered.offices == []
    assert call(charlie, service.list_choices) == service.Choices([], [], [], [])
    offices = {office for office, _ in call(superadmin, service.list_choices).offices}
    assert {alice.organization_id, charlie.organization_id} <= offices
    assert PLATFORM not in offices
    assert call(superadmin, service.list_choices, str(alice.organization_id)).people == offered.people


def test_the_trail_is_narrowed_to_a_person(alice, building):
    bea = make_actor(alice.organization_id, Role.SYNDIC, "Bea")
    call(bea, buildings.delete_building, building.id)
    mine = Asked(filters={"user_id": str(bea.user_id)})
    assert [row.action for row in call(alice, service.list_entries, mine).rows] == ["building deleted"]


# --- The auditor ------------------------------------------------------------------------------------------------------


@pytest.fixture
def auditor(alice, building):
    """An auditor of a building where a person with private data just bought: one entry with both."""
    with transaction(alice.organization_id) as s:
        s.add(
            Owner(
                last_name="Dupont",
                email="dupont@example.be",
                phone="0470 12 34 56",
                organization_id=alice.organization_id,
            )
        )
        s.flush()
        audit.note(s, "building", building.id, building.id)
        audit.append(s, alice, "lot transferred")
    return make_actor(alice.organization_id, Role.AUDITOR, "Dora", building.id)


def test_an_auditor_reads_who_bought_but_not_his_telephone(client_of, auditor, alice):
    seen = client_of(router, auditor).get("/api/v1/audit?action=lot transferred")
    assert (seen.status_code, seen.json()["total"]) == (200, 1)
    assert "Dupont" in seen.text
    assert "dupont@example.be" not in seen.text
    assert "0470" not in seen.text
    entry = seen.json()["logs"][0]["id"]
    assert "0470" not in client_of(router, auditor).get(f"/api/v1/audit/{entry}").text
    assert "0470" in client_of(router, alice).get(f"/api/v1/audit/{entry}").text


def test_an_auditor_does_not_find_private_data_by_searching(auditor, alice):
    assert call(auditor, service.list_entries, Asked(search="0470")).total == 0
    assert call(auditor, service.list_entries, Asked(search="transferred")).total == 1
    assert call(auditor, service.list_entries, Asked(search="alice")).total == 2
    assert call(alice, service.list_entries, Asked(search="0470")).total == 1


def test_a_day_begins_at_midnight_in_belgium(alice, monkeypatch):
    monkeypatch.setattr(audit, "now", lambda: datetime(2026, 6, 30, 22, 30, tzinfo=UTC))  # half past midnight in summer
    call(alice, buildings.create_building, a_building())
    found = {
        day: call(alice, service.list_entries, Asked(filters={"start": day, "end": day})).total
        for day in ("2026-06-30", "2026-07-01")
    }
    assert found == {"2026-06-30": 0, "2026-07-01": 1}
