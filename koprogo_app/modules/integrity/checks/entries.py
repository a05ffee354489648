"""Entries, their numbers and the sums kept of them: what PostgreSQL refuses is looked for all the same, as a proof."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, literal, or_
from sqlmodel import Session, func

from koprogo_app.core.i18n import Money
from koprogo_app.modules.accounts.models import Account, FiscalYear
from koprogo_app.modules.ledger.models import AccountDay, JournalEntry, JournalLine

from ..rules import Finding
from ..words import Kind
from .scope import Scope, columns, rows

A: Any = Account
D: Any = AccountDay
E: Any = JournalEntry
L: Any = JournalLine
Y: Any = FiscalYear
NOTHING, ONE = literal(0, BigInteger), literal(1, BigInteger)


def entry_words(journal: str, number: int) -> str:
    """VEN 12."""
    return f"{journal} {number}"


def unbalanced(s: Session, scope: Scope) -> Iterator[Finding]:
    """An entry whose sides differ, whose total is not that of its lines, or that has fewer than two lines."""
    # one pass, and no join of the lines with their entries: without statistics, of young books, the planner pairs each with all
    lines = columns(
        L.entry_id,
        L.debit_cents.label("debit"),
        L.credit_cents.label("credit"),
        ONE.label("lines"),
        NOTHING.label("total"),
    )
    heads = columns(E.id, NOTHING, NOTHING, NOTHING, E.total_cents).where(E.building_id == scope.building_id)
    c = lines.where(L.building_id == scope.building_id).union_all(heads).subquery().c
    debit, credit, total = (func.sum(one) for one in (c.debit, c.credit, c.total))
    sums = columns(c.entry_id, debit.label("debit"), credit.label("credit")).group_by(c.entry_id)
    of = sums.having(or_(func.sum(c.lines) < 2, debit != credit, debit != total)).subquery().c
    wanted = columns(E.id, E.journal, E.number, E.entry_on, E.total_cents, of.debit, of.credit)
    wanted = wanted.join(of.debit.table, of.entry_id == E.id)
    for one, journal, number, on, total, debit, credit in rows(s, wanted.order_by(E.entry_on, E.id)):
        yield Finding.of(
            Kind.UNBALANCED, one, f"{scope.address}/entries/{one}", entry=entry_words(journal, number), day=on,
            debit=Money(debit), credit=Money(credit), total=Money(total),
        )  # fmt: skip


def number_gaps(s: Session, scope: Scope) -> Iterator[Finding]:
    """A number of a journal and year that does not follow the one before it."""
    before = func.lag(E.number, 1, 0).over(partition_by=[E.year_id, E.journal], order_by=E.number).label("before")
    of = columns(E.year_id, E.journal, E.number, before).where(E.building_id == scope.building_id).subquery().c
    wanted = columns(of.year_id, of.journal, of.number, of.before, Y.starts_on)
    wanted = wanted.join(Y, Y.id == of.year_id).where(of.number != of.before + 1)
    for year, journal, number, earlier, starts_on in rows(s, wanted.order_by(Y.starts_on, of.journal, of.number)):
        yield Finding.of(
            Kind.NUMBER_GAP, f"{year} {journal} {number}", f"{scope.address}/entries?journal={journal}&year={year}",
            journal=journal, day=starts_on, number=number, before=earlier,
        )  # fmt: skip


def day_sums(s: Session, scope: Scope) -> Iterator[Finding]:
    """An account whose sums by day, from which balances are read, are not those of its lines."""
    lines = columns(
        L.account_id, L.year_id, L.entry_on.label("day"), L.debit_cents.label("debit"), L.credit_cents.label("credit")
    )
    kept = columns(D.account_id, D.year_id, D.day, -D.debit_cents, -D.credit_cents)
    both = lines.where(L.building_id == scope.building_id).union_all(kept.where(D.building_id == scope.building_id))
    c = both.subquery().c
    debit, credit = func.sum(c.debit), func.sum(c.credit)
    apart = columns(c.account_id, debit.label("debit"), credit.label("credit")).group_by(c.account_id, c.year_id, c.day)
    of = apart.having(or_(debit != 0, credit != 0)).subquery().c
    wanted = columns(A.id, A.code, func.sum(func.abs(of.debit)), func.sum(func.abs(of.credit)))
    wanted = wanted.join(of.debit.table, of.account_id == A.id).group_by(A.id, A.code)
    for one, code, off_debit, off_credit in rows(s, wanted.order_by(A.code)):
        yield Finding.of(Kind.DAY_SUMS, one, f"{scope.address}/accounts/{one}", account=code, debit=Money(off_debit),
                         credit=Money(off_credit))  # fmt: skip


def future(s: Session, scope: Scope) -> Iterator[Finding]:
    """An entry of a day that has not come."""
    wanted = columns(E.id, E.journal, E.number, E.entry_on).where(
        E.building_id == scope.building_id, E.entry_on > scope.today
    )
    for one, journal, number, on in rows(s, wanted.order_by(E.entry_on, E.id)):
        yield Finding.of(Kind.FUTURE, one, f"{scope.address}/entries/{one}", entry=entry_words(journal, number), day=on)
