from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.actor import Role
from koprogo_app.modules.documents import rules
from koprogo_app.modules.documents.rules import Category, Retention, Visibility

# Who reads what, written by hand: one row a role, one column a level.
READS = {
    Role.SUPERADMIN: "office council owners occupants",
    Role.SYSTEM: "office council owners occupants",
    Role.SYNDIC: "office council owners occupants",
    Role.ACCOUNTANT: "office council owners occupants",
    Role.BOARD_MEMBER: "council owners occupants",
    Role.AUDITOR: "council owners occupants",
    Role.OWNER: "owners occupants",
    Role.OCCUPANT: "occupants",
    Role.CONTRACTOR: "occupants",
}


@pytest.mark.parametrize("role", list(Role))
def test_a_role_reads_its_level_and_the_wider_ones(role):
    assert [level.value for level in rules.levels_of(role)] == READS[role].split()


def test_only_the_syndic_and_those_who_work_for_him_are_the_office():
    office = {role for role in Role if rules.is_office(role)}
    assert office == {Role.SUPERADMIN, Role.SYSTEM, Role.SYNDIC, Role.ACCOUNTANT}


@pytest.mark.parametrize(
    ("retention", "dated_on", "first_of_year", "deletable"),
    [
        # the year 2025 closes on 31 December 2025; seven years from 1 January 2026 end with 2032
        (Retention.SEVEN_YEARS, date(2025, 3, 10), (1, 1), date(2033, 1, 1)),
        (Retention.SEVEN_YEARS, date(2025, 12, 31), (1, 1), date(2033, 1, 1)),
        (Retention.SEVEN_YEARS, date(2026, 1, 1), (1, 1), date(2034, 1, 1)),
        # a year from July to June: 10 March 2025 is in the one that closes on 30 June 2025, 1 July in the next
        (Retention.SEVEN_YEARS, date(2025, 3, 10), (7, 1), date(2033, 1, 1)),
        (Retention.SEVEN_YEARS, date(2025, 6, 30), (7, 1), date(2033, 1, 1)),
        (Retention.SEVEN_YEARS, date(2025, 7, 1), (7, 1), date(2034, 1, 1)),
        (Retention.THREE_YEARS, date(2025, 3, 10), (1, 1), date(2029, 1, 1)),
        (Retention.TEN_YEARS, date(2025, 3, 10), (1, 1), date(2036, 1, 1)),
        (Retention.PERMANENT, date(1974, 3, 12), (1, 1), None),
        # a year that begins on 29 February begins on the 28th when there is none
        (Retention.THREE_YEARS, date(2025, 2, 28), (2, 29), date(2030, 1, 1)),
        (Retention.THREE_YEARS, date(2025, 2, 27), (2, 29), date(2029, 1, 1)),
    ],
)
def test_years_run_from_the_first_january_after_the_closing(retention, dated_on, first_of_year, deletable):
    assert rules.deletable_from(retention, dated_on, *first_of_year) == deletable


@given(
    st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(1, 12), st.integers(1, 28),
    st.sampled_from([(Retention.THREE_YEARS, 3), (Retention.SEVEN_YEARS, 7), (Retention.TEN_YEARS, 10)]),
)  # fmt: skip
def test_a_paper_is_kept_its_years_and_less_than_two_more(dated_on, month, day, kept):
    retention, years = kept
    deletable = rules.deletable_from(retention, dated_on, month, day)
    assert (deletable.month, deletable.day) == (1, 1)
    assert date(dated_on.year + years, 1, 1) < deletable <= date(dated_on.year + years + 2, 1, 1)


def test_what_the_law_keeps_for_life_and_for_seven_years():
    for_life = {c for c in Category if rules.retention_of(c) is Retention.PERMANENT}
    assert for_life == {Category.MEETING_MINUTES, Category.REGULATION, Category.DEED, Category.PLAN}
    assert rules.retention_of(Category.INVOICE) is Retention.SEVEN_YEARS
    assert rules.retention_of(Category.FINANCIAL_STATEMENT) is Retention.SEVEN_YEARS
    assert rules.retention_of(Category.CONTRACT) is Retention.TEN_YEARS


def test_a_reason_is_asked_until_the_day_comes_but_not_for_a_file_of_today():
    due, old = date(2033, 1, 1), timedelta(days=400)
    assert rules.reason_needed(due, date(2032, 12, 31), old)
    assert not rules.reason_needed(due, date(2033, 1, 1), old)
    assert rules.reason_needed(None, date(2199, 1, 1), old)
    assert rules.reason_needed(due, date(2026, 1, 1), timedelta(days=1))
    assert not rules.reason_needed(due, date(2026, 1, 1), timedelta(hours=23, minutes=59))


def test_every_category_visibility_and_retention_has_its_words():
    assert set(rules.CATEGORIES) == set(Category)
    assert set(rules.VISIBILITIES) == set(Visibility)
    assert set(rules.RETENTIONS) == set(rules.YEARS) == set(Retention)


def test_folding_takes_accents_and_case_away_letter_for_letter():
    assert rules.folded("Chaudière ÉTÉ ÇÀ") == "chaudiere ete ca"


@given(st.text())
def test_folding_keeps_every_position(text):
    assert len(rules.folded(text)) == len(text)


def test_the_words_of_a_search_are_letters_and_digits_only():
    assert rules.words_of("  L'ÉTÉ <b>2026/0123") == ["l", "ete", "b", "2026", "0123"]
    assert rules.words_of("%_'\\ ()") == ["_"]
    assert len(rules.words_of("a " * 50)) == 8


def shown(pieces) -> str:
    return "".join(f"[{p.text}]" if p.hit else p.text for p in pieces)


def test_the_passage_marks_every_word_found_by_its_beginning():
    text = "Le remplacement de la chaudière a été voté.\n  Les chaudières sont vieilles."
    found = rules.passage(text, rules.words_of("CHAUDIERE voté"))
    assert shown(found) == "Le remplacement de la [chaudière] a été [voté]. Les [chaudières] sont vieilles."


def test_the_passage_marks_no_middle_of_a_word():
    assert rules.passage("Le quartier est calme.", ["art"]) == []


def test_the_passage_is_cut_between_words():
    text = " ".join(f"mot{n}" for n in range(300))
    found = rules.passage(text, ["mot150"])
    assert shown(found).startswith("… mot")
    assert "[mot150]" in shown(found)
    assert shown(found).endswith(" …")
    assert len("".join(p.text for p in found)) < 260


def test_markup_in_a_text_stays_text():
    found = rules.passage("Voir <script>alert(1)</script> ici", ["script"])
    assert "".join(p.text for p in found) == "Voir <script>alert(1)</script> ici"
    assert [p.text for p in found if p.hit] == ["script", "script"]


@given(st.text(max_size=600), st.text(min_size=1, max_size=10))
def test_the_passage_is_a_part_of_the_text_whatever_is_looked_for(text, asked):
    found = rules.passage(text, rules.words_of(asked))
    plain = "".join(p.text for p in found).removeprefix("… ").removesuffix(" …")
    assert plain in " ".join(text.split())
    assert not found or any(p.hit for p in found)
