"""What each column of a register is: headings in French, Dutch, German or English, and what stands above them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from stdnum.be import vat

from koprogo_app.modules.parsing.rules import fold
from koprogo_app.modules.sheets.rules import Sheet


class Field(StrEnum):
    LOT = "lot"
    TYPE = "type"
    FLOOR = "floor"
    AREA = "area"
    SHARES = "shares"
    PART = "part"
    OWNER = "owner"  # full name, perhaps several persons
    LAST_NAME = "last_name"
    FIRST_NAME = "first_name"
    TITLE = "title"
    COMPANY = "company"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    POSTCODE = "postcode"
    CITY = "city"
    COUNTRY = "country"
    LANGUAGE = "language"
    CONSENT = "consent"
    IBAN = "iban"
    KBO = "kbo"
    OWNER_NUMBER = "owner_number"
    REPRESENTATIVE = "representative"
    SPLIT = "split"  # how the persons named in one cell share it; never guessed from a heading
    REMARK = "remark"
    KEY = "key"
    IGNORE = "ignore"


class Role(StrEnum):
    LOTS = "lots"
    OWNERS = "owners"
    NONE = "none"


SEVERAL = {Field.KEY, Field.REMARK, Field.ADDRESS, Field.IGNORE}  # fields that more than one column may fill

# Folded headings (no accent, no punctuation, no figure). An abbreviation needs no entry: "superf" is "superficie".
WORDS: Mapping[Field, str] = {
    Field.LOT: "lot|n lot|no lot|nr lot|numero lot|numero de lot|numero du lot|lot n|kavel|kavelnummer"
    "|kavel nr|nr kavel|los|los nr|losnummer|los nummer|unit|unit number|lot number|bien"
    "|entiteit|einheit|privatief|code lot",
    Field.TYPE: "nature|type|soort|aard|art|typ|kind|nature du lot|type de lot|type lot|soort kavel|type kavel|losart"
    "|art des loses|unit type|destination|bestemming|bezeichnung|description|omschrijving|designation",
    Field.FLOOR: "etage|niveau|verdieping|verdiep|stockwerk|geschoss|stock|floor|level|bouwlaag",
    Field.AREA: "superficie|surface|oppervlakte|flache|wohnflache|area|surface m|opp m|bewoonbare oppervlakte|metrage",
    Field.SHARES: "quotites|quotite|quotites generales|quote part|quotes parts|milliemes|dix milliemes|tantiemes"
    "|aandelen|duizendsten|tienduizendsten|quotiteiten|quotiteit|anteile|tausendstel|zehntausendstel|miteigentumsanteile"
    "|miteigentumsanteil|shares|thousandths|parts communes",
    Field.PART: "part|part du lot|fraction|deel|aandeel in kavel|anteil|anteil am los|bruchteil|breukdeel"
    "|share of the lot|part dans le lot|pourcentage|percentage|prozent|aandeel|part of the lot|ownership",
    Field.OWNER: "proprietaire|proprietaires|proprietaire s|coproprietaire|coproprietaires|nom et prenom|nom prenom"
    "|prenom et nom|eigenaar|eigenaars|eigenaar s|mede eigenaar|mede eigenaars|naam en voornaam|naam eigenaar"
    "|eigentumer|miteigentumer|name und vorname|owner|owners|co owner|full name|nom du proprietaire",
    Field.LAST_NAME: "nom|nom de famille|naam|achternaam|familienaam|name|nachname|familienname|zuname|last name"
    "|surname",
    Field.FIRST_NAME: "prenom|prenoms|voornaam|voornamen|vorname|vornamen|first name|given name|vorname firma"
    "|prenom societe|voornaam firma",
    Field.TITLE: "civilite|titre|aanspreking|aanhef|aanspreektitel|anrede|titel|title|salutation",
    Field.COMPANY: "societe|raison sociale|denomination|denomination sociale|firma|bedrijf|vennootschap|firmennaam"
    "|unternehmen|company|company name|entreprise",
    Field.EMAIL: "e mail|email|mail|courriel|adresse mail|adresse e mail|adresse email|mailadres|e mailadres"
    "|e mail adres|emailadres|e mail adresse|email address|adresse electronique",
    Field.PHONE: "telephone|gsm|mobile|portable|n de telephone|numero de telephone|telefoon|telefoonnummer|gsm nummer"
    "|telefon|telefonnummer|handy|mobiltelefon|phone|phone number|mobile phone|tel gsm|telephone gsm|mobiel",
    Field.ADDRESS: "adresse|adresse de correspondance|adresse postale|rue|rue et numero|rue n|domicile|adres"
    "|correspondentieadres|straat|straat en nr|straat en nummer|straat nr|strasse|strasse nr|strasse und hausnummer"
    "|anschrift|postanschrift|address|street|postal address|adresse domicile|boite|bus|bte|address line",
    Field.POSTCODE: "cp|code postal|postcode|plz|postleitzahl|postal code|zip|zip code|postnummer",
    Field.CITY: "localite|ville|commune|gemeente|plaats|stad|woonplaats|ort|stadt|gemeinde|wohnort|city|town"
    "|municipality",
    Field.COUNTRY: "pays|land|country|staat",
    Field.LANGUAGE: "langue|taal|sprache|language|lg|lang|la|rol linguistique|taalrol",
    Field.CONSENT: "consentement|consentement e mail|consentement email|accord e mail|accord mail|toestemming"
    "|toestemming e mail|toestemming mail|akkoord e mail|zustimmung|zustimmung e mail|einwilligung|einwilligung e mail"
    "|consent|e mail consent|email consent|convocation par e mail|convocation par mail|oproeping per e mail",
    Field.IBAN: "iban|compte|compte bancaire|n de compte|numero de compte|rekening|rekeningnummer|bankrekening|konto"
    "|kontonummer|bankkonto|bank account|account number|bankverbindung",
    Field.KBO: "bce|n bce|numero bce|n d entreprise|numero d entreprise|tva|n tva|numero tva|kbo|kbo nummer|kbo nr"
    "|ondernemingsnummer|btw|btw nummer|btw nr|unternehmensnummer|zdu|mwst nummer|mwst nr|enterprise number|vat"
    "|vat number|cbe|company number",
    Field.OWNER_NUMBER: "n proprietaire|numero proprietaire|code proprietaire|id proprietaire|proprietaire n"
    "|n coproprietaire|eigenaarsnummer|eigenaar nr|nr eigenaar|nummer eigenaar|eigenaar id|eigentumer nr"
    "|eigentumernummer|eigentumer nummer|nr eigentumer|owner number|owner no|owner id|code client|klantnummer",
    Field.REPRESENTATIVE: "representant|mandataire|vertegenwoordiger|lasthebber|gevolmachtigde|vertreter"
    "|bevollmachtigter|representative|proxy",
    Field.REMARK: "remarque|remarques|observation|observations|commentaire|commentaires|note|notes|opmerking"
    "|opmerkingen|nota|bemerkung|bemerkungen|anmerkung|anmerkungen|notiz|remark|remarks|comment|comments|info",
}  # fmt: skip
# "Nr." alone is the lot's number in a list of lots, the owner's in a list of owners.
BARE_NUMBER = {"n", "no", "nr", "num", "numero", "nummer", "number", "id", "code"}
KEY_WORDS = {"cle", "cles de repartition", "cle de repartition", "verdeelsleutel", "sleutel", "key", "lift"}
KEY_STEMS = ("schlussel", "sleutel", "ascens", "aufzug", "liftkost", "chauff", "verwarm", "heiz", "eau ", "warmwasser")
DENOMINATOR_WORDS = (
    (r"cent milliemes?|honderdduizendsten?|hunderttausendstel", 100_000),
    (r"dix milliemes?|tienduizendsten?|zehntausendstel", 10_000),
    (r"milliemes?|duizendsten?|tausendstel|thousandths?", 1_000),
    (r"centiemes?|hundertstel|hundredths?", 100),
)
OVER = re.compile(r"/\s*(\d{1,3}(?:[ .'’]\d{3})+|\d{2,9})(?!\d)")
HEADER_WITHIN = 50  # rows
LONGEST_KEY = 90  # characters, a number beside it
CERTAIN, LIKELY, MAYBE, BY_CONTENT = 100, 90, 75, 60  # confidence of a column, in per cent


@dataclass(frozen=True, slots=True)
class Column:
    """One column and what it holds. `name`: of a distribution key, as its heading says."""

    index: int
    heading: str
    field: Field
    confidence: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class SheetMap:
    """How one sheet is read. `header` is the row of the headings, from 0; -1 when there is none."""

    sheet: int
    role: Role
    header: int
    columns: tuple[Column, ...]


def denominator(heading: str) -> int | None:
    """The whole that a heading names: "Quotités /10.000" and "Tausendstel"."""
    if found := OVER.search(heading):
        return int(re.sub(r"\D", "", found[1])) or None
    words = fold(heading)
    return next((whole for pattern, whole in DENOMINATOR_WORDS if re.search(rf"\b(?:{pattern})\b", words)), None)


@cache
def _phrases() -> dict[str, list[Field]]:
    known: dict[str, list[Field]] = {}
    for field, phrases in WORDS.items():
        for phrase in phrases.split("|"):
            known.setdefault(phrase, []).append(field)
    return known


@cache
def guess(heading: str) -> tuple[tuple[int, Field], ...]:
    """What a heading may mean, the likeliest first, with a confidence in per cent."""
    if not heading or len(heading) > 60:
        return ()
    bare = fold(re.sub(r"\([^)]*\)", " ", heading)) or fold(heading)
    words = " ".join(re.sub(r"\b(?:m2|qm|eur)\b|\d+", " ", bare).split())
    if not words:
        return ()
    tokens = words.split()
    if KEY_WORDS & {words, *tokens} or any(stem in words for stem in KEY_STEMS):
        return ((CERTAIN if {"cle", "sleutel"} & set(tokens) or "schlussel" in words else LIKELY, Field.KEY),)
    scores: dict[Field, int] = {}
    for phrase, fields in _phrases().items():
        score = _likeness(words, tokens, phrase)
        for field in fields if score else ():
            scores[field] = max(score, scores.get(field, 0))
    return tuple(sorted(((score, field) for field, score in scores.items()), reverse=True))


def _likeness(words: str, tokens: list[str], phrase: str) -> int:
    if words == phrase:
        return CERTAIN
    parts = phrase.split()
    if len(tokens) == len(parts) and all(p.startswith(t) and len(t) > 1 for t, p in zip(tokens, parts, strict=True)):
        return LIKELY - (5 if len(words) < 3 else 0)
    if len(phrase) > 3 and set(parts) < set(tokens):
        return MAYBE + min(len(parts), 5)
    return 0


def propose(book: Sequence[Sheet]) -> list[SheetMap]:
    """A first reading of each sheet, which the person may change by hand."""
    return [map_sheet(index, sheet) for index, sheet in enumerate(book)]


def map_sheet(index: int, sheet: Sheet, header: int | None = None) -> SheetMap:
    """Read one sheet under the given row of headings, or under the row that looks most like one."""
    row = find_header(sheet) if header is None else header
    headings = sheet.rows[row] if 0 <= row < len(sheet.rows) else ()
    width = max((len(cells) for cells in sheet.rows), default=0)
    fields = _assign(headings)
    for column, field in _by_content(sheet, row, width, set(fields.values())):
        if column not in fields:
            fields[column] = (BY_CONTENT, field)
    role = _role({field for _, field in fields.values()}, headings)
    _settle_bare_number(fields, headings, role)
    _settle_name(fields)
    columns = tuple(_column(i, headings[i] if i < len(headings) else "", fields.get(i)) for i in range(width))
    return SheetMap(index, role, row, columns)


def _column(index: int, heading: str, guessed: tuple[int, Field] | None) -> Column:
    confidence, field = guessed or (0, Field.IGNORE)
    return Column(index, heading, field, confidence, heading if field == Field.KEY else "")


def find_header(sheet: Sheet) -> int:
    """The row that names most fields, among the first; -1 when no row names two."""
    scores = [sum(score for score, _ in _assign(row).values()) for row in sheet.rows[:HEADER_WITHIN]]
    best = max(range(len(scores)), key=lambda i: scores[i], default=-1)
    return best if best >= 0 and len(_assign(sheet.rows[best])) >= 2 else -1


def _assign(headings: Sequence[str]) -> dict[int, tuple[int, Field]]:
    """Each column its likeliest field; a field that only one column may fill goes to the surest, then the first."""
    claims = [(-score, i, field) for i, text in enumerate(headings) for score, field in guess(text.replace("\n", " "))]
    taken: dict[int, tuple[int, Field]] = {}
    for score, i, field in sorted(claims):
        if i not in taken and (field in SEVERAL or field not in {f for _, f in taken.values()}):
            taken[i] = (-score, field)
    return taken


def _by_content(
    sheet: Sheet, header: int, width: int, taken: Iterable[tuple[int, Field]]
) -> Iterator[tuple[int, Field]]:
    """Columns without a heading, or with an unknown one, whose cells speak for themselves."""
    known = {field for _, field in taken}
    patterns = {Field.EMAIL: r"\S+@\S+\.\w+", Field.IBAN: r"[A-Z]{2}\d{2}[ ]?(?:\w{4}[ ]?){2,7}\w{0,4}"}
    for column in range(width):
        cells = [row[column] for row in sheet.rows[header + 1 :][:200] if column < len(row) and row[column]]
        for field, pattern in patterns.items():
            hits = sum(bool(re.fullmatch(pattern, cell)) for cell in cells)
            if field not in known and cells and hits * 2 > len(cells):
                known.add(field)
                yield column, field


def _role(fields: set[Field], headings: Sequence[str]) -> Role:
    numbered = Field.LOT in fields or any(fold(text) in BARE_NUMBER for text in headings)
    if (numbered and fields & {Field.SHARES, Field.TYPE, Field.AREA, Field.PART}) or Field.SHARES in fields:
        return Role.LOTS
    if fields & {Field.OWNER, Field.LAST_NAME, Field.COMPANY}:
        return Role.LOTS if Field.LOT in fields else Role.OWNERS
    return Role.NONE


def _settle_bare_number(fields: dict[int, tuple[int, Field]], headings: Sequence[str], role: Role) -> None:
    wanted = Field.OWNER_NUMBER if role == Role.OWNERS else Field.LOT
    if any(field == wanted for _, field in fields.values()):
        return
    for i, text in enumerate(headings):
        if fold(text) in BARE_NUMBER and i not in fields:
            fields[i] = (LIKELY, wanted)
            return


def _settle_name(fields: dict[int, tuple[int, Field]]) -> None:
    """ "Nom" without a column of first names is the full name."""
    found = {field for _, field in fields.values()}
    if Field.FIRST_NAME in found or Field.OWNER in found:
        return
    for i, (score, field) in fields.items():
        if field == Field.LAST_NAME:
            fields[i] = (min(score, LIKELY), Field.OWNER)


def with_key_names(sheet: SheetMap) -> SheetMap:
    """Each key's column under a name of its own: its heading, numbered when another column has the same one."""
    taken: set[str] = set()
    columns: list[Column] = []
    for column in sheet.columns:
        if column.field == Field.KEY:
            name = " ".join((column.name or column.heading).split())[:LONGEST_KEY] or f"({column.index + 1})"
            again = sum(other == name or other.startswith(f"{name} (") for other in taken)
            column = replace(column, name=f"{name} ({again + 1})" if name in taken else name)
            taken.add(column.name)
        columns.append(column)
    return replace(sheet, columns=tuple(columns))


def mapping_to_list(mapping: Iterable[SheetMap]) -> list[dict[str, Any]]:
    """The reading as JSON, for the wizard to keep and the person to change."""
    return [asdict(sheet) for sheet in mapping]


def mapping_from_list(data: Iterable[Mapping[str, Any]]) -> list[SheetMap]:
    """What `mapping_to_list` wrote."""
    return [
        SheetMap(
            int(sheet["sheet"]),
            Role(sheet["role"]),
            int(sheet["header"]),
            tuple(
                Column(int(c["index"]), c["heading"], Field(c["field"]), int(c["confidence"]), c.get("name", ""))
                for c in sheet["columns"]
            ),
        )
        for sheet in data
    ]


KBO = re.compile(r"\b(?:BE\s*)?[01]?\d{3}[. ]?\d{3}[. ]?\d{3}\b")
DAY = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b")
ADDRESS = re.compile(r"^(?P<address>[^,\d][^,]*\d[^,]*?)[,\s-]+(?:B-)?(?P<postcode>[1-9]\d{3})\s+(?P<city>[^\d,]+)$")
ASSOCIATION = re.compile(
    r"^(?:ACP|VME|AVC|VvE|Association des copropriétaires|Vereniging van mede-eigenaars)\b[\s:–-]*", re.IGNORECASE
)
REGISTERED = re.compile(r"[\s,;:–-]*\b(?:BCE|KBO|ZDU|CBE|n° d.entreprise|ondernemingsnummer)?[\s:°.]*$", re.IGNORECASE)


def suggest_building(book: Sequence[Sheet], mapping: Sequence[SheetMap]) -> dict[str, str]:
    """Name, number, address and date that stand above the headings: offered to the person, never taken unseen.

    Keys: name, kbo, address, postcode, city, as_of (ISO), deed_total; only those found.
    """
    found: dict[str, str] = {}
    for sheet in mapping:
        for row in book[sheet.sheet].rows[: max(sheet.header, 0)]:
            for text in filter(None, row):
                for name, value in _preamble(text):
                    found.setdefault(name, value)
        for column in sheet.columns:
            if column.field == Field.SHARES and (whole := denominator(column.heading)):
                found.setdefault("deed_total", str(whole))
    return found


def _preamble(text: str) -> Iterator[tuple[str, str]]:
    if address := ADDRESS.match(text):
        yield from ((name, value.strip()) for name, value in address.groupdict().items())
        return
    number = KBO.search(text)
    if number and vat.is_valid(number[0]):
        yield "kbo", str(vat.compact(number[0]))
        text = REGISTERED.sub("", text[: number.start()])
    if day := DAY.search(text):
        with suppress(ValueError):  # 31/02
            yield "as_of", date(int(day[3]), int(day[2]), int(day[1])).isoformat()
        return
    if name := ASSOCIATION.sub("", text).strip():
        yield "name", name
