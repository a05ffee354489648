import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import PASSWORD, make_actor, make_organization
from sqlalchemy import text

from koprogo_app.auth import accounts, directory, passwords, sessions
from koprogo_app.auth.models import Organization
from koprogo_app.auth.sessions import Deactivated, WrongCredentials, authenticate
from koprogo_app.core.actor import Role
from koprogo_app.core.config import settings
from koprogo_app.core.db import everywhere
from koprogo_app.core.errors import Forbidden, NotFound, TooMany
from koprogo_app.core.ids import uuid7


def fail(email, address, times=1):
    for _ in range(times):
        with pytest.raises(WrongCredentials):
            authenticate(email, "not-the-password", address)


def sign_in(user, address="192.0.2.1", remember=False):
    return sessions.open_session(user, remember=remember, address=address, agent="Firefox/140.0 (X11; Linux)").token


# --- The password, and the lock-out -----------------------------------------------------------------------------------


def test_the_right_password_opens_with_any_case_of_the_address(bob, address):
    assert authenticate(f"  {bob.email.upper()} ", PASSWORD, address).id == bob.id


def test_an_unknown_person_and_a_wrong_password_get_the_same_answer(bob, address):
    with pytest.raises(WrongCredentials) as wrong:
        authenticate(bob.email, "not-the-password", address)
    with pytest.raises(WrongCredentials) as unknown:
        authenticate(f"nobody-{uuid7().hex}@example.be", "not-the-password", address)
    assert (wrong.value.message, wrong.value.left) == (unknown.value.message, unknown.value.left)


def test_an_unknown_person_takes_as_long_as_a_wrong_password(bob):
    def seconds(hashed):
        began = time.perf_counter()
        assert not passwords.matches(hashed, "not-the-password")
        return time.perf_counter() - began

    seconds(None)  # the first time makes the hash that stands for nobody
    known = statistics.median(seconds(bob.password_hash) for _ in range(7))
    unknown = statistics.median(seconds(None) for _ in range(7))
    assert known / 3 < unknown < known * 3


def test_the_answer_counts_the_attempts_left(bob, address):
    left = []
    for _ in range(settings().login_max):
        with pytest.raises(WrongCredentials) as refused:
            authenticate(bob.email, "not-the-password", address)
        left.append(refused.value.left)
    assert left == [4, 3, 2, 1, 0]


def test_five_failures_lock_even_the_right_password_out(bob, address):
    fail(bob.email, address, 5)
    with pytest.raises(TooMany) as locked:
        authenticate(bob.email, PASSWORD, address)
    assert 14 * 60 < locked.value.seconds <= 15 * 60
    assert locked.value.params["minutes"] == 15


def test_the_lock_out_ends_with_its_window(bob, address, later):
    fail(bob.email, address, 5)
    later(seconds=15 * 60 - 5)
    with pytest.raises(TooMany):
        authenticate(bob.email, PASSWORD, address)
    later(seconds=10)
    assert authenticate(bob.email, PASSWORD, address).id == bob.id


def test_a_success_forgets_the_failures_before_it(bob, address):
    fail(bob.email, address, 4)
    authenticate(bob.email, PASSWORD, address)
    fail(bob.email, address, 4)
    assert authenticate(bob.email, PASSWORD, address).id == bob.id


def test_twenty_failures_from_one_address_lock_that_address_only(bob, address):
    for _ in range(20):
        fail(f"nobody-{uuid7().hex}@example.be", address)
    with pytest.raises(TooMany):
        authenticate(bob.email, PASSWORD, address)
    assert authenticate(bob.email, PASSWORD, "192.0.2.250").id == bob.id


def test_many_attempts_at_once_do_not_pass_the_limit_together(bob, address):
    def attempt(_):
        try:
            authenticate(bob.email, "not-the-password", address)
        except WrongCredentials:
            return "tried"
        except TooMany:
            return "locked"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(16)))
    assert answers.count("tried") == 5


def test_a_deactivated_account_says_so_to_its_owner_only(bob, address):
    with everywhere() as s:
        s.execute(text("UPDATE user_account SET is_active = false WHERE id = :i"), {"i": bob.id})
    with pytest.raises(WrongCredentials):
        authenticate(bob.email, "not-the-password", address)
    with pytest.raises(Deactivated):
        authenticate(bob.email, PASSWORD, address)


def test_every_outcome_is_in_the_trail_without_the_password(bob, address):
    fail(bob.email, address)
    sign_in(authenticate(bob.email, PASSWORD, address))
    with everywhere() as s:
        rows = s.execute(
            text("SELECT action, payload FROM audit_entry WHERE payload LIKE :who ORDER BY seq"), {"who": f"%{bob.id}%"}
        ).all()
    assert [row.action for row in rows][-2:] == ["sign-in refused", "signed in"]
    assert not any("not-the-password" in row.payload or PASSWORD in row.payload for row in rows)


# --- Sessions ---------------------------------------------------------------------------------------------------------


def test_a_session_is_the_person_in_his_role(bob):
    actor = sessions.actor_of(sign_in(bob))
    assert (actor.user_id, actor.role, actor.name, actor.locale) == (bob.id, Role.ACCOUNTANT, "Bob Peeters", "nl")
    assert actor.building_ids is None


def test_an_invented_or_empty_token_is_nobody():
    assert sessions.actor_of("invented") is None
    assert sessions.actor_of("") is None


def test_the_database_keeps_no_token(bob):
    token = sign_in(bob)
    with everywhere() as s:
        rows = s.execute(text("SELECT a::text FROM auth_session a WHERE user_id = :u"), {"u": bob.id}).scalars().all()
    assert len(rows) == 1
    assert token not in rows[0]


def test_signing_out_ends_the_session_at_once(bob):
    first, second = sign_in(bob), sign_in(bob)
    sessions.close_session(first)
    assert sessions.actor_of(first) is None
    assert sessions.actor_of(second) is not None


def test_a_session_lives_twelve_hours_and_a_remembered_one_thirty_days(bob, later):
    short, long = sign_in(bob), sign_in(bob, remember=True)
    later(hours=11, minutes=59)
    assert sessions.actor_of(short)
    later(minutes=2)
    assert (sessions.actor_of(short), bool(sessions.actor_of(long))) == (None, True)
    later(days=30)
    assert sessions.actor_of(long) is None


def test_being_seen_is_noted_every_five_minutes_only(bob, later):
    def seen():
        with everywhere() as s:
            return s.execute(
                text("SELECT last_seen_at FROM auth_session WHERE user_id = :u"), {"u": bob.id}
            ).scalar_one()

    token = sign_in(bob)
    at_first = seen()
    later(minutes=4)
    sessions.actor_of(token)
    assert seen() == at_first
    at = later(minutes=2)
    sessions.actor_of(token)
    assert abs((seen() - at).total_seconds()) < 5


def test_a_deactivated_person_is_out_at_once(bob):
    token = sign_in(bob)
    with everywhere() as s:
        s.execute(text("UPDATE user_account SET is_active = false WHERE id = :i"), {"i": bob.id})
    assert sessions.actor_of(token) is None


def test_a_suspended_office_signs_nobody_in_and_stops_those_inside(bob, address):
    token = sign_in(bob)
    office = sessions.actor_of(token).organization_id
    with everywhere() as s:
        s.get_one(Organization, office).is_active = False
    assert sessions.actor_of(token) is None
    with pytest.raises(Forbidden):
        sign_in(authenticate(bob.email, PASSWORD, address))


def test_a_role_that_ended_opens_nothing(bob):
    token = sign_in(bob)
    with everywhere() as s:
        s.execute(text("DELETE FROM membership WHERE user_id = :u"), {"u": bob.id})
    assert sessions.actor_of(token) is None
    with pytest.raises(Forbidden):
        sign_in(bob)


@pytest.mark.parametrize("role", [Role.OWNER, Role.BOARD_MEMBER, Role.AUDITOR, Role.OCCUPANT, Role.CONTRACTOR])
def test_a_role_of_a_building_without_its_building_sees_no_building(bob, role):
    office = make_organization()
    with everywhere() as s:
        accounts.make_primary(s, bob.id, accounts.grant(s, bob.id, role, office, unlinked=True).id)
    actor = sessions.actor_of(sign_in(bob))
    assert (actor.role, actor.organization_id, actor.building_ids) == (role, office, frozenset())


def test_switching_goes_on_in_another_role_of_the_same_person(bob):
    token, office = sign_in(bob), make_organization("Cabinet Deux")
    with everywhere() as s:
        other = accounts.grant(s, bob.id, Role.SYNDIC, office)
    sessions.switch(token, other.id)
    actor = sessions.actor_of(token)
    assert (actor.role, actor.organization_id) == (Role.SYNDIC, office)
    assert [hat.organization for hat in directory.roles_of(bob.id)] == ["Cabinet Alice", "Cabinet Deux"]


def test_nobody_switches_to_the_role_of_somebody_else_or_of_a_suspended_office(bob):
    token, office = sign_in(bob), make_organization("Cabinet Deux")
    charlie = make_actor(office, Role.SYNDIC, "Charlie")
    with everywhere() as s:
        mine = accounts.grant(s, bob.id, Role.ACCOUNTANT, office)
        s.get_one(Organization, office).is_active = False
    for membership_id in (charlie.membership_id, mine.id):
        with pytest.raises(NotFound):
            sessions.switch(token, membership_id)


def test_someone_with_two_offices_enters_by_the_primary_one_or_by_the_one_that_invited(bob):
    office = make_organization("Cabinet Deux")
    with everywhere() as s:
        accounts.grant(s, bob.id, Role.SYNDIC, office)
    assert sessions.actor_of(sign_in(bob)).role == Role.ACCOUNTANT
    invited = sessions.open_session(bob, remember=False, address="", agent="", office=office).token
    assert sessions.actor_of(invited).role == Role.SYNDIC


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("koprogo_session=abc", "abc"),
        ("locale=fr; koprogo_session=abc", "abc"),
        ("locale=fr", None),
        ("", None),
        (None, None),
        ("[]=;\x00", None),
    ],
)
def test_the_token_is_read_from_the_cookie_header(header, token):
    assert sessions.cookie_of(header) == token
