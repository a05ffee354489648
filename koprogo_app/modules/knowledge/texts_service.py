"""Official texts that the platform's administrator adds: shown cut before anything is stored, then public as the law is.

A file that was read waits in this process, for the person who sent it: the wizard's second step cuts it as often as he likes.
"""

import re
import secrets
import shutil
import time
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col, func, select

from koprogo_app.core import audit, clock, jobs, pages
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Invalid, NotFound
from koprogo_app.core.i18n import LOCALES, N_
from koprogo_app.core.pages import Limits, Reason, Refused
from koprogo_app.core.service import after_commit, requires

from . import language, loading, service, texts, words
from .models import Article, OfficialText
from .rules import Entry
from .texts import Cut, Part

MAX_MB, MAX_PAGES, MAX_PARTS = 20, 300, 2_000
LIMITS = Limits(pages=MAX_PAGES, letters=1_500_000, seconds=180)
KINDS = {".pdf": pages.PDF, ".html": pages.HTML, ".htm": pages.HTML, ".md": pages.MARKDOWN, ".txt": pages.TEXT}
ACCEPTED = "PDF, HTML, MD, TXT"
REFUSALS: Mapping[Reason, str] = {
    Reason.DAMAGED: N_("This file is damaged: it cannot be read."),
    Reason.LOCKED: N_("This file asks for a password. Choose a copy without password."),
    Reason.PAGES: N_("This file has more than {pages} pages. Add the parts that matter as texts of their own."),
    Reason.LETTERS: N_("This file holds more text than can be read. Add the parts that matter as texts of their own."),
    Reason.SLOW: N_("Reading this file takes too long. Add the parts that matter as texts of their own."),
    Reason.SCAN: N_("This is a scan: its pages are pictures without text. Choose a copy whose text can be marked."),
}
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")  # what no text holds, unless its letters are two bytes wide
WAITING, LIFE = 4, 3600.0  # files that wait at once, seconds each waits


class TextIn(SQLModel):
    """What is said of an official text. `source` is what citations begin with; its title when it is empty."""

    title: str = Field(min_length=3, max_length=200)
    locale: str
    region: str = "BE"
    source: str = Field(default="", max_length=300)
    url: str = Field(default="", max_length=500)
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was read: its pages' texts, and how many pages of paper it has (none: it has none)."""

    filename: str
    texts: Sequence[str]
    pages: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be stored: the parts with their citations, what to look at twice (msgid, params), what is replaced."""

    cut: Cut
    citations: Sequence[str]
    remarks: Sequence[tuple[str, dict[str, Any]]]
    replaces: OfficialText | None


# --- Files ---


def receive(filename: str, file: BinaryIO) -> Received:
    """Reads a file, in a process of its own. Invalid, beside `file`, with what is wrong with it."""
    name = language.tidy(re.split(r"[/\\]", filename)[-1])[-150:]
    kind = _kind(name, file)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "text"
        with path.open("wb") as copy:
            shutil.copyfileobj(file, copy)
        try:
            found = pages.read(path, kind, LIMITS)
        except Refused as error:
            raise Invalid(REFUSALS[error.reason], field="file", pages=MAX_PAGES) from None
    return Received(name, found.texts, found.total)


def _kind(name: str, file: BinaryIO) -> str:
    size = file.seek(0, 2)
    file.seek(0)
    if not size:
        raise Invalid("This file is empty.", field="file")
    if size > MAX_MB * 1024 * 1024:
        raise Invalid("This file is larger than {size} MB.", field="file", size=MAX_MB)
    extension = Path(name).suffix.lower()
    if extension not in KINDS:
        raise Invalid("This type of file is not accepted. Accepted: {types}.", field="file", types=ACCEPTED)
    head = file.read(64 * 1024)
    file.seek(0)
    is_pdf, wide = b"%PDF-" in head[:1024], head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if (KINDS[extension] == pages.PDF) != is_pdf or (_CONTROL.search(head) and not is_pdf and not wide):
        raise Invalid(
            "The name of this file ends in {extension}, but its contents are of another type.",
            field="file", extension=extension,
        )  # fmt: skip
    return KINDS[extension]


_waiting: OrderedDict[str, tuple[float, UUID | None, Received]] = OrderedDict()
_waiting_lock = Lock()


def keep(actor: Actor, received: Received) -> str:
    """Lets a file wait for the second step; returns by what it is found again. The oldest goes when there are too many."""
    key = secrets.token_urlsafe(16)
    with _waiting_lock:
        _waiting[key] = (time.monotonic(), actor.user_id, received)
        while len(_waiting) > WAITING:
            _waiting.popitem(last=False)
    return key


def kept(actor: Actor, key: str) -> Received:
    """The file that waits under this key. NotFound when it is another person's, or waited too long."""
    with _waiting_lock:
        since, user_id, received = _waiting.get(key, (0.0, None, None))
    if received is None or user_id != actor.user_id or time.monotonic() - since > LIFE:
        raise NotFound("This file is no longer here. Choose it again.")
    return received


def drop(key: str) -> None:
    """Forgets a file that waits."""
    with _waiting_lock:
        _waiting.pop(key, None)


# --- What would be stored ---


@requires(Permission.PLATFORM_ADMIN, everywhere=True)
def plan(s: Session, actor: Actor, received: Received, data: TextIn) -> Plan:
    """How the file would be cut; nothing is stored. Refusals as for add_text."""
    data = _checked(data)
    cut = _cut(received)
    source = data.source or data.title
    return Plan(
        cut, [texts.cited(source, part, data.locale) for part in cut.parts], _remarks(cut, data.locale), _same(s, data)
    )


def _cut(received: Received) -> Cut:
    cut = texts.cut(received.texts, numbered=received.pages is not None)
    if not cut.parts:
        raise Invalid("There is no text to read in this file.", field="file")
    if len(cut.parts) > MAX_PARTS:
        raise Invalid(
            "This text would make {count} articles; {most} at most.", field="file", count=len(cut.parts), most=MAX_PARTS
        )
    return cut


def _remarks(cut: Cut, locale: str) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    seems = language.detect(" ".join(part.text for part in cut.parts[:40])[:20_000], locale)
    if seems != locale:
        found.append((N_("This text seems to be in another language than the one you chose."), {}))
    if cut.by not in ("articles", "paragraphs"):
        found.append((words.CUT[cut.by], {}))
    runs = [at for (place, at), _ in groupby(cut.parts, key=lambda part: (part.place, part.at)) if place == "article"]
    twice = [at for at, count in Counter(runs).items() if count > 1]
    if twice:
        again = N_("Numbered more than once: art. {at}. Is an annex or another text in this file?")
        found.append((again, {"at": ", ".join(twice[:10])}))
    return found


def _checked(data: TextIn) -> TextIn:
    data = data.model_copy(update={name: language.tidy(getattr(data, name)) for name in ("title", "source", "url")})
    if len(data.title) < 3:
        raise Invalid("This field is required.", field="title")
    for name, allowed in (("locale", LOCALES), ("region", words.REGIONS)):
        if getattr(data, name) not in allowed:
            raise Invalid("Choose one from the list.", field=name)
    if data.url and not re.fullmatch(r"https://[^\s/]+\.[^\s]+", data.url):
        raise Invalid("Give an address that begins with https://.", field="url")
    if data.valid_from and not 1800 <= data.valid_from.year <= clock.today().year + 10:
        raise Invalid("Check the year of this date.", field="valid_from")
    return data


def _same(s: Session, data: TextIn) -> OfficialText | None:
    """The text of this title in this language, which a new one replaces."""
    alike = func.lower(OfficialText.title) == data.title.lower()
    return s.exec(select(OfficialText).where(alike, OfficialText.locale == data.locale)).first()


# --- Storing ---


@requires(Permission.PLATFORM_ADMIN, everywhere=True, audit=N_("official text added"))
def add_text(s: Session, actor: Actor, received: Received, data: TextIn) -> OfficialText:
    """Stores a text with its articles, in place of the one with its title and language; all of it or nothing.

    Its vectors come by the job; until then it is found by its words. Invalid beside the field.
    """
    data = _checked(data)
    cut = _cut(received)
    s.execute(loading.WRITING)
    stored = _same(s, data) or OfficialText(title=data.title, locale=data.locale)
    for name, value in data.model_dump().items():
        setattr(stored, name, value)
    stored.filename, stored.pages = received.filename, received.pages
    s.add(stored)
    s.flush()
    s.execute(delete(Article).where(col(Article.text_id) == stored.id))  # faces and vectors go with them
    middle = _free(s, texts.slug(data.title, data.locale))
    entries = [_entry(data, part, f"added.{middle}.{n}") for n, part in enumerate(cut.parts, 1)]
    service.add(s, entries, text_id=stored.id)
    audit.note(s, "official_text", stored.id, articles=len(entries))
    after_commit(s, lambda: jobs.kick(loading.FILL))
    return stored


def _free(s: Session, slug: str) -> str:
    """The slug, numbered when the articles of another text have it."""
    like = col(Article.uid).startswith(f"added.{slug}", autoescape=True)
    taken = {uid.split(".")[1] for uid in s.exec(select(Article.uid).where(like))}
    return next(one for n in range(1, len(taken) + 2) if (one := slug if n == 1 else f"{slug}-{n}") not in taken)


def _entry(data: TextIn, part: Part, uid: str) -> Entry:
    locale, source = data.locale, data.source or data.title
    return Entry(
        uid=uid, kind="text", headings={locale: part.title}, texts={locale: part.text}, reviewed_on=clock.today(),
        region=data.region, valid_from=data.valid_from, source=source, url={locale: data.url} if data.url else {},
        citation={locale: texts.cited(source, part, locale)},
    )  # fmt: skip


def _counted() -> Any:
    """Texts that were added, each with how many articles it has."""
    articles = select(func.count()).select_from(Article).where(Article.text_id == OfficialText.id).scalar_subquery()
    return select(OfficialText, articles)


@requires(Permission.PLATFORM_ADMIN, everywhere=True)
def list_texts(s: Session, actor: Actor) -> Sequence[tuple[OfficialText, int]]:
    """Every text that was added, by title, with how many articles it has."""
    return s.exec(_counted().order_by(func.lower(OfficialText.title), OfficialText.locale)).all()


@requires(Permission.PLATFORM_ADMIN, everywhere=True)
def get_text(s: Session, actor: Actor, text_id: UUID) -> tuple[OfficialText, int]:
    """One text that was added, with how many articles it has. NotFound."""
    found = s.exec(_counted().where(OfficialText.id == text_id)).one_or_none()
    if found is None:
        raise NotFound("This text does not exist.")
    return found


@requires(Permission.PLATFORM_ADMIN, everywhere=True, audit=N_("official text removed"))
def remove_text(s: Session, actor: Actor, text_id: UUID) -> None:
    """Takes a text away with its articles and their vectors: from now on nothing of it is found or quoted. NotFound."""
    s.execute(loading.WRITING)
    text, articles = get_text(s, actor, text_id)
    audit.note(s, "official_text", text_id, articles=articles)
    s.delete(text)
