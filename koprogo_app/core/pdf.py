"""HTML to PDF by WeasyPrint: tagged (PDF/UA-1 and PDF/A-2a), Inter embedded, nothing fetched from anywhere.

The same input gives the same bytes: no date, no random identifier. Knows no business.
"""

# WeasyPrint has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import escape
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

ASSETS = Path(__file__).parents[2] / "assets"
# Families of our own: an Inter installed on the server would compete with ours and change the bytes. One family per
# file, as WeasyPrint takes two files of one family and weight for a single font and then draws wrong glyphs.
FAMILIES = {"latin": "KoproGo Inter", "latin-ext": "KoproGo Inter Extended", "vietnamese": "KoproGo Inter Vietnamese"}
_FACES = "".join(
    f"@font-face {{ font-family: '{family}'; font-weight: {weight}; "
    f"src: url(asset:fonts/inter-{subset}-{weight}-normal.woff2) }}\n"
    for subset, family in FAMILIES.items()
    for weight in (400, 600)
)
_BASE = f"html {{ font-family: {', '.join(map(repr, FAMILIES.values()))}, sans-serif }}"
# PDF/A allows a property of another standard only when its schema is described beside it (ISO 19005-2, 6.6.2.3).
_UA_METADATA = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""

# Fonts are shared between documents and fontconfig is not made for several threads at once. Rendering holds the
# interpreter anyway, so one document at a time costs nothing.
_one_at_a_time = Lock()


class _Bundled(URLFetcher):
    """Gives `asset:` (files below assets/) and `data:`; refuses every other address, files of the server included."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data",))

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if not url.startswith("asset:"):
            return super().fetch(url, headers)
        path = (ASSETS / url.removeprefix("asset:")).resolve()
        if not path.is_relative_to(ASSETS):
            raise ValueError(f"Outside the bundled assets: {url}")
        return URLFetcherResponse(url, path.read_bytes())


@cache
def templates(*folders: Path) -> Environment:
    """Jinja templates of these folders, the first that has a name: every value is escaped, a missing one is an error."""
    return Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _fonts() -> tuple[FontConfiguration, CSS]:
    config = FontConfiguration()
    return config, CSS(string=_FACES + _BASE, font_config=config, url_fetcher=_Bundled())


def render(html: str, *, css: str | None = None, lang: str, title: str) -> bytes:
    """A PDF of `html`, the inside of <body>, already escaped; `lang` and `title` are plain text.

    An image or a style sheet of an address that is not bundled is left out and logged, never fetched.
    """
    page = (
        f'<!doctype html><html lang="{escape(lang)}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head><body>{html}</body></html>"
    )
    with _one_at_a_time:
        config, sheet = _fonts()
        fetcher = _Bundled()
        sheets = [sheet, CSS(string=css or "", font_config=config, url_fetcher=fetcher)]
        document = HTML(string=page, url_fetcher=fetcher)
        pdf = document.write_pdf(stylesheets=sheets, font_config=config, finisher=_declare_ua, pdf_variant="pdf/a-2a")
    return cast("bytes", pdf)  # None only when a target is given


def _declare_ua(_document: Document, pdf: Any) -> None:
    """WeasyPrint writes one standard into the metadata; the same tags serve both, so the second is added here."""
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    metadata.stream = [part.replace(b"</rdf:RDF>", _UA_METADATA + b"</rdf:RDF>") for part in metadata.stream]
