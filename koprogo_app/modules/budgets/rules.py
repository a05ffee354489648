"""The yearly budget of a co-ownership: its states, its amounts, the minimum of the reserve, and what was spent of it. Pure.

The law wants two budgets: the running costs and the foreseeable extraordinary costs (art. 3.89 §5 16°), each fund fed by its
own contributions (art. 3.86 §3). The general meeting approves them by the absolute majority (art. 3.87 §8). Amounts in cents.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import N_
from koprogo_app.core.money import Cents
from koprogo_app.modules.buildings.rules import reserve_due_on

FIRST_YEAR, LAST_YEAR = 2000, 2100  # of the contract
MANY_LINES = 200
FORM_LINES = 40  # of the form; more of them come through the REST interface
WARN_PERCENT = 90  # of a line, unless the building sets another
RESERVE_LAW_SINCE = date(2019, 1, 1)  # the minimum contribution: law of 18 June 2018
RESERVE_PART = Fraction(5, 100)  # of the ordinary charges of the year before (art. 3.86 §3)


class Nature(StrEnum):
    ORDINARY = "ordinary"
    EXTRAORDINARY = "extraordinary"
    RESERVE = "reserve"


NATURES = {
    Nature.ORDINARY: N_("Running costs"),
    Nature.EXTRAORDINARY: N_("Foreseeable extraordinary costs"),
    Nature.RESERVE: N_("Contribution to the reserve fund"),
}


# --- States ----------------------------------------------------------------------------------------------------------


class Status(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    ARCHIVED = "archived"


STATUSES = {
    Status.DRAFT: N_("Draft"),
    Status.SUBMITTED: N_("Submitted"),
    Status.APPROVED: N_("Approved"),
    Status.REJECTED: N_("Rejected"),
    Status.ARCHIVED: N_("Archived"),
}


class Action(StrEnum):
    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    ARCHIVE = "archive"
    DELETE = "delete"


_OPEN = frozenset({Status.DRAFT, Status.REJECTED})
_SENT = frozenset({Status.SUBMITTED})
STEPS: Mapping[Action, tuple[frozenset[Status], Status | None]] = {  # from which states, to which; none: it stays
    Action.EDIT: (_OPEN, None),
    Action.DELETE: (_OPEN, None),
    Action.SUBMIT: (_OPEN, Status.SUBMITTED),
    Action.APPROVE: (_SENT, Status.APPROVED),
    Action.REJECT: (_SENT, Status.REJECTED),
    Action.ARCHIVE: (frozenset({Status.APPROVED}), Status.ARCHIVED),
}
_REFUSED = {
    Action.EDIT: N_("Only a draft or a rejected budget can be changed."),
    Action.DELETE: N_("Only a draft or a rejected budget can be deleted."),
    Action.SUBMIT: N_("Only a draft or a rejected budget can be submitted."),
    Action.APPROVE: N_("Only a submitted budget can be approved."),
    Action.REJECT: N_("Only a submitted budget can be rejected."),
    Action.ARCHIVE: N_("Only an approved budget can be archived."),
}


def status_of(text: str) -> Status:
    """The state of this name, in capitals or not. Invalid for another."""
    try:
        return Status(text.lower())
    except ValueError:
        raise Invalid("Choose one from the list.", field="status") from None


def may(action: Action, status: str) -> bool:
    """True when a budget in this state allows it."""
    return status in STEPS[action][0]


def done(action: Action, status: str) -> bool:
    """True when the action has led here already: it is sent a second time."""
    return status == STEPS[action][1]


def check(action: Action, status: str) -> None:
    """Refuses an action that the state does not allow."""
    if not may(action, status):
        raise Invalid(_REFUSED[action])


def taken(status: str) -> bool:
    """True when a budget takes the place of its year: an archived one leaves it."""
    return status != Status.ARCHIVED


def check_fiscal_year(number: int) -> None:
    """The number of a year that a budget may be for."""
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise Invalid("Enter a year from {first} to {last}.", field="fiscal_year", first=FIRST_YEAR, last=LAST_YEAR)


# --- Amounts ---------------------------------------------------------------------------------------------------------


def indexed(cents: Cents, percent: Decimal, whole_euros: bool) -> Cents:
    """An amount raised by `percent` %, rounded once: to the cent or to the euro, half of it going up in absolute value."""
    unit = 100 if whole_euros else 1
    exact = Decimal(cents) * (100 + percent) / 100
    return Cents(int((exact / unit).quantize(Decimal(1), ROUND_HALF_UP)) * unit)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a budget. No account: all that no other line of its nature names. No key: the shares of the deed."""

    nature: Nature
    account: str
    key_id: UUID | None
    cents: Cents
    description: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    ordinary: Cents
    extraordinary: Cents
    reserve: Cents

    @property
    def whole(self) -> Cents:
        return Cents(self.ordinary + self.extraordinary + self.reserve)


def totals(lines: Iterable[Line]) -> Totals:
    """The sum of the lines of each nature."""
    sums = dict.fromkeys(Nature, 0)
    for line in lines:
        sums[line.nature] += line.cents
    return Totals(*(Cents(sums[nature]) for nature in Nature))


def monthly(cents: Cents) -> Cents:
    """A twelfth, half a cent going up: for information, as calls are shared out of the whole."""
    return Cents(int((Decimal(cents) / 12).quantize(Decimal(1), ROUND_HALF_UP)))


def by_key(lines: Iterable[Line]) -> dict[UUID | None, Cents]:
    """The running costs of a budget by key, in the order of the lines."""
    sums: dict[UUID | None, int] = {}
    for line in lines:
        if line.nature == Nature.ORDINARY and line.cents:
            sums[line.key_id] = sums.get(line.key_id, 0) + line.cents
    return {key_id: Cents(cents) for key_id, cents in sums.items()}


# --- The reserve -----------------------------------------------------------------------------------------------------


class Reserve(StrEnum):
    """How a budget stands to the minimum of the reserve fund."""

    UNKNOWN_DAY = "unknown_day"  # the provisional acceptance is not entered
    NOT_YET = "not_yet"
    UNKNOWN_BASE = "unknown_base"  # the books hold no ordinary cost of the year before
    MET = "met"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class ReserveCheck:
    """`due_on`: from when the contribution is compulsory; `base`: the ordinary charges of the year before; `minimum`: none without
    such charges; `contribution`: to the reserve fund itself."""

    state: Reserve
    due_on: date | None
    base: Cents | None
    minimum: Cents | None
    contribution: Cents

    @property
    def missing(self) -> Cents:
        return Cents(max((self.minimum or 0) - self.contribution, 0))


def check_reserve(acceptance_on: date | None, ends_on: date, base: Cents | None, contribution: Cents) -> ReserveCheck:
    """Whether the yearly contribution reaches 5 % of the total ordinary common charges of the year before (art. 3.86 §3).

    Compulsory once five years have passed since the provisional acceptance of the common parts, here in a year that ends on
    `ends_on` or before it; extraordinary charges are not in the base. The minimum is rounded up to the cent: a cent less would
    be under 5 %. The meeting may waive it by four fifths of the votes: whether it did is not known here.
    """
    due_on = acceptance_on and max(reserve_due_on(acceptance_on), RESERVE_LAW_SINCE)
    minimum = None
    if base is not None and base > 0:
        minimum = Cents(-(-base * RESERVE_PART.numerator // RESERVE_PART.denominator))
    if due_on is None:
        state = Reserve.UNKNOWN_DAY
    elif due_on > ends_on:
        state = Reserve.NOT_YET
    elif minimum is None:
        state = Reserve.UNKNOWN_BASE
    else:
        state = Reserve.MET if contribution >= minimum else Reserve.SHORT
    return ReserveCheck(state, due_on, base, minimum, contribution)


# --- Follow-up -------------------------------------------------------------------------------------------------------


class Kind(StrEnum):
    """What a cost of the books is to a budget."""

    COMMON = "common"
    PRIVATE = "private"  # one owner bears it
    ALLOTMENT = "allotment"  # what goes to a fund
    WITHDRAWAL = "withdrawal"  # what a fund pays: below zero
    CONTRIBUTION = "contribution"  # called for a reserve fund: no cost


@dataclass(frozen=True, slots=True)
class Actual:
    """What an account cost in a period by one key, below zero when it gave back."""

    kind: Kind
    nature: Nature
    account: str
    key_id: UUID | None
    cents: Cents


@dataclass(frozen=True, slots=True)
class Place:
    """What a line of the follow-up is about: the budget's lines of one nature, account and key together."""

    nature: Nature
    account: str
    key_id: UUID | None


class Look(StrEnum):
    OK = "ok"
    NEAR = "near"
    OVER = "over"


@dataclass(slots=True)
class Followed:
    """A line of the follow-up. `before`: the actual of the year before, `words`: those of the budget's lines."""

    place: Place
    budget: int = 0
    actual: int = 0
    before: int = 0
    words: list[str] = field(default_factory=list[str])

    @property
    def difference(self) -> Cents:
        """What is left of the budget; below zero when it is passed."""
        return Cents(self.budget - self.actual)

    @property
    def percent(self) -> Fraction | None:
        """The part of the budget that is spent, in %; none without a budget."""
        return Fraction(self.actual * 100, self.budget) if self.budget else None

    def look(self, warn_percent: int) -> Look:
        """Over the budget, near it (from `warn_percent` % on), or neither."""
        if self.actual > self.budget:
            return Look.OVER
        near = self.percent is not None and self.percent >= warn_percent
        return Look.NEAR if near else Look.OK


@dataclass(frozen=True, slots=True)
class FollowUp:
    """`rows`: the lines of the budget. Outside it: common costs that no line names, private ones, those of the funds."""

    rows: Sequence[Followed]
    unbudgeted: Sequence[Followed]
    private: Followed
    funds: Followed

    @property
    def cost(self) -> Cents:
        """All costs of the period: the balance of the cost accounts of the books."""
        spent = sum(x.actual for x in (*self.rows, *self.unbudgeted) if x.place.nature != Nature.RESERVE)
        return Cents(spent + self.private.actual + self.funds.actual)


def place_of(places: Iterable[Place], found: Actual, reserve: str) -> Place | None:
    """The line of the budget that a cost belongs to: of its nature and key, on its account or the nearest one above it.

    Else the line of its nature without an account, of its key or of the deed. Contributions go by the fund only; no account is the reserve fund
    `reserve`. Private costs and movements of the funds belong to no line.
    """
    if found.kind == Kind.CONTRIBUTION:
        return next((p for p in places if p.nature == Nature.RESERVE and (p.account or reserve) == found.account), None)
    if found.kind != Kind.COMMON:
        return None
    same = [p for p in places if p.nature == found.nature]
    named = [p for p in same if p.account and p.key_id == found.key_id and found.account.startswith(p.account)]
    if named:
        return max(named, key=lambda p: len(p.account))
    rest = {p.key_id: p for p in same if not p.account}
    return rest.get(found.key_id) or rest.get(None)


def follow(lines: Iterable[Line], actuals: Iterable[Actual], before: Iterable[Actual], reserve: str) -> FollowUp:
    """Sets what was spent, and what the year before cost, beside the lines of a budget. `reserve`: code of the fund.

    Nothing is lost: the actuals of the lines, of what no line names, of private costs and of the funds add up to all of them.
    """
    rows: dict[Place, Followed] = {}
    for line in lines:
        account, key_id = (
            (line.account or reserve, None) if line.nature == Nature.RESERVE else (line.account, line.key_id)
        )
        place = Place(line.nature, account, key_id)
        row = rows.setdefault(place, Followed(place))
        row.budget += line.cents
        if line.description and line.description not in row.words:
            row.words.append(line.description)
    others: dict[Place, Followed] = {}
    private = Followed(Place(Nature.ORDINARY, "", None))
    funds = Followed(Place(Nature.ORDINARY, "", None))
    for name, found in (("actual", actuals), ("before", before)):
        for one in found:
            row = _row(one, rows, others, private, funds, reserve)
            setattr(row, name, getattr(row, name) + one.cents)
    left = sorted(
        others.values(), key=lambda x: (list(Nature).index(x.place.nature), x.place.account, str(x.place.key_id))
    )
    return FollowUp(list(rows.values()), [x for x in left if x.actual or x.before], private, funds)


def _row(
    one: Actual,
    rows: Mapping[Place, Followed],
    others: dict[Place, Followed],
    private: Followed,
    funds: Followed,
    reserve: str,
) -> Followed:
    if one.kind == Kind.PRIVATE:
        return private
    if one.kind in (Kind.ALLOTMENT, Kind.WITHDRAWAL):
        return funds
    if place := place_of(rows, one, reserve):
        return rows[place]
    own = Place(one.nature, one.account, one.key_id)
    return others.setdefault(own, Followed(own))


def projected(actual: Cents, starts_on: date, ends_on: date, until: date) -> Cents:
    """What the whole year would cost if it went on as up to `until`, day by day; the actual itself before it begins."""
    days, whole = (min(until, ends_on) - starts_on).days + 1, (ends_on - starts_on).days + 1
    if days <= 0:
        return actual
    return Cents(int((Decimal(actual) * whole / days).quantize(Decimal(1), ROUND_HALF_UP)))


def proposed(actuals: Iterable[Actual], percent: Decimal, whole_euros: bool) -> list[Line]:
    """The lines that last year's actuals suggest, by nature, account and key; what gave back more than it cost is left out."""
    sums: dict[Place, int] = {}
    for one in actuals:
        if one.kind in (Kind.COMMON, Kind.CONTRIBUTION):
            place = Place(one.nature, one.account, one.key_id)
            sums[place] = sums.get(place, 0) + one.cents
    found = [Line(p.nature, p.account, p.key_id, indexed(Cents(c), percent, whole_euros)) for p, c in sums.items()]
    order = list(Nature)
    return sorted(
        (line for line in found if line.cents > 0),
        key=lambda x: (order.index(x.nature), x.account, str(x.key_id or "")),
    )
