"""What the columns of a trial balance or of a list of co-owners' balances mean, in four languages. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from koprogo_app.modules.parsing.rules import fold

HEADER_WITHIN = 40  # rows


class Field(StrEnum):
    ACCOUNT = "account"
    LABEL = "label"
    DEBIT = "debit"
    CREDIT = "credit"
    BALANCE = "balance"  # debit above zero, credit below, or by the side
    SIDE = "side"
    PERSON = "person"  # a co-owner or a supplier, as the account asks
    LOT = "lot"
    REFERENCE = "reference"
    DUE = "due"
    IGNORE = "ignore"


AMOUNTS = frozenset({Field.DEBIT, Field.CREDIT, Field.BALANCE})
_CLOSING = {  # of four columns of amounts, the balances and not the movements
    Field.DEBIT: "solde debiteur|solde debit|debetsaldo|saldo debet|soll saldo|sollsaldo|saldo soll|debit balance|balance debit|closing debit",
    Field.CREDIT: "solde crediteur|solde credit|creditsaldo|saldo credit|haben saldo|habensaldo|saldo haben|credit balance|balance credit|closing credit",
}
_WORDS = {
    Field.ACCOUNT: "compte|n compte|no compte|num compte|numero compte|numero de compte|code|code compte|compte general"
    "|rekening|rekeningnummer|nr rekening|rekening nr|rek|rek nr|reknr|algemene rekening|grootboekrekening"
    "|konto|kontonummer|konto nr|kontonr|konto nummer|sachkonto|account|account number|account no|account code|ledger account|gl account"
    "|numero|nummer|number",
    Field.LABEL: "libelle|intitule|intitule compte|intitule du compte|libelle compte|libelle du compte|nom du compte|denomination|description"
    "|omschrijving|benaming|rekeningnaam|naam rekening|naam van de rekening|bezeichnung|kontobezeichnung|kontoname|beschreibung|text"
    "|label|account name|name of account|account label|title",
    Field.DEBIT: "debit|debet|soll",
    Field.CREDIT: "credit|kredit|haben",
    Field.BALANCE: "solde|solde final|solde de cloture|montant|saldo|eindsaldo|bedrag|endsaldo|schlusssaldo|betrag|balance|closing balance|amount",
    Field.SIDE: "d c|dc|sens|sens du solde|debit credit|zijde|debet credit|d k|s h|sh|soll haben|side",
    Field.PERSON: "coproprietaire|nom du coproprietaire|proprietaire|tiers|fournisseur|nom du tiers|mede eigenaar|naam mede eigenaar|eigenaar"
    "|leverancier|derde|relatie|miteigentumer|name des miteigentumers|eigentumer|lieferant|co owner|owner|supplier|third party|party"
    "|nom|naam|name",
    Field.LOT: "lot|n lot|no lot|numero de lot|lots|kavel|kavelnummer|lotnummer|appartement|einheit|los|wohnung|unit|unit number|lot number",
    Field.REFERENCE: "reference|ref|communication|piece|n piece|referentie|mededeling|stuk|stuknummer|referenz|beleg|belegnummer|document|memo",
    Field.DUE: "echeance|date d echeance|date echeance|vervaldag|vervaldatum|falligkeit|fallig am|falligkeitsdatum|due|due date|due on",
}  # fmt: skip
_BARE_NAME = frozenset({"nom", "naam", "name"})
_NOISE = frozenset({"eur", "euro", "euros", "au", "op", "am", "per", "le", "on", "at"})


@dataclass(frozen=True, slots=True)
class SheetMap:
    """How one sheet is read. `header`: its row of headings from 0, -1 for none; `account`: of the lines where no column names one."""

    header: int
    columns: tuple[Field, ...]
    used: bool
    account: str = ""

    def column(self, field: Field) -> int | None:
        return self.columns.index(field) if field in self.columns else None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"columns": [c.value for c in self.columns]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "SheetMap":
        return cls(
            int(data["header"]), tuple(Field(c) for c in data["columns"]), bool(data["used"]), str(data["account"])
        )


@cache
def _phrases() -> dict[str, tuple[int, Field]]:
    known = {_bare(phrase): (100, field) for field, words in _WORDS.items() for phrase in words.split("|")}
    return known | {_bare(phrase): (110, field) for field, words in _CLOSING.items() for phrase in words.split("|")}


def _bare(heading: str) -> str:
    return " ".join(word for word in fold(heading).split() if not word.isdigit() and word not in _NOISE)


@cache
def read_heading(heading: str) -> tuple[int, Field] | None:
    """What a heading means, with its certainty: 100 and more for a known one, less for one that holds a known one."""
    words = _bare(heading[:80])
    tokens = words.split()
    if words in _phrases():
        return _phrases()[words]
    held = [
        (score - 30 + len(phrase.split()), field)
        for phrase, (score, field) in _phrases().items()
        if len(phrase) > 4 and set(phrase.split()) < set(tokens)
    ]
    return max(held, default=None)


def _assign(headings: Sequence[str]) -> dict[int, Field]:
    """Each field its surest column."""
    claims = sorted((-found[0], i, found[1]) for i, text in enumerate(headings) if (found := read_heading(text)))
    taken: dict[int, Field] = {}
    closing: set[Field] = set()
    for score, i, field in claims:
        if i not in taken and field not in taken.values():
            taken[i] = field
            closing |= {field} if score <= -110 else set()
    return _settled(taken, closing, headings)


def _settled(taken: dict[int, Field], closing: set[Field], headings: Sequence[str]) -> dict[int, Field]:
    """Of movements and balances, the balances; a bare "Name" beside accounts is theirs."""
    fields = set(taken.values())
    if fields >= AMOUNTS:
        unwanted = {Field.BALANCE} if closing else {Field.DEBIT, Field.CREDIT}
        taken = {i: field for i, field in taken.items() if field not in unwanted}
    if Field.ACCOUNT in fields and Field.LABEL not in fields:
        taken = {
            i: Field.LABEL if f == Field.PERSON and fold(headings[i]) in _BARE_NAME else f for i, f in taken.items()
        }
    return taken


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """The row that names most fields, an amount among them; -1 when no row names two."""
    best, most = -1, 1
    for n, row in enumerate(rows[:HEADER_WITHIN]):
        found = set(_assign(row).values())
        if len(found) > most and found & AMOUNTS:
            best, most = n, len(found)
    return best


def map_sheet(rows: Sequence[Sequence[str]], header: int | None = None) -> SheetMap:
    """A first reading of a sheet, under the row of headings that is given or looks most like one."""
    row = find_header(rows) if header is None else header
    found = _assign(rows[row]) if 0 <= row < len(rows) else {}
    width = max((len(cells) for cells in rows), default=0)
    fields = set(found.values())
    used = bool(fields & AMOUNTS) and bool(fields & {Field.ACCOUNT, Field.PERSON, Field.LOT})
    return SheetMap(row, tuple(found.get(i, Field.IGNORE) for i in range(width)), used)


def with_column(sheet: SheetMap, column: int, field: Field) -> SheetMap:
    """The same with another meaning of a column; a meaning belongs to one column, so the earlier one loses it."""
    columns = [Field.IGNORE if c == field else c for c in sheet.columns]
    columns[column] = field
    return SheetMap(sheet.header, tuple(columns), sheet.used, sheet.account)
