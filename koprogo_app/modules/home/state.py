"""The first page, worded for its reader: what waits, what is his, or what he may read."""

from dataclasses import dataclass, replace
from typing import Any

import reflex as rx

from koprogo_app.core import clock
from koprogo_app.core.actor import Permission, Role
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import LANGUAGE_NAMES, N_, day, long_day, month_short, number, translate
from koprogo_app.core.listing import Asked
from koprogo_app.core.trade import LotType, Right
from koprogo_app.core.validation import parse
from koprogo_app.modules.account import service as account
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.modules.documents.rules import CATEGORIES
from koprogo_app.modules.lots.rules import LOT_TYPES
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import OwnContact
from koprogo_app.modules.ownership.rules import RIGHTS, fraction_text
from koprogo_app.ui.dated import Due
from koprogo_app.ui.event import SIGNED_IN, event
from koprogo_app.ui.session import Session

from . import rules, service
from .own_state import OwedRow, owed_row
from .rules import When

MANY = 100  # things to do in one building
FEW = 3  # buildings whose syndics are shown beside them
CONTACT = tuple(OwnContact.model_fields)
VIEWS = {Role.SYNDIC: "office", Role.ACCOUNTANT: "office", Role.OWNER: "mine", Role.SUPERADMIN: "platform"}
# late, this week -> the sentence under the greeting
SENTENCES = {
    (True, True): N_("{day}. {late} late, {week} this week."),
    (True, False): N_("{day}. {late} late."),
    (False, True): N_("{day}. Nothing is late, {week} this week."),
    (False, False): N_("{day}. Nothing waits this week."),
}


@dataclass
class PlaceRow:
    id: str
    name: str
    city: str
    waiting: int = 0


@dataclass
class PaperRow:
    title: str
    hint: str
    href: str


@dataclass
class LotRow:
    """What the reader holds of a lot."""

    title: str
    place: str
    shares: str
    held: str


@dataclass
class SyndicRow:
    """How to reach who manages a building. Empty texts are not entered."""

    building: str
    name: str
    phone: str
    email: str
    address: str
    hours: str
    emergency: str


class HomeState(Session, rx.State):
    view: str = ""
    first_name: str = ""
    lead: str = ""
    late: list[Due] = []
    week: list[Due] = []
    later: list[Due] = []
    page: int = 1
    size: int = 50
    total: int = 0
    places: list[PlaceRow] = []
    buildings: int = 0
    papers: list[PaperRow] = []
    lots: list[LotRow] = []
    certificates: list[PaperRow] = []  # one for each building
    accounts: list[OwedRow] = []
    syndics: list[SyndicRow] = []
    contact: dict[str, str] = {}
    unknown: bool = False  # a co-owner's account that is linked to nobody
    counts: dict[str, int] = {}

    @event(SIGNED_IN)
    async def load(self):
        actor = await self._actor()
        self.first_name = (await self._run(account.get_profile)).first_name
        self.view, self.page, self.unknown = VIEWS.get(actor.role, "reader"), 1, False
        self.lead = _begun(long_day(clock.today(), await self._locale()))
        await {"office": self._todo, "mine": self._mine, "platform": self._platform}.get(self.view, self._read)()

    @event(Permission.LEDGER_POST)
    async def go(self, page: int):
        self.page = max(1, page)
        await self._todo()

    @event(Permission.LEDGER_POST)
    async def resize(self, size: int):
        self.page, self.size = 1, min(max(size, 1), 100)
        await self._todo()

    async def _todo(self) -> None:
        locale, today = await self._locale(), clock.today()
        found = await self._run(service.list_todo, Asked(self.page, self.size))
        groups: dict[When, list[Due]] = {when: [] for when in When}
        for place, task in enumerate(found.tasks):
            groups[rules.when_of(task.due, today)].append(_due(task, str(place), locale))
        self.late, self.week, self.later = (groups[when] for when in When)
        self.total, self.buildings = found.total, len(found.places)
        first = sorted(found.places, key=lambda place: -place.waiting)[:8]
        self.places = [PlaceRow(str(p.id), p.name, p.city, p.waiting) for p in first]
        late, week = found.by_when[When.LATE], found.by_when[When.WEEK]
        sentence = SENTENCES[bool(late), bool(week)]
        self.lead = _begun(translate(locale, sentence, day=long_day(today, locale), late=late, week=week))

    async def _mine(self) -> None:
        locale, actor = await self._locale(), await self._actor()
        try:
            found = await self._run(service.my_home)
        except NotFound:
            self.unknown = True
            return
        self.lots = [_lot(one, locale) for one in found.parts]
        held = {one.building.id: one.building.name for one in found.parts}
        address = f"/api/v1/owners/{actor.owner_id}/certificate.pdf?disposition=attachment&building_id="
        self.certificates = [PaperRow(name, "", f"{address}{building_id}") for building_id, name in held.items()]
        self.papers = [_paper(row, locale) for row in found.documents]
        self.accounts = [owed_row(one, locale) for one in found.dues]
        self.syndics = [_syndic(one) for one in found.buildings]
        self.contact = _contact(found.owner)

    async def _read(self) -> None:
        locale = await self._locale()
        found = await self._run(service.reader_home)
        self.places = [PlaceRow(str(one.id), one.name, f"{one.postal_code} {one.city}") for one in found.buildings]
        self.papers = [_paper(row, locale) for row in found.documents]
        self.syndics = [_syndic(one) for one in found.buildings] if len(found.buildings) <= FEW else []

    async def _platform(self) -> None:
        found = await self._run(service.platform_home)
        self.counts = {
            "organizations": found.organizations, "users": found.users, "buildings": found.buildings,
            "failed_mails": found.failed_mails,
        }  # fmt: skip


class HereState(Session, rx.State):
    """What waits in one building, for its overview."""

    dues: list[Due] = []

    @event(Permission.LEDGER_POST)
    async def load(self):
        self.dues = []
        if (await self._actor()).organization_id is None:  # the platform's administrator does none of it
            return
        locale, here = await self._locale(), id_of(self.building_id)
        found = await self._run(service.list_todo, Asked(size=MANY), here)
        self.dues = [_due(replace(task, building=""), str(n), locale) for n, task in enumerate(found.tasks)]


class MyDataState(Session, rx.State):
    """Where a co-owner's letters go, and in which language: he corrects it himself."""

    values: dict[str, str] = {}
    errors: dict[str, str] = {}

    @event(Permission.OWN_READ)
    async def load(self):
        self.values, self.errors = _contact(await self._run(owners.my_owner)), {}

    @event(Permission.OWN_READ)
    async def save(self, form: dict[str, Any]):
        self.errors = {}
        given = parse(OwnContact, {name: form.get(name, "") for name in CONTACT})
        self.values = _contact(await self._run(owners.update_own, given))
        return rx.toast.success(translate(await self._locale(), N_("Your data is saved.")))


class MyMailState(Session, rx.State):
    """The e-mail address, which the office changes: notices and consent hang on it."""

    email: str = ""
    errors: dict[str, str] = {}

    @event(Permission.OWN_READ)
    async def load(self):
        self.email, self.errors = (await self._run(owners.my_owner)).email or "", {}

    @event(Permission.OWN_READ)
    async def propose(self, form: dict[str, Any]):
        self.errors = {}
        await self._run(owners.propose_email, str(form.get("email", "")))
        return rx.toast.success(translate(await self._locale(), N_("Your syndic is asked to change the address.")))


# --- Words -----------------------------------------------------------------------------------------------------------


def _begun(sentence: str) -> str:
    """With a capital: babel writes days in lower case in French and Dutch."""
    return sentence[:1].upper() + sentence[1:]


def _due(task: rules.Task, key: str, locale: str) -> Due:
    words, when = rules.worded(task, locale), rules.when_of(task.due, clock.today())
    return Due(
        key, month_short(task.due, locale), str(task.due.day), long_day(task.due, locale), when.value, words.title,
        words.hint, task.href, words.act, words.article,
    )  # fmt: skip


def _lot(one: service.MyPart, locale: str) -> LotRow:
    kind = translate(locale, LOT_TYPES[LotType(one.lot.type)])
    numbers = {"shares": number(one.lot.shares, locale), "total": number(one.building.total_shares, locale)}
    right = translate(locale, RIGHTS[Right(one.part.right)])
    since = translate(locale, N_("since {day}"), day=day(one.part.started_on, locale))
    shares = translate(locale, N_("{shares} of {total} shares"), **numbers)
    held = " · ".join((fraction_text(one.part.share), right, since))
    return LotRow(f"{one.lot.number} · {kind}", one.building.name, shares, held)


def _paper(row: Any, locale: str) -> PaperRow:
    on = day(row.dated_on or row.created_at.astimezone(clock.BELGIUM).date(), locale)
    hint = " · ".join((translate(locale, CATEGORIES.get(row.category, row.category)), on, row.building))
    return PaperRow(row.title, hint, f"/api/v1/documents/{row.id}/download")


def _syndic(b: Any) -> SyndicRow:
    return SyndicRow(
        b.name, b.syndic_name or "", b.syndic_phone or "", b.syndic_email or "", b.syndic_address or "",
        b.syndic_office_hours or "", b.syndic_emergency or "",
    )  # fmt: skip


def _contact(owner: Any) -> dict[str, str]:
    texts = {name: getattr(owner, name) or "" for name in CONTACT}
    place = f"{texts['postal_code']} {texts['city']}".strip()
    return texts | {
        "email": owner.email or "", "language_name": LANGUAGE_NAMES.get(texts["language"], ""),
        "lines": "\n".join(line for line in (texts["address"], place) if line),
    }  # fmt: skip
