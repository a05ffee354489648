"""Which statements someone sees, and the lock under which they are written."""

from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import NotFound
from koprogo_app.core.listing import selected
from koprogo_app.modules.accounts.models import FiscalYear
from koprogo_app.modules.buildings.models import Building

from .models import Statement, StatementOwner

COLUMNS = (
    Statement.id, Statement.organization_id, Statement.building_id, col(Building.name).label("building"), Statement.year_id,
    Statement.from_on, Statement.until_on, Statement.due_on, Statement.status, Statement.costs_cents,
    Statement.provisions_cents, Statement.owners, Statement.entry_id, Statement.published_at, FiscalYear.starts_on,
    FiscalYear.ends_on,
)  # fmt: skip


def visible(actor: Actor, *columns: Any) -> Any:
    """Every read starts here: the organisation's statements (row-level security), those of the role's buildings."""
    rows: Any = selected(*columns) if columns else select(Statement)
    return rows if actor.building_ids is None else rows.where(col(Statement.building_id).in_(actor.building_ids))


def named(actor: Actor) -> Any:
    """COLUMNS: statements with the name of their building and their financial year."""
    rows = visible(actor, *COLUMNS).join(Building, col(Building.id) == Statement.building_id)
    return rows.join(FiscalYear, col(FiscalYear.id) == Statement.year_id)


def get(s: Session, actor: Actor, statement_id: UUID) -> Statement:
    """NotFound when the reader cannot see it."""
    found: Statement | None = s.exec(visible(actor).where(Statement.id == statement_id)).one_or_none()
    if found is None:
        raise NotFound("This statement does not exist.")
    return found


def locked(s: Session, actor: Actor, statement_id: UUID) -> Statement:
    """The statement, one writer at a time until the end of the transaction. NotFound when it cannot be seen."""
    wanted = visible(actor).where(Statement.id == statement_id).with_for_update()
    found: Statement | None = s.exec(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("This statement does not exist.")
    return found


def own(actor: Actor, *columns: Any) -> Any:
    """What a co-owner sees: his own part of each statement, whether or not he still holds a lot there."""
    if actor.owner_id is None:
        raise NotFound("You are not entered as a co-owner.")
    rows: Any = selected(*columns) if columns else select(StatementOwner)
    return rows.where(StatementOwner.owner_id == actor.owner_id)
