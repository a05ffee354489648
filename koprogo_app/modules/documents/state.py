"""What the pages of documents show, already worded for their reader."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core import clock
from koprogo_app.core.actor import Permission
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import N_, day, moment, number, translate
from koprogo_app.core.listing import Asked
from koprogo_app.core.validation import parse
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.listing import Listing, listed

from . import files, rules, service
from .models import DocumentEdit

P = Permission
FIELDS = tuple(DocumentEdit.model_fields)
ENTRY = ("building_id", "document_type", "visibility", "dated_on", "owner_id", "keep_both")  # of POST /documents


def id_in(value: str) -> UUID:
    """The id in an address; NotFound when it is not one."""
    try:
        return UUID(value)
    except ValueError:
        raise NotFound("This document does not exist.") from None


def size_words(size: int, locale: str) -> str:
    """Bytes as people read them: 245 kB, 1.2 MB."""
    if size < 1024 * 1024:
        return translate(locale, N_("{n} kB"), n=number(max(1, round(size / 1024)), locale))
    return translate(locale, N_("{n} MB"), n=number(round(Decimal(size) / (1024 * 1024), 1), locale))


@dataclass
class PieceRow:
    text: str
    hit: bool


@dataclass
class DocumentRow:
    """A paper in the list. `passage`: where its text holds the words of the search."""

    id: str
    title: str
    href: str
    building: str
    category: str
    on: str
    visibility: str
    audience: str
    size: str
    text_state: str
    passage: list[PieceRow]

    @classmethod
    def of(cls, d: Any, locale: str, here: str, passage: Any = ()) -> "DocumentRow":
        audience = N_("One person") if d.owner_id else rules.VISIBILITIES[d.visibility]
        return cls(
            id=str(d.id), title=d.title, href=f"{here}?document={d.id}", building=d.building,
            category=translate(locale, rules.CATEGORIES[d.category]),
            on=day(d.dated_on or d.created_at.astimezone(clock.BELGIUM).date(), locale),
            visibility="person" if d.owner_id else d.visibility, audience=translate(locale, audience),
            size=size_words(d.size, locale), text_state=d.text_state,
            passage=[PieceRow(piece.text, piece.hit) for piece in passage],
        )  # fmt: skip


@dataclass
class VersionRow:
    number: str
    filename: str
    when: str
    size: str
    href: str


@dataclass
class Shown:
    """The paper in the drawer."""

    id: str = ""
    title: str = ""
    building_id: str = ""
    building: str = ""
    category: str = ""
    on: str = ""
    audience: str = ""
    size: str = ""
    pages: str = ""
    entered: str = ""
    description: str = ""
    kept: str = ""
    text_state: str = ""
    preview: str = ""  # pdf, image, or nothing
    address: str = ""
    reason_needed: bool = False
    given: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, d: Any, locale: str) -> "Shown":
        row = DocumentRow.of(d, locale, "")
        return cls(
            id=row.id, title=d.title, building_id=str(d.building_id), building=d.building, category=row.category,
            on=row.on, audience=row.audience,
            size=row.size, pages=number(d.pages, locale) if d.pages else "", entered=moment(d.created_at, locale),
            description=d.description or "", kept=_kept(d, locale), text_state=d.text_state,
            preview=files.PREVIEWS.get(d.mime, ""), address=f"/api/v1/documents/{d.id}",
            reason_needed=service.reason_needed(d),
            given={name: _text(getattr(d, name)) for name in FIELDS},
        )  # fmt: skip


def _kept(d: Any, locale: str) -> str:
    deletable = service.deletable_from(d)
    if deletable is None:
        return translate(locale, N_("To be kept as long as the building stands"))
    return translate(locale, N_("May be deleted from {day} on"), day=day(deletable, locale))


def _text(value: object) -> str:
    return "" if value is None else str(value)


@listed(P.DOCUMENTS_READ)
class DocumentsState(Listing, rx.State):
    """The papers of one building, or of all the reader's buildings, and the one that is open."""

    rows: list[DocumentRow] = []
    selected: list[str] = []
    chosen: str = ""
    chosen_ids: str = ""  # for the address of their zip

    opened: bool = False
    shown: Shown = Shown()
    versions: list[VersionRow] = []
    people: list[Choice] = []
    errors: dict[str, str] = {}
    deleting: bool = False
    adding: bool = False
    entry: dict[str, str] = {}  # what is sent along with the files that are dropped
    _of: str = ""  # the building the list was last read for

    def _here(self) -> str:
        return f"/buildings/{self.building_id}/documents" if self.building_id else "/documents"

    async def _read(self) -> None:
        locale = await self._locale()
        filters = {**self.filters, "building_id": self.building_id} if self.building_id else self.filters
        descending = self.order == "desc" or not (self.sort or self.search.strip())  # newest first
        asked = Asked(self.page, self.size, self.sort, descending, self.search, filters)
        found = await self._run(service.list_documents, asked)
        here, passages = self._here(), found.passages
        self.rows = [DocumentRow.of(d, locale, here, passages.get(d.id, ())) for d in found.rows]
        self.total = found.total

    async def _choose(self, ids: list[str]) -> None:
        self.selected, self.chosen_ids = ids, ",".join(ids)
        locale = await self._locale()
        self.chosen = translate(locale, N_("Documents chosen: {count}"), count=number(len(ids), locale))

    async def _open(self, document_id: str) -> None:
        locale, key = await self._locale(), id_in(document_id)
        self.shown = Shown.of(await self._run(service.get_row, key), locale)
        address = f"{self.shown.address}/versions/"
        self.versions = [
            VersionRow(
                number(v.number, locale), v.filename, moment(v.created_at, locale), size_words(v.size, locale),
                f"{address}{v.number}/download",
            )
            for v in await self._run(service.list_versions, key)
        ]  # fmt: skip
        await self._name_people(self.shown.building_id)
        self.errors, self.opened = {}, True

    async def _name_people(self, building_id: str) -> None:
        if not (await self._actor()).can(P.DOCUMENTS_UPLOAD):
            return
        found = await self._run(service.list_people, id_in(building_id))
        self.people = [Choice(str(p.id), f"{p.last_name} {p.first_name}".strip()) for p in found]

    @event(P.DOCUMENTS_READ)
    async def load(self):
        """The list, and the paper the address names."""
        if self._of != self.building_id:
            self._of, self.page = self.building_id, 1
        self._narrow("category", "visibility")
        await self._choose([])
        await self._read()
        self.opened = self.deleting = self.adding = False
        if wanted := self.router.url.query_parameters.get("document", ""):
            await self._open(wanted)

    @event(P.DOCUMENTS_READ)
    async def pick(self, row_id: str):
        kept = [i for i in self.selected if i != row_id]
        await self._choose(kept if len(kept) < len(self.selected) else [*kept, row_id])

    @event(P.DOCUMENTS_READ)
    async def pick_all(self):
        everything = [row.id for row in self.rows]
        await self._choose([] if len(self.selected) >= len(everything) else everything)

    @event(P.DOCUMENTS_READ)
    async def pick_none(self):
        await self._choose([])

    @event(P.DOCUMENTS_READ)
    async def show(self, open: bool):
        """Closes the drawer; opening it is following the link of a row."""
        if not open:
            self.opened = False
            return rx.redirect(self._here())
        return None

    # --- The office ---

    @event(P.DOCUMENTS_UPLOAD)
    async def show_adding(self, open: bool):
        self.adding = open
        self.entry = {"building_id": self.building_id, "document_type": "other", "visibility": "office"}
        if open:
            await self._name_people(self.building_id)

    @event(P.DOCUMENTS_UPLOAD)
    async def choose(self, name: str, value: str):
        """One of the fields that go with every file dropped."""
        if name in ENTRY and name != "building_id":
            self.entry = {**self.entry, name: value}

    @event(P.DOCUMENTS_UPLOAD)
    async def keep_both(self, keep: bool):
        self.entry = {**self.entry, "keep_both": "on" if keep else ""}

    @event(P.DOCUMENTS_UPLOAD)
    async def stored(self, document_id: str):
        """A file has come in: the list is read again, and the drawer when it is this paper's new version."""
        await self._read()
        if self.opened and document_id == self.shown.id:
            await self._open(document_id)

    @event(P.DOCUMENTS_MANAGE)
    async def save(self, form: dict[str, Any]):
        self.errors = {}
        given = {name: form.get(name) for name in FIELDS}
        await self._run(service.update_document, id_in(self.shown.id), parse(DocumentEdit, given))
        await self._open(self.shown.id)
        await self._read()
        return rx.toast.success(translate(await self._locale(), N_("The document is saved.")))

    @event(P.DOCUMENTS_MANAGE)
    async def ask_deletion(self, open: bool):
        self.deleting, self.errors = open, {}

    @event(P.DOCUMENTS_MANAGE)
    async def delete(self, form: dict[str, Any]):
        self.errors = {}
        await self._run(service.delete_document, id_in(self.shown.id), str(form.get("reason", "")))
        self.opened = self.deleting = self.adding = False
        said = rx.toast.success(translate(await self._locale(), N_("The document is deleted.")))
        return [said, rx.redirect(self._here())]

    @event(P.DOCUMENTS_MANAGE)
    async def change(self, name: str, value: str):
        """The same visibility or category for the chosen papers."""
        if name in ("visibility", "category") and value:
            count = await self._run(service.change_documents, [id_in(i) for i in self.selected], **{name: value})
            await self._choose([])
            await self._read()
            locale = await self._locale()
            return rx.toast.success(translate(locale, N_("Documents changed: {count}"), count=number(count, locale)))
        return None
