from datetime import date
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.core.errors import Invalid
from koprogo_app.modules.reports import balances, items, rules
from koprogo_app.modules.reports.items import Item
from koprogo_app.modules.reports.rules import Leaf, Name, Rank, Wanted

D = date


def a_year(start, end):
    return SimpleNamespace(id=uuid4(), starts_on=start, ends_on=end)


Y2024 = a_year(D(2024, 7, 1), D(2025, 12, 31))  # eighteen months
Y2026 = a_year(D(2026, 1, 1), D(2026, 12, 31))
Y2027 = a_year(D(2027, 1, 1), D(2027, 12, 31))
YEARS = [Y2027, Y2026, Y2024]


# --- Periods


@pytest.mark.parametrize(
    ("on", "earlier"),
    [(D(2028, 2, 29), D(2027, 2, 28)), (D(2027, 2, 28), D(2026, 2, 28)), (D(2026, 12, 31), D(2025, 12, 31))],
)
def test_the_same_day_a_year_earlier(on, earlier):
    assert rules.a_year_earlier(on) == earlier


@pytest.mark.parametrize(
    ("start", "end", "before"),
    [
        (D(2027, 1, 1), D(2027, 12, 31), (D(2026, 1, 1), D(2026, 12, 31))),
        (D(2026, 1, 1), D(2026, 12, 31), (D(2024, 7, 1), D(2025, 12, 31))),  # the whole year before, however long
        (D(2026, 3, 1), D(2026, 6, 30), (D(2025, 3, 1), D(2025, 6, 30))),
        (D(2024, 7, 1), D(2025, 12, 31), (D(2023, 7, 1), D(2024, 12, 31))),  # its end lies in the books
        (D(2024, 7, 1), D(2025, 3, 31), None),
        (D(2028, 1, 1), D(2028, 2, 29), (D(2027, 1, 1), D(2027, 2, 28))),
    ],
)
def test_the_period_it_is_compared_with(start, end, before):
    assert rules.period_before(YEARS, start, end) == before


@pytest.mark.parametrize(
    ("start", "end", "before"),
    [
        (D(2026, 1, 1), D(2026, 6, 30), (D(2025, 1, 1), D(2025, 6, 30))),  # both in the long year
        (D(2025, 12, 1), D(2026, 6, 30), (D(2024, 12, 1), D(2025, 6, 30))),
        (D(2025, 1, 1), D(2026, 6, 30), (D(2024, 1, 1), D(2024, 12, 31))),
    ],
)
def test_a_part_of_a_year_of_eighteen_months_is_compared_with_the_same_days(start, end, before):
    years = [a_year(D(2025, 1, 1), D(2026, 6, 30)), a_year(D(2024, 1, 1), D(2024, 12, 31))]
    assert rules.period_before(years, start, end) == before


def test_the_last_quarter_of_a_year_of_six_months_is_compared_with_a_quarter():
    years = [a_year(D(2025, 1, 1), D(2025, 6, 30)), a_year(D(2024, 1, 1), D(2024, 12, 31))]
    assert rules.period_before(years, D(2025, 4, 1), D(2025, 6, 30)) == (D(2024, 4, 1), D(2024, 6, 30))


def test_february_is_compared_with_the_end_of_the_year_before():
    years = [a_year(D(2024, 3, 1), D(2025, 2, 28)), a_year(D(2023, 3, 1), D(2024, 2, 29))]
    assert rules.period_before(years, D(2024, 3, 1), D(2025, 2, 28)) == (D(2023, 3, 1), D(2024, 2, 29))
    assert rules.period_before(years, D(2024, 12, 1), D(2025, 2, 28)) == (D(2023, 12, 1), D(2024, 2, 29))


@pytest.mark.parametrize(
    ("wanted", "today", "found"),
    [
        (Wanted(Name.TRIAL), D(2026, 5, 4), (Y2026, D(2026, 1, 1), D(2026, 5, 4))),
        (Wanted(Name.TRIAL), D(2030, 1, 1), (Y2027, D(2027, 1, 1), D(2027, 12, 31))),
        (Wanted(Name.TRIAL), D(2020, 1, 1), (Y2024, D(2024, 7, 1), D(2025, 12, 31))),
        (Wanted(Name.TRIAL, year_id=Y2024.id), D(2026, 5, 4), (Y2024, D(2024, 7, 1), D(2025, 12, 31))),
        (Wanted(Name.TRIAL, until=D(2025, 2, 1)), D(2026, 5, 4), (Y2024, D(2024, 7, 1), D(2025, 2, 1))),
        (
            Wanted(Name.RESULT, from_on=D(2025, 2, 1), until=D(2026, 2, 1)),
            D(2026, 5, 4),
            (Y2026, D(2025, 2, 1), D(2026, 2, 1)),
        ),
    ],
)
def test_what_is_not_given_is_found_from_the_years(wanted, today, found):
    scope = rules.scope_of(YEARS, wanted, today)
    assert (scope.year, scope.from_on, scope.until) == found


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Wanted(Name.TRIAL, year_id=uuid4()), "year"),
        (Wanted(Name.TRIAL, until=D(2030, 1, 1)), "until"),
        (Wanted(Name.TRIAL, year_id=Y2026.id, until=D(2025, 12, 31)), "until"),
        (Wanted(Name.RESULT, from_on=D(2026, 3, 2), until=D(2026, 3, 1)), "from"),
        (Wanted(Name.RESULT, from_on=D(2024, 6, 30), until=D(2026, 3, 1)), "from"),  # the day before the books
        (Wanted(Name.RESULT, from_on=D(1, 1, 1), until=D(2026, 3, 1)), "from"),
        (Wanted(Name.LEDGER, first="7", last="6"), "last"),
    ],
)
def test_what_is_wrong_is_refused_beside_it(wanted, field):
    with pytest.raises(Invalid) as refused:
        rules.scope_of(YEARS, wanted, D(2026, 5, 4))
    assert set(refused.value.fields) == {field}


def test_the_report_that_fits_the_regime_comes_first():
    assert rules.offered(True)[0] is Name.SIMPLIFIED
    assert rules.offered(False)[0] is Name.TRIAL
    assert set(rules.offered(True)) == set(rules.offered(False)) == set(Name) == set(rules.REPORTS)


def test_there_is_no_other_report():
    with pytest.raises(Invalid):
        rules.report_named("nothing")


def test_a_report_too_long_for_its_paper_says_so():
    assert list(rules.at_most([1, 2], 2)) == [1, 2]
    with pytest.raises(Invalid):
        list(rules.at_most([1, 2, 3], 2))


# --- The chart


CHART = {
    "6": "Costs",
    "61": "Running",
    "610": "Maintenance",
    "610100": "Lifts",
    "610110": "Inspection",
    "612": "Supplies",
    "62": "Staff",
    "620": "Wages",
}


@pytest.mark.parametrize(
    ("code", "group"),
    [("610100", "610"), ("610", "610"), ("612", "612"), ("620", "620"), ("61", "61"), ("7", "7"), ("699", "699")],
)
def test_the_group_of_a_cost(code, group):
    assert rules.group_of(code, CHART) == group


@pytest.mark.parametrize(
    ("code", "first", "last", "held"),
    [
        ("610100", "61", "61", True),
        ("610100", "610", "6101", True),
        ("611", "610", "6101", False),
        ("551", "", "", True),
        ("551", "56", "", False),
        ("440", "", "43", False),
    ],
)
def test_a_range_of_accounts_holds_what_begins_by_its_ends(code, first, last, held):
    assert rules.in_range(code, first, last) is held


def test_a_sub_account_is_for_what_its_account_is_for():
    purposes = {"160": "reserve_fund", "1602": "special_reserve"}
    assert [rules.purpose_of(code, purposes) for code in ("160", "1601", "16021", "16")] == [
        "reserve_fund",
        "reserve_fund",
        "special_reserve",
        None,
    ]


def leaf(code, *amounts):
    return Leaf(UUID(int=int(code)), code, CHART.get(code, ""), amounts)


def test_accounts_stand_under_their_groups_with_the_sums():
    found = rules.tree(
        [leaf("620", 7), leaf("610110", 3), leaf("610100", 2), leaf("610", 1), leaf("612", 5)], CHART, 2, 1
    )
    assert [(row.rank, row.level, *row.cells) for row in found] == [
        (Rank.GROUP, 0, "61", "Running", 11), (Rank.GROUP, 1, "610", "Maintenance", 6), (Rank.LINE, 2, "610", "Maintenance", 1),
        (Rank.LINE, 2, "610100", "Lifts", 2), (Rank.LINE, 2, "610110", "Inspection", 3), (Rank.LINE, 1, "612", "Supplies", 5),
        (Rank.GROUP, 0, "62", "Staff", 7), (Rank.LINE, 1, "620", "Wages", 7),
    ]  # fmt: skip


def test_sums_of_a_column_without_figures_stay_without():
    assert rules.added([(1, None), (2, None)], 2) == (3, None)
    assert rules.added([], 2) == (0, 0)


def test_a_bar_for_each_group_of_costs():
    bars = balances.cost_bars([leaf("610100", 5, None), leaf("610110", -2, None), leaf("612", 4, None)], CHART)
    assert [(bar.label, bar.now, bar.before) for bar in bars] == [("610 Maintenance", 3, 0), ("612 Supplies", 4, 0)]


# --- First in, first out


def owed(on, amount, n=0, reverses=None, paper=None):
    undone, invoice = (UUID(int=one) if one else None for one in (reverses, paper))
    return Item(D.fromisoformat(on), amount, UUID(int=n or abs(amount)), undone, paper=invoice)


@pytest.mark.parametrize(
    ("given_", "left", "ahead"),
    [
        ([], [], 0),
        ([owed("2026-01-01", 100)], [("2026-01-01", 100)], 0),
        ([owed("2026-01-01", 100), owed("2026-02-01", -100, 2)], [], 0),
        ([owed("2026-01-01", 100), owed("2026-02-01", 50), owed("2026-03-01", -120)], [("2026-02-01", 30)], 0),
        (
            [owed("2026-02-01", 50), owed("2026-01-01", 100), owed("2026-03-01", -1)],
            [("2026-01-01", 99), ("2026-02-01", 50)],
            0,
        ),
        ([owed("2026-01-01", -80), owed("2026-02-01", 50)], [], 30),  # paid ahead of the call
        ([owed("2026-01-01", -80), owed("2026-02-01", 50), owed("2026-03-01", 40)], [("2026-03-01", 10)], 0),
        (
            [owed("2026-01-01", 100, 1), owed("2026-02-01", 60, 2), owed("2026-02-02", -60, 3, 2)],
            [("2026-01-01", 100)],
            0,
        ),  # reversed: as if never
        (
            [owed("2026-01-01", 100, 1), owed("2026-02-02", -60, 3, 9)],
            [("2026-01-01", 40)],
            0,
        ),  # what it reverses is not here
        (
            [owed("2026-01-01", 40, 1), owed("2026-01-02", 70, 4), owed("2026-02-02", -100, 3, 1)],
            [("2026-01-02", 10)],
            0,
        ),  # 60 of what is reversed was settled before: they are left of the reversal
        (
            [
                owed("2026-01-01", 1210, paper=100),
                owed("2026-02-01", 600, paper=101),
                owed("2026-03-01", -600, 3, paper=101),
            ],
            [("2026-01-01", 1210)],
            0,
        ),  # invoice 101 is paid, not the older 100
        (
            [
                owed("2026-01-01", 1210, paper=100),
                owed("2026-02-01", 600, paper=101),
                owed("2026-03-01", -500, paper=101),
                owed("2026-03-02", -50),
            ],
            [("2026-01-01", 1160), ("2026-02-01", 100)],
            0,
        ),  # 50 for no invoice in particular
    ],
)
def test_payments_are_taken_off_the_oldest_amounts_first(given_, left, ahead):
    found, over = items.open_items(given_)
    assert [(o.item.on.isoformat(), o.left) for o in found] == left
    assert over == ahead


@pytest.mark.parametrize(
    ("days", "place"),
    [(-400, 0), (-1, 0), (0, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (4000, 4)],
)
def test_ages_begin_on_the_day_after_their_limit(days, place):
    on = D(2026, 6, 30)
    one = Item(D.fromordinal(on.toordinal() - days), 100, uuid4())
    assert items.aged([items.Open(one, 40)], on) == tuple(40 if n == place else 0 for n in range(5))


MOVES = st.lists(
    st.tuples(st.dates(D(2025, 1, 1), D(2026, 12, 31)), st.integers(-(10**9), 10**9).filter(bool)), max_size=30
)


@given(MOVES)
def test_what_is_open_less_what_is_ahead_is_the_balance(moves):
    found, ahead = items.open_items([Item(on, amount, uuid4()) for on, amount in moves])
    assert sum(o.left for o in found) - ahead == sum(amount for _, amount in moves)
    assert not (found and ahead)
    assert sum(items.aged(found, D(2027, 1, 1))) == sum(o.left for o in found)
    assert all(0 < o.left <= o.item.amount for o in found)


def test_credit_balances_are_no_debts_and_keep_the_total_of_the_books():
    rows = items.debtor_rows([("Bob", [owed("2026-01-01", 100)]), ("Dora", [owed("2026-01-01", -30)])], D(2026, 1, 31))
    assert [row.cells[-1] for row in rows] == [100, 100, -30, 70]


# --- Balance sheet


def test_an_account_off_the_balance_sheet_against_one_of_it_is_said():
    standings = [
        balances.Standing(uuid4(), "551", "", "asset", 100, None),
        balances.Standing(uuid4(), "900", "", "off_balance", -100, None),
    ]
    sheet = balances.balance_sheet(standings, balances.Results(0, 0), None)
    assert sheet.difference == 100
    rows, remarks = balances.sheet_rows(sheet, CHART)
    assert [remark.tone for remark in remarks] == ["bad"]
    assert rows[-1].cells[2] == 0


def test_debit_and_credit_that_differ_are_said():
    account = balances.Posted(uuid4(), "612", "", "expense", None, 0, 100, 0)
    assert [remark.tone for remark in balances.trial_balance([account], CHART)[1]] == ["bad"]
