"""A co-ownership on its way out, to a file or to another syndic, and on its way in."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core import clock
from koprogo_app.core.actor import Permission
from koprogo_app.core.errors import DomainError, Invalid
from koprogo_app.core.i18n import N_, number, translate
from koprogo_app.core.listing import Asked
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.modules.organizations import service as organizations
from koprogo_app.modules.transfers import service as transfers
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.session import Session

OFFERED = 20  # organisations at a time: the picker searches the others


@dataclass
class CheckRow:
    label: str
    said: str
    tone: str


@dataclass
class Handover:
    """Which syndic takes over, by which decision; `reason` for a condition that is passed over."""

    to_organization: UUID
    decision: str
    decided_on: date
    reason: str


class OfficesState(Session, rx.State):
    """The organisations that a picker offers to the platform's administrator."""

    rows: list[Choice] = []

    @event(Permission.ORGANIZATIONS_ADMIN)
    async def search(self, text: str):
        asked = Asked(size=OFFERED, search=text[:100], filters={"state": "active"})
        found = await self._run(organizations.list_organizations, asked)
        self.rows = [Choice(str(row.id), row.name) for row in found.rows]


class HandoverState(Session, rx.State):
    """The page that hands a building over. The transfer is for the platform's administrator."""

    admin: bool = False
    checks: list[CheckRow] = []
    stopped: bool = False  # a condition stops the transfer
    errors: dict[str, str] = {}
    asks: bool = False  # the last question is open
    target: str = ""  # the name of the organisation that takes over
    _handover: Handover | None = None

    @event(Permission.ARCHIVE_EXPORT)
    async def load(self):
        actor = await self._actor()
        self.admin = actor.can(Permission.BUILDINGS_TRANSFER)
        self.errors, self.asks, self.target, self._handover, self.checks, self.stopped = {}, False, "", None, [], False
        if self.admin:
            locale, building_id = await self._locale(), id_of(self._place())
            self.checks = [_check_row(c, locale) for c in await self._run(transfers.list_checks, building_id)]
            self.stopped = any(check.tone == "bad" for check in self.checks)
            return OfficesState.search("")
        return None

    @event(Permission.BUILDINGS_TRANSFER)
    async def ask(self, form: dict[str, Any]):
        """Keeps the decision and asks to type the building's name."""
        self.errors = {}
        given = _entered(form)
        self.target = (await self._run(organizations.get_organization, given.to_organization)).name
        self._handover, self.asks = given, True

    @event(Permission.BUILDINGS_TRANSFER)
    async def show_asking(self, value: bool):
        self.asks, self.errors = value, {}

    @event(Permission.BUILDINGS_TRANSFER)
    async def transfer(self, form: dict[str, Any]):
        building = await self._run(buildings.get_building, id_of(self._place()))
        if self._handover is None or str(form.get("confirmation", "")).strip() != building.name:
            raise Invalid("Type the name exactly as written.", field="confirmation")
        given, self.asks = self._handover, False
        done = await self._run(
            transfers.transfer_building, building.id, given.to_organization, decision=given.decision,
            decided_on=given.decided_on, reason=given.reason,
        )  # fmt: skip
        locale, rows = await self._locale(), sum(done.moved.values())
        said = N_("{name} now belongs to {office}. Rows moved: {count}.")
        words = {"name": building.name, "office": self.target, "count": number(rows, locale)}
        return [rx.toast.success(translate(locale, said, **words)), rx.redirect(f"/buildings/{building.id}")]

    def _place(self) -> str:
        return self.building_id  # type: ignore[attr-defined]  (of the page's address)


class ArchivesState(Session, rx.State):
    """The page that brings an archive in. The platform's administrator names the organisation that receives it."""

    admin: bool = False
    office: str = ""

    @event(Permission.ARCHIVE_IMPORT)
    async def load(self):
        actor = await self._actor()
        self.admin, self.office = actor.organization_id is None, ""
        return OfficesState.search("") if self.admin else None

    @event(Permission.ARCHIVE_IMPORT)
    async def choose(self, office: str):
        self.office = office

    @event(Permission.ARCHIVE_IMPORT)
    async def opened(self, building_id: str):
        """The building is there: on to it."""
        said = translate(await self._locale(), N_("The building is imported."))
        return [rx.toast.success(said), rx.redirect(f"/buildings/{id_of(building_id)}")]


def _check_row(check: Any, locale: str) -> CheckRow:
    tone = "ok" if check.passed else "bad" if check.blocking else "warn"
    said = {"bad": N_("The transfer waits until this is right."), "warn": N_("May be passed over, with a reason.")}
    return CheckRow(translate(locale, check.label), translate(locale, said[tone]) if tone in said else "", tone)


def _entered(form: dict[str, Any]) -> Handover:
    """The form, read; Invalid names every wrong field."""
    errors: dict[str, DomainError] = {}
    target, decided_on = None, clock.today()
    try:
        target = UUID(str(form.get("to_organization", "")))
    except ValueError:
        errors["to_organization"] = Invalid("Choose one from the list.", field="to_organization")
    try:
        decided_on = date.fromisoformat(str(form.get("decided_on", "")))
    except ValueError:
        errors["decided_on"] = Invalid("Enter a date.", field="decided_on")
    if decided_on > clock.today():
        wrong = "This date is in the future: record the decision once it holds."
        errors["decided_on"] = Invalid(wrong, field="decided_on")
    decision = str(form.get("decision", "")).strip()
    if not decision:
        errors["decision"] = Invalid("Name the decision that appoints the new syndic.", field="decision")
    if errors or target is None:
        raise Invalid.together(errors)
    return Handover(target, decision[:300], decided_on, str(form.get("reason", "")).strip()[:500])
