"""What the pages of people show, worded for their reader: the office's members, and every user of the platform."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core.actor import ROLE_LABELS, Role
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_, day, translate
from koprogo_app.core.validation import parse
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.listing import Listing, listed

from . import service
from .models import InviteIn
from .queries import Person


@dataclass
class MemberRow:
    id: str
    name: str
    email: str
    role: str
    building: str
    since: str
    state: str
    invited: bool
    owner: bool

    @classmethod
    def of(cls, m: Any, locale: str) -> "MemberRow":
        return cls(
            str(m.id), m.name.strip() or m.email, m.email, translate(locale, ROLE_LABELS[Role(m.role)]),
            m.building or translate(locale, N_("All buildings")), day(m.since.date(), locale), m.state,
            m.kind == "invitation", m.role == Role.OWNER,
        )  # fmt: skip


@listed(P.MEMBERS_READ)
class MembersState(Listing, rx.State):
    rows: list[MemberRow] = []
    sort: str = "name"
    places: list[Choice] = []
    errors: dict[str, str] = {}
    inviting: bool = False
    chosen: str = ""
    name: str = ""
    role: str = ""
    ending: bool = False
    withdrawing: bool = False

    async def _read(self) -> None:
        locale = await self._locale()
        asked = self._asked()
        found = await self._run(service.list_members, asked)
        self.rows, self.total = [MemberRow.of(m, locale) for m in found.rows], found.total

    @event(P.MEMBERS_READ)
    async def load(self):
        self.inviting = self.ending = self.withdrawing = False
        if (await self._actor()).organization_id is None:  # the platform's administrator is in no office
            return rx.redirect("/admin/users")
        self.places = [Choice(str(place), name) for place, name in await self._run(service.list_places)]
        self._narrow("role", "building", "state")
        await self._read()
        return None

    @event(P.MEMBERS_WRITE)
    async def show_inviting(self, shown: bool):
        self.inviting, self.errors = shown, {}

    @event(P.MEMBERS_WRITE)
    async def invite(self, form: dict[str, Any]):
        self.errors = {}
        await self._run(service.invite, parse(InviteIn, form))
        self.inviting = False
        await self._read()
        return rx.toast.success(translate(await self._locale(), N_("The invitation is sent.")))

    @event(P.MEMBERS_WRITE)
    async def resend(self, link_id: str):
        await self._run(service.resend_invitation, UUID(link_id))
        await self._read()
        return rx.toast.success(translate(await self._locale(), N_("The invitation is sent.")))

    @event(P.MEMBERS_WRITE)
    async def ask_end(self, row_id: str):
        self._choose(row_id)
        self.ending = True

    @event(P.MEMBERS_WRITE)
    async def ask_withdrawal(self, row_id: str):
        self._choose(row_id)
        self.withdrawing = True

    def _choose(self, row_id: str) -> None:
        shown = next((row for row in self.rows if row.id == row_id), None)
        self.chosen, self.name, self.role = row_id, shown.name if shown else "", shown.role if shown else ""

    @event(P.MEMBERS_WRITE)
    async def close(self, open: bool):
        self.ending = self.withdrawing = False

    @event(P.MEMBERS_WRITE)
    async def end(self):
        self.ending = False
        await self._run(service.end_role, UUID(self.chosen))
        await self._read()

    @event(P.MEMBERS_WRITE)
    async def withdraw(self):
        self.withdrawing = False
        await self._run(service.withdraw_invitation, UUID(self.chosen))
        await self._read()


@dataclass
class UserRow:
    id: str
    name: str
    email: str
    roles: str
    since: str
    state: str

    @classmethod
    def of(cls, person: Person, locale: str) -> "UserRow":
        words = [translate(locale, ROLE_LABELS[held.role]) for held in person.roles]
        offices = [held.organization for held in person.roles]
        roles = [f"{role} ({office})" if office else role for role, office in zip(words, offices, strict=True)]
        u = person.user
        return cls(
            str(u.id), f"{u.last_name} {u.first_name}", u.email, ", ".join(roles), day(u.created_at.date(), locale),
            "active" if u.is_active else "inactive",
        )  # fmt: skip


@listed(P.USERS_ADMIN)
class UsersState(Listing, rx.State):
    rows: list[UserRow] = []
    sort: str = "name"
    offices: list[Choice] = []
    errors: dict[str, str] = {}
    inviting: bool = False

    async def _read(self) -> None:
        locale = await self._locale()
        asked = self._asked()
        found = await self._run(service.list_users, asked)
        self.rows, self.total = [UserRow.of(person, locale) for person in found.rows], found.total

    @event(P.USERS_ADMIN)
    async def load(self):
        self.inviting = False
        self.offices = [Choice(str(office), name) for office, name in await self._run(service.list_offices)]
        self._narrow("role", "organization", "state")
        await self._read()

    @event(P.USERS_ADMIN)
    async def show_inviting(self, shown: bool):
        self.inviting, self.errors = shown, {}

    @event(P.USERS_ADMIN)
    async def invite(self, form: dict[str, Any]):
        """The first people of an office: its syndic invites the others."""
        self.errors = {}
        await self._run(service.invite, parse(InviteIn, form))
        self.inviting = False
        return rx.toast.success(translate(await self._locale(), N_("The invitation is sent.")))

    @event(P.USERS_ADMIN)
    async def activate(self, user_id: str):
        await self._run(service.activate_user, UUID(user_id))
        await self._read()

    @event(P.USERS_ADMIN)
    async def deactivate(self, user_id: str):
        await self._run(service.deactivate_user, UUID(user_id))
        await self._read()
        said = translate(await self._locale(), N_("The person is signed out everywhere and cannot sign in."))
        return rx.toast.success(said)
