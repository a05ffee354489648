"""Reading the knowledge base: the list of articles, and what stands beside one. Public to everybody who is signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import Session, col, func, or_
from sqlmodel import select as _select

from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Invalid
from koprogo_app.core.listing import Asked, Listed, contains, page_of, unaccented
from koprogo_app.core.service import requires
from koprogo_app.core.validation import chosen_id

from . import words
from .models import Article, Face

select: Any = _select  # of more columns than its types count
MANY = 12  # links to one reference: a whole article of many paragraphs is opened at its first ones


@dataclass(frozen=True, slots=True)
class Near:
    """An article that another one names."""

    uid: str
    citation: str
    title: str


def _text_of(locale: str) -> Any:
    """The text of each article in a language, else in the first it has."""
    mine = (col(Face.lang) == locale).desc()
    return (
        select(Face.article_id, Face.lang, Face.title, Face.content)
        .where(Face.kind == "text")
        .ext(distinct_on(col(Face.article_id)))
        .order_by(col(Face.article_id), mine, col(Face.lang))
        .subquery()
    )


def _natural(column: Any) -> Any:
    """Numbers inside a uid in their order: 3.87 before 3.100."""
    padded = func.regexp_replace(column, r"(\d+)", r"00000\1", "g")
    return func.regexp_replace(padded, r"0*(\d{5})", r"\1", "g")


@requires(Permission.PROFILE)
def list_articles(s: Session, actor: Actor, asked: Asked, locale: str) -> Listed:
    """One page of articles in the reader's language, else in the one they have.

    Subjects that are not covered, which nobody may quote, are listed only when their kind is asked for.
    Search: words of heading, keywords, text, citation and uid. Filters: kind, region, confidence (high, medium, low), text
    (an official text's id). Rows: id, uid, kind, region, confidence, valid_from, reviewed_on, lang, title, citation.
    """
    text = _text_of(locale)
    heading = select(Face.article_id, Face.lang, Face.content).where(Face.kind == "heading").subquery()
    citation = col(Article.citation).op("->>")(text.c.lang)
    wanted = (
        select(
            Article.id, Article.uid, Article.kind, Article.region, Article.confidence, Article.valid_from,
            Article.reviewed_on, text.c.lang, text.c.title, func.coalesce(citation, "").label("citation"),
        )
        .join(text, text.c.article_id == Article.id)
        .join(heading, and_(heading.c.article_id == Article.id, heading.c.lang == text.c.lang))
    )  # fmt: skip
    if asked.search.strip():
        searched = heading.c.content + " " + text.c.content + " " + func.coalesce(citation, "") + " " + col(Article.uid)
        wanted = wanted.where(contains(searched, asked.search))
    sortable = {
        "uid": _natural(Article.uid), "title": unaccented(text.c.title), "reviewed_on": col(Article.reviewed_on),
        "kind": col(Article.kind), "region": col(Article.region),
    }  # fmt: skip
    return page_of(s, _narrowed(wanted, asked), asked, sortable, "uid")


def _narrowed(wanted: Any, asked: Asked) -> Any:
    given = asked.filters
    for name, allowed in (("kind", words.KINDS), ("region", words.REGIONS), ("confidence", words.SURE)):
        if given.get(name) and given[name] not in allowed:
            raise Invalid("Choose one from the list.", field=name)
    kind = given.get("kind")
    wanted = wanted.where(Article.kind == kind if kind else Article.kind != "outside")
    if region := given.get("region"):
        wanted = wanted.where(Article.region == region)
    if confidence := given.get("confidence"):
        wanted = wanted.where(col(Article.confidence).in_(words.SURE[confidence]))
    if text_id := given.get("text"):
        wanted = wanted.where(Article.text_id == chosen_id(text_id, "text"))
    return wanted


@requires(Permission.PROFILE)
def near(s: Session, actor: Actor, uids: Sequence[str], locale: str) -> list[Near]:
    """The articles these references mean, in their order: the one itself, else those below it; what is not there is left out."""
    if not uids:
        return []
    text = _text_of(locale)
    below = [col(Article.uid).startswith(f"{uid}.", autoescape=True) for uid in uids]
    citation = func.coalesce(col(Article.citation).op("->>")(text.c.lang), "")
    wanted = select(Article.uid, citation, text.c.title).join(text, text.c.article_id == Article.id)
    rows = s.execute(wanted.where(or_(col(Article.uid).in_(uids), *below)).order_by(_natural(Article.uid)))
    found = {uid: Near(uid, cited, title) for uid, cited, title in rows}
    out: dict[str, Near] = {}
    for uid in uids:
        meant = [uid] if uid in found else [one for one in found if one.startswith(f"{uid}.")][:MANY]
        out |= {one: found[one] for one in meant}
    return list(out.values())


@requires(Permission.PROFILE)
def languages(s: Session, actor: Actor, uid: str) -> list[str]:
    """The languages an article has a text in."""
    held = select(Face.lang).join(Article).where(col(Article.uid) == uid, col(Face.kind) == "text").order_by(Face.lang)
    return list(s.execute(held).scalars())
