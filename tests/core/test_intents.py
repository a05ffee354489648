"""What lay people write in four languages, and what it asks for: a tool, their building's own papers, or the law.

tests/data/intents/<language>.txt: below `# name` stand the questions of a tool or of a topic; below `# law` those that neither
a tool nor a redirect may take.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from koprogo_app.core.file_words import Topic
from koprogo_app.core.i18n import LOCALES
from koprogo_app.core.intents import LONGEST, about, plain, says
from koprogo_app.core.redirects import SAYS, depends_on_file

from .test_tools import ALL

DATA = Path(__file__).parents[1] / "data" / "intents"
TOOLS = [tool for tool in ALL if tool.name != "my_cost_of"]  # the words of cost_of, for whom has no access to the books
NAMES = {tool.name for tool in TOOLS}


def asked(locale: str) -> Iterator[tuple[str, str]]:
    """(what it asks for, the question)."""
    name = ""
    for line in (DATA / f"{locale}.txt").read_text().splitlines():
        if line.startswith("# "):
            name = line[2:]
        elif line:
            yield name, line


def named(question: str, locale: str) -> list[str]:
    return [tool.name for tool in TOOLS if tool.meant(question, locale)]


@pytest.mark.parametrize("locale", LOCALES)
def test_a_question_of_own_data_names_one_tool(locale):
    wrong = {q: named(q, locale) for name, q in asked(locale) if name in NAMES and named(q, locale) != [name]}
    assert wrong == {}


@pytest.mark.parametrize("locale", LOCALES)
def test_a_question_of_ones_own_papers_is_told_where_they_are(locale):
    topics = {topic.value: topic for topic in Topic}
    found = [
        (q, SAYS[topics[name]], depends_on_file(q, locale), named(q, locale))
        for name, q in asked(locale)
        if name in topics
    ]
    assert [(q, says_, tools) for q, wanted, says_, tools in found if (says_, tools) != (wanted, [])] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_question_of_law_is_left_to_the_law(locale):
    law = [q for name, q in asked(locale) if name == "law"]
    assert [
        (q, named(q, locale), depends_on_file(q, locale)) for q in law if named(q, locale) or depends_on_file(q, locale)
    ] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_the_examples_are_many_and_cover_each_tool_and_topic(locale):
    found = list(asked(locale))
    assert {name for name, _ in found} == {*NAMES, *(topic.value for topic in Topic), "law"}
    assert sum(name in NAMES for name, _ in found) > 60
    assert sum(name == "law" for name, _ in found) > 100
    assert len({q for _, q in found}) == len(found)


@pytest.mark.parametrize("locale", LOCALES)
def test_marks_capitals_and_courtesies_change_nothing(locale):
    for name, q in asked(locale):
        if name in NAMES:
            assert named(f"  {q.upper()} !!", locale) == [name], q


def test_a_question_is_read_as_its_words():
    assert plain("  S'il vous plaît, où est l’ACP (Uccle) ?\x00") == "ou est l'acp uccle"
    assert plain("Straße, sœur – 2.10") == "strasse soeur 2 10"
    assert plain("?!") == ""


def test_parts_are_whole_words_in_any_order_and_a_rule_is_never_own_data():
    expression = about("fr", r"lots?", r"combien", but=r"cave")
    assert says("Mes lots, combien ?", [expression])
    assert says("Combien de lots ?", [expression])
    assert not says("Combien de lotissements ?", [expression])
    assert not says("Combien de lots et de caves, une cave ?", [expression])
    assert not says("Combien de lots faut-il ?", [expression])


def test_a_long_text_is_no_request_for_a_figure():
    assert named("Who is our syndic?", "en") == ["syndic_of_building"]
    assert named("I tell you a story. " * 6 + "Who is our syndic?", "en") == []
    assert not says("a" * (LONGEST + 1), ["a"])
    assert not says("", [""])


def test_an_unknown_language_asks_for_no_tool():
    assert named("Who is our syndic?", "it") == []
