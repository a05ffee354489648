"""The page as Alice has it, in English."""

from types import SimpleNamespace

import pytest
from conftest import as_role, send
from modules.passages.conftest import make_paper, reading_of, shown

from koprogo_app.core.actor import Role, system_actor
from koprogo_app.core.service import call
from koprogo_app.modules.passages import jobs, service, state, upkeep
from koprogo_app.modules.passages.rules import Piece
from koprogo_app.modules.passages.state import AssistantPapersState


@pytest.fixture
def loaded() -> list:
    """What each opening of the page was followed by."""
    return []


@pytest.fixture
def page(opened, building, monkeypatch, loaded):
    """page(actor=…, path=…, **query): the state as the page opens it."""

    def made(actor=None, path=f"/buildings/{building.id}/assistant-papers", **query):
        place = SimpleNamespace(url=SimpleNamespace(path=path, query_parameters=query))
        monkeypatch.setattr(AssistantPapersState, "router", place)
        found = opened(AssistantPapersState, actor, building_id=building.id)
        loaded.append(send(found, AssistantPapersState.load))
        return found

    return made


def by_title(found) -> dict:
    return {row.title: row for row in found.rows}


def test_each_paper_says_what_the_assistant_does_with_it(page, enter, quotable, alice, building):
    quotable(
        "Règlement",
        "Art. 1. Les chiens sont admis.\nArt. 2. Les chats aussi.",
        category="regulation",
        visibility="owners",
    )
    enter("Facture", category="invoice")
    enter("Photo", content=b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 30, filename="a.jpg")
    call(alice, service.add, enter("Vide", content=make_paper("")).id)
    jobs.read_waiting(system_actor(alice.organization_id))
    rows = by_title(page())
    assert {title: (row.state, row.can, row.said) for title, row in rows.items()} == {
        "Règlement": ("ready", True, ""), "Facture": ("", True, ""), "Photo": ("", False, ""),
        "Vide": ("failed", True, "There is no text to read in this file."),
    }  # fmt: skip
    rules = rows["Règlement"]
    assert (rules.category, rules.audience) == ("Statutes and internal rules", "Co-owners")
    assert (rules.pages, rules.passages, rows["Facture"].pages) == ("–", "2", "–")
    assert rules.href == f"/buildings/{building.id}/documents?document={rules.id}"


def test_a_paper_is_given_read_again_and_taken_by_its_buttons(page, loaded, enter, alice):
    document = enter("Règlement", content=make_paper(shown("Art. 1. Les chiens.")))
    found = page()
    assert (found.moving, loaded) == (False, [None])
    follows = send(found, AssistantPapersState.allow, str(document.id))
    assert (by_title(found)["Règlement"].state, found.moving) == ("waiting", True)
    assert follows is AssistantPapersState.follow
    jobs.read_waiting(system_actor(alice.organization_id))
    send(found, AssistantPapersState.again, str(document.id))
    assert reading_of(document).state == "waiting"
    send(found, AssistantPapersState.stop, str(document.id))
    assert (by_title(found)["Règlement"].state, reading_of(document)) == ("", None)


def test_the_reading_is_followed_first_by_pages_then_by_passages(page, enter, alice):
    document, actor = enter("Règlement"), system_actor(alice.organization_id)
    call(alice, service.add, document.id)
    taken = call(actor, upkeep.take)
    assert [(row.done, row.total, row.said) for row in page().rows] == [(0, 1, "")]
    call(actor, upkeep.report, taken, 5, 12)
    row = page().rows[0]
    assert (row.state, row.done, row.total, row.said) == ("reading", 5, 12, "Page 5 of 12")
    call(actor, upkeep.keep, taken, [Piece(1, "", f"Un texte {n}.") for n in range(40)])
    assert [(row.done, row.total, row.said) for row in page().rows] == [(0, 40, "Passage 0 of 40")]


def test_the_page_follows_until_nothing_is_being_read(page, loaded, enter, alice, monkeypatch):
    looks = []

    def connected(_):
        looks.append(1)
        if len(looks) == 3:
            jobs.read_waiting(system_actor(alice.organization_id))
        return True

    monkeypatch.setattr(state, "EVERY", 0)
    monkeypatch.setattr(state, "connected", connected)
    call(alice, service.add, enter("Règlement").id)
    found = page()
    assert loaded == [AssistantPapersState.follow]
    send(found, AssistantPapersState.follow)
    assert (len(looks), found.moving, found.rows[0].state) == (3, False, "ready")


@pytest.mark.parametrize("gone", ["tab", "page", "newer"])
def test_nobody_is_followed_who_is_not_there(page, enter, alice, monkeypatch, gone):
    monkeypatch.setattr(state, "EVERY", 0)
    monkeypatch.setattr(state, "connected", lambda found: gone != "tab" and (gone != "newer" or _newer(found)))
    call(alice, service.add, enter("Règlement").id)
    found = page(path="/buildings" if gone == "page" else "/buildings/x/assistant-papers")
    send(found, AssistantPapersState.follow)
    assert found.moving


def _newer(found) -> bool:
    found._watch += 1
    return True


def test_a_search_and_a_category_narrow_the_list(page, enter):
    for title, category in (("Bail", "contract"), ("Acte", "deed"), ("Ascenseur", "contract")):
        enter(title, category=category)
    assert [row.title for row in page(category="contract").rows] == ["Ascenseur", "Bail"]
    found = page(search="acte")
    assert ([row.title for row in found.rows], found.total) == (["Acte"], 1)


def test_an_id_that_is_none_and_a_reader_who_may_not_are_refused(page, loaded, enter, building, alice):
    document = enter("Règlement")
    found = page()
    said = send(found, AssistantPapersState.allow, "nonsense")
    assert "does not exist" in str(said)
    bob = as_role(alice, Role.OWNER, building.id)
    page(bob)
    assert "You may not do this." in str(loaded[-1])
    assert reading_of(document) is None
