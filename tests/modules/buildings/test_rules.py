from datetime import date

import pytest

from koprogo_app.core.errors import Invalid
from koprogo_app.modules.buildings import rules


@pytest.mark.parametrize(
    ("name", "city", "slug"),
    [
        ("Résidence Les Tilleuls", "Uccle", "residence-les-tilleuls-uccle"),
        ("  'T Hof ", "Gent", "t-hof-gent"),
        ("大", "", "building"),
    ],
)
def test_a_public_address_is_plain_letters(name, city, slug):
    assert rules.slug_of(name, city) == slug


@pytest.mark.parametrize(("month", "day"), [(4, 31), (2, 29), (2, 30), (13, 1), (1, 0)])
def test_a_yearly_day_exists_every_year(month, day):
    with pytest.raises(Invalid):
        rules.check_day(month, day, "meeting_day")


@pytest.mark.parametrize(("month", "day"), [(None, 5), (5, None)])
def test_half_a_day_is_refused(month, day):
    with pytest.raises(Invalid, match="both"):
        rules.check_day(month, day, "meeting_day")


def test_the_annual_period_is_fifteen_days_both_ends_included():
    assert rules.meeting_window(12, 10, 2026) == (date(2026, 12, 10), date(2026, 12, 24))
    assert rules.meeting_window(12, 25, 2026) == (date(2026, 12, 25), date(2027, 1, 8))


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 12, 9), date(2026, 12, 10)),
        (date(2026, 12, 24), date(2026, 12, 10)),
        (date(2026, 12, 25), date(2027, 12, 10)),
    ],
)
def test_the_next_period_is_the_one_under_way_or_the_one_to_come(today, first):
    assert rules.next_window(12, 10, today)[0] == first


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 12, 31), date(2026, 12, 25)),
        (date(2027, 1, 8), date(2026, 12, 25)),  # the fifteenth day
        (date(2027, 1, 9), date(2027, 12, 25)),
    ],
)
def test_a_period_over_the_turn_of_the_year_is_still_under_way_in_january(today, first):
    assert rules.next_window(12, 25, today)[0] == first


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        (date(2020, 6, 1), date(2025, 6, 1)),
        (date(2024, 2, 29), date(2029, 3, 1)),
        (date(2015, 12, 31), date(2020, 12, 31)),
    ],
)
def test_the_reserve_fund_is_due_five_years_after_acceptance(accepted, due):
    assert rules.reserve_due_on(accepted) == due


def test_the_acceptance_cannot_precede_the_building():
    with pytest.raises(Invalid) as refused:
        rules.check_years(1990, None, date(1989, 12, 31), date(2026, 1, 1))
    assert refused.value.field == "provisional_acceptance_on"
    rules.check_years(1990, date(1989, 1, 1), date(1990, 1, 1), date(2026, 1, 1))  # a deed before the building is usual


@pytest.mark.parametrize(
    ("name", "locale", "said"),
    [
        ("Résidence Molière", "fr", "ACP Résidence Molière"), ("Leiezicht", "nl", "VME Leiezicht"),
        ("Am Obstgarten", "de", "VME Am Obstgarten"), ("Acpa Building", "fr", "ACP Acpa Building"),
        ("Les Tilleuls ACP", "nl", "VME Les Tilleuls ACP"), ("V.M.E. Leiezicht", "fr", "V.M.E. Leiezicht"),
        ("ACP Les Tilleuls", "nl", "ACP Les Tilleuls"), ("A.C.P. Les Tilleuls", "de", "A.C.P. Les Tilleuls"),
        ("Vereniging van mede-eigenaars De Linde", "nl", "Vereniging van mede-eigenaars De Linde"),
    ],
)  # fmt: skip
def test_an_association_is_named_with_its_legal_form_once(name, locale, said):
    assert rules.association_name(name, locale) == said
