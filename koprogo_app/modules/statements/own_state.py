"""A co-owner's own statements, worded for him."""

from dataclasses import dataclass

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import day, euros
from koprogo_app.core.money import Cents
from koprogo_app.ui.event import event
from koprogo_app.ui.session import Session

from . import reading
from .published_state import OneStatement
from .state import period, statement_id_of, tone_of


@dataclass
class OwnRow:
    id: str
    building: str
    period: str
    balance: str
    tone: str
    due: str


class MyStatementsState(Session, rx.State):
    rows: list[OwnRow] = []
    unknown: bool = False  # an account of the application that is linked to nobody of the register

    @event(P.OWN_READ)
    async def load(self):
        locale = await self._locale()
        try:
            found = await self._run(reading.my_statements)
        except NotFound:
            self.unknown, self.rows = True, []
            return
        self.unknown = False
        self.rows = [
            OwnRow(
                str(x.id), x.building, period(x.from_on, x.until_on, locale),
                euros(Cents(x.costs_cents - x.provisions_cents), locale), tone_of(x.costs_cents - x.provisions_cents), day(x.due_on, locale),
            )
            for x in found
        ]  # fmt: skip


class MyStatementState(OneStatement, rx.State):
    @event(P.OWN_READ)
    async def load(self):
        try:
            found = await self._run(reading.my_statement, statement_id_of(self.statement_id))
        except NotFound:
            self.missing = True
            return
        self._show(found, await self._locale())
