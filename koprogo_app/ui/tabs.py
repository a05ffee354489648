"""Tabs are pages with their own address; a segmented control filters the same list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx

from .button import anchor
from .text import Text


@dataclass(frozen=True)
class Tab:
    """`key` is compared with the page's own; `count` is shown when given; `shown`: only for those it concerns."""

    key: str
    label: Text
    href: Text
    count: Text | rx.Var[int] | None = None
    shown: rx.Var[bool] | None = None


def tabs(items: Sequence[Tab], current: str, label: Text) -> rx.Component:
    """The tab bar of a detail page; `current` is the key of the page that draws it, `label` names it for readers."""

    def entry(tab: Tab) -> rx.Component:
        content: list[Any] = [tab.label]
        if tab.count is not None:
            content.append(rx.el.span(tab.count, class_name="count"))
        here: dict[str, Any] = {"aria_current": "page"} if tab.key == current else {}
        item = rx.el.li(anchor(tab.href, content, "", **here))
        return item if tab.shown is None else rx.cond(tab.shown, item)

    return rx.el.nav(rx.el.ul(*[entry(tab) for tab in items]), aria_label=label, class_name="tabs")


def segmented(options: Sequence[tuple[str, Text]], value: rx.Var[str], choose: Any, label: Text) -> rx.Component:
    """Two to four choices (key, word) on the same list; `choose` is a handler taking the key."""
    return rx.el.div(
        *[
            rx.el.button(word, type="button", aria_pressed=rx.cond(value == key, "true", "false"), on_click=choose(key))
            for key, word in options
        ],
        role="group",
        aria_label=label,
        class_name="seg",
    )
