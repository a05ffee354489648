"""Single values of a UBL file: words, numbers, amounts, days, VAT rates. Each refusal is a sentence about the file. Pure."""

import re
from datetime import date
from decimal import Decimal

from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import N_, Msgid
from koprogo_app.core.money import Cents

from .invoice import VatCategory
from .tree import Node

CURRENCY = "EUR"
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,12}(?:\.[0-9]{0,10})?|\.[0-9]{1,10})")  # the cents of 5 000 lines fit a bigint


def cut(text: str, most: int) -> str:
    """The text, or its beginning and …"""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def words(node: Node, path: str, most: int = 200) -> str:
    """The text at a path on one line, cut with … after `most` characters; empty when there is none."""
    return cut(" ".join(node.text_of(path).split()), most)


def lacks(what: str, line: int | None = None) -> Invalid:
    """The refusal of a file, or of one of its lines, that does not state what it must; `what` is a msgid."""
    if line is None:
        return Invalid("The invoice does not state {what}.", field="file", what=Msgid(what))
    return Invalid("Line {line} of the invoice does not state {what}.", field="file", line=line, what=Msgid(what))


def required(node: Node, path: str, what: str, line: int | None = None) -> Node:
    """The element at a path. Invalid when it is missing or empty."""
    found = node.one(path)
    if found is None:
        raise lacks(what, line)
    return found


def number(text: str) -> Decimal:
    """An exact decimal of at most 12 digits and 10 decimals, with a point. Invalid otherwise."""
    if not _NUMBER.fullmatch(text):
        raise Invalid("“{text}” is not a number.", field="file", text=cut(text, 40))
    return Decimal(text)


def price(node: Node) -> Decimal:
    """Euros, with as many decimals as the file gives. Invalid for another currency."""
    if node.attributes.get("currencyID", CURRENCY) != CURRENCY:
        raise not_in_euro()
    return number(node.text)


def amount(node: Node | None) -> Cents:
    """Cents; 0 for no element. Invalid for another currency, or for a third decimal (BR-DEC)."""
    if node is None:
        return Cents(0)
    value = price(node) * 100
    if value != value.to_integral_value():
        raise Invalid("“{amount}” has more than two decimals.", field="file", amount=cut(node.text, 40))
    return Cents(int(value))


def not_in_euro() -> Invalid:
    """Amounts of another currency, or of several."""
    return Invalid("Only invoices in euro can be read.", field="file")


def day(text: str) -> date | None:
    """A calendar day, its time zone left out; None for no text. Invalid otherwise."""
    if not text:
        return None
    try:
        if match := _DATE.fullmatch(text):
            return date.fromisoformat(match[1])
    except ValueError:  # 30 February
        pass
    raise Invalid("“{date}” in the invoice is not a date.", field="file", date=cut(text, 40))


def vat_rate(category: Node | None, line: int | None = None) -> tuple[VatCategory, Decimal]:
    """How VAT applies, and its percentage: 0 when a category without VAT names none. Invalid for any other code,
    and for a third decimal."""
    if category is None:
        raise lacks(N_("its VAT rate"), line)
    code, percent = category.text_of("cbc:ID"), category.text_of("cbc:Percent")
    try:
        found = VatCategory(code)
    except ValueError:
        raise Invalid("“{code}” is not a VAT category of Peppol.", field="file", code=cut(code, 40)) from None
    if not percent and found == VatCategory.STANDARD:
        raise lacks(N_("its VAT rate"), line)
    rate = number(percent or "0")
    if not 0 <= rate <= 100 or rate != rate.quantize(Decimal("0.01")):
        raise Invalid("“{percent}” is not a VAT rate.", field="file", percent=cut(percent, 40))
    return found, abs(rate)
