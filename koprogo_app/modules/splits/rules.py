"""Who pays which part of a cost: over the lots by a key, within a lot by days and by right. Exact to the cent. Pure."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from uuid import UUID

from koprogo_app.core.errors import Invalid
from koprogo_app.core.money import Cents, Shares, percent_of, split
from koprogo_app.core.trade import Right
from koprogo_app.modules.ownership.rules import IN_PROPERTY, UNSPLIT, WHOLE

NOTHING = Cents(0)
LIMITED = frozenset({Right.USUFRUCT, Right.EMPHYTEUSIS, Right.SUPERFICIES, Right.USE, Right.HABITATION})


@dataclass(frozen=True, slots=True)
class Bearing:
    """Which holders of a limited right pay in the bare owner's place, for costs of each nature, from a day on.

    What none of them pays, the bare owner pays. Full and undivided owners always pay their own fraction.
    """

    since: date
    ordinary: frozenset[Right]
    extraordinary: frozenset[Right]


# Who has the enjoyment bears what recurs and the upkeep; the bare owner bears the works on structure and substance
# (usufruct: art. 605 and 608 of the former Civil Code, art. 3.153 and 3.154 since Book 3; use and habitation follow).
# Emphyteuta and superficiary bear everything while their right lasts (laws of 10 January 1824, then Book 3). Book 3
# leaves earlier rights under the former law (law of 4 February 2020, art. 37). It lets the bare owner ask the
# usufructuary to take part in major repairs, in proportion to the value of his right (art. 3.154), which the former law
# did not: between the two of them, so that no share of it is known here. All of it is default law: the deed that makes
# the right may say otherwise (art. 3.1), and what the parties agree upon is entered as private lines.
_DEFAULT = (LIMITED, frozenset({Right.EMPHYTEUSIS, Right.SUPERFICIES}))
BEARING = (Bearing(date.min, *_DEFAULT), Bearing(date(2021, 9, 1), *_DEFAULT))  # oldest first


@dataclass(frozen=True, slots=True)
class Private:
    """A cost that one owner bears alone; `lot_id` says for which lot, when it is for one."""

    owner_id: UUID
    lot_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """A cost in cents, VAT included, below zero for a credit note, for the days from `first` to `last`, both counted.

    `by`: the weight of each lot in the key, or the one owner who pays. Ordinary costs are spread over the days of their
    period: the buyer bears them from the day he enjoys the common parts (art. 3.94). A cost decided once is not earned
    day by day: give it the single day on which it is called, and it falls on who holds the lot then.
    """

    cents: Cents
    by: Mapping[UUID, Shares] | Private
    first: date
    last: date
    excluded: frozenset[UUID] = frozenset()  # lots that do not take part
    ordinary: bool = True
    tenant_percent: int = 0  # what the landlord may pass on to a tenant; for information


@dataclass(frozen=True, slots=True)
class Held:
    """What a person holds of a lot, from a day on until the day before `until_on`."""

    lot_id: UUID
    owner_id: UUID
    share: Fraction
    right: Right
    from_on: date
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What one owner pays of a cost for one lot, VAT included, for how many days. No lot: a private cost for none.

    `weight` of `whole`: of the lot in the key; nothing for a private cost.
    """

    lot_id: UUID | None
    owner_id: UUID
    cents: Cents
    tenant_cents: Cents
    days: int
    vat_cents: Cents = NOTHING  # within `cents`: see vat_parts()
    weight: int = 0
    whole: int = 0


@dataclass(frozen=True, slots=True)
class Owed:
    """What one owner pays of several costs."""

    cents: Cents = NOTHING
    vat_cents: Cents = NOTHING
    tenant_cents: Cents = NOTHING


class Unheld(Invalid):
    """Lots that pay but are not held, or not in full, on some day; `gaps` has the first such day of each."""

    def __init__(self, gaps: Mapping[UUID, date]) -> None:
        self.gaps = dict(gaps)
        named = ", ".join(f"{lot_id} ({on:%d/%m/%Y})" for lot_id, on in gaps.items())
        super().__init__(
            "Nobody is entered as owner of these lots, or not for the whole, from the date in brackets on: {lots}. Complete their owners first.",
            field="lots", lots=named,
        )  # fmt: skip


def bearing_on(day: date) -> Bearing:
    """Who bears what by default on a day."""
    return BEARING[bisect_right([b.since for b in BEARING], day) - 1]


def share_out(cost: Cost, held: Iterable[Held], bearing: Bearing | None = None) -> list[Part]:
    """What each owner pays, by lot in the order of the key, then by owner in the order of `held`; adds up exactly.

    The lots come first, then the owners of each lot: it is the lot that owes its share (art. 3.81), so lots of one
    weight pay the same to the cent however many heirs hold them, and a sale changes nothing for other lots. One single
    split over all owners would be as exact in sum, but eight heirs may each get half a cent, four cents for the lot.
    Within the lot nothing is rounded a second time: each owner gets his exact part of the whole cost, rounded down or
    up, so that both he and the lot stay within one cent of exact (see _round).

    Usufructuary and bare owner, and who else has a real right to the lot, stay jointly and severally liable to the
    association for all of it (art. 3.86 §3): this is what each is asked, by `bearing`, or else the default of the law
    on the last day.

    Raises Invalid when nobody pays (key_id), for a wrong period (last) or percentage (tenant_percent), and Unheld.
    """
    _check(cost)
    if isinstance(cost.by, Private):
        days = (cost.last - cost.first).days + 1
        return [_part(cost, cost.by.lot_id, cost.by.owner_id, cost.cents, days)]
    weights = {lot_id: w for lot_id, w in cost.by.items() if w > 0 and lot_id not in cost.excluded}
    if not weights:
        raise Invalid("No lot pays for this cost: choose another key.", field="key_id")
    bearers = _bearers(cost, weights, held, bearing or bearing_on(cost.last))
    whole, parts = sum(weights.values()), list[Part]()
    for lot_id, cents in split(cost.cents, weights).items():
        for owner_id, due in _within(cost, cents, weights[lot_id], whole, bearers[lot_id]).items():
            days = bearers[lot_id][owner_id].days
            parts.append(_part(cost, lot_id, owner_id, due, days, weights[lot_id], whole))
    return parts


def vat_parts(parts: Sequence[Part], vat_cents: Cents) -> list[Part]:
    """The parts with the VAT in each, for an owner who may deduct it: in proportion, exact in sum, never above a part.

    Invalid when the VAT is not within the amount: larger, or of the other sign.
    """
    total = sum(part.cents for part in parts)
    if abs(vat_cents) > abs(total) or vat_cents * total < 0:
        raise Invalid("The VAT is a part of the amount: it is not above it.", field="vat_cents")
    if not vat_cents:
        return list(parts)
    vat = split(vat_cents, {n: Shares(abs(part.cents)) for n, part in enumerate(parts)})
    return [replace(part, vat_cents=vat[n]) for n, part in enumerate(parts)]


def by_owner(parts: Iterable[Part]) -> dict[UUID, Owed]:
    """What each owner pays in all, in the order of the parts."""
    owed: dict[UUID, Owed] = defaultdict(Owed)
    for p in parts:
        o = owed[p.owner_id]
        owed[p.owner_id] = Owed(
            Cents(o.cents + p.cents), Cents(o.vat_cents + p.vat_cents), Cents(o.tenant_cents + p.tenant_cents)
        )
    return dict(owed)


def shares_on(versions: Sequence[tuple[date, Shares]], on: date, latest: Shares) -> Shares:
    """The shares of a lot on a day. `versions`: since when it has which, oldest first; none: always the latest."""
    place = bisect_right([since for since, _ in versions], on)
    return versions[place - 1][1] if place else latest


@dataclass(slots=True)
class _Bearer:
    """What an owner bears of a lot over a period: the fraction of it, and the days on which he bears some."""

    fraction: Fraction = field(default_factory=Fraction)
    days: int = 0


def _bearers(
    cost: Cost, lot_ids: Iterable[UUID], held: Iterable[Held], bearing: Bearing
) -> dict[UUID, dict[UUID, _Bearer]]:
    """Who bears which fraction of each lot over the period of the cost: one in all for each. Raises Unheld."""
    limited = bearing.ordinary if cost.ordinary else bearing.extraordinary
    of_lot: dict[UUID, list[Held]] = defaultdict(list)
    for h in held:
        if h.from_on <= cost.last and (h.until_on is None or h.until_on > cost.first):
            of_lot[h.lot_id].append(h)
    found, gaps = dict[UUID, dict[UUID, _Bearer]](), dict[UUID, date]()
    for lot_id in lot_ids:
        borne = _over_time(of_lot[lot_id], cost.first, cost.last, limited)
        if isinstance(borne, date):
            gaps[lot_id] = borne
        else:
            found[lot_id] = borne
    if gaps:
        raise Unheld(gaps)
    return found


def _over_time(held: Sequence[Held], first: date, last: date, limited: frozenset[Right]) -> dict[UUID, _Bearer] | date:
    """Who bears the lot, stretch of days by stretch in which nothing changes; or the first day it is not whole."""
    if len(held) == 1 and _alone(held[0], first, last):  # most lots, most of the time
        return {held[0].owner_id: _Bearer(WHOLE, (last - first).days + 1)}
    start, end = first.toordinal(), last.toordinal() + 1
    spans = [(h.from_on.toordinal(), h.until_on.toordinal() if h.until_on else end, h) for h in held]
    cuts = sorted({start, end} | {day for span in spans for day in span[:2] if start < day < end})
    borne: dict[UUID, _Bearer] = defaultdict(_Bearer)
    for begin, stop in pairwise(cuts):
        shares = _on_a_day([h for since, until, h in spans if since <= begin < until], limited)
        if shares is None:
            return date.fromordinal(begin)
        for owner_id, share in shares.items():
            bearer = borne[owner_id]
            bearer.fraction += share * (stop - begin) / (end - start)
            bearer.days += stop - begin
    return dict(borne)


def _alone(h: Held, first: date, last: date) -> bool:
    """True for the one owner of a lot over the whole period."""
    whole = h.right in UNSPLIT and h.share == WHOLE
    return whole and h.from_on <= first and (h.until_on is None or h.until_on > last)


def _on_a_day(held: Sequence[Held], limited: frozenset[Right]) -> dict[UUID, Fraction] | None:
    """The fraction each bears on a day: one in all. None when property or enjoyment of the lot is not whole.

    Bare owners bear what no limited right bears in their place. The register does not say which limited right weighs on
    which bare part, so where several do, the bare owners share the rest by their fractions.
    """
    owned = sum((h.share for h in held if h.right in IN_PROPERTY), Fraction())
    enjoyed = sum((h.share for h in held if h.right != Right.BARE), Fraction())
    if (owned, enjoyed) != (WHOLE, WHOLE):
        return None
    bare = sum((h.share for h in held if h.right == Right.BARE), Fraction())
    left = bare - sum((h.share for h in held if h.right in limited), Fraction())
    borne: dict[UUID, Fraction] = defaultdict(Fraction)
    for h in held:
        if h.right in UNSPLIT or h.right in limited:
            borne[h.owner_id] += h.share
        elif h.right == Right.BARE and left:
            borne[h.owner_id] += h.share * left / bare
    return borne


def _within(cost: Cost, cents: Cents, weight: int, whole: int, bearers: Mapping[UUID, _Bearer]) -> dict[UUID, Cents]:
    """What each pays of a lot's `cents`: one who bears it alone pays them all."""
    if len(bearers) == 1:
        return dict.fromkeys(bearers, cents)
    of_lot = Fraction(abs(cost.cents) * weight, whole)
    return _round(cents, {owner_id: of_lot * b.fraction for owner_id, b in bearers.items()})


def _round(cents: Cents, exact: Mapping[UUID, Fraction]) -> dict[UUID, Cents]:
    """Exact parts (without sign) of a lot as cents that add up to those of the lot, each rounded down or up.

    `cents` is the sum of `exact` rounded down or up, so at most one cent is left for each part that is not whole; they
    go one by one to the largest remainders, ties in the given order.
    """
    sign = -1 if cents < 0 else 1
    floors = {owner_id: int(due) for owner_id, due in exact.items()}
    ranked = sorted(exact, key=lambda owner_id: floors[owner_id] - exact[owner_id])
    more = split(Cents(abs(cents) - sum(floors.values())), dict.fromkeys(ranked, Shares(1)))
    return {owner_id: Cents(sign * (floor + more[owner_id])) for owner_id, floor in floors.items()}


def _part(
    cost: Cost, lot_id: UUID | None, owner_id: UUID, cents: Cents, days: int, weight: int = 0, whole: int = 0
) -> Part:
    tenant = percent_of(cents, Decimal(cost.tenant_percent)) if cost.tenant_percent else NOTHING
    return Part(lot_id, owner_id, cents, tenant, days, weight=weight, whole=whole)


def _check(cost: Cost) -> None:
    if cost.last < cost.first:
        raise Invalid("The period ends before it begins.", field="last")
    if not 0 <= cost.tenant_percent <= 100:
        raise Invalid("Enter a whole percentage from 0 to 100.", field="tenant_percent")
