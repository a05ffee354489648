"""Readings from files: which meter a row means, what stops it, and that the same file twice writes once."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
import xlsxwriter
from conftest import as_role

from koprogo_app.core.actor import Role
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.meters import columns, filing, periods, readings
from koprogo_app.modules.meters.columns import FileMap, Meaning, decimal_mark, map_file, read_value
from koprogo_app.modules.meters.rules import Kind


def values(actor, house, serial):
    found = call(actor, readings.list_readings, house.id, Asked(size=100, search=serial))
    return {row.read_on: (row.value, row.source) for row in found.rows}


def sent(actor, house, text, **more):
    return call(actor, filing.add_file, house.id, "water.csv", text.encode(), **more)


def looked(filed):
    return [(line.row.row, str(line.action), [f.code for f in line.findings]) for line in filed.lines]


# --- Columns ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headings",
    [
        ("N° compteur", "Date relevé", "Nouvel index"),
        ("Meternummer", "Datum opname", "Nieuwe stand"),
        ("Zählernummer", "Ablesedatum", "Zählerstand"),
        ("Serial number", "Reading date", "Reading"),
        ("Lot", "Date", "Index (m³)"),
    ],
)
def test_headings_of_four_languages_are_known(headings):
    found = map_file([("Copropriété Molière",), (), headings, ("1", "2026-12-31", "5")], {})
    assert found.header == 2
    assert found.columns[1:] == (Meaning.DAY, Meaning.VALUE)
    assert found.complete


def test_what_was_decided_once_for_a_heading_holds():
    rows = [("Code", "Quand", "Chiffre"), ("1", "2026-12-31", "5")]
    assert not map_file(rows, {}).complete
    known = {"code": "serial", "quand": "day", "chiffre": "value"}
    assert map_file(rows, known) == FileMap(0, (Meaning.SERIAL, Meaning.DAY, Meaning.VALUE))
    assert columns.headings_of(rows, map_file(rows, known)) == known


def test_a_meaning_belongs_to_one_column():
    found = columns.with_column(FileMap(0, (Meaning.VALUE, Meaning.IGNORE)), 1, Meaning.VALUE)
    assert found.columns == (Meaning.IGNORE, Meaning.VALUE)


@pytest.mark.parametrize(
    ("text", "mark", "value", "problem"),
    [
        ("123", "", 123_000, None),
        ("123,45", "", 123_450, None),
        ("1 234,5", "", 1_234_500, None),
        ("123,456", ",", 123_456, None),  # the column parts its decimals with a comma
        ("123.456", ",", 123_456_000, None),
        ("123,456", "", None, "ambiguous"),
        ("98 kWh", "", 98_000, None),
        ("0,1234", "", None, "decimals"),
        ("about 5", "", None, "number"),
        ("100000000000", "", None, "number"),
        ("", "", None, None),
    ],
)
def test_a_reading_as_people_write_it(text, mark, value, problem):
    read = read_value(text, mark)
    assert (read.value, read.problem.code if read.problem else None) == (value, problem)


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["1,5", "123,456"], ","),
        (["1.5", "12.345"], "."),
        (["123,456"], ""),
        (["1,5", "1.5"], ""),
        (["1234,567"], ","),
        ([], ""),
    ],
)
def test_a_column_tells_what_parts_its_decimals(texts, mark):
    assert decimal_mark(texts) == mark


# --- A file ----------------------------------------------------------------------------------------------------------

FILE = """Compteur;Date;Index;Remarque
W1;31/01/2027;111,5;
W2;31/01/2027;229;
W3;31.01.2027;361,25;lu par le concierge
W9;31/01/2027;5;
W1;02/02/2027;112;
W2;hier;231;
W3;;362;
W3;30/01/2027;beaucoup;
"""


def test_a_file_says_first_what_it_would_do(alice, house, water):
    found = sent(alice, house, FILE)
    assert looked(found) == [
        (2, "new", []), (3, "stop", ["below"]), (4, "new", []), (5, "stop", ["serial"]), (6, "stop", ["future"]),
        (7, "stop", ["day"]), (8, "stop", ["no_day"]), (9, "stop", ["number"]),
    ]  # fmt: skip
    assert found.wanted == 2
    assert date(2027, 1, 31) not in values(alice, house, "W1")


def test_a_file_is_entered_once_however_often_it_is_sent(alice, house, water):
    sent(alice, house, FILE)
    assert call(alice, filing.enter_file, house.id) == 2
    assert values(alice, house, "W1")[date(2027, 1, 31)] == (Decimal("111.5"), "file")
    assert values(alice, house, "W3")[date(2027, 1, 31)] == (Decimal("361.25"), "file")
    assert call(alice, filing.find_file, house.id) is None
    with pytest.raises(Conflict):
        call(alice, filing.enter_file, house.id)
    assert [action for _, action, _ in looked(sent(alice, house, FILE))][:3] == ["same", "stop", "same"]
    assert call(alice, filing.enter_file, house.id) == 0


def test_a_correction_says_what_it_takes_the_place_of(alice, house, water):
    found = sent(alice, house, "Compteur;Date;Index\nW1;31/12/2026;109\nW1;31/12/2026;109\nW1;31/12/2026;108\n")
    assert looked(found) == [(2, "other", ["other"]), (3, "same", []), (4, "stop", ["twice"])]
    assert found.lines[0].findings[0].params == {"value": Decimal(110)}
    assert call(alice, filing.enter_file, house.id) == 1
    assert values(alice, house, "W1")[date(2026, 12, 31)] == (Decimal(109), "file")


def test_the_rows_of_a_meter_are_looked_at_in_the_order_of_their_days(alice, house, water):
    found = sent(alice, house, "Compteur;Date;Index\nW1;31/01/2027;115\nW1;15/01/2027;116\nW1;10/01/2027;112\n")
    # 112 on the 10th, 116 on the 15th; 115 on the 31st is below it
    assert looked(found) == [(2, "stop", ["below"]), (3, "new", []), (4, "new", [])]


def test_a_day_that_a_closed_period_rests_on_is_not_changed(alice, house, water, period):
    call(alice, periods.close_period, period().id)
    found = sent(alice, house, "Compteur;Date;Index\nW1;31/12/2026;109\nW2;31/12/2026;230\n")
    assert looked(found) == [(2, "stop", ["closed"]), (3, "same", [])]


def test_numbers_of_meters_compare_without_blanks_and_leading_zeros(alice, house, meter):
    meter("A1", "00 12-345")
    assert looked(sent(alice, house, "Compteur;Date;Index\n12345;31/12/2026;5\n"))[0][1] == "new"


def test_a_row_may_name_the_lot(alice, house, water, meter):
    meter("A1", "H1", kind="hot_water")
    meter("A2", "W2b")
    text = "Lot;Date;Index\nA1;31/01/2027;111\nA2;31/01/2027;231\nG1;31/01/2027;1\nB7;31/01/2027;1\n"
    assert next(codes for _, _, codes in looked(sent(alice, house, text))) == ["lot"]  # cold or hot?
    found = sent(alice, house, text, kind=Kind.COLD_WATER)
    assert looked(found) == [(2, "new", []), (3, "stop", ["lot"]), (4, "stop", ["lot"]), (5, "stop", ["lot"])]
    assert [line.findings[0].message for line in found.lines[1:]] == [
        "Lot {lot} has several meters of this kind: give the number of the meter.",
        "Lot {lot} has no meter of this kind on that day.",
        "No lot here has the number {lot}.",
    ]


def test_a_meter_that_the_file_puts_in_another_lot_is_a_warning(alice, house, water):
    found = sent(alice, house, "Compteur;Lot;Date;Index\nW1;A2;31/01/2027;111\n")
    assert looked(found) == [(2, "new", ["lot"])]
    assert found.lines[0].findings[0].params == {"lot": "A1"}


def test_columns_that_are_not_known_are_chosen_once(alice, house, water):
    text = "Code;Quand;Chiffre\nW1;31/01/2027;111\n"
    found = sent(alice, house, text)
    assert (found.file.complete, found.lines) == (False, ())
    with pytest.raises(Invalid):
        call(alice, filing.enter_file, house.id)
    call(alice, filing.remap, house.id, header=0)
    for column, meaning in enumerate((Meaning.SERIAL, Meaning.DAY, Meaning.VALUE)):
        found = call(alice, filing.remap, house.id, column=column, meaning=meaning)
    assert found.wanted == 1
    assert call(alice, filing.enter_file, house.id) == 1
    again = sent(alice, house, "Code;Quand;Chiffre\nW1;01/02/2027;112\n")
    assert (again.file.complete, again.wanted) == (True, 1)


def test_a_spreadsheet_is_read_whichever_sheet_has_the_readings(alice, house, water):
    data = BytesIO()
    book = xlsxwriter.Workbook(data)
    book.add_worksheet().write_row(0, 0, ["Rapport"])
    sheet = book.add_worksheet("Relevés")
    sheet.write_row(0, 0, ["Compteur", "Date", "Index"])
    sheet.write_string(1, 0, "W1")
    sheet.write_datetime(1, 1, date(2027, 1, 31), book.add_format({"num_format": "dd/mm/yyyy"}))
    sheet.write_number(1, 2, 111.125)
    book.close()
    found = call(alice, filing.add_file, house.id, "water.xlsx", data.getvalue())
    assert found.lines[0].row.value.value == 111_125
    assert call(alice, filing.enter_file, house.id) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "This file is empty."),
        (b"%PDF-1.7", "This is a PDF. Ask for the spreadsheet it was made from."),
        (b"a;b\n" * 5_001, "A file of readings may have {count} rows at most."),
        (b"x" * (5 * 1024 * 1024 + 1), "This file is larger than {size} MB."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(alice, house, data, words):
    with pytest.raises(Invalid) as refused:
        call(alice, filing.add_file, house.id, "x.csv", data)
    assert (refused.value.message, refused.value.field) == (words, "file")


def test_a_file_is_forgotten_on_demand(alice, house, water):
    sent(alice, house, FILE)
    call(alice, filing.drop_file, house.id)
    call(alice, filing.drop_file, house.id)
    assert call(alice, filing.find_file, house.id) is None


def test_columns_that_the_file_has_not_are_refused(alice, house, water):
    sent(alice, house, FILE)
    with pytest.raises(Invalid):
        call(alice, filing.remap, house.id, column=9, meaning=Meaning.LOT)
    with pytest.raises(Invalid):
        call(alice, filing.remap, house.id, header=99)


def test_files_are_for_who_may_write(alice, charlie, house, water):
    sent(alice, house, FILE)
    assert call(as_role(alice, Role.AUDITOR, house.id), filing.find_file, house.id).wanted == 2
    with pytest.raises(Forbidden):
        call(as_role(alice, Role.AUDITOR, house.id), filing.enter_file, house.id)
    for hidden in (filing.find_file, filing.enter_file, filing.drop_file):
        with pytest.raises(NotFound):
            call(charlie, hidden, house.id)
