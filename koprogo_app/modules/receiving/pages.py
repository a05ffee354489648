"""The upload of an invoice, what an electronic one says, and the invoices that come back."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.config import settings
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import books_frame
from koprogo_app.modules.buildings.pages import building_crumbs
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.modules.invoices.pages import invoices_address
from koprogo_app.ui.badge import badge
from koprogo_app.ui.button import button, link
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import checkbox, date_field, form, select_field, switch
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import bullets_of, card, definitions, money, muted, paragraph, row, stack
from koprogo_app.ui.note import note
from koprogo_app.ui.page import may, page
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.text import t
from koprogo_app.ui.upload import upload

from .rules import RHYTHMS, Rhythm
from .state import FileState, RecurringRow, RecurringState, UploadState

register(
    electronic_invoice=Topic(
        N_("Electronic invoices"),
        N_(
            "Since 1 January 2026 firms that are subject to VAT send each other electronic invoices over Peppol. A co-ownership normally "
            "is not subject to VAT and need not receive them that way; it may all the same, with its enterprise number.\n\nThe file "
            "(UBL, with the ending .xml) is read into a draft: supplier, number, dates, lines, VAT, reference. The PDF inside is shown "
            "as the voucher, the file itself is kept below it. What does not add up in it is said, and nothing is corrected."
        ),
        None, "medium",
    ),
    recurring_invoices=Topic(
        N_("Recurring invoices"),
        N_(
            "For costs that come back without much change: a contract, a fee. Each night the drafts that are due are made like the "
            "invoice you chose, with its lines and keys; you compare each with the paper, give it its number, and send it for approval. "
            "Nothing is entered in the books by itself."
        ),
    ),
)  # fmt: skip
TYPES = (".pdf", ".xml", ".jpg", ".jpeg", ".png", ".webp")
_RHYTHMS = [(rhythm.value, t(words)) for rhythm, words in RHYTHMS.items()]


def _crumbs() -> list[tuple[Any, Any]]:
    return [*building_crumbs(), (t("Invoices"), invoices_address())]


def _here() -> Any:
    return invoices_address() + "/" + rx.State.invoice_id.to(str)  # type: ignore[attr-defined]


# --- Upload ----------------------------------------------------------------------------------------------------------


@page(
    "/buildings/[building_id]/invoices/upload", N_("Upload an invoice"), permission=P.INVOICES_WRITE,
    on_load=[BuildingState.load, UploadState.load], crumbs=_crumbs, here=lambda: t("Upload an invoice"),
)  # fmt: skip
def upload_invoice() -> rx.Component:
    s = UploadState
    fields = {"building_id": rx.State.building_id.to(str), "distinct": rx.cond(s.distinct, "true", "false")}  # type: ignore[attr-defined]
    box = upload(
        "/api/v1/invoice-files", t("A PDF, a picture or an electronic invoice"), s.received, types=TYPES,
        max_mb=settings().max_upload_mb, fields=fields,
    )  # fmt: skip
    another = switch(
        t("It is another invoice, although its supplier has used this number"), s.distinct, s.choose_distinct,
        hint=t("Only after such a refusal."),
    )  # fmt: skip
    said = paragraph(
        t("The file is kept as the voucher of a new draft, for seven years at least."), small=True, muted=True
    )
    return books_frame("invoices", card(box, another, said, title=t("Upload an invoice"), topic="electronic_invoice"))


# --- What a file says ------------------------------------------------------------------------------------------------


def _supplier() -> rx.Component:
    s = FileState
    facts = definitions([
        (t("Name"), s.name), (t("Enterprise number"), rx.cond(s.numbers != "", s.numbers, muted("–"))),
        (t("Account (IBAN)"), rx.cond(s.iban != "", s.iban, muted("–"))), (t("Address"), rx.cond(s.address != "", s.address, muted("–"))),
    ])  # fmt: skip
    another = checkbox(
        t("It is another supplier"), "distinct", hint=t("Two businesses may share an account or have nearly the same name.")
    )  # fmt: skip
    enter = form(
        s.enter_supplier, rx.cond(s.resembling, another), submit=t("Enter this supplier"), errors=s.errors, icon_name="plus", kind="surface"
    )  # fmt: skip
    return card(
        paragraph(t("The directory has no supplier with this number, account or name.")), facts, rx.cond(may(P.INVOICES_WRITE), enter),
        title=t("A supplier who is not known yet"),
    )  # fmt: skip


@page(
    "/buildings/[building_id]/invoices/[invoice_id]/file", N_("What the electronic invoice says"), permission=P.INVOICES_READ,
    on_load=[BuildingState.load, FileState.load], crumbs=_crumbs, here=lambda: FileState.title,
)  # fmt: skip
def file() -> rx.Component:
    s = FileState
    doubts = note(bullets_of(s.remarks), tone="warn", title=t("Look at this first."))
    fine = note(t("The figures of the file agree."), tone="ok")
    read = stack(row(money(s.total)), rx.cond(s.remarks.length() > 0, doubts, fine))
    shown = stack(
        card(read, title=s.title, label=s.title, topic="electronic_invoice"), rx.cond(s.proposed, _supplier())
    )
    gone = empty_state(
        t("This invoice does not exist."), None, button(t("See the invoices"), href=invoices_address()), icon_name="search-x"
    )  # fmt: skip
    acts = [
        button(t("See the invoice"), href=_here()),
        rx.cond(
            may(P.INVOICES_WRITE),
            button(t("Go on to its fields"), icon_name="arrow-right", kind="solid", href=_here() + "/edit"),
        ),
    ]
    return books_frame(
        "invoices", rx.cond(s.missing, gone, shown), actions=[rx.cond(s.missing, rx.fragment(), a) for a in acts]
    )


# --- Recurring -------------------------------------------------------------------------------------------------------


def _cells(x: RecurringRow) -> list[Any]:
    state = rx.cond(x.active, badge(t("Runs"), "ok", "repeat"), badge(t("Ended"), "neutral", "circle-minus"))
    stop = rx.cond(
        x.active & may(P.INVOICES_WRITE),
        button(t("End it"), size="sm", kind="ghost", on_click=RecurringState.stop(x.id)),
    )
    until = rx.cond(x.until != "", x.until, muted("–"))
    return [
        x.supplier,
        link(x.words, invoices_address() + "/" + x.invoice_id),
        x.rhythm,
        x.next_on,
        until,
        money(x.total),
        state,
        stop,
    ]


def _new() -> rx.Component:
    s = RecurringState
    entered = form(
        s.create,
        paragraph(s.template),
        select_field(t("How often"), "rhythm", _RHYTHMS, value=Rhythm.MONTHLY.value, errors=s.errors, required=True),
        date_field(t("Next draft on"), "next_on", value=s.today, errors=s.errors, required=True),
        date_field(t("Last one by"), "until", errors=s.errors, hint=t("Empty: until you end it.")),
        submit=t("Have it come back"), errors=s.errors, key=s.template_id,
    )  # fmt: skip
    return card(entered, title=t("Have it come back"), topic="recurring_invoices")


@page(
    "/buildings/[building_id]/invoices/recurring", N_("Recurring invoices"), permission=P.INVOICES_READ,
    on_load=[BuildingState.load, RecurringState.load], crumbs=_crumbs, here=lambda: t("Recurring invoices"),
)  # fmt: skip
def recurring() -> rx.Component:
    s = RecurringState
    table = data_table(
        [
            Column("supplier", t("Supplier"), mobile="name", wide=True), Column("words", t("Description"), wide=True),
            Column("rhythm", t("How often")), Column("next_on", t("Next draft on"), mobile="date"), Column("until", t("Last one by")),
            Column("total", t("Total (€)"), numeric=True, mobile="amount"), Column("state", t("State"), mobile="state"),
            Column("acts", t("Actions"), mobile="acts"),
        ],
        s.rows, _cells, caption=t("Recurring invoices"),
        empty=empty_state(
            t("No invoice comes back."), t("Open an invoice and choose “Have it come back”."),
            button(t("See the invoices"), href=invoices_address()), icon_name="repeat",
        ),
    )  # fmt: skip
    make = rx.cond(
        may(P.INVOICES_WRITE) & (s.rows.length() > 0),
        button(t("Make what is due"), icon_name="file-plus", on_click=s.make_due),
    )
    said = rx.cond(s.made != "", note(s.made, tone="ok", live="status"))
    form_ = rx.cond((s.template_id != "") & may(P.INVOICES_WRITE), _new())
    return books_frame("invoices", said, form_, table, actions=[make])
