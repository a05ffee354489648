"""`koprogo knowledge`, as people type it."""

import pytest
from typer.testing import CliRunner, Result

from koprogo_app import cli
from koprogo_app.core.actor import system_actor
from koprogo_app.core.service import call
from koprogo_app.modules.knowledge import files, ladder, loading, vectors


@pytest.fixture
def koprogo(alone):
    """koprogo("ingest"): a command of `koprogo knowledge`."""

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli.app, ["knowledge", *arguments])

    return run


def test_the_entries_of_this_release_are_loaded_with_every_vector(koprogo):
    done = koprogo("ingest")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "Every vector is there.")
    assert done.stdout.startswith("Knowledge… ")
    found = call(system_actor(), ladder.loaded)
    assert found.digest == loading.digest()
    assert found.articles >= len(files.entries())
    assert "loaded" not in koprogo("ingest").stdout  # a second time there is nothing to do


def test_a_file_that_is_no_entry_is_named_and_nothing_is_loaded(koprogo, tmp_path, monkeypatch):
    before = call(system_actor(), loading.state)[0]
    (tmp_path / "law").mkdir()
    (tmp_path / "law" / "be.cc.3.99.md").write_text("no front matter")
    monkeypatch.setattr(files, "FOLDER", tmp_path)
    done = koprogo("ingest")
    assert done.exit_code == 1
    assert "be.cc.3.99.md: no front matter" in done.stderr
    assert "koprogo knowledge check" in done.stderr
    assert "Traceback" not in done.output
    assert call(system_actor(), loading.state)[0] == before


def test_vectors_are_computed_for_what_is_new_only(koprogo, tmp_path, monkeypatch):
    monkeypatch.setattr(vectors, "VECTORS", tmp_path)
    entries = files.entries()[:1]
    monkeypatch.setattr(files, "entries", lambda: entries)
    assert "use-multilingual-3: 8 computed." in koprogo("embed").stdout
    assert "use-multilingual-3: 0 computed." in koprogo("embed").stdout
