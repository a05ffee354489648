"""The gates of the assistant's quality: below one of them, a change does not land. `make eval` shows the figures whole."""

import pytest

from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.ids import uuid7

from .measure import Outcome, figures, run
from .prepare import knowledge_loaded, office
from .sets import load


@pytest.fixture(scope="module")
def asker() -> Actor:
    knowledge_loaded()
    return Actor(uuid7(), office(), Role.OWNER, owner_id=uuid7(), building_ids=frozenset())


@pytest.fixture(scope="module")
def golden(asker) -> list[Outcome]:
    return run(asker, load("golden"))


@pytest.fixture(scope="module")
def ours(asker) -> list[Outcome]:
    return run(asker, [one for one in load("questions") if one.half == "test"])


def test_the_right_article_is_among_the_five_first(asker, golden, ours):
    assert figures(asker, golden).recall_5.value >= 0.95
    assert figures(asker, ours).recall_5.value >= 0.95


def test_it_is_found_in_texts_of_another_language(asker, golden, ours):
    assert figures(asker, golden).crossed_5.value >= 0.93
    assert figures(asker, ours).crossed_5.value >= 0.93


def test_the_right_article_comes_first(asker, golden, ours):
    assert figures(asker, golden).mrr >= 0.85
    assert figures(asker, ours).mrr >= 0.85


def test_every_sentence_stands_in_what_it_cites(asker, golden, ours):
    assert figures(asker, golden).supported.value >= 0.97
    assert figures(asker, ours).supported.value >= 0.97


def test_what_lies_outside_is_refused(asker, golden, ours):
    assert figures(asker, golden).refused.value >= 0.85
    assert figures(asker, ours).refused.value >= 0.85


def test_what_can_be_answered_is_not_refused(asker, golden, ours):
    assert figures(asker, golden).false_refusals.value <= 0.04
    assert figures(asker, ours).false_refusals.value <= 0.04


def test_one_s_own_file_is_not_answered_from_the_law(asker, golden, ours):
    assert figures(asker, golden + ours).redirected.value >= 0.85


def test_the_sets_are_large_enough_and_hold_what_must_be_refused():
    ours = load("questions")
    assert len(ours) >= 200
    assert sum(one.kind == "out_of_scope" for one in ours) * 4 >= len(ours)
    assert {one.lang for one in ours} == {"fr", "nl", "de", "en"}
