"""`make load`: KoproGo under load, beside the bare ceiling of the same machine. How to read it: docs/dev/performance.md.

Each server is started on a fresh database, warmed up, measured, and stopped. The exit code is 1 when a request failed.
"""

import argparse
import os
import signal
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent))  # the product is run from its source, not installed

import figures  # noqa: E402
import servers  # noqa: E402
from figures import Figures, Use  # noqa: E402

QUIET = 0.3  # load average above which figures are not to be trusted
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SETTLE = 3  # seconds before memory is read
TABS = 10  # users of events.py
MIX, PAGES, BARE = "REST mix", "page events", "bare ceiling"
MARK = """\
The mark to beat: 287 req/s, P99 752 ms, published for the earlier KoproGo with the same mix and 20 connections.
It was taken over the Internet through TLS; this is loopback, with the client on the same cores. The two do not compare
as such: the ratio to the bare ceiling is what may be carried from one machine to another."""


@dataclass
class Report:
    """What was measured so far."""

    runs: list[figures.Run] = field(default_factory=list)
    memory: list[str] = field(default_factory=list)
    cpu: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    versions: str = ""

    def of(self, what: str) -> list[Figures]:
        return [run.whole for run in self.runs if run.whole.what == what]

    @property
    def failed(self) -> bool:
        return any(run.whole.errors for run in self.runs)


def main() -> int:
    options = _options()
    for number in SIGNALS:
        signal.signal(number, _interrupt)
    report, before = Report(), figures.load()
    say(f"Load average {before:.2f}, {figures.machine()}")
    if before > QUIET:
        report.remarks.append(f"The machine was not quiet: load average {before:.2f} before, above {QUIET}.")
        say(f"WARNING: {report.remarks[0]} These figures are not to be trusted.")
    steps = [measure_product] if options.skip_bare else [measure_product, measure_bare]
    try:
        for number in range(options.runs):
            for measure in steps if number % 2 == 0 else reversed(steps):  # what comes first is not always the same
                measure(options, report)
    except KeyboardInterrupt:
        say("Stopped; nothing is left running.")
        return 130
    except RuntimeError as error:
        say(str(error))
        return 1
    show(report)
    return 1 if report.failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, help="how long each load lasts")
    parser.add_argument("--warmup", type=int, default=10, help="seconds of load thrown away before")
    parser.add_argument("--users", type=int, default=20, help="connections of the REST mix, without think time")
    parser.add_argument("--runs", type=int, default=1, help="the whole as many times, each on fresh databases")
    parser.add_argument(
        "--port", type=int, default=8071, help="port of the application; the bare ceiling takes the next"
    )
    parser.add_argument("--skip-bare", action="store_true", help="without the bare ceiling: no ratio")
    parser.add_argument("--skip-events", action="store_true", help="without the events of pages")
    return parser.parse_args()


def _interrupt(*_: object) -> None:
    """Once: a second Ctrl-C would leave half of the servers behind."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def say(text: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {text}", flush=True)


# ---------------------------------------------------------------- measure


def measure_product(options: argparse.Namespace, report: Report) -> None:
    say("KoproGo: a new database with the demonstration, then the server")
    with servers.product(options.port) as server:
        server.tidy()
        report.versions = f"{figures.machine()}, PostgreSQL {server.version()}"
        time.sleep(SETTLE)
        idle = _use(server)
        _mix(MIX, server, options, report)
        if not options.skip_events:
            _drive(PAGES, "events.py", server, TABS, options.seconds, report)
        time.sleep(SETTLE)
        after = _use(server)
        held = ", ".join(f"{name} {idle[name].memory:.0f} → {after[name].memory:.0f} MB" for name in idle)
        report.memory.append(f"Memory (PSS), idle before the load → idle after it: {held}")
        report.rows.append(_rows("KoproGo", server))


def measure_bare(options: argparse.Namespace, report: Report) -> None:
    say("Bare ceiling: a new database, then the server")
    with servers.ceiling(options.port + 1) as server:
        server.tidy()
        _mix(BARE, server, options, report)
        report.rows.append(_rows("bare", server))


def _mix(what: str, server: servers.Server, options: argparse.Namespace, report: Report) -> None:
    """The REST mix on either server: first a while to warm up, thrown away."""
    say(f"{what}: {options.warmup} s to warm up")
    if options.warmup:
        _locust("locustfile.py", server, options.users, options.warmup, what)
    before = _use(server)
    _drive(what, "locustfile.py", server, options.users, options.seconds, report)
    spent = ", ".join(f"{name} {use.cpu - before[name].cpu:.1f} s" for name, use in _use(server).items())
    report.cpu.append(f"CPU during the {what}: {spent}, of {options.seconds} s on {os.cpu_count()} cores")


def _drive(what: str, script: str, server: servers.Server, users: int, seconds: int, report: Report) -> None:
    """A load that counts."""
    say(f"{what}: {seconds} s, {users} users")
    run, said = _locust(script, server, users, seconds, what)
    if not run.whole.requests:
        raise RuntimeError(f"{what}: no request in {seconds} s.\n{said}")
    report.runs.append(run)
    if "CPU usage" in said:
        report.remarks.append(f"{what}: locust itself was short of CPU, so the server may do better than shown.")
    if run.whole.errors:
        report.remarks += [f"{what}: {failure}" for failure in run.failures]
        print(f"{said}\n{servers.tail(server.log)}".strip(), flush=True)
    say(f"{what}: {run.whole.per_second:.1f} req/s, P99 {run.whole.p99:.0f} ms, {run.whole.errors} errors")


def _locust(script: str, server: servers.Server, users: int, seconds: int, what: str) -> tuple[figures.Run, str]:
    """One locust in a process of its own; its figures, and what it said."""
    with tempfile.TemporaryDirectory(prefix="koprogo-locust-") as name:
        folder, log = Path(name), Path(name) / "log"
        command = [sys.executable, "-m", "locust", "-f", str(HERE / script), "--headless", "--only-summary"]
        command += ["-u", str(users), "-r", str(users), "-t", f"{seconds}s", "-H", server.url]
        command += ["--json-file", str(folder / "run"), "--csv", str(folder / "run"), "--loglevel", "WARNING"]
        command += ["--stop-timeout", "10"]  # what is under way is waited for, and counted
        env = {name: value for name, value in os.environ.items() if not name.startswith("LOCUST_")}
        with servers.process(command, env, log) as started:
            started.wait()
        said = servers.tail(log)
        server.check()
        try:
            return figures.read(folder, what, users), said
        except OSError:
            raise RuntimeError(f"locust did not run.\n{said}") from None


def _use(server: servers.Server) -> dict[str, Use]:
    return {"application": figures.use(server.process.pid), "PostgreSQL": figures.use(server.postmaster())}


def _rows(name: str, server: servers.Server) -> str:
    return f"Rows at the end, {name}: " + ", ".join(f"{table} {count}" for table, count in server.rows().items())


# ---------------------------------------------------------------- tell


def show(report: Report) -> None:
    """The table first: it may be pasted in docs/dev/performance.md."""
    print(f"\n{figures.table(figures.HEADER, (run.whole.cells() for run in report.runs))}\n")
    print(f"Measured on {time.strftime('%Y-%m-%d')}, {report.versions}.")
    _medians(report)
    print("\n".join([*report.memory, *report.cpu, *report.rows]))
    parts = (part.cells() for run in report.runs for part in run.parts if run.whole.what != BARE)
    print(f"\nIts parts:\n{figures.table(figures.HEADER, parts)}\n\n{MARK}")
    for remark in report.remarks:
        print(f"WARNING: {remark}")


def _medians(report: Report) -> None:
    """Median and range of several runs, never the best; and the ratio."""
    median = {}
    for what in (MIX, PAGES, BARE):
        if found := [one.per_second for one in report.of(what)]:
            median[what] = statistics.median(found)
            if len(found) > 1:
                print(f"{what}: median {median[what]:.1f} req/s, from {min(found):.1f} to {max(found):.1f}.")
    if median.get(BARE):
        print(f"Ratio KoproGo / bare ceiling: {median[MIX] / median[BARE]:.0%}.")


if __name__ == "__main__":
    sys.exit(main())
