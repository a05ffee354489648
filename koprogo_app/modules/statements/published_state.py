"""What the pages of a published statement show: the whole, its lines, and one co-owner's."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from koprogo_app.core import clock
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import day, euros, translate
from koprogo_app.core.money import Cents
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.letters import service as letters
from koprogo_app.ui.event import event
from koprogo_app.ui.listing import Listing, listed
from koprogo_app.ui.session import Session

from . import reading, rules, service, vouchers
from .letter import after, key_of, lead, part_of
from .reading import Group, OwnStatement
from .rules import Sort
from .state import OwnerRow, period, statement_id_of, tone_of


@dataclass
class LineRow:
    id: str
    entry_id: str
    number: str
    on: str
    account: str
    words: str
    key: str
    amount: str
    document_id: str
    withheld: bool


@dataclass
class GroupRow:
    account: str
    key: str
    total: str
    part: str
    tenant: str
    amount: str


@dataclass
class ItemRow:
    id: str
    on: str
    number: str
    words: str
    total: str
    amount: str
    document_id: str


@dataclass
class CalledRow:
    on: str
    words: str
    amount: str


@listed(P.LEDGER_READ)
class StatementState(Listing, rx.State):
    """A published statement and what each co-owner owes of it."""

    rows: list[OwnerRow] = []
    missing: bool = False
    period: str = ""
    status: str = ""
    due: str = ""
    published: str = ""
    costs: str = ""
    provisions: str = ""
    balance: str = ""
    owners: int = 0
    entry_id: str = ""
    reversal_id: str = ""
    reason: str = ""
    run_id: str = ""
    asking: bool = False
    errors: dict[str, str] = {}

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            found = await self._run(service.get_statement, statement_id_of(self.statement_id))
            page = await self._run(service.list_owners, found.id, self._asked())
        except NotFound:
            self.missing, self.rows, self.total = True, [], 0
            return
        self.missing, self.total = False, page.total
        self.period, self.status = period(found.from_on, found.until_on, locale), found.status
        self.due, self.published = (
            day(found.due_on, locale),
            day(found.published_at.astimezone(clock.BELGIUM).date(), locale),
        )
        self.costs, self.provisions = (
            euros(Cents(found.costs_cents), locale),
            euros(Cents(found.provisions_cents), locale),
        )
        self.balance, self.owners = euros(Cents(found.costs_cents - found.provisions_cents), locale), found.owners
        self.entry_id, self.reversal_id = str(found.entry_id or ""), str(found.reversal_entry_id or "")
        self.reason = found.reason or ""
        run = await self._run(letters.find_run, rules.SOURCE, found.id)
        self.run_id = str(run.id) if run else ""
        self.rows = [
            OwnerRow(
                str(x.owner_id), x.name, euros(Cents(x.costs_cents), locale), euros(Cents(x.provisions_cents), locale),
                euros(Cents(x.balance_cents), locale), tone_of(x.balance_cents), euros(Cents(x.open_cents), locale),
            )
            for x in page.rows
        ]  # fmt: skip

    @event(P.LEDGER_READ)
    async def load(self):
        self.errors, self.asking = {}, False
        self._narrow()
        await self._read()

    @event(P.STATEMENTS_PUBLISH)
    async def show_asking(self, shown: bool):
        self.asking, self.errors = shown, {}

    @event(P.STATEMENTS_PUBLISH)
    async def reverse(self, form: dict[str, Any]):
        self.errors = {}
        await self._run(service.reverse, statement_id_of(self.statement_id), str(form.get("reason", "")))
        self.asking = False
        await self._read()


@listed(P.LEDGER_READ)
class SettledState(Listing, rx.State):
    """The lines of the books that a statement settled, with their vouchers."""

    rows: list[LineRow] = []
    missing: bool = False
    sort: str = "position"
    size: int = 50

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            page = await self._run(service.list_lines, statement_id_of(self.statement_id), self._asked())
            names = {str(k.id): k.name for k in await self._run(keys.list_keys, id_of(self.building_id))}
        except NotFound:
            self.missing, self.rows, self.total = True, [], 0
            return
        self.missing, self.total = False, page.total
        deed, private = translate(locale, "Shares of the deed"), translate(locale, "Private")
        self.rows = [
            LineRow(
                str(x.id), str(x.entry_id), f"{x.journal} {x.number}", day(x.entry_on, locale),
                f"{x.code} {getattr(x, 'label_' + locale)}", x.words,
                private if x.owner_id else names.get(str(x.key_id), deed) if x.sort == Sort.COST else "",
                euros(Cents(x.cents), locale), str(x.document_id or ""), x.withheld,
            )
            for x in page.rows
        ]  # fmt: skip

    @event(P.LEDGER_READ)
    async def load(self):
        self._narrow("sort")
        await self._read()

    @event(P.STATEMENTS_WRITE)
    async def withhold(self, line_id: str, withheld: bool):
        await self._run(vouchers.withhold, statement_id_of(line_id), withheld)
        await self._read()


class OneStatement(Session, mixin=True):
    """One co-owner's statement, for the office and for himself."""

    missing: bool = False
    title: str = ""
    period: str = ""
    lead: str = ""
    tone: str = ""
    balance: str = ""
    now: str = ""
    due: str = ""
    costs: str = ""
    provisions: str = ""
    tenant: str = ""
    lots: str = ""
    shares: str = ""
    vat: str = ""
    groups: list[GroupRow] = []
    items: list[ItemRow] = []
    called: list[CalledRow] = []
    funds: list[CalledRow] = []

    def _show(self, found: OwnStatement, locale: str) -> None:
        sums, balance = found.sums, found.sums.costs_cents - found.sums.provisions_cents
        self.missing, self.title = False, found.owner.name
        self.period = period(found.statement.from_on, found.statement.until_on, locale)
        self.lead, self.tone, self.due = lead(found, locale), tone_of(balance), day(found.statement.due_on, locale)
        self.balance, self.now = euros(Cents(abs(balance)), locale), euros(after(found), locale)
        self.costs, self.provisions = (
            euros(Cents(sums.costs_cents), locale),
            euros(Cents(sums.provisions_cents), locale),
        )
        self.tenant = euros(Cents(sums.tenant_cents), locale) if sums.tenant_cents else ""
        self.vat = euros(Cents(sums.vat_cents), locale) if sums.vat_cents else ""
        self.lots, self.shares = ", ".join(found.lots), f"{found.shares} / {found.building.total_shares}"
        self.groups = [group_row(g, locale) for g in found.groups]
        self.items = [item_row(x, locale) for g in found.groups for x in g.items.values()]
        self.called = [
            CalledRow(day(x.called_on, locale), x.title, euros(Cents(x.cents), locale)) for x in found.provisions
        ]
        self.funds = [CalledRow(day(x.called_on, locale), x.title, euros(Cents(x.cents), locale)) for x in found.funds]


class OwnerStatementState(OneStatement, rx.State):
    """One co-owner's, for the office."""

    @event(P.LEDGER_READ)
    async def load(self):
        try:
            found = await self._run(
                reading.owner_statement, statement_id_of(self.statement_id), statement_id_of(self.owner_id)
            )
        except NotFound:
            self.missing = True
            return
        self._show(found, await self._locale())


def group_row(g: Group, locale: str) -> GroupRow:
    return GroupRow(
        f"{g.account.code} {g.account.label(locale)}", key_of(g, locale), euros(Cents(g.total_cents), locale), part_of(g, locale),
        euros(Cents(g.tenant_cents), locale), euros(Cents(g.cents), locale),
    )  # fmt: skip


def item_row(x: reading.Item, locale: str) -> ItemRow:
    return ItemRow(
        str(x.line_id), day(x.entry_on, locale), f"{x.journal} {x.number}", x.words, euros(Cents(x.total_cents), locale),
        euros(Cents(x.cents), locale), str(x.document_id or ""),
    )  # fmt: skip
