"""What the platform's administrator and the offices see and decide of the assistant."""

from dataclasses import dataclass

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.config import settings
from koprogo_app.core.i18n import moment, number, translate
from koprogo_app.core.service import run
from koprogo_app.modules.answers.rules import BANDS
from koprogo_app.modules.writing import service as writing
from koprogo_app.ui.event import event
from koprogo_app.ui.listing import Listing, listed
from koprogo_app.ui.session import Session

from . import rules, service


@dataclass
class AskedRow:
    id: str
    question: str
    language: str
    when: str
    how: str
    remark: str


@listed(P.PLATFORM_ADMIN)
class UnansweredState(Listing, rx.State):
    """Questions without a sure answer, and how the assistant did in thirty days."""

    rows: list[AskedRow] = []
    asked: str = ""
    answered: str = ""
    unsure: str = ""
    refused: str = ""
    useful: str = ""
    written: str = ""
    tokens: str = ""

    async def _read(self) -> None:
        locale = await self._locale()
        found = await self._run(service.unanswered, self._asked())
        self.total = found.total
        self.rows = [
            AskedRow(
                str(r.id), r.question, r.locale, moment(r.created_at, locale), translate(locale, BANDS[r.band]), ""
            )
            for r in found.rows
        ]

    @event(P.PLATFORM_ADMIN)
    async def load(self):
        locale = await self._locale()
        f = await self._run(service.figures)
        known = f.bands.get("answer", 0) + f.bands.get("data", 0) + f.bands.get("file", 0)
        shown = (f.asked, known, f.bands.get("unsure", 0), f.bands.get("refuse", 0), f.written, f.tokens)
        self.asked, self.answered, self.unsure, self.refused, self.written, self.tokens = (
            number(value, locale) for value in shown
        )
        self.useful = f"{number(f.up, locale)} / {number(f.down, locale)}"
        await self._read()


@listed(P.PLATFORM_ADMIN)
class OpinionsState(Listing, rx.State):
    """Answers that people found wanting."""

    rows: list[AskedRow] = []

    async def _read(self) -> None:
        locale = await self._locale()
        found = await self._run(service.opinions, self._asked())
        self.total = found.total
        self.rows = [
            AskedRow(
                str(r.id), r.question, r.locale, moment(r.updated_at, locale),
                translate(locale, rules.REASONS.get(r.opinion_reason, "")) if r.opinion_reason else "", r.opinion_text,
            )
            for r in found.rows
        ]  # fmt: skip

    @event(P.PLATFORM_ADMIN)
    async def load(self):
        await self._read()


class AssistantSettingsState(Session, rx.State):
    """The office's decision on its papers and the language model."""

    model: str = ""
    sends: bool = False
    budget: str = ""

    @event(P.MEMBERS_WRITE)
    async def load(self):
        locale = await self._locale()
        self.model, self.budget = settings().llm_model, number(settings().llm_daily_tokens, locale)
        self.sends = await run(service.acting(await self._actor()), writing.sends_personal_data)

    @event(P.MEMBERS_WRITE)
    async def choose(self, value: bool):
        await run(service.acting(await self._actor()), writing.set_personal_data, value)
        self.sends = value
