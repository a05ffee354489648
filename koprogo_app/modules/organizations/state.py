"""What the page of organisations shows, already worded for its reader."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.auth.models import UNLIMITED, Plan
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_, day, number, translate
from koprogo_app.core.validation import parse
from koprogo_app.ui.event import event
from koprogo_app.ui.listing import Listing, listed

from . import service
from .models import OrganizationIn

PLANS = {
    Plan.FREE: N_("Free"),
    Plan.STARTER: N_("Starter"),
    Plan.PROFESSIONAL: N_("Professional"),
    Plan.ENTERPRISE: N_("Enterprise"),
}


@dataclass
class OrganizationRow:
    id: str
    name: str
    email: str
    plan: str
    buildings: str
    users: str
    since: str
    state: str

    @classmethod
    def of(cls, o: Any, locale: str) -> "OrganizationRow":
        return cls(
            str(o.id),
            o.name,
            o.contact_email,
            translate(locale, PLANS[Plan(o.plan)]),
            _used(o.buildings, o.max_buildings, locale),
            _used(o.users, o.max_users, locale),
            day(o.created_at.date(), locale),
            "active" if o.is_active else "inactive",
        )


def _used(count: int, most: int, locale: str) -> str:
    return f"{number(count, locale)} / {'∞' if most == UNLIMITED else number(most, locale)}"


@listed(P.ORGANIZATIONS_ADMIN)
class OrganizationsState(Listing, rx.State):
    rows: list[OrganizationRow] = []
    sort: str = "name"
    errors: dict[str, str] = {}
    values: dict[str, str] = {}
    editing: bool = False
    chosen: str = ""  # the organisation in the form or in the dialog; empty: a new one
    name: str = ""
    suspending: bool = False
    deleting: bool = False

    async def _read(self) -> None:
        locale = await self._locale()
        asked = self._asked()
        found = await self._run(service.list_organizations, asked)
        self.rows, self.total = [OrganizationRow.of(o, locale) for o in found.rows], found.total

    @event(P.ORGANIZATIONS_ADMIN)
    async def load(self):
        self.editing = self.suspending = self.deleting = False
        self._narrow("plan", "state")
        await self._read()

    @event(P.ORGANIZATIONS_ADMIN)
    async def show_form(self, shown: bool):
        """A new organisation, or the end of the form."""
        self.editing, self.chosen, self.errors, self.values = shown, "", {}, {"plan": Plan.PROFESSIONAL.value}

    @event(P.ORGANIZATIONS_ADMIN)
    async def edit(self, organization_id: str):
        o = await self._run(service.get_organization, UUID(organization_id))
        kept = ("name", "slug", "contact_email", "contact_phone", "plan")
        self.values = {field: str(getattr(o, field) or "") for field in kept}
        self.editing, self.chosen, self.errors = True, organization_id, {}

    @event(P.ORGANIZATIONS_ADMIN)
    async def save(self, form: dict[str, Any]):
        self.errors = {}
        data = parse(OrganizationIn, form)
        if self.chosen:
            await self._run(service.update_organization, UUID(self.chosen), data)
        else:
            await self._run(service.create_organization, data)
        self.editing = False
        await self._read()
        return rx.toast.success(translate(await self._locale(), N_("The organisation is saved.")))

    @event(P.ORGANIZATIONS_ADMIN)
    async def ask_suspension(self, organization_id: str):
        await self._choose(organization_id)
        self.suspending = True

    @event(P.ORGANIZATIONS_ADMIN)
    async def ask_deletion(self, organization_id: str):
        await self._choose(organization_id)
        self.deleting = True

    async def _choose(self, organization_id: str) -> None:
        o = await self._run(service.get_organization, UUID(organization_id))
        self.chosen, self.name, self.errors = organization_id, o.name, {}

    @event(P.ORGANIZATIONS_ADMIN)
    async def close(self, open: bool):
        self.suspending = self.deleting = False
        self.errors = {}

    @event(P.ORGANIZATIONS_ADMIN)
    async def suspend(self, form: dict[str, Any]):
        if await self._confirmed(form):
            await self._run(service.suspend_organization, UUID(self.chosen))
            self.suspending = False
            await self._read()

    @event(P.ORGANIZATIONS_ADMIN)
    async def delete(self, form: dict[str, Any]):
        if await self._confirmed(form):
            await self._run(service.delete_organization, UUID(self.chosen))
            self.deleting = False
            await self._read()

    async def _confirmed(self, form: dict[str, Any]) -> bool:
        """The name typed is the one kept: the browser's copy decides nothing."""
        kept = await self._run(service.get_organization, UUID(self.chosen))
        right = str(form.get("confirmation", "")).strip() == kept.name
        wrong = translate(await self._locale(), N_("Type the name exactly as written."))
        self.errors = {} if right else {"confirmation": wrong}
        return right

    @event(P.ORGANIZATIONS_ADMIN)
    async def activate(self, organization_id: str):
        await self._run(service.activate_organization, UUID(organization_id))
        await self._read()
        return rx.toast.success(translate(await self._locale(), N_("The organisation is active again.")))
