"""Jobs: procrastinate on the same PostgreSQL. The worker runs inside the web process, or apart with `koprogo worker`.

A job's function is idempotent: it reads what is left to do and does it, so it may run twice. `kick()` wakes a job after a commit;
what a crash loses, the periodic sweep finds again. A job has a thread of its own and one copy of it runs at a time: mails
do not wait for papers. The worker is started again when it ends, as it does when the database restarts.
"""

import asyncio
import contextlib
import signal
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any

import procrastinate
import structlog
from procrastinate.exceptions import AlreadyEnqueued

from .config import settings
from .db import urls

log = structlog.get_logger()
TASKS: dict[str, tuple[Callable[[], Any], str]] = {}
QUEUE = "default"
PAUSE = 5.0  # seconds before the worker is started again
GRACE = 5.0  # seconds that jobs under way are waited for when it stops; a thread goes on to its end
NIGHTLY = procrastinate.RetryStrategy(max_attempts=5, wait=60)  # seconds

_turn = threading.Lock()
_asked: set[str] = set()
_running: set[str] = set()
_at_work = threading.Event()  # the worker, in this process


def job(name: str, cron: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Names a plain function as a job, which runs by the clock (`cron`, UTC) and when it is kicked."""

    def register(fn: Callable[[], Any]) -> Callable[[], Any]:
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


def _register(app: procrastinate.App, name: str, fn: Callable[[], Any], cron: str) -> None:
    async def task(timestamp: int | None = None) -> None:
        await asyncio.get_running_loop().run_in_executor(_threads(), partial(_alone, name, fn))

    hourly = cron.split()[1] == "*"  # the next tick is the retry: a waiting one would keep ticks and kicks out
    registered = app.task(name=name, queue=QUEUE, queueing_lock=name, retry=False if hourly else NIGHTLY)(task)
    app.periodic(cron=cron)(registered)  # type: ignore[arg-type]


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_slots(), thread_name_prefix="job")


def _slots() -> int:
    """One for each job, and one for a copy that finds its job under way."""
    return len(TASKS) + 1


def _alone(name: str, fn: Callable[[], Any]) -> None:
    """Runs the job unless it runs already: then whoever runs it does it once more, for what came meanwhile."""
    with _turn:
        _asked.add(name)
        if name in _running:
            return
        _running.add(name)
    try:
        while _is_asked(name):
            fn()
    except BaseException:
        with _turn:
            _running.remove(name)
        raise


def _is_asked(name: str) -> bool:
    """Takes up what was asked; when nothing is, the job no longer runs."""
    with _turn:
        if name in _asked:
            _asked.remove(name)
            return True
        _running.remove(name)
        return False


@cache
def _sync_queue() -> procrastinate.App:
    app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=_dsn(), min_size=0, max_size=2))
    app.open()
    return app


def kick(name: str) -> None:
    """Wakes a job soon; harmless when it is already waiting."""
    with contextlib.suppress(AlreadyEnqueued):
        _sync_queue().configure_task(name, queue=QUEUE, queueing_lock=name).defer()


@contextlib.asynccontextmanager
async def worker() -> AsyncIterator[None]:
    """Runs the worker beside the web server while the block lasts, unless it runs apart."""
    if not settings().worker:
        yield
        return
    async with working():
        yield


@contextlib.asynccontextmanager
async def working() -> AsyncIterator[None]:
    """Runs the worker while the block lasts."""
    stopping = asyncio.Event()
    running = asyncio.create_task(_keep_working(stopping))
    try:
        yield
    finally:
        stopping.set()
        running.cancel()
        await asyncio.wait([running])  # however it ends


async def _keep_working(stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        try:
            await _work()
            log.warning("jobs_stopped")
        except Exception:  # whatever the database or the library raises: jobs go on when it is back
            log.exception("jobs_failed")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), PAUSE)


async def _work() -> None:
    app = queue()
    try:
        await app.open_async()  # new connections each time
        _at_work.set()
        await app.run_worker_async(
            queues=[QUEUE],
            concurrency=_slots(),
            install_signal_handlers=False,
            shutdown_graceful_timeout=GRACE,
            delete_jobs="always",  # what failed is in the log
        )
    finally:
        _at_work.clear()
        await app.close_async()


def run_apart() -> None:
    """Runs the worker until Ctrl-C or SIGTERM: `koprogo worker`."""

    async def until_told() -> None:
        told, loop = asyncio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, told.set)
        async with working():
            await told.wait()

    asyncio.run(until_told())


def health() -> Mapping[str, Any]:
    """Whether the worker runs; "apart" when it is not this process's."""
    if not settings().worker:
        return {"worker": "apart"}
    return {"worker": "running" if _at_work.is_set() else "stopped"}
