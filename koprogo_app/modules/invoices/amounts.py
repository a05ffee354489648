"""The arithmetic of an invoice: each line is rounded once, the invoice is the sum of its lines. Pure; amounts in cents."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from koprogo_app.core.errors import Invalid
from koprogo_app.core.money import Cents, percent_of

from .rules import Kind

VAT_SLACK = 5  # cents: a supplier rounds VAT by rate, on the whole invoice; we keep it by line
LARGEST = 10**13  # cents of one line


@dataclass(frozen=True, slots=True)
class Amounts:
    net: Cents
    vat: Cents
    gross: Cents


def line_amounts(
    quantity: Decimal, unit_price: Decimal, vat_percent: Decimal | None, vat_cents: int | None = None
) -> Amounts:
    """Quantity × price in euros, half a cent going up in absolute value; then its VAT, rounded likewise.

    `vat_percent`: none when the price includes VAT at a rate that is not known. `vat_cents`: the VAT of the paper, when
    its rounding differs. Invalid when that is not VAT at this rate, or the line is beyond any invoice.
    """
    net = Cents(int((quantity * unit_price * 100).quantize(Decimal(1), ROUND_HALF_UP)))
    if abs(net) > LARGEST:
        raise Invalid("This amount is too large.", field="unit_price")
    due = Cents(0) if vat_percent is None else percent_of(net, vat_percent)
    vat = due if vat_cents is None else Cents(vat_cents)
    if abs(vat - due) > VAT_SLACK:
        raise Invalid(
            "This is not the VAT at that rate: it would be {due}.", field="vat_cents", due=f"{Decimal(due) / 100:.2f}"
        )
    return Amounts(net, vat, Cents(net + vat))


class LineLike(Protocol):
    @property
    def net_cents(self) -> int: ...
    @property
    def vat_cents(self) -> int: ...
    @property
    def gross_cents(self) -> int: ...


def total(lines: Iterable[LineLike]) -> Amounts:
    """The sum of the lines."""
    net = vat = 0
    for line in lines:
        net, vat = net + line.net_cents, vat + line.vat_cents
    return Amounts(Cents(net), Cents(vat), Cents(net + vat))


def signed(kind: str, cents: int) -> Cents:
    """What an amount of the paper costs: a credit note gives it back."""
    return Cents(-cents if kind == Kind.CREDIT_NOTE else cents)
