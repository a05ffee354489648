"""The grid of the take-over wizard: every balance, what is unclear in it, and the dialogs that settle it."""

from typing import Any

import reflex as rx

from koprogo_app.modules.accounts.rules import KINDS
from koprogo_app.ui.badge import badge
from koprogo_app.ui.button import button
from koprogo_app.ui.cell import cell_input, remark
from koprogo_app.ui.dialog import form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import field, form, money_field, select_field
from koprogo_app.ui.layout import card, muted, paragraph, row, stack, strong
from koprogo_app.ui.picker import picker
from koprogo_app.ui.stepper import wizard_footer
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.tabs import segmented
from koprogo_app.ui.text import figure, t

from .columns import Field
from .rows import AsideRow, LineRow
from .state import OpeningState as S


def back(step: str) -> rx.Component:
    return button(t("Back"), on_click=S.go_to(step))


def on_to(label: Any, step: str, **more: Any) -> rx.Component:
    return button(label, kind="solid", icon_name="arrow-right", on_click=S.go_to(step), **more)


def _sums() -> rx.Component:
    even = badge(t("Balanced"), "ok", "circle-check")
    return row(
        muted(t("Debit")), strong(S.debit), muted(t("Credit")), strong(S.credit),
        rx.cond(S.gap == "", even, badge(t("{gap} apart", gap=S.gap), "bad", "circle-alert")), gap=3,
    )  # fmt: skip


def balances_step() -> rx.Component:
    which = segmented(
        [("all", t("All lines")), ("doubts", t("To review")), ("aside", t("Set aside"))],
        S.which,
        S.show,
        t("What is shown"),
    )
    actions = [
        which, button(t("Accept the proposed accounts"), size="sm", on_click=S.accept_accounts),
        button(t("Add a line"), size="sm", icon_name="plus", on_click=S.ask("line", "")),
    ]  # fmt: skip
    grid = card(
        rx.cond(S.which == "aside", _asides(), _lines()),
        title=t("Balances"),
        actions=actions,
        flush=True,
        topic="takeover",
    )
    many = card(
        form(
            S.add_owners,
            select_field(t("Account"), "owner_account", S.owner_accounts, errors=S.errors),
            submit=t("Add a line for each co-owner"), errors=S.errors, key=S.draft_id,
        ),
        paragraph(t("Lines without an amount are not entered."), small=True, muted=True),
        title=t("What each co-owner owes"),
    )  # fmt: skip
    left = rx.cond(S.to_settle > 0, t("Lines to settle: {count}.", count=figure(S.to_settle)), "")
    foot = wizard_footer(back("file"), on_to(t("Go to the checks"), "checks"), reason=left)
    return stack(_sums(), grid, many, foot, _account_dialog(), _new_account_dialog(), _person_dialog(), _line_dialog())


def _lines() -> rx.Component:
    return data_table(
        [
            Column("place", t("Line")), Column("account", t("Account"), wide=True), Column("label", t("Words")), Column("person", t("Co-owner or supplier")),
            Column("debit", t("Debit"), numeric=True), Column("credit", t("Credit"), numeric=True), Column("reference", t("Reference")), Column("due", t("Due on")),
            Column("found", t("What was found"), wide=True), Column("act", t("Decide"), wide=True),
        ],
        S.rows, _line_cells, caption=t("Balances"), state=S, search=t("Search an account or a name"),
        empty=empty_state(t("No balance yet."), t("Send a file, or add lines by hand."), icon_name="scale"),
    )  # fmt: skip


def _line_cells(r: LineRow) -> list[Any]:
    def typed(text: Any, name: str, label: Any, **more: Any) -> rx.Component:
        return cell_input(text, label, lambda value: S.edit(r.key, name, value), **more)

    accept = rx.cond(r.proposed != "", button(r.proposed, size="sm", icon_name="check", on_click=S.accept(r.key)))
    choose = rx.cond(
        r.code != "",
        row(
            button(t("Choose an account"), size="sm", on_click=S.ask("account", r.code)),
            button(t("Add this account"), size="sm", icon_name="plus", on_click=S.ask("create", r.code)),
            gap=1,
        ),
    )
    who = rx.cond(
        (r.party != "") & ~r.sums_up,
        button(t("Choose the person"), size="sm", kind="ghost", on_click=S.ask("person", r.key)),
    )
    supplier = rx.cond(
        r.new_supplier, button(t("Add this supplier"), size="sm", icon_name="plus", on_click=S.add_supplier(r.key))
    )
    drop = button(t("Leave the line out"), size="sm", kind="ghost", on_click=S.drop(r.key))
    return [
        r.place,
        stack(typed(r.account, Field.ACCOUNT.value, t("Account, {line}", line=r.place)), muted(r.account_words), gap=1),
        typed(r.label, Field.LABEL.value, t("Words, {line}", line=r.place)), r.person,
        typed(r.debit, Field.DEBIT.value, t("Debit, {line}", line=r.place), numeric=True),
        typed(r.credit, Field.CREDIT.value, t("Credit, {line}", line=r.place), numeric=True),
        typed(r.reference, Field.REFERENCE.value, t("Reference, {line}", line=r.place)), typed(r.due, Field.DUE.value, t("Due on, {line}", line=r.place)),
        rx.cond(r.found != "", remark(r.found, r.tone)), row(accept, choose, who, supplier, drop, gap=1),
    ]  # fmt: skip


def _asides() -> rx.Component:
    return data_table(
        [Column("place", t("Line")), Column("reason", t("Why")), Column("text", t("Contents"), wide=True), Column("act", t("Decide"))],
        S.asides, _aside_cells, caption=t("Lines that are no balance"), state=S, empty=empty_state(t("No line was set aside.")),
    )  # fmt: skip


def _aside_cells(a: AsideRow) -> list[Any]:
    back = rx.cond(a.dropped, button(t("Take the line back"), size="sm", on_click=S.restore(a.key)))
    return [a.place, a.reason, muted(a.text), back]


def _account_dialog() -> rx.Component:
    return form_dialog(
        None, t("Read {code} as another account", code=S.asked),
        picker(t("Account"), "account", S.chart, errors=S.errors, required=True),
        on_submit=S.map_account, submit=t("Choose"), open=S.dialog == "account", on_open_change=S.close, errors=S.errors, key=S.asked,
        description=t("On every line with this code."),
    )  # fmt: skip


def _new_account_dialog() -> rx.Component:
    kinds = [(kind.value, t(words)) for kind, words in KINDS.items()]
    return form_dialog(
        None, t("Add an account"),
        field(t("Code"), "code", value=S.asked, errors=S.errors, required=True),
        field(t("Words"), "label", value=S.asked_words, errors=S.errors, required=True),
        select_field(t("Kind"), "kind", kinds, errors=S.errors, blank=t("What its class says")),
        on_submit=S.create_account, submit=t("Add the account"), open=S.dialog == "create", on_open_change=S.close, errors=S.errors, key=S.asked,
    )  # fmt: skip


def _person_dialog() -> rx.Component:
    return form_dialog(
        None, t("Who is meant?"), picker(t("Co-owner or supplier"), "party", S.people, errors=S.errors, required=True),
        on_submit=S.name_party, submit=t("Choose"), open=S.dialog == "person", on_open_change=S.close, errors=S.errors, key=S.asked,
        description=t("On every line with the same name."),
    )  # fmt: skip


def _line_dialog() -> rx.Component:
    return form_dialog(
        None, t("Add a line"),
        picker(t("Account"), "account", S.chart, errors=S.errors, required=True),
        picker(t("Co-owner or supplier"), "party", S.people, errors=S.errors, hint=t("For accounts of co-owners and suppliers.")),
        field(t("Words"), "label", errors=S.errors), money_field(t("Debit"), "debit", errors=S.errors), money_field(t("Credit"), "credit", errors=S.errors),
        on_submit=S.add_line, submit=t("Add the line"), open=S.dialog == "line", on_open_change=S.close, errors=S.errors,
    )  # fmt: skip
