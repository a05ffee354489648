"""Figures: what locust counted, what processes hold and use, and on what machine."""

import contextlib
import csv
import json
import os
import platform
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

HEADER = ("what", "users", "requests", "req/s", "P50 ms", "P90 ms", "P99 ms", "max ms", "errors")


@dataclass(frozen=True)
class Figures:
    """One row: a run as a whole, or one kind of request of it."""

    what: str
    users: int
    requests: int
    per_second: float
    p50: float
    p90: float
    p99: float
    longest: float
    errors: int

    def cells(self) -> tuple[str, ...]:
        times = (f"{ms:.0f}" for ms in (self.p50, self.p90, self.p99, self.longest))
        return (self.what, str(self.users), str(self.requests), f"{self.per_second:.1f}", *times, str(self.errors))


@dataclass(frozen=True)
class Run:
    """What locust wrote: the whole, its parts, and the failures in words."""

    whole: Figures
    parts: list[Figures]
    failures: list[str]


def read(folder: Path, what: str, users: int) -> Run:
    """A run from run.json. Not from locust's CSV files: it writes them once a second, and loses the last one."""
    entries = json.loads((folder / "run.json").read_text())
    ends = [e["last_request_timestamp"] for e in entries if e["last_request_timestamp"]]
    seconds = max(ends) - min(e["start_time"] for e in entries) if ends else 0.0
    parts = [_figures(e["name"], users, seconds, [e]) for e in sorted(entries, key=lambda e: e["name"])]
    with (folder / "run_failures.csv").open() as f:
        failures = [f"{row['Name']}: {row['Error']}" for row in csv.DictReader(f)]
    return Run(_figures(what, users, seconds, entries), parts, failures)


def _figures(what: str, users: int, seconds: float, entries: list[dict[str, Any]]) -> Figures:
    times = Counter[float]()
    for entry in entries:
        times.update({float(ms): count for ms, count in entry["response_times"].items()})
    requests, errors = (sum(entry[name] for entry in entries) for name in ("num_requests", "num_failures"))
    longest = max((entry["max_response_time"] for entry in entries), default=0.0)
    p50, p90, p99 = (_percentile(times, share) for share in (0.5, 0.9, 0.99))
    return Figures(what, users, requests, requests / seconds if seconds else 0.0, p50, p90, p99, longest, errors)


def _percentile(times: Counter[float], share: float) -> float:
    """The time within which this share was answered. Locust has rounded them: above 100 ms to two digits."""
    left = share * times.total()
    for ms in sorted(times):
        left -= times[ms]
        if left <= 0:
            return ms
    return 0.0


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table, its columns aligned."""
    lines = [list(header), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(f"| {' | '.join(cell.ljust(w) for cell, w in zip(line, widths, strict=True))} |" for line in lines)


# ---------------------------------------------------------------- processes


@dataclass(frozen=True)
class Use:
    """Of a process and all that it started: memory in MB (proportional share, as docs/dev/operations.md), CPU seconds."""

    memory: float
    cpu: float


def use(pid: int) -> Use:
    memory = cpu = 0.0
    top = psutil.Process(pid)
    for one in (top, *top.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            cpu += times.user + times.system + (times.children_user + times.children_system if one == top else 0)
            memory += _memory(one) / 1024**2
    return Use(memory, cpu)


def _memory(one: psutil.Process) -> int:
    """What is resident where the share cannot be read (macOS, some containers): shared pages then count several times."""
    try:
        return one.memory_full_info().pss
    except (psutil.AccessDenied, AttributeError):
        return one.memory_info().rss


# ---------------------------------------------------------------- machine


def load() -> float:
    """The load average of the last minute."""
    return os.getloadavg()[0]


def machine() -> str:
    memory = psutil.virtual_memory().total / 1024**3
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, {memory:.1f} GB, {platform.system()}"
