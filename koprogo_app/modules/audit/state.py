"""The trail as its page shows it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core.actor import ROLE_LABELS, Role
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_, moment, number, translate
from koprogo_app.core.listing import Asked
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.session import Session

from . import service

MOST = 200  # changed fields shown of one entry


@dataclass
class EntryRow:
    id: str
    when: str
    who: str
    role: str
    action: str
    rows: str


@dataclass
class FieldRow:
    table: str
    name: str
    before: str
    after: str


class AuditState(Session, rx.State):
    rows: list[EntryRow] = []
    page: int = 1
    size: int = 25
    total: int = 0
    sort: str = ""
    order: str = "desc"
    search: str = ""
    filters: dict[str, str] = {}
    actions: list[Choice] = []
    title: str = ""
    fields: list[FieldRow] = []
    open: bool = False
    checked: str = ""
    whole: bool = True

    async def _read(self) -> None:
        locale = await self._locale()
        asked = Asked(self.page, self.size, self.sort, self.order == "desc", self.search, self.filters)
        found = await self._run(service.list_entries, asked)
        self.total, self.rows = found.total, [_row(r, locale) for r in found.rows]

    @event(P.AUDIT_READ)
    async def load(self):
        locale = await self._locale()
        names = await self._run(service.list_actions)
        self.actions = [Choice(name, translate(locale, name)) for name in names]
        self.checked, self.open = "", False
        await self._read()

    @event(P.AUDIT_READ)
    async def go(self, page: int):
        self.page = max(1, page)
        await self._read()

    @event(P.AUDIT_READ)
    async def resize(self, size: int):
        self.page, self.size = 1, min(max(size, 1), 100)
        await self._read()

    @event(P.AUDIT_READ)
    async def resort(self, key: str):
        self.order = "desc" if self.sort == key and self.order == "asc" else "asc"
        self.page, self.sort = 1, key
        await self._read()

    @event(P.AUDIT_READ)
    async def search_for(self, text: str):
        self.page, self.search = 1, text[:100]
        await self._read()

    @event(P.AUDIT_READ)
    async def filter_by(self, name: str, value: str):
        self.page = 1
        if name:
            self.filters = {**self.filters, name: value} if value else {k: v for k, v in self.filters.items() if k != name}
        else:
            self.search, self.filters = "", {}
        await self._read()

    @event(P.AUDIT_READ)
    async def show(self, entry_id: str):
        locale = await self._locale()
        said = service.payload_of(await self._run(service.get_entry, UUID(entry_id)))
        self.title = translate(locale, said["action"])
        self.fields = [f for change in said["changes"] for f in _fields(change)][:MOST]
        self.open = True

    @event(P.AUDIT_READ)
    async def close(self, open: bool):
        self.open = open

    @event(P.AUDIT_READ)
    async def check(self):
        locale = await self._locale()
        done = await self._run(service.check_chain)
        self.whole = done.broken_at is None
        if self.whole:
            self.checked = translate(locale, N_("The chain is whole: {count} entries, none changed."), count=number(done.entries, locale))
        else:
            self.checked = translate(locale, N_("Entry {number} is not as it was written."), number=number(done.broken_at or 0, locale))


def _row(row: Any, locale: str) -> EntryRow:
    said = service.payload_of(row)
    role = translate(locale, ROLE_LABELS[Role(said["role"])])
    return EntryRow(
        str(row.id), moment(row.at, locale), said["name"] or "–", role, translate(locale, row.action), number(len(said["changes"]), locale)
    )


def _fields(change: dict[str, Any]) -> list[FieldRow]:
    before, after = change["before"] or {}, change["after"] or {}
    names = [n for n in {**before, **after} if not n.endswith("_id") and n != "id"]
    return [FieldRow(change["table"], n, str(before.get(n, "") or ""), str(after.get(n, "") or "")) for n in names]
