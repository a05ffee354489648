"""Handlers of the pages on a plain state, as their reader, in English."""

import io
from types import SimpleNamespace

import pytest
from conftest import as_role, send
from sqlmodel import func, select

from koprogo_app.core.actor import Role
from koprogo_app.core.db import everywhere
from koprogo_app.modules.knowledge import ladder, texts_service
from koprogo_app.modules.knowledge.articles.state import ArticleState
from koprogo_app.modules.knowledge.ladder import Writer
from koprogo_app.modules.knowledge.models import Article, OfficialText
from koprogo_app.modules.knowledge.state import AddTextState, ArticlesState, KnowledgeStatusState, OfficialTextsState


@pytest.fixture
def page(opened, superadmin, monkeypatch):
    """page(State, query=…, actor=…, **address): the page as the administrator has it."""

    def make(kind, actor=superadmin, query=None, **address):
        state = opened(kind, actor, **address)
        monkeypatch.setattr(kind, "router", SimpleNamespace(url=SimpleNamespace(query_parameters=query or {})))
        return state

    return make


def loaded_page(state, kind):
    send(state, kind.load)
    return state


# --- Status ---


def test_the_status_counts_what_is_loaded(page, loaded, monkeypatch):
    monkeypatch.setattr(ladder, "WRITERS", [lambda: Writer("mistral", False, "No language model is set.")])
    state = loaded_page(page(KnowledgeStatusState), KnowledgeStatusState)
    with everywhere() as s:
        laws = s.exec(select(func.count()).select_from(Article).where(Article.kind == "law")).one()
    counts = {row.label: (row.count, row.href) for row in state.kinds}
    assert counts["Law"] == (str(laws), "/admin/knowledge/articles?kind=law")
    assert {row.label for row in state.languages} == {"Français", "Nederlands", "Deutsch", "English"}
    assert state.oldest.endswith("/2026")
    assert [model.name for model in state.models][:2] == ["e5-small-q4", "use-multilingual-3"]
    assert all(model.done + model.missing == model.total for model in state.models)
    assert (state.writer, state.writer_well, state.writer_why) == ("mistral", False, "No language model is set.")
    assert state.said == ladder.RUNGS[state.rung]
    assert state.rung >= 3


# --- Articles ---


def test_the_list_is_narrowed_by_the_address_and_leads_to_the_articles(page, loaded, add):
    text = add()
    state = loaded_page(page(ArticlesState, query={"text": str(text.id)}), ArticlesState)
    assert state.total == 5
    row = state.rows[2]
    assert (row.title, row.citation) == ("Définitions", f"{text.title}, art. 2")
    assert (row.kind, row.region, row.certainty) == ("Added text", "Belgium", "high")
    assert row.href == f"/assistant/articles/{row.uid}"
    send(state, ArticlesState.search_for, "xylographe")
    assert state.total == 3
    send(state, ArticlesState.filter_by, "kind", "law")
    assert state.total == 0


# --- An article ---


def test_an_article_is_shown_in_the_readers_language_and_in_another_when_he_wants(page, loaded, alice):
    state = loaded_page(page(ArticleState, alice, article_uid="be.cc.3.86.p3"), ArticleState)
    assert (state.missing, state.lang, state.foreign) == (False, "en", "")
    assert state.article.citation.startswith("Civil Code, art. 3.86 § 3")
    english = state.article.text
    send(state, ArticleState.choose, "nl")
    assert (state.lang, state.article.lang) == ("nl", "nl")
    assert state.article.citation.startswith("Burgerlijk Wetboek, art. 3.86 § 3")
    assert state.article.text != english
    send(state, ArticleState.choose, "es")
    assert state.lang == "nl"
    assert all(row.href.startswith("/assistant/articles/") for row in state.see)


def test_a_question_shows_what_it_rests_on(page, loaded, alice):
    with everywhere() as s:
        uid, rests_on = s.exec(select(Article.uid, Article.rests_on).where(Article.kind == "faq").limit(1)).one()
    state = loaded_page(page(ArticleState, alice, article_uid=uid), ArticleState)
    assert len(state.rests_on) >= len(rests_on) > 0
    assert state.rests_on[0].label


def test_a_text_in_one_language_says_so_and_is_nobodys_words_but_its_own(page, alice, add, title):
    text = add(url="https://example.be/x", source="Ord. 2024")
    state = loaded_page(page(ArticleState, alice, article_uid=uid_of(text, 3)), ArticleState)
    assert (state.lang, state.foreign, state.languages) == ("fr", "Français", ["fr"])
    card = state.article
    assert (card.title, card.citation, card.own_words, card.url) == (
        "Définitions",
        "Ord. 2024, art. 2",
        False,
        "https://example.be/x",
    )
    assert (state.see, state.rests_on) == ([], [])


def uid_of(text: OfficialText, number: int) -> str:
    with everywhere() as s:
        uids = s.exec(select(Article.uid).where(Article.text_id == text.id)).all()
    return next(uid for uid in uids if uid.endswith(f".{number}"))


def test_an_article_that_is_not_there_says_so(page, loaded, alice):
    state = loaded_page(page(ArticleState, alice, article_uid="nothing"), ArticleState)
    assert (state.missing, state.article.text) == (True, "")


# --- Official texts ---


def test_texts_are_listed_and_removed_after_a_question(page, add, title):
    text = add(source="Ord. 2024", region="DG", locale="de")
    state = loaded_page(page(OfficialTextsState), OfficialTextsState)
    row = next(row for row in state.rows if row.id == str(text.id))
    assert (row.title, row.source, row.language, row.region) == (
        title,
        "Ord. 2024",
        "Deutsch",
        "German-speaking Community",
    )
    assert (row.articles, row.pages, row.href) == ("5", "–", f"/admin/knowledge/articles?text={text.id}")
    send(state, OfficialTextsState.ask_removal, str(text.id))
    assert (state.removing, state.name) == (True, title)
    send(state, OfficialTextsState.close, False)
    assert not state.removing
    send(state, OfficialTextsState.ask_removal, str(text.id))
    send(state, OfficialTextsState.remove)
    assert str(text.id) not in [row.id for row in state.rows]
    assert not state.removing


# --- The wizard ---


@pytest.fixture
def dropped(page, superadmin, title):
    """dropped(content, filename): the wizard after a file came in, its title being this test's own."""

    def make(content: str, filename: str = "Ordonnance_2024.txt"):
        state = loaded_page(page(AddTextState), AddTextState)
        file = texts_service.receive(filename, io.BytesIO(content.encode()))
        send(state, AddTextState.read, texts_service.keep(superadmin, file))
        return state

    return make


def test_a_file_is_shown_cut_with_a_title_and_its_language_guessed(dropped, act):
    state = dropped(act)
    assert (state.filename, state.pages, state.cut_by) == ("Ordonnance_2024.txt", "", "Cut by its articles")
    assert state.values == {"title": "Ordonnance 2024", "locale": "fr", "region": "BE"}
    assert [row.citation for row in state.rows][1:3] == ["Ordonnance 2024, art. 1er", "Ordonnance 2024, art. 2"]
    assert (state.total, state.remarks, state.replaces) == (5, [], "")


def test_the_cut_follows_what_is_filled_in(dropped, act, add, title):
    state = dropped(act)
    send(state, AddTextState.say, "source", "Ord. 2 mai 2024")
    assert state.rows[1].citation == "Ord. 2 mai 2024, art. 1er"
    send(state, AddTextState.say, "locale", "de")
    assert state.rows[1].citation == "Ord. 2 mai 2024, Art. 1er"
    assert len(state.remarks) == 1  # it is French
    send(state, AddTextState.say, "locale", "fr")
    add()
    send(state, AddTextState.say, "title", title)
    assert state.replaces
    send(state, AddTextState.say, "title", "x" * 300)
    assert list(state.errors) == ["title"]
    send(state, AddTextState.say, "nonsense", "x")
    assert "nonsense" not in state._given


def test_long_cuts_are_shown_page_by_page(dropped):
    state = dropped("\n".join(f"Art. {n}. Le point {n}." for n in range(1, 61)))
    assert (len(state.rows), state.total) == (25, 60)
    send(state, AddTextState.go, 3)
    assert [row.citation for row in state.rows] == [f"Ordonnance 2024, art. {n}" for n in range(51, 61)]


def test_a_wrong_field_keeps_the_file_and_stores_nothing(dropped, act, title):
    state = dropped(act)
    send(state, AddTextState.store, {"title": title, "locale": "fr", "region": "BE", "url": "http://example.be"})
    assert list(state.errors) == ["url"]
    assert state.key
    send(state, AddTextState.store, {"title": "x" * 201, "locale": "", "region": "BE"})
    assert set(state.errors) == {"title", "locale"}
    with everywhere() as s:
        assert s.exec(select(OfficialText).where(OfficialText.title == title)).first() is None


def test_storing_is_the_last_click(dropped, act, title):
    state = dropped(act)
    form = {
        "title": title,
        "locale": "fr",
        "region": "BXL",
        "source": "",
        "url": "https://example.be/x",
        "valid_from": "2024-06-01",
    }
    done = send(state, AddTextState.store, form)
    assert "/admin/knowledge/texts" in str(done[1])
    assert state.key == ""
    with everywhere() as s:
        text = s.exec(select(OfficialText).where(OfficialText.title == title)).one()
    assert (text.region, text.url, str(text.valid_from)) == ("BXL", "https://example.be/x", "2024-06-01")


def test_another_file_may_be_chosen_and_a_reload_begins_anew(dropped, act):
    state = dropped(act)
    send(state, AddTextState.start_again)
    assert (state.key, state.rows, state.total) == ("", [], 0)
    state = dropped(act)
    send(state, AddTextState.load)
    assert (state.key, state.rows) == ("", [])


@pytest.mark.parametrize("role", [Role.SYNDIC, Role.OWNER])
def test_nobody_else_reads_the_pages_of_the_administrator(page, alice, loaded, role):
    actor = as_role(alice, role)
    for kind in (KnowledgeStatusState, OfficialTextsState):
        said = send(page(kind, actor), kind.load)
        assert "You may not do this." in str(said)
