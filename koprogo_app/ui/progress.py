"""Long work shows itself: count, time left, Cancel; it goes on when the page is left."""

from typing import Any

import reflex as rx

from .button import button
from .text import Text, t


def progress(done: Any, total: Any, label: Text) -> rx.Component:
    """A counted bar; `label` names it for readers."""
    return rx.el.progress(value=done, max=total, aria_label=label, class_name="prog")


def job(
    title: Text, done: Any, total: Any, *, said: Text, left: Text | None = None, on_cancel: Any = None
) -> rx.Component:
    """A running job: `said` is "42 of 100", `left` "about 6 seconds"."""
    stop = [button(t("Cancel"), kind="ghost", size="sm", on_click=on_cancel)] if on_cancel is not None else []
    below = rx.el.div(rx.el.span(left if left is not None else "", class_name="sm mut grow"), *stop, class_name="row")
    head = rx.el.div(rx.el.b(title), rx.el.span(said, class_name="end sm mut tab", role="status"), class_name="row")
    return rx.el.section(
        rx.el.div(head, progress(done, total, title), below, class_name="cb col g2"), class_name="card"
    )
