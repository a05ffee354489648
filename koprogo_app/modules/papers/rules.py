"""What a paper of the co-ownership says: who sends it, to whom, which figures. Pure: values in, values out."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from koprogo_app.core.errors import DomainError, Invalid
from koprogo_app.core.trade import LotType, Right
from koprogo_app.modules.contacts.rules import read_country

NBSP = "\u00a0"
WINDOW_LINES = 6  # what a Belgian window of 35 mm shows at 10.2/14.4 pt
WINDOW_WIDTH = 2_140  # 77 mm at that size, in hundredths of an em
_EMS = (  # width of Inter's letters, in hundredths of an em; the others are capitals and rarities
    (30, " iljI.,:!'’"),
    (34, "t;|"),
    (47, "fr1-/()"),
    (60, "acehknosuvxyzáàâäãåçéèêëíìîïñóòôöõøúùûüýÿ57JLF–"),
    (66, "bdgpqß02346789BEÉÈÊËPRST#&$?"),
    (100, "mwMW@%ÆæŒœ"),
)
SUBJECT, BODY, ENCLOSURES = 200, 10_000, 20  # characters, characters, lines
NOT_COUNTED = frozenset({LotType.CELLAR, LotType.PARKING})  # Civil Code, art. 3.89 §5 15° and 3.90 §1


@dataclass(frozen=True, kw_only=True)
class Sender:
    """The co-ownership, the legal person that issues the paper, represented by its syndic.

    `name` may lack its legal form, which is added in the reader's language; addresses are one line; what is not known
    of the syndic is empty. The enterprise number is compulsory on every document it issues (art. 3.86 §1): Invalid
    without a valid one.
    """

    name: str
    address: str
    enterprise_number: str
    syndic: str = ""
    syndic_address: str = ""
    syndic_contact: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "enterprise_number", enterprise_number(self.enterprise_number))


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Who reads the paper. `salutation` is a whole line in `language`, empty for the neutral one; `country` is ISO."""

    names: tuple[str, ...]
    address: tuple[str, ...]
    language: str
    country: str = "BE"
    salutation: str = ""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What all papers have; `duplicate` marks a later print of a paper already sent."""

    sender: Sender
    issued_on: date
    reference: str = ""
    duplicate: bool = False


@dataclass(frozen=True, kw_only=True)
class Holder:
    """One person's right on a lot: `part` is (numerator, denominator), `address` (street, place) or empty."""

    name: str
    part: tuple[int, int]
    right: Right
    address: tuple[str, ...] = ()
    since: date | None = None


@dataclass(frozen=True, kw_only=True)
class RegisterLot:
    """A lot and its holders. `vote_suspended`: several hold it and named no representative (art. 3.87 §1)."""

    number: str
    type: LotType
    shares: int
    floor: int | None = None
    area_m2: Decimal | None = None
    holders: tuple[Holder, ...] = ()
    representative: str = ""
    vote_suspended: bool = False


@dataclass(frozen=True, kw_only=True)
class RegisterPaper(Paper):
    """The list that the syndic keeps and shows on request (art. 3.89 §5 14°); `recipient` none: for the file."""

    on: date
    deed_total: int
    lots: tuple[RegisterLot, ...]
    deed: str = ""
    recipient: Recipient | None = None


@dataclass(frozen=True, kw_only=True)
class Holding:
    """A lot as one person holds it; `shares` are those of the whole lot."""

    number: str
    type: LotType
    shares: int
    part: tuple[int, int]
    right: Right
    floor: int | None = None
    since: date | None = None


@dataclass(frozen=True, kw_only=True)
class CertificatePaper(Paper):
    """What the register says that `person` holds on a day. The addressee may be someone else, such as a notary."""

    recipient: Recipient
    person: str
    on: date
    deed_total: int
    holdings: tuple[Holding, ...]

    def __post_init__(self) -> None:
        if not self.holdings:
            raise Invalid("This person holds no right in this co-ownership on that date.", field="on")


@dataclass(frozen=True, kw_only=True)
class LetterPaper(Paper):
    """A letter: subject, paragraphs and enclosures are written by the syndic in the recipient's language."""

    recipient: Recipient
    subject: str
    paragraphs: tuple[str, ...] = ()
    enclosures: tuple[str, ...] = ()


@dataclass(frozen=True)
class TypeTotal:
    """How many lots of a type and the shares they bear."""

    type: LotType
    lots: int
    shares: int


@dataclass(frozen=True)
class Totals:
    """The foot of the register; `counted` is the number of lots that are not NOT_COUNTED."""

    by_type: tuple[TypeTotal, ...]
    lots: int
    counted: int
    shares: int
    deed: int

    @property
    def difference(self) -> int:
        """Shares of the lots less those of the deed: negative when some are missing."""
        return self.shares - self.deed


def totals(lots: Iterable[RegisterLot], deed_total: int) -> Totals:
    """Lots and shares per type, against the total of the deed of base."""
    lots = list(lots)
    by_type = [
        TypeTotal(kind, len(of_kind), sum(lot.shares for lot in of_kind))
        for kind in LotType
        if (of_kind := [lot for lot in lots if lot.type is kind])
    ]
    counted = sum(lot.type not in NOT_COUNTED for lot in lots)
    return Totals(tuple(by_type), len(lots), counted, sum(lot.shares for lot in lots), deed_total)


def held_shares(holdings: Iterable[Holding]) -> int:
    """Shares of the lots a person has a right on; a lot held by two rights counts once."""
    return sum({holding.number: holding.shares for holding in holdings}.values())


def one_line(address: tuple[str, ...]) -> str:
    """Street, place: a postcode and its town stay together at the end of a line."""
    return ", ".join((*address[:-1], address[-1].replace(" ", NBSP))) if address else ""


def country_code(text: str) -> str:
    """The two-letter code of a country written as a code or a name, Belgium for nothing; an unknown name stays."""
    return read_country(text).value or text.strip() or "BE"


def abroad(country: str) -> str:
    """The country's code or name, empty for Belgium."""
    code = country_code(country)
    return "" if code == "BE" else code


def paragraphs(text: str) -> tuple[str, ...]:
    """A typed text, cut where a line is left empty; single line breaks stay."""
    return filled(re.split(r"\n\s*\n", text.replace("\r\n", "\n")))


def check_letter(subject: str, body: str, enclosures: Collection[str]) -> None:
    """Refuses a letter that says nothing, or more than a letter does; every wrong field at once."""
    errors: dict[str, DomainError] = {}
    for field, text, most in (("subject", subject, SUBJECT), ("body", body, BODY)):
        if not text.strip():
            errors[field] = Invalid("This field is required.", field=field)
        elif len(text) > most:
            errors[field] = Invalid("Use at most {max_length} characters.", field=field, max_length=most)
    if len(enclosures) > ENCLOSURES or any(len(line) > SUBJECT for line in enclosures):
        errors["enclosures"] = Invalid(
            "Name at most {most} enclosures, each in one line.", field="enclosures", most=ENCLOSURES
        )
    if errors:
        raise Invalid.together(errors)


def natural(number: str) -> list[tuple[bool, int, str]]:
    """Sort key of lot numbers as people count: A2 before A10, digits before letters."""
    pieces = re.findall(r"\d+|\D+", number.casefold())
    return [(not piece.isdecimal(), int(piece) if piece.isdecimal() else 0, piece) for piece in pieces]


def grouped(value: int) -> str:
    """10 000, with a no-break space and a true minus sign, alike in the four languages."""
    return f"{value:,}".replace(",", NBSP).replace("-", "−")


def of_total(shares: int, total: int) -> str:
    """Shares beside their denominator, unbreakable: 820 / 10 000."""
    return f"{grouped(shares)}{NBSP}/{NBSP}{grouped(total)}"


def fraction(part: tuple[int, int]) -> str:
    """A part of a lot in lowest terms: 2/4 is 1/2; a whole is 1/1."""
    lowest = Fraction(*part)
    return f"{lowest.numerator}/{lowest.denominator}"


def floor(value: int | None) -> str:
    """The storey, 0 being the ground floor and −1 the first below; empty when unknown."""
    return grouped(value) if value is not None else ""


def area(value: Decimal | None) -> str:
    """Square metres with two decimals and a comma; empty when unknown."""
    return f"{value:,.2f}".replace(",", NBSP).replace(".", ",") if value is not None else ""


def enterprise_number(text: str) -> str:
    """0777.041.264 from any writing of it; Invalid when absent or when its check digits (97 − n mod 97) are wrong."""
    digits = re.sub(r"\D", "", text)
    if not digits:
        raise Invalid(
            "The co-ownership has no enterprise number. Each document it issues must show one (art. 3.86 §1).",
            field="kbo",
        )
    if len(digits) != 10 or 97 - int(digits[:8]) % 97 != int(digits[8:]):
        raise Invalid("“{number}” is not a Belgian enterprise number.", field="kbo", number=text)
    return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"


def address_block(recipient: Recipient, country: str) -> tuple[str, ...]:
    """The lines in the window: names, street, place and, abroad, `country` in capitals on the last line.

    A long line goes on to the next one. Invalid when the address is incomplete or takes more than six lines: nothing
    that the postman needs is ever cut.
    """
    names, place = filled(recipient.names), filled(recipient.address)
    if not names or not place:
        raise Invalid("The postal address is incomplete: it needs a name, a street and a place.", field="address")
    abroad = [country.upper()] if recipient.country != "BE" else []
    lines = [piece for line in (*names, *place, *abroad) for piece in _wrapped(line)]
    if len(lines) > WINDOW_LINES:
        raise Invalid(
            "The postal address takes {lines} lines, the window of the envelope shows {most}. Shorten it.",
            field="address",
            lines=len(lines),
            most=WINDOW_LINES,
        )
    return tuple(lines)


def filled(lines: Iterable[str]) -> tuple[str, ...]:
    """The lines that say something, trimmed."""
    return tuple(line.strip() for line in lines if line.strip())


def _wrapped(line: str) -> list[str]:
    rows: list[str] = []
    for word in line.split():
        longer = f"{rows[-1]} {word}" if rows else word
        rows[-1:] = [longer] if not rows or width_in_window(longer) <= WINDOW_WIDTH else [rows[-1], word]
    return rows


def width_in_window(line: str) -> int:
    """How wide Inter sets a line, in hundredths of an em, rather too much than too little."""
    return sum(next((ems for ems, letters in _EMS if letter in letters), 77) for letter in line)
