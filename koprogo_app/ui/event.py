"""@event: the only decorator of handlers. It names who may send the event; refusals become sentences for the reader."""

import functools
from collections.abc import Awaitable, Callable
from typing import Any

import reflex as rx
from pydantic import ValidationError

from koprogo_app.core.actor import Permission
from koprogo_app.core.errors import DomainError, Unauthorized
from koprogo_app.core.i18n import translate
from koprogo_app.core.validation import refusal

PUBLIC, SIGNED_IN = "public", "signed in"
Policy = Permission | str


def event(policy: Policy, *, background: bool = False) -> Callable[[Callable[..., Any]], Any]:
    """Marks a handler with its policy: a Permission, SIGNED_IN or PUBLIC. Unmarked methods are refused by the middleware.

    A refusal fills `self.errors` (field -> sentence) when the state has that var, else it is a toast.
    """

    def mark(fn: Callable[..., Awaitable[Any]]) -> Any:
        @functools.wraps(fn)
        async def handler(self: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                return await fn(self, *args, **kwargs)
            except ValidationError as error:
                return await _say(self, refusal(error))
            except DomainError as error:
                return await _say(self, error)

        handler.__policy__ = policy  # type: ignore[attr-defined]
        return rx.event(handler, background=background) if background else rx.event(handler)

    return mark


async def _say(state: Any, error: DomainError) -> Any:
    from .text import LocaleState

    if isinstance(error, Unauthorized):
        return rx.redirect("/login")
    locale = (await state.get_state(LocaleState)).locale
    if error.fields and "errors" in state.vars:
        state.errors = {name: translate(locale, e.message, **e.params) for name, e in error.fields.items()}
        return None
    return rx.toast.error(translate(locale, error.message, **error.params))
