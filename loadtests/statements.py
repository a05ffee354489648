"""How long the statement of a big building takes, without its papers: `python loadtests/statements.py`.

182 lots with as many co-owners, thirty of whom sold within the year, 300 costs by three keys and four calls for funds: looked at,
then published. Beside it the same year of 18 lots. The mark is five seconds.
"""

import os
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("KOPROGO_DATA_DIR", os.path.join(tempfile.gettempdir(), "koprogo-tests"))
os.environ["KOPROGO_WORKER"] = "false"

import koprogo_app.koprogo_app  # noqa: F401  (the composers of the letters)
from koprogo_app.auth.models import Organization
from koprogo_app.core import migrate
from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.db import everywhere, transaction
from koprogo_app.core.ids import uuid7
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import BookIn
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import BuildingIn
from koprogo_app.modules.calls import issuing
from koprogo_app.modules.calls import service as calls
from koprogo_app.modules.calls.models import CallIn, LineIn
from koprogo_app.modules.invoices.models import CostAllocation
from koprogo_app.modules.keys.models import DistributionKey, KeyPart
from koprogo_app.modules.ledger.models import JournalEntry, JournalLine
from koprogo_app.modules.lots.models import Lot
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.ownership.models import Ownership
from koprogo_app.modules.statements import service
from koprogo_app.modules.statements.models import StatementIn

LOTS, SOLD, COSTS, MARK = 182, 30, 300, 5.0
FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)


def fill(actor: Actor, count: int) -> tuple[UUID, UUID]:
    """A co-ownership of so many lots with its year: its id and that of the year."""
    shares = [100 + n % 7 for n in range(count)]
    given = BuildingIn(
        name=f"Bench {count}", address="Rue 1", postal_code="1000", city="Bruxelles", total_units=count, total_shares=sum(shares),
        kbo="0403170701" if count == LOTS else "0202239951", iban_working="BE68539007547034",
    )  # fmt: skip
    building = call(actor, buildings.create_building, given)
    call(actor, accounts.open_books, building.id, BookIn(starts_on=FIRST, ends_on=LAST))
    codes = {a.code: a.id for a in call(actor, accounts.list_accounts, building.id)}
    year = call(actor, accounts.list_years, building.id)[0].id
    with transaction(actor.organization_id) as s:  # type: ignore[arg-type]
        here = {"building_id": building.id}
        lots = [Lot(**here, number=str(n), type="apartment", shares=share) for n, share in enumerate(shares, 1)]
        reached = {"address": "Rue 1", "postal_code": "1000", "city": "Bruxelles"}
        people = [Owner(last_name=f"Owner {n}", **reached) for n in range(count + SOLD)]
        keys = [DistributionKey(**here, name=name) for name in ("Lift", "Heating")]
        s.add_all([*lots, *people, *keys])
        s.flush()
        sold = date(2025, 7, 1)
        for n, lot in enumerate(lots):
            until = sold if n < SOLD else None
            s.add(
                Ownership(
                    **here,
                    lot_id=lot.id,
                    owner_id=people[n].id,
                    started_on=date(2015, 1, 1),
                    ended_on=until,
                    is_contact=True,
                )
            )
            if until:
                s.add(Ownership(**here, lot_id=lot.id, owner_id=people[count + n].id, started_on=sold, is_contact=True))
        s.add_all(
            KeyPart(**here, key_id=key.id, lot_id=lot.id, weight=1 + n % 9)
            for key in keys
            for n, lot in enumerate(lots)
        )
        s.flush()
        _costs(s, building.id, year, codes, [None, *(key.id for key in keys)])
    for quarter in range(4):
        due = date(2025, 1 + 3 * quarter, 28)
        asked = CallIn(
            title=f"Quarter {quarter + 1}", called_on=due.replace(day=1), due_on=due, lines=[LineIn(cents=5_000_000)]
        )
        call(actor, issuing.issue_call, call(actor, calls.create_call, building.id, asked).id)
    return building.id, year


def _costs(s: Any, building_id: UUID, year: UUID, codes: dict[str, UUID], keys: list[UUID | None]) -> None:
    for n in range(COSTS):
        on, cents = FIRST + timedelta(n), 10_001 + 37 * n
        entry = JournalEntry(
            building_id=building_id, year_id=year, journal="ACH", number=n + 1, entry_on=on, description=f"Cost {n}", total_cents=cents
        )  # fmt: skip
        s.add(entry)
        s.flush()
        here = {"building_id": building_id, "entry_id": entry.id, "year_id": year, "entry_on": on}
        cost = JournalLine(**here, position=0, account_id=codes["612100"], debit_cents=cents)
        s.add_all([cost, JournalLine(**here, position=1, account_id=codes["551"], credit_cents=cents)])
        s.flush()
        spread = {"period_from": FIRST, "period_until": LAST} if n % 2 else {"period_from": on, "period_until": on}
        s.add(CostAllocation(building_id=building_id, journal_line_id=cost.id, key_id=keys[n % 3], **spread))


def measured(actor: Actor, count: int) -> tuple[float, float, int]:
    """Seconds to look, seconds to publish, rows of what falls on whom."""
    building_id, year = fill(actor, count)
    began = time.perf_counter()
    call(actor, service.prepare, building_id, year, LAST)
    looked = time.perf_counter()
    statement = call(
        actor, service.publish, building_id, StatementIn(year_id=year, until=LAST, due_on=date(2099, 1, 1))
    )
    done = time.perf_counter()
    with transaction(actor.organization_id) as s:  # type: ignore[arg-type]
        parts = s.execute(
            text(
                "SELECT count(*) FROM statement_part p JOIN statement_line l ON l.id = p.line_id WHERE l.statement_id = :id"
            ),
            {"id": statement.id},
        ).scalar_one()
    return looked - began, done - looked, parts


def main() -> int:
    """Prints the table; 1 when the big building takes longer than the mark."""
    migrate.upgrade()
    with everywhere() as s:
        office = Organization(
            name="Bench", slug=f"bench-{uuid7().hex}", contact_email="b@example.be", max_buildings=10, max_users=10
        )
        s.add(office)
        s.flush()
        actor = Actor(None, office.id, Role.SYNDIC, name="Bench")
    print(f"{'lots':>6} {'look s':>8} {'publish s':>10} {'parts':>8}")
    slowest = 0.0
    for count in (SOLD + 1, LOTS):
        looked, published, parts = measured(actor, count)
        slowest = max(slowest, published)
        print(f"{count:>6} {looked:>8.2f} {published:>10.2f} {parts:>8}")
    print(f"slowest {slowest:.2f} s, mark {MARK} s")
    return int(slowest > MARK)


if __name__ == "__main__":
    raise SystemExit(main())
