"""The page of papers on a plain state, in English: what it checks, shows, downloads and files."""

from conftest import a_building, as_role, send
from modules.ownership.conftest import a_lot, a_person, hold

from koprogo_app.core import clock
from koprogo_app.core.actor import Role
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.documents import service as documents
from koprogo_app.modules.papers.state import PapersState

LETTER = {"subject": "Ascenseur", "body": "Lundi.", "enclosures": "Le devis"}


def page(opened, tilleuls, actor=None):
    state = opened(PapersState, actor, building_id=tilleuls.building.id)
    send(state, PapersState.load)
    return state


def filed(actor) -> list[tuple[str, str, object]]:
    rows = call(actor, documents.list_documents, Asked()).rows
    return [(row.title, row.category, row.owner_id) for row in rows]


def test_the_page_begins_with_the_register_of_today_in_the_official_language(opened, tilleuls):
    state = page(opened, tilleuls)
    assert (state.kind, state.on, state.language) == ("register", clock.today().isoformat(), "fr")
    assert [choice.label for choice in state.people] == ["De Smet Dora", "Dubois Bob", "Maes Emil"]
    assert (state.reason, {check.tone for check in state.checks}) == ("", {"ok"})
    assert (state.issues, state.writes, state.files, state.shown) == (True, True, True, False)


def test_a_reader_of_the_register_issues_and_files_nothing(opened, alice, tilleuls):
    state = page(opened, tilleuls, as_role(alice, Role.BOARD_MEMBER, tilleuls.building.id))
    assert (state.issues, state.writes, state.files) == (False, False, False)


def test_the_register_stands_in_the_frame_and_under_the_download_button(opened, tilleuls):
    state = page(opened, tilleuls)
    send(state, PapersState.pick_day, "2024-01-31")
    send(state, PapersState.pick_language, "nl")
    send(state, PapersState.show, {})
    address = f"/api/v1/buildings/{tilleuls.building.id}/register.pdf"
    query = "?on=2024-01-31&language=nl"
    assert state.url.partition("#")[0] == f"{address}/preview{query}"
    assert state.download == f"{address}{query}&disposition=attachment"
    assert (state.shown, state.busy) == (True, True)
    send(state, PapersState.appeared)
    assert state.busy is False


def test_another_choice_takes_the_paper_away(opened, tilleuls):
    state = page(opened, tilleuls)
    send(state, PapersState.show, {})
    send(state, PapersState.choose, "letter")
    assert (state.shown, state.url, state.download) == (False, "", "")
    send(state, PapersState.choose, "anything")
    assert state.kind == "letter"


def test_without_enterprise_number_nothing_is_shown_and_a_link_leads_to_it(opened, alice):
    bare = call(alice, buildings.create_building, a_building())
    hold(alice, a_lot(alice, bare, shares=100), a_person(alice, "Maes"))
    state = opened(PapersState, building_id=bare.id)
    send(state, PapersState.load)
    send(state, PapersState.show, {})
    blocked = [check for check in state.checks if check.tone == "bad"]
    assert [(check.label, check.href) for check in blocked] == [("Enterprise number", f"/buildings/{bare.id}/settings")]
    assert "no enterprise number" in state.reason
    assert state.shown is False


def test_a_certificate_asks_for_a_person_and_a_day_that_has_come(opened, tilleuls):
    state = page(opened, tilleuls)
    send(state, PapersState.choose, "certificate")
    send(state, PapersState.show, {})
    assert state.errors == {"owner_id": "Choose one from the list."}
    send(state, PapersState.pick_person, str(tilleuls.bob.id))
    send(state, PapersState.pick_day, "2999-01-01")
    assert set(state.errors) == {"on"}
    send(state, PapersState.pick_day, "2019-12-31")
    assert state.reason == "This person holds no right in this co-ownership on that date."
    send(state, PapersState.pick_day, "2024-01-31")
    send(state, PapersState.show, {})
    assert state.url.startswith(f"/api/v1/owners/{tilleuls.bob.id}/certificate.pdf/preview?")


def test_a_letter_is_posted_never_put_in_an_address(opened, tilleuls):
    state = page(opened, tilleuls)
    send(state, PapersState.choose, "letter")
    send(state, PapersState.pick_person, str(tilleuls.bob.id))
    assert send(state, PapersState.show, {"subject": "", "body": ""}) is None
    assert (set(state.errors), state.shown) == ({"subject", "body"}, False)
    script = str(send(state, PapersState.show, LETTER | {"body": "</script>Lundi."}).args)
    assert "letters/preview" in script
    assert "Lundi." in script
    assert (state.url, state.download) == ("about:blank", "")
    assert "disposition=attachment" in str(send(state, PapersState.download_letter).args)


def test_what_stands_in_the_frame_is_filed_for_its_reader(opened, alice, tilleuls):
    state = page(opened, tilleuls)
    send(state, PapersState.choose, "letter")
    send(state, PapersState.pick_person, str(tilleuls.bob.id))
    send(state, PapersState.show, LETTER)
    send(state, PapersState.begin_filing)
    assert state.filing is True
    send(state, PapersState.file)
    assert (state.filing, filed(alice)) == (False, [("Ascenseur", "letter", tilleuls.bob.id)])


def test_the_register_is_filed_for_the_office(opened, alice, tilleuls):
    state = page(opened, tilleuls)
    send(state, PapersState.pick_day, "2024-01-31")
    send(state, PapersState.pick_language, "en")
    send(state, PapersState.show, {})
    send(state, PapersState.file)
    assert filed(alice) == [("Register of lots and owners on 31/01/2024", "other", None)]


def test_nothing_is_filed_before_it_was_seen(opened, alice, tilleuls):
    state = page(opened, tilleuls)
    send(state, PapersState.begin_filing)
    send(state, PapersState.file)
    assert (state.filing, filed(alice)) == (False, [])
