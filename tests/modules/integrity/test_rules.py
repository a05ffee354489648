"""What a finding is, how it is known again, and the checks that need balances and years only."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import Money
from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts.rules import Purpose
from koprogo_app.modules.integrity import rules
from koprogo_app.modules.integrity.rules import Finding, Stood, Year
from koprogo_app.modules.integrity.words import ABOUT, THEMES, Kind, Severity, Theme

TODAY = date(2026, 6, 30)
PURPOSES = {
    "100": Purpose.WORKING_FUND, "160": Purpose.RESERVE_FUND, "161": Purpose.SPECIAL_RESERVE, "4100": Purpose.OWNERS_RESERVE,
    "499": Purpose.SUSPENSE, "530": Purpose.TERM_DEPOSIT, "550": Purpose.BANK_RESERVE, "551": Purpose.BANK_WORKING,
    "57": Purpose.CASH, "58": Purpose.TRANSFERS,
}  # fmt: skip


def stood(last_on: date | None = TODAY, **balances: int) -> list[Stood]:
    """stood(a160=-500): the chart with these balances, debit less credit; others stand at nothing."""
    codes = {name.removeprefix("a"): cents for name, cents in balances.items()}
    every = sorted({*PURPOSES, *codes})
    return [
        Stood(UUID(int=n), code, PURPOSES.get(code), Cents(codes.get(code, 0)), last_on) for n, code in enumerate(every)
    ]


def kinds(found) -> list[Kind]:
    return [one.kind for one in found]


def test_every_kind_is_described_and_every_theme_has_one():
    assert set(ABOUT) == set(Kind)
    assert {about.theme for about in ABOUT.values()} == set(Theme) == set(THEMES)


@pytest.mark.parametrize(
    ("balances", "expected"),
    [
        ({}, []),
        ({"a100": -1, "a160": -1, "a551": 1, "a550": 1, "a57": 1}, []),
        ({"a100": 1}, [Kind.FUND_BELOW]),
        ({"a160": 1, "a161": 2}, [Kind.FUND_BELOW, Kind.FUND_BELOW]),
        ({"a1601": 1}, [Kind.FUND_BELOW]),  # a sub-account of the reserve fund
        ({"a551": -1}, [Kind.BANK_BELOW]),
        ({"a5511": -1, "a57": -1}, [Kind.BANK_BELOW, Kind.CASH_BELOW]),
        ({"a499": 1}, [Kind.SUSPENSE]),
        ({"a499": -1}, [Kind.SUSPENSE]),
        ({"a58": -1}, []),  # moved today: under way
        ({"a612": -5}, []),  # a cost has no floor
    ],
)
def test_accounts_that_do_not_stand_where_they_should(balances, expected):
    assert kinds(rules.standing(stood(**balances), TODAY, "")) == expected


@pytest.mark.parametrize(
    ("last_on", "cents", "expected"),
    [
        (date(2026, 6, 20), 5, []),  # the tenth day
        (date(2026, 6, 19), 5, [Kind.UNDER_WAY]),
        (date(2026, 6, 19), 0, []),
        (None, 0, []),
    ],
)
def test_money_under_way_has_ten_days_to_arrive(last_on, cents, expected):
    assert kinds(rules.standing(stood(last_on, a58=cents), TODAY, "")) == expected


@pytest.mark.parametrize(
    ("balances", "kind", "amount"),
    [
        ({"a160": -50_000, "a550": 50_000}, None, 0),
        ({"a160": -50_000, "a550": 30_000, "a4100": 20_000}, None, 0),  # called, not yet paid
        ({"a160": -50_000, "a550": 30_000, "a4100": 15_000}, Kind.RESERVE_SHORT, 5_000),
        ({"a160": -30_000, "a161": -20_000, "a550": 10_000, "a530": 40_000}, None, 0),  # both funds, term deposit
        ({"a160": -50_000, "a550": 50_100}, Kind.RESERVE_OVER, 100),
        ({"a160": -50_000, "a550": 50_100, "a4100": -100}, None, 0),  # a co-owner paid too much
        ({"a160": -50_000, "a551": 50_000}, Kind.RESERVE_SHORT, 50_000),  # at the other bank account
    ],
)
def test_the_bank_of_the_reserve_holds_its_funds(balances, kind, amount):
    found = list(rules.reserve(stood(**balances), ""))
    assert [(one.kind, one.params["amount"]) for one in found] == ([(kind, amount)] if kind else [])


def year(first: str, last: str) -> Year:
    return Year(uuid4(), date.fromisoformat(first), date.fromisoformat(last))


Y2024, Y2025, Y2026 = (year(f"{y}-01-01", f"{y}-12-31") for y in (2024, 2025, 2026))


@pytest.mark.parametrize(
    ("today", "first"),
    [("2026-06-30", "2025-01-01"), ("2025-01-01", "2024-01-01"), ("2024-05-05", "2024-01-01"), ("2030-01-01", "2025-01-01"), ("2020-01-01", "2025-01-01")],
)  # fmt: skip
def test_the_current_year_and_the_one_before_are_looked_at(today, first):
    years = [Y2024, Y2025, Y2026]
    assert rules.recent(years, date.fromisoformat(today))[0].starts_on == date.fromisoformat(first)


@pytest.mark.parametrize(
    ("years", "locked", "today", "expected"),
    [
        ([Y2025, Y2026], None, "2026-12-31", []),  # 2025 ended twelve months ago, to the day
        ([Y2025, Y2026], None, "2027-01-01", [Kind.NO_YEAR, Kind.UNLOCKED]),
        ([Y2025, Y2026], "2025-12-31", "2027-01-01", [Kind.NO_YEAR]),
        ([Y2025, Y2026], "2025-12-30", "2026-12-31", []),
        ([Y2024, Y2025, Y2026], "2023-12-31", "2026-01-01", [Kind.UNLOCKED]),
        ([Y2026], None, "2025-01-01", []),
        ([], None, "2026-01-01", []),
    ],
)
def test_a_year_follows_and_old_ones_are_locked(years, locked, today, expected):
    until = date.fromisoformat(locked) if locked else None
    assert kinds(rules.of_years(years, until, date.fromisoformat(today), "")) == expected


@pytest.mark.parametrize(
    ("today", "late"), [(date(2028, 2, 28), False), (date(2028, 2, 29), False), (date(2028, 3, 1), True)]
)
def test_twelve_months_before_the_last_of_february(today, late):
    """29 February 2028 less twelve months is 28 February 2027, the last day of the year: not yet late."""
    years = [year("2026-03-01", "2027-02-28"), year("2027-03-01", "2028-12-31")]
    assert kinds(rules.of_years(years, None, today, "")) == ([Kind.UNLOCKED] if late else [])


def a_finding(amount: int = 100, subject: str = "s", name: str = "Bob") -> Finding:
    return Finding.of(Kind.SUSPENSE, subject, "/x", account="499", amount=Money(amount), name=name)


def test_who_accepts_a_finding_accepts_its_figures_not_its_names():
    assert a_finding().fingerprint == a_finding(name="Dora").fingerprint
    assert a_finding().fingerprint != a_finding(amount=101).fingerprint
    assert a_finding().fingerprint != a_finding(subject="other").fingerprint
    assert a_finding().fingerprint != Finding.of(Kind.FUTURE, "s", "/x", amount=Money(100)).fingerprint


def test_a_subject_keeps_the_day_it_was_first_found():
    monday, tuesday, wednesday = (date(2026, 6, d) for d in (1, 2, 3))
    first = rules.with_since([a_finding()], [], monday)
    second = rules.with_since([a_finding(amount=250), a_finding(subject="new")], first, tuesday)
    assert [one.since for one in second] == [monday, tuesday]  # another amount is the same matter
    assert [one.since for one in rules.with_since([a_finding()], [], wednesday)] == [wednesday]  # it was away


def test_what_is_accepted_and_what_is_only_to_know_does_not_count():
    found = [
        a_finding(), a_finding(subject="b"), Finding.of(Kind.FUND_BELOW, "f", "/x"), Finding.of(Kind.RESERVE_OVER, "r", "/x"),
    ]  # fmt: skip
    assert rules.count(found, ()) == (1, 2)
    assert rules.count(found, {found[0].fingerprint, found[2].fingerprint}) == (0, 1)


def test_the_gravest_come_first():
    found = [
        a_finding(),
        Finding.of(Kind.RESERVE_OVER, "r", "/x"),
        Finding.of(Kind.UNSHARED, "u", "/x"),
        Finding.of(Kind.UNBALANCED, "e", "/x"),
    ]
    assert kinds(rules.in_order(found)) == [Kind.UNBALANCED, Kind.UNSHARED, Kind.SUSPENSE, Kind.RESERVE_OVER]


@pytest.mark.parametrize(("reason", "said"), [(" Two lifts. ", "Two lifts."), ("x" * 500, "x" * 500)])
def test_a_reason_is_kept_without_its_blanks(reason, said):
    assert rules.check_reason(reason) == said


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 501])
def test_a_finding_is_not_accepted_without_a_reason(reason):
    with pytest.raises(Invalid) as refused:
        rules.check_reason(reason)
    assert set(refused.value.fields) == {"reason"}


PARAMS = st.dictionaries(
    st.sampled_from(["amount", "day", "name", "count"]),
    st.one_of(
        st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12).map(Money), st.dates(), st.text(max_size=20)
    ),
)


@given(PARAMS, st.sampled_from(list(Kind)), st.text(max_size=20), st.one_of(st.none(), st.dates()))
def test_a_finding_is_kept_as_it_is(params, kind, subject, since):
    one = Finding(kind, subject, params, "/x", Severity.INFO, since)
    [back] = rules.restored([rules.stored(one)])
    assert back == one
    assert back.fingerprint == one.fingerprint
    assert {name: type(value) for name, value in back.params.items()} == {
        name: type(value) for name, value in params.items()
    }


def test_a_kind_of_an_older_release_is_left_out():
    assert rules.restored([rules.stored(a_finding()) | {"check": "gone"}]) == []
