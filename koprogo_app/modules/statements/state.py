"""What the office's pages of statements show, worded for their reader."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import reflex as rx

from koprogo_app.core import clock
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import N_, day, euros, translate
from koprogo_app.core.listing import Asked
from koprogo_app.core.money import Cents
from koprogo_app.core.validation import address_id, day_of, parse
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.modules.invoices.models import SharingIn
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.owners import service as owners
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.listing import Listing, listed
from koprogo_app.ui.session import Session

from . import service, sharing
from .material import Line, Problem
from .models import StatementIn
from .rules import Sort

DUE_DAYS = 30  # proposed to the office: the law fixes none
MANY = 1000  # co-owners of one building to choose from


def statement_id_of(value: str) -> UUID:
    """The id in an address; NotFound when it is not one."""
    return address_id(value, N_("This statement does not exist."))


@dataclass
class StatementRow:
    id: str
    building_id: str
    building: str
    period: str
    status: str
    costs: str
    provisions: str
    owners: int
    due: str


@dataclass
class OwnerRow:
    """`tone`: to pay, in credit or even."""

    id: str
    name: str
    costs: str
    provisions: str
    balance: str
    tone: str
    open: str = ""


@dataclass
class ProblemRow:
    """A cost that cannot be shared out yet. `href`: where that is mended; empty when its bearers are asked here."""

    id: str
    entry_id: str
    number: str
    on: str
    account: str
    words: str
    amount: str
    why: str
    href: str


def tone_of(balance: int) -> str:
    """Of a balance, for its badge."""
    return "owes" if balance > 0 else "credit" if balance < 0 else "settled"


def period(first: date, last: date, locale: str) -> str:
    """01/01/2026 – 31/12/2026."""
    return f"{day(first, locale)} – {day(last, locale)}"


def statement_row(x: Any, locale: str) -> StatementRow:
    return StatementRow(
        str(x.id), str(x.building_id), x.building, period(x.from_on, x.until_on, locale), x.status, euros(Cents(x.costs_cents), locale),
        euros(Cents(x.provisions_cents), locale), x.owners, day(x.due_on, locale),
    )  # fmt: skip


def _named(x: Line, on: date | None, locale: str) -> str:
    """A line in a notice, with the day that matters there."""
    return " · ".join((f"{x.journal} {x.number}", x.words, euros(x.cents, locale), day(on, locale)))


@listed(P.LEDGER_READ)
class StatementsState(Listing, rx.State):
    """The statements of a building, or of all of them, the last first."""

    rows: list[StatementRow] = []
    books: bool = True
    sort: str = "until_on"
    order: str = "desc"

    async def _read(self) -> None:
        locale = await self._locale()
        here = id_of(self.building_id) if self.building_id else None
        try:
            self.books = here is None or await self._run(accounts.find_book, here) is not None
            found = await self._run(service.list_statements, here, self._asked())
        except NotFound:
            self.rows, self.total = [], 0  # the frame says that there is no such building
            return
        self.total, self.rows = found.total, [statement_row(x, locale) for x in found.rows]

    @event(P.LEDGER_READ)
    async def load(self):
        self._narrow("status")
        await self._read()


class PrepareState(Session, rx.State):
    """What a statement would be: its lines, what falls on whom, and what is missing. Published from here."""

    years: list[Choice] = []
    books: bool = True  # until it is read, nobody is told that there are none
    year: str = ""
    until: str = ""
    due: str = ""
    today: str = ""
    period: str = ""
    costs: str = ""
    provisions: str = ""
    balance: str = ""
    together: str = ""
    even: bool = False
    count: int = 0
    lines: int = 0
    unposted: int = 0
    waiting: list[str] = []  # costs left for a later statement; `waits`: their sum
    waits: str = ""
    going_on: list[str] = []  # costs of which some days are of the next year
    due_later: list[str] = []  # calls of the period that are due after it
    last_day: str = ""
    ready: bool = False
    looked: bool = False
    problems: list[ProblemRow] = []
    unshared: int = 0
    owners: list[OwnerRow] = []
    keys: list[Choice] = []
    people: list[Choice] = []
    asked_of: str = ""  # the line whose bearers are asked
    publishing: bool = False
    errors: dict[str, str] = {}
    key: str = ""

    @event(P.LEDGER_READ)
    async def load(self):
        given = self.router.url.query_parameters
        self.errors, self.asked_of, self.looked, self.publishing, self.key = {}, "", False, False, str(uuid4())
        self.today = clock.today().isoformat()
        locale = await self._locale()
        try:
            years = await self._run(accounts.list_years, id_of(self.building_id))
        except NotFound:
            self.years = []
            return
        self.books = bool(years)
        self.years = [Choice(str(y.id), period(y.starts_on, y.ends_on, locale)) for y in years]
        if not years:
            return
        begun = [y for y in years if y.starts_on <= clock.today()] or years
        chosen = next((y for y in years if str(y.id) == given.get("year")), begun[0])
        self.year = str(chosen.id)
        _first, last = await self._run(service.next_period, id_of(self.building_id), chosen.id)
        self.until = given.get("until") or last.isoformat()
        self.due = (clock.today() + timedelta(days=DUE_DAYS)).isoformat()
        self.keys = await self._keys(locale)
        everyone = Asked(size=MANY, sort="last_name", filters={"building": self.building_id})
        found = await self._run(owners.list_owners, everyone)
        self.people = [Choice(str(o.id), f"{o.last_name} {o.first_name}".strip()) for o in found.rows]
        await self._look()

    async def _keys(self, locale: str) -> list[Choice]:
        found = await self._run(keys.list_keys, id_of(self.building_id))
        return [Choice(str(k.id), k.name or translate(locale, "Shares of the deed")) for k in found]

    @event(P.LEDGER_READ)
    async def look(self, form: dict[str, Any]):
        """Another year or day."""
        self.year, self.until = str(form.get("year", self.year)), str(form.get("until", self.until))
        await self._look()

    async def _look(self) -> None:
        locale = await self._locale()
        self.errors, self.looked = {}, False
        until = day_of(self.until, "until")
        draft = await self._run(service.prepare, id_of(self.building_id), statement_id_of(self.year), until)
        costs, provisions = draft.material.sum(Sort.COST), draft.material.sum(Sort.PROVISION)
        shared = sum(x.costs for x in draft.settled.values())
        self.looked, self.period = True, period(draft.from_on, draft.until, locale)
        self.costs, self.provisions = euros(Cents(costs), locale), euros(Cents(provisions), locale)
        self.balance, self.together = euros(Cents(costs - provisions), locale), euros(Cents(shared), locale)
        self.even, self.count = shared == costs, len(draft.settled)
        self.lines, self.unposted, self.ready = len(draft.material.lines), draft.unposted, draft.ready
        self._notice(draft, locale)
        self.problems = [self._problem(x, locale) for x in draft.material.problems]
        self.unshared = sum(not x.href for x in self.problems)
        self.owners = [
            OwnerRow(
                str(owner_id), draft.names[owner_id], euros(Cents(x.costs), locale), euros(Cents(x.provisions), locale),
                euros(x.balance, locale), tone_of(x.balance),
            )
            for owner_id, x in draft.settled.items()
        ]  # fmt: skip

    def _notice(self, draft: service.Draft, locale: str) -> None:
        """What is left out of it, and what is in it that one would look for elsewhere."""
        found = draft.material
        self.last_day = day(draft.until, locale)
        self.waits = euros(Cents(sum(x.cents for x in found.waiting)), locale) if found.waiting else ""
        self.waiting = [_named(x, x.sharing and x.sharing.period_until, locale) for x in found.waiting]
        going_on = found.going_on(draft.until, draft.year.ends_on)
        self.going_on = [_named(x, x.sharing and x.sharing.period_until, locale) for x in going_on]
        self.due_later = [_named(x, x.due_on, locale) for x in found.due_later(draft.until)]

    def _problem(self, x: Problem, locale: str) -> ProblemRow:
        here = f"/buildings/{self.building_id}"
        places = {"lots": f"{here}/lots?alert=yes", "owner_id": f"{here}/entries/{x.line.entry_id}"}
        href = "" if x.line.sharing is None else places.get((x.error.field or "").rpartition(".")[2], f"{here}/keys")
        return ProblemRow(
            str(x.line.id), str(x.line.entry_id), f"{x.line.journal} {x.line.number}", day(x.line.entry_on, locale),
            f"{x.line.account.code} {x.line.account.label(locale)}", x.line.words, euros(x.line.cents, locale),
            translate(locale, x.error.message, **x.error.params), href,
        )  # fmt: skip

    # --- Who bears it -------------------------------------------------------------------------------------------------

    @event(P.STATEMENTS_WRITE)
    async def ask(self, line_id: str):
        self.asked_of, self.errors = line_id, {}

    @event(P.STATEMENTS_WRITE)
    async def show_asking(self, shown: bool):
        self.asked_of = self.asked_of if shown else ""

    @event(P.STATEMENTS_WRITE)
    async def share(self, form: dict[str, Any]):
        given = {
            name: form.get(name, "") for name in ("key_id", "owner_id", "period_from", "period_until", "tenant_percent")
        }
        if given["owner_id"]:
            given["key_id"] = ""
        self.errors = {}
        data = parse(SharingIn, given | {"ordinary": form.get("ordinary") == "on"})
        await self._run(sharing.share, id_of(self.building_id), [statement_id_of(self.asked_of)], data)
        self.asked_of = ""
        await self._look()

    @event(P.STATEMENTS_WRITE)
    async def share_rest(self):
        """All that waits, by the shares of the deed (art. 3.81)."""
        waiting = [UUID(x.id) for x in self.problems if not x.href]
        await self._run(sharing.share, id_of(self.building_id), waiting, SharingIn())
        await self._look()

    # --- Publish ------------------------------------------------------------------------------------------------------

    @event(P.STATEMENTS_PUBLISH)
    async def show_publishing(self, shown: bool):
        self.publishing, self.errors = shown, {}

    @event(P.STATEMENTS_PUBLISH)
    async def publish(self, form: dict[str, Any]):
        self.errors = {}
        due, until = day_of(str(form.get("due_on", "")), "due_on"), day_of(self.until, "until")
        data = StatementIn(year_id=statement_id_of(self.year), until=until, due_on=due, key=UUID(self.key))
        made = await self._run(service.publish, id_of(self.building_id), data)
        return rx.redirect(f"/buildings/{self.building_id}/statements/{made.id}")
