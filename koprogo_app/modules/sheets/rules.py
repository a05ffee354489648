"""A spreadsheet as text: what stands in each cell, before anyone says what it means."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from itertools import islice
from typing import Any

from koprogo_app.core.errors import Invalid

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 200
DELIMITERS = (";", ",", "\t", "|")
EXACT = "\u2060"  # unseen, after a number cell of three decimals: as text "1.234" would look like a thousand


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows from line 1 on, as the spreadsheet numbers them. `merged`: top, left, bottom, right of cells, from 0."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    merged: tuple[tuple[int, int, int, int], ...] = ()


def cell_text(value: object) -> str:
    """A cell as text: 820.0 is "820", a date is ISO, an empty or faulty cell is ""."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return _number_text(value)
    if isinstance(value, datetime) and not any((value.hour, value.minute, value.second)):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("\u00a0", " ").replace("\u202f", " ").strip()


def _number_text(value: int | float | Decimal) -> str:
    exact = Decimal(str(value))
    if not exact.is_finite():
        return ""
    text = f"{exact:f}"
    if "." not in text:
        return text
    text = text.rstrip("0").rstrip(".")
    decimals = len(text.partition(".")[2])
    return text + EXACT if decimals == 3 else text


def make_sheet(name: str, rows: Iterable[Sequence[object]], merged: Iterable[tuple[int, int, int, int]] = ()) -> Sheet:
    """Cells as text, trailing blanks cut off. Invalid above MAX_ROWS or MAX_COLUMNS."""
    texts: list[tuple[str, ...]] = []
    for row in rows:
        cells = [cell_text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            raise Invalid("A sheet may have {count} columns at most.", field="file", count=MAX_COLUMNS)
        texts.append(tuple(cells))
    while texts and not texts[-1]:
        texts.pop()
    if len(texts) > MAX_ROWS:
        raise Invalid("A sheet may have {count} rows at most.", field="file", count=MAX_ROWS)
    return Sheet(name, tuple(texts), tuple(merged))


def split_text(text: str) -> list[list[str]]:
    """Rows of a CSV text. The delimiter is the one that gives most rows the same width; Excel's `sep=;` line wins."""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return _rows(rest, first.strip()[4])
    return _rows(text, max(DELIMITERS, key=lambda delimiter: _regularity(text, delimiter)))


def _rows(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise Invalid("This text file has a cell that cannot be read: check its quotes.", field="file") from None


def _regularity(text: str, delimiter: str) -> int:
    if delimiter not in text:
        return 0
    widths = Counter(len(row) for row in _rows(text[:200_000], delimiter) if len(row) > 1)
    return max((width * count for width, count in widths.items()), default=0)


# --- Text of before Unicode ------------------------------------------------------------------------------------------

SIGNS = 100_000  # looked at to tell the encoding
FAMILIAR = frozenset("éèêëàâäçîïôöùûüßÉÈÊËÀÂÄÇÎÏÔÖÙÛÜ’–—°²€§«»“”„…\u00a0")
CAPS_LOCK = frozenset("éèçàù")  # keys of a Belgian keyboard that stay small: FRANçOIS
CAPS_LOCKED = re.compile(r"[ß-ÿ](?=[A-ZÀ-Þ])")
JOINING = frozenset("’–—\u00a0\u00ad")


def decode_old(data: bytes) -> str | None:
    """Windows, MS-DOS or Macintosh text: "René" is written "Ren‚" or "RenŽ" to who reads it as another. None in doubt.

    Windows' unless it makes nonsense that another does not.
    """
    read = {"cp850": data.decode("cp850"), "mac_roman": data.decode("mac_roman")}
    odd = {name: oddness(text) for name, text in read.items()}
    (best, rest) = sorted(odd, key=odd.__getitem__)
    try:
        windows = data.decode("cp1252")
    except UnicodeDecodeError:  # it has no sign for five of the bytes
        pass
    else:
        raised = oddness(CAPS_LOCKED.sub("", windows))  # some programs raise ASCII alone: BENOîT
        if raised[0] <= odd[best][0]:
            return windows
    return read[best] if odd[best][0] == 0 and odd[best] < odd[rest] else None


def oddness(text: str) -> tuple[int, int]:
    """How many signs stand where nobody writes them, such as a capital within a word, and how many are rare here."""
    odd = rare = 0
    for found in islice(re.finditer(r"[^\x00-\x7f]", text), SIGNS):
        at, sign = found.start(), found[0]
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        letter = sign.isalpha() and sign not in "ƒˆ"
        odd += _is_letter_astray(sign, before, after) if letter else _is_mark_astray(sign, text, at)
        rare += sign not in FAMILIAR or _is_unlikely(sign, before, after)
    return odd, rare


def _is_letter_astray(sign: str, before: str, after: str) -> bool:
    if sign.isupper():
        return before.islower() or (before.isalpha() and after.islower())
    return after.isupper() and sign not in CAPS_LOCK


def _is_mark_astray(sign: str, text: str, at: int) -> bool:
    before, after = text[at - 1 : at].isalpha(), text[at + 1 : at + 2].isalpha()
    if sign == "‘":  # for an apostrophe: "d‘Arc", "auto‘s"
        return before and text[at - 2 : at - 1].isalpha() and not re.match(r"s\b", text[at + 1 : at + 3])
    if sign in "ƒ‡ˆ‰":
        return before or after
    return before and (sign in "‚„‹" or (after and sign not in JOINING))


def _is_unlikely(sign: str, before: str, after: str) -> bool:
    """In MS-DOS and Macintosh text ë and â, ê and à, ö and î are the same bytes."""
    vowel = before.lower() in set("aeiou")
    return (
        (sign == "ë" and not vowel)
        or (sign in "âö" and vowel)
        or (sign == "à" and after.isalpha())
        or (sign == "ê" and not after.isalpha())
    )


def book_to_dict(book: Sequence[Sheet]) -> dict[str, Any]:
    """The sheets as JSON."""
    return {
        "sheets": [
            {"name": sheet.name, "rows": [list(row) for row in sheet.rows], "merged": [list(m) for m in sheet.merged]}
            for sheet in book
        ]
    }


def book_from_dict(data: dict[str, Any]) -> list[Sheet]:
    """What `book_to_dict` wrote."""
    return [
        Sheet(
            sheet["name"],
            tuple(tuple(str(cell) for cell in row) for row in sheet["rows"]),
            tuple((int(m[0]), int(m[1]), int(m[2]), int(m[3])) for m in sheet.get("merged", ())),
        )
        for sheet in data["sheets"]
    ]
