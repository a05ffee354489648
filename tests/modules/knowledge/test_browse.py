"""The list of articles and what stands beside one."""

import pytest

from koprogo_app.core.errors import Invalid
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.knowledge import browse, files


@pytest.fixture
def listed(alice, loaded):
    """listed(locale=…, search=…, **filters): every row found."""

    def read(locale: str = "fr", search: str = "", sort: str = "", descending: bool = False, **filters: str):
        return call(alice, browse.list_articles, Asked(1, 10_000, sort, descending, search, filters), locale)

    return read


def test_each_article_is_one_row_in_the_readers_language(listed):
    for locale, code in (
        ("fr", "Code civil"),
        ("nl", "Burgerlijk Wetboek"),
        ("de", "Zivilgesetzbuch"),
        ("en", "Civil Code"),
    ):
        found = listed(locale, kind="law")
        assert len({row.uid for row in found.rows}) == len(found.rows) == found.total
        assert {row.lang for row in found.rows} == {locale}
        civil = [row.citation for row in found.rows if row.uid.startswith("be.cc.")]
        assert civil
        assert all(citation.startswith(code) for citation in civil)


def test_a_text_in_one_language_is_listed_for_every_reader(listed, add):
    text = add("Art. 1. Un.\nArt. 2. Deux.")
    assert [(row.lang, row.citation) for row in listed("nl", text=str(text.id)).rows] == [
        ("fr", f"{text.title}, art. 1"), ("fr", f"{text.title}, art. 2"),
    ]  # fmt: skip


def test_numbers_are_in_their_order(listed, add):
    text = add("\n".join(f"Art. {n}. Le point {n}." for n in range(1, 13)))
    assert [row.uid.rpartition(".")[2] for row in listed(text=str(text.id)).rows] == [str(n) for n in range(1, 13)]
    backwards = listed(text=str(text.id), sort="uid", descending=True).rows
    assert [row.uid.rpartition(".")[2] for row in backwards[:2]] == ["12", "11"]


@pytest.mark.parametrize(
    ("words", "locale"),
    [
        ("xylographe", "fr"),
        ("XYLOGRAPHE parties", "fr"),
        ("definitions xylographe", "nl"),
        ("definítions", "fr"),
        ("art. 2", "fr"),
    ],
)
def test_a_search_looks_in_heading_text_and_citation_without_accents(listed, add, words, locale):
    text = add()
    found = listed(locale, words, text=str(text.id))
    assert f"{text.title}, art. 2" in [row.citation for row in found.rows]


def test_a_search_looks_in_keywords_and_uids(listed):
    for entry in files.entries()[::50]:
        for locale, keywords in entry.keywords.items():
            assert entry.uid in [row.uid for row in listed(locale, keywords[-1], kind=entry.kind).rows]
        assert entry.uid in [row.uid for row in listed("nl", entry.uid, kind=entry.kind).rows]


@pytest.mark.parametrize("words", ["%", "_", "\\", "'; drop table face; --"])
def test_signs_of_a_search_are_letters(listed, add, words):
    assert listed("fr", words, text=str(add().id)).rows == []


def test_filters_narrow_and_subjects_that_are_not_covered_are_shown_only_when_asked_for(listed):
    assert {row.region for row in listed(region="VLG").rows} == {"VLG"}
    assert {row.confidence for row in listed(confidence="high").rows} <= {"HIGH", "HIGH*"}
    assert {row.confidence for row in listed(confidence="low").rows} <= {"LOW-MED", "LOW"}
    everything = {row.kind for row in listed().rows}
    assert {"law", "faq", "howto", "guide"} <= everything
    assert "outside" not in everything
    assert {row.kind for row in listed(kind="outside").rows} == {"outside"}


@pytest.mark.parametrize("filters", [{"kind": "x"}, {"region": "x"}, {"confidence": "x"}, {"text": "x"}])
def test_an_unknown_filter_is_refused(listed, filters):
    with pytest.raises(Invalid) as refused:
        listed(**filters)
    assert list(refused.value.fields) == list(filters)


def test_references_become_the_articles_they_mean(alice, loaded, add):
    text = add("\n".join(f"Art. {n}. Le point {n}." for n in range(1, 12)))
    middle = (
        call(alice, browse.list_articles, Asked(filters={"text": str(text.id)}), "fr").rows[0].uid.rpartition(".")[0]
    )
    found = call(alice, browse.near, ["nothing.here", f"{middle}.11", middle, f"{middle}.1"], "nl")
    assert [one.uid.rpartition(".")[2] for one in found] == ["11", *(str(n) for n in range(1, 11))]
    assert (found[0].citation, found[0].title) == (f"{text.title}, art. 11", "Le point 11.")
    assert call(alice, browse.near, [], "fr") == []


def test_the_beginning_of_a_uid_is_no_reference_to_a_longer_number(alice, loaded):
    found = call(alice, browse.near, ["be.cc.3.87.p1"], "fr")
    assert found
    assert all(one.uid == "be.cc.3.87.p1" or one.uid.startswith("be.cc.3.87.p1.") for one in found)


def test_the_languages_of_an_article(alice, loaded, add):
    assert call(alice, browse.languages, "be.cc.3.87.p10") == ["de", "en", "fr", "nl"]
    assert call(alice, browse.languages, "nothing") == []
