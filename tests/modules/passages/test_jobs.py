"""The reading of papers: what is stored, what is said meanwhile, and what a failure leaves behind."""

import io
from datetime import timedelta

import numpy as np
import pytest
from modules.passages.conftest import make_paper, passages_of, reading_of, scanned, shown, vectors_of
from sqlalchemy import update
from sqlmodel import select

from koprogo_app.core import clock, storage
from koprogo_app.core import jobs as core_jobs
from koprogo_app.core.actor import system_actor
from koprogo_app.core.db import everywhere
from koprogo_app.core.service import call
from koprogo_app.modules.documents import service as documents
from koprogo_app.modules.documents.models import DocumentVersion
from koprogo_app.modules.knowledge import embedders
from koprogo_app.modules.passages import jobs, reading, rules, service, upkeep
from koprogo_app.modules.passages.models import PaperReading


def drawn(count: int) -> bytes:
    """A PDF of pages with one article each."""
    words = ["chiens", "chats", "poissons", "oiseaux", "lapins", "tortues", "souris", "poules", "canards", "abeilles"]
    return make_paper(
        *[shown(f"Article {n + 1}. Les {words[n % 10]} sont admis {'abcde'[n // 10]}.") for n in range(count)]
    )


@pytest.fixture
def given(alice, enter):
    """given(content, filename=…): a document that the assistant may quote and that waits."""

    def made(content: bytes, filename: str = "paper.pdf"):
        document = enter(filename, content=content, filename=filename)
        call(alice, service.add, document.id)
        return document

    return made


def test_a_paper_is_read_stored_and_filed(given, read_all, building, alice):
    document = given(drawn(7))
    assert read_all() == 1
    reading_row = reading_of(document)
    assert (reading_row.state, reading_row.reason, reading_row.version) == ("ready", "", 1)
    assert (reading_row.pages, reading_row.pages_read, reading_row.passages) == (7, 7, 7)
    found = passages_of(document)
    assert [(p.number, p.page, p.clause, p.lang) for p in found] == [(n, n, f"Article {n}", "fr") for n in range(1, 8)]
    assert found[0].content == "Article 1. Les chiens sont admis a."
    assert {p.organization_id for p in found} == {alice.organization_id}
    assert {p.building_id for p in found} == {building.id}
    assert vectors_of(document) == {(p.id, model) for p in found for model in embedders.wanted()}
    assert read_all() == 0


def test_each_passage_has_its_own_language(given, read_all):
    texts = [
        "Art. 1. Les chiens sont admis dans les parties communes de l'immeuble.",
        "Art. 2. De honden zijn in het gebouw niet toegelaten als zij de rust storen.",
        "Art. 3. Die Hunde sind in den gemeinschaftlichen Teilen nicht erlaubt und an der Leine zu führen.",
    ]
    document = given("\n".join(texts).encode(), "r.txt")
    read_all()
    assert [p.lang for p in passages_of(document)] == ["fr", "nl", "de"]


@pytest.mark.parametrize(
    ("content", "filename", "reason"),
    [
        (b"%PDF-1.7\nno more than this", "a.pdf", "damaged"), (make_paper(""), "a.pdf", "empty"),
        (make_paper(*[shown("x")] * 301), "a.pdf", "pages"), (b"  \n", "a.txt", "empty"), (scanned(), "a.pdf", "scan"),
    ],
)  # fmt: skip
def test_a_paper_that_cannot_be_quoted_says_why_and_leaves_nothing(
    given, read_all, without_ocr, content, filename, reason
):
    document = given(content, filename)
    assert read_all() == 1
    row = reading_of(document)
    assert (row.state, row.reason) == ("failed", rules.REASONS[rules.Reason(reason)])
    assert (row.passages, passages_of(document)) == (0, [])
    assert read_all() == 0


def test_one_that_fails_does_not_stop_the_others(given, read_all):
    broken, good = given(b"%PDF-1.7\nbroken"), given(drawn(1), "good.pdf")
    assert read_all() == 2
    assert (reading_of(broken).state, reading_of(good).state) == ("failed", "ready")


def test_a_paper_whose_file_is_gone_says_so(given, read_all):
    document = given(drawn(1))
    with everywhere() as s:
        sha256 = s.exec(select(DocumentVersion.sha256).where(DocumentVersion.document_id == document.id)).one()
    storage.remove(storage.key_of(document.building_id, sha256))
    read_all()
    assert reading_of(document).reason == rules.REASONS[rules.Reason.MISSING]


# --- Meanwhile ---


def test_how_far_it_is_is_seen_while_it_is_read(given, read_all, monkeypatch):
    document, seen = given(drawn(12)), []
    kept = upkeep.report

    def report(*args):
        done = kept(*args)
        seen.append(args[3:])
        return done

    report.gate = kept.gate
    monkeypatch.setattr(upkeep, "report", report)
    read_all()
    assert seen == [(0, 12), (5, 12), (10, 12), (12, 12)]
    assert reading_of(document).pages_read == 12


class Killed(Exception):
    """The process ends here."""


def killed_after(monkeypatch, step: str, times: int) -> None:
    """The job dies at the n-th call of a step of upkeep."""
    kept, calls = getattr(upkeep, step), []

    def dies(*args):
        calls.append(1)
        if len(calls) > times:
            raise Killed
        return kept(*args)

    dies.gate = kept.gate
    monkeypatch.setattr(upkeep, step, dies)


@pytest.mark.parametrize(
    ("step", "times"), [("report", 2), ("keep", 0), ("file_vectors", 0), ("file_vectors", 1), ("finish", 0)]
)
def test_what_a_crash_interrupts_is_read_again_from_the_start_and_never_twice(
    given, read_all, monkeypatch, step, times
):
    document = given(drawn(40))
    with monkeypatch.context() as patch:
        killed_after(patch, step, times)
        with pytest.raises(Killed):
            read_all()
    assert reading_of(document).state == "reading"
    assert read_all() == 0  # another job may still be at it
    lost(document)
    assert read_all() == 1
    assert (reading_of(document).state, reading_of(document).passages) == ("ready", 40)
    assert [p.number for p in passages_of(document)] == list(range(1, 41))
    assert len(vectors_of(document)) == 40 * len(embedders.wanted())


def lost(document) -> None:
    """Nothing was heard of the reading for longer than a job may be silent."""
    then = clock.now() - upkeep.LEASE - timedelta(seconds=1)
    with everywhere() as s:
        s.execute(update(PaperReading).where(PaperReading.document_id == document.id).values(updated_at=then))


def test_nothing_is_quoted_before_all_is_there(given, read_all, monkeypatch, alice):
    given(drawn(3))
    with monkeypatch.context() as patch:
        killed_after(patch, "finish", 0)
        with pytest.raises(Killed):
            read_all()
    assert call(alice, service.search, "Les chiens sont-ils admis ?", "fr", None) == []


def test_what_is_withdrawn_meanwhile_is_not_stored(given, read_all, monkeypatch, alice):
    document = given(drawn(7))
    kept = reading.read

    def read(path, mime, report):
        def withdraws(pages_read, pages):
            if pages_read == 5:
                call(alice, service.remove, document.id)
            report(pages_read, pages)

        return kept(path, mime, withdraws)

    monkeypatch.setattr(reading, "read", read)
    assert read_all() == 1
    assert (reading_of(document), passages_of(document)) == (None, [])


def test_a_job_that_was_thought_lost_does_not_overwrite_what_another_read(given, alice):
    document, actor = given(drawn(2)), system_actor(alice.organization_id)
    slow = call(actor, upkeep.take)
    call(alice, service.retry, document.id)
    assert call(actor, upkeep.keep, slow, [rules.Piece(1, "", "Vieux.")]) is False
    assert call(actor, upkeep.finish, slow) is False
    assert jobs.read_waiting(actor) == 1
    assert [p.clause for p in passages_of(document)] == ["Article 1", "Article 2"]


# --- New versions, models ---


def test_a_new_version_is_read_in_place_of_the_old_one(given, read_all, alice):
    document = given(drawn(5))
    read_all()
    documents_before = {p.id for p in passages_of(document)}
    call(alice, documents.add_version, document.id, "b.pdf", io.BytesIO(drawn(3)))
    assert read_all() == 1
    row = reading_of(document)
    assert (row.state, row.version, row.pages, row.passages) == ("ready", 2, 3, 3)
    assert len(passages_of(document)) == 3
    assert documents_before.isdisjoint(p.id for p in passages_of(document))


def test_a_sound_version_of_a_damaged_paper_is_read(given, read_all, alice):
    document = given(b"%PDF-1.7\nbroken")
    read_all()
    assert read_all() == 0
    call(alice, documents.add_version, document.id, "b.pdf", io.BytesIO(drawn(1)))
    read_all()
    assert (reading_of(document).state, reading_of(document).reason) == ("ready", "")


class Broken:
    """An endpoint that is down."""

    name = embedders.USE

    def passages(self, texts):
        raise ConnectionError


class Counting(Broken):
    def __init__(self):
        self.texts = []

    def passages(self, texts):
        self.texts += texts
        return np.ones((len(texts), 4), dtype=np.float32)


def test_a_model_that_fails_leaves_the_paper_to_its_words_and_is_asked_again_later(given, read_all, monkeypatch):
    document, counting = given(drawn(2)), Counting()
    monkeypatch.setattr(embedders, "wanted", lambda: (embedders.USE,))
    monkeypatch.setattr(embedders, "model", lambda name: Broken())
    read_all()
    assert (reading_of(document).state, vectors_of(document)) == ("ready", set())
    monkeypatch.setattr(embedders, "model", lambda name: counting)
    assert read_all() == 0
    assert {model for _, model in vectors_of(document)} == {embedders.USE}
    assert "paper.pdf, Article 1. Article 1. Les chiens sont admis a." in counting.texts


def test_another_office_is_not_read_for(given, charlie):
    document = given(drawn(1))
    assert jobs.read_waiting(system_actor(charlie.organization_id)) == 0
    assert reading_of(document).state == "waiting"


def test_the_platforms_own_reader_writes_into_the_office_of_the_paper(given, alice):
    """By the clock nobody's office is entered; all other tests read for one office, as they share a database."""
    document = given(drawn(2))
    jobs._read(system_actor(), call(system_actor(alice.organization_id), upkeep.take))
    assert {p.organization_id for p in passages_of(document)} == {alice.organization_id}
    assert (reading_of(document).state, len(vectors_of(document))) == ("ready", 2 * len(embedders.wanted()))
    assert [found.clause for found in call(alice, service.search, "Les chats sont-ils admis ?", "fr", None)][:1] == [
        "Article 2"
    ]


def test_the_job_runs_by_the_clock():
    assert core_jobs.TASKS["read_papers"] == (jobs.read_papers, "*/10 * * * *")
