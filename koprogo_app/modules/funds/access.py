"""Which movements someone sees, the accounts of the funds and of the money, and how costs are kept shared out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from koprogo_app.core.actor import Actor
from koprogo_app.core.errors import DomainError, Invalid, NotFound
from koprogo_app.core.money import Cents
from koprogo_app.modules.accounts.models import Account
from koprogo_app.modules.accounts.rules import Purpose
from koprogo_app.modules.documents import service as documents
from koprogo_app.modules.invoices.models import CostAllocation, CostExclusion
from koprogo_app.modules.ledger.models import AccountDay, JournalLine
from koprogo_app.modules.splits import service as splits
from koprogo_app.modules.splits.models import Wanted

from .rules import ACCOUNTS, PLACES, Fund


def visible(actor: Actor, table: Any) -> Any:
    """Every read starts here: the organisation's rows (row-level security), of the role's buildings."""
    rows: Any = select(table)
    return rows if actor.building_ids is None else rows.where(col(table.building_id).in_(actor.building_ids))


@dataclass(frozen=True, slots=True)
class Chart:
    """The accounts of a building by what they are for; a sub-account is for what the account that it belongs to is for."""

    accounts: Sequence[Account]

    def code(self, purpose: Purpose) -> str:
        """The code for a purpose. Invalid while the books are not open."""
        found = next((a.code for a in self.accounts if a.purpose == purpose), None)
        if found is None:
            raise Invalid("The books of this building are not open yet.")
        return found

    def of(self, *purposes: Purpose) -> list[Account]:
        """The accounts for some purposes that take entries, by code; none of them where the chart lacks the purpose."""
        begins = tuple(a.code for a in self.accounts if a.purpose in purposes)
        return [a for a in self.accounts if begins and a.postable and a.code.startswith(begins)]

    def funds(self) -> dict[UUID, Fund]:
        """account -> the fund that it holds."""
        return {a.id: fund for fund, purpose in ACCOUNTS.items() for a in self.of(purpose)}

    def places(self) -> list[Account]:
        """Where money lies: banks, deposits, cash."""
        return self.of(*PLACES)


def chart_of(s: Session, building_id: UUID) -> Chart:
    """The chart of a building, in one read."""
    return Chart(s.exec(select(Account).where(Account.building_id == building_id).order_by(Account.code)).all())


def days_of(s: Session, building_id: UUID, account_ids: Collection[UUID]) -> list[tuple[date, int]]:
    """What some accounts gained on the credit side on each day of the books: of a fund, what was added less what was taken."""
    columns: Any = (AccountDay.day, AccountDay.credit_cents, AccountDay.debit_cents)
    wanted: Any = select(*columns).where(
        AccountDay.building_id == building_id, col(AccountDay.account_id).in_(account_ids)
    )
    return [(day, credit - debit) for day, credit, debit in s.exec(wanted)]


@dataclass(frozen=True, slots=True)
class Shared:
    """Who bears a cost, as CostAllocation keeps it; lots of `excluded` take no part."""

    first: date
    last: date
    key_id: UUID | None = None
    owner_id: UUID | None = None
    ordinary: bool = True
    tenant_percent: int = 0
    excluded: tuple[UUID, ...] = ()


def sharing_of(s: Session, line_id: UUID) -> Shared | None:
    """How a line of the books is shared out; none when it says nothing of it."""
    a = s.exec(select(CostAllocation).where(CostAllocation.journal_line_id == line_id)).one_or_none()
    if a is None:
        return None
    out = s.exec(select(CostExclusion.lot_id).where(CostExclusion.allocation_id == a.id)).all()
    return Shared(a.period_from, a.period_until, a.key_id, a.owner_id, a.ordinary, a.tenant_percent, tuple(out))


def check_shared(
    s: Session, actor: Actor, building_id: UUID, cents: Cents, shared: Shared, beside: Mapping[str, str]
) -> None:
    """Refuses an amount that cannot be shared out to the cent; `beside`: where to show what is wrong with key and lots."""
    wanted = Wanted(
        cents=cents, first=shared.first, last=shared.last, key_id=shared.key_id or building_id,
        excluded=frozenset(shared.excluded), ordinary=shared.ordinary, tenant_percent=shared.tenant_percent,
    )  # fmt: skip
    try:
        splits.preview(s, actor, building_id, [wanted])
    except NotFound:  # the key: the building has been seen
        raise Invalid("Choose one from the list.", field=beside.get("key_id", beside[""])) from None
    except Invalid as error:
        moved: dict[str, DomainError] = {}
        for name, one in error.fields.items():
            moved[beside.get(name.rpartition(".")[2], beside[""])] = one
        raise Invalid.together(moved) from None


def share(s: Session, building_id: UUID, entry_id: UUID, account_id: UUID, shared: Shared) -> None:
    """Keeps with the line of an entry on an account how it is shared out: statements read it there."""
    line = select(JournalLine.id).where(JournalLine.entry_id == entry_id, JournalLine.account_id == account_id)
    allocation = CostAllocation(
        building_id=building_id, journal_line_id=s.exec(line).one(), key_id=shared.key_id, owner_id=shared.owner_id,
        period_from=shared.first, period_until=shared.last, ordinary=shared.ordinary, tenant_percent=shared.tenant_percent,
    )  # fmt: skip
    s.add(allocation)
    s.flush()
    for lot_id in shared.excluded:
        s.add(CostExclusion(building_id=building_id, allocation_id=allocation.id, lot_id=lot_id))
    s.flush()


def check_document(s: Session, actor: Actor, building_id: UUID, document_id: UUID | None) -> None:
    """Refuses a document of another building, and one that cannot be seen."""
    try:
        theirs = document_id is None or documents.get_row(s, actor, document_id).building_id == building_id
    except NotFound:
        theirs = False
    if not theirs:
        raise Invalid("Choose a document of this building.", field="document_id")
