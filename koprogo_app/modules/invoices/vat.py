"""VAT on the invoices of a co-ownership: what to look at. Pure; nothing here blocks (F5.12: rates follow the works, not us).

Royal Decree no. 20 of 20 July 1970: 6 % for works in dwellings at least ten years old since their first occupation, cleaning
left out; 12 % for social housing. An association normally recovers no VAT: what costs is the amount with VAT.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from koprogo_app.core.i18n import N_
from koprogo_app.modules.contacts.rules import read_country

from .rules import Category

RATES = (Decimal(0), Decimal(6), Decimal(12), Decimal(21))  # percent, in Belgium
HOME = "BE"
OLD_ENOUGH = 10  # years
_WORKS = frozenset({Category.MAINTENANCE, Category.REPAIRS, Category.WORKS, Category.CLEANING})


@dataclass(frozen=True, slots=True)
class Remark:
    """A msgid and its words; `invoice_id` when it is about another invoice."""

    message: str
    params: dict[str, object] = field(default_factory=dict[str, object])
    invoice_id: str = ""
    building_id: str = ""  # where that one is: a supplier serves several


def vat_remarks(
    rates: Iterable[Decimal | None], category: str, construction_year: int | None, issued_on: date
) -> Iterator[Remark]:
    """What does not go without saying in the rates of an invoice, each once."""
    named = {rate for rate in rates if rate is not None}
    if Decimal(6) in named and category == Category.CLEANING:
        yield Remark(N_("Cleaning is never at 6 % VAT: ask the supplier for 21 %."))
    elif Decimal(6) in named and category in _WORKS:
        if construction_year is None:
            yield Remark(
                N_(
                    "6 % VAT on works asks for a building occupied for ten years at least: its construction year is not entered."
                )
            )
        elif issued_on.year - construction_year < OLD_ENOUGH:
            yield Remark(
                N_("6 % VAT on works asks for a building occupied for ten years at least: this one is of {year}."),
                {"year": construction_year},
            )
    if Decimal(12) in named:
        yield Remark(N_("12 % VAT is for social housing: check the rate with the supplier."))
    if Decimal(0) in named:
        yield Remark(
            N_(
                "A line is without VAT. If the supplier leaves the VAT to the customer, the co-ownership, which files no returns, "
                "cannot take it over: ask for an invoice with VAT."
            )
        )
    for rate in sorted(named - set(RATES)):
        yield Remark(N_("{rate} % is no Belgian VAT rate: check the country of the supplier."), {"rate": shown(rate)})


def is_charged(rate: Decimal | None, country: str) -> bool:
    """Whether a supplier of that country, a code or a name, charges VAT at this rate: one of Belgium by RATES (royal decree
    no. 20), any other by the rates of his own. Where the country cannot be read, he is of Belgium."""
    return rate is None or rate in RATES or (read_country(country).value or HOME) != HOME


def shown(rate: Decimal) -> str:
    """21, or 5.5."""
    return f"{rate.normalize():f}"
