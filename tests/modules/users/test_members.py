import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from uuid import uuid4

import pytest
from conftest import as_role, make_actor, make_organization
from sqlalchemy import text

from koprogo_app.auth import accounts, sessions
from koprogo_app.auth.models import Membership, OneTimeLink, Plan, UserAccount
from koprogo_app.core.actor import Role
from koprogo_app.core.db import everywhere
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.ids import uuid7
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.users import service
from koprogo_app.modules.users.api import router
from koprogo_app.modules.users.models import InviteIn


def guest(role=Role.ACCOUNTANT, building=None, email="", **more):
    given = {
        "email": email or f"guest-{uuid7().hex}@example.be",
        "first_name": "Dirk",
        "last_name": "Maes",
        "role": role,
        "locale": "nl",
    }
    return InviteIn.model_validate(given | {"building_id": building and building.id} | more)


def members(actor, **asked):
    return call(actor, service.list_members, Asked(size=100, **asked)).rows


def accept(token):
    return accounts.accept_invitation(token, "une-autre-phrase", "Dirk", "Maes", "nl", f"192.0.2.{uuid7().hex}")


def invitation_of(actor, email):
    return next(row.id for row in members(actor) if row.email == email and row.kind == "invitation")


# --- Who sees whom ----------------------------------------------------------------------------------------------------


def test_a_syndic_sees_the_people_and_the_guests_of_the_office(alice, building):
    call(alice, service.invite, guest(Role.AUDITOR, building))
    make_actor(alice.organization_id, Role.ACCOUNTANT, "Zoé")
    assert [(r.name, r.role, r.building, r.state) for r in members(alice)] == [
        ("Alice Test", "syndic", None, "active"),
        ("Dirk Maes", "auditor", "Résidence Molière", "invited"),
        ("Zoé Test", "accountant", None, "active"),
    ]


def test_a_syndic_never_sees_nor_touches_the_people_of_another_office(alice, charlie):
    data = guest()
    call(charlie, service.invite, data)
    assert {row.name for row in members(charlie)} == {"Charlie Test", "Dirk Maes"}
    assert {row.name for row in members(alice)} == {"Alice Test"}
    theirs = invitation_of(charlie, data.email)
    for action, row in (
        (service.end_role, charlie.membership_id),
        (service.resend_invitation, theirs),
        (service.withdraw_invitation, theirs),
    ):
        with pytest.raises(NotFound):
            call(alice, action, row)
    assert len(members(charlie)) == 2


def test_naming_another_office_does_not_lead_there(alice, charlie):
    data = guest(organization_id=charlie.organization_id)
    call(alice, service.invite, data)
    assert [row.kind for row in members(charlie)] == ["member"]
    assert data.email in {row.email for row in members(alice)}


def test_a_building_of_another_office_is_not_offered_and_not_taken(charlie, building):
    assert call(charlie, service.list_places) == []
    with pytest.raises(Invalid) as refused:
        call(charlie, service.invite, guest(Role.AUDITOR, building))
    assert refused.value.field == "building_id"


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SYNDIC, Role.SUPERADMIN, Role.SYSTEM)])
def test_only_the_syndic_reads_and_changes_the_members(alice, role):
    actor = as_role(alice, role)
    for action, arguments in (
        (service.list_members, (Asked(),)),
        (service.invite, (guest(),)),
        (service.end_role, (uuid4(),)),
    ):
        with pytest.raises(Forbidden):
            call(actor, action, *arguments)


def test_a_syndic_of_one_building_touches_that_building_only(alice, building):
    limited = make_actor(alice.organization_id, Role.SYNDIC, "Lea", building_id=building.id)
    call(limited, service.invite, guest(Role.AUDITOR, building))
    with pytest.raises(Invalid):
        call(limited, service.invite, guest(Role.ACCOUNTANT))
    with pytest.raises(NotFound):
        call(limited, service.end_role, alice.membership_id)


def test_the_platforms_administrator_names_the_office_of_an_invitation(superadmin, alice):
    with pytest.raises(Invalid):
        call(superadmin, service.invite, guest())
    data = guest(Role.SYNDIC, organization_id=alice.organization_id)
    call(superadmin, service.invite, data)
    assert data.email in {row.email for row in members(alice)}


def test_the_list_is_searched_filtered_and_sorted(alice, building):
    call(alice, service.invite, guest(Role.AUDITOR, building))
    assert [row.name for row in members(alice, search="mäes dirk")] == ["Dirk Maes"]
    assert [row.name for row in members(alice, filters={"role": "syndic"})] == ["Alice Test"]
    assert [row.name for row in members(alice, filters={"state": "invited"})] == ["Dirk Maes"]
    assert [row.name for row in members(alice, filters={"building": str(building.id)})] == ["Dirk Maes"]
    assert [row.role for row in members(alice, sort="role", descending=True)] == ["syndic", "auditor"]
    for wrong in ({"sort": "password"}, {"filters": {"building": "no-uuid"}}):
        with pytest.raises(Invalid):
            members(alice, **wrong)


# --- Invitations ------------------------------------------------------------------------------------------------------


def test_a_guest_who_accepts_is_a_member(alice):
    data = guest()
    accept(call(alice, service.invite, data))
    assert [(r.kind, r.role, r.state) for r in members(alice, search=data.email)] == [
        ("member", "accountant", "active")
    ]


def test_a_co_owner_or_the_platforms_administrator_is_not_invited_here(alice, building):
    for role in (Role.OWNER, Role.SUPERADMIN, Role.SYSTEM):
        with pytest.raises(Invalid) as refused:
            call(alice, service.invite, guest(role, building))
        assert refused.value.field == "role"


def test_a_role_of_a_building_needs_its_building(alice):
    with pytest.raises(Invalid) as refused:
        call(alice, service.invite, guest(Role.BOARD_MEMBER))
    assert refused.value.field == "building_id"


def test_the_syndic_is_not_invited_to_watch_himself(alice, building):
    with everywhere() as s:
        email = s.get_one(UserAccount, alice.user_id).email
    for role in (Role.BOARD_MEMBER, Role.AUDITOR):
        with pytest.raises(Invalid) as refused:
            call(alice, service.invite, guest(role, building, email))
        assert "3.89 §9" in refused.value.message


def test_two_open_invitations_that_the_law_keeps_apart_are_refused(alice, building):
    first = guest(Role.AUDITOR, building)
    call(alice, service.invite, first)
    with pytest.raises(Invalid):
        call(alice, service.invite, guest(Role.SYNDIC, email=first.email))


def test_nobody_is_invited_to_what_he_has_or_is_offered(alice):
    data = guest()
    token = call(alice, service.invite, data)
    with pytest.raises(Conflict):
        call(alice, service.invite, data)
    accept(token)
    with pytest.raises(Conflict):
        call(alice, service.invite, data)


def test_a_full_plan_invites_nobody_more_to_the_office(building):
    office = make_organization(plan=Plan.FREE)
    alice = make_actor(office, Role.SYNDIC, "Alice")
    for name in ("Bo", "Cé"):
        make_actor(office, Role.ACCOUNTANT, name)
    with pytest.raises(Invalid) as refused:
        call(alice, service.invite, guest())
    assert refused.value.params["count"] == 3


def test_an_invitation_sent_again_stops_the_one_before(alice):
    data = guest()
    first = call(alice, service.invite, data)
    second = call(alice, service.resend_invitation, invitation_of(alice, data.email))
    with pytest.raises(NotFound):
        accept(first)
    assert accept(second).email == data.email


def test_an_expired_invitation_shows_and_can_be_sent_again(alice):
    data = guest()
    call(alice, service.invite, data)
    link = invitation_of(alice, data.email)
    with everywhere() as s:
        s.execute(text("UPDATE one_time_link SET expires_at = now() - interval '1 day' WHERE id = :i"), {"i": link})
    assert [row.state for row in members(alice, search=data.email)] == ["expired"]
    assert accept(call(alice, service.resend_invitation, link)).email == data.email


def test_a_withdrawn_invitation_opens_nothing(alice):
    data = guest()
    token = call(alice, service.invite, data)
    call(alice, service.withdraw_invitation, invitation_of(alice, data.email))
    with pytest.raises(NotFound):
        accept(token)
    assert members(alice, search=data.email) == []


def test_the_trail_says_who_was_invited_but_not_the_link(alice):
    data = guest()
    token = call(alice, service.invite, data)
    with everywhere() as s:
        (entry,) = s.execute(
            text("SELECT payload FROM audit_entry WHERE action = 'member invited' AND user_id = :u"),
            {"u": alice.user_id},
        ).scalars()
    assert data.email in entry
    assert token not in entry


# --- Ending a role ----------------------------------------------------------------------------------------------------


def test_ending_a_role_ends_its_sessions_at_once_and_leaves_a_main_role(alice, charlie, building):
    bob = accept(call(alice, service.invite, guest()))
    with everywhere() as s:
        other = accounts.grant(s, bob.id, Role.ACCOUNTANT, charlie.organization_id)
        first = s.exec(Membership.__table__.select().where(Membership.user_id == bob.id, Membership.is_primary)).one()
    cookie = sessions.open_session(bob, remember=True, address="", agent="").token
    call(alice, service.end_role, first.id)
    assert sessions.actor_of(cookie) is None
    again = sessions.actor_of(sessions.open_session(bob, remember=True, address="", agent="").token)
    assert again.membership_id == other.id
    with everywhere() as s:
        assert s.get_one(Membership, other.id).is_primary


def test_the_last_syndic_stays(alice):
    with pytest.raises(Conflict):
        call(alice, service.end_role, alice.membership_id)
    second = make_actor(alice.organization_id, Role.SYNDIC, "Bea")
    call(second, service.end_role, alice.membership_id)
    with pytest.raises(Conflict):
        call(second, service.end_role, second.membership_id)


def test_a_deactivated_or_limited_syndic_does_not_replace_the_last_one(alice, building):
    limited = make_actor(alice.organization_id, Role.SYNDIC, "Lea", building_id=building.id)
    away = make_actor(alice.organization_id, Role.SYNDIC, "Ava")
    with everywhere() as s:
        s.get_one(UserAccount, away.user_id).is_active = False
    with pytest.raises(Conflict):
        call(alice, service.end_role, alice.membership_id)
    call(alice, service.end_role, limited.membership_id)


def test_two_syndics_cannot_end_each_other_at_the_same_moment(alice, monkeypatch):
    bea = make_actor(alice.organization_id, Role.SYNDIC, "Bea")
    both, checked = Barrier(2), service._keep_one_syndic

    def meet(*arguments):
        checked(*arguments)
        with suppress(BrokenBarrierError):  # the second one waits for the rows that the first one holds
            both.wait(timeout=0.5)

    monkeypatch.setattr(service, "_keep_one_syndic", meet)

    def end(actor, other):
        try:
            call(actor, service.end_role, other.membership_id)
        except (Conflict, NotFound):
            return "refused"
        return "ended"

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(end, (alice, bea), (bea, alice)))
    assert answers.count("ended") == 1
    assert len([row for row in members(alice) if row.role == "syndic"]) == 1


def test_the_access_of_a_co_owner_follows_the_register(alice):
    bob = make_actor(alice.organization_id, Role.OWNER, "Bob")
    with pytest.raises(Conflict):
        call(alice, service.end_role, bob.membership_id)


# --- REST -------------------------------------------------------------------------------------------------------------


def test_members_over_rest(client_of, alice):
    client, email = client_of(router, alice), f"guest-{uuid7().hex}@example.be"
    made = client.post(
        "/api/v1/members", json={"email": email, "role": "accountant", "first_name": "Dirk", "last_name": "Maes"}
    )
    assert (made.status_code, set(made.json())) == (201, {"message"})
    assert not re.search(r"token|invitation\?", made.text)
    page = client.get(f"/api/v1/members?search={email}").json()
    assert (page["pagination"]["total_items"], page["data"][0]["state"]) == (1, "invited")
    link = page["data"][0]["id"]
    assert client.post(f"/api/v1/members/invitations/{link}/resend").status_code == 200
    assert client.delete(f"/api/v1/members/invitations/{link}").status_code == 204
    assert client.post(f"/api/v1/members/invitations/{link}/resend").status_code == 404
    refused = client.delete(f"/api/v1/members/{alice.membership_id}")
    assert refused.status_code == 400
    assert (
        client.post("/api/v1/members", json={"email": "dirk", "role": "accountant"})
        .json()["details"]
        .startswith("email")
    )


def test_a_link_row_of_another_kind_is_no_invitation(alice):
    with everywhere() as s:
        reset = OneTimeLink(
            token_hash=uuid7().bytes,
            purpose="reset",
            email="a@b.be",
            expires_at=sessions.now(),
            organization_id=alice.organization_id,
        )
        s.add(reset)
    with pytest.raises(NotFound):
        call(alice, service.resend_invitation, reset.id)
