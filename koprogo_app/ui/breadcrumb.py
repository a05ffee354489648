"""The way back, in the top bar."""

from collections.abc import Sequence

import reflex as rx

from .button import link
from .icon import icon
from .text import Text, t

Crumb = tuple[Text, Text]  # words, address


def breadcrumb(parents: Sequence[Crumb], here: Text) -> rx.Component:
    above = [rx.el.li(link(words, href), icon("chevron-right", "s"), class_name="only-wide") for words, href in parents]
    return rx.el.nav(
        rx.el.ol(*above, rx.el.li(rx.el.span(here, aria_current="page"))),
        aria_label=t("Breadcrumb"),
        class_name="crumb",
    )
