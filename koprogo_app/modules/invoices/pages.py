"""The invoices of a building, and what waits for a decision or a payment in the whole office."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import books_frame
from koprogo_app.modules.buildings.pages import CODE, building_crumbs
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.lots.pages import building_address
from koprogo_app.ui.badge import badge, status_badge
from koprogo_app.ui.button import button
from koprogo_app.ui.dialog import form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import money_field
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import money, muted, page_head, paragraph, row
from koprogo_app.ui.page import Nav, body, may, page
from koprogo_app.ui.stat import stat, stats
from koprogo_app.ui.table import Column, Filter, data_table
from koprogo_app.ui.text import t

from .rules import STATUSES, Status
from .state import InvoiceRow, InvoicesState, QueueState

register(
    invoices=Topic(
        N_("From the invoice to its payment"),
        N_(
            "An invoice is entered as a draft, with its lines, its voucher and who bears it. It is sent for approval; approving it enters "
            "it in the books, in one: the cost with its VAT against the supplier. Paying it enters the payment from the account of one "
            "of the two funds.\n\nNothing in the books is changed or deleted: what was approved by mistake is taken out of the books "
            "by the mirror of its entry, with a reason, and is a draft again.\n\nVouchers are dated and numbered, and kept for seven "
            "years when they may serve as evidence against others (Royal Decree of 12 July 2012)."
        ),
        "3.89 §5 15°", official=CODE,
    ),
    four_eyes=Topic(
        N_("Four eyes"),
        N_(
            "Above the limit that you set, an invoice is approved by somebody else than the person who sent it. Zero: every invoice. "
            "Without a limit the same person may do both, as where one person keeps the office."
        ),
    ),
    cost_bearers=Topic(
        N_("Who bears a cost"),
        N_(
            "Each line goes to the lots by the shares of the deed, by another key, or to one owner alone for a private cost. Lots may be "
            "left out of a line. Cents that are left over go to the largest remainders: the parts add up exactly.\n\nWhat recurs is "
            "spread over the days it is for, so that seller and buyer each bear their own; what is decided once falls on who holds the lot on that day."
        ),
        "3.81", official=CODE,
    ),
    invoice_vat=Topic(
        N_("VAT on the invoices of a co-ownership"),
        N_(
            "A co-ownership normally recovers no VAT: what an invoice costs is its amount with VAT.\n\nWorks in dwellings occupied for "
            "ten years at least are at 6 %, cleaning left out; 12 % is for social housing; otherwise 21 %. The rate is the supplier’s "
            "responsibility, with a statement on the invoice that may be contested for one month: what looks odd is said here, and nothing is blocked."
        ),
        None, "medium",
    ),
)  # fmt: skip
LOOKS = {  # how a status of ours is drawn
    Status.DRAFT: ("draft", None),
    Status.SUBMITTED: ("to_approve", None),
    Status.REFUSED: ("refused", None),
    Status.TO_PAY: ("due_soon", STATUSES[Status.TO_PAY]),
    Status.LATE: ("late", STATUSES[Status.LATE]),
    Status.PAID: ("paid", None),
    Status.CANCELLED: ("cancelled", None),
}


def invoice_badge(status: Any) -> Any:
    """The badge of a status, by a Var that holds its key."""
    drawn = [(s.value, status_badge(look, t(words) if words else None)) for s, (look, words) in LOOKS.items()]
    return rx.match(status, *drawn, badge(status))


def invoices_address() -> Any:
    """The invoices of the building in the address."""
    return building_address() + "/invoices"


def _statuses() -> list[tuple[str, Any]]:
    return [("unpaid", t("Unpaid")), *[(status.value, t(words)) for status, words in STATUSES.items()]]


def _columns(*first: Column) -> list[Column]:
    return [
        *first,
        Column("supplier", t("Supplier"), sortable=True, mobile="name", wide=True),
        Column("number", t("Number"), sortable=True),
        Column("words", t("Description"), wide=True),
        Column("issued_on", t("Date"), sortable=True),
        Column("due_on", t("Due on"), sortable=True, mobile="date"),
        Column("gross_cents", t("Total (€)"), numeric=True, sortable=True, mobile="amount"),
        Column("status", t("Status"), mobile="state"),
    ]


def _cells(i: InvoiceRow) -> list[Any]:
    supplier = rx.cond(i.supplier != "", i.supplier, muted(t("not entered yet")))
    return [supplier, i.number, i.words, i.on, i.due, money(i.total), invoice_badge(i.status)]


def _figures(s: Any, address: Any) -> rx.Component:
    return stats(
        stat(s.sums.submitted, t("Wait for approval"), href=address + "?status=submitted"),
        stat(s.sums.to_pay, t("To pay"), href=address + "?status=unpaid"),
        stat(s.sums.late, t("Overdue"), href=address + "?status=late"),
    )


def _rules() -> rx.Component:
    s = InvoicesState
    said = rx.cond(s.limit != "", t("Four eyes above {amount}.", amount=s.limit), t("Four eyes are off."))
    dialog = form_dialog(
        button(t("Rules of approval"), icon_name="users", size="sm"), t("Rules of approval"),
        money_field(t("Four eyes above"), "four_eyes_cents", errors=s.errors, topic="four_eyes", hint=t("Empty: off.")),
        on_submit=s.save_setting, submit=t("Save the rules"), open=s.setting, on_open_change=s.show_setting, errors=s.errors,
    )  # fmt: skip
    return row(paragraph(said, small=True, muted=True), rx.cond(may(P.INVOICES_APPROVE), dialog))


@page(
    "/buildings/[building_id]/invoices", N_("Invoices"), permission=P.INVOICES_READ, on_load=[BuildingState.load, InvoicesState.load],
    crumbs=building_crumbs, here=lambda: t("Invoices"),
)  # fmt: skip
def invoices() -> rx.Component:
    s, here = InvoicesState, invoices_address()

    def write(act: rx.Component) -> rx.Component:
        return rx.cond(may(P.INVOICES_WRITE), act)

    add = write(button(t("Enter an invoice"), icon_name="plus", kind="solid", href=here + "/new", shortcut="N"))
    send = write(button(t("Upload a file"), icon_name="upload", href=here + "/upload"))
    again = button(t("Recurring invoices"), icon_name="repeat", href=here + "/recurring")
    table = data_table(
        _columns(), s.rows, _cells, caption=t("Invoices"), state=s, href=lambda i: here + "/" + i.id,
        search=t("Supplier, number, words or reference"),
        filters=[Filter("status", t("Status"), _statuses()), Filter("supplier", t("Supplier"), s.suppliers)],
        empty=empty_state(t("No invoices yet."), t("Upload a PDF or an electronic invoice, or enter one."), send, icon_name="receipt"),
    )  # fmt: skip
    return books_frame("invoices", _figures(s, here), table, _rules(), actions=[again, send, add])


@page(
    "/invoices",
    N_("Invoices"),
    permission=P.INVOICES_READ,
    on_load=QueueState.load,
    nav=Nav("money", "receipt", 20, key="f"),
)
def queue() -> rx.Component:
    s = QueueState
    table = data_table(
        _columns(Column("building", t("Building"), sortable=True)), s.rows, lambda i: [i.building, *_cells(i)],
        caption=t("Invoices"), state=s, href=lambda i: i.href, search=t("Supplier, number, words or reference"),
        filters=[Filter("status", t("Status"), _statuses(), every=t("To decide or to pay"))],
        empty=empty_state(t("Nothing waits."), t("Invoices to approve or to pay appear here."), icon_name="circle-check"),
    )  # fmt: skip
    return body(page_head(t("Invoices"), s.waiting, topic="invoices"), _figures(s, "/invoices"), table)
