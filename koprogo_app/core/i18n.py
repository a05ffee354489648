"""gettext catalogues and Belgian number, date and money formats. English is the msgid. Knows no Reflex."""

import unicodedata
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal

from .clock import BELGIUM
from .money import Cents

LOCALES = ("fr", "nl", "de", "en")
DEFAULT = "fr"
TRANSLATIONS = Path(__file__).parents[2] / "translations"
LANGUAGE_NAMES = {"fr": "Français", "nl": "Nederlands", "de": "Deutsch", "en": "English"}
_DAY = {"fr": "dd/MM/yyyy", "nl": "dd/MM/yyyy", "de": "dd.MM.yyyy", "en": "dd/MM/yyyy"}


class Msgid(str):
    """A text that is itself to translate when it is named inside another: Invalid("Blocked: {gate}.", gate=Msgid(label))."""

    __slots__ = ()


class Money(int):
    """Cents that are named inside a text: Invalid("Only {left} is left.", left=Money(1250)). Worded in euros."""

    __slots__ = ()


def N_(msgid: str) -> str:  # noqa: N802  (the usual name of gettext's marker)
    """Mark a text for extraction; it is translated later, for its reader."""
    return msgid


@lru_cache(2 * len(LOCALES))  # a browser may name any language
def catalog(locale: str) -> dict[str, str]:
    """msgid -> text of one language; empty for English, whose msgids are the texts."""
    po = TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po"
    if not po.exists():
        return {}
    with po.open("rb") as f:
        return {m.id: str(m.string) for m in read_po(f, locale=locale) if m.id and m.string and isinstance(m.id, str)}


def known(locale: str | None) -> str:
    """The locale if it is one of ours (`nl-BE` is `nl`), else the default."""
    short = (locale or "")[:2].lower()
    return short if short in LOCALES else DEFAULT


def translate(locale: str, msgid: str, **params: object) -> str:
    """The text for its reader; `{named}` placeholders are filled from `params`, days and amounts as he writes them."""
    text = catalog(locale).get(msgid, msgid)
    return text.format(**{k: _worded(locale, v) for k, v in params.items()}) if params else text


def _worded(locale: str, value: object) -> object:
    if isinstance(value, Msgid):
        return translate(locale, value)
    if isinstance(value, Money):
        return euros(Cents(value), locale)
    return day(value, locale) if type(value) is date else value


def _plain(text: str) -> str:
    """The web subset of Inter has no U+202F: groups are shown with U+00A0."""
    return text.replace("\u202f", "\u00a0")


def folded(text: str) -> str:
    """Lower case without accents, letter for letter: positions stay those of the text."""
    return "".join((unicodedata.normalize("NFD", c)[0].lower() or c)[0] for c in text)


def euros(amount: Cents, locale: str) -> str:
    """Cents as `1 234,50 €` (fr), `€ 1.234,50` (nl)…"""
    return _plain(format_currency(Decimal(amount) / 100, "EUR", locale=f"{locale}_BE"))


@lru_cache(20_000)
def amount(cents: int, locale: str) -> str:
    """Cents as 1 234,50: where the sign of the currency stands in the head of the column."""
    return _plain(format_decimal(Decimal(cents) / 100, "#,##0.00", locale=f"{locale}_BE"))


def number(value: int | Decimal, locale: str) -> str:
    """A figure with its digit groups: 10 000 (fr), 10.000 (nl)."""
    return _plain(format_decimal(value, locale=f"{locale}_BE"))


def day(value: date | None, locale: str) -> str:
    """dd/MM/yyyy, dd.MM.yyyy in German; empty for no date."""
    return format_date(value, _DAY[locale], locale=f"{locale}_BE") if value else ""


def long_day(value: date, locale: str) -> str:
    """`mardi 24 novembre 2026`: for headings and letters."""
    return format_date(value, "full", locale=f"{locale}_BE")


def month_short(value: date, locale: str) -> str:
    """`nov.`: the head of a dated tile."""
    return format_date(value, "MMM", locale=f"{locale}_BE")


def moment(value: datetime, locale: str) -> str:
    """Date and time in Belgium, 24 h."""
    return format_datetime(value.astimezone(BELGIUM), f"{_DAY[locale]} HH:mm", locale=f"{locale}_BE")
