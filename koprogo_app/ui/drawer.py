"""The right panel of a row, or the sheet of a telephone."""

from typing import Any

import reflex as rx

from .layer import layer
from .text import Text


def drawer(
    trigger: rx.Component | None,
    title: Text,
    *body: Any,
    open: rx.Var[bool] | None = None,
    on_open_change: Any = None,
    sheet: bool = False,
) -> rx.Component:
    """Details of one row over the page; Esc closes it. `sheet`: rises from the bottom.

    The panel that stays beside a list on wide screens is layout.aside().
    """
    look = "drawer sheet" if sheet else "drawer"
    return layer(trigger, title, *body, look=look, open=open, on_open_change=on_open_change, padded=True)
