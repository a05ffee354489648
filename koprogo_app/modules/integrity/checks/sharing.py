"""Costs that reach nobody or somebody who has sold, keys that do not add up, lots and people that cannot be charged."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Boolean, and_, exists, literal, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, func

from koprogo_app.core.i18n import LOCALES, Money
from koprogo_app.modules.accounts.models import Account
from koprogo_app.modules.accounts.rules import RESULT
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.calls.models import CallLine
from koprogo_app.modules.invoices.models import CostAllocation, Invoice, InvoiceLine
from koprogo_app.modules.invoices.rules import Approval
from koprogo_app.modules.keys.models import DistributionKey, KeyKind, KeyPart
from koprogo_app.modules.ledger.models import AccountDay, JournalEntry, JournalLine
from koprogo_app.modules.lots.models import Lot
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership.models import Ownership

from ..rules import CALLED, SHARED_ELSEWHERE, Finding
from ..words import Kind, Severity
from .entries import entry_words
from .parties import OWNER_NAME
from .scope import Scope, columns, rows

A: Any = Account
C: Any = CostAllocation
D: Any = AccountDay
E: Any = JournalEntry
K: Any = DistributionKey
L: Any = JournalLine
I: Any = Invoice  # noqa: E741
N: Any = Owner
O: Any = Ownership  # noqa: E741
T: Any = Lot
W: Any = KeyPart
B: Any = Building
X: Any = InvoiceLine
Y: Any = CallLine
FALSE = literal(False, Boolean)


def held_on(day: Any) -> Any:
    """The part is its holder's on this day; `ended_on` is the first day it is no longer."""
    return and_(O.started_on <= day, or_(O.ended_on.is_(None), O.ended_on > day))


def unshared(s: Session, scope: Scope) -> Iterator[Finding]:
    """A line on a cost or income account, of this year or the one before, without a sharing.

    Left out: what is called from the co-owners, entries that name the share of each themselves, and an entry with the one that
    undoes it when neither is shared out.
    """
    other: Any = aliased(JournalEntry)
    twin: Any = aliased(JournalLine)
    kept: Any = aliased(CostAllocation)
    undone = exists().where(
        or_(other.reverses_id == E.id, other.id == E.reverses_id), twin.entry_id == other.id, twin.position == L.position,
        ~exists().where(kept.journal_line_id == twin.id),
    )  # fmt: skip
    wanted = columns(L.id, L.year_id, E.journal, E.number, E.entry_on, A.code, L.debit_cents - L.credit_cents)
    wanted = wanted.join(E, E.id == L.entry_id).join(A, A.id == L.account_id).outerjoin(C, C.journal_line_id == L.id)
    wanted = wanted.where(
        L.building_id == scope.building_id, L.entry_on >= scope.recent, A.kind.in_(RESULT), C.id.is_(None),
        func.coalesce(A.purpose, "").not_in(CALLED), func.split_part(E.source, ":", 1).not_in(SHARED_ELSEWHERE), ~undone,
    )  # fmt: skip
    for line, year, journal, number, on, code, cents in rows(s, wanted.order_by(L.entry_on, L.id)):
        yield Finding.of(
            Kind.UNSHARED, line, f"{scope.address}/statements/new?year={year}", entry=entry_words(journal, number), day=on, account=code,
            amount=Money(cents),
        )  # fmt: skip


def keys(s: Session, scope: Scope) -> Iterator[Finding]:
    """A key by which nobody pays, or that does not add up to what the deed says; an error as soon as a cost uses it."""
    planned = exists().where(
        X.key_id == K.id,
        I.id == X.invoice_id,
        I.approval == Approval.SUBMITTED,
    )
    used = or_(exists().where(C.key_id == K.id), planned, exists().where(Y.key_id == K.id))
    weights = func.coalesce(func.sum(W.weight), 0)
    wanted = columns(K.id, K.name, K.total, weights, used).outerjoin(W, W.key_id == K.id)
    wanted = wanted.where(K.building_id == scope.building_id, K.kind == KeyKind.WEIGHTS).group_by(K.id)
    for one, name, total, found, in_use in rows(
        s, wanted.having(or_(weights == 0, weights != K.total)).order_by(K.name)
    ):
        severity, href = Severity.ERROR if in_use else None, f"{scope.address}/keys/{one}"
        if found == 0:
            yield Finding.of(Kind.KEY_EMPTY, one, href, severity=severity, name=name)
        else:
            yield Finding.of(Kind.KEY_TOTAL, one, href, severity=severity, name=name, sum=int(found), total=total)


def shares(s: Session, scope: Scope) -> Iterator[Finding]:
    """Lots whose shares are not those of the deed: every cost without a key of its own goes by them."""
    held = func.coalesce(func.sum(T.shares), 0)
    wanted = columns(B.total_shares, held).join(T, T.building_id == B.id)
    wanted = wanted.where(B.id == scope.building_id).group_by(B.id, B.total_shares)
    for total, found in rows(s, wanted.having(held != B.total_shares)):
        yield Finding.of(Kind.SHARES_TOTAL, "shares", f"{scope.address}/lots", sum=int(found), total=total)


def sold_costs(s: Session, scope: Scope) -> Iterator[Finding]:
    """A cost that one co-owner bears alone, for a period whose last day he holds no lot here any more.

    What goes by a key is shared out by day, so a sale never leaves it to the seller; a private cost follows the person.
    Entries that are undone, or undo, are left out.
    """
    other: Any = aliased(JournalEntry)
    holds = exists().where(O.building_id == C.building_id, O.owner_id == C.owner_id, held_on(C.period_until))
    ended = columns(func.max(O.ended_on)).where(
        O.building_id == C.building_id, O.owner_id == C.owner_id, O.ended_on <= C.period_until
    )
    wanted = columns(C.id, E.id, OWNER_NAME, L.debit_cents - L.credit_cents, C.period_until, ended.scalar_subquery())
    wanted = wanted.join(L, L.id == C.journal_line_id).join(E, E.id == L.entry_id).join(N, N.id == C.owner_id)
    wanted = wanted.where(
        C.building_id == scope.building_id, C.period_until >= scope.recent, ~holds, E.reverses_id.is_(None),
        ~exists().where(other.reverses_id == E.id),
    )  # fmt: skip
    for one, entry, name, cents, until, day in rows(s, wanted.order_by(C.period_until, C.id)):
        yield Finding.of(
            Kind.SOLD_COST,
            one,
            f"{scope.address}/entries/{entry}",
            name=name,
            amount=Money(cents),
            until=until,
            day=day or until,
        )


def empty_lots(s: Session, scope: Scope) -> Iterator[Finding]:
    """A lot that nobody holds on a day, of this year or the one before, that has costs, income or calls."""
    days: Any = (
        columns(D.day).join(A, A.id == D.account_id).where(D.building_id == scope.building_id, A.kind.in_(RESULT))
    )
    day: Any = days.where(D.day >= scope.recent, D.day <= scope.today).distinct().subquery().c.day
    spans: Any = columns(O.lot_id, func.range_agg(func.daterange(O.started_on, O.ended_on)).label("days"))
    held = spans.where(O.building_id == scope.building_id).group_by(O.lot_id).subquery().c
    always = held.days.op("@>")(func.daterange(scope.recent, scope.today, "[]"))  # most lots: looked at no further
    wanted = columns(T.id, T.number, func.min(day), func.count()).outerjoin(held.days.table, held.lot_id == T.id)
    wanted = wanted.join(day.table, ~func.coalesce(held.days.op("@>")(day), FALSE))
    wanted = wanted.where(T.building_id == scope.building_id, T.shares > 0, ~func.coalesce(always, FALSE))
    wanted = wanted.group_by(T.id, T.number).order_by(T.number)
    for one, number, on, days_without in rows(s, wanted):
        yield Finding.of(Kind.LOT_EMPTY, one, f"/lots/{one}", lot=number, count=days_without, day=on)


def _holders(scope: Scope, day: date, condition: Any) -> Any:
    """Who holds a part today and of whom something is missing, by name."""
    holds = exists().where(O.building_id == scope.building_id, O.owner_id == N.id, held_on(day))
    wanted = columns(N.id, OWNER_NAME).where(holds, ~N.is_anonymized, condition)
    return wanted.order_by(N.last_name, N.first_name, N.id)


def addresses(s: Session, scope: Scope) -> Iterator[Finding]:
    """A holder whom no letter reaches (Civil Code, art. 3.89 §5 14°: the syndic keeps names and addresses)."""
    missing = or_(N.address == "", N.postal_code == "", N.city == "")
    for one, name in rows(s, _holders(scope, scope.today, missing)):
        yield Finding.of(Kind.OWNER_ADDRESS, one, f"/people/{one}/edit", name=name)


def languages(s: Session, scope: Scope) -> Iterator[Finding]:
    """A holder in whose language no letter is written here."""
    for one, name in rows(s, _holders(scope, scope.today, N.language.not_in(LOCALES))):
        yield Finding.of(Kind.OWNER_LANGUAGE, one, f"/people/{one}/edit", name=name)
