"""What the state of every list does alike, and what it takes from its address when it is opened."""

import asyncio
from types import SimpleNamespace

import pytest
import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.ui.listing import HANDLERS, Listing, listed


@listed(P.LOTS_READ)
class LotsShownState(Listing, rx.State):
    """Keeps what it was asked for."""

    sort: str = "number"
    reads: int = 0

    async def _read(self) -> None:
        self.reads += 1


class UnnamedState(Listing, rx.State):
    """Nobody said who may."""


@pytest.fixture
def state(monkeypatch):
    monkeypatch.setattr(LotsShownState, "router", SimpleNamespace(url=SimpleNamespace(query_parameters={})))
    return LotsShownState(_reflex_internal_init=True)


def opened(monkeypatch, state, **query):
    monkeypatch.setattr(LotsShownState, "router", SimpleNamespace(url=SimpleNamespace(query_parameters=query)))
    state._narrow("kind", "city")
    return state.search, dict(state.filters), state.page


def send(state, handler, *args):
    asyncio.run(getattr(LotsShownState, handler).fn(state, *args))


def test_the_events_are_for_whom_the_list_is_and_nobody_else_without_a_name():
    assert {LotsShownState.event_handlers[name].fn.__policy__ for name in HANDLERS} == {P.LOTS_READ}
    assert {UnnamedState.event_handlers[name].fn.__policy__ for name in HANDLERS} == {"nobody"}


def test_the_list_turns_resizes_and_sorts_both_ways(state):
    send(state, "go", 3)
    assert state.page == 3
    send(state, "go", -1)
    assert state.page == 1
    send(state, "go", 2)
    send(state, "resize", 5000)
    assert (state.page, state.size) == (1, 100)
    send(state, "resort", "number")
    assert (state.sort, state.order) == ("number", "desc")
    send(state, "resort", "floor")
    assert (state.sort, state.order) == ("floor", "asc")
    assert state.reads == 6


def test_filters_add_up_and_an_empty_name_drops_them_and_the_search(state):
    send(state, "search_for", "x" * 200)
    send(state, "filter_by", "kind", "company")
    send(state, "filter_by", "city", "Gent")
    assert (state.search, state.filters) == ("x" * 100, {"kind": "company", "city": "Gent"})
    send(state, "filter_by", "kind", "")
    assert state.filters == {"city": "Gent"}
    asked = state._asked(building="b")
    assert (asked.filters, asked.search, asked.descending) == ({"city": "Gent", "building": "b"}, "x" * 100, False)
    send(state, "filter_by", "", "")
    assert (state.search, state.filters) == ("", {})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"kind": "company"}, ("", {"kind": "company"})),
        ({"search": "be", "kind": ""}, ("be", {})),
        ({"other": "1", "document": "x"}, ("", {})),
        ({"search": "x" * 200}, ("x" * 100, {})),
    ],
)
def test_the_address_gives_the_names_of_the_list_and_no_other(monkeypatch, state, query, expected):
    state.page, state.search, state.filters = 3, "old", {"kind": "person"}
    assert opened(monkeypatch, state, **query) == (*expected, 1)


def test_what_stands_there_already_keeps_the_page(monkeypatch, state):
    state.page, state.filters = 3, {"kind": "person"}
    assert opened(monkeypatch, state, kind="person") == ("", {"kind": "person"}, 3)
