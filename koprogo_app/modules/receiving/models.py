"""Invoices that come back: the one they are copied from, how often, and which days are made already."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import SQLModel

from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref

from .rules import Rhythm


class RecurringIn(SQLModel):
    """`next_on`: the day of the next draft; `until`: the last day on which one may fall, if it ends."""

    rhythm: Rhythm = Rhythm.MONTHLY
    next_on: date
    until: date | None = None


class RecurringInvoice(TenantEntity, table=True):
    """Every draft has the supplier, words and lines of `template_id`, as they stand then."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("template_id", "invoice"),
        Index("ix_recurring_invoice_building", "organization_id", "building_id"),
        Index("ix_recurring_invoice_template", "organization_id", "template_id"),
        Index("ix_recurring_invoice_due", "next_on"),
        CheckConstraint("rhythm IN ('monthly', 'quarterly', 'yearly')", name="rhythm"),
    )

    building_id: UUID
    template_id: UUID
    rhythm: str = Rhythm.MONTHLY
    anchor_on: date  # the first day: months without its day of the month fall on their last
    next_on: date
    until: date | None = None
    is_active: bool = True


class RecurringDraft(TenantEntity, table=True):
    """The draft of one day: it is made once."""

    __table_args__ = (
        tenant_ref("building_id", "building"),
        tenant_ref("recurring_id", "recurring_invoice"),
        tenant_ref("invoice_id", "invoice"),
        UniqueConstraint("organization_id", "recurring_id", "due_on"),
        Index("ix_recurring_draft_building", "organization_id", "building_id"),
        Index("ix_recurring_draft_invoice", "organization_id", "invoice_id"),
    )

    building_id: UUID
    recurring_id: UUID
    due_on: date
    invoice_id: UUID
