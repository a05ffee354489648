"""The outbox as its page shows it."""

import re
from dataclasses import dataclass
from uuid import UUID

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.config import settings
from koprogo_app.core.i18n import N_, moment, translate
from koprogo_app.core.listing import Asked
from koprogo_app.ui import address
from koprogo_app.ui.event import event
from koprogo_app.ui.session import Session

from . import service

LINK = re.compile(r"(https?://\S+)")


@dataclass
class MailRow:
    id: str
    subject: str
    recipient: str
    when: str
    status: str


@dataclass
class Piece:
    text: str
    link: bool


class OutboxState(Session, rx.State):
    rows: list[MailRow] = []
    page: int = 1
    size: int = 25
    total: int = 0
    sort: str = ""
    order: str = "desc"
    search: str = ""
    filters: dict[str, str] = {}
    subject: str = ""
    recipient: str = ""
    error: str = ""
    pieces: list[Piece] = []
    open: bool = False
    no_server: bool = False

    async def _read(self) -> None:
        locale = await self._locale()
        found = await self._run(
            service.list_mails, Asked(self.page, self.size, self.sort, self.order == "desc", self.search, self.filters)
        )
        self.total = found.total
        self.rows = [
            MailRow(str(m.id), m.subject, m.recipient, moment(m.sent_at or m.created_at, locale), m.status)
            for m in found.rows
        ]

    @event(P.OUTBOX_READ)
    async def load(self):
        self.no_server, self.open = not settings().smtp_url, False
        address.narrow(self, "status")
        await self._read()

    @event(P.OUTBOX_READ)
    async def go(self, page: int):
        self.page = max(1, page)
        await self._read()

    @event(P.OUTBOX_READ)
    async def resize(self, size: int):
        self.page, self.size = 1, min(max(size, 1), 100)
        await self._read()

    @event(P.OUTBOX_READ)
    async def resort(self, key: str):
        self.order = "desc" if self.sort == key and self.order == "asc" else "asc"
        self.page, self.sort = 1, key
        await self._read()

    @event(P.OUTBOX_READ)
    async def search_for(self, text: str):
        self.page, self.search = 1, text[:100]
        await self._read()

    @event(P.OUTBOX_READ)
    async def filter_by(self, name: str, value: str):
        self.page = 1
        if name:
            self.filters = (
                {**self.filters, name: value} if value else {k: v for k, v in self.filters.items() if k != name}
            )
        else:
            self.search, self.filters = "", {}
        await self._read()

    @event(P.OUTBOX_READ)
    async def show(self, mail_id: str):
        m = await self._run(service.read_mail, UUID(mail_id))
        self.subject, self.recipient, self.error = m.subject, m.recipient, m.error or ""
        self.pieces = [Piece(text, bool(LINK.fullmatch(text))) for text in LINK.split(m.body) if text]
        self.open = True

    @event(P.OUTBOX_READ)
    async def close(self, open: bool):
        self.open = open

    @event(P.OUTBOX_READ)
    async def retry(self, mail_id: str):
        await self._run(service.retry_mail, UUID(mail_id))
        await self._read()
        return rx.toast.success(translate(await self._locale(), N_("The mail waits to be sent again.")))
