"""The process that stays: it greets, stops everything it started, and leaves nothing behind when it is killed."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from koprogo_app.core.embedded_pg import EmbeddedPg
from koprogo_app.ops.serve import PLAN, Plan

ROOT = Path(__file__).parents[1]
RUN = """
import json, multiprocessing, os
from koprogo_app.ops import serve

ask = serve.urllib.request.urlopen

def asked(*args, **more):
    if not multiprocessing.active_children():
        print("It asked before the worker was forked.", flush=True)
    return ask(*args, **more)

serve.urllib.request.urlopen = asked
serve.TARGET = "small:app"
serve.serve(serve.Plan(**json.loads(os.environ.pop(serve.PLAN))))
"""
SMALL = """
import os
from koprogo_app.ops.serve import follow_supervisor

follow_supervisor()
open(os.environ["WORKER"], "w").write(str(os.getpid()))

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while (await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
    else:
        await send({"type": "http.response.start", "status": 503, "headers": []})
        await send({"type": "http.response.body", "body": b"small"})
"""


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def ended(pid: int, seconds: float = 20) -> bool:
    """Whether a process ends within this time."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], seconds)[0])
    finally:
        os.close(handle)


class Serving:
    """A started server: the supervisor's process, its worker's number, its database."""

    def __init__(self, folder: Path) -> None:
        self.database = EmbeddedPg(folder / "postgres")
        (folder / "small.py").write_text(SMALL)
        worker = folder / "worker"
        worker.unlink(missing_ok=True)
        plan = Plan("127.0.0.1", free_port(), str(folder / "postgres"), "It is ready.")
        env = os.environ | {
            "PYTHONPATH": f"{folder}:{ROOT}",
            "WORKER": str(worker),
            PLAN: json.dumps(asdict(plan)),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, preexec_fn=hears_hangup
        )
        assert self.process.stdout
        self.said = self.process.stdout.readline().strip()
        self.worker = int(worker.read_text())


def hears_hangup() -> None:
    """Also when the tests themselves run under nohup, which children inherit."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture
def serving() -> Iterator[Callable[[], Serving]]:
    with tempfile.TemporaryDirectory(prefix="koprogo-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the database's account must enter, root or not
        started: list[Serving] = []

        def start() -> Serving:
            started.append(Serving(folder))
            return started[-1]

        yield start
        for one in started:
            one.process.kill()
            one.process.wait()
            one.database.release()


def test_no_thread_works_while_the_worker_is_forked(serving):
    """A thread that imports holds a lock, which the worker would inherit and never see released."""
    assert serving().said == "It is ready."


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_greets_and_then_stops_its_worker_and_its_database(serving, ending):
    one = serving()
    assert one.said == "It is ready."
    assert one.database.running()
    one.process.send_signal(ending)
    assert one.process.wait(20) == 0
    assert ended(one.worker, 0)
    assert not one.database.running()


def test_a_killed_supervisor_takes_its_worker_along_and_the_next_start_works(serving):
    one = serving()
    one.process.kill()
    assert ended(one.worker)
    two = serving()
    assert two.said == "It is ready."
    two.process.terminate()
    assert two.process.wait(20) == 0
    assert not two.database.running()
