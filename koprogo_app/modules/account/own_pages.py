"""One's own account, in the shell: profile, password, devices, access for one's own AI client."""

from typing import Any

import reflex as rx

from koprogo_app.auth.passwords import MINIMUM
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import LANGUAGE_NAMES, N_
from koprogo_app.ui.badge import status_badge
from koprogo_app.ui.button import button
from koprogo_app.ui.dialog import confirm_dialog, form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import checkbox, field, fields, form, select_field
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import card, columns, page_head, paragraph, row
from koprogo_app.ui.note import note
from koprogo_app.ui.page import Nav, body, page
from koprogo_app.ui.session import AuthState
from koprogo_app.ui.table import Column, data_table
from koprogo_app.ui.text import t

from .state import PasswordState, ProfileState, SessionRow, SessionsState, TokenRow, TokensState

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
    own_client=Topic(
        N_("Your own AI client"),
        N_(
            "An assistant on your computer that speaks MCP, the Model Context Protocol, may ask KoproGo: the law with its "
            "sources, and what your role sees here. It reads, it changes nothing.\n\nWhat it reads goes to whoever runs that "
            "assistant. Choose one that your office trusts with the data of co-owners.\n\nThe access token says that it acts "
            "for you. Keep it like a password and revoke it when you no longer use it; a new password ends every token."
        ),
    ),
)


@page(
    "/profile",
    N_("Profile"),
    permission=P.PROFILE,
    on_load=[ProfileState.load, TokensState.load],
    nav=Nav("foot", "circle-user", 90),
)
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
        rx.cond(AuthState.organization != "", _own_client()),  # the platform's administrator is in no office
    )


_LIVES = (("30", N_("30 days")), ("90", N_("90 days")), ("180", N_("180 days")), ("365", N_("1 year")))


def _own_client() -> rx.Component:
    s = TokensState
    new = form_dialog(
        button(t("New access token"), icon_name="plus", size="sm"), t("New access token"),
        field(t("Name"), "name", hint=t("The computer or the assistant that will use it."), errors=s.errors, required=True,
              autocomplete="off"),
        select_field(t("Works for"), "days", [(days, t(words)) for days, words in _LIVES], value="90", errors=s.errors,
                     required=True),
        on_submit=s.create, submit=t("Create the access token"), open=s.adding, on_open_change=s.show_adding,
        errors=s.errors,
        description=t("It acts for you in your present role in {office}.", office=AuthState.organization),
    )  # fmt: skip
    listed = data_table(
        [
            Column("name", t("Name"), mobile="name"),
            Column("prefix", t("Begins with")),
            Column("role", t("Role"), mobile="state", wide=True),
            Column("used", t("Last used")),
            Column("until", t("Works until"), mobile="date"),
            Column("act", t("Actions"), mobile="amount"),
        ],
        s.rows,
        _token_cells,
        caption=t("Access tokens"),
        empty=empty_state(t("No assistant of yours is connected.")),
    )
    lead = t(
        "Let an assistant on your own computer ask KoproGo for you: it reads what you may read, and changes nothing."
    )
    return card(paragraph(lead), rx.cond(s.secret != "", _shown_once()), listed, title=t("Your own AI client"),
                actions=[new], topic="own_client")  # fmt: skip


def _shown_once() -> rx.Component:
    s = TokensState
    copy = button(t("Copy the access token"), icon_name="copy", on_click=rx.set_clipboard(s.secret))
    return note(
        t("Copy the access token now: it is not shown again."),
        field(t("Access token"), "secret", value=s.secret, read_only=True, autocomplete="off"),
        field(t("Address for your client"), "address", value=s.address, read_only=True),
        row(copy, button(t("I have copied it"), kind="ghost", on_click=s.forget)),
        tone="ok",
        live="status",
    )


def _token_cells(r: TokenRow) -> list[Any]:
    revoke = confirm_dialog(
        button(t("Revoke"), size="sm", kind="danger", aria_label=t("Revoke {name}", name=r.name)),
        t("Revoke the access token {name}?", name=r.name), t("The client that uses it is refused at once."),
        t("Revoke the access token"), TokensState.revoke(r.id), danger=True,
    )  # fmt: skip
    until = rx.cond(r.expired, status_badge("inactive", t("Expired")), r.until)
    return [r.name, r.prefix, r.role, r.used, until, revoke]


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
