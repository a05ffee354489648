"""The house of the invoices, with what 2025 cost and a budget for 2026."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from modules.invoices.conftest import a_line, an_invoice, anna, entered, house

from koprogo_app.core.actor import Actor
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.budgets import service
from koprogo_app.modules.budgets.models import Budget, BudgetIn, DecisionIn, LineIn
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.ledger.models import EntryIn
from koprogo_app.modules.ledger.models import LineIn as Side
from koprogo_app.modules.ledger.rules import Journal

__all__ = ["an_invoice", "anna", "entered", "house"]
DECISION = DecisionIn(decided_on=date(2026, 3, 20), decision="Approved by all who voted.")


def a_budget_line(cents: int, account: str = "", **more: Any) -> LineIn:
    return LineIn(cents=cents, account=account, **more)


@pytest.fixture
def years(alice: Actor, house: SimpleNamespace) -> dict[int, Any]:
    """number -> id of the financial years of the house."""
    return {y.starts_on.year: y.id for y in call(alice, accounts.list_years, house.id)}


@pytest.fixture
def budgeted(alice: Actor, house: SimpleNamespace, years: dict[int, Any]) -> Callable[..., Budget]:
    """budgeted(a_budget_line(…), year=2026, until="submitted" | "approved" | "archived"): a budget that has come so far."""

    def make(*lines: LineIn, year: int = 2026, until: str = "draft", **more: Any) -> Budget:
        given = BudgetIn(year_id=years[year], lines=list(lines) or [a_budget_line(120_00, "612000")], **more)
        made = call(alice, service.create_budget, house.id, given)
        for step, args in (
            (service.submit_budget, ()), (service.approve_budget, (DECISION,)), (service.archive_budget, ())
        )[: ("draft", "submitted", "approved", "archived").index(until)]:  # fmt: skip
            made = call(alice, step, made.id, *args)
        return made

    return make


@pytest.fixture
def spent(alice: Actor, house: SimpleNamespace, entered: Callable[..., Any]) -> Callable[..., None]:
    """spent("2025-03-01", 121_00, "610100", key_id=…): a cost in the books, by an approved invoice without VAT apart."""

    def make(on: str, cents: int, account: str, **more: Any) -> None:
        line = a_line(f"{cents / 100:.2f}", None, account, **more)
        entered(line, until="posted", number=f"{on}-{account}-{cents}", issued_on=date.fromisoformat(on))

    return make


@pytest.fixture
def called(alice: Actor, house: SimpleNamespace) -> Callable[..., None]:
    """called("2026-01-10", 500_00): a call for the reserve fund in the books, of Bob."""

    def make(on: str, cents: int, fund: str = "160") -> None:
        lines = [Side(account="4100", debit_cents=cents, owner_id=house.bob), Side(account=fund, credit_cents=cents)]
        entry = EntryIn(journal=Journal.VEN, entry_on=date.fromisoformat(on), description="Call", lines=lines)
        call(alice, ledger.post_entry, house.id, entry)

    return make
