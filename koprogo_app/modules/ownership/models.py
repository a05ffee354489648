"""Who holds which part of a lot, by which right, from when to when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref
from koprogo_app.core.trade import Right

from .rules import LotState, Todo


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


class PartEdit(SQLModel):
    """A part as it should have been entered: for corrections."""

    numerator: int = Field(ge=1, le=1_000_000_000)
    denominator: int = Field(ge=1, le=1_000_000_000)
    right: Right = Right.FULL
    started_on: date
    ended_on: date | None = None
    act: str | None = Field(default=None, max_length=200)


class Buyer(SQLModel):
    """Who receives, and which fraction of what is transferred."""

    owner_id: UUID
    numerator: int = Field(default=1, ge=1, le=1_000_000_000)
    denominator: int = Field(default=1, ge=1, le=1_000_000_000)


class TransferIn(SQLModel):
    """A sale, gift or inheritance of a lot or of a part of it. `sold`: the fraction of what the sellers hold."""

    sellers: list[UUID] = Field(min_length=1)
    buyers: list[Buyer] = Field(min_length=1)
    sold_numerator: int = Field(default=1, ge=1, le=1_000_000_000)
    sold_denominator: int = Field(default=1, ge=1, le=1_000_000_000)
    on: date
    act: str | None = Field(default=None, max_length=200)


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


@dataclass(frozen=True, slots=True)
class Holding:
    """A part with the name of its holder and what it is a part of."""

    part: Ownership
    name: str
    lot: str = ""
    building: str = ""


@dataclass(frozen=True, slots=True)
class LotHeld:
    """A lot (a row of lots.COLUMNS) with who holds it today, as far as the reader may know, and how it stands."""

    lot: Any
    holdings: Sequence[Holding]
    state: LotState


@dataclass(frozen=True, slots=True)
class LotsHeld:
    """One page of lots, how many there are, and how many of the building need attention."""

    rows: Sequence[LotHeld]
    total: int
    alerts: int


@dataclass(frozen=True, slots=True)
class Gate:
    """How each lot (id, number) of a building stands, by number."""

    lots: Sequence[tuple[UUID, str, LotState]]

    def those(self, *states: LotState) -> list[tuple[UUID, str]]:
        """The lots that stand so."""
        return [(lot_id, number) for lot_id, number, state in self.lots if state in states]

    @property
    def empty(self) -> list[tuple[UUID, str]]:
        return self.those(LotState.EMPTY)

    @property
    def incomplete(self) -> list[tuple[UUID, str]]:
        return self.those(LotState.INCOMPLETE)

    @property
    def suspended(self) -> list[tuple[UUID, str]]:
        return self.those(LotState.SUSPENDED)

    @property
    def passed(self) -> bool:
        """Every lot is held, and whole. A suspended vote blocks no call: it is for the meeting."""
        return not (self.empty or self.incomplete)


@dataclass(frozen=True, slots=True)
class Transferred:
    """A transfer done: the parts it ended, those it began, and what remains to do."""

    ended: Sequence[Ownership]
    begun: Sequence[Ownership]
    todo: Sequence[Todo]


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
