"""Archives written by hand: whoever has one may have made it."""

import hashlib
import io
import zipfile

import orjson
import pytest
from conftest import a_building, make_actor
from sqlmodel import select

from koprogo_app.core import migrate
from koprogo_app.core.actor import Role
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Forbidden, Invalid
from koprogo_app.core.service import call
from koprogo_app.modules.archive import rules, service
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building

PAPER = b"%PDF-1.4 acte"
SHA256 = hashlib.sha256(PAPER).hexdigest()
DAY = "2026-01-01T00:00:00+00:00"
DOCUMENT = {
    "building_id": "building:1", "category": "deed", "title": "Acte", "visibility": "office", "retention": "permanent",
    "version": 1, "created_at": DAY, "updated_at": DAY,
}  # fmt: skip
VERSION = {
    "building_id": "building:1", "document_id": "document:1", "number": 1, "filename": "acte.pdf", "sha256": SHA256,
    "mime": "application/pdf", "size": len(PAPER), "text_state": "empty", "text": "", "created_at": DAY,
    "updated_at": DAY,
}  # fmt: skip


@pytest.fixture
def row(alice):
    """A building as an archive writes it."""
    out = io.BytesIO()
    call(alice, service.export_building, call(alice, buildings.create_building, a_building()).id, out)
    with zipfile.ZipFile(out) as archive:
        return orjson.loads(archive.read("rows/building.jsonl"))


def made(row, *, counts=None, manifest=b"", **tables) -> io.BytesIO:
    """An archive that keeps its own promises: sizes and checksums are right."""
    out, parts = io.BytesIO(), []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:

        def add(name: str, content: bytes) -> None:
            archive.writestr(name, content)
            parts.append({"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()})

        rows = {"building": [row], **tables}
        for table in service.TABLES:
            add(rules.ROWS.format(table=table), b"".join(orjson.dumps(r) + b"\n" for r in rows.get(table, ())))
        add(rules.FILES.format(sha256=SHA256), PAPER)
        said = {
            "format": rules.FORMAT, "version": rules.VERSION, "schema": migrate.head(), "parts": parts,
            "rows": {name: len(found) for name, found in rows.items()} | (counts or {}),
        }  # fmt: skip
        archive.writestr(rules.MANIFEST, manifest or orjson.dumps(said))
    return io.BytesIO(out.getvalue())


def bring_in(actor, archive):
    return call(actor, service.import_building, archive)


def refused(actor, archive):
    with pytest.raises(Invalid):
        bring_in(actor, archive)
    with transaction(actor.organization_id) as s:
        assert s.exec(select(Building)).all() == []


def test_what_keeps_the_rules_comes_in(charlie, row):
    done = bring_in(charlie, made(row, document=[DOCUMENT], document_version=[VERSION]))
    assert (done.rows["document_version"], done.files) == (1, 1)


@pytest.mark.parametrize("count", [10**9, 2, -1, "many", None])
def test_rows_are_not_counted_out_because_a_manifest_says_so(charlie, row, count):
    refused(charlie, made(row, counts={"lot": count}))


def test_a_table_has_as_many_rows_as_its_part_has_room_for():
    part = rules.Part("rows/lot.jsonl", 12_000_000, "")  # 40 bytes a row, whatever the table: 300 000
    assert rules.counts_of({"rows": {"lot": 300_000}}, [part], ["lot", "owner"]) == {"lot": 300_000, "owner": 0}
    for rows in ({"lot": 300_001}, {"owner": 1}):
        with pytest.raises(Invalid):
            rules.counts_of({"rows": rows}, [part], ["lot", "owner"])


def test_a_manifest_that_would_fill_the_memory_is_not_read(charlie, row, monkeypatch):
    def read(*_):
        raise AssertionError("unpacked")

    bomb = made(row, manifest=b'{"pad":"' + b"x" * (rules.MAX_MANIFEST + 1) + b'"}')
    assert len(bomb.getvalue()) < 64 * 1024
    monkeypatch.setattr(zipfile.ZipFile, "read", read)
    refused(charlie, bomb)


def test_parts_that_would_fill_the_server_are_not_unpacked():
    small = rules.SMALL + rules.MAX_GROWTH * 1000
    rules.check_growth(small, rules.MAX_MANIFEST, 1000)
    for unpacked, manifest in ((small + 1, 0), (0, rules.MAX_MANIFEST + 1)):
        with pytest.raises(Invalid):
            rules.check_growth(unpacked, manifest, 1000)


@pytest.mark.parametrize(
    "change",
    [
        {"filename": "../../../.ssh/authorized_keys"},
        {"filename": "acte\r\nSet-Cookie: a=b.pdf"},
        {"mime": "text/html"},
        {"sha256": "../../../../secret"},
        {"sha256": "0" * 64},
        {"size": 1},
    ],
)
def test_a_version_is_a_file_of_the_archive_as_an_upload_could_have_made_it(charlie, row, change):
    refused(charlie, made(row, document=[DOCUMENT], document_version=[VERSION | change]))


def test_a_figure_that_is_none_is_refused_in_words(charlie, row):
    line = {"building_id": "building:1", "vat_percent": "abc", "created_at": DAY, "updated_at": DAY}
    refused(charlie, made(row, invoice_line=[line]))


@pytest.mark.parametrize(
    "change", [{"name": None}, {"total_shares": "ten"}, {"deed_on": "yesterday"}, {"kbo": 'x"\r\nA: b'}]
)
def test_a_row_that_no_form_would_make_is_refused_in_words(charlie, row, change):
    refused(charlie, made(row | change))


def test_a_syndic_of_one_building_brings_in_no_other(alice, building, row):
    dora = make_actor(alice.organization_id, Role.SYNDIC, "Dora", building.id)
    with pytest.raises(Forbidden):
        bring_in(dora, made(row))
