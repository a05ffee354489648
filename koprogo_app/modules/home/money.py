"""What waits in the money of all the buildings of a reader: a fixed number of questions, called inside list_todo()."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import case, exists, or_
from sqlmodel import Session, col, func, select

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor
from koprogo_app.core.i18n import Money
from koprogo_app.core.listing import selected
from koprogo_app.core.mail import MailMessage, MailStatus
from koprogo_app.modules.accounts.models import Account, FiscalYear
from koprogo_app.modules.accounts.rules import RESULT, Purpose
from koprogo_app.modules.accounts.rules import Kind as Side
from koprogo_app.modules.budgets import access as budgets
from koprogo_app.modules.budgets.models import Budget
from koprogo_app.modules.budgets.rules import Status as BudgetStatus
from koprogo_app.modules.calls import access as calls
from koprogo_app.modules.calls.models import Call
from koprogo_app.modules.calls.rules import Status as CallStatus
from koprogo_app.modules.closing.models import YearClosing
from koprogo_app.modules.closing.rules import Status as ClosingStatus
from koprogo_app.modules.funds import duties
from koprogo_app.modules.funds.duties import Watched
from koprogo_app.modules.integrity import service as integrity
from koprogo_app.modules.invoices.models import CostAllocation
from koprogo_app.modules.ledger.models import AccountDay, JournalEntry, JournalLine
from koprogo_app.modules.letters import service as letters
from koprogo_app.modules.letters.models import Letter, LetterRun
from koprogo_app.modules.letters.rules import Channel
from koprogo_app.modules.letters.rules import Status as LetterStatus
from koprogo_app.modules.payments import items
from koprogo_app.modules.statements.material import OUTSIDE
from koprogo_app.modules.statements.models import Statement, StatementLine
from koprogo_app.modules.statements.rules import Status as StatementStatus
from koprogo_app.modules.verification import service as verification

from . import rules
from .rules import BuildingFacts, Figure, Kind, Task, YearFacts

CALLED = (Purpose.CALLS_RESERVE, Purpose.CALLS_WORKING, Purpose.CALLS_SPECIAL)
Facts = Mapping[UUID, BuildingFacts]


def waiting(s: Session, actor: Actor, facts: Facts) -> Iterator[Task]:
    """Everything that the books, calls, letters, statements, budgets and verifications of these buildings ask for."""
    years = _years(s, actor)
    yield from _found(s, actor, facts)
    yield from _calls(s, actor, facts)
    yield from _overdue(s, facts, list(years))
    yield from _letters(s, actor, facts)
    yield from _bearers(s, facts, years)
    yield from _by_year(s, actor, facts, years)


def _task(facts: Facts, kind: Kind, building_id: UUID, due: Any = None, place: str = "", **figures: Figure) -> Task:
    return Task(kind, due or clock.today(), building_id, facts[building_id].name, place, figures)


def _found(s: Session, actor: Actor, facts: Facts) -> Iterator[Task]:
    """What the nightly checks and the auditor said."""
    for building_id, errors in integrity.waiting(s, actor):
        yield _task(facts, Kind.CHECKS, building_id, count=errors)
    for one in verification.waiting(s, actor):
        yield _task(facts, Kind.REMARKS, one.building_id, count=one.remarks)


def _calls(s: Session, actor: Actor, facts: Facts) -> Iterator[Task]:
    """Drafts whose day has come."""
    drafts = calls.visible(actor, Call.building_id, func.count(), func.min(Call.called_on))
    drafts = drafts.where(Call.status == CallStatus.DRAFT, Call.called_on <= clock.today())
    for building_id, count, since in s.execute(drafts.group_by(Call.building_id)):
        yield _task(facts, Kind.CALL, building_id, since, count=count)


def _overdue(s: Session, facts: Facts, building_ids: list[UUID]) -> Iterator[Task]:
    """Co-owners who still owe something whose day has passed. A credit of theirs is none of it until it is set against it."""
    late = items.open_query(building_ids)[0].where(
        JournalLine.debit_cents > 0, func.coalesce(JournalLine.due_on, JournalLine.entry_on) < clock.today()
    )
    of = late.subquery().c
    wanted = select(of.building_id, func.count(of.owner_id.distinct()), func.min(of.due_on), func.sum(of.open_cents))
    for building_id, count, since, cents in s.execute(wanted.group_by(of.building_id)):
        yield _task(facts, Kind.OVERDUE, building_id, since, count=count, since=since, amount=Money(cents))


def _letters(s: Session, actor: Actor, facts: Facts) -> Iterator[Task]:
    """Letters that could not be made or were refused, and letters that are made and wait for a stamp; by run."""
    refused = (col(Letter.status) == LetterStatus.SENT) & (col(MailMessage.status) == MailStatus.FAILED)
    failed = or_(col(Letter.status) == LetterStatus.FAILED, refused)
    to_post = (col(Letter.status) == LetterStatus.MADE) & (col(Letter.channel) == Channel.POST)
    counts = (func.count().filter(failed), func.count().filter(to_post))
    wanted = letters.visible(actor, LetterRun.id, LetterRun.building_id, LetterRun.title, LetterRun.dated_on, *counts)
    wanted = wanted.join(LetterRun, col(LetterRun.id) == Letter.run_id)
    wanted = wanted.outerjoin(MailMessage, col(MailMessage.id) == Letter.mail_id).where(
        or_(failed, to_post), ~letters.undone()
    )
    by_run = wanted.group_by(LetterRun.id, LetterRun.building_id, LetterRun.title, LetterRun.dated_on)
    for run_id, building_id, title, dated_on, unsent, printed in s.execute(by_run):
        if unsent:
            yield _task(facts, Kind.UNSENT, building_id, None, str(run_id), count=unsent, name=title)
        if printed:
            due = dated_on + rules.POSTED_WITHIN
            yield _task(facts, Kind.POST, building_id, due, str(run_id), count=printed, name=title)


def _bearers(s: Session, facts: Facts, years: Mapping[UUID, list[YearFacts]]) -> Iterator[Task]:
    """Costs and income of years that are not closed, that no statement has settled and of which nobody said who bears them."""
    open_years = [year.id for some in years.values() for year in some if not year.closed]
    line, entry = JournalLine, JournalEntry
    wanted = (
        selected(line.building_id, func.count())
        .join(JournalEntry, col(entry.id) == line.entry_id)
        .join(Account, col(Account.id) == line.account_id)
        .where(
            col(line.year_id).in_(open_years), col(Account.kind).in_(RESULT), col(entry.source).not_in(OUTSIDE),
            func.coalesce(Account.purpose, "").not_in(CALLED), ~exists().where(col(CostAllocation.journal_line_id) == line.id),
            ~exists().where(col(StatementLine.journal_line_id) == line.id, col(StatementLine.live)),
        )
        .group_by(line.building_id)
    )  # fmt: skip
    for building_id, count in s.execute(wanted):
        yield _task(facts, Kind.BEARERS, building_id, count=count)


# --- By financial year -----------------------------------------------------------------------------------------------


def _by_year(s: Session, actor: Actor, facts: Facts, years: Mapping[UUID, list[YearFacts]]) -> Iterator[Task]:
    """Years that are not settled or have no budget, and those whose contribution to the reserve fund is not reached."""
    today, planned = clock.today(), _planned(s, actor)
    for building_id, known in years.items():
        for due, year in rules.unsettled(known, today):
            yield _task(facts, Kind.STATEMENT, building_id, due, last=year.ends_on)
        if first := rules.unplanned(known, planned[building_id], today):
            yield _task(facts, Kind.BUDGET, building_id, first, first=first)
    watched = [
        Watched(building_id, running.id, running.starts_on, running.ends_on, before.id, acceptance)
        for building_id, known in years.items()
        if (acceptance := facts[building_id].acceptance_on) and (pair := rules.running(known, today))
        for before, running in [pair]
    ]
    for one, lacking in duties.short_of(s, watched, today).items():
        ends = next(w.ends_on for w in watched if w.building_id == one)
        yield _task(facts, Kind.CONTRIBUTION, one, ends, amount=Money(lacking))


def _years(s: Session, actor: Actor) -> dict[UUID, list[YearFacts]]:
    """The years in the books of each building, the first one first."""
    spent = exists(
        select(AccountDay.account_id)
        .join(Account, col(Account.id) == AccountDay.account_id)
        .where(AccountDay.year_id == FiscalYear.id, Account.kind == Side.EXPENSE)
    )
    settled = exists().where(
        col(Statement.year_id) == FiscalYear.id, col(Statement.status) == StatementStatus.PUBLISHED, col(Statement.until_on) >= FiscalYear.ends_on
    )  # fmt: skip
    closed = exists().where(col(YearClosing.year_id) == FiscalYear.id, col(YearClosing.status) == ClosingStatus.CLOSED)
    columns = [case((one, True), else_=False) for one in (spent, settled, closed)]
    wanted: Any = selected(FiscalYear.building_id, FiscalYear.id, FiscalYear.starts_on, FiscalYear.ends_on, *columns)
    if actor.building_ids is not None:
        wanted = wanted.where(col(FiscalYear.building_id).in_(actor.building_ids))
    found: dict[UUID, list[YearFacts]] = defaultdict(list)
    for building_id, *year in s.execute(wanted.order_by(col(FiscalYear.starts_on))):
        found[building_id].append(YearFacts(*year))
    return found


def _planned(s: Session, actor: Actor) -> dict[UUID, set[int]]:
    """building -> the years whose budget is before the meeting, or approved."""
    wanted = budgets.visible(actor, Budget.building_id, Budget.fiscal_year)
    found: dict[UUID, set[int]] = defaultdict(set)
    ready = (BudgetStatus.SUBMITTED, BudgetStatus.APPROVED)
    for building_id, number in s.execute(wanted.where(col(Budget.status).in_(ready))):
        found[building_id].add(number)
    return found
