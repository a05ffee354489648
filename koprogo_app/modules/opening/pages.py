"""The take-over wizard: day, files, balances, checks, entry; then what is entered, and its undoing."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import books_frame, not_open
from koprogo_app.modules.buildings.pages import CODE, building_crumbs
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.lots.pages import building_address
from koprogo_app.ui.badge import article
from koprogo_app.ui.button import button
from koprogo_app.ui.cell import cell_input, cell_select, check_row
from koprogo_app.ui.dialog import confirm_dialog
from koprogo_app.ui.form import fields, form, money_field, radio_group, select_field, switch
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import aside, card, columns, muted, paragraph, row, rows, spinner, stack, strong
from koprogo_app.ui.note import note
from koprogo_app.ui.page import may, page
from koprogo_app.ui.stepper import stepper, wizard_footer
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.text import t
from koprogo_app.ui.upload import upload

from .balances_pages import back, balances_step, on_to
from .models import MEANINGS
from .rows import ColumnRow, GateRow, SheetRow, SideRow
from .state import OpeningState as S

TYPES = (".xlsx", ".xls", ".ods", ".csv", ".txt")
register(
    takeover=Topic(
        N_("Taking over running books"),
        N_(
            "Within thirty days of the end of the mandate the previous syndic hands over the whole file: the accounts, the assets, "
            "and what became of every sum. Ask for the last trial balance and for what each co-owner owes or is owed, as a "
            "spreadsheet.\n\nThese balances become one entry on the first day of a financial year. Nothing is entered before the "
            "last step. A mistake found later is undone with the whole entry, as long as the period is not locked; both entries "
            "stay in the books."
        ),
        "3.89 §5 7°", official=CODE,
    ),
    fund_on_account=Topic(
        N_("Does each fund stand on its account?"),
        N_(
            "The law gives each fund a bank account of its own, in the name of the association. When a fund is larger than its "
            "account, the missing money is owed by co-owners, lent to the other fund, or gone. The difference stops nothing here; "
            "it is a question to put to the previous syndic before the thirty days are over."
        ),
        "3.86 §3", official=CODE,
    ),
)  # fmt: skip


@page(
    "/buildings/[building_id]/opening", N_("Take-over of the books"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, S.load], crumbs=building_crumbs, here=lambda: t("Take-over of the books"),
)  # fmt: skip
def opening() -> rx.Component:
    forget = confirm_dialog(
        button(t("Delete this draft"), kind="ghost"), t("Delete this draft?"),
        t("The files and every decision made here are lost. Nothing that is entered changes."), t("Delete the draft"), S.forget, danger=True,
    )  # fmt: skip
    steps = stepper(
        [t("Day"), t("Files"), t("Balances"), t("Checks"), t("The entry")],
        S.step,
        blocked=(S.step == 4) & (S.reason != ""),
    )
    wizard = rx.match(
        S.step,
        (1, _day_step()),
        (2, _file_step()),
        (3, balances_step()),
        (4, _checks_step()),
        (5, _entry_step()),
        _done(),
    )
    reading = rx.cond(
        S.step > 5,
        _done(),
        rx.cond(
            S.status == "draft",
            _checks(),
            note(t("No take-over has begun. The syndic or the accountant begins it."), tone="info"),
        ),
    )
    shown = rx.cond(may(P.LEDGER_SETUP), stack(steps, wizard), reading)
    here: Any = rx.State.building_id  # type: ignore[attr-defined]
    ready = rx.cond(S.open, shown, not_open())
    return books_frame(
        "opening",
        rx.cond(S.loaded == here, rx.cond(S.missing, rx.fragment(), ready), spinner(t("Loading…"))),
        actions=[rx.cond((S.status == "draft") & may(P.LEDGER_SETUP), forget)],
    )


# --- Day -------------------------------------------------------------------------------------------------------------


def _day_step() -> rx.Component:
    entry = form(
        S.begin,
        select_field(
            t("First day of the financial year"), "on", S.days, value=S.opens_on, errors=S.errors, required=True,
            hint=t("The balances of the evening before. Add a year in the books if it is not here."),
        ),
        radio_group(
            t("Where the balances come from"), "source",
            [
                ("file", t("A file of the previous syndic"), t("A trial balance, a list of the co-owners’ balances, or both.")),
                ("hand", t("By hand"), t("Type them into a grid.")),
            ],
            value="file",
        ),
        submit=t("Go on"), errors=S.errors,
    )  # fmt: skip
    why = stack(
        paragraph(t("Ask for the trial balance of the last day and for what each co-owner owes or is owed.")),
        paragraph(t("You can stop at any step: this draft waits here for you and your colleagues."), muted=True),
        row(article("3.89 §5 7°", "takeover")),
        gap=2,
    )
    return columns(card(entry, title=t("Day and source"), topic="takeover"), aside(card(why, title=t("What you need")), label=t("Details")), shape="form")  # fmt: skip


# --- Files -----------------------------------------------------------------------------------------------------------


def _file_step() -> rx.Component:
    box = card(
        upload(
            "/api/v1/opening/" + S.draft_id + "/file",
            t("Trial balance or list of balances"),
            S.sent,
            types=TYPES,
            max_mb=5,
            multiple=True,
        ),
        rx.cond(S.files.length() > 0, rows(S.files, _file)),
        title=t("Files"),
    )
    told = card(
        paragraph(t("Headings in French, Dutch, German or English are recognised."), small=True),
        paragraph(t("Two columns, debit and credit, or one column of balances. Titles above the headings and totals may stay."), small=True),
        paragraph(t("A file of the same name takes the place of the earlier one; another one is read beside it."), small=True),
        title=t("What can be read"),
    )  # fmt: skip
    foot = wizard_footer(
        back("day"), on_to(t("Go to the balances"), "balances", disabled=S.files.length() == 0), reason=rx.cond(S.files.length() == 0, t("Send a file first."), "")
    )  # fmt: skip
    return stack(columns(stack(box, rx.foreach(S.sheets, _sheet)), told, shape="aside"), foot)


def _file(name: Any) -> rx.Component:
    return row(name, button(t("Remove the file"), size="sm", kind="ghost", on_click=S.drop_file(name)), between=True)


def _sheet(sheet: SheetRow) -> rx.Component:
    header = cell_input(
        sheet.header, t("Line of the headings"), lambda text: S.move_header(sheet.id, text), numeric=True
    )
    account = cell_input(sheet.account, t("Account of every line"), lambda text: S.set_account(sheet.id, text))
    table = data_table(
        [Column("heading", t("Column of the file")), Column("sample", t("Contents"), wide=True), Column("field", t("Meaning"))],
        sheet.columns, _column_cells, caption=t("Columns of the sheet {name}", name=sheet.title),
    )  # fmt: skip
    asked = row(
        switch(t("Read this sheet"), sheet.used, lambda on: S.use(sheet.id, on)),
        muted(t("Line of the headings")), header,
        rx.cond(sheet.account != "", row(muted(t("Account of every line")), account)),
        gap=3,
    )  # fmt: skip
    return card(asked, rx.cond(sheet.used, table), title=sheet.title)


def _column_cells(c: ColumnRow) -> list[Any]:
    words = [(meaning.value, t(word)) for meaning, word in MEANINGS.items()]
    chosen = cell_select(
        c.field,
        words,
        t("Meaning of the column {name}", name=c.heading),
        lambda value: S.remap(c.sheet, c.index, value),
    )
    return [c.heading, muted(c.sample), chosen]


# --- Checks and entry ------------------------------------------------------------------------------------------------


def _checks() -> rx.Component:
    return card(rows(S.gates, _gate), title=t("Checks"), actions=[S.passed], flush=True, topic="fund_on_account")


def _gate(g: GateRow) -> rx.Component:
    return check_row(g.tone, row(g.label, rx.cond(g.article != "", article(g.article))), g.detail, g.figure)  # type: ignore[arg-type]


def _checks_step() -> rx.Component:
    stated = card(
        form(
            S.state_totals,
            fields(
                money_field(t("Total of the debit"), "stated_debit", value=S.stated.get("debit", ""), errors=S.errors),
                money_field(t("Total of the credit"), "stated_credit", value=S.stated.get("credit", ""), errors=S.errors),
            ),
            submit=t("Compare"), errors=S.errors, key=S.draft_id,
        ),
        paragraph(t("As printed at the foot of it. Nothing is compared while these are blank and the file has no total."), small=True, muted=True),
        title=t("The previous syndic’s trial balance"),
    )  # fmt: skip
    stop = S.reason != ""
    foot = wizard_footer(back("balances"), on_to(t("Try without writing"), "entry", disabled=stop), reason=S.reason)
    warning = rx.cond(stop, note(strong(S.reason), tone="bad", live="status"))
    return stack(warning, columns(_checks(), stated, shape="aside"), foot)


def _entry() -> rx.Component:
    return data_table(
        [
            Column("account", t("Account"), mobile="name"), Column("person", t("Co-owner or supplier"), mobile="state"), Column("words", t("Words"), wide=True), Column("due", t("Due on")),
            Column("debit", t("Debit"), numeric=True, mobile="date"), Column("credit", t("Credit"), numeric=True, mobile="amount"),
        ],
        S.sides, _side_cells, caption=t("The entry"), state=S, footer=[strong(t("Total")), "", "", "", strong(S.debit), strong(S.credit)],
    )  # fmt: skip


def _side_cells(r: SideRow) -> list[Any]:
    return [r.account, r.person, r.words, r.due, r.debit, r.credit]


def _entry_step() -> rx.Component:
    post = confirm_dialog(
        button(t("Enter the balances"), kind="solid", icon_name="check", disabled=S.reason != ""), t("Enter these opening balances?"),
        t("One entry of {total} on {day}, in the opening journal. It can be undone as a whole.", total=S.debit, day=S.day), t("Enter the balances"), S.post,
    )  # fmt: skip
    told = note(
        t("This is the entry as it will be made on {day}. Nothing is written yet.", day=S.day),
        tone="info",
        live="status",
    )
    return stack(
        told, card(_entry(), title=t("The entry"), flush=True), wizard_footer(back("checks"), post, reason=S.reason)
    )


def _done() -> rx.Component:
    undo = confirm_dialog(
        button(t("Undo the opening"), icon_name="undo-2"), t("Undo the opening balances?"),
        t("A second entry on {day} takes the first one back; both stay in the books. You can then enter other balances.", day=S.day),
        t("Undo the opening"), S.undo, danger=True,
    )  # fmt: skip
    see = button(t("See the entries"), href=building_address() + "/entries")
    write = may(P.LEDGER_SETUP)
    posted = card(
        note(strong(t("The opening balances are entered on {day}.", day=S.day)), tone="ok"),
        row(
            button(t("See the balances"), kind="solid", href=building_address() + "/balances"),
            see,
            rx.cond(write, undo),
        ),
    )
    undone = card(
        note(strong(t("These opening balances were undone.")), icon_name="undo-2"),
        rx.cond(write, row(
            button(t("Correct them and enter them again"), kind="solid", on_click=S.restart(True)),
            button(t("Begin anew"), on_click=S.restart(False)), see,
        )),
    )  # fmt: skip
    return stack(rx.cond(S.status == "undone", undone, posted), card(_entry(), title=t("The entry"), flush=True))
