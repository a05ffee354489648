"""What one sees of the funds of a co-ownership, and the waivers of the contribution to the reserve."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.core.listing import Asked, Listed, contains, page_of, selected
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.core.validation import chosen_id
from koprogo_app.modules.accounts import access as books
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import Account, FiscalYear
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.ledger.models import JournalEntry, JournalLine

from . import access, costs, reading, rules
from .access import visible
from .models import FundMovement, FundWaiver, WaiverIn
from .reading import Ended, Overview

# --- Read ------------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_READ)
def get_overview(s: Session, actor: Actor, building_id: UUID, year_id: UUID) -> Overview:
    """How the funds stand in a year, the money behind them and the duty to contribute. NotFound for a year of another building."""
    year, before = _year(s, actor, building_id, year_id)
    return reading.overview(s, actor, year, before, access.chart_of(s, building_id), clock.today())


@requires(Permission.LEDGER_READ)
def list_ended(s: Session, actor: Actor, building_id: UUID) -> list[Ended]:
    """What each fund held at the end of each year of the books, oldest first."""
    buildings.get_building(s, actor, building_id)
    return reading.ended(s, accounts.list_years(s, actor, building_id), access.chart_of(s, building_id))


_SAID = func.coalesce(func.nullif(JournalLine.description, ""), JournalEntry.description)
LINE_COLUMNS = (
    JournalLine.id, JournalLine.entry_id, JournalLine.entry_on, JournalLine.account_id, Account.code, JournalEntry.journal,
    JournalEntry.number, _SAID.label("words"), (col(JournalLine.credit_cents) - JournalLine.debit_cents).label("cents"),
    col(FundMovement.id).label("movement_id"),
)  # fmt: skip
MOVEMENT_COLUMNS = (
    FundMovement.id, FundMovement.building_id, FundMovement.kind, FundMovement.fund, FundMovement.from_code, FundMovement.to_code,
    FundMovement.cents, FundMovement.moved_on, FundMovement.words, FundMovement.decision, FundMovement.document_id,
    FundMovement.cost_line_id, FundMovement.key_id, FundMovement.entry_id, FundMovement.reversal_entry_id,
    FundMovement.reversal_reason, JournalEntry.journal, JournalEntry.number,
)  # fmt: skip


@requires(Permission.LEDGER_READ)
def list_lines(s: Session, actor: Actor, building_id: UUID, asked: Asked) -> Listed:
    """One page of LINE_COLUMNS: what the books say of the funds. Filters: year (id), fund; search in the words."""
    buildings.get_building(s, actor, building_id)
    funds = access.chart_of(s, building_id).funds()
    named = {i for i, fund in funds.items() if asked.filters.get("fund") in (None, "", fund)}
    wanted = selected(*LINE_COLUMNS).join(JournalEntry, col(JournalEntry.id) == JournalLine.entry_id)
    wanted = wanted.join(Account, col(Account.id) == JournalLine.account_id)
    wanted = wanted.outerjoin(FundMovement, col(FundMovement.entry_id) == JournalLine.entry_id)
    wanted = wanted.where(col(JournalLine.account_id).in_(named))
    if year := asked.filters.get("year"):
        wanted = wanted.where(JournalLine.year_id == chosen_id(year, "year"))
    if asked.search:
        wanted = wanted.where(contains(_SAID, asked.search))
    order = {"entry_on": col(JournalLine.entry_on), "cents": LINE_COLUMNS[8]}
    return page_of(s, wanted, asked, order, "entry_on")


@requires(Permission.LEDGER_READ)
def list_movements(s: Session, actor: Actor, building_id: UUID, asked: Asked) -> Listed:
    """One page of MOVEMENT_COLUMNS: what was done here. Filters: kind, fund, state (standing or reversed); search in the words."""
    buildings.get_building(s, actor, building_id)
    wanted = _movements().where(FundMovement.building_id == building_id)
    for name, column in (("kind", FundMovement.kind), ("fund", FundMovement.fund)):
        if value := asked.filters.get(name):
            wanted = wanted.where(col(column) == value)
    undone = col(FundMovement.reversal_entry_id)
    if (state := asked.filters.get("state")) in ("standing", "reversed"):
        wanted = wanted.where(undone.is_(None) if state == "standing" else undone.is_not(None))
    if asked.search:
        wanted = wanted.where(contains(FundMovement.words + " " + FundMovement.decision, asked.search))
    order = {"moved_on": col(FundMovement.moved_on), "cents": col(FundMovement.cents)}
    return page_of(s, wanted, asked, order, "moved_on")


@requires(Permission.LEDGER_READ)
def get_movement(s: Session, actor: Actor, movement_id: UUID) -> Any:
    """MOVEMENT_COLUMNS of one movement. NotFound when the reader cannot see it."""
    wanted = _movements().where(FundMovement.id == movement_id)
    if actor.building_ids is not None:
        wanted = wanted.where(col(FundMovement.building_id).in_(actor.building_ids))
    found = s.execute(wanted).one_or_none()
    if found is None:
        raise NotFound("This movement does not exist.")
    return found


@requires(Permission.LEDGER_READ)
def list_costs(s: Session, actor: Actor, building_id: UUID, words: str = "") -> list[Any]:
    """The last common costs of the two last begun years that a fund may still pay (costs.offered), narrowed by words."""
    buildings.get_building(s, actor, building_id)
    begun = [y.id for y in accounts.list_years(s, actor, building_id) if y.starts_on <= clock.today()][:2]
    return costs.offered(s, building_id, begun, reading.never(access.chart_of(s, building_id)), words) if begun else []


@requires(Permission.LEDGER_READ)
def list_places(s: Session, actor: Actor, building_id: UUID) -> list[Account]:
    """The accounts between which money can be moved."""
    buildings.get_building(s, actor, building_id)
    return access.chart_of(s, building_id).places()


@requires(Permission.LEDGER_READ)
def get_interest_left(s: Session, actor: Actor, building_id: UUID, year_id: UUID) -> Cents:
    """The interest of a year that is not added to a fund yet."""
    year, _ = _year(s, actor, building_id, year_id)
    return reading.interest_left(s, year, access.chart_of(s, building_id))


@requires(Permission.LEDGER_READ)
def list_waivers(s: Session, actor: Actor, building_id: UUID) -> list[FundWaiver]:
    """The waivers of a building, withdrawn ones too, the last decided first."""
    buildings.get_building(s, actor, building_id)
    wanted = visible(actor, FundWaiver).where(FundWaiver.building_id == building_id)
    return list(s.exec(wanted.order_by(col(FundWaiver.decided_on).desc(), col(FundWaiver.id).desc())))


@requires(Permission.LEDGER_READ)
def get_waiver(s: Session, actor: Actor, waiver_id: UUID) -> FundWaiver:
    """NotFound when the reader cannot see it."""
    found: FundWaiver | None = s.exec(visible(actor, FundWaiver).where(FundWaiver.id == waiver_id)).one_or_none()
    if found is None:
        raise NotFound("This waiver does not exist.")
    return found


# --- Waivers ---------------------------------------------------------------------------------------------------------


@requires(Permission.FUNDS_WRITE, audit=N_("waiver of the contribution to the reserve recorded"))
def record_waiver(s: Session, actor: Actor, building_id: UUID, data: WaiverIn) -> FundWaiver:
    """Keeps the meeting's decision that a year needs no contribution. Invalid under four fifths (art. 3.86 §3 al. 4).

    One stands for each year: Conflict for a second one. With the same key again, the waiver there is.
    """
    books.locked_book(s, actor, building_id)
    if data.key and (there := s.exec(select(FundWaiver).where(FundWaiver.source_id == data.key)).one_or_none()):
        if there.building_id != building_id:
            raise Conflict("This key belongs to another building.")
        return there
    rules.check_waiver(data.votes_for, data.votes_cast, data.words, data.decided_on, clock.today())
    try:
        _year(s, actor, building_id, data.year_id)
    except NotFound:
        raise Invalid("Choose one from the list.", field="year_id") from None
    access.check_document(s, actor, building_id, data.document_id)
    if reading.waiver_of(s, data.year_id):
        raise Conflict("A waiver stands for this year already.")
    waiver = FundWaiver(
        building_id=building_id,
        source_id=data.key,
        **data.model_dump(exclude={"key", "words"}),
        words=data.words.strip(),
    )
    s.add(waiver)
    s.flush()
    return waiver


@requires(Permission.FUNDS_WRITE, audit=N_("waiver of the contribution to the reserve withdrawn"))
def withdraw_waiver(s: Session, actor: Actor, waiver_id: UUID, reason: str) -> FundWaiver:
    """Takes a waiver back, with a reason. One that is withdrawn stays so. Invalid once its year is closed: it has served."""
    found = get_waiver(s, actor, waiver_id)
    book = books.locked_book(s, actor, found.building_id)
    s.refresh(found)
    if found.withdrawn_on is not None:
        return found
    rules.check_words({"reason": reason}, "reason")
    if book.locked_until and book.locked_until >= accounts.get_year(s, actor, found.year_id).ends_on:
        raise Invalid("The year of this waiver is closed: it stays.")
    found.withdrawn_on, found.withdrawn_reason = clock.today(), reason.strip()[:300]
    s.flush()
    return found


# --- Parts of the above ----------------------------------------------------------------------------------------------


def _movements() -> Any:
    return selected(*MOVEMENT_COLUMNS).join(JournalEntry, col(JournalEntry.id) == FundMovement.entry_id)


def _year(s: Session, actor: Actor, building_id: UUID, year_id: UUID) -> tuple[FiscalYear, FiscalYear | None]:
    """A year of a building and the one before it."""
    buildings.get_building(s, actor, building_id)
    years: Sequence[FiscalYear] = accounts.list_years(s, actor, building_id)
    place = next((n for n, y in enumerate(years) if y.id == year_id), None)
    if place is None:
        raise NotFound("This financial year does not exist.")
    return years[place], years[place + 1] if place + 1 < len(years) else None
