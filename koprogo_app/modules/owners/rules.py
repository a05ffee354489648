"""What the law and good order ask about people of the register. Pure."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations
from typing import Any, Protocol
from uuid import UUID

from rapidfuzz import fuzz

from koprogo_app.core.errors import DomainError, Invalid
from koprogo_app.core.i18n import N_

ALIKE = 90  # percent: one letter in ten may differ
PRIVATE = frozenset({"email", "phone", "iban", "email_consent_on", "email_consent_proof", "remark"})
"""Not in the list a co-owner may ask for, which has names, addresses, shares and lots (art. 3.89 §5 14°)."""
_TOGETHER = (  # what is taken over as a whole when two entries of one person are merged
    ("email", "email_consent_on", "email_consent_proof"), ("address", "postal_code", "city", "country"),
    ("first_name",), ("phone",), ("kbo",), ("representative",), ("iban",), ("remark",),
)  # fmt: skip

PROPOSAL = N_(
    "Hello,\n\n{name} asks to replace the e-mail address {old} by {new} in the register of co-owners.\n\n"
    "Check that the request is real, then change the address on the person's page. The consent to be convened by "
    "e-mail ends with the old address: ask for a new one.\n"
)


class Channel(StrEnum):
    """How a person is convened (art. 3.87 §3)."""

    REGISTERED = "registered"
    EMAIL = "email"


class Likeness(StrEnum):
    """Why two entries may be one person."""

    EMAIL = "email"
    KBO = "kbo"
    NAME = "name"


class Person(Protocol):
    """What is compared of an entry."""

    @property
    def id(self) -> UUID: ...
    @property
    def first_name(self) -> str: ...
    @property
    def last_name(self) -> str: ...
    @property
    def email(self) -> str | None: ...
    @property
    def kbo(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries that may be one person, the older first."""

    first: UUID
    second: UUID
    likeness: Likeness


def channel_of(email: str | None, consent_on: date | None) -> Channel:
    """Registered letter, unless the person individually, explicitly and in writing accepted e-mail (art. 3.87 §3)."""
    return Channel.EMAIL if email and consent_on else Channel.REGISTERED


def check_consent(email: str | None, on: date | None, proof: str | None, today: date) -> None:
    """A consent to e-mail has an address, a date that is past and a written proof (art. 3.87 §3). Invalid otherwise."""
    errors: dict[str, DomainError] = {}
    if on is None and proof:
        errors["email_consent_on"] = Invalid("Give the date of the consent.", field="email_consent_on")
    if on is not None:
        if not email:
            errors["email"] = Invalid("A consent to e-mail needs an e-mail address.", field="email")
        if not proof:
            errors["email_consent_proof"] = Invalid(
                "Say which paper proves the consent: it must be individual, explicit and written (art. 3.87 §3).",
                field="email_consent_proof",
            )
        if on > today:
            errors["email_consent_on"] = Invalid("The date of the consent is in the future.", field="email_consent_on")
    if errors:
        raise Invalid.together(errors)


def consent_after(before: Any, values: Mapping[str, Any]) -> tuple[date | None, str | None]:
    """The consent that stands after a change: a new address withdraws the old consent unless it is given anew."""
    given = values["email_consent_on"], values["email_consent_proof"]
    moved = (before.email or "").lower() != (values["email"] or "").lower()
    return (None, None) if moved and given == (before.email_consent_on, before.email_consent_proof) else given


def folded(text: str) -> str:
    """Lower case, without accents, words separated by one space: `De Sméet-Luc` -> de smeet luc."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()


def phone_digits(text: str) -> str:
    """The national digits of a telephone number, as typed in a search or kept: +32 475 12 34 -> 4751234."""
    digits = re.sub(r"\D", "", text)
    return re.sub(r"^(0032|32|0)", "", digits)


def looks_like_phone(text: str) -> bool:
    """True when what is searched can only be a telephone number: at least four digits and no letter."""
    return len(re.sub(r"\D", "", text)) >= 4 and not re.search(r"[^\W\d]", text)


def likely_duplicates(people: Iterable[Person]) -> list[Pair]:
    """Pairs with the same e-mail address, the same enterprise number, or names that are 90 % alike.

    Accents, case and the order of words do not count. Only names that share the first three letters of a word are
    compared: thousands of people take a moment, not a minute.
    """
    entries = sorted(people, key=lambda p: p.id)
    found: dict[tuple[UUID, UUID], Likeness] = {}
    for likeness, keys in ((Likeness.KBO, _kbo), (Likeness.EMAIL, _email), (Likeness.NAME, _beginnings)):
        groups: dict[str, list[Person]] = defaultdict(list)
        for person in entries:
            for key in keys(person):
                groups[key].append(person)
        for group in groups.values():
            for a, b in combinations(group, 2):
                if likeness != Likeness.NAME or _alike(a, b):
                    found.setdefault((a.id, b.id), likeness)
    return [Pair(first, second, likeness) for (first, second), likeness in found.items()]


def _kbo(person: Person) -> set[str]:
    return {person.kbo} if person.kbo else set()


def _email(person: Person) -> set[str]:
    return {person.email.lower()} if person.email else set()


def _name(person: Person) -> str:
    return folded(f"{person.last_name} {person.first_name}")


def _beginnings(person: Person) -> set[str]:
    return {word[:3] for word in _name(person).split()}


def _alike(a: Person, b: Person) -> bool:
    return fuzz.token_sort_ratio(_name(a), _name(b)) >= ALIKE


def filled_from(keep: Any, drop: Any) -> dict[str, Any]:
    """What the kept entry takes from the dropped one: what it has not itself; an address as a whole, a consent with its e-mail."""
    filled: dict[str, Any] = {}
    for group in _TOGETHER:
        if not getattr(keep, group[0]) and getattr(drop, group[0]):
            filled |= {name: getattr(drop, name) for name in group}
    if _email(keep) == _email(drop) and not keep.email_consent_on and drop.email_consent_on:
        filled |= {name: getattr(drop, name) for name in ("email_consent_on", "email_consent_proof")}
    return filled
