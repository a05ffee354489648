"""What one can do to verify a year's accounts: tick its entries, remark, answer, conclude and sign, print the report."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select

from koprogo_app.core import audit, clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import Conflict, Invalid, NotFound
from koprogo_app.core.i18n import LOCALES, N_
from koprogo_app.core.listing import Asked, Listed
from koprogo_app.core.service import requires
from koprogo_app.modules.accounts import access as books
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import FiscalYear
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.ledger.models import JournalEntry
from koprogo_app.modules.reports import service as reports
from koprogo_app.modules.reports.rules import Name, Wanted

from . import queries, rules
from .models import Verification, VerificationRemark
from .queries import Reach, visible
from .rules import Conclusion, PaperRemark, RemarkStatus, Signature, Status, VerificationPaper
from .wording import on

AT_ONCE = 500  # entries of one act
LISTED = 500  # entries without voucher that the paper names


@dataclass(frozen=True, slots=True)
class Year:
    """A financial year, its verification if one began, how far it is, its remarks in all and unsettled."""

    year: FiscalYear
    verification: Verification | None
    reach: Reach
    remarks: int
    unsettled: int


@dataclass(frozen=True, slots=True)
class Remarked:
    """A remark and the entry that it is about; `about`: ACH 12, or nothing."""

    remark: VerificationRemark
    about: str
    words: str


@dataclass(frozen=True, slots=True)
class Looked:
    """An entry beside its voucher: `row` is of queries.ENTRY_COLUMNS; `following`: the next one that nobody saw yet."""

    verification: Verification
    row: Any
    whole: ledger.Whole
    remarks: list[Remarked]
    following: UUID | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A building where remarks wait for the syndic's answer."""

    building_id: UUID
    remarks: int


# --- Read ------------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_READ)
def list_years(s: Session, actor: Actor, building_id: UUID) -> list[Year]:
    """Every financial year of a building with its verification, the last one first."""
    buildings.get_building(s, actor, building_id)
    years = accounts.list_years(s, actor, building_id)
    wanted = visible(actor, Verification).where(Verification.building_id == building_id)
    begun: dict[UUID, Verification] = {v.year_id: v for v in s.exec(wanted)}
    return _reached(s, [(year, begun.get(year.id)) for year in years])


@requires(Permission.LEDGER_READ)
def get_verification(s: Session, actor: Actor, verification_id: UUID) -> Year:
    """A verification with its year and how far it is. NotFound when the reader cannot see it."""
    found = _get(s, actor, verification_id)
    year = accounts.get_year(s, actor, found.year_id)
    return _reached(s, [(year, found)])[0]


@requires(Permission.LEDGER_READ)
def list_entries(s: Session, actor: Actor, verification_id: UUID, asked: Asked) -> Listed:
    """One page of the year's entries (queries.ENTRY_COLUMNS) with ticks and remarks. Filters: see queries.entries."""
    return queries.entries(s, _get(s, actor, verification_id), asked)


@requires(Permission.LEDGER_READ)
def get_entry(s: Session, actor: Actor, verification_id: UUID, entry_id: UUID) -> Looked:
    """One entry of the year with its lines, tick and remarks. NotFound for an entry of another year."""
    verification = _get(s, actor, verification_id)
    row = queries.one_entry(s, verification, entry_id)
    if row is None:
        raise NotFound("This journal entry does not exist.")
    whole = ledger.get_entry(s, actor, entry_id)
    following = queries.next_unseen(s, verification, row)
    return Looked(verification, row, whole, list_remarks(s, actor, verification_id, entry_id), following)


@requires(Permission.LEDGER_READ)
def list_remarks(s: Session, actor: Actor, verification_id: UUID, entry_id: UUID | None = None) -> list[Remarked]:
    """The remarks of a verification, or those on one entry, in the order in which they were written."""
    _get(s, actor, verification_id)
    e = JournalEntry
    wanted = visible(actor, VerificationRemark, VerificationRemark, e.journal, e.number, e.description)
    wanted = wanted.outerjoin(JournalEntry, col(e.id) == VerificationRemark.entry_id)
    wanted = wanted.where(VerificationRemark.verification_id == verification_id)
    if entry_id is not None:
        wanted = wanted.where(VerificationRemark.entry_id == entry_id)
    rows = s.execute(wanted.order_by(VerificationRemark.id))
    return [
        Remarked(remark, f"{journal} {number}" if journal else "", words or "")
        for remark, journal, number, words in rows
    ]


@requires(Permission.LEDGER_READ)
def get_remark(s: Session, actor: Actor, remark_id: UUID) -> VerificationRemark:
    """NotFound when the reader cannot see it."""
    found = s.exec(visible(actor, VerificationRemark).where(VerificationRemark.id == remark_id)).one_or_none()
    if found is None:
        raise NotFound("This remark does not exist.")
    return found


@requires(Permission.VERIFICATION_ANSWER)
def waiting(s: Session, actor: Actor) -> list[Waiting]:
    """The buildings of the reader where remarks wait for an answer; one question for all."""
    r = VerificationRemark
    wanted = visible(actor, r, r.building_id, func.count()).join(
        Verification, col(Verification.id) == r.verification_id
    )
    wanted = wanted.where(r.status == RemarkStatus.OPEN, Verification.status == Status.OPEN)
    return [Waiting(*row) for row in s.execute(wanted.group_by(r.building_id))]


@requires(Permission.LEDGER_READ)
def report_paper(s: Session, actor: Actor, verification_id: UUID, locale: str) -> VerificationPaper:
    """What the meeting reads; `locale` words the accounts of the funds. Signed: the figures are those of the signature.

    Invalid for an unknown language or without an enterprise number (Civil Code, art. 3.86 §1).
    """
    if locale not in LOCALES:
        raise Invalid("Choose one from the list.", field="language")
    known = get_verification(s, actor, verification_id)
    v, year = _found(known.verification), known.year
    wanted = Wanted(Name.FUNDS, year.id, until=year.ends_on, posted_until=v.signed_at)
    funds = reports.read_report(s, actor, v.building_id, wanted, locale, lambda r: replace(r, rows=list(r.rows)))
    missing, count, cents = queries.without_voucher(s, v, LISTED)
    signature = (
        Signature(v.signed_by, v.signed_at, Conclusion(v.conclusion), v.conclusion_words)
        if v.signed_by and v.signed_at and v.conclusion
        else None
    )
    return VerificationPaper(
        sender=reports.find_sender(s, actor, v.building_id), issued_on=clock.today(), starts_on=year.starts_on, ends_on=year.ends_on,
        opened_by=v.opened_by, opened_on=v.opened_on, seen_by=queries.seen_by(s, v.id), journals=known.reach.journals,
        remarks=tuple(_paper_remark(one) for one in list_remarks(s, actor, v.id)), missing=tuple(missing), missing_count=count,
        missing_cents=cents, funds=funds, later=known.reach.later, signature=signature,
    )  # fmt: skip


# --- Write -----------------------------------------------------------------------------------------------------------


@requires(Permission.VERIFICATION_WRITE, audit=N_("verification of the accounts begun"))
def open_verification(s: Session, actor: Actor, building_id: UUID, year_id: UUID) -> Verification:
    """Begins the verification of a year; the one there is when it has begun. Conflict when it is signed."""
    books.locked_book(s, actor, building_id)  # two people at once begin one
    year = accounts.get_year(s, actor, year_id)
    if year.building_id != building_id:
        raise Invalid("Choose one from the list.", field="year_id")
    found = s.exec(visible(actor, Verification).where(Verification.year_id == year_id)).one_or_none()
    if found is None:
        found = Verification(building_id=building_id, year_id=year_id, opened_by=actor.name, opened_on=clock.today())
        s.add(found)
        s.flush()
    elif found.status == Status.SIGNED:
        raise Conflict("The verification of this year is signed: withdraw the signature to go on with it.")
    return found


@requires(Permission.VERIFICATION_WRITE, audit=N_("entries ticked"))
def tick(s: Session, actor: Actor, verification_id: UUID, entry_ids: Sequence[UUID]) -> int:
    """Says of entries that they were seen with their vouchers; returns how many were not ticked before.

    Of several, those that the reader entered himself are left out; Invalid when there is no other. NotFound for an entry of
    another year.
    """
    verification = _writable(s, actor, verification_id)
    known = _entries(s, verification, entry_ids)
    others = [one for one, (_, posted_by) in known.items() if posted_by is None or posted_by != actor.user_id]
    if known and not others:
        rules.check_seen_by(actor.user_id, actor.user_id)
    added = queries.add_ticks(s, actor, verification, others)
    _note(s, verification, known, added)
    return len(added)


@requires(Permission.VERIFICATION_WRITE, audit=N_("ticks taken back"))
def untick(s: Session, actor: Actor, verification_id: UUID, entry_ids: Sequence[UUID]) -> int:
    """Takes ticks back until the signature; returns how many there were."""
    verification = _writable(s, actor, verification_id)
    known = _entries(s, verification, entry_ids)
    dropped = queries.drop_ticks(s, verification, list(known))
    _note(s, verification, known, dropped)
    return len(dropped)


@requires(Permission.VERIFICATION_WRITE, audit=N_("remark written"))
def write_remark(
    s: Session, actor: Actor, verification_id: UUID, text: str, entry_id: UUID | None = None
) -> VerificationRemark:
    """A remark on an entry, or on the accounts as a whole; the same words there again: the remark there is."""
    verification = _locked(s, actor, verification_id)
    rules.check_open(verification.status)
    words = rules.check_text(text, "text")
    if entry_id is not None:
        _entries(s, verification, [entry_id])
    r = VerificationRemark
    same = select(r).where(r.verification_id == verification_id, r.text == words, r.status != RemarkStatus.CLOSED)
    same = same.where(col(r.entry_id).is_(None) if entry_id is None else r.entry_id == entry_id)
    if (there := s.exec(same).first()) is not None:
        return there
    remark = VerificationRemark(
        building_id=verification.building_id, verification_id=verification_id, entry_id=entry_id, text=words, written_by=actor.name
    )  # fmt: skip
    s.add(remark)
    s.flush()
    return remark


@requires(Permission.VERIFICATION_ANSWER, audit=N_("remark answered"))
def answer_remark(s: Session, actor: Actor, remark_id: UUID, text: str) -> VerificationRemark:
    """The syndic's answer, which he may correct until the remark is settled."""
    remark = _remark(s, actor, remark_id)
    rules.check_answerable(remark.status)
    words = rules.check_text(text, "answer")
    if remark.answer != words:
        remark.answer, remark.answered_by, remark.answered_at = words, actor.name, clock.now()
        remark.status = RemarkStatus.ANSWERED
        s.flush()
    return remark


@requires(Permission.VERIFICATION_WRITE, audit=N_("remark settled"))
def close_remark(s: Session, actor: Actor, remark_id: UUID) -> VerificationRemark:
    """Settles a remark, answered or not."""
    remark = _remark(s, actor, remark_id)
    if remark.status != RemarkStatus.CLOSED:
        remark.status, remark.closed_by, remark.closed_at = RemarkStatus.CLOSED, actor.name, clock.now()
        s.flush()
    return remark


@requires(Permission.VERIFICATION_WRITE, audit=N_("verification of the accounts signed"))
def sign(s: Session, actor: Actor, verification_id: UUID, conclusion: Conclusion, words: str = "") -> Verification:
    """Concludes; from then on nothing changes. The same person signing the same again: the verification as it is.

    Invalid, beside the field, when the conclusion does not fit the remarks.
    """
    v = _locked(s, actor, verification_id)
    said = rules.check_text(words, "conclusion_words") if words.strip() else ""
    if (v.status, v.conclusion, v.conclusion_words, v.user_id) == (Status.SIGNED, conclusion, said, actor.user_id):
        return v
    rules.check_open(v.status)
    books.locked_book(s, actor, v.building_id)  # an entry is posted before the signature or after it
    remarks, unsettled = queries.unsettled(s, [v.id]).get(v.id, (0, 0))
    rules.check_conclusion(conclusion, said, unsettled, remarks)
    v.status, v.conclusion, v.conclusion_words = Status.SIGNED, conclusion, said
    v.signed_at, v.signed_by, v.user_id = clock.now(), actor.name, actor.user_id
    s.flush()
    return v


@requires(Permission.VERIFICATION_WRITE, audit=N_("signature of the verification withdrawn"))
def withdraw_signature(s: Session, actor: Actor, verification_id: UUID, reason: str) -> Verification:
    """Opens a signed verification again, with its ticks and remarks; the trail keeps what was signed.

    Forbidden to anybody but the auditor of the accounts and whoever signed. Invalid without a reason.
    """
    v = _locked(s, actor, verification_id)
    rules.check_withdrawal(v.status, reason, actor.role, actor.user_id, v.user_id)
    v.withdrawn_at, v.withdrawn_by = clock.now(), actor.name
    v.withdrawal_reason = rules.check_text(reason, "reason")
    v.status, v.conclusion, v.conclusion_words = Status.OPEN, None, ""
    v.signed_at, v.signed_by, v.user_id = None, None, None
    s.flush()
    return v


# --- Parts -----------------------------------------------------------------------------------------------------------


def _reached(s: Session, years: Sequence[tuple[FiscalYear, Verification | None]]) -> list[Year]:
    keys = [v.id for _, v in years if v is not None]
    reached, remarks = queries.reaches(s, keys), queries.unsettled(s, keys)
    return [
        Year(year, v, *((reached.get(v.id, Reach()), *remarks.get(v.id, (0, 0))) if v else (Reach(), 0, 0)))
        for year, v in years
    ]


def _get(s: Session, actor: Actor, verification_id: UUID) -> Verification:
    return _found(s.exec(visible(actor, Verification).where(Verification.id == verification_id)).one_or_none())


def _found(verification: Verification | None) -> Verification:
    if verification is None:
        raise NotFound("This verification does not exist.")
    return verification


def _locked(s: Session, actor: Actor, verification_id: UUID, *, shared: bool = False) -> Verification:
    """One writer at a time; `shared`: several who tick, none who signs."""
    wanted = visible(actor, Verification).where(Verification.id == verification_id).with_for_update(read=shared)
    return _found(s.exec(wanted.execution_options(populate_existing=True)).one_or_none())


def _writable(s: Session, actor: Actor, verification_id: UUID) -> Verification:
    verification = _locked(s, actor, verification_id, shared=True)
    rules.check_open(verification.status)
    return verification


def _entries(s: Session, verification: Verification, entry_ids: Sequence[UUID]) -> dict[UUID, tuple[str, UUID | None]]:
    """Entries of the year, each with its name and who posted it. NotFound when one is of another year."""
    asked = set(entry_ids)
    if len(asked) > AT_ONCE:
        raise Invalid("At most {most} entries at once.", field="entry_ids", most=AT_ONCE)
    known = queries.posters(s, verification, asked)
    if len(known) < len(asked):
        raise NotFound("This journal entry does not exist.")
    return known


def _note(s: Session, v: Verification, known: dict[UUID, tuple[str, UUID | None]], changed: Collection[UUID]) -> None:
    if changed:
        names = ", ".join(sorted(known[one][0] for one in changed))
        audit.note(s, "verification_tick", None, v.building_id, number=names)


def _remark(s: Session, actor: Actor, remark_id: UUID) -> VerificationRemark:
    """The remark, while its verification is open; both are locked."""
    seen = get_remark(s, actor, remark_id)
    rules.check_open(_locked(s, actor, seen.verification_id).status)
    s.refresh(seen)
    return seen


def _paper_remark(one: Remarked) -> PaperRemark:
    r = one.remark
    about = f"{one.about}, {one.words}" if one.about else ""
    return PaperRemark(
        about, r.text, r.written_by, on(r.created_at), r.status, r.answer or "", r.answered_by or "",
        on(r.answered_at) if r.answered_at else None,
    )  # fmt: skip
