"""The list of imports and the wizard: columns, checks, trial, done."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import LANGUAGE_NAMES, N_
from koprogo_app.ui.badge import article, badge
from koprogo_app.ui.button import button, link
from koprogo_app.ui.cell import cell_input, cell_select, check_row, remark
from koprogo_app.ui.dialog import confirm_dialog, dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import date_field, field, fields, form, select_field
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import card, columns, muted, page_head, paragraph, row, rows, spinner, stack, strong
from koprogo_app.ui.note import note
from koprogo_app.ui.page import body, page
from koprogo_app.ui.share_bar import share_bar
from koprogo_app.ui.stepper import stepper, wizard_footer
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.tabs import segmented
from koprogo_app.ui.text import t
from koprogo_app.ui.upload import upload

from .models import FIELDS, ROLES
from .rows import AsideRow, ChangeRow, ColumnRow, FindingRow, GateRow, LineRow, RunRow, SheetRow
from .state import ImportsState, ImportState

register(
    imports=Topic(
        N_("How an import works"),
        N_(
            "Your spreadsheet is read, never changed. KoproGo proposes what each column means; you correct it. Whatever is doubtful "
            "is shown and stays yours to decide: nothing is guessed silently.\n\nNothing is written before the last step. Then the "
            "whole building comes in at once, or not at all, and the import can be undone as long as nothing was changed after it."
        ),
    ),
    shares_total=Topic(
        N_("The shares add up to the deed's total"),
        N_(
            "The basic deed gives each lot its share in the common parts and says what all shares add up to: 1 000, 10 000 or another "
            "number. Votes and charges rest on these figures, so a difference of one share stops the import."
        ),
        "3.85 §1",
    ),
)  # fmt: skip
STATUS = {
    "draft": ("info", "circle-dashed", N_("Draft")),
    "committed": ("ok", "circle-check", N_("Imported")),
    "undone": ("neutral", "undo-2", N_("Undone")),
}


def _status(value: Any) -> rx.Component:
    return rx.match(value, *[(k, badge(t(word), tone, sign)) for k, (tone, sign, word) in STATUS.items()], badge(value))  # type: ignore[arg-type]


def _run_cells(r: RunRow) -> list[Any]:
    name = rx.cond(r.building_id != "", link(r.building, "/buildings/" + r.building_id), muted("–"))
    return [r.filename, name, r.when, _status(r.status)]


@page(
    "/imports",
    N_("Import a building"),
    permission=P.IMPORTS_RUN,
    on_load=ImportsState.load,
    crumbs=lambda: [(t("Buildings"), "/buildings")],
)
def imports() -> rx.Component:
    return body(
        page_head(t("Import a building"), t("Your own spreadsheet of lots and owners, as it is."), topic="imports"),
        columns(
            card(
                upload("/api/v1/imports", t("Spreadsheet of lots and owners"), ImportsState.opened, types=(".xlsx", ".xls", ".ods", ".csv", ".txt"), max_mb=20),
                title=t("New import"),
            ),
            stack(
                card(
                    paragraph(t("One line a lot, or a line for each owner of a lot. Titles above the headings and totals between the lines may stay."), small=True),
                    paragraph(t("Headings in French, Dutch, German or English are recognised."), small=True),
                    paragraph(t("Two sheets tied by the owner's number are read together."), small=True),
                    title=t("What can be read"),
                ),
                card(
                    paragraph(t("An archive made by KoproGo brings a building in with all its papers."), small=True),
                    row(button(t("Import an archive"), icon_name="archive", href="/archives")), title=t("A building of KoproGo"),
                ),
            ),
            shape="aside",
        ),
        data_table(
            [
                Column("filename", t("File"), mobile="name"), Column("building", t("Building"), mobile="state"),
                Column("when", t("Date"), mobile="date"), Column("status", t("Status"), mobile="amount"),
            ],
            ImportsState.rows, _run_cells, caption=t("Earlier imports"), state=ImportsState, href=lambda r: "/imports/" + r.id,
            empty=empty_state(t("No import yet."), icon_name="upload"),
        ),
    )  # fmt: skip


@page(
    "/imports/[run_id]", N_("Import"), permission=P.IMPORTS_RUN, on_load=ImportState.load,
    crumbs=lambda: [(t("Buildings"), "/buildings"), (t("Import a building"), "/imports")], here=lambda: ImportState.filename,
)  # fmt: skip
def wizard() -> rx.Component:
    s = ImportState
    steps = stepper(
        [t("File"), t("Columns"), t("Checks"), t("Trial"), t("Import")], s.step, blocked=(s.step == 3) & s.blocked
    )
    forget = confirm_dialog(
        button(t("Delete this draft"), kind="ghost"), t("Delete this draft?"), t("The choices made here are lost. The file itself stays yours."),
        t("Delete the draft"), s.forget, danger=True,
    )  # fmt: skip
    shown = stack(
        page_head(
            t("Import a building"), rx.cond(s.status == "draft", t("{name}. Nothing is written yet.", name=s.filename), s.filename),
            rx.cond(s.status == "draft", forget), topic="imports",
        ),
        steps,
        rx.match(s.step, (2, _columns_step()), (3, _checks_step()), (4, _trial_step()), _done_step()),
    )  # fmt: skip
    gone = empty_state(
        t("This import does not exist."),
        None,
        button(t("See the imports"), href="/imports"),
        icon_name="search-x",
        alone=True,
    )
    here: Any = rx.State.run_id  # type: ignore[attr-defined]
    return rx.cond(s.loaded == here, rx.cond(s.missing, gone, shown), spinner(t("Loading…")))


# --- Columns ---------------------------------------------------------------------------------------------------------


def _columns_step() -> rx.Component:
    return columns(stack(rx.foreach(ImportState.sheets, _sheet)), _identity(), shape="aside")


def _sheet(sheet: SheetRow) -> rx.Component:
    role = cell_select(
        sheet.role,
        [(k.value, t(ROLES[k])) for k in ROLES],
        t("This sheet holds"),
        lambda value: ImportState.reread(sheet.index, value),
    )
    header = cell_input(
        sheet.header.to(str),
        t("Line of the headings"),
        lambda value: ImportState.move_header(sheet.index, value),
        numeric=True,  # type: ignore[attr-defined]
    )
    table = data_table(
        [Column("heading", t("Column of the file")), Column("sample", t("Contents"), wide=True), Column("field", t("Meaning"))],
        sheet.columns, _column_cells, caption=t("Columns of the sheet {name}", name=sheet.name),
    )  # fmt: skip
    asked = row(muted(t("This sheet holds")), role, muted(t("Line of the headings")), header, gap=3)
    return card(asked, rx.cond(sheet.role != "none", table), title=sheet.name)


def _column_cells(c: ColumnRow) -> list[Any]:
    label = t("Meaning of the column {name}", name=c.heading)
    words = [(code.value, t(word)) for code, word in FIELDS.items()]
    chosen = cell_select(c.field, words, label, lambda value: ImportState.remap(c.sheet, c.index, value))
    doubt = rx.cond(c.sure | (c.field == "ignore"), rx.fragment(), badge(t("To check"), "warn", "triangle-alert"))
    return [c.heading, muted(c.sample), row(chosen, doubt)]


def _identity() -> rx.Component:
    b, e = ImportState.building, ImportState.errors

    def text(label: Any, name: str, **more: Any) -> rx.Component:
        return field(label, name, value=b.get(name, ""), errors=e, **more)

    total = rx.cond(
        ImportState.suggested_total != "",
        t("The file suggests {total}: check it in the deed.", total=ImportState.suggested_total),
        t("As the basic deed says."),
    )
    languages = [(k, LANGUAGE_NAMES[k]) for k in ("fr", "nl", "de")]
    return card(
        paragraph(t("Found above the headings, where there was something. Confirm or complete it."), small=True, muted=True),
        form(
            ImportState.describe,
            fields(
                text(t("Name of the building"), "name", required=True), text(t("Enterprise number"), "kbo"), text(t("Street and number"), "address", required=True),
                text(t("Postcode"), "postcode", required=True), text(t("City"), "city", required=True),
                select_field(t("Official language"), "language", languages, value=b.get("language", "fr"), errors=e),
                text(t("Total of the shares"), "deed_total", required=True, inputmode="numeric", hint=total, topic="shares_total"),
                date_field(t("Situation on"), "as_of", value=b.get("as_of", ""), errors=e, hint=t("From when on the owners are known to own.")),
            ),
            submit=t("Go to the checks"), errors=e, key=ImportState.filename,
        ),
        title=t("The building"),
    )  # fmt: skip


# --- Checks ----------------------------------------------------------------------------------------------------------


def _checks_step() -> rx.Component:
    s = ImportState
    warning = rx.cond(s.blocked, note(strong(s.reason), tone="bad", live="status"))
    which = segmented(
        [("findings", t("To review")), ("lines", t("All lines")), ("aside", t("Set aside"))],
        s.shown,
        s.show,
        t("What is shown"),
    )
    review = card(
        rx.match(s.shown, ("lines", _lines()), ("aside", _aside()), _findings()),
        title=t("Lines"), actions=[which, button(t("Accept all proposals"), size="sm", on_click=s.accept_all), button(t("Add a line"), size="sm", icon_name="plus", on_click=s.ask_line(""))],
        flush=True,
    )  # fmt: skip
    total = card(
        share_bar(s.parts, s.parts_said),
        title=t("Shares imported"), actions=[rx.cond(s.balanced, badge(s.total_said, "ok", "circle-check"), badge(s.total_said, "bad", "circle-alert"))],
        topic="shares_total",
    )  # fmt: skip
    undo = note(t("An import is undone in one click as long as nothing was changed after it."), icon_name="undo-2")
    foot = wizard_footer(
        button(t("Back to the columns"), on_click=s.go_to("columns")),
        button(t("Try without writing"), kind="solid", icon_name="arrow-right", on_click=s.go_to("trial"), disabled=s.blocked), reason=s.reason,
    )  # fmt: skip
    gates = card(rows(s.gates, _gate), title=t("Checks"), actions=[s.passed], flush=True)
    return stack(warning, columns(gates, stack(review, total, undo), shape="split"), foot, _added_line())


def _added_line() -> rx.Component:
    s, e = ImportState, ImportState.errors
    person = [
        field(t("Family name"), "last_name", errors=e, required=True), field(t("First name"), "first_name", errors=e), field(t("E-mail"), "email", errors=e, type="email"),
        field(t("Street and number"), "address", errors=e), field(t("Postcode"), "postcode", errors=e), field(t("City"), "city", errors=e),
    ]  # fmt: skip
    holding = [
        field(t("Lot number"), "lot", errors=e, required=True), field(t("Owner, full name"), "owner", errors=e, required=True),
        field(t("Shares"), "shares", errors=e, inputmode="numeric"), field(t("Part of the lot"), "part", errors=e, hint=t("For example 1/3; nothing for the whole lot.")),
    ]  # fmt: skip
    return dialog(
        None, t("Add a line that the file lacks"),
        form(s.add_line, rx.cond(s.adds_owner, fields(*person), fields(*holding)), submit=t("Add the line"), errors=e),
        open=s.adding, on_open_change=s.close_line,
    )  # fmt: skip


def _gate(g: GateRow) -> rx.Component:
    return check_row(g.tone, row(g.label, rx.cond(g.article != "", article(g.article))), g.detail, g.figure)  # type: ignore[arg-type]


def _findings() -> rx.Component:
    return data_table(
        [Column("line", t("Line")), Column("lot", t("Lot")), Column("text", t("In the file"), wide=True), Column("message", t("What was found"), wide=True), Column("act", t("Decide"), wide=True)],
        ImportState.findings, _finding_cells, caption=t("What is doubtful in the file"),
        empty=empty_state(t("Nothing is doubtful."), icon_name="circle-check"),
    )  # fmt: skip


def _finding_cells(f: FindingRow) -> list[Any]:
    typed = rx.cond(
        f.typed,
        cell_input(f.text, f.field + ", " + f.place, lambda text: ImportState.mend(f.target, text), tone=f.tone),
        f.text,
    )
    accept = rx.cond(
        f.proposal != "", button(f.shown, size="sm", icon_name="check", on_click=ImportState.accept(f.target))
    )
    other = rx.cond(f.alike, button(t("Another person"), size="sm", on_click=ImportState.decide_other(f.target)))
    drop = rx.cond(
        f.droppable, button(t("Leave the line out"), size="sm", kind="ghost", on_click=ImportState.drop(f.line))
    )
    missing = rx.cond(
        f.unknown,
        button(t("Enter this owner"), size="sm", icon_name="user-plus", on_click=ImportState.ask_line(f.text)),
    )
    return [
        f.place,
        f.lot,
        stack(muted(f.field), typed, gap=1),
        remark(f.message, f.tone),
        row(accept, other, missing, drop, gap=1),
    ]


def _lines() -> rx.Component:
    return data_table(
        [
            Column("line", t("Line")), Column("lot", t("Lot")), Column("kind", t("Kind of lot")), Column("owner", t("Owner")),
            Column("shares", t("Shares"), numeric=True), Column("part", t("Part of the lot")), Column("act", t("Decide")),
        ],
        ImportState.lines, _line_cells, caption=t("All lines of lots"),
    )  # fmt: skip


def _line_cells(r: LineRow) -> list[Any]:
    def typed(text: Any, target: Any, label: Any, **more: Any) -> rx.Component:
        return cell_input(text, label, lambda value: ImportState.mend(target, value), **more)

    return [
        r.line, typed(r.lot, r.lot_target, t("Lot, line {line}", line=r.line)), r.kind, typed(r.owner, r.owner_target, t("Owner, line {line}", line=r.line)),
        typed(r.shares, r.shares_target, t("Shares, line {line}", line=r.line), numeric=True), typed(r.part, r.part_target, t("Part, line {line}", line=r.line)),
        button(t("Leave the line out"), size="sm", kind="ghost", on_click=ImportState.drop(r.key)),
    ]  # fmt: skip


def _aside() -> rx.Component:
    return data_table(
        [Column("line", t("Line")), Column("reason", t("Why")), Column("text", t("Contents"), wide=True), Column("act", t("Decide"))],
        ImportState.aside, _aside_cells, caption=t("Lines that are neither lot nor owner"), empty=empty_state(t("No line was set aside.")),
    )  # fmt: skip


def _aside_cells(a: AsideRow) -> list[Any]:
    back = rx.cond(a.dropped, button(t("Take the line back"), size="sm", on_click=ImportState.restore(a.key)))
    return [a.line, a.reason, muted(a.text), back]


# --- Trial and import ------------------------------------------------------------------------------------------------


def _trial_step() -> rx.Component:
    s = ImportState
    foot = wizard_footer(
        button(t("Back to the checks"), on_click=s.go_to("checks")),
        button(t("Import the building"), kind="solid", icon_name="check", on_click=s.commit, disabled=s.blocked), reason=s.reason,
    )  # fmt: skip
    table = data_table(
        [Column("what", t("What")), Column("label", t("Which")), Column("change", t("Change")), Column("details", t("Contents"), wide=True)],
        s.changes, _change_cells, caption=t("What the import would write"),
    )  # fmt: skip
    return stack(note(strong(s.counts), " ", t("Nothing is written yet."), tone="info", live="status"), table, foot)


def _change_cells(c: ChangeRow) -> list[Any]:
    marks = [
        ("created", badge(t("New"), "ok", "plus")), ("changed", badge(t("Completed"), "info", "pencil")),
        ("absent", badge(t("Not in the file"), "neutral", "circle-minus")),
    ]  # fmt: skip
    return [c.what, c.label, rx.match(c.change, *marks, badge(t("Unchanged"))), muted(c.details)]


def _done_step() -> rx.Component:
    s = ImportState
    undo = confirm_dialog(
        button(t("Undo the import"), icon_name="undo-2"), t("Undo the whole import?"),
        t("The building, its lots, its owners and their parts are removed again. Those who were in your address book before stay."),
        t("Undo the import"), s.undo, danger=True,
    )  # fmt: skip
    done = card(
        note(strong(t("The building is imported.")), tone="ok"),
        row(
            button(t("See the lots and co-owners"), kind="solid", href="/buildings/" + s.target_building + "/lots"),
            button(t("See the building"), href="/buildings/" + s.target_building), undo,
        ),
    )  # fmt: skip
    return rx.cond(
        s.can_undo,
        done,
        card(
            note(strong(t("This import was undone: nothing of it is left.")), icon_name="undo-2"),
            row(button(t("See the imports"), href="/imports")),
        ),
    )
