"""Notes: one idea, one link."""

from typing import Any, Literal

import reflex as rx

from .icon import icon
from .text import Text
from .tokens import TONE_CLASS, TONE_ICON, Tone


def note(
    *children: Text | rx.Component,
    tone: Tone = "neutral",
    title: Text | None = None,
    icon_name: str | None = None,
    live: Literal["", "status", "alert"] = "",
) -> rx.Component:
    """A boxed remark.

    `live="alert"` is read at once by screen readers: only for what blocks; "status": when convenient.
    """
    head = [rx.el.b(title), " "] if title is not None else []
    body = rx.el.div(*head, *children, class_name="grow")
    role: dict[str, Any] = {"role": live} if live else {}
    return rx.el.div(icon(icon_name or TONE_ICON[tone]), body, class_name=f"note {TONE_CLASS[tone]}".strip(), **role)
