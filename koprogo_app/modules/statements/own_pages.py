"""A co-owner's own statements, on a telephone first."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.layout import card, money, page_head, stack
from koprogo_app.ui.page import Nav, body, page
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.text import t

from .own_state import MyStatementsState, MyStatementState, OwnRow
from .pages import balance_badge
from .published_pages import one_statement


def _cells(x: OwnRow) -> list[Any]:
    return [x.building, x.period, money(x.balance), balance_badge(x.tone), x.due]


@page(
    "/my-statements", N_("My statements"), permission=P.OWN_READ, on_load=MyStatementsState.load, nav=Nav("money", "file-text", 20),
    crumbs=lambda: [(t("Home"), "/")],
)  # fmt: skip
def my_statements() -> rx.Component:
    s: Any = MyStatementsState
    table = data_table(
        [
            Column("building", t("Building"), mobile="name", wide=True), Column("period", t("Period"), mobile="date"),
            Column("balance", t("Balance"), numeric=True, mobile="amount"), Column("state", t("State"), mobile="state"),
            Column("due", t("To pay by")),
        ],
        s.rows, _cells, caption=t("My statements"), href=lambda x: "/my-statements/" + x.id,
        empty=empty_state(t("No statement yet."), t("Your syndic sends one after each period."), icon_name="file-text"),
    )  # fmt: skip
    unknown = empty_state(
        t("Your account is not linked to a co-owner yet."), t("Ask your syndic to link it: what you owe then appears here."),
        icon_name="search-x",
    )  # fmt: skip
    return body(
        page_head(
            t("My statements"), t("What you bear of the costs, what was called from you, and why."), topic="statements"
        ),
        rx.cond(s.unknown, card(unknown), card(table, title=t("My statements"), flush=True)),
    )


@page(
    "/my-statements/[statement_id]", N_("My statement"), permission=P.OWN_READ, on_load=MyStatementState.load,
    crumbs=lambda: [(t("Home"), "/"), (t("My statements"), "/my-statements")], here=lambda: MyStatementState.period,
)  # fmt: skip
def my_statement() -> rx.Component:
    s: Any = MyStatementState
    gone = empty_state(t("This statement does not exist."), icon_name="search-x")
    found = one_statement(s, lambda x: "/api/v1/my-statements/lines/" + x.id + "/voucher")
    return body(page_head(t("My statement"), s.period), rx.cond(s.missing, card(gone), stack(found)))
