"""What the page of a person, the list of likely duplicates and a merge show, already worded for their reader."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from koprogo_app.core import belgium
from koprogo_app.core.actor import Permission
from koprogo_app.core.errors import Conflict, NotFound
from koprogo_app.core.i18n import LANGUAGE_NAMES, N_, day, number, translate
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import OwnerKind
from koprogo_app.modules.owners.rules import Likeness, channel_of
from koprogo_app.modules.owners.state import access_words, name_of, person_id
from koprogo_app.modules.ownership import access, service
from koprogo_app.modules.ownership.models import Holding
from koprogo_app.modules.ownership.state import RELOAD, part_words, people_choices, right_words, typed_day
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.session import Session

LIKENESS = {
    Likeness.EMAIL: N_("Same e-mail address"),
    Likeness.KBO: N_("Same enterprise number"),
    Likeness.NAME: N_("Names almost the same"),
}
TABLES = {
    "ownership": N_("Parts of lots"),
    "document": N_("Documents"),
    "membership": N_("Buildings open to the person"),
    "one_time_link": N_("Invitations"),
}


@dataclass
class PersonCard:
    """A person, worded. Empty texts are "not entered yet"."""

    id: str = ""
    name: str = ""
    kind: str = ""
    company: bool = False
    kbo: str = ""
    representative: str = ""
    language: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    iban: str = ""
    remark: str = ""
    channel: str = ""
    consent: str = ""
    access: str = "none"
    access_words: str = ""

    @classmethod
    def of(cls, o: Any, locale: str, contacts: bool) -> "PersonCard":
        company = o.kind == OwnerKind.COMPANY
        key, words = access_words(o.user_id, o.invited_at, locale)
        consent = ""
        if o.email_consent_on:
            since = day(o.email_consent_on, locale)
            consent = translate(locale, "Consent of {day}: {proof}", day=since, proof=o.email_consent_proof)
        place = f"{o.postal_code} {o.city}".strip()
        return cls(
            id=str(o.id), name=name_of(o), company=company, kbo=belgium.show_kbo(o.kbo),
            kind=translate(locale, N_("Company") if company else N_("Person")), representative=o.representative or "",
            language=LANGUAGE_NAMES.get(o.language, ""), email=o.email or "", phone=o.phone or "",
            address="\n".join(line for line in (o.address, place, o.country if place else "") if line),
            iban=belgium.show_iban(o.iban), remark=o.remark or "", consent=consent, access=key, access_words=words,
            channel=channel_of(o.email, o.email_consent_on).value if contacts else "",
        )  # fmt: skip


@dataclass
class HeldRow:
    """A part of a person."""

    lot_id: str
    lot: str
    building_id: str
    building: str
    part: str
    right: str
    since: str
    until: str

    @classmethod
    def of(cls, h: Holding, locale: str) -> "HeldRow":
        p = h.part
        return cls(
            str(p.lot_id), h.lot, str(p.building_id), h.building, part_words(p.share, locale),
            right_words(p.right, locale), day(p.started_on, locale), day(p.ended_on, locale),
        )  # fmt: skip


class PersonState(Session, rx.State):
    """The page of a person."""

    missing: bool = False
    person: PersonCard = PersonCard()
    today: list[HeldRow] = []
    past: list[HeldRow] = []
    people: list[Choice] = []
    asking: str = ""  # the dialog that is open: consent, invite, merge
    errors: dict[str, str] = {}

    @event(Permission.OWNERS_READ)
    async def load(self):
        self.asking, self.errors = "", {}
        locale, contacts = await self._locale(), owners.sees_contacts(await self._actor())
        try:
            found = await self._run(owners.read_owner, person_id(self.owner_id))
        except NotFound:
            self.missing, self.person = True, PersonCard()
            return
        held = await self._run(service.owner_parts, found.id, ended=True)
        rows = [(h.part.ended_on is None, HeldRow.of(h, locale)) for h in held]
        self.missing, self.person = False, PersonCard.of(found, locale, contacts)
        self.today, self.past = [r for still, r in rows if still], [r for still, r in rows if not still]

    @event(Permission.OWNERS_WRITE)
    async def find(self, words: str):
        self.people = [p for p in await people_choices(self, words[:100]) if p.value != self.owner_id]

    @event(Permission.OWNERS_WRITE)
    async def ask(self, what: str):
        self.asking, self.errors = what, {}
        if what == "merge":
            self.people = [p for p in await people_choices(self, "") if p.value != self.owner_id]

    @event(Permission.OWNERS_READ)
    async def close(self, value: bool):
        if not value:
            self.asking, self.errors = "", {}

    @event(Permission.OWNERS_WRITE)
    async def record_consent(self, form: dict[str, Any]):
        self.errors = {}
        on, proof = typed_day(form, "email_consent_on"), str(form.get("email_consent_proof", ""))[:300]
        await self._run(owners.record_consent, person_id(self.owner_id), on, proof)
        return await self._done(N_("The consent is recorded."))

    @event(Permission.OWNERS_WRITE)
    async def withdraw_consent(self):
        await self._run(owners.withdraw_consent, person_id(self.owner_id))
        return await self._done(N_("The consent is withdrawn: registered letters from now on."))

    @event(Permission.OWNERS_WRITE)
    async def invite(self, form: dict[str, Any]):
        self.errors = {}
        await self._run(owners.invite_owner, person_id(self.owner_id), str(form.get("email", ""))[:200])
        return await self._done(N_("The invitation is on its way."))

    @event(Permission.OWNERS_WRITE)
    async def end_access(self):
        await self._run(access.link_user, person_id(self.owner_id), None)
        return await self._done(N_("The person has no access any more."))

    @event(Permission.OWNERS_WRITE)
    async def compare(self, form: dict[str, Any]):
        """To the page where two entries are compared and merged."""
        other = await self._run(owners.get_owner, person_id(str(form.get("other", ""))))
        self.asking = ""
        return rx.redirect(f"/people/{self.owner_id}/merge/{other.id}")

    @event(Permission.OWNERS_WRITE)
    async def delete(self):
        await self._run(owners.delete_owner, person_id(self.owner_id))
        return rx.redirect("/people")

    async def _done(self, said: str) -> list[Any]:
        self.asking = ""
        return [RELOAD, rx.toast.success(translate(await self._locale(), said))]


MOST = 200  # pairs shown; the others follow when these are settled


@dataclass
class PairRow:
    first: str
    first_name: str
    second: str
    second_name: str
    why: str


class DuplicatesState(Session, rx.State):
    """Entries that may be one person."""

    rows: list[PairRow] = []

    @event(Permission.OWNERS_WRITE)
    async def load(self):
        locale = await self._locale()
        pairs = (await self._run(owners.duplicates))[:MOST]
        self.rows = [
            PairRow(str(p.first), first, str(p.second), second, translate(locale, LIKENESS[p.likeness]))
            for p, first, second in pairs
        ]


@dataclass
class SideCard:
    """One of two entries, with what it holds."""

    id: str = ""
    name: str = ""
    facts: str = ""
    lots: str = ""
    access: str = "none"
    access_words: str = ""


class MergeState(Session, rx.State):
    """Two entries side by side: which one stays?"""

    missing: bool = False
    left: SideCard = SideCard()
    right: SideCard = SideCard()
    moves_left: list[str] = []  # what moves from right to left when left stays
    moves_right: list[str] = []
    conflict: str = ""

    @event(Permission.OWNERS_WRITE)
    async def load(self):
        locale = await self._locale()
        try:
            self.left = await self._side(self.owner_id, locale)
            self.right = await self._side(self.other_id, locale)
            self.missing, self.conflict = False, ""
            self.moves_left = await self._moves(self.owner_id, self.other_id, locale)
            self.moves_right = await self._moves(self.other_id, self.owner_id, locale)
        except NotFound:
            self.missing = True
        except Conflict as error:
            self.conflict = translate(locale, error.message, **error.params)

    async def _side(self, owner_id: str, locale: str) -> SideCard:
        found = await self._run(owners.read_owner, person_id(owner_id))
        card = PersonCard.of(found, locale, True)
        held = await self._run(service.owner_parts, found.id)
        lots = [f"{h.building} {h.lot}" for h in held]
        facts = [card.kind, card.kbo, card.representative, card.address, card.email, card.phone, card.iban]
        facts = [fact for fact in (*facts, card.consent) if fact]
        return SideCard(card.id, card.name, "\n".join(facts), "\n".join(lots), card.access, card.access_words)

    async def _moves(self, keep: str, drop: str, locale: str) -> list[str]:
        plan = await self._run(access.merge_preview, person_id(keep), person_id(drop))
        words = {table: translate(locale, TABLES.get(table, table)) for table in plan.moved}
        moved = [f"{words[table]} · {number(count, locale)}" for table, count in plan.moved.items()]
        return moved or [translate(locale, "Nothing belongs to this entry.")]

    @event(Permission.OWNERS_WRITE)
    async def keep_left(self):
        return await self._merge(self.owner_id, self.other_id)

    @event(Permission.OWNERS_WRITE)
    async def keep_right(self):
        return await self._merge(self.other_id, self.owner_id)

    async def _merge(self, keep: str, drop: str) -> list[Any]:
        await self._run(access.merge_owners, person_id(keep), person_id(drop))
        said = translate(await self._locale(), "The two entries are one now.")
        return [rx.redirect(f"/people/{keep}"), rx.toast.success(said)]
