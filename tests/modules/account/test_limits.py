from fastapi import FastAPI
from fastapi.testclient import TestClient

from koprogo_app.core.config import settings
from koprogo_app.modules.account import limits
from koprogo_app.modules.account.limits import Window, limited


def test_a_window_slides():
    window = Window(3)
    assert [window.wait("a", at) for at in (0, 10, 20)] == [0, 0, 0]
    assert window.wait("a", 30) == 30, "the first of the three leaves the minute at 60"
    assert window.wait("a", 59.5) == 1
    assert window.wait("a", 60) == 0
    assert window.wait("a", 61) == 9, "now the one of second 10"


def test_a_refused_request_does_not_count():
    window = Window(1)
    assert [window.wait("a", at) for at in (0, 59, 60)] == [0, 1, 0]


def test_addresses_are_counted_apart():
    window = Window(1)
    assert (window.wait("a", 0), window.wait("b", 0), window.wait("a", 1) > 0) == (0, 0, True)


def test_quiet_addresses_are_forgotten_when_there_are_many(monkeypatch):
    monkeypatch.setattr(limits, "MOST_ADDRESSES", 3)
    window = Window(5)
    for address, at in (("a", 0), ("b", 1), ("c", 100)):
        window.wait(address, at)
    window.wait("d", 101)
    assert set(window.seen) == {"c", "d"}


def app():
    inner = FastAPI()
    inner.get("/api/v1/auth/me")(lambda: {})
    inner.get("/api/v1/health")(lambda: {})
    inner.get("/ping")(lambda: {})
    return inner


def test_above_the_limit_rest_answers_429_and_pages_go_on(monkeypatch):
    monkeypatch.setattr(settings(), "rate_limiting", True)
    monkeypatch.setattr(settings(), "rate_limit_per_minute", 2)
    client = TestClient(limited(app()))
    assert [client.get("/api/v1/health").status_code for _ in range(3)] == [200, 200, 429]
    refused = client.get("/api/v1/health")
    assert refused.headers["retry-after"] == str(refused.json()["retry_after"])
    assert 58 <= refused.json()["retry_after"] <= 60
    assert client.get("/ping").status_code == 200
    assert client.get("/api/v1/auth/me").json()["kind"] == "rate_limited"
    assert "kind" not in refused.json()


def test_without_limiting_the_application_is_left_alone():
    inner = app()
    assert limited(inner) is inner
