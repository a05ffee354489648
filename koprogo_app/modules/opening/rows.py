"""The lines of the wizard's lists, worded for their reader."""

from dataclasses import dataclass
from typing import Any

from koprogo_app.core.i18n import N_, amount, day, euros, translate
from koprogo_app.core.money import Cents

from .columns import Field
from .lines import SUPPLIER, Known, Line, Role
from .models import KeptLine
from .reading import LEFT_OUT, Aside
from .rules import Gate
from .service import Opening
from .words import detail_of

SAMPLE = 3  # cells shown of a column
DOUBTS, ASIDE = "doubts", "aside"


@dataclass
class ColumnRow:
    sheet: int
    index: int
    heading: str
    sample: str
    field: str


@dataclass
class SheetRow:
    id: int
    file: str
    title: str
    used: bool
    header: str
    account: str  # of the lines where no column names one; "" when a column does
    columns: list[ColumnRow]


@dataclass
class LineRow:
    """A balance as it is typed in. `tone` of what was found: "bad" blocks, "warn" does not."""

    key: str
    place: str
    account: str
    account_words: str
    label: str
    person: str
    party: str  # "owner", "supplier" or ""
    debit: str
    credit: str
    reference: str
    due: str
    found: str
    tone: str
    code: str  # of an account that the chart lacks
    proposal: str
    proposed: str  # the proposal as a person reads it
    field: str  # that the proposal is for
    new_supplier: bool
    sums_up: bool


@dataclass
class AsideRow:
    key: str
    place: str
    reason: str
    text: str
    dropped: bool


@dataclass
class GateRow:
    label: str
    detail: str
    figure: str
    article: str
    tone: str


@dataclass
class SideRow:
    """A line of the entry."""

    account: str
    words: str
    person: str
    due: str
    debit: str
    credit: str


def amount_text(cents: int, locale: str) -> str:
    """As one types it, with two decimals; nothing for zero."""
    return amount(cents, locale) if cents else ""


def sheet_rows(found: Opening) -> list[SheetRow]:
    rows: list[SheetRow] = []
    for sheet, mapped in zip(found.sheets, found.maps, strict=True):
        below = sheet.rows[mapped.header + 1 :]
        headings = sheet.rows[mapped.header] if mapped.header >= 0 else ()

        def sample(index: int, below: Any = below) -> str:
            return " · ".join([row[index] for row in below if index < len(row) and row[index]][:SAMPLE])

        columns = [
            ColumnRow(
                sheet.id, i, headings[i] if i < len(headings) and headings[i] else f"({i + 1})", sample(i), field.value
            )
            for i, field in enumerate(mapped.columns)
        ]
        account = "" if mapped.column(Field.ACCOUNT) is not None else mapped.account
        shown = [c for c in columns if c.sample or not c.heading.startswith("(")]
        rows.append(SheetRow(sheet.id, sheet.file, sheet.title, mapped.used, str(mapped.header + 1), account, shown))
    return rows


def line_row(line: Line, known: Known, locale: str) -> LineRow:
    doubt = next((d for d in line.doubts if d.blocking), next(iter(line.doubts), None))
    account = known.chart.get(line.account)
    words = f"{account.code} {account.labels[locale]}" if account else ""
    row = LineRow(
        line.raw.key, _place(line, locale), line.code, words, line.label, line.name, line.party or "", _side(line, Field.DEBIT, locale),
        _side(line, Field.CREDIT, locale), line.raw.text(Field.REFERENCE), line.raw.text(Field.DUE), "", "", "", "", "", "", False,
        line.role in (Role.CONTROL, Role.SUBTOTAL),
    )  # fmt: skip
    if line.party_id and line.party:
        row.person = next((one.name for one in known.parties[line.party] if one.id == line.party_id), line.name)
    if row.sums_up:
        row.found, row.tone = translate(locale, N_("Sums up other lines: compared with them, not entered.")), "warn"
    if doubt:
        row.found, row.tone = translate(locale, doubt.message, **doubt.params), "bad" if doubt.blocking else "warn"
        row.proposal, row.field = doubt.proposal, doubt.field
        row.proposed = _proposed(doubt.field, doubt.proposal, line, known, locale)
        row.code = line.code if doubt.code == "account" else ""
        row.new_supplier = line.party == SUPPLIER and doubt.code == "unknown"
    return row


def _place(line: Line, locale: str) -> str:
    return f"{line.raw.place}, {line.raw.row}" if line.raw.row else translate(locale, N_("by hand"))


def _side(line: Line, field: Field, locale: str) -> str:
    if any(d.field == field for d in line.doubts) and line.raw.text(field):
        return line.raw.text(field)
    return amount_text(line.debit if field == Field.DEBIT else line.credit, locale)


def _proposed(field: str, proposal: str, line: Line, known: Known, locale: str) -> str:
    if field == Field.ACCOUNT and proposal in known.chart:
        return f"{proposal} {known.chart[proposal].labels[locale]}"
    if field == Field.PERSON and line.party:
        return next((one.name for one in known.parties[line.party] if one.id == proposal), "")
    return proposal


def aside_row(aside: Aside, locale: str) -> AsideRow:
    return AsideRow(
        aside.key, f"{aside.place}, {aside.row}", translate(locale, aside.reason), aside.text, aside.reason == LEFT_OUT
    )


def gate_row(gate: Gate, locale: str) -> GateRow:
    tone = "ok" if gate.passed else "bad" if gate.blocking else "warn"
    figure = euros(gate.figure, locale) if gate.figure else ""
    return GateRow(translate(locale, gate.label), detail_of(gate, locale), figure, gate.article, tone)


def side_row(line: KeptLine, known: Known, locale: str) -> SideRow:
    """A balance as it is kept."""
    account = (
        f"{line.account} {known.chart[line.account].labels[locale] if line.account in known.chart else ''}".strip()
    )
    wanted = str(line.owner_id or line.supplier_id or "")
    person = next((one.name for people in known.parties.values() for one in people if one.id == wanted), "")
    words = " · ".join(text for text in (line.label if line.label != person else "", line.reference) if text)
    return SideRow(
        account,
        words,
        person,
        day(line.due_on, locale),
        _shown(line.debit_cents, locale),
        _shown(line.credit_cents, locale),
    )


def _shown(cents: int, locale: str) -> str:
    return euros(Cents(cents), locale) if cents else ""
