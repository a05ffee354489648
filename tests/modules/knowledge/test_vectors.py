import numpy as np
import pytest

from koprogo_app.modules.knowledge import embedders, files, rules, vectors


@pytest.mark.parametrize("model", embedders.LOCAL)
def test_every_text_has_its_vector_shipped_and_no_other(model):
    texts = {text for one in files.entries() for locale in one.texts for text in rules.embedded(one, locale)}
    assert {embedders.key(model, text) for text in texts} == set(vectors.shipped(model)), "run koprogo knowledge embed"


@pytest.mark.parametrize("model", embedders.LOCAL)
def test_a_shipped_vector_is_the_model_s_own(model):
    entry = next(one for one in files.entries() if one.uid == "be.cc.3.87.p10")
    for locale, text in (("fr", rules.embedded(entry, "fr")[1]), ("de", rules.embedded(entry, "de")[0])):
        shipped = vectors.shipped(model)[embedders.key(model, text)]
        assert float(shipped @ embedders.model(model).passages([text])[0]) == pytest.approx(1, abs=1e-3), locale


def test_a_question_is_near_its_own_language_s_words_and_far_from_others():
    asked = embedders.model(embedders.USE).question("Qui paie la réparation du toit ?")
    near, far = embedders.model(embedders.USE).passages(
        ["Wer bezahlt die Reparatur des Daches?", "Une recette de crêpes au sucre."]
    )
    assert float(asked @ near) > float(asked @ far) + 0.3


def test_models_are_langchain_s_embeddings():
    found = embedders.model(embedders.USE).embed_query("quorum")
    assert len(found) == 512
    assert float(np.linalg.norm(found)) == pytest.approx(1, abs=1e-3)
