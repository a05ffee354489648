import io
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from conftest import a_building, as_role, make_actor
from sqlmodel import select, text

from koprogo_app.core import clock, storage
from koprogo_app.core.actor import Role, system_actor
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.db import everywhere, transaction
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.documents import jobs, service
from koprogo_app.modules.documents.models import Document, DocumentEdit, DocumentVersion

LEVELS = ("office", "council", "owners", "occupants")


def titles(actor, **asked) -> set[str]:
    return {row.title for row in call(actor, service.list_documents, Asked(**asked)).rows}


def entries(organization_id) -> list[AuditEntry]:
    with everywhere() as s:
        wanted = select(AuditEntry).where(AuditEntry.organization_id == organization_id).order_by(AuditEntry.seq)
        return list(s.exec(wanted))


def trail(organization_id) -> list[str]:
    return [entry.action for entry in entries(organization_id)]


def last_entry(organization_id) -> AuditEntry:
    return entries(organization_id)[-1]


def aged(document, days: int) -> None:
    """Makes a paper as old as that."""
    with everywhere() as s:
        s.get_one(Document, document.id).created_at = clock.now() - timedelta(days=days)


# --- Who sees what ---


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.SYNDIC, 4), (Role.ACCOUNTANT, 4), (Role.BOARD_MEMBER, 3), (Role.AUDITOR, 3), (Role.OWNER, 2),
        (Role.OCCUPANT, 1), (Role.CONTRACTOR, 1),
    ],
)  # fmt: skip
def test_each_role_sees_its_level_and_the_wider_ones(alice, building, enter, owner_of, role, seen):
    papers = {level: enter(level, visibility=level) for level in LEVELS}
    reader = (
        owner_of(building)[0] if role is Role.OWNER else make_actor(alice.organization_id, role, "Ann", building.id)
    )
    assert titles(reader) == set(LEVELS[4 - seen :])
    assert len(call(reader, service.list_of_building, building.id)) == seen
    for level, paper in papers.items():
        if level in LEVELS[4 - seen :]:
            assert call(reader, service.get_row, paper.id).title == level
            assert call(reader, service.download, paper.id).filename == "paper.pdf"
        else:
            for action in (service.get_row, service.download, service.preview, service.list_versions):
                with pytest.raises(NotFound):
                    call(reader, action, paper.id)


def test_the_platform_administrator_sees_every_office(superadmin, enter):
    paper = enter("Seen from above")
    assert call(superadmin, service.get_row, paper.id).title == "Seen from above"


def test_another_office_sees_nothing(enter, charlie):
    paper = enter("Secret budget", visibility="occupants")
    assert titles(charlie) == titles(charlie, search="secret") == set()
    assert call(charlie, service.find, "secret") == []
    for action in (service.get_row, service.download, service.list_versions, service.delete_document):
        with pytest.raises(NotFound):
            call(charlie, action, paper.id)
    with pytest.raises(NotFound):
        call(charlie, service.download_many, [paper.id])


def test_an_owner_sees_the_papers_of_his_own_building_only(alice, building, enter, owner_of):
    other = call(alice, buildings.create_building, a_building(name="Résidence Racine"))
    enter("Ours", visibility="owners")
    enter("Theirs", visibility="occupants", building_id=other.id)
    bob, _ = owner_of(building)
    assert titles(bob) == titles(bob, search="our") == {"Ours"}
    assert titles(bob, search="theirs") == set()
    with pytest.raises(NotFound):
        call(bob, service.list_of_building, other.id)


def test_a_paper_for_one_person_is_for_the_office_and_that_person(alice, building, enter, owner_of):
    bob, bob_id = owner_of(building, "Bob")
    dora, _ = owner_of(building, "Dora")
    member = make_actor(alice.organization_id, Role.BOARD_MEMBER, "Council", building.id)
    paper = enter("Reminder to Bob", owner_id=bob_id, visibility="occupants")
    assert titles(bob) == titles(bob, search="reminder") == titles(alice) == {"Reminder to Bob"}
    assert titles(dora) == titles(dora, search="reminder") == titles(member) == titles(member, search="bob") == set()
    with pytest.raises(NotFound):
        call(dora, service.download, paper.id)
    assert call(bob, service.download, paper.id).mime == "application/pdf"


def test_a_persons_paper_of_a_building_he_left_is_hidden(alice, building, enter, owner_of):
    bob, bob_id = owner_of(building)
    enter("Reminder to Bob", owner_id=bob_id)
    gone = replace(bob, building_ids=frozenset())
    assert titles(gone) == set()


def test_an_owner_without_building_or_person_sees_nothing(alice, enter):
    enter("For all", visibility="occupants")
    assert titles(as_role(alice, Role.OWNER)) == set()
    assert titles(as_role(alice, Role.BOARD_MEMBER)) == set()


def test_an_accountant_limited_to_a_building_stays_there(alice, building, enter):
    other = call(alice, buildings.create_building, a_building(name="Résidence Racine"))
    enter("Elsewhere", building_id=other.id)
    accountant = make_actor(alice.organization_id, Role.ACCOUNTANT, "Ann", building.id)
    assert titles(accountant) == set()
    with pytest.raises(NotFound):
        enter("New", actor=accountant, building_id=other.id)
    assert enter("New", actor=accountant).uploaded_by == accountant.user_id


def test_only_the_office_enters_papers_and_only_the_syndic_changes_them(alice, building, enter):
    paper = enter("Paper")
    for role in (Role.BOARD_MEMBER, Role.AUDITOR, Role.OWNER, Role.OCCUPANT, Role.CONTRACTOR):
        with pytest.raises(Forbidden):
            enter("Mine", actor=as_role(alice, role, building.id))
    accountant = as_role(alice, Role.ACCOUNTANT)
    for refused in (
        lambda: call(accountant, service.update_document, paper.id, DocumentEdit(title="x")),
        lambda: call(accountant, service.change_documents, [paper.id], visibility="owners"),
        lambda: call(accountant, service.delete_document, paper.id),
    ):
        with pytest.raises(Forbidden):
            refused()


# --- Entering ---


def test_a_paper_is_stored_once_under_its_content_and_logged(alice, building, enter, pdf, vault, kicked):
    paper = enter("PV 2026", content=pdf("PV"), category="meeting_minutes", dated_on=date(2026, 3, 12))
    row = call(alice, service.get_row, paper.id)
    assert (row.category, row.retention, row.version, row.size) == ("meeting_minutes", "permanent", 1, len(pdf("PV")))
    assert (row.text_state, row.uploaded_by, row.building) == ("waiting", alice.user_id, building.name)
    assert [p.read_bytes() for p in vault.rglob("*") if p.is_file()] == [pdf("PV")]
    assert (trail(alice.organization_id)[-1], kicked) == ("document uploaded", ["extract_text"])


def test_the_retention_follows_the_category_unless_it_is_chosen(enter):
    assert enter("A", category="contract").retention == "ten_years"
    assert enter("B", category="contract", retention="three_years").retention == "three_years"


def test_the_same_file_twice_names_the_paper_that_has_it(enter, pdf):
    first = enter("Contrat Kone", content=pdf("same"))
    with pytest.raises(Conflict) as refused:
        enter("Again", content=pdf("same"))
    assert refused.value.params["title"] == "Contrat Kone"
    assert refused.value.params["day"] == first.created_at.astimezone(clock.BELGIUM).strftime("%d/%m/%Y")
    assert enter("Again", content=pdf("same"), keep_both=True).id != first.id


def test_the_same_file_in_another_building_is_no_concern(alice, enter, pdf):
    other = call(alice, buildings.create_building, a_building(name="Résidence Racine"))
    enter("Here", content=pdf("same"))
    assert enter("There", content=pdf("same"), building_id=other.id).building_id == other.id


def test_a_paper_for_one_person_needs_a_person_who_held_a_lot_there(alice, building, enter, owner_of):
    other = call(alice, buildings.create_building, a_building(name="Résidence Racine"))
    _, stranger_id = owner_of(other, "Dora")
    for owner_id in (stranger_id, uuid4()):
        with pytest.raises(Invalid) as refused:
            enter("Letter", owner_id=owner_id)
        assert refused.value.field == "owner_id"


def test_a_blank_title_and_an_impossible_year_are_refused_beside_their_fields(enter):
    for change, field in (({"title": " \n "}, "title"), ({"dated_on": date(2999, 1, 1)}, "dated_on")):
        with pytest.raises(Invalid) as refused:
            enter(**{"title": "x"} | change)
        assert refused.value.field == field


def test_when_the_file_cannot_be_written_there_is_no_row(alice, enter, monkeypatch):
    def broken(key, file):
        raise OSError("disk full")

    monkeypatch.setattr(storage, "put", broken)
    with pytest.raises(OSError, match="disk full"):
        enter("Lost")
    assert titles(alice) == set()


# --- Versions ---


def test_a_new_version_replaces_and_the_office_keeps_the_old_one(alice, building, enter, pdf):
    paper = enter("Règlement", content=pdf("old"), visibility="owners")
    call(alice, service.add_version, paper.id, "v2.pdf", io.BytesIO(pdf("new")))
    versions = call(alice, service.list_versions, paper.id)
    assert [(v.number, v.filename) for v in versions] == [(2, "v2.pdf"), (1, "paper.pdf")]
    assert storage.read(call(alice, service.download, paper.id).key) == pdf("new")
    assert storage.read(call(alice, service.download, paper.id, 1).key) == pdf("old")
    assert call(alice, service.get_row, paper.id).version == 2


def test_outside_the_office_only_the_current_version_exists(alice, building, enter, pdf, owner_of):
    paper = enter("Règlement", content=pdf("old"), visibility="owners")
    call(alice, service.add_version, paper.id, "v2.pdf", io.BytesIO(pdf("new")))
    bob, _ = owner_of(building)
    assert [v.number for v in call(bob, service.list_versions, paper.id)] == [2]
    assert storage.read(call(bob, service.download, paper.id, 2).key) == pdf("new")
    with pytest.raises(NotFound):
        call(bob, service.download, paper.id, 1)
    with pytest.raises(NotFound):
        call(alice, service.download, paper.id, 3)


def test_the_current_file_again_is_no_new_version_but_an_old_one_is(alice, enter, pdf):
    paper = enter("Règlement", content=pdf("old"))
    with pytest.raises(Invalid, match="already the current version"):
        call(alice, service.add_version, paper.id, "same.pdf", io.BytesIO(pdf("old")))
    call(alice, service.add_version, paper.id, "v2.pdf", io.BytesIO(pdf("new")))
    call(alice, service.add_version, paper.id, "back.pdf", io.BytesIO(pdf("old")))
    assert call(alice, service.get_row, paper.id).version == 3


def test_a_version_that_is_another_paper_is_told(alice, enter, pdf):
    enter("Budget", content=pdf("budget"))
    paper = enter("Contract", content=pdf("contract"))
    with pytest.raises(Conflict) as refused:
        call(alice, service.add_version, paper.id, "x.pdf", io.BytesIO(pdf("budget")))
    assert refused.value.params["title"] == "Budget"


# --- Out ---


def test_every_file_that_leaves_is_in_the_trail(alice, enter):
    paper = enter("Paper")
    call(alice, service.download, paper.id)
    call(alice, service.preview, paper.id)
    call(alice, service.download_many, [paper.id])
    assert trail(alice.organization_id)[-3:] == ["document downloaded", "document previewed", "documents downloaded"]
    assert '"file":"paper.pdf"' in last_entry(alice.organization_id).payload


def test_only_what_a_browser_shows_has_a_preview(alice, enter):
    paper = enter("Notes", content=b"only words", filename="notes.txt")
    with pytest.raises(NotFound):
        call(alice, service.preview, paper.id)


def test_several_files_leave_together_or_not_at_all(alice, enter):
    papers = [enter(title, filename=f"{title}.pdf") for title in ("A", "B")]
    assert [d.filename for d in call(alice, service.download_many, [p.id for p in papers])] == ["A.pdf", "B.pdf"]
    with pytest.raises(NotFound):
        call(alice, service.download_many, [papers[0].id, uuid4()])
    for wrong in ([], [uuid4() for _ in range(service.MANY + 1)]):
        with pytest.raises(Invalid):
            call(alice, service.download_many, wrong)


# --- Changing ---


def test_what_is_said_of_a_paper_is_corrected(alice, enter):
    paper = enter("Pv", category="other", dated_on=date(2025, 1, 1), description="draft")
    said = DocumentEdit(title=" PV  2026 ", category="meeting_minutes", visibility="owners")
    call(alice, service.update_document, paper.id, said)
    row = call(alice, service.get_row, paper.id)
    assert (row.title, row.category, row.visibility) == ("PV 2026", "meeting_minutes", "owners")
    assert row.retention == "permanent"
    assert (row.dated_on, row.description) == (None, None)


def test_several_papers_change_together(alice, enter):
    papers = [enter(title).id for title in ("A", "B")]
    assert call(alice, service.change_documents, papers, visibility="owners", category="plan") == 2
    rows = [call(alice, service.get_row, key) for key in papers]
    assert [(r.visibility, r.category) for r in rows] == [("owners", "plan")] * 2
    with pytest.raises(NotFound):
        call(alice, service.change_documents, [papers[0], uuid4()], visibility="office")
    assert call(alice, service.get_row, papers[0]).visibility == "owners"
    for change in ({"visibility": "all"}, {"category": "secret"}):
        with pytest.raises(Invalid):
            call(alice, service.change_documents, papers, **change)


# --- Deleting ---


def test_a_paper_to_be_kept_is_deleted_with_a_reason_only_and_the_reason_stays(alice, enter, pdf, vault):
    paper = enter("Facture", category="invoice", dated_on=date(2025, 3, 10))
    call(alice, service.add_version, paper.id, "v2.pdf", io.BytesIO(pdf("corrected")))
    aged(paper, 30)
    with pytest.raises(Invalid) as refused:
        call(alice, service.delete_document, paper.id, "  ")
    assert (refused.value.field, titles(alice)) == ("reason", {"Facture"})
    call(alice, service.delete_document, paper.id, "Entered for the wrong building")
    assert titles(alice) == set()
    assert [p for p in vault.rglob("*") if p.is_file()] == []
    with everywhere() as s:
        assert s.exec(select(DocumentVersion.id).where(DocumentVersion.document_id == paper.id)).all() == []
    last = last_entry(alice.organization_id)
    assert (last.action, last.row_ids[0]) == ("document deleted", paper.id)
    assert '"reason":"Entered for the wrong building"' in last.payload
    assert '"kept_until":"2033-01-01"' in last.payload


def test_a_wrong_file_is_taken_back_the_same_day_without_a_reason(alice, enter):
    paper = enter("Wrong file", category="meeting_minutes")
    call(alice, service.delete_document, paper.id)
    assert titles(alice) == set()


def test_a_paper_whose_time_has_come_needs_no_reason(alice, enter):
    paper = enter("Old invoice", category="invoice", dated_on=date(2010, 3, 10))
    aged(paper, 30)
    call(alice, service.delete_document, paper.id)
    assert titles(alice) == set()


def test_a_file_that_another_paper_holds_stays(alice, enter, pdf):
    first, second = enter("A", content=pdf("x")), enter("B", content=pdf("x"), keep_both=True)
    call(alice, service.delete_document, first.id)
    assert storage.read(call(alice, service.download, second.id).key) == pdf("x")


def test_an_endless_reason_is_refused(alice, enter):
    with pytest.raises(Invalid):
        call(alice, service.delete_document, enter("A").id, "x" * 501)


# --- Searching ---


@pytest.fixture
def read_all(alice):
    """Reads the texts of Alice's papers, as the job does for every office."""
    return lambda: jobs.read_waiting(system_actor(alice.organization_id))


def test_the_text_of_a_pdf_is_found_by_any_word_begun_accents_and_case_aside(alice, enter, pdf, read_all):
    enter("PV", content=pdf("Remplacement de la chaudière votée", "Facture 2026/0123"))
    read_all()
    for asked in ("CHAUDIERE", "chaud", "remplacement votee", "2026/0123", "pv chaudière"):
        assert titles(alice, search=asked) == {"PV"}, asked
    for asked in ("toiture", "audiere", "chaudière toiture", "'|&!:*", "\\"):
        assert titles(alice, search=asked) == set(), asked


def test_titles_and_file_names_are_found_before_the_text_is_read_and_come_first(alice, enter, pdf, read_all):
    enter("Contrat d’ascenseur", content=pdf("Kone"), filename="kone-2026.pdf")
    enter("PV", content=pdf("ascenseur ascenseur ascenseur"))
    assert titles(alice, search="ascenseur") == {"Contrat d’ascenseur"}
    assert titles(alice, search="kone-2026") == {"Contrat d’ascenseur"}
    read_all()
    found = call(alice, service.list_documents, Asked(search="ascenseur"))
    assert ([row.title for row in found.rows], found.total) == (["Contrat d’ascenseur", "PV"], 2)


def test_the_passage_shows_the_words_in_the_text_as_it_is_written(alice, enter, pdf, read_all):
    paper = enter("PV", content=pdf("La chaudière <b>neuve</b> est votée."))
    read_all()
    found = call(alice, service.list_documents, Asked(search="chaudiere")).passages[paper.id]
    assert "".join(p.text for p in found) == "La chaudière <b>neuve</b> est votée."
    assert [p.text for p in found if p.hit] == ["chaudière"]


def test_nothing_of_a_hidden_paper_shows_in_results_totals_or_passages(alice, building, enter, pdf, owner_of, read_all):
    other = call(alice, buildings.create_building, a_building(name="Résidence Racine"))
    bob, _ = owner_of(building)
    seen = enter("Seen", content=pdf("salaire du concierge"), visibility="owners")
    enter("Office only", content=pdf("salaire confidentiel"), visibility="office")
    enter("Elsewhere", content=pdf("salaire ailleurs"), visibility="owners", building_id=other.id)
    read_all()
    found = call(bob, service.list_documents, Asked(search="salaire"))
    assert ([row.title for row in found.rows], found.total, list(found.passages)) == (["Seen"], 1, [seen.id])
    assert call(bob, service.list_documents, Asked(search="confidentiel")).total == 0
    assert [hit.label for hit in call(bob, service.find, "salaire")] == ["Seen"]


def test_the_text_of_an_old_version_is_not_searched(alice, enter, pdf, read_all):
    paper = enter("Règlement", content=pdf("animaux interdits"))
    call(alice, service.add_version, paper.id, "v2.pdf", io.BytesIO(pdf("animaux admis")))
    read_all()
    assert titles(alice, search="interdits") == set()
    assert titles(alice, search="admis") == {"Règlement"}


def test_the_list_is_narrowed_and_sorted(alice, building, enter):
    enter("Élan", category="plan", visibility="owners")
    enter("arbre", category="invoice")
    enter("Zinc", category="plan")
    order = [r.title for r in call(alice, service.list_documents, Asked(sort="title")).rows]
    assert order == ["arbre", "Élan", "Zinc"]
    assert titles(alice, filters={"category": "plan"}) == {"Élan", "Zinc"}
    assert titles(alice, filters={"category": "plan", "visibility": "owners"}) == {"Élan"}
    assert titles(alice, filters={"building_id": str(uuid4())}) == set()
    page = call(alice, service.list_documents, Asked(page=2, size=2, sort="title"))
    assert ([r.title for r in page.rows], page.total) == (["Zinc"], 3)
    for wrong in (Asked(filters={"building_id": "x"}), Asked(sort="text")):
        with pytest.raises(Invalid):
            call(alice, service.list_documents, wrong)


def test_the_palette_leads_to_the_paper_in_its_building(alice, building, enter):
    paper = enter("Police incendie")
    (hit,) = call(alice, service.find, "incend")
    assert (hit.label, hit.hint) == ("Police incendie", building.name)
    assert hit.href == f"/buildings/{building.id}/documents?document={paper.id}"
    assert call(alice, service.find, "  ") == []


def test_the_search_uses_the_tenant_of_the_reader_at_the_database_too(alice, charlie, enter):
    enter("Paper")
    with transaction(charlie.organization_id) as s:
        assert s.execute(text("SELECT count(*) FROM document_version")).scalar_one() == 0
    assert call(system_actor(alice.organization_id), service.list_documents, Asked()).total == 1
