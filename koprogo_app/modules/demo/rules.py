"""What the demonstration is made of: plain values, always the same. Everything is invented.

Numbers pass their check digits and belong to nobody: enterprise numbers from a range not yet given out, accounts of
bank code 998, which no bank has, telephone numbers that no exchange serves, e-mail addresses of example.org (RFC 2606).
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypedDict
from uuid import NAMESPACE_URL, UUID, uuid5

from koprogo_app.core.actor import Role
from koprogo_app.core.trade import LotType, Right

from .plans import Plan

REFERENCE = date(2026, 6, 30)  # every date of the demonstration lies before it, whenever it is loaded
_KBO_RANGE, _BANK = 1999_0000, 998


class Address(TypedDict):
    """By the names that people and buildings have in common."""

    address: str
    postal_code: str
    city: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the register, by the names of OwnerIn. `key` names the person inside the office."""

    key: str
    last_name: str
    first_name: str = ""
    kind: str = "person"
    language: str = "fr"
    email: str | None = None
    phone: str | None = None
    address: str = ""
    postal_code: str = ""
    city: str = ""
    kbo: str | None = None
    representative: str | None = None
    iban: str | None = None
    email_consent_on: date | None = None
    email_consent_proof: str | None = None
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A lot, by the names of LotIn."""

    number: str
    type: LotType
    floor: int | None
    area_m2: Decimal
    shares: int


@dataclass(frozen=True, slots=True)
class Part:
    """What a person holds of a lot, by the names of OwnershipIn."""

    lot: str
    person: str
    started_on: date
    numerator: int = 1
    denominator: int = 1
    right: Right = Right.FULL
    is_contact: bool = False
    is_representative: bool = False
    ended_on: date | None = None
    act: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A decision that gave a lot the shares it has today."""

    lot: str
    before: int
    on: date
    decision: str


@dataclass(frozen=True, slots=True)
class Key:
    """A distribution key of its own weights."""

    name: str
    clause: str
    weights: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the vault: its first line is the heading, the others paragraphs."""

    category: str
    title: str
    visibility: str
    retention: str
    dated_on: date
    text: Sequence[str]

    @property
    def filename(self) -> str:
        """acte-de-base.pdf"""
        return f"{self.category.replace('_', '-')}-{self.dated_on:%Y-%m-%d}.pdf"


@dataclass(frozen=True, slots=True)
class House:
    """A co-ownership. `identity`: by the names of BuildingIn."""

    identity: Mapping[str, Any]
    units: Sequence[Unit]
    parts: Sequence[Part]
    changes: Sequence[Change] = ()
    keys: Sequence[Key] = ()
    papers: Sequence[Paper] = ()
    books: Plan | None = None
    id: UUID = field(default=UUID(int=0))


@dataclass(frozen=True, slots=True)
class Member:
    """A role of somebody who signs in; the first one is where he enters. `person`: who he is in the register."""

    email: str
    first_name: str
    last_name: str
    role: Role
    house: int | None = None  # which of the office's houses; none: all of them
    person: str | None = None
    locale: str = "fr"


@dataclass(frozen=True, slots=True)
class Office:
    """An organisation and all that is in it."""

    slug: str
    name: str
    email: str
    houses: Sequence[House]
    people: Sequence[Person]
    members: Sequence[Member]
    password: str
    plan: str = "professional"
    phone: str | None = None
    given_id: UUID | None = None  # fixed by the contract

    @property
    def id(self) -> UUID:
        return self.given_id or stable_id("organization", self.slug)

    def house_id(self, place: int) -> UUID:
        """The id of a house, the same on every installation."""
        given = self.houses[place].id
        return given if given.int else stable_id("building", f"{self.slug}/{place}")


def stable_id(kind: str, name: str) -> UUID:
    """An id that every installation of the demonstration shares: links in documentation and tests hold."""
    return uuid5(NAMESPACE_URL, f"https://demo.koprogo.be/{kind}/{name}")


def at(street: str, postal_code: str, city: str) -> Address:
    """A postal address."""
    return {"address": street, "postal_code": postal_code, "city": city}


def kbo(n: int) -> str:
    """The n-th enterprise number, its check digits 97 less the remainder by 97."""
    base = _KBO_RANGE + n
    return f"{base}{97 - base % 97:02d}"


def iban(n: int) -> str:
    """The n-th Belgian account: national check (remainder by 97, 97 for none) and ISO 13616 check."""
    base = _BANK * 10**7 + n
    bban = f"{base}{base % 97 or 97:02d}"
    return f"BE{98 - int(bban + '111400') % 97:02d}{bban}"


def phone(n: int) -> str:
    """The n-th telephone number."""
    return f"+32 400 {n // 10_000 % 100:02d} {n // 100 % 100:02d} {n % 100:02d}"


def chance(seed: str) -> random.Random:
    """Dice that always fall alike."""
    return random.Random(seed)  # noqa: S311  (nothing secret)


def day_between(dice: random.Random, first: date, last: date) -> date:
    """A working day: deeds are signed from Monday to Friday."""
    day = first + timedelta(dice.randrange((last - first).days))
    return day - timedelta(max(0, day.weekday() - 4))


def even(total: int, count: int) -> list[int]:
    """`total` in `count` whole numbers that differ by one at most, the larger first: they sum to it exactly."""
    small, more = divmod(total, count)
    return [small + (n < more) for n in range(count)]


def alone(lots: Iterable[str], person: str, since: date, act: str | None = None) -> list[Part]:
    """Lots held whole by one person."""
    return [Part(lot, person, since, is_contact=True, act=act) for lot in lots]


def together(
    lots: Iterable[str], shares: Mapping[str, tuple[int, int]], since: date, *,
    right: Right = Right.FULL, speaks: str | None = None, act: str | None = None,
) -> list[Part]:  # fmt: skip
    """Lots held by several: person -> (numerator, denominator). `speaks`: who represents them (art. 3.87 §1)."""
    first = next(iter(shares))
    return [
        Part(lot, person, since, n, d, right, person == (speaks or first), person == speaks, act=act)
        for lot in lots
        for person, (n, d) in shares.items()
    ]
