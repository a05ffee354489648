"""Money is integer cents, ownership is integer shares. No float, no tolerance."""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import NewType, TypeVar

from .errors import Invalid

Cents = NewType("Cents", int)
Shares = NewType("Shares", int)  # quotités: 125 of 10 000
K = TypeVar("K")
_AMOUNT = re.compile(r"[+-]?\d{1,15}(\.\d+)?")  # fifteen digits: cents stay far below a bigint


def cents(amount: str, field: str | None = None) -> Cents:
    """'1 234,5' or '1.234,50' -> 123450 cents; Invalid when it is not an amount or has a third decimal."""
    text = "".join(amount.split()).replace("\u202f", "").replace("€", "")
    if "," in text:
        text = text.replace(".", "").replace(",", ".")
    if not _AMOUNT.fullmatch(text):
        raise Invalid("“{amount}” is not an amount.", field=field, amount=amount)
    value = Decimal(text) * 100
    if value != value.to_integral_value():
        raise Invalid("“{amount}” has more than two decimals.", field=field, amount=amount)
    return Cents(int(value))


def percent_of(amount: Cents, percent: Decimal) -> Cents:
    """`percent` % of an amount in cents, half a cent going up in absolute value."""
    return Cents(int((amount * percent / 100).quantize(Decimal(1), ROUND_HALF_UP)))


def split(total: Cents, shares: Mapping[K, Shares]) -> dict[K, Cents]:
    """Share out `total` exactly: leftover cents go to the largest remainders, ties in the given order.

    Raises ValueError when no share is positive or one is negative.
    """
    whole = sum(shares.values())
    if whole <= 0 or min(shares.values()) < 0:
        raise ValueError("shares must be positive")
    sign = -1 if total < 0 else 1
    parts = {k: divmod(abs(total) * s, whole) for k, s in shares.items()}
    left = abs(total) - sum(quotient for quotient, _ in parts.values())
    lucky = set(sorted(parts, key=lambda k: -parts[k][1])[:left])
    return {k: Cents(sign * (quotient + (k in lucky))) for k, (quotient, _) in parts.items()}
