"""Invoices: entered twice, with another VAT than the law knows, in the books without their voucher."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import String, and_, cast
from sqlalchemy.orm import aliased
from sqlmodel import Session, func

from koprogo_app.core.i18n import Money
from koprogo_app.modules.invoices.models import Invoice, InvoiceLine
from koprogo_app.modules.invoices.rules import Approval, Payment
from koprogo_app.modules.invoices.vat import RATES, shown
from koprogo_app.modules.suppliers.models import Supplier

from ..rules import NEAR, Finding
from ..words import Kind
from .scope import Scope, columns, rows

I: Any = Invoice  # noqa: E741
X: Any = InvoiceLine
S: Any = Supplier
LIVE = (Approval.DRAFT, Approval.SUBMITTED, Approval.POSTED)
SENT = (Approval.SUBMITTED, Approval.POSTED)  # a draft is still being typed


def _alive(invoice: Any, scope: Scope) -> Any:
    return and_(
        invoice.building_id == scope.building_id, invoice.approval.in_(LIVE), invoice.payment != Payment.CANCELLED
    )


def same_number(s: Session, scope: Scope) -> Iterator[Finding]:
    """A number of a supplier that stands on several invoices, or on several credit notes."""
    latest = func.max(cast(I.id, String))
    wanted = columns(I.supplier_id, I.kind, I.number_key, latest, func.max(I.number), func.count(), S.name)
    wanted = wanted.join(S, S.id == I.supplier_id).where(_alive(I, scope), I.number_key != "")
    wanted = wanted.group_by(I.supplier_id, I.kind, I.number_key, S.name).having(func.count() > 1)
    for supplier, kind, key, invoice, number, count, name in rows(s, wanted.order_by(S.name, I.number_key, I.kind)):
        yield Finding.of(Kind.INVOICE_TWICE, f"{supplier} {kind} {key}", f"{scope.address}/invoices/{invoice}", name=name,
                         number=number, count=count)  # fmt: skip


def alike(s: Session, scope: Scope) -> Iterator[Finding]:
    """Two invoices of a supplier with the same amount within a week, under other numbers or without one."""
    a: Any = aliased(Invoice)
    b: Any = aliased(Invoice)
    other = (a.number_key != b.number_key) | (a.number_key == "")
    wanted = columns(a.id, b.id, S.name, a.gross_cents, a.issued_on, b.issued_on).select_from(a)
    wanted = wanted.join(
        b, and_(a.supplier_id == b.supplier_id, a.kind == b.kind, a.gross_cents == b.gross_cents, a.id < b.id, other)
    )
    wanted = wanted.join(S, S.id == a.supplier_id).where(
        _alive(a, scope), _alive(b, scope), a.gross_cents != 0, func.abs(a.issued_on - b.issued_on) <= NEAR
    )
    for earlier, later, name, cents, on, again in rows(s, wanted.order_by(a.issued_on, a.id, b.id)):
        yield Finding.of(
            Kind.INVOICE_ALIKE, f"{earlier} {later}", f"{scope.address}/invoices/{later}", name=name, amount=Money(cents),
            first=min(on, again), second=max(on, again),
        )  # fmt: skip


def _lines(scope: Scope) -> Any:
    wanted = columns(X.id, I.id, I.number, func.coalesce(S.name, ""), X.vat_percent, X.net_cents, X.vat_cents)
    wanted = wanted.join(I, I.id == X.invoice_id).outerjoin(S, S.id == I.supplier_id)
    wanted = wanted.where(X.building_id == scope.building_id, I.approval.in_(SENT), I.payment != Payment.CANCELLED)
    return wanted.order_by(I.issued_on, X.id)


def vat_rates(s: Session, scope: Scope) -> Iterator[Finding]:
    """A line with a rate that Belgium does not have."""
    for line, invoice, number, name, rate, _, _ in rows(s, _lines(scope).where(X.vat_percent.not_in(RATES))):
        yield Finding.of(
            Kind.VAT_RATE, line, f"{scope.address}/invoices/{invoice}", number=number, name=name, rate=shown(rate)
        )


def vat_amounts(s: Session, scope: Scope) -> Iterator[Finding]:
    """A line whose VAT is more than a cent away from its rate."""
    far = func.abs(100 * X.vat_cents - X.vat_percent * X.net_cents) > 100  # percent of a cent
    for line, invoice, number, name, rate, net, vat in rows(s, _lines(scope).where(X.vat_percent.in_(RATES), far)):
        yield Finding.of(
            Kind.VAT_AMOUNT, line, f"{scope.address}/invoices/{invoice}", number=number, name=name, rate=shown(rate),
            net=Money(net), vat=Money(vat),
        )  # fmt: skip


def without_voucher(s: Session, scope: Scope) -> Iterator[Finding]:
    """An invoice in the books whose paper is not among the documents."""
    wanted = columns(I.id, I.number, func.coalesce(S.name, ""), I.gross_cents).outerjoin(
        Supplier, S.id == I.supplier_id
    )
    wanted = wanted.where(I.building_id == scope.building_id, I.approval == Approval.POSTED, I.document_id.is_(None))
    for one, number, name, cents in rows(s, wanted.order_by(I.issued_on, I.id)):
        yield Finding.of(
            Kind.NO_VOUCHER, one, f"{scope.address}/invoices/{one}", number=number, name=name, amount=Money(cents)
        )
