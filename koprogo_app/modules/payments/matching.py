"""What settles what, written: two lines by hand, the oldest first, undone again. One writer at a time for a building."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Invalid, NotFound
from koprogo_app.core.i18n import N_, Money
from koprogo_app.core.service import requires
from koprogo_app.modules.accounts import access as books
from koprogo_app.modules.accounts.models import Account
from koprogo_app.modules.ledger.models import JournalEntry, JournalLine

from . import items, rules
from .items import Item
from .models import Settlement
from .rules import Match


@dataclass(frozen=True, slots=True)
class Settled:
    """What a line took of another one, or had taken: the other one's words. `fixed`: an entry and its reversal."""

    id: UUID
    cents: int
    line_id: UUID
    entry_id: UUID
    account_code: str
    entry_on: date
    due_on: date
    words: str
    fixed: bool


def visible(actor: Actor) -> Any:
    """Every read starts here: the organisation's settlements (row-level security), those of the role's buildings."""
    rows: Any = select(Settlement)
    return rows if actor.building_ids is None else rows.where(col(Settlement.building_id).in_(actor.building_ids))


@requires(Permission.PAYMENTS_WRITE, audit=N_("items settled"))
def settle(
    s: Session, actor: Actor, building_id: UUID, debit_line_id: UUID, credit_line_id: UUID, cents: int | None = None
) -> Settlement:
    """Lets two lines of one co-owner on one account settle each other; for as much as is open of both when no amount is given.

    The same again changes nothing. Invalid, beside the line or `cents`: another person, account or building, the wrong side,
    more than is open.
    """
    books.locked_book(s, actor, building_id)
    debit, credit = (
        _line(s, building_id, debit_line_id, "debit_line_id"),
        _line(s, building_id, credit_line_id, "credit_line_id"),
    )
    if not debit.debit_cents:
        raise Invalid("Choose an amount that is owed.", field="debit_line_id")
    if not credit.credit_cents:
        raise Invalid("Choose an amount that is owed back.", field="credit_line_id")
    if debit.owner_id != credit.owner_id:
        raise Invalid("Both are on the account of one co-owner.", field="credit_line_id")
    if debit.account_id != credit.account_id:
        raise Invalid("Both are on one account of the books.", field="credit_line_id")
    there = s.exec(
        select(Settlement).where(Settlement.debit_line_id == debit.id, Settlement.credit_line_id == credit.id)
    ).one_or_none()
    if there is not None and cents == there.cents:
        return there
    if there is not None and cents is not None:
        raise Invalid("These two settle each other already: undo that first.", field="cents")
    left = {
        i.line_id: i.open_cents
        for i in items.read(s, [building_id], [debit.owner_id])
        if i.line_id in (debit.id, credit.id)
    }
    most = min(left.get(debit.id, 0), left.get(credit.id, 0))
    if there is not None and not most:
        return there
    wanted = most if cents is None else cents
    if wanted <= 0 or wanted > most:
        raise Invalid("At most {amount} is open of both.", field="cents", amount=Money(most))
    return write(s, building_id, [Match(debit.id, credit.id, rules.Cents(wanted))])[0]


@requires(Permission.LEDGER_READ)
def get_settlement(s: Session, actor: Actor, settlement_id: UUID) -> Settlement:
    """Which lines settle each other. NotFound when the reader cannot see it."""
    return _get(s, actor, settlement_id)


@requires(Permission.PAYMENTS_WRITE, audit=N_("settlement undone"))
def unsettle(s: Session, actor: Actor, settlement_id: UUID) -> None:
    """Opens two lines again for what they settled. NotFound when it is gone; Invalid for an entry and its reversal."""
    books.locked_book(s, actor, _get(s, actor, settlement_id).building_id)
    found = _get(s, actor, settlement_id)  # somebody may have been first, while the book was waited for
    if any(one.fixed for one in settled_of(s, [found.debit_line_id]) if one.id == found.id):
        raise Invalid("An entry and its reversal settle each other: this stays.")
    s.delete(found)
    s.flush()


@requires(Permission.PAYMENTS_WRITE, audit=N_("oldest items settled"))
def settle_oldest(
    s: Session, actor: Actor, building_id: UUID, owner_ids: Collection[UUID] | None = None
) -> list[Settlement]:
    """Settles what is open on both sides of a co-owner's account, the oldest due first; what was settled now. Safe to repeat."""
    books.locked_book(s, actor, building_id)
    found = items.read(s, [building_id], owner_ids)
    return write(s, building_id, rules.match(found, items.mirrors(s, building_id, owner_ids)))


def release(s: Session, entry_id: UUID) -> None:
    """Forgets what the lines of an entry settled, as it is being reversed; when its reversal is there, both settle each other.

    Without permission: for the module that made the entry, inside its transaction, best after posting.mirror().
    """
    entry = s.exec(select(JournalEntry).where(JournalEntry.id == entry_id)).one()
    lines = s.exec(select(JournalLine.id, JournalLine.owner_id).where(JournalLine.entry_id == entry_id)).all()
    mine, people = [line_id for line_id, _ in lines], {owner_id for _, owner_id in lines if owner_id}
    taken = or_(col(Settlement.debit_line_id).in_(mine), col(Settlement.credit_line_id).in_(mine))
    for row in s.exec(select(Settlement).where(taken)).all():
        s.delete(row)
    s.flush()
    if people:
        pair_reversals(s, entry.building_id, people)


def pair_reversals(s: Session, building_id: UUID, owner_ids: Collection[UUID]) -> list[Item]:
    """Settles entries with their reversals; what is open after it. Inside the caller's transaction, under the lock."""
    found = items.read(s, [building_id], owner_ids)
    pairs = rules.match(found, items.mirrors(s, building_id, owner_ids), only_mirrors=True)
    if not pairs:
        return found
    write(s, building_id, pairs)
    return items.read(s, [building_id], owner_ids)


def write(s: Session, building_id: UUID, matches: Sequence[Match]) -> list[Settlement]:
    """Keeps the matches; two lines that settle each other already do so for more."""
    if not matches:
        return []
    debits = {m.debit_line_id for m in matches}
    rows = s.exec(select(Settlement).where(col(Settlement.debit_line_id).in_(debits))).all()
    known = {(row.debit_line_id, row.credit_line_id): row for row in rows}
    made: list[Settlement] = []
    for m in matches:
        row = known.get((m.debit_line_id, m.credit_line_id))
        if row is None:
            row = Settlement(
                building_id=building_id, debit_line_id=m.debit_line_id, credit_line_id=m.credit_line_id, cents=m.cents
            )
        else:
            row.cents += m.cents
        s.add(row)
        made.append(row)
    s.flush()
    return made


def settled_of(s: Session, line_ids: Collection[UUID]) -> list[Settled]:
    """What the other lines are that these settle or are settled by, the oldest due first. No permission: for this module."""
    own, other, entry, reversed_ = (
        aliased(JournalLine),
        aliased(JournalLine),
        aliased(JournalEntry),
        aliased(JournalEntry),
    )
    pair = (col(Settlement.debit_line_id), col(Settlement.credit_line_id))
    wanted: Any = select(Settlement, other, entry, Account.code, reversed_.reverses_id, own.entry_id)  # type: ignore[call-overload]
    wanted = wanted.select_from(Settlement).join(own, col(own.id).in_(line_ids) & col(own.id).in_(pair))
    wanted = wanted.join(other, (col(other.id) != own.id) & col(other.id).in_(pair))
    wanted = wanted.join(entry, col(entry.id) == other.entry_id).join(Account, col(Account.id) == other.account_id)
    wanted = wanted.join(reversed_, col(reversed_.id) == own.entry_id)
    mine = or_(col(Settlement.debit_line_id).in_(line_ids), col(Settlement.credit_line_id).in_(line_ids))
    due = func.coalesce(other.due_on, other.entry_on)
    rows = s.exec(wanted.where(mine).order_by(due, col(other.entry_on), col(other.id))).all()
    return [
        Settled(
            row.id, row.cents, line.id, line.entry_id, code, line.entry_on, line.due_on or line.entry_on,
            line.description or made.description, made.reverses_id == own_entry or reverses == line.entry_id,
        )
        for row, line, made, code, reverses, own_entry in rows
    ]  # fmt: skip


def _get(s: Session, actor: Actor, settlement_id: UUID) -> Settlement:
    found: Settlement | None = s.exec(visible(actor).where(Settlement.id == settlement_id)).one_or_none()
    if found is None:
        raise NotFound("This settlement does not exist.")
    return found


def _line(s: Session, building_id: UUID, line_id: UUID, field: str) -> Any:
    """A line of a co-owner's account in this building."""
    mine = select(JournalLine).where(JournalLine.id == line_id, *items.lines_of_owners([building_id]))
    found = s.exec(mine).one_or_none()
    if found is None:
        raise Invalid("This item is not open.", field=field)
    return found
