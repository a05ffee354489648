"""A year of 182 lots: every statement, the trial balance and the closing against the second hand of `reference.py`."""

import os
import signal
import subprocess
import sys
import textwrap
from collections import Counter
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import a_building

from koprogo_app.core.actor import Actor
from koprogo_app.core.db import transaction
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
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
from koprogo_app.modules.funds.rules import Fund
from koprogo_app.modules.invoices.models import CostAllocation
from koprogo_app.modules.keys.models import DistributionKey, KeyPart
from koprogo_app.modules.ledger import service as ledger
from koprogo_app.modules.ledger.models import JournalEntry, JournalLine
from koprogo_app.modules.lots.models import Lot
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership.models import Ownership
from koprogo_app.modules.statements import service as statements
from koprogo_app.modules.statements.models import StatementIn

from .reference import shared

LOTS, SOLD, COSTS = 182, 30, 60
FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
SALE = date(2025, 5, 20)
WORKS, ROOF = 9_999_999, date(2025, 6, 15)


def cents_of(n: int) -> int:
    """The n-th cost: every ninth is a credit."""
    return (10_007 + 3_571 * n) * (-1 if n % 9 == 8 else 1)


@pytest.fixture
def house(alice: Actor) -> SimpleNamespace:
    """182 lots of 50 to 110 shares, thirty of them sold on 20 May; two keys beside the shares; sixty costs of 2025."""
    numbers = [str(n) for n in range(1, LOTS + 1)]
    shares = {n: 50 + (int(n) * 7) % 61 for n in numbers}
    building = call(
        alice, buildings.create_building,
        a_building(total_units=LOTS, total_shares=sum(shares.values()), kbo="0403170701", iban_working="BE68539007547034"),
    )  # fmt: skip
    call(alice, accounts.open_books, building.id, BookIn(starts_on=FIRST, ends_on=LAST))
    call(alice, accounts.add_year, building.id, YearIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)))
    years = {y.starts_on.year: y.id for y in call(alice, accounts.list_years, building.id)}
    codes = {a.code: a.id for a in call(alice, accounts.list_accounts, building.id)}
    keys = {"lift": {n: int(n) % 13 for n in numbers}, "heating": {n: 1 + (int(n) * 11) % 97 for n in numbers}}
    found = SimpleNamespace(id=building.id, years=years, weights={"deed": shares, **keys}, holders={}, people={})
    assert alice.organization_id
    here: dict[str, Any] = {"building_id": building.id}
    with transaction(alice.organization_id) as s:
        lots = [Lot(**here, number=n, type="apartment", shares=shares[n]) for n in numbers]
        reached = {"address": "Rue 1", "postal_code": "1000", "city": "Bruxelles"}
        people = [
            Owner(last_name=name, **reached) for n in numbers for name in ([n, f"{n}b"] if int(n) <= SOLD else [n])
        ]
        rows = {name: DistributionKey(**here, name=name) for name in keys}
        s.add_all([*lots, *people, *rows.values()])
        s.flush()
        found.people = {p.last_name: p.id for p in people}
        for lot in lots:
            sold = SALE if int(lot.number) <= SOLD else None
            held = [(lot.number, date(2000, 1, 1), (sold or date(2100, 1, 1)) - timedelta(1))]
            held += [(f"{lot.number}b", sold, date(2100, 1, 1))] if sold else []
            found.holders[lot.number] = held
            for who, since, _ in held:
                ends = sold if who == lot.number else None
                s.add(
                    Ownership(
                        **here,
                        lot_id=lot.id,
                        owner_id=found.people[who],
                        started_on=since,
                        ended_on=ends,
                        is_contact=True,
                    )
                )
        for name, weights in keys.items():
            s.add_all(
                KeyPart(**here, key_id=rows[name].id, lot_id=lot.id, weight=weights[lot.number])
                for lot in lots
                if weights[lot.number]
            )
        s.flush()
        for n in range(COSTS):
            _cost(
                s,
                here,
                years[2025],
                codes,
                n,
                cents_of(n),
                list({"deed": None, **{k: r.id for k, r in rows.items()}}.values())[n % 3],
            )
        _cost(s, here, years[2025], codes, COSTS, WORKS, None, on=ROOF, ordinary=False)
    for quarter in range(4):
        due = date(2025, 1 + 3 * quarter, 28)
        ask(
            alice,
            found,
            f"Quarter {quarter + 1}",
            due,
            {Destination.PROVISIONS: 1_234_567, Destination.RESERVE: 100_003},
        )
    ask(alice, found, "Roof", date(2025, 6, 28), {Destination.WORKS: 9_500_000}, CallKind.EXTRAORDINARY)
    return found


def _cost(
    s: Any,
    here: dict[str, Any],
    year: Any,
    codes: Any,
    n: int,
    cents: int,
    key_id: Any,
    *,
    on: date | None = None,
    ordinary: bool = True,
) -> None:
    day = on or FIRST + timedelta(5 * n)
    entry = JournalEntry(
        **here, year_id=year, journal="ACH", number=n + 1, entry_on=day, description=f"Cost {n}", total_cents=abs(cents)
    )
    s.add(entry)
    s.flush()
    side = here | {"entry_id": entry.id, "year_id": year, "entry_on": day}
    cost = JournalLine(
        **side, position=0, account_id=codes["612100"], debit_cents=max(cents, 0), credit_cents=max(-cents, 0)
    )
    bank = JournalLine(
        **side, position=1, account_id=codes["551"], debit_cents=max(-cents, 0), credit_cents=max(cents, 0)
    )
    s.add_all([cost, bank])
    s.flush()
    first, last = (FIRST, LAST) if n % 2 and not on else (day, day)
    s.add(
        CostAllocation(
            **here, journal_line_id=cost.id, key_id=key_id, period_from=first, period_until=last, ordinary=ordinary
        )
    )
    s.flush()


def ask(
    actor: Actor,
    house: SimpleNamespace,
    title: str,
    due: date,
    cents: dict[Destination, int],
    kind: CallKind = CallKind.REGULAR,
) -> None:
    lines = [CalledIn(destination=to, cents=amount) for to, amount in cents.items()]
    new = CallIn(title=title, kind=kind, called_on=due.replace(day=1), due_on=due, lines=lines)
    call(actor, issuing.issue_call, call(actor, calls.create_call, house.id, new).id)


def second_hand(house: SimpleNamespace) -> tuple[Counter[str], Counter[str]]:
    """owner -> costs, and owner -> called on account, by the reference."""
    costs, called = Counter[str](), Counter[str]()
    names = ["deed", "lift", "heating"]
    for n in range(COSTS):
        day = FIRST + timedelta(5 * n)
        first, last = (FIRST, LAST) if n % 2 else (day, day)
        costs.update(shared(cents_of(n), house.weights[names[n % 3]], house.holders, first, last))
    costs.update(shared(WORKS, house.weights["deed"], house.holders, ROOF, ROOF))
    for quarter in range(4):
        due = date(2025, 1 + 3 * quarter, 28)
        called.update(shared(1_234_567, house.weights["deed"], house.holders, due, due))
    called.update(shared(9_500_000, house.weights["deed"], house.holders, date(2025, 6, 28), date(2025, 6, 28)))
    return costs, called


def publish(actor: Actor, house: SimpleNamespace) -> Any:
    data = StatementIn(year_id=house.years[2025], until=LAST, due_on=date(2099, 1, 1))
    return call(actor, statements.publish, house.id, data)


def balances(actor: Actor, house: SimpleNamespace, year: int) -> dict[str, int]:
    found = call(actor, ledger.balances, house.id, house.years[year])
    return {b.account.code: b.moved.after for b in found if b.moved.after}


KILLED = """
    import os, signal, sys
    from uuid import UUID
    import koprogo_app.koprogo_app
    from koprogo_app.core.actor import Actor, Role
    from koprogo_app.core.service import call
    from koprogo_app.modules.statements import service
    from koprogo_app.modules.statements.models import StatementIn
    written = service.insert_rows

    def dies(*args, **kwargs):
        written(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    service.insert_rows = dies
    office, building, year = map(UUID, sys.argv[1:])
    actor = Actor(None, office, Role.SYNDIC, name="Alice")
    call(actor, service.publish, building, StatementIn(year_id=year, until="2025-12-31", due_on="2099-01-01"))
"""


def test_a_year_of_182_lots(alice: Actor, house: SimpleNamespace) -> None:
    costs, called = second_hand(house)

    # The power is cut while 182 statements are written: nothing of them is there, and no number is lost.
    script = [
        sys.executable,
        "-c",
        textwrap.dedent(KILLED),
        str(alice.organization_id),
        str(house.id),
        str(house.years[2025]),
    ]
    died = subprocess.run(script, env=os.environ | {"KOPROGO_WORKER": "false"}, capture_output=True, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()[-2000:]
    assert call(alice, statements.list_statements, house.id, Asked()).total == 0

    statement = publish(alice, house)
    assert statement.costs_cents == sum(cents_of(n) for n in range(COSTS)) + WORKS
    assert statement.provisions_cents == 4 * 1_234_567 + 9_500_000
    assert statement.owners == LOTS + SOLD
    names = {owner_id: name for name, owner_id in house.people.items()}
    rows = [r for p in range(1, 4) for r in call(alice, statements.list_owners, statement.id, Asked(p, 100)).rows]
    assert {names[r.owner_id]: (r.costs_cents, r.provisions_cents) for r in rows} == {
        name: (costs[name], called[name]) for name in house.people
    }
    entry = call(alice, ledger.get_entry, statement.entry_id).entry
    assert (entry.journal, entry.number) == ("VEN", 6)  # five calls, then this one: no gap

    found = balances(alice, house, 2025)
    assert found["701"] + found["702"] == -statement.costs_cents
    assert (
        found["4101"]
        == 4 * 1_234_567 + 9_500_000 + statement.costs_cents - statement.provisions_cents
        == statement.costs_cents
    )
    assert (found["4100"], found["160"]) == (400_012, -400_012)
    closed = call(
        alice,
        closing.close,
        house.id,
        house.years[2025],
        ClosingIn(decided_on=date(2026, 3, 1), decision="Item 3", fund=Fund.WORKING),
    )
    assert closed.result_cents == 0
    after = balances(alice, house, 2026)
    assert after == {code: cents for code, cents in found.items() if code[0] not in "67"}
    assert sum(after.values()) == 0
