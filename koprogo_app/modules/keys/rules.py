"""Distribution keys: how one is started, and whether its weights add up to what the deed says. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import N_
from koprogo_app.core.money import Shares
from koprogo_app.core.trade import LotType

SHARES_KEY = N_("Shares of the deed")  # always there: costs go by value unless the deed says otherwise (art. 3.81)
LARGEST = 100_000_000  # of a weight that somebody enters, and of the total of a deed
ANNEXES = frozenset({LotType.CELLAR, LotType.PARKING})


class Start(StrEnum):
    """How the weights of a new key are filled in; each can be changed afterwards."""

    EACH = "each"
    HOMES = "homes"
    UPPER = "upper"
    CHOSEN = "chosen"
    BLANK = "blank"


STARTS = {
    Start.EACH: N_("One for each lot"),
    Start.HOMES: N_("One for each lot, without cellars, garages and parking spaces"),
    Start.UPPER: N_("As the shares, without the ground floor"),
    Start.CHOSEN: N_("As the shares, for the lots chosen below"),
    Start.BLANK: N_("Nothing yet: every weight is entered by hand"),
}


@dataclass(frozen=True, slots=True)
class KeyLot:
    """What a new key must know of a lot."""

    id: UUID
    type: LotType
    floor: int | None
    shares: Shares


@dataclass(frozen=True, slots=True)
class Key:
    """A key with its sums. `own` is false for the shares of the deed, whose id is the building's own. Weights are whole
    numbers over their sum, never percentages."""

    id: UUID
    building_id: UUID
    name: str
    clause: str
    own: bool
    sum: Shares
    lots: int  # that take part
    expected: Shares | None  # the total the deed names, if it names one

    @property
    def missing(self) -> int:
        """What the weights lack to reach the deed's total, below zero when they exceed it, zero without a total."""
        return 0 if self.expected is None else self.expected - self.sum

    @property
    def passed(self) -> bool:
        """A cost can be shared out by this key."""
        return self.sum > 0 and self.missing == 0


def start(how: Start, lots: Iterable[KeyLot], chosen: Collection[UUID] = ()) -> dict[UUID, Shares]:
    """The first weights of a key. Without a floor a lot is not on the ground floor. Invalid when no lot is chosen."""
    if how == Start.CHOSEN and not chosen:
        raise Invalid("Choose at least one lot.", field="lots")
    return {lot.id: weight for lot in lots if (weight := _weight(how, lot, chosen))}


def _weight(how: Start, lot: KeyLot, chosen: Collection[UUID]) -> Shares:
    match how:
        case Start.EACH:
            return Shares(1)
        case Start.HOMES:
            return Shares(0) if lot.type in ANNEXES else Shares(1)
        case Start.UPPER:
            return Shares(0) if lot.floor == 0 else lot.shares
        case Start.CHOSEN:
            return lot.shares if lot.id in chosen else Shares(0)
        case Start.BLANK:
            return Shares(0)


def check_weights(weights: Mapping[UUID, int]) -> None:
    """Refuses a key by which nobody would pay."""
    if not any(weights.values()):
        raise Invalid("At least one lot has a weight above zero.", field="weights")
