from dataclasses import replace
from datetime import date, timedelta

import pytest

from koprogo_app.core.ids import uuid7
from koprogo_app.modules.home import rules
from koprogo_app.modules.home.rules import BuildingFacts, Kind, Task, When

MONDAY = date(2026, 11, 23)
WHOLE = BuildingFacts(
    id=uuid7(), name="Les Tilleuls", city="Uccle", kbo="0403170701", deed_on=date(1974, 3, 12), has_deed=True,
    syndic_name="Cabinet Sonnet", syndic_reach="02 555 01 23", syndic_since=date(2025, 1, 1),
    entered_on=date(2026, 1, 1), acceptance_on=None, iban_reserve=None, meeting=None,
)  # fmt: skip


def found(today: date = MONDAY, **change: object) -> dict[Kind, date]:
    return {task.kind: task.due for task in rules.missing(replace(WHOLE, **change), today)}


def test_a_building_with_everything_asks_for_nothing():
    assert found() == {}


def test_what_has_no_legal_day_is_due_today():
    lacks = found(kbo=None, deed_on=None, has_deed=False)
    assert lacks == {Kind.NUMBER: MONDAY, Kind.DEED_DATE: MONDAY, Kind.DEED: MONDAY}


def test_the_noticeboard_is_due_eight_days_after_taking_office():
    assert found(syndic_reach=None, syndic_since=date(2026, 11, 20)) == {Kind.NOTICEBOARD: date(2026, 11, 28)}
    assert found(syndic_name=None, syndic_since=None) == {Kind.NOTICEBOARD: date(2026, 1, 9)}


@pytest.mark.parametrize(
    ("acceptance", "due"),
    [
        (date(2020, 2, 29), date(2025, 3, 1)),  # five years on there is no 29 February
        (date(2022, 11, 23), date(2027, 11, 23)),  # a year ahead
        (date(2022, 11, 24), None),  # more than a year ahead
    ],
)
def test_the_reserve_fund_is_asked_for_from_a_year_before_its_five_years(acceptance, due):
    assert found(acceptance_on=acceptance) == ({Kind.RESERVE: due} if due else {})


def test_a_reserve_account_settles_it():
    assert found(acceptance_on=date(2015, 1, 1), iban_reserve="BE68539007547034") == {}


@pytest.mark.parametrize(
    ("first", "due"),
    [
        (date(2027, 1, 22), date(2027, 1, 22)),  # sixty days ahead
        (date(2027, 1, 23), None),
        (date(2026, 11, 23), date(2026, 11, 23)),  # its first day
        (date(2026, 11, 9), date(2026, 11, 23)),  # its last day
        (date(2026, 11, 8), None),  # over since yesterday, the next one is far
    ],
)
def test_the_annual_window_is_announced_sixty_days_before_and_until_it_ends(first, due):
    assert found(meeting=(first.month, first.day)) == ({Kind.WINDOW: due} if due else {})


def test_a_representative_is_named_before_the_next_meeting():
    assert rules.vote_due(replace(WHOLE, meeting=(12, 1)), MONDAY) == date(2026, 12, 1)
    assert rules.vote_due(replace(WHOLE, meeting=(11, 10)), MONDAY) == MONDAY  # the fifteen days are under way
    assert rules.vote_due(WHOLE, MONDAY) == MONDAY


@pytest.mark.parametrize(
    ("today", "due", "when"),
    [
        (MONDAY, date(2026, 11, 22), When.LATE),
        (MONDAY, MONDAY, When.WEEK),
        (MONDAY, date(2026, 11, 29), When.WEEK),  # Sunday
        (MONDAY, date(2026, 11, 30), When.LATER),
        (date(2026, 11, 29), date(2026, 11, 30), When.LATER),  # on Sunday, Monday is next week
    ],
)
def test_a_week_ends_on_sunday(today, due, when):
    assert rules.when_of(due, today) == when


def test_the_most_pressing_comes_first():
    late = Task(Kind.NOTICEBOARD, MONDAY - timedelta(days=1), building="Z")
    shares = Task(Kind.SHARES, MONDAY, building="B")
    other = Task(Kind.SHARES, MONDAY, building="a")
    mail = Task(Kind.MAIL, MONDAY)
    assert rules.in_order([mail, shares, late, other]) == [late, other, shares, mail]


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_has_words_and_an_address(kind):
    figures = {
        "count": 2,
        "sum": 960,
        "total": 1000,
        "name": "a.xlsx",
        "begun": MONDAY,
        "first": MONDAY,
        "last": MONDAY,
    }
    task = Task(kind, MONDAY, WHOLE.id, WHOLE.name, place="x", figures=figures)
    words = rules.worded(task, "en")
    assert words.title
    assert words.act
    assert "{" not in words.title + words.hint + task.href
    assert words.hint.startswith("Les Tilleuls")


def test_one_and_several_are_two_sentences():
    one, two = (rules.worded(Task(Kind.OWNER, MONDAY, figures={"count": n}), "en").title for n in (1, 2))
    assert (one, two) == ("1 lot has no owner", "2 lots have no owner")
