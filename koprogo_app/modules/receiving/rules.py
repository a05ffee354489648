"""When a recurring invoice falls due, and whose name and number an electronic invoice must carry. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import N_
from koprogo_app.core.money import Cents, percent_of
from koprogo_app.modules.invoices.amounts import VAT_SLACK, Amounts, line_amounts

MOST_DRAFTS = 24  # made at once: who lets the application stand for longer sees what came of it first


class Rhythm(StrEnum):
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


RHYTHMS = {
    Rhythm.MONTHLY: N_("Every month"),
    Rhythm.QUARTERLY: N_("Every quarter"),
    Rhythm.YEARLY: N_("Every year"),
}
_MONTHS = {Rhythm.MONTHLY: 1, Rhythm.QUARTERLY: 3, Rhythm.YEARLY: 12}


def months_on(anchor: date, months: int) -> date:
    """So many months after a day: the same day of the month, or its last one. 31 January + 1 is 28 or 29 February."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(anchor.day - 1), following - timedelta(1))


def after(anchor: date, rhythm: str, day: date) -> date:
    """The first day of the rhythm after a day."""
    step = _MONTHS[Rhythm(rhythm)]
    n = max(0, ((day.year - anchor.year) * 12 + day.month - anchor.month) // step)
    while (found := months_on(anchor, n * step)) <= day:
        n += 1
    return found


def due_days(anchor: date, rhythm: str, next_on: date, until: date | None, today: date) -> Iterator[date]:
    """The days from the next one to today, at most MOST_DRAFTS, none after `until`."""
    day = next_on
    for _ in range(MOST_DRAFTS):
        if day > today or (until is not None and day > until):
            return
        yield day
        day = after(anchor, rhythm, day)


def period_of(anchor: date, rhythm: str, day: date) -> tuple[date, date]:
    """The days that the draft of a day is for: from it to the eve of the next, so that none is left out after a short month."""
    return day, after(anchor, rhythm, day) - timedelta(1)


def check_days(next_on: date, until: date | None, today: date) -> None:
    """Refuses an end before the beginning, and a beginning so long ago that it is a slip."""
    if until is not None and until < next_on:
        raise Invalid("The last day is before the first.", field="until")
    if next_on < months_on(today, -12):
        raise Invalid("Begin at most a year ago.", field="next_on")


# --- Electronic invoices ---------------------------------------------------------------------------------------------


def priced(quantity: Decimal, price: Decimal, base: Decimal, net: Cents) -> tuple[Decimal, Decimal]:
    """Quantity and price of a line in euros that give its amount exactly; one time the amount when its own do not.

    A line of the file may have discounts of its own, a price for several pieces, more digits than we keep.
    """
    each = price / base
    fits = max(_decimals(quantity), _decimals(each)) <= 10 and abs(quantity) < 10**6 and abs(each) < 10**11
    if fits and line_amounts(quantity, each, None).net == net:
        return quantity, each
    return Decimal(1), Decimal(net) / 100


def _decimals(number: Decimal) -> int:
    return max(0, -int(number.normalize().as_tuple().exponent))


def vat_of_lines(lines: Sequence[tuple[Cents, Decimal]], stated: Mapping[Decimal, Cents]) -> list[Cents]:
    """The VAT of each line (net, percent) so that each rate adds up to what the invoice states, which rounds by rate.

    What rounding leaves goes to the largest line of the rate; a difference beyond rounding stays, for the reader to see.
    """
    vat = [percent_of(net, rate) for net, rate in lines]
    for rate, amount in stated.items():
        places = [n for n, (_, of) in enumerate(lines) if of == rate]
        left = amount - sum(vat[n] for n in places)
        if places and left and abs(left) <= VAT_SLACK:
            largest = max(places, key=lambda n: abs(lines[n][0]))
            vat[largest] = Cents(vat[largest] + left)
    return vat


def turned(amounts: Amounts) -> bool:
    """True for a total below zero: an invoice is then a credit note, and the other way round."""
    return amounts.gross < 0


def buyer_differs(buyer_kbo: str | None, ours: str | None) -> bool:
    """True when an invoice names another enterprise than this association as its customer (art. 3.86 §1: it has its own number)."""
    return bool(buyer_kbo and ours and buyer_kbo != ours)
