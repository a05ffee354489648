"""Mail: written to the outbox in the transaction of the action, sent afterwards by a job. Without SMTP it stays readable there."""

import smtplib
from datetime import datetime
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from uuid import UUID

from obstore.exceptions import BaseError
from sqlalchemy import DateTime, Index, Text, text
from sqlmodel import Field, Session, col, select

from . import storage
from .audit import SECRET
from .clock import now
from .config import settings
from .db import TenantEntity, everywhere
from .service import after_commit

ATTEMPTS = 5


class MailStatus(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Attachment(NamedTuple):
    """A PDF of the storage, by its key, and the name it has in the mail."""

    key: str
    name: str


class MailMessage(TenantEntity, table=True):
    __table_args__ = (
        Index("ix_mail_message_list", "organization_id", "created_at"),
        Index("ix_mail_message_waiting", "status", postgresql_where=text("status = 'waiting'")),
    )

    recipient: str
    subject: str
    body: str = Field(sa_type=Text, sa_column_kwargs={"info": SECRET})  # may hold a one-time link: never in the trail
    locale: str
    attachment_key: str | None = None  # a PDF of the storage
    attachment_name: str | None = None
    status: str = MailStatus.WAITING
    attempts: int = 0
    error: str | None = None
    sent_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # type: ignore[call-overload]


def post(
    s: Session, recipient: str, subject: str, body: str, locale: str, organization_id: UUID | None = None,
    attachment: Attachment | None = None,
) -> MailMessage:  # fmt: skip
    """Puts a message, already worded in its recipient's language, in the outbox of this transaction."""
    from .jobs import kick

    line = " ".join(subject.split())  # it may name a person or a building: a header has no line breaks
    message = MailMessage(recipient=recipient, subject=line, body=body, locale=locale)
    if attachment:
        message.attachment_key, message.attachment_name = attachment
    if organization_id:
        message.organization_id = organization_id
    s.add(message)
    after_commit(s, lambda: kick("send_mails"))
    return message


def send_waiting() -> int:
    """Sends what waits in every outbox; returns how many left. Each message is its own transaction: a crash resends one at most."""
    config = settings()
    if not config.smtp_url:
        return 0
    sent, failed = 0, list[UUID]()  # one refused recipient holds up nobody else
    while True:
        with everywhere() as s:
            message = s.exec(
                select(MailMessage)
                .where(
                    MailMessage.status == MailStatus.WAITING,
                    MailMessage.attempts < ATTEMPTS,
                    col(MailMessage.id).not_in(failed),
                )
                .order_by(col(MailMessage.attempts), col(MailMessage.created_at))
                .limit(1)
                .with_for_update(skip_locked=True)
            ).first()
            if message is None:
                return sent
            message.attempts += 1
            try:
                _deliver(message, config.smtp_url, config.mail_from)
            except (
                OSError,
                ValueError,
                BaseError,
                smtplib.SMTPException,
            ) as error:  # ValueError: it cannot be written as a mail
                message.error = str(error)[:500]
                failed.append(message.id)  # the next sweep tries again
                if message.attempts >= ATTEMPTS:
                    message.status = MailStatus.FAILED
            else:
                message.status, message.error, message.sent_at, sent = MailStatus.SENT, None, now(), sent + 1


def _deliver(message: MailMessage, smtp_url: str, sender: str) -> None:
    address = urlsplit(smtp_url)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, message.recipient, message.subject
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid()
    mail.set_content(message.body)
    mail["Content-Language"] = message.locale  # set_content() drops the Content- headers it finds
    if message.attachment_key:
        content = storage.read(message.attachment_key)
        mail.add_attachment(content, maintype="application", subtype="pdf", filename=message.attachment_name)
    implicit_tls = address.scheme == "smtps"
    client = smtplib.SMTP_SSL if implicit_tls else smtplib.SMTP
    with client(address.hostname or "localhost", address.port or (465 if implicit_tls else 587), timeout=20) as smtp:
        if not implicit_tls and smtp.ehlo() and smtp.has_extn("starttls"):
            smtp.starttls()
        if address.username:
            smtp.login(unquote(address.username), unquote(address.password or ""))
        smtp.send_message(mail)
