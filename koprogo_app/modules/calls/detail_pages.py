"""The page of one call: what it asks, of whom, what came in, and the next step."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import charges_frame
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.lots.pages import building_address
from koprogo_app.ui.badge import article
from koprogo_app.ui.button import button, link
from koprogo_app.ui.dialog import confirm_dialog, form_dialog
from koprogo_app.ui.form import textarea
from koprogo_app.ui.layout import card, definitions, heading, money, muted, paragraph, row, stack
from koprogo_app.ui.note import note
from koprogo_app.ui.page import may, page
from koprogo_app.ui.share_bar import share_bar
from koprogo_app.ui.stat import stat, stats
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.text import t

from .detail_state import CallLineRow, CallState, DueRow
from .form_pages import crumbs, gone, shares_card
from .pages import call_badge, calls_address


def _entry(entry_id: Any) -> Any:
    return link(t("See the entry"), building_address() + "/entries/" + entry_id)


def _letters() -> Any:
    return building_address() + "/letters/" + CallState.call.run_id


def _can(action: str, permission: P, act: rx.Component) -> rx.Component:
    return rx.cond(CallState.can.contains(action) & may(permission), act)


def _actions() -> list[rx.Component]:
    s = CallState
    c: Any = s.call
    issue = confirm_dialog(
        button(t("Issue the call"), icon_name="send", kind="solid"), t("Issue {amount}?", amount=c.total),
        t("Each co-owner owes his part in the books at once, as shown, and a letter is prepared for him. It cannot be changed after "
          "that, only reversed."),
        t("Issue the call"), s.issue,
    )  # fmt: skip
    reverse = form_dialog(
        button(t("Reverse the call"), icon_name="undo-2", kind="danger"), t("Reverse the call"),
        textarea(t("Reason"), "reason", errors=s.errors, required=True, rows=3), on_submit=s.reverse, submit=t("Reverse the call"),
        open=s.reversing, on_open_change=s.show_reversing, errors=s.errors,
        description=t("The mirror of its entry is posted: nobody owes it any more. What was paid of it stays in the co-owners’ favour "
                      "and settles the next call. Letters that left are not called back: tell the co-owners."),
    )  # fmt: skip
    delete = confirm_dialog(
        button(t("Delete the draft"), icon_name="trash-2", kind="danger"), t("Delete this draft?"),
        t("Nothing of it is in the books."), t("Delete the draft"), s.delete, danger=True,
    )  # fmt: skip
    change = button(t("Change"), icon_name="pencil", href=calls_address() + "/" + c.id + "/edit")
    see = button(t("See the letters"), icon_name="mail", href=_letters())
    return [
        _can("delete", P.CALLS_WRITE, delete),
        _can("edit", P.CALLS_WRITE, change),
        _can("reverse", P.CALLS_ISSUE, reverse),
        rx.cond(c.run_id != "", see),
        _can("issue", P.CALLS_ISSUE, issue),
    ]


def _figures() -> rx.Component:
    s = CallState
    c: Any = s.call
    entry = building_address() + "/entries/" + c.entry_id
    paid = building_address() + "/payments"
    figures = stats(
        stat(c.total, t("Called"), href=entry), stat(c.received, t("Received"), href=paid), stat(c.open, t("Still open"), href=paid)
    )  # fmt: skip
    return card(figures, rx.cond(s.bar.length() > 0, share_bar(s.bar, s.said)))


def _facts() -> rx.Component:
    c: Any = CallState.call
    asked = rx.cond(c.alone != "", c.alone, t("All who hold a lot on the due date"))
    undone = rx.cond(c.reversal_id != "", row(_entry(c.reversal_id), c.reason), muted("–"))
    return card(
        definitions([
            (t("Kind"), c.kind), (t("Called on"), c.called), (t("Due on"), c.due), (t("Asked of"), asked),
            (t("Reserve fund"), row(c.reserve, article("3.86 §3", "call_destinations"))),
            (t("In the books"), rx.cond(c.entry_id != "", _entry(c.entry_id), muted(t("not yet")))), (t("Reversal"), undone),
        ]),
        rx.cond(c.words != "", paragraph(c.words, keep_lines=True)),
        title=t("Call"), topic="calls",
    )  # fmt: skip


def _line_cells(x: CallLineRow) -> list[Any]:
    return [x.words, x.destination, x.key, money(x.amount)]


def _lines() -> rx.Component:
    s = CallState
    return data_table(
        [
            Column("words", t("Words of the line"), mobile="name", wide=True), Column("destination", t("What it is for"), mobile="state"),
            Column("key", t("Key")), Column("amount", t("Amount (€)"), numeric=True, mobile="amount"),
        ],
        s.lines, _line_cells, caption=t("Lines of the call"), footer=[t("Total"), "", "", money(s.call.total)],
    )  # fmt: skip


def _due_cells(x: DueRow) -> list[Any]:
    return [x.owner, x.lots, money(x.reserve), money(x.asked), money(x.paid), money(x.open), call_badge(x.state)]


def _owners() -> rx.Component:
    s = CallState
    c: Any = s.call
    return data_table(
        [
            Column("owner", t("Co-owner"), mobile="name", wide=True), Column("lots", t("Lots")),
            Column("reserve", t("Of it reserve (€)"), numeric=True), Column("asked", t("To pay (€)"), numeric=True, mobile="amount"),
            Column("paid", t("Received (€)"), numeric=True), Column("open", t("Open (€)"), numeric=True),
            Column("state", t("Status"), mobile="state"),
        ],
        s.dues, _due_cells, caption=t("What each pays"), href=lambda x: x.href,
        footer=[t("Co-owners: {n}", n=c.owners), "", "", money(c.total), money(c.received), money(c.open), ""],
    )  # fmt: skip


@page(
    "/buildings/[building_id]/calls/[call_id]", N_("Call for funds"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, CallState.load], crumbs=crumbs, here=lambda: CallState.call.title,
)  # fmt: skip
def call_for_funds() -> rx.Component:
    s = CallState
    c: Any = s.call
    reversed_ = rx.cond(c.reason != "", note(c.reason, tone="warn", title=t("Reversed.")))
    who = rx.cond(c.state == "draft", shares_card(s), _owners())
    shown = stack(
        row(heading(c.title), call_badge(c.state)), reversed_, rx.cond(c.entry_id != "", _figures()), _facts(), _lines(), who
    )  # fmt: skip
    return charges_frame(
        "calls", rx.cond(s.missing, gone(), shown), actions=[rx.cond(s.missing, rx.fragment(), a) for a in _actions()]
    )  # fmt: skip
