"""What dialogs and drawers share: the unthemed Radix dialog (focus trapped and given back, Esc, the page inert)."""

from typing import Any

import reflex as rx
from reflex_components_radix.primitives.dialog import dialog as radix

from .icon import icon
from .text import Text, t


def layer(
    trigger: rx.Component | None,
    title: Text,
    *body: Any,
    look: str,
    description: Text | None = None,
    open: rx.Var[bool] | None = None,
    on_open_change: Any = None,
    hide_title: bool = False,
    closable: bool = True,
    padded: bool = False,
) -> rx.Component:
    """A layer over the page. Without `open` the browser keeps its state: `trigger` opens it.

    With `open` (a state's bool) and `on_open_change` (a handler taking a bool) the server can close it after a success.
    """
    name = radix.title(rx.el.h2(title), as_child=True)
    head = rx.el.span(name, class_name="sr") if hide_title else rx.el.div(name, class_name="ch" if padded else "dh")
    # last in the order of focus: a dialog opens on its first field or button
    close = [radix.close(_close_button(), as_child=True)] if closable else []
    said = [radix.description(rx.el.p(description, class_name="mut"), as_child=True)] if description is not None else []
    inner = [rx.el.div(*said, *body, class_name="cb")] if padded else [*said, *body]
    unsaid: dict[str, Any] = (
        {} if description is not None else {"custom_attrs": {"aria-describedby": rx.Var("undefined")}}
    )
    content = radix.content(head, *inner, *close, class_name=look, **unsaid)
    state: dict[str, Any] = {"open": open, "on_open_change": on_open_change} if open is not None else {}
    opener = [radix.trigger(trigger, as_child=True)] if trigger is not None else []
    return radix.root(*opener, radix.portal(radix.overlay(class_name="veil"), content), **state)


def close_on(button: rx.Component) -> rx.Component:
    """`button` closes the layer that holds it."""
    return radix.close(button, as_child=True)


def _close_button() -> rx.Component:
    return rx.el.button(icon("x"), type="button", class_name="ib x", aria_label=t("Close"))
