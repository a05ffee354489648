"""What GET /health says beside "ok": the checks of the modules, registered where the app is assembled.

Whoever watches asks every few seconds: a check is made at most once in 30 seconds, and nobody waits for it longer than two.
"""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import structlog

log = structlog.get_logger()
FRESH, PATIENCE = 30.0, 2.0  # seconds


@dataclass(frozen=True, slots=True)
class Check:
    """`read` says how a part of the application is; `otherwise` is said when it raises or does not answer in time."""

    name: str
    read: Callable[[], Mapping[str, Any]]
    otherwise: Mapping[str, Any]


CHECKS: list[Check] = []


def report() -> dict[str, Mapping[str, Any]]:
    """What each check says, by its name."""
    return {check.name: _kept(n, int(time.monotonic() // FRESH)) for n, check in enumerate(CHECKS)}


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="health")


@lru_cache(64)
def _kept(number: int, _period: int) -> Mapping[str, Any]:
    check = CHECKS[number]
    try:
        return _thread().submit(check.read).result(PATIENCE)
    except Exception:  # whatever a check raises: being watched must not fail
        log.warning("health_check_failed", check=check.name, exc_info=True)
        return check.otherwise
