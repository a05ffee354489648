"""An article of the knowledge base, for everybody who is signed in: what every citation opens."""

from typing import Any

import reflex as rx

from koprogo_app.core.i18n import N_
from koprogo_app.ui.badge import badge
from koprogo_app.ui.button import button, link
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.layout import aside, card, columns, definitions, muted, page_head, paragraph, passage, rows, stack
from koprogo_app.ui.note import note
from koprogo_app.ui.page import body, page
from koprogo_app.ui.tabs import segmented
from koprogo_app.ui.text import t

from ..words import CERTAINTY
from .state import ArticleState, NearRow

_TONES = {"high": ("ok", "circle-check"), "medium": ("neutral", "circle-dot"), "low": ("warn", "triangle-alert")}
_LANGUAGES = [("fr", "FR"), ("nl", "NL"), ("de", "DE"), ("en", "EN")]


def certainty_badge(value: Any) -> rx.Component:
    """How sure an article is: high, medium or low."""
    cases = [(key, badge(t(CERTAINTY[key]), tone, sign)) for key, (tone, sign) in _TONES.items()]  # type: ignore[arg-type]
    return rx.match(value, *cases, badge(value))  # type: ignore[return-value]


def _near(n: NearRow) -> rx.Component:
    label: Any = n.label
    return stack(link(n.title, n.href), rx.cond(label != "", muted(n.label)), gap=1)


def _listed(title: Any, found: Any) -> rx.Component:
    return rx.cond(found.length() > 0, card(rows(found, _near), title=title, flush=True))


def _text() -> rx.Component:
    s: Any = ArticleState
    a = s.article
    only = note(t("This text exists in one language only: {language}.", language=s.foreign), tone="info")
    ours = t("KoproGo says this in its own words and names its source. It is information, not legal advice.")
    official = t("This is the text as it was added; its source is what counts. It is information, not legal advice.")
    caveat = note(passage(a.caveat, a.lang), tone="warn", title=t("To be checked:"))
    return stack(
        rx.cond(s.foreign != "", only),
        card(paragraph(passage(a.text, a.lang)), label=t("Text")),
        rx.cond(a.caveat != "", caveat),
        note(rx.cond(a.own_words, ours, official)),
        _listed(t("What it rests on"), s.rests_on),
        _listed(t("See also"), s.see),
    )


def _identity() -> rx.Component:
    a: Any = ArticleState.article
    facts = definitions(
        [
            (t("Kind"), a.kind), (t("Region"), a.region), (t("Certainty"), certainty_badge(a.certainty)),
            (t("In force from"), rx.cond(a.valid_from != "", a.valid_from, "–")),
            (t("Reviewed on"), rx.cond(a.reviewed != "", a.reviewed, "–")),
            (t("Former number"), rx.cond(a.old != "", a.old, "–")), (t("Source"), rx.cond(a.source != "", a.source, "–")),
        ]
    )  # fmt: skip
    official = link(t("Read the official text"), a.url, external=True)
    return card(facts, rx.cond(a.url != "", official), title=t("Identity card"))


@page(
    "/assistant/articles/[article_uid]", N_("Article"), on_load=ArticleState.load,
    here=lambda: rx.cond(ArticleState.article.citation != "", ArticleState.article.citation, ArticleState.article.title),
)  # fmt: skip
def article() -> rx.Component:
    s: Any = ArticleState
    a = s.article
    printed = button(t("Print"), icon_name="printer", on_click=rx.run_script("window.print()"))
    choice = segmented(_LANGUAGES, s.lang, s.choose, t("Language of the text"))
    head = page_head(
        passage(a.title, a.lang), passage(a.citation, a.lang), rx.cond(s.languages.length() > 1, choice), printed
    )
    gone = empty_state(
        t("This article does not exist."), t("It may have been removed, or replaced by a newer one."),
        button(t("Home"), href="/"), icon_name="search-x", alone=True,
    )  # fmt: skip
    return body(rx.cond(s.missing, gone, stack(head, columns(_text(), aside(_identity(), label=t("Identity card"))))))
