"""A year of calls being prepared: from the approved budget or from typed amounts; what would be made follows beside it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import reflex as rx

from koprogo_app.core import clock, ids
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import DomainError, Invalid, NotFound
from koprogo_app.core.i18n import N_, day, euros, number, translate
from koprogo_app.core.money import Cents
from koprogo_app.core.validation import parse
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.modules.keys import service as keys
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.session import Session

from . import rules, series
from .form_state import LINE, beside_slots, lines_of_form
from .models import SeriesIn
from .rules import FORM_LINES

TEXTS = ("title", "kind", "rhythm", "first_on", "days_to_pay")
BUDGET, AMOUNTS = "budget", "amounts"  # what the calls are made from


@dataclass
class PlannedRow:
    title: str
    called: str
    due: str
    amount: str


class CallSeriesState(Session, rx.State):
    """The form of a year of calls."""

    missing: bool = False
    values: dict[str, str] = {}
    keys: list[Choice] = []
    source: str = BUDGET
    count: int = 1
    planned: list[PlannedRow] = []
    total: str = ""
    called: str = ""  # that other calls have taken from the budget already; empty for nothing
    stopped: list[str] = []
    errors: dict[str, str] = {}
    _typed: dict[str, str] = {}
    _key: str = ""

    @event(P.CALLS_WRITE)
    async def load(self):
        """Begins with the budget of this year, from its first month on."""
        locale = await self._locale()
        self.errors, self.count, self.source, self._key = {}, 1, BUDGET, str(ids.uuid7())
        try:
            found = await self._run(keys.list_keys, id_of(self.building_id))
        except NotFound:
            self.missing = True
            return
        self.missing = False
        self.keys = [Choice(str(k.id) if k.own else "", k.name if k.own else translate(locale, k.name)) for k in found]
        first = date(clock.today().year, 1, 1)
        title = translate(locale, N_("Provisions {year}"), year=first.year)
        self.values = {"title": title, "first_on": str(first), "days_to_pay": str(rules.DAYS_TO_PAY)}
        self._typed = dict(self.values)
        await self._follow(locale)

    @event(P.CALLS_WRITE)
    async def choose(self, source: str):
        """The budget, or typed amounts."""
        self.source = source if source in (BUDGET, AMOUNTS) else BUDGET
        await self._follow(await self._locale())

    @event(P.CALLS_WRITE)
    async def more(self):
        """One line more."""
        self.count = min(self.count + 1, FORM_LINES)

    @event(P.CALLS_WRITE)
    async def typed(self, name: str, text: str):
        """Something was entered: what would be made follows."""
        if name in TEXTS or name in {f"{field}-{n}" for field in LINE for n in range(FORM_LINES)}:
            self._typed = self._typed | {name: text[:300]}
            await self._follow(await self._locale())

    async def _follow(self, locale: str) -> None:
        self.planned, self.total, self.called, self.stopped = [], "", "", []
        try:
            data, _ = self._data(self._typed)
            plan: series.Plan = await self._run(series.preview_series, id_of(self.building_id), data)
        except DomainError as error:
            wrong = list(error.fields.values()) or [error]
            self.stopped = list(dict.fromkeys(translate(locale, one.message, **one.params) for one in wrong))
            return
        self.planned = [
            PlannedRow(c.title, day(c.called_on, locale), day(c.due_on, locale), euros(Cents(sum(x.cents for x in c.lines)), locale))
            for c in plan.calls
        ]  # fmt: skip
        self.total = euros(plan.total, locale)
        self.called = euros(plan.called_cents, locale) if plan.called_cents else ""

    @event(P.CALLS_WRITE)
    async def save(self, form: dict[str, Any]):
        """Drafts the calls."""
        self.errors = {}
        data, places = self._data(form)
        try:
            made = await self._run(series.create_series, id_of(self.building_id), data)
        except Invalid as error:
            raise beside_slots(error, places) from None
        locale = await self._locale()
        said = translate(locale, N_("Calls drafted: {n}."), n=number(len(made), locale))
        return [rx.toast.success(said), rx.redirect(f"/buildings/{self.building_id}/calls?state=draft")]

    def _data(self, form: dict[str, Any]) -> tuple[SeriesIn, list[int]]:
        """The series of the form. Invalid beside the fields; typed amounts that lack a line among them."""
        lines, places = lines_of_form(form, self.count) if self.source == AMOUNTS else ([], [])
        if self.source == AMOUNTS and not lines:
            raise Invalid("Enter an amount.", field="amount-0")
        data = parse(SeriesIn, {name: form.get(name) for name in TEXTS} | {"key": self._key})
        data.lines = lines
        return data, places
