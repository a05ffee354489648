"""Who bears a cost that was entered in the books without saying it: said once, beside the line, as an invoice would."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.modules.accounts import access as books
from koprogo_app.modules.accounts.models import Account
from koprogo_app.modules.accounts.rules import RESULT
from koprogo_app.modules.invoices.models import CostAllocation, CostExclusion, SharingIn
from koprogo_app.modules.ledger.models import JournalLine
from koprogo_app.modules.splits import service as splits
from koprogo_app.modules.splits.models import Wanted

from . import material


@requires(Permission.STATEMENTS_WRITE, audit=N_("bearers of a cost entered"))
def share(
    s: Session, actor: Actor, building_id: UUID, line_ids: Sequence[UUID], data: SharingIn
) -> list[CostAllocation]:
    """Says who bears lines of the books that are costs or income. Like the lines, it is never changed afterwards.

    Without a period, the day of the line. A line that has its bearers already is left as it is when they are the same, else
    Conflict. Invalid beside key_id, owner_id, period_until, tenant_percent; NotFound for a line of another building.
    """
    books.locked_book(s, actor, building_id)
    lines = _lines(s, building_id, line_ids)
    known = {
        a.journal_line_id: a
        for a in s.exec(select(CostAllocation).where(col(CostAllocation.journal_line_id).in_(line_ids)))
    }
    wanted = [(line, _allocation(line, data)) for line in lines]
    excluded, out = frozenset(data.excluded), material.excluded(s, [a.id for a in known.values()])
    for line, made in wanted:
        there = known.get(line.id)
        if there and (_terms(there), out.get(there.id, frozenset())) != (_terms(made), excluded):
            raise Conflict("Somebody has said meanwhile who bears this cost.")
    fresh = [(line, made) for line, made in wanted if line.id not in known]
    _check(s, actor, building_id, fresh, excluded)
    s.add_all(made for _, made in fresh)
    s.flush()
    s.add_all(
        CostExclusion(building_id=building_id, allocation_id=made.id, lot_id=lot_id)
        for _, made in fresh
        for lot_id in excluded
    )
    s.flush()
    return [known.get(line.id, made) for line, made in wanted]


def _lines(s: Session, building_id: UUID, line_ids: Sequence[UUID]) -> list[JournalLine]:
    wanted = select(JournalLine).join(Account, col(Account.id) == JournalLine.account_id)
    wanted = wanted.where(
        JournalLine.building_id == building_id, col(JournalLine.id).in_(line_ids), col(Account.kind).in_(RESULT)
    )
    found = list(s.exec(wanted.order_by(col(JournalLine.id))))
    if not line_ids or len(found) != len(set(line_ids)):
        raise NotFound("This line is no cost of this building.")
    return found


def _allocation(line: JournalLine, data: SharingIn) -> CostAllocation:
    first = data.period_from or line.entry_on
    return CostAllocation(
        building_id=line.building_id, journal_line_id=line.id, key_id=None if data.key_id == line.building_id else data.key_id,
        owner_id=data.owner_id, period_from=first, period_until=data.period_until or first, ordinary=data.ordinary,
        tenant_percent=data.tenant_percent,
    )  # fmt: skip


def _terms(a: CostAllocation) -> tuple[object, ...]:
    """What was said of a cost, but for the lots that take no part."""
    return a.key_id, a.owner_id, a.period_from, a.period_until, a.ordinary, a.tenant_percent


def _check(
    s: Session,
    actor: Actor,
    building_id: UUID,
    fresh: Sequence[tuple[JournalLine, CostAllocation]],
    out: frozenset[UUID],
) -> None:
    """What cannot be shared out is refused now, beside its field, not when the statement is made."""
    costs = [
        Wanted(
            cents=Cents(line.debit_cents - line.credit_cents), first=a.period_from, last=a.period_until,
            key_id=None if a.owner_id else a.key_id or building_id, owner_id=a.owner_id, excluded=out, ordinary=a.ordinary,
            tenant_percent=a.tenant_percent,
        )
        for line, a in fresh
    ]  # fmt: skip
    try:
        splits.preview(s, actor, building_id, costs)
    except Invalid as error:
        moved = {_field(name): one for name, one in error.fields.items()}
        raise Invalid.together(moved) if moved else error from None


def _field(name: str) -> str:
    last = name.rpartition(".")[2]
    return {"last": "period_until", "lots": "key_id", "lot_id": "owner_id"}.get(last, last)
