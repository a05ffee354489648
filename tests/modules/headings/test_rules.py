import pytest

from koprogo_app.modules.headings.rules import (
    CERTAIN,
    Field,
    Role,
    denominator,
    find_header,
    guess,
    map_sheet,
    mapping_from_list,
    mapping_to_list,
    propose,
    suggest_building,
)
from koprogo_app.modules.sheets.rules import make_sheet


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("N° lot", Field.LOT),
        ("Kavel", Field.LOT),
        ("Los-Nr.", Field.LOT),
        ("Superf. (m²)", Field.AREA),
        ("Opp.", Field.AREA),
        ("Fläche m²", Field.AREA),
        ("Quotités /10.000", Field.SHARES),
        ("Tausendstel", Field.SHARES),
        ("Aandelen", Field.SHARES),
        ("Verd.", Field.FLOOR),
        ("ÉTAGE", Field.FLOOR),
        ("Eigentümer-Nr.", Field.OWNER_NUMBER),
        ("Lg", Field.LANGUAGE),
        ("Taal", Field.LANGUAGE),
        ("Clé asc.", Field.KEY),
        ("Heizkosten-Schlüssel", Field.KEY),
        ("Verdeelsleutel lift", Field.KEY),
        ("Propriétaire(s)", Field.OWNER),
        ("Nom et prénom", Field.OWNER),
        ("GSM", Field.PHONE),
        ("Tel.", Field.PHONE),
        ("Courriel", Field.EMAIL),
        ("E-mailadres", Field.EMAIL),
        ("Toestemming e-mail", Field.CONSENT),
        ("CP", Field.POSTCODE),
        ("PLZ", Field.POSTCODE),
        ("Straat en nr.", Field.ADDRESS),
        ("Anrede", Field.TITLE),
        ("Vorname / Firma", Field.FIRST_NAME),
        ("Ondernemingsnummer", Field.KBO),
        ("N° BCE", Field.KBO),
        ("Mandataire", Field.REPRESENTATIVE),
        ("Deel", Field.PART),
        ("Bemerkungen", Field.REMARK),
    ],
)
def test_headings_are_known_in_four_languages_with_their_abbreviations(heading, field):
    assert guess(heading)[0][1] == field


@pytest.mark.parametrize("text", ["Garage", "DUPONT Jean", "1180", "", "Avenue des Tilleuls 14 bte 1", "x" * 100])
def test_data_is_no_heading(text):
    assert guess(text) == ()


@pytest.mark.parametrize(
    ("heading", "whole"),
    [
        ("Quotités /10.000", 10_000),
        ("Quotités (/1000)", 1000),
        ("Tausendstel", 1000),
        ("Dix-millièmes", 10_000),
        ("Tienduizendsten", 10_000),
        ("Aandelen / 100 000", 100_000),
        ("Quotités", None),
        ("Prix / m2", None),
    ],
)
def test_the_whole_is_read_from_the_heading(heading, whole):
    assert denominator(heading) == whole


def test_titles_and_blank_rows_above_the_headings_are_passed_over():
    sheet = make_sheet(
        "x", [["Résidence Lot 5"], [], ["Type de chauffage : gaz"], ["Lot", "Nature", "Quotités"], ["1", "Cave", 5]]
    )
    assert find_header(sheet) == 3


def test_without_headings_only_cells_that_speak_for_themselves_are_mapped():
    sheet = make_sheet("x", [["1A", "a@exemple.be", "BE68 5390 0754 7034"], ["1B", "b@exemple.be", "BE62510007547061"]])
    mapped = map_sheet(0, sheet)
    assert (mapped.header, mapped.role) == (-1, Role.NONE)
    assert [column.field for column in mapped.columns] == [Field.IGNORE, Field.EMAIL, Field.IBAN]
    assert all(column.confidence < CERTAIN for column in mapped.columns)


def test_the_same_heading_twice_is_taken_once_and_the_other_is_left_to_the_person():
    mapped = map_sheet(0, make_sheet("x", [["Lot", "Quotités", "Quotités", "GSM", "GSM"], ["1", 10, 20, "a", "b"]]))
    assert [c.field for c in mapped.columns] == [Field.LOT, Field.SHARES, Field.IGNORE, Field.PHONE, Field.IGNORE]
    assert mapped.columns[2].confidence == 0


def test_nr_is_the_lot_among_lots_and_the_owner_among_owners():
    lots = map_sheet(0, make_sheet("x", [["Nr.", "Art", "Tausendstel"], ["W1", "Wohnung", 88]]))
    owners = map_sheet(1, make_sheet("y", [["Nr.", "Name", "Vorname"], ["101", "Kever", "Simone"]]))
    assert (lots.role, lots.columns[0].field) == (Role.LOTS, Field.LOT)
    assert (owners.role, owners.columns[0].field) == (Role.OWNERS, Field.OWNER_NUMBER)


def test_a_name_column_alone_holds_the_full_name():
    alone = map_sheet(0, make_sheet("x", [["Kavel", "Aandelen", "Naam"], ["1", 5, "Claes Jan"]]))
    beside = map_sheet(0, make_sheet("x", [["Kavel", "Aandelen", "Naam", "Voornaam"], ["1", 5, "Claes", "Jan"]]))
    assert alone.columns[2].field == Field.OWNER
    assert beside.columns[2].field == Field.LAST_NAME


def test_a_distribution_key_is_named_by_its_heading_and_there_may_be_several():
    mapped = map_sheet(0, make_sheet("x", [["Lot", "Quotités", "Clé asc.", "Chauffage"], ["1", 5, 5, 7]]))
    assert [c.name for c in mapped.columns if c.field == Field.KEY] == ["Clé asc.", "Chauffage"]


def test_what_stands_above_the_headings_is_offered_for_the_building():
    rows = [
        ["ACP Les Tilleuls - BCE 0845.112.696"],
        ["Avenue des Tilleuls 14-16, 1180 Uccle"],
        ["Situation au 31/10/2026 - à jour"],
        ["Lot", "Nature", "Quotités /10.000"],
        ["1", "Cave", 5],
    ]
    book = [make_sheet("x", rows)]
    assert suggest_building(book, propose(book)) == {
        "name": "Les Tilleuls",
        "kbo": "0845112696",
        "address": "Avenue des Tilleuls 14-16",
        "postcode": "1180",
        "city": "Uccle",
        "as_of": "2026-10-31",
        "deed_total": "10000",
    }


def test_a_number_with_wrong_check_digits_is_not_offered():
    book = [make_sheet("x", [["KBO 0845.112.697"], ["Lot", "Nature", "Quotités"], ["1", "Cave", 5]])]
    assert "kbo" not in suggest_building(book, propose(book))


def test_a_mapping_survives_json():
    mapping = propose([make_sheet("x", [["Lot", "Quotités", "Clé asc."], ["1", 5, 5]])])
    assert mapping_from_list(mapping_to_list(mapping)) == mapping
