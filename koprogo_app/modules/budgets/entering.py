"""What is entered of a budget, checked against the books and the keys of its building. Called in a transaction."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, and_, col, or_, select

from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import Conflict, DomainError, Invalid, NotFound
from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts.models import Account
from koprogo_app.modules.accounts.rules import Kind, Purpose
from koprogo_app.modules.documents import service as documents
from koprogo_app.modules.keys.models import DistributionKey

from . import rules
from .models import Budget, BudgetLine, LineIn
from .rules import Line, Nature, Status

_RESERVES = frozenset({Purpose.RESERVE_FUND, Purpose.SPECIAL_RESERVE})
_NO_COMMON_COST = frozenset({Purpose.PRIVATE_COSTS, Purpose.FUND_MOVEMENTS, Purpose.FUND_WITHDRAWALS})


def fits(account: Account, nature: Nature) -> bool:
    """True for an account that a line of this nature may stand on: a common cost, or one of the reserve funds."""
    if nature == Nature.RESERVE:
        return account.purpose in _RESERVES
    return account.kind == Kind.EXPENSE and account.purpose not in _NO_COMMON_COST


def checked(s: Session, building_id: UUID, lines: Sequence[LineIn]) -> list[Line]:
    """The lines as they are kept. Invalid beside lines.<n>.<field>, for all wrong ones at once, or `lines` for no amount."""
    codes = {x.account.strip() for x in lines}
    chart = {
        a.code: a
        for a in s.exec(select(Account).where(Account.building_id == building_id, col(Account.code).in_(codes)))
    }
    wanted = {x.key_id for x in lines if x.key_id}
    own = select(DistributionKey.id).where(
        DistributionKey.building_id == building_id, col(DistributionKey.id).in_(wanted)
    )
    keys = {*s.exec(own), building_id} if wanted else set[UUID]()
    found, errors = list[Line](), dict[str, DomainError]()
    for n, x in enumerate(lines):
        at, code = f"lines.{n}.", x.account.strip()
        account = chart.get(code)
        if code and account is None:
            errors[at + "account"] = Invalid(
                "There is no account {code} in this chart.", field=at + "account", code=code
            )
        elif account and not fits(account, x.nature):
            errors[at + "account"] = _unfit(x.nature, at + "account")
        if x.key_id and x.key_id not in keys:
            errors[at + "key_id"] = Invalid("Choose one from the list.", field=at + "key_id")
        key_id = None if x.key_id == building_id else x.key_id
        found.append(Line(x.nature, code, key_id, Cents(x.cents), " ".join(x.description.split())))
    if errors:
        raise Invalid.together(errors)
    if not rules.totals(found).whole:
        raise Invalid("A budget is above zero: enter at least one amount.", field="lines")
    return found


def _unfit(nature: Nature, field: str) -> Invalid:
    if nature == Nature.RESERVE:
        return Invalid("A contribution goes to a reserve fund: choose its account.", field=field)
    return Invalid("Choose an account of common costs.", field=field)


def put_lines(s: Session, budget: Budget, lines: Sequence[Line]) -> None:
    """Replaces the lines of a budget, its sums with them."""
    for old in s.exec(select(BudgetLine).where(BudgetLine.budget_id == budget.id)):
        s.delete(old)
    s.flush()
    s.add_all(
        BudgetLine(
            building_id=budget.building_id, budget_id=budget.id, position=n, nature=x.nature, account=x.account, key_id=x.key_id,
            cents=x.cents, description=x.description,
        )
        for n, x in enumerate(lines)
    )  # fmt: skip
    sums = rules.totals(lines)
    budget.ordinary_cents, budget.extraordinary_cents = sums.ordinary, sums.extraordinary
    budget.reserve_cents = sums.reserve
    s.flush()


def refuse_second(s: Session, building_id: UUID, year_id: UUID | None, fiscal_year: int, field: str) -> None:
    """One budget for each year; an archived one leaves its place. Call under the lock of the building."""
    same: Any = col(Budget.fiscal_year) == fiscal_year
    if year_id:
        same = or_(col(Budget.year_id) == year_id, and_(same, col(Budget.year_id).is_(None)))
    found = select(Budget.id).where(Budget.building_id == building_id, Budget.status != Status.ARCHIVED, same)
    if s.exec(found.limit(1)).first():
        raise Invalid("There is a budget for {year} already.", field=field, year=str(fiscal_year))


def keyed(s: Session, building_id: UUID, key: UUID) -> Budget | None:
    """The budget that was entered with this key. Conflict when it is one of another building."""
    found = s.exec(select(Budget).where(Budget.source_id == key)).one_or_none()
    if found is not None and found.building_id != building_id:
        raise Conflict("This budget has been entered in another building.")
    return found


def check_document(s: Session, actor: Actor, building_id: UUID, document_id: UUID) -> None:
    """Invalid unless it is a paper of the building that the actor sees."""
    try:
        if documents.get_row(s, actor, document_id).building_id == building_id:
            return
    except NotFound:
        pass
    raise Invalid("Choose a document of this building.", field="document_id")


def flush_once(s: Session) -> None:
    """Conflict when the same budget was sent a second time in the same moment: sent again, it is found."""
    try:
        s.flush()
    except IntegrityError:
        raise Conflict("This budget is being entered already.") from None
