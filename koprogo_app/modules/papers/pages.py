"""The papers of a building: choose one, see it, then download it or file it."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission
from koprogo_app.core.i18n import LANGUAGE_NAMES, N_
from koprogo_app.modules.buildings.pages import CODE, building_crumbs, building_frame
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.ui.button import button, link
from koprogo_app.ui.cell import check_row
from koprogo_app.ui.form import date_field, field, form, select_field, textarea
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import aside, card, columns, paragraph, rows, spinner, stack
from koprogo_app.ui.note import note
from koprogo_app.ui.page import page
from koprogo_app.ui.picker import picker
from koprogo_app.ui.preview import paper
from koprogo_app.ui.tabs import segmented
from koprogo_app.ui.text import t

from .state import FRAME, CheckRow, PapersState

register(
    papers=Topic(
        N_("The papers of the co-ownership"),
        N_(
            "The association issues its papers itself, represented by its syndic. Each shows its name, its address and "
            "its enterprise number (KBO/BCE).\n\nThe register lists lots, shares, names and addresses. It is for those "
            "entitled to it; the trail of actions keeps who printed it.\n\nA certificate or a letter is written in the "
            "language of the person who receives it."
        ),
        "3.86 §1", official=CODE,
    ),
)  # fmt: skip


@page(
    "/buildings/[building_id]/papers", N_("Papers"), permission=Permission.REGISTER_PRINT,
    on_load=[BuildingState.load, PapersState.load], crumbs=building_crumbs, here=lambda: t("Papers"),
)  # fmt: skip
def papers() -> rx.Component:
    s: Any = PapersState
    chosen = card(
        _kinds(),
        rx.match(s.kind, ("certificate", _certificate()), ("letter", _letter()), _register()),
        title=t("What to print"), topic="papers",
    )  # fmt: skip
    side = aside(
        card(rows(s.checks, _check), title=t("Last checks"), flush=True),
        rx.cond(s.shown, _this_paper()),
        label=t("Last checks"),
    )
    return building_frame("papers", columns(stack(chosen, rx.cond(s.shown, _preview())), side))


def _kinds() -> rx.Component:
    words = [("register", t("Register")), ("certificate", t("Certificate")), ("letter", t("Letter"))]
    s: Any = PapersState
    bars = [segmented(words[:count], s.kind, s.choose, t("What to print")) for count in (3, 2)]
    return rx.cond(s.writes, bars[0], rx.cond(s.issues, bars[1]))


def _shown_by(*fields: Any) -> rx.Component:
    s: Any = PapersState
    return form(
        s.show, *fields, submit=t("Show the paper"), errors=s.errors, busy=s.busy, disabled=s.reason != "",
        icon_name="eye", key=s.kind,
    )  # fmt: skip


def _day() -> rx.Component:
    s: Any = PapersState
    return date_field(
        t("Situation on"), "on", value=s.on, errors=s.errors, required=True, on_change=s.pick_day.debounce(400)
    )


def _person() -> rx.Component:
    s: Any = PapersState
    return picker(
        t("Person"), "owner_id", s.people, value=s.owner_id, errors=s.errors, required=True, on_change=s.pick_person,
        hint=t("The paper is in this person's language."),
    )  # fmt: skip


def _register() -> rx.Component:
    languages = [(code, name) for code, name in LANGUAGE_NAMES.items()]
    language = select_field(
        t("Language"), "language", languages, value=PapersState.language, required=True,
        on_change=PapersState.pick_language, hint=t("At first the official language of the building."),
    )  # fmt: skip
    return _shown_by(
        paragraph(t("Every lot with its shares and its owners, for the file or for those entitled to it."), small=True),
        _day(),
        language,
    )


def _certificate() -> rx.Component:
    return _shown_by(paragraph(t("What one person holds in this building, lot by lot."), small=True), _person(), _day())


def _letter() -> rx.Component:
    e = PapersState.errors
    return _shown_by(
        _person(),
        field(t("Subject"), "subject", errors=e, required=True),
        textarea(
            t("Text"),
            "body",
            errors=e,
            required=True,
            rows=10,
            hint=t("An empty line begins a paragraph. Salutation and signature are added."),
        ),
        textarea(t("Enclosures"), "enclosures", errors=e, rows=2, hint=t("One a line.")),
    )


def _preview() -> rx.Component:
    s: Any = PapersState
    wait = rx.cond(s.busy, spinner(t("The paper is being made. A large register takes some seconds.")))
    return card(
        wait,
        paper(s.url, t("The paper"), name=FRAME, on_load=s.appeared),
        title=t("The paper"),
    )


def _this_paper() -> rx.Component:
    s: Any = PapersState
    down = rx.cond(
        s.download != "",
        button(t("Download the paper"), icon_name="download", href=s.download, download=True),
        button(t("Download the paper"), icon_name="download", on_click=s.download_letter),
    )
    keep = button(t("File among the documents"), icon_name="archive", on_click=[s.begin_filing, s.file], busy=s.filing)
    seen = note(t("Nothing is sent or kept until you do so."), icon_name="info")
    return card(stack(down, rx.cond(s.files, keep), gap=2), seen, title=t("This paper"))


def _check(c: CheckRow) -> rx.Component:
    mend = rx.cond(c.href != "", link(t("Put it right"), c.href))
    return check_row(c.tone, c.label, c.said, mend)  # type: ignore[arg-type]
