"""How long the checks of the books take, of big books beside small ones: `python loadtests/integrity.py`.

Two co-ownerships of 182 lots, one with 1 000 lines in its books and one with 20 000, over two years: calls on the co-owners,
receipts, costs shared out. The mark is 2 seconds for the big one; the ratio is for information, as some checks read every line.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import create_engine, text

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("KOPROGO_DATA_DIR", os.path.join(tempfile.gettempdir(), "koprogo-tests"))
os.environ["KOPROGO_WORKER"] = "false"

import koprogo_app.tables  # noqa: F401
from koprogo_app.auth.models import Organization
from koprogo_app.core import migrate
from koprogo_app.core.actor import Actor, Role
from koprogo_app.core.db import everywhere, transaction, urls
from koprogo_app.core.ids import uuid7
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import BookIn, YearIn
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import BuildingIn
from koprogo_app.modules.integrity import service

SMALL, LARGE, LOTS, ROUNDS, MARK = 1_000, 20_000, 182, 10, 2_000  # the last: milliseconds
REGISTER = (
    """INSERT INTO owner (id, created_at, updated_at, kind, first_name, last_name, address, postal_code, city, country, language, is_anonymized)
    SELECT gen_random_uuid(), now(), now(), 'person', 'Bench', :name || ' ' || n, 'Rue 1', '1000', 'Bruxelles', 'BE', 'fr', false
    FROM generate_series(1, :lots) n""",
    """INSERT INTO lot (id, created_at, updated_at, building_id, number, type, shares)
    SELECT gen_random_uuid(), now(), now(), :building, 'L' || n, 'apartment', 10 FROM generate_series(1, :lots) n""",
    """INSERT INTO ownership (id, created_at, updated_at, building_id, lot_id, owner_id, numerator, denominator, "right", started_on, is_contact, is_representative)
    SELECT gen_random_uuid(), now(), now(), :building, l.id, o.id, 1, 1, 'full', date '2020-01-01', false, false
    FROM lot l JOIN owner o ON o.last_name = :name || ' ' || substr(l.number, 2) WHERE l.building_id = :building""",
)
# Of four entries: a call on a co-owner, his payment, and two costs.
ENTRIES = """
INSERT INTO journal_entry (id, created_at, updated_at, building_id, year_id, journal, number, entry_on, description, source, total_cents)
SELECT gen_random_uuid(), now(), now(), :building, :year, 'ODS', n, CAST(:first AS date) + (n::bigint * 360 / :count)::int, CASE WHEN n % 4 < 2 THEN 'owner' ELSE 'cost' END || n, 'manual', 1000 + n
FROM generate_series(1, :count) n
"""
LINES = """
INSERT INTO journal_line (id, created_at, updated_at, building_id, entry_id, year_id, entry_on, position, account_id, debit_cents, credit_cents, description, owner_id)
SELECT gen_random_uuid(), now(), now(), e.building_id, e.id, e.year_id, e.entry_on, side,
  CASE e.number % 4 WHEN 0 THEN (ARRAY[CAST(:owners AS uuid), :called])[side + 1] WHEN 1 THEN (ARRAY[CAST(:bank AS uuid), :owners])[side + 1]
    ELSE (ARRAY[CAST(:cost AS uuid), :bank])[side + 1] END,
  CASE side WHEN 0 THEN total_cents ELSE 0 END, CASE side WHEN 0 THEN 0 ELSE total_cents END, '',
  CASE WHEN (e.number % 4 = 0 AND side = 0) OR (e.number % 4 = 1 AND side = 1) THEN (ARRAY(SELECT owner_id FROM ownership WHERE building_id = :building ORDER BY id))[1 + e.number / 4 % :lots] END
FROM journal_entry e CROSS JOIN generate_series(0, 1) side WHERE e.building_id = :building AND e.year_id = :year
"""
SHARED = """
INSERT INTO cost_allocation (id, created_at, updated_at, building_id, journal_line_id, period_from, period_until, ordinary, tenant_percent, vat_cents)
SELECT gen_random_uuid(), now(), now(), building_id, id, entry_on, entry_on, true, 0, 0 FROM journal_line WHERE building_id = :building AND account_id = :cost
"""
TABLES = "journal_line, journal_entry, account_day, cost_allocation, ownership, lot, owner"


def fill(actor: Actor, lines: int) -> UUID:
    """A co-ownership with so many lines in its books, over two years."""
    given = BuildingIn(
        name=f"Bench {lines}", address="Rue 1", postal_code="1000", city="Bruxelles", total_shares=LOTS * 10
    )
    building = call(actor, buildings.create_building, given)
    call(actor, accounts.open_books, building.id, BookIn(starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31)))
    call(actor, accounts.add_year, building.id, YearIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)))
    codes = {a.code: a.id for a in call(actor, accounts.list_accounts, building.id)}
    here = {
        "building": building.id, "lots": LOTS, "count": lines // 4, "name": f"B{lines}", "bank": codes["551"], "cost": codes["612"],
        "owners": codes["4101"], "called": codes["701"],
    }  # fmt: skip
    with transaction(actor.organization_id) as s:  # type: ignore[arg-type]
        for statement in REGISTER:
            s.execute(text(statement), here)
        for year in call(actor, accounts.list_years, building.id):
            for statement in (ENTRIES, LINES):
                s.execute(text(statement), here | {"year": year.id, "first": year.starts_on})
        s.execute(text(SHARED), here)
    return building.id


def median_ms(work: Callable[[], object]) -> float:
    work()
    taken: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def main() -> int:
    """Prints the times; 1 when the checks of the big books take longer than two seconds."""
    migrate.upgrade()
    with everywhere() as s:
        office = Organization(
            name="Bench", slug=f"bench-{uuid7().hex}", contact_email="b@example.be", max_buildings=10, max_users=10
        )
        s.add(office)
        s.flush()
    actor = Actor(None, office.id, Role.SYNDIC)
    books = {lines: fill(actor, lines) for lines in (SMALL, LARGE)}
    fresh = {lines: median_ms(lambda b=b: call(actor, service.run_checks, b)) for lines, b in books.items()}
    with create_engine(urls().owner, isolation_level="AUTOCOMMIT").connect() as c:
        c.exec_driver_sql(f"VACUUM ANALYZE {TABLES}")  # as the database does by itself within the minute
    found = {lines: median_ms(lambda b=b: call(actor, service.run_checks, b)) for lines, b in books.items()}
    print(f"{f'{LOTS} lots':<22}{SMALL:>12,} lines{LARGE:>12,} lines{'ratio':>8}")
    for name, times in (("before statistics", fresh), ("with statistics", found)):
        print(f"{name:<22}{times[SMALL]:>13.1f} ms{times[LARGE]:>13.1f} ms{times[LARGE] / times[SMALL]:>10.2f}")
    return int(max(fresh[LARGE], found[LARGE]) > MARK)


if __name__ == "__main__":
    sys.exit(main())
