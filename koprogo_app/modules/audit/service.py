"""Reading the trail: who did what, to which rows, and whether the chain is whole."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import String, Uuid, cast, column, table
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlmodel import Session, col, func, select

from koprogo_app.auth.models import Organization
from koprogo_app.core import audit, clock
from koprogo_app.core.actor import OFFICE_ROLES, PLATFORM, Actor, Permission, Role
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.errors import Invalid, NotFound
from koprogo_app.core.listing import Asked, Listed, contains, page_of, unaccented
from koprogo_app.core.service import requires

from .rules import HIDDEN, PERSONAL_TABLES, PRIVATE

COLUMNS = (
    AuditEntry.id, AuditEntry.seq, AuditEntry.at, AuditEntry.action, AuditEntry.user_id, AuditEntry.building_id,
    AuditEntry.payload,
)  # fmt: skip
SORTABLE = {"at": col(AuditEntry.at), "action": col(AuditEntry.action), "seq": col(AuditEntry.seq)}
MOST_PEOPLE = 200  # in the filter; the search finds the others
# What a reference of the trail is called today: column → table and the column of its name. Tables of modules above.
NAMED = {
    "building_id": ("building", "name"),
    "lot_id": ("lot", "number"),
    "owner_id": ("owner", "last_name"),
    "key_id": ("distribution_key", "name"),
    "document_id": ("document", "title"),
    "partial_id": ("partial_association", "name"),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """The chain of one organisation: its length, and the first entry that is not as it was written (None: whole)."""

    entries: int
    broken_at: int | None


@dataclass(frozen=True, slots=True)
class Choices:
    """What the trail is narrowed by: actions, people and buildings that occur and, for the platform, the offices."""

    actions: list[str]
    people: list[tuple[UUID, str]]
    buildings: list[tuple[UUID, str]]
    offices: list[tuple[UUID, str]]


def visible(actor: Actor, *columns: Any) -> Any:
    """An office's own trail; an auditor's building; the platform's for its administrator (another by filter)."""
    wanted: Any = select(*columns) if columns else select(AuditEntry)
    if actor.building_ids is not None:
        wanted = wanted.where(col(AuditEntry.building_id).in_(actor.building_ids))
    return wanted


def sees_all(actor: Actor) -> bool:
    """The office reads everything of its own; the auditor of the accounts no private data of people."""
    return actor.role in OFFICE_ROLES | {Role.SUPERADMIN, Role.SYSTEM}


def _organization(actor: Actor, asked: str = "") -> UUID:
    """Whose trail: the actor's own; the platform administrator may name another."""
    if actor.organization_id:
        return actor.organization_id
    return _uuid(asked, "organization_id") if asked else PLATFORM


@requires(Permission.AUDIT_READ)
def list_entries(s: Session, actor: Actor, asked: Asked) -> Listed:
    """One page, the latest first. Filters: action, user_id, building_id, row_id, start, end (ISO), organization_id."""
    f = asked.filters
    office = _organization(actor, f.get("organization_id", ""))
    wanted = visible(actor, *COLUMNS).where(AuditEntry.organization_id == office)
    if action := f.get("action"):
        wanted = wanted.where(AuditEntry.action == action)
    for name, where in (("user_id", AuditEntry.user_id), ("building_id", AuditEntry.building_id)):
        if f.get(name):
            wanted = wanted.where(where == _uuid(f[name], name))
    if f.get("row_id"):
        wanted = wanted.where(col(AuditEntry.row_ids).contains([_uuid(f["row_id"], "row_id")]))
    if f.get("start"):
        wanted = wanted.where(AuditEntry.at >= _midnight(f["start"], "start"))
    if f.get("end"):
        wanted = wanted.where(AuditEntry.at < _midnight(f["end"], "end", later=timedelta(days=1)))
    if asked.search:
        told = AuditEntry.payload if sees_all(actor) else AuditEntry.action + " " + _name()
        wanted = wanted.where(contains(told, asked.search))
    newest = asked if asked.sort else replace(asked, sort="at", descending=True)
    return page_of(s, wanted, newest, SORTABLE, "at")


@requires(Permission.AUDIT_READ)
def get_entry(s: Session, actor: Actor, entry_id: UUID) -> AuditEntry:
    """One entry with its before and after; NotFound outside the reader's scope."""
    wanted = visible(actor).where(AuditEntry.id == entry_id)
    if actor.organization_id:
        wanted = wanted.where(AuditEntry.organization_id == actor.organization_id)
    found = s.exec(wanted).one_or_none()
    if found is None:
        raise NotFound("This entry does not exist.")
    return found


@requires(Permission.AUDIT_READ)
def list_choices(s: Session, actor: Actor, organization_id: str = "") -> Choices:
    """The values of the filters."""
    office = _organization(actor, organization_id)

    def here(*columns: Any) -> Any:
        return visible(actor, *columns).where(AuditEntry.organization_id == office)

    actions = sorted(s.exec(here(AuditEntry.action).distinct()))
    acted = here(AuditEntry.user_id, _name()).where(col(AuditEntry.user_id).is_not(None))
    latest = acted.ext(distinct_on(col(AuditEntry.user_id))).order_by(AuditEntry.user_id, col(AuditEntry.seq).desc())
    people = sorted(((who, name) for who, name in s.exec(latest.limit(MOST_PEOPLE))), key=lambda p: p[1])
    building = _table("building", "name")
    places = select(building.c.id, building.c.name).where(building.c.organization_id == office)
    if actor.building_ids is not None:
        places = places.where(building.c.id.in_(actor.building_ids))
    buildings = [(place, name) for place, name in s.exec(places.order_by(unaccented(building.c.name)))]
    return Choices(actions, people, buildings, _offices(s, actor))


@requires(Permission.AUDIT_READ)
def name_references(s: Session, actor: Actor, payload: dict[str, Any]) -> dict[str, str]:
    """What the rows that an entry points at are called today, by id; rows that are gone are left out."""
    wanted: dict[str, set[UUID]] = {}
    for name, value in _references(payload):
        wanted.setdefault(name, set()).add(value)
    found: dict[str, str] = {}
    for name, ids in wanted.items():
        source, label = NAMED[name]
        rows = _table(source, label)
        names = s.exec(select(rows.c.id, rows.c[label]).where(rows.c.id.in_(ids)))
        found |= {str(row_id): text for row_id, text in names}
    return found


@requires(Permission.AUDIT_READ)
def check_chain(s: Session, actor: Actor, organization_id: str = "") -> Checked:
    """Recomputes the whole chain: any entry changed, removed or inserted shows, and so does a cut tail."""
    organization = _organization(actor, organization_id)
    head = s.get(audit.AuditHead, organization)
    return Checked(head.seq if head else 0, audit.verify(s, organization))


def payload_of(actor: Actor, entry: Any) -> dict[str, Any]:
    """The entry as it was written, without what is private for this reader."""
    said: dict[str, Any] = orjson.loads(entry.payload)
    if not sees_all(actor):
        for change in said["changes"]:
            if change["table"] in PERSONAL_TABLES:
                change["before"], change["after"] = _public(change["before"]), _public(change["after"])
    return said


def _public(values: dict[str, Any] | None) -> dict[str, Any] | None:
    return {name: value for name, value in values.items() if name not in PRIVATE} if values else values


def _references(payload: dict[str, Any]) -> Iterable[tuple[str, UUID]]:
    for change in payload["changes"]:
        for values in (change["before"] or {}, change["after"] or {}):
            for name, value in values.items():
                if value and name in NAMED and name not in HIDDEN:
                    yield name, UUID(value)


def _name() -> Any:
    """The name of the person, as it was on that day."""
    return func.jsonb_extract_path_text(cast(AuditEntry.payload, JSONB), "name")


def _table(name: str, label: str) -> Any:
    return table(name, column("id", Uuid()), column("organization_id", Uuid()), column(label, String()))


def _offices(s: Session, actor: Actor) -> list[tuple[UUID, str]]:
    if actor.organization_id:
        return []
    offices = select(Organization.id, Organization.name).where(Organization.id != PLATFORM)
    return [(office, name) for office, name in s.exec(offices.order_by(unaccented(Organization.name)))]


def _uuid(text: str, field: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("This value is not valid.", field=field) from None


def _midnight(text: str, field: str, later: timedelta = timedelta()) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text) + later, time.min, clock.BELGIUM)
    except (ValueError, OverflowError):  # the last day of the calendar has no next
        raise Invalid("Enter a date.", field=field) from None
