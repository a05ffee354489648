"""Conversations: kept, numbered, forgotten. Alice is the syndic, Bob a co-owner, Charlie the syndic of another office."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from conftest import a_building, as_role, make_actor
from modules.assistant.conftest import LEASE, NOTICE, PROXIES, trail_of, turns_of
from sqlalchemy import text
from sqlmodel import select

from koprogo_app.auth.models import Membership, UserAccount
from koprogo_app.core import clock
from koprogo_app.core.actor import PLATFORM, Role, system_actor
from koprogo_app.core.config import settings
from koprogo_app.core.db import everywhere
from koprogo_app.core.errors import Forbidden, Invalid, NotFound, TooMany
from koprogo_app.core.i18n import LOCALES, translate
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.answers import service as answers
from koprogo_app.modules.answers.rules import Said
from koprogo_app.modules.assistant import jobs, rules, service
from koprogo_app.modules.assistant.models import Conversation
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.writing import service as writing


def conversations_of(actor, **wanted):
    return call(service.acting(actor), service.list_conversations, Asked(**wanted))


def kept(actor, conversation_id):
    return call(service.acting(actor), service.get_conversation, conversation_id)


# --- Asking ---


def test_an_answer_is_kept_as_it_was_shown(bob, building, talk):
    shown = talk(bob, building_id=building.id)
    assert (shown.number, shown.question, shown.opinion, shown.answer.band) == (1, PROXIES, "", "answer")
    assert kept(bob, shown.conversation_id) == [shown]
    (row,) = turns_of(shown.conversation_id)
    assert (row.user_id, row.organization_id, row.locale, row.band) == (
        bob.user_id,
        bob.organization_id,
        "fr",
        "answer",
    )
    assert (row.written_by, row.tokens, row.opinion, row.opinion_reason, row.opinion_text) == ("", 0, "", "", "")
    assert row.milliseconds > 0
    found = conversations_of(bob)
    assert [(c.id, c.title, c.building_id) for c in found.rows] == [(shown.conversation_id, PROXIES, building.id)]


def test_a_conversation_goes_on_and_a_short_question_leans_on_the_last(bob, talk):
    first = talk(bob, NOTICE)
    second = talk(bob, "Et par e-mail ?", first.conversation_id)
    assert (second.conversation_id, second.number, second.answer.band) == (first.conversation_id, 2, "answer")
    assert "be.cc.3.87.p3.form" in {cite.uid for cite in second.answer.cites}
    assert "sauf si le copropriétaire a accepté un autre moyen" in second.answer.said[0].text
    assert [one.question for one in kept(bob, first.conversation_id)] == [NOTICE, "Et par e-mail ?"]
    assert conversations_of(bob).rows[0].title == NOTICE


def test_a_question_beyond_the_subject_is_refused_in_the_middle_of_a_talk(bob, talk):
    first = talk(bob, NOTICE)
    assert len(LEASE) <= service.LEANS
    assert talk(bob, LEASE, first.conversation_id).answer.band == "refuse"


def test_the_title_is_the_first_question_cut(bob, talk):
    question = (
        "Combien de procurations une seule et même personne peut-elle recevoir pour une assemblée générale ordinaire ?"
    )
    talk(bob, question)
    title = conversations_of(bob).rows[0].title
    assert title == "Combien de procurations une seule et même personne peut-elle recevoir pour une …"
    assert question.startswith(title.removesuffix(" …"))


def test_two_tabs_at_once_number_their_questions_without_a_gap(bob, talk):
    conversation = talk(bob).conversation_id
    ready = Barrier(4)

    def ask(question: str):
        ready.wait(10)
        return talk(bob, question, conversation)

    with ThreadPoolExecutor(4) as pool:
        asked = list(pool.map(ask, [NOTICE, PROXIES, LEASE, NOTICE]))
    assert sorted(one.number for one in asked) == [2, 3, 4, 5]
    assert [turn.number for turn in turns_of(conversation)] == [1, 2, 3, 4, 5]


def test_nothing_is_kept_of_a_question_that_is_refused(bob, charlie, talk):
    elsewhere = call(charlie, buildings.create_building, a_building())
    for place in (uuid4(), elsewhere.id):
        with pytest.raises(NotFound):
            talk(bob, PROXIES, building_id=place)
    assert conversations_of(bob).total == 0


def test_the_platforms_administrator_keeps_his_with_the_platform(superadmin, talk):
    shown = talk(superadmin)
    (row,) = turns_of(shown.conversation_id)
    assert (row.organization_id, row.user_id) == (PLATFORM, superadmin.user_id)
    assert kept(superadmin, shown.conversation_id) == [shown]
    assert [c.id for c in conversations_of(superadmin).rows] == [shown.conversation_id]


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SYSTEM, Role.SUPERADMIN)])
def test_whoever_signs_in_may_ask(alice, building, talk, role):
    actor = as_role(alice, role, building.id)
    assert talk(actor).answer.band == "answer"


def test_what_is_suggested_finds_its_answer_in_every_language(alice, bob, building):
    """To each role, from each page: neither refused nor unsure."""
    pages = ["", "/documents", "/owners", "/lots", "/keys", "/archive"]
    roles = [role for role in Role if role not in (Role.SYSTEM, Role.SUPERADMIN)]
    asked = {(role, question) for role in roles for page in pages for question in rules.suggested(role, page)}
    wrong = []
    for role, question in sorted(asked):
        actor = bob if role == Role.OWNER else as_role(alice, role, building.id)
        for locale in LOCALES:
            answer = call(actor, answers.answer, answers.asked(translate(locale, question), locale)).answer
            if answer.band not in ("answer", "data"):
                wrong.append((role, locale, answer.band, question))
    assert wrong == []


# --- Only one's own ---


def test_another_person_does_not_find_it(alice, bob, charlie, building, talk):
    shown = talk(bob)
    dora = make_actor(alice.organization_id, Role.OWNER, "Dora", building.id, bob.owner_id)
    for stranger in (charlie, alice, dora):
        assert conversations_of(stranger).total == 0
        assert call(stranger, service.export) == []
        assert call(stranger, service.delete_all) == 0
        for action, *more in (
            (service.get_conversation, shown.conversation_id), (service.delete_conversation, shown.conversation_id),
            (service.get_exchange, shown.turn_id), (service.give_opinion, shown.turn_id, "down"),
            (service.keep_written, shown.turn_id, [Said("Non.", (1,))], "model", 1, 1),
        ):  # fmt: skip
            with pytest.raises(NotFound):
                call(stranger, action, *more)
        with pytest.raises(NotFound):
            talk(stranger, PROXIES, shown.conversation_id)
    assert kept(bob, shown.conversation_id) == [shown]
    assert call(bob, service.get_exchange, shown.turn_id) == shown


def test_the_platforms_administrator_does_not_open_an_offices_talk(bob, superadmin, talk):
    shown = talk(bob)
    for actor in (service.acting(superadmin), superadmin.within(bob.organization_id)):
        with pytest.raises(NotFound):
            call(actor, service.get_conversation, shown.conversation_id)


def test_the_same_person_in_another_office_begins_anew(bob, charlie, talk):
    shown = talk(bob)
    elsewhere = replace(bob, organization_id=charlie.organization_id, owner_id=None, building_ids=None)
    assert conversations_of(elsewhere).total == 0
    with pytest.raises(NotFound):
        kept(elsewhere, shown.conversation_id)


def test_a_list_has_the_last_used_first_and_is_searched_by_questions(bob, talk):
    first, second = talk(bob, PROXIES), talk(bob, NOTICE)
    talk(bob, "Qui nomme le commissaire aux comptes ?", first.conversation_id)
    assert [c.id for c in conversations_of(bob).rows] == [first.conversation_id, second.conversation_id]
    assert [c.id for c in conversations_of(bob, search="COMMISSAIRE").rows] == [first.conversation_id]
    assert [c.id for c in conversations_of(bob, search="100 %").rows] == []
    page = conversations_of(bob, page=2, size=1)
    assert ([c.id for c in page.rows], page.total) == ([second.conversation_id], 2)


# --- How often ---


def test_too_many_questions_are_refused_with_the_seconds_to_wait(bob, talk, monkeypatch):
    monkeypatch.setattr(settings(), "questions_per_minute", 2)
    first = talk(bob)
    talk(bob, NOTICE, first.conversation_id)
    with everywhere() as s:  # the first of the two was 40 seconds ago
        at = clock.now() - timedelta(seconds=40)
        s.execute(text("UPDATE turn SET created_at = :at WHERE id = :id"), {"at": at, "id": first.turn_id})
    with pytest.raises(TooMany) as refused:
        talk(bob, PROXIES)
    assert 18 <= refused.value.seconds <= 20
    assert refused.value.params == {"seconds": refused.value.seconds}
    assert conversations_of(bob).total == 1, "no empty talk stays behind"
    with everywhere() as s:
        at = clock.now() - timedelta(seconds=61)
        s.execute(text("UPDATE turn SET created_at = :at WHERE id = :id"), {"at": at, "id": first.turn_id})
    assert talk(bob, PROXIES).number == 1


def test_one_person_does_not_use_up_anothers_questions(alice, bob, talk, monkeypatch):
    monkeypatch.setattr(settings(), "questions_per_minute", 1)
    talk(bob)
    assert talk(alice).answer.band == "answer"
    with pytest.raises(TooMany):
        talk(bob)


# --- Going ---


def test_deleting_takes_the_answers_along_and_leaves_the_others(bob, talk):
    first, second = talk(bob, PROXIES), talk(bob, NOTICE)
    talk(bob, NOTICE, first.conversation_id)
    call(bob, service.delete_conversation, first.conversation_id)
    assert turns_of(first.conversation_id) == []
    assert [c.id for c in conversations_of(bob).rows] == [second.conversation_id]
    with pytest.raises(NotFound):
        call(bob, service.delete_conversation, first.conversation_id)
    with pytest.raises(NotFound):
        talk(bob, PROXIES, first.conversation_id)


def test_deleting_all_is_of_the_person_alone(alice, bob, talk):
    mine = [talk(bob), talk(bob, NOTICE)]
    hers = talk(alice)
    assert call(bob, service.delete_all) == 2
    assert [turns_of(one.conversation_id) for one in mine] == [[], []]
    assert kept(alice, hers.conversation_id) == [hers]
    assert call(bob, service.delete_all) == 0


def test_what_is_old_or_of_nobody_is_forgotten(bob, alice, talk, monkeypatch):
    monkeypatch.setattr(settings(), "history_days", 30)
    old, recent = talk(bob), talk(bob, NOTICE)
    gone = make_actor(bob.organization_id, Role.OCCUPANT, "Gil")
    orphan = talk(gone)
    with everywhere() as s:
        for conversation, days in ((old.conversation_id, 31), (recent.conversation_id, 29)):
            at = clock.now() - timedelta(days=days)
            s.execute(text("UPDATE conversation SET updated_at = :at WHERE id = :id"), {"at": at, "id": conversation})
        s.delete(s.get_one(Membership, gone.membership_id))
        s.flush()
        s.delete(s.get_one(UserAccount, gone.user_id))
    assert jobs.forget_conversations() >= 2
    assert [turns_of(one.conversation_id) for one in (old, orphan)] == [[], []]
    assert [c.id for c in conversations_of(bob).rows] == [recent.conversation_id]
    with pytest.raises(Forbidden):
        call(alice, service.forget_old)


def test_asking_again_keeps_an_old_conversation(bob, talk, monkeypatch):
    monkeypatch.setattr(settings(), "history_days", 30)
    old = talk(bob)
    with everywhere() as s:
        at = clock.now() - timedelta(days=31)
        s.execute(
            text("UPDATE conversation SET updated_at = :at WHERE id = :id"), {"at": at, "id": old.conversation_id}
        )
    talk(bob, NOTICE, old.conversation_id)
    call(system_actor(), service.forget_old)
    assert len(kept(bob, old.conversation_id)) == 2


def test_everything_is_exported_oldest_first(bob, talk):
    first = talk(bob, PROXIES)
    second = talk(bob, LEASE, first.conversation_id)
    third = talk(bob, NOTICE)
    call(bob, service.give_opinion, second.turn_id, "down", "incomplete", "Et l'index ?")
    rows = call(bob, service.export)
    assert [(row["conversation"], row["question"], row["band"]) for row in rows] == [
        (PROXIES, PROXIES, "answer"), (PROXIES, LEASE, "refuse"), (NOTICE, NOTICE, "answer"),
    ]  # fmt: skip
    assert (rows[1]["opinion"], rows[1]["opinion_reason"], rows[1]["opinion_text"]) == (
        "down",
        "incomplete",
        "Et l'index ?",
    )
    assert [row["at"] for row in rows] == [one.at.isoformat() for one in (first, second, third)]
    assert rows[0]["answer"]["said"][0]["text"] == first.answer.said[0].text
    assert set(rows[0]) == {
        "conversation", "at", "question", "band", "answer", "written_by", "opinion", "opinion_reason", "opinion_text",
    }  # fmt: skip


# --- What a model wrote ---


def test_written_sentences_take_the_place_of_the_quoted_ones(bob, talk):
    shown = talk(bob)
    call(bob, service.keep_written, shown.turn_id, [Said("Trois au plus.", (1,))], "mistral", 1200, 345)
    (one,) = kept(bob, shown.conversation_id)
    assert one.answer == replace(shown.answer, said=(Said("Trois au plus.", (1,)),), written_by="mistral")
    (row,) = turns_of(shown.conversation_id)
    assert (row.written_by, row.milliseconds, row.tokens) == ("mistral", 1200, 345)


# --- Opinions ---


def opinion_of(exchange):
    (row,) = [turn for turn in turns_of(exchange.conversation_id) if turn.id == exchange.turn_id]
    return row.opinion, row.opinion_reason, row.opinion_text


def test_an_opinion_is_given_changed_and_taken_back(bob, talk):
    shown = talk(bob)
    call(bob, service.give_opinion, shown.turn_id, "up")
    assert (opinion_of(shown), kept(bob, shown.conversation_id)[0].opinion) == (("up", "", ""), "up")
    call(bob, service.give_opinion, shown.turn_id, "down", "wrong", "  Trois,\x00 pas\u200b deux. ")
    assert opinion_of(shown) == ("down", "wrong", "Trois, pas deux.")
    call(bob, service.give_opinion, shown.turn_id, "", "wrong", "Trois.")
    assert opinion_of(shown) == ("", "", "")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (("sideways",), "opinion"), (("DOWN",), "opinion"), (("down", "ugly"), "reason"), (("", "ugly"), "reason"),
        (("down", "wrong", "x" * 1001), "words"),
    ],
)  # fmt: skip
def test_an_opinion_that_is_none_is_refused_beside_its_field(bob, talk, given, field):
    shown = talk(bob)
    with pytest.raises(Invalid) as refused:
        call(bob, service.give_opinion, shown.turn_id, *given)
    assert refused.value.field == field
    assert opinion_of(shown) == ("", "", "")


def test_an_opinion_on_nothing_is_not_found(bob):
    with pytest.raises(NotFound):
        call(bob, service.give_opinion, uuid4(), "up")


# --- What the platform sees, and what nobody does ---


def test_the_platform_reads_what_was_not_answered_without_names(alice, bob, superadmin, talk):
    word = uuid4().hex
    refused = talk(bob, f"Quelle est la recette de la sauce {word} ?")
    talk(bob, PROXIES)
    rows = [row for row in call(superadmin, service.unanswered, Asked(size=100)).rows if row.id == refused.turn_id]
    assert [(row.question, row.band, row.locale) for row in rows] == [(refused.question, "refuse", "fr")]
    assert set(rows[0]._fields) == {"id", "created_at", "locale", "question", "band"}
    assert not {str(bob.user_id), str(bob.organization_id), str(refused.conversation_id)} & set(map(str, rows[0]))
    for action in (service.unanswered, service.opinions):
        with pytest.raises(Forbidden):
            call(alice, action, Asked())
    with pytest.raises(Forbidden):
        call(alice, service.figures)


def test_the_platform_reads_remarks_without_names_and_without_the_answer(bob, superadmin, talk):
    """An answer of own data holds lots, shares and addresses."""
    own = talk(bob, "Combien de quotités ai-je ?")
    assert own.answer.band == "data"
    call(bob, service.give_opinion, own.turn_id, "down", "unclear", "Et la cave ?")
    liked = talk(bob, PROXIES)
    call(bob, service.give_opinion, liked.turn_id, "up")
    rows = call(superadmin, service.opinions, Asked(size=100)).rows
    mine = [row for row in rows if row.id in (own.turn_id, liked.turn_id)]
    assert [(row.question, row.opinion_reason, row.opinion_text) for row in mine] == [
        ("Combien de quotités ai-je ?", "unclear", "Et la cave ?")
    ]
    assert set(mine[0]._fields) == {"id", "updated_at", "locale", "question", "opinion_reason", "opinion_text"}


def test_the_figures_count_what_was_asked_in_thirty_days(bob, superadmin, talk, monkeypatch):
    """Other tests ask at the same time: these questions are of a year of their own."""
    answered, refused, old = talk(bob, PROXIES), talk(bob, LEASE), talk(bob, NOTICE)
    call(bob, service.give_opinion, answered.turn_id, "up")
    call(bob, service.give_opinion, refused.turn_id, "down", "wrong")
    call(bob, service.keep_written, answered.turn_id, [Said("Trois.", (1,))], "mistral", 10, 345)
    with everywhere() as s:
        for turn, day in ((answered, 2), (refused, 3), (old, 1)):
            at = datetime(2100, 3, day, tzinfo=UTC)
            s.execute(text("UPDATE turn SET created_at = :at WHERE id = :id"), {"at": at, "id": turn.turn_id})
    with monkeypatch.context() as later:
        later.setattr(clock, "now", lambda: datetime(2100, 3, 31, 12, tzinfo=UTC))
        found = call(superadmin, service.figures)
    call(bob, service.delete_all)
    assert (found.asked, found.up, found.down, found.written, found.tokens) == (2, 1, 1, 1, 345)
    assert found.bands == {"answer": 1, "refuse": 1}


def test_the_offices_trail_says_nothing_of_questions(alice, bob, talk):
    before = [entry.seq for entry in trail_of(alice)]
    shown = talk(bob, PROXIES)
    talk(bob, NOTICE, shown.conversation_id)
    call(bob, service.give_opinion, shown.turn_id, "down", "wrong", "Non.")
    call(bob, service.keep_written, shown.turn_id, [Said("Trois.", (1,))], "mistral", 10, 345)
    kept(bob, shown.conversation_id)
    call(bob, service.export)
    call(bob, service.delete_conversation, shown.conversation_id)
    call(bob, service.delete_all)
    assert [entry.seq for entry in trail_of(alice)] == before


def test_the_trail_of_a_model_tells_its_use_and_not_the_question(alice, bob):
    call(bob, writing.note_use, 100, 20, 1)
    entry = trail_of(alice)[-1]
    assert (entry.action, entry.user_id) == ("language model used", bob.user_id)
    assert "tokens_in" in entry.payload


def test_every_action_names_its_permission():
    asks = (
        service.ask, service.keep_written, service.list_conversations, service.get_conversation, service.delete_conversation,
        service.delete_all, service.export, service.give_opinion,
    )  # fmt: skip
    for action in asks:
        assert (action.gate.permission, action.gate.audit, action.gate.everywhere) == ("assistant:ask", None, False)
    for action in (service.figures, service.unanswered, service.opinions, service.forget_old):
        assert (action.gate.permission, action.gate.everywhere) == ("platform:admin", True)


def test_a_conversation_is_nobodys_without_an_office(superadmin):
    """The administrator acts within the platform: without that there is no organisation to keep a talk in."""
    assert service.acting(superadmin).organization_id == PLATFORM
    with everywhere() as s:
        assert s.exec(select(Conversation.id).where(Conversation.user_id == superadmin.user_id)).all() == []
