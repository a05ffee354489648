"""What the pages of the closing show, worded for their reader."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import reflex as rx

from koprogo_app.core import clock
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import N_, Money, day, euros, number, translate
from koprogo_app.core.money import Cents, cents
from koprogo_app.core.validation import address_id, parse
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.modules.documents import service as documents
from koprogo_app.modules.documents.rules import Category
from koprogo_app.modules.funds.rules import FUNDS
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.ledger import rules as entries
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.session import Session

from . import rules, service
from .models import Accrual, AccrualIn, ClosingIn
from .rules import Check, Kind
from .service import State

FIGURES = ("count", "amount", "day")


def year_id_of(value: str) -> UUID:
    """The id in an address; NotFound when it is not one."""
    return address_id(value, N_("This financial year does not exist."))


@dataclass
class CheckRow:
    """`tone`: passed, stops or warns. `figure`: how many or how much, if it fails."""

    words: str
    tone: str
    figure: str
    href: str


@dataclass
class AccrualRow:
    id: str
    kind: str
    account: str
    words: str
    period: str
    amount: str
    entry_id: str
    back_id: str
    undone: str


@dataclass
class CarriedRow:
    account_id: str
    account: str
    balance: str


class ClosingState(Session, rx.State):
    """The closing of one year: what must be in order, what goes over, and the decision."""

    years: list[Choice] = []
    books: bool = True  # until it is read, nobody is told that there are none
    year: str = ""
    ends: str = ""
    after: str = ""  # the first day on which the accounts can be approved
    today: str = ""
    closed: bool = False
    reopened: bool = False
    opens: str = ""
    ready: bool = False
    checks: list[CheckRow] = []
    result: str = ""
    left: bool = False
    funds: list[Choice] = []
    papers: list[Choice] = []
    carried: list[CarriedRow] = []
    accruals: list[AccrualRow] = []
    decided: str = ""
    decision: str = ""
    entry_id: str = ""
    document_id: str = ""
    reason: str = ""
    asking: str = ""  # what waits for its reason: the year, or an accrual
    errors: dict[str, str] = {}

    async def _read(self) -> None:
        locale = await self._locale()
        self.today = clock.today().isoformat()
        try:
            years = await self._run(accounts.list_years, id_of(self.building_id))
        except NotFound:
            self.years = []
            return
        self.books = bool(years)
        self.years = [Choice(str(y.id), f"{day(y.starts_on, locale)} – {day(y.ends_on, locale)}") for y in years]
        if not years:
            return
        ended = [y for y in years if y.ends_on < clock.today()] or years
        known = {str(y.id) for y in years}
        self.year = self.year if self.year in known else str(ended[0].id)
        self._show(await self._run(service.get_state, id_of(self.building_id), UUID(self.year)), locale)
        found = await self._run(documents.list_of_building, id_of(self.building_id))
        self.papers = [Choice(str(d.id), d.title) for d in found if d.category == Category.MEETING_MINUTES]

    def _show(self, x: State, locale: str) -> None:
        here, closing = f"/buildings/{x.building.id}", x.closing
        self.ends, self.closed = day(x.year.ends_on, locale), x.closed
        self.after = (x.year.ends_on + timedelta(1)).isoformat()
        self.reopened = closing is not None and not x.closed
        self.opens = day(x.open_from, locale) if x.open_from else ""
        self.checks = [] if x.closed else [check_row(c, here, locale) for c in x.checks]
        self.ready = all(c.passed or not c.blocking for c in x.checks)
        self.result, self.left = euros(x.result, locale), bool(x.result)
        self.funds = [Choice(fund.value, translate(locale, words)) for fund, words in FUNDS.items()]
        self.carried = [
            CarriedRow(
                str(b.account.id), f"{b.account.code} {b.account.label(locale)}",
                euros(entries.signed(b.account.kind, b.moved.after, 0), locale),
            )
            for b in x.carried
        ]  # fmt: skip
        self.accruals = [accrual_row(a, locale) for a in x.accruals]
        self.decided = day(closing.decided_on, locale) if closing else ""
        self.decision, self.reason = (closing.decision, closing.reason or "") if closing else ("", "")
        self.entry_id = str(closing.entry_id or "") if closing else ""
        self.document_id = str(closing.document_id or "") if closing else ""

    @event(P.LEDGER_READ)
    async def load(self):
        self.errors, self.asking = {}, ""
        self.year = self.router.url.query_parameters.get("year", "")
        await self._read()

    @event(P.LEDGER_READ)
    async def choose(self, year: str):
        self.year, self.errors = year, {}
        await self._read()

    @event(P.LEDGER_CLOSE)
    async def close(self, form: dict[str, Any]):
        self.errors = {}
        data = parse(
            ClosingIn, {name: form.get(name, "") for name in ("decided_on", "decision", "fund", "document_id")}
        )
        await self._run(service.close, id_of(self.building_id), year_id_of(self.year), data)
        await self._read()
        return rx.toast.success(translate(await self._locale(), "The year is closed."))

    @event(P.LEDGER_READ)
    async def ask(self, what: str):
        self.asking, self.errors = what, {}

    @event(P.LEDGER_READ)
    async def show_asking(self, shown: bool):
        self.asking, self.errors = (self.asking if shown else ""), {}

    @event(P.LEDGER_CLOSE)
    async def reopen(self, form: dict[str, Any]):
        self.errors = {}
        reason = str(form.get("reason", ""))
        await self._run(service.reopen, id_of(self.building_id), year_id_of(self.year), reason)
        self.asking = ""
        await self._read()

    @event(P.LEDGER_POST)
    async def undo(self, form: dict[str, Any]):
        self.errors = {}
        await self._run(service.undo_accrual, year_id_of(self.asking), str(form.get("reason", "")))
        self.asking = ""
        await self._read()


class AccrualState(Session, rx.State):
    """The form of an accrual."""

    year: str = ""
    ends: str = ""
    accounts: list[Choice] = []
    keys: list[Choice] = []
    first: str = ""
    last: str = ""
    key: str = ""
    errors: dict[str, str] = {}

    @event(P.LEDGER_POST)
    async def load(self):
        locale, here = await self._locale(), id_of(self.building_id)
        self.errors, self.key = {}, str(uuid4())
        self.year = self.router.url.query_parameters.get("year", "")
        year = await self._run(accounts.get_year, year_id_of(self.year))
        self.ends, self.first, self.last = (
            day(year.ends_on, locale),
            year.starts_on.isoformat(),
            year.ends_on.isoformat(),
        )
        known = await self._run(service.list_accounts, here)
        self.accounts = [Choice(a.code, f"{a.code} {a.label(locale)}") for a in known]
        found = await self._run(keys.list_keys, here)
        self.keys = [Choice(str(k.id), k.name) for k in found if k.id != here]

    @event(P.LEDGER_POST)
    async def save(self, form: dict[str, Any]):
        self.errors = {}
        amount = cents(str(form.get("cents", "")), "cents") if str(form.get("cents", "")).strip() else ""
        names = ("kind", "account", "words", "period_from", "period_until", "key_id", "ordinary", "tenant_percent")
        data = parse(AccrualIn, {name: form.get(name, "") for name in names} | {"cents": amount, "key": self.key})
        await self._run(service.add_accrual, id_of(self.building_id), year_id_of(self.year), data)
        return rx.redirect(f"/buildings/{self.building_id}/closing?year={self.year}")


def check_row(c: Check, here: str, locale: str) -> CheckRow:
    figure = "" if c.passed else next((_figure(c.figures[n], locale) for n in FIGURES if n in c.figures), "")
    return CheckRow(
        translate(locale, c.words), "passed" if c.passed else "stops" if c.blocking else "warns", figure, here + c.place
    )


def _figure(value: Any, locale: str) -> str:
    if isinstance(value, Money):
        return euros(Cents(value), locale)
    return day(value, locale) if isinstance(value, date) else number(value, locale)


def accrual_row(a: Accrual, locale: str) -> AccrualRow:
    return AccrualRow(
        str(a.id), translate(locale, rules.KINDS[Kind(a.kind)]), a.account, a.words,
        f"{day(a.period_from, locale)} – {day(a.period_until, locale)}", euros(Cents(a.cents), locale), str(a.entry_id),
        str(a.back_entry_id), a.reason or "",
    )  # fmt: skip
