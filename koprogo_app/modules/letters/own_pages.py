"""A co-owner's own letters, on a telephone first."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.ui.button import file_link
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.layout import card, page_head
from koprogo_app.ui.page import Nav, body, page
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.text import t

from .own_state import MyLettersState, OwnLetterRow
from .pages import channel_badge


def _cells(x: OwnLetterRow) -> list[Any]:
    return [
        x.title,
        x.building,
        x.dated_on,
        channel_badge(x.channel),
        file_link(t("Open the letter"), x.file, icon_name="file-text"),
    ]


@page(
    "/my-letters", N_("My letters"), permission=P.OWN_READ, on_load=MyLettersState.load, nav=Nav("money", "mail", 30),
    crumbs=lambda: [(t("Home"), "/")],
)  # fmt: skip
def my_letters() -> rx.Component:
    s: Any = MyLettersState
    table = data_table(
        [
            Column("title", t("Subject"), mobile="name", wide=True), Column("building", t("Building")),
            Column("dated_on", t("Date"), sortable=True, mobile="date"), Column("channel", t("Way of sending"), mobile="state"),
            Column("file", t("Letter"), mobile="acts"),
        ],
        s.rows, _cells, caption=t("My letters"), state=s,
        empty=empty_state(t("No letter yet."), t("Calls for funds and statements that are sent to you appear here."), icon_name="mail"),
    )  # fmt: skip
    return body(
        page_head(t("My letters"), t("What the association sent you, as you received it."), topic="letters"),
        card(table, title=t("My letters"), flush=True),
    )
