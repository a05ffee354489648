"""What a client of the contract asked to be worked out: who pays which part of an invoice."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Numeric
from sqlmodel import Field

from koprogo_app.core.db import TenantEntity, tenant_ref


class ChargeDistribution(TenantEntity, table=True):
    """The part of one owner for one lot, as it was worked out last; no lot for a private cost. `portion`: of the invoice, 0 to 1."""

    __table_args__ = (
        tenant_ref("building_id", "building"),
        tenant_ref("invoice_id", "invoice"),
        tenant_ref("lot_id", "lot"),
        tenant_ref("owner_id", "owner"),
        Index("ix_charge_distribution_building", "organization_id", "building_id"),
        Index("ix_charge_distribution_invoice", "organization_id", "invoice_id", "id"),
        Index("ix_charge_distribution_lot", "organization_id", "lot_id"),
        Index("ix_charge_distribution_owner", "organization_id", "owner_id"),
        CheckConstraint("portion BETWEEN 0 AND 1", name="portion"),
    )

    building_id: UUID
    invoice_id: UUID
    lot_id: UUID | None = None
    owner_id: UUID
    portion: Decimal = Field(sa_type=Numeric(9, 8))  # type: ignore[call-overload]
    amount_cents: int = Field(sa_type=BigInteger)
