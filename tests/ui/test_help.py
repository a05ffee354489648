import pytest

import koprogo_app.koprogo_app  # noqa: F401  (registers every topic)
from koprogo_app.modules.knowledge import files, rules
from koprogo_app.ui.help import TOPICS, article_address


@pytest.mark.parametrize(
    ("reference", "address"),
    [
        ("3.87 §5", "/assistant/articles/be.cc.3.87.p5"),
        ("3.89 §5 7°", "/assistant/articles/be.cc.3.89.p5.7"),
        ("3.94", "/assistant/articles/be.cc.3.94"),
        ("AR 12/07/2012", ""),
    ],
)
def test_a_reference_leads_to_its_article(reference, address):
    assert article_address(reference) == address


def test_every_question_mark_opens_an_article_that_is_there():
    known = {entry.uid for entry in files.entries()}
    named = {article_address(topic.article).rpartition("/")[2] for topic in TOPICS.values() if topic.article}
    assert [uid for uid in sorted(named) if uid and not rules.resolve(uid, known)] == []
