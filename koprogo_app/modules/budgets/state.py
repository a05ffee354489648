"""What the list of a building's budgets shows, and its threshold of warning."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import N_, day, euros, translate
from koprogo_app.core.money import Cents
from koprogo_app.core.validation import address_id, parse
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.ui.event import event
from koprogo_app.ui.listing import Listing, listed

from . import service
from .models import SettingIn


def budget_id_of(value: str) -> UUID:
    """The id in an address; NotFound when it is not one."""
    return address_id(value, N_("This budget does not exist."))


def year_words(b: Any, first: Any, last: Any, locale: str) -> str:
    """`2026`, or `2026 (01/07/2026 – 30/06/2027)` when the year is not that of the calendar."""
    if first is None or (first.month, first.day, last.month, last.day, last.year) == (1, 1, 12, 31, first.year):
        return str(b.fiscal_year)
    return translate(
        locale,
        N_("{year} ({first} – {last})"),
        year=str(b.fiscal_year),
        first=day(first, locale),
        last=day(last, locale),
    )


@dataclass
class BudgetRow:
    id: str
    year: str
    ordinary: str
    extraordinary: str
    reserve: str
    total: str
    decided: str
    status: str

    @classmethod
    def of(cls, b: Any, locale: str) -> "BudgetRow":
        sums = (b.ordinary_cents, b.extraordinary_cents, b.reserve_cents)
        shown = [euros(Cents(cents), locale) for cents in (*sums, sum(sums))]
        return cls(
            str(b.id), year_words(b, b.starts_on, b.ends_on, locale), *shown, day(b.decided_on, locale), b.status
        )


@listed(P.LEDGER_READ)
class BudgetsState(Listing, rx.State):
    """The budgets of a building, the last year first."""

    rows: list[BudgetRow] = []
    sort: str = "fiscal_year"
    order: str = "desc"
    open: bool = False  # the books
    setting: bool = False
    percent: str = ""
    errors: dict[str, str] = {}

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            building_id = id_of(self.building_id)
            found = await self._run(service.list_budgets, building_id, self._asked())
            self.open = await self._run(accounts.find_book, building_id) is not None
            self.percent = str((await self._run(service.get_setting, building_id)).warn_percent)
        except NotFound:  # the frame says that there is no such building
            self.rows, self.total = [], 0
            return
        self.rows, self.total = [BudgetRow.of(b, locale) for b in found.rows], found.total

    @event(P.LEDGER_READ)
    async def load(self):
        self.errors, self.setting = {}, False
        self._narrow("status")
        await self._read()

    @event(P.BUDGETS_WRITE)
    async def show_setting(self, open: bool):
        self.setting, self.errors = open, {}

    @event(P.BUDGETS_WRITE)
    async def save_setting(self, form: dict[str, Any]):
        self.errors = {}
        data = parse(SettingIn, {"warn_percent": str(form.get("warn_percent", "")).strip() or "?"})
        await self._run(service.set_setting, id_of(self.building_id), data)
        self.setting = False
        await self._read()
