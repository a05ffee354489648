"""An answer written by a language model behind an OpenAI-compatible endpoint, shown sentence by sentence as each is found to hold.

Imported only where an endpoint is configured; LangChain is loaded at the first answer, off the event loop.
"""

import asyncio
import importlib
import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import SecretStr

from koprogo_app.core.config import Settings, settings
from koprogo_app.core.service import in_thread

from . import breaker, rules
from .rules import LinesParser, NotWritten, Sentence, Source

log = structlog.get_logger()
ANSWER_TOKENS = 2_000  # a model may write, with what it thinks before
PAUSE, LONGEST_PAUSE = 0.5, 2.0  # seconds before the second request, and what Retry-After may ask

_Found = asyncio.Queue[Sentence | None]


@dataclass(slots=True)
class Use:
    """What an answer took, for service.note_use: by the endpoint's own count where it gives one, else by the letters."""

    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0


async def written(
    question: str, locale: str, sources: Sequence[Source], *, stop: asyncio.Event | None = None, use: Use | None = None
) -> AsyncGenerator[Sentence, None]:
    """The sentences of an answer from these passages, in the reader's language, each once it holds (rules.fault).

    Raises NotWritten, and then what came before is not to be kept. Ends early, without raising, once `stop` is set; the request is
    cancelled then, and when this generator is closed. `use` is complete when this ends. Own data never passes here: only the law,
    and papers where service.sends_personal_data() is true, which the caller sees to.
    """
    found: _Found = asyncio.Queue()
    asked = asyncio.create_task(_answer(question, locale, sources, use or Use(), found))
    asked.add_done_callback(lambda _: found.put_nowait(None))
    stopped = asyncio.create_task(_cancel_when(stop, asked)) if stop else asked
    try:
        while (sentence := await found.get()) is not None and not (stop and stop.is_set()):
            yield sentence
        if not (stop and stop.is_set()):
            await asked
    finally:
        asked.cancel()
        stopped.cancel()
        await asyncio.gather(asked, stopped, return_exceptions=True)


async def _cancel_when(stop: asyncio.Event, task: asyncio.Task[None]) -> None:
    await stop.wait()
    task.cancel()


async def _answer(question: str, locale: str, sources: Sequence[Source], use: Use, found: _Found) -> None:
    """Puts the sentences of one answer. Raises NotWritten."""
    config, began, sent = settings(), time.monotonic(), rules.fitting(sources)
    if not config.llm_base_url:  # its client would take another one's address
        raise NotWritten("endpoint", "not configured")
    if not sent:
        raise NotWritten("insufficient", "no passage")
    endpoint = breaker.of(config.llm_base_url, config.llm_model)
    if not endpoint.allows():
        raise NotWritten("busy")
    refusal: NotWritten | None = None
    try:
        await in_thread(_load)
        async with asyncio.timeout(config.llm_timeout):
            prompt = rules.prompt(question, locale, sent, secrets.token_hex(8))
            await _ask(config, prompt, use, _Checked(locale, sent, found))
    except NotWritten as error:  # anew: with its traceback it would keep the closed stream alive
        refusal = NotWritten(error.reason, error.detail)
    except TimeoutError:
        refusal = NotWritten("timeout")
    except asyncio.CancelledError:
        endpoint.given_up()
        raise
    except Exception as error:  # whatever a client raises when an endpoint talks nonsense: the answer is quoted
        refusal = NotWritten("endpoint", type(error).__name__)
    if refusal and refusal.reason in ("endpoint", "timeout", "cut"):
        endpoint.failed(str(refusal))
    else:
        endpoint.succeeded()
    said = str(refusal or "").partition(": in no cited")[0]  # no word of an answer in the log
    log.info(
        "answer_not_written" if refusal else "answer_written", model=config.llm_model, refusal=said,
        seconds=round(time.monotonic() - began, 2), requests=use.requests, tokens_in=use.tokens_in, tokens_out=use.tokens_out,
    )  # fmt: skip
    if refusal:
        raise refusal


def _load() -> None:
    """Some hundred megabytes of modules, once: two seconds that are no part of an answer."""
    for name in ("openai", "langchain_openai", "langchain_core.prompts", "langchain_core.runnables", "langsmith"):
        importlib.import_module(name)


class _Checked:
    """Lets through the sentences that hold."""

    def __init__(self, locale: str, sent: Sequence[Source], found: _Found) -> None:
        self._locale, self._sent, self._found = locale, sent, found

    def put(self, sentence: Sentence) -> None:
        """Raises NotWritten at the first that does not."""
        if fault := rules.fault(sentence, self._sent, self._locale):
            raise NotWritten("fault", fault)
        self._found.put_nowait(sentence)


class _Reading:
    """What one request brought: the last runnable of the chain."""

    def __init__(self) -> None:
        self.began, self.refused, self.finish = False, False, ""
        self.letters, self.counted, self.sentences = 0, (0, 0), 0

    async def read(self, chunks: AsyncIterator[Any]) -> AsyncGenerator[Sentence, None]:
        """The sentences of a model's message, chunk by chunk. NotWritten, also when the message ends before its end."""
        parser = LinesParser()
        async for chunk in chunks:
            self.began = True
            self.finish = chunk.response_metadata.get("finish_reason") or self.finish
            if usage := chunk.usage_metadata:  # the last one counts: some servers send it with every chunk
                self.counted = (usage["input_tokens"], usage["output_tokens"])
            text = str(chunk.text)
            self.letters += len(text)
            for sentence in parser.feed(text):
                self.sentences += 1
                yield sentence
        for sentence in parser.end():
            self.sentences += 1
            yield sentence
        if self.finish != "stop":
            raise NotWritten("cut", f"it ended with {self.finish or 'nothing'}")
        if not self.sentences:
            raise NotWritten("fault", "nothing was written")

    def add_to(self, use: Use, prompt: Sequence[tuple[str, str]]) -> None:
        """A refused request took nothing; one that was broken off took its prompt and what came."""
        use.requests += 1
        if not self.refused:
            use.tokens_in += self.counted[0] or sum(rules.tokens(text) for _, text in prompt)
            use.tokens_out += self.counted[1] or round(self.letters / rules.LETTERS_A_TOKEN)


async def _ask(config: Settings, prompt: Sequence[tuple[str, str]], use: Use, checked: _Checked) -> None:
    """One request, and a second when the first failed before a word of it came: too busy, a server's error, no connection."""
    import openai

    for last in (False, True):
        reading = _Reading()
        try:
            return await _request(config, prompt, reading, checked)
        except openai.APITimeoutError:
            raise NotWritten("timeout") from None
        except (openai.APIStatusError, openai.APIConnectionError) as error:
            status = error.status_code if isinstance(error, openai.APIStatusError) else 0
            reading.refused = not reading.began
            if reading.began:
                raise NotWritten("cut", "the connection broke") from None
            if last or (status != 429 and 0 < status < 500):
                raise NotWritten("endpoint", f"status {status}" if status else "no connection") from None
            pause = _pause(error)
        finally:
            reading.add_to(use, prompt)
        await asyncio.sleep(pause)


def _pause(error: Any) -> float:
    """Seconds until the second request: as Retry-After says, within reason."""
    response = getattr(error, "response", None)
    asked = response.headers.get("retry-after", "") if response is not None else ""
    return min(float(asked), LONGEST_PAUSE) if asked.isdecimal() else PAUSE


async def _request(config: Settings, prompt: Sequence[tuple[str, str]], reading: _Reading, checked: _Checked) -> None:
    """LangChain: prompt | model | reading, streamed. Leaving it, for whatever reason, closes the connection."""
    from langchain_core.prompts import ChatPromptTemplate
    from langchain_core.runnables import RunnableGenerator
    from langchain_openai import ChatOpenAI
    from langsmith import tracing_context
    from openai import DefaultAsyncHttpxClient

    async with DefaultAsyncHttpxClient(follow_redirects=False, timeout=config.llm_timeout) as http:
        model = ChatOpenAI(
            base_url=config.llm_base_url, model=config.llm_model, temperature=0, max_completion_tokens=ANSWER_TOKENS,
            api_key=config.llm_key if config.llm_key.get_secret_value() else SecretStr("none"),  # never another one's, of the environment
            streaming=True, stream_usage=True, max_retries=0, timeout=config.llm_timeout, stream_chunk_timeout=None,
            use_responses_api=False, http_async_client=http, openai_proxy="",
        )  # fmt: skip
        template = ChatPromptTemplate.from_messages(
            [(role, f"{{{role}}}") for role, _ in prompt]
        )  # their braces stay letters
        chain: Any = template | model | RunnableGenerator(reading.read)
        with tracing_context(enabled=False):  # whatever the environment says: questions go to one endpoint only
            async with aclosing(chain.astream(dict(prompt))) as sentences:
                async for sentence in sentences:
                    checked.put(sentence)
