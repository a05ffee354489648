"""The law and the house's rules of papers: who reads what, how long it is kept, how a search shows what it found."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from koprogo_app.core.actor import Role
from koprogo_app.core.i18n import N_, folded


class Category(StrEnum):
    """The first seven are those of the wire contract."""

    MEETING_MINUTES = "meeting_minutes"
    FINANCIAL_STATEMENT = "financial_statement"
    INVOICE = "invoice"
    CONTRACT = "contract"
    REGULATION = "regulation"
    WORKS_QUOTE = "works_quote"
    OTHER = "other"
    DEED = "deed"
    PLAN = "plan"
    INSURANCE = "insurance"
    INSPECTION = "inspection"
    LETTER = "letter"


class Visibility(StrEnum):
    """Each level includes those before it."""

    OFFICE = "office"  # syndic, accountant
    COUNCIL = "council"  # + council members and auditor
    OWNERS = "owners"  # + co-owners of the building
    OCCUPANTS = "occupants"  # + occupants and contractors


class Retention(StrEnum):
    """How long a paper must be kept (royal decree of 12 July 2012, art. 3.89 §5 15°, 3.93 §4)."""

    PERMANENT = "permanent"
    TEN_YEARS = "ten_years"
    SEVEN_YEARS = "seven_years"
    THREE_YEARS = "three_years"


class TextState(StrEnum):
    WAITING = "waiting"
    READ = "read"
    EMPTY = "empty"  # a scan without a text layer
    FAILED = "failed"


CATEGORIES: Mapping[str, str] = {
    Category.MEETING_MINUTES: N_("Minutes of a meeting"),
    Category.FINANCIAL_STATEMENT: N_("Accounts and statements"),
    Category.INVOICE: N_("Invoice"),
    Category.CONTRACT: N_("Contract"),
    Category.REGULATION: N_("Statutes and internal rules"),
    Category.WORKS_QUOTE: N_("Quote"),
    Category.DEED: N_("Notarial deed"),
    Category.PLAN: N_("Building plan"),
    Category.INSURANCE: N_("Insurance"),
    Category.INSPECTION: N_("Inspection report"),
    Category.LETTER: N_("Letter"),
    Category.OTHER: N_("Other document"),
}
VISIBILITIES: Mapping[str, str] = {
    Visibility.OFFICE: N_("Syndic's office"),
    Visibility.COUNCIL: N_("Council and auditor"),
    Visibility.OWNERS: N_("Co-owners"),
    Visibility.OCCUPANTS: N_("Everyone in the building"),
}
RETENTIONS: Mapping[str, str] = {
    Retention.PERMANENT: N_("As long as the building stands"),
    Retention.TEN_YEARS: N_("10 years"),
    Retention.SEVEN_YEARS: N_("7 years"),
    Retention.THREE_YEARS: N_("3 years"),
}

# A role outside this table is refused by KeyError: nobody reads by default.
_LEVEL: Mapping[Role, Visibility] = {
    Role.SUPERADMIN: Visibility.OFFICE,
    Role.SYSTEM: Visibility.OFFICE,
    Role.SYNDIC: Visibility.OFFICE,
    Role.ACCOUNTANT: Visibility.OFFICE,
    Role.BOARD_MEMBER: Visibility.COUNCIL,
    Role.AUDITOR: Visibility.COUNCIL,
    Role.OWNER: Visibility.OWNERS,
    Role.OCCUPANT: Visibility.OCCUPANTS,
    Role.CONTRACTOR: Visibility.OCCUPANTS,
}


def levels_of(role: Role) -> tuple[Visibility, ...]:
    """The levels a role reads: its own and every wider one."""
    order = tuple(Visibility)
    return order[order.index(_LEVEL[role]) :]


def is_office(role: Role) -> bool:
    """True for those who keep the file: they see every level, every person's papers and old versions."""
    return _LEVEL[role] is Visibility.OFFICE


# --- How long a paper is kept ---

# Vouchers against third parties and books 7 years, internal ones 3 (decree of 12 July 2012). The 10 years of contracts
# and claims are prudence (general limitation of contracts), as is "permanent" for plans and deeds: classes are
# defaults, which the office changes paper by paper.
YEARS: Mapping[str, int | None] = {
    Retention.PERMANENT: None,
    Retention.TEN_YEARS: 10,
    Retention.SEVEN_YEARS: 7,
    Retention.THREE_YEARS: 3,
}
_RETENTION: Mapping[str, Retention] = {
    Category.MEETING_MINUTES: Retention.PERMANENT,
    Category.REGULATION: Retention.PERMANENT,
    Category.DEED: Retention.PERMANENT,
    Category.PLAN: Retention.PERMANENT,
    Category.CONTRACT: Retention.TEN_YEARS,
    Category.WORKS_QUOTE: Retention.TEN_YEARS,
    Category.INSURANCE: Retention.TEN_YEARS,
    Category.INSPECTION: Retention.TEN_YEARS,
}
WITHDRAWAL = timedelta(days=1)  # a wrong file is taken back without a reason: it was never part of the archives


def retention_of(category: str) -> Retention:
    """The class a category gets when nobody chose one; invoices, accounts, letters and the rest are kept 7 years."""
    return _RETENTION.get(category, Retention.SEVEN_YEARS)


def deletable_from(retention: str, dated_on: date, fiscal_month: int, fiscal_day: int) -> date | None:
    """The earliest day a paper may be deleted without a reason; None for never.

    Years run from the 1 January that follows the closing of the financial year of the paper (decree of 12 July 2012).
    `fiscal_month` and `fiscal_day` are the first day of the financial year.
    """
    years = YEARS[retention]
    if years is None:
        return None
    begins = _day(dated_on.year, fiscal_month, fiscal_day)
    next_begins = _day(dated_on.year + (dated_on >= begins), fiscal_month, fiscal_day)
    closing = next_begins - timedelta(days=1)
    return date(closing.year + 1 + years, 1, 1)


def _day(year: int, month: int, day: int) -> date:
    """The day in a year; 29 February is the 28th when there is none."""
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, 28)


def reason_needed(deletable: date | None, today: date, age: timedelta) -> bool:
    """True when deleting asks for a reason, which the trail keeps: the paper's time has not come."""
    return age >= WITHDRAWAL and (deletable is None or today < deletable)


# --- What a search shows ---

_BEFORE, _LENGTH, _WORDS = 80, 240, 8


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a passage; `hit` marks the words that were looked for. Plain text: whoever shows it escapes it."""

    text: str
    hit: bool


def words_of(asked: str) -> list[str]:
    """The words of a search, folded; letters, digits and underscores only."""
    return re.findall(r"\w+", folded(asked))[:_WORDS]


def passage(text: str, words: Sequence[str]) -> list[Piece]:
    """The surroundings of the first word found, cut between words, with every word that was looked for marked."""
    text = " ".join(text.split())
    if not words:
        return []
    hits = [m.span() for m in re.finditer(rf"\b(?:{'|'.join(map(re.escape, words))})\w*", folded(text))]
    if not hits:
        return []
    start, end = _window(text, hits[0])
    pieces = [Piece("… ", False)] if start else []
    at = start
    for begin, stop in hits:
        if begin < at or stop > end:
            continue
        pieces += [Piece(text[at:begin], False)] if begin > at else []
        pieces.append(Piece(text[begin:stop], True))
        at = stop
    pieces += [Piece(text[at:end], False)] if end > at else []
    return pieces + ([Piece(" …", False)] if end < len(text) else [])


def _window(text: str, hit: tuple[int, int]) -> tuple[int, int]:
    start = max(0, hit[0] - _BEFORE)
    if start and (space := text.find(" ", start, hit[0])) >= 0:
        start = space + 1
    end = max(hit[1], min(len(text), start + _LENGTH))
    if end < len(text) and (space := text.rfind(" ", hit[1], end)) > 0:
        end = space
    return start, end
