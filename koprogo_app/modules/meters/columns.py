"""What the columns of a file of readings mean, in four languages, and its rows as texts and values. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from koprogo_app.core.i18n import N_
from koprogo_app.modules.opening.amounts import read_day
from koprogo_app.modules.parsing.rules import EXACT, TWO_WAYS, Parsed, Problem, Severity, fold, plain_text, read_number

from .rules import THOUSAND

HEADER_WITHIN = 40  # rows
MOST_ROWS = 5_000
MOST_BYTES = 5 * 1024 * 1024
LARGEST = 10**11  # above any dial: Numeric(14, 3)


class Meaning(StrEnum):
    SERIAL = "serial"
    LOT = "lot"
    DAY = "day"
    VALUE = "value"
    NOTE = "note"
    IGNORE = "ignore"


_WORDS = {
    Meaning.SERIAL: "compteur|n compteur|no compteur|numero compteur|numero de compteur|numero du compteur|n de compteur|numero de serie|n de serie|n serie"
    "|repartiteur|numero repartiteur|meter|meternummer|meter nr|nr meter|serienummer|teller|tellernummer|watermeter|zahler|zahlernummer|zahler nr|seriennummer"
    "|gerat|geratenummer|geratenr|meter number|meter no|meter id|serial|serial number|serial no|device|device number|device id|appareil|n appareil|toestel"
    "|toestelnummer",
    Meaning.LOT: "lot|n lot|no lot|numero de lot|numero du lot|kavel|kavelnummer|lotnummer|nummer kavel|appartement|n appartement|einheit|los|wohnung|unit|unit number"
    "|lot number|apartment|flat",
    Meaning.DAY: "date|date de releve|date releve|date du releve|date de lecture|date index|date de l index|jour|datum|datum opname|opnamedatum|datum van opname"
    "|datum meterstand|ablesedatum|datum der ablesung|reading date|date of reading|read on|day",
    Meaning.VALUE: "index|nouvel index|index nouveau|index final|index actuel|index de fin|releve|valeur|lecture|stand|meterstand|nieuwe stand|nieuwe meterstand|eindstand"
    "|huidige stand|zahlerstand|neuer stand|neuer zahlerstand|endstand|ablesewert|wert|waarde|value|reading|meter reading|new reading|current reading",
    Meaning.NOTE: "remarque|remarques|commentaire|opmerking|opmerkingen|bemerkung|bemerkungen|remark|remarks|note|notes|comment",
}  # fmt: skip
NEEDED = N_("A column of meters or lots, one of dates and one of readings are needed.")
_UNIT = re.compile(r"\s*(?:m3|m³|kwh|units?|unites?|eenheden|einheiten)\.?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FileMap:
    """How a file is read. `header`: its row of headings, from 0; -1 for none."""

    header: int
    columns: tuple[Meaning, ...]

    def column(self, meaning: Meaning) -> int | None:
        return self.columns.index(meaning) if meaning in self.columns else None

    @property
    def complete(self) -> bool:
        found = set(self.columns)
        return {Meaning.DAY, Meaning.VALUE} <= found and bool(found & {Meaning.SERIAL, Meaning.LOT})

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"columns": [c.value for c in self.columns]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "FileMap":
        return cls(int(data["header"]), tuple(Meaning(c) for c in data["columns"]))


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of the file that says something: its number from 1, its texts, and what they are read as."""

    row: int
    serial: str
    lot: str
    note: str
    day_text: str
    value_text: str
    day: Parsed[date]
    value: Parsed[int]  # thousandths


@cache
def _phrases() -> dict[str, Meaning]:
    return {phrase: meaning for meaning, words in _WORDS.items() for phrase in words.split("|")}


def meaning_of(heading: str, known: Mapping[str, str]) -> Meaning:
    """What a heading means: as it was decided for this building, else by its words."""
    words = fold(heading[:80])
    if words in known and known[words] in set(Meaning):
        return Meaning(known[words])
    return _phrases().get(words, _phrases().get(_UNIT.sub("", words).strip(), Meaning.IGNORE))


def _assign(headings: Sequence[str], known: Mapping[str, str]) -> list[Meaning]:
    """Each meaning its first column."""
    taken: list[Meaning] = []
    for heading in headings:
        meaning = meaning_of(heading, known)
        taken.append(Meaning.IGNORE if meaning in taken else meaning)
    return taken


def map_file(rows: Sequence[Sequence[str]], known: Mapping[str, str], header: int | None = None) -> FileMap:
    """A first reading of a file, under the given row of headings or the one that says most."""
    if header is None:
        said = [len({*_assign(row, known)} - {Meaning.IGNORE}) for row in rows[:HEADER_WITHIN]]
        most = max(said, default=0)
        header = said.index(most) if most > 1 else -1
    found = _assign(rows[header], known) if 0 <= header < len(rows) else []
    width = max((len(row) for row in rows), default=0)
    return FileMap(header, tuple(found[i] if i < len(found) else Meaning.IGNORE for i in range(width)))


def with_column(file: FileMap, column: int, meaning: Meaning) -> FileMap:
    """The same with another meaning of a column; a meaning belongs to one column, so the earlier one loses it."""
    columns = [Meaning.IGNORE if c == meaning else c for c in file.columns]
    columns[column] = meaning
    return FileMap(file.header, tuple(columns))


def headings_of(rows: Sequence[Sequence[str]], file: FileMap) -> dict[str, str]:
    """What is remembered of a file: its headings as they compare, and what each of them means."""
    heads = rows[file.header] if 0 <= file.header < len(rows) else ()
    return {fold(text[:80]): file.columns[i].value for i, text in enumerate(heads) if fold(text[:80])}


def read_rows(rows: Sequence[Sequence[str]], file: FileMap) -> list[FileRow]:
    """The rows below the headings that hold a meter, a lot or a reading."""
    below = list(enumerate(rows[file.header + 1 :], file.header + 2))
    value_at = file.column(Meaning.VALUE)
    mark = decimal_mark(row[value_at] for _, row in below if value_at is not None and value_at < len(row))

    def text(row: Sequence[str], meaning: Meaning) -> str:
        at = file.column(meaning)
        return row[at] if at is not None and at < len(row) else ""

    found: list[FileRow] = []
    for n, row in below:
        serial, lot = (plain_text(text(row, m))[:50] for m in (Meaning.SERIAL, Meaning.LOT))
        value, day = text(row, Meaning.VALUE)[:60], text(row, Meaning.DAY)[:40]
        if (serial or lot) and (value or day):
            note = plain_text(text(row, Meaning.NOTE))[:300]
            read = (read_day(_day_part(day)), read_value(value, mark))
            found.append(FileRow(n, serial, lot, note, plain_text(day), plain_text(value), *read))
    return found


def _day_part(text: str) -> str:
    """A moment without its hour."""
    return re.sub(r"[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$", "", plain_text(text))


def decimal_mark(texts: Iterable[str]) -> str:
    """What parts the decimals in a column of readings, "," or "."; nothing when none tells or they differ."""
    marks: set[str] = set()
    for text in texts:
        plain = _UNIT.sub("", plain_text(text))
        found = re.fullmatch(r"\d+([.,])(?:\d{1,2}|\d{4,})", plain) or re.fullmatch(r"(?:0|\d{4,})([.,])\d{3}", plain)
        marks |= {found[1]} if found else set()
        marks |= {"."} if EXACT in text else set()
    return marks.pop() if len(marks) == 1 else ""


def read_value(text: str, mark: str = "") -> Parsed[int]:
    """A reading in thousandths: "1 234,5", "98 kWh". `mark` parts the decimals of its column; three decimals at most."""
    exact = EXACT in text
    plain = _UNIT.sub("", plain_text(text))
    if mark and not exact and TWO_WAYS.fullmatch(plain):
        plain = plain.replace(mark, ".") if mark in plain else re.sub(r"[.,]", "", plain)
        exact = "." in plain
    read = read_number(plain + EXACT if exact else plain)
    if read.problem:
        return Parsed(
            problem=Problem(read.problem.code, read.problem.message, {"text": plain_text(text)}, Severity.BLOCK)
        )
    if read.value is None:
        return Parsed()
    scaled = read.value * THOUSAND
    if scaled != scaled.to_integral_value():
        message = N_("“{text}” has more than three decimals.")
        return Parsed(problem=Problem("decimals", message, {"text": plain_text(text)}, Severity.BLOCK))
    if read.value >= LARGEST:
        return Parsed(
            problem=Problem("number", N_("“{text}” is not a number."), {"text": plain_text(text)}, Severity.BLOCK)
        )
    return Parsed(int(scaled))
