"""The rungs: one is left when what it needs does not run."""

import sys

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient

from koprogo_app.api import build
from koprogo_app.core import health
from koprogo_app.core.actor import system_actor
from koprogo_app.core.config import settings
from koprogo_app.core.health import Check
from koprogo_app.core.service import call
from koprogo_app.modules.account.api import router as account
from koprogo_app.modules.knowledge import ladder
from koprogo_app.modules.knowledge.embedders import E5, USE
from koprogo_app.modules.knowledge.ladder import Writer, answers, rung


@pytest.mark.parametrize(
    ("written", "models", "articles", "expected", "how"),
    [
        (True, ("bge-m3",), 500, 1, "written"),
        (True, (E5, USE), 500, 2, "written"),
        (True, (USE,), 500, 2, "written"),
        (True, (), 500, 2, "written"),
        (False, ("bge-m3",), 500, 3, "quoted"),
        (False, (E5, USE), 500, 3, "quoted"),
        (False, (USE,), 500, 4, "quoted"),
        (False, (E5,), 500, 4, "quoted"),
        (False, (), 500, 5, "quoted"),
        (False, (E5, USE), 0, 6, "none"),
        (True, ("bge-m3",), 0, 6, "none"),
        (True, (), 0, 6, "none"),
    ],
)
def test_the_rung_follows_from_what_runs(written, models, articles, expected, how):
    found = rung(written, models, articles)
    assert (found, answers(found)) == (expected, how)


def test_each_rung_has_its_words():
    assert sorted(ladder.RUNGS) == [1, 2, 3, 4, 5, 6]
    assert [("written" in ladder.RUNGS[n] and "not written" not in ladder.RUNGS[n]) for n in range(1, 7)] == [
        True, True, False, False, False, False,
    ]  # fmt: skip


@pytest.fixture
def configured(monkeypatch):
    """configured(KOPROGO_LLM_MODEL="…"): the configuration of this test."""

    def choose(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()

    yield choose
    monkeypatch.undo()
    settings.cache_clear()


def test_an_endpoints_model_runs_only_while_it_is_the_chosen_one(configured, monkeypatch):
    monkeypatch.setattr(ladder, "e5_runs_here", lambda: False)  # a processor without AVX2
    assert ladder.running((E5, USE, "bge-m3")) == (USE,)
    monkeypatch.setattr(ladder, "e5_runs_here", lambda: True)
    configured(KOPROGO_EMBED_BASE_URL="https://models.example/v1", KOPROGO_EMBED_MODEL="bge-m3")
    assert ladder.running((E5, USE, "bge-m3", "old")) == (E5, USE, "bge-m3")


def test_the_language_model_of_the_configuration_is_well_until_the_assistant_knows_better(configured, monkeypatch):
    assert ladder.writer() == Writer("", False, "No language model is set.")
    configured(KOPROGO_LLM_BASE_URL="https://models.example/v1", KOPROGO_LLM_MODEL="mistral")
    assert ladder.writer() == Writer("mistral", True)
    monkeypatch.setattr(ladder, "WRITERS", [*ladder.WRITERS, lambda: Writer("mistral", False, "It is resting.")])
    assert ladder.writer().well is False


@pytest.fixture
def watched(monkeypatch):
    """The address /health with the assistant's check, as the app registers it."""
    monkeypatch.setattr(health, "CHECKS", [Check("assistant", ladder.health, ladder.SILENT)])
    health._kept.cache_clear()
    yield TestClient(build([account, APIRouter()]))
    health._kept.cache_clear()


def test_health_names_the_rung_to_anybody_and_loads_no_model(watched, loaded):
    from koprogo_app.modules.knowledge import embedders

    before = embedders.model.cache_info().currsize
    models, articles = call(system_actor(), ladder.loaded).models, call(system_actor(), ladder.loaded).articles
    said = watched.get("/api/v1/health").json()
    assert said == {
        "status": "ok", "service": "koprogo-api",
        "assistant": {"rung": rung(False, ladder.running(models), articles), "answers": "quoted"},
    }  # fmt: skip
    assert embedders.model.cache_info().currsize == before


def test_health_answers_while_the_database_does_not(watched, monkeypatch):
    def gone() -> None:
        raise ConnectionError("the database is gone")

    monkeypatch.setattr(sys.modules["koprogo_app.core.db"], "system_engine", gone)
    assert watched.get("/api/v1/health").json()["assistant"] == {"rung": 6, "answers": "none"}
