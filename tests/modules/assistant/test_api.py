"""REST of the assistant, as JSON and as a stream; the language model is the fake one, over HTTP."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from conftest import a_building, make_actor
from modules.assistant.conftest import LEASE, NOTICE, PROXIES, trail_of, turns_of, use_of

from koprogo_app.api import build, current_actor
from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.config import settings
from koprogo_app.core.i18n import translate
from koprogo_app.core.service import call
from koprogo_app.modules.answers import rules as answer_rules
from koprogo_app.modules.assistant import service
from koprogo_app.modules.assistant.api import router
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.writing import service as writing

BASE = "/api/v1/assistant"
KEYS = {
    "id", "conversation_id", "question", "asked_at", "opinion", "band", "locale", "sentences", "citations", "own_papers", "notes",
    "see_also", "table", "whom_to_ask", "follow_ups", "written_by",
}  # fmt: skip
FIRST = "Une même personne peut recevoir au maximum 3 procurations pour l'assemblée générale."


@pytest.fixture
def bobs(client_of, bob):
    return client_of(router, bob)


@pytest.fixture
def ask(bobs) -> Callable[..., Any]:
    """ask(question, client=…, **body): the answer to a question, in French unless told otherwise."""

    def asked(
        question: str = PROXIES, client: Any = None, headers: dict[str, str] | None = None, **body: object
    ) -> Any:
        given = {"question": question, "language": "fr"} | body
        return (client or bobs).post(f"{BASE}/questions", json=given, headers=headers or {})

    return asked


@pytest.fixture
def streamed(ask) -> Callable[..., list[tuple[str, dict[str, Any]]]]:
    """streamed(question): the events of an answer, in order."""

    def read(question: str = PROXIES, **body: object) -> list[tuple[str, dict[str, Any]]]:
        answer = ask(question, headers={"Accept": "text/event-stream"}, **body)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        assert answer.headers["cache-control"] == "no-cache"
        return events_in(answer.content)

    return read


def events_in(body: bytes) -> list[tuple[str, dict[str, Any]]]:
    blocks = body.decode().split("\n\n")
    assert blocks.pop() == ""
    lines = [block.split("\n") for block in blocks]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in lines]


def names(events) -> list[str]:
    return [name for name, _ in events]


# --- JSON ---


def test_a_question_is_answered_with_its_sources(ask):
    answer = ask()
    body = answer.json()
    assert (answer.status_code, set(body)) == (200, KEYS)
    assert (body["band"], body["locale"], body["question"], body["written_by"], body["opinion"]) == (
        "answer",
        "fr",
        PROXIES,
        "",
        "",
    )
    assert body["sentences"][0] == {"text": FIRST, "cites": [1]}
    assert body["citations"] == [
        {
            "id": 1, "uid": "be.cc.3.87.p7.three", "label": "Code civil, art. 3.87 § 7",
            "title": body["citations"][0]["title"], "href": "/assistant/articles/be.cc.3.87.p7.three", "lang": "fr", "paper": False,
        }
    ]  # fmt: skip
    assert (body["own_papers"], body["table"]) == ([], None)
    assert len(turns_of(body["conversation_id"])) == 1


def test_own_data_is_a_table(ask):
    body = ask("Combien de quotités ai-je ?").json()
    assert (body["band"], body["citations"]) == ("data", [])
    assert [[cell.replace("\u00a0", " ") for cell in row[:2]] for row in body["table"]["rows"]] == [
        ["A1 · Appartement", "400 / 1 000"]
    ]


def test_a_refusal_is_an_answer(ask):
    body = ask(LEASE).json()
    assert (body["band"], body["citations"], body["see_also"]) == ("refuse", [], [])
    assert body["sentences"][0]["text"] == translate("fr", answer_rules.UNKNOWN)


def test_a_conversation_goes_on(ask, bobs):
    first = ask(NOTICE).json()
    second = ask("Et par e-mail ?", conversation_id=first["conversation_id"]).json()
    assert (second["conversation_id"], second["band"]) == (first["conversation_id"], "answer")
    read = bobs.get(f"{BASE}/conversations/{first['conversation_id']}")
    assert (read.status_code, read.json()) == (200, [first, second])


@pytest.mark.parametrize(
    ("header", "body", "locale"),
    [
        ({"Accept-Language": "nl-BE,nl;q=0.9"}, {"language": None}, "nl"), ({"Accept-Language": "de"}, {"language": None}, "de"),
        ({"Accept-Language": "nl"}, {"language": "de"}, "de"), ({}, {"language": "xx"}, "fr"), ({}, {"language": "nl-BE"}, "nl"),
    ],
)  # fmt: skip
def test_the_language_is_the_bodys_then_the_readers(ask, header, body, locale):
    """577-8 § 4 shows no language of its own."""
    assert ask("577-8 § 4", headers=header, **body).json()["locale"] == locale


def test_a_question_shows_its_own_language(ask):
    assert ask("Hoeveel volmachten mag iemand hebben op de vergadering?", language="fr").json()["locale"] == "nl"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"question": ""}, "question"), ({"question": " \n\t"}, "question"), ({"question": "😀😀"}, "question"),
        ({"question": "x" * 2001}, "question"), ({"question": "x" * 40_001}, "question"), ({"question": None}, "question"),
        ({"question": 7}, "question"), ({"question": ["a"]}, "question"), ({"question": "Какова роль синдика?"}, "question"),
        ({"question": "<script>alert(1)</script>"}, "question"), ({"question": "\x00"}, "question"),
        ({"building_id": "x"}, "building_id"), ({"conversation_id": 3}, "conversation_id"), ({"language": 5}, "language"),
    ],
)  # fmt: skip
def test_a_bad_field_is_400_and_named(ask, bob, body, field):
    refused = ask(**({"question": PROXIES} | body))
    assert (refused.status_code, set(refused.json())) == (400, {"error", "details"})
    assert refused.json()["details"].split(":")[0] == field
    assert call(bob, service.list_conversations, service.Wanted()).total == 0


def test_a_refusal_is_worded_for_its_reader(ask):
    refused = ask("", headers={"Accept-Language": "fr"})
    assert refused.json()["error"] == translate("fr", "Write your question.")
    longest = ask("x" * 2001, headers={"Accept-Language": "en"}).json()
    assert longest["error"].startswith("Ask in at most 2000 characters.")


def test_a_body_that_is_none_is_400(bobs):
    for content in (b"", b"{", b"[]", b'"question"', b"\xff\xfe"):
        assert (
            bobs.post(f"{BASE}/questions", content=content, headers={"Content-Type": "application/json"}).status_code
            == 400
        )


def test_a_question_with_hidden_letters_is_answered_and_kept_clean(ask, bobs):
    body = ask("Combien de\x00 <b>procurations</b> une\u200b personne\u202e peut-elle détenir ?").json()
    assert (body["question"], body["band"]) == (PROXIES, "answer")


def test_a_pasted_contract_is_led_to_the_documents(ask):
    refused = ask("Entre les soussignés il est convenu. " * 300, headers={"Accept-Language": "en"})
    assert (refused.status_code, "documents of the building" in refused.json()["error"]) == (400, True)


def test_what_is_beyond_reach_is_not_found(ask, alice, charlie, client_of):
    other = call(alice, buildings.create_building, a_building(name="Résidence Racine"))
    hers = ask(client=client_of(router, alice)).json()
    for body in (
        {"building_id": str(other.id)},
        {"building_id": str(uuid4())},
        {"conversation_id": hers["conversation_id"]},
    ):
        assert ask(**body).status_code == 404
    stranger = client_of(router, charlie)
    assert ask(client=stranger, conversation_id=hers["conversation_id"]).status_code == 404


def test_nobody_may_ask(ask, client_of):
    nobody = client_of(router, None)
    assert ask(client=nobody).status_code == 401
    for method, path in (
        ("get", "/conversations"), ("get", "/conversations/export"), ("delete", "/conversations"),
        ("get", f"/conversations/{uuid4()}"), ("delete", f"/conversations/{uuid4()}"),
    ):  # fmt: skip
        assert getattr(nobody, method)(f"{BASE}{path}").status_code == 401
    assert nobody.put(f"{BASE}/answers/{uuid4()}/opinion", json={}).status_code == 401


def test_too_many_questions_are_429_with_the_seconds(ask, monkeypatch):
    monkeypatch.setattr(settings(), "questions_per_minute", 1)
    ask()
    refused = ask(headers={"Accept-Language": "en"})
    wait = refused.json()["retry_after"]
    assert (refused.status_code, refused.headers["retry-after"]) == (429, str(wait))
    assert 50 <= wait <= 60
    assert refused.json()["error"] == f"Too many questions at once. Wait {wait} seconds."
    streamed = ask(headers={"Accept": "text/event-stream"})
    assert (streamed.status_code, streamed.headers["content-type"]) == (429, "application/json")


def test_the_platforms_administrator_asks_and_finds_it_again(ask, client_of, superadmin):
    client = client_of(router, superadmin)
    body = ask(client=client).json()
    assert body["band"] == "answer"
    assert [row["id"] for row in client.get(f"{BASE}/conversations").json()["data"]] == [body["conversation_id"]]


# --- Conversations ---


def test_the_list_is_the_callers_own_in_the_contracts_envelope(ask, bobs, building, client_of, alice):
    ask(client=client_of(router, alice))
    made = [ask(question, building_id=str(building.id)).json() for question in (PROXIES, NOTICE, LEASE)]
    body = bobs.get(f"{BASE}/conversations?per_page=2").json()
    assert body["pagination"] == {
        "current_page": 1, "per_page": 2, "total_items": 3, "total_pages": 2, "has_next": True, "has_previous": False,
    }  # fmt: skip
    assert [row["id"] for row in body["data"]] == [one["conversation_id"] for one in (made[2], made[1])]
    assert set(body["data"][0]) == {"id", "title", "building_id", "used_at"}
    assert (body["data"][0]["title"], body["data"][0]["building_id"]) == (LEASE, str(building.id))
    assert [row["title"] for row in bobs.get(f"{BASE}/conversations?search=procurations").json()["data"]] == [PROXIES]
    assert bobs.get(f"{BASE}/conversations?per_page=0").status_code == 400


def test_a_conversation_is_deleted_once(ask, bobs):
    conversation = ask().json()["conversation_id"]
    gone = bobs.delete(f"{BASE}/conversations/{conversation}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert bobs.delete(f"{BASE}/conversations/{conversation}").status_code == 404
    assert bobs.get(f"{BASE}/conversations/{conversation}").status_code == 404
    assert turns_of(conversation) == []


def test_all_conversations_are_deleted_and_counted(ask, bobs):
    ask(), ask(NOTICE)
    assert bobs.delete(f"{BASE}/conversations").json() == {"deleted": 2}
    assert bobs.get(f"{BASE}/conversations").json()["data"] == []


def test_everything_kept_is_downloaded(ask, bobs):
    made = ask().json()
    bobs.put(f"{BASE}/answers/{made['id']}/opinion", json={"opinion": "up"})
    answer = bobs.get(f"{BASE}/conversations/export")
    assert answer.headers["content-disposition"] == 'attachment; filename="koprogo-assistant.json"'
    (row,) = answer.json()
    assert (row["question"], row["opinion"], row["answer"]["said"][0]["text"]) == (PROXIES, "up", FIRST)


@pytest.mark.parametrize("path", ["nonsense", "1"])
def test_an_id_that_is_none_is_not_found(bobs, path):
    assert bobs.get(f"{BASE}/conversations/{path}").status_code == 404
    assert bobs.delete(f"{BASE}/conversations/{path}").status_code == 404
    assert bobs.put(f"{BASE}/answers/{path}/opinion", json={}).status_code == 404


def test_opinions_are_given_refused_and_taken_back(ask, bobs, client_of, alice):
    made = ask().json()
    address = f"{BASE}/answers/{made['id']}/opinion"
    said = {"opinion": "down", "reason": "incomplete", "words": "Et les 10 % ?"}
    assert (bobs.put(address, json=said).status_code, bobs.put(address, json=said).content) == (204, b"")
    assert bobs.get(f"{BASE}/conversations/{made['conversation_id']}").json()[0]["opinion"] == "down"
    for body, field in (({"opinion": "maybe"}, "opinion"), ({"opinion": "down", "reason": "ugly"}, "reason"),
                        ({"opinion": "down", "words": "x" * 1001}, "words"), ({"opinion": 3}, "opinion")):  # fmt: skip
        refused = bobs.put(address, json=body)
        assert (refused.status_code, refused.json()["details"].split(":")[0]) == (400, field)
    assert client_of(router, alice).put(address, json=said).status_code == 404
    assert bobs.put(address, json={}).status_code == 204
    (row,) = turns_of(made["conversation_id"])
    assert (row.opinion, row.opinion_reason, row.opinion_text) == ("", "", "")


# --- The stream ---


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
    assert all(request.ended.wait(10) for request in seen)


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
    "question", [LEASE, "Combien de quotités ai-je ?", "Quel est le solde de mon compte ?", "Et par e-mail ?"]
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
        assert all(request.ended.wait(10) for request in seen)
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
