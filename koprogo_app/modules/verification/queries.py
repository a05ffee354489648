"""The reads of a verification: its work list, how far it is, what has no voucher. Building and rights: the service."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import String, cast
from sqlalchemy.dialects import postgresql
from sqlmodel import Session, col, func, select

from koprogo_app.core import clock, ids
from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import Invalid
from koprogo_app.core.listing import Asked, Listed, contains, page_of, selected
from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts.models import Account
from koprogo_app.modules.ledger.models import JournalEntry, JournalLine
from koprogo_app.modules.ledger.rules import Journal

from . import rules
from .models import Verification, VerificationRemark, VerificationTick
from .rules import JournalPart, PaperEntry, Progress, RemarkStatus, Sample

_columns: Any = sa.select  # of any number of columns and expressions


def visible(actor: Actor, table: Any, *columns: Any) -> Any:
    """Every read starts here: the organisation's rows (row-level security), those of the role's buildings."""
    rows: Any = _columns(*columns) if columns else select(table)
    return rows if actor.building_ids is None else rows.where(col(table.building_id).in_(actor.building_ids))


# --- The work list ---------------------------------------------------------------------------------------------------


def _remarks(*conditions: Any) -> Any:
    mine = (VerificationRemark.verification_id == Verification.id, VerificationRemark.entry_id == JournalEntry.id)
    return (
        select(func.count())
        .select_from(VerificationRemark)
        .where(*mine, *conditions)
        .correlate(Verification, JournalEntry)
    )


ENTRY_COLUMNS = (
    JournalEntry.id, JournalEntry.journal, JournalEntry.number, JournalEntry.entry_on, JournalEntry.description,
    JournalEntry.document_ref, JournalEntry.document_id, JournalEntry.total_cents, JournalEntry.source, JournalEntry.reverses_id,
    JournalEntry.created_at, VerificationTick.ticked_by, VerificationTick.ticked_at,
    _remarks().scalar_subquery().label("remarks"),
    _remarks(VerificationRemark.status != RemarkStatus.CLOSED).scalar_subquery().label("unsettled"),
)  # fmt: skip
SORTABLE = {
    "entry_on": col(JournalEntry.entry_on),
    "number": col(JournalEntry.number),
    "total_cents": col(JournalEntry.total_cents),
    "description": col(JournalEntry.description),
}
_WORDS = func.concat_ws(
    " ",
    col(JournalEntry.journal),
    cast(JournalEntry.number, String),
    JournalEntry.description,
    JournalEntry.document_ref,
)
_SEEN = col(VerificationTick.id).is_not(None)
_LATE = func.coalesce(JournalEntry.created_at > col(Verification.signed_at), sa.false())  # after the signature, if any
WITHOUT_VOUCHER = sa.and_(
    col(JournalEntry.document_id).is_(None),
    func.split_part(col(JournalEntry.source), ":", 1).not_in(sorted(rules.OWN_PAPERS)),
)


def _of_year(rows: Any, verification_ids: Collection[UUID]) -> Any:
    """The entries of the years that these verify, each with its tick, if any."""
    rows = rows.select_from(JournalEntry).join(Verification, Verification.year_id == JournalEntry.year_id)
    mine = sa.and_(
        col(VerificationTick.verification_id) == Verification.id, col(VerificationTick.entry_id) == JournalEntry.id
    )
    return rows.outerjoin(VerificationTick, mine).where(col(Verification.id).in_(verification_ids))


def _above(value: str) -> Any:
    if not (value.isascii() and value.isdigit() and len(value) <= 15):
        raise Invalid("Enter a whole number.", field="above")
    return col(JournalEntry.total_cents) > int(value)


def _journal(value: str) -> Any:
    if value not in set(Journal):
        raise Invalid("Choose one from the list.", field="journal")
    return col(JournalEntry.journal) == value


def _account(value: str) -> Any:
    begins = select(JournalLine.id).join(Account, col(Account.id) == JournalLine.account_id)
    return begins.where(
        JournalLine.entry_id == JournalEntry.id, col(Account.code).startswith(value, autoescape=True)
    ).exists()


_FILTERS: dict[str, Callable[[str], Any]] = {
    "seen": lambda value: _SEEN if value == "yes" else ~_SEEN,
    "remark": lambda value: (
        _remarks(VerificationRemark.status != RemarkStatus.CLOSED) if value == "open" else _remarks()
    ).scalar_subquery() > 0,
    "voucher": lambda value: WITHOUT_VOUCHER if value == "missing" else ~WITHOUT_VOUCHER,
    "above": _above,
    "journal": _journal,
    "class": _account,
}  # fmt: skip


def entries(s: Session, verification: Verification, asked: Asked) -> Listed:
    """One page of ENTRY_COLUMNS.

    Filters: seen (yes, no), remark (any, open), voucher (missing, there), above (cents), journal, class (beginning of an account
    code), sample (rules.Sample as a text). Search in number, words and voucher number.
    """
    wanted = _of_year(selected(*ENTRY_COLUMNS), [verification.id])
    if asked.search:
        wanted = wanted.where(contains(_WORDS, asked.search))
    for name, condition in _FILTERS.items():
        if value := asked.filters.get(name):
            wanted = wanted.where(condition(value))
    if text := asked.filters.get("sample"):
        wanted = wanted.where(col(JournalEntry.id).in_(_sampled(s, verification, rules.read_sample(text))))
    return page_of(s, wanted, asked, SORTABLE, "entry_on")


@dataclass(frozen=True, slots=True)
class _Drawable:
    id: UUID
    journal: str
    number: int
    total_cents: int


def _sampled(s: Session, verification: Verification, sample: Sample) -> list[UUID]:
    """The entries of a sample, out of the whole year."""
    e = JournalEntry
    year = _columns(e.id, e.journal, e.number, e.total_cents).where(e.year_id == verification.year_id)
    return [one.id for one in rules.drawn((_Drawable(*row) for row in s.execute(year)), sample)]


def one_entry(s: Session, verification: Verification, entry_id: UUID) -> Any:
    """ENTRY_COLUMNS of an entry; none when it is of another year."""
    wanted = _of_year(selected(*ENTRY_COLUMNS), [verification.id]).where(JournalEntry.id == entry_id)
    return s.execute(wanted).one_or_none()


def next_unseen(s: Session, verification: Verification, after: Any) -> UUID | None:
    """The entry to look at after this one (of ENTRY_COLUMNS): by day, from the beginning again after the last."""
    place = sa.tuple_(col(JournalEntry.entry_on), col(JournalEntry.id))
    passed = place <= sa.tuple_(sa.literal(after.entry_on), sa.literal(after.id))
    wanted = _of_year(_columns(JournalEntry.id), [verification.id]).where(~_SEEN, JournalEntry.id != after.id)
    return s.execute(wanted.order_by(passed, JournalEntry.entry_on, JournalEntry.id).limit(1)).scalar_one_or_none()


# --- How far ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a verification is, journal by journal; `later`: entries posted after its signature, in none of these sums."""

    journals: tuple[JournalPart, ...] = ()
    later: int = 0

    @property
    def progress(self) -> Progress:
        return rules.total_of(self.journals)


def reaches(s: Session, verification_ids: Collection[UUID]) -> dict[UUID, Reach]:
    """In one question; a verification of a year without entries is absent."""
    total = func.sum(JournalEntry.total_cents)
    sums = _columns(
        Verification.id, JournalEntry.journal, func.count().filter(~_LATE), func.count().filter(_SEEN, ~_LATE),
        total.filter(~_LATE), total.filter(_SEEN, ~_LATE), func.count().filter(_LATE),
    )  # fmt: skip
    found: dict[UUID, tuple[list[JournalPart], int]] = {}
    grouped = _of_year(sums, verification_ids).group_by(Verification.id, JournalEntry.journal)
    for one, journal, count, seen, cents, seen_cents, after in s.execute(grouped.order_by(JournalEntry.journal)):
        parts, before = found.get(one, ([], 0))
        if count:
            parts.append(
                JournalPart(journal, Progress(count, seen, Cents(int(cents or 0)), Cents(int(seen_cents or 0))))
            )
        found[one] = parts, before + after
    return {one: Reach(tuple(parts), after) for one, (parts, after) in found.items()}


def unsettled(s: Session, verification_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """verification -> remarks in all, remarks that are not settled."""
    open_ = func.count().filter(col(VerificationRemark.status) != RemarkStatus.CLOSED)
    sums = _columns(VerificationRemark.verification_id, func.count(), open_)
    sums = sums.where(col(VerificationRemark.verification_id).in_(verification_ids))
    return {one: (count, left) for one, count, left in s.execute(sums.group_by(VerificationRemark.verification_id))}


def without_voucher(s: Session, verification: Verification, most: int) -> tuple[list[PaperEntry], int, Cents]:
    """The first entries without a voucher by day, how many there are, and their amount; none posted after the signature."""
    sums = _of_year(_columns(func.count(), func.sum(JournalEntry.total_cents)), [verification.id]).where(
        WITHOUT_VOUCHER, ~_LATE
    )
    count, cents = s.execute(sums).one()
    e = JournalEntry
    wanted = _of_year(
        _columns(e.entry_on, e.journal, e.number, e.description, e.document_ref, e.total_cents), [verification.id]
    )
    rows = s.execute(wanted.where(WITHOUT_VOUCHER, ~_LATE).order_by(e.entry_on, e.id).limit(most))
    listed = [
        PaperEntry(on, f"{journal} {number}", words, reference or "", Cents(amount))
        for on, journal, number, words, reference, amount in rows
    ]
    return listed, count, Cents(int(cents or 0))


def seen_by(s: Session, verification_id: UUID) -> tuple[str, ...]:
    """Everybody who ticked, by name."""
    names = _columns(VerificationTick.ticked_by).where(VerificationTick.verification_id == verification_id).distinct()
    return tuple(sorted(s.execute(names).scalars(), key=str.casefold))


# --- Ticks -----------------------------------------------------------------------------------------------------------


def posters(s: Session, verification: Verification, entry_ids: Collection[UUID]) -> dict[UUID, tuple[str, UUID | None]]:
    """entry of the year -> its name (ACH 12), who posted it."""
    e = JournalEntry
    wanted = _columns(e.id, e.journal, e.number, e.posted_by).where(
        e.year_id == verification.year_id, col(e.id).in_(entry_ids)
    )
    return {one: (f"{journal} {number}", posted_by) for one, journal, number, posted_by in s.execute(wanted)}


def add_ticks(s: Session, actor: Actor, verification: Verification, entry_ids: Sequence[UUID]) -> set[UUID]:
    """Ticks what nobody ticked yet, and says which; two people at once tick once."""
    at: datetime = clock.now()
    rows = [
        {
            "id": ids.uuid7(), "created_at": at, "updated_at": at, "building_id": verification.building_id,
            "verification_id": verification.id, "entry_id": one, "ticked_by": actor.name, "user_id": actor.user_id, "ticked_at": at,
        }
        for one in sorted(entry_ids)  # the same order for everybody: nobody waits for each other
    ]  # fmt: skip
    if not rows:
        return set()
    insert = postgresql.insert(VerificationTick).values(rows).on_conflict_do_nothing()
    return set(s.execute(insert.returning(col(VerificationTick.entry_id))).scalars())


def drop_ticks(s: Session, verification: Verification, entry_ids: Collection[UUID]) -> set[UUID]:
    """Takes ticks back, and says which there were."""
    mine = (col(VerificationTick.verification_id) == verification.id, col(VerificationTick.entry_id).in_(entry_ids))
    return set(s.execute(sa.delete(VerificationTick).where(*mine).returning(col(VerificationTick.entry_id))).scalars())
