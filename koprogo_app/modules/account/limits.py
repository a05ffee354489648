"""REST by address: at most rate_limit_per_minute requests in any minute, when the configuration asks for it.

An ASGI layer for rx.App(api_transformer=[api, limited, edge]). One process serves KoproGo: its memory holds the counts.
"""

import time
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from koprogo_app.auth.rules import caller_address
from koprogo_app.core.config import settings
from koprogo_app.core.edge import answer
from koprogo_app.core.i18n import N_, known, translate

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Callable[[], Awaitable[Message]], Send], Awaitable[None]]
MINUTE = 60.0
MOST_ADDRESSES = 10_000
_REFUSED = N_("Too many requests. Wait {seconds} seconds.")


class Window:
    """The last `limit` moments of each address."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.seen: dict[str, deque[float]] = {}

    def wait(self, address: str, at: float) -> int:
        """0 when the request may pass, and it is counted; else how many seconds to wait."""
        if len(self.seen) >= MOST_ADDRESSES and address not in self.seen:
            self.seen = {a: times for a, times in self.seen.items() if at - times[-1] < MINUTE}
        times = self.seen.setdefault(address, deque(maxlen=self.limit))
        if len(times) == self.limit and at - times[0] < MINUTE:
            return max(1, -int(-(MINUTE - (at - times[0])) // 1))
        times.append(at)
        return 0


def limited(app: App) -> App:
    """Wraps the REST API; the application itself when limiting is off."""
    config = settings()
    if not config.rate_limiting:
        return app
    window = Window(config.rate_limit_per_minute)

    async def middleware(scope: Message, receive: Any, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await app(scope, receive, send)
            return
        headers = {k: v.decode("latin-1") for k, v in scope["headers"]}
        peer = scope["client"][0] if scope.get("client") else ""
        address = caller_address(peer, headers.get(b"x-forwarded-for", ""), config.trust_proxy)
        if seconds := window.wait(address, time.monotonic()):
            await _refuse(send, seconds, known(headers.get(b"accept-language")), scope["path"])
        else:
            await app(scope, receive, send)

    return middleware


async def _refuse(send: Send, seconds: int, locale: str, path: str) -> None:
    said = {"error": translate(locale, _REFUSED, seconds=seconds), "retry_after": seconds}
    kind = {"kind": "rate_limited"} if "/auth/" in path else {}
    await answer(send, 429, said | kind, (b"retry-after", str(seconds).encode()))
