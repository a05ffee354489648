"""Dialogs. Confirm only what cannot be undone, by naming it. A form of more than five fields is a page."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from .button import button
from .form import Errors, field, form
from .layer import close_on, layer
from .text import Text, t


def dialog(
    trigger: rx.Component | None,
    title: Text,
    *body: Any,
    description: Text | None = None,
    open: rx.Var[bool] | None = None,
    on_open_change: Any = None,
    wide: bool = False,
) -> rx.Component:
    """Anything in a dialog. `trigger`: the button that opens it, without on_click; None with `open`."""
    look = "dlg wide" if wide else "dlg"
    return layer(trigger, title, *body, look=look, description=description, open=open, on_open_change=on_open_change)


def form_dialog(
    trigger: rx.Component | None,
    title: Text,
    *fields: Any,
    on_submit: Any,
    submit: Text,
    open: rx.Var[bool],
    on_open_change: Any,
    errors: Errors | None = None,
    busy: rx.Var[bool] | bool = False,
    description: Text | None = None,
    key: Text | None = None,
    wide: bool = False,
) -> rx.Component:
    """Up to five fields.

    The handler closes it by setting the `open` var to False; after a refusal it stays, as typed.
    """
    back = close_on(button(t("Go back")))
    body = form(on_submit, *fields, submit=submit, errors=errors, busy=busy, secondary=[back], key=key)
    return dialog(trigger, title, body, description=description, open=open, on_open_change=on_open_change, wide=wide)


def confirm_dialog(
    trigger: rx.Component | None,
    title: Text,
    text: Text,
    act: Text,
    on_confirm: Any,
    *more: Any,
    danger: bool = False,
    open: rx.Var[bool] | None = None,
    on_open_change: Any = None,
) -> rx.Component:
    """`title` names the act with its number: "Send 14 letters to 14 co-owners?"; `act` is the button: "Send 14
    letters".
    """
    do = close_on(button(act, kind="danger-solid" if danger else "solid", on_click=on_confirm))
    return dialog(trigger, title, *more, _choice(do), description=text, open=open, on_open_change=on_open_change)


def type_to_confirm(
    trigger: rx.Component | None,
    title: Text,
    text: Text,
    word: Text,
    act: Text,
    on_confirm: Any,
    *,
    errors: Errors | None = None,
    open: rx.Var[bool],
    on_open_change: Any,
    busy: rx.Var[bool] | bool = False,
) -> rx.Component:
    """Only for deleting a building and for a transfer to another syndic.

    The handler gets {"confirmation": what was typed} and compares it with `word` itself.
    """
    typed = field(
        t("Type “{word}” to confirm", word=word), "confirmation", required=True, autocomplete="off", errors=errors
    )
    body = form(
        on_confirm, typed, submit=act, kind="danger-solid", busy=busy, secondary=[close_on(button(t("Go back")))]
    )
    return dialog(trigger, title, body, description=text, open=open, on_open_change=on_open_change)


def _choice(*buttons: rx.Component) -> rx.Component:
    every: Sequence[rx.Component] = [close_on(button(t("Go back"))), *buttons]
    return rx.el.div(*every, class_name="acts right")
