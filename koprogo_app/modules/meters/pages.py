"""The meters of a building, a meter with its readings, its form; and a co-owner's own."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import charges_frame
from koprogo_app.modules.buildings.pages import building_crumbs
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.lots.pages import building_address
from koprogo_app.ui.badge import badge
from koprogo_app.ui.button import button, icon_button
from koprogo_app.ui.dialog import confirm_dialog, form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import checkbox, date_field, field, fields, fieldset, form, select_field
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import aside, card, columns, definitions, muted, page_head, paragraph, row, stack
from koprogo_app.ui.page import Nav, body, may, page
from koprogo_app.ui.picker import picker
from koprogo_app.ui.table import Column, Filter, data_table
from koprogo_app.ui.tabs import Tab, tabs
from koprogo_app.ui.text import figure, t

from .rules import KINDS, UNITS
from .state import MeterFormState, MeterRow, MetersState, MeterState, MyMetersState, OwnMeterRow, ReadingRow

register(
    meters=Topic(
        N_("Meters and what they count"),
        N_(
            "A meter belongs to a lot, to the common parts, or counts what the whole building takes. Its readings give the "
            "consumption of a period, and the consumption gives the key by which a bill is shared out.\n\nThe factor is what one "
            "unit of the dial stands for: a heat cost allocator on a large radiator counts more than one on a small radiator. The "
            "digits say where the dial begins anew: on five digits 99 998 is followed by 00 003, which is a consumption of 5."
        ),
        "3.81", "medium",
    ),
    meter_replaced=Topic(
        N_("When a meter is replaced"),
        N_(
            "Read the old one for the last time and the new one for the first time on the day of the exchange. The lot consumed "
            "what both counted, each from its own first reading to its own last."
        ),
    ),
)  # fmt: skip
KIND_OPTIONS = [(kind.value, t(words)) for kind, words in KINDS.items()]
_UNITS = [(unit.value, t(words)) for unit, words in UNITS.items()]
PARTS = (
    ("list", N_("Meters"), "/meters"),
    ("readings", N_("Type readings"), "/meters/readings"),
    ("file", N_("Readings from a file"), "/meters/file"),
    ("periods", N_("Periods"), "/meters/periods"),
)
ENTERED = ("readings", "file")  # by who may enter readings


def meters_frame(part: str, *content: Any, actions: Any = ()) -> rx.Component:
    """The parts of the meters around one of them. Its page loads BuildingState.load first."""
    bar = tabs(
        [
            Tab(key, t(label), building_address() + path, shown=may(P.METERS_WRITE) if key in ENTERED else None)
            for key, label, path in PARTS
        ],
        part, t("Parts of the meters"),
    )  # fmt: skip
    return charges_frame("meters", bar, *content, actions=actions)


def meters_crumbs() -> list[tuple[Any, Any]]:
    return [*building_crumbs(), (t("Meters"), building_address() + "/meters")]


def address_of(meter_id: Any) -> Any:
    return building_address() + "/meters/" + meter_id


# --- The list --------------------------------------------------------------------------------------------------------


def _cells(m: MeterRow) -> list[Any]:
    serial = row(m.serial, rx.cond(m.removed, badge(t("Removed"), "neutral", "circle-minus")))
    return [m.lot, m.kind, serial, m.place, m.last_on, m.last]


@page(
    "/buildings/[building_id]/meters", N_("Meters"), permission=P.LEDGER_READ, on_load=[BuildingState.load, MetersState.load],
    crumbs=building_crumbs, here=lambda: t("Meters"),
)  # fmt: skip
def meters() -> rx.Component:
    add = button(
        t("Add a meter"), icon_name="plus", kind="solid", href=building_address() + "/meters/new", shortcut="N"
    )
    none = empty_state(
        t("No meter yet."), t("Add the meters of the lots, and the main meter that counts what the whole building takes."),
        icon_name="gauge",
    )  # fmt: skip
    table = data_table(
        [
            Column("lot", t("Lot"), sortable=True, mobile="name"), Column("kind", t("Kind"), sortable=True, mobile="state"),
            Column("serial", t("Number of the meter"), sortable=True), Column("place", t("Place")),
            Column("last_on", t("Last reading on"), sortable=True, mobile="date"), Column("last", t("Last reading"), numeric=True, mobile="amount"),
        ],
        MetersState.rows, _cells, caption=t("Meters"), state=MetersState, href=lambda m: address_of(m.id), search=t("Number, place or lot"),
        filters=[
            Filter("kind", t("Kind"), KIND_OPTIONS),
            Filter("state", t("State"), [("active", t("In place")), ("removed", t("Removed"))]),
            Filter("lot", t("Lot"), [("common", t("Common parts"))]),
        ],
        empty=none,
    )  # fmt: skip
    return meters_frame("list", table, actions=[rx.cond(may(P.METERS_WRITE), add)])


# --- One meter -------------------------------------------------------------------------------------------------------


def _reading_cells(r: ReadingRow) -> list[Any]:
    value = row(r.value, rx.cond(r.estimated, badge(t("Estimated"), "warn", "circle-help")))
    delete = confirm_dialog(
        icon_button("trash-2", t("Delete the reading of {day}", day=r.on)), t("Delete the reading of {day}?", day=r.on),
        t("A reading entered by mistake. This cannot be undone."), t("Delete the reading"), MeterState.delete_reading(r.id), danger=True,
    )  # fmt: skip
    return [r.on, value, r.used, r.note, rx.cond(may(P.METERS_WRITE), delete)]


def _reading_columns() -> list[Column]:
    return [
        Column("on", t("Date"), mobile="name"), Column("value", t("Reading"), numeric=True, mobile="amount"),
        Column("used", t("Consumption since"), numeric=True, mobile="state"), Column("note", t("Remark"), wide=True, mobile="date"),
    ]  # fmt: skip


def _replace() -> rx.Component:
    s, e = MeterState, MeterState.errors
    return form_dialog(
        button(t("Replace the meter"), icon_name="refresh-cw"), t("Replace the meter"),
        date_field(t("Replaced on"), "on", value=s.today, max=s.today, errors=e, required=True),
        field(t("Last reading of the old one"), "last_value", errors=e, required=True, inputmode="decimal", unit=s.meter.unit),
        field(t("Number of the new one"), "serial", errors=e, required=True, autocomplete="off"),
        field(t("First reading of the new one"), "first_value", errors=e, value="0", inputmode="decimal", unit=s.meter.unit),
        field(t("Digits of the new one"), "dial_digits", errors=e, inputmode="numeric", hint=t("Blank: as many as the old one.")),
        on_submit=s.replace, submit=t("Replace it"), open=s.replacing, on_open_change=s.show_replacing, errors=e, key=s.meter.id,
        description=t("The old meter keeps its readings; what both counted is added up."),
    )  # fmt: skip


@page(
    "/buildings/[building_id]/meters/[meter_id]", N_("Meter"), permission=P.LEDGER_READ, on_load=[BuildingState.load, MeterState.load],
    crumbs=meters_crumbs, here=lambda: MeterState.meter.serial,
)  # fmt: skip
def meter() -> rx.Component:
    m: Any = MeterState.meter
    remove = confirm_dialog(
        button(t("Delete the meter"), icon_name="trash-2", kind="danger"), t("Delete the meter {serial}?", serial=m.serial),
        t("A meter entered by mistake, with all its readings. One that is no longer there is removed: change its data. This cannot be undone."),
        t("Delete the meter"), MeterState.delete, danger=True,
    )  # fmt: skip
    change = button(t("Change the data"), icon_name="pencil", href=address_of(m.id) + "/edit")
    facts = definitions([
        (t("Lot"), m.lot), (t("Kind"), m.kind), (t("Place"), rx.cond(m.place != "", m.place, "–")), (t("Unit"), m.unit), (t("Factor"), m.factor),
        (t("Digits"), rx.cond(m.digits != "", m.digits, "–")), (t("Placed on"), rx.cond(m.installed != "", m.installed, "–")),
        (t("Removed on"), rx.cond(m.removed != "", m.removed, "–")),
    ])  # fmt: skip
    table = data_table(
        [*_reading_columns(), Column("act", t("Decide"), mobile="acts")], MeterState.rows, _reading_cells, caption=t("Readings"),
        empty=empty_state(t("No reading yet."), t("Type the readings of a day, or send a file."), icon_name="gauge"),
    )  # fmt: skip
    older = rx.cond(MeterState.more > 0, muted(t("Older readings not shown: {count}.", count=figure(MeterState.more))))
    shown = columns(
        stack(table, older),
        aside(card(facts, title=t("Meter {serial}", serial=m.serial), topic="meters"), label=t("Details")),
    )
    gone = empty_state(
        t("This meter does not exist."), None, button(t("See the meters"), href=building_address() + "/meters"), icon_name="search-x"
    )  # fmt: skip
    acts = [remove, rx.cond(m.removed == "", _replace()), change]
    write = may(P.METERS_WRITE) & ~MeterState.missing
    return meters_frame("list", rx.cond(MeterState.missing, gone, shown), actions=[rx.cond(write, act) for act in acts])


# --- The form --------------------------------------------------------------------------------------------------------


def _form(on_submit: Any, submit: Any, back: Any, *, new: bool) -> rx.Component:
    s: Any = MeterFormState
    v, e = s.values, s.errors
    first = field(
        t("Reading on that day"), "first_value", errors=e, inputmode="decimal", hint=t("Where the consumption begins; 0 for most new meters.")
    )  # fmt: skip
    removed = date_field(t("Removed on"), "removed_on", value=v.get("removed_on", ""), errors=e)
    return form(
        on_submit,
        fieldset(
            t("Which meter"),
            select_field(t("Kind"), "kind", KIND_OPTIONS, value=v.get("kind", ""), errors=e, required=True),
            field(t("Number of the meter"), "serial", value=v.get("serial", ""), errors=e, required=True, autocomplete="off"),
            picker(t("Lot"), "lot_id", s.lots, value=v.get("lot_id", ""), errors=e, hint=t("Blank: of the common parts.")),
            checkbox(t("Counts what the whole building takes"), "main", checked=s.main, errors=e, hint=t("The main meter, with which the others are compared.")),
            field(t("Place"), "place", value=v.get("place", ""), errors=e, hint=t("For example: kitchen, living room, cellar.")),
        ),
        fieldset(
            t("How it counts"),
            fields(
                select_field(t("Unit"), "unit", _UNITS, value=v.get("unit", ""), errors=e, required=True),
                field(t("Factor"), "factor", value=v.get("factor", ""), errors=e, inputmode="decimal", required=True, topic="meters"),
                field(t("Digits"), "dial_digits", value=v.get("dial_digits", ""), errors=e, inputmode="numeric", hint=t("Before the decimals; after them it begins anew at zero.")),
            ),
        ),
        fieldset(
            t("When it is there"),
            fields(date_field(t("Placed on"), "installed_on", value=v.get("installed_on", ""), errors=e), first if new else removed),
        ),
        submit=submit, errors=e, key=s.title, secondary=[button(t("Go back"), href=back)],
    )  # fmt: skip


@page(
    "/buildings/[building_id]/meters/new", N_("Add a meter"), permission=P.METERS_WRITE, on_load=[BuildingState.load, MeterFormState.start],
    crumbs=meters_crumbs, here=lambda: t("Add a meter"),
)  # fmt: skip
def new_meter() -> rx.Component:
    entry = _form(MeterFormState.create, t("Add the meter"), building_address() + "/meters", new=True)
    return meters_frame("list", card(entry, title=t("Add a meter"), topic="meters"))


@page(
    "/buildings/[building_id]/meters/[meter_id]/edit", N_("Change the data of a meter"), permission=P.METERS_WRITE,
    on_load=[BuildingState.load, MeterFormState.edit], crumbs=meters_crumbs, here=lambda: MeterFormState.title,
)  # fmt: skip
def edit_meter() -> rx.Component:
    entry = _form(MeterFormState.save, t("Save the data"), address_of(rx.State.meter_id.to(str)), new=False)  # type: ignore[attr-defined]
    gone = empty_state(
        t("This meter does not exist."), None, button(t("See the meters"), href=building_address() + "/meters"), icon_name="search-x"
    )  # fmt: skip
    known = card(entry, title=t("Change the data of a meter"), topic="meter_replaced")
    return meters_frame("list", rx.cond(MeterFormState.missing, gone, known))


# --- One's own -------------------------------------------------------------------------------------------------------


def _own_cells(r: ReadingRow) -> list[Any]:
    return [r.on, row(r.value, rx.cond(r.estimated, badge(t("Estimated"), "warn", "circle-help"))), r.used]


def _own(m: OwnMeterRow) -> rx.Component:
    table = data_table(
        _reading_columns()[:3], m.readings, _own_cells, caption=t("Readings"), empty=empty_state(t("No reading yet."), icon_name="gauge")
    )  # fmt: skip
    return card(rx.cond(m.place != "", paragraph(m.place, small=True, muted=True)), table, title=m.title)


@page(
    "/my-meters", N_("My meters"), permission=P.OWN_READ, on_load=MyMetersState.load, nav=Nav("money", "gauge", 20),
)  # fmt: skip
def my_meters() -> rx.Component:
    none = empty_state(
        t("No meter is entered for your lots."), t("Your syndic keeps them here."), icon_name="gauge", alone=True
    )
    return body(
        page_head(
            t("My meters"),
            t("What the meters of your lots showed, and what passed between two readings."),
            topic="meters",
        ),
        rx.cond(MyMetersState.rows.length() > 0, stack(rx.foreach(MyMetersState.rows, _own)), none),
    )
