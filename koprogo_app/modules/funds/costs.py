"""The costs in the books that a fund may pay, what of each is already paid so, and that it then stays. Called in a transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, cast
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select

from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import Invalid
from koprogo_app.core.listing import contains
from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts.models import Account
from koprogo_app.modules.accounts.rules import Kind as Side
from koprogo_app.modules.invoices.models import CostAllocation
from koprogo_app.modules.ledger.models import JournalEntry, JournalLine

from .access import Shared, sharing_of
from .models import FundMovement

MOST = 50  # offered at a time: a search narrows them


@dataclass(frozen=True, slots=True)
class Payable:
    """A cost and what of it is left to be paid from a fund."""

    line_id: UUID
    left: Cents
    shared: Shared


def _paid() -> Any:
    """What funds have paid of a line, as a column beside it."""
    wanted = select(func.coalesce(func.sum(FundMovement.cents), 0)).where(
        FundMovement.cost_line_id == JournalLine.id, col(FundMovement.reversal_entry_id).is_(None)
    )
    return wanted.correlate(JournalLine).scalar_subquery()


def check_unpaid(s: Session, _actor: Actor, entry: JournalEntry) -> None:
    """Refuses to reverse an entry while a withdrawal pays a cost of it: the cost, entered anew, could be paid a second time.

    Whoever reverses holds the book (ledger.posting), as moving.withdraw does.
    """
    paid = select(FundMovement.id).join(JournalLine, col(JournalLine.id) == FundMovement.cost_line_id)
    if s.exec(paid.where(JournalLine.entry_id == entry.id, col(FundMovement.reversal_entry_id).is_(None))).first():
        raise Invalid("A fund has paid this cost: reverse its withdrawal first.")


def _costs(building_id: UUID, never: Sequence[str], *columns: Any) -> Any:
    """Lines that are a common cost and stand: no reversal, and none that was reversed."""
    mirror = aliased(JournalEntry)
    wanted: Any = select(*columns).select_from(JournalLine)
    wanted = wanted.join(JournalEntry, col(JournalEntry.id) == JournalLine.entry_id)
    wanted = wanted.join(Account, col(Account.id) == JournalLine.account_id)
    wanted = wanted.outerjoin(mirror, mirror.reverses_id == JournalEntry.id)
    wanted = wanted.outerjoin(CostAllocation, col(CostAllocation.journal_line_id) == JournalLine.id)
    return wanted.where(
        JournalLine.building_id == building_id, Account.kind == Side.EXPENSE, ~or_(*[col(Account.code).startswith(c) for c in never]),
        JournalLine.debit_cents > 0, col(JournalEntry.reverses_id).is_(None), col(mirror.id).is_(None), col(CostAllocation.owner_id).is_(None),
    )  # fmt: skip


def offered(s: Session, building_id: UUID, year_ids: Collection[UUID], never: Sequence[str], words: str) -> list[Any]:
    """The last costs of some years of which something is left: id, entry_on, journal, number, words, code, cents, left."""
    said = func.coalesce(func.nullif(JournalLine.description, ""), JournalEntry.description)
    left = cast(col(JournalLine.debit_cents) - _paid(), BigInteger)
    wanted = _costs(
        building_id, never, JournalLine.id, JournalLine.entry_on, JournalEntry.journal, JournalEntry.number, said.label("words"),
        Account.code, col(JournalLine.debit_cents).label("cents"), left.label("left"),
    )  # fmt: skip
    wanted = wanted.where(col(JournalLine.year_id).in_(year_ids), left > 0)
    if words:
        wanted = wanted.where(contains(JournalEntry.description + " " + JournalLine.description, words))
    return list(
        s.execute(wanted.order_by(col(JournalLine.entry_on).desc(), col(JournalLine.id).desc()).limit(MOST)).all()
    )


def payable(s: Session, building_id: UUID, line_id: UUID, never: Sequence[str]) -> Payable:
    """A cost with its sharing. Invalid for a line that is none, was reversed, that one owner bears alone, or nobody yet."""
    wanted = _costs(building_id, never, JournalLine.debit_cents, _paid())
    row = s.execute(wanted.where(JournalLine.id == line_id)).one_or_none()
    if row is None:
        raise Invalid("Choose a common cost of the books that is not reversed.", field="cost_line_id")
    shared = sharing_of(s, line_id)
    if shared is None:  # who bears it is said later, and might be others than get the withdrawal
        raise Invalid(
            "Nobody bears this cost yet: say who does under “Prepare a statement”, “Costs that nobody bears yet”.",
            field="cost_line_id",
        )
    cents, paid = row
    return Payable(line_id, Cents(int(cents - paid)), shared)
