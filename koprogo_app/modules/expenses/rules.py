"""The words of the contract for invoices, and what it leaves open. Pure.

Its clients name a category where we ask for an account, and a supplier by a text. The accounts are codes of the chart that
is shipped (chart.csv): a chart without them is asked for the account instead.
"""

from decimal import Decimal

from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import N_
from koprogo_app.core.money import Cents
from koprogo_app.modules.invoices.rules import Approval, Category, Stateful

ACCOUNTS = {
    Category.MAINTENANCE: "610",
    Category.REPAIRS: "610",
    Category.INSURANCE: "614",
    Category.UTILITIES: "612",
    Category.CLEANING: "610500",
    Category.ADMINISTRATION: "616",
    Category.WORKS: "611",
    Category.OTHER: "648",
}
APPROVALS = {
    Approval.DRAFT: "draft",
    Approval.SUBMITTED: "pending_approval",
    Approval.REFUSED: "rejected",
    Approval.POSTED: "approved",
}
SUNDRY = N_("Sundry suppliers")  # whom an invoice without a supplier is owed to
UNPAID = N_("Set back to unpaid through the interface")
CANCELLED = N_("Cancelled through the interface")
CENT = Decimal("0.01")
_MOST = 10**11  # euros


def category_of(text: str) -> Category:
    """Ours for the contract's word: Maintenance is maintenance."""
    return Category(text.lower())


def shown(category: str) -> str:
    """Maintenance: as the contract writes it."""
    return category.capitalize()


def amount_of(amount: Decimal, field: str) -> Cents:
    """Euros as cents: above zero, at most two decimals, below what any invoice asks."""
    if not (amount.is_finite() and 0 < amount <= _MOST):
        raise Invalid("Enter an amount above zero.", field=field)
    if amount != amount.quantize(CENT):
        raise Invalid("“{amount}” has more than two decimals.", field=field, amount=amount)
    return Cents(int(amount * 100))


def rate_of(rate: Decimal) -> Decimal:
    """A percentage from 0 to 100 with two decimals at most."""
    if not rate.is_finite() or not 0 <= rate <= 100 or rate != rate.quantize(CENT):
        raise Invalid("Enter a percentage from 0 to 100.", field="vat_rate")
    return rate


def check_report(category: str) -> None:
    """The contract: works are approved once the report of the contractor is there (contractor_report_id)."""
    if category == Category.WORKS:
        raise Invalid("Works are approved here once the contractor’s report is there.", field="contractor_report_id")


def approval_of(invoice: Stateful) -> str:
    """draft, pending_approval, approved or rejected."""
    return APPROVALS[Approval(invoice.approval)]


def portion(part: Cents, whole: int) -> Decimal:
    """Which part of the invoice an amount is, 0 to 1 with eight decimals."""
    return min(max(Decimal(part) / Decimal(whole), Decimal(0)), Decimal(1)).quantize(Decimal("1e-8"))
