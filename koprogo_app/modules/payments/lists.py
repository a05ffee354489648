"""The lists of payments and of open items: one page, filtered, searched and sorted by the server."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, cast
from sqlmodel import Session, col, func, select

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Invalid
from koprogo_app.core.listing import Asked, Listed, contains, page_of, selected, unaccented
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.core.validation import chosen_id, day_of
from koprogo_app.modules.accounts.models import Account
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.ledger.models import JournalEntry, JournalLine
from koprogo_app.modules.owners.models import Owner

from . import items, rules
from .models import Payment
from .rules import Due, State

COLUMNS = (
    Payment.id, Payment.organization_id, Payment.building_id, Payment.owner_id, Owner.last_name, Owner.first_name, Payment.kind,
    Payment.paid_on, Payment.cents, Payment.fund, Payment.communication, Payment.note, Payment.entry_id, Payment.reversal_entry_id,
    Payment.created_at,
)  # fmt: skip
SORTABLE = {
    "paid_on": col(Payment.paid_on),
    "cents": col(Payment.cents),
    "last_name": unaccented(col(Owner.last_name) + " " + Owner.first_name),
}


@dataclass(frozen=True, slots=True)
class OpenPage(Listed):
    """A page of open items, with last_name and first_name. Of the whole list: what is owed, and what is owed back."""

    owed: Cents
    owed_back: Cents


def visible(actor: Actor, *columns: Any) -> Any:
    """Every read starts here: the organisation's payments (row-level security), those of the role's buildings."""
    rows: Any = selected(*columns) if columns else select(Payment)
    return rows if actor.building_ids is None else rows.where(col(Payment.building_id).in_(actor.building_ids))


def _reversed(value: str) -> Any:
    match value:
        case State.BOOKED:
            return col(Payment.reversal_entry_id).is_(None)
        case State.REVERSED:
            return col(Payment.reversal_entry_id).is_not(None)
        case _:
            raise Invalid("Choose one from the list.", field="state")


_FILTERS: dict[str, Callable[[str], Any]] = {
    "kind": lambda value: col(Payment.kind) == value,
    "fund": lambda value: col(Payment.fund) == value,
    "state": _reversed,
    "owner": lambda value: col(Payment.owner_id) == chosen_id(value, "owner"),
    "from": lambda value: col(Payment.paid_on) >= day_of(value[:10], "from"),
    "until": lambda value: col(Payment.paid_on) <= day_of(value[:10], "until"),
}
_WORDS = func.concat_ws(" ", Owner.first_name, Owner.last_name, Payment.communication, Payment.note)


@requires(Permission.LEDGER_READ)
def list_payments(s: Session, actor: Actor, building_id: UUID, asked: Asked) -> Listed:
    """A page of COLUMNS. Filters: kind, fund, state (rules.State), owner, from, until; search in name, communication, note."""
    buildings.get_building(s, actor, building_id)
    wanted = (
        visible(actor, *COLUMNS)
        .join(Owner, col(Owner.id) == Payment.owner_id)
        .where(Payment.building_id == building_id)
    )
    if asked.search.strip():
        wanted = wanted.where(contains(_WORDS, _sought(asked.search)))
    for name, condition in _FILTERS.items():
        if value := asked.filters.get(name):
            wanted = wanted.where(condition(value))
    return page_of(s, wanted, asked, SORTABLE, "paid_on")


@requires(Permission.LEDGER_READ)
def list_open_items(s: Session, actor: Actor, building_id: UUID, asked: Asked) -> OpenPage:
    """A page of open items with their co-owner. Filters: due (rules.Due), owner, account (code); search in name and words."""
    buildings.get_building(s, actor, building_id)
    owner = asked.filters.get("owner")
    wanted, _ = items.open_query([building_id], [chosen_id(owner, "owner")] if owner else None)
    wanted = wanted.add_columns(Owner.last_name, Owner.first_name).join(Owner, col(Owner.id) == JournalLine.owner_id)
    due = func.coalesce(JournalLine.due_on, JournalLine.entry_on)
    if asked.search.strip():
        words = func.concat_ws(
            " ", Owner.first_name, Owner.last_name, JournalLine.description, JournalEntry.description
        )
        wanted = wanted.where(contains(words, asked.search))
    if account := asked.filters.get("account"):
        wanted = wanted.where(Account.code == account)
    if state := asked.filters.get("due"):
        wanted = wanted.where(_due(state, due))
    listed = wanted.subquery()
    open_: Any = listed.c.open_cents
    owed = func.coalesce(func.sum(open_).filter(listed.c.debit_cents > 0), 0)
    back = func.coalesce(func.sum(open_).filter(listed.c.credit_cents > 0), 0)
    name = unaccented(listed.c.last_name + " " + listed.c.first_name)
    sortable = {"due_on": listed.c.due_on, "entry_on": listed.c.entry_on, "open_cents": open_, "last_name": name}
    found = page_of(s, select(*listed.c), asked, sortable, "due_on")
    sums = s.execute(select(cast(owed, BigInteger), cast(back, BigInteger))).one()
    return OpenPage(found.rows, found.total, Cents(sums[0]), Cents(sums[1]))


def _sought(text: str) -> str:
    """A structured communication is kept as its digits, however it is typed."""
    try:
        return rules.digits_of(text) or text
    except Invalid:
        return text


def _due(state: str, due: Any) -> Any:
    match state:
        case Due.TO_PAY:
            return col(JournalLine.debit_cents) > 0
        case Due.LATE:
            return (col(JournalLine.debit_cents) > 0) & (due < clock.today())
        case Due.CREDIT:
            return col(JournalLine.credit_cents) > 0
        case _:
            raise Invalid("Choose one from the list.", field="due")
