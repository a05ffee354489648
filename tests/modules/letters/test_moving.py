"""Letters go with their co-ownership to another office, and their files stay readable."""

import io
from datetime import date, timedelta

from conftest import make_actor
from modules.letters.conftest import letters_of, make
from modules.ownership.conftest import a_lot, hold

from koprogo_app.core import clock, storage
from koprogo_app.core.actor import Role
from koprogo_app.core.db import transaction
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.archive import service as archive
from koprogo_app.modules.letters import making, service
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.transfers import service as transfers


def test_a_transfer_takes_letters_along_and_their_files_stay_readable(alice, charlie, superadmin, house, begun):
    run = begun()
    a_lot(alice, house.building, "1.1", 1000)
    make(alice, run.id)
    before = {one.recipient: storage.read(making.key_of(house.id, one.id)) for one in letters_of(run.id)}
    given = {"decision": "AG", "decided_on": clock.today() - timedelta(1), "reason": "x"}
    call(superadmin, transfers.transfer_building, house.id, charlie.organization_id, **given)
    rows = call(charlie, service.list_letters, run.id, Asked()).rows
    assert [row.recipient for row in rows] == ["Ana", "Ben", "Cleo", "Dirk", "Eva"]
    assert {one.recipient: call(charlie, owners.get_owner, one.owner_id).last_name for one in rows} == {
        n: n for n in before
    }
    eva = next(row for row in rows if row.recipient == "Eva")
    assert call(charlie, service.letter_file, eva.id)[1] == before["Eva"]
    assert call(charlie, service.mark_posted, run.id, 3) == 3
    assert make_actor(alice.organization_id, Role.SYNDIC, "Zoe")
    assert call(alice, service.find_run, "test", house.source) is None


def test_an_archive_leaves_letters_out_and_is_whole_without_them(alice, charlie, house, begun):
    with transaction(alice.organization_id) as s:
        ana = s.get_one(Owner, house.ana)
    hold(alice, a_lot(alice, house.building, "1.1", 1000), ana, since=date(2020, 1, 1))
    make(alice, begun().id)
    out = io.BytesIO()
    call(alice, archive.export_building, house.id, out)
    done = call(charlie, archive.import_building, io.BytesIO(out.getvalue()))
    assert "letter" not in done.rows
    assert done.rows["owner"] == 1, "who only received a letter has nothing else here"
    assert call(charlie, service.list_runs, done.building_id) == []
