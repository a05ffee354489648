"""A cost to share out and what comes of it. Nothing is stored: whoever posts a cost keeps its parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from koprogo_app.core.money import Cents

from .rules import NOTHING, Owed, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A cost to share out: by a key, or to one owner alone. Amounts in cents, VAT included, below zero for a credit.

    `key_id`: a key of the building; the building's own id is the shares of the deed. `last`: none for a single day.
    `lot_id`: the lot that a private cost is for. See rules.Cost.
    """

    cents: Cents
    first: date
    last: date | None = None
    key_id: UUID | None = None
    owner_id: UUID | None = None
    lot_id: UUID | None = None
    excluded: frozenset[UUID] = frozenset()
    ordinary: bool = True
    tenant_percent: int = 0
    vat_cents: Cents = NOTHING  # within `cents`


@dataclass(frozen=True, slots=True)
class Charged:
    """A part with the name of who pays and the number of the lot, empty for a private cost for none."""

    part: Part
    owner: str
    lot: str


@dataclass(frozen=True, slots=True)
class Total:
    """What one owner pays of all the costs together."""

    owner_id: UUID
    owner: str
    owed: Owed


@dataclass(frozen=True, slots=True)
class Preview:
    """The parts of each cost, in the order asked, by lot; and the total of each owner, by name."""

    costs: Sequence[Sequence[Charged]]
    totals: Sequence[Total]
