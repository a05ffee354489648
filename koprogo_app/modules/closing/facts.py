"""What the books say of a year that is about to be closed: a fixed number of reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, func, select

from koprogo_app.core.actor import Actor
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import FiscalYear
from koprogo_app.modules.accounts.rules import RESULT, Purpose
from koprogo_app.modules.invoices.models import Invoice
from koprogo_app.modules.invoices.rules import Approval
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.ledger.models import JournalEntry
from koprogo_app.modules.ledger.service import Balance
from koprogo_app.modules.statements import material
from koprogo_app.modules.verification.models import Verification, VerificationRemark
from koprogo_app.modules.verification.rules import Conclusion, RemarkStatus
from koprogo_app.modules.verification.rules import Status as Verified

from .models import YearClosing
from .rules import Facts, Status

UNPOSTED = (Approval.DRAFT, Approval.SUBMITTED, Approval.REFUSED)


@dataclass(frozen=True, slots=True)
class Books:
    """The balances of a year with what they say of it."""

    balances: list[Balance]
    facts: Facts

    @property
    def carried(self) -> list[Balance]:
        """What goes over to the next year: all but costs and income, as far as something is left."""
        return [b for b in self.balances if b.account.kind not in RESULT and b.moved.after]


def read(s: Session, actor: Actor, year: FiscalYear) -> Books:
    """NotFound for a building that the reader cannot see."""
    balances = ledger.balances(s, actor, year.building_id, year.id)
    left = material.gather(s, actor, year, year.ends_on)
    verification = s.exec(select(Verification).where(Verification.year_id == year.id)).one_or_none()
    facts = Facts(
        ends_on=year.ends_on, earlier_open=_earlier_open(s, actor, year), unposted=_unposted(s, year), unborne=len(left.problems),
        unsettled=len(left.lines), result=-sum(b.moved.after for b in balances if b.account.kind in RESULT),
        suspense=held(balances, Purpose.SUSPENSE), transfers=held(balances, Purpose.TRANSFERS),
        reserve=-held(balances, Purpose.RESERVE_FUND, Purpose.SPECIAL_RESERVE),
        reserve_bank=held(balances, Purpose.BANK_RESERVE, Purpose.TERM_DEPOSIT),
        remarks=_remarks(s, verification), verified=verification is not None and verification.status == Verified.SIGNED,
        refused=verification is not None and verification.conclusion == Conclusion.NOT_APPROVED,
    )  # fmt: skip
    return Books(balances, facts)


def held(balances: Iterable[Balance], *purposes: Purpose) -> int:
    """Debit less credit of the accounts for these purposes, in cents."""
    return sum(b.moved.after for b in balances if b.account.purpose in purposes)


def _earlier_open(s: Session, actor: Actor, year: FiscalYear) -> bool:
    """True when the year before holds entries and is not closed."""
    years = accounts.list_years(s, actor, year.building_id)
    before = next((y for y in years if y.starts_on < year.starts_on), None)
    if before is None or is_closed(s, before.id):
        return False
    return s.exec(select(JournalEntry.id).where(JournalEntry.year_id == before.id).limit(1)).first() is not None


def is_closed(s: Session, year_id: UUID) -> bool:
    """True for a year that was closed and not opened again."""
    wanted = select(YearClosing.id).where(YearClosing.year_id == year_id, YearClosing.status == Status.CLOSED)
    return s.exec(wanted).first() is not None


def _unposted(s: Session, year: FiscalYear) -> int:
    dated = func.coalesce(Invoice.booked_on, Invoice.issued_on)
    wanted = select(func.count()).where(
        Invoice.building_id == year.building_id, col(Invoice.approval).in_(UNPOSTED), Invoice.payment != "cancelled",
        dated >= year.starts_on, dated <= year.ends_on,
    )  # fmt: skip
    return s.exec(wanted).one()


def _remarks(s: Session, verification: Verification | None) -> int:
    if verification is None:
        return 0
    wanted = select(func.count()).where(
        VerificationRemark.verification_id == verification.id, VerificationRemark.status == RemarkStatus.OPEN
    )
    return s.exec(wanted).one()
