"""The grid in which the readings of a day are typed, and the page of a file of readings."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.ui.badge import badge
from koprogo_app.ui.button import button
from koprogo_app.ui.cell import cell_input, cell_select, remark
from koprogo_app.ui.dialog import confirm_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import date_field, field, fields, form, select_field
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import card, columns, muted, paragraph, row, stack
from koprogo_app.ui.note import note
from koprogo_app.ui.page import may, page
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.text import figure, t
from koprogo_app.ui.upload import upload

from .file_state import ColumnRow, LineRow, ReadingsFileState
from .grid_state import GridRow, ReadingsGridState
from .models import MEANINGS
from .pages import KIND_OPTIONS, meters_crumbs, meters_frame

TYPES = (".xlsx", ".xls", ".ods", ".csv", ".txt")
register(
    readings=Topic(
        N_("Readings"),
        N_(
            "A reading is what the dial shows on a day, not what was consumed. One below the last reading is refused, unless the dial "
            "began anew; one of more than three times the consumption of before is a warning: a leak, or a slip of the pen.\n\nA "
            "lot that is sold: the part of the lot in a cost is shared between seller and buyer by days. Enter the reading of the "
            "day of the sale all the same, with a remark: it is kept, and shows who consumed what if they want to settle "
            "it between them."
        ),
        "3.94", "medium",
    ),
    reading_file=Topic(
        N_("Readings from a file"),
        N_(
            "The firm that reads the meters sends a list. It needs a column with the numbers of the meters, or of the lots, one with "
            "the dates and one with the readings. What each column means is asked once for each building and remembered.\n\nNothing "
            "is entered before you say so. The same file sent again changes nothing."
        ),
    ),
)  # fmt: skip


def _may_write() -> Any:
    return may(P.METERS_WRITE)


# --- Typed -----------------------------------------------------------------------------------------------------------


def _grid_cells(g: GridRow) -> list[Any]:
    label = t("Reading of meter {serial}, lot {lot}", serial=g.serial, lot=g.lot)
    typed = cell_input(g.text, label, lambda text: ReadingsGridState.edit(g.id, text), tone=g.tone, numeric=True)
    return [
        g.lot, stack(g.serial, rx.cond(g.place != "", muted(g.place)), gap=1), g.last_on, g.last, rx.cond(_may_write(), typed, g.text), g.used,
        rx.cond(g.found != "", remark(g.found, g.tone)),
    ]  # fmt: skip


@page(
    "/buildings/[building_id]/meters/readings", N_("Type readings"), permission=P.LEDGER_READ, on_load=[BuildingState.load, ReadingsGridState.load],
    crumbs=meters_crumbs, here=lambda: t("Type readings"),
)  # fmt: skip
def type_readings() -> rx.Component:
    s: Any = ReadingsGridState
    asked = card(
        fields(
            select_field(t("Kind"), "kind", KIND_OPTIONS, value=s.kind, on_change=s.choose_kind),
            date_field(t("Date of the readings"), "on", value=s.on, errors=s.errors, on_change=s.choose_day),
        ),
        title=t("Which readings"), topic="readings",
    )  # fmt: skip
    table = data_table(
        [
            Column("lot", t("Lot"), mobile="name"), Column("serial", t("Number of the meter")), Column("last_on", t("Last reading on")),
            Column("last", t("Last reading"), numeric=True, mobile="state"), Column("value", t("Reading"), numeric=True, mobile="amount"),
            Column("used", t("Consumption"), numeric=True, mobile="date"), Column("found", t("What was found"), wide=True, mobile="acts"),
        ],
        s.rows, _grid_cells, caption=t("Readings of the day"), state=s,
        empty=empty_state(t("No meter of this kind is there on that day."), t("Choose another kind or day, or add the meters."), icon_name="gauge"),
    )  # fmt: skip
    waiting = t("Readings typed and not saved yet: {count}.", count=figure(s.waiting))
    save = form(
        s.save,
        rx.cond(s.waiting > 0, note(waiting, tone="info", live="status")),
        field(t("Remark on these readings"), "note", errors=s.errors, hint=t("For example: sale of the lot, read by the co-owner.")),
        submit=t("Save the readings"), errors=s.errors, disabled=s.waiting == 0, reason=t("Nothing is typed yet."), key=s.on,
        secondary=[rx.cond(s.waiting > 0, button(t("Forget the changes"), on_click=s.drop))],
    )  # fmt: skip
    return meters_frame("readings", asked, table, rx.cond(_may_write(), card(save, label=t("Save the readings"))))


# --- From a file -----------------------------------------------------------------------------------------------------


def _column_cells(c: ColumnRow) -> list[Any]:
    words = [(meaning.value, t(word)) for meaning, word in MEANINGS.items()]
    chosen = cell_select(
        c.meaning, words, t("Meaning of the column {name}", name=c.heading), lambda value: ReadingsFileState.remap(c.index, value)
    )  # fmt: skip
    return [c.heading, muted(c.sample), rx.cond(_may_write(), chosen, c.meaning)]


def _line_cells(x: LineRow) -> list[Any]:
    action = rx.match(
        x.kind,
        ("new", badge(x.action, "ok", "plus")),
        ("other", badge(x.action, "warn", "pencil")),
        ("same", badge(x.action, "neutral", "check")),
        badge(x.action, "bad", "circle-alert"),
    )
    return [x.row, x.serial, x.lot, x.on, x.value, action, rx.cond(x.found != "", remark(x.found, x.tone))]


def _reading_of_file() -> rx.Component:
    s: Any = ReadingsFileState
    table = data_table(
        [Column("heading", t("Column of the file")), Column("sample", t("Contents"), wide=True), Column("meaning", t("Meaning"))],
        s.columns, _column_cells, caption=t("Columns of the file {name}", name=s.filename),
    )  # fmt: skip
    asked = row(
        muted(t("Line of the headings")), cell_input(s.header, t("Line of the headings"), s.move_header, numeric=True),
        muted(t("Kind of the meters named by their lot")),
        cell_select(s.kind, [("", t("Any")), *KIND_OPTIONS], t("Kind of the meters named by their lot"), s.choose_kind), gap=3,
    )  # fmt: skip
    return card(
        rx.cond(s.needed != "", note(s.needed, tone="warn", live="status")), rx.cond(_may_write(), asked), table, title=s.filename,
        topic="reading_file",
    )  # fmt: skip


def _lines() -> rx.Component:
    s: Any = ReadingsFileState
    table = data_table(
        [
            Column("row", t("Line")), Column("serial", t("Number of the meter")), Column("lot", t("Lot")), Column("on", t("Date")),
            Column("value", t("Reading"), numeric=True), Column("action", t("What happens")), Column("found", t("What was found"), wide=True),
        ],
        s.rows, _line_cells, caption=t("Readings of the file"), state=s, empty=empty_state(t("No line with a reading was found."), icon_name="search-x"),
    )  # fmt: skip
    sums = t(
        "To enter: {wanted}. There already: {same}. Left out: {stopped}.",
        wanted=figure(s.wanted), same=figure(s.same), stopped=figure(s.stopped),
    )  # fmt: skip
    enter = confirm_dialog(
        button(t("Enter the readings"), kind="solid", icon_name="check", disabled=s.wanted + s.same == 0), t("Enter these readings?"),
        t("Lines that are left out stay out. A reading can be corrected afterwards, until a period is closed."), t("Enter the readings"), s.enter,
    )  # fmt: skip
    return card(
        paragraph(sums), table, rx.cond(_may_write(), row(enter)), title=t("What would be entered"), topic="readings"
    )


@page(
    "/buildings/[building_id]/meters/file", N_("Readings from a file"), permission=P.LEDGER_READ, on_load=[BuildingState.load, ReadingsFileState.load],
    crumbs=meters_crumbs, here=lambda: t("Readings from a file"),
)  # fmt: skip
def readings_file() -> rx.Component:
    s: Any = ReadingsFileState
    box = card(
        upload(
            "/api/v1/meter-files/" + rx.State.building_id.to(str), t("List of readings"), s.sent, types=TYPES, max_mb=5,
        ),
        title=t("File"), topic="reading_file",
    )  # fmt: skip
    told = card(
        paragraph(t("Headings in French, Dutch, German or English are recognised."), small=True),
        paragraph(t("Each line is looked at beside the readings that are known; nothing is entered before you say so."), small=True),
        title=t("What can be read"),
    )  # fmt: skip
    forget = confirm_dialog(
        button(t("Forget this file"), kind="ghost"), t("Forget this file?"), t("Nothing of it is entered."), t("Forget the file"), s.forget, danger=True,
    )  # fmt: skip
    waiting = rx.cond(s.filename != "", stack(_reading_of_file(), rx.cond(s.complete, _lines())))
    return meters_frame(
        "file", rx.cond(_may_write(), columns(box, told, shape="aside")), waiting,
        actions=[rx.cond((s.filename != "") & _may_write(), forget)],
    )  # fmt: skip
