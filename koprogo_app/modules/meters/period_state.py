"""What the pages of periods show: the list, the form of one, and what it comes to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import reflex as rx
from reflex.state import OnLoadInternalState

from koprogo_app.core import clock
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import DomainError, NotFound
from koprogo_app.core.i18n import N_, day, number, translate
from koprogo_app.core.validation import address_id, parse
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.ui.event import event
from koprogo_app.ui.session import Session

from . import periods, rules
from .models import MeterPeriod, PeriodIn
from .periods import Outcome
from .rules import Counted, Kind, PeriodStatus
from .state import kind_words
from .words import all_said, amount, said, tone

RELOAD = OnLoadInternalState.on_load_internal


def period_id_of(text: str) -> UUID:
    """The id in an address; NotFound when it is not one."""
    return address_id(text, N_("This period does not exist."))


@dataclass
class PeriodRow:
    """`part`: how much of a cost goes by shares."""

    id: str = ""
    name: str = ""
    kind: str = ""
    days: str = ""
    part: str = ""
    status: str = ""
    key_id: str = ""

    @classmethod
    def of(cls, p: MeterPeriod, locale: str) -> "PeriodRow":
        days = f"{day(p.first_on, locale)} – {day(p.last_on, locale)}"
        part = f"{number(p.fixed_percent, locale)} %" if p.fixed_percent else "–"
        return cls(str(p.id), p.name, kind_words(p.kind, locale), days, part, p.status, str(p.key_id or ""))


class MeterPeriodsState(Session, rx.State):
    """The periods of a building."""

    rows: list[PeriodRow] = []

    @event(P.LEDGER_READ)
    async def load(self):
        locale = await self._locale()
        try:
            found = await self._run(periods.list_periods, id_of(self.building_id))
        except NotFound:
            found = []  # the frame says that there is no such building
        self.rows = [PeriodRow.of(p, locale) for p in found]


class MeterPeriodFormState(Session, rx.State):
    """A new period, or one that is corrected."""

    values: dict[str, str] = {}
    metered: bool = False
    title: str = ""
    missing: bool = False
    errors: dict[str, str] = {}

    @event(P.METERS_WRITE)
    async def start(self):
        year = clock.today().year - 1
        self.values = {
            "kind": Kind.COLD_WATER.value, "fixed_percent": "0", "first_on": date(year, 1, 1).isoformat(),
            "last_on": date(year, 12, 31).isoformat(), "name": "",
        }  # fmt: skip
        self.metered, self.title, self.missing, self.errors = False, "", False, {}

    @event(P.METERS_WRITE)
    async def edit(self):
        self.errors = {}
        try:
            found = await self._run(periods.get_period, period_id_of(self.meter_period_id))
        except NotFound:
            self.missing = True
            return
        self.values = {name: str(getattr(found, name)) for name in PeriodIn.model_fields}
        self.metered, self.title, self.missing = found.fixed_metered, found.name, False

    @event(P.METERS_WRITE)
    async def create(self, form: dict[str, Any]):
        self.errors = {}
        locale = await self._locale()
        form = {name: str(value).strip() for name, value in form.items()}
        if not form.get("name") and form.get("kind") in set(Kind):
            form["name"] = f"{kind_words(form['kind'], locale)} {_days(form, locale)}".strip()
        made = await self._run(periods.create_period, id_of(self.building_id), _entered(form))
        return rx.redirect(f"/buildings/{made.building_id}/meters/periods/{made.id}")

    @event(P.METERS_WRITE)
    async def save(self, form: dict[str, Any]):
        self.errors = {}
        kept = await self._run(periods.update_period, period_id_of(self.meter_period_id), _entered(form))
        return rx.redirect(f"/buildings/{kept.building_id}/meters/periods/{kept.id}")


def _days(form: dict[str, str], locale: str) -> str:
    try:
        return " – ".join(day(date.fromisoformat(form[name]), locale) for name in ("first_on", "last_on"))
    except (KeyError, ValueError):
        return ""  # the form is refused beside the wrong day


def _entered(form: dict[str, Any]) -> PeriodIn:
    given = {name: form.get(name) for name in PeriodIn.model_fields}
    return parse(PeriodIn, given | {"fixed_metered": form.get("fixed_metered") == "on"})


# --- One period ------------------------------------------------------------------------------------------------------


@dataclass
class UseRow:
    """A meter of a lot in the period; the sum and what was found stand on the first row of each lot."""

    id: str
    lot: str
    serial: str
    begin: str
    end: str
    used: str
    sum: str
    found: str
    tone: str


class MeterPeriodState(Session, rx.State):
    """What a period comes to."""

    missing: bool = False
    period: PeriodRow = PeriodRow()
    rows: list[UseRow] = []
    others: list[UseRow] = []
    total: str = ""
    main: str = ""
    difference: str = ""
    stops: list[str] = []
    used: bool = False
    fillable: bool = False  # a reading is missing: it may be estimated

    @event(P.LEDGER_READ)
    async def load(self):
        locale = await self._locale()
        try:
            found = await self._run(periods.outcome, period_id_of(self.meter_period_id))
        except NotFound:
            self.missing, self.rows = True, []
            return
        self._show(found, locale)

    def _show(self, found: Outcome, locale: str) -> None:
        self.missing, self.period, self.used = False, PeriodRow.of(found.period, locale), found.used
        self.rows = [row for use in found.lots for row in _rows(use, found, locale)]
        self.others = [
            _row(one, found, locale, translate(locale, N_("Whole building") if one.meter.main else N_("Common parts")))
            for one in (*found.common, *found.mains)
        ]
        self.total, self.main, self.difference = (
            amount(value, locale, found.unit) for value in (found.total, found.main, found.difference)
        )
        self.stops = [said(stop, locale) for stop in found.stops]
        counted = [*(one for use in found.lots for one in use.meters), *found.common, *found.mains]
        lacking = any(f.code in ("no_begin", "no_end") for one in counted for f in one.findings)
        self.fillable = lacking and found.period.status == PeriodStatus.OPEN

    @event(P.METERS_WRITE)
    async def estimate(self):
        locale = await self._locale()
        written = await self._act(periods.estimate_missing)
        if not written:
            return rx.toast.warning(
                translate(locale, N_("No missing reading can be estimated: the earlier readings do not tell enough."))
            )
        return [
            RELOAD,
            rx.toast.success(translate(locale, N_("Readings estimated: {count}."), count=number(written, locale))),
        ]

    @event(P.METERS_WRITE)
    async def close(self):
        await self._act(periods.close_period)
        return [
            RELOAD,
            rx.toast.success(translate(await self._locale(), N_("The period is closed and its key is ready."))),
        ]

    @event(P.METERS_WRITE)
    async def reopen(self):
        await self._act(periods.reopen_period)
        return [RELOAD, rx.toast.success(translate(await self._locale(), N_("The period is open again.")))]

    @event(P.METERS_WRITE)
    async def delete(self):
        period = await self._run(periods.get_period, period_id_of(self.meter_period_id))
        await self._act(periods.delete_period)
        return rx.redirect(f"/buildings/{period.building_id}/meters/periods")

    async def _act(self, fn: Any) -> Any:
        """An action without a form: its refusal is a toast."""
        try:
            return await self._run(fn, period_id_of(self.meter_period_id))
        except DomainError as error:
            raise type(error)(error.message, **error.params) from None


def _rows(use: rules.LotUse, found: Outcome, locale: str) -> Iterable[UseRow]:
    lot, total = found.numbers[use.lot_id], amount(use.used, locale, found.unit)
    sentence, shade = all_said(use.findings, locale), tone(use.findings)
    if not use.meters:
        yield UseRow(str(use.lot_id), lot, "–", "", "", "", "", sentence, shade)
    for n, one in enumerate(use.meters):
        row = _row(one, found, locale, lot)
        row.sum, row.found, row.tone = ("", "", "") if n else (total, sentence, shade)
        yield row


def _row(one: Counted, found: Outcome, locale: str, lot: str) -> UseRow:
    def at(reading: rules.Reading | None) -> str:
        return f"{amount(reading.value, locale)} ({day(reading.on, locale)})" if reading else "–"

    used = amount(one.used, locale, one.meter.unit)
    return UseRow(
        str(one.meter.id), lot, found.serials[one.meter.id], at(one.begin), at(one.end), used, used, all_said(one.findings, locale),
        "warn" if one.findings else "",
    )  # fmt: skip
