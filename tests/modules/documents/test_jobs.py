import io
import os
import subprocess
import sys
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from pypdf import PdfReader, PdfWriter
from sqlmodel import select

from koprogo_app.core import jobs as core_jobs
from koprogo_app.core import storage
from koprogo_app.core.actor import system_actor
from koprogo_app.core.db import everywhere
from koprogo_app.core.service import call
from koprogo_app.modules.documents import jobs, reading, service, upkeep
from koprogo_app.modules.documents.models import DocumentVersion


@pytest.fixture
def read_all(alice):
    return lambda: jobs.read_waiting(system_actor(alice.organization_id))


def version_of(document) -> DocumentVersion:
    with everywhere() as s:
        return s.exec(select(DocumentVersion).where(DocumentVersion.document_id == document.id)).one()


def state_of(document) -> tuple[str, int | None]:
    version = version_of(document)
    return version.text_state, version.pages


def test_a_readable_paper_is_read_with_its_pages(enter, pdf, read_all):
    paper = enter("A", content=pdf("Procès-verbal de l’assemblée"))
    assert read_all() == 1
    assert state_of(paper) == ("read", 1)
    assert version_of(paper).text.strip() == "Procès-verbal de l’assemblée"
    assert read_all() == 0


def test_plain_text_is_read_in_any_usual_encoding(enter, read_all):
    papers = [
        enter("A", content="Été à Liège".encode(code), filename="a.txt") for code in ("utf-8", "cp1252", "utf-16")
    ]
    read_all()
    assert [version_of(p).text for p in papers] == ["Été à Liège"] * 3


def test_a_scan_without_a_text_layer_is_told_apart(enter, pdf, read_all):
    paper = enter("Scan", content=pdf())
    read_all()
    assert state_of(paper) == ("empty", 1)


def test_a_picture_waits_for_nothing(enter):
    paper = enter("Photo", content=b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 30, filename="a.jpg")
    assert state_of(paper) == ("empty", None)


@pytest.mark.parametrize("content", [b"%PDF-1.7\nno more than this", b"%PDF-1.4\n" + os.urandom(5000)])
def test_a_damaged_paper_fails_alone(enter, pdf, read_all, content):
    broken, good = enter("Broken", content=content), enter("Good", content=pdf("lisible"))
    assert read_all() == 2
    assert (state_of(broken), state_of(good)) == (("failed", None), ("read", 1))


def encrypted(content: bytes, password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_paper_behind_a_password_fails_and_one_locked_for_printing_is_read(enter, pdf, read_all):
    secret = enter("Secret", content=encrypted(pdf("secret"), "1234"))
    locked = enter("Locked", content=encrypted(pdf("ouvert"), ""))
    read_all()
    assert state_of(secret)[0] == "failed"
    assert (state_of(locked)[0], version_of(locked).text.strip()) == ("read", "ouvert")


def test_a_paper_whose_file_is_gone_fails_instead_of_waiting_for_ever(enter, read_all):
    paper = enter("Gone")
    storage.remove(storage.key_of(paper.building_id, version_of(paper).sha256))
    read_all()
    assert state_of(paper) == ("failed", None)


def test_a_paper_that_takes_too_long_is_stopped(tmp_path, monkeypatch):
    endless = tmp_path / "endless.py"
    endless.write_text("while True: pass")
    monkeypatch.setattr(reading, "__file__", str(endless))
    monkeypatch.setattr(reading, "SECONDS", -14)  # the child is given fifteen seconds more
    began = time.monotonic()
    assert reading.read(tmp_path / "paper", "application/pdf") == reading.Reading(None, "", True)
    assert time.monotonic() - began < 10


def test_the_reader_knows_nothing_of_the_application(tmp_path, monkeypatch):
    """A hostile paper finds no database address and no secret where it is read."""
    asked = {}

    def spy(command, **options):
        asked.update(options)
        raise subprocess.TimeoutExpired(command, 1)

    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    monkeypatch.setattr(subprocess, "run", spy)
    reading.read(tmp_path / "paper", "application/pdf")
    assert asked["env"] == {}


def test_a_paper_that_asks_for_too_much_memory_gets_none():
    greedy = f"import runpy; runpy.run_path({reading.__file__!r})['_limit'](); bytearray(3 * 1024**3)"
    done = subprocess.run([sys.executable, "-c", greedy], capture_output=True, check=False)
    assert b"MemoryError" in done.stderr


def test_texts_are_cut_and_cleaned_for_the_database(tmp_path):
    paper = tmp_path / "a.txt"
    paper.write_bytes(b"e\xcc\x81te\xcc\x81 " + b"a" * 1_200_000)
    found = reading.read(paper, "text/plain")
    assert (len(found.text), found.text[:4]) == (500_000, "été ")


def test_a_text_too_rich_for_the_index_is_kept_shorter(enter):
    paper = enter("Dense")
    words = " ".join("一" * 6 + f"{n:05d}" for n in range(41_000))  # 23 bytes each, all different: over 1 MB
    call(system_actor(), upkeep.keep_text, version_of(paper).id, reading.Reading(3, words, False))
    assert state_of(paper) == ("read", 3)
    assert len(version_of(paper).text) == upkeep.SHORTER


# --- Sweeping ---


def files_in(vault) -> set[str]:
    return {path.name for path in vault.rglob("*") if path.is_file()}


def age(vault, days: int) -> None:
    then = time.time() - timedelta(days=days).total_seconds()
    for path in vault.rglob("*"):
        if path.is_file():
            os.utime(path, (then, then))


def test_a_file_without_row_goes_after_a_day_and_every_other_stays(alice, building, enter, vault):
    paper = enter("Kept")
    orphan = storage.key_of(building.id, "ab" * 32)
    storage.put(orphan, io.BytesIO(b"left behind by a failure"))
    storage.put("backup/manual", io.BytesIO(b"not ours"))
    assert jobs.sweep_files() == 0
    age(vault, 2)
    assert jobs.sweep_files() == 1
    assert files_in(vault) == {version_of(paper).sha256, "manual"}
    assert jobs.sweep_files() == 0


def test_a_failure_half_way_leaves_no_row_and_a_file_that_the_sweep_takes(alice, enter, pdf, vault, monkeypatch):
    def broken(s, task):
        raise RuntimeError("lost connection")

    with monkeypatch.context() as patch:
        patch.setattr(service, "after_commit", broken)
        with pytest.raises(RuntimeError, match="lost connection"):
            enter("Half", content=pdf("half"))
    with everywhere() as s:
        written = select(DocumentVersion.id).where(DocumentVersion.organization_id == alice.organization_id)
        assert s.exec(written).all() == []
    assert len(files_in(vault)) == 1
    age(vault, 2)
    jobs.sweep_files()
    assert files_in(vault) == set()


def test_the_file_of_a_building_that_moved_to_another_office_stays(enter, vault, charlie):
    paper = enter("Moved")
    sha256 = version_of(paper).sha256
    assert upkeep.drop_files(paper.building_id, {sha256}) == 0
    assert call(system_actor(charlie.organization_id), upkeep.waiting) == []
    assert files_in(vault) == {sha256}


def test_unknown_keys_are_unused_and_known_ones_are_not(enter):
    paper = enter("Known")
    known = storage.key_of(paper.building_id, version_of(paper).sha256)
    elsewhere = storage.key_of(uuid4(), version_of(paper).sha256)
    assert call(system_actor(), upkeep.unused, [known, elsewhere]) == {elsewhere}


def test_both_jobs_run_by_the_clock():
    assert {name: core_jobs.TASKS[name][1] for name in ("extract_text", "sweep_files")} == {
        "extract_text": "*/10 * * * *", "sweep_files": "40 2 * * *",
    }  # fmt: skip
