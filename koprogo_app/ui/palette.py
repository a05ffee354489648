"""The palette (⌘K): pages of the menu, and what the modules find. The list itself is assets/palette.js."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import reflex as rx

from koprogo_app.core.errors import Forbidden
from koprogo_app.core.i18n import translate
from koprogo_app.core.listing import Hit

from .event import SIGNED_IN, event
from .layer import layer
from .page import Entry, entries, may
from .session import Session
from .text import t

MOST = 30  # found things shown; pages come first


PROVIDERS: list[Callable[..., list[Hit]]] = []
"""Service functions (s, actor, text) -> list[Hit] behind the gate, registered where the app is assembled."""


class PaletteState(Session, rx.State):
    hits: list[dict[str, str]] = []
    asked: str = ""

    @event(SIGNED_IN)
    async def search(self, text: str):
        text = text.strip()[:80]
        found: list[Hit] = []
        for provider in PROVIDERS if len(text) > 1 else ():
            try:
                found += await self._run(provider, text)
            except Forbidden:
                continue  # this role has nothing to find there
        locale = await self._locale()
        self.hits = [asdict(hit) | {"kind": translate(locale, hit.kind)} for hit in found[:MOST]]
        self.asked = text


class PaletteBox(rx.Component):
    library = "$/public/palette.js"
    tag = "PaletteBox"
    pages: rx.Var[list[dict[str, Any]]]
    hits: rx.Var[list[dict[str, str]]]
    asked: rx.Var[str]
    words: rx.Var[dict[str, str]]
    on_search: rx.EventHandler[rx.event.passthrough_event_spec(str)]


def palette(trigger: rx.Component) -> rx.Component:
    """The dialog behind the search button."""
    words = {
        "label": t("Search or go to…"),
        "pages": t("Pages"),
        "none": t("Nothing found for “{text}”."),
        "short": t("Type two letters or more to search in your data."),
    }
    box = PaletteBox.create(
        pages=[_page(entry) for entry in entries()],
        hits=PaletteState.hits,
        asked=PaletteState.asked,
        words=words,
        on_search=PaletteState.search,
    )
    return layer(trigger, t("Search or go to…"), box, look="dlg find-box", hide_title=True, closable=False)


def _page(entry: Entry) -> dict[str, Any]:
    allowed: Any = True if entry.permission is None else may(entry.permission)
    keys = f"G {entry.nav.key.upper()}" if entry.nav.key else ""
    return {"label": t(entry.label), "href": entry.route, "hint": keys, "allowed": allowed}
