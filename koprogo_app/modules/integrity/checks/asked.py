"""What is asked of the co-owners: payments set against nothing, calls that name who had sold, letters that failed."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, func

from koprogo_app.core.i18n import Money
from koprogo_app.modules.calls.models import Call, CallPart
from koprogo_app.modules.calls.rules import Status as CallStatus
from koprogo_app.modules.letters import service as letters
from koprogo_app.modules.letters.models import Letter, LetterRun
from koprogo_app.modules.letters.rules import Status
from koprogo_app.modules.lots.models import Lot
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership.models import Ownership
from koprogo_app.modules.payments import items

from ..rules import Finding
from ..words import Kind
from .parties import OWNER_NAME
from .scope import Scope, columns, rows
from .sharing import held_on

C: Any = Call
N: Any = Owner
O: Any = Ownership  # noqa: E741
P: Any = CallPart
R: Any = LetterRun


def unmatched(s: Session, scope: Scope) -> Iterator[Finding]:
    """A co-owner with something open on both sides of one account: what he paid is not set against what he owes."""
    wanted, _ = items.open_query([scope.building_id], until=scope.today)
    of = wanted.subquery().c
    credit = func.sum(of.open_cents).filter(of.credit_cents > 0)
    debit = func.sum(of.open_cents).filter(of.debit_cents > 0)
    found = columns(of.owner_id, of.account_code, OWNER_NAME, credit, debit).join(N, N.id == of.owner_id)
    found = found.group_by(of.owner_id, of.account_code, N.id).having(credit > 0, debit > 0)
    for one, code, name, cents, owed in rows(s, found.order_by(OWNER_NAME, of.owner_id, of.account_code)):
        yield Finding.of(
            Kind.UNMATCHED, f"{one} {code}", f"{scope.address}/payments", name=name, account=code, amount=Money(int(cents)),
            open=Money(int(owed)),
        )  # fmt: skip


def sold_calls(s: Session, scope: Scope) -> Iterator[Finding]:
    """An issued call that asks somebody his part for a lot of which he held nothing on the due date.

    A call is shared out among those who own on that day: this is a sale that was entered after the call had left. What one
    co-owner is asked alone follows the person, and is left out.
    """
    holds = exists().where(O.lot_id == P.lot_id, O.owner_id == P.owner_id, held_on(C.due_on))
    wanted = columns(C.id, C.title, C.due_on, Lot.id, Lot.number, N.id, OWNER_NAME, func.sum(P.cents))
    wanted = wanted.join(C, C.id == P.call_id).join(Lot, Lot.id == P.lot_id).join(N, N.id == P.owner_id)
    wanted = wanted.where(
        P.building_id == scope.building_id, C.status == CallStatus.ISSUED, C.owner_id.is_(None),
        C.due_on >= scope.recent, ~holds,
    )  # fmt: skip
    wanted = wanted.group_by(C.id, Lot.id, N.id).order_by(C.due_on, C.id, Lot.number, N.id)
    for call, title, due_on, lot, number, owner, name, cents in rows(s, wanted):
        yield Finding.of(
            Kind.SOLD_CALL, f"{call} {lot} {owner}", f"{scope.address}/calls/{call}", title=title, name=name,
            amount=Money(int(cents)), lot=number, day=due_on,
        )  # fmt: skip


def failed_letters(s: Session, scope: Scope) -> Iterator[Finding]:
    """A run of letters, of the last round, some of which could not be made; not of a call or statement that was reversed."""
    later: Any = aliased(LetterRun)
    again = exists().where(later.kind == R.kind, later.source_id == R.source_id, later.round > R.round)
    count = func.count()
    wanted = columns(R.id, R.kind, R.source_id, R.title, count).join(Letter, Letter.run_id == R.id)
    wanted = wanted.where(R.building_id == scope.building_id, Letter.status == Status.FAILED, ~again, ~letters.undone())
    for one, kind, source, title, many in rows(s, wanted.group_by(R.id).order_by(R.created_at, R.id)):
        yield Finding.of(Kind.LETTER_FAILED, one, f"{scope.address}/{kind}s/{source}", title=title, count=many)
