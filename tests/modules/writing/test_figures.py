"""Every figure of a sentence is looked for in what it cites: in digits or words, in any of the four languages."""

import re
from fractions import Fraction

import pytest

from koprogo_app.modules.knowledge import files
from koprogo_app.modules.knowledge.rules import sentences
from koprogo_app.modules.writing import figures
from koprogo_app.modules.writing.lexicon import one_word

FR = "La convocation part au moins 15 jours avant l'assemblée, sauf urgence, et la prescription est de 4 mois."
NL = "De oproeping vertrekt minstens vijftien dagen vooraf; de vordering verjaart na vier maanden."
DE = "Die Einladung erfolgt mindestens fünfzehn Tage vorher; die Klage verjährt nach vier Monaten."
EN = "The notice leaves at least fifteen days before; the action lapses after four months."
DEED = "L'immeuble compte 10 000 quotes-parts, la provision est de 1 250,50 € et l'intérêt de 5 % l'an."
WORKS = (
    "Deux tiers des voix pour les travaux, quatre cinquièmes pour la destination, l'unanimité pour les quotes-parts."
)
ACT = "La loi du 18 juin 2018, en vigueur le 1er janvier 2019, a changé l'article 3.89 § 5, 7° du Code civil."

HOLDS = [
    # delays: digits and words, four languages against four
    (FR, "Le délai est de quinze jours."), (FR, "De termijn is 15 dagen."), (FR, "De termijn bedraagt vijftien dagen."),
    (FR, "Die Frist beträgt fünfzehn Tage."), (FR, "Es gilt eine fünfzehntägige Frist."), (FR, "The period is fifteen days."),
    (FR, "There is a 15-day period."), (FR, "Le délai est de quinze (15) jours."), (FR, "Fifteen full calendar days count."),
    (NL, "Il faut quinze jours."), (NL, "Na 4 maanden is het te laat."), (NL, "Nach vier Monaten ist es zu spät."),
    (DE, "Quinze jours avant."), (DE, "Vijftien dagen vooraf."), (DE, "Within four months."), (DE, "Die viermonatige Frist."),
    (EN, "Un délai de quatre mois."), (EN, "Vier maanden."), (EN, "Eine Frist von 15 Tagen."), (EN, "In 4 months."),
    ("Entre 8 et 15 jours.", "Huit jours au moins."), ("8 à 15 jours.", "Acht dagen."), ("De 15 et de 30 jours.", "15 dagen."),
    ("Dans les quinze jours ouvrables.", "Within 15 working days."), ("15 jours ouvrés", "15 Werktage, 15 werkdagen."),
    ("Un mois avant.", "Within a month."), ("Binnen één maand.", "Im Laufe eines Monats."), ("In a year.", "Dans un an."),
    ("Drie jaar.", "Une durée de trois ans."), ("Three years", "Eine dreijährige Dauer"), ("Trois ans", "Een driejarige termijn"),
    ("Vingt-quatre heures", "24 h"), ("Deux semaines", "Zweiwochenfrist, twee weken"), ("14 jours", "A fortnight"),
    # majorities and parts
    (WORKS, "Twee derde van de stemmen."), (WORKS, "Zwei Drittel der Stimmen."), (WORKS, "A two-thirds majority."),
    (WORKS, "Die Zweidrittelmehrheit reicht."), (WORKS, "Een tweederdemeerderheid volstaat."), (WORKS, "2/3 des voix."),
    (WORKS, "⅔ des voix."), (WORKS, "Vier vijfde van de stemmen."), (WORKS, "Mit vier Fünfteln."), (WORKS, "Four fifths."),
    (WORKS, "80 % des voix."), (WORKS, "De eenparigheid."), (WORKS, "Einstimmigkeit."), (WORKS, "A unanimous vote."),
    ("La majorité absolue.", "De volstrekte meerderheid."), ("Absolute Mehrheit", "An absolute majority."),
    ("Plus de la moitié", "Meer dan de helft"), ("50 % plus une voix", "Mehr als die Hälfte"), ("Half", "La moitié"),
    ("Un cinquième des parts", "Een vijfde"), ("One fifth", "Ein Fünftel"), ("Un tiers des voix", "A third of the votes"),
    ("Trois quarts", "Drie vierde, drei Viertel, three quarters, 3/4, 75 %."), ("250 millièmes", "A quarter of the whole"),
    # amounts and percentages
    (DEED, "10.000 aandelen."), (DEED, "10,000 shares."), (DEED, "Ten thousand shares."), (DEED, "Dix mille quotités."),
    (DEED, "Zehntausend Anteile, tienduizend aandelen."), (DEED, "€ 1.250,50"), (DEED, "1250.50 euros"), (DEED, "EUR 1 250,50"),
    (DEED, "Vijf procent"), (DEED, "fünf Prozent"), (DEED, "five per cent"), (DEED, "cinq pour cent"), (DEED, "5%"),
    ("25 lots", "vijfentwintig kavels, fünfundzwanzig Lose, twenty-five lots, vingt-cinq lots"),
    ("97 voix", "quatre-vingt-dix-sept voix, nonante-sept voix, ninety-seven votes"),
    ("150 euros", "cent cinquante euros"), ("150 euros", "one hundred and fifty euros, honderdvijftig euro, hundertfünfzig Euro"),
    ("21 lots", "vingt et un lots, eenentwintig kavels, einundzwanzig Lose, twenty-one lots"),
    ("2 000 000 €", "deux millions euros, 2 million euros"),
    # dates and articles
    (ACT, "De wet van 18 juni 2018."), (ACT, "Das Gesetz vom 18. Juni 2018."), (ACT, "The law of June 18, 2018."),
    (ACT, "Depuis 2019."), (ACT, "Since 1 January 2019."), (ACT, "2018-06-18 of 18/06/2018."), (ACT, "In juni 2018."),
    (ACT, "Artikel 3.89, § 5."), (ACT, "Art. 3.89."), (ACT, "Zie artikel 3.89 § 5, 7°."), (ACT, "Art. 3.89 § 5 Nr. 7."),
    # what is no figure
    (FR, "Un copropriétaire peut demander une copie."), (FR, "Een mede-eigenaar kan een kopie vragen."), (FR, "A third party."),
    (FR, "Opposable aux tiers."), (FR, "Ten minste de syndicus."), (FR, "Onze vergadering."), (FR, "Once a year."),
    (FR, "No one may vote."), (FR, "Les tiers et un tiers."), (FR, "Co-owners may vote."), (FR, "In acht nemen."),
    (FR, "La remise à neuf du hall."), (FR, "Un immeuble neuf."), (FR, "Les deux sont valables."), (FR, "Tous deux signent."),
    (FR, "Premièrement, le syndic convoque."), (FR, "De bewoners, één van hen."),
]  # fmt: skip

FAILS = [
    # another number, another unit
    (FR, "Le délai est de huit jours."), (FR, "15 mois."), (FR, "Fifteen months."), (FR, "Vijftien weken."), (FR, "4 ans."),
    (FR, "Dans un mois."), (FR, "Within a year."), (FR, "Binnen één jaar."), (FR, "Eine einjährige Frist."), (FR, "Two weeks."),
    (FR, "Quatorze jours."), (FR, "15 jours ouvrables."), (FR, "15 working days."), (FR, "Vierzehntägige Frist."),
    (NL, "Quinze mois."), (NL, "Acht dagen."), (DE, "Acht Tage."), (DE, "Dreimonatige Frist."), (EN, "Eight days."),
    (EN, "Four years."), (EN, "Four (8) months."), (EN, "De 8 à 15 jours."), ("Le syndic a trois ans.", "Le syndic a un an."),
    ("Trois procurations au plus.", "At most one proxy."), ("Trois procurations", "Une seule procuration."),
    ("Drie volmachten", "Eén volmacht."), ("Three proxies", "Höchstens eine Vollmacht."), (FR, "A dozen days."),
    # another majority
    (WORKS, "Trois quarts des voix."), (WORKS, "Zwei Fünftel."), (WORKS, "Drie vijfde."), (WORKS, "66 %"), (WORKS, "3/4"),
    (WORKS, "La majorité absolue."), (WORKS, "La moitié."), (WORKS, "Dreiviertelmehrheit"), (WORKS, "One third of the votes."),
    ("La majorité absolue", "Unanimity is needed."), ("La majorité absolue", "Een gekwalificeerde meerderheid."),
    ("Three quarters", "Three fifths"), ("La majorité absolue", "Einfache Mehrheit."), ("Half", "One third"),
    # another amount
    (DEED, "1 000 quotes-parts."), (DEED, "1.250,05 €"), (DEED, "12 505 €"), (DEED, "10 000 €"), (DEED, "6 %"), (DEED, "5 €"),
    (DEED, "Cinq cents quotités."), (DEED, "100.000 aandelen."), (DEED, "Vingt-cinq pour cent."), (DEED, "1 250,50 dollars"),
    ("10 lots", "10.000 lots"), ("1,5 %", "15 %"),
    # another date, another article; the number of an article is no quantity
    (ACT, "La loi du 18 juin 2010."), (ACT, "Le 18 juillet 2018."), (ACT, "Le 18 juin 2019."), (ACT, "En 2020."),
    (ACT, "Article 3.88."), (ACT, "Article 3.89 § 4."), (ACT, "Art. 3.89 § 5, 8°."), (ACT, "§ 3"), (ACT, "14°"),
    (ACT, "Il faut 7 copropriétaires."), (ACT, "Il faut cinq voix."), ("Livre 3, art. 3.87", "Three co-owners."),
    ("Code civil, p. 4", "Four co-owners."), ("à 22 h 30", "à 22 h 45"), ("lot A2", "lot A3"), (FR, "The second meeting."),
    # dressed up
    (FR, "１４ jours"), (FR, "1\u200b4 jours"), (FR, "quator\u00adze jours"), (FR, "8\u00a0jours"), (FR, "huit-jours"),
    (FR, "HUIT JOURS"), (WORKS, "¾ des voix"), (FR, "٨ jours"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "said"), HOLDS)
def test_a_figure_is_found_in_another_dress(source, said):
    assert figures.missing(said, figures.pool(source)) == []


@pytest.mark.parametrize(("source", "said"), FAILS)
def test_a_figure_that_is_not_there_is_found_out(source, said):
    assert figures.missing(said, figures.pool(source)) != []


def test_the_table_is_long_enough_in_each_language():
    assert len(HOLDS) > 60
    assert len(FAILS) > 60


def test_figures_of_two_passages_are_looked_for_in_both():
    known = figures.pool("Quinze jours.", "Deux tiers des voix.")
    assert figures.missing("Na 15 dagen, met twee derde van de stemmen.", known) == []
    assert figures.missing("Na 15 dagen, met drie vierde van de stemmen.", known) == ["drie vierde"]


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("vijf", 5), ("eenentwintig", 21), ("drieentwintig", 23), ("negenennegentig", 99), ("honderdvijftig", 150),
        ("driehonderdzesenveertig", 346), ("tweeduizend", 2000), ("tienduizend", 10_000), ("zevenhonderdduizend", 700_000),
        ("einundzwanzig", 21), ("siebenundsiebzig", 77), ("dreihundertfunfundvierzig", 345), ("zweitausend", 2000),
        ("hunderttausend", 100_000), ("neunzehnhundertneunzig", 1990),
    ],
)  # fmt: skip
def test_dutch_and_german_write_a_number_in_one_word(word, number):
    assert one_word(word) == (number, "")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("10 000", {10_000}), ("10.000", {10_000}), ("10'000", {10_000}), ("1.234.567,89", {Fraction("1234567.89")}),
        ("4,5", {Fraction("4.5")}), ("0,125", {Fraction("0.125")}), ("1,125", {1125, Fraction("1.125")}), ("007", {7}),
    ],
)  # fmt: skip
def test_a_number_is_read_with_its_groups_and_decimals(text, values):
    (figure,) = figures.read(text)
    assert (figure.kind, set(figure.values)) == ("number", values)


# --- The knowledge base itself: parallel texts in four languages ---


def entries():
    return [entry for entry in files.entries() if entry.kind not in ("guide", "outside")]


def test_every_sentence_of_the_knowledge_base_holds_on_its_own_entry():
    wrong = {
        (entry.uid, locale): found
        for entry in entries()
        for locale, text in entry.texts.items()
        for sentence in sentences(text)
        if (found := figures.missing(sentence, figures.pool(text, entry.cited(locale))))
    }
    assert wrong == {}


def test_a_sentence_mostly_holds_on_the_same_entry_in_another_language():
    """A translation says a figure otherwise here and there (a single owner, the owner alone): under one sentence in two hundred."""
    looked, wrong = 0, 0
    for entry in entries():
        pools = {locale: figures.pool(text, entry.cited(locale)) for locale, text in entry.texts.items()}
        for locale, text in entry.texts.items():
            for other in set(pools) - {locale}:
                found = [figures.missing(sentence, pools[other]) for sentence in sentences(text)]
                looked, wrong = looked + len(found), wrong + sum(map(bool, found))
    assert looked > 15_000
    assert wrong / looked < 0.005


def test_a_changed_number_of_days_months_or_years_is_always_found_out():
    """Each delay of the French texts, made longer by 1009, a number that no text holds."""
    changed = 0
    for entry in entries():
        known = figures.pool(entry.texts["fr"], entry.cited("fr"))
        for sentence in sentences(entry.texts["fr"]):
            for found in re.finditer(r"(?<![\d.,])\d{1,3}(?= (?:jours|mois|ans|semaines|%|€))", sentence):
                said = f"{sentence[: found.start()]}{int(found[0]) + 1009}{sentence[found.end() :]}"
                assert figures.missing(said, known) != [], said
                changed += 1
    assert changed > 200
