"""What every check knows of the building it looks at."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, func

from koprogo_app.core.actor import Actor
from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts.models import Account, Book, FiscalYear
from koprogo_app.modules.ledger.models import AccountDay

from .. import rules
from ..rules import MOST, Stood, Year

A: Any = Account
D: Any = AccountDay
Y: Any = FiscalYear
columns: Any = sa.select  # of any number of columns and expressions


@dataclass(frozen=True, slots=True)
class Scope:
    actor: Actor
    building_id: UUID
    today: date
    years: list[Year]
    locked_until: date | None

    @property
    def address(self) -> str:
        """Of the building's pages."""
        return f"/buildings/{self.building_id}"

    @property
    def recent(self) -> date:
        """The first day of the year before the current one, never one to come."""
        looked_at = rules.recent(self.years, self.today)
        return min([self.today, *(year.starts_on for year in looked_at)])


def scope_of(s: Session, actor: Actor, book: Book, today: date) -> Scope:
    wanted = columns(Y.id, Y.starts_on, Y.ends_on).where(Y.building_id == book.building_id).order_by(Y.starts_on)
    found = [Year(*row) for row in s.execute(wanted)]
    return Scope(actor, book.building_id, today, found, book.locked_until)


def rows(s: Session, wanted: Any) -> list[Any]:
    """What a check found, one more than is kept at most."""
    return list(s.execute(wanted.limit(MOST + 1)))


def balances(s: Session, scope: Scope) -> list[Stood]:
    """Every account that takes entries, with what it stands at today, by code."""
    moved = func.sum(D.debit_cents - D.credit_cents).label("moved")
    sums: Any = columns(D.account_id, moved, func.max(D.day).label("last_on"))
    sums = sums.where(D.building_id == scope.building_id, D.day <= scope.today)
    of = sums.group_by(D.account_id).subquery().c
    wanted = columns(A.id, A.code, A.purpose, of.moved, of.last_on)
    wanted = wanted.outerjoin(of.moved.table, of.account_id == A.id)
    wanted = wanted.where(A.building_id == scope.building_id, A.postable).order_by(A.code)
    return [
        Stood(one, code, purpose, Cents(int(cents or 0)), last) for one, code, purpose, cents, last in s.execute(wanted)
    ]
