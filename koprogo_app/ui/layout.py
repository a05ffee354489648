"""Blocks of a page: its head, cards, columns, figures of identity, words. Pages use these, never raw HTML."""

from collections.abc import Sequence
from typing import Any, Literal

import reflex as rx

from .help import help_button
from .text import Text

Node = Text | rx.Component
Gap = Literal[1, 2, 3, 4, 6]


def page_head(
    title: Text,
    lead: Node | None = None,
    *actions: rx.Component,
    badge: rx.Component | None = None,
    facade: bool = False,
    topic: str | None = None,
) -> rx.Component:
    """The only h1 of the page, one line under it, its actions at the right: at most one of them `solid`.

    facade: the little house front of a building's pages. topic: a help topic, "?" beside the title.
    """
    words = rx.el.div(
        rx.el.div(
            rx.el.h1(title),
            *([badge] if badge is not None else []),
            *([help_button(topic)] if topic else []),
            class_name="row g3 wrap",
        ),
        *([rx.el.p(lead, class_name="mut sm" if facade else "mut")] if lead is not None else []),
        class_name="grow",
    )
    front = [rx.el.span(*[rx.el.i() for _ in range(15)], class_name="facade", aria_hidden="true")] if facade else []
    right = [rx.el.div(*actions, class_name="end")] if actions else []
    return rx.el.div(*front, words, *right, class_name="head")


def card(
    *children: Node,
    title: Text | None = None,
    actions: Sequence[Node] = (),
    flush: bool = False,
    label: Text | None = None,
    topic: str | None = None,
) -> rx.Component:
    """A surface with a line around it.

    `flush`: the body has no padding (lists, tables). `label` names it when it has no title.
    """
    head: list[rx.Component] = []
    if title is not None:
        right = [rx.el.div(*actions, class_name="end row sm mut wrap")] if actions else []
        head = [rx.el.div(rx.el.h2(title), *([help_button(topic)] if topic else []), *right, class_name="ch")]
    body = children if flush else (rx.el.div(*children, class_name="cb col g3"),)
    named: dict[str, Any] = {"aria_label": label} if label is not None else {}
    return rx.el.section(*head, *body, class_name="card", **named)


def columns(*children: Node, shape: Literal["aside", "half", "third", "form", "split"] = "aside") -> rx.Component:
    """Side by side, one under the other when narrow.

    aside: 2/3 + panel; form: fields + live consequence; split: queue + detail.
    """
    return rx.el.div(*children, class_name=f"cols {shape}")


def stack(*children: Node, gap: Gap = 4) -> rx.Component:
    """One under the other."""
    return rx.el.div(*children, class_name=f"col g{gap}")


def row(*children: Node, gap: Gap = 2, between: bool = False, wrap: bool = True) -> rx.Component:
    """On one line, centred."""
    look = ["row", f"g{gap}", "sp" if between else "", "wrap" if wrap else ""]
    return rx.el.div(*children, class_name=" ".join(c for c in look if c))


def aside(*children: Node, label: Text) -> rx.Component:
    """The side panel of a page: a landmark of its own, named."""
    return rx.el.aside(*children, aria_label=label, class_name="col g4")


def section(title: Text, *children: Node) -> rx.Component:
    """A titled part inside a card or a form."""
    return rx.el.section(rx.el.h3(title), *children, class_name="col g2")


def definitions(items: Sequence[tuple[Text, Node]]) -> rx.Component:
    """Label and value, as on an identity card."""
    pairs = [part for term, value in items for part in (rx.el.dt(term), rx.el.dd(value))]
    return rx.el.dl(*pairs, class_name="dl")


def rows(items: Any, render: Any) -> rx.Component:
    """A list of a Var, one line each; `render(item)` gives the content of a line."""
    return rx.el.ul(rx.foreach(items, lambda item: rx.el.li(render(item))), class_name="rows")


def heading(text: Text, level: Literal[2, 3] = 2) -> rx.Component:
    """A heading; none while its text is still to be read."""
    made = rx.el.h2(text) if level == 2 else rx.el.h3(text)
    return made if isinstance(text, str) else rx.cond(text != "", made)


def paragraph(*children: Node, small: bool = False, muted: bool = False, keep_lines: bool = False) -> rx.Component:
    """Running text; `keep_lines` keeps the line breaks of a text typed by a person."""
    look = " ".join(c for c, on in (("sm", small), ("mut", muted), ("pre", keep_lines)) if on)
    return rx.el.p(*children, class_name=look)


def strong(*children: Node) -> rx.Component:
    return rx.el.b(*children)


def muted(*children: Node) -> rx.Component:
    """Secondary words, small."""
    return rx.el.span(*children, class_name="sm mut")


def money(value: Text, *, zero: rx.Var[bool] | bool = False) -> rx.Component:
    """An amount or a number worded by the server: right, tabular; zero is muted."""
    return rx.el.span(value, class_name=rx.cond(zero, "num mut", "num"))


def unbroken(text: Text) -> rx.Component:
    """A number that is copied as a whole: it stays on one line."""
    return rx.el.span(text, class_name="nw")


def unseen(text: Text) -> rx.Component:
    """Words that only screen readers give: the name of what sighted readers see by its place."""
    return rx.el.span(text, class_name="sr")


def passage(text: Text, lang: Text) -> rx.Component:
    """A text in another language than the page (law, minutes): read with the right voice."""
    return rx.el.span(text, lang=lang)


def bullets(*items: Node) -> rx.Component:
    return rx.el.ul(*[rx.el.li("· ", item) for item in items], class_name="col g1")


def bullets_of(texts: Any) -> rx.Component:
    """The same of a Var of texts."""
    return rx.el.ul(rx.foreach(texts, lambda one: rx.el.li("· ", one)), class_name="col g1")


def spinner(label: Text) -> rx.Component:
    return rx.el.span(
        rx.el.span(class_name="spin", aria_hidden="true"),
        rx.el.span(label, class_name="sm mut"),
        class_name="row",
        role="status",
    )
