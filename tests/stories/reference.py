"""Sharing out, written a second time: plain fractions, no code of the application. The stories compare with it."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction


def largest_remainders(cents: int, exact: Mapping[str, Fraction]) -> dict[str, int]:
    """Each part rounded down; what is left of `cents` goes, a cent each, to the largest remainders, in the given order."""
    parts = {who: due.numerator // due.denominator for who, due in exact.items()}
    rests = sorted(exact, key=lambda who: exact[who] - parts[who], reverse=True)  # sorted() keeps the order of equals
    for who in rests[: cents - sum(parts.values())]:
        parts[who] += 1
    return parts


def shared(
    cents: int,
    weights: Mapping[str, int],
    holders: Mapping[str, Sequence[tuple[str, date, date]]],
    first: date,
    last: date,
) -> dict[str, int]:
    """owner -> cents: over the lots by weight, within a lot by the days that each holder (owner, from, until) held it."""
    whole, size = sum(weights.values()), abs(cents)
    lots = largest_remainders(size, {lot: Fraction(size * w, whole) for lot, w in weights.items() if w})
    owed: dict[str, int] = {}
    for lot, part in lots.items():
        days = {who: (min(last, until) - max(first, since)).days + 1 for who, since, until in holders[lot]}
        days = {who: n for who, n in days.items() if n > 0}
        share = Fraction(size * weights[lot], whole)
        exact = {who: share * n / sum(days.values()) for who, n in days.items()}
        for who, due in largest_remainders(part, exact).items():
            owed[who] = owed.get(who, 0) + (due if cents > 0 else -due)
    return owed
