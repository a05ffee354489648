"""Parts of a lot: exact fractions, never above the whole, one voice for the vote. Pure."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Protocol, TypeVar
from uuid import UUID

from koprogo_app.core.errors import Conflict, Invalid
from koprogo_app.core.i18n import N_
from koprogo_app.core.trade import Right

WHOLE = Fraction(1)
FINEST = 1_000_000_000  # the largest denominator the register keeps
RIGHTS = {
    Right.FULL: N_("Full ownership"),
    Right.UNDIVIDED: N_("Undivided ownership"),
    Right.USUFRUCT: N_("Usufruct"),
    Right.BARE: N_("Bare ownership"),
    Right.EMPHYTEUSIS: N_("Emphyteutic lease"),
    Right.SUPERFICIES: N_("Right of superficies"),
    Right.USE: N_("Right of use"),
    Right.HABITATION: N_("Right of habitation"),
}
IN_PROPERTY = frozenset({Right.FULL, Right.UNDIVIDED, Right.BARE})
UNSPLIT = (Right.FULL, Right.UNDIVIDED)  # property and enjoyment in one hand


class Held(Protocol):
    """What the rules read of a part."""

    @property
    def owner_id(self) -> UUID: ...
    @property
    def share(self) -> Fraction: ...
    @property
    def right(self) -> str: ...
    @property
    def started_on(self) -> date: ...
    @property
    def ended_on(self) -> date | None: ...
    @property
    def is_representative(self) -> bool: ...


H = TypeVar("H", bound=Held)


class VoteState(StrEnum):
    OK = "ok"
    SUSPENDED = "suspended"


class LotState(StrEnum):
    """How a lot stands, the worst first."""

    EMPTY = "empty"  # nobody holds it
    INCOMPLETE = "incomplete"  # below the whole
    SUSPENDED = "suspended"  # whole, but nobody may vote for it
    COMPLETE = "complete"


class Todo(StrEnum):
    """What a transfer leaves to do."""

    ADDRESS = "address"
    REPRESENTATIVE = "representative"
    WORKING_FUND = "working_fund"
    CHARGES = "charges"
    CONSENT = "consent"


TODO = {
    Todo.ADDRESS: N_(
        "Enter the address of the buyer: the notary tells the syndic the date of the deed, the lot, who the parties "
        "are and where they live (art. 3.94)."
    ),
    Todo.REPRESENTATIVE: N_(
        "Have the holders name one representative in writing: until then their vote is suspended (art. 3.87 §1)."
    ),
    Todo.WORKING_FUND: N_(
        "Pay the seller back the unexpired part of the working fund and call it from the buyer; the reserve fund stays "
        "with the association (art. 3.94)."
    ),
    Todo.CHARGES: N_(
        "Charge the ordinary costs to the buyer from the day he enjoys the common parts, and what was decided before "
        "the deed as the parties agreed (art. 3.94)."
    ),
    Todo.CONSENT: N_("Convene the buyer by registered letter, or ask for a written consent to e-mail (art. 3.87 §3)."),
}


# --- The whole -------------------------------------------------------------------------------------------------------


def held_on(parts: Iterable[H], day: date) -> list[H]:
    """The parts held on a day: from the first day on, until the day before they end."""
    return [p for p in parts if p.started_on <= day and (p.ended_on is None or p.ended_on > day)]


def sums_on(parts: Iterable[Held], day: date) -> tuple[Fraction, Fraction]:
    """Property (full, undivided, bare) and enjoyment (all but bare) held on a day: both are 1 for a complete lot."""
    held = held_on(parts, day)
    owned = sum((p.share for p in held if p.right in IN_PROPERTY), Fraction())
    enjoyed = sum((p.share for p in held if p.right != Right.BARE), Fraction())
    return owned, enjoyed


def check_whole(kept: Collection[Held], added: Collection[Held]) -> None:
    """Refuses parts that would take the property or the enjoyment of a lot above the whole on any day.

    `kept`: every other part of the lot, past ones too. A sum only grows on a first day, so those days are looked at.
    """
    every = [*kept, *added]
    for day in sorted({p.started_on for p in every}):
        for current, resulting in zip(sums_on(kept, day), sums_on(every, day), strict=True):
            if resulting > WHOLE:
                raise Invalid(
                    "The parts of this lot would exceed 100%: {current} now, {added} added, {resulting} in all.",
                    field="share",
                    current=percent(current),
                    added=percent(resulting - current),
                    resulting=percent(resulting),
                )


def check_dates(started_on: date, ended_on: date | None, today: date, field: str = "ended_on") -> None:
    """A deed is entered once it is signed, and a part ends after it began: no job has to open or close access later."""
    for on, name in ((started_on, "started_on"), (ended_on, field)):
        if on is not None and on > today:
            raise Invalid("This date is in the future: enter the deed once it is signed.", field=name)
    if ended_on is not None and ended_on < started_on:
        day = f"{started_on:%d/%m/%Y}"
        raise Invalid("The part began on {day}: it cannot end before.", field=field, day=day)


def vote_state(parts: Collection[Held]) -> VoteState:
    """Who votes for the lot, from the parts held today (art. 3.87 §1).

    The holder of everything votes. As soon as the lot is split or undivided the right to vote is suspended until one
    representative is named; two full owners of one half each are undivided too. Undivided parts that make the whole in one
    hand are undivided no more; the whole as one undivided part is an estate, entered as one person.
    """
    if any(p.is_representative for p in parts):
        return VoteState.OK
    alone = len({p.owner_id for p in parts}) == 1 and all(p.right != Right.UNDIVIDED or p.share < WHOLE for p in parts)
    return VoteState.OK if alone and _complete(parts) else VoteState.SUSPENDED


def lot_state(parts: Iterable[Held], day: date) -> LotState:
    """How a lot stands on a day."""
    held = held_on(parts, day)
    if not held:
        return LotState.EMPTY
    if not _complete(held):
        return LotState.INCOMPLETE
    return LotState.COMPLETE if vote_state(held) == VoteState.OK else LotState.SUSPENDED


def _complete(held: Collection[Held]) -> bool:
    return bool(held) and sums_on(held, max(p.started_on for p in held)) == (WHOLE, WHOLE)


# --- A transfer ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moved:
    """What a transfer changes: parts that end, and what each person holds instead, by right."""

    ended: Sequence[Held]
    begun: Mapping[tuple[UUID, str], Fraction]


def moved(
    parts: Collection[Held], sellers: Collection[UUID], buyers: Mapping[UUID, Fraction], sold: Fraction = WHOLE
) -> Moved:
    """A transfer of `sold` (of what the sellers hold) to the buyers, each taking a fraction of it, right by right.

    A buyer who holds the same right already gets one part with both; who is then the only one in undivided ownership
    owns in full (art. 3.87 §1). Invalid when the fractions do not make the whole.
    """
    given = [p for p in parts if p.owner_id in sellers]
    if not given:
        raise Invalid("The seller holds no part of this lot.", field="seller")
    if set(sellers) & set(buyers):
        raise Invalid("The seller and the buyer are the same person.", field="buyer")
    if not 0 < sold <= WHOLE:
        raise Invalid("Enter a fraction above 0 and not above the whole.", field="sold")
    if sum(buyers.values()) != WHOLE or min(buyers.values()) <= 0:
        raise Invalid("The fractions of the buyers do not make the whole together.", field="buyer")
    begun: dict[tuple[UUID, str], Fraction] = defaultdict(Fraction)
    for p in given:
        begun[p.owner_id, p.right] += p.share * (WHOLE - sold)
        for buyer, fraction in buyers.items():
            begun[buyer, p.right] += p.share * sold * fraction
    joined = [p for p in parts if p.owner_id not in sellers and (p.owner_id, p.right) in begun]
    for p in joined:
        begun[p.owner_id, p.right] += p.share
    return _undivided_no_more(parts, [*given, *joined], {key: share for key, share in begun.items() if share})


def _undivided_no_more(parts: Collection[Held], ended: list[Held], begun: dict[tuple[UUID, str], Fraction]) -> Moved:
    """An undivided part is a part beside others: in one hand the whole is full ownership, and its vote is free."""
    for owner_id in {owner for owner, right in begun if right == Right.UNDIVIDED}:
        beside = [p for p in parts if p not in ended and p.owner_id == owner_id and p.right in UNSPLIT]
        shares = [begun.get((owner_id, right), Fraction()) for right in UNSPLIT]
        if sum(shares) + sum(p.share for p in beside) == WHOLE:
            others = {key: share for key, share in begun.items() if key[0] != owner_id or key[1] not in UNSPLIT}
            return Moved([*ended, *beside], others | {(owner_id, Right.FULL): WHOLE})
    return Moved(ended, begun)


def check_repeated(parts: Iterable[Held], sellers: Collection[UUID], buyers: Collection[UUID], on: date) -> None:
    """Refuses the deed that is entered already: repeated, a sale of one half would take half of the rest as well."""
    every = list(parts)
    ended = {p.owner_id for p in every if p.ended_on == on and p.started_on < on}
    begun = {p.owner_id for p in every if p.ended_on is None and p.started_on == on}
    if set(sellers) <= ended & begun and set(buyers) <= begun:
        raise Conflict("This transfer is entered already.")


def after_transfer(state: LotState, *, address_known: bool, consents: bool) -> list[Todo]:
    """What remains to do once the deed is entered (art. 3.94, 3.87)."""
    todo = [] if address_known else [Todo.ADDRESS]
    todo += [Todo.REPRESENTATIVE] if state == LotState.SUSPENDED else []
    return [*todo, Todo.WORKING_FUND, Todo.CHARGES, *([] if consents else [Todo.CONSENT])]


# --- Fractions and their words ---------------------------------------------------------------------------------------


def check_share(share: Fraction, field: str = "share") -> Fraction:
    """A part of a lot: above nothing, at most the whole, no finer than a billionth. Invalid otherwise."""
    if not 0 < share <= WHOLE:
        raise Invalid("A part is above 0 and at most the whole lot.", field=field)
    if share.denominator > FINEST:
        raise Invalid("This fraction is too fine: its denominator is above one billion.", field=field)
    return share


def share_of(text: str, field: str = "share") -> Fraction:
    """'1/3', '50 %', '33,33%', '0.5' or '1' as an exact fraction of the lot; Invalid when it is none."""
    typed = re.sub(r"\s", "", text).replace(",", ".")
    found = re.fullmatch(r"(\d{1,10})/(\d{1,10})|(\d{1,10}(?:\.\d{1,12})?)(%?)", typed)
    if found is None or (found[2] and int(found[2]) == 0):
        raise Invalid("Enter a fraction such as 1/2 or a percentage such as 50 %.", field=field)
    share = Fraction(int(found[1]), int(found[2])) if found[1] else Fraction(found[3]) / (100 if found[4] else 1)
    return check_share(share, field)


def fraction_text(share: Fraction) -> str:
    """1/2; 1/1 for the whole."""
    return f"{share.numerator}/{share.denominator}"


def percent(share: Fraction) -> str:
    """60%, 33.333333%: as many decimals as needed, six at most (half up)."""
    return _rounded(share * 100, 6).rstrip("0").rstrip(".") + "%"


def percent_display(share: Fraction) -> str:
    """50.00%: the contract's two decimals (half up)."""
    return _rounded(share * 100, 2) + "%"


def decimal_text(share: Fraction) -> str:
    """The number itself when it ends (0.3333), else rounded half up to six decimals (0.333333). For the wire."""
    places = next((n for n in range(31) if 10**n % share.denominator == 0), 6)  # 2^29 < one billion < 2^30
    return _rounded(share, places)


def _rounded(value: Fraction, places: int) -> str:
    units = (2 * value.numerator * 10**places + value.denominator) // (2 * value.denominator)
    digits = str(units).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits
