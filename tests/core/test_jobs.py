"""Jobs: one copy of each at a time, none that waits for another, and a worker that outlives its database's restart."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from procrastinate import RetryStrategy
from procrastinate.worker import Worker
from sqlalchemy import text

from koprogo_app.core import config, jobs
from koprogo_app.core.db import everywhere
from koprogo_app.core.ids import uuid7

YEARLY, HOURLY = "0 0 1 1 *", "17 * * * *"
SOON = 30.0  # seconds: far more than it takes


class Line:
    """The way to the database, as long as it is not cut. To those who call then it answers as a server that starts."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.to, self.cut = (parts.hostname or "", parts.port or 5432), False
        self.ends: list[asyncio.StreamWriter] = []

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.cut:
            writer.close()
            return
        there, onward = await asyncio.open_connection(*self.to)
        self.ends += [writer, onward]
        await asyncio.gather(self.pass_on(reader, onward), self.pass_on(there, writer))

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
        except OSError:
            pass
        writer.close()

    def end_all(self) -> None:
        self.cut = True
        for end in self.ends:
            end.transport.abort()


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A queue with the jobs of this test alone. Its name is in theirs: two queues have no job of one name waiting."""
    name = f"test-{uuid7().hex}"
    caches: list[Any] = [jobs.queue, jobs._sync_queue, jobs._threads]
    monkeypatch.setattr(jobs, "TASKS", {})
    monkeypatch.setattr(jobs, "QUEUE", name)
    monkeypatch.setattr(jobs, "PAUSE", 0.0)
    for cached in caches:
        cached.cache_clear()
    yield name
    jobs._sync_queue().close()
    for cached in caches:
        cached.cache_clear()


async def happens(event: threading.Event) -> None:
    assert await asyncio.to_thread(event.wait, SOON)


async def kick(name: str) -> None:
    await asyncio.to_thread(jobs.kick, name)


def play(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """The scenario, while the worker runs."""

    async def whole() -> None:
        async with jobs.working():
            await scenario()

    asyncio.run(whole())


def rows(board: str) -> list[tuple[str, str]]:
    query = "SELECT task_name, status::text FROM procrastinate.procrastinate_jobs WHERE queue_name = :q ORDER BY id"
    with everywhere() as s:
        return [(name, status) for name, status in s.execute(text(query), {"q": board})]


def test_jobs_go_on_after_the_database_was_away(board: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ran, stopped, stop = threading.Event(), threading.Event(), Worker.stop
    jobs.job(f"probe-{board}", YEARLY)(ran.set)
    address = jobs._dsn()

    def seen(worker: Worker) -> None:
        stop(worker)
        stopped.set()

    async def scenario() -> None:
        line = Line(address)
        server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        monkeypatch.setattr(jobs, "_dsn", lambda: address.replace(f":{line.to[1]}/", f":{port}/"))
        monkeypatch.setattr(Worker, "stop", seen)
        await kick(f"probe-{board}")
        async with jobs.working():
            await happens(ran)
            ran.clear()
            line.end_all()
            await happens(stopped)
            line.cut = False
            await kick(f"probe-{board}")
            await happens(ran)
        line.end_all()
        server.close()

    asyncio.run(scenario())


@pytest.mark.usefixtures("board")
def test_a_worker_that_fails_as_it_stops_stops_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    began = threading.Event()

    async def work() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            raise RuntimeError("the database is away")

    monkeypatch.setattr(jobs, "_work", work)
    play(lambda: happens(began))


def test_what_is_slow_holds_up_no_other_job_and_has_no_second_copy(board: str) -> None:
    going, go_on, mailed = threading.Event(), threading.Event(), threading.Event()
    runs: list[int] = []

    def slow() -> None:
        runs.append(len(runs))
        going.set()
        assert go_on.wait(SOON)

    jobs.job(f"slow-{board}", YEARLY)(slow)
    jobs.job(f"mails-{board}", YEARLY)(mailed.set)
    jobs.kick(f"slow-{board}")

    async def scenario() -> None:
        await happens(going)
        for kicked in (["slow"], ["slow"], ["slow"], []):  # more copies than there are slots, if each held one
            mailed.clear()
            for name in [*kicked, "mails"]:
                await kick(f"{name}-{board}")
            await happens(mailed)
        assert runs == [0]
        go_on.set()

    play(scenario)
    assert runs == [0, 1], "what was kicked while it ran is done when it ends, once"


def test_a_job_that_fails_runs_again_when_it_is_kicked(board: str) -> None:
    ran, well = threading.Event(), threading.Event()
    runs: list[int] = []

    def frail() -> None:
        runs.append(len(runs))
        ran.set()
        if len(runs) == 1:
            raise OSError("the store is away")
        well.set()

    jobs.job(f"frail-{board}", HOURLY)(frail)
    jobs.kick(f"frail-{board}")

    async def scenario() -> None:
        await happens(ran)
        await kick(f"frail-{board}")
        await happens(well)

    play(scenario)


def test_a_job_of_the_night_is_tried_again_within_minutes_the_others_at_their_next_tick(board: str) -> None:
    jobs.job(f"nightly-{board}", "40 2 * * *")(lambda: None)
    jobs.job(f"hourly-{board}", HOURLY)(lambda: None)
    tasks = jobs.queue().tasks
    assert tasks[f"nightly-{board}"].retry_strategy == RetryStrategy(max_attempts=5, wait=60)
    assert tasks[f"hourly-{board}"].retry_strategy is None


def test_the_command_ends_with_sigterm(board: str) -> None:
    jobs.job(f"probe-{board}", YEARLY)(lambda: os.kill(os.getpid(), signal.SIGTERM))
    jobs.kick(f"probe-{board}")
    jobs.run_apart()


def test_the_health_says_whether_the_worker_runs(board: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert jobs.health() == {"worker": "apart"}
    monkeypatch.setattr(config.settings(), "worker", True)
    ran, said = threading.Event(), list[object]()
    jobs.job(f"probe-{board}", YEARLY)(ran.set)
    jobs.kick(f"probe-{board}")

    async def scenario() -> None:
        await happens(ran)
        said.append(jobs.health())

    play(scenario)
    assert [*said, jobs.health()] == [{"worker": "running"}, {"worker": "stopped"}]
    assert rows(board) == [], "nothing is left of a job that is done"
