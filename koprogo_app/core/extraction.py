"""The process in which a PDF is read: it knows only the file and its arguments, and imports nothing of the application.

    python -I extraction.py FILE MOST_PAGES MOST_LETTERS TESSERACT

On standard output, a line of JSON each: {"pages": 12}, then for each page {"text": "…", "picture": false} (picture: there
is something on it, but nothing was read), or {"refused": "locked"} and nothing after it. What a reader of the page cannot
see is not text: instructions hidden in a contract would otherwise be quoted, or obeyed.
"""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby, pairwise, product
from operator import itemgetter
from pathlib import Path
from typing import Any, cast

import numpy as np
import pdfplumber
import pypdfium2
from numpy.typing import NDArray
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfplumber.page import Page, PDFPageAggregatorWithMarkedContent
from pdfplumber.utils.clustering import cluster_objects
from pdfplumber.utils.text import extract_text, extract_words
from PIL import Image

MEMORY = 1024 * 1024 * 1024
LOCKED = 4  # PDFium's code of a file that asks for a password
SMALLEST = 2.0  # points: what is smaller cannot be read
CONTRAST = 24  # steps of 255 between a letter and its ground; a light grey on white has 68, #fdfdfd on white 2
LIGHT = 230  # of 255: nearly white
SCALE = 1.5  # pixels a point, of the picture in which letters are looked for
FEW = 25  # letters: a page with fewer, and something drawn on it, is a picture
DRAWN = 0.0005  # part of a page that is inked, apart from its letters: two lines of a scan ink more, a ruled line less
LANGUAGES = ("fra", "nld", "deu", "eng")

Char = dict[str, Any]
Picture = NDArray[np.uint8]


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on Windows: the time limit remains
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if hasattr(os, "sched_setaffinity"):  # the web process stays on one core: not beside it
        os.sched_setaffinity(0, range(os.cpu_count() or 1))


def pages(path: Path, most_pages: int, most_letters: int, tesseract: str = "") -> Iterator[dict[str, Any]]:
    """What is said of a file, line by line. A file built wrongly may raise anything."""
    try:
        drawn = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        yield {"refused": "locked" if error.err_code == LOCKED else "damaged"}
        return
    count, letters = len(drawn), 0
    if not 0 < count <= most_pages:
        yield {"refused": "pages" if count else "damaged"}
        return
    yield {"pages": count}
    with pdfplumber.open(path) as pdf:
        if len(pdf.pages) != count:
            yield {"refused": "damaged"}
            return
        for number, page in enumerate(pdf.pages):
            said = _page(page, drawn[number], tesseract)
            page.close()
            letters += len(said["text"])
            if letters > most_letters:
                yield {"refused": "letters"}
                return
            yield said


def _page(page: Page, drawn: pypdfium2.PdfPage, tesseract: str) -> dict[str, Any]:
    sheet = _Sheet(page, _drawn(drawn, SCALE))
    chars = list(_once(filter(sheet.shows, _chars(page))))
    text = _text(chars, float(page.width))
    is_picture = len(text) < FEW and sheet.holds_more_than(chars)
    if is_picture and tesseract:
        text = max(text, _recognised(drawn, tesseract), key=len)
    return {"text": text, "picture": is_picture and len(text) < FEW}


def _drawn(page: Any, scale: float) -> Picture:
    """The page as a reader sees it, in grey; a page as large as a wall is drawn smaller."""
    scale = min(scale, 5000 / max(page.get_size()))
    return cast(Picture, page.render(scale=scale, grayscale=True).to_numpy())


def _contrast(picture: Picture) -> int:
    return int(picture.max()) - int(picture.min()) if picture.size else 0


# --- What a reader sees ---


class _Device(PDFPageAggregatorWithMarkedContent):
    """Keeps no letter that is written without being drawn: an old scanner's own reading of its picture, or a trap."""

    _unseen = False

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        self._unseen = textstate.render in (3, 7)
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(self, *args: Any, **kwargs: Any) -> float:
        advance = super().render_char(*args, **kwargs)
        if self._unseen:
            self.cur_item._objs.pop()
        return advance


def _chars(page: Page) -> list[Char]:
    device = _Device(page.pdf.rsrcmgr, pageno=page.page_number, laparams=None)
    PDFPageInterpreter(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    page._layout = device.get_result()  # what page.chars is made of
    return page.chars


class _Sheet:
    """A page as it is drawn, and where on it a letter stands."""

    def __init__(self, page: Page, picture: Picture) -> None:
        self._picture = picture
        self._left, self._top = (max(pair) for pair in zip(page.cropbox[:2], page.mediabox[:2], strict=True))
        self._right, self._bottom = (min(pair) for pair in zip(page.cropbox[2:], page.mediabox[2:], strict=True))
        self._across = picture.shape[1] / (self._right - self._left)
        self._down = picture.shape[0] / (self._bottom - self._top)

    def shows(self, char: Char) -> bool:
        """True for a letter that can be seen: large enough, inside the page, and with ink where it stands."""
        inside = self._left <= _middle(char, "x0", "x1") <= self._right
        inside = inside and self._top <= _middle(char, "top", "bottom") <= self._bottom
        return inside and char["size"] >= SMALLEST and _inked(char, self._picture[self._place(char)])

    def _place(self, char: Char) -> tuple[slice, slice]:
        rows = (char["top"] - self._top) * self._down, (char["bottom"] - self._top) * self._down
        columns = (char["x0"] - self._left) * self._across, (char["x1"] - self._left) * self._across
        first, second = (slice(max(0, int(start)), int(end) + 1) for start, end in (rows, columns))
        return first, second

    def holds_more_than(self, chars: Sequence[Char]) -> bool:
        """True when something else than these letters is drawn on the page: more than a line or two."""
        rest, paper = self._picture.astype(np.int16), float(np.median(self._picture))
        for char in chars:
            rest[self._place(char)] = paper
        return float(np.mean(abs(rest - paper) >= CONTRAST)) >= DRAWN


def _once(chars: Iterable[Char]) -> Iterator[Char]:
    """Without the second of two equal letters in one place: bold, as old programs print it.

    Letters less than half a point apart share a square of at least one of four grids.
    """
    placed = set[tuple[Any, ...]]()
    for char in chars:
        squares = {
            (char["text"], across, down, int(char["x0"] + across), int(char["top"] + down))
            for across, down in product((0, 0.5), repeat=2)
        }
        if placed.isdisjoint(squares):
            yield char
        placed |= squares


def _middle(char: Char, low: str, high: str) -> float:
    return (char[low] + char[high]) / 2


def _inked(char: Char, ground: Picture) -> bool:
    """True when something is drawn in a letter's place; a light letter also needs a dark ground, not a dark neighbour.

    A space is one where nothing is drawn: else the spaces of a hidden line would cut the words under it.
    """
    drawn = _contrast(ground) >= CONTRAST
    if char["text"].isspace() or not drawn:
        return not drawn and char["text"].isspace()
    light = _light(char)
    return light is None or light < LIGHT or light - float(np.median(ground)) >= CONTRAST


def _light(char: Char) -> float | None:
    """How light a letter is drawn, 0 to 255; None for a pattern or an ink of its own name."""
    values = [float(part) for part in char["non_stroking_color"] if isinstance(part, int | float)]
    if char["ncs"] not in ("DeviceGray", "DeviceRGB", "DeviceCMYK", "ICCBased", "CalGray", "CalRGB"):
        return None
    if len(values) == 4:
        cyan, magenta, yellow, black = values
        values = [(1 - part) * (1 - black) for part in (cyan, magenta, yellow)]
    return 255 * sum(values) / len(values) if values else None


# --- Its order ---

GUTTER = 9.0  # points at least between two columns
COLUMN = 5, 3  # lines of a column, words of each line at least: the cells of a table have fewer


def _text(chars: Sequence[Char], width: float) -> str:
    """The lines of a page; where two columns of prose stand side by side, as in papers of two languages, the left one first."""
    rows = _rows(chars)
    gutter, beside = _columns(rows, width)
    out, done = list[str](), float("-inf")
    for columns, band in groupby(zip(rows, beside, strict=True), itemgetter(1)):
        until = max(word["bottom"] for row, _ in band for word in row)
        here = [char for char in chars if done < _middle(char, "top", "bottom") <= until]
        sides = [[c for c in here if c["x0"] < gutter], [c for c in here if c["x0"] >= gutter]] if columns else [here]
        out += [_lines(side) for side in sides]
        done = until
    return "\n".join(filter(None, out))


def _columns(rows: Sequence[Sequence[Char]], width: float) -> tuple[float, list[bool]]:
    """Where the two columns of a page part, and for each line whether it belongs to them."""
    partings = [_parting(row, width) for row in rows]
    found, beside = [parting for parting in partings if parting is not None], [False] * len(rows)
    if len(found) < COLUMN[0]:
        return 0.0, beside
    gutter = float(np.median(found))
    for clear, run in groupby(range(len(rows)), lambda n: _is_clear(rows[n], gutter)):
        lines = list(run)
        parted = [n for n in lines if partings[n] is not None]
        if clear and len(parted) >= COLUMN[0]:
            first, last = max(lines[0], parted[0] - 1), parted[-1]  # a short title stands above its column
            while last < lines[-1] and len({word["x0"] < gutter for word in rows[last + 1]}) == 1:
                last += 1  # one column is longer
            beside[first : last + 1] = [True] * (last + 1 - first)
    return gutter, beside


def _rows(chars: Sequence[Char]) -> list[list[Char]]:
    """The words of each line, from left to right, from the top of the page down."""
    words = extract_words(list(chars), x_tolerance_ratio=0.15)
    return [sorted(row, key=itemgetter("x0")) for row in cluster_objects(words, itemgetter("bottom"), 3)]


def _parting(row: Sequence[Char], width: float) -> float | None:
    """The middle of the gap that parts a line into two texts near the middle of the page; None for any other line."""
    fewest = COLUMN[1]
    gaps = [(left["x1"], right["x0"]) for left, right in pairwise(row)][fewest - 1 : len(row) - fewest]
    middles = [(end - start, (start + end) / 2) for start, end in gaps if end - start >= GUTTER]
    return max((gap for gap in middles if 0.4 * width <= gap[1] <= 0.6 * width), default=(0, None))[1]


def _is_clear(row: Sequence[Char], gutter: float) -> bool:
    """True when no word of a line stands in the gutter."""
    return all(word["x1"] <= gutter - GUTTER / 3 or word["x0"] >= gutter + GUTTER / 3 for word in row)


def _lines(chars: Sequence[Char]) -> str:
    return extract_text(list(chars), x_tolerance_ratio=0.15).strip()


# --- Pictures ---


def _recognised(page: pypdfium2.PdfPage, tesseract: str) -> str:
    """The text of a scanned page by OCR at 300 dots an inch; empty when it fails."""
    import pytesseract  # pyright: ignore[reportMissingImports]

    try:
        picture = Image.fromarray(_drawn(page, 300 / 72))
        return pytesseract.image_to_string(picture, lang=_languages(tesseract), timeout=60).strip()
    except RuntimeError:  # it took too long, or the program failed
        return ""


@cache
def _languages(tesseract: str) -> str:
    """Those of ours that the program knows, as it wants them; it is told where it stands, as there is no PATH here."""
    import pytesseract  # pyright: ignore[reportMissingImports]

    pytesseract.pytesseract.tesseract_cmd = tesseract
    known = pytesseract.get_languages()
    return "+".join(one for one in LANGUAGES if one in known) or "eng"


def main() -> None:
    """The child process."""
    _limit()
    path, most_pages, most_letters, tesseract = sys.argv[1:]
    for said in pages(Path(path), int(most_pages), int(most_letters), tesseract):
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
