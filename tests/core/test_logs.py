"""Logs: one JSON object a line when asked for, with the request's identifier, from our code and from libraries."""

import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from koprogo_app.core import logs
from koprogo_app.core.config import settings


@pytest.fixture
def json_lines(monkeypatch) -> Iterator[Callable[[], list[dict]]]:
    root, written = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers, root.level
    monkeypatch.setattr(logs, "settings", lambda: settings().model_copy(update={"log_json": True}))
    monkeypatch.setattr(logging, "StreamHandler", lambda: stream_handler(written))
    logs.configure()
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


stream_handler = logging.StreamHandler


def test_each_line_is_an_object_with_the_request(json_lines):
    with structlog.contextvars.bound_contextvars(request="0193"):
        structlog.get_logger("koprogo").info("mail sent", to="Alice")
        logging.getLogger("another.library").warning("é is kept")
    ours, theirs = json_lines()
    assert {k: ours[k] for k in ("event", "level", "logger", "request", "to")} == {
        "event": "mail sent",
        "level": "info",
        "logger": "koprogo",
        "request": "0193",
        "to": "Alice",
    }
    assert (theirs["event"], theirs["level"], theirs["request"]) == ("é is kept", "warning", "0193")


def fail(password: str) -> None:
    raise ValueError("broken")


def test_an_exception_stays_on_its_line_without_the_values_of_variables(json_lines):
    try:
        fail("une-phrase-longue")
    except ValueError:
        structlog.get_logger("koprogo").exception("job failed")
    (line,) = json_lines()
    assert (line["event"], line["exception"][0]["exc_value"]) == ("job failed", "broken")
    assert "une-phrase-longue" not in json.dumps(line)


def test_information_of_noisy_libraries_is_left_out(json_lines):
    logging.getLogger("weasyprint").info("Step 1 - Fetching and parsing HTML")
    logging.getLogger("weasyprint").warning("Font not found")
    assert [line["event"] for line in json_lines()] == ["Font not found"]
