"""The list of buildings, the frame of a building's tabs, its overview, its settings, its public noticeboard."""

from collections.abc import Callable, Sequence
from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.belgium import REGIONS
from koprogo_app.core.i18n import LANGUAGE_NAMES, N_
from koprogo_app.ui.badge import article
from koprogo_app.ui.button import button, link
from koprogo_app.ui.dialog import type_to_confirm
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import checkbox, date_field, field, fieldset, form, select_field
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import aside, card, columns, definitions, muted, page_head, paragraph, row, stack
from koprogo_app.ui.note import note
from koprogo_app.ui.page import Nav, body, page
from koprogo_app.ui.public import public_page
from koprogo_app.ui.session import AuthState
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.tabs import Tab, tabs
from koprogo_app.ui.text import t

from .rules import LANGUAGES
from .state import BuildingFormState, BuildingRow, BuildingsState, BuildingState, NoticeboardState

CODE = {
    "fr": "https://www.ejustice.just.fgov.be/eli/loi/2020/02/04/2020A20347/justel",
    "nl": "https://www.ejustice.just.fgov.be/eli/wet/2020/02/04/2020A20347/justel",
}
register(
    legal_person=Topic(
        N_("The association of co-owners"),
        N_(
            "The co-ownership is a legal person once a first lot is sold and its statutes are entered in the land register. "
            "Its name is “association of co-owners” followed by the address, and its enterprise number (KBO/BCE) stands on "
            "every paper it issues.\n\nIt outlives its syndic: when the syndic changes, the whole file goes to the successor."
        ),
        "3.86 §1", official=CODE,
    ),
    two_funds=Topic(
        N_("Two funds, two accounts"),
        N_(
            "The working fund pays the periodic costs; the reserve fund pays what comes seldom, such as a roof or a lift. Each has "
            "at least one bank account of its own, in the name of the association.\n\nFive years after the provisional acceptance of "
            "the common parts the reserve is compulsory: every year at least 5 % of last year's ordinary costs, unless the meeting "
            "waives it by four fifths."
        ),
        "3.86 §3", official=CODE,
    ),
    meeting_window=Topic(
        N_("The fifteen days of the annual meeting"),
        N_(
            "The house rules fix a period of fifteen days in which the ordinary general meeting is held every year. Requests for the "
            "agenda count back from the first day of this period, not from the meeting itself."
        ),
        "3.87 §2", official=CODE,
    ),
    noticeboard=Topic(
        N_("Who the syndic is, for everybody"),
        N_(
            "Within eight days of taking office, an extract with the appointment and how to reach the syndic is put up at the entrance, "
            "where it stays visible. The public page shows the same to those who cannot come to the entrance; you decide whether it exists."
        ),
        "3.89 §2", official=CODE,
    ),
)  # fmt: skip

TABS = (  # a tab is a page; those of other modules are named here by their address only
    ("overview", N_("Overview"), "", P.BUILDINGS_READ),
    ("lots", N_("Lots and co-owners"), "/lots", P.OWNERS_READ),
    ("keys", N_("Distribution keys"), "/keys", P.KEYS_READ),
    ("books", N_("Books"), "/books", P.LEDGER_READ),
    ("charges", N_("Charges"), "/calls", P.LEDGER_READ),
    ("documents", N_("Documents"), "/documents", P.DOCUMENTS_READ),
    ("papers", N_("Papers"), "/papers", P.REGISTER_PRINT),
    ("settings", N_("Settings"), "/settings", P.BUILDINGS_WRITE),
)


def building_frame(tab: str, *content: Any, actions: Sequence[Any] = ()) -> rx.Component:
    """The head and the tabs of a building around a tab's own content. Its page loads BuildingState.load first."""
    address = "/buildings/" + rx.State.building_id.to(str)  # type: ignore[attr-defined]
    bar = tabs(
        [
            Tab(key, t(label), address + path, shown=AuthState.permissions.contains(str(need)))
            for key, label, path, need in TABS
        ],
        tab,
        t("Parts of this building"),
    )
    found = stack(page_head(BuildingState.name, BuildingState.place, *actions, facade=True), bar, *content)
    gone = empty_state(
        t("This building does not exist."),
        None,
        button(t("See the buildings"), href="/buildings"),
        icon_name="search-x",
        alone=True,
    )
    return rx.cond(BuildingState.missing, gone, found)


def building_crumbs() -> list[tuple[Any, Any]]:
    """The way back from a tab of a building."""
    return [(t("Buildings"), "/buildings"), (BuildingState.name, "/buildings/" + rx.State.building_id.to(str))]  # type: ignore[attr-defined]


def _cells(b: BuildingRow) -> list[Any]:
    return [b.name, b.address, b.city, b.units, b.shares]


@page(
    "/buildings", N_("Buildings"), permission=P.BUILDINGS_READ, on_load=BuildingsState.load,
    nav=Nav("top", "building-2", 20, mobile=2, key="b"),
)  # fmt: skip
def buildings() -> rx.Component:
    may_write = AuthState.permissions.contains(str(P.BUILDINGS_WRITE))
    bring = button(t("Import a building"), icon_name="upload", href="/imports")
    add = button(t("Add a building"), icon_name="plus", kind="solid", href="/buildings/new", shortcut="N")
    return body(
        page_head(t("Buildings"), t("The co-ownerships you may see."), rx.cond(may_write, bring), rx.cond(may_write, add), topic="legal_person"),
        data_table(
            [
                Column("name", t("Name"), sortable=True, mobile="name"),
                Column("address", t("Address"), mobile="state"),
                Column("city", t("City"), sortable=True),
                Column("total_units", t("Lots"), numeric=True, sortable=True, mobile="date"),
                Column("total_shares", t("Shares"), numeric=True, sortable=True, mobile="amount"),
            ],
            BuildingsState.rows, _cells, caption=t("Buildings"), state=BuildingsState, href=lambda b: "/buildings/" + b.id,
            search=t("Search a building"),
            empty=empty_state(
                t("No building yet."), t("Import your spreadsheet, or enter the building by hand."),
                rx.cond(may_write, button(t("Import a building"), icon_name="upload", kind="solid", href="/imports")), icon_name="building-2",
            ),
        ),
    )  # fmt: skip


def _or_missing(value: Any) -> rx.Component:
    return rx.cond(value != "", value, muted(t("not entered yet")))


_PARTS: list[Callable[[], rx.Component]] = []
_LOADS: list[Any] = [BuildingState.load]


def extend_overview(part: Callable[[], rx.Component], load: Any) -> None:
    """Adds a card at the top of a building's overview: for the modules above this one. `load`: an event without argument."""
    _PARTS.append(part)
    _LOADS.append(load)


@page(
    "/buildings/[building_id]", N_("Overview of the building"), permission=P.BUILDINGS_READ, on_load=_LOADS,
    crumbs=lambda: [(t("Buildings"), "/buildings")], here=lambda: BuildingState.name,
)  # fmt: skip
def overview() -> rx.Component:
    b = BuildingState.identity
    funds = columns(
        card(_or_missing(b.working), title=t("Working fund"), topic="two_funds"),
        card(
            _or_missing(b.reserve),
            rx.cond(b.reserve_from != "", paragraph(t("Compulsory from {day} on.", day=b.reserve_from), small=True, muted=True)),
            article("3.86 §3", "two_funds"), title=t("Reserve fund"),
        ),
        shape="half",
    )  # fmt: skip
    board = card(
        definitions(
            [
                (t("Syndic"), _or_missing(b.syndic)), (t("Enterprise number"), _or_missing(b.syndic_kbo)),
                (t("In office since"), _or_missing(b.syndic_since)), (t("How to reach"), paragraph(_or_missing(b.syndic_reach), keep_lines=True)),
                (t("Office hours"), _or_missing(b.office_hours)), (t("Emergencies"), _or_missing(b.emergency)),
            ]
        ),
        rx.cond(b.public != "", link(t("See the public page"), b.public)),
        title=t("Noticeboard of the syndic"), topic="noticeboard",
    )  # fmt: skip
    identity = card(
        definitions(
            [
                (t("Enterprise number"), _or_missing(b.kbo)), (t("Deed"), _or_missing(b.deed)), (t("Financial year from"), b.fiscal),
                (t("Annual meeting"), _or_missing(b.window)), (t("Official language"), b.language), (t("Region"), _or_missing(b.region)),
                (t("Built in"), _or_missing(b.built)), (t("Provisional acceptance"), _or_missing(b.acceptance)),
            ]
        ),
        title=t("Identity card"), topic="legal_person",
        actions=[rx.cond(
            AuthState.permissions.contains(str(P.BUILDINGS_WRITE)),
            link(t("Change"), "/buildings/" + rx.State.building_id.to(str) + "/settings"),  # type: ignore[attr-defined]
        )],
    )  # fmt: skip
    return building_frame(
        "overview",
        columns(stack(*[part() for part in _PARTS], funds, board), aside(identity, label=t("Identity card"))),
    )


def _form(on_submit: Any, submit: Any) -> rx.Component:
    v, e = BuildingFormState.values, BuildingFormState.errors

    def text(label: Any, name: str, **more: Any) -> rx.Component:
        return field(label, name, value=v.get(name, ""), errors=e, **more)

    def whole(label: Any, name: str, **more: Any) -> rx.Component:
        return text(label, name, inputmode="numeric", **more)

    return form(
        on_submit,
        fieldset(
            t("The association"),
            text(t("Name of the building"), "name", required=True), text(t("Enterprise number"), "kbo", hint=t("For example 0403.170.701"), topic="legal_person"),
            text(t("Street and number"), "address", required=True, autocomplete="off"), text(t("Postcode"), "postal_code", required=True, inputmode="numeric"),
            text(t("City"), "city", required=True), text(t("Country"), "country", required=True),
            select_field(t("Region"), "region", [(k, t(REGIONS[k])) for k in REGIONS], value=v.get("region", ""), errors=e, blank=t("Found from the postcode")),
            select_field(t("Official language"), "language", [(k, LANGUAGE_NAMES[k]) for k in LANGUAGES], value=v.get("language", "fr"), errors=e),
        ),
        fieldset(
            t("The deed"),
            whole(t("Total of the shares"), "total_shares", required=True, hint=t("As the basic deed says: 1 000, 10 000…")),
            whole(t("Number of lots"), "total_units", required=True),
            date_field(t("Date of the statutes"), "deed_on", value=v.get("deed_on", ""), errors=e), text(t("Reference of the deed"), "deed_reference"),
            whole(t("Annual meeting: first day"), "meeting_day", hint=t("The fifteen days begin on this day."), topic="meeting_window"),
            whole(t("Annual meeting: month"), "meeting_month"),
            whole(t("Financial year: first day"), "fiscal_day", required=True), whole(t("Financial year: month"), "fiscal_month", required=True),
        ),
        fieldset(
            t("The building"),
            whole(t("Construction year"), "construction_year"),
            date_field(t("Provisional acceptance of the common parts"), "provisional_acceptance_on", value=v.get("provisional_acceptance_on", ""), errors=e),
            text(t("Account of the working fund (IBAN)"), "iban_working", topic="two_funds"), text(t("Account of the reserve fund (IBAN)"), "iban_reserve"),
        ),
        fieldset(
            t("Noticeboard of the syndic"),
            text(t("Name of the syndic"), "syndic_name"), text(t("Enterprise number of the syndic"), "syndic_kbo"),
            date_field(t("In office since"), "syndic_since", value=v.get("syndic_since", ""), errors=e), text(t("Address"), "syndic_address"),
            text(t("E-mail"), "syndic_email", type="email"), text(t("Telephone"), "syndic_phone", type="tel"),
            text(t("Office hours"), "syndic_office_hours"), text(t("Emergencies"), "syndic_emergency"),
            checkbox(t("Show this noticeboard on a public page"), "noticeboard_public", checked=BuildingFormState.public),
        ),
        submit=submit, errors=e, key=v.get("name", "new"),
    )  # fmt: skip


@page(
    "/buildings/new", N_("Add a building"), permission=P.BUILDINGS_WRITE, on_load=BuildingFormState.start,
    crumbs=lambda: [(t("Buildings"), "/buildings")],
)  # fmt: skip
def new_building() -> rx.Component:
    better = note(
        t("You have a spreadsheet?"),
        " ",
        link(t("Import it: the lots and the owners come with it."), "/imports"),
        tone="info",
    )
    return body(
        page_head(t("Add a building"), topic="legal_person"),
        better,
        card(_form(BuildingFormState.create, t("Add the building"))),
    )


@page(
    "/buildings/[building_id]/settings", N_("Settings of the building"), permission=P.BUILDINGS_WRITE,
    on_load=[BuildingState.load, BuildingFormState.edit], crumbs=building_crumbs, here=lambda: t("Settings"),
)  # fmt: skip
def settings() -> rx.Component:
    remove = type_to_confirm(
        button(t("Delete the building"), kind="danger", icon_name="trash-2"), t("Delete this building?"),
        t("It can be deleted as long as nothing belongs to it. This cannot be undone."), BuildingState.name, t("Delete the building"),
        BuildingFormState.delete, errors=BuildingFormState.errors, open=BuildingFormState.asks_deletion,
        on_open_change=BuildingFormState.ask_deletion,
    )  # fmt: skip
    address = "/buildings/" + rx.State.building_id.to(str) + "/handover"  # type: ignore[attr-defined]
    leave = card(
        paragraph(t("The whole file of this building, for its next syndic, for another installation or for your safe."), small=True),
        row(button(t("Hand over or archive"), icon_name="archive", href=address)), title=t("Hand-over and archive"),
    )  # fmt: skip
    edit = card(_form(BuildingFormState.save, t("Save the settings")))
    return building_frame("settings", edit, leave, card(remove, title=t("Deletion")))


@page("/syndic/[slug]", N_("Syndic of the building"), public=True, on_load=NoticeboardState.load)
def noticeboard() -> rx.Component:
    b = NoticeboardState.identity
    shown = stack(
        page_head(NoticeboardState.name, NoticeboardState.address),
        card(
            definitions(
                [
                    (t("Enterprise number of the association"), _or_missing(b.kbo)), (t("Syndic"), _or_missing(b.syndic)),
                    (t("Enterprise number"), _or_missing(b.syndic_kbo)), (t("In office since"), _or_missing(b.syndic_since)),
                    (t("How to reach"), paragraph(_or_missing(b.syndic_reach), keep_lines=True)), (t("Office hours"), _or_missing(b.office_hours)),
                    (t("Emergencies"), _or_missing(b.emergency)),
                ]
            ),
            title=t("Noticeboard of the syndic"),
        ),
    )  # fmt: skip
    return public_page(
        rx.cond(
            NoticeboardState.missing,
            empty_state(t("This page does not exist."), icon_name="search-x", alone=True),
            shown,
        )
    )
