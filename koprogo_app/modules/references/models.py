"""The structured communication of each co-owner: given once, it stays his, whatever he pays with it."""

from uuid import UUID

from sqlalchemy import Index, UniqueConstraint

from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref


class PaymentReference(TenantEntity, table=True):
    """Twelve digits that say who pays which association. Two may name one person, when two entries of the register were his."""

    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("owner_id", "owner"),
        UniqueConstraint("organization_id", "digits"),
        Index("ix_payment_reference_owner", "organization_id", "owner_id", "building_id"),
        Index("ix_payment_reference_building", "organization_id", "building_id"),
    )

    building_id: UUID
    owner_id: UUID
    digits: str
