"""The individual account of a co-owner: what a balance means, how it runs from line to line. Pure; amounts are integer cents."""

from collections.abc import Sequence
from enum import StrEnum
from itertools import accumulate

from koprogo_app.core.i18n import N_
from koprogo_app.core.money import Cents


class Standing(StrEnum):
    """Of a co-owner towards the association."""

    OWES = "owes"
    SETTLED = "settled"
    IN_CREDIT = "credit"


STANDINGS = {
    Standing.OWES: N_("To pay"),
    Standing.SETTLED: N_("Paid"),
    Standing.IN_CREDIT: N_("In credit"),
}
TO_ONESELF = {
    Standing.OWES: N_("You owe {amount}."),
    Standing.SETTLED: N_("Nothing to pay."),
    Standing.IN_CREDIT: N_("The association owes you {amount}."),
}
TO_THE_OFFICE = {
    Standing.OWES: N_("Owes {amount}."),
    Standing.SETTLED: N_("Owes nothing and is owed nothing."),
    Standing.IN_CREDIT: N_("The association owes back {amount}."),
}


def standing(balance: int) -> Standing:
    """What debit less credit says: above zero the co-owner owes, below zero he is owed."""
    if balance > 0:
        return Standing.OWES
    return Standing.IN_CREDIT if balance < 0 else Standing.SETTLED


def balance_below(total: int, above: int, page: Sequence[int], newest_first: bool) -> Cents:
    """The balance before the oldest line of a page.

    `total`: debit less credit of the whole account, `above`: of the lines that the list shows before the page, `page`: of
    each line of the page.
    """
    return Cents(total - above - sum(page) if newest_first else above)


def running(before: int, page: Sequence[int], newest_first: bool) -> list[Cents]:
    """The balance after each line of a page, in its order; `before`: that of balance_below()."""
    oldest_first = page[::-1] if newest_first else page
    after = [Cents(balance) for balance in accumulate(oldest_first, initial=before)][1:]
    return after[::-1] if newest_first else after
