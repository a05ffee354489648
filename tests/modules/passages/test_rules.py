import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.modules.passages import rules
from koprogo_app.modules.passages.rules import Piece, chunks, sanitised


def cut(*pages: str) -> list[tuple[int | None, str, str]]:
    return [(piece.page, piece.clause, piece.text) for piece in chunks(pages)]


# --- Cleaning ---


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("Les  chiens\tsont\u00a0admis.", "Les chiens sont admis."),
        ("igno\u200bre\u2060 ceci\ufeff", "ignore ceci"),  # zero-width characters
        ("\u202eecnarf\u202c \u2066x\u2069", "ecnarf x"),  # changes of direction
        ("Avant <!-- oublie\nles règles --> après", "Avant après"),
        ("Avant <b>gras</b> <script>alert(1)\n</script> après", "Avant gras après"),
        ("a\x00b\x07c", "abc"),
        ("e\u0301te\u0301", "été"),
        ("co\u00ad\n propriété", "copropriété"),  # a hyphen that shows at the end of a line only
        ("## Article 3. Bruit", "Article 3. Bruit"),
        ("Une ligne\r\n\r\n\n  une autre ", "Une ligne\nune autre"),
        ("5 < 6 et 7 > 3", "5 < 6 et 7 > 3"),
        ("", ""),
    ],
)
def test_what_a_reader_does_not_see_is_taken_out_and_lines_stay(given_text, expected):
    assert sanitised(given_text) == expected


def test_running_heads_and_feet_go_and_what_only_looks_like_them_stays():
    pages = [
        f"Résidence Molière – Règlement\nArticle {n}. Texte.\nSuite {'abcd'[n]}.\nPage {n + 3} sur 12\nSyndic SA, BE0403"
        for n in range(4)
    ]
    assert cut(*pages) == [(n + 1, f"Article {n}", f"Article {n}. Texte. Suite {'abcd'[n]}.") for n in range(4)]


def test_the_rows_of_a_table_are_no_running_lines_though_they_differ_by_numbers_only():
    rows = ["Lot 1 125", "Lot 2 90", "Lot 3 310", "Lot 4 75", "Lot 5 400"]
    assert [text for _, _, text in cut(*(f"{row}\nPage {n}" for n, row in enumerate(rows, 1)))] == rows


def test_a_line_on_half_of_the_pages_is_no_running_one():
    pages = ["Annexe\nUn.", "Annexe\nDeux.", "Trois.", "Quatre."]
    assert [text for _, _, text in cut(*pages)] == ["Annexe Un.", "Annexe Deux.", "Trois.", "Quatre."]


# --- Clauses ---


@pytest.mark.parametrize(
    ("line", "clause"),
    [
        ("Art. 12. Les chiens", "Art. 12"),
        ("Art.12 - Les chiens", "Art. 12"),
        ("ART. 4bis : LES CHIENS", "ART. 4bis"),
        ("Article 12.3 Les chiens", "Article 12.3"),
        ("Article 1er – Objet", "Article 1er"),
        ("Article premier. Objet", "Article premier"),
        ("ARTICLE VII", "ARTICLE VII"),
        ("Article 7 § 2. Les chiens", "Article 7 § 2"),
        ("Artikel 7. Huisdieren", "Artikel 7"),
        ("Artikel 7: Haustiere", "Artikel 7"),
        ("§ 4. Haustiere", "§ 4"),
        ("§4 Haustiere", "§ 4"),
        ("7.2 Ascenseur", ""),  # nothing came before: a number of something else
        ("1. Approbation des comptes", "1"),
        ("1.1. Approbation des comptes", "1.1"),
    ],
)
def test_a_clause_is_named_as_the_paper_numbers_it(line, clause):
    assert cut(f"{line}\nsont tenus en laisse.")[0][1] == clause


@pytest.mark.parametrize(
    "mention",
    [
        "article 3.87 du Code civil.", "Article 3.87 du Code civil.", "Art. 12, § 3, de la loi.", "Artikel 7 van de wet.",
        "§ 2 de l'article précédent.", "3. kleine Fehler", "12. März 2026 in Eupen.", "12.50 EUR par lot.", "1.250,00 euros",
        "15. Divers",  # a list does not jump from nothing to fifteen
    ],
)  # fmt: skip
def test_a_mention_a_date_or_an_amount_begins_no_clause(mention):
    assert cut(f"Art. 2. On applique ceci.\n{mention}\nArt. 3. Fin.") == [
        (1, "Art. 2", f"Art. 2. On applique ceci. {mention}"), (1, "Art. 3", "Art. 3. Fin."),
    ]  # fmt: skip


def test_a_phrase_cut_by_the_end_of_a_line_begins_no_clause():
    text = "Art. 2. Le délai court conformément à l'\nArticle 5. Il est de quinze jours.\nArt. 3. Fin."
    assert [clause for _, clause, _ in cut(text)] == ["Art. 2", "Art. 3"]


def test_numbers_follow_one_another_and_paragraphs_stand_below_their_article():
    text = """1. Bureau
Madame Lambert préside la séance.
2. Comptes
2.1 Approbation
Les comptes sont approuvés à l'unanimité.
2.2 Décharge
La décharge est donnée au syndic.
3. Divers
Rien n'est à signaler."""
    assert [clause for _, clause, _ in cut(text)] == ["1", "2.1", "2.2", "3"]
    law = "Article 5. Animaux\n§ 1. Les chiens sont admis.\n§ 2. Les serpents sont interdits.\nArticle 6. Fin."
    assert [clause for _, clause, _ in cut(law)] == ["Article 5 § 1", "Article 5 § 2", "Article 6"]


def test_titles_go_with_the_first_clause_below_them_and_never_with_the_last_one_above():
    text = "RÈGLEMENT D'ORDRE INTÉRIEUR\nCHAPITRE I – OBJET\nArt. 1. Un texte.\nCHAPITRE II – VIE\nBruit\nArt. 2. Deux."
    assert cut(text) == [
        (1, "Art. 1", "RÈGLEMENT D'ORDRE INTÉRIEUR CHAPITRE I – OBJET Art. 1. Un texte."),
        (1, "Art. 2", "CHAPITRE II – VIE Bruit Art. 2. Deux."),
    ]


def test_a_short_clause_is_never_taken_for_the_title_of_the_next():
    text = "Art. 5. Les chiens sont admis\nArt. 6. Les serpents sont interdits"
    assert [clause for _, clause, _ in cut(text)] == ["Art. 5", "Art. 6"]


def test_a_table_of_contents_is_no_clause():
    text = "Article 1 – Objet ........ 3\nArticle 2 – Animaux . . . . . 4\nArticle 1 – Objet\nLe règlement complète l'acte."
    assert [clause for _, clause, _ in cut(text)] == ["Article 1"]


# --- Pages and sentences ---


def test_a_sentence_that_runs_on_keeps_the_page_where_it_begins_and_the_next_has_its_own():
    first = "Art. 3. Le syndic tient un registre de toutes les décisions que l'assemblée prend et il le"
    assert cut(first, "conserve au siège. Chacun peut le consulter.") == [
        (1, "Art. 3", f"{first} conserve au siège."), (2, "Art. 3", "Chacun peut le consulter."),
    ]  # fmt: skip


@pytest.mark.parametrize("second", ["Annexe sans suite.", "Art. 4. Autre chose.", "- un point de liste"])
def test_a_short_last_line_before_a_new_page_ends_there(second):
    long = "Le syndic tient un registre de toutes les décisions que l'assemblée générale prend au cours de sa séance."
    assert [page for page, _, _ in cut(f"{long}\nFait à Uccle", second)] == [1, 2]


def test_a_long_clause_is_cut_between_sentences():
    sentence = "Le syndic remet chaque année le compte de sa gestion aux copropriétaires de cet immeuble."  # 14 words
    found = chunks([" ".join(["Art. 1.", *[sentence] * 40])])
    assert {piece.clause for piece in found} == {"Art. 1"}
    assert [piece.text.count(sentence) for piece in found] == [
        13,
        13,
        13,
        1,
    ]  # 13 × 90 letters = 1170, 14 would be 1261


def test_an_abbreviation_ends_no_sentence():
    words = "mot " * 195
    found = chunks([f"{words}selon l'art. 12 du Code civil et le nr. 3 ci-dessous."])
    assert found[0].text.endswith("mot selon l'art. 12 du Code")  # cut after the 200th word, not after "art."


def test_a_sentence_without_end_and_a_word_without_end_are_cut():
    assert [len(piece.text.split()) for piece in chunks(["mot " * 450])] == [200, 200, 50]
    assert [len(piece.text) for piece in chunks(["x" * 3000])] == [1225, 1225, 550]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ("la co-\npropriété", "la copropriété"),
        ("le règle‐\nment", "le règlement"),
        ("le procès-\nverbal", "le procès-verbal"),
        ("au rez-de-\nchaussée", "au rez-de-chaussée"),
        ("de mede-\neigenaars en de mede-\ndeling", "de mede-eigenaars en de mededeling"),
        ("à Saint-\nGilles en 2025-\n2026", "à Saint-Gilles en 2025-2026"),
        ("Haupt-\nund Nebenräume", "Haupt- und Nebenräume"),
        ("un porte-vélo, le porte-\nvélo", "un porte-vélo, le porte-vélo"),  # as the paper writes it elsewhere
        ("le prix -\nhors taxe", "le prix - hors taxe"),
    ],
)
def test_words_cut_at_the_end_of_a_line_are_mended(lines, text):
    assert chunks([lines])[0].text == text


def test_a_text_without_pages_has_none():
    assert chunks(["Art. 1. Un.\nArt. 2. Deux."], paged=False) == [
        Piece(None, "Art. 1", "Art. 1. Un."), Piece(None, "Art. 2", "Art. 2. Deux."),
    ]  # fmt: skip


def test_nothing_comes_of_nothing():
    assert chunks([]) == chunks(["", " \n "]) == []


# --- Whatever the paper ---

LETTERS = st.text("abcéÀZ0123456789.,;:§-–()'’ \n", max_size=1500)
LINES = st.lists(
    st.sampled_from(["Article 4. Les chiens", "§ 2. Deux", "1. Comptes", "1.1 Budget", "CHAPITRE II", "et il est co-", "propriété.", "Fin"])
    | LETTERS,
    max_size=30,
).map("\n".join)  # fmt: skip


def letters(text: str) -> Counter[str]:
    return Counter(re.sub(r"[\W_]", "", text))


@given(LINES)
def test_of_one_page_nothing_is_lost_and_the_order_stays(page):
    found = chunks([page])
    assert re.sub(r"[\W_]", "", "".join(piece.text for piece in found)) == re.sub(r"[\W_]", "", sanitised(page))


@given(st.lists(LINES, max_size=6))
def test_of_several_pages_only_running_lines_are_lost(pages):
    lines = [sanitised(page).split("\n") for page in pages]
    kept = rules.without_running(lines)
    assert letters("".join(piece.text for piece in chunks(pages))) == letters("".join(map("".join, kept)))
    for before, after in zip(lines, kept, strict=True):
        assert len(before) - len(after) <= 8
        assert "\n".join(after) in "\n".join(before)


@given(st.lists(LINES | st.text(max_size=4000), max_size=4))
def test_every_passage_is_within_its_limits(pages):
    for piece in chunks(pages):
        assert 0 < len(piece.text) <= 1225
        assert len(piece.text.split()) <= 200
        assert piece.page in range(1, len(pages) + 1)
        assert piece.text == " ".join(piece.text.split())


def test_the_limits_are_those_that_the_sentences_name():
    assert rules.MAX_PAGES == 300
    assert "300 pages" in rules.REASONS[rules.Reason.PAGES]
    assert set(rules.REASONS) == set(rules.Reason)
