"""A co-owner's account: what he owes, why, how he pays it, and every line of it. On a telephone first."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.owner_accounts.pages import lines_table, standing_badge
from koprogo_app.modules.owner_accounts.state import MyAccountState
from koprogo_app.ui.badge import badge
from koprogo_app.ui.button import button, link
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.layout import (
    card,
    definitions,
    heading,
    money,
    muted,
    page_head,
    paragraph,
    row,
    rows,
    stack,
    strong,
    unbroken,
)
from koprogo_app.ui.page import Nav, body, page
from koprogo_app.ui.picture import scan_code
from koprogo_app.ui.text import plural, t

from .own_state import ItemRow, MyDuesState, OwedRow, SlipRow


def owed_card(one: OwedRow, *actions: rx.Component) -> rx.Component:
    """The account with one association: the sum, what it is made of, how it is paid, the last statement."""
    lines: Any = one.lines
    slips: Any = one.slips
    by = rx.cond(one.late, badge(one.by, "bad", "clock"), paragraph(one.by, small=True, muted=True))
    return card(
        stack(
            row(strong(one.sentence), standing_badge(one.standing)),
            rx.cond(one.by != "", by),
            rx.cond(one.favour != "", paragraph(one.favour, small=True, muted=True)),
            rx.cond(lines.length() > 0, rows(lines, _item)),
            rx.foreach(slips, _slip),
            rx.cond(one.statement != "", link(one.statement, one.statement_href)),
            *actions,
            gap=3,
        ),
        title=one.name, topic="individual_account",
    )  # fmt: skip


def _item(x: ItemRow) -> rx.Component:
    words = rx.cond(x.href != "", link(x.words, x.href), strong(x.words))
    late = rx.cond(x.late, badge(t("Late"), "bad", "clock"))
    return stack(
        row(words, money(x.amount), between=True),
        row(muted(t("Due on {day}", day=x.due)), late),
        rx.cond(x.why != "", muted(x.why)),
        gap=1,
    )


def _slip(x: SlipRow) -> rx.Component:
    known = [
        (t("Amount"), x.amount), (t("Account to pay to"), rx.cond(x.iban != "", unbroken(x.iban), "–")), (t("In the name of"), x.beneficiary),
        (t("Communication"), rx.cond(x.communication != "", unbroken(x.communication), "–")),
    ]  # fmt: skip
    code = stack(
        scan_code(x.code, t("Code for the application of your bank")),
        muted(t("Scan it with the application of your bank")),
        gap=1,
    )
    lacking = rx.cond(x.lacking != "", paragraph(x.lacking, small=True, muted=True))
    return stack(heading(x.title, 3), definitions(known), rx.cond(x.code != "", code), lacking, gap=2)


def _owed(one: OwedRow) -> rx.Component:
    s: Any = MyAccountState
    several = (s.places.length() > 1) & (s.shown != one.id)
    choose = button(t("See the lines"), size="sm", on_click=s.filter_by("building", one.id))
    return owed_card(one, rx.cond(several, row(choose)))


@page(
    "/my-account", N_("My account"), permission=P.OWN_READ, on_load=[MyDuesState.load, MyAccountState.load],
    nav=Nav("money", "wallet", 10, mobile=2), crumbs=lambda: [(t("Home"), "/")],
)  # fmt: skip
def my_account() -> rx.Component:
    s: Any = MyAccountState
    d: Any = MyDuesState
    unknown = empty_state(
        t("Your account is not linked to a co-owner yet."),
        t("Ask your syndic to link it: what you owe then appears here."), icon_name="search-x",
    )  # fmt: skip
    elsewhere = empty_state(
        t("The accounts of your building are not kept here yet."),
        t("Your last statement shows what you owe, or ask your syndic."), icon_name="wallet",
    )  # fmt: skip
    meters = card(
        row(plural(t("1 meter counts what you use."), t("{n} meters count what you use.", n=d.meters), d.meters)),
        row(button(t("My meters"), icon_name="gauge", href="/my-meters")),
        title=t("My meters"),
    )
    signs = muted(t("Above zero: asked of you. Below zero: paid or credited."))
    lines = stack(card(lines_table(), title=t("Lines: {name}", name=s.name), flush=True), signs)
    found = stack(rx.foreach(d.dues, _owed), lines, rx.cond(d.meters > 0, meters))
    shown = rx.cond(d.dues.length() > 0, found, card(elsewhere))
    return body(
        page_head(t("My account"), t("What you owe the association, why, and where to pay.")),
        rx.cond(d.unknown, card(unknown), shown),
    )
