"""REST of the assistant: questions as JSON or as a stream of events, conversations, opinions."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from koprogo_app.api import AskedPage, CurrentActor, envelope, example, json
from koprogo_app.core.actor import Actor
from koprogo_app.core.i18n import known
from koprogo_app.core.listing import Asked as Wanted
from koprogo_app.core.service import call, in_thread, run
from koprogo_app.modules.answers import service as answers
from koprogo_app.modules.answers.rules import Answer, Said
from koprogo_app.modules.knowledge import language
from koprogo_app.modules.writing.rules import NotWritten, Source

from . import flow, service
from .service import Answered, Exchange

router = APIRouter(tags=["assistant"])
STREAM = "text/event-stream"


class QuestionBody(BaseModel):
    """`language`: of the answer when the question does not show its own; that of Accept-Language by default."""

    question: str = Field(max_length=language.LONGEST * 20)
    language: str | None = None
    building_id: UUID | None = None
    conversation_id: UUID | None = None

    model_config = example(question="Combien de procurations une personne peut-elle détenir ?", language="fr")


class OpinionBody(BaseModel):
    """`opinion`: up, down, or empty to take it back; `reason`: wrong, incomplete, unclear, off_topic, outdated."""

    opinion: str = ""
    reason: str = ""
    words: str = ""

    model_config = example(opinion="down", reason="incomplete", words="Les frais ne sont pas mentionnés.")


def wire(exchange: Exchange) -> dict[str, Any]:
    """An exchange. `band`: answer, unsure (only the closest provisions), refuse, data (your own), file (it stands in your building's own papers)."""
    return {
        "id": str(exchange.turn_id), "conversation_id": str(exchange.conversation_id), "question": exchange.question,
        "asked_at": exchange.at.isoformat(), "opinion": exchange.opinion, **_answer(exchange.answer),
    }  # fmt: skip


def _answer(answer: Answer) -> dict[str, Any]:
    kept = answer.as_json()
    names = {"said": "sentences", "own": "own_papers", "cites": "citations", "see": "see_also", "ask": "whom_to_ask"}
    return {names.get(name, name): value for name, value in kept.items()}


@router.post("/assistant/questions")
async def ask(request: Request, actor: CurrentActor, body: QuestionBody) -> Response:
    """An answer with its sources. With `Accept: text/event-stream`: `answer` at once, quoted; then, where a language model
    writes, a `sentence` for each one checked; `done` with the whole. 429 with the seconds to wait."""
    actor = service.acting(actor)
    locale = body.language or known(request.headers.get("accept-language"))
    asked = answers.asked(body.question, locale, body.building_id)
    await in_thread(partial(answers.warm, asked))
    done = await run(actor, service.ask, asked, body.conversation_id)
    given = await flow.sources(actor, done.draft)
    events = _events(actor, done, given)
    if STREAM in request.headers.get("accept", ""):
        return StreamingResponse(
            events, media_type=STREAM, headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        )
    if given:
        async for _ in events:
            pass
    return json(wire(await _kept(actor, done)))


async def _kept(actor: Actor, done: Answered) -> Exchange:
    """The exchange as it is kept now; as it was first answered when it was deleted meanwhile."""
    return await flow.kept(actor, done.exchange.turn_id) or done.exchange


async def _events(actor: Actor, done: Answered, given: Sequence[Source]) -> AsyncIterator[bytes]:
    """Starlette closes this generator when the client goes: the endpoint is then no longer asked."""
    first = done.exchange
    yield _event("answer", wire(first))
    if given:
        try:
            sentences = flow.rewrite(actor, first.turn_id, first.question, first.answer.locale, given)
            async with aclosing(sentences):
                async for said in sentences:
                    yield _event("sentence", _said(said))
        except NotWritten:
            yield _event("quoted", {"id": str(first.turn_id)})
    yield _event("done", wire(await _kept(actor, done)))


def _said(said: Said) -> dict[str, Any]:
    return {"text": said.text, "cites": list(said.cites)}


def _event(name: str, data: dict[str, Any]) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps(data) + b"\n\n"


@router.get("/assistant/conversations")
def list_conversations(actor: CurrentActor, page: AskedPage, search: str = "") -> Response:
    """The caller's own, the last used first."""
    found = call(service.acting(actor), service.list_conversations, Wanted(page.page, page.per_page, search=search))
    rows = [
        {
            "id": str(c.id),
            "title": c.title,
            "building_id": c.building_id and str(c.building_id),
            "used_at": c.updated_at,
        }
        for c in found.rows
    ]
    return json(envelope(rows, found.total, page))


@router.get("/assistant/conversations/export")
def export(actor: CurrentActor) -> Response:
    """Everything kept of the caller's conversations."""
    content = orjson.dumps(call(service.acting(actor), service.export), option=orjson.OPT_INDENT_2)
    headers = {"Content-Disposition": 'attachment; filename="koprogo-assistant.json"'}
    return Response(content, media_type="application/json", headers=headers)


@router.get("/assistant/conversations/{conversation_id}")
def get_conversation(actor: CurrentActor, conversation_id: UUID) -> Response:
    return json([wire(one) for one in call(service.acting(actor), service.get_conversation, conversation_id)])


@router.delete("/assistant/conversations/{conversation_id}", status_code=204)
def delete_conversation(actor: CurrentActor, conversation_id: UUID) -> Response:
    call(service.acting(actor), service.delete_conversation, conversation_id)
    return Response(status_code=204)


@router.delete("/assistant/conversations")
def delete_all(actor: CurrentActor) -> dict[str, int]:
    return {"deleted": call(service.acting(actor), service.delete_all)}


@router.put("/assistant/answers/{turn_id}/opinion", status_code=204)
def give_opinion(actor: CurrentActor, turn_id: UUID, body: OpinionBody) -> Response:
    call(service.acting(actor), service.give_opinion, turn_id, body.opinion, body.reason, body.words)
    return Response(status_code=204)
