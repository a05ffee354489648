"""The page of the outbox."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.ui.badge import badge
from koprogo_app.ui.button import button, link
from koprogo_app.ui.dialog import dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import muted, page_head, paragraph, row
from koprogo_app.ui.note import note
from koprogo_app.ui.page import Nav, body, page
from koprogo_app.ui.table import Column, Filter, data_table
from koprogo_app.ui.text import t

from .state import MailRow, OutboxState, Piece

register(
    outbox=Topic(
        N_("The outbox"),
        N_(
            "Every mail KoproGo writes passes here. It leaves within a minute. While the mail server does not answer, it "
            "waits. When its recipient is refused, or after six attempts in eleven hours, it is marked as failed, with "
            "the words of the other server.\n\nA mail may hold a link that works once, for its recipient "
            "only: opening a mail is in the trail, and such a link is shown whole only when no mail server is set."
        ),
    )
)

STATUS = {
    "waiting": ("info", "hourglass", N_("Waiting")),
    "sent": ("ok", "send", N_("Sent")),
    "failed": ("bad", "circle-alert", N_("Failed")),
}


def _status(value: Any) -> rx.Component:
    return rx.match(value, *[(k, badge(t(word), tone, sign)) for k, (tone, sign, word) in STATUS.items()], badge(value))  # type: ignore[arg-type]


def _cells(m: MailRow) -> list[Any]:
    read = button(
        t("Read"),
        size="sm",
        kind="ghost",
        on_click=OutboxState.show(m.id),
        aria_label=t("Read: {subject}", subject=m.subject),
    )
    again = rx.cond(m.status == "failed", button(t("Send again"), size="sm", on_click=OutboxState.retry(m.id)))
    return [m.subject, m.recipient, m.when, _status(m.status), row(read, again)]


def _piece(p: Piece) -> rx.Component:
    return rx.cond(p.link, link(p.text, p.text, external=True), p.text)


@page("/outbox", N_("Outbox"), permission=P.OUTBOX_READ, on_load=OutboxState.load, nav=Nav("admin", "mail", 70))
def outbox() -> rx.Component:
    s = OutboxState
    return body(
        page_head(t("Outbox"), t("The mails of this office."), topic="outbox"),
        rx.cond(s.no_server, note(t("No mail server is set: mails stay here, where you can read them."), tone="info")),
        data_table(
            [
                Column("subject", t("Subject"), sortable=True, mobile="name"),
                Column("recipient", t("Recipient"), sortable=True, mobile="state"),
                Column("created_at", t("Date"), sortable=True),
                Column("status", t("Status"), mobile="date"),
                Column("act", t("Actions"), mobile="amount"),
            ],
            s.rows,
            _cells,
            caption=t("Outbox"),
            state=s,
            search=t("Search a mail"),
            filters=[Filter("status", t("Status"), [(k, t(word)) for k, (_, _, word) in STATUS.items()])],
            empty=empty_state(t("No mail yet."), icon_name="mail"),
        ),
        dialog(
            None,
            s.subject,
            muted(s.recipient),
            paragraph(rx.foreach(s.pieces, _piece), keep_lines=True),
            rx.cond(s.error != "", note(s.error, tone="bad")),
            open=s.open,
            on_open_change=s.close,
            wide=True,
        ),
    )
