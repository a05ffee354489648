import pytest

from koprogo_app.modules.knowledge.embedders import E5, USE
from koprogo_app.modules.passages import relevance


@pytest.mark.parametrize(
    ("question", "locale", "words"),
    [
        ("Puis-je avoir des chiens ?", "fr", ["puis", "avoi", "chien"]),
        ("Où sont les poubelles de l'immeuble", "fr", ["poubell", "immeub"]),
        ("Mag ik mijn fiets in de inkomhal zetten?", "nl", ["fiet", "inkomh", "zette"]),
        ("L'ÉTÉ à Liège, l'été !", "fr", ["ete", "lieg"]),
        ("PEB 2026", "fr", ["peb", "2026"]),
        ("' OR 1=1; --", "en", []),
        ("", "de", []),
    ],
)
def test_the_words_of_a_question_are_looked_for_by_their_beginning(question, locale, words):
    assert relevance.words_of(question, locale) == words


def test_a_very_long_question_is_not_looked_for_word_by_word():
    assert len(relevance.words_of(" ".join(f"mot{n}" for n in range(500)), "fr")) == 24


def test_each_set_of_models_has_its_own_measure_and_an_unknown_one_only_orders():
    assert relevance.measure((E5, USE)) == relevance.measure((USE, E5)) != relevance.measure((USE,))
    words_only, unknown = relevance.measure(()), relevance.measure(("somebody-s-model",))
    assert (words_only.near, words_only.least) == ({}, 0.45)
    weight, centre = unknown.near["somebody-s-model"]
    assert weight * (1 - centre) < unknown.least  # a cosine of 1 alone quotes nothing
