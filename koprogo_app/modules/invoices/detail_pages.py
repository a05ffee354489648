"""The page of one invoice: what it is, who pays, its voucher, its history, and the next step."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import books_frame
from koprogo_app.modules.buildings.pages import building_crumbs
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.lots.pages import building_address
from koprogo_app.ui.badge import badge
from koprogo_app.ui.button import button, file_link, link
from koprogo_app.ui.dialog import confirm_dialog, form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import date_field, select_field, textarea
from koprogo_app.ui.layout import aside, bullets_of, card, columns, definitions, heading, money, muted, row, rows, stack
from koprogo_app.ui.note import note
from koprogo_app.ui.page import may, page
from koprogo_app.ui.preview import paper
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.text import t
from koprogo_app.ui.timeline import timeline

from .detail_state import InvoiceState, LineRow, PartRow, RemarkRow
from .pages import invoice_badge, invoices_address
from .rules import FUNDS, Action, Fund

_FUNDS = [(fund.value, t(words)) for fund, words in FUNDS.items()]


def invoice_address() -> Any:
    """The invoice of the address."""
    return invoices_address() + "/" + InvoiceState.invoice.id


def _entry(entry_id: Any) -> Any:
    return link(t("See the entry"), building_address() + "/entries/" + entry_id)


def _or_dash(value: Any) -> Any:
    return rx.cond(value != "", value, muted("–"))


def _can(action: Action, permission: P, act: rx.Component) -> rx.Component:
    return rx.cond(InvoiceState.can.contains(action.value) & may(permission), act)


def _reason(action: Action, title: Any, text: Any, on_submit: Any) -> rx.Component:
    """The dialog that asks why; its button is among the actions."""
    s = InvoiceState
    return form_dialog(
        None, title, textarea(t("Reason"), "reason", errors=s.errors, required=True, rows=3), on_submit=on_submit, submit=title,
        open=s.asking == action.value, on_open_change=s.show_asking, errors=s.errors, description=text,
    )  # fmt: skip


def _dialogs() -> rx.Component:
    s = InvoiceState
    return rx.fragment(
        _reason(Action.REFUSE, t("Refuse the invoice"), t("Whoever entered it reads the reason and can correct it."), s.refuse),
        _reason(
            Action.UNDO, t("Take it out of the books"),
            t("The mirror of its entry is posted and the invoice is a draft again; both entries stay in the books."), s.undo,
        ),
        _reason(Action.UNPAY, t("Undo the payment"), t("The mirror of the payment is posted: the invoice is to be paid."), s.unpay),
    )  # fmt: skip


def _pay() -> rx.Component:
    s = InvoiceState
    return form_dialog(
        button(t("Enter the payment"), icon_name="credit-card", kind="solid"), t("Enter the payment"),
        select_field(t("From the account of"), "fund", _FUNDS, value=Fund.WORKING.value, errors=s.errors, required=True),
        date_field(t("Paid on"), "paid_on", value=s.today, max=s.today, errors=s.errors, required=True),
        on_submit=s.pay, submit=t("Enter the payment"), open=s.paying, on_open_change=s.show_paying, errors=s.errors,
        description=t("The supplier is owed nothing any more; the account of the fund follows. No money is sent from here."),
    )  # fmt: skip


def _actions() -> list[rx.Component]:
    s, w, a = InvoiceState, P.INVOICES_WRITE, P.INVOICES_APPROVE
    cancel = confirm_dialog(
        button(t("Cancel the invoice"), icon_name="ban", kind="danger"), t("Cancel the invoice?"),
        t("It is put aside and its number is free again; it can be taken up later."), t("Cancel the invoice"), s.cancel, danger=True,
    )  # fmt: skip
    approve = confirm_dialog(
        button(t("Approve"), icon_name="check", kind="solid"), t("Approve {amount}?", amount=s.invoice.gross),
        t("The invoice is entered in the books at once, and shared out as shown."), t("Approve and enter in the books"), s.approve,
    )  # fmt: skip
    come_back = button(
        t("Have it come back"), icon_name="repeat", href=invoices_address() + "/recurring?invoice=" + s.invoice.id
    )
    return [
        rx.cond(may(w) & (s.invoice.status != "cancelled"), come_back),
        _can(Action.CANCEL, w, cancel),
        _can(Action.REACTIVATE, w, button(t("Take it up again"), icon_name="rotate-ccw", on_click=s.reactivate)),
        _can(Action.UNDO, a, button(t("Take it out of the books"), icon_name="undo-2", on_click=s.ask("undo"))),
        _can(Action.UNPAY, w, button(t("Undo the payment"), icon_name="undo-2", on_click=s.ask("unpay"))),
        _can(Action.REFUSE, a, button(t("Refuse"), icon_name="x", on_click=s.ask("refuse"))),
        _can(Action.EDIT, w, button(t("Change"), icon_name="pencil", href=invoice_address() + "/edit")),
        _can(Action.SUBMIT, w, button(t("Send for approval"), icon_name="send", kind="solid", on_click=s.submit)),
        _can(Action.APPROVE, a, approve),
        _can(Action.PAY, w, _pay()),
    ]


def _facts() -> rx.Component:
    i: Any = InvoiceState.invoice
    supplier = rx.cond(
        i.supplier_id != "", link(i.supplier, "/suppliers/" + i.supplier_id), muted(t("not entered yet"))
    )
    return card(
        definitions([
            (t("Supplier"), supplier), (t("Kind"), i.kind), (t("Number"), _or_dash(i.number)), (t("Description"), i.words),
            (t("Category"), i.category), (t("Date of the invoice"), i.issued), (t("Due on"), _or_dash(i.due)),
            (t("Received on"), _or_dash(i.received)), (t("Day in the books"), _or_dash(i.booked)),
            (t("Without VAT"), money(i.net)), (t("VAT"), money(i.vat)), (t("With VAT"), money(i.gross)),
            (t("Payment reference"), _or_dash(i.reference)), (t("Account (IBAN)"), _or_dash(i.iban)),
            (t("In the books"), rx.cond(i.entry_id != "", _entry(i.entry_id), muted(t("not yet")))),
            (t("Payment"), rx.cond(i.payment_entry_id != "", row(i.paid, _entry(i.payment_entry_id)), muted(t("not yet")))),
        ]),
        title=t("Invoice"), topic="invoices",
    )  # fmt: skip


def _line_cells(x: LineRow) -> list[Any]:
    return [stack(x.words, muted(x.account), gap=1), x.bearer, x.period, money(x.net), x.rate, money(x.gross)]


def _lines() -> rx.Component:
    s = InvoiceState
    return data_table(
        [
            Column("words", t("Words of the line"), mobile="name", wide=True), Column("bearer", t("Who bears it"), mobile="state", wide=True),
            Column("period", t("Period"), wide=True), Column("net", t("Without VAT"), numeric=True),
            Column("rate", t("VAT"), numeric=True), Column("gross", t("With VAT"), numeric=True, mobile="amount"),
        ],
        s.lines, _line_cells, caption=t("Lines of the invoice"),
        footer=[t("Total"), "", "", money(s.invoice.net), money(s.invoice.vat), money(s.invoice.gross)],
    )  # fmt: skip


def _part_cells(x: PartRow) -> list[Any]:
    return [x.owner, _or_dash(x.lot), money(x.amount)]


def _shares() -> rx.Component:
    s = InvoiceState
    shown = stack(
        select_field(t("Shares of"), "cost", s.costs, blank=t("the whole invoice, by owner"), on_change=s.choose),
        data_table(
            [Column("owner", t("Co-owner"), mobile="name", wide=True), Column("lot", t("Lot"), mobile="state"),
             Column("amount", t("Amount (€)"), numeric=True, mobile="amount")],
            s.parts, _part_cells, caption=t("What each pays"), footer=[t("Total shared out"), "", money(s.parts_sum)],
        ),
        rx.cond(s.balanced, row(badge(t("The shares equal the amount"), "ok", "circle-check"))),
    )  # fmt: skip
    stopped = note(bullets_of(s.stopped), tone="warn", title=t("This cannot be shared out yet."))
    return card(rx.cond(s.stopped.length() > 0, stopped, shown), title=t("What each pays"), topic="cost_bearers")


def _remark(x: RemarkRow) -> rx.Component:
    there = rx.cond(x.href != "", link(t("See that invoice"), x.href))
    return note(x.text, " ", there, tone="warn")


def _voucher() -> rx.Component:
    i: Any = InvoiceState.invoice
    address = "/api/v1/documents/" + i.document_id
    shown = rx.cond(i.document_kind != "", paper(address + "/preview", t("Voucher")))
    there = stack(shown, row(file_link(t("Download the voucher"), address + "/download")))
    read = rx.cond(i.from_file, link(t("What the electronic invoice says"), invoice_address() + "/file"))
    return card(rx.cond(i.document_id != "", there, muted(t("No voucher attached."))), read, title=t("Voucher"))


def _crumbs() -> list[tuple[Any, Any]]:
    return [*building_crumbs(), (t("Invoices"), invoices_address())]


def gone() -> rx.Component:
    """Shown for an invoice that is not there."""
    back = button(t("See the invoices"), href=invoices_address())
    return empty_state(t("This invoice does not exist."), None, back, icon_name="search-x")


@page(
    "/buildings/[building_id]/invoices/[invoice_id]", N_("Invoice"), permission=P.INVOICES_READ,
    on_load=[BuildingState.load, InvoiceState.load], crumbs=_crumbs, here=lambda: InvoiceState.invoice.title,
)  # fmt: skip
def invoice() -> rx.Component:
    s = InvoiceState
    refusal = rx.cond(
        (s.invoice.status == "refused") & (s.invoice.refusal != ""), note(s.invoice.refusal, tone="bad", title=t("Refused."))
    )  # fmt: skip
    shown = stack(
        row(heading(s.invoice.title), invoice_badge(s.invoice.status)), refusal, rows(s.remarks, _remark),
        columns(
            stack(_facts(), _lines(), _shares()),
            aside(_voucher(), card(timeline(s.history, t("History")), title=t("History")), label=t("Voucher")),
        ),
        _dialogs(),
    )  # fmt: skip
    return books_frame(
        "invoices",
        rx.cond(s.missing, gone(), shown),
        actions=[rx.cond(s.missing, rx.fragment(), a) for a in _actions()],
    )
