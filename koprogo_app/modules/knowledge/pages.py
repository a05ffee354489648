"""The administrator's pages of the knowledge base: how it is, the texts that were added, every article."""

from collections.abc import Callable, Sequence
from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import LANGUAGE_NAMES, N_
from koprogo_app.ui.badge import badge
from koprogo_app.ui.button import button, link
from koprogo_app.ui.dialog import confirm_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import date_field, field, fields, form, select_field
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import (
    bullets,
    card,
    columns,
    definitions,
    muted,
    page_head,
    paragraph,
    row,
    rows,
    stack,
    strong,
)
from koprogo_app.ui.note import note
from koprogo_app.ui.page import Nav, body, page
from koprogo_app.ui.progress import progress
from koprogo_app.ui.stat import stat, stats
from koprogo_app.ui.stepper import stepper
from koprogo_app.ui.table import Column, Filter, data_table
from koprogo_app.ui.tabs import Tab, tabs
from koprogo_app.ui.text import t
from koprogo_app.ui.upload import upload

from .articles.pages import certainty_badge
from .state import (
    AddTextState,
    ArticleRow,
    ArticlesState,
    CountRow,
    KnowledgeStatusState,
    ModelRow,
    OfficialTextsState,
    PartRow,
    TextRow,
)
from .texts_service import KINDS as TYPES
from .texts_service import MAX_MB, MAX_PAGES
from .words import CERTAINTY, KINDS, REGIONS

MORE: list[Callable[[], rx.Component]] = []  # cards of modules above, on the page of the status
register(
    knowledge=Topic(
        N_("What the assistant knows"),
        N_(
            "The assistant answers from the articles listed here and from nothing else: the law, decrees, regional rules, "
            "how-tos and frequent questions that come with KoproGo, in four languages, and the official texts that you "
            "add.\n\nA text you add is public: everybody who is signed in may find and quote it. It is cut at its own "
            "article numbers, so that an answer can name the article it rests on. You see the cut before anything is "
            "stored.\n\nPapers of one building do not belong here: its syndic gives them to the assistant from the "
            "documents of the building."
        ),
    ),
    knowledge_models=Topic(
        N_("Vectors and models"),
        N_(
            "An embedding model turns a text into a vector, by which it is found from a question in other words or in "
            "another language. When another model is chosen in the configuration, its vectors are computed in the "
            "background; searches go on with the models they use until the new ones are complete."
        ),
    ),
)


def _frame(current: str, lead: Any, *content: Any, actions: Sequence[rx.Component] = ()) -> rx.Component:
    bar = tabs(
        [
            Tab("status", t("Status"), "/admin/knowledge"),
            Tab("texts", t("Official texts"), "/admin/knowledge/texts"),
            Tab("articles", t("Articles"), "/admin/knowledge/articles"),
        ],
        current, t("Knowledge"),
    )  # fmt: skip
    return body(page_head(t("Knowledge"), lead, *actions, topic="knowledge"), bar, stack(*content))


# --- Status ---


def _count(c: CountRow) -> rx.Component:
    href: Any = c.href
    return row(rx.cond(href != "", link(c.label, c.href), c.label), strong(c.count), between=True)


def _model_cells(m: ModelRow) -> list[Any]:
    used = rx.cond(
        m.active, badge(t("Searches use it"), "ok", "circle-check"), badge(t("Not used yet"), "neutral", "hourglass")
    )
    chosen = rx.cond(m.wanted, t("Yes"), t("No longer: it is left when the others are complete"))
    missing: Any = m.missing
    done = rx.cond(missing > 0, stack(progress(m.done, m.total, m.name), muted(m.said), gap=1), m.said)
    return [m.name, used, chosen, done]


def _answers() -> rx.Component:
    """The rung, and the language model: its name, and whether it answers."""
    s: Any = KnowledgeStatusState
    well = rx.cond(
        s.writer_well, badge(t("Answers"), "ok", "circle-check"), badge(t("Does not answer"), "warn", "triangle-alert")
    )
    named = rx.cond(s.writer != "", row(s.writer, well), badge(t("None"), "neutral", "circle-minus"))
    why = rx.cond(s.writer_why != "", muted(s.writer_why))
    told = definitions([(t("Rung"), t("{n} of 6", n=s.rung)), (t("Language model"), stack(named, why, gap=1))])
    return card(told, paragraph(s.said, small=True), title=t("How it answers"))


@page(
    "/admin/knowledge", N_("Knowledge"), permission=P.PLATFORM_ADMIN, on_load=KnowledgeStatusState.load,
    nav=Nav("admin", "book-open", 30),
)  # fmt: skip
def knowledge() -> rx.Component:
    s: Any = KnowledgeStatusState
    models = data_table(
        [
            Column("name", t("Model"), mobile="name"), Column("used", t("Now"), mobile="state"),
            Column("wanted", t("Chosen in the configuration")), Column("done", t("Vectors"), mobile="date", wide=True),
        ],
        s.models, _model_cells, caption=t("Embedding models"),
        empty=empty_state(t("No embedding model runs here: articles are found by their words."), icon_name="search"),
    )  # fmt: skip
    again = button(t("Look again"), icon_name="refresh-cw", on_click=s.load)
    return _frame(
        "status", t("What the assistant may quote, and how well it answers."),
        rx.cond(
            s.current, rx.fragment(),
            note(t("What is loaded is not what this release brings. It is loaded at the next start, or by “koprogo knowledge ingest”."), tone="warn"),
        ),
        stats(
            stat(s.articles, t("Articles"), href="/admin/knowledge/articles"),
            stat(s.texts, t("Official texts"), href="/admin/knowledge/texts"),
            stat(s.oldest, t("Oldest review"), href="/admin/knowledge/articles"),
        ),
        columns(
            stack(card(models, title=t("Embedding models"), flush=True, topic="knowledge_models"), *[more() for more in MORE]),
            stack(
                _answers(), card(rows(s.kinds, _count), title=t("Articles by kind"), flush=True),
                card(rows(s.languages, _count), title=t("Articles by language"), flush=True),
            ),
        ),
        actions=[again],
    )  # fmt: skip


# --- Articles ---


def _article_cells(a: ArticleRow) -> list[Any]:
    title: Any = rx.cond(a.citation != "", stack(a.title, muted(a.citation), gap=1), a.title)
    return [title, a.kind, a.region, certainty_badge(a.certainty), a.reviewed]


@page(
    "/admin/knowledge/articles", N_("Articles"), permission=P.PLATFORM_ADMIN, on_load=ArticlesState.load,
    crumbs=lambda: [(t("Knowledge"), "/admin/knowledge")],
)  # fmt: skip
def articles() -> rx.Component:
    s = ArticlesState
    filters = [
        Filter("kind", t("Kind"), [(key, t(word)) for key, word in KINDS.items()]),
        Filter("region", t("Region"), [(key, t(word)) for key, word in REGIONS.items()]),
        Filter("confidence", t("Certainty"), [(key, t(word)) for key, word in CERTAINTY.items()]),
    ]
    table = data_table(
        [
            Column("title", t("Title"), sortable=True, mobile="name", wide=True), Column("kind", t("Kind"), sortable=True, mobile="state"),
            Column("region", t("Region"), sortable=True), Column("certainty", t("Certainty"), mobile="date"),
            Column("reviewed_on", t("Reviewed on"), sortable=True),
        ],
        s.rows, _article_cells, caption=t("Articles"), state=s, href=lambda a: a.href, search=t("Search an article"), filters=filters,
        empty=empty_state(t("No article is loaded."), t("They come at the next start, or by “koprogo knowledge ingest”."), icon_name="book-open"),
    )  # fmt: skip
    return _frame("articles", t("Every article the assistant may quote."), table)


# --- Official texts ---


def _text_cells(o: TextRow) -> list[Any]:
    source: Any = rx.cond(o.source != "", stack(o.title, muted(o.source), gap=1), o.title)
    act = button(
        t("Remove"), size="sm", kind="danger", on_click=OfficialTextsState.ask_removal(o.id),
        aria_label=t("Remove: {title}", title=o.title),
    )  # fmt: skip
    return [source, o.language, o.region, link(o.articles, o.href), o.pages, o.valid_from, o.added, act]


@page(
    "/admin/knowledge/texts", N_("Official texts"), permission=P.PLATFORM_ADMIN, on_load=OfficialTextsState.load,
    crumbs=lambda: [(t("Knowledge"), "/admin/knowledge")],
)  # fmt: skip
def official_texts() -> rx.Component:
    s: Any = OfficialTextsState
    add = button(t("Add a text"), icon_name="plus", kind="solid", href="/admin/knowledge/texts/new", shortcut="N")
    table = data_table(
        [
            Column("title", t("Title"), mobile="name", wide=True), Column("language", t("Language"), mobile="state"),
            Column("region", t("Region")), Column("articles", t("Articles"), numeric=True, mobile="amount"),
            Column("pages", t("Pages"), numeric=True), Column("valid_from", t("In force from")),
            Column("added", t("Added on"), mobile="date"), Column("act", t("Actions"), mobile="acts"),
        ],
        s.rows, _text_cells, caption=t("Official texts"),
        empty=empty_state(
            t("No text was added yet."), t("An act, an ordinance, a circular: add it and the assistant quotes its articles."),
            icon_name="scale",
        ),
    )  # fmt: skip
    remove = confirm_dialog(
        None, t("Remove “{name}”?", name=s.name),
        t("The text goes with its articles: nothing of it is found or quoted any more. This cannot be undone."),
        t("Remove the text"), s.remove, danger=True, open=s.removing, on_open_change=s.close,
    )  # fmt: skip
    return _frame(
        "texts", t("Texts you added for everybody, beside what KoproGo brings."), table, remove, actions=[add]
    )


# --- Adding one ---


def _choose_file() -> rx.Component:
    limits = bullets(
        t("PDF with its text, HTML, Markdown or plain text; {pages} pages at most.", pages=MAX_PAGES),
        t("Articles are recognised by their numbers: Article 12, Art. 3., Artikel 5, § 2."),
        t("The text becomes public: no paper of a building, no personal data."),
    )
    drop = upload(
        "/api/v1/admin/official-texts/drafts",
        t("The official text"),
        AddTextState.read,
        types=tuple(TYPES),
        max_mb=MAX_MB,
    )
    return columns(card(drop, title=t("The file")), card(limits, title=t("What can be read")), shape="aside")


def _part_cells(p: PartRow) -> list[Any]:
    return [stack(strong(p.citation), p.title, gap=1), paragraph(p.text, small=True)]


def _description() -> rx.Component:
    s: Any = AddTextState
    v, e = s.values, s.errors
    told = form(
        s.store,
        fields(
            field(t("Title"), "title", value=v.get("title", ""), errors=e, required=True, on_blur=lambda x: s.say("title", x)),
            select_field(
                t("Language"), "locale", [(key, LANGUAGE_NAMES[key]) for key in LANGUAGE_NAMES], value=v.get("locale", "fr"),
                errors=e, required=True, on_change=lambda x: s.say("locale", x),
            ),
            select_field(
                t("Region"), "region", [(key, t(word)) for key, word in REGIONS.items()], value=v.get("region", "BE"),
                errors=e, required=True, hint=t("Answers about a building of another region do not use it."),
            ),
            field(
                t("Reference"), "source", errors=e, on_blur=lambda x: s.say("source", x),
                hint=t("What citations begin with: “Ordinance of 2 May 2024”. The title when it is empty."),
            ),
            field(t("Address of the official text"), "url", type="url", errors=e, placeholder="https://"),
            date_field(t("In force from"), "valid_from", errors=e, hint=t("Before this day it is not quoted.")),
        ),
        submit=t("Store the text"), errors=e, key=s.key, secondary=[button(t("Choose another file"), on_click=s.start_again)],
    )  # fmt: skip
    return card(told, title=t("What it is"))


def _cut() -> rx.Component:
    s: Any = AddTextState
    table = data_table(
        [Column("citation", t("Cited as"), mobile="name", wide=True), Column("text", t("Text"), mobile="date", wide=True)],
        s.rows, _part_cells, caption=t("How it is cut"), state=s,
    )  # fmt: skip
    replaced = t("It replaces the text of the same title and language, added on {day}.", day=s.replaces)
    return stack(
        note(s.filename, " · ", s.cut_by, tone="info"),
        rx.cond(s.replaces != "", note(replaced, tone="warn")),
        rx.foreach(s.remarks, lambda remark: note(remark, tone="warn")),
        card(table, title=t("How it is cut"), flush=True),
        gap=3,
    )


@page(
    "/admin/knowledge/texts/new", N_("Add a text"), permission=P.PLATFORM_ADMIN, on_load=AddTextState.load,
    crumbs=lambda: [(t("Knowledge"), "/admin/knowledge"), (t("Official texts"), "/admin/knowledge/texts")],
)  # fmt: skip
def add_text() -> rx.Component:
    s: Any = AddTextState
    chosen = s.key != ""
    return body(
        page_head(t("Add a text"), t("Nothing is stored before you have seen how it is cut."), topic="knowledge"),
        stepper([t("File"), t("What it is and how it is cut")], rx.cond(chosen, 2, 1)),
        rx.cond(chosen, columns(_description(), _cut(), shape="form"), _choose_file()),
    )
