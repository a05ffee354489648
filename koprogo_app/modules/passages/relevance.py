"""Which passages answer a question: how similarities and common words are weighed, and from where on a passage is quoted. Pure.

score = Σ weight · (cosine − centre) + words · (part of the question's words that the passage holds, rare ones counting more)
        + abroad, where the passage is in another language than the question

A building has a few dozen passages, so nothing is set in relation to the best one, as it is among the articles of law: with
every question something would be the best. Measured on 30 passages of house rules, minutes, contracts and a policy in French,
Dutch and German, with 44 questions on them in four languages, 34 more whose answer is in another language only, and 36 on other
things (weather, recipes, rents, permits, and what such papers could hold but do not: the pool, the code of the wireless network).
Found is: among the three that are quoted.

| models | found of 44 | in another language, of 34 | answered of 36 others |
|---|---|---|---|
| USE and e5, with words | 39 | 22 | 0 |
| USE, with words | 38 | 21 | 0 |
| e5, with words | 31 | 2 | 1 |
| words alone | 17 | 2 | 0 |

The cosines of e5 lie between .70 and .93 whatever is asked, so they count from .8 on; alone they part nothing well. USE lies
below .3 for what is foreign to a question in its own language, below .22 across languages: hence `abroad`. Words decide between
near equals, and tell a pool from a heater; they are all there is without a model, and then nearly half of the question's words
must be in the passage.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from koprogo_app.core.i18n import folded
from koprogo_app.modules.knowledge import language
from koprogo_app.modules.knowledge.embedders import E5, USE

QUOTA = 3  # passages of a building's papers beside the articles of law, and never in one ranking with them
_LONGEST = 24  # words of a question that are looked for


@dataclass(frozen=True, slots=True)
class Measure:
    """`near`: for each model its weight and its centre. A passage is quoted from the score `least` on."""

    near: Mapping[str, tuple[float, float]]
    words: float
    abroad: float
    least: float


_MEASURES: Mapping[frozenset[str], Measure] = {
    frozenset({E5, USE}): Measure({USE: (1.0, 0.0), E5: (1.0, 0.8)}, 0.15, 0.09, 0.32),
    frozenset({USE}): Measure({USE: (1.0, 0.0)}, 0.15, 0.07, 0.30),
    frozenset({E5}): Measure({E5: (1.0, 0.8)}, 0.05, 0.0, 0.06),
    frozenset[str](): Measure({}, 1.0, 0.0, 0.45),
}


def measure(models: Sequence[str]) -> Measure:
    """How these models are weighed. One that nobody measured orders what the words have found."""
    unknown = Measure(dict.fromkeys(models, (0.1, 0.0)), 1.0, 0.0, 0.5)
    return _MEASURES.get(frozenset(models), unknown)


def words_of(question: str, locale: str) -> list[str]:
    """How the words of a question begin, folded: "chiens" is found by "chien". Small words and letters are left out."""
    words = [word for word in re.findall(r"[^\W_]+", question.lower()) if len(word) > 2]
    said = [folded(word) for word in words if word not in language.COMMON[locale]]
    return list(dict.fromkeys(word[: max(4, math.ceil(len(word) * 0.75))] for word in said))[:_LONGEST]
