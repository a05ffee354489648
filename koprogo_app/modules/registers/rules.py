"""A register being imported: what the person chose, the rows that count, those set aside, and what is found."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from dataclasses import field as default
from decimal import Decimal
from enum import StrEnum
from typing import Any

from koprogo_app.core.trade import LotType, Right
from koprogo_app.modules.headings.rules import Field, Role, SheetMap
from koprogo_app.modules.parsing.rules import Problem, Severity, fold
from koprogo_app.modules.parties.rules import Kind
from koprogo_app.modules.sheets.rules import EXACT, Sheet


@dataclass(frozen=True, slots=True)
class Added:
    """A line that the file lacks: texts by the name of a Field, or by "key:<name>" for a distribution key."""

    sheet: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Choices:
    """All that the person changed. `fixes` puts a text at a finding's target; `dropped` holds "sheet:line".

    `deed_total`: the shares of the base deed, as it counts them. `building`: the confirmed name, kbo, address, …
    """

    fixes: Mapping[str, str] = default(default_factory=dict[str, str])
    dropped: frozenset[str] = frozenset()
    added: tuple[Added, ...] = ()
    deed_total: int | None = None
    building: Mapping[str, str] = default(default_factory=dict[str, str])

    def to_dict(self) -> dict[str, Any]:
        return {
            "fixes": dict(self.fixes),
            "dropped": sorted(self.dropped),
            "added": [{"sheet": line.sheet, "cells": dict(line.cells)} for line in self.added],
            "deed_total": self.deed_total,
            "building": dict(self.building),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Choices":
        return cls(
            dict(data.get("fixes", {})),
            frozenset(data.get("dropped", ())),
            tuple(Added(int(line["sheet"]), dict(line["cells"])) for line in data.get("added", ())),
            data.get("deed_total"),
            dict(data.get("building", {})),
        )


# --- Rows ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """`original` is the file's text, `text` the same or the person's. `column` is None where the file has none."""

    text: str
    original: str
    column: int | None
    target: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file, from 1. `merged`: its lot's number comes from a cell merged with the line above."""

    sheet: int
    line: int
    role: Role
    cells: Mapping[Field, Cell]
    keys: Mapping[str, Cell]
    fixes: Mapping[str, str]
    merged: bool = False

    def cell(self, field: Field) -> Cell:
        if found := self.cells.get(field):
            return found
        return Cell(self.fixes.get(target := f"{self.sheet}:{self.line}:{field}", ""), "", None, target)

    def text(self, field: Field) -> str:
        return self.cell(field).text if field in self.cells or self.fixes else ""

    @property
    def names_owner(self) -> bool:
        return any(self.text(field) for field in NAMES)


NAMES = (Field.OWNER, Field.LAST_NAME, Field.FIRST_NAME, Field.COMPANY)


class Reason(StrEnum):
    BLANK = "blank"
    DROPPED = "dropped"
    HEADING = "heading"
    SUBTOTAL = "subtotal"
    TOTAL = "total"
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class SetAside:
    """A line that is neither lot nor owner. `figure` and `keys`: the shares and weights it states, of a total."""

    sheet: int
    line: int
    reason: Reason
    text: str = ""
    figure: str = ""
    keys: Mapping[str, str] = default(default_factory=dict[str, str])


SUBTOTAL = re.compile(r"(?:sous total|soustotal|sub ?total|subtotaal|zwischensumme|tussentotaal|teilsumme|report)\b")
TOTAL = re.compile(
    r"(?:grand |algemeen )?(?:total|totaux|totaal|totalen|summe|somme|som|sum|gesamt\w*|insgesamt|eindtotaal)\b"
)
FIGURES = frozenset({Field.SHARES, Field.AREA, Field.PART, Field.KEY, Field.SPLIT})
# Fields that a vertically merged cell fills on each of its lines; a figure is never repeated.
FILLED_DOWN = frozenset(Field) - FIGURES - {Field.IGNORE}


def read_rows(book: Sequence[Sheet], mapping: Sequence[SheetMap], choices: Choices) -> tuple[list[Row], list[SetAside]]:
    """The lines of lots and owners with the person's fixes, and every other line below the headings with its reason."""
    rows: list[Row] = []
    aside: list[SetAside] = []
    for sheet in mapping:
        if sheet.role == Role.NONE:
            continue
        table = book[sheet.sheet]
        headings = table.rows[sheet.header] if sheet.header >= 0 else ()
        for row in _lines(table, sheet, choices):
            if (reason := _reason(row, table, headings, choices)) is None:
                rows.append(row)
            else:
                texts = " ".join(filter(None, (cell.text for cell in row.cells.values())))
                keys = {name: cell.text for name, cell in row.keys.items() if cell.text}
                aside.append(SetAside(row.sheet, row.line, reason, texts, row.text(Field.SHARES), keys))
    return rows, aside


def _lines(table: Sheet, sheet: SheetMap, choices: Choices) -> Iterator[Row]:
    above = _merged_above(table)
    for index in range(sheet.header + 1, len(table.rows)):
        yield _row(table, sheet, index, above, choices.fixes)
    extra = [line for line in choices.added if line.sheet == sheet.sheet]
    for line, added in enumerate(extra, start=len(table.rows) + 1):
        yield _added_row(sheet, line, added, choices.fixes)


def _merged_above(table: Sheet) -> dict[tuple[int, int], int]:
    return {(row, left): top for top, left, bottom, _ in table.merged for row in range(top + 1, bottom + 1)}


def _row(
    table: Sheet, sheet: SheetMap, index: int, above: Mapping[tuple[int, int], int], fixes: Mapping[str, str]
) -> Row:
    cells: dict[Field, Cell] = {}
    keys: dict[str, Cell] = {}
    merged = False
    for column in sheet.columns:
        if column.field == Field.IGNORE:
            continue
        source = above.get((index, column.index), index) if column.field in FILLED_DOWN else index
        merged |= source != index and column.field == Field.LOT
        line = table.rows[source]
        original = line[column.index] if column.index < len(line) else ""
        original = original if column.field in FIGURES else original.replace(EXACT, "")
        target = f"{sheet.sheet}:{source + 1}:{column.index}"  # a merged cell is mended where it begins
        cell = Cell(fixes.get(target, original).strip(), original, column.index, target)
        if column.field == Field.KEY:
            keys[column.name or column.heading] = cell
        elif before := cells.get(column.field):
            if before.target not in fixes:  # else the person's text stands for the columns together
                texts = filter(None, (before.text, cell.text))
                cells[column.field] = replace(before, text=", ".join(texts))
        else:
            cells[column.field] = cell
    return Row(sheet.sheet, index + 1, sheet.role, cells, keys, fixes, merged)


def _added_row(sheet: SheetMap, line: int, added: Added, fixes: Mapping[str, str]) -> Row:
    cells: dict[Field, Cell] = {}
    keys: dict[str, Cell] = {}
    for name, text in added.cells.items():
        target = f"{sheet.sheet}:{line}:{name}"
        cell = Cell(fixes.get(target, text).strip(), text, None, target)
        if name.startswith("key:"):
            keys[name.removeprefix("key:")] = cell
        else:
            cells[Field(name)] = cell
    return Row(sheet.sheet, line, sheet.role, cells, keys, fixes)


def _reason(row: Row, table: Sheet, headings: Sequence[str], choices: Choices) -> Reason | None:
    """Why a line is neither a lot nor an owner; None when it is one."""
    texts = [cell.text for cell in (*row.cells.values(), *row.keys.values()) if cell.text]
    if f"{row.sheet}:{row.line}" in choices.dropped:
        return Reason.DROPPED
    if not texts:
        whole = table.rows[row.line - 1] if row.line <= len(table.rows) else ()
        return Reason.REMARK if any(whole) else Reason.BLANK
    if len(texts) > 1 and set(texts) <= set(headings):
        return Reason.HEADING
    if row.names_owner or row.text(Field.OWNER_NUMBER):
        return None
    labels = [fold(text) for text in texts]
    if any(SUBTOTAL.match(label) for label in labels):
        return Reason.SUBTOTAL
    if any(TOTAL.match(label) for label in labels):
        return Reason.TOTAL
    if row.text(Field.LOT):
        return None
    figures = [row.text(Field.SHARES), *(cell.text for cell in row.keys.values())]
    return Reason.TOTAL if row.role == Role.LOTS and any(figures) else Reason.REMARK


# --- What is found ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the person must see. Accepting it is `fixes[target] = proposal`. `column` is none for a missing one."""

    code: str
    severity: Severity
    message: str
    params: Mapping[str, str | int]
    sheet: int
    line: int
    column: int | None
    field: str
    target: str
    text: str = ""
    proposal: str = ""
    lot: str = ""


class Notes:
    """Collects findings, one for each code and target."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Finding] = {}

    def add(self, row: Row, field: Field, problem: Problem, *, cell: Cell | None = None, target: str = "") -> None:
        """A problem in the row's cell of this field; `cell` for a key's, `target` when no cell's text mends it."""
        cell = cell or row.cell(field)
        finding = Finding(
            problem.code,
            problem.severity,
            problem.message,
            problem.params,
            row.sheet,
            row.line,
            cell.column,
            field.value,
            target or cell.target,
            cell.text,
            problem.proposal,
            row.text(Field.LOT),
        )
        self._found.setdefault((finding.code, finding.target), finding)

    def all(self) -> tuple[Finding, ...]:
        return tuple(sorted(self._found.values(), key=lambda f: (f.sheet, f.line, f.column is None, f.column or 0)))


# --- The register ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DraftLot:
    """`owners`: keys of those named for it, also while their parts are not known."""

    number: str
    type: LotType
    floor: int | None
    area_m2: Decimal | None
    shares: int
    remark: str
    sheet: int
    line: int
    owners: tuple[str, ...]
    representative: str = ""


@dataclass(frozen=True, slots=True)
class DraftOwner:
    """`key` is "sheet:line:rank" of the first mention. `known_id`: the same person in the address book."""

    key: str
    kind: Kind
    last_name: str
    first_name: str
    line: int
    email: str | None = None
    phone: str | None = None
    address: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    language: str = ""
    consent: bool | None = None
    iban: str | None = None
    kbo: str | None = None
    remark: str = ""
    known_id: str = ""

    @property
    def name(self) -> str:
        return f"{self.last_name} {self.first_name}".strip()


@dataclass(frozen=True, slots=True)
class Holding:
    """Part of a lot: numerator/denominator, exact."""

    lot: str
    owner: str
    numerator: int
    denominator: int
    right: Right
    representative: bool
    sheet: int
    line: int


@dataclass(frozen=True, slots=True)
class DraftKey:
    """A distribution key: a whole number for each lot that takes part. `stated`: the total that the file names."""

    name: str
    weights: Mapping[str, int]
    stated: int | None = None


@dataclass(frozen=True, slots=True)
class StatedTotal:
    """A total row of the file, and what the lines above it add up to."""

    sheet: int
    line: int
    stated: int
    found: int


@dataclass(frozen=True, slots=True)
class Gate:
    """A check on the whole. `label`, `figure` and `detail` are msgids for `params`; numbers are worded at the edge."""

    code: str
    passed: bool
    blocking: bool
    label: str
    figure: str
    detail: str
    params: Mapping[str, str | int] = default(default_factory=dict[str, "str | int"])
    article: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """The result. `building` and `suggested_total` are offered, not taken. `total`: deed total × scale, once stated."""

    building: Mapping[str, str]
    suggested_total: int | None
    scale: int
    total: int | None
    lots: tuple[DraftLot, ...]
    owners: tuple[DraftOwner, ...]
    holdings: tuple[Holding, ...]
    keys: tuple[DraftKey, ...]
    totals: tuple[StatedTotal, ...]
    aside: tuple[SetAside, ...]
    findings: tuple[Finding, ...]
    gates: tuple[Gate, ...] = ()

    @property
    def can_import(self) -> bool:
        """No blocking gate is closed."""
        return all(gate.passed for gate in self.gates if gate.blocking)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON; areas as text."""
        return _json(asdict(self))


def _json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _json(item) for key, item in value.items()}  # type: ignore[reportUnknownVariableType]
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_json(item) for item in value]  # type: ignore[reportUnknownVariableType]
    return str(value) if isinstance(value, Decimal | StrEnum) else value
