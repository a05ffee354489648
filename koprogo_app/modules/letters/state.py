"""What the page of a run shows, worded for its reader."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import LANGUAGE_NAMES, N_, day, moment, number, translate
from koprogo_app.core.validation import address_id
from koprogo_app.ui.event import event
from koprogo_app.ui.listing import Listing, listed
from koprogo_app.ui.tab import connected

from . import rules, service
from .rules import Status

EVERY = 2.0  # seconds between two looks at the progress
GONE = N_("These letters do not exist.")


def run_id_of(value: str) -> UUID:
    """The id in an address; NotFound when it is not one."""
    return address_id(value, GONE)


@dataclass
class LetterRow:
    id: str
    owner_id: str
    recipient: str
    place: str
    language: str
    channel: str
    status: str  # of rules.Status, or "refused"
    when: str
    error: str
    pages: str
    file: str  # the address of its PDF, empty while there is none

    @classmethod
    def of(cls, x: Any, locale: str) -> "LetterRow":
        there = x.status in service.MADE
        when = x.sent_at or x.made_at
        return cls(
            str(x.id), str(x.owner_id), x.recipient, f"{x.country} {x.postal_code}".strip(), LANGUAGE_NAMES.get(x.locale, x.locale),
            x.channel, "refused" if x.refused else x.status, moment(when, locale) if when else "",
            rules.Reason(x.error, x.error_params or {}).worded(locale) if x.error else "",
            number(x.pages, locale) if x.pages else "", f"/api/v1/letters/{x.id}/pdf" if there else "",
        )  # fmt: skip


@dataclass
class CountRow:
    key: str
    value: str


@listed(P.LEDGER_READ)
class LetterRunState(Listing, rx.State):
    """A run of letters: how far it is, and each letter."""

    rows: list[LetterRow] = []
    missing: bool = False
    undone: bool = False  # what it is about was reversed
    kind: str = ""
    title: str = ""
    dated_on: str = ""
    done: int = 0
    whole: int = 1
    waiting: int = 0
    failed: int = 0
    to_post: int = 0
    refused: int = 0
    said: str = ""
    counts: list[CountRow] = []
    _watch: int = 0  # the last follower; an earlier one ends

    async def _read(self) -> None:
        locale = await self._locale()
        try:
            run_id = run_id_of(self.run_id)
            run = await self._run(service.get_run, run_id)
            found = await self._run(service.list_letters, run_id, self._asked())
        except NotFound:
            self.missing, self.rows, self.total, self.waiting = True, [], 0, 0
            return
        c = run.counts
        self.kind, self.undone = run.row.kind, run.undone
        self.missing, self.title, self.dated_on = False, run.row.title, day(run.row.dated_on, locale)
        self.done, self.whole, self.waiting = c.done, max(1, c.total), c.waiting
        self.failed, self.to_post, self.refused = c.failed, c.to_post, c.refused
        self.said = translate(
            locale, N_("{n} of {total} letters"), n=number(c.done, locale), total=number(c.total, locale)
        )
        shown = [(status.value, getattr(c, status.value)) for status in Status] + [("refused", c.refused)]
        self.counts = [CountRow(key, number(count, locale)) for key, count in shown]
        self.rows, self.total = [LetterRow.of(x, locale) for x in found.rows], found.total

    @event(P.LEDGER_READ)
    async def load(self):
        self._narrow("status", "channel")
        await self._read()
        return LetterRunState.follow if self.waiting else None

    @event(P.LETTERS_SEND)
    async def retry(self):
        """Has the letters that failed made again."""
        await self._run(service.retry_failed, run_id_of(self.run_id))
        await self._read()
        return LetterRunState.follow if self.waiting else None

    @event(P.LETTERS_SEND)
    async def posted(self):
        """Says that the letters shown as waiting for the post were posted."""
        count = await self._run(service.mark_posted, run_id_of(self.run_id), self.to_post)
        await self._read()
        locale = await self._locale()
        return rx.toast.success(translate(locale, N_("Letters posted: {count}."), count=number(count, locale)))

    @event(P.LEDGER_READ, background=True)
    async def follow(self):
        """Shows the progress until every letter is made, the page is left or the tab is closed."""
        async with self:
            self._watch += 1
            mine = self._watch
        while self.waiting and connected(self):
            await asyncio.sleep(EVERY)
            async with self:
                if mine != self._watch or "/letters/" not in self.router.url.path:
                    return
                await self._read()
