"""The forms of the funds: a withdrawal, a transfer, an allocation, a waiver. What is typed stays whatever is refused."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from koprogo_app.core import clock, ids
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import day, euros, translate
from koprogo_app.core.money import Cents, cents
from koprogo_app.core.validation import parse
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.state import year_words
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.modules.documents import service as documents
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.ledger.state import number_words
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.session import Session

from . import moving, service
from .models import AllocationIn, FundMovement, FundWaiver, TransferIn, WaiverIn, WithdrawalIn
from .rules import FUNDS
from .state import waiver_words


def amount_of(form: dict[str, Any]) -> Cents | None:
    """The amount of a form; none when nothing is typed. Invalid beside it."""
    typed = str(form.get("cents", "")).strip()
    return cents(typed, "cents") if typed else None


class FundForm(Session, mixin=True):
    """What every form of the funds has."""

    books: bool = True
    today: str = ""
    documents: list[Choice] = []
    held: list[Choice] = []  # fund -> what it holds, worded
    errors: dict[str, str] = {}
    _key: str = ""

    async def _open(self) -> bool:
        """Starts afresh. False while there are no books."""
        self.errors, self._key, self.today = {}, str(ids.uuid7()), clock.today().isoformat()
        locale = await self._locale()
        try:
            ended = await self._run(service.list_ended, id_of(self.building_id))
        except NotFound:
            ended = []  # the frame says that there is no such building
        self.books = bool(ended)
        if ended:
            papers = await self._run(documents.list_of_building, id_of(self.building_id))
            self.documents = [Choice(str(p.id), p.title) for p in papers]
            self.held = [
                Choice(fund.value, f"{translate(locale, FUNDS[fund])}: {euros(cents, locale)}")
                for fund, cents in ended[-1].held.items()
            ]
        return self.books

    def _given(self, form: dict[str, Any], *names: str) -> dict[str, Any]:
        """The texts of some fields, with those that every movement has."""
        texts = {name: form.get(name) for name in ("moved_on", "words", "document_id", *names)}
        return texts | {"cents": amount_of(form), "key": self._key}

    def _shown(self, made: FundMovement) -> Any:
        return rx.redirect(f"/buildings/{self.building_id}/funds/{made.id}")


class WithdrawalState(FundForm, rx.State):
    """A cost paid from a fund."""

    costs: list[Choice] = []
    keys: list[Choice] = []
    cost: str = ""
    amount: str = ""
    _left: dict[str, int] = {}

    @event(P.FUNDS_WRITE)
    async def load(self):
        self.cost, self.amount = "", ""
        if await self._open():
            locale = await self._locale()
            found = await self._run(keys.list_keys, id_of(self.building_id))
            self.keys = [Choice(str(k.id), k.name if k.own else translate(locale, k.name)) for k in found]
            await self._offer("")

    @event(P.FUNDS_WRITE)
    async def search_costs(self, text: str):
        """The costs that hold what is typed."""
        await self._offer(text[:100])

    async def _offer(self, words: str) -> None:
        locale = await self._locale()
        found = await self._run(service.list_costs, id_of(self.building_id), words)
        self._left = self._left | {str(x.id): int(x.left) for x in found}
        chosen = [c for c in self.costs if c.value == self.cost]
        offered = [
            Choice(
                str(x.id),
                f"{day(x.entry_on, locale)} · {number_words(x.journal, x.number)} · {x.code} {x.words} · {euros(Cents(int(x.left)), locale)}",
            )
            for x in found
        ]
        self.costs = offered + [c for c in chosen if c not in offered]

    @event(P.FUNDS_WRITE)
    async def choose_cost(self, line_id: str):
        """A cost was chosen: its amount is proposed, its key needs no choice."""
        self.cost = line_id if line_id in self._left else ""
        left = self._left.get(line_id)
        self.amount = "" if left is None else f"{left // 100},{left % 100:02}"

    @event(P.FUNDS_WRITE)
    async def save(self, form: dict[str, Any]):
        self.errors = {}
        given = self._given(form, "fund", "decision", "cost_line_id", "key_id")
        data = parse(WithdrawalIn, given | {"ordinary": form.get("ordinary") == "on"})
        return self._shown(await self._run(moving.withdraw, id_of(self.building_id), data))


class TransferState(FundForm, rx.State):
    """Money moved between two accounts of the association."""

    places: list[Choice] = []

    @event(P.FUNDS_WRITE)
    async def load(self):
        if await self._open():
            locale = await self._locale()
            found = await self._run(service.list_places, id_of(self.building_id))
            self.places = [Choice(a.code, f"{a.code} {a.label(locale)}") for a in found]

    @event(P.FUNDS_WRITE)
    async def save(self, form: dict[str, Any]):
        self.errors = {}
        data = parse(TransferIn, self._given(form, "from_code", "to_code"))
        return self._shown(await self._run(moving.transfer, id_of(self.building_id), data))


class AllocationState(FundForm, rx.State):
    """An amount added to a fund."""

    interest: bool = False
    left: str = ""  # interest of the year that is not added yet

    @event(P.FUNDS_WRITE)
    async def load(self):
        self.interest = False
        if await self._open():
            locale, building_id, today = await self._locale(), id_of(self.building_id), clock.today()
            years = await self._run(accounts.list_years, building_id)
            year = next((y for y in years if y.starts_on <= today <= y.ends_on), years[0])
            self.left = euros(await self._run(service.get_interest_left, building_id, year.id), locale)

    @event(P.FUNDS_WRITE)
    async def choose_kind(self, value: str):
        """By a decision, or interest."""
        self.interest = value == "interest"

    @event(P.FUNDS_WRITE)
    async def save(self, form: dict[str, Any]):
        self.errors = {}
        given = self._given(form, "fund", "decision") | {"interest": form.get("kind") == "interest"}
        return self._shown(await self._run(moving.allocate, id_of(self.building_id), parse(AllocationIn, given)))


@dataclass
class WaiverRow:
    id: str
    year: str
    words: str
    withdrawn: str
    reason: str
    document_id: str


class WaiverState(FundForm, rx.State):
    """A waiver of the contribution, and those there are."""

    years: list[Choice] = []
    year: str = ""
    shares: str = ""
    rows: list[WaiverRow] = []

    @event(P.LEDGER_READ)
    async def load(self):
        if await self._open():
            locale, building_id = await self._locale(), id_of(self.building_id)
            found = await self._run(accounts.list_years, building_id)
            self.years = [Choice(str(y.id), year_words(y, locale)) for y in found]
            today = clock.today()
            self.year = str(next((y.id for y in found if y.starts_on <= today <= y.ends_on), found[0].id))
            self.rows = await self._waivers({y.value: y.label for y in self.years}, locale)

    async def _waivers(self, years: dict[str, str], locale: str) -> list[WaiverRow]:
        found: list[FundWaiver] = await self._run(service.list_waivers, id_of(self.building_id))
        return [
            WaiverRow(
                str(x.id), years.get(str(x.year_id), ""), waiver_words(x, locale), day(x.withdrawn_on, locale),
                x.withdrawn_reason or "", str(x.document_id or ""),
            )
            for x in found
        ]  # fmt: skip

    @event(P.FUNDS_WRITE)
    async def save(self, form: dict[str, Any]):
        self.errors = {}
        names = ("year_id", "decided_on", "votes_for", "votes_cast", "words", "document_id")
        data = parse(WaiverIn, {name: form.get(name) for name in names} | {"key": self._key})
        await self._run(service.record_waiver, id_of(self.building_id), data)
        return rx.redirect(f"/buildings/{self.building_id}/funds?year={data.year_id}")
