"""One letter, made in one transaction: killed at any moment, it is either made with its mail, or waits still."""

import hashlib
import io
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import structlog
from pypdf import PdfReader
from sqlalchemy import ColumnElement, and_, exists, false, or_
from sqlmodel import Session, col, select

from koprogo_app.core import clock, mail, storage
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Conflict, DomainError
from koprogo_app.core.i18n import N_, translate
from koprogo_app.core.service import requires
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.papers import rules as paper_rules
from koprogo_app.modules.papers import service as papers

from . import rules
from .models import Letter, LetterRun
from .pdf import letter_pdf
from .rules import Channel, LetterContent, Sheet, Status

log = structlog.get_logger()
BATCH = 100
Composer = Callable[[Session, Actor, UUID, UUID], LetterContent]
COMPOSERS: dict[
    str, Composer
] = {}  # by kind of run: what is said of a source to an owner, filled where the app is assembled
SOURCES: dict[str, Any] = {}  # by kind too: the table of what a run is about, whose `status` says when it is reversed
UNDONE = N_("What these letters are about was reversed: those that have not left do not leave any more.")


def key_of(building_id: UUID, letter_id: UUID) -> str:
    """Where a letter's file is: below its building, which may move without moving its files. Made twice it is one file."""
    return f"{storage.BUILDINGS}/{building_id}/letters/{letter_id}.pdf"


def undone() -> ColumnElement[bool]:
    """Runs whose source was reversed, as a condition on LetterRun."""
    return or_(
        false(),
        *(
            and_(
                col(LetterRun.kind) == kind,
                exists().where(source.id == LetterRun.source_id, source.status == rules.REVERSED),
            )
            for kind, source in SOURCES.items()
        ),
    )


def is_undone(s: Session, run_id: UUID) -> bool:
    """True when what a run is about was reversed: no letter of it leaves any more."""
    return s.exec(select(LetterRun.id).where(LetterRun.id == run_id, undone())).first() is not None


def file_name(title: str, on: date) -> str:
    """The name of a letter's file: plain letters, which every program reads."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return f"{re.sub(r'[^A-Za-z0-9]+', '-', plain).strip('-')[:60] or 'letter'}-{on}.pdf"


def address(owner: Owner) -> dict[str, Any]:
    """How a letter reaches its owner, as its row says it."""
    return {
        "channel": rules.channel_of(owner.email, owner.email_consent_on), "locale": owner.language, "recipient": owner.name,
        "country": paper_rules.country_code(owner.country), "postal_code": owner.postal_code,
    }  # fmt: skip


@requires(Permission.LETTERS_SEND)
def waiting(s: Session, actor: Actor) -> list[tuple[UUID, UUID]]:
    """(organisation, letter) of the first letters that wait, run by run, in the actor's reach."""
    rows = select(Letter.organization_id, Letter.id).where(Letter.status == Status.WAITING)
    return [
        (office, letter_id)
        for office, letter_id in s.exec(rows.order_by(col(Letter.run_id), col(Letter.position)).limit(BATCH))
    ]


@requires(Permission.LETTERS_SEND, audit=N_("letter made"))
def make_letter(s: Session, actor: Actor, letter_id: UUID) -> bool:
    """Makes a letter that waits, and posts it in the outbox when it goes by e-mail. False when it failed: the row says why.

    One of a run whose source was reversed fails too.

    Conflict when it waits no more, or another worker is at it.
    """
    wanted = select(Letter).where(Letter.id == letter_id, Letter.status == Status.WAITING)
    letter = s.exec(wanted.with_for_update(skip_locked=True)).one_or_none()
    if letter is None:
        raise Conflict("This letter is made, or being made.")
    run, owner = s.get_one(LetterRun, letter.run_id), owners.get_owner(s, actor, letter.owner_id)
    for name, value in address(owner).items():
        setattr(letter, name, value)
    try:
        with s.begin_nested():
            sheet = _sheet(s, actor, run, letter, owner)
        content = _render(sheet)
    except DomainError as error:
        return _failed(letter, rules.reason_of(error.message, error.params))
    except Exception:
        log.exception("letter_failed", letter=str(letter_id), kind=run.kind)
        return _failed(letter, rules.reason_of(rules.UNEXPECTED, {}))
    _keep(letter, sheet, content)
    if letter.channel == Channel.EMAIL:
        _post(s, run, letter, owner, sheet)
    return True


def _sheet(s: Session, actor: Actor, run: LetterRun, letter: Letter, owner: Owner) -> Sheet:
    if is_undone(s, run.id):
        raise Conflict(UNDONE)
    sender = papers.sender_of(buildings.get_building(s, actor, run.building_id))
    recipient = papers.recipient_of(owner)
    return Sheet(
        content=COMPOSERS[run.kind](s, actor, run.source_id, owner.id), sender=sender, name=" ".join(recipient.names[:1]),
        recipient=rules.in_window(recipient, Channel(letter.channel)), locale=owner.language, issued_on=run.dated_on,
    )  # fmt: skip


def _render(sheet: Sheet) -> bytes:
    return letter_pdf(sheet.content, sheet.sender, sheet.recipient, sheet.locale, sheet.issued_on)


def _failed(letter: Letter, reason: rules.Reason) -> bool:
    letter.status, letter.error, letter.error_params = Status.FAILED, reason.message, reason.params
    return False


def _keep(letter: Letter, sheet: Sheet, content: bytes) -> None:
    storage.put(key_of(letter.building_id, letter.id), io.BytesIO(content))
    letter.status, letter.made_at, letter.sheet = Status.MADE, clock.now(), rules.kept(sheet)
    letter.size, letter.sha256 = len(content), hashlib.sha256(content).hexdigest()
    letter.pages = len(PdfReader(io.BytesIO(content)).pages)


def _post(s: Session, run: LetterRun, letter: Letter, owner: Owner, sheet: Sheet) -> None:
    """The mail that carries the letter. Its subject is the letter's title, which names no amount."""
    sender, locale = sheet.sender, sheet.locale
    lines = (
        translate(locale, "Dear Sir or Madam,"),
        translate(locale, "You will find enclosed: {title}.", title=sheet.content.title),
        translate(locale, "You receive it by e-mail because you agreed to it. A question? Write to the syndic: {syndic}.",
                  syndic=", ".join(part for part in (sender.syndic, sender.syndic_contact) if part) or sender.address),
        sender.name,
    )  # fmt: skip
    name = file_name(sheet.content.title, run.dated_on)
    posted = mail.post(
        s, owner.email or "", f"{sheet.content.title} – {sender.name}", "\n\n".join(lines) + "\n", locale,
        attachment=mail.Attachment(key_of(letter.building_id, letter.id), name),
    )  # fmt: skip
    s.flush()
    letter.mail_id, letter.status, letter.sent_at = posted.id, Status.SENT, clock.now()


# --- Upkeep ----------------------------------------------------------------------------------------------------------


@requires(Permission.PLATFORM_ADMIN)
def unused(s: Session, actor: Actor, ids: set[UUID]) -> set[UUID]:
    """Those of the letters that are in no row any more: of every organisation."""
    return ids - set(s.exec(select(Letter.id).where(col(Letter.id).in_(ids))))
