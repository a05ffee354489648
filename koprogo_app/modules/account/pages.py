"""The door: signing in, a forgotten password, an invitation. One more prerendered page of it for each language."""

from typing import Any

import reflex as rx

from koprogo_app.core.i18n import LOCALES, N_
from koprogo_app.ui.button import button, link
from koprogo_app.ui.door import door
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import checkbox, field, select_field
from koprogo_app.ui.layout import card, definitions, paragraph, row, spinner, stack
from koprogo_app.ui.native import native_form
from koprogo_app.ui.note import note
from koprogo_app.ui.page import page
from koprogo_app.ui.text import Text, t, use_locale

from .state import DoorState, ForgotState, LinkState


class Hidden(rx.Component):
    """A value that a native form carries without showing it."""

    tag = "input"
    _is_tag_in_global_scope = True
    type: rx.Var[str]
    name: rx.Var[str]
    value: rx.Var[str]


def hidden(name: str, value: Text) -> rx.Component:
    return Hidden.create(type="hidden", name=name, value=value)


def _refusal(sentence: Any) -> rx.Component:
    return rx.cond(sentence != "", note(sentence, tone="bad", live="alert"))


def _send(label: Text) -> rx.Component:
    return button(label, type="submit", kind="solid", size="lg block")


def _back() -> rx.Component:
    return link(t("Back to signing in"), "/login")


def _sign_in() -> rx.Component:
    s = DoorState
    form = native_form(
        stack(
            field(
                t("E-mail address"), "email", type="email", value=s.email, errors=s.errors, required=True, large=True,
                autocomplete="username", inputmode="email",
            ),
            field(
                t("Password"), "password", type="password", value=s.password, errors=s.errors, required=True,
                large=True, autocomplete="current-password",
            ),
            row(
                checkbox(t("Stay signed in for {count} days on this device", count=s.days), "remember"),
                link(t("Forgotten password?"), "/forgot"), between=True,
            ),
            hidden("next", s.next),
            _send(t("Sign in")),
        ),
        action="/auth/login",
    )  # fmt: skip
    demo = select_field(
        t("Look around with a demonstration account"), "demo", s.accounts, blank=t("Choose who you are"),
        hint=t("Choosing one fills the form: all that is left is to sign in."), on_change=s.fill, required=True,
    )  # fmt: skip
    return door(
        t("Sign in"),
        t("Syndic, co-owner, accountant or council member: one door."),
        rx.cond(s.done != "", note(s.done, tone="ok", live="status")),
        _refusal(s.problem),
        form,
        rx.cond(s.accounts.length() > 0, card(demo, label=t("Demonstration"))),  # type: ignore[attr-defined]
        footer=[link(t("Licence: AGPL-3.0"), "https://www.gnu.org/licenses/agpl-3.0.html", external=True)],
    )


@page("/login", N_("Sign in"), public=True, on_load=DoorState.arrive)
def sign_in() -> rx.Component:
    return _sign_in()


def _in_language(locale: str) -> None:
    with use_locale(locale):

        @page(f"/{locale}", "Sign in", public=True, on_load=DoorState.arrive)
        def sign_in_here() -> rx.Component:
            with use_locale(locale):
                return _sign_in()


for _locale in LOCALES:
    _in_language(_locale)


@page("/forgot", N_("Forgotten password"), public=True, on_load=ForgotState.arrive)
def forgot() -> rx.Component:
    asked = native_form(
        stack(
            field(t("E-mail address"), "email", type="email", required=True, large=True, autocomplete="username"),
            _send(t("Send the link")),
        ),
        action="/auth/forgot",
    )
    said = t("If this address is known, a mail with a link has left. The link works for two hours.")
    return door(
        t("Forgotten password"),
        t("A mail with a link lets you choose a new one."),
        rx.cond(ForgotState.sent, note(said, tone="ok", live="status"), asked),
        _back(),
    )


def _once_read(problem: Any, form: rx.Component) -> rx.Component:
    """The form of a link, once the server has read it: what is typed before would be lost."""
    return rx.cond(LinkState.email != "", stack(_refusal(problem), form), spinner(t("Loading…")))


def _dead_link(*actions: rx.Component) -> rx.Component:
    return empty_state(
        t("This link no longer works."),
        t("It was used already, replaced by a newer one, or it is too old. Ask for a new one."),
        *actions,
        icon_name="link-2-off",
    )


def _new_password() -> rx.Component:
    return field(
        t("New password"),
        "password",
        type="password",
        required=True,
        large=True,
        autocomplete="new-password",
        errors=LinkState.errors,
        hint=t("At least {count} characters; a short sentence is best.", count=LinkState.minimum),
    )


@page("/reset", N_("Choose a new password"), public=True, on_load=LinkState.reset_arrive)
def reset() -> rx.Component:
    asked = native_form(
        stack(
            paragraph(
                t("For {email}. Every device signed in with the old password is signed out.", email=LinkState.email)
            ),
            _new_password(),
            hidden("token", LinkState.token),
            _send(t("Change the password")),
        ),
        action="/auth/reset",
    )
    gone = _dead_link(button(t("Ask for a new link"), href="/forgot"))
    return door(
        t("Choose a new password"),
        None,
        rx.cond(LinkState.works, _once_read(LinkState.problem, asked), gone),
        _back(),
    )


@page("/invitation", N_("Invitation"), public=True, on_load=LinkState.invitation_arrive)
def invitation() -> rx.Component:
    s = LinkState
    who = definitions(
        [(t("Invited by"), s.office), (t("Your role"), s.role), (t("E-mail address"), s.email)],
    )
    names = stack(
        field(
            t("First name"), "first_name", value=s.first_name, errors=s.errors, required=True, autocomplete="given-name"
        ),
        field(
            t("Last name"), "last_name", value=s.last_name, errors=s.errors, required=True, autocomplete="family-name"
        ),
        _new_password(),
    )
    known = stack(
        note(t("You have an account with this address: accept with its password."), tone="info"),
        field(
            t("Password"),
            "password",
            type="password",
            required=True,
            large=True,
            errors=s.errors,
            autocomplete="current-password",
        ),
        link(t("Forgotten password?"), "/forgot"),
    )
    asked = native_form(
        stack(
            card(who, label=t("Invitation")),
            rx.cond(s.known, known, names),
            hidden("token", s.token),
            _send(t("Accept the invitation")),
        ),
        action="/auth/accept",
    )
    gone = _dead_link(button(t("Back to signing in"), href="/login"))
    return door(t("Invitation"), None, rx.cond(s.works, _once_read(s.problem, asked), gone))
