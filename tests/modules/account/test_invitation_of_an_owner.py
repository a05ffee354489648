"""A co-owner's invitation gives what he owns, wherever it is accepted."""

from datetime import date

import pytest
from conftest import PASSWORD
from sqlalchemy import text

from koprogo_app.auth import directory, sessions
from koprogo_app.core.actor import Role
from koprogo_app.core.db import everywhere
from koprogo_app.core.errors import NotFound
from koprogo_app.core.ids import uuid7
from koprogo_app.core.service import call
from koprogo_app.modules.account import service
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import LotIn
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import Owner, OwnerIn
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import OwnershipIn


@pytest.fixture
def invited(alice, building):
    """Bob of the register, who owns a lot of Alice's building, and the token of his invitation."""
    lot = call(alice, lots.create_lot, building.id, LotIn(number="5.1", type="apartment", shares=100))
    person = call(
        alice,
        owners.create_owner,
        OwnerIn(last_name="Peeters", first_name="Bob", email=f"bob-{uuid7().hex}@example.be"),
    )
    call(alice, ownership.add_part, OwnershipIn(lot_id=lot.id, owner_id=person.id, started_on=date(2020, 1, 1)))
    return person, call(alice, owners.invite_owner, person.id)


def test_a_co_owner_enters_the_buildings_he_owns_in_and_is_that_person(alice, building, invited):
    person, token = invited
    user = service.accept_invitation(token, "une-autre-phrase", "Bob", "Peeters", "fr", "192.0.2.9")
    bob = sessions.actor_of(sessions.open_session(user, remember=False, address="", agent="").token)
    assert (bob.role, bob.owner_id, bob.building_ids) == (Role.OWNER, person.id, frozenset({building.id}))
    with everywhere() as s:
        assert s.get_one(Owner, person.id).user_id == user.id


def test_a_co_owner_with_an_account_gets_one_more_role(alice, bob, building, invited):
    person, _ = invited
    token = call(alice, owners.invite_owner, person.id, bob.email)
    service.accept_invitation(token, PASSWORD, "", "", "fr", f"192.0.2.{uuid7().hex}")
    assert [hat.role for hat in directory.roles_of(bob.id)] == [Role.ACCOUNTANT, Role.OWNER]


def test_who_left_the_register_cannot_accept_any_more_and_no_account_is_made(alice, invited):
    person, token = invited
    with everywhere() as s:
        email = s.execute(text("SELECT email FROM one_time_link WHERE owner_id = :o"), {"o": person.id}).scalar_one()
        s.execute(text("DELETE FROM ownership WHERE owner_id = :o"), {"o": person.id})
        s.execute(text("DELETE FROM owner WHERE id = :o"), {"o": person.id})
    with pytest.raises(NotFound):
        service.accept_invitation(token, "une-autre-phrase", "Bob", "Peeters", "fr", "192.0.2.9")
    with everywhere() as s:
        assert s.execute(text("SELECT count(*) FROM user_account WHERE email = :e"), {"e": email}).scalar_one() == 0
