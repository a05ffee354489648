"""What verifying the accounts means: who does it, what he has seen, what he concludes. Pure; amounts are integer cents.

The auditor of the accounts is appointed every year by the meeting (Civil Code, art. 3.91); the council watches over the syndic
(art. 3.90); the syndic is neither (art. 3.89 §9).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from typing import Protocol, TypeVar
from uuid import UUID

from koprogo_app.core.actor import Role
from koprogo_app.core.errors import Forbidden, Invalid
from koprogo_app.core.i18n import N_
from koprogo_app.core.money import Cents
from koprogo_app.modules.papers.rules import Sender
from koprogo_app.modules.reports.rules import Report

LONGEST, LARGEST_SAMPLE, SEEDS = 2_000, 500, 1_000_000
OWN_PAPERS = frozenset(
    {"call", "statement", "opening", "closing", "accrual"}
)  # entries whose paper this application makes and keeps


class Status(StrEnum):
    OPEN = "open"
    SIGNED = "signed"


class Conclusion(StrEnum):
    APPROVED = "approved"
    WITH_REMARKS = "approved_with_remarks"
    NOT_APPROVED = "not_approved"


CONCLUSIONS = {
    Conclusion.APPROVED: N_("The accounts may be approved"),
    Conclusion.WITH_REMARKS: N_("The accounts may be approved, with remarks"),
    Conclusion.NOT_APPROVED: N_("The accounts should not be approved"),
}


class RemarkStatus(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


REMARKS = {
    RemarkStatus.OPEN: N_("Waits for an answer"),
    RemarkStatus.ANSWERED: N_("Answered"),
    RemarkStatus.CLOSED: N_("Settled"),
}


# --- Who and when ----------------------------------------------------------------------------------------------------


def check_open(status: str) -> None:
    """Once signed nothing changes: what the meeting reads is what was signed."""
    if status == Status.SIGNED:
        raise Invalid("This verification is signed: withdraw the signature first.")


def check_seen_by(posted_by: UUID | None, reader: UUID | None) -> None:
    """Whoever entered an amount does not verify it: the auditor is somebody else (Civil Code, art. 3.89 §9)."""
    if posted_by is not None and posted_by == reader:
        raise Invalid("You entered this yourself: somebody else verifies it.")


def check_conclusion(conclusion: Conclusion, words: str, unsettled: int, remarks: int) -> None:
    """The conclusion fits the remarks: none may be unsettled under a plain approval; a refusal says why."""
    if conclusion is Conclusion.APPROVED and unsettled:
        raise Invalid(
            "Settle the remarks first ({count}), or approve with remarks.", field="conclusion", count=unsettled
        )
    if conclusion is Conclusion.WITH_REMARKS and not remarks and not words.strip():
        raise Invalid("There is no remark: write one here, or approve without.", field="conclusion_words")
    if conclusion is Conclusion.NOT_APPROVED and not words.strip():
        raise Invalid("Say why the accounts should not be approved.", field="conclusion_words")


def check_withdrawal(status: str, reason: str, role: Role, reader: UUID | None, signer: UUID | None) -> None:
    """A signature is withdrawn by the auditor of the accounts, or by whoever gave it, with the reason."""
    if status != Status.SIGNED:
        raise Invalid("This verification is not signed.")
    if role is not Role.AUDITOR and (reader is None or reader != signer):
        raise Forbidden("The auditor of the accounts, or whoever signed, withdraws a signature.")
    if not reason.strip():
        raise Invalid("Say why the signature is withdrawn.", field="reason")


def check_text(text: str, field: str) -> str:
    """The text without blanks around it. Invalid when nothing is left, or beyond LONGEST characters."""
    found = text.strip()
    if not found:
        raise Invalid("This field is required.", field=field)
    if len(found) > LONGEST:
        raise Invalid("Use at most {max_length} characters.", field=field, max_length=LONGEST)
    return found


def check_answerable(status: str) -> None:
    """An answer may be corrected until the remark is settled."""
    if status == RemarkStatus.CLOSED:
        raise Invalid("This remark is settled.")


# --- Vouchers --------------------------------------------------------------------------------------------------------


def keeps_own_paper(source: str) -> bool:
    """True for entries, and their reversals, whose paper this application makes: no file is to be attached.

    All others need a dated, numbered voucher (Royal Decree of 12 July 2012; Civil Code, art. 3.89 §5 15°).
    """
    return source.partition(":")[0] in OWN_PAPERS


# --- How far ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """Entries of a year and those that were seen with their vouchers, in number and in amount."""

    entries: int
    seen: int
    cents: Cents
    seen_cents: Cents

    @property
    def share(self) -> Fraction:
        return Fraction(self.seen, self.entries) if self.entries else Fraction(0)

    @property
    def cents_share(self) -> Fraction:
        return Fraction(self.seen_cents, self.cents) if self.cents else Fraction(0)

    def __add__(self, other: "Progress") -> "Progress":
        return Progress(
            self.entries + other.entries, self.seen + other.seen, Cents(self.cents + other.cents),
            Cents(self.seen_cents + other.seen_cents),
        )  # fmt: skip


def tenths(share: Fraction) -> int:
    """A share in tenths of a percent, cut off: 1000 only when all was seen."""
    return share.numerator * 1000 // share.denominator


# --- Sampling --------------------------------------------------------------------------------------------------------


class Draw(StrEnum):
    LARGEST = "largest"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Sample:
    """Which entries to look at first: the `size` largest, or `size` drawn by lot with `seed`."""

    draw: Draw
    size: int
    seed: int = 0

    def __str__(self) -> str:
        """As an address keeps it: largest-20, random-25-4711."""
        return f"{self.draw}-{self.size}" + (f"-{self.seed}" if self.draw is Draw.RANDOM else "")


class Drawable(Protocol):
    @property
    def journal(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def total_cents(self) -> int: ...


T = TypeVar("T", bound=Drawable)


def make_sample(draw: str, size: str, seed: str) -> Sample:
    """What was typed, checked. Invalid beside its field."""
    if draw not in set(Draw):
        raise Invalid("Choose one from the list.", field="draw")
    wanted = _whole(size, "size")
    if not 1 <= wanted <= LARGEST_SAMPLE:
        raise Invalid("Draw between 1 and {most} entries.", field="size", most=LARGEST_SAMPLE)
    if draw == Draw.LARGEST:
        return Sample(Draw.LARGEST, wanted)
    drawn = _whole(seed, "seed")
    if not 0 <= drawn < SEEDS:
        raise Invalid("The number of the draw has six digits at most.", field="seed")
    return Sample(Draw.RANDOM, wanted, drawn)


def read_sample(text: str) -> Sample:
    """The sample that an address names. Invalid for anything else."""
    draw, size, seed = [*text.split("-"), "", "", ""][:3]
    return make_sample(draw, size, seed)


def _whole(text: str, field: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Invalid("Enter a whole number.", field=field)
    return int(text)


def ticket(seed: int, journal: str, number: int) -> str:
    """The lot of an entry in a draw: SHA-256 of “seed/journal number”, so that anybody can draw again and find the same."""
    return sha256(f"{seed}/{journal} {number}".encode()).hexdigest()


def drawn(entries: Iterable[T], sample: Sample) -> list[T]:
    """The entries of a sample: the largest first, or the lowest tickets first. Ties: by journal and number.

    An entry that is posted later takes at most one place of a random sample; the rest stays as it was.
    """
    if sample.draw is Draw.LARGEST:
        ordered = sorted(entries, key=lambda e: (-e.total_cents, e.journal, e.number))
    else:
        ordered = sorted(entries, key=lambda e: ticket(sample.seed, e.journal, e.number))
    return ordered[: sample.size]


# --- The paper -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class JournalPart:
    """How far a journal was seen."""

    journal: str
    progress: Progress


@dataclass(frozen=True, slots=True)
class PaperRemark:
    """A remark with its answer; `about`: "ACH 12, Lift" or nothing for the accounts as a whole."""

    about: str
    text: str
    by: str
    on: date
    status: str
    answer: str
    answered_by: str
    answered_on: date | None


@dataclass(frozen=True, slots=True)
class PaperEntry:
    """An entry without its voucher."""

    on: date
    name: str
    words: str
    reference: str
    cents: Cents


@dataclass(frozen=True, slots=True)
class Signature:
    by: str
    at: datetime
    conclusion: Conclusion
    words: str


@dataclass(frozen=True, slots=True)
class VerificationPaper:
    """What the meeting reads. `later`: entries posted after the signature, seen by nobody. No signature: a draft."""

    sender: Sender
    issued_on: date
    starts_on: date
    ends_on: date
    opened_by: str
    opened_on: date
    seen_by: tuple[str, ...]
    journals: tuple[JournalPart, ...]
    remarks: tuple[PaperRemark, ...]
    missing: tuple[PaperEntry, ...]
    missing_count: int
    missing_cents: Cents
    funds: Report
    later: int
    signature: Signature | None

    @property
    def progress(self) -> Progress:
        return total_of(self.journals)


def total_of(journals: Sequence[JournalPart]) -> Progress:
    """All journals together."""
    return sum((one.progress for one in journals), Progress(0, 0, Cents(0), Cents(0)))
