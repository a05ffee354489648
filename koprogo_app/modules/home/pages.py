"""The first page of each role, and a co-owner's own contact data."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission
from koprogo_app.core.i18n import LANGUAGE_NAMES, N_
from koprogo_app.modules.buildings.pages import extend_overview
from koprogo_app.ui.button import button, file_link, link
from koprogo_app.ui.cell import check_row
from koprogo_app.ui.dated import todo_group, todo_list
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import field, fields, form, select_field
from koprogo_app.ui.layout import (
    aside,
    card,
    columns,
    definitions,
    muted,
    page_head,
    paragraph,
    row,
    rows,
    spinner,
    stack,
    strong,
)
from koprogo_app.ui.note import note
from koprogo_app.ui.page import Nav, body, may, page
from koprogo_app.ui.shortcuts import hotkeys
from koprogo_app.ui.stat import stat, stats
from koprogo_app.ui.table import pager
from koprogo_app.ui.text import figure, t

from .own_pages import owed_card
from .own_state import OwedRow
from .state import (
    HereState,
    HomeState,
    LotRow,
    MyDataState,
    MyMailState,
    PaperRow,
    PlaceRow,
    SyndicRow,
)


@page("/", N_("Home"), on_load=HomeState.load, nav=Nav("top", "house", 10, mobile=1, key="h"))
def home() -> rx.Component:
    s: Any = HomeState
    shown: Any = rx.match(
        s.view, ("office", _office()), ("mine", _mine()), ("platform", _platform()), ("reader", _reader()),
        spinner(t("Loading…")),
    )  # fmt: skip
    return shown


def _head(*actions: rx.Component) -> rx.Component:
    return page_head(t("Hello {name}", name=HomeState.first_name), HomeState.lead, *actions)


# --- The office ------------------------------------------------------------------------------------------------------


def _office() -> rx.Component:
    s: Any = HomeState
    add = button(t("Add a building"), icon_name="plus", href="/buildings/new", shortcut="N")
    none = card(
        empty_state(
            t("No building yet."),
            t("Bring one in from your own spreadsheet: its lots, its co-owners and their shares come with it."),
            button(t("Import a spreadsheet"), icon_name="upload", kind="solid", href="/imports"),
            button(t("Import an archive"), icon_name="archive", href="/archives"),
            button(t("Enter it by hand"), icon_name="plus", href="/buildings/new"),
            icon_name="building-2",
        )
    )
    writes = may(Permission.BUILDINGS_WRITE)
    nothing = rx.cond(writes, none, card(_no_building()))
    return body(
        _head(rx.cond((s.buildings > 0) & writes, add)), rx.cond(s.buildings > 0, columns(_todo(), _places()), nothing)
    )


def _no_building() -> rx.Component:
    return empty_state(t("No building yet."), t("The syndic gives you one."), icon_name="building-2")


def _todo() -> rx.Component:
    s: Any = HomeState
    done = empty_state(
        t("Everything is in order."),
        t("Shares, owners, deeds and deadlines are as they should be."),
        icon_name="circle-check",
    )
    groups = [
        todo_group(t("Late"), s.late, icon_name="circle-alert"),
        todo_group(t("This week"), s.week, icon_name="clock"),
        todo_group(t("Next"), s.later),
    ]
    keys = hotkeys(("J", t("next")), ("K", t("previous")), ("↵", t("open")), ("?", t("all shortcuts")))
    listed = card(*groups, pager(s), title=t("To do"), actions=[figure(s.total)], flush=True)
    return rx.cond(s.total > 0, stack(listed, keys), card(done, title=t("To do")))


def _here() -> rx.Component:
    """On the overview of a building: what waits there."""
    dues: Any = HereState.dues
    done = empty_state(t("Everything is in order."), icon_name="circle-check")
    return rx.cond(
        may(Permission.LEDGER_POST),
        card(rx.cond(dues.length() > 0, todo_list(dues), done), title=t("To do"), flush=True),
    )


extend_overview(_here, HereState.load)


def _places() -> rx.Component:
    s: Any = HomeState
    more = link(t("See the {n} buildings", n=figure(s.buildings)), "/buildings")
    return aside(
        card(rows(s.places, _place), title=t("My buildings"), actions=[more], flush=True), label=t("My buildings")
    )


def _place(p: PlaceRow) -> rx.Component:
    waits: Any = p.waiting
    tone: Any = rx.cond(waits > 0, "warn", "ok")
    said = rx.cond(waits > 0, t("{n} to do", n=figure(waits)), t("In order"))
    return check_row(tone, link(p.name, "/buildings/" + p.id), p.city, said)


# --- A co-owner ------------------------------------------------------------------------------------------------------


def _mine() -> rx.Component:
    s: Any = HomeState
    unknown = empty_state(
        t("Your account is not linked to a co-owner yet."),
        t("Ask your syndic to link it: your lots then appear here."), icon_name="search-x",
    )  # fmt: skip
    lots = card(rows(s.lots, _lot), title=t("My lots"), flush=True)
    sold = card(empty_state(t("You hold no lot today."), icon_name="building-2"), title=t("My lots"))
    found = columns(
        stack(
            rx.foreach(s.accounts, _account),
            rx.cond(s.lots.length() > 0, stack(lots, _certificates()), sold),
            _papers(),
        ),
        aside(_contact(), rx.foreach(s.syndics, _syndic), label=t("My data and my syndic")),
    )
    return body(_head(), rx.cond(s.unknown, card(unknown), found))


def _account(one: OwedRow) -> rx.Component:
    return owed_card(one, row(link(t("See the lines"), "/my-account")))


def _lot(one: LotRow) -> rx.Component:
    return stack(strong(one.title), muted(one.place), paragraph(one.shares), muted(one.held), gap=1)


def _certificates() -> rx.Component:
    s: Any = HomeState
    said = paragraph(t("What the register of the co-ownership says that you hold."), small=True, muted=True)
    return card(said, rx.foreach(s.certificates, _certificate), title=t("My certificate of ownership"))


def _certificate(p: PaperRow) -> rx.Component:
    take = button(t("Download my certificate"), icon_name="download", href=p.href, download=True)
    return row(take, muted(p.title))


def _contact() -> rx.Component:
    c: Any = HomeState.contact
    return card(
        definitions(
            [
                (t("Address"), paragraph(c.get("lines", ""), keep_lines=True)), (t("Telephone"), c.get("phone", "")),
                (t("E-mail"), c.get("email", "")), (t("Language"), c.get("language_name", "")),
            ]
        ),
        row(button(t("Correct my data"), icon_name="pencil", href="/my-data")),
        title=t("My contact data"),
    )  # fmt: skip


# --- Everybody -------------------------------------------------------------------------------------------------------


def _papers() -> rx.Component:
    s: Any = HomeState
    none = empty_state(t("No document for you yet."), icon_name="folder")
    listed = rx.cond(s.papers.length() > 0, rows(s.papers, _paper), none)
    return card(listed, title=t("Latest documents"), flush=True)


def _paper(p: PaperRow) -> rx.Component:
    return stack(file_link(p.title, p.href, icon_name="file-text"), muted(p.hint), gap=1)


def _syndic(one: SyndicRow) -> rx.Component:
    lines = [
        (one.phone, t("Telephone")), (one.email, t("E-mail")), (one.address, t("Address")),
        (one.hours, t("Office hours")), (one.emergency, t("Emergencies")),
    ]  # fmt: skip
    reach = stack(*[rx.cond(value != "", stack(muted(label), paragraph(value), gap=1)) for value, label in lines])
    known = stack(strong(one.name), reach)
    unknown = note(t("Your syndic has not filled in the noticeboard yet."), tone="warn")
    return card(muted(one.building), rx.cond(one.name != "", known, unknown), title=t("My syndic"))


def _reader() -> rx.Component:
    s: Any = HomeState
    listed = card(rows(s.places, _open_place), title=t("My buildings"), flush=True)
    none = card(
        _no_building(),
        title=t("My buildings"),
    )
    return body(
        _head(),
        columns(
            stack(rx.cond(s.places.length() > 0, listed, none), _papers()),
            aside(rx.foreach(s.syndics, _syndic), label=t("The syndic")),
        ),
    )


def _open_place(p: PlaceRow) -> rx.Component:
    return stack(link(p.name, "/buildings/" + p.id), muted(p.city), gap=1)


def _platform() -> rx.Component:
    n: Any = HomeState.counts
    failed = n.get("failed_mails", 0)
    figures = stats(
        stat(figure(n.get("organizations", 0)), t("Organisations"), href="/admin/organizations"),
        stat(figure(n.get("users", 0)), t("Users"), href="/admin/users"),
        stat(figure(n.get("buildings", 0)), t("Buildings"), href="/buildings"),
        stat(figure(failed), t("Mails that did not leave"), href="/outbox?status=failed"),
    )
    return body(
        _head(),
        card(figures, label=t("The platform")),
        card(
            row(
                button(t("See the organisations"), icon_name="building-2", href="/admin/organizations"),
                button(t("See the users"), icon_name="users", href="/admin/users"),
                button(t("Import an archive"), icon_name="archive", href="/archives"),
                button(t("See the trail of actions"), icon_name="history", href="/audit"),
            ),
            title=t("Look after the platform"),
        ),
    )


# --- A co-owner's own data -------------------------------------------------------------------------------------------


@page(
    "/my-data", N_("My contact data"), permission=Permission.OWN_READ, on_load=[MyDataState.load, MyMailState.load],
    crumbs=lambda: [(t("Home"), "/")],
)  # fmt: skip
def my_data() -> rx.Component:
    s: Any = MyDataState
    m: Any = MyMailState
    v, e = s.values, s.errors

    def text(label: Any, name: str, **more: Any) -> rx.Component:
        return field(label, name, value=v.get(name, ""), errors=e, **more)

    languages = [(code, name) for code, name in LANGUAGE_NAMES.items()]
    postal = form(
        s.save,
        fields(
            text(t("Street and number"), "address", required=True, autocomplete="street-address"),
            text(t("Postcode"), "postal_code", required=True, autocomplete="postal-code"),
            text(t("City"), "city", required=True, autocomplete="address-level2"),
            text(t("Country"), "country", required=True),
            text(t("Telephone"), "phone", type="tel", autocomplete="tel"),
            select_field(t("Language of my letters"), "language", languages, value=v.get("language", "fr"), errors=e, required=True),
        ),
        submit=t("Save my data"), errors=e, key=v.get("address", "") + v.get("phone", ""),
    )  # fmt: skip
    mail = form(
        m.propose,
        field(
            t("E-mail address"), "email", type="email", value=m.email, errors=m.errors, required=True, autocomplete="email"
        ),
        submit=t("Ask for this address"), kind="surface", errors=m.errors, key=m.email,
    )  # fmt: skip
    why = t("Your consent to be convened by e-mail hangs on this address: your syndic checks the change with you.")
    return body(
        page_head(t("My contact data"), t("Where your letters go. Your syndic sees the change at once.")),
        columns(
            card(postal, title=t("Postal address")),
            card(paragraph(why, small=True, muted=True), mail, title=t("E-mail address")),
            shape="half",
        ),
    )
