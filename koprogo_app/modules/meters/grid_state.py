"""The grid in which the readings of a day are typed: each is looked at as soon as its cell is left, and all are saved together."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core import clock
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import DomainError, Invalid, NotFound
from koprogo_app.core.i18n import N_, day, number, translate
from koprogo_app.core.validation import day_of
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.ui.event import event
from koprogo_app.ui.session import Session

from . import readings, rules
from .models import ReadingIn
from .readings import Dial, findings_of
from .rules import Finding, Kind, Reading
from .state import lot_words, typed_value
from .words import all_said, amount, tone

LARGEST = 100


@dataclass
class GridRow:
    """A meter on the day: `text` as typed or as it is entered; the tone of `found` is "", "warn" or "bad"."""

    id: str
    lot: str
    serial: str
    place: str
    last_on: str
    last: str
    text: str
    used: str
    found: str
    tone: str


class ReadingsGridState(Session, rx.State):
    """All the meters of a kind, on a day. What is typed waits here, over the pages of the list, until it is saved."""

    kind: str = Kind.COLD_WATER.value
    on: str = ""
    note: str = ""
    rows: list[GridRow] = []
    page: int = 1
    size: int = 50
    total: int = 0
    sort: str = "lot"
    order: str = "asc"
    filters: dict[str, str] = {}
    waiting: int = 0
    errors: dict[str, str] = {}
    _drafts: dict[str, str] = {}
    _building: str = ""

    @event(P.LEDGER_READ)
    async def load(self):
        if self._building != self.building_id:
            self._building, self._drafts, self.page = self.building_id, {}, 1
        given = self.router.url.query_parameters
        self.kind = given["kind"] if given.get("kind") in set(Kind) else self.kind
        self.on, self.errors = self.on or clock.today().isoformat(), {}
        await self._read()

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            found = await self._run(readings.grid, id_of(self.building_id), Kind(self.kind), self._day())
        except NotFound:
            found = []  # the frame says that there is no such building
        self.total, first = len(found), (self.page - 1) * self.size
        self.waiting = len(self._drafts)
        self.rows = [self._row(dial, locale) for dial in found[first : first + self.size]]

    def _day(self) -> date:
        return day_of(self.on, "on")

    def _row(self, dial: Dial, locale: str) -> GridRow:
        on, unit = self._day(), dial.meter.unit
        before = [r for r in dial.counter.readings if r.on < on]
        last = before[-1] if before else None
        kept = dial.counter.said(on)
        text = self._drafts.get(str(dial.meter.id), _text(kept))
        used, findings = None, list[Finding]()
        try:
            value = typed_value(text, "value")
        except Invalid as error:
            value, findings = None, [Finding("text", error.message, error.params)]
        if value is not None:
            findings = findings_of(dial.counter, Reading(on, value))
            moved = rules.advance(last.value, value, dial.counter.digits) if last else None
            used = None if moved is None else rules.times(moved, dial.counter.factor)
        return GridRow(
            str(dial.meter.id), lot_words(dial.lot, dial.meter.main, locale), dial.meter.serial, dial.meter.place, day(last.on if last else None, locale),
            amount(last.value if last else None, locale, unit), text, amount(used, locale, unit), all_said(findings, locale), tone(findings),
        )  # fmt: skip

    @event(P.LEDGER_READ)
    async def choose_kind(self, kind: str):
        if kind in set(Kind):
            self.kind, self.page, self._drafts, self.errors = kind, 1, {}, {}
            await self._read()

    @event(P.LEDGER_READ)
    async def choose_day(self, on: str):
        """Another day; what was typed for the first one moves along."""
        day_of(on, "on")
        self.on, self.page, self.errors = on, 1, {}
        await self._read()

    @event(P.LEDGER_READ)
    async def go(self, page: int):
        self.page = max(1, page)
        await self._read()

    @event(P.LEDGER_READ)
    async def resize(self, size: int):
        self.page, self.size = 1, min(max(size, 1), LARGEST)
        await self._read()

    @event(P.METERS_WRITE)
    async def edit(self, meter_id: str, text: str):
        """A cell was left: its text is kept until the readings are saved."""
        row = next((row for row in self.rows if row.id == meter_id), None)
        if row is not None and text.strip() != row.text:
            self._drafts = {**self._drafts, meter_id: text.strip()[:30]}
            await self._read()

    @event(P.METERS_WRITE)
    async def drop(self):
        """Forgets what was typed."""
        self._drafts, self.errors = {}, {}
        await self._read()

    @event(P.METERS_WRITE)
    async def save(self, form: dict[str, Any]):
        self.errors = {}
        locale, on, errors, given = await self._locale(), self._day(), dict[str, DomainError](), list[ReadingIn]()
        for meter_id, text in self._drafts.items():
            try:
                value = typed_value(text, f"value-{meter_id}")
            except Invalid as error:
                errors |= error.fields
                continue
            if value is not None:
                given.append(
                    ReadingIn(meter_id=UUID(meter_id), value=rules.plain(value), note=str(form.get("note", ""))[:300])
                )
        if errors:
            raise Invalid.together(errors)
        written = await self._run(readings.record_readings, id_of(self.building_id), on, given)
        self._drafts = {}
        await self._read()
        return rx.toast.success(translate(locale, N_("Readings saved: {count}."), count=number(written, locale)))


def _text(kept: Reading | None) -> str:
    """A reading as it is typed: a comma parts its decimals, nothing its thousands."""
    return f"{rules.plain(kept.value):f}".replace(".", ",") if kept else ""
