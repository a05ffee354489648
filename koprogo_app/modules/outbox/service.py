"""The mails an office sent, or would have sent. Without a mail server they are read here, links included."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import false
from sqlmodel import Session, col, select

from koprogo_app.core import audit
from koprogo_app.core.actor import PLATFORM, Actor, Permission
from koprogo_app.core.config import settings
from koprogo_app.core.errors import Conflict, NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.core.jobs import kick
from koprogo_app.core.listing import Asked, Listed, contains, page_of
from koprogo_app.core.mail import MailMessage, MailStatus
from koprogo_app.core.service import after_commit, requires

COLUMNS = (
    MailMessage.id,
    MailMessage.recipient,
    MailMessage.subject,
    MailMessage.status,
    MailMessage.error,
    MailMessage.created_at,
    MailMessage.sent_at,
)
SORTABLE = {
    "created_at": col(MailMessage.created_at),
    "recipient": col(MailMessage.recipient),
    "subject": col(MailMessage.subject),
}
_TOKEN = re.compile(r"(?<=token=)[\w-]+")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it is shown."""

    id: UUID
    recipient: str
    subject: str
    body: str
    status: str
    error: str | None


def visible(actor: Actor, *columns: Any) -> Any:
    """The office's own mails; the platform's for its administrator. A role limited to buildings has none.

    A mail belongs to no building, and may invite to the whole office.
    """
    wanted: Any = select(*columns) if columns else select(MailMessage)
    if actor.building_ids is not None:
        wanted = wanted.where(false())
    return wanted.where(MailMessage.organization_id == (actor.organization_id or PLATFORM))


@requires(Permission.OUTBOX_READ)
def list_mails(s: Session, actor: Actor, asked: Asked) -> Listed:
    """One page, the latest first. Filter: status. The text of a mail is read one by one."""
    wanted = visible(actor, *COLUMNS)
    if status := asked.filters.get("status"):
        wanted = wanted.where(MailMessage.status == status)
    if asked.search:
        wanted = wanted.where(contains(MailMessage.recipient + " " + MailMessage.subject, asked.search))
    newest = asked if asked.sort else Asked(asked.page, asked.size, "created_at", True, asked.search, asked.filters)
    return page_of(s, wanted, newest, SORTABLE, "created_at")


@requires(Permission.OUTBOX_READ, audit=N_("mail read"))
def read_mail(s: Session, actor: Actor, mail_id: UUID) -> Mail:
    """One mail with its text: reading it is in the trail.

    A one-time link is its recipient's: with a mail server it is shown cut, as the mail itself brings it.
    """
    m = _get(s, actor, mail_id)
    audit.note(s, "mail_message", m.id, recipient=m.recipient, subject=m.subject)
    body = _TOKEN.sub("…", m.body) if settings().smtp_url else m.body
    return Mail(m.id, m.recipient, m.subject, body, m.status, m.error)


@requires(Permission.OUTBOX_READ, audit=N_("mail sent again"))
def retry_mail(s: Session, actor: Actor, mail_id: UUID) -> None:
    """Puts a mail that failed in the queue again."""
    found = _get(s, actor, mail_id)
    if found.status != MailStatus.FAILED:
        raise Conflict("Only a mail that failed can be sent again.")
    found.status, found.attempts, found.next_attempt_at, found.error = MailStatus.WAITING, 0, None, None
    after_commit(s, lambda: kick("send_mails"))


def _get(s: Session, actor: Actor, mail_id: UUID) -> MailMessage:
    found = s.exec(visible(actor).where(MailMessage.id == mail_id)).one_or_none()
    if found is None:
        raise NotFound("This message does not exist.")
    return found
