"""A year of calls: how it is spread left, the calls that would be drafted right."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import charges_frame
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.ui.button import button
from koprogo_app.ui.form import date_field, field, fieldset, form, select_field
from koprogo_app.ui.layout import aside, bullets_of, card, columns, money, row, stack
from koprogo_app.ui.note import note
from koprogo_app.ui.page import page
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.text import t

from .form_pages import KIND_OPTIONS, crumbs, line_fields
from .pages import calls_address
from .rules import FORM_LINES, RHYTHMS, Kind, Rhythm
from .series_state import AMOUNTS, BUDGET, CallSeriesState, PlannedRow

_RHYTHMS = [(rhythm.value, t(words)) for rhythm, words in RHYTHMS.items()]


def _cells(x: PlannedRow) -> list[Any]:
    return [x.title, x.called, x.due, money(x.amount)]


def _planned() -> rx.Component:
    s = CallSeriesState
    stopped = note(bullets_of(s.stopped), tone="warn", title=t("These calls cannot be made yet."))
    already = note(
        t("Other calls ask {amount} of this budget already: make sure that nothing is asked twice.", amount=s.called), tone="warn"
    )  # fmt: skip
    table = data_table(
        [
            Column("title", t("Title"), mobile="name", wide=True), Column("called", t("Called on")),
            Column("due", t("Due on"), mobile="date"), Column("amount", t("Amount (€)"), numeric=True, mobile="amount"),
        ],
        s.planned, _cells, caption=t("Calls to be drafted"), footer=[t("Total"), "", "", money(s.total)],
    )  # fmt: skip
    shown = stack(rx.cond(s.called != "", already), table)
    return card(rx.cond(s.stopped.length() > 0, stopped, shown), title=t("Calls to be drafted"), topic="call_series")


def _form() -> rx.Component:
    s = CallSeriesState
    v, e = s.values, s.errors
    sources = [(BUDGET, t("The approved budget")), (AMOUNTS, t("The same amounts each time"))]
    more = rx.cond(s.count < FORM_LINES, button(t("Add a line"), icon_name="plus", size="sm", on_click=s.more))
    typed = stack(*[line_fields(s, n) for n in range(FORM_LINES)], row(more))
    return form(
        s.save,
        fieldset(
            t("Calls"),
            field(t("Title"), "title", value=v.get("title", ""), errors=e, required=True, autocomplete="off",
                  hint=t("Each call adds its number: 1/4."), on_blur=lambda text: s.typed("title", text)),
            select_field(t("Kind"), "kind", KIND_OPTIONS, value=Kind.REGULAR.value, errors=e, required=True),
            select_field(t("How often"), "rhythm", _RHYTHMS, value=Rhythm.QUARTERLY.value, errors=e, required=True,
                         on_change=lambda text: s.typed("rhythm", text)),
            date_field(t("First call on"), "first_on", value=v.get("first_on", ""), errors=e, required=True,
                       hint=t("Its year’s budget is taken."), on_change=lambda text: s.typed("first_on", text)),
            field(t("Days to pay"), "days_to_pay", value=v.get("days_to_pay", ""), errors=e, required=True, inputmode="numeric",
                  on_blur=lambda text: s.typed("days_to_pay", text)),
            select_field(t("Amounts from"), "source", sources, value=BUDGET, required=True, on_change=s.choose),
        ),
        rx.cond(s.source == AMOUNTS, typed),
        submit=t("Draft these calls"), errors=e, secondary=[button(t("Go back"), href=calls_address())],
    )  # fmt: skip


@page(
    "/buildings/[building_id]/calls/series", N_("A year of calls"), permission=P.CALLS_WRITE,
    on_load=[BuildingState.load, CallSeriesState.load], crumbs=crumbs, here=lambda: t("A year of calls"),
)  # fmt: skip
def call_series() -> rx.Component:
    shown = columns(
        card(_form(), title=t("A year of calls"), topic="call_series"),
        aside(_planned(), label=t("Calls to be drafted")),
        shape="form",
    )
    return charges_frame("calls", rx.cond(CallSeriesState.missing, rx.fragment(), shown))
