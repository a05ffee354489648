"""REST of the assistant, as JSON and as a stream; the language model is the fake one, over HTTP."""

from uuid import uuid4

import pytest
from conftest import a_building
from modules.assistant.conftest import BASE, FIRST, KEYS, LEASE, NOTICE, PROXIES, turns_of

from koprogo_app.core.config import settings
from koprogo_app.core.i18n import translate
from koprogo_app.core.service import call
from koprogo_app.modules.answers import rules as answer_rules
from koprogo_app.modules.assistant import service
from koprogo_app.modules.assistant.api import router
from koprogo_app.modules.buildings import service as buildings

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
