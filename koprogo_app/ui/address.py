"""The search and the filters of a list stand in its address: a link opens it narrowed, a bookmark and Back find it again."""

from typing import Any

import reflex as rx

_FUNCTION = (
    "((name, value) => { const url = new URL(window.location.href);"
    " if (!name) url.search = ''; else if (value) url.searchParams.set(name, value); else url.searchParams.delete(name);"
    " window.history.replaceState(window.history.state, '', url) })"
)


def kept(name: str, value: Any = "") -> Any:
    """Writes one of them in the address, without a load; an empty value drops it, an empty name drops all."""
    return rx.run_script(rx.Var(f"{_FUNCTION}({rx.Var.create(name)!s}, {rx.Var.create(value)!s})"))


def narrow(state: Any, *names: str) -> None:
    """When a list is opened: takes its search and the filters of these names from the address, and begins anew if they
    are others than before. What is not in the address is not on."""
    given = state.router.url.query_parameters
    search, filters = given.get("search", "")[:100], {n: given[n][:100] for n in names if given.get(n)}
    if (search, filters) != (state.search, state.filters):
        state.page, state.search, state.filters = 1, search, filters
