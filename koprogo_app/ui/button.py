"""Buttons and links. One `solid` button per page: a verb and its object."""

from typing import Any, Literal

import reflex as rx
from reflex_components_core.react_router.dom import ReactRouterLink

from .icon import icon
from .text import Text
from .tooltip import tooltip

Kind = Literal["solid", "surface", "ghost", "danger", "danger-solid"]
Size = Literal["", "sm", "lg", "block", "lg block"]
_plain = rx.el.A.create  # rx.el.a is the link of the router
_KIND = {"solid": "p", "surface": "", "ghost": "g", "danger": "d", "danger-solid": "d p"}


class NavLink(ReactRouterLink):
    """A link of a menu: aria-current="page" on its page and below."""

    tag = "NavLink"
    alias = "RouterNavLink"
    end: rx.Var[bool]  # only on the page itself


def button(
    label: Text,
    *,
    icon_name: str | None = None,
    kind: Kind = "surface",
    size: Size = "",
    href: Text | None = None,
    download: bool = False,
    on_click: Any = None,
    type: Literal["button", "submit", "reset"] = "button",
    busy: rx.Var[bool] | bool = False,
    disabled: rx.Var[bool] | bool = False,
    reason: Text | None = None,
    shortcut: str | None = None,
    **attributes: Any,
) -> rx.Component:
    """A button, or a link that looks like one when `href` is given (`download`: a file of the REST API).

    busy: a spinner of the same width, no second click. disabled with `reason`: the reason is shown beside, as a text.
    shortcut: a single letter shown in the button; "N" is also pressed by the keyboard (shortcuts.py).
    """
    content = [
        *([icon(icon_name)] if icon_name else []),
        rx.el.span(label),
        *([rx.el.span(shortcut, class_name="kbd", aria_hidden="true")] if shortcut else []),
    ]
    look = " ".join(c for c in ("btn", _KIND[kind], size) if c)
    if shortcut:
        attributes["custom_attrs"] = {"data-key": shortcut.lower(), **attributes.get("custom_attrs", {})}
    if href is not None:
        return anchor(href, content, look, download=download, **attributes)
    if on_click is not None:
        attributes["on_click"] = on_click
    pressed = rx.el.button(
        *content,
        type=type,
        class_name=look,
        disabled=busy | disabled,
        aria_busy=busy,
        **attributes,  # type: ignore[operator]
    )
    if reason is None:
        return pressed
    return rx.el.span(rx.cond(disabled, rx.el.span(reason, class_name="why")), pressed, class_name="row g3 wrap")


def icon_button(
    name: str, label: Text, *, on_click: Any = None, href: Text | None = None, **attributes: Any
) -> rx.Component:
    """A button with an icon only: `label` is its name for readers and its tooltip."""
    if href is not None:
        return tooltip(anchor(href, [icon(name)], "ib", aria_label=label, **attributes), label)
    if on_click is not None:
        attributes["on_click"] = on_click
    return tooltip(rx.el.button(icon(name), type="button", class_name="ib", aria_label=label, **attributes), label)


def link(
    label: Text | rx.Component,
    href: Text,
    *,
    source: bool = False,
    external: bool = False,
    lang: str | None = None,
    quiet: bool = False,
) -> rx.Component:
    """A link inside the app; `external` opens another site; `source`: a figure that opens where it comes from."""
    look = " ".join(c for c, on in (("src", source), ("mut", quiet)) if on)
    more: dict[str, Any] = {"lang": lang} if lang else {}
    if external:
        return _plain(label, href=href, target="_blank", rel="noopener noreferrer", class_name=look, **more)
    return anchor(href, [label], look, **more)


def file_link(label: Text, href: Text, *, icon_name: str | None = "download") -> rx.Component:
    """A link to a file of the REST API: the browser loads it, not the app."""
    return _plain(
        *([icon(icon_name, "s")] if icon_name else []), rx.el.span(label), href=href, download=True, class_name="row g1"
    )


def anchor(href: Text, content: list[Any], look: str, *, download: bool = False, **attributes: Any) -> rx.Component:
    """A link by the router inside the app; by the browser for files, /api, /auth and #places."""
    if download:
        return _plain(*content, href=href, download=True, class_name=look, **attributes)
    if isinstance(href, str) and (href[:1] != "/" or href.startswith(("/api/", "/auth/"))):
        return _plain(*content, href=href, class_name=look, **attributes)
    return ReactRouterLink.create(*content, to=href, class_name=look, **attributes)
