"""A call being typed or corrected, line by line; what each owner would pay follows beside it."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core import clock, ids
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import DomainError, Invalid, NotFound
from koprogo_app.core.i18n import euros, translate
from koprogo_app.core.money import Cents, cents
from koprogo_app.core.validation import parse
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.splits.models import Preview
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.session import Session

from . import rules, service
from .models import CallIn, LineIn
from .rules import FORM_LINES
from .service import Whole
from .state import call_id_of

TEXTS = ("title", "description", "kind", "called_on", "due_on", "owner_id")
LINE = ("description", "destination", "key_id", "amount")
_FOLLOWED = ("called_on", "due_on", "owner_id", "title")  # what the shares are worked out anew for, beside the lines
MOST_SHARES = 500
NEW = "new"  # where others have the id of their draft


@dataclass
class ShareRow:
    owner: str
    amount: str


class Sharing(Session, mixin=True):
    """What each owner would pay, or what stops it from being worked out."""

    shares: list[ShareRow] = []
    shared: str = ""  # the total
    stopped: list[str] = []

    def _show(self, found: Preview, locale: str) -> None:
        total = Cents(sum(x.owed.cents for x in found.totals))
        self.shares = [ShareRow(x.owner, euros(x.owed.cents, locale)) for x in found.totals[:MOST_SHARES]]
        self.shared, self.stopped = euros(total, locale), []

    def _stop(self, error: DomainError, locale: str) -> None:
        wrong = list(error.fields.values()) or [error]
        self.shares, self.shared = [], ""
        self.stopped = list(dict.fromkeys(translate(locale, one.message, **one.params) for one in wrong))


class CallFormState(Sharing, rx.State):
    """The form of a call; what is typed stays in its fields whatever is refused."""

    missing: bool = False
    fixed: bool = False  # it is issued, or has more lines than the form
    values: dict[str, str] = {}
    keys: list[Choice] = []
    people: list[Choice] = []
    count: int = 1
    record: str = ""  # NEW, or the id of the draft: another starts with fresh fields
    title: str = ""
    total: str = ""
    errors: dict[str, str] = {}
    _typed: dict[str, str] = {}
    _key: str = ""
    _lot: str = ""  # that a private call is for: kept, not shown
    _building: str = ""

    @event(P.CALLS_WRITE)
    async def start(self):
        """A new call."""
        today = clock.today()
        self.missing = self.fixed = False
        self.record, self.title, self._key, self._lot = NEW, "", str(ids.uuid7()), ""
        due = today + timedelta(rules.DAYS_TO_PAY)
        await self._open(id_of(self.building_id), {"called_on": str(today), "due_on": str(due)}, 1)

    @event(P.CALLS_WRITE)
    async def edit(self):
        """A draft."""
        self._key = ""
        try:
            whole: Whole = await self._run(service.get_call, call_id_of(self.call_id))
        except NotFound:
            self.missing = True
            return
        self.missing, self._lot = False, str(whole.call.lot_id or "")
        self.record, self.title = str(whole.call.id), whole.call.title
        self.fixed = whole.call.status != rules.Status.DRAFT or len(whole.lines) > FORM_LINES
        await self._open(whole.call.building_id, _values(whole), max(1, len(whole.lines)))

    async def _open(self, building_id: UUID, values: dict[str, str], count: int) -> None:
        self.errors, self.count, self._building = {}, min(count, FORM_LINES), str(building_id)
        locale = await self._locale()
        try:
            found = await self._run(keys.list_keys, building_id)
        except NotFound:
            self.missing = True
            return
        self.keys = [
            Choice("" if not k.own else str(k.id), k.name if k.own else translate(locale, k.name)) for k in found
        ]
        held = await self._run(ownership.who_owned, building_id, clock.today())
        names = {str(h.part.owner_id): h.name for h in held}
        alone = values.get("owner_id", "")
        if alone and alone not in names:  # a former owner
            names[alone] = (await self._run(owners.get_owner, UUID(alone))).name
        self.people = [Choice(i, name) for i, name in sorted(names.items(), key=lambda pair: pair[1])]
        self.values, self._typed = values, dict(values)
        await self._follow(locale)

    @event(P.CALLS_WRITE)
    async def more(self):
        """One line more."""
        self.count = min(self.count + 1, FORM_LINES)

    @event(P.CALLS_WRITE)
    async def typed(self, name: str, text: str):
        """Something was entered: the shares follow."""
        if name in _FOLLOWED or name in {f"{field}-{n}" for field in LINE for n in range(FORM_LINES)}:
            self._typed = self._typed | {name: text[:300]}
            await self._follow(await self._locale())

    async def _follow(self, locale: str) -> None:
        sums = [_cents_or_none(self._typed.get(f"amount-{n}", "")) or 0 for n in range(self.count)]
        self.total = euros(Cents(sum(sums)), locale)
        if not any(sums):
            self.shares, self.shared, self.stopped = [], "", []
            return
        try:
            data, _ = self._data({"title": "–", **{k: v for k, v in self._typed.items() if v}})
            self._show(await self._run(service.preview_new, UUID(self._building), data), locale)
        except DomainError as error:
            self._stop(error, locale)

    @event(P.CALLS_WRITE)
    async def save(self, form: dict[str, Any]):
        """Keeps the draft."""
        self.errors = {}
        data, places = self._data(form)
        try:
            if self.record == NEW:
                made = await self._run(service.create_call, id_of(self.building_id), data)
            else:
                made = await self._run(service.update_call, call_id_of(self.call_id), data)
        except Invalid as error:
            raise beside_slots(error, places) from None
        return rx.redirect(f"/buildings/{made.building_id}/calls/{made.id}")

    def _data(self, form: dict[str, Any]) -> tuple[CallIn, list[int]]:
        """The call of the form, and which slot each line stands in. Invalid beside the fields."""
        errors: dict[str, DomainError] = {}
        try:
            lines, places = lines_of_form(form, self.count)
        except Invalid as error:
            errors, lines, places = error.fields, [], []
        given: dict[str, Any] = {name: form.get(name) for name in TEXTS}
        kept = self._lot if self._lot and given["owner_id"] else None
        try:
            data = parse(CallIn, given | {"key": self._key, "lot_id": kept})
        except Invalid as error:
            raise Invalid.together(error.fields | errors) from None
        if errors:
            raise Invalid.together(errors)
        data.lines = lines
        return data, places


def lines_of_form(form: dict[str, Any], count: int) -> tuple[list[LineIn], list[int]]:
    """The lines that something is entered in, and the slot each stands in. Invalid beside the fields of the slots."""
    lines, places, errors = list[LineIn](), list[int](), dict[str, DomainError]()
    for n in range(count):
        texts = {name: str(form.get(f"{name}-{n}", "")).strip() for name in LINE}
        if not texts["amount"] and not texts["description"]:
            continue
        try:
            if not texts["amount"]:
                raise Invalid("Enter an amount.", field="amount")
            given: dict[str, Any] = {name: texts[name] for name in ("description", "destination", "key_id")}
            lines.append(parse(LineIn, given | {"cents": cents(texts["amount"], "amount")}))
            places.append(n)
        except Invalid as error:
            errors |= {f"{name}-{n}": one for name, one in error.fields.items()}
    if errors:
        raise Invalid.together(errors)
    return lines, places


def _values(whole: Whole) -> dict[str, str]:
    """What the fields of a call hold at first."""
    found = {name: str(getattr(whole.call, name) or "") for name in TEXTS}
    for n, line in enumerate(whole.lines):
        amount = f"{Decimal(line.cents) / 100:.2f}".replace(".", ",")
        given = {
            "description": line.description, "destination": line.destination, "key_id": str(line.key_id or ""), "amount": amount
        }  # fmt: skip
        found |= {f"{name}-{n}": value for name, value in given.items()}
    return found


def _cents_or_none(text: str) -> int | None:
    try:
        return cents(text) if text.strip() else None
    except Invalid:
        return None


def beside_slots(error: Invalid, places: list[int]) -> Invalid:
    """The refusals of lines (lines.<n>.<field>) beside the fields of the slot that the line stands in."""
    moved: dict[str, DomainError] = {}
    for name, one in error.fields.items():
        part = name.split(".")
        if len(part) == 3 and part[0] == "lines" and part[1].isdigit() and int(part[1]) < len(places):
            name = f"{'amount' if part[2] == 'cents' else part[2]}-{places[int(part[1])]}"
        moved["amount-0" if name == "lines" else name] = one
    return Invalid.together(moved) if moved else error
