"""Amounts and days as the previous syndic's program wrote them. What is not certain becomes a problem, never a guess. Pure."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from koprogo_app.core.i18n import N_
from koprogo_app.core.money import Cents
from koprogo_app.modules.parsing.rules import EXACT, TWO_WAYS, Parsed, Problem, Severity, fold, plain_text, read_number

LARGEST = 10**15  # cents
_CURRENCY = re.compile(r"€|\beuros?\b|\beur\b", re.IGNORECASE)
_SIDED = re.compile(r"(?P<amount>.*\d)\s*(?P<side>D|DB|DT|C|CR|CT|S|H)\.?", re.IGNORECASE)
_DASHES = str.maketrans("\u2212\u2013\u2014", "---")
_DEBIT, _CREDIT = frozenset(["d", "db", "dt", "debit", "debet", "debiteur", "s", "soll"]), frozenset(
    ["c", "cr", "ct", "credit", "crediteur", "k", "kredit", "h", "haben"]
)  # fmt: skip
_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_NUMBER = N_("“{text}” is not an amount.")
_DECIMALS = N_("“{text}” has more than two decimals.")


def notation(texts: Iterable[str]) -> str:
    """What parts the decimals in these amounts, "," or "."; nothing when no amount tells or they differ."""
    marks: set[str] = set()
    for text in texts:
        found = re.search(r"\d([.,])\d{1,2}\D*$", plain_text(text))
        marks |= {found[1]} if found else set()
        marks |= {"."} if EXACT in text else set()
    return marks.pop() if len(marks) == 1 else ""


def side_of(text: str) -> int:
    """1 for debit, -1 for credit, 0 for anything else: D, Soll, C, Haben…"""
    word = fold(text)
    return 1 if word in _DEBIT else -1 if word in _CREDIT else 0


def read_amount(text: str, mark: str = "") -> Parsed[Cents]:
    """An amount in cents, below zero for a credit: "1.234,56", "(50)", "12,5-", "80 C". `mark` parts the decimals of its column."""
    plain = _CURRENCY.sub(" ", plain_text(text)[:60]).translate(_DASHES).strip()
    if not plain.strip("-"):
        return Parsed()
    sign = 1
    if sided := _SIDED.fullmatch(plain):
        sign, plain = side_of(sided["side"]), sided["amount"]
    if plain.startswith("(") and plain.endswith(")"):
        sign, plain = -sign, plain[1:-1]
    elif plain[0] in "+-":
        sign, plain = (-sign if plain[0] == "-" else sign), plain[1:]
    elif plain[-1] == "-":
        sign, plain = -sign, plain[:-1]
    return _signed(text, plain.strip(), sign, mark, EXACT in text)


def _signed(text: str, plain: str, sign: int, mark: str, exact: bool) -> Parsed[Cents]:
    if mark and not exact and TWO_WAYS.fullmatch(plain):
        if mark in plain:
            return Parsed(problem=_problem("decimals", _DECIMALS, text))
        plain = re.sub(r"[.,]", "", plain)
    read = read_number(plain + EXACT if exact else plain)
    if read.problem and read.problem.code == "ambiguous":
        return Parsed(
            problem=Problem(
                "ambiguous", read.problem.message, {"text": plain_text(text)}, Severity.BLOCK, read.problem.proposal
            )
        )
    if read.value is None:
        return Parsed(problem=_problem("number", _NUMBER, text))
    value = read.value * 100
    whole = value.quantize(Decimal(1), ROUND_HALF_EVEN) if abs(value) < LARGEST * 10 else value
    noise = -int(read.value.as_tuple().exponent) >= 7 and abs(value - whole) < Decimal(
        "0.0001"
    )  # of a program's binary fractions
    if value != whole and not noise:
        return Parsed(problem=_problem("decimals", _DECIMALS, text))
    if whole > LARGEST:
        return Parsed(problem=_problem("number", _NUMBER, text))
    return Parsed(Cents(sign * int(whole)))


def _problem(code: str, message: str, text: str) -> Problem:
    return Problem(code, message, {"text": plain_text(text)}, Severity.BLOCK)


def plain_amount(cents: int) -> str:
    """123450 -> "1234.50": what read_amount() reads again, whatever the notation."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


def read_day(text: str) -> Parsed[date]:
    """A day, ISO or with the day first."""
    plain = plain_text(text)
    if not plain:
        return Parsed()
    try:
        if found := _DAY.fullmatch(plain):
            return Parsed(date(int(found[3]), int(found[2]), int(found[1])))
        return Parsed(date.fromisoformat(plain))
    except ValueError:
        return Parsed(problem=_problem("day", N_("“{text}” is not a date."), text))
