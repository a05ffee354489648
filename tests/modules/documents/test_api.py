import asyncio
import io
import re
import tracemalloc
import zipfile
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from conftest import a_building, as_role, make_actor

from koprogo_app.api import build, current_actor
from koprogo_app.core import clock, storage
from koprogo_app.core.actor import Role, system_actor
from koprogo_app.core.config import settings
from koprogo_app.core.db import everywhere
from koprogo_app.core.edge import edge
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.documents import jobs
from koprogo_app.modules.documents import service as document_service
from koprogo_app.modules.documents.api import router
from koprogo_app.modules.documents.models import Document

KEYS = {
    "id", "building_id", "document_type", "title", "description", "file_path", "file_size", "file_size_mb", "mime_type",
    "uploaded_by", "related_meeting_id", "related_expense_id", "created_at", "updated_at",
}  # fmt: skip
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
BASE = "/api/v1/documents"


@pytest.fixture
def alices(client_of, alice):
    return client_of(router, alice)


@pytest.fixture
def send(alices, building, pdf):
    """send(content, name, client=…, **fields): the answer to an upload."""

    def sent(content=None, name="pv.pdf", client=None, **fields):
        data = {"building_id": str(building.id), "document_type": "meeting_minutes", "title": "PV"} | fields
        file = pdf("PV de l'AG") if content is None else content
        return (client or alices).post(BASE, data=data, files={"file": (name, file, "application/octet-stream")})

    return sent


def test_the_contracts_shape_is_returned_on_creation(send, alice, building, pdf):
    made = send(description="AG ordinaire", uploaded_by=str(uuid4()))
    body = made.json()
    assert (made.status_code, set(body)) == (201, KEYS)
    assert (body["document_type"], body["title"], body["mime_type"]) == ("MeetingMinutes", "PV", "application/pdf")
    size = len(pdf("PV de l'AG"))
    assert (body["file_size"], body["file_size_mb"]) == (size, size / 1048576)
    assert (body["building_id"], body["uploaded_by"]) == (str(building.id), str(alice.user_id))
    assert (body["related_meeting_id"], body["related_expense_id"]) == (None, None)
    assert STAMP.fullmatch(body["created_at"])
    assert not body["file_path"].startswith(("/", "buildings/"))


@pytest.mark.parametrize("given_type", ["works_quote", "WorksQuote"])
def test_the_type_is_taken_in_both_spellings(send, given_type):
    assert send(document_type=given_type).json()["document_type"] == "WorksQuote"


def test_without_type_and_title_the_file_speaks(send):
    made = send(name="Devis toiture.pdf", document_type="", title="").json()
    assert (made["document_type"], made["title"]) == ("Other", "Devis toiture")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"building_id": ""}, "building_id"), ({"building_id": "x"}, "building_id"),
        ({"building_id": str(uuid4())}, "building_id"),
        ({"document_type": "Secret"}, "document_type"), ({"visibility": "all"}, "visibility"),
        ({"retention": "short"}, "retention"), ({"dated_on": "soon"}, "dated_on"), ({"title": "x" * 201}, "title"),
        ({"owner_id": str(uuid4())}, "owner_id"),
    ],
)  # fmt: skip
def test_a_bad_field_is_400_and_named(send, fields, named):
    refused = send(**fields)
    assert (refused.status_code, refused.json()["details"].split(":")[0]) == (400, named)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"PK\x03\x04 zip", "pv.pdf"), (b"<svg/>", "plan.svg"), (b"<html>", "page.html"), (b"MZ\x00", "run.exe"),
        (b"", "pv.pdf"), (b"words", "pv.pdf"), (b"<script>", "note.txt"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_400_with_a_sentence(send, alices, content, name):
    refused = send(content, name)
    assert refused.status_code == 400
    assert refused.json()["details"].startswith("file: ")
    assert alices.get(BASE).json()["pagination"]["total_items"] == 0


def test_a_form_without_file_or_not_a_form_is_400(alices, building):
    assert alices.post(BASE, data={"building_id": str(building.id)}).status_code == 400
    assert alices.post(BASE, json={"building_id": str(building.id)}).status_code == 400
    broken = {"content-type": "multipart/form-data; boundary=x"}
    assert alices.post(BASE, content=b"--y\r\nnonsense", headers=broken).status_code == 400


@pytest.mark.parametrize(
    ("sent_name", "shown"),
    [
        ("../../../etc/passwd.pdf", "passwd.pdf"), ("C:\\papers\\PV.pdf", "PV.pdf"), ("PV “2026”.pdf", "PV “2026”.pdf"),
        ("😀 été.pdf", "😀 été.pdf"), ("fdp\u202e.pdf", "fdp.pdf"),
    ],
)  # fmt: skip
def test_names_come_back_clean_in_one_header_line(send, alices, sent_name, shown):
    made = send(name=sent_name).json()
    disposition = alices.get(f"{BASE}/{made['id']}/download").headers["content-disposition"]
    plain, _, encoded = disposition.partition("; filename*=UTF-8''")
    assert plain.startswith('attachment; filename="')
    assert httpx.URL("http://x/" + encoded).path == "/" + shown
    assert made["file_path"].endswith("/" + shown)


def test_a_name_with_quotes_and_newlines_adds_no_header(alices, building, pdf):
    field = f'--x\r\nContent-Disposition: form-data; name="building_id"\r\n\r\n{building.id}\r\n'
    named = '--x\r\nContent-Disposition: form-data; name="file"; filename="a\\"b%0D%0ASet-Cookie: x=1.pdf"\r\n\r\n'
    body = (field + named).encode() + pdf("x") + b"\r\n--x--\r\n"
    made = alices.post(BASE, content=body, headers={"content-type": "multipart/form-data; boundary=x"})
    assert made.status_code == 201
    answer = alices.get(f"{BASE}/{made.json()['id']}/download")
    assert "set-cookie" not in answer.headers
    assert answer.headers["content-disposition"].count('"') == 2


def test_the_same_file_again_is_400_and_names_the_first_unless_both_are_kept(send):
    first = send(title="PV 2026").json()
    refused = send(title="Again")
    assert refused.status_code == 400
    assert "PV 2026" in refused.json()["error"]
    kept = send(title="Again", keep_both="true")
    assert (kept.status_code, kept.json()["id"] != first["id"]) == (201, True)


def test_the_list_has_the_contracts_envelope_and_the_building_a_bare_array(send, alices, building, pdf):
    for n in range(3):
        send(pdf(f"{n}"), title=f"T{n}")
    page = alices.get(f"{BASE}?per_page=2&sort_by=title&order=desc").json()
    assert [d["title"] for d in page["data"]] == ["T2", "T1"]
    assert page["pagination"] == {
        "current_page": 1, "per_page": 2, "total_items": 3, "total_pages": 2, "has_next": True, "has_previous": False,
    }  # fmt: skip
    bare = alices.get(f"/api/v1/buildings/{building.id}/documents").json()
    assert [d["title"] for d in bare] == ["T2", "T1", "T0"]
    assert set(bare[0]) == KEYS


@pytest.mark.parametrize("query", ["page=0", "per_page=10001", "sort_by=text", "document_type=Secret", "building_id=x"])
def test_a_bad_question_is_400(alices, query):
    assert alices.get(f"{BASE}?{query}").status_code == 400


def test_a_file_comes_back_as_it_was(send, alices, pdf):
    made = send(pdf("exact")).json()
    answer = alices.get(f"{BASE}/{made['id']}/download")
    assert (answer.content, answer.headers["content-type"]) == (pdf("exact"), "application/pdf")
    assert answer.headers["content-length"] == str(len(pdf("exact")))


def test_a_file_missing_from_the_storage_is_a_sentence_not_half_an_answer(send, alices, vault):
    made = send().json()
    for path in [p for p in vault.rglob("*") if p.is_file()]:
        path.unlink()
    missing = alices.get(f"{BASE}/{made['id']}/download")
    assert (missing.status_code, "error" in missing.json()) == (404, True)


def test_a_preview_is_shown_and_can_do_nothing_else(send, alices):
    made = send().json()
    shown = alices.get(f"{BASE}/{made['id']}/preview")
    assert shown.headers["content-disposition"].startswith("inline; ")
    policy = shown.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script-src" not in policy
    jpeg = send(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 30, "photo.jpg").json()
    assert "sandbox" in alices.get(f"{BASE}/{jpeg['id']}/preview").headers["content-security-policy"]
    text = send(b"only words", "note.txt").json()
    assert alices.get(f"{BASE}/{text['id']}/preview").status_code == 404


def test_unknown_and_malformed_ids_are_404(alices, building):
    for one in (str(uuid4()), "not-a-uuid"):
        for path in ("", "/download", "/preview", "/versions", "/details", "/versions/1/download"):
            assert alices.get(f"{BASE}/{one}{path}").status_code == 404, path
        assert alices.delete(f"{BASE}/{one}").status_code == 404
        assert alices.put(f"{BASE}/{one}", json={"title": "x"}).status_code == 404
    assert alices.get(f"/api/v1/buildings/{uuid4()}/documents").status_code == 404


def test_another_office_gets_404_and_nobody_401(send, client_of, charlie, building):
    made = send(visibility="occupants").json()["id"]
    charlies = client_of(router, charlie)
    assert send(client=charlies).status_code == 400
    for path in ("", "/download", "/preview", "/versions", "/details"):
        assert charlies.get(f"{BASE}/{made}{path}").status_code == 404
    assert charlies.get(f"{BASE}/zip?ids={made}").status_code == 404
    assert charlies.delete(f"{BASE}/{made}").status_code == 404
    nobody = client_of(router, None)
    answers = [
        nobody.get(BASE),
        nobody.get(f"{BASE}/{made}/download"),
        nobody.delete(f"{BASE}/{made}"),
        send(client=nobody),
    ]
    assert [a.status_code for a in answers] == [401] * 4


def test_who_may_not_upload_is_refused_before_the_body_is_read(client_of, alice, building):
    owner = client_of(router, as_role(alice, Role.OWNER, building.id))
    broken = {"content-type": "multipart/form-data; boundary=x"}
    assert owner.post(BASE, content=b"not even a form", headers=broken).status_code == 403


def test_the_platform_administrator_acts_in_the_buildings_office(send, client_of, superadmin, alice, pdf):
    client = client_of(router, superadmin)
    made = send(client=client)
    assert made.status_code == 201
    with everywhere() as s:
        assert s.get_one(Document, made.json()["id"]).organization_id == alice.organization_id
    key = made.json()["id"]
    assert client.put(f"{BASE}/{key}", json={"title": "Renamed"}).json()["title"] == "Renamed"
    new = client.post(f"{BASE}/{key}/versions", files={"file": ("v2.pdf", pdf("v2"))})
    assert (new.status_code, new.json()["version"]) == (201, 2)
    assert client.delete(f"{BASE}/{key}").status_code == 204


def test_a_document_is_deleted_with_204_and_a_reason_when_its_time_has_not_come(send, alices):
    fresh = send().json()["id"]
    assert alices.delete(f"{BASE}/{fresh}").status_code == 204
    assert alices.get(f"{BASE}/{fresh}").status_code == 404
    old = send().json()["id"]
    with everywhere() as s:
        s.get_one(Document, old).created_at = clock.now() - timedelta(days=2)
    refused = alices.delete(f"{BASE}/{old}")
    assert (refused.status_code, refused.json()["details"].split(":")[0]) == (400, "reason")
    assert alices.delete(f"{BASE}/{old}", params={"reason": "Wrong building"}).status_code == 204


def test_what_is_ours_is_told_and_changed_apart(send, alices):
    key = send(visibility="owners", dated_on="2026-03-12").json()["id"]
    told = alices.get(f"{BASE}/{key}/details").json()
    assert (told["visibility"], told["retention"], told["deletable_from"]) == ("owners", "permanent", None)
    assert (told["version"], told["filename"], told["text_state"]) == (1, "pv.pdf", "waiting")
    changed = alices.put(f"{BASE}/{key}", json={"document_type": "Invoice", "retention": "seven_years"}).json()
    assert (changed["document_type"], changed["visibility"], changed["title"]) == ("Invoice", "owners", "PV")
    assert (changed["dated_on"], changed["deletable_from"]) == ("2026-03-12", "2034-01-01")
    cleared = alices.put(f"{BASE}/{key}", json={"dated_on": None}).json()
    assert (cleared["dated_on"], cleared["retention"]) == (None, "seven_years")
    assert alices.put(f"{BASE}/{key}", json={"title": ""}).status_code == 400


def test_versions_are_listed_and_downloaded(send, alices, pdf):
    key = send(pdf("one")).json()["id"]
    made = alices.post(f"{BASE}/{key}/versions", files={"file": ("two.pdf", pdf("two"))})
    assert (made.status_code, made.json()["version"]) == (201, 2)
    assert [(v["number"], v["filename"]) for v in alices.get(f"{BASE}/{key}/versions").json()] == [
        (2, "two.pdf"),
        (1, "pv.pdf"),
    ]
    assert alices.get(f"{BASE}/{key}/versions/1/download").content == pdf("one")
    assert alices.get(f"{BASE}/{key}/download").content == pdf("two")
    assert alices.get(f"{BASE}/{key}/versions/9/download").status_code == 404


def test_several_change_together(send, alices, pdf):
    keys = [send(pdf(n), title=n).json()["id"] for n in "ab"]
    changed = alices.put(BASE, json={"ids": keys, "visibility": "owners", "document_type": "Plan"})
    assert changed.json() == {"changed": 2}
    assert {alices.get(f"{BASE}/{key}/details").json()["visibility"] for key in keys} == {"owners"}
    assert alices.put(BASE, json={"ids": [], "visibility": "owners"}).status_code == 400


def test_several_leave_in_one_zip(send, alices, pdf):
    keys = [send(pdf(n), f"pv-{n}.pdf", title=n).json()["id"] for n in "ab"]
    answer = alices.get(f"{BASE}/zip?ids={','.join(keys)}")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {"pv-a.pdf": pdf("a"), "pv-b.pdf": pdf("b")}
    assert alices.get(f"{BASE}/zip?ids=x").status_code == 404
    assert alices.get(f"{BASE}/zip?ids=").status_code == 400


def test_a_search_gives_the_passage_in_plain_pieces(send, alices, alice, client_of, building, pdf):
    key = send(pdf("Remplacement de la chaudière <b>")).json()["id"]
    jobs.read_waiting(system_actor(alice.organization_id))
    (found,) = alices.get(f"{BASE}/search?q=chaudiere").json()["data"]
    assert (found["id"], found["text_state"], found["pages"]) == (key, "read", 1)
    pieces = [("Remplacement de la ", False), ("chaudière", True), (" <b>", False)]
    assert found["passage"] == [{"text": words, "hit": hit} for words, hit in pieces]
    occupant = client_of(router, make_actor(alice.organization_id, Role.OCCUPANT, "Otto", building.id))
    nothing = occupant.get(f"{BASE}/search?q=chaudiere").json()
    assert (nothing["data"], nothing["pagination"]["total_items"]) == ([], 0)


def test_a_list_is_narrowed_to_a_building(send, alice, alices, pdf):
    other = call(alice, buildings.create_building, a_building(name="Résidence Racine"))
    send(pdf("a"), title="Here")
    send(pdf("b"), title="There", building_id=str(other.id))
    listed = alices.get(f"{BASE}?building_id={other.id}&document_type=MeetingMinutes").json()["data"]
    assert [d["title"] for d in listed] == ["There"]


# --- Large files, through the whole application ---


def multipart(building_id, size: int):
    """A form whose file is a PDF of `size` bytes, in pieces, without its length."""
    fields = f'--x\r\nContent-Disposition: form-data; name="building_id"\r\n\r\n{building_id}\r\n'
    head = '--x\r\nContent-Disposition: form-data; name="file"; filename="large.pdf"\r\n\r\n'
    yield (fields + head).encode() + b"%PDF-1.4\n"
    left = size - 9
    while left > 0:
        yield b"0" * min(left, 65_536)
        left -= 65_536
    yield b"\r\n--x--\r\n"


def upload(actor, building_id, size: int, **headers: str) -> httpx.Response:
    app = build([router])
    app.dependency_overrides[current_actor] = lambda: actor

    async def body():
        for piece in multipart(building_id, size):
            yield piece

    async def sent():
        transport = httpx.ASGITransport(app=edge(app), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            given = {"content-type": "multipart/form-data; boundary=x"} | headers
            return await client.post(BASE, content=body(), headers=given)

    return asyncio.run(sent())


def test_the_largest_file_enters_without_its_length_and_without_filling_the_memory(alice, building):
    size = settings().max_upload_mb * 1024 * 1024
    upload(alice, building.id, 100_000)  # what is loaded once does not count
    tracemalloc.start()
    made = upload(alice, building.id, size)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (made.status_code, made.json()["file_size"]) == (201, size)
    assert peak < size / 3
    sha256 = call(alice, document_service.list_versions, made.json()["id"])[0].sha256
    pieces = storage.stream(storage.key_of(building.id, sha256))
    assert sum(len(piece) for piece in pieces) == size


def test_one_byte_more_is_413_with_and_without_a_length(alice, building, vault):
    limit = settings().max_upload_mb * 1024 * 1024
    assert upload(alice, building.id, limit + 1).status_code == 413
    assert upload(alice, building.id, limit + 2 * 1024 * 1024).status_code == 413
    assert upload(alice, building.id, 10, **{"content-length": str(limit * 2)}).status_code == 413
    assert [p for p in vault.rglob("*") if p.is_file()] == []
