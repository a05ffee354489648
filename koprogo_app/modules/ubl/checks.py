"""What does not agree in an invoice: its own arithmetic, and VAT that does not suit a co-ownership. Pure; only remarks."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from koprogo_app.core.i18n import N_, Money
from koprogo_app.core.money import Cents, percent_of

from .invoice import LineKind, ReadLine, ReadVat, Remark, Totals, VatCategory

LINE_SLACK = 2
"""Cents: prices are rounded, so a line may differ as much from quantity × price (rule PEPPOL-EN16931-R120)."""


def differences(totals: Totals, lines: Sequence[ReadLine], vat: Sequence[ReadVat]) -> Iterator[Remark]:
    """Every sum that does not close to the cent, lines to LINE_SLACK (EN 16931, rules BR-CO-10 to 17 and BR-S-08)."""
    yield from _totals(totals, lines)
    yield from _vat(totals, lines, vat)
    for position, line in enumerate((line for line in lines if line.kind == LineKind.ITEM), 1):
        amount = Fraction(line.quantity) * Fraction(line.unit_price) / Fraction(line.base_quantity) * 100
        expected = amount + line.adjustment_cents
        if abs(expected - line.net_cents) > LINE_SLACK:
            yield Remark(
                N_(
                    "Line {line}: quantity times price, with its discounts and charges, gives {sum}; the invoice states {stated}."
                ),
                {"line": position, "sum": Money(_rounded(expected)), "stated": Money(line.net_cents)},
            )


def _totals(totals: Totals, lines: Sequence[ReadLine]) -> Iterator[Remark]:
    yield from _unequal(
        N_("The lines add up to {sum}, the invoice states {stated}."), _net(lines, LineKind.ITEM), totals.lines_cents
    )
    yield from _unequal(
        N_("The discounts on the whole invoice add up to {sum}, the invoice states {stated}."),
        -_net(lines, LineKind.ALLOWANCE),
        totals.allowances_cents,
    )
    yield from _unequal(
        N_("The charges on the whole invoice add up to {sum}, the invoice states {stated}."),
        _net(lines, LineKind.CHARGE),
        totals.charges_cents,
    )
    yield from _unequal(
        N_("The lines, less discounts, plus charges give {sum} without VAT; the invoice states {stated}."),
        totals.lines_cents - totals.allowances_cents + totals.charges_cents,
        totals.net_cents,
    )
    yield from _unequal(
        N_("The amount without VAT and the VAT add up to {sum}, the invoice states {stated} with VAT."),
        totals.net_cents + totals.vat_cents,
        totals.gross_cents,
    )
    yield from _unequal(
        N_("The amount with VAT, less what is already paid, plus rounding gives {sum}; the invoice asks for {stated}."),
        totals.gross_cents - totals.prepaid_cents + totals.rounding_cents,
        totals.payable_cents,
    )


def _vat(totals: Totals, lines: Sequence[ReadLine], vat: Sequence[ReadVat]) -> Iterator[Remark]:
    if not vat:
        yield Remark(N_("The invoice has no VAT breakdown: the rates are those of its lines."))
        return
    yield from _unequal(
        N_("The amounts on which VAT is due add up to {sum}, the amount without VAT is {stated}."),
        sum(row.base_cents for row in vat),
        totals.net_cents,
    )
    yield from _unequal(
        N_("The VAT of each rate adds up to {sum}, the invoice states {stated} of VAT."),
        sum(row.vat_cents for row in vat),
        totals.vat_cents,
    )
    for row in vat:
        yield from _unequal(
            N_("On {base} the VAT at {percent} % would be {sum}, the invoice states {stated}."),
            percent_of(row.base_cents, row.percent),
            row.vat_cents,
            percent=_figure(row.percent),
            base=row.base_cents,
        )
    of_lines: dict[tuple[VatCategory, Decimal], int] = defaultdict(int)
    of_vat: dict[tuple[VatCategory, Decimal], int] = defaultdict(int)
    for line in lines:
        of_lines[line.vat_category, line.vat_percent] += line.net_cents
    for row in vat:
        of_vat[row.category, row.percent] += row.base_cents
    for category, percent in dict.fromkeys((*of_vat, *of_lines)):
        yield from _unequal(
            N_("At {percent} % VAT (category {category}) the lines add up to {sum}, the VAT is reckoned on {stated}."),
            of_lines[category, percent],
            of_vat[category, percent],
            percent=_figure(percent),
            category=category.value,
        )


def unusual(lines: Iterable[ReadLine], vat: Iterable[ReadVat]) -> Iterator[Remark]:
    """VAT a co-ownership should not find on its invoice: it is normally no taxable person."""
    taxed = [(line.vat_category, line.vat_percent) for line in lines] + [(row.category, row.percent) for row in vat]
    categories = {category for category, _ in taxed}
    if VatCategory.REVERSE_CHARGE in categories:
        yield Remark(
            N_(
                "This invoice leaves the VAT to its customer (reverse charge; for works, Royal Decree no. 1, art. 20). A"
                " co-ownership that files no VAT returns cannot take it over: ask the supplier for an invoice with VAT."
            )
        )
    if VatCategory.INTRA_COMMUNITY in categories:
        yield Remark(
            N_(
                "This invoice has no VAT because its customer would be a taxable person in another country of the European"
                " Union. A co-ownership that is not taxable normally pays the supplier’s VAT: ask the supplier."
            )
        )
    for category, percent in dict.fromkeys(taxed):
        if category != VatCategory.STANDARD and percent:
            yield Remark(
                N_("Category {category} means that no VAT is charged, but the invoice names {percent} %."),
                {"category": category.value, "percent": _figure(percent)},
            )


def _unequal(message: str, total: int, stated: int, *, base: Cents | None = None, **params: object) -> Iterator[Remark]:
    if total != stated:
        amounts = {"sum": Money(total), "stated": Money(stated)}
        yield Remark(message, params | amounts if base is None else params | amounts | {"base": Money(base)})


def _net(lines: Iterable[ReadLine], kind: LineKind) -> int:
    return sum(line.net_cents for line in lines if line.kind == kind)


def _rounded(amount: Fraction) -> Cents:
    whole = int(abs(amount) + Fraction(1, 2))
    return Cents(-whole if amount < 0 else whole)


def _figure(percent: Decimal) -> str:
    return f"{percent.normalize():f}"
