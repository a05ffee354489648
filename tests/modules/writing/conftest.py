"""A real endpoint for tests: the fake model on a free port, spoken to over HTTP."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import SecretStr

from koprogo_app.core.config import settings
from koprogo_app.modules.writing import breaker, chain
from koprogo_app.modules.writing.rules import NotWritten, Sentence, Source
from koprogo_app.ops import fake_model
from koprogo_app.ops.fake_model import Seen

QUESTION = {
    "fr": "Quel est le délai de convocation ?",
    "nl": "Wat is de oproepingstermijn?",
    "de": "Wie lang ist die Einberufungsfrist?",
    "en": "What is the notice period?",
}
LAW = {
    "fr": (
        ("Code civil, art. 3.87 § 3", "La convocation est envoyée au moins 15 jours avant l'assemblée générale. Elle contient l'ordre du jour."),
        ("Code civil, art. 3.88 § 1", "Les travaux sont décidés à la majorité des deux tiers des voix. Les abstentions ne comptent pas."),
    ),
    "nl": (
        ("Burgerlijk Wetboek, art. 3.87 § 3", "De oproeping wordt minstens 15 dagen voor de vergadering verzonden. Ze bevat de agenda."),
        ("Burgerlijk Wetboek, art. 3.88 § 1", "De werken worden beslist met een meerderheid van twee derde van de stemmen. Onthoudingen tellen niet mee."),
    ),
    "de": (
        ("Zivilgesetzbuch, Art. 3.87 § 3", "Die Einladung wird mindestens 15 Tage vor der Versammlung verschickt. Sie enthält die Tagesordnung."),
        ("Zivilgesetzbuch, Art. 3.88 § 1", "Die Arbeiten werden mit einer Mehrheit von zwei Dritteln der Stimmen beschlossen. Enthaltungen zählen nicht."),
    ),
    "en": (
        ("Civil Code, art. 3.87 § 3", "The notice is sent at least 15 days before the general meeting. It holds the agenda."),
        ("Civil Code, art. 3.88 § 1", "Works are decided by a majority of two thirds of the votes. Abstentions do not count."),
    ),
}  # fmt: skip


def _passages(locale: str = "fr", *papers: tuple[str, str]) -> list[Source]:
    given = [(*one, "law") for one in LAW[locale]] + [(*one, "paper") for one in papers]
    return [Source(n, citation, text, origin) for n, (citation, text, origin) in enumerate(given, 1)]  # type: ignore[arg-type]


@pytest.fixture
def passages() -> Callable[..., list[Source]]:
    """passages(locale, *papers): two passages of the law in a language, then (citation, text) of papers."""
    return _passages


@dataclass
class Came:
    """What a reader of chain.written got."""

    sentences: list[Sentence] = field(default_factory=list)
    refusal: NotWritten | None = None
    use: chain.Use = field(default_factory=chain.Use)

    @property
    def texts(self) -> list[str]:
        return [sentence.text for sentence in self.sentences]


@pytest.fixture(scope="session")
def served() -> Iterator[tuple[str, list[Seen]]]:
    with fake_model.running() as (url, log):
        yield url, log


@pytest.fixture
def seen(served) -> list[Seen]:
    """The requests of this test."""
    served[1].clear()
    return served[1]


@pytest.fixture
def endpoint(served, seen, monkeypatch) -> Callable[..., None]:
    """endpoint("fake-honest", llm_timeout=1): the configured endpoint, its breaker closed."""

    def configured(model: str, **change: object) -> None:
        values = {"llm_base_url": served[0], "llm_key": SecretStr("sk-test"), "llm_model": model} | change
        for name, value in values.items():
            monkeypatch.setattr(settings(), name, value)
        breaker.of.cache_clear()

    return configured


@pytest.fixture
def ask(endpoint) -> Callable[..., Came]:
    """ask("fake-honest", locale, sources=…, **settings): everything that comes of one question."""

    def asked(model: str, locale: str = "fr", sources: Sequence[Source] | None = None, **change: object) -> Came:
        endpoint(model, **({"llm_timeout": 10.0} | change))
        return asyncio.run(_read(locale, _passages(locale) if sources is None else sources))

    return asked


async def _read(locale: str, sources: Sequence[Source], stop: asyncio.Event | None = None) -> Came:
    came = Came()
    try:
        async with aclosing(chain.written(QUESTION[locale], locale, sources, stop=stop, use=came.use)) as sentences:
            async for sentence in sentences:
                came.sentences.append(sentence)
    except NotWritten as refusal:
        came.refusal = refusal
    return came


@pytest.fixture
def read() -> Callable[..., Any]:
    """read(locale, sources, stop): one answer read to its end, as a coroutine."""
    return _read
