"""A year of a building of twelve lots, from the first invoice to closed books.

Lot 3 is sold on 1 April and lot 10 on 16 September; lot 5 has a usufructuary. Three keys: the shares of the deed, the lift (lots
4 to 12), the water by consumption. One cost is private, one invoice is credited, one call is for a roof; the contribution to the
reserve fund is waived below its minimum; what the last bank charges leave as a loss is taken from the working capital.

`twelve_lots.xlsx` shares every amount out by formulas of its own: a sheet for each cost, one for the calls, one for the result.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from conftest import a_building
from python_calamine import CalamineWorkbook

from koprogo_app.core.actor import Actor
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.core.trade import Right
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import BookIn, YearIn
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.calls import issuing
from koprogo_app.modules.calls import service as calls
from koprogo_app.modules.calls.models import CallIn
from koprogo_app.modules.calls.models import LineIn as CalledIn
from koprogo_app.modules.calls.rules import Destination
from koprogo_app.modules.calls.rules import Kind as CallKind
from koprogo_app.modules.closing import service as closing
from koprogo_app.modules.closing.models import ClosingIn
from koprogo_app.modules.funds import moving
from koprogo_app.modules.funds import service as funds
from koprogo_app.modules.funds.models import TransferIn as MoneyIn
from koprogo_app.modules.funds.models import WaiverIn
from koprogo_app.modules.funds.rules import Fund
from koprogo_app.modules.invoices import service as invoices
from koprogo_app.modules.invoices import workflow
from koprogo_app.modules.invoices.models import InvoiceIn, LineIn, SharingIn
from koprogo_app.modules.invoices.rules import Kind
from koprogo_app.modules.keys import service as keys
from koprogo_app.modules.keys.models import KeyIn
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.ledger.models import EntryIn
from koprogo_app.modules.ledger.models import LineIn as SideIn
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import LotIn
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners.models import OwnerIn
from koprogo_app.modules.ownership import service as ownership
from koprogo_app.modules.ownership.models import Buyer, OwnershipIn, TransferIn
from koprogo_app.modules.payments import service as payments
from koprogo_app.modules.payments.models import PaymentIn
from koprogo_app.modules.statements import service as statements
from koprogo_app.modules.statements import sharing
from koprogo_app.modules.statements.models import StatementIn
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.modules.suppliers.models import SupplierIn

SHARES = (90, 90, 90, 90, 90, 90, 80, 80, 80, 80, 80, 60)
LIFT = {n: n - 3 for n in range(4, 13)}
WATER = dict(enumerate((41, 38, 55, 47, 60, 29, 71, 33, 52, 44, 36, 64), 1))
YEAR = (date(2025, 1, 1), date(2025, 12, 31))


@pytest.fixture
def house(alice: Actor) -> SimpleNamespace:
    """Twelve lots of A to L; lot 5 in bare ownership of E1 with a usufruct of E2; two keys beside the shares."""
    building = call(
        alice, buildings.create_building, a_building(total_units=12, kbo="0403170701", iban_working="BE68539007547034")
    )
    found = SimpleNamespace(id=building.id, people={}, lots={})
    for n, shares in enumerate(SHARES, 1):
        lot = call(alice, lots.create_lot, building.id, LotIn(number=str(n), type="apartment", shares=shares))
        found.lots[n] = lot.id
        name = "ABCDEFGHIJKL"[n - 1]
        rights = {"E1": Right.BARE, "E2": Right.USUFRUCT} if n == 5 else {name: Right.FULL}
        for who, right in rights.items():
            held = OwnershipIn(
                lot_id=lot.id, owner_id=person(alice, found, who), right=right, started_on=date(2015, 1, 1)
            )
            call(alice, ownership.add_part, held)
    found.keys = {"deed": None}
    for name, weights in (("lift", LIFT), ("water", WATER)):
        key = call(alice, keys.create_key, building.id, KeyIn(name=name))
        call(alice, keys.set_weights, key.id, {found.lots[n]: w for n, w in weights.items()})
        found.keys[name] = key.id
    call(alice, accounts.open_books, building.id, BookIn(starts_on=YEAR[0], ends_on=YEAR[1]))
    call(alice, accounts.add_year, building.id, YearIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)))
    found.years = {y.starts_on.year: y.id for y in call(alice, accounts.list_years, building.id)}
    found.supplier = call(alice, suppliers.create_supplier, SupplierIn(name="Supplier SA")).id
    return found


def person(actor: Actor, house: SimpleNamespace, name: str) -> UUID:
    if name not in house.people:
        entered = OwnerIn(last_name=name, address="Rue 1", postal_code="1000", city="Bruxelles")
        house.people[name] = call(actor, owners.create_owner, entered).id
    return house.people[name]


def sell(actor: Actor, house: SimpleNamespace, lot: int, seller: str, buyer: str, on: date) -> None:
    to = Buyer(owner_id=person(actor, house, buyer))
    call(actor, ownership.transfer, house.lots[lot], TransferIn(sellers=[house.people[seller]], buyers=[to], on=on))


def ask(actor: Actor, house: SimpleNamespace, title: str, due: date, **cents: int) -> None:
    lines = [CalledIn(description=name, destination=Destination(name), cents=value) for name, value in cents.items()]
    kind = CallKind.EXTRAORDINARY if "works" in cents else CallKind.REGULAR
    new = CallIn(title=title, kind=kind, called_on=due.replace(day=1), due_on=due, lines=lines)
    call(actor, issuing.issue_call, call(actor, calls.create_call, house.id, new).id)


def bill(
    actor: Actor, house: SimpleNamespace, number: str, on: date, cents: int, account: str, key: str = "deed", *,
    kind: Kind = Kind.INVOICE, **more: Any,
) -> None:  # fmt: skip
    """An invoice from draft to paid."""
    line = LineIn(
        account=account,
        description=number,
        unit_price=Decimal(cents) / 100,
        vat_percent=Decimal(0),
        key_id=house.keys[key],
        **more,
    )
    new = InvoiceIn(
        supplier_id=house.supplier,
        kind=kind,
        number=number,
        issued_on=on,
        description=number,
        stated_cents=cents,
        lines=[line],
    )
    invoice = call(actor, invoices.create_invoice, house.id, new)
    for step in (workflow.submit_invoice, workflow.approve_invoice):
        call(actor, step, invoice.id)
    call(actor, workflow.pay_invoice, invoice.id, on=on)


def enter(actor: Actor, house: SimpleNamespace, on: date, debit: str, credit: str, cents: int, cost: str) -> None:
    """A bank line, and who bears it: the shares of the deed."""
    sides = [SideIn(account=debit, debit_cents=cents), SideIn(account=credit, credit_cents=cents)]
    entry = call(actor, ledger.post_entry, house.id, EntryIn(journal="FIN", entry_on=on, description=cost, lines=sides))
    line = next(x.line.id for x in call(actor, ledger.get_entry, entry.id).lines if x.account.code == cost)
    call(actor, sharing.share, house.id, [line], SharingIn())


def balances(actor: Actor, house: SimpleNamespace, year: int) -> dict[str, int]:
    found = call(actor, ledger.balances, house.id, house.years[year])
    return {b.account.code: b.moved.after for b in found if b.moved.after}


def by_hand() -> dict[str, tuple[int, int, int]]:
    """owner -> costs, called, balance, in cents: the result of the spreadsheet."""
    with CalamineWorkbook.from_path(Path(__file__).parent / "twelve_lots.xlsx") as book:
        rows = book.get_sheet_by_name("Statement").to_python()[1:]
    return {str(name): (int(costs), int(called), int(balance)) for name, costs, called, balance in rows}


def test_a_year_of_twelve_lots(alice: Actor, house: SimpleNamespace) -> None:
    period = {"period_from": YEAR[0], "period_until": YEAR[1]}
    ask(alice, house, "First quarter", date(2025, 1, 31), provisions=450_000, reserve=30_000, working_fund=800_000)
    bill(alice, house, "INS-1", date(2025, 1, 10), 481_236, "614000", **period)
    bill(
        alice, house, "ELE-1", date(2025, 3, 31), 177_777, "612100", period_from=YEAR[0], period_until=date(2025, 3, 31)
    )
    sell(alice, house, 3, "C", "C2", date(2025, 4, 1))
    ask(alice, house, "Second quarter", date(2025, 4, 30), provisions=450_000, reserve=30_000)
    bill(alice, house, "INS-C", date(2025, 5, 2), 25_000, "614000", kind=Kind.CREDIT_NOTE, **period)
    ask(alice, house, "Roof", date(2025, 5, 31), works=2_900_000)
    bill(alice, house, "ROOF", date(2025, 6, 20), 2_876_437, "611710", ordinary=False)
    ask(alice, house, "Third quarter", date(2025, 7, 31), provisions=450_000, reserve=30_000)
    sell(alice, house, 10, "J", "J2", date(2025, 9, 16))
    ask(alice, house, "Fourth quarter", date(2025, 10, 31), provisions=450_000, reserve=30_000)
    bill(alice, house, "LIFT", date(2025, 11, 3), 234_567, "610100", "lift", tenant_percent=100, **period)
    bill(alice, house, "WATER", date(2025, 12, 5), 319_845, "612000", "water", tenant_percent=100, **period)
    bill(alice, house, "SYN", date(2025, 12, 10), 360_000, "613000", **period)
    cleaned = {"period_from": date(2025, 7, 1), "period_until": YEAR[1]}
    bill(alice, house, "CLEAN", date(2025, 12, 15), 299_999, "610500", tenant_percent=100, **cleaned)
    private = LineIn(
        account="643",
        description="Badge",
        unit_price=Decimal("120.50"),
        vat_percent=Decimal(0),
        owner_id=house.people["H"],
    )
    lost = InvoiceIn(
        supplier_id=house.supplier, number="BADGE", issued_on=date(2025, 8, 4), description="Badge", lines=[private]
    )
    badge = call(alice, invoices.create_invoice, house.id, lost)
    call(alice, workflow.submit_invoice, badge.id)
    call(alice, workflow.approve_invoice, badge.id)
    call(alice, workflow.pay_invoice, badge.id, on=date(2025, 8, 5))
    enter(alice, house, YEAR[1], "551", "751", 6_321, "751")
    waiver = WaiverIn(
        year_id=house.years[2025], decided_on=date(2025, 3, 15), votes_for=800, votes_cast=1000, words="Item 7"
    )
    call(alice, funds.record_waiver, house.id, waiver)

    # Everybody pays what was called but H, who pays nothing; K pays 50,00 too much.
    expected = by_hand()
    owed = {o: 0 for o in house.people.values()}
    for item in call(alice, payments.open_items, house.id):
        owed[item.owner_id] += item.owed_cents
    for name, owner_id in house.people.items():
        cents = owed[owner_id] + (5_000 if name == "K" else 0)
        if name != "H" and cents:
            call(
                alice,
                payments.record_payment,
                house.id,
                PaymentIn(owner_id=owner_id, paid_on=date(2025, 11, 15), cents=cents),
            )
    assert owed[house.people["H"]] == 449_600  # 80/1000 of 18 000, 29 000, 8 000 and 1 200
    reserve = MoneyIn(cents=110_400, moved_on=date(2025, 11, 20), from_code="551", to_code="550")
    call(alice, moving.transfer, house.id, reserve)

    # The statement of each co-owner is that of the spreadsheet, to the cent.
    data = StatementIn(year_id=house.years[2025], until=YEAR[1], due_on=date(2099, 1, 31))
    statement = call(alice, statements.publish, house.id, data)
    total = expected.pop("Total")
    assert (statement.costs_cents, statement.provisions_cents) == (4_730_590, 4_700_000) == total[:2]
    names = {owner_id: name for name, owner_id in house.people.items()}
    rows = call(alice, statements.list_owners, statement.id, Asked(size=100)).rows
    assert {names[r.owner_id]: (r.costs_cents, r.provisions_cents, r.balance_cents) for r in rows} == expected

    # Bank charges that come after it are a loss, which the meeting takes from the working capital.
    enter(alice, house, YEAR[1], "657", "551", 3_720, "657")
    decided = ClosingIn(decided_on=date(2026, 3, 20), decision="Item 3: the accounts are approved", fund=Fund.WORKING)
    closed = call(alice, closing.close, house.id, house.years[2025], decided)
    assert closed.result_cents == -3_720

    # 551: 51 754,00 received, 47 369,11 paid, 63,21 of interest, 37,20 of charges, 1 104,00 to the reserve account.
    # 4101: 55 000,00 called and 305,90 settled, less 50 650,00 received; 4100: H's 96,00 of the reserve.
    after = balances(alice, house, 2026)
    assert after == {"100": -796_280, "160": -120_000, "4100": 9_600, "4101": 465_590, "550": 110_400, "551": 330_690}
    before = balances(alice, house, 2025)
    assert {code: cents for code, cents in before.items() if code[0] not in "67"} == after
    assert sum(cents for code, cents in before.items() if code[0] in "67") == 0
    assert sum(after.values()) == 0
    open_ = call(alice, payments.open_items, house.id)
    assert sum(item.owed_cents for item in open_) == 465_590 + 9_600
