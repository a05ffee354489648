"""The papers of all buildings, the tab of one building, and the drawer of a paper."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission
from koprogo_app.core.config import settings
from koprogo_app.core.i18n import N_
from koprogo_app.modules.buildings.pages import CODE, building_crumbs, building_frame
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.ui.badge import article, badge
from koprogo_app.ui.button import button, file_link, link
from koprogo_app.ui.dialog import dialog
from koprogo_app.ui.drawer import drawer
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import date_field, field, form, select_field, switch, textarea
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layer import close_on
from koprogo_app.ui.layout import definitions, muted, page_head, paragraph, row, rows, section, stack, strong
from koprogo_app.ui.menu import menu, menu_item
from koprogo_app.ui.page import Nav, body, may, page
from koprogo_app.ui.picker import picker
from koprogo_app.ui.preview import preview
from koprogo_app.ui.table import Bulk, Column, Filter, data_table
from koprogo_app.ui.text import t
from koprogo_app.ui.upload import upload

from .rules import CATEGORIES, RETENTIONS, VISIBILITIES
from .state import ENTRY, DocumentRow, DocumentsState, VersionRow

P = Permission
ACCEPTED = (
    ".pdf", ".jpg", ".jpeg", ".png", ".webp", ".heic", ".tif", ".tiff", ".docx", ".xlsx", ".pptx", ".odt", ".ods",
    ".txt", ".csv", ".eml", ".msg",
)  # fmt: skip
register(
    document_audience=Topic(
        N_("Who sees a document"),
        N_(
            "The syndic gives the co-owners access to every paper that is not private. Choose for each one how far it "
            "goes: the office alone, the council and the auditor with it, all co-owners of the building, or everyone "
            "who lives or works there. Each level includes those before it.\n\nA paper for one person, such as a "
            "reminder, is seen by the office and that person only."
        ),
        "3.89 §5 9°", official=CODE,
    ),
    document_retention=Topic(
        N_("How long a document is kept"),
        N_(
            "Books, and vouchers that may be evidence against third parties, are kept seven years; vouchers of purely "
            "internal use three. The years run from the 1 January that follows the closing of the financial year "
            "(royal decree of 12 July 2012).\n\nTen years for contracts, quotes and claims is prudence, as it is to "
            "keep deeds and plans as long as the building stands. The decisions of the general meeting stay in the "
            "register of the association (art. 3.93 §4).\n\nA document may be deleted earlier, with a reason: the "
            "trail keeps it."
        ),
        "3.89 §5 15°", "medium", CODE,
    ),
)  # fmt: skip


def _text_badge(state: Any) -> Any:
    return rx.match(
        state,
        ("waiting", badge(t("Waiting to be read"), "info", "hourglass")),
        ("read", badge(t("Searchable"), "ok", "circle-check")),
        ("failed", badge(t("Unreadable"), "warn", "triangle-alert")),
        badge(t("No text layer"), "neutral", "circle-minus"),
    )


def _audience(d: Any) -> Any:
    signs = {"office": "lock", "council": "users", "owners": "house", "person": "user"}
    return rx.match(
        d.visibility, *[(key, badge(d.audience, "neutral", sign)) for key, sign in signs.items()], badge(d.audience)
    )


def _name(d: DocumentRow, office: bool) -> rx.Component:
    """The title, what the search found, and for the office why a text cannot be searched."""
    found: Any = d.passage
    pieces = rx.foreach(found, lambda piece: rx.cond(piece.hit, strong(piece.text), piece.text))  # type: ignore[arg-type]
    passage = paragraph(pieces, small=True, muted=True, keep_lines=True)
    unread = [rx.cond(d.text_state != "read", _text_badge(d.text_state))] if office else []
    return stack(
        paragraph(link(d.title, d.href), keep_lines=True), rx.cond(found.length() > 0, passage), *unread, gap=1
    )


def _columns(all_buildings: bool, office: bool) -> list[Column]:
    found = [Column("title", t("Title"), sortable=True, mobile="name", wide=True)]
    if all_buildings:
        found.append(Column("building", t("Building"), sortable=True))
    found += [
        Column("category", t("Category"), sortable=True, mobile="state"),
        Column("dated_on", t("Date"), sortable=True, mobile="date"),
    ]
    if office:
        found.append(Column("visibility", t("Visible to"), sortable=True))
    return [*found, Column("size", t("Size"), numeric=True, sortable=True)]


def _cells(all_buildings: bool, office: bool) -> Any:
    def cells(d: DocumentRow) -> list[Any]:
        place = [d.building] if all_buildings else []
        told = [_audience(d)] if office else []
        return [_name(d, office), *place, d.category, d.on, *told, d.size]

    return cells


def _words(words: Any) -> list[tuple[str, Any]]:
    return [(str(key), t(word)) for key, word in words.items()]


def _bulk() -> Bulk:
    s: Any = DocumentsState
    zipped = button(
        t("Download as a zip"), icon_name="download", size="sm", href="/api/v1/documents/zip?ids=" + s.chosen_ids,
        download=True,
    )  # fmt: skip
    audience = menu(
        button(t("Change who sees them"), icon_name="eye", size="sm"),
        *[menu_item(t(word), s.change("visibility", key)) for key, word in VISIBILITIES.items()],
    )
    category = menu(
        button(t("Change the category"), icon_name="tag", size="sm"),
        *[menu_item(t(word), s.change("category", key)) for key, word in CATEGORIES.items()],
    )
    acts = rx.cond(may(P.DOCUMENTS_MANAGE), row(audience, category))
    return Bulk([zipped, acts], s.chosen, lambda d: d.title)


def _table(all_buildings: bool, office: bool, empty: rx.Component) -> rx.Component:
    s: Any = DocumentsState
    filters = [Filter("category", t("Category"), _words(CATEGORIES))]
    if office:
        filters.append(Filter("visibility", t("Visible to"), _words(VISIBILITIES)))
    return data_table(
        _columns(all_buildings, office), s.rows, _cells(all_buildings, office), caption=t("Documents"), state=s,
        search=t("Search in titles and texts"), filters=filters, bulk=_bulk() if office else None, empty=empty,
    )  # fmt: skip


def _list(all_buildings: bool, nothing: rx.Component) -> rx.Component:
    """The office's table, and the simple one of everybody else."""
    alone = empty_state(t("No document is shared with you yet."), icon_name="folder")
    office = _table(all_buildings, True, nothing)
    return stack(rx.cond(may(P.DOCUMENTS_UPLOAD), office, _table(all_buildings, False, alone)), _drawer())


# --- Entering ---


def _adding() -> rx.Component:
    s: Any = DocumentsState
    fields = stack(
        select_field(
            t("Category"), "document_type", _words(CATEGORIES), value="other", required=True,
            on_change=lambda value: s.choose("document_type", value),
        ),
        select_field(
            t("Visible to"), "visibility", _words(VISIBILITIES), value="office", required=True,
            topic="document_audience", on_change=lambda value: s.choose("visibility", value),
        ),
        date_field(
            t("Date of the document"), "dated_on", hint=t("Empty: today."),
            on_change=lambda value: s.choose("dated_on", value),
        ),
        picker(
            t("For one person only"), "owner_id", s.people,
            on_change=lambda value: s.choose("owner_id", value),
        ),
        switch(
            t("Keep both when the building has the same file already"), s.entry.get("keep_both", "") == "on",
            s.keep_both,
        ),
    )  # fmt: skip
    box = upload(
        "/api/v1/documents", t("Files"), s.stored, types=ACCEPTED, max_mb=settings().max_upload_mb,
        fields={name: s.entry.get(name, "") for name in ENTRY}, multiple=True,
    )  # fmt: skip
    return dialog(
        None, t("Add documents"), fields, box, row(close_on(button(t("Close")))),
        description=t("The choices go for every file that you drop below. Each can be changed afterwards."),
        open=s.adding, on_open_change=s.show_adding,
    )  # fmt: skip


# --- The drawer ---


def _drawer() -> rx.Component:
    s: Any = DocumentsState
    d = s.shown
    see = preview(
        button(t("Preview"), icon_name="eye"), d.title, d.address + "/preview", kind=d.preview,
        download=d.address + "/download",
    )  # fmt: skip
    facts = definitions(
        [
            (t("Building"), d.building), (t("Category"), d.category), (t("Date"), d.on), (t("Size"), d.size),
            (t("Entered on"), d.entered),
        ]
    )  # fmt: skip
    files = row(
        rx.cond(d.preview != "", see),
        button(t("Download"), icon_name="download", href=d.address + "/download", download=True),
    )
    return drawer(
        None, d.title, stack(
            files, facts, rx.cond(d.description != "", paragraph(d.description, keep_lines=True)),
            rx.cond(may(P.DOCUMENTS_UPLOAD), _office()), rx.cond(may(P.DOCUMENTS_MANAGE), _manage()),
        ),
        open=s.opened, on_open_change=s.show,
    )  # fmt: skip


def _office() -> rx.Component:
    s: Any = DocumentsState
    more = upload(
        s.shown.address + "/versions", t("A new version"), s.stored, types=ACCEPTED, max_mb=settings().max_upload_mb,
    )  # fmt: skip
    kept = definitions(
        [
            (t("Visible to"), s.shown.audience), (t("Text"), _text_badge(s.shown.text_state)),
            (t("Pages"), rx.cond(s.shown.pages != "", s.shown.pages, "–")),
            (t("Retention"), row(s.shown.kept, article("3.89 §5 15°", "document_retention"))),
        ]
    )  # fmt: skip
    return stack(kept, section(t("Versions"), rows(s.versions, _version), more))


def _version(v: VersionRow) -> rx.Component:
    number: Any = v.number
    return stack(
        file_link(t("Version {number}: {name}", number=number, name=v.filename), v.href),
        muted(v.when, " · ", v.size), gap=1,
    )  # fmt: skip


def _manage() -> rx.Component:
    s: Any = DocumentsState
    v, e = s.shown.given, s.errors
    edit = form(
        s.save,
        field(t("Title"), "title", value=v.get("title", ""), errors=e, required=True),
        select_field(
            t("Category"), "category", _words(CATEGORIES), value=v.get("category", "other"), errors=e, required=True
        ),
        select_field(
            t("Visible to"), "visibility", _words(VISIBILITIES), value=v.get("visibility", "office"), errors=e,
            topic="document_audience", required=True,
        ),
        picker(t("For one person only"), "owner_id", s.people, value=v.get("owner_id", ""), errors=e),
        date_field(t("Date of the document"), "dated_on", value=v.get("dated_on", ""), errors=e),
        select_field(
            t("Retention"), "retention", _words(RETENTIONS), value=v.get("retention", ""), errors=e,
            topic="document_retention", required=True,
        ),
        textarea(t("Description"), "description", value=v.get("description", ""), errors=e, rows=2),
        submit=t("Save the document"), errors=e, key=s.shown.id,
    )  # fmt: skip
    return stack(section(t("What it is"), edit), _deletion())


def _deletion() -> rx.Component:
    s: Any = DocumentsState
    why = rx.cond(
        s.shown.reason_needed,
        stack(
            paragraph(t("This document must still be kept."), " ", s.shown.kept, muted=True),
            field(t("Reason"), "reason", errors=s.errors, required=True, hint=t("The trail keeps it.")),
        ),
    )
    ask = form(
        s.delete, why, submit=t("Delete the document"), kind="danger-solid",
        secondary=[close_on(button(t("Go back")))],
    )  # fmt: skip
    return dialog(
        button(t("Delete the document"), kind="danger", icon_name="trash-2"), t("Delete “{name}”?", name=s.shown.title),
        ask, description=t("The document, its versions and their files are removed. This cannot be undone."),
        open=s.deleting, on_open_change=s.ask_deletion,
    )  # fmt: skip


# --- Pages ---


@page(
    "/documents", N_("Documents"), permission=P.DOCUMENTS_READ, on_load=DocumentsState.load,
    nav=Nav("life", "folder", 40, mobile=4, key="d"),
)  # fmt: skip
def documents() -> rx.Component:
    first = empty_state(
        t("No document yet."), t("Open a building and drop its papers in the tab Documents."),
        button(t("See the buildings"), href="/buildings", kind="solid"), icon_name="folder",
    )  # fmt: skip
    return body(
        page_head(t("Documents"), t("The papers of all your buildings."), topic="document_audience"), _list(True, first)
    )


def _add_button() -> rx.Component:
    add = button(
        t("Add documents"), icon_name="upload", kind="solid", on_click=DocumentsState.show_adding(True), shortcut="N"
    )
    return rx.cond(may(P.DOCUMENTS_UPLOAD), add)


@page(
    "/buildings/[building_id]/documents", N_("Documents of the building"), permission=P.DOCUMENTS_READ,
    on_load=[BuildingState.load, DocumentsState.load], crumbs=building_crumbs, here=lambda: t("Documents"),
)  # fmt: skip
def building_documents() -> rx.Component:
    first = empty_state(
        t("No document yet."), t("Minutes, invoices, contracts, plans: drop them here and find them by their words."),
        button(t("Add documents"), icon_name="upload", kind="solid", on_click=DocumentsState.show_adding(True)),
        icon_name="folder",
    )  # fmt: skip
    given = button(
        t("What the assistant quotes"), icon_name="quote",
        href="/buildings/" + rx.State.building_id.to(str) + "/assistant-papers",  # type: ignore[attr-defined]
    )  # fmt: skip
    actions: Sequence[Any] = [rx.cond(may(P.DOCUMENTS_MANAGE), given), _add_button()]
    adding = rx.cond(may(P.DOCUMENTS_UPLOAD), _adding())
    return building_frame("documents", _list(False, first), adding, actions=actions)
