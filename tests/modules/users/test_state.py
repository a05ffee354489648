from datetime import UTC, datetime
from types import SimpleNamespace

from koprogo_app.core.actor import Role
from koprogo_app.core.ids import uuid7
from koprogo_app.modules.users.queries import Held, Person
from koprogo_app.modules.users.state import MemberRow, UserRow

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def member(**change):
    given = {
        "id": uuid7(),
        "kind": "member",
        "name": "Alice Test",
        "email": "alice@example.be",
        "role": "syndic",
        "building": None,
        "since": AT,
        "state": "active",
    }
    return MemberRow.of(SimpleNamespace(**given | change), "en")


def test_a_member_of_the_office_has_every_building():
    row = member()
    assert (row.name, row.role, row.building, row.since, row.invited) == (
        "Alice Test",
        "Syndic",
        "All buildings",
        "24/11/2026",
        False,
    )


def test_a_guest_without_a_name_is_shown_by_his_address():
    row = member(kind="invitation", name=" ", role="auditor", building="Molière", state="invited")
    assert (row.name, row.role, row.building, row.invited) == (
        "alice@example.be",
        "Auditor of the accounts",
        "Molière",
        True,
    )


def test_the_role_of_a_co_owner_is_marked_as_it_is_not_ended_here():
    assert (member(role="owner").owner, member().owner) == (True, False)


def test_a_user_is_shown_with_his_roles_and_their_offices():
    user = SimpleNamespace(
        id=uuid7(), first_name="Alice", last_name="Test", email="alice@example.be", created_at=AT, is_active=False
    )
    roles = [
        Held(uuid7(), Role.SYNDIC, uuid7(), "Cabinet Alice", True),
        Held(uuid7(), Role.SUPERADMIN, None, "", False),
    ]
    row = UserRow.of(Person(user, roles), "en")
    assert (row.name, row.roles, row.state) == (
        "Test Alice",
        "Syndic (Cabinet Alice), Platform administrator",
        "inactive",
    )
