"""The frame of private pages: sidebar, top bar, bottom bar of telephones, and what lies over them."""

from collections.abc import Callable, Sequence
from typing import Any

import reflex as rx

from koprogo_app.core.actor import ROLE_LABELS
from koprogo_app.core.i18n import LANGUAGE_NAMES, N_

from .breadcrumb import Crumb, breadcrumb
from .button import NavLink
from .drawer import drawer
from .empty import no_right
from .icon import icon, logo
from .menu import menu, menu_choice, menu_label, menu_line, menu_link, menu_submit
from .native import native_form
from .page import Entry, Section, entries, may
from .palette import palette
from .session import AuthState
from .shortcuts import shortcuts
from .text import LOCALE, Text, choose_locale, t, today

SECTIONS: dict[Section, str] = {
    "top": "",
    "money": N_("Money"),
    "life": N_("Life of the building"),
    "admin": N_("Administration"),
    "foot": "",
}


def shell(
    content: Callable[[], rx.Component], parents: Sequence[Crumb], here: Text, permission: str | None
) -> rx.Component:
    """The page in its frame, once the server has said who is there; the spinner before is all that is prerendered."""
    inside = content()
    if permission is not None:
        inside = rx.cond(may(permission), inside, no_right())
    frame = rx.el.div(
        rx.el.A.create(t("Skip to the content"), href="#main", class_name="skip"),
        sidebar(),
        rx.el.div(
            rx.el.header(breadcrumb(parents, here), rx.el.span(class_name="grow"), tools(), class_name="bar"),
            rx.el.main(inside, id="main", tab_index=-1, class_name="page"),
            rx.el.p(t("Printed on {day} by {name}.", day=today(), name=AuthState.name), class_name="print-foot"),
            class_name="main",
        ),
        bottom_bar(),
        over(),
        class_name="app",
    )
    return rx.cond(AuthState.signed_in, frame, waiting())


def waiting() -> rx.Component:
    return rx.el.div(
        rx.el.span(class_name="spin", aria_hidden="true"),
        rx.el.span(t("Loading…"), class_name="sr"),
        role="status",
        class_name="wait",
    )


@rx.memo
def sidebar() -> rx.Component:
    return rx.el.aside(
        NavLink.create(logo(), rx.el.span("KoproGo", class_name="t"), to="/", class_name="brand"),
        _organization(),
        *_sections(),
        aria_label=t("Main menu"),
        class_name="side",
    )


@rx.memo
def tools() -> rx.Component:
    """Search, language, theme, person."""
    search = rx.el.button(
        icon("search", "s"),
        rx.el.span(t("Search or go to…"), class_name="grow ell t"),
        rx.el.span("⌘K", class_name="kbd", aria_hidden="true"),
        type="button",
        id="palette-open",
        aria_label=t("Search or go to…"),
        aria_keyshortcuts="Meta+K Control+K",
        class_name="find",
    )
    return rx.el.div(palette(search), _language(), _theme(), _person(), class_name="row g1")


@rx.memo
def bottom_bar() -> rx.Component:
    """At most four pages, by their rank, and the rest in a sheet."""
    ranked = sorted((e for e in entries() if e.nav.mobile is not None), key=lambda e: e.nav.mobile or 0)
    more = rx.el.button(icon("ellipsis"), rx.el.span(t("More")), type="button")
    return rx.el.nav(
        *[_allowed(e, _nav_link(e, "")) for e in ranked],
        drawer(more, t("More"), _organization(), *_sections(), sheet=True),
        aria_label=t("Main pages"),
        class_name="bnav",
    )


@rx.memo
def over() -> rx.Component:
    """The list of shortcuts, and the forms that the menus send."""
    return rx.el.div(
        shortcuts(entries()),
        native_form(action="/auth/logout", id="sign-out"),
        native_form(rx.el.input(type="hidden", name="membership_id"), action="/auth/switch", id="switch-role"),
    )


def _sections() -> list[rx.Component]:
    """The menu of this reader, in groups."""
    groups: list[rx.Component] = []
    for section, words in SECTIONS.items():
        found = [e for e in entries() if e.nav.section == section]
        if not found:
            continue
        links = [_allowed(e, _nav_link(e, "nav")) for e in found]
        title = [_if_any(found, rx.el.div(t(words), class_name="navh", aria_hidden="true"))] if words else []
        name = t(words) if words else (t("Help and profile") if section == "foot" else t("Main pages"))
        groups += [*title, rx.el.nav(*links, aria_label=name, class_name="navs foot" if section == "foot" else "navs")]
    return groups


def _nav_link(entry: Entry, look: str) -> rx.Component:
    count = entry.nav.count
    waiting_here = [rx.cond(count > 0, rx.el.span(count, class_name="count"))] if count is not None else []
    words = rx.el.span(t(entry.label), class_name="t")
    return NavLink.create(
        icon(entry.nav.icon),
        words,
        *waiting_here,
        to=entry.route,
        end=entry.route == "/",
        class_name=look,
        title=t(entry.label),
    )


def _allowed(entry: Entry, shown: rx.Component) -> rx.Component:
    if entry.permission is None:
        return shown
    return rx.cond(may(entry.permission), shown)


def _if_any(found: Sequence[Entry], shown: rx.Component) -> rx.Component:
    allowed: Any = None
    for entry in found:
        if entry.permission is None:
            return shown
        one = may(entry.permission)
        allowed = one if allowed is None else allowed | one
    return rx.cond(allowed, shown)


def role_name(role: Any) -> Any:
    """The words of a role, by its key."""
    return rx.match(role, *[(r.value, t(label)) for r, label in ROLE_LABELS.items()], "")


def _organization() -> rx.Component:
    """Where the reader is and as what; a menu when there are several."""
    face = [
        rx.el.span(icon("building-2", "s"), class_name="ava"),
        rx.el.span(
            rx.el.span(AuthState.organization, class_name="med ell"),
            rx.el.span(role_name(AuthState.role), class_name="xs mut ell"),
            class_name="col grow t",
        ),
    ]
    opener = rx.el.button(
        *face, icon("chevron-down", "s caret"), type="button", class_name="org", aria_label=t("Organisation and role")
    )
    several = menu(opener, menu_label(t("Act as")), rx.foreach(AuthState.memberships, _membership), align="start")
    memberships: Any = AuthState.memberships
    return rx.cond(memberships.length() > 1, several, rx.el.div(*face, class_name="org"))


def _membership(m: Any) -> rx.Component:
    words = rx.el.span(
        rx.el.span(m.organization, class_name="med"),
        rx.el.span(role_name(m.role), class_name="xs mut"),
        class_name="col",
    )
    return menu_submit(words, "switch-role", membership_id=m.id, disabled=m.current)


def _language() -> rx.Component:
    opener = rx.el.button(
        icon("globe", "s"),
        rx.el.span(LOCALE.upper(), aria_hidden="true"),
        type="button",
        class_name="tb",
        aria_label=t("Language"),
    )
    return menu(
        opener,
        *[menu_choice(name, code == LOCALE, choose_locale(code), lang=code) for code, name in LANGUAGE_NAMES.items()],
    )


def _theme() -> rx.Component:
    dark = rx.color_mode == "dark"
    modes: Any = (("light", t("Light")), ("dark", t("Dark")), ("system", t("Like the device")))
    opener = rx.el.button(
        rx.cond(dark, icon("moon"), icon("sun")), type="button", class_name="ib", aria_label=t("Theme")
    )
    current = rx.style.color_mode
    return menu(opener, *[menu_choice(word, current == mode, rx.style.set_color_mode(mode)) for mode, word in modes])


def _person() -> rx.Component:
    opener = rx.el.button(
        rx.el.span(AuthState.initials, class_name="ava", aria_hidden="true"),
        type="button",
        class_name="ib",
        aria_label=t("{name}: profile and sign out", name=AuthState.name),
    )
    return menu(
        opener,
        menu_label(AuthState.name),
        menu_link(t("Profile"), "/profile", icon_name="circle-user"),
        menu_link(t("Sessions"), "/sessions", icon_name="monitor-smartphone"),
        menu_line(),
        menu_submit(t("Sign out"), "sign-out", icon_name="log-out"),
    )


def language_bar() -> rx.Component:
    """The four languages by their own names: for the door and public pages."""
    return rx.el.nav(
        *[
            rx.el.button(
                name,
                type="button",
                lang=code,
                on_click=choose_locale(code),
                aria_pressed=rx.cond(code == LOCALE, "true", "false"),
            )
            for code, name in LANGUAGE_NAMES.items()
        ],
        aria_label=t("Language"),
        class_name="seg",
    )
