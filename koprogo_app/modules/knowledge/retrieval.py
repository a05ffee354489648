"""Finding the articles of a question, and how sure it is: one SQL statement over text, headings and words.

score = mm(e5 text + e5 heading) + mm(use text + use heading) + 0.4 · nz(nz(words of headings) + 0.5 · nz(words of texts))

mm: min-max over the candidates; nz: divided by the best. Measured: docs/dev/assistant.md. Reciprocal rank fusion with full text
is no improvement: on lay questions it ranks confident junk.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import structlog
from sqlalchemy import text
from sqlmodel import Session, select

from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.service import requires

from . import calibration, citations, embedders, ladder, language
from .calibration import Band
from .models import KnowledgeState
from .service import CONFIG

log = structlog.get_logger()
LIMIT = 8
FRESH = 5.0  # seconds
LEXICAL, BODY = 0.4, 0.5  # weight of words beside meaning; of words of texts beside those of headings
BY_NUMBER = 9  # above whatever is found by meaning or words; twice that for the very article or paragraph
COMMON = 0.4  # a word that more than this part of the articles hold says nothing


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found; `score` orders, it is no probability."""

    uid: str
    kind: str
    lang: str
    citation: str
    title: str
    text: str
    caveat: str
    region: str
    confidence: str
    see: Sequence[str]
    rests_on: Sequence[str]
    score: float
    named: bool  # by its number


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, best first, the probability that it holds the answer, and by which models."""

    hits: Sequence[Hit]
    probability: float
    band: Band
    features: Sequence[float]
    models: tuple[str, ...]
    locale: str
    outside: Hit | None  # the subject beyond the knowledge base that the question is nearest to


# One row an article that is in force, for the reader's regions, in the language of the question or the only one it has.
_SQL = """
WITH asked AS (SELECT CAST(:lang AS text) AS lang, to_tsvector(CAST(:config AS regconfig), f_unaccent(:question)) AS tsv),
faces AS (
  SELECT f.id, f.article_id, f.kind, f.tsv, a.kind = 'outside' AS outside FROM face f JOIN article a ON a.id = f.article_id
  WHERE (a.valid_from IS NULL OR a.valid_from <= :on) AND (a.valid_to IS NULL OR a.valid_to >= :on)
    AND a.region = ANY(:regions)
    AND (f.lang = CASE f.kind WHEN 'text' THEN :texts ELSE :lang END OR a.text_id IS NOT NULL)
),
total AS (SELECT count(*)::float AS n FROM faces WHERE kind = 'heading'),
words AS (SELECT DISTINCT lexeme FROM asked, unnest(asked.tsv)),
held AS (
  SELECT w.lexeme, f.article_id, f.kind, f.outside FROM words w JOIN faces f ON f.tsv @@ CAST(quote_literal(w.lexeme) AS tsquery)
),
weights AS (
  SELECT lexeme, kind, ln(1 + ((SELECT n FROM total) - count(*) + 0.5) / (count(*) + 0.5)) AS weight
  FROM held GROUP BY lexeme, kind HAVING count(*) <= greatest(2, :common * (SELECT n FROM total))
),
lexical AS (
  SELECT h.article_id, h.outside, coalesce(sum(w.weight) FILTER (WHERE h.kind = 'heading'), 0) AS heading,
         coalesce(sum(w.weight) FILTER (WHERE h.kind = 'text'), 0) AS body
  FROM held h JOIN weights w USING (lexeme, kind) GROUP BY h.article_id, h.outside
),
near AS (
  SELECT f.article_id, f.outside, q.model, avg(1 - (v.embedding <=> q.v)) AS near
  FROM (VALUES {vectors}) q(model, v) JOIN face_vector v ON v.embed_model = q.model JOIN faces f ON f.id = v.face_id
  GROUP BY f.article_id, f.outside, q.model
),
legs AS (
  SELECT article_id, outside, near, model, (near - min(near) OVER w) / (max(near) OVER w - min(near) OVER w + 1e-9) AS part
  FROM near WINDOW w AS (PARTITION BY model)
),
dense AS (SELECT article_id, outside, sum(part) AS part FROM legs GROUP BY article_id, outside),
found AS (
  SELECT article_id, outside, coalesce(d.part, 0) AS dense, coalesce(l.heading, 0) AS heading, coalesce(l.body, 0) AS body
  FROM dense d FULL JOIN lexical l USING (article_id, outside)
),
parts AS (
  SELECT article_id, outside, dense, coalesce(heading / nullif(max(heading) OVER (), 0), 0)
         + :body * coalesce(body / nullif(max(body) OVER (), 0), 0) AS words FROM found
),
scored AS (
  SELECT article_id, outside, dense + :lexical * coalesce(words / nullif(max(words) OVER (), 0), 0) AS score FROM parts
),
tops AS (
  SELECT jsonb_build_object('in', coalesce(max(heading) FILTER (WHERE NOT outside), 0),
                            'out', coalesce(max(heading) FILTER (WHERE outside), 0)) AS heading,
         (SELECT jsonb_object_agg(model, jsonb_build_object('in', inside, 'out', outside)) FROM (
            SELECT model, max(near) FILTER (WHERE NOT outside) AS inside, max(near) FILTER (WHERE outside) AS outside
            FROM legs GROUP BY model) t) AS near
  FROM found
),
chosen AS (
  (SELECT article_id, score, false AS named FROM scored WHERE NOT outside ORDER BY score DESC LIMIT :limit)
  UNION ALL (SELECT article_id, score, false FROM scored WHERE outside ORDER BY score DESC LIMIT 1)
  UNION ALL SELECT a.id, coalesce(s.score, 0) + CASE WHEN a.uid = ANY(:named) THEN 2 ELSE 1 END * :by_number, true
    FROM article a LEFT JOIN scored s ON s.article_id = a.id
    WHERE a.uid = ANY(:named) OR a.uid LIKE ANY(:below)
)
SELECT a.uid, a.kind, a.region, a.confidence, a.see, a.rests_on, a.citation, a.caveat, f.lang, f.title, f.content,
       c.score, c.named, tops.heading AS top_heading, tops.near AS top_near
FROM chosen c JOIN article a ON a.id = c.article_id CROSS JOIN tops
JOIN LATERAL (SELECT * FROM face WHERE article_id = a.id AND kind = 'text' ORDER BY lang = :lang DESC, lang LIMIT 1) f ON true
ORDER BY c.score DESC, a.uid
"""


def regions_of(region: str) -> list[str]:
    """Federal law and that of a region; all of them when the region is not known. The German-speaking part is in Wallonia."""
    return ["BE", "BXL", "WAL", "VLG", "DG"] if not region else ["BE", region] + (["WAL"] if region == "DG" else [])


@requires(Permission.PROFILE)
def search(s: Session, actor: Actor, question: str, locale: str, on: date, region: str = "", texts: str = "") -> Found:
    """The articles nearest to a question in its language, with the band that says whether they may be quoted as an answer.

    `on`: the law of that day. `texts`: search the texts of another language than the question's (evaluation).
    """
    asked = language.expanded(question, locale)
    named = citations.named(question)
    vectors = {model: v for model in ACTIVE.read(s) if (v := vector(model, asked)) is not None}
    pairs = ", ".join(f"(CAST(:m{n} AS text), CAST(:v{n} AS vector))" for n in range(len(vectors)))
    sql = _SQL.format(vectors=pairs or "(CAST(NULL AS text), CAST(NULL AS vector))")
    parameters: dict[str, Any] = {
        "lang": locale, "texts": texts or locale, "config": CONFIG[locale], "question": asked, "on": on, "regions": regions_of(region),
        "common": COMMON, "lexical": LEXICAL if vectors else 1.0, "body": BODY, "limit": LIMIT, "named": named, "by_number": BY_NUMBER,
        "below": [f"{uid}.%" for uid in named],
    }  # fmt: skip
    for n, (model, near) in enumerate(vectors.items()):
        parameters |= {f"m{n}": model, f"v{n}": str(near.tolist())}
    rows = s.execute(text(sql), parameters).all()
    return _found(rows, tuple(vectors), locale)


class _Active:
    """Which models are searched by, asked of the database every few seconds: it changes with a switch of models only."""

    def __init__(self) -> None:
        self.models: tuple[str, ...] = ()
        self.until = 0.0

    def read(self, s: Session) -> tuple[str, ...]:
        if time.monotonic() > self.until:
            self.models = ladder.running(s.exec(select(KnowledgeState.models)).one())
            self.until = time.monotonic() + FRESH
        return self.models


ACTIVE = _Active()


def vector(model: str, question: str) -> embedders.Vector | None:
    """The vector of a question by a model; None when the model fails: it leaves the ladder for this question."""
    try:
        return np.frombuffer(embedders.question(model, question), dtype=np.float32)
    except Exception:  # whatever a wheel or an endpoint raises: the next rung answers
        log.warning("embedding_failed", model=model, exc_info=True)
        return None


def _found(rows: Sequence[Any], models: tuple[str, ...], locale: str) -> Found:
    hits: dict[str, Hit] = {}
    for row in rows:
        hits.setdefault(row.uid, _hit(row))
    outside = next((hit for hit in hits.values() if hit.kind == "outside"), None)
    inside = tuple(hit for hit in hits.values() if hit is not outside)
    near: dict[str, Any] = (rows[0].top_near if rows else None) or {}
    used = tuple(model for model in models if model in near)
    features = _features([near[model] for model in used], rows[0].top_heading if rows else {"in": 0, "out": 0})
    probability = 1.0 if any(hit.named for hit in inside) else calibration.probability(used, features)
    return Found(inside, probability, calibration.band(probability), features, used, locale, outside)


def _hit(row: Any) -> Hit:
    return Hit(
        row.uid, row.kind, row.lang, row.citation.get(row.lang, ""), row.title, row.content, row.caveat.get(row.lang, ""),
        row.region, row.confidence, row.see, row.rests_on, float(row.score), row.named,
    )  # fmt: skip


def _features(near: Sequence[dict[str, float]], heading: dict[str, float]) -> list[float]:
    """For each model the best similarity inside, and how much nearer the best subject outside is; the same for words."""
    best = [top["in"] or 0.0 for top in near]
    beyond = [(top["out"] or 0.0) - (top["in"] or 0.0) for top in near]
    return [*best, *beyond, float(heading["in"]), float(heading["out"])]
