"""What a file is, is told by its content; each refusal is a sentence for the person who sent it."""

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.errors import Invalid
from koprogo_app.modules.sheets.service import read_book

DATA = Path(__file__).parents[2] / "data" / "import"


def workbook(fill) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    fill(book, book.add_worksheet("Lots"))
    book.close()
    return out.getvalue()


def refusal(data: bytes, name: str = "lots.xlsx") -> Invalid:
    with pytest.raises(Invalid) as refused:
        read_book(data, name)
    assert refused.value.field == "file"
    return refused.value


def test_whole_numbers_of_a_workbook_have_no_decimals():
    book = read_book((DATA / "les-tilleuls.xlsx").read_bytes(), "les-tilleuls.xlsx")
    assert [sheet.name for sheet in book] == ["Lots 2026"]
    assert len(book[0].rows) == 36
    assert book[0].rows[6][:5] == ("1A", "Appartement", "1", "92,5", "820")
    assert book[0].rows[35][:5] == ("TOTAL", "", "", "", "10000")


def test_windows_1252_text_keeps_its_accents():
    (sheet,) = read_book((DATA / "residentie-de-linde.csv").read_bytes(), "residentie-de-linde.csv")
    assert len(sheet.rows) == 20
    assert sheet.rows[5][6] == "D’hondt"
    assert sheet.rows[10][6] == "Çelik"
    assert sheet.rows[8][7] == "François"


def test_every_sheet_of_an_open_document_is_read():
    book = read_book((DATA / "wohnanlage-bergstrasse.ods").read_bytes(), "w.ods")
    assert [(sheet.name, len(sheet.rows)) for sheet in book] == [("Lose", 16), ("Eigentümer", 7)]


def test_the_content_counts_not_the_extension():
    data = (DATA / "les-tilleuls.xlsx").read_bytes()
    assert len(read_book(data, "lots.csv")[0].rows) == 36


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_text_is_read_in_the_usual_encodings(encoding):
    (sheet,) = read_book("Los;Eigentümer\nW1;Müller".encode(encoding), "x.csv")
    assert sheet.rows == (("Los", "Eigentümer"), ("W1", "Müller"))


@pytest.mark.parametrize("name", ["René", "Noël", "Hélène", "Müller", "Gößmann", "Françoise", "Bâtiment", "Forêt"])
@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "mac_roman"])
def test_one_accent_tells_windows_ms_dos_and_macintosh_apart(name, encoding):
    (sheet,) = read_book(f"Lot;Nom\n1;{name}".encode(encoding), "x.csv")
    assert sheet.rows[1] == ("1", name)


@pytest.mark.parametrize(
    "text",
    [
        "‘t Hof; auto‘s", "„Haus“; etc…", "1000‰; 5 €", "Dupont–Martin; n°B12", "MÉlanie; FRANçOIS", "Œuvre; Škoda", "GÓMEZ; D´Hondt",
        "DUPONT BENOîT; rue de l'Église 3", "DUPONT JéRôME; LAMBERT BENOîT; PIRARD RENé", "MARTíNEZ; LOPEZ JOSé", "LAMBERT; JOëL",
        "DUPONT NOëL; GAëL PIRARD; BENOîT MAES; Chaussée de Wavre 3",
    ],
)  # fmt: skip
def test_windows_signs_that_another_encoding_could_read_stay_as_they_are(text):
    (sheet,) = read_book(f"Lot;Nom\n{text}".encode("cp1252"), "x.csv")
    assert "; ".join(cell.strip() for cell in sheet.rows[1]) == text


@pytest.mark.parametrize(("text", "encoding"), [("1;Jörg", "cp850"), ("1;Käthe", "mac_roman")])
def test_accents_in_doubt_are_refused_with_the_way_out(text, encoding):
    """One byte is ö in MS-DOS and î in Macintosh text, another ä and è; nothing else of the file tells which."""
    message = "The accents of this file cannot be read: save it as XLSX, or as CSV in UTF-8."
    assert refusal(text.encode(encoding), "x.csv").message == message


def test_merged_cells_are_told():
    (sheet,) = read_book(workbook(lambda _, s: (s.write("A1", "Lot"), s.merge_range("A2:A4", "1A"))), "x.xlsx")
    assert sheet.merged == ((1, 0, 3, 0),)


def test_a_faulty_formula_is_an_empty_cell():
    (sheet,) = read_book(
        workbook(lambda _, s: (s.write("A1", "Lot"), s.write_formula("B1", "=1/0", None, "#DIV/0!"))), "x"
    )
    assert sheet.rows == (("Lot",),)


def test_an_empty_file_is_refused():
    assert refusal(b" \n").message == "This file is empty."
    assert refusal(workbook(lambda _, s: None)).message == "This file has no filled cell."


def test_a_file_above_the_limit_is_refused_before_it_is_read():
    error = refusal(b"a;b\n" * (5 * 1024 * 1024 + 1))
    assert error.params == {"megabytes": 20}


def test_a_web_page_named_as_a_spreadsheet_is_refused_with_the_way_out():
    assert (
        "Open it and save it as XLSX"
        in refusal(b"\n<html><table><tr><td>Lot</td></tr></table></html>", "lots.xls").message
    )


def test_a_pdf_a_picture_and_damaged_archives_are_refused():
    assert "PDF" in refusal(b"%PDF-1.7 ...").message
    assert "not a spreadsheet" in refusal(b"\x89PNG\r\n\x1a\n\x00\x00\x00").message
    assert "damaged" in refusal(b"PK\x03\x04" + b"junk" * 50).message
    assert "damaged" in refusal((DATA / "les-tilleuls.xlsx").read_bytes()[:3000]).message
    assert "damaged" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)).message


def test_a_protected_file_is_named_as_such():
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    assert "password" in refusal(ole).message
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("content.xml", b"\x93\x12 not xml")
        archive.writestr("META-INF/manifest.xml", "<manifest><encryption-data/></manifest>")
    assert "password" in refusal(out.getvalue()).message


def test_one_far_cell_does_not_end_the_server():
    """Read in this process, the spreadsheet library would ask for 17 thousand million cells and abort."""
    far = workbook(lambda _, s: (s.write("A1", "Lot"), s.write(1_048_575, 16_383, "x")))
    assert "too many cells" in refusal(far).message


def test_a_bomb_is_refused():
    row = b'<row><c t="inlineStr"><is><t>' + b"a" * 1000 + b"</t></is></c></row>"
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(lambda _, s: s.write("A1", "x")))) as honest,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in honest.namelist():
            content = honest.read(name)
            if name == "xl/worksheets/sheet1.xml":
                head, _, tail = content.partition(b"<sheetData>")
                content = head + b"<sheetData>" + row * 100_000 + tail
            archive.writestr(name, content)
    assert len(out.getvalue()) < 1_000_000  # 100 MB when unpacked
    assert refusal(out.getvalue()).message == "A sheet may have {count} rows at most."


@given(st.binary(max_size=200).filter(lambda data: not data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))))
def test_any_text_file_is_read_or_refused_in_words(data):
    try:
        book, refused = read_book(data, "x"), None
    except Invalid as error:
        book, refused = [], error
    assert book or (refused and refused.field == "file")


def test_too_many_columns_are_refused_from_a_workbook_too():
    wide = workbook(lambda _, s: [s.write(0, column, "x") for column in range(10_001)])
    assert refusal(wide).message == "A sheet may have {count} columns at most."
