import pytest

from koprogo_app.modules.headings.rules import Field, propose
from koprogo_app.modules.parsing.rules import Problem
from koprogo_app.modules.registers.rules import Added, Choices, Notes, Reason, read_rows
from koprogo_app.modules.sheets.rules import make_sheet

HEAD = ["Lot", "Nature", "Quotités", "Propriétaire", "Clé asc."]


def read(rows, choices=None, merged=()):
    book = [make_sheet("Lots", [HEAD, *rows], merged)]
    return read_rows(book, propose(book), choices or Choices())


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ([], Reason.BLANK),
        (["", "Sous-total caves", 30], Reason.SUBTOTAL),
        (["Subtotaal", "", 30], Reason.SUBTOTAL),
        (["Zwischensumme", "", 30], Reason.SUBTOTAL),
        (["TOTAL", "", 1000], Reason.TOTAL),
        (["Gesamtsumme", "", 1000], Reason.TOTAL),
        (["", "", 1000], Reason.TOTAL),
        (["", "", "", "", 654], Reason.TOTAL),
        (["", "(*) à vérifier chez le notaire"], Reason.REMARK),
        (HEAD, Reason.HEADING),
    ],
)
def test_lines_that_are_no_lots_are_set_aside_with_their_reason(row, reason):
    rows, aside = read([row, ["1A", "Cave", 10, "CLAES Jan", 5]])
    assert [kept.line for kept in rows] == [3]
    assert [(line.line, line.reason) for line in aside] == [(2, reason)]


def test_a_line_with_an_owner_is_never_set_aside():
    rows, aside = read([["", "Total", 10, "CLAES Jan", ""], ["", "", 10, "PEETERS An", ""]])
    assert [row.line for row in rows] == [2, 3]
    assert aside == []


def test_text_in_a_column_that_is_not_read_keeps_its_line_in_the_list():
    _, aside = read([["", "", "", "", "", "", "voir notaire"], ["1A", "Cave", 10, "CLAES Jan", 5]])
    assert [(line.line, line.reason) for line in aside] == [(2, Reason.REMARK)]


def test_the_persons_text_replaces_the_files_and_the_files_is_kept_beside_it():
    rows, _ = read([["1A", "Cave", "82O", "CLAES Jan", 5]], Choices({"0:2:2": "820", "0:2:split": "1/1"}))
    assert (rows[0].cell(Field.SHARES).text, rows[0].cell(Field.SHARES).original) == ("820", "82O")
    assert rows[0].text(Field.SPLIT) == "1/1"


def test_a_dropped_line_is_listed_and_an_added_one_follows_the_last():
    choices = Choices(dropped=frozenset({"0:2"}), added=(Added(0, {"lot": "9", "shares": "5", "key:Clé asc.": "7"}),))
    rows, aside = read([["1A", "Cave", 10, "CLAES Jan", 5]], choices)
    assert [(line.line, line.reason) for line in aside] == [(2, Reason.DROPPED)]
    assert (rows[0].line, rows[0].text(Field.LOT), rows[0].keys["Clé asc."].text) == (3, "9", "7")


def test_a_merged_cell_is_mended_where_it_begins():
    rows, _ = read(
        [["1A", "Cave", 10, "CLAES Jan", ""], ["2A", "Cave", 10, "", ""]],
        Choices({"0:2:3": "CLAES An"}),
        [(1, 3, 2, 3)],
    )
    assert [row.text(Field.OWNER) for row in rows] == ["CLAES An", "CLAES An"]
    assert [row.cell(Field.OWNER).target for row in rows] == ["0:2:3", "0:2:3"]


def test_several_columns_of_address_are_one_address():
    head = ["Lot", "Nature", "Quotités", "Adresse", "Boîte"]
    book = [make_sheet("x", [head, ["1", "Cave", 5, "Rue Haute 1", "bte 4"]])]
    for fixes, text in ({}, "Rue Haute 1, bte 4"), ({"0:2:3": "Rue Basse 2"}, "Rue Basse 2"):
        rows, _ = read_rows(book, propose(book), Choices(fixes))
        assert rows[0].text(Field.ADDRESS) == text


def test_a_finding_is_noted_once_for_each_cell_and_in_the_order_of_the_file():
    rows, _ = read([["1A", "Cave", "x", "CLAES Jan", ""], ["2A", "Cave", "y", "CLAES Jan", ""]])
    notes = Notes()
    for row in (rows[1], rows[0], rows[1]):
        notes.add(row, Field.SHARES, Problem("number", "“{text}” is not a number.", {"text": row.text(Field.SHARES)}))
    assert [(f.line, f.column, f.target, f.text, f.lot) for f in notes.all()] == [
        (2, 2, "0:2:2", "x", "1A"),
        (3, 2, "0:3:2", "y", "2A"),
    ]


def test_choices_that_were_never_made_are_read_from_an_empty_record():
    assert Choices.from_dict({}) == Choices()
