"""What the pages and parts of lots show, already worded for their reader."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import reflex as rx
from reflex.state import OnLoadInternalState

from koprogo_app.core.actor import Permission
from koprogo_app.core.belgium import show_kbo
from koprogo_app.core.errors import DomainError, Invalid, NotFound
from koprogo_app.core.i18n import number, translate
from koprogo_app.core.validation import parse
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.session import Session
from koprogo_app.ui.share_bar import Share
from koprogo_app.ui.timeline import Moment

from . import rules, service
from .models import Lot, LotEdit, LotIn, LotShares, PartialAssociationIn, SeriesIn
from .words import READERS, Strip, area_words, bar_of, entered, floor_words, moment_of, read, reason_of, type_words

RELOAD = OnLoadInternalState.on_load_internal  # the page reads its rows again, whichever page holds the dialog


class SharesState(Session, rx.State):
    """The strip above the lots of a building: load it with the page that shows it."""

    strip: Strip = Strip()
    parts: list[Share] = []

    @event(Permission.LOTS_READ)
    async def load(self):
        gate, locale = await self._run(service.shares_gate, id_of(self.building_id)), await self._locale()
        self.strip, self.parts = Strip.of(gate, locale), bar_of(gate, locale)


class LotFormState(Session, rx.State):
    """The dialog that adds a lot to the building of the page."""

    adding: bool = False
    errors: dict[str, str] = {}

    @event(Permission.LOTS_WRITE)
    async def load(self):
        """The page opens without the dialog, also when the tab was left with it."""
        self.adding, self.errors = False, {}

    @event(Permission.LOTS_WRITE)
    async def show_adding(self, value: bool):
        self.adding, self.errors = value, {}

    @event(Permission.LOTS_WRITE)
    async def add(self, form: dict[str, Any]):
        self.errors = {}
        lot = await self._run(service.create_lot, id_of(self.building_id), parse(LotIn, entered(form)))
        self.adding = False
        said = translate(await self._locale(), "Lot {number} is added.", number=lot.number)
        return [RELOAD, rx.toast.success(said)]


class SeriesState(Session, rx.State):
    """The form that adds lots alike: P1 to P10."""

    errors: dict[str, str] = {}
    made: int = 0  # makes the form anew after each success

    @event(Permission.LOTS_WRITE)
    async def add(self, form: dict[str, Any]):
        self.errors = {}
        lots = await self._run(service.create_series, id_of(self.building_id), parse(SeriesIn, entered(form)))
        self.made += 1
        words = {"first": lots[0].number, "last": lots[-1].number}
        return [RELOAD, rx.toast.success(translate(await self._locale(), "Lots {first} to {last} are added.", **words))]


# --- One lot ---------------------------------------------------------------------------------------------------------


@dataclass
class LotCard:
    """The identity of a lot, worded. Empty texts are "not entered yet"."""

    number: str = ""
    building: str = ""
    building_id: str = ""
    type: str = ""
    floor: str = ""
    area: str = ""
    shares: str = ""
    partial: str = ""
    cadastre: str = ""
    remark: str = ""


class LotState(Session, rx.State):
    """A lot's page and its form."""

    missing: bool = False
    lot: LotCard = LotCard()
    title: str = ""
    lead: str = ""
    values: dict[str, str] = {}
    partials: list[Choice] = []
    versions: list[Moment] = []
    decided: bool = False
    errors: dict[str, str] = {}
    changing: bool = False
    withdrawing: bool = False

    @event(Permission.LOTS_READ)
    async def load(self):
        try:
            lot = await self._run(service.get_lot, _lot_id(self.lot_id))
        except NotFound:
            self.missing, self.lot, self.title = True, LotCard(), ""
            return
        self.missing, self.errors, self.changing, self.withdrawing = False, {}, False, False
        await self._show(lot)

    async def _show(self, lot: Lot) -> None:
        locale = await self._locale()
        building = await self._run(buildings.get_building, lot.building_id)
        partials = {p.id: p.name for p, _ in await self._run(service.list_partials, lot.building_id)}
        versions = await self._run(service.shares_history, lot.id)
        total = number(building.total_shares, locale)
        partial = partials.get(lot.partial_id, "") if lot.partial_id else ""
        shares = f"{number(lot.shares, locale)} / {total}" if lot.shares else ""
        self.lot = LotCard(
            lot.number, building.name, str(lot.building_id), type_words(lot.type, locale),
            floor_words(lot.floor, locale), area_words(lot.area_m2, locale), shares, partial, lot.cadastre or "",
            lot.remark or "",
        )  # fmt: skip
        self.title = translate(locale, "Lot {number}", number=lot.number)
        self.lead = " · ".join(part for part in (building.name, self.lot.type, self.lot.area) if part)
        self.partials = [Choice(str(id_), name) for id_, name in partials.items()]
        self.versions, self.decided = [moment_of(v, locale) for v in versions or [_of_deed(lot)]], bool(versions)
        self.values = {
            name: "" if getattr(lot, name) is None else str(getattr(lot, name)) for name in LotIn.model_fields
        }
        self.values["area_m2"] = self.values["area_m2"].replace(".", ",")
        self.values["shares"] = str(lot.shares or "")

    @event(Permission.LOTS_WRITE)
    async def save(self, form: dict[str, Any]):
        """Everything but the shares, which change by their own dialog."""
        self.errors = {}
        kept = await self._run(service.get_lot, _lot_id(self.lot_id))
        data = parse(LotIn, entered({**form, "shares": ""}) | {"shares": kept.shares})
        await self._run(service.update_lot, kept.id, data)
        return rx.redirect(f"/lots/{kept.id}")

    @event(Permission.LOTS_WRITE)
    async def show_changing(self, value: bool):
        self.changing, self.errors = value, {}

    @event(Permission.LOTS_WRITE)
    async def change(self, form: dict[str, Any]):
        """Records a decision, corrects an entry, or enters the shares for the first time."""
        self.errors = {}
        shares = int(entered({"shares": form.get("shares", "")})["shares"])
        lot = await self._run(service.get_lot, _lot_id(self.lot_id))
        if lot.shares == 0 and not self.decided:
            await self._run(service.update_lot, lot.id, parse(LotIn, lot.model_dump() | {"shares": shares}))
        else:
            await self._run(service.change_shares, lot.id, shares, reason_of(form))
        return await self._changed()

    @event(Permission.LOTS_WRITE)
    async def show_withdrawing(self, value: bool):
        self.withdrawing, self.errors = value, {}

    @event(Permission.LOTS_WRITE)
    async def withdraw(self, form: dict[str, Any]):
        self.errors = {}
        await self._run(service.withdraw_shares, _lot_id(self.lot_id), str(form.get("reason", "")))
        return await self._changed()

    async def _changed(self) -> list[Any]:
        self.changing = self.withdrawing = False
        return [RELOAD, rx.toast.success(translate(await self._locale(), "The shares are changed."))]

    @event(Permission.LOTS_WRITE)
    async def delete(self):
        await self._run(service.delete_lot, _lot_id(self.lot_id))
        return rx.redirect(f"/buildings/{self.lot.building_id}/lots")


def _lot_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("This lot does not exist.") from None


def _of_deed(lot: Lot) -> LotShares:
    return LotShares(
        building_id=lot.building_id, lot_id=lot.id, shares=lot.shares, from_on=rules.SINCE_THE_DEED, decision=""
    )


# --- Many lots at once -----------------------------------------------------------------------------------------------

CELLS = ("type", "floor", "area_m2", "shares")


@dataclass
class GridRow:
    """A lot in the grid, as typed; a tone is "bad" for a text that cannot be read."""

    id: str
    number: str
    type: str
    floor: str
    area_m2: str
    shares: str
    floor_tone: str = ""
    area_tone: str = ""
    shares_tone: str = ""


class GridState(Session, rx.State):
    """Lots edited in their places. What is typed waits here, over the pages of the list, until it is saved."""

    rows: list[GridRow] = []
    page: int = 1
    size: int = 50
    total: int = 0
    sort: str = "number"
    order: str = "asc"
    filters: dict[str, str] = {}
    waiting: int = 0  # lots with something to save
    asks_why: bool = False  # shares that stood are among it
    errors: dict[str, str] = {}
    _drafts: dict[str, dict[str, str]] = {}
    _kept: dict[str, dict[str, str]] = {}
    _building: str = ""

    @event(Permission.LOTS_WRITE)
    async def load(self):
        if self._building != self.building_id:
            self._building, self.page, self.filters, self._drafts, self._kept = self.building_id, 1, {}, {}, {}
        self.errors = {}
        await self._read()

    async def _read(self) -> None:
        lots = await self._run(service.list_building_lots, id_of(self.building_id))
        shown = [lot for lot in lots if self.filters.get("type", lot.type) == lot.type]
        self.total = len(shown)
        self._kept = {str(lot.id): _texts(lot) for lot in lots}
        self._drafts = {lot_id: draft for lot_id, draft in self._drafts.items() if lot_id in self._kept}
        first = (self.page - 1) * self.size
        self.rows = [self._row(str(lot.id), lot.number) for lot in shown[first : first + self.size]]
        self._weigh()

    def _row(self, lot_id: str, number: str) -> GridRow:
        texts = self._kept[lot_id] | self._drafts.get(lot_id, {})
        tones = [_tone(name, texts[name]) for name in READERS]
        return GridRow(lot_id, number, *[texts[name] for name in CELLS], *tones)

    def _weigh(self) -> None:
        self.waiting = len(self._drafts)
        stood = (self._kept[lot]["shares"] for lot, draft in self._drafts.items() if "shares" in draft)
        self.asks_why = any(stood)

    @event(Permission.LOTS_WRITE)
    async def go(self, page: int):
        self.page = max(1, page)
        await self._read()

    @event(Permission.LOTS_WRITE)
    async def resize(self, size: int):
        self.page, self.size = 1, min(max(size, 1), 100)
        await self._read()

    @event(Permission.LOTS_WRITE)
    async def filter_by(self, name: str, value: str):
        self.page, self.filters = 1, {name: value} if name and value else {}
        await self._read()

    @event(Permission.LOTS_WRITE)
    async def edit(self, lot_id: str, name: str, text: str):
        """A cell was left: its text is kept until the lots are saved."""
        if name not in CELLS or lot_id not in self._kept:
            return
        draft = {**self._drafts.get(lot_id, {}), name: text.strip()[:50]}
        draft = {k: v for k, v in draft.items() if v != self._kept[lot_id][k]}
        self._drafts = {k: v for k, v in self._drafts.items() if k != lot_id} | ({lot_id: draft} if draft else {})
        self.rows = [self._row(row.id, row.number) if row.id == lot_id else replace(row) for row in self.rows]
        self._weigh()

    @event(Permission.LOTS_WRITE)
    async def drop(self):
        """Forgets what was typed."""
        self._drafts, self.errors = {}, {}
        await self._read()

    @event(Permission.LOTS_WRITE)
    async def save(self, form: dict[str, Any]):
        self.errors, why = {}, reason_of(form) if self.asks_why else None
        await self._read()  # what others changed meanwhile stays, but for the cells that were typed
        edits = await self._edits()
        count = await self._run(service.save_lots, id_of(self.building_id), edits, why)
        self._drafts = {}
        said = translate(await self._locale(), "Lots saved: {count}.", count=count)
        return [RELOAD, rx.toast.success(said)]

    async def _edits(self) -> dict[UUID, LotEdit]:
        edits, errors = dict[UUID, LotEdit](), dict[str, DomainError]()
        for lot_id, draft in self._drafts.items():
            try:
                edits[UUID(lot_id)] = parse(LotEdit, entered(self._kept[lot_id] | draft))
            except Invalid as error:
                errors |= {f"{name}-{lot_id}": one for name, one in error.fields.items()}
        if errors:
            raise Invalid.together(errors)
        return edits


def _texts(lot: Any) -> dict[str, str]:
    return {
        "type": lot.type,
        "floor": "" if lot.floor is None else str(lot.floor),
        "area_m2": "" if lot.area_m2 is None else str(lot.area_m2).replace(".", ","),
        "shares": str(lot.shares or ""),
    }


def _tone(name: str, text: str) -> str:
    try:
        read(name, text)
    except Invalid:
        return "bad"
    return ""


# --- Partial associations --------------------------------------------------------------------------------------------


@dataclass
class PartialRow:
    id: str
    name: str
    kbo: str
    lots: str


class PartialsState(Session, rx.State):
    """The partial associations of a building."""

    rows: list[PartialRow] = []
    below: str = ""  # the building has fewer than twenty lots: its number of lots
    open: bool = False
    editing: str = ""  # id of the one that is corrected; empty for a new one
    values: dict[str, str] = {}
    errors: dict[str, str] = {}

    @event(Permission.LOTS_READ)
    async def load(self):
        building_id, locale, self.open = id_of(self.building_id), await self._locale(), False
        found = await self._run(service.list_partials, building_id)
        self.rows = [PartialRow(str(p.id), p.name, show_kbo(p.kbo), number(lots, locale)) for p, lots in found]
        gate = await self._run(service.shares_gate, building_id)
        self.below = "" if rules.partial_allowed(gate.lots, gate.counted) else number(gate.lots, locale)

    @event(Permission.LOTS_WRITE)
    async def show(self, value: bool):
        self.open, self.errors, self.editing, self.values = value, {}, "", {}

    @event(Permission.LOTS_WRITE)
    async def edit(self, partial_id: str):
        row = next((row for row in self.rows if row.id == partial_id), None)
        if row:
            self.open, self.errors, self.editing = True, {}, partial_id
            self.values = {"name": row.name, "kbo": row.kbo}

    @event(Permission.LOTS_WRITE)
    async def save(self, form: dict[str, Any]):
        self.errors = {}
        data = parse(PartialAssociationIn, form)
        if self.editing:
            await self._run(service.update_partial, UUID(self.editing), data)
        else:
            await self._run(service.create_partial, id_of(self.building_id), data, str(form.get("reason", "")))
        self.open = False
        return RELOAD

    @event(Permission.LOTS_WRITE)
    async def delete(self, partial_id: str):
        await self._run(service.delete_partial, id_of(partial_id))
        return RELOAD
