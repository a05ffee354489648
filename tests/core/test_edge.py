"""The outermost layer, driven as a server drives it."""

import asyncio

import orjson
import pytest

from koprogo_app.core import metrics
from koprogo_app.core.config import settings
from koprogo_app.core.edge import SMALL, edge


async def echo(scope, receive, send):
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode()})


def ask(path="/api/v1/health", method="POST", headers=(), pieces=(b"",), app=echo):
    sent, waiting = [], list(pieces)

    async def receive():
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": path, "method": method, "headers": [(k.encode(), v.encode()) for k, v in headers]}
    asyncio.run(edge(app)(scope, receive, send))
    return sent[0]["status"], {k.decode(): v.decode() for k, v in sent[0]["headers"]}


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://evil.example", 403),
        ("null", 403),
        (None, 200),
        (settings().deploy_url, 200),
        (settings().deploy_url.replace("localhost", "127.0.0.1"), 200),
    ],
)
def test_a_write_from_another_site_is_refused(origin, status):
    assert ask(headers=[("origin", origin)] if origin else [])[0] == status


def test_a_read_from_another_site_is_left_to_cors():
    assert ask(method="GET", headers=[("origin", "https://evil.example")])[0] == 200


@pytest.mark.parametrize(("size", "status"), [(SMALL, 200), (SMALL + 1, 413)])
def test_a_body_is_limited_by_its_announced_length(size, status):
    assert ask(headers=[("content-length", str(size))])[0] == status


def test_a_body_without_length_is_counted():
    assert ask(pieces=[b"x" * SMALL])[0] == 200
    assert ask(pieces=[b"x" * SMALL, b"x"])[0] == 413


def test_a_file_may_be_larger_but_not_without_limit():
    limit = (settings().max_upload_mb + 1) * SMALL
    assert ask("/api/v1/documents", headers=[("content-length", str(limit))])[0] == 200
    assert ask("/api/v1/documents", headers=[("content-length", str(limit + 1))])[0] == 413


def test_a_length_that_is_no_number_is_refused():
    assert ask(headers=[("content-length", "-1")])[0] == 413


def test_the_frameworks_own_upload_route_is_closed():
    assert ask("/_upload")[0] == 404
    assert ask("/_upload/file.pdf", "GET")[0] == 404


def test_every_answer_carries_the_security_headers():
    _, headers = ask(method="GET")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "private, no-store"
    assert "strict-transport-security" not in headers  # plain http on localhost


@pytest.mark.parametrize(
    "refused", [{"headers": [("origin", "https://evil.example")]}, {"headers": [("content-length", "9" * 9)]}, {"path": "/_upload"}]
)  # fmt: skip
def test_a_refusal_carries_them_too_and_its_number(refused, monkeypatch):
    monkeypatch.setattr(settings(), "deploy_url", "https://koprogo.example")
    status, headers = ask(**refused)
    assert status in (403, 404, 413)
    assert headers["strict-transport-security"].startswith("max-age=31536000")
    assert "content-security-policy" in headers
    assert headers["x-request-id"]


def test_head_asks_what_get_would_answer():
    asked = []

    async def app(scope, receive, send):
        asked.append((scope["path"], scope["method"]))
        await echo(scope, receive, send)

    for path in ("/api/v1/health", "/login"):
        ask(path, "HEAD", app=app)
    assert asked == [("/api/v1/health", "GET"), ("/login", "HEAD")]


def test_a_method_nobody_knows_is_not_counted_under_its_own_name():
    ask(method="BREW")
    assert "BREW" not in metrics.text().decode()
    assert 'method="other"' in metrics.text().decode()


def test_a_preview_may_be_framed_by_our_own_pages_only():
    _, headers = ask("/api/v1/documents/1/preview", "GET")
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in headers["content-security-policy"]


def test_hashed_assets_are_kept_for_a_year_and_pages_are_asked_again():
    assert ask("/assets/x-1.js", "GET")[1]["cache-control"] == "public, max-age=31536000, immutable"
    assert ask("/buildings", "GET")[1]["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ([("accept-language", "fr-BE")], "Cette requête vient d’un autre site."),
        ([], "This request comes from another site."),
    ],
)
def test_a_refusal_is_said_in_the_readers_language(headers, said):
    sent = []

    async def send(message):
        sent.append(message)

    headers = [(k.encode(), v.encode()) for k, v in [*headers, ("origin", "https://evil.example")]]
    scope = {"type": "http", "path": "/api/v1/health", "method": "POST", "headers": headers}
    asyncio.run(edge(echo)(scope, None, send))
    assert orjson.loads(sent[1]["body"]) == {"error": said}
