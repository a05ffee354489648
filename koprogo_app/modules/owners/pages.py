"""The list of people and the form of one. The page of a person is in `ownership`, which knows what he owns."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission
from koprogo_app.core.i18n import LANGUAGE_NAMES, N_
from koprogo_app.modules.buildings.pages import CODE
from koprogo_app.ui.badge import badge
from koprogo_app.ui.button import button
from koprogo_app.ui.dialog import confirm_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import checkbox, field, fieldset, form, select_field, textarea
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import card, muted, page_head
from koprogo_app.ui.menu import menu, menu_link
from koprogo_app.ui.page import Nav, body, page
from koprogo_app.ui.session import AuthState
from koprogo_app.ui.table import Bulk, Column, Filter, data_table
from koprogo_app.ui.text import t

from .state import PeopleState, PersonFormState, PersonRow

register(
    people=Topic(
        N_("The list of co-owners"),
        N_(
            "The syndic keeps the list of those who hold a right on a lot up to date. Names, addresses, shares and "
            "lots are for every co-owner who asks, and for the notary.\n\nE-mail addresses and telephone numbers are "
            "not in that list: they stay with the syndic's office and the person."
        ),
        "3.89 §5 14°", official=CODE,
    ),
    channel=Topic(
        N_("Registered letter or e-mail"),
        N_(
            "People are convened by registered letter, unless each of them accepted another way individually, "
            "expressly and in writing. A clause in the house rules is not enough.\n\nA notice to the last address "
            "the syndic knows is valid. When the e-mail address changes, the consent ends with it: ask for a new one."
        ),
        "3.87 §3", official=CODE,
    ),
    access=Topic(
        N_("The access of a co-owner"),
        N_(
            "An invitation sends a link that works once, for fourteen days. With it the person chooses a password and "
            "then sees his own lots and papers, nothing else.\n\nAccess follows ownership: it opens when a deed is "
            "entered, and who has sold sees nothing any more."
        ),
    ),
)  # fmt: skip
_LANGUAGES = [(code, name) for code, name in LANGUAGE_NAMES.items()]


def may_write() -> Any:
    """For what is shown only; the gate in the services decides."""
    return AuthState.permissions.contains(str(Permission.OWNERS_WRITE))


def channel_badge(channel: Any) -> rx.Component:
    """Nothing for a reader who may not know it."""
    letter = rx.cond(channel != "", badge(t("Registered letter"), "neutral", "mail"))
    return rx.cond(channel == "email", badge(t("E-mail"), "ok", "at-sign"), letter)


def access_badge(access: Any, words: Any) -> Any:
    """`words`: the state's, as "invited" has its date."""
    return rx.match(
        access, ("has", badge(words, "ok", "key-round")), ("invited", badge(words, "info", "send")),
        badge(words, "neutral", "circle-minus"),
    )  # fmt: skip


def _cells(p: PersonRow) -> list[Any]:
    reach = rx.cond(p.email != "", p.email, muted("–"))
    return [
        p.name, rx.cond(p.place != "", p.place, badge(t("No address"), "warn", "triangle-alert")), reach, p.phone,
        p.language, p.lots, channel_badge(p.channel), access_badge(p.access, p.access_words),
    ]  # fmt: skip


def _columns() -> list[Column]:
    return [
        Column("last_name", t("Name"), sortable=True, mobile="name"),
        Column("city", t("City"), sortable=True, mobile="state"),
        Column("email", t("E-mail"), sortable=True),
        Column("phone", t("Telephone")),
        Column("language", t("Language"), sortable=True),
        Column("lots", t("Lots"), numeric=True, mobile="amount"),
        Column("channel", t("Convened by")),
        Column("access", t("Access"), mobile="date"),
    ]


def _filters() -> list[Filter]:
    access = [("has", t("Has access")), ("invited", t("Invited")), ("none", t("Not invited"))]
    return [
        Filter("building", t("Building"), PeopleState.places),
        Filter("kind", t("Kind"), [("person", t("Person")), ("company", t("Company"))]),
        Filter("language", t("Language"), _LANGUAGES),
        Filter("address", t("Address"), [("missing", t("Without address"))]),
        Filter("email", t("E-mail"), [("missing", t("Without e-mail"))]),
        Filter("channel", t("Convened by"), [("email", t("E-mail")), ("registered", t("Registered letter"))]),
        Filter("access", t("Access"), access),
    ]


def _bulk() -> Bulk:
    s, export = PeopleState, "/api/v1/owners/export?ids="
    invite = confirm_dialog(
        button(t("Invite"), icon_name="send", size="sm"), t("Invite the people chosen?"),
        t("Each one with an e-mail address and no access yet gets a link to choose a password."),
        t("Send the invitations"), s.invite,
    )  # fmt: skip
    download = menu(
        button(t("Export"), icon_name="download", size="sm"),
        menu_link("CSV", export + s.chosen_ids + "&format=csv", icon_name="file-text", download=True),
        menu_link("Excel", export + s.chosen_ids + "&format=xlsx", icon_name="file-spreadsheet", download=True),
    )
    return Bulk([rx.cond(may_write(), invite), download], s.chosen, lambda p: p.name)


# Co-owners have their own portal: the list is for those who may print the register.
@page(
    "/people", N_("People"), permission=Permission.REGISTER_PRINT, on_load=PeopleState.load,
    nav=Nav("top", "users", 30, mobile=3, key="p"),
)  # fmt: skip
def people() -> rx.Component:
    add = button(t("Add a person"), icon_name="plus", kind="solid", href="/people/new", shortcut="N")
    same = button(t("Find duplicates"), icon_name="copy", href="/people/duplicates")
    return body(
        page_head(
            t("People"), t("Co-owners and everyone who holds a right on a lot."), rx.cond(may_write(), same),
            rx.cond(may_write(), add), topic="people",
        ),
        data_table(
            _columns(), PeopleState.rows, _cells, caption=t("People"), state=PeopleState,
            href=lambda p: "/people/" + p.id, search=t("Name, e-mail, telephone or city"), filters=_filters(),
            bulk=_bulk(), export="/api/v1/owners/export",
            empty=empty_state(
                t("Nobody is entered yet."), t("Import your spreadsheet, or add the co-owners one by one."),
                rx.cond(may_write(), button(t("Import a building"), icon_name="upload", kind="solid", href="/imports")),
                icon_name="users",
            ),
        ),
    )  # fmt: skip


def _form(on_submit: Any, submit: Any, back: Any) -> rx.Component:
    s: Any = PersonFormState
    v, e = s.values, s.errors

    def text(label: Any, name: str, **more: Any) -> rx.Component:
        return field(label, name, value=v.get(name, ""), errors=e, **more)

    shared = checkbox(t("Two people share this address"), "shared_email", errors=e)
    return form(
        on_submit,
        fieldset(
            t("Who"),
            select_field(t("Kind"), "kind", [("person", t("Person")), ("company", t("Company"))],
                value=v.get("kind", "person"), errors=e, required=True, on_change=s.choose_kind),
            rx.cond(s.company, text(t("Name of the company"), "last_name", required=True),
                text(t("Name"), "last_name", required=True, autocomplete="off")),
            rx.cond(~s.company, text(t("First name"), "first_name", autocomplete="off")),
            rx.cond(s.company, text(t("Enterprise number"), "kbo", hint=t("For example 0403.170.701"))),
            rx.cond(s.company, text(t("Representative"), "representative")),
            select_field(t("Language"), "language", _LANGUAGES, value=v.get("language", "fr"), errors=e, required=True,
                hint=t("Letters and invitations are written in it.")),
        ),
        fieldset(
            t("Address for registered letters"),
            text(t("Street and number"), "address", autocomplete="off"),
            text(t("Postcode"), "postal_code", autocomplete="off"), text(t("City"), "city", autocomplete="off"),
            text(t("Country"), "country", autocomplete="off"),
        ),
        fieldset(
            t("How to reach"),
            text(t("E-mail"), "email", type="email", autocomplete="off", topic="channel"),
            rx.cond(s.sharing, shared),
            text(t("Telephone"), "phone", type="tel", autocomplete="off"),
            text(t("Account (IBAN)"), "iban", autocomplete="off", hint=t("To pay back what is due to the person.")),
        ),
        textarea(t("Remark"), "remark", value=v.get("remark", ""), errors=e, rows=2,
            hint=t("For the office; the person may ask to read it.")),
        submit=submit, errors=e, key=s.title, secondary=[button(t("Go back"), href=back)],
    )  # fmt: skip


@page(
    "/people/new", N_("Add a person"), permission=Permission.OWNERS_WRITE, on_load=PersonFormState.start,
    crumbs=lambda: [(t("People"), "/people")],
)  # fmt: skip
def new_person() -> rx.Component:
    return body(
        page_head(t("Add a person"), topic="people"),
        card(_form(PersonFormState.create, t("Add the person"), "/people"), label=t("Add a person")),
    )


@page(
    "/people/[owner_id]/edit", N_("Change the data of a person"), permission=Permission.OWNERS_WRITE,
    on_load=PersonFormState.edit, crumbs=lambda: [(t("People"), "/people")], here=lambda: PersonFormState.title,
)  # fmt: skip
def edit_person() -> rx.Component:
    back = "/people/" + rx.State.owner_id.to(str)  # type: ignore[attr-defined]
    known = card(_form(PersonFormState.save, t("Save the data"), back), label=t("Change the data of a person"))
    gone = empty_state(
        t("This person does not exist."),
        None,
        button(t("See the people"), href="/people"),
        icon_name="search-x",
        alone=True,
    )
    return body(rx.cond(PersonFormState.missing, gone, rx.fragment(page_head(PersonFormState.title), known)))
