"""Jobs: procrastinate on the same PostgreSQL. The worker runs inside the web process, or apart with `koprogo worker`.

A job's function is idempotent: it reads what is left to do and does it, so it may run twice. `kick()` wakes a job after a commit;
what a crash loses, the periodic sweep finds again.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from functools import cache
from typing import Any

import procrastinate
import structlog
from procrastinate.exceptions import AlreadyEnqueued

from .config import settings
from .db import urls

log = structlog.get_logger()
TASKS: dict[str, tuple[Callable[..., Any], str | None]] = {}


def job(name: str, cron: str | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Names a plain function as a job; with `cron` (UTC) it also runs by the clock."""

    def register(fn: Callable[..., Any]) -> Callable[..., Any]:
        TASKS[name] = (fn, cron)
        return fn

    return register


def _dsn() -> str:
    address = urls().system.replace("postgresql+psycopg://", "postgresql://")
    return f"{address}{'&' if '?' in address else '?'}options=-csearch_path%3Dprocrastinate"


@cache
def queue() -> procrastinate.App:
    """The queue on the system role, in a schema of its own, with every registered job."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=_dsn(), min_size=1, max_size=3))
    for name, (fn, cron) in TASKS.items():
        _register(app, name, fn, cron)
    return app


def _register(app: procrastinate.App, name: str, fn: Callable[..., Any], cron: str | None) -> None:
    async def task(timestamp: int | None = None, **arguments: Any) -> None:
        await asyncio.to_thread(fn, **arguments)

    registered = app.task(
        name=name,
        queueing_lock=name if cron else None,
        retry=procrastinate.RetryStrategy(max_attempts=5, exponential_wait=5),
    )(task)
    if cron:
        app.periodic(cron=cron)(registered)  # type: ignore[arg-type]


@cache
def _sync_queue() -> procrastinate.App:
    app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=_dsn(), min_size=0, max_size=2))
    app.open()
    return app


def kick(name: str, **arguments: Any) -> None:
    """Wakes a job soon; harmless when it is already waiting."""
    with contextlib.suppress(AlreadyEnqueued):
        _sync_queue().configure_task(name, queueing_lock=name if not arguments else None).defer(**arguments)


@contextlib.asynccontextmanager
async def worker() -> AsyncIterator[None]:
    """Runs the worker beside the web server while the block lasts."""
    if not settings().worker:
        yield
        return
    app = queue()
    async with app.open_async():
        running = asyncio.create_task(
            app.run_worker_async(concurrency=2, install_signal_handlers=False, delete_jobs="successful")
        )
        try:
            yield
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running
