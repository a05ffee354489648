from datetime import date

import numpy as np
import pytest
from sqlalchemy import delete, event, update
from sqlmodel import col

from koprogo_app.core.actor import system_actor
from koprogo_app.core.service import call
from koprogo_app.modules.knowledge import calibration, embedders, files, language, retrieval, rules, vectors
from koprogo_app.modules.knowledge.models import Article

TODAY = date(2026, 11, 28)
QUESTIONS = [
    ("fr", "Qui signe le procès-verbal ?"),
    ("nl", "Hoe lang mag een syndicus aangesteld worden?"),
    ("de", "Ab wie vielen Losen ist ein Rat der Miteigentümer Pflicht?"),
    ("en", "May a tenant challenge a decision of the meeting?"),
]


def find(question: str, locale: str = "fr", **more) -> retrieval.Found:
    return call(system_actor(), retrieval.search, question, locale, more.pop("on", TODAY), **more)


def by_hand(question: str, locale: str) -> list[str]:
    """The eight best entries by meaning alone, computed from the shipped vectors without the database."""
    entries = [one for one in files.entries() if one.kind != "outside"]
    everything = files.entries()
    asked = language.expanded(question, locale)
    total = np.zeros(len(everything))
    for model in embedders.LOCAL:
        known = vectors.shipped(model)
        faces = [rules.embedded(one, locale) for one in everything]
        near = np.array([[known[embedders.key(model, text)] for text in pair] for pair in faces]) @ embedders.model(
            model
        ).question(asked)
        leg = near.mean(axis=1)
        total += (leg - leg.min()) / np.ptp(leg)
    order = [everything[n].uid for n in np.argsort(-total)]
    inside = {one.uid for one in entries}
    return [uid for uid in order if uid in inside][: retrieval.LIMIT]


@pytest.mark.parametrize(("locale", "question"), QUESTIONS)
def test_the_statement_ranks_as_the_formula_says(undone, monkeypatch, locale, question):
    """Without the official texts that other tests add meanwhile: the worst entry counts in the formula too."""
    monkeypatch.setattr(retrieval, "LEXICAL", 0.0)
    undone.execute(delete(Article).where(col(Article.text_id).is_not(None)))
    found = retrieval.search(undone, system_actor(), question, locale, TODAY)
    assert [hit.uid for hit in found.hits] == by_hand(question, locale)


def test_one_question_is_one_statement(undone):
    retrieval.ACTIVE.read(undone)
    said = []
    event.listen(undone.get_bind(), "before_cursor_execute", lambda *a: said.append(a[2]))
    retrieval.search(undone, system_actor(), "Quel est le quorum ?", "fr", TODAY)
    assert len([one for one in said if "WITH asked" in one]) == 1
    assert len(said) == 1


def test_an_article_named_by_its_number_comes_first_and_is_sure(loaded):
    found = find("Que dit l'article 3.89 § 5, 7° ?")
    assert found.hits[0].uid.startswith("be.cc.3.89.p5.7")
    assert found.hits[0].named
    assert found.band == "answer"


def test_of_a_named_article_the_part_that_is_asked_about_comes_first(loaded):
    assert find("Que dit l'article 3.89 sur le compte bancaire ?").hits[0].uid == "be.cc.3.89.p5.3"


def test_the_score_orders_what_is_named_and_what_is_found(loaded):
    """The very paragraph, then what lies below it, then the rest."""
    hits = find("Que dit l'article 3.89 § 5 du compte bancaire ?").hits
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert [hit.named for hit in hits] == sorted((hit.named for hit in hits), reverse=True)
    assert not hits[-1].named


def test_an_old_number_leads_to_the_new_article(loaded):
    assert find("577-8 § 4").hits[0].uid.startswith("be.cc.3.89.p5")


def test_a_building_in_flanders_gets_no_rule_of_brussels(loaded):
    found = find("Faut-il un certificat énergétique pour les parties communes ?", region="VLG")
    assert {hit.region for hit in found.hits} <= {"BE", "VLG"}
    assert "VLG" in {hit.region for hit in found.hits}


def test_what_is_out_of_force_is_not_found(undone):
    uid = "be.cc.3.87.p10"
    asked = ("Que contient le procès-verbal ?", "fr")
    assert uid in {hit.uid for hit in retrieval.search(undone, system_actor(), *asked, TODAY).hits}
    undone.execute(update(Article).where(col(Article.uid) == uid).values(valid_to=date(2026, 11, 27)))
    assert uid not in {hit.uid for hit in retrieval.search(undone, system_actor(), *asked, TODAY).hits}
    assert uid in {hit.uid for hit in retrieval.search(undone, system_actor(), *asked, date(2026, 11, 27)).hits}


def test_the_text_is_in_the_language_of_the_question(loaded):
    for locale, question in QUESTIONS:
        assert {hit.lang for hit in find(question, locale).hits} == {locale}


def test_a_subject_beyond_the_knowledge_base_is_named(loaded):
    found = find("Comment est indexé le loyer de mon appartement ?")
    assert found.band == "refuse"
    assert found.outside is not None
    assert found.outside.uid == "outside.lease"


@pytest.mark.parametrize("models", [(embedders.USE,), ()])
def test_a_lower_rung_still_finds(loaded, monkeypatch, models):
    monkeypatch.setattr(retrieval.ACTIVE, "models", models)
    monkeypatch.setattr(retrieval.ACTIVE, "until", float("inf"))
    found = find("Combien de procurations une personne peut-elle détenir ?")
    assert found.models == models
    assert any(hit.uid.startswith("be.cc.3.87.p7") for hit in found.hits[:3])


def test_a_model_that_fails_leaves_the_ladder_for_this_question(loaded, monkeypatch):
    def broken(name: str, text: str) -> bytes:
        if name == embedders.E5:
            raise RuntimeError("no AVX2")
        return embedders.model(name).question(text).astype(np.float32).tobytes()

    monkeypatch.setattr(embedders, "question", broken)
    assert find("Qui préside l'assemblée ?").models == (embedders.USE,)


# --- How sure ---


def test_the_probability_is_a_logistic_of_the_features():
    fitted = calibration.Logistic(mean=(1.0,), scale=(2.0,), weights=(3.0,), constant=0.5)
    assert fitted.probability([1.0]) == pytest.approx(1 / (1 + np.exp(-0.5)))
    assert fitted.probability([3.0]) == pytest.approx(1 / (1 + np.exp(-3.5)))


@pytest.mark.parametrize(
    ("probability", "band"),
    [(1.0, "answer"), (0.65, "answer"), (0.649, "unsure"), (0.45, "unsure"), (0.449, "refuse"), (0.0, "refuse")],
)
def test_three_bands(probability, band):
    assert calibration.band(probability) == band


def test_models_that_nobody_fitted_are_never_sure():
    assert calibration.band(calibration.probability(("another",), [0.9, 0.0, 20.0, 0.0])) == "unsure"


def test_fitting_separates_what_can_be_separated():
    rng = np.random.default_rng(7)
    inside, outside = rng.normal(1, 0.3, (80, 2)), rng.normal(-1, 0.3, (40, 2))
    fitted = calibration.fit(np.r_[inside, outside], np.r_[np.ones(80), np.zeros(40)])
    assert min(fitted.probability(row) for row in inside) > max(fitted.probability(row) for row in outside)
