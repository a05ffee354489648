"""A verification in its reader's words: what the page and the paper say alike."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from babel.numbers import format_percent

from koprogo_app.core.clock import BELGIUM

from .rules import tenths


def percent(share: Fraction, locale: str) -> str:
    """40,2 % (fr): cut off after a tenth, so that 100 % is everything."""
    shown = format_percent(Decimal(tenths(share)) / 1000, locale=f"{locale}_BE", decimal_quantization=False)
    return shown.replace("\u202f", "\u00a0")


def on(at: datetime) -> date:
    """The day of an instant in Belgium."""
    return at.astimezone(BELGIUM).date()
