from uuid import uuid4

import pytest
from conftest import PASSWORD, make_actor, make_organization
from sqlmodel import select

from koprogo_app.auth import accounts, entrance, sessions, tokens
from koprogo_app.auth.models import Membership, OneTimeLink, Plan, UserAccount
from koprogo_app.core.actor import PLATFORM, Role
from koprogo_app.core.db import everywhere
from koprogo_app.core.errors import Unauthorized
from koprogo_app.core.ids import uuid7
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.users import service
from koprogo_app.modules.users.api import router

URL = "/api/v1/users"
KEYS = {
    "id",
    "email",
    "first_name",
    "last_name",
    "role",
    "organization_id",
    "is_active",
    "created_at",
    "roles",
    "active_role",
}


def body(office=None, role="syndic", **change):
    roles = [{"role": role, "organization_id": str(office) if office else None, "is_primary": True}]
    given = {
        "email": f"new-{uuid7().hex}@example.be",
        "password": "secret",
        "first_name": "Eve",
        "last_name": "Janssens",
        "roles": roles,
    }
    return given | change


@pytest.fixture
def platform(client_of, superadmin):
    return client_of(router, superadmin)


@pytest.fixture
def eve(platform, alice):
    """A syndic of Alice's office, made by the platform's administrator."""
    return platform.post(URL, json=body(alice.organization_id)).json()


def signed_in(user_id):
    with everywhere() as s:
        user = s.get_one(UserAccount, user_id)
    return sessions.open_session(user, remember=False, address="", agent="").token


def test_a_user_is_made_with_a_role_and_signs_in(platform, alice):
    asked = body(alice.organization_id)
    made = platform.post(URL, json=asked)
    assert made.status_code == 201
    assert set(made.json()) == KEYS
    assert (made.json()["role"], made.json()["organization_id"]) == ("syndic", str(alice.organization_id))
    assert made.json()["created_at"].endswith("Z")
    assert entrance.sign_in(asked["email"], "secret", f"192.0.2.{uuid7().hex}").membership.role == "syndic"


def test_one_role_may_stand_beside_the_person(platform, alice):
    asked = body() | {"role": "accountant", "organization_id": str(alice.organization_id)}
    del asked["roles"]
    made = platform.post(URL, json=asked).json()
    assert [(r["role"], r["is_primary"]) for r in made["roles"]] == [("accountant", True)]


def test_the_first_role_is_the_main_one_when_none_is_named(platform, alice, charlie):
    roles = [{"role": "accountant", "organization_id": str(a.organization_id)} for a in (alice, charlie)]
    made = platform.post(URL, json=body(roles=roles)).json()
    assert [r["is_primary"] for r in made["roles"]] == [True, False]
    assert made["organization_id"] == str(alice.organization_id)


@pytest.mark.parametrize(
    "change",
    [
        {"email": "eve"},
        {"first_name": "E"},
        {"last_name": "J"},
        {"password": "12345"},
        {"password": None},
        {"roles": []},
        {"roles": None},
        {"first_name": "   "},
        {"email": f"{'e' * 60}@{'x' * 60}.{'x' * 60}.{'x' * 60}.be"},
    ],
    ids=str,
)
def test_a_wrong_user_is_400(platform, alice, change):
    assert platform.post(URL, json=body(alice.organization_id) | change).status_code == 400


def test_roles_that_cannot_be_are_400(platform, alice):
    office = str(alice.organization_id)
    syndic = {"role": "syndic", "organization_id": office, "is_primary": True}
    wrong = [
        [syndic, syndic | {"is_primary": False}],
        [syndic, {"role": "accountant", "organization_id": office, "is_primary": True}],
        [{"role": "syndic", "organization_id": None}],
        [{"role": "syndic", "organization_id": str(uuid4())}],
        [{"role": "syndic", "organization_id": str(PLATFORM)}],
        [{"role": "superadmin", "organization_id": office}],
        [{"role": "system", "organization_id": office}],
        [{"role": "king", "organization_id": office}],
        [syndic, {"role": "auditor", "organization_id": office}],  # art. 3.89 §9
    ]
    assert {platform.post(URL, json=body(roles=roles)).status_code for roles in wrong} == {400}


def test_a_known_address_is_400(platform, alice, eve):
    assert platform.post(URL, json=body(alice.organization_id, email=eve["email"].upper())).status_code == 400
    other = platform.post(URL, json=body(alice.organization_id)).json()
    change = {"email": eve["email"], "first_name": "Eva", "last_name": "Janssens"}
    assert platform.put(f"{URL}/{other['id']}", json=change).status_code == 400
    assert platform.put(f"{URL}/{eve['id']}", json=change).json()["first_name"] == "Eva"


def test_every_route_is_the_platform_administrators_alone(client_of, alice, eve):
    syndic, hers = client_of(router, alice), f"{URL}/{eve['id']}"
    calls = [
        syndic.get(URL),
        syndic.post(URL, json=body(alice.organization_id)),
        syndic.put(hers, json=body(alice.organization_id)),
        syndic.put(f"{hers}/activate"),
        syndic.put(f"{hers}/deactivate"),
        syndic.delete(hers),
    ]
    assert {answer.status_code for answer in calls} == {403}
    assert client_of(router, None).get(URL).status_code == 401


def test_an_unknown_user_is_404(platform):
    assert platform.put(f"{URL}/{uuid4()}/deactivate").status_code == 404
    assert platform.delete(f"{URL}/nobody").status_code == 404


def test_a_deactivated_person_is_out_at_once(platform, eve):
    cookie = signed_in(eve["id"])
    with everywhere() as s:
        granted = tokens.issue(s, s.get_one(UserAccount, eve["id"]), s.get_one(Membership, eve["roles"][0]["id"]))
    assert platform.put(f"{URL}/{eve['id']}/deactivate").json()["is_active"] is False
    assert sessions.actor_of(cookie) is None
    with pytest.raises(Unauthorized):
        tokens.actor_of_access(granted.access)
    assert platform.put(f"{URL}/{eve['id']}/activate").json()["is_active"] is True
    assert sessions.actor_of(cookie) is None, "sessions do not come back"


def test_a_new_password_from_the_administrator_ends_the_sessions(platform, eve):
    cookie = signed_in(eve["id"])
    platform.put(
        f"{URL}/{eve['id']}",
        json={"email": eve["email"], "first_name": "Eve", "last_name": "Janssens", "password": PASSWORD},
    )
    assert sessions.actor_of(cookie) is None
    assert sessions.authenticate(eve["email"], PASSWORD, f"192.0.2.{uuid7().hex}")


def test_a_new_password_from_the_administrator_ends_the_reset_links_on_their_way(platform, eve):
    accounts.ask_reset(eve["email"])
    platform.put(
        f"{URL}/{eve['id']}",
        json={"email": eve["email"], "first_name": "Eve", "last_name": "Janssens", "password": PASSWORD},
    )
    with everywhere() as s:
        assert s.exec(select(OneTimeLink.used_at).where(OneTimeLink.email == eve["email"])).one() is not None


def test_roles_left_out_end_with_their_sessions_and_the_others_keep_their_building(platform, alice, building, eve):
    with everywhere() as s:
        kept = accounts.grant(s, service.UUID(eve["id"]), Role.OCCUPANT, alice.organization_id, building_id=building.id)
    cookie = signed_in(eve["id"])
    roles = [{"role": "occupant", "organization_id": str(alice.organization_id)}]
    changed = platform.put(
        f"{URL}/{eve['id']}", json={"email": eve["email"], "first_name": "Eve", "last_name": "Janssens", "roles": roles}
    ).json()
    assert [(r["id"], r["role"], r["is_primary"]) for r in changed["roles"]] == [(str(kept.id), "occupant", True)]
    assert sessions.actor_of(cookie) is None
    assert sessions.actor_of(signed_in(eve["id"])).building_ids == frozenset({building.id})


def test_the_main_role_can_be_moved(platform, alice, charlie, eve):
    roles = [
        {"role": "syndic", "organization_id": str(alice.organization_id)},
        {"role": "syndic", "organization_id": str(charlie.organization_id), "is_primary": True},
    ]
    change = {"email": eve["email"], "first_name": "Eve", "last_name": "Janssens"}
    changed = platform.put(f"{URL}/{eve['id']}", json=change | {"roles": roles}).json()
    assert changed["organization_id"] == str(charlie.organization_id)
    roles[0]["is_primary"], roles[1]["is_primary"] = True, False
    changed = platform.put(f"{URL}/{eve['id']}", json=change | {"roles": roles}).json()
    assert changed["organization_id"] == str(alice.organization_id)
    assert [r["is_primary"] for r in changed["roles"]] == [True, False]


def test_a_full_plan_takes_nobody_more(platform):
    office = make_organization(plan=Plan.FREE)
    for name in ("An", "Bo", "Cé"):
        make_actor(office, Role.SYNDIC, name)
    assert platform.post(URL, json=body(office)).status_code == 400


def test_a_deleted_user_is_gone_and_the_others_stay(platform, alice, eve):
    cookie = signed_in(eve["id"])
    deleted = platform.delete(f"{URL}/{eve['id']}")
    assert (deleted.status_code, set(deleted.json())) == (200, {"message"})
    assert sessions.actor_of(cookie) is None
    with everywhere() as s:
        assert s.get(UserAccount, eve["id"]) is None
        assert s.get(UserAccount, alice.user_id)


def test_nobody_takes_his_own_rights_away(platform, superadmin, alice):
    me = f"{URL}/{superadmin.user_id}"
    demoted = body(alice.organization_id)
    answers = [platform.delete(me), platform.put(f"{me}/deactivate"), platform.put(me, json=demoted)]
    assert {answer.status_code for answer in answers} == {400}
    with everywhere() as s:
        assert s.get_one(UserAccount, superadmin.user_id).is_active


def test_the_list_is_searched_and_filtered(superadmin, alice, eve):
    def ids(**asked):
        return {str(person.user.id) for person in call(superadmin, service.list_users, Asked(size=1000, **asked)).rows}

    assert ids(search=eve["email"]) == {eve["id"]}
    office = {"organization": str(alice.organization_id)}
    assert ids(filters=office | {"role": "syndic"}) == {eve["id"], str(alice.user_id)}
    assert ids(filters=office | {"role": "auditor"}) == set()
    assert ids(filters=office | {"state": "inactive"}) == set()
    assert (alice.organization_id, "Cabinet Alice") in call(superadmin, service.list_offices)
