"""What each person finds on his first page: a fixed number of questions to the database, whatever there is."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, cast
from uuid import UUID

from sqlmodel import Session, col, func, select

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.listing import Asked, unaccented
from koprogo_app.core.mail import MailMessage, MailStatus
from koprogo_app.core.service import requires
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.demo import stats
from koprogo_app.modules.documents import service as documents
from koprogo_app.modules.documents.models import Category, Document
from koprogo_app.modules.imports import service as imports
from koprogo_app.modules.imports.models import ImportRun, RunStatus
from koprogo_app.modules.invoices import service as invoices
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import Lot
from koprogo_app.modules.outbox import service as outbox
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.ownership import rules as parts_rules
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import Ownership

from . import money, owed, rules
from .owed import Owed
from .rules import BuildingFacts, Kind, Task, When

LATEST = 5  # documents
GATES = {kind.value: kind for kind in (Kind.SHARES, Kind.OWNER, Kind.INCOMPLETE, Kind.SUSPENDED, Kind.ADDRESS)}


@dataclass(frozen=True, slots=True)
class Place:
    """A building and how many things wait there."""

    id: UUID
    name: str
    city: str
    waiting: int


@dataclass(frozen=True, slots=True)
class Todo:
    """One page of what waits, how many things in all, and how many of them by group; every building of the reader."""

    tasks: Sequence[Task]
    total: int
    by_when: Counter[When]
    places: Sequence[Place]


@dataclass(frozen=True, slots=True)
class MyPart:
    """A part that the reader holds today."""

    part: Ownership
    lot: Lot
    building: Building


@dataclass(frozen=True, slots=True)
class Mine:
    """What a co-owner finds: himself (a row of owners.COLUMNS), his parts, his buildings, the latest papers, what he owes."""

    owner: Any
    parts: Sequence[MyPart]
    buildings: Sequence[Building]
    documents: Sequence[Any]
    dues: Sequence[Owed]


@dataclass(frozen=True, slots=True)
class Readable:
    """What anybody else finds: buildings and the latest papers that he may see."""

    buildings: Sequence[Building]
    documents: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Platform:
    """Counters of the whole platform."""

    organizations: int
    users: int
    buildings: int
    failed_mails: int


# --- The office ------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_POST)
def list_todo(s: Session, actor: Actor, asked: Asked, building_id: UUID | None = None) -> Todo:
    """What the reader can do in his buildings, or in one of them, the most pressing first.

    Invalid outside an organisation.
    """
    if building_id:
        actor = actor.only_in(building_id)
    today, facts = clock.today(), _facts(s, actor)
    found = chain(
        (task for one in facts.values() for task in rules.missing(one, today)),
        _gates(s, actor, facts),
        _invoices(s, actor, facts),
        money.waiting(s, actor, facts),
        _drafts(s, actor),
        _failed(s, actor),
    )
    tasks = rules.in_order([task for task in found if actor.can(rules.needs(task.kind))])
    waiting = Counter(task.building_id for task in tasks)
    places = [Place(one.id, one.name, one.city, waiting[one.id]) for one in facts.values()]
    first = (asked.page - 1) * asked.size
    by_when = Counter(rules.when_of(task.due, today) for task in tasks)
    return Todo(tasks[first : first + asked.size], len(tasks), by_when, places)


def _facts(s: Session, actor: Actor) -> dict[UUID, BuildingFacts]:
    deed = select(Document.id).where(Document.building_id == Building.id, Document.category == Category.DEED)
    reach = func.coalesce(Building.syndic_phone, Building.syndic_email)
    columns = (
        Building.id, Building.name, Building.city, Building.kbo, Building.deed_on, deed.exists().label("has_deed"),
        Building.syndic_name, reach.label("reach"), Building.syndic_since, Building.created_at,
        Building.provisional_acceptance_on, Building.iban_reserve, Building.meeting_month, Building.meeting_day,
    )  # fmt: skip
    wanted = buildings.visible(actor, *columns).order_by(unaccented(Building.name), Building.id)
    return {row.id: _of(row) for row in _rows(s, wanted)}


def _rows(s: Session, wanted: Any) -> list[Any]:
    return cast("list[Any]", s.exec(wanted).all())


def _of(row: Any) -> BuildingFacts:
    return BuildingFacts(
        id=row.id, name=row.name, city=row.city, kbo=row.kbo, deed_on=row.deed_on, has_deed=row.has_deed,
        syndic_name=row.syndic_name, syndic_reach=row.reach, syndic_since=row.syndic_since,
        entered_on=row.created_at.astimezone(clock.BELGIUM).date(), acceptance_on=row.provisional_acceptance_on,
        iban_reserve=row.iban_reserve, meeting=(row.meeting_month, row.meeting_day) if row.meeting_month else None,
    )  # fmt: skip


def _gates(s: Session, actor: Actor, facts: dict[UUID, BuildingFacts]) -> Iterator[Task]:
    """The gates of the register that are shut."""
    today = clock.today()
    for found in stats.urgent_tasks(s, actor):
        kind = GATES[found.kind]
        if kind == Kind.SHARES and not found.figures["sum"]:
            kind = Kind.LOTS
        due = rules.vote_due(facts[found.building_id], today) if kind == Kind.SUSPENDED else today
        yield Task(kind, due, found.building_id, found.building, figures=dict(found.figures))


def _invoices(s: Session, actor: Actor, facts: dict[UUID, BuildingFacts]) -> Iterator[Task]:
    """Those that somebody sent for approval, and those that should have been paid."""
    today = clock.today()
    for one in invoices.waiting(s, actor):
        name = facts[one.building_id].name
        if one.to_approve:
            yield Task(Kind.APPROVE, today, one.building_id, name, figures={"count": one.to_approve})
        if one.late:
            yield Task(Kind.PAY, one.late_since or today, one.building_id, name, figures={"count": one.late})


def _drafts(s: Session, actor: Actor) -> Iterator[Task]:
    if not actor.can(Permission.IMPORTS_RUN):
        return
    wanted = imports.visible(actor, ImportRun.id, ImportRun.filename, ImportRun.created_at)
    drafts = wanted.where(ImportRun.status == RunStatus.DRAFT).order_by(col(ImportRun.created_at))
    for run_id, filename, begun_at in s.exec(drafts):
        begun = begun_at.astimezone(clock.BELGIUM).date()
        yield Task(Kind.DRAFT, clock.today(), place=str(run_id), figures={"name": filename, "begun": begun})


def _failed(s: Session, actor: Actor) -> Iterator[Task]:
    if not actor.can(Permission.OUTBOX_READ):
        return
    [count] = _rows(s, outbox.visible(actor, func.count()).where(MailMessage.status == MailStatus.FAILED))
    if count:
        yield Task(Kind.MAIL, clock.today(), figures={"count": count})


# --- The others ------------------------------------------------------------------------------------------------------


@requires(Permission.OWN_READ)
def my_home(s: Session, actor: Actor) -> Mine:
    """A co-owner's own. NotFound when the account is linked to nobody of the register."""
    owner = owners.my_owner(s, actor)
    rows = ownership.visible(actor, Ownership, Lot, Building).join(Lot, col(Lot.id) == Ownership.lot_id)
    rows = rows.join(Building, col(Building.id) == Ownership.building_id)
    order = (unaccented(Building.name), lots.natural(Lot.number), Ownership.started_on)
    found = [MyPart(*row) for row in _rows(s, rows.order_by(*order))]
    held = {part.id for part in parts_rules.held_on([one.part for one in found], clock.today())}
    dues = owed.my_dues(s, actor) if actor.owner_id else []
    parts = [one for one in found if one.part.id in held]
    return Mine(owner, parts, _buildings(s, actor), _papers(s, actor), dues)


@requires(Permission.BUILDINGS_READ)
def reader_home(s: Session, actor: Actor) -> Readable:
    """The buildings a role is for, and their latest papers."""
    return Readable(_buildings(s, actor), _papers(s, actor))


def _buildings(s: Session, actor: Actor) -> list[Building]:
    return _rows(s, buildings.visible(actor).order_by(unaccented(Building.name), Building.id).limit(50))


def _papers(s: Session, actor: Actor) -> list[Any]:
    latest = Asked(size=LATEST, sort="created_at", descending=True)
    return list(documents.list_documents(s, actor, latest).rows) if actor.can(Permission.DOCUMENTS_READ) else []


@requires(Permission.PLATFORM_ADMIN, everywhere=True)
def platform_home(s: Session, actor: Actor) -> Platform:
    """What the platform holds, and the mails that did not leave."""
    counts = stats.platform_counts(s, actor)
    failed = s.exec(select(func.count()).select_from(MailMessage).where(MailMessage.status == MailStatus.FAILED)).one()
    return Platform(counts["total_organizations"], counts["total_users"], counts["total_buildings"], failed)
