"""The rows of the files and those entered by hand, as texts: before anyone asks which account or person they mean. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from typing import Any

from koprogo_app.core.i18n import N_
from koprogo_app.core.money import Cents
from koprogo_app.modules.parsing.rules import fold, plain_text

from .amounts import notation, plain_amount, read_amount, side_of
from .columns import AMOUNTS, Field, SheetMap

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 5_000
HAND = "h"  # begins the key of a line entered by hand
PARTY = "party"  # the text of a line that holds the id of its co-owner or supplier
EDITED = (Field.ACCOUNT, Field.LABEL, Field.DEBIT, Field.CREDIT, Field.PERSON, Field.LOT, Field.REFERENCE, Field.DUE)
LONGEST = 200  # characters of a text

_SUBTOTAL = re.compile(
    r"(?:sous total|sub ?tota|zwischensumme|teilsumme)|(?:total|totaal|totalen|totaux|summe)\b.*(?:\d|class|klass)"
)
_TOTAL = re.compile(r"(?:total|totaal|totalen|totaux|totals|gesamt|gesamtsumme|summe|somme)\b")
_BESIDE = frozenset(  # what stands beside the word in a row of totals, and in no name
    ["general", "generaux", "generale", "algemeen", "grand", "des", "de", "du", "der", "van", "comptes", "rekeningen", "konten", "accounts", "soldes", "saldi",
     "saldo", "saldos", "balance", "bilan", "debit", "credit", "debet", "soll", "haben", "eur", "euro"]
)  # fmt: skip
_CODED = re.compile(r"(?P<code>\d[0-9A-Za-z.\-]*)(?:\s*[-–:]\s*|\s+)(?P<label>\S.*)")
CODE = re.compile(r"(?=[^\d]*\d)[0-9A-Za-z][0-9A-Za-z.\-]{0,39}")

LEFT_OUT = N_("left out by you")
SUBTOTAL = N_("subtotal")
TOTAL = N_("total")
REMARK = N_("remark")
HEADING = N_("headings again")


@dataclass(frozen=True, slots=True)
class SourceSheet:
    """A sheet of a file of this opening. `id` stays its own when another file is dropped."""

    id: int
    file: str
    name: str
    rows: tuple[tuple[str, ...], ...]

    @property
    def title(self) -> str:
        return self.file if self.name in ("", self.file) else f"{self.file} · {self.name}"

    def to_dict(self) -> dict[str, Any]:
        return {"id": self.id, "file": self.file, "name": self.name, "rows": [list(row) for row in self.rows]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "SourceSheet":
        return cls(
            int(data["id"]), str(data["file"]), str(data["name"]), tuple(tuple(map(str, row)) for row in data["rows"])
        )


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person decided. `accounts`: code of the file -> code of the chart; `people`: side and name -> id.

    `texts`: line -> field -> text in its place; of a line entered by hand, all there is. `stated`: both totals of the previous
    syndic's trial balance, as typed.
    """

    accounts: Mapping[str, str] = default(default_factory=dict[str, str])
    people: Mapping[str, str] = default(default_factory=dict[str, str])
    texts: Mapping[str, Mapping[str, str]] = default(default_factory=dict[str, "Mapping[str, str]"])
    dropped: frozenset[str] = frozenset()
    stated: Mapping[str, str] = default(default_factory=dict[str, str])
    step: str = "file"

    def to_dict(self) -> dict[str, Any]:
        return {
            "accounts": dict(self.accounts), "people": dict(self.people), "texts": {k: dict(v) for k, v in self.texts.items()},
            "dropped": sorted(self.dropped), "stated": dict(self.stated), "step": self.step,
        }  # fmt: skip

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Choices":
        return cls(
            data["accounts"], data["people"], data["texts"], frozenset(data["dropped"]), data["stated"], data["step"]
        )

    @property
    def next_hand(self) -> int:
        return max((int(key[1:]) for key in self.texts if key.startswith(HAND)), default=0) + 1


@dataclass(frozen=True, slots=True)
class Raw:
    """A line as texts by field, each amount on its side. `mark` parts the decimals in its column."""

    key: str
    place: str
    row: int | None
    texts: Mapping[str, str]
    mark: str = ""

    def text(self, field: str) -> str:
        return self.texts.get(field, "")

    @property
    def blank(self) -> bool:
        return not any(self.texts.values())


@dataclass(frozen=True, slots=True)
class Aside:
    """A row that is no balance, and why: a msgid."""

    key: str
    place: str
    row: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """`stated`: debit and credit that the file's own total row gives, when it gives them."""

    lines: tuple[Raw, ...]
    aside: tuple[Aside, ...]
    stated: tuple[Cents, Cents] | None


def key_of(sheet: int, row: int) -> str:
    return f"{sheet}:{row}"


def read_source(sheets: Sequence[SourceSheet], maps: Sequence[SheetMap], choices: Choices) -> Source:
    """Every row of the sheets that are used, then the lines entered by hand."""
    lines: list[Raw] = []
    aside: list[Aside] = []
    stated: tuple[Cents, Cents] | None = None
    for sheet, mapped in zip(sheets, maps, strict=True):
        if not mapped.used:
            continue
        found = _read_sheet(sheet, mapped, choices)
        lines += found.lines
        aside += found.aside
        stated = stated or (found.stated if mapped.column(Field.ACCOUNT) is not None else None)
    hand = sorted((key for key in choices.texts if key.startswith(HAND)), key=lambda key: int(key[1:]))
    lines += [Raw(key, "", None, choices.texts[key]) for key in hand if key not in choices.dropped]
    return Source(tuple(lines), tuple(aside), stated)


def _read_sheet(sheet: SourceSheet, mapped: SheetMap, choices: Choices) -> Source:
    mark = notation(
        row[i]
        for row in sheet.rows[mapped.header + 1 :]
        for i, f in enumerate(mapped.columns)
        if f in AMOUNTS and i < len(row)
    )
    headings = tuple(map(fold, sheet.rows[mapped.header])) if mapped.header >= 0 else ()
    lines: list[Raw] = []
    aside: list[Aside] = []
    stated: tuple[Cents, Cents] | None = None
    for n, cells in enumerate(sheet.rows[mapped.header + 1 :], mapped.header + 2):
        if not any(cells):
            continue
        key, texts = key_of(sheet.id, n), _texts(cells, mapped, mark)
        shown = " ".join(cell for cell in cells if cell)[:LONGEST]
        reason = (
            LEFT_OUT
            if key in choices.dropped
            else _reason(texts, cells, headings, listed=mapped.column(Field.ACCOUNT) is not None)
        )
        if reason:
            aside.append(Aside(key, sheet.title, n, reason, shown))
            stated = _stated(texts, mark) or stated if reason == TOTAL else stated
        else:
            lines.append(Raw(key, sheet.title, n, texts | dict(choices.texts.get(key, {})), mark))
    return Source(tuple(lines), tuple(aside), stated)


def _texts(cells: Sequence[str], mapped: SheetMap, mark: str) -> dict[str, str]:
    """By field: an account apart from its name, an amount on the side its column, its sign or its letter says."""
    found = {
        field.value: cells[i]
        for i, field in enumerate(mapped.columns)
        if field != Field.IGNORE and i < len(cells) and cells[i]
    }
    code = plain_text(found.get(Field.ACCOUNT, ""))
    if coded := _CODED.fullmatch(code):
        found[Field.ACCOUNT] = coded["code"]
        found.setdefault(Field.LABEL, coded["label"])
    elif code:
        found[Field.ACCOUNT] = code
    elif mapped.column(Field.ACCOUNT) is None and mapped.account and found:
        found[Field.ACCOUNT] = mapped.account
    if balance := found.pop(Field.BALANCE, ""):
        found |= _sided(balance, side_of(found.get(Field.SIDE, "")), mark)
    found.pop(Field.SIDE, None)
    return {name: (text if name in AMOUNTS else plain_text(text))[:LONGEST] for name, text in found.items()}


def _sided(text: str, side: int, mark: str) -> dict[str, str]:
    read = read_amount(text, mark)
    if read.value is None:
        return {Field.DEBIT.value: text}
    amount = abs(read.value) * side if side else read.value
    return {(Field.DEBIT if amount >= 0 else Field.CREDIT).value: plain_amount(abs(amount))}


def _reason(texts: Mapping[str, str], cells: Sequence[str], headings: Sequence[str], *, listed: bool) -> str:
    """Why a row is no balance; nothing when it is one. `listed`: a column names the accounts."""
    if headings and tuple(map(fold, cells)) == tuple(headings):
        return HEADING
    coded = listed and bool(CODE.fullmatch(texts.get(Field.ACCOUNT, "")))
    if not coded and (reason := _total(fold(next((cell for cell in cells if cell), "")))):
        return reason
    amounts = any(texts.get(field) for field in (Field.DEBIT, Field.CREDIT))
    named = coded or (not listed and any(texts.get(field) for field in (Field.PERSON, Field.LOT)))
    return "" if amounts or named else REMARK


def _total(first: str) -> str:
    if _SUBTOTAL.match(first):
        return SUBTOTAL
    return TOTAL if _TOTAL.match(first) and set(first.split()[1:]) <= _BESIDE else ""


def _stated(texts: Mapping[str, str], mark: str) -> tuple[Cents, Cents] | None:
    debit, credit = (read_amount(texts.get(field, ""), mark).value for field in (Field.DEBIT, Field.CREDIT))
    return (debit, credit) if debit and credit else None
