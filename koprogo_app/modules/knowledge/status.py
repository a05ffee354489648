"""How the knowledge base is: for the platform's administrator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, func, select

from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.service import requires

from . import embedders, loading, service
from .models import Article, Face, KnowledgeState, OfficialText


@dataclass(frozen=True, slots=True)
class Model:
    """An embedding model: whether searches use it now, whether the configuration asks for it, and the vectors it lacks."""

    name: str
    active: bool
    wanted: bool
    missing: int
    total: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Articles by kind and by language, the oldest day of review, whether they are this release's, and the models."""

    kinds: Mapping[str, int]
    languages: Mapping[str, int]
    texts: int
    oldest: date | None
    current: bool
    models: Sequence[Model]

    @property
    def articles(self) -> int:
        return sum(self.kinds.values())

    @property
    def active(self) -> tuple[str, ...]:
        return tuple(model.name for model in self.models if model.active)


@requires(Permission.PLATFORM_ADMIN, everywhere=True)
def figures(s: Session, actor: Actor) -> Figures:
    """What is loaded; no model is loaded for it."""
    kinds = s.exec(select(Article.kind, func.count()).group_by(Article.kind).order_by(func.count().desc())).all()
    spoken = select(Face.lang, func.count()).where(Face.kind == "text").group_by(Face.lang).order_by(Face.lang)
    oldest = select(func.min(Article.reviewed_on)).where(col(Article.text_id).is_(None))
    return Figures(
        kinds=dict(kinds), languages=dict(s.exec(spoken).all()),
        texts=s.exec(select(func.count()).select_from(OfficialText)).one(), oldest=s.exec(oldest).one(),
        current=s.exec(select(KnowledgeState.digest)).one() == loading.digest(), models=_models(s),
    )  # fmt: skip


def _models(s: Session) -> list[Model]:
    wanted, active = embedders.wanted(), s.exec(select(KnowledgeState.models)).one()
    total = s.exec(select(func.count()).select_from(Face)).one()
    return [
        Model(name, name in active, name in wanted, service.missing(s, name), total)
        for name in dict.fromkeys([*wanted, *active])
    ]
