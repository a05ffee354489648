from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.errors import Invalid
from koprogo_app.modules.sheets.rules import (
    EXACT,
    MAX_COLUMNS,
    MAX_ROWS,
    Sheet,
    book_from_dict,
    book_to_dict,
    cell_text,
    make_sheet,
    split_text,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (820.0, "820"),
        (92.5, "92.5"),
        (10000.0, "10000"),
        (1e15, "1000000000000000"),
        (-1.0, "-1"),
        (0.1, "0.1"),
        (1.234, f"1.234{EXACT}"),  # else it would look like one thousand two hundred and thirty-four
        (float("nan"), ""),
        (None, ""),
        (True, "true"),
        (date(2026, 2, 1), "2026-02-01"),
        (datetime(2026, 2, 1), "2026-02-01"),  # noqa: DTZ001  (spreadsheets have no time zone)
        ("  Uccle\u00a0", "Uccle"),
    ],
)
def test_a_cell_becomes_the_text_its_reader_sees(value, text):
    assert cell_text(value) == text


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_a_number_cell_keeps_its_exact_value(value):
    assert Decimal(cell_text(value)) == value


def test_blank_cells_and_rows_at_the_end_are_cut_off_and_those_between_are_kept():
    sheet = make_sheet("x", [["Lot", "", ""], ["", ""], ["1A"], ["", ""]])
    assert sheet.rows == (("Lot",), (), ("1A",))


def test_a_sheet_may_not_be_too_wide_nor_too_long():
    with pytest.raises(Invalid, match="columns at most") as wide:
        make_sheet("x", [["a"] * 10_001])
    assert wide.value.params == {"count": MAX_COLUMNS}
    with pytest.raises(Invalid, match="rows at most"):
        make_sheet("x", [["a"]] * (MAX_ROWS + 1))


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_the_one_that_gives_rows_of_one_width(delimiter):
    rows = [["Lot", "Aandelen", "Opmerking"], ["1", "120", "a"], ["2", "130", "b"]]
    text = "VME De Linde, Gent\n\n" + "\n".join(delimiter.join(row) for row in rows)
    assert split_text(text)[2:] == rows


def test_decimal_commas_do_not_make_a_comma_file():
    assert split_text("Lot;Opp.\n1;85,3\n2;96,0")[1] == ["1", "85,3"]


def test_a_quoted_cell_may_hold_a_line_break_and_a_delimiter():
    assert split_text('Lot;Nom\n1A;"DUPONT Jean\nJANSSENS; Marie"\n1B;CLAES')[1] == [
        "1A",
        "DUPONT Jean\nJANSSENS; Marie",
    ]


def test_excels_own_delimiter_line_is_obeyed_and_is_no_row():
    assert split_text("sep=,\nLot,Nom\n1,a;b;c") == [["Lot", "Nom"], ["1", "a;b;c"]]


def test_a_book_survives_json():
    book = [Sheet("Lots", (("Lot", "Nom"), ("1A", "CLAES")), ((1, 0, 2, 0),))]
    assert book_from_dict(book_to_dict(book)) == book
