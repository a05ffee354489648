"""A budget being made: from nothing, from last year's actuals or budget; then line by line, its sums following."""

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core import clock, ids
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import DomainError, Invalid, NotFound
from koprogo_app.core.i18n import day, euros, translate
from koprogo_app.core.money import Cents, cents
from koprogo_app.core.validation import parse
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.modules.keys import service as keys
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.session import Session

from . import entering, following, rules, service
from .models import BudgetIn, LineIn, ProposalIn
from .rules import FORM_LINES, Action, Line, Nature
from .state import budget_id_of, year_words

LINE = ("nature", "account", "key_id", "cents", "description")
_SUMMED = ("nature", "cents")
_SHARES = "shares"
_SOURCES = {"actuals": following.propose_from_actuals, "budget": following.propose_from_budget}


class BudgetFormState(Session, rx.State):
    """The form of a budget; what is typed stays in its fields whatever is refused."""

    missing: bool = False
    fixed: bool = False  # it is submitted or decided, or has more lines than the form
    begun: bool = False  # what the lines begin from is chosen
    no_books: bool = False
    start_values: dict[str, str] = {}
    values: dict[str, str] = {}
    years: list[Choice] = []
    accounts: list[Choice] = []
    keys: list[Choice] = []
    count: int = 1
    title: str = ""
    year: str = ""
    ordinary: str = ""
    extraordinary: str = ""
    reserve: str = ""
    total: str = ""
    errors: dict[str, str] = {}
    _typed: dict[str, str] = {}
    _key: str = ""
    _year_id: str = ""

    @event(P.BUDGETS_WRITE)
    async def start(self):
        """A new budget: of which year, and what its lines begin from."""
        self.errors, self.values, self.missing, self.fixed, self.begun = {}, {}, False, False, False
        self.title, self._key, self._year_id = "new", str(ids.uuid7()), ""
        locale = await self._locale()
        try:
            building_id = id_of(self.building_id)
            years = await self._run(accounts.list_years, building_id)
            had = {b.year_id for b in await self._run(service.all_budgets, building_id) if rules.taken(b.status)}
        except NotFound:
            self.missing = True
            return
        self.no_books = not years
        free = [y for y in years if y.id not in had]
        self.years = [
            Choice(str(y.id), f"{y.starts_on.year} ({day(y.starts_on, locale)} – {day(y.ends_on, locale)})")
            for y in free
        ]
        this = next((y for y in free if y.ends_on >= clock.today()), None)
        self.start_values = {"year_id": str(this.id) if this else "", "source": "hand", "percent": "0"}

    @event(P.BUDGETS_WRITE)
    async def prepare(self, form: dict[str, Any]):
        """Fills the lines from what was chosen."""
        self.errors = {}
        self._year_id = str(form.get("year_id", ""))
        label = {x.value: x.label for x in self.years}.get(self._year_id)
        if label is None:
            raise Invalid("Choose one from the list.", field="year_id")
        lines: list[Line] = []
        if source := _SOURCES.get(str(form.get("source", ""))):
            data = ProposalIn(percent=_percent(str(form.get("percent", ""))), whole_euros=form.get("whole") == "on")
            lines = await self._run(source, id_of(self.building_id), UUID(self._year_id), data)
        if len(lines) > FORM_LINES:
            made = BudgetIn.model_validate(
                {"year_id": self._year_id, "key": self._key, "lines": [_in(line) for line in lines]}
            )
            budget = await self._run(service.create_budget, id_of(self.building_id), made)
            return rx.redirect(f"/buildings/{budget.building_id}/budgets/{budget.id}")
        self.year = label
        await self._open(id_of(self.building_id), lines, "")
        self.begun = True
        return None

    @event(P.BUDGETS_WRITE)
    async def edit(self):
        """A draft or a rejected budget."""
        self.errors, self._key, self.no_books, self.begun = {}, "", False, True
        try:
            whole = await self._run(service.get_budget, budget_id_of(self.budget_id))
        except NotFound:
            self.missing = True
            return
        b = whole.budget
        self.missing = False
        self.title = self.year = year_words(b, *whole.days, await self._locale())
        self.fixed = not rules.may(Action.EDIT, b.status) or len(whole.lines) > FORM_LINES
        await self._open(b.building_id, whole.lines, b.notes)

    async def _open(self, building_id: Any, lines: Any, notes: str) -> None:
        locale = await self._locale()
        chart = await self._run(accounts.list_accounts, building_id)
        fit = [a for a in chart if any(entering.fits(a, nature) for nature in Nature)]
        fit.sort(key=lambda a: (entering.fits(a, Nature.RESERVE), a.code))
        self.accounts = [Choice(a.code, f"{a.code} {a.label(locale)}") for a in fit]
        found = await self._run(keys.list_keys, building_id)
        self.keys = [Choice(str(k.id), k.name) if k.own else Choice(_SHARES, translate(locale, k.name)) for k in found]
        self.count = min(max(1, len(lines)), FORM_LINES)
        first = {f"nature-{n}": Nature.ORDINARY.value for n in range(FORM_LINES)}
        first |= {f"key_id-{n}": _SHARES for n in range(FORM_LINES)}
        self.values = first | _values(lines) | {"notes": notes}
        self._typed = {k: v for k, v in self.values.items() if k.rpartition("-")[0] in _SUMMED}
        self._add_up(locale)

    @event(P.BUDGETS_WRITE)
    async def more(self):
        """One line more."""
        self.count = min(self.count + 1, FORM_LINES)

    @event(P.BUDGETS_WRITE)
    async def typed(self, name: str, text: str):
        """An amount was left, or a nature chosen: the sums follow."""
        if name in {f"{field}-{n}" for field in _SUMMED for n in range(FORM_LINES)}:
            self._typed = self._typed | {name: text[:40]}
            self._add_up(await self._locale())

    def _add_up(self, locale: str) -> None:
        sums = dict.fromkeys(Nature, 0)
        for n in range(self.count):
            nature, text = self._typed.get(f"nature-{n}", ""), self._typed.get(f"cents-{n}", "")
            try:
                sums[Nature(nature or Nature.ORDINARY)] += cents(text) if text.strip() else 0
            except (Invalid, ValueError):
                continue
        shown = {nature: euros(Cents(amount), locale) for nature, amount in sums.items()}
        self.ordinary, self.extraordinary = shown[Nature.ORDINARY], shown[Nature.EXTRAORDINARY]
        self.reserve, self.total = shown[Nature.RESERVE], euros(Cents(sum(sums.values())), locale)

    @event(P.BUDGETS_WRITE)
    async def save(self, form: dict[str, Any]):
        """Keeps the draft, and submits it when that was ticked."""
        self.errors = {}
        lines, places = _lines(form, self.count)
        given = {"notes": form.get("notes"), "key": self._key, "year_id": self._year_id if self.title == "new" else ""}
        data = parse(BudgetIn, given)
        data.lines = lines
        try:
            if self.title == "new":
                made = await self._run(service.create_budget, id_of(self.building_id), data)
            else:
                made = await self._run(service.update_budget, budget_id_of(self.budget_id), data)
            if form.get("send") == "on":
                await self._run(service.submit_budget, made.id)
        except Invalid as error:
            raise _beside(error, places) from None
        return rx.redirect(f"/buildings/{made.building_id}/budgets/{made.id}")


def _percent(text: str) -> Decimal:
    """`2,5` or `-3` as a percentage; empty is nothing. Invalid beside the field."""
    plain = "".join(text.split()).replace("%", "").replace(",", ".")
    try:
        return parse(ProposalIn, {"percent": Decimal(plain or "0")}).percent
    except InvalidOperation:
        raise Invalid("Enter a number.", field="percent") from None


def _in(line: Line) -> dict[str, Any]:
    return {
        "nature": line.nature, "account": line.account, "key_id": line.key_id, "cents": line.cents, "description": line.description,
    }  # fmt: skip


def _values(lines: list[Line]) -> dict[str, str]:
    """What the fields of the lines hold at first."""
    found: dict[str, str] = {}
    for n, x in enumerate(lines):
        amount = f"{Decimal(x.cents) / 100:.2f}".replace(".", ",")
        given = (x.nature.value, x.account, str(x.key_id or _SHARES), amount, x.description)
        found |= {f"{name}-{n}": value for name, value in zip(LINE, given, strict=True)}
    return found


def _lines(form: dict[str, Any], count: int) -> tuple[list[LineIn], list[int]]:
    """The lines of the form, and which slot each stands in; empty slots are left out. Invalid beside every wrong field."""
    lines, places, errors = list[LineIn](), list[int](), dict[str, DomainError]()
    for n in range(count):
        texts = {name: str(form.get(f"{name}-{n}", "")).strip() for name in LINE}
        if not any(texts[name] for name in ("account", "cents", "description")):
            continue
        given: dict[str, Any] = texts | {"key_id": "" if texts["key_id"] == _SHARES else texts["key_id"]}
        try:
            if not texts["cents"]:
                raise Invalid("Enter an amount.", field="cents")
            given["cents"] = cents(texts["cents"], "cents")
            lines.append(parse(LineIn, given))
            places.append(n)
        except Invalid as error:
            errors |= {f"{name}-{n}": one for name, one in error.fields.items()}
    if errors:
        raise Invalid.together(errors)
    return lines, places


def _beside(error: Invalid, places: list[int]) -> Invalid:
    """The refusals of lines (lines.<n>.<field>) beside the fields of the slot that the line stands in."""
    moved: dict[str, DomainError] = {}
    for name, one in error.fields.items():
        part = name.split(".")
        if len(part) == 3 and part[0] == "lines":
            name = f"{part[2]}-{places[int(part[1])]}"
        moved["cents-0" if name == "lines" else name] = one
    return Invalid.together(moved) if moved else error
