"""Lots: which ones the law counts, whether their shares add up, and when shares may change. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import N_
from koprogo_app.core.money import Shares
from koprogo_app.core.trade import LotType

LOT_TYPES = {
    LotType.APARTMENT: N_("Apartment"),
    LotType.COMMERCIAL: N_("Commercial space"),
    LotType.PARKING: N_("Garage or parking space"),
    LotType.CELLAR: N_("Cellar"),
    LotType.OTHER: N_("Other lot"),
}
LOT_TYPES_MANY = {
    LotType.APARTMENT: N_("Apartments"),
    LotType.COMMERCIAL: N_("Commercial spaces"),
    LotType.PARKING: N_("Garages and parking spaces"),
    LotType.CELLAR: N_("Cellars"),
    LotType.OTHER: N_("Other lots"),
}
THRESHOLD = 20  # lots, twenty included: art. 3.84 al. 4, 3.89 §5 15°, 3.90 §1
NOT_COUNTED = frozenset(
    {LotType.CELLAR, LotType.PARKING}
)  # "cellars, garages and parking spaces excluded" (art. 3.90 §1)
# Art. 3.84 al. 4 says "20 lots or more" without that exclusion; read by the letter, every lot counts. [check]
PARTIAL_COUNTS_EVERY_LOT = True
SINCE_THE_DEED = date.min  # the first version of a lot's shares: it has no other beginning than the deed
MAX_SERIES = 200


@dataclass(frozen=True, slots=True)
class Group:
    """The lots of one type in a building."""

    type: LotType
    lots: int
    shares: Shares
    blank: int = 0  # lots whose shares are not entered yet


@dataclass(frozen=True, slots=True)
class Gate:
    """Do the shares of the lots add up to the total of the deed (art. 3.85 §1)? Integers: no tolerance, no override."""

    total: Shares
    expected: Shares
    by_type: Mapping[LotType, Shares]
    number_of: Mapping[LotType, int]  # lots of each type
    lots: int
    blank: int
    counted: int  # without cellars, garages and parking spaces

    @property
    def missing(self) -> int:
        """Shares that no lot has; below zero when the lots have more than the deed."""
        return self.expected - self.total

    @property
    def passed(self) -> bool:
        return self.missing == 0

    @property
    def council(self) -> bool:
        """A co-ownership council is compulsory (art. 3.90 §1)."""
        return self.counted >= THRESHOLD

    @property
    def double_entry(self) -> bool:
        """Accounts in double entry by the standard chart; below, simplified accounts will do (art. 3.89 §5 15°)."""
        return self.counted >= THRESHOLD


def gate(expected: Shares, groups: Iterable[Group]) -> Gate:
    """The gate of a building whose deed has `expected` shares."""
    found = {group.type: group for group in groups}
    return Gate(
        total=Shares(sum(group.shares for group in found.values())),
        expected=expected,
        by_type={kind: found[kind].shares for kind in LOT_TYPES if kind in found},
        number_of={kind: found[kind].lots for kind in LOT_TYPES if kind in found},
        lots=sum(group.lots for group in found.values()),
        blank=sum(group.blank for group in found.values()),
        counted=counted({kind: group.lots for kind, group in found.items()}),
    )


def counted(lots: Mapping[LotType, int]) -> int:
    """How many of the lots count for the threshold of twenty: all but cellars, garages and parking spaces."""
    return sum(number for kind, number in lots.items() if kind not in NOT_COUNTED)


def partial_allowed(lots: int, counted: int) -> bool:
    """Partial associations need a main association of twenty lots or more (art. 3.84 al. 4)."""
    return (lots if PARTIAL_COUNTS_EVERY_LOT else counted) >= THRESHOLD


def check_change(from_on: date | None, last_on: date | None, today: date) -> None:
    """Refuses a change of shares that is not in order (art. 3.88 §3).

    `from_on`: since when the decision holds; none is the correction of an entry that was never right. `last_on`: since
    when the last recorded decision holds. A decision is recorded once it holds, after the earlier ones; what a decision
    fixed is not corrected as if it had been typed wrong at the start.
    """
    if from_on is None and last_on is not None:
        raise Invalid("A decision of {day} fixed these shares: give the date of the decision that changes them.",
                      field="from_on", day=last_on.strftime("%d/%m/%Y"))  # fmt: skip
    if from_on is not None and from_on > today:
        raise Invalid("This date is in the future: record the decision once it holds.", field="from_on")
    if from_on is not None and last_on is not None and from_on <= last_on:
        raise Invalid(
            "The last change holds since {day}: a new one is later.", field="from_on", day=last_on.strftime("%d/%m/%Y")
        )


def check_shares(shares: int, total: int, field: str = "shares") -> None:
    """Refuses more shares than the deed has."""
    if shares > total:
        raise Invalid(
            "The deed has {total} shares: a lot cannot have {shares}.", field=field, total=total, shares=shares
        )


def number_of(text: str) -> str:
    """A lot's number as it is kept: one space between its words. Invalid when nothing is left."""
    number = " ".join(text.split())
    if not number:
        raise Invalid("This field is required.", field="number")
    return number


def series(first: str, count: int) -> list[str]:
    """`count` numbers from `first` on: P1 → P1, P2…; 2.09 → 2.09, 2.10. Invalid without a figure to count from."""
    if not 1 <= count <= MAX_SERIES:
        raise Invalid("Add between 1 and {most} lots at a time.", field="count", most=MAX_SERIES)
    found = re.fullmatch(r"(.*?)([0-9]+)([^0-9]*)", first)
    if not found:
        raise Invalid("Write the first number with a figure to count from, such as P1.", field="first")
    before, figure, after = found.groups()
    return [f"{before}{int(figure) + step:0{len(figure)}d}{after}" for step in range(count)]
