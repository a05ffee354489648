"""What the pages of meters show, already worded for their reader: the list, a meter, its form, and one's own."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx
from reflex.state import OnLoadInternalState

from koprogo_app.core import clock
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import Invalid, NotFound
from koprogo_app.core.i18n import N_, day, number, translate
from koprogo_app.core.listing import Asked
from koprogo_app.core.validation import address_id, parse
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.words import type_words
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.listing import Listing, listed
from koprogo_app.ui.session import Session

from . import readings, rules, service
from .columns import read_value
from .models import Meter, MeterIn, NewMeterIn, ReplaceIn
from .rules import KINDS, UNITS, Kind, Unit
from .words import amount

RELOAD = OnLoadInternalState.on_load_internal
FIRST = "first_value"


def meter_id_of(text: str) -> UUID:
    """The id in an address; NotFound when it is not one."""
    return address_id(text, N_("This meter does not exist."))


def kind_words(kind: str, locale: str) -> str:
    return translate(locale, KINDS[Kind(kind)])


def lot_words(lot: str | None, main: bool, locale: str) -> str:
    """The lot of a meter: A1, Common parts, Whole building."""
    if main:
        return translate(locale, N_("Whole building"))
    return lot or translate(locale, N_("Common parts"))


def typed_value(text: str, field: str) -> int | None:
    """A typed reading in thousandths; None for a blank. A comma parts the decimals, a dot does where that is clear: Invalid
    beside the field for "1.234", which can be read in two ways."""
    read = read_value(text.strip(), "," if "," in text else "")
    if read.problem:
        raise Invalid(read.problem.message, field=field, **dict[str, Any](read.problem.params))
    return read.value


def _value(form: dict[str, Any], field: str) -> Any:
    found = typed_value(str(form.get(field, "")), field)
    return None if found is None else str(rules.plain(found))


@dataclass
class MeterRow:
    id: str
    lot: str
    kind: str
    serial: str
    place: str
    last_on: str
    last: str
    removed: bool


@listed(P.LEDGER_READ)
class MetersState(Listing, rx.State):
    """The meters of a building."""

    rows: list[MeterRow] = []
    sort: str = "lot"

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            found = await self._run(service.list_meters, id_of(self.building_id), self._asked())
        except NotFound:
            self.rows, self.total = [], 0  # the frame says that there is no such building
            return
        self.total, today = found.total, clock.today()
        self.rows = [
            MeterRow(
                str(m.id), lot_words(m.lot, m.main, locale), kind_words(m.kind, locale), m.serial, m.place, day(m.last_on, locale),
                amount(m.last_value, locale, m.unit), m.removed_on is not None and m.removed_on <= today,
            )
            for m in found.rows
        ]  # fmt: skip

    @event(P.LEDGER_READ)
    async def load(self):
        self._narrow("kind", "state", "lot")
        await self._read()


# --- One meter -------------------------------------------------------------------------------------------------------


@dataclass
class MeterCard:
    id: str = ""
    serial: str = ""
    kind: str = ""
    lot: str = ""
    place: str = ""
    unit: str = ""
    factor: str = ""
    digits: str = ""
    installed: str = ""
    removed: str = ""

    @classmethod
    def of(cls, m: Meter, lot: str, locale: str) -> "MeterCard":
        return cls(
            str(m.id), m.serial, kind_words(m.kind, locale), lot_words(lot, m.main, locale), m.place, translate(locale, UNITS[Unit(m.unit)]),
            number(m.factor.normalize(), locale), str(m.dial_digits or ""), day(m.installed_on, locale), day(m.removed_on, locale),
        )  # fmt: skip


@dataclass
class ReadingRow:
    id: str
    on: str
    value: str
    used: str
    estimated: bool
    note: str


def reading_rows(dial: readings.Dial, notes: dict[Any, tuple[str, str]], locale: str) -> list[ReadingRow]:
    """The readings of a meter, the last first, with what passed since the one before."""
    rows, before = list[ReadingRow](), None
    for r in dial.counter.readings:
        moved = None if before is None else rules.advance(before.value, r.value, dial.counter.digits)
        used = None if moved is None else rules.times(moved, dial.counter.factor)
        reading_id, note = notes.get(r.on, ("", ""))
        unit = dial.meter.unit
        rows.append(
            ReadingRow(
                reading_id,
                day(r.on, locale),
                amount(r.value, locale, unit),
                amount(used, locale, unit),
                r.estimated,
                note,
            )
        )
        before = r
    return rows[::-1]


class MeterState(Session, rx.State):
    """A meter with its readings."""

    missing: bool = False
    meter: MeterCard = MeterCard()
    rows: list[ReadingRow] = []
    more: int = 0  # readings older than those shown
    replacing: bool = False
    today: str = ""
    errors: dict[str, str] = {}

    @event(P.LEDGER_READ)
    async def load(self):
        self.replacing, self.errors, self.today = False, {}, clock.today().isoformat()
        locale = await self._locale()
        try:
            dial = await self._run(readings.get_dial, meter_id_of(self.meter_id))
        except NotFound:
            self.missing, self.rows = True, []
            return
        asked = Asked(size=100, descending=True, filters={"meter_id": str(dial.meter.id)})
        found = await self._run(readings.list_readings, dial.meter.building_id, asked)
        notes = {r.read_on: (str(r.id), r.note) for r in found.rows}
        self.missing, self.meter = False, MeterCard.of(dial.meter, dial.lot, locale)
        self.rows, self.more = reading_rows(dial, notes, locale)[:100], max(0, found.total - 100)

    @event(P.METERS_WRITE)
    async def show_replacing(self, value: bool):
        self.replacing, self.errors = value, {}

    @event(P.METERS_WRITE)
    async def replace(self, form: dict[str, Any]):
        self.errors = {}
        given = {name: form.get(name) for name in ("on", "serial", "dial_digits")}
        values = {name: _value(form, name) for name in ("last_value", FIRST)}
        new = await self._run(service.replace_meter, meter_id_of(self.meter_id), parse(ReplaceIn, given | values))
        self.replacing = False
        return rx.redirect(f"/buildings/{new.building_id}/meters/{new.id}")

    @event(P.METERS_WRITE)
    async def delete_reading(self, reading_id: str):
        await self._run(readings.delete_reading, meter_id_of(reading_id))
        return [RELOAD, rx.toast.success(translate(await self._locale(), N_("The reading is deleted.")))]

    @event(P.METERS_WRITE)
    async def delete(self):
        meter = await self._run(service.get_meter, meter_id_of(self.meter_id))
        await self._run(service.delete_meter, meter.id)
        return rx.redirect(f"/buildings/{meter.building_id}/meters")


class MeterFormState(Session, rx.State):
    """A new meter, or the data of one."""

    values: dict[str, str] = {}
    main: bool = False
    lots: list[Choice] = []
    missing: bool = False
    title: str = ""
    errors: dict[str, str] = {}

    async def _choices(self, building_id: UUID) -> None:
        locale = await self._locale()
        found = await self._run(lots.list_building_lots, building_id)
        self.lots = [Choice(str(lot.id), f"{lot.number} · {type_words(lot.type, locale)}") for lot in found]
        self.errors, self.missing = {}, False

    @event(P.METERS_WRITE)
    async def start(self):
        lot = self.router.url.query_parameters.get("lot", "")
        self.values, self.main, self.title = (
            {"kind": Kind.COLD_WATER.value, "unit": Unit.M3.value, "factor": "1", "lot_id": lot},
            False,
            "",
        )
        try:
            await self._choices(id_of(self.building_id))
        except NotFound:
            self.lots = []  # the frame says that there is no such building

    @event(P.METERS_WRITE)
    async def edit(self):
        try:
            meter = await self._run(service.get_meter, meter_id_of(self.meter_id))
        except NotFound:
            self.missing = True
            return
        await self._choices(meter.building_id)
        values = {name: getattr(meter, name) for name in MeterIn.model_fields} | {"factor": meter.factor.normalize()}
        self.values = {
            name: f"{value:f}" if name == "factor" else "" if value is None else str(value)
            for name, value in values.items()
        }
        self.main, self.title = meter.main, meter.serial

    @event(P.METERS_WRITE)
    async def create(self, form: dict[str, Any]):
        self.errors = {}
        data = parse(NewMeterIn, _entered(form) | {FIRST: _value(form, FIRST)})
        made = await self._run(service.create_meter, id_of(self.building_id), data)
        return rx.redirect(f"/buildings/{made.building_id}/meters/{made.id}")

    @event(P.METERS_WRITE)
    async def save(self, form: dict[str, Any]):
        self.errors = {}
        kept = await self._run(service.update_meter, meter_id_of(self.meter_id), parse(MeterIn, _entered(form)))
        said = translate(await self._locale(), N_("The data are saved."))
        return [rx.redirect(f"/buildings/{kept.building_id}/meters/{kept.id}"), rx.toast.success(said)]


def _entered(form: dict[str, Any]) -> dict[str, Any]:
    given = {name: form.get(name) for name in MeterIn.model_fields}
    return given | {"main": form.get("main") == "on", "factor": str(form.get("factor", "")).strip().replace(",", ".")}


# --- One's own -------------------------------------------------------------------------------------------------------


@dataclass
class OwnMeterRow:
    id: str
    title: str
    place: str
    readings: list[ReadingRow]


class MyMetersState(Session, rx.State):
    """The meters of the reader's own lots."""

    rows: list[OwnMeterRow] = []

    @event(P.OWN_READ)
    async def load(self):
        locale = await self._locale()
        try:
            own = await self._run(readings.my_readings)
        except NotFound:
            own = []
        self.rows = [
            OwnMeterRow(
                str(one.meter.id), f"{one.lot} · {kind_words(one.meter.kind, locale)} · {one.meter.serial}", one.meter.place,
                reading_rows(readings.own_dial(one), {r.read_on: (str(r.id), "") for r in one.readings}, locale),
            )
            for one in own
        ]  # fmt: skip
