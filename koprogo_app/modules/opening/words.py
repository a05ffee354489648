"""The checks of a take-over in their reader's words."""

from datetime import date

from koprogo_app.core.i18n import day, euros, number, translate
from koprogo_app.core.money import Cents

from .rules import Gate


def detail_of(gate: Gate, locale: str) -> str:
    """What a check says, its amounts in euros."""
    params = {name: _worded(name, value, locale) for name, value in gate.params.items()}
    return translate(locale, gate.detail, **params)


def _worded(name: str, value: int | str | date, locale: str) -> str:
    if isinstance(value, date):
        return day(value, locale)
    if isinstance(value, int):
        return number(value, locale) if name == "count" else euros(Cents(value), locale)
    return value
