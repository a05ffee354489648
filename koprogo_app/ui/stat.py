"""Figures that open their source. Never more than four together."""

import reflex as rx

from .button import link
from .text import Text
from .tokens import TONE_CLASS, Tone


def stat(
    value: Text,
    label: Text,
    *,
    href: Text | None = None,
    tone: Tone | None = None,
    small: bool = False,
    more: Text | None = None,
) -> rx.Component:
    """A figure worded by the server over its label.

    `href`: where it comes from; a figure without a source is a defect.
    """
    told = (
        rx.cond(value == "", "–", value) if isinstance(value, rx.Var) else value
    )  # a link has a name before it is read
    shown = link(told, href, source=True) if href is not None else told
    look = f"v tone-{TONE_CLASS[tone]}" if tone and TONE_CLASS[tone] else "v"
    after = [rx.el.span(more, class_name="k")] if more is not None else []
    return rx.el.div(
        rx.el.span(label, class_name="k"),
        rx.el.span(shown, class_name=look),
        *after,
        class_name="stat sm" if small else "stat",
    )


def stats(*figures: rx.Component) -> rx.Component:
    return rx.el.div(*figures, class_name="stats")
