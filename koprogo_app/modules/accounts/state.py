"""What the pages of the books show: how they stand, their years and lock, their chart of accounts."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import Invalid, NotFound
from koprogo_app.core.i18n import N_, day, number, translate
from koprogo_app.core.validation import address_id, day_of, parse
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.ui.event import event
from koprogo_app.ui.listing import Listing, listed
from koprogo_app.ui.session import Session

from . import rules, service
from .models import LABELS, Account, AccountIn, BookIn, FiscalYear, YearIn
from .rules import KINDS, REGIMES, Kind, Regime


def account_id_of(value: str) -> UUID:
    """The id in an address; NotFound when it is not one."""
    return address_id(value, N_("This account does not exist."))


def year_words(year: FiscalYear, locale: str) -> str:
    """2026, or its two days when it is not a year of the calendar."""
    if (year.starts_on.month, year.starts_on.day, year.ends_on.month, year.ends_on.day) == (1, 1, 12, 31) and (
        year.starts_on.year == year.ends_on.year
    ):
        return str(year.starts_on.year)
    return f"{day(year.starts_on, locale)} – {day(year.ends_on, locale)}"


@dataclass
class BookRow:
    id: str
    name: str
    city: str
    open: bool
    regime: str
    ends: str
    locked: str


@listed(P.LEDGER_READ)
class BooksState(Listing, rx.State):
    """Every co-ownership, and how its books stand."""

    rows: list[BookRow] = []
    sort: str = "name"

    async def _read(self) -> None:
        locale = await self._locale()
        found = await self._run(service.list_books, self._asked())
        self.total = found.total
        self.rows = [
            BookRow(
                str(b.id), b.name, b.city, b.regime is not None, translate(locale, _SHORT[b.regime]) if b.regime else "",
                day(b.ends_on, locale), day(b.locked_until, locale),
            )
            for b in found.rows
        ]  # fmt: skip

    @event(P.LEDGER_READ)
    async def load(self):
        self._narrow("state")
        await self._read()


_SHORT = {Regime.DOUBLE: N_("Double entry"), Regime.SIMPLIFIED: N_("Simplified")}


@dataclass
class YearRow:
    id: str
    words: str
    first: str
    last: str
    latest: bool  # the only one that can still be changed


class BookState(Session, rx.State):
    """The books of one building: opened or to be opened."""

    open: bool = False
    ready: bool = False
    regime: str = ""
    regime_words: str = ""
    lots: str = ""
    may_simplify: bool = False
    locked: str = ""
    locked_until: str = ""
    years: list[YearRow] = []
    values: dict[str, str] = {}
    locking: bool = False
    adding: bool = False
    changing: bool = False
    correcting: bool = False
    latest: dict[str, str] = {}  # the days of the last year
    errors: dict[str, str] = {}

    @event(P.LEDGER_READ)
    async def load(self):
        self.errors, self.locking, self.adding, self.changing, self.correcting = {}, False, False, False, False
        try:
            await self._read()
        except NotFound:
            self.ready = False  # the frame says that there is no such building

    async def _read(self) -> None:
        locale, building_id = await self._locale(), id_of(self.building_id)
        book = await self._run(service.find_book, building_id)
        lots = await self._run(service.count_lots, building_id)
        first, last = await self._run(service.proposed_year, building_id)
        self.ready, self.open, self.lots, self.may_simplify = (
            True,
            book is not None,
            number(lots, locale),
            rules.simplified_allowed(lots),
        )
        self.values = {"starts_on": first.isoformat(), "ends_on": last.isoformat()}
        self.regime = book.regime if book else Regime.DOUBLE.value
        self.regime_words = translate(locale, REGIMES[Regime(self.regime)])
        self.locked_until = book.locked_until.isoformat() if book and book.locked_until else ""
        self.locked = day(book.locked_until, locale) if book else ""
        found = await self._run(service.list_years, building_id)
        self.latest = (
            {"starts_on": found[0].starts_on.isoformat(), "ends_on": found[0].ends_on.isoformat()} if found else {}
        )
        self.years = [
            YearRow(str(y.id), year_words(y, locale), day(y.starts_on, locale), day(y.ends_on, locale), n == 0)
            for n, y in enumerate(found)
        ]

    @event(P.LEDGER_SETUP)
    async def begin(self, form: dict[str, Any]):
        self.errors = {}
        await self._run(
            service.open_books, id_of(self.building_id), parse(BookIn, _named(form, "regime", "starts_on", "ends_on"))
        )
        await self._read()
        return rx.toast.success(translate(await self._locale(), N_("The books are open.")))

    @event(P.LEDGER_SETUP)
    async def add_year(self, form: dict[str, Any]):
        self.errors = {}
        await self._run(service.add_year, id_of(self.building_id), parse(YearIn, _named(form, "starts_on", "ends_on")))
        self.adding = False
        await self._read()

    @event(P.LEDGER_SETUP)
    async def change_year(self, form: dict[str, Any]):
        self.errors = {}
        if self.years:
            data = parse(YearIn, _named(form, "starts_on", "ends_on"))
            await self._run(service.change_year, UUID(self.years[0].id), data)
        self.correcting = False
        await self._read()

    @event(P.LEDGER_SETUP)
    async def remove_year(self):
        if self.years:
            await self._run(service.remove_year, UUID(self.years[0].id))
        await self._read()

    @event(P.LEDGER_SETUP)
    async def show_correcting(self, open: bool):
        self.correcting, self.errors = open, {}

    @event(P.LEDGER_SETUP)
    async def change_regime(self, form: dict[str, Any]):
        self.errors = {}
        regime = str(form.get("regime", ""))
        if regime not in set(Regime):
            raise Invalid("Choose one from the list.", field="regime")
        await self._run(service.set_regime, id_of(self.building_id), Regime(regime))
        self.changing = False
        await self._read()

    @event(P.LEDGER_CLOSE)
    async def lock(self, form: dict[str, Any]):
        self.errors = {}
        await self._run(
            service.lock_books, id_of(self.building_id), _day(form, "locked_until"), str(form.get("reason", ""))
        )
        self.locking = False
        await self._read()

    @event(P.LEDGER_SETUP)
    async def show_adding(self, open: bool):
        self.adding, self.errors = open, {}

    @event(P.LEDGER_SETUP)
    async def show_changing(self, open: bool):
        self.changing, self.errors = open, {}

    @event(P.LEDGER_CLOSE)
    async def show_locking(self, open: bool):
        self.locking, self.errors = open, {}


def _named(form: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: form.get(name) for name in names}


def _day(form: dict[str, Any], name: str) -> date | None:
    text = str(form.get(name, "")).strip()
    return day_of(text, name) if text else None


@dataclass
class AccountRow:
    id: str
    code: str
    label: str
    kind: str
    postable: bool
    party: str
    own: bool  # the application enters nothing on it by itself

    @classmethod
    def of(cls, a: Any, locale: str) -> "AccountRow":
        label = getattr(a, f"label_{locale}")
        return cls(
            str(a.id), a.code, label, translate(locale, KINDS[Kind(a.kind)]), a.postable, a.party or "", not a.purpose
        )


@listed(P.LEDGER_READ)
class ChartState(Listing, rx.State):
    """The chart of accounts of a building."""

    rows: list[AccountRow] = []
    sort: str = "code"
    size: int = 100

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            found = await self._run(service.list_chart, id_of(self.building_id), self._asked())
        except NotFound:
            self.rows, self.total = [], 0
            return
        self.rows, self.total = [AccountRow.of(a, locale) for a in found.rows], found.total

    @event(P.LEDGER_READ)
    async def load(self):
        self._narrow("kind", "class", "postable")
        await self._read()


class AccountFormState(Session, rx.State):
    """An account to be added or changed."""

    missing: bool = False
    title: str = ""
    values: dict[str, str] = {}
    own: bool = True
    errors: dict[str, str] = {}

    @event(P.LEDGER_SETUP)
    async def start(self):
        self.missing, self.title, self.errors, self.own = False, "", {}, True
        self.values = {"postable": "on"}

    @event(P.LEDGER_SETUP)
    async def edit(self):
        self.errors, self.missing = {}, False
        try:
            account: Account = await self._run(service.get_account, account_id_of(self.account_id))
        except NotFound:
            self.missing = True
            return
        locale = await self._locale()
        self.title, self.own = f"{account.code} {account.label(locale)}", not account.purpose
        self.values = {
            "code": account.code,
            "kind": account.kind,
            "label": account.label(locale),
            "postable": "on" if account.postable else "",
        }
        self.values |= {name: getattr(account, name) for name in LABELS}

    def _entered(self, form: dict[str, Any], locale: str) -> AccountIn:
        given = _named(form, "code", "label", "kind", *LABELS) | {"postable": bool(form.get("postable"))}
        return parse(AccountIn, given | {f"label_{locale}": form.get("label")})

    @event(P.LEDGER_SETUP)
    async def create(self, form: dict[str, Any]):
        self.errors = {}
        data = self._entered(form, await self._locale())
        await self._run(service.create_account, id_of(self.building_id), data)
        return rx.redirect(f"/buildings/{self.building_id}/accounts?search={data.code}")

    @event(P.LEDGER_SETUP)
    async def save(self, form: dict[str, Any]):
        self.errors = {}
        data = self._entered(form | {"code": self.values.get("code", "")}, await self._locale())
        await self._run(service.update_account, account_id_of(self.account_id), data)
        return rx.redirect(f"/buildings/{self.building_id}/accounts?search={data.code}")

    @event(P.LEDGER_SETUP)
    async def delete(self):
        await self._run(service.delete_account, account_id_of(self.account_id))
        return rx.redirect(f"/buildings/{self.building_id}/accounts")
