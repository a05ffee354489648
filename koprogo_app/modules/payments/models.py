"""Payments of co-owners, and which lines of their accounts settle each other. PostgreSQL keeps each line within its amount."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref

from .rules import Fund, Kind

CENTS: dict[str, Any] = {"sa_type": BigInteger}
LARGEST = 10**13  # cents


class ChosenIn(SQLModel):
    """An open item and what the payment takes of it."""

    line_id: UUID
    cents: int = Field(le=LARGEST)


class PaymentIn(SQLModel):
    """`owner_id`: none when the structured communication says who it is. `items`: what it settles; none: the oldest due first.
    `key`: made by the form or the client, so that a payment sent twice is entered once."""

    owner_id: UUID | None = None
    kind: Kind = Kind.RECEIPT
    paid_on: date
    cents: int = Field(gt=0, le=LARGEST)
    fund: Fund = Fund.WORKING
    communication: str = Field(default="", max_length=140)
    note: str = Field(default="", max_length=500)
    items: list[ChosenIn] = Field(default_factory=list[ChosenIn], max_length=500)
    key: UUID | None = None


class Payment(TenantEntity, table=True):
    """`communication`: twelve digits when it is a structured one. `source_id`: the key of the form or client."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("owner_id", "owner"),
        tenant_ref("entry_id", "journal_entry"),
        tenant_ref("reversal_entry_id", "journal_entry"),
        UniqueConstraint("organization_id", "source_id"),
        Index("ix_payment_building", "organization_id", "building_id", "paid_on", "id"),
        Index("ix_payment_owner", "organization_id", "owner_id", "paid_on"),
        Index("ix_payment_entry", "organization_id", "entry_id", unique=True),
        Index("ix_payment_reversal", "organization_id", "reversal_entry_id", unique=True),
        CheckConstraint("cents > 0", name="cents"),
        CheckConstraint("kind IN ('receipt', 'refund')", name="kind"),
        CheckConstraint("fund IN ('working', 'reserve', 'cash')", name="fund"),
    )

    building_id: UUID
    owner_id: UUID
    kind: str
    paid_on: date
    cents: int = Field(**CENTS)
    fund: str
    communication: str = ""
    note: str = ""
    entry_id: UUID
    reversal_entry_id: UUID | None = None
    source_id: UUID | None = None


class Settlement(TenantEntity, table=True):
    """A debit and a credit line of one co-owner on one account that settle each other for an amount."""

    __table_args__ = (
        tenant_ref("building_id", "building"),
        tenant_ref("debit_line_id", "journal_line"),
        tenant_ref("credit_line_id", "journal_line"),
        UniqueConstraint("organization_id", "debit_line_id", "credit_line_id"),
        Index("ix_settlement_building", "organization_id", "building_id"),
        Index("ix_settlement_credit", "organization_id", "credit_line_id"),
        CheckConstraint("cents > 0", name="cents"),
    )

    building_id: UUID
    debit_line_id: UUID
    credit_line_id: UUID
    cents: int = Field(**CENTS)


# Checked when the transaction ends, one transaction of a building at a time: the lock is that of the books, so that two
# that do not see each other's rows wait here at the latest.
TRIGGERS = """
CREATE FUNCTION settlement_within() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE d journal_line; c journal_line;
BEGIN
  PERFORM FROM book WHERE organization_id = new.organization_id AND building_id = new.building_id FOR UPDATE;
  SELECT * INTO d FROM journal_line WHERE id = new.debit_line_id;
  SELECT * INTO c FROM journal_line WHERE id = new.credit_line_id;
  IF d.owner_id IS NULL OR d.owner_id IS DISTINCT FROM c.owner_id OR d.account_id IS DISTINCT FROM c.account_id
    OR d.building_id IS DISTINCT FROM new.building_id OR d.debit_cents = 0 OR c.credit_cents = 0 THEN
    RAISE EXCEPTION 'lines that cannot settle each other' USING errcode = '23514', constraint = 'settlement_pair';
  END IF;
  IF (SELECT coalesce(sum(cents), 0) FROM settlement WHERE organization_id = new.organization_id AND debit_line_id = d.id) > d.debit_cents
    OR (SELECT coalesce(sum(cents), 0) FROM settlement WHERE organization_id = new.organization_id AND credit_line_id = c.id) > c.credit_cents THEN
    RAISE EXCEPTION 'line settled beyond its amount' USING errcode = '23514', constraint = 'settlement_within';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER settlement_within AFTER INSERT OR UPDATE ON settlement DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION settlement_within();
"""
