"""Closing a year and opening it again; accruals before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Conflict, DomainError, Invalid, NotFound
from koprogo_app.core.i18n import N_, translate
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.modules.accounts import access as books
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import Account, FiscalYear, YearIn
from koprogo_app.modules.accounts.rules import RESULT, Purpose
from koprogo_app.modules.accounts.rules import Kind as AccountKind
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.documents import service as documents
from koprogo_app.modules.funds.access import Chart, chart_of, days_of
from koprogo_app.modules.funds.rules import ACCOUNTS, Fund, least_from
from koprogo_app.modules.invoices.models import SharingIn
from koprogo_app.modules.invoices.sharing import take_back
from koprogo_app.modules.ledger import posting
from koprogo_app.modules.ledger.models import JournalLine
from koprogo_app.modules.ledger.posting import Posting
from koprogo_app.modules.ledger.rules import Journal
from koprogo_app.modules.ledger.service import Balance
from koprogo_app.modules.statements import sharing

from . import facts, rules
from .models import Accrual, AccrualIn, ClosingIn, YearClosing
from .rules import Check, Kind, Status

WORDS = N_("Result of the year up to {day}")


@dataclass(frozen=True, slots=True)
class State:
    """A year before or after its closing. `closing`: the last one, closed or opened again."""

    building: Building
    year: FiscalYear
    next_year: FiscalYear | None
    checks: Sequence[Check]
    result: Cents  # income less cost that nobody was asked for
    carried: Sequence[Balance]
    accruals: Sequence[Accrual]
    closing: YearClosing | None
    open_from: date | None  # of a closed year: the first day that takes entries once it is opened again

    @property
    def closed(self) -> bool:
        return self.closing is not None and self.closing.status == Status.CLOSED


def visible(actor: Actor, table: Any) -> Any:
    """Every read starts here: the organisation's rows (row-level security), of the role's buildings."""
    rows: Any = select(table)
    return rows if actor.building_ids is None else rows.where(col(table.building_id).in_(actor.building_ids))


@requires(Permission.LEDGER_READ)
def get_state(s: Session, actor: Actor, building_id: UUID, year_id: UUID) -> State:
    """What closing a year takes, and what it would carry over. NotFound for a year that the reader cannot see."""
    building = buildings.get_building(s, actor, building_id)
    year = _year(s, actor, building_id, year_id)
    found = facts.read(s, actor, year)
    closings = visible(actor, YearClosing).where(YearClosing.year_id == year_id).order_by(col(YearClosing.id).desc())
    accruals = visible(actor, Accrual).where(Accrual.year_id == year_id).order_by(col(Accrual.id))
    closing = s.exec(closings).first()
    opens = _open_from(s, actor, year, closing) if closing is not None and closing.status == Status.CLOSED else None
    return State(
        building, year, _next(s, actor, year), rules.checks(found.facts, clock.today()), Cents(found.facts.result), found.carried,
        list(s.exec(accruals)), closing, opens,
    )  # fmt: skip


# --- Accruals --------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_READ)
def list_accounts(s: Session, actor: Actor, building_id: UUID) -> list[Account]:
    """The accounts of costs and income that an accrual can be of, by code."""
    found = accounts.list_accounts(s, actor, building_id)
    own = Chart(found).of(*rules.OWN)
    return [a for a in found if a.postable and a.kind in RESULT and a not in own]


@requires(Permission.LEDGER_POST, audit=N_("accrual entered"))
def add_accrual(s: Session, actor: Actor, building_id: UUID, year_id: UUID, data: AccrualIn) -> Accrual:
    """A cost or income that belongs to another year: on the last day of this one, and back on the first of the next.

    Both are shared out alike, for the days given, as a cost that recurs or not. With the same key again, the one there is.
    Invalid beside the field; the next year is there first (year_id).
    """
    books.locked_book(s, actor, building_id)
    there = s.exec(select(Accrual).where(Accrual.source_id == data.key)).one_or_none() if data.key else None
    if there and there.building_id != building_id:
        raise Conflict("This key belongs to another building.")
    if there:
        return there
    year = _year(s, actor, building_id, year_id)
    rules.check_accrual(data.words, data.cents, data.period_from, data.period_until)
    account = _result_account(s, building_id, data.account, data.kind)
    after = _next(s, actor, year)
    if after is None:
        raise Invalid("Add the next financial year first: the accrual comes back on its first day.", field="year_id")
    balance = books.codes_of(s, building_id, rules.BALANCE[data.kind])[rules.BALANCE[data.kind]]
    sides = rules.accrual_sides(data.kind, account.code, balance, Cents(data.cents), data.words.strip())
    made = [
        _post(s, actor, building_id, Posting(Journal.ODS, on, data.words.strip(), wanted, source=rules.ACCRUAL))
        for on, wanted in ((year.ends_on, sides), (after.starts_on, [side.turned() for side in sides]))
    ]
    shared = SharingIn(
        key_id=data.key_id,
        period_from=data.period_from,
        period_until=data.period_until,
        ordinary=rules.is_ordinary(data.ordinary, account.code),
        tenant_percent=data.tenant_percent,
    )
    sharing.share(s, actor, building_id, [_first_line(s, entry_id) for entry_id in made], shared)
    accrual = Accrual(
        building_id=building_id, year_id=year_id, **data.model_dump(exclude={"key", "words", "ordinary"}), words=data.words.strip(),
        entry_id=made[0], back_entry_id=made[1], posted_by=actor.user_id, source_id=data.key,
    )  # fmt: skip
    s.add(accrual)
    s.flush()
    return accrual


@requires(Permission.LEDGER_POST, audit=N_("accrual undone"))
def undo_accrual(s: Session, actor: Actor, accrual_id: UUID, reason: str) -> Accrual:
    """Undoes both entries by their mirrors. Safe to repeat."""
    if not reason.strip():
        raise Invalid("Say why the entry is reversed.", field="reason")
    found: Accrual | None = s.exec(visible(actor, Accrual).where(Accrual.id == accrual_id)).one_or_none()
    if found is None:
        raise NotFound("This accrual does not exist.")
    books.locked_book(s, actor, found.building_id)
    s.refresh(found)
    if found.reason is not None:
        return found
    for entry_id in (found.entry_id, found.back_entry_id):
        take_back(s, entry_id, posting.mirror(s, actor, entry_id, reason.strip()).id)
    found.reason = reason.strip()[:1000]
    return found


# --- Close -----------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_CLOSE, audit=N_("year closed"))
def close(s: Session, actor: Actor, building_id: UUID, year_id: UUID, data: ClosingIn) -> YearClosing:
    """Closes a year by the meeting's decision: what is left of the result goes to a fund, the books are locked up to its end.

    Adds the next year when it is not there: what the association owns and owes goes over by itself. A closed year stays as it
    is. Invalid when a blocking check fails, the decision is not named (decision, decided_on), or a result has no fund (fund).
    """
    book = books.locked_book(s, actor, building_id)
    state = get_state(s, actor, building_id, year_id)
    if state.closed and state.closing is not None:
        return state.closing
    if data.document_id and documents.get_row(s, actor, data.document_id).building_id != building_id:
        raise Invalid("Choose a document of this building.", field="document_id")
    rules.refuse(state.checks)
    decided_on = rules.check_decision(data.decided_on, data.decision, state.year.ends_on, clock.today())
    closing = YearClosing(
        building_id=building_id, year_id=year_id, decided_on=decided_on, decision=data.decision.strip(), document_id=data.document_id,
        result_cents=state.result, fund=data.fund if state.result else None, locked_before=book.locked_until, closed_at=clock.now(),
        posted_by=actor.user_id,
    )  # fmt: skip
    s.add(closing)
    s.flush()
    if state.result:
        closing.entry_id = _to_fund(s, actor, state, closing, data.fund)
    if state.next_year is None:
        first, last = rules.next_year(state.year.starts_on, state.year.ends_on)
        accounts.add_year(s, actor, building_id, YearIn(starts_on=first, ends_on=last))
    if book.locked_until is None or book.locked_until < state.year.ends_on:
        accounts.lock_books(s, actor, building_id, state.year.ends_on)
    return closing


def _to_fund(s: Session, actor: Actor, state: State, closing: YearClosing, fund: Fund | None) -> UUID:
    """The entry of what is left: no statement settles it."""
    if fund is None:
        raise Invalid("Choose the fund that the result goes to, or settle it by a statement first.", field="fund")
    purpose = ACCOUNTS[fund]
    codes = books.codes_of(s, state.building.id, purpose, Purpose.FUND_MOVEMENTS, Purpose.FUND_WITHDRAWALS)
    rules.check_fund(state.result, _least(s, state, fund))
    words = translate(state.building.language, WORDS, day=state.year.ends_on)
    sides = rules.result_sides(
        state.result, codes[purpose], codes[Purpose.FUND_MOVEMENTS], codes[Purpose.FUND_WITHDRAWALS], words
    )
    new = Posting(
        Journal.ODS,
        state.year.ends_on,
        words,
        sides,
        source=rules.SOURCE,
        source_id=closing.id,
        document_id=closing.document_id,
    )
    return _post(s, actor, state.building.id, new)


@requires(Permission.LEDGER_CLOSE, audit=N_("year opened again"))
def reopen(s: Session, actor: Actor, building_id: UUID, year_id: UUID, reason: str) -> YearClosing:
    """Opens a closed year again: the lock goes back (State.open_from), the entry of the result is undone by its mirror.

    Safe to repeat. Invalid without a reason, and when the fund has spent the result since; Conflict when a later year is closed
    or the books are locked beyond this one; NotFound for a year never closed.
    """
    if not reason.strip():
        raise Invalid("Say why the books are opened again.", field="reason")
    book = books.locked_book(s, actor, building_id)
    state = get_state(s, actor, building_id, year_id)
    closing = state.closing
    if closing is None:
        raise NotFound("This year is not closed.")
    if state.open_from is None:
        return closing
    if state.next_year is not None and facts.is_closed(s, state.next_year.id):
        raise Conflict("A later year is closed: open that one first.")
    rules.check_reopening(book.locked_until, state.year.ends_on)
    until = None if state.open_from == _begin(s, actor, building_id) else state.open_from - timedelta(1)
    accounts.lock_books(s, actor, building_id, until, reason)
    if closing.entry_id:
        rules.check_given_back(closing.result_cents, _least(s, state, Fund(str(closing.fund))))
        closing.reversal_entry_id = posting.mirror(s, actor, closing.entry_id, reason.strip()).id
    closing.status, closing.reason = Status.REOPENED, reason.strip()[:1000]
    return closing


# --- Parts -----------------------------------------------------------------------------------------------------------


def _year(s: Session, actor: Actor, building_id: UUID, year_id: UUID) -> FiscalYear:
    year = accounts.get_year(s, actor, year_id)
    if year.building_id != building_id:
        raise NotFound("This financial year does not exist.")
    return year


def _next(s: Session, actor: Actor, year: FiscalYear) -> FiscalYear | None:
    later = [y for y in accounts.list_years(s, actor, year.building_id) if y.starts_on > year.ends_on]
    return later[-1] if later else None


def _least(s: Session, state: State, fund: Fund) -> Cents:
    """The least that a fund holds from the last day of a year on."""
    held = [account_id for account_id, one in chart_of(s, state.building.id).funds().items() if one == fund]
    return least_from(days_of(s, state.building.id, held), state.year.ends_on)


def _begin(s: Session, actor: Actor, building_id: UUID) -> date:
    """The first day of the books."""
    return accounts.list_years(s, actor, building_id)[-1].starts_on


def _open_from(s: Session, actor: Actor, year: FiscalYear, closing: YearClosing) -> date:
    book = accounts.find_book(s, actor, year.building_id)
    begin = _begin(s, actor, year.building_id)
    return rules.open_from(book and book.locked_until, closing.locked_before, year.starts_on, year.ends_on, begin)


def _result_account(s: Session, building_id: UUID, code: str, kind: Kind) -> Account:
    found = s.exec(
        select(Account).where(Account.building_id == building_id, Account.code == code.strip())
    ).one_or_none()
    if found is None:
        raise Invalid("There is no account {code}.", field="account", code=code.strip())
    if found.kind not in RESULT or not found.postable:
        raise Invalid("Choose an account of a cost or an income.", field="account")
    if found in chart_of(s, building_id).of(*rules.OWN):
        raise Invalid("The application enters amounts on this account by itself: choose another.", field="account")
    rules.check_account(kind, AccountKind(found.kind))
    return found


def _post(s: Session, actor: Actor, building_id: UUID, new: Posting) -> UUID:
    """Invalid beside year_id when the day is locked or in no year."""
    try:
        return posting.post(s, actor, building_id, new).id
    except Invalid as error:
        moved: dict[str, DomainError] = {
            "year_id" if name == "entry_on" else name: one for name, one in error.fields.items()
        }
        raise Invalid.together(moved) if moved else error from None


def _first_line(s: Session, entry_id: UUID) -> UUID:
    return s.exec(select(JournalLine.id).where(JournalLine.entry_id == entry_id, JournalLine.position == 0)).one()
