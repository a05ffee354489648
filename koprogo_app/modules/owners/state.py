"""What the pages of people show, already worded for their reader."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core.actor import Permission
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import LANGUAGE_NAMES, N_, day, number, translate
from koprogo_app.core.listing import Asked
from koprogo_app.core.validation import parse
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.listing import Listing, listed
from koprogo_app.ui.session import Session

from . import rules, service
from .models import KnownAddress, Owner, OwnerIn, OwnerKind


def person_id(text: str) -> UUID:
    """The id in an address; NotFound when it is not one."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("This person does not exist.") from None


def name_of(o: Any) -> str:
    """As written in lists, from a row or an Owner: Dupont Jean."""
    return f"{o.last_name} {o.first_name}".strip()


def access_words(user_id: UUID | None, invited_at: Any, locale: str) -> tuple[str, str]:
    """Key and words of a person's access: has, invited, none."""
    if user_id:
        return "has", translate(locale, "Has access")
    if invited_at:
        return "invited", translate(locale, "Invited on {day}", day=day(invited_at.date(), locale))
    return "none", translate(locale, "Not invited")


@dataclass
class PersonRow:
    id: str
    name: str
    place: str
    email: str
    phone: str
    language: str
    lots: str
    channel: str
    access: str
    access_words: str

    @classmethod
    def of(cls, o: Any, locale: str, contacts: bool) -> "PersonRow":
        access, words = access_words(o.user_id, o.invited_at, locale)
        channel = rules.channel_of(o.email, o.email_consent_on).value if contacts else ""
        return cls(
            str(o.id), name_of(o), f"{o.postal_code} {o.city}".strip(), o.email or "", o.phone or "",
            LANGUAGE_NAMES.get(o.language, ""), number(o.lots, locale),
            channel, access, words,
        )  # fmt: skip


@listed(Permission.OWNERS_READ)
class PeopleState(Listing, rx.State):
    """The list of people."""

    rows: list[PersonRow] = []
    sort: str = "last_name"
    selected: list[str] = []
    chosen: str = ""
    chosen_ids: str = ""  # for the address of their export
    places: list[Choice] = []

    async def _read(self) -> None:
        locale, contacts = await self._locale(), service.sees_contacts(await self._actor())
        asked = self._asked()
        found = await self._run(service.list_people, asked)
        self.rows, self.total = [PersonRow.of(o, locale, contacts) for o in found.rows], found.total

    async def _choose(self, ids: list[str]) -> None:
        self.selected, self.chosen_ids = ids, ",".join(ids)
        count = number(len(ids), await self._locale())
        self.chosen = translate(await self._locale(), "People chosen: {count}", count=count)

    @event(Permission.OWNERS_READ)
    async def load(self):
        places = await self._run(buildings.list_buildings, Asked(size=1000, sort="name"))
        self.places = [Choice(str(b.id), b.name) for b in places.rows]
        self._narrow("kind", "language", "building", "address", "email", "channel", "access")
        await self._choose([])
        await self._read()

    @event(Permission.OWNERS_READ)
    async def pick(self, row_id: str):
        kept = [i for i in self.selected if i != row_id]
        await self._choose(kept if len(kept) < len(self.selected) else [*kept, row_id])

    @event(Permission.OWNERS_READ)
    async def pick_all(self):
        everybody = [row.id for row in self.rows]
        await self._choose([] if len(self.selected) >= len(everybody) else everybody)

    @event(Permission.OWNERS_READ)
    async def pick_none(self):
        await self._choose([])

    @event(Permission.OWNERS_WRITE)
    async def invite(self):
        """Invites the chosen people who can be."""
        done = await self._run(service.invite_owners, [person_id(i) for i in self.selected])
        await self._choose([])
        await self._read()
        words = {"sent": done.sent, "skipped": done.skipped}
        said = N_("Invitations sent: {sent}. Left out, without e-mail address or with access already: {skipped}.")
        return rx.toast.success(translate(await self._locale(), said, **words))


FIELDS = tuple(OwnerIn.model_fields)


class PersonFormState(Session, rx.State):
    """A new person, or the identity of one."""

    values: dict[str, str] = {}
    company: bool = False
    sharing: bool = False  # the address is known: the office may say that two people share it
    missing: bool = False
    title: str = ""
    errors: dict[str, str] = {}

    def _show(self, values: dict[str, str], title: str) -> None:
        self.values, self.title, self.errors = values, title, {}
        self.company, self.sharing, self.missing = values["kind"] == OwnerKind.COMPANY, False, False

    @event(Permission.OWNERS_WRITE)
    async def start(self):
        self._show({"kind": OwnerKind.PERSON.value, "language": await self._locale(), "country": "BE"}, "")

    @event(Permission.OWNERS_WRITE)
    async def edit(self):
        try:
            owner = await self._run(service.get_owner, person_id(self.owner_id))
        except NotFound:
            self.missing = True
            return
        self._show({name: _text(getattr(owner, name)) for name in FIELDS}, owner.name)

    @event(Permission.OWNERS_WRITE)
    async def choose_kind(self, kind: str):
        self.company = kind == OwnerKind.COMPANY

    @event(Permission.OWNERS_WRITE)
    async def create(self, form: dict[str, Any]):
        made = await self._send(form, service.create_owner)
        return rx.redirect(f"/people/{made.id}")

    @event(Permission.OWNERS_WRITE)
    async def save(self, form: dict[str, Any]):
        before = await self._run(service.get_owner, person_id(self.owner_id))
        kept = {name: _text(getattr(before, name)) for name in ("email_consent_on", "email_consent_proof")}
        after = await self._send(kept | form, service.update_owner, before.id)
        said = N_("The data are saved.")
        if before.email_consent_on and not after.email_consent_on:
            said = N_("The data are saved. The consent to e-mail ended with the old address: ask for a new one.")
        return [rx.redirect(f"/people/{after.id}"), rx.toast.success(translate(await self._locale(), said))]

    async def _send(self, form: dict[str, Any], action: Any, *args: Any) -> Owner:
        self.errors = {}
        data = parse(OwnerIn, {name: value for name, value in form.items() if name in FIELDS})
        try:
            return await self._run(action, *args, data, shared_email=form.get("shared_email") == "on")
        except KnownAddress:
            self.sharing = True
            raise


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
