"""What the administrator's pages of the knowledge base show, already worded for their reader."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core import clock
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import LANGUAGE_NAMES, N_, day, number, translate
from koprogo_app.core.validation import parse
from koprogo_app.ui.event import event
from koprogo_app.ui.listing import Listing, listed
from koprogo_app.ui.session import Session

from . import browse, ladder, language, status, texts_service, words
from .texts_service import Plan, Received, TextIn

FIELDS = tuple(TextIn.model_fields)
SHOWN = 400  # letters of an article in the list of what would be stored


# --- How it is ---


@dataclass
class CountRow:
    label: str
    count: str
    href: str


@dataclass
class ModelRow:
    name: str
    active: bool
    wanted: bool
    missing: int
    done: int
    total: int
    said: str


class KnowledgeStatusState(Session, rx.State):
    """What is loaded, by which models it is searched, and how the assistant answers."""

    articles: str = ""
    texts: str = ""
    oldest: str = ""
    current: bool = True
    kinds: list[CountRow] = []
    languages: list[CountRow] = []
    models: list[ModelRow] = []
    rung: int = 6
    said: str = ""
    writer: str = ""
    writer_well: bool = False
    writer_why: str = ""

    @event(P.PLATFORM_ADMIN)
    async def load(self):
        locale = await self._locale()
        found: status.Figures = await self._run(status.figures)
        self.articles, self.texts = number(found.articles, locale), number(found.texts, locale)
        self.oldest, self.current = day(found.oldest, locale), found.current
        self.kinds = [
            CountRow(translate(locale, words.KINDS.get(kind, kind)), number(count, locale), f"/admin/knowledge/articles?kind={kind}")
            for kind, count in found.kinds.items()
        ]  # fmt: skip
        self.languages = [CountRow(LANGUAGE_NAMES[one], number(n, locale), "") for one, n in found.languages.items()]
        self.models = [_model_row(model, locale) for model in found.models]
        writer = ladder.writer()
        self.writer, self.writer_well, self.writer_why = writer.name, writer.well, translate(locale, writer.why)
        self.rung = ladder.rung(writer.well, ladder.running(found.active), found.articles)
        self.said = translate(locale, ladder.RUNGS[self.rung])


def _model_row(model: status.Model, locale: str) -> ModelRow:
    done = model.total - model.missing
    said = translate(
        locale, N_("{done} of {total} vectors"), done=number(done, locale), total=number(model.total, locale)
    )
    return ModelRow(model.name, model.active, model.wanted, model.missing, done, model.total, said)


# --- Articles ---


@dataclass
class ArticleRow:
    uid: str
    title: str
    citation: str
    kind: str
    region: str
    certainty: str  # high, medium, low
    reviewed: str
    href: str

    @classmethod
    def of(cls, a: Any, locale: str) -> "ArticleRow":
        return cls(
            a.uid, a.title, a.citation, translate(locale, words.KINDS.get(a.kind, a.kind)),
            translate(locale, words.REGIONS[a.region]), words.certainty(a.confidence), day(a.reviewed_on, locale),
            f"/assistant/articles/{a.uid}",
        )  # fmt: skip


@listed(P.PLATFORM_ADMIN)
class ArticlesState(Listing, rx.State):
    """Every article, shipped or added."""

    rows: list[ArticleRow] = []

    async def _read(self) -> None:
        locale = await self._locale()
        found = await self._run(browse.list_articles, self._asked(), locale)
        self.rows, self.total = [ArticleRow.of(a, locale) for a in found.rows], found.total

    @event(P.PLATFORM_ADMIN)
    async def load(self):
        self._narrow("kind", "region", "confidence", "text")
        await self._read()


# --- Official texts ---


@dataclass
class TextRow:
    id: str
    title: str
    source: str
    language: str
    region: str
    articles: str
    pages: str
    valid_from: str
    added: str
    url: str
    href: str


class OfficialTextsState(Session, rx.State):
    """The texts that were added."""

    rows: list[TextRow] = []
    chosen: str = ""
    name: str = ""
    removing: bool = False

    async def _read(self) -> None:
        locale = await self._locale()
        self.rows = [
            TextRow(
                str(text.id), text.title, text.source, LANGUAGE_NAMES[text.locale], translate(locale, words.REGIONS[text.region]),
                number(articles, locale), number(text.pages, locale) if text.pages else "–", day(text.valid_from, locale) or "–",
                day(text.updated_at.astimezone(clock.BELGIUM).date(), locale), text.url, f"/admin/knowledge/articles?text={text.id}",
            )
            for text, articles in await self._run(texts_service.list_texts)
        ]  # fmt: skip

    @event(P.PLATFORM_ADMIN)
    async def load(self):
        self.removing = False
        await self._read()

    @event(P.PLATFORM_ADMIN)
    async def ask_removal(self, text_id: str):
        text, _ = await self._run(texts_service.get_text, UUID(text_id))
        self.chosen, self.name, self.removing = text_id, text.title, True

    @event(P.PLATFORM_ADMIN)
    async def close(self, open: bool):
        self.removing = open and bool(self.chosen)

    @event(P.PLATFORM_ADMIN)
    async def remove(self):
        await self._run(texts_service.remove_text, UUID(self.chosen))
        self.removing, self.chosen = False, ""
        await self._read()
        return rx.toast.success(translate(await self._locale(), N_("The text is removed with its articles.")))


@dataclass
class PartRow:
    citation: str
    title: str
    text: str


@listed(P.PLATFORM_ADMIN)
class AddTextState(Listing, rx.State):
    """A file that was read, what is said of it, and how it would be cut: nothing is stored before the last click."""

    rows: list[PartRow] = []
    key: str = ""  # of the file that waits; empty: none is chosen yet
    filename: str = ""
    pages: str = ""
    values: dict[str, str] = {}  # what the fields begin with
    errors: dict[str, str] = {}
    cut_by: str = ""
    remarks: list[str] = []
    replaces: str = ""  # the day of the text that would be replaced
    _given: dict[str, str] = {}  # what the fields say by now

    async def _received(self) -> Received:
        return texts_service.kept(await self._actor(), self.key)

    async def _read(self) -> None:
        if not self.key:
            self.rows, self.total = [], 0
            return
        self.errors, locale = {}, await self._locale()
        plan: Plan = await self._run(texts_service.plan, await self._received(), parse(TextIn, self._given))
        found = list(zip(plan.citations, plan.cut.parts, strict=True))
        start = (self.page - 1) * self.size
        self.rows = [
            PartRow(citation, part.title, _short(part.text)) for citation, part in found[start : start + self.size]
        ]
        self.total, self.cut_by = len(found), translate(locale, words.CUT[plan.cut.by])
        self.remarks = [translate(locale, message, **params) for message, params in plan.remarks]
        self.replaces = day(plan.replaces.updated_at.astimezone(clock.BELGIUM).date(), locale) if plan.replaces else ""

    @event(P.PLATFORM_ADMIN)
    async def load(self):
        self.key, self.filename, self.errors, self.page = "", "", {}, 1
        self.values = self._given = {}
        await self._read()

    @event(P.PLATFORM_ADMIN)
    async def read(self, key: str):
        """A file has come in: its name is a first title, its words tell its language."""
        self.key, self.page = key, 1
        received, locale = await self._received(), await self._locale()
        self.filename, self.pages = received.filename, number(received.pages, locale) if received.pages else ""
        title = received.filename.rpartition(".")[0].replace("_", " ").strip()[:200]
        seems = language.detect(" ".join(received.texts)[:20_000], locale)
        self.values = self._given = {"title": title if len(title) > 2 else f"{title}…", "locale": seems, "region": "BE"}
        await self._read()

    @event(P.PLATFORM_ADMIN)
    async def say(self, name: str, value: str):
        """A field was filled in: the citations follow."""
        if self.key and name in FIELDS:
            self._given = {**self._given, name: value}
            await self._read()

    @event(P.PLATFORM_ADMIN)
    async def store(self, form: dict[str, Any]):
        self.errors = {}
        self._given = {name: str(form.get(name) or "") for name in FIELDS}
        stored = await self._run(texts_service.add_text, await self._received(), parse(TextIn, self._given))
        texts_service.drop(self.key)
        self.key = ""
        said = translate(
            await self._locale(), N_("“{title}” is public now. Its vectors are being computed."), title=stored.title
        )
        return [rx.toast.success(said), rx.redirect("/admin/knowledge/texts")]

    @event(P.PLATFORM_ADMIN)
    async def start_again(self):
        """Another file instead."""
        texts_service.drop(self.key)
        self.key, self.values, self._given, self.errors = "", {}, {}, {}
        await self._read()


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[:SHOWN].rsplit(" ", 1)[0] + " …"
