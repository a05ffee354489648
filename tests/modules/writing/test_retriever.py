"""LangChain's view of our search: the same articles, as the person who asks."""

import asyncio
from datetime import date

import pytest
from conftest import as_role
from modules.knowledge.conftest import loaded as loaded

from koprogo_app.core.actor import GRANTS, Permission, Role
from koprogo_app.core.errors import Forbidden, Unauthorized
from koprogo_app.core.service import call
from koprogo_app.modules.knowledge import retrieval
from koprogo_app.modules.writing import retriever
from koprogo_app.modules.writing.retriever import KoproRetriever
from koprogo_app.modules.writing.rules import Source

ON = date(2026, 11, 28)
pytestmark = pytest.mark.usefixtures("loaded")
ASKED = "Que dit l'art. 3.87 §10 du Code civil ?"  # named by its number: an answer with any model, or none


@pytest.fixture
def found(alice):
    return KoproRetriever(actor=alice, locale="fr", on=ON)


def test_documents_are_the_hits_of_the_search_with_uid_citation_and_score(found, alice):
    hits = call(alice, retrieval.search, ASKED, "fr", ON).hits
    documents = found.invoke(ASKED)
    assert documents[0].metadata["uid"].startswith("be.cc.3.87.p10")
    assert documents[0].metadata["citation"] == "Code civil, art. 3.87 § 10"
    assert [(d.metadata["uid"], d.page_content) for d in documents] == [(hit.uid, hit.text) for hit in hits[:6]]
    assert [d.metadata["score"] for d in documents] == sorted((d.metadata["score"] for d in documents), reverse=True)


def test_the_reader_is_answered_in_his_language(alice):
    (first, *_) = KoproRetriever(actor=alice, locale="nl", on=ON, limit=1).invoke("Wat zegt art. 3.87 §10?")
    assert (first.metadata["lang"], first.metadata["citation"]) == ("nl", "Burgerlijk Wetboek, art. 3.87 § 10")


def test_off_the_event_loop_it_is_the_same(found):
    assert asyncio.run(found.ainvoke(ASKED)) == found.invoke(ASKED)


def test_what_may_not_be_answered_finds_nothing(found):
    assert found.invoke("Quelle est la capitale de la Mongolie ?") == []


def test_it_asks_the_gate_each_time(alice, monkeypatch):
    monkeypatch.setitem(GRANTS, Role.CONTRACTOR, frozenset(Permission) - {Permission.PROFILE})
    with pytest.raises(Forbidden):
        KoproRetriever(actor=as_role(alice, Role.CONTRACTOR), locale="fr", on=ON).invoke(ASKED)


def test_somebody_without_office_must_choose_one(alice):
    from dataclasses import replace

    with pytest.raises(Unauthorized):
        KoproRetriever(actor=replace(alice, organization_id=None), locale="fr", on=ON).invoke(ASKED)


def test_documents_become_the_passages_of_a_written_answer(found, ask):
    sources = retriever.sources(found.invoke(ASKED))
    assert sources[0] == Source(1, "Code civil, art. 3.87 § 10", found.invoke(ASKED)[0].page_content, "law")
    came = ask("fake-honest", sources=sources)
    assert came.refusal is None
    assert came.texts[0] == found.invoke(ASKED)[0].page_content.split(". ")[0] + "."
