"""What the pages of the entries show: journals, an entry, the form of one, balances, an account line by line."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core import clock
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import N_, day, euros, folded, translate
from koprogo_app.core.money import Cents
from koprogo_app.core.validation import address_id, day_of
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.state import account_id_of, year_words
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.listing import Listing, listed
from koprogo_app.ui.session import Session

from . import service
from .rules import JOURNALS, MANUAL, Journal

LINES = 16  # of the form; more of them come through the REST interface


def entry_id_of(value: str) -> UUID:
    """The id in an address; NotFound when it is not one."""
    return address_id(value, N_("This journal entry does not exist."))


def number_words(journal: str, n: int) -> str:
    """FIN 12: what an entry is called."""
    return f"{journal} {n}"


def amount(value: int, locale: str) -> str:
    """An amount, nothing for zero: one side of a line is empty."""
    return euros(Cents(value), locale) if value else ""


class WithYears(Listing, mixin=True):
    """A list of one financial year, the last one unless the address names another."""

    years: list[Choice] = []
    books: bool = True

    async def _choose_year(self) -> UUID | None:
        locale = await self._locale()
        try:
            found = await self._run(accounts.list_years, id_of(self.building_id))
        except NotFound:
            found = []  # the frame says that there is no such building
        self.books, self.years = bool(found), [Choice(str(y.id), year_words(y, locale)) for y in found]
        known = {choice.value for choice in self.years}
        chosen = self.filters.get("year", "")
        if chosen not in known:
            today = clock.today()
            chosen = next(
                (str(y.id) for y in found if y.starts_on <= today <= y.ends_on), str(found[0].id) if found else ""
            )
            self.filters = self.filters | ({"year": chosen} if chosen else {})
        return UUID(chosen) if chosen else None


# --- Journals --------------------------------------------------------------------------------------------------------


@dataclass
class EntryRow:
    id: str
    number: str
    on: str
    words: str
    reference: str
    total: str
    reversal: bool


@listed(P.LEDGER_READ)
class EntriesState(Listing, rx.State):
    """The entries of a building, the last ones first."""

    rows: list[EntryRow] = []
    years: list[Choice] = []
    books: bool = True
    sort: str = "entry_on"
    order: str = "desc"

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            found = await self._run(service.list_entries, id_of(self.building_id), self._asked())
        except NotFound:
            self.rows, self.total = [], 0
            return
        self.total = found.total
        self.rows = [
            EntryRow(
                str(e.id), number_words(e.journal, e.number), day(e.entry_on, locale), e.description, e.document_ref or "",
                euros(Cents(e.total_cents), locale), e.reverses_id is not None,
            )
            for e in found.rows
        ]  # fmt: skip

    @event(P.LEDGER_READ)
    async def load(self):
        self._narrow("journal", "year")
        locale = await self._locale()
        try:
            years = await self._run(accounts.list_years, id_of(self.building_id))
        except NotFound:
            years = []
        self.books, self.years = bool(years), [Choice(str(y.id), year_words(y, locale)) for y in years]
        await self._read()


# --- One entry -------------------------------------------------------------------------------------------------------


@dataclass
class LineRow:
    id: str
    account_id: str
    account: str
    party: str
    words: str
    debit: str
    credit: str


class EntryState(Session, rx.State):
    """An entry with its lines."""

    missing: bool = False
    number: str = ""
    journal: str = ""
    on: str = ""
    words: str = ""
    reference: str = ""
    total: str = ""
    year_id: str = ""
    document_id: str = ""
    reverses: str = ""
    reversed_by: str = ""
    reversible: bool = False
    rows: list[LineRow] = []
    reversing: bool = False
    today: str = ""
    errors: dict[str, str] = {}

    @event(P.LEDGER_READ)
    async def load(self):
        self.errors, self.reversing = {}, False
        await self._read()

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            whole = await self._run(service.get_entry, entry_id_of(self.entry_id))
        except NotFound:
            self.missing, self.rows = True, []
            return
        e = whole.entry
        self.missing, self.number, self.words = False, number_words(e.journal, e.number), e.description
        self.journal, self.on = translate(locale, JOURNALS[Journal(e.journal)]), day(e.entry_on, locale)
        self.reference, self.total = e.document_ref or "", euros(Cents(e.total_cents), locale)
        self.year_id, self.document_id = str(e.year_id), str(e.document_id or "")
        self.reverses, self.reversed_by = str(e.reverses_id or ""), str(whole.reversed_by or "")
        self.reversible = e.source == MANUAL and not self.reverses and not self.reversed_by
        self.today = max(clock.today(), e.entry_on).isoformat()
        self.rows = [
            LineRow(
                str(row.line.id), str(row.account.id), f"{row.account.code} {row.account.label(locale)}", row.party, row.line.description,
                amount(row.line.debit_cents, locale), amount(row.line.credit_cents, locale),
            )
            for row in whole.lines
        ]  # fmt: skip

    @event(P.LEDGER_POST)
    async def show_reversing(self, open: bool):
        self.reversing, self.errors = open, {}

    @event(P.LEDGER_POST)
    async def reverse(self, form: dict[str, Any]):
        self.errors = {}
        mirror = await self._run(
            service.reverse_entry,
            entry_id_of(self.entry_id),
            day_of(str(form.get("entry_on", "")).strip(), "entry_on"),
            str(form.get("reason", "")),
        )
        self.reversing = False
        return rx.redirect(f"/buildings/{self.building_id}/entries/{mirror.id}")


# --- Balances --------------------------------------------------------------------------------------------------------


@dataclass
class BalanceRow:
    id: str
    code: str
    label: str
    before: str
    debit: str
    credit: str
    after: str


@listed(P.LEDGER_READ)
class BalancesState(WithYears, rx.State):
    """The balance of every account that moved, in a year."""

    rows: list[BalanceRow] = []
    size: int = 100
    debit: str = ""
    credit: str = ""

    async def _read(self) -> None:
        year_id, locale = await self._choose_year(), await self._locale()
        if year_id is None:
            self.rows, self.total = [], 0
            return
        found = await self._run(service.balances, id_of(self.building_id), year_id)
        words = [b for b in found if _holds(f"{b.account.code} {b.account.label(locale)}", self.search)]
        self.total, first = len(words), (self.page - 1) * self.size
        self.rows = [
            BalanceRow(
                str(b.account.id), b.account.code, b.account.label(locale), amount(b.moved.before, locale),
                amount(b.moved.debit, locale), amount(b.moved.credit, locale), amount(b.moved.after, locale),
            )
            for b in words[first : first + self.size]
        ]  # fmt: skip
        self.debit = euros(Cents(sum(b.moved.debit for b in words)), locale)
        self.credit = euros(Cents(sum(b.moved.credit for b in words)), locale)

    @event(P.LEDGER_READ)
    async def load(self):
        self._narrow("year")
        await self._read()


def _holds(text: str, words: str) -> bool:
    return all(word in folded(text) for word in folded(words).split())


@dataclass
class AccountLineRow:
    id: str
    entry_id: str
    number: str
    on: str
    words: str
    party: str
    debit: str
    credit: str
    balance: str
    document_id: str


@listed(P.LEDGER_READ)
class AccountLinesState(WithYears, rx.State):
    """An account, line by line, with its running balance."""

    rows: list[AccountLineRow] = []
    missing: bool = False
    title: str = ""
    before: str = ""
    after: str = ""

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            account = await self._run(accounts.get_account, account_id_of(self.account_id))
            year_id = await self._choose_year()
            found = await self._run(service.account_lines, account.id, year_id, self._asked()) if year_id else None
        except NotFound:
            found = None
        if found is None:
            self.missing, self.rows, self.total = True, [], 0
            return
        self.missing, self.title, self.total = False, f"{account.code} {account.label(locale)}", found.total
        self.before, balance, self.rows = euros(found.before, locale), int(found.before), []
        for row in found.rows:
            balance += row.debit_cents - row.credit_cents
            party = f"{row.last_name} {row.first_name}".strip() if row.last_name else row.supplier or ""
            self.rows.append(
                AccountLineRow(
                    str(row.id), str(row.entry_id), number_words(row.journal, row.number), day(row.entry_on, locale), row.words, party,
                    amount(row.debit_cents, locale), amount(row.credit_cents, locale), euros(Cents(balance), locale),
                    str(row.document_id or ""),
                )
            )  # fmt: skip
        self.after = euros(Cents(balance), locale)

    @event(P.LEDGER_READ)
    async def load(self):
        self._narrow("year")
        await self._read()
