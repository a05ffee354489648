"""The pages of a published statement: the whole, its lines and vouchers, and one co-owner's."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import charges_frame
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.lots.pages import building_address
from koprogo_app.ui.badge import badge
from koprogo_app.ui.button import button, file_link, link
from koprogo_app.ui.dialog import form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import textarea
from koprogo_app.ui.layout import card, definitions, heading, money, muted, row, stack, strong
from koprogo_app.ui.note import note
from koprogo_app.ui.page import may, page
from koprogo_app.ui.stat import stat, stats
from koprogo_app.ui.table import Column, Filter, data_table
from koprogo_app.ui.text import t

from .pages import balance_badge, crumbs, owner_cells, owner_columns, statements_address, status_badge
from .published_state import CalledRow, GroupRow, ItemRow, LineRow, OwnerStatementState, SettledState, StatementState
from .rules import Sort, Status
from .state import OwnerRow

# --- Published -------------------------------------------------------------------------------------------------------


def _published_cells(x: OwnerRow) -> list[Any]:
    return [*owner_cells(x), money(x.open)]


def _reverse() -> rx.Component:
    s: Any = StatementState
    return form_dialog(
        button(t("Reverse"), icon_name="undo-2", kind="danger"), t("Reverse the statement of {count} co-owners?", count=s.owners),
        textarea(t("Reason"), "reason", errors=s.errors, required=True, rows=3), on_submit=s.reverse, submit=t("Reverse"),
        open=s.asking, on_open_change=s.show_asking, errors=s.errors,
        description=t("The mirror of its entry is posted. What was paid on it stays in the co-owners' favour; the period can be settled anew."),
    )  # fmt: skip


@page(
    "/buildings/[building_id]/statements/[statement_id]", N_("Statement"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, StatementState.load], crumbs=crumbs, here=lambda: StatementState.period,
)  # fmt: skip
def statement() -> rx.Component:
    s: Any = StatementState
    here = statements_address() + "/" + rx.State.statement_id.to(str)  # type: ignore[attr-defined]
    entry = rx.cond(
        s.entry_id != "", link(t("See the entry"), building_address() + "/entries/" + s.entry_id), muted("–")
    )
    undone = rx.cond(s.reversal_id != "", link(t("See the entry"), building_address() + "/entries/" + s.reversal_id))
    run = rx.cond(s.run_id != "", link(t("See the letters"), building_address() + "/letters/" + s.run_id), muted("–"))
    facts = card(
        row(heading(s.period), status_badge(s.status)),
        stats(
            stat(s.costs, t("Costs of the period"), href=here + "/lines?sort=cost"),
            stat(s.provisions, t("Called on account"), href=here + "/lines?sort=provision"),
            stat(s.balance, t("Balance of all together"), href=building_address() + "/entries/" + s.entry_id),
        ),
        note(t("All statements together are the books, to the cent"), tone="ok"),
        definitions([(t("Published on"), s.published), (t("To pay by"), s.due), (t("In the books"), entry), (t("Letters"), run)]),
        rx.cond(s.status == Status.REVERSED.value, note(s.reason, " ", undone, tone="warn", title=t("Reversed."))),
        title=t("Statement"), topic="statements",
    )  # fmt: skip
    table = data_table(
        [*owner_columns(sortable=True), Column("open", t("Still open"), numeric=True)], s.rows, _published_cells,
        caption=t("What falls on each co-owner"), state=s, search=t("Name"), href=lambda x: here + "/owners/" + x.id,
    )  # fmt: skip
    gone = empty_state(
        t("This statement does not exist."),
        None,
        button(t("See the statements"), href=statements_address()),
        icon_name="search-x",
    )
    lines = button(t("Lines and vouchers"), icon_name="list", href=here + "/lines")
    return charges_frame(
        "statements", rx.cond(s.missing, gone, stack(facts, card(table, title=t("What falls on each co-owner"), flush=True))),
        actions=[rx.cond(s.missing, rx.fragment(), lines), rx.cond((s.status == Status.PUBLISHED.value) & may(P.STATEMENTS_PUBLISH), _reverse())],
    )  # fmt: skip


def _line_cells(x: LineRow) -> list[Any]:
    entry = link(x.number, building_address() + "/entries/" + x.entry_id)
    voucher = file_link(t("Voucher"), "/api/v1/documents/" + x.document_id + "/download", icon_name="paperclip")
    state = rx.cond(x.withheld, badge(t("Withheld"), "neutral", "lock"), badge(t("Shown"), "ok", "eye"))
    change = rx.cond(
        x.withheld, button(t("Show it"), size="sm", on_click=SettledState.withhold(x.id, False)),
        button(t("Withhold it"), size="sm", on_click=SettledState.withhold(x.id, True)),
    )  # fmt: skip
    shown = rx.cond(x.document_id != "", row(voucher, state, rx.cond(may(P.STATEMENTS_WRITE), change)), muted("–"))
    return [entry, x.on, x.account, x.words, x.key, money(x.amount), shown]


def _statement_crumbs() -> list[tuple[Any, Any]]:
    return [*crumbs(), (t("Statement"), statements_address() + "/" + rx.State.statement_id.to(str))]  # type: ignore[attr-defined]


@page(
    "/buildings/[building_id]/statements/[statement_id]/lines", N_("Lines of a statement"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, SettledState.load], crumbs=_statement_crumbs, here=lambda: t("Lines and vouchers"),
)  # fmt: skip
def settled_lines() -> rx.Component:
    s: Any = SettledState
    table = data_table(
        [
            Column("number", t("Number"), mobile="state"), Column("position", t("Date"), sortable=True, mobile="date"),
            Column("code", t("Account"), sortable=True, wide=True), Column("words", t("Description"), mobile="name", wide=True), Column("key", t("Key")),
            Column("cents", t("Amount"), numeric=True, sortable=True, mobile="amount"), Column("voucher", t("Voucher for the co-owners"), mobile="acts"),
        ],
        s.rows, _line_cells, caption=t("Lines of a statement"), state=s,
        filters=[Filter("sort", t("Kind"), [(Sort.COST.value, t("Costs and income")), (Sort.PROVISION.value, t("Called on account"))])],
        empty=empty_state(t("This statement does not exist."), icon_name="search-x"),
    )  # fmt: skip
    return charges_frame(
        "statements", card(table, title=t("Lines of a statement"), topic="withheld_vouchers", flush=True)
    )


# --- One co-owner ----------------------------------------------------------------------------------------------------


def _group_cells(x: GroupRow) -> list[Any]:
    return [x.account, x.key, money(x.total), x.part, money(x.tenant), money(x.amount)]


def _called_cells(x: CalledRow) -> list[Any]:
    return [x.on, x.words, money(x.amount)]


def one_statement(s: Any, voucher: Any) -> rx.Component:
    """A co-owner's statement. `voucher`: of an ItemRow, the address of its paper."""

    def item_cells(x: ItemRow) -> list[Any]:
        paper = rx.cond(x.document_id != "", file_link(t("Voucher"), voucher(x), icon_name="paperclip"))
        return [x.on, x.number, row(x.words, paper), money(x.total), money(x.amount)]

    called = [Column("on", t("Date"), mobile="date"), Column("words", t("Call for funds"), mobile="name", wide=True),
              Column("amount", t("Amount"), numeric=True, mobile="amount")]  # fmt: skip
    return stack(
        card(
            row(strong(s.lead), rx.cond(s.tone != "", balance_badge(s.tone))),
            definitions([
                (t("Period"), s.period), (t("Lots"), rx.cond(s.lots != "", s.lots + " (" + s.shares + ")", "–")),
                (t("Balance of the account with it"), money(s.now)), (t("To pay by"), s.due),
                (t("VAT within it"), rx.cond(s.vat != "", money(s.vat), muted("–"))),
            ]),
            title=t("Why this amount?"), topic="statements",
        ),
        card(
            data_table(
                [
                    Column("account", t("Cost"), mobile="name", wide=True), Column("key", t("Key"), mobile="state"),
                    Column("total", t("Building"), numeric=True), Column("part", t("Your part"), numeric=True, mobile="date"),
                    Column("tenant", t("of which tenant"), numeric=True), Column("amount", t("For you"), numeric=True, mobile="amount"),
                ],
                s.groups, _group_cells, caption=t("Costs"), footer=[t("Your part of the costs"), "", "", "", money(s.tenant), money(s.costs)],
            ),
            title=t("Costs"), flush=True,
        ),
        card(
            data_table(called, s.called, _called_cells, caption=t("Called on account"), footer=[t("Total"), "", money(s.provisions)]),
            title=t("What was called on account"), flush=True,
        ),
        rx.cond(
            s.funds.length() > 0,
            card(data_table(called, s.funds, _called_cells, caption=t("Called for the funds")),
                 muted(t("It stays with the association and is not settled.")), title=t("Called for the funds"), flush=True),
        ),
        card(
            data_table(
                [
                    Column("on", t("Date"), mobile="date"), Column("number", t("Number"), mobile="state"),
                    Column("words", t("Description"), mobile="name", wide=True), Column("total", t("Building"), numeric=True),
                    Column("amount", t("For you"), numeric=True, mobile="amount"),
                ],
                s.items, item_cells, caption=t("The entries behind these amounts"),
            ),
            title=t("The entries behind these amounts"), flush=True,
        ),
    )  # fmt: skip


@page(
    "/buildings/[building_id]/statements/[statement_id]/owners/[owner_id]", N_("Statement of a co-owner"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, OwnerStatementState.load], crumbs=_statement_crumbs, here=lambda: OwnerStatementState.title,
)  # fmt: skip
def owner_statement() -> rx.Component:
    s: Any = OwnerStatementState
    here = rx.State.statement_id.to(str) + "/owners/" + rx.State.owner_id.to(str)  # type: ignore[attr-defined]
    letter = file_link(t("The letter (PDF)"), "/api/v1/statements/" + here + "/letter", icon_name="file-text")
    gone = empty_state(t("This person has no part in this statement."), icon_name="search-x")
    found = stack(
        row(heading(s.title), letter), one_statement(s, lambda x: "/api/v1/documents/" + x.document_id + "/download")
    )
    return charges_frame("statements", rx.cond(s.missing, gone, found))
