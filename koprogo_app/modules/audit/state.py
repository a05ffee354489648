"""The trail as its page shows it: actions, tables, fields and values in the reader's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core.actor import ROLE_LABELS, Actor, Role
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_, moment, number, translate
from koprogo_app.ui import address
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.listing import Listing, listed

from . import rules, service

MOST = 200  # changed fields shown of one entry
LONGEST = 300  # characters shown of one value


@dataclass
class EntryRow:
    id: str
    number: str
    when: str
    who: str
    role: str
    action: str
    building: str
    rows: str


@dataclass
class FieldRow:
    table: str
    name: str
    before: str
    after: str


@listed(P.AUDIT_READ)
class AuditState(Listing, rx.State):
    rows: list[EntryRow] = []
    order: str = "desc"
    errors: dict[str, str] = {}
    actions: list[Choice] = []
    people: list[Choice] = []
    buildings: list[Choice] = []
    offices: list[Choice] = []
    title: str = ""
    fields: list[FieldRow] = []
    open: bool = False
    checked: str = ""
    whole: bool = True

    async def _read(self) -> None:
        locale, actor = await self._locale(), await self._actor()
        asked = self._asked()
        found = await self._run(service.list_entries, asked)
        buildings = {choice.value: choice.label for choice in self.buildings}
        self.total, self.rows = found.total, [_row(actor, r, buildings, locale) for r in found.rows]

    @event(P.AUDIT_READ)
    async def load(self):
        self.checked, self.open, self.errors = "", False, {}
        self._narrow("action", "user_id", "building_id", "organization_id", "start", "end")
        await self._choices()
        await self._read()

    async def _choices(self) -> None:
        locale = await self._locale()
        found = await self._run(service.list_choices, self.filters.get("organization_id", ""))
        actions = [Choice(name, rules.action_in(locale, name)) for name in found.actions]
        self.actions = sorted(actions, key=lambda choice: choice.label)
        self.people, self.buildings, self.offices = (
            [Choice(str(value), label) for value, label in listed]
            for listed in (found.people, found.buildings, found.offices)
        )

    @event(P.AUDIT_READ)
    async def filter_by(self, name: str, value: str):
        self.page, self.checked, self.errors = 1, "", {}
        kept = {k: v for k, v in self.filters.items() if k != name}
        if name == "organization_id":  # another chain: people, buildings and actions are others too
            kept = {k: v for k, v in kept.items() if k in ("start", "end")}
        self.filters = {} if not name else kept | ({name: value} if value else {})
        self.search = self.search if name else ""
        if name in ("", "organization_id"):
            await self._choices()
        await self._read()

    @event(P.AUDIT_READ)
    async def between(self, form: dict[str, Any]):
        """Narrows to a period; an empty day is no limit."""
        self.errors = {}
        days = {name: str(form.get(name, "")).strip() for name in ("start", "end")}
        kept = {k: v for k, v in self.filters.items() if k not in days}
        self.page, self.filters = 1, kept | {k: v for k, v in days.items() if v}
        await self._read()
        return [address.kept(name, value) for name, value in days.items()]

    @event(P.AUDIT_READ)
    async def show(self, entry_id: str):
        locale, actor = await self._locale(), await self._actor()
        said = service.payload_of(actor, await self._run(service.get_entry, UUID(entry_id)))
        names = await self._run(service.name_references, said)
        self.title = rules.action_in(locale, said["action"])
        self.fields = [f for change in said["changes"] for f in _fields(change, names, locale)][:MOST]
        self.open = True

    @event(P.AUDIT_READ)
    async def close(self, open: bool):
        self.open = open

    @event(P.AUDIT_READ)
    async def check(self):
        locale = await self._locale()
        done = await self._run(service.check_chain, self.filters.get("organization_id", ""))
        self.whole = done.broken_at is None
        if self.whole:
            said = N_("The chain is whole: {count} entries, none changed.")
            self.checked = translate(locale, said, count=number(done.entries, locale))
        else:
            said = N_("Entry {number} is not as it was written.")
            self.checked = translate(locale, said, number=number(done.broken_at or 0, locale))


def _row(actor: Actor, row: Any, buildings: Mapping[str, str], locale: str) -> EntryRow:
    said = service.payload_of(actor, row)
    return EntryRow(
        str(row.id), number(row.seq, locale), moment(row.at, locale), said["name"] or "–",
        translate(locale, ROLE_LABELS[Role(said["role"])]), rules.action_in(locale, row.action),
        buildings.get(str(row.building_id), ""), number(len(said["changes"]), locale),
    )  # fmt: skip


def _fields(change: dict[str, Any], names: Mapping[str, str], locale: str) -> list[FieldRow]:
    """The fields of one row that were written, in words; references by the name of what they point at."""
    before, after = change["before"] or {}, change["after"] or {}
    table = rules.table_in(locale, change["table"])

    def shown(name: str, value: Any) -> str:
        return names.get(str(value)) or rules.value_in(locale, value, name)[:LONGEST]

    return [
        FieldRow(table, rules.column_in(locale, name), shown(name, before.get(name)), shown(name, after.get(name)))
        for name in {**before, **after}
        if name not in rules.HIDDEN
    ]
