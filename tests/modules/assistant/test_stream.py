"""Answers written by a language model, which is the fake one over HTTP, as a stream and as JSON."""

import asyncio
import json
from typing import Any

import pytest
from conftest import make_actor
from modules.assistant.conftest import (
    BASE,
    FIRST,
    KEYS,
    LEASE,
    NOTICE,
    PROXIES,
    events_in,
    names,
    trail_of,
    turns_of,
    use_of,
)

from koprogo_app.api import build, current_actor
from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.service import call
from koprogo_app.modules.assistant import service
from koprogo_app.modules.assistant.api import router
from koprogo_app.modules.writing import service as writing


def test_without_a_model_the_stream_has_the_answer_and_its_end(streamed):
    events = streamed()
    assert names(events) == ["answer", "done"]
    assert events[0][1] == events[1][1]
    assert set(events[0][1]) == KEYS


def test_an_honest_model_is_streamed_sentence_by_sentence_and_kept(streamed, endpoint, seen, bobs):
    endpoint("fake-honest", llm_timeout=10.0)
    events = streamed()
    sentences = [data for name, data in events if name == "sentence"]
    assert names(events) == ["answer", *["sentence"] * len(sentences), "done"]
    assert len(sentences) == 2
    quoted, done = events[0][1], events[-1][1]
    assert (quoted["written_by"], done["written_by"]) == ("", "fake-honest")
    assert done["sentences"] == sentences
    assert sentences[0] == {"text": FIRST, "cites": [1]}
    assert {name: done[name] for name in ("id", "citations", "see_also", "band")} == {
        name: quoted[name] for name in ("id", "citations", "see_also", "band")
    }  # fmt: skip
    assert bobs.get(f"{BASE}/conversations/{done['conversation_id']}").json() == [done]
    (row,) = turns_of(done["conversation_id"])
    assert (row.written_by, row.tokens > 0) == ("fake-honest", True)


def test_without_a_stream_the_written_answer_is_waited_for(ask, endpoint, seen):
    endpoint("fake-honest", llm_timeout=10.0)
    body = ask().json()
    assert (body["written_by"], len(body["sentences"]), len(seen)) == ("fake-honest", 2, 1)


MISBEHAVING = {
    "fake-lying": 1, "fake-number": None, "fake-foreign": 0, "fake-html": 0, "fake-cut": 1, "fake-cut-clean": 1, "fake-reset": 1,
    "fake-500": 0, "fake-429": 0, "fake-insufficient": 0, "fake-json-broken": 0, "fake-empty": 0, "fake-tools": 0,
    "fake-slow": 1, "fake-mute": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("model", "shown"), [(model, shown) for model, shown in MISBEHAVING.items() if shown is not None]
)
def test_a_model_that_fails_leaves_the_quoted_answer(streamed, endpoint, seen, model, shown):
    endpoint(model, llm_timeout=0.4 if model in ("fake-slow", "fake-mute") else 10.0)
    events = streamed()
    assert names(events) == ["answer", *["sentence"] * shown, "quoted", "done"]
    answer, quoted, done = events[0][1], events[-2][1], events[-1][1]
    assert quoted == {"id": answer["id"]}
    assert done == answer
    (row,) = turns_of(answer["conversation_id"])
    assert (row.written_by, row.tokens) == ("", 0)
    assert all(request.ended.wait(30) for request in seen)


def test_a_model_that_changes_a_delay_leaves_the_quoted_answer(streamed, endpoint, seen):
    endpoint("fake-number", llm_timeout=10.0)
    events = streamed(NOTICE)
    assert names(events) == ["answer", "quoted", "done"]
    assert events[-1][1] == events[0][1]
    assert "15 jours" in events[-1][1]["sentences"][0]["text"]


def test_a_model_that_fails_leaves_the_quoted_answer_as_json_too(ask, endpoint, seen):
    endpoint("fake-lying", llm_timeout=10.0)
    body = ask().json()
    assert (body["written_by"], body["sentences"][0]["text"]) == ("", FIRST)


@pytest.mark.parametrize(
    "question", [LEASE, "Combien de quotités ai-je ?", "Mon dernier paiement est-il bien arrivé ?", "Et par e-mail ?"]
)
def test_a_model_is_never_asked_what_it_may_not_answer(streamed, endpoint, seen, question):
    """Refused, own data, one's own file, not sure."""
    endpoint("fake-honest", llm_timeout=10.0)
    assert names(streamed(question)) == ["answer", "done"]
    assert seen == []


def test_a_budget_that_is_used_up_leaves_the_quoted_answer(streamed, endpoint, seen, alice, bob):
    endpoint("fake-honest", llm_timeout=10.0, llm_daily_tokens=1)
    assert names(streamed())[-2] == "sentence"
    assert len(seen) == 1
    assert names(streamed(NOTICE)) == ["answer", "done"]
    assert len(seen) == 1
    (used,) = use_of(bob)
    assert used.requests == 1
    assert used.tokens_in + used.tokens_out > 1


def test_a_budget_of_nothing_asks_nothing(streamed, endpoint, seen):
    endpoint("fake-honest", llm_timeout=10.0, llm_daily_tokens=0)
    assert names(streamed()) == ["answer", "done"]
    assert seen == []


def test_what_was_used_is_counted_also_when_it_was_not_kept(streamed, endpoint, seen, bob):
    endpoint("fake-lying", llm_timeout=10.0)
    streamed()
    (used,) = use_of(bob)
    assert (used.requests, used.tokens_in > 0) == (1, True)


def test_a_model_that_is_left_alone_is_not_counted(streamed, endpoint, seen, bob):
    """After three failures in a row nothing is asked of it, and nothing written in the trail."""
    endpoint("fake-500", llm_timeout=10.0)
    for question in (PROXIES, NOTICE, PROXIES):
        streamed(question)
    (used,), entries = use_of(bob), len(trail_of(bob))
    assert names(streamed(NOTICE)) == ["answer", "quoted", "done"]
    assert (use_of(bob)[0].requests, len(trail_of(bob)), len(seen)) == (used.requests, entries, 6)


# --- What leaves ---


PAPER = "Art. 5. La convocation est envoyée 8 jours avant l'assemblée générale par la conciergerie Dupont."


def test_a_building_s_paper_does_not_leave_unless_the_office_lets_it(alice, streamed, endpoint, seen, quotable):
    quotable("Règlement", PAPER, category="regulation", visibility="owners")
    endpoint("fake-honest", llm_timeout=10.0)
    events = streamed(NOTICE)
    assert [said["text"] for said in events[0][1]["own_papers"]] == [PAPER]
    assert "Dupont" not in seen[0].prompt
    assert ", paper: " not in seen[0].prompt
    done = events[-1][1]
    assert (done["written_by"], done["own_papers"], done["notes"]) == (
        "fake-honest", events[0][1]["own_papers"], events[0][1]["notes"],
    )  # fmt: skip
    call(alice, writing.set_personal_data, True)
    written = streamed(NOTICE)
    assert "passage 2, paper: Règlement, Art. 5\n" + PAPER in seen[1].prompt
    assert any(data["cites"] == [2] and "Règlement" in data["text"] for name, data in written if name == "sentence")
    call(alice, writing.set_personal_data, False)
    streamed(NOTICE)
    assert "Dupont" not in seen[2].prompt


def test_a_paper_alone_is_never_sent(alice, streamed, endpoint, seen, quotable):
    call(alice, writing.set_personal_data, True)
    quotable(
        "Règlement",
        "Art. 2. Les chiens et les chats sont admis dans les appartements.",
        category="regulation",
        visibility="owners",
    )
    endpoint("fake-honest", llm_timeout=10.0)
    events = streamed("Puis-je avoir un chien dans mon appartement ?")
    assert (names(events), seen) == (["answer", "done"], [])
    assert events[0][1]["own_papers"]


def test_only_the_question_and_the_law_leave(bob, building, streamed, endpoint, seen):
    endpoint("fake-honest", llm_timeout=10.0)
    streamed(PROXIES, building_id=str(building.id))
    (request,) = seen
    for private in (
        "Peeters",
        "bob.peeters",
        "Molière",
        str(bob.user_id),
        str(bob.organization_id),
        str(building.id),
        "A1",
    ):
        assert private not in request.prompt
    assert PROXIES in request.prompt
    assert FIRST in request.prompt


def test_the_trail_of_the_office_tells_of_a_model_and_not_of_the_question(alice, streamed, endpoint, seen):
    before = len(trail_of(alice))
    endpoint("fake-honest", llm_timeout=10.0)
    streamed()
    added = trail_of(alice)[before:]
    assert [entry.action for entry in added] == ["language model used"]
    assert "procuration" not in added[0].payload


# --- Leaving, and what happens meanwhile ---


class Client:
    """A client that reads a stream over ASGI and leaves once it has read so many events."""

    def __init__(self, actor: Actor, leaves_after: int) -> None:
        self.app = build([router])
        self.app.dependency_overrides[current_actor] = lambda: actor
        self.leaves_after, self.body, self.left = leaves_after, b"", asyncio.Event()
        self.sent = False

    async def receive(self) -> dict[str, Any]:
        if not self.sent:
            self.sent = True
            return {
                "type": "http.request",
                "body": json.dumps({"question": PROXIES, "language": "fr"}).encode(),
                "more_body": False,
            }
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        self.body += message.get("body", b"")
        if self.body.count(b"\n\n") >= self.leaves_after:
            self.left.set()

    async def ask(self) -> None:
        headers = [(b"accept", b"text/event-stream"), (b"content-type", b"application/json")]
        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "POST",
            "path": f"{BASE}/questions", "raw_path": f"{BASE}/questions".encode(), "query_string": b"", "root_path": "",
            "scheme": "http", "headers": headers, "client": ("127.0.0.1", 1), "server": ("localhost", 8000),
        }  # fmt: skip
        await self.app(scope, self.receive, self.send)
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)


@pytest.mark.parametrize(("model", "events"), [("fake-slow", 2), ("fake-mute", 1)])
def test_who_leaves_ends_the_request_and_keeps_the_quoted_answer(bob, endpoint, seen, model, events):
    """The endpoint would go on for ten seconds."""
    endpoint(model, llm_timeout=10.0)
    client = Client(bob, events)
    asyncio.run(client.ask())
    assert [name for name, _ in events_in(client.body)] == ["answer", "sentence"][:events]
    if seen:  # who leaves at once may not even have been asked for
        assert all(request.ended.wait(30) for request in seen)
        assert [request.outcome for request in seen] == ["dropped"]
    answer = events_in(client.body)[0][1]
    (row,) = turns_of(answer["conversation_id"])
    assert (row.written_by, row.answer["said"][0]["text"]) == ("", FIRST)


def test_what_was_used_is_counted_when_the_reader_leaves(bob, endpoint, seen):
    endpoint("fake-slow", llm_timeout=10.0)
    asyncio.run(Client(bob, 2).ask())
    (used,) = use_of(bob)
    assert (used.requests, used.tokens_in > 0) == (1, True)


def test_a_talk_that_is_deleted_while_it_is_written_stays_deleted(bob, endpoint, seen):
    """The stream ends as it should, with the answer as it was quoted."""
    endpoint("fake-honest", llm_timeout=10.0)
    client = Client(bob, 99)
    sent = client.send

    async def deleting(message: dict[str, Any]) -> None:
        await sent(message)
        if client.body.count(b"\n\n") == 1:
            call(bob, service.delete_all)
        if b"event: done" in client.body:
            client.left.set()

    client.send = deleting  # type: ignore[method-assign]
    asyncio.run(client.ask())
    events = events_in(client.body)
    assert (names(events)[0], names(events)[-1]) == ("answer", "done")
    assert events[-1][1] == events[0][1]
    assert call(bob, service.list_conversations, service.Wanted()).total == 0


def test_everybody_has_his_own_stream(alice, bob, client_of, ask, building, endpoint, seen):
    endpoint("fake-honest", llm_timeout=10.0)
    occupant = make_actor(alice.organization_id, Role.OCCUPANT, "Olga", building.id)
    bodies = [ask(client=client_of(router, actor)).json() for actor in (bob, alice, occupant)]
    assert [body["written_by"] for body in bodies] == ["fake-honest"] * 3
    assert len({body["conversation_id"] for body in bodies}) == 3
