"""Readings, consumption and findings in their reader's words."""

from collections.abc import Iterable
from decimal import Decimal

from koprogo_app.core.i18n import number, translate

from . import rules
from .rules import Finding, Unit


def amount(value: Decimal | int | None, locale: str, unit: Unit | str | None = None) -> str:
    """A reading, or a consumption in thousandths (int): 12,345 m³. Empty for none."""
    if value is None:
        return ""
    exact = rules.plain(value) if isinstance(value, int) else value
    words = number(exact, locale) if exact >= 0 else f"−{number(-exact, locale)}"
    return f"{words} {translate(locale, rules.UNITS[Unit(unit)])}" if unit else words


def said(finding: Finding, locale: str) -> str:
    """What is odd, in a sentence."""
    params = {k: number(v, locale) if isinstance(v, Decimal | int) else v for k, v in finding.params.items()}
    return translate(locale, finding.message, **params)


def all_said(findings: Iterable[Finding], locale: str) -> str:
    return " ".join(said(finding, locale) for finding in findings)


def tone(findings: Iterable[Finding]) -> str:
    """ "bad" when something blocks, "warn" when something is odd, else nothing."""
    return max(("bad" if f.blocking else "warn" for f in findings), default="", key=lambda t: t == "bad")
