from io import BytesIO

import pytest
from conftest import a_building, as_role
from modules.letters.conftest import KIND, REFUSED, a_person, by_mail, content, letters_of, make, the_owner
from pypdf import PdfReader
from sqlalchemy import text
from sqlmodel import col, select

from koprogo_app.core import clock, storage
from koprogo_app.core.actor import Role, system_actor
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.db import everywhere, transaction
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.i18n import translate
from koprogo_app.core.ids import uuid7
from koprogo_app.core.listing import Asked
from koprogo_app.core.mail import MailMessage
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.letters import jobs, making, service
from koprogo_app.modules.letters.models import Letter
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership.access import merge_owners


def mails(actor):
    with transaction(actor.organization_id) as s:
        return list(s.exec(select(MailMessage).order_by(col(MailMessage.recipient))))


def worked(actor):
    """The job, of one office: other tests have letters that wait too."""
    return jobs.make_waiting(system_actor(actor.organization_id))


def counts(actor, run_id):
    return call(actor, service.get_run, run_id).counts


def words(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


# --- Begin -----------------------------------------------------------------------------------------------------------


def test_a_run_has_one_waiting_letter_for_each_person_by_his_own_way(alice, house, begun):
    run = begun()
    found = {one.recipient: one for one in letters_of(run.id)}
    assert (run.total, run.dated_on, run.round) == (5, clock.today(), 1)
    assert {name: (one.channel, one.locale, one.country, one.postal_code, one.status) for name, one in found.items()} == {
        "Ana": ("email", "fr", "BE", "1180", "waiting"), "Ben": ("email", "nl", "BE", "1180", "waiting"),
        "Cleo": ("post", "de", "BE", "4700", "waiting"), "Dirk": ("post", "nl", "NL", "1012", "waiting"),
        "Eva": ("post", "fr", "BE", "1000", "waiting"),  # an address without consent is no e-mail
    }  # fmt: skip
    assert sorted(one.position for one in found.values()) == [1, 2, 3, 4, 5]


def test_a_run_that_is_begun_again_is_the_run_there_is(alice, house, begun):
    first, again = begun(), begun("ana")
    assert again.id == first.id
    assert len(letters_of(first.id)) == 5
    other = begun(source=uuid7())
    assert call(alice, service.find_run, KIND, house.source).id == first.id
    assert call(alice, service.find_run, KIND, uuid7()) is None
    assert [run.id for run in call(alice, service.list_runs, house.id)] == [other.id, first.id]


def test_nobody_somebody_unknown_and_an_unknown_kind_are_refused(alice, charlie, house, begun):
    stranger = a_person(charlie, "Zed")
    for ids in ([], [stranger], [house.ana, stranger], [uuid7()]):
        with pytest.raises(Invalid) as refused:
            call(alice, service.start_run, house.id, KIND, uuid7(), "x", ids)
        assert refused.value.field == "owner_ids"
    with pytest.raises(ValueError, match="composes"):
        call(alice, service.start_run, house.id, "poem", uuid7(), "x", [house.ana])


def test_a_co_ownership_without_enterprise_number_begins_nothing(alice, house):
    bare = call(alice, buildings.create_building, a_building())
    with pytest.raises(Invalid) as refused:
        call(alice, service.start_run, bare.id, KIND, uuid7(), "x", [house.ana])
    assert refused.value.field == "kbo"


# --- Make ------------------------------------------------------------------------------------------------------------


def test_each_letter_is_made_once_in_its_readers_words_and_kept_below_its_building(alice, house, begun):
    run = begun()
    make(alice, run.id)
    for one in letters_of(run.id):
        file = storage.read(f"buildings/{house.id}/letters/{one.id}.pdf")
        assert (one.size, one.sha256, one.pages) == (len(file), storage.digest(BytesIO(file)), 1)
        assert f"{one.recipient}: {house.source}" in words(file).replace("\n", "")
        assert translate(one.locale, "Dear Sir or Madam,") in words(file)
        with pytest.raises(Conflict):
            call(alice, making.make_letter, one.id)
    assert {one.recipient: one.status for one in letters_of(run.id)} == {
        "Ana": "sent", "Ben": "sent", "Cleo": "made", "Dirk": "made", "Eva": "made"
    }  # fmt: skip


def test_a_letter_by_e_mail_waits_in_the_outbox_with_its_file(alice, house, begun):
    run = begun()
    make(alice, run.id)
    ana, ben = mails(alice)
    assert (ana.recipient[:4], ana.locale, ben.locale) == ("ana-", "fr", "nl")
    assert (ana.subject, ben.subject) == ("Votre appel de fonds – Les Tilleuls", "Uw oproep tot fondsen – Les Tilleuls")
    assert "123,45" not in ana.subject + ana.body, "amounts are in the enclosure only"
    by_id = {one.mail_id: one for one in letters_of(run.id)}
    assert ana.attachment_key == f"buildings/{house.id}/letters/{by_id[ana.id].id}.pdf"
    assert ana.attachment_name == f"Votre-appel-de-fonds-{run.dated_on}.pdf"


def test_a_letter_that_fails_says_why_and_holds_up_nobody_else(alice, house, begun):
    nowhere = a_person(alice, "Nowhere", address="", postal_code="", city="")
    lost = a_person(alice, "Lost", address="", postal_code="", city="", **by_mail("lost"))  # e-mail needs no street
    refused, stumble, broken = (a_person(alice, name) for name in (REFUSED, "Stumble", "Broken"))
    run = begun(more=(nowhere, lost, refused, stumble, broken))
    make(alice, run.id)
    found = {row.recipient: row for row in call(alice, service.list_letters, run.id, Asked(size=100)).rows}
    assert {name for name, row in found.items() if row.status == "failed"} == {"Nowhere", REFUSED, "Stumble", "Broken"}
    assert found["Nowhere"].error == "The postal address is incomplete: it needs a name, a street and a place."
    assert (found[REFUSED].error, found[REFUSED].error_params) == (
        "This section is blocked: {gate}.",
        {"gate": {"msgid": "Budgets"}},
    )
    assert found["Stumble"].error == found["Broken"].error == service.rules.UNEXPECTED
    assert (found["Lost"].status, len(mails(alice))) == ("sent", 3)
    assert counts(alice, run.id) == service.Counts(
        waiting=0, made=3, sent=3, failed=4, email=3, post=7, to_post=3, refused=0
    )


def test_what_is_mended_is_made_again_and_nothing_else(alice, house, begun):
    nowhere = a_person(alice, "Nowhere", address="", postal_code="", city="")
    run = begun(more=(nowhere,))
    make(alice, run.id)
    before = {one.id: one.made_at for one in letters_of(run.id) if one.status != "failed"}
    with transaction(alice.organization_id) as s:
        owner = s.get_one(Owner, nowhere)
        owner.address, owner.postal_code, owner.city, owner.language = "Rue 1", "5000", "Namur", "de"
    assert call(alice, service.retry_failed, run.id) == 1
    assert call(alice, service.retry_failed, run.id) == 0
    make(alice, run.id)
    mended = next(one for one in letters_of(run.id) if one.owner_id == nowhere)
    assert (mended.status, mended.locale, mended.postal_code, mended.error, mended.error_params) == (
        "made",
        "de",
        "5000",
        None,
        None,
    )
    assert {one.id: one.made_at for one in letters_of(run.id) if one.owner_id != nowhere} == before
    assert len(mails(alice)) == 2


def test_the_job_makes_what_waits_and_leaves_nothing(alice, charlie, house, begun):
    run = begun()
    assert worked(alice) == 5
    assert counts(alice, run.id).waiting == 0
    assert worked(alice) == 0
    assert len(mails(alice)) == 2
    assert mails(charlie) == []


def test_a_letter_that_another_worker_is_at_is_left_to_it(alice, house, begun):
    run = begun("ana")
    (one,) = letters_of(run.id)
    with everywhere() as s:
        s.execute(text("SELECT id FROM letter WHERE id = :i FOR UPDATE"), {"i": one.id})
        assert worked(alice) == 0
    assert mails(alice) == []
    assert worked(alice) == 1


def test_the_trail_says_who_was_written_to_and_nothing_of_the_letter(alice, house, begun):
    run = begun("ana")
    make(alice, run.id)
    with transaction(alice.organization_id) as s:
        entries = list(s.exec(select(AuditEntry).where(AuditEntry.building_id == house.id).order_by(AuditEntry.seq)))
    assert [e.action for e in entries][-2:] == ["letters begun", "letter made"]
    assert "sheet" not in entries[-1].payload
    assert "paragraphe" not in entries[-1].payload


# --- Print and post --------------------------------------------------------------------------------------------------


def test_the_batch_is_in_the_order_of_the_post_and_changes_nothing(alice, house, begun):
    twin = a_person(alice, "Émile", postal_code="1000", city="Bruxelles")
    run = begun(more=(twin,))
    with pytest.raises(Conflict, match="still being made"):
        call(alice, service.print_batch, run.id)
    make(alice, run.id)
    batch = call(alice, service.print_batch, run.id)
    assert [one.recipient for one in batch.letters] == [
        "Émile",
        "Eva",
        "Cleo",
        "Dirk",
    ]  # BE 1000 twice, BE 4700, NL 1012
    assert batch.filename == f"Appel-de-fonds-{run.dated_on}.pdf"
    assert counts(alice, run.id).to_post == 4


def test_letters_are_posted_by_saying_so_and_only_those_that_were_seen(alice, house, begun):
    run = begun()
    with pytest.raises(Conflict, match="still being made"):
        call(alice, service.mark_posted, run.id, 3)
    make(alice, run.id)
    with pytest.raises(Conflict, match="print them"):
        call(alice, service.mark_posted, run.id, 2)
    assert call(alice, service.mark_posted, run.id, 3) == 3
    assert call(alice, service.mark_posted, run.id, 3) == 0
    assert {one.status for one in letters_of(run.id)} == {"sent"}
    with pytest.raises(Conflict, match="waits for the post"):
        call(alice, service.print_batch, run.id)


def test_a_letter_is_itself_until_it_leaves_and_a_duplicate_from_then_on(alice, house, begun):
    run = begun("eva")
    make(alice, run.id)
    (one,) = letters_of(run.id)
    name, first = call(alice, service.letter_file, one.id)
    assert (name, first) == (f"Appel-de-fonds-{run.dated_on}.pdf", storage.read(making.key_of(house.id, one.id)))
    call(alice, service.mark_posted, run.id, 1)
    with transaction(alice.organization_id) as s:
        s.get_one(Owner, house.eva).address = "Elsewhere 9"  # what was sent does not follow
    later = call(alice, service.letter_file, one.id)[1]
    added = translate("fr", "Duplicate")
    assert sorted(words(later).split()) == sorted([*words(first).split(), *added.split()])


def test_a_file_that_the_storage_lost_is_said_to_be_missing(alice, house, begun):
    run = begun("eva")
    make(alice, run.id)
    (one,) = letters_of(run.id)
    storage.remove(making.key_of(house.id, one.id))
    with pytest.raises(NotFound, match="missing"):
        call(alice, service.letter_file, one.id)


def test_a_mail_that_was_refused_is_counted_and_found(alice, house, begun):
    run = begun()
    make(alice, run.id)
    with transaction(alice.organization_id) as s:
        s.execute(text("UPDATE mail_message SET status = 'failed' WHERE recipient LIKE 'ana-%'"))
    assert counts(alice, run.id).refused == 1
    shown = call(alice, service.list_letters, run.id, Asked(filters={"status": "refused"}))
    assert [(row.recipient, row.refused) for row in shown.rows] == [("Ana", True)]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        (Asked(), ["Ana", "Ben", "Cleo", "Dirk", "Eva"]),
        (Asked(sort="recipient", descending=True, size=2), ["Eva", "Dirk"]),
        (Asked(sort="postal_code"), ["Eva", "Ana", "Ben", "Cleo", "Dirk"]),
        (Asked(search="CLÉO"), ["Cleo"]),
        (Asked(filters={"channel": "email"}), ["Ana", "Ben"]),
        (Asked(filters={"status": "failed"}), []),
    ],
)
def test_the_list_is_sorted_searched_and_filtered(alice, house, begun, asked, names):
    run = begun()
    assert [row.recipient for row in call(alice, service.list_letters, run.id, asked).rows] == names


# --- Who may ---------------------------------------------------------------------------------------------------------


def test_another_office_finds_nothing(alice, charlie, house, begun):
    run = begun()
    make(alice, run.id)
    one = letters_of(run.id)[0]
    for action, *given in (
        (service.get_run, run.id), (service.list_letters, run.id, Asked()), (service.retry_failed, run.id),
        (service.print_batch, run.id), (service.mark_posted, run.id, 3), (service.letter_file, one.id),
        (service.list_runs, house.id), (service.preview_pdf, house.id, content(), house.ana),
        (service.start_run, house.id, KIND, uuid7(), "x", [house.ana]),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            call(charlie, action, *given)
    assert call(charlie, service.find_run, KIND, house.source) is None


def test_a_role_of_another_building_finds_nothing(alice, house, begun):
    run = begun()
    other = call(alice, buildings.create_building, a_building(name="Autre"))
    make(alice, run.id)
    limited = as_role(alice, Role.SYNDIC, other.id)
    for action, key in ((service.get_run, run.id), (service.letter_file, letters_of(run.id)[0].id)):
        with pytest.raises(NotFound):
            call(limited, action, key)


@pytest.mark.parametrize(
    ("role", "reads", "opens", "sends"),
    [
        (Role.SYNDIC, True, True, True),
        (Role.ACCOUNTANT, True, True, False),
        (Role.BOARD_MEMBER, True, False, False),
        (Role.AUDITOR, True, False, False),
        (Role.OWNER, False, False, False),
        (Role.OCCUPANT, False, False, False),
        (Role.CONTRACTOR, False, False, False),
    ],
)
def test_who_reads_opens_and_sends(alice, house, begun, role, reads, opens, sends):
    run = begun()
    make(alice, run.id)
    one, actor = letters_of(run.id)[0], as_role(alice, role)
    for allowed, action, *given in (
        (reads, service.get_run, run.id), (reads, service.list_letters, run.id, Asked()),
        (opens, service.letter_file, one.id), (opens, service.preview_pdf, house.id, content(), house.ana),
        (sends, service.print_batch, run.id), (sends, service.retry_failed, run.id), (sends, service.mark_posted, run.id, 3),
    ):  # fmt: skip
        if allowed:
            call(actor, action, *given)
        else:
            with pytest.raises((Forbidden, NotFound)):
                call(actor, action, *given)


def test_a_co_owner_reads_his_own_letters_and_nobody_elses(alice, house, begun):
    run = begun()
    ana = the_owner(alice, house.ana, house.id)
    assert call(ana, service.my_letters, Asked()).total == 0, "it is not written yet"
    make(alice, run.id)
    ids = {one.owner_id: one.id for one in letters_of(run.id)}
    found = call(ana, service.my_letters, Asked())
    assert [(row.id, row.title, row.building) for row in found.rows] == [
        (ids[house.ana], "Appel de fonds", "Les Tilleuls")
    ]
    assert words(call(ana, service.my_letter_file, ids[house.ana])[1])
    with pytest.raises(NotFound):
        call(ana, service.my_letter_file, ids[house.ben])
    with pytest.raises(Forbidden):
        call(alice, service.my_letters, Asked())


def test_a_preview_is_what_leaves_and_keeps_nothing(alice, house):
    seen = call(alice, service.preview_pdf, house.id, content(), house.eva)
    assert "Eva" in words(seen)
    nowhere = a_person(alice, "Nowhere", address="", postal_code="", city="")
    with pytest.raises(Invalid):
        call(alice, service.preview_pdf, house.id, content(), nowhere)
    with transaction(alice.organization_id) as s:
        assert s.exec(select(Letter.id)).all() == []


def test_two_entries_of_one_person_keep_both_letters(alice, house, begun):
    twin = a_person(alice, "Ana", **by_mail("ana2"))
    run = begun(more=(twin,))
    make(alice, run.id)
    call(alice, merge_owners, house.ana, twin)
    assert [one.owner_id for one in letters_of(run.id)].count(house.ana) == 2
    assert call(the_owner(alice, house.ana), service.my_letters, Asked()).total == 2
    with pytest.raises(Conflict):
        call(alice, owners.delete_owner, house.ana)


def test_files_of_letters_that_are_gone_are_removed_and_no_others(alice, house, begun, monkeypatch):
    run = begun("eva")
    make(alice, run.id)
    (one,) = letters_of(run.id)
    gone = making.key_of(house.id, uuid7())
    storage.put(gone, BytesIO(b"%PDF-1.4"))
    paper = storage.key_of(house.id, "ab" * 32)
    storage.put(paper, BytesIO(b"%PDF-1.4"))
    assert storage.read(gone)
    monkeypatch.setattr(jobs, "SETTLED", -jobs.SETTLED)  # as if a day had passed
    jobs.sweep_letters()
    with pytest.raises(FileNotFoundError):
        storage.read(gone)
    assert storage.read(making.key_of(house.id, one.id))
    assert storage.read(paper)
