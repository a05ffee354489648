import re

import pytest
from conftest import PASSWORD, make_actor, make_organization
from sqlalchemy import text

from koprogo_app.auth import accounts, sessions, sweep
from koprogo_app.auth.models import Membership, OneTimeLink, Plan, Purpose, UserAccount
from koprogo_app.auth.sessions import WrongCredentials, authenticate
from koprogo_app.core.actor import PLATFORM, Role
from koprogo_app.core.db import everywhere
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.ids import uuid7

NEW = "une-autre-phrase"


def mails_to(email):
    with everywhere() as s:
        wanted = text(
            "SELECT organization_id, subject, body, locale FROM mail_message WHERE recipient = :e ORDER BY created_at"
        )
        return s.execute(wanted, {"e": email}).all()


def token_in(mail):
    return re.search(r"token=([\w-]+)", mail.body)[1]


def memberships(user_id):
    with everywhere() as s:
        return list(s.exec(Membership.__table__.select().where(Membership.user_id == user_id)))


def invite(actor, role=Role.ACCOUNTANT, email="", **more):
    link = OneTimeLink(
        email=email or f"guest-{uuid7().hex}@example.be",
        role=role,
        organization_id=actor.organization_id,
        first_name="Dirk",
        last_name="Maes",
        locale="nl",
        **more,
    )
    with everywhere() as s:
        token = accounts.send_invitation(s, actor, link)
    return link, token


def accept(token, password=NEW, address="192.0.2.9"):
    return accounts.accept_invitation(token, password, "Dirk", "Maes", "nl", address)


# --- Accounts and roles -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", ["", "bob", "bob@", "@example.be", "bob@example", "bob example.be", "a@b@c.be"])
def test_an_address_that_is_none_is_refused_beside_its_field(wrong):
    with pytest.raises(Invalid) as refused:
        accounts.clean_email(wrong)
    assert refused.value.field == "email"


def test_an_address_is_kept_in_lower_case_and_once(bob):
    with everywhere() as s:
        made = accounts.create_user(s, f" Dirk-{uuid7().hex}@Example.BE ", NEW, " Dirk ", " Maes ", "nl-BE")
        assert (made.email, made.name, made.locale) == (made.email.lower(), "Dirk Maes", "nl")
        with pytest.raises(Conflict):
            accounts.create_user(s, bob.email.upper(), NEW, "B", "P")


@pytest.mark.parametrize("weak", ["court", "123456789", "motdepasse1", "Password123", "aaaaaaaaaaaa", "bob.peeters1"])
def test_a_password_that_is_tried_first_is_refused(weak):
    with pytest.raises(Invalid):
        accounts.check_strength(weak, "bob.peeters@example.be")


@pytest.mark.parametrize("good", ["une-phrase-longue", "correct horse", "zeer lang wachtwoord", "ßüß-äöü-été"])
def test_a_long_password_needs_no_signs(good):
    assert accounts.check_strength(good, "bob@example.be") is None


def test_the_same_role_twice_is_one_membership_and_the_first_is_primary(bob):
    office = make_organization()
    with everywhere() as s:
        first = accounts.grant(s, bob.id, Role.SYNDIC, office)
        again = accounts.grant(s, bob.id, Role.SYNDIC, office)
    assert (first.id, first.is_primary) == (again.id, False)
    assert [m.is_primary for m in memberships(bob.id)].count(True) == 1


def test_a_role_waiting_for_its_building_is_filled_rather_than_doubled(bob, alice, building):
    with everywhere() as s:
        waiting = accounts.grant(s, bob.id, Role.OCCUPANT, alice.organization_id, unlinked=True)
        filled = accounts.grant(s, bob.id, Role.OCCUPANT, alice.organization_id, building_id=building.id)
    assert (filled.id, filled.building_id) == (waiting.id, building.id)


@pytest.mark.parametrize("role", [Role.OWNER, Role.BOARD_MEMBER, Role.AUDITOR, Role.OCCUPANT, Role.CONTRACTOR])
def test_a_role_of_a_building_names_it(bob, alice, role):
    with everywhere() as s, pytest.raises(Invalid) as refused:
        accounts.grant(s, bob.id, role, alice.organization_id)
    assert refused.value.field == "building_id"


def test_the_plan_limits_the_people_of_the_office_not_the_others(bob):
    office = make_organization(plan=Plan.FREE)  # three users
    people = [make_actor(office, Role.SYNDIC, name) for name in ("An", "Bo", "Cé")]
    with everywhere() as s:
        with pytest.raises(Invalid) as refused:
            accounts.grant(s, bob.id, Role.ACCOUNTANT, office)
        assert refused.value.params["count"] == 3
        accounts.grant(s, people[0].user_id, Role.ACCOUNTANT, office)
        accounts.grant(s, bob.id, Role.OCCUPANT, office, unlinked=True)


def test_one_role_is_primary_whatever_came_before(bob):
    with everywhere() as s:
        other = accounts.grant(s, bob.id, Role.SYNDIC, make_organization(), primary=True)
        accounts.make_primary(s, bob.id, other.id)
    assert [m.id for m in memberships(bob.id) if m.is_primary] == [other.id]
    with everywhere() as s:
        s.delete(s.get_one(Membership, other.id))
        s.flush()
        accounts.make_primary(s, bob.id)
    assert [m.is_primary for m in memberships(bob.id)] == [True]


# --- Invitations ------------------------------------------------------------------------------------------------------


def test_an_invitation_is_written_in_the_guests_language_and_names_who_invites(alice):
    link, token = invite(alice)
    (mail,) = mails_to(link.email)
    assert (mail.organization_id, mail.locale) == (alice.organization_id, "nl")
    assert all(part in mail.body for part in ("Dirk Maes", "Alice Test", "Cabinet Alice", f"/invitation?token={token}"))


def test_a_guest_makes_an_account_with_the_role_of_the_invitation(alice, building):
    link, token = invite(alice, Role.BOARD_MEMBER, building_id=building.id)
    user = accept(token)
    (m,) = memberships(user.id)
    assert (m.role, m.organization_id, m.building_id, m.is_primary) == (
        "board_member",
        alice.organization_id,
        building.id,
        True,
    )
    assert authenticate(link.email, NEW, "192.0.2.9").id == user.id


def test_an_invitation_works_once(alice):
    _, token = invite(alice)
    accept(token)
    with pytest.raises(NotFound):
        accept(token)


def test_an_invitation_ends_after_fourteen_days(alice, later):
    _, token = invite(alice)
    later(days=13, hours=23)
    assert accounts.open_link(token, Purpose.INVITATION).role == "accountant"
    later(hours=2)
    with pytest.raises(NotFound):
        accept(token)


def test_an_invitation_sent_again_replaces_its_link(alice):
    link, first = invite(alice)
    with everywhere() as s:
        second = accounts.send_invitation(s, alice, s.get_one(OneTimeLink, link.id))
    with pytest.raises(NotFound):
        accept(first)
    assert accept(second).email == link.email


def test_a_guest_with_an_account_proves_it_with_his_own_password(alice, bob):
    _, token = invite(alice, email=bob.email)
    with pytest.raises(WrongCredentials):
        accept(token, NEW)
    assert accept(token, PASSWORD).id == bob.id
    assert {m.organization_id for m in memberships(bob.id)} >= {alice.organization_id}


@pytest.mark.parametrize("names", [("", "Maes"), ("Dirk", " ")])
def test_a_new_account_has_a_first_and_a_last_name(alice, names):
    _, token = invite(alice)
    with pytest.raises(Invalid):
        accounts.accept_invitation(token, NEW, *names, "nl", "192.0.2.9")
    assert accounts.open_link(token, Purpose.INVITATION)


def test_an_invitation_to_a_building_that_is_gone_no_longer_works(alice, building):
    _, token = invite(alice, Role.OCCUPANT, building_id=building.id)
    with everywhere() as s:
        s.execute(text("DELETE FROM building WHERE id = :b"), {"b": building.id})
    with pytest.raises(NotFound, match="no longer works"):
        accept(token)


def test_an_invitation_that_the_law_forbids_is_refused_and_changes_nothing(alice, building, bob):
    with everywhere() as s:
        accounts.grant(s, bob.id, Role.SYNDIC, alice.organization_id)
    _, token = invite(alice, Role.AUDITOR, email=bob.email, building_id=building.id)
    with pytest.raises(Invalid):
        accept(token, PASSWORD)
    assert "auditor" not in {m.role for m in memberships(bob.id)}


def test_a_reset_link_is_no_invitation(bob):
    accounts.ask_reset(bob.email)
    with pytest.raises(NotFound):
        accept(token_in(mails_to(bob.email)[-1]))


# --- Forgotten passwords ----------------------------------------------------------------------------------------------


def test_a_reset_link_goes_to_the_platforms_outbox_where_no_office_reads_it(bob):
    accounts.ask_reset(bob.email)
    (mail,) = mails_to(bob.email)
    assert (mail.organization_id, mail.locale) == (PLATFORM, "nl")


def test_an_unknown_or_deactivated_person_gets_no_mail(bob):
    unknown = f"nobody-{uuid7().hex}@example.be"
    accounts.ask_reset(unknown)
    with everywhere() as s:
        s.execute(text("UPDATE user_account SET is_active = false WHERE id = :i"), {"i": bob.id})
    accounts.ask_reset(bob.email)
    assert (mails_to(unknown), mails_to(bob.email)) == ([], [])


def test_a_mailbox_is_not_filled_with_reset_links(bob, later):
    for _ in range(5):
        accounts.ask_reset(bob.email)
    assert len(mails_to(bob.email)) == 3
    later(hours=2, minutes=1)
    accounts.ask_reset(bob.email)
    assert len(mails_to(bob.email)) == 4


def test_a_new_password_ends_every_session_and_lifts_the_lock_out(bob, address):
    remembered = sessions.open_session(bob, remember=True, address="", agent="").token
    for _ in range(5):
        with pytest.raises(WrongCredentials):
            authenticate(bob.email, "not-the-password", address)
    accounts.ask_reset(bob.email)
    accounts.reset_password(token_in(mails_to(bob.email)[0]), NEW)
    assert sessions.actor_of(remembered) is None
    assert authenticate(bob.email, NEW, address).id == bob.id
    with pytest.raises(WrongCredentials):
        authenticate(bob.email, PASSWORD, address)


def test_a_reset_link_works_once_and_takes_the_others_with_it(bob):
    accounts.ask_reset(bob.email)
    accounts.ask_reset(bob.email)
    first, second = (token_in(mail) for mail in mails_to(bob.email))
    accounts.reset_password(second, NEW)
    for used in (first, second):
        with pytest.raises(NotFound):
            accounts.reset_password(used, "encore-une-phrase")


def test_a_password_changed_by_oneself_ends_the_reset_links_on_their_way(bob):
    accounts.ask_reset(bob.email)
    with everywhere() as s:
        accounts.change_password(s, s.get_one(UserAccount, bob.id), PASSWORD, NEW, None)
    with pytest.raises(NotFound):
        accounts.reset_password(token_in(mails_to(bob.email)[0]), "encore-une-phrase")


def test_a_reset_link_lives_two_hours(bob, later):
    accounts.ask_reset(bob.email)
    token = token_in(mails_to(bob.email)[0])
    later(hours=2, seconds=1)
    with pytest.raises(NotFound):
        accounts.reset_password(token, NEW)


def test_a_weak_password_leaves_the_link_usable(bob):
    accounts.ask_reset(bob.email)
    token = token_in(mails_to(bob.email)[0])
    with pytest.raises(Invalid):
        accounts.reset_password(token, "court")
    accounts.reset_password(token, NEW)
    assert authenticate(bob.email, NEW, "192.0.2.9").id == bob.id


def test_the_database_keeps_no_token_of_a_link_and_the_trail_keeps_neither(bob):
    accounts.ask_reset(bob.email)
    token = token_in(mails_to(bob.email)[0])
    with everywhere() as s:
        links = (
            s.execute(text("SELECT l::text FROM one_time_link l WHERE email = :e"), {"e": bob.email}).scalars().all()
        )
        trail = s.execute(text("SELECT payload FROM audit_entry WHERE user_id = :u"), {"u": bob.id}).scalars().all()
    assert links
    assert trail
    assert not any(token in kept for kept in [*links, *trail])


def test_the_sweep_forgets_what_opens_nothing_and_keeps_the_rest(bob, alice, later, address):
    kept = sessions.open_session(bob, remember=True, address="", agent="").token
    sessions.open_session(bob, remember=False, address="", agent="")
    with pytest.raises(WrongCredentials):
        authenticate(bob.email, "not-the-password", address)
    link, _ = invite(alice)
    later(days=20)
    sweep.sweep()
    with everywhere() as s:
        counted = "SELECT (SELECT count(*) FROM auth_session WHERE user_id = :u), (SELECT count(*) FROM sign_in_failure WHERE email = :e)"
        assert tuple(s.execute(text(counted), {"u": bob.id, "e": bob.email}).one()) == (1, 0)
        assert s.get(OneTimeLink, link.id), "an expired invitation stays for a while: it can be sent again"
    assert sessions.actor_of(kept)
    later(days=60)
    sweep.sweep()
    with everywhere() as s:
        assert s.get(OneTimeLink, link.id) is None


def test_the_platforms_administrator_is_in_no_office_and_needs_a_strong_password():
    email = f"root-{uuid7().hex}@example.be"
    with pytest.raises(Invalid):
        accounts.create_superadmin(email, "admin123", "Ada", "Min")
    user = accounts.create_superadmin(email, NEW, "Ada", "Min")
    actor = sessions.actor_of(sessions.open_session(user, remember=False, address="", agent="").token)
    assert (actor.role, actor.organization_id, actor.building_ids) == (Role.SUPERADMIN, None, None)


def test_somebody_without_any_role_is_told_so(bob):
    with everywhere() as s:
        s.execute(text("DELETE FROM membership WHERE user_id = :u"), {"u": bob.id})
    with pytest.raises(Forbidden):
        sessions.open_session(bob, remember=False, address="", agent="")
