"""The figures of a text, in whatever dress: 15 days, fifteen days, quinze jours, vijftien dagen; 2/3, deux tiers; 5 %, 10.000.

Read alike from a written sentence and from the passages it cites, so that one is looked up in the other across four languages.
A delay is a number with its unit: fifteen months are not found in fifteen days. The number of an article is no quantity. Pure.
"""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from koprogo_app.core.i18n import folded
from koprogo_app.modules.knowledge import language

from .lexicon import UNITS
from .quantities import quantities
from .tokens import Figure, Value, normal, tokens

Pool = frozenset[tuple[str, Value]]

_MAJORITIES: Mapping[str, re.Pattern[str]] = {
    "unanimity": re.compile(r"\b(?:unanim|eenparig|einstimmig)\w*"),
    "absolute": re.compile(
        r"\bmajorite absolue|\b(?:volstrekte|absolute) meerderheid|\babsolute[nr]? mehrheit|\babsolute majority"
    ),
    "simple": re.compile(
        r"\bmajorite simple|\b(?:gewone|eenvoudige) meerderheid|\beinfache[nr]? mehrheit|\b(?:simple|ordinary) majority"
    ),
    "qualified": re.compile(
        r"\bmajorites? (?:qualifiee|speciale|renforcee)s?|\b(?:gekwalificeerde|bijzondere|versterkte) meerderhe"
        r"|\b(?:qualifizierte|besondere)[nr]? mehrheit|\b(?:qualified|special) majorit"
    ),
}
_BOTH = re.compile(r"\b(?:both|beiden?|beider|allebei)\b")


def read(text: str) -> list[Figure]:
    """Every figure of a text, in no order that matters."""
    text = normal(text)
    return [*quantities(tokens(text), language.detect(text, "")), *_majorities(folded(text))]


def pool(*texts: str) -> Pool:
    """What may be said after these texts: their figures, and what each implies (an amount its number, a date its year)."""
    return frozenset(
        one
        for text in texts
        for figure in read(text)
        for value in figure.values
        for one in _implied(figure.kind, value)
    ) | {("number", Fraction(2)) for text in texts if _BOTH.search(folded(text))}


def missing(text: str, known: Pool) -> list[str]:
    """The figures of a text that a pool does not hold, in the text's own words."""
    return [figure.said for figure in read(text) if not any((figure.kind, value) in known for value in figure.values)]


def _majorities(plain: str) -> Iterator[Figure]:
    for name, pattern in _MAJORITIES.items():
        if found := pattern.search(plain):
            yield Figure("majority", (name,), found[0])


def _implied(kind: str, value: Value) -> Iterator[tuple[str, Value]]:
    yield kind, value
    if isinstance(value, Fraction) and kind in ("percent", "part"):
        yield ("part", value / 100) if kind == "percent" else ("percent", value * 100)
    if kind in UNITS:
        yield "number", value
    if kind == "date":
        year, month, day = str(value).split("-")
        yield kind, f"{year}-{month}-"
        yield kind, f"-{month}-{day}"
        if year:
            yield "number", Fraction(year)
    if kind == "article":
        article, _, below = str(value).partition("§")
        paragraph, _, point = below.partition(".")
        yield from ((kind, article), (kind, f"{article}§{paragraph}"), ("paragraph", paragraph), ("point", point))
