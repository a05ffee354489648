"""The outbox as its page shows it."""

import re
from dataclasses import dataclass
from uuid import UUID

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.config import settings
from koprogo_app.core.i18n import N_, moment, translate
from koprogo_app.ui.event import event
from koprogo_app.ui.listing import Listing, listed

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


@listed(P.OUTBOX_READ)
class OutboxState(Listing, rx.State):
    rows: list[MailRow] = []
    order: str = "desc"
    subject: str = ""
    recipient: str = ""
    error: str = ""
    pieces: list[Piece] = []
    open: bool = False
    no_server: bool = False

    async def _read(self) -> None:
        locale = await self._locale()
        found = await self._run(service.list_mails, self._asked())
        self.total = found.total
        self.rows = [
            MailRow(str(m.id), m.subject, m.recipient, moment(m.sent_at or m.created_at, locale), m.status)
            for m in found.rows
        ]

    @event(P.OUTBOX_READ)
    async def load(self):
        self.no_server, self.open = not settings().smtp_url, False
        self._narrow("status")
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
