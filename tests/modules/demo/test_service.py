"""The demonstration in a database: loaded once, whole, taken up after a kill, refused where it must be, removed."""

import io
from dataclasses import replace

import pytest
from conftest import make_organization
from pypdf import PdfReader
from sqlalchemy import text

import koprogo_app.tables as tables
from koprogo_app import cli
from koprogo_app.auth import accounts
from koprogo_app.auth.demo_accounts import DEMO_ACCOUNTS
from koprogo_app.auth.entrance import sign_in
from koprogo_app.auth.models import Organization
from koprogo_app.auth.sessions import authenticate
from koprogo_app.auth.tokens import actor_of_access
from koprogo_app.core import audit, storage
from koprogo_app.core.actor import Role, system_actor
from koprogo_app.core.config import settings
from koprogo_app.core.db import everywhere
from koprogo_app.core.errors import Forbidden
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.demo import service
from koprogo_app.modules.demo.data.offices import offices
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.ownership import service as ownership

SONNET, _, LEIE, HEINEN = offices()[:4]
OFFICE, SENNE, BELLEVUE = system_actor(SONNET.id), SONNET.house_id(0), SONNET.house_id(1)


def one(query, **values):
    with everywhere() as s:
        return s.execute(text(query), values).scalar_one()


def rows(query, **values):
    with everywhere() as s:
        return [tuple(row) for row in s.execute(text(query), values)]


def test_a_load_killed_half_way_through_an_organisation_is_taken_up_again(told):
    """The fixture kills the first load inside the third organisation."""
    assert told == [office.name for office in offices()[2:]]


def test_loading_again_tells_nothing_and_changes_nothing(told):
    entries = one("SELECT count(*) FROM audit_entry")
    again = []
    assert not service.ensure_demo(again.append)
    assert (again, one("SELECT count(*) FROM audit_entry")) == ([], entries)


def test_the_gates_of_the_reference_building_say_what_the_law_says(told):
    gate = call(OFFICE, lots.shares_gate, SENNE)
    assert (gate.passed, gate.lots, gate.counted, gate.council) == (True, 182, 62, True)  # art. 3.90 §1: twenty or more
    held = call(OFFICE, ownership.ownership_gate, SENNE)
    assert (held.empty, held.incomplete) == ([], [])
    assert {number for _, number in held.suspended} == {"11.3", "C8", "G7"}  # what the Renard heirs hold


def test_the_neighbour_building_lacks_forty_shares_and_an_owner(told):
    assert call(OFFICE, lots.shares_gate, BELLEVUE).missing == 40
    assert [number for _, number in call(OFFICE, ownership.ownership_gate, BELLEVUE).empty] == ["G3"]


def test_the_other_buildings_have_nothing_to_mend(told):
    for office in offices()[1:]:
        for place in range(len(office.houses)):
            actor, building = system_actor(office.id), office.house_id(place)
            held = call(actor, ownership.ownership_gate, building)
            assert call(actor, lots.shares_gate, building).passed
            assert (held.empty, held.incomplete, held.suspended) == ([], [], [])


def test_one_co_owner_has_no_address(told):
    found = call(OFFICE, owners.list_owners, Asked(filters={"address": "missing"}))
    assert [(row.last_name, row.first_name) for row in found.rows] == [("Papadakis", "Konstantinos")]


def test_a_lot_sold_and_a_lot_resized_show_their_past(told):
    numbers = {lot.number: lot.id for lot in call(OFFICE, lots.list_building_lots, SENNE)}
    past = call(OFFICE, ownership.lot_history, numbers["13.2"])
    assert [h.name for h in past] == ["Dewolf Roger", "Warnant Élise"]
    assert past[0].part.ended_on == past[1].part.started_on
    assert [v.shares for v in call(OFFICE, lots.shares_history, numbers["4.4"])] == [72, 70]


def test_the_lift_is_paid_above_the_ground_floor(told):
    made = {key.name: key for key in call(OFFICE, keys.list_keys, SENNE)}
    assert made["Ascenseur"].sum == 10_000 - 1280 - 60 * 12 - 60 * 4
    assert made["Ascenseur"].lots == 61
    assert made["Chauffage"].lots == 62


def test_the_papers_are_real_files_with_their_text(told):
    papers = rows(
        "SELECT d.building_id, v.sha256, v.size, v.text, d.title, d.visibility FROM document d"
        " JOIN document_version v ON v.document_id = d.id WHERE d.building_id = :b AND d.category = 'regulation'",
        b=LEIE.house_id(0),
    )
    [(building, sha256, size, kept, title, visibility)] = papers
    file = storage.read(storage.key_of(building, sha256))
    printed = PdfReader(io.BytesIO(file)).pages[0].extract_text().replace("\n", " ")
    assert (title, visibility, len(file)) == ("Reglement van interne orde – Residentie Leiezicht", "occupants", size)
    assert "Fietsen staan in de fietsenberging." in kept
    assert "Fietsen staan in de fietsenberging." in printed
    assert (
        one("SELECT count(*) FROM document") == 5 + 2 + 3 + 4 + 4 + 2 * 3
    )  # and a binder of vouchers for each year of two buildings


@pytest.mark.parametrize("account", DEMO_ACCOUNTS, ids=lambda a: a.email)
def test_every_shown_account_signs_in_with_its_role(told, account):
    actor = actor_of_access(sign_in(account.email, account.password, "127.0.0.1").access)
    assert actor.role == account.role
    if account.role == Role.OWNER:
        assert {held.part.owner_id for held in call(actor, ownership.owner_parts, actor.owner_id)} == {actor.owner_id}


def test_the_volunteer_syndic_and_the_council_member_are_owners_too(told):
    roles = rows(
        "SELECT u.email, string_agg(m.role, ' ' ORDER BY m.is_primary DESC) FROM membership m"
        " JOIN user_account u ON u.id = m.user_id GROUP BY u.email HAVING count(*) > 1"
    )
    assert set(roles) == {
        ("volunteer@demo.koprogo.be", "syndic owner"), ("council@demo.koprogo.be", "board_member owner"),
    }  # fmt: skip


COMPATIBLE = """
SELECT count(DISTINCT b.id), (SELECT count(*) FROM lot l WHERE l.organization_id = m.organization_id),
  (SELECT count(*) FROM owner o WHERE o.organization_id = m.organization_id), m.organization_id
FROM membership m JOIN building b ON b.organization_id = m.organization_id
WHERE m.user_id = :u AND m.role = 'syndic' GROUP BY m.organization_id
"""


@pytest.mark.parametrize(
    ("email", "password", "buildings", "units", "people"),
    [
        ("admin@small.be", "admin123", 5, 30, 20),
        ("admin@medium.be", "admin123", 8, 60, 40),
        ("admin@large.be", "admin123", 10, 100, 66),
        ("syndic@grandplace.be", "syndic123", 1, 10, 8),
    ],
)
def test_clients_of_the_api_find_what_they_expect(told, email, password, buildings, units, people):
    user = authenticate(email, password, "127.0.0.1")
    assert [row[:3] for row in rows(COMPATIBLE, u=user.id)] == [(buildings, units, people)]


def test_the_grand_place_has_the_ids_of_the_contract(told):
    found = rows("SELECT id::text, organization_id::text FROM building WHERE name = 'Résidence Grand Place'")
    assert found == [("22e60793-a82f-495c-9d7f-25f298f94149", "46705175-5e03-4fd4-b0a3-7aac10a7a663")]
    admin = authenticate("admin@koprogo.com", "admin123", "127.0.0.1")
    assert rows("SELECT role FROM membership WHERE user_id = :u", u=admin.id) == [("superadmin",)]


def test_every_organisation_is_marked_and_has_a_whole_trail(told):
    assert one("SELECT count(*) FROM organization WHERE is_demo") == 8
    with everywhere() as s:
        assert [audit.verify(s, office.id) for office in offices()] == [None] * 8
    assert one("SELECT action FROM audit_entry WHERE organization_id = :o", o=LEIE.id) == "demo data created"


LISTING = """
SELECT l.number, l.type, l.shares, o.last_name, o.first_name, o.email, o.email_consent_on, p.numerator, p.denominator,
  p.started_on, p.ended_on, p.is_representative, p.act
FROM ownership p JOIN lot l ON l.id = p.lot_id JOIN owner o ON o.id = p.owner_id WHERE p.organization_id = :o
ORDER BY l.number, o.last_name, o.first_name
"""
FILES = "SELECT filename, sha256 FROM document_version WHERE organization_id = :o ORDER BY filename"


def test_an_office_removed_and_made_again_is_the_same_to_the_byte(told, superadmin):
    before = rows(LISTING, o=LEIE.id), rows(FILES, o=LEIE.id)
    assert service.clear(superadmin, [LEIE.id]) == 1
    assert [office.slug for office in service.seed(superadmin, offices())] == ["leie"]
    assert (rows(LISTING, o=LEIE.id), rows(FILES, o=LEIE.id)) == before
    assert len(before[0]) == 27
    assert len(before[1]) == 4


def test_a_removed_office_leaves_its_trail_and_nothing_else(told, superadmin):
    files = rows("SELECT building_id, sha256 FROM document_version WHERE organization_id = :o", o=HEINEN.id)
    users = one("SELECT count(*) FROM user_account")
    assert service.clear(superadmin, [HEINEN.id]) == 1
    left = {
        table.name: one(f"SELECT count(*) FROM {table.name} WHERE organization_id = :o", o=HEINEN.id)
        for table in tables.metadata.sorted_tables if "organization_id" in table.c
    }  # fmt: skip
    assert {name: count for name, count in left.items() if count} == {"audit_entry": 1, "audit_head": 1}
    assert one("SELECT count(*) FROM user_account") == users - 2
    for building, sha256 in files:
        with pytest.raises(FileNotFoundError):
            storage.read(storage.key_of(building, sha256))
    with everywhere() as s:
        assert audit.verify(s, HEINEN.id) is None
    service.seed(superadmin, [HEINEN])


def test_who_has_a_role_elsewhere_keeps_the_account(told, superadmin):
    organization = make_organization("Cabinet Charlie")
    with everywhere() as s:
        user = accounts.user_by_email(s, "syndikus@demo.koprogo.be")
        accounts.grant(s, user.id, Role.SYNDIC, organization)
    service.clear(superadmin, [HEINEN.id])
    assert accounts.has_account("syndikus@demo.koprogo.be")
    assert not accounts.has_account("eigentuemer@demo.koprogo.be")
    _remove(organization)
    service.seed(superadmin, [HEINEN])


def _remove(organization):
    with everywhere() as s:
        s.execute(text("DELETE FROM membership WHERE organization_id = :o"), {"o": organization})
        s.delete(s.get_one(Organization, organization))


def test_an_organisation_of_its_own_is_never_removed(told, superadmin):
    organization = make_organization("Cabinet Charlie")
    with pytest.raises(Forbidden):
        call(superadmin, service.clear_office, organization)
    assert organization not in call(superadmin, service.demo_organizations)
    _remove(organization)


def test_a_database_with_an_organisation_of_its_own_is_refused(told, monkeypatch):
    monkeypatch.setattr(service, "ADMINISTRATORS", (("nobody@example.org", "", "", ""),))
    organization = make_organization("Cabinet Charlie")
    with pytest.raises(RuntimeError, match="organisations of its own"):
        service.ensure_demo(print)
    _remove(organization)


def test_production_refuses_it(told, superadmin, mode):
    mode("production")
    with pytest.raises(RuntimeError, match="refused in production"):
        service.ensure_demo(print)
    with pytest.raises(Forbidden):
        service.seed(superadmin, offices())
    with pytest.raises(Forbidden):
        service.clear(superadmin)


def test_production_does_not_start_on_it(told, mode):
    """The volume of a trial, taken into production: anybody would be its administrator."""
    mode("production")
    with pytest.raises(RuntimeError, match="choose another database"):
        cli._prepare_database(settings())


def test_production_does_not_start_with_a_known_password_alone(told, monkeypatch):
    monkeypatch.setattr(service, "demo_organizations", lambda s, actor: [])
    assert call(system_actor(), service.is_loaded)
    monkeypatch.setattr(service, "matches", lambda hashed, password: False)
    assert not call(system_actor(), service.is_loaded)


def test_only_the_platform_makes_or_removes_it(told):
    syndic = replace(OFFICE, role=Role.SYNDIC)
    for act in (lambda: service.seed(syndic, offices()), lambda: service.clear(syndic)):
        with pytest.raises(Forbidden):
            act()
    assert one("SELECT count(*) FROM organization WHERE is_demo") == 8
