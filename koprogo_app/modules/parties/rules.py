"""Who stands in an owner's cell: persons, companies, groups, and their rights on the lot. And who looks like whom."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import fuzz, process

from koprogo_app.core.i18n import N_
from koprogo_app.core.trade import Right
from koprogo_app.modules.parsing.rules import Problem, Severity, fold, plain_text, read_part, words


class Kind(StrEnum):
    PERSON = "person"
    COMPANY = "company"
    GROUP = "group"  # an estate, a family or undivided owners under one name: its members are not told apart


class NameOrder(StrEnum):
    UNKNOWN = ""
    LAST_FIRST = "last_first"
    FIRST_LAST = "first_last"


@dataclass(frozen=True, slots=True)
class Person:
    """`part`: of the lot as written beside the name; `right`: only when it is written."""

    kind: Kind
    last_name: str
    first_name: str = ""
    right: Right | None = None
    part: Fraction | None = None

    @property
    def name(self) -> str:
        return f"{self.last_name} {self.first_name}".strip()


@dataclass(frozen=True, slots=True)
class Party:
    """The persons of one cell. `unordered`: nothing tells which word is the family name; it was read as the first."""

    persons: tuple[Person, ...] = ()
    problems: tuple[Problem, ...] = ()
    unordered: bool = False


FORMS = (
    "SRL|SPRL|SA|NV|BV|BVBA|ASBL|VZW|AISBL|IVZW|SC|SCRL|CV|CVBA|SNC|VOF|GCV|SComm|CommV|SCS|SCA|CVA|GmbH|AG|KG|OHG|mbH"
    "|Ltd|LLC|LLP|Plc|SàRL|SARL|SAS|SCI|SE|GIE|VoG|VoE|Stichting|Fondation|Stiftung|CPAS|OCMW|ÖSHZ|Commune de|Ville de"
    "|Stad|Gemeente|Gemeinde|Intercommunale|Régie"
)
COMPANY = re.compile(rf"(?:^|\s)(?:{FORMS}|(?i:SRL|SPRL|SCRL|SARL|BVBA|CVBA|ASBL|VZW|GmbH))(?:[\s,]|$)")
DOTTED = re.compile(r"\b(?:[A-Z]\.){2,}")  # S.R.L. is SRL
COMPANY_TITLES = {"firma", "societe", "ste", "bedrijf", "company", "vennootschap", "unternehmen", "entreprise"}
COUPLE = (
    r"(?:(?:m|mr|monsieur|dhr|de heer|heer|herr|hr)\.? ?(?:et|en|und|and|&|/|-) ?"
    r"(?:mme|madame|mevr|mevrouw|mw|frau|fr|mrs)|[ée]poux|eheleute|ehepaar|echtpaar|echtgenoten|couple)\b\.?"
)
COUPLE_AT = re.compile(rf"^{COUPLE}\s*", re.IGNORECASE)
GROUP = re.compile(
    r"\b(?:succession|indivision|onverdeeldheid|nalatenschap|erfgenamen|h[ée]ritiers|consorts|famille|familie|fam\."
    r"|erbengemeinschaft|erben|nachlass|hoirie|estate|heirs)\b",
    re.IGNORECASE,
)
TITLE = re.compile(
    r"^(?:m|mr|mme|mlle|monsieur|madame|mademoiselle|dhr|de heer|mevr|mevrouw|mw|herrn?|frau|mrs|ms|me|ma[iî]tre|dr|ir"
    r"|ing)(?:\.\s*|\s+)(?=\S)",
    re.IGNORECASE,
)
JOINT = re.compile(r"\s+(?:et|en|und|and|&)\s+|\s*[&;]\s*", re.IGNORECASE)
BETWEEN = re.compile(r"\s*(?:[;\n]|\s[/+]\s|(?<=\))\s*[/,+])\s*")
APART = re.compile(rf"{JOINT.pattern}|\s*[,/+]\s*", re.IGNORECASE)
LEFT_OVER = re.compile(r"[,+]|/(?!\d)|\s[-–—]\s")  # what may part two persons and stands in no name
QUOTED = re.compile(r'["“„«]\s*([^"“”„«»]+?)\s*["”“»]')  # the person who imports says that it is one name
INITIALS = re.compile(r"(?:[^\W\d_]\.-?)+[^\W\d_]?")
NOTE = re.compile(r"\s*[(\[]([^)\]]*)[)\]]\s*")
PARTICLES = words("de|du|des|van|den|der|d|le|la|les|von|zu|ten|ter|t|op|in|el|al|di|da|dos|das|vande|vanden|vander")
RIGHTS = (
    (r"vruchtgebr|usufr|\bus\b|niessbr|nutzniess", Right.USUFRUCT),
    (r"nue? propri|\bnp\b|blote? eig|bloss|nackt|bare own|naakte? eig", Right.BARE),
    (r"indivis|onverdeeld|ungeteilt|unverteilt|undivided", Right.UNDIVIDED),
    (r"emphyt|erfpacht|erbpacht", Right.EMPHYTEUSIS),
    (r"superfic|opstal|erbbau", Right.SUPERFICIES),
    (r"habitation|bewoning|wohnrecht|wohnungsrecht", Right.HABITATION),
    (r"droit d usage|\busage|recht van gebruik|gebruiksrecht|nutzungsrecht|right of use", Right.USE),
    (r"pleine propr|\bpp\b|volle? eig|volleigentum|alleineigentum|full own|\bve\b", Right.FULL),
)


def read_right(text: str) -> Right | None:
    """A real right named in words (art. 3.87 §1), in four languages."""
    folded = fold(text)
    return next((right for pattern, right in RIGHTS if re.search(pattern, folded)), None)


@lru_cache(maxsize=10_000)
def read_party(
    *,
    full: str = "",
    last: str = "",
    first: str = "",
    title: str = "",
    company: str = "",
    order: NameOrder = NameOrder.UNKNOWN,
) -> Party:
    """The persons that an owner's cells name. Empty cells give an empty party."""
    full, last, first, title, company = map(plain_cell, (full, last, first, title, company))
    name = " ".join(filter(None, (last, first)))
    if company and not name and not full:
        return Party((Person(Kind.COMPANY, company),))
    if fold(title) in COMPANY_TITLES or (name and is_company(name)):
        return Party((Person(Kind.COMPANY, name or full or company),)) if name or full or company else Party()
    if name and last and first and not full:
        return _columns(last, first, title)
    text = full or name
    if COUPLE_AT.match(title):
        text = f"{title} {text}".strip()
    return _cell(text, order) if text else Party()


def plain_cell(text: str) -> str:
    """Line breaks part persons; all else is plain text."""
    return plain_text(re.sub(r"\s*[\r\n]+\s*", " ; ", text.strip()))


def is_company(text: str) -> bool:
    """A name with a legal form, such as "SRL Immo Brabant" or "Ostbelgien Immobilien GmbH"."""
    return bool(COMPANY.search(DOTTED.sub(lambda form: form[0].replace(".", ""), text)))


def _columns(last: str, first: str, title: str) -> Party:
    """Family and first names in columns of their own."""
    last, note = _note(last)
    if quoted := QUOTED.fullmatch(first):
        return Party((Person(Kind.PERSON, last, quoted[1], note),))
    lasts, firsts = APART.split(last), JOINT.split(first)
    if len(firsts) > 1:
        shared = len(lasts) != len(firsts)
        names = [last] * len(firsts) if shared else lasts
        persons = [Person(Kind.PERSON, name, given, note) for name, given in zip(names, firsts, strict=True)]
        problems = _several(persons, f"{last} {first}", "")
        return Party(tuple(persons), (*problems, _one_name(last)) if shared else problems)
    if GROUP.search(last) or COUPLE_AT.match(title) or note == Right.UNDIVIDED:
        couple = title if COUPLE_AT.match(title) else ""
        return _group(f"{couple} {last} {first}".strip(), note)
    person = Person(Kind.PERSON, last, first, note)
    return Party((person,), _several([person], person.name, f"“{first}”"))


def _cell(text: str, order: NameOrder) -> Party:
    """A full name, or several, in one cell."""
    couple = COUPLE_AT.match(text)
    persons: list[Person] = []
    problems: list[Problem] = []
    unordered = False
    for segment in filter(None, BETWEEN.split(text[couple.end() :] if couple else text)):
        party = _segment(segment, order, text.replace(segment, f"“{segment}”", 1))
        persons += party.persons
        problems += party.problems
        unordered |= party.unordered
    if len(persons) == 1 and persons[0].kind == Kind.PERSON and (couple or persons[0].right == Right.UNDIVIDED):
        return _group(NOTE.sub(" ", text).strip(), persons[0].right)
    return Party(tuple(persons), tuple(problems), unordered)


def _segment(segment: str, order: NameOrder, quoted: str) -> Party:
    """Names that share one note: "DUPONT Jean et JANSSENS Marie (usufruit)". `quoted`: the cell with these as one name."""
    problems: list[Problem] = []
    right: Right | None = None
    part: Fraction | None = None
    for note in NOTE.findall(segment):
        fraction = re.search(r"\d+\s*/\s*\d+|\d+(?:[.,]\d+)?\s*%", note)
        found, written = read_right(note), read_part(fraction[0]).value if fraction else None
        right, part = found or right, written or part
        if not found and not written:
            message = N_("“{text}” beside a name was not understood.")
            problems.append(Problem("note", message, {"text": note}))
    name = NOTE.sub(" ", segment).strip(" ,-")
    if not name:
        return Party((), tuple(problems))
    if is_company(name):
        return Party((Person(Kind.COMPANY, name, "", right, part),), tuple(problems))
    if GROUP.search(name):
        group = _group(name, right)
        return replace(group, problems=(*group.problems, *problems))
    persons, shared, unordered = _persons(name, order)
    if not QUOTED.fullmatch(name):
        problems += _several(persons, name, quoted)
    if shared:
        problems.append(_one_name(shared))
    if any(re.search(r"[\d:?*@]", person.name) for person in persons):
        message = N_("“{text}” does not look like a name.")
        problems.append(Problem("name", message, {"text": name}))
    return Party(tuple(replace(p, right=right, part=part) for p in persons), tuple(problems), unordered)


def _persons(name: str, order: NameOrder) -> tuple[list[Person], str, bool]:
    """The persons joined by "et", "en", "und" or "&"; the family name they share; whether the order was unclear."""
    one = QUOTED.fullmatch(name)
    pieces = [one[1]] if one else [TITLE.sub("", piece) for piece in JOINT.split(name) if piece.strip()]
    names: list[tuple[str, str]] = []
    clear = True
    for piece in pieces:
        last, first, sure = split_name(piece, order)
        names.append((last, first))
        clear &= sure
    if len(pieces) == 2:
        (last_1, first_1), (last_2, first_2) = names
        if first_1 and not first_2 and not last_2.isupper():
            return [Person(Kind.PERSON, last_1, first_1), Person(Kind.PERSON, last_1, last_2)], last_1, not clear
        if first_2 and not first_1 and not last_1.isupper():
            return [Person(Kind.PERSON, last_2, last_1), Person(Kind.PERSON, last_2, first_2)], last_2, not clear
    return [Person(Kind.PERSON, last, first) for last, first in names], "", not clear


def _several(persons: Sequence[Person], text: str, quoted: str) -> tuple[Problem, ...]:
    """A couple read as one owner has no wrong sum: whoever imports parts them, or says that it is one (`quoted`)."""
    left = any(LEFT_OVER.search(person.name) or JOINT.search(person.last_name) for person in persons)
    if not left and not any(map(_is_list, JOINT.split(text))):
        return ()
    message = N_("“{text}” may name several persons: write “;” between them, or quotation marks around one.")
    return (Problem("several", message, {"text": text}, Severity.BLOCK, quoted),)


def _is_list(text: str) -> bool:
    """A comma between two whole names ("DUPONT Jean, JANSSENS Marie"), not between a family name and a first name."""
    before, _, after = text.partition(",")
    capitals = [_is_capital(word) for word in before.split() if not _is_particle(word)]
    if not after or (capitals and all(capitals) and not any(map(_is_capital, after.split()))):
        return False  # "GARCÍA LÓPEZ, Juan Carlos"
    return (any(capitals) and not all(capitals)) or (_is_whole(before) and _is_whole(after))


def _is_whole(name: str) -> bool:
    """Two names, not both of one family: "de Brouwer de Hogendorp" is a family name alone, "de Smet Jan" is not."""
    tokens = ["", *name.split()]
    names = [(before, word) for before, word in pairwise(tokens) if not _is_particle(word)]
    return len(names) > 1 and any(not _is_particle(before) for before, _ in names)


def _is_particle(word: str) -> bool:
    """Of a family name: de, van, d'Ydewalle."""
    return fold(word) in PARTICLES or bool(re.match(r"[dlt]['’]", word, re.IGNORECASE))


def split_name(name: str, order: NameOrder = NameOrder.UNKNOWN) -> tuple[str, str, bool]:
    """Family name, first name, and whether it is certain: a comma, capitals or initials tell ("DE SMET Koen", "J. Maes")."""
    if "," in name:
        last, _, first = name.partition(",")
        return last.strip(), first.strip(), True
    tokens = name.split()
    if len(tokens) < 2:
        return name, "", True
    family = [word for word in tokens if not INITIALS.fullmatch(word)]
    if len(family) < len(tokens) and len(family) == _particles(family) + 1:
        return " ".join(family), " ".join(word for word in tokens if word not in family), True
    capitals = [_is_capital(word) for word in tokens]
    if not all(capitals) and any(map(_is_surname, tokens)):
        if capitals[0]:
            count = capitals.index(False)
            return " ".join(tokens[:count]), " ".join(tokens[count:]), not any(capitals[count:])
        if capitals[-1]:
            count = _family_start(tokens, capitals)
            return " ".join(tokens[count:]), " ".join(tokens[:count]), True
    count = _particles(tokens)
    if count == len(tokens) - 1 and count:  # "VAN DEN BROECK": a family name alone
        return name, "", all(capitals)
    if order == NameOrder.FIRST_LAST:
        start = next((i for i, word in enumerate(tokens) if i and fold(word) in PARTICLES), len(tokens) - 1)
        return " ".join(tokens[start:]), " ".join(tokens[:start]), True
    return " ".join(tokens[: count + 1]), " ".join(tokens[count + 1 :]), order == NameOrder.LAST_FIRST


def _is_capital(word: str) -> bool:
    """A family name written so, or part of it; "J.P." is none."""
    return word.isupper() and "." not in word and sum(char.isalpha() for char in word) > 1


def _is_surname(word: str) -> bool:
    """JP may be initials, DE only a particle."""
    return _is_capital(word) and len(word) > 2 and fold(word) not in PARTICLES


def _family_start(tokens: Sequence[str], capitals: Sequence[bool]) -> int:
    start = len(tokens) - 1
    while start > 1 and (capitals[start - 1] or fold(tokens[start - 1]) in PARTICLES):
        start -= 1
    return start


def _particles(tokens: Sequence[str]) -> int:
    return next((i for i, word in enumerate(tokens) if fold(word) not in PARTICLES), len(tokens))


def _note(last: str) -> tuple[str, Right | None]:
    notes = NOTE.findall(last)
    return NOTE.sub(" ", last).strip(), next(filter(None, map(read_right, notes)), None)


def _group(name: str, right: Right | None) -> Party:
    message = N_("“{name}” stands for several owners: name each one when they are known.")
    person = Person(Kind.GROUP, name, right=right or Right.UNDIVIDED)
    return Party((person,), (Problem("members", message, {"name": name}),))


def _one_name(name: str) -> Problem:
    message = N_("Two persons under the one family name “{name}”: check the name of each.")
    return Problem("one_name", message, {"name": name}, Severity.LATER)


# --- Who looks like whom ---------------------------------------------------------------------------------------------

ALIKE = 90  # per cent of letters in common, in any order of the words


def name_key(name: str) -> str:
    """The words of a name, folded and in order: "dupont jean" and "Jean DUPONT" have the same."""
    return " ".join(sorted(fold(name).split()))


def lookalikes(keys: Sequence[str], known: Sequence[str] = ()) -> Iterator[tuple[int, list[int]]]:
    """For each name key the earlier ones that look like it, the most alike first. `known` comes before all of `keys`.

    Positions count through `known` then `keys`.
    """
    seen = list(known)
    for key in keys:
        hits = process.extract(key, seen, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=5) if key else []
        yield len(seen), [position for _, _, position in hits]
        seen.append(key)
