"""Tokens for AI clients: who is behind one, and until when."""

from dataclasses import replace
from uuid import uuid4

import pytest
from conftest import PASSWORD, make_organization
from sqlalchemy import text

from koprogo_app.auth import accounts, api_tokens, sessions, sweep, tokens
from koprogo_app.auth.api_tokens import actor_of_api_token
from koprogo_app.auth.models import Membership, Organization, UserAccount
from koprogo_app.core.actor import Role
from koprogo_app.core.db import everywhere
from koprogo_app.core.errors import Forbidden, Invalid, NotFound, Unauthorized


@pytest.fixture
def actor(bob, address):
    """Bob as his browser's session has him."""
    return sessions.actor_of(sessions.open_session(bob, remember=False, address=address, agent="").token)


def make(actor, name="Laptop", days=90):
    with everywhere() as s:
        return api_tokens.create(s, actor, name, days)


def listed(actor):
    with everywhere() as s:
        return api_tokens.of_person(s, actor.user_id)


def test_a_token_acts_for_its_person_in_the_role_it_was_made_in(actor):
    secret = make(actor).secret
    assert secret.startswith("koprogo_")
    assert len(secret) >= len("koprogo_") + 43  # 256 bits in base 64
    assert actor_of_api_token(secret) == replace(actor, session_id=None)


def test_a_person_with_two_offices_has_a_token_in_each(actor, bob, address):
    office = make_organization("Cabinet Bis")
    with everywhere() as s:
        accounts.grant(s, bob.id, Role.SYNDIC, office)
    there = sessions.actor_of(
        sessions.open_session(bob, remember=False, address=address, agent="", office=office).token
    )
    first, second = make(actor, "A"), make(there, "B")
    found = [actor_of_api_token(made.secret) for made in (first, second)]
    assert [(a.role, a.organization_id) for a in found] == [
        (Role.ACCOUNTANT, actor.organization_id),
        (Role.SYNDIC, office),
    ]
    assert {(row.name, row.role, row.office) for row in listed(actor)} == {
        ("A", "accountant", "Cabinet Alice"),
        ("B", "syndic", "Cabinet Bis"),
    }


def test_the_database_keeps_no_token(actor):
    made = make(actor)
    with everywhere() as s:
        rows = (
            s.execute(text("SELECT t::text FROM api_token t WHERE user_id = :u"), {"u": actor.user_id}).scalars().all()
        )
    assert len(rows) == 1
    assert made.secret not in rows[0]
    assert made.token.prefix == made.secret[:12]


@pytest.mark.parametrize("token", ["", "koprogo_", "koprogo_invented", "Koprogo_", "é\x00"])
def test_an_unknown_token_is_nobody(token):
    assert actor_of_api_token(token) is None


def test_a_token_ends_on_its_day(actor, later):
    secret = make(actor, days=30).secret
    later(days=29, hours=23)
    assert actor_of_api_token(secret)
    later(hours=1, seconds=1)
    assert actor_of_api_token(secret) is None


def test_a_revoked_token_is_nobody_at_once(actor, alice):
    made = make(actor)
    with everywhere() as s, pytest.raises(NotFound):
        api_tokens.revoke(s, alice.user_id, made.token.id)
    assert actor_of_api_token(made.secret)
    with everywhere() as s:
        api_tokens.revoke(s, actor.user_id, made.token.id)
    assert actor_of_api_token(made.secret) is None
    with everywhere() as s, pytest.raises(NotFound):
        api_tokens.revoke(s, actor.user_id, uuid4())


def test_a_role_that_ended_ends_its_tokens(actor):
    secret = make(actor).secret
    with everywhere() as s:
        s.delete(s.get_one(Membership, actor.membership_id))
    assert actor_of_api_token(secret) is None
    assert listed(actor) == []


def test_a_suspended_office_and_a_deactivated_account_are_nobody(actor):
    secret = make(actor).secret
    with everywhere() as s:
        s.get_one(Organization, actor.organization_id).is_active = False
    assert actor_of_api_token(secret) is None
    with everywhere() as s:
        s.get_one(Organization, actor.organization_id).is_active = True
        s.get_one(UserAccount, actor.user_id).is_active = False
    assert actor_of_api_token(secret) is None


def test_a_new_password_ends_every_token(actor):
    secret = make(actor).secret
    with everywhere() as s:
        user = s.get_one(UserAccount, actor.user_id)
        accounts.change_password(s, user, PASSWORD, "une-autre-phrase-longue", keep=actor.session_id)
    assert actor_of_api_token(secret) is None
    assert listed(actor) == []


def test_last_use_is_written_at_most_every_five_minutes(actor, later):
    secret = make(actor).secret
    assert listed(actor)[0].last_used_at is None
    seen = []
    for minutes in (0, 4, 2):  # now, 4 and 6 minutes later
        later(minutes=minutes)
        actor_of_api_token(secret)
        seen.append(listed(actor)[0].last_used_at)
    assert seen[0] == seen[1]
    assert (seen[2] - seen[0]).total_seconds() == pytest.approx(360, abs=5)


def test_nobody_holds_more_than_ten(actor, later):
    made = [make(actor, f"{n}", days=30) for n in range(10)]
    with pytest.raises(Invalid) as refused:
        make(actor)
    assert (refused.value.field, refused.value.params) == ("name", {"count": 10})
    with everywhere() as s:
        api_tokens.revoke(s, actor.user_id, made[0].token.id)
    assert make(actor)
    later(days=31)  # those that expired no longer count
    assert make(actor)


def test_the_platforms_administrator_has_none(superadmin):
    with pytest.raises(Forbidden):
        make(superadmin)


def test_an_expired_token_is_shown_for_thirty_days_then_forgotten(actor, later):
    make(actor, days=30)
    later(days=59, hours=23)
    sweep.sweep()
    assert len(listed(actor)) == 1
    later(hours=2)
    sweep.sweep()
    assert listed(actor) == []


def test_it_opens_neither_rest_nor_pages(actor):
    secret = make(actor).secret
    with pytest.raises(Unauthorized):
        tokens.actor_of_access(secret)
    assert sessions.actor_of(secret) is None
