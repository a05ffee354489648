"""The life of a supplier's invoice: its states and the steps between them, who approves, which ones are twice the same. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID

from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import N_, Money
from koprogo_app.core.money import Cents

MANY_LINES = 200
FORM_LINES = 15  # of the form and of what is read from a file; more of them come through the REST interface
NEAR_DAYS = 30  # between two invoices of one amount that may be one


class Kind(StrEnum):
    """A credit note states positive amounts: they are taken off what is owed."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


KINDS = {Kind.INVOICE: N_("Invoice"), Kind.CREDIT_NOTE: N_("Credit note")}


class Category(StrEnum):
    MAINTENANCE = "maintenance"
    REPAIRS = "repairs"
    INSURANCE = "insurance"
    UTILITIES = "utilities"
    CLEANING = "cleaning"
    ADMINISTRATION = "administration"
    WORKS = "works"
    OTHER = "other"


CATEGORIES = {
    Category.MAINTENANCE: N_("Maintenance"),
    Category.REPAIRS: N_("Repairs"),
    Category.INSURANCE: N_("Insurance"),
    Category.UTILITIES: N_("Water and energy"),
    Category.CLEANING: N_("Cleaning"),
    Category.ADMINISTRATION: N_("Administration"),
    Category.WORKS: N_("Works"),
    Category.OTHER: N_("Other"),
}


class Source(StrEnum):
    """How an invoice came in."""

    MANUAL = "manual"
    UBL = "ubl"
    PDF = "pdf"
    RECURRING = "recurring"


class Fund(StrEnum):
    """Whose bank account pays: the two are kept apart (art. 3.86 §3)."""

    WORKING = "working"
    RESERVE = "reserve"


FUNDS = {Fund.WORKING: N_("Working capital fund"), Fund.RESERVE: N_("Reserve fund")}


# --- States ----------------------------------------------------------------------------------------------------------


class Approval(StrEnum):
    """Approval and posting are one act: an approved invoice stands in the books."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REFUSED = "refused"
    POSTED = "posted"


class Payment(StrEnum):
    PENDING = "pending"
    OVERDUE = "overdue"
    PAID = "paid"
    CANCELLED = "cancelled"


class Action(StrEnum):
    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    REFUSE = "refuse"
    UNDO = "undo"
    PAY = "pay"
    UNPAY = "unpay"
    OVERDUE = "overdue"
    CANCEL = "cancel"
    REACTIVATE = "reactivate"


@dataclass(frozen=True, slots=True)
class Step:
    """From which states an action leads, and to which; a half that is None stays as it is."""

    approvals: frozenset[Approval]
    payments: frozenset[Payment]
    approval: Approval | None = None
    payment: Payment | None = None


_OPEN = frozenset({Payment.PENDING, Payment.OVERDUE})
_UNPOSTED = frozenset({Approval.DRAFT, Approval.SUBMITTED, Approval.REFUSED})
_TYPED = frozenset({Approval.DRAFT, Approval.REFUSED})
_SENT, _POSTED = frozenset({Approval.SUBMITTED}), frozenset({Approval.POSTED})
STEPS = {
    Action.EDIT: Step(_TYPED, _OPEN),
    Action.SUBMIT: Step(_TYPED, _OPEN, approval=Approval.SUBMITTED),
    Action.APPROVE: Step(_SENT, _OPEN, approval=Approval.POSTED),
    Action.REFUSE: Step(_SENT, _OPEN, approval=Approval.REFUSED),
    Action.UNDO: Step(_POSTED, _OPEN, approval=Approval.DRAFT),
    Action.PAY: Step(_POSTED, _OPEN, payment=Payment.PAID),
    Action.UNPAY: Step(_POSTED, frozenset({Payment.PAID}), payment=Payment.PENDING),
    Action.OVERDUE: Step(frozenset(Approval), frozenset({Payment.PENDING}), payment=Payment.OVERDUE),
    Action.CANCEL: Step(_UNPOSTED, _OPEN, payment=Payment.CANCELLED),
    Action.REACTIVATE: Step(_UNPOSTED, frozenset({Payment.CANCELLED}), payment=Payment.PENDING),
}
_REFUSALS = {
    Action.EDIT: N_("Only a draft or a refused invoice can be changed."),
    Action.SUBMIT: N_("Only a draft or a refused invoice can be sent for approval."),
    Action.APPROVE: N_("Only an invoice that waits for approval can be approved."),
    Action.REFUSE: N_("Only an invoice that waits for approval can be refused."),
    Action.UNDO: N_("Only an approved invoice that is not paid can be taken out of the books."),
    Action.PAY: N_("Only an approved invoice can be paid, and once."),
    Action.UNPAY: N_("Only a paid invoice can be set back to unpaid."),
    Action.OVERDUE: N_("Only an invoice that waits for its payment can be overdue."),
    Action.CANCEL: N_("Only an invoice that is not in the books can be cancelled: take it out of the books first."),
    Action.REACTIVATE: N_("Only a cancelled invoice can be taken up again."),
}


class Stateful(Protocol):
    @property
    def approval(self) -> str: ...
    @property
    def payment(self) -> str: ...


def may(action: Action, invoice: Stateful) -> bool:
    """True when the invoice is in a state from which the action leads."""
    step = STEPS[action]
    return invoice.approval in step.approvals and invoice.payment in step.payments


def done(action: Action, invoice: Stateful) -> bool:
    """True when the invoice already is where the action leads: doing it again changes nothing."""
    step = STEPS[action]
    if step.approval is None and step.payment is None:
        return False
    arrived = step.approval in (None, invoice.approval) and step.payment in (None, invoice.payment)
    return arrived and (step.payment is not None or invoice.payment != Payment.CANCELLED)


def check(action: Action, invoice: Stateful) -> None:
    """Refuses an action that the state does not allow."""
    if not may(action, invoice):
        raise Invalid(_REFUSALS[action])


def after(action: Action, invoice: Stateful) -> tuple[Approval, Payment]:
    """Approval and payment once the action is done."""
    step = STEPS[action]
    return step.approval or Approval(invoice.approval), step.payment or Payment(invoice.payment)


class Status(StrEnum):
    """What a reader sees: both halves in one word."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REFUSED = "refused"
    TO_PAY = "to_pay"
    LATE = "late"
    PAID = "paid"
    CANCELLED = "cancelled"


STATUSES = {
    Status.DRAFT: N_("Draft"),
    Status.SUBMITTED: N_("Waits for approval"),
    Status.REFUSED: N_("Refused"),
    Status.TO_PAY: N_("To pay"),
    Status.LATE: N_("Overdue"),
    Status.PAID: N_("Paid"),
    Status.CANCELLED: N_("Cancelled"),
}


def status_of(invoice: Stateful, due_on: date | None, today: date) -> Status:
    """In one word; an approved one is overdue from the day after its due date."""
    if invoice.payment in (Payment.PAID, Payment.CANCELLED):
        return Status(invoice.payment)
    if invoice.approval != Approval.POSTED:
        return Status(invoice.approval)
    late = invoice.payment == Payment.OVERDUE or (due_on is not None and due_on < today)
    return Status.LATE if late else Status.TO_PAY


# --- Approval --------------------------------------------------------------------------------------------------------


def needs_other(gross: Cents, four_eyes: Cents | None) -> bool:
    """True when another person approves: above the limit that counts, which is none while four eyes are off."""
    return four_eyes is not None and abs(gross) > four_eyes


def strictest(limits: Iterable[int | None]) -> Cents | None:
    """The lowest of several limits in cents; none: four eyes were off all the time."""
    return min((Cents(limit) for limit in limits if limit is not None), default=None)


def check_reason(reason: str) -> str:
    """A reason of 500 characters at most, trimmed; Invalid when it is blank."""
    if not reason.strip():
        raise Invalid("Give the reason.", field="reason")
    if len(reason.strip()) > 500:
        raise Invalid("Use at most {max_length} characters.", field="reason", max_length=500)
    return reason.strip()


def check_complete(lines: int, gross: Cents, stated: Cents | None, supplier_id: UUID | None) -> dict[str, Invalid]:
    """What an invoice lacks before anybody approves it, by field. `stated`: the total that the paper gives."""
    wrong: dict[str, Invalid] = {}
    if supplier_id is None:
        wrong["supplier_id"] = Invalid("Choose the supplier.", field="supplier_id")
    if not lines:
        wrong["lines"] = Invalid("Enter a line at least.", field="lines")
    elif gross < 0:
        wrong["lines"] = Invalid("The total is below zero: enter it as a credit note.", field="lines")
    elif gross == 0:
        wrong["lines"] = Invalid("The total is zero: there is nothing to enter in the books.", field="lines")
    elif stated is not None and stated != gross:
        wrong["stated_cents"] = Invalid(
            "The lines add up to {sum}, the invoice states {stated}.", field="stated_cents", sum=Money(gross), stated=Money(stated),
        )  # fmt: skip
    return wrong


# --- Twice the same --------------------------------------------------------------------------------------------------


class Known(Protocol):
    """What is compared of another invoice of the same supplier."""

    @property
    def id(self) -> UUID: ...
    @property
    def kind(self) -> str: ...
    @property
    def number_key(self) -> str: ...
    @property
    def gross_cents(self) -> int: ...
    @property
    def issued_on(self) -> date: ...


K = TypeVar("K", bound=Known)


def number_key(number: str) -> str:
    """A supplier's number as it is compared: letters and digits only. F26-40871 is f2640871."""
    return "".join(c for c in number.casefold() if c.isalnum())


def same_number(others: Iterable[K], kind: str, key: str) -> K | None:
    """Another invoice (or credit note) of the supplier with this number; none for a paper without number."""
    return next((one for one in others if key and one.kind == kind and one.number_key == key), None)


def same_amount(others: Iterable[K], kind: str, gross: int, issued_on: date) -> K | None:
    """Another one of the supplier over the same amount, at most NEAR_DAYS before or after."""
    near = (one for one in others if one.kind == kind and gross and one.gross_cents == gross)
    return next((one for one in near if abs((one.issued_on - issued_on).days) <= NEAR_DAYS), None)
