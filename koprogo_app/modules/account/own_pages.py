"""One's own account, in the shell: profile, password, devices."""

from typing import Any

import reflex as rx

from koprogo_app.auth.passwords import MINIMUM
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import LANGUAGE_NAMES, N_
from koprogo_app.ui.badge import status_badge
from koprogo_app.ui.button import button
from koprogo_app.ui.dialog import confirm_dialog
from koprogo_app.ui.form import checkbox, field, fields, form, select_field
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import card, columns, page_head, row
from koprogo_app.ui.page import Nav, body, page
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.text import t

from .state import PasswordState, ProfileState, SessionRow, SessionsState

register(
    password=Topic(
        N_("A good password"),
        N_(
            "Length protects, odd signs do not: a short sentence of your own is easy to remember and hard to guess. "
            "Use it nowhere else, or let your browser or a password manager choose one.\n\nA new password signs out "
            "every other device at once."
        ),
    ),
    sessions=Topic(
        N_("Your devices"),
        N_(
            "Each line is a browser that signed in with your account. One that you do not know is a reason to sign it "
            "out and to change your password.\n\nA device is signed out by itself after some hours, or after some "
            "weeks if “stay signed in” was ticked."
        ),
    ),
)


@page("/profile", N_("Profile"), permission=P.PROFILE, on_load=ProfileState.load, nav=Nav("foot", "circle-user", 90))
def profile() -> rx.Component:
    s, e = ProfileState, ProfileState.errors
    about = form(
        s.save,
        fields(
            field(
                t("First name"),
                "first_name",
                value=s.values.get("first_name", ""),
                errors=e,
                required=True,
                autocomplete="given-name",
            ),
            field(
                t("Last name"),
                "last_name",
                value=s.values.get("last_name", ""),
                errors=e,
                required=True,
                autocomplete="family-name",
            ),
            field(t("E-mail address"), "email", value=s.email, read_only=True),
            select_field(
                t("Language"),
                "locale",
                list(LANGUAGE_NAMES.items()),
                value=s.values.get("locale", "fr"),
                errors=e,
                hint=t("Of the pages on this device, and of the mails you get."),
                required=True,
            ),
        ),
        checkbox(t("Send me a mail when something waits for me"), "mail_notifications", checked=s.mail_notifications),
        checkbox(
            t("Shortcuts of a single letter"),
            "single_keys",
            checked=s.single_keys,
            hint=t("Switch them off if you dictate or use your own shortcuts; ⌘K and Ctrl K stay."),
        ),
        submit=t("Save the profile"),
        errors=e,
        key=s.email,
    )
    return body(
        page_head(t("Profile"), t("How you are named and how KoproGo speaks to you.")),
        columns(card(about, title=t("You")), card(_password(), title=t("Password"), topic="password"), shape="half"),
    )


def _password() -> rx.Component:
    s = PasswordState
    hint = t("At least {count} characters; a short sentence is best.", count=str(MINIMUM))
    return form(
        s.change,
        field(
            t("Present password"),
            "current",
            type="password",
            errors=s.errors,
            required=True,
            autocomplete="current-password",
        ),
        field(
            t("New password"),
            "password",
            type="password",
            errors=s.errors,
            required=True,
            autocomplete="new-password",
            hint=hint,
        ),
        submit=t("Change the password"),
        kind="surface",
        errors=s.errors,
        key=s.changes.to_string(),  # type: ignore[attr-defined]
    )


def _cells(r: SessionRow) -> list[Any]:
    sign_out = button(
        t("Sign out"), size="sm", on_click=SessionsState.end(r.id), aria_label=t("Sign out {device}", device=r.device)
    )
    return [
        r.device,
        r.address,
        r.since,
        r.seen,
        rx.cond(r.current, status_badge("active", t("This device")), sign_out),
    ]


@page("/sessions", N_("Sessions"), permission=P.PROFILE, on_load=SessionsState.load)
def sessions() -> rx.Component:
    others = rx.cond(
        SessionsState.rows.length() > 1,  # type: ignore[attr-defined]
        confirm_dialog(
            button(t("Sign out the other devices"), icon_name="log-out"), t("Sign out every device but this one?"),
            t("They have to sign in again."), t("Sign out the other devices"), SessionsState.end_others,
        ),
    )  # fmt: skip
    return body(
        page_head(t("Sessions"), t("The devices that are signed in with your account."), row(others), topic="sessions"),
        data_table(
            [
                Column("device", t("Device"), mobile="name"),
                Column("address", t("Address"), mobile="state"),
                Column("since", t("Signed in")),
                Column("seen", t("Last seen"), mobile="date"),
                Column("act", t("Actions"), mobile="amount"),
            ],
            SessionsState.rows,
            _cells,
            caption=t("Sessions"),
        ),
    )
