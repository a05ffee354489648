"""A text cut into words, signs, numbers in digits, and the figures that are whole at sight: dates, articles, fractions. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from koprogo_app.core.i18n import folded

from .lexicon import NO_NUMBER

Value = Fraction | str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its kind (number, part, day…, euro, date, article, majority…), its possible readings, its own words.

    1,500 may be read as 1500 or as 1.5: any of the readings will do.
    """

    kind: str
    values: Sequence[Value]
    said: str


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text: a word, a sign, a number in digits (num), or a whole figure."""

    kind: str
    text: str
    figure: Figure | None = None
    capital: bool = False


def normal(text: str) -> str:
    """The same letters for the same figure: ½ is 1/2, m² m2, no invisible characters, one kind of dash and of apostrophe."""
    text = re.sub(r"(?=[¼-¾⅐-⅞])", " ", text.replace("º", "°"))
    text = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    text = re.sub(r"[‐‑‒–—−]", "-", text).replace("’", "'").replace("⁄", "/")
    text = re.sub(r"\b[eé]én\b", "one", text, flags=re.I)  # with its accents it is a number
    text = re.sub(r"\bà\b", "to", text, flags=re.I)  # without its accent it would be an English article
    return re.sub(r"(?<=\d)(?=(?:h|m2|m3|eur|euros?)\b)", " ", text, flags=re.I)


_NUM = r"\d{1,3}(?:[ .,']\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)*"
_WHOLE = r"\d{1,3}(?:[ .,']\d{3})+(?!\d)|\d+"
_SECTION = r"(?:§+|\bparagra(?:phs?|phes?|af|f)\b|\bpar\.)\s*"
_NO = r"\b(?:n°|nr\b\.?|nummer|number|numero)\s*"
_BELOW = rf"(?:\s*,?\s*{_SECTION}(?P<par{{0}}>\d{{{{1,3}}}}))?(?:\s*,?\s*(?:{_NO}(?P<pt{{0}}>\d{{{{1,3}}}})|(?P<pth{{0}}>\d{{{{1,3}}}})\s*°))?"
_TOKEN = re.compile(
    rf"""(?P<iso>\b\d{{4}}-\d\d-\d\d\b) | (?P<dmy>(?<![\d./])\d\d?[/.]\d\d?[/.]\d{{4}}(?!\d))
    | (?P<article>\bart(?:icles?|ikels?|ikeln|ikelen|s)?\b\.?\s*(?P<no>\d+(?:[.\-/]\d+)*(?:\s?(?:bis|ter|quater)\b(?!\s*\d))?){_BELOW.format(1)})
    | (?P<code>(?<![\d.,])(?P<cno>3\.(?:7[89]|8\d|9\d|100)|577-\d\d?(?:/\d)?)(?![\d%]|[.,]\d|\s*[%€]){_BELOW.format(2)})
    | (?P<paragraph>(?:{_SECTION}|\b(?:alinea|al\.|absatz|abs\.|lid)\s*)(?P<pno>\d{{1,3}})\b)
    | (?P<point>\b(?P<ptno>\d{{1,3}})\s*° | {_NO}(?P<nno>\d{{1,4}})\b)
    | (?P<place>\b(?:livre|boek|buch|book|titre|titel|title|chapitre|hoofdstuk|kapitel|chapter|page|bladzijde|seite|p\.|blz\.|s\.)\s*(?P<plno>\d{{1,4}})\b)
    | (?P<time>\b\d\d?\s?[h:u]\s?\d\d\b)
    | (?P<ratio>(?<![\d/.,])(?P<above>{_WHOLE})\s*/\s*(?P<below>{_WHOLE})(?![\d/])(?:e|emes?|den|ste|sten)?\b)
    | (?P<ord>\b(?P<ordno>\d{{1,3}})(?:er|re|ere|nd|rd|th|st|ste|de|e|eme)\b)
    | (?P<name>\b(?:[a-zß]+\d\w*|\d+[a-zß]\w*)\b)
    | (?P<num>{_NUM}) | (?P<word>[a-zß]+) | (?P<sign>[^\s\w])""",
    re.X,
)


def tokens(text: str) -> list[Token]:
    """The tokens of a text that normal() made, words in lower case without accents."""
    plain = NO_NUMBER.sub(lambda found: " " * len(found[0]), folded(text))
    return [_token(found, text[found.start()]) for found in _TOKEN.finditer(plain)]


def _token(found: re.Match[str], first: str) -> Token:
    kind, text = str(found.lastgroup), found[0]
    if kind in ("word", "sign"):
        return Token(kind, text, capital=first.isupper())
    if kind in ("num", "ord"):
        return Token("num", text, number(found["ordno"] or text))
    return Token("figure", text, _figure(found, kind))


def number(text: str) -> Figure:
    """10 000, 10.000 and 10,000 are 10000; 4,5 is 4.5; 1,125 may be either; 1.2.3 is a name."""
    values: list[Value] = []
    grouped = re.fullmatch(r"([1-9]\d{0,2}(?:([ .,'])\d{3})(?:\2\d{3})*)(?:(?!\2)[.,](\d{1,2}))?", text)
    if grouped:
        values.append(Fraction(f"{re.sub(r'[^0-9]', '', grouped[1])}.{grouped[3] or 0}"))
    if re.fullmatch(r"\d+(?:[.,]\d+)?", text) and not (grouped and text.endswith("0")):
        values.append(Fraction(text.replace(",", ".")))
    return Figure("number", values, text) if values else Figure("name", (text,), text)


def dated(year: str, month: int, day: str, said: str) -> Figure:
    """A date, of which year or day may be empty."""
    return Figure("date", (f"{year}-{month:02}-{day.zfill(2) if day else ''}",), said)


def _figure(found: re.Match[str], kind: str) -> Figure:
    said = found[0]
    match kind:
        case "iso":
            year, month, day = said.split("-")
            return dated(year, int(month), day, said)
        case "dmy":
            day, month, year = re.split(r"[/.]", said)
            return dated(year, int(month), day, said)
        case "article" | "code":
            return _article(found, "1" if kind == "article" else "2")
        case "ratio":
            above, below = (int(re.sub(r"\D", "", found[name])) for name in ("above", "below"))
            return Figure("part", (Fraction(above, below),), said) if below else Figure("name", (said,), said)
        case "paragraph" | "point" | "place":
            return Figure(kind, (next(found[n] for n in ("pno", "ptno", "nno", "plno") if found[n]),), said)
        case "time":
            return Figure(kind, (":".join(re.findall(r"\d+", said)),), said)
        case _:
            return Figure("name", (said,), said)


def _article(found: re.Match[str], form: str) -> Figure:
    """Its value is `3.89§5.7`, as deep as the text goes."""
    number = re.sub(r"\s", "", found["no"] or found["cno"])
    paragraph, point = found[f"par{form}"] or "", found[f"pt{form}"] or found[f"pth{form}"] or ""
    below = f"§{paragraph}.{point}".rstrip(".") if paragraph or point else ""
    return Figure("article", (number + below,), found[0])
