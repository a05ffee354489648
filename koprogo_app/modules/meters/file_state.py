"""What the page of a file of readings shows: its columns, and what entering each row would do."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import DomainError, NotFound
from koprogo_app.core.i18n import N_, day, number, translate
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.ui.event import event
from koprogo_app.ui.listing import Listing, listed

from . import filing
from .columns import NEEDED, Meaning
from .filing import Filed
from .matching import Action, Line
from .rules import Kind
from .words import all_said, amount, tone

ACTIONS = {
    Action.NEW: N_("New"), Action.OTHER: N_("Takes the place of another"), Action.SAME: N_("There already"), Action.STOP: N_("Left out"),
}  # fmt: skip


@dataclass
class ColumnRow:
    index: int
    heading: str
    sample: str
    meaning: str


@dataclass
class LineRow:
    row: str
    serial: str
    lot: str
    on: str
    value: str
    action: str
    kind: str
    found: str
    tone: str


@listed(P.LEDGER_READ)
class ReadingsFileState(Listing, rx.State):
    """The file that waits, row by row."""

    size: int = 50
    filename: str = ""
    kind: str = ""
    header: str = ""
    complete: bool = False
    needed: str = ""
    columns: list[ColumnRow] = []
    rows: list[LineRow] = []
    wanted: int = 0
    same: int = 0
    stopped: int = 0

    @event(P.LEDGER_READ)
    async def load(self):
        self.page = 1
        await self._read()

    async def _read(self) -> None:
        try:
            found = await self._run(filing.find_file, id_of(self.building_id))
        except NotFound:
            found = None  # the frame says that there is no such building
        await self._show(found)

    async def _show(self, found: Filed | None) -> None:
        if found is None:
            self.filename, self.rows, self.columns, self.total, self.wanted = "", [], [], 0, 0
            return
        locale = await self._locale()
        self.filename, self.kind = found.mapping.filename, found.mapping.kind
        self.header, self.complete = str(found.file.header + 1) if found.file.header >= 0 else "", found.file.complete
        self.needed = "" if self.complete else translate(locale, NEEDED)
        self.columns = _columns(found)
        tally = found.tally
        self.wanted, self.same, self.stopped = found.wanted, tally[Action.SAME], tally[Action.STOP]
        self.total, first = len(found.lines), (self.page - 1) * self.size
        if first and first >= self.total:
            self.page, first = 1, 0
        self.rows = [_line(line, locale) for line in found.lines[first : first + self.size]]

    async def _decide(self, fn: Any, **kwargs: Any) -> Any:
        """One decision on the file; a refusal is a toast."""
        try:
            return await self._run(fn, id_of(self.building_id), **kwargs)
        except DomainError as error:
            raise type(error)(error.message, **error.params) from None

    @event(P.METERS_WRITE)
    async def sent(self, _id: str):
        """The file is on the server."""
        self.page = 1
        await self._read()

    @event(P.METERS_WRITE)
    async def remap(self, column: int, meaning: str):
        if meaning in set(Meaning):
            await self._show(await self._decide(filing.remap, column=column, meaning=Meaning(meaning)))

    @event(P.METERS_WRITE)
    async def move_header(self, line: str):
        header = int(line) - 1 if line.strip().isdecimal() and len(line.strip()) < 6 else -1
        if str(header + 1) != (self.header or "0"):
            await self._show(await self._decide(filing.remap, header=header))

    @event(P.METERS_WRITE)
    async def choose_kind(self, kind: str):
        if kind in set(Kind):
            await self._show(await self._decide(filing.remap, kind=Kind(kind)))

    @event(P.METERS_WRITE)
    async def enter(self):
        locale = await self._locale()
        written = await self._decide(filing.enter_file)
        await self._read()
        return rx.toast.success(translate(locale, N_("Readings saved: {count}."), count=number(written, locale)))

    @event(P.METERS_WRITE)
    async def forget(self):
        await self._decide(filing.drop_file)
        await self._read()


def _columns(found: Filed) -> list[ColumnRow]:
    rows, header = found.mapping.rows, found.file.header
    heads = rows[header] if header >= 0 else []
    below = rows[header + 1 : header + 4]
    return [
        ColumnRow(
            i, heads[i] if i < len(heads) else str(i + 1), " · ".join(row[i] for row in below if i < len(row) and row[i])[:100], meaning.value
        )
        for i, meaning in enumerate(found.file.columns)
    ]  # fmt: skip


def _line(line: Line, locale: str) -> LineRow:
    row, meter = line.row, line.meter
    read = row.value.value
    return LineRow(
        str(row.row), meter.serial if meter else row.serial, (meter.lot if meter else row.lot) or "–",
        day(row.day.value, locale) or row.day_text, row.value_text if read is None else amount(read, locale), translate(locale, ACTIONS[line.action]),
        line.action.value, all_said(line.findings, locale), tone(line.findings),
    )  # fmt: skip
