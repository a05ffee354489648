"""The audit trail: written by the gate in the transaction of the action, chained by hash per organisation.

One entry an action: who, what, which rows, before and after. `hash` is SHA-256 over the previous hash and the entry's
canonical text, so a changed, removed or inserted entry shows; `audit_head` keeps the length, so a cut tail shows too.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Column, DateTime, Index, LargeBinary, Text, event, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session as SASession
from sqlmodel import Field, Session, SQLModel, select

from .actor import PLATFORM, Actor
from .clock import now
from .ids import uuid7

SECRET = {"audit": "secret"}  # Field(sa_column_kwargs={"info": SECRET}): the column never enters the trail
_CHANGES = "audit_changes"


class AuditEntry(SQLModel, table=True):
    """Insert-only. The columns beside `payload` are for searching; verify() checks that they agree with it."""

    __tablename__ = "audit_entry"  # type: ignore[assignment]
    __table_args__ = (
        Index("ix_audit_entry_when", "organization_id", "at"),
        Index("ix_audit_entry_building", "organization_id", "building_id", "at"),
        Index("ix_audit_entry_rows", "row_ids", postgresql_using="gin"),
    )

    organization_id: UUID = Field(primary_key=True)
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    id: UUID = Field(default_factory=uuid7)
    at: datetime = Field(default_factory=now, sa_column=Column(DateTime(timezone=True), nullable=False))
    action: str
    user_id: UUID | None = None
    building_id: UUID | None = None
    row_ids: list[UUID] = Field(sa_column=Column(postgresql.ARRAY(postgresql.UUID(as_uuid=True)), nullable=False))
    payload: str = Field(sa_column=Column(Text, nullable=False))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class AuditHead(SQLModel, table=True):
    """The last link of each organisation's chain; locked while an entry is added."""

    __tablename__ = "audit_head"  # type: ignore[assignment]

    organization_id: UUID = Field(primary_key=True)
    seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


def plain(value: Any) -> Any:
    """A value as it stands in the trail: texts and numbers only."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID | date | datetime | Decimal | Fraction):
        return str(value)
    if isinstance(value, bytes):
        return f"({len(value)} bytes)"
    return value


def _columns(row: Any) -> Iterable[tuple[str, Any]]:
    for attribute in inspect(type(row)).column_attrs:
        if attribute.columns[0].info.get("audit") != "secret" and attribute.key not in ("created_at", "updated_at"):
            yield attribute.key, attribute


def _snapshot(row: Any) -> dict[str, Any]:
    return {key: plain(getattr(row, key)) for key, _ in _columns(row) if getattr(row, key) is not None}


def _difference(row: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    before, after = {}, {}
    for key, _ in _columns(row):
        history = inspect(row).attrs[key].history
        if history.has_changes():
            before[key] = plain(history.deleted[0]) if history.deleted else None
            after[key] = plain(history.added[0]) if history.added else None
    return before, after


@event.listens_for(SASession, "before_flush")
def _collect(s: SASession, _context: Any, _instances: Any) -> None:
    """Notes every row that is about to be written; the gate turns the notes into one entry."""
    changes: list[dict[str, Any]] = s.info.setdefault(_CHANGES, [])
    for row in s.new:
        changes.append(_change(row, None, _snapshot(row)))
    for row in s.dirty:
        before, after = _difference(row)
        if after:
            changes.append(_change(row, before, after))
    for row in s.deleted:
        changes.append(_change(row, _snapshot(row), None))


def _change(row: Any, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, Any]:
    building = row.id if row.__tablename__ == "building" else getattr(row, "building_id", None)
    return {
        "table": row.__tablename__,
        "id": plain(getattr(row, "id", None)),
        "building": plain(building),
        "before": before,
        "after": after,
    }


def note(s: Session, table: str, row_id: UUID | None, building_id: UUID | None = None, **facts: Any) -> None:
    """Adds to this action's entry what the session cannot see: statements that write many rows, rows that were read out."""
    after = {k: plain(v) for k, v in facts.items()}
    s.info.setdefault(_CHANGES, []).append(
        {"table": table, "id": plain(row_id), "building": plain(building_id), "before": None, "after": after}
    )


def changes_of(s: Session) -> list[dict[str, Any]]:
    """What this transaction has written so far."""
    return s.info.get(_CHANGES, [])


def append(s: Session, actor: Actor, action: str, organization_id: UUID | None = None) -> None:
    """Adds this transaction's entry to the chain of the organisation (of the platform when there is none)."""
    changes = s.info.pop(_CHANGES, [])
    buildings = {c.pop("building") for c in changes} - {None}
    at, organization = now(), organization_id or actor.organization_id or PLATFORM
    payload = {
        "action": action,
        "at": at.isoformat(),
        "user": plain(actor.user_id),
        "name": actor.name,
        "role": actor.role.value,
        "building": buildings.pop() if len(buildings) == 1 else None,
        "changes": changes,
    }
    s.execute(
        text("SELECT audit_append(:organization, :id, :at, :action, :user, :building, :rows, :payload)"),
        {
            "organization": organization,
            "id": uuid7(),
            "at": at,
            "action": action,
            "user": actor.user_id,
            "building": payload["building"],
            "rows": [UUID(c["id"]) for c in changes if c["id"]],
            "payload": orjson.dumps(payload, option=orjson.OPT_SORT_KEYS).decode(),
        },
    )


def verify(s: Session, organization_id: UUID) -> int | None:
    """None when the chain of the organisation is whole, else the number of the first entry that is not as it was written."""
    previous, expected = b"", 1
    for entry in s.exec(
        select(AuditEntry).where(AuditEntry.organization_id == organization_id).order_by(AuditEntry.seq)  # type: ignore[arg-type]
    ).yield_per(1000):
        digest = hashlib.sha256(previous + entry.payload.encode()).digest()
        if entry.seq != expected or digest != entry.hash or not _agrees(entry):
            return expected
        previous, expected = digest, expected + 1
    head = s.get(AuditHead, organization_id)
    whole = expected == 1 if head is None else (head.seq, head.hash) == (expected - 1, previous)
    return None if whole else expected


def _agrees(entry: AuditEntry) -> bool:
    said = orjson.loads(entry.payload)
    columns = (entry.action, plain(entry.user_id), plain(entry.building_id), [str(i) for i in entry.row_ids], entry.at)
    written = (
        said["action"], said["user"], said["building"], [c["id"] for c in said["changes"] if c["id"]], datetime.fromisoformat(said["at"]),
    )  # fmt: skip
    return columns == written


# The function takes the head's row lock last in a transaction, for the time of one insert and the commit.
SQL = """
CREATE FUNCTION audit_append(o uuid, i uuid, t timestamptz, a text, u uuid, b uuid, r uuid[], p text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE h audit_head;
BEGIN
  INSERT INTO audit_head VALUES (o, 0, ''::bytea) ON CONFLICT (organization_id) DO NOTHING;
  SELECT * INTO h FROM audit_head WHERE organization_id = o FOR UPDATE;
  h.seq := h.seq + 1;
  h.hash := sha256(h.hash || convert_to(p, 'UTF8'));
  INSERT INTO audit_entry (organization_id, seq, id, at, action, user_id, building_id, row_ids, payload, hash)
    VALUES (o, h.seq, i, t, a, u, b, r, p, h.hash);
  UPDATE audit_head SET seq = h.seq, hash = h.hash WHERE organization_id = o;
END $$;
"""
