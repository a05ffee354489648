"""The bare address of the site: a visitor is led to the door in his language, somebody with a session to his own page.

An ASGI layer for rx.App(api_transformer=[api, front, edge]).
"""

from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from koprogo_app.auth.sessions import COOKIE
from koprogo_app.core.i18n import known

Message = MutableMapping[str, Any]
App = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]


def language_of(cookie: str, accepted: str) -> str:
    """The language chosen before, else the browser's first, else the default."""
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(cookie)
    except CookieError:
        return known(accepted)
    return known(cookies["locale"].value if "locale" in cookies else accepted)


def front(app: App) -> App:
    """Wraps the application."""

    async def middleware(scope: Message, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == "/" and scope["method"] in ("GET", "HEAD"):
            headers = {k: v.decode("latin-1") for k, v in scope["headers"]}
            cookie = headers.get(b"cookie", "")
            if f"{COOKIE}=" not in cookie:
                locale = language_of(cookie, headers.get(b"accept-language", ""))
                answer = [(b"location", f"/{locale}".encode()), (b"vary", b"cookie, accept-language")]
                await send({"type": "http.response.start", "status": 303, "headers": answer})
                await send({"type": "http.response.body", "body": b""})
                return
        await app(scope, receive, send)

    return middleware
