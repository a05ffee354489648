"""The list of suppliers, the page of one, and the form."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import LANGUAGE_NAMES, N_
from koprogo_app.ui.badge import article, badge
from koprogo_app.ui.button import button, link
from koprogo_app.ui.dialog import confirm_dialog, form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import checkbox, date_field, field, fieldset, form, radio_group, select_field, textarea
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import aside, card, columns, definitions, muted, page_head, paragraph, row, stack
from koprogo_app.ui.note import note
from koprogo_app.ui.page import Nav, body, may, page
from koprogo_app.ui.table import Column, Filter, data_table
from koprogo_app.ui.text import by_locale, t

from .rules import VAT_RATES, WITHHOLDING_CHECK, WITHHOLDING_DAYS
from .state import SupplierFormState, SupplierRow, SuppliersState, SupplierState

register(
    suppliers=Topic(
        N_("The directory of suppliers"),
        N_(
            "One entry for each business that the co-ownerships pay: it serves all the buildings of the office, and "
            "invoices are recognised by its enterprise number, its account or its name.\n\nWho is not to be paid any "
            "more is deactivated, not deleted: what it was paid stays readable."
        ),
    ),
    supplier_numbers=Topic(
        N_("Enterprise number and VAT number"),
        N_(
            "In Belgium they are one number: the VAT number is BE and the ten digits of the enterprise number. Whether "
            "the supplier uses it for VAT is another matter: some are exempt or only registered.\n\nFor a foreign "
            "supplier enter the VAT number of its country; its form and check digits are checked, not its existence."
        ),
    ),
    payee=Topic(
        N_("The name of the account holder"),
        N_(
            "Since 9 October 2025 banks of the euro area compare, before a transfer, the name of the beneficiary with "
            "the holder of the account. Enter the name exactly as it stands at the supplier's bank: another name makes "
            "the bank warn you or the payment wait.\n\nAn account number that changes by e-mail is the most usual "
            "fraud: ring the supplier at a number you already have before you change it here."
        ),
        "5c (EU) 260/2012", "medium",
    ),
    withholding=Topic(
        N_("Withholding on works"),
        N_(
            "Who has works done on a building (building, repair, upkeep, cleaning) looks up, before paying, whether "
            "the contractor has social or tax debts. If so, a part of the invoice without VAT goes to the authorities "
            "instead: up to 35 % for social debts, up to 15 % for tax debts; the official service says how much and to "
            "whom. Who pays the contractor all the same may have to pay that part again.\n\nIt rests on articles 30bis and 30ter of the law of 27 June 1969 and "
            "articles 402 and 403 of the Income Tax Code 1992. Look it up when you sign the contract and again before "
            "each payment, keep the certificate, and record the answer here."
        ),
        "402-403 CIR/WIB 92", "medium",
    ),
)  # fmt: skip
_LANGUAGES = [(code, name) for code, name in LANGUAGE_NAMES.items()]
_RATES = [(str(rate), f"{rate} %") for rate in VAT_RATES]


def _crumbs() -> list[tuple[Any, Any]]:
    return [(t("Suppliers"), "/suppliers")]


def _here() -> Any:
    return "/suppliers/" + rx.State.supplier_id.to(str)  # type: ignore[attr-defined]


def _gone() -> rx.Component:
    back = button(t("See the suppliers"), href="/suppliers")
    return empty_state(t("This supplier does not exist."), None, back, icon_name="search-x", alone=True)


def _or_missing(value: Any) -> Any:
    return rx.cond(value != "", value, muted(t("not entered yet")))


def _state_badge(active: Any) -> Any:
    return rx.cond(active, badge(t("Active"), "ok", "circle-check"), badge(t("Inactive"), "neutral", "circle-minus"))


# --- The list --------------------------------------------------------------------------------------------------------


def _cells(o: SupplierRow) -> list[Any]:
    account = rx.cond(o.iban != "", o.iban, badge(t("No account"), "warn", "triangle-alert"))
    return [o.name, rx.cond(o.kbo != "", o.kbo, muted("–")), account, o.city, o.phone, _state_badge(o.active)]


def _columns() -> list[Column]:
    return [
        Column("name", t("Name"), sortable=True, mobile="name"),
        Column("kbo", t("Enterprise number"), sortable=True),
        Column("iban", t("Account (IBAN)")),
        Column("city", t("City"), sortable=True, mobile="state"),
        Column("phone", t("Telephone"), mobile="date"),
        Column("state", t("State"), mobile="amount"),
    ]


def _filters() -> list[Filter]:
    return [
        Filter("state", t("State"), [("active", t("Active")), ("inactive", t("Inactive"))]),
        Filter("iban", t("Account (IBAN)"), [("missing", t("Without account"))]),
        Filter("kbo", t("Enterprise number"), [("missing", t("Without enterprise number"))]),
    ]


@page(
    "/suppliers", N_("Suppliers"), permission=P.SUPPLIERS_READ, on_load=SuppliersState.load,
    nav=Nav("money", "truck", 40),
)  # fmt: skip
def suppliers() -> rx.Component:
    def add(**more: Any) -> rx.Component:
        shown = button(t("Add a supplier"), icon_name="plus", kind="solid", href="/suppliers/new", **more)
        return rx.cond(may(P.SUPPLIERS_WRITE), shown)

    return body(
        page_head(t("Suppliers"), t("Those whom the co-ownerships pay."), add(shortcut="N"), topic="suppliers"),
        data_table(
            _columns(), SuppliersState.rows, _cells, caption=t("Suppliers"), state=SuppliersState,
            href=lambda o: "/suppliers/" + o.id, search=t("Name, city, e-mail or number"), filters=_filters(),
            export="/api/v1/suppliers/export",
            empty=empty_state(
                t("No supplier yet."), t("Add those who send invoices to the co-ownerships."), add(), icon_name="truck"
            ),
        ),
    )  # fmt: skip


# --- One supplier ----------------------------------------------------------------------------------------------------


def _identity() -> rx.Component:
    o: Any = SupplierState.supplier
    vat = rx.cond(o.liable, _or_missing(o.vat), t("Uses no VAT number"))
    return card(
        definitions(
            [
                (t("Enterprise number"), _or_missing(o.kbo)), (t("VAT number"), vat), (t("Language"), o.language),
                (t("Address"), paragraph(_or_missing(o.address), keep_lines=True)), (t("E-mail"), _or_missing(o.email)),
                (t("Telephone"), _or_missing(o.phone)),
                (t("Remark"), paragraph(_or_missing(o.remark), keep_lines=True)),
            ]
        ),
        title=t("Identity card"), topic="supplier_numbers",
    )  # fmt: skip


def _payment() -> rx.Component:
    o: Any = SupplierState.supplier
    return card(
        definitions(
            [
                (t("Account (IBAN)"), _or_missing(o.iban)), (t("Bank (BIC)"), rx.cond(o.bic != "", o.bic, muted("–"))),
                (t("Holder of the account"), _or_missing(o.holder)), (t("Days to pay"), o.days),
                (t("Cost account proposed"), _or_missing(o.account)), (t("VAT rate proposed"), _or_missing(o.rate)),
            ]
        ),
        title=t("How it is paid"), topic="payee",
    )  # fmt: skip


def _withholding() -> rx.Component:
    s: Any = SupplierState
    outcome = rx.match(
        s.supplier.check,
        ("clear", badge(t("Nothing to withhold"), "ok", "circle-check")),
        ("due", badge(t("A part is to be withheld"), "bad", "circle-alert")),
        badge(t("Not looked up yet")),
    )
    record = form_dialog(
        button(t("Record a check"), icon_name="clipboard-check", size="sm"), t("Record a check"),
        date_field(t("Looked up on"), "checked_on", value=s.today, max=s.today, errors=s.errors, required=True),
        radio_group(
            t("Answer of the official service"), "due",
            [("false", t("Nothing to withhold")), ("true", t("A part is to be withheld"))], errors=s.errors,
        ),
        on_submit=s.record_check, submit=t("Record the check"), open=s.checking, on_open_change=s.show_checking,
        errors=s.errors, description=t("Look the supplier up in the official service first, and keep its certificate."),
    )  # fmt: skip
    old = t("This check is more than {n} days old: look it up again before paying.", n=WITHHOLDING_DAYS)
    return card(
        row(outcome, article("402-403 CIR/WIB 92", "withholding")),
        rx.cond(s.supplier.checked != "", paragraph(s.supplier.checked, small=True)),
        rx.cond(s.supplier.old, note(old, tone="warn")),
        paragraph(t("For works on the building: building, repair, upkeep, cleaning."), small=True, muted=True),
        link(t("Open the official service"), by_locale(WITHHOLDING_CHECK), external=True),
        rx.cond(may(P.SUPPLIERS_WRITE), row(record)),
        title=t("Withholding on works"), topic="withholding",
    )  # fmt: skip


def _actions() -> list[rx.Component]:
    s: Any = SupplierState
    remove = confirm_dialog(
        button(t("Delete the supplier"), icon_name="trash-2", kind="danger"), t("Delete {name}?", name=s.supplier.name),
        t("A supplier entered by mistake can be deleted; one that was paid is deactivated. This cannot be undone."),
        t("Delete the supplier"), s.delete, danger=True,
    )  # fmt: skip
    rest = rx.cond(
        s.supplier.active,
        button(t("Deactivate"), icon_name="circle-minus", on_click=s.deactivate),
        button(t("Reactivate"), icon_name="circle-check", on_click=s.reactivate),
    )
    change = button(t("Change the data"), icon_name="pencil", kind="solid", href=_here() + "/edit")
    return [rx.cond(may(P.SUPPLIERS_WRITE), act) for act in (remove, rest, change)]


@page(
    "/suppliers/[supplier_id]", N_("Supplier"), permission=P.SUPPLIERS_READ, on_load=SupplierState.load,
    crumbs=_crumbs, here=lambda: SupplierState.supplier.name,
)  # fmt: skip
def supplier() -> rx.Component:
    o: Any = SupplierState.supplier
    shown = stack(
        page_head(o.name, o.place, *_actions(), badge=_state_badge(o.active)),
        columns(stack(_payment(), _withholding()), aside(_identity(), label=t("Identity card"))),
    )
    return body(rx.cond(SupplierState.missing, _gone(), shown))


# --- The form --------------------------------------------------------------------------------------------------------


def _form(on_submit: Any, submit: Any, back: Any) -> rx.Component:
    s: Any = SupplierFormState
    v, e = s.values, s.errors

    def text(label: Any, name: str, **more: Any) -> rx.Component:
        return field(label, name, value=v.get(name, ""), errors=e, **{"autocomplete": "off", **more})

    another = checkbox(
        t("It is another supplier"), "distinct", errors=e,
        hint=t("Two businesses may share an account or have nearly the same name."),
    )  # fmt: skip
    return form(
        on_submit,
        rx.cond(s.resembling, another),
        fieldset(
            t("Who"),
            text(t("Name"), "name", required=True),
            text(t("Enterprise number"), "kbo", hint=t("For example 0403.170.701"), topic="supplier_numbers"),
            checkbox(t("Uses a VAT number"), "vat_liable", checked=s.liable, errors=e),
            text(t("VAT number"), "vat_number",
                hint=t("Of a foreign supplier; a Belgian one is BE and the enterprise number.")),
            select_field(t("Language"), "language", _LANGUAGES, value=v.get("language", "fr"), errors=e, required=True,
                hint=t("Letters to the supplier are written in it.")),
        ),
        fieldset(
            t("How it is paid"),
            text(t("Account (IBAN)"), "iban", topic="payee"),
            text(t("Holder of the account"), "account_holder", hint=t("Exactly as the supplier's bank knows it.")),
            text(t("Days to pay"), "payment_days", inputmode="numeric", unit=t("days"),
                hint=t("From the date of the invoice; 30 when nothing else is agreed.")),
            text(t("Cost account proposed"), "default_account_code"),
            select_field(t("VAT rate proposed"), "default_vat_rate", _RATES, value=v.get("default_vat_rate", ""),
                errors=e, blank=t("None")),
        ),
        fieldset(
            t("How to reach"),
            text(t("E-mail"), "email", type="email"), text(t("Telephone"), "phone", type="tel"),
            text(t("Street and number"), "address"), text(t("Postcode"), "postal_code"),
            text(t("City"), "city"), text(t("Country"), "country"),
        ),
        textarea(t("Remark"), "remark", value=v.get("remark", ""), errors=e, rows=2,
            hint=t("Read by everyone who may see the suppliers.")),
        submit=submit, errors=e, key=s.title, secondary=[button(t("Go back"), href=back)],
    )  # fmt: skip


@page(
    "/suppliers/new", N_("Add a supplier"), permission=P.SUPPLIERS_WRITE, on_load=SupplierFormState.start,
    crumbs=_crumbs,
)  # fmt: skip
def new_supplier() -> rx.Component:
    return body(
        page_head(t("Add a supplier"), topic="suppliers"),
        card(_form(SupplierFormState.create, t("Add the supplier"), "/suppliers"), label=t("Add a supplier")),
    )


@page(
    "/suppliers/[supplier_id]/edit", N_("Change the data of a supplier"), permission=P.SUPPLIERS_WRITE,
    on_load=SupplierFormState.edit, crumbs=_crumbs, here=lambda: SupplierFormState.title,
)  # fmt: skip
def edit_supplier() -> rx.Component:
    known = card(_form(SupplierFormState.save, t("Save the data"), _here()), label=t("Change the data of a supplier"))
    shown = rx.fragment(page_head(SupplierFormState.title), known)
    return body(rx.cond(SupplierFormState.missing, _gone(), shown))
