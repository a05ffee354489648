"""What the pages of buildings show, already worded for their reader."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core import belgium, clock
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.actor import system_actor
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import LANGUAGE_NAMES, N_, day, number, translate
from koprogo_app.core.service import run
from koprogo_app.core.validation import address_id, parse
from koprogo_app.ui.event import PUBLIC, event
from koprogo_app.ui.listing import Listing, listed
from koprogo_app.ui.session import Session
from koprogo_app.ui.text import LocaleState

from . import rules, service
from .models import Building, BuildingIn


def id_of(value: str) -> UUID:
    """The id in an address; NotFound when it is not one."""
    return address_id(value, N_("This building does not exist."))


@dataclass
class BuildingRow:
    id: str
    name: str
    address: str
    city: str
    units: str
    shares: str

    @classmethod
    def of(cls, b: Any, locale: str) -> "BuildingRow":
        return cls(
            str(b.id),
            b.name,
            b.address,
            f"{b.postal_code} {b.city}",
            number(b.total_units, locale),
            number(b.total_shares, locale),
        )


@listed(P.BUILDINGS_READ)
class BuildingsState(Listing, rx.State):
    rows: list[BuildingRow] = []
    sort: str = "name"

    async def _read(self) -> None:
        locale = await self._locale()
        asked = self._asked()
        found = await self._run(service.list_buildings, asked)
        self.rows, self.total = [BuildingRow.of(b, locale) for b in found.rows], found.total

    @event(P.BUILDINGS_READ)
    async def load(self):
        self._narrow()
        await self._read()


@dataclass
class Identity:
    """The identity card, worded. Empty texts are "not entered yet"."""

    association: str = ""
    kbo: str = ""
    deed: str = ""
    fiscal: str = ""
    window: str = ""
    language: str = ""
    region: str = ""
    built: str = ""
    acceptance: str = ""
    reserve_from: str = ""
    working: str = ""
    reserve: str = ""
    syndic: str = ""
    syndic_kbo: str = ""
    syndic_since: str = ""
    syndic_reach: str = ""
    office_hours: str = ""
    emergency: str = ""
    public: str = ""

    @classmethod
    def of(cls, b: Building, locale: str) -> "Identity":
        window = ""
        if b.meeting_month and b.meeting_day:
            first, last = rules.next_window(b.meeting_month, b.meeting_day, clock.today())
            window = f"{day(first, locale)} – {day(last, locale)}"
        deed = " · ".join(part for part in (day(b.deed_on, locale), b.deed_reference or "") if part)
        due = rules.reserve_due_on(b.provisional_acceptance_on) if b.provisional_acceptance_on else None
        return cls(
            association=rules.association_name(b.name, locale),
            kbo=belgium.show_kbo(b.kbo), deed=deed, fiscal=f"{b.fiscal_day:02d}/{b.fiscal_month:02d}", window=window,
            language=LANGUAGE_NAMES.get(b.language, ""), region=translate(locale, belgium.REGIONS[b.region]) if b.region else "",
            built=str(b.construction_year or ""), acceptance=day(b.provisional_acceptance_on, locale), reserve_from=day(due, locale),
            working=belgium.show_iban(b.iban_working), reserve=belgium.show_iban(b.iban_reserve), syndic=b.syndic_name or "",
            syndic_kbo=belgium.show_kbo(b.syndic_kbo), syndic_since=day(b.syndic_since, locale),
            syndic_reach="\n".join(part for part in (b.syndic_address, b.syndic_phone, b.syndic_email) if part),
            office_hours=b.syndic_office_hours or "", emergency=b.syndic_emergency or "",
            public=f"/syndic/{b.slug}" if b.slug and b.noticeboard_public else "",
        )  # fmt: skip


class BuildingState(Session, rx.State):
    """The head of every tab of a building, and its overview."""

    name: str = ""
    place: str = ""
    identity: Identity = Identity()
    missing: bool = False

    @event(P.BUILDINGS_READ)
    async def load(self):
        locale = await self._locale()
        try:
            b = await self._run(service.get_building, id_of(self.building_id))
        except NotFound:
            self.missing, self.name, self.place = True, "", ""
            return
        self.missing, self.name = False, b.name
        facts = [f"{b.address}, {b.postal_code} {b.city}", f"BCE/KBO {belgium.show_kbo(b.kbo)}" if b.kbo else ""]
        facts.append(translate(locale, N_("{count} shares"), count=number(b.total_shares, locale)))
        self.place = " · ".join(fact for fact in facts if fact)
        self.identity = Identity.of(b, locale)


FORM_FIELDS = tuple(BuildingIn.model_fields)
GROUPED = {  # read more easily so, and taken back as they stand
    "kbo": belgium.show_kbo, "syndic_kbo": belgium.show_kbo, "iban_working": belgium.show_iban, "iban_reserve": belgium.show_iban,
}  # fmt: skip


class BuildingFormState(Session, rx.State):
    """A new building, or the settings of one."""

    values: dict[str, str] = {}
    public: bool = False
    errors: dict[str, str] = {}
    saved: bool = False
    asks_deletion: bool = False

    @event(P.BUILDINGS_WRITE)
    async def start(self):
        self.values, self.errors, self.public = (
            {"country": "BE", "total_shares": "10000", "total_units": "1", "fiscal_day": "1", "fiscal_month": "1"},
            {},
            False,
        )

    @event(P.BUILDINGS_WRITE)
    async def edit(self):
        b = await self._run(service.get_building, id_of(self.building_id))
        self.values = {name: _text(getattr(b, name)) for name in FORM_FIELDS} | {
            name: show(getattr(b, name)) for name, show in GROUPED.items()
        }
        self.public, self.errors, self.asks_deletion = b.noticeboard_public, {}, False

    @event(P.BUILDINGS_WRITE)
    async def create(self, form: dict[str, Any]):
        self.errors = {}
        made = await self._run(service.create_building, _entered(form))
        return rx.redirect(f"/buildings/{made.id}")

    @event(P.BUILDINGS_WRITE)
    async def save(self, form: dict[str, Any]):
        self.errors = {}
        await self._run(service.update_building, id_of(self.building_id), _entered(form))
        return [BuildingState.load, rx.toast.success(translate(await self._locale(), N_("The settings are saved.")))]

    @event(P.BUILDINGS_WRITE)
    async def ask_deletion(self, open: bool):
        self.asks_deletion, self.errors = open, {}

    @event(P.BUILDINGS_WRITE)
    async def delete(self, form: dict[str, Any]):
        building = await self._run(service.get_building, id_of(self.building_id))
        if str(form.get("confirmation", "")).strip() != building.name:
            self.errors = {"confirmation": translate(await self._locale(), N_("Type the name exactly as written."))}
            return None
        await self._run(service.delete_building, building.id)
        self.asks_deletion = False
        return rx.redirect("/buildings")


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)


def _entered(form: dict[str, Any]) -> BuildingIn:
    given = {k: v for k, v in form.items() if k in FORM_FIELDS}
    return parse(BuildingIn, given | {"noticeboard_public": form.get("noticeboard_public") == "on"})


class NoticeboardState(rx.State):
    """The public page of a co-ownership's syndic: readable by anybody when the syndic made it so."""

    name: str = ""
    address: str = ""
    identity: Identity = Identity()
    missing: bool = False

    @event(PUBLIC)
    async def load(self):
        locale = (await self.get_state(LocaleState)).locale
        try:
            b = await run(system_actor(), service.get_noticeboard, self.slug)
        except NotFound:
            self.missing = True
            return
        shown = Identity.of(b, locale)
        kept = {"syndic", "syndic_kbo", "syndic_since", "syndic_reach", "office_hours", "emergency", "kbo"}
        self.identity = Identity(**{f.name: getattr(shown, f.name) for f in fields(Identity) if f.name in kept})
        self.missing, self.name, self.address = False, b.name, f"{b.address}, {b.postal_code} {b.city}"
