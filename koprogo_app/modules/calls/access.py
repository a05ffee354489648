"""Which calls someone sees, their lines and parts, the lock under which they are written, and how they are shared out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast
from sqlmodel import Session, col, func, select

from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import DomainError, Invalid, NotFound
from koprogo_app.core.listing import selected
from koprogo_app.core.money import Cents
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.ledger.models import JournalLine
from koprogo_app.modules.payments.models import Settlement
from koprogo_app.modules.splits import service as splits
from koprogo_app.modules.splits.models import Preview, Wanted

from .models import Call, CallLine, LineIn
from .rules import ORDINARY, RESERVES, State, Status

GONE = "This call for funds does not exist."
_SETTLED = (
    select(cast(func.coalesce(func.sum(Settlement.cents), 0), BigInteger))
    .join(JournalLine, and_(
        col(JournalLine.organization_id) == Settlement.organization_id, col(JournalLine.id) == Settlement.debit_line_id
    ))
    .where(JournalLine.organization_id == Call.organization_id, JournalLine.entry_id == Call.entry_id)
    .correlate(Call)
    .scalar_subquery()
)  # fmt: skip
OPEN: ColumnElement[Any] = case((col(Call.status) == Status.ISSUED, col(Call.total_cents) - _SETTLED), else_=0)
_RESERVE = (
    select(cast(func.coalesce(func.sum(CallLine.cents), 0), BigInteger))
    .where(CallLine.organization_id == Call.organization_id, CallLine.call_id == Call.id)
    .where(col(CallLine.destination).in_(tuple(RESERVES)))
    .correlate(Call)
    .scalar_subquery()
)
COLUMNS = (
    Call.id, Call.organization_id, Call.building_id, col(Building.name).label("building"), Call.title, Call.description, Call.kind,
    Call.status, Call.called_on, Call.due_on, Call.owner_id, Call.total_cents, OPEN.label("open_cents"),
    _RESERVE.label("reserve_cents"), Call.entry_id, Call.issued_at, Call.created_at, Call.updated_at, Call.created_by,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What must be known of a call to share it out; all on one day, that of the due date (art. 3.94)."""

    building_id: UUID
    due_on: date
    owner_id: UUID | None
    lot_id: UUID | None
    lines: Sequence[Any]  # of destination, key_id, cents

    @classmethod
    def of(cls, call: Call, lines: Sequence[CallLine | LineIn]) -> "Asked":
        return cls(call.building_id, call.due_on, call.owner_id, call.lot_id, lines)


def visible(actor: Actor, *columns: Any) -> Any:
    """Every read starts here: the organisation's calls (row-level security), those of the role's buildings."""
    rows: Any = selected(*columns) if columns else select(Call)
    return rows if actor.building_ids is None else rows.where(col(Call.building_id).in_(actor.building_ids))


def named(actor: Actor) -> Any:
    """COLUMNS: calls with the name of their building, what of them is still open and what goes to the reserve funds."""
    return visible(actor, *COLUMNS).join(Building, col(Building.id) == Call.building_id)


def in_state(state: str, today: date) -> ColumnElement[bool]:
    """rules.state_of() as a condition; `open` is all that is not paid."""
    issued, open_ = col(Call.status) == Status.ISSUED, OPEN > 0
    late = col(Call.due_on) < today
    meant: dict[str, ColumnElement[bool]] = {
        State.DRAFT: col(Call.status) == Status.DRAFT,
        State.REVERSED: col(Call.status) == Status.REVERSED,
        State.PAID: and_(issued, OPEN <= 0),
        State.OVERDUE: and_(issued, open_, late),
        State.PARTLY: and_(issued, open_, ~late, col(Call.total_cents) > OPEN),
        State.ISSUED: and_(issued, ~late, col(Call.total_cents) == OPEN),
        "open": and_(issued, open_),
    }
    if state not in meant:
        raise Invalid("Choose one from the list.", field="state")
    return meant[state]


def locked(s: Session, actor: Actor, call_id: UUID) -> Call:
    """The call, one writer at a time until the end of the transaction. NotFound when it cannot be seen."""
    wanted = visible(actor).where(Call.id == call_id).with_for_update()
    found: Call | None = s.exec(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound(GONE)
    return found


def lines_of(s: Session, call_ids: Iterable[UUID]) -> dict[UUID, list[CallLine]]:
    """The lines of several calls, in their order, in one read."""
    ids = list(call_ids)
    wanted = select(CallLine).where(col(CallLine.call_id).in_(ids))
    found: dict[UUID, list[CallLine]] = {}
    for line in s.exec(wanted.order_by(col(CallLine.call_id), col(CallLine.position))):
        found.setdefault(line.call_id, []).append(line)
    return found


def share_out(s: Session, actor: Actor, asked: Asked) -> Preview:
    """Who pays which part on the due date. Invalid beside lines.<n>.key_id, owner_id or lot_id."""
    costs = [
        Wanted(
            cents=Cents(line.cents), first=asked.due_on, last=asked.due_on, owner_id=asked.owner_id, lot_id=asked.lot_id,
            key_id=None if asked.owner_id else line.key_id or asked.building_id, ordinary=line.destination in ORDINARY,
        )
        for line in asked.lines
    ]  # fmt: skip
    try:
        return splits.preview(s, actor, asked.building_id, costs)
    except Invalid as error:
        raise _beside(error) from None


def _beside(error: Invalid) -> Invalid:
    """What a split refuses (costs.<n>.<field>), beside the fields of the call and its lines."""
    moved: dict[str, DomainError] = {}
    for name, one in error.fields.items():
        if name.startswith("costs."):
            _, n, field = name.split(".", 2)
            name = field if field in ("owner_id", "lot_id") else f"lines.{n}.key_id"
        moved[name] = one
    return Invalid.together(moved) if moved else error
