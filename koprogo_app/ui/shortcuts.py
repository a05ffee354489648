"""Keyboard shortcuts: the listener (assets/keys.js) and the dialog that lists them (`?`).

Single letters are off inside fields, and for people who switched them off in their profile (AuthState.single_keys).
Parts mark what they answer to: data-key="n" (a button), data-search (the search box of a list), data-row (a row).
"""

from collections.abc import Sequence

import reflex as rx

from .layer import layer
from .page import Entry
from .session import AuthState
from .text import Text, t


class Keys(rx.Component):
    """Renders nothing; listens to the keyboard."""

    library = "$/public/keys.js"
    tag = "Keys"
    single: rx.Var[bool]  # single letters on
    go: rx.Var[dict[str, str]]  # letter → address, after G


def shortcuts(pages: Sequence[Entry]) -> rx.Component:
    go = {e.nav.key: e.route for e in pages if e.nav.key}
    rows: list[tuple[tuple[str, ...], Text]] = [
        (("⌘", "K"), t("Search or go to a page")),
        (("/",), t("Search in the list")),
        (("J", "K"), t("Next or previous row")),
        (("↵",), t("Open the row")),
        (("␣",), t("Choose the row")),
        (("N",), t("New, on this page")),
        *[(("G", e.nav.key.upper()), t(e.label)) for e in pages if e.nav.key],
        (("Esc",), t("Close")),
        (("?",), t("This list")),
    ]
    opener = rx.el.button(t("All shortcuts"), type="button", id="shortcuts-open", class_name="sr", tab_index=-1)
    listed = rx.el.dl(*[part for keys, words in rows for part in _line(keys, words)], class_name="skeys")
    off = rx.el.p(t("Single letters are switched off in your profile."), class_name="sm mut")
    return rx.fragment(
        Keys.create(single=AuthState.single_keys, go=go),
        layer(opener, t("Keyboard shortcuts"), listed, rx.cond(AuthState.single_keys, rx.fragment(), off), look="dlg"),
    )


def hotkeys(*pairs: tuple[str, Text]) -> rx.Component:
    """The line under a screen that uses letters: hotkeys(("J", t("next")), ("E", t("mark as done")))."""
    return rx.el.div(
        *[rx.el.span(rx.el.span(key, class_name="kbd"), " ", words) for key, words in pairs],
        class_name="hotkeys only-wide",
    )


def _line(keys: tuple[str, ...], words: Text) -> list[rx.Component]:
    return [rx.el.dt(*[rx.el.span(key, class_name="kbd") for key in keys], class_name="row g1"), rx.el.dd(words)]
