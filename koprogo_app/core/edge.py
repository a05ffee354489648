"""Outermost ASGI layer: Origin check, body limit, security headers, caching, request id, metrics of REST."""

import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any

import orjson
import structlog

from .config import settings
from .i18n import N_, known, translate
from .ids import uuid7
from .metrics import LATENCY, REQUESTS

Message = MutableMapping[str, Any]
App = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]
SAFE = ("GET", "HEAD", "OPTIONS")
METHODS = (*SAFE, "POST", "PUT", "DELETE", "PATCH")
SMALL = 1024 * 1024  # every body but an uploaded file
UPLOADS = (
    "/api/v1/documents",
    "/api/v1/imports",
    "/api/v1/opening/",
    "/api/v1/invoice-files",
    "/api/v1/meter-files/",
    "/api/v1/archives",
    "/api/v1/admin/official-texts",
)
CSP = (  # Reflex's frontend evaluates call_script/run_script and inlines its bootstrap: both unsafe- words are needed
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self'; frame-src 'self'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_FOREIGN, _TOO_LARGE = N_("This request comes from another site."), N_("The request is too large.")
_FRAMED = CSP.replace("frame-ancestors 'none'", "frame-ancestors 'self'")


class TooLarge(Exception):
    """The body passes the limit."""


def _headers(path: str, secure: bool) -> list[tuple[bytes, bytes]]:
    preview = path.endswith("/preview")  # shown in a frame of our own pages
    cache = b"public, max-age=31536000, immutable" if path.startswith("/assets/") else b"no-cache"
    found = [
        (b"cache-control", b"private, no-store" if path.startswith("/api/") else cache),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"SAMEORIGIN" if preview else b"DENY"),
        (b"x-xss-protection", b"0"),
        (b"referrer-policy", b"strict-origin-when-cross-origin"),
        (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=()"),
        (b"content-security-policy", (_FRAMED if preview else CSP).encode()),
    ]
    if secure:
        found.append((b"strict-transport-security", b"max-age=31536000; includeSubDomains; preload"))
    return found


def edge(app: App) -> App:
    """Wraps the whole application."""
    config = settings()
    limits = {True: config.max_upload_mb * SMALL + SMALL, False: SMALL}

    async def middleware(scope: Message, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        path, method, headers = scope["path"], scope["method"], dict(scope["headers"])
        if method == "HEAD" and path.startswith("/api/"):  # what GET would answer; the server leaves the body out
            scope = {**scope, "method": "GET"}
        limit = limits[path.startswith(UPLOADS)]
        seen, status, began = 0, 0, time.perf_counter()
        request_id = str(uuid7())
        structlog.contextvars.bind_contextvars(request=request_id)

        async def counted() -> Message:  # a chunked body has no content-length
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise TooLarge
            return message

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                if seen > limit:  # an inner layer turned TooLarge into its own answer
                    message["status"] = 413
                status = message["status"]
                have = {k.lower() for k, _ in message["headers"]}
                extra = [*_headers(path, config.secure_cookies), (b"x-request-id", request_id.encode())]
                message["headers"] = [*message["headers"], *((k, v) for k, v in extra if k not in have)]
            await send(message)

        try:
            if refused := _refusal(path, method, headers, limit, config.origins):
                await _refuse(dressed, headers, *refused)
            else:
                await app(scope, counted, dressed)
        except TooLarge:
            if not status:
                await _refuse(dressed, headers, 413, _TOO_LARGE)
        finally:
            structlog.contextvars.unbind_contextvars("request")
            if path.startswith("/api/"):
                route = getattr(scope.get("route"), "path", "other")
                asked = method if method in METHODS else "other"  # the caller's word: it must not fill our memory
                REQUESTS.labels(asked, route, status).inc()
                LATENCY.labels(asked, route).observe(time.perf_counter() - began)

    return middleware


def beside(rest: App, pages: App) -> App:
    """Takes /api/ straight to the REST application, past the layers that only pages need."""

    async def either(scope: Message, receive: Any, send: Any) -> None:
        asked = rest if scope["type"] == "http" and scope["path"].startswith("/api/") else pages
        await asked(scope, receive, send)

    return either


def _refusal(
    path: str, method: str, headers: Mapping[bytes, bytes], limit: int, ours: Sequence[str]
) -> tuple[int, str] | None:
    """Why nobody inside needs to see the request: its status and a sentence."""
    if path == "/_upload" or path.startswith("/_upload/"):  # unused: files go through the gated REST routes
        return 404, "Not found."
    if method in SAFE:
        return None
    origin = headers.get(b"origin", b"").decode("latin-1")
    if origin and origin not in ours:
        return 403, _FOREIGN
    length = headers.get(b"content-length", b"0")
    return None if length.isdigit() and int(length) <= limit else (413, _TOO_LARGE)


async def _refuse(send: Any, asked: Mapping[bytes, bytes], status: int, why: str) -> None:
    locale = known(asked.get(b"accept-language", b"en").decode("latin-1"))
    await answer(send, status, {"error": translate(locale, why)})


async def answer(send: Any, status: int, said: Mapping[str, Any], *headers: tuple[bytes, bytes]) -> None:
    """Answers in JSON without asking the application."""
    kinds = [(b"content-type", b"application/json"), *headers]
    await send({"type": "http.response.start", "status": status, "headers": kinds})
    await send({"type": "http.response.body", "body": orjson.dumps(said)})
