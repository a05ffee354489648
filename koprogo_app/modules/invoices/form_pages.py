"""The form of an invoice: fields and lines left, its voucher and sums right."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import books_frame
from koprogo_app.modules.buildings.pages import building_crumbs
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.ui.badge import badge
from koprogo_app.ui.button import button
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import checkbox, date_field, field, fields, fieldset, form, money_field, select_field
from koprogo_app.ui.layout import aside, card, columns, definitions, money, muted, row
from koprogo_app.ui.page import page
from koprogo_app.ui.picker import picker
from koprogo_app.ui.preview import paper
from koprogo_app.ui.text import t

from .detail_pages import gone
from .form_state import InvoiceFormState
from .pages import invoices_address
from .rules import CATEGORIES, FORM_LINES, KINDS, Category, Kind

_KINDS = [(kind.value, t(words)) for kind, words in KINDS.items()]
_CATEGORIES = [(category.value, t(words)) for category, words in CATEGORIES.items()]


def _line(n: int) -> rx.Component:
    s = InvoiceFormState
    v, e = s.values, s.errors

    def at(name: str) -> Any:
        return v.get(f"{name}-{n}", "")

    def figure(label: Any, name: str, **more: Any) -> rx.Component:
        return field(
            label, f"{name}-{n}", value=at(name), errors=e, inputmode="decimal", autocomplete="off",
            on_blur=lambda text: s.typed(f"{name}-{n}", text), **more,
        )  # fmt: skip

    line = fieldset(
        t("Line {n}", n=n + 1),
        picker(t("Account"), f"account-{n}", s.accounts, value=at("account"), errors=e, hint=t("Needed before approval.")),
        field(t("Words of the line"), f"description-{n}", value=at("description"), errors=e),
        figure(t("Quantity"), "quantity", hint=t("1 when empty.")),
        figure(t("Price without VAT"), "unit_price", unit="€"),
        select_field(
            t("VAT rate"), f"vat_percent-{n}", s.rates, value=at("vat_percent"), errors=e, blank=t("included, not stated"),
            on_change=lambda value: s.typed(f"vat_percent-{n}", value), topic="invoice_vat",
        ),
        figure(t("VAT on the paper"), "vat_cents", unit="€", hint=t("Only when it is rounded otherwise.")),
        picker(t("Who bears it"), f"bearer-{n}", s.bearers, value=at("bearer"), errors=e, required=True, topic="cost_bearers"),
        field(t("Lots left out"), f"excluded-{n}", value=at("excluded"), errors=e, hint=t("Their numbers, with commas.")),
        date_field(t("For the days from"), f"period_from-{n}", value=at("period_from"), errors=e),
        date_field(t("until"), f"period_until-{n}", value=at("period_until"), errors=e),
        field(
            t("Passed on to tenants"), f"tenant_percent-{n}", value=at("tenant_percent"), errors=e, inputmode="numeric", unit="%",
            hint=t("For information on the statements."),
        ),
        checkbox(
            t("Decided once, not recurring"), f"extraordinary-{n}", checked=at("extraordinary") == "on",
            hint=t("The bare owner bears it; what recurs, the usufructuary."),
        ),
    )  # fmt: skip
    return line if n == 0 else rx.cond(s.count > n, line)


def _sums() -> rx.Component:
    s = InvoiceFormState
    closed = rx.cond(
        s.left != "",
        badge(t("Left to enter: {amount}", amount=s.left), "warn", "triangle-alert"),
        badge(t("The lines equal the invoice"), "ok", "circle-check"),
    )
    facts = definitions([(t("Without VAT"), money(s.net)), (t("VAT"), money(s.vat)), (t("With VAT"), money(s.gross))])
    return card(facts, row(closed), title=t("Sums"))


def _voucher() -> rx.Component:
    s = InvoiceFormState
    shown = paper("/api/v1/documents/" + s.paper_id + "/preview", t("Voucher"))
    return card(rx.cond(s.paper_id != "", shown, muted(t("Choose a voucher to read it here."))), title=t("Voucher"))


def _form(back: Any) -> rx.Component:
    s = InvoiceFormState
    v, e = s.values, s.errors

    def text(label: Any, name: str, **more: Any) -> rx.Component:
        return field(label, name, value=v.get(name, ""), errors=e, **{"autocomplete": "off", **more})

    def day(label: Any, name: str, **more: Any) -> rx.Component:
        return date_field(label, name, value=v.get(name, ""), errors=e, **more)

    another = checkbox(t("It is another invoice"), "distinct", hint=t("The supplier has used this number before."))
    more = rx.cond(s.count < FORM_LINES, button(t("Add a line"), icon_name="plus", size="sm", on_click=s.more))
    return form(
        s.save,
        rx.cond(s.twice, another),
        fieldset(
            t("Invoice"),
            picker(t("Supplier"), "supplier_id", s.suppliers, value=v.get("supplier_id", ""), errors=e, on_change=s.suggest,
                   hint=t("Needed before approval.")),
            select_field(t("Kind"), "kind", _KINDS, value=v.get("kind", Kind.INVOICE.value), errors=e, required=True),
            text(t("Number"), "number", hint=t("The supplier’s.")),
            text(t("Description"), "description", required=True),
            select_field(t("Category"), "category", _CATEGORIES, value=v.get("category", Category.OTHER.value), errors=e, required=True),
            day(t("Date of the invoice"), "issued_on", required=True),
            day(t("Due on"), "due_on", hint=t("When empty, by the supplier’s days to pay.")),
            day(t("Received on"), "received_on"),
            day(t("Day in the books"), "booked_on", hint=t("When it is not that of the invoice: its period may be locked.")),
            money_field(t("Total with VAT on the paper"), "stated_cents", value=v.get("stated_cents", ""), errors=e,
                        on_blur=lambda given: s.typed("stated_cents", given)),
        ),
        *[_line(n) for n in range(FORM_LINES)],
        row(more),
        fieldset(
            t("Payment and voucher"),
            text(t("Payment reference"), "payment_reference"), text(t("Account (IBAN)"), "payment_iban"),
            picker(t("Voucher"), "document_id", s.papers, value=v.get("document_id", ""), errors=e, on_change=s.show_paper,
                   hint=t("A document of this building.")),
        ),
        fields(checkbox(t("Send it for approval at once"), "send")),
        submit=t("Save the invoice"), errors=e, key=s.title, secondary=[button(t("Go back"), href=back)],
    )  # fmt: skip


def _shown(title: Any, back: Any) -> rx.Component:
    side = aside(_voucher(), _sums(), label=t("Voucher"))
    return columns(card(_form(back), title=title, topic="invoices"), side, shape="form")


def _crumbs() -> list[tuple[Any, Any]]:
    return [*building_crumbs(), (t("Invoices"), invoices_address())]


@page(
    "/buildings/[building_id]/invoices/new", N_("Enter an invoice"), permission=P.INVOICES_WRITE,
    on_load=[BuildingState.load, InvoiceFormState.start], crumbs=_crumbs, here=lambda: t("Enter an invoice"),
)  # fmt: skip
def new_invoice() -> rx.Component:
    return books_frame("invoices", _shown(t("Enter an invoice"), invoices_address()))


@page(
    "/buildings/[building_id]/invoices/[invoice_id]/edit", N_("Change the invoice"), permission=P.INVOICES_WRITE,
    on_load=[BuildingState.load, InvoiceFormState.edit], crumbs=_crumbs, here=lambda: InvoiceFormState.title,
)  # fmt: skip
def edit_invoice() -> rx.Component:
    s = InvoiceFormState
    back = invoices_address() + "/" + rx.State.invoice_id.to(str)  # type: ignore[attr-defined]
    fixed = empty_state(
        t("This invoice cannot be changed here."), t("It is sent or in the books, or has more lines than the form."),
        button(t("See the invoice"), href=back), icon_name="lock",
    )  # fmt: skip
    shown = rx.cond(s.fixed, fixed, _shown(t("Change the invoice"), back))
    return books_frame("invoices", rx.cond(s.missing, gone(), shown))
