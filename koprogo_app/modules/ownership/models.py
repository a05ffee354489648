"""Who holds which part of a lot, by which right, from when to when."""

from datetime import date
from fractions import Fraction
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref
from koprogo_app.core.trade import Right


class OwnershipIn(SQLModel):
    """A part is an exact fraction of the lot, never a percentage."""

    lot_id: UUID
    owner_id: UUID
    numerator: int = Field(default=1, ge=1, le=1_000_000_000)
    denominator: int = Field(default=1, ge=1, le=1_000_000_000)
    right: Right = Right.FULL
    started_on: date
    is_contact: bool = False
    is_representative: bool = False
    act: str | None = Field(default=None, max_length=200)  # deed or declaration the part rests on


class Ownership(OwnershipIn, TenantEntity, table=True):
    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        tenant_ref("lot_id", "lot"),
        tenant_ref("owner_id", "owner"),
        CheckConstraint("numerator > 0 AND denominator > 0 AND numerator <= denominator", name="fraction"),
        CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="dates"),
        Index("ix_ownership_lot", "organization_id", "lot_id", "started_on"),
        Index("ix_ownership_owner", "organization_id", "owner_id", "started_on"),
        Index("ix_ownership_building", "organization_id", "building_id"),
        Index("uq_ownership_contact", "lot_id", unique=True, postgresql_where=text("is_contact AND ended_on IS NULL")),
        Index(
            "uq_ownership_representative",
            "lot_id",
            unique=True,
            postgresql_where=text("is_representative AND ended_on IS NULL"),
        ),
    )

    building_id: UUID
    right: str = Right.FULL
    ended_on: date | None = None  # the first day it is no longer theirs

    @property
    def share(self) -> Fraction:
        """The part, exactly."""
        return Fraction(self.numerator, self.denominator)


# Never above the whole, exactly: full and undivided parts count in both the bare and the enjoyment half of a lot. At
# commit, one writer at a time for each lot: without the lock two transactions would each see the other's part missing.
TRIGGER = """
CREATE AGGREGATE common_denominator(numeric) (SFUNC = lcm, STYPE = numeric, INITCOND = '1');
CREATE FUNCTION ownership_within_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM lot WHERE id = new.lot_id FOR NO KEY UPDATE;
  IF EXISTS (
    SELECT 1 FROM ownership d
    JOIN ownership o ON o.lot_id = d.lot_id AND o.started_on <= d.started_on
      AND (o.ended_on IS NULL OR o.ended_on > d.started_on)
    CROSS JOIN (SELECT common_denominator(denominator) AS whole FROM ownership WHERE lot_id = new.lot_id) c
    WHERE d.lot_id = new.lot_id AND (d.ended_on IS NULL OR d.ended_on > d.started_on)
    GROUP BY d.id, c.whole
    HAVING sum(o.numerator * (c.whole / o.denominator))
             FILTER (WHERE o.right IN ('full', 'undivided', 'bare')) > c.whole
        OR sum(o.numerator * (c.whole / o.denominator)) FILTER (WHERE o.right <> 'bare') > c.whole
  ) THEN
    RAISE EXCEPTION 'parts of lot % exceed 100%%', new.lot_id
      USING errcode = '23514', constraint = 'ownership_within_whole';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ownership_within_whole AFTER INSERT OR UPDATE ON ownership
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ownership_within_whole();
"""
