"""What waits to be put right, when, and in which words. Pure: facts in, tasks out."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_, Money, day, euros, number, translate
from koprogo_app.core.money import Cents
from koprogo_app.modules.buildings import rules as buildings

NOTICEBOARD_AFTER = timedelta(days=8)  # art. 3.89 §2
WINDOW_SEEN = timedelta(days=60)  # the agenda is asked for three weeks, the notices leave fifteen days before
RESERVE_SEEN = timedelta(days=365)
SETTLED_WITHIN = timedelta(days=120)  # of the end of a year, before the meeting; no day of the law
BUDGET_SEEN = timedelta(days=90)  # before the year that it is for
POSTED_WITHIN = timedelta(days=3)  # of the day that a letter says


class Kind(StrEnum):
    """What is amiss; in this order on a same day."""

    SHARES = "shares"
    LOTS = "lots"
    OWNER = "owner"
    INCOMPLETE = "incomplete"
    SUSPENDED = "suspended"
    NUMBER = "number"
    NOTICEBOARD = "noticeboard"
    RESERVE = "reserve"
    WINDOW = "window"
    DEED = "deed"
    DEED_DATE = "deed_date"
    ADDRESS = "address"
    CHECKS = "checks"
    APPROVE = "approve"
    PAY = "pay"
    OVERDUE = "overdue"
    CALL = "call"
    UNSENT = "unsent"
    POST = "post"
    BEARERS = "bearers"
    STATEMENT = "statement"
    REMARKS = "remarks"
    BUDGET = "budget"
    CONTRIBUTION = "contribution"
    DRAFT = "draft"
    MAIL = "mail"


class When(StrEnum):
    LATE = "late"
    WEEK = "week"
    LATER = "later"


Figure = int | str | date | Money


@dataclass(frozen=True, slots=True)
class BuildingFacts:
    """What is entered of a co-ownership, as far as something may be missing. `entered_on`: since when we know it."""

    id: UUID
    name: str
    city: str
    kbo: str | None
    deed_on: date | None
    has_deed: bool
    syndic_name: str | None
    syndic_reach: str | None
    syndic_since: date | None
    entered_on: date
    acceptance_on: date | None
    iban_reserve: str | None
    meeting: tuple[int, int] | None  # month, day of the first of the fifteen days


@dataclass(frozen=True, slots=True)
class YearFacts:
    """A financial year in the books. `spent`: something stands on an account of costs; `settled`: up to its last day."""

    id: UUID
    starts_on: date
    ends_on: date
    spent: bool = False
    settled: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: where, by which day, and the figures of its sentence. `place`: what its address ends with."""

    kind: Kind
    due: date
    building_id: UUID | None = None
    building: str = ""
    place: str = ""
    figures: Mapping[str, Figure] = field(default_factory=dict[str, Figure])

    @property
    def href(self) -> str:
        """Where it is put right."""
        return ADDRESSES[self.kind].format(building=self.building_id, place=self.place)


@dataclass(frozen=True, slots=True)
class Words:
    """A task for its reader; `article` of the Civil Code or empty."""

    title: str
    hint: str
    act: str
    article: str


ADDRESSES = {
    Kind.SHARES: "/buildings/{building}/lots",
    Kind.LOTS: "/buildings/{building}/lots",
    Kind.OWNER: "/buildings/{building}/lots?alert=yes",
    Kind.INCOMPLETE: "/buildings/{building}/lots?alert=yes",
    Kind.SUSPENDED: "/buildings/{building}/lots?alert=yes",
    Kind.NUMBER: "/buildings/{building}/settings",
    Kind.NOTICEBOARD: "/buildings/{building}/settings",
    Kind.RESERVE: "/buildings/{building}/settings",
    Kind.WINDOW: "/buildings/{building}",
    Kind.DEED: "/buildings/{building}/documents?category=deed",
    Kind.DEED_DATE: "/buildings/{building}/settings",
    Kind.ADDRESS: "/people?address=missing&building={building}",
    Kind.CHECKS: "/buildings/{building}/checks",
    Kind.APPROVE: "/buildings/{building}/invoices?status=submitted",
    Kind.PAY: "/buildings/{building}/invoices?status=late",
    Kind.OVERDUE: "/buildings/{building}/open-items?due=late",
    Kind.CALL: "/buildings/{building}/calls?state=draft",
    Kind.UNSENT: "/buildings/{building}/letters/{place}",
    Kind.POST: "/buildings/{building}/letters/{place}",
    Kind.BEARERS: "/buildings/{building}/statements/new",
    Kind.STATEMENT: "/buildings/{building}/statements/new",
    Kind.REMARKS: "/buildings/{building}/verification",
    Kind.BUDGET: "/buildings/{building}/budgets",
    Kind.CONTRIBUTION: "/buildings/{building}/funds",
    Kind.DRAFT: "/imports/{place}",
    Kind.MAIL: "/outbox?status=failed",
}
# Who can put it right: the others are not asked to. What is missing in the register is the syndic's.
NEEDS = {
    Kind.CHECKS: P.CHECKS_RUN,
    Kind.APPROVE: P.INVOICES_APPROVE,
    Kind.PAY: P.INVOICES_WRITE,
    Kind.OVERDUE: P.PAYMENTS_WRITE,
    Kind.CALL: P.CALLS_ISSUE,
    Kind.UNSENT: P.LETTERS_SEND,
    Kind.POST: P.LETTERS_SEND,
    Kind.BEARERS: P.STATEMENTS_WRITE,
    Kind.STATEMENT: P.STATEMENTS_WRITE,
    Kind.REMARKS: P.VERIFICATION_ANSWER,
    Kind.BUDGET: P.BUDGETS_WRITE,
    Kind.CONTRIBUTION: P.BUDGETS_WRITE,
    Kind.DRAFT: P.IMPORTS_RUN,
    Kind.MAIL: P.OUTBOX_READ,
}
# title for one, title for several, the hint after the building's name, the verb, the article
_WORDS: dict[Kind, tuple[str, str, str, str, str]] = {
    Kind.SHARES: ("", N_("The shares of the lots make {sum}, the deed says {total}"), "", N_("Check the shares"), "3.85 §1"),
    Kind.LOTS: ("", N_("No share is entered yet"), N_("Lots by hand, or from a spreadsheet"), N_("Enter the lots"), ""),
    Kind.OWNER: (N_("1 lot has no owner"), N_("{count} lots have no owner"), "", N_("Complete"), "3.89 §5 14°"),
    Kind.INCOMPLETE: (
        N_("The parts of 1 lot do not make the whole"), N_("The parts of {count} lots do not make the whole"), "",
        N_("Complete"), "3.89 §5 14°",
    ),
    Kind.SUSPENDED: (
        N_("The vote of 1 lot is suspended"), N_("The vote of {count} lots is suspended"),
        N_("Until its holders name one representative"), N_("Name one"), "3.87 §1",
    ),
    Kind.NUMBER: (
        "", N_("The enterprise number is missing"), N_("Each paper of the association shows it"), N_("Enter"),
        "3.86 §1",
    ),
    Kind.NOTICEBOARD: (
        "", N_("The noticeboard of the syndic is not filled in"), N_("Who the syndic is and how to reach the office"),
        N_("Fill in"), "3.89 §2",
    ),
    Kind.RESERVE: (
        "", N_("The reserve fund has no account"), N_("Five years after the provisional acceptance, unless waived by four fifths"),
        N_("Enter"), "3.86 §3",
    ),
    Kind.WINDOW: (
        "", N_("Annual meeting between {first} and {last}"), N_("The notices leave fifteen days before"),
        N_("Prepare"), "3.87 §2",
    ),
    Kind.DEED: ("", N_("The deed is not among the documents"), "", N_("Add"), ""),
    Kind.DEED_DATE: ("", N_("The date of the statutes is missing"), "", N_("Enter"), ""),
    Kind.ADDRESS: (
        N_("1 co-owner has no postal address"), N_("{count} co-owners have no postal address"), "", N_("Complete"), "",
    ),
    Kind.APPROVE: (
        N_("1 invoice waits for approval"), N_("{count} invoices wait for approval"), "", N_("Look at them"), "",
    ),
    Kind.PAY: (N_("1 invoice is past its day"), N_("{count} invoices are past their day"), "", N_("Pay"), ""),
    Kind.CHECKS: (
        N_("The checks of the books found 1 error"), N_("The checks of the books found {count} errors"), "", N_("See"), "",
    ),
    Kind.OVERDUE: (
        N_("1 co-owner is late in paying"), N_("{count} co-owners are late in paying"), N_("{amount}, since {since}"), N_("See"), "",
    ),
    Kind.CALL: (
        N_("1 call for funds is to be issued"), N_("{count} calls for funds are to be issued"), "", N_("Issue"), "",
    ),
    Kind.UNSENT: (
        N_("1 letter did not leave"), N_("{count} letters did not leave"), "{name}", N_("See"), "",
    ),
    Kind.POST: (
        N_("1 letter waits for the post"), N_("{count} letters wait for the post"), "{name}", N_("Print"), "",
    ),
    Kind.BEARERS: (
        N_("Of 1 cost nobody has said who bears it"), N_("Of {count} costs nobody has said who bears them"), "", N_("Say who"), "",
    ),
    Kind.STATEMENT: (
        "", N_("The year that ended on {last} is not settled"), N_("A statement tells each co-owner what he bears"),
        N_("Prepare"), "",
    ),
    Kind.REMARKS: (
        N_("1 remark on the accounts waits for your answer"), N_("{count} remarks on the accounts wait for your answer"), "",
        N_("Answer"), "3.91",
    ),
    Kind.BUDGET: (
        "", N_("The year that begins on {first} has no budget"), N_("The meeting approves it"), N_("Prepare"), "3.89 §5 16°",
    ),
    Kind.CONTRIBUTION: (
        "", N_("The contribution to the reserve fund lacks {amount}"), N_("5 % of the ordinary charges of the year before, unless waived by four fifths"),
        N_("See"), "3.86 §3",
    ),
    Kind.DRAFT: ("", N_("Import to finish: {name}"), N_("Begun on {begun}"), N_("Go on"), ""),
    Kind.MAIL: (N_("1 mail could not be sent"), N_("{count} mails could not be sent"), "", N_("See"), ""),
}  # fmt: skip


def needs(kind: Kind) -> P:
    """The permission of who can put it right."""
    return NEEDS.get(kind, P.BUILDINGS_WRITE)


def missing(facts: BuildingFacts, today: date) -> Iterator[Task]:
    """What one co-ownership lacks, and by which day: the law's, or today for what has none."""

    def task(kind: Kind, due: date = today, **figures: Figure) -> Task:
        return Task(kind, due, facts.id, facts.name, figures=figures)

    if not facts.kbo:
        yield task(Kind.NUMBER)
    if not facts.deed_on:
        yield task(Kind.DEED_DATE)
    if not facts.has_deed:
        yield task(Kind.DEED)
    if not (facts.syndic_name and facts.syndic_reach):
        yield task(Kind.NOTICEBOARD, (facts.syndic_since or facts.entered_on) + NOTICEBOARD_AFTER)
    if facts.acceptance_on and not facts.iban_reserve:
        due = buildings.reserve_due_on(facts.acceptance_on)
        if due <= today + RESERVE_SEEN:
            yield task(Kind.RESERVE, due)
    if facts.meeting:
        first, last = buildings.next_window(*facts.meeting, today)
        if first <= today + WINDOW_SEEN:
            yield task(Kind.WINDOW, first if first >= today else last, first=first, last=last)


def unsettled(years: Iterable[YearFacts], today: date) -> Iterator[tuple[date, YearFacts]]:
    """(by when, year): the years with costs that ended and of which no statement tells the whole, a while before it is late."""
    for year in years:
        due = year.ends_on + SETTLED_WITHIN
        if year.spent and year.ends_on < today and not (year.settled or year.closed) and due <= today + WINDOW_SEEN:
            yield due, year


def running(years: Iterable[YearFacts], today: date) -> tuple[YearFacts, YearFacts] | None:
    """(the year before, the year under way), when both are in the books."""
    known = sorted(years, key=lambda year: year.starts_on)
    return next(((a, b) for a, b in pairwise(known) if b.starts_on <= today <= b.ends_on), None)


def unplanned(years: Iterable[YearFacts], planned: Collection[int], today: date) -> date | None:
    """The first day of the year under way, or else of the next one, for which there is no budget; seen a while ahead.

    `planned`: the calendar years in which a year begins whose budget is before the meeting or approved. A budget is drawn up
    for each year (art. 3.89 §5 16°). None without a year in the books.
    """
    known = sorted(years, key=lambda year: year.starts_on)
    if not known:
        return None
    days = [year.starts_on for year in known if year.ends_on >= today]
    wanted = [*days, known[-1].ends_on + timedelta(days=1)]
    seen = (first for first in wanted if first <= today + BUDGET_SEEN)
    return next((first for first in seen if first.year not in planned), None)


def vote_due(facts: BuildingFacts, today: date) -> date:
    """By when a representative is named: the first day of the next annual meeting, if it is known and still to come."""
    return max(buildings.next_window(*facts.meeting, today)[0], today) if facts.meeting else today


def when_of(due: date, today: date) -> When:
    """Late, before the end of this week (Sunday), or later."""
    if due < today:
        return When.LATE
    return When.WEEK if due <= today + timedelta(days=6 - today.weekday()) else When.LATER


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """The most pressing first; on a same day in the order of Kind, then by building."""
    rank = {kind: place for place, kind in enumerate(Kind)}
    return sorted(tasks, key=lambda task: (task.due, rank[task.kind], task.building.casefold(), task.place))


def worded(task: Task, locale: str) -> Words:
    """The task in its reader's language."""
    one, many, hint, act, article = _WORDS[task.kind]
    figures = {name: _figure(value, locale) for name, value in task.figures.items()}
    title = translate(locale, one if one and task.figures.get("count") == 1 else many, **figures)
    parts = (task.building, translate(locale, hint, **figures) if hint else "")
    return Words(title, " · ".join(part for part in parts if part), translate(locale, act), article)


def _figure(value: Figure, locale: str) -> str:
    if isinstance(value, Money):
        return euros(Cents(value), locale)
    if isinstance(value, date):
        return day(value, locale)
    return number(value, locale) if isinstance(value, int) else value
