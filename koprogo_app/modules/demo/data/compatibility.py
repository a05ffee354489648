"""What existing clients and load scripts of the REST API expect on a fresh server: organisations, ids, counts."""

from uuid import UUID

from koprogo_app.core.actor import Role

from ..rules import REFERENCE, House, Member, Office, at, chance, even, phone
from .people import crowd
from .small import dealt, lots

PASSWORD, GRAND_PLACE_PASSWORD = "admin123", "syndic123"  # the contract's; in demo mode only
GRAND_PLACE = UUID("46705175-5e03-4fd4-b0a3-7aac10a7a663")
GRAND_PLACE_BUILDING = UUID("22e60793-a82f-495c-9d7f-25f298f94149")
_TOWNS = (("1000", "Bruxelles"), ("4000", "Liège"), ("5000", "Namur"), ("6000", "Charleroi"), ("7000", "Mons"))


def _house(slug: str, place: int, homes: int, people: list[str], name: str, id: UUID = UUID(int=0)) -> House:  # noqa: B008
    postal_code, city = _TOWNS[place % len(_TOWNS)]
    units = lots(1000, homes, 0, 0)
    parts = dealt(chance(f"{slug} {place}"), units, people, 0, REFERENCE.replace(year=2005))
    identity = {
        **at(f"Rue de l’Exemple {place + 1}", postal_code, city), "name": name, "language": "fr",
        "region": "BXL" if postal_code == "1000" else "WAL", "country": "Belgium", "total_units": homes,
        "total_shares": 1000,
        "construction_year": 1960 + 5 * place,
    }  # fmt: skip
    return House(identity, units, parts, id=id)


def _office(slug: str, name: str, buildings: int, units: int, owners: int, serial: int) -> Office:
    people = crowd(
        chance(slug), slug, owners, {"fr": 7, "nl": 3}, ("Rue de l’Exemple 1", "1000", "Bruxelles"), serial=serial
    )
    keys = [p.key for p in people]
    houses = [
        _house(slug, place, homes, keys[place::buildings], f"Résidence {name} {place + 1}")
        for place, homes in enumerate(even(units, buildings))
    ]
    email = f"admin@{slug}.be"
    syndic = Member(email, "Admin", name, Role.SYNDIC)
    return Office(
        slug, f"Cabinet {name}", email, houses, people, [syndic], PASSWORD, plan="enterprise", phone=phone(serial)
    )


def _grand_place() -> Office:
    people = crowd(chance("grandplace"), "grandplace", 8, {"fr": 1}, ("Grand-Rue 1", "1000", "Bruxelles"), serial=4000)
    house = _house("grandplace", 0, 10, [p.key for p in people], "Résidence Grand Place", GRAND_PLACE_BUILDING)
    email = "syndic@grandplace.be"
    syndic = Member(email, "Syndic", "Grand Place", Role.SYNDIC)
    return Office(
        "grandplace", "Résidence Grand Place", email, [house], people, [syndic], GRAND_PLACE_PASSWORD,
        plan="enterprise",
        phone=phone(4000), given_id=GRAND_PLACE,
    )  # fmt: skip


def offices() -> list[Office]:
    """The plan is without limit: load scripts add buildings by the hundred."""
    return [
        _office("small", "Petit", 5, 30, 20, 1000),
        _office("medium", "Moyen", 8, 60, 40, 2000),
        _office("large", "Grand", 10, 100, 66, 3000),
        _grand_place(),
    ]
