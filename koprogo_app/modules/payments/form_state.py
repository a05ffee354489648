"""A payment being typed: what it would settle is told while it is typed."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from koprogo_app.core import clock, ids
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import DomainError, Invalid, NotFound
from koprogo_app.core.i18n import N_, Money, day, euros, translate
from koprogo_app.core.money import Cents, cents
from koprogo_app.core.validation import parse
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.modules.documents import service as documents
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.session import Session

from . import rules, service
from .models import ChosenIn, PaymentIn
from .rules import Fund, Kind

SLOTS = 12  # open items to choose from; more of them come through the REST interface
_LIVE = ("owner_id", "kind", "cents", "communication")


@dataclass
class SlotRow:
    """An open item of the person: what is open of it and, when the amount is known, what the payment takes of it."""

    id: str
    words: str
    due: str
    open: str
    taken: str


class PaymentFormState(Session, rx.State):
    """What is typed stays in its fields whatever is refused."""

    people: list[Choice] = []
    books: bool = True
    owner: str = ""  # chosen at first, by the address
    today: str = ""
    name: str = ""
    items: list[SlotRow] = []
    more: int = 0  # open items beyond those shown
    sentence: str = ""
    after: str = ""
    choosing: bool = False
    refund: bool = False
    errors: dict[str, str] = {}
    _typed: dict[str, str] = {}
    _key: str = ""

    @event(P.PAYMENTS_WRITE)
    async def load(self):
        self.errors, self.choosing, self.refund, self.today = {}, False, False, clock.today().isoformat()
        self._key = str(ids.uuid7())
        try:
            building_id = id_of(self.building_id)
            self.books = bool(await self._run(accounts.list_years, building_id))
            found = await self._run(documents.list_people, building_id)
        except NotFound:
            found = []
        self.people = [Choice(str(p.id), f"{p.last_name} {p.first_name}".strip()) for p in found]
        asked = self.router.url.query_parameters.get("owner", "")[:36]
        self.owner = asked if any(choice.value == asked for choice in self.people) else ""
        self._typed = {"owner_id": self.owner, "kind": Kind.RECEIPT.value}
        await self._tell()

    @event(P.PAYMENTS_WRITE)
    async def typed(self, name: str, text: str):
        """A field was left: the consequence follows."""
        if name in _LIVE or name in {f"item-{n}" for n in range(SLOTS)}:
            self._typed = self._typed | {name: text[:140]}
            self.refund = self._typed.get("kind") == Kind.REFUND
            await self._tell()

    @event(P.PAYMENTS_WRITE)
    async def choose(self, on: bool):
        """The items are chosen one by one, or the oldest due first."""
        self.choosing = on
        self._typed = {k: v for k, v in self._typed.items() if not k.startswith("item-")}
        await self._tell()

    async def _tell(self) -> None:
        """The open items of the person, what this amount settles, what stays."""
        locale = await self._locale()
        self.sentence = self.after = ""
        typed = {k: v for k, v in self._typed.items() if v}
        found = await self._items(typed)
        if found is None:
            self.items, self.more, self.name = [], 0, ""
            return
        taken: dict[Any, int] = {}
        try:
            amount = cents(typed.get("cents", ""), "cents") if typed.get("cents") else Cents(0)
            if amount > 0:
                told = await self._run(service.preview, id_of(self.building_id), self._data(typed, amount))
                taken = {part.line_id: part.cents for part in told.made.parts}
                self.sentence = _sentence(told, locale)
                self.after = _balance(told.balance_cents, locale)
        except Invalid as error:
            first: DomainError = next(iter(error.fields.values()), error)
            self.sentence = translate(locale, first.message, **first.params)
        self.more = max(0, len(found) - SLOTS)
        self.items = [
            SlotRow(
                str(i.line_id), i.words, day(i.due_on, locale), euros(Cents(i.open_cents), locale),
                euros(Cents(taken[i.line_id]), locale) if i.line_id in taken else "",
            )
            for i in found[:SLOTS]
        ]  # fmt: skip

    async def _items(self, typed: dict[str, str]) -> list[Any] | None:
        """The open items of who is named, or of whose communication is typed; none when nobody is."""
        who = next((name for name in ("owner_id", "communication") if name in typed), "")
        given = {who: typed[who]} if who else {}
        try:
            data = parse(PaymentIn, given | {"kind": typed.get("kind"), "paid_on": clock.today(), "cents": 1})
            payer = await self._run(service.find_payer, id_of(self.building_id), data)
        except (Invalid, NotFound):
            return None
        self.name = payer.name
        kind = Kind(typed.get("kind", Kind.RECEIPT.value))
        found: list[Any] = await self._run(service.open_items, id_of(self.building_id), payer.id)
        return rules.settled_by(kind, found)

    def _data(self, form: dict[str, Any], amount: int) -> PaymentIn:
        """Invalid beside the fields of the form; the items are those of the slots."""
        given = {name: form.get(name) for name in ("owner_id", "kind", "paid_on", "fund", "communication", "note")}
        given |= {"paid_on": given["paid_on"] or self.today, "cents": amount, "key": self._key}
        data = parse(PaymentIn, given)
        data.items = self._chosen(form) if self.choosing else []
        return data

    def _chosen(self, form: dict[str, Any]) -> list[ChosenIn]:
        wrong, found = dict[str, DomainError](), list[ChosenIn]()
        for n, row in enumerate(self.items):
            text = str(form.get(f"item-{n}", "")).strip()
            try:
                if text:
                    found.append(ChosenIn(line_id=row.id, cents=cents(text, f"item-{n}")))  # type: ignore[arg-type]
            except Invalid as error:
                wrong |= error.fields
        if wrong:
            raise Invalid.together(wrong)
        return found

    @event(P.PAYMENTS_WRITE)
    async def save(self, form: dict[str, Any]):
        self.errors = {}
        if not str(form.get("paid_on", "")).strip():
            raise Invalid("This field is required.", field="paid_on")
        text = str(form.get("cents", "")).strip()
        if not text:
            raise Invalid("Enter an amount.", field="cents")
        data = self._data(form, cents(text, "cents"))
        try:
            made = await self._run(service.record_payment, id_of(self.building_id), data)
        except Invalid as error:
            raise self._beside(error, data) from None
        return rx.redirect(f"/buildings/{self.building_id}/payments/{made.id}")

    def _beside(self, error: Invalid, data: PaymentIn) -> Invalid:
        """The refusals of items beside their slots."""
        slots = {row.id: n for n, row in enumerate(self.items)}
        moved: dict[str, DomainError] = {}
        for name, one in error.fields.items():
            place = name.removeprefix("items.")
            moved[f"item-{slots[str(data.items[int(place)].line_id)]}" if place.isdigit() else name] = one
        return Invalid.together(moved) if moved else error


def _sentence(told: service.Consequence, locale: str) -> str:
    """What the amount settles and what is left of it."""
    settled = Money(sum(part.cents for part in told.made.parts))
    if not told.made.left:
        return translate(locale, N_("It settles {amount}, nothing is left."), amount=settled)
    left = Money(told.made.left)
    return translate(locale, N_("It settles {amount}; {left} stays as credit."), amount=settled, left=left)


def _balance(balance: int, locale: str) -> str:
    if balance > 0:
        return translate(locale, N_("After it {amount} is still owed."), amount=Money(balance))
    if balance < 0:
        return translate(locale, N_("After it {amount} is owed back."), amount=Money(-balance))
    return translate(locale, N_("After it nothing is owed."))


__all__ = ["SLOTS", "Fund", "PaymentFormState"]
