from uuid import uuid4

import pytest
from conftest import a_building, as_role, make_actor, make_organization
from sqlalchemy import text

from koprogo_app.auth import sessions
from koprogo_app.auth.models import UNLIMITED, Organization, UserAccount
from koprogo_app.core.actor import PLATFORM, Role
from koprogo_app.core.db import everywhere
from koprogo_app.core.errors import Forbidden, Invalid
from koprogo_app.core.ids import uuid7
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.organizations import rules, service
from koprogo_app.modules.organizations.api import router

KEYS = {
    "id",
    "name",
    "slug",
    "contact_email",
    "contact_phone",
    "subscription_plan",
    "max_buildings",
    "max_users",
    "is_active",
    "created_at",
}
URL = "/api/v1/organizations"


def body(**change):
    given = {
        "name": "Cabinet Dupré",
        "slug": f"dupre-{uuid7().hex}",
        "contact_email": "Info@Dupre.BE",
        "subscription_plan": "starter",
    }
    return given | change


@pytest.fixture
def platform(client_of, superadmin):
    return client_of(router, superadmin)


@pytest.mark.parametrize(
    ("plan", "limits"),
    [
        ("free", (1, 3)),
        ("starter", (5, 10)),
        ("professional", (20, 50)),
        ("enterprise", (2_147_483_647, 2_147_483_647)),
    ],
)
def test_a_plan_gives_its_limits(platform, plan, limits):
    made = platform.post(URL, json=body(subscription_plan=plan))
    assert made.status_code == 201
    assert set(made.json()) == KEYS
    assert (made.json()["max_buildings"], made.json()["max_users"]) == limits
    assert (made.json()["contact_email"], made.json()["is_active"]) == ("info@dupre.be", True)


@pytest.mark.parametrize(
    "change",
    [
        {"subscription_plan": "gold"},
        {"contact_email": "dupre"},
        {"slug": "Dupré!"},
        {"slug": "-x"},
        {"slug": ""},
        {"name": ""},
        {"name": None},
        {"name": "   "},
        {"contact_phone": "0" * 51},
    ],
    ids=str,
)
def test_a_wrong_organisation_is_400_and_names_the_field(platform, change):
    refused = platform.post(URL, json=body(**change))
    assert refused.status_code == 400
    assert next(iter(change)) in refused.json()["details"]


def test_a_known_slug_is_400(platform):
    first = platform.post(URL, json=body()).json()
    assert platform.post(URL, json=body(slug=first["slug"])).status_code == 400
    assert platform.put(f"{URL}/{first['id']}", json=body(slug=first["slug"])).status_code == 200


def test_every_route_is_the_platform_administrators_alone(client_of, alice):
    ours, syndic = f"{URL}/{alice.organization_id}", client_of(router, alice)
    calls = [
        syndic.get(URL), syndic.post(URL, json=body()), syndic.put(ours, json=body()), syndic.put(f"{ours}/activate"),
        syndic.put(f"{ours}/suspend"), syndic.delete(ours),
    ]  # fmt: skip
    assert {answer.status_code for answer in calls} == {403}
    assert client_of(router, None).get(URL).status_code == 401


def test_the_list_names_every_organisation_but_the_platform(platform, alice, charlie):
    ids = {row["id"] for row in platform.get(URL).json()["data"]}
    assert {str(alice.organization_id), str(charlie.organization_id)} <= ids
    assert str(PLATFORM) not in ids


def test_the_platform_itself_can_be_neither_changed_nor_suspended(platform):
    ours = f"{URL}/{PLATFORM}"
    answers = [platform.put(ours, json=body()), platform.put(f"{ours}/suspend"), platform.delete(ours)]
    assert {answer.status_code for answer in answers} == {404}


def test_an_unknown_organisation_is_404(platform):
    for missing in (uuid4(), "no-uuid"):
        assert platform.put(f"{URL}/{missing}/suspend").status_code == 404
        assert platform.delete(f"{URL}/{missing}").status_code == 404


def test_a_suspended_office_is_out_at_once_until_it_is_reactivated(platform, alice):
    with everywhere() as s:
        user = s.get_one(UserAccount, alice.user_id)
    token = sessions.open_session(user, remember=False, address="", agent="").token
    ours = f"{URL}/{alice.organization_id}"
    assert platform.put(f"{ours}/suspend").json()["is_active"] is False
    assert sessions.actor_of(token) is None
    with pytest.raises(Forbidden):
        sessions.open_session(user, remember=False, address="", agent="")
    assert platform.put(f"{ours}/activate").json()["is_active"] is True
    assert sessions.actor_of(token).user_id == alice.user_id


def test_only_an_empty_organisation_is_deleted(platform, alice):
    empty = platform.post(URL, json=body()).json()
    deleted = platform.delete(f"{URL}/{empty['id']}")
    assert (deleted.status_code, set(deleted.json())) == (200, {"message"})
    refused = platform.delete(f"{URL}/{alice.organization_id}", headers={"accept-language": "en"})
    assert refused.status_code == 400
    assert "Suspend it instead" in refused.json()["error"]


def test_the_list_counts_buildings_and_people_of_the_office(alice, superadmin):
    for n in range(2):
        call(alice, buildings.create_building, a_building(name=f"R{n}"))
    make_actor(alice.organization_id, Role.ACCOUNTANT, "Anne")
    make_actor(alice.organization_id, Role.OCCUPANT, "Otto")
    slug = _slug(alice.organization_id)
    (row,) = call(superadmin, service.list_organizations, Asked(search=slug)).rows
    assert (row.buildings, row.users, row.max_users) == (2, 2, UNLIMITED)


def test_the_list_is_searched_filtered_and_sorted(superadmin):
    mark = uuid7().hex
    make_organization(f"Zoë {mark}")
    with everywhere() as s:
        s.get_one(Organization, make_organization(f"Andrée {mark}")).is_active = False
    every = call(superadmin, service.list_organizations, Asked(search=f"{mark}"))
    assert [row.name[:2] for row in every.rows] == ["An", "Zo"]
    suspended = Asked(search=f"andree {mark}", filters={"state": "suspended", "plan": "enterprise"})
    assert call(superadmin, service.list_organizations, suspended).total == 1
    assert call(superadmin, service.list_organizations, Asked(search=mark, filters={"plan": "free"})).total == 0
    with pytest.raises(Invalid):
        call(superadmin, service.list_organizations, Asked(sort="password"))


def test_a_short_name_is_made_from_the_name_and_never_twice(superadmin):
    mark = uuid7().hex
    given = service.OrganizationIn(name=f"Bureau {mark} & Fils", contact_email="a@b.be", plan="free")
    slugs = [call(superadmin, service.create_organization, given).slug for _ in range(3)]
    assert slugs == [f"bureau-{mark}-fils", f"bureau-{mark}-fils-2", f"bureau-{mark}-fils-3"]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Cabinet Dupré & Fils", "cabinet-dupre-fils"),
        ("  ACP 12/14 ", "acp-12-14"),
        ("…", "organization"),
        ("Çà", "ca"),
    ],
)
def test_a_slug_has_no_accents_and_no_signs(name, slug):
    assert rules.slug_of(name) == slug
    assert rules.check_slug(slug) == slug


def test_who_suspended_whom_is_in_the_platforms_trail(superadmin, alice):
    call(superadmin, service.suspend_organization, alice.organization_id)
    with everywhere() as s:
        query = "SELECT action FROM audit_entry WHERE organization_id = :o AND :row = ANY(row_ids)"
        found = s.execute(text(query), {"o": PLATFORM, "row": alice.organization_id}).scalars().all()
    assert found == ["organisation suspended"]


def test_a_syndic_is_refused_by_the_gate_itself(alice):
    with pytest.raises(Forbidden):
        call(as_role(alice, Role.SYNDIC), service.list_organizations, Asked())


def _slug(organization_id):
    with everywhere() as s:
        return s.get_one(Organization, organization_id).slug
