"""Letters to many: begun at once, made one by one by a job (making.py), read, printed and called posted here."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import Session, col, select, update

from koprogo_app.core import audit, clock, storage
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.i18n import N_
from koprogo_app.core.jobs import kick
from koprogo_app.core.listing import Asked, Listed, contains, page_of, unaccented
from koprogo_app.core.mail import MailMessage, MailStatus
from koprogo_app.core.service import after_commit, requires
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.papers import service as papers

from . import rules
from .making import COMPOSERS, SOURCES, UNDONE, address, file_name, is_undone, key_of, undone
from .models import Letter, LetterRun
from .pdf import letter_pdf
from .rules import Channel, Counts, LetterContent, Sheet, Status

__all__ = ["COMPOSERS", "SOURCES", "letter_pdf", "undone"]  # what the modules above reach through this service

MADE = (Status.MADE, Status.SENT)
_REFUSED = (col(Letter.status) == Status.SENT) & (col(MailMessage.status) == MailStatus.FAILED)
COLUMNS = (
    Letter.id,
    Letter.owner_id,
    Letter.recipient,
    Letter.channel,
    Letter.status,
    Letter.locale,
    Letter.country,
    Letter.postal_code,
    Letter.pages,
    Letter.error,
    Letter.error_params,
    Letter.made_at,
    Letter.sent_at,
    func.coalesce(_REFUSED, False).label("refused"),
)
SORTABLE = {
    "recipient": unaccented(Letter.recipient),
    "position": col(Letter.position),
    "status": col(Letter.status),
    "channel": col(Letter.channel),
    "postal_code": col(Letter.country) + " " + col(Letter.postal_code),
}
OWN = (
    Letter.id, LetterRun.title, LetterRun.dated_on, Letter.channel, Letter.building_id, col(Building.name).label("building"),
)  # fmt: skip


def visible(actor: Actor, *columns: Any) -> Any:
    """Every read starts here: the organisation's letters (row-level security), of the role's buildings; a co-owner's own."""
    rows: Any = select(*(columns or (Letter,)))
    if actor.building_ids is not None:
        rows = rows.where(col(Letter.building_id).in_(actor.building_ids))
    return rows.where(Letter.owner_id == actor.owner_id) if actor.personal else rows


def visible_runs(actor: Actor) -> Any:
    """The runs of the organisation, of the role's buildings; none for a co-owner."""
    rows: Any = select(LetterRun)
    if actor.personal:
        rows = rows.where(text("false"))
    return rows if actor.building_ids is None else rows.where(col(LetterRun.building_id).in_(actor.building_ids))


@dataclass(frozen=True, slots=True)
class Run:
    """A run and how far it is. `undone`: what it is about was reversed, nothing of it leaves any more."""

    row: LetterRun
    counts: Counts
    undone: bool


@dataclass(frozen=True, slots=True)
class Printed:
    """A letter of the print batch: where its file is, and whose it is."""

    key: str
    recipient: str


@dataclass(frozen=True, slots=True)
class Batch:
    """The letters that wait for the post, in the order of the post."""

    filename: str
    letters: list[Printed]


# --- Begin -----------------------------------------------------------------------------------------------------------


@requires(Permission.LETTERS_SEND, audit=N_("letters begun"))
def start_run(
    s: Session, actor: Actor, building_id: UUID, kind: str, source_id: UUID, title: str, owner_ids: Collection[UUID]
) -> LetterRun:
    """One letter that waits for each owner; begun again, the run there is.

    The letters are made after the commit. Invalid for nobody or somebody unknown, NotFound for the building.
    """
    if kind not in COMPOSERS:
        raise ValueError(f"Nobody composes letters of the kind {kind}.")
    building = buildings.get_building(s, actor, building_id)
    papers.sender_of(building)  # refused now, not for every letter
    _alone(s, source_id)
    if there := find_run(s, actor, kind, source_id):
        return there
    people = s.exec(owners.visible(actor).where(col(Owner.id).in_(owner_ids))).all()
    if not people or len(people) < len(set(owner_ids)):
        raise Invalid("Choose the people who receive a letter.", field="owner_ids")
    run = LetterRun(
        building_id=building_id, kind=kind, source_id=source_id, title=title, dated_on=clock.today(), total=len(people)
    )  # fmt: skip
    s.add(run)
    s.flush()
    for position, owner in enumerate(sorted(people, key=lambda one: one.name.casefold()), 1):
        s.add(Letter(building_id=building_id, run_id=run.id, owner_id=owner.id, position=position, **address(owner)))
    s.flush()
    after_commit(s, lambda: kick("make_letters"))
    return run


def _alone(s: Session, source_id: UUID) -> None:
    """Two clicks begin one run: the second waits here until the first is committed."""
    s.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"letters/{source_id}"})


@requires(Permission.LEDGER_READ)
def preview_pdf(s: Session, actor: Actor, building_id: UUID, content: LetterContent, owner_id: UUID) -> bytes:
    """The letter as it would leave, for whoever is about to begin a run. Nothing is kept.

    Forbidden to who does not see addresses; Invalid for an address that does not fit the window of a letter by post.
    """
    building = buildings.get_building(s, actor, building_id)
    owner = owners.get_owner(s, actor, owner_id)
    _office(actor)
    recipient = rules.in_window(papers.recipient_of(owner), rules.channel_of(owner.email, owner.email_consent_on))
    return letter_pdf(content, papers.sender_of(building), recipient, owner.language, clock.today())


# --- Read ------------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_READ)
def find_run(s: Session, actor: Actor, kind: str, source_id: UUID) -> LetterRun | None:
    """The run of a call or a statement, if one was begun."""
    wanted = visible_runs(actor).where(LetterRun.kind == kind, LetterRun.source_id == source_id)
    return s.exec(wanted).one_or_none()


@requires(Permission.LEDGER_READ)
def get_run(s: Session, actor: Actor, run_id: UUID) -> Run:
    """A run and its counts. NotFound when the reader cannot see it."""
    run = _run(s, actor, run_id)
    return Run(run, _counts(s, run_id), is_undone(s, run_id))


@requires(Permission.LEDGER_READ)
def list_runs(s: Session, actor: Actor, building_id: UUID) -> list[LetterRun]:
    """The runs of a building, the latest first."""
    buildings.get_building(s, actor, building_id)
    wanted = visible_runs(actor).where(LetterRun.building_id == building_id)
    return list(s.exec(wanted.order_by(col(LetterRun.created_at).desc(), LetterRun.id)).all())


@requires(Permission.LEDGER_READ)
def list_letters(s: Session, actor: Actor, run_id: UUID, asked: Asked) -> Listed:
    """One page of COLUMNS. Search by recipient; filters: status (also `refused`), channel."""
    _run(s, actor, run_id)
    wanted = visible(actor, *COLUMNS).outerjoin(MailMessage, col(MailMessage.id) == Letter.mail_id)
    wanted = wanted.where(Letter.run_id == run_id)
    if status := asked.filters.get("status"):
        wanted = wanted.where(_REFUSED if status == "refused" else Letter.status == status)
    if channel := asked.filters.get("channel"):
        wanted = wanted.where(Letter.channel == channel)
    if asked.search.strip():
        wanted = wanted.where(contains(Letter.recipient, asked.search))
    return page_of(s, wanted, asked, SORTABLE, "position")


@requires(Permission.LEDGER_READ)
def letter_file(s: Session, actor: Actor, letter_id: UUID) -> tuple[str, bytes]:
    """File name and PDF of a letter: as it was made until it leaves, a duplicate from then on.

    For the office, which writes it: the council and the auditor see no addresses. NotFound while it is not made.
    """
    _office(actor)
    return _file(s, actor, letter_id)


@requires(Permission.OWN_READ)
def my_letters(s: Session, actor: Actor, asked: Asked) -> Listed:
    """One page of OWN: what the association wrote to the reader, the latest first."""
    wanted = visible(actor, *OWN).join(LetterRun, col(LetterRun.id) == Letter.run_id)
    wanted = wanted.join(Building, col(Building.id) == Letter.building_id).where(col(Letter.status).in_(MADE))
    newest = asked if asked.sort else Asked(asked.page, asked.size, "dated_on", True)
    return page_of(s, wanted, newest, {"dated_on": col(LetterRun.dated_on)}, "dated_on")


@requires(Permission.OWN_READ)
def my_letter_file(s: Session, actor: Actor, letter_id: UUID) -> tuple[str, bytes]:
    """File name and PDF of one's own letter. NotFound for anybody else's."""
    return _file(s, actor, letter_id)


# --- Send ------------------------------------------------------------------------------------------------------------


@requires(Permission.LETTERS_SEND, audit=N_("letters taken up again"))
def retry_failed(s: Session, actor: Actor, run_id: UUID) -> int:
    """Has the letters that failed made again, once what they lacked is entered; returns how many. Safe to repeat.

    Conflict when what they are about was reversed.
    """
    run = _leaving(s, actor, run_id)
    again = update(Letter).where(col(Letter.run_id) == run_id, col(Letter.status) == Status.FAILED)
    count = s.execute(again.values(status=Status.WAITING, error=None, error_params=None)).rowcount  # type: ignore[attr-defined]
    audit.note(s, "letter_run", run_id, run.building_id, letters=count)
    after_commit(s, lambda: kick("make_letters"))
    return count


@requires(Permission.LETTERS_SEND, audit=N_("letters printed"))
def print_batch(s: Session, actor: Actor, run_id: UUID) -> Batch:
    """The letters that wait for the post, by country, postcode and name. They stay where they are until mark_posted().

    Conflict while letters are being made, when none waits, or when what they are about was reversed.
    """
    run = _leaving(s, actor, run_id)
    counts = _counts(s, run_id)
    rules.check_printed(counts.waiting, counts.to_post)
    wanted = visible(actor, Letter.id, Letter.recipient).where(*_to_post(run_id))
    rows = s.execute(
        wanted.order_by(Letter.country, Letter.postal_code, unaccented(Letter.recipient), Letter.position)
    ).all()
    audit.note(s, "letter_run", run_id, run.building_id, letters=len(rows))
    name = file_name(run.title, run.dated_on)
    return Batch(name, [Printed(key_of(run.building_id, letter_id), recipient) for letter_id, recipient in rows])


@requires(Permission.LETTERS_SEND, audit=N_("letters posted"))
def mark_posted(s: Session, actor: Actor, run_id: UUID, count: int) -> int:
    """Says that the printed letters were posted, all `count` of them; returns how many. Done again with none left: 0.

    Conflict when others wait than the reader was shown: those were made since and are not printed. As print_batch() too.
    """
    run = _leaving(s, actor, run_id, locked=True)
    counts = _counts(s, run_id)
    if not counts.waiting and not counts.to_post:
        return 0
    rules.check_posted(counts.waiting, counts.to_post, count)
    done = update(Letter).where(*_to_post(run_id)).values(status=Status.SENT, sent_at=clock.now())
    posted = s.execute(done).rowcount  # type: ignore[attr-defined]
    audit.note(s, "letter_run", run_id, run.building_id, letters=posted)
    return posted


# --- Parts -----------------------------------------------------------------------------------------------------------


def _office(actor: Actor) -> None:
    if not owners.sees_contacts(actor) or actor.personal:
        raise Forbidden("You may not do this.")


def _run(s: Session, actor: Actor, run_id: UUID, *, locked: bool = False) -> LetterRun:
    wanted = visible_runs(actor).where(LetterRun.id == run_id)
    found = s.exec(wanted.with_for_update() if locked else wanted).one_or_none()
    if found is None:
        raise NotFound("These letters do not exist.")
    return found


def _leaving(s: Session, actor: Actor, run_id: UUID, *, locked: bool = False) -> LetterRun:
    """_run() whose letters may still leave. Conflict once what they are about was reversed."""
    found = _run(s, actor, run_id, locked=locked)
    if is_undone(s, run_id):
        raise Conflict(UNDONE)
    return found


def _to_post(run_id: UUID) -> tuple[Any, ...]:
    return (
        col(Letter.run_id) == run_id,
        col(Letter.status) == Status.MADE,
        col(Letter.channel) == Channel.POST,
    )


def _counts(s: Session, run_id: UUID) -> Counts:
    numbers: list[Any] = [func.count().filter(col(Letter.status) == status) for status in Status]
    numbers += [func.count().filter(col(Letter.channel) == channel) for channel in Channel]
    to_post = (col(Letter.status) == Status.MADE) & (col(Letter.channel) == Channel.POST)
    numbers += [func.count().filter(to_post), func.count().filter(_REFUSED)]
    joined = select(*numbers).select_from(Letter).outerjoin(MailMessage, col(MailMessage.id) == Letter.mail_id)
    return Counts(*s.execute(joined.where(Letter.run_id == run_id)).one())


def _file(s: Session, actor: Actor, letter_id: UUID) -> tuple[str, bytes]:
    found = s.exec(visible(actor).where(Letter.id == letter_id, col(Letter.status).in_(MADE))).one_or_none()
    if found is None:
        raise NotFound("This letter does not exist.")
    run = s.get_one(LetterRun, found.run_id)
    name = file_name(run.title, run.dated_on)
    if found.status == Status.MADE:
        return name, file_of(key_of(found.building_id, found.id))
    return name, _duplicate(rules.sheet_of(cast("dict[str, Any]", found.sheet)))


def _duplicate(sheet: Sheet) -> bytes:
    """A later print of a letter: the same words, marked."""
    return letter_pdf(sheet.content, sheet.sender, sheet.recipient, sheet.locale, sheet.issued_on, duplicate=True)


def file_of(key: str) -> bytes:
    """The PDF of a letter as it was made. NotFound when the storage lost it."""
    try:
        return storage.read(key)
    except FileNotFoundError:
        raise NotFound("The file of this letter is missing from the storage.") from None
