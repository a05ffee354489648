"""What the pages of the co-owners' accounts show, worded for their reader."""

from dataclasses import dataclass
from uuid import UUID

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import N_, Money, day, euros, translate
from koprogo_app.core.money import Cents
from koprogo_app.core.validation import address_id
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.modules.ledger.state import amount, number_words
from koprogo_app.ui.event import event
from koprogo_app.ui.listing import Listing, listed

from . import rules, service
from .service import Line


def owner_id_of(value: str) -> UUID:
    """The id in an address; NotFound when it is not one."""
    return address_id(value, N_("This person does not exist."))


@dataclass
class OwedRow:
    id: str
    name: str
    standing: str
    balance: str


@dataclass
class LineRow:
    """A line of an account; `moved`: what is asked, below zero what is paid or credited."""

    id: str
    entry_id: str
    number: str
    on: str
    words: str
    debit: str
    credit: str
    moved: str
    balance: str
    document_id: str


@dataclass
class PlaceRow:
    """An association with which the reader has an account."""

    id: str
    name: str


def line_row(x: Line, locale: str) -> LineRow:
    return LineRow(
        str(x.id), str(x.entry_id), number_words(x.journal, x.number), day(x.entry_on, locale), x.words, amount(x.debit_cents, locale),
        amount(x.credit_cents, locale), euros(Cents(x.debit_cents - x.credit_cents), locale), euros(x.balance_cents, locale),
        str(x.document_id or ""),
    )  # fmt: skip


# --- The office ------------------------------------------------------------------------------------------------------


@listed(P.LEDGER_READ)
class OwnerBalancesState(Listing, rx.State):
    """What each co-owner of a building owes or is owed."""

    rows: list[OwedRow] = []
    books: bool = True
    owed: str = ""
    owed_back: str = ""
    balance: str = ""

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            here = id_of(self.building_id)
            self.books = await self._run(accounts.find_book, here) is not None
            found = await self._run(service.list_owner_balances, here, self._asked())
        except NotFound:
            self.rows, self.total = [], 0  # the frame says that there is no such building
            return
        self.total = found.total
        self.owed, self.owed_back = euros(found.owed, locale), euros(found.owed_back, locale)
        self.balance = euros(Cents(found.owed - found.owed_back), locale)
        self.rows = [
            OwedRow(
                str(o.id), f"{o.last_name} {o.first_name}".strip(), rules.standing(o.balance_cents).value,
                euros(o.balance_cents, locale),
            )
            for o in found.rows
        ]  # fmt: skip

    @event(P.LEDGER_READ)
    async def load(self):
        self._narrow("standing")
        await self._read()


@listed(P.LEDGER_READ)
class OwnerAccountState(Listing, rx.State):
    """A co-owner's account with one association, line by line."""

    rows: list[LineRow] = []
    missing: bool = False
    name: str = ""
    standing: str = ""
    sentence: str = ""
    before: str = ""
    balance: str = ""
    sort: str = "entry_on"

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            owner = await self._run(service.get_owner, owner_id_of(self.owner_id))
            found = await self._run(service.owner_lines, owner.id, id_of(self.building_id), self._asked())
        except NotFound:
            self.missing, self.rows, self.total = True, [], 0
            return
        self.missing, self.name, self.total = False, owner.name, found.total
        standing = rules.standing(found.balance)
        self.standing = standing.value
        self.sentence = translate(locale, rules.TO_THE_OFFICE[standing], amount=Money(abs(found.balance)))
        self.before, self.balance = euros(found.before, locale), euros(found.balance, locale)
        self.rows = [line_row(x, locale) for x in found.rows]

    @event(P.LEDGER_READ)
    async def load(self):
        self._narrow()
        await self._read()


# --- One's own -------------------------------------------------------------------------------------------------------


@listed(P.OWN_READ)
class MyAccountState(Listing, rx.State):
    """The reader's own account: the associations, and the lines of one of them, the last ones first."""

    places: list[PlaceRow] = []
    rows: list[LineRow] = []
    unknown: bool = False  # an account of the application that is linked to nobody of the register
    shown: str = ""
    name: str = ""
    sort: str = "entry_on"
    order: str = "desc"

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            found = await self._run(service.my_balances)
        except NotFound:
            self.unknown, self.places, self.rows, self.total = True, [], [], 0
            return
        self.unknown, self.places = False, [PlaceRow(str(one.building_id), one.name) for one in found]
        asked = self.filters.get("building", "")
        chosen = next((p for p in self.places if p.id == asked), self.places[0] if self.places else None)
        if chosen is None:
            self.shown, self.name, self.rows, self.total = "", "", [], 0
            return
        self.shown, self.name = chosen.id, chosen.name
        statement = await self._run(service.my_lines, UUID(chosen.id), self._asked())
        self.total, self.rows = statement.total, [line_row(x, locale) for x in statement.rows]

    @event(P.OWN_READ)
    async def load(self):
        self._narrow("building")
        await self._read()
