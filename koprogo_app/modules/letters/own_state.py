"""What the association wrote to a co-owner, worded for him."""

from dataclasses import dataclass

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import day
from koprogo_app.ui.event import event
from koprogo_app.ui.listing import Listing, listed

from . import service


@dataclass
class OwnLetterRow:
    id: str
    title: str
    building: str
    dated_on: str
    channel: str
    file: str  # the address of its PDF


@listed(P.OWN_READ)
class MyLettersState(Listing, rx.State):
    """One's own letters, the latest first."""

    rows: list[OwnLetterRow] = []
    sort: str = "dated_on"
    order: str = "desc"

    async def _read(self) -> None:
        locale = await self._locale()
        found = await self._run(service.my_letters, self._asked())
        self.total = found.total
        self.rows = [
            OwnLetterRow(
                str(x.id), x.title, x.building, day(x.dated_on, locale), x.channel, f"/api/v1/my-letters/{x.id}/pdf"
            )
            for x in found.rows
        ]

    @event(P.OWN_READ)
    async def load(self):
        await self._read()
