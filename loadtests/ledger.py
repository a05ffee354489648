"""How long a page of a big account takes, beside the same page of a small one: `python loadtests/ledger.py`.

Two co-ownerships, one with 1 000 lines on its bank account and one with 100 000, in one year; the first, the middle and the
last page of 25, and the balances. Reported as ratios on this machine; the mark is 1.5.
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
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import BookIn
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import BuildingIn
from koprogo_app.modules.ledger import service

SMALL, LARGE, ROUNDS, MARK = 1_000, 100_000, 40, 1.5
ENTRIES = """
INSERT INTO journal_entry (id, created_at, updated_at, building_id, year_id, journal, number, entry_on, description, source, total_cents)
SELECT gen_random_uuid(), now(), now(), :building, :year, 'FIN', n, date '2026-01-01' + (n::bigint * 364 / :count)::int, 'Entry ' || n, 'manual', n
FROM generate_series(1, :count) n
"""
LINES = """
INSERT INTO journal_line (id, created_at, updated_at, building_id, entry_id, year_id, entry_on, position, account_id, debit_cents, credit_cents, description)
SELECT gen_random_uuid(), now(), now(), e.building_id, e.id, e.year_id, e.entry_on, side, CASE side WHEN 0 THEN CAST(:bank AS uuid) ELSE :cost END,
  CASE side WHEN 0 THEN total_cents ELSE 0 END, CASE side WHEN 0 THEN 0 ELSE total_cents END, ''
FROM journal_entry e CROSS JOIN generate_series(0, 1) side WHERE e.building_id = :building
"""


def fill(actor: Actor, count: int) -> tuple[UUID, UUID, UUID]:
    """A co-ownership with `count` entries: its id, its bank account's and its year's."""
    given = BuildingIn(name=f"Bench {count}", address="Rue 1", postal_code="1000", city="Bruxelles")
    building = call(actor, buildings.create_building, given)
    call(actor, accounts.open_books, building.id, BookIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)))
    codes = {a.code: a.id for a in call(actor, accounts.list_accounts, building.id)}
    year = call(actor, accounts.list_years, building.id)[0].id
    with transaction(actor.organization_id) as s:  # type: ignore[arg-type]
        here = {"building": building.id, "year": year, "count": count, "bank": codes["551"], "cost": codes["612"]}
        s.execute(text(ENTRIES), here)
        s.execute(text(LINES), here)
    return building.id, codes["551"], year


def median_ms(work: Callable[[], object]) -> float:
    work()
    taken: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def main() -> int:
    """Prints the table; 1 when a page of the big account is more than 1.5 times as slow."""
    migrate.upgrade()
    with everywhere() as s:
        office = Organization(
            name="Bench", slug=f"bench-{uuid7().hex}", contact_email="b@example.be", max_buildings=10, max_users=10
        )
        s.add(office)
        s.flush()
    actor = Actor(None, office.id, Role.SYNDIC)
    books = {count: fill(actor, count) for count in (SMALL, LARGE)}
    with create_engine(urls().owner, isolation_level="AUTOCOMMIT").connect() as c:
        c.exec_driver_sql(
            "VACUUM ANALYZE journal_line, journal_entry"
        )  # as the database does by itself within the minute
    worst = 0.0
    print(f"{'page of 25':<14}{SMALL:>12,} lines{LARGE:>12,} lines{'ratio':>8}")
    for name, place in (("first", 0.0), ("middle", 0.5), ("last", 1.0)):
        found = {}
        for count, (_, account, year) in books.items():
            page = max(1, int(count / 25 * place))
            found[count] = median_ms(
                lambda a=account, y=year, p=page: call(actor, service.account_lines, a, y, Asked(p, 25))
            )
        worst = max(worst, found[LARGE] / found[SMALL])
        print(f"{name:<14}{found[SMALL]:>13.2f} ms{found[LARGE]:>13.2f} ms{found[LARGE] / found[SMALL]:>10.2f}")
    sums = {
        count: median_ms(lambda b=b, y=y: call(actor, service.balances, b, y)) for count, (b, _, y) in books.items()
    }
    worst = max(worst, sums[LARGE] / sums[SMALL])
    print(f"{'balances':<14}{sums[SMALL]:>13.2f} ms{sums[LARGE]:>13.2f} ms{sums[LARGE] / sums[SMALL]:>10.2f}")
    return int(worst > MARK)


if __name__ == "__main__":
    sys.exit(main())
