"""papers/pdf: each paper in its reader's language, in the right place for the window, whole over many pages."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pypdfium2 as pdfium
import pytest
from pypdf import PdfReader
from pypdfium2 import raw

from koprogo_app.core import i18n
from koprogo_app.core.trade import LotType, Right
from koprogo_app.modules.papers import pdf
from koprogo_app.modules.papers.rules import (
    CertificatePaper,
    Holder,
    Holding,
    LetterPaper,
    Recipient,
    RegisterLot,
    RegisterPaper,
    Sender,
)

DAY = date(2026, 11, 3)
SONNET = Sender(
    name="Résidence Les Tilleuls",
    address="Avenue des Tilleuls 48, 1180 Uccle",
    enterprise_number="0777041264",
    syndic="Cabinet Sonnet",
    syndic_address="rue du Sonnet 7, 1000 Bruxelles",
    syndic_contact="02 555 01 23",
)
BOB = Recipient(names=("Bob Dubois",), address=("Avenue des Tilleuls 48, boîte 5.3", "1180 Uccle"), language="fr")
# Enough words to tell the languages apart; the rest stays in English here.
WORDS = {
    "fr": {
        "Register of lots and owners": "Registre des lots et des copropriétaires",
        "Certificate of ownership": "Attestation de propriété",
        "Bare ownership": "Nue-propriété",
        "Apartment": "Appartement",
        "You will find enclosed:": "Vous trouverez en annexe\u00a0:",
        "ACO {name}": "ACP {name}",
        "CBE {number}": "BCE {number}",
        "Page {page} of {pages}": "Page {page} sur {pages}",
    },
    "nl": {
        "Register of lots and owners": "Register van kavels en mede-eigenaars",
        "Certificate of ownership": "Eigendomsattest",
        "Bare ownership": "Blote eigendom",
        "Apartment": "Appartement",
        "You will find enclosed:": "U vindt als bijlage:",
        "ACO {name}": "VME {name}",
        "CBE {number}": "KBO {number}",
        "Page {page} of {pages}": "Pagina {page} van {pages}",
    },
    "de": {
        "Register of lots and owners": "Register der Lose und Miteigentümer",
        "Certificate of ownership": "Eigentumsbescheinigung",
        "Bare ownership": "Bloßes Eigentum",
        "Apartment": "Wohnung",
        "You will find enclosed:": "Als Anlage erhalten Sie:",
        "ACO {name}": "VME {name}",
        "CBE {number}": "ZDU {number}",
        "Page {page} of {pages}": "Seite {page} von {pages}",
    },
    "en": {},
}
IN_ENGLISH = {msgid: msgid for msgid in WORDS["fr"]}


@pytest.fixture(autouse=True)
def _four_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "catalog", WORDS.__getitem__)


def register(
    lots: tuple[RegisterLot, ...], deed_total: int = 10_000, recipient: Recipient | None = None
) -> RegisterPaper:
    return RegisterPaper(sender=SONNET, issued_on=DAY, on=DAY, deed_total=deed_total, lots=lots, recipient=recipient)


def apartment(
    number: str, shares: int, *holders: Holder, suspended: bool = False, representative: str = ""
) -> RegisterLot:
    return RegisterLot(
        number=number,
        type=LotType.APARTMENT,
        shares=shares,
        floor=5,
        area_m2=Decimal("82.5"),
        holders=holders,
        vote_suspended=suspended,
        representative=representative,
    )


def certificate(recipient: Recipient = BOB, person: str = "Bob Dubois") -> CertificatePaper:
    holdings = (
        Holding(number="G4", type=LotType.PARKING, shares=40, part=(1, 1), right=Right.FULL, floor=-1, since=DAY),
        Holding(number="5.3", type=LotType.APARTMENT, shares=1_425, part=(2, 4), right=Right.BARE, floor=5),
    )
    return CertificatePaper(
        sender=SONNET,
        issued_on=DAY,
        recipient=recipient,
        person=person,
        on=DAY,
        deed_total=10_000,
        holdings=holdings,
        reference="ATT-17",
    )


def letter(recipient: Recipient = BOB, *, duplicate: bool = False) -> LetterPaper:
    return LetterPaper(
        sender=SONNET,
        issued_on=DAY,
        recipient=recipient,
        subject="Votre attestation",
        paragraphs=("Voici votre attestation.",),
        enclosures=("Une attestation",),
        duplicate=duplicate,
    )


FREE = apartment("5.3", 10_000, Holder(name="Bob Dubois", part=(1, 1), right=Right.BARE))
PAPERS = {
    "register": lambda locale: pdf.register_pdf(register((FREE,)), locale),
    "certificate": lambda locale: pdf.certificate_pdf(certificate(), locale),
    "letter": lambda locale: pdf.letter_pdf(letter(), locale),
}


def pages(paper: bytes) -> list[str]:
    """The text of each page, its lines joined by one space."""
    return [re.sub(r"[ \n]+", " ", page.extract_text()) for page in PdfReader(BytesIO(paper)).pages]


class Sheet:
    """The first page of a paper, measured in millimetres from its top left corner."""

    def __init__(self, paper: bytes) -> None:
        self.document = pdfium.PdfDocument(paper)
        self.page = self.document[0]
        self.text = self.page.get_textpage()

    def mm(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        height = self.page.get_height()
        x0, y0, x1, y1 = (value / 72 * 25.4 for value in (left, height - top, right, height - bottom))
        return x0, y0, x1, y1

    def place(self, words: str) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the ink of some words; without descenders the bottom is the baseline."""
        found = self.text.search(words).get_next()
        assert found, words
        boxes = [self.mm(*self.text.get_charbox(found[0] + i)) for i in range(found[1])]
        return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)

    def inked(self, left: float, top: float, right: float, bottom: float) -> str:
        """The letters that touch a rectangle."""
        touching = []
        for i in range(self.text.count_chars()):
            x0, y0, x1, y1 = self.mm(*self.text.get_charbox(i))
            if x0 < right and x1 > left and y0 < bottom and y1 > top:
                touching.append(self.text.get_text_range(i, 1))
        return "".join(touching)

    def rules(self) -> Iterator[tuple[float, float, float, float]]:
        for drawn in self.page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH]):
            yield self.mm(*drawn.get_bounds())

    def sizes(self) -> set[float]:
        """Sizes of the letters, in points (the page is drawn in CSS pixels of 0.75 pt)."""
        count = self.text.count_chars()
        letters = [i for i in range(count) if self.text.get_text_range(i, 1).strip()]
        return {round(raw.FPDFText_GetFontSize(self.text, i) * 0.75, 1) for i in letters}


# --- words


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_a_register_is_in_its_readers_language(locale: str) -> None:
    words = WORDS[locale] or IN_ENGLISH
    (page,) = pages(PAPERS["register"](locale))
    assert words["Register of lots and owners"] in page
    assert words["Apartment"] in page
    assert words["Bare ownership"] in page
    assert ("03.11.2026" if locale == "de" else "03/11/2026") in page
    assert "82,50" in page


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_a_certificate_is_in_its_readers_language_and_tells_lots_shares_right_and_since_when(locale: str) -> None:
    words = WORDS[locale] or IN_ENGLISH
    (page,) = pages(PAPERS["certificate"](locale))
    on = "03.11.2026" if locale == "de" else "03/11/2026"
    assert words["Certificate of ownership"] in page
    assert f"5.3 {words['Apartment']} 5 {words['Bare ownership']} 1/2 1\u00a0425\u00a0/\u00a010\u00a0000" in page
    assert f"G4 Parking space −1 Full ownership 1/1 {on} 40\u00a0/\u00a010\u00a0000" in page
    assert "1\u00a0465\u00a0/\u00a010\u00a0000" in page
    assert page.index("5.3 ") < page.index("G4 ")


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_a_letter_is_in_its_readers_language(locale: str) -> None:
    words = WORDS[locale] or IN_ENGLISH
    (page,) = pages(PAPERS["letter"](locale))
    assert words["You will find enclosed:"] in page
    assert "Voici votre attestation." in page
    assert "Une attestation" in page


@pytest.mark.parametrize("locale", i18n.LOCALES)
@pytest.mark.parametrize("paper", PAPERS)
def test_each_paper_names_the_co_ownership_and_its_enterprise_number_above_and_below(paper: str, locale: str) -> None:
    words = WORDS[locale] or IN_ENGLISH
    (page,) = pages(PAPERS[paper](locale))
    name = words["ACO {name}"].format(name="Résidence Les Tilleuls")
    number = words["CBE {number}"].format(number="0777.041.264")
    assert page.count(name) == 2
    assert page.count(number) == 2
    assert f"{name} · {number} · Avenue des Tilleuls 48, 1180 Uccle" in page
    assert words["Page {page} of {pages}"].format(page=1, pages=1) in page
    assert "represented by its syndic, Cabinet Sonnet" in page


@pytest.mark.parametrize("paper", PAPERS)
def test_each_paper_is_tagged_titled_and_complete_in_its_fonts(paper: str) -> None:
    reader = PdfReader(BytesIO(PAPERS[paper]("nl")))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "nl"
    assert "/StructTreeRoot" in root
    assert reader.metadata is not None
    assert reader.metadata.title in {"Register van kavels en mede-eigenaars", "Eigendomsattest", "Votre attestation"}
    for font in reader.pages[0]["/Resources"]["/Font"].values():
        assert "/FontFile2" in font.get_object()["/DescendantFonts"][0]["/FontDescriptor"]


@pytest.mark.parametrize("paper", PAPERS)
def test_the_same_paper_has_the_same_bytes(paper: str) -> None:
    assert PAPERS[paper]("fr") == PAPERS[paper]("fr")


def test_a_paper_sent_before_says_duplicate() -> None:
    assert "Duplicate" not in pages(pdf.letter_pdf(letter(), "en"))[0]
    assert "Duplicate" in pages(pdf.letter_pdf(letter(duplicate=True), "en"))[0]


def test_a_salutation_of_ones_own_replaces_the_neutral_one() -> None:
    charlie = Recipient(names=("Charlie",), address=("Markt 1",), language="nl", salutation="Beste Charlie,")
    (page,) = pages(pdf.letter_pdf(letter(charlie), "nl"))
    assert "Beste Charlie," in page
    assert "Dear" not in page


@pytest.mark.parametrize(
    "name",
    ["Ayşe Çelik", "Griet D'hondt", "Jürgen Müller", "Łukasz Kowalski", "<script>alert(1)</script>", "{date} & Cie"],
)
def test_a_name_is_shown_as_it_is_written(name: str) -> None:
    reader = Recipient(names=(name,), address=("Markt 1", "3000 Leuven"), language="fr")
    (page,) = pages(pdf.certificate_pdf(certificate(reader, name), "fr"))
    assert page.count(name) == 2
    lots = (apartment("1", 10_000, Holder(name=name, part=(1, 1), right=Right.FULL)),)
    assert name in pages(pdf.register_pdf(register(lots), "fr"))[0]


# --- places on the sheet


@pytest.mark.parametrize("locale", i18n.LOCALES)
@pytest.mark.parametrize("paper", ["certificate", "letter"])
def test_the_address_stands_in_the_window(paper: str, locale: str) -> None:
    sheet = Sheet(PAPERS[paper](locale))
    left, top, right, baseline = sheet.place("Bob Dubois\r\nAvenue")
    assert 115 <= left < 116
    assert top >= 45
    assert right <= 192
    assert baseline <= 80
    assert (
        89
        < sheet.place(
            "Votre"
            if paper == "letter"
            else "certi"
            if locale == "en"
            else "Ei"
            if locale in ("nl", "de")
            else "Attest"
        )[1]
        < 96
    )


def test_nothing_but_the_address_is_near_the_window() -> None:
    for paper in ("certificate", "letter"):
        near = Sheet(PAPERS[paper]("fr")).inked(110, 45, 197, 85)
        assert re.sub(r"\s+", "", near) == "BobDuboisAvenuedesTilleuls48,boîte5.31180Uccle"


@pytest.mark.parametrize(
    "name", ["VERENIGING VAN MEDE-EIGENAARS WIJNEGEM", "Mevrouw Wilhelmina Wouters-Mommen Mommaerts"]
)
def test_six_lines_stay_in_the_window_however_wide_their_letters(name: str) -> None:
    recipient = Recipient(
        names=(name,), address=("W" * 21, "M" * 19, "WIJNEGEMSESTEENWEG 1", "1000 Brussel"), language="nl"
    )
    sheet = Sheet(pdf.letter_pdf(letter(recipient), "nl"))
    inside = sheet.inked(115, 45, 192, 80)
    everything = "".join((name, *recipient.address)).replace(" ", "")
    assert re.sub(r"\s+", "", inside) == everything
    assert sheet.inked(192, 45, 210, 85).strip() == ""
    assert sheet.place("1000 Brussel")[3] <= 80


def test_abroad_the_country_is_the_last_line_of_the_window() -> None:
    abroad = Recipient(names=("Bob",), address=("Vaalser Straße 9", "52062 Aachen"), language="fr", country="DE")
    sheet = Sheet(pdf.letter_pdf(letter(abroad), "fr"))
    assert sheet.place("52062 Aachen")[3] < sheet.place("ALLEMAGNE")[1] < sheet.place("ALLEMAGNE")[3] <= 80


def test_the_return_address_is_above_the_window_and_the_sheet_is_marked_for_two_folds() -> None:
    sheet = Sheet(PAPERS["letter"]("fr"))
    left, top, _, bottom = sheet.place("Cabinet Sonnet, rue du Sonnet 7, 1000 Bruxelles")
    assert 115 <= left < 116
    assert 40 <= top < bottom <= 45
    folds = [(round(x1), round(y0)) for x0, y0, x1, _ in sheet.rules() if x0 < 1]
    assert folds == [(4, 99), (4, 198)]


def test_a_long_return_address_goes_up_and_leaves_the_window_free() -> None:
    long = "Avenue Louise 1234 boîte 56, étage 7, 1050 Ixelles, Région de Bruxelles-Capitale, Belgique"
    sheet = Sheet(pdf.letter_pdf(replace(letter(), sender=replace(SONNET, syndic_address=long)), "fr"))
    assert sheet.place("Belgique")[3] <= 45
    assert sheet.place("Cabinet Sonnet, Avenue Louise 1234")[1] >= 36


def test_a_register_for_the_file_has_no_window() -> None:
    sheet = Sheet(PAPERS["register"]("fr"))
    assert "1000 Bruxelles" not in sheet.text.get_text_range()
    assert [x0 for x0, *_ in sheet.rules() if x0 < 1] == []


@pytest.mark.parametrize("paper", PAPERS)
def test_nothing_is_smaller_than_8_points_but_the_return_line_and_the_foot(paper: str) -> None:
    assert {size for size in Sheet(PAPERS[paper]("de")).sizes() if size < 8} <= {6.8, 7.2}


# --- the register


def test_a_register_shows_who_holds_what_and_who_represents_them() -> None:
    street = ("Lange Nieuwstraat 12", "2000 Antwerpen")
    lots = (
        apartment(
            "A1",
            820,
            Holder(name="Alice", part=(1, 1), right=Right.USUFRUCT, address=street, since=DAY),
            Holder(name="Bob", part=(1, 2), right=Right.BARE),
            Holder(name="Charlie", part=(1, 2), right=Right.BARE),
            representative="Alice",
        ),
        apartment("A2", 180, Holder(name="Bob", part=(1, 3), right=Right.UNDIVIDED), suspended=True),
    )
    (page,) = pages(pdf.register_pdf(register(lots, 1_000), "en"))
    assert (
        "A1 Apartment floor 5 82,50 820 Alice Lange Nieuwstraat 12, 2000\u00a0Antwerpen 1/1 Usufruct since 03/11/2026"
        in page
    )
    assert "Bob 1/2 Bare ownership Charlie 1/2 Bare ownership Representative: Alice" in page
    assert "A2 Apartment floor 5 82,50 180 Bob 1/3 Undivided ownership No representative: the right to vote" in page


def test_a_register_that_agrees_with_the_deed_shows_no_difference() -> None:
    (page,) = pages(pdf.register_pdf(register((apartment("1", 600), apartment("2", 400)), 1_000), "en"))
    assert "Apartment 2 1\u00a0000 Total of the lots 2 1\u00a0000 Total in the deed of base 1\u00a0000" in page
    assert "Lots without cellars, garages and parking spaces 2" in page
    assert "Difference" not in page
    assert "differ" not in page


def test_a_register_that_misses_shares_says_so_at_the_head_and_at_the_foot() -> None:
    (page,) = pages(pdf.register_pdf(register((apartment("1", 600), apartment("2", 360)), 1_000), "en"))
    assert "Total of the lots 2 960 Total in the deed of base 1\u00a0000 Difference −40" in page
    assert "differ from the deed of base" in page


@pytest.fixture(scope="module")
def tower() -> list[str]:
    """The pages of a register of 182 lots, each held by three people."""
    lots = tuple(
        apartment(
            f"L{number}",
            55,
            *(Holder(name=f"Holder {number}-{i}", part=(1, 3), right=Right.UNDIVIDED) for i in (1, 2, 3)),
            suspended=True,
        )
        for number in range(1, 183)
    )
    return pages(pdf.register_pdf(register(lots, recipient=BOB), "en"))


def test_a_long_register_repeats_its_header_and_its_foot_and_numbers_its_pages(tower: list[str]) -> None:
    assert len(tower) > 8
    for number, page in enumerate(tower, start=1):
        assert "Lot Type m² Shares Owner Part Right" in page
        assert "ACO Résidence Les Tilleuls · CBE 0777.041.264" in page
        assert f"Page {number} of {len(tower)}" in page


def test_a_long_register_shows_each_lot_once_in_order_and_splits_no_row(tower: list[str]) -> None:
    shown = [int(number) for page in tower for number in re.findall(r"\bL(\d+) Apartment", page)]
    assert shown == list(range(1, 183))
    for number in range(1, 183):
        where = [i for i, page in enumerate(tower) if f"L{number} Apartment" in page]
        for i in (1, 2, 3):
            assert [j for j, page in enumerate(tower) if f"Holder {number}-{i} " in page] == where


def test_a_long_register_ends_with_its_totals(tower: list[str]) -> None:
    assert "Apartment 182 10\u00a0010" in tower[-1]
    assert "Difference 10" in tower[-1]
