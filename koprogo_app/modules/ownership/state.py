"""What the tab of lots, the holders of a lot and a transfer show, already worded for their reader."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import reflex as rx
from reflex.state import OnLoadInternalState

from koprogo_app.core.actor import Permission
from koprogo_app.core.errors import DomainError, Invalid, NotFound
from koprogo_app.core.i18n import N_, day, number, translate
from koprogo_app.core.trade import Right
from koprogo_app.core.validation import day_of, parse
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.words import floor_words, type_words
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.state import name_of, person_id
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.listing import Listing, listed
from koprogo_app.ui.session import Session

from . import rules, service
from .models import Holding, LotHeld, Ownership, OwnershipIn, PartEdit, TransferIn

RELOAD = OnLoadInternalState.on_load_internal  # the page reads its rows again


def id_in(text: str) -> UUID:
    """An id in an address or a form; NotFound when it is not one."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("This part does not exist.") from None


def right_words(right: str, locale: str) -> str:
    return translate(locale, rules.RIGHTS[Right(right)])


def part_words(share: Fraction, locale: str) -> str:
    """The whole lot, or the fraction."""
    return translate(locale, N_("Whole lot")) if share == rules.WHOLE else rules.fraction_text(share)


def percent_words(share: Fraction, locale: str) -> str:
    """33,33 % beside 1/3; nothing beside the whole lot."""
    shown = (Decimal(share.numerator) * 100 / share.denominator).quantize(Decimal("0.01"))
    return "" if share == rules.WHOLE else f"{number(shown, locale)}\u00a0%"


async def people_choices(state: Any, words: str) -> list[Choice]:
    """The people a picker offers for what is typed."""
    found = await state._run(owners.search_owners, words, 30)
    return [Choice(str(o.id), " · ".join(part for part in (name_of(o), o.city) if part)) for o in found]


# --- The tab of lots -------------------------------------------------------------------------------------------------


@dataclass
class LotRow:
    id: str
    number: str
    type: str
    floor: str
    holders: str
    rights: str
    shares: str
    state: str

    @classmethod
    def of(cls, held: LotHeld, locale: str) -> "LotRow":
        lot, parts = held.lot, held.holdings
        rights = dict.fromkeys(right_words(h.part.right, locale) for h in parts)
        return cls(
            str(lot.id), lot.number, type_words(lot.type, locale), floor_words(lot.floor, locale),
            " – ".join(dict.fromkeys(h.name for h in parts)), " – ".join(rights), number(lot.shares, locale),
            held.state.value,
        )  # fmt: skip


@listed(Permission.OWNERSHIP_READ)
class LotsHeldState(Listing, rx.State):
    """The lots of a building with their holders."""

    rows: list[LotRow] = []
    sort: str = "number"
    alerts: list[Choice] = []
    _building: str = ""

    async def _read(self) -> None:
        locale = await self._locale()
        asked = self._asked()
        found = await self._run(service.list_lots_held, id_of(self.building_id), asked)
        self.rows, self.total = [LotRow.of(lot, locale) for lot in found.rows], found.total
        self.alerts = [Choice("yes", translate(locale, "With an alert: {count}", count=number(found.alerts, locale)))]

    @event(Permission.OWNERSHIP_READ)
    async def load(self):
        if self._building != self.building_id:
            self._building, self.page = self.building_id, 1
        self._narrow("type", "alert")
        try:
            await self._read()
        except NotFound:  # the frame says so
            self.rows, self.total = [], 0


# --- The holders of a lot --------------------------------------------------------------------------------------------


@dataclass
class PartRow:
    """A part, of today or of the past."""

    id: str
    owner_id: str
    name: str
    part: str
    percent: str
    right: str
    since: str
    until: str
    act: str
    contact: bool
    representative: bool

    @classmethod
    def of(cls, h: Holding, locale: str) -> "PartRow":
        p = h.part
        return cls(
            str(p.id), str(p.owner_id), h.name, part_words(p.share, locale), percent_words(p.share, locale),
            right_words(p.right, locale), day(p.started_on, locale), day(p.ended_on, locale), p.act or "",
            p.is_contact, p.is_representative,
        )  # fmt: skip


def values_of(part: Ownership) -> dict[str, str]:
    """A part as its forms start."""
    return {
        "share": rules.fraction_text(part.share), "right": part.right, "started_on": part.started_on.isoformat(),
        "ended_on": part.ended_on.isoformat() if part.ended_on else "", "act": part.act or "",
    }  # fmt: skip


def typed_share(form: dict[str, Any], name: str = "share") -> dict[str, int]:
    numerator, denominator = rules.share_of(str(form.get(name, "")), name).as_integer_ratio()
    return {"numerator": numerator, "denominator": denominator}


class HoldersState(Session, rx.State):
    """Who holds the lot of the page: the card, and the dialogs that change it."""

    today: list[PartRow] = []
    past: list[PartRow] = []
    standing: str = ""
    people: list[Choice] = []
    asking: str = ""  # the dialog that is open: add, end, change, correct
    part_id: str = ""
    name: str = ""
    values: dict[str, str] = {}
    errors: dict[str, str] = {}

    @event(Permission.OWNERSHIP_READ)
    async def load(self):
        self.asking, self.errors = "", {}
        try:
            lot_id = id_in(self.lot_id)
            history = await self._run(service.lot_history, lot_id)
        except NotFound:  # the page says so
            self.today, self.past, self.standing = [], [], ""
            return
        locale = await self._locale()
        rows = [(h.part.ended_on is None, PartRow.of(h, locale)) for h in history]
        self.today, self.past = [r for still, r in rows if still], [r for still, r in reversed(rows) if not still]
        self.standing = (await self._run(service.lot_standing, lot_id)).value

    @event(Permission.OWNERSHIP_WRITE)
    async def find(self, words: str):
        self.people = await people_choices(self, words[:100])

    @event(Permission.OWNERSHIP_WRITE)
    async def ask(self, what: str, part_id: str):
        """Opens a dialog; `part_id` is empty for a new part."""
        self.errors, self.part_id, self.name, self.values = {}, part_id, "", {"right": Right.FULL.value}
        if part_id:
            part = await self._run(service.get_part, id_in(part_id))
            self.values = values_of(part)
            self.name = next((row.name for row in (*self.today, *self.past) if row.id == part_id), "")
        else:
            self.people = await people_choices(self, "")
        self.asking = what

    @event(Permission.OWNERSHIP_READ)
    async def close(self, value: bool):
        if not value:
            self.asking, self.errors = "", {}

    @event(Permission.OWNERSHIP_WRITE)
    async def add(self, form: dict[str, Any]):
        self.errors = {}
        entered = form | typed_share(form) | {"lot_id": self.lot_id}
        await self._run(service.add_part, parse(OwnershipIn, entered))
        return await self._done(N_("The part is added."))

    @event(Permission.OWNERSHIP_WRITE)
    async def end(self, form: dict[str, Any]):
        self.errors = {}
        await self._run(service.end_part, id_in(self.part_id), typed_day(form, "on"), str(form.get("why", "")))
        return await self._done(N_("The part is ended."))

    @event(Permission.OWNERSHIP_WRITE)
    async def change(self, form: dict[str, Any]):
        self.errors = {}
        share, right = rules.share_of(str(form.get("share", ""))), Right(str(form.get("right", "")))
        act = str(form.get("act", "")).strip()[:200] or None
        await self._run(service.change_part, id_in(self.part_id), share, right, typed_day(form, "on"), act)
        return await self._done(N_("The part is changed."))

    @event(Permission.OWNERSHIP_WRITE)
    async def correct(self, form: dict[str, Any]):
        self.errors = {}
        data = parse(PartEdit, {"act": self.values.get("act", "")} | form | typed_share(form))
        await self._run(service.correct_part, id_in(self.part_id), data, str(form.get("reason", "")))
        return await self._done(N_("The part is corrected."))

    @event(Permission.OWNERSHIP_WRITE)
    async def name_contact(self, part_id: str):
        await self._run(service.adjust_part, id_in(part_id), None, True)
        return await self._done(N_("The contact of the lot is named."))

    @event(Permission.OWNERSHIP_WRITE)
    async def name_representative(self, part_id: str, named: bool):
        await self._run(service.name_representative, id_in(part_id), named)
        said = N_("The representative is named.") if named else N_("The lot has no representative any more.")
        return await self._done(said)

    async def _done(self, said: str) -> list[Any]:
        self.asking = ""
        return [RELOAD, rx.toast.success(translate(await self._locale(), said))]


def typed_day(form: dict[str, Any], name: str) -> date:
    return day_of(str(form.get(name, "")), name)


# --- A transfer ------------------------------------------------------------------------------------------------------

BUYERS = (1, 2, 3, 4)  # as many as a deed usually has; others are added by a second transfer of the rest


@dataclass
class ChangeRow:
    """One line of what a transfer does."""

    name: str
    part: str
    right: str
    begins: bool


class TransferState(Session, rx.State):
    """A transfer of the lot of the page: entered, shown, then written."""

    title: str = ""
    missing: bool = False
    sellers: list[Choice] = []
    people: list[Choice] = []
    buyers: int = 1
    step: int = 1  # 1 the form, 2 what it does (nothing is written yet), 3 done: what remains to do
    changes: list[ChangeRow] = []
    todo: list[str] = []
    on: str = ""
    errors: dict[str, str] = {}
    _data: TransferIn | None = None

    @event(Permission.OWNERSHIP_WRITE)
    async def load(self):
        locale = await self._locale()
        try:
            lot = await self._run(lots.get_lot, id_in(self.lot_id))
        except NotFound:
            self.missing = True
            return
        held = await self._run(service.holders_on, lot.id)
        self.missing, self.step, self.buyers, self.errors, self._data = False, 1, 1, {}, None
        self.title = translate(locale, "Transfer of lot {number}", number=lot.number)
        self.sellers = list({h.part.owner_id: Choice(str(h.part.owner_id), h.name) for h in held}.values())
        self.people = await people_choices(self, "")

    @event(Permission.OWNERSHIP_WRITE)
    async def find(self, words: str):
        self.people = await people_choices(self, words[:100])

    @event(Permission.OWNERSHIP_WRITE)
    async def one_more(self):
        self.buyers = min(self.buyers + 1, BUYERS[-1])

    @event(Permission.OWNERSHIP_WRITE)
    async def preview(self, form: dict[str, Any]):
        self.errors = {}
        data = _transfer_of(form, [seller.value for seller in self.sellers])
        done = await self._run(service.preview_transfer, id_in(self.lot_id), data)
        locale = await self._locale()
        names = {choice.value: choice.label for choice in self.sellers}
        for p in (*done.ended, *done.begun):
            if str(p.owner_id) not in names:
                names[str(p.owner_id)] = (await self._run(owners.get_owner, p.owner_id)).name
        self.changes = [*_changes(done.ended, names, locale, False), *_changes(done.begun, names, locale, True)]
        self.todo = [translate(locale, rules.TODO[todo]) for todo in done.todo]
        self.on, self._data, self.step = day(data.on, locale), data, 2

    @event(Permission.OWNERSHIP_WRITE)
    async def enter(self):
        """Writes what was shown."""
        if self._data is not None:
            await self._run(service.transfer, id_in(self.lot_id), self._data)
            self.step, self._data = 3, None


def _changes(parts: Iterable[Ownership], names: dict[str, str], locale: str, begins: bool) -> list[ChangeRow]:
    return [
        ChangeRow(names[str(p.owner_id)], part_words(p.share, locale), right_words(p.right, locale), begins)
        for p in parts
    ]


def _transfer_of(form: dict[str, Any], holders: list[str]) -> TransferIn:
    """The form of a transfer: ticked sellers, up to four buyers with their fractions. Invalid beside wrong fields."""
    errors: dict[str, DomainError] = {}
    sellers = [owner_id for owner_id in holders if form.get(f"seller-{owner_id}") == "on"]
    if not sellers:
        errors["seller"] = Invalid("Tick who sells.", field="seller")
    buyers: list[dict[str, Any]] = []
    for n in BUYERS:
        if owner_id := str(form.get(f"buyer-{n}", "")):
            share = str(form.get(f"share-{n}", "")).strip() or "1"
            try:
                buyers.append({"owner_id": person_id(owner_id), **typed_share({f"share-{n}": share}, f"share-{n}")})
            except Invalid as error:
                errors |= error.fields
    if not buyers and "share-1" not in errors:
        errors["buyer-1"] = Invalid("Choose who buys.", field="buyer-1")
    if errors:
        raise Invalid.together(errors)
    sold = rules.share_of(str(form.get("sold", "")).strip() or "1", "sold")
    return parse(
        TransferIn,
        {
            "sellers": sellers, "buyers": buyers, "sold_numerator": sold.numerator, "on": typed_day(form, "on"),
            "sold_denominator": sold.denominator, "act": form.get("act", ""),
        },
    )  # fmt: skip
