"""An entry being typed."""

from typing import Any

import reflex as rx

from koprogo_app.core import clock, ids
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import DomainError, Invalid, NotFound
from koprogo_app.core.i18n import euros
from koprogo_app.core.listing import Asked
from koprogo_app.core.money import Cents, cents
from koprogo_app.core.validation import parse
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.modules.documents import service as documents
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.session import Session

from . import service
from .models import EntryIn, LineIn

LINES = 16  # of the form; more of them come through the REST interface


class EntryFormState(Session, rx.State):
    """An entry being typed; what is typed stays in its fields whatever is refused."""

    accounts: list[Choice] = []
    owners: list[Choice] = []
    suppliers: list[Choice] = []
    documents: list[Choice] = []
    books: bool = True
    count: int = 2
    parties: list[str] = [""] * LINES  # whom the account of each line asks for
    today: str = ""
    debit: str = ""
    credit: str = ""
    missing: str = ""
    equal: bool = False
    errors: dict[str, str] = {}
    _party_of: dict[str, str] = {}
    _typed: dict[str, str] = {}
    _key: str = ""

    @event(P.LEDGER_POST)
    async def load(self):
        self.errors, self.count, self.parties = {}, 2, [""] * LINES
        self._typed, self._key, self.today = {}, str(ids.uuid7()), clock.today().isoformat()
        locale, building_id = await self._locale(), id_of(self.building_id)
        try:
            chart = await self._run(accounts.list_accounts, building_id)
        except NotFound:
            chart = []
        self.books = bool(chart)
        self.accounts = [Choice(a.code, f"{a.code} {a.label(locale)}") for a in chart if a.postable]
        self._party_of = {a.code: a.party or "" for a in chart}
        if chart:
            people = await self._run(documents.list_people, building_id)
            self.owners = [Choice(str(p.id), f"{p.last_name} {p.first_name}".strip()) for p in people]
            found = await self._run(
                suppliers.list_suppliers, Asked(size=1000, sort="name", filters={"state": "active"})
            )
            self.suppliers = [Choice(str(one.id), one.name) for one in found.rows]
            papers = await self._run(documents.list_of_building, building_id)
            self.documents = [Choice(str(p.id), p.title) for p in papers]
        self._add_up(locale)

    @event(P.LEDGER_POST)
    async def more(self):
        """One line more."""
        self.count = min(self.count + 1, LINES)

    @event(P.LEDGER_POST)
    async def choose(self, line: int, code: str):
        """The account of a line was chosen: whom it asks for is shown."""
        if 0 <= line < LINES:
            self.parties = [
                self._party_of.get(code, "") if n == line else party for n, party in enumerate(self.parties)
            ]

    @event(P.LEDGER_POST)
    async def typed(self, name: str, text: str):
        """An amount was left: the sums follow."""
        if name in {f"{side}-{n}" for side in ("debit", "credit") for n in range(LINES)}:
            self._typed = self._typed | {name: text[:30]}
            self._add_up(await self._locale())

    def _add_up(self, locale: str) -> None:
        sums = {
            side: sum(_readable(text) for name, text in self._typed.items() if name.startswith(side))
            for side in ("debit", "credit")
        }
        self.debit, self.credit = euros(Cents(sums["debit"]), locale), euros(Cents(sums["credit"]), locale)
        left = sums["debit"] - sums["credit"]
        self.missing, self.equal = euros(Cents(abs(left)), locale) if left else "", bool(sums["debit"]) and not left

    @event(P.LEDGER_POST)
    async def post(self, form: dict[str, Any]):
        self.errors = {}
        lines, errors, numbers = list[LineIn](), dict[str, DomainError](), list[int]()
        for n in range(self.count):
            try:
                line = _line(form, n)
            except Invalid as error:
                errors |= error.fields
                continue
            if line:
                lines.append(line)
                numbers.append(n)
        if errors:
            raise Invalid.together(errors)
        given = {name: form.get(name) for name in ("journal", "entry_on", "description", "document_ref", "document_id")}
        data = parse(EntryIn, given | {"key": self._key})
        data.lines = lines
        try:
            made = await self._run(service.post_entry, id_of(self.building_id), data)
        except Invalid as error:
            raise _beside(error, numbers) from None
        return rx.redirect(f"/buildings/{self.building_id}/entries/{made.id}")


def _readable(text: str) -> int:
    try:
        return cents(text) if text.strip() else 0
    except Invalid:
        return 0


def _line(form: dict[str, Any], n: int) -> LineIn | None:
    """A line of the form; none when nothing is in it. Invalid beside the amount."""
    texts = {
        name: str(form.get(f"{name}-{n}", "")).strip()
        for name in ("account", "debit", "credit", "words", "owner", "supplier")
    }
    if not any(texts[name] for name in ("account", "debit", "credit")):
        return None
    debit = cents(texts["debit"], f"debit-{n}") if texts["debit"] else 0
    credit = cents(texts["credit"], f"credit-{n}") if texts["credit"] else 0
    if not texts["account"]:
        raise Invalid("Choose an account.", field=f"account-{n}")
    for name, value in (("debit", debit), ("credit", credit)):
        if value < 0:
            raise Invalid("Enter an amount above zero.", field=f"{name}-{n}")
    given = {"account": texts["account"], "debit_cents": debit, "credit_cents": credit, "description": texts["words"],
             "owner_id": texts["owner"], "supplier_id": texts["supplier"]}  # fmt: skip
    return parse(LineIn, given)


def _beside(error: Invalid, numbers: list[int]) -> Invalid:
    """The refusals of lines beside the account of the line as the form numbers it."""
    fields: dict[str, DomainError] = {}
    for name, one in error.fields.items():
        place = name.removeprefix("lines.")
        fields[f"account-{numbers[int(place)]}" if place.isdigit() else "description" if name == "lines" else name] = (
            one
        )
    return Invalid.together(fields) if fields else error
