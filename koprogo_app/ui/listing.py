"""Lists that the server pages, sorts, searches and filters: what the state of every `data_table` does alike."""

from collections.abc import Callable
from typing import Any, TypeVar

from koprogo_app.core.listing import Asked

from .event import Policy, event
from .session import Session

LARGEST, LONGEST = 100, 100  # rows of a page, characters of a search
_UNNAMED = "nobody"  # until listed() names who may send the events: the middleware lets nobody pass
S = TypeVar("S", bound=type)


class Listing(Session, mixin=True):
    """`@listed(P.LOTS_READ)` over `class LotsState(Listing, rx.State)`, with its own `rows` and `_read()`.

    A state may begin in another order (`sort`, `order`) or with another `size`, and may write a handler anew.
    """

    page: int = 1
    size: int = 25
    total: int = 0
    sort: str = ""
    order: str = "asc"  # or "desc"
    search: str = ""
    filters: dict[str, str] = {}

    async def _read(self) -> None:
        """Fills `rows` and `total` with what _asked() says."""

    def _asked(self, **more: str) -> Asked:
        """What the page shows, and no more: `more` filters that are not the reader's to choose."""
        return Asked(self.page, self.size, self.sort, self.order == "desc", self.search, {**self.filters, **more})

    @event(_UNNAMED)
    async def go(self, page: int):
        self.page = max(1, page)
        await self._read()

    @event(_UNNAMED)
    async def resize(self, size: int):
        self.page, self.size = 1, min(max(size, 1), LARGEST)
        await self._read()

    @event(_UNNAMED)
    async def resort(self, key: str):
        """By another column, or the same one the other way round."""
        self.order = "desc" if self.sort == key and self.order == "asc" else "asc"
        self.page, self.sort = 1, key
        await self._read()

    @event(_UNNAMED)
    async def search_for(self, text: str):
        self.page, self.search = 1, text[:LONGEST]
        await self._read()

    @event(_UNNAMED)
    async def filter_by(self, name: str, value: str):
        """Sets a filter, or drops it with an empty value; an empty name drops the search and every filter."""
        kept = {k: v for k, v in self.filters.items() if k != name}
        self.page, self.filters = 1, {} if not name else kept | ({name: value} if value else {})
        self.search = self.search if name else ""
        await self._read()

    def _narrow(self, *names: str) -> None:
        """In `load`: takes the search and the filters of these names from the address, and begins anew if they are others
        than before. What is not in the address is not on."""
        given = self.router.url.query_parameters
        search = given.get("search", "")[:LONGEST]
        filters = {name: given[name][:LONGEST] for name in names if given.get(name)}
        if (search, filters) != (self.search, self.filters):
            self.page, self.search, self.filters = 1, search, filters


HANDLERS = ("go", "resize", "resort", "search_for", "filter_by")


def listed(policy: Policy) -> Callable[[S], S]:
    """Names who may turn, sort, search and filter a list."""

    def mark(state: Any) -> Any:
        for name in HANDLERS:
            if state.event_handlers[name].fn.__policy__ == _UNNAMED:
                state.event_handlers[name].fn.__policy__ = policy
        return state

    return mark
