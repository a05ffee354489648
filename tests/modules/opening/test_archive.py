"""The file of a building, and the building itself, carry its take-over to another office."""

import io
from datetime import date

from conftest import make_actor, make_organization

from koprogo_app.core.actor import Role
from koprogo_app.core.service import call
from koprogo_app.modules.archive import service as archive
from koprogo_app.modules.opening import service
from koprogo_app.modules.transfers import service as transfers

from .conftest import whole


def moved(alice, books):
    out = io.BytesIO()
    call(alice, archive.export_building, books.id, out)
    out.seek(0)
    dora = make_actor(make_organization("Cabinet Dora"), Role.SYNDIC, "Dora")
    return dora, call(dora, archive.import_building, out).building_id


def test_what_is_entered_can_be_undone_there(alice, books, draft):
    call(alice, service.set_lines, draft, whole(books))
    call(alice, service.post_opening, draft)
    dora, building_id = moved(alice, books)
    found = call(dora, service.find_opening, building_id)
    assert (found.run.status, found.totals.debit, found.totals.lines) == ("posted", 1_375_000, 7)
    assert call(dora, service.undo_opening, found.run.id).status == "undone"


def test_a_draft_is_read_again_by_names(alice, books, sent):
    """The ids of the first office mean nothing there; the names do."""
    before = sent("balance.csv")
    dora, building_id = moved(alice, books)
    found = call(dora, service.find_opening, building_id)
    assert found.totals == before.totals
    owners = {line.name for line in found.lines if line.party == "owner" and line.party_id}
    assert owners == {"DUPONT Jean", "Peeters Anna"}


def test_a_building_that_moves_takes_it_along(superadmin, alice, charlie, books, draft):
    call(alice, service.set_lines, draft, whole(books))
    call(alice, service.post_opening, draft)
    decided = {
        "decided_on": date(2026, 6, 1),
        "decision": "Meeting of 1 June 2026, item 4",
        "reason": "the file follows",
    }
    call(superadmin, transfers.transfer_building, books.id, charlie.organization_id, **decided)
    assert call(charlie, service.find_opening, books.id).run.status == "posted"
    assert call(charlie, service.undo_opening, draft).undone_entry_id
