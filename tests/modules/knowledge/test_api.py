"""REST of articles and official texts."""

import pytest
from conftest import as_role
from sqlmodel import select

from koprogo_app.core.actor import Role
from koprogo_app.core.db import everywhere
from koprogo_app.modules.knowledge import loading
from koprogo_app.modules.knowledge.api import router
from koprogo_app.modules.knowledge.models import OfficialText

ARTICLES, TEXTS = "/api/v1/assistant/articles", "/api/v1/admin/official-texts"
KEYS = {
    "uid", "kind", "lang", "languages", "citation", "title", "text", "caveat", "region", "confidence", "source", "old", "url",
    "valid_from", "reviewed_on", "see", "rests_on",
}  # fmt: skip


@pytest.fixture
def admin(client_of, superadmin):
    return client_of(router, superadmin)


@pytest.fixture
def reader(client_of, alice, loaded):
    return client_of(router, alice)


@pytest.fixture
def send(admin, title, act):
    """send(content, name, client=…, path=…, **fields): the answer to an upload."""

    def sent(content=act, name="act.txt", client=admin, path=TEXTS, **fields):
        data = {"title": title, "locale": "fr"} | fields
        return client.post(path, data=data, files={"file": (name, content, "application/octet-stream")})

    return sent


# --- Articles ---


def test_an_article_is_read_in_the_language_asked_for(reader):
    french = reader.get(f"{ARTICLES}/be.cc.3.87.p10?lang=fr")
    assert (french.status_code, set(french.json())) == (200, KEYS)
    body = french.json()
    assert (body["citation"], body["lang"], body["kind"]) == ("Code civil, art. 3.87 § 10", "fr", "law")
    assert body["languages"] == ["de", "en", "fr", "nl"]
    dutch = reader.get(f"{ARTICLES}/be.cc.3.87.p10?lang=nl").json()
    assert (dutch["citation"], dutch["lang"]) == ("Burgerlijk Wetboek, art. 3.87 § 10", "nl")
    assert dutch["text"] != body["text"]
    assert all(set(one) == {"uid", "citation", "title"} for one in body["see"])


def test_without_a_language_it_is_the_readers_own(client_of, alice, loaded):
    from dataclasses import replace

    german = client_of(router, replace(alice, locale="de")).get(f"{ARTICLES}/be.cc.3.87.p10").json()
    assert (german["lang"], german["citation"]) == ("de", "Zivilgesetzbuch, Art. 3.87 § 10")


def test_a_paragraph_that_is_cut_further_opens_at_its_first_part(reader):
    assert reader.get(f"{ARTICLES}/be.cc.3.87").json()["uid"].startswith("be.cc.3.87.p1")


@pytest.mark.parametrize("uid", ["be.cc.9.99", "nonsense", "be.cc.3.87.p99", "%25", "%00"])
def test_an_article_that_is_not_there_is_404(reader, uid):
    assert reader.get(f"{ARTICLES}/{uid}").status_code in ((404,) if uid != "%00" else (400,))


def test_a_language_that_is_not_ours_is_400(reader):
    assert reader.get(f"{ARTICLES}/be.cc.3.87.p10?lang=es").status_code == 400


def test_the_list_is_searched_filtered_and_paged(reader):
    found = reader.get(ARTICLES, params={"search": "procès-verbal signature", "lang": "fr", "kind": "law"}).json()
    assert "be.cc.3.87.p10" in [row["uid"] for row in found["data"]]
    assert {row["kind"] for row in found["data"]} == {"law"}
    page = reader.get(ARTICLES, params={"per_page": 2, "page": 2, "kind": "law"}).json()
    assert (len(page["data"]), page["pagination"]["current_page"], page["pagination"]["has_next"]) == (2, 2, True)
    assert reader.get(ARTICLES, params={"search": "zzzzzzz"}).json()["data"] == []


@pytest.mark.parametrize(
    "given", [{"kind": "x"}, {"region": "FR"}, {"confidence": "sure"}, {"text": "1"}, {"sort_by": "text"}]
)
def test_a_filter_that_does_not_exist_is_400(reader, given):
    assert reader.get(ARTICLES, params=given).status_code == 400


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SUPERADMIN, Role.SYSTEM)])
def test_everybody_who_is_signed_in_reads_articles_and_nobody_else(client_of, alice, loaded, role):
    client = client_of(router, as_role(alice, role))
    assert client.get(f"{ARTICLES}/be.cc.3.87.p10").status_code == 200
    assert client.get(ARTICLES, params={"per_page": 1}).status_code == 200
    assert client_of(router, None).get(f"{ARTICLES}/be.cc.3.87.p10").status_code == 401


# --- Official texts ---


def test_a_dry_run_says_how_it_is_cut_and_stores_nothing(send, title):
    shown = send(dry_run="true", source="Ord. 2024")
    body = shown.json()
    assert (shown.status_code, body["cut_by"], body["replaces"], body["remarks"]) == (200, "articles", None, [])
    assert [one["citation"] for one in body["articles"]][-1] == "Ord. 2024, art. 3 § 2"
    with everywhere() as s:
        assert s.exec(select(OfficialText).where(OfficialText.title == title)).first() is None


def test_a_text_is_stored_listed_replaced_and_removed(send, admin, reader, title, kicked):
    made = send(region="BXL", source="Ord. 2024", url="https://example.be/x", valid_from="2024-06-01")
    body = made.json()
    assert (made.status_code, body["title"], body["articles"], body["region"]) == (201, title, 5, "BXL")
    assert (body["valid_from"], body["filename"], body["pages"]) == ("2024-06-01", "act.txt", None)
    assert kicked == [loading.FILL]
    listed = {row["id"]: row for row in admin.get(TEXTS).json()}
    assert listed[body["id"]]["articles"] == 5
    found = reader.get(ARTICLES, params={"text": body["id"], "lang": "nl"}).json()
    assert [row["citation"] for row in found["data"]][1:3] == ["Ord. 2024, art. 1er", "Ord. 2024, art. 2"]
    assert send("Art. 1. Un.\nArt. 2. Deux.", dry_run="on").json()["replaces"] == body["id"]
    again = send("Art. 1. Un.\nArt. 2. Deux.").json()
    assert (again["id"], again["articles"], again["region"]) == (body["id"], 2, "BE")
    assert admin.delete(f"{TEXTS}/{body['id']}").status_code == 204
    assert admin.delete(f"{TEXTS}/{body['id']}").status_code == 404
    assert reader.get(ARTICLES, params={"text": body["id"]}).json()["pagination"]["total_items"] == 0


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"title": "x" * 201}, "title"), ({"title": ""}, "title"), ({"title": "ab"}, "title"), ({"locale": ""}, "locale"),
        ({"locale": "es"}, "locale"), ({"region": "FR"}, "region"), ({"source": "x" * 301}, "source"),
        ({"url": "http://example.be"}, "url"), ({"url": "https://" + "x" * 500}, "url"), ({"valid_from": "soon"}, "valid_from"),
    ],
)  # fmt: skip
def test_a_bad_field_is_400_and_named(send, admin, fields, named):
    before = admin.get(TEXTS).json()
    refused = send(**fields)
    assert (refused.status_code, refused.json()["details"].split(":")[0]) == (400, named)
    assert [row["id"] for row in admin.get(TEXTS).json()] == [row["id"] for row in before]


def test_a_bad_file_is_400_with_a_sentence_in_the_readers_language(send, admin, pdf, locked, title):
    for content, name in (
        (b"", "act.pdf"), (b"MZ\x00", "run.exe"), (b"words", "act.pdf"), (b"%PDF-1.7\nno more", "act.pdf"),
        (locked(pdf("Art. 1. Secret.")), "act.pdf"), (pdf(*["Page"] * 301), "act.pdf"),
    ):  # fmt: skip
        for path in (TEXTS, f"{TEXTS}/drafts"):
            refused = send(content, name, path=path)
            assert (refused.status_code, refused.json()["details"].split(":")[0]) == (400, "file")
    assert title not in [row["title"] for row in admin.get(TEXTS).json()]
    assert admin.post(TEXTS, data={"title": title, "locale": "fr"}).status_code == 400


def test_a_draft_is_read_and_stored_nowhere(send, admin, pdf):
    before = admin.get(TEXTS).json()
    read = send(
        pdf("Art. 1. Le syndic convoque.", "Art. 2. Le syndic rend compte."),
        "../Ordonnance 2024.pdf",
        path=f"{TEXTS}/drafts",
    )
    assert (read.status_code, read.json()["filename"], read.json()["pages"]) == (201, "Ordonnance 2024.pdf", 2)
    assert len(read.json()["id"]) > 16
    assert len(admin.get(TEXTS).json()) == len(before)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SUPERADMIN, Role.SYSTEM)])
def test_official_texts_are_the_platforms(client_of, alice, charlie, add, send, role):
    text = add()
    for actor in (as_role(alice, role), as_role(charlie, role)):
        client = client_of(router, actor)
        answers = [
            client.get(TEXTS), send(client=client), send(client=client, path=f"{TEXTS}/drafts"), client.delete(f"{TEXTS}/{text.id}"),
        ]  # fmt: skip
        assert [answer.status_code for answer in answers] == [403] * 4
    nobody = client_of(router, None)
    assert [a.status_code for a in (nobody.get(TEXTS), send(client=nobody), nobody.delete(f"{TEXTS}/{text.id}"))] == [
        401
    ] * 3
