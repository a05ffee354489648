from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.trade import LotType
from koprogo_app.modules.parsing.rules import (
    Severity,
    ShareCount,
    read_area,
    read_consent,
    read_floor,
    read_language,
    read_number,
    read_part,
    read_shares,
    read_type,
    read_weight,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("820", "820"),
        ("1 080", "1080"),
        ("1\u202f080", "1080"),
        ("10'000", "10000"),
        ("1.080,50", "1080.50"),
        ("1,080.50", "1080.50"),
        ("1.000.000", "1000000"),
        ("92,5", "92.5"),
        ("0,125", "0.125"),
        ("1 234 567,8", "1234567.8"),
    ],
)
def test_numbers_are_read_in_belgian_ways(text, value):
    assert read_number(text).value == Decimal(value)


@pytest.mark.parametrize(
    ("text", "code", "proposal"),
    [
        ("1.234", "ambiguous", "1234"),
        ("10,000", "ambiguous", "10000"),
        ("6 90", "number", "690"),
        ("82O", "number", "820"),
        ("l20", "number", "120"),
        ("-5", "number", ""),
        ("#REF!", "number", ""),
        ("820?", "number", ""),
        ("2026-02-01", "number", ""),
    ],
)
def test_a_doubtful_number_is_never_read_but_may_be_proposed(text, code, proposal):
    parsed = read_number(text)
    assert parsed.value is None
    assert (parsed.problem.code, parsed.problem.proposal) == (code, proposal)


@given(st.integers(1, 10**9))
def test_grouping_by_spaces_changes_nothing(value):
    assert read_number(f"{value:,}".replace(",", " ")).value == value


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("820", ShareCount(Decimal(820))),
        ("690,0", ShareCount(Decimal(690))),
        ("120/1000", ShareCount(Decimal(120), 1000)),
        ("120 / 10.000", ShareCount(Decimal(120), 10_000)),
        ("12 ‰", ShareCount(Decimal(12), 1000)),
        ("0,5", ShareCount(Decimal("0.5"))),
    ],
)
def test_shares_are_exact_and_may_name_their_whole(text, count):
    assert read_shares(text).value == count


@pytest.mark.parametrize(
    ("text", "proposal"), [("6 90", "690"), ("82O", "820"), ("1.080", "1080"), ("82O/1000", "820/1000")]
)
def test_doubtful_shares_block_with_a_proposal(text, proposal):
    problem = read_shares(text).problem
    assert (problem.severity, problem.proposal) == (Severity.BLOCK, proposal)


@pytest.mark.parametrize("text", ["0", "-3", "abc", "120/", "120/0", "2026-02-01"])
def test_shares_that_cannot_be_block(text):
    assert read_shares(text).problem.severity == Severity.BLOCK


def test_empty_shares_are_neither_a_value_nor_a_problem():
    assert read_shares("") == read_shares("  ")
    assert (read_shares("").value, read_shares("").problem) == (None, None)


def test_a_lot_may_take_no_part_in_a_distribution_key_but_its_weight_is_whole():
    assert read_weight("0").value.amount == read_weight("-").value.amount == 0
    assert read_weight("71/654").value == ShareCount(Decimal(71), 654)
    assert read_weight("7,5").problem.code == "whole"


@pytest.mark.parametrize(
    ("text", "value"),
    [("92,5", "92.5"), ("92,50", "92.5"), ("78 m2", "78"), ("78m²", "78"), ("110,00", "110"), ("92.5", "92.5")],
)
def test_areas_are_exact(text, value):
    assert read_area(text).value == Decimal(value)


@pytest.mark.parametrize("text", ["0", "1.234", "85,3333", "grand", "-4"])
def test_a_doubtful_area_can_wait(text):
    assert read_area(text).value is None
    assert read_area(text).problem.severity == Severity.LATER


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("1/1", Fraction(1)),
        ("1/2", Fraction(1, 2)),
        ("1 / 3", Fraction(1, 3)),
        ("50%", Fraction(1, 2)),
        ("12,5 %", Fraction(1, 8)),
        ("35 %", Fraction(7, 20)),
        ("45%", Fraction(9, 20)),
        ("0,5", Fraction(1, 2)),
        ("1", Fraction(1)),
        ("100%", Fraction(1)),
        ("½", Fraction(1, 2)),
        ("333/1000", Fraction(333, 1000)),  # written as a fraction it is exact, whatever it looks like
    ],
)
def test_parts_of_a_lot_are_exact_fractions(text, part):
    assert read_part(text).value == part


@pytest.mark.parametrize(
    ("text", "proposal"),
    [
        ("33,33%", "1/3"),
        ("33%", "1/3"),
        ("66,67 %", "2/3"),
        ("66,6%", "2/3"),
        ("16,67%", "1/6"),
        ("0,333", "1/3"),
        ("100", "1/1"),
        ("2026-02-01", "1/2"),  # what a spreadsheet makes of 1/2
        ("3/2", ""),
        ("0", ""),
        ("1/0", ""),
        ("moitié", ""),
    ],
)
def test_a_rounded_or_impossible_part_blocks(text, proposal):
    parsed = read_part(text)
    assert parsed.value is None
    assert (parsed.problem.severity, parsed.problem.proposal) == (Severity.BLOCK, proposal)


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_any_written_fraction_up_to_one_is_kept_exactly(top, bottom):
    parsed = read_part(f"{top}/{bottom}")
    assert parsed.value == (Fraction(top, bottom) if top <= bottom else None)


@pytest.mark.parametrize(
    ("text", "floor"),
    [
        ("0", 0),
        ("-1", -1),
        ("–1", -1),
        ("RDC", 0),
        ("rez-de-chaussée", 0),
        ("GV", 0),
        ("Gelijkvloers", 0),
        ("EG", 0),
        ("ground floor", 0),
        ("3", 3),
        ("1er", 1),
        ("2ème étage", 2),
        ("3e verd.", 3),
        ("1. OG", 1),
        ("SS-1", -1),
        ("12", 12),
    ],
)
def test_storeys_are_numbers_and_the_ground_floor_is_0(text, floor):
    assert read_floor(text).value == floor


def test_a_storey_in_words_is_asked_for():
    assert read_floor("sous-sol").problem.proposal == "-1"
    assert read_floor("entresol").problem.proposal == ""
    assert read_floor("900").problem is not None


@pytest.mark.parametrize(
    ("lot_type", "words"),
    [
        (LotType.APARTMENT, ["Appartement", "app.", "duplex", "Penthouse", "studio", "Wohnung", "flat"]),
        (LotType.CELLAR, ["Cave", "kelder", "Keller", "cave 3"]),
        (LotType.PARKING, ["Garage", "parking", "parkeerplaats", "autostaanplaats", "Tiefgarage", "Stellplatz"]),
        (LotType.COMMERCIAL, ["Commerce", "handelspand", "Gewerbe", "bureau"]),
        (LotType.OTHER, ["autre", "jardin"]),
    ],
)
def test_kinds_of_lots_are_known_by_their_words(lot_type, words):
    assert {word: read_type(word).value for word in words} == dict.fromkeys(words, lot_type)


def test_an_unknown_kind_of_lot_is_asked_for():
    assert read_type("Antenne GSM").problem.proposal == "other"
    assert read_type("Appartement avec vue").problem.proposal == "apartment"
    assert read_type("Appartement + garage").problem.proposal == "other"  # two kinds: nobody can tell


@pytest.mark.parametrize(
    ("text", "language"), [("FR", "fr"), ("nl-BE", "nl"), ("Deutsch", "de"), ("e", "en"), ("Néerlandais", "nl")]
)
def test_languages(text, language):
    assert read_language(text).value == language


def test_a_fifth_language_is_asked_for():
    assert read_language("IT").problem.code == "language"


def test_consent_is_yes_no_or_unknown():
    assert [read_consent(text).value for text in ("ja", "Oui", "true", "nee", "NON", "nein", "")] == [True] * 3 + [
        False
    ] * 3 + [None]
    assert read_consent("x").problem.proposal == "yes"
    assert read_consent("?").problem.proposal == ""
