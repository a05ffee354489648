"""The chat on a plain state, as its reader, in English."""

import re
from uuid import uuid4

import pytest
from conftest import a_building, as_role, make_actor, send
from modules.assistant.conftest import FIRST, LEASE, NOTICE, PROXIES, turns_of

from koprogo_app.core.actor import Role
from koprogo_app.core.config import settings
from koprogo_app.core.i18n import translate
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.assistant import rows, rules, service
from koprogo_app.modules.assistant.admin_state import AssistantSettingsState, OpinionsState, UnansweredState
from koprogo_app.modules.assistant.state import AssistantState, HistoryState
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.writing import service as writing


def load(found):
    return send(found, AssistantState.load)


def ask(found, question=PROXIES):
    return send(found, AssistantState.submit, {"question": question})


def asked_for(events) -> list[str]:
    """What the page was told to run in the browser."""
    return [str(one) for one in events]


# --- Opening ---


def test_the_page_opens_with_questions_worth_asking(page, alice, building):
    found = page(alice)
    load(found)
    assert found.suggested == rules.suggested(Role.SYNDIC)
    assert [choice.value for choice in found.reasons] == list(rules.REASONS)
    assert [choice.label for choice in found.buildings] == ["Résidence Molière"]
    assert (found.building, found.turns, found.conversation, found.writing) == (str(building.id), [], "", False)


def test_it_suggests_what_the_page_before_is_about(page, alice):
    found = page(alice, came_from="/buildings/1/lots")
    load(found)
    assert found.suggested[0] == "Which majority changes the shares?"


def test_of_several_buildings_none_is_chosen(page, alice, building):
    other = call(alice, buildings.create_building, a_building(name="Résidence Racine"))
    found = page(alice)
    load(found)
    assert ([choice.label for choice in found.buildings], found.building) == (
        ["Résidence Molière", "Résidence Racine"],
        "",
    )
    send(found, AssistantState.choose_building, str(other.id))
    assert found.building == str(other.id)
    load(found)
    assert found.building == str(other.id), "the choice stays while the page is opened again"
    for beyond in (str(uuid4()), "nonsense", ""):
        send(found, AssistantState.choose_building, beyond)
        assert found.building == ""


def test_a_building_that_is_gone_is_not_asked_about(page, alice, building):
    other = call(alice, buildings.create_building, a_building(name="Résidence Racine"))
    call(alice, buildings.create_building, a_building(name="Résidence Corneille"))
    found = page(alice)
    load(found)
    send(found, AssistantState.choose_building, str(other.id))
    call(alice, buildings.delete_building, other.id)
    load(found)
    assert found.building == ""


def test_a_question_of_the_address_waits_to_be_sent(page, alice):
    found = page(alice, q="x" * 300)
    load(found)
    assert (found.draft, found.turns) == ("x" * 200, [])
    assert call(alice, service.list_conversations, Asked()).total == 0


def test_the_address_names_a_talk(page, bob, talk):
    first = talk(bob, PROXIES)
    talk(bob, LEASE, first.conversation_id)
    found = page(bob, c=first.conversation_id)
    load(found)
    assert [(turn.question, turn.band) for turn in found.turns] == [(PROXIES, "answer"), (LEASE, "refuse")]
    assert found.conversation == str(first.conversation_id)


def test_another_persons_talk_and_none_at_all_are_said_not_to_exist(page, alice, bob, charlie, talk):
    shown = talk(bob)
    for reader, named in (
        (charlie, shown.conversation_id),
        (alice, shown.conversation_id),
        (bob, uuid4()),
        (bob, "nonsense"),
    ):
        found = page(reader, c=named)
        assert "This conversation does not exist." in str(load(found))
        assert (found.turns, found.conversation) == ([], "")


def test_leaving_the_talk_of_an_address_shows_none_of_it(page, bob, talk):
    found = page(bob, c=talk(bob).conversation_id)
    load(found)
    again = page(bob)  # the same state, opened without a talk
    again.turns, again.conversation = found.turns, found.conversation
    load(again)
    assert (again.turns, again.conversation) == ([], "")


# --- Asking ---


def test_a_question_is_answered_and_stands_in_the_address(page, bob):
    found = page(bob)
    load(found)
    events = ask(found)
    (turn,) = found.turns
    assert (turn.question, turn.band, turn.locale, turn.written_by) == (PROXIES, "answer", "fr", "")
    assert turn.said[0].text == FIRST
    assert [(cite.number, cite.label) for cite in turn.said[0].cites] == [("1", "Code civil, art. 3.87 § 7")]
    assert turn.cites[0].mark == "1: Code civil, art. 3.87 § 7"
    assert (turn.papers, turn.disclaimer) == ([], True)
    assert found.heard == turn.plain
    assert turn.plain.startswith(f"{FIRST} [1]")
    (script,) = asked_for(events)
    assert turn.id in script
    assert found.conversation in script
    assert not found.writing
    assert len(turns_of(found.conversation)) == 1


def test_the_next_question_belongs_to_the_same_talk(page, bob):
    found = page(bob)
    load(found)
    ask(found, NOTICE)
    ask(found, "Et par e-mail ?")
    assert [turn.band for turn in found.turns] == ["answer", "answer"]
    assert [row.number for row in turns_of(found.conversation)] == [1, 2]


def test_a_suggestion_is_a_question(page, bob):
    found = page(bob)
    load(found)
    send(found, AssistantState.ask_this, "How many shares do I have?")
    (turn,) = found.turns
    assert (turn.band, turn.columns[0], [row[:2] for row in turn.rows]) == (
        "data",
        "Lot",
        [["A1 · Apartment", "400 / 1.000"]],
    )
    assert [(link.label, link.href.split("/")[1]) for link in turn.links] == [("Lot A1", "lots")]
    assert not turn.disclaimer


def test_what_is_no_question_is_said_beside_the_line(page, bob):
    found = page(bob)
    load(found)
    for given, sentence in (
        ("", "Write your question."), ("😀", "Write your question."), ("Какова роль?", "Ask in French, Dutch, German or English."),
        ("x" * 2001, "Ask in at most 2000 characters. A contract or a letter belongs among the documents of the building."),
    ):  # fmt: skip
        assert ask(found, given) is None
        assert (found.errors, found.turns) == ({"question": sentence}, [])
    ask(found)
    assert (found.errors, len(found.turns)) == ({}, 1)


def test_a_form_without_the_line_is_no_question(page, bob):
    found = page(bob)
    send(found, AssistantState.submit, {})
    assert found.errors == {"question": "Write your question."}


def test_too_many_questions_are_told(page, bob, monkeypatch):
    monkeypatch.setattr(settings(), "questions_per_minute", 1)
    found = page(bob)
    load(found)
    ask(found)
    told = str(ask(found))
    assert "Too many questions at once. Wait " in told
    assert "{seconds}" not in told
    assert len(found.turns) == 1


def test_a_new_talk_begins_empty_and_the_old_one_is_kept(page, bob):
    found = page(bob)
    load(found)
    ask(found)
    kept = found.conversation
    send(found, AssistantState.begin)
    assert (found.turns, found.conversation, found.errors) == ([], "", {})
    ask(found)
    assert found.conversation not in ("", kept)
    assert len(turns_of(kept)) == 1


def test_the_platforms_administrator_asks(page, superadmin):
    found = page(superadmin)
    load(found)
    ask(found)
    assert (found.turns[0].band, found.buildings) == ("answer", [])


# --- Sources ---


def test_a_source_is_opened_beside_the_answer(page, bob):
    found = page(bob)
    load(found)
    ask(found, NOTICE)
    turn = found.turns[0]
    opened = send(found, AssistantState.show, turn.id, turn.cites[0].uid)
    assert (found.panel, found.opened) == (True, "be.cc.3.87.p3")
    (source,) = found.sources
    assert (source.number, source.uid, source.lang, source.href) == (
        "1",
        "be.cc.3.87.p3",
        "fr",
        "/assistant/articles/be.cc.3.87.p3",
    )
    assert turn.said[0].text in source.text
    assert source.since == "In force since 01/09/2021"
    assert "sources" in str(opened)
    send(found, AssistantState.close_sources)
    assert not found.panel


def test_a_closest_provision_is_opened_alone(page, bob):
    found = page(bob)
    load(found)
    ask(found, NOTICE)
    turn = found.turns[0]
    send(found, AssistantState.show, turn.id, turn.see[1].uid)
    assert [source.uid for source in found.sources] == [turn.see[1].uid]


def test_a_source_of_nothing_opens_nothing(page, bob):
    found = page(bob)
    load(found)
    ask(found)
    assert send(found, AssistantState.show, "nonsense", "be.cc.3.87.p3") is None
    assert (found.panel, found.sources) == (False, [])
    send(found, AssistantState.show, found.turns[0].id, "be.cc.3.99")
    assert found.sources == []


# --- Opinions ---


@pytest.fixture
def judged(page, bob):
    found = page(bob)
    load(found)
    ask(found)
    return found, found.turns[0].id


def opinion(found) -> tuple[str, str, str]:
    (row,) = turns_of(found.conversation)
    return row.opinion, row.opinion_reason, row.opinion_text


def test_a_thumb_is_given_and_taken_back(judged):
    found, turn = judged
    send(found, AssistantState.judge, turn, "up")
    assert (found.turns[0].opinion, found.judged, opinion(found)) == ("up", "", ("up", "", ""))
    send(found, AssistantState.judge, turn, "up")
    assert (found.turns[0].opinion, opinion(found)) == ("", ("", "", ""))


def test_a_thumb_down_asks_why_and_keeps_the_words(judged):
    found, turn = judged
    send(found, AssistantState.judge, turn, "down")
    assert (found.judged, opinion(found)) == (turn, ("down", "", ""))
    said = send(found, AssistantState.explain, {"reason": "incomplete", "words": "Et les 10 % ?"})
    assert "Thank you" in str(said)
    assert (found.judged, opinion(found)) == ("", ("down", "incomplete", "Et les 10 % ?"))


def test_a_reason_that_is_none_is_said_beside_its_field(judged):
    found, turn = judged
    send(found, AssistantState.judge, turn, "down")
    send(found, AssistantState.explain, {"reason": "ugly"})
    assert (found.errors, found.judged) == ({"reason": "Choose one from the list."}, turn)
    send(found, AssistantState.explain, {"reason": "wrong", "words": "x" * 1001})
    assert found.errors == {"words": "At most 1000 characters."}
    send(found, AssistantState.close_reason, False)
    assert (found.judged, opinion(found)) == ("", ("down", "", ""))


def test_an_opinion_on_nothing_and_a_reason_for_nothing_do_nothing(judged):
    found, _ = judged
    send(found, AssistantState.judge, str(uuid4()), "up")
    send(found, AssistantState.judge, "nonsense", "up")
    assert send(found, AssistantState.explain, {"reason": "wrong"}) is None
    assert opinion(found) == ("", "", "")


def test_an_opinion_that_is_none_is_refused(judged):
    found, turn = judged
    send(found, AssistantState.judge, turn, "sideways")
    assert (opinion(found), found.turns[0].opinion) == (("", "", ""), "")


# --- Earlier talks ---


def test_earlier_talks_are_listed_found_and_deleted(page, bob, alice, talk):
    talk(alice)
    first, second = talk(bob, PROXIES), talk(bob, NOTICE)
    found = page(bob, kind=HistoryState)
    send(found, HistoryState.load)
    assert [(row.id, row.title) for row in found.rows] == [
        (str(second.conversation_id), NOTICE), (str(first.conversation_id), PROXIES),
    ]  # fmt: skip
    assert found.total == 2
    send(found, HistoryState.search_for, "procurations")
    assert [row.title for row in found.rows] == [PROXIES]
    said = send(found, HistoryState.delete, str(first.conversation_id))
    assert "The conversation is deleted." in str(said)
    assert (found.rows, turns_of(first.conversation_id)) == ([], [])
    send(found, HistoryState.delete_all)
    assert (found.total, call(bob, service.list_conversations, Asked()).total) == (0, 0)
    assert call(alice, service.list_conversations, Asked()).total == 1


def test_another_persons_talk_is_not_deleted(page, bob, alice, talk):
    shown = talk(alice)
    found = page(bob, kind=HistoryState)
    send(found, HistoryState.load)
    for named in (str(shown.conversation_id), str(uuid4()), "nonsense"):
        assert "This conversation does not exist." in str(send(found, HistoryState.delete, named))
    assert len(turns_of(shown.conversation_id)) == 1


# --- Rows ---


def test_two_sources_with_one_citation_are_told_apart_by_their_subject(page, bob):
    """The notice rests on two entries of article 3.87 § 3."""
    found = page(bob)
    load(found)
    ask(found, "How long before the meeting must the notice be sent?")
    chips = [cite.chip for cite in found.turns[0].cites]
    assert len(chips) == 2
    assert [chip.split(" – ")[0] for chip in chips] == [
        "1 · Civil Code, art. 3.87 § 3",
        "2 · Civil Code, art. 3.87 § 3",
    ]
    assert len(set(chips)) == 2


def test_a_paper_stands_apart_from_the_law(page, bob, quotable):
    paper = quotable(
        "Règlement",
        "Art. 5. La convocation est envoyée 8 jours avant l'assemblée générale.",
        category="regulation",
        visibility="owners",
    )
    found = page(bob)
    load(found)
    ask(found, NOTICE)
    (turn,) = found.turns
    assert [cite.number for cite in turn.cites] == ["1"]
    assert [(cite.number, cite.label, cite.href) for cite in turn.papers] == [
        ("2", "Règlement, Art. 5", f"/api/v1/documents/{paper.id}/preview")
    ]
    assert [said.cites[0].paper for said in turn.own] == [True]
    assert "8 jours" in turn.notes[0]
    assert turn.plain.count("[2]") == 2


def test_a_written_row_keeps_its_sources_and_loses_marks_that_lead_nowhere(bob, talk):
    shown = talk(bob)
    row = rows.turn_row(shown)
    call(bob, service.keep_written, shown.turn_id, [rows.Said("Trois.", (1, 9))], "mistral", 900, 40)
    written = rows.turn_row(call(bob, service.get_exchange, shown.turn_id))
    assert [(said.text, [cite.number for cite in said.cites]) for said in written.said] == [("Trois.", ["1"])]
    assert (written.written_by, written.cites) == ("mistral", row.cites)
    assert written.plain.startswith("Trois. [1]")


# --- The administrator and the office ---


def test_the_administrator_reads_questions_without_an_answer(page, superadmin, alice, bob, talk):
    word = uuid4().hex
    refused = talk(bob, f"Quelle est la recette de la sauce {word} ?")
    found = page(superadmin, kind=UnansweredState)
    send(found, UnansweredState.load)
    row = next(row for row in found.rows if row.id == str(refused.turn_id))
    assert (row.question, row.language, row.how) == (refused.question, "fr", "I don't know")
    assert int(re.sub(r"\D", "", found.asked)) >= 1
    assert "You may not do this." in str(send(page(alice, kind=UnansweredState), UnansweredState.load))


def test_the_administrator_reads_remarks(page, superadmin, bob, talk):
    shown = talk(bob)
    call(bob, service.give_opinion, shown.turn_id, "down", "outdated", "La loi de 2027.")
    found = page(superadmin, kind=OpinionsState)
    send(found, OpinionsState.load)
    row = next(row for row in found.rows if row.id == str(shown.turn_id))
    assert (row.how, row.remark) == (translate("en", rules.REASONS["outdated"]), "La loi de 2027.")


def test_the_office_decides_whether_its_papers_may_leave(page, alice, building):
    found = page(alice, kind=AssistantSettingsState)
    send(found, AssistantSettingsState.load)
    assert found.sends is False
    send(found, AssistantSettingsState.choose, True)
    assert (found.sends, call(alice, writing.sends_personal_data)) == (True, True)
    for reader in (
        as_role(alice, Role.ACCOUNTANT),
        make_actor(alice.organization_id, Role.OCCUPANT, "Olga", building.id),
    ):
        refused = send(page(reader, kind=AssistantSettingsState), AssistantSettingsState.choose, False)
        assert "You may not do this." in str(refused)
    assert call(alice, writing.sends_personal_data) is True
