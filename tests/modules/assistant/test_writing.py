"""The chat while a language model writes, which is the fake one over HTTP."""

import asyncio
from uuid import UUID

import pytest
from conftest import send
from modules.assistant.conftest import FIRST, NOTICE, PROXIES, turns_of, use_of

from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.assistant import service, state
from koprogo_app.modules.assistant.state import AssistantState


def load(found):
    return send(found, AssistantState.load)


def ask(found, question=PROXIES):
    return send(found, AssistantState.submit, {"question": question})


def asked_for(events) -> list[str]:
    """What the page was told to run in the browser."""
    return [str(one) for one in events]


@pytest.fixture
def writer(page, bob, endpoint, seen):
    """writer("fake-honest"): a question asked while this model is configured."""

    def made(model: str, **change: object):
        endpoint(model, **({"llm_timeout": 10.0} | change))
        found = page(bob)
        load(found)
        events = ask(found)
        return found, events

    return made


def test_a_model_writes_after_the_quoted_answer_is_kept(writer):
    found, events = writer("fake-honest")
    assert events[-1] is AssistantState.write
    assert (found.writing, found.partial, found.heard) == (True, "", "")
    quoted = found.turns[0]
    assert turns_of(found.conversation)[0].written_by == ""
    send(found, AssistantState.write)
    (turn,) = found.turns
    assert (turn.written_by, found.writing, found.partial) == ("fake-honest", False, "")
    assert turn.said[0].text == FIRST
    assert (turn.cites, turn.see, turn.band) == (quoted.cites, quoted.see, quoted.band)
    assert found.heard == turn.plain
    (row,) = turns_of(found.conversation)
    assert (row.written_by, [said["text"] for said in row.answer["said"]]) == (
        "fake-honest",
        [said.text for said in turn.said],
    )
    assert state.STOPS == {}


def test_what_is_shown_is_what_is_found_again(writer, page, bob):
    found, _ = writer("fake-honest")
    send(found, AssistantState.write)
    again = page(bob, c=found.conversation)
    load(again)
    assert again.turns == found.turns


def test_a_talk_that_is_deleted_while_it_is_written_stays_quoted_on_the_page(writer, bob):
    found, _ = writer("fake-honest")
    quoted = found.turns[0]
    call(bob, service.delete_conversation, UUID(found.conversation))
    send(found, AssistantState.write)
    assert (found.turns, found.writing, found.heard) == ([quoted], False, quoted.plain)
    assert turns_of(found.conversation) == []


def test_while_it_is_written_nothing_else_is_asked(writer):
    found, _ = writer("fake-honest")
    assert ask(found, NOTICE) is None
    assert len(found.turns) == 1


@pytest.mark.parametrize(
    ("model", "timeout"),
    [("fake-lying", 10.0), ("fake-cut", 10.0), ("fake-500", 10.0), ("fake-slow", 0.4), ("fake-mute", 0.4)],
)
def test_a_model_that_fails_leaves_the_quoted_answer(writer, model, timeout):
    found, _ = writer(model, llm_timeout=timeout)
    quoted = found.turns[0]
    send(found, AssistantState.write)
    assert found.turns == [quoted]
    assert (found.writing, found.partial, found.heard) == (False, "", quoted.plain)
    assert turns_of(found.conversation)[0].written_by == ""
    ask(found, NOTICE)
    assert len(found.turns) == 2, "one may ask again"


@pytest.mark.parametrize("model", ["fake-slow", "fake-mute"])
def test_stopping_ends_the_request_at_once_and_leaves_the_quoted_answer(writer, seen, bob, model):
    """The model would be silent for ten seconds."""
    found, _ = writer(model)
    quoted = found.turns[0]

    async def stopped():
        writing = asyncio.create_task(AssistantState.write.fn(found))
        while not seen:
            await asyncio.sleep(0)
        await AssistantState.stop.fn(found)
        await asyncio.wait_for(writing, 5)

    asyncio.run(stopped())
    assert (found.turns, found.writing, found.partial, found.heard) == ([quoted], False, "", quoted.plain)
    assert all(request.ended.wait(30) for request in seen)
    assert [request.outcome for request in seen] == ["dropped"]
    assert turns_of(found.conversation)[0].written_by == ""
    assert use_of(bob)[0].requests == 1
    assert state.STOPS == {}


def test_stopping_before_it_has_begun_asks_nothing(writer, seen):
    found, _ = writer("fake-mute")
    quoted = found.turns[0]
    send(found, AssistantState.stop)
    send(found, AssistantState.write)
    assert (found.turns, found.writing, seen, state.STOPS) == ([quoted], False, [], {})


def test_stopping_when_nothing_is_written_does_nothing(page, bob):
    found = page(bob)
    load(found)
    send(found, AssistantState.stop)
    ask(found)
    send(found, AssistantState.stop)
    assert state.STOPS == {}


def test_a_tab_that_is_closed_ends_the_request(writer, seen, monkeypatch):
    found, _ = writer("fake-slow")
    monkeypatch.setattr(state, "connected", lambda _: False)
    send(found, AssistantState.write)
    assert all(request.ended.wait(30) for request in seen)
    assert [request.outcome for request in seen] == ["dropped"]
    assert turns_of(found.conversation)[0].written_by == ""


def test_a_new_talk_does_not_wait_for_the_old_one(writer, seen):
    found, _ = writer("fake-mute")

    async def begun_anew():
        writing = asyncio.create_task(AssistantState.write.fn(found))
        while not seen:
            await asyncio.sleep(0)
        await AssistantState.begin.fn(found)
        await asyncio.wait_for(writing, 5)

    asyncio.run(begun_anew())
    assert (found.turns, found.conversation, found.writing, found.partial) == ([], "", False, "")


def test_a_new_talk_before_the_writing_has_begun_is_not_written_into(writer, seen):
    found, _ = writer("fake-honest")
    send(found, AssistantState.begin)
    send(found, AssistantState.write)
    assert (found.turns, found.writing, seen) == ([], False, [])


def test_a_talk_that_is_deleted_while_it_is_written_ends_well(writer, bob):
    found, _ = writer("fake-honest")
    call(bob, service.delete_all)
    send(found, AssistantState.write)
    assert (found.writing, found.partial) == (False, "")
    assert call(bob, service.list_conversations, Asked()).total == 0


def test_whatever_goes_wrong_one_may_ask_again(writer, monkeypatch):
    async def broken(*_: object):
        raise RuntimeError("the database is gone")
        yield

    found, _ = writer("fake-honest")
    monkeypatch.setattr(state.flow, "rewrite", broken)
    with pytest.raises(RuntimeError):
        send(found, AssistantState.write)
    assert (found.writing, found.partial, found.turns[0].written_by, state.STOPS) == (False, "", "", {})
