"""How a person is reached and known: e-mail, phone, account, enterprise number, postcode, country."""

import re
from functools import cache, lru_cache

from babel import Locale
from email_validator import EmailNotValidError, validate_email

from koprogo_app.core.belgium import iban, kbo
from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import LOCALES, N_
from koprogo_app.modules.parsing.rules import Parsed, Problem, fold, plain_text

BELGIAN_IBAN = 16  # characters


@lru_cache(maxsize=10_000)
def read_email(text: str) -> Parsed[str]:
    """One address; its form is checked, not whether it exists."""
    if not text.strip():
        return Parsed()
    if address := _email(text.strip()):
        return Parsed(address)
    first = re.split(r"[;\s/]+", text.strip())[0]
    dotted = re.sub(r"\s+", "", text).replace(",", ".").replace("(at)", "@").replace("[at]", "@").strip(".;<>")
    proposal = _email(first) or _email(re.sub(r"\.{2,}", ".", dotted)) or ""
    message = N_("“{text}” is not a valid e-mail address.")
    return Parsed(problem=Problem("email", message, {"text": text}, proposal=proposal))


def _email(text: str) -> str | None:
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        return None


@lru_cache(maxsize=10_000)
def read_phone(text: str, country: str = "BE") -> Parsed[str]:
    """A Belgian number as +32…; another one as it is written."""
    plain = plain_text(text)
    if not plain:
        return Parsed()
    digits = re.sub(r"\(0\)|[\s./()-]", "", plain)
    national = re.sub(r"^(?:\+|00)320?|^0(?!0)", "", digits)
    if re.match(r"\+32|0032", digits) or (country in {"", "BE"} and re.fullmatch(r"0[1-9]\d*", digits)):
        if re.fullmatch(r"4[5-9]\d{7}|(?!4[5-9])[1-9]\d{7}", national):
            return Parsed(f"+32{national}")
    elif re.fullmatch(r"(?:\+|00)?\d{6,15}", digits):
        return Parsed(plain)
    return Parsed(problem=Problem("phone", N_("“{text}” is not a valid phone number."), {"text": text}))


@lru_cache(maxsize=10_000)
def read_iban(text: str) -> Parsed[str]:
    """Any country's account number, compact, its check digits verified."""
    try:
        return Parsed(iban(text))
    except Invalid as error:
        count = len(re.sub(r"\W", "", text))
        message, params = error.message, {"number": text}
    if text.strip().upper().startswith("BE") and count != BELGIAN_IBAN:
        message = N_("“{number}” has {count} characters: a Belgian account number has 16.")
        params = {"number": text, "count": count}
    return Parsed(problem=Problem("iban", message, params))


@lru_cache(maxsize=10_000)
def read_kbo(text: str) -> Parsed[str]:
    """A Belgian enterprise number as ten digits, its check digits verified."""
    try:
        return Parsed(kbo(text))
    except Invalid as error:
        return Parsed(problem=Problem("kbo", error.message, {"number": text}))


@lru_cache(maxsize=10_000)
def read_postcode(text: str, country: str = "") -> Parsed[str]:
    """Four digits in Belgium; any other form asks for the country."""
    plain = plain_text(text)
    if not plain:
        return Parsed()
    belgian = re.fullmatch(r"(?:B\s*-?\s*)?([1-9]\d{3})", plain, re.IGNORECASE)
    if belgian and country in {"", "BE"}:
        return Parsed(belgian[1])
    if country and country != "BE":
        return Parsed(plain)
    if country == "BE":
        return Parsed(problem=Problem("postcode", N_("“{text}” is not a Belgian postcode."), {"text": text}))
    message = N_("“{text}” is not a Belgian postcode: which country is it in?")
    return Parsed(problem=Problem("country", message, {"text": text}))


@cache
def _countries() -> dict[str, str]:
    names: dict[str, str] = {}
    for locale in LOCALES:
        territories: dict[str, str] = dict(Locale(locale).territories)  # pyright: ignore[reportUnknownArgumentType]
        names |= {fold(name): code for code, name in territories.items() if len(code) == 2}
    codes = {code.lower(): code for code in names.values() if code.isalpha()}
    return codes | names | {"b": "BE", "f": "FR", "d": "DE", "l": "LU", "uk": "GB", "hollande": "NL", "holland": "NL"}


@lru_cache(maxsize=1_000)
def read_country(text: str) -> Parsed[str]:
    """A two-letter code, from a code or a name in French, Dutch, German or English."""
    if not text.strip():
        return Parsed()
    if code := _countries().get(fold(text)):
        return Parsed(code)
    return Parsed(problem=Problem("country", N_("“{text}” is not a known country."), {"text": text}))
