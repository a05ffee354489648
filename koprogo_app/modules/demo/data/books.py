"""The books of a demonstration building: two years and a half of calls, invoices and payments. Pure; amounts in cents."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import lcm
from random import Random

from koprogo_app.core.money import Cents, Shares, split
from koprogo_app.core.trade import Right

from ..rules import Billed, Booked, Books, Part, Supplied, Unit, chance, kbo

FIRST, LAST = date(2024, 1, 1), date(2026, 6, 30)
WORKING, RESERVE, OWNERS, OWNERS_RESERVE, SUPPLIERS = "551", "550", "4101", "4100", "440"


@dataclass(frozen=True, slots=True)
class Cost:
    """What comes back: from whom, on which account, how much a time, in which months, in the language of the building."""

    supplier: str
    account: str
    cents: int
    months: Sequence[int]
    words: str


EVERY, QUARTERS = tuple(range(1, 13)), (1, 4, 7, 10)


@dataclass(frozen=True, slots=True)
class Plan:
    """The money of a building: its regular costs, what is called each quarter, what it begins with, one work."""

    seed: str
    regime: str
    costs: Sequence[Cost]
    call: int
    reserve_call: int
    working: int  # on the bank when the books begin
    reserve: int
    work: Cost
    work_on: date
    suppliers: Sequence[Supplied]
    words: Mapping[str, str]
    invoices: Sequence[Billed] = ()


def books(plan: Plan, units: Sequence[Unit], parts: Sequence[Part]) -> Books:
    """Every entry, by date: the same on every installation."""
    dice, entries = chance(plan.seed + " books"), [_opening(plan)]
    shares = {unit.number: Shares(unit.shares) for unit in units}
    for first in _months():
        if first.month in QUARTERS:
            called = _call(plan, first, shares, parts)
            entries += [*called, *_paid(plan, first, called, dice)]
        for cost in plan.costs:
            if first.month in cost.months:
                amount = cost.cents + dice.randrange(-cost.cents // 20, cost.cents // 20 + 1)
                entries += _invoice(plan, cost, first + timedelta(dice.randrange(1, 25)), amount, WORKING)
        if first.month in (3, 6, 9, 12):
            entries.append(
                Booked(
                    first + timedelta(27),
                    "FIN",
                    plan.words["charges"],
                    [("657", 1250, 0, None), (WORKING, 0, 1250, None)],
                )
            )
    entries += _invoice(plan, plan.work, plan.work_on, plan.work.cents, RESERVE)
    years = [(date(year, 1, 1), date(year, 12, 31)) for year in (2024, 2025, 2026)]
    kept = sorted((entry for entry in entries if entry.on <= LAST), key=lambda entry: entry.on)
    return Books(plan.regime, years, plan.suppliers, kept, plan.invoices)


def _months() -> Iterable[date]:
    return (date(year, month, 1) for year in (2024, 2025, 2026) for month in EVERY if date(year, month, 1) <= LAST)


def _opening(plan: Plan) -> Booked:
    sides = [
        (WORKING, plan.working, 0, None),
        (RESERVE, plan.reserve, 0, None),
        ("100", 0, plan.working, None),
        ("160", 0, plan.reserve, None),
    ]
    return Booked(FIRST, "OPN", plan.words["opening"], sides)


def payers(parts: Iterable[Part], lot: str, on: date) -> dict[str, Shares]:
    """Who pays for a lot on a day, in whole parts: whoever enjoys it, not the bare owner; its first holders before them."""
    enjoyed = [p for p in parts if p.lot == lot and p.right != Right.BARE]
    on = max(on, min(p.started_on for p in enjoyed))
    held = [p for p in enjoyed if p.started_on <= on and (p.ended_on is None or p.ended_on > on)]
    whole = lcm(*(p.denominator for p in held))
    found: dict[str, int] = defaultdict(int)
    for part in held:
        found[part.person] += int(Fraction(part.numerator, part.denominator) * whole)
    return {person: Shares(weight) for person, weight in found.items()}


def due(total: int, shares: Mapping[str, Shares], parts: Sequence[Part], on: date) -> dict[str, int]:
    """A call by person: over the lots by their shares, then over who holds each of them."""
    found: dict[str, int] = defaultdict(int)
    for lot, amount in split(Cents(total), shares).items():
        for person, cents in split(amount, payers(parts, lot, on)).items():
            found[person] += cents
    return {person: cents for person, cents in found.items() if cents}


def _call(plan: Plan, on: date, shares: Mapping[str, Shares], parts: Sequence[Part]) -> list[Booked]:
    made: list[Booked] = []
    for account, income, total, words in (
        (OWNERS, "701", plan.call, plan.words["call"]), (OWNERS_RESERVE, "700", plan.reserve_call, plan.words["reserve"]),
    ):  # fmt: skip
        sides = [(account, cents, 0, person) for person, cents in due(total, shares, parts, on).items()]
        made.append(
            Booked(
                on, "VEN", words.format(quarter=(on.month + 2) // 3, year=on.year), [*sides, (income, 0, total, None)]
            )
        )
    return made


def _paid(plan: Plan, on: date, called: Sequence[Booked], dice: Random) -> list[Booked]:
    """Two weeks later most have paid, the others after a reminder; one pays nothing since the end of 2025."""
    people = sorted({side[3] for entry in called for side in entry.sides if side[3]})
    debtor = {people[len(people) // 2]} if on >= date(2025, 10, 1) else set[str]()
    late = {person for person in people if dice.random() < 0.08} - debtor
    made: list[Booked] = []
    for entry, bank in zip(called, (WORKING, RESERVE), strict=True):
        for paying, after in ((set(people) - late - debtor, 14), (late, 75)):
            sides = [(account, 0, debit, person) for account, debit, _, person in entry.sides if person in paying]
            if total := sum(credit for _, _, credit, _ in sides):
                made.append(Booked(on + timedelta(after), "FIN", plan.words["paid"], [(bank, total, 0, None), *sides]))
    return made


def _invoice(plan: Plan, cost: Cost, on: date, amount: int, bank: str) -> list[Booked]:
    bill = Booked(on, "ACH", cost.words, [(cost.account, amount, 0, None), (SUPPLIERS, 0, amount, None)], cost.supplier)
    paid = [(SUPPLIERS, amount, 0, None), (bank, 0, amount, None)]
    return [bill, Booked(on + timedelta(21), "FIN", plan.words["payment"].format(what=cost.words), paid, cost.supplier)]


_FRENCH = {
    "opening": "Reprise des soldes au 31/12/2023", "call": "Provision {quarter}/{year}", "reserve": "Fonds de réserve {quarter}/{year}",
    "paid": "Paiements des copropriétaires", "payment": "Paiement : {what}", "charges": "Frais bancaires",
}  # fmt: skip


def _supplied(serial: int, *named: tuple[str, str, str, str]) -> list[Supplied]:
    return [
        Supplied(key, name, kbo(serial + n), postal_code=postal_code, city=city)
        for n, (key, name, postal_code, city) in enumerate(named)
    ]


SENNE = Plan(
    seed="senne", regime="double", call=6_000_000, reserve_call=600_000, working=3_120_000, reserve=18_400_000,
    costs=(
        Cost("energy", "612100", 312_000, EVERY, "Électricité des communs"),
        Cost("gas", "612200", 489_000, (1, 2, 3, 4, 10, 11, 12), "Gaz de chauffage"),
        Cost("water", "612000", 918_000, QUARTERS, "Eau de ville"),
        Cost("lift", "610100", 214_500, QUARTERS, "Entretien des trois ascenseurs"),
        Cost("control", "610110", 48_600, (2, 5, 8, 11), "Contrôle des ascenseurs"),
        Cost("cleaning", "610500", 385_000, EVERY, "Nettoyage des communs"),
        Cost("syndic", "613000", 819_000, QUARTERS, "Honoraires du syndic"),
        Cost("insurance", "614000", 3_240_000, (1,), "Assurance incendie"),
        Cost("garden", "610600", 62_000, (4, 5, 6, 7, 8, 9), "Entretien du jardin"),
    ),
    work=Cost("roof", "611710", 7_850_000, (), "Réfection de l’étanchéité de la toiture"), work_on=date(2025, 9, 12),
    suppliers=_supplied(
        800, ("energy", "Volta Énergie SA", "1000", "Bruxelles"), ("gas", "Flamme Bleue SA", "1040", "Bruxelles"),
        ("water", "Eaux de la Vallée SCRL", "1050", "Bruxelles"), ("lift", "Ascenseurs Grandjean SRL", "1070", "Bruxelles"),
        ("control", "Contrôle & Mesure ASBL", "1080", "Bruxelles"), ("cleaning", "Clair Logis SRL", "1090", "Bruxelles"),
        ("syndic", "Cabinet Sonnet SRL", "1000", "Bruxelles"), ("insurance", "La Mosane Assurances SA", "4000", "Liège"),
        ("garden", "Jardins de Laeken SRL", "1020", "Bruxelles"), ("roof", "Toitures Vandevelde SRL", "1780", "Wemmel"),
    ),
    words=_FRENCH,
    invoices=(
        Billed("lift", "2026-0612", date(2026, 6, 12), "Remplacement du bouton d’appel, 7e étage", "610100", Decimal("386.50"), 6, "submitted", "repairs", "Ascenseur"),
        Billed("cleaning", "NT-26-188", date(2026, 6, 18), "Nettoyage après chantier", "610500", Decimal("540"), 21, "posted", "cleaning"),
        Billed("roof", "V-3307", date(2026, 6, 24), "Contrôle annuel de la toiture", "610700", Decimal("720"), 6, "draft", "maintenance"),
        Billed("control", "CM-90417", date(2026, 6, 26), "Contrôle trimestriel des ascenseurs", "610110", Decimal("401.65"), 21, "submitted", "maintenance", "Ascenseur"),
    ),
)  # fmt: skip
JARDIN = Plan(
    seed="jardin", regime="simplified", call=270_000, reserve_call=60_000, working=184_000, reserve=921_000,
    costs=(
        Cost("energy", "612100", 8_400, EVERY, "Électricité des communs"),
        Cost("water", "612000", 41_000, QUARTERS, "Eau de ville"),
        Cost("cleaning", "610500", 32_500, EVERY, "Nettoyage des communs"),
        Cost("insurance", "614000", 214_000, (2,), "Assurance incendie"),
    ),
    work=Cost("paint", "611720", 486_000, (), "Peinture de la cage d’escalier"), work_on=date(2025, 5, 20),
    suppliers=_supplied(
        850, ("energy", "Volta Énergie SA", "1000", "Bruxelles"), ("water", "Eaux de la Légia SCRL", "4000", "Liège"),
        ("cleaning", "Propreté Outremeuse SRL", "4020", "Liège"), ("insurance", "La Mosane Assurances SA", "4000", "Liège"),
        ("paint", "Peintures Lejeune SRL", "4030", "Liège"),
    ),
    words=_FRENCH,
)  # fmt: skip
