from dataclasses import replace
from datetime import date, timedelta

import pytest

from koprogo_app.core.i18n import Money
from koprogo_app.core.ids import uuid7
from koprogo_app.modules.home import rules
from koprogo_app.modules.home.rules import BuildingFacts, Kind, Task, When, YearFacts

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
        "since": MONDAY,
        "amount": Money(123_45),
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


# --- Financial years -------------------------------------------------------------------------------------------------


def a_year(number: int, **change: object) -> YearFacts:
    """One with costs, neither settled nor closed."""
    return replace(YearFacts(uuid7(), date(number, 1, 1), date(number, 12, 31), spent=True), **change)


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2026, 2, 28), None),  # the 120th day of 2026 is 30 April: sixty days before it, 1 March
        (date(2026, 3, 1), date(2026, 4, 30)),
        (date(2028, 1, 1), date(2026, 4, 30)),
    ],
)
def test_a_year_that_ended_is_settled_within_120_days(today, due):
    year = a_year(2025)
    assert list(rules.unsettled([year], today)) == ([(due, year)] if due else [])


@pytest.mark.parametrize(
    "change", [{"spent": False}, {"settled": True}, {"closed": True}, {"ends_on": date(2027, 3, 1)}]
)
def test_a_year_without_costs_settled_closed_or_under_way_is_not_asked_for(change):
    assert list(rules.unsettled([a_year(2025, **change)], date(2027, 3, 1))) == []


@pytest.mark.parametrize(
    ("today", "planned", "first"),
    [
        (date(2026, 6, 1), set(), date(2026, 1, 1)),  # the year under way has none
        (date(2026, 6, 1), {2026}, None),
        (date(2026, 10, 2), {2026}, None),  # 91 days before the next one
        (date(2026, 10, 3), {2026}, date(2027, 1, 1)),  # 90 days before: its year need not be in the books
        (date(2026, 10, 3), {2026, 2027}, None),
        (date(2027, 2, 1), {2025, 2026}, date(2027, 1, 1)),  # begun, and still not in the books
    ],
)
def test_a_budget_is_asked_for_until_there_is_one(today, planned, first):
    assert rules.unplanned([a_year(2026), a_year(2025)], planned, today) == first
    assert rules.unplanned([], planned, today) is None


def test_the_year_under_way_comes_with_the_one_before():
    old, new = a_year(2025), a_year(2026)
    assert rules.running([new, old], date(2026, 1, 1)) == (old, new)
    assert rules.running([new, old], date(2025, 12, 31)) is None  # nothing before it
    assert rules.running([new, old], date(2027, 1, 1)) is None


def test_an_amount_and_a_day_are_worded_in_the_hint():
    task = Task(
        Kind.OVERDUE, MONDAY, WHOLE.id, "Les Tilleuls", figures={"count": 1, "amount": Money(123_456), "since": MONDAY}
    )
    words = rules.worded(task, "en")
    assert (words.title, words.hint) == (
        "1 co-owner is late in paying",
        "Les Tilleuls · 1.234,56\u00a0€, since 23/11/2026",
    )
