"""Numbers in digits or words with what they count: a unit, a part, a month; in four languages. Pure."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache

from . import lexicon
from .lexicon import ATOMS, CONNECTORS, FILLERS, MONTHS, OF, ONES, PARTS, RANGES, THIRDS, TIMES, UNITS
from .tokens import Figure, Token, dated

_Found = tuple[list[Figure], int]  # what was read, and the place of the token after it
_One = tuple[Figure, int] | None
_CURRENCIES = ("euro", "dollar", "pound")
_YEAR = re.compile(r"(?:19|20)\d\d")  # in “2024 and 5 %” no percentage


def quantities(tokens: Sequence[Token], tongue: str) -> Iterator[Figure]:
    """The figures among the tokens of a text in a language (empty: not known)."""
    at = 0
    while at < len(tokens):
        figures, at = _read(tokens, at, tongue)
        yield from figures


def _read(tokens: Sequence[Token], at: int, tongue: str) -> _Found:
    token = tokens[at]
    if token.kind == "figure" and token.figure:
        return [token.figure], at + 1
    currency = next((kind for kind in _CURRENCIES if UNITS[kind].fullmatch(token.text)), "")
    if currency and (group := _group(tokens, at + 1, tongue)):
        return [Figure(currency, one.values, f"{token.text} {one.said}") for one in group[0]], group[1]
    if _is_month(tokens, at) and (found := _month_first(tokens, at)):
        return found
    if group := _group(tokens, at, tongue):
        return _counted(tokens, *group)
    return _word(tokens, at) if token.kind == "word" else ([], at + 1)


def _text(tokens: Sequence[Token], at: int) -> str:
    """A token's text; nothing beyond either end."""
    return tokens[at].text if 0 <= at < len(tokens) else ""


# --- Numbers ---


def _group(tokens: Sequence[Token], at: int, tongue: str) -> _Found | None:
    """Numbers that share what they count: 15 to 30 (days), quinze (15) (jours), de 15 et de 30 (jours)."""
    first = _value(tokens, at, tongue) or _one_or_more(tokens, at, tongue)
    if not first:
        return None
    numbers, at = [first[0]], first[1]
    while _text(tokens, at) in CONNECTORS:
        start = at + 1 + (_text(tokens, at + 1) in ("de", "van", "von", "of"))
        more = _value(tokens, start, tongue)
        bracket = _text(tokens, at) == "("
        if not more or (bracket and _text(tokens, more[1]) != ")"):
            break
        numbers, at = [*numbers, more[0]], more[1] + bracket
    return numbers, at


def _one_or_more(tokens: Sequence[Token], at: int, tongue: str) -> _One:
    """One to three, un ou deux: there the article is a number."""
    joint = _text(tokens, at + 1)
    if _text(tokens, at) not in ONES - {"a", "an"} or joint not in RANGES - {"of", "("}:
        return None
    return (Figure("number", (Fraction(1),), tokens[at].text), at + 1) if _value(tokens, at + 2, tongue) else None


def _value(tokens: Sequence[Token], at: int, tongue: str) -> _One:
    """A number in digits (10 million too) or in words, and the place after it."""
    figure = tokens[at].figure if at < len(tokens) and tokens[at].kind == "num" else None
    if figure is None:
        return _spoken(tokens, at, tongue)
    scale = ATOMS.get(_text(tokens, at + 1), 0)
    if scale < 1000 or figure.kind != "number":
        return figure, at + 1
    said = f"{figure.said} {tokens[at + 1].text}"
    return Figure("number", tuple(Fraction(value) * scale for value in figure.values), said), at + 2


def _spoken(tokens: Sequence[Token], at: int, tongue: str) -> _One:
    start, total = at, 0
    current: int | None = None
    while at < len(tokens):
        value = _atom(tokens, at, tongue)
        if value is None:
            if current is None or not _inside(tokens, at, current, tongue):
                break
        elif value >= 1000:
            total, current = total + (current or 1) * value, None
        elif (more := lexicon.added(current, value)) is not None:
            current = more
        else:
            break
        at += 1
    if current is None and not total:
        return None
    said = " ".join(token.text for token in tokens[start:at])
    return Figure("number", (Fraction(total + (current or 0)),), said), at


def _inside(tokens: Sequence[Token], at: int, current: int, tongue: str) -> bool:
    """True when a hyphen, et or and stands inside one number: vingt-deux, soixante et onze, one hundred and five."""
    word, following = _text(tokens, at), _atom(tokens, at + 1, tongue)
    if following is None or following >= 1000 or lexicon.added(current, following) is None:
        return False
    return word == "-" or (word == "et" and following in (1, 11)) or (word == "and" and current % 100 == 0)


def _atom(tokens: Sequence[Token], at: int, tongue: str) -> int | None:
    """The value of a number word, None for another word. One is mostly an article: a number inside or before others only."""
    word = _text(tokens, at)
    if lexicon.ELSEWHERE.get(word, "?") == tongue or _is_percent(tokens, at):
        return None
    if word in ATOMS:
        return ATOMS[word]
    if word in ("un", "une", "one", "ein"):
        before = _text(tokens, at - 1 - (_text(tokens, at - 1) in ("-", "et")))
        after_tens = ATOMS.get(before, 0) >= 20
        return 1 if after_tens or ATOMS.get(_text(tokens, at + 1), 0) in (100, 1000) else None
    value, rest = lexicon.one_word(word)
    return value if value > 1 and not rest else None


def _is_percent(tokens: Sequence[Token], at: int) -> bool:
    """The cent of cinq pour cent; pour cent euros is for 100 euros."""
    if _text(tokens, at) != "cent" or _text(tokens, at - 1) not in ("pour", "per") or at < 2:
        return False
    return tokens[at - 2].kind == "num" or _atom(tokens, at - 2, "") is not None


# --- What they count ---


def _counted(tokens: Sequence[Token], numbers: list[Figure], at: int) -> _Found:
    """A group with what follows it: a part (two thirds), a month (15 March), a unit, or nothing."""
    *others, last = numbers
    if part := _part(tokens, at, last):
        return [*others, part[0]], part[1]
    if day := _day_first(tokens, at, last):
        return [*others, day[0]], day[1]
    unit, end = _unit(tokens, at)
    return [
        _with_unit(one, unit) if unit and (one is last or not _YEAR.fullmatch(one.said)) else one for one in numbers
    ], end


def _with_unit(number: Figure, unit: str) -> Figure:
    return Figure(unit, number.values, f"{number.said} {unit}")


def _part(tokens: Sequence[Token], at: int, above: Figure) -> _One:
    """Two thirds, vier vijfde, drei Viertel; twenty-fifth is an ordinal."""
    hyphen = _text(tokens, at) == "-"
    word = _text(tokens, at + hyphen)
    if word not in PARTS or above.kind != "number":
        return None
    values, end = [Fraction(value) for value in above.values], at + hyphen + 1
    if hyphen and values[0] % 10 == 0 and values[0] < 100 and not lexicon.ONLY_PARTS.fullmatch(word):
        return Figure("number", (values[0] + PARTS[word],), f"{above.said}-{word}"), end
    return Figure("part", tuple(value / PARTS[word] for value in values), f"{above.said} {word}"), end


def _unit(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """The unit of a number, over a hyphen and a word or two such as calendar or premiers; else nothing, and the same place."""
    start, working = at, False
    for _ in range(3):
        word = _text(tokens, at)
        if word in ("per", "pour") and _text(tokens, at + 1) == "cent":
            return "percent", at + 2
        kind = _kind(word)
        if kind == "day" and (working or re.fullmatch(r"ouvr(?:e|able)s?", _text(tokens, at + 1))):
            return "working day", at + 1
        if kind:
            return kind, at + 1
        working = working or word in ("working", "business")
        if not working and word != "-" and word not in FILLERS:
            break
        at += 1
    return "", start


@lru_cache(4096)
def _kind(word: str) -> str:
    return next((kind for kind, pattern in UNITS.items() if pattern.fullmatch(word)), "")


# --- Dates ---


def _is_month(tokens: Sequence[Token], at: int) -> bool:
    """May is a month with its capital only; mei and mai always."""
    word = _text(tokens, at)
    return word in MONTHS and (word != "may" or tokens[at].capital)


def _is_day(number: Figure) -> bool:
    return any(isinstance(value, Fraction) and value.denominator == 1 and 1 <= value <= 31 for value in number.values)


def _day_first(tokens: Sequence[Token], at: int, day: Figure) -> _One:
    """15 March, 1. September 2021, 18 juin 2018."""
    at += _text(tokens, at) in (".", "of", "de")
    if not _is_day(day) or not _is_month(tokens, at):
        return None
    year, end = _year(tokens, at + 1)
    said = f"{day.said} {tokens[at].text} {year}".strip()
    return dated(year, MONTHS[tokens[at].text], str(day.values[0]), said), end


def _month_first(tokens: Sequence[Token], at: int) -> _Found | None:
    """June 18, 2018; September 2021; a month alone is no figure."""
    month, end, day = tokens[at].text, at + 1, ""
    number = tokens[end].figure if end < len(tokens) and tokens[end].kind == "num" else None
    if number and _is_day(number):
        day, end = str(number.values[0]), end + 1
    year, end = _year(tokens, end)
    return ([dated(year, MONTHS[month], day, f"{month} {day} {year}".strip())], end) if day or year else None


def _year(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    after = at + (_text(tokens, at) in (",", ".", "de", "van"))
    found = _YEAR.fullmatch(_text(tokens, after))
    return (found[0], after + 1) if found else ("", at)


# --- Single words ---


def _word(tokens: Sequence[Token], at: int) -> _Found:
    word = tokens[at].text
    if word in lexicon.WHOLE:
        value, unit = lexicon.WHOLE[word]
        unit, end = (unit, at + 1) if unit else _unit(tokens, at + 1)
        return [Figure(unit or "number", (value,), word)], end
    if lexicon.HALVES.fullmatch(word):
        semester = _text(tokens, at - 1) in ("first", "second") or _text(tokens, at + 1) == "-"
        return ([] if semester else [Figure("part", (Fraction(1, 2),), word)]), at + 1
    if word in ONES:
        return _one(tokens, at)
    return _ordinal(tokens, at) or _compound(word), at + 1


def _one(tokens: Sequence[Token], at: int) -> _Found:
    """An article is a number before a unit (within a month, un an) or a part (un cinquième), and where _is_number says so."""
    word, after = tokens[at].text, _text(tokens, at + 1)
    one = Fraction(1)
    unit, end = _unit(tokens, at + 1)
    if unit and not _shared_out(tokens, at, unit):
        return [Figure(unit, (one,), f"{word} {unit}")], end
    if after in PARTS and (after not in THIRDS or _of_a_whole(tokens, at)):
        return [Figure("part", (one / PARTS[after],), f"{word} {after}")], at + 2
    return ([Figure("number", (one,), word)] if _is_number(tokens, at) else []), at + 1


def _is_number(tokens: Sequence[Token], at: int) -> bool:
    """Une seule, a single, nur ein, at least one; the English one, and één, unless they stand for a person or a thing."""
    word, before, after = tokens[at].text, _text(tokens, at - 1), _text(tokens, at + 1)
    if word == "a":
        return after == "single"
    if lexicon.SINGLE.fullmatch(after):
        return _text(tokens, at + 2) not in OF  # une seule des deux adresses
    if after in lexicon.PRONOUN_AFTER or lexicon.HALVES.fullmatch(after) or not after.isalpha():
        return False
    return before not in lexicon.PRONOUN_BEFORE if word == "one" else before in lexicon.LIMITS and word != "an"


def _shared_out(tokens: Sequence[Token], at: int, unit: str) -> bool:
    """True when the article says each (once a year, 4 % a year, two visits a year), or when it only looks like a unit."""
    word, before, after = tokens[at].text, _text(tokens, at - 1), _text(tokens, at + 1)
    if unit not in TIMES:
        return False
    if (after == "an" and word != "un") or lexicon.ADJECTIVAL.fullmatch(after) or before in lexicon.SHARED_OUT:
        return True
    each = before.endswith("s") or (before and not before.isalpha()) or unit == "working day"
    return word in ("a", "an") and bool(each)


def _of_a_whole(tokens: Sequence[Token], at: int) -> bool:
    """A third of the votes is a part; a third party, un tiers and een derde are people."""
    after = _text(tokens, at + 2)
    return after in OF or (tokens[at].text == "one" and not after.startswith("part"))


def _ordinal(tokens: Sequence[Token], at: int) -> list[Figure]:
    """The second meeting, deuxième, tweede, zweite; never the first, which is often a manner of speaking, nor a third party."""
    word, after = tokens[at].text, _text(tokens, at + 1 + (_text(tokens, at + 1) == "-"))
    value = lexicon.ORDINALS.get(word) or (0 if lexicon.ONLY_PARTS.fullmatch(word) else PARTS.get(word, 0))
    if word in THIRDS or word.startswith("dritte"):
        value = 3 if (word == "third" and not after.startswith("part")) or after in lexicon.NUMBERED else 0
    elif not value:
        number, rest = lexicon.one_word(word)
        value = number if number > 1 and re.fullmatch(r"s?te[nrsm]?", rest) else 0
    return [Figure("number", (Fraction(value),), word)] if value else []


def _compound(word: str) -> list[Figure]:
    """A number inside a word: dreimonatig, vijftiendaags, Zweidrittelmehrheit, tweemaal."""
    number, rest = lexicon.one_word(word)
    if not number or not rest:
        return []
    if (kind := _kind(rest)) in (*TIMES, "percent"):
        return [Figure(kind, (Fraction(number),), word)]
    below = re.sub(r"(?:s?mehrheit\w*|meerderheid\w*)$", "", rest)
    if below in PARTS and (number > 1 or below.endswith("tel")):
        return [Figure("part", (Fraction(number, PARTS[below]),), word)]
    times = number > 1 and rest in ("mal", "maal", "malig", "malige")
    return [Figure("number", (Fraction(number),), word)] if times else []
