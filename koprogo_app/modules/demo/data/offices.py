"""The organisations of the demonstration, in the order in which they are made."""

from functools import cache

from koprogo_app.auth.demo_accounts import PASSWORD
from koprogo_app.core.actor import Role

from ..rules import Member, Office, phone
from . import compatibility, senne, small


def _sonnet() -> Office:
    senne_house, bellevue = senne.house(), small.bellevue()
    members = [
        Member("syndic@demo.koprogo.be", "Claire", "Sonnet", Role.SYNDIC),
        Member("accountant@demo.koprogo.be", "Thomas", "Lefèvre", Role.ACCOUNTANT),
        Member("council@demo.koprogo.be", "Élise", "Warnant", Role.BOARD_MEMBER, 0),
        Member("council@demo.koprogo.be", "Élise", "Warnant", Role.OWNER, 0, "warnant"),
        Member("auditor@demo.koprogo.be", "Marc", "Delvaux", Role.AUDITOR, 0),
        Member("owner@demo.koprogo.be", "Sophie", "Lambert", Role.OWNER, 0, "lambert"),
        Member("investor@demo.koprogo.be", "Philippe", "Vandermeulen", Role.OWNER, 0, "investor", "nl"),
        Member("coowner@demo.koprogo.be", "Siobhan", "O’Brien", Role.OWNER, 0, "obrien", "en"),
        Member("tenant@demo.koprogo.be", "Inès", "Moreau", Role.OCCUPANT, 0),
        Member("contractor@demo.koprogo.be", "Karim", "Benali", Role.CONTRACTOR, 0),
    ]
    people = [*senne.people(), *small.bellevue_people()]
    return Office(
        "sonnet",
        "Cabinet Sonnet",
        "syndic@demo.koprogo.be",
        [senne_house, bellevue],
        people,
        members,
        PASSWORD,
        phone=phone(20),
    )


def _jardin() -> Office:
    email = "volunteer@demo.koprogo.be"
    members = [
        Member(email, "Nathalie", "Collard", Role.SYNDIC),
        Member(email, "Nathalie", "Collard", Role.OWNER, 0, "collard"),
    ]
    return Office(
        "jardin", "ACP Le Jardin aux Pommes", email, [small.jardin()], small.jardin_people(), members, PASSWORD,
        plan="free",
        phone=phone(30),
    )  # fmt: skip


def _leie() -> Office:
    members = [
        Member("syndicus@demo.koprogo.be", "Joris", "De Clercq", Role.SYNDIC, locale="nl"),
        Member("eigenaar@demo.koprogo.be", "Lieve", "Van den Broeck", Role.OWNER, 0, "vandenbroeck", "nl"),
    ]
    houses, people = [small.leiezicht()], small.leiezicht_people()
    return Office(
        "leie", "Leie Syndici", members[0].email, houses, people, members, PASSWORD, plan="starter", phone=phone(42)
    )


def _heinen() -> Office:
    members = [
        Member("syndikus@demo.koprogo.be", "Ursula", "Heinen", Role.SYNDIC, locale="de"),
        Member("eigentuemer@demo.koprogo.be", "Stefan", "Cremer", Role.OWNER, 0, "cremer", "de"),
    ]
    houses, people = [small.obstgarten()], small.obstgarten_people()
    return Office(
        "heinen",
        "Hausverwaltung Heinen",
        members[0].email,
        houses,
        people,
        members,
        PASSWORD,
        plan="starter",
        phone=phone(51),
    )


@cache
def offices() -> tuple[Office, ...]:
    """All of them: the office of the reference building, the three small ones, then what clients of the API expect."""
    return (_sonnet(), _jardin(), _leie(), _heinen(), *compatibility.offices())
