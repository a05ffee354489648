"""The process that stays while KoproGo runs: granian, and the embedded database's user. It imports little, on purpose.

Started by `koprogo up` in its own place (exec), so that what the preparation loaded is given back.
"""

import json
import multiprocessing
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from koprogo_app.core.embedded_pg import EmbeddedPg

PLAN, SUPERVISOR = "KOPROGO_PLAN", "KOPROGO_SUPERVISOR"  # from one of our processes to the next
TARGET = "koprogo_app.asgi:asgi"
PATIENCE = 60  # seconds until the first answer
GRACE = 10  # seconds given to requests in progress when stopping


@dataclass(frozen=True)
class Plan:
    """What to serve. `database` is the folder of the embedded server, empty for another one."""

    host: str
    port: int
    database: str
    greeting: str


def unwind_on_sigterm() -> None:
    """Until granian has its own handler, SIGTERM ends what is under way (a build, a start) and stops the database."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def replace_process(plan: Plan) -> NoReturn:
    """Becomes the serving process."""
    sys.stdout.flush()
    os.environ[PLAN] = json.dumps(asdict(plan))  # not an argument: those are shown to every account of the machine
    os.execv(sys.executable, [sys.executable, "-m", __spec__.name])  # noqa: S606


def serve(plan: Plan) -> None:
    """Serves until Ctrl-C, SIGTERM or a closed terminal; then the worker stops, and the database with its last user."""
    unwind_on_sigterm()
    if plan.database:
        EmbeddedPg(Path(plan.database)).ensure()  # held until this process ends; its last user stops it
    os.environ[SUPERVISOR] = str(os.getpid())
    server = Server(
        TARGET,
        plan.host,
        plan.port,
        interface=Interfaces.ASGI,
        workers=1,  # Reflex keeps the state of open tabs in the process
        log_level=LogLevels.warning,
        workers_kill_timeout=GRACE,
    )
    hang_up = signal.getsignal(signal.SIGHUP)

    @server.on_startup
    def started() -> None:
        # granian would reload: a closed terminal stops us, as SIGTERM does, and under nohup nothing happens
        signal.signal(signal.SIGHUP, hang_up if hang_up is signal.SIG_IGN else signal.getsignal(signal.SIGTERM))
        threading.Thread(target=_greet, args=(plan,), daemon=True).start()

    server.serve()


def follow_supervisor() -> None:
    """For the worker: after kill -9 of its supervisor nobody tells it to stop, and the port would stay taken."""
    if SUPERVISOR in os.environ:
        threading.Thread(target=_end_after, args=(int(os.environ[SUPERVISOR]),), daemon=True).start()


def stay_on_one_core() -> None:
    """For the worker, where the system can do it. The threads of one interpreter take turns anyway; on one core they
    hand over without waking another, which gives a third more requests, or two (measured on two virtual cores)."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[os.getpid() % len(cores)]})


def _end_after(supervisor: int) -> None:
    while os.getppid() == supervisor:
        time.sleep(1)
    for _ in range(GRACE):  # a worker that is still loading does not hear the first
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(1)
    os._exit(1)


def _greet(plan: Plan) -> None:
    """Says so when the first answer comes."""
    while not multiprocessing.active_children():  # forked while this thread imports something, the worker would wait
        time.sleep(0.05)  # for ever for a lock whose holder it does not have
    host = "127.0.0.1" if plan.host in ("0.0.0.0", "::") else plan.host  # noqa: S104
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://{host}:{plan.port}/api/v1/health", timeout=PATIENCE).close()
        except OSError as error:
            if not isinstance(error, urllib.error.HTTPError):  # an error page is an answer too
                time.sleep(0.2)
                continue
        print(plan.greeting, flush=True)
        return


if __name__ == "__main__":
    serve(Plan(**json.loads(os.environ.pop(PLAN))))
