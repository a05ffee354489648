"""A text mended in its place in a list: it is sent when the reader leaves it or presses Enter."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from .icon import icon
from .text import Text


def cell_input(
    value: Text, label: Text, on_done: Any, *, tone: rx.Var[str] | str = "", numeric: bool = False
) -> rx.Component:
    """`on_done` is a handler taking the new text; `label` names the cell for readers. tone: "", "warn" or "bad"."""
    tone = rx.Var.create(tone).to(str)
    leave = rx.run_script("document.activeElement.blur()")
    typed = rx.el.input(
        default_value=value,
        key=value,
        aria_label=label,
        aria_invalid=rx.cond(tone == "bad", "true", "false"),
        on_blur=on_done,
        on_key_down=lambda key: rx.cond(key == "Enter", leave, rx.noop()),
        auto_complete="off",
        **({"input_mode": "decimal"} if numeric else {}),
    )
    return rx.el.div(typed, class_name="inp cell " + tone)


def cell_select(value: Text, options: Sequence[tuple[str, Text]], label: Text, on_pick: Any) -> rx.Component:
    """One of a list, chosen in its place; `on_pick` is a handler taking the value."""
    listed = [rx.el.option(word, value=given) for given, word in options]
    chosen = rx.el.select(*listed, value=value, on_change=on_pick, aria_label=label)
    return rx.el.span(chosen, icon("chevron-down", "s caret"), class_name="chip")


def remark(text: Text, tone: rx.Var[str] | str) -> rx.Component:
    """What was found, with its sign: "bad" blocks, "warn" can wait."""
    tone = rx.Var.create(tone).to(str)
    return rx.el.span(
        rx.cond(tone == "bad", icon("circle-alert"), icon("triangle-alert")), text, class_name="row g1 top tone-" + tone
    )


def check_row(tone: rx.Var[str], label: Text | rx.Component, detail: Text, figure: Text) -> rx.Component:
    """One check of a list: its sign, what it checks and says, its figure at the right. tone: ok, warn, bad."""
    sign = rx.match(
        tone, ("ok", icon("circle-check", "l")), ("bad", icon("circle-alert", "l")), icon("triangle-alert", "l")
    )
    words = rx.el.div(rx.el.b(label), rx.el.p(detail, class_name="sm mut"), class_name="grow")
    return rx.el.div(
        rx.el.span(sign, class_name="tone-" + tone),
        words,
        rx.el.b(figure, class_name="num tone-" + tone),
        class_name="row g3 top grow",
    )
