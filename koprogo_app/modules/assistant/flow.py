"""From a quoted answer to a written one: what pages and REST do alike when an endpoint is configured."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Sequence
from uuid import UUID

from koprogo_app.core.actor import Actor
from koprogo_app.core.config import settings
from koprogo_app.core.errors import NotFound
from koprogo_app.core.service import run
from koprogo_app.modules.answers.rules import Said
from koprogo_app.modules.answers.service import Draft
from koprogo_app.modules.writing import rules as writing
from koprogo_app.modules.writing import service as budget

from . import service
from .service import Exchange


async def sources(actor: Actor, draft: Draft) -> list[writing.Source]:
    """What a model may write an answer from; nothing when it may not: no endpoint, no budget left, no passage of law.

    A building's papers may name people: they go to the endpoint only when the organisation opted in.
    """
    if not settings().llm_base_url or not draft.sources or not await run(actor, budget.may_write):
        return []
    papers = await run(actor, budget.sends_personal_data)
    allowed = [one for one in draft.sources if papers or not one.paper]
    if all(one.paper for one in allowed):
        return []
    return [writing.Source(one.id, one.label, one.text, "paper" if one.paper else "law") for one in allowed]


async def kept(actor: Actor, turn_id: UUID) -> Exchange | None:
    """An exchange as it is kept now; None once its talk was deleted."""
    try:
        return await run(actor, service.get_exchange, turn_id)
    except NotFound:
        return None


async def rewrite(
    actor: Actor,
    turn_id: UUID,
    question: str,
    locale: str,
    given: Sequence[writing.Source],
    stop: asyncio.Event | None = None,
) -> AsyncGenerator[Said, None]:
    """The sentences of a model, each checked; kept once they are whole. Raises NotWritten: the quoted answer stays.

    Closing it early (the tab is gone) or setting `stop` (the reader's) ends the request to the endpoint and keeps nothing.
    """
    from koprogo_app.modules.writing import chain  # LangChain is loaded by the first answer that is written

    began, use, said = time.monotonic(), chain.Use(), list[Said]()
    try:
        async with contextlib.aclosing(chain.written(question, locale, given, stop=stop, use=use)) as sentences:
            async for one in sentences:
                said.append(Said(one.text, one.cites))
                yield said[-1]
    finally:
        if use.requests:  # whoever leaves meanwhile has used them all the same
            await asyncio.shield(run(actor, budget.note_use, use.tokens_in, use.tokens_out, use.requests))
    if stop and stop.is_set():
        return
    spent = round(1000 * (time.monotonic() - began))
    tokens = use.tokens_in + use.tokens_out
    with contextlib.suppress(NotFound):  # deleted while it was written
        await run(actor, service.keep_written, turn_id, said, settings().llm_model, spent, tokens)
