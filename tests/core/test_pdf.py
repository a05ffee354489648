"""core/pdf.py: what leaves the house is tagged, complete in itself, the same each time, and fetched from nowhere."""

import base64
import hashlib
import os
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from jinja2 import UndefinedError
from pypdf import PdfReader

from koprogo_app.core import pdf
from koprogo_app.core.pdf import ASSETS, render, templates

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
NAMES = "<p>Çelik, D'hondt, Müller, <b>Łukasz</b>, Ayşe, Nguyễn Thị</p>"


def read(pdf: bytes) -> Any:
    return PdfReader(BytesIO(pdf))


def text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(pdf).pages)


def embedded_fonts(pdf: bytes) -> dict[str, bytes]:
    """Name of each font of the first page and its program; a font without one is a KeyError."""
    fonts = read(pdf).pages[0]["/Resources"]["/Font"]
    found = {}
    for font in (reference.get_object() for reference in fonts.values()):
        descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
        found[font["/BaseFont"]] = descriptor["/FontFile2"].get_data()
    return found


def outlines(font: TTFont) -> set[tuple[tuple[int, int], ...]]:
    glyf = font["glyf"]
    return {tuple(glyf[name].getCoordinates(glyf)[0]) for name in font.getGlyphOrder()}


def images(pdf: bytes) -> int:
    return len(read(pdf).pages[0].images)


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """A web server on this machine that notes each path it is asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(PIXEL)

        def log_message(self, format: str, *args: object) -> None:
            pass

    httpd = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}", asked
    httpd.shutdown()
    httpd.server_close()


def test_a_document_is_tagged_and_says_its_language_and_its_title() -> None:
    root = read(render("<h1>Registre</h1><p>Lots</p>", lang="fr", title="Registre des lots")).trailer["/Root"]
    assert root["/Lang"] == "fr"
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712  (a PDF boolean)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    document = root["/StructTreeRoot"]["/K"][0].get_object()
    assert [kid.get_object()["/S"] for kid in document["/K"]] == ["/H1", "/P"]


def test_a_document_declares_the_archive_and_the_accessibility_standard_together() -> None:
    pdf = read(render("<p>Lots</p>", lang="fr", title="Registre"))
    xmp = ET.fromstring(pdf.trailer["/Root"]["/Metadata"].get_data())  # noqa: S314  (made by ourselves)
    values = {key: value for element in xmp.iter() for key, value in element.attrib.items()}
    assert values["{http://www.aiim.org/pdfa/ns/id/}part"] == "2"
    assert values["{http://www.aiim.org/pdfa/ns/id/}conformance"] == "A"
    assert values["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
    assert pdf.trailer["/Root"]["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"


def test_a_title_is_text_and_never_markup() -> None:
    pdf = render("<p>ok</p>", lang="fr", title="</title><script>alert(1)</script> & Cie")
    assert read(pdf).metadata.title == "</title><script>alert(1)</script> & Cie"
    assert text(pdf).strip() == "ok"


def test_every_font_is_embedded_and_is_ours() -> None:
    fonts = embedded_fonts(render(NAMES, lang="fr", title="Noms"))
    assert fonts
    assert all("+KoproGo-Inter" in name and len(program) > 500 for name, program in fonts.items())


def test_each_letter_is_drawn_with_its_own_shape() -> None:
    pdf = render(NAMES, lang="fr", title="Noms")
    assert text(pdf).strip() == "Çelik, D'hondt, Müller, Łukasz, Ayşe, Nguyễn Thị"
    drawn: set[tuple[tuple[int, int], ...]] = set()
    for program in embedded_fonts(pdf).values():
        drawn |= outlines(TTFont(BytesIO(program)))
    for letter, file in (("Ç", "latin-400"), ("ş", "latin-ext-400"), ("Ł", "latin-ext-600"), ("ễ", "vietnamese-400")):
        source = TTFont(ASSETS / "fonts" / f"inter-{file}-normal.woff2")
        glyph = source.getBestCmap()[ord(letter)]
        shape = tuple(source["glyf"][glyph].getCoordinates(source["glyf"])[0])
        assert shape in drawn, letter


def test_an_address_on_the_network_is_never_asked(server: tuple[str, list[str]]) -> None:
    url, asked = server
    html = f'<link rel="stylesheet" href="{url}/a.css"><img alt="" src="{url}/a.png"><p>le texte reste</p>'
    font = f"@font-face {{ font-family: x; src: url({url}/f) }}"
    css = f"@import url({url}/b.css); p {{ background: url({url}/b.png) }} {font}"
    pdf = render(html, css=css, lang="fr", title="t")
    assert asked == []
    assert images(pdf) == 0
    assert "le texte reste" in text(pdf)


def test_a_file_of_the_server_is_never_read_but_data_in_the_page_is(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(PIXEL)
    escape = "asset:" + "../" * 12 + str(secret).lstrip("/")
    for address in (secret.as_uri(), str(secret), escape, "file:///etc/passwd"):
        attached = f'<img alt="x" src="{address}"><a rel="attachment" href="{address}">x</a>'
        pdf = render(attached, lang="fr", title="t")
        assert images(pdf) == 0, address
        assert not read(pdf).attachments, address
    inline = f'<img alt="x" src="data:image/png;base64,{base64.b64encode(PIXEL).decode()}">'
    assert images(render(inline, lang="fr", title="t")) == 1


def test_the_same_input_gives_the_same_bytes_in_another_process() -> None:
    code = (
        "import hashlib; from koprogo_app.core.pdf import render; "
        f"print(hashlib.sha256(render({NAMES!r}, lang='fr', title='Noms')).hexdigest())"
    )
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(ASSETS.parent), "TZ": "Asia/Tokyo"}
    other = subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True)
    render("<h1>Une autre lettre d'abord: ŁŁŁ</h1>", lang="de", title="Autre")
    assert hashlib.sha256(render(NAMES, lang="fr", title="Noms")).hexdigest() == other.stdout.strip()


def test_documents_asked_at_the_same_time_are_made_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most = 0, 0

    class Watched(pdf.HTML):
        def write_pdf(self, *args: Any, **options: Any) -> bytes | None:
            nonlocal inside, most
            inside += 1
            most = max(most, inside)
            try:
                return super().write_pdf(*args, **options)
            finally:
                inside -= 1

    def one(number: int) -> str:
        return text(render(f"<p>lettre {number} pour Łukasz</p>", lang="fr", title=str(number))).strip()

    monkeypatch.setattr(pdf, "HTML", Watched)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(one, range(12))) == [f"lettre {number} pour Łukasz" for number in range(12)]
    assert most == 1


def test_a_template_escapes_what_it_shows_and_refuses_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>{{ name }}</p>")
    template = templates(tmp_path).get_template("a.html")
    assert template.render(name="<script>") == "<p>&lt;script&gt;</p>"
    with pytest.raises(UndefinedError):
        template.render()
