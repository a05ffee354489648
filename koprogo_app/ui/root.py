"""The options of rx.App that belong to the interface: style sheet, head, toasts, connection bar."""

from typing import Any

import reflex as rx
from reflex_components_core.core.banner import has_too_many_connection_errors
from reflex_components_sonner.toast import ToastProps

from koprogo_app.core.i18n import DEFAULT

from .icon import icon
from .text import t
from .tokens import THEME_COLOR


def app_options() -> dict[str, Any]:
    """rx.App(**app_options(), api_transformer=…)."""
    return {
        "html_lang": DEFAULT,
        "stylesheets": ["/koprogo.css"],
        "reset_style": False,
        "toaster": rx.toast.provider(
            position="bottom-left",
            rich_colors=False,
            close_button=False,
            custom_attrs={"containerAriaLabel": t("Messages")},
            toast_options=ToastProps(duration=8000),  # pyright: ignore[reportCallIssue]
        ),
        "head_components": [
            rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
            rx.el.link(rel="manifest", href="/manifest.webmanifest"),
            rx.el.link(
                rel="preload",
                href="/fonts/InterVariable-latin.woff2",
                custom_attrs={"as": "font", "type": "font/woff2", "crossOrigin": ""},
            ),
            rx.el.meta(name="theme-color", content=THEME_COLOR),
            rx.el.script("navigator.serviceWorker?.register('/sw.js')"),
        ],
        "app_wraps": {
            (55, "ErrorBoundary"): lambda stateful: _boundary(stateful),
            (5, "Overlay"): lambda stateful: rx.fragment(connection_bar()) if stateful else None,
        },
    }


@rx.memo
def connection_bar() -> rx.Component:
    """Shown while the server does not answer; what is typed stays in the page."""
    said = rx.el.div(rx.el.b(t("Connection lost.")), " ", t("What you typed is kept; a new attempt is under way."))
    bar = rx.el.div(icon("hourglass"), said, class_name="note warn conn", role="alert")
    return rx.cond(has_too_many_connection_errors, bar)


def _boundary(stateful: bool) -> rx.Component:
    from reflex.app import default_error_boundary

    return default_error_boundary() if stateful else default_error_boundary(on_error=rx.noop())
