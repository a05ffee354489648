"""letters/pdf: what is paid stands at its place on the first page, whatever the length of the tables."""

import xml.etree.ElementTree as ET
from datetime import date
from io import BytesIO
from itertools import pairwise

import pdfplumber
import pypdfium2 as pdfium
import pytest
import segno
from modules.letters.conftest import content
from pypdf import PdfReader

from koprogo_app.core.i18n import translate
from koprogo_app.core.money import Cents
from koprogo_app.modules.letters.pdf import batch, letter_html, letter_pdf
from koprogo_app.modules.letters.rules import Slip
from koprogo_app.modules.papers.rules import Recipient, Sender

MM = 72 / 25.4
SENDER = Sender(
    name="Les Tilleuls", address="Avenue des Tilleuls 48, 1180 Uccle", enterprise_number="0777041264", syndic="Cabinet Sonnet",
    syndic_address="rue du Sonnet 7, 1000 Bruxelles",
)  # fmt: skip
BOB = Recipient(names=("Bob Dubois",), address=("Avenue des Tilleuls 48", "1180 Uccle"), language="fr")
DAY = date(2026, 11, 23)
TOP, BOTTOM = 219, 263  # of the block, in millimetres from the top of the sheet


def made(rows: int = 3, cents: int = 12_345, locale: str = "fr", recipient: Recipient | None = BOB, **more) -> bytes:
    return letter_pdf(content(rows=rows, cents=cents), SENDER, recipient, locale, DAY, **more)


def words(pdf: bytes) -> list[list[tuple[str, float, float, float]]]:
    """Of each page (word, left, top, bottom), in millimetres."""
    with pdfplumber.open(BytesIO(pdf)) as opened:
        return [
            [(w["text"], w["x0"] / MM, w["top"] / MM, w["bottom"] / MM) for w in page.extract_words()]
            for page in opened.pages
        ]


def text(pdf: bytes) -> str:
    with pdfplumber.open(BytesIO(pdf)) as opened:
        return "\n".join(page.extract_text() for page in opened.pages)


@pytest.mark.parametrize(("rows", "pages"), [(1, 1), (12, 2), (60, 3)])
def test_nothing_overlaps_the_block_however_long_the_table(rows, pages):
    found = words(made(rows))
    assert len(found) == pages
    first = found[0]
    inside = [w for w in first if w[2] >= TOP and w[3] <= BOTTOM]
    assert {"Montant", "Compte", "+++123/4567/89002+++", "15/01/2027"} <= {w[0] for w in inside}
    assert "123,45" in {w[0].split("\u00a0")[0] for w in inside}
    flowing = [w for w in first if w[2] > 90 and w not in inside]
    assert [w for w in flowing if w[3] > TOP - 2 and w[2] < BOTTOM + 2] == [], "between the text and the block is air"
    assert min(w[2] for w in flowing if w[2] > BOTTOM) > 275, "below it only the footer"


@pytest.mark.parametrize("rows", [1, 12, 60])
def test_each_row_is_printed_once_below_its_head_and_no_two_lines_touch(rows):
    pages = words(made(rows))
    assert sum(w[0] == "Dépense" for page in pages for w in page) == sum(
        any(w[0] == "Ligne" for w in page) for page in pages
    )
    shown = [(n, w[0]) for n, page in enumerate(pages) for w in page if w[0].endswith(",00")]
    assert [value for _, value in shown] == [f"{n},00" for n in range(1, rows + 1)]
    for page in pages:
        tops = sorted({round(w[2], 1) for w in page if w[1] < 45 and w[0] in ("Ligne", "Total")})
        assert all(after - before > 4 for before, after in pairwise(tops)), "a line is 4.2 mm high"
        assert max(w[3] for w in page) < 290


@pytest.mark.parametrize("rows", range(8, 30, 3))
def test_totals_never_stand_alone_on_a_page(rows):
    for page in words(made(rows)):
        if any(w[0] == "Total" for w in page):
            assert any(w[0] == "Ligne" for w in page)


def test_the_block_is_a_frame_of_44_millimetres():
    with pdfplumber.open(BytesIO(made())) as opened:
        page = opened.pages[0]
        edges = [
            shape for shape in [*page.curves, *page.rects] if shape["width"] / MM > 165 and shape["height"] / MM > 40
        ]
    assert edges
    for edge in edges:
        assert edge["top"] / MM == pytest.approx(TOP, abs=0.5)
        assert edge["bottom"] / MM == pytest.approx(BOTTOM, abs=0.5)


def code_of(pdf: bytes, modules: int) -> list[list[bool]] | None:
    """The QR code as it is printed: each module read at its middle, in the 30 mm at the right of the block."""
    scale = 8
    image = pdfium.PdfDocument(pdf)[0].render(scale=scale).to_pil().convert("L")
    box = image.crop(tuple(int(x * MM * scale) for x in (150, TOP + 1, 191, TOP + 33.5)))
    dark = box.point(lambda value: 255 if value < 100 else 0).getbbox()
    if dark is None:
        return None
    left, top, right, bottom = dark
    size = (right - left) / modules
    assert (right - left, bottom - top) == (pytest.approx(bottom - top, abs=3), pytest.approx(right - left, abs=3))
    assert size * (modules + 8) / scale / MM == pytest.approx(30, abs=0.4), "with its quiet zone of four modules"
    return [
        [box.getpixel((int(left + size * (x + 0.5)), int(top + size * (y + 0.5)))) < 128 for x in range(modules)]
        for y in range(modules)
    ]


def test_the_printed_code_is_the_one_of_the_guideline():
    payload = "BCD\n002\n1\nSCT\n\nACP Les Tilleuls\nBE68539007547034\nEUR123.45\n\n123456789002"
    expected = segno.make(payload, error="m", boost_error=False, micro=False, encoding="utf-8")
    matrix = [[bool(cell) for cell in line] for line in expected.matrix]
    assert code_of(made(), len(matrix)) == matrix


@pytest.mark.parametrize(
    ("cents", "due_on", "sentence"),
    [
        (-12_345, date(2027, 1, 15), "You have nothing to pay: the balance of {amount} in your favour is settled on {day} at the latest."),
        (-12_345, None, "You have nothing to pay: the balance of {amount} is in your favour."),
        (0, None, "You have nothing to pay."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("locale", ["fr", "nl", "de", "en"])
def test_of_what_is_not_asked_there_is_a_sentence_and_no_code(cents, due_on, sentence, locale):
    slip = Slip(cents=Cents(cents), iban="BE68539007547034", beneficiary="ACP", digits="123456789002", due_on=due_on)
    html = letter_html(content(payment=slip), SENDER, BOB, locale, DAY)
    beginning = translate(locale, sentence).split("{")[0].strip()
    assert beginning in html
    assert "<img" not in html
    assert "BE68" not in html
    said = html.split('class="slip"')[1].split("</section>")[0].split("<p>")[1]
    assert ("123,45" in said) == bool(cents)
    assert "-" not in said, "what is in favour has no sign"


def test_an_amount_that_no_transfer_may_have_is_asked_without_a_code():
    html = letter_html(content(cents=100_000_000_000), SENDER, BOB, "fr", DAY)
    assert "<img" not in html
    assert "+++123/4567/89002+++" in html


def test_without_payment_the_text_may_take_the_whole_page():
    free, asked = (
        len(words(letter_pdf(content(rows=20, **p), SENDER, BOB, "fr", DAY))) for p in ({"payment": None}, {})
    )
    assert (free, asked) == (1, 2)


def test_every_page_is_tagged_for_the_archive_and_for_readers_aloud():
    pdf = PdfReader(BytesIO(made(60, locale="nl")))
    root = pdf.trailer["/Root"]
    assert (root["/Lang"], bool(root["/MarkInfo"]["/Marked"]), pdf.metadata.title) == (
        "nl",
        True,
        "Votre appel de fonds",
    )
    xmp = ET.fromstring(root["/Metadata"].get_data())  # noqa: S314  (made by ourselves)
    values = {key: value for element in xmp.iter() for key, value in element.attrib.items()}
    assert values["{http://www.aiim.org/pdfa/ns/id/}part"] == "2"
    assert values["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"


def test_the_text_and_the_labels_are_in_the_recipients_language():
    html = {locale: letter_html(content(), SENDER, BOB, locale, DAY) for locale in ("fr", "nl", "de", "en")}
    assert ("Madame, Monsieur" in html["fr"], "Geachte" in html["nl"], "Dear Sir or Madam" in html["en"]) == (
        True,
        True,
        True,
    )
    assert len({page.split('class="slip"')[1].split("</section>")[0] for page in html.values()}) == 4


def test_a_later_print_says_so():
    duplicate = translate("fr", "Duplicate")
    assert duplicate not in text(made())
    assert duplicate in text(made(duplicate=True))


def test_what_is_typed_is_text_and_never_markup():
    html = letter_html(content(lead="<script>alert(1)</script> & Cie"), SENDER, BOB, "fr", DAY)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Cie" in html


def test_without_recipient_nothing_stands_in_the_window():
    assert "Bob Dubois" not in text(made(recipient=None))


# --- The print batch -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("duplex", "starts", "pages"), [(False, [0, 1, 4], 5), (True, [0, 2, 6], 8)])
def test_a_batch_has_each_letter_on_its_own_sheet_with_a_bookmark(duplex, starts, pages):
    files = {"a": made(1), "b": made(60), "c": made(2)}
    out = BytesIO()
    count = batch.merged([("a", "Ana"), ("b", "Dirk"), ("c", "Eva")], files.__getitem__, out, duplex=duplex)
    found = PdfReader(out)
    assert (count, len(found.pages)) == (pages, pages)
    assert [(one.title, found.get_destination_page_number(one)) for one in found.outline] == list(
        zip(("Ana", "Dirk", "Eva"), starts, strict=True)
    )
    blank = [n for n, page in enumerate(found.pages) if not page.extract_text().strip()]
    assert blank == ([1, 5, 7] if duplex else [])
    assert {(page.mediabox.width, page.mediabox.height) for page in found.pages} == {
        found.pages[0].mediabox.upper_right
    }
