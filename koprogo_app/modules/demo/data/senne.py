"""The reference building: 182 lots, 10 000 shares, built in 1965 in Brussels, held in every way the law knows."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

from koprogo_app.core.trade import LotType, Right

from ..rules import (
    Change,
    House,
    Key,
    Paper,
    Part,
    Person,
    Unit,
    alone,
    at,
    chance,
    day_between,
    iban,
    kbo,
    phone,
    stable_id,
    together,
)  # fmt: skip
from . import papers
from .people import consenting, crowd
from .senne_books import SENNE

NAME, HOME = "Résidence de la Senne", ("Quai du Vieux Moulin 182", "1000", "Bruxelles")
TOTAL = 10_000
STUDIOS = (55, 60, 65, 70, 80)  # one floor, ten times
LARGE = {
    "0.1": 1280, "11.3": 290, "11.4": 320, "12.1": 600, "12.2": 600, "12.3": 600,
    "13.1": 380, "13.2": 450, "13.3": 510, "13.4": 580,
}  # fmt: skip
LANGUAGES = {"fr": 62, "nl": 24, "en": 9, "de": 5}
NOTARIES = ("Delhaye", "Van Laer", "Maréchal")


def _units() -> list[Unit]:
    flats = {f"{floor}.{place}": shares for floor in range(1, 11) for place, shares in enumerate(STUDIOS, 1)}
    flats |= {"11.1": 65, "11.2": 65} | LARGE
    homes = [
        Unit(
            number, LotType.COMMERCIAL if number == "0.1" else LotType.APARTMENT, int(number.split(".")[0]),
            Decimal(shares * 42) / 100, shares,
        )
        for number, shares in flats.items()
    ]  # fmt: skip
    garages = [Unit(f"G{n}", LotType.PARKING, -2, Decimal("13.50"), 12) for n in range(1, 61)]
    return [*homes, *garages, *(Unit(f"C{n}", LotType.CELLAR, -1, Decimal("4.20"), 4) for n in range(1, 61))]


def _characters() -> list[Person]:
    """The people of the stories told in the guide."""
    on = date(2022, 3, 24)
    here = at(*HOME)
    lambert = Person(
        "lambert", "Lambert", "Sophie", email="owner@demo.koprogo.be", phone=phone(1), iban=iban(1), **here
    )
    warnant = Person("warnant", "Warnant", "Élise", email="council@demo.koprogo.be", phone=phone(3), **here)
    investor = Person(
        "investor", "Vandermeulen", "Philippe", language="nl", email="investor@demo.koprogo.be", phone=phone(2),
        **at("Kersenboomdreef 30", "1700", "Dilbeek"), iban=iban(2),
    )  # fmt: skip
    desmet = Person(
        "desmet", "De Smet", "Ilse", language="nl", email="ilse.desmet@example.org", phone=phone(12), **here
    )
    obrien = Person(
        "obrien", "O’Brien", "Siobhan", language="en", email="coowner@demo.koprogo.be", phone=phone(13), **here
    )
    return [
        Person(
            "company", "Immobilière du Vieux Moulin SA", kind="company", kbo=kbo(10), representative="Baudouin Carlier",
            email="gestion.vieuxmoulin@example.org", phone=phone(4), **at("Avenue de la Source Claire 2", "1410",
            "Waterloo"), iban=iban(4),
        ),
        consenting(investor, on),
        consenting(lambert, on),
        consenting(Person("dupont", "Dupont", "Jean", email="jean.dupont@example.org", phone=phone(5), **here), on),
        consenting(warnant, on),
        Person("peeters", "Peeters", "Marguerite", phone=phone(6), remark="86 ans, pas d’adresse électronique.",
        **here),
        Person("hendrickx", "Hendrickx", "Luc", language="nl", email="luc.hendrickx@example.org", phone=phone(7),
               **at("Zilverspar 21", "3000", "Leuven")),
        Person("renard1", "Renard", "Colette", phone=phone(8), **at("Chaussée des Trois Moulins 9", "5000", "Namur")),
        Person("renard2", "Renard", "Benoît", email="benoit.renard@example.org", phone=phone(9),
        **at("Rue du Vieux Puits 71", "7000", "Mons")),
        Person("renard3", "Renard", "Agnès", phone=phone(10), **at("12, rue du Hêtre", "59000", "Lille")),
        Person("papadakis", "Papadakis", "Konstantinos", language="en",
        remark="Investisseur absent : adresse à retrouver."),
        Person("elamrani", "El Amrani", "Youssef", email="youssef.elamrani@example.org", phone=phone(11), **here),
        consenting(desmet, on),
        Person("elamrani2", "El Amrani", "Lina", **here),
        Person("elamrani3", "El Amrani", "Adam", **here),
        consenting(obrien, on),
        Person("former1", "Dewolf", "Roger", **at("Rue du Vieux Puits 5", "7000", "Mons")),
        Person("former2", "Mathieu", "Suzanne", **at("Clos des Noisetiers 3", "1180", "Uccle")),
    ]  # fmt: skip


def people() -> list[Person]:
    """The characters and 49 others, five of them couples, one a small company."""
    others = crowd(chance("senne people"), "senne", 49, LANGUAGES, HOME, serial=100)
    others[48] = Person(
        "senne49", "Studio Verhaegen SRL", kind="company", kbo=kbo(11), representative="Tom Verhaegen", language="nl",
        email="info.verhaegen@example.org", phone=phone(148), **at("Wilgenpad 40", "2018", "Antwerpen"),
    )  # fmt: skip
    return [*_characters(), *others]


def _large_parts(garages: Iterable[str], cellars: Iterable[str]) -> list[Part]:
    """The ten large lots, with the garages and cellars that go with them."""
    g, c = iter(garages), iter(cellars)
    couple, half = date(2011, 5, 13), {"lambert": (1, 2), "dupont": (1, 2)}
    family = {"desmet": (3, 8), "elamrani": (3, 8), "elamrani2": (1, 8), "elamrani3": (1, 8)}
    heirs = {"renard1": (1, 3), "renard2": (1, 3), "renard3": (1, 3)}
    died = "Déclaration de succession, 06/11/2025"
    split, given = ["11.4", next(c)], date(2016, 4, 8)
    bare = together(split, {"hendrickx": (1, 1)}, given, right=Right.BARE, speaks="hendrickx")
    return [
        *alone(["0.1"], "company", date(1998, 9, 18), "Notaire Maréchal, 18/09/1998"),
        *alone(["12.1", "12.2", "12.3"], "investor", date(2007, 2, 23), "Notaire Van Laer, 23/02/2007"),
        *together(["13.1", next(g), next(g), next(c), next(c)], half, couple, speaks="lambert"),
        *alone(["13.2", next(g), next(c), next(c)], "warnant", date(2014, 10, 3)),
        *alone(["13.3", next(g), next(c)], "papadakis", date(2005, 6, 17)),
        *together(["13.4", next(g), next(g), next(c)], family, date(2019, 8, 30), speaks="desmet"),
        *together(split, {"peeters": (1, 1)}, given, right=Right.USUFRUCT),
        *(replace(part, is_contact=False) for part in bare),
        *together(["11.3", next(g), next(c)], heirs, date(2025, 11, 6), right=Right.UNDIVIDED, act=died),
    ]  # fmt: skip


def _households(dice: Random) -> list[tuple[dict[str, tuple[int, int]], int]]:
    """Who holds the 52 studios: 43 households, with how many each; five are couples, one is Siobhan O’Brien."""
    people = [f"senne{n}" for n in range(1, 50)]
    couples = [{people[n]: (1, 2), people[n + 1]: (1, 2)} for n in range(0, 10, 2)]
    singles = [{person: (1, 1)} for person in people[10:47]]
    households = [*couples, {"obrien": (1, 1)}, *singles]
    several = set(dice.sample(range(6, len(households)), 52 - len(households)))
    return [(shares, 2 if n in several else 1) for n, shares in enumerate(households)]


def _small_parts(flats: Iterable[str], garages: list[str], cellars: Iterable[str]) -> list[Part]:
    """The studios, a cellar for each, and the garages that are left."""
    dice = chance("senne parts")
    households = _households(dice)
    dice.shuffle(households)
    flats, cellars, parts = iter(flats), iter(cellars), list[Part]()
    spare = iter(garages)
    for place, (shares, count) in enumerate(households):
        lots = [lot for _ in range(count) for lot in (next(flats), next(cellars))]
        lots += [next(spare) for _ in range(2 if place < 8 else 1)]
        since = day_between(dice, date(1988, 1, 4), date(2025, 10, 1))
        act = f"Notaire {dice.choice(NOTARIES)}, {since:%d/%m/%Y}"
        speaks = next(iter(shares)) if len(shares) > 1 else None
        parts += together(lots, shares, since, speaks=speaks, act=act)
    last = date(2017, 9, 29)  # two garages whose owners live elsewhere
    return [*parts, *alone([next(spare)], "senne48", last), *alone(spare, "senne49", last)]


def _parts(units: list[Unit]) -> list[Part]:
    garages = [u.number for u in units if u.type == LotType.PARKING]
    cellars = [u.number for u in units if u.type == LotType.CELLAR]
    studios = [u.number for u in units if u.type == LotType.APARTMENT and u.number not in LARGE]
    parts = _large_parts(garages[:7], cellars[:8]) + _small_parts(studios, garages[7:], cellars[8:])
    return [*parts, *_sold_before(parts)]


def _sold_before(parts: list[Part]) -> list[Part]:
    """Who held lots before those who hold them now: Roger Dewolf sold his last studios, the Renards inherited."""
    first = {lot: min(p.started_on for p in parts if p.lot == lot) for lot in {p.lot: None for p in parts}}
    sold = {lot: "former1" for lot, on in first.items() if on.year > 2023} | {"13.2": "former1", "13.4": "former2"}
    sold |= {p.lot: "former2" for p in parts if p.person == "renard1"}
    return [
        Part(lot, person, date(1971, 3, 15), ended_on=first[lot], act="Notaire Maréchal, 15/03/1971", is_contact=True)
        for lot, person in sold.items()
    ]


def _keys(units: list[Unit]) -> list[Key]:
    homes = [u for u in units if u.type in (LotType.APARTMENT, LotType.COMMERCIAL)]
    return [
        Key("Ascenseur", "Acte de base, art. 14 : sans le rez-de-chaussée",
            {u.number: u.shares for u in homes if u.floor}),
        Key("Chauffage", "Acte de base, art. 15 : selon la surface chauffée",
        {u.number: int(u.area_m2) for u in homes}),
    ]  # fmt: skip


def _papers() -> list[Paper]:
    dates = {
        "deed": date(2022, 3, 10), "regulation": date(2024, 3, 21), "meeting_minutes": date(2026, 3, 19),
        "insurance": date(2026, 1, 1), "contract": date(2024, 3, 21),
    }  # fmt: skip
    return papers.written(papers.FRENCH, NAME, HOME[2], dates)


def house() -> House:
    """The building with everything in it."""
    units = _units()
    parts = _parts(units)
    decision = "Assemblée du 09/06/2011, acte modificatif du 16/06/2011 (notaire Delhaye)"
    changed = date(2011, 6, 16)
    return House(
        id=stable_id("building", "senne"),
        identity={
            **at(*HOME), "name": NAME, "region": "BXL", "language": "fr", "total_units": 182, "total_shares": TOTAL,
            "kbo": kbo(1), "construction_year": 1965, "deed_on": date(1964, 4, 24),
            "deed_reference": "Notaire Maréchal, Uccle", "provisional_acceptance_on": date(1965, 10, 29),
            "meeting_month": 3, "meeting_day": 15, "fiscal_month": 1, "fiscal_day": 1,
            "iban_working": iban(9001), "iban_reserve": iban(9002),
            "syndic_name": "Cabinet Sonnet SRL", "syndic_kbo": kbo(2), "syndic_since": date(2021, 4, 1),
            "syndic_address": "Rue de l’Écluse d’Argent 8, 1000 Bruxelles", "syndic_phone": phone(20),
            "syndic_email": "syndic@demo.koprogo.be", "syndic_office_hours": "Lundi à vendredi, 9 h à 12 h",
            "syndic_emergency": phone(21), "noticeboard_public": True,
        },
        units=units, parts=parts, keys=_keys(units), papers=_papers(), books=SENNE,
        changes=[Change("4.4", 72, changed, decision), Change("4.5", 78, changed, decision)],
    )  # fmt: skip
