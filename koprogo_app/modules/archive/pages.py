"""A building's whole file: out to a file or to another syndic, and in again."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission
from koprogo_app.core.config import settings
from koprogo_app.core.i18n import N_
from koprogo_app.modules.buildings.pages import CODE, building_crumbs, building_frame
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.ui.badge import article
from koprogo_app.ui.button import button
from koprogo_app.ui.cell import check_row
from koprogo_app.ui.dialog import type_to_confirm
from koprogo_app.ui.form import date_field, field, fields, form, textarea
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import bullets, card, columns, muted, page_head, paragraph, row, rows, stack
from koprogo_app.ui.note import note
from koprogo_app.ui.page import body, page
from koprogo_app.ui.picker import picker
from koprogo_app.ui.text import t
from koprogo_app.ui.upload import upload

from .state import ArchivesState, CheckRow, HandoverState, OfficesState

register(
    handover=Topic(
        N_("When the syndic changes"),
        N_(
            "The co-ownership stays, its syndic leaves. Within thirty days after the end of the mandate the whole file "
            "goes to the next syndic or, without one, to the chair of the last general meeting: the accounts, the "
            "assets and every paper of the building.\n\nThe archive holds all of it, with a checksum for each part. Any "
            "installation of KoproGo takes it in again."
        ),
        "3.89 §5 7°", official=CODE,
    ),
)  # fmt: skip


@page(
    "/buildings/[building_id]/handover", N_("Hand over or archive"), permission=Permission.ARCHIVE_EXPORT,
    on_load=[BuildingState.load, HandoverState.load], crumbs=building_crumbs, here=lambda: t("Hand over or archive"),
)  # fmt: skip
def handover() -> rx.Component:
    address = "/api/v1/buildings/" + rx.State.building_id.to(str) + "/archive"  # type: ignore[attr-defined]
    export = card(
        paragraph(t("One file with all that belongs to this building, for its next syndic or for your safe:")),
        bullets(
            t("its identity, its lots and their shares, past and present"),
            t("its co-owners, what they hold and what they held"),
            t("its distribution keys"),
            t("its documents, in every version"),
        ),
        muted(t("Accounts of people who sign in stay here: the next syndic invites them again.")),
        row(
            button(t("Download the archive"), icon_name="download", kind="solid", href=address, download=True),
            article("3.89 §5 7°", "handover"),
        ),
        title=t("Archive of the building"), topic="handover",
    )  # fmt: skip
    return building_frame("settings", export, rx.cond(HandoverState.admin, _transfer()))


def _transfer() -> rx.Component:
    s: Any = HandoverState
    e = s.errors
    asked = form(
        s.ask,
        fields(
            picker(
                t("Organisation that takes over"), "to_organization", OfficesState.rows, errors=e, required=True,
                on_search=OfficesState.search,
            ),
            date_field(t("Date of the decision"), "decided_on", errors=e, required=True),
            field(
                t("Decision that appoints the new syndic"), "decision", errors=e, required=True,
                placeholder=t("General meeting, point 7"),
            ),
        ),
        textarea(t("Reason for passing over a condition"), "reason", errors=e, rows=2),
        submit=t("Transfer the building"), kind="danger", errors=e, disabled=s.stopped,
        reason=t("A condition is not met yet."),
    )  # fmt: skip
    sure = type_to_confirm(
        None, t("Transfer this building to {office}?", office=s.target),
        t("The present organisation loses all access at once. The roles of co-owners in this building stay."),
        BuildingState.name, t("Transfer the building"), s.transfer, errors=e, open=s.asks, on_open_change=s.show_asking,
    )  # fmt: skip
    why = t("The building moves with all its rows and files, in one step that the trail of both organisations keeps.")
    return columns(
        card(paragraph(why, small=True), asked, sure, title=t("Transfer to another organisation")),
        card(rows(s.checks, _check), title=t("Conditions"), flush=True),
        shape="half",
    )


def _check(c: CheckRow) -> rx.Component:
    return check_row(c.tone, c.label, c.said, "")  # type: ignore[arg-type]


@page(
    "/archives", N_("Import an archive"), permission=Permission.ARCHIVE_IMPORT, on_load=ArchivesState.load,
    crumbs=lambda: [(t("Buildings"), "/buildings")],
)  # fmt: skip
def archives() -> rx.Component:
    s: Any = ArchivesState
    box = upload(
        "/api/v1/archives", t("Archive of a building"), s.opened, types=(".zip",), max_mb=settings().max_upload_mb,
        fields={"organization_id": s.office},
    )  # fmt: skip
    office = picker(
        t("Organisation that receives the building"), "organization_id", OfficesState.rows, required=True,
        value=s.office, on_change=s.choose, on_search=OfficesState.search,
    )  # fmt: skip
    larger = note(t("A larger archive is imported by the command line: koprogo import."), tone="info")
    return body(
        page_head(
            t("Import an archive"), t("A building that comes from another installation or syndic."), topic="handover"
        ),
        columns(
            card(rx.cond(s.admin, stack(office, rx.cond(s.office != "", box)), box), larger, title=t("New import")),
            card(
                paragraph(t("Every part is checked against its checksum before anything is written."), small=True),
                paragraph(t("The building comes in whole, or not at all."), small=True),
                paragraph(t("It must not be there already: its enterprise number tells."), small=True),
                title=t("What happens"),
            ),
            shape="aside",
        ),
    )  # fmt: skip
