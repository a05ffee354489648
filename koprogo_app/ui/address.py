"""The search and the filters of a list stand in its address: a link opens it narrowed, a bookmark and Back find it again.

The browser writes them; the state of the list reads them when it is opened (ui/listing.py).
"""

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
