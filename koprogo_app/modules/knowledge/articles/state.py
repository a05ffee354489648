"""An article of the knowledge base as its reader sees it."""

from dataclasses import dataclass

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import LANGUAGE_NAMES, LOCALES, day, translate
from koprogo_app.ui.event import event
from koprogo_app.ui.session import Session

from .. import browse, service, words
from ..browse import Near
from ..service import Shown


@dataclass
class NearRow:
    label: str
    title: str
    href: str

    @classmethod
    def of(cls, n: Near) -> "NearRow":
        return cls(n.citation, n.title, f"/assistant/articles/{n.uid}")


@dataclass
class ArticleCard:
    uid: str = ""
    title: str = ""
    citation: str = ""
    text: str = ""
    lang: str = ""
    caveat: str = ""
    certainty: str = "high"
    kind: str = ""
    region: str = ""
    source: str = ""
    old: str = ""
    url: str = ""
    valid_from: str = ""
    reviewed: str = ""
    own_words: bool = True

    @classmethod
    def of(cls, a: Shown, locale: str) -> "ArticleCard":
        return cls(
            uid=a.uid, title=a.title, citation=a.citation, text=a.text, lang=a.lang, caveat=a.caveat,
            certainty=words.certainty(a.confidence), kind=translate(locale, words.KINDS.get(a.kind, a.kind)),
            region=translate(locale, words.REGIONS[a.region]), source=translate(locale, a.source), old=a.old, url=a.url,
            valid_from=day(a.valid_from, locale), reviewed=day(a.reviewed_on, locale), own_words=a.kind != "text",
        )  # fmt: skip


class ArticleState(Session, rx.State):
    """One article: in the reader's language when it has it, in another when he chooses so."""

    missing: bool = False
    article: ArticleCard = ArticleCard()
    lang: str = ""  # of the text that is shown
    languages: list[str] = []
    foreign: str = ""  # the name of the only language there is, when it is not the reader's
    see: list[NearRow] = []
    rests_on: list[NearRow] = []

    async def _show(self, lang: str) -> None:
        locale = await self._locale()
        found: Shown = await self._run(service.get_article, self.article_uid, lang or locale)
        self.article, self.lang = ArticleCard.of(found, locale), found.lang
        self.languages = await self._run(browse.languages, found.uid)
        self.foreign = LANGUAGE_NAMES[found.lang] if locale not in self.languages else ""
        self.see = [NearRow.of(n) for n in await self._run(browse.near, list(found.see), found.lang)]
        self.rests_on = [NearRow.of(n) for n in await self._run(browse.near, list(found.rests_on), found.lang)]

    @event(P.PROFILE)
    async def load(self):
        self.missing = False
        try:
            await self._show("")
        except NotFound:
            self.missing, self.article = True, ArticleCard()

    @event(P.PROFILE)
    async def choose(self, lang: str):
        """The parallel text in another language."""
        if lang in LOCALES:
            await self._show(lang)
