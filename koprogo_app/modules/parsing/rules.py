"""Values as people write them in Belgian registers. What is not certain becomes a problem, never a guess."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache, lru_cache
from typing import Generic, TypeVar

from koprogo_app.core.i18n import N_
from koprogo_app.core.trade import LotType

T = TypeVar("T")


class Severity(StrEnum):
    BLOCK = "block"  # arithmetic or identity: nothing can be imported
    LATER = "later"  # the register can be completed after the import


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text is not a value: a stable code, a msgid with its params, and perhaps a text to put in its place."""

    code: str
    message: str
    params: Mapping[str, str | int] = default(default_factory=dict[str, "str | int"])
    severity: Severity = Severity.LATER
    proposal: str = ""


@dataclass(frozen=True, slots=True)
class Parsed(Generic[T]):
    """A value, or a problem, or neither for an empty cell."""

    value: T | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class ShareCount:
    """Shares as written, perhaps over a whole: 120/1000. Exact; most deeds count in integers."""

    amount: Decimal
    whole: int | None = None


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """Small letters, no accent, no punctuation: "N° Lot (m²)" and "n lot m2" compare alike."""
    flat = unicodedata.normalize("NFKD", text.replace("°", " ").casefold())
    letters = (char if char.isalnum() else " " for char in flat if not unicodedata.combining(char))
    return " ".join("".join(letters).split())


EXACT = "\u2060"  # the mark of sheets.rules: a number cell, whose dot parts the decimals


def plain_text(text: str) -> str:
    """One space between words, whatever kind the file has."""
    return " ".join(text.replace(EXACT, "").split())


def words(text: str) -> frozenset[str]:
    """A set written on a line, between bars."""
    return frozenset(text.split("|"))


# --- Numbers ---------------------------------------------------------------------------------------------------------

GROUPED = re.compile(
    r"\d{1,3}(?:([ '’])\d{3})(?:\1\d{3})*(?:[.,]\d+)?|\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:,\d{3})+\.\d+"
    r"|\d{1,3}(?:\.\d{3}){2,}|\d{1,3}(?:,\d{3}){2,}"
)
TWO_WAYS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")  # "1.234": thousand or decimals? (a grouped number never starts with 0)
DECIMAL = re.compile(r"\d+(?:[.,]\d+)?")
LOOKALIKES = str.maketrans("OoQlI|", "000111")


def read_number(text: str) -> Parsed[Decimal]:
    """A number not below zero. Space, apostrophe, dot or comma may part the thousands; comma or dot the decimals."""
    plain = plain_text(text)
    if not plain:
        return Parsed()
    if GROUPED.fullmatch(plain):
        return Parsed(_decimal(plain))
    if TWO_WAYS.fullmatch(plain) and EXACT not in text:
        whole = re.sub(r"\D", "", plain)
        message = N_("“{text}” can be a thousand or decimals: write it without a separator.")
        return Parsed(problem=Problem("ambiguous", message, {"text": text}, proposal=whole))
    if DECIMAL.fullmatch(plain):
        return Parsed(Decimal(plain.replace(",", ".")))
    return Parsed(problem=Problem("number", N_("“{text}” is not a number."), {"text": text}, proposal=_likely(plain)))


def _decimal(grouped: str) -> Decimal:
    mark = max(grouped.rfind(","), grouped.rfind("."))
    separators = set(re.sub(r"\d", "", grouped))
    if mark < 0 or (len(separators) == 1 and grouped.count(grouped[mark]) > 1):
        return Decimal(re.sub(r"\D", "", grouped))
    return Decimal(re.sub(r"\D", "", grouped[:mark]) + "." + grouped[mark + 1 :])


def _likely(plain: str) -> str:
    """Digits with a stray space ("6 90") or a letter that looks like one ("82O")."""
    for candidate in (plain.replace(" ", ""), plain.translate(LOOKALIKES)):
        if re.search(r"\d", plain) and re.fullmatch(r"\d+", candidate):
            return candidate
    return ""


@lru_cache(maxsize=10_000)
def read_shares(text: str) -> Parsed[ShareCount]:
    """The shares of a lot ("820", "690,0", "120/1000"), exact. Every problem blocks: the sum is the deed's."""
    amount, slash, whole = " ".join(text.split()).partition("/")
    if amount.strip().endswith("‰"):
        amount, slash, whole = amount.strip()[:-1], "/", "1000"
    number, over = read_number(amount.strip()), read_number(whole.strip())
    if over.problem and over.problem.code == "ambiguous":  # a denominator is never a decimal
        over = Parsed(Decimal(over.problem.proposal))
    if slash and (over.value is None or over.value < 1 or over.value % 1):
        return Parsed(problem=Problem("number", N_("“{text}” is not a number."), {"text": text}, Severity.BLOCK))
    if problem := number.problem:
        proposal = f"{problem.proposal}/{int(over.value)}" if problem.proposal and over.value else problem.proposal
        return Parsed(problem=Problem(problem.code, problem.message, {"text": text}, Severity.BLOCK, proposal))
    if number.value is None:
        return Parsed()
    if number.value == 0:
        return Parsed(problem=Problem("zero", N_("A lot has at least one share."), severity=Severity.BLOCK))
    return Parsed(ShareCount(number.value, int(over.value) if over.value else None))


@lru_cache(maxsize=10_000)
def read_weight(text: str) -> Parsed[ShareCount]:
    """A lot's part in a distribution key: a whole number, zero or a dash for none; "71/654" names the total too."""
    if plain_text(text) in {"-", "–", "—", "0"} or re.fullmatch(r"0+([.,]0+)?", plain_text(text)):
        return Parsed(ShareCount(Decimal(0)))
    parsed = read_shares(text)
    if parsed.value and parsed.value.amount % 1:
        message = N_("“{text}” must be a whole number.")
        return Parsed(problem=Problem("whole", message, {"text": text}, Severity.BLOCK))
    return parsed


@lru_cache(maxsize=10_000)
def read_area(text: str) -> Parsed[Decimal]:
    """Square metres with two decimals at most: "92,5", "78 m2"."""
    plain = re.sub(r"\s*(?:m2|m²|m\^2|qm|sqm|m)\.?$", "", " ".join(text.split()), flags=re.IGNORECASE)
    parsed = read_number(plain)
    if problem := parsed.problem:
        proposal = "" if problem.code == "ambiguous" else problem.proposal
        return Parsed(problem=Problem("area", N_("“{text}” is not an area in m²."), {"text": text}, proposal=proposal))
    if parsed.value is None or (0 < parsed.value < WIDEST and parsed.value == round(parsed.value, 2)):
        return parsed
    message = N_("An area is more than zero, with two decimals at most.")
    return Parsed(problem=Problem("area", message))


WIDEST = 10**8  # square metres
FINEST = 10**9  # the largest denominator the register keeps
SIMPLE = (1, 2, 3, 4, 5, 6, 8, 9, 10, 12)  # denominators that a rounded percentage usually hides
FRACTION = re.compile(r"(\d{1,9})\s*/\s*(\d{1,9})")


@lru_cache(maxsize=10_000)
def read_part(text: str) -> Parsed[Fraction]:
    """The part of a lot that a person holds, exact: "1/2", "50%", "0,5". "33,33 %" is a problem: 1/3 is proposed."""
    plain = unicodedata.normalize("NFKC", plain_text(text)).replace("\u2044", "/")
    if not plain:
        return Parsed()
    if day := re.fullmatch(r"\d{4}-(\d\d)-(\d\d)", plain):  # a spreadsheet turns 1/2 into 1 February
        return _part_problem(text, f"{int(day[2])}/{int(day[1])}")
    if found := FRACTION.fullmatch(plain):
        top, bottom = int(found[1]), int(found[2])
        return _within_one(text, Fraction(top, bottom)) if bottom else _part_problem(text)
    percent = plain.endswith("%")
    number = re.sub(r"\s*%$", "", plain)
    if not DECIMAL.fullmatch(number):
        return _part_problem(text)
    if not percent and number == "100":
        return _part_problem(text, "1/1")
    exact = Fraction(number.replace(",", ".")) / (100 if percent else 1)
    step = Fraction(1, 10 ** (len(re.split("[.,]", number, maxsplit=1)[1]) if re.search("[.,]", number) else 0))
    return _rounded(text, exact, step / (100 if percent else 1)) or _within_one(text, exact)


def _rounded(text: str, exact: Fraction, step: Fraction) -> Parsed[Fraction] | None:
    near = [Fraction(round(exact * d), d) for d in SIMPLE]
    hidden = [f for f in near if f.denominator % 3 == 0 and (abs(f - exact) <= step / 2 or 0 < f - exact < step)]
    if not hidden or exact in near:
        return None
    simple = min(hidden, key=lambda f: (f.denominator, abs(f - exact)))
    message = N_("“{text}” looks rounded: a part is an exact fraction.")
    proposal = f"{simple.numerator}/{simple.denominator}"
    return Parsed(problem=Problem("rounded", message, {"text": text}, Severity.BLOCK, proposal))


def _within_one(text: str, part: Fraction) -> Parsed[Fraction]:
    if part.denominator > FINEST:  # 1/7 in a number cell: 0.142857142857143
        return _part_problem(text, str(part.limit_denominator(1000)))
    return Parsed(part) if 0 < part <= 1 else _part_problem(text)


def _part_problem(text: str, proposal: str = "") -> Parsed[Fraction]:
    message = N_("“{text}” is not a part of a lot, such as 1/2 or 50 %.")
    return Parsed(problem=Problem("part", message, {"text": text}, Severity.BLOCK, proposal))


# --- Words -----------------------------------------------------------------------------------------------------------

GROUND = words(
    "rdc|rez|rez de chaussee|rez de ch|rch|r|gv|gvl|gelijkvloers|gelijksvloers|bg|begane grond|eg|erdgeschoss|parterre"
    "|ground|ground floor|gf"
)
BELOW = words("sous sol|ss|kelder|kelderverdieping|ondergronds|ug|untergeschoss|kg|keller|kellergeschoss|basement|cave")
FLOOR = re.compile(
    r"(?:etage |et |verd |verdieping |niveau |stock |og ?)?(\d{1,3}) ?"
    r"(?:er|re|e|eme|ieme|ste|de|st|nd|rd|th|og)?(?: (?:etage|et|verd|verdieping|stock|og|obergeschoss|floor))?"
)


@lru_cache(maxsize=10_000)
def read_floor(text: str) -> Parsed[int]:
    """A storey: 0 is the ground floor, -1 the first below."""
    plain = plain_text(text)
    if re.fullmatch(r"[-–−+]?\d{1,3}(?:[.,]0+)?", plain):
        floor = int(re.split("[.,]", plain.replace("–", "-").replace("−", "-"), maxsplit=1)[0])
        if -20 <= floor <= 200:
            return Parsed(floor)
    word = fold(plain)
    if not word:
        return Parsed() if not plain else _floor_problem(text)
    if word in GROUND:
        return Parsed(0)
    if below := re.fullmatch(r"(?:ss|sous sol|ug|kelder|niveau) ?-? ?(\d)", word):
        return Parsed(-int(below[1])) if not word.startswith("niveau") or "-" in plain else Parsed(int(below[1]))
    if (above := FLOOR.fullmatch(word)) and "-" not in plain and int(above[1]) <= 200:
        return Parsed(int(above[1]))
    return _floor_problem(text, "-1" if word in BELOW else "")


def _floor_problem(text: str, proposal: str = "") -> Parsed[int]:
    message = N_("“{text}” is not a storey: write a number, 0 for the ground floor.")
    return Parsed(problem=Problem("floor", message, {"text": text}, proposal=proposal))


TYPES: Mapping[LotType, str] = {
    LotType.APARTMENT: "appartement|app|appt|apt|apartement|duplex|triplex|penthouse|studio|flat|loft|kot|chambre"
    "|wohnung|apartment|maison|woning|wng|logement|whg|maisonnette|souplex|kamer",
    LotType.CELLAR: "cave|kelder|keller|cellar|berging|kelderberging|debarras|reserve|kellerraum|abstellraum|storage"
    "|bergplaats|caveau",
    LotType.PARKING: "garage|parking|emplacement|emplacement de parking|box|box garage|parkeerplaats|autostaanplaats"
    "|staanplaats|garagebox|tiefgarage|stellplatz|tiefgaragenstellplatz|parkplatz|carport|parking space|car park"
    "|place de parking|emplacement parking|parking exterieur|parking interieur|autobox|pkg",
    LotType.COMMERCIAL: "commerce|magasin|bureau|bureaux|handelspand|handelsruimte|winkel|kantoor|gewerbe|laden"
    "|geschaft|ladenlokal|buro|gewerberaum|shop|office|commercial|surface commerciale|rez commercial|horeca|cabinet"
    "|praxis|praktijk|local commercial|profession liberale|gewerbeeinheit",
    LotType.OTHER: "autre|divers|andere|overige|sonstige|other|jardin|tuin|garten|terrasse|terras|local|lokaal|raum"
    "|grenier|zolder|speicher|dachboden|attic|fietsenberging",  # the law leaves out cellars, garages, parkings only
}  # fmt: skip


@cache
def _types() -> dict[str, LotType]:
    return {word: lot_type for lot_type, words in TYPES.items() for word in words.split("|")}


@lru_cache(maxsize=10_000)
def read_type(text: str) -> Parsed[LotType]:
    """The kind of lot, by its word in French, Dutch, German or English; a figure or a letter beside it is no matter."""
    word = fold(text)
    if not word:
        return Parsed()
    known = _types()
    if found := known.get(word) or known.get(re.sub(r"\d+|\b\w\b", "", word).strip()):
        return Parsed(found)
    kinds = {known[token] for token in word.split() if token in known} - {LotType.OTHER}
    message = N_("“{text}” is not a known kind of lot.")
    proposal = next(iter(kinds)).value if len(kinds) == 1 else LotType.OTHER.value
    return Parsed(problem=Problem("type", message, {"text": text}, proposal=proposal))


LANGUAGES: Mapping[str, str] = {
    "fr": "fr|f|fra|francais|frans|franzosisch|french|francophone|franstalig",
    "nl": "nl|n|nld|ned|neerlandais|nederlands|niederlandisch|dutch|neerlandophone|nederlandstalig|vl",
    "de": "de|d|deu|all|allemand|duits|deutsch|german|germanophone|duitstalig",
    "en": "en|e|eng|anglais|engels|englisch|english|ang",
}
YES = words("oui|o|ja|j|yes|y|true|vrai|waar|wahr|1|ok|akkoord|d accord")
NO = words("non|n|nee|neen|nein|no|false|faux|onwaar|falsch|0|geen")


@lru_cache(maxsize=1_000)
def read_language(text: str) -> Parsed[str]:
    """fr, nl, de or en."""
    word = fold(text)
    if not word:
        return Parsed()
    short = word[:2] if re.fullmatch(r"[a-z]{2} [a-z]{2}", word) else word  # "fr-BE"
    for language, words in LANGUAGES.items():
        if short in words.split("|"):
            return Parsed(language)
    return Parsed(problem=Problem("language", N_("“{text}” is not French, Dutch, German or English."), {"text": text}))


@lru_cache(maxsize=1_000)
def read_consent(text: str) -> Parsed[bool]:
    """Whether e-mail may replace the registered letter (art. 3.87 §3); empty is unknown, a cross is not certain."""
    word = fold(text)
    if word in YES | NO:
        return Parsed(word in YES)
    if not text.strip():
        return Parsed()
    proposal = "yes" if word in {"x", "v"} or text.strip() in {"✓", "✔", "☑"} else ""
    return Parsed(problem=Problem("consent", N_("“{text}” is neither yes nor no."), {"text": text}, proposal=proposal))
