"""The reports in the language of their reader: what the page, the paper and the spreadsheet say alike."""

from datetime import date

from koprogo_app.core.i18n import Money, amount, day, euros, number, translate
from koprogo_app.core.money import Cents

from .rules import Cell, Report, Shown, Words


def said(text: Words, locale: str) -> str:
    """A sentence, its days, figures and amounts written as the reader writes them."""
    return translate(locale, text.msgid, **{name: _param(value, locale) for name, value in text.params.items()})


def _param(value: object, locale: str) -> str:
    if isinstance(value, Words):
        return said(value, locale)
    if isinstance(value, Money):
        return euros(Cents(value), locale)
    if isinstance(value, date):
        return day(value, locale)
    return number(value, locale) if isinstance(value, int) else str(value)


def cell(value: Cell, shown: Shown, locale: str) -> str:
    """A cell as text; no figure in a column of figures is empty."""
    if value is None:
        return ""
    if isinstance(value, Words):
        return said(value, locale)
    if isinstance(value, date):
        return day(value, locale)
    if isinstance(value, int):
        return amount(value, locale) if shown is Shown.MONEY else number(value, locale)
    return value


def heads(report: Report, locale: str) -> list[str]:
    return [said(one.label, locale) for one in report.columns]
