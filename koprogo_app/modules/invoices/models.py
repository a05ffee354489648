"""Suppliers' invoices with their lines and what befell them; and, for each cost in the books, how it is shared out."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Numeric,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref
from koprogo_app.core.errors import Invalid

from .rules import MANY_LINES, Approval, Category, Kind, Payment, Source

CENTS: dict[str, Any] = {"sa_type": BigInteger}
EXACT: dict[str, Any] = {"sa_type": Numeric(22, 10)}  # as an electronic invoice may state it
PERCENT: dict[str, Any] = {"sa_type": Numeric(5, 2)}
MOMENT: dict[str, Any] = {"sa_type": DateTime(timezone=True)}


class SharingIn(SQLModel):
    """Who bears a cost: those of a key, without one the shares of the deed, or one owner alone.

    `excluded`: lots that do not take part. The period is the days it is for; a single day without one. `tenant_percent`: what
    a landlord may pass on, for information.
    """

    key_id: UUID | None = None
    owner_id: UUID | None = None
    excluded: list[UUID] = Field(default_factory=list[UUID], max_length=2000)
    period_from: date | None = None
    period_until: date | None = None
    ordinary: bool = True
    tenant_percent: int = Field(default=0, ge=0, le=100)


class LineIn(SharingIn):
    """`account`: its code. `unit_price` in euros without VAT. `vat_percent`: none when the price includes an unknown VAT.
    `vat_cents`: the VAT of the paper, when it is rounded otherwise."""

    account: str = Field(default="", max_length=40)
    description: str = Field(default="", max_length=300)
    quantity: Decimal = Field(default=Decimal(1), max_digits=16, decimal_places=10)
    unit_price: Decimal = Field(max_digits=22, decimal_places=10)
    vat_percent: Decimal | None = Field(default=None, ge=0, le=100, max_digits=5, decimal_places=2)
    vat_cents: int | None = None


class InvoiceIn(SQLModel):
    """What stands on the paper. `booked_on`: the day in the books when it is not that of the paper. `key`: made by the form or
    the client, so that an invoice sent twice is kept once."""

    supplier_id: UUID | None = None
    kind: Kind = Kind.INVOICE
    number: str = Field(default="", max_length=60)  # the supplier's
    issued_on: date
    due_on: date | None = None
    received_on: date | None = None
    booked_on: date | None = None
    description: str = Field(min_length=1, max_length=300)
    category: Category = Category.OTHER
    stated_cents: int | None = Field(default=None, ge=0, le=10**13)  # the total with VAT that the paper gives
    payment_reference: str = Field(default="", max_length=140)
    payment_iban: str | None = Field(default=None, max_length=42)
    document_id: UUID | None = None
    lines: list[LineIn] = Field(default_factory=list[LineIn], max_length=MANY_LINES)
    key: UUID | None = None


class SettingIn(SQLModel):
    """`four_eyes_cents`: above it, who sent an invoice for approval does not approve it; none: off."""

    four_eyes_cents: int | None = Field(default=None, ge=0, le=10**13)


class Twice(Invalid):
    """The supplier's invoice of this number is here already; the office may say that it is another one."""


class Invoice(TenantEntity, table=True):
    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("supplier_id", "supplier"),
        tenant_ref("document_id", "document"),
        tenant_ref("entry_id", "journal_entry"),
        tenant_ref("payment_entry_id", "journal_entry"),
        UniqueConstraint("organization_id", "source_id"),
        Index("ix_invoice_building", "organization_id", "building_id", "issued_on", "id"),
        Index("ix_invoice_list", "organization_id", "issued_on", "id"),
        Index("ix_invoice_supplier", "organization_id", "supplier_id", "number_key"),
        Index("ix_invoice_document", "organization_id", "document_id"),
        Index("ix_invoice_entry", "organization_id", "entry_id"),
        Index("ix_invoice_payment_entry", "organization_id", "payment_entry_id"),
        Index(
            "ix_invoice_waiting", "organization_id", "approval", "payment",
            postgresql_where=text("approval IN ('submitted', 'posted') AND payment IN ('pending', 'overdue')"),
        ),
        CheckConstraint("kind IN ('invoice', 'credit_note')", name="kind"),
        CheckConstraint("approval IN ('draft', 'submitted', 'refused', 'posted')", name="approval"),
        CheckConstraint("payment IN ('pending', 'overdue', 'paid', 'cancelled')", name="payment"),
        CheckConstraint("gross_cents = net_cents + vat_cents", name="gross"),
        CheckConstraint("(approval = 'posted') = (entry_id IS NOT NULL)", name="posted"),
        CheckConstraint(
            "(payment = 'paid') = (payment_entry_id IS NOT NULL) AND (payment = 'paid') = (paid_on IS NOT NULL)", name="paid"
        ),
    )  # fmt: skip

    building_id: UUID
    supplier_id: UUID | None = None
    kind: str = Kind.INVOICE
    number: str = ""
    number_key: str = ""
    issued_on: date
    due_on: date | None = None
    received_on: date | None = None
    booked_on: date | None = None
    description: str
    category: str = Category.OTHER
    source: str = Source.MANUAL
    approval: str = Approval.DRAFT
    payment: str = Payment.PENDING
    net_cents: int = Field(default=0, **CENTS)
    vat_cents: int = Field(default=0, **CENTS)
    gross_cents: int = Field(default=0, **CENTS)
    stated_cents: int | None = Field(default=None, **CENTS)
    payment_reference: str = ""
    payment_iban: str | None = None
    document_id: UUID | None = None
    refusal_reason: str | None = None
    submitted_by: UUID | None = None
    submitted_at: datetime | None = Field(default=None, **MOMENT)
    approved_by: UUID | None = None
    approved_at: datetime | None = Field(default=None, **MOMENT)
    entry_id: UUID | None = None
    paid_on: date | None = None
    paid_from: str | None = None
    payment_entry_id: UUID | None = None
    source_id: UUID | None = None  # InvoiceIn.key; of this installation only


class InvoiceLine(TenantEntity, table=True):
    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        ForeignKeyConstraint(
            ["organization_id", "invoice_id"], ["invoice.organization_id", "invoice.id"], deferrable=True, initially="IMMEDIATE",
            ondelete="CASCADE",
        ),
        tenant_ref("key_id", "distribution_key"),
        tenant_ref("owner_id", "owner"),
        Index("ix_invoice_line_building", "organization_id", "building_id"),
        Index("ix_invoice_line_invoice", "organization_id", "invoice_id", "position"),
        Index("ix_invoice_line_key", "organization_id", "key_id"),
        Index("ix_invoice_line_owner", "organization_id", "owner_id"),
        CheckConstraint("gross_cents = net_cents + vat_cents", name="gross"),
        CheckConstraint("key_id IS NULL OR owner_id IS NULL", name="bearer"),
    )  # fmt: skip

    building_id: UUID
    invoice_id: UUID
    position: int
    account: str = ""
    description: str = ""
    quantity: Decimal = Field(default=Decimal(1), **EXACT)
    unit_price: Decimal = Field(**EXACT)
    vat_percent: Decimal | None = Field(default=None, **PERCENT)
    net_cents: int = Field(**CENTS)
    vat_cents: int = Field(**CENTS)
    gross_cents: int = Field(**CENTS)
    key_id: UUID | None = None
    owner_id: UUID | None = None
    period_from: date | None = None
    period_until: date | None = None
    ordinary: bool = True
    tenant_percent: int = 0


class InvoiceExclusion(TenantEntity, table=True):
    """A lot that takes no part in a line."""

    __table_args__ = (
        tenant_ref("building_id", "building"),
        ForeignKeyConstraint(
            ["organization_id", "line_id"], ["invoice_line.organization_id", "invoice_line.id"], deferrable=True, initially="IMMEDIATE",
            ondelete="CASCADE",
        ),
        tenant_ref("lot_id", "lot"),
        UniqueConstraint("organization_id", "line_id", "lot_id"),
        Index("ix_invoice_exclusion_building", "organization_id", "building_id"),
        Index("ix_invoice_exclusion_lot", "organization_id", "lot_id"),
    )  # fmt: skip

    building_id: UUID
    line_id: UUID
    lot_id: UUID


class InvoiceStep(TenantEntity, table=True):
    """What was done with an invoice, by whom (the name stays readable when the person is gone), why, and which entry it made."""

    __table_args__ = (
        tenant_ref("building_id", "building"),
        tenant_ref("invoice_id", "invoice"),
        tenant_ref("entry_id", "journal_entry"),
        Index("ix_invoice_step_building", "organization_id", "building_id"),
        Index("ix_invoice_step_invoice", "organization_id", "invoice_id", "id"),
        Index("ix_invoice_step_entry", "organization_id", "entry_id"),
    )

    building_id: UUID
    invoice_id: UUID
    action: str
    done_by: str = ""
    user_id: UUID | None = None
    reason: str | None = None
    entry_id: UUID | None = None


class InvoiceSetting(TenantEntity, table=True):
    __table_args__ = (
        tenant_ref("building_id", "building"),
        UniqueConstraint("organization_id", "building_id"),
    )

    building_id: UUID
    four_eyes_cents: int | None = Field(default=None, **CENTS)


class CostAllocation(TenantEntity, table=True):
    """How a line of the books that is a cost is shared out: written with it, and like it never changed.

    Neither key nor owner: by the shares of the deed. `vat_cents`: the VAT within the line, with the sign of the line.
    """

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("journal_line_id", "journal_line"),
        tenant_ref("key_id", "distribution_key"),
        tenant_ref("owner_id", "owner"),
        UniqueConstraint("organization_id", "journal_line_id"),
        Index("ix_cost_allocation_building", "organization_id", "building_id", "period_from"),
        Index("ix_cost_allocation_key", "organization_id", "key_id"),
        Index("ix_cost_allocation_owner", "organization_id", "owner_id"),
        CheckConstraint("key_id IS NULL OR owner_id IS NULL", name="bearer"),
        CheckConstraint("period_until >= period_from", name="period"),
        {"info": {"posted": True}},
    )

    building_id: UUID
    journal_line_id: UUID
    key_id: UUID | None = None
    owner_id: UUID | None = None
    period_from: date
    period_until: date
    ordinary: bool = True
    tenant_percent: int = 0
    vat_cents: int = Field(default=0, **CENTS)


class CostExclusion(TenantEntity, table=True):
    """A lot that takes no part in a cost of the books."""

    __table_args__ = (
        tenant_ref("building_id", "building"),
        tenant_ref("allocation_id", "cost_allocation"),
        tenant_ref("lot_id", "lot"),
        UniqueConstraint("organization_id", "allocation_id", "lot_id"),
        Index("ix_cost_exclusion_building", "organization_id", "building_id"),
        Index("ix_cost_exclusion_lot", "organization_id", "lot_id"),
    )

    building_id: UUID
    allocation_id: UUID
    lot_id: UUID
