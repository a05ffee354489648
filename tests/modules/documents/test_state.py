"""Handlers on a plain state, as their reader, in English."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from conftest import send

from koprogo_app.core import clock
from koprogo_app.core.actor import system_actor
from koprogo_app.core.db import everywhere
from koprogo_app.core.errors import NotFound
from koprogo_app.core.service import call
from koprogo_app.modules.documents import jobs, service
from koprogo_app.modules.documents.models import Document
from koprogo_app.modules.documents.state import DocumentsState, id_in, size_words


@pytest.fixture
def opened(monkeypatch, alice, building):
    """opened(actor=…, building_id=…, document=…): the page as this reader has it; without building, all of them."""

    def make(actor=alice, building_id=building.id, document=""):
        async def _actor(_self):
            return actor

        async def get_state(_self, _kind):
            return SimpleNamespace(locale="en")

        monkeypatch.setattr(DocumentsState, "_actor", _actor)
        monkeypatch.setattr(DocumentsState, "get_state", get_state)
        monkeypatch.setattr(DocumentsState, "building_id", str(building_id or ""), raising=False)
        address = SimpleNamespace(query_parameters={"document": str(document)} if document else {})
        monkeypatch.setattr(DocumentsState, "router", SimpleNamespace(url=address))
        state = DocumentsState(_reflex_internal_init=True)
        send(state, DocumentsState.load)
        return state

    return make


def test_sizes_are_said_as_people_read_them():
    sizes = [1, 1024, 250_880, 1024 * 1024, 52_428_800, 1_300_000]
    assert [size_words(n, "en") for n in sizes] == ["1 kB", "1 kB", "245 kB", "1 MB", "50 MB", "1,2 MB"]


def test_an_address_that_is_no_id_is_not_found():
    with pytest.raises(NotFound):
        id_in("nonsense")


def test_the_list_is_worded_and_newest_first(opened, enter, building):
    enter("Old", category="plan", visibility="owners", dated_on=date(1974, 3, 12))
    enter("New", category="invoice")
    state = opened()
    assert [row.title for row in state.rows] == ["New", "Old"]
    old = state.rows[1]
    assert (old.category, old.on, old.audience, old.size) == ("Building plan", "12/03/1974", "Co-owners", "1 kB")
    assert old.href == f"/buildings/{building.id}/documents?document={old.id}"
    assert opened(building_id=None).rows[1].href == f"/documents?document={old.id}"


def test_a_paper_for_one_person_says_so(opened, enter, building, owner_of):
    _, bob_id = owner_of(building)
    enter("Reminder", owner_id=bob_id, visibility="owners")
    row = opened().rows[0]
    assert (row.audience, row.visibility) == ("One person", "person")


def test_a_search_marks_the_words_in_plain_pieces(opened, enter, alice, pdf):
    enter("PV", content=pdf("La chaudière <b>neuve</b>"))
    jobs.read_waiting(system_actor(alice.organization_id))
    state = opened()
    send(state, DocumentsState.search_for, "chaudiere")
    pieces = [(piece.text, piece.hit) for piece in state.rows[0].passage]
    assert pieces == [("La ", False), ("chaudière", True), (" <b>neuve</b>", False)]
    send(state, DocumentsState.filter_by, "", "")
    assert (state.search, state.rows[0].passage) == ("", [])


def test_the_list_is_filtered_sorted_and_paged(opened, enter):
    for title, category in (("B", "plan"), ("A", "plan"), ("C", "other")):
        enter(title, category=category)
    state = opened()
    send(state, DocumentsState.filter_by, "category", "plan")
    send(state, DocumentsState.resort, "title")
    assert [row.title for row in state.rows] == ["A", "B"]
    send(state, DocumentsState.resort, "title")
    assert [row.title for row in state.rows] == ["B", "A"]
    send(state, DocumentsState.filter_by, "category", "")
    send(state, DocumentsState.resize, 1)
    send(state, DocumentsState.go, 3)
    assert ([row.title for row in state.rows], state.total) == (["A"], 3)


def test_the_search_of_a_building_does_not_follow_into_another(opened, enter, monkeypatch):
    enter("Paper")
    state = opened()
    send(state, DocumentsState.search_for, "nothing like it")
    assert state.rows == []
    monkeypatch.setattr(DocumentsState, "building_id", "", raising=False)
    send(state, DocumentsState.load)
    assert (state.search, [row.title for row in state.rows]) == ("", ["Paper"])


def test_the_address_opens_the_paper_and_closing_leaves_it(opened, enter, building):
    paper = enter("Invoice", category="invoice", dated_on=date(2025, 3, 10), description="Heating")
    state = opened(document=paper.id)
    assert (state.opened, state.shown.title, state.shown.description) == (True, "Invoice", "Heating")
    assert (state.shown.kept, state.shown.preview) == ("May be deleted from 01/01/2033 on", "pdf")
    assert [v.number for v in state.versions] == ["1"]
    assert state.versions[0].href == f"/api/v1/documents/{paper.id}/versions/1/download"
    back = send(state, DocumentsState.show, False)
    assert not state.opened
    assert f"/buildings/{building.id}/documents" in str(back)


def test_papers_kept_for_life_say_so(opened, enter):
    paper = enter("Minutes", category="meeting_minutes")
    assert opened(document=paper.id).shown.kept == "To be kept as long as the building stands"


def test_an_owner_opens_only_his_own_papers_and_sees_no_other_person(opened, enter, building, owner_of):
    bob, _ = owner_of(building)
    owner_of(building, "Dora")
    shared, hidden = enter("Shared", visibility="owners"), enter("Hidden")
    state = opened(bob, document=shared.id)
    assert (state.shown.title, state.people) == ("Shared", [])
    state = opened(bob, document=hidden.id)
    assert (state.opened, [row.title for row in state.rows]) == (False, ["Shared"])
    assert [choice.label for choice in opened(document=shared.id).people] == ["Bob", "Dora"]


def test_the_form_is_saved_or_told_what_is_wrong(opened, enter, alice):
    paper = enter("Pv")
    state = opened(document=paper.id)
    form = state.shown.given | {"title": "PV 2026", "category": "meeting_minutes", "dated_on": "2026-03-12"}
    send(state, DocumentsState.save, form)
    row = call(alice, service.get_row, paper.id)
    assert (row.title, row.category, row.dated_on) == ("PV 2026", "meeting_minutes", date(2026, 3, 12))
    assert (state.shown.title, state.rows[0].title) == ("PV 2026", "PV 2026")
    send(state, DocumentsState.save, form | {"title": " ", "visibility": "all"})
    assert set(state.errors) == {"title", "visibility"}
    assert call(alice, service.get_row, paper.id).title == "PV 2026"


def test_deleting_asks_for_the_reason_in_its_field(opened, enter):
    paper = enter("Invoice", category="invoice")
    with everywhere() as s:
        s.get_one(Document, paper.id).created_at = clock.now() - timedelta(days=2)
    state = opened(document=paper.id)
    assert state.shown.reason_needed
    send(state, DocumentsState.ask_deletion, True)
    send(state, DocumentsState.delete, {"reason": ""})
    assert (list(state.errors), state.deleting) == (["reason"], True)
    send(state, DocumentsState.delete, {"reason": "Entered twice"})
    assert (state.deleting, state.opened) == (False, False)
    send(state, DocumentsState.load)
    assert state.rows == []


def test_several_are_chosen_and_changed_together(opened, enter, alice):
    first, second = enter("A"), enter("B")
    state = opened()
    send(state, DocumentsState.pick, str(first.id))
    assert (state.chosen, state.chosen_ids) == ("Documents chosen: 1", str(first.id))
    send(state, DocumentsState.pick_all)
    send(state, DocumentsState.change, "visibility", "owners")
    assert state.selected == []
    assert {call(alice, service.get_row, key).visibility for key in (first.id, second.id)} == {"owners"}
    send(state, DocumentsState.pick, str(first.id))
    send(state, DocumentsState.change, "title", "hacked")
    assert call(alice, service.get_row, first.id).title == "A"
    send(state, DocumentsState.pick, str(first.id))
    assert state.selected == []


def test_what_goes_with_the_files_is_chosen_before_they_are_dropped(opened, enter, building):
    state = opened()
    send(state, DocumentsState.show_adding, True)
    start = {"building_id": str(building.id), "document_type": "other", "visibility": "office"}
    assert (state.adding, state.entry) == (True, start)
    send(state, DocumentsState.choose, "visibility", "owners")
    send(state, DocumentsState.choose, "building_id", "another")
    send(state, DocumentsState.keep_both, True)
    assert state.entry == start | {"visibility": "owners", "keep_both": "on"}
    paper = enter("Dropped")
    send(state, DocumentsState.stored, str(paper.id))
    assert [row.title for row in state.rows] == ["Dropped"]
