"""What the page of a budget shows: its lines beside the books, the minimum of the reserve, what each lot pays, the decision."""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import Invalid, NotFound
from koprogo_app.core.i18n import N_, day, euros, number, translate
from koprogo_app.core.money import Cents
from koprogo_app.core.validation import day_of, parse
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.documents import service as documents
from koprogo_app.modules.keys import service as keys
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.session import Session
from koprogo_app.ui.share_bar import Share

from . import following, rules, service
from .following import Followed
from .models import DecisionIn
from .rules import NATURES, Action, Nature, Reserve, ReserveCheck
from .service import Whole
from .state import budget_id_of, year_words

RESERVE_SAID = {
    Reserve.UNKNOWN_DAY: N_(
        "The provisional acceptance of the common parts is not entered: whether the contribution is compulsory is not known."
    ),
    Reserve.NOT_YET: N_("The contribution is not compulsory in this year."),
    Reserve.UNKNOWN_BASE: N_(
        "The books hold no ordinary cost of the year before: the minimum cannot be computed from them."
    ),
    Reserve.MET: N_("The contribution reaches the minimum of the law."),
    Reserve.SHORT: N_(
        "{missing} are missing to the minimum of the law, unless the meeting waives it by four fifths of the votes."
    ),
}
SHORT_OF_KNOWLEDGE = (Reserve.UNKNOWN_DAY, Reserve.UNKNOWN_BASE)


@dataclass
class BudgetCard:
    """A budget, worded."""

    id: str = ""
    title: str = ""
    status: str = ""
    first: str = ""
    last: str = ""
    ordinary: str = ""
    extraordinary: str = ""
    reserve: str = ""
    total: str = ""
    monthly: str = ""
    notes: str = ""
    refusal: str = ""
    decided: str = ""
    decision: str = ""
    document_id: str = ""

    @classmethod
    def of(cls, whole: Whole, locale: str) -> "BudgetCard":
        b, (first, last) = whole.budget, whole.days
        sums = rules.totals(whole.lines)
        shown = [euros(c, locale) for c in (sums.ordinary, sums.extraordinary, sums.reserve, sums.whole)]
        title = translate(locale, N_("Budget {year}"), year=year_words(b, first, last, locale))
        return cls(
            str(b.id), title, b.status, day(first, locale), day(last, locale), *shown, euros(rules.monthly(sums.whole), locale), b.notes,
            b.rejection_reason, day(b.decided_on, locale), b.decision, str(b.document_id or ""),
        )  # fmt: skip


@dataclass
class FollowRow:
    """A line beside the books. `state`: ok, near or over; `percent` of the budget that is spent, worded."""

    label: str
    nature: str
    key: str
    before: str
    budget: str
    actual: str
    difference: str
    percent: str
    state: str


@dataclass
class BarRow:
    """A line drawn: what was spent above its budget, both as wide as the largest figure of the page allows."""

    label: str
    actual: str
    budget: str
    said: str
    bar: Share = field(default_factory=lambda: Share("", "", "0"))
    planned: Share = field(default_factory=lambda: Share("", "", "0"))


@dataclass
class LotRow:
    number: str
    year: str
    month: str


@dataclass
class ReserveCard:
    state: str = ""
    said: str = ""
    due: str = ""
    base: str = ""
    minimum: str = ""
    contribution: str = ""

    @classmethod
    def of(cls, x: ReserveCheck, locale: str) -> "ReserveCard":
        tone = "info" if x.state in SHORT_OF_KNOWLEDGE else "ok"
        return cls(
            "warn" if x.state == Reserve.SHORT else tone,
            translate(locale, RESERVE_SAID[x.state], missing=euros(x.missing, locale)), day(x.due_on, locale),
            "" if x.base is None else euros(x.base, locale), "" if x.minimum is None else euros(x.minimum, locale),
            euros(x.contribution, locale),
        )  # fmt: skip


class BudgetState(Session, rx.State):
    """The page of a budget."""

    missing: bool = False
    budget: BudgetCard = BudgetCard()
    rows: list[FollowRow] = []
    outside: list[FollowRow] = []
    bars: list[BarRow] = []
    sums: FollowRow = FollowRow("", "", "", "", "", "", "", "", "")
    cost: str = ""
    warnings: list[str] = []
    until: str = ""  # ISO, as the field holds it
    until_said: str = ""
    first_day: str = ""
    last_day: str = ""
    reserve: ReserveCard = ReserveCard()
    lots: list[LotRow] = []
    lots_sum: str = ""
    stopped: str = ""  # why the provisions cannot be shared out
    papers: list[Choice] = []
    can: list[str] = []  # the actions of its state
    asking: str = ""  # the decision whose dialog is open
    errors: dict[str, str] = {}

    @event(P.LEDGER_READ)
    async def load(self):
        self.errors, self.asking, self.until = {}, "", ""
        await self._read()

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            budget_id = budget_id_of(self.budget_id)
            until = day_of(self.until, "until") if self.until else None
            found: Followed = await self._run(following.follow_up, budget_id, until)
        except NotFound:
            self.missing, self.rows, self.budget = True, [], BudgetCard()
            return
        self.missing, whole = False, found.whole
        building_id, (first, last) = whole.budget.building_id, whole.days
        self.budget = BudgetCard.of(whole, locale)
        self.can = [action.value for action in Action if rules.may(action, whole.budget.status)]
        self.first_day, self.last_day = first.isoformat(), last.isoformat()
        self.until, self.until_said = max(found.until, first).isoformat(), day(found.until, locale)
        warn = (await self._run(service.get_setting, building_id)).warn_percent
        chart = await self._run(accounts.list_accounts, building_id)
        named = {
            k.id: k.name if k.own else translate(locale, k.name) for k in await self._run(keys.list_keys, building_id)
        }
        words = _Words(locale, {a.code: a.label(locale) for a in chart}, named, named[building_id])
        self._show(found, warn, words)
        self.reserve = ReserveCard.of(await self._run(following.reserve_check, budget_id), locale)
        await self._share_out(budget_id, locale)
        listed = await self._run(documents.list_of_building, building_id)
        self.papers = [Choice(str(p.id), p.title) for p in listed]

    def _show(self, found: Followed, warn: int, words: "_Words") -> None:
        locale, x = words.locale, found.found
        self.rows = [words.row(row, warn) for row in x.rows]
        left = [words.row(row, warn) for row in x.unbudgeted]
        for row, label in ((x.private, N_("Private costs")), (x.funds, N_("To and from the funds"))):
            if row.actual or row.before:
                left.append(words.row(row, warn, translate(locale, label)))
        self.outside = left
        every = rules.Followed(rules.Place(Nature.ORDINARY, "", None))
        for row in x.rows:
            every.budget, every.actual, every.before = (
                every.budget + row.budget,
                every.actual + row.actual,
                every.before + row.before,
            )
        self.sums = words.row(every, warn, translate(locale, N_("Total of the budget")))
        self.cost = euros(x.cost, locale)
        widest = max((abs(c) for row in x.rows for c in (row.budget, row.actual)), default=0) or 1
        self.bars = [words.bar(row, warn, widest) for row in x.rows]
        looks = [(row, row.look(warn)) for row in x.rows if row.place.nature != Nature.RESERVE]
        over = [translate(locale, N_("{line}: {amount} over the budget."), line=words.label(row), amount=euros(Cents(-row.difference), locale))
                for row, look in looks if look == rules.Look.OVER]  # fmt: skip
        near = [translate(locale, N_("{line}: {percent} % of the budget is spent."), line=words.label(row), percent=words.percent(row.percent))
                for row, look in looks if look == rules.Look.NEAR]  # fmt: skip
        self.warnings = over + near

    async def _share_out(self, budget_id: Any, locale: str) -> None:
        self.lots, self.lots_sum, self.stopped = [], "", ""
        try:
            found = await self._run(following.provision_per_lot, budget_id)
        except Invalid as error:
            self.stopped = translate(locale, error.message, **error.params)
            return
        self.lots = [LotRow(x.number, euros(x.cents, locale), euros(rules.monthly(x.cents), locale)) for x in found]
        self.lots_sum = euros(Cents(sum(x.cents for x in found)), locale)

    @event(P.LEDGER_READ)
    async def show_until(self, form: dict[str, Any]):
        """The follow-up up to another day of the year."""
        self.errors, before = {}, self.until
        self.until = str(form.get("until", "")).strip()
        try:
            await self._read()
        except Invalid:
            self.until = before
            raise

    @event(P.BUDGETS_WRITE)
    async def submit(self):
        await self._do(service.submit_budget)

    @event(P.BUDGETS_DECIDE)
    async def archive(self):
        await self._do(service.archive_budget)

    @event(P.BUDGETS_WRITE)
    async def delete(self):
        await self._run(service.delete_budget, budget_id_of(self.budget_id))
        return rx.redirect(f"/buildings/{self.building_id}/budgets")

    async def _do(self, act: Any, *given: Any) -> None:
        self.errors = {}
        await self._run(act, budget_id_of(self.budget_id), *given)
        self.asking = ""
        await self._read()

    @event(P.BUDGETS_DECIDE)
    async def ask(self, action: str):
        """Opens the dialog of a decision."""
        self.asking, self.errors = action if action in (Action.APPROVE, Action.REJECT) else "", {}

    @event(P.BUDGETS_DECIDE)
    async def show_asking(self, open: bool):
        if not open:
            self.asking, self.errors = "", {}

    @event(P.BUDGETS_DECIDE)
    async def approve(self, form: dict[str, Any]):
        self.errors = {}
        given = {name: form.get(name) for name in ("decided_on", "decision", "document_id")}
        await self._do(service.approve_budget, parse(DecisionIn, given))

    @event(P.BUDGETS_DECIDE)
    async def reject(self, form: dict[str, Any]):
        await self._do(service.reject_budget, str(form.get("reason", "")))


@dataclass(frozen=True, slots=True)
class _Words:
    """How a reader reads accounts, keys and figures."""

    locale: str
    chart: dict[str, str]
    keys: dict[Any, str]
    shares: str

    def label(self, x: rules.Followed) -> str:
        account = " ".join(part for part in (x.place.account, self.chart.get(x.place.account, "")) if part)
        said = ", ".join(x.words)
        return " · ".join(part for part in (account, said) if part) or translate(self.locale, NATURES[x.place.nature])

    def percent(self, part: Fraction | None) -> str:
        if part is None:
            return ""
        return number(round(Decimal(part.numerator) / part.denominator, 1), self.locale)

    def row(self, x: rules.Followed, warn: int, label: str = "") -> FollowRow:
        key = self.keys.get(x.place.key_id, "") if x.place.key_id else self.shares
        plain = label or x.place.nature == Nature.RESERVE
        shown = [euros(Cents(c), self.locale) for c in (x.before, x.budget, x.actual, x.difference)]
        percent = self.percent(x.percent)
        nature = "" if label else translate(self.locale, NATURES[x.place.nature])
        return FollowRow(
            label or self.label(x),
            nature,
            "" if plain else key,
            *shown,
            f"{percent} %" if percent else "",
            _look(x, warn),
        )

    def bar(self, x: rules.Followed, warn: int, widest: int) -> BarRow:
        actual, budget = euros(Cents(x.actual), self.locale), euros(Cents(x.budget), self.locale)
        label = self.label(x)
        said = translate(self.locale, N_("{line}: {actual} of {budget}"), line=label, actual=actual, budget=budget)
        part = {"over": "bad", "near": "warn"}.get(_look(x, warn), "k1")
        return BarRow(
            label, actual, budget, said, Share(label, actual, _width(x.actual, widest), part),
            Share(label, budget, _width(x.budget, widest), "k4"),
        )  # fmt: skip


def _look(x: rules.Followed, warn: int) -> str:
    """A contribution above its line is no overrun."""
    return rules.Look.OK.value if x.place.nature == Nature.RESERVE else x.look(warn).value


def _width(cents: int, widest: int) -> str:
    return f"{max(cents, 0) * 100 / widest:.1f}"
