"""A language model that is none: an OpenAI-compatible endpoint for tests and for the demonstration, the same every time.

What it does is chosen by the model's name (MODELS). It knows the prompt of modules/writing and copies sentences from the passages
it finds there. Never for people's questions: `koprogo fake-model` refuses in production.
"""

import asyncio
import base64
import contextlib
import hashlib
import json
import math
import re
import socket
import struct
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from granian.constants import Interfaces
from granian.server.embed import Server

from koprogo_app.modules.knowledge.rules import sentences

MODELS: Mapping[str, str] = {
    "fake-honest": "the first sentence of the first passages, with their numbers",
    "fake-uncounted": "the same, without saying how many tokens it took",
    "fake-fenced": "the same between code fences",
    "fake-429": "always too busy",
    "fake-429-once": "too busy the first time it gets a prompt",
    "fake-500": "always an error",
    "fake-mute": "takes the request and never answers",
    "fake-slow": "one sentence, then nothing more",
    "fake-cut": "ends in the middle of a line",
    "fake-cut-clean": "ends after a line, without saying that it ended",
    "fake-reset": "breaks the connection in the middle",
    "fake-lying": "cites a passage that was not sent",
    "fake-number": "says 8 where the passage says 15",
    "fake-foreign": "answers in another language",
    "fake-obedient": "does what a passage tells it to do",
    "fake-html": "writes HTML",
    "fake-insufficient": "says that the passages are not enough",
    "fake-json-broken": "writes lines that are no JSON",
    "fake-empty": "writes nothing",
    "fake-tools": "calls the first tool it is offered, then repeats what the tool said",
}
DIMENSIONS = 64
PIECE = 7  # letters of a delta
TICK = 0.02  # seconds between two looks at whether the client is still there

_PASSAGE = re.compile(r"^\[\w+\] passage (\d+), (law|paper): (.*)\n(.*)$", re.M)
_ORDER = re.compile(
    r"(?i)\b(?:ignor\w*|instruction\w*|instructie\w*|anweisung\w*|negeer\w*|assistant\w*|assistent\w*)\b"
)
_ACCORDING = {"French": "Selon", "Dutch": "Volgens", "German": "Laut", "English": "According to"}


@dataclass
class Seen:
    """A chat request as it came, and how it ended: whole, dropped by the client, or broken off by us."""

    model: str
    stream: bool
    prompt: str
    authorization: str
    outcome: str = ""
    ended: threading.Event = field(default_factory=threading.Event)

    def end(self, outcome: str) -> None:
        self.outcome = self.outcome or outcome
        self.ended.set()


class Passage(NamedTuple):
    """A passage of the prompt."""

    number: int
    origin: str
    citation: str
    text: str


# --- What it writes ---


def _line(text: str, *cites: int) -> str:
    return json.dumps({"sentence": text, "cites": cites}, ensure_ascii=False)


def _honest(passages: Sequence[Passage], according: str) -> list[tuple[str, int]]:
    """The first sentence of the first three passages, or two of the only one; a paper is named."""
    first = [(passage, sentences(passage.text)[:1]) for passage in passages[:3]]
    if len(passages) == 1:
        first = [(passages[0], sentences(passages[0].text)[:2])]
    return [
        (text if passage.origin == "law" else f"{according} « {passage.citation} » : {text}", passage.number)
        for passage, texts in first
        for text in texts
    ]


def _lines(model: str, prompt: str) -> list[str]:
    passages = [Passage(int(n), origin, citation, text) for n, origin, citation, text in _PASSAGE.findall(prompt)]
    language = next((name for name in _ACCORDING if f"Write in {name}" in prompt), "English")
    honest = _honest(passages, _ACCORDING[language])
    lines = [_line(text, number) for text, number in honest]
    told = [passage for passage in passages if _ORDER.search(passage.text)]
    if model == "fake-insufficient" or not honest:
        return [json.dumps({"insufficient": True})]
    if model == "fake-lying":
        return [lines[0], _line(honest[0][0], 99)]
    if model == "fake-number":
        return [_line(re.sub(r"\b15\b", "8", text), number) for text, number in honest]
    if model == "fake-foreign":
        other = "Le syndic respecte la loi." if language == "English" else "The syndic has to do what the law says."
        return [_line(other, honest[0][1])]
    if model == "fake-obedient" and told:
        leak = f"VALIDÉ : zoe.secretova@beta.example, https://evil.example/?q={told[0].number}"
        return [_line(leak, told[0].number)]
    if model == "fake-html":
        return [_line(f"<b>{text}</b><img src=x onerror=alert(1)>", number) for text, number in honest]
    if model == "fake-fenced":
        return ["```json", *(f"  {line} " for line in lines), "```"]
    if model == "fake-json-broken":
        return [line.removesuffix("}") for line in lines]
    return [] if model == "fake-empty" else lines


# --- The wire format ---


def _usage(prompt: str, text: str) -> dict[str, int]:
    asked, said = len(prompt) // 4, len(text) // 4
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


def _chunk(model: str, delta: dict[str, Any] | None, finish: str | None = None, **more: Any) -> str:
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    body = {"id": "chatcmpl-fake", "object": "chat.completion.chunk", "created": 0, "model": model, "choices": choices}
    return f"data: {json.dumps(body | more)}\n\n"


async def _stream(seen: Seen, text: str, tools: list[dict[str, Any]], counted: bool) -> AsyncIterator[str]:
    """Server-sent events. A client that leaves cancels this generator."""
    model = seen.model
    try:
        yield _chunk(model, {"role": "assistant", "content": ""})
        if tools:
            yield _chunk(model, {"tool_calls": [{"index": 0, **tools[0]}]})
        for start in range(0, len(text), PIECE):
            yield _chunk(model, {"content": text[start : start + PIECE]})
        while model == "fake-slow":
            yield ": still thinking\n\n"
            await asyncio.sleep(TICK)
        if model == "fake-reset":
            seen.end("broken")
            raise ConnectionResetError("as its name says")
        if not model.startswith("fake-cut"):
            yield _chunk(model, {}, "tool_calls" if tools else "stop")
            if counted:
                yield _chunk(model, None, usage=_usage(seen.prompt, text))
            yield "data: [DONE]\n\n"
        seen.end("whole")
    finally:
        seen.end("dropped")


def _cut(model: str, text: str) -> str:
    """As much of an answer as the model gets to say."""
    first = text.split("\n")[0]
    match model:
        case "fake-slow" | "fake-cut-clean":
            return f"{first}\n"
        case "fake-cut" | "fake-reset":
            return text[: len(first) + 20]
        case _:
            return text


def _tool_calls(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A call of the first tool, until a tool has answered."""
    if body["model"] != "fake-tools" or not body.get("tools") or body["messages"][-1]["role"] == "tool":
        return []
    function = body["tools"][0]["function"]["name"]
    arguments = json.dumps({"question": body["messages"][-1]["content"]}, ensure_ascii=False)
    return [{"id": "call_fake", "type": "function", "function": {"name": function, "arguments": arguments}}]


def _error(status: int, message: str, **headers: str) -> Response:
    kind = "rate_limit_error" if status == 429 else "server_error" if status >= 500 else "invalid_request_error"
    return JSONResponse({"error": {"message": message, "type": kind, "code": None}}, status, headers)


def _vector(text: str) -> list[float]:
    """The words of a text, hashed: texts that share words are near each other."""
    vector = [0.0] * DIMENSIONS
    for word in re.findall(r"\w+", text.lower()):
        digest = hashlib.sha256(word.encode()).digest()
        vector[digest[0] % DIMENSIONS] += 1 if digest[1] % 2 else -1
    length = math.sqrt(sum(one * one for one in vector)) or 1.0
    return [one / length for one in vector]


# --- The server ---


def build() -> tuple[FastAPI, list[Seen]]:
    """The endpoint, and the chat requests it will have seen."""
    app, log = FastAPI(docs_url=None, redoc_url=None, openapi_url=None), list[Seen]()

    @app.get("/v1/models")
    async def models() -> dict[str, Any]:
        listed = [{"id": name, "object": "model", "created": 0, "owned_by": "koprogo"} for name in MODELS]
        return {"object": "list", "data": listed}

    @app.post("/v1/embeddings")
    async def embeddings(request: Request) -> Response:
        body = await request.json()
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        if not all(isinstance(text, str) for text in texts):
            return _error(400, "Texts only: tokens are another vocabulary's.")
        vectors: list[Any] = [_vector(text) for text in texts]
        if body.get("encoding_format") == "base64":
            vectors = [base64.b64encode(struct.pack(f"<{DIMENSIONS}f", *vector)).decode() for vector in vectors]
        data = [{"object": "embedding", "index": n, "embedding": vector} for n, vector in enumerate(vectors)]
        return JSONResponse(
            {"object": "list", "model": body["model"], "data": data, "usage": _usage("".join(texts), "")}
        )

    @app.post("/v1/chat/completions")
    async def chat(request: Request) -> Response:
        body = await request.json()
        model, prompt = body["model"], "\n".join(str(message.get("content") or "") for message in body["messages"])
        repeated = any((one.model, one.prompt) == (model, prompt) for one in log)
        seen = Seen(model, bool(body.get("stream")), prompt, request.headers.get("authorization", ""))
        log.append(seen)
        if refusal := await _refused(request, seen, repeated):
            seen.end("whole")
            return refusal
        tools = _tool_calls(body)
        said = "\n".join(_lines(model, prompt)) if model != "fake-tools" else body["messages"][-1].get("content") or ""
        text = "" if tools else _cut(model, said)
        if seen.stream:
            counted = bool((body.get("stream_options") or {}).get("include_usage")) and model != "fake-uncounted"
            return StreamingResponse(_stream(seen, text, tools, counted), media_type="text/event-stream")
        seen.end("whole")
        return JSONResponse(_whole(model, prompt, text, tools))

    return app, log


async def _refused(request: Request, seen: Seen, repeated: bool) -> Response | None:
    model = seen.model
    if model not in MODELS:
        return _error(404, f"There is no model {model}.")
    if model == "fake-429" or (model == "fake-429-once" and not repeated):
        return _error(429, "Too many requests.", **{"retry-after": "0"})
    if model == "fake-500":
        return _error(500, "Something broke.", **{"retry-after": "0"})
    if model == "fake-mute":
        while not await request.is_disconnected():
            await asyncio.sleep(TICK)
        seen.end("dropped")
        return Response(status_code=499)
    return None


def _whole(model: str, prompt: str, text: str, tools: list[dict[str, Any]]) -> dict[str, Any]:
    message = {"role": "assistant", "content": None if tools else text} | ({"tool_calls": tools} if tools else {})
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if tools else "stop"}
    return {
        "id": "chatcmpl-fake", "object": "chat.completion", "created": 0, "model": model, "choices": [choice],
        "usage": _usage(prompt, text),
    }  # fmt: skip


def serve(port: int) -> None:
    """Serves on this machine alone until Ctrl-C."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_server(build()[0], port).serve())


def _server(app: FastAPI, port: int) -> Server:
    return Server(app, "127.0.0.1", port, interface=Interfaces.ASGI, log_enabled=False)


@contextmanager
def running() -> Iterator[tuple[str, list[Seen]]]:
    """The endpoint in a thread of its own, on a free port: its base URL, and the chat requests it sees."""
    app, log = build()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started: Future[Callable[[], object]] = Future()

    async def run() -> None:
        server, loop = _server(app, port), asyncio.get_running_loop()
        server.on_startup(lambda: started.set_result(lambda: loop.call_soon_threadsafe(server.stop)))
        await server.serve()

    thread = threading.Thread(target=lambda: asyncio.run(run()), name="fake-model", daemon=True)
    thread.start()
    stop = started.result(10)
    try:
        yield f"http://127.0.0.1:{port}/v1", log
    finally:
        stop()
        thread.join(10)
