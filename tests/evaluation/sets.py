"""The sets of questions, and which entries carry the article that a question expects."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from koprogo_app.modules.knowledge import citations

DATA = Path(__file__).parents[1] / "data" / "assistant"
OTHERS = {  # short names of the sets -> uids
    "Loi hyp. 27": "be.lh.27", "Loi hyp. 27, 7°": "be.lh.27", "AR 12/07/2012": "be.kb.20120712",
    "AR 15/03/2017": "be.kb.20170315", "KB 15/03/2017": "be.kb.20170315", "AR 09/03/2003": "be.kb.20030309",
    "AR 05/03/2023": "be.kb.20230305", "KB 05/03/2023": "be.kb.20230305", "Loi 05/05/1865": "be.loi.18650505",
    "TVA": "be.vat", "RGPD": "eu.gdpr", "EPC VL": "vlg.epc", "PEB BXL": "bxl.peb", "Amiante VL": "vlg.asbestos",
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """One line of a set."""

    id: str
    lang: str
    kind: str  # answerable, needs_data, out_of_scope
    question: str
    expected: tuple[str, ...]  # uids, or their beginnings
    fact: str = ""
    topic: str = ""

    @property
    def half(self) -> str:
        """dev or test, by the parity of the number."""
        return "dev" if int(re.sub(r"\D", "", self.id)) % 2 else "test"


def load(name: str) -> list[Question]:
    """golden or questions."""
    lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [_question(json.loads(line)) for line in lines if line.strip()]


def attacks() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / "attacks.jsonl").read_text(encoding="utf-8").splitlines()]


def _question(given: dict[str, Any]) -> Question:
    expected = tuple(_beginning(one) for one in given["expected_articles"])
    return Question(
        given["id"], given["lang"], given["kind"], given["question"], expected, given.get("expected_fact", ""),
        given.get("topic", ""),
    )  # fmt: skip


def _beginning(article: str) -> str:
    if article in OTHERS:
        return OTHERS[article]
    found = re.fullmatch(r"(3\.\d+)(?: §(\d+))?(?: (\d+)°)?", article)
    if not found:
        raise ValueError(f"no entry is known for {article}")
    at, paragraph, point = found.groups()
    return f"be.cc.{at}" + (f".p{paragraph}" if paragraph else "") + (f".{point}" if point else "")


def carried(uid: str, rests_on: Sequence[str]) -> list[str]:
    """The articles by which an entry answers: its own, those it rests on, the new number of an old one."""
    if uid.startswith("be.num."):
        return [
            uid,
            *citations.named(uid.removeprefix("be.num.").replace("577-8-", "577-8/").replace("577-11-", "577-11/")),
        ]
    return [uid, *rests_on]


def right(expected: Sequence[str], uid: str, rests_on: Sequence[str]) -> bool:
    """True when an entry carries an expected article: the article itself, a part of it, or the whole it belongs to."""
    return any(
        citations.under(one, expected) or any(citations.under(want, [one]) for want in expected)
        for one in carried(uid, rests_on)
        if not one.startswith(("faq.", "how."))
    )
