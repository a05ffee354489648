"""What the pages of distribution keys show, already worded for their reader."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import reflex as rx
from reflex.state import OnLoadInternalState

from koprogo_app.core.actor import Permission
from koprogo_app.core.errors import DomainError, Invalid, NotFound
from koprogo_app.core.i18n import N_, number, translate
from koprogo_app.core.money import Shares
from koprogo_app.core.validation import address_id, parse
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.words import type_words
from koprogo_app.modules.parsing.rules import read_weight
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.session import Session

from . import service
from .models import KeyIn
from .rules import LARGEST, Key, Start

RELOAD = OnLoadInternalState.on_load_internal  # the page reads its rows again


def name_of(key: Key, locale: str) -> str:
    return key.name if key.own else translate(locale, key.name)


def verdict(key: Key, locale: str) -> str:
    """What the check of a key says."""
    count = number(abs(key.missing), locale)
    if key.sum == 0:
        return translate(locale, "No lot has a weight yet.")
    if key.missing > 0:
        return translate(locale, "Missing to reach the total of the deed: {count}.", count=count)
    if key.missing < 0:
        return translate(locale, "Above the total of the deed: {count}.", count=count)
    if key.expected is None:
        return translate(locale, "The deed names no total to check.")
    return translate(locale, "The weights add up to the total of the deed.")


def figure_of(key: Key, locale: str) -> str:
    """670 / 700, or 670 when the deed names no total."""
    found = number(key.sum, locale)
    return found if key.expected is None else f"{found} / {number(key.expected, locale)}"


def weight_of(text: str) -> int:
    """A typed weight; nothing is zero. Invalid for a percentage, any other text that is not a whole number, and above LARGEST."""
    if "%" in text:
        raise Invalid("A weight is a whole number over the total of the key, never a percentage.", field="weights")
    parsed = read_weight(text)
    if parsed.problem:
        raise Invalid(parsed.problem.message, field="weights", **parsed.problem.params)
    if parsed.value and parsed.value.whole is not None:
        raise Invalid("Enter a whole number.", field="weights")
    weight = int(parsed.value.amount) if parsed.value else 0
    if weight > LARGEST:
        raise Invalid("Enter {le} or less.", field="weights", le=LARGEST)
    return weight


@dataclass
class KeyRow:
    """A key, worded. The tone is "ok", "bad", or "open" when the deed names no total to check."""

    id: str
    name: str
    clause: str
    lots: str
    figure: str
    verdict: str
    tone: str

    @classmethod
    def of(cls, key: Key, locale: str) -> "KeyRow":
        tone = "bad" if not key.passed else "ok" if key.expected is not None else "open"
        words = (name_of(key, locale), key.clause, number(key.lots, locale), figure_of(key, locale))
        return cls(str(key.id), *words, verdict(key, locale), tone)


class KeysState(Session, rx.State):
    """The keys of a building."""

    rows: list[KeyRow] = []

    @event(Permission.KEYS_READ)
    async def load(self):
        locale = await self._locale()
        self.rows = [KeyRow.of(key, locale) for key in await self._run(service.list_keys, id_of(self.building_id))]


class NewKeyState(Session, rx.State):
    """The form of a new key."""

    start: str = Start.HOMES.value
    lots: list[Choice] = []
    errors: dict[str, str] = {}

    @event(Permission.KEYS_WRITE)
    async def load(self):
        locale = await self._locale()
        self.start, self.errors = Start.HOMES.value, {}
        found = await self._run(lots.list_building_lots, id_of(self.building_id))
        self.lots = [Choice(str(lot.id), f"{lot.number} · {type_words(lot.type, locale)}") for lot in found]

    @event(Permission.KEYS_WRITE)
    async def choose(self, start: str):
        self.start = start

    @event(Permission.KEYS_WRITE)
    async def create(self, form: dict[str, Any]):
        self.errors = {}
        how = Start(form["start"]) if form.get("start") in set(Start) else Start.BLANK
        chosen = [UUID(name.removeprefix("lot-")) for name in form if name.startswith("lot-")]
        building_id = id_of(self.building_id)
        made = await self._run(service.create_key, building_id, entered(form), how, chosen)
        return rx.redirect(f"/buildings/{building_id}/keys/{made.id}")


def entered(form: dict[str, Any]) -> KeyIn:
    """A form's name, clause and total."""
    return parse(KeyIn, {name: form.get(name) for name in ("name", "clause")} | {"total": _total(form)})


def _total(form: dict[str, Any]) -> int | None:
    try:
        return weight_of(str(form.get("total", ""))) or None
    except Invalid as error:
        raise Invalid(error.message, field="total", **error.params) from None


@dataclass
class WeightRow:
    """A lot in a key, its weight as typed; the tone is "bad" for a text that is not a weight."""

    id: str
    number: str
    type: str
    weight: str
    tone: str = ""


class KeyState(Session, rx.State):
    """One key and the weight of every lot. What is typed waits here, over the pages of the list, until it is saved."""

    missing: bool = False
    key: KeyRow = KeyRow("", "", "", "", "", "", "ok")
    own: bool = False
    values: dict[str, str] = {}
    rows: list[WeightRow] = []
    page: int = 1
    size: int = 100
    total: int = 0
    sort: str = "number"
    order: str = "asc"
    filters: dict[str, str] = {}
    waiting: int = 0
    correcting: bool = False
    errors: dict[str, str] = {}
    _drafts: dict[str, str] = {}
    _kept: dict[str, int] = {}
    _lots: list[tuple[str, str, str]] = []
    _key: str = ""

    @event(Permission.KEYS_READ)
    async def load(self):
        if self._key != self.key_id:
            self._key, self.page, self._drafts = self.key_id, 1, {}
        self.errors, self.correcting = {}, False
        await self._read()

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            key = await self._run(service.get_key, key_id_of(self.key_id))
        except NotFound:
            self.missing, self.rows = True, []
            return
        weights = await self._run(service.weights, key.id)
        found = await self._run(lots.list_building_lots, key.building_id)
        self.missing, self.own = False, key.own
        self._kept = {str(lot_id): int(weight) for lot_id, weight in weights.items()}
        self._lots = [(str(lot.id), lot.number, type_words(lot.type, locale)) for lot in found]
        expected = "" if key.expected is None else str(key.expected)
        self.values = {"name": key.name, "clause": key.clause, "total": expected}
        self._show(key, locale)

    def _show(self, key: Key, locale: str) -> None:
        """The rows of this page, and the check of the key with what is typed so far."""
        first, self.total = (self.page - 1) * self.size, len(self._lots)
        self.rows = [self._row(*lot) for lot in self._lots[first : first + self.size]]
        self.waiting = len(self._drafts)
        typed = {lot: _readable(text) for lot, text in self._drafts.items()}
        if typed:
            now = self._kept | typed
            key = replace(key, sum=Shares(sum(now.values())), lots=sum(1 for weight in now.values() if weight))
        self.key = KeyRow.of(key, locale)

    def _row(self, lot_id: str, number: str, kind: str) -> WeightRow:
        typed = self._drafts.get(lot_id)
        if typed is None:
            return WeightRow(lot_id, number, kind, str(self._kept.get(lot_id, 0) or ""))
        return WeightRow(lot_id, number, kind, typed, "bad" if _readable(typed, wrong=-1) < 0 else "")

    @event(Permission.KEYS_READ)
    async def go(self, page: int):
        self.page = max(1, page)
        await self._read()

    @event(Permission.KEYS_READ)
    async def resize(self, size: int):
        self.page, self.size = 1, min(max(size, 1), 100)
        await self._read()

    @event(Permission.KEYS_WRITE)
    async def edit(self, lot_id: str, text: str):
        """A cell was left: its text is kept until the weights are saved."""
        text = text.strip()[:30]
        others = {k: v for k, v in self._drafts.items() if k != lot_id}
        known = lot_id in {lot[0] for lot in self._lots}
        same = text == str(self._kept.get(lot_id, 0) or "")
        self._drafts = others if same or not known else {**others, lot_id: text}
        self._show(await self._run(service.get_key, key_id_of(self.key_id)), await self._locale())

    @event(Permission.KEYS_WRITE)
    async def drop(self):
        """Forgets what was typed."""
        self._drafts, self.errors = {}, {}
        await self._read()

    @event(Permission.KEYS_WRITE)
    async def save(self, _form: dict[str, Any]):
        self.errors, most = {}, number(LARGEST, await self._locale())
        typed, errors, numbers = dict[UUID, int](), dict[str, DomainError](), {lot[0]: lot[1] for lot in self._lots}
        for lot_id, text in self._drafts.items():
            try:
                typed[UUID(lot_id)] = weight_of(text)
            except Invalid:
                errors[f"weight-{lot_id}"] = Invalid(
                    "Lot {number}: “{text}” is not a whole number up to {largest}.",
                    number=numbers[lot_id],
                    text=text,
                    largest=most,
                )
        if errors:
            raise Invalid.together(errors)
        await self._run(service.change_weights, key_id_of(self.key_id), typed)
        self._drafts = {}
        return [RELOAD, rx.toast.success(translate(await self._locale(), "The weights are saved."))]

    @event(Permission.KEYS_WRITE)
    async def show_correcting(self, value: bool):
        self.correcting, self.errors = value, {}

    @event(Permission.KEYS_WRITE)
    async def correct(self, form: dict[str, Any]):
        self.errors = {}
        await self._run(service.update_key, key_id_of(self.key_id), entered(form))
        self.correcting = False
        return RELOAD

    @event(Permission.KEYS_WRITE)
    async def delete(self):
        key = await self._run(service.get_key, key_id_of(self.key_id))
        await self._run(service.delete_key, key.id)
        return rx.redirect(f"/buildings/{key.building_id}/keys")


def _readable(text: str, wrong: int = 0) -> int:
    try:
        return weight_of(text)
    except Invalid:
        return wrong


def key_id_of(text: str) -> UUID:
    """The id in an address; NotFound when it is not one."""
    return address_id(text, N_("This distribution key does not exist."))


@dataclass
class LotKeyRow:
    id: str
    building_id: str
    name: str
    weight: str


class LotKeysState(Session, rx.State):
    """The weights of a lot, on its page."""

    rows: list[LotKeyRow] = []

    @event(Permission.KEYS_READ)
    async def load(self):
        locale = await self._locale()
        try:
            found = await self._run(service.weights_of_lot, UUID(self.lot_id))
        except (ValueError, NotFound):
            self.rows = []  # the page itself says that there is no such lot
            return
        self.rows = [
            LotKeyRow(
                str(key.id),
                str(key.building_id),
                name_of(key, locale),
                f"{number(weight, locale)} / {number(key.sum, locale)}",
            )
            for key, weight in found
        ]
