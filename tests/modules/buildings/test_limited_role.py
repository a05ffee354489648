"""A syndic limited to one building acts on that one, and on nobody who also holds elsewhere."""

from datetime import date
from pathlib import Path

import pytest
from conftest import a_building, make_actor
from modules.ownership.conftest import a_lot, a_person, hold

from koprogo_app.core.actor import Role
from koprogo_app.core.errors import Forbidden, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.home import service as home
from koprogo_app.modules.home.rules import Kind
from koprogo_app.modules.imports import service as imports
from koprogo_app.modules.outbox import service as outbox
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.ownership import access
from koprogo_app.modules.users import service as users
from koprogo_app.modules.users.models import InviteIn

LINDE = Path(__file__).parents[2] / "data" / "import" / "residentie-de-linde.csv"


@pytest.fixture
def dora(alice, building):
    """The syndic of this building only, in Alice's office."""
    return make_actor(alice.organization_id, Role.SYNDIC, "Dora", building.id)


@pytest.fixture
def both(alice, building):
    """Somebody with a lot in Dora's building and one elsewhere."""
    other = call(alice, buildings.create_building, a_building(name="Ailleurs"))
    person = a_person(alice, "Dubois", email="dubois@example.be")
    for place in (building, other):
        hold(alice, a_lot(alice, place, "1", 1000), person, since=date(2020, 1, 1))
    return person


def test_the_spreadsheets_of_other_buildings_are_not_hers(alice, dora):
    run = call(alice, imports.start_import, LINDE.name, LINDE.read_bytes()).id
    assert call(dora, imports.list_runs, Asked()).rows == []
    for action in (imports.open_run, imports.dry_run, imports.choose, imports.commit_import, imports.delete_draft):
        with pytest.raises(NotFound):
            call(dora, action, run)
    with pytest.raises(NotFound):
        call(dora, imports.undo_import, run)
    assert Kind.DRAFT in {task.kind for task in call(alice, home.list_todo, Asked()).tasks}
    assert Kind.DRAFT not in {task.kind for task in call(dora, home.list_todo, Asked()).tasks}


def test_she_makes_no_building_that_would_be_beyond_her_reach(dora):
    with pytest.raises(Forbidden):
        call(dora, buildings.create_building, a_building(name="Encore"))
    with pytest.raises(Forbidden):
        call(dora, imports.start_import, LINDE.name, LINDE.read_bytes())


def test_she_reads_no_mail_that_invites_to_the_whole_office(alice, dora):
    call(alice, users.invite, InviteIn(email="boris@example.be", role=Role.SYNDIC))
    (mail,) = call(alice, outbox.list_mails, Asked()).rows
    assert call(dora, outbox.list_mails, Asked()).rows == []
    with pytest.raises(NotFound):
        call(dora, outbox.read_mail, mail.id)


def test_she_opens_no_access_to_what_somebody_holds_elsewhere(alice, dora, both):
    with pytest.raises(Forbidden):
        call(dora, owners.invite_owner, both.id, "dora-at-home@example.be")
    with pytest.raises(Forbidden):
        call(dora, owners.invite_owners, [both.id])
    with pytest.raises(Forbidden):
        call(dora, access.link_user, both.id, dora.user_id)
    assert call(alice, owners.invite_owners, [both.id]).sent == 1


def test_she_moves_no_part_of_another_building_by_a_merge(alice, dora, building, both):
    here = a_person(alice, "Dubois")
    hold(alice, a_lot(alice, building, "2", 0), here, since=date(2020, 1, 1))
    for pair in ((here.id, both.id), (both.id, here.id)):
        with pytest.raises(Forbidden):
            call(dora, access.merge_owners, *pair)


def test_who_holds_in_her_building_only_is_hers_to_invite(alice, dora, building):
    person = a_person(alice, "Maes", email="maes@example.be")
    hold(alice, a_lot(alice, building, "1", 1000), person, since=date(2020, 1, 1))
    assert call(dora, owners.invite_owners, [person.id]).sent == 1
