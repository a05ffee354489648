"""The address of people's own AI clients: who calls, then the MCP server. Protocol: docs/dev/mcp.md."""

from collections.abc import Awaitable, Callable
from functools import partial

from fastapi import APIRouter, Request, Response
from starlette.types import Message, Receive, Scope, Send

from koprogo_app.api import json
from koprogo_app.auth.api_tokens import actor_of_api_token
from koprogo_app.core.edge import TooLarge
from koprogo_app.core.i18n import N_, known, translate
from koprogo_app.core.service import in_thread

router = APIRouter()
Answer = Callable[[Scope, Receive, Send], Awaitable[None]]
_NOBODY = N_("Give a valid access token: make one on your profile page.")
_ONLY_POST = N_("Send a POST request.")


@router.api_route("/mcp", methods=["POST", "GET", "DELETE"], include_in_schema=False)
async def mcp(request: Request) -> Response:
    """JSON-RPC of the Model Context Protocol, for an access token of auth.api_tokens and nobody else: no cookie, no JWT."""
    locale = known(request.headers.get("accept-language", "").removeprefix("*") or "en")
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    answer = await in_thread(partial(_admitted, token)) if scheme.lower() == "bearer" else None
    if answer is None:
        refused = json({"error": translate(locale, _NOBODY)}, 401)
        refused.headers["WWW-Authenticate"] = 'Bearer realm="KoproGo"'
        return refused
    if request.method != "POST":  # no stream to listen to, no session to end
        refused = json({"error": translate(locale, _ONLY_POST)}, 405)
        refused.headers["Allow"] = "POST"
        return refused
    try:
        return _Exchange(answer, await request.body())
    except TooLarge:  # a body that does not say its length; the edge refuses the others
        return json({"error": translate(locale, "The request is too large.")}, 413)


def _admitted(token: str) -> Answer | None:
    """What answers the person of a token; None for nobody. Outside the event loop: the first call loads the SDK."""
    actor = actor_of_api_token(token)
    if actor is None:
        return None
    from .server import serve

    return partial(serve, actor)


class _Exchange(Response):
    """The SDK's own answer to a body that was read already."""

    def __init__(self, answer: Answer, given: bytes) -> None:
        super().__init__()
        self.answer, self.given = answer, given

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        waiting: list[Message] = [{"type": "http.request", "body": self.given}]

        async def read() -> Message:
            return waiting.pop() if waiting else await receive()

        await self.answer(scope, read, send)
