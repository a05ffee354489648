"""Cutting an official text into articles: by its own numbers, else by its headings, else by its pages. Pure.

Of the text only tables of contents, lines that stand on every page and titles over nothing are left out; nothing is added.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from koprogo_app.core.i18n import folded

from . import language, rules

By = Literal["articles", "paragraphs", "headings", "pages", "whole"]
Place = Literal["article", "paragraph", "heading", "page", ""]
WORDS = 220  # of one article: longer ones are embedded only in part
TITLE, FIRST = 14, 10  # words of a title at most; of the beginning that stands for one
PAGE: Mapping[str, str] = {"fr": "p. {at}", "nl": "blz. {at}", "de": "S. {at}", "en": "p. {at}"}
ARTICLE: Mapping[str, str] = {"fr": "art. {at}", "nl": "art. {at}", "de": "Art. {at}", "en": "art. {at}"}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text, and where the text itself says that it is: `at` is 12 § 2, a heading, a page number or empty."""

    place: Place
    at: str
    title: str
    text: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """What a text becomes, and what it was cut by."""

    by: By
    parts: Sequence[Part]


def cited(source: str, part: Part, locale: str) -> str:
    """`Ordonnance du 2 mai 2024, art. 12 § 2`; a part that the text gives no place is cited by its source alone."""
    if not part.place:
        return source
    if part.place in ("heading", "paragraph"):
        return f"{source}, {part.at}"
    return f"{source}, {(ARTICLE if part.place == 'article' else PAGE)[locale].format(at=part.at)}"


def slug(title: str, locale: str) -> str:
    """The middle of the uids of a text: `reglement-type-fr`."""
    words = re.findall(r"[a-z0-9]+", folded(title.replace("’", "'")))
    return "-".join([*words, locale])[-60:].lstrip("-")


# --- Lines ---


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    page: int | None


_DIGITS = re.compile(r"\d+")
_LEADERS = re.compile(r"(?:\.\s?|…\s?|_){4,}\s*\d{1,4}$")  # a line of a table of contents
_LONG = 400  # letters: a longer line is running text
_RAISED = frozenset(("er", "re", "ère", "e", "ste", "de"))  # "1er": raised letters come as a line of their own


def _lines(pages: Sequence[str], numbered: bool) -> list[_Line]:
    """Every line that says something; without tables of contents and what is printed on each page."""
    sheets = [[" ".join(line.split()) for line in page.splitlines()] for page in pages]
    sheets = [[line for line in sheet if line and line not in _RAISED] for sheet in sheets]
    edges = Counter(_DIGITS.sub("#", line) for sheet in sheets for line in {*sheet[:2], *sheet[-2:]})
    often = {line for line, count in edges.items() if len(sheets) >= 4 and count * 2 > len(sheets)}
    out: list[_Line] = []
    for number, sheet in enumerate(sheets, 1):
        last = len(sheet) - 2
        for n, line in enumerate(sheet):
            if (n < 2 or n >= last) and _DIGITS.sub("#", line) in often:
                continue
            if len(line) > _LONG or not _LEADERS.search(line):
                out.append(_Line(line, number if numbered else None))
    return out


def _joined(lines: Sequence[str], words: set[str]) -> str:
    """Lines as running text. A word cut at the end of a line is mended: when the hyphen is the printer's, not the keyboard's,
    or when the text has it whole elsewhere."""
    out: list[str] = []
    for line in lines:
        if out:
            cut = re.search(r"(\w+)([-‐\u00ad])$", out[-1][-60:])
            begins = re.match(r"[a-zà-ÿ]+", line)
            if cut and begins:
                printed = cut[2] != "-" or (cut[1] + begins[0]).lower() in words
                out[-1] = out[-1][:-1] if printed else out[-1]
            elif not out[-1].endswith(("'", "’")):
                out.append(" ")
        out.append(line)
    return language.tidy("".join(out))


# --- Heads ---

_NUMBER = (
    r"(?P<n>\d+(?:[.:/–-]\d+)*(?:er|°|e|ste|[a-z](?![a-z]))?"
    r"(?:\s?(?:bis|ter|quater|quinquies|sexies|septies|octies|novies|decies))?|premier|unique|I(?=[.\s])|1er)"
)
_ARTICLE = re.compile(rf"(?:Article|ARTICLE|Artikel|ARTIKEL|Art\.?|ART\.?)\s*{_NUMBER}(?P<rest>.*)")
_PARAGRAPH = re.compile(r"§\s*(?P<n>\d+(?:er|°|e)?(?:\s?(?:bis|ter|quater))?)(?P<rest>.*)")
_HEADING = re.compile(r"#{1,6}\s+(?P<words>.+?)\s*#*")
_DIVISION = re.compile(
    r"(?:LIVRE|PARTIE|TITRE|CHAPITRE|SECTION|SOUS-SECTION|ANNEXE|BOEK|DEEL|TITEL|HOOFDSTUK|AFDELING|ONDERAFDELING|BIJLAGE|BUCH|"
    r"TEIL|KAPITEL|ABSCHNITT|ANHANG|PART|TITLE|CHAPTER|ANNEX)\s+(?:[IVXLC]+|\d+|PREMIER|IER|1ER)\b.*",
    re.I,
)
_SEPARATED = re.compile(r"\s*\**\s*[.:–—-][.:–—*\s-]*")
# What follows a number in the middle of a German sentence: nouns have capitals there.
_REFERRED = re.compile(r"(?:Absatz|Abs|Satz|Nummer|Nr|Buchstabe|Buchst|Ziffer|Punkt|Unterabsatz)\b")
# How a line ends whose sentence goes on: "conformément à l'" / "Art. 12." is no head.
_GOES_ON = re.compile(
    r"(?:['’(,]|\b(?:de|du|des|à|au|aux|et|ou|par|selon|voir|van|het|in|aan|en|of|bij|volgens|zie|gemäß|nach|von|und|oder|"
    r"siehe|gem|the|see|and|or|under))$",
    re.I,
)


def _head(line: str, before: str, pattern: re.Pattern[str]) -> tuple[str, str] | None:
    """Number and rest of a line that opens an article (or a paragraph); None for one that only mentions it."""
    found = pattern.fullmatch(re.sub(r"^(?:#{1,6}\s+|\*\*)", "", line))
    if not found or _GOES_ON.search(before):
        return None
    number, rest = " ".join(found["n"].split()), found["rest"].strip()
    separated = _SEPARATED.match(rest)
    if separated:
        rest = rest[separated.end() :]
    elif rest and (not (rest[0].isupper() or rest[0] in '«“"§[(') or _REFERRED.match(rest)):
        return None
    return re.sub(r"(?<=\d)e$", "", number), rest.rstrip("*").strip()


def _heading(line: str) -> str:
    """The words of a Markdown heading, or of a chapter; empty for any other line."""
    if len(line) > _LONG:
        return ""
    if found := _HEADING.fullmatch(line):
        return found["words"]
    return (
        line if _DIVISION.fullmatch(line) and len(line.split()) <= TITLE and not line.endswith((".", ";", ",")) else ""
    )


# --- Cutting ---


def cut(pages: Sequence[str], numbered: bool) -> Cut:
    """The parts of a text. `numbered`: its pages are pages of paper, by which one may cite."""
    lines = _lines(pages, numbered)
    before = ["", *(line.text for line in lines)]
    articles = [_head(line.text, before[n], _ARTICLE) for n, line in enumerate(lines)]
    if sum(a is not None for a in articles) >= 2 or any(a and a[0] == "unique" for a in articles):
        return Cut("articles", _finished(_Reader(lines).by_article(), lines))
    if sum(_head(line.text, before[n], _PARAGRAPH) is not None for n, line in enumerate(lines)) >= 2:
        return Cut("paragraphs", _finished(_Reader(lines).by_article(), lines))
    if sum(bool(_heading(line.text)) for line in lines) >= 2:
        return Cut("headings", _finished(_Reader(lines).by_heading(), lines))
    return Cut("pages" if numbered else "whole", _finished(_Reader(lines).by_page(), lines))


@dataclass(slots=True)
class _Open:
    """A part whose lines are still being read."""

    place: Place
    at: str
    title: str  # its own
    under: str  # what it takes for a title when it has none: that of its article or chapter
    page: int | None
    lines: list[str]


class _Reader:
    """Goes through the lines once; what comes before the first head is a part of its own, cited by its page."""

    def __init__(self, lines: Sequence[_Line]) -> None:
        self._lines = lines
        widths = sorted(len(line.text) for line in lines)
        self._width = widths[int(len(widths) * 0.9)] if widths else 0

    def by_page(self) -> Iterator[_Open]:
        opened: _Open | None = None
        for line in self._lines:
            if opened is None or opened.page != line.page:
                if opened:
                    yield opened
                opened = self._loose(line)
            opened.lines.append(re.sub(r"^#{1,6}\s+", "", line.text))
        if opened:
            yield opened

    def by_heading(self) -> Iterator[_Open]:
        opened: _Open | None = None
        for line in self._lines:
            if words := _heading(line.text):
                if opened:
                    yield opened
                opened = _Open("heading", words, words, "", line.page, [])
            else:
                opened = opened or self._loose(line)
                opened.lines.append(line.text)
        if opened:
            yield opened

    def by_article(self) -> Iterator[_Open]:
        opened: _Open | None = None
        division, article, n = "", "", 0
        while n < len(self._lines):
            line, before = self._lines[n], self._lines[n - 1].text if n else ""
            n += 1
            if head := _head(line.text, before, _ARTICLE):
                if opened:
                    yield opened
                article, rest = head
                title, n = self._titled(rest, n)
                opened = _Open("article", article, title, division, line.page, [] if title else _some(rest))
                if inside := _head(rest, "", _PARAGRAPH):
                    opened = _Open("article", f"{article} § {inside[0]}", "", division, line.page, _some(inside[1]))
            elif head := _head(line.text, before, _PARAGRAPH):
                at = f"{article} § {head[0]}" if article else f"§ {head[0]}"
                same = opened is not None and article != "" and opened.at.split(" § ")[0] == article
                above = (opened.title or opened.under) if opened and same else division
                if opened and (opened.lines or not same):
                    yield opened
                opened = _Open("article" if article else "paragraph", at, "", above, line.page, _some(head[1]))
            elif words := _heading(line.text):
                division, n = self._division(words, n)
                if opened:
                    yield opened
                opened = None
            else:
                opened = opened or self._loose(line, division)
                opened.lines.append(line.text)
        if opened:
            yield opened

    def _loose(self, line: _Line, under: str = "") -> _Open:
        return _Open("page" if line.page else "", str(line.page or ""), "", under, line.page, [])

    def _titled(self, rest: str, n: int) -> tuple[str, int]:
        """The title of an article, on its own line or on the next one; and the line that follows."""
        if rest:
            return (rest, n) if self._is_title(rest, n) else ("", n)
        if n < len(self._lines) and self._is_title(self._lines[n].text, n + 1):
            return self._lines[n].text, n + 1
        return "", n

    def _division(self, words: str, n: int) -> tuple[str, int]:
        """A chapter's number and, when it stands on the next line, its title."""
        bare = re.fullmatch(r"\S+\s+\S+", words)
        if bare and n < len(self._lines) and self._is_title(self._lines[n].text, n + 1):
            return f"{words} – {self._lines[n].text}", n + 1
        return words, n

    def _is_title(self, text: str, n: int) -> bool:
        """A short line that is no sentence, before one that begins anew. A line of running text reaches the margin."""
        if _head(text, "", _ARTICLE) or _head(text, "", _PARAGRAPH) or _heading(text):
            return False
        if len(text.split()) > TITLE or text.endswith((".", ";", ":")) or _GOES_ON.search(text):
            return False
        if len(text) > 0.8 * self._width:
            return False
        following = self._lines[n].text if n < len(self._lines) else ""
        return bool(following) and not following[0].islower()


def _some(rest: str) -> list[str]:
    return [rest] if rest else []


def _finished(opened: Iterator[_Open], lines: Sequence[_Line]) -> list[Part]:
    """Parts with their texts mended, none empty, none longer than WORDS."""
    words = set(re.findall(r"[a-zà-ÿ]+", " ".join(line.text for line in lines).lower()))
    out: list[tuple[Part, bool]] = []
    for one in opened:
        text = _joined(one.lines, words)
        bare = not any(c.isalnum() for c in text)
        if bare:  # an article says "Abrogé" in the place of its title
            text = language.tidy(one.title) if one.place == "article" else ""
        if text:
            title = language.tidy(one.title or one.under) or _beginning(text)
            out.append((Part(one.place, language.tidy(one.at), title, text, one.page), bare))
    return [piece for part in _without_contents(out) for piece in _in_pieces(part)]


def _without_contents(parts: Sequence[tuple[Part, bool]]) -> list[Part]:
    """Drops the lines of a table of contents without dots: articles that are a title only, and come again with their text."""
    told = {part.at for part, bare in parts if not bare}
    return [part for part, bare in parts if not (bare and part.at in told)]


def _beginning(text: str) -> str:
    words = text.split()
    return text if len(words) <= FIRST else " ".join(words[:FIRST]).rstrip(".,;:") + "…"


def _in_pieces(part: Part) -> Iterator[Part]:
    pieces = list(_pieces(part.text))
    if len(pieces) == 1:
        yield part
        return
    for n, piece in enumerate(pieces, 1):
        yield replace(part, text=piece, title=f"{part.title} ({n}/{len(pieces)})")


def _pieces(text: str) -> Iterator[str]:
    """At most WORDS words each, cut between sentences; a sentence that is longer alone is cut between words."""
    held: list[str] = []
    for sentence in rules.sentences(text):
        words = sentence.split()
        if held and len(held) + len(words) > WORDS:
            yield " ".join(held)
            held = []
        held += words
        while len(held) > WORDS:
            yield " ".join(held[:WORDS])
            held = held[WORDS:]
    if held:
        yield " ".join(held)
