"""The organisations of the platform, for its administrator."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.ui.badge import status_badge
from koprogo_app.ui.button import button
from koprogo_app.ui.dialog import form_dialog, type_to_confirm
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import field, select_field
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import page_head
from koprogo_app.ui.menu import menu, menu_item
from koprogo_app.ui.page import Nav, body, page
from koprogo_app.ui.table import Column, Filter, data_table
from koprogo_app.ui.text import t

from .state import PLANS, OrganizationRow, OrganizationsState

register(
    organization=Topic(
        N_("Organisations"),
        N_(
            "An organisation is a syndic's office or a co-ownership that manages itself. Nobody of one sees anything "
            "of another.\n\nThe co-ownership itself is a legal person that outlives its syndic: when the syndic "
            "changes, its building moves to the successor's organisation with everything that belongs to it.\n\n"
            "A suspended organisation keeps its data; nobody of it signs in until it is reactivated."
        ),
        "3.86 §1",
    )
)
PLAN_OPTIONS = [(plan.value, label) for plan, label in PLANS.items()]


def _actions(o: OrganizationRow) -> rx.Component:
    s = OrganizationsState
    more = button(
        t("Actions"), size="sm", kind="ghost", icon_name="ellipsis", aria_label=t("Actions for {name}", name=o.name)
    )
    suspended = o.state == "inactive"
    return menu(
        more,
        menu_item(t("Edit the organisation"), s.edit(o.id), icon_name="pencil"),
        menu_item(t("Reactivate the organisation"), s.activate(o.id), icon_name="circle-play", disabled=~suspended),  # type: ignore[operator]
        menu_item(t("Suspend the organisation"), s.ask_suspension(o.id), icon_name="ban", bad=True, disabled=suspended),
        menu_item(t("Delete the organisation"), s.ask_deletion(o.id), icon_name="trash-2", bad=True),
    )


def _cells(o: OrganizationRow) -> list[Any]:
    state = rx.cond(o.state == "active", status_badge("active"), status_badge("blocked", t("Suspended")))
    return [o.name, o.email, o.plan, o.buildings, o.users, o.since, state, _actions(o)]


def _form() -> rx.Component:
    s = OrganizationsState
    v, e = s.values, s.errors
    plans = [(value, t(label)) for value, label in PLAN_OPTIONS]
    return form_dialog(
        None,
        rx.cond(s.chosen == "", t("Add an organisation"), t("Edit the organisation")),
        field(t("Name"), "name", value=v.get("name", ""), errors=e, required=True, autocomplete="off"),
        field(
            t("Short name"),
            "slug",
            value=v.get("slug", ""),
            errors=e,
            autocomplete="off",
            hint=t("Lower-case letters, digits and hyphens. Made from the name when you leave it empty."),
        ),
        field(
            t("E-mail address"),
            "contact_email",
            type="email",
            value=v.get("contact_email", ""),
            errors=e,
            required=True,
        ),
        field(t("Telephone"), "contact_phone", type="tel", value=v.get("contact_phone", ""), errors=e),
        select_field(
            t("Plan"),
            "plan",
            plans,
            value=v.get("plan", ""),
            errors=e,
            hint=t("A smaller plan takes nothing away: it only stops additions."),
            required=True,
        ),
        on_submit=s.save,
        submit=t("Save the organisation"),
        open=s.editing,
        on_open_change=s.show_form,
        errors=e,
        key=s.chosen,
    )


def _confirmations() -> list[rx.Component]:
    s = OrganizationsState
    suspend = type_to_confirm(
        None,
        t("Suspend this organisation?"),
        t("From the next click on, nobody of it can work. Its data stays."),
        s.name,
        t("Suspend the organisation"),
        s.suspend,
        errors=s.errors,
        open=s.suspending,
        on_open_change=s.close,
    )
    delete = type_to_confirm(
        None,
        t("Delete this organisation?"),
        t("Only one without buildings, people and mails is deleted. This cannot be undone."),
        s.name,
        t("Delete the organisation"),
        s.delete,
        errors=s.errors,
        open=s.deleting,
        on_open_change=s.close,
    )
    return [suspend, delete]


@page(
    "/admin/organizations", N_("Organisations"), permission=P.ORGANIZATIONS_ADMIN, on_load=OrganizationsState.load,
    nav=Nav("admin", "hotel", 10),
)  # fmt: skip
def organizations() -> rx.Component:
    s = OrganizationsState
    add = button(t("Add an organisation"), icon_name="plus", kind="solid", shortcut="N", on_click=s.show_form(True))
    columns = [
        Column("name", t("Name"), sortable=True, mobile="name"),
        Column("email", t("E-mail address")),
        Column("plan", t("Plan"), sortable=True, mobile="state"),
        Column("buildings", t("Buildings"), numeric=True, sortable=True),
        Column("users", t("People of the office"), numeric=True, sortable=True),
        Column("created_at", t("Since"), sortable=True),
        Column("state", t("Status"), mobile="date"),
        Column("act", t("Actions"), mobile="amount"),
    ]
    states = [("active", t("Active")), ("suspended", t("Suspended"))]
    return body(
        page_head(
            t("Organisations"),
            t("Offices and self-managed co-ownerships, with what their plan allows."),
            add,
            topic="organization",
        ),
        data_table(
            columns,
            s.rows,
            _cells,
            caption=t("Organisations"),
            state=s,
            search=t("Search an organisation"),
            filters=[
                Filter("plan", t("Plan"), [(v, t(w)) for v, w in PLAN_OPTIONS]),
                Filter("state", t("Status"), states),
            ],
            empty=empty_state(t("No organisation yet."), t("Add the first office."), icon_name="hotel"),
        ),
        _form(),
        *_confirmations(),
    )
