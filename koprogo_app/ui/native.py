"""A plain HTML form: Reflex's own forms always cancel the browser's submission."""

from typing import Any

import reflex as rx


class NativeForm(rx.Component):
    tag = "form"
    _is_tag_in_global_scope = True
    action: rx.Var[str]
    method: rx.Var[str]
    enc_type: rx.Var[str]


def native_form(*children: Any, action: str, method: str = "post", **attributes: Any) -> rx.Component:
    """For sign-in, sign-out and switching role: the answer sets a cookie, and the page loads anew."""
    return NativeForm.create(*children, action=action, method=method, **attributes)
