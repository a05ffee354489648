"""The periods of consumption of a building, the form of one, and what it comes to."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.lots.pages import building_address
from koprogo_app.ui.badge import badge
from koprogo_app.ui.button import button, link
from koprogo_app.ui.cell import remark
from koprogo_app.ui.dialog import confirm_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import checkbox, date_field, field, fields, form, select_field
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import aside, card, columns, definitions, paragraph, row, stack, strong
from koprogo_app.ui.note import note
from koprogo_app.ui.page import may, page
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.text import t

from .pages import KIND_OPTIONS, meters_crumbs, meters_frame
from .period_state import MeterPeriodFormState, MeterPeriodsState, MeterPeriodState, PeriodRow, UseRow

register(
    meter_period=Topic(
        N_("From consumption to a key"),
        N_(
            "The consumption of a lot is the reading at the end less the one at the beginning. A reading up to ten days before or after "
            "the day counts as taken on it; the last reading of a period is the first one of the next.\n\nClosing the period makes a "
            "distribution key whose weights are the consumption: choose it on the invoice of water or heating. What the common parts "
            "took, and what was lost on the way, is paid with it in the same proportion.\n\nA lot that is sold in the period pays "
            "by days: seller and buyer share its part of the cost."
        ),
        "3.81", "medium",
    ),
    fixed_part=Topic(
        N_("The part that goes by shares"),
        N_(
            "Deeds often put a part of the heating on everyone, because the pipes, the losses and the neighbours warm a flat whose "
            "radiators are shut: for example 30 % by shares and 70 % by consumption. Enter what the deed says. Both parts become "
            "whole numbers over one denominator, so that no cent is lost."
        ),
        "3.81", "medium",
    ),
)  # fmt: skip


def _address(period_id: Any) -> Any:
    return building_address() + "/meters/periods/" + period_id


def _crumbs() -> list[tuple[Any, Any]]:
    return [*meters_crumbs(), (t("Periods"), building_address() + "/meters/periods")]


def _status(status: Any) -> Any:
    return rx.cond(status == "closed", badge(t("Closed"), "ok", "lock"), badge(t("Not closed"), "info", "lock-open"))


# --- The list --------------------------------------------------------------------------------------------------------


def _cells(p: PeriodRow) -> list[Any]:
    return [p.name, p.kind, p.days, p.part, _status(p.status)]


@page(
    "/buildings/[building_id]/meters/periods", N_("Periods of consumption"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, MeterPeriodsState.load], crumbs=meters_crumbs, here=lambda: t("Periods"),
)  # fmt: skip
def meter_periods() -> rx.Component:
    add = button(
        t("Add a period"), icon_name="plus", kind="solid", href=building_address() + "/meters/periods/new", shortcut="N"
    )
    table = data_table(
        [
            Column("name", t("Name"), mobile="name"), Column("kind", t("Kind"), mobile="date"), Column("days", t("Days"), mobile="amount"),
            Column("part", t("By shares"), numeric=True), Column("status", t("State"), mobile="state"),
        ],
        MeterPeriodsState.rows, _cells, caption=t("Periods of consumption"), href=lambda p: _address(p.id),
        empty=empty_state(t("No period yet."), t("A period turns the readings of a year into a distribution key."), icon_name="calendar-range"),
    )  # fmt: skip
    return meters_frame("periods", table, actions=[rx.cond(may(P.METERS_WRITE), add)])


# --- The form --------------------------------------------------------------------------------------------------------


def _form(on_submit: Any, submit: Any, back: Any, *, new: bool) -> rx.Component:
    s: Any = MeterPeriodFormState
    v, e = s.values, s.errors
    return form(
        on_submit,
        select_field(t("Kind"), "kind", KIND_OPTIONS, value=v.get("kind", ""), errors=e, required=True),
        field(
            t("Name"), "name", value=v.get("name", ""), errors=e, required=not new,
            hint=t("The key gets it. Blank: the kind and the days.") if new else t("The key gets it."),
        ),
        fields(
            date_field(t("First day"), "first_on", value=v.get("first_on", ""), errors=e, required=True),
            date_field(t("Last day"), "last_on", value=v.get("last_on", ""), errors=e, required=True),
        ),
        field(
            t("Part of the cost that goes by shares"), "fixed_percent", value=v.get("fixed_percent", ""), errors=e, inputmode="numeric", unit="%",
            topic="fixed_part",
        ),
        checkbox(
            t("Only lots with a meter share that part"), "fixed_metered", checked=s.metered, errors=e,
            hint=t("Otherwise every lot that has shares takes part, cellars and garages too."),
        ),
        submit=submit, errors=e, key=s.title, secondary=[button(t("Go back"), href=back)],
    )  # fmt: skip


@page(
    "/buildings/[building_id]/meters/periods/new", N_("Add a period"), permission=P.METERS_WRITE,
    on_load=[BuildingState.load, MeterPeriodFormState.start], crumbs=_crumbs, here=lambda: t("Add a period"),
)  # fmt: skip
def new_meter_period() -> rx.Component:
    entry = _form(MeterPeriodFormState.create, t("Add the period"), building_address() + "/meters/periods", new=True)
    return meters_frame("periods", card(entry, title=t("Add a period"), topic="meter_period"))


@page(
    "/buildings/[building_id]/meters/periods/[meter_period_id]/edit", N_("Correct a period"), permission=P.METERS_WRITE,
    on_load=[BuildingState.load, MeterPeriodFormState.edit], crumbs=_crumbs, here=lambda: MeterPeriodFormState.title,
)  # fmt: skip
def edit_meter_period() -> rx.Component:
    back = _address(rx.State.meter_period_id.to(str))  # type: ignore[attr-defined]
    entry = _form(MeterPeriodFormState.save, t("Save the data"), back, new=False)
    return meters_frame(
        "periods",
        rx.cond(MeterPeriodFormState.missing, _gone(), card(entry, title=t("Correct a period"), topic="meter_period")),
    )


def _gone() -> rx.Component:
    back = button(t("See the periods"), href=building_address() + "/meters/periods")
    return empty_state(t("This period does not exist."), None, back, icon_name="search-x")


# --- One period ------------------------------------------------------------------------------------------------------


def _use_cells(u: UseRow) -> list[Any]:
    return [u.lot, u.serial, u.begin, u.end, u.used, strong(u.sum), rx.cond(u.found != "", remark(u.found, u.tone))]


def _use_columns(first: Any) -> list[Column]:
    return [
        Column("lot", first, mobile="name"), Column("serial", t("Number of the meter"), mobile="state"), Column("begin", t("At the beginning"), numeric=True),
        Column("end", t("At the end"), numeric=True), Column("used", t("Of the meter"), numeric=True),
        Column("sum", t("Consumption"), numeric=True, mobile="amount"), Column("found", t("What was found"), wide=True, mobile="acts"),
    ]  # fmt: skip


def _balance() -> rx.Component:
    s: Any = MeterPeriodState
    facts = definitions([
        (t("Kind"), s.period.kind), (t("Days"), s.period.days), (t("By shares"), s.period.part), (t("State"), _status(s.period.status)),
        (t("Lots and common parts"), s.total), (t("Whole building"), rx.cond(s.main != "", s.main, "–")),
        (t("Difference"), rx.cond(s.difference != "", s.difference, "–")),
    ])  # fmt: skip
    key = rx.cond(s.period.key_id != "", link(t("See the key"), building_address() + "/keys/" + s.period.key_id))
    told = paragraph(
        t("The difference is what the main meter counted beyond all the others: losses, or a wrong reading."),
        small=True,
        muted=True,
    )
    return card(facts, told, row(key), title=s.period.name, topic="meter_period")


def _acts() -> list[rx.Component]:
    s: Any = MeterPeriodState
    open_ = s.period.status == "open"
    delete = confirm_dialog(
        button(t("Delete the period"), icon_name="trash-2", kind="danger"), t("Delete the period {name}?", name=s.period.name),
        t("The readings stay. The key that it made goes too, unless something is shared out by it. This cannot be undone."),
        t("Delete the period"), s.delete, danger=True,
    )  # fmt: skip
    reopen = confirm_dialog(
        button(t("Open it again"), icon_name="lock-open", disabled=s.used, reason=t("A posted cost is shared out by its key.")), t("Open this period again?"),
        t("Its readings can be corrected. No cost can be shared out by its key until you close the period anew."), t("Open the period"), s.reopen,
    )  # fmt: skip
    close = confirm_dialog(
        button(t("Close the period"), kind="solid", icon_name="lock", disabled=s.stops.length() > 0), t("Close this period?"),
        t("Its readings are locked and the key gets its weights."), t("Close the period"), s.close,
    )  # fmt: skip
    estimate = button(t("Estimate what is missing"), icon_name="wand-sparkles", on_click=s.estimate)
    change = button(t("Correct the period"), icon_name="pencil", href=_address(s.period.id) + "/edit")
    return [
        rx.cond(open_, rx.fragment(delete, change)),
        rx.cond(s.fillable, estimate),
        rx.cond(open_, close, reopen),
    ]


@page(
    "/buildings/[building_id]/meters/periods/[meter_period_id]", N_("Period of consumption"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, MeterPeriodState.load], crumbs=_crumbs, here=lambda: MeterPeriodState.period.name,
)  # fmt: skip
def meter_period() -> rx.Component:
    s: Any = MeterPeriodState
    lots = data_table(
        _use_columns(t("Lot")), s.rows, _use_cells, caption=t("Consumption of each lot"),
        empty=empty_state(t("No lot has a meter of this kind in the period."), icon_name="gauge"),
    )  # fmt: skip
    others = data_table(_use_columns(t("Where")), s.others, _use_cells, caption=t("Other meters"))
    stops = rx.foreach(s.stops, lambda stop: note(stop, tone="warn", live="status"))
    shown = columns(
        stack(
            rx.fragment(stops), lots, rx.cond(s.others.length() > 0, card(others, title=t("Other meters"), flush=True))
        ),
        aside(_balance(), label=t("Details")),
    )
    write = may(P.METERS_WRITE) & ~s.missing
    return meters_frame("periods", rx.cond(s.missing, _gone(), shown), actions=[rx.cond(write, act) for act in _acts()])
