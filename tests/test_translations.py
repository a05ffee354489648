"""The four languages are complete: nothing empty, fuzzy or stale, and the same placeholders everywhere."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from koprogo_app.core.i18n import LOCALES, catalog, translate

ROOT = Path(__file__).parents[1]
TRANSLATIONS = ROOT / "translations"
KEYWORDS = {
    name: None
    for name in ("t", "N_", "Invalid", "NotFound", "Forbidden", "Conflict", "Unauthorized", "TooMany", "Busy")
}
KEYWORDS |= {"translate": (2,)}
PLACEHOLDER = re.compile(r"\{(\w+)[^}]*\}")
LANGUAGES = ("fr", "nl", "de")


def texts() -> set[str]:
    found = extract_from_dir(ROOT / "koprogo_app", [("**.py", "python")], keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found if isinstance(message, str)}


def catalogue(language: str):
    return read_po(io.BytesIO((TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").read_bytes()), locale=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_text_has_its_translation_and_no_other_is_kept(language):
    messages = {m.id: m for m in catalogue(language) if m.id}
    wanted = texts()
    assert sorted(wanted - set(messages)) == []
    assert sorted(set(messages) - wanted) == []
    assert [m.id for m in messages.values() if m.fuzzy or not str(m.string).strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_the_same(language):
    wrong = {
        m.id: m.string
        for m in catalogue(language)
        if m.id and sorted(set(PLACEHOLDER.findall(m.id))) != sorted(set(PLACEHOLDER.findall(m.string)))
    }
    assert wrong == {}


def test_french_punctuation_keeps_its_hard_space():
    wrong = [
        m.string
        for m in catalogue("fr")
        if m.id and re.search(r"(?<![\u00a0\s\d/:&?=])[:;?!](?=\s|$)| [;?!»]|« |[^\d] :(?=\s|$)", m.string)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("language", "banned"),
    [
        ("fr", ("tantième", "syndicat des copropriétaires", "quitus", "conseil syndical")),
        ("de", ("Hausverwalter", "Einheit ")),
        ("nl", ("VvE",)),
    ],
)
def test_words_of_other_countries_are_absent(language, banned):
    assert [
        m.string for m in catalogue(language) if m.id and any(word.lower() in str(m.string).lower() for word in banned)
    ] == []


def test_languages_that_a_browser_makes_up_fill_no_memory():
    for n in range(100):
        assert translate(f"x{n}", "Save") == "Save"
    assert catalog.cache_info().currsize <= 2 * len(LOCALES)
