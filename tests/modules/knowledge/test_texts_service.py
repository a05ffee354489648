"""Official texts: what is refused, what is shown before, what is stored, replaced and removed."""

import io
from datetime import date

import pytest
from conftest import as_role
from sqlmodel import col, func, select

from koprogo_app.core import audit, clock
from koprogo_app.core.actor import Role
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.db import everywhere
from koprogo_app.core.errors import Forbidden, Invalid, NotFound
from koprogo_app.core.service import call
from koprogo_app.modules.knowledge import loading, retrieval, service, texts_service
from koprogo_app.modules.knowledge.models import Article, Face, FaceVector, OfficialText
from koprogo_app.modules.knowledge.texts_service import TextIn, receive


def received(content: str | bytes, filename: str = "act.txt"):
    return receive(filename, io.BytesIO(content.encode() if isinstance(content, str) else content))


def articles_of(text: OfficialText) -> list[tuple[Article, list[Face]]]:
    with everywhere() as s:
        found = s.exec(select(Article).where(Article.text_id == text.id).order_by(Article.id)).all()
        return [
            (one, list(s.exec(select(Face).where(Face.article_id == one.id).order_by(Face.kind)).all()))
            for one in found
        ]


def stored(title: str) -> int:
    with everywhere() as s:
        return s.exec(select(func.count()).select_from(OfficialText).where(OfficialText.title == title)).one()


# --- Files that are refused ---


@pytest.mark.parametrize(
    ("content", "filename", "says"),
    [
        (b"", "act.pdf", "This file is empty."),
        (b"MZ\x00\x01", "act.exe", "This type of file is not accepted"),
        (b"words", "act", "This type of file is not accepted"),
        (b"words", "act.pdf", "its contents are of another type"),
        (b"%PDF-1.4", "act.txt", "its contents are of another type"),
        (b"\x89PNG\r\n\x1a\n\x00\x01", "act.txt", "its contents are of another type"),
        (b"PK\x03\x04\x00\x00", "act.html", "its contents are of another type"),
        (b"%PDF-1.7\nno more than this", "act.pdf", "damaged"),
    ],
)
def test_a_wrong_file_is_refused_beside_its_field(content, filename, says):
    with pytest.raises(Invalid, match=says) as refused:
        received(content, filename)
    assert list(refused.value.fields) == ["file"]


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(texts_service, "MAX_MB", 1)
    with pytest.raises(Invalid, match="larger than"):
        received(b"a" * (1024 * 1024 + 1))


def test_a_locked_a_scanned_and_an_endless_pdf_are_refused(pdf, locked):
    square = pdf("").replace(b"BT /F1 12 Tf 20 800 Td ET", b"20 20 500 700 re f       ")
    for content, says in (
        (locked(pdf("Art. 1. Secret.")), "password"),
        (square, "scan"),
        (pdf(*(f"Page {n}" for n in range(500))), "more than {pages} pages"),
    ):
        with pytest.raises(Invalid, match=says) as refused:
            received(content, "act.pdf")
        assert list(refused.value.fields) == ["file"]
    assert refused.value.params["pages"] == 300


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"locale": "es"}, "locale"), ({"region": "FR"}, "region"), ({"url": "http://example.be/x"}, "url"),
        ({"url": "https://"}, "url"), ({"url": "javascript:alert(1)"}, "url"), ({"valid_from": date(1700, 1, 1)}, "valid_from"),
        ({"valid_from": date(2999, 1, 1)}, "valid_from"), ({"title": "<b> </b>"}, "title"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_and_nothing_is_stored(superadmin, title, fields, named):
    data = TextIn.model_validate({"title": title, "locale": "fr"} | fields)
    for action in (texts_service.plan, texts_service.add_text):
        with pytest.raises(Invalid) as refused:
            call(superadmin, action, received("Art. 1. Un.\nArt. 2. Deux."), data)
        assert list(refused.value.fields) == [named]
    assert stored(title) == 0


@pytest.mark.parametrize("content", ["\n \n", "<script>alert(1)</script>", "— · —"])
def test_a_file_without_text_is_refused(superadmin, title, content):
    with pytest.raises(Invalid, match="no text to read"):
        call(superadmin, texts_service.add_text, received(content), TextIn(title=title, locale="fr"))
    assert stored(title) == 0


def test_a_text_of_too_many_articles_is_refused_whole(superadmin, title, monkeypatch):
    monkeypatch.setattr(texts_service, "MAX_PARTS", 2)
    with pytest.raises(Invalid) as refused:
        call(
            superadmin,
            texts_service.add_text,
            received("Art. 1. Un.\nArt. 2. Deux.\nArt. 3. Trois."),
            TextIn(title=title, locale="fr"),
        )
    assert refused.value.params == {"count": 3, "most": 2}
    assert stored(title) == 0


# --- Before it is stored ---


def test_the_cut_is_shown_and_nothing_is_stored(superadmin, title, act):
    plan = call(
        superadmin, texts_service.plan, received(act), TextIn(title=title, locale="fr", source="Ord. 2 mai 2024")
    )
    assert plan.cut.by == "articles"
    assert list(plan.citations) == [
        "Ord. 2 mai 2024", "Ord. 2 mai 2024, art. 1er", "Ord. 2 mai 2024, art. 2", "Ord. 2 mai 2024, art. 3 § 1er",
        "Ord. 2 mai 2024, art. 3 § 2",
    ]  # fmt: skip
    assert (plan.remarks, plan.replaces, stored(title)) == ([], None, 0)


def test_pages_of_a_pdf_are_cited_in_the_language_of_the_text(superadmin, title, pdf):
    file = received(pdf("De syndicus onderhoudt de lift.", "Hij legt rekenschap af."), "gids.pdf")
    plan = call(superadmin, texts_service.plan, file, TextIn(title=title, locale="nl", source="Gids"))
    assert list(plan.citations) == ["Gids, blz. 1", "Gids, blz. 2"]
    assert ["pages" in message for message, _ in plan.remarks] == [True]
    assert file.pages == 2


def test_what_to_look_at_twice_is_said(superadmin, title):
    text = "Art. 1. De syndicus is de persoon die het gebouw beheert.\nArt. 2. Hij doet dat niet alleen.\nBIJLAGE I\nArt. 1. Wat in de bijlage staat."
    plan = call(superadmin, texts_service.plan, received(text), TextIn(title=title, locale="fr"))
    (language, _), (twice, params) = plan.remarks
    assert "another language" in language
    assert "more than once" in twice
    assert params == {"at": "1"}


# --- Stored ---


def test_a_text_becomes_articles_that_are_found_by_their_words(superadmin, alice, add, act, title, kicked, loaded):
    text = add(act, source="Ord. 2 mai 2024", region="BXL", url="https://example.be/ord", valid_from=date(2024, 6, 1))
    assert kicked == [loading.FILL]
    assert (text.filename, text.pages, text.region) == ("act.txt", None, "BXL")
    (_, *_), (second, faces), *_ = articles_of(text)[1:]
    heading, body = faces
    middle = "-".join(title.lower().split()) + "-fr"
    assert second.uid == f"added.{middle}.3"
    assert (second.kind, second.region, second.confidence, second.source) == ("text", "BXL", "HIGH", "Ord. 2 mai 2024")
    assert (second.citation, second.url) == ({"fr": "Ord. 2 mai 2024, art. 2"}, {"fr": "https://example.be/ord"})
    assert (second.valid_from, second.reviewed_on) == (date(2024, 6, 1), clock.today())
    assert (heading.lang, heading.content, body.content) == (
        "fr", "Définitions", "Le xylographe est l'appareil que le syndic fait installer dans les parties communes.",
    )  # fmt: skip
    shown = call(alice, service.get_article, second.uid, "nl")  # anybody may read it, in the language it has
    assert (shown.lang, shown.citation, shown.text) == ("fr", "Ord. 2 mai 2024, art. 2", body.content)


def test_its_vectors_are_computed_by_the_job_and_a_search_finds_it(superadmin, alice, add, loaded):
    text = add("Art. 1. Le zorglub des caves est vidé chaque trimestre.\nArt. 2. Le syndic le surveille.", region="WAL")
    sum(loading.filled(wait=True))
    ids = [face.id for _, faces in articles_of(text) for face in faces]
    with everywhere() as s:
        models = s.exec(select(FaceVector.embed_model).where(col(FaceVector.face_id).in_(ids))).all()
    assert len(models) == 4 * len(set(models)) > 0
    found = call(alice, retrieval.search, "Quand le zorglub des caves est-il vidé ?", "fr", clock.today(), "WAL")
    assert found.hits[0].citation == f"{text.title}, art. 1"
    elsewhere = call(alice, retrieval.search, "Quand le zorglub des caves est-il vidé ?", "fr", clock.today(), "VLG")
    assert text.title not in " ".join(hit.citation for hit in elsewhere.hits)


def test_a_text_of_the_same_title_and_language_is_replaced_whole(superadmin, add, act, title):
    first = add(act)
    plan = call(superadmin, texts_service.plan, received(act), TextIn(title=title.upper(), locale="fr"))
    assert plan.replaces is not None
    assert plan.replaces.id == first.id
    second = add("Article 1. Un.\nArticle 2. Deux.", title=title.upper(), region="VLG")
    assert (second.id, second.title, second.region) == (first.id, title.upper(), "VLG")
    assert [article.uid.rpartition(".")[2] for article, _ in articles_of(second)] == ["1", "2"]
    assert [article.citation for article, _ in articles_of(second)] == [
        {"fr": f"{title.upper()}, art. 1"}, {"fr": f"{title.upper()}, art. 2"},
    ]  # fmt: skip


def test_the_same_title_in_another_language_or_with_other_signs_is_another_text(add, title):
    texts = [add("Art. 1. Un.\nArt. 2. Deux.", **given) for given in ({}, {"locale": "nl"}, {"title": f"{title} !"})]
    assert len({text.id for text in texts}) == 3
    uids = [article.uid for text in texts for article, _ in articles_of(text)]
    assert len(set(uids)) == 6
    assert uids[4].split(".")[1] == uids[0].split(".")[1] + "-2"


def test_a_failure_on_the_way_keeps_the_text_that_was_there(add, act, title, monkeypatch):
    kept = [article.uid for article, _ in articles_of(add(act))]

    def fail(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(audit, "note", fail)
    with pytest.raises(OSError, match="no space left"):
        add("Art. 1. Un.\nArt. 2. Deux.")
    monkeypatch.undo()
    with everywhere() as s:
        text = s.exec(select(OfficialText).where(OfficialText.title == title)).one()
    assert [article.uid for article, _ in articles_of(text)] == kept


def test_html_is_read_as_a_browser_shows_it(add):
    page = "<h1>Loi</h1><p hidden>Ignore.</p><p>Art. 1. Un &amp; deux.<script>x()</script></p><!-- non --><p>Art. 2.<br>Trois.</p>"
    text = add(page, filename="loi.html")
    assert [(a.citation["fr"].rpartition(", ")[2], faces[1].content) for a, faces in articles_of(text)] == [
        ("art. 1", "Un & deux."), ("art. 2", "Trois."),
    ]  # fmt: skip


def test_text_in_any_usual_encoding_is_read(add):
    for encoding in ("utf-8", "cp1252", "utf-16"):
        text = add("Art. 1. L'œuvre d'été.\nArt. 2. Fin.".encode(encoding))
        assert articles_of(text)[0][1][1].content == "L'œuvre d'été."


def test_the_name_of_the_file_comes_in_clean(add):
    assert add(filename="C:\\textes\\l\u202eoi.txt").filename == "loi.txt"


# --- Removed ---


def test_a_removed_text_leaves_nothing(superadmin, add, act):
    text = add(act)
    ids = [article.id for article, _ in articles_of(text)]
    sum(loading.filled(wait=True))
    call(superadmin, texts_service.remove_text, text.id)
    with everywhere() as s:
        assert s.exec(select(func.count()).select_from(Face).where(col(Face.article_id).in_(ids))).one() == 0
        assert s.get(OfficialText, text.id) is None
    with pytest.raises(NotFound):
        call(superadmin, texts_service.remove_text, text.id)


def test_the_shipped_entries_come_anew_and_the_added_text_stays(add, act, undone):
    text = add(act)
    before = len(articles_of(text))
    service.replace_entries(undone)
    assert undone.exec(select(func.count()).select_from(Article).where(Article.text_id == text.id)).one() == before


def test_the_trail_names_who_added_and_removed(superadmin, add, act):
    text = add(act)
    call(superadmin, texts_service.remove_text, text.id)
    with everywhere() as s:
        wanted = select(AuditEntry.action, AuditEntry.user_id).where(col(AuditEntry.row_ids).contains([text.id]))
        found = s.exec(wanted.order_by(AuditEntry.seq)).all()
    assert found == [("official text added", superadmin.user_id), ("official text removed", superadmin.user_id)]


# --- Who may ---


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SUPERADMIN, Role.SYSTEM)])
def test_nobody_of_an_office_adds_sees_or_removes(alice, charlie, add, act, role):
    text, file, data = add(act), received(act), TextIn(title="Autre", locale="fr")
    for actor in (as_role(alice, role), as_role(charlie, role)):
        for action, given in (
            (texts_service.plan, (file, data)), (texts_service.add_text, (file, data)), (texts_service.list_texts, ()),
            (texts_service.get_text, (text.id,)), (texts_service.remove_text, (text.id,)),
        ):  # fmt: skip
            with pytest.raises(Forbidden):
                call(actor, action, *given)


# --- A file that waits ---


def test_a_file_waits_for_the_one_who_sent_it(superadmin, alice, act):
    file = received(act)
    key = texts_service.keep(superadmin, file)
    assert texts_service.kept(superadmin, key) is file
    for actor, asked in ((alice, key), (superadmin, "nonsense"), (superadmin, "")):
        with pytest.raises(NotFound):
            texts_service.kept(actor, asked)
    texts_service.drop(key)
    with pytest.raises(NotFound):
        texts_service.kept(superadmin, key)


def test_a_file_waits_an_hour_and_few_wait_at_once(superadmin, act, monkeypatch):
    file = received(act)
    keys = [texts_service.keep(superadmin, file) for _ in range(5)]
    with pytest.raises(NotFound):
        texts_service.kept(superadmin, keys[0])
    assert texts_service.kept(superadmin, keys[1]) is file
    monkeypatch.setattr(texts_service, "LIFE", -1.0)
    with pytest.raises(NotFound):
        texts_service.kept(superadmin, keys[1])
