"""The checks of /health: made seldom, waited for shortly, never failing."""

import threading

import pytest

from koprogo_app.core import health
from koprogo_app.core.health import Check


@pytest.fixture
def checks(monkeypatch):
    """checks(Check(…), …): these are the registered ones, none of them made yet."""

    def register(*given: Check) -> None:
        monkeypatch.setattr(health, "CHECKS", list(given))
        health._kept.cache_clear()

    yield register
    health._kept.cache_clear()


def test_nothing_registered_says_nothing(checks):
    checks()
    assert health.report() == {}


def test_each_check_is_named_and_made_once(checks, monkeypatch):
    made = []
    checks(Check("one", lambda: made.append(1) or {"well": len(made)}, {}), Check("two", lambda: {"b": 2}, {}))
    monkeypatch.setattr(health.time, "monotonic", lambda: 100.0)
    assert health.report() == health.report() == {"one": {"well": 1}, "two": {"b": 2}}
    monkeypatch.setattr(health.time, "monotonic", lambda: 100.0 + health.FRESH)
    assert health.report()["one"] == {"well": 2}


def test_a_check_that_fails_says_what_it_says_otherwise(checks):
    checks(Check("broken", lambda: {"x": 1 // 0}, {"well": False}))
    assert health.report() == {"broken": {"well": False}}


def test_a_check_that_hangs_is_not_waited_for(checks, monkeypatch):
    released = threading.Event()
    checks(Check("hanging", lambda: {"well": released.wait(30)}, {"well": False}))
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    assert health.report() == {"hanging": {"well": False}}
    released.set()
