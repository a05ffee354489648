"""Whatever is done in whatever order, the books balance, what the co-owners owe is what is open, and nothing posted changes."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from conftest import a_building, make_actor, make_organization
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import DomainError
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import BookIn
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.calls import issuing
from koprogo_app.modules.calls import service as calls
from koprogo_app.modules.calls.models import Call, CallIn
from koprogo_app.modules.calls.models import LineIn as CalledIn
from koprogo_app.modules.calls.rules import Destination
from koprogo_app.modules.invoices.models import SharingIn
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.ledger.models import EntryIn, JournalEntry, JournalLine
from koprogo_app.modules.ledger.models import LineIn as SideIn
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import LotIn
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import OwnerIn
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import OwnershipIn
from koprogo_app.modules.payments import service as payments
from koprogo_app.modules.payments.models import Payment, PaymentIn
from koprogo_app.modules.payments.rules import Kind
from koprogo_app.modules.statements import service as statements
from koprogo_app.modules.statements import sharing
from koprogo_app.modules.statements.models import Statement, StatementIn

MONTH_ENDS = [*(date(2025, month, 28) for month in range(1, 12)), date(2025, 12, 31)]


class House:
    """Three lots of 500, 300 and 200 shares, the books of 2025, and what can befall them; what is refused changes nothing."""

    def __init__(self) -> None:
        self.actor: Actor = make_actor(make_organization(), Role.SYNDIC, "Alice")
        building = call(
            self.actor, buildings.create_building, a_building(kbo="0403170701", iban_working="BE68539007547034")
        )
        self.id = building.id
        self.people: list[UUID] = []
        for number, shares in (("1", 500), ("2", 300), ("3", 200)):
            lot = call(self.actor, lots.create_lot, self.id, LotIn(number=number, type="apartment", shares=shares))
            entered = OwnerIn(last_name=f"Owner {number}", address="Rue 1", postal_code="1000", city="Bruxelles")
            owner = call(self.actor, owners.create_owner, entered)
            held = OwnershipIn(lot_id=lot.id, owner_id=owner.id, started_on=date(2020, 1, 1))
            call(self.actor, ownership.add_part, held)
            self.people.append(owner.id)
        call(self.actor, accounts.open_books, self.id, BookIn(starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31)))
        self.year = call(self.actor, accounts.list_years, self.id)[0].id

    def cost(self, n: int, cents: int, month: int) -> None:
        """A cost of so much, or below zero an income, shared by the deed."""
        account = "612100" if cents > 0 else "751"
        sides = [SideIn(account=account, debit_cents=max(cents, 0), credit_cents=max(-cents, 0)),
                 SideIn(account="551", debit_cents=max(-cents, 0), credit_cents=max(cents, 0))]  # fmt: skip
        entry = call(
            self.actor,
            ledger.post_entry,
            self.id,
            EntryIn(entry_on=MONTH_ENDS[month], description=f"Cost {n}", lines=sides),
        )
        line = call(self.actor, ledger.get_entry, entry.id).lines[0].line.id
        call(self.actor, sharing.share, self.id, [line], SharingIn())

    def call_for_funds(self, n: int, cents: int, month: int) -> None:
        to = list(Destination)[n % len(Destination)]
        due = MONTH_ENDS[month]
        new = CallIn(
            title=f"Call {n}",
            called_on=due.replace(day=1),
            due_on=due,
            lines=[CalledIn(destination=to, cents=abs(cents))],
        )
        call(self.actor, issuing.issue_call, call(self.actor, calls.create_call, self.id, new).id)

    def undo_call(self, n: int, _cents: int, _month: int) -> None:
        if row := self._some(Call, n):
            call(self.actor, issuing.reverse_call, row.id, "Undone")

    def receive(self, n: int, cents: int, month: int) -> None:
        paid = PaymentIn(owner_id=self.people[n % 3], paid_on=MONTH_ENDS[month], cents=abs(cents))
        call(self.actor, payments.record_payment, self.id, paid)

    def refund(self, n: int, cents: int, month: int) -> None:
        back = PaymentIn(owner_id=self.people[n % 3], kind=Kind.REFUND, paid_on=MONTH_ENDS[month], cents=abs(cents))
        call(self.actor, payments.record_payment, self.id, back)

    def undo_payment(self, n: int, _cents: int, _month: int) -> None:
        if row := self._some(Payment, n):
            call(self.actor, payments.reverse_payment, row.id, "Undone")

    def publish(self, _n: int, _cents: int, month: int) -> None:
        data = StatementIn(year_id=self.year, until=MONTH_ENDS[month], due_on=date(2099, 1, 1))
        call(self.actor, statements.publish, self.id, data)

    def undo_statement(self, n: int, _cents: int, _month: int) -> None:
        if row := self._some(Statement, n):
            call(self.actor, statements.reverse, row.id, "Undone")

    def settle(self, _n: int, _cents: int, _month: int) -> None:
        call(self.actor, payments.settle_oldest, self.id)

    def _some(self, table: Any, n: int) -> Any:
        with self._read() as s:
            found = s.exec(select(table).where(table.building_id == self.id).order_by(table.id)).all()
        return found[n % len(found)] if found else None

    def _read(self) -> Any:
        assert self.actor.organization_id is not None
        return transaction(self.actor.organization_id)

    # --- What always holds ------------------------------------------------------------------------------------------

    def posted(self) -> dict[UUID, dict[str, Any]]:
        """Every entry and line, as it stands."""
        with self._read() as s:
            rows = [*s.exec(select(JournalEntry)).all(), *s.exec(select(JournalLine)).all()]
            return {row.id: row.model_dump() for row in rows}

    def check(self) -> None:
        found = {b.account.code: b.moved.after for b in call(self.actor, ledger.balances, self.id, self.year)}
        assert sum(found.values()) == 0
        open_ = call(self.actor, payments.open_items, self.id)
        assert all(item.open_cents > 0 for item in open_)
        assert sum(item.owed_cents for item in open_) == found.get("4100", 0) + found.get("4101", 0)
        for row in call(self.actor, statements.list_statements, self.id, Asked(size=100)).rows:
            owners_ = call(self.actor, statements.list_owners, row.id, Asked(size=100)).rows
            assert sum(o.costs_cents for o in owners_) == row.costs_cents
            assert sum(o.provisions_cents for o in owners_) == row.provisions_cents
        left = call(self.actor, statements.prepare, self.id, self.year, date(2025, 12, 31))
        unsettled = -sum(line.cents if line.sort == "cost" else -line.cents for line in left.material.lines)
        assert (
            -sum(c for code, c in found.items() if code[0] in "67") == unsettled
        )  # what no statement settled, and no more


DEEDS: list[Callable[[House, int, int, int], None]] = [
    House.cost, House.call_for_funds, House.receive, House.publish, House.refund, House.undo_call, House.undo_payment,
    House.undo_statement, House.settle,
]  # fmt: skip
deeds = st.lists(
    st.tuples(st.sampled_from(DEEDS), st.integers(0, 9), st.integers(-50_000, 50_000).filter(bool), st.integers(0, 11)),
    min_size=6,
    max_size=18,
)


@settings(max_examples=8)
@given(deeds)
def test_the_books_hold_whatever_is_done(
    steps: list[tuple[Callable[[House, int, int, int], None], int, int, int]],
) -> None:
    house = House()
    seen: dict[UUID, dict[str, Any]] = {}
    for deed, n, cents, month in steps:
        try:
            deed(house, n, cents, month)
        except DomainError:  # refused: too late, too much, nothing there; the books must be as before
            assert house.posted() == seen
        now = house.posted()
        assert {key: now[key] for key in seen} == seen
        seen = now
        house.check()
