"""Reading the trail: who did what, to which rows, and whether the chain is whole."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlmodel import Session, col, select

from koprogo_app.core import audit, clock
from koprogo_app.core.actor import PLATFORM, Actor, Permission
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.errors import Invalid, NotFound
from koprogo_app.core.listing import Asked, Listed, contains, page_of
from koprogo_app.core.service import requires

COLUMNS = (AuditEntry.id, AuditEntry.seq, AuditEntry.at, AuditEntry.action, AuditEntry.user_id, AuditEntry.building_id, AuditEntry.payload)
SORTABLE = {"at": col(AuditEntry.at), "action": col(AuditEntry.action), "seq": col(AuditEntry.seq)}


@dataclass(frozen=True, slots=True)
class Checked:
    """The chain of one organisation: its length, and the first entry that is not as it was written (None: whole)."""

    entries: int
    broken_at: int | None


def visible(actor: Actor, *columns: Any) -> Any:
    """An office's own trail; an auditor's building; the platform's for its administrator (another by filter)."""
    wanted: Any = select(*columns) if columns else select(AuditEntry)
    if actor.building_ids is not None:
        wanted = wanted.where(col(AuditEntry.building_id).in_(actor.building_ids))
    return wanted


def _organization(actor: Actor, asked: str = "") -> UUID:
    """Whose trail: the actor's own; the platform administrator may name another."""
    if actor.organization_id:
        return actor.organization_id
    try:
        return UUID(asked) if asked else PLATFORM
    except ValueError:
        raise Invalid("Give a valid organization_id.", field="organization_id") from None


@requires(Permission.AUDIT_READ)
def list_entries(s: Session, actor: Actor, asked: Asked) -> Listed:
    """One page, the latest first. Filters: action, user_id, building_id, row_id, start, end (ISO dates), organization_id."""
    f = asked.filters
    wanted = visible(actor, *COLUMNS).where(AuditEntry.organization_id == _organization(actor, f.get("organization_id", "")))
    if action := f.get("action"):
        wanted = wanted.where(AuditEntry.action == action)
    for name, column in (("user_id", AuditEntry.user_id), ("building_id", AuditEntry.building_id)):
        if f.get(name):
            wanted = wanted.where(column == _uuid(f[name], name))
    if f.get("row_id"):
        wanted = wanted.where(col(AuditEntry.row_ids).contains([_uuid(f["row_id"], "row_id")]))
    if f.get("start"):
        wanted = wanted.where(AuditEntry.at >= _midnight(f["start"], "start"))
    if f.get("end"):
        wanted = wanted.where(AuditEntry.at < _midnight(f["end"], "end") + timedelta(days=1))
    if asked.search:
        wanted = wanted.where(contains(AuditEntry.payload, asked.search))
    newest = asked if asked.sort else Asked(asked.page, asked.size, "at", True, asked.search, f)
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
def list_actions(s: Session, actor: Actor) -> list[str]:
    """The names of actions that occur, for the filter."""
    wanted = visible(actor, AuditEntry.action).where(AuditEntry.organization_id == _organization(actor)).distinct()
    return sorted(s.exec(wanted))


@requires(Permission.AUDIT_READ)
def check_chain(s: Session, actor: Actor, organization_id: str = "") -> Checked:
    """Recomputes the whole chain: any entry changed, removed or inserted shows, and so does a cut tail."""
    organization = _organization(actor, organization_id)
    head = s.get(audit.AuditHead, organization)
    return Checked(head.seq if head else 0, audit.verify(s, organization))


def payload_of(entry: Any) -> dict[str, Any]:
    """The entry as it was written."""
    return orjson.loads(entry.payload)


def _uuid(text: str, field: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("This value is not valid.", field=field) from None


def _midnight(text: str, field: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), time.min, clock.BELGIUM)
    except ValueError:
        raise Invalid("Enter a date.", field=field) from None
