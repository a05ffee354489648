"""Accounts of co-owners and suppliers: lines that name nobody, money paid or received twice."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, func

from koprogo_app.core.i18n import Money
from koprogo_app.modules.accounts.models import Account
from koprogo_app.modules.accounts.rules import Party
from koprogo_app.modules.invoices.models import Invoice
from koprogo_app.modules.ledger.models import JournalEntry, JournalLine
from koprogo_app.modules.ledger.rules import Journal
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.suppliers.models import Supplier

from ..rules import NEAR, Finding
from ..words import Kind
from .scope import Scope, columns, rows

E: Any = JournalEntry
L: Any = JournalLine
A: Any = Account
N: Any = Owner
S: Any = Supplier
UNNAMED = {Party.OWNER: (Kind.OWNER_UNNAMED, L.owner_id), Party.SUPPLIER: (Kind.SUPPLIER_UNNAMED, L.supplier_id)}
OWNER_NAME: Any = func.trim(func.concat(N.last_name, " ", N.first_name))


def unnamed(s: Session, scope: Scope) -> Iterator[Finding]:
    """A control account that the accounts of its co-owners or suppliers do not add up to: its lines that name none."""
    for party, (kind, named) in UNNAMED.items():
        moved = func.sum(L.debit_cents - L.credit_cents)
        wanted = columns(A.id, A.code, func.count(), moved).join(A, A.id == L.account_id)
        wanted = wanted.where(L.building_id == scope.building_id, A.party == party, named.is_(None))
        for one, code, count, cents in rows(s, wanted.group_by(A.id, A.code).order_by(A.code)):
            yield Finding.of(
                kind, one, f"{scope.address}/accounts/{one}", account=code, count=count, amount=Money(cents)
            )


def overpaid(s: Session, scope: Scope) -> Iterator[Finding]:
    """A supplier who received more than his invoices say."""
    moved = func.sum(L.debit_cents - L.credit_cents)
    wanted = columns(S.id, S.name, moved).join(A, A.id == L.account_id)
    wanted = wanted.join(S, S.id == L.supplier_id)
    wanted = wanted.where(L.building_id == scope.building_id, A.party == Party.SUPPLIER)
    wanted = wanted.group_by(S.id, S.name).having(moved > 0).order_by(S.name, S.id)
    for one, name, cents in rows(s, wanted):
        yield Finding.of(Kind.SUPPLIER_OVERPAID, one, f"/suppliers/{one}", name=name, amount=Money(cents))


def _bank_lines(scope: Scope, party: Any, cents: Any) -> Any:
    """The lines of the bank journal that name a party on this side, of entries that stand: neither undone nor undoing."""
    undone: Any = aliased(JournalEntry)
    wanted = columns(L.id, L.entry_id, L.entry_on, L.account_id, party.label("party"), cents.label("cents"))
    wanted = wanted.join(E, E.id == L.entry_id).where(
        L.building_id == scope.building_id, E.journal == Journal.FIN, party.is_not(None), cents > 0, E.reverses_id.is_(None),
        ~exists().where(undone.reverses_id == E.id),
    )  # fmt: skip
    return wanted.cte()


def paid_twice(s: Session, scope: Scope) -> Iterator[Finding]:
    """The same amount to the same supplier within a week, not each for an invoice of its own."""
    paid = _bank_lines(scope, L.supplier_id, L.debit_cents)
    a, b = paid.alias().c, paid.alias().c
    first: Any = aliased(Invoice)
    second: Any = aliased(Invoice)
    for_two = and_(
        exists().where(first.payment_entry_id == a.entry_id), exists().where(second.payment_entry_id == b.entry_id)
    )
    wanted = columns(b.entry_id, a.entry_id, S.name, a.cents, a.entry_on, b.entry_on).select_from(a.id.table)
    wanted = wanted.join(b.id.table, and_(a.party == b.party, a.cents == b.cents, a.entry_id < b.entry_id))
    wanted = wanted.join(S, S.id == a.party).where(func.abs(a.entry_on - b.entry_on) <= NEAR, ~for_two)
    for later, earlier, name, cents, on, again in rows(s, wanted.order_by(a.entry_on, a.id, b.id)):
        yield Finding.of(
            Kind.PAID_TWICE, f"{earlier} {later}", f"{scope.address}/entries/{later}", name=name, amount=Money(cents),
            first=min(on, again), second=max(on, again),
        )  # fmt: skip


def received_twice(s: Session, scope: Scope) -> Iterator[Finding]:
    """The same amount from the same co-owner on the same day, in two entries."""
    received = _bank_lines(scope, L.owner_id, L.credit_cents)
    a, b = received.alias().c, received.alias().c
    wanted = columns(b.entry_id, a.entry_id, OWNER_NAME, a.cents, a.entry_on).select_from(a.id.table)
    wanted = wanted.join(
        b.id.table,
        and_(
            a.party == b.party,
            a.cents == b.cents,
            a.entry_on == b.entry_on,
            a.account_id == b.account_id,
            a.entry_id < b.entry_id,
        ),
    )
    wanted = wanted.join(N, N.id == a.party).order_by(a.entry_on, a.id, b.id)
    for later, earlier, name, cents, on in rows(s, wanted):
        yield Finding.of(Kind.RECEIVED_TWICE, f"{earlier} {later}", f"{scope.address}/entries/{later}", name=name,
                         amount=Money(cents), day=on)  # fmt: skip
