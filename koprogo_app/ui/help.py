"""Help beside a title or a field: plain words, the article it rests on, how sure we are, a link to the official text.

Modules register their topics at import, with msgids; pages show them by name: help_button("quorum").
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import reflex as rx

from koprogo_app.core.i18n import N_

from .icon import icon
from .layer import layer
from .note import note
from .text import Text, by_locale, t
from .tokens import Tone

Confidence = Literal["high", "medium", "low"]
_CONFIDENCE: dict[Confidence, tuple[Tone, str]] = {
    "high": ("ok", N_("Read in the text of the law or confirmed by two sources.")),
    "medium": ("neutral", N_("Rests on one secondary source: check before relying on it.")),
    "low": ("warn", N_("Not confirmed: ask a lawyer before relying on it.")),
}


@dataclass(frozen=True)
class Topic:
    """`title` and `text` are msgids (mark them with N_); paragraphs are separated by an empty line.

    official: language → address of the official text; a language that has none takes the French one.
    """

    title: str
    text: str
    article: str = ""
    confidence: Confidence = "high"
    official: Mapping[str, str] | None = None


TOPICS: dict[str, Topic] = {}


def register(**topics: Topic) -> None:
    """register(quorum=Topic(N_("Quorum"), N_("…"), article="3.87 §5")). A name is taken once."""
    for name, topic in topics.items():
        if name in TOPICS and TOPICS[name] != topic:
            raise ValueError(f"help topic {name} is registered twice")
        TOPICS[name] = topic


def help_button(topic: str) -> rx.Component:
    """The "?" that opens the topic."""
    label = t("Help: {title}", title=t(TOPICS[topic].title))
    return help_drawer(topic, rx.el.button(icon("circle-help"), type="button", class_name="ib", aria_label=label))


def help_drawer(topic: str, trigger: rx.Component) -> rx.Component:
    """The drawer of a topic, opened by `trigger`. KeyError for a topic that nobody registered."""
    shown = TOPICS[topic]
    body: list[Any] = [rx.el.p(t(shown.text), class_name="pre")]
    if shown.article:
        body.append(_rests_on(shown))
    return layer(trigger, t(shown.title), *body, look="drawer", padded=True)


def article_address(reference: str) -> str:
    """Where the assistant explains the first article of a reference: `3.87 §5` is /assistant/articles/be.cc.3.87.p5."""
    found = re.search(r"(3\.\d+)(?:\s*§\s*(\d+)(?:\s*(\d+)°)?)?", reference)
    if found is None:
        return ""
    paragraph, point = found[2] and f".p{found[2]}", found[3] and f".{found[3]}"
    return f"/assistant/articles/be.cc.{found[1]}{paragraph or ''}{point or ''}"


def _rests_on(topic: Topic) -> rx.Component:
    from .badge import article
    from .button import link as inside

    link: list[Any] = []
    if address := article_address(topic.article):
        link = [inside(t("The article in plain words"), address)]
    if topic.official:
        official: Text = by_locale({"fr": "", **topic.official})
        link += [rx.el.A.create(t("Read the official text"), href=official, target="_blank", rel="noopener noreferrer")]
    tone, words = _CONFIDENCE[topic.confidence]
    cited = rx.el.div(article(topic.article), *link, class_name="row wrap")
    return rx.el.div(cited, note(t(words), tone=tone), class_name="col g3")
