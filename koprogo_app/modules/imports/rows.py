"""The lines of the wizard's lists, worded for their reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from koprogo_app.core.i18n import N_, number, translate
from koprogo_app.modules.headings.rules import Field
from koprogo_app.modules.parsing.rules import Severity
from koprogo_app.modules.registers.rules import Finding, Gate, Row

from . import service
from .models import ENTITIES, FIELDS

SAMPLE = 3  # cells shown of a column
# Who consents to e-mail or votes (art. 3.87), who owns, what a figure means: each case is a person's own decision.
DECISIONS = {"consent", "representative", "owner_differs", "ambiguous", "decimal_shares", "other_whole", "several"}


@dataclass
class RunRow:
    id: str
    filename: str
    building: str
    building_id: str
    status: str
    when: str


@dataclass
class ColumnRow:
    sheet: int
    index: int
    heading: str
    sample: str
    field: str
    sure: bool


@dataclass
class SheetRow:
    index: int
    name: str
    role: str
    header: int
    columns: list[ColumnRow]


@dataclass
class GateRow:
    label: str
    figure: str
    detail: str
    article: str
    tone: str


@dataclass
class FindingRow:
    target: str
    place: str
    lot: str
    field: str
    text: str
    message: str
    tone: str
    proposal: str
    shown: str  # the proposal as a person reads it
    alike: bool
    typed: bool  # a text mends it
    line: str
    droppable: bool
    unknown: bool  # an owner's number that the other sheet lacks
    spelling: bool  # the proposal decides nothing but how a text is written


@dataclass
class LineRow:
    key: str
    line: str
    lot: str
    lot_target: str
    kind: str
    owner: str
    owner_target: str
    shares: str
    shares_target: str
    part: str
    part_target: str


@dataclass
class AsideRow:
    key: str
    line: str
    reason: str
    text: str
    dropped: bool


@dataclass
class ChangeRow:
    what: str
    change: str
    label: str
    details: str


def sheet_row(found: service.Wizard, sheet: Any) -> SheetRow:
    table = found.book[sheet.sheet]
    below = table.rows[sheet.header + 1 :]

    def sample(index: int) -> str:
        texts = [row[index] for row in below if index < len(row) and row[index]]
        return " · ".join(texts[:SAMPLE])

    columns = [
        ColumnRow(
            sheet.sheet, c.index, c.heading or f"({c.index + 1})", sample(c.index), c.field.value, c.confidence >= 90
        )
        for c in sheet.columns
        if c.heading or sample(c.index)
    ]
    return SheetRow(sheet.sheet, table.name, sheet.role.value, sheet.header + 1, columns)


def worded(params: Mapping[str, str | int], locale: str) -> dict[str, str]:
    return {k: number(v, locale) if isinstance(v, int) and k not in ("line",) else str(v) for k, v in params.items()}


def gate_row(gate: Gate, locale: str) -> GateRow:
    params = worded(gate.params, locale)
    tone = "ok" if gate.passed else "bad" if gate.blocking else "warn"
    figure = gate.figure.format(**params) if gate.figure else ""
    return GateRow(
        translate(locale, gate.label), figure, translate(locale, gate.detail).format(**params), gate.article, tone
    )


def finding_row(f: Finding, found: service.Wizard, locale: str) -> FindingRow:
    alike = f.target.startswith("same:")
    typed = not alike and not f.target.startswith("contact:") and f.target not in ("scale", "name_order")
    place = f"{found.book[f.sheet].name}, {f.line}" if len(found.book) > 1 else str(f.line)
    one = N_("Same person") if alike else N_("One person") if f.code == "several" and f.proposal else ""
    shown = translate(locale, one) if one else f.proposal
    return FindingRow(
        f.target, place, f.lot, translate(locale, FIELDS[Field(f.field)]), f.text, translate(locale, f.message, **worded(f.params, locale)),
        "bad" if f.severity == Severity.BLOCK else "warn", f.proposal, shown, alike, typed, f"{f.sheet}:{f.line}", f.code in ("lot_twice", "lot_missing", "owner_twice", "owner_unused"), f.code == "owner_unknown", not alike and f.code not in DECISIONS,
    )  # fmt: skip


def line_row(row: Row) -> LineRow:
    lot, shares, part = row.cell(Field.LOT), row.cell(Field.SHARES), row.cell(Field.PART)
    owner = row.cell(
        next((f for f in (Field.OWNER, Field.LAST_NAME, Field.OWNER_NUMBER) if f in row.cells), Field.OWNER)
    )
    return LineRow(
        f"{row.sheet}:{row.line}", str(row.line), lot.text, lot.target, row.text(Field.TYPE), owner.text, owner.target,
        shares.text, shares.target, part.text, part.target,
    )  # fmt: skip


def texts(row: LineRow) -> Sequence[tuple[str, str]]:
    return (
        (row.lot_target, row.lot),
        (row.owner_target, row.owner),
        (row.shares_target, row.shares),
        (row.part_target, row.part),
    )


def change_row(change: Any, locale: str) -> ChangeRow:
    shown = [f"{after}" if not before else f"{before} → {after}" for _, before, after in change.fields]
    return ChangeRow(
        translate(locale, ENTITIES[change.entity]), change.change.value, change.label, " · ".join(shown[:8])
    )
