"""The smaller co-ownerships: a neighbour with defects, one that manages itself, one in Gent, one in Eupen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from koprogo_app.core.trade import LotType

from ..rules import (
    House,
    Key,
    Part,
    Person,
    Unit,
    alone,
    at,
    chance,
    day_between,
    even,
    iban,
    kbo,
    phone,
    stable_id,
    together,
)  # fmt: skip
from . import papers
from .jardin_books import JARDIN as BOOKS
from .people import consenting, crowd

OCCUPIED = (LotType.APARTMENT, LotType.COMMERCIAL)


def lots(total: int, homes: int, garages: int, cellars: int, words: tuple[str, str] = ("G", "C")) -> list[Unit]:
    """Flats on floors of three with a shop below when there are more than ten, garages of 10 shares, cellars of 3.

    The flats share what the annexes leave of `total`, to the unit.
    """
    shares = even(total - 10 * garages - 3 * cellars, homes)
    made = [
        Unit(
            f"{n // 3}.{n % 3 + 1}", LotType.COMMERCIAL if homes > 10 and n == 0 else LotType.APARTMENT, n // 3,
            Decimal(65 + 7 * (n % 4)), shares[n],
        )
        for n in range(homes)
    ]  # fmt: skip
    made += [Unit(f"{words[0]}{n}", LotType.PARKING, 0, Decimal("14.00"), 10) for n in range(1, garages + 1)]
    return [*made, *(Unit(f"{words[1]}{n}", LotType.CELLAR, -1, Decimal("5.50"), 3) for n in range(1, cellars + 1))]


def dealt(dice: Random, units: Sequence[Unit], people: Sequence[str], couples: int, since: date) -> list[Part]:
    """A home for each household, the first ones couples, and the annexes in turn."""
    households = [people[2 * n : 2 * n + 2] for n in range(couples)] + [[p] for p in people[2 * couples :]]
    homes = [u.number for u in units if u.type in OCCUPIED]
    annexes = [u.number for u in units if u.type not in OCCUPIED]
    parts: list[Part] = []
    for place, household in enumerate(households):
        on = day_between(dice, since, date(2025, 12, 1))
        mine = homes[place :: len(households)] + annexes[place :: len(households)]
        half = {person: (1, len(household)) for person in household}
        parts += together(mine, half, on, speaks=household[0] if len(household) > 1 else None)
    return parts


def _lift(name: str, clause: str, units: Sequence[Unit]) -> Key:
    return Key(name, clause, {u.number: u.shares for u in units if u.type in OCCUPIED and u.floor})


def _house(
    seed: str, identity: dict[str, Any], units: list[Unit], parts: list[Part], key: Key, text: str, dates: dict[str,
    date]
) -> House:  # fmt: skip
    """`text` and `dates`: see papers.written."""
    whole = {"total_units": len(units), "fiscal_month": 1, "fiscal_day": 1} | identity
    made = papers.written(text, identity["name"], identity["city"], dates)
    return House(whole, units, parts, keys=[key], papers=made, id=stable_id("building", seed))


# --- Bellevue: what the gates have to say ----------------------------------------------------------------------------

BELLEVUE = ("Rue de la Haute Marche 9", "5100", "Jambes")


def bellevue_people() -> list[Person]:
    """Seven owners of the neighbour building."""
    return crowd(chance("bellevue"), "bellevue", 7, {"fr": 9, "nl": 1}, BELLEVUE, serial=200)


def bellevue() -> House:
    """40 shares are missing to reach the deed, and garage G3 has no owner."""
    units = lots(960, 8, 3, 3)
    parts = dealt(chance("bellevue parts"), units, [f"bellevue{n}" for n in range(1, 8)], 1, date(1996, 1, 2))
    identity = {
        **at(*BELLEVUE), "name": "Résidence Bellevue", "region": "WAL",
        "language": "fr", "total_shares": 1000, "kbo": kbo(20), "construction_year": 1974, "deed_on": date(1973, 10, 5),
        "deed_reference": "Notaire Wéry, Namur", "meeting_month": 5, "meeting_day": 1, "iban_working": iban(9003),
        "syndic_name": "Cabinet Sonnet SRL", "syndic_kbo": kbo(2), "syndic_since": date(2023, 6, 1),
        "syndic_email": "syndic@demo.koprogo.be", "syndic_phone": phone(20),
    }  # fmt: skip
    key = _lift("Ascenseur", "Acte de base, art. 11", units)
    kept = [part for part in parts if part.lot != "G3"]
    dates = {"deed": date(2022, 5, 12), "regulation": date(2023, 5, 11)}
    return _house("bellevue", identity, units, kept, key, papers.FRENCH, dates)


# --- Jardin: its syndic is one of the owners -------------------------------------------------------------------------

JARDIN = ("Rue du Jardin aux Pommes 7", "4020", "Liège")


def jardin_people() -> list[Person]:
    """Ten owners and one who has sold; Nathalie Collard is also the syndic."""
    syndic = Person(
        "collard", "Collard", "Nathalie", email="volunteer@demo.koprogo.be", phone=phone(30), **at(*JARDIN),
        iban=iban(30),
    )  # fmt: skip
    others = crowd(chance("jardin"), "jardin", 9, {"fr": 8, "nl": 1, "de": 1}, JARDIN, serial=300)
    former = Person("former", "Bovy", "Armand", phone=phone(31), **at("Clos des Noisetiers 8", "4020", "Liège"))
    return [consenting(syndic, date(2024, 5, 16)), *others, former]


def jardin() -> House:
    """Twelve lots, below the threshold of twenty: no council, simplified accounts."""
    units = lots(1000, 8, 2, 2)
    people = ["jardin1", "jardin2", "jardin3", "jardin4", "collard", *(f"jardin{n}" for n in range(5, 10))]
    parts = dealt(chance("jardin parts"), units, people, 2, date(2001, 1, 2))
    first = {p.lot: p.started_on for p in parts if p.started_on.year > 2023}
    parts += [Part(lot, "former", date(2001, 1, 2), ended_on=on, is_contact=True) for lot, on in first.items()]
    identity = {
        **at(*JARDIN), "name": "Le Jardin aux Pommes", "region": "WAL",
        "language": "fr", "total_shares": 1000, "kbo": kbo(30), "construction_year": 1928, "deed_on": date(1999, 11,
        19),
        "deed_reference": "Notaire Lejeune, Liège", "provisional_acceptance_on": date(1999, 9, 30), "meeting_month": 11, "meeting_day": 2, "iban_working": iban(9004),
        "iban_reserve": iban(9005), "syndic_name": "Nathalie Collard", "syndic_since": date(2024, 5, 16),
        "syndic_email": "volunteer@demo.koprogo.be", "syndic_phone": phone(30),
    }  # fmt: skip
    key = Key("Toiture et façade arrière", "Acte de base, art. 9", {u.number: 1 for u in units if u.type in OCCUPIED})
    dates = {"deed": date(2022, 11, 10), "regulation": date(2022, 11, 10), "meeting_minutes": date(2025, 11, 6)}
    made = _house("jardin", identity, units, parts, key, papers.FRENCH, dates)
    return replace(made, books=BOOKS)


# --- Leiezicht: in Dutch ---------------------------------------------------------------------------------------------

LEIEZICHT = ("Oude Vlaskaai 41", "9000", "Gent")


def leiezicht_people() -> list[Person]:
    """Thirteen owners of Gent, one of whom signs in, and a company."""
    owner = Person(
        "vandenbroeck", "Van den Broeck", "Lieve", language="nl", email="eigenaar@demo.koprogo.be", phone=phone(40),
        **at(*LEIEZICHT),
    )  # fmt: skip
    company = Person(
        "vlaskaai", "Vlaskaai Vastgoed BV", kind="company", kbo=kbo(41), representative="Bart Coppens", language="nl",
        email="kantoor.vlaskaai@example.org", phone=phone(41), **at("Kapelaanstraatje 3", "8000", "Brugge"),
        iban=iban(41),
    )  # fmt: skip
    others = crowd(chance("leiezicht"), "leie", 11, {"nl": 9, "fr": 1, "en": 1}, LEIEZICHT, serial=400)
    return [company, consenting(owner, date(2023, 4, 20)), *others]


def leiezicht() -> House:
    """24 lots in Gent; people, papers and building in Dutch."""
    units = lots(1000, 12, 6, 6, ("G", "K"))
    people = ["vlaskaai", "vandenbroeck", *(f"leie{n}" for n in range(1, 12))]
    dice = chance("leiezicht parts")
    shop = units[0].number
    dealt_parts = dealt(dice, units[1:], [*people[2:4], people[1], *people[4:]], 1, date(1999, 1, 4))
    parts = [*alone([shop], "vlaskaai", date(2018, 6, 29), "Akte van notaris Baert, Gent, 29/06/2018"), *dealt_parts]
    identity = {
        **at(*LEIEZICHT), "name": "Residentie Leiezicht", "region": "VLG", "language": "nl", "total_shares": 1000,
        "kbo": kbo(40), "construction_year": 1998,
        "deed_on": date(1997, 3, 14), "deed_reference": "Notaris Baert, Gent", "provisional_acceptance_on": date(1998,
        9, 30),
        "meeting_month": 4, "meeting_day": 15, "iban_working": iban(9006), "iban_reserve": iban(9007),
        "syndic_name": "Leie Syndici BV", "syndic_kbo": kbo(42), "syndic_since": date(2020, 5, 1),
        "syndic_address": "Kersenboomdreef 2, 9000 Gent", "syndic_email": "syndicus@demo.koprogo.be",
        "syndic_phone": phone(42),
        "syndic_office_hours": "Maandag tot vrijdag, 9 tot 12 uur", "syndic_emergency": phone(43),
        "noticeboard_public": True,
    }  # fmt: skip
    key = _lift("Lift", "Basisakte, art. 12", units)
    dates = {
        "deed": date(2022, 4, 21), "regulation": date(2023, 4, 20), "meeting_minutes": date(2026, 4, 23),
        "insurance": date(2026, 1, 1),
    }  # fmt: skip
    return _house("leiezicht", identity, units, parts, key, papers.DUTCH, dates)


# --- Obstgarten: in German --------------------------------------------------------------------------------------------

OBSTGARTEN = ("Am alten Obstgarten 6", "4700", "Eupen")


def obstgarten_people() -> list[Person]:
    """Nine owners of Eupen, one of whom signs in."""
    owner = Person(
        "cremer", "Cremer", "Stefan", language="de", email="eigentuemer@demo.koprogo.be", phone=phone(50),
        **at(*OBSTGARTEN),
    )  # fmt: skip
    others = crowd(chance("obstgarten"), "eupen", 8, {"de": 9, "fr": 1}, OBSTGARTEN, serial=500)
    return [
        consenting(owner, date(2023, 10, 12)),
        *(replace(p, city="Eupen") if p.postal_code == "4700" else p for p in others),
    ]


def obstgarten() -> House:
    """Fifteen lots in Eupen; people, papers and building in German."""
    units = lots(1000, 8, 4, 3, ("G", "K"))
    people = ["eupen1", "eupen2", "cremer", *(f"eupen{n}" for n in range(3, 9))]
    identity = {
        **at(*OBSTGARTEN), "name": "Residenz am Obstgarten", "region": "DG", "language": "de", "total_shares": 1000,
        "kbo": kbo(50), "construction_year": 2009,
        "deed_on": date(2008, 2, 22), "deed_reference": "Notar Jousten, Eupen",
        "provisional_acceptance_on": date(2009, 7, 17),
        "meeting_month": 10, "meeting_day": 1, "iban_working": iban(9008), "iban_reserve": iban(9009),
        "syndic_name": "Hausverwaltung Heinen", "syndic_kbo": kbo(51), "syndic_since": date(2019, 1, 1),
        "syndic_address": "Birkenweg 20, 4730 Raeren", "syndic_email": "syndikus@demo.koprogo.be",
        "syndic_phone": phone(51),
        "syndic_office_hours": "Montag bis Freitag, 9 bis 12 Uhr", "noticeboard_public": True,
    }  # fmt: skip
    parts = dealt(chance("obstgarten parts"), units, people, 1, date(2009, 9, 1))
    key = _lift("Aufzug", "Basisakte, Art. 10", units)
    dates = {
        "deed": date(2022, 10, 13), "regulation": date(2023, 10, 12), "meeting_minutes": date(2025, 10, 9),
        "insurance": date(2026, 1, 1),
    }  # fmt: skip
    return _house("obstgarten", identity, units, parts, key, papers.GERMAN, dates)
