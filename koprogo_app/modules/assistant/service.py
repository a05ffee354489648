"""Conversations: asking, going back to them, deleting and exporting them, saying what they were worth.

A conversation is nobody's business but the asker's: every read and write is of the person who acts, the office's trail keeps
silent about it (Core statements), and the platform's administrator sees unanswered questions without names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, text, update
from sqlmodel import Session, col, func, select

from koprogo_app.core import clock
from koprogo_app.core.actor import PLATFORM, Actor, Permission
from koprogo_app.core.config import settings
from koprogo_app.core.errors import Invalid, NotFound, TooMany
from koprogo_app.core.ids import uuid7
from koprogo_app.core.listing import Asked as Wanted
from koprogo_app.core.listing import Listed, contains, page_of, selected
from koprogo_app.core.service import requires
from koprogo_app.modules.answers import service as answers
from koprogo_app.modules.answers.rules import Answer, Said
from koprogo_app.modules.answers.service import Asked, Draft
from koprogo_app.modules.knowledge import language

from . import rules
from .models import Conversation, Turn
from .rules import Opinion

MINUTE = timedelta(minutes=1)
LEANS = 60  # letters: a question shorter than this may mean "the same as before, but …"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its answer as it was kept."""

    turn_id: UUID
    conversation_id: UUID
    number: int
    question: str
    at: datetime
    answer: Answer
    opinion: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """A new exchange, and what a language model may write its answer from."""

    exchange: Exchange
    draft: Draft


def acting(actor: Actor) -> Actor:
    """Who keeps the conversation: the platform's administrator, who is in no office, keeps his in the platform's."""
    return actor if actor.organization_id else actor.within(PLATFORM)


def visible(actor: Actor) -> Any:
    """Conversations of the person who acts, in this organisation."""
    return select(Conversation).where(Conversation.user_id == actor.user_id)


# --- Asking ---


@requires(Permission.ASSISTANT_ASK)
def ask(s: Session, actor: Actor, question: Asked, conversation_id: UUID | None = None) -> Answered:
    """Answers by quoting and keeps the exchange. TooMany above the questions of a minute; NotFound for another's talk."""
    _slow_down(s, actor)
    conversation = _conversation(s, actor, question, conversation_id)
    number, before = _last(s, conversation)
    if before and len(question.question) <= LEANS:
        question = Asked(question.question, question.locale, question.building_id, before)
    began = clock.now()
    draft = answers.answer(s, actor, question)
    turn_id, at = uuid7(), clock.now()
    s.execute(
        insert(Turn).values(
            id=turn_id, created_at=at, updated_at=at, conversation_id=conversation, user_id=actor.user_id,
            number=number + 1, locale=question.locale, question=question.question, band=draft.answer.band,
            answer=draft.answer.as_json(), milliseconds=round((at - began) / timedelta(milliseconds=1)),
        )
    )  # fmt: skip
    s.execute(update(Conversation).where(col(Conversation.id) == conversation).values(updated_at=at))
    return Answered(Exchange(turn_id, conversation, number + 1, question.question, at, draft.answer), draft)


def _slow_down(s: Session, actor: Actor) -> None:
    since = clock.now() - MINUTE
    asked = s.exec(
        select(func.count(), func.min(Turn.created_at)).where(Turn.user_id == actor.user_id, Turn.created_at > since)
    ).one()
    if asked[0] >= settings().questions_per_minute:
        wait = max(1, round((asked[1] - since).total_seconds()))
        raise TooMany("Too many questions at once. Wait {seconds} seconds.", seconds=wait)


def _conversation(s: Session, actor: Actor, question: Asked, conversation_id: UUID | None) -> UUID:
    if conversation_id is not None:
        _own(s, actor, conversation_id)
        return conversation_id
    made, at = uuid7(), clock.now()
    values = {"user_id": actor.user_id, "building_id": question.building_id, "title": rules.titled(question.question)}
    s.execute(insert(Conversation).values(id=made, created_at=at, updated_at=at, **values))
    return made


def _own(s: Session, actor: Actor, conversation_id: UUID) -> Conversation:
    found = s.exec(visible(actor).where(Conversation.id == conversation_id).with_for_update()).one_or_none()
    if found is None:
        raise NotFound("This conversation does not exist.")
    return found


def _last(s: Session, conversation_id: UUID) -> tuple[int, str]:
    wanted = select(Turn.number, Turn.question).where(Turn.conversation_id == conversation_id)
    return s.exec(wanted.order_by(col(Turn.number).desc()).limit(1)).one_or_none() or (0, "")


@requires(Permission.ASSISTANT_ASK)
def keep_written(
    s: Session, actor: Actor, turn_id: UUID, said: Sequence[Said], model: str, milliseconds: int, tokens: int
) -> None:
    """The sentences a model wrote, checked, take the place of the quoted ones."""
    turn = _turn(s, actor, turn_id)
    answer = Answer.of(turn.answer).written(said, model)
    values = {"answer": answer.as_json(), "written_by": model, "milliseconds": milliseconds, "tokens": tokens}
    s.execute(update(Turn).where(col(Turn.id) == turn_id).values(**values))


def _turn(s: Session, actor: Actor, turn_id: UUID) -> Turn:
    found = s.exec(select(Turn).where(Turn.id == turn_id, Turn.user_id == actor.user_id)).one_or_none()
    if found is None:
        raise NotFound("This answer does not exist.")
    return found


# --- Going back ---


@requires(Permission.ASSISTANT_ASK)
def list_conversations(s: Session, actor: Actor, wanted: Wanted) -> Listed:
    """One page of the person's conversations, the last used first; a search looks in their questions."""
    columns = (Conversation.id, Conversation.title, Conversation.building_id, Conversation.updated_at)
    rows = selected(*columns).where(col(Conversation.user_id) == actor.user_id)
    if wanted.search.strip():
        said = select(Turn.conversation_id).where(contains(Turn.question, wanted.search))
        rows = rows.where(col(Conversation.id).in_(said))
    return page_of(s, rows, wanted, {"used": -func.extract("epoch", col(Conversation.updated_at))}, "used")


@requires(Permission.ASSISTANT_ASK)
def get_conversation(s: Session, actor: Actor, conversation_id: UUID) -> list[Exchange]:
    """The exchanges of a conversation, in order. NotFound for another person's."""
    if s.exec(visible(actor).where(Conversation.id == conversation_id)).one_or_none() is None:
        raise NotFound("This conversation does not exist.")
    rows = s.exec(select(Turn).where(Turn.conversation_id == conversation_id).order_by(col(Turn.number)))
    return [_exchange(turn) for turn in rows]


@requires(Permission.ASSISTANT_ASK)
def get_exchange(s: Session, actor: Actor, turn_id: UUID) -> Exchange:
    """One exchange as it is kept now. NotFound for another person's, and for one that was deleted."""
    return _exchange(_turn(s, actor, turn_id))


def _exchange(turn: Turn) -> Exchange:
    return Exchange(
        turn.id, turn.conversation_id, turn.number, turn.question, turn.created_at, Answer.of(turn.answer), turn.opinion
    )


@requires(Permission.ASSISTANT_ASK)
def delete_conversation(s: Session, actor: Actor, conversation_id: UUID) -> None:
    """Removes a conversation with its answers."""
    _own(s, actor, conversation_id)
    s.execute(delete(Conversation).where(col(Conversation.id) == conversation_id))


@requires(Permission.ASSISTANT_ASK)
def delete_all(s: Session, actor: Actor) -> int:
    """Removes every conversation of the person; returns how many."""
    return s.execute(delete(Conversation).where(col(Conversation.user_id) == actor.user_id)).rowcount  # type: ignore[attr-defined]


@requires(Permission.ASSISTANT_ASK)
def export(s: Session, actor: Actor) -> list[Mapping[str, Any]]:
    """Everything kept of the person's conversations (GDPR, art. 15 and 20), oldest first."""
    rows = s.exec(
        select(Conversation.title, Turn)
        .join(Turn, col(Turn.conversation_id) == Conversation.id)
        .where(Conversation.user_id == actor.user_id)
        .order_by(col(Conversation.created_at), col(Turn.number))
    )
    return [
        {
            "conversation": title, "at": turn.created_at.isoformat(), "question": turn.question, "band": turn.band,
            "answer": turn.answer, "written_by": turn.written_by, "opinion": turn.opinion,
            "opinion_reason": turn.opinion_reason, "opinion_text": turn.opinion_text,
        }
        for title, turn in rows
    ]  # fmt: skip


# --- Opinions ---


@requires(Permission.ASSISTANT_ASK)
def give_opinion(s: Session, actor: Actor, turn_id: UUID, opinion: str, reason: str = "", words: str = "") -> None:
    """Thumbs up or down on an answer, with a reason; empty takes it back, and what was said with it."""
    if opinion not in ("", *Opinion):
        raise Invalid("Choose one from the list.", field="opinion")
    if reason not in ("", *rules.REASONS):
        raise Invalid("Choose one from the list.", field="reason")
    if len(words) > rules.WORDS:
        raise Invalid("At most {letters} characters.", field="words", letters=rules.WORDS)
    _turn(s, actor, turn_id)
    said = (reason, language.tidy(words)) if opinion else ("", "")
    values = {"opinion": opinion, "opinion_reason": said[0], "opinion_text": said[1]}
    s.execute(update(Turn).where(col(Turn.id) == turn_id).values(**values))


# --- The platform's administrator ---


@dataclass(frozen=True, slots=True)
class Figures:
    """Thirty days of questions, over all organisations."""

    asked: int
    bands: Mapping[str, int]
    up: int
    down: int
    written: int
    tokens: int


@requires(Permission.PLATFORM_ADMIN, everywhere=True)
def figures(s: Session, actor: Actor) -> Figures:
    """How the assistant was used and judged in the last thirty days."""
    since = clock.now() - timedelta(days=30)
    rows = s.execute(
        text("""SELECT band, count(*) AS n, count(*) FILTER (WHERE opinion = 'up') AS up,
                  count(*) FILTER (WHERE opinion = 'down') AS down, count(*) FILTER (WHERE written_by <> '') AS written,
                  coalesce(sum(tokens), 0) AS tokens FROM turn WHERE created_at > :since GROUP BY band"""),
        {"since": since},
    ).all()
    total = {name: sum(getattr(row, name) for row in rows) for name in ("n", "up", "down", "written", "tokens")}
    return Figures(
        total["n"], {row.band: row.n for row in rows}, total["up"], total["down"], total["written"], total["tokens"]
    )


@requires(Permission.PLATFORM_ADMIN, everywhere=True)
def unanswered(s: Session, actor: Actor, wanted: Wanted) -> Listed:
    """Questions that were refused or not surely answered, newest first, without who asked them."""
    columns = (Turn.id, Turn.created_at, Turn.locale, Turn.question, Turn.band)
    rows = selected(*columns).where(col(Turn.band).in_(("refuse", "unsure")))
    return page_of(s, rows, wanted, {"at": -func.extract("epoch", col(Turn.created_at))}, "at")


@requires(Permission.PLATFORM_ADMIN, everywhere=True)
def opinions(s: Session, actor: Actor, wanted: Wanted) -> Listed:
    """Questions whose answers were found wanting, newest first: without who said so, and without the answers, which may hold
    his own data."""
    columns = (Turn.id, Turn.updated_at, Turn.locale, Turn.question, Turn.opinion_reason, Turn.opinion_text)
    rows = selected(*columns).where(col(Turn.opinion) == Opinion.DOWN)
    return page_of(s, rows, wanted, {"at": -func.extract("epoch", col(Turn.updated_at))}, "at")


@requires(Permission.PLATFORM_ADMIN, everywhere=True)
def forget_old(s: Session, actor: Actor) -> int:
    """Removes conversations unused for longer than they are kept, and those of people who are gone; returns how many."""
    before = clock.now() - timedelta(days=settings().history_days)
    gone = text("NOT EXISTS (SELECT 1 FROM user_account u WHERE u.id = conversation.user_id)")
    done = s.execute(delete(Conversation).where((col(Conversation.updated_at) < before) | gone))
    return done.rowcount  # type: ignore[attr-defined]
