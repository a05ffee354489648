"""The number words of the four languages, folded (lower case, no accents): what figures.py reads texts by. Pure."""

import re
from collections.abc import Mapping
from fractions import Fraction


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ATOMS: Mapping[str, int] = {
    "zero": 0,
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "onze": 11,
    "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20, "vingts": 20, "trente": 30,
    "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70, "huitante": 80, "octante": 80, "nonante": 90,
    "cent": 100, "cents": 100, "mille": 1000,
    "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8, "negen": 9, "tien": 10, "elf": 11,
    "twaalf": 12, "dertien": 13, "veertien": 14, "vijftien": 15, "zestien": 16, "zeventien": 17, "achttien": 18,
    "negentien": 19, "twintig": 20, "dertig": 30, "veertig": 40, "vijftig": 50, "zestig": 60, "zeventig": 70,
    "tachtig": 80, "negentig": 90, "honderd": 100, "duizend": 1000, "miljoen": 1_000_000,
    "zwei": 2, "zwo": 2, "drei": 3, "funf": 5, "sechs": 6, "sieben": 7, "neun": 9, "zehn": 10, "zwolf": 12,
    "dreizehn": 13, "vierzehn": 14, "funfzehn": 15, "sechzehn": 16, "siebzehn": 17, "achtzehn": 18, "neunzehn": 19,
    "zwanzig": 20, "dreißig": 30, "dreissig": 30, "vierzig": 40, "funfzig": 50, "sechzig": 60, "siebzig": 70,
    "achtzig": 80, "neunzig": 90, "hundert": 100, "tausend": 1000,
    "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "hundred": 100, "thousand": 1000, "million": 1_000_000, "millions": 1_000_000, "millionen": 1_000_000,
}  # fmt: skip
ONES = _words("un une een ein eine einen einem einer eines one a an")  # articles too: see quantities._one
SINGLE = re.compile(r"seule?|unique|enkele?|enige?|einzig\w*|single|sole")
WHOLE: Mapping[str, tuple[Fraction, str]] = {  # words that are a number on their own, some with their unit
    word: (Fraction(value), unit)
    for value, words, unit in (
        (2, "twice", ""), (3, "thrice", ""), ("3/2", "anderhalf anderthalb eineinhalb", ""), (10, "dizaine", ""),
        (12, "douzaine dozijn dutzend dozen", ""), (20, "vingtaine", ""), (30, "trentaine", ""), (50, "cinquantaine", ""),
        (100, "centaine", ""), (8, "huitaine", "day"), (15, "quinzaine", "day"), (14, "fortnight fortnights", "day"),
    )
    for word in words.split()
}  # fmt: skip
HALVES = re.compile(r"moitie|helft|halfte|half|halve|halves|halb(?:e[nrsm]?)?|demie?")

# The same letters, another word: ten minste (nl), our (nl), to seize (en), a cent (en), new (fr), both (fr), in acht nemen (nl).
ELSEWHERE: Mapping[str, str] = {"ten": "nl", "onze": "nl", "seize": "en", "cent": "en", "cents": "en"}
NO_NUMBER = re.compile(
    r"\bten (?:minste|laatste|hoogste|laste|gunste|aanzien|gevolge|einde|opzichte|slotte|goede|behoeve|tijde|belope|name|gronde)\b"
    r"|\b(?:re)?m(?:is|ise|ises|ettre) to neuf\b|\b(?:immeubles?|batiments?|logements?|appartements?) neufs?\b"
    r"|\b(?:tous|toutes)(?: les)? deux\b|\b(?:les deux|the two|de twee)(?= ?[.,;:)]| (?:se|sont|ont|ne|are|contradict|differ|zijn|spreken)\b)"
    r"|\b(?:in|buiten|ausser|außer) acht\b|\bonze (?:vereniging|vergadering|syndicus|mede)\b"
)

# 2/3 is “two” of these; alone, and not in the plural, each is an ordinal. The words of a third are another person's too.
_PARTS: Mapping[int, str] = {
    3: "tiers drittel derde derden third thirds", 4: "quart quarts viertel kwart vierde vierden quarter quarters fourth fourths",
    5: "cinquieme funftel vijfde fifth", 6: "sixieme sechstel zesde sixth", 7: "septieme siebtel zevende seventh",
    8: "huitieme achtel achtste eighth", 9: "neuvieme neuntel negende ninth", 10: "dixieme zehntel tiende tenth",
    12: "douzieme zwolftel twaalfde twelfth", 15: "quinzieme funfzehntel vijftiende fifteenth",
    20: "vingtieme zwanzigstel twintigste twentieth", 30: "trentieme dreissigstel dertigste thirtieth",
    100: "centieme hundertstel honderdste hundredth", 1000: "millieme tausendstel duizendste thousandth",
}  # fmt: skip
PARTS: Mapping[str, int] = {
    word + ending: n
    for n, words in _PARTS.items()
    for word in words.split()
    for ending in (("", "n") if word.endswith("el") else ("", "s") if word.endswith(("e", "h")) and n > 4 else ("",))
} | {word + "n": n for n, words in _PARTS.items() if n > 4 for word in words.split() if word.endswith(("de", "ste"))}
THIRDS = frozenset({"tiers", "derde", "derden", "third", "thirds"})
ONLY_PARTS = re.compile(r"tiers|quarts?|kwart|quarters?|\w+teln?|\w+s|\w+[dt]en")  # never an ordinal
ORDINALS: Mapping[str, int] = {
    "second": 2, "seconde": 2, "deuxieme": 2, "tweede": 2, "zweite": 2, "troisieme": 3, "quatrieme": 4, "fourth": 4,
    "vierde": 4, "siebte": 7, "eleventh": 11, "onzieme": 11,
}  # fmt: skip

# A German or Dutch number written in one word, at the beginning of a word.
_UNITS = "een|ein|eins|twee|drie|vier|vijf|zes|zeven|acht|negen|zwei|drei|funf|sechs|sieben|neun"
_TEENS = "|".join(sorted((w for w, v in ATOMS.items() if 10 <= v < 20), key=len, reverse=True))
_TENS = "|".join(w for w, v in ATOMS.items() if 20 <= v < 100 and w.endswith(("tig", "zig", "ßig", "ssig")))
_BELOW = rf"(?:(?:{_UNITS})(?:und|en)(?:{_TENS})|{_TENS}|{_TEENS}|{_UNITS})"
_HUNDREDS = rf"(?:(?:{_UNITS}|{_TEENS})?(?:hundert|honderd)(?:(?:und|en)?{_BELOW})?|{_BELOW})"
_ONE_WORD = re.compile(rf"(?:{_HUNDREDS})?(?:tausend|duizend)(?:(?:und|en)?{_HUNDREDS})?|{_HUNDREDS}")
_PIECE = re.compile("|".join(sorted({*_UNITS.split("|"), *ATOMS, "und", "en"}, key=lambda word: (-len(word), word))))


def one_word(word: str) -> tuple[int, str]:
    """The number a word begins with and the rest of the word: vijfentwintig is (25, ""), dreimonatig (3, "monatig"); else (0, word)."""
    found = _ONE_WORD.match(word)
    if not found:
        return 0, word
    total = current = 0
    for piece in _PIECE.findall(found[0]):
        value = 1 if piece in ("een", "ein", "eins") else ATOMS.get(piece, 0)
        if value == 1000:
            total, current = total + (current or 1) * 1000, 0
        else:
            current = (current or 1) * 100 if value == 100 else current + value
    return total + current, word[found.end() :]


def added(current: int | None, value: int) -> int | None:
    """The number so far with one more word: cent + vingt, quatre + vingt, soixante + dix, twenty + five; None when another one begins."""
    if current is None:
        return value
    below = current % 100
    if value == 100:
        return current * 100 if 1 <= current < 100 else None
    if value > 100:
        return None
    if below == 0 or (value < 10 and below % 10 == 0 and below >= 20):
        return current + value
    if value == 20 and below == 4:
        return current + 76
    if below in (60, 80) and 10 <= value < 20:
        return current + value
    if below in (10, 70, 90) and value in (7, 8, 9):
        return current + value
    return None


UNITS: Mapping[str, re.Pattern[str]] = {
    kind: re.compile(pattern)
    for kind, pattern in {
        "working day": r"werkdag\w*|werktag\w*|arbeitstag\w*",
        "day": r"jours?|journees?|dag(?:en)?|daagse?|tag(?:e[ns]?|es|ig\w*|efrist)?|days?|kalenderdag\w*|kalendertag\w*",
        "week": r"semaines?|week|weken|wochen?|wochig\w*|wochenfrist|weeks?",
        "month": r"mois|maand(?:en|elijks\w*)?|monat(?:e[ns]?|s|ig\w*|sfrist)?|months?",
        "year": r"an|ans|annees?|jaar|jaren|jarige?|jaarlijks\w*|jahr(?:e[ns]?|es|s|ig\w*|esfrist)?|years?",
        "quarter": r"trimestres?|kwarta(?:al|len)|quartal\w*",
        "hour": r"h|heures?|uur|uren|uhr|stunden?|stundig\w*|hours?",
        "minute": r"minutes?|minuten|minuut",
        "percent": r"%|pct|procent|prozent\w*|percent|pourcents?",
        "per mille": r"‰|promille",
        "euro": r"€|eur|euros?",
        "dollar": r"\$|usd|dollars?",
        "pound": r"£|gbp",
        "m2": r"m2",
        "m3": r"m3",
    }.items()
}
TIMES = frozenset({"day", "working day", "week", "month", "year", "quarter", "hour", "minute"})
FILLERS = _words(
    "full clear calendar consecutive successive whole complete more further additional other first last next previous "
    "volle vollen volledige opeenvolgende kalender bijkomende andere extra eerste laatste vorige volgende "
    "ganze ganzen aufeinanderfolgende aufeinanderfolgenden weitere weiteren anderen ersten letzten nachsten "
    "premiers premieres derniers dernieres prochains prochaines autres pleins de d"
)
RANGES = _words("to tot bis or ou of oder - (")
CONNECTORS = RANGES | _words("and et en und")

# --- When one is a number ---

SHARED_OUT = _words("once twice times time fois keer maal mal per par pro eenmaal einmal every each")
ADJECTIVAL = re.compile(r"\w+lijks\w*|\w+ig\w*|daagse?|jarige?")
LIMITS = _words(
    "moins plus minstens minste hoogste hoogstens maximaal mindestens hochstens nur slechts only least most"
)
PRONOUN_BEFORE = _words("the no any every each this that which some by another")
PRONOUN_AFTER = _words(
    "of another or may must can cannot should shall will is are was has who whose that s and for by to from in on at with "
    "van voor enkel keer maal der des de von fois mal"
)
OF = _words("of des du de d van von der")
NUMBERED = _words(  # what is counted off: the third of these is no third party
    "lid absatz absatzes absatze alinea graad grad grade vergadering zitting versammlung generalversammlung sitzung verdieping "
    "stock maand monat dag tag jaar jahr keer mal"
)

MONTHS: Mapping[str, int] = {
    name: n
    for n, names in enumerate(
        (
            "janvier januari januar january janv jan", "fevrier februari februar february fevr feb",
            "mars maart marz march mrt", "avril april avr apr", "mai mei may", "juin juni june", "juillet juli july juil",
            "aout augustus august aug", "septembre september sept", "octobre oktober october okt oct",
            "novembre november nov", "decembre december dezember dec dez",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
