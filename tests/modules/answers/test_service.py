"""From a question to an answer, on the real knowledge base. Alice is the syndic, Bob a co-owner, Charlie another syndic."""

import re
from dataclasses import replace
from uuid import uuid4

import pytest
from conftest import a_building, as_role, make_actor
from modules.answers.conftest import HOUSE, LEASE, NOTICE, PROXIES, assert_holds, written

from koprogo_app.core.actor import PLATFORM, Role
from koprogo_app.core.errors import Forbidden, Invalid, NotFound
from koprogo_app.core.i18n import LOCALES, translate
from koprogo_app.core.redirects import SAYS, Topic
from koprogo_app.core.service import call
from koprogo_app.modules.answers import rules, service
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.knowledge import embedders, files
from koprogo_app.modules.passages import service as passages

# --- The law ---


@pytest.mark.parametrize(
    ("question", "locale", "lead", "uid", "label", "figure"),
    [
        (PROXIES, "fr", "be.cc.3.87.p7.three", "be.cc.3.87.p7.three", "Code civil, art. 3.87 § 7", "3 procurations"),
        ("Hoeveel volmachten mag iemand hebben?", "nl", "be.cc.3.87.p7.three", "be.cc.3.87.p7.three",
         "Burgerlijk Wetboek, art. 3.87 § 7", "3 volmachten"),
        ("Wie lange kann man einen Beschluss der Versammlung anfechten?", "de", "be.cc.3.92.p3", "be.cc.3.92.p3",
         "Zivilgesetzbuch, Art. 3.92 § 3", "4 Monaten"),
        ("How long before the meeting must the notice be sent?", "en", "how.convene.notice", "be.cc.3.87.p3",
         "Civil Code, art. 3.87 § 3", "15 days"),
    ],
)  # fmt: skip
def test_a_question_of_law_is_quoted_with_its_articles(bob, ask, question, locale, lead, uid, label, figure):
    draft = ask(bob, question, locale)
    answer = draft.answer
    assert (answer.band, answer.locale, answer.written_by, answer.own, answer.table) == ("answer", locale, "", (), None)
    assert 1 <= len(answer.said) <= 3
    assert_holds(answer, lead)
    assert (answer.cites[0].uid, answer.cites[0].label) == (uid, label)
    assert figure in answer.said[0].text
    assert {cite.uid for cite in answer.see}.isdisjoint({lead, *(cite.uid for cite in answer.cites)})
    assert len(answer.see) <= 4
    assert len(answer.follow_ups) <= 3
    assert answer.ask


@pytest.mark.parametrize("reader", LOCALES)
def test_the_answer_is_in_the_language_of_the_question_not_of_the_reader(bob, ask, reader):
    assert ask(bob, "Hoeveel volmachten mag iemand hebben op de vergadering?", reader).answer.locale == "nl"


def test_what_a_model_may_be_given_are_the_cited_passages_by_their_numbers(bob, ask):
    draft = ask(bob, "How long before the meeting must the notice be sent?", "en")
    cites = {cite.id: cite for cite in draft.answer.cites}
    assert [source.id for source in draft.sources] == list(cites)
    first, *others = draft.sources
    assert written("how.convene.notice", "en") in first.text
    for source in (first, *others):
        assert (source.label, source.paper) == (cites[source.id].label, False)
        assert written(cites[source.id].uid, "en") in source.text


@pytest.mark.parametrize(
    ("question", "caveat"),
    [
        ("Que dit l'art. 577-8 § 4 ?", "Les numéros d'une partie des missions de la liste ont été reconstitués et restent à vérifier."),
        ("À quelle majorité achète-t-on un terrain commun ?", rules.SECOND_HAND),
        (NOTICE, None),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_said_with_it(bob, ask, question, caveat):
    """Confidence MED, HIGH* and HIGH."""
    assert ask(bob, question).answer.notes == ((translate("fr", caveat),) if caveat else ())


def test_the_caveat_of_what_a_frequent_question_rests_on_is_kept(bob, ask):
    """faq.challenge-decision is HIGH* without words of its own; one of the articles it rests on has some."""
    answer = ask(bob, "Comment faire annuler une décision de l'assemblée générale, et jusqu'à quand ?").answer
    assert_holds(answer, "faq.challenge-decision")
    resting = [cite.uid for cite in answer.cites]
    caveats = [e.caveat["fr"] for e in files.entries() if e.uid in resting and e.caveat]
    assert answer.notes == (tuple(caveats[:1]) or (translate("fr", rules.SECOND_HAND),))


def test_who_asks_for_a_majority_is_told_which_before_which_is_not_enough(bob, ask):
    answer = ask(bob, "Quelle majorité faut-il pour acheter un garage commun ?").answer
    assert answer.cites[0].uid == "be.cc.3.88.p1.2.d"
    assert "quatre cinquièmes" in answer.said[0].text


@pytest.mark.parametrize(
    ("question", "uid", "label"),
    [
        ("art. 3.89 § 5 7°", "be.cc.3.89.p5.7", "Code civil, art. 3.89 § 5, 7°"),
        ("Que dit l'article 3.89 §5, 7° du Code civil ?", "be.cc.3.89.p5.7", "Code civil, art. 3.89 § 5, 7°"),
        ("577-8 § 4", "be.cc.3.89.p5", "Code civil, art. 3.89 § 5"),
        ("Que disait l'art. 577-8 § 4 ?", "be.cc.3.89.p5", "Code civil, art. 3.89 § 5"),
        ("Art. 3.91", "be.cc.3.91", "Code civil, art. 3.91"),
    ],
)
def test_an_article_named_by_its_number_is_the_answer(bob, ask, question, uid, label):
    """Old numbers too: § 4 of 577-8 moved to § 5 of 3.89."""
    answer = ask(bob, question).answer
    assert (answer.band, answer.cites[0].uid, answer.cites[0].label) == ("answer", uid, label)
    assert_holds(answer, uid)


def test_a_paragraph_that_does_not_exist_is_not_invented(bob, ask):
    answer = ask(bob, "Que dit l'article 3.91 § 44 du Code civil ?").answer
    assert_holds(answer, *(cite.uid for cite in answer.cites))
    assert "§ 44" not in str(answer.as_json())


@pytest.mark.parametrize(
    ("postcode", "question", "locale", "here", "beyond"),
    [
        ("9000", "Is een asbestattest verplicht voor de gemene delen?", "nl", "vlg", ("bxl", "wal", "dg")),
        ("1180", "Is een asbestattest verplicht voor de gemene delen?", "nl", "bxl", ("vlg", "wal", "dg")),
        ("9000", "Faut-il un certificat PEB pour les parties communes ?", "fr", "vlg", ("bxl", "wal", "dg")),
        ("1180", "Faut-il un certificat PEB pour les parties communes ?", "fr", "bxl", ("vlg", "wal", "dg")),
    ],
)
def test_a_building_is_answered_from_the_law_of_its_region(alice, ask, postcode, question, locale, here, beyond):
    place = call(alice, buildings.create_building, a_building(postal_code=postcode))
    answer = ask(alice, question, locale, place.id).answer
    seen = [cite.uid for cite in (*answer.cites, *answer.see)]
    assert seen
    assert not [uid for uid in seen if uid.split(".")[0] in beyond]
    assert seen[0].split(".")[0] in (here, "be", "faq")


def test_without_a_building_all_regions_are_searched(alice, ask):
    answer = ask(alice, "Is een asbestattest verplicht voor de gemene delen?", "nl").answer
    assert {cite.uid.split(".")[0] for cite in (*answer.cites, *answer.see)} >= {"vlg", "bxl", "wal"}


# --- A question that leans on the one before ---


@pytest.mark.parametrize(
    ("before", "question", "locale", "lead"),
    [
        (NOTICE, "Et par e-mail ?", "fr", "faq.notice-by-email"),
        (NOTICE, "Et en cas d'urgence ?", "fr", "be.cc.3.87.p3.urgency"),
        (PROXIES, "Et le syndic ?", "fr", "faq.syndic-chair-proxies"),
        ("Hoe lang kan ik een beslissing van de vergadering aanvechten?", "En een huurder?", "nl", "faq.tenant-challenge-decision"),
        ("Wie lange kann man einen Beschluss der Versammlung anfechten?", "Und der Mieter?", "de", "faq.tenant-challenge-decision"),
        ("Which majority is needed for works on the roof?", "And to change the statutes?", "en", "faq.change-statutes"),
    ],
)  # fmt: skip
def test_a_short_question_means_the_one_before_it(bob, ask, before, question, locale, lead):
    """It is no repetition of that answer, and not what the short question would mean by itself."""
    answer = ask(bob, question, locale, before=before).answer
    assert answer.band == "answer"
    assert_holds(answer, lead)
    assert answer.said != ask(bob, before, locale).answer.said


@pytest.mark.parametrize(
    ("before", "question", "locale"),
    [
        (NOTICE, LEASE, "fr"), (NOTICE, "Quelle est la recette de la béarnaise ?", "fr"), (NOTICE, "Et la béarnaise ?", "fr"),
        (NOTICE, "Quel temps fera-t-il demain ?", "fr"), (NOTICE, "Et en France ?", "fr"), (NOTICE, "Merci beaucoup !", "fr"),
        (PROXIES, "Et le loyer ?", "fr"), ("Que dit l'art. 3.89 § 5 7° ?", "Et la béarnaise ?", "fr"),
        ("Que dit l'art. 3.89 § 5 7° ?", LEASE, "fr"), ("Hoeveel volmachten mag iemand hebben?", "Mag ik de huur verhogen?", "nl"),
        ("Hoeveel volmachten mag iemand hebben?", "Dank u!", "nl"),
        ("Wie lange kann man einen Beschluss der Versammlung anfechten?", "Wie wird das Wetter morgen?", "de"),
        ("Wie lange kann man einen Beschluss der Versammlung anfechten?", "Und die Miete?", "de"),
        ("How long before the meeting must the notice be sent?", "May I raise the rent?", "en"),
        ("How long before the meeting must the notice be sent?", "Tell me a joke", "en"),
    ],
)  # fmt: skip
def test_the_question_before_makes_nothing_else_answerable(bob, ask, before, question, locale):
    assert ask(bob, question, locale, before=before).answer.band == "refuse"


def test_a_question_that_stands_by_itself_leans_on_nothing(bob, ask):
    assert ask(bob, PROXIES, before=NOTICE).answer == ask(bob, PROXIES).answer


# --- Own data, and what is sent on ---


def test_own_data_is_told_by_a_tool_and_never_sent(bob, ask):
    """400 + 25 of 1 000 shares; he votes for both lots with 425."""
    draft = ask(bob, "Combien de quotités ai-je ?")
    answer = draft.answer
    assert (answer.band, answer.cites, answer.own, answer.see, answer.notes) == ("data", (), (), (), ())
    assert "425" in answer.said[0].text
    assert answer.said[0].cites == ()
    figures = [(row[0].split(" · ")[0], re.sub(r"\s", " ", row[1]), row[4]) for row in answer.table.rows]
    assert figures == [("A1", "400 / 1 000", "400"), ("C1", "25 / 1 000", "25")]
    assert [link[1].split("/")[1] for link in answer.table.links] == ["lots", "lots"]
    assert "350" not in str(answer.as_json())
    assert draft.sources == ()


def test_what_a_tool_refuses_is_an_answer_too(alice, building, ask):
    stranger = replace(make_actor(alice.organization_id, Role.OCCUPANT, "Dora", building.id), role=Role.OWNER)
    answer = ask(stranger, "What is my address in the register?", "en").answer
    assert answer.band == "data"
    assert answer.said[0].text == "You are not entered as a co-owner."


def test_another_role_is_not_shown_a_tool_it_does_not_have(alice, ask):
    assert ask(alice, "Combien de quotités ai-je ?").answer.band != "data"


@pytest.mark.parametrize(
    ("question", "locale", "topic"),
    [
        ("Mon dernier paiement est-il bien arrivé ?", "fr", Topic.ACCOUNT),
        ("Wanneer is onze volgende vergadering?", "nl", Topic.MEETING),
        ("Was wurde auf der letzten Versammlung über unser Dach beschlossen?", "de", Topic.MINUTES),
        ("What do our house rules say about dogs?", "en", Topic.RULES),
    ],
)
def test_what_stands_in_ones_own_file_is_sent_on(bob, ask, question, locale, topic):
    draft = ask(bob, question, locale)
    answer = draft.answer
    assert (answer.band, answer.said[0].text) == ("file", translate(locale, SAYS[topic]))
    assert answer.table.links == ((translate(locale, "Documents"), "/documents"),)
    assert (answer.cites, answer.own, draft.sources) == ((), (), ())


# --- What is not known ---


def test_a_lease_is_refused_with_whom_to_ask(bob, ask):
    draft = ask(bob, LEASE)
    answer = draft.answer
    assert (answer.band, answer.said[0].text) == ("refuse", translate("fr", rules.UNKNOWN))
    assert "service du logement de la Région ou de la commune" in answer.said[1].text
    assert (answer.cites, answer.see, answer.own, draft.sources) == ((), (), (), ())


@pytest.mark.parametrize(
    ("question", "locale"),
    [
        ("Quelle est la recette de la béarnaise ?", "fr"), ("Wie heeft Hamlet geschreven?", "nl"),
        ("Wie wird das Wetter morgen in Eupen?", "de"), ("Who won the Tour de France in 1969?", "en"), ("blorf zzt qwx", "fr"),
    ],
)  # fmt: skip
def test_what_has_nothing_to_do_with_it_is_not_answered(bob, ask, question, locale):
    answer = ask(bob, question, locale).answer
    assert (answer.band, answer.said[0].text) == ("refuse", translate(locale, rules.UNKNOWN))
    assert (answer.cites, answer.see) == ((), ())


def test_where_it_is_not_sure_the_closest_provisions_stand_without_prose(bob, ask):
    draft = ask(bob, "Et par e-mail ?")
    answer = draft.answer
    assert (answer.band, [said.text for said in answer.said]) == ("unsure", [translate("fr", rules.UNSURE)])
    assert 1 <= len(answer.see) <= 4
    assert answer.ask
    assert (answer.cites, answer.follow_ups, draft.sources) == ((), (), ())


# --- Who asks ---


def test_a_building_beyond_reach_is_not_found(alice, charlie, building, bob, ask):
    other = call(alice, buildings.create_building, a_building(name="Résidence Racine"))
    for actor, place in ((charlie, building.id), (bob, other.id), (alice, uuid4())):
        with pytest.raises(NotFound):
            ask(actor, PROXIES, building_id=place)


def test_the_platforms_administrator_asks_in_no_office(superadmin, ask):
    for actor in (superadmin, superadmin.within(PLATFORM)):
        answer = ask(actor, PROXIES).answer
        assert (answer.band, answer.cites[0].uid) == ("answer", "be.cc.3.87.p7.three")


def test_everybody_who_signs_in_may_ask_and_the_gate_stands(alice, building, ask):
    for role in (
        Role.SYNDIC,
        Role.ACCOUNTANT,
        Role.BOARD_MEMBER,
        Role.AUDITOR,
        Role.OWNER,
        Role.OCCUPANT,
        Role.CONTRACTOR,
    ):
        assert ask(as_role(alice, role, building.id), PROXIES, building_id=building.id).answer.band == "answer"
    assert service.answer.gate.permission == "assistant:ask"
    assert service.answer.gate.audit is None
    with pytest.raises(Forbidden):
        call(as_role(alice, Role.CONTRACTOR), passages.list_papers, building.id, None)


# --- The lower rungs ---


def test_without_any_model_words_find_and_pick(bob, ask, without_models):
    answer = ask(bob, PROXIES).answer
    assert answer.band == "answer"
    assert_holds(answer, "be.cc.3.87.p7.three", "faq.vote-by-proxy")
    assert "3 procurations" in answer.said[0].text
    assert ask(bob, "Quelle est la recette de la béarnaise ?").answer.band == "refuse"


def test_without_any_model_papers_are_found_by_words(bob, ask, quotable, without_models):
    quotable("Règlement", HOUSE, category="regulation", visibility="owners")
    assert [said.text for said in ask(bob, "barbecue au charbon sur la terrasse").answer.own] == [
        "Art. 7. Terrasses Les barbecues au charbon sont interdits."
    ]


@pytest.mark.parametrize("kinds", [(embedders.Use,), (embedders.SmallE5,), (embedders.Use, embedders.SmallE5)])
def test_a_model_that_raises_leaves_the_ladder(bob, ask, failing, kinds):
    failing(*kinds)
    service.warm(service.asked(PROXIES, "fr"))
    answer = ask(bob, PROXIES).answer
    assert answer.band == "answer"
    assert_holds(answer, "be.cc.3.87.p7.three", "faq.vote-by-proxy")


def test_a_model_that_raises_breaks_no_answer_with_several_sources(bob, ask, quotable, failing):
    """A frequent question, whose sentences are told which article they rest on, and a paper beside it."""
    quotable(
        "Règlement",
        "Art. 1. La convocation est envoyée 15 jours avant l'assemblée.",
        category="regulation",
        visibility="owners",
    )
    failing(embedders.Use)
    answer = ask(bob, "How long before the meeting must the notice be sent?", "en").answer
    assert answer.band == "answer"
    assert all(said.cites for said in answer.said)


# --- What is no question ---


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("", "Write your question."), ("   \n\t\u00a0 ", "Write your question."), ("😀🏢❓", "Write your question."),
        ("?!…", "Write your question."), ("\x00\u200b\u202e", "Write your question."), ("<b></b><br>", "Write your question."),
        ("<script>alert(1)</script>", "Write your question."),
        ("Какова роль синдика?", "Ask in French, Dutch, German or English."), ("共有の建物", "Ask in French, Dutch, German or English."),
        ("x" * 2001, "Ask in at most {letters} characters. A contract or a letter belongs among the documents of the building."),
        ("Entre les soussignés. " * 400, "Ask in at most {letters} characters. A contract or a letter belongs among the documents of the building."),
    ],
)  # fmt: skip
def test_what_is_no_question_is_refused_beside_its_field(given, sentence):
    with pytest.raises(Invalid) as refused:
        service.asked(given, "fr")
    assert (refused.value.message, refused.value.field) == (sentence, "question")
    if "{" in sentence:
        assert refused.value.params == {"letters": 2000}


@pytest.mark.parametrize(
    ("given", "tidy"),
    [
        ("  Quel   est\nle délai ?", "Quel est le délai ?"), ("Quel est le d\x00élai ?", "Quel est le délai ?"),
        ("<p>Quel est le <b>délai</b> ?</p>", "Quel est le délai ?"), ("Quel est le de\u0301lai ?", "Quel est le délai ?"),
        ("Quel est le \u202edélai\u200b ?", "Quel est le délai ?"), ("Quel est\ud800 le délai ?", "Quel est le délai ?"),
        ("Quel est le délai ? 😀", "Quel est le délai ? 😀"),
    ],
)  # fmt: skip
def test_a_question_is_tidied(given, tidy):
    assert service.asked(given, "fr").question == tidy


def test_two_thousand_letters_are_a_question():
    longest = "Quel est le délai ? ".ljust(2000, "e")
    assert service.asked(longest, "fr").question == longest


@pytest.mark.parametrize(("given", "locale"), [("xx", "fr"), ("", "fr"), ("nl-BE", "nl"), ("de", "de")])
def test_a_language_is_known_by_its_first_letters_or_it_is_the_default(given, locale):
    assert service.asked("577-8", given).locale == locale
