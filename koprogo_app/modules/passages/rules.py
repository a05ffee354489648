"""How a paper becomes passages that can be quoted with their page and clause. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from koprogo_app.core.i18n import N_, folded
from koprogo_app.modules.knowledge import language

from . import clauses

MAX_PAGES = 300
MAX_LETTERS = 1_200_000  # of the whole paper: as many dense pages
WORDS = 200  # of one passage
LETTERS = 1_225  # of one passage: 350 tokens of 3.5 letters, whatever the words are


class State(StrEnum):
    WAITING = "waiting"
    READING = "reading"
    READY = "ready"
    FAILED = "failed"


class Reason(StrEnum):
    """Why a paper cannot be quoted. It is decided before any of its passages is stored."""

    DAMAGED = "damaged"
    LOCKED = "locked"
    EMPTY = "empty"
    SCAN = "scan"
    PAGES = "pages"
    LETTERS = "letters"
    SLOW = "slow"
    MISSING = "missing"


REASONS: Mapping[Reason, str] = {
    Reason.DAMAGED: N_("This file is damaged: it cannot be read. Add a sound copy as a new version."),
    Reason.LOCKED: N_("This file asks for a password. Add a copy without password as a new version."),
    Reason.EMPTY: N_("There is no text to read in this file."),
    Reason.SCAN: N_(
        "This is a scan: its pages are pictures, and the reading of pictures (OCR) is not installed on this server."
    ),
    Reason.PAGES: N_("This document has more than 300 pages. Add the parts that matter as documents of their own."),
    Reason.LETTERS: N_(
        "This document holds more text than can be read. Add the parts that matter as documents of their own."
    ),
    Reason.SLOW: N_("Reading this file takes too long. Add the parts that matter as documents of their own."),
    Reason.MISSING: N_("The file of this document is missing from the storage. Add it again as a new version."),
}


class Refused(Exception):
    """The paper cannot be quoted."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage: at most WORDS words and LETTERS letters, of one clause.

    `page` is where it begins, None in a text without pages; `clause` its number as the paper writes it, or "".
    """

    page: int | None
    clause: str
    text: str


# --- Cleaning ---

_BREAK = "\u2424"  # the symbol for a line break, which tidy() leaves in its place
_SOFT = re.compile(r"\u00ad[ \t]*\r?\n\s*")


def sanitised(text: str) -> str:
    """The lines of a text without what a reader does not see: marks, comments, zero-width and bidirectional characters.

    The "#" of a heading goes as well.
    """
    whole = _SOFT.sub("", text.replace(_BREAK, " "))
    lines = language.tidy(_BREAK.join(whole.splitlines())).split(_BREAK)
    return "\n".join(filter(None, (re.sub(r"^#{1,6} ", "", line.strip()).strip() for line in lines)))


_EDGE = 4  # lines at the top and at the foot of a page that may be running ones


def without_running(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """The lines of each page without the heads and feet that most pages repeat, the number of the page aside."""
    if len(pages) < 2:
        return [list(lines) for lines in pages]
    heads, feet = Counter[str](), Counter[str]()
    for number, lines in enumerate(pages):
        for counted, edge in ((heads, lines[:_EDGE]), (feet, lines[-_EDGE:])):
            counted.update({sign for line in edge for sign in _signs(line, number)})
    most = [{sign for sign, n in counted.items() if 2 * n > len(pages)} for counted in (heads, feet)]
    return [_between(list(lines), number, *most) for number, lines in enumerate(pages)]


def _between(lines: list[str], number: int, heads: set[str], feet: set[str]) -> list[str]:
    start = _running(lines[:_EDGE], number, heads)
    end = _running(lines[start:][::-1][:_EDGE], number, feet)
    return lines[start : len(lines) - end]


def _running(edge: Sequence[str], number: int, signs: set[str]) -> int:
    """How many lines from the edge of a page inwards are running ones."""
    return next((n for n, line in enumerate(edge) if signs.isdisjoint(_signs(line, number))), len(edge))


def _signs(line: str, number: int) -> set[str]:
    """By what a running line is known again on another page: its words, and one number that goes along with the page's.

    The rows of a table have numbers too, which do not. Clauses differ by their number alone.
    """
    said = folded(line)
    numbers = [] if clauses.begins(line) else [found for found in re.finditer(r"\d{1,4}", said)]
    moved = {f"{said[: n.start()]}#{int(n[0]) - number}#{said[n.end() :]}" for n in numbers}
    return {said, *moved}


# --- Cutting ---


@dataclass(slots=True)
class _Block:
    """Lines of one clause that run on, with the page of each. `titles`: they may be nothing but titles."""

    clause: str
    titles: bool = False
    lines: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])


def chunks(pages: Sequence[str], *, paged: bool = True) -> list[Piece]:
    """The passages of a paper, in its order; of its text only running heads and feet are lost. `paged`: it has pages.

    A passage holds whole sentences of one clause and one page, unless a sentence runs on to the next page or is longer
    than a passage may be.
    """
    lines = without_running([sanitised(page).split("\n") for page in pages])
    numbered = [(page, line) for page, of_page in enumerate(lines, 1) for line in of_page if line]
    compounds = _compounds(line for _, line in numbered)
    found = [piece for block in _blocks(numbered) for piece in _pieces(block, compounds)]
    return found if paged else [Piece(None, piece.clause, piece.text) for piece in found]


def _blocks(lines: Sequence[tuple[int, str]]) -> Iterator[_Block]:
    """Cut where a clause begins, and between pages unless the sentence runs on."""
    widest = max((len(line) for _, line in lines), default=0)
    place, block = clauses.Place(), _Block("", titles=True)
    for page, line in lines:
        last_page, last = block.lines[-1] if block.lines else (page, "")
        turned = page != last_page and not _runs_on(last, line, widest)
        begun = None if clauses.goes_on(last) else place.at(line)
        if turned or (begun is not None and not (block.titles and _within(begun, block.clause))):
            yield block
            block = _Block(block.clause, titles=begun is not None)
        block.clause = block.clause if begun is None else begun
        block.titles = block.titles and len(line.split()) <= _TITLE and not line.endswith(".")
        block.lines.append((page, line))
    yield block


_TITLE = 12  # words of a line that may be a title


def _within(clause: str, above: str) -> bool:
    """True for the first clause of a part or of an article: their titles go with it."""
    return not above or clause.startswith((f"{above} §", f"{above}."))


def _runs_on(last: str, first: str, widest: int) -> bool:
    """True when the sentence of a page's last line goes on: it does not end, and the next is no title or list."""
    if re.search(r"[.!?:;][\"»”)]*$", last) or clauses.begins(first):
        return False
    return first[0].islower() or (first[0].isalpha() and last[-1:].isalpha() and 5 * len(last) >= 3 * widest)


def _pieces(block: _Block, compounds: frozenset[str]) -> Iterator[Piece]:
    """The block's sentences, as many in a passage as it may hold, each passage beginning on one page."""
    text, starts = _joined(block.lines, compounds)
    page, held = 0, ""
    for at, sentence in _sentences(text):
        here = next(number for start, number in reversed(starts) if start <= at)
        if held and (here != page or not _fits(f"{held} {sentence}")):
            yield Piece(page, block.clause, held)
            held = ""
        page, held = (page, f"{held} {sentence}") if held else (here, sentence)
    if held:
        yield Piece(page, block.clause, held)


def _fits(text: str) -> bool:
    return len(text) <= LETTERS and text.count(" ") < WORDS


_SHORT = "art arts Art al n nr Nr p M Mme Mr Dr St bv ex ca cf Abs bzw max min inc"  # a point after them ends nothing
_END = re.compile(
    "".join(rf"(?<!\b{word})" for word in _SHORT.split()) + r"[.!?;:][\"»”)]*\s+(?=[A-ZÀ-ÖØ-Þ\d\"«“(•–—§-])"
)


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """(place, sentence), each one that a passage can hold: a longer one is cut between words, a longer word anywhere."""
    at = 0
    for end in [*(found.end() for found in _END.finditer(text)), len(text)]:
        while at < end:
            stop = end if _fits(text[at:end].rstrip()) else _cut(text, at)
            yield at, text[at:stop].rstrip()
            at = stop + (text[stop : stop + 1] == " ")


def _cut(text: str, at: int) -> int:
    """Where a passage that begins at `at` ends at the latest."""
    spaces = [found.start() for found in re.finditer(" ", text[at : at + LETTERS + 1])][:WORDS]
    return at + (spaces[-1] if spaces else LETTERS)


# --- Lines into running text ---

_PAIRED = frozenset({"et", "ou", "en", "of", "und", "oder", "bzw.", "and", "or"})  # "Haupt- und Nebenräume"
_HYPHENATED = (
    "procès-verb", "quote-part", "quotes-part", "mede-eigen", "rendez-vous", "vice-pr", "sous-sol", "e-mail", "ci-après",
    "ci-dess", "ci-joint", "au-dess", "plus-value", "non-paiement", "non-respect",
)  # fmt: skip


def _compounds(lines: Iterator[str]) -> frozenset[str]:
    """The words that the paper itself writes with a hyphen."""
    return frozenset(word.lower() for line in lines for word in re.findall(r"\w+(?:[-‐]\w+)+", line))


def _joined(lines: Sequence[tuple[int, str]], compounds: frozenset[str]) -> tuple[str, list[tuple[int, int]]]:
    """The lines as one text with its words mended, and where each page begins in it."""
    parts, starts, length = list[str](), list[tuple[int, int]](), 0
    for page, line in lines:
        if parts:
            mended = _mended(parts[-1], line, compounds)
            length += len(mended) - len(parts[-1])
            parts[-1] = mended
        if not starts or starts[-1][1] != page:
            starts.append((length, page))
        parts.append(line)
        length += len(line)
    return "".join(parts), starts


def _mended(last: str, line: str, compounds: frozenset[str]) -> str:
    """A line as it stands before the next one: with a space, or without the hyphen that cut its last word."""
    left = last.rpartition(" ")[2]
    if not re.fullmatch(r".*\w[-‐]", left) or not line[0].isalnum() or line.split()[0] in _PAIRED:
        return last + " "
    right = re.match(r"\w+", line)
    word = re.sub(r"^\W+", "", left + (right[0] if right else "")).lower()
    belongs = word in compounds or "-" in left[:-1] or word.startswith(_HYPHENATED)  # rez-de-chaussée
    return last if belongs or not line[0].islower() else last[:-1]  # Saint-Gilles, 2025-2026
