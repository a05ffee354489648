"""Logs: one line an event on standard error, for people or, with KOPROGO_LOG_JSON, one JSON object a line.

structlog's own loggers and those of the libraries go through the same steps; the request's identifier, which the
outermost layer binds, is on every line written while it is served.
"""

import logging
import sys
from collections.abc import Sequence

import structlog
from structlog.typing import Processor

from .config import settings

QUIET = (
    "alembic",
    "fontTools",
    "httpx",
    "mcp",
    "pdfminer",
    "procrastinate",
    "weasyprint",
)  # their information is noise here


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _last(as_json: bool) -> Sequence[Processor]:
    """How a line is written. Tracebacks never show the values of variables: they hold names, passwords, tokens."""
    if as_json:
        traceback = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        return structlog.processors.ExceptionRenderer(traceback), structlog.processors.JSONRenderer(ensure_ascii=False)
    plain = structlog.dev.plain_traceback
    return (structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain),)


def configure() -> None:
    """Called once, at the start of each process."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_shared(),
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_last(settings().log_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
