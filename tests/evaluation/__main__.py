"""`make eval`: the figures of every set by language, with intervals, failures and, with --fit, the coefficients of abstention."""

import os
import sys
import tempfile
from collections.abc import Sequence

os.environ.setdefault("KOPROGO_DATA_DIR", os.path.join(tempfile.gettempdir(), "koprogo-tests"))

import numpy as np

import koprogo_app.koprogo_app  # noqa: F401  (registers the tools)
from koprogo_app.core import migrate
from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.i18n import LOCALES
from koprogo_app.core.ids import uuid7
from koprogo_app.modules.knowledge import calibration

from .measure import Outcome, figures, percentile, run
from .prepare import knowledge_loaded, office
from .sets import load

LABELS = {
    "recall_1": "recall@1", "recall_5": "recall@5", "mrr": "MRR", "crossed_5": "recall@5 cross-lingual",
    "supported": "citation precision: each sentence stands in what it cites", "cited": "answers citing the expected article",
    "refused": "refused of what must be", "false_refusals": "false refusals", "unsure": "not sure of what can be answered",
    "redirected": "own file: redirected, declined or shown",
}  # fmt: skip


def report(name: str, actor: Actor, outcomes: Sequence[Outcome]) -> None:
    """The figures of a set, then its failures."""
    print(f"\n== {name}: {len(outcomes)} questions")
    for language in ("all", *LOCALES):
        some = [o for o in outcomes if language in ("all", o.asked.lang)]
        found = figures(actor, some)
        print(f"-- {language} ({len(some)})")
        for field, label in LABELS.items():
            value = getattr(found, field)
            print(f"   {label:62} {value if not isinstance(value, float) else format(value, '.3f')}")
    seconds = [o.seconds for o in outcomes]
    print(f"-- answer in ms: median {1000 * percentile(seconds, 0.5):.0f}, p95 {1000 * percentile(seconds, 0.95):.0f}")
    print("-- failures")
    for o in outcomes:
        if fault := _fault(o):
            top = ", ".join(hit.uid for hit in o.found.hits[:3])
            print(f"   {o.asked.id} {fault:26} p={o.found.probability:.2f} {o.asked.question[:90]} → {top}")


def _fault(o: Outcome) -> str:
    if o.asked.kind == "answerable":
        if o.refused:
            return "refused wrongly"
        return f"expected at {o.rank}" if o.rank > 5 else ""
    if o.answer.band in ("refuse", "data", "file"):
        return ""
    return f"{o.asked.kind}: {o.answer.band}"


def fitted(outcomes: Sequence[Outcome]) -> None:
    """The coefficients for the models that ran, from these questions."""
    some = [o for o in outcomes if o.asked.kind != "needs_data"]
    features = np.array([o.found.features for o in some])
    inside = np.array([float(o.asked.kind == "answerable") for o in some])
    print(f"\n== {some[0].found.models}: {calibration.fit(features, inside)}")


def main() -> None:
    migrate.upgrade()
    knowledge_loaded()
    actor = Actor(uuid7(), office(), Role.OWNER, owner_id=uuid7(), building_ids=frozenset())
    ours = run(actor, load("questions"))
    report("golden", actor, run(actor, load("golden")))
    report("ours, test half", actor, [o for o in ours if o.asked.half == "test"])
    report("ours, dev half (abstention was fitted on it)", actor, [o for o in ours if o.asked.half == "dev"])
    if "--fit" in sys.argv:
        fitted([o for o in ours if o.asked.half == "dev"])


if __name__ == "__main__":
    main()
