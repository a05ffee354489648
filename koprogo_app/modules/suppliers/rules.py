"""What identifies a supplier, what resembles another one, and how old a withholding check may be. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from rapidfuzz import fuzz
from schwifty import IBAN
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError

from koprogo_app.core import belgium
from koprogo_app.core.errors import Invalid
from koprogo_app.modules.contacts.rules import read_country

ALIKE = 90  # percent: one letter in ten may differ
LONGEST_TERM = 120  # days
VAT_RATES = (0, 6, 12, 21)
"""Percent: the Belgian rates (Royal Decree no. 20), and none."""
WITHHOLDING_DAYS = 30
"""How long a check of the withholding obligation is taken for fresh. Our default, not the law's: the law looks at the
day of payment, so that the check of that very day is always the safe one."""
WITHHOLDING_CHECK = {
    "fr": "https://www.checkobligationderetenue.be",
    "nl": "https://www.checkinhoudingsplicht.be",
}
"""The official service that says whether a part of a payment must be withheld (law of 27 June 1969, art. 30bis and
30ter; Income Tax Code 1992, art. 402 and 403)."""
_LEGAL_FORMS = {
    "sa", "nv", "srl", "bv", "sprl", "bvba", "asbl", "vzw", "sc", "cv", "scrl", "cvba", "snc", "vof", "scs", "scomm",
    "commv", "sca", "commva", "ag", "gmbh", "kg", "ohg", "sarl", "sas", "eurl", "ltd",
}  # fmt: skip


class Likeness(StrEnum):
    """Why another entry may be the same supplier."""

    IBAN = "iban"
    VAT = "vat_number"
    NAME = "name"


class Known(Protocol):
    """What is compared of a supplier."""

    @property
    def id(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def iban(self) -> str | None: ...
    @property
    def vat_number(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Resemblance:
    """Another supplier that may be the same one, and why."""

    id: UUID
    name: str
    likeness: Likeness


def numbers(kbo: str | None, vat: str | None) -> tuple[str | None, str | None]:
    """The enterprise number and the foreign VAT number of a supplier, from a checked `kbo` and a VAT number as typed.

    A Belgian VAT number is BE and the enterprise number: it is not kept a second time. Invalid for a wrong number, or a
    Belgian one that is not the supplier's.
    """
    if not vat or not vat.strip():
        return kbo, None
    compact = re.sub(r"[^0-9A-Z]", "", vat.upper())
    if compact.startswith("BE") or compact[:1].isdigit():
        belgian = belgium.kbo(vat, "vat_number")
        if kbo and belgian != kbo:
            raise Invalid(
                "A Belgian VAT number is BE and the enterprise number: here {expected}.",
                field="vat_number", expected=f"BE{kbo}",
            )  # fmt: skip
        return belgian, None
    try:
        return kbo, str(eu_vat.validate(vat))
    except ValidationError:
        raise Invalid(
            "“{number}” is not a valid VAT number of the European Union: check the country and the digits.",
            field="vat_number", number=vat,
        ) from None  # fmt: skip


def country(text: str) -> str:
    """The two-letter code of a country written as a code or a name; Belgium for nothing. Invalid for any other text."""
    read = read_country(text)
    if read.problem:
        raise Invalid(read.problem.message, field="country", **read.problem.params)
    return read.value or "BE"


def vat_of(kbo: str | None, vat_number: str | None, vat_liable: bool) -> str | None:
    """The VAT number as it stands on invoices: the foreign one, else BE0403170701; None for who uses none."""
    if not vat_liable:
        return None
    return vat_number or (f"BE{kbo}" if kbo else None)


def bic_of(iban: str | None) -> str:
    """The bank's code of a checked account number; empty when there is none or the bank is not known."""
    return str(IBAN(iban).bic or "") if iban else ""


def name_key(name: str) -> str:
    """A name to compare: lower case, no accents, dots or legal form. `Schindler S.A./N.V.` and `SCHINDLER` are alike."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace(".", "")
    words = re.findall(r"[a-z0-9]+", plain)
    return " ".join([word for word in words if word not in _LEGAL_FORMS] or words)


def resembling(
    known: Iterable[Known], name: str | None, iban: str | None, vat_number: str | None = None
) -> list[Resemblance]:
    """The suppliers with the same account, the same foreign VAT number, or a name that is 90 % alike, whatever the order
    of its words. What is None is not compared; each supplier is named once, by its strongest likeness."""
    key = name_key(name) if name else ""
    found: list[Resemblance] = []
    for other in known:
        if iban and other.iban == iban:
            likeness = Likeness.IBAN
        elif vat_number and other.vat_number == vat_number:
            likeness = Likeness.VAT
        elif key and fuzz.token_sort_ratio(key, name_key(other.name)) >= ALIKE:
            likeness = Likeness.NAME
        else:
            continue
        found.append(Resemblance(other.id, other.name, likeness))
    return found


def number_in(words: str) -> str:
    """A searched enterprise, VAT or account number as it is kept, without BE; empty when it is not one.

    At least four digits, after two letters at most: `BE 0403.170` is 0403170.
    """
    compact = re.sub(r"[\s./-]", "", words).upper()
    is_number = re.fullmatch(r"[A-Z]{0,2}\d[0-9A-Z]*", compact) and sum(c.isdigit() for c in compact) >= 4
    return compact.removeprefix("BE") if is_number else ""


def check_is_due(checked_on: date | None, today: date, days: int = WITHHOLDING_DAYS) -> bool:
    """True when the withholding obligation was never looked up, or more than `days` days ago."""
    return checked_on is None or (today - checked_on).days > days
