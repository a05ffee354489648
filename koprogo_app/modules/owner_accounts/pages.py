"""The co-owners' accounts in the books of a building, for the office; the lines of his own, for the page of a co-owner."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import books_frame, not_open
from koprogo_app.modules.buildings.pages import CODE, building_crumbs
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.lots.pages import building_address
from koprogo_app.ui.badge import badge
from koprogo_app.ui.button import button, file_link
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import card, money, paragraph, row, stack, strong
from koprogo_app.ui.page import page
from koprogo_app.ui.table import Column, Filter, data_table
from koprogo_app.ui.text import t

from .rules import STANDINGS, Standing
from .state import LineRow, MyAccountState, OwedRow, OwnerAccountState, OwnerBalancesState

register(
    individual_account=Topic(
        N_("The account of a co-owner"),
        N_(
            "Each co-owner has an account of his own with the association, which he may consult at any time. What is asked of him, a "
            "call for funds or a statement, raises what he owes; what he pays lowers it.\n\nIt is the books themselves that are shown: "
            "nothing is counted apart."
        ),
        "3.89 §5 15°", official=CODE,
    ),
)  # fmt: skip


def standing_badge(standing: Any) -> rx.Component:
    """Whether a co-owner owes, is owed, or neither."""
    words = {key: t(word) for key, word in STANDINGS.items()}
    shown: Any = rx.match(
        standing,
        (Standing.OWES.value, badge(words[Standing.OWES], "warn", "clock")),
        (Standing.IN_CREDIT.value, badge(words[Standing.IN_CREDIT], "info", "hand-coins")),
        badge(words[Standing.SETTLED], "ok", "circle-check"),
    )
    return shown


def _with_voucher(x: LineRow) -> rx.Component:
    voucher = file_link(t("Voucher"), "/api/v1/documents/" + x.document_id + "/download", icon_name="paperclip")
    return row(x.words, rx.cond(x.document_id != "", voucher))


# --- The office ------------------------------------------------------------------------------------------------------


def _owed_cells(o: OwedRow) -> list[Any]:
    return [o.name, standing_badge(o.standing), money(o.balance)]


@page(
    "/buildings/[building_id]/owner-balances", N_("Co-owners' balances"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, OwnerBalancesState.load], crumbs=building_crumbs, here=lambda: t("Co-owners' balances"),
)  # fmt: skip
def owner_balances() -> rx.Component:
    s: Any = OwnerBalancesState
    none = empty_state(
        t("Nothing stands on the account of a co-owner yet."), t("A call for funds or a payment is the first line."),
        icon_name="wallet",
    )  # fmt: skip
    table = data_table(
        [
            Column("last_name", t("Co-owner"), sortable=True, mobile="name", wide=True), Column("standing", t("State"), mobile="state"),
            Column("balance_cents", t("Balance"), numeric=True, sortable=True, mobile="amount"),
        ],
        s.rows, _owed_cells, caption=t("Co-owners' balances"), state=s, href=lambda o: building_address() + "/owner-balances/" + o.id,
        search=t("Name"), filters=[Filter("standing", t("State"), [(key.value, t(word)) for key, word in STANDINGS.items()])],
        empty=rx.cond(s.books, none, not_open()), footer=[t("Total"), "", money(s.balance)],
    )  # fmt: skip
    sums = paragraph(
        t("Owed to the association: {owed}. Owed back by it: {back}.", owed=s.owed, back=s.owed_back),
        small=True,
        muted=True,
    )
    return books_frame("owners", table, rx.cond(s.total > 0, sums))


def _line_cells(x: LineRow) -> list[Any]:
    return [x.number, x.on, _with_voucher(x), money(x.debit), money(x.credit), money(x.balance)]


def _account_crumbs() -> list[tuple[Any, Any]]:
    return [*building_crumbs(), (t("Co-owners' balances"), building_address() + "/owner-balances")]


@page(
    "/buildings/[building_id]/owner-balances/[owner_id]", N_("Account of a co-owner"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, OwnerAccountState.load], crumbs=_account_crumbs, here=lambda: OwnerAccountState.name,
)  # fmt: skip
def owner_account() -> rx.Component:
    s: Any = OwnerAccountState
    table = data_table(
        [
            Column("number", t("Number"), mobile="state"), Column("entry_on", t("Date"), sortable=True, mobile="date"),
            Column("words", t("Description"), mobile="name", wide=True), Column("debit", t("Debit"), numeric=True),
            Column("credit", t("Credit"), numeric=True), Column("balance", t("Balance"), numeric=True, mobile="amount"),
        ],
        s.rows, _line_cells, caption=s.name, state=s, href=lambda x: building_address() + "/entries/" + x.entry_id,
        empty=empty_state(t("Nothing stands on this account."), icon_name="wallet"),
        footer=[t("Balance of the account"), "", "", "", "", money(s.balance)],
    )  # fmt: skip
    lead = stack(
        row(strong(s.sentence), standing_badge(s.standing)),
        paragraph(t("Before the lines shown: {amount}.", amount=s.before), muted=True),
        gap=1,
    )
    gone = empty_state(
        t("This person does not exist."),
        None,
        button(t("See the balances"), href=building_address() + "/owner-balances"),
        icon_name="search-x",
    )
    found = stack(card(lead, title=s.name, topic="individual_account"), table)
    return books_frame("owners", rx.cond(s.missing, gone, found))


# --- One's own -------------------------------------------------------------------------------------------------------


def _own_cells(x: LineRow) -> list[Any]:
    return [x.on, _with_voucher(x), money(x.moved), money(x.balance)]


def lines_table() -> rx.Component:
    """The lines of the reader's own account with one association, the last ones first."""
    s: Any = MyAccountState
    return data_table(
        [
            Column("entry_on", t("Date"), sortable=True, mobile="date"), Column("words", t("Description"), mobile="name", wide=True),
            Column("moved", t("Amount"), numeric=True, mobile="amount"), Column("balance", t("You owe after it"), numeric=True, mobile="state"),
        ],
        s.rows, _own_cells, caption=t("Lines of my account"), state=s,
        empty=empty_state(t("Nothing stands on this account."), icon_name="wallet"),
    )  # fmt: skip
