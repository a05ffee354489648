from datetime import date

import pytest
from conftest import a_building, make_actor, make_organization
from sqlmodel import SQLModel, select

from koprogo_app.auth.accounts import open_link
from koprogo_app.auth.models import Membership, Purpose
from koprogo_app.core import audit
from koprogo_app.core.actor import Role
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.db import everywhere, transaction
from koprogo_app.core.errors import Forbidden, Invalid, NotFound
from koprogo_app.core.service import call
from koprogo_app.modules.account import service as account
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.lots.models import Lot
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership.models import Ownership
from koprogo_app.modules.transfers import service
from koprogo_app.modules.users import service as users
from koprogo_app.modules.users.models import InviteIn

DECISION = {"decision": "AG du 12 mars 2026, point 4", "decided_on": date(2026, 3, 12), "reason": "dossier incomplet"}


@pytest.fixture
def full(alice):
    """A building whose shares add up: Bob owns 1A here, and Dora owns 1B here and a lot elsewhere."""
    building = call(alice, buildings.create_building, a_building(total_units=2))
    other = call(alice, buildings.create_building, a_building(name="Ailleurs"))
    with transaction(alice.organization_id) as s:
        lots = [Lot(building_id=building.id, number=n, type="apartment", shares=500) for n in ("1A", "1B")]
        lots.append(Lot(building_id=other.id, number="X", type="apartment", shares=1000))
        bob, dora = Owner(last_name="Bob"), Owner(last_name="Dora")
        s.add_all([*lots, bob, dora])
        s.flush()
        for lot, owner in ((lots[0], bob), (lots[1], dora), (lots[2], dora)):
            s.add(Ownership(building_id=lot.building_id, lot_id=lot.id, owner_id=owner.id, started_on=date(2020, 1, 1)))
    return building


def move(superadmin, building, to, **change):
    return call(superadmin, service.transfer_building, building.id, to, **(DECISION | change))


def test_everything_of_the_building_is_the_new_offices_and_nothing_is_left(superadmin, alice, charlie, full):
    done = move(superadmin, full, charlie.organization_id)
    assert (done.moved["lot"], done.moved["ownership"], done.moved["owner"], done.moved["owner_copied"]) == (2, 2, 1, 1)
    with pytest.raises(NotFound):
        call(alice, buildings.get_building, full.id)
    assert call(charlie, buildings.get_building, full.id).name == full.name
    with transaction(charlie.organization_id) as s:
        held = s.exec(
            select(Lot.number, Owner.last_name)
            .join(Ownership, Ownership.lot_id == Lot.id)
            .join(Owner, Owner.id == Ownership.owner_id)
            .order_by(Lot.number)
        )
        assert list(held) == [("1A", "Bob"), ("1B", "Dora")]
    with transaction(alice.organization_id) as s:
        assert list(s.exec(select(Owner.last_name))) == ["Dora"]
        assert list(s.exec(select(Lot.number))) == ["X"]


def test_each_side_and_the_platform_keep_one_entry_and_whole_chains(superadmin, alice, charlie, full):
    move(superadmin, full, charlie.organization_id)
    for office in (alice, charlie):
        with transaction(office.organization_id) as s:
            entries = s.exec(select(AuditEntry).where(AuditEntry.action == "building transferred")).all()
            assert len(entries) == 1
            assert "AG du 12 mars 2026, point 4" in entries[0].payload
            assert audit.verify(s, office.organization_id) is None


def test_an_owners_access_follows_the_building_and_an_employees_ends(superadmin, alice, charlie, full):
    with transaction(alice.organization_id) as s:
        bob = s.exec(select(Owner).where(Owner.last_name == "Bob")).one()
    owner = make_actor(alice.organization_id, Role.OWNER, "Bob", full.id, bob.id)
    clerk = make_actor(alice.organization_id, Role.ACCOUNTANT, "Emma", full.id)
    move(superadmin, full, charlie.organization_id)
    with everywhere() as s:
        assert s.get(Membership, owner.membership_id).organization_id == charlie.organization_id
        assert s.get(Membership, clerk.membership_id) is None


def test_a_council_member_who_is_the_new_syndic_stops_the_transfer(superadmin, alice, charlie, full):
    with everywhere() as s:
        s.add(
            Membership(
                user_id=charlie.user_id,
                organization_id=alice.organization_id,
                role=Role.BOARD_MEMBER,
                building_id=full.id,
            )
        )
    with pytest.raises(Invalid, match=r"3\.89"):
        move(superadmin, full, charlie.organization_id)
    assert call(alice, buildings.get_building, full.id).id == full.id


def test_shares_that_do_not_add_up_are_never_passed_over(superadmin, alice, charlie, building):
    with pytest.raises(Invalid):
        move(superadmin, building, charlie.organization_id)


def test_a_missing_paper_needs_a_reason(superadmin, charlie, full):
    with pytest.raises(Invalid):
        move(superadmin, full, charlie.organization_id, reason=" ")


def test_only_the_platform_transfers(alice, charlie, full):
    with pytest.raises(Forbidden):
        move(alice, full, charlie.organization_id)


def test_the_target_must_exist_and_be_another(superadmin, alice, full):
    with pytest.raises(NotFound):
        move(superadmin, full, full.id)
    with pytest.raises(Invalid):
        move(superadmin, full, alice.organization_id)


def test_a_full_plan_stops_the_transfer(superadmin, full):
    from koprogo_app.auth.models import Plan

    small = make_actor(make_organization("Petit", Plan.FREE), Role.SYNDIC, "Dora")
    call(small, buildings.create_building, a_building())
    with pytest.raises(Invalid, match="allows"):
        move(superadmin, full, small.organization_id)


def test_every_table_of_an_organisation_moves_or_says_why_not():
    tenant = {t.name for t in SQLModel.metadata.tables.values() if "organization_id" in t.c}
    assert tenant == {t.name for t in service.moving_tables()} | set(service.STAY) | {"building"}


def test_what_the_old_office_offered_opens_nothing_in_the_new_one(superadmin, alice, charlie, full):
    with transaction(alice.organization_id) as s:
        bob = s.exec(select(Owner).where(Owner.last_name == "Bob")).one()
        dora = s.exec(select(Owner).where(Owner.last_name == "Dora")).one()
    his = call(alice, owners.invite_owner, bob.id, "alice-at-home@example.be")
    guest = InviteIn(email="tenant@example.be", role=Role.OCCUPANT, building_id=full.id)
    tenants = call(alice, users.invite, guest)
    stays = call(alice, owners.invite_owner, dora.id, "dora@example.be")
    move(superadmin, full, charlie.organization_id)
    for token in (his, tenants):
        with pytest.raises(NotFound):
            account.accept_invitation(token, "une-phrase-longue", "Alice", "Test", "fr", "192.0.2.1")
    assert open_link(stays, Purpose.INVITATION).owner_id == dora.id, "she still owns a lot in the old office"
