"""Outermost ASGI layer: Origin check, body limit, security headers, caching, request id, metrics of REST."""

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson
import structlog

from .config import settings
from .ids import uuid7
from .metrics import LATENCY, REQUESTS

Message = MutableMapping[str, Any]
App = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]
SAFE = ("GET", "HEAD", "OPTIONS")
SMALL = 1024 * 1024  # every body but an uploaded file
UPLOADS = ("/api/v1/documents", "/api/v1/imports", "/api/v1/archives")
CSP = (  # Reflex's frontend evaluates call_script/run_script and inlines its bootstrap: both unsafe- words are needed
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self'; frame-src 'self'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
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
        limit = limits[path.startswith(UPLOADS)]
        if path == "/_upload" or path.startswith("/_upload/"):  # unused: files go through the gated REST routes
            await _refuse(send, 404, "Not found")
            return
        if method not in SAFE:
            origin = headers.get(b"origin", b"").decode("latin-1")
            if origin and origin != config.deploy_url:
                await _refuse(send, 403, "This request comes from another site.")
                return
            length = headers.get(b"content-length", b"0")
            if not length.isdigit() or int(length) > limit:
                await _refuse(send, 413, "The request is too large.")
                return
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
            await app(scope, counted, dressed)
        except TooLarge:
            if not status:
                await _refuse(send, 413, "The request is too large.")
        finally:
            structlog.contextvars.unbind_contextvars("request")
            if path.startswith("/api/"):
                route = getattr(scope.get("route"), "path", "other")
                REQUESTS.labels(method, route, status).inc()
                LATENCY.labels(method, route).observe(time.perf_counter() - began)

    return middleware


def beside(rest: App, pages: App) -> App:
    """Takes /api/ straight to the REST application, past the layers that only pages need."""

    async def either(scope: Message, receive: Any, send: Any) -> None:
        asked = rest if scope["type"] == "http" and scope["path"].startswith("/api/") else pages
        await asked(scope, receive, send)

    return either


async def _refuse(send: Any, status: int, why: str) -> None:
    body = orjson.dumps({"error": why})
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-type", b"application/json"), *_headers("/api/", False)],
        }
    )
    await send({"type": "http.response.body", "body": body})
