"""What a person's own AI client reads: the law by search and by article, own data by the tools of core.tools."""

from typing import Protocol
from uuid import UUID

from sqlmodel import Session

from koprogo_app.core import tools
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.clock import today
from koprogo_app.core.config import settings
from koprogo_app.core.errors import Invalid, NotFound
from koprogo_app.core.i18n import translate
from koprogo_app.core.service import requires
from koprogo_app.core.tools import Sheet, Subject
from koprogo_app.modules.knowledge import language, retrieval
from koprogo_app.modules.knowledge import service as knowledge

from . import rules
from .models import ArticleOut, ArticlesOut, LinkOut, SheetOut


class _Article(Protocol):
    """What a hit and a shown article have in common."""

    @property
    def uid(self) -> str: ...
    @property
    def lang(self) -> str: ...
    @property
    def citation(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def caveat(self) -> str: ...
    @property
    def region(self) -> str: ...


@requires(Permission.PROFILE)
def search_articles(s: Session, actor: Actor, question: str, locale: str | None, region: str | None) -> ArticlesOut:
    """The articles nearest to a question, none when they surely do not answer it. Invalid for a question without words."""
    asked = language.tidy(question)
    if not asked:
        raise Invalid("This field is required.", field="question")
    spoken = locale or language.detect(asked, actor.locale)
    found = retrieval.search(s, actor, asked, spoken, today(), region or "")
    hits = () if found.band == "refuse" else found.hits[: rules.ARTICLES]
    return ArticlesOut(
        band=translate(spoken, rules.BANDS[found.band]), articles=[ArticleOut(**_of(hit)) for hit in hits]
    )


@requires(Permission.PROFILE)
def get_article(s: Session, actor: Actor, uid: str, locale: str | None) -> ArticleOut:
    """One article. NotFound."""
    shown = knowledge.get_article(s, actor, uid, locale or actor.locale)
    return ArticleOut(**_of(shown), source=shown.source, url=shown.url)


def _of(article: _Article) -> dict[str, str]:
    return {
        "uid": article.uid, "language": article.lang, "citation": article.citation, "title": article.title,
        "text": article.text, "caveat": article.caveat, "region": article.region,
    }  # fmt: skip


@requires(Permission.PROFILE)
def read_own(
    s: Session, actor: Actor, name: str, building_id: UUID | None, locale: str | None, question: str = ""
) -> SheetOut:
    """What one of core.tools shows this person; his words may name a lot or a paper, never a person or an office.

    NotFound for a tool that is not offered to his role.
    """
    tool = next((one for one in tools.offered(actor) if one.name == name), None)
    if tool is None:
        raise NotFound("Not found.")
    return _sheet(tool.run(s, actor, Subject(locale or actor.locale, building_id, language.tidy(question))))


def _sheet(sheet: Sheet) -> SheetOut:
    links = [LinkOut(label=link.label, url=f"{settings().deploy_url}{link.href}") for link in sheet.links]
    return SheetOut(sentence=sheet.sentence, columns=sheet.columns, rows=sheet.rows, numeric=sheet.numeric, links=links)
