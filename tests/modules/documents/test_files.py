import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.errors import Invalid
from koprogo_app.modules.documents import files

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 30
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 30
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 30
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 30
TIFF = b"II*\x00\x08\x00\x00\x00" + b"\x00" * 30
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
MESSAGE = OLE + "__properties_version1.0".encode("utf-16-le") + b"\x00" * 600
MAIL = b"Received: from mx\r\n  by us\r\nFrom: a@example.be\r\nSubject: Fuite\r\n\r\n<html>Bonjour</html>"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def received(name: str, content: bytes, max_mb: int = 50) -> files.Received:
    return files.received(name, io.BytesIO(content), max_mb)


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        received(name, content)
    assert refused.value.field == "file"
    return refused.value.message


def test_a_pdf_is_a_pdf(pdf):
    content = pdf("Bonjour")
    assert received("Facture.PDF", content) == files.Received("Facture.pdf", "application/pdf", len(content))


@pytest.mark.parametrize(
    ("name", "content", "mime"),
    [
        ("a.jpg", JPEG, "image/jpeg"), ("a.jpeg", JPEG, "image/jpeg"), ("a.png", PNG, "image/png"),
        ("a.webp", WEBP, "image/webp"), ("a.heic", HEIC, "image/heic"), ("a.tif", TIFF, "image/tiff"),
        ("a.txt", "Déjà vu".encode(), "text/plain"), ("a.txt", "Déjà vu".encode("cp1252"), "text/plain"),
        ("a.txt", "Déjà vu".encode("utf-16"), "text/plain"), ("a.txt", b"BMW, facture 12", "text/plain"),
        ("a.csv", b"lot;quotit\xe9\r\n1;10", "text/csv"), ("a.eml", MAIL, "message/rfc822"),
        ("a.msg", MESSAGE, "application/vnd.ms-outlook"),
    ],
)  # fmt: skip
def test_the_accepted_kinds_are_recognised_by_their_content(name, content, mime):
    assert received(name, content).mime == mime


def test_office_documents_are_told_apart_by_what_is_in_the_zip(packed):
    types = {"[Content_Types].xml": "<Types/>"}
    assert received("a.docx", packed(**types, word__document="x")).mime == WORD
    assert received("a.xlsx", packed(**types, xl__workbook="x")).mime == SHEET
    assert received("a.pptx", packed(**types, ppt__presentation="x")).mime == SLIDES
    odt = "application/vnd.oasis.opendocument.text"
    ods = "application/vnd.oasis.opendocument.spreadsheet"
    assert received("a.odt", packed(mimetype=odt)).mime == odt
    assert received("a.ods", packed(mimetype=ods)).mime == ods


def test_other_kinds_are_refused_with_the_list_of_those_accepted(packed):
    for name, content in {
        "a.zip": packed(papers="x"), "a.svg": b"<svg xmlns='x'></svg>", "a.html": b"<!DOCTYPE html><p>x", "a.doc": OLE,
        "a.gif": b"GIF89a\x00\x00", "a.exe": b"MZ\x00\x01", "a": b"\x00\x01\x02", "a.docm": packed(word__document="x"),
    }.items():  # fmt: skip
        assert refusal(name, content).startswith("This type of file is not accepted")


def test_markup_is_refused_under_the_name_of_a_text():
    for content in (b"<html>", b"  <!doctype HTML>", b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", b"<script>x</script>"):
        assert refusal("note.txt", content).startswith("This type of file is not accepted")


def test_a_zip_that_is_no_office_document_is_refused_whatever_its_name(packed):
    plain = packed(papers="x")
    assert refusal("facture.pdf", plain).startswith("This type of file is not accepted")
    assert refusal("facture.docx", plain).startswith("This type of file is not accepted")
    assert refusal("facture.docx", b"PK\x03\x04 but broken").startswith("This type of file is not accepted")


def test_an_office_document_with_macros_is_refused(packed):
    macros = packed(**{"[Content_Types].xml": "", "word__document": "x", "word__vbaProject.bin": "x"})
    assert refusal("a.docx", macros).startswith("This type of file is not accepted")


def test_a_name_that_disagrees_with_the_content_is_refused_with_a_sentence(pdf, packed):
    disagree = "The name of this file ends in {extension}, but its contents are of another type."
    assert refusal("photo.jpg", pdf("x")) == disagree
    assert refusal("facture.pdf", PNG) == disagree
    assert refusal("facture.pdf", b"only words") == disagree
    assert refusal("mail.eml", b"only words") == disagree
    assert refusal("a.xlsx", packed(**{"[Content_Types].xml": "", "word__document": "x"})) == disagree


def test_a_name_without_extension_gets_that_of_the_content(pdf):
    assert received("Facture 12", pdf("x")).filename == "Facture 12.pdf"
    assert received("scan", JPEG).filename == "scan.jpg"


def test_an_empty_file_is_refused():
    assert refusal("a.pdf", b"") == "This file is empty."


def test_the_limit_is_exact_and_answers_413(pdf):
    whole = pdf("x") + b"\n" * 1024 * 1024
    with pytest.raises(files.TooLarge) as refused:
        received("a.pdf", whole, max_mb=1)
    assert refused.value.status == 413
    assert received("a.pdf", whole[: 1024 * 1024], max_mb=1).size == 1024 * 1024


def test_the_file_is_left_at_its_start(pdf):
    file = io.BytesIO(pdf("x"))
    files.received("a.pdf", file, 1)
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("given_name", "clean"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"), ("C:\\Users\\Alice\\PV.pdf", "PV.pdf"), ("/etc/", "document"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie: x.pdf"), ("a\x00b.pdf", "ab.pdf"), ("fdp\u202egpj.exe", "fdpgpj.exe"),
        ("  PV   2026 .pdf", "PV 2026.pdf"), ("", "document"), ("...", "document"), (".pdf", "pdf"),
        ("😀 “facture”.pdf", "😀 “facture”.pdf"), ("e\u0301te\u0301.pdf", "été.pdf"),
    ],
)  # fmt: skip
def test_names_lose_folders_and_tricks(given_name, clean):
    assert files.clean_name(given_name) == clean


@given(st.text())
def test_a_clean_name_is_short_printable_and_stays_itself(name):
    clean = files.clean_name(name)
    assert 1 <= len(clean) <= 150
    assert not set("/\\\r\n\x00") & set(clean)
    assert not clean.startswith(".")
    assert files.clean_name(clean) == clean


def test_a_long_name_keeps_its_extension():
    clean = files.clean_name("é" * 400 + ".pdf")
    assert (len(clean), clean[-5:]) == (150, "é.pdf")


def test_the_first_title_is_the_name_without_its_extension():
    titles = [files.title_of(name) for name in ("../PV 2026.pdf", "acte", "v1.2 final.docx")]
    assert titles == ["PV 2026", "acte", "v1.2 final"]


def test_the_disposition_has_a_plain_name_and_the_real_one():
    expected = {
        "PV été.pdf": "filename=\"PV ete.pdf\"; filename*=UTF-8''PV%20%C3%A9t%C3%A9.pdf",
        "😀.pdf": "filename=\"document.pdf\"; filename*=UTF-8''%F0%9F%98%80.pdf",
        'a"b;c.pdf': "filename=\"a_b_c.pdf\"; filename*=UTF-8''a%22b%3Bc.pdf",
    }
    assert {name: files.disposition(name) for name in expected} == {n: f"attachment; {d}" for n, d in expected.items()}
    assert files.disposition("a.pdf", inline=True).startswith("inline; ")


@given(st.text())
def test_a_disposition_is_one_header_line_of_ascii(name):
    header = files.disposition(files.clean_name(name))
    assert header.isascii()
    assert not set("\r\n") & set(header)
    assert header.count('"') == 2


def test_the_zip_holds_every_file_and_numbers_equal_names():
    made = b"".join(files.zipped([("a.pdf", iter([b"1", b"2"])), ("A.pdf", iter([b"3"])), ("été.txt", iter([]))]))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
        held = {i.filename: archive.read(i) for i in archive.infolist()}
    assert held == {"a.pdf": b"12", "A (2).pdf": b"3", "été.txt": b""}


def test_the_zip_is_sent_while_it_is_made():
    asked = []

    def pieces(number: int):
        asked.append(number)
        yield b"x" * 100_000

    stream = files.zipped((f"{n}.pdf", pieces(n)) for n in range(3))
    first = next(stream)
    assert (len(first) >= 100_000, asked) == (True, [0])
