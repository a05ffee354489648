"""The payments of co-owners: their list, one of them, its form, and what is still open."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import charges_frame, not_open
from koprogo_app.modules.buildings.pages import CODE, building_crumbs
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.lots.pages import building_address
from koprogo_app.ui.badge import badge
from koprogo_app.ui.button import button, link
from koprogo_app.ui.dialog import confirm_dialog, form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import (
    date_field,
    field,
    fieldset,
    form,
    money_field,
    radio_group,
    select_field,
    switch,
    textarea,
)
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import (
    aside,
    card,
    columns,
    definitions,
    heading,
    money,
    muted,
    paragraph,
    row,
    stack,
    strong,
)
from koprogo_app.ui.note import note
from koprogo_app.ui.page import may, page
from koprogo_app.ui.picker import picker
from koprogo_app.ui.table import Bulk, Column, Filter, data_table
from koprogo_app.ui.text import figure, plural, t

from .form_state import SLOTS, PaymentFormState, SlotRow
from .rules import DUES, FUNDS, KINDS, STATES, Due, Kind, State
from .state import ItemRow, OpenItemsState, PaymentRow, PaymentsState, PaymentState, SettledRow

register(
    owner_payments=Topic(
        N_("What a payment settles"),
        N_(
            "A payment goes to what is open of the co-owner’s account, the oldest due first, or to what you choose. Part of an item "
            "stays open when the amount does not reach; what is left over stays as his credit, for the next call.\n\nThe bank account "
            "of each fund is its own: say on which one the money arrived."
        ),
        "3.86 §3", official=CODE,
    ),
    open_items=Topic(
        N_("Open items"),
        N_(
            "An item is a line of a co-owner’s account: what is asked of him, or what he paid too much. It is open for what nothing has "
            "settled yet. What is open adds up to his balance, to the cent.\n\nWhere something is to pay and something is in credit, "
            "both can settle each other."
        ),
        "3.89 §5 15°", official=CODE,
    ),
)  # fmt: skip


def payments_address() -> Any:
    """The payments of the building in the address."""
    return building_address() + "/payments"


def open_items_address() -> Any:
    """The open items of the building in the address."""
    return building_address() + "/open-items"


def _state_badge(state: Any) -> Any:
    return rx.match(
        state,
        (State.REVERSED.value, badge(t(STATES[State.REVERSED]), "neutral", "undo-2")),
        badge(t(STATES[State.BOOKED]), "ok", "circle-check"),
    )


def due_badge(due: Any) -> Any:
    """What an open item is to its reader."""
    return rx.match(
        due,
        (Due.LATE.value, badge(t(DUES[Due.LATE]), "bad", "clock")),
        (Due.CREDIT.value, badge(t(DUES[Due.CREDIT]), "info", "hand-coins")),
        badge(t(DUES[Due.TO_PAY]), "warn", "clock"),
    )


def _words(named: dict[Any, str]) -> list[tuple[str, Any]]:
    return [(key.value, t(words)) for key, words in named.items()]


def _or_dash(value: Any) -> Any:
    return rx.cond(value != "", value, muted("–"))


def _new() -> rx.Component:
    return rx.cond(
        may(P.PAYMENTS_WRITE),
        button(t("Enter a payment"), icon_name="plus", kind="solid", href=payments_address() + "/new", shortcut="N"),
    )


# --- Payments --------------------------------------------------------------------------------------------------------


def _cells(p: PaymentRow) -> list[Any]:
    return [p.on, p.owner, p.kind, p.fund, p.communication, _state_badge(p.state), money(p.amount)]


@page(
    "/buildings/[building_id]/payments", N_("Payments"), permission=P.LEDGER_READ, on_load=[BuildingState.load, PaymentsState.load],
    crumbs=building_crumbs, here=lambda: t("Payments"),
)  # fmt: skip
def payments() -> rx.Component:
    s: Any = PaymentsState
    none = empty_state(
        t("No payment is entered yet."), t("Enter what arrived at the bank: it settles what is open."), icon_name="hand-coins"
    )  # fmt: skip
    table = data_table(
        [
            Column("paid_on", t("Date"), sortable=True, mobile="date"), Column("last_name", t("Co-owner"), sortable=True, mobile="name", wide=True),
            Column("kind", t("Kind")), Column("fund", t("Account")), Column("communication", t("Communication"), wide=True),
            Column("state", t("State"), mobile="state"), Column("cents", t("Amount (€)"), numeric=True, sortable=True, mobile="amount"),
        ],
        s.rows, _cells, caption=t("Payments"), state=s, href=lambda p: payments_address() + "/" + p.id,
        search=t("Name, communication or note"),
        filters=[Filter("kind", t("Kind"), _words(KINDS)), Filter("fund", t("Account"), _words(FUNDS)), Filter("state", t("State"), _words(STATES))],
        actions=[button(t("Open items"), icon_name="list-checks", size="sm", href=open_items_address())],
        empty=rx.cond(s.books, none, not_open()),
    )  # fmt: skip
    return charges_frame("payments", table, actions=[rx.cond(s.books, _new())])


# --- One payment -----------------------------------------------------------------------------------------------------


def _settled_cells(x: SettledRow) -> list[Any]:
    again = rx.cond(
        x.fixed,
        muted("–"),
        rx.cond(
            may(P.PAYMENTS_WRITE),
            button(t("Open again"), icon_name="undo-2", size="sm", on_click=PaymentState.unsettle(x.id)),
        ),
    )
    return [x.words, x.account, x.due, money(x.amount), again]


def _facts() -> rx.Component:
    p: Any = PaymentState.payment
    entry = link(t("See the entry"), building_address() + "/entries/" + p.entry_id)
    mirror = link(t("See the reversal"), building_address() + "/entries/" + p.reversal_entry_id)
    owner = link(p.owner, building_address() + "/owner-balances/" + p.owner_id)
    return card(
        definitions([
            (t("Co-owner"), owner), (t("Kind"), p.kind), (t("Date"), p.on), (t("Amount"), money(p.amount)), (t("Account"), p.fund),
            (t("Communication"), _or_dash(p.communication)), (t("Note"), _or_dash(p.note)), (t("In the books"), entry),
            (t("Reversal"), rx.cond(p.reversal_entry_id != "", mirror, muted("–"))),
        ]),
        title=t("Payment"), topic="owner_payments",
    )  # fmt: skip


def _reverse() -> rx.Component:
    s = PaymentState
    dialog = form_dialog(
        button(t("Reverse"), icon_name="undo-2", kind="danger"), t("Reverse the payment"),
        textarea(t("Reason"), "reason", errors=s.errors, required=True, rows=3), on_submit=s.reverse, submit=t("Reverse the payment"),
        open=s.reversing, on_open_change=s.show_reversing, errors=s.errors,
        description=t("A second entry undoes it; what it settled is open again. The reason stays in the books."),
    )  # fmt: skip
    booked = ~s.missing & (s.payment.state == State.BOOKED.value)
    return rx.cond(booked & may(P.PAYMENTS_WRITE), dialog)


def _crumbs() -> list[tuple[Any, Any]]:
    return [*building_crumbs(), (t("Payments"), payments_address())]


@page(
    "/buildings/[building_id]/payments/[payment_id]", N_("Payment"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, PaymentState.load], crumbs=_crumbs, here=lambda: PaymentState.payment.title,
)  # fmt: skip
def payment() -> rx.Component:
    s: Any = PaymentState
    p = s.payment
    table = data_table(
        [
            Column("words", t("Item"), mobile="name", wide=True), Column("account", t("Account")), Column("due", t("Due on"), mobile="date"),
            Column("amount", t("Settled (€)"), numeric=True, mobile="amount"), Column("again", t("Actions"), mobile="acts"),
        ],
        s.rows, _settled_cells, caption=t("What it settled"), href=lambda x: building_address() + "/entries/" + x.entry_id,
        empty=empty_state(t("It settles nothing yet."), icon_name="list-checks"),
    )  # fmt: skip
    undone = note(p.reason, tone="warn", title=t("Reversed."))
    left = note(t("{amount} of it settles nothing yet.", amount=p.left), tone="info")
    gone = empty_state(
        t("This payment does not exist."), None, button(t("See the payments"), href=payments_address()), icon_name="search-x"
    )  # fmt: skip
    shown = stack(
        row(heading(p.title), _state_badge(p.state)),
        rx.cond(p.state == State.REVERSED.value, undone),
        rx.cond(p.left != "", left),
        columns(
            card(table, title=t("What it settled"), flush=True, topic="open_items"),
            aside(_facts(), label=t("Details")),
        ),
    )
    return charges_frame("payments", rx.cond(s.missing, gone, shown), actions=[_reverse()])


# --- Form ------------------------------------------------------------------------------------------------------------


def _slot(n: int) -> rx.Component:
    s: Any = PaymentFormState
    one = s.items[n]
    chosen = money_field(
        one.words, f"item-{n}", errors=s.errors, hint=t("Due on {day}, open: {amount}.", day=one.due, amount=one.open),
        on_blur=lambda text: s.typed(f"item-{n}", text),
    )  # fmt: skip
    return rx.cond(s.choosing & (s.items.length() > n), chosen)


def _consequence() -> rx.Component:
    s: Any = PaymentFormState

    def cells(x: SlotRow) -> list[Any]:
        return [x.words, x.due, money(x.open), money(x.taken)]

    table = data_table(
        [
            Column("words", t("Item"), mobile="name", wide=True), Column("due", t("Due on"), mobile="date"),
            Column("open", t("Open (€)"), numeric=True, mobile="state"), Column("taken", t("Settled (€)"), numeric=True, mobile="amount"),
        ],
        s.items, cells, caption=t("Open items"), empty=empty_state(t("Nothing is open."), icon_name="circle-check"),
    )  # fmt: skip
    more = plural(t("1 more is open."), t("{n} more are open.", n=figure(s.more)), s.more)
    told = stack(
        strong(s.name),
        table,
        rx.cond(s.more > 0, paragraph(more, small=True, muted=True)),
        rx.cond(s.sentence != "", note(s.sentence, tone="info", live="status")),
        rx.cond(s.after != "", paragraph(s.after)),
    )
    ask = muted(t("Choose the co-owner, or type his structured communication: what is open appears here."))
    return card(rx.cond(s.name != "", told, ask), title=t("What it settles"), topic="open_items")


def _form() -> rx.Component:
    s: Any = PaymentFormState
    e = s.errors
    return form(
        s.save,
        fieldset(
            t("Payment"),
            radio_group(
                t("Kind"), "kind", _words(KINDS), value=Kind.RECEIPT.value, errors=e, inline=True,
                on_change=lambda value: s.typed("kind", value),
            ),
            picker(
                t("Co-owner"), "owner_id", s.people, value=s.owner, errors=e, on_change=lambda value: s.typed("owner_id", value),
                hint=t("Not needed with a structured communication."),
            ),
            field(
                t("Communication"), "communication", errors=e, autocomplete="off", hint=t("+++…+++ or free text."),
                on_blur=lambda text: s.typed("communication", text),
            ),
            money_field(t("Amount"), "cents", errors=e, required=True, on_blur=lambda text: s.typed("cents", text)),
            date_field(t("Date"), "paid_on", value=s.today, errors=e, required=True, max=s.today),
            select_field(t("Account"), "fund", _words(FUNDS), value="working", errors=e, required=True, topic="owner_payments"),
            field(t("Note"), "note", errors=e, autocomplete="off"),
        ),
        switch(t("Choose what it settles"), s.choosing, s.choose, hint=t("Otherwise the oldest due first.")),
        rx.cond(s.choosing, fieldset(t("What it settles"), *[_slot(n) for n in range(SLOTS)])),
        submit=rx.cond(s.refund, t("Enter the refund"), t("Enter the payment")), errors=e,
        secondary=[button(t("Go back"), href=payments_address())],
    )  # fmt: skip


@page(
    "/buildings/[building_id]/payments/new", N_("Enter a payment"), permission=P.PAYMENTS_WRITE,
    on_load=[BuildingState.load, PaymentFormState.load], crumbs=_crumbs, here=lambda: t("Enter a payment"),
)  # fmt: skip
def new_payment() -> rx.Component:
    side = aside(_consequence(), label=t("What it settles"))
    shown = columns(card(_form(), title=t("Enter a payment"), topic="owner_payments"), side, shape="form")
    return charges_frame("payments", rx.cond(PaymentFormState.books, shown, not_open()))


# --- Open items ------------------------------------------------------------------------------------------------------


def _item_cells(x: ItemRow) -> list[Any]:
    enter = rx.cond(
        may(P.PAYMENTS_WRITE) & (x.due != Due.CREDIT.value),
        link(t("Enter a payment"), payments_address() + "/new?owner=" + x.owner_id),
    )
    owner = link(x.owner, building_address() + "/owner-balances/" + x.owner_id)
    return [x.words, owner, x.account, x.due_on, x.days, due_badge(x.due), money(x.amount), enter]


def _bulk() -> Bulk:
    s: Any = OpenItemsState
    pair = button(t("Let both settle each other"), icon_name="link", size="sm", on_click=s.settle)
    return Bulk([rx.cond(may(P.PAYMENTS_WRITE), pair)], s.chosen, lambda x: x.words)


@page(
    "/buildings/[building_id]/open-items", N_("Open items"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, OpenItemsState.load], crumbs=_crumbs, here=lambda: t("Open items"),
)  # fmt: skip
def open_items() -> rx.Component:
    s: Any = OpenItemsState
    none = empty_state(t("Nothing is open."), t("Everything that was asked is paid."), icon_name="circle-check")
    oldest = confirm_dialog(
        button(t("Settle the oldest"), icon_name="list-checks", size="sm"), t("Settle what is open on both sides?"),
        t("Where a co-owner has something to pay and something in credit on one account, both settle each other, the oldest due first."),
        t("Settle the oldest"), s.settle_all,
    )  # fmt: skip
    table = data_table(
        [
            Column("words", t("Item"), mobile="name", wide=True), Column("last_name", t("Co-owner"), sortable=True, mobile="state", wide=True),
            Column("account", t("Account")), Column("due_on", t("Due on"), sortable=True, mobile="date"),
            Column("days", t("Days late"), numeric=True), Column("due", t("State")),
            Column("open_cents", t("Open (€)"), numeric=True, sortable=True, mobile="amount"), Column("enter", t("Actions"), mobile="acts"),
        ],
        s.rows, _item_cells, caption=t("Open items"), state=s, href=lambda x: building_address() + "/entries/" + x.entry_id,
        search=t("Name or item"), filters=[Filter("due", t("State"), _words(DUES)), Filter("account", t("Account"), s.accounts)],
        bulk=_bulk(), actions=[rx.cond(may(P.PAYMENTS_WRITE), oldest)], empty=rx.cond(s.books, none, not_open()),
        footer=[t("Total"), "", "", "", "", "", money(s.balance), ""],
    )  # fmt: skip
    sums = paragraph(
        t("Owed to the association: {owed}. Owed back by it: {back}.", owed=s.owed, back=s.owed_back),
        small=True,
        muted=True,
    )
    return charges_frame("payments", table, rx.cond(s.total > 0, sums), actions=[_new()])
