"""Empty states teach: one sentence, one action."""

import reflex as rx

from .icon import icon
from .text import Text, t


def empty_state(
    title: Text,
    hint: Text | None = None,
    *actions: rx.Component,
    icon_name: str = "inbox",
    bad: bool = False,
    alone: bool = False,
) -> rx.Component:
    """What could be here, and how it comes. At most one solid action, plus "load the demo building" where it helps.

    alone: shown instead of a whole page, whose h1 its title then is.
    """
    return rx.el.div(
        icon(icon_name),
        rx.el.h1(title) if alone else rx.el.b(title),
        *([rx.el.p(hint, class_name="sm mut")] if hint is not None else []),
        *([rx.el.div(*actions, class_name="acts")] if actions else []),
        class_name="empty bad" if bad else "empty",
    )


def no_right() -> rx.Component:
    """Shown instead of a page that the reader's role does not open."""
    return empty_state(
        t("Your role does not open this page."),
        t("Ask the syndic if you need it for your work."),
        icon_name="lock",
        alone=True,
    )
