"""Which papers of a building the assistant may quote, and how far their reading is."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.buildings.pages import building_crumbs, building_frame
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.documents.rules import CATEGORIES
from koprogo_app.ui.badge import badge
from koprogo_app.ui.button import button, link
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.help import Topic, help_button, register
from koprogo_app.ui.layout import heading, muted, paragraph, row, stack
from koprogo_app.ui.page import page
from koprogo_app.ui.progress import progress
from koprogo_app.ui.table import Column, Filter, data_table
from koprogo_app.ui.text import t

from .state import AssistantPapersState, PaperRow

register(
    assistant_papers=Topic(
        N_("What the assistant quotes of a building"),
        N_(
            "The assistant quotes the papers that the office chooses here, with their page and clause: the statutes, the "
            "house rules, the minutes, the contracts. A paper is quoted to those who may open it, and to nobody else; when "
            "a new version comes in, that one is read and quoted.\n\nOnly what a reader can see on a page is read. A scan is "
            "read when the recognition of text (OCR) is installed on the server."
        ),
    ),
)  # fmt: skip


def _state(p: PaperRow) -> rx.Component:
    """The badge, and below it how far it is or why it failed."""
    shown: Any = rx.match(
        p.state,
        ("waiting", badge(t("Waiting to be read"), "info", "hourglass")),
        ("reading", badge(t("Being read"), "info", "loader-circle")),
        ("ready", badge(t("Quoted"), "ok", "circle-check")),
        ("failed", badge(t("Cannot be quoted"), "warn", "triangle-alert")),
        rx.cond(
            p.can, badge(t("Not quoted"), "neutral", "circle-minus"),
            badge(t("Neither a PDF nor a text"), "neutral", "circle-minus"),
        ),
    )  # fmt: skip
    said: Any = p.said
    bar = rx.cond(p.state == "reading", progress(p.done, p.total, t("Reading of {title}", title=p.title)))
    return stack(shown, bar, rx.cond(said != "", paragraph(said, small=True, muted=True)), gap=1)


def _acts(p: PaperRow) -> rx.Component:
    s: Any = AssistantPapersState
    can: Any = p.can
    settled: Any = (p.state == "ready") | (p.state == "failed")  # type: ignore[operator]
    named = t("Let the assistant quote “{title}”", title=p.title)
    allow = button(t("Allow"), icon_name="plus", size="sm", on_click=s.allow(p.id), aria_label=named)
    given = row(
        rx.cond(settled, button(t("Read again"), kind="ghost", size="sm", on_click=s.again(p.id))),
        button(t("Stop quoting"), kind="ghost", size="sm", on_click=s.stop(p.id)),
    )
    return rx.cond(p.state != "", given, rx.cond(can, allow))


def _cells(p: PaperRow) -> list[Any]:
    title = paragraph(link(p.title, p.href), keep_lines=True)
    return [title, p.category, p.audience, _state(p), p.pages, p.passages, _acts(p)]


COLUMNS = (
    Column("title", t("Title"), sortable=True, mobile="name", wide=True),
    Column("category", t("Category"), sortable=True),
    Column("audience", t("Visible to")),
    Column("state", t("State"), mobile="state", wide=True),
    Column("pages", t("Pages"), numeric=True),
    Column("passages", t("Passages"), numeric=True),
    Column("acts", t("Actions"), mobile="acts"),
)


@page(
    "/buildings/[building_id]/assistant-papers", N_("What the assistant quotes"), permission=P.DOCUMENTS_MANAGE,
    on_load=[BuildingState.load, AssistantPapersState.load], here=lambda: t("What the assistant quotes"),
    crumbs=lambda: [*building_crumbs(), (t("Documents"), _documents())],
)  # fmt: skip
def assistant_papers() -> rx.Component:
    nothing = empty_state(
        t("No document yet."), t("Add the house rules and the statutes first: they answer most questions."),
        button(t("See the documents"), href=_documents(), kind="solid"), icon_name="folder",
    )  # fmt: skip
    table = data_table(
        COLUMNS, AssistantPapersState.rows, _cells, caption=t("Papers of the building"), state=AssistantPapersState,
        search=t("Search a title"), filters=[Filter("category", t("Category"), _categories())], empty=nothing,
    )  # fmt: skip
    head = stack(
        row(heading(t("What the assistant quotes")), help_button("assistant_papers")),
        muted(t("Each is quoted with its page and clause, to those who may open it and to nobody else.")), gap=1,
    )  # fmt: skip
    back = button(t("See the documents"), icon_name="folder", href=_documents())
    return building_frame("documents", head, table, actions=[back])


def _documents() -> Any:
    return "/buildings/" + rx.State.building_id.to(str) + "/documents"  # type: ignore[attr-defined]


def _categories() -> list[tuple[str, Any]]:
    return [(str(key), t(word)) for key, word in CATEGORIES.items()]
