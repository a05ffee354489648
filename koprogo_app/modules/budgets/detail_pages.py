"""The page of one budget: its lines beside the books, the reserve, what each lot pays, and the decision."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import charges_frame
from koprogo_app.modules.buildings.pages import building_crumbs
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.ui.badge import article, badge
from koprogo_app.ui.button import button, file_link
from koprogo_app.ui.dialog import confirm_dialog, form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import date_field, form, textarea
from koprogo_app.ui.layout import (
    aside,
    bullets_of,
    card,
    columns,
    definitions,
    heading,
    money,
    muted,
    paragraph,
    row,
    rows,
    stack,
    strong,
)
from koprogo_app.ui.note import note
from koprogo_app.ui.page import may, page
from koprogo_app.ui.picker import picker
from koprogo_app.ui.share_bar import share_bar
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.text import t

from .detail_state import BarRow, BudgetState, FollowRow, LotRow
from .pages import budget_badge, budgets_address
from .rules import Action


def _can(action: Action, permission: P, act: rx.Component) -> rx.Component:
    return rx.cond(BudgetState.can.contains(action.value) & may(permission), act)


def _actions() -> list[rx.Component]:
    s = BudgetState
    edit = button(t("Change the budget"), icon_name="pencil", href=budgets_address() + "/" + s.budget.id + "/edit")
    delete = confirm_dialog(
        button(t("Delete the budget"), icon_name="trash-2", kind="danger"), t("Delete this budget?"),
        t("Its lines go with it."), t("Delete the budget"), s.delete, danger=True,
    )  # fmt: skip
    submit = confirm_dialog(
        button(t("Submit the budget"), icon_name="send", kind="solid"), t("Submit this budget?"),
        t("It is then closed until the meeting has decided."), t("Submit the budget"), s.submit,
    )  # fmt: skip
    approve = button(t("Note the approval"), icon_name="gavel", kind="solid", on_click=s.ask(Action.APPROVE.value))
    reject = button(t("Note the rejection"), icon_name="circle-x", on_click=s.ask(Action.REJECT.value))
    archive = confirm_dialog(
        button(t("Archive the budget"), icon_name="archive"), t("Archive this budget?"),
        t("Its year may then have another one. An archived budget stays as it is."), t("Archive the budget"), s.archive,
    )  # fmt: skip
    return [
        _can(Action.DELETE, P.BUDGETS_WRITE, delete), _can(Action.ARCHIVE, P.BUDGETS_DECIDE, archive),
        _can(Action.EDIT, P.BUDGETS_WRITE, edit), _can(Action.REJECT, P.BUDGETS_DECIDE, reject),
        _can(Action.SUBMIT, P.BUDGETS_WRITE, submit), _can(Action.APPROVE, P.BUDGETS_DECIDE, approve),
    ]  # fmt: skip


def _dialogs() -> rx.Component:
    s = BudgetState
    approve = form_dialog(
        None, t("Note the approval"),
        date_field(t("Decided on"), "decided_on", errors=s.errors, required=True),
        textarea(t("The decision in the minutes"), "decision", errors=s.errors, required=True, rows=4),
        picker(t("Minutes"), "document_id", s.papers, errors=s.errors, hint=t("A document of this building.")),
        on_submit=s.approve, submit=t("Note the approval"), open=s.asking == Action.APPROVE.value, on_open_change=s.show_asking,
        errors=s.errors, description=t("The general meeting approves a budget by the absolute majority of the votes."),
    )  # fmt: skip
    reject = form_dialog(
        None, t("Note the rejection"), textarea(t("Reason"), "reason", errors=s.errors, required=True, rows=3),
        on_submit=s.reject, submit=t("Note the rejection"), open=s.asking == Action.REJECT.value, on_open_change=s.show_asking,
        errors=s.errors, description=t("The budget can then be changed and submitted again."),
    )  # fmt: skip
    return stack(approve, reject)


def _look(state: Any) -> Any:
    return rx.match(
        state,
        ("over", badge(t("Over the budget"), "bad", "circle-alert")),
        ("near", badge(t("Nearly spent"), "warn", "triangle-alert")),
        badge(t("Within the budget"), "ok", "circle-check"),
    )


def _line(x: FollowRow) -> rx.Component:
    return stack(x.label, rx.cond(x.nature != "", muted(x.nature)), gap=1)


def _follow_cells(x: FollowRow) -> list[Any]:
    figures = [money(f) for f in (x.before, x.budget, x.actual, x.difference)]
    return [_line(x), x.key, *figures, x.percent, _look(x.state)]


def _outside_cells(x: FollowRow) -> list[Any]:
    return [_line(x), x.key, money(x.before), money(x.actual)]


def _follow_up() -> rx.Component:
    s = BudgetState
    first = [Column("label", t("Line"), mobile="name", wide=True), Column("key", t("Key"), wide=True)]
    table = data_table(
        [
            *first, Column("before", t("Last year"), numeric=True), Column("budget", t("Budget"), numeric=True),
            Column("actual", t("Spent"), numeric=True, mobile="amount"), Column("difference", t("Left"), numeric=True),
            Column("percent", t("Part spent"), numeric=True), Column("state", t("Status"), mobile="state"),
        ],
        s.rows, _follow_cells, caption=t("Budget and actual"),
        footer=[s.sums.label, "", *[money(f) for f in (s.sums.before, s.sums.budget, s.sums.actual, s.sums.difference)], s.sums.percent, ""],
    )  # fmt: skip
    outside = data_table(
        [*first, Column("before", t("Last year"), numeric=True), Column("actual", t("Spent"), numeric=True, mobile="amount")],
        s.outside, _outside_cells, caption=t("Outside the budget"),
    )  # fmt: skip
    closed = paragraph(t("All costs in the books up to {day}: {amount}.", day=s.until_said, amount=s.cost), small=True)
    pick = form(
        s.show_until,
        date_field(t("Up to"), "until", value=s.until, errors=s.errors, min=s.first_day, max=s.last_day),
        submit=t("Show"), errors=s.errors, kind="surface", icon_name="eye",
    )  # fmt: skip
    warned = note(bullets_of(s.warnings), tone="warn", title=t("To watch"))
    return stack(
        rx.cond(s.warnings.length() > 0, warned),
        card(table, title=t("Budget and actual up to {day}", day=s.until_said), topic="budget_lines", flush=True),
        rx.cond(s.outside.length() > 0, card(outside, title=t("Outside the budget"), topic="budget_lines", flush=True)),
        card(closed, pick, title=t("Another day")),
    )


def _bar(b: BarRow) -> rx.Component:
    figures = row(b.label, row(strong(b.actual), muted(b.budget)), between=True)
    drawn = stack(share_bar([b.bar], b.said, legend=False), share_bar([b.planned], b.said, legend=False), gap=1)
    return stack(figures, drawn, gap=1)


def _chart() -> rx.Component:
    lead = paragraph(t("In euros: what is spent in bold, the budget in grey."), small=True, muted=True)
    return card(lead, rows(BudgetState.bars, _bar), title=t("Line by line"))


def _or_dash(value: Any) -> Any:
    return rx.cond(value != "", value, muted("–"))


def _facts() -> rx.Component:
    b: Any = BudgetState.budget
    facts = definitions(
        [
            (t("From"), b.first), (t("Until"), b.last), (t("Running costs"), money(b.ordinary)),
            (t("Extraordinary costs"), money(b.extraordinary)), (t("Reserve fund"), money(b.reserve)),
            (t("Total"), strong(money(b.total))), (t("A month, on average"), money(b.monthly)),
        ]
    )  # fmt: skip
    return card(facts, rx.cond(b.notes != "", paragraph(b.notes, keep_lines=True)), title=t("Sums"), topic="budgets")


def _decision() -> rx.Component:
    b: Any = BudgetState.budget
    minutes = file_link(t("Download the minutes"), "/api/v1/documents/" + b.document_id + "/download")
    taken = stack(
        definitions([(t("Decided on"), b.decided)]),
        rx.cond(b.decision != "", paragraph(b.decision, keep_lines=True)),
        rx.cond(b.document_id != "", row(minutes)),
    )
    waiting = muted(t("The general meeting has not decided yet."))
    return card(rx.cond(b.decided != "", taken, waiting), row(article("3.87 §8", "budgets")), title=t("Decision"))


def _reserve() -> rx.Component:
    r: Any = BudgetState.reserve
    facts = definitions(
        [
            (t("Compulsory from"), _or_dash(r.due)), (t("Ordinary charges of the year before"), _or_dash(r.base)),
            (t("Minimum: 5 %"), _or_dash(r.minimum)), (t("Contribution of this budget"), r.contribution),
        ]
    )  # fmt: skip
    said = rx.match(
        r.state, ("warn", note(r.said, tone="warn")), ("ok", note(r.said, tone="ok")), note(r.said, tone="info")
    )
    return card(said, facts, row(article("3.86 §3", "reserve_minimum")), title=t("Reserve fund"))  # type: ignore[arg-type]


def _lots() -> rx.Component:
    s = BudgetState

    def cells(x: LotRow) -> list[Any]:
        return [x.number, money(x.year), money(x.month)]

    table = data_table(
        [
            Column("number", t("Lot"), mobile="name"), Column("year", t("In the year"), numeric=True, mobile="amount"),
            Column("month", t("A month, on average"), numeric=True),
        ],
        s.lots, cells, caption=t("Provisions for running costs by lot"), footer=[t("Total"), money(s.lots_sum), ""],
        empty=empty_state(t("No running costs in this budget."), icon_name="calculator"),
    )  # fmt: skip
    stopped = note(s.stopped, tone="warn", title=t("This cannot be shared out yet."))
    return card(rx.cond(s.stopped != "", stopped, table), title=t("Provisions for running costs by lot"), flush=True)


def _crumbs() -> list[tuple[Any, Any]]:
    return [*building_crumbs(), (t("Budgets"), budgets_address())]


def gone() -> rx.Component:
    """Shown for a budget that is not there."""
    back = button(t("See the budgets"), href=budgets_address())
    return empty_state(t("This budget does not exist."), None, back, icon_name="search-x")


@page(
    "/buildings/[building_id]/budgets/[budget_id]", N_("Budget"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, BudgetState.load], crumbs=_crumbs, here=lambda: BudgetState.budget.title,
)  # fmt: skip
def budget() -> rx.Component:
    s = BudgetState
    refused = (s.budget.status == "rejected") & (s.budget.refusal != "")
    shown = stack(
        row(heading(s.budget.title), budget_badge(s.budget.status)),
        rx.cond(refused, note(s.budget.refusal, tone="bad", title=t("Rejected."))),
        _follow_up(),
        columns(stack(_chart(), _lots()), aside(_facts(), _reserve(), _decision(), label=t("Details"))),
        _dialogs(),
    )
    return charges_frame(
        "budgets",
        rx.cond(s.missing, gone(), shown),
        actions=[rx.cond(s.missing, rx.fragment(), a) for a in _actions()],
    )
