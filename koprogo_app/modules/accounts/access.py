"""Which rows of the books someone sees, and the lock under which they are written."""

from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import N_
from koprogo_app.modules.buildings import service as buildings

from .models import Account, Book
from .rules import Purpose

NOT_OPEN = N_("The books of this building are not open yet.")


def visible(actor: Actor, table: Any) -> SelectOfScalar[Any]:
    """Every read starts here: the organisation's rows (row-level security), of the role's buildings. Office models: of all."""
    rows: SelectOfScalar[Any] = select(table)
    return rows if actor.building_ids is None else rows.where(col(table.building_id).in_(actor.building_ids))


def locked_book(s: Session, actor: Actor, building_id: UUID) -> Book:
    """The books, one writer at a time until the end of the transaction: so numbers have no gap and a lock holds."""
    buildings.get_building(s, actor, building_id)
    found = s.exec(visible(actor, Book).where(Book.building_id == building_id).with_for_update()).one_or_none()
    if found is None:
        raise Invalid(NOT_OPEN)
    return found


def codes_of(s: Session, building_id: UUID, *purposes: Purpose) -> dict[Purpose, str]:
    """The code of the account for each purpose. Invalid when the chart of the building lacks one."""
    found = select(Account.purpose, Account.code).where(
        Account.building_id == building_id, col(Account.purpose).in_(purposes)
    )
    known = {Purpose(str(purpose)): code for purpose, code in s.exec(found)}
    if len(known) < len(set(purposes)):
        raise Invalid(NOT_OPEN)
    return known
