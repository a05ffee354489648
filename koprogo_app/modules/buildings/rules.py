"""The co-ownership's identity, as the law asks for it. Pure."""

import re
import unicodedata
from datetime import date, timedelta

from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import N_, translate

WINDOW = timedelta(days=15)  # the yearly fifteen days of the ordinary meeting (art. 3.85 §3 3°, 3.87 §2)
RESERVE_AFTER_YEARS = 5  # reserve fund: at latest five years after provisional acceptance (art. 3.86 §3 al. 4)
FORMS = re.compile(r"(acp|vme|association|vereniging|vereinigung)\b", re.IGNORECASE)  # art. 3.86 §1: part of the name
LANGUAGES = ("fr", "nl", "de")  # a co-ownership writes in a national language


def slug_of(name: str, city: str) -> str:
    """`Résidence Les Tilleuls`, `Uccle` -> residence-les-tilleuls-uccle."""
    plain = unicodedata.normalize("NFKD", f"{name} {city}").encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "building"


def association_name(name: str, locale: str) -> str:
    """The association of co-owners by its name, with its legal form in a language: ACP Résidence Molière.

    Its bank knows it in the language of the building: that one is for transfers, whose beneficiary banks compare.
    """
    return name if FORMS.match(name.replace(".", "")) else translate(locale, N_("ACO {name}"), name=name)


def check_day(month: int | None, day: int | None, field: str) -> None:
    """Refuses a day that its month never has (31 April; 29 February, which only leap years have)."""
    if (month is None) != (day is None):
        raise Invalid("Give both the day and the month.", field=field)
    if month is not None and day is not None:
        try:
            date(2025, month, day)
        except ValueError:
            raise Invalid("{day}/{month} is not a day of every year.", field=field, day=day, month=month) from None


def check_years(construction: int | None, deed_on: date | None, acceptance_on: date | None, today: date) -> None:
    """Refuses dates that cannot be: a deed in the future, an acceptance before the building."""
    if deed_on and deed_on > today:
        raise Invalid("The date of the statutes is in the future.", field="deed_on")
    if construction and construction > today.year + 10:
        raise Invalid("The construction year is too far in the future.", field="construction_year")
    if construction and acceptance_on and acceptance_on.year < construction:
        raise Invalid("The provisional acceptance is before the construction year.", field="provisional_acceptance_on")


def check_accounts(working: str | None, reserve: str | None) -> None:
    """Each fund has an account of its own (art. 3.86 §3 al. 6)."""
    if working and working == reserve:
        raise Invalid(
            "The working fund and the reserve fund need separate accounts (art. 3.86 §3).", field="iban_reserve"
        )


def meeting_window(month: int, day: int, year: int) -> tuple[date, date]:
    """First and last day of the yearly period of the ordinary meeting: fifteen days, both included."""
    first = date(year, month, day)
    return first, first + WINDOW - timedelta(days=1)


def next_window(month: int, day: int, today: date) -> tuple[date, date]:
    """The period under way, or else the next one. One that begins in the last days of a year ends in the next."""
    windows = (meeting_window(month, day, today.year + shift) for shift in (-1, 0, 1))
    return next(window for window in windows if window[1] >= today)


def reserve_due_on(acceptance_on: date) -> date:
    """The day from which a reserve fund is compulsory (art. 3.86 §3 al. 4)."""
    year = acceptance_on.year + RESERVE_AFTER_YEARS
    try:
        return acceptance_on.replace(year=year)
    except ValueError:  # 29 February
        return date(year, 3, 1)
