"""What the page shows, and what its events do."""

import pytest
import reflex as rx
from conftest import a_building, send

from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.integrity.pages import checks
from koprogo_app.modules.integrity.state import ChecksState
from koprogo_app.ui.help import TOPICS

from .conftest import E, line


@pytest.fixture
def shown(opened, books, posted):
    posted("2026-03-01", line("160", debit=100), line("551", credit=100))

    def make(building_id=None):
        state = opened(ChecksState, building_id=building_id or books.id)
        send(state, ChecksState.load)
        return state

    return make


def test_before_the_first_run(shown):
    state = shown()
    assert (state.ready, state.open, state.ran, state.themes) == (True, True, "", [])


def test_a_run_is_shown_at_once_by_theme(shown):
    state = shown()
    send(state, ChecksState.check)
    assert state.ran.startswith("2")
    assert (state.by, state.errors_found, state.warnings_found, state.any_error) == ("Alice Test", "1", "3", True)
    assert [(one.title, one.article, len(one.rows)) for one in state.themes] == [
        ("Bank, cash and funds", "3.86 §3", 3), ("Register of co-owners", "3.89 §5 14°", 2),
    ]  # fmt: skip
    first = state.themes[0].rows[0]
    assert (first.severity, first.since, first.mend) == ("error", "30/06/2026", "Open the account")
    assert first.sentence == f"Fund 160 stands at -1,00{E}: more was taken from it than it had."


def test_a_finding_is_accepted_with_a_reason_and_counted_again(shown):
    state = shown()
    send(state, ChecksState.check)
    first = state.themes[0].rows[0]
    send(state, ChecksState.choose, first.id)
    assert (state.accepting, state.chosen_words) == (True, first.sentence)
    send(state, ChecksState.accept, {"reason": ""})
    assert (state.accepting, state.errors) == (True, {"reason": "Say why this may stay as it is."})
    send(state, ChecksState.accept, {"reason": "Known."})
    assert (state.accepting, state.errors, state.errors_found) == (False, {}, "0")
    assert [(one.sentence, one.reason, one.by) for one in state.accepted] == [(first.sentence, "Known.", "Alice Test")]
    send(state, ChecksState.take_back, first.id)
    assert (state.errors_found, state.accepted) == ("1", [])


def test_only_what_is_shown_can_be_chosen(shown):
    state = shown()
    send(state, ChecksState.choose, "0" * 64)
    assert not state.accepting
    send(state, ChecksState.show_accepting, True)
    send(state, ChecksState.accept, {"reason": "Why"})
    assert state.errors == {"fingerprint": "This finding is not there any more: check again."}


def test_books_that_are_not_open_and_buildings_that_are_not_there(shown, alice):
    bare = call(alice, buildings.create_building, a_building(name="Bare"))
    state = shown(bare.id)
    assert (state.ready, state.open, state.ran) == (True, False, "")
    assert not shown("nonsense").ready


def test_the_page_is_drawn_among_the_books(monkeypatch):
    monkeypatch.setattr(rx.State, "building_id", rx.Var("building_id", _var_type=str), raising=False)
    assert len(str(checks().render())) > 1000
    assert "integrity_checks" in TOPICS
