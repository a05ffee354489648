"""Dropdown menus: the unthemed Radix menu (arrows, letters, Esc, focus returned)."""

from typing import Any

import reflex as rx

from .button import anchor
from .icon import icon
from .text import Text


class _Part(rx.Component):
    library = "@radix-ui/react-dropdown-menu@2.2.1"


class MenuRoot(_Part):
    tag = "Root"
    alias = "MenuRoot"
    modal: rx.Var[bool]


class MenuTrigger(_Part):
    tag = "Trigger"
    alias = "MenuTrigger"
    as_child: rx.Var[bool]
    _memoization_mode = rx.constants.compiler.MemoizationMode(recursive=False)


class MenuContent(_Part):
    tag = "Content"
    alias = "MenuContent"
    align: rx.Var[str]
    side_offset: rx.Var[int]
    collision_padding: rx.Var[int]


class MenuItem(_Part):
    tag = "Item"
    alias = "MenuItem"
    as_child: rx.Var[bool]
    disabled: rx.Var[bool]
    on_select: rx.EventHandler[rx.event.no_args_event_spec]


class MenuLabel(_Part):
    tag = "Label"
    alias = "MenuLabel"


class MenuSeparator(_Part):
    tag = "Separator"
    alias = "MenuSeparator"


def menu(trigger: rx.Component, *items: Any, align: str = "end") -> rx.Component:
    """A menu under `trigger` (a button without on_click). Items: menu_item, menu_link, menu_label, menu_line.

    It is not moved to the end of the page: it stays inside the landmark of its button.
    """
    content = MenuContent.create(*items, align=align, side_offset=4, collision_padding=8, class_name="menu")
    return MenuRoot.create(MenuTrigger.create(trigger, as_child=True), content, modal=False)


def menu_item(
    label: Text,
    on_select: Any,
    *,
    icon_name: str | None = None,
    bad: bool = False,
    disabled: rx.Var[bool] | bool = False,
) -> rx.Component:
    """An act. `bad`: it destroys or cancels something, and a dialog asks first."""
    return MenuItem.create(
        *_face(label, icon_name), on_select=on_select, disabled=disabled, class_name="mi bad" if bad else "mi"
    )


def menu_link(label: Text, href: Text, *, icon_name: str | None = None, download: bool = False) -> rx.Component:
    """A page, or a file of the REST API (`download`)."""
    return MenuItem.create(anchor(href, _face(label, icon_name), "mi", download=download), as_child=True)


def menu_choice(label: Text, chosen: rx.Var[bool] | bool, on_select: Any, **attributes: Any) -> rx.Component:
    """One of several, the current one ticked."""
    tick = rx.el.span(rx.cond(chosen, icon("check")), class_name="tickbox", aria_hidden="true")
    current = rx.cond(chosen, "true", "false")
    return MenuItem.create(
        tick, rx.el.span(label, **attributes), on_select=on_select, aria_current=current, class_name="mi"
    )


def menu_submit(
    label: Text | rx.Component,
    form: str,
    *,
    icon_name: str | None = None,
    disabled: rx.Var[bool] | bool = False,
    **values: Text,
) -> rx.Component:
    """Sends a native form of the page, named by its id, after filling its hidden fields: sign out, switch role."""
    fill = "".join(f"form.elements[{name!r}].value = {rx.Var.create(value)!s};" for name, value in values.items())
    send = rx.run_script(
        rx.Var(f"(() => {{ const form = document.getElementById({form!r}); {fill} form.submit(); }})()")
    )
    return MenuItem.create(*_face(label, icon_name), on_select=send, disabled=disabled, class_name="mi")


def menu_label(label: Text) -> rx.Component:
    return MenuLabel.create(label, class_name="mh")


def menu_line() -> rx.Component:
    return MenuSeparator.create(class_name="ms")


def _face(label: Text | rx.Component, icon_name: str | None) -> list[Any]:
    return [*([icon(icon_name)] if icon_name else []), rx.el.span(label)]
