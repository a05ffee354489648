"""What the page of the papers that the assistant may quote shows, already worded. It follows their reading while it is open."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import N_, number, translate
from koprogo_app.modules.documents.rules import CATEGORIES, VISIBILITIES
from koprogo_app.modules.knowledge import embedders
from koprogo_app.ui.event import event
from koprogo_app.ui.listing import Listing, listed
from koprogo_app.ui.tab import connected

from . import service
from .rules import State

EVERY = 2.0  # seconds between two looks at what is being read
MOVING = (State.WAITING, State.READING)


def _id(value: str, missing: str) -> UUID:
    """The id in an address or an event; NotFound when it is not one."""
    try:
        return UUID(value)
    except ValueError:
        raise NotFound(missing) from None


@dataclass
class PaperRow:
    """A paper of the building. `state`: empty when the assistant may not quote it; `can`: it is a PDF or a text."""

    id: str
    title: str
    href: str
    category: str
    audience: str
    can: bool
    state: str
    said: str  # how far the reading is, or why it failed
    done: int
    total: int
    pages: str
    passages: str

    @classmethod
    def of(cls, p: Any, locale: str) -> "PaperRow":
        done, total, said = _progress(p, locale)
        audience = N_("One person") if p.owner_id else VISIBILITIES[p.visibility]
        return cls(
            id=str(p.id), title=p.title, href=f"/buildings/{p.building_id}/documents?document={p.id}",
            category=translate(locale, CATEGORIES[p.category]), audience=translate(locale, audience),
            can=p.mime in service.READABLE, state=p.state or "", said=translate(locale, p.reason) if p.reason else said,
            done=done, total=total, pages=number(p.pages, locale) if p.pages else "–",
            passages=number(p.passages, locale) if p.passages else "–",
        )  # fmt: skip


def _progress(p: Any, locale: str) -> tuple[int, int, str]:
    """Pages while they are read, then passages while their vectors are made; nothing when nothing is under way."""
    if p.state != State.READING:
        return 0, 1, ""
    if p.passages:
        done = p.filed // max(1, len(embedders.wanted()))
        return done, p.passages, _of(locale, N_("Passage {n} of {total}"), done, p.passages)
    return (
        p.pages_read,
        max(1, p.pages),
        _of(locale, N_("Page {n} of {total}"), p.pages_read, p.pages) if p.pages else "",
    )


def _of(locale: str, words: str, n: int, total: int) -> str:
    return translate(locale, words, n=number(n, locale), total=number(total, locale))


@listed(P.DOCUMENTS_MANAGE)
class AssistantPapersState(Listing, rx.State):
    """The papers of one building, those that the assistant may quote first."""

    rows: list[PaperRow] = []
    moving: bool = False  # one of the rows waits or is being read
    _watch: int = 0  # the last follower; an earlier one ends

    async def _read(self) -> None:
        locale = await self._locale()
        building_id = _id(self.building_id, "This building does not exist.")
        found = await self._run(service.list_papers, building_id, self._asked())
        self.rows, self.total = [PaperRow.of(p, locale) for p in found.rows], found.total
        self.moving = any(row.state in MOVING for row in self.rows)

    @event(P.DOCUMENTS_MANAGE)
    async def load(self):
        self._narrow("category")
        await self._read()
        return AssistantPapersState.follow if self.moving else None

    async def _do(self, action: Any, document_id: str) -> Any:
        await self._run(action, _id(document_id, "This document does not exist."))
        await self._read()
        return AssistantPapersState.follow if self.moving else None

    @event(P.DOCUMENTS_MANAGE)
    async def allow(self, document_id: str):
        """Lets the assistant quote a paper."""
        return await self._do(service.add, document_id)

    @event(P.DOCUMENTS_MANAGE)
    async def again(self, document_id: str):
        """Reads a paper anew."""
        return await self._do(service.retry, document_id)

    @event(P.DOCUMENTS_MANAGE)
    async def stop(self, document_id: str):
        """Quotes a paper no more."""
        return await self._do(service.remove, document_id)

    @event(P.DOCUMENTS_MANAGE, background=True)
    async def follow(self):
        """Shows how far the reading is, until nothing is being read, the page is left or the tab is closed."""
        async with self:
            self._watch += 1
            mine = self._watch
        while self.moving and connected(self):
            await asyncio.sleep(EVERY)
            async with self:
                if mine != self._watch or "assistant-papers" not in self.router.url.path:
                    return
                await self._read()
