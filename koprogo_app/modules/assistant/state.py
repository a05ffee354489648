"""The chat as its page shows it. The quoted answer is kept first; a language model, where there is one, then rewrites it."""

import asyncio
import contextlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import reflex as rx
import structlog

from koprogo_app.core.actor import Actor
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import day, moment, translate
from koprogo_app.core.listing import Asked as Wanted
from koprogo_app.core.service import in_thread, run
from koprogo_app.modules.answers import service as answers
from koprogo_app.modules.answers.rules import Said
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.knowledge import service as knowledge
from koprogo_app.modules.writing.rules import NotWritten, Source
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.listing import Listing, listed
from koprogo_app.ui.session import AuthState, Session
from koprogo_app.ui.tab import connected

from . import flow, rules, service
from .rows import CiteRow, TurnRow, turn_row
from .service import Exchange

log = structlog.get_logger()
FLUSH = 0.1  # seconds between two updates of what is being written
STOPS: dict[str, asyncio.Event] = {}  # of the answers that are being written in this process, by turn


@dataclass
class SourceRow:
    """A source opened beside the answer."""

    number: str
    uid: str
    title: str
    place: str
    text: str
    lang: str
    caveat: str
    since: str
    reviewed: str
    href: str
    url: str


class AssistantState(Session, rx.State):
    turns: list[TurnRow] = []
    conversation: str = ""
    building: str = ""
    buildings: list[Choice] = []
    suggested: list[str] = []
    draft: str = ""  # a question given by the address, to be sent
    partial: str = ""  # what a model has written so far, checked
    asking: bool = False
    writing: bool = False
    heard: str = ""  # for screen readers: the answer that is whole
    errors: dict[str, str] = {}
    sources: list[SourceRow] = []
    opened: str = ""
    panel: bool = False
    judged: str = ""  # the answer whose thumbs-down asks for a reason
    reasons: list[Choice] = []
    _sources: list[Source] = []

    async def _me(self) -> Actor:
        return service.acting(await self._actor())

    @event(P.ASSISTANT_ASK)
    async def load(self):
        """A new talk, or the one that the address names."""
        actor, locale = await self._me(), await self._locale()
        given = self.router.url.query_parameters
        self.errors, self.panel, self.judged, self.writing, self.asking = {}, False, "", False, False
        came_from = (await self.get_state(AuthState))._before
        self.suggested = [translate(locale, one) for one in rules.suggested(actor.role, came_from)]
        self.reasons = [Choice(key, translate(locale, words)) for key, words in rules.REASONS.items()]
        self.draft = given.get("q", "")[:200]
        if actor.can(P.BUILDINGS_READ):
            found = await run(actor, buildings.list_buildings, Wanted(size=100, sort="name"))
            self.buildings = [Choice(str(b.id), b.name) for b in found.rows]
        reach = [one.value for one in self.buildings]
        self.building = reach[0] if len(reach) == 1 else self.building if self.building in reach else ""
        named = given.get("c", "")
        if named != self.conversation:
            self.turns, self.conversation = [], ""
        if named:
            exchanges = await run(actor, service.get_conversation, _uuid(named))
            self.turns, self.conversation = [turn_row(one) for one in exchanges], named

    @event(P.ASSISTANT_ASK)
    async def begin(self):
        """A new talk; what is still being written of the one before is not waited for."""
        if self.turns and (writing := STOPS.get(self.turns[-1].id)):
            writing.set()
        self.turns, self.conversation, self.errors, self.panel, self.partial = [], "", {}, False, ""
        return _browser(_NEW)

    @event(P.ASSISTANT_ASK)
    async def choose_building(self, building_id: str):
        self.building = building_id if any(b.value == building_id for b in self.buildings) else ""

    @event(P.ASSISTANT_ASK)
    async def submit(self, form: dict[str, Any]):
        return await self._ask(str(form.get("question", "")))

    @event(P.ASSISTANT_ASK)
    async def ask_this(self, question: str):
        """A suggested question."""
        return await self._ask(question)

    async def _ask(self, question: str) -> Any:
        if self.writing:
            return None
        self.errors, self.heard = {}, ""
        actor, locale = await self._me(), await self._locale()
        building = UUID(self.building) if self.building else None
        asked = answers.asked(question, locale, building)
        await in_thread(partial(answers.warm, asked))
        named = UUID(self.conversation) if self.conversation else None
        done = await run(actor, service.ask, asked, named)
        row = turn_row(done.exchange)
        self.turns, self.conversation = [*self.turns, row], str(done.exchange.conversation_id)
        events = [_browser(_KEPT, row.id, self.conversation)]
        self._sources = await flow.sources(actor, done.draft)
        if self._sources:
            self.writing, self.partial = True, ""
            return [*events, AssistantState.write]
        self.heard = row.plain
        return events

    @event(P.ASSISTANT_ASK, background=True)
    async def write(self):
        """Streams the checked sentences of a model; anything wrong with them leaves the quoted answer."""
        async with self:
            if not self.turns:  # a new talk was begun
                self.writing = False
                return
            turn, sources = self.turns[-1], list(self._sources)
            actor = await self._me()
        said, last, stop = list[Said](), 0.0, STOPS.setdefault(turn.id, asyncio.Event())
        kept: Exchange | None = None
        stream = flow.rewrite(actor, UUID(turn.id), turn.question, turn.locale, sources, stop)
        try:
            async with contextlib.aclosing(stream):
                async for one in stream:
                    said.append(one)
                    if time.monotonic() - last > FLUSH:
                        last = time.monotonic()
                        await self._show(said, stop)
            kept = await flow.kept(actor, UUID(turn.id))
        except NotWritten as refusal:
            log.info("answer_quoted", reason=refusal.reason)
        finally:  # whatever went wrong: the reader may ask again
            del STOPS[turn.id]
            await self._finish(turn.id, kept)

    async def _show(self, said: Sequence[Said], stop: asyncio.Event) -> None:
        """Shows what is written so far; stops it when the tab is gone."""
        if not connected(self):
            stop.set()
            return
        async with self:
            self.partial = " ".join(one.text for one in said)

    async def _finish(self, turn_id: str, kept: Exchange | None) -> None:
        """The written sentences take the place of the quoted ones; where none were kept, those stay."""
        async with self:
            if kept:
                self.turns = [turn_row(kept) if row.id == turn_id else row for row in self.turns]
            self.writing, self.partial = False, ""
            self.heard = next((row.plain for row in self.turns if row.id == turn_id), "")

    @event(P.ASSISTANT_ASK)
    async def stop(self):
        """The reader does not wait: the request to the endpoint ends at once, and the quoted answer stays."""
        if self.writing and self.turns:
            STOPS.setdefault(self.turns[-1].id, asyncio.Event()).set()

    # --- Sources ---

    @event(P.ASSISTANT_ASK)
    async def show(self, turn_id: str, uid: str):
        """Opens the sources of an answer beside it, at one of them."""
        actor, locale = await self._me(), await self._locale()
        turn = next((row for row in self.turns if row.id == turn_id), None)
        if turn is None:
            return None
        cites = turn.cites if any(c.uid == uid for c in turn.cites) else [c for c in turn.see if c.uid == uid]
        found = await run(actor, knowledge.get_articles, [c.uid for c in cites], turn.locale)
        self.sources = [_source(cite, found[cite.uid], locale) for cite in cites if cite.uid in found]
        self.opened, self.panel = uid, True
        return _browser(_FOCUS)

    @event(P.ASSISTANT_ASK)
    async def close_sources(self):
        self.panel = False

    # --- Opinions ---

    @event(P.ASSISTANT_ASK)
    async def judge(self, turn_id: str, opinion: str):
        """Thumbs: a second press takes it back; down asks why."""
        turn = next((row for row in self.turns if row.id == turn_id), None)
        if turn is None:
            return
        value = "" if turn.opinion == opinion else opinion
        await run(await self._me(), service.give_opinion, UUID(turn_id), value)
        self._opined(turn_id, value)
        self.judged = turn_id if value == "down" else ""

    @event(P.ASSISTANT_ASK)
    async def explain(self, form: dict[str, Any]):
        """Why an answer was not good."""
        if not self.judged:
            return None
        self.errors = {}
        words, reason = str(form.get("words", "")), str(form.get("reason", ""))
        await run(await self._me(), service.give_opinion, UUID(self.judged), "down", reason, words)
        self.judged = ""
        return rx.toast.success(translate(await self._locale(), "Thank you: your remark is read by people."))

    @event(P.ASSISTANT_ASK)
    async def close_reason(self, open: bool):
        if not open:
            self.judged = ""

    def _opined(self, turn_id: str, opinion: str) -> None:
        for row in self.turns:
            if row.id == turn_id:
                row.opinion = opinion
        self.turns = list(self.turns)


def _source(cite: CiteRow, shown: knowledge.Shown, locale: str) -> SourceRow:
    since = translate(locale, "In force since {day}", day=day(shown.valid_from, locale)) if shown.valid_from else ""
    reviewed = translate(locale, "Compared with its source on {day}", day=day(shown.reviewed_on, locale))
    return SourceRow(
        cite.number, shown.uid, shown.title, shown.citation or cite.label, shown.text, shown.lang, shown.caveat, since,
        reviewed if shown.reviewed_on else "", cite.href, shown.url,
    )  # fmt: skip


# The browser's part: what was asked is taken out of the line only once it was answered, the talk stands in the address (Back and
# a reload find it again), and the answer comes into view.
_KEPT = (
    "(turn, talk) => { const line = document.getElementById('f-question'); if (line) line.value = '';"
    " window.history.replaceState(window.history.state, '', '/assistant?c=' + talk);"
    " requestAnimationFrame(() => document.getElementById('turn-' + turn)?.previousElementSibling?.scrollIntoView(true)) }"
)
_NEW = (
    "() => { window.history.replaceState(window.history.state, '', '/assistant');"
    " document.getElementById('f-question')?.focus() }"
)
_FOCUS = "() => requestAnimationFrame(() => document.getElementById('sources')?.focus())"


def _browser(function: str, *given: str) -> Any:
    return rx.run_script(f"({function})({', '.join(map(json.dumps, given))})")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("This conversation does not exist.") from None


@dataclass
class TalkRow:
    id: str
    title: str
    used: str


@listed(P.ASSISTANT_ASK)
class HistoryState(Listing, rx.State):
    """The person's conversations: found again, deleted, exported."""

    rows: list[TalkRow] = []

    async def _read(self) -> None:
        locale = await self._locale()
        found = await run(service.acting(await self._actor()), service.list_conversations, self._asked())
        self.total = found.total
        self.rows = [TalkRow(str(c.id), c.title, moment(c.updated_at, locale)) for c in found.rows]

    @event(P.ASSISTANT_ASK)
    async def load(self):
        self._narrow()
        await self._read()

    @event(P.ASSISTANT_ASK)
    async def delete(self, conversation_id: str):
        await run(service.acting(await self._actor()), service.delete_conversation, _uuid(conversation_id))
        await self._read()
        return rx.toast.success(translate(await self._locale(), "The conversation is deleted."))

    @event(P.ASSISTANT_ASK)
    async def delete_all(self):
        await run(service.acting(await self._actor()), service.delete_all)
        await self._read()
        return rx.toast.success(translate(await self._locale(), "All your conversations are deleted."))
