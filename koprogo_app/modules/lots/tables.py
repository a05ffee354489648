"""The pages where many lots are edited at once, and where partial associations are entered."""

from typing import Any, cast

import reflex as rx

from koprogo_app.core.actor import Permission
from koprogo_app.core.i18n import N_
from koprogo_app.modules.buildings.pages import building_crumbs, building_frame
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.ui.button import button, icon_button
from koprogo_app.ui.cell import cell_input, cell_select
from koprogo_app.ui.dialog import confirm_dialog, form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import field, fields, form
from koprogo_app.ui.layout import card, muted, row
from koprogo_app.ui.note import note
from koprogo_app.ui.page import page
from koprogo_app.ui.table import Column, Filter, data_table
from koprogo_app.ui.text import figure, t

from .pages import building_address, figure_fields, may_write, or_missing, shares_field, type_options, why_fields
from .state import GridRow, GridState, PartialRow, PartialsState, SeriesState


def _cells(r: GridRow) -> list[Any]:
    def typed(value: Any, name: str, label: Any, tone: Any) -> rx.Component:
        return cell_input(value, label, lambda text: GridState.edit(r.id, name, text), tone=tone, numeric=True)

    kind = cell_select(
        r.type,
        type_options(),
        t("Type of lot {number}", number=r.number),
        lambda value: GridState.edit(r.id, "type", value),
    )
    return [
        r.number, kind, typed(r.floor, "floor", t("Floor of lot {number}", number=r.number), r.floor_tone),
        typed(r.area_m2, "area_m2", t("Area of lot {number}", number=r.number), r.area_tone),
        typed(r.shares, "shares", t("Shares of lot {number}", number=r.number), r.shares_tone),
    ]  # fmt: skip


def _save() -> rx.Component:
    count: Any = GridState.waiting
    waiting = t("Lots changed and not saved yet: {count}.", count=figure(count))
    return card(
        form(
            GridState.save,
            rx.cond(GridState.waiting > 0, note(waiting, tone="info", live="status")),
            rx.cond(GridState.asks_why, why_fields(GridState.errors)),
            submit=t("Save the lots"), errors=GridState.errors, disabled=GridState.waiting == 0,
            reason=t("Nothing is changed yet."),
            secondary=[rx.cond(GridState.waiting > 0, button(t("Forget the changes"), on_click=GridState.drop))],
        ),
        label=t("Save the lots"),
    )  # fmt: skip


def _series() -> rx.Component:
    e, made = SeriesState.errors, cast(Any, SeriesState.made)
    return card(
        form(
            SeriesState.add,
            fields(
                field(t("First number"), "first", errors=e, required=True, hint=t("For example P1: P2, P3… follow.")),
                field(t("How many"), "count", errors=e, required=True, inputmode="numeric"),
                *figure_fields(e),
                shares_field(e, hint=t("The same for each of them.")),
            ),
            submit=t("Add these lots"), errors=e, kind="surface", key=made.to_string(),
        ),
        title=t("Add lots alike"),
    )  # fmt: skip


@page(
    "/buildings/[building_id]/lots/grid", N_("Edit several lots"), permission=Permission.LOTS_WRITE,
    on_load=[BuildingState.load, GridState.load], crumbs=building_crumbs, here=lambda: t("Edit several lots"),
)  # fmt: skip
def grid() -> rx.Component:
    table = data_table(
        [
            Column("number", t("Lot")), Column("type", t("Type")), Column("floor", t("Floor")),
            Column("surface_area", t("Area (m²)")),
            Column("shares", t("Shares")),
        ],
        GridState.rows, _cells, caption=t("Lots"), state=GridState,
        filters=[Filter("type", t("Type"), type_options(), t("All types"))],
        empty=empty_state(t("No lot yet."), t("Add lots alike below, or one by one."), icon_name="building-2"),
    )  # fmt: skip
    back = button(t("Back to the lots"), href=building_address() + "/lots")
    return building_frame("lots", table, _save(), _series(), actions=[back])


def _partial_cells(p: PartialRow) -> list[Any]:
    edit = icon_button("pencil", t("Correct {name}", name=p.name), on_click=PartialsState.edit(p.id))
    delete = confirm_dialog(
        button(t("Delete the partial association"), kind="danger", size="sm"), t("Delete {name}?", name=p.name),
        t("Its lots stay in the building."),
        t("Delete the partial association"), PartialsState.delete(p.id), danger=True,
    )  # fmt: skip
    return [p.name, or_missing(p.kbo), p.lots, rx.cond(may_write(), row(edit, delete))]


def _partial_dialog() -> rx.Component:
    v, e, new = PartialsState.values, PartialsState.errors, PartialsState.editing == ""
    why = field(
        t("Why it exists below twenty lots"), "reason", errors=e, required=True,
        hint=t("This building has {count} lots; the law asks for twenty. Your reason is kept.",
            count=PartialsState.below),
    )  # fmt: skip
    return form_dialog(
        button(t("Add a partial association"), icon_name="plus", kind="solid", shortcut="N"), t("Partial association"),
        field(t("Name"), "name", value=v.get("name", ""), errors=e, required=True),
        field(t("Enterprise number"), "kbo", value=v.get("kbo", ""), errors=e),
        rx.cond((PartialsState.below != "") & new, why),
        on_submit=PartialsState.save, submit=t("Save the partial association"), open=cast(Any, PartialsState.open),
        on_open_change=PartialsState.show, errors=e, key=PartialsState.editing,
    )  # fmt: skip


@page(
    "/buildings/[building_id]/partial-associations", N_("Partial associations"), permission=Permission.LOTS_READ,
    on_load=[BuildingState.load, PartialsState.load], crumbs=building_crumbs, here=lambda: t("Partial associations"),
)  # fmt: skip
def partials() -> rx.Component:
    table = data_table(
        [
            Column("name", t("Name"), mobile="name"), Column("kbo", t("Enterprise number"), mobile="state"),
            Column("lots", t("Lots"), numeric=True, mobile="amount"), Column("acts", t("Actions"), mobile="date"),
        ],
        PartialsState.rows, _partial_cells, caption=t("Partial associations"),
        empty=empty_state(
            t("No partial association."), t("Most buildings have none. Lots are put into one on their own page."),
            icon_name="building-2"
        ),
    )  # fmt: skip
    few = note(
        muted(t("Partial associations exist from twenty lots on; this building has {count}.",
            count=PartialsState.below)), tone="warn"
    )  # fmt: skip
    back = button(t("Back to the lots"), href=building_address() + "/lots")
    actions = [back, rx.cond(may_write(), _partial_dialog())]
    content = card(
        rx.cond(PartialsState.below != "", few), table, title=t("Partial associations"), topic="partial_association"
    )
    return building_frame("lots", content, actions=actions)
