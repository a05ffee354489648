"""Question to complete quoted answer, on one core, and what the assistant adds to the memory: `python loadtests/assistant.py`.

Every question of both sets, twice: as first asked (its vectors are computed), then again (they are remembered). The ratio to a
plain read of the same database is what may be carried from one machine to another.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests")]
os.environ.setdefault("KOPROGO_DATA_DIR", os.path.join(tempfile.gettempdir(), "koprogo-tests"))
os.environ["KOPROGO_WORKER"] = "false"
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {0})

from evaluation.measure import percentile  # noqa: E402
from evaluation.prepare import knowledge_loaded, office  # noqa: E402
from evaluation.sets import load  # noqa: E402

import koprogo_app.koprogo_app  # noqa: E402, F401
from koprogo_app.core import migrate  # noqa: E402
from koprogo_app.core.actor import Actor, Role  # noqa: E402
from koprogo_app.core.ids import uuid7  # noqa: E402
from koprogo_app.core.listing import Asked  # noqa: E402
from koprogo_app.core.service import call  # noqa: E402
from koprogo_app.modules.answers import service as answers  # noqa: E402
from koprogo_app.modules.buildings import service as buildings  # noqa: E402
from koprogo_app.modules.knowledge import embedders  # noqa: E402


def memory() -> float:
    """Proportional set size of this process, in MB."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def line(name: str, times: list[float]) -> str:
    p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
    return f"{name:34} P50 {p50:6.1f}  P95 {p95:6.1f}  max {max(times):6.1f} ms  ({len(times)})"


def main() -> None:
    migrate.upgrade()
    actor = Actor(uuid7(), office(), Role.OWNER, owner_id=uuid7(), building_ids=frozenset())
    reads = [timed(lambda: call(actor, buildings.list_buildings, Asked())) for _ in range(300)][50:]
    before = memory()
    knowledge_loaded()
    questions = [answers.asked(one.question, one.lang) for name in ("golden", "questions") for one in load(name)]
    call(actor, answers.answer, questions[0])  # loads the models
    first = [timed(lambda one=one: call(actor, answers.answer, one)) for one in questions[1:]]
    again = [timed(lambda one=one: call(actor, answers.answer, one)) for one in questions[1:]]
    print(f"Models: {', '.join(embedders.wanted())}; one core; {len(questions)} questions")
    print(line("answer, question never asked before", first))
    print(line("answer, question asked before", again))
    print(line("a page of buildings (plain read)", reads))
    print(f"ratio of the medians: {statistics.median(first) / statistics.median(reads):.0f} reads an answer")
    print(f"memory: {before:.0f} MB before, {memory():.0f} MB after: the assistant adds {memory() - before:.0f} MB")


if __name__ == "__main__":
    main()
