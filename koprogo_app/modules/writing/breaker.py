"""A circuit breaker: after some failures in a row an endpoint is left alone for a while, then one request tries it.

A state machine with the clock passed in; each process has its own, used by one event loop.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from koprogo_app.core.config import settings

FAILURES = 3  # in a row
SECONDS = 60.0  # that the endpoint is left alone


@dataclass(frozen=True, slots=True)
class Standing:
    """What /health and the administrator see of an endpoint: closed (used), open (left alone), trial (one request tries it)."""

    state: Literal["closed", "open", "trial"]
    failures: int  # in a row
    reason: str  # of the last one
    seconds: float  # until it may be tried; 0 when it may


class Breaker:
    """Ask allows() before a request, then say exactly one of succeeded(), failed(), given_up()."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, failures: int = FAILURES, seconds: float = SECONDS
    ) -> None:
        self._clock, self._most, self._seconds = clock, failures, seconds
        self._failures, self._reason, self._until, self._trying = 0, "", 0.0, False

    @property
    def standing(self) -> Standing:
        left = max(0.0, self._until - self._clock()) if self._is_open() else 0.0
        state = "closed" if not self._is_open() else "trial" if self._trying else "open"
        return Standing(state, self._failures, self._reason, left)

    def allows(self) -> bool:
        """True when a request may be sent; after the pause the first one that asks is the trial, alone."""
        if not self._is_open():
            return True
        if self._trying or self._clock() < self._until:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        """The endpoint answered, whatever it wrote."""
        self._failures, self._reason, self._trying = 0, "", False

    def failed(self, reason: str) -> None:
        """It refused, broke off or kept silent: counted, and from the last allowed one on it is left alone."""
        self._failures, self._reason, self._trying = self._failures + 1, reason, False
        if self._is_open():
            self._until = self._clock() + self._seconds

    def given_up(self) -> None:
        """The reader stopped: that says nothing of the endpoint."""
        self._trying = False

    def _is_open(self) -> bool:
        return self._failures >= self._most


@cache
def of(base_url: str, model: str) -> Breaker:
    """The breaker of an endpoint's model in this process."""
    return Breaker()


def standing() -> Standing | None:
    """That of the configured endpoint; None without one."""
    config = settings()
    return of(config.llm_base_url, config.llm_model).standing if config.llm_base_url else None
