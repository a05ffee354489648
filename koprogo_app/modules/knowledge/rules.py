"""What an entry of the knowledge base is and what makes one wrong. Pure: text in, entries and findings out.

The format is docs/dev/knowledge.md.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from koprogo_app.core.i18n import LOCALES

from . import citations

Kind = Literal["law", "decree", "region", "gdpr", "howto", "faq", "guide", "outside"]
Region = Literal["BE", "BXL", "WAL", "VLG", "DG"]
Confidence = Literal["HIGH", "HIGH*", "MED-HIGH", "MED", "LOW-MED", "LOW"]
SURE: Collection[str] = ("HIGH", "HIGH*")
DERIVED: Collection[str] = ("howto", "faq")  # they show what they rest on
WORDS, SENTENCE, HEADING = 220, 42, 18
KEYWORDS = range(5, 11)

# What another country or another software says, never we (glossary.csv).
FOREIGN: Mapping[str, Sequence[str]] = {
    "fr": ("syndicat des copropriétaires", "quitus", "conseil syndical"),
    "nl": ("vve", "vereniging van eigenaars", "splitsingsakte"),
    "de": ("hausverwalter", "eigentümerversammlung", "wohnungseigentümer", "teilungserklärung", "verwalter"),
    "en": ("homeowners association", "condominium", "body corporate"),
}
# A term in the French text asks for its counterpart in each other one.
PAIRED: Mapping[str, Mapping[str, str]] = {
    "fonds de réserve": {"nl": "reservekapitaal", "de": "reservekapital", "en": "reserve fund"},
    "fonds de roulement": {"nl": "werkkapitaal", "de": "betriebskapital", "en": "working"},
    "assemblée générale": {"nl": "vergadering", "de": "versammlung", "en": "meeting"},
    "procès-verbal": {"nl": "notulen", "de": "protokoll", "en": "minutes"},
    "commissaire aux comptes": {"nl": "commissaris", "de": "rechnungskommissar", "en": "auditor"},
    "conseil de copropriété": {"nl": "raad van mede-eigendom", "de": "miteigent", "en": "council"},
    "acte de base": {"nl": "basisakte", "de": "basisurkunde", "en": "deed of base"},
    "juge de paix": {"nl": "vrederechter", "de": "friedensrichter", "en": "justice of the peace"},
    "deux tiers": {"nl": "twee derde", "de": "zwei drittel|zweidrittel", "en": "two thirds|two-thirds"},
    "quatre cinquièmes": {"nl": "vier vijfde", "de": "vier fünftel|vierfünftel", "en": "four fifths|four-fifths"},
    "unanimité": {"nl": "eenparig|unanim", "de": "einstimmig", "en": "unanim"},
}

Texts = dict[str, str]
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # seven times faster where libyaml is


class _Head(BaseModel):
    model_config = ConfigDict(extra="forbid")

    uid: str = Field(pattern=r"^[a-z]+(\.[a-z0-9/-]+)+$")
    kind: Kind
    facts: list[str] = []
    old: str = ""
    region: Region = "BE"
    valid_from: date | None = None
    valid_to: date | None = None
    confidence: Confidence = "HIGH"
    reviewed_on: date
    source: str = ""
    url: dict[str, str] = {}
    see: list[str] = []
    rests_on: list[str] = []
    citation: Texts = {}
    caveat: Texts = {}
    headings: Texts
    keywords: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One paragraph of law, one step of a guide, one frequent question: parallel texts under one uid."""

    uid: str
    kind: str
    headings: Texts
    texts: Texts
    reviewed_on: date
    keywords: Mapping[str, Sequence[str]] = field(default_factory=dict)
    region: str = "BE"
    confidence: str = "HIGH"
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    url: Texts = field(default_factory=dict)
    old: str = ""
    see: Sequence[str] = ()
    rests_on: Sequence[str] = ()
    facts: Sequence[str] = ()
    citation: Texts = field(default_factory=dict)
    caveat: Texts = field(default_factory=dict)

    def cited(self, locale: str) -> str:
        """The citation in a language: the front matter's, else the Civil Code's; empty for what rests on other entries."""
        return self.citation.get(locale) or citations.citation(self.uid, locale)


class Malformed(ValueError):
    """A file that is no entry; its text says what is missing."""


def parse(content: str) -> Entry:
    """The entry of a file. Raises Malformed."""
    matched = re.match(r"---\n(?P<head>.*?)\n---\n(?P<body>.*)", content, re.S)
    if not matched:
        raise Malformed("no front matter between two lines of ---")
    try:
        head = _Head.model_validate(yaml.load(matched["head"], Loader))  # noqa: S506
    except yaml.YAMLError as error:
        raise Malformed(f"front matter is not YAML: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        problems = (f"{'.'.join(map(str, e['loc'])) or 'front matter'}: {e['msg']}" for e in error.errors())
        raise Malformed("; ".join(problems)) from None
    return Entry(texts=dict(_sections(matched["body"])), **head.model_dump())


def _sections(body: str) -> Iterator[tuple[str, str]]:
    parts = re.split(r"^## +(\w+) *$", body, flags=re.M)
    for language, text in zip(parts[1::2], parts[2::2], strict=True):
        yield language, " ".join(text.split())


# --- What makes an entry wrong ---


def wrong(entry: Entry, today: date) -> Iterator[str]:
    """Every fault of one entry on its own."""
    yield from _identity(entry, today)
    for name, given in (("headings", entry.headings), ("keywords", entry.keywords), ("texts", entry.texts)):
        if list(given) != list(LOCALES):
            yield f"{name}: {', '.join(LOCALES)} in this order, found {', '.join(given) or 'nothing'}"
            return
    for locale in LOCALES:
        yield from _language(entry, locale)
    if entry.kind != "guide":
        yield from _parallel(entry)
        yield from _terms(entry)


def _identity(entry: Entry, today: date) -> Iterator[str]:
    if not citations.exists(entry.uid):
        yield f"{entry.uid}: this article or paragraph does not exist"
    if entry.kind in DERIVED:
        if not 1 <= len(entry.rests_on) <= 3:
            yield "rests_on: one to three entries"
    elif not all(entry.cited(locale) for locale in LOCALES) and entry.kind not in ("guide", "outside"):
        yield "citation: in four languages, as the uid is not of the Civil Code"
    if entry.confidence not in SURE and sorted(entry.caveat) != sorted(LOCALES):
        yield f"caveat: in four languages, as the confidence is {entry.confidence}"
    if entry.valid_from and entry.valid_to and entry.valid_to < entry.valid_from:
        yield "valid_to is before valid_from"
    if entry.reviewed_on > today:
        yield "reviewed_on is in the future"
    if entry.kind in ("law", "decree", "region", "gdpr") and not entry.source:
        yield "source: the official reference"


def _language(entry: Entry, locale: str) -> Iterator[str]:
    text, keywords = entry.texts[locale], entry.keywords[locale]
    if len(text.split()) > WORDS and entry.kind != "guide":
        yield f"{locale}: {len(text.split())} words, at most {WORDS}"
    if not text:
        yield f"{locale}: no text"
    for sentence in sentences(text) if entry.kind != "guide" else ():
        if len(sentence.split()) > SENTENCE:
            yield f"{locale}: a sentence of {len(sentence.split())} words: “{sentence[:60]}…”"
    if len(keywords) not in KEYWORDS or len({k.lower() for k in keywords}) != len(keywords):
        yield f"{locale}: {len(keywords)} keywords, 5 to 10 different ones"
    if not 1 <= len(entry.headings[locale].split()) <= HEADING:
        yield f"{locale}: the heading has {len(entry.headings[locale].split())} words"


def _parallel(entry: Entry) -> Iterator[str]:
    expected = numbers(entry.texts["fr"])
    for locale in LOCALES[1:]:
        found = numbers(entry.texts[locale])
        if found != expected:
            only_fr, only_here = expected - found, found - expected
            yield f"{locale}: other figures than in fr: {_listed(only_fr)} only in fr, {_listed(only_here)} only in {locale}"
    counts = {locale: len(sentences(entry.texts[locale])) for locale in LOCALES}
    if max(counts.values()) - min(counts.values()) > 1:
        yield f"texts are not parallel: sentences {counts}"


def _listed(found: Collection[str]) -> str:
    return ", ".join(sorted(found)) or "none"


def _terms(entry: Entry) -> Iterator[str]:
    if entry.kind == "outside":
        return
    for locale, words in FOREIGN.items():
        for word in words:
            if re.search(rf"\b{word}\b", entry.texts[locale].lower()):
                yield f"{locale}: “{word}” is no term of Belgian co-ownership (glossary)"
    french = entry.texts["fr"].lower()
    for term, others in PAIRED.items():
        if term in french:
            for locale, pattern in others.items():
                if not re.search(pattern, entry.texts[locale].lower()):
                    yield f"{locale}: “{term}” is there “{pattern}” (glossary)"


def unresolved(entries: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """(uid, finding): same uid twice, neighbours that are not there."""
    known = {entry.uid for entry in entries}
    if len(known) < len(entries):
        yield "", f"uid twice: {_listed({e.uid for e in entries if [x.uid for x in entries].count(e.uid) > 1})}"
    for entry in entries:
        for name, uids in (("see", entry.see), ("rests_on", entry.rests_on)):
            for uid in uids:
                if not resolve(uid, known):
                    yield entry.uid, f"{name}: there is no {uid}"


def resolve(uid: str, known: Collection[str]) -> list[str]:
    """The entries that a reference means: itself, else those below it in the order of their uids."""
    return [uid] if uid in known else sorted(one for one in known if one.startswith(uid + "."))


# --- Texts ---

# A full stop that ends no sentence: after an abbreviation, a single letter, or a figure before a small letter.
_ABBREVIATED = (
    r"(?<!\bart)(?<!\bArt)(?<!\bal)(?<!\bp)(?<!\bc\.-à-d)(?<!\bbv)(?<!\bz\.B)(?<!\bd\.h)(?<!\be\.g)(?<!\bi\.e)(?<!\bAbs)(?<!\bNr)(?<!\bbzw)"
    r"(?<!\bn°)(?<!\benz)(?<!\bmax)(?<!\bmin)(?<!\bca)(?<!\b\d)(?<!\b\d\d)(?<!\b[A-Za-z])"
)
_END = re.compile(rf"(?:{_ABBREVIATED}\.|(?:[!?…]))(?:[»”\"']|\u00a0»| »)?\s+(?=[^a-zà-ÿ\s])")


def sentences(text: str) -> list[str]:
    """The sentences of a text, whole and in order; abbreviations and numbers do not cut."""
    out, start = [], 0
    for end in _END.finditer(text):
        out.append(text[start : end.end()].strip())
        start = end.end()
    return out + ([text[start:].strip()] if text[start:].strip() else [])


_NUMBER = re.compile(r"\d+(?:[  .]\d{3})+(?![\d])(?:[.,]\d+)?|\d+(?:[.,]\d+)*(?:/\d+)?")


def numbers(text: str) -> set[str]:
    """The figures of a text without their dress: 10 000, 10.000 and 10,000 are 10000; 4,5 is 4.5."""
    return {_plain(found) for found in _NUMBER.findall(text)}


def _plain(figure: str) -> str:
    if re.fullmatch(r"\d{1,3}(?:[   .,]\d{3})+", figure):
        return re.sub(r"\D", "", figure)
    return re.sub(r"[   ]", "", figure).replace(",", ".")


def embedded(entry: Entry, locale: str) -> tuple[str, str]:
    """The two texts by which an entry is found in a language: its heading with its keywords, and its text with its place."""
    heading = f"{entry.headings[locale]}. {', '.join(entry.keywords.get(locale, ()))}".rstrip(". ")
    return heading, placed(entry.cited(locale), entry.headings[locale], entry.texts[locale])


def placed(citation: str, title: str, text: str) -> str:
    """A text after its citation and its title: a paragraph of an act hardly says what it is about."""
    place = " – ".join(part for part in (citation, title) if part)
    return f"{place}. {text}"
