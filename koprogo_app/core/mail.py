"""Mail: written to the outbox in the transaction of the action, sent afterwards by a job. Without SMTP it stays readable there."""

import contextlib
import smtplib
import ssl
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from uuid import UUID

import structlog
from obstore.exceptions import BaseError
from sqlalchemy import DateTime, Index, Text, or_, text
from sqlmodel import Field, Session, col, select

from . import storage
from .audit import SECRET
from .clock import now
from .config import LOCAL_HOSTS, settings
from .db import TenantEntity, everywhere
from .service import after_commit

log = structlog.get_logger()
DELAYS = (1, 5, 30, 120, 480)  # minutes from an attempt that failed to the next; after the last the mail has failed


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
    next_attempt_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
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
    """Sends what waits in every outbox; returns how many left. Each message is its own transaction: a crash resends one at most.

    A mail server that is away, or does not let us in, ends the run and counts as no attempt: every mail goes on waiting.
    """
    config = settings()
    sent = 0
    while config.smtp_url:
        with everywhere() as s:
            due = or_(col(MailMessage.next_attempt_at).is_(None), col(MailMessage.next_attempt_at) <= now())
            message = s.exec(
                select(MailMessage)
                .where(MailMessage.status == MailStatus.WAITING, due)
                .order_by(col(MailMessage.attempts), col(MailMessage.created_at))
                .limit(1)
                .with_for_update(skip_locked=True)
            ).first()
            if message is None:
                break
            try:
                server = connect(config.smtp_url)
            except (OSError, smtplib.SMTPException) as error:
                message.error = str(error)[:500]
                log.warning("mail_server_away", reason=message.error)
                break
            with contextlib.suppress(smtplib.SMTPException), server:  # a server that takes its leave badly has the mail
                sent += _try(message, server, config.mail_from)
    return sent


def _try(message: MailMessage, server: smtplib.SMTP, sender: str) -> bool:
    """Whether it left. One that did not waits longer each time; one whose recipient is refused for good has failed."""
    message.attempts += 1
    try:
        server.send_message(_written(message, sender))
    except (OSError, ValueError, BaseError, smtplib.SMTPException) as error:  # ValueError: it cannot be written
        message.error = str(error)[:500]
        if message.attempts > len(DELAYS) or _is_final(error):
            message.status = MailStatus.FAILED
        else:
            message.next_attempt_at = now() + timedelta(minutes=DELAYS[message.attempts - 1])
        return False
    message.status, message.error, message.sent_at = MailStatus.SENT, None, now()
    return True


def _is_final(error: Exception) -> bool:
    """A recipient that the other server refuses with 5xx: it would again."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= 500 for code, _ in error.recipients.values()
    )


def _written(message: MailMessage, sender: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, message.recipient, message.subject
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid()
    mail.set_content(message.body)
    mail["Content-Language"] = message.locale  # set_content() drops the Content- headers it finds
    if message.attachment_key:
        content = storage.read(message.attachment_key)
        mail.add_attachment(content, maintype="application", subtype="pdf", filename=message.attachment_name)
    return mail


def connect(smtp_url: str, timeout: float = 20) -> smtplib.SMTP:
    """The mail server, signed in where the address has a user; `timeout` in seconds. Raises OSError or SMTPException.

    A password is sent to a server whose certificate is verified, never in the clear; except to this machine, where nobody is
    between. Without a password nothing would be refused in the clear: then TLS is taken as it is offered.
    """
    address = urlsplit(smtp_url)
    host, implicit_tls = address.hostname or "localhost", address.scheme == "smtps"
    port, context = address.port or (465 if implicit_tls else 587), ssl.create_default_context()
    if host in LOCAL_HOSTS or not (address.username or implicit_tls):
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if implicit_tls:
        server = smtplib.SMTP_SSL(host, port, timeout=timeout, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=timeout)
    try:
        server.ehlo_or_helo_if_needed()
        if not implicit_tls and server.has_extn("starttls"):
            server.starttls(context=context)
        elif not implicit_tls and address.username and host not in LOCAL_HOSTS:
            raise smtplib.SMTPNotSupportedError("The mail server offers no TLS: the password is not sent.")
        if address.username:
            server.login(unquote(address.username), unquote(address.password or ""))
    except BaseException:
        server.close()
        raise
    return server
