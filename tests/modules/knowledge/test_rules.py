from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.modules.knowledge import files, rules
from koprogo_app.modules.knowledge.sources import SOURCES

TODAY = date(2026, 11, 28)
HEAD = """uid: be.cc.3.87.p12
kind: law
confidence: HIGH
reviewed_on: 2026-11-01
source: Civil Code, Book 3
headings: {fr: Envoi, nl: Verzending, de: Versand, en: Sending}
keywords:
  fr: [a, b, c, d, e]
  nl: [a, b, c, d, e]
  de: [a, b, c, d, e]
  en: [a, b, c, d, e]"""
BODY = """
## fr
Le procès-verbal part dans les 30 jours.

## nl
De notulen vertrekken binnen 30 dagen.

## de
Das Protokoll geht innerhalb von 30 Tagen ab.

## en
The minutes leave within 30 days.
"""


def entry(head: str = HEAD, body: str = BODY) -> rules.Entry:
    return rules.parse(f"---\n{head}\n---\n{body}")


def findings(head: str = HEAD, body: str = BODY) -> list[str]:
    return list(rules.wrong(entry(head, body), TODAY))


def test_a_right_entry_has_no_findings():
    assert findings() == []


def test_an_entry_keeps_its_four_texts():
    assert entry().texts["nl"] == "De notulen vertrekken binnen 30 dagen."
    assert entry().cited("de") == "Zivilgesetzbuch, Art. 3.87 § 12"


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("be.cc.3.87.p12", "be.cc.3.87.p13", "does not exist"),
        ("confidence: HIGH", "confidence: MED", "caveat: in four languages"),
        ("2026-11-01", "2026-12-01", "in the future"),
        (
            "reviewed_on: 2026-11-01",
            "reviewed_on: 2026-11-01\nvalid_from: 2022-01-01\nvalid_to: 2021-01-01",
            "valid_to is before",
        ),
        ("source: Civil Code, Book 3\n", "", "source:"),
        ("fr: [a, b, c, d, e]", "fr: [a, b, c, d]", "fr: 4 keywords"),
        ("fr: [a, b, c, d, e]", "fr: [a, b, c, d, A]", "different ones"),
        ("kind: law", "kind: faq", "rests_on"),
    ],
)
def test_a_wrong_head_is_found(old, new, finding):
    assert any(finding in one for one in findings(HEAD.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("30 dagen", "31 dagen", "other figures"),
        ("30 dagen", "dertig dagen", "other figures"),
        ("De notulen", "Het verslag", "procès-verbal"),
        ("## de\n", "## xx\n", "in this order"),
        ("The minutes leave within 30 days.", "", "no text"),
        (
            "Le procès-verbal part",
            "Le syndicat des copropriétaires dit que le procès-verbal part",
            "no term of Belgian",
        ),
        ("The minutes leave within 30 days.", "The minutes leave within 30 days. One. Two. Three.", "not parallel"),
        ("Le procès-verbal part", "Le procès-verbal " + "vraiment " * 40 + "part", "a sentence of"),
    ],
)
def test_a_wrong_body_is_found(old, new, finding):
    assert any(finding in one for one in findings(body=BODY.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("no front matter", "no front matter"),
        ("---\nuid: [\n---\n", "not YAML"),
        ("---\nuid: be.x\n---\n", "kind: Field required"),
        ("---\n" + HEAD + "\nextra: 1\n---\n", "extra: Extra inputs"),
    ],
)
def test_a_malformed_file_says_why(content, said):
    with pytest.raises(rules.Malformed, match=said):
        rules.parse(content)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("Selon l'art. 3.87 § 3, 15 jours. C'est tout.", ["Selon l'art. 3.87 § 3, 15 jours.", "C'est tout."]),
        ("Nach Art. 28 DSGVO gilt es. Sonst nicht.", ["Nach Art. 28 DSGVO gilt es.", "Sonst nicht."]),
        ("Elle dit « non ». Il part.", ["Elle dit « non ».", "Il part."]),
        ("Oui ! Non ? Si…", ["Oui !", "Non ?", "Si…"]),
        ("Er zijn max. 3 volmachten. Punt.", ["Er zijn max. 3 volmachten.", "Punt."]),
        ("Une seule phrase", ["Une seule phrase"]),
    ],
)
def test_texts_are_cut_into_sentences(text, cut):
    assert rules.sentences(text) == cut


@given(st.text(alphabet="aB. !?«»5\u00a0", max_size=60))
def test_no_letter_is_lost_between_sentences(text):
    text = " ".join(text.split())
    assert "".join(rules.sentences(text)).replace(" ", "").replace("\u00a0", "") == text.replace(" ", "").replace(
        "\u00a0", ""
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("5 %, 10 000 €, 10.000 en 10,000", {"5", "10000"}),
        ("4,5 % or 4.5 %", {"4.5"}),
        ("art. 3.87 § 10", {"3.87", "10"}),
        ("3/4 des voix", {"3/4"}),
        ("1 234,56", {"1234.56"}),
    ],
)
def test_figures_are_compared_without_their_dress(text, found):
    assert rules.numbers(text) == found


def test_a_reference_reaches_the_entries_below_it():
    known = {"be.cc.3.87.p3", "be.cc.3.87.p3.form", "be.cc.3.90.p1", "be.cc.3.90.p1.count"}
    assert rules.resolve("be.cc.3.87.p3", known) == ["be.cc.3.87.p3"]
    assert rules.resolve("be.cc.3.90", known) == ["be.cc.3.90.p1", "be.cc.3.90.p1.count"]
    assert rules.resolve("be.cc.3.8", known) == []


def test_the_knowledge_base_has_no_findings():
    assert list(files.check()) == []


def test_every_fact_of_the_law_that_people_may_ask_is_stated():
    """The numbers of the fact sheet, from F1.01 to F9.12."""
    stated = {fact for one in files.entries() for fact in one.facts}
    sections = {1: 11, 2: 24, 3: 11, 4: 6, 5: 13, 6: 7, 7: 10, 8: 5, 9: 12}
    assert {f"F{s}.{n:02}" for s, last in sections.items() for n in range(1, last + 1)} - stated == set()


def test_the_subjects_that_are_not_covered_are_short_and_say_whom_to_ask():
    assert all(len(rules.sentences(one.texts["fr"])) <= 2 for one in files.outside())


def test_every_official_reference_is_translated():
    assert {one.source for one in files.entries()} - {"KoproGo", ""} == set(SOURCES)
