"""The rungs of the assistant, from a written answer down to nothing: one rung is left when what it needs does not run.

| rung | answers | articles are found by |
|---|---|---|
| 1 | written by a language model | the embeddings of an endpoint, and words |
| 2 | written | the models of this process, and words |
| 3 | quoted | two models of this process (or an endpoint's), and words |
| 4 | quoted | one model of this process, and words |
| 5 | quoted | words |
| 6 | none: no article is loaded, or the database does not answer | |
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, func, select

from koprogo_app.core.actor import Actor, Permission, system_actor
from koprogo_app.core.config import settings
from koprogo_app.core.i18n import N_
from koprogo_app.core.service import call, requires

from .embedders import E5, LOCAL, e5_runs_here
from .models import Article, KnowledgeState

NOTHING = 6
RUNGS: Mapping[int, str] = {
    1: N_("Answers are written by the language model. Articles are found by an endpoint's model and by their words."),
    2: N_("Answers are written by the language model. Articles are found by models of this server and by their words."),
    3: N_("Answers are quoted, not written. Articles are found by their meaning and by their words."),
    4: N_("Answers are quoted, not written. Articles are found by one model instead of two and by their words."),
    5: N_("Answers are quoted, not written. Articles are found by their words only."),
    6: N_("The assistant does not answer: no article is loaded, or the database does not answer."),
}


def rung(written: bool, models: Collection[str], articles: int) -> int:
    """1 to 6. `written`: a language model answers now; `models`: those by which articles are found now."""
    if not articles:
        return NOTHING
    endpoint = any(model not in LOCAL for model in models)
    if written:
        return 1 if endpoint else 2
    if endpoint or len(models) > 1:
        return 3
    return 4 if models else 5


def answers(of: int) -> str:
    """How a rung answers: "written", "quoted" or "none"."""
    return "written" if of <= 2 else "none" if of == NOTHING else "quoted"


# --- The language model: of the configuration, until the assistant says what it knows of its failures ---


@dataclass(frozen=True, slots=True)
class Writer:
    """The language model: its name (empty: none is set), whether it answers now, and in a msgid why not."""

    name: str
    well: bool
    why: str = ""


def configured() -> Writer:
    """What the configuration says: well as soon as an endpoint is named."""
    config = settings()
    if not config.llm_base_url:
        return Writer("", False, N_("No language model is set."))
    return Writer(config.llm_model, True)


WRITERS: list[Callable[[], Writer]] = [configured]  # the last one is asked; the app adds the assistant's own


def writer() -> Writer:
    """How the language model is now."""
    return WRITERS[-1]()


# --- How it is now ---


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is in the database: how many articles, of which files, and the models by which they are searched."""

    articles: int
    digest: str
    models: tuple[str, ...]


@requires(Permission.PLATFORM_ADMIN, everywhere=True)
def loaded(s: Session, actor: Actor) -> Loaded:
    """What is loaded; nothing is computed and no model is needed for it."""
    state = s.exec(select(KnowledgeState)).one()
    return Loaded(s.exec(select(func.count()).select_from(Article)).one(), state.digest, tuple(state.models))


def running(models: Collection[str]) -> tuple[str, ...]:
    """Those of the models that can run here: an endpoint's only while it is the one of the configuration."""
    config = settings()
    return tuple(
        m
        for m in models
        if (m in LOCAL and (m != E5 or e5_runs_here())) or (config.embed_base_url and m == config.embed_model)
    )


def health() -> Mapping[str, Any]:
    """What GET /health says of the assistant. Raises what the database raises."""
    found = call(system_actor(), loaded)
    now = rung(writer().well, running(found.models), found.articles)
    return {"rung": now, "answers": answers(now)}


SILENT: Mapping[str, Any] = {"rung": NOTHING, "answers": answers(NOTHING)}  # while the database does not answer
