"""The people of one office, for its syndic; every user, for the platform's administrator."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import ROLE_LABELS, Role
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import LANGUAGE_NAMES, N_
from koprogo_app.ui.badge import status_badge
from koprogo_app.ui.button import button
from koprogo_app.ui.dialog import confirm_dialog, form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import field, fields, select_field
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import page_head
from koprogo_app.ui.menu import menu, menu_item
from koprogo_app.ui.page import Nav, body, page
from koprogo_app.ui.session import AuthState
from koprogo_app.ui.table import Column, Filter, data_table
from koprogo_app.ui.text import t

from .rules import INVITED
from .state import MemberRow, MembersState, UserRow, UsersState

CODE = {
    "fr": "https://www.ejustice.just.fgov.be/eli/loi/2020/02/04/2020A20347/justel",
    "nl": "https://www.ejustice.just.fgov.be/eli/wet/2020/02/04/2020A20347/justel",
}
register(
    members=Topic(
        N_("Who may do what"),
        N_(
            "Syndics and accountants work for the office and see its buildings. Council members, the auditor of the "
            "accounts, occupants and contractors belong to one building and see that one only. Co-owners are invited "
            "from the register: they see their own lots.\n\nIn one co-ownership the syndic is neither a member of the "
            "council nor the auditor of the accounts. The Code does not forbid a council member to be the auditor."
        ),
        "3.89 §9",
        official=CODE,
    ),
    platform_users=Topic(
        N_("Users of the platform"),
        N_(
            "Everybody with an account, in whatever office. A deactivated account is signed out at once and signs in "
            "nowhere; its data and its trail stay.\n\nInvite the first syndic of an office here: the syndic invites "
            "the others."
        ),
    ),
)
STATES = {
    "active": ("active", N_("Active")),
    "inactive": ("inactive", N_("Deactivated")),
    "invited": ("sent", N_("Invited")),
    "expired": ("late", N_("Invitation expired")),
}
ROLES = [(role.value, ROLE_LABELS[role]) for role in INVITED]


def _state(value: Any) -> rx.Component:
    drawn = [(key, status_badge(look, t(word))) for key, (look, word) in STATES.items()]
    return rx.match(value, *drawn, status_badge("inactive"))  # type: ignore[return-value]


def _person_fields(errors: Any) -> list[rx.Component]:
    return [
        field(t("E-mail address"), "email", type="email", errors=errors, required=True, autocomplete="off"),
        fields(
            field(t("First name"), "first_name", errors=errors, autocomplete="off"),
            field(t("Last name"), "last_name", errors=errors, autocomplete="off"),
        ),
    ]


def _language(errors: Any) -> rx.Component:
    return select_field(
        t("Language of the mail"), "locale", list(LANGUAGE_NAMES.items()), value="fr", errors=errors, required=True
    )


# --- The office -------------------------------------------------------------------------------------------------------


def _member_actions(m: MemberRow) -> rx.Component:
    s = MembersState
    more = button(
        t("Actions"), size="sm", kind="ghost", icon_name="ellipsis", aria_label=t("Actions for {name}", name=m.name)
    )
    guest = [
        menu_item(t("Send the invitation again"), s.resend(m.id), icon_name="send"),
        menu_item(t("Withdraw the invitation"), s.ask_withdrawal(m.id), icon_name="ban", bad=True),
    ]
    member = menu(more, menu_item(t("End the role"), s.ask_end(m.id), icon_name="user-x", bad=True, disabled=m.owner))
    return rx.cond(m.invited, menu(more, *guest), member)


def _member_cells(m: MemberRow) -> list[Any]:
    actions = rx.cond(AuthState.permissions.contains(str(P.MEMBERS_WRITE)), _member_actions(m))  # type: ignore[attr-defined]
    return [m.name, m.email, m.role, m.building, m.since, _state(m.state), actions]


def _invite_member() -> rx.Component:
    s = MembersState
    return form_dialog(
        button(t("Invite a person"), icon_name="user-plus", kind="solid", shortcut="N"),
        t("Invite a person"),
        *_person_fields(s.errors),
        select_field(
            t("Role"), "role", [(r, t(label)) for r, label in ROLES], errors=s.errors, required=True, topic="members"
        ),
        select_field(
            t("Building"),
            "building_id",
            s.places,
            errors=s.errors,
            blank=t("All buildings"),
            hint=t("Needed for every role but syndic and accountant."),
        ),
        _language(s.errors),
        on_submit=s.invite,
        submit=t("Send the invitation"),
        open=s.inviting,
        on_open_change=s.show_inviting,
        errors=s.errors,
        description=t("A mail with a link leaves at once. The link works for fourteen days."),
    )


@page("/members", N_("Members"), permission=P.MEMBERS_READ, on_load=MembersState.load, nav=Nav("admin", "users", 40))
def members() -> rx.Component:
    s = MembersState
    filters = [
        Filter("role", t("Role"), [*[(r, t(w)) for r, w in ROLES], (Role.OWNER.value, t(ROLE_LABELS[Role.OWNER]))]),
        Filter("building", t("Building"), s.places),
        Filter("state", t("Status"), [(key, t(word)) for key, (_, word) in STATES.items()]),
    ]
    columns = [
        Column("name", t("Name"), sortable=True, mobile="name"),
        Column("email", t("E-mail address")),
        Column("role", t("Role"), sortable=True, mobile="state"),
        Column("building", t("Building"), sortable=True),
        Column("since", t("Since"), sortable=True),
        Column("state", t("Status"), sortable=True, mobile="date"),
        Column("act", t("Actions"), mobile="amount"),
    ]
    return body(
        page_head(
            t("Members"),
            t("Who works in the office, watches its buildings or lives in them, and who is invited."),
            rx.cond(AuthState.permissions.contains(str(P.MEMBERS_WRITE)), _invite_member()),  # type: ignore[attr-defined]
            topic="members",
        ),
        data_table(
            columns, s.rows, _member_cells, caption=t("Members"), state=s, search=t("Search a person"), filters=filters,
            empty=empty_state(t("Nobody yet."), t("Invite the people you work with."), icon_name="users"),
        ),
        confirm_dialog(
            None, t("End the role of {name}?", name=s.name),
            t("Role: {role}. The person is signed out of it at once; what was done stays in the trail.", role=s.role),
            t("End the role"), s.end, danger=True, open=s.ending, on_open_change=s.close,
        ),
        confirm_dialog(
            None, t("Withdraw the invitation of {name}?", name=s.name), t("The link in the mail stops working."),
            t("Withdraw the invitation"), s.withdraw, danger=True, open=s.withdrawing, on_open_change=s.close,
        ),
    )  # fmt: skip


# --- The platform -----------------------------------------------------------------------------------------------------


def _user_cells(u: UserRow) -> list[Any]:
    s = UsersState
    off = confirm_dialog(
        button(t("Deactivate"), size="sm", aria_label=t("Deactivate {name}", name=u.name)),
        t("Deactivate {name}?", name=u.name), t("The person is signed out everywhere at once and cannot sign in."),
        t("Deactivate the account"), s.deactivate(u.id), danger=True,
    )  # fmt: skip
    on = button(t("Activate"), size="sm", on_click=s.activate(u.id), aria_label=t("Activate {name}", name=u.name))
    return [u.name, u.email, u.roles, u.since, _state(u.state), rx.cond(u.state == "active", off, on)]


@page("/admin/users", N_("Users"), permission=P.USERS_ADMIN, on_load=UsersState.load, nav=Nav("admin", "user-cog", 20))
def users() -> rx.Component:
    s = UsersState
    invite = form_dialog(
        button(t("Invite a person"), icon_name="user-plus", kind="solid", shortcut="N"),
        t("Invite a person"),
        *_person_fields(s.errors),
        select_field(
            t("Role"),
            "role",
            [(r.value, t(ROLE_LABELS[r])) for r in (Role.SYNDIC, Role.ACCOUNTANT)],
            errors=s.errors,
            value=Role.SYNDIC.value,
            required=True,
        ),
        select_field(t("Organisation"), "organization_id", s.offices, errors=s.errors, required=True),
        _language(s.errors),
        on_submit=s.invite,
        submit=t("Send the invitation"),
        open=s.inviting,
        on_open_change=s.show_inviting,
        errors=s.errors,
    )
    columns = [
        Column("name", t("Name"), sortable=True, mobile="name"),
        Column("email", t("E-mail address"), sortable=True),
        Column("roles", t("Roles"), mobile="state", wide=True),
        Column("created_at", t("Since"), sortable=True),
        Column("state", t("Status"), mobile="date"),
        Column("act", t("Actions"), mobile="amount"),
    ]
    filters = [
        Filter("role", t("Role"), [(r.value, t(ROLE_LABELS[r])) for r in Role if r != Role.SYSTEM]),
        Filter("organization", t("Organisation"), s.offices),
        Filter("state", t("Status"), [(key, t(STATES[key][1])) for key in ("active", "inactive")]),
    ]
    return body(
        page_head(t("Users"), t("Everybody who signs in, in every office."), invite, topic="platform_users"),
        data_table(
            columns, s.rows, _user_cells, caption=t("Users"), state=s, search=t("Search a person"), filters=filters,
            empty=empty_state(t("Nobody yet."), t("Invite the first syndic."), icon_name="users"),
        ),
    )  # fmt: skip
