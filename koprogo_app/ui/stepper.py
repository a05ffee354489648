"""The steps of a wizard, and its footer: back, the reason why not, next. Each step keeps its draft."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from .icon import icon
from .text import Text, t


def stepper(steps: Sequence[Text], current: int | rx.Var[int], *, blocked: rx.Var[bool] | bool = False) -> rx.Component:
    """`current` counts from 1; `blocked` marks the current step."""
    return rx.el.ol(
        *[_step(n, words, current, blocked) for n, words in enumerate(steps, 1)],
        aria_label=t("Steps"),
        class_name="steps",
    )


def _step(n: int, words: Text, current: Any, blocked: Any) -> rx.Component:
    current = rx.Var.create(current).to(int)
    here, done = current == n, current > n
    sign = rx.cond(done, icon("check"), rx.cond(here & blocked, icon("circle-alert"), str(n)))
    look = rx.cond(done, "done", rx.cond(here & blocked, "blocked", ""))
    over = rx.cond(done, rx.el.span(t("Done"), class_name="sr"))
    attributes: dict[str, Any] = {"aria_current": rx.cond(here, "step", rx.Var("undefined"))}
    return rx.el.li(
        rx.el.span(sign, class_name="o", aria_hidden="true"),
        rx.el.span(words, class_name="t"),
        over,
        class_name=look,
        **attributes,
    )


def wizard_footer(back: rx.Component | None, next: rx.Component, *, reason: Text | None = None) -> rx.Component:
    """Next is the only solid button; `reason` says what is missing."""
    why = [rx.el.span(reason, class_name="sm mut", role="status")] if reason is not None else []
    return rx.el.div(
        *([back] if back is not None else []), rx.el.span(*why, next, class_name="end row g3 wrap"), class_name="wfoot"
    )
