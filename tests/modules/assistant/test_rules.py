import pytest

from koprogo_app.core.actor import Role
from koprogo_app.modules.assistant import rules

ROLES = [role for role in Role if role != Role.SYSTEM]
PAGES = ["", "/buildings/1/documents", "/owners/7", "/buildings/1/lots", "/buildings/1/keys", "/archive", "/elsewhere"]


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Combien de procurations ?", "Combien de procurations ?"),
        ("x" * 80, "x" * 80),
        ("mot " * 30, "mot " * 19 + "mot …"),  # 20 words of four letters are 80: the last space is cut off
        ("a" * 100, "a" * 80 + " …"),
    ],
)
def test_a_title_is_the_question_cut_between_words(question, title):
    assert rules.titled(question) == title
    assert len(rules.titled(question)) <= rules.TITLE + 2


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", PAGES)
def test_four_different_questions_are_suggested_to_everybody_everywhere(role, page):
    asks = rules.suggested(role, page)
    assert (len(asks), len(set(asks))) == (4, 4)


def test_the_page_one_comes_from_is_asked_about_first():
    assert rules.suggested(Role.SYNDIC, "/buildings/1/lots")[:2] == [
        "Which majority changes the shares?", "Which lots count for the threshold of 20?",
    ]  # fmt: skip
    assert rules.suggested(Role.SYNDIC, "/elsewhere") == rules.suggested(Role.SYNDIC)


def test_only_who_owns_lots_is_asked_about_his_own():
    own = "How many shares do I have?"
    assert [role for role in ROLES if own in rules.suggested(role)] == [Role.OWNER]
    assert [role for role in ROLES if "What still waits for me?" in rules.suggested(role)] == [Role.SYNDIC]


def test_every_reason_and_opinion_is_known_by_its_key():
    assert [str(one) for one in rules.Opinion] == ["up", "down"]
    assert list(rules.REASONS) == ["wrong", "incomplete", "unclear", "off_topic", "outdated"]
