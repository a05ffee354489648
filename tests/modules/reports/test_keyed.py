"""Who bears what, and what was foreseen: figures worked out by hand over the two years of the other tests."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from modules.ledger.conftest import line
from sqlmodel import select

from koprogo_app.core.actor import Actor
from koprogo_app.core.db import transaction
from koprogo_app.core.service import call
from koprogo_app.modules.accounts.models import Account
from koprogo_app.modules.budgets import service as budgets
from koprogo_app.modules.budgets.models import BudgetIn, DecisionIn
from koprogo_app.modules.budgets.models import LineIn as BudgetLineIn
from koprogo_app.modules.invoices.models import CostAllocation
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.keys.models import KeyIn
from koprogo_app.modules.ledger.models import JournalLine
from koprogo_app.modules.reports import service
from koprogo_app.modules.reports.rules import Name, Row, Wanted, Words


@pytest.fixture
def shared(alice: Actor, year: SimpleNamespace) -> SimpleNamespace:
    """Of 2026: the lift by its key, the power by the deed, the bank costs private to Bob; the depreciation nobody bears."""
    year.lift_key = call(alice, keys.create_key, year.id, KeyIn(name="Lift")).id
    assert alice.organization_id
    with transaction(alice.organization_id) as s:
        lines = select(JournalLine, Account.code).join(Account, Account.id == JournalLine.account_id)  # type: ignore[arg-type]
        for one, code in s.exec(lines.where(JournalLine.building_id == year.id)).all():
            by = {"610100": {"key_id": year.lift_key}, "612100": {}, "657": {"owner_id": year.bob}}.get(code)
            if by is not None:
                spread = {"period_from": one.entry_on, "period_until": one.entry_on}
                s.add(CostAllocation(building_id=year.id, journal_line_id=one.id, **spread, **by))
    return year


def rows_of(actor: Actor, books: Any, name: Name) -> list[Row]:
    wanted = Wanted(name, books.years[2026], date(2026, 1, 1), date(2026, 12, 31))
    return call(actor, service.read_report, books.id, wanted, "en", lambda report: list(report.rows))


def shown(rows: list[Row]) -> list[tuple[Any, ...]]:
    return [tuple(c.msgid if isinstance(c, Words) else c for c in row.cells) for row in rows]


def test_each_key_with_its_costs_beside_the_year_before(alice: Actor, shared: SimpleNamespace) -> None:
    assert shown(rows_of(alice, shared, Name.KEYS)) == [
        ("", "Shares of the deed", 34_000, 30_000, 4_000),
        ("612100", "Electricity", 34_000, 30_000, 4_000),
        ("", "Lift", 25_050, 0, 25_050),
        ("610100", "Lift maintenance", 25_050, 0, 25_050),
        ("", "Private costs", 1_250, 0, 1_250),
        ("657", "Bank charges", 1_250, 0, 1_250),
        ("", "Nobody yet", 10_000, 0, 10_000),
        ("630", "Depreciation of fixed assets", 10_000, 0, 10_000),
        ("", "All keys together", 70_300, 30_000, 40_300),
    ]


def test_no_budget_is_said(alice: Actor, shared: SimpleNamespace) -> None:
    wanted = Wanted(Name.BUDGET, shared.years[2026])
    found = call(
        alice, service.read_report, shared.id, wanted, "en", lambda report: (list(report.rows), report.remarks)
    )
    assert found[0] == []
    assert found[1][0].words.msgid == "No budget of this year is approved."


def test_the_budget_beside_what_was_spent(alice: Actor, shared: SimpleNamespace, posted: Any) -> None:
    posted("2026-05-01", line("680", 5_000), line("160", 0, 5_000))
    lines = [
        BudgetLineIn(nature="ordinary", account="612100", cents=32_000),
        BudgetLineIn(nature="ordinary", account="610100", key_id=shared.lift_key, cents=30_000),
        BudgetLineIn(nature="extraordinary", cents=9_000),
    ]
    made = call(alice, budgets.create_budget, shared.id, BudgetIn(year_id=shared.years[2026], lines=lines))
    call(alice, budgets.submit_budget, made.id)
    call(alice, budgets.approve_budget, made.id, DecisionIn(decided_on=date(2026, 1, 5), decision="Item 3"))
    found = {row[0]: row[2:] for row in shown(rows_of(alice, shared, Name.BUDGET)) if row[0]}
    assert found["612100"] == (30_000, 32_000, 34_000, -2_000)
    assert found["610100"] == (0, 30_000, 25_050, 4_950)
    assert shown(rows_of(alice, shared, Name.BUDGET))[-8:] == [
        ("", "Foreseeable extraordinary costs", 0, 9_000, 0, 9_000),
        ("", "Foreseeable extraordinary costs", 0, 9_000, 0, 9_000),
        ("", "Outside the budget", 20_000, 0, 16_250, -16_250),
        ("630", "Depreciation of fixed assets", 0, 0, 10_000, -10_000),
        ("160", "Reserve fund", 20_000, 0, 0, 0),
        ("", "Private costs", 0, 0, 1_250, -1_250),
        ("", "To and from the funds", 0, 0, 5_000, -5_000),
        ("", "Total", 50_000, 71_000, 75_300, -4_300),  # 2025: 300,00 of power and 200,00 for the reserve
    ]
