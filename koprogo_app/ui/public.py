"""Public pages: no shell, the house's name, the languages."""

from typing import Any

import reflex as rx

from .icon import logo
from .shell import language_bar
from .text import t


def public_page(*children: Any) -> rx.Component:
    """A readable column for pages that need no sign-in."""
    head = rx.el.header(
        rx.el.a(logo(), "KoproGo", href="/login", class_name="brand"), language_bar(), class_name="public-head"
    )
    return rx.el.div(
        rx.el.A.create(t("Skip to the content"), href="#main", class_name="skip"),
        head,
        rx.el.main(*children, id="main", class_name="public-main"),
    )
