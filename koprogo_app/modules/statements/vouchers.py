"""The papers behind statements: which of them co-owners open. What is private of the file is not theirs (art. 3.89 §5 9°)."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select, update

from koprogo_app.core.actor import Actor, Permission, system_actor
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.core.service import requires
from koprogo_app.modules.documents import service as documents
from koprogo_app.modules.documents.service import Download
from koprogo_app.modules.invoices.models import CostAllocation
from koprogo_app.modules.ledger.models import JournalEntry, JournalLine

from . import access
from .models import Statement, StatementLine, StatementPart


@requires(Permission.LEDGER_READ)
def get_line(s: Session, actor: Actor, line_id: UUID) -> StatementLine:
    """A line of a statement. NotFound when the reader cannot see it."""
    line = s.exec(select(StatementLine).where(StatementLine.id == line_id)).one_or_none()
    if line is None:
        raise NotFound("This statement does not exist.")
    access.get(s, actor, line.statement_id)
    return line


@requires(Permission.STATEMENTS_WRITE, audit=N_("voucher of a statement shown or withheld"))
def withhold(s: Session, actor: Actor, line_id: UUID, withheld: bool) -> StatementLine:
    """Keeps the voucher of a line from the co-owners, as it holds private data of somebody, or shows it.

    It is the paper that opens: every line that has it follows, of statements that were reversed too, which are published anew
    with it. NotFound as get_line().
    """
    line = get_line(s, actor, line_id)
    document_id = s.exec(_papers(select(JournalEntry.document_id)).where(StatementLine.id == line_id)).one()
    same = _with_papers(select(StatementLine), line.building_id, [document_id])
    for one in s.exec(same) if document_id else (line,):
        one.withheld = withheld
    return line


@requires(Permission.OWN_READ, audit=N_("document downloaded"))
def my_voucher(s: Session, actor: Actor, line_id: UUID) -> Download:
    """The voucher of a line of the reader's own statement: he may see what he pays, unless the syndic withholds it.

    NotFound otherwise.
    """
    wanted = _papers(select(StatementLine.building_id, JournalEntry.document_id))
    wanted = wanted.join(StatementPart, col(StatementPart.line_id) == StatementLine.id).where(
        StatementLine.id == line_id, StatementPart.owner_id == actor.owner_id, col(StatementLine.live),
        col(JournalEntry.document_id).is_not(None),
    )  # fmt: skip
    found = s.exec(wanted.limit(1)).first() if actor.owner_id else None
    if found is None or withheld_papers(s, found.building_id, [found.document_id]):
        raise NotFound("This document does not exist.")
    return documents.download(s, system_actor(actor.organization_id, actor.name), found.document_id)


def withheld_papers(s: Session, building_id: UUID, document_ids: Collection[UUID]) -> set[UUID]:
    """Those that a standing statement keeps from the co-owners, by any of its lines."""
    wanted = _with_papers(select(JournalEntry.document_id), building_id, document_ids)
    return set(s.exec(wanted.where(col(StatementLine.live), col(StatementLine.withheld)).distinct()))


def keep(s: Session, statement: Statement, document_ids: Collection[UUID]) -> None:
    """Withholds, as a statement is published, what was withheld before, and the papers of a cost that one co-owner bears alone
    beside what others bear: they are his until the syndic shows them."""
    kept = _with_papers(select(JournalEntry.document_id), statement.building_id, document_ids)
    kept = kept.where(col(StatementLine.withheld))
    paper = col(JournalEntry.document_id)
    lines = select(JournalLine.id).join(JournalEntry, col(JournalEntry.id) == JournalLine.entry_id)
    lines = lines.where(
        JournalLine.building_id == statement.building_id,
        or_(paper.in_(kept), paper.in_(_newly_mixed(statement, document_ids))),
    )
    s.exec(update(StatementLine).where(col(StatementLine.journal_line_id).in_(lines)).values(withheld=True))


def _newly_mixed(statement: Statement, document_ids: Collection[UUID]) -> Any:
    """The papers of costs that stand of which one bears a part alone and others the rest, unless they were so already when an
    earlier statement settled something of them: since then the syndic decides."""
    undone = aliased(JournalEntry)
    bearers = func.distinct(func.coalesce(CostAllocation.owner_id, CostAllocation.building_id))
    then = func.count(bearers).filter(col(CostAllocation.created_at) <= _settled_at(statement))
    return (
        select(JournalEntry.document_id)
        .join(JournalLine, col(JournalLine.entry_id) == JournalEntry.id)
        .join(CostAllocation, col(CostAllocation.journal_line_id) == JournalLine.id)
        .where(
            JournalEntry.building_id == statement.building_id, col(JournalEntry.document_id).in_(document_ids),
            col(JournalEntry.reverses_id).is_(None), ~exists().where(col(undone.reverses_id) == JournalEntry.id),
        )
        .group_by(col(JournalEntry.document_id))
        .having(func.count(bearers) > 1, then <= 1)
    )  # fmt: skip


def _settled_at(statement: Statement) -> Any:
    """When a statement before this one last settled something of a paper; nothing when none did."""
    line, entry = aliased(JournalLine), aliased(JournalEntry)
    wanted = select(func.max(Statement.published_at)).select_from(StatementLine)
    wanted = wanted.join(Statement, col(Statement.id) == StatementLine.statement_id)
    wanted = wanted.join(line, col(line.id) == StatementLine.journal_line_id)
    wanted = wanted.join(entry, col(entry.id) == line.entry_id).where(
        entry.document_id == JournalEntry.document_id, StatementLine.statement_id != statement.id
    )
    return wanted.correlate(JournalEntry).scalar_subquery()


def _papers(wanted: Any) -> Any:
    """Each line that a statement settled, with its entry."""
    wanted = wanted.select_from(StatementLine).join(JournalLine, col(JournalLine.id) == StatementLine.journal_line_id)
    return wanted.join(JournalEntry, col(JournalEntry.id) == JournalLine.entry_id)


def _with_papers(wanted: Any, building_id: UUID, document_ids: Collection[UUID]) -> Any:
    """Of the lines that statements settled, those of some papers."""
    return _papers(wanted).where(
        StatementLine.building_id == building_id, col(JournalEntry.document_id).in_(document_ids)
    )
