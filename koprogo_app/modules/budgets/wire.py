"""What the REST interface answers: the contract's shapes in euros, ours in cents."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from koprogo_app.api import euros
from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts.rules import months_between

from . import following, rules, service
from .rules import Kind, Nature, Status


def _moment(day: date | None) -> str | None:
    return f"{day}T00:00:00Z" if day else None


def _utc(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


def _pascal(status: str) -> str:
    return status.capitalize()


def wire(b: Any) -> dict[str, Any]:
    """BudgetResponse, of a budget or a row of service.COLUMNS. What feeds the reserve fund is with the extraordinary."""
    extraordinary = b.extraordinary_cents + b.reserve_cents
    total = Cents(b.ordinary_cents + extraordinary)
    notes = "\n".join(part for part in (b.notes, b.rejection_reason) if part)
    return {
        "id": b.id, "organization_id": b.organization_id, "building_id": b.building_id, "fiscal_year": b.fiscal_year,
        "ordinary_budget": euros(b.ordinary_cents), "extraordinary_budget": euros(extraordinary), "total_budget": euros(total),
        "status": _pascal(b.status), "submitted_date": _utc(b.submitted_at), "approved_date": _moment(b.decided_on),
        "approved_by_meeting_id": b.meeting_id, "monthly_provision_amount": euros(rules.monthly(total)), "notes": notes or None,
        "created_at": _utc(b.created_at), "updated_at": _utc(b.updated_at), "is_active": b.status == Status.APPROVED,
        "is_editable": rules.may(rules.Action.EDIT, b.status),
    }  # fmt: skip


def _percent(part: Fraction | None) -> float:
    """To two decimals, half a hundredth going up in absolute value."""
    return 0.0 if part is None else float(round(Decimal(part.numerator) / part.denominator, 2))


def variance_wire(x: following.Followed, today: date) -> dict[str, Any]:
    """BudgetVarianceResponse: a variance above zero is what is left. Costs that a fund has paid are taken off; private ones
    are no matter of the budget."""
    b, (first, last) = x.whole.budget, x.whole.days
    budgeted = {"ordinary": b.ordinary_cents, "extraordinary": b.extraordinary_cents + b.reserve_cents}
    actual = {"ordinary": 0, "extraordinary": 0}
    for one in x.actuals:
        if one.kind not in (Kind.PRIVATE, Kind.ALLOTMENT):
            actual["ordinary" if one.nature == Nature.ORDINARY else "extraordinary"] += one.cents
    budgeted["total"], actual["total"] = sum(budgeted.values()), sum(actual.values())
    left = {name: budgeted[name] - actual[name] for name in budgeted}
    part = {name: Fraction(left[name] * 100, budgeted[name]) if budgeted[name] else None for name in budgeted}
    over = [name for name in ("ordinary", "extraordinary") if left[name] < 0]
    elapsed = months_between(first, min(today, last)) if today >= first else 0
    return {
        "budget_id": b.id, "fiscal_year": b.fiscal_year, "building_id": b.building_id,
        **{f"budgeted_{name}": euros(cents) for name, cents in budgeted.items()},
        **{f"actual_{name}": euros(cents) for name, cents in actual.items()},
        **{f"variance_{name}": euros(cents) for name, cents in left.items()},
        **{f"variance_{name}_pct": _percent(value) for name, value in part.items()},
        "has_overruns": bool(over), "overrun_categories": over, "months_elapsed": elapsed,
        "projected_year_end_total": euros(rules.projected(Cents(actual["total"]), first, last, today)),
    }  # fmt: skip


def line_wire(x: rules.Line) -> dict[str, Any]:
    return {
        "nature": x.nature, "account": x.account, "key_id": x.key_id, "cents": x.cents, "description": x.description,
    }  # fmt: skip


def details_wire(x: service.Whole) -> dict[str, Any]:
    """A budget with its lines, in cents."""
    b, (first, last) = x.budget, x.days
    return {
        "id": b.id, "building_id": b.building_id, "fiscal_year": b.fiscal_year, "year_id": x.year and x.year.id, "starts_on": first,
        "ends_on": last, "status": b.status, "ordinary_cents": b.ordinary_cents, "extraordinary_cents": b.extraordinary_cents,
        "reserve_cents": b.reserve_cents, "notes": b.notes, "rejection_reason": b.rejection_reason, "decided_on": b.decided_on,
        "decision": b.decision, "document_id": b.document_id, "meeting_id": b.meeting_id, "lines": [line_wire(n) for n in x.lines],
    }  # fmt: skip


def row_wire(x: rules.Followed, warn_percent: int) -> dict[str, Any]:
    return {
        "nature": x.place.nature, "account": x.place.account, "key_id": x.place.key_id, "description": ", ".join(x.words),
        "before_cents": x.before, "budget_cents": x.budget, "actual_cents": x.actual, "difference_cents": x.difference,
        "percent": None if x.percent is None else _percent(x.percent), "state": x.look(warn_percent),
    }  # fmt: skip
