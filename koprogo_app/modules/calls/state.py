"""What the lists of calls show: those of a building, and those of every building."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core import clock
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import N_, day, euros, number, translate
from koprogo_app.core.money import Cents
from koprogo_app.core.validation import address_id
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.ui.event import event
from koprogo_app.ui.listing import Listing, listed

from . import access, rules, service


def call_id_of(value: str) -> UUID:
    """The id in an address; NotFound when it is not one."""
    return address_id(value, access.GONE)


@dataclass
class CallRow:
    id: str
    href: str
    building: str
    title: str
    kind: str
    called: str
    due: str
    total: str
    open: str
    state: str

    @classmethod
    def of(cls, c: Any, locale: str) -> "CallRow":
        state = rules.state_of(c.status, c.total_cents, c.open_cents, c.due_on, clock.today())
        left = euros(Cents(c.open_cents), locale) if c.status == rules.Status.ISSUED else ""
        return cls(
            str(c.id), f"/buildings/{c.building_id}/calls/{c.id}", c.building, c.title,
            translate(locale, rules.KINDS[rules.Kind(c.kind)]), day(c.called_on, locale), day(c.due_on, locale),
            euros(Cents(c.total_cents), locale), left, state.value,
        )  # fmt: skip


@dataclass
class SumRow:
    """What was called, is open, is overdue; and the drafts, as a sentence."""

    called: str = ""
    open: str = ""
    overdue: str = ""
    drafts: str = ""

    @classmethod
    def of(cls, found: service.Sums, locale: str) -> "SumRow":
        drafts = translate(locale, N_("Drafts that wait to be issued: {n}."), n=number(found.drafts, locale))
        return cls(
            euros(found.called, locale), euros(found.open, locale), euros(found.overdue, locale), drafts if found.drafts else ""
        )  # fmt: skip


@listed(P.LEDGER_READ)
class CallsState(Listing, rx.State):
    """The calls of a building, the last ones first."""

    rows: list[CallRow] = []
    sums: SumRow = SumRow()
    sort: str = "called_on"
    order: str = "desc"

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            building_id = id_of(self.building_id)
            found = await self._run(service.list_calls, building_id, self._asked())
            sums = await self._run(service.sums, building_id)
        except NotFound:  # the frame says that there is no such building
            self.rows, self.total = [], 0
            return
        self.rows, self.total = [CallRow.of(c, locale) for c in found.rows], found.total
        self.sums = SumRow.of(sums, locale)

    @event(P.LEDGER_READ)
    async def load(self):
        self._narrow("state", "kind")
        await self._read()


@listed(P.LEDGER_READ)
class AllCallsState(Listing, rx.State):
    """The calls of every building, the last ones first."""

    rows: list[CallRow] = []
    sums: SumRow = SumRow()
    sort: str = "called_on"
    order: str = "desc"

    async def _read(self) -> None:
        locale = await self._locale()
        found = await self._run(service.list_calls, None, self._asked())
        self.rows, self.total = [CallRow.of(c, locale) for c in found.rows], found.total
        self.sums = SumRow.of(await self._run(service.sums), locale)

    @event(P.LEDGER_READ)
    async def load(self):
        self._narrow("state", "kind")
        await self._read()
