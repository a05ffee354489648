import time

import jwt
import pytest
from conftest import PASSWORD, make_organization
from sqlalchemy import text

from koprogo_app.auth import accounts, entrance, tokens
from koprogo_app.auth.models import Membership, Organization
from koprogo_app.auth.tokens import BadToken
from koprogo_app.core.actor import Role
from koprogo_app.core.config import settings
from koprogo_app.core.db import everywhere
from koprogo_app.core.errors import Forbidden, Invalid, Unauthorized


@pytest.fixture
def granted(bob, address):
    return entrance.sign_in(bob.email, PASSWORD, address)


def test_an_access_token_says_who_in_which_role_for_fifteen_minutes(granted, bob):
    claims = tokens.claims_of(granted.access)
    assert set(claims) == {"sub", "email", "role", "organization_id", "role_id", "family", "iat", "exp"}
    assert (claims["sub"], claims["email"], claims["role"]) == (str(bob.id), bob.email, "accountant")
    assert claims["exp"] - claims["iat"] == 900
    assert abs(claims["iat"] - time.time()) < 5
    assert tokens.actor_of_access(granted.access).role == Role.ACCOUNTANT


@pytest.mark.parametrize(
    "change", [{"exp": 1}, {"sub": None}, {"family": None}], ids=["expired", "nobody", "no family"]
)
def test_a_token_that_is_over_or_incomplete_is_nobody(granted, change):
    claims = {
        k: v for k, v in (tokens.claims_of(granted.access) | change).items() if v is not None or k == "organization_id"
    }
    forged = jwt.encode(claims, settings().secret.get_secret_value(), "HS256")
    with pytest.raises(Unauthorized):
        tokens.actor_of_access(forged)


@pytest.mark.parametrize(("key", "algorithm"), [("another-secret-of-32-characters-or-so", "HS256"), ("", "none")])
def test_a_token_signed_by_somebody_else_is_nobody(granted, key, algorithm):
    forged = jwt.encode(tokens.claims_of(granted.access), key or None, algorithm)
    with pytest.raises(Unauthorized):
        tokens.actor_of_access(forged)


def test_a_refresh_token_is_replaced_at_each_use(granted):
    second = tokens.rotate(granted.refresh)
    third = tokens.rotate(second.refresh)
    assert len({granted.refresh, second.refresh, third.refresh}) == 3
    assert tokens.actor_of_access(third.access).user_id == granted.user.id


def test_a_used_refresh_token_that_comes_back_ends_its_whole_family_at_once(granted, bob, address):
    elsewhere = entrance.sign_in(bob.email, PASSWORD, address)
    thief = tokens.rotate(granted.refresh)
    with pytest.raises(BadToken):
        tokens.rotate(granted.refresh)
    with pytest.raises(BadToken):
        tokens.rotate(thief.refresh)
    with pytest.raises(Unauthorized):
        tokens.actor_of_access(thief.access)
    assert tokens.rotate(elsewhere.refresh)
    with everywhere() as s:
        last = s.execute(
            text("SELECT action FROM audit_entry WHERE user_id = :u ORDER BY seq DESC LIMIT 1"), {"u": bob.id}
        )
        assert last.scalar_one() == "stolen sign-in ended"


def test_a_refresh_token_lives_seven_days(granted, later):
    later(days=6, hours=23)
    second = tokens.rotate(granted.refresh)
    later(days=7, seconds=1)
    with pytest.raises(BadToken):
        tokens.rotate(second.refresh)


def test_an_unknown_refresh_token_is_refused():
    with pytest.raises(BadToken):
        tokens.rotate("unknown")


def test_signing_out_ends_the_access_token_too(granted, bob):
    entrance.sign_out(bob.id, tokens.UUID(tokens.claims_of(granted.access)["family"]))
    with pytest.raises(Unauthorized):
        tokens.actor_of_access(granted.access)
    with pytest.raises(BadToken):
        tokens.rotate(granted.refresh)


def test_a_role_that_ended_ends_its_tokens(granted):
    with everywhere() as s:
        s.delete(s.get_one(Membership, granted.membership.id))
    with pytest.raises(Unauthorized):
        tokens.actor_of_access(granted.access)
    with pytest.raises(BadToken):
        tokens.rotate(granted.refresh)


def test_a_suspended_office_ends_its_tokens(granted):
    with everywhere() as s:
        s.get_one(Organization, granted.membership.organization_id).is_active = False
    with pytest.raises(Unauthorized):
        tokens.actor_of_access(granted.access)
    with pytest.raises(BadToken):
        tokens.rotate(granted.refresh)


def test_another_role_has_tokens_of_its_own_in_the_same_family(granted, bob):
    with everywhere() as s:
        other = accounts.grant(s, bob.id, Role.SYNDIC, make_organization())
    family = tokens.UUID(tokens.claims_of(granted.access)["family"])
    switched = entrance.change_role(bob.id, other.id, family)
    claims = tokens.claims_of(switched.access)
    assert (claims["role"], claims["role_id"], claims["family"]) == ("syndic", str(other.id), str(family))


def test_nobody_changes_to_a_role_that_is_not_his(granted, alice):
    with pytest.raises(Invalid):
        entrance.change_role(granted.user.id, alice.membership_id, None)


def test_the_database_keeps_no_refresh_token(granted):
    with everywhere() as s:
        rows = (
            s.execute(text("SELECT r::text FROM refresh_token r WHERE user_id = :u"), {"u": granted.user.id})
            .scalars()
            .all()
        )
    assert len(rows) == 1
    assert granted.refresh not in rows[0]


def test_registering_is_refused_when_people_come_by_invitation(monkeypatch, alice):
    monkeypatch.setattr(settings(), "open_registration", False)
    with pytest.raises(Forbidden):
        entrance.register("new@example.be", PASSWORD, "Eve", "Janssens", "syndic", alice.organization_id)
