"""What the assistant finds, cites and refuses, counted on a set of questions, through the same service as the pages."""

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from koprogo_app.core.actor import Actor
from koprogo_app.core.clock import today
from koprogo_app.core.service import call
from koprogo_app.modules.answers import service as answers
from koprogo_app.modules.answers.rules import Answer
from koprogo_app.modules.knowledge import language, retrieval
from koprogo_app.modules.knowledge import service as knowledge
from koprogo_app.modules.knowledge.retrieval import Found

from .sets import Question, right

NEVER = 999  # the rank of what was not found
OTHER = {"fr": "nl", "nl": "fr", "de": "fr", "en": "nl"}  # cross-lingual: texts of this language only


@dataclass(frozen=True)
class Outcome:
    """A question and what became of it."""

    asked: Question
    found: Found
    answer: Answer
    rank: int
    cross_rank: int
    seconds: float

    @property
    def refused(self) -> bool:
        """No prose and no article put forward."""
        return self.answer.band in ("refuse", "file")

    @property
    def cites_right(self) -> bool:
        return any(right(self.asked.expected, cite.uid, ()) for cite in self.answer.cites)


def run(actor: Actor, questions: Iterable[Question]) -> list[Outcome]:
    """Every question, answered by quoting."""
    return [_outcome(actor, question) for question in questions]


def _outcome(actor: Actor, question: Question) -> Outcome:
    began = time.perf_counter()
    answer = call(actor, answers.answer, answers.asked(question.question, question.lang)).answer
    seconds = time.perf_counter() - began
    locale = language.detect(question.question, question.lang)
    found = call(actor, retrieval.search, question.question, locale, today())
    crossed = call(actor, retrieval.search, question.question, locale, today(), "", OTHER[locale])
    return Outcome(question, found, answer, _rank(question, found), _rank(question, crossed), seconds)


def _rank(question: Question, found: Found) -> int:
    """The place of the first article that the question expects, counted over what is shown."""
    return next((n for n, hit in enumerate(found.hits, 1) if right(question.expected, hit.uid, hit.rests_on)), NEVER)


def verbatim(actor: Actor, outcome: Outcome) -> bool:
    """True when every quoted sentence stands word for word in the entry it was quoted from, and cites what that rests on."""
    lead = outcome.found.hits[0]
    carried = {cite.uid for cite in outcome.answer.cites}
    rests = lead.rests_on if lead.kind in ("faq", "howto") else [lead.uid]
    expected = {call(actor, knowledge.get_article, uid, outcome.answer.locale).uid for uid in rests}
    return carried <= expected and all(said.text in lead.text and said.cites for said in outcome.answer.said)


# --- Figures ---


@dataclass(frozen=True)
class Rate:
    """k of n, with Wilson's interval at 95 %."""

    k: int
    n: int

    @property
    def value(self) -> float:
        return self.k / self.n if self.n else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        if not self.n:
            return 0.0, 1.0
        z, p, n = 1.96, self.value, self.n
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.3f} [{low:.2f}–{high:.2f}] ({self.k}/{self.n})"


def rate(outcomes: Sequence[Outcome], good: Iterable[bool]) -> Rate:
    return Rate(sum(good), len(outcomes))


@dataclass(frozen=True)
class Figures:
    """The figures of a set, or of one language of it."""

    recall_1: Rate
    recall_5: Rate
    mrr: float
    crossed_5: Rate
    supported: Rate  # answers whose sentences stand in what they cite
    cited: Rate  # answers that cite the expected article
    refused: Rate  # of what lies outside
    false_refusals: Rate  # of what can be answered
    unsure: Rate  # of what can be answered
    redirected: Rate  # of what depends on one's own file


def figures(actor: Actor, outcomes: Sequence[Outcome]) -> Figures:
    """All figures of these outcomes."""
    inside = [o for o in outcomes if o.asked.kind == "answerable"]
    outside = [o for o in outcomes if o.asked.kind == "out_of_scope"]
    own = [o for o in outcomes if o.asked.kind == "needs_data"]
    answered = [o for o in inside if o.answer.band == "answer"]
    return Figures(
        rate(inside, (o.rank == 1 for o in inside)),
        rate(inside, (o.rank <= 5 for o in inside)),
        sum(1 / o.rank for o in inside if o.rank < NEVER) / len(inside) if inside else float("nan"),
        rate(inside, (o.cross_rank <= 5 for o in inside)),
        rate(answered, (verbatim(actor, o) for o in answered)),
        rate(answered, (o.cites_right for o in answered)),
        rate(outside, (o.refused for o in outside)),
        rate(inside, (o.refused for o in inside)),
        rate(inside, (o.answer.band == "unsure" for o in inside)),
        rate(own, (o.answer.band in ("refuse", "data", "file") for o in own)),
    )


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which this part of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(part * len(ordered)) - 1)]
