"""How the costs of an entry are shared out, taken back with its mirror. Called inside a transaction, by whoever reverses."""

from uuid import UUID

from sqlmodel import Session, col, select

from koprogo_app.modules.ledger.models import JournalLine

from .models import CostAllocation, CostExclusion


def take_back(s: Session, entry_id: UUID, mirror_id: UUID) -> None:
    """Shares the lines of a mirror out as those of its entry are: each part of a cost comes back to who bore it."""
    lines = s.exec(select(JournalLine).where(col(JournalLine.entry_id).in_((entry_id, mirror_id)))).all()
    there = {line.position: line.id for line in lines if line.entry_id == mirror_id}
    here = {line.id: line.position for line in lines if line.entry_id == entry_id}
    kept = s.exec(select(CostAllocation).where(col(CostAllocation.journal_line_id).in_(here))).all()
    made = {a.id: _turned(a, there[here[a.journal_line_id]]) for a in kept}
    s.add_all(made.values())
    s.flush()
    for out in s.exec(select(CostExclusion).where(col(CostExclusion.allocation_id).in_(made))).all():
        s.add(CostExclusion(building_id=out.building_id, allocation_id=made[out.allocation_id].id, lot_id=out.lot_id))
    s.flush()


def _turned(a: CostAllocation, journal_line_id: UUID) -> CostAllocation:
    return CostAllocation(
        building_id=a.building_id, journal_line_id=journal_line_id, key_id=a.key_id, owner_id=a.owner_id, period_from=a.period_from,
        period_until=a.period_until, ordinary=a.ordinary, tenant_percent=a.tenant_percent, vat_cents=-a.vat_cents,
    )  # fmt: skip
